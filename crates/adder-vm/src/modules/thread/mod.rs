//! The module `_thread`. What is written in Python of it lies in `_builtin/_thread.py`.

mod handle;
mod local;
mod lock;
mod start;

use adder_objects::typeobject::Method;
use adder_objects::{Cx, R, TypeObject, Value, exceptions as exc, raise};

use super::{structseq, support};
use crate::threads;
use crate::vm::Vm;

pub(crate) use local::{Locals, forget as forget_locals};
pub(crate) use lock::{LockWord, Patience};

/// The types of this module.
pub(crate) static TYPES: &[&TypeObject] =
    &[&lock::LOCK_TYPE, &lock::RLOCK_TYPE, &handle::HANDLE_TYPE, &local::LOCAL_TYPE];

static FUNCTIONS: &[Method] = &[
    Method::none("allocate_lock", |cx, _| cx.call(&lock::LOCK_TYPE.value(), &[])),
    Method::none("allocate", |cx, _| cx.call(&lock::LOCK_TYPE.value(), &[])),
    Method::positional("start_new_thread", 2, 3, start::start_new_thread),
    Method::positional("start_new", 2, 3, start::start_new_thread),
    Method::any("start_joinable_thread", start::start_joinable_thread),
    Method::one("_make_thread_handle", handle::of_ident),
    Method::none("get_ident", |cx, _| cx.int_from_u64(threads::ident())),
    Method::none("_get_main_thread_ident", |cx, _| cx.int_from_u64(Vm::of(cx).threads.main_ident())),
    Method::none("get_native_id", |cx, _| cx.int(threads::native_id())),
    Method::none("_count", |cx, _| cx.int(Vm::of(cx).threads.others() as i64)),
    Method::none("daemon_threads_allowed", |_, _| Ok(Value::bool(true))),
    Method::none("_is_main_interpreter", |_, _| Ok(Value::bool(true))),
    Method::none("_shutdown", shutdown),
    Method::none("exit", |cx, _| Err(cx.error_of(&exc::SYSTEM_EXIT, &[]))),
    Method::none("exit_thread", |cx, _| Err(cx.error_of(&exc::SYSTEM_EXIT, &[]))),
    Method::positional("interrupt_main", 0, 1, |cx, _, args| {
        let number = args.first().map_or(Ok(libc::SIGINT), |number| support::c_int(cx, number))?;
        super::signal::interrupt(cx, number)
    }),
    Method::positional("stack_size", 0, 1, stack_size),
    Method::one("set_name", set_name),
    Method::one("_text_of", |cx, _, exception| {
        cx.str_value(&crate::report::to_text(cx, &adder_objects::Raised::new(exception.clone())))
    }),
];

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_thread", FUNCTIONS)?.into_value();
    if let Some(dict) = crate::module::dict_of(&module) {
        dict.set_text(cx, "error", exc::RUNTIME_ERROR.value())?;
        dict.set_text(cx, "TIMEOUT_MAX", cx.float(lock::TIMEOUT_MAX)?)?;
        dict.set_text(cx, "LockType", lock::LOCK_TYPE.value())?;
        for ty in TYPES {
            dict.set_text(cx, ty.short_name(), ty.value())?;
        }
        let fields = ["exc_type", "exc_value", "exc_traceback", "thread"];
        dict.set_text(
            cx,
            "_ExceptHookArgs",
            structseq::class(cx, "_thread", "_ExceptHookArgs", &fields, fields.len())?,
        )?;
    }
    support::in_python(vm, "_thread", &module, &["_builtin/_thread.py"])?;
    Ok(module)
}

/// The smallest stack that a thread can be given, in bytes.
const SMALLEST_STACK: i64 = 32 << 10;

fn stack_size(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let size = args.first().map_or(Ok(0), |size| support::int(cx, size))?;
    if size < 0 {
        return raise!(cx, exc::VALUE_ERROR, "size must be 0 or a positive value");
    }
    if size != 0 && size < SMALLEST_STACK {
        return raise!(cx, exc::VALUE_ERROR, "size not valid: {size} bytes");
    }
    let before = Vm::of(cx).threads.native_stack.replace(size as usize);
    cx.int(before as i64)
}

/// Names the calling thread for the system.
fn set_name(cx: &Cx, _: &Value, name: &Value) -> R {
    let mut bytes = support::fs_bytes(cx, name)?;
    // The system takes 15 bytes, and a zero.
    bytes.truncate(15);
    bytes.retain(|byte| *byte != 0);
    bytes.push(0);
    #[cfg(target_os = "linux")]
    // SAFETY: ends with a zero.
    unsafe {
        libc::pthread_setname_np(libc::pthread_self(), bytes.as_ptr().cast())
    };
    Ok(Value::none())
}

/// Waits for the end of all threads that are no daemons.
fn shutdown(cx: &Cx, _: &Value) -> R {
    let threads = &Vm::of(cx).threads;
    let me = threads.current().number;
    loop {
        let next = threads.foreground.borrow().iter().find(|(number, _)| *number != me).cloned();
        let Some((number, ending)) = next else { return Ok(Value::none()) };
        if let Err(raised) = threads::join(cx, &ending, None) {
            cx.unraisable(raised, Some("Exception ignored while joining a thread in _thread._shutdown()"), None);
        }
        threads.foreground.borrow_mut().retain(|(other, _)| *other != number);
    }
}
