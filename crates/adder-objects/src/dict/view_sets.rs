//! Views of keys and of entries as sets.

use super::views::{DICT_ITEMS_TYPE, DICT_KEYS_TYPE};
use crate::cx::Cx;
use crate::error::R;
use crate::set::{FROZENSET_TYPE, SET_TYPE, as_set};
use crate::typeobject::CompareOp;
use crate::value::Value;

fn is_view(value: &Value) -> bool {
    value.is_exact(&DICT_KEYS_TYPE) || value.is_exact(&DICT_ITEMS_TYPE)
}

fn is_set_like(value: &Value) -> bool {
    is_view(value) || as_set(value).is_some()
}

/// Is all of `a` in `b`?
fn all_in(cx: &Cx, a: &Value, b: &Value) -> R<bool> {
    let iterator = cx.iter(a)?;
    while let Some(item) = cx.next(&iterator)? {
        if !cx.contains(b, &item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

pub(super) fn compare(cx: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    if !is_set_like(b) {
        return Ok(Value::not_implemented());
    }
    let (x, y) = (cx.len(a)?, cx.len(b)?);
    Ok(Value::bool(match op {
        CompareOp::Eq => x == y && all_in(cx, a, b)?,
        CompareOp::Ne => !(x == y && all_in(cx, a, b)?),
        CompareOp::Lt => x < y && all_in(cx, a, b)?,
        CompareOp::Le => x <= y && all_in(cx, a, b)?,
        CompareOp::Gt => x > y && all_in(cx, b, a)?,
        CompareOp::Ge => x >= y && all_in(cx, b, a)?,
    }))
}

pub(super) fn isdisjoint(cx: &Cx, this: &Value, other: &Value) -> R {
    if this.is(other) {
        return Ok(Value::bool(cx.len(this)? == 0));
    }
    let (mut all, mut some) = (this, other);
    if is_set_like(other) && cx.len(other)? > cx.len(this)? {
        (all, some) = (other, this);
    }
    let iterator = cx.iter(some)?;
    while let Some(item) = cx.next(&iterator)? {
        if cx.contains(all, &item)? {
            return Ok(Value::bool(false));
        }
    }
    Ok(Value::bool(true))
}

pub(super) fn sub(cx: &Cx, a: &Value, b: &Value) -> R {
    let made = cx.set_of(&SET_TYPE, a)?;
    crate::set::remove_all(cx, &made, b)?;
    Ok(made.into_value())
}

pub(super) fn or(cx: &Cx, a: &Value, b: &Value) -> R {
    let made = cx.set_of(&SET_TYPE, a)?;
    crate::set::update(cx, &made, b)?;
    Ok(made.into_value())
}

pub(super) fn and(cx: &Cx, a: &Value, b: &Value) -> R {
    // The view may be the right operand.
    let (mut view, mut other) = if is_view(a) { (a, b) } else { (b, a) };
    if (other.is_exact(&SET_TYPE) || other.is_exact(&FROZENSET_TYPE)) && cx.len(view)? <= cx.len(other)? {
        // The larger one is asked: every item of the view is hashed, and must be hashable.
        return cx.call_method(other, &cx.intern("intersection")?, core::slice::from_ref(view));
    }
    if is_view(other) && cx.len(other)? > cx.len(view)? {
        (view, other) = (other, view);
    }
    let made = cx.set()?;
    cx.for_each(other, |item| {
        if cx.contains(view, &item)? {
            made.add(cx, &item)?;
        }
        Ok(())
    })?;
    Ok(made.into_value())
}

pub(super) fn xor(cx: &Cx, a: &Value, b: &Value) -> R {
    let made = cx.set_of(&SET_TYPE, a)?.into_value();
    crate::set::toggle_all(cx, &made, b)?;
    Ok(made)
}
