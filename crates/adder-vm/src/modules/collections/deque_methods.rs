//! The methods of `collections.deque`.

use adder_objects::typeobject::Method;
use adder_objects::{Cx, R, TypeObject, Value, exceptions as exc, raise};

use super::deque::{copy, extend, of};
use super::deque_iterators::backwards;

pub(super) static METHODS: &[Method] = &[
    Method::one("append", |cx, this, value| of(this).push(cx, value.clone(), false).map(|()| Value::none()))
        .doc("($self, item, /)", "Adds an item at the right end."),
    Method::one("appendleft", |cx, this, value| of(this).push(cx, value.clone(), true).map(|()| Value::none()))
        .doc("($self, item, /)", "Adds an item at the left end."),
    Method::one("extend", |cx, this, iterable| extend(cx, this, iterable, false).map(|()| Value::none()))
        .doc("($self, iterable, /)", "Adds items at the right end."),
    Method::one("extendleft", |cx, this, iterable| extend(cx, this, iterable, true).map(|()| Value::none()))
        .doc("($self, iterable, /)", "Adds items at the left end, each in front of the one before."),
    Method::none("pop", |cx, this| pop(cx, this, false)).doc("($self, /)", "Removes and returns the rightmost item."),
    Method::none("popleft", |cx, this| pop(cx, this, true)).doc("($self, /)", "Removes and returns the leftmost item."),
    Method::none("clear", |_, this| {
        drop(of(this).take());
        Ok(Value::none())
    })
    .doc("($self, /)", "Removes all items."),
    Method::none("copy", copy).doc("($self, /)", "A deque with the same items."),
    Method::none("__copy__", copy),
    Method::one("count", count).doc("($self, value, /)", "How many items equal the value."),
    Method::positional("index", 1, 3, index)
        .doc("($self, value, [start, [stop]])", "The place of the first item that equals the value."),
    Method::positional("insert", 2, 2, insert).doc("($self, index, value, /)", "Puts an item in front of another."),
    Method::one("remove", remove).doc("($self, value, /)", "Removes the first item that equals the value."),
    Method::none("reverse", |_, this| {
        of(this).change(|items| items.make_contiguous().reverse());
        Ok(Value::none())
    })
    .doc("($self, /)", "Turns the order of the items around."),
    Method::positional("rotate", 0, 1, rotate).doc("($self, n=1, /)", "Moves items from the right end to the left."),
    Method::none("__reversed__", backwards),
    Method::none("__reduce__", reduce),
    Method::one("__class_getitem__", adder_objects::generic_alias::of).class(),
];

fn pop(cx: &Cx, this: &Value, left: bool) -> R {
    let deque = of(this);
    if deque.len() == 0 {
        return raise!(cx, exc::INDEX_ERROR, "pop from an empty deque");
    }
    let popped = deque.change(|items| if left { items.pop_front() } else { items.pop_back() });
    Ok(popped.unwrap_or_else(Value::none))
}

fn count(cx: &Cx, this: &Value, value: &Value) -> R {
    let deque = of(this);
    let changes = deque.changes.get();
    let (mut at, mut found) = (0, 0);
    while let Some(item) = deque.get(at) {
        if cx.equals(&item, value)? {
            found += 1;
        }
        if deque.changes.get() != changes {
            return raise!(cx, exc::RUNTIME_ERROR, "deque mutated during iteration");
        }
        at += 1;
    }
    cx.int(found)
}

/// The place of a value between limits.
fn find(
    cx: &Cx,
    this: &Value,
    value: &Value,
    start: usize,
    stop: usize,
    changed: &'static TypeObject,
) -> R<Option<usize>> {
    let deque = of(this);
    let changes = deque.changes.get();
    for at in start..stop {
        let Some(item) = deque.get(at) else { break };
        let equal = cx.equals(&item, value)?;
        if deque.changes.get() != changes {
            return Err(cx.error(changed, format_args!("deque mutated during iteration")));
        }
        if equal {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

/// A limit of `index`, as slices take it.
fn limit(cx: &Cx, given: Option<&Value>, default: usize, len: usize) -> R<usize> {
    let Some(given) = given else { return Ok(default) };
    let Some(given) = cx.try_index(given)? else {
        return raise!(cx, exc::TYPE_ERROR, "slice indices must be integers or have an __index__ method");
    };
    let at = cx.index_to_isize(&given, None)?;
    let at = if at < 0 { at.saturating_add(len as isize).max(0) } else { at };
    Ok((at as usize).min(len))
}

fn index(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let len = of(this).len();
    let (start, stop) = (limit(cx, args.get(1), 0, len)?, limit(cx, args.get(2), len, len)?);
    match find(cx, this, &args[0], start, stop, &exc::RUNTIME_ERROR)? {
        Some(at) => cx.int(at as i64),
        None => raise!(cx, exc::VALUE_ERROR, "{} is not in deque", cx.repr(&args[0])?.to_lossy()),
    }
}

fn insert(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let deque = of(this);
    let at = cx.index_to_isize(&args[0], Some(&exc::OVERFLOW_ERROR))?;
    let len = deque.len();
    if deque.limit.get().is_some_and(|limit| len >= limit) {
        return raise!(cx, exc::INDEX_ERROR, "deque already at its maximum size");
    }
    deque.reserve(cx, 1)?;
    let at = if at < 0 { at.saturating_add(len as isize).max(0) } else { at };
    deque.change(|items| items.insert((at as usize).min(items.len()), args[1].clone()));
    Ok(Value::none())
}

fn remove(cx: &Cx, this: &Value, value: &Value) -> R {
    let deque = of(this);
    match find(cx, this, value, 0, deque.len(), &exc::INDEX_ERROR)? {
        Some(at) => drop(deque.change(|items| items.remove(at))),
        None => return raise!(cx, exc::VALUE_ERROR, "{} is not in deque", cx.repr(value)?.to_lossy()),
    }
    Ok(Value::none())
}

fn rotate(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let n = args.first().map_or(Ok(1), |n| cx.index_to_isize(n, Some(&exc::OVERFLOW_ERROR)))?;
    let deque = of(this);
    let len = deque.len() as isize;
    if len > 1 {
        deque.change(|items| items.rotate_right(n.rem_euclid(len) as usize));
    }
    Ok(Value::none())
}

fn reduce(cx: &Cx, this: &Value) -> R {
    let args = match of(this).limit.get() {
        Some(limit) => cx.tuple([cx.empty_tuple()?.into_value(), cx.int(limit as i64)?])?,
        None => cx.empty_tuple()?,
    };
    let state = cx.call(&cx.getattr_text(this, "__getstate__")?, &[])?;
    Ok(cx.tuple([this.ty().value(), args.into_value(), state, cx.iter(this)?])?.into_value())
}
