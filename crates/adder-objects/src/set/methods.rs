//! What sets can do.

use super::operators::{self, each, of};
use super::{FROZENSET_TYPE, PySet, SET_TYPE, as_set, iter};
use crate::args::{Args, check_count};
use crate::cx::Cx;
use crate::error::{Catch, R};
use crate::exceptions as exc;
use crate::pieces::bracketed;
use crate::typeobject::{Method, Slots, TypeObject, number, slot};
use crate::value::Value;

const fn common() -> Slots {
    let mut slots = Slots {
        repr: slot(repr),
        compare: slot(operators::compare),
        iter: slot(iter::iter),
        len: slot(len),
        contains: slot(contains),
        ..Slots::NONE
    };
    slots.binary[number::SUB] = slot(operators::sub);
    slots.binary[number::AND] = slot(operators::and);
    slots.binary[number::OR] = slot(operators::or);
    slots.binary[number::XOR] = slot(operators::xor);
    slots
}

pub(super) const fn set_slots() -> Slots {
    let mut slots = common();
    slots.hash = slot(crate::protocol::unhashable);
    slots.new = slot(set_new);
    slots.init = slot(set_init);
    slots.in_place[number::SUB] = slot(operators::in_place_sub);
    slots.in_place[number::AND] = slot(operators::in_place_and);
    slots.in_place[number::OR] = slot(operators::in_place_or);
    slots.in_place[number::XOR] = slot(operators::in_place_xor);
    slots
}

pub(super) const fn frozenset_slots() -> Slots {
    let mut slots = common();
    slots.hash = slot(frozen_hash);
    slots.new = slot(frozen_new);
    slots
}

macro_rules! methods {
    ($name:ident: $($more:expr,)*) => {
        pub(super) const $name: &[Method] = &[
            Method::none("copy", copy).doc("($self, /)", "A set with the same values."),
            Method::positional("union", 0, u16::MAX, union).doc("($self, /, *others)", "What is in any of them."),
            Method::positional("intersection", 0, u16::MAX, intersection)
                .doc("($self, /, *others)", "What is in all of them."),
            Method::positional("difference", 0, u16::MAX, difference)
                .doc("($self, /, *others)", "What is in this and in none of the others."),
            Method::one("symmetric_difference", symmetric_difference)
                .doc("($self, other, /)", "What is in one of both but not in the other."),
            Method::one("isdisjoint", is_disjoint).doc("($self, other, /)", "Have they nothing in common?"),
            Method::one("issubset", is_subset).doc("($self, other, /)", "Is all of it in the other?"),
            Method::one("issuperset", is_superset).doc("($self, other, /)", "Is all of the other in it?"),
            Method::none("__reduce__", reduce).doc("($self, /)", "For pickle."),
            Method::none("__sizeof__", size_of_set).doc("($self, /)", "Bytes that the set takes."),
            Method::one("__class_getitem__", crate::generic_alias::of).class().doc("($type, object, /)", "See PEP 585."),
            $($more,)*
        ];
    };
}

methods! { FROZENSET_METHODS: }
methods! { SET_METHODS:
    Method::one("add", add).doc("($self, object, /)", "Adds a value."),
    Method::none("clear", clear).doc("($self, /)", "Removes all values."),
    Method::one("discard", discard).doc("($self, object, /)", "Removes a value if it is there."),
    Method::one("remove", remove).doc("($self, object, /)", "Removes a value. KeyError if it is not there."),
    Method::none("pop", pop).doc("($self, /)", "Removes some value and returns it. KeyError if there is none."),
    Method::positional("update", 0, u16::MAX, update).doc("($self, /, *others)", "Adds all of the others."),
    Method::positional("intersection_update", 0, u16::MAX, intersection_update)
        .doc("($self, /, *others)", "Keeps what is in all of the others."),
    Method::positional("difference_update", 0, u16::MAX, difference_update)
        .doc("($self, /, *others)", "Removes all of the others."),
    Method::one("symmetric_difference_update", symmetric_difference_update)
        .doc("($self, other, /)", "Keeps what is in one of both but not in the other."),
}

