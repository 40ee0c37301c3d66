//! What dicts can do.

use super::iter::{self, Part};
use super::{DICT_TYPE, PyDict, update, views};
use crate::args::{Args, check_count};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::pieces::bracketed;
use crate::typeobject::{CompareOp, Method, Slots, TypeObject, number, slot};
use crate::value::Value;

pub(super) const fn slots() -> Slots {
    let mut slots = Slots {
        repr: slot(repr),
        hash: slot(crate::protocol::unhashable),
        compare: slot(compare),
        iter: slot(keys_iterator),
        init: slot(init),
        new: slot(new),
        len: slot(len),
        getitem: slot(getitem),
        setitem: slot(setitem),
        contains: slot(contains),
        ..Slots::NONE
    };
    slots.binary[number::OR] = slot(or);
    slots.in_place[number::OR] = slot(in_place_or);
    slots
}

pub(super) const METHODS: &[Method] = &[
    Method::positional("get", 1, 2, get)
        .doc("($self, key, default=None, /)", "The value of a key, or the default if it is not there."),
    Method::positional("setdefault", 1, 2, setdefault)
        .doc("($self, key, default=None, /)", "The value of a key, which is set to the default if it is not there."),
    Method::positional("pop", 1, 2, pop).doc(
        "($self, key, default=<unrepresentable>, /)",
        "Removes a key and returns its value, or the default, or raises KeyError if it is not there.",
    ),
    Method::none("popitem", popitem).doc("($self, /)", "Removes the last entry and returns it as a tuple."),
    Method::none("keys", views::keys).doc("($self, /)", "A view of the keys."),
    Method::none("items", views::items).doc("($self, /)", "A view of the entries."),
    Method::none("values", views::values).doc("($self, /)", "A view of the values."),
    Method::any("update", update_method).doc("($self, /, *args, **kwargs)", "Takes entries over."),
    Method::positional("fromkeys", 1, 2, fromkeys)
        .class()
        .doc("($type, iterable, value=None, /)", "A dict of these keys, all with one value."),
    Method::none("clear", clear).doc("($self, /)", "Removes all entries."),
    Method::none("copy", copy).doc("($self, /)", "A dict with the same entries."),
    Method::none("__reversed__", reversed).doc("($self, /)", "An iterator over the keys, the last one first."),
    Method::none("__sizeof__", size_of_dict).doc("($self, /)", "Bytes that the dict takes."),
    Method::one("__class_getitem__", crate::generic_alias::of).class().doc("($type, object, /)", "See PEP 585."),
];

pub(super) fn of(this: &Value) -> &PyDict {
    debug_assert!(this.downcast::<PyDict>().is_some());
    // SAFETY: called for dicts.
    unsafe { this.cast::<PyDict>() }
}

fn new(cx: &Cx, class: &TypeObject, _: Args<'_>) -> R {
    Ok(cx.dict_in(class)?.into_value())
}

fn init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    update_with(cx, this, args, "dict")
}

fn update_method(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    update_with(cx, this, args, "update")?;
    Ok(Value::none())
}

fn update_with(cx: &Cx, this: &Value, args: Args<'_>, function: &str) -> R<()> {
    check_count(cx, function, args.given().len(), 0, 1)?;
    if let Some(other) = args.given().first() {
        update::update(cx, this, other)?;
    }
    for (name, value) in args.keywords() {
        of(this).set(cx, name, value.clone())?;
    }
    Ok(())
}

fn repr(cx: &Cx, this: &Value) -> R {
    let dict = of(this);
    if dict.is_empty() {
        return cx.intern("{}");
    }
    bracketed(cx, this, "{...}", |pieces| {
        pieces.text(cx, "{")?;
        let (mut position, mut first) = (0, true);
        while let Some((key, value)) = dict.next(&mut position) {
            if !first {
                pieces.text(cx, ", ")?;
            }
            first = false;
            pieces.repr(cx, &key)?;
            pieces.text(cx, ": ")?;
            pieces.repr(cx, &value)?;
        }
        pieces.text(cx, "}")
    })
}

