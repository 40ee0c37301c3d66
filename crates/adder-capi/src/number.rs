//! `PyLong_*`, `PyFloat_*`, `PyBool_*`: numbers to and from C's.

use core::ffi::{c_double, c_int, c_long, c_ulong, c_void};

use adder_objects::int::{Int, PyLong};
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use crate::border::Borrowed;
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
fn to_unsigned(cx: &Cx, value: &Value, name: &str) -> R<u64> {
    if !(value.is_small() || value.downcast::<PyLong>().is_some()) {
        return raise!(cx, exc::TYPE_ERROR, "an integer is required");
    }
    match Int::of(value).and_then(|int| int.to_i128()) {
        Some(n) if n < 0 => raise!(cx, exc::OVERFLOW_ERROR, "can't convert negative value to unsigned int"),
        Some(n) if n <= i128::from(u64::MAX) => Ok(n as u64),
        _ => raise!(cx, exc::OVERFLOW_ERROR, "Python int too large to convert to C {name}"),
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
    runs fn PyLong_AsVoidPtr(cx, object: Borrowed) -> *mut c_void {
        match to_long(cx, &object)? {
            Ok(n) => Ok(core::ptr::with_exposed_provenance_mut(n as usize)),
            Err(_) => Ok(core::ptr::with_exposed_provenance_mut(to_unsigned(cx, &object, "pointer")? as usize)),
        }
    }

    /// An int as a C `long`; OverflowError if it does not fit.
    runs fn PyLong_AsLong(cx, object: Borrowed) -> c_long {
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
    runs fn PyLong_AsLongLong(cx, object: Borrowed) -> c_long {
        match to_long(cx, &object)? {
            Ok(n) => Ok(n),
            Err(_) => raise!(cx, exc::OVERFLOW_ERROR, "int too big to convert"),
        }
    }

    /// An int as a `Py_ssize_t`.
    quiet fn PyLong_AsSsize_t(cx, object: Borrowed) -> isize {
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
        Ok(to_unsigned(cx, &object, "size_t")? as usize)
    }

    /// An int as an `unsigned long`.
    quiet fn PyLong_AsUnsignedLong(cx, object: Borrowed) -> c_ulong {
        to_unsigned(cx, &object, "unsigned long")
    }

    /// An int as an `unsigned long long`.
    quiet fn PyLong_AsUnsignedLongLong(cx, object: Borrowed) -> c_ulong {
        to_unsigned(cx, &object, "unsigned long long")
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

    /// A float.
    quiet fn PyFloat_FromDouble(cx, value: c_double) -> Value {
        cx.float(value)
    }

    /// A float's number, or what `__float__` or `__index__` gives.
    runs fn PyFloat_AsDouble(cx, object: Borrowed) -> c_double {
        to_double(cx, &object)
    }

    /// A float from a text.
    runs fn PyFloat_FromString(cx, text: Borrowed) -> Value {
        cx.call(&adder_objects::float::FLOAT_TYPE.value(), core::slice::from_ref(&*text))
    }

    /// True or False.
    quiet fn PyBool_FromLong(cx, value: c_long) -> Value {
        let _ = cx;
        Ok(Value::bool(value != 0))
    }

    /// `index(object)` as a `Py_ssize_t`: with an exception class OverflowError becomes that, with NULL the value is clipped.
    runs fn PyNumber_AsSsize_t(cx, object: Borrowed, class: Option<Borrowed>) -> isize {
        let index = cx.index(&object)?;
        match (index.as_i64(), class) {
            (Some(n), _) => Ok(n as isize),
            (None, None) => Ok(if Int::of(&index).is_some_and(|int| int.negative) { isize::MIN } else { isize::MAX }),
            (None, Some(class)) => {
                let text = format!("cannot fit '{}' into an index-sized integer", object.ty().name());
                let text = cx.str_value(&text)?;
                Err(adder_objects::Raised::new(crate::errors::instance_of(cx, &class, Some(&text))?))
            }
        }
    }

    /// `int(object)`
    runs fn PyNumber_Long(cx, object: Borrowed) -> Value {
        cx.call(&adder_objects::int::INT_TYPE.value(), core::slice::from_ref(&*object))
    }

    /// `float(object)`
    runs fn PyNumber_Float(cx, object: Borrowed) -> Value {
        cx.call(&adder_objects::float::FLOAT_TYPE.value(), core::slice::from_ref(&*object))
    }

    /// `object.__index__()`
    runs fn PyNumber_Index(cx, object: Borrowed) -> Value {
        cx.index(&object)
    }
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
