//! `bytes(…)`: what bytes are made of.

use super::shared::{byte_of, plain};
use super::{BYTES_TYPE, PyBytes};
use crate::args::{Args, Params};
use crate::cx::Cx;
use crate::error::{Catch, R};
use crate::exceptions as exc;
use crate::storage::HeapVec;
use crate::str::PyStr;
use crate::typeobject::TypeObject;
use crate::value::Value;

/// The parameters that both types have.
pub(crate) const fn params(function: &'static str) -> Params<3> {
    Params { function, names: ["source", "encoding", "errors"], positional_only: 0, positional: 3, required: 0 }
}

static NEW: Params<3> = params("bytes");

/// A string with an encoding, as bytes; `None` if the arguments are about something else.
pub(crate) fn encoded(
    cx: &Cx,
    function: &str,
    source: Option<&Value>,
    encoding: Option<&Value>,
    errors: Option<&Value>,
) -> R<Option<Value>> {
    let encoding = crate::str::name_argument(cx, encoding, function, "argument 'encoding'")?;
    let errors = crate::str::name_argument(cx, errors, function, "argument 'errors'")?;
    let what = if encoding.is_some() { "encoding" } else { "errors" };
    let Some(source) = source else {
        return match (encoding, errors) {
            (None, None) => Ok(None),
            _ => raise!(cx, exc::TYPE_ERROR, "{what} without a string argument"),
        };
    };
    if source.downcast::<PyStr>().is_some() {
        if encoding.is_none() {
            return raise!(cx, exc::TYPE_ERROR, "string argument without an encoding");
        }
        return crate::codecs::encode_object(cx, source, encoding, errors).map(Some);
    }
    if encoding.is_some() || errors.is_some() {
        return raise!(cx, exc::TYPE_ERROR, "{what} without a string argument");
    }
    Ok(None)
}

/// The bytes of an object: a view's, or the ints that an iterable gives.
///
/// # Errors
/// TypeError if there are none; what iterating raises.
pub(crate) fn contents<'h>(cx: &'h Cx, source: &Value, message: &str, range: &str) -> R<HeapVec<'h, u8>> {
    let mut out = HeapVec::new(cx);
    if let Some(buffer) = source.ty().slots.buffer.get() {
        return crate::memoryview::contents(cx, &buffer(cx, source, crate::buffer::request::FULL)?);
    }
    let iterates = source.ty().slots.iter.get().is_some() || source.ty().slots.item.get().is_some();
    if source.downcast::<PyStr>().is_some() || !iterates {
        return raise!(cx, exc::TYPE_ERROR, "{message}");
    }
    cx.for_each(source, |item| {
        let byte = match cx.index(&item)?.as_i64().map(u8::try_from) {
            Some(Ok(byte)) => byte,
            _ => return raise!(cx, exc::VALUE_ERROR, "{range}"),
        };
        out.push(byte)
    })?;
    Ok(out)
}

/// The number of zeros that an index asks for; `None` if the object is no index.
pub(crate) fn zeros(cx: &Cx, source: &Value) -> R<Option<usize>> {
    let slots = &source.ty().slots;
    if !source.is_int() && slots.index.get().is_none() {
        return Ok(None);
    }
    let index = match cx.try_index(source).unless(&exc::TYPE_ERROR)?.flatten() {
        Some(index) => index,
        None => return Ok(None),
    };
    match cx.index_to_isize(&index, Some(&exc::OVERFLOW_ERROR))? {
        n @ 0.. => Ok(Some(n as usize)),
        _ => raise!(cx, exc::VALUE_ERROR, "negative count"),
    }
}

pub(super) fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let [source, encoding, errors] = args.bind(cx, &NEW)?;
    let made = make(cx, source, encoding, errors)?;
    if core::ptr::eq(class, &BYTES_TYPE) {
        return Ok(made);
    }
    Ok(cx.bytes_in(class, plain(&made).unwrap_or(&[]))?.into_value())
}

fn make(cx: &Cx, source: Option<&Value>, encoding: Option<&Value>, errors: Option<&Value>) -> R {
    // A text may say itself what its bytes are.
    if let (Some(source), None, None) = (source, encoding, errors)
        && source.downcast::<PyStr>().is_some()
        && cx.lookup(source.ty(), cx.names.bytes())?.is_some()
    {
        return cx.bytes_of(source);
    }
    if let Some(made) = encoded(cx, "bytes", source, encoding, errors)? {
        return Ok(made);
    }
    let Some(source) = source else { return Ok(cx.bytes(b"")?.into_value()) };
    cx.bytes_of(source)
}

impl Cx {
    /// `bytes(source)`
    ///
    /// # Errors
    /// TypeError if it cannot be made of that; what `__bytes__` or iterating raises.
    pub fn bytes_of(&self, source: &Value) -> R {
        if source.is_exact(&BYTES_TYPE) {
            return Ok(source.clone());
        }
        if let Some(made) = self.call_special(source, self.names.bytes(), &[])? {
            if made.downcast::<PyBytes>().is_none() {
                let ty = made.ty().name();
                return raise!(self, exc::TYPE_ERROR, "__bytes__ returned non-bytes (type {ty})");
            }
            return Ok(made);
        }
        if source.downcast::<PyStr>().is_some() {
            return raise!(self, exc::TYPE_ERROR, "string argument without an encoding");
        }
        if let Some(n) = zeros(self, source)? {
            // SAFETY: all bytes are written.
            unsafe {
                let (made, data) = self.new_bytes(&BYTES_TYPE, n)?;
                data.write_bytes(0, n);
                return Ok(made.into_value());
            }
        }
        let message = format!("cannot convert '{}' object to bytes", source.ty().name());
        let made = contents(self, source, &message, "bytes must be in range(0, 256)")?;
        Ok(self.bytes(&made)?.into_value())
    }
}

/// A byte from an item that is assigned.
pub(crate) fn item_byte(cx: &Cx, value: &Value) -> R<u8> {
    byte_of(cx, value)
}
