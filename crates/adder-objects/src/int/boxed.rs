//! Small ints as objects, for C, which knows no values that are not pointers.

use adder_gc::raw::Head;

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

impl Value {
    /// An int object of the same value, where this is a small int; else the value itself.
    ///
    /// # Errors
    /// MemoryError.
    pub fn boxed(self, cx: &Cx) -> R {
        let Some(small) = self.as_small() else { return Ok(self) };
        if (LEAST..=MOST).contains(&small) {
            return Ok(Value::from_static(&STATIC_INTS[(small - LEAST) as usize].int));
        }
        let digits = [small.unsigned_abs()];
        Ok(cx.long_in(&INT_TYPE, &digits, small < 0)?.into_value())
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
