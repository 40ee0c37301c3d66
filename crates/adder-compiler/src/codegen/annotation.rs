//! Annotations: computed late by a function (PEP 649), or kept as text.

use std::sync::Arc;

use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::Gen;
use super::unit::{Dst, Operand, Slot, Unit};
use crate::code::{Code, Const};
use crate::error::Res;
use crate::op::{Op, part};
use crate::scope::{Annotated, Part, ScopeKind, key};

/// Annotated names of a body, in the order of the source; not those of inner functions and classes.
fn collect<'b>(body: &'b [Stmt], found: &mut Vec<&'b ast::StmtAnnAssign>) {
    for statement in body {
        match statement {
            Stmt::AnnAssign(s) => found.push(s),
            Stmt::For(s) => [&s.body, &s.orelse].into_iter().for_each(|body| collect(body, found)),
            Stmt::While(s) => [&s.body, &s.orelse].into_iter().for_each(|body| collect(body, found)),
            Stmt::If(s) => {
                collect(&s.body, found);
                s.elif_else_clauses.iter().for_each(|clause| collect(&clause.body, found));
            }
            Stmt::With(s) => collect(&s.body, found),
            Stmt::Match(s) => s.cases.iter().for_each(|case| collect(&case.body, found)),
            Stmt::Try(s) => {
                collect(&s.body, found);
                for ast::ExceptHandler::ExceptHandler(handler) in &s.handlers {
                    collect(&handler.body, found);
                }
                [&s.orelse, &s.finalbody].into_iter().for_each(|body| collect(body, found));
            }
            _ => {}
        }
    }
}

