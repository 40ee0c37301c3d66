//! Writing to buffered streams.

use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::super::{ask, readable, would_block};
use super::{PyBuffered, moved_bytes, ready};

/// What is said where a stream that waits for nothing does not take all.
const BLOCKED: &str = "write could not complete without blocking";

impl PyBuffered {
    /// Writes from memory to the raw stream; `None` where that would have to wait.
    ///
    /// # Safety
    /// So many bytes may be read there meanwhile.
    unsafe fn raw_write(&self, cx: &Cx, from: *const u8, len: usize) -> R<Option<usize>> {
        let put = match self.plain_file().filter(|file| file.may_write()) {
            // SAFETY: by the contract.
            Some(file) => unsafe { file.write_from(cx, from, len)? },
            None => {
                // The raw stream may keep what it was given: it gets a copy.
                // SAFETY: by the contract.
                let lent = cx.bytes(unsafe { core::slice::from_raw_parts(from, len) })?;
                let view = cx.memoryview(lent.as_value())?;
                let raw = self.raw(cx)?;
                let answer = super::super::base::again(cx, || ask(cx, &raw, "write", core::slice::from_ref(&view)))?;
                moved_bytes(cx, &answer, len, "write")?
            }
        };
        if let Some(put) = put {
            self.moved(put);
        }
        Ok(put)
    }

    /// Writes what is to be written.
    pub(super) fn flush_written(&self, cx: &Cx) -> R<()> {
        if !self.has_written() || self.write_pos.get() == self.write_end.get() {
            self.forget_written();
            return Ok(());
        }
        let back = self.raw_offset() + (self.pos.get() - self.write_pos.get());
        if back != 0 {
            self.raw_seek(cx, -back, libc::SEEK_CUR)?;
            self.raw_pos.set(self.raw_pos.get() - back);
        }
        while self.write_pos.get() < self.write_end.get() {
            let (start, end) = (self.write_pos.get() as usize, self.write_end.get() as usize);
            // SAFETY: this thread works with the buffer; these bytes are to be written.
            match unsafe { self.raw_write(cx, self.buffer.data().add(start), end - start)? } {
                None => return Err(would_block(cx, BLOCKED, 0)),
                Some(put) => {
                    self.write_pos.set((start + put) as i64);
                    self.raw_pos.set(self.write_pos.get());
                }
            }
            // A signal may be why not all was written.
            crate::threads::handle_signals(cx)?;
        }
        self.forget_written();
        Ok(())
    }

    fn forget_written(&self) {
        self.write_pos.set(0);
        self.write_end.set(-1);
    }

    /// The same; then the raw stream is where the stream says it is.
    pub(super) fn flush_and_rewind(&self, cx: &Cx) -> R<()> {
        self.flush_written(cx)?;
        if self.readable.get() {
            let back = self.raw_offset();
            // Even if it fails, what was read counts no more.
            let sought = if back != 0 { self.raw_seek(cx, -back, libc::SEEK_CUR).map(drop) } else { Ok(()) };
            self.forget_read();
            sought?;
        }
        Ok(())
    }

    /// Copies bytes into the buffer; there is room.
    ///
    /// # Safety
    /// So many bytes may be read there.
    unsafe fn put(&self, at: usize, from: *const u8, len: usize) {
        debug_assert!(at + len <= self.buffer.capacity());
        // SAFETY: there is room; what is written may be of any memory.
        unsafe { self.buffer.data().add(at).copy_from(from, len) };
    }

