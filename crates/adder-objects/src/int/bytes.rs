//! Ints from bytes and to bytes.

use super::INT_TYPE;
use super::digits::Int;
use crate::args::{Args, Params};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::storage::HeapVec;
use crate::str::{PyStr, STR_TYPE};
use crate::typeobject::{Method, TypeObject};
use crate::value::Value;

pub(super) const FROM_BYTES: Method = Method::any("from_bytes", from_bytes)
    .class()
    .doc("($type, /, bytes, byteorder='big', *, signed=False)", "The int that bytes represent.");

pub(super) const TO_BYTES: Method = Method::any("to_bytes", to_bytes)
    .doc("($self, /, length=1, byteorder='big', *, signed=False)", "The bytes that represent the int.");

const TO_PARAMS: Params<3> = Params {
    function: "to_bytes",
    names: ["length", "byteorder", "signed"],
    positional_only: 0,
    positional: 2,
    required: 0,
};

fn to_bytes(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let [length, order, signed] = args.bind(cx, &TO_PARAMS)?;
    let length = match length {
        None => 1,
        Some(length) => crate::subscript::word(cx, length)?,
    };
    let little = is_little(cx, "to_bytes", order)?;
    let signed = signed.map_or(Ok(false), |signed| cx.is_true(signed))?;
    let Ok(length) = usize::try_from(length) else {
        return raise!(cx, exc::VALUE_ERROR, "length argument must be non-negative");
    };
    let bytes = to_vec(cx, &super::of(this), length, little, signed)?;
    Ok(cx.bytes(&bytes)?.into_value())
}

const FROM_PARAMS: Params<3> = Params {
    function: "from_bytes",
    names: ["bytes", "byteorder", "signed"],
    positional_only: 0,
    positional: 2,
    required: 1,
};

/// Is it the little-endian order?
fn is_little(cx: &Cx, function: &str, order: Option<&Value>) -> R<bool> {
    let Some(order) = order else { return Ok(false) };
    let Some(text) = order.downcast::<PyStr>() else {
        let name = crate::arguments::type_name(order);
        return raise!(cx, exc::TYPE_ERROR, "{function}() argument 'byteorder' must be str, not {name}");
    };
    match text.as_str() {
        Some("little") => Ok(true),
        Some("big") => Ok(false),
        _ => raise!(cx, exc::VALUE_ERROR, "byteorder must be either 'little' or 'big'"),
    }
}

fn from_bytes(cx: &Cx, class: &Value, args: Args<'_>) -> R {
    let [bytes, order, signed] = args.bind(cx, &FROM_PARAMS)?;
    let Some(bytes) = bytes else { unreachable!("a required argument") };
    let little = is_little(cx, "from_bytes", order)?;
    let signed = signed.map_or(Ok(false), |signed| cx.is_true(signed))?;
    let int = from_bytes_of(cx, bytes, little, signed)?;
    match class.downcast::<TypeObject>() {
        Some(class) if core::ptr::eq(class, &INT_TYPE) => Ok(int),
        _ => cx.call(class, &[int]),
    }
}

fn from_bytes_of(cx: &Cx, source: &Value, little: bool, signed: bool) -> R {
    let given = cx.call_special(source, &cx.names.bytes().clone(), &[])?;
    let source = given.as_ref().unwrap_or(source);
    if let Some(buffer) = source.ty().slots.buffer.get() {
        let view = buffer(cx, source, crate::buffer::request::SIMPLE)?;
        // SAFETY: making an int runs no code that could write to it.
        return from_slice(cx, unsafe { view.as_slice() }, little, signed);
    }
    let ty = source.ty();
    let iterable = ty.slots.iter.get().is_some() || ty.slots.item.get().is_some();
    if !iterable || source.is_instance(&STR_TYPE) {
        return raise!(cx, exc::TYPE_ERROR, "cannot convert '{}' object to bytes", source.ty().name());
    }
    let mut bytes = HeapVec::new(cx);
    cx.for_each(source, |item| match cx.index(&item)?.as_i64() {
        Some(byte @ 0..=255) => bytes.push(byte as u8),
        _ => raise!(cx, exc::VALUE_ERROR, "bytes must be in range(0, 256)"),
    })?;
    from_slice(cx, &bytes, little, signed)
}

/// The int that bytes represent, in two's complement if `signed`.
///
/// # Errors
/// MemoryError.
pub fn from_slice(cx: &Cx, bytes: &[u8], little: bool, signed: bool) -> R {
    let n = bytes.len();
    let at = |i: usize| if little { bytes[i] } else { bytes[n - 1 - i] };
    let negative = signed && n > 0 && at(n - 1) & 0x80 != 0;
    cx.int_with(n / 8 + 1, negative, |digits| {
        for i in 0..n {
            digits[i / 8] |= u64::from(at(i)) << (i % 8 * 8);
        }
        if negative {
            // Ones in front of the bytes that are there.
            digits[n / 8] |= u64::MAX << (n % 8 * 8);
            let mut carry = true;
            for digit in digits {
                (*digit, carry) = (!*digit).overflowing_add(u64::from(carry));
            }
        }
    })
}

/// The bytes that represent an int, so many of them.
///
/// # Errors
/// OverflowError if they are too few; MemoryError.
pub fn to_vec<'h>(cx: &'h Cx, int: &Int<'_>, length: usize, little: bool, signed: bool) -> R<HeapVec<'h, u8>> {
    if int.negative && !signed {
        return raise!(cx, exc::OVERFLOW_ERROR, "can't convert negative int to unsigned");
    }
    let digits = int.digits();
    // In two's complement -128 needs 8 bits, and 128 needs 9.
    let is_power_of_two = digits.iter().map(|d| d.count_ones()).sum::<u32>() == 1;
    let sign_bit = signed && !int.is_zero() && !(int.negative && is_power_of_two);
    let needed = int.bit_length() + u64::from(sign_bit);
    // CPython finds no byte enough for -1: all that is left out would be ones.
    let none_is_enough = length == 0 && int.negative && digits == [1];
    if needed > length as u64 * 8 && !none_is_enough {
        return raise!(cx, exc::OVERFLOW_ERROR, "int too big to convert");
    }
    let mut bytes = HeapVec::with_capacity(cx, length)?;
    let mut carry = true;
    for i in 0..length {
        let digit = digits.get(i / 8).copied().unwrap_or(0);
        let mut byte = (digit >> (i % 8 * 8)) as u8;
        if int.negative {
            (byte, carry) = (!byte).overflowing_add(u8::from(carry));
        }
        bytes.push(byte)?;
    }
    if !little {
        bytes.reverse();
    }
    Ok(bytes)
}
