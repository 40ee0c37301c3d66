//! The units of a format: what an argument must be, and how C gets it.

use core::ffi::{c_char, c_int, c_void};

use adder_objects::bytearray::PyByteArray;
use adder_objects::bytes::PyBytes;
use adder_objects::int::Int;
use adder_objects::str::PyStr;
use adder_objects::{Cx, R, TypeObject, Value, exceptions as exc, raise};

use super::places::{CLEANUP_SUPPORTED, Cleanup, Converter};
use super::{Format, Reader, Wrong, cut};
use crate::border::{Object, Outcome, box_in_place};
use crate::indicator;

/// The int that an argument is or that its `__index__` gives.
fn whole(cx: &Cx, value: &Value) -> R {
    if value.is_int() { Ok(value.clone()) } else { cx.index(value) }
}

/// An int of 64 bits.
fn word(cx: &Cx, value: &Value, c_type: &str) -> R<i64> {
    match whole(cx, value)?.as_i64() {
        Some(n) => Ok(n),
        None => raise!(cx, exc::OVERFLOW_ERROR, "Python int too large to convert to C {c_type}"),
    }
}

/// An int between two bounds.
fn bounded(cx: &Cx, value: &Value, least: i64, most: i64, what: &str) -> R<i64> {
    match word(cx, value, "long")? {
        n if n < least => raise!(cx, exc::OVERFLOW_ERROR, "{what} is less than minimum"),
        n if n > most => raise!(cx, exc::OVERFLOW_ERROR, "{what} is greater than maximum"),
        n => Ok(n),
    }
}

/// The lowest 64 bits of an int.
fn mask(cx: &Cx, value: &Value) -> R<u64> {
    let int = whole(cx, value)?;
    let Some(int) = Int::of(&int) else { return Ok(0) };
    let low = int.digits().first().copied().unwrap_or(0);
    Ok(if int.negative { low.wrapping_neg() } else { low })
}

fn double(cx: &Cx, value: &Value) -> R<f64> {
    crate::number::to_double(cx, value)
}

/// The single byte that `c` asks for.
fn byte(arg: &Value) -> Option<u8> {
    let bytes = match (arg.downcast::<PyBytes>(), arg.downcast::<PyByteArray>()) {
        (Some(bytes), _) => bytes.as_slice(),
        // SAFETY: nothing writes to it while the byte is read.
        (_, Some(bytes)) => unsafe { bytes.as_slice() },
        _ => return None,
    };
    if let [byte] = bytes { Some(*byte) } else { None }
}

/// The single character that `C` asks for.
fn character(arg: &Value) -> Option<c_int> {
    arg.downcast::<PyStr>().filter(|text| text.len() == 1).map(|text| text.chars().at(0) as c_int)
}

