//! `accumulate`, `chain`, `islice` and the others that end with what they iterate over.

use core::cell::{Cell, RefCell};

use adder_objects::object::{Slot, unborn};
use adder_objects::str::PyStr;
use adder_objects::typeobject::{Method, number};
use adder_objects::{Args, Cx, Params, R, TypeObject, Value, exceptions as exc, raise};

use super::iterator_type;

iterator_type! {
    /// `itertools.accumulate`
    PyAccumulate ACCUMULATE_TYPE ACCUMULATE_SPEC "accumulate" new accumulate_new next accumulate_next
    slots { iterator function total initial } fields {}
}

fn accumulate_new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let [iterable, function, initial] = args.bind(
        cx,
        &Params {
            function: "accumulate",
            names: ["iterable", "func", "initial"],
            positional_only: 0,
            positional: 2,
            required: 1,
        },
    )?;
    let Some(iterable) = iterable else { return Ok(Value::none()) };
    let given = |v: Option<&Value>| v.filter(|v| !v.is_none()).cloned().unwrap_or(Value::UNSET);
    let made = PyAccumulate {
        head: unborn(),
        iterator: Slot::new(cx.iter(iterable)?),
        function: Slot::new(given(function)),
        total: Slot::empty(),
        initial: Slot::new(given(initial)),
    };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn accumulate_next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = PyAccumulate::of(this);
    if let Some(initial) = it.initial.take() {
        it.total.set(initial.clone());
        return Ok(Some(initial));
    }
    let Some(value) = cx.next(&it.iterator.get())? else { return Ok(None) };
    let total = match it.total.try_get() {
        None => value,
        Some(total) => match it.function.try_get() {
            Some(function) => cx.call(&function, &[total, value])?,
            None => cx.binary(number::ADD, &total, &value)?,
        },
    };
    it.total.set(total.clone());
    Ok(Some(total))
}

iterator_type! {
    /// `itertools.chain`
    PyChain CHAIN_TYPE CHAIN_SPEC "chain" new chain_new next chain_next
    slots { source active } fields {}
    methods &[
        Method::one("from_iterable", chain_from_iterable).class(),
        Method::one("__class_getitem__", class_getitem).class(),
    ]
}

fn chain_new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    args.no_keywords(cx, "chain")?;
    let all = cx.tuple(args.given().to_vec())?;
    let made = PyChain { head: unborn(), source: Slot::new(cx.iter(all.as_value())?), active: Slot::empty() };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn chain_from_iterable(cx: &Cx, class: &Value, iterable: &Value) -> R {
    let Some(class) = class.downcast::<TypeObject>() else { return Ok(Value::none()) };
    let made = PyChain { head: unborn(), source: Slot::new(cx.iter(iterable)?), active: Slot::empty() };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn class_getitem(cx: &Cx, class: &Value, item: &Value) -> R {
    adder_objects::generic_alias::of(cx, class, item)
}

fn chain_next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = PyChain::of(this);
    loop {
        let active = match it.active.try_get() {
            Some(active) => active,
            None => {
                let Some(source) = it.source.try_get() else { return Ok(None) };
                match cx.next(&source) {
                    Ok(Some(iterable)) => {
                        let active = cx.iter(&iterable)?;
                        it.active.set(active.clone());
                        active
                    }
                    ended => {
                        drop(it.source.take());
                        return ended;
                    }
                }
            }
        };
        if let Some(value) = cx.next(&active)? {
            return Ok(Some(value));
        }
        drop(it.active.take());
    }
}

iterator_type! {
    /// `itertools.compress`
    PyCompress COMPRESS_TYPE COMPRESS_SPEC "compress" new compress_new next compress_next
    slots { data selectors } fields {}
}

fn compress_new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let [data, selectors] = args.bind(
        cx,
        &Params { function: "compress", names: ["data", "selectors"], positional_only: 0, positional: 2, required: 2 },
    )?;
    let (Some(data), Some(selectors)) = (data, selectors) else { return Ok(Value::none()) };
    let made =
        PyCompress { head: unborn(), data: Slot::new(cx.iter(data)?), selectors: Slot::new(cx.iter(selectors)?) };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn compress_next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = PyCompress::of(this);
    let (data, selectors) = (it.data.get(), it.selectors.get());
    loop {
        let (Some(value), Some(selector)) = (cx.next(&data)?, cx.next(&selectors)?) else { return Ok(None) };
        if cx.is_true(&selector)? {
            return Ok(Some(value));
        }
    }
}

