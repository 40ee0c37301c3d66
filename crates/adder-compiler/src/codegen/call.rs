//! Calls, and `super()`.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::Gen;
use super::display::ROW;
use super::name::Access;
use super::unit::{Dst, Operand, Slot, Unit};
use crate::code::Const;
use crate::error::Res;
use crate::op::{METHOD, Op};

/// Registers in front of a window.
pub(super) const RESERVED: usize = 3;

impl Gen<'_> {
    pub(super) fn call(&mut self, c: &ast::ExprCall, dst: Dst) -> Res {
        self.call_warnings(c);
        self.check_keywords(&c.arguments)?;
        let base = self.u.sp();
        let plain = self.is_plain(&c.arguments, 0);
        if plain && let Expr::Attribute(method) = &*c.func {
            self.method(method)?;
        } else {
            self.u.reserve(RESERVED);
            self.callee(&c.func)?;
        }
        self.arguments(base, 0, &c.arguments, None, c.range(), dst)
    }

    /// What is called, and *unset* in the place of `self`. Names, which most are, take one instruction.
    fn callee(&mut self, e: &Expr) -> Res {
        if let Expr::Name(name) = e {
            let mangled = self.mangled(&name.id);
            let row = Unit::temp(self.u.sp());
            let known = match self.access(&mangled) {
                Access::Fast(register) => {
                    self.at(e);
                    self.u.raw(Op::LoadLocalCallee, 0, [row, register, 0], 0, None);
                    self.u.bound.insert(register);
                    true
                }
                Access::Global => {
                    self.at(e);
                    let number = self.u.name_number(&mangled);
                    self.u.raw(Op::LoadGlobalCallee, 0, [row, number, 0], 0, None);
                    true
                }
                _ => false,
            };
            if known {
                self.u.push(Slot::Owned);
                self.u.push(Slot::Owned);
                return Ok(());
            }
        }
        self.push(e)?;
        self.unset();
        Ok(())
    }

    /// Do the arguments lie side by side in registers?
    pub(super) fn is_plain(&self, arguments: &ast::Arguments, before: usize) -> bool {
        before + arguments.args.len() + 2 * arguments.keywords.len() <= ROW
            && !arguments.args.iter().any(Expr::is_starred_expr)
            && arguments.keywords.iter().all(|keyword| keyword.arg.is_some())
    }

    pub(super) fn check_keywords(&self, arguments: &ast::Arguments) -> Res {
        let mut names = std::collections::HashSet::new();
        for keyword in &arguments.keywords {
            let Some(name) = &keyword.arg else { continue };
            self.forbidden(name, ast::ExprContext::Store, keyword.range)?;
            if arguments.keywords.len() > 1 && !names.insert(&*name.id) {
                return self.error(format!("keyword argument repeated: {name}"), keyword);
            }
        }
        Ok(())
    }

    /// *Unset* in the place of `self`.
    pub(super) fn unset(&mut self) {
        let slot = self.u.sp();
        self.u.raw(Op::LoadUnset, 0, [Unit::temp(slot), 0, 0], 0, None);
        // Where the frame may stop before the call, it must be kept like what is owned.
        self.u.push(if self.u.may_stop() { Slot::Owned } else { Slot::Free });
    }

    /// The window of a method call up to its `self`.
    fn method(&mut self, a: &ast::ExprAttribute) -> Res {
        let base = self.u.sp();
        if self.super_attribute(a, Dst::Push, true)? {
            return Ok(());
        }
        let object = self.operand(&a.value, false)?;
        self.at(a);
        let mangled = self.mangled(&a.attr);
        let name = self.u.name_number(&mangled);
        // The object lies where the window's reserved registers will be.
        let (register, kill) = match object {
            Operand::Temp(slot) if self.u.is_owned(slot) => {
                self.u.stack[slot] = Slot::Free;
                (Unit::temp(slot), crate::op::KILL_B)
            }
            Operand::Temp(slot) | Operand::Look(slot) => (Unit::temp(slot), 0),
            Operand::Local(register) => (register, 0),
        };
        self.u.pop_to(base);
        self.u.reserve(RESERVED);
        let row = self.u.sp();
        self.u.raw(Op::LoadMethod, kill, [Unit::temp(row), register, name], 0, None);
        self.u.push(Slot::Owned);
        self.u.push(Slot::Owned);
        Ok(())
    }

    /// Arguments and the call itself. The window up to `self`, and `before` arguments, are there; `extra` is a name that follows the positional ones.
    pub(super) fn arguments(
        &mut self,
        base: usize,
        before: usize,
        arguments: &ast::Arguments,
        extra: Option<&str>,
        range: TextRange,
        dst: Dst,
    ) -> Res {
        let callable = base + RESERVED;
        if !self.is_plain(arguments, before + usize::from(extra.is_some())) {
            return self.call_ex(base, before, arguments, extra, range, dst);
        }
        for e in &arguments.args {
            self.push(e)?;
        }
        if let Some(name) = extra {
            self.load_name(name, Dst::Push);
        }
        for keyword in &arguments.keywords {
            self.push(&keyword.value)?;
        }
        let count = (self.u.sp() - callable - 2) as u32;
        self.at(range);
        if arguments.keywords.is_empty() {
            self.u.make_row(Op::Call, dst, base, callable, count, 0);
            return Ok(());
        }
        let names = arguments.keywords.iter().filter_map(|keyword| keyword.arg.as_ref());
        let names: Box<[Const]> = names.map(|name| Const::Str(name.as_str().into())).collect();
        let names = self.u.constant(Const::Tuple(names));
        self.u.make_row(Op::CallKw, dst, base, callable, count, names);
        Ok(())
    }

    /// A call with `*` or `**`, or with very many arguments.
    fn call_ex(
        &mut self,
        base: usize,
        before: usize,
        arguments: &ast::Arguments,
        extra: Option<&str>,
        range: TextRange,
        dst: Dst,
    ) -> Res {
        let callable = base + RESERVED;
        // What lies there already are the first arguments.
        let list = callable + 2;
        self.at(range);
        self.u.make_row(Op::BuildList, Dst::Push, list, list, before as u32, 0);
        // Where there is nothing else, what cannot be iterated is the callable's affair.
        let sole = u32::from(before == 0 && arguments.args.len() == 1 && extra.is_none());
        for e in &arguments.args {
            self.list_item(list, e, sole)?;
        }
        if let Some(name) = extra {
            let top = self.u.sp();
            self.load_name(name, Dst::Push);
            self.u.effect(Op::ListAppend, top, Some(Operand::Look(list)), Some(Operand::Temp(top)), 0);
        }
        self.at(range);
        self.u.make1(Op::ListToTuple, Dst::Push, list, Operand::Temp(list), 0);
        if arguments.keywords.is_empty() {
            self.unset();
        } else {
            self.keyword_dict(callable, &arguments.keywords, range)?;
        }
        self.at(range);
        self.u.make_row(Op::CallEx, dst, base, callable, 0, 0);
        Ok(())
    }

    fn keyword_dict(&mut self, callable: usize, keywords: &[ast::Keyword], range: TextRange) -> Res {
        let dict = self.u.sp();
        self.at(range);
        self.u.make_row(Op::BuildDict, Dst::Push, dict, dict, 0, 0);
        let mut rest = keywords;
        while let Some(first) = rest.first() {
            let top = self.u.sp();
            if first.arg.is_none() {
                let value = self.operand(&first.value, false)?;
                self.at(first);
                self.u.effect3(Op::DictMerge, top, Operand::Look(dict), value, Operand::Look(callable));
                rest = &rest[1..];
                continue;
            }
            // Named ones until the next `**`; one that was in a `**` before is an error.
            let n = rest.iter().take(ROW / 2).take_while(|keyword| keyword.arg.is_some()).count();
            for keyword in &rest[..n] {
                if let Some(name) = &keyword.arg {
                    self.at(keyword);
                    self.constant_to(Const::Str(name.as_str().into()), Dst::Push);
                }
                self.push(&keyword.value)?;
            }
            self.at(range);
            self.u.make_row(Op::BuildDict, Dst::Push, top, top, n as u32, 0);
            self.u.effect3(Op::DictMerge, top, Operand::Look(dict), Operand::Temp(top), Operand::Look(callable));
            rest = &rest[n..];
        }
        Ok(())
    }

    /// `super().x` and `super(C, self).x`; false if the expression is something else. As a method the window is made up to
    /// `self`.
    pub(super) fn super_attribute(&mut self, a: &ast::ExprAttribute, dst: Dst, method: bool) -> Res<bool> {
        let Expr::Call(call) = &*a.value else { return Ok(false) };
        let Expr::Name(name) = &*call.func else { return Ok(false) };
        let attribute = a.attr.as_str();
        if name.id.as_str() != "super" || !call.arguments.keywords.is_empty() || attribute == "__class__" {
            return Ok(false);
        }
        let scope = self.scope();
        if !scope.kind.is_function_like() || !matches!(self.access("super"), Access::Global) {
            return Ok(false);
        }
        // A module that has its own `super` says so.
        if self.scopes.scopes[0].symbol("super").is_some_and(|s| s.does & crate::scope::does::BOUND != 0) {
            return Ok(false);
        }
        let first = match &call.arguments.args[..] {
            [] => {
                let first = match (&self.u.layers[..], scope.parameters.first()) {
                    ([], Some(first)) if self.u.registers_of.contains_key(&**first) => first.clone(),
                    _ => return Ok(false),
                };
                // What is deleted is the running program's affair: `super()` has a text of its own for that.
                if scope.symbol(&first).is_some_and(|s| s.does & crate::scope::does::UNBINDS != 0) {
                    return Ok(false);
                }
                let has_self = self.u.flags & crate::code::flag::VARARGS == 0 || scope.parameters.len() > 1;
                if !has_self || !matches!(self.access("__class__"), Access::Cell(_)) {
                    return Ok(false);
                }
                Some(first)
            }
            [class, object] if !class.is_starred_expr() && !object.is_starred_expr() => None,
            _ => return Ok(false),
        };
        let base = self.u.sp();
        if method {
            self.u.reserve(RESERVED);
        }
        let row = self.u.sp();
        self.at(name);
        self.load_name("super", Dst::Push);
        match &first {
            Some(first) => {
                self.at(call);
                self.load_name("__class__", Dst::Push);
                self.load_first(first);
            }
            None => {
                for e in &call.arguments.args {
                    self.push(e)?;
                }
            }
        }
        self.at(a);
        let mangled = self.mangled(&a.attr);
        let name = self.u.name_number(&mangled);
        self.u.stack[row..].fill(Slot::Free);
        self.u.pop_to(row);
        let without = u32::from(first.is_some());
        if method {
            let operands = [Unit::temp(row), Unit::temp(row), name];
            self.u.raw(Op::LoadSuper, METHOD, operands, without, None);
            self.u.push(Slot::Owned);
            self.u.push(Slot::Owned);
            return Ok(true);
        }
        self.u.pop_to(base);
        let (register, flag) = match dst {
            Dst::Push => (Unit::temp(base), 0),
            Dst::Local(register) => (register, crate::op::DST_LOCAL),
        };
        self.u.raw(Op::LoadSuper, flag, [register, Unit::temp(row), name], without, None);
        match dst {
            Dst::Push => {
                self.u.push(Slot::Owned);
            }
            Dst::Local(register) => self.u.bound.insert(register),
        }
        Ok(true)
    }

    /// The first parameter, wherever it lives.
    fn load_first(&mut self, first: &str) {
        match self.access(first) {
            Access::Cell(register) => self.u.make(Op::LoadCell, Dst::Push, register, 0),
            _ => {
                if let Some(register) = self.u.registers_of.get(first).copied() {
                    self.u.make(Op::LoadLocal, Dst::Push, register, 0);
                }
            }
        }
    }
}
