//! Arithmetic of floats. Where an operand dies, or the old value of the destination, its box becomes that of the result.

use adder_compiler::op::{DST_LOCAL, Instr, KILL_B, KILL_C};
use adder_objects::float::PyFloat;
use adder_objects::{R, Value};

use crate::frame::Registers;
use crate::vm::Vm;

/// The values of two exact floats.
#[inline(always)]
pub(super) fn both(x: &Value, y: &Value) -> Option<(f64, f64)> {
    Some((x.downcast_exact::<PyFloat>()?.value, y.downcast_exact::<PyFloat>()?.value))
}

/// Writes a number into the box of a float that nobody else refers to.
#[inline(always)]
unsafe fn reuse(place: *mut Value, number: f64) -> bool {
    // SAFETY: the caller's place holds a value. A float that only this place refers to is seen by nobody else: its reference is
    // about to be given up, and floats have neither weak references nor finalizers.
    unsafe {
        let value = &*place;
        if value.downcast_exact::<PyFloat>().is_none() || !value.head().is_some_and(|head| head.is_unique()) {
            return false;
        }
        (&raw mut (*value.head_ptr().cast::<PyFloat>().as_ptr()).value).write(number);
        true
    }
}

/// Writes the result of an operation of `b` and `c` to `a`, and consumes what is consumed.
///
/// # Safety
/// The registers are those of the running frame, `i` is its instruction at `vm.ip`. Operands that are consumed are floats, ints or
/// bools: no code runs when they go.
#[inline(never)]
pub(super) unsafe fn give(vm: &Vm, r: Registers, i: Instr, number: f64) -> R<()> {
    // SAFETY: by the contract; what is moved out is not dropped.
    unsafe {
        let (b, c) = (r.at(i.b), r.at(i.c));
        let place = r.at(i.a);
        let (kills_b, kills_c) = (i.flags & KILL_B != 0, i.flags & KILL_C != 0);
        let result = if kills_b && reuse(b, number) {
            if kills_c {
                c.drop_in_place();
            }
            b.read()
        } else if kills_c && reuse(c, number) {
            if kills_b {
                b.drop_in_place();
            }
            c.read()
        } else {
            if kills_b {
                b.drop_in_place();
            }
            if kills_c {
                c.drop_in_place();
            }
            if i.flags & DST_LOCAL != 0 && reuse(place, number) {
                return Ok(());
            }
            vm.cx.float(number)?
        };
        if i.flags & DST_LOCAL == 0 {
            place.write(result);
            return Ok(());
        }
        let old = place.replace(result);
        // What was there may be anything, and its end may run code.
        drop(old);
        Ok(())
    }
}
