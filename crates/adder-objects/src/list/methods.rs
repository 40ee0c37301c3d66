//! What lists can do.

use super::{LIST_TYPE, PyList, iter, subscripts};
use crate::args::{Args, check_count};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::Obj;
use crate::pieces::bracketed;
use crate::subscript::{self, word};
use crate::typeobject::{CompareOp, Method, Slots, TypeObject, slot};
use crate::value::Value;

pub(super) const fn slots() -> Slots {
    Slots {
        repr: slot(repr),
        hash: slot(crate::protocol::unhashable),
        compare: slot(compare),
        iter: slot(iter::iter),
        init: slot(init),
        new: slot(new),
        len: slot(len),
        getitem: slot(subscripts::getitem),
        setitem: slot(subscripts::setitem),
        item: slot(item),
        contains: slot(contains),
        concat: slot(concat),
        repeat: slot(repeat),
        in_place_concat: slot(in_place_concat),
        in_place_repeat: slot(in_place_repeat),
        ..Slots::NONE
    }
}

pub(super) const METHODS: &[Method] = &[
    Method::none("clear", clear).doc("($self, /)", "Removes all items."),
    Method::none("copy", copy).doc("($self, /)", "A list with the same items."),
    Method::one("append", append).doc("($self, object, /)", "Adds an item at the end."),
    Method::positional("insert", 2, 2, insert).doc("($self, index, object, /)", "Puts an item in front of another."),
    Method::one("extend", extend).doc("($self, iterable, /)", "Adds all items of an iterable at the end."),
    Method::positional("pop", 0, 1, pop)
        .doc("($self, index=-1, /)", "Removes an item and returns it. IndexError if there is none."),
    Method::one("remove", remove).doc("($self, value, /)", "Removes the first item that equals the value."),
    Method::positional("index", 1, 3, index).doc(
        "($self, value, start=0, stop=sys.maxsize, /)",
        "The first place of a value. ValueError if there is none.",
    ),
    Method::one("count", count).doc("($self, value, /)", "How often a value occurs."),
    Method::none("reverse", reverse).doc("($self, /)", "Reverses the order of the items."),
    Method::any("sort", super::sort::sort)
        .doc("($self, /, *, key=None, reverse=False)", "Sorts the items, keeping the order of equal ones."),
    Method::none("__reversed__", iter::reversed).doc("($self, /)", "An iterator from the end to the front."),
    Method::none("__sizeof__", size_of_list).doc("($self, /)", "Bytes that the list takes."),
    Method::one("__class_getitem__", crate::generic_alias::of).class().doc("($type, object, /)", "See PEP 585."),
];

pub(super) fn of(this: &Value) -> &PyList {
    debug_assert!(this.downcast::<PyList>().is_some());
    // SAFETY: called for lists.
    unsafe { this.cast::<PyList>() }
}

fn new(cx: &Cx, class: &TypeObject, _: Args<'_>) -> R {
    Ok(cx.list_in(class)?.into_value())
}

fn init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    // A subclass with a `__new__` of its own may want keywords.
    if this.ty().slots.new.get().map(|f| f as usize) == LIST_TYPE.slots.new.get().map(|f| f as usize) {
        args.no_keywords(cx, "list")?;
    }
    check_count(cx, "list", args.given().len(), 0, 1)?;
    let list = of(this);
    drop(list.take_items());
    match args.given().first() {
        Some(iterable) => list.extend(cx, iterable),
        None => Ok(()),
    }
}

fn repr(cx: &Cx, this: &Value) -> R {
    let list = of(this);
    if list.is_empty() {
        return cx.intern("[]");
    }
    bracketed(cx, this, "[...]", |pieces| {
        pieces.text(cx, "[")?;
        let mut at = 0;
        while let Some(item) = list.get(at) {
            if at > 0 {
                pieces.text(cx, ", ")?;
            }
            pieces.repr(cx, &item)?;
            at += 1;
        }
        pieces.text(cx, "]")
    })
}

fn compare(cx: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    let (Some(x), Some(y)) = (a.downcast::<PyList>(), b.downcast::<PyList>()) else {
        return Ok(Value::not_implemented());
    };
    if x.len() != y.len() && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::bool(op == CompareOp::Ne));
    }
    let mut at = 0;
    // A comparison may change the lists.
    while let (Some(left), Some(right)) = (x.get(at), y.get(at)) {
        if !cx.equals(&left, &right)? {
            if at >= x.len() || at >= y.len() {
                break;
            }
            return match op {
                CompareOp::Eq => Ok(Value::bool(false)),
                CompareOp::Ne => Ok(Value::bool(true)),
                _ => cx.compare(&left, &right, op),
            };
        }
        at += 1;
    }
    Ok(Value::bool(op.holds(x.len().cmp(&y.len()))))
}

fn len(_: &Cx, this: &Value) -> R<usize> {
    Ok(of(this).len())
}

fn item(cx: &Cx, this: &Value, index: isize) -> R {
    match usize::try_from(index).ok().and_then(|at| of(this).get(at)) {
        Some(item) => Ok(item),
        None => raise!(cx, exc::INDEX_ERROR, "list index out of range"),
    }
}

fn contains(cx: &Cx, this: &Value, value: &Value) -> R<bool> {
    let list = of(this);
    let mut at = 0;
    while let Some(item) = list.get(at) {
        if cx.equals(&item, value)? {
            return Ok(true);
        }
        at += 1;
    }
    Ok(false)
}

