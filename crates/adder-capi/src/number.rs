//! `PyLong_*`, `PyBool_*`: ints to and from C's.

use core::ffi::{c_char, c_double, c_int, c_long, c_ulong, c_void};

use adder_objects::int::{INT_TYPE, Int, Parsed, PyLong};
use adder_objects::str::PyStr;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use crate::border::{Borrowed, Object, bad_call};
use crate::contract::api;

/// The int that an object is, or that its `__index__` gives.
pub fn whole(cx: &Cx, value: &Value) -> R {
    if value.is_small() || value.downcast::<PyLong>().is_some() { Ok(value.clone()) } else { cx.index(value) }
}

/// An int as a C `long`, and on which side of its range it lies otherwise.
fn to_long(cx: &Cx, value: &Value) -> R<Result<i64, bool>> {
    let int = whole(cx, value)?;
    Ok(match int.as_i64() {
        Some(n) => Ok(n),
        None => Err(Int::of(&int).is_some_and(|int| int.negative)),
    })
}

/// An int as an unsigned word.
fn to_unsigned(cx: &Cx, value: &Value, negative: &str, too_large: &str) -> R<u64> {
    match Int::of(value) {
        None => raise!(cx, exc::TYPE_ERROR, "an integer is required"),
        Some(int) if int.negative => raise!(cx, exc::OVERFLOW_ERROR, "{negative}"),
        Some(int) => match int.digits() {
            [] => Ok(0),
            [digit] => Ok(*digit),
            _ => raise!(cx, exc::OVERFLOW_ERROR, "{too_large}"),
        },
    }
}

/// The number that an object is, or that its `__float__` or `__index__` gives.
///
/// # Errors
/// TypeError; what these raise.
pub fn to_double(cx: &Cx, value: &Value) -> R<f64> {
    if let Some(float) = value.downcast::<adder_objects::float::PyFloat>() {
        return Ok(float.value);
    }
    if value.ty().slots.float.get().is_none() && value.ty().slots.index.get().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "must be real number, not {}", value.ty().name());
    }
    let made = cx.call(&adder_objects::float::FLOAT_TYPE.value(), core::slice::from_ref(value))?;
    Ok(made.downcast::<adder_objects::float::PyFloat>().map_or(0.0, |float| float.value))
}

/// The value of an int that fits.
///
/// # Safety
/// NULL, or a live object.
#[inline(always)]
unsafe fn short((object,): (Object,)) -> Option<c_long> {
    // SAFETY: by the contract.
    let object = unsafe { Borrowed::of(object) }?;
    object.downcast::<PyLong>()?.to_i64()
}

/// The same.
///
/// # Safety
/// As for [`short`].
#[inline(always)]
unsafe fn short_size(object: (Object,)) -> Option<isize> {
    // SAFETY: by the contract.
    unsafe { short(object) }.map(|n| n as isize)
}