macro_rules! with_predicate {
    ($(#[$doc:meta])* $layout:ident $ty:ident $spec:ident $name:literal $new:ident $next:ident) => {
        iterator_type! {
            $(#[$doc])*
            $layout $ty $spec $name new $new next $next
            slots { function iterator } fields { done: Cell<bool> }
        }

        fn $new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
            let [function, iterable] = args.exactly::<2>(cx, $name)?;
            let made = $layout {
                head: unborn(),
                function: Slot::new(function.clone()),
                iterator: Slot::new(cx.iter(iterable)?),
                done: Cell::new(false),
            };
            Ok(cx.alloc_in(class, made)?.into_value())
        }
    };
}

with_predicate! {
    /// `itertools.dropwhile`
    PyDropWhile DROP_WHILE_TYPE DROP_WHILE_SPEC "dropwhile" drop_while_new drop_while_next
}
with_predicate! {
    /// `itertools.takewhile`
    PyTakeWhile TAKE_WHILE_TYPE TAKE_WHILE_SPEC "takewhile" take_while_new take_while_next
}
with_predicate! {
    /// `itertools.filterfalse`
    PyFilterFalse FILTER_FALSE_TYPE FILTER_FALSE_SPEC "filterfalse" filter_false_new filter_false_next
}
with_predicate! {
    /// `itertools.starmap`
    PyStarmap STARMAP_TYPE STARMAP_SPEC "starmap" starmap_new starmap_next
}

fn holds(cx: &Cx, function: &Value, value: &Value) -> R<bool> {
    let result = cx.call(function, core::slice::from_ref(value))?;
    cx.is_true(&result)
}

fn drop_while_next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = PyDropWhile::of(this);
    let iterator = it.iterator.get();
    loop {
        let Some(value) = cx.next(&iterator)? else { return Ok(None) };
        if it.done.get() || !holds(cx, &it.function.get(), &value)? {
            it.done.set(true);
            return Ok(Some(value));
        }
    }
}

fn take_while_next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = PyTakeWhile::of(this);
    if it.done.get() {
        return Ok(None);
    }
    let Some(value) = cx.next(&it.iterator.get())? else { return Ok(None) };
    if holds(cx, &it.function.get(), &value)? {
        return Ok(Some(value));
    }
    it.done.set(true);
    Ok(None)
}

fn filter_false_next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = PyFilterFalse::of(this);
    let (function, iterator) = (it.function.get(), it.iterator.get());
    loop {
        let Some(value) = cx.next(&iterator)? else { return Ok(None) };
        let good = if function.is_none() { cx.is_true(&value)? } else { holds(cx, &function, &value)? };
        if !good {
            return Ok(Some(value));
        }
    }
}

fn starmap_next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = PyStarmap::of(this);
    let _ = it.done.get();
    let Some(row) = cx.next(&it.iterator.get())? else { return Ok(None) };
    let row = cx.collect(&row)?;
    cx.call(&it.function.get(), &row).map(Some)
}

iterator_type! {
    /// `itertools.islice`
    PyIslice ISLICE_TYPE ISLICE_SPEC "islice" new islice_new next islice_next
    slots { iterator } fields { at: Cell<usize>, next: Cell<usize>, stop: Option<usize>, step: usize }
}

fn islice_new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let args = args.between(cx, "islice", 2, 4)?;
    let bound = |value: &Value, what: &str| -> R<Option<usize>> {
        if value.is_none() {
            return Ok(None);
        }
        let number = cx.try_index(value)?.and_then(|i| i.as_i64()).and_then(|i| usize::try_from(i).ok());
        match number {
            Some(n) => Ok(Some(n)),
            None => raise!(cx, exc::VALUE_ERROR, "{what}"),
        }
    };
    const STOP: &str = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
    const INDICES: &str = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
    let (start, stop, step) = match args {
        [_, stop] => (0, bound(stop, STOP)?, 1),
        [_, start, stop, rest @ ..] => {
            let stop = bound(stop, STOP)?;
            let start = bound(start, INDICES)?.unwrap_or(0);
            let step = match rest.first() {
                Some(step) => {
                    let text = "Step for islice() must be a positive integer or None.";
                    match bound(step, text)? {
                        Some(0) => return raise!(cx, exc::VALUE_ERROR, "{text}"),
                        Some(n) => n,
                        None => 1,
                    }
                }
                None => 1,
            };
            (start, stop, step)
        }
        _ => (0, None, 1),
    };
    let made = PyIslice {
        head: unborn(),
        iterator: Slot::new(cx.iter(&args[0])?),
        at: Cell::new(0),
        next: Cell::new(start),
        stop,
        step,
    };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn islice_next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = PyIslice::of(this);
    let Some(iterator) = it.iterator.try_get() else { return Ok(None) };
    let next = it.next.get();
    // What lies before the first is consumed, also where nothing is taken.
    let until = it.stop.map_or(next, |stop| next.min(stop));
    while it.at.get() < until {
        if cx.next(&iterator)?.is_none() {
            drop(it.iterator.take());
            return Ok(None);
        }
        it.at.set(it.at.get() + 1);
    }
    if it.stop.is_some_and(|stop| next >= stop) {
        drop(it.iterator.take());
        return Ok(None);
    }
    match cx.next(&iterator)? {
        Some(value) => {
            it.at.set(it.at.get() + 1);
            it.next.set(next.saturating_add(it.step));
            Ok(Some(value))
        }
        None => {
            drop(it.iterator.take());
            Ok(None)
        }
    }
}

