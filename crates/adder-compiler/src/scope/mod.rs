//! Scopes: which names a piece of code binds, and where each name lives.
//!
//! [`build`](mod@build) walks the tree once and notes what each scope does with each name; [`analyze`](mod@analyze) then
//! decides, from the outside in, what is local, a cell, free or global.

mod analyze;
mod build;
mod define;
mod names;
pub(crate) mod table;
mod visit;

use std::sync::Arc;

use ruff_text_size::TextRange;

pub(crate) use build::build;
pub(crate) use names::mangle;

use rustc_hash::FxHashMap;

use crate::error::Fault;

/// A name, as Python sees it (mangled).
pub(crate) type Name = Arc<str>;

/// What a scope does with a name.
pub(crate) mod does {
    /// Reads it.
    pub(crate) const USE: u16 = 1 << 0;
    /// Binds it.
    pub(crate) const LOCAL: u16 = 1 << 1;
    pub(crate) const PARAM: u16 = 1 << 2;
    /// Says `global`.
    pub(crate) const GLOBAL: u16 = 1 << 3;
    /// Says `nonlocal`.
    pub(crate) const NONLOCAL: u16 = 1 << 4;
    pub(crate) const IMPORT: u16 = 1 << 5;
    pub(crate) const ANNOT: u16 = 1 << 6;
    pub(crate) const TYPE_PARAM: u16 = 1 << 7;
    /// It is the target of a `for` of a comprehension.
    pub(crate) const COMP_ITER: u16 = 1 << 8;
    /// Deletes it, or clears it at the end of `except`.
    pub(crate) const UNBINDS: u16 = 1 << 9;
    /// A name bound by `:=` inside of a comprehension.
    pub(crate) const COMP_NAMED: u16 = 1 << 10;
    /// A scope inside says `global`: then the module's own code means its globals, too, also where its locals are another dict.
    pub(crate) const GLOBAL_INSIDE: u16 = 1 << 11;
    pub(crate) const BOUND: u16 = LOCAL | PARAM | IMPORT | TYPE_PARAM;
}

/// Where a name lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Local,
    Cell,
    Free,
    GlobalImplicit,
    GlobalExplicit,
}

#[derive(Clone, Debug)]
pub(crate) struct Symbol {
    pub name: Name,
    pub does: u16,
    pub place: Place,
    /// The first time it is named.
    pub range: TextRange,
    /// The `global` or `nonlocal` that says so.
    pub directive: TextRange,
    /// A class both binds it and, through an inner function, needs it from outside.
    pub free_in_class: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScopeKind {
    Module,
    Class,
    Function,
    Lambda,
    ListComp,
    SetComp,
    DictComp,
    Generator,
    /// The function that computes annotations.
    Annotation,
    TypeParams,
    /// Bound or default of a type parameter.
    TypeVariable,
    TypeAlias,
}

impl ScopeKind {
    pub(crate) fn is_function_like(self) -> bool {
        !matches!(self, ScopeKind::Module | ScopeKind::Class)
    }

    pub(crate) fn is_comprehension(self) -> bool {
        matches!(self, ScopeKind::ListComp | ScopeKind::SetComp | ScopeKind::DictComp | ScopeKind::Generator)
    }
}

pub(crate) type ScopeId = usize;

/// An annotated name of a module or class body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Annotated {
    /// The address of the statement, by which it is found again.
    pub key: usize,
    /// Its number if it may not be executed.
    pub conditional: Option<u32>,
}

#[derive(Debug)]
pub(crate) struct Scope {
    pub kind: ScopeKind,
    pub name: Name,
    /// The node it belongs to, without its decorators.
    pub range: TextRange,
    pub parent: Option<ScopeId>,
    pub children: Vec<ScopeId>,
    pub symbols: Vec<Symbol>,
    index: FxHashMap<Name, usize>,
    /// Lies inside a function.
    pub nested: bool,
    /// Its code is part of its parent's.
    pub inlined: bool,
    pub is_async: bool,
    pub generator: bool,
    pub coroutine: bool,
    pub returns_value: Option<TextRange>,
    pub can_see_class: bool,
    pub needs_class_closure: bool,
    pub needs_classdict: bool,
    /// The class whose name mangles private names.
    pub private: Option<Name>,
    /// Only these are mangled (the type parameters of a class).
    pub mangled: Option<Vec<Name>>,
    pub annotated: Vec<Annotated>,
    pub conditional_annotations: bool,
    pub annotations_used: bool,
    /// Of a class: what its methods store to `self`.
    pub static_attributes: Vec<Name>,
    /// Of a class: what its methods store to their first parameter.
    pub attributes: Vec<Name>,
    /// Of a function: its first parameter.
    pub first_parameter: Option<Name>,
    /// Cells are needed for these of a comprehension that is inlined.
    pub parameters: Vec<Name>,
    /// Of the bound or default of a type parameter: how errors call it.
    what: &'static str,
    in_conditional: bool,
    /// Depth of comprehension iterables that are being visited.
    in_iterable: u32,
    in_comp_target: bool,
}

impl Scope {
    pub(crate) fn symbol(&self, name: &str) -> Option<&Symbol> {
        self.index.get(name).map(|i| &self.symbols[*i])
    }

    fn symbol_mut(&mut self, name: &str) -> Option<&mut Symbol> {
        self.index.get(name).map(|i| &mut self.symbols[*i])
    }

    fn note(&mut self, name: &Name, does: u16, range: TextRange) -> &mut Symbol {
        let i = match self.index.get(name) {
            Some(i) => *i,
            None => {
                let place = Place::GlobalImplicit;
                let directive = TextRange::default();
                self.symbols.push(Symbol {
                    name: name.clone(),
                    does: 0,
                    place,
                    range,
                    directive,
                    free_in_class: false,
                });
                self.index.insert(name.clone(), self.symbols.len() - 1);
                self.symbols.len() - 1
            }
        };
        self.symbols[i].does |= does;
        &mut self.symbols[i]
    }
}

/// All scopes of a source text.
#[derive(Debug, Default)]
pub(crate) struct Scopes {
    pub scopes: Vec<Scope>,
    /// By address and sort of the node they belong to.
    by_node: FxHashMap<(usize, Part), ScopeId>,
}

/// A node may have several scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    Body,
    TypeParams,
    Annotations,
    Bound,
    Default,
}

/// How nodes are found again: they do not move while the tree is there.
pub(crate) fn key<T>(node: &T) -> usize {
    std::ptr::from_ref(node) as usize
}

impl Scopes {
    pub(crate) fn of(&self, key: usize, part: Part) -> Option<ScopeId> {
        self.by_node.get(&(key, part)).copied()
    }
}

/// What the walk is told.
pub(crate) struct Settings {
    pub future_annotations: bool,
    /// Decimal digits that an int may have, 0 for any number.
    pub int_digits: usize,
}

/// Warnings and errors of the walk that are about the text only.
pub(crate) type Outcome = Result<Scopes, Fault>;
