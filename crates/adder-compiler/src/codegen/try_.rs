//! `try` with `except`, `except*`, `else` and `finally`.
//!
//! A handler that runs holds two temporaries: what was being handled before it (`previous`), and the exception in the slot
//! behind, until it is matched. The body of `finally` is copied onto each way out.

use ruff_python_ast::{self as ast, ExceptHandler, Identifier, Stmt};
use ruff_text_size::Ranged;

use super::Gen;
use super::flow::BlockKind;
use super::unit::{Dst, Label, Operand, Slot, Unit};
use crate::error::Res;
use crate::op::Op;

impl<'a> Gen<'a> {
    pub(super) fn try_stmt(&mut self, s: &'a ast::StmtTry) -> Res {
        self.u.silent(s.range, false);
        if s.finalbody.is_empty() {
            return self.try_except(s);
        }
        let base = self.u.sp();
        let outer = self.u.handler;
        let (failed, end) = (self.u.label(), self.u.label());
        self.u.protect(failed, base + 1);
        self.finals.push(&s.finalbody);
        let body = self.finals.len() - 1;
        self.open_outside(BlockKind::Finally { body }, outer);
        match s.handlers.is_empty() {
            true => self.statements(&s.body)?,
            false => self.try_except(s)?,
        }
        self.close();
        self.u.handler = outer;
        let reachable = self.u.reachable;
        self.statements(&s.finalbody)?;
        self.u.jump(end);

        let stack = self.u.stack.clone();
        self.copies += u32::from(reachable);
        self.handler_of(failed, base, |g, _| {
            g.open_outside(BlockKind::FinallyHandler { previous: base }, outer);
            g.statements(&s.finalbody)?;
            g.close();
            g.u.handler = outer;
            g.pop_handled(base);
            g.u.reraise(base + 1, base, false);
            Ok(())
        })?;
        self.copies -= u32::from(reachable);
        self.u.stack = stack;
        self.u.bind(end);
        Ok(())
    }

    /// The code at `failed`, with what was handled before in `base` and the exception in `base + 1`. If it raises itself,
    /// what was handled before is handled again.
    fn handler_of(&mut self, failed: Label, base: usize, code: impl FnOnce(&mut Self, u32) -> Res) -> Res {
        let outer = self.u.handler;
        let stack = self.u.stack[..base].to_vec();
        self.u.enter_handler(failed, &stack, base + 1);
        self.u.raw(Op::PushHandled, 0, [Unit::temp(base), Unit::temp(base + 1), 0], 0, None);
        self.u.stack[base] = Slot::Owned;
        let cleanup = self.u.label();
        self.u.protect(cleanup, base + 1);
        let inner = self.u.handler;
        code(self, inner)?;
        self.u.handler = outer;
        let (reachable, bound, after) = (self.u.reachable, self.u.bound.clone(), self.u.stack.clone());
        debug_assert!(!reachable, "a handler leaves by a jump");
        let mut stack = stack;
        stack.push(Slot::Owned);
        self.u.enter_handler(cleanup, &stack, base + 1);
        self.pop_handled(base);
        self.u.reraise(base + 1, base, true);
        self.u.stack = after;
        self.u.bound = bound;
        Ok(())
    }

    fn try_except(&mut self, s: &'a ast::StmtTry) -> Res {
        let base = self.u.sp();
        let outer = self.u.handler;
        let (failed, end) = (self.u.label(), self.u.label());
        self.u.protect(failed, base + 1);
        self.open_outside(BlockKind::Try, outer);
        self.statements(&s.body)?;
        self.close();
        self.u.handler = outer;
        self.statements(&s.orelse)?;
        self.u.jump(end);
        let stack = self.u.stack.clone();
        match s.is_star {
            false => self.handler_of(failed, base, |g, cleanup| g.clauses(s, base, cleanup, outer, end))?,
            true => self.handler_of(failed, base, |g, cleanup| g.star_clauses(s, base, cleanup, outer, end))?,
        }
        self.u.stack = stack;
        self.u.bind(end);
        Ok(())
    }

    fn clauses(&mut self, s: &'a ast::StmtTry, base: usize, cleanup: u32, outer: u32, end: Label) -> Res {
        let exception = base + 1;
        let state = self.u.stack.clone();
        for (i, ExceptHandler::ExceptHandler(clause)) in s.handlers.iter().enumerate() {
            let next = self.u.label();
            self.at(clause);
            let top = self.u.sp();
            match &clause.type_ {
                Some(class) => {
                    let class = self.operand(class, false)?;
                    self.at(clause.type_.as_deref().map_or(clause.range, |class| class.range()));
                    self.u.make2(Op::ExceptionMatches, Dst::Push, top, Operand::Look(exception), class);
                    self.u.jump_on(Op::JumpIfNot, top, Operand::Temp(top), next);
                }
                None if i + 1 < s.handlers.len() => return self.error("default 'except:' must be last", clause),
                None => {}
            }
            match &clause.name {
                Some(name) => {
                    self.forbidden(name, ast::ExprContext::Store, name.range)?;
                    self.u.range = name.range;
                    self.store_name(name, exception, Operand::Temp(exception));
                }
                None => self.u.drop_to(exception),
            }
            self.clause_body(&clause.body, clause.name.as_ref(), base, cleanup, outer)?;
            self.u.jump(end);
            self.u.stack = state.clone();
            self.u.handler = cleanup;
            self.u.bind(next);
        }
        self.u.handler = outer;
        if let Some(ExceptHandler::ExceptHandler(last)) = s.handlers.last() {
            self.at(last);
        }
        self.pop_handled(base);
        self.u.reraise(exception, base, false);
        Ok(())
    }

