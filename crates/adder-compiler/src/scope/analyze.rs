//! Where each name lives.

use std::collections::HashSet;

use ruff_text_size::TextRange;

use super::{Name, Place, Scope, ScopeId, ScopeKind, Scopes, does};
use crate::error::{Fault, Res};

type Names = HashSet<Name>;

/// What is known of the scopes around.
struct Around<'a> {
    /// Bound by functions around; none for a module.
    bound: Option<&'a Names>,
    /// Said to be global by functions around.
    global: &'a Names,
    type_params: &'a Names,
    /// The class whose names an annotation sees.
    class: Option<ScopeId>,
}

/// Decides for all scopes.
pub(super) fn analyze(scopes: &mut Scopes) -> Res {
    global_in_module(scopes);
    let none = Names::new();
    scope(scopes, 0, &Around { bound: None, global: &none, type_params: &none, class: None })?;
    Ok(())
}

/// What any function says to be global is so in the module itself: it matters where code has locals beside its globals.
fn global_in_module(scopes: &mut Scopes) {
    let Some((module, inner)) = scopes.scopes.split_first_mut() else { return };
    if module.kind != ScopeKind::Module {
        return;
    }
    for said in inner.iter().flat_map(|scope| &scope.symbols).filter(|symbol| symbol.does & does::GLOBAL != 0) {
        if let Some(&i) = module.index.get(&said.name) {
            module.symbols[i].does |= does::GLOBAL;
        }
    }
}

/// The names of this scope and those inside that must come from outside.
fn scope(scopes: &mut Scopes, id: ScopeId, around: &Around) -> Res<Names> {
    let (kind, inlined) = (scopes.scopes[id].kind, scopes.scopes[id].inlined);
    let mut bound = around.bound.cloned().unwrap_or_default();
    let mut global = around.global.clone();
    let mut type_params = around.type_params.clone();
    let (mut local, mut free) = (Names::new(), Names::new());

    for i in 0..scopes.scopes[id].symbols.len() {
        let symbol = &scopes.scopes[id].symbols[i];
        let (name, how) = (symbol.name.clone(), symbol.does);
        let place = if how & does::GLOBAL != 0 {
            if how & does::NONLOCAL != 0 {
                return Err(Fault::syntax(format!("name '{name}' is nonlocal and global"), symbol.directive));
            }
            global.insert(name.clone());
            bound.remove(&name);
            Place::GlobalExplicit
        } else if how & does::NONLOCAL != 0 {
            let seen = around.bound.is_some_and(|bound| bound.contains(&name));
            if !seen {
                return Err(Fault::syntax(format!("no binding for nonlocal '{name}' found"), symbol.directive));
            }
            if around.type_params.contains(&name) {
                let text = format!("nonlocal binding not allowed for type parameter '{name}'");
                return Err(Fault::syntax(text, symbol.directive));
            }
            free.insert(name.clone());
            Place::Free
        } else if how & does::BOUND != 0 {
            local.insert(name.clone());
            global.remove(&name);
            match how & does::TYPE_PARAM != 0 {
                true => type_params.insert(name.clone()),
                false => type_params.remove(&name),
            };
            Place::Local
        } else if inlined {
            // Its parent has a symbol for it.
            continue;
        } else {
            read(scopes, &name, around, &mut free)
        };
        scopes.scopes[id].symbols[i].place = place;
    }

    let entry = &scopes.scopes[id];
    let class = if kind == ScopeKind::Class { Some(id) } else { around.class };
    let children = entry.children.clone();
    let mut visible = around.bound.cloned().unwrap_or_default();
    if kind.is_function_like() {
        visible = &bound | &local;
    } else if kind == ScopeKind::Class {
        visible.extend(["__class__", "__classdict__", "__conditional_annotations__"].map(Name::from));
    }
    if kind == ScopeKind::Class {
        // What a class says to be global is so for the class only.
        global = around.global.clone();
        type_params = around.type_params.clone();
    }
    let mut inner_free = Names::new();
    for child in children {
        let mut visible = visible.clone();
        if scopes.scopes[child].inlined {
            visible.extend(local.iter().filter(|_| kind.is_function_like()).cloned());
        }
        let class = class.filter(|_| scopes.scopes[child].can_see_class);
        let inside = Around { bound: Some(&visible), global: &global, type_params: &type_params, class };
        inner_free.extend(scope(scopes, child, &inside)?);
    }

    let entry = &mut scopes.scopes[id];
    if kind.is_function_like() {
        for symbol in entry.symbols.iter_mut().filter(|symbol| symbol.place == Place::Local) {
            if symbol.does & does::BOUND != 0 && inner_free.remove(&symbol.name) {
                symbol.place = Place::Cell;
            }
        }
    } else if kind == ScopeKind::Class {
        entry.needs_class_closure = inner_free.remove("__class__");
        entry.needs_classdict = inner_free.remove("__classdict__");
        inner_free.remove("__conditional_annotations__");
    }
    pass_through(entry, &inner_free, around.bound);
    free.extend(inner_free);
    Ok(free)
}

/// A name that is only read here.
fn read(scopes: &Scopes, name: &Name, around: &Around, free: &mut Names) -> Place {
    if let Some(class) = around.class
        && let Some(symbol) = scopes.scopes[class].symbol(name)
    {
        if symbol.does & does::GLOBAL != 0 {
            return Place::GlobalExplicit;
        }
        if symbol.does & does::BOUND != 0 && symbol.does & does::NONLOCAL == 0 {
            return Place::GlobalImplicit;
        }
    }
    if around.bound.is_some_and(|bound| bound.contains(name)) {
        free.insert(name.clone());
        return Place::Free;
    }
    Place::GlobalImplicit
}

/// Names that inner functions need from further out go through this scope.
fn pass_through(entry: &mut Scope, inner_free: &Names, bound: Option<&Names>) {
    for name in inner_free {
        let class = entry.kind == ScopeKind::Class;
        if let Some(symbol) = entry.symbol_mut(name) {
            if class && symbol.does & (does::BOUND | does::GLOBAL) != 0 {
                symbol.free_in_class = true;
            }
            continue;
        }
        if entry.inlined || !bound.is_some_and(|bound| bound.contains(name)) {
            continue;
        }
        entry.note(name, 0, TextRange::default()).place = Place::Free;
    }
}
