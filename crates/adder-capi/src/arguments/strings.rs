//! The units for texts and buffers.

use core::ffi::{CStr, c_char, c_int};

use adder_objects::bytearray::PyByteArray;
use adder_objects::bytes::PyBytes;
use adder_objects::str::PyStr;
use adder_objects::{Cx, R, Value, exceptions as exc};

use super::places::{Cleanup, PyBuffer_Release, PyObject_GetBuffer};
use super::{Format, Reader, Wrong};
use crate::border::{Object, Outcome};
use crate::indicator;
use crate::structs::PyBuffer;
use crate::types::inward::find_in;

#[allow(improper_ctypes, reason = "they are defined in Rust, with these very types")]
unsafe extern "C" {
    fn PyUnicode_AsUTF8AndSize(object: Object, size: *mut isize) -> *const c_char;
}

/// `PyBUF_SIMPLE`, `PyBUF_WRITABLE`
const SIMPLE: c_int = 0;
const WRITABLE: c_int = 1;

/// What a function of C's set, as an error.
fn was_set(cx: &Cx) -> Wrong {
    Wrong::Raised(indicator::take().unwrap_or_else(|| cx.no_memory()))
}

/// The UTF-8 of a string, which keeps it.
fn utf8(cx: &Cx, object: Object) -> Result<(*const c_char, isize), Wrong> {
    let mut size = 0;
    // SAFETY: a live string.
    let text = unsafe { PyUnicode_AsUTF8AndSize(object, &raw mut size) };
    if text.is_null() { Err(was_set(cx)) } else { Ok((text, size)) }
}

/// Do its bytes follow each other in C's order?
fn is_contiguous(view: &PyBuffer) -> bool {
    if view.len == 0 || view.strides.is_null() || view.shape.is_null() {
        return view.suboffsets.is_null();
    }
    let mut step = view.itemsize;
    for dimension in (0..view.ndim.max(0) as usize).rev() {
        // SAFETY: there are so many numbers.
        let (n, stride) = unsafe { (*view.shape.add(dimension), *view.strides.add(dimension)) };
        if n > 1 && stride != step {
            return false;
        }
        step *= n;
    }
    view.suboffsets.is_null()
}

/// Fills in a view of plain bytes.
fn fill(cx: &Cx, object: Object, view: *mut PyBuffer, arg: &Value) -> Result<(), Wrong> {
    // SAFETY: a live object, and a place for the view.
    unsafe {
        if PyObject_GetBuffer(object, view, SIMPLE) != 0 {
            return Err(was_set(cx));
        }
        if !is_contiguous(&*view) {
            PyBuffer_Release(view);
            return Err(Wrong::must_be("contiguous buffer", arg));
        }
    }
    Ok(())
}

/// May a pointer to its bytes outlive the view? Not where the end of a view means something to the object. (What gives no view at all
/// is told so when it is asked for one.)
fn is_unlocked(cx: &Cx, arg: &Value) -> R<bool> {
    let ty = arg.ty();
    let Some(buffer) = ty.slots.buffer.get() else { return Ok(true) };
    if !find_in(ty, |c| crate::types::inward::bf(c, crate::structs::bf::GETBUFFER)).is_null() {
        return Ok(find_in(ty, |c| crate::types::inward::bf(c, crate::structs::bf::RELEASEBUFFER)).is_null());
    }
    Ok(buffer(cx, arg, SIMPLE as u32)?.release.is_none())
}

