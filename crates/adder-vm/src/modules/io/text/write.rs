//! Writing to a `TextIOWrapper`.

use adder_objects::bytes::PyBytes;
use adder_objects::str::{Chars, PyStr};
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::super::base::again;
use super::super::buffered::{self, BUFFERED_RANDOM_TYPE, BUFFERED_WRITER_TYPE};
use super::super::string_io::with_ends;
use super::super::{ask, file, unsupported};
use super::{PyTextIo, open};

fn has(chars: Chars<'_>, unit: u8) -> bool {
    match chars {
        Chars::Ascii(s) | Chars::One(s) => adder_objects::scan::find(s, &[unit]).is_some(),
        Chars::Two(s) => s.contains(&unit.into()),
        Chars::Four(s) => s.contains(&unit.into()),
    }
}

/// Is it a buffered stream whose methods nobody has replaced?
fn plain_writer(buffer: &Value) -> bool {
    (buffer.is_exact(&BUFFERED_WRITER_TYPE) || buffer.is_exact(&BUFFERED_RANDOM_TYPE)) && buffered::is_plain(buffer)
}

impl PyTextIo {
    /// Gives what is to be written to the stream of bytes.
    pub(super) fn write_pending(&self, cx: &Cx) -> R<()> {
        if self.pending.len() == 0 {
            return Ok(());
        }
        let buffer = self.buffer(cx)?;
        if plain_writer(&buffer) {
            // Taken out: other threads may write meanwhile.
            let pending = self.pending.take();
            // SAFETY: nobody else has the memory.
            let written = unsafe { buffered::write_bytes(cx, &buffer, pending.data(), pending.len()) };
            self.pending.reuse(&pending, &self.base.head);
            return written.map(drop);
        }
        if let Some(file) = file::plain_output(&buffer) {
            let pending = self.pending.take();
            // SAFETY: nobody else has the memory.
            let written = unsafe { file.write_from(cx, pending.data(), pending.len()) };
            self.pending.reuse(&pending, &self.base.head);
            return written.map(drop);
        }
        // SAFETY: no code of a user runs while they are copied.
        let bytes = cx.bytes(unsafe { self.pending.bytes() })?;
        // SAFETY: none are in use then. What the stream writes may lead here again.
        unsafe { self.pending.set_len(0) };
        again(cx, || ask(cx, &buffer, "write", core::slice::from_ref(bytes.as_value()))).map(drop)
    }

    pub(super) fn flush_buffer(&self, cx: &Cx) -> R {
        let buffer = self.buffer(cx)?;
        if plain_writer(&buffer) {
            return buffered::flush_method(cx, &buffer);
        }
        if file::plain_output(&buffer).is_some() {
            return Ok(Value::none());
        }
        ask(cx, &buffer, "flush", &[])
    }
}

/// `write`
pub(in super::super) fn write(cx: &Cx, this: &Value, text: &Value) -> R {
    let Some(string) = text.downcast::<PyStr>() else {
        let ty = text.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "write() argument must be str, not {ty}");
    };
    let it = open(cx, this)?;
    if !it.coding.writes() {
        return unsupported(cx, "not writable");
    }
    let chars = string.chars();
    let written = it.newline.get().written();
    let has_line = (written.is_some() || it.line_buffering.get()) && has(chars, b'\n');
    let translated;
    let (text, chars) = match written {
        Some(end) if has_line => {
            translated = with_ends(cx, chars, end)?.finish_value()?;
            // SAFETY: made just now.
            (&translated, unsafe { translated.cast::<PyStr>() }.chars())
        }
        _ => (text, chars),
    };
    let flush = it.line_buffering.get() && (has_line || has(chars, b'\r'));
    let most = it.chunk_size.get() as usize;
    // Large texts are not joined with what waits already.
    while it.pending.len() > 0 && it.pending.len().saturating_add(chars.len()) > most {
        it.write_pending(cx)?;
    }
    if !it.encode_plain(cx, chars, &it.pending)? {
        let bytes = it.encode(cx, text)?;
        let it = open(cx, this)?;
        it.pending.extend(cx, bytes.downcast::<PyBytes>().map_or(&[], PyBytes::as_slice))?;
    }
    if it.pending.len() >= most || flush || it.write_through.get() {
        it.write_pending(cx)?;
    }
    if flush {
        it.flush_buffer(cx)?;
    }
    if it.has_snapshot() {
        it.set_decoded(None);
        it.forget_snapshot();
    }
    if it.coding.reads() {
        it.reset_decoder(cx)?;
    }
    cx.int(string.len() as i64)
}
