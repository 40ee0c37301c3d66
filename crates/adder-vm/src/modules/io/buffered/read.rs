//! Reading from buffered streams.

use adder_objects::bytes::PyBytes;
use adder_objects::storage::HeapVec;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::super::{ask, attribute, optional_size, writable};
use super::{BUFFERED_RANDOM_TYPE, BUFFERED_READER_TYPE, PyBuffered, moved_bytes, open};

impl PyBuffered {
    /// Reads from the raw stream into memory; `None` where that would have to wait.
    ///
    /// # Safety
    /// So many bytes may be written there, which nobody else touches meanwhile.
    unsafe fn raw_read(&self, cx: &Cx, into: *mut u8, room: usize) -> R<Option<usize>> {
        let got = match self.plain_file().filter(|file| file.may_read()) {
            // SAFETY: by the contract.
            Some(file) => unsafe { file.read_to(cx, into, room)? },
            None => {
                // The raw stream may keep what it was given: it gets memory of its own.
                let lent = cx.bytearray(&[])?;
                lent.resize(cx, room)?;
                let view = cx.memoryview(lent.as_value())?;
                let raw = self.raw(cx)?;
                let answer = super::super::base::again(cx, || ask(cx, &raw, "readinto", core::slice::from_ref(&view)))?;
                let got = moved_bytes(cx, &answer, room, "readinto")?;
                if let Some(got) = got {
                    // SAFETY: the view keeps its size; so many bytes may be written here.
                    unsafe { into.copy_from_nonoverlapping(lent.as_slice().as_ptr(), got) };
                }
                got
            }
        };
        if let Some(got) = got {
            self.moved(got);
        }
        Ok(got)
    }

    /// Reads what there is room for in the buffer behind what was read.
    fn fill(&self, cx: &Cx) -> R<Option<usize>> {
        let start = if self.has_read() { self.read_end.get() as usize } else { 0 };
        let room = self.room().saturating_sub(start);
        if room == 0 {
            return Ok(Some(0));
        }
        // SAFETY: the buffer is this thread's to work with, and has room for so many more.
        let got = unsafe { self.raw_read(cx, self.buffer.data().add(start), room)? };
        if let Some(got @ 1..) = got {
            self.read_end.set((start + got) as i64);
            self.raw_pos.set((start + got) as i64);
        }
        Ok(got)
    }

    /// What was read and not given, up to so many bytes.
    ///
    /// # Safety
    /// Nothing changes the buffer while the borrow lives.
    unsafe fn ahead(&self, most: usize) -> &[u8] {
        // SAFETY: so many were read.
        unsafe {
            core::slice::from_raw_parts(
                self.buffer.data().add(self.pos.get().max(0) as usize),
                self.readahead().min(most),
            )
        }
    }

    /// So many bytes of what was read.
    fn give(&self, cx: &Cx, n: usize) -> R {
        // SAFETY: no code of a user runs.
        let bytes = cx.bytes(unsafe { self.ahead(n) })?;
        self.pos.set(self.pos.get() + bytes.as_slice().len() as i64);
        Ok(bytes.into_value())
    }

    fn flush_before_reading(&self, cx: &Cx) -> R<()> {
        if self.writable.get() { self.flush_and_rewind(cx) } else { Ok(()) }
    }

    fn read_all(&self, cx: &Cx) -> R {
        let mut all = HeapVec::new(cx);
        // SAFETY: no code of a user runs.
        all.extend(unsafe { self.ahead(usize::MAX) })?;
        self.pos.set(self.pos.get() + all.len() as i64);
        self.flush_before_reading(cx)?;
        self.forget_read();
        if let Some(file) = self.plain_file().filter(|file| file.may_read()) {
            let rest = super::super::file::all_of(cx, &file)?;
            // Where the raw stream is now is asked for when it is needed.
            self.abs_pos.set(-1);
            return match rest {
                None if all.is_empty() => Ok(Value::none()),
                None => Ok(cx.bytes(&all)?.into_value()),
                Some(rest) => Ok(cx.bytes_concat(&all, &rest)?.into_value()),
            };
        }
        let raw = self.raw(cx)?;
        if let Some(read_all) = attribute(cx, &raw, "readall")? {
            let rest = cx.call(&read_all, &[])?;
            self.abs_pos.set(-1);
            let bytes = match rest.downcast::<PyBytes>() {
                Some(bytes) => bytes.as_slice(),
                None if rest.is_none() => &[],
                None => return raise!(cx, exc::TYPE_ERROR, "readall() should return bytes"),
            };
            if all.is_empty() {
                return Ok(rest);
            }
            return Ok(cx.bytes_concat(&all, bytes)?.into_value());
        }
        loop {
            let part = ask(cx, &raw, "read", &[])?;
            let bytes = match part.downcast::<PyBytes>() {
                Some(bytes) => bytes.as_slice(),
                None if part.is_none() => &[],
                None => return raise!(cx, exc::TYPE_ERROR, "read() should return bytes"),
            };
            if bytes.is_empty() {
                return if all.is_empty() { Ok(part) } else { Ok(cx.bytes(&all)?.into_value()) };
            }
            all.extend(bytes)?;
            self.moved(bytes.len());
        }
    }

