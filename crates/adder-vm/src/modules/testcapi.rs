//! The modules `_testcapi` and `_testinternalcapi`, as far as CPython's own tests of the core need them. They are only there
//! when the interpreter was started for these tests.

use core::mem::offset_of;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::dict::PyDict;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::typeobject::{Member, MemberKind, Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, R, Raised, TypeObject, Value, exceptions as exc, raise};

use super::{support, tracemalloc};
use crate::vm::Vm;

static FUNCTIONS: &[Method] = &[
    Method::positional("raise_exception", 2, 2, raise_exception),
    Method::none("raise_memoryerror", |cx, _| Err(cx.no_memory())),
    Method::one("with_tp_del", with_tp_del),
    Method::one("without_gc", without_gc),
    Method::positional("tracemalloc_track", 3, 4, tracemalloc_track),
    Method::positional("tracemalloc_untrack", 2, 3, tracemalloc_untrack),
    Method::none("create_cfunction", |cx, this| {
        Ok(cx.builtin(&CREATED, Value::none(), Some(this.clone()))?.into_value())
    }),
];

static CREATED: Method = Method::none("func", |_, _| Ok(Value::none()));

/// `_testcapi.ContainerNoGC`: holds an object, and does not tell the collector.
pub(crate) static CONTAINER_TYPE: TypeObject = TypeObject::builtin(&CONTAINER_SPEC, &raw const CONTAINER_TYPE);
static CONTAINER_SPEC: Spec = Spec {
    module: "_testcapi",
    flags: flag::BASE,
    size: size_of::<PyContainer>(),
    functions: functions::<PyContainer>(false, true),
    slots: Slots { new: slot(new_container), ..Slots::NONE },
    members: &[Member {
        name: "value",
        kind: MemberKind::Object,
        offset: offset_of!(PyContainer, value),
        read_only: true,
    }],
    ..Spec::new("_testcapi.ContainerNoGC", &OBJECT_TYPE)
};

#[repr(C)]
struct PyContainer {
    head: Head,
    value: Slot,
}

// SAFETY: begins with a head.
unsafe impl Layout for PyContainer {
    fn ty() -> &'static TypeObject {
        &CONTAINER_TYPE
    }
    // What this type is for: the collector does not learn what it holds, and takes that for held from outside.
    fn trace(&self, _: &mut Tracer<'_>) {}
    fn clear(&self, _: &mut Clearer<'_>) {}
}

fn new_container(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let [value] = args.exactly::<1>(cx, "ContainerNoGC")?;
    Ok(cx.alloc_in(class, PyContainer { head: unborn(), value: Slot::new(value.clone()) })?.into_value())
}

fn class_argument<'a>(cx: &Cx, function: &str, value: &'a Value) -> R<&'a TypeObject> {
    match value.downcast::<TypeObject>().filter(|class| class.is_heap()) {
        Some(class) => Ok(class),
        None => raise!(cx, exc::TYPE_ERROR, "heap type expected in {function}()"),
    }
}

/// A class decorator: `__tp_del__` is called as C's `tp_del` was, after `__del__` and the end of weak references, and each time
/// the object dies. Objects of the class in garbage are not freed.
fn with_tp_del(cx: &Cx, _: &Value, class: &Value) -> R {
    class_argument(cx, "with_tp_del", class)?.slots.finalize.set(Some(end_legacy));
    Vm::of(cx).state.gc.has_legacy.set(true);
    Ok(class.clone())
}

/// Has its class the mark of `with_tp_del`?
pub(super) fn has_legacy_finalizer(object: &Value) -> bool {
    object.ty().slots.finalize.get().is_some_and(|f| core::ptr::fn_addr_eq(f, end_legacy as fn(&Cx, &Value)))
}

/// The end of an object with a legacy finalizer.
fn end_legacy(cx: &Cx, this: &Value) {
    let Some(head) = this.head() else { return };
    let resurrected = &Vm::of(cx).state.gc.resurrected;
    let (address, held) = (this.bits(), head.references());
    // `__del__` is called once in the object's life.
    if !resurrected.borrow_mut().remove(&address) {
        call_finalizer(cx, this, "__del__");
        if head.references() > held {
            return;
        }
    }
    adder_objects::weakref::end_references(this);
    call_finalizer(cx, this, "__tp_del__");
    if head.references() > held {
        resurrected.borrow_mut().insert(address);
        head.set_finalized(false);
    }
}

fn call_finalizer(cx: &Cx, this: &Value, name: &str) {
    let called = cx.intern(name).and_then(|name| cx.call_special(this, &name, &[]));
    if let Err(raised) = called {
        cx.unraisable(raised, None, Some(this));
    }
}

/// A class decorator: instances are not tracked by the collector. They may not have places of their own for references.
fn without_gc(cx: &Cx, _: &Value, class: &Value) -> R {
    let it = class_argument(cx, "without_gc", class)?;
    if it.shape.size.get() as usize > size_of::<Head>() || it.shape.dict_offset.get() != 0 {
        return raise!(cx, exc::TYPE_ERROR, "instances of {} refer to others", it.name());
    }
    it.c.tp_flags.set(it.flags() & !flag::GC);
    Ok(class.clone())
}

/// A domain and an address. An interpreter's lock is not let go here, whatever the test asks for.
fn traced(cx: &Cx, args: &[Value]) -> R<(u32, usize)> {
    Ok((support::c_int(cx, &args[0])? as u32, support::int(cx, &args[1])? as usize))
}

fn tracemalloc_track(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let (domain, address) = traced(cx, args)?;
    match tracemalloc::track(Vm::of(cx), domain, address, support::int(cx, &args[2])? as usize) {
        true => Ok(Value::none()),
        false => raise!(cx, exc::RUNTIME_ERROR, "PyTraceMalloc_Track error"),
    }
}

fn tracemalloc_untrack(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let (domain, address) = traced(cx, args)?;
    match tracemalloc::untrack(Vm::of(cx), domain, address) {
        true => Ok(Value::none()),
        false => raise!(cx, exc::RUNTIME_ERROR, "PyTraceMalloc_Untrack error"),
    }
}

static INTERNAL: &[Method] = &[
    Method::positional("_PyTraceMalloc_GetTraceback", 2, 2, |cx, _, args| {
        let (domain, address) = traced(cx, args)?;
        tracemalloc::traceback_of(cx, domain, address)
    }),
    Method::none("get_recursion_depth", |cx, _| cx.int(Vm::of(cx).depth.get() as i64)),
    Method::positional("dict_getitem_knownhash", 3, 3, dict_getitem_knownhash),
    // Nothing is made immortal that could be told not to be.
    Method::one("suppress_immortalization", |_, _, _| Ok(Value::none())),
];

pub(super) fn make(vm: &Vm) -> R {
    let (cx, here) = (&*vm.cx, 0_u8);
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
            // No limit but the stack itself: so many native calls do not fit.
            ("Py_C_RECURSION_LIMIT", crate::native_stack::remaining((&raw const here).addr()) as i64 / 64),
            ("WITH_PYMALLOC", 0),
            ("WITH_MIMALLOC", 0),
        ],
    )?;
    if let Some(dict) = crate::module::dict_of(&module) {
        dict.set_text(cx, "ContainerNoGC", CONTAINER_TYPE.value())?;
    }
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
    if !made.is_instance(&exc::BASE_EXCEPTION) {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "calling {} should have returned an instance of BaseException, not {}",
            cx.repr(&class.value())?.to_lossy(),
            cx.repr(&made.ty().value())?.to_lossy()
        );
    }
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
