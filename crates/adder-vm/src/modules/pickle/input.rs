//! Where an unpickler reads from: the bytes of an object, or a file.

use adder_objects::buffer::{Buffer, request};
use adder_objects::bytes::PyBytes;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::cannot_load;

/// What is called of a file.
pub(super) struct File {
    pub read: Value,
    pub read_line: Value,
}

pub(super) struct Input<'a> {
    cx: &'a Cx,
    file: Option<&'a File>,
    /// What was read last. Nothing is read ahead: what comes behind a pickle may not be there yet.
    chunk: Option<Buffer>,
    at: usize,
}

impl<'a> Input<'a> {
    /// The bytes of an object.
    pub(super) fn of_bytes(cx: &'a Cx, object: &Value) -> R<Input<'a>> {
        let chunk = super::super::support::view(cx, object, request::SIMPLE)?;
        Ok(Input { cx, file: None, chunk: Some(chunk), at: 0 })
    }

    pub(super) fn of_file(cx: &'a Cx, file: &'a File) -> Input<'a> {
        Input { cx, file: Some(file), chunk: None, at: 0 }
    }

    /// What is left of the chunk.
    fn rest(&self) -> &[u8] {
        // SAFETY: the view keeps the bytes where they are; no code of a user runs while they are borrowed, since whoever has them
        // borrows the input.
        self.chunk.as_ref().map_or(&[], |chunk| &unsafe { chunk.as_slice() }[self.at..])
    }

    #[cold]
    fn truncated<T>(&self) -> R<T> {
        Err(cannot_load(self.cx, format_args!("pickle data was truncated")))
    }

    /// One byte; none at the end.
    #[inline]
    pub(super) fn op(&mut self) -> R<Option<u8>> {
        if self.rest().is_empty() && !self.fill(1)? {
            return Ok(None);
        }
        let byte = self.rest().first().copied();
        self.at += 1;
        Ok(byte)
    }

    /// The next bytes, so many.
    #[inline]
    pub(super) fn take(&mut self, count: usize) -> R<&[u8]> {
        if self.rest().len() < count && !self.fill(count)? {
            return self.truncated();
        }
        let start = self.at;
        self.at += count;
        // SAFETY: as in `rest`.
        Ok(self.chunk.as_ref().map_or(&[], |chunk| &unsafe { chunk.as_slice() }[start..start + count]))
    }

    pub(super) fn array<const N: usize>(&mut self) -> R<[u8; N]> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    /// Makes sure that so many bytes are there.
    pub(super) fn expect(&mut self, count: usize) -> R<()> {
        self.take(count)?;
        self.at -= count;
        Ok(())
    }

    /// The next bytes, so many, as an object.
    pub(super) fn bytes(&mut self, count: usize) -> R {
        let cx = self.cx;
        Ok(cx.bytes(self.take(count)?)?.into_value())
    }

    /// A line, without its end.
    pub(super) fn line(&mut self) -> R<&[u8]> {
        let found = self.rest().iter().position(|byte| *byte == b'\n');
        let length = match (found, self.file) {
            (Some(length), _) => length,
            (None, None) => return self.truncated(),
            (None, Some(_)) if !self.rest().is_empty() => {
                return Err(cannot_load(self.cx, format_args!("pickle exhausted before end of frame")));
            }
            (None, Some(file)) => {
                let line = self.cx.call(&file.read_line, &[])?;
                self.set_chunk(&line, "readline")?;
                match self.rest() {
                    [line @ .., b'\n'] => line.len(),
                    _ => return self.truncated(),
                }
            }
        };
        let line = self.take(length + 1)?;
        Ok(&line[..length])
    }

    /// Reads on until so many bytes are there. Says whether they are.
    #[cold]
    fn fill(&mut self, count: usize) -> R<bool> {
        let Some(file) = self.file else { return Ok(false) };
        if !self.rest().is_empty() {
            return Err(cannot_load(self.cx, format_args!("pickle exhausted before end of frame")));
        }
        let read = self.cx.call(&file.read, &[self.cx.int_from_u64(count as u64)?])?;
        self.set_chunk(&read, "read")?;
        Ok(self.rest().len() >= count)
    }

    fn set_chunk(&mut self, bytes: &Value, method: &str) -> R<()> {
        let get = bytes.downcast::<PyBytes>().and_then(|_| bytes.ty().slots.buffer.get());
        let Some(get) = get else {
            let shown = super::shown(self.cx, bytes)?;
            return raise!(self.cx, exc::VALUE_ERROR, "{method}() returned non-bytes object ({shown})");
        };
        self.chunk = Some(get(self.cx, bytes, request::SIMPLE)?);
        self.at = 0;
        Ok(())
    }
}
