//! The module `_sysconfig`: how extension modules are built.

use adder_objects::typeobject::Method;
use adder_objects::{Cx, R, Value};

use crate::vm::Vm;

static FUNCTIONS: &[Method] = &[Method::none("config_vars", config_vars)];

pub(super) fn make(vm: &Vm) -> R {
    crate::module::builtin(&vm.cx, "_sysconfig", FUNCTIONS).map(|module| module.into_value())
}

fn config_vars(cx: &Cx, _: &Value) -> R {
    let dict = cx.dict()?;
    dict.set_text(cx, "Py_GIL_DISABLED", Value::small(0))?;
    dict.set_text(cx, "Py_DEBUG", Value::small(0))?;
    if let Some(extensions) = Vm::of(cx).extensions.get() {
        for (name, value) in (extensions.build_settings)() {
            dict.set_text(cx, name, cx.str_value(&value)?)?;
        }
    }
    Ok(dict.into_value())
}
