//! Functions and lambdas.

use std::sync::Arc;

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::Gen;
use super::call::RESERVED;
use super::unit::{Dst, Operand, Slot, Unit};
use crate::code::{Code, Const, LocalKind, flag};
use crate::error::Res;
use crate::op::{Op, part};
use crate::scope::{Part, ScopeId, ScopeKind, key};

impl<'a> Gen<'a> {
    /// A function of the code, in `slot`, with its closure.
    pub(super) fn make_function(&mut self, slot: usize, code: Arc<Code>, closure: u16) {
        let free: Vec<_> = code.locals.iter().filter(|l| l.kind == LocalKind::Free).map(|l| l.name.clone()).collect();
        let number = self.u.constant(Const::Code(code));
        self.u.raw(Op::MakeFunction, 0, [Unit::temp(slot), number, 0], 0, None);
        self.u.stack[slot] = Slot::Owned;
        if free.is_empty() {
            return;
        }
        let base = self.u.sp();
        for name in &free {
            self.cell_to(name, Dst::Push);
        }
        self.u.make_row(Op::BuildTuple, Dst::Push, base, base, free.len() as u32, 0);
        self.u.effect(Op::SetFunction, base, Some(Operand::Look(slot)), Some(Operand::Temp(base)), closure.into());
    }

    /// The cell of a variable itself.
    pub(super) fn cell_to(&mut self, name: &str, dst: Dst) {
        let hidden = self.u.layers.iter().rev().find_map(|layer| {
            layer.names.iter().find(|(n, _, cell)| *cell && &**n == name).map(|(_, register, _)| *register)
        });
        let own = self.u.own_cells.get(name).or_else(|| self.u.registers_of.get(name));
        let register = hidden.or(own.copied());
        debug_assert!(register.is_some(), "no cell of {name} in {}", self.u.qualname);
        self.u.make(Op::Copy, dst, register.unwrap_or_default(), 0);
    }

    /// Decorators, each in the window of its call.
    pub(super) fn decorators(&mut self, decorators: &[ast::Decorator]) -> Res {
        for decorator in decorators {
            self.u.reserve(RESERVED);
            self.push(&decorator.expression)?;
            self.unset();
        }
        Ok(())
    }

    /// Calls the decorators with what lies at the top.
    pub(super) fn decorate(&mut self, base: usize, decorators: &[ast::Decorator]) {
        for (i, decorator) in decorators.iter().enumerate().rev() {
            let base = base + i * (RESERVED + 2);
            self.at(&decorator.expression);
            self.u.make_row(Op::Call, Dst::Push, base, base + RESERVED, 1, 0);
        }
    }

