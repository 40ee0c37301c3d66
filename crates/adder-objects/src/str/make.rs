//! Making strings.

use core::cell::Cell;
use core::fmt::{self, Write};
use core::ptr::NonNull;

use adder_gc::raw::{self, Head};

use super::{Chars, PyStr, STR_TYPE, Tail, state};
use crate::cx::Cx;
use crate::error::R;
use crate::object::{Obj, Slot};
use crate::typeobject::TypeObject;
use crate::value::Value;

/// The empty string and those of one character below 256, once they were asked for.
pub(crate) struct SmallStrings([Slot; 257]);

impl SmallStrings {
    pub(crate) const fn new() -> SmallStrings {
        SmallStrings([const { Slot::empty() }; 257])
    }

    /// The interpreter ends.
    pub(crate) fn empty(&self) {
        for slot in &self.0 {
            drop(slot.take());
        }
    }
}

/// The narrowest kind for characters up to this one, and whether they are ASCII.
pub(super) fn kind_of(max: u32) -> (u32, bool) {
    match max {
        0..0x80 => (1, true),
        0x80..0x100 => (1, false),
        0x100..0x10000 => (2, false),
        _ => (4, false),
    }
}

impl Cx {
    /// A string from text.
    ///
    /// # Errors
    /// MemoryError.
    pub fn str(&self, text: &str) -> R<Obj<PyStr>> {
        if text.is_ascii() {
            return self.str_from_ascii(text.as_bytes());
        }
        let max = text.chars().map(u32::from).max().unwrap_or(0);
        let n = text.chars().count();
        self.str_from_code_points(n, max, text.chars().map(u32::from))
    }

    /// A string from text, as a value.
    ///
    /// # Errors
    /// MemoryError.
    pub fn str_value(&self, text: &str) -> R {
        Ok(self.str(text)?.into_value())
    }

    /// A string from bytes that are all below 128.
    ///
    /// # Errors
    /// MemoryError.
    pub fn str_from_ascii(&self, text: &[u8]) -> R<Obj<PyStr>> {
        debug_assert!(text.is_ascii());
        if let [] | [_] = text {
            return self.small_str(text.first().copied());
        }
        // SAFETY: the new string has room for the bytes, which are written before anybody sees it.
        unsafe {
            let made = self.new_str(text.len(), 1, true)?;
            made.data().cast_mut().copy_from_nonoverlapping(text.as_ptr(), text.len());
            Ok(made)
        }
    }

    /// A string of so many code points, none above `max` (and one of them as large as that needs).
    ///
    /// # Errors
    /// MemoryError.
    pub fn str_from_code_points(&self, n: usize, max: u32, points: impl Iterator<Item = u32>) -> R<Obj<PyStr>> {
        let (kind, ascii) = kind_of(max);
        if n <= 1 && kind == 1 {
            let mut points = points;
            return self.small_str(points.next().filter(|_| n == 1).map(|point| point as u8));
        }
        // SAFETY: the new string has room for so many characters of the kind; they are written before anybody sees it.
        unsafe {
            let made = self.new_str(n, kind, ascii)?;
            let data = made.data().cast_mut();
            for (at, point) in points.take(n).enumerate() {
                match kind {
                    1 => data.add(at).write(point as u8),
                    2 => data.cast::<u16>().add(at).write(point as u16),
                    _ => data.cast::<u32>().add(at).write(point),
                }
            }
            Ok(made)
        }
    }

    /// A string from code points (lone surrogates too).
    ///
    /// # Errors
    /// MemoryError.
    pub fn str_from_points(&self, points: &[u32]) -> R<Obj<PyStr>> {
        let max = points.iter().copied().max().unwrap_or(0);
        self.str_from_code_points(points.len(), max, points.iter().copied())
    }

    /// A string with the characters of a part of another.
    ///
    /// # Errors
    /// MemoryError.
    pub fn str_from_chars(&self, chars: Chars<'_>) -> R<Obj<PyStr>> {
        match chars {
            Chars::Ascii(text) => self.str_from_ascii(text),
            Chars::One(text) => self.str_from_latin(text),
            // SAFETY: room for so many characters of the kind, which at least one of them needs; all are written.
            Chars::Two(text) if text.iter().any(|&unit| unit > 0xFF) => unsafe {
                let made = self.new_str(text.len(), 2, false)?;
                made.data().cast_mut().cast::<u16>().copy_from_nonoverlapping(text.as_ptr(), text.len());
                Ok(made)
            },
            // SAFETY: as above.
            Chars::Four(text) if text.iter().any(|&unit| unit > 0xFFFF) => unsafe {
                let made = self.new_str(text.len(), 4, false)?;
                made.data().cast_mut().cast::<u32>().copy_from_nonoverlapping(text.as_ptr(), text.len());
                Ok(made)
            },
            _ => {
                let max = chars.iter().max().unwrap_or(0);
                self.str_from_code_points(chars.len(), max, chars.iter())
            }
        }
    }

