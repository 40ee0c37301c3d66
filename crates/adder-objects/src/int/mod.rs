//! `int`: small ones in the value itself, all others as objects that hold their digits.

mod arithmetic;
mod bits;
mod boxed;
mod bytes;
mod compare;
mod digits;
mod methods;
mod new;
mod power;
mod text;

pub use arithmetic::{add, divmod, floor_div, modulo, mul, sub, to_f64, true_div};
pub use bits::{and, lshift, or, rshift, xor};
pub use bytes::{from_slice, to_vec};
pub use compare::{HASH_MODULUS, compare, hash_of};
pub use digits::Int;
pub use new::{exact, from_object};
pub use power::{pow, pow_mod};
pub use text::{DEFAULT_MAX_STR_DIGITS, Parsed, STR_DIGITS_CHECK_THRESHOLD, decimal_digits, digits_in, parse};

pub(crate) use arithmetic::scale;
pub(crate) use compare::finish as finish_hash;
pub(crate) use digits::{Scratch, division_words};
pub(crate) use new::quoted;
pub(crate) use text::{ascii_of, trim};

use core::ptr::NonNull;

use adder_gc::raw::Head;

use crate::cx::Cx;
use crate::error::R;
use crate::object::{Layout, Obj, functions};
use crate::typeobject::{OBJECT_TYPE, Slots, Spec, TypeObject, flag, number, slot};
use crate::value::Value;

/// `int`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyLong_Type")]
pub static INT_TYPE: TypeObject = TypeObject::builtin(&INT_SPEC, &raw const INT_TYPE);

static INT_SPEC: Spec = Spec {
    flags: flag::BASE | flag::INT | flag::MATCH_SELF,
    size: size_of::<PyLong>(),
    item_size: 8,
    functions: functions::<PyLong>(false, false),
    slots: {
        let mut slots = Slots {
            repr: slot(text::repr),
            hash: slot(compare::hash),
            compare: slot(compare),
            new: slot(new::new),
            negative: slot(negative),
            positive: slot(exact),
            absolute: slot(absolute),
            invert: slot(bits::invert),
            bool: slot(is_true),
            int: slot(exact),
            float: slot(float),
            index: slot(exact),
            power: slot(pow_mod),
            ..Slots::NONE
        };
        slots.binary[number::ADD] = slot(add);
        slots.binary[number::SUB] = slot(sub);
        slots.binary[number::MUL] = slot(mul);
        slots.binary[number::TRUE_DIV] = slot(true_div);
        slots.binary[number::FLOOR_DIV] = slot(floor_div);
        slots.binary[number::MOD] = slot(modulo);
        slots.binary[number::DIVMOD] = slot(divmod);
        slots.binary[number::POW] = slot(pow);
        slots.binary[number::LSHIFT] = slot(lshift);
        slots.binary[number::RSHIFT] = slot(rshift);
        slots.binary[number::AND] = slot(and);
        slots.binary[number::OR] = slot(or);
        slots.binary[number::XOR] = slot(xor);
        slots
    },
    methods: methods::METHODS,
    getset: methods::GETSET,
    doc: Some("An integer of any size, from a number or from text in a base from 2 to 36; base 0 looks at the prefix."),
    ..Spec::new("int", &OBJECT_TYPE)
};

/// Layout of an int that is an object: sign, number of digits, and the digits of 64 bits, least significant first.
///
/// Also a small int may be such an object (one that C or a subclass made): everything that takes an int takes both.
#[repr(C)]
pub struct PyLong {
    head: Head,
    /// Digits, times two, plus one if negative.
    tag: usize,
    digits: [u64; 0],
}

// SAFETY: begins with a head; types with the flag derive from int.
unsafe impl Layout for PyLong {
    #[inline(always)]
    fn ty() -> &'static TypeObject {
        &INT_TYPE
    }
    #[inline(always)]
    fn fits(ty: &TypeObject) -> bool {
        ty.has(flag::INT)
    }
}

impl PyLong {
    pub(crate) const fn with_head(head: Head, digits: usize, negative: bool) -> PyLong {
        PyLong { head, tag: digits * 2 + negative as usize, digits: [] }
    }

    /// Is it below zero?
    pub fn is_negative(&self) -> bool {
        self.tag & 1 != 0
    }

    /// The digits of its absolute value, least significant first, without leading zeros.
    pub fn digits(&self) -> &[u64] {
        // SAFETY: so many digits follow; they never change.
        unsafe { core::slice::from_raw_parts((&raw const self.digits).cast(), self.tag / 2) }
    }

