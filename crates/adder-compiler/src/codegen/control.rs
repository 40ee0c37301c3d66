//! Statements, above all those that decide what runs next.

use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::Gen;
use super::flow::BlockKind;
use super::unit::{Dst, Label, Operand, Slot};
use crate::Mode;
use crate::code::{Const, flag};
use crate::error::Res;
use crate::op::Op;
use crate::scope::ScopeKind;

impl<'a> Gen<'a> {
    pub(super) fn stmt(&mut self, statement: &'a Stmt) -> Res {
        self.at(statement);
        self.u.statement();
        match statement {
            Stmt::FunctionDef(s) => self.function_def(s),
            Stmt::ClassDef(s) => self.class_def(s),
            Stmt::Return(s) => self.return_stmt(s),
            Stmt::Delete(s) => s.targets.iter().try_for_each(|target| self.delete(target)),
            Stmt::TypeAlias(s) => self.type_alias(s),
            Stmt::Assign(s) => self.assign(s),
            Stmt::AugAssign(s) => self.augmented(s),
            Stmt::AnnAssign(s) => self.annotated_assignment(s),
            Stmt::For(s) => self.for_stmt(s),
            Stmt::While(s) => self.while_stmt(s),
            Stmt::If(s) => self.if_stmt(s),
            Stmt::With(s) => self.with_stmt(s),
            Stmt::Match(s) => self.match_stmt(s),
            Stmt::Raise(s) => self.raise(s),
            Stmt::Try(s) => self.try_stmt(s),
            Stmt::Assert(s) => self.assert(s),
            Stmt::Import(s) => self.import(s),
            Stmt::ImportFrom(s) => self.import_from(s),
            Stmt::Global(_) | Stmt::Nonlocal(_) => Ok(()),
            Stmt::Expr(s) if self.options.mode == Mode::Single && self.outer.is_empty() => self.print(s),
            Stmt::Expr(s) => {
                self.expr_statement_warnings(&s.value);
                if self.fold(&s.value).is_some() {
                    self.fold_warnings(&s.value);
                    self.line();
                    return Ok(());
                }
                self.discard(&s.value)
            }
            Stmt::Pass(_) => {
                self.line();
                Ok(())
            }
            Stmt::Break(s) => self.jump_out(s.range, true),
            Stmt::Continue(s) => self.jump_out(s.range, false),
            Stmt::IpyEscapeCommand(s) => self.error("invalid syntax", s),
        }
    }

    /// A place for debuggers to stop at.
    fn line(&mut self) {
        self.u.raw(Op::Line, 0, [0; 3], 0, None);
    }

    fn return_stmt(&mut self, s: &ast::StmtReturn) -> Res {
        if !matches!(self.scope().kind, ScopeKind::Function | ScopeKind::Lambda) {
            return self.error("'return' outside function", s);
        }
        if s.value.is_some() && self.u.flags & flag::ASYNC_GENERATOR != 0 {
            return self.error("'return' with value in async generator", s);
        }
        self.not_in_star_handler(s.range)?;
        self.finally_warning("return", s.range, None);
        let constant = match &s.value {
            None => Some(Const::None),
            Some(value) => self.fold(value),
        };
        self.leaving(|g| {
            if let Some(constant) = constant {
                g.unwind(0, None)?;
                g.at(s);
                let number = g.u.constant(constant);
                g.u.raw(Op::ReturnConst, 0, [0, number, 0], 0, None);
                return Ok(());
            }
            let Some(value) = &s.value else { return Ok(()) };
            let top = g.u.sp();
            // A way out that runs code must not see the local change.
            let runs = g.u.blocks.iter().any(|block| !matches!(block.kind, BlockKind::Loop { .. } | BlockKind::Try));
            let value = g.operand(value, runs)?;
            if let Operand::Temp(slot) = value
                && g.u.stack[slot] == Slot::Owned
            {
                g.unwind(0, Some(slot))?;
            } else {
                g.unwind(0, None)?;
            }
            g.at(s);
            g.u.effect(Op::Return, top, Some(value), None, 0);
            Ok(())
        })
    }

    fn not_in_star_handler(&self, range: TextRange) -> Res {
        for block in self.u.blocks.iter().rev() {
            match block.kind {
                BlockKind::Loop { .. } => break,
                BlockKind::StarHandler => return self.star_error(range),
                _ => {}
            }
        }
        Ok(())
    }

    fn star_error(&self, range: TextRange) -> Res {
        self.error("'break', 'continue' and 'return' cannot appear in an except* block", range)
    }

