//! Lists, tuples, sets, dicts.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::Gen;
use super::unit::{Dst, Operand};
use crate::code::Const;
use crate::error::Res;
use crate::op::Op;

/// More values are not put side by side in registers.
pub(super) const ROW: usize = 30;

impl Gen<'_> {
    /// All of them, if each is a constant.
    pub(super) fn constants(&mut self, elts: &[Expr]) -> Option<Box<[Const]>> {
        elts.iter().map(|e| self.fold(e)).collect()
    }

    fn in_row(elts: &[Expr]) -> bool {
        elts.len() <= ROW && !elts.iter().any(Expr::is_starred_expr)
    }

    pub(super) fn tuple(&mut self, elts: &[Expr], range: TextRange, dst: Dst) -> Res {
        let base = self.u.sp();
        if Self::in_row(elts) {
            elts.iter().try_for_each(|e| self.push(e).map(drop))?;
            self.at(range);
            self.u.make_row(Op::BuildTuple, dst, base, base, elts.len() as u32, 0);
            return Ok(());
        }
        self.list(elts, range, Dst::Push)?;
        self.at(range);
        self.u.make1(Op::ListToTuple, dst, base, Operand::Temp(base), 0);
        Ok(())
    }

    pub(super) fn list(&mut self, elts: &[Expr], range: TextRange, dst: Dst) -> Res {
        let base = self.u.sp();
        if elts.len() >= 3
            && let Some(items) = self.constants(elts)
        {
            self.at(range);
            self.u.make_row(Op::BuildList, Dst::Push, base, base, 0, 0);
            let items = self.constant_operand(Const::Tuple(items));
            self.u.effect(Op::ListExtend, base + 1, Some(Operand::Look(base)), Some(items), 0);
            self.settle(base, dst);
            return Ok(());
        }
        if Self::in_row(elts) {
            elts.iter().try_for_each(|e| self.push(e).map(drop))?;
            self.at(range);
            self.u.make_row(Op::BuildList, dst, base, base, elts.len() as u32, 0);
            return Ok(());
        }
        let head = elts.iter().take(ROW).take_while(|e| !e.is_starred_expr()).count();
        for e in &elts[..head] {
            self.push(e)?;
        }
        self.at(range);
        self.u.make_row(Op::BuildList, Dst::Push, base, base, head as u32, 0);
        for e in &elts[head..] {
            self.list_item(base, e, 0)?;
        }
        self.settle(base, dst);
        Ok(())
    }

    /// The list in slot `list` gets one element, or all of a starred one.
    pub(super) fn list_item(&mut self, list: usize, e: &Expr, call: u32) -> Res {
        let top = self.u.sp();
        if let Expr::Starred(starred) = e {
            let value = self.operand(&starred.value, false)?;
            self.at(e);
            self.list_extend(list, top, value, call);
        } else {
            let value = self.operand(e, false)?;
            self.at(e);
            self.u.effect(Op::ListAppend, top, Some(Operand::Look(list)), Some(value), 0);
        }
        Ok(())
    }

    fn list_extend(&mut self, list: usize, top: usize, value: Operand, call: u32) {
        let before = self.u.code.len();
        self.u.effect(Op::ListExtend, top, Some(Operand::Look(list)), Some(value), 0);
        if let Some(ins) = self.u.code.get_mut(before) {
            ins.extra = call;
        }
    }

    /// What was built in a temporary goes to its destination.
    pub(super) fn settle(&mut self, slot: usize, dst: Dst) {
        if let Dst::Local(register) = dst {
            self.u.store_local(register, Some(slot), Operand::Temp(slot));
        }
    }

    pub(super) fn set(&mut self, elts: &[Expr], range: TextRange, dst: Dst) -> Res {
        let base = self.u.sp();
        if elts.len() >= 3
            && let Some(items) = self.constants(elts)
        {
            self.at(range);
            self.u.make_row(Op::BuildSet, Dst::Push, base, base, 0, 0);
            let items = self.constant_operand(Const::FrozenSet(items));
            self.u.effect(Op::SetUpdate, base + 1, Some(Operand::Look(base)), Some(items), 0);
            self.settle(base, dst);
            return Ok(());
        }
        if Self::in_row(elts) {
            elts.iter().try_for_each(|e| self.push(e).map(drop))?;
            self.at(range);
            self.u.make_row(Op::BuildSet, dst, base, base, elts.len() as u32, 0);
            return Ok(());
        }
        let head = elts.iter().take(ROW).take_while(|e| !e.is_starred_expr()).count();
        for e in &elts[..head] {
            self.push(e)?;
        }
        self.at(range);
        self.u.make_row(Op::BuildSet, Dst::Push, base, base, head as u32, 0);
        for e in &elts[head..] {
            let top = self.u.sp();
            let (op, e) = match e {
                Expr::Starred(starred) => (Op::SetUpdate, &*starred.value),
                e => (Op::SetAdd, e),
            };
            let value = self.operand(e, false)?;
            self.at(e);
            self.u.effect(op, top, Some(Operand::Look(base)), Some(value), 0);
        }
        self.settle(base, dst);
        Ok(())
    }

    pub(super) fn dict(&mut self, d: &ast::ExprDict, dst: Dst) -> Res {
        let base = self.u.sp();
        let head = d.items.iter().take(ROW / 2).take_while(|item| item.key.is_some()).count();
        for item in &d.items[..head] {
            if let Some(key) = &item.key {
                self.push(key)?;
            }
            self.push(&item.value)?;
        }
        self.at(d);
        let whole = head == d.items.len();
        let first = if whole { dst } else { Dst::Push };
        self.u.make_row(Op::BuildDict, first, base, base, head as u32, 0);
        if whole {
            return Ok(());
        }
        for item in &d.items[head..] {
            let top = self.u.sp();
            match &item.key {
                Some(key) => {
                    let key_operand = self.operand_before(key, &item.value)?;
                    let value = self.operand(&item.value, false)?;
                    self.at(TextRange::new(key.range().start(), item.value.range().end()));
                    self.u.effect3(Op::DictAdd, top, Operand::Look(base), key_operand, value);
                }
                None => {
                    let value = self.operand(&item.value, false)?;
                    self.at(&item.value);
                    self.u.effect(Op::DictUpdate, top, Some(Operand::Look(base)), Some(value), 0);
                }
            }
        }
        self.settle(base, dst);
        Ok(())
    }
}
