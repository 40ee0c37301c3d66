//! `PyStructSequence_*`: classes of tuples whose items have names.
//!
//! Items behind the sequence's length lie in the instance's dict, under their names.

use core::ffi::{c_char, c_int};

use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::flag;
use adder_objects::{Cx, R, TypeObject, Value};
use adder_vm::structseq;

use crate::border::{Borrowed, Lent, Nothing, Stolen, bad_call, box_in_place};
use crate::contract::api;
use crate::errors::text_of;

/// `PyStructSequence_Field`
#[repr(C)]
#[derive(Debug)]
#[allow(missing_docs, reason = "the names and meanings are CPython's")]
pub struct Field {
    pub name: *const c_char,
    pub doc: *const c_char,
}

/// `PyStructSequence_Desc`
#[repr(C)]
#[derive(Debug)]
#[allow(missing_docs, reason = "the names and meanings are CPython's")]
pub struct Desc {
    pub name: *const c_char,
    pub doc: *const c_char,
    pub fields: *const Field,
    pub n_in_sequence: c_int,
}

/// A text of C's.
pub struct Unnamed(*const ());

// SAFETY: a static text.
unsafe impl Sync for Unnamed {}

/// C's `PyStructSequence_UnnamedField`, which fields without a name point to.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_upper_case_globals, reason = "C's name")]
pub static PyStructSequence_UnnamedField: Unnamed = Unnamed(c"unnamed field".as_ptr().cast());

/// The names of the fields, `_` for one without; and how many are items.
///
/// # Safety
/// A description whose table ends with a field without a name.
unsafe fn fields_of(desc: *const Desc) -> (Vec<String>, usize) {
    let mut names = Vec::new();
    // SAFETY: by the contract.
    unsafe {
        let mut at = (*desc).fields;
        while !(*at).name.is_null() {
            let unnamed = core::ptr::eq((*at).name.cast(), PyStructSequence_UnnamedField.0);
            names.push(if unnamed { "_".to_owned() } else { text_of((*at).name) });
            at = at.add(1);
        }
        let visible = ((*desc).n_in_sequence.max(0) as usize).min(names.len());
        (names, visible)
    }
}

fn count(cx: &Cx, class: &Value, name: &str) -> R<usize> {
    Ok(cx.getattr_text(class, name)?.as_i64().unwrap_or(0).max(0) as usize)
}

/// The name of a field behind the sequence's length.
fn hidden_name(cx: &Cx, object: &Value, at: isize) -> R {
    let all = cx.getattr_text(&object.ty().value(), "_all_fields")?;
    cx.getitem(&all, &cx.int(at as i64)?)
}

fn set(cx: &Cx, object: &Value, at: isize, value: Value, function: &'static str) -> R<()> {
    let Some(tuple) = object.downcast::<PyTuple>() else { return Err(bad_call(cx, function)) };
    match usize::try_from(at).ok().and_then(|at| tuple.place(at)) {
        Some(place) => {
            // SAFETY: a place of the tuple, which C fills; nothing else runs.
            let old = unsafe { place.replace(value) };
            drop(old);
            Ok(())
        }
        None => cx.setattr(object, &hidden_name(cx, object, at)?, Some(&value)),
    }
}

/// Makes a type of C's one of struct sequences.
unsafe fn initialize(cx: &Cx, class: *mut TypeObject, desc: *const Desc) -> R<()> {
    // SAFETY: the contract of the C API: a type that is not in use, and a description.
    unsafe {
        let (names, visible) = fields_of(desc);
        let base = &structseq::STRUCT_SEQUENCE_TYPE;
        let c = &(*class).c;
        c.tp_name.set((*desc).name);
        c.tp_doc.set((*desc).doc);
        c.tp_base.set(core::ptr::from_ref(base).cast());
        c.tp_basicsize.set(base.c.tp_basicsize.get());
        c.tp_itemsize.set(base.c.tp_itemsize.get());
        c.tp_flags.set(flag::GC);
        if names.len() > visible {
            // Where the hidden fields lie.
            c.tp_dictoffset.set(-1);
        }
        crate::types::ready::ready(cx, class)?;
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        structseq::complete(cx, &*class, &names, visible)
    }
}

api! {
    /// A class of struct sequences.
    runs fn PyStructSequence_NewType(cx, desc: *const Desc) -> Value {
        // SAFETY: the contract: a description.
        let (full, (names, visible)) = unsafe { (text_of((*desc).name), fields_of(desc)) };
        let (module, name) = full.rsplit_once('.').unwrap_or(("builtins", &full));
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let class = structseq::class(cx, module, name, &names, visible)?;
        // SAFETY: as above.
        let doc = unsafe { (*desc).doc };
        if !doc.is_null() {
            // SAFETY: as above.
            let doc = cx.str_value(&unsafe { text_of(doc) })?;
            cx.setattr(&class, cx.names.doc(), Some(&doc))?;
        }
        Ok(class)
    }

    /// Makes a static type one of struct sequences.
    runs fn PyStructSequence_InitType(cx, class: *mut TypeObject, desc: *const Desc) -> Nothing {
        // SAFETY: the contract of the C API.
        unsafe { initialize(cx, class, desc) }.map(|()| Nothing)
    }

    /// The same; says whether it could.
    runs fn PyStructSequence_InitType2(cx, class: *mut TypeObject, desc: *const Desc) -> () {
        // SAFETY: the contract of the C API.
        unsafe { initialize(cx, class, desc) }
    }

    /// An instance, all of its items still missing.
    runs fn PyStructSequence_New(cx, class: Borrowed) -> Value {
        let Some(ty) = class.downcast::<TypeObject>() else { return Err(bad_call(cx, "PyStructSequence_New")) };
        let visible = count(cx, &class, "n_sequence_fields")?;
        Ok(cx.tuple_in(ty, (0..visible).map(|_| Value::UNSET))?.into_value())
    }

    /// Stores an item.
    runs fn PyStructSequence_SetItem(cx, object: Borrowed, at: isize, value: Option<Stolen>) -> Nothing {
        let value = value.map_or(Value::UNSET, |value| value.0);
        set(cx, &object, at, value, "PyStructSequence_SetItem").map(|()| Nothing)
    }

    /// An item; NULL while it is missing.
    quiet fn PyStructSequence_GetItem(cx, object: Borrowed, at: isize) -> Lent {
        let Some(tuple) = object.downcast::<PyTuple>() else { return Err(bad_call(cx, "PyStructSequence_GetItem")) };
        if let Some(place) = usize::try_from(at).ok().and_then(|at| tuple.place(at)) {
            // SAFETY: a place of the tuple; nothing else runs.
            return unsafe { box_in_place(cx, place) };
        }
        let name = hidden_name(cx, &object, at)?;
        let dict = adder_objects::instance::dict(cx, &object)?;
        match dict.get(cx, &name)? {
            None => Ok(Lent::NULL),
            Some(value) if value.is_small() => {
                // What C borrows is what the dict has.
                let boxed = value.boxed(cx)?;
                dict.set(cx, &name, boxed.clone())?;
                Ok(Lent::of(&boxed))
            }
            Some(value) => Ok(Lent::of(&value)),
        }
    }
}
