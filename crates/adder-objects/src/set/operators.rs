//! Unions, intersections, differences, comparisons of sets.

use super::{FROZENSET_TYPE, PySet, SET_TYPE, as_set};
use crate::cx::Cx;
use crate::dict::{DICT_TYPE, PyDict};
use crate::error::R;
use crate::object::Obj;
use crate::typeobject::{CompareOp, TypeObject};
use crate::value::Value;

/// The built-in type that results of operators have: a subclass is not kept.
pub(super) fn base_type(value: &Value) -> &'static TypeObject {
    if value.is_instance(&SET_TYPE) { &SET_TYPE } else { &FROZENSET_TYPE }
}

/// Runs a function for each value of a set, with its hash. The set may change meanwhile: then values are seen twice or not
/// at all.
pub(super) fn each(set: &PySet, mut f: impl FnMut(i64, Value) -> R<()>) -> R<()> {
    let mut place = 0;
    while let Some((hash, key)) = set.next(&mut place) {
        f(hash, key)?;
    }
    Ok(())
}

/// Adds all that an iterable gives.
pub(crate) fn update(cx: &Cx, set: &PySet, iterable: &Value) -> R<()> {
    if let Some(other) = as_set(iterable) {
        return merge(cx, set, other);
    }
    if iterable.is_exact(&DICT_TYPE)
        && let Some(dict) = iterable.downcast::<PyDict>()
    {
        set.make_room(cx, dict.len())?;
        let mut position = 0;
        while let Some((key, hash)) = dict.next_key(&mut position) {
            set.add_hashed(cx, &key, hash)?;
        }
        return Ok(());
    }
    cx.for_each(iterable, |key| set.add(cx, &key).map(drop))
}

fn merge(cx: &Cx, set: &PySet, other: &PySet) -> R<()> {
    if core::ptr::eq(set, other) || other.is_empty() {
        return Ok(());
    }
    set.make_room(cx, other.len())?;
    if set.is_empty() {
        // Nothing to compare with: no code runs.
        let (mut place, keep) = (0, set.fill.get() == 0);
        while let Some((hash, key)) = other.next(&mut place) {
            // Tables of one size: every key in the place that it had, as CPython copies them.
            let at = place - 1;
            if keep && set.table.places() == other.table.places() && other.fill.get() == other.len() {
                set.table.put(at, hash, key);
                set.fill.set(set.fill.get() + 1);
                set.used.set(set.used.get() + 1);
            } else {
                set.add_new(cx, key, hash)?;
            }
        }
        return Ok(());
    }
    each(other, |hash, key| set.add_hashed(cx, &key, hash).map(drop))
}

/// A set of the built-in type with the same values.
pub(super) fn copy(cx: &Cx, value: &Value) -> R<Obj<PySet>> {
    cx.set_of(base_type(value), value)
}

/// Is the key of a set, or of a dict?
fn contained(cx: &Cx, container: &Value, key: &Value, hash: i64) -> R<bool> {
    if let Some(set) = as_set(container) {
        return set.contains_hashed(cx, key, hash);
    }
    match container.downcast::<PyDict>() {
        Some(dict) => Ok(dict.find_hashed(cx, key, hash)?.is_some()),
        None => Ok(false),
    }
}

pub(super) fn intersection(cx: &Cx, value: &Value, other: &Value) -> R<Obj<PySet>> {
    if value.is(other) {
        return copy(cx, value);
    }
    let made = cx.set_in(base_type(value))?;
    let Some(mut set) = as_set(value) else { return Ok(made) };
    if let Some(mut second) = as_set(other) {
        if second.len() > set.len() {
            (set, second) = (second, set);
        }
        each(second, |hash, key| {
            if set.contains_hashed(cx, &key, hash)? {
                made.add_hashed(cx, &key, hash)?;
            }
            Ok(())
        })?;
        return Ok(made);
    }
    cx.for_each(other, |key| {
        let hash = cx.hash(&key)?;
        if set.contains_hashed(cx, &key, hash)? {
            made.add_hashed(cx, &key, hash)?;
        }
        Ok(())
    })?;
    Ok(made)
}

pub(super) fn difference(cx: &Cx, value: &Value, other: &Value) -> R<Obj<PySet>> {
    let Some(set) = as_set(value) else { return cx.set() };
    let size = match (as_set(other), other.is_exact(&DICT_TYPE)) {
        (Some(set), _) => Some(set.len()),
        (None, true) => Some(cx.len(other)?),
        (None, false) => None,
    };
    if size.is_none_or(|size| set.len() >> 2 > size) {
        let made = copy(cx, value)?;
        remove_all(cx, &made, other)?;
        return Ok(made);
    }
    let made = cx.set_in(base_type(value))?;
    each(set, |hash, key| {
        if !contained(cx, other, &key, hash)? {
            made.add_hashed(cx, &key, hash)?;
        }
        Ok(())
    })?;
    Ok(made)
}

/// `set -= other`
pub(crate) fn remove_all(cx: &Cx, set: &PySet, other: &Value) -> R<()> {
    match as_set(other) {
        Some(same) if core::ptr::eq(same, set) => {
            set.clear_all();
            Ok(())
        }
        Some(others) => each(others, |hash, key| set.remove_hashed(cx, &key, hash).map(drop)),
        None => cx.for_each(other, |key| set.remove_hashed(cx, &key, cx.hash(&key)?).map(drop)),
    }
}

