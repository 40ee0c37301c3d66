//! `Py_BuildValue`, and calls whose arguments are built by a format or listed.

use core::ffi::{c_char, c_int, c_void};
use std::ffi::CStr;

use adder_objects::complex::Complex;
use adder_objects::tuple::PyTuple;
use adder_objects::{Cx, R, Raised, Value, exceptions as exc, raise};

use crate::arguments::Format;
use crate::border::{Borrowed, Object, Parameter};
use crate::contract::called_from_c;
use crate::indicator;
use crate::varargs::Walk;

/// How many units stand before the end of a bracket, or of the format.
fn count(text: &[u8], end: u8) -> Option<usize> {
    let (mut depth, mut n) = (0_isize, 0);
    for at in 0..=text.len() {
        let c = text.get(at).copied().unwrap_or(0);
        match c {
            // A bracket too many is found when it is read.
            c if depth <= 0 && c == end => return Some(n),
            0 => return None,
            b'(' | b'[' | b'{' => {
                n += usize::from(depth == 0);
                depth += 1;
            }
            b')' | b']' | b'}' => depth -= 1,
            b'#' | b'&' | b',' | b':' | b' ' | b'\t' => {}
            _ => n += usize::from(depth == 0),
        }
    }
    None
}

/// Values that are being built.
struct Builder<'c> {
    cx: &'c Cx,
    walk: Walk,
}

impl Builder<'_> {
    /// The values up to the end of a bracket. If one cannot be made, the others are made all the same: units `N` give up their
    /// references.
    fn values(&mut self, format: &mut Format<'_>, end: u8) -> R<Vec<Value>> {
        let cx = self.cx;
        let Some(n) = count(format.rest(), end) else {
            return raise!(cx, exc::SYSTEM_ERROR, "unmatched paren in format");
        };
        let mut values = Vec::with_capacity(n);
        let mut failed: Option<Raised> = None;
        for _ in 0..n {
            match self.value(format) {
                Ok(value) => values.push(value),
                Err(raised) => {
                    failed.get_or_insert(raised);
                }
            }
        }
        if let Some(raised) = failed {
            if end != 0 {
                format.eat(end);
            }
            return Err(raised);
        }
        while matches!(format.peek(), b',' | b':' | b' ' | b'\t') && format.peek() != end {
            format.next();
        }
        if format.next() != end {
            return raise!(cx, exc::SYSTEM_ERROR, "Unmatched paren in format");
        }
        Ok(values)
    }

    fn dict(&mut self, format: &mut Format<'_>) -> R {
        let cx = self.cx;
        let values = self.values(format, b'}')?;
        if values.len() % 2 != 0 {
            return raise!(cx, exc::SYSTEM_ERROR, "Bad dict format");
        }
        let dict = cx.dict()?;
        for pair in values.chunks_exact(2) {
            dict.set(cx, &pair[0], pair[1].clone())?;
        }
        Ok(dict.into_value())
    }

    /// The next value.
    fn value(&mut self, format: &mut Format<'_>) -> R {
        let cx = self.cx;
        cx.check_stack()?;
        loop {
            return match format.next() {
                b'(' => Ok(cx.tuple(self.values(format, b')')?)?.into_value()),
                b'[' => Ok(cx.list(self.values(format, b']')?)?.into_value()),
                b'{' => self.dict(format),
                b'b' | b'B' | b'h' | b'i' => cx.int(self.walk.int().into()),
                b'H' | b'I' => cx.int((self.walk.int() as u32).into()),
                b'n' | b'l' | b'L' => cx.int(self.walk.long()),
                b'k' | b'K' => cx.int_from_u64(self.walk.long() as u64),
                b'f' | b'd' => cx.float(self.walk.double()),
                b'D' => {
                    let number: *const [f64; 2] = self.walk.pointer();
                    // SAFETY: the contract: C's `Py_complex`, two doubles.
                    let [real, imag] = unsafe { *number };
                    cx.complex(Complex { real, imag })
                }
                b'p' => Ok(Value::bool(self.walk.int() != 0)),
                b'c' => Ok(cx.bytes(&[self.walk.int() as u8])?.into_value()),
                b'C' => character(cx, self.walk.int()),
                b's' | b'z' | b'U' => self.text(format, crate::text::decode),
                b'y' => self.text(format, |cx, bytes| Ok(cx.bytes(bytes)?.into_value())),
                b'u' => self.wide(format),
                c @ (b'O' | b'S' | b'N') => self.object(format, c == b'N'),
                b',' | b':' | b' ' | b'\t' => continue,
                _ => raise!(cx, exc::SYSTEM_ERROR, "bad format char passed to Py_BuildValue"),
            };
        }
    }

    /// So many bytes as C says, or up to a zero; None for NULL.
    fn text(&mut self, format: &mut Format<'_>, make: impl FnOnce(&Cx, &[u8]) -> R) -> R {
        let text: *const c_char = self.walk.pointer();
        let size = if format.eat(b'#') { self.walk.long() } else { -1 };
        if text.is_null() {
            return Ok(Value::none());
        }
        // SAFETY: the contract: a text, or so many bytes.
        let bytes = unsafe {
            match usize::try_from(size) {
                Ok(size) => core::slice::from_raw_parts(text.cast(), size),
                Err(_) => CStr::from_ptr(text).to_bytes(),
            }
        };
        make(self.cx, bytes)
    }

    /// `u`: a text of `wchar_t`.
    fn wide(&mut self, format: &mut Format<'_>) -> R {
        let text: *const u32 = self.walk.pointer();
        let size = if format.eat(b'#') { self.walk.long() } else { -1 };
        if text.is_null() {
            return Ok(Value::none());
        }
        // SAFETY: the contract: a text, or so many characters.
        let points = unsafe { crate::formatting::wide_text(text, usize::try_from(size).ok()) };
        crate::formatting::from_wide(self.cx, points)
    }

    /// `O`, `S`, `N`, and with `&` what a converter makes of a pointer.
    fn object(&mut self, format: &mut Format<'_>, is_stolen: bool) -> R {
        if format.eat(b'&') {
            let converter: *mut c_void = self.walk.pointer();
            let argument: *mut c_void = self.walk.pointer();
            // SAFETY: the contract: a function that gives a new reference.
            unsafe {
                let converter =
                    core::mem::transmute::<*mut c_void, unsafe extern "C" fn(*mut c_void) -> Object>(converter);
                return crate::border::returned(self.cx, converter(argument), || "a converter of Py_BuildValue".into());
            }
        }
        let object: Object = self.walk.pointer();
        match core::ptr::NonNull::new(object) {
            // SAFETY: the contract: an object; `N` gives its reference.
            Some(object) if is_stolen => Ok(unsafe { Value::from_owned(object) }),
            // SAFETY: as above.
            Some(object) => Ok(unsafe { Value::from_borrowed(object) }),
            None => Err(indicator::take().unwrap_or_else(|| {
                self.cx.error(&exc::SYSTEM_ERROR, format_args!("NULL object passed to Py_BuildValue"))
            })),
        }
    }
}

