//! Rare operations of the compiler.

use adder_compiler::op::intrinsic;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use crate::vm::Vm;

/// Of one operand.
pub(crate) fn one(vm: &Vm, number: u16, value: &Value) -> R {
    let cx = &*vm.cx;
    match number {
        intrinsic::PRINT => {
            let sys = vm.sys.get();
            let hook = cx.getattr_text(&sys, "displayhook")?;
            cx.call(&hook, core::slice::from_ref(value))
        }
        // The generator itself turns it into a RuntimeError when the frame ends.
        intrinsic::STOP_ITERATION => Ok(value.clone()),
        intrinsic::ASYNC_GEN_WRAP => crate::awaitables::wrap(cx, value),
        intrinsic::TYPE_VAR => typing(cx, "_syntax_typevar", core::slice::from_ref(value)),
        intrinsic::PARAM_SPEC => typing(cx, "_syntax_paramspec", core::slice::from_ref(value)),
        intrinsic::TYPE_VAR_TUPLE => typing(cx, "_syntax_typevartuple", core::slice::from_ref(value)),
        intrinsic::SUBSCRIPT_GENERIC => typing(cx, "_syntax_generic", core::slice::from_ref(value)),
        intrinsic::TYPE_ALIAS => {
            let Some(parts) = value.downcast::<adder_objects::tuple::PyTuple>() else {
                return raise!(cx, exc::SYSTEM_ERROR, "a type alias is not a tuple");
            };
            typing(cx, "_syntax_alias", parts.items())
        }
        _ => raise!(cx, exc::SYSTEM_ERROR, "no intrinsic {number}"),
    }
}

/// Of two operands.
pub(crate) fn two(vm: &Vm, number: u16, row: &[Value; 2]) -> R {
    let cx = &*vm.cx;
    match number {
        intrinsic::TYPE_VAR_BOUND => typing(cx, "_syntax_typevar_bound", row),
        intrinsic::TYPE_VAR_CONSTRAINTS => typing(cx, "_syntax_typevar_constraints", row),
        intrinsic::TYPE_PARAM_DEFAULT => typing(cx, "_syntax_default", row),
        intrinsic::FUNCTION_TYPE_PARAMS => {
            if let Some(function) = row[0].downcast::<crate::function::PyFunction>() {
                function.type_params.set(row[1].clone());
            }
            Ok(row[0].clone())
        }
        _ => raise!(cx, exc::SYSTEM_ERROR, "no intrinsic {number}"),
    }
}

fn typing(cx: &Cx, name: &str, args: &[Value]) -> R {
    let function = cx.getattr_text(&cx.import("_typing")?, name)?;
    cx.call(&function, args)
}
