//! `map` and `filter`.

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use super::itself;
use super::zip::{iterators_of, strict_keyword, take_one_each};
use crate::args::{Args, check_count};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::{Layout, Slot, functions, unborn};
use crate::tuple::PyTuple;
use crate::typeobject::{Method, OBJECT_TYPE, Slots, Spec, TypeObject, flag, slot};
use crate::value::Value;

/// What a function gives for one value of each iterable.
#[repr(C)]
pub struct PyMap {
    head: Head,
    /// The function.
    pub function: Slot,
    /// The iterators, a tuple.
    pub iterators: Slot,
    /// Must all end together?
    pub strict: Cell<bool>,
}

/// `map`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyMap_Type")]
pub static MAP_TYPE: TypeObject = TypeObject::builtin(&MAP_SPEC, &raw const MAP_TYPE);
static MAP_SPEC: Spec = Spec {
    doc: Some("What a function gives for one value of each iterable, until the shortest ends."),
    flags: flag::GC | flag::BASE,
    size: size_of::<PyMap>(),
    functions: functions::<PyMap>(true, true),
    slots: Slots { iter: slot(itself), next: slot(map_next), new: slot(map_new), ..Slots::NONE },
    methods: &[Method::none("__reduce__", map_reduce), Method::one("__setstate__", map_setstate)],
    ..Spec::new("map", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyMap {
    fn ty() -> &'static TypeObject {
        &MAP_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.function.trace(tracer);
        self.iterators.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.function.clear(clearer);
        self.iterators.clear(clearer);
    }
}

fn map_of(this: &Value) -> &PyMap {
    // SAFETY: called for maps.
    unsafe { this.cast::<PyMap>() }
}

/// Has a class an `__init__` that the built-in type has not? Then keywords may be meant for that.
fn own_init(class: &TypeObject, base: &'static TypeObject) -> bool {
    class.slots.init.get().map(|f| f as usize) != base.slots.init.get().map(|f| f as usize)
}

fn map_new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let strict = strict_keyword(cx, "map", own_init(class, &MAP_TYPE), args)?;
    let [function, iterables @ ..] = args.given() else {
        return raise!(cx, exc::TYPE_ERROR, "map() must have at least two arguments.");
    };
    if iterables.is_empty() {
        return raise!(cx, exc::TYPE_ERROR, "map() must have at least two arguments.");
    }
    let iterators = Slot::new(iterators_of(cx, iterables)?);
    let made = PyMap { head: unborn(), function: Slot::new(function.clone()), iterators, strict: Cell::new(strict) };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn map_next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = map_of(this);
    let (Some(function), Some(Ok(iterators))) =
        (it.function.try_get(), it.iterators.try_get().map(Value::try_into_obj::<PyTuple>))
    else {
        return Ok(None);
    };
    if let [iterator] = iterators.items() {
        return match cx.next(iterator)? {
            Some(value) => cx.call(&function, &[value]).map(Some),
            None => Ok(None),
        };
    }
    let values = cx.list([])?;
    if !take_one_each(cx, iterators.items(), it.strict.get(), "map", &values)? {
        return Ok(None);
    }
    let values: Vec<Value> = values.take_items().collect();
    cx.call(&function, &values).map(Some)
}

fn map_reduce(cx: &Cx, this: &Value) -> R {
    let it = map_of(this);
    let mut args = vec![it.function.try_get().unwrap_or_else(Value::none)];
    if let Some(iterators) = it.iterators.try_get() {
        args.extend_from_slice(iterators.downcast::<PyTuple>().map_or(&[], PyTuple::items));
    }
    let args = cx.tuple(args)?.into_value();
    let class = this.ty().value();
    Ok(match it.strict.get() {
        true => cx.tuple([class, args, Value::bool(true)])?,
        false => cx.tuple([class, args])?,
    }
    .into_value())
}

fn map_setstate(cx: &Cx, this: &Value, state: &Value) -> R {
    map_of(this).strict.set(cx.is_true(state)?);
    Ok(Value::none())
}

/// The values of an iterator for which a function is true.
#[repr(C)]
pub struct PyFilter {
    head: Head,
    /// The function, or None: the values themselves are asked.
    pub function: Slot,
    /// The iterator.
    pub iterator: Slot,
}

/// `filter`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyFilter_Type")]
pub static FILTER_TYPE: TypeObject = TypeObject::builtin(&FILTER_SPEC, &raw const FILTER_TYPE);
static FILTER_SPEC: Spec = Spec {
    doc: Some("The values for which a function is true; with None, the values that are true."),
    flags: flag::GC | flag::BASE,
    size: size_of::<PyFilter>(),
    functions: functions::<PyFilter>(true, true),
    slots: Slots { iter: slot(itself), next: slot(filter_next), new: slot(filter_new), ..Slots::NONE },
    methods: &[Method::none("__reduce__", filter_reduce)],
    ..Spec::new("filter", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyFilter {
    fn ty() -> &'static TypeObject {
        &FILTER_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.function.trace(tracer);
        self.iterator.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.function.clear(clearer);
        self.iterator.clear(clearer);
    }
}

fn filter_of(this: &Value) -> &PyFilter {
    // SAFETY: called for filters.
    unsafe { this.cast::<PyFilter>() }
}

fn filter_new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    if !own_init(class, &FILTER_TYPE) {
        args.no_keywords(cx, "filter")?;
    }
    check_count(cx, "filter", args.given().len(), 2, 2)?;
    let iterator = Slot::new(cx.iter(&args.given()[1])?);
    let made = PyFilter { head: unborn(), function: Slot::new(args.given()[0].clone()), iterator };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn filter_next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = filter_of(this);
    let (Some(function), Some(iterator)) = (it.function.try_get(), it.iterator.try_get()) else { return Ok(None) };
    let plain = function.is_none() || function.is_static(&crate::bool::BOOL_TYPE);
    while let Some(value) = cx.next(&iterator)? {
        let keep =
            if plain { cx.is_true(&value)? } else { cx.is_true(&cx.call(&function, core::slice::from_ref(&value))?)? };
        if keep {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

fn filter_reduce(cx: &Cx, this: &Value) -> R {
    let it = filter_of(this);
    let get = |slot: &Slot| slot.try_get().unwrap_or_else(Value::none);
    let args = cx.tuple([get(&it.function), get(&it.iterator)])?.into_value();
    Ok(cx.tuple([this.ty().value(), args])?.into_value())
}
