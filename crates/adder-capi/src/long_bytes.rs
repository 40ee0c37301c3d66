//! Ints as bytes: `PyLong_AsNativeBytes` and its like.

use core::ffi::{c_int, c_void};

use adder_objects::int::{self, Int};
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use crate::border::{Borrowed, bad_call};
use crate::contract::api;

/// Bits of `Py_ASNATIVEBYTES_*`; -1 stands for the defaults.
const LITTLE_ENDIAN: c_int = 1;
/// Of `Py_ASNATIVEBYTES_NATIVE_ENDIAN`, which is 3.
const NATIVE_ENDIAN_BIT: c_int = 2;
const UNSIGNED_BUFFER: c_int = 4;
const REJECT_NEGATIVE: c_int = 8;
const ALLOW_INDEX: c_int = 16;

/// What CPython holds in one digit: what it says of the bytes that such an int needs is less exact.
const DIGIT_BITS: u64 = 30;

fn is_little(flags: c_int) -> bool {
    if flags == -1 || flags & NATIVE_ENDIAN_BIT != 0 {
        cfg!(target_endian = "little")
    } else {
        flags & LITTLE_ENDIAN != 0
    }
}

/// The lowest bytes of an int in two's complement.
fn write_low(int: &Int<'_>, to: &mut [u8], little: bool) {
    let len = to.len();
    let mut carry = true;
    for at in 0..len {
        let digit = int.digits().get(at / 8).copied().unwrap_or(0);
        let mut byte = (digit >> (at % 8 * 8)) as u8;
        if int.negative {
            (byte, carry) = (!byte).overflowing_add(u8::from(carry));
        }
        to[if little { at } else { len - 1 - at }] = byte;
    }
}

/// Is the absolute value a power of two?
fn is_power_of_two(int: &Int<'_>) -> bool {
    int.digits().iter().map(|d| d.count_ones()).sum::<u32>() == 1
}

/// Does it fit into so many bits with a sign?
fn fits(int: &Int<'_>, bits: u64) -> bool {
    let needed = int.bit_length() + u64::from(!(int.negative && is_power_of_two(int)));
    int.is_zero() || needed <= bits
}

fn as_native_bytes(cx: &Cx, value: &Value, to: *mut u8, n: isize, flags: c_int) -> R<isize> {
    let asked = |flag: c_int| flags != -1 && flags & flag != 0;
    let index;
    let value = if value.is_int() {
        value
    } else if asked(ALLOW_INDEX) {
        index = cx.index(value)?;
        &index
    } else {
        return raise!(cx, exc::TYPE_ERROR, "expect int, got {}", value.ty().name());
    };
    let Some(int) = Int::of(value) else { return Err(bad_call(cx, "PyLong_AsNativeBytes")) };
    if asked(REJECT_NEGATIVE) && int.negative {
        return raise!(cx, exc::VALUE_ERROR, "Cannot convert negative int");
    }
    let size = n.max(0) as usize;
    if size > 0 && !to.is_null() {
        // SAFETY: the contract: so many bytes are C's to be written.
        write_low(&int, unsafe { core::slice::from_raw_parts_mut(to, size) }, is_little(flags));
    }
    let bits = size as u64 * 8;
    // Without a sign where C means to read it so.
    let unsigned = (flags == -1 || flags & UNSIGNED_BUFFER != 0) && !int.negative && int.bit_length() <= bits;
    let fits = size > 0 && (fits(&int, bits) || unsigned);
    // One bit is missing, for the sign.
    if size > 0 && !fits && !int.negative && int.bit_length() == bits {
        return Ok(n + 1);
    }
    if int.bit_length() <= DIGIT_BITS {
        return Ok(if fits { n.min(8) } else { 8 });
    }
    let needed = (int.bit_length() / 8 + 1) as isize;
    Ok(if fits { needed.min(n) } else { needed })
}

api! {
    /// The bytes of an int in two's complement, cut to so many; how many would be enough.
    runs fn PyLong_AsNativeBytes(cx, object: Borrowed, to: *mut c_void, n: isize, flags: c_int) -> isize {
        as_native_bytes(cx, &object, to.cast(), n, flags)
    }

    /// The int that bytes represent.
    quiet fn PyLong_FromNativeBytes(cx, from: *const c_void, n: usize, flags: c_int) -> Value {
        if from.is_null() {
            return Err(bad_call(cx, "PyLong_FromNativeBytes"));
        }
        let signed = flags == -1 || flags & UNSIGNED_BUFFER == 0;
        // SAFETY: the contract: so many bytes lie there.
        int::from_slice(cx, unsafe { core::slice::from_raw_parts(from.cast(), n) }, is_little(flags), signed)
    }

    /// The same, without a sign.
    quiet fn PyLong_FromUnsignedNativeBytes(cx, from: *const c_void, n: usize, flags: c_int) -> Value {
        if from.is_null() {
            return Err(bad_call(cx, "PyLong_FromUnsignedNativeBytes"));
        }
        // SAFETY: the contract: so many bytes lie there.
        int::from_slice(cx, unsafe { core::slice::from_raw_parts(from.cast(), n) }, is_little(flags), false)
    }

    /// Exactly so many bytes of an int. `errors`: OverflowError if it does not fit; else just -1.
    quiet fn _PyLong_AsByteArray(
        cx, object: Borrowed, to: *mut u8, n: usize, little: c_int, signed: c_int, errors: c_int
    ) -> c_int {
        let Some(int) = Int::of(&object) else { return Err(bad_call(cx, "_PyLong_AsByteArray")) };
        let (refused, text) = if int.negative && signed == 0 {
            (true, "can't convert negative int to unsigned")
        } else {
            let bits = n as u64 * 8;
            let fits = if signed != 0 {
                // CPython finds no byte enough for -1: all that is left out would be ones.
                fits(&int, bits) || n == 0 && int.negative && int.digits() == [1]
            } else { int.bit_length() <= bits };
            (!fits, "int too big to convert")
        };
        if refused && int.negative && signed == 0 {
            return if errors == 0 { Ok(-1) } else { raise!(cx, exc::OVERFLOW_ERROR, "{text}") };
        }
        if n > 0 {
            // SAFETY: the contract: so many bytes are C's to be written.
            write_low(&int, unsafe { core::slice::from_raw_parts_mut(to, n) }, little != 0);
        }
        match (refused, errors) {
            (false, _) => Ok(0),
            (true, 0) => Ok(-1),
            (true, _) => raise!(cx, exc::OVERFLOW_ERROR, "{text}"),
        }
    }

    /// The int that bytes represent.
    quiet fn _PyLong_FromByteArray(cx, from: *const u8, n: usize, little: c_int, signed: c_int) -> Value {
        if n == 0 {
            return cx.int(0);
        }
        // SAFETY: the contract: so many bytes lie there.
        int::from_slice(cx, unsafe { core::slice::from_raw_parts(from, n) }, little != 0, signed != 0)
    }
}
