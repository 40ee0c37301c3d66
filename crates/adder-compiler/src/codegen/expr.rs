//! Expressions.

use ruff_python_ast::{self as ast, CmpOp, Expr, ExprContext, Operator, UnaryOp};
use ruff_text_size::{Ranged, TextRange};

use super::Gen;
use super::assemble::TEMPORARIES;
use super::unit::{Dst, Operand, Slot, Unit};
use crate::code::{Const, flag};
use crate::error::{ErrorKind, Fault, Res};
use crate::op::{Op, intrinsic};
use crate::scope::ScopeKind;

/// How many nodes are looked at to prove that a read may be borrowed.
const LOOK_AHEAD: u32 = 64;

/// The operation of an operator; `true` for the augmented one.
pub(super) fn binary_op(op: Operator, augmented: bool) -> Op {
    let (plain, in_place) = match op {
        Operator::Add => (Op::Add, Op::IAdd),
        Operator::Sub => (Op::Sub, Op::ISub),
        Operator::Mult => (Op::Mul, Op::IMul),
        Operator::Div => (Op::TrueDiv, Op::ITrueDiv),
        Operator::FloorDiv => (Op::FloorDiv, Op::IFloorDiv),
        Operator::Mod => (Op::Mod, Op::IMod),
        Operator::Pow => (Op::Pow, Op::IPow),
        Operator::MatMult => (Op::MatMul, Op::IMatMul),
        Operator::LShift => (Op::LShift, Op::ILShift),
        Operator::RShift => (Op::RShift, Op::IRShift),
        Operator::BitAnd => (Op::And, Op::IAnd),
        Operator::BitOr => (Op::Or, Op::IOr),
        Operator::BitXor => (Op::Xor, Op::IXor),
    };
    if augmented { in_place } else { plain }
}

fn comparison_op(op: CmpOp) -> Op {
    match op {
        CmpOp::Lt => Op::Lt,
        CmpOp::LtE => Op::Le,
        CmpOp::Eq => Op::Eq,
        CmpOp::NotEq => Op::Ne,
        CmpOp::Gt => Op::Gt,
        CmpOp::GtE => Op::Ge,
        CmpOp::Is => Op::Is,
        CmpOp::IsNot => Op::IsNot,
        CmpOp::In => Op::In,
        CmpOp::NotIn => Op::NotIn,
    }
}

