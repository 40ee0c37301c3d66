//! `with` and `async with`.

use ruff_python_ast as ast;
use ruff_text_size::Ranged;

use super::Gen;
use super::flow::BlockKind;
use super::unit::{Dst, Operand, Slot, Unit};
use crate::error::Res;
use crate::op::Op;

impl<'a> Gen<'a> {
    pub(super) fn with_stmt(&mut self, s: &'a ast::StmtWith) -> Res {
        if s.is_async {
            self.may_await(s.range, "'async with'")?;
        }
        self.with_items(s, 0)
    }

    fn with_items(&mut self, s: &'a ast::StmtWith, n: usize) -> Res {
        let Some(item) = s.items.get(n) else { return self.statements(&s.body) };
        let base = self.u.sp();
        let range = item.context_expr.range();
        let manager = self.operand(&item.context_expr, false)?;
        self.u.range = range;
        let (register, kill) = match manager {
            Operand::Local(register) => (register, 0),
            Operand::Look(slot) => (Unit::temp(slot), 0),
            Operand::Temp(slot) => {
                let owned = std::mem::replace(&mut self.u.stack[slot], Slot::Free) == Slot::Owned;
                (Unit::temp(slot), if owned { crate::op::KILL_B } else { 0 })
            }
        };
        let row = self.u.sp();
        let op = if s.is_async { Op::AsyncWithEnter } else { Op::WithEnter };
        self.u.raw(op, kill, [Unit::temp(row), register, 0], 0, None);
        self.u.push(Slot::Owned);
        self.u.push(Slot::Owned);
        let exit = row;
        if s.is_async {
            self.await_operand(exit + 1, Operand::Temp(exit + 1), 1, Dst::Push);
        }
        let outer = self.u.handler;
        let (failed, end) = (self.u.label(), self.u.label());
        let entered = exit + 1;
        // The result of entering is stored inside of the protected part; it is not kept.
        self.u.stack[entered] = Slot::Free;
        self.u.protect(failed, exit + 2);
        self.u.stack[entered] = Slot::Owned;
        match &item.optional_vars {
            Some(target) => self.store(target, entered, Operand::Temp(entered))?,
            None => self.u.drop_to(entered),
        }
        let kind = BlockKind::With { exit, asynchronous: s.is_async, range };
        self.open_outside(kind, outer);
        self.with_items(s, n + 1)?;
        self.close();
        self.u.handler = outer;
        self.u.range = range;
        self.exit_normally(exit, s.is_async);
        self.u.jump(end);
        let after = self.u.stack.clone();

        self.failed_with(exit, failed, s.is_async);
        self.u.jump(end);
        self.u.stack = after;
        self.u.bind(end);
        self.u.pop_to(base);
        Ok(())
    }

    /// The body raised: the exit decides whether that is the end of it.
    fn failed_with(&mut self, exit: usize, failed: usize, asynchronous: bool) {
        let outer = self.u.handler;
        let (previous, exception) = (exit + 1, exit + 2);
        let mut stack = self.u.stack[..exit].to_vec();
        stack.push(Slot::Owned);
        let held = stack.clone();
        self.u.enter_handler(failed, &stack, exception);
        self.u.raw(Op::PushHandled, 0, [Unit::temp(previous), Unit::temp(exception), 0], 0, None);
        self.u.stack[previous] = Slot::Owned;
        let cleanup = self.u.label();
        self.u.stack[exit] = Slot::Free;
        self.u.protect(cleanup, exception);
        self.u.stack[exit] = Slot::Owned;
        let top = self.u.sp();
        self.u.make2(Op::WithExit, Dst::Push, top, Operand::Temp(exit), Operand::Look(exception));
        if asynchronous {
            self.await_operand(top, Operand::Temp(top), 2, Dst::Push);
        }
        let suppressed = self.u.label();
        self.u.jump_on(Op::JumpIf, top, Operand::Temp(top), suppressed);
        let state = self.u.stack.clone();
        self.u.handler = outer;
        self.pop_handled(previous);
        self.u.reraise(exception, exit, true);

        let mut stack = held[..exit].to_vec();
        stack.push(Slot::Free);
        stack.push(Slot::Owned);
        self.u.enter_handler(cleanup, &stack, exception);
        self.pop_handled(previous);
        self.u.reraise(exception, exit, true);

        self.u.stack = state;
        self.u.bind(suppressed);
        self.u.handler = outer;
        self.pop_handled(previous);
        self.u.drop_to(exit);
    }
}
