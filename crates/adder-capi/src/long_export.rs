//! Ints digit by digit: `PyLong_Export` and `PyLongWriter` (PEP 757).

use core::ffi::{c_int, c_void};
use core::ptr::null;

use adder_objects::int::PyLong;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use crate::border::{Borrowed, Nothing, Object, Outcome};
use crate::contract::{Passing, api};

/// `PyLongLayout`
#[repr(C)]
#[derive(Debug)]
pub struct PyLongLayout {
    bits_per_digit: u8,
    digit_size: u8,
    digits_order: i8,
    digit_endianness: i8,
}

/// Digits of 64 bits, the least significant first.
static LAYOUT: PyLongLayout = PyLongLayout {
    bits_per_digit: 64,
    digit_size: 8,
    digits_order: -1,
    digit_endianness: if cfg!(target_endian = "little") { -1 } else { 1 },
};

/// `PyLongExport`
#[repr(C)]
#[derive(Debug)]
pub struct PyLongExport {
    value: i64,
    negative: u8,
    ndigits: isize,
    digits: *const c_void,
    /// The int whose digits these are; an owned reference.
    reserved: Object,
}

/// `PyLongWriter`
#[derive(Debug)]
pub struct PyLongWriter {
    negative: bool,
    digits: Vec<u64>,
}

macro_rules! pointer {
    ($ty:ty) => {
        impl Outcome for $ty {
            type C = $ty;
            const PASSING: Passing = Passing::Plain;
            fn failure() -> $ty {
                null::<u8>().cast_mut().cast()
            }
            fn give(self, _: &Cx) -> R<$ty> {
                Ok(self)
            }
        }
    };
}
pointer!(*const PyLongLayout);
pointer!(*mut PyLongWriter);

api! {
    /// How digits lie in memory.
    quiet fn PyLong_GetNativeLayout(cx) -> *const PyLongLayout {
        let _ = cx;
        Ok(&raw const LAYOUT)
    }

    /// The value of an int, or its digits: to be freed with `PyLong_FreeExport`.
    quiet fn PyLong_Export(cx, object: Borrowed, to: *mut PyLongExport) -> () {
        let mut export = PyLongExport { value: 0, negative: 0, ndigits: 0, digits: null(), reserved: core::ptr::null_mut() };
        match (object.as_i64(), object.downcast::<PyLong>()) {
            (Some(value), _) => export.value = value,
            (None, Some(long)) => {
                export.negative = long.is_negative().into();
                export.ndigits = long.digits().len() as isize;
                export.digits = long.digits().as_ptr().cast();
                export.reserved = object.to_owned().give(cx)?;
            }
            (None, None) => {
                // SAFETY: the contract: there is a place for it.
                unsafe { to.write(export) };
                return raise!(cx, exc::TYPE_ERROR, "expected int, got {}", object.ty().name());
            }
        }
        // SAFETY: as above.
        unsafe { to.write(export) };
        Ok(())
    }

    /// Ends an export.
    runs fn PyLong_FreeExport(cx, export: *mut PyLongExport) -> Nothing {
        let _ = cx;
        // SAFETY: the contract: what `PyLong_Export` has filled in. A second time there is nothing left.
        unsafe {
            let held = core::mem::replace(&mut (*export).reserved, core::ptr::null_mut());
            (*export).digits = null();
            (*export).ndigits = 0;
            if let Some(held) = core::ptr::NonNull::new(held) {
                drop(Value::from_owned(held));
            }
        }
        Ok(Nothing)
    }

    /// An int in the making: all of its digits are to be written.
    quiet fn PyLongWriter_Create(cx, negative: c_int, ndigits: isize, digits: *mut *mut c_void) -> *mut PyLongWriter {
        if ndigits <= 0 {
            return raise!(cx, exc::VALUE_ERROR, "ndigits must be positive");
        }
        let mut place = Vec::new();
        if place.try_reserve_exact(ndigits as usize).is_err() {
            return Err(cx.no_memory());
        }
        place.resize(ndigits as usize, 0_u64);
        let mut writer = Box::new(PyLongWriter { negative: negative != 0, digits: place });
        // SAFETY: the contract: there is a place for it.
        unsafe { digits.write(writer.digits.as_mut_ptr().cast()) };
        Ok(Box::into_raw(writer))
    }

    /// The int that was written. The writer is gone, whatever happens.
    quiet fn PyLongWriter_Finish(cx, writer: *mut PyLongWriter) -> Value {
        // SAFETY: the contract: made by `PyLongWriter_Create`, and given up here.
        let writer = unsafe { Box::from_raw(writer) };
        cx.int_from_digits(&writer.digits, writer.negative)
    }

    /// Gives a writer up; NULL does nothing.
    quiet fn PyLongWriter_Discard(cx, writer: *mut PyLongWriter) -> Nothing {
        let _ = cx;
        if !writer.is_null() {
            // SAFETY: as above.
            drop(unsafe { Box::from_raw(writer) });
        }
        Ok(Nothing)
    }
}