    /// So many bytes, which are more than were read. Gives less where there are no more, or where that would have to wait.
    fn read_some(&self, cx: &Cx, n: usize) -> R {
        let mut out = HeapVec::<u8>::with_capacity(cx, n)?;
        // SAFETY: no code of a user runs.
        out.extend(unsafe { self.ahead(n) })?;
        self.pos.set(self.pos.get() + out.len() as i64);
        self.flush_before_reading(cx)?;
        self.forget_read();
        let size = self.size.get();
        let ended = |out: &HeapVec<'_, u8>, got: Option<usize>| match got {
            None if out.is_empty() => Ok(Value::none()),
            _ => Ok(cx.bytes(out)?.into_value()),
        };
        // Whole blocks go where they are wanted, the rest through the buffer.
        while n - out.len() >= size {
            let (len, whole) = (out.len(), (n - out.len()) / size * size);
            // SAFETY: there is room for `n` bytes.
            let got = unsafe { self.raw_read(cx, out.as_ptr().cast_mut().add(len), whole)? };
            match got {
                None | Some(0) => return ended(&out, got),
                // SAFETY: read just now.
                Some(got) => unsafe { out.set_len(len + got) },
            }
        }
        self.pos.set(0);
        self.raw_pos.set(0);
        self.read_end.set(0);
        while out.len() < n && (self.read_end.get() as usize) < size {
            let got = self.fill(cx)?;
            if matches!(got, None | Some(0)) {
                return ended(&out, got);
            }
            // SAFETY: no code of a user runs.
            let part = unsafe { self.ahead(n - out.len()) };
            out.extend(part)?;
            self.pos.set(self.pos.get() + part.len() as i64);
        }
        Ok(cx.bytes(&out)?.into_value())
    }
}

/// `read`
pub(super) fn read(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let size = optional_size(cx, args.first())?;
    super::ready(cx, this)?;
    if size < -1 {
        return raise!(cx, exc::VALUE_ERROR, "read length must be non-negative or -1");
    }
    let it = open(cx, this, "read of closed file")?;
    let wanted = usize::try_from(size).ok();
    if let Some(n) = wanted.filter(|&n| n <= it.readahead() && !it.lock.is_locked()) {
        return it.give(cx, n);
    }
    let _working = it.enter(cx, this)?;
    match wanted {
        None => it.read_all(cx),
        Some(n) if n <= it.readahead() => it.give(cx, n),
        Some(n) => it.read_some(cx, n),
    }
}

/// `peek`
pub(super) fn peek(cx: &Cx, this: &Value, args: &[Value]) -> R {
    if let Some(size) = args.first() {
        adder_objects::arguments::ssize(cx, size)?;
    }
    let it = open(cx, this, "peek of closed file")?;
    let _working = it.enter(cx, this)?;
    it.flush_before_reading(cx)?;
    if it.readahead() == 0 {
        it.forget_read();
        it.pos.set(0);
        it.fill(cx)?;
    }
    // SAFETY: no code of a user runs.
    Ok(cx.bytes(unsafe { it.ahead(usize::MAX) })?.into_value())
}

/// `read1`
pub(super) fn read1_method(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let size = args.first().map_or(Ok(-1), |size| adder_objects::arguments::ssize(cx, size))?;
    read1(cx, this, size)
}

