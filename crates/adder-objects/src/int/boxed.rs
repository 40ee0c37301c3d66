//! Small ints as objects, for C, which knows no values that are not pointers.

use core::ptr::NonNull;

use adder_gc::raw::{self, Head};

use super::{INT_TYPE, PyLong};
use crate::cx::Cx;
use crate::error::R;
use crate::value::Value;

/// A static int object.
#[repr(C, align(16))]
struct StaticInt {
    int: PyLong,
    digit: u64,
}

/// Those that CPython makes once, too.
const LEAST: i64 = -5;
const MOST: i64 = 256;
const COUNT: usize = (MOST - LEAST + 1) as usize;

static STATIC_INTS: [StaticInt; COUNT] = {
    #[allow(clippy::declare_interior_mutable_const, reason = "each place of the array gets one of its own")]
    const ZERO: StaticInt = of(0);
    let mut made = [ZERO; COUNT];
    let mut at = 0;
    while at < COUNT {
        made[at] = of(at as i64 + LEAST);
        at += 1;
    }
    made
};

const fn of(value: i64) -> StaticInt {
    // SAFETY: the type is a static; the object is an int of one digit (or none, for zero).
    let head = unsafe { Head::immortal(&raw const INT_TYPE.shape.info) };
    StaticInt { int: PyLong::with_head(head, (value != 0) as usize, value < 0), digit: value.unsigned_abs() }
}

/// A new int of one digit: what [`Cx::long_in`] makes, whose size is known here.
#[inline]
fn one_digit(cx: &Cx, digit: u64, negative: bool) -> R {
    const PLACE: raw::Place = raw::Place::of(size_of::<PyLong>() + size_of::<u64>());
    // SAFETY: the info is that of int, of which the head, the number of digits and the digit are all that there is.
    unsafe {
        let Ok(head) = raw::alloc(&cx.heap, PLACE, false, false, &raw const INT_TYPE.shape.info) else {
            return Err(cx.no_memory());
        };
        let long: NonNull<PyLong> = head.cast();
        (&raw mut (*long.as_ptr()).tag).write(2 + usize::from(negative));
        (&raw mut (*long.as_ptr()).digits).cast::<u64>().write(digit);
        Ok(Value::from_owned(head))
    }
}

impl Value {
    /// An int object of the same value, where this is a small int; else the value itself.
    ///
    /// # Errors
    /// MemoryError.
    #[inline]
    pub fn boxed(self, cx: &Cx) -> R {
        let Some(small) = self.as_small() else { return Ok(self) };
        if (LEAST..=MOST).contains(&small) {
            return Ok(Value::from_static(&STATIC_INTS[(small - LEAST) as usize].int));
        }
        one_digit(cx, small.unsigned_abs(), small < 0)
    }

    /// A small int, where this is an object of exactly the type `int` that could be one; else the value itself.
    #[inline]
    pub fn unboxed(self) -> Value {
        match self.downcast_exact::<PyLong>().and_then(PyLong::to_i64).and_then(Value::try_small) {
            Some(small) => small,
            None => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_have_the_value_and_come_back() {
        let cx = Cx::new(adder_gc::Heap::new()).unwrap();
        let _entered = cx.enter();
        for n in [-6, -5, -1, 0, 1, 256, 257, 1 << 40, -(1 << 61)] {
            let boxed = Value::small(n).boxed(&cx).unwrap();
            assert!(boxed.is_object() && boxed.as_i64() == Some(n), "{n}");
            assert_eq!(boxed.head().unwrap().is_foreign(), (-5..=256).contains(&n), "{n}");
            assert!(boxed.unboxed().as_small() == Some(n), "{n}");
        }
    }
}
