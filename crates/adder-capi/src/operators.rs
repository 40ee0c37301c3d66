//! `PyNumber_*`: the number protocol of any object.

use core::ffi::{c_int, c_void};

use adder_objects::complex::PyComplex;
use adder_objects::int::{self, Int};
use adder_objects::typeobject::number;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use crate::border::{Borrowed, Object, returned};
use crate::contract::api;
use crate::structs::nb;
use crate::types::inward::{self, Lent};
use crate::types::outward::is_ours;

/// `int(object)` by `__index__`: of exactly the class `int`.
pub fn exact_index(cx: &Cx, object: &Value) -> R {
    let index = cx.index(object)?;
    int::exact(cx, &index)
}

/// `a **= b` with a modulus, which only a slot written in C gets to see.
fn in_place_power(cx: &Cx, a: &Value, b: &Value, modulus: &Value) -> R {
    if modulus.is_none() {
        return cx.in_place(number::POW, a, b);
    }
    let ty = a.ty();
    let slot = inward::find_in(ty, |c| inward::nb(c, nb::INPLACE_POWER));
    let result = if slot.is_null() || is_ours(slot) {
        match ty.slots.in_place[number::POW].get() {
            Some(f) => f(cx, a, b)?,
            None => Value::not_implemented(),
        }
    } else {
        let (a, b, modulus) = (Lent::new(cx, a)?, Lent::new(cx, b)?, Lent::new(cx, modulus)?);
        // SAFETY: the field holds a function of this kind, which borrows its arguments.
        unsafe {
            let f = core::mem::transmute::<*const c_void, unsafe extern "C" fn(Object, Object, Object) -> Object>(slot);
            returned(cx, f(a.object(), b.object(), modulus.object()), || format!("{}.__ipow__", ty.name()))?
        }
    };
    if !result.is_not_implemented() {
        return Ok(result);
    }
    for operand in [a, b, modulus] {
        if let Some(power) = operand.ty().slots.power.get() {
            let result = power(cx, a, b, modulus)?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
        }
    }
    raise!(
        cx,
        exc::TYPE_ERROR,
        "unsupported operand type(s) for **=: '{}', '{}', '{}'",
        a.ty().name(),
        b.ty().name(),
        modulus.ty().name()
    )
}

