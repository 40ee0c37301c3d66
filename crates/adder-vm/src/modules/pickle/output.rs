//! What a pickler writes: a buffer, cut into frames where the protocol has such.

use adder_objects::storage::HeapVec;
use adder_objects::{Cx, R, Value};

use super::op::FRAME;

/// Frames are closed when they have so many bytes; larger things stand outside of them.
const FRAME_TARGET: usize = 64 << 10;
/// Shorter ones do not say that they are frames.
const FRAME_LEAST: usize = 4;
/// The instruction and its number.
const FRAME_HEADER: usize = 9;

pub(super) struct Output<'h> {
    buffer: HeapVec<'h, u8>,
    framing: bool,
    /// Where the open frame begins, its header included.
    frame: Option<usize>,
    /// `write` of the file, if there is one.
    write: Option<Value>,
}

impl<'h> Output<'h> {
    pub(super) fn new(cx: &'h Cx, write: Option<Value>) -> Output<'h> {
        Output { buffer: HeapVec::new(cx), framing: false, frame: None, write }
    }

    /// From here on there are frames.
    pub(super) fn begin_framing(&mut self) {
        self.framing = true;
    }

    #[inline]
    pub(super) fn write(&mut self, bytes: &[u8]) -> R<()> {
        if self.framing && self.frame.is_none() {
            self.frame = Some(self.buffer.len());
            self.buffer.fill(0, FRAME_HEADER)?;
        }
        self.buffer.extend(bytes)
    }

    #[inline]
    pub(super) fn op(&mut self, op: u8) -> R<()> {
        self.write(&[op])
    }

    /// Between two objects: closes a frame that is long enough.
    #[inline]
    pub(super) fn boundary(&mut self) -> R<()> {
        match self.frame {
            Some(start) if self.buffer.len() - start - FRAME_HEADER >= FRAME_TARGET => {
                self.close_frame();
                self.flush()
            }
            _ => Ok(()),
        }
    }

    fn close_frame(&mut self) {
        let Some(start) = self.frame.take() else { return };
        let length = self.buffer.len() - start - FRAME_HEADER;
        if length >= FRAME_LEAST {
            self.buffer[start] = FRAME;
            self.buffer[start + 1..start + FRAME_HEADER].copy_from_slice(&(length as u64).to_le_bytes());
        } else {
            self.buffer.copy_within(start + FRAME_HEADER.., start);
            self.buffer.truncate(start + length);
        }
    }

    /// Writes bytes that may be many, with what stands in front of them. `object` is what they are of, if that is handed to a file.
    pub(super) fn write_large(&mut self, header: &[u8], bytes: &[u8], object: Option<&Value>) -> R<()> {
        let alone = bytes.len() >= FRAME_TARGET;
        if !alone {
            self.write(header)?;
            return self.write(bytes);
        }
        let framing = core::mem::replace(&mut self.framing, false);
        self.close_frame();
        let done = (|| {
            self.write(header)?;
            let Some(write) = self.write.clone() else { return self.write(bytes) };
            let cx = self.buffer.cx();
            let payload = match object {
                Some(object) => object.clone(),
                None => cx.bytes(bytes)?.into_value(),
            };
            self.flush()?;
            cx.call(&write, &[payload]).map(drop)
        })();
        self.framing = framing;
        done
    }

    /// Hands what there is to the file.
    fn flush(&mut self) -> R<()> {
        let Some(write) = self.write.clone() else { return Ok(()) };
        if self.buffer.is_empty() {
            return Ok(());
        }
        let cx = self.buffer.cx();
        let bytes = cx.bytes(&self.buffer)?.into_value();
        self.buffer.truncate(0);
        cx.call(&write, &[bytes]).map(drop)
    }

    /// Ends it: gives the bytes, or hands the last of them to the file.
    pub(super) fn finish(mut self) -> R {
        self.close_frame();
        if self.write.is_some() {
            return self.flush().map(|()| Value::none());
        }
        Ok(self.buffer.cx().bytes(&self.buffer)?.into_value())
    }
}
