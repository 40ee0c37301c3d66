//! The module `math`: its functions and constants are those of the object model.

use adder_objects::R;
use adder_objects::math::{MATH, MATH_CONSTANTS};

use crate::vm::Vm;

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "math", &[])?.into_value();
    for functions in MATH {
        crate::module::add(cx, &module, functions)?;
    }
    if let Some(dict) = crate::module::dict_of(&module) {
        for (name, value) in MATH_CONSTANTS {
            dict.set_text(cx, name, cx.float(*value)?)?;
        }
    }
    Ok(module)
}