/// `set ^= other`
pub(crate) fn toggle_all(cx: &Cx, this: &Value, other: &Value) -> R<()> {
    let Some(set) = as_set(this) else { return Ok(()) };
    if this.is(other) {
        set.clear_all();
        return Ok(());
    }
    let toggle = |hash: i64, key: Value| -> R<()> {
        if !set.remove_hashed(cx, &key, hash)? {
            set.add_hashed(cx, &key, hash)?;
        }
        Ok(())
    };
    if let Some(others) = as_set(other) {
        return each(others, toggle);
    }
    // Without repetitions.
    each(&*cx.set_of(base_type(this), other)?, toggle)
}

pub(super) fn is_disjoint(cx: &Cx, value: &Value, other: &Value) -> R<bool> {
    let Some(mut set) = as_set(value) else { return Ok(false) };
    if value.is(other) {
        return Ok(set.is_empty());
    }
    if let Some(mut second) = as_set(other) {
        if second.len() > set.len() {
            (set, second) = (second, set);
        }
        let mut place = 0;
        while let Some((hash, key)) = second.next(&mut place) {
            if set.contains_hashed(cx, &key, hash)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    let iterator = cx.iter(other)?;
    while let Some(key) = cx.next(&iterator)? {
        if set.contains(cx, &key)? {
            return Ok(false);
        }
    }
    Ok(true)
}

pub(super) fn is_subset(cx: &Cx, value: &Value, other: &Value) -> R<bool> {
    let Some(set) = as_set(value) else { return Ok(false) };
    let Some(second) = as_set(other) else {
        return Ok(intersection(cx, value, other)?.len() == set.len());
    };
    if set.len() > second.len() {
        return Ok(false);
    }
    let mut place = 0;
    while let Some((hash, key)) = set.next(&mut place) {
        if !second.contains_hashed(cx, &key, hash)? {
            return Ok(false);
        }
    }
    Ok(true)
}

pub(super) fn is_superset(cx: &Cx, value: &Value, other: &Value) -> R<bool> {
    if as_set(other).is_some() {
        return is_subset(cx, other, value);
    }
    let Some(set) = as_set(value) else { return Ok(false) };
    let iterator = cx.iter(other)?;
    while let Some(key) = cx.next(&iterator)? {
        if !set.contains(cx, &key)? {
            return Ok(false);
        }
    }
    Ok(true)
}

pub(super) fn compare(cx: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    let (Some(x), Some(y)) = (as_set(a), as_set(b)) else { return Ok(Value::not_implemented()) };
    let equal = |cx: &Cx| -> R<bool> {
        let hashes = (x.hash.get(), y.hash.get());
        if x.len() != y.len() || (hashes.0 != -1 && hashes.1 != -1 && hashes.0 != hashes.1) {
            return Ok(false);
        }
        is_subset(cx, a, b)
    };
    Ok(Value::bool(match op {
        CompareOp::Eq => equal(cx)?,
        CompareOp::Ne => !equal(cx)?,
        CompareOp::Le => is_subset(cx, a, b)?,
        CompareOp::Ge => is_subset(cx, b, a)?,
        CompareOp::Lt => x.len() < y.len() && is_subset(cx, a, b)?,
        CompareOp::Gt => x.len() > y.len() && is_subset(cx, b, a)?,
    }))
}

macro_rules! operator {
    ($name:ident $in_place:ident |$cx:ident, $a:ident, $b:ident| $plain:expr, $change:expr) => {
        pub(super) fn $name($cx: &Cx, $a: &Value, $b: &Value) -> R {
            if as_set($a).is_none() || as_set($b).is_none() {
                return Ok(Value::not_implemented());
            }
            $plain
        }

        pub(super) fn $in_place($cx: &Cx, $a: &Value, $b: &Value) -> R {
            if as_set($b).is_none() {
                return Ok(Value::not_implemented());
            }
            $change;
            Ok($a.clone())
        }
    };
}

/// The set that a method is called on.
pub(super) fn of(this: &Value) -> &PySet {
    debug_assert!(as_set(this).is_some());
    // SAFETY: called for sets.
    unsafe { this.cast::<PySet>() }
}

pub(super) fn union(cx: &Cx, a: &Value, b: &Value) -> R {
    let made = copy(cx, a)?;
    if !a.is(b) {
        update(cx, &made, b)?;
    }
    Ok(made.into_value())
}

/// `set &= other`
pub(super) fn keep_only(cx: &Cx, this: &Value, other: &Value) -> R<()> {
    let kept = intersection(cx, this, other)?;
    of(this).swap(&kept);
    Ok(())
}

pub(super) fn symmetric_difference(cx: &Cx, a: &Value, b: &Value) -> R {
    let made = cx.set_of(base_type(a), b)?.into_value();
    toggle_all(cx, &made, a)?;
    Ok(made)
}

operator!(or in_place_or |cx, a, b| union(cx, a, b), update(cx, of(a), b)?);
operator!(and in_place_and |cx, a, b| Ok(intersection(cx, a, b)?.into_value()), keep_only(cx, a, b)?);
operator!(sub in_place_sub |cx, a, b| Ok(difference(cx, a, b)?.into_value()), remove_all(cx, of(a), b)?);
operator!(xor in_place_xor |cx, a, b| symmetric_difference(cx, a, b), toggle_all(cx, a, b)?);
