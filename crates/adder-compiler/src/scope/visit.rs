//! The walk over the tree.

use ruff_python_ast::{self as ast, Expr, ExprContext, Pattern, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::build::Builder;
use super::{Annotated, Part, ScopeKind, does, key};
use crate::error::{Fault, Res};

impl Builder<'_> {
    pub(super) fn stmt(&mut self, statement: &Stmt) -> Res {
        match statement {
            Stmt::FunctionDef(f) => self.function(f),
            Stmt::ClassDef(c) => self.class(c),
            Stmt::Return(s) => {
                if let Some(value) = &s.value {
                    self.expr(value)?;
                    self.current_mut().returns_value.get_or_insert(s.range);
                }
                Ok(())
            }
            Stmt::Delete(s) => s.targets.iter().try_for_each(|target| self.expr(target)),
            Stmt::TypeAlias(s) => self.type_alias(s),
            Stmt::Assign(s) => {
                self.expr(&s.value)?;
                s.targets.iter().try_for_each(|target| self.expr(target))
            }
            Stmt::AugAssign(s) => {
                if let Expr::Attribute(target) = &*s.target
                    && let Expr::Name(object) = &*target.value
                {
                    self.attribute_stored(&object.id, &target.attr, false);
                }
                if let Expr::Name(name) = &*s.target {
                    self.define(&name.id, does::LOCAL | does::USE, name.range)?;
                } else {
                    self.expr(&s.target)?;
                }
                self.expr(&s.value)
            }
            Stmt::AnnAssign(s) => self.annotated_assignment(s),
            Stmt::For(s) => {
                self.expr(&s.target)?;
                self.expr(&s.iter)?;
                self.conditional(|b| {
                    b.statements(&s.body)?;
                    b.statements(&s.orelse)
                })
            }
            Stmt::While(s) => {
                self.expr(&s.test)?;
                self.conditional(|b| {
                    b.statements(&s.body)?;
                    b.statements(&s.orelse)
                })
            }
            Stmt::If(s) => {
                self.expr(&s.test)?;
                self.conditional(|b| {
                    b.statements(&s.body)?;
                    for clause in &s.elif_else_clauses {
                        clause.test.iter().try_for_each(|test| b.expr(test))?;
                        b.statements(&clause.body)?;
                    }
                    Ok(())
                })
            }
            Stmt::With(s) => self.conditional(|b| {
                for item in &s.items {
                    b.expr(&item.context_expr)?;
                    item.optional_vars.iter().try_for_each(|target| b.expr(target))?;
                }
                b.statements(&s.body)
            }),
            Stmt::Match(s) => {
                self.expr(&s.subject)?;
                self.conditional(|b| {
                    for case in &s.cases {
                        b.pattern(&case.pattern)?;
                        case.guard.iter().try_for_each(|guard| b.expr(guard))?;
                        b.statements(&case.body)?;
                    }
                    Ok(())
                })
            }
            Stmt::Raise(s) => {
                s.exc.iter().try_for_each(|e| self.expr(e))?;
                s.cause.iter().try_for_each(|e| self.expr(e))
            }
            Stmt::Try(s) => self.conditional(|b| {
                b.statements(&s.body)?;
                for ast::ExceptHandler::ExceptHandler(handler) in &s.handlers {
                    handler.type_.iter().try_for_each(|e| b.expr(e))?;
                    if let Some(name) = &handler.name {
                        b.define(name, does::LOCAL | does::UNBINDS, name.range)?;
                    }
                    b.statements(&handler.body)?;
                }
                b.statements(&s.orelse)?;
                b.statements(&s.finalbody)
            }),
            Stmt::Assert(s) => {
                self.expr(&s.test)?;
                s.msg.iter().try_for_each(|e| self.expr(e))
            }
            Stmt::Import(s) => s.names.iter().try_for_each(|alias| self.alias(alias, true)),
            Stmt::ImportFrom(s) => s.names.iter().try_for_each(|alias| self.alias(alias, false)),
            Stmt::Global(s) => self.directive(&s.names, does::GLOBAL, s.range),
            Stmt::Nonlocal(s) => self.directive(&s.names, does::NONLOCAL, s.range),
            Stmt::Expr(s) => self.expr(&s.value),
            Stmt::Pass(_) | Stmt::Break(_) | Stmt::Continue(_) => Ok(()),
            Stmt::IpyEscapeCommand(s) => Err(Fault::syntax("invalid syntax", s.range)),
        }
    }

    fn conditional(&mut self, inside: impl FnOnce(&mut Self) -> Res) -> Res {
        let before = std::mem::replace(&mut self.current_mut().in_conditional, true);
        inside(self)?;
        self.current_mut().in_conditional = before;
        Ok(())
    }

    fn alias(&mut self, alias: &ast::Alias, dotted: bool) -> Res {
        let name = alias.asname.as_ref().unwrap_or(&alias.name);
        if &**name == "*" {
            return match self.current().kind {
                ScopeKind::Module => Ok(()),
                _ => Err(Fault::syntax("import * only allowed at module level", alias.range)),
            };
        }
        let bound =
            if dotted && alias.asname.is_none() { name.split('.').next().unwrap_or(name) } else { name.as_str() };
        self.define(bound, does::IMPORT, alias.range)
    }

    fn annotated_assignment(&mut self, s: &ast::StmtAnnAssign) -> Res {
        if let Expr::Name(name) = &*s.target {
            let mangled = self.mangled(&name.id);
            let before = self.current().symbol(&mangled).map_or(0, |symbol| symbol.does);
            let module = self.current().kind == ScopeKind::Module;
            if s.simple && before & (does::GLOBAL | does::NONLOCAL) != 0 && !(module && before & does::COMP_NAMED != 0)
            {
                let word = if before & does::GLOBAL != 0 { "global" } else { "nonlocal" };
                if !module {
                    return Err(Fault::syntax(format!("annotated name '{}' can't be {word}", name.id), s.range));
                }
            }
            if s.simple {
                self.define(&name.id, does::ANNOT | does::LOCAL, name.range)?;
            } else if s.value.is_some() {
                self.define(&name.id, does::LOCAL, name.range)?;
            }
        } else {
            self.expr(&s.target)?;
        }
        let simple = s.simple && matches!(&*s.target, Expr::Name(_));
        let kind = self.current().kind;
        if simple && matches!(kind, ScopeKind::Module | ScopeKind::Class) && !self.settings.future_annotations {
            self.variable_annotation(s)?;
        } else {
            self.current_mut().annotations_used |= simple;
            self.unevaluated(&s.annotation)?;
        }
        s.value.iter().try_for_each(|value| self.expr(value))
    }

    /// The annotations of a module or class all lie in one function.
    fn variable_annotation(&mut self, s: &ast::StmtAnnAssign) -> Res {
        let owner = self.top();
        let scope = self.current_mut();
        // A module may be looked at before it has run to its end.
        let conditional = scope.kind == ScopeKind::Module || scope.in_conditional;
        let number = scope.annotated.iter().filter(|a| a.conditional.is_some()).count() as u32;
        scope.annotated.push(Annotated { key: key(s), conditional: conditional.then_some(number) });
        scope.annotations_used = true;
        let class = scope.kind == ScopeKind::Class;
        if conditional {
            scope.conditional_annotations = true;
            if !class {
                self.note("__conditional_annotations__", does::USE, s.annotation.range());
            }
        }
        let node = (owner, Part::Annotations);
        match self.scopes.of(owner, Part::Annotations) {
            Some(id) => self.stack.push(id),
            None => {
                self.enter(ScopeKind::Annotation, "__annotate__".into(), node, s.annotation.range());
                self.define(".format", does::PARAM, s.annotation.range())?;
            }
        }
        if conditional {
            self.note("__conditional_annotations__", does::USE, s.annotation.range());
        }
        self.expr(&s.annotation)?;
        self.stack.pop();
        Ok(())
    }

    /// Its errors count, its names do not.
    fn unevaluated(&mut self, annotation: &Expr) -> Res {
        let parent = self.top();
        self.enter(ScopeKind::Annotation, "__annotate__".into(), (usize::MAX, Part::Annotations), annotation.range());
        let result = self.expr(annotation);
        self.leave();
        // Nothing of it will be compiled.
        self.scopes.scopes[parent].children.pop();
        result
    }

    pub(super) fn arguments(&mut self, arguments: &ast::Arguments) -> Res {
        arguments.args.iter().try_for_each(|e| self.expr(e))?;
        arguments.keywords.iter().try_for_each(|keyword| self.expr(&keyword.value))
    }

    fn exprs<'e>(&mut self, es: impl IntoIterator<Item = &'e Expr>) -> Res {
        es.into_iter().try_for_each(|e| self.expr(e))
    }

    pub(super) fn expr(&mut self, e: &Expr) -> Res {
        match e {
            Expr::BoolOp(e) => self.exprs(&e.values),
            Expr::Named(e) => self.named(e),
            Expr::BinOp(e) => {
                self.expr(&e.left)?;
                self.expr(&e.right)
            }
            Expr::UnaryOp(e) => self.expr(&e.operand),
            Expr::Lambda(e) => {
                if let Some(parameters) = &e.parameters {
                    self.defaults(parameters)?;
                }
                self.enter(ScopeKind::Lambda, "<lambda>".into(), (key(e), Part::Body), e.range);
                if let Some(parameters) = &e.parameters {
                    self.parameters(parameters)?;
                }
                self.expr(&e.body)?;
                self.leave();
                Ok(())
            }
            Expr::If(e) => {
                self.expr(&e.test)?;
                self.expr(&e.body)?;
                self.expr(&e.orelse)
            }
            Expr::Dict(e) => {
                for item in &e.items {
                    item.key.iter().try_for_each(|key| self.expr(key))?;
                    self.expr(&item.value)?;
                }
                Ok(())
            }
            Expr::Set(e) => self.exprs(&e.elts),
            Expr::ListComp(e) => self.comprehension(ScopeKind::ListComp, &e.generators, None, &e.elt, key(e), e.range),
            Expr::SetComp(e) => self.comprehension(ScopeKind::SetComp, &e.generators, None, &e.elt, key(e), e.range),
            Expr::DictComp(e) => {
                self.comprehension(ScopeKind::DictComp, &e.generators, e.key.as_deref(), &e.value, key(e), e.range)
            }
            Expr::Generator(e) => {
                self.comprehension(ScopeKind::Generator, &e.generators, None, &e.elt, key(e), e.range)
            }
            Expr::Await(e) => {
                self.not_in_annotation("await expression", e.range)?;
                self.expr(&e.value)?;
                self.current_mut().coroutine = true;
                Ok(())
            }
            Expr::Yield(e) => self.yielding(e.value.as_deref(), e.range),
            Expr::YieldFrom(e) => self.yielding(Some(&e.value), e.range),
            Expr::Compare(e) => {
                self.expr(&e.left)?;
                self.exprs(&e.comparators)
            }
            Expr::Call(e) => {
                self.expr(&e.func)?;
                self.arguments(&e.arguments)
            }
            Expr::FString(e) => e.value.elements().try_for_each(|element| self.interpolated(element)),
            Expr::TString(e) => e.value.elements().try_for_each(|element| self.interpolated(element)),
            Expr::Attribute(e) => {
                if e.ctx == ExprContext::Store
                    && let Expr::Name(object) = &*e.value
                {
                    self.attribute_stored(&object.id, &e.attr, true);
                }
                self.expr(&e.value)
            }
            Expr::Subscript(e) => {
                self.expr(&e.value)?;
                self.expr(&e.slice)
            }
            Expr::Starred(e) => self.expr(&e.value),
            Expr::Name(e) => self.name(e),
            Expr::List(e) => self.exprs(&e.elts),
            Expr::Tuple(e) => self.exprs(&e.elts),
            Expr::Slice(e) => {
                let parts = [&e.lower, &e.upper, &e.step];
                self.exprs(parts.into_iter().flatten().map(|part| &**part))
            }
            Expr::NumberLiteral(e) => self.number(e),
            Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_) => Ok(()),
            Expr::IpyEscapeCommand(e) => Err(Fault::syntax("invalid syntax", e.range)),
        }
    }

    /// Decimal digits take quadratic time.
    fn number(&mut self, e: &ast::ExprNumberLiteral) -> Res {
        let most = self.settings.int_digits;
        let ast::Number::Int(n) = &e.value else { return Ok(()) };
        if most == 0 || n.as_u64().is_some() {
            return Ok(());
        }
        let text = n.to_string();
        let digits = text.chars().filter(char::is_ascii_digit).count();
        if digits <= most || text.contains(['x', 'X', 'o', 'O', 'b', 'B']) {
            return Ok(());
        }
        let text = format!(
            "Exceeds the limit ({most} digits) for integer string conversion: value has {digits} digits; use \
             sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals to avoid \
             decimal conversion limits."
        );
        Err(Fault::syntax(text, e.range))
    }

    fn interpolated(&mut self, element: &ast::InterpolatedStringElement) -> Res {
        if let ast::InterpolatedStringElement::Interpolation(element) = element {
            self.expr(&element.expression)?;
            if let Some(spec) = &element.format_spec {
                spec.elements.iter().try_for_each(|element| self.interpolated(element))?;
            }
        }
        Ok(())
    }

    fn name(&mut self, e: &ast::ExprName) -> Res {
        match e.ctx {
            ExprContext::Load => {
                self.note(&e.id, does::USE, e.range);
                if e.id.as_str() == "super" && self.current().kind.is_function_like() {
                    self.note("__class__", does::USE, e.range);
                }
                Ok(())
            }
            ExprContext::Del => self.define(&e.id, does::LOCAL | does::UNBINDS, e.range),
            ExprContext::Store | ExprContext::Invalid => self.define(&e.id, does::LOCAL, e.range),
        }
    }

    fn named(&mut self, e: &ast::ExprNamed) -> Res {
        self.not_in_annotation("named expression", e.range)?;
        let scope = self.current();
        if scope.in_iterable > 0 {
            let text = "assignment expression cannot be used in a comprehension iterable expression";
            return Err(Fault::syntax(text, e.range));
        }
        let in_comprehension = scope.kind.is_comprehension();
        let Expr::Name(name) = &*e.target else { return Err(Fault::syntax("invalid syntax", e.range)) };
        if in_comprehension {
            self.extend_named(&name.id, name.range)?;
        }
        self.expr(&e.value)?;
        match in_comprehension {
            true => Ok(()),
            false => self.define(&name.id, does::LOCAL, name.range),
        }
    }

    fn yielding(&mut self, value: Option<&Expr>, range: TextRange) -> Res {
        self.not_in_annotation("yield expression", range)?;
        if let Some(value) = value {
            self.expr(value)?;
        }
        let place = match self.current().kind {
            ScopeKind::ListComp => "list comprehension",
            ScopeKind::SetComp => "set comprehension",
            ScopeKind::DictComp => "dict comprehension",
            ScopeKind::Generator => "generator expression",
            _ => {
                self.current_mut().generator = true;
                return Ok(());
            }
        };
        Err(Fault::syntax(format!("'yield' inside {place}"), range))
    }

    fn comprehension(
        &mut self,
        kind: ScopeKind,
        generators: &[ast::Comprehension],
        key_part: Option<&Expr>,
        element: &Expr,
        node: usize,
        range: TextRange,
    ) -> Res {
        let [first, others @ ..] = generators else { return Ok(()) };
        self.current_mut().in_iterable += 1;
        self.expr(&first.iter)?;
        self.current_mut().in_iterable -= 1;
        let name = match kind {
            ScopeKind::ListComp => "<listcomp>",
            ScopeKind::SetComp => "<setcomp>",
            ScopeKind::DictComp => "<dictcomp>",
            _ => "<genexpr>",
        };
        self.enter(kind, name.into(), (node, Part::Body), range);
        if !self.current().inlined {
            self.define(".0", does::PARAM, range)?;
        }
        self.current_mut().coroutine |= first.is_async;
        self.comprehension_target(&first.target)?;
        self.exprs(&first.ifs)?;
        for generator in others {
            self.comprehension_target(&generator.target)?;
            self.current_mut().in_iterable += 1;
            self.expr(&generator.iter)?;
            self.current_mut().in_iterable -= 1;
            self.exprs(&generator.ifs)?;
            self.current_mut().coroutine |= generator.is_async;
        }
        if let Some(key_part) = key_part {
            self.expr(key_part)?;
        }
        self.expr(element)?;
        let coroutine = self.current().coroutine && kind != ScopeKind::Generator;
        let inlined = self.current().inlined;
        self.leave();
        // An asynchronous comprehension makes the one around it asynchronous.
        if coroutine && !inlined && self.current().kind.is_comprehension() {
            self.current_mut().coroutine = true;
        }
        Ok(())
    }

    fn comprehension_target(&mut self, target: &Expr) -> Res {
        self.current_mut().in_comp_target = true;
        self.expr(target)?;
        self.current_mut().in_comp_target = false;
        Ok(())
    }

    fn pattern(&mut self, pattern: &Pattern) -> Res {
        let bind = |b: &mut Self, name: &Option<ast::Identifier>| {
            name.iter().try_for_each(|name| b.define(name, does::LOCAL, name.range))
        };
        match pattern {
            Pattern::MatchValue(p) => self.expr(&p.value),
            Pattern::MatchSingleton(_) => Ok(()),
            Pattern::MatchSequence(p) => p.patterns.iter().try_for_each(|p| self.pattern(p)),
            Pattern::MatchMapping(p) => {
                self.exprs(&p.keys)?;
                p.patterns.iter().try_for_each(|p| self.pattern(p))?;
                bind(self, &p.rest)
            }
            Pattern::MatchClass(p) => {
                self.expr(&p.cls)?;
                p.arguments.patterns.iter().try_for_each(|p| self.pattern(p))?;
                p.arguments.keywords.iter().try_for_each(|k| self.pattern(&k.pattern))
            }
            Pattern::MatchStar(p) => bind(self, &p.name),
            Pattern::MatchAs(p) => {
                p.pattern.iter().try_for_each(|p| self.pattern(p))?;
                bind(self, &p.name)
            }
            Pattern::MatchOr(p) => p.patterns.iter().try_for_each(|p| self.pattern(p)),
        }
    }
}