api! {
    /// An int.
    quiet fn PyLong_FromLong(cx, value: c_long) -> Value {
        cx.int(value)
    }

    /// An int.
    quiet fn PyLong_FromLongLong(cx, value: c_long) -> Value {
        cx.int(value)
    }

    /// An int.
    quiet fn PyLong_FromSsize_t(cx, value: isize) -> Value {
        cx.int(value as i64)
    }

    /// An int.
    quiet fn PyLong_FromUnsignedLong(cx, value: c_ulong) -> Value {
        cx.int_from_u64(value)
    }

    /// An int.
    quiet fn PyLong_FromUnsignedLongLong(cx, value: c_ulong) -> Value {
        cx.int_from_u64(value)
    }

    /// An int.
    quiet fn PyLong_FromSize_t(cx, value: usize) -> Value {
        cx.int_from_u64(value as u64)
    }

    /// The whole part of a number.
    quiet fn PyLong_FromDouble(cx, value: c_double) -> Value {
        cx.call(&adder_objects::int::INT_TYPE.value(), &[cx.float(value)?])
    }

    /// The address as an int.
    quiet fn PyLong_FromVoidPtr(cx, pointer: *mut c_void) -> Value {
        cx.int_from_u64(pointer.addr() as u64)
    }

    /// An address from an int.
    quiet fn PyLong_AsVoidPtr(cx, object: Borrowed) -> *mut c_void {
        let word = match (object.is_int(), object.as_i64()) {
            (true, Some(n)) => n as usize,
            (true, None) if Int::of(&object).is_some_and(|int| int.negative) => {
                return raise!(cx, exc::OVERFLOW_ERROR, "Python int too large to convert to C long");
            }
            _ => to_unsigned(cx, &object, "", "Python int too large to convert to C unsigned long")? as usize,
        };
        Ok(core::ptr::with_exposed_provenance_mut(word))
    }

    /// An int as a C `long`; OverflowError if it does not fit.
    runs fn PyLong_AsLong(cx, object: Borrowed) -> c_long = short {
        match to_long(cx, &object)? {
            Ok(n) => Ok(n),
            Err(_) => raise!(cx, exc::OVERFLOW_ERROR, "Python int too large to convert to C long"),
        }
    }

    /// An int as a C `int`; OverflowError if it does not fit.
    runs fn PyLong_AsInt(cx, object: Borrowed) -> c_int {
        match to_long(cx, &object)?.ok().and_then(|n| c_int::try_from(n).ok()) {
            Some(n) => Ok(n),
            None => raise!(cx, exc::OVERFLOW_ERROR, "Python int too large to convert to C int"),
        }
    }

    /// An int as a C `long`; where it does not fit, -1 with 1 or -1 in `overflow`, and no exception.
    runs fn PyLong_AsLongAndOverflow(cx, object: Borrowed, overflow: *mut c_int) -> c_long {
        and_overflow(cx, &object, overflow)
    }

    /// The same for `long long`.
    runs fn PyLong_AsLongLongAndOverflow(cx, object: Borrowed, overflow: *mut c_int) -> c_long {
        and_overflow(cx, &object, overflow)
    }

    /// An int as a C `long long`.
    runs fn PyLong_AsLongLong(cx, object: Borrowed) -> c_long = short {
        match to_long(cx, &object)? {
            Ok(n) => Ok(n),
            Err(_) => raise!(cx, exc::OVERFLOW_ERROR, "int too big to convert"),
        }
    }

    /// An int as a `Py_ssize_t`.
    quiet fn PyLong_AsSsize_t(cx, object: Borrowed) -> isize = short_size {
        if !(object.is_small() || object.downcast::<PyLong>().is_some()) {
            return raise!(cx, exc::TYPE_ERROR, "an integer is required");
        }
        match object.as_i64() {
            Some(n) => Ok(n as isize),
            None => raise!(cx, exc::OVERFLOW_ERROR, "Python int too large to convert to C ssize_t"),
        }
    }

    /// An int as a `size_t`.
    quiet fn PyLong_AsSize_t(cx, object: Borrowed) -> usize {
        let (negative, too_large) =
            ("can't convert negative value to size_t", "Python int too large to convert to C size_t");
        Ok(to_unsigned(cx, &object, negative, too_large)? as usize)
    }

    /// An int as an `unsigned long`.
    quiet fn PyLong_AsUnsignedLong(cx, object: Borrowed) -> c_ulong {
        let (negative, too_large) =
            ("can't convert negative value to unsigned int", "Python int too large to convert to C unsigned long");
        to_unsigned(cx, &object, negative, too_large)
    }

    /// An int as an `unsigned long long`.
    quiet fn PyLong_AsUnsignedLongLong(cx, object: Borrowed) -> c_ulong {
        to_unsigned(cx, &object, "can't convert negative int to unsigned", "int too big to convert")
    }

    /// The lowest 64 bits of an int.
    runs fn PyLong_AsUnsignedLongMask(cx, object: Borrowed) -> c_ulong {
        mask(cx, &object)
    }

    /// The lowest 64 bits of an int.
    runs fn PyLong_AsUnsignedLongLongMask(cx, object: Borrowed) -> c_ulong {
        mask(cx, &object)
    }

    /// An int as a number; OverflowError if it is too large.
    quiet fn PyLong_AsDouble(cx, object: Borrowed) -> c_double {
        if !(object.is_small() || object.downcast::<PyLong>().is_some()) {
            return raise!(cx, exc::TYPE_ERROR, "an integer is required");
        }
        to_double(cx, &object)
    }

    /// True or False.
    quiet fn PyBool_FromLong(cx, value: c_long) -> Value {
        let _ = cx;
        Ok(Value::bool(value != 0))
    }

    /// An int from a text in a base of 2 to 36, or in that of its prefix (0). `end` gets where the digits end.
    runs fn PyLong_FromString(cx, text: *const c_char, end: *mut *mut c_char, base: c_int) -> Value {
        // SAFETY: the contract: a text; there is a place for its end, or NULL.
        unsafe { from_text(cx, text, end, base) }
    }

    /// An int from a string.
    runs fn PyLong_FromUnicodeObject(cx, text: Borrowed, base: c_int) -> Value {
        if text.downcast::<PyStr>().is_none() {
            return Err(bad_call(cx, "PyLong_FromUnicodeObject"));
        }
        check_base(cx, base)?;
        cx.call(&INT_TYPE.value(), &[text.to_owned(), Value::small(base.into())])
    }

    /// Is it above zero?
    quiet fn PyLong_IsPositive(cx, object: Borrowed) -> bool {
        Ok(sign(cx, &object)? > 0)
    }

    /// Is it below zero?
    quiet fn PyLong_IsNegative(cx, object: Borrowed) -> bool {
        Ok(sign(cx, &object)? < 0)
    }

    /// Is it zero?
    quiet fn PyLong_IsZero(cx, object: Borrowed) -> bool {
        Ok(sign(cx, &object)? == 0)
    }

    /// 1, 0 or -1.
    quiet fn PyLong_GetSign(cx, object: Borrowed, to: *mut c_int) -> () {
        let sign = sign(cx, &object)?;
        // SAFETY: the contract: there is a place for it.
        unsafe { to.write(sign) };
        Ok(())
    }

    /// The sign of what is known to be an int.
    quiet fn _PyLong_Sign(cx, object: Borrowed) -> c_int {
        sign(cx, &object)
    }

    /// How many bits the absolute value of an int has.
    quiet fn _PyLong_NumBits(cx, object: Borrowed) -> c_long {
        match Int::of(&object) {
            Some(int) => Ok(int.bit_length() as c_long),
            None => Err(bad_call(cx, "_PyLong_NumBits")),
        }
    }

    /// An int of no subclass, with the value of an int.
    quiet fn _PyLong_Copy(cx, object: Borrowed) -> Value {
        if !object.is_int() {
            return Err(bad_call(cx, "_PyLong_Copy"));
        }
        adder_objects::int::exact(cx, &object)
    }

    /// Has [`PyUnstable_Long_CompactValue`] a value to give?
    quiet fn PyUnstable_Long_IsCompact(cx, object: Borrowed) -> c_int {
        let _ = cx;
        Ok(object.as_i64().is_some().into())
    }

    /// The value of a compact int.
    quiet fn PyUnstable_Long_CompactValue(cx, object: Borrowed) -> isize {
        let _ = cx;
        Ok(object.as_i64().unwrap_or(0) as isize)
    }

    /// An int.
    quiet fn PyLong_FromInt32(cx, value: i32) -> Value {
        cx.int(value.into())
    }

    /// An int.
    quiet fn PyLong_FromInt64(cx, value: i64) -> Value {
        cx.int(value)
    }

    /// An int.
    quiet fn PyLong_FromUInt32(cx, value: u32) -> Value {
        cx.int(value.into())
    }

    /// An int.
    quiet fn PyLong_FromUInt64(cx, value: u64) -> Value {
        cx.int_from_u64(value)
    }

    /// An int, or what `__index__` gives, as 32 bits.
    runs fn PyLong_AsInt32(cx, object: Borrowed, to: *mut i32) -> () {
        // SAFETY: the contract: there is a place for it.
        unsafe { write_fitting(cx, &object, to, "int32_t", false) }
    }

    /// The same as 64 bits.
    runs fn PyLong_AsInt64(cx, object: Borrowed, to: *mut i64) -> () {
        // SAFETY: the contract: there is a place for it.
        unsafe { write_fitting(cx, &object, to, "int64_t", false) }
    }

    /// The same as 32 bits without a sign.
    runs fn PyLong_AsUInt32(cx, object: Borrowed, to: *mut u32) -> () {
        // SAFETY: the contract: there is a place for it.
        unsafe { write_fitting(cx, &object, to, "uint32_t", true) }
    }

    /// The same as 64 bits without a sign.
    runs fn PyLong_AsUInt64(cx, object: Borrowed, to: *mut u64) -> () {
        // SAFETY: the contract: there is a place for it.
        unsafe { write_fitting(cx, &object, to, "uint64_t", true) }
    }
}

