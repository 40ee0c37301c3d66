//! `PyFloat_*`.

use core::ffi::{c_char, c_double, c_int};

use adder_objects::float::{FLOAT_TYPE, PyFloat};
use adder_objects::memoryview::{f64_to_half, half_to_f64};
use adder_objects::str::PyStr;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use crate::border::{Borrowed, Object};
use crate::contract::api;
use crate::number::to_double;

/// Writes bytes that stand in the machine's order to C's place, in the order that it wants.
///
/// # Safety
/// There is a place for them.
unsafe fn pack<const N: usize>(mut little_endian: [u8; N], to: *mut c_char, little: c_int) {
    if little == 0 {
        little_endian.reverse();
    }
    // SAFETY: by the contract.
    unsafe { to.cast::<[u8; N]>().write_unaligned(little_endian) };
}

/// Reads bytes from C's place; little-endian.
///
/// # Safety
/// So many lie there.
unsafe fn unpack<const N: usize>(from: *const c_char, little: c_int) -> [u8; N] {
    // SAFETY: by the contract.
    let mut bytes = unsafe { from.cast::<[u8; N]>().read_unaligned() };
    if little == 0 {
        bytes.reverse();
    }
    bytes
}

/// A structure that `sys` has.
fn of_sys(cx: &Cx, name: &str) -> R {
    cx.getattr_text(&cx.import("sys")?, name)
}

/// The number of what is exactly a float.
///
/// # Safety
/// NULL, or a live object.
#[inline(always)]
unsafe fn short((object,): (Object,)) -> Option<c_double> {
    // SAFETY: by the contract.
    let object = unsafe { Borrowed::of(object) }?;
    object.downcast_exact::<PyFloat>().map(|float| float.value)
}

api! {
    /// A float.
    quiet fn PyFloat_FromDouble(cx, value: c_double) -> Value {
        cx.float(value)
    }

    /// A float's number, or what `__float__` or `__index__` gives.
    runs fn PyFloat_AsDouble(cx, object: Option<Borrowed>) -> c_double = short {
        match object {
            Some(object) => to_double(cx, &object),
            None => raise!(cx, exc::TYPE_ERROR, "bad argument type for built-in operation"),
        }
    }

    /// A float from a text.
    runs fn PyFloat_FromString(cx, text: Borrowed) -> Value {
        if text.downcast::<PyStr>().is_none() && text.ty().slots.buffer.get().is_none() {
            let name = text.ty().name();
            return raise!(cx, exc::TYPE_ERROR, "float() argument must be a string or a real number, not '{name}'");
        }
        if text.downcast::<PyFloat>().is_some() {
            return Ok(text.to_owned());
        }
        cx.call(&FLOAT_TYPE.value(), core::slice::from_ref(&*text))
    }

    /// The largest finite float.
    quiet fn PyFloat_GetMax(cx) -> c_double {
        let _ = cx;
        Ok(f64::MAX)
    }

    /// The smallest normal float above zero.
    quiet fn PyFloat_GetMin(cx) -> c_double {
        let _ = cx;
        Ok(f64::MIN_POSITIVE)
    }

    /// `sys.float_info`
    runs fn PyFloat_GetInfo(cx) -> Value {
        of_sys(cx, "float_info")
    }

    /// Two bytes of IEEE 754; OverflowError if the number is too large.
    quiet fn PyFloat_Pack2(cx, value: c_double, to: *mut c_char, little: c_int) -> () {
        let half = f64_to_half(value);
        if value.is_finite() && half & 0x7FFF == 0x7C00 {
            return raise!(cx, exc::OVERFLOW_ERROR, "float too large to pack with e format");
        }
        // SAFETY: the contract: there is a place for two bytes.
        unsafe { pack(half.to_le_bytes(), to, little) };
        Ok(())
    }

    /// Four bytes of IEEE 754; OverflowError if the number is too large.
    quiet fn PyFloat_Pack4(cx, value: c_double, to: *mut c_char, little: c_int) -> () {
        let single = value as f32;
        if single.is_infinite() && value.is_finite() {
            return raise!(cx, exc::OVERFLOW_ERROR, "float too large to pack with f format");
        }
        // SAFETY: the contract: there is a place for four bytes.
        unsafe { pack(single.to_le_bytes(), to, little) };
        Ok(())
    }

    /// Eight bytes of IEEE 754.
    quiet fn PyFloat_Pack8(cx, value: c_double, to: *mut c_char, little: c_int) -> () {
        let _ = cx;
        // SAFETY: the contract: there is a place for eight bytes.
        unsafe { pack(value.to_le_bytes(), to, little) };
        Ok(())
    }

    /// What two bytes say.
    quiet fn PyFloat_Unpack2(cx, from: *const c_char, little: c_int) -> c_double {
        let _ = cx;
        // SAFETY: the contract: two bytes lie there.
        Ok(half_to_f64(u16::from_le_bytes(unsafe { unpack(from, little) })))
    }

    /// What four bytes say.
    quiet fn PyFloat_Unpack4(cx, from: *const c_char, little: c_int) -> c_double {
        let _ = cx;
        // SAFETY: the contract: four bytes lie there.
        Ok(f64::from(f32::from_le_bytes(unsafe { unpack(from, little) })))
    }

    /// What eight bytes say.
    quiet fn PyFloat_Unpack8(cx, from: *const c_char, little: c_int) -> c_double {
        let _ = cx;
        // SAFETY: the contract: eight bytes lie there.
        Ok(f64::from_le_bytes(unsafe { unpack(from, little) }))
    }

    /// `sys.int_info`
    runs fn PyLong_GetInfo(cx) -> Value {
        of_sys(cx, "int_info")
    }
}
