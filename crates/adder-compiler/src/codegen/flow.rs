//! What a `return`, `break` or `continue` has to undo on its way out.

use ruff_python_ast::{Identifier, Stmt};
use ruff_text_size::TextRange;

use super::Gen;
use super::unit::{Dst, Label, Operand};
use crate::code::Const;
use crate::error::Res;
use crate::op::Op;

/// A statement that is open.
#[derive(Clone)]
pub(super) struct Block {
    pub kind: BlockKind,
    /// The handler outside of it.
    pub handler: u32,
}

#[derive(Clone)]
pub(super) enum BlockKind {
    Loop {
        start: Label,
        end: Label,
        iterator: Option<usize>,
    },
    /// A body whose `finally` must run: its number among [`Gen::finals`].
    Finally {
        body: usize,
    },
    /// A `finally` that runs because of an exception.
    FinallyHandler {
        previous: usize,
    },
    /// A `finally` that runs on a way out which carries a value.
    Value {
        slot: usize,
    },
    With {
        exit: usize,
        asynchronous: bool,
        range: TextRange,
    },
    /// An `except` clause.
    Handler {
        previous: usize,
        name: Option<Identifier>,
    },
    /// A clause of `except*`, from which there is no way out.
    StarHandler,
    /// A body protected by `except`: only the handler changes.
    Try,
}

impl<'a> Gen<'a> {
    pub(super) fn open(&mut self, kind: BlockKind) {
        self.open_outside(kind, self.u.handler);
    }

    pub(super) fn open_outside(&mut self, kind: BlockKind, handler: u32) {
        self.u.blocks.push(Block { kind, handler });
    }

    pub(super) fn close(&mut self) {
        self.u.blocks.pop();
    }

    /// Leaves the blocks from the innermost down to `to`, which stays. The state of the registers changes; the caller restores
    /// it behind the jump.
    pub(super) fn unwind(&mut self, to: usize, value: Option<usize>) -> Res {
        let blocks = self.u.blocks.clone();
        let range = self.u.range;
        for i in (to..blocks.len()).rev() {
            let block = &blocks[i];
            self.u.blocks.truncate(i);
            self.u.handler = block.handler;
            match &block.kind {
                BlockKind::Loop { iterator, .. } => {
                    if let Some(slot) = iterator {
                        self.u.drop_slot(*slot);
                    }
                }
                BlockKind::Finally { body } => {
                    if let Some(slot) = value {
                        self.open(BlockKind::Value { slot });
                    }
                    self.copies += 1;
                    let body = self.finals[*body];
                    self.statements(body)?;
                    self.copies -= 1;
                    self.u.blocks.truncate(i);
                    self.u.range = range;
                }
                BlockKind::FinallyHandler { previous } => {
                    self.pop_handled(*previous);
                    self.u.drop_slot(previous + 1);
                }
                BlockKind::Value { slot } => self.u.drop_slot(*slot),
                BlockKind::With { exit, asynchronous, range: with } => {
                    self.u.range = *with;
                    self.exit_normally(*exit, *asynchronous);
                    self.u.range = range;
                }
                BlockKind::Handler { previous, name } => {
                    self.pop_handled(*previous);
                    if let Some(name) = name {
                        self.clear_name(name);
                    }
                }
                BlockKind::StarHandler | BlockKind::Try => {}
            }
        }
        self.u.blocks = blocks;
        Ok(())
    }

    pub(super) fn pop_handled(&mut self, slot: usize) {
        let top = self.u.sp();
        self.u.effect(Op::PopHandled, top, Some(Operand::Temp(slot)), None, 0);
    }

    /// Calls the exit of a `with` whose body ended without an exception.
    pub(super) fn exit_normally(&mut self, exit: usize, asynchronous: bool) {
        let top = self.u.sp();
        let none = self.constant_operand(Const::None);
        self.u.make2(Op::WithExit, Dst::Push, top, Operand::Temp(exit), none);
        if asynchronous {
            self.await_operand(top, Operand::Temp(top), 2, Dst::Push);
        }
        self.u.drop_to(top);
    }

    pub(super) fn statements(&mut self, body: &'a [Stmt]) -> Res {
        body.iter().try_for_each(|statement| self.stmt(statement))
    }

    /// Runs what leaves the code of now, and goes on with the state of before.
    pub(super) fn leaving(&mut self, leave: impl FnOnce(&mut Self) -> Res) -> Res {
        let (stack, handler) = (self.u.stack.clone(), self.u.handler);
        leave(self)?;
        self.u.reachable = false;
        self.u.stack = stack;
        self.u.handler = handler;
        Ok(())
    }
}