iterator_type! {
    /// `itertools.zip_longest`
    PyZipLongest ZIP_LONGEST_TYPE ZIP_LONGEST_SPEC "zip_longest" new zip_longest_new next zip_longest_next
    slots { fill } fields {}
    lists { iterators }
}

fn zip_longest_new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let mut fill = Value::none();
    for (name, value) in args.keywords() {
        if name.downcast::<PyStr>().and_then(PyStr::as_str) == Some("fillvalue") {
            fill = value.clone();
        } else {
            return raise!(cx, exc::TYPE_ERROR, "zip_longest() got an unexpected keyword argument");
        }
    }
    let iterators = args.given().iter().map(|iterable| cx.iter(iterable)).collect::<R<Vec<_>>>()?;
    let made = PyZipLongest { head: unborn(), fill: Slot::new(fill), iterators: RefCell::new(iterators) };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn zip_longest_next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = PyZipLongest::of(this);
    let n = it.iterators.borrow().len();
    let mut row = Vec::with_capacity(n);
    let mut any = false;
    for at in 0..n {
        let iterator = it.iterators.borrow().get(at).cloned().unwrap_or(Value::UNSET);
        if iterator.is_unset() {
            row.push(it.fill.get());
            continue;
        }
        match cx.next(&iterator)? {
            Some(value) => {
                any = true;
                row.push(value);
            }
            None => {
                let ended = it.iterators.borrow_mut().get_mut(at).map(|p| core::mem::replace(p, Value::UNSET));
                drop(ended);
                row.push(it.fill.get());
            }
        }
    }
    if any { Ok(Some(cx.tuple(row)?.into_value())) } else { Ok(None) }
}

iterator_type! {
    /// `itertools.pairwise`
    PyPairwise PAIRWISE_TYPE PAIRWISE_SPEC "pairwise" new pairwise_new next pairwise_next
    slots { iterator last } fields {}
}

fn pairwise_new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let [iterable] = args.exactly::<1>(cx, "pairwise")?;
    let made = PyPairwise { head: unborn(), iterator: Slot::new(cx.iter(iterable)?), last: Slot::empty() };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn pairwise_next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = PyPairwise::of(this);
    let Some(iterator) = it.iterator.try_get() else { return Ok(None) };
    let first = match it.last.try_get() {
        Some(last) => Some(last),
        None => cx.next(&iterator)?,
    };
    let pair = match first {
        None => None,
        Some(first) => {
            it.last.set(first.clone());
            cx.next(&iterator)?.map(|second| (first, second))
        }
    };
    match pair {
        Some((first, second)) => {
            it.last.set(second.clone());
            Ok(Some(cx.tuple([first, second])?.into_value()))
        }
        None => {
            drop((it.iterator.take(), it.last.take()));
            Ok(None)
        }
    }
}

iterator_type! {
    /// `itertools.batched`
    PyBatched BATCHED_TYPE BATCHED_SPEC "batched" new batched_new next batched_next
    slots { iterator } fields { size: usize, strict: bool }
}

fn batched_new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let [iterable, n, strict] = args.bind(
        cx,
        &Params {
            function: "batched",
            names: ["iterable", "n", "strict"],
            positional_only: 0,
            positional: 2,
            required: 2,
        },
    )?;
    let (Some(iterable), Some(n)) = (iterable, n) else { return Ok(Value::none()) };
    let size = cx.index_to_isize(n, Some(&exc::OVERFLOW_ERROR))?;
    if size < 1 {
        return raise!(cx, exc::VALUE_ERROR, "n must be at least one");
    }
    let strict = strict.map_or(Ok(false), |strict| cx.is_true(strict))?;
    let made = PyBatched { head: unborn(), iterator: Slot::new(cx.iter(iterable)?), size: size as usize, strict };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn batched_next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = PyBatched::of(this);
    let Some(iterator) = it.iterator.try_get() else { return Ok(None) };
    let batch = cx.list([])?;
    while batch.len() < it.size {
        match cx.next(&iterator)? {
            Some(value) => batch.push(cx, value)?,
            None => {
                drop(it.iterator.take());
                break;
            }
        }
    }
    if batch.is_empty() {
        return Ok(None);
    }
    if it.strict && batch.len() < it.size {
        return raise!(cx, exc::VALUE_ERROR, "batched(): incomplete batch");
    }
    Ok(Some(cx.tuple(batch.to_vec())?.into_value()))
}
