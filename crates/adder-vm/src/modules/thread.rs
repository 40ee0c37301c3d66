//! The module `_thread`. The interpreter has one thread: starting another is refused, and a lock that is held stays held.

use adder_objects::typeobject::Method;
use adder_objects::{R, exceptions as exc};

use super::support;
use crate::vm::Vm;

static FUNCTIONS: &[Method] = &[
    // SAFETY: asks for the number of this thread.
    Method::none("get_ident", |cx, _| cx.int_from_u64(unsafe { libc::pthread_self() } as u64)),
    // SAFETY: as above.
    Method::none("_get_main_thread_ident", |cx, _| cx.int_from_u64(unsafe { libc::pthread_self() } as u64)),
    Method::none("get_native_id", |cx, _| cx.int(native_id())),
];

#[cfg(target_os = "linux")]
fn native_id() -> i64 {
    // SAFETY: asks for the number of this thread.
    unsafe { libc::syscall(libc::SYS_gettid) }
}

#[cfg(not(target_os = "linux"))]
fn native_id() -> i64 {
    std::process::id().into()
}

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_thread", FUNCTIONS)?.into_value();
    if let Some(dict) = crate::module::dict_of(&module) {
        dict.set_text(cx, "error", exc::RUNTIME_ERROR.value())?;
    }
    support::in_python(vm, "_thread", &module, &["_builtin/_thread.py"])?;
    Ok(module)
}