fn set_new(cx: &Cx, class: &TypeObject, _: Args<'_>) -> R {
    Ok(cx.set_in(class)?.into_value())
}

fn set_init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    args.no_keywords(cx, "set")?;
    check_count(cx, "set", args.given().len(), 0, 1)?;
    let set = of(this);
    set.clear_all();
    match args.given().first() {
        Some(iterable) => operators::update(cx, set, iterable),
        None => Ok(()),
    }
}

fn frozen_new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    crate::tuple::no_keywords_for(cx, class, &FROZENSET_TYPE, args)?;
    check_count(cx, "frozenset", args.given().len(), 0, 1)?;
    match args.given().first() {
        Some(same) if same.is_exact(&FROZENSET_TYPE) && core::ptr::eq(class, &FROZENSET_TYPE) => Ok(same.clone()),
        Some(iterable) => Ok(cx.set_of(class, iterable)?.into_value()),
        None => Ok(cx.set_in(class)?.into_value()),
    }
}

fn repr(cx: &Cx, this: &Value) -> R {
    let (set, name) = (of(this), this.ty().name().to_owned());
    if set.is_empty() {
        return cx.str_value(&format!("{name}()"));
    }
    bracketed(cx, this, &format!("{name}(...)"), |pieces| {
        let plain = this.is_exact(&SET_TYPE);
        if !plain {
            pieces.push(cx, cx.str_value(&name)?)?;
            pieces.text(cx, "(")?;
        }
        // A copy: making the text of a value may change the set.
        let values = cx.list([])?;
        each(set, |_, value| values.push(cx, value))?;
        pieces.text(cx, "{")?;
        let mut at = 0;
        while let Some(value) = values.get(at) {
            if at > 0 {
                pieces.text(cx, ", ")?;
            }
            pieces.repr(cx, &value)?;
            at += 1;
        }
        pieces.text(cx, if plain { "}" } else { "})" })
    })
}

/// The hash of a frozenset: those of its values, scattered and combined without regard to their order, as CPython does it.
fn frozen_hash(_: &Cx, this: &Value) -> R<i64> {
    let set = of(this);
    if set.hash.get() != -1 {
        return Ok(set.hash.get());
    }
    let mut hash = 0_u64;
    let mut place = 0;
    while let Some((value, _)) = set.next(&mut place) {
        let value = value as u64;
        hash ^= ((value ^ 89_869_747) ^ (value << 16)).wrapping_mul(3_644_798_167);
    }
    hash ^= (set.len() as u64 + 1).wrapping_mul(1_927_868_237);
    hash ^= (hash >> 11) ^ (hash >> 25);
    hash = hash.wrapping_mul(69069).wrapping_add(907_133_923);
    let hash = if hash as i64 == -1 { 590_923_713 } else { hash as i64 };
    set.hash.set(hash);
    Ok(hash)
}

fn len(_: &Cx, this: &Value) -> R<usize> {
    Ok(of(this).len())
}

/// Looks a value up. A set, which has no hash, stands for the frozenset of its values.
fn with_key<T>(cx: &Cx, key: &Value, f: impl Fn(&Value, i64) -> R<T>) -> R<T> {
    match cx.hash(key) {
        Ok(hash) => f(key, hash),
        Err(raised) if key.is_instance(&SET_TYPE) && raised.is(&exc::TYPE_ERROR) => {
            let frozen = cx.set_of(&FROZENSET_TYPE, key)?.into_value();
            let hash = cx.hash(&frozen)?;
            f(&frozen, hash)
        }
        Err(raised) => Err(raised),
    }
}

fn contains(cx: &Cx, this: &Value, key: &Value) -> R<bool> {
    with_key(cx, key, |key, hash| of(this).contains_hashed(cx, key, hash))
}

fn add(cx: &Cx, this: &Value, key: &Value) -> R {
    of(this).add(cx, key)?;
    Ok(Value::none())
}

fn clear(_: &Cx, this: &Value) -> R {
    of(this).clear_all();
    Ok(Value::none())
}

