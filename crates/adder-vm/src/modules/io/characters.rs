//! Text that a stream in memory owns: characters as wide as the widest needs, which can be written over.

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_objects::str::Chars;
use adder_objects::{Cx, R, Value};

use super::storage::Storage;

/// Characters of 1, 2 or 4 bytes. Who drops the object that has them calls [`free`](Characters::free) before.
pub(super) struct Characters {
    bytes: Storage,
    width: Cell<usize>,
}

impl Characters {
    /// None.
    pub(super) const fn new() -> Characters {
        Characters { bytes: Storage::new(), width: Cell::new(1) }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.bytes.len() / self.width.get()
    }

    /// The memory they take.
    pub(super) fn memory(&self) -> usize {
        self.bytes.capacity()
    }

    /// The characters.
    ///
    /// # Safety
    /// Nothing changes them while the borrow lives: no code of a user runs.
    pub(super) unsafe fn chars(&self) -> Chars<'_> {
        let (data, len) = (self.bytes.data(), self.len());
        // SAFETY: so many of this width are initialised; the memory is aligned for the widest.
        unsafe {
            match self.width.get() {
                1 => Chars::One(core::slice::from_raw_parts(data, len)),
                2 => Chars::Two(core::slice::from_raw_parts(data.cast(), len)),
                _ => Chars::Four(core::slice::from_raw_parts(data.cast(), len)),
            }
        }
    }

    /// Some of them as a string; they are there.
    pub(super) fn text(&self, cx: &Cx, range: core::ops::Range<usize>) -> R {
        // SAFETY: no code of a user runs.
        Ok(cx.str_from_chars(unsafe { self.chars() }.slice(range))?.into_value())
    }

    /// Makes room for characters of this width.
    fn widen(&self, cx: &Cx, wide: usize) -> R<()> {
        let (narrow, len) = (self.width.get(), self.len());
        if wide <= narrow {
            return Ok(());
        }
        let Some(wanted) = len.checked_mul(wide) else { return Err(cx.no_memory()) };
        self.bytes.reserve(cx, wanted)?;
        let data = self.bytes.data();
        // SAFETY: there is room for all; from the last on, none is written over before it was read.
        unsafe {
            for at in (0..len).rev() {
                let point = read(data, narrow, at);
                write(data, wide, at, point);
            }
            self.bytes.set_len(wanted);
        }
        self.width.set(wide);
        Ok(())
    }

    /// Writes characters, which are not its own, at a place. What lies between its end and the place becomes zero.
    pub(super) fn put(&self, cx: &Cx, start: usize, text: Chars<'_>) -> R<()> {
        let own = match text {
            Chars::Ascii(_) | Chars::One(_) => 1,
            Chars::Two(_) => 2,
            Chars::Four(_) => 4,
        };
        self.widen(cx, own)?;
        let (width, old) = (self.width.get(), self.len());
        let end = start.checked_add(text.len()).filter(|end| end.checked_mul(width).is_some());
        let Some(end) = end else { return Err(cx.no_memory()) };
        self.bytes.reserve(cx, end * width)?;
        let data = self.bytes.data();
        // SAFETY: there is room up to the end.
        unsafe {
            if start > old {
                data.add(old * width).write_bytes(0, (start - old) * width);
            }
            let to = data.add(start * width);
            match text {
                Chars::Ascii(s) | Chars::One(s) if width == 1 => to.copy_from_nonoverlapping(s.as_ptr(), s.len()),
                Chars::Two(s) if width == 2 => to.cast::<u16>().copy_from_nonoverlapping(s.as_ptr(), s.len()),
                Chars::Four(s) => to.cast::<u32>().copy_from_nonoverlapping(s.as_ptr(), s.len()),
                other => {
                    for (at, point) in other.iter().enumerate() {
                        write(to, width, at, point);
                    }
                }
            }
            self.bytes.set_len(old.max(end) * width);
        }
        Ok(())
    }

    /// Keeps the first so many.
    pub(super) fn truncate(&self, len: usize) {
        if len < self.len() {
            // SAFETY: fewer than there are.
            unsafe { self.bytes.set_len(len * self.width.get()) };
        }
    }

    /// Gives the memory back.
    pub(super) fn free(&self, head: &Head) {
        self.bytes.free(head);
        self.width.set(1);
    }
}

/// # Safety
/// So many characters of this width are there.
unsafe fn read(data: *const u8, width: usize, at: usize) -> u32 {
    // SAFETY: by the contract.
    unsafe {
        match width {
            1 => data.add(at).read().into(),
            2 => data.cast::<u16>().add(at).read().into(),
            _ => data.cast::<u32>().add(at).read(),
        }
    }
}

/// # Safety
/// There is room for so many characters of this width.
unsafe fn write(data: *mut u8, width: usize, at: usize, point: u32) {
    // SAFETY: by the contract.
    unsafe {
        match width {
            1 => data.add(at).write(point as u8),
            2 => data.cast::<u16>().add(at).write(point as u16),
            _ => data.cast::<u32>().add(at).write(point),
        }
    }
}

/// An empty string.
pub(super) fn nothing(cx: &Cx) -> R {
    Ok::<Value, _>(cx.names.empty_str().clone())
}