    fn jump_out(&mut self, range: TextRange, out: bool) -> Res {
        let mut found = None;
        for (i, block) in self.u.blocks.iter().enumerate().rev() {
            match block.kind {
                BlockKind::Loop { start, end, .. } => {
                    found = Some((i, start, end));
                    break;
                }
                BlockKind::StarHandler => return self.star_error(range),
                _ => {}
            }
        }
        let Some((i, start, end)) = found else {
            let text = if out { "'break' outside loop" } else { "'continue' not properly in loop" };
            return self.error(text, range);
        };
        self.finally_warning(if out { "break" } else { "continue" }, range, Some(i));
        self.leaving(|g| {
            g.unwind(if out { i } else { i + 1 }, None)?;
            g.u.range = range;
            g.u.jump(if out { end } else { start });
            Ok(())
        })
    }

    fn if_stmt(&mut self, s: &'a ast::StmtIf) -> Res {
        let end = self.u.label();
        let mut next = self.u.label();
        self.jump_if(&s.test, false, next)?;
        self.statements(&s.body)?;
        for (i, clause) in s.elif_else_clauses.iter().enumerate() {
            self.u.jump(end);
            self.u.bind(next);
            next = self.u.label();
            if let Some(test) = &clause.test {
                self.jump_if(test, false, next)?;
            }
            self.statements(&clause.body)?;
            debug_assert!(clause.test.is_some() || i + 1 == s.elif_else_clauses.len());
        }
        self.u.bind(next);
        self.u.bind(end);
        Ok(())
    }

    /// Is a condition so short that it is worth being there twice? Only locals and numbers, and what compares them: collections and
    /// handlers of signals have their turn at the jump back, behind such a test, and it must not be one whose result they change.
    fn is_short(&self, test: &Expr) -> bool {
        let simple = |e: &Expr| match e {
            Expr::Name(name) => self.fast(&name.id).is_some(),
            e => matches!(e, Expr::NumberLiteral(_)),
        };
        match test {
            Expr::Compare(compare) if compare.comparators.len() < 3 => {
                let mut operands = compare.comparators.iter().chain([&*compare.left]);
                operands.all(|operand| match operand {
                    Expr::BinOp(e) => simple(&e.left) && simple(&e.right),
                    operand => simple(operand),
                })
            }
            test => simple(test),
        }
    }

    fn while_stmt(&mut self, s: &'a ast::StmtWhile) -> Res {
        let (head, end, otherwise) = (self.u.label(), self.u.label(), self.u.label());
        let forever = self.truth(&s.test) == Some(true);
        // A short test is made again at the bottom, so that a turn has one jump.
        let bottom = !forever && self.is_short(&s.test);
        let start = if bottom { self.u.label() } else { head };
        if bottom {
            self.jump_if(&s.test, false, otherwise)?;
            self.u.bind_loop(head);
        } else {
            self.u.bind_loop(head);
            if forever {
                self.u.silent(s.range, true);
            }
            self.jump_if(&s.test, false, otherwise)?;
        }
        self.open(BlockKind::Loop { start, end, iterator: None });
        self.statements(&s.body)?;
        self.close();
        if bottom {
            self.u.bind(start);
            self.copies += 1;
            self.jump_if(&s.test, true, head)?;
            self.copies -= 1;
        } else {
            self.at(s);
            self.u.jump(head);
        }
        self.u.bind(otherwise);
        self.statements(&s.orelse)?;
        self.u.bind(end);
        Ok(())
    }

    /// The next value goes to the target, or the jump to the end is taken with the iterator consumed.
    pub(super) fn for_iter(&mut self, slot: usize, target: &Expr, end: Label) -> Res {
        let top = self.u.sp();
        let iterator = super::unit::Unit::temp(slot);
        let target_range = self.u.range;
        if let Expr::Name(name) = target
            && let Some(register) = self.fast(&name.id)
        {
            self.forbidden(&name.id, ast::ExprContext::Store, name.range)?;
            self.u.raw(Op::ForIter, crate::op::DST_LOCAL, [register, iterator, 0], 0, Some(end));
            self.u.bound.insert(register);
            return Ok(());
        }
        self.u.raw(Op::ForIter, 0, [super::unit::Unit::temp(top), iterator, 0], 0, Some(end));
        self.u.push(Slot::Owned);
        self.u.range = target_range;
        self.store(target, top, Operand::Temp(top))
    }

