//! `zip`.

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use super::itself;
use crate::args::{Args, Params};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::list::PyList;
use crate::object::{Layout, Slot, functions, unborn};
use crate::tuple::PyTuple;
use crate::typeobject::{Method, OBJECT_TYPE, Slots, Spec, TypeObject, flag, slot};
use crate::value::Value;

/// Tuples of one value of each iterable.
#[repr(C)]
pub struct PyZip {
    head: Head,
    /// The iterators, a tuple.
    pub iterators: Slot,
    /// Must all end together?
    pub strict: Cell<bool>,
}

/// `zip`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyZip_Type")]
pub static ZIP_TYPE: TypeObject = TypeObject::builtin(&SPEC, &raw const ZIP_TYPE);
static SPEC: Spec = Spec {
    doc: Some("Tuples of one value of each iterable, until the shortest ends."),
    flags: flag::GC | flag::BASE,
    size: size_of::<PyZip>(),
    functions: functions::<PyZip>(true, true),
    slots: Slots { iter: slot(itself), next: slot(next), new: slot(new), ..Slots::NONE },
    methods: &[Method::none("__reduce__", reduce), Method::one("__setstate__", setstate)],
    ..Spec::new("zip", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyZip {
    fn ty() -> &'static TypeObject {
        &ZIP_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.iterators.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.iterators.clear(clearer);
    }
}

fn of(this: &Value) -> &PyZip {
    // SAFETY: called for zips.
    unsafe { this.cast::<PyZip>() }
}

/// The value of the keyword `strict`, the only one that there may be. Of a subclass with an `__init__` of its own others are
/// passed over.
pub(super) fn strict_keyword(cx: &Cx, function: &'static str, foreign: bool, args: Args<'_>) -> R<bool> {
    if args.names().is_none() || foreign {
        return Ok(false);
    }
    let params = Params { function, names: ["strict"], positional_only: 0, positional: 0, required: 0 };
    let [strict] = Args::with_names(&args.values()[args.given().len()..], args.names()).bind(cx, &params)?;
    match strict {
        Some(strict) => cx.is_true(strict),
        None => Ok(false),
    }
}

/// Iterators over each of the values.
pub(super) fn iterators_of(cx: &Cx, iterables: &[Value]) -> R {
    let list = cx.list([])?;
    for iterable in iterables {
        list.push(cx, cx.iter(iterable)?)?;
    }
    Ok(cx.tuple_of(list.as_value())?.into_value())
}

fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let strict = strict_keyword(cx, "zip", false, args)?;
    let iterators = iterators_of(cx, args.given())?;
    let made = PyZip { head: unborn(), iterators: Slot::new(iterators), strict: Cell::new(strict) };
    Ok(cx.alloc_in(class, made)?.into_value())
}

/// One value of each iterator, pushed to a list; false when one has ended.
///
/// `strict`: ValueError if they do not all end together; `name` is the function's in its text.
pub(super) fn take_one_each(cx: &Cx, iterators: &[Value], strict: bool, name: &str, to: &PyList) -> R<bool> {
    for (at, iterator) in iterators.iter().enumerate() {
        if let Some(value) = cx.next(iterator)? {
            to.push(cx, value)?;
            continue;
        }
        if !strict {
            return Ok(false);
        }
        if at > 0 {
            return raise!(
                cx,
                exc::VALUE_ERROR,
                "{name}() argument {} is shorter than argument{}",
                at + 1,
                if at == 1 { " 1".to_owned() } else { format!("s 1-{at}") }
            );
        }
        for (more, other) in iterators.iter().enumerate().skip(1) {
            if cx.next(other)?.is_some() {
                return raise!(
                    cx,
                    exc::VALUE_ERROR,
                    "{name}() argument {} is longer than argument{}",
                    more + 1,
                    if more == 1 { " 1".to_owned() } else { format!("s 1-{more}") }
                );
            }
        }
        return Ok(false);
    }
    Ok(true)
}

fn next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = of(this);
    let Some(Ok(iterators)) = it.iterators.try_get().map(Value::try_into_obj::<PyTuple>) else { return Ok(None) };
    match iterators.items() {
        [] => Ok(None),
        // The common case without a list in between.
        [a, b] if !it.strict.get() => {
            let Some(a) = cx.next(a)? else { return Ok(None) };
            let Some(b) = cx.next(b)? else { return Ok(None) };
            Ok(Some(cx.tuple([a, b])?.into_value()))
        }
        all => {
            let values = cx.list([])?;
            if !take_one_each(cx, all, it.strict.get(), "zip", &values)? {
                return Ok(None);
            }
            Ok(Some(cx.tuple(values.take_items().collect::<Vec<_>>())?.into_value()))
        }
    }
}

fn reduce(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    let class = this.ty().value();
    let iterators = it.iterators.try_get().unwrap_or_else(Value::none);
    Ok(match it.strict.get() {
        true => cx.tuple([class, iterators, Value::bool(true)])?,
        false => cx.tuple([class, iterators])?,
    }
    .into_value())
}

fn setstate(cx: &Cx, this: &Value, state: &Value) -> R {
    of(this).strict.set(cx.is_true(state)?);
    Ok(Value::none())
}
