//! The locals of a frame as a mapping: `locals()` and `f_locals` (PEP 667).

use adder_compiler::code::LocalKind;
use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::cell::PyCell;
use adder_objects::dict::PyDict;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::str::PyStr;
use adder_objects::typeobject::{CompareOp, Method, OBJECT_TYPE, Slots, Spec, flag, number, slot};
use adder_objects::{Args, Cx, Layout, Obj, R, TypeObject, Value, exceptions as exc, raise};

use crate::cells;
use crate::frame_object::PyFrame;

/// The value of a local of any kind, if it is bound.
fn value_of(frame: &PyFrame, at: usize, kind: LocalKind) -> Option<Value> {
    let value = frame.local(at)?;
    match kind {
        LocalKind::Fast | LocalKind::Hidden => Some(value),
        // Before its `MakeCell` a parameter's register holds the value itself.
        LocalKind::Cell | LocalKind::Free if value.downcast::<adder_objects::cell::PyCell>().is_some() => {
            cells::get(&value)
        }
        LocalKind::Cell | LocalKind::Free => Some(value),
    }
}

/// A new dict of the bound locals: what `locals()` gives in a function.
///
/// # Errors
/// MemoryError.
pub(crate) fn snapshot(cx: &Cx, frame: &PyFrame) -> R<Obj<PyDict>> {
    let dict = cx.dict()?;
    for (at, name, kind) in frame.names() {
        if kind != LocalKind::Hidden
            && let Some(value) = value_of(frame, at, kind)
        {
            dict.set(cx, name, value)?;
        }
    }
    if let Some(extra) = frame.extra.try_get().as_ref().and_then(Value::downcast::<PyDict>) {
        for (key, value) in extra.entries() {
            dict.set(cx, &key, value)?;
        }
    }
    Ok(dict)
}

/// The type of `f_locals` of a function's frame.
pub static FRAME_LOCALS_TYPE: TypeObject = TypeObject::builtin(&FRAME_LOCALS_SPEC, &raw const FRAME_LOCALS_TYPE);
static FRAME_LOCALS_SPEC: Spec = Spec {
    flags: flag::GC | flag::MAPPING,
    size: size_of::<PyFrameLocals>(),
    functions: functions::<PyFrameLocals>(true, true),
    slots: {
        let mut slots = Slots {
            new: slot(new),
            repr: slot(repr),
            hash: slot(|cx, this| raise!(cx, exc::TYPE_ERROR, "unhashable type: '{}'", this.ty().name())),
            compare: slot(compare),
            iter: slot(|cx, this| cx.iter(&keys(cx, this)?)),
            len: slot(|cx, this| Ok(all(cx, this)?.len())),
            getitem: slot(|cx, this, key| match find(cx, this, key)? {
                Some(value) => Ok(value),
                None => raise!(cx, exc::KEY_ERROR, "local variable '{}' is not defined", cx.display(key)?),
            }),
            setitem: slot(set_item),
            contains: slot(|cx, this, key| Ok(find(cx, this, key)?.is_some())),
            ..Slots::NONE
        };
        slots.binary[number::OR] = slot(or);
        slots.in_place[number::OR] = slot(|cx, this, other| {
            update(cx, this, other)?;
            Ok(this.clone())
        });
        slots
    },
    methods: &[
        Method::positional("get", 1, 2, |cx, this, args| {
            let default = || args.get(1).cloned().unwrap_or_else(Value::none);
            Ok(find(cx, this, &args[0])?.unwrap_or_else(default))
        }),
        Method::none("keys", keys),
        Method::none("values", |cx, this| {
            Ok(cx.list(all(cx, this)?.entries().into_iter().map(|(_, value)| value))?.into_value())
        }),
        Method::none("items", |cx, this| {
            let items =
                all(cx, this)?.entries().into_iter().map(|(key, value)| Ok(cx.tuple([key, value])?.into_value()));
            Ok(cx.list(items.collect::<R<Vec<_>>>()?)?.into_value())
        }),
        Method::none("copy", |cx, this| Ok(all(cx, this)?.into_value())),
        Method::none("__reversed__", |cx, this| {
            let reversed = all(cx, this)?.entries().into_iter().rev().map(|(key, _)| key).collect::<Vec<_>>();
            cx.iter(cx.list(reversed)?.as_value())
        }),
        Method::positional("setdefault", 1, 2, |cx, this, args| {
            if let Some(value) = find(cx, this, &args[0])? {
                return Ok(value);
            }
            let value = args.get(1).cloned().unwrap_or_else(Value::none);
            set_item(cx, this, &args[0], Some(&value))?;
            Ok(value)
        }),
        Method::positional("pop", 1, 2, |cx, this, args| match (remove(cx, this, &args[0])?, args.get(1)) {
            (Some(value), _) => Ok(value),
            (None, Some(default)) => Ok(default.clone()),
            (None, None) => Err(cx.key_error(&args[0])),
        }),
        Method::one("update", |cx, this, other| {
            update(cx, this, other)?;
            Ok(Value::none())
        }),
    ],
    ..Spec::new("FrameLocalsProxy", &OBJECT_TYPE)
};

/// Layout of `f_locals`.
#[repr(C)]
pub struct PyFrameLocals {
    head: Head,
    frame: Slot,
}

// SAFETY: begins with a head.
unsafe impl Layout for PyFrameLocals {
    fn ty() -> &'static TypeObject {
        &FRAME_LOCALS_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.name("frame");
        self.frame.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.frame.clear(clearer);
    }
}

