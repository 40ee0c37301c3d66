//! What is searched: the characters of a string or the bytes of an object, as the engine reads them.

use adder_objects::buffer::{Buffer, request};
use adder_objects::str::{Chars, PyStr, STR_TYPE};
use adder_objects::{Cx, R, Value, exceptions as exc, raise};
use rustpython_sre_engine::{StrDrive, StringCursor};

/// The engine's way to step through plain bytes: the only one that moves a cursor by itself.
type Bytes = &'static [u8];

/// Characters of one width. Places are code points.
#[derive(Clone, Copy)]
pub(super) struct Units<'a, T>(pub(super) &'a [T]);

impl<T> Units<'_, T> {
    const SIZE: usize = size_of::<T>();
}

impl<T: Copy> StrDrive for Units<'_, T> {
    #[inline]
    fn count(&self) -> usize {
        self.0.len()
    }

    #[inline]
    fn create_cursor(&self, n: usize) -> StringCursor {
        // SAFETY: the same memory as bytes: the units are integers.
        let bytes = unsafe { core::slice::from_raw_parts(self.0.as_ptr().cast::<u8>(), size_of_val(self.0)) };
        let mut cursor = <&[u8]>::create_cursor(&bytes, 0);
        Self::skip(&mut cursor, n);
        cursor
    }

    #[inline]
    fn adjust_cursor(&self, cursor: &mut StringCursor, n: usize) {
        *cursor = self.create_cursor(n);
    }

    #[inline]
    fn advance(cursor: &mut StringCursor) -> u32 {
        let point = Self::peek(cursor);
        Self::skip(cursor, 1);
        point
    }

    #[inline(always)]
    fn peek(cursor: &StringCursor) -> u32 {
        let mut at = *cursor;
        at.position = 0;
        let mut point = 0;
        for byte in 0..Self::SIZE {
            let shift = if cfg!(target_endian = "big") { Self::SIZE - 1 - byte } else { byte };
            point |= Bytes::peek(&at) << (8 * shift);
            Bytes::skip(&mut at, 1);
        }
        point
    }

    #[inline]
    fn skip(cursor: &mut StringCursor, n: usize) {
        let position = cursor.position + n;
        cursor.position = 0;
        Bytes::skip(cursor, n * Self::SIZE);
        cursor.position = position;
    }

    #[inline]
    fn back_advance(cursor: &mut StringCursor) -> u32 {
        Self::back_skip(cursor, 1);
        Self::peek(cursor)
    }

    #[inline]
    fn back_peek(cursor: &StringCursor) -> u32 {
        let mut at = *cursor;
        Self::back_advance(&mut at)
    }

    #[inline]
    fn back_skip(cursor: &mut StringCursor, n: usize) {
        let position = cursor.position - n;
        // The step counts bytes down from here.
        cursor.position = n * Self::SIZE;
        Bytes::back_skip(cursor, n * Self::SIZE);
        cursor.position = position;
    }
}

/// A string or bytes-like object that is being searched. A view keeps the bytes in place.
pub(super) struct Subject {
    value: Value,
    view: Option<Buffer>,
}

impl Subject {
    /// Of an object.
    pub(super) fn open(cx: &Cx, value: &Value) -> R<Subject> {
        if value.downcast::<PyStr>().is_some() {
            return Ok(Subject { value: value.clone(), view: None });
        }
        let Some(buffer) = value.ty().slots.buffer.get() else {
            let ty = value.ty().name();
            return raise!(cx, exc::TYPE_ERROR, "expected string or bytes-like object, got '{ty}'");
        };
        Ok(Subject { view: Some(buffer(cx, value, request::SIMPLE)?), value: value.clone() })
    }

    /// Are these bytes?
    pub(super) fn is_bytes(&self) -> bool {
        self.view.is_some()
    }

    /// The characters of a string; the bytes count as Latin-1.
    ///
    /// # Safety
    /// Nothing writes to the object while the borrow lives: no code of a user runs.
    pub(super) unsafe fn chars(&self) -> Chars<'_> {
        match (&self.view, self.value.downcast::<PyStr>()) {
            // SAFETY: by the contract.
            (Some(view), _) => Chars::One(unsafe { view.as_slice() }),
            (None, Some(text)) => text.chars(),
            (None, None) => Chars::Ascii(&[]),
        }
    }

    /// Characters or bytes.
    pub(super) fn len(&self) -> usize {
        match &self.view {
            Some(view) => view.len,
            None => self.value.downcast::<PyStr>().map_or(0, PyStr::len),
        }
    }

    /// A part, as a string or as bytes.
    pub(super) fn slice(&self, cx: &Cx, start: usize, end: usize) -> R {
        let end = end.min(self.len());
        let start = start.min(end);
        let exact = self.value.is_exact(&STR_TYPE) || self.value.is_exact(&adder_objects::bytes::BYTES_TYPE);
        if exact && start == 0 && end == self.len() {
            return Ok(self.value.clone());
        }
        // SAFETY: only a string or bytes are made while the borrow lives.
        match unsafe { self.chars() } {
            Chars::Ascii(s) | Chars::One(s) if self.is_bytes() => Ok(cx.bytes(&s[start..end])?.into_value()),
            Chars::Ascii(s) => Ok(cx.str_from_ascii(&s[start..end])?.into_value()),
            Chars::One(s) => Ok(cx.str_from_chars(Chars::One(&s[start..end]))?.into_value()),
            Chars::Two(s) => Ok(cx.str_from_chars(Chars::Two(&s[start..end]))?.into_value()),
            Chars::Four(s) => Ok(cx.str_from_chars(Chars::Four(&s[start..end]))?.into_value()),
        }
    }

    /// All pieces in one.
    pub(super) fn join(cx: &Cx, bytes: bool, pieces: Vec<Value>) -> R {
        let empty = if bytes { cx.bytes(b"")?.into_value() } else { cx.str_value("")? };
        if pieces.is_empty() {
            return Ok(empty);
        }
        let list = cx.list(pieces)?.into_value();
        cx.call_method(&empty, &cx.intern("join")?, &[list])
    }
}