    /// A string from bytes that are its code points.
    ///
    /// # Errors
    /// MemoryError.
    pub fn str_from_latin(&self, text: &[u8]) -> R<Obj<PyStr>> {
        if text.is_ascii() {
            return self.str_from_ascii(text);
        }
        if let [only] = text {
            return self.small_str(Some(*only));
        }
        // SAFETY: the new string has room for the bytes, which are written before anybody sees it.
        unsafe {
            let made = self.new_str(text.len(), 1, false)?;
            made.data().cast_mut().copy_from_nonoverlapping(text.as_ptr(), text.len());
            Ok(made)
        }
    }

    /// The empty string, or the one of a character below 256: each is made once.
    fn small_str(&self, character: Option<u8>) -> R<Obj<PyStr>> {
        let slot = &self.small_strings.0[character.map_or(256, usize::from)];
        if let Some(Ok(known)) = slot.try_get().map(Value::try_into_obj::<PyStr>) {
            return Ok(known);
        }
        // SAFETY: room for the one character, which is written.
        let made = unsafe {
            let made = self.new_str(usize::from(character.is_some()), 1, character.is_none_or(|c| c < 0x80))?;
            if let Some(character) = character {
                made.data().cast_mut().write(character);
            }
            made
        };
        slot.set(made.clone().into_value());
        Ok(made)
    }

    /// The string of one code point.
    ///
    /// # Errors
    /// MemoryError.
    #[inline]
    pub fn str_of_point(&self, point: u32) -> R<Obj<PyStr>> {
        match u8::try_from(point) {
            Ok(byte) => self.small_str(Some(byte)),
            Err(_) => self.str_from_code_points(1, point, core::iter::once(point)),
        }
    }

    /// A string of a class derived from `str`, with the text of another.
    ///
    /// # Errors
    /// MemoryError.
    pub fn str_in(&self, class: &TypeObject, text: &PyStr) -> R {
        let (n, kind) = (text.len(), text.kind() as usize);
        let Ok(layout) = core::alloc::Layout::from_size_align((n + 1) * kind, 8) else { return Err(self.no_memory()) };
        let Ok(data) = raw::allocate(&self.heap, layout) else { return Err(self.no_memory()) };
        let fields = size_of::<PyStr>() + size_of::<Tail>();
        // SAFETY: all fields are written, and the buffer as it was allocated.
        unsafe {
            data.as_ptr().copy_from_nonoverlapping(text.data(), n * kind);
            data.as_ptr().add(n * kind).write_bytes(0, kind);
            let head = match self.alloc_bytes(class, class.shape.size.get() as usize, fields) {
                Ok(head) => head,
                Err(raised) => {
                    raw::give_back(&self.heap, data, layout);
                    return Err(raised);
                }
            };
            let s = head.cast::<PyStr>().as_ptr();
            (&raw mut (*s).length).write(Cell::new(n));
            (&raw mut (*s).hash).write(Cell::new(text.hash.get()));
            let ascii = if text.is_ascii() { state::ASCII } else { 0 };
            (&raw mut (*s).state).write(Cell::new((kind as u32) << state::KIND_SHIFT | ascii));
            (&raw mut (*s)._gap).write(0);
            s.add(1).cast::<Tail>().write(Tail {
                utf8_length: Cell::new(0),
                utf8: Cell::new(core::ptr::null_mut()),
                data: Cell::new(data.as_ptr().cast()),
            });
            Ok(Value::from_owned(head))
        }
    }

    /// A string from `format_args!`.
    ///
    /// # Errors
    /// MemoryError.
    pub fn str_from_fmt(&self, text: fmt::Arguments<'_>) -> R<Obj<PyStr>> {
        match text.as_str() {
            Some(text) => self.str(text),
            None => {
                let mut made = String::new();
                let _ = made.write_fmt(text);
                self.str(&made)
            }
        }
    }

    /// A string whose characters are not written yet, but for the zero behind them.
    ///
    /// # Safety
    /// The caller writes all characters; they need this kind.
    pub(crate) unsafe fn new_str(&self, n: usize, kind: u32, ascii: bool) -> R<Obj<PyStr>> {
        // SAFETY: the same contract.
        unsafe { self.new_str_with_room(n, kind, ascii, 0) }
    }