/// `f_locals` of a function's frame: its variables, read and written where they are.
pub(crate) fn proxy(cx: &Cx, frame: &Value) -> R {
    Ok(cx.alloc(PyFrameLocals { head: unborn(), frame: Slot::new(frame.clone()) })?.into_value())
}

fn frame_of(cx: &Cx, this: &Value) -> R<Obj<PyFrame>> {
    // SAFETY: called for these objects.
    let frame = unsafe { this.cast::<PyFrameLocals>() }.frame.try_get();
    match frame.map(Value::try_into_obj::<PyFrame>) {
        Some(Ok(frame)) => Ok(frame),
        _ => raise!(cx, exc::RUNTIME_ERROR, "the frame is gone"),
    }
}

/// The place of a variable by its name.
fn place(cx: &Cx, frame: &PyFrame, key: &Value) -> R<Option<(usize, LocalKind)>> {
    if key.downcast::<PyStr>().is_none() {
        return Ok(None);
    }
    for (at, name, kind) in frame.names() {
        if kind != LocalKind::Hidden && (name.is(key) || cx.equals(name, key)?) {
            return Ok(Some((at, kind)));
        }
    }
    Ok(None)
}

fn find(cx: &Cx, this: &Value, key: &Value) -> R<Option<Value>> {
    let frame = frame_of(cx, this)?;
    if let Some((at, kind)) = place(cx, &frame, key)? {
        return Ok(value_of(&frame, at, kind));
    }
    match frame.extra.try_get().as_ref().and_then(Value::downcast::<PyDict>) {
        Some(extra) => extra.get(cx, key),
        None => {
            cx.hash(key)?;
            Ok(None)
        }
    }
}

/// All that is bound, as a new dict.
fn all(cx: &Cx, this: &Value) -> R<Obj<PyDict>> {
    let frame = frame_of(cx, this)?;
    snapshot(cx, &frame)
}

fn repr(cx: &Cx, this: &Value) -> R {
    if cx.enter_repr(this) {
        return cx.str_value("{...}");
    }
    let shown = all(cx, this).and_then(|locals| cx.repr(locals.as_value()));
    cx.leave_repr();
    Ok(shown?.into_value())
}

/// `FrameLocalsProxy(frame)`
fn new(cx: &Cx, _: &TypeObject, args: Args<'_>) -> R {
    args.no_keywords(cx, "FrameLocalsProxy")?;
    let [frame] = args.given() else {
        let given = args.given().len();
        return raise!(cx, exc::TYPE_ERROR, "FrameLocalsProxy expected 1 argument, got {given}");
    };
    if frame.downcast::<PyFrame>().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "expect frame, not {}", frame.ty().name());
    }
    proxy(cx, frame)
}

fn keys(cx: &Cx, this: &Value) -> R {
    Ok(cx.list(all(cx, this)?.entries().into_iter().map(|(key, _)| key))?.into_value())
}

fn set_item(cx: &Cx, this: &Value, key: &Value, value: Option<&Value>) -> R<()> {
    let Some(value) = value else {
        return match remove(cx, this, key)? {
            Some(_) => Ok(()),
            None => Err(cx.key_error(key)),
        };
    };
    let frame = frame_of(cx, this)?;
    let Some((at, kind)) = place(cx, &frame, key)? else {
        if frame.extra.is_unset() {
            frame.extra.set(cx.dict()?.into_value());
        }
        return match frame.extra.get().downcast::<PyDict>() {
            Some(extra) => extra.set(cx, key, value.clone()),
            None => Ok(()),
        };
    };
    match frame.local(at) {
        Some(cell) if matches!(kind, LocalKind::Cell | LocalKind::Free) && cell.downcast::<PyCell>().is_some() => {
            cells::set(&cell, value.clone());
        }
        _ => frame.set_local(at, Some(value.clone())),
    }
    Ok(())
}

/// Removes a name that is no variable's.
fn remove(cx: &Cx, this: &Value, key: &Value) -> R<Option<Value>> {
    let frame = frame_of(cx, this)?;
    if place(cx, &frame, key)?.is_some() {
        return raise!(cx, exc::VALUE_ERROR, "cannot remove local variables from FrameLocalsProxy");
    }
    match frame.extra.try_get().as_ref().and_then(Value::downcast::<PyDict>) {
        Some(extra) => extra.remove(cx, key),
        None => Ok(None),
    }
}

fn is_mapping(value: &Value) -> bool {
    value.downcast::<PyDict>().is_some() || value.downcast::<PyFrameLocals>().is_some()
}

fn update(cx: &Cx, this: &Value, other: &Value) -> R<()> {
    if !is_mapping(other) {
        return raise!(cx, exc::TYPE_ERROR, "update() argument must be dict or another FrameLocalsProxy");
    }
    for key in cx.collect(other)? {
        set_item(cx, this, &key, Some(&cx.getitem(other, &key)?))?;
    }
    Ok(())
}

fn or(cx: &Cx, a: &Value, b: &Value) -> R {
    if !is_mapping(a) || !is_mapping(b) {
        return Ok(Value::not_implemented());
    }
    let dict = cx.dict()?;
    for side in [a, b] {
        for key in cx.collect(side)? {
            dict.set(cx, &key, cx.getitem(side, &key)?)?;
        }
    }
    Ok(dict.into_value())
}

fn compare(cx: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::not_implemented());
    }
    if b.downcast::<PyFrameLocals>().is_some() {
        let same = frame_of(cx, a)?.is(&frame_of(cx, b)?);
        return Ok(Value::bool(same == (op == CompareOp::Eq)));
    }
    if b.downcast::<PyDict>().is_some() {
        return cx.compare(all(cx, a)?.as_value(), b, op);
    }
    Ok(Value::not_implemented())
}