    fn for_stmt(&mut self, s: &'a ast::StmtFor) -> Res {
        if s.is_async {
            self.may_await(s.range, "'async for'")?;
        }
        let (start, end, otherwise) = (self.u.label(), self.u.label(), self.u.label());
        let slot = self.u.sp();
        let iterable = match self.constant_iterable(&s.iter) {
            Some(items) => {
                self.at(&*s.iter);
                self.constant_operand(items)
            }
            None => self.operand(&s.iter, false)?,
        };
        self.at(&*s.iter);
        let op = if s.is_async { Op::GetAIter } else { Op::GetIter };
        self.u.make1(op, Dst::Push, slot, iterable, 0);
        self.u.bind_loop(start);
        self.open(BlockKind::Loop { start, end, iterator: Some(slot) });
        let failure = if s.is_async {
            Some(self.async_next(slot, &s.target, s.iter.range())?)
        } else {
            self.at(&*s.iter);
            self.for_iter(slot, &s.target, otherwise)?;
            None
        };
        self.statements(&s.body)?;
        self.close();
        self.at(&*s.iter);
        self.u.jump(start);
        match failure {
            Some(failure) => self.async_end(slot, failure, s.iter.range()),
            None => {
                self.u.stack[slot] = Slot::Free;
                self.u.pop_to(slot);
                self.u.bind(otherwise);
            }
        }
        self.statements(&s.orelse)?;
        self.u.bind(end);
        Ok(())
    }

    /// A list of constants that is only iterated is a tuple.
    fn constant_iterable(&mut self, e: &Expr) -> Option<Const> {
        match e {
            Expr::List(list) if !list.elts.is_empty() => self.constants(&list.elts).map(Const::Tuple),
            _ => None,
        }
    }

    /// The next value of an asynchronous iterator goes to the target. StopAsyncIteration goes to the label that is returned.
    pub(super) fn async_next(&mut self, slot: usize, target: &Expr, range: TextRange) -> Res<(Label, u32)> {
        let top = self.u.sp();
        let failure = self.u.label();
        let outer = self.u.handler;
        self.u.protect(failure, top);
        self.u.range = range;
        self.u.make1(Op::GetANext, Dst::Push, top, Operand::Look(slot), 0);
        self.delegate(top, Dst::Push);
        self.u.handler = outer;
        self.at(target);
        self.store(target, top, Operand::Temp(top))?;
        Ok((failure, outer))
    }

    /// The end of an asynchronous loop, where its iterator goes.
    pub(super) fn async_end(&mut self, slot: usize, (failure, outer): (Label, u32), range: TextRange) {
        self.u.handler = outer;
        let stack = self.u.stack[..=slot].to_vec();
        // The exception lies where the values of the loop did.
        let top = self.u.sp();
        self.u.enter_handler(failure, &stack, top);
        self.u.range = range;
        self.u.effect(Op::EndAsyncFor, top, Some(Operand::Temp(top)), None, 0);
        self.u.drop_to(slot);
    }

    fn raise(&mut self, s: &ast::StmtRaise) -> Res {
        let base = self.u.sp();
        match (&s.exc, &s.cause) {
            (None, _) => self.u.raw(Op::RaiseAgain, 0, [0; 3], 0, None),
            (Some(exception), None) => {
                let exception = self.operand(exception, false)?;
                self.at(s);
                self.u.effect(Op::Raise, base, Some(exception), None, 0);
            }
            (Some(exception), Some(cause)) => {
                let exception = self.operand_before(exception, cause)?;
                let cause = self.operand(cause, false)?;
                self.at(s);
                self.u.effect(Op::RaiseFrom, base, Some(exception), Some(cause), 0);
            }
        }
        self.u.reachable = false;
        Ok(())
    }

    fn assert(&mut self, s: &ast::StmtAssert) -> Res {
        self.assert_warning(s);
        if self.options.optimize > 0 {
            return Ok(());
        }
        let base = self.u.sp();
        let end = self.u.label();
        self.jump_if(&s.test, true, end)?;
        self.at(s);
        match &s.msg {
            None => self.u.make(Op::LoadAssertionError, Dst::Push, 0, 0),
            Some(message) => {
                self.u.reserve(super::call::RESERVED);
                let window = self.u.sp();
                self.u.make(Op::LoadAssertionError, Dst::Push, 0, 0);
                self.unset();
                self.push(message)?;
                self.at(&*s.test);
                self.u.make_row(Op::Call, Dst::Push, base, window, 1, 0);
            }
        }
        self.at(&*s.test);
        self.u.effect(Op::Raise, base, Some(Operand::Temp(base)), None, 0);
        self.u.reachable = false;
        self.u.bind(end);
        Ok(())
    }
}
