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

/// What becomes of a key that is there already.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OnConflict {
    /// It gets the new value.
    Replace,
    /// It keeps its value.
    Keep,
    /// KeyError.
    Refuse,
}

impl OnConflict {
    /// Is the new value to be stored?
    fn stores(self, cx: &Cx, dict: &PyDict, key: &Value, hash: i64) -> R<bool> {
        if self == OnConflict::Replace || dict.find_hashed(cx, key, hash)?.is_none() {
            return Ok(true);
        }
        if self == OnConflict::Refuse { Err(cx.key_error(key)) } else { Ok(false) }
    }
}

/// Takes the entries of a mapping (anything with `keys`) or of an iterable of pairs over.
pub(super) fn update(cx: &Cx, this: &Value, other: &Value) -> R<()> {
    if other.is_exact(&DICT_TYPE) {
        return merge(cx, of(this), of(other), OnConflict::Replace);
    }
    if cx.getattr_opt(other, cx.names.keys())?.is_none() {
        return merge_pairs(cx, of(this), other, OnConflict::Replace);
    }
    merge_mapping(cx, of(this), other, OnConflict::Replace)
}

/// Takes the entries of a mapping over.
///
/// # Errors
/// AttributeError without `keys`; KeyError where a key is refused; what the mapping, a hash or a comparison raises; MemoryError.
pub fn merge_mapping(cx: &Cx, dict: &PyDict, other: &Value, on_conflict: OnConflict) -> R<()> {
    match plain(other) {
        Some(other) => merge(cx, dict, other, on_conflict),
        None => {
            let keys = cx.call_method(other, cx.names.keys(), &[])?;
            let Some(keys) = cx.iter(&keys).unless(&exc::TYPE_ERROR)? else {
                return raise!(
                    cx,
                    exc::TYPE_ERROR,
                    "{}.keys() returned a non-iterable (type {})",
                    other.ty().name(),
                    keys.ty().name()
                );
            };
            cx.for_each(&keys, |key| {
                let hash = cx.hash(&key)?;
                if on_conflict.stores(cx, dict, &key, hash)? {
                    dict.set_hashed(cx, &key, hash, cx.getitem(other, &key)?)?;
                }
                Ok(())
            })
        }
    }
}

fn merge(cx: &Cx, dict: &PyDict, other: &PyDict, on_conflict: OnConflict) -> R<()> {
    if core::ptr::eq(dict, other) || other.is_empty() {
        return Ok(());
    }
    if dict.is_empty() {
        dict.reserve(cx, other.len())?;
    }
    let (mut position, n) = (0, other.len());
    while let Some(entry) = other.next_entry(&mut position) {
        if on_conflict.stores(cx, dict, &entry.key, entry.hash)? {
            dict.set_hashed(cx, &entry.key, entry.hash, entry.value)?;
        }
        if other.len() != n {
            return raise!(cx, exc::RUNTIME_ERROR, "dict mutated during update");
        }
    }
    Ok(())
}

/// Takes the entries of an iterable of pairs over.
///
/// # Errors
/// TypeError and ValueError for what are no pairs; what the iteration, a hash or a comparison raises; MemoryError.
pub fn merge_pairs(cx: &Cx, dict: &PyDict, pairs: &Value, on_conflict: OnConflict) -> R<()> {
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
            [key, value] => {
                let hash = cx.hash(key)?;
                if on_conflict.stores(cx, dict, key, hash)? {
                    dict.set_hashed(cx, key, hash, value.clone())?;
                }
            }
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