    /// The value, if it fits.
    pub fn to_i64(&self) -> Option<i64> {
        match (self.digits(), self.is_negative()) {
            ([], _) => Some(0),
            (&[d], false) => i64::try_from(d).ok(),
            (&[d], true) => 0_i64.checked_sub_unsigned(d),
            _ => None,
        }
    }
}

impl Value {
    /// The value of an int (a subclass's too), if it fits.
    #[inline]
    pub fn as_i64(&self) -> Option<i64> {
        match self.as_small() {
            Some(int) => Some(int),
            None => self.downcast::<PyLong>()?.to_i64(),
        }
    }

    /// Is it an int, of a subclass too?
    #[inline]
    pub fn is_int(&self) -> bool {
        self.is_small() || self.downcast::<PyLong>().is_some()
    }
}

impl Cx {
    /// An int from a machine word.
    ///
    /// # Errors
    /// MemoryError.
    #[inline(always)]
    pub fn int(&self, value: i64) -> R {
        match Value::try_small(value) {
            Some(small) => Ok(small),
            None => Ok(self.int_from_digits(&[value.unsigned_abs()], value < 0)?),
        }
    }

    /// An int from an unsigned word.
    ///
    /// # Errors
    /// MemoryError.
    #[inline]
    pub fn int_from_u64(&self, value: u64) -> R {
        match i64::try_from(value) {
            Ok(value) => self.int(value),
            Err(_) => self.int_from_digits(&[value], false),
        }
    }

    /// An int from digits, least significant first; leading zeros may be there.
    ///
    /// # Errors
    /// MemoryError.
    pub fn int_from_digits(&self, digits: &[u64], negative: bool) -> R {
        let len = digits.iter().rposition(|&d| d != 0).map_or(0, |at| at + 1);
        let digits = &digits[..len];
        let small = match digits {
            [] => Some(0),
            &[d] if negative => 0_i64.checked_sub_unsigned(d),
            &[d] => i64::try_from(d).ok(),
            _ => None,
        };
        match small.and_then(Value::try_small) {
            Some(small) => Ok(small),
            None => Ok(self.long_in(&INT_TYPE, digits, negative)?.into_value()),
        }
    }

    /// An int object of this class with these digits (no leading zeros).
    ///
    /// # Errors
    /// MemoryError.
    pub fn long_in(&self, class: &TypeObject, digits: &[u64], negative: bool) -> R<Obj<PyLong>> {
        let first = size_of::<PyLong>();
        // An instance's dict word, if there is one, stands behind the digits.
        let words = digits.len() + usize::from(class.shape.dict_offset.get() != 0);
        let size = class.shape.size.get() as usize + words * 8;
        // SAFETY: sign, number and digits are written before anything else is allocated.
        unsafe {
            let long: NonNull<PyLong> = self.alloc_bytes(class, size, first + digits.len() * 8)?.cast();
            let tag = digits.len() * 2 + usize::from(negative && !digits.is_empty());
            (&raw mut (*long.as_ptr()).tag).write(tag);
            let place = (&raw mut (*long.as_ptr()).digits).cast::<u64>();
            place.copy_from_nonoverlapping(digits.as_ptr(), digits.len());
            Ok(Obj::from_owned(long))
        }
    }
}

/// The sign and digits of a value that is an int.
fn of(value: &Value) -> Int<'_> {
    match Int::of(value) {
        Some(int) => int,
        None => unreachable!("called for ints"),
    }
}

/// A binary operation on ints, by its number; `NotImplemented` for other types.
///
/// # Errors
/// What the operation raises.
pub fn binary(cx: &Cx, number: usize, a: &Value, b: &Value) -> R {
    match INT_TYPE.slots.binary[number].get() {
        Some(operation) => operation(cx, a, b),
        None => Ok(Value::not_implemented()),
    }
}

fn negative(cx: &Cx, x: &Value) -> R {
    match x.as_small() {
        Some(small) => cx.int(-small),
        None => {
            let int = of(x);
            cx.int_from_digits(int.digits(), !int.negative)
        }
    }
}

fn absolute(cx: &Cx, x: &Value) -> R {
    if of(x).negative { negative(cx, x) } else { exact(cx, x) }
}

fn is_true(_: &Cx, x: &Value) -> R<bool> {
    Ok(!of(x).is_zero())
}

fn float(cx: &Cx, x: &Value) -> R {
    cx.float(cx.int_to_f64(&of(x))?)
}
