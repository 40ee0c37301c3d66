//! Names: where the scope analysis says they live, and the instructions for that.

use ruff_python_ast::Identifier;

use super::Gen;
use super::unit::{Dst, LocalState, Operand, Slot, Unit};
use crate::code::{Const, LocalKind};
use crate::op::Op;
use crate::scope::{Name, Place, ScopeKind, Symbol, does, mangle};

/// How a name is reached.
#[derive(Clone, Debug)]
pub(super) enum Access {
    /// A local register.
    Fast(u32),
    /// The content of the cell in a register.
    Cell(u32),
    /// The frame's namespace, else a cell (class bodies).
    ClassCell(u32),
    Global,
    /// The class's namespace, else a cell (annotations in a class).
    DictCell(u32),
    /// The class's namespace, else global (annotations in a class).
    DictGlobal,
    /// The frame's namespace.
    Named,
}

impl Gen<'_> {
    /// Gives registers to the names of the unit's scope, and makes its cells.
    pub(super) fn declare(&mut self) {
        let scope = &self.scopes.scopes[self.u.scope];
        let function = scope.kind.is_function_like();
        for name in &scope.parameters {
            let symbol = scope.symbol(name);
            let cell = symbol.is_some_and(|symbol| symbol.place == Place::Cell);
            let kind = if cell { LocalKind::Cell } else { LocalKind::Fast };
            let register = self.u.local(name.clone(), kind, true);
            if !cell {
                self.u.bound.insert(register);
                if symbol.is_some_and(|symbol| symbol.does & does::UNBINDS != 0) {
                    self.u.unbinds.insert(register);
                }
            }
        }
        if function {
            for symbol in scope.symbols.iter().filter(|s| s.place == Place::Local && s.does & does::PARAM == 0) {
                let register = self.u.local(symbol.name.clone(), LocalKind::Fast, false);
                if symbol.does & does::UNBINDS != 0 {
                    self.u.unbinds.insert(register);
                }
            }
        }
        let sorted = |wanted: &dyn Fn(&Symbol) -> bool| {
            let mut names: Vec<Name> = scope.symbols.iter().filter(|s| wanted(s)).map(|s| s.name.clone()).collect();
            names.sort();
            names
        };
        let mut cells = sorted(&|s| s.place == Place::Cell && s.does & does::PARAM == 0);
        if scope.kind == ScopeKind::Class {
            let implicit = [
                (scope.needs_class_closure, "__class__"),
                (scope.needs_classdict, "__classdict__"),
                (scope.conditional_annotations, "__conditional_annotations__"),
            ];
            cells.extend(implicit.iter().filter(|(needed, _)| *needed).map(|(_, name)| Name::from(*name)));
        }
        for name in cells {
            let register = self.u.local(name.clone(), LocalKind::Cell, false);
            if !function {
                self.u.own_cells.insert(name, register);
            }
        }
        for name in sorted(&|s| s.place == Place::Free || s.free_in_class) {
            self.u.local(name, LocalKind::Free, false);
        }
        for register in 0..self.u.locals.len() as u32 {
            if self.u.locals[register as usize].kind == LocalKind::Cell {
                self.u.raw(Op::MakeCell, 0, [register, 0, 0], 0, None);
            }
        }
    }

    /// A name as the scope of now sees it.
    pub(super) fn mangled(&self, name: &str) -> Name {
        let scope = match self.u.layers.last() {
            Some(layer) => &self.scopes.scopes[layer.scope],
            None => self.scope(),
        };
        match &scope.mangled {
            Some(only) if !only.iter().any(|n| &**n == name) => name.into(),
            _ => mangle(scope.private.as_deref(), name),
        }
    }

    /// How a mangled name is reached.
    pub(super) fn access(&self, name: &str) -> Access {
        for layer in self.u.layers.iter().rev() {
            if let Some((_, register, cell)) = layer.names.iter().find(|(n, ..)| &**n == name) {
                return if *cell { Access::Cell(*register) } else { Access::Fast(*register) };
            }
        }
        let scope = self.scope();
        let register = || self.u.registers_of.get(name).copied();
        let place = scope.symbol(name).map_or(Place::GlobalImplicit, |symbol| symbol.place);
        match place {
            Place::Local if scope.kind.is_function_like() => register().map_or(Access::Global, Access::Fast),
            Place::Local => Access::Named,
            Place::Cell => register().map_or(Access::Global, Access::Cell),
            Place::Free => match register() {
                None => Access::Global,
                Some(register) if scope.kind == ScopeKind::Class => Access::ClassCell(register),
                Some(register)
                    if scope.can_see_class && !matches!(name, "__classdict__" | "__class__" | ".type_params") =>
                {
                    Access::DictCell(register)
                }
                Some(register) => Access::Cell(register),
            },
            Place::GlobalImplicit if scope.can_see_class => Access::DictGlobal,
            Place::GlobalImplicit if !scope.kind.is_function_like() => match register() {
                // The cells that a class body makes for others.
                Some(register) if scope.kind == ScopeKind::Class && scope.symbol(name).is_none() => {
                    Access::ClassCell(register)
                }
                _ => Access::Named,
            },
            Place::GlobalImplicit | Place::GlobalExplicit => Access::Global,
        }
    }

    /// The register of a local variable, if the name is one.
    pub(super) fn fast(&self, name: &str) -> Option<u32> {
        match self.access(&self.mangled(name)) {
            Access::Fast(register) => Some(register),
            _ => None,
        }
    }

    /// Tests a local that may be unbound.
    pub(super) fn check(&mut self, register: u32) {
        if !self.u.bound.contains(register) {
            self.u.raw(Op::CheckLocal, 0, [0, register, 0], 0, None);
            self.u.bound.insert(register);
        }
    }

    pub(super) fn load_name(&mut self, name: &str, dst: Dst) {
        let mangled = self.mangled(name);
        let number = |g: &mut Self| g.u.name_number(&mangled);
        match self.access(&mangled) {
            Access::Fast(register) => match dst {
                Dst::Local(to) => {
                    self.check(register);
                    self.u.store_local(to, None, Operand::Local(register));
                }
                Dst::Push => {
                    self.u.make(Op::LoadLocal, dst, register, 0);
                    self.u.bound.insert(register);
                }
            },
            Access::Cell(register) => self.u.make(Op::LoadCell, dst, register, 0),
            Access::ClassCell(register) => {
                let base = self.u.sp();
                self.u.make(Op::LoadLocals, Dst::Push, 0, 0);
                let number = number(self);
                self.u.make1x(Op::LoadClassCell, dst, base, Operand::Temp(base), number, register);
            }
            Access::DictCell(register) => {
                let base = self.u.sp();
                self.load_name("__classdict__", Dst::Push);
                let number = number(self);
                self.u.make1x(Op::LoadClassCell, dst, base, Operand::Temp(base), number, register);
            }
            Access::DictGlobal => {
                let base = self.u.sp();
                self.load_name("__classdict__", Dst::Push);
                let number = number(self);
                self.u.make1(Op::LoadClassGlobal, dst, base, Operand::Temp(base), number);
            }
            Access::Global => {
                let number = number(self);
                self.u.make(Op::LoadGlobal, dst, number, 0);
            }
            Access::Named => {
                let number = number(self);
                self.u.make(Op::LoadName, dst, number, 0);
            }
        }
    }

    /// Stores an operand; the temporaries from `base` on go.
    pub(super) fn store_name(&mut self, name: &str, base: usize, value: Operand) {
        let mangled = self.mangled(name);
        match self.access(&mangled) {
            Access::Fast(register) => self.u.store_local(register, Some(base), value),
            Access::Cell(register) | Access::ClassCell(register) | Access::DictCell(register) => {
                self.u.effect(Op::StoreCell, base, Some(Operand::Local(register)), Some(value), 0);
            }
            Access::Global | Access::DictGlobal => {
                let number = self.u.name_number(&mangled);
                self.u.store_named(Op::StoreGlobal, number, base, value);
            }
            Access::Named => {
                let number = self.u.name_number(&mangled);
                self.u.store_named(Op::StoreName, number, base, value);
            }
        }
    }

    pub(super) fn delete_name(&mut self, name: &str) {
        let mangled = self.mangled(name);
        match self.access(&mangled) {
            Access::Fast(register) => {
                self.u.raw(Op::DeleteLocal, 0, [register, 0, 0], 0, None);
                self.u.bound.remove(register);
            }
            Access::Cell(register) | Access::ClassCell(register) | Access::DictCell(register) => {
                self.u.raw(Op::DeleteCell, 0, [register, 0, 0], 0, None);
            }
            Access::Global | Access::DictGlobal => {
                let number = self.u.name_number(&mangled);
                self.u.raw(Op::DeleteGlobal, 0, [number, 0, 0], 0, None);
            }
            Access::Named => {
                let number = self.u.name_number(&mangled);
                self.u.raw(Op::DeleteName, 0, [number, 0, 0], 0, None);
            }
        }
    }

    /// Unbinds the name of an `except … as name`, bound or not.
    pub(super) fn clear_name(&mut self, name: &Identifier) {
        if let Some(register) = self.fast(name) {
            self.u.raw(Op::ClearLocal, 0, [register, 0, 0], 0, None);
            self.u.bound.remove(register);
            return;
        }
        self.store_constant(Const::None, name);
        self.delete_name(name);
    }
}

impl Unit {
    /// A register for a local.
    pub(super) fn local(&mut self, name: Name, kind: LocalKind, parameter: bool) -> u32 {
        let register = self.locals.len() as u32;
        let in_varnames = parameter || kind == LocalKind::Fast;
        self.locals.push(LocalState { name: name.clone(), kind, parameter, in_varnames, open: false });
        self.registers_of.insert(name, register);
        register
    }

    /// A register for a variable of an inlined comprehension, unbound.
    pub(super) fn hidden(&mut self, name: &Name) -> u32 {
        let free = |local: &LocalState| local.kind == LocalKind::Hidden && !local.open && local.name == *name;
        let register = match self.locals.iter().position(free) {
            Some(register) => register,
            None => {
                let (name, kind) = (name.clone(), LocalKind::Hidden);
                let in_varnames = !self.locals.iter().any(|local| local.in_varnames && local.name == name);
                self.locals.push(LocalState { name, kind, parameter: false, in_varnames, open: false });
                self.locals.len() - 1
            }
        };
        self.locals[register].open = true;
        self.bound.remove(register as u32);
        register as u32
    }

    /// Is a slot owned?
    pub(super) fn is_owned(&self, slot: usize) -> bool {
        self.stack[slot] == Slot::Owned
    }
}