fn discard(cx: &Cx, this: &Value, key: &Value) -> R {
    with_key(cx, key, |key, hash| of(this).remove_hashed(cx, key, hash))?;
    Ok(Value::none())
}

fn remove(cx: &Cx, this: &Value, key: &Value) -> R {
    match with_key(cx, key, |key, hash| of(this).remove_hashed(cx, key, hash))? {
        true => Ok(Value::none()),
        false => Err(cx.key_error(key)),
    }
}

fn pop(cx: &Cx, this: &Value) -> R {
    match of(this).pop() {
        Some(value) => Ok(value),
        None => raise!(cx, exc::KEY_ERROR, "pop from an empty set"),
    }
}

fn copy(cx: &Cx, this: &Value) -> R {
    if this.is_exact(&FROZENSET_TYPE) {
        return Ok(this.clone());
    }
    Ok(operators::copy(cx, this)?.into_value())
}

fn union(cx: &Cx, this: &Value, others: &[Value]) -> R {
    let made = operators::copy(cx, this)?;
    for other in others.iter().filter(|other| !other.is(this)) {
        operators::update(cx, &made, other)?;
    }
    Ok(made.into_value())
}

fn intersection(cx: &Cx, this: &Value, others: &[Value]) -> R {
    if others.is_empty() {
        return Ok(operators::copy(cx, this)?.into_value());
    }
    let mut made = this.clone();
    for other in others {
        made = operators::intersection(cx, &made, other)?.into_value();
    }
    Ok(made)
}

fn difference(cx: &Cx, this: &Value, others: &[Value]) -> R {
    let Some((first, more)) = others.split_first() else { return copy(cx, this) };
    let made = operators::difference(cx, this, first)?;
    for other in more {
        operators::remove_all(cx, &made, other)?;
    }
    Ok(made.into_value())
}

fn symmetric_difference(cx: &Cx, this: &Value, other: &Value) -> R {
    operators::symmetric_difference(cx, this, other)
}

fn update(cx: &Cx, this: &Value, others: &[Value]) -> R {
    for other in others {
        operators::update(cx, of(this), other)?;
    }
    Ok(Value::none())
}

fn intersection_update(cx: &Cx, this: &Value, others: &[Value]) -> R {
    let kept = intersection(cx, this, others)?;
    // Without others that is a copy; for a set it is always another object.
    if let Some(kept) = as_set(&kept).filter(|kept| !core::ptr::eq::<PySet>(*kept, of(this))) {
        of(this).swap(kept);
    }
    Ok(Value::none())
}

fn difference_update(cx: &Cx, this: &Value, others: &[Value]) -> R {
    for other in others {
        operators::remove_all(cx, of(this), other)?;
    }
    Ok(Value::none())
}

fn symmetric_difference_update(cx: &Cx, this: &Value, other: &Value) -> R {
    operators::toggle_all(cx, this, other)?;
    Ok(Value::none())
}

fn is_disjoint(cx: &Cx, this: &Value, other: &Value) -> R {
    Ok(Value::bool(operators::is_disjoint(cx, this, other)?))
}

fn is_subset(cx: &Cx, this: &Value, other: &Value) -> R {
    Ok(Value::bool(operators::is_subset(cx, this, other)?))
}

fn is_superset(cx: &Cx, this: &Value, other: &Value) -> R {
    Ok(Value::bool(operators::is_superset(cx, this, other)?))
}

fn reduce(cx: &Cx, this: &Value) -> R {
    let values = cx.list([])?;
    each(of(this), |_, value| values.push(cx, value))?;
    let args = cx.tuple([values.into_value()])?.into_value();
    let state = cx.call_special(this, cx.names.getstate(), &[]).unless(&exc::ATTRIBUTE_ERROR)?.flatten();
    Ok(cx.tuple([this.ty().value(), args, state.unwrap_or_else(Value::none)])?.into_value())
}

fn size_of_set(cx: &Cx, this: &Value) -> R {
    cx.int((this.shape().size.get() as usize + of(this).table.bytes()) as i64)
}
