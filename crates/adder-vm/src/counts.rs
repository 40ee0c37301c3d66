//! What instructions do to reference counts, and what they need not do because their operands are borrowed.

use adder_compiler::op::{DST_LOCAL, Instr, KILL_A, KILL_B, KILL_C, Op, Operand};
use adder_objects::Value;

use crate::frame::Registers;

/// Counted by the watched loop. What built-in functions do inside is not among it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Instructions run.
    pub instructions: u64,
    /// References that instructions counted.
    pub increments: u64,
    /// References that instructions gave up.
    pub decrements: u64,
    /// Operands that were only borrowed: each would have been an increment and a decrement.
    pub borrowed: u64,
}

/// Has it a count that is written?
fn counts(value: &Value) -> bool {
    value.head().is_some_and(|head| !head.is_immortal())
}

impl Counts {
    /// Counts an instruction that is about to run.
    ///
    /// # Safety
    /// The registers are those of a frame whose code has this instruction.
    pub(crate) unsafe fn add(&mut self, r: Registers, i: Instr) {
        self.instructions += 1;
        let Some(op) = Op::of(i.op) else { return };
        // SAFETY: by the contract; operands that are read hold a value.
        let counted = |register: u16| unsafe { counts(&*r.at(register)) };
        let operands = [(KILL_A, i.a), (KILL_B, i.b), (KILL_C, i.c)];
        // The value goes on to another place as it is, or is copied there.
        let passed = match op {
            Op::StoreLocal | Op::StoreCell | Op::StoreGlobal | Op::StoreName | Op::StoreAttr => Some(1),
            Op::LoadMethod | Op::Yield | Op::ListAppend | Op::SetFunction => Some(1),
            Op::LoadLocal | Op::LoadLocalCallee | Op::Copy => Some(1),
            Op::Return => Some(0),
            Op::DictAdd | Op::SetItem => Some(2),
            _ => None,
        };
        for (n, kind) in op.operands().into_iter().enumerate() {
            let (bit, register) = operands[n];
            if kind != Operand::Read || op == Op::CheckLocal || !counted(register) {
                continue;
            }
            match (passed == Some(n), i.flags & bit != 0) {
                (true, true) => {}
                (true, false) => self.increments += 1,
                (false, true) => self.decrements += 1,
                (false, false) => self.borrowed += 1,
            }
        }
        match op {
            Op::LoadConst | Op::LoadGlobal | Op::LoadGlobalCallee | Op::LoadName | Op::LoadCell => self.increments += 1,
            Op::BorrowConst => self.borrowed += 1,
            Op::Drop if counted(i.a) => self.decrements += 1,
            Op::StoreLocal | Op::DeleteLocal | Op::ClearLocal if counted(i.a) => self.decrements += 1,
            _ if i.flags & DST_LOCAL != 0 && counted(i.a) => self.decrements += 1,
            _ => {}
        }
    }
}