/// A string of one character.
pub(crate) fn character(cx: &Cx, point: c_int) -> R {
    match u32::try_from(point).ok().filter(|point| *point <= 0x10_FFFF) {
        Some(point) => Ok(cx.str_of_point(point)?.into_value()),
        None => raise!(cx, exc::VALUE_ERROR, "chr() arg not in range(0x110000)"),
    }
}

/// The values of a whole format.
fn all(cx: &Cx, format: *const c_char, walk: Walk) -> R<Vec<Value>> {
    // SAFETY: the contract of the callers: a format.
    let mut format = unsafe { Format::of(format) };
    Builder { cx, walk }.values(&mut format, 0)
}

/// Calls with built arguments. A tuple alone is the arguments.
fn call(cx: &Cx, callable: &Value, built: &[Value]) -> R {
    match built {
        [only] => match only.downcast::<PyTuple>() {
            Some(args) => cx.call(callable, args.items()),
            None => cx.call(callable, built),
        },
        _ => cx.call(callable, built),
    }
}

/// Objects up to a NULL.
fn listed(walk: &mut Walk) -> Vec<Value> {
    core::iter::from_fn(|| walk.object()).map(|object| object.to_owned()).collect()
}

called_from_c! {
    /// None, one value, or a tuple of them.
    fn _Adder_Build as Py_BuildValue(cx, format: *const c_char; walk) -> Value {
        let mut values = all(cx, format, walk)?;
        match values.len() {
            0 => Ok(Value::none()),
            1 => Ok(values.remove(0)),
            _ => Ok(cx.tuple(values)?.into_value()),
        }
    }

    /// A tuple of so many objects.
    fn _Adder_Pack as PyTuple_Pack(cx, n: isize; walk) -> Value {
        let mut items = Vec::new();
        for _ in 0..n {
            // SAFETY: the contract: an object.
            items.push(unsafe { Borrowed::receive(walk.pointer(), "PyTuple_Pack") }?.to_owned());
        }
        Ok(cx.tuple(items)?.into_value())
    }

    /// Calls with built arguments.
    fn _Adder_CallBuilt as PyObject_CallFunction(cx, callable: Borrowed, format: *const c_char; walk) -> Value {
        call(cx, &callable, &all(cx, format, walk)?)
    }

    /// Calls a method with built arguments.
    fn _Adder_CallMethodBuilt as PyObject_CallMethod(
        cx, object: Borrowed, name: *const c_char, format: *const c_char; walk
    ) -> Value {
        if name.is_null() {
            return raise!(cx, exc::SYSTEM_ERROR, "PyObject_CallMethod: null argument to internal routine");
        }
        // SAFETY: the contract: a text.
        let method = cx.getattr(&object, &cx.intern(&unsafe { crate::errors::text_of(name) })?)?;
        if method.ty().slots.call.get().is_none() {
            return raise!(cx, exc::TYPE_ERROR, "attribute of type '{}' is not callable", method.ty().name());
        }
        call(cx, &method, &all(cx, format, walk)?)
    }

    /// Calls with objects.
    fn _Adder_CallListed as PyObject_CallFunctionObjArgs(cx, callable: Borrowed; walk) -> Value {
        cx.call(&callable, &listed(&mut walk))
    }

    /// Calls a method with objects.
    fn _Adder_CallMethodListed as PyObject_CallMethodObjArgs(cx, object: Borrowed, name: Borrowed; walk) -> Value {
        cx.call_method(&object, &name, &listed(&mut walk))
    }
}
