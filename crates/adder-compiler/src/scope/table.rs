//! Scopes as the module `symtable` shows them.

use std::sync::Arc;

use super::{Place, ScopeId, ScopeKind, Scopes, Settings, Symbol, build, does};
use crate::compile::{Mode, parse, with_text};
use crate::error::CompileError;
use crate::lines::Lines;

/// Sorts of tables, as `_symtable` numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of the constants")]
pub enum TableKind {
    Function = 0,
    Class = 1,
    Module = 2,
    Annotation = 3,
    TypeAlias = 4,
    TypeParameters = 5,
    TypeVariable = 6,
}

/// Bits of a symbol's flags; above them lies where the name lives.
pub mod symbol {
    #![allow(missing_docs, reason = "the names are those of the constants")]
    pub const GLOBAL: u32 = 1;
    pub const LOCAL: u32 = 1 << 1;
    pub const PARAM: u32 = 1 << 2;
    pub const NONLOCAL: u32 = 1 << 3;
    pub const USE: u32 = 1 << 4;
    pub const FREE_CLASS: u32 = 1 << 6;
    pub const IMPORT: u32 = 1 << 7;
    pub const ANNOT: u32 = 1 << 8;
    pub const COMP_ITER: u32 = 1 << 9;
    pub const TYPE_PARAM: u32 = 1 << 10;
    pub const COMP_CELL: u32 = 1 << 11;
    pub const BOUND: u32 = LOCAL | PARAM | IMPORT | TYPE_PARAM;
    /// First bit of where the name lives.
    pub const SCOPE_OFF: u32 = 12;
    pub const SCOPE_MASK: u32 = 15;
    pub const SCOPE_LOCAL: u32 = 1;
    pub const SCOPE_GLOBAL_EXPLICIT: u32 = 2;
    pub const SCOPE_GLOBAL_IMPLICIT: u32 = 3;
    pub const SCOPE_FREE: u32 = 4;
    pub const SCOPE_CELL: u32 = 5;
}

/// What is known about one scope.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name: that of the function or class, or what stands for it.
    pub name: Arc<str>,
    /// What it is.
    pub kind: TableKind,
    /// Where it begins; 0 for a module.
    pub line: u32,
    /// Lies inside a function.
    pub nested: bool,
    /// Names and their flags, in the order in which they occur.
    pub symbols: Vec<(Arc<str>, u32)>,
    /// Parameters.
    pub parameters: Vec<Arc<str>>,
    /// Scopes directly inside.
    pub children: Vec<Table>,
}

/// The tables of a source text.
pub fn symbol_table(source: &str, mode: Mode) -> Result<Table, CompileError> {
    with_text(source, |source, lines| {
        let (module, _) = parse(source, lines, mode)?;
        let future = crate::compile::futures(&module)? & crate::code::flag::FUTURE_ANNOTATIONS != 0;
        let scopes = build(&module, &Settings { future_annotations: future, int_digits: 0 })?;
        let mut top = table(&scopes, 0, lines);
        // What a scope inside says to be global is a symbol of the module.
        for of in scopes.scopes.iter().skip(1).flat_map(|scope| &scope.symbols) {
            if of.does & does::GLOBAL != 0 {
                let how = symbol::GLOBAL | symbol::SCOPE_GLOBAL_EXPLICIT << symbol::SCOPE_OFF;
                match top.symbols.iter_mut().find(|(name, _)| *name == of.name) {
                    Some((_, known)) => *known = *known & !(symbol::SCOPE_MASK << symbol::SCOPE_OFF) | how,
                    None => top.symbols.push((of.name.clone(), how)),
                }
            }
        }
        Ok(top)
    })
}

fn table(scopes: &Scopes, id: ScopeId, lines: &Lines) -> Table {
    let scope = &scopes.scopes[id];
    let (kind, name) = match scope.kind {
        ScopeKind::Module => (TableKind::Module, "top".into()),
        ScopeKind::Class => (TableKind::Class, scope.name.clone()),
        ScopeKind::Function => (TableKind::Function, scope.name.clone()),
        ScopeKind::Lambda => (TableKind::Function, "lambda".into()),
        ScopeKind::ListComp => (TableKind::Function, "listcomp".into()),
        ScopeKind::SetComp => (TableKind::Function, "setcomp".into()),
        ScopeKind::DictComp => (TableKind::Function, "dictcomp".into()),
        ScopeKind::Generator => (TableKind::Function, "genexpr".into()),
        ScopeKind::Annotation => (TableKind::Annotation, "__annotate__".into()),
        ScopeKind::TypeParams => {
            let name = scope.name.strip_prefix("<generic parameters of ").and_then(|name| name.strip_suffix('>'));
            (TableKind::TypeParameters, name.unwrap_or(&scope.name).into())
        }
        ScopeKind::TypeVariable => (TableKind::TypeVariable, scope.name.clone()),
        ScopeKind::TypeAlias => (TableKind::TypeAlias, scope.name.clone()),
    };
    let mut made = Table {
        name,
        kind,
        line: if kind == TableKind::Module { 0 } else { lines.place(scope.range.start().to_u32()).0 },
        nested: scope.nested,
        symbols: scope.symbols.iter().map(|symbol| (symbol.name.clone(), flags(symbol))).collect(),
        parameters: scope.parameters.clone(),
        children: Vec::new(),
    };
    for &child in &scope.children {
        let inner = table(scopes, child, lines);
        if !scopes.scopes[child].inlined {
            made.children.push(inner);
            continue;
        }
        // A comprehension that became part of this scope: what it binds is bound here.
        for (name, mut how) in inner.symbols {
            if how & symbol::BOUND == 0 || &*name == ".0" {
                continue;
            }
            if how >> symbol::SCOPE_OFF & symbol::SCOPE_MASK == symbol::SCOPE_CELL {
                how |= symbol::COMP_CELL;
            }
            if made.symbols.iter().all(|(other, _)| *other != name) {
                made.symbols.push((name, how));
            }
        }
        made.children.extend(inner.children);
    }
    made
}

fn flags(of: &Symbol) -> u32 {
    let pairs = [
        (does::USE, symbol::USE),
        (does::LOCAL, symbol::LOCAL),
        (does::PARAM, symbol::PARAM),
        (does::GLOBAL, symbol::GLOBAL),
        (does::NONLOCAL, symbol::NONLOCAL),
        (does::IMPORT, symbol::IMPORT),
        (does::ANNOT, symbol::ANNOT),
        (does::TYPE_PARAM, symbol::TYPE_PARAM),
        (does::COMP_ITER, symbol::COMP_ITER),
    ];
    let how = pairs.iter().filter(|(does, _)| of.does & does != 0).fold(0, |how, (_, flag)| how | flag);
    let free = if of.free_in_class { symbol::FREE_CLASS } else { 0 };
    let place = match of.place {
        Place::Local => symbol::SCOPE_LOCAL,
        Place::GlobalExplicit => symbol::SCOPE_GLOBAL_EXPLICIT,
        Place::GlobalImplicit => symbol::SCOPE_GLOBAL_IMPLICIT,
        Place::Free => symbol::SCOPE_FREE,
        Place::Cell => symbol::SCOPE_CELL,
    };
    how | free | place << symbol::SCOPE_OFF
}