impl Reader<'_> {
    /// `s`, `z`, `y`, with `*` or `#` or nothing behind.
    pub(super) fn text(&mut self, c: u8, format: &mut Format<'_>, place: *mut Value, arg: &Value) -> Result<(), Wrong> {
        let cx = self.cx;
        let is_text = c != b'y' && arg.downcast::<PyStr>().is_some();
        let is_none = c == b'z' && arg.is_none();
        if format.eat(b'*') {
            let view: *mut PyBuffer = self.walk.pointer();
            let filled = if is_none {
                Some(PyBuffer::EMPTY)
            } else if is_text {
                let object = self.lend(place)?;
                let (text, len) = utf8(cx, object)?;
                // The view owns its object.
                let owner = arg.clone().give(cx)?;
                Some(PyBuffer { buf: text.cast_mut().cast(), obj: owner, len, ..PyBuffer::EMPTY })
            } else {
                None
            };
            match filled {
                // SAFETY: the contract: a place for a view.
                Some(filled) => unsafe { view.write(filled) },
                None => fill(cx, self.lend(place)?, view, arg)?,
            }
            self.cleanup.push(Cleanup::View(view));
            return Ok(());
        }
        let target: *mut *const c_char = self.walk.pointer();
        let size: *mut isize = if format.eat(b'#') { self.walk.pointer() } else { core::ptr::null_mut() };
        let (bytes, len) = if is_none {
            (core::ptr::null(), 0)
        } else if is_text {
            utf8(cx, self.lend(place)?)?
        } else if size.is_null() && c != b'y' {
            return Err(Wrong::must_be(if c == b'z' { "str or None" } else { "str" }, arg));
        } else {
            self.bytes(place, arg)?
        };
        if size.is_null() {
            // SAFETY: a zero follows the bytes of what has passed so far.
            if !bytes.is_null() && unsafe { CStr::from_ptr(bytes) }.count_bytes() as isize != len {
                let what = if c == b'y' { "byte" } else { "character" };
                return Err(cx.error(&exc::VALUE_ERROR, format_args!("embedded null {what}")).into());
            }
        } else {
            // SAFETY: the contract: a place for the length.
            unsafe { size.write(len) };
        }
        // SAFETY: the contract: a place for the text.
        unsafe { target.write(bytes) };
        Ok(())
    }

    /// The bytes of an object that keeps them where they are.
    fn bytes(&mut self, place: *mut Value, arg: &Value) -> Result<(*const c_char, isize), Wrong> {
        if !is_unlocked(self.cx, arg)? {
            return Err(Wrong::must_be("read-only bytes-like object", arg));
        }
        let mut view = PyBuffer::EMPTY;
        fill(self.cx, self.lend(place)?, &raw mut view, arg)?;
        let found = (view.buf.cast_const().cast(), view.len);
        // SAFETY: filled in just now.
        unsafe { PyBuffer_Release(&raw mut view) };
        Ok(found)
    }

    /// `w*`
    pub(super) fn writable(&mut self, format: &mut Format<'_>, place: *mut Value, arg: &Value) -> Result<(), Wrong> {
        if !format.eat(b'*') {
            return Err(Wrong::says("(invalid use of 'w' format character)"));
        }
        let view: *mut PyBuffer = self.walk.pointer();
        let object = self.lend(place)?;
        // SAFETY: a live object, and a place for the view.
        unsafe {
            if PyObject_GetBuffer(object, view, WRITABLE) != 0 {
                drop(indicator::take());
                return Err(Wrong::must_be("read-write bytes-like object", arg));
            }
            if !is_contiguous(&*view) {
                PyBuffer_Release(view);
                return Err(Wrong::must_be("contiguous buffer", arg));
            }
        }
        self.cleanup.push(Cleanup::View(view));
        Ok(())
    }

    /// `es`, `et`, with `#` or nothing behind.
    pub(super) fn encoded(&mut self, format: &mut Format<'_>, arg: &Value) -> Result<(), Wrong> {
        let cx = self.cx;
        let encoding: *const c_char = self.walk.pointer();
        let recodes = match format.peek() {
            b's' => true,
            b't' => false,
            _ => return Err(Wrong::says("(unknown parser marker combination)")),
        };
        format.next();
        let target: *mut *mut c_char = self.walk.pointer();
        if target.is_null() {
            return Err(Wrong::says("(buffer is NULL)"));
        }
        let bytes: Vec<u8> = if let Some(bytes) = arg.downcast::<PyBytes>().filter(|_| !recodes) {
            bytes.as_slice().to_vec()
        } else if let Some(bytes) = arg.downcast::<PyByteArray>().filter(|_| !recodes) {
            // SAFETY: nothing writes to it while it is copied.
            unsafe { bytes.as_slice() }.to_vec()
        } else if arg.downcast::<PyStr>().is_some() {
            // SAFETY: the contract: a text, or NULL for UTF-8.
            let encoding = match unsafe { crate::errors::text_of(encoding) } {
                none if none.is_empty() && encoding.is_null() => "utf-8".to_owned(),
                named => named,
            };
            let made = cx.call_method(&cx.exact_str(arg)?, &cx.intern("encode")?, &[cx.str_value(&encoding)?])?;
            made.downcast::<PyBytes>().map_or_else(Vec::new, |bytes| bytes.as_slice().to_vec())
        } else {
            return Err(Wrong::must_be(if recodes { "str" } else { "str, bytes or bytearray" }, arg));
        };
        let len = bytes.len() as isize;
        if !format.eat(b'#') {
            if bytes.contains(&0) {
                return Err(Wrong::must_be("encoded string without null bytes", arg));
            }
            return self.copied(&bytes, target);
        }
        let size: *mut isize = self.walk.pointer();
        if size.is_null() {
            return Err(Wrong::says("(buffer_len is NULL)"));
        }
        // SAFETY: the contract: places for the text and its length; where there is memory already, the length says how much.
        unsafe {
            if (*target).is_null() {
                self.copied(&bytes, target)?;
            } else {
                let most = *size - 1;
                if len > most {
                    let text = format_args!("encoded string too long ({len}, maximum length {most})");
                    return Err(cx.error(&exc::VALUE_ERROR, text).into());
                }
                (*target).cast::<u8>().copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
                (*target).add(bytes.len()).write(0);
            }
            size.write(len);
        }
        Ok(())
    }

    /// Puts a copy of bytes, with a zero behind, into memory that C is to free.
    fn copied(&mut self, bytes: &[u8], target: *mut *mut c_char) -> Result<(), Wrong> {
        // SAFETY: a block of its own, as long as the bytes and the zero; the place is C's.
        unsafe {
            let block: *mut u8 = crate::memory::PyMem_Malloc(bytes.len() + 1).cast();
            if block.is_null() {
                return Err(self.cx.no_memory().into());
            }
            block.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            block.add(bytes.len()).write(0);
            target.write(block.cast());
        }
        self.cleanup.push(Cleanup::Memory(target));
        Ok(())
    }
}
