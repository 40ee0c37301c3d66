//! Type parameters and type aliases (PEP 695, PEP 696).

use ruff_python_ast::{self as ast, Expr, TypeParam};
use ruff_text_size::{Ranged, TextRange};

use super::Gen;
use super::call::RESERVED;
use super::unit::{Dst, Operand};
use crate::code::Const;
use crate::error::Res;
use crate::op::{Op, intrinsic, part};
use crate::scope::{Part, key};

impl<'a> Gen<'a> {
    /// A function with type parameters, into `slot`.
    pub(super) fn generic_function(
        &mut self,
        slot: usize,
        f: &'a ast::StmtFunctionDef,
        params: &ast::TypeParams,
        header: TextRange,
    ) -> Res {
        let base = self.u.sp();
        self.u.reserve(RESERVED);
        let function = self.u.sp();
        self.u.reserve(1);
        self.unset();
        let defaults = self.defaults(&f.parameters)?;
        let count = defaults.iter().flatten().count();

        let Some(scope) = self.scopes.of(key(f), Part::TypeParams) else { return self.error("invalid syntax", f) };
        self.enter(scope, self.scopes.scopes[scope].name.clone(), header);
        if let Some(decorator) = f.decorator_list.first() {
            self.u.first_line = self.lines.place(decorator.range.start().to_u32()).0;
        }
        self.type_params(params)?;
        self.u.range = header;
        let inner = self.u.sp();
        self.u.reserve(1);
        let mut given = [None, None];
        for (slot, name) in given.iter_mut().zip([".defaults", ".kwdefaults"]) {
            if self.u.registers_of.contains_key(name) {
                *slot = Some(self.u.sp());
                self.load_name(name, Dst::Push);
            }
        }
        self.function_into(inner, f, given, header)?;
        self.set_type_params(inner);
        let code = self.leave_with([count, 0, 0])?;
        self.u.range = header;
        self.make_function(function, code, part::CLOSURE);
        self.u.make_row(Op::Call, Dst::Push, base, function, count as u32, 0);
        self.u.move_down(base, slot);
        Ok(())
    }

    /// The function in slot 1 gets the type parameters in slot 0, and is returned.
    fn set_type_params(&mut self, inner: usize) {
        // The row is the function, then the parameters.
        self.u.raw(Op::Swap, 0, [super::unit::Unit::temp(0), super::unit::Unit::temp(inner), 0], 0, None);
        let sort = intrinsic::FUNCTION_TYPE_PARAMS.into();
        self.u.make_row(Op::Intrinsic2, Dst::Push, 0, 0, sort, 0);
        self.u.effect(Op::Return, 0, Some(Operand::Temp(0)), None, 0);
        self.u.reachable = false;
    }

    /// A class with type parameters, at the top.
    pub(super) fn generic_class(
        &mut self,
        c: &'a ast::StmtClassDef,
        params: &ast::TypeParams,
        header: TextRange,
    ) -> Res {
        let base = self.u.sp();
        self.u.reserve(RESERVED);
        let function = self.u.sp();
        self.u.reserve(1);
        self.unset();
        let Some(scope) = self.scopes.of(key(c), Part::TypeParams) else { return self.error("invalid syntax", c) };
        self.enter(scope, self.scopes.scopes[scope].name.clone(), header);
        if let Some(decorator) = c.decorator_list.first() {
            self.u.first_line = self.lines.place(decorator.range.start().to_u32()).0;
        }
        self.type_params(params)?;
        self.u.range = header;
        self.store_name(".type_params", 0, Operand::Temp(0));
        let window = self.class_window(c, header)?;
        let top = self.u.sp();
        self.load_name(".type_params", Dst::Push);
        self.u.make1(Op::Intrinsic, Dst::Push, top, Operand::Temp(top), intrinsic::SUBSCRIPT_GENERIC.into());
        self.store_name(".generic_base", top, Operand::Temp(top));
        self.class_call(window, c, Some(".generic_base"), header)?;
        self.u.effect(Op::Return, 0, Some(Operand::Temp(0)), None, 0);
        self.u.reachable = false;
        let code = self.leave()?;
        self.u.range = header;
        self.make_function(function, code, part::CLOSURE);
        self.u.make_row(Op::Call, Dst::Push, base, function, 0, 0);
        Ok(())
    }

