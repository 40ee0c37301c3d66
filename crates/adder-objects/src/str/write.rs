//! Strings that are written after they were made: C fills them in, and may change them until somebody else knows them.

use adder_gc::raw;

use super::concat::write_chars;
use super::make::kind_of;
use super::{Chars, PyStr, state};
use crate::cx::Cx;
use crate::error::R;
use crate::object::Obj;
use crate::value::Value;

/// The greatest code point that a string of this kind has room for.
fn greatest(string: &PyStr) -> u32 {
    match string.kind() {
        1 if string.is_ascii() => 0x7F,
        1 => 0xFF,
        2 => 0xFFFF,
        _ => 0x10_FFFF,
    }
}

impl Cx {
    /// A string of so many zeros, with room for code points up to `max`. It is to be written before anybody else sees it.
    ///
    /// # Errors
    /// MemoryError.
    pub fn str_to_fill(&self, n: usize, max: u32) -> R<Obj<PyStr>> {
        if n == 0 {
            return self.str("");
        }
        let (kind, ascii) = kind_of(max);
        // SAFETY: all characters are written.
        unsafe {
            let made = self.new_str(n, kind, ascii)?;
            made.data().cast_mut().write_bytes(0, n * kind as usize);
            Ok(made)
        }
    }

    /// Gives a string that may be written another length; what is new are zeros. `None` if that could be done in place, else
    /// what takes its place: so for one that must not be written.
    ///
    /// # Errors
    /// MemoryError.
    pub fn str_resized(&self, string: &Value, n: usize) -> R<Option<Value>> {
        // SAFETY: the caller's is a string.
        let old = unsafe { string.cast::<PyStr>() };
        if old.len() == n {
            return Ok(None);
        }
        if n == 0 {
            return Ok(Some(self.str_value("")?));
        }
        let (kind, kept) = (old.kind() as usize, old.len().min(n));
        if old.is_modifiable() {
            let start = old.data().addr() - core::ptr::from_ref(old).addr();
            let size = n.checked_add(1).and_then(|n| n.checked_mul(kind)).and_then(|text| text.checked_add(start));
            // SAFETY: an object on a page that nobody else refers to: as far as its block goes it may be written.
            unsafe {
                if size.is_some_and(|size| size <= raw::block_size(old.head())) {
                    let data = old.data().cast_mut();
                    data.add(kept * kind).write_bytes(0, (n + 1 - kept) * kind);
                    old.forget_utf8();
                    old.length.set(n);
                    return Ok(None);
                }
            }
        }
        let made = self.str_to_fill(n, greatest(old))?;
        // SAFETY: room for so many characters of the same kind.
        unsafe { made.data().cast_mut().copy_from_nonoverlapping(old.data(), kept * kind) };
        Ok(Some(made.into_value()))
    }
}

impl PyStr {
    /// May it be written? So may one of exactly `str` that nobody else refers to, whose hash nobody has asked for, and which is no
    /// name.
    pub fn is_modifiable(&self) -> bool {
        // SAFETY: the head of a live object.
        let head = unsafe { self.head().as_ref() };
        head.is_unique()
            && !head.is_foreign()
            && self.hash.get() == -1
            && !self.is_interned()
            && self.state.get() & state::COMPACT != 0
    }

    /// The greatest code point that it has room for.
    pub fn room(&self) -> u32 {
        greatest(self)
    }

    /// Has it room for characters like these?
    pub fn fits(&self, chars: Chars<'_>) -> bool {
        let own = if self.is_ascii() { 0 } else { self.kind() };
        chars.rank() <= own || chars.iter().all(|point| point <= greatest(self))
    }

    /// Writes characters.
    ///
    /// # Panics
    /// If they reach behind its end or do not fit.
    ///
    /// # Safety
    /// It may be written ([`is_modifiable`](Self::is_modifiable)).
    pub unsafe fn write(&self, at: usize, chars: Chars<'_>) {
        assert!(at <= self.len() && chars.len() <= self.len() - at && self.fits(chars));
        let kind = self.kind();
        // SAFETY: there is room, and by the contract nobody reads meanwhile.
        unsafe {
            self.forget_utf8();
            write_chars(self.data().cast_mut().add(at * kind as usize), kind, chars);
        }
    }

    /// Writes a code point so many times.
    ///
    /// # Panics
    /// If they reach behind its end or it does not fit.
    ///
    /// # Safety
    /// As for [`write`](Self::write).
    pub unsafe fn write_fill(&self, at: usize, times: usize, point: u32) {
        assert!(at <= self.len() && times <= self.len() - at && point <= greatest(self));
        let data = self.data().cast_mut();
        // SAFETY: there is room, and by the contract nobody reads meanwhile.
        unsafe {
            self.forget_utf8();
            match self.kind() {
                1 => data.add(at).write_bytes(point as u8, times),
                2 => core::slice::from_raw_parts_mut(data.cast::<u16>().add(at), times).fill(point as u16),
                _ => core::slice::from_raw_parts_mut(data.cast::<u32>().add(at), times).fill(point),
            }
        }
    }
}