/// Have both the same keys with equal values?
fn equal(cx: &Cx, a: &PyDict, b: &PyDict) -> R<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    let mut position = 0;
    while let Some(entry) = a.next_entry(&mut position) {
        let Some(at) = b.find_hashed(cx, &entry.key, entry.hash)? else { return Ok(false) };
        let other = b.value_at(at);
        if !cx.equals(&other, &entry.value)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn compare(cx: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    let (Some(x), Some(y)) = (a.downcast::<PyDict>(), b.downcast::<PyDict>()) else {
        return Ok(Value::not_implemented());
    };
    match op {
        CompareOp::Eq => Ok(Value::bool(equal(cx, x, y)?)),
        CompareOp::Ne => Ok(Value::bool(!equal(cx, x, y)?)),
        _ => Ok(Value::not_implemented()),
    }
}

fn keys_iterator(cx: &Cx, this: &Value) -> R {
    iter::over(cx, this, Part::Keys, false)
}

fn reversed(cx: &Cx, this: &Value) -> R {
    iter::over(cx, this, Part::Keys, true)
}

fn len(_: &Cx, this: &Value) -> R<usize> {
    Ok(of(this).len())
}

fn getitem(cx: &Cx, this: &Value, key: &Value) -> R {
    if let Some(value) = of(this).get(cx, key)? {
        return Ok(value);
    }
    if !this.is_exact(&DICT_TYPE)
        && let Some(value) = cx.call_special(this, cx.names.missing(), core::slice::from_ref(key))?
    {
        return Ok(value);
    }
    Err(cx.key_error(key))
}

fn setitem(cx: &Cx, this: &Value, key: &Value, value: Option<&Value>) -> R<()> {
    match value {
        Some(value) => of(this).set(cx, key, value.clone()),
        None => match of(this).remove(cx, key)? {
            Some(_) => Ok(()),
            None => Err(cx.key_error(key)),
        },
    }
}

fn contains(cx: &Cx, this: &Value, key: &Value) -> R<bool> {
    Ok(of(this).find(cx, key)?.is_some())
}

fn or(cx: &Cx, a: &Value, b: &Value) -> R {
    let (Some(left), Some(_)) = (a.downcast::<PyDict>(), b.downcast::<PyDict>()) else {
        return Ok(Value::not_implemented());
    };
    let made = left.copy(cx)?.into_value();
    update::update(cx, &made, b)?;
    Ok(made)
}

fn in_place_or(cx: &Cx, a: &Value, b: &Value) -> R {
    update::update(cx, a, b)?;
    Ok(a.clone())
}

fn get(cx: &Cx, this: &Value, args: &[Value]) -> R {
    match of(this).get(cx, &args[0])? {
        Some(value) => Ok(value),
        None => Ok(args.get(1).cloned().unwrap_or_else(Value::none)),
    }
}

fn setdefault(cx: &Cx, this: &Value, args: &[Value]) -> R {
    of(this).setdefault(cx, &args[0], args.get(1).cloned().unwrap_or_else(Value::none))
}

fn pop(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let dict = of(this);
    // An empty dict asks for no hash.
    let found = if dict.is_empty() { None } else { dict.remove(cx, &args[0])? };
    match found.or_else(|| args.get(1).cloned()) {
        Some(value) => Ok(value),
        None => Err(cx.key_error(&args[0])),
    }
}

fn popitem(cx: &Cx, this: &Value) -> R {
    let dict = of(this);
    // Made beforehand, so that no entry is lost when there is no room for it.
    match dict.last() {
        Some(at) => {
            let mut position = at;
            let Some((key, value)) = dict.next(&mut position) else { return Err(cx.no_memory()) };
            let pair = cx.tuple([key, value])?;
            drop(dict.remove_at(at));
            dict.trim_end();
            Ok(pair.into_value())
        }
        None => raise!(cx, exc::KEY_ERROR, "popitem(): dictionary is empty"),
    }
}

fn fromkeys(cx: &Cx, class: &Value, args: &[Value]) -> R {
    let value = args.get(1).cloned().unwrap_or_else(Value::none);
    let made = cx.call(class, &[])?;
    let plain = made.is_exact(&DICT_TYPE);
    // The keys of a set or a dict bring their hashes.
    if let Some(dict) = made.downcast::<PyDict>().filter(|_| plain) {
        if let Some(set) = crate::set::as_set(&args[0])
            .filter(|_| args[0].is_exact(&crate::set::SET_TYPE) || args[0].is_exact(&crate::set::FROZENSET_TYPE))
        {
            let mut place = 0;
            while let Some((hash, key)) = set.next(&mut place) {
                dict.set_hashed(cx, &key, hash, value.clone())?;
            }
            return Ok(made);
        }
        if let Some(keys) = args[0].downcast_exact::<PyDict>() {
            let mut position = 0;
            while let Some((key, hash)) = keys.next_key(&mut position) {
                dict.set_hashed(cx, &key, hash, value.clone())?;
            }
            return Ok(made);
        }
    }
    cx.for_each(&args[0], |key| match made.downcast::<PyDict>().filter(|_| plain) {
        Some(dict) => dict.set(cx, &key, value.clone()),
        None => cx.setitem(&made, &key, Some(&value)),
    })?;
    Ok(made)
}

fn clear(_: &Cx, this: &Value) -> R {
    of(this).clear_all();
    Ok(Value::none())
}

fn copy(cx: &Cx, this: &Value) -> R {
    Ok(of(this).copy(cx)?.into_value())
}

fn size_of_dict(cx: &Cx, this: &Value) -> R {
    cx.int((this.shape().size.get() as usize + of(this).bytes()) as i64)
}