/// The sign of an int: 1, 0 or -1.
fn sign(cx: &Cx, value: &Value) -> R<c_int> {
    match Int::of(value) {
        Some(int) if int.is_zero() => Ok(0),
        Some(int) => Ok(if int.negative { -1 } else { 1 }),
        None => raise!(cx, exc::TYPE_ERROR, "expected int, got {}", value.ty().name()),
    }
}

/// Writes an int to C's place, if it fits.
///
/// # Safety
/// There is a place for it.
unsafe fn write_fitting<T: TryFrom<i128>>(cx: &Cx, value: &Value, to: *mut T, name: &str, unsigned: bool) -> R<()> {
    let int = whole(cx, value)?;
    let n = Int::of(&int);
    if unsigned && n.as_ref().is_some_and(|n| n.negative) {
        return raise!(cx, exc::VALUE_ERROR, "Cannot convert negative int");
    }
    match n.and_then(|n| n.to_i128()).and_then(|n| T::try_from(n).ok()) {
        Some(n) => {
            // SAFETY: by the contract.
            unsafe { to.write(n) };
            Ok(())
        }
        None => raise!(cx, exc::OVERFLOW_ERROR, "Python int too large to convert to C {name}"),
    }
}

fn check_base(cx: &Cx, base: c_int) -> R<()> {
    if base != 0 && !(2..=36).contains(&base) {
        return raise!(cx, exc::VALUE_ERROR, "int() arg 2 must be >= 2 and <= 36");
    }
    Ok(())
}

