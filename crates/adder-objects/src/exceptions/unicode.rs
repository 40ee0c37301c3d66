//! `UnicodeEncodeError`, `UnicodeDecodeError`, `UnicodeTranslateError`.

use core::cell::Cell;
use core::mem::offset_of;

use super::base::{self, spec};
use super::fields::{exception_layout, exception_new, object};
use super::plain::UNICODE_ERROR;
use crate::args::Args;
use crate::buffer::request;
use crate::cx::Cx;
use crate::error::{R, Raised};
use crate::exceptions as exc;
use crate::object::Slot;
use crate::str::PyStr;
use crate::subscript::word;
use crate::typeobject::{Member, MemberKind, Slots, Spec, TypeObject, flag, slot};
use crate::value::Value;

exception_layout! {
    /// Layout of the three (C's `PyUnicodeErrorObject`).
    PyUnicodeError of UNICODE_ENCODE_ERROR fits is_one {
        /// `encoding`; UnicodeTranslateError has none.
        encoding,
        /// `object`: what could not be converted.
        object,
        /// `reason`
        reason,
    } {
        /// `start`
        start: Cell<isize> = Cell::new(0),
        /// `end`
        end: Cell<isize> = Cell::new(0),
    }
}

exception_new!(PyUnicodeError);

/// UnicodeError itself is without fields.
fn is_one(ty: &TypeObject) -> bool {
    [&UNICODE_ENCODE_ERROR, &UNICODE_DECODE_ERROR, &UNICODE_TRANSLATE_ERROR].iter().any(|one| ty.is_subtype(one))
}

const MEMBERS: &[Member] = &[
    object("encoding", offset_of!(PyUnicodeError, encoding)),
    object("object", offset_of!(PyUnicodeError, object)),
    Member { name: "start", kind: MemberKind::Ssize, offset: offset_of!(PyUnicodeError, start), read_only: false },
    Member { name: "end", kind: MemberKind::Ssize, offset: offset_of!(PyUnicodeError, end), read_only: false },
    object("reason", offset_of!(PyUnicodeError, reason)),
];

macro_rules! unicode_error {
    ($ty:ident $spec:ident $name:literal $init:ident $str:ident) => {
        #[doc = concat!("`", $name, "`")]
        pub static $ty: TypeObject = TypeObject::builtin(&$spec, &raw const $ty);
        static $spec: Spec = Spec {
            slots: Slots { new: slot(PyUnicodeError::new_empty), init: slot($init), str: slot($str), ..Slots::NONE },
            members: MEMBERS,
            ..spec::<PyUnicodeError>($name, &UNICODE_ERROR)
        };
    };
}

unicode_error!(UNICODE_ENCODE_ERROR ENCODE_SPEC "UnicodeEncodeError" encode_init encode_str);
unicode_error!(UNICODE_DECODE_ERROR DECODE_SPEC "UnicodeDecodeError" decode_init decode_str);
unicode_error!(UNICODE_TRANSLATE_ERROR TRANSLATE_SPEC "UnicodeTranslateError" translate_init translate_str);

/// The arguments, which must be so many.
fn exactly<'a, const N: usize>(cx: &Cx, this: &Value, args: Args<'a>) -> R<&'a [Value; N]> {
    base::init(cx, this, args)?;
    match args.given().try_into() {
        Ok(values) => Ok(values),
        Err(_) => {
            Err(cx.type_error(format_args!("function takes exactly {N} arguments ({} given)", args.given().len())))
        }
    }
}

fn must_be_str(cx: &Cx, number: usize, value: &Value) -> R<()> {
    match value.downcast::<PyStr>() {
        Some(_) => Ok(()),
        None => raise!(cx, exc::TYPE_ERROR, "argument {number} must be str, not {}", value.ty().name()),
    }
}

fn store(it: &PyUnicodeError, encoding: Option<&Value>, object: Value, start: isize, end: isize, reason: &Value) {
    it.encoding.set(encoding.cloned().unwrap_or(Value::UNSET));
    it.object.set(object);
    it.start.set(start);
    it.end.set(end);
    it.reason.set(reason.clone());
}

fn encode_init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    let [encoding, object, start, end, reason] = exactly(cx, this, args)?;
    must_be_str(cx, 1, encoding)?;
    must_be_str(cx, 2, object)?;
    let (start, end) = (word(cx, start)?, word(cx, end)?);
    must_be_str(cx, 5, reason)?;
    store(PyUnicodeError::of(this), Some(encoding), object.clone(), start, end, reason);
    Ok(())
}

fn decode_init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    let [encoding, object, start, end, reason] = exactly(cx, this, args)?;
    must_be_str(cx, 1, encoding)?;
    let (start, end) = (word(cx, start)?, word(cx, end)?);
    must_be_str(cx, 5, reason)?;
    // What is no bytes object is copied into one: it may change.
    let object = if object.ty().has(flag::BYTES) {
        object.clone()
    } else if object.ty().slots.buffer.get().is_some() {
        cx.call(&cx.getattr_text(&cx.import("builtins")?, "bytes")?, core::slice::from_ref(object))?
    } else {
        return raise!(cx, exc::TYPE_ERROR, "a bytes-like object is required, not '{}'", object.ty().name());
    };
    store(PyUnicodeError::of(this), Some(encoding), object, start, end, reason);
    Ok(())
}