    /// The tuple of the type parameters at the top; each is stored to its name too.
    fn type_params(&mut self, params: &ast::TypeParams) -> Res {
        let base = self.u.sp();
        for param in params.iter() {
            self.at(param);
            let slot = self.u.sp();
            let name = Const::Str(param.name().as_str().into());
            let (one, default) = match param {
                TypeParam::TypeVar(p) => {
                    match &p.bound {
                        None => {
                            let name = self.constant_operand(name);
                            self.u.make1(Op::Intrinsic, Dst::Push, slot, name, intrinsic::TYPE_VAR.into());
                        }
                        Some(bound) => {
                            self.constant_to(name, Dst::Push);
                            self.evaluator(key(p), Part::Bound, bound)?;
                            self.at(param);
                            let sort = match bound.is_tuple_expr() {
                                true => intrinsic::TYPE_VAR_CONSTRAINTS,
                                false => intrinsic::TYPE_VAR_BOUND,
                            };
                            self.u.make_row(Op::Intrinsic2, Dst::Push, slot, slot, sort.into(), 0);
                        }
                    }
                    (None, p.default.as_deref().map(|default| (key(p), default)))
                }
                TypeParam::ParamSpec(p) => {
                    (Some(intrinsic::PARAM_SPEC), p.default.as_deref().map(|default| (key(p), default)))
                }
                TypeParam::TypeVarTuple(p) => {
                    (Some(intrinsic::TYPE_VAR_TUPLE), p.default.as_deref().map(|default| (key(p), default)))
                }
            };
            if let Some(sort) = one {
                let name = self.constant_operand(Const::Str(param.name().as_str().into()));
                self.u.make1(Op::Intrinsic, Dst::Push, slot, name, sort.into());
            }
            if let Some((key, default)) = default {
                self.evaluator(key, Part::Default, default)?;
                self.at(param);
                let sort = intrinsic::TYPE_PARAM_DEFAULT.into();
                self.u.make_row(Op::Intrinsic2, Dst::Push, slot, slot, sort, 0);
            }
            self.store_name(param.name(), slot + 1, Operand::Look(slot));
        }
        self.at(params.range);
        self.u.make_row(Op::BuildTuple, Dst::Push, base, base, params.len() as u32, 0);
        Ok(())
    }

    /// A function that computes a bound, default or alias value.
    fn evaluator(&mut self, node: usize, which: Part, value: &Expr) -> Res {
        let slot = self.u.sp();
        self.u.reserve(1);
        let Some(scope) = self.scopes.of(node, which) else { return self.error("invalid syntax", value) };
        let range = self.u.range;
        self.enter_annotate(scope, value.range());
        match value {
            Expr::Starred(starred) => {
                // A default of a TypeVarTuple may be unpacked.
                let top = self.u.sp();
                let iterable = self.operand(&starred.value, false)?;
                self.at(starred);
                let list = self.u.sp();
                self.u.make_row(Op::BuildList, Dst::Push, list, list, 0, 0);
                self.u.effect(Op::ListExtend, list + 1, Some(Operand::Look(list)), Some(iterable), 0);
                self.u.make1(Op::ListToTuple, Dst::Push, list, Operand::Temp(list), 0);
                let zero = self.constant_operand(Const::Int(0));
                self.u.make2(Op::GetItem, Dst::Push, list, Operand::Temp(list), zero);
                self.u.effect(Op::Return, top, Some(Operand::Temp(list)), None, 0);
                self.u.reachable = false;
            }
            value => self.return_value(value, value.range())?,
        }
        let code = self.leave_with([1, 1, 0])?;
        self.u.range = range;
        self.make_function(slot, code, part::CLOSURE);
        let format = self.constant_operand(Const::Tuple([Const::Int(1)].into()));
        self.u.effect(Op::SetFunction, slot + 1, Some(Operand::Look(slot)), Some(format), part::DEFAULTS.into());
        Ok(())
    }

    pub(super) fn type_alias(&mut self, s: &ast::StmtTypeAlias) -> Res {
        let Expr::Name(name) = &*s.name else { return self.error("invalid syntax", s) };
        self.forbidden(&name.id, ast::ExprContext::Store, name.range)?;
        let base = self.u.sp();
        self.at(s);
        match &s.type_params {
            None => {
                self.constant_to(Const::Str(name.id.as_str().into()), Dst::Push);
                self.constant_to(Const::None, Dst::Push);
                self.alias_value(s, base)?;
            }
            Some(params) => {
                self.u.reserve(RESERVED);
                let function = self.u.sp();
                self.u.reserve(1);
                self.unset();
                let Some(scope) = self.scopes.of(key(s), Part::TypeParams) else {
                    return self.error("invalid syntax", s);
                };
                self.enter(scope, self.scopes.scopes[scope].name.clone(), s.range);
                self.constant_to(Const::Str(name.id.as_str().into()), Dst::Push);
                self.type_params(params)?;
                self.at(s);
                self.alias_value(s, 0)?;
                self.u.effect(Op::Return, 0, Some(Operand::Temp(0)), None, 0);
                self.u.reachable = false;
                let code = self.leave()?;
                self.at(s);
                self.make_function(function, code, part::CLOSURE);
                self.u.make_row(Op::Call, Dst::Push, base, function, 0, 0);
            }
        }
        self.at(s);
        self.store_name(&name.id, base, Operand::Temp(base));
        Ok(())
    }

    /// Name and parameters lie from `base` on; the alias takes their place.
    fn alias_value(&mut self, s: &ast::StmtTypeAlias, base: usize) -> Res {
        self.evaluator(key(s), Part::Body, &s.value)?;
        self.at(s);
        self.u.make_row(Op::BuildTuple, Dst::Push, base, base, 3, 0);
        self.u.make1(Op::Intrinsic, Dst::Push, base, Operand::Temp(base), intrinsic::TYPE_ALIAS.into());
        Ok(())
    }
}
