//! What `bytes` and `bytearray` have in common: reaching the bytes, and making results of the same type.

use core::ops::Range;

use crate::buffer::Buffer;
use crate::bytearray::{BYTEARRAY_TYPE, PyByteArray};
use crate::bytes::{BYTES_TYPE, PyBytes};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::iterators::{BYTEARRAY_ITERATOR_TYPE, BYTES_ITERATOR_TYPE, places_iterator};
use crate::value::Value;

/// The bytes of `bytes` or `bytearray`, without a view. Those of a bytearray may change when code of a user runs: arguments
/// are converted before this is called.
#[inline]
pub(crate) fn plain(value: &Value) -> Option<&[u8]> {
    match value.downcast::<PyBytes>() {
        Some(bytes) => Some(bytes.as_slice()),
        // SAFETY: as said above.
        None => value.downcast::<PyByteArray>().map(|array| unsafe { array.as_slice() }),
    }
}

/// The bytes of `self` of a method that both types have.
#[inline]
pub(crate) fn own(this: &Value) -> &[u8] {
    plain(this).unwrap_or(&[])
}

pub(crate) fn is_array(value: &Value) -> bool {
    value.downcast::<PyByteArray>().is_some()
}

/// `iter(this)`
pub(crate) fn iter(cx: &Cx, this: &Value) -> R {
    places_iterator(cx, if is_array(this) { &BYTEARRAY_ITERATOR_TYPE } else { &BYTES_ITERATOR_TYPE }, this)
}

/// A result of the type of `this`: `bytes` or `bytearray`.
pub(crate) fn make(cx: &Cx, this: &Value, bytes: &[u8]) -> R {
    if is_array(this) { Ok(cx.bytearray(bytes)?.into_value()) } else { Ok(cx.bytes(bytes)?.into_value()) }
}

/// A part of `this`: itself, if that is all of it and it never changes.
pub(crate) fn part(cx: &Cx, this: &Value, range: Range<usize>) -> R {
    let all = own(this);
    if range.len() == all.len() && this.is_exact(&BYTES_TYPE) {
        return Ok(this.clone());
    }
    make(cx, this, &all[range])
}

/// A view of an argument's bytes.
///
/// # Errors
/// TypeError if it has none.
pub(crate) fn view(cx: &Cx, value: &Value) -> R<Buffer> {
    match value.ty().slots.buffer.get() {
        Some(buffer) => buffer(cx, value, crate::buffer::request::SIMPLE),
        None => {
            raise!(cx, exc::TYPE_ERROR, "a bytes-like object is required, not '{}'", value.ty().name())
        }
    }
}

/// What is searched for: a byte, or the bytes of an object.
pub(crate) enum Needle {
    Byte([u8; 1]),
    View(Buffer),
}

impl Needle {
    /// # Errors
    /// TypeError if it is neither an int nor bytes; ValueError for an int that is no byte.
    pub(crate) fn of(cx: &Cx, value: &Value) -> R<Needle> {
        if let Some(buffer) = value.ty().slots.buffer.get() {
            return Ok(Needle::View(buffer(cx, value, crate::buffer::request::SIMPLE)?));
        }
        match cx.try_index(value)? {
            Some(index) => Ok(Needle::Byte([byte_of(cx, &index)?])),
            None => raise!(
                cx,
                exc::TYPE_ERROR,
                "argument should be integer or bytes-like object, not '{}'",
                value.ty().name()
            ),
        }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Needle::Byte(byte) => byte,
            // SAFETY: the view's owner keeps the bytes; no code of a user runs while they are borrowed.
            Needle::View(view) => unsafe { view.as_slice() },
        }
    }
}

/// An int as a byte.
///
/// # Errors
/// TypeError if it is no index; ValueError if it is no byte.
pub(crate) fn byte_of(cx: &Cx, value: &Value) -> R<u8> {
    match cx.index(value)?.as_i64().map(u8::try_from) {
        Some(Ok(byte)) => Ok(byte),
        _ => raise!(cx, exc::VALUE_ERROR, "byte must be in range(0, 256)"),
    }
}

/// Is it white space, for bytes?
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, 9..=13 | 32)
}

/// Comparison slot of both types.
pub(crate) fn compare(cx: &Cx, a: &Value, b: &Value, op: crate::typeobject::CompareOp) -> R {
    use crate::typeobject::CompareOp;
    let simple = crate::buffer::request::SIMPLE;
    let (Some(x), Some(y)) = (a.ty().slots.buffer.get(), b.ty().slots.buffer.get()) else {
        warn_of_text(cx, a, b, op)?;
        return Ok(Value::not_implemented());
    };
    if !is_array(a) && !is_array(b) && (plain(a).is_none() || plain(b).is_none()) {
        return Ok(Value::not_implemented());
    }
    let (x, y) = (x(cx, a, simple)?, y(cx, b, simple)?);
    // SAFETY: comparing runs no code of a user.
    let (x, y) = unsafe { (x.as_slice(), y.as_slice()) };
    Ok(Value::bool(match op {
        CompareOp::Eq => x == y,
        CompareOp::Ne => x != y,
        _ => op.holds(x.cmp(y)),
    }))
}