/// What was read, or else what one reading gives.
pub(in super::super) fn read1(cx: &Cx, this: &Value, size: isize) -> R {
    let it = open(cx, this, "read of closed file")?;
    let n = usize::try_from(size).unwrap_or(it.size.get());
    if n == 0 {
        return Ok(cx.bytes(b"")?.into_value());
    }
    if it.readahead() > 0 && !it.lock.is_locked() {
        return it.give(cx, n);
    }
    let _working = it.enter(cx, this)?;
    if it.readahead() > 0 {
        return it.give(cx, n);
    }
    it.flush_before_reading(cx)?;
    it.forget_read();
    it.pos.set(0);
    if n <= it.room() {
        // Through the buffer's memory, which is there; but nothing stays in it.
        // SAFETY: this thread works with the buffer, and has room for so many bytes.
        unsafe {
            let got = it.raw_read(cx, it.buffer.data(), n)?.unwrap_or(0);
            return Ok(cx.bytes(core::slice::from_raw_parts(it.buffer.data(), got))?.into_value());
        }
    }
    let mut out = HeapVec::<u8>::with_capacity(cx, n)?;
    // SAFETY: there is room for `n` bytes.
    unsafe {
        let got = it.raw_read(cx, out.as_ptr().cast_mut(), n)?.unwrap_or(0);
        out.set_len(got);
    }
    Ok(cx.bytes(&out)?.into_value())
}

/// `readinto`, and `readinto1`, which reads at most once.
pub(super) fn read_into(cx: &Cx, this: &Value, into: &Value, once: bool) -> R {
    super::ready(cx, this)?;
    let room = writable(cx, into, "readinto() argument")?;
    let it = open(cx, this, "readinto of closed file")?;
    let _working = it.enter(cx, this)?;
    // SAFETY: the view is writable and has this room, and keeps its memory while it lives.
    let copy = |from: &[u8], at: usize| unsafe {
        room.data.add(at).copy_from(from.as_ptr(), from.len());
    };
    // SAFETY: no code of a user runs.
    let ready = unsafe { it.ahead(room.len) };
    copy(ready, 0);
    let mut written = ready.len();
    it.pos.set(it.pos.get() + written as i64);
    if written == room.len {
        return cx.int(written as i64);
    }
    it.flush_before_reading(cx)?;
    it.forget_read();
    it.pos.set(0);
    while written < room.len {
        let remaining = room.len - written;
        let got = if remaining > it.size.get() {
            // SAFETY: as above.
            unsafe { it.raw_read(cx, room.data.add(written), remaining)? }
        } else if !(once && written > 0) {
            match it.fill(cx)? {
                Some(1..) => {
                    // SAFETY: no code of a user runs.
                    let part = unsafe { it.ahead(remaining) };
                    copy(part, written);
                    it.pos.set(it.pos.get() + part.len() as i64);
                    Some(part.len())
                }
                other => other,
            }
        } else {
            Some(0)
        };
        match got {
            None if written == 0 => return Ok(Value::none()),
            None | Some(0) => break,
            Some(got) => written += got,
        }
        if once {
            break;
        }
    }
    cx.int(written as i64)
}

/// `readline`
pub(super) fn readline_method(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let limit = optional_size(cx, args.first())?;
    super::ready(cx, this)?;
    readline(cx, this, limit)
}

fn line_end(bytes: &[u8]) -> Option<usize> {
    adder_objects::scan::find(bytes, b"\n").map(|at| at + 1)
}

fn readline(cx: &Cx, this: &Value, limit: isize) -> R {
    let it = open(cx, this, "readline of closed file")?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if !it.lock.is_locked() {
        // SAFETY: no code of a user runs.
        let ready = unsafe { it.ahead(limit) };
        if let Some(end) = line_end(ready) {
            return it.give(cx, end);
        }
        if ready.len() == limit {
            return it.give(cx, limit);
        }
    }
    let _working = it.enter(cx, this)?;
    let mut line = HeapVec::new(cx);
    loop {
        // SAFETY: no code of a user runs.
        let ready = unsafe { it.ahead(limit - line.len()) };
        let end = line_end(ready);
        let part = &ready[..end.unwrap_or(ready.len())];
        line.extend(part)?;
        it.pos.set(it.pos.get() + part.len() as i64);
        if end.is_some() || line.len() >= limit {
            break;
        }
        it.flush_before_reading(cx)?;
        it.forget_read();
        it.pos.set(0);
        if matches!(it.fill(cx)?, None | Some(0)) {
            break;
        }
    }
    Ok(cx.bytes(&line)?.into_value())
}

/// The next line: by the method of a subclass, which may have its own.
pub(super) fn next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    super::ready(cx, this)?;
    let line = if this.is_exact(&BUFFERED_READER_TYPE) || this.is_exact(&BUFFERED_RANDOM_TYPE) {
        readline(cx, this, -1)?
    } else {
        ask(cx, this, "readline", &[])?
    };
    let Some(bytes) = line.downcast::<PyBytes>() else {
        let ty = line.ty().name();
        return raise!(cx, exc::OS_ERROR, "readline() should have returned a bytes object, not '{ty}'");
    };
    Ok(if bytes.as_slice().is_empty() { None } else { Some(line) })
}
