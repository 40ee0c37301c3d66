//! `dict.keys()`, `dict.values()`, `dict.items()`.

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use super::iter::{self, Part};
use super::view_sets;
use super::{PyDict, methods};
use crate::cx::Cx;
use crate::error::R;
use crate::object::{Layout, Slot, functions, unborn};
use crate::pieces::bracketed;
use crate::tuple::PyTuple;
use crate::typeobject::{GetSet, Method, OBJECT_TYPE, Slots, Spec, TypeObject, flag, number, slot};
use crate::value::Value;

/// A view of a dict, of one of three types.
#[repr(C)]
pub struct PyDictView {
    head: Head,
    /// The dict.
    pub dict: Slot,
}

// SAFETY: begins with a head; the three types have this layout, and no others derive from them.
unsafe impl Layout for PyDictView {
    fn ty() -> &'static TypeObject {
        &DICT_KEYS_TYPE
    }
    fn fits(ty: &TypeObject) -> bool {
        [&DICT_KEYS_TYPE, &DICT_ITEMS_TYPE, &DICT_VALUES_TYPE].iter().any(|of| core::ptr::eq(*of, ty))
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.dict.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.dict.clear(clearer);
    }
}

const fn set_like(iter: fn(&Cx, &Value) -> R, contains: fn(&Cx, &Value, &Value) -> R<bool>) -> Slots {
    let mut slots = Slots {
        repr: slot(repr),
        hash: slot(crate::protocol::unhashable),
        compare: slot(view_sets::compare),
        iter: slot(iter),
        len: slot(len),
        contains: slot(contains),
        ..Slots::NONE
    };
    slots.binary[number::SUB] = slot(view_sets::sub);
    slots.binary[number::AND] = slot(view_sets::and);
    slots.binary[number::OR] = slot(view_sets::or);
    slots.binary[number::XOR] = slot(view_sets::xor);
    slots
}

macro_rules! view {
    ($(#[$doc:meta])* $static:ident $spec:ident $name:literal $c:literal $part:ident $iter:ident $reversed:ident $slots:expr, $($more:expr)?) => {
        $(#[$doc])*
        // SAFETY: the name is C's, and nothing else has it.
        #[unsafe(export_name = $c)]
        pub static $static: TypeObject = TypeObject::builtin(&$spec, &raw const $static);
        static $spec: Spec = Spec {
            flags: flag::GC | flag::DISALLOW_INSTANTIATION,
            size: size_of::<PyDictView>(),
            functions: functions::<PyDictView>(true, true),
            slots: $slots,
            methods: &[Method::none("__reversed__", $reversed), $($more)?],
            getset: &[GetSet {
                name: "mapping",
                get: |cx, this| Ok(cx.mapping_proxy(dict_value(this))?.into_value()),
                set: None,
                doc: Some("dictionary that this view refers to"),
            }],
            ..Spec::new($name, &OBJECT_TYPE)
        };

        fn $iter(cx: &Cx, this: &Value) -> R {
            iter::over(cx, &dict_value(this), Part::$part, false)
        }

        fn $reversed(cx: &Cx, this: &Value) -> R {
            iter::over(cx, &dict_value(this), Part::$part, true)
        }
    };
}

view! {
    /// `dict_keys`
    DICT_KEYS_TYPE KEYS_SPEC "dict_keys" "PyDictKeys_Type" Keys iter_keys reversed_keys
    set_like(iter_keys, has_key),
    Method::one("isdisjoint", view_sets::isdisjoint)
}
view! {
    /// `dict_items`
    DICT_ITEMS_TYPE ITEMS_SPEC "dict_items" "PyDictItems_Type" Items iter_items reversed_items
    set_like(iter_items, has_item),
    Method::one("isdisjoint", view_sets::isdisjoint)
}
view! {
    /// `dict_values`
    DICT_VALUES_TYPE VALUES_SPEC "dict_values" "PyDictValues_Type" Values iter_values reversed_values
    Slots { repr: slot(repr), iter: slot(iter_values), len: slot(len), ..Slots::NONE },
}

fn made(cx: &Cx, class: &TypeObject, dict: &Value) -> R {
    Ok(cx.alloc_in(class, PyDictView { head: unborn(), dict: Slot::new(dict.clone()) })?.into_value())
}

pub(super) fn keys(cx: &Cx, dict: &Value) -> R {
    made(cx, &DICT_KEYS_TYPE, dict)
}

pub(super) fn items(cx: &Cx, dict: &Value) -> R {
    made(cx, &DICT_ITEMS_TYPE, dict)
}

pub(super) fn values(cx: &Cx, dict: &Value) -> R {
    made(cx, &DICT_VALUES_TYPE, dict)
}

fn of(this: &Value) -> &PyDictView {
    // SAFETY: called for views.
    unsafe { this.cast::<PyDictView>() }
}

/// The dict of a view.
fn dict_value(this: &Value) -> Value {
    of(this).dict.get()
}

fn len(_: &Cx, this: &Value) -> R<usize> {
    Ok(dict_value(this).downcast::<PyDict>().map_or(0, PyDict::len))
}

fn repr(cx: &Cx, this: &Value) -> R {
    let name = this.ty().name();
    bracketed(cx, this, "...", |pieces| {
        let items = cx.list_of(this)?;
        pieces.text(cx, name)?;
        pieces.text(cx, "(")?;
        pieces.repr(cx, items.as_value())?;
        pieces.text(cx, ")")
    })
}

fn has_key(cx: &Cx, this: &Value, key: &Value) -> R<bool> {
    Ok(methods::of(&dict_value(this)).find(cx, key)?.is_some())
}

fn has_item(cx: &Cx, this: &Value, item: &Value) -> R<bool> {
    let Some([key, value]) = item.downcast::<PyTuple>().map(PyTuple::items) else { return Ok(false) };
    match methods::of(&dict_value(this)).get(cx, key)? {
        Some(found) => cx.equals(&found, value),
        None => Ok(false),
    }
}