impl Reader<'_> {
    /// Writes a value where the next place is.
    fn put<T>(&mut self, value: T) {
        let place: *mut T = self.walk.pointer();
        // SAFETY: the contract: the format says what the place is for.
        unsafe { place.write(value) };
    }

    /// What C borrows of an argument.
    pub(super) fn lend(&self, arg: *mut Value) -> R<Object> {
        // SAFETY: `convert`'s contract: a place that holds a value, which nobody else looks at now.
        unsafe { box_in_place(self.cx, arg) }?.give(self.cx)
    }

    /// Converts the argument in a place as the next unit says.
    pub(super) fn convert(&mut self, format: &mut Format<'_>, place: *mut Value) -> Result<(), Wrong> {
        let cx = self.cx;
        cx.check_stack()?;
        // SAFETY: the callers': the place of an argument, which is not changed but for an int that gets its box.
        let held = unsafe { (*place).clone() };
        let arg = &held;
        match format.next() {
            b'(' => {
                self.sequence(format, arg)?;
                format.eat(b')');
            }
            b'b' => {
                let n = bounded(cx, arg, 0, u8::MAX.into(), "unsigned byte integer")?;
                self.put(n as u8);
            }
            b'B' => {
                let n = mask(cx, arg)?;
                self.put(n as u8);
            }
            b'h' => {
                let n = bounded(cx, arg, i16::MIN.into(), i16::MAX.into(), "signed short integer")?;
                self.put(n as i16);
            }
            b'H' => {
                let n = mask(cx, arg)?;
                self.put(n as u16);
            }
            b'i' => {
                let n = bounded(cx, arg, i32::MIN.into(), i32::MAX.into(), "signed integer")?;
                self.put(n as c_int);
            }
            b'I' => {
                let n = mask(cx, arg)?;
                self.put(n as u32);
            }
            b'n' => {
                let n = word(cx, arg, "ssize_t")?;
                self.put(n);
            }
            b'l' => {
                let n = word(cx, arg, "long")?;
                self.put(n);
            }
            b'L' => match whole(cx, arg)?.as_i64() {
                Some(n) => self.put(n),
                None => return Err(cx.error(&exc::OVERFLOW_ERROR, format_args!("int too big to convert")).into()),
            },
            b'k' | b'K' => {
                if !arg.is_int() {
                    return Err(Wrong::must_be("int", arg));
                }
                let n = mask(cx, arg)?;
                self.put(n);
            }
            b'f' => {
                let n = double(cx, arg)?;
                self.put(n as f32);
            }
            b'd' => {
                let n = double(cx, arg)?;
                self.put(n);
            }
            b'D' => {
                let n = crate::complex::as_complex(cx, arg)?;
                self.put(n);
            }
            b'c' => {
                let byte = byte(arg).ok_or_else(|| Wrong::must_be("a byte string of length 1", arg))?;
                self.put(byte);
            }
            b'C' => {
                let character = character(arg).ok_or_else(|| Wrong::must_be("a unicode character", arg))?;
                self.put(character);
            }
            b'p' => {
                let yes = cx.is_true(arg)?;
                self.put(c_int::from(yes));
            }
            b'S' => {
                self.exact(place, arg.downcast::<PyBytes>().is_some(), "bytes", arg)?;
            }
            b'Y' => {
                self.exact(place, arg.downcast::<PyByteArray>().is_some(), "bytearray", arg)?;
            }
            b'U' => {
                self.exact(place, arg.downcast::<PyStr>().is_some(), "str", arg)?;
            }
            b'O' => self.object(format, place, arg)?,
            c @ (b's' | b'z' | b'y') => self.text(c, format, place, arg)?,
            b'e' => self.encoded(format, arg)?,
            b'w' => self.writable(format, place, arg)?,
            _ => return Err(Wrong::says("(impossible<bad format char>)")),
        }
        Ok(())
    }

    /// An object of a type.
    fn exact(&mut self, place: *mut Value, is_it: bool, what: &str, arg: &Value) -> Result<(), Wrong> {
        if !is_it {
            return Err(Wrong::must_be(what, arg));
        }
        let object = self.lend(place)?;
        self.put(object);
        Ok(())
    }

    /// `O`, `O!` and `O&`.
    fn object(&mut self, format: &mut Format<'_>, place: *mut Value, arg: &Value) -> Result<(), Wrong> {
        let object = self.lend(place)?;
        if format.eat(b'!') {
            let ty: *const TypeObject = self.walk.pointer();
            // SAFETY: the contract: a type.
            let ty = unsafe { &*ty };
            if !arg.is_instance(ty) {
                return Err(Wrong::must_be(&cut(ty.name().as_bytes(), 50), arg));
            }
            self.put(object);
        } else if format.eat(b'&') {
            let converter: *mut c_void = self.walk.pointer();
            let target: *mut c_void = self.walk.pointer();
            // SAFETY: the contract: a converter and what it writes to.
            let result = unsafe {
                let converter = core::mem::transmute::<*mut c_void, Converter>(converter);
                let result = converter(object, target);
                if result == CLEANUP_SUPPORTED {
                    self.cleanup.push(Cleanup::Converted(converter, target));
                }
                result
            };
            if result == 0 {
                return Err(match indicator::take() {
                    Some(raised) => Wrong::Raised(raised),
                    None => Wrong::says("(unspecified)"),
                });
            }
        } else {
            self.put(object);
        }
        Ok(())
    }

    /// Passes over a unit for which there is no argument: its places stay as they are. What is no unit is not read.
    pub(super) fn skip(&mut self, format: &mut Format<'_>) -> Result<(), &'static str> {
        let start = format.at;
        self.skip_unit(format).inspect_err(|_| format.at = start)
    }

    fn skip_unit(&mut self, format: &mut Format<'_>) -> Result<(), &'static str> {
        match format.next() {
            b'b' | b'B' | b'h' | b'H' | b'i' | b'I' | b'l' | b'k' | b'L' | b'K' | b'n' | b'f' | b'd' | b'D' | b'c'
            | b'p' | b'S' | b'Y' | b'U' | b'C' => {
                let _: *mut c_char = self.walk.pointer();
            }
            c @ (b'e' | b's' | b'z' | b'y' | b'w') => {
                if c == b'e' {
                    let _: *mut c_char = self.walk.pointer();
                    if !(format.eat(b's') || format.eat(b't')) {
                        return Err("impossible<bad format char>");
                    }
                }
                let _: *mut c_char = self.walk.pointer();
                if format.eat(b'#') {
                    let _: *mut isize = self.walk.pointer();
                } else {
                    format.eat(b'*');
                }
            }
            b'O' => {
                if format.eat(b'!') || format.eat(b'&') {
                    let _: *mut c_void = self.walk.pointer();
                }
                let _: *mut c_void = self.walk.pointer();
            }
            b'(' => loop {
                if format.eat(b')') {
                    break;
                }
                if format.is_done() {
                    return Err("Unmatched left paren in format string");
                }
                self.skip_unit(format)?;
            },
            b')' => return Err("Unmatched right paren in format string"),
            _ => return Err("impossible<bad format char>"),
        }
        Ok(())
    }
}