    /// From the keyword `def` or `class` on.
    pub(super) fn header(&self, name: TextRange, whole: TextRange) -> TextRange {
        if self.source.is_empty() {
            return whole;
        }
        let start = name.start().to_usize();
        let line = self.source[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let indent = self.source[line..start].len() - self.source[line..start].trim_start().len();
        let start = TextSize::try_from(line + indent).unwrap_or(whole.start()).max(whole.start());
        TextRange::new(start, whole.end())
    }

    pub(super) fn function_def(&mut self, f: &'a ast::StmtFunctionDef) -> Res {
        let base = self.u.sp();
        self.forbidden(&f.name, ast::ExprContext::Store, f.name.range)?;
        self.decorators(&f.decorator_list)?;
        let header = self.header(f.name.range, f.range);
        let slot = self.u.sp();
        self.u.range = header;
        self.u.reserve(1);
        match &f.type_params {
            None => {
                let defaults = self.defaults(&f.parameters)?;
                self.function_into(slot, f, defaults, header)?;
            }
            Some(params) => self.generic_function(slot, f, params, header)?,
        }
        self.decorate(base, &f.decorator_list);
        self.u.range = header;
        self.store_name(&f.name, base, Operand::Temp(base));
        Ok(())
    }

    /// Defaults of positional and keyword-only parameters: the slots where they lie.
    pub(super) fn defaults(&mut self, parameters: &ast::Parameters) -> Res<[Option<usize>; 2]> {
        let positional: Vec<&Expr> =
            parameters.posonlyargs.iter().chain(&parameters.args).filter_map(|p| p.default.as_deref()).collect();
        let mut slots = [None, None];
        let range = self.u.range;
        if !positional.is_empty() {
            let base = self.u.sp();
            let constants: Option<Box<[Const]>> = positional.iter().map(|e| self.fold(e)).collect();
            match constants {
                Some(items) => {
                    self.u.range = range;
                    self.constant_to(Const::Tuple(items), Dst::Push);
                }
                None => {
                    for e in &positional {
                        self.push(e)?;
                    }
                    self.u.range = range;
                    self.u.make_row(Op::BuildTuple, Dst::Push, base, base, positional.len() as u32, 0);
                }
            }
            slots[0] = Some(base);
        }
        if parameters.kwonlyargs.iter().any(|p| p.default.is_some()) {
            let base = self.u.sp();
            let mut count = 0;
            for parameter in &parameters.kwonlyargs {
                if let Some(default) = &parameter.default {
                    self.at(&parameter.parameter);
                    let name = self.mangled(&parameter.parameter.name);
                    self.constant_to(Const::Str(name), Dst::Push);
                    self.push(default)?;
                    count += 1;
                }
            }
            self.u.range = range;
            self.u.make_row(Op::BuildDict, Dst::Push, base, base, count, 0);
            slots[1] = Some(base);
        }
        Ok(slots)
    }

    /// The function itself in `slot`, at whose top the defaults lie.
    pub(super) fn function_into(
        &mut self,
        slot: usize,
        f: &'a ast::StmtFunctionDef,
        defaults: [Option<usize>; 2],
        header: TextRange,
    ) -> Res {
        let annotate = self.function_annotations(f, header)?;
        let Some(scope) = self.scopes.of(key(f), Part::Body) else { return self.error("invalid syntax", f) };
        let first = f.decorator_list.first().map_or(header, |decorator| decorator.range);
        let first_line = self.lines.place(first.start().to_u32()).0;
        self.enter(scope, f.name.as_str().into(), header);
        self.u.first_line = first_line;
        self.parameter_counts(&f.parameters)?;
        let (docstring, body) = self.docstring(&f.body);
        if let Some((text, _)) = docstring {
            self.u.constant(text);
            self.u.flags |= flag::HAS_DOCSTRING;
        }
        let wrap = self.begin_generator();
        body.iter().try_for_each(|statement| self.stmt(statement))?;
        self.end_of_body();
        self.end_generator(wrap);
        let code = self.leave_function(&f.parameters)?;
        self.u.range = header;
        self.make_function(slot, code, part::CLOSURE);
        let parts = [(defaults[0], part::DEFAULTS), (defaults[1], part::KW_DEFAULTS), (annotate, part::ANNOTATE)];
        for (value, kind) in parts {
            if let Some(value) = value {
                let top = self.u.sp();
                let (function, value) = (Operand::Look(slot), Operand::Temp(value));
                self.u.effect(Op::SetFunction, top, Some(function), Some(value), kind.into());
            }
        }
        self.u.pop_to(slot + 1);
        Ok(())
    }

    /// Flags from the parameters and the place of a function.
    pub(super) fn parameter_counts(&mut self, parameters: &ast::Parameters) -> Res {
        for parameter in parameters.iter() {
            self.forbidden(parameter.name(), ast::ExprContext::Store, parameter.as_parameter().range)?;
        }
        if parameters.vararg.is_some() {
            self.u.flags |= flag::VARARGS;
        }
        if parameters.kwarg.is_some() {
            self.u.flags |= flag::VARKEYWORDS;
        }
        let parent = self.scope().parent.map(|parent| &self.scopes.scopes[parent]);
        let class = |id: Option<ScopeId>| id.is_some_and(|id| self.scopes.scopes[id].kind == ScopeKind::Class);
        let in_class = match parent {
            Some(parent) if parent.kind == ScopeKind::TypeParams => class(parent.parent),
            Some(parent) => parent.kind == ScopeKind::Class,
            None => false,
        };
        if in_class && self.scope().kind == ScopeKind::Function {
            self.u.flags |= flag::METHOD;
        }
        Ok(())
    }

    fn leave_function(&mut self, parameters: &ast::Parameters) -> Res<Arc<Code>> {
        let positional_only = parameters.posonlyargs.len();
        self.leave_with([positional_only + parameters.args.len(), positional_only, parameters.kwonlyargs.len()])
    }

    /// Closes a unit with so many positional, positional-only and keyword-only parameters.
    pub(super) fn leave_with(&mut self, [positional, positional_only, keyword_only]: [usize; 3]) -> Res<Arc<Code>> {
        let mut code = Arc::unwrap_or_clone(self.leave()?);
        code.arg_count = positional as u16;
        code.positional_only = positional_only as u16;
        code.keyword_only = keyword_only as u16;
        Ok(Arc::new(code))
    }

    pub(super) fn lambda(&mut self, l: &ast::ExprLambda, dst: Dst) -> Res {
        let slot = self.u.sp();
        self.at(l);
        self.u.reserve(1);
        let none = ast::Parameters::default();
        let parameters = l.parameters.as_deref().unwrap_or(&none);
        let defaults = self.defaults(parameters)?;
        let Some(scope) = self.scopes.of(key(l), Part::Body) else { return self.error("invalid syntax", l) };
        self.enter(scope, "<lambda>".into(), l.range);
        self.parameter_counts(parameters)?;
        let wrap = self.begin_generator();
        self.return_value(&l.body, l.body.range())?;
        self.end_generator(wrap);
        let code = self.leave_function(parameters)?;
        self.at(l);
        self.make_function(slot, code, part::CLOSURE);
        for (value, kind) in [(defaults[0], part::DEFAULTS), (defaults[1], part::KW_DEFAULTS)] {
            if let Some(value) = value {
                let top = self.u.sp();
                let (function, value) = (Operand::Look(slot), Operand::Temp(value));
                self.u.effect(Op::SetFunction, top, Some(function), Some(value), kind.into());
            }
        }
        self.u.pop_to(slot + 1);
        self.settle(slot, dst);
        Ok(())
    }

    /// Computes a value that the frame returns, outside of all blocks.
    pub(super) fn return_value(&mut self, e: &Expr, range: TextRange) -> Res {
        let base = self.u.sp();
        let value = self.operand(e, false)?;
        self.u.range = range;
        self.u.effect(Op::Return, base, Some(value), None, 0);
        self.u.reachable = false;
        Ok(())
    }
}