fn concat(cx: &Cx, a: &Value, b: &Value) -> R {
    let Some(other) = b.downcast::<PyList>() else {
        return raise!(cx, exc::TYPE_ERROR, "can only concatenate list (not \"{}\") to list", b.ty().name());
    };
    let this = of(a);
    let made = cx.list([])?;
    made.reserve_exactly(cx, this.len() + other.len())?;
    for list in [this, other] {
        append_all(cx, &made, list, list.len())?;
    }
    Ok(made.into_value())
}

fn append_all(cx: &Cx, made: &PyList, from: &PyList, n: usize) -> R<()> {
    for at in 0..n {
        if let Some(item) = from.get(at) {
            made.push(cx, item)?;
        }
    }
    Ok(())
}

fn repeat(cx: &Cx, this: &Value, times: isize) -> R {
    let list = of(this);
    let (n, times) = (list.len(), times.max(0) as usize);
    let made = cx.list([])?;
    let Some(all) = n.checked_mul(times) else { return Err(cx.no_memory()) };
    made.reserve_exactly(cx, all)?;
    for _ in 0..if n == 0 { 0 } else { times } {
        append_all(cx, &made, list, n)?;
    }
    Ok(made.into_value())
}

fn in_place_concat(cx: &Cx, this: &Value, other: &Value) -> R {
    of(this).extend(cx, other)?;
    Ok(this.clone())
}

fn in_place_repeat(cx: &Cx, this: &Value, times: isize) -> R {
    let list = of(this);
    let n = list.len();
    if times <= 0 {
        drop(list.take_items());
    } else if n > 0 && times > 1 {
        let Some(all) = n.checked_mul(times as usize) else { return Err(cx.no_memory()) };
        list.reserve_exactly(cx, all)?;
        for _ in 1..times {
            append_all(cx, list, list, n)?;
        }
    }
    Ok(this.clone())
}

fn clear(_: &Cx, this: &Value) -> R {
    let list = of(this);
    // An empty list is left as it is: one that is being sorted is not changed by this.
    if list.capacity() > 0 {
        drop(list.take_items());
    }
    Ok(Value::none())
}

/// A list with the same items.
pub(crate) fn copy_of(cx: &Cx, list: &PyList) -> R<Obj<PyList>> {
    let made = cx.list([])?;
    made.reserve_exactly(cx, list.len())?;
    append_all(cx, &made, list, list.len())?;
    Ok(made)
}

fn copy(cx: &Cx, this: &Value) -> R {
    Ok(copy_of(cx, of(this))?.into_value())
}

fn append(cx: &Cx, this: &Value, value: &Value) -> R {
    of(this).push(cx, value.clone())?;
    Ok(Value::none())
}

fn insert(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let index = word(cx, &args[0])?;
    let list = of(this);
    let len = list.len();
    let at = if index < 0 { index.saturating_add_unsigned(len).max(0) as usize } else { (index as usize).min(len) };
    list.insert(cx, at, args[1].clone())?;
    Ok(Value::none())
}

fn extend(cx: &Cx, this: &Value, iterable: &Value) -> R {
    of(this).extend(cx, iterable)?;
    Ok(Value::none())
}

fn pop(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let index = match args.first() {
        Some(index) => word(cx, index)?,
        None => -1,
    };
    let list = of(this);
    if list.is_empty() {
        return raise!(cx, exc::INDEX_ERROR, "pop from empty list");
    }
    let Some(at) = subscript::place(index, list.len()) else {
        return raise!(cx, exc::INDEX_ERROR, "pop index out of range");
    };
    let item = list.remove(at);
    list.shrink(cx);
    Ok(item)
}

fn remove(cx: &Cx, this: &Value, value: &Value) -> R {
    let list = of(this);
    let mut at = 0;
    while let Some(item) = list.get(at) {
        if cx.equals(&item, value)? {
            // The comparison may have shortened the list.
            if at < list.len() {
                drop(list.remove(at));
                list.shrink(cx);
            }
            return Ok(Value::none());
        }
        at += 1;
    }
    raise!(cx, exc::VALUE_ERROR, "list.remove(x): x not in list")
}

fn index(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let list = of(this);
    let (start, stop) = subscript::search_bounds(cx, &args[1..], list.len())?;
    let mut at = start;
    while at < stop
        && let Some(item) = list.get(at)
    {
        if cx.equals(&item, &args[0])? {
            return cx.int(at as i64);
        }
        at += 1;
    }
    let text = cx.repr(&args[0])?;
    raise!(cx, exc::VALUE_ERROR, "{} is not in list", text.to_lossy())
}

fn count(cx: &Cx, this: &Value, value: &Value) -> R {
    let list = of(this);
    let (mut n, mut at) = (0, 0);
    while let Some(item) = list.get(at) {
        n += i64::from(cx.equals(&item, value)?);
        at += 1;
    }
    cx.int(n)
}

fn reverse(_: &Cx, this: &Value) -> R {
    of(this).reverse();
    Ok(Value::none())
}

fn size_of_list(cx: &Cx, this: &Value) -> R {
    cx.int((this.shape().size.get() as usize + of(this).capacity() * size_of::<Value>()) as i64)
}
