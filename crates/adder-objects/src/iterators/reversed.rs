//! `reversed`.

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use super::{index_of_state, itself};
use crate::args::{Args, check_count};
use crate::cx::Cx;
use crate::error::{Catch, R};
use crate::exceptions as exc;
use crate::object::{Layout, Slot, functions, unborn};
use crate::typeobject::{Method, OBJECT_TYPE, Slots, Spec, TypeObject, flag, slot};
use crate::value::Value;

/// The items of a sequence from its end.
#[repr(C)]
pub struct PyReversed {
    head: Head,
    /// The sequence; nothing when the front was reached.
    pub sequence: Slot,
    /// The next place; -1 at the end.
    pub index: Cell<isize>,
}

/// `reversed`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyReversed_Type")]
pub static REVERSED_TYPE: TypeObject = TypeObject::builtin(&SPEC, &raw const REVERSED_TYPE);
static SPEC: Spec = Spec {
    doc: Some("The values of a sequence from its end."),
    flags: flag::GC | flag::BASE,
    size: size_of::<PyReversed>(),
    functions: functions::<PyReversed>(true, true),
    slots: Slots { iter: slot(itself), next: slot(next), new: slot(new), ..Slots::NONE },
    methods: &[
        Method::none("__length_hint__", length_hint),
        Method::none("__reduce__", reduce),
        Method::one("__setstate__", setstate),
    ],
    ..Spec::new("reversed", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyReversed {
    fn ty() -> &'static TypeObject {
        &REVERSED_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.sequence.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.sequence.clear(clearer);
    }
}

fn of(this: &Value) -> &PyReversed {
    // SAFETY: called for these iterators.
    unsafe { this.cast::<PyReversed>() }
}

/// What `object.__reversed__()` gives, or an iterator over a sequence.
fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    crate::tuple::no_keywords_for(cx, class, &REVERSED_TYPE, args)?;
    check_count(cx, "reversed", args.given().len(), 1, 1)?;
    let object = &args.given()[0];
    if let Some(method) = cx.special(object, cx.names.reversed())? {
        if method.is_none() {
            return raise!(cx, exc::TYPE_ERROR, "'{}' object is not reversible", object.ty().name());
        }
        return cx.call(&method, &[]);
    }
    let slots = &object.ty().slots;
    // A mapping has items, but not by number.
    let sequence = object.downcast::<crate::dict::PyDict>().is_none()
        && (slots.item.get().is_some() || slots.getitem.get().is_some());
    if !sequence {
        return raise!(cx, exc::TYPE_ERROR, "'{}' object is not reversible", object.ty().name());
    }
    let index = Cell::new(cx.len(object)? as isize - 1);
    let made = PyReversed { head: unborn(), sequence: Slot::new(object.clone()), index };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = of(this);
    let index = it.index.get();
    if let Some(sequence) = it.sequence.try_get().filter(|_| index >= 0) {
        let found = match sequence.ty().slots.item.get() {
            Some(item) => item(cx, &sequence, index),
            None => cx.getitem(&sequence, &cx.int(index as i64)?),
        };
        match found.unless(&exc::INDEX_ERROR) {
            Ok(Some(value)) => {
                it.index.set(index - 1);
                return Ok(Some(value));
            }
            Err(raised) if !raised.is(&exc::STOP_ITERATION) => return Err(raised),
            _ => {}
        }
    }
    it.index.set(-1);
    drop(it.sequence.take());
    Ok(None)
}

fn length_hint(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    let Some(sequence) = it.sequence.try_get() else { return cx.int(0) };
    let (len, left) = (cx.len(&sequence)? as i64, it.index.get() as i64 + 1);
    cx.int(if len < left { 0 } else { left })
}

fn reduce(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    let class = this.ty().value();
    Ok(match it.sequence.try_get() {
        Some(sequence) => {
            let args = cx.tuple([sequence])?.into_value();
            cx.tuple([class, args, cx.int(it.index.get() as i64)?])?
        }
        None => {
            let args = cx.tuple([cx.empty_tuple()?.into_value()])?.into_value();
            cx.tuple([class, args])?
        }
    }
    .into_value())
}

fn setstate(cx: &Cx, this: &Value, state: &Value) -> R {
    let index = index_of_state(cx, state)?;
    let it = of(this);
    if let Some(sequence) = it.sequence.try_get() {
        let len = cx.len(&sequence)? as isize;
        it.index.set(index.clamp(-1, len - 1));
    }
    Ok(Value::none())
}