    /// The body of an `except` clause, and its end on the plain way: the handled exception goes, then the name.
    fn clause_body(
        &mut self,
        body: &'a [Stmt],
        name: Option<&'a Identifier>,
        base: usize,
        cleanup: u32,
        outer: u32,
    ) -> Res {
        let failed = self.u.label();
        if name.is_some() {
            self.u.protect(failed, base + 1);
        }
        self.open_outside(BlockKind::Handler { previous: base, name: name.cloned() }, outer);
        self.statements(body)?;
        self.close();
        self.u.handler = outer;
        self.pop_handled(base);
        if let Some(name) = name {
            self.clear_name(name);
            let (reachable, bound, stack) = (self.u.reachable, self.u.bound.clone(), self.u.stack.clone());
            let after = self.u.label();
            if reachable {
                self.u.jump(after);
            }
            let mut held = stack[..base].to_vec();
            held.push(Slot::Owned);
            self.u.handler = cleanup;
            self.u.enter_handler(failed, &held, base + 1);
            // The name goes while the exception is on its way.
            self.clear_name(name);
            self.u.reraise(base + 1, base + 1, true);
            self.u.handler = outer;
            self.u.stack = stack;
            self.u.bound = bound;
            self.u.bind(after);
        }
        Ok(())
    }

    /// Slots behind the exception: the group as it came, a list of what must be raised, the rest, what matches.
    fn star_clauses(&mut self, s: &'a ast::StmtTry, base: usize, cleanup: u32, outer: u32, end: Label) -> Res {
        let (exception, list, row) = (base + 1, base + 2, base + 3);
        self.u.make_row(Op::BuildList, Dst::Push, list, list, 0, 0);
        self.u.make(Op::Copy, Dst::Push, Unit::temp(exception), 0);
        for ExceptHandler::ExceptHandler(clause) in &s.handlers {
            let (none, next) = (self.u.label(), self.u.label());
            let Some(class) = clause.type_.as_deref() else {
                return self.error("expected one or more exception types", clause);
            };
            // The rest lies in `row`, what matches in `row + 1`.
            let top = self.u.sp();
            let class_operand = self.operand(class, false)?;
            self.at(class);
            let (register, kill) = match class_operand {
                Operand::Local(register) => (register, 0),
                Operand::Look(slot) => (Unit::temp(slot), 0),
                Operand::Temp(slot) => {
                    let owned = std::mem::replace(&mut self.u.stack[slot], Slot::Free) == Slot::Owned;
                    (Unit::temp(slot), if owned { crate::op::KILL_C } else { 0 })
                }
            };
            self.u.stack[row] = Slot::Free;
            let result = self.u.sp().max(top);
            self.u.raw(
                Op::GroupMatches,
                kill | crate::op::KILL_B,
                [Unit::temp(result), Unit::temp(row), register],
                0,
                None,
            );
            self.u.push(Slot::Owned);
            self.u.push(Slot::Owned);
            self.u.raw(Op::Move, 0, [Unit::temp(row), Unit::temp(result), 0], 0, None);
            self.u.stack[row] = Slot::Owned;
            self.u.stack[result] = Slot::Free;
            self.u.move_down(result + 1, row + 1);
            let matched = row + 1;
            self.u.jump_on(Op::JumpIfNone, matched + 1, Operand::Look(matched), none);
            let state = self.u.stack.clone();
            // What matches is what is being handled in the clause.
            self.u.raw(Op::PushHandled, 0, [Unit::temp(matched + 1), Unit::temp(matched), 0], 0, None);
            let before = self.u.push(Slot::Owned);
            let failed = self.u.label();
            self.u.stack[matched] = Slot::Free;
            self.u.protect(failed, before + 1);
            self.u.stack[matched] = Slot::Owned;
            match &clause.name {
                Some(name) => {
                    self.forbidden(name, ast::ExprContext::Store, name.range)?;
                    self.u.range = name.range;
                    self.store_name(name, before + 1, Operand::Temp(matched));
                }
                None => self.u.drop_slot(matched),
            }
            self.open(BlockKind::StarHandler);
            self.statements(&clause.body)?;
            self.close();
            self.u.handler = cleanup;
            self.pop_handled(before);
            if let Some(name) = &clause.name {
                self.clear_name(name);
            }
            self.u.pop_to(matched);
            self.u.jump(next);

            // What the clause raises is collected.
            let mut held = state[..matched].to_vec();
            held.push(Slot::Free);
            held.push(Slot::Owned);
            self.u.enter_handler(failed, &held, before + 1);
            self.pop_handled(before);
            if let Some(name) = &clause.name {
                self.clear_name(name);
            }
            let top = self.u.sp();
            self.u.effect(Op::ListAppend, top, Some(Operand::Look(list)), Some(Operand::Temp(before + 1)), 0);
            self.u.pop_to(matched);
            self.u.jump(next);

            self.u.stack = state;
            self.u.bind(none);
            self.u.drop_to(matched);
            self.u.bind(next);
        }
        self.at(s);
        let top = self.u.sp();
        self.u.effect(Op::ListAppend, top, Some(Operand::Look(list)), Some(Operand::Temp(row)), 0);
        self.u.pop_to(row);
        self.u.make2(Op::GroupReraise, Dst::Push, row, Operand::Temp(exception), Operand::Temp(list));
        let nothing = self.u.label();
        self.u.jump_on(Op::JumpIfNone, row + 1, Operand::Look(row), nothing);
        let state = self.u.stack.clone();
        self.u.handler = outer;
        self.pop_handled(base);
        self.u.reraise(row, base, false);
        self.u.stack = state;
        self.u.handler = cleanup;
        self.u.bind(nothing);
        self.u.drop_to(row);
        self.u.handler = outer;
        self.pop_handled(base);
        self.u.pop_to(base);
        self.u.jump(end);
        Ok(())
    }
}
