//! The modules `_testcapi` and `_testinternalcapi`, as far as CPython's own tests of the core need them. They are only there
//! when the interpreter was started for these tests.

use adder_objects::dict::PyDict;
use adder_objects::typeobject::Method;
use adder_objects::{Cx, R, Raised, TypeObject, Value, exceptions as exc, raise};

use super::support;
use crate::vm::Vm;

static FUNCTIONS: &[Method] = &[
    Method::positional("raise_exception", 2, 2, raise_exception),
    Method::none("raise_memoryerror", |cx, _| Err(cx.no_memory())),
];

static INTERNAL: &[Method] = &[
    Method::none("get_recursion_depth", |cx, _| cx.int(Vm::of(cx).depth.get() as i64)),
    Method::positional("dict_getitem_knownhash", 3, 3, dict_getitem_knownhash),
    // Nothing is made immortal that could be told not to be.
    Method::one("suppress_immortalization", |_, _, _| Ok(Value::none())),
];

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_testcapi", FUNCTIONS)?.into_value();
    support::constants(
        cx,
        &module,
        &[
            ("INT_MAX", i64::from(i32::MAX)),
            ("INT_MIN", i64::from(i32::MIN)),
            ("UINT_MAX", i64::from(u32::MAX)),
            ("LONG_MAX", i64::MAX),
            ("LONG_MIN", i64::MIN),
            ("PY_SSIZE_T_MAX", isize::MAX as i64),
            ("PY_SSIZE_T_MIN", isize::MIN as i64),
            // There is no limit of C's stack but the stack itself: what CPython has on this platform.
            ("Py_C_RECURSION_LIMIT", 10_000),
            ("WITH_PYMALLOC", 0),
            ("WITH_MIMALLOC", 0),
        ],
    )?;
    support::in_python(vm, "_testcapi", &module, &["_builtin/_testcapi.py"])?;
    Ok(module)
}

pub(super) fn make_internal(vm: &Vm) -> R {
    Ok(crate::module::builtin(&vm.cx, "_testinternalcapi", INTERNAL)?.into_value())
}

/// Raises a class with a tuple of so many numbers, as `PyErr_SetObject` does.
fn raise_exception(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let count = support::int(cx, &args[1])?;
    let args_of = (0..count).map(Value::small).collect::<Vec<_>>();
    let Some(class) = args[0].downcast::<TypeObject>().filter(|ty| ty.is_subtype(&exc::BASE_EXCEPTION)) else {
        return raise!(
            cx,
            exc::SYSTEM_ERROR,
            "_PyErr_SetObject: exception {} is not a BaseException subclass",
            cx.repr(&args[0])?.to_lossy()
        );
    };
    let made = cx.call(&class.value(), &args_of)?;
    Err(Raised::new(made))
}

fn dict_getitem_knownhash(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let Some(dict) = args[0].downcast::<PyDict>() else {
        return raise!(cx, exc::SYSTEM_ERROR, "bad argument to internal function");
    };
    let hash = support::int(cx, &args[2])?;
    if hash != cx.hash(&args[1])? {
        return Err(cx.key_error(&args[1]));
    }
    match dict.get(cx, &args[1])? {
        Some(value) => Ok(value),
        None => Err(cx.key_error(&args[1])),
    }
}
