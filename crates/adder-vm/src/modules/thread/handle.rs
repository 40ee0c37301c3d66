//! `_thread._ThreadHandle`: what a thread is joined by.

use core::cell::Cell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use adder_gc::raw::Head;
use adder_objects::object::{functions, unborn};
use adder_objects::typeobject::{GetSet, Method, OBJECT_TYPE, Slots, Spec, slot};
use adder_objects::{Cx, Layout, Obj, R, TypeObject, Value, exceptions as exc, raise};

use super::super::support;
use crate::threads::{self, Ending};
use crate::vm::Vm;

/// Layout of a handle.
#[repr(C)]
pub(super) struct PyHandle {
    head: Head,
    pub(super) ident: Cell<u64>,
    pub(super) started: Cell<bool>,
    pub(super) ending: Arc<Ending>,
}

/// `_thread._ThreadHandle`
pub(super) static HANDLE_TYPE: TypeObject = TypeObject::builtin(&HANDLE_SPEC, &raw const HANDLE_TYPE);
static HANDLE_SPEC: Spec = Spec {
    module: "_thread",
    size: size_of::<PyHandle>(),
    weak: true,
    functions: functions::<PyHandle>(false, true),
    slots: Slots {
        new: slot(|cx, _, args| {
            if !args.is_empty() {
                return raise!(cx, exc::TYPE_ERROR, "_ThreadHandle() takes no arguments");
            }
            Ok(handle(cx)?.into_value())
        }),
        repr: slot(|cx, this| cx.str_value(&format!("<_ThreadHandle object: ident={}>", of(this).ident.get()))),
        ..Slots::NONE
    },
    methods: &[
        Method::positional("join", 0, 1, join),
        Method::none("is_done", |_, this| Ok(Value::bool(of(this).ending.is_done()))),
        Method::none("_set_done", |cx, this| {
            if !of(this).started.get() {
                return raise!(cx, exc::RUNTIME_ERROR, "thread not started");
            }
            of(this).ending.set();
            Ok(Value::none())
        }),
    ],
    getset: &[GetSet::get("ident", |cx, this| cx.int_from_u64(of(this).ident.get()))],
    ..Spec::new("_thread._ThreadHandle", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyHandle {
    fn ty() -> &'static TypeObject {
        &HANDLE_TYPE
    }
}

fn of(this: &Value) -> &PyHandle {
    // SAFETY: called for objects of this type.
    unsafe { this.cast::<PyHandle>() }
}

/// The handle of a thread that was not started yet.
pub(super) fn handle(cx: &Cx) -> R<Obj<PyHandle>> {
    handle_of(cx, Arc::default())
}

fn handle_of(cx: &Cx, ending: Arc<Ending>) -> R<Obj<PyHandle>> {
    cx.alloc(PyHandle { head: unborn(), ident: Cell::new(0), started: Cell::new(false), ending })
}

/// `_make_thread_handle(ident)`: the handle of a thread that runs.
pub(super) fn of_ident(cx: &Cx, _: &Value, ident: &Value) -> R {
    let ident = support::int(cx, ident)? as u64;
    let made = handle_of(cx, Vm::of(cx).threads.ending_of(ident).unwrap_or_default())?;
    made.ident.set(ident);
    made.started.set(true);
    Ok(made.into_value())
}

fn join(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let until = match args.first().filter(|timeout| !timeout.is_none()) {
        None => None,
        Some(timeout) => match support::timeout(cx, timeout)? {
            // Negative is without end.
            seconds if seconds < 0.0 => None,
            seconds => Some(Instant::now() + Duration::from_secs_f64(seconds)),
        },
    };
    let it = of(this);
    if !it.started.get() {
        return raise!(cx, exc::RUNTIME_ERROR, "thread not started");
    }
    if !it.ending.is_done() && it.ident.get() == threads::ident() {
        return raise!(cx, exc::RUNTIME_ERROR, "Cannot join current thread");
    }
    threads::join(cx, &it.ending, until)?;
    Ok(Value::none())
}