impl Gen<'_> {
    /// The value goes to a destination, owned.
    pub(super) fn expr_to(&mut self, e: &Expr, dst: Dst) -> Res {
        if let Some(constant) = self.fold(e) {
            self.fold_warnings(e);
            self.at(e);
            self.constant_to(constant, dst);
            return Ok(());
        }
        match e {
            Expr::Name(name) => {
                self.at(e);
                self.load_name(&name.id, dst);
                Ok(())
            }
            Expr::BinOp(b) => self.binary(b, dst),
            Expr::UnaryOp(u) => {
                let op = match u.op {
                    UnaryOp::USub => Op::Neg,
                    UnaryOp::UAdd => Op::Pos,
                    UnaryOp::Invert => Op::Invert,
                    UnaryOp::Not => Op::Not,
                };
                let base = self.u.sp();
                let operand = self.operand(&u.operand, false)?;
                self.at(e);
                self.u.make1(op, dst, base, operand, 0);
                Ok(())
            }
            Expr::BoolOp(b) => self.boolean(b, dst),
            Expr::If(i) => self.conditional(i, dst),
            Expr::Compare(c) => self.comparison(c, dst),
            Expr::Named(n) => self.named(n, dst),
            Expr::Attribute(a) => self.attribute(a, dst),
            Expr::Subscript(s) => {
                self.subscript_warnings(s);
                let base = self.u.sp();
                let value = self.operand_before(&s.value, &s.slice)?;
                let index = self.operand(&s.slice, false)?;
                self.at(e);
                self.u.make2(Op::GetItem, dst, base, value, index);
                Ok(())
            }
            Expr::Slice(s) => self.slice(s, dst),
            Expr::Call(c) => self.call(c, dst),
            Expr::Tuple(t) => self.tuple(&t.elts, e.range(), dst),
            Expr::List(l) => self.list(&l.elts, e.range(), dst),
            Expr::Set(s) => self.set(&s.elts, e.range(), dst),
            Expr::Dict(d) => self.dict(d, dst),
            Expr::FString(f) => self.f_string(f, dst),
            Expr::TString(t) => self.t_string(t, dst),
            Expr::Lambda(l) => self.lambda(l, dst),
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => self.comprehension(e, dst),
            Expr::Yield(y) => self.yielded(y, dst),
            Expr::YieldFrom(y) => self.yield_from(y, dst),
            Expr::Await(a) => self.awaited(a, dst),
            Expr::Starred(s) => self.error("can't use starred expression here", s),
            Expr::NoneLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::EllipsisLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::IpyEscapeCommand(_) => self.error("invalid syntax", e),
        }
    }

    /// The value in a new temporary, owned.
    pub(super) fn push(&mut self, e: &Expr) -> Res<usize> {
        // Told early: the live map would grow with the square.
        if self.u.sp() > TEMPORARIES {
            return Err(Fault::of(ErrorKind::TooDeep, "too many nested expressions", e.range()));
        }
        self.expr_to(e, Dst::Push)?;
        Ok(self.u.sp() - 1)
    }

    /// The value as an operand: a local is borrowed unless something that may change it happens before it is used.
    pub(super) fn operand(&mut self, e: &Expr, changes: bool) -> Res<Operand> {
        if let Some(constant) = self.fold(e) {
            self.fold_warnings(e);
            self.at(e);
            return Ok(if changes { self.lasting_constant(constant) } else { self.constant_operand(constant) });
        }
        if !changes {
            match e {
                Expr::Name(name) => {
                    if let Some(register) = self.fast(&name.id) {
                        self.at(e);
                        self.check(register);
                        return Ok(Operand::Local(register));
                    }
                }
                Expr::Named(named) => {
                    if let Expr::Name(name) = &*named.target
                        && let Some(register) = self.fast(&name.id)
                    {
                        self.forbidden(&name.id, ExprContext::Store, name.range)?;
                        self.expr_to(&named.value, Dst::Local(register))?;
                        return Ok(Operand::Local(register));
                    }
                }
                _ => {}
            }
        }
        Ok(Operand::Temp(self.push(e)?))
    }

    /// The same, if another expression is computed before the value is used.
    pub(super) fn operand_before(&mut self, e: &Expr, next: &Expr) -> Res<Operand> {
        self.operand_before_all(e, std::iter::once(next))
    }

    pub(super) fn operand_before_all<'e>(&mut self, e: &Expr, next: impl Iterator<Item = &'e Expr>) -> Res<Operand> {
        let name = match e {
            Expr::Name(name) => &name.id,
            Expr::Named(named) => match &*named.target {
                Expr::Name(name) => &name.id,
                _ => return self.operand(e, true),
            },
            _ => return self.operand(e, true),
        };
        let mut left = LOOK_AHEAD;
        let mut next = next;
        let changes = next.any(|next| changes(next, name, &mut left));
        self.operand(e, changes)
    }

    /// Computes and forgets.
    pub(super) fn discard(&mut self, e: &Expr) -> Res {
        let base = self.u.sp();
        match self.operand(e, false)? {
            Operand::Temp(slot) => {
                self.at(e);
                self.u.drop_slot(slot);
            }
            Operand::Local(_) | Operand::Look(_) => {}
        }
        self.u.pop_to(base);
        Ok(())
    }

    fn binary(&mut self, b: &ast::ExprBinOp, dst: Dst) -> Res {
        let base = self.u.sp();
        let left = self.operand_before(&b.left, &b.right)?;
        if let Some(n) = self.small(b.op, &b.right) {
            self.at(b);
            let op = if b.op == Operator::Add { Op::AddInt } else { Op::SubInt };
            self.u.make1x(op, dst, base, left, u32::from(n as u16), 0);
            return Ok(());
        }
        let right = self.operand(&b.right, false)?;
        self.at(b);
        self.u.make2(binary_op(b.op, false), dst, base, left, right);
        Ok(())
    }

    /// A small int on the right of `+` or `-`.
    pub(super) fn small(&mut self, op: Operator, right: &Expr) -> Option<i16> {
        if !matches!(op, Operator::Add | Operator::Sub) {
            return None;
        }
        self.small_int(right)
    }

    pub(super) fn small_int(&mut self, e: &Expr) -> Option<i16> {
        match self.fold(e)? {
            Const::Int(n) => i16::try_from(n).ok(),
            _ => None,
        }
    }

    fn boolean(&mut self, b: &ast::ExprBoolOp, dst: Dst) -> Res {
        let op = if b.op == ast::BoolOp::And { Op::JumpIfNot } else { Op::JumpIf };
        let end = self.u.label();
        let base = self.u.sp();
        let Some((last, others)) = b.values.split_last() else { return Ok(()) };
        for value in others {
            let slot = self.push(value)?;
            self.at(value);
            self.u.jump_on(op, slot + 1, Operand::Look(slot), end);
            self.u.drop_to(base);
        }
        self.push(last)?;
        self.u.bind(end);
        self.at(b);
        if let Dst::Local(register) = dst {
            self.u.store_local(register, Some(base), Operand::Temp(base));
        }
        Ok(())
    }

    fn conditional(&mut self, i: &ast::ExprIf, dst: Dst) -> Res {
        let (otherwise, end) = (self.u.label(), self.u.label());
        let base = self.u.sp();
        self.jump_if(&i.test, false, otherwise)?;
        self.expr_to(&i.body, dst)?;
        self.at(i);
        self.u.jump(end);
        self.u.stack.truncate(base);
        self.u.bind(otherwise);
        self.expr_to(&i.orelse, dst)?;
        self.u.bind(end);
        Ok(())
    }

    fn comparison(&mut self, c: &ast::ExprCompare, dst: Dst) -> Res {
        self.comparison_warnings(c);
        let base = self.u.sp();
        let mut left = self.operand_before(&c.left, &c.comparators[0])?;
        let last = c.ops.len() - 1;
        let end = self.u.label();
        for (i, (op, right)) in c.ops.iter().zip(&c.comparators).enumerate() {
            if i == last {
                let right = self.comparator(*op, right, None)?;
                self.at(c);
                let dst = if last == 0 { dst } else { Dst::Push };
                self.u.make2(comparison_op(*op), dst, base, left, right);
                break;
            }
            // The middle is used twice.
            let middle = self.comparator(*op, right, c.comparators.get(i + 1))?;
            let look = match middle {
                Operand::Temp(slot) => Operand::Look(slot),
                other => other,
            };
            self.at(c);
            let top = self.u.sp();
            self.u.make2(comparison_op(*op), Dst::Push, top, left, look);
            let go_on = self.u.label();
            self.u.jump_on(Op::JumpIf, top + 1, Operand::Look(top), go_on);
            // The result of all is this one, which is false.
            let stack = self.u.stack.clone();
            if let Operand::Temp(slot) = middle {
                self.u.drop_slot(slot);
            }
            self.u.move_down(top, base);
            self.u.jump(end);
            self.u.stack = stack;
            self.u.bind(go_on);
            self.u.drop_to(top);
            left = middle;
        }
        self.u.bind(end);
        if last > 0
            && let Dst::Local(register) = dst
        {
            self.u.store_local(register, Some(base), Operand::Temp(base));
        }
        Ok(())
    }

    /// The right side of a comparison; a display after `in` is a constant.
    pub(super) fn comparator(&mut self, op: CmpOp, e: &Expr, next: Option<&Expr>) -> Res<Operand> {
        if matches!(op, CmpOp::In | CmpOp::NotIn) && next.is_none() {
            let (elts, set) = match e {
                Expr::List(e) => (&e.elts, false),
                Expr::Set(e) => (&e.elts, true),
                _ => return self.operand(e, false),
            };
            let items: Option<Box<[Const]>> = elts.iter().map(|e| self.fold(e)).collect();
            if let Some(items) = items {
                self.at(e);
                return Ok(self.constant_operand(if set { Const::FrozenSet(items) } else { Const::Tuple(items) }));
            }
        }
        match next {
            Some(next) => self.operand_before(e, next),
            None => self.operand(e, false),
        }
    }

    fn named(&mut self, n: &ast::ExprNamed, dst: Dst) -> Res {
        let Expr::Name(name) = &*n.target else { return self.error("invalid syntax", n) };
        self.forbidden(&name.id, ExprContext::Store, name.range)?;
        let slot = self.push(&n.value)?;
        self.at(n);
        self.store_name(&name.id, slot + 1, Operand::Look(slot));
        if let Dst::Local(register) = dst {
            self.u.store_local(register, Some(slot), Operand::Temp(slot));
        }
        Ok(())
    }

    fn attribute(&mut self, a: &ast::ExprAttribute, dst: Dst) -> Res {
        if self.super_attribute(a, dst, false)? {
            return Ok(());
        }
        let base = self.u.sp();
        let value = self.operand(&a.value, false)?;
        self.at(a);
        let mangled = self.mangled(&a.attr);
        let name = self.u.name_number(&mangled);
        self.u.make1(Op::LoadAttr, dst, base, value, name);
        Ok(())
    }

    fn slice(&mut self, s: &ast::ExprSlice, dst: Dst) -> Res {
        let parts = [s.lower.as_deref(), s.upper.as_deref(), s.step.as_deref()];
        let mut constants = [Const::None, Const::None, Const::None];
        let mut constant = true;
        for (slot, part) in constants.iter_mut().zip(parts) {
            match part.map(|part| self.fold(part)) {
                None => {}
                Some(Some(value)) => *slot = value,
                Some(None) => constant = false,
            }
        }
        if constant {
            self.at(s);
            self.constant_to(Const::Slice(Box::new(constants)), dst);
            return Ok(());
        }
        let base = self.u.sp();
        let count = if s.step.is_some() { 3 } else { 2 };
        for part in &parts[..count] {
            match part {
                Some(part) => {
                    self.push(part)?;
                }
                None => {
                    self.at(s);
                    self.constant_to(Const::None, Dst::Push);
                }
            }
        }
        self.at(s);
        self.u.make_row(Op::BuildSlice, dst, base, base, count as u32, 0);
        Ok(())
    }

    fn yielded(&mut self, y: &ast::ExprYield, dst: Dst) -> Res {
        self.may_yield(y.range)?;
        let base = self.u.sp();
        let mut value = match &y.value {
            Some(value) => self.operand(value, false)?,
            None => {
                self.at(y);
                self.constant_operand(Const::None)
            }
        };
        self.at(y);
        if self.u.flags & flag::ASYNC_GENERATOR != 0 {
            self.u.make1(Op::Intrinsic, Dst::Push, base, value, intrinsic::ASYNC_GEN_WRAP.into());
            value = Operand::Temp(base);
        }
        self.u.make1(Op::Yield, dst, base, value, 0);
        Ok(())
    }

    fn may_yield(&self, range: TextRange) -> Res {
        match self.scope().kind.is_function_like() {
            true => Ok(()),
            false => self.error("'yield' outside function", range),
        }
    }

    fn yield_from(&mut self, y: &ast::ExprYieldFrom, dst: Dst) -> Res {
        self.may_yield(y.range)?;
        if self.scope().is_async {
            return self.error("'yield from' inside async function", y);
        }
        let base = self.u.sp();
        let value = self.operand(&y.value, false)?;
        self.at(y);
        self.u.make1(Op::GetYieldFrom, Dst::Push, base, value, 0);
        self.delegate(base, dst);
        Ok(())
    }

    fn awaited(&mut self, a: &ast::ExprAwait, dst: Dst) -> Res {
        self.may_await(a.range, "'await'")?;
        let base = self.u.sp();
        let value = self.operand(&a.value, false)?;
        self.at(a);
        self.await_operand(base, value, 0, dst);
        Ok(())
    }

    /// Awaits an operand; the temporaries from `base` on go.
    pub(super) fn await_operand(&mut self, base: usize, value: Operand, sort: u32, dst: Dst) {
        self.u.make1(Op::GetAwaitable, Dst::Push, base, value, sort);
        self.delegate(base, dst);
    }

    /// Runs the iterator at the top (slot `base`) to its end.
    pub(super) fn delegate(&mut self, base: usize, dst: Dst) {
        self.constant_to(Const::None, Dst::Push);
        let sent = self.u.sp() - 1;
        self.u.stack[sent] = Slot::Free;
        let (a, flags) = match dst {
            Dst::Push => (Unit::temp(base), 0),
            Dst::Local(register) => (register, crate::op::DST_LOCAL),
        };
        // The iterator is owned while the frame is stopped.
        self.u.raw(Op::YieldFrom, flags, [a, Unit::temp(base), Unit::temp(sent)], 0, None);
        self.u.stack.truncate(base);
        match dst {
            Dst::Push => {
                self.u.push(Slot::Owned);
            }
            Dst::Local(register) => self.u.bound.insert(register),
        }
    }

    /// Is `await` allowed here?
    pub(super) fn may_await(&self, range: TextRange, what: &str) -> Res {
        let scope = self.scope();
        if self.options.top_level_await && scope.kind == ScopeKind::Module {
            return Ok(());
        }
        if !scope.kind.is_function_like() {
            let place = if what == "'await'" { "outside function" } else { "outside async function" };
            return self.error(format!("{what} {place}"), range);
        }
        if !scope.is_async && !self.in_async_comprehension() {
            return self.error(format!("{what} outside async function"), range);
        }
        Ok(())
    }

    /// Generator expressions may be asynchronous anywhere in an asynchronous function (or be themselves).
    fn in_async_comprehension(&self) -> bool {
        self.scope().kind.is_comprehension()
    }
}

