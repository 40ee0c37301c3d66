//! `pickler.memo` and `unpickler.memo`: views of what was written or read.

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::typeobject::{Method, OBJECT_TYPE, Spec, flag};
use adder_objects::{Cx, Layout, R, TypeObject, Value};

use super::{pickler, unpickler};

/// Layout of a view of a pickler's memo.
#[repr(C)]
pub(super) struct PyPicklerMemo {
    head: Head,
    pub(super) pickler: Slot,
}

/// Layout of a view of an unpickler's memo.
#[repr(C)]
pub(super) struct PyUnpicklerMemo {
    head: Head,
    pub(super) unpickler: Slot,
}

pub(super) static PICKLER_MEMO_TYPE: TypeObject = TypeObject::builtin(&PICKLER_MEMO_SPEC, &raw const PICKLER_MEMO_TYPE);
static PICKLER_MEMO_SPEC: Spec = Spec {
    module: "_pickle",
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyPicklerMemo>(),
    functions: functions::<PyPicklerMemo>(true, true),
    methods: &[
        Method::none("clear", |_, this| {
            let held = pickler_of(this);
            let old = core::mem::take(&mut *pickler::of(&held).memo.borrow_mut());
            drop(old);
            Ok(Value::none())
        }),
        Method::none("copy", copy_written),
        Method::none("__reduce__", |cx, this| as_dict(cx, copy_written(cx, this)?)),
    ],
    ..Spec::new("_pickle.PicklerMemoProxy", &OBJECT_TYPE)
};

pub(super) static UNPICKLER_MEMO_TYPE: TypeObject =
    TypeObject::builtin(&UNPICKLER_MEMO_SPEC, &raw const UNPICKLER_MEMO_TYPE);
static UNPICKLER_MEMO_SPEC: Spec = Spec {
    module: "_pickle",
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyUnpicklerMemo>(),
    functions: functions::<PyUnpicklerMemo>(true, true),
    methods: &[
        Method::none("clear", |_, this| {
            let held = unpickler_of(this);
            let old = core::mem::take(&mut *unpickler::of(&held).memo.borrow_mut());
            drop(old);
            Ok(Value::none())
        }),
        Method::none("copy", copy_read),
        Method::none("__reduce__", |cx, this| as_dict(cx, copy_read(cx, this)?)),
    ],
    ..Spec::new("_pickle.UnpicklerMemoProxy", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyPicklerMemo {
    fn ty() -> &'static TypeObject {
        &PICKLER_MEMO_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.pickler.trace(tracer);
    }
    /// Nothing but the pickler is held, and that lets go of what it holds.
    fn clear(&self, _: &mut Clearer<'_>) {}
}

// SAFETY: begins with a head.
unsafe impl Layout for PyUnpicklerMemo {
    fn ty() -> &'static TypeObject {
        &UNPICKLER_MEMO_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.unpickler.trace(tracer);
    }
    /// As for the other.
    fn clear(&self, _: &mut Clearer<'_>) {}
}

/// The view of a pickler's memo.
pub(super) fn of_pickler(cx: &Cx, pickler: &Value) -> R {
    Ok(cx.alloc(PyPicklerMemo { head: unborn(), pickler: Slot::new(pickler.clone()) })?.into_value())
}

/// The view of an unpickler's memo.
pub(super) fn of_unpickler(cx: &Cx, unpickler: &Value) -> R {
    Ok(cx.alloc(PyUnpicklerMemo { head: unborn(), unpickler: Slot::new(unpickler.clone()) })?.into_value())
}

fn pickler_of(this: &Value) -> Value {
    // SAFETY: called for such views.
    unsafe { this.cast::<PyPicklerMemo>() }.pickler.get()
}

fn unpickler_of(this: &Value) -> Value {
    // SAFETY: called for such views.
    unsafe { this.cast::<PyUnpicklerMemo>() }.unpickler.get()
}

/// A dict: of the objects' numbers for `id`, each with number and object.
fn copy_written(cx: &Cx, this: &Value) -> R {
    let held = pickler_of(this);
    let entries: Vec<(Value, u32)> = pickler::of(&held).memo.borrow().entries().collect();
    let id = cx.getattr_text(&cx.import("builtins")?, "id")?;
    let dict = cx.dict()?;
    for (object, number) in entries {
        let key = cx.call(&id, core::slice::from_ref(&object))?;
        let entry = cx.tuple([Value::small(number.into()), object])?.into_value();
        dict.set(cx, &key, entry)?;
    }
    Ok(dict.into_value())
}

fn copy_read(cx: &Cx, this: &Value) -> R {
    let held = unpickler_of(this);
    let entries = unpickler::of(&held).memo.borrow().entries();
    let dict = cx.dict()?;
    for (number, object) in entries {
        dict.set(cx, &cx.int_from_u64(number)?, object)?;
    }
    Ok(dict.into_value())
}

/// What `__reduce__` gives for a dict.
fn as_dict(cx: &Cx, dict: Value) -> R {
    let args = cx.tuple([dict])?.into_value();
    Ok(cx.tuple([adder_objects::dict::DICT_TYPE.value(), args])?.into_value())
}