    /// # Safety
    /// So many bytes may be read there while the interpreter's lock is let go.
    unsafe fn write_from_memory(&self, cx: &Cx, from: *const u8, len: usize) -> R<usize> {
        if !self.has_read() && !self.has_written() {
            self.pos.set(0);
            self.raw_pos.set(0);
        }
        let size = self.size.get();
        let pos = self.pos.get().max(0) as usize;
        if len <= size.saturating_sub(pos) && len < size {
            // SAFETY: there is room.
            unsafe { self.put(pos, from, len) };
            if !self.has_written() || self.write_pos.get() > pos as i64 {
                self.write_pos.set(pos as i64);
            }
            self.set_pos((pos + len) as i64);
            if self.write_end.get() < self.pos.get() {
                self.write_end.set(self.pos.get());
            }
            return Ok(len);
        }
        match self.flush_written(cx) {
            Ok(()) => {}
            Err(raised) if raised.is(&exc::BLOCKING_IO_ERROR) => {
                // SAFETY: by the contract.
                return unsafe { self.keep_what_fits(cx, from, len) };
            }
            Err(raised) => return Err(raised),
        }
        let back = self.raw_offset();
        if back != 0 {
            self.raw_seek(cx, -back, libc::SEEK_CUR)?;
            self.raw_pos.set(self.raw_pos.get() - back);
        }
        let mut written = 0;
        while len - written >= size {
            // SAFETY: by the contract.
            match unsafe { self.raw_write(cx, from.add(written), len - written)? } {
                Some(put) => written += put,
                // The rest fits into the buffer.
                None if len - written == size => break,
                None => {
                    // Not all of it fits; as much as does is kept.
                    // SAFETY: `size` bytes are allocated, and more are left.
                    unsafe { self.put(0, from.add(written), size) };
                    self.raw_pos.set(0);
                    self.set_pos(size as i64);
                    self.write_pos.set(0);
                    self.write_end.set(size as i64);
                    return Err(would_block(cx, BLOCKED, written + size));
                }
            }
            crate::threads::handle_signals(cx)?;
        }
        if self.readable.get() {
            self.forget_read();
        }
        let rest = len - written;
        // SAFETY: no more than `size` bytes.
        unsafe { self.put(0, from.add(written), rest) };
        self.write_pos.set(0);
        self.write_end.set(rest as i64);
        self.set_pos(rest as i64);
        self.raw_pos.set(0);
        Ok(len)
    }

    /// The raw stream takes nothing now: what fits is kept in the buffer.
    ///
    /// # Safety
    /// So many bytes may be read there.
    unsafe fn keep_what_fits(&self, cx: &Cx, from: *const u8, len: usize) -> R<usize> {
        if self.readable.get() {
            self.forget_read();
        }
        let (start, end) = (self.write_pos.get(), self.write_end.get());
        // SAFETY: both within the buffer.
        unsafe { self.buffer.data().copy_from(self.buffer.data().add(start as usize), (end - start) as usize) };
        self.write_end.set(end - start);
        self.raw_pos.set(self.raw_pos.get() - start);
        self.pos.set(self.pos.get() - start);
        self.write_pos.set(0);
        let end = self.write_end.get() as usize;
        let kept = len.min(self.size.get() - end);
        // SAFETY: there is room for so many.
        unsafe { self.put(end, from, kept) };
        self.write_end.set((end + kept) as i64);
        self.pos.set(self.pos.get() + kept as i64);
        if kept < len { Err(would_block(cx, BLOCKED, kept)) } else { Ok(len) }
    }
}

/// `write`
pub(super) fn write(cx: &Cx, this: &Value, bytes: &Value) -> R {
    ready(cx, this)?;
    let bytes = readable(cx, bytes)?;
    // SAFETY: the view keeps its memory while it lives.
    let written = unsafe { write_bytes(cx, this, bytes.data, bytes.len)? };
    cx.int(written as i64)
}

/// Writes from memory.
///
/// # Safety
/// So many bytes may be read there while the interpreter's lock is let go.
pub(in super::super) unsafe fn write_bytes(cx: &Cx, this: &Value, from: *const u8, len: usize) -> R<usize> {
    let it = ready(cx, this)?;
    let _working = it.enter(cx, this)?;
    if it.is_closed(cx)? {
        return raise!(cx, exc::VALUE_ERROR, "write to closed file");
    }
    // SAFETY: by the contract.
    unsafe { it.write_from_memory(cx, from, len) }
}

/// `flush`
pub(in super::super) fn flush_method(cx: &Cx, this: &Value) -> R {
    let it = ready(cx, this)?;
    if it.is_closed(cx)? {
        return raise!(cx, exc::VALUE_ERROR, "flush of closed file");
    }
    let _working = it.enter(cx, this)?;
    it.flush_and_rewind(cx)?;
    Ok(Value::none())
}