/// May computing an expression call something, stop the frame, or store to this name?
fn changes(e: &Expr, name: &str, left: &mut u32) -> bool {
    if *left == 0 {
        return true;
    }
    *left -= 1;
    let mut any = |es: &[Expr]| es.iter().any(|e| changes(e, name, left));
    match e {
        Expr::Name(_)
        | Expr::NumberLiteral(_)
        | Expr::StringLiteral(_)
        | Expr::BytesLiteral(_)
        | Expr::NoneLiteral(_)
        | Expr::BooleanLiteral(_)
        | Expr::EllipsisLiteral(_) => false,
        Expr::BinOp(e) => changes(&e.left, name, left) || changes(&e.right, name, left),
        Expr::UnaryOp(e) => changes(&e.operand, name, left),
        Expr::Attribute(e) => changes(&e.value, name, left),
        Expr::Subscript(e) => changes(&e.value, name, left) || changes(&e.slice, name, left),
        Expr::Compare(e) => changes(&e.left, name, left) || e.comparators.iter().any(|e| changes(e, name, left)),
        Expr::BoolOp(e) => any(&e.values),
        Expr::If(e) => [&e.test, &e.body, &e.orelse].into_iter().any(|e| changes(e, name, left)),
        Expr::Tuple(e) => any(&e.elts),
        Expr::List(e) => any(&e.elts),
        Expr::Slice(e) => [&e.lower, &e.upper, &e.step].into_iter().flatten().any(|e| changes(e, name, left)),
        Expr::Named(e) => {
            matches!(&*e.target, Expr::Name(target) if target.id.as_str() == name) || changes(&e.value, name, left)
        }
        _ => true,
    }
}