api! {
    /// Can it be made an int or a float?
    quiet fn PyNumber_Check(cx, object: Option<Borrowed>) -> c_int {
        let _ = cx;
        Ok(object.is_some_and(|object| {
            let slots = &object.ty().slots;
            slots.index.get().is_some()
                || slots.int.get().is_some()
                || slots.float.get().is_some()
                || object.downcast::<PyComplex>().is_some()
        }).into())
    }

    /// `a + b`
    runs fn PyNumber_Add(cx, a: Borrowed, b: Borrowed) -> Value {
        cx.binary(number::ADD, &a, &b)
    }

    /// `a - b`
    runs fn PyNumber_Subtract(cx, a: Borrowed, b: Borrowed) -> Value {
        cx.binary(number::SUB, &a, &b)
    }

    /// `a * b`
    runs fn PyNumber_Multiply(cx, a: Borrowed, b: Borrowed) -> Value {
        cx.binary(number::MUL, &a, &b)
    }

    /// `a @ b`
    runs fn PyNumber_MatrixMultiply(cx, a: Borrowed, b: Borrowed) -> Value {
        cx.binary(number::MAT_MUL, &a, &b)
    }

    /// `a // b`
    runs fn PyNumber_FloorDivide(cx, a: Borrowed, b: Borrowed) -> Value {
        cx.binary(number::FLOOR_DIV, &a, &b)
    }

    /// `a / b`
    runs fn PyNumber_TrueDivide(cx, a: Borrowed, b: Borrowed) -> Value {
        cx.binary(number::TRUE_DIV, &a, &b)
    }

    /// `a % b`
    runs fn PyNumber_Remainder(cx, a: Borrowed, b: Borrowed) -> Value {
        cx.binary(number::MOD, &a, &b)
    }

    /// `divmod(a, b)`
    runs fn PyNumber_Divmod(cx, a: Borrowed, b: Borrowed) -> Value {
        cx.binary(number::DIVMOD, &a, &b)
    }

    /// `pow(a, b, modulus)`; None for no modulus.
    runs fn PyNumber_Power(cx, a: Borrowed, b: Borrowed, modulus: Borrowed) -> Value {
        cx.power(&a, &b, &modulus)
    }

    /// `a << b`
    runs fn PyNumber_Lshift(cx, a: Borrowed, b: Borrowed) -> Value {
        cx.binary(number::LSHIFT, &a, &b)
    }

    /// `a >> b`
    runs fn PyNumber_Rshift(cx, a: Borrowed, b: Borrowed) -> Value {
        cx.binary(number::RSHIFT, &a, &b)
    }

    /// `a & b`
    runs fn PyNumber_And(cx, a: Borrowed, b: Borrowed) -> Value {
        cx.binary(number::AND, &a, &b)
    }

    /// `a ^ b`
    runs fn PyNumber_Xor(cx, a: Borrowed, b: Borrowed) -> Value {
        cx.binary(number::XOR, &a, &b)
    }

    /// `a | b`
    runs fn PyNumber_Or(cx, a: Borrowed, b: Borrowed) -> Value {
        cx.binary(number::OR, &a, &b)
    }

    /// What `a += b` stores.
    runs fn PyNumber_InPlaceAdd(cx, a: Borrowed, b: Borrowed) -> Value {
        cx.in_place(number::ADD, &a, &b)
    }

    /// What `a -= b` stores.
    runs fn PyNumber_InPlaceSubtract(cx, a: Borrowed, b: Borrowed) -> Value {
        cx.in_place(number::SUB, &a, &b)
    }

    /// What `a *= b` stores.
    runs fn PyNumber_InPlaceMultiply(cx, a: Borrowed, b: Borrowed) -> Value {
        cx.in_place(number::MUL, &a, &b)
    }

    /// What `a @= b` stores.
    runs fn PyNumber_InPlaceMatrixMultiply(cx, a: Borrowed, b: Borrowed) -> Value {
        cx.in_place(number::MAT_MUL, &a, &b)
    }

    /// What `a //= b` stores.
    runs fn PyNumber_InPlaceFloorDivide(cx, a: Borrowed, b: Borrowed) -> Value {
        cx.in_place(number::FLOOR_DIV, &a, &b)
    }

    /// What `a /= b` stores.
    runs fn PyNumber_InPlaceTrueDivide(cx, a: Borrowed, b: Borrowed) -> Value {
        cx.in_place(number::TRUE_DIV, &a, &b)
    }

    /// What `a %= b` stores.
    runs fn PyNumber_InPlaceRemainder(cx, a: Borrowed, b: Borrowed) -> Value {
        cx.in_place(number::MOD, &a, &b)
    }

    /// What `a **= b` stores; with a modulus that is not None, what `pow` gives where nothing can be done in place.
    runs fn PyNumber_InPlacePower(cx, a: Borrowed, b: Borrowed, modulus: Borrowed) -> Value {
        in_place_power(cx, &a, &b, &modulus)
    }

    /// What `a <<= b` stores.
    runs fn PyNumber_InPlaceLshift(cx, a: Borrowed, b: Borrowed) -> Value {
        cx.in_place(number::LSHIFT, &a, &b)
    }

    /// What `a >>= b` stores.
    runs fn PyNumber_InPlaceRshift(cx, a: Borrowed, b: Borrowed) -> Value {
        cx.in_place(number::RSHIFT, &a, &b)
    }

    /// What `a &= b` stores.
    runs fn PyNumber_InPlaceAnd(cx, a: Borrowed, b: Borrowed) -> Value {
        cx.in_place(number::AND, &a, &b)
    }

    /// What `a ^= b` stores.
    runs fn PyNumber_InPlaceXor(cx, a: Borrowed, b: Borrowed) -> Value {
        cx.in_place(number::XOR, &a, &b)
    }

    /// What `a |= b` stores.
    runs fn PyNumber_InPlaceOr(cx, a: Borrowed, b: Borrowed) -> Value {
        cx.in_place(number::OR, &a, &b)
    }

    /// `-object`
    runs fn PyNumber_Negative(cx, object: Borrowed) -> Value {
        cx.negative(&object)
    }

    /// `+object`
    runs fn PyNumber_Positive(cx, object: Borrowed) -> Value {
        cx.positive(&object)
    }

    /// `abs(object)`
    runs fn PyNumber_Absolute(cx, object: Borrowed) -> Value {
        cx.absolute(&object)
    }

    /// `~object`
    runs fn PyNumber_Invert(cx, object: Borrowed) -> Value {
        cx.invert(&object)
    }

    /// Has it an `__index__`?
    quiet fn PyIndex_Check(cx, object: Borrowed) -> c_int {
        let _ = cx;
        Ok(object.ty().slots.index.get().is_some().into())
    }

    /// `object.__index__()`, as an int of no subclass.
    runs fn PyNumber_Index(cx, object: Borrowed) -> Value {
        exact_index(cx, &object)
    }

    /// `int(object)`
    runs fn PyNumber_Long(cx, object: Borrowed) -> Value {
        let made = int::from_object(cx, &object)?;
        int::exact(cx, &made)
    }

    /// `float(object)`
    runs fn PyNumber_Float(cx, object: Borrowed) -> Value {
        cx.call(&adder_objects::float::FLOAT_TYPE.value(), core::slice::from_ref(&*object))
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

    /// An int's digits in base 2, 8, 10 or 16, with the prefix of that base.
    runs fn PyNumber_ToBase(cx, object: Borrowed, base: c_int) -> Value {
        if !matches!(base, 2 | 8 | 10 | 16) {
            return raise!(cx, exc::SYSTEM_ERROR, "PyNumber_ToBase: base must be 2, 8, 10 or 16");
        }
        in_base(cx, &exact_index(cx, &object)?, base)
    }

    /// The same for an int, base 2, 8, 10 or 16.
    quiet fn _PyLong_Format(cx, object: Borrowed, base: c_int) -> Value {
        if !object.is_int() || !matches!(base, 2 | 8 | 10 | 16) {
            return Err(crate::border::bad_call(cx, "_PyLong_Format"));
        }
        in_base(cx, &object, base)
    }
}

fn in_base(cx: &Cx, value: &Value, base: c_int) -> R {
    let Some(int) = Int::of(value) else { return raise!(cx, exc::TYPE_ERROR, "an integer is required") };
    let digits = if base == 10 { int::decimal_digits(cx, &int)? } else { int::digits_in(cx, &int, base as u32)? };
    let prefix = match base {
        2 => "0b",
        8 => "0o",
        16 => "0x",
        _ => "",
    };
    cx.str_value(&format!("{}{prefix}{digits}", if int.negative { "-" } else { "" }))
}
