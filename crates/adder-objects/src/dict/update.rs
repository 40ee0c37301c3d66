//! `dict.update` and its like: entries taken over from mappings and from sequences of pairs.

use super::methods::of;
use super::{DICT_TYPE, PyDict};
use crate::cx::Cx;
use crate::error::{Catch, R};
use crate::exceptions as exc;
use crate::value::Value;

/// Is it a dict that is gone through as dicts are, whatever else its class has changed?
fn plain(value: &Value) -> Option<&PyDict> {
    let dict = value.downcast::<PyDict>()?;
    let iter = |ty: &crate::TypeObject| ty.slots.iter.get().map(|f| f as usize);
    (iter(value.ty()) == iter(&DICT_TYPE)).then_some(dict)
}

/// Takes the entries of a mapping (anything with `keys`) or of an iterable of pairs over.
pub(super) fn update(cx: &Cx, this: &Value, other: &Value) -> R<()> {
    if other.is_exact(&DICT_TYPE) {
        return merge(cx, of(this), of(other));
    }
    if cx.getattr_opt(other, cx.names.keys())?.is_none() {
        return from_pairs(cx, of(this), other);
    }
    match plain(other) {
        Some(dict) => merge(cx, of(this), dict),
        None => {
            let keys = cx.call_method(other, cx.names.keys(), &[])?;
            cx.for_each(&keys, |key| {
                let value = cx.getitem(other, &key)?;
                of(this).set(cx, &key, value)
            })
        }
    }
}

fn merge(cx: &Cx, dict: &PyDict, other: &PyDict) -> R<()> {
    if core::ptr::eq(dict, other) || other.is_empty() {
        return Ok(());
    }
    if dict.is_empty() {
        dict.reserve(cx, other.len())?;
    }
    let (mut position, n) = (0, other.len());
    while let Some(entry) = other.next_entry(&mut position) {
        dict.set_hashed(cx, &entry.key, entry.hash, entry.value)?;
        if other.len() != n {
            return raise!(cx, exc::RUNTIME_ERROR, "dict mutated during update");
        }
    }
    Ok(())
}

fn from_pairs(cx: &Cx, dict: &PyDict, pairs: &Value) -> R<()> {
    let mut number = 0;
    cx.for_each(pairs, |pair| {
        let pair = match cx.tuple_of(&pair).unless(&exc::TYPE_ERROR)? {
            Some(pair) => pair,
            None => {
                return raise!(
                    cx,
                    exc::TYPE_ERROR,
                    "cannot convert dictionary update sequence element #{number} to a sequence"
                );
            }
        };
        match pair.items() {
            [key, value] => dict.set(cx, key, value.clone())?,
            other => {
                return raise!(
                    cx,
                    exc::VALUE_ERROR,
                    "dictionary update sequence element #{number} has length {}; 2 is required",
                    other.len()
                );
            }
        }
        number += 1;
        Ok(())
    })
}
