//! What the collector does with instances of classes made at run time.
//!
//! An instance begins with the fields of a built-in type, whose own functions are called for them. All words behind are slots:
//! members of `__slots__`, the dict word, inline slots. Each instance owns a reference to its class, which `adder-gc` counts.

use core::mem::{ManuallyDrop, offset_of};
use core::ops::Range;
use core::ptr::NonNull;

use adder_gc::raw::{self, Functions, Head, kind};
use adder_gc::{Clearer, Tracer, TypeInfo};

use super::layout::native_size;
use crate::cx::Cx;
use crate::instance;
use crate::object::{Slot, type_name};
use crate::typeobject::{OBJECT_TYPE, Shape, TypeObject};
use crate::value::Value;

static FUNCTIONS: Functions = Functions {
    trace: Some(trace),
    clear: Some(clear),
    finalize: Some(finalize),
    drop: Some(drop_payload),
    name: type_name,
};

/// The type infos of a class whose instances have so many bytes: that of its shape, and that of its plain one.
pub(super) fn infos(native: &TypeObject, size: usize, plain: usize) -> (TypeInfo, TypeInfo) {
    let kinds = kind::COUNTED | native.spec.map_or(native.foreign.get(), |spec| spec.kind);
    // SAFETY: the functions below are right for all classes made at run time.
    unsafe {
        (
            TypeInfo::raw(size, kinds, (offset_of!(TypeObject, shape) + offset_of!(Shape, info)) as u32, &FUNCTIONS),
            TypeInfo::raw(plain, kinds, (offset_of!(TypeObject, plain) + offset_of!(Shape, info)) as u32, &FUNCTIONS),
        )
    }
}

/// An object as a value that is not counted.
///
/// # Safety
/// The object lives as long as the value is used.
unsafe fn borrowed(payload: NonNull<u8>) -> ManuallyDrop<Value> {
    // SAFETY: by the contract; never dropped.
    ManuallyDrop::new(unsafe { Value::from_raw(raw::object_of(payload).cast()) })
}

