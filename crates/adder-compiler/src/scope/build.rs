//! The state of the walk that finds scopes.

use ruff_python_ast::{self as ast, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::{Name, Outcome, Part, Scope, ScopeId, ScopeKind, Scopes, Settings, Symbol, analyze, does, key, mangle};
use crate::error::{Fault, Res};

pub(crate) struct Builder<'a> {
    pub(super) scopes: Scopes,
    pub(super) stack: Vec<ScopeId>,
    pub(super) settings: &'a Settings,
}

/// The scopes of a module or expression.
pub(crate) fn build(module: &ast::Mod, settings: &Settings) -> Outcome {
    let mut builder = Builder { scopes: Scopes::default(), stack: Vec::new(), settings };
    let range = module.range();
    builder.enter(ScopeKind::Module, "<module>".into(), (key(module), Part::Body), range);
    match module {
        ast::Mod::Module(module) => builder.statements(&module.body)?,
        ast::Mod::Expression(expression) => builder.expr(&expression.body)?,
    }
    builder.leave();
    analyze::analyze(&mut builder.scopes)?;
    Ok(builder.scopes)
}

impl Builder<'_> {
    pub(super) fn statements(&mut self, body: &[Stmt]) -> Res {
        body.iter().try_for_each(|statement| self.stmt(statement))
    }

    pub(super) fn current(&self) -> &Scope {
        &self.scopes.scopes[self.top()]
    }

    pub(super) fn current_mut(&mut self) -> &mut Scope {
        let top = self.top();
        &mut self.scopes.scopes[top]
    }

    pub(super) fn top(&self) -> ScopeId {
        *self.stack.last().expect("the module's scope is open")
    }

    /// Opens a scope; [`leave`](Builder::leave) closes it.
    pub(super) fn enter(&mut self, kind: ScopeKind, name: Name, node: (usize, Part), range: TextRange) -> ScopeId {
        let parent = self.stack.last().copied();
        let id = self.scopes.scopes.len();
        let outer = parent.map(|parent| &self.scopes.scopes[parent]);
        let nested = outer.is_some_and(|outer| outer.nested || outer.kind.is_function_like());
        let seen = outer.is_some_and(|outer| outer.can_see_class);
        let in_class = outer.is_some_and(|outer| outer.kind == ScopeKind::Class);
        // Lambdas and comprehensions of an annotation see what it sees.
        let can_see_class = match kind {
            ScopeKind::Module | ScopeKind::Class | ScopeKind::Function => false,
            ScopeKind::Lambda => seen,
            kind if kind.is_comprehension() => seen,
            _ => seen || in_class,
        };
        let inlined = kind.is_comprehension() && kind != ScopeKind::Generator && !in_class && !seen;
        let private = outer.and_then(|outer| outer.private.clone());
        let mangled = outer.and_then(|outer| if kind == ScopeKind::Class { None } else { outer.mangled.clone() });
        let in_iterable = outer.map_or(0, |outer| outer.in_iterable);
        self.scopes.scopes.push(Scope {
            kind,
            name,
            range,
            parent,
            children: Vec::new(),
            symbols: Vec::new(),
            index: Default::default(),
            nested,
            inlined,
            is_async: false,
            generator: false,
            coroutine: false,
            returns_value: None,
            can_see_class,
            needs_class_closure: false,
            needs_classdict: false,
            private,
            mangled,
            annotated: Vec::new(),
            conditional_annotations: false,
            annotations_used: false,
            static_attributes: Vec::new(),
            attributes: Vec::new(),
            first_parameter: None,
            parameters: Vec::new(),
            what: "",
            in_conditional: false,
            in_iterable,
            in_comp_target: false,
        });
        if let Some(parent) = parent {
            self.scopes.scopes[parent].children.push(id);
        }
        self.scopes.by_node.insert(node, id);
        self.stack.push(id);
        if can_see_class {
            self.note("__classdict__", does::USE, range);
        }
        id
    }

    pub(super) fn leave(&mut self) {
        let id = self.stack.pop().expect("a scope is open");
        let scope = &self.scopes.scopes[id];
        if !scope.inlined {
            return;
        }
        // What an inlined comprehension only reads is read by the code it becomes part of.
        let used: Vec<Symbol> = scope.symbols.iter().filter(|s| s.does & does::BOUND == 0).cloned().collect();
        let (coroutine, parent) = (scope.coroutine, self.top());
        for symbol in used {
            self.scopes.scopes[parent].note(&symbol.name, does::USE, symbol.range);
        }
        let outer = &mut self.scopes.scopes[parent];
        if coroutine && outer.kind.is_comprehension() {
            outer.coroutine = true;
        }
    }

    /// A name as this scope sees it.
    pub(super) fn mangled(&self, name: &str) -> Name {
        let scope = self.current();
        match &scope.mangled {
            Some(only) if !only.iter().any(|n| &**n == name) => name.into(),
            _ => mangle(scope.private.as_deref(), name),
        }
    }

    pub(super) fn note(&mut self, name: &str, does: u16, range: TextRange) {
        let name = self.mangled(name);
        self.current_mut().note(&name, does, range);
    }

    /// A name that is bound (or read).
    pub(super) fn define(&mut self, name: &str, mut how: u16, range: TextRange) -> Res {
        let mangled = self.mangled(name);
        let scope = self.current_mut();
        if let Some(symbol) = scope.symbol(&mangled) {
            if how & does::PARAM != 0 && symbol.does & does::PARAM != 0 {
                return Err(Fault::syntax(format!("duplicate argument '{name}' in function definition"), range));
            }
            if how & does::TYPE_PARAM != 0 && symbol.does & does::TYPE_PARAM != 0 {
                return Err(Fault::syntax(format!("duplicate type parameter '{name}'"), range));
            }
            if scope.in_comp_target && symbol.does & (does::GLOBAL | does::NONLOCAL | does::COMP_NAMED) != 0 {
                let text = format!("comprehension inner loop cannot rebind assignment expression target '{name}'");
                return Err(Fault::syntax(text, range));
            }
        }
        if scope.in_comp_target && how & does::LOCAL != 0 {
            how |= does::COMP_ITER;
        }
        let fresh = scope.symbol(&mangled).is_none_or(|symbol| symbol.does & (does::BOUND | does::USE) == 0);
        let symbol = scope.note(&mangled, how, range);
        if fresh {
            symbol.range = range;
        }
        if how & does::PARAM != 0 {
            scope.parameters.push(mangled);
        }
        Ok(())
    }

    /// `:=` in a comprehension binds in the function around it.
    pub(super) fn extend_named(&mut self, name: &str, range: TextRange) -> Res {
        let mangled = self.mangled(name);
        for i in (0..self.stack.len()).rev() {
            let id = self.stack[i];
            let scope = &mut self.scopes.scopes[id];
            if scope.kind.is_comprehension() {
                if scope.symbol(&mangled).is_some_and(|symbol| symbol.does & does::COMP_ITER != 0) {
                    let text = format!("assignment expression cannot rebind comprehension iteration variable '{name}'");
                    return Err(Fault::syntax(text, range));
                }
                scope.note(&mangled, does::USE | does::COMP_NAMED, range);
                continue;
            }
            match scope.kind {
                ScopeKind::Module => scope.note(&mangled, does::GLOBAL, range),
                ScopeKind::Function | ScopeKind::Lambda => scope.note(&mangled, does::LOCAL, range),
                kind => {
                    let place = match kind {
                        ScopeKind::TypeVariable => "cannot be used in a type variable bound",
                        ScopeKind::TypeParams => "cannot be used within the definition of a generic",
                        ScopeKind::TypeAlias => "cannot be used in a type alias",
                        ScopeKind::Annotation => "cannot be used within an annotation",
                        _ => "cannot be used in a class body",
                    };
                    let text = format!("assignment expression within a comprehension {place}");
                    return Err(Fault::syntax(text, range));
                }
            };
            break;
        }
        Ok(())
    }

    /// `global` and `nonlocal`.
    pub(super) fn directive(&mut self, names: &[ast::Identifier], how: u16, range: TextRange) -> Res {
        let word = if how == does::GLOBAL { "global" } else { "nonlocal" };
        for name in names {
            let mangled = self.mangled(name);
            let module = self.current().kind == ScopeKind::Module;
            if let Some(symbol) = self.current().symbol(&mangled) {
                let before = symbol.does;
                if before & (does::PARAM | does::LOCAL | does::USE | does::ANNOT | does::IMPORT) != 0 {
                    let text = if before & does::PARAM != 0 {
                        format!("name '{name}' is parameter and {word}")
                    } else if before & does::USE != 0 {
                        format!("name '{name}' is used prior to {word} declaration")
                    } else if before & does::ANNOT != 0 {
                        format!("annotated name '{name}' can't be {word}")
                    } else {
                        format!("name '{name}' is assigned to before {word} declaration")
                    };
                    return Err(Fault::syntax(text, range));
                }
            }
            if how == does::NONLOCAL && module {
                return Err(Fault::syntax("nonlocal declaration not allowed at module level", range));
            }
            if how == does::GLOBAL && !module && self.scopes.scopes[0].kind == ScopeKind::Module {
                self.scopes.scopes[0].note(&mangled, does::GLOBAL_INSIDE, range);
            }
            let symbol = self.current_mut().note(&mangled, how, range);
            symbol.directive = range;
        }
        Ok(())
    }

    /// `self.x = …` in a method.
    pub(super) fn attribute_stored(&mut self, object: &str, attribute: &str, plain: bool) {
        let mut first = None;
        for i in (0..self.stack.len()).rev() {
            let scope = &self.scopes.scopes[self.stack[i]];
            if scope.kind == ScopeKind::Class {
                let attribute = mangle(scope.private.as_deref(), attribute);
                let is_first = first.is_some_and(|first: Name| &*first == object);
                let class = &mut self.scopes.scopes[self.stack[i]];
                if plain && object == "self" && !class.static_attributes.contains(&attribute) {
                    class.static_attributes.push(attribute.clone());
                }
                if is_first && !class.attributes.contains(&attribute) {
                    class.attributes.push(attribute);
                }
                return;
            }
            if !scope.kind.is_function_like() {
                return;
            }
            if scope.kind == ScopeKind::Function {
                first = scope.first_parameter.clone();
            }
        }
    }

    /// Yield, await and `:=` have no place in annotations.
    pub(super) fn not_in_annotation(&self, what: &str, range: TextRange) -> Res {
        let place = match self.current().kind {
            ScopeKind::Annotation => "an annotation".to_owned(),
            ScopeKind::TypeVariable => self.current().what.to_owned(),
            ScopeKind::TypeAlias => "a type alias".to_owned(),
            ScopeKind::TypeParams => "the definition of a generic".to_owned(),
            _ => return Ok(()),
        };
        Err(Fault::syntax(format!("{what} cannot be used within {place}"), range))
    }
}
