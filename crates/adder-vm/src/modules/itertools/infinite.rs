//! `count`, `cycle`, `repeat`.

use core::cell::Cell;

use adder_objects::list::PyList;
use adder_objects::object::{Slot, unborn};
use adder_objects::typeobject::{Method, number};
use adder_objects::{Args, Cx, Params, R, TypeObject, Value, exceptions as exc, raise};

use super::iterator_type;

iterator_type! {
    /// `itertools.count`
    PyCount COUNT_TYPE COUNT_SPEC "count" new count_new next count_next
    slots { current step } fields {}
    repr count_repr
}

fn count_new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let [start, step] = args.bind(
        cx,
        &Params { function: "count", names: ["start", "step"], positional_only: 0, positional: 2, required: 0 },
    )?;
    let start = start.cloned().unwrap_or_else(|| Value::small(0));
    let slots = &start.ty().slots;
    if slots.int.get().is_none() && slots.float.get().is_none() && slots.index.get().is_none() && !start.is_int() {
        return raise!(cx, exc::TYPE_ERROR, "a number is required");
    }
    let step = step.cloned().unwrap_or_else(|| Value::small(1));
    let made = PyCount { head: unborn(), current: Slot::new(start), step: Slot::new(step) };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn count_next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = PyCount::of(this);
    let current = it.current.get();
    let next = cx.binary(number::ADD, &current, &it.step.get())?;
    it.current.set(next);
    Ok(Some(current))
}

fn count_repr(cx: &Cx, this: &Value) -> R {
    let it = PyCount::of(this);
    let (current, step) = (cx.repr(&it.current.get())?, cx.repr(&it.step.get())?);
    let (current, step) = (current.to_lossy(), step.to_lossy());
    let text = if step == "1" { format!("count({current})") } else { format!("count({current}, {step})") };
    cx.str_value(&text)
}

iterator_type! {
    /// `itertools.cycle`
    PyCycle CYCLE_TYPE CYCLE_SPEC "cycle" new cycle_new next cycle_next
    slots { iterator saved } fields { at: Cell<usize> }
}

fn cycle_new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let [iterable] = args.exactly::<1>(cx, "cycle")?;
    let made = PyCycle {
        head: unborn(),
        iterator: Slot::new(cx.iter(iterable)?),
        // A list, which counts against the limit.
        saved: Slot::new(cx.list([])?.into_value()),
        at: Cell::new(0),
    };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn cycle_next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = PyCycle::of(this);
    let held = it.saved.try_get();
    let Some(saved) = held.as_ref().and_then(Value::downcast::<PyList>) else { return Ok(None) };
    if let Some(iterator) = it.iterator.try_get() {
        if let Some(value) = cx.next(&iterator)? {
            saved.push(cx, value.clone())?;
            return Ok(Some(value));
        }
        drop(it.iterator.take());
    }
    if saved.is_empty() {
        return Ok(None);
    }
    let at = it.at.get() % saved.len();
    it.at.set(at + 1);
    Ok(saved.get(at))
}

iterator_type! {
    /// `itertools.repeat`
    PyRepeat REPEAT_TYPE REPEAT_SPEC "repeat" new repeat_new next repeat_next
    slots { value } fields { left: Cell<Option<usize>> }
    repr repeat_repr
    methods &[Method::none("__length_hint__", repeat_hint)]
}

fn repeat_new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let [object, times] = args.bind(
        cx,
        &Params { function: "repeat", names: ["object", "times"], positional_only: 0, positional: 2, required: 1 },
    )?;
    let left = match times {
        Some(times) => Some(cx.index_to_isize(times, Some(&exc::OVERFLOW_ERROR))?.max(0) as usize),
        None => None,
    };
    let value = object.cloned().unwrap_or_else(Value::none);
    let made = PyRepeat { head: unborn(), value: Slot::new(value), left: Cell::new(left) };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn repeat_next(_: &Cx, this: &Value) -> R<Option<Value>> {
    let it = PyRepeat::of(this);
    match it.left.get() {
        Some(0) => Ok(None),
        left => {
            it.left.set(left.map(|n| n - 1));
            Ok(Some(it.value.get()))
        }
    }
}

fn repeat_hint(cx: &Cx, this: &Value) -> R {
    match PyRepeat::of(this).left.get() {
        Some(n) => cx.int(n as i64),
        None => raise!(cx, exc::TYPE_ERROR, "len() of unsized object"),
    }
}

fn repeat_repr(cx: &Cx, this: &Value) -> R {
    let it = PyRepeat::of(this);
    let value = cx.repr(&it.value.get())?;
    let text = match it.left.get() {
        Some(n) => format!("repeat({}, {n})", value.to_lossy()),
        None => format!("repeat({})", value.to_lossy()),
    };
    cx.str_value(&text)
}