/// # Safety
/// A text that ends with a zero; a place for its end, or NULL.
unsafe fn from_text(cx: &Cx, text: *const c_char, end: *mut *mut c_char, base: c_int) -> R {
    check_base(cx, base)?;
    // SAFETY: by the contract.
    let bytes = unsafe { core::ffi::CStr::from_ptr(text) }.to_bytes();
    let parsed = adder_objects::int::parse(cx, bytes, base as u32)?;
    let (read, base) = match parsed {
        Parsed::Int(_) => (bytes.len(), base as u32),
        Parsed::Invalid => well_formed(bytes, base as u32),
    };
    if !end.is_null() {
        // SAFETY: by the contract; within the text.
        unsafe { end.write(text.add(read).cast_mut()) };
    }
    match parsed {
        Parsed::Int(made) => Ok(made),
        Parsed::Invalid => {
            let shown = cx.str_value(&String::from_utf8_lossy(&bytes[..bytes.len().min(200)]))?;
            let shown: String = cx.repr(&shown)?.to_lossy().chars().take(200).collect();
            raise!(cx, exc::VALUE_ERROR, "invalid literal for int() with base {base}: {shown}")
        }
    }
}

/// How much of a text is the beginning of an int, and in which base.
fn well_formed(text: &[u8], given: u32) -> (usize, u32) {
    let mut base = given;
    // What CPython shows where zeros stand in front of other digits and no base was given.
    let mut shown = given;
    let mut at = text.iter().take_while(|b| b.is_ascii_whitespace() || **b == 0x0B).count();
    at += usize::from(matches!(text.get(at), Some(b'+' | b'-')));
    let prefix = match (text.get(at), text.get(at + 1)) {
        (Some(b'0'), Some(b'x' | b'X')) => 16,
        (Some(b'0'), Some(b'o' | b'O')) => 8,
        (Some(b'0'), Some(b'b' | b'B')) => 2,
        _ => 0,
    };
    if base == 0 {
        base = if prefix == 0 { 10 } else { prefix };
        if prefix != 0 || text.get(at) != Some(&b'0') {
            shown = base;
        }
    }
    if prefix == base {
        at += 2;
        at += usize::from(text.get(at) == Some(&b'_'));
    }
    if text.get(at) == Some(&b'_') {
        return (at, shown);
    }
    let mut before = 0;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'_' if before == b'_' => return (at - 1, shown),
            b'_' => {}
            _ if (byte as char).is_digit(base) => {}
            _ => break,
        }
        before = byte;
        at += 1;
    }
    if before == b'_' {
        return (at - 1, shown);
    }
    if before != 0 {
        at += text[at..].iter().take_while(|b| b.is_ascii_whitespace() || **b == 0x0B).count();
    }
    (at, shown)
}

fn and_overflow(cx: &Cx, value: &Value, overflow: *mut c_int) -> R<c_long> {
    let (n, over) = match to_long(cx, value) {
        Ok(Ok(n)) => (Ok(n), 0),
        Ok(Err(negative)) => (Ok(-1), if negative { -1 } else { 1 }),
        Err(raised) => (Err(raised), 0),
    };
    // SAFETY: the contract: there is a place for it.
    unsafe { overflow.write(over) };
    n
}

fn mask(cx: &Cx, value: &Value) -> R<u64> {
    let int = whole(cx, value)?;
    let Some(int) = Int::of(&int) else { return Ok(0) };
    let low = int.digits().first().copied().unwrap_or(0);
    Ok(if int.negative { low.wrapping_neg() } else { low })
}
