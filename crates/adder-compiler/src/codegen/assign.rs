//! Assignment to every sort of target.

use ruff_python_ast::{self as ast, Expr, ExprContext, Operator};
use ruff_text_size::Ranged;

use super::Gen;
use super::display::ROW;
use super::expr::binary_op;
use super::unit::{Dst, Operand, Slot, Unit};
use crate::error::Res;
use crate::op::Op;
use crate::parse::messages::expression_name;

impl Gen<'_> {
    /// Names that cannot be bound.
    pub(super) fn forbidden(&self, name: &str, ctx: ExprContext, range: impl Ranged) -> Res {
        match (name, ctx) {
            ("__debug__", ExprContext::Store) => self.error("cannot assign to __debug__", range),
            ("__debug__", ExprContext::Del) => self.error("cannot delete __debug__", range),
            _ => Ok(()),
        }
    }

    pub(super) fn assign(&mut self, s: &ast::StmtAssign) -> Res {
        if let [target] = &s.targets[..] {
            return self.assign_one(target, &s.value, s.range);
        }
        let base = self.u.sp();
        let value = self.operand(&s.value, true)?;
        let Some((last, others)) = s.targets.split_last() else { return Ok(()) };
        for target in others {
            let look = match value {
                Operand::Temp(slot) => Operand::Look(slot),
                value => value,
            };
            let top = self.u.sp();
            self.store(target, top, look)?;
        }
        self.store(last, base, value)
    }

    /// One target: the value may go straight into it.
    pub(super) fn assign_one(&mut self, target: &Expr, value: &Expr, range: impl Ranged) -> Res {
        let base = self.u.sp();
        match target {
            Expr::Name(name) => {
                self.forbidden(&name.id, ExprContext::Store, name.range)?;
                if let Some(register) = self.fast(&name.id) {
                    return self.expr_to(value, Dst::Local(register));
                }
                let value = self.operand(value, false)?;
                self.at(range);
                self.store(target, base, value)
            }
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                if let Some(values) = side_by_side(elts, value) {
                    return self.assign_each(elts, values);
                }
                let value = self.operand(value, false)?;
                self.store(target, base, value)
            }
            Expr::Attribute(a) => {
                let value = self.operand_before(value, &a.value)?;
                self.store(target, base, value)
            }
            Expr::Subscript(s) => {
                let value = self.operand_before_all(value, [&*s.value, &*s.slice].into_iter())?;
                self.store(target, base, value)
            }
            target => {
                let value = self.operand(value, true)?;
                self.store(target, base, value)
            }
        }
    }

    /// `a, b = x, y` without a tuple.
    fn assign_each(&mut self, targets: &[Expr], values: &[Expr]) -> Res {
        let base = self.u.sp();
        for value in values {
            self.push(value)?;
        }
        for (i, target) in targets.iter().enumerate() {
            let top = self.u.sp();
            self.at(target);
            self.store(target, top, Operand::Temp(base + i))?;
        }
        self.u.pop_to(base);
        Ok(())
    }

    /// Stores a value; the temporaries from `base` on go.
    pub(super) fn store(&mut self, target: &Expr, base: usize, value: Operand) -> Res {
        match target {
            Expr::Name(name) => {
                self.forbidden(&name.id, ExprContext::Store, name.range)?;
                self.at(target);
                self.store_name(&name.id, base, value);
                Ok(())
            }
            Expr::Attribute(a) => {
                self.forbidden(&a.attr, ExprContext::Store, a.range)?;
                let object = self.operand(&a.value, false)?;
                self.at(target);
                let mangled = self.mangled(&a.attr);
                let name = self.u.name_number(&mangled);
                self.u.effect(Op::StoreAttr, base, Some(object), Some(value), name);
                Ok(())
            }
            Expr::Subscript(s) => {
                let object = self.operand_before(&s.value, &s.slice)?;
                let index = self.operand(&s.slice, false)?;
                self.at(target);
                self.u.effect3(Op::SetItem, base, object, index, value);
                Ok(())
            }
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                self.unpack(target, elts, base, value)
            }
            Expr::Starred(s) => self.error("starred assignment target must be in a list or tuple", s),
            other => self.error("cannot assign to expression here. Maybe you meant '==' instead of '='?", other),
        }
    }

    fn unpack(&mut self, target: &Expr, elts: &[Expr], base: usize, value: Operand) -> Res {
        let mut star = None;
        for (i, e) in elts.iter().enumerate() {
            if let Expr::Starred(starred) = e {
                if star.is_some() {
                    return self.error("multiple starred expressions in assignment", target);
                }
                star = Some(i);
                if i >= 1 << 8 || elts.len() - i > 1 << 8 {
                    return self.error("too many expressions in star-unpacking assignment", starred);
                }
            }
        }
        self.at(target);
        let row = self.u.sp();
        let (register, kill) = match value {
            Operand::Local(register) => (register, 0),
            Operand::Look(slot) => (Unit::temp(slot), 0),
            Operand::Temp(slot) => {
                let owned = self.u.is_owned(slot);
                if owned {
                    self.u.stack[slot] = Slot::Free;
                }
                (Unit::temp(slot), if owned { crate::op::KILL_B } else { 0 })
            }
        };
        let (op, count) = match star {
            None if elts.len() > usize::from(u16::MAX) => {
                return self.error("too many expressions in assignment", target);
            }
            None => (Op::Unpack, elts.len() as u32),
            Some(before) => (Op::UnpackEx, before as u32 | ((elts.len() - before - 1) as u32) << 8),
        };
        self.u.raw(op, kill, [Unit::temp(row), register, count], 0, None);
        for _ in elts {
            self.u.push(Slot::Owned);
        }
        for (i, e) in elts.iter().enumerate() {
            let top = self.u.sp();
            let target = match e {
                Expr::Starred(starred) => &*starred.value,
                e => e,
            };
            self.store(target, top, Operand::Temp(row + i))?;
        }
        self.u.pop_to(base);
        Ok(())
    }

    pub(super) fn augmented(&mut self, s: &ast::StmtAugAssign) -> Res {
        let base = self.u.sp();
        match &*s.target {
            Expr::Name(name) => {
                self.forbidden(&name.id, ExprContext::Store, name.range)?;
                let mut dst = Dst::Push;
                let old = match self.fast(&name.id) {
                    Some(register) => {
                        dst = Dst::Local(register);
                        self.operand_before(&s.target, &s.value)?
                    }
                    None => {
                        self.at(name);
                        self.load_name(&name.id, Dst::Push);
                        Operand::Temp(base)
                    }
                };
                self.combine(s, dst, base, old)?;
                if dst == Dst::Push {
                    self.at(s);
                    self.store_name(&name.id, base, Operand::Temp(base));
                }
                Ok(())
            }
            Expr::Attribute(a) => {
                self.forbidden(&a.attr, ExprContext::Store, a.range)?;
                let object = self.operand_before(&a.value, &s.value)?;
                let top = self.u.sp();
                self.at(a);
                let mangled = self.mangled(&a.attr);
                let name = self.u.name_number(&mangled);
                self.u.make1(Op::LoadAttr, Dst::Push, top, looked(object), name);
                self.combine(s, Dst::Push, top, Operand::Temp(top))?;
                self.at(a);
                self.u.effect(Op::StoreAttr, base, Some(object), Some(Operand::Temp(top)), name);
                Ok(())
            }
            Expr::Subscript(t) => {
                let object = self.operand_before_all(&t.value, [&*t.slice, &*s.value].into_iter())?;
                let index = self.operand_before(&t.slice, &s.value)?;
                let top = self.u.sp();
                self.at(t);
                self.u.make2(Op::GetItem, Dst::Push, top, looked(object), looked(index));
                self.combine(s, Dst::Push, top, Operand::Temp(top))?;
                self.at(t);
                self.u.effect3(Op::SetItem, base, object, index, Operand::Temp(top));
                Ok(())
            }
            other => self.error("illegal expression for augmented assignment", other),
        }
    }

    /// The new value of an augmented assignment.
    fn combine(&mut self, s: &ast::StmtAugAssign, dst: Dst, base: usize, old: Operand) -> Res {
        if let Some(n) = self.small(s.op, &s.value) {
            self.at(s);
            let op = if s.op == Operator::Add { Op::AddInt } else { Op::SubInt };
            self.u.make1x(op, dst, base, old, u32::from(n as u16), 1);
            return Ok(());
        }
        let value = self.operand(&s.value, false)?;
        self.at(s);
        self.u.make2(binary_op(s.op, true), dst, base, old, value);
        Ok(())
    }

    pub(super) fn delete(&mut self, target: &Expr) -> Res {
        let base = self.u.sp();
        match target {
            Expr::Name(name) => {
                self.forbidden(&name.id, ExprContext::Del, name.range)?;
                self.at(target);
                self.delete_name(&name.id);
                Ok(())
            }
            Expr::Attribute(a) => {
                self.forbidden(&a.attr, ExprContext::Del, a.range)?;
                let object = self.operand(&a.value, false)?;
                self.at(target);
                let mangled = self.mangled(&a.attr);
                let name = self.u.name_number(&mangled);
                self.u.effect(Op::DeleteAttr, base, Some(object), None, name);
                Ok(())
            }
            Expr::Subscript(s) => {
                let object = self.operand_before(&s.value, &s.slice)?;
                let index = self.operand(&s.slice, false)?;
                self.at(target);
                self.u.effect(Op::DeleteItem, base, Some(object), Some(index), 0);
                Ok(())
            }
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                elts.iter().try_for_each(|e| self.delete(e))
            }
            other => self.error(format!("cannot delete {}", expression_name(other)), other),
        }
    }
}

fn looked(operand: Operand) -> Operand {
    match operand {
        Operand::Temp(slot) => Operand::Look(slot),
        operand => operand,
    }
}

/// The values of a tuple or list display that is unpacked at once.
fn side_by_side<'e>(targets: &[Expr], value: &'e Expr) -> Option<&'e [Expr]> {
    let values = match value {
        Expr::Tuple(e) => &e.elts,
        Expr::List(e) => &e.elts,
        _ => return None,
    };
    let starred = |es: &[Expr]| es.iter().any(Expr::is_starred_expr);
    (values.len() == targets.len() && values.len() <= ROW && !starred(targets) && !starred(values)).then_some(values)
}