/// With `-b`: bytes are never equal to what is written the same.
fn warn_of_text(cx: &Cx, a: &Value, b: &Value, op: crate::typeobject::CompareOp) -> R<()> {
    use crate::typeobject::CompareOp;
    if !cx.bytes_warning.get() || !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(());
    }
    let is_text = |value: &Value| value.downcast::<crate::str::PyStr>().is_some();
    if is_text(a) || is_text(b) {
        let kind = if is_array(a) || is_array(b) { "bytearray" } else { "bytes" };
        cx.warn(&exc::BYTES_WARNING, &format!("Comparison between {kind} and string"), 1)?;
    } else if is_array(a) || is_array(b) {
        return Ok(());
    } else if a.is_int() || b.is_int() {
        cx.warn(&exc::BYTES_WARNING, "Comparison between bytes and int", 1)?;
    }
    Ok(())
}

/// `a + b`; the result is of the type of `a`.
pub(crate) fn concat(cx: &Cx, a: &Value, b: &Value) -> R {
    let simple = crate::buffer::request::SIMPLE;
    let (Some(x), Some(y)) = (a.ty().slots.buffer.get(), b.ty().slots.buffer.get()) else {
        return raise!(cx, exc::TYPE_ERROR, "can't concat {} to {}", b.ty().name(), a.ty().name());
    };
    let (x, y) = (x(cx, a, simple)?, y(cx, b, simple)?);
    // SAFETY: making bytes runs no code of a user.
    let (left, right) = unsafe { (x.as_slice(), y.as_slice()) };
    if right.is_empty() && a.is_exact(&BYTES_TYPE) {
        return Ok(a.clone());
    }
    if left.is_empty() && a.is_exact(&BYTES_TYPE) && b.is_exact(&BYTES_TYPE) {
        return Ok(b.clone());
    }
    if is_array(a) {
        let made = cx.bytearray(left)?;
        made.extend_bytes(cx, right)?;
        return Ok(made.into_value());
    }
    Ok(cx.bytes_concat(left, right)?.into_value())
}

/// `a * n`
pub(crate) fn repeat(cx: &Cx, this: &Value, times: isize) -> R {
    let times = times.max(0) as usize;
    let bytes = own(this);
    if times == 1 && this.is_exact(&BYTES_TYPE) {
        return Ok(this.clone());
    }
    let n = match bytes.len().checked_mul(times) {
        Some(n) if n <= isize::MAX as usize => n,
        _ if is_array(this) => return Err(cx.no_memory()),
        _ => return raise!(cx, exc::OVERFLOW_ERROR, "repeated bytes are too long"),
    };
    let fill = |to: &mut crate::storage::HeapVec<'_, u8>| -> R<()> {
        match bytes {
            [byte] => to.fill(*byte, times),
            _ => (0..times).try_for_each(|_| to.extend(bytes)),
        }
    };
    if n == 0 {
        return make(cx, this, b"");
    }
    if is_array(this) {
        let mut made = crate::storage::HeapVec::with_capacity(cx, n + 1)?;
        fill(&mut made)?;
        return Ok(cx.bytearray_of(made, &BYTEARRAY_TYPE)?.into_value());
    }
    // SAFETY: all bytes are written.
    unsafe {
        let (made, data) = cx.new_bytes(&BYTES_TYPE, n)?;
        for at in 0..times {
            data.add(at * bytes.len()).copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
        }
        Ok(made.into_value())
    }
}

/// `item in this`
pub(crate) fn contains(cx: &Cx, this: &Value, item: &Value) -> R<bool> {
    if let Some(index) = cx.try_index(item)? {
        let byte = byte_of(cx, &index)?;
        return Ok(memchr::memchr(byte, own(this)).is_some());
    }
    let needle = view(cx, item)?;
    // SAFETY: searching runs no code of a user.
    Ok(crate::scan::find(own(this), unsafe { needle.as_slice() }).is_some())
}

/// `this % values`
pub(crate) fn remainder(cx: &Cx, this: &Value, values: &Value) -> R {
    let Some(format) = plain(this) else { return Ok(Value::not_implemented()) };
    // Formatting runs code of users: what may change is copied before.
    let held;
    let format = if is_array(this) {
        held = cx.bytes(format)?;
        held.as_slice()
    } else {
        format
    };
    let made = crate::format::percent_bytes(cx, format, values)?;
    if is_array(this) { make(cx, this, made.as_slice()) } else { Ok(made.into_value()) }
}