impl Gen<'_> {
    /// What a module or class body with annotations begins with.
    pub(super) fn annotations_begin(&mut self) -> Res {
        let scope = self.scope();
        if self.future_annotations {
            if scope.annotations_used {
                self.set_up_annotations();
            }
        } else if scope.conditional_annotations {
            let class = scope.kind == ScopeKind::Class;
            self.u.make_row(Op::BuildSet, Dst::Push, 0, 0, 0, 0);
            match class {
                true => self.store_cell("__conditional_annotations__", 0, Operand::Temp(0)),
                false => self.store_name("__conditional_annotations__", 0, Operand::Temp(0)),
            }
        }
        Ok(())
    }

    /// `__annotations__` is made unless it is there.
    fn set_up_annotations(&mut self) {
        let there = self.u.label();
        let name = self.constant_operand(Const::Str("__annotations__".into()));
        self.u.make(Op::LoadLocals, Dst::Push, 0, 0);
        self.u.jump_on2(Op::JumpIn, false, 0, name, Operand::Temp(1), there);
        self.u.make_row(Op::BuildDict, Dst::Push, 0, 0, 0, 0);
        self.store_name("__annotations__", 0, Operand::Temp(0));
        self.u.bind(there);
    }

    pub(super) fn module_annotate(&mut self, body: &[Stmt]) -> Res {
        self.annotate_names(body, "__annotate__")
    }

    pub(super) fn class_annotate(&mut self, body: &[Stmt]) -> Res {
        self.annotate_names(body, "__annotate_func__")
    }

    fn annotate_names(&mut self, body: &[Stmt], stored_as: &str) -> Res {
        let annotated: Vec<Annotated> = self.scope().annotated.clone();
        let Some(scope) = self.scopes.of(self.u.scope, Part::Annotations) else { return Ok(()) };
        if annotated.is_empty() || self.future_annotations {
            return Ok(());
        }
        let mut statements = Vec::new();
        collect(body, &mut statements);
        let range = self.u.range;
        let slot = self.u.sp();
        self.u.reserve(1);
        self.enter_annotate(scope, range);
        self.u.make_row(Op::BuildDict, Dst::Push, 0, 0, 0, 0);
        for entry in annotated {
            let Some(s) = statements.iter().find(|s| key(**s) == entry.key) else { continue };
            let Expr::Name(name) = &*s.target else { continue };
            let skip = self.u.label();
            self.u.range = s.annotation.range();
            if let Some(number) = entry.conditional {
                let number = self.constant_operand(Const::Int(number.into()));
                let base = self.u.sp();
                self.load_name("__conditional_annotations__", Dst::Push);
                self.u.jump_on2(Op::JumpIn, true, 1, number, Operand::Temp(base), skip);
            }
            self.annotation_item(&name.id, &s.annotation)?;
            self.u.bind(skip);
        }
        self.u.effect(Op::Return, 0, Some(Operand::Temp(0)), None, 0);
        self.u.reachable = false;
        let code = self.leave_with([1, 1, 0])?;
        self.u.range = range;
        self.make_function(slot, code, part::CLOSURE);
        self.store_name(stored_as, slot, Operand::Temp(slot));
        Ok(())
    }

    /// The dict in slot 0 gets one annotation.
    fn annotation_item(&mut self, name: &str, annotation: &Expr) -> Res {
        let top = self.u.sp();
        let name = self.mangled(name);
        let name = self.constant_operand(Const::Str(name));
        let value = match self.future_annotations {
            true => {
                let text = self.annotation_text(annotation);
                self.constant_operand(text)
            }
            false => self.annotation_value(annotation)?,
        };
        self.u.range = annotation.range();
        self.u.effect3(Op::DictAdd, top, Operand::Look(0), name, value);
        Ok(())
    }

    /// `*args: *Ts` is the only element of what is unpacked.
    fn annotation_value(&mut self, annotation: &Expr) -> Res<Operand> {
        let Expr::Starred(starred) = annotation else { return self.operand(annotation, true) };
        let base = self.u.sp();
        self.u.reserve(1);
        let value = self.operand(&starred.value, false)?;
        let register = match value {
            Operand::Temp(slot) | Operand::Look(slot) => Unit::temp(slot),
            Operand::Local(register) => register,
        };
        let mut kill = 0;
        if let Operand::Temp(slot) = value
            && self.u.is_owned(slot)
        {
            kill = crate::op::KILL_B;
            self.u.stack[slot] = Slot::Free;
        }
        self.u.raw(Op::Unpack, kill, [Unit::temp(base), register, 1], 0, None);
        self.u.stack[base] = Slot::Owned;
        self.u.pop_to(base + 1);
        Ok(Operand::Temp(base))
    }

    /// A function that computes annotations: it only knows how to give values.
    pub(super) fn enter_annotate(&mut self, scope: usize, range: TextRange) {
        let name = match self.scopes.scopes[scope].kind {
            ScopeKind::Annotation => "__annotate__".into(),
            _ => self.scopes.scopes[scope].name.clone(),
        };
        self.enter(scope, name, range);
        let values = self.u.label();
        self.u.jump_on_int(Op::JumpGtInt, true, 0, Operand::Local(0), 2, values);
        self.u.make(Op::LoadAssertionError, Dst::Push, 1, 0);
        self.u.effect(Op::Raise, 0, Some(Operand::Temp(0)), None, 0);
        self.u.reachable = false;
        self.u.bind(values);
    }

    /// The function that computes the annotations of a function, for `SetFunction`.
    pub(super) fn function_annotations(&mut self, f: &ast::StmtFunctionDef, header: TextRange) -> Res<Option<usize>> {
        let parameters = &f.parameters;
        // CPython's order.
        let positional = parameters.args.iter().chain(&parameters.posonlyargs).map(|p| &p.parameter);
        let all = positional
            .chain(parameters.vararg.as_deref())
            .chain(parameters.kwonlyargs.iter().map(|p| &p.parameter))
            .chain(parameters.kwarg.as_deref());
        let mut items: Vec<(&str, &Expr)> =
            all.filter_map(|p| p.annotation.as_deref().map(|annotation| (p.name.as_str(), annotation))).collect();
        items.extend(f.returns.as_deref().map(|returns| ("return", returns)));
        if items.is_empty() {
            return Ok(None);
        }
        let slot = self.u.sp();
        let Some(scope) = self.scopes.of(key(f), Part::Annotations) else { return self.error("invalid syntax", f) };
        self.u.reserve(1);
        self.enter_annotate(scope, header);
        self.u.make_row(Op::BuildDict, Dst::Push, 0, 0, 0, 0);
        for (name, annotation) in items {
            self.annotation_item(name, annotation)?;
        }
        self.u.effect(Op::Return, 0, Some(Operand::Temp(0)), None, 0);
        self.u.reachable = false;
        let code: Arc<Code> = self.leave_with([1, 1, 0])?;
        self.u.range = header;
        self.make_function(slot, code, part::CLOSURE);
        Ok(Some(slot))
    }

    /// The text of an annotation under `from __future__ import annotations`.
    fn annotation_text(&self, annotation: &Expr) -> Const {
        Const::Str(super::unparse::unparse(annotation, self.source).into())
    }

    pub(super) fn annotated_assignment(&mut self, s: &ast::StmtAnnAssign) -> Res {
        if let Some(value) = &s.value {
            self.assign_one(&s.target, value, s.range)?;
        }
        let body = matches!(self.scope().kind, ScopeKind::Module | ScopeKind::Class);
        match &*s.target {
            Expr::Name(name) => {
                self.forbidden(&name.id, ast::ExprContext::Store, name.range)?;
                if body && s.simple {
                    self.note_annotation(s, &name.id)?;
                }
            }
            // Without a value the parts of the target are computed all the same.
            Expr::Attribute(a) => {
                self.forbidden(&a.attr, ast::ExprContext::Store, a.range)?;
                if s.value.is_none() {
                    self.discard(&a.value)?;
                }
            }
            Expr::Subscript(target) if s.value.is_none() => {
                self.discard(&target.value)?;
                self.discard(&target.slice)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn note_annotation(&mut self, s: &ast::StmtAnnAssign, name: &str) -> Res {
        let base = self.u.sp();
        self.at(s);
        if self.future_annotations {
            let text = self.annotation_text(&s.annotation);
            let text = self.constant_operand(text);
            self.load_name("__annotations__", Dst::Push);
            let name = self.mangled(name);
            let key = self.constant_operand(Const::Str(name));
            self.u.effect3(Op::SetItem, base, Operand::Temp(base + 1), key, text);
            return Ok(());
        }
        let conditional = self.scope().annotated.iter().find(|a| a.key == key(s)).and_then(|a| a.conditional);
        if let Some(number) = conditional {
            match self.scope().kind {
                ScopeKind::Class => {
                    if let Some(register) = self.u.own_cells.get("__conditional_annotations__").copied() {
                        self.u.make(Op::LoadCell, Dst::Push, register, 0);
                    }
                }
                _ => self.load_name("__conditional_annotations__", Dst::Push),
            }
            let number = self.constant_operand(Const::Int(number.into()));
            self.u.effect(Op::SetAdd, base, Some(Operand::Temp(base)), Some(number), 0);
        }
        Ok(())
    }
}