    /// The same, with so many bytes free behind it.
    ///
    /// # Safety
    /// As for [`new_str`](Self::new_str).
    pub(super) unsafe fn new_str_with_room(&self, n: usize, kind: u32, ascii: bool, room: usize) -> R<Obj<PyStr>> {
        let fields = size_of::<PyStr>() + if ascii { 0 } else { core::mem::offset_of!(Tail, data) };
        let text = n.checked_add(1).and_then(|n| n.checked_mul(kind as usize));
        let Some(size) = text.and_then(|bytes| bytes.checked_add(fields)?.checked_add(room)) else {
            return Err(self.no_memory());
        };
        if size > isize::MAX as usize - 64 {
            return Err(self.no_memory());
        }
        // SAFETY: all fields are written here.
        unsafe {
            let place = raw::Place::of(size);
            let Ok(head) = raw::alloc(&self.heap, place, false, false, &raw const STR_TYPE.shape.info) else {
                return Err(self.no_memory());
            };
            let it: NonNull<PyStr> = head.cast();
            let s = it.as_ptr();
            (&raw mut (*s).length).write(Cell::new(n));
            (&raw mut (*s).hash).write(Cell::new(-1));
            let ascii_bit = if ascii { state::ASCII } else { 0 };
            (&raw mut (*s).state).write(Cell::new(kind << state::KIND_SHIFT | state::COMPACT | ascii_bit));
            (&raw mut (*s)._gap).write(0);
            if !ascii {
                let tail = s.add(1).cast::<Tail>();
                (&raw mut (*tail).utf8_length).write(Cell::new(0));
                (&raw mut (*tail).utf8).write(Cell::new(core::ptr::null_mut()));
            }
            s.cast::<u8>().add(fields + n * kind as usize).write_bytes(0, kind as usize);
            Ok(Obj::from_owned(it))
        }
    }

    /// A string of exactly `str` with the text of one of a subclass.
    ///
    /// # Errors
    /// MemoryError.
    pub fn exact_str(&self, string: &Value) -> R {
        // SAFETY: the caller's is a string.
        let string = unsafe { string.cast::<PyStr>() };
        Ok(self.str_from_chars(string.chars())?.into_value())
    }

    /// What `str(value)` says, for messages.
    ///
    /// # Errors
    /// What `__str__` raises.
    pub fn display(&self, value: &Value) -> R<String> {
        let text = self.to_str(value)?;
        Ok(text.to_lossy().into_owned())
    }
}

impl PyStr {
    pub(super) fn compute_hash(&self) -> i64 {
        let bytes = self.len() * self.kind() as usize;
        // SAFETY: so many bytes of characters.
        let hash = crate::hashing::hash_of(unsafe { core::slice::from_raw_parts(self.data(), bytes) });
        self.hash.set(hash);
        hash
    }

    /// UTF-8 of a string that is not ASCII, made once. It is charged to the heap; `None` also where that has no room.
    pub(super) fn utf8(&self) -> Option<&str> {
        let tail = self.tail();
        if tail.utf8.get().is_null() {
            let mut text = String::new();
            for point in self.chars().iter() {
                text.push(char::from_u32(point)?);
            }
            let cx = Cx::try_current()?;
            let layout = core::alloc::Layout::array::<u8>(text.len() + 1).ok()?;
            let buffer = raw::allocate(&cx.heap, layout).ok()?;
            // SAFETY: a fresh buffer with room for the text and a zero.
            unsafe {
                buffer.as_ptr().copy_from_nonoverlapping(text.as_ptr(), text.len());
                buffer.as_ptr().add(text.len()).write(0);
            }
            tail.utf8_length.set(text.len());
            tail.utf8.set(buffer.as_ptr());
        }
        // SAFETY: made from valid text, and kept until the string dies.
        unsafe {
            let bytes = core::slice::from_raw_parts(tail.utf8.get(), tail.utf8_length.get());
            Some(core::str::from_utf8_unchecked(bytes))
        }
    }

    /// Gives back what a string owns beside its block.
    pub(super) fn free_tail(&mut self) {
        let compact = self.state.get() & state::COMPACT != 0;
        let (kind, length) = (self.kind() as usize, self.len());
        let head: NonNull<Head> = self.head();
        let tail = self.tail();
        // SAFETY: both buffers are from `raw::allocate` with these sizes.
        unsafe {
            if let Some(utf8) = NonNull::new(tail.utf8.get()) {
                let layout = core::alloc::Layout::array::<u8>(tail.utf8_length.get() + 1).expect("as allocated");
                raw::deallocate(head, utf8, layout);
            }
            if !compact && let Some(data) = NonNull::new(tail.data.get()) {
                let layout = core::alloc::Layout::from_size_align((length + 1) * kind, 8).expect("as allocated");
                raw::deallocate(head, data.cast(), layout);
            }
        }
    }
}