/// Calls `f` with the words of an instance that its class and not the built-in base knows of.
///
/// # Safety
/// The value is an instance of a class made at run time.
unsafe fn each_word(object: &Value, mut f: impl FnMut(&'static str, &Slot)) {
    let shape = object.shape();
    let native = shape.ty().native();
    let first = native_size(native);
    let dict = shape.dict_offset.get();
    let own_dict = dict != 0 && native.shape.dict_offset.get() == 0;
    let end = if own_dict && dict > 1 { dict } else { shape.size.get() };
    // SAFETY: between the built-in fields and the dict word (or the end) lie the members of `__slots__`.
    unsafe {
        let start = object.head_ptr().cast::<u8>();
        for at in (first..end).step_by(8) {
            f("__slots__", start.add(at as usize).cast::<Slot>().as_ref());
        }
    }
    if own_dict && let Some(word) = instance::dict_word(object) {
        // The inline slots are empty while there is a dict; and this object's block may be too small for them.
        let inline = if word.is_unset() { instance::inline_slots(object) } else { &[] };
        f("__dict__", word);
        for slot in inline {
            f("__dict__", slot);
        }
    }
}

unsafe fn trace(payload: NonNull<u8>, tracer: &mut Tracer<'_>) {
    // SAFETY: called for live instances.
    unsafe {
        let object = borrowed(payload);
        let native = object.ty().native();
        if core::ptr::eq(native, &OBJECT_TYPE) {
            return trace_words(&object, tracer);
        }
        native.shape.info.trace_payload(payload, tracer);
        each_word(&object, |name, slot| {
            tracer.name(name);
            slot.trace(tracer);
        });
    }
}

/// Where the words lie of an instance whose built-in base is `object`, as most have it, in bytes from its start: the members of
/// `__slots__`; then the dict word and what goes with it. A short way for [`each_word`].
///
/// # Safety
/// The object is an instance of a class made at run time with that base.
#[inline(always)]
unsafe fn plain_words(object: &Value) -> [Range<usize>; 2] {
    let shape = object.shape();
    let (dict, size) = (shape.dict_offset.get() as usize, shape.size.get() as usize);
    if dict == 0 {
        return [size_of::<Head>()..size, 0..0];
    }
    // SAFETY: behind the head lie slots only.
    let has_dict = unsafe { !(*object.head_ptr().cast::<u8>().as_ptr().add(dict).cast::<Slot>()).is_unset() };
    // The inline slots are in use (and there) only without a dict.
    let inline = if has_dict { 0 } else { shape.inline.get() as usize };
    [size_of::<Head>()..dict, dict..dict + 8 + inline * 8]
}

/// Calls `f` with the place of each word. (`step_by` counts the steps first.)
#[inline(always)]
fn each_place(words: Range<usize>, mut f: impl FnMut(usize)) {
    let mut at = words.start;
    while at < words.end {
        f(at);
        at += 8;
    }
}

/// [`trace`] of an instance whose built-in base is `object`.
///
/// # Safety
/// As for [`plain_words`]; the object is live.
#[inline(always)]
unsafe fn trace_words(object: &Value, tracer: &mut Tracer<'_>) {
    // SAFETY: by the contract; the ranges are those of slots.
    unsafe {
        let start = object.head_ptr().cast::<u8>().as_ptr();
        let [members, rest] = plain_words(object);
        if !members.is_empty() {
            tracer.name("__slots__");
            each_place(members, |at| (*start.add(at).cast::<Slot>()).trace(tracer));
        }
        if !rest.is_empty() {
            tracer.name("__dict__");
            each_place(rest, |at| (*start.add(at).cast::<Slot>()).trace(tracer));
        }
    }
}

unsafe fn clear(payload: NonNull<u8>, clearer: &mut Clearer<'_>) {
    // SAFETY: called for live instances.
    unsafe {
        let object = borrowed(payload);
        if core::ptr::eq(object.ty().native(), &OBJECT_TYPE) {
            return clear_words(&object, clearer);
        }
        each_word(&object, |_, slot| slot.clear(clearer));
        object.ty().native().shape.info.clear_payload(payload, clearer);
    }
}

/// [`clear`] of an instance whose built-in base is `object`.
///
/// # Safety
/// As for [`plain_words`]; the object is live.
#[inline(always)]
unsafe fn clear_words(object: &Value, clearer: &mut Clearer<'_>) {
    // SAFETY: by the contract; the ranges are those of slots.
    unsafe {
        let start = object.head_ptr().cast::<u8>().as_ptr();
        let mut empty = |at| {
            let slot = &*start.add(at).cast::<Slot>();
            if !slot.is_unset() {
                slot.clear(clearer);
            }
        };
        let [members, rest] = plain_words(object);
        each_place(members, &mut empty);
        each_place(rest, &mut empty);
    }
}

unsafe fn finalize(object: NonNull<Head>) {
    let Some(cx) = Cx::try_current() else { return };
    // SAFETY: the heap holds it meanwhile.
    let object = unsafe { Value::from_borrowed(object) };
    if let Some(finalize) = object.ty().slots.finalize.get() {
        finalize(cx, &object);
    }
    // As in CPython, only objects that the collector knows remember that they were finalized.
    if !object.ty().is_gc()
        && let Some(head) = object.head()
    {
        head.set_finalized(false);
    }
}

/// [`drop_payload`] of an instance whose built-in base is `object`.
///
/// # Safety
/// As for [`plain_words`]; nobody looks at the words any more.
#[inline(always)]
unsafe fn drop_words(object: &Value) {
    // SAFETY: by the contract; the ranges are those of slots, and each is read once.
    unsafe {
        let start = object.head_ptr().cast::<u8>().as_ptr();
        let release = |at| {
            let value = start.add(at).cast::<Value>().read();
            if value.is_object() {
                drop(value);
            } else {
                core::mem::forget(value);
            }
        };
        let [members, rest] = plain_words(object);
        each_place(members, release);
        each_place(rest, release);
    }
}

unsafe fn drop_payload(payload: NonNull<u8>) {
    // SAFETY: called once, when nobody refers to the object any more; the class lives until the block has been given back.
    unsafe {
        let object = borrowed(payload);
        let native = object.ty().native();
        if core::ptr::eq(native, &OBJECT_TYPE) {
            return drop_words(&object);
        }
        each_word(&object, |_, slot| drop(slot.take()));
        native.shape.info.drop_payload(payload);
    }
}
