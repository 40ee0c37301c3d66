//! Iterators over dicts: keys, values, entries, forwards and backwards.

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use super::{Position, PyDict};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::iterators::{itself, reduced};
use crate::object::{Layout, Slot, functions, unborn};
use crate::typeobject::{Method, OBJECT_TYPE, Slots, Spec, TypeObject, flag, slot};
use crate::value::Value;

/// What an iterator or a view of a dict gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Part {
    Keys,
    Values,
    Items,
}

/// An iterator over a dict, of one of six types: [`DICT_ITERATORS`].
#[repr(C)]
pub struct PyDictIterator {
    head: Head,
    /// The dict; nothing when the end was reached.
    dict: Slot,
    /// The next entry; of a reversed one, how many entries are in front of it.
    position: Cell<Position>,
    /// How many entries it had when the iterator was made; `usize::MAX` after it was found to have changed.
    used: Cell<usize>,
    /// Entries still to come.
    left: Cell<usize>,
}

// SAFETY: begins with a head; the six types have this layout, and no others derive from them.
unsafe impl Layout for PyDictIterator {
    fn ty() -> &'static TypeObject {
        &DICT_KEY_ITERATOR
    }
    fn fits(ty: &TypeObject) -> bool {
        DICT_ITERATORS.iter().any(|of| core::ptr::eq(*of, ty))
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.dict.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.dict.clear(clearer);
    }
}

macro_rules! dict_iterators {
    ($($static:ident $spec:ident $name:literal $c:literal $next:ident $reduce:ident $part:ident $reversed:literal;)*) => {
        $(
            // SAFETY: the name is C's, and nothing else has it.
            #[unsafe(export_name = $c)]
            static $static: TypeObject = TypeObject::builtin(&$spec, &raw const $static);
            static $spec: Spec = Spec {
                flags: flag::GC | flag::DISALLOW_INSTANTIATION,
                size: size_of::<PyDictIterator>(),
                functions: functions::<PyDictIterator>(true, true),
                slots: Slots { iter: slot(itself), next: slot($next), ..Slots::NONE },
                methods: &[Method::none("__length_hint__", length_hint), Method::none("__reduce__", $reduce)],
                ..Spec::new($name, &OBJECT_TYPE)
            };

            fn $next(cx: &Cx, this: &Value) -> R<Option<Value>> {
                step(cx, of(this), Part::$part, $reversed)
            }

            fn $reduce(cx: &Cx, this: &Value) -> R {
                reduce(cx, of(this), Part::$part, $reversed)
            }
        )*

        /// The types of iterators over dicts: of keys, values, items, and the three reversed ones.
        pub static DICT_ITERATORS: [&TypeObject; 6] = [$(&$static),*];
    };
}

dict_iterators! {
    DICT_KEY_ITERATOR KEY_SPEC "dict_keyiterator" "PyDictIterKey_Type" key_next key_reduce Keys false;
    DICT_VALUE_ITERATOR VALUE_SPEC "dict_valueiterator" "PyDictIterValue_Type" value_next value_reduce Values false;
    DICT_ITEM_ITERATOR ITEM_SPEC "dict_itemiterator" "PyDictIterItem_Type" item_next item_reduce Items false;
    DICT_REVERSE_KEY_ITERATOR REVERSE_KEY_SPEC "dict_reversekeyiterator" "PyDictRevIterKey_Type" reverse_key_next reverse_key_reduce
        Keys true;
    DICT_REVERSE_VALUE_ITERATOR REVERSE_VALUE_SPEC "dict_reversevalueiterator" "PyDictRevIterValue_Type" reverse_value_next reverse_value_reduce
        Values true;
    DICT_REVERSE_ITEM_ITERATOR REVERSE_ITEM_SPEC "dict_reverseitemiterator" "PyDictRevIterItem_Type" reverse_item_next reverse_item_reduce
        Items true;
}

fn of(this: &Value) -> &PyDictIterator {
    // SAFETY: called for these iterators.
    unsafe { this.cast::<PyDictIterator>() }
}

/// An iterator over a dict.
pub(super) fn over(cx: &Cx, dict: &Value, part: Part, reversed: bool) -> R {
    let it = super::methods::of(dict);
    let fields = PyDictIterator {
        head: unborn(),
        dict: Slot::new(dict.clone()),
        position: Cell::new(if reversed { it.end() } else { 0 }),
        used: Cell::new(it.len()),
        left: Cell::new(it.len()),
    };
    Ok(cx.alloc_in(DICT_ITERATORS[part as usize + if reversed { 3 } else { 0 }], fields)?.into_value())
}

/// What an iterator comes to next.
fn item_from(cx: &Cx, dict: &PyDict, position: &mut Position, part: Part, reversed: bool) -> R<Option<Value>> {
    if part == Part::Keys && !reversed {
        return Ok(dict.next_key(position).map(|(key, _)| key));
    }
    let Some((key, value)) = entry_from(dict, position, reversed) else { return Ok(None) };
    Ok(Some(match part {
        Part::Keys => key,
        Part::Values => value,
        Part::Items => cx.tuple([key, value])?.into_value(),
    }))
}

/// The entry that an iterator comes to next.
fn entry_from(dict: &PyDict, position: &mut Position, reversed: bool) -> Option<(Value, Value)> {
    if !reversed {
        return dict.next(position);
    }
    while *position > 0 {
        *position -= 1;
        if let Some(entry) = dict.entry_at(*position) {
            return Some(entry);
        }
    }
    None
}

fn step(cx: &Cx, it: &PyDictIterator, part: Part, reversed: bool) -> R<Option<Value>> {
    // SAFETY: the slot is emptied only where the dict is no longer looked at, and nothing else runs.
    let Some(dict) = unsafe { it.dict.peek() }.downcast::<PyDict>() else { return Ok(None) };
    if it.used.get() != dict.len() {
        it.used.set(usize::MAX);
        return raise!(cx, exc::RUNTIME_ERROR, "dictionary changed size during iteration");
    }
    let mut position = it.position.get();
    let Some(item) = item_from(cx, dict, &mut position, part, reversed)? else {
        drop(it.dict.take());
        return Ok(None);
    };
    if it.left.get() == 0 {
        drop(it.dict.take());
        return raise!(cx, exc::RUNTIME_ERROR, "dictionary keys changed during iteration");
    }
    it.position.set(position);
    it.left.set(it.left.get() - 1);
    Ok(Some(item))
}

fn length_hint(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    let unchanged = it.dict.try_get().is_some_and(|dict| super::methods::of(&dict).len() == it.used.get());
    cx.int(if unchanged { it.left.get() as i64 } else { 0 })
}

/// A list of what is still to come; the iterator stays where it is.
fn reduce(cx: &Cx, it: &PyDictIterator, part: Part, reversed: bool) -> R {
    let list = cx.list([])?;
    if let Some(held) = it.dict.try_get() {
        let dict = super::methods::of(&held);
        if dict.len() != it.used.get() {
            return raise!(cx, exc::RUNTIME_ERROR, "dictionary changed size during iteration");
        }
        let mut position = it.position.get();
        while let Some(item) = item_from(cx, dict, &mut position, part, reversed)? {
            list.push(cx, item)?;
        }
    }
    reduced(cx, "iter", || Ok((list.into_value(), None)))
}