fn translate_init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    let [object, start, end, reason] = exactly(cx, this, args)?;
    must_be_str(cx, 1, object)?;
    let (start, end) = (word(cx, start)?, word(cx, end)?);
    must_be_str(cx, 4, reason)?;
    store(PyUnicodeError::of(this), None, object.clone(), start, end, reason);
    Ok(())
}

/// What a field says in the text; nothing where the exception was made without its arguments.
fn shown(cx: &Cx, slot: &Slot) -> R<String> {
    slot.try_get().map_or(Ok(String::new()), |value| cx.display(&value))
}

/// Start and end as the text has them, cut to what there is; and whether that is a single place.
fn places(it: &PyUnicodeError, len: usize) -> (isize, isize, Option<usize>) {
    let (start, end) = (it.start.get(), it.end.get());
    let one = usize::try_from(start).ok().filter(|&at| at < len && end == start.wrapping_add(1));
    (start, end, one)
}

fn escaped(point: u32) -> String {
    match point {
        0..=0xFF => format!("\\x{point:02x}"),
        0x100..=0xFFFF => format!("\\u{point:04x}"),
        _ => format!("\\U{point:08x}"),
    }
}

/// `verb`: "'ascii' codec can't encode", "can't translate".
fn text_of_characters(cx: &Cx, it: &PyUnicodeError, verb: &str) -> R {
    let reason = shown(cx, &it.reason)?;
    let object = it.object.try_get();
    let Some(text) = object.as_ref().and_then(Value::downcast::<PyStr>) else { return cx.intern("") };
    Ok(match places(it, text.len()) {
        (start, _, Some(at)) => {
            let point = escaped(text.chars().at(at));
            cx.str_from_fmt(format_args!("{verb} character '{point}' in position {start}: {reason}"))?
        }
        (start, end, None) => {
            let last = end.wrapping_sub(1);
            cx.str_from_fmt(format_args!("{verb} characters in position {start}-{last}: {reason}"))?
        }
    }
    .into_value())
}

fn encode_str(cx: &Cx, this: &Value) -> R {
    let it = PyUnicodeError::of(this);
    let encoding = shown(cx, &it.encoding)?;
    text_of_characters(cx, it, &format!("'{encoding}' codec can't encode"))
}

fn translate_str(cx: &Cx, this: &Value) -> R {
    text_of_characters(cx, PyUnicodeError::of(this), "can't translate")
}

fn decode_str(cx: &Cx, this: &Value) -> R {
    let it = PyUnicodeError::of(this);
    let Some(object) = it.object.try_get() else { return cx.intern("") };
    let (encoding, reason) = (shown(cx, &it.encoding)?, shown(cx, &it.reason)?);
    let byte = match object.ty().slots.buffer.get() {
        Some(buffer) => {
            let view = buffer(cx, &object, request::SIMPLE)?;
            // SAFETY: the object is not changed while the byte is read.
            let bytes = unsafe { view.as_slice() };
            places(it, bytes.len()).2.map(|at| bytes[at])
        }
        None => None,
    };
    let (start, last) = (it.start.get(), it.end.get().wrapping_sub(1));
    Ok(match byte {
        Some(byte) => cx.str_from_fmt(format_args!(
            "'{encoding}' codec can't decode byte 0x{byte:02x} in position {start}: {reason}"
        ))?,
        None => {
            cx.str_from_fmt(format_args!("'{encoding}' codec can't decode bytes in position {start}-{last}: {reason}"))?
        }
    }
    .into_value())
}

impl Cx {
    /// UnicodeEncodeError.
    #[cold]
    pub fn encode_error(&self, encoding: &str, object: &Value, start: usize, end: usize, reason: &str) -> Raised {
        self.unicode_error(&UNICODE_ENCODE_ERROR, encoding, object, start, end, reason)
    }

    /// UnicodeDecodeError.
    #[cold]
    pub fn decode_error(&self, encoding: &str, object: &Value, start: usize, end: usize, reason: &str) -> Raised {
        self.unicode_error(&UNICODE_DECODE_ERROR, encoding, object, start, end, reason)
    }

    fn unicode_error(
        &self,
        ty: &'static TypeObject,
        encoding: &str,
        object: &Value,
        start: usize,
        end: usize,
        reason: &str,
    ) -> Raised {
        let args = (|| {
            let (start, end) = (self.int(start as i64)?, self.int(end as i64)?);
            Ok([self.str_value(encoding)?, object.clone(), start, end, self.str_value(reason)?])
        })();
        match args {
            Ok(args) => self.error_of(ty, &args),
            Err(raised) => raised,
        }
    }
}
