//! `groupby` and `tee`.

use core::cell::{Cell, RefCell};

use adder_objects::object::{Slot, unborn};
use adder_objects::typeobject::Method;
use adder_objects::{Args, Cx, Params, R, TypeObject, Value, exceptions as exc, raise};

use super::{iterator_type, not_negative};

iterator_type! {
    /// `itertools.groupby`
    PyGroupBy GROUP_BY_TYPE GROUP_BY_SPEC "groupby" new group_by_new next group_by_next
    slots { iterator function target key value } fields { group: Cell<u64> }
}

iterator_type! {
    /// The iterator over one group.
    PyGrouper GROUPER_TYPE GROUPER_SPEC "_grouper" new grouper_new next grouper_next
    slots { parent target } fields { group: u64 }
}

fn group_by_new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let [iterable, key] = args.bind(
        cx,
        &Params { function: "groupby", names: ["iterable", "key"], positional_only: 0, positional: 2, required: 1 },
    )?;
    let Some(iterable) = iterable else { return Ok(Value::none()) };
    let made = PyGroupBy {
        head: unborn(),
        iterator: Slot::new(cx.iter(iterable)?),
        function: Slot::new(key.filter(|k| !k.is_none()).cloned().unwrap_or(Value::UNSET)),
        target: Slot::empty(),
        key: Slot::empty(),
        value: Slot::empty(),
        group: Cell::new(0),
    };
    Ok(cx.alloc_in(class, made)?.into_value())
}

/// The next value and its key; false at the end.
fn advance(cx: &Cx, it: &PyGroupBy) -> R<bool> {
    let Some(value) = cx.next(&it.iterator.get())? else { return Ok(false) };
    let key = match it.function.try_get() {
        Some(function) => cx.call(&function, core::slice::from_ref(&value))?,
        None => value.clone(),
    };
    it.value.set(value);
    it.key.set(key);
    Ok(true)
}

fn group_by_next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = PyGroupBy::of(this);
    it.group.set(it.group.get() + 1);
    loop {
        match (it.key.try_get(), it.target.try_get()) {
            (Some(key), Some(target)) => {
                if !cx.equals(&target, &key)? {
                    break;
                }
            }
            (Some(_), None) => break,
            (None, _) => {}
        }
        if !advance(cx, it)? {
            return Ok(None);
        }
    }
    let key = it.key.get();
    it.target.set(key.clone());
    let grouper = PyGrouper {
        head: unborn(),
        parent: Slot::new(this.clone()),
        target: Slot::new(key.clone()),
        group: it.group.get(),
    };
    let grouper = cx.alloc(grouper)?.into_value();
    Ok(Some(cx.tuple([key, grouper])?.into_value()))
}

fn grouper_new(cx: &Cx, _: &TypeObject, _: Args<'_>) -> R {
    raise!(cx, exc::TYPE_ERROR, "cannot create 'itertools._grouper' instances")
}

fn grouper_next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = PyGrouper::of(this);
    let Some(parent) = it.parent.try_get() else { return Ok(None) };
    let group = PyGroupBy::of(&parent);
    if group.group.get() != it.group {
        return Ok(None);
    }
    if group.value.is_unset() && !advance(cx, group)? {
        return Ok(None);
    }
    if !cx.equals(&it.target.get(), &group.key.get())? {
        return Ok(None);
    }
    Ok(group.value.take())
}

/// Values that the iterators of one `tee` share: a piece of a chain.
const PIECE: usize = 57;

iterator_type! {
    /// A piece of what a `tee` has read.
    PyTeeData TEE_DATA_TYPE TEE_DATA_SPEC "_tee_dataobject" new tee_data_new next tee_data_next
    slots { iterator next } fields { reading: Cell<bool> }
    lists { values }
}

iterator_type! {
    /// An iterator that `tee` gives.
    PyTee TEE_TYPE TEE_SPEC "_tee" new tee_new next tee_next
    slots { data } fields { at: Cell<usize> }
    methods &[Method::none("__copy__", tee_copy)]
}

pub(super) static FUNCTIONS: &[Method] = &[Method::positional("tee", 1, 2, tee)];

fn tee_data_new(cx: &Cx, _: &TypeObject, _: Args<'_>) -> R {
    raise!(cx, exc::TYPE_ERROR, "cannot create 'itertools._tee_dataobject' instances")
}

fn tee_data_next(_: &Cx, _: &Value) -> R<Option<Value>> {
    Ok(None)
}

fn data(cx: &Cx, iterator: Value) -> R {
    let made = PyTeeData {
        head: unborn(),
        iterator: Slot::new(iterator),
        next: Slot::empty(),
        values: RefCell::new(Vec::new()),
        reading: Cell::new(false),
    };
    Ok(cx.alloc(made)?.into_value())
}

fn tee_of(cx: &Cx, iterable: &Value) -> R {
    let iterator = cx.iter(iterable)?;
    if iterator.downcast::<PyTee>().is_some() {
        return tee_copy(cx, &iterator);
    }
    let data = data(cx, iterator)?;
    Ok(cx.alloc(PyTee { head: unborn(), data: Slot::new(data), at: Cell::new(0) })?.into_value())
}

fn tee_new(cx: &Cx, _: &TypeObject, args: Args<'_>) -> R {
    let [iterable] = args.exactly::<1>(cx, "_tee")?;
    tee_of(cx, iterable)
}

fn tee_copy(cx: &Cx, this: &Value) -> R {
    let it = PyTee::of(this);
    let made = PyTee { head: unborn(), data: Slot::new(it.data.get()), at: Cell::new(it.at.get()) };
    Ok(cx.alloc(made)?.into_value())
}

fn tee(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let n = args.get(1).map_or(Ok(2), |n| not_negative(cx, n, "n must be >= 0"))?;
    let mut all: Vec<Value> = Vec::new();
    for _ in 0..n {
        let one = match all.first() {
            None => tee_of(cx, &args[0])?,
            Some(first) => tee_copy(cx, first)?,
        };
        all.push(one);
    }
    Ok(cx.tuple(all)?.into_value())
}

fn tee_next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = PyTee::of(this);
    let mut held = it.data.get();
    if it.at.get() == PIECE {
        let piece = PyTeeData::of(&held);
        if piece.next.is_unset() {
            let next = data(cx, piece.iterator.get())?;
            piece.next.set(next);
        }
        let next = piece.next.get();
        it.data.set(next.clone());
        it.at.set(0);
        held = next;
    }
    let piece = PyTeeData::of(&held);
    let known = piece.values.borrow().get(it.at.get()).cloned();
    let value = match known {
        Some(value) => value,
        None => {
            if piece.reading.replace(true) {
                return raise!(cx, exc::RUNTIME_ERROR, "cannot re-enter the tee iterator");
            }
            let next = cx.next(&piece.iterator.get());
            piece.reading.set(false);
            let Some(value) = next? else { return Ok(None) };
            piece.values.borrow_mut().push(value.clone());
            value
        }
    };
    it.at.set(it.at.get() + 1);
    Ok(Some(value))
}
