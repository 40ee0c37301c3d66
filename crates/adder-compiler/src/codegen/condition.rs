//! Conditions as jumps, without making booleans.

use ruff_python_ast::{self as ast, CmpOp, Expr, UnaryOp};

use super::Gen;
use super::unit::{Label, Operand};
use crate::error::Res;
use crate::op::Op;

/// The comparing jump of an operator, whether its sense is turned round, and its form for small ints.
fn jump_op(op: CmpOp) -> (Op, bool, Option<Op>) {
    match op {
        CmpOp::Lt => (Op::JumpLt, false, Some(Op::JumpLtInt)),
        CmpOp::LtE => (Op::JumpLe, false, Some(Op::JumpLeInt)),
        CmpOp::Eq => (Op::JumpEq, false, Some(Op::JumpEqInt)),
        CmpOp::NotEq => (Op::JumpNe, false, Some(Op::JumpNeInt)),
        CmpOp::Gt => (Op::JumpGt, false, Some(Op::JumpGtInt)),
        CmpOp::GtE => (Op::JumpGe, false, Some(Op::JumpGeInt)),
        CmpOp::Is => (Op::JumpIs, false, None),
        CmpOp::IsNot => (Op::JumpIs, true, None),
        CmpOp::In => (Op::JumpIn, false, None),
        CmpOp::NotIn => (Op::JumpIn, true, None),
    }
}

impl Gen<'_> {
    /// Jumps to the label if the truth of the expression is `when`; else goes on.
    pub(super) fn jump_if(&mut self, e: &Expr, when: bool, label: Label) -> Res {
        if let Some(truth) = self.truth(e) {
            self.fold_warnings(e);
            self.at(e);
            if truth == when {
                self.u.jump(label);
            }
            return Ok(());
        }
        match e {
            Expr::UnaryOp(u) if u.op == UnaryOp::Not => self.jump_if(&u.operand, !when, label),
            Expr::BoolOp(b) => {
                let decisive = b.op == ast::BoolOp::Or;
                let Some((last, others)) = b.values.split_last() else { return Ok(()) };
                if decisive == when {
                    for value in others {
                        self.jump_if(value, when, label)?;
                    }
                    return self.jump_if(last, when, label);
                }
                let end = self.u.label();
                for value in others {
                    self.jump_if(value, decisive, end)?;
                }
                self.jump_if(last, when, label)?;
                self.u.bind(end);
                Ok(())
            }
            Expr::If(i) => {
                let (otherwise, end) = (self.u.label(), self.u.label());
                self.jump_if(&i.test, false, otherwise)?;
                self.jump_if(&i.body, when, label)?;
                self.at(e);
                self.u.jump(end);
                self.u.bind(otherwise);
                self.jump_if(&i.orelse, when, label)?;
                self.u.bind(end);
                Ok(())
            }
            Expr::Compare(c) => self.jump_compare(c, when, label),
            _ => {
                let base = self.u.sp();
                let value = self.operand(e, false)?;
                self.at(e);
                self.u.jump_on(if when { Op::JumpIf } else { Op::JumpIfNot }, base, value, label);
                Ok(())
            }
        }
    }

    fn jump_compare(&mut self, c: &ast::ExprCompare, when: bool, label: Label) -> Res {
        self.comparison_warnings(c);
        let base = self.u.sp();
        let mut left = self.operand_before(&c.left, &c.comparators[0])?;
        let last = c.ops.len() - 1;
        let end = self.u.label();
        let mut failures = Vec::new();
        for (i, (op, right)) in c.ops.iter().zip(&c.comparators).enumerate() {
            let (jump, negated, with_int) = jump_op(*op);
            if i == last {
                if let (CmpOp::Is | CmpOp::IsNot, Expr::NoneLiteral(_)) = (op, right) {
                    self.at(c);
                    let none = (*op == CmpOp::Is) == when;
                    self.u.jump_on(if none { Op::JumpIfNone } else { Op::JumpIfNotNone }, base, left, label);
                } else if let Some(op) = with_int
                    && let Some(n) = self.small_int(right)
                {
                    self.at(c);
                    self.u.jump_on_int(op, !when, base, left, n, label);
                } else {
                    let right = self.comparator(*op, right, None)?;
                    self.at(c);
                    self.u.jump_on2(jump, negated == when, base, left, right, label);
                }
                break;
            }
            let middle = self.comparator(*op, right, c.comparators.get(i + 1))?;
            let false_label = if when { end } else { label };
            self.at(c);
            let top = self.u.sp();
            match middle {
                // It must be dropped when the comparison fails.
                Operand::Temp(slot) if self.u.is_owned(slot) => {
                    let failed = self.u.label();
                    self.u.jump_on2(jump, !negated, top, left, Operand::Look(slot), failed);
                    failures.push((failed, self.u.stack.clone(), false_label));
                }
                middle => self.u.jump_on2(jump, !negated, top, left, middle, false_label),
            }
            left = middle;
        }
        if !failures.is_empty() {
            self.at(c);
            let after = self.u.label();
            self.u.jump(after);
            let stack = self.u.stack.clone();
            for (failed, state, target) in failures {
                self.u.stack = state;
                self.u.bind(failed);
                self.u.drop_to(base);
                self.u.jump(target);
            }
            self.u.stack = stack;
            self.u.bind(after);
        }
        self.u.bind(end);
        Ok(())
    }
}
