//! The walk over what opens scopes of its own: functions, classes, type parameters.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::build::Builder;
use super::{Part, ScopeKind, does, key};
use crate::error::{Fault, Res};

/// Where the scope of a function or class begins: at its name, whatever decorates it.
fn from_name(name: &ast::Identifier, whole: TextRange) -> TextRange {
    TextRange::new(name.range.start(), whole.end())
}

impl Builder<'_> {
    pub(super) fn function(&mut self, f: &ast::StmtFunctionDef) -> Res {
        self.define(&f.name, does::LOCAL, f.name.range)?;
        self.defaults(&f.parameters)?;
        f.decorator_list.iter().try_for_each(|decorator| self.expr(&decorator.expression))?;
        if let Some(params) = &f.type_params {
            self.enter_type_params(params, &f.name, key(f), from_name(&f.name, f.range))?;
            if f.parameters.iter_non_variadic_params().any(|p| p.default.is_some()) {
                let parameters = &f.parameters;
                if parameters.posonlyargs.iter().chain(&parameters.args).any(|p| p.default.is_some()) {
                    self.define(".defaults", does::PARAM, f.range)?;
                }
                if parameters.kwonlyargs.iter().any(|p| p.default.is_some()) {
                    self.define(".kwdefaults", does::PARAM, f.range)?;
                }
            }
            self.type_params(params)?;
        }
        let annotations = || f.parameters.iter().filter_map(|p| p.annotation()).chain(f.returns.as_deref());
        if annotations().next().is_some() {
            self.enter(
                ScopeKind::Annotation,
                "__annotate__".into(),
                (key(f), Part::Annotations),
                from_name(&f.name, f.range),
            );
            self.define(".format", does::PARAM, f.range)?;
            annotations().try_for_each(|annotation| self.expr(annotation))?;
            self.leave();
        }
        self.enter(ScopeKind::Function, f.name.as_str().into(), (key(f), Part::Body), from_name(&f.name, f.range));
        self.current_mut().is_async = f.is_async;
        self.current_mut().coroutine = f.is_async;
        self.parameters(&f.parameters)?;
        self.statements(&f.body)?;
        let scope = self.current();
        if f.is_async
            && scope.generator
            && let Some(range) = scope.returns_value
        {
            return Err(Fault::syntax("'return' with value in async generator", range));
        }
        self.leave();
        if f.type_params.is_some() {
            self.leave();
        }
        Ok(())
    }

    pub(super) fn class(&mut self, c: &ast::StmtClassDef) -> Res {
        self.define(&c.name, does::LOCAL, c.name.range)?;
        c.decorator_list.iter().try_for_each(|decorator| self.expr(&decorator.expression))?;
        if let Some(params) = &c.type_params {
            self.enter_type_params(params, &c.name, key(c), from_name(&c.name, c.range))?;
            let names = params.iter().map(|p| p.name().as_str().into()).collect();
            let scope = self.current_mut();
            (scope.private, scope.mangled) = (Some(c.name.as_str().into()), Some(names));
            self.define(".type_params", does::LOCAL | does::USE, c.range)?;
            self.type_params(params)?;
            self.define(".generic_base", does::LOCAL | does::USE, c.range)?;
        }
        if let Some(arguments) = &c.arguments {
            self.arguments(arguments)?;
        }
        self.enter(ScopeKind::Class, c.name.as_str().into(), (key(c), Part::Body), from_name(&c.name, c.range));
        self.current_mut().private = Some(c.name.as_str().into());
        if c.type_params.is_some() {
            self.define("__type_params__", does::LOCAL, c.range)?;
            self.note(".type_params", does::USE, c.range);
        }
        self.statements(&c.body)?;
        self.leave();
        if c.type_params.is_some() {
            self.leave();
        }
        Ok(())
    }

    pub(super) fn type_alias(&mut self, s: &ast::StmtTypeAlias) -> Res {
        self.expr(&s.name)?;
        let name = match &*s.name {
            Expr::Name(name) => name.id.as_str(),
            other => return Err(Fault::syntax("invalid syntax", other.range())),
        };
        if let Some(params) = &s.type_params {
            self.enter_type_params(params, name, key(s), s.range)?;
            self.type_params(params)?;
        }
        self.enter(ScopeKind::TypeAlias, name.into(), (key(s), Part::Body), s.range);
        self.define(".format", does::PARAM, s.range)?;
        self.expr(&s.value)?;
        self.leave();
        if s.type_params.is_some() {
            self.leave();
        }
        Ok(())
    }

    fn enter_type_params(&mut self, params: &ast::TypeParams, name: &str, key: usize, range: TextRange) -> Res {
        let name = format!("<generic parameters of {name}>");
        self.enter(ScopeKind::TypeParams, name.as_str().into(), (key, Part::TypeParams), range);
        let mut with_default = false;
        for param in params.iter() {
            let default = match param {
                ast::TypeParam::TypeVar(p) => &p.default,
                ast::TypeParam::ParamSpec(p) => &p.default,
                ast::TypeParam::TypeVarTuple(p) => &p.default,
            };
            if with_default && default.is_none() {
                let name = param.name();
                let text = format!("non-default type parameter '{name}' follows default type parameter");
                return Err(Fault::syntax(text, param.range()));
            }
            with_default |= default.is_some();
        }
        Ok(())
    }

    fn type_params(&mut self, params: &ast::TypeParams) -> Res {
        for param in params.iter() {
            let how = does::TYPE_PARAM | does::LOCAL;
            self.define(param.name(), how, param.range())?;
            match param {
                ast::TypeParam::TypeVar(p) => {
                    if let Some(bound) = &p.bound {
                        let what = if bound.is_tuple_expr() { "a TypeVar constraint" } else { "a TypeVar bound" };
                        self.type_variable(bound, &p.name, (key(p), Part::Bound), what)?;
                    }
                    if let Some(default) = &p.default {
                        self.type_variable(default, &p.name, (key(p), Part::Default), "a TypeVar default")?;
                    }
                }
                ast::TypeParam::ParamSpec(p) => {
                    if let Some(default) = &p.default {
                        self.type_variable(default, &p.name, (key(p), Part::Default), "a ParamSpec default")?;
                    }
                }
                ast::TypeParam::TypeVarTuple(p) => {
                    if let Some(default) = &p.default {
                        self.type_variable(default, &p.name, (key(p), Part::Default), "a TypeVarTuple default")?;
                    }
                }
            }
        }
        Ok(())
    }

    fn type_variable(&mut self, e: &Expr, name: &str, node: (usize, Part), what: &'static str) -> Res {
        self.enter(ScopeKind::TypeVariable, name.into(), node, e.range());
        self.current_mut().what = what;
        self.define(".format", does::PARAM, e.range())?;
        self.expr(e)?;
        self.leave();
        Ok(())
    }

    pub(super) fn defaults(&mut self, parameters: &ast::Parameters) -> Res {
        let positional = parameters.posonlyargs.iter().chain(&parameters.args);
        for default in positional.chain(&parameters.kwonlyargs).filter_map(|p| p.default.as_ref()) {
            self.expr(default)?;
        }
        Ok(())
    }

    pub(super) fn parameters(&mut self, parameters: &ast::Parameters) -> Res {
        let positional = parameters.posonlyargs.iter().chain(&parameters.args);
        for (i, parameter) in positional.chain(&parameters.kwonlyargs).enumerate() {
            let name = &parameter.parameter.name;
            self.define(name, does::PARAM, parameter.parameter.range)?;
            let positional = parameters.posonlyargs.len() + parameters.args.len();
            if i == 0 && positional > 0 {
                self.current_mut().first_parameter = Some(name.as_str().into());
            }
        }
        for parameter in parameters.vararg.iter().chain(&parameters.kwarg) {
            self.define(&parameter.name, does::PARAM, parameter.range)?;
        }
        Ok(())
    }
}
