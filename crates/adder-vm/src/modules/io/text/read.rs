//! Reading from a `TextIOWrapper`.

use adder_objects::bytes::PyBytes;
use adder_objects::str::{PyStr, StrBuilder};
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::super::base::again;
use super::super::newlines::Newline;
use super::super::{ask, buffered, characters, support};
use super::{PyTextIo, TEXT_IO_WRAPPER_TYPE, attached, not_readable, of, open};

fn string(text: &Value) -> &PyStr {
    // SAFETY: decoded text is a string.
    unsafe { text.cast::<PyStr>() }
}

impl PyTextIo {
    /// What was decoded and not given, up to so many characters.
    fn take(&self, cx: &Cx, most: usize) -> R {
        let Some(decoded) = self.decoded.try_get() else { return characters::nothing(cx) };
        let (start, len) = (self.used.get(), string(&decoded).len());
        let end = start.saturating_add(most).min(len);
        self.used.set(end);
        if start == 0 && end == len {
            return Ok(decoded);
        }
        Ok(cx.str_from_chars(string(&decoded).chars().slice(start..end))?.into_value())
    }

    /// Reads and decodes a part; false at the end. `hint`: as many characters are wanted.
    fn read_chunk(&self, cx: &Cx, hint: usize) -> R<bool> {
        if !self.coding.reads() {
            return not_readable(cx);
        }
        let before = if self.telling.get() { Some(self.decoder_state(cx)?) } else { None };
        let hint = if hint > 0 { (self.ratio.get().max(1.0) * hint as f64) as isize } else { 0 };
        let size = self.chunk_size.get().max(hint);
        let buffer = self.buffer(cx)?;
        let (method, input) = if self.has_read1.get() {
            let plain = buffered::is_plain(&buffer) && !buffer.is_exact(&buffered::BUFFERED_WRITER_TYPE);
            (
                "read1",
                if plain {
                    buffered::read1(cx, &buffer, size)?
                } else {
                    ask(cx, &buffer, "read1", &[cx.int(size as i64)?])?
                },
            )
        } else {
            ("read", ask(cx, &buffer, "read", &[cx.int(size as i64)?])?)
        };
        if input.ty().slots.buffer.get().is_none() {
            let ty = input.ty().name();
            return raise!(
                cx,
                exc::TYPE_ERROR,
                "underlying {method}() should have returned a bytes-like object, not '{ty}'"
            );
        }
        let bytes = match input.downcast::<PyBytes>() {
            Some(bytes) => bytes.as_slice().len(),
            None => support::contents(cx, &input)?.len(),
        };
        let decoded = self.decode(cx, &input, bytes == 0)?;
        let characters = string(&decoded).len();
        self.set_decoded(Some(decoded));
        self.ratio.set(if characters > 0 { bytes as f64 / characters as f64 } else { 0.0 });
        if let Some(before) = before {
            let kept = before.kept.downcast::<PyBytes>().map_or(&[][..], PyBytes::as_slice);
            let whole = match input.downcast::<PyBytes>() {
                Some(_) if kept.is_empty() => input.clone(),
                Some(bytes) => cx.bytes_concat(kept, bytes.as_slice())?.into_value(),
                None => cx.bytes_concat(kept, &support::contents(cx, &input)?)?.into_value(),
            };
            self.snapshot_flags.set(before.flags);
            self.snapshot_input.set(whole);
        }
        Ok(bytes > 0 || characters > 0)
    }

    /// Makes sure that something is decoded and not given; false at the end.
    fn has_more(&self, cx: &Cx) -> R<bool> {
        loop {
            // SAFETY: nothing runs.
            let decoded = unsafe { self.decoded.peek() };
            if !decoded.is_unset() && self.used.get() < string(decoded).len() {
                return Ok(true);
            }
            if !again(cx, || self.read_chunk(cx, 0))? {
                return Ok(false);
            }
        }
    }
}

/// `read`
pub(super) fn read(cx: &Cx, this: &Value, size: isize) -> R {
    let it = open(cx, this)?;
    if !it.coding.reads() {
        return not_readable(cx);
    }
    it.write_pending(cx)?;
    let Ok(size) = usize::try_from(size) else { return read_all(cx, it) };
    let first = it.take(cx, size)?;
    if string(&first).len() == size {
        return Ok(first);
    }
    let mut all = StrBuilder::new(cx);
    all.push_object(string(&first))?;
    while all.len() < size {
        if !again(cx, || it.read_chunk(cx, size - all.len()))? {
            break;
        }
        let part = it.take(cx, size - all.len())?;
        if all.is_empty() && string(&part).len() == size {
            return Ok(part);
        }
        all.push_object(string(&part))?;
    }
    all.finish_value()
}

fn read_all(cx: &Cx, it: &PyTextIo) -> R {
    let bytes = ask(cx, &it.buffer(cx)?, "read", &[])?;
    if bytes.is_none() {
        let args = [cx.str_value("Read returned None.")?];
        return Err(cx.error_of(&exc::BLOCKING_IO_ERROR, &args));
    }
    if bytes.ty().slots.buffer.get().is_none() {
        let ty = bytes.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "a bytes-like object is required, not '{ty}'");
    }
    let rest = it.decode(cx, &bytes, true)?;
    let first = it.take(cx, usize::MAX)?;
    let all = if string(&first).is_empty() { rest } else { cx.str_concat(string(&first), string(&rest))?.into_value() };
    if it.has_snapshot() || !it.decoded.is_unset() {
        it.set_decoded(None);
        it.forget_snapshot();
    }
    Ok(all)
}

/// A line, of at most so many characters where the limit is not negative.
pub(super) fn readline(cx: &Cx, this: &Value, limit: isize) -> R {
    let it = open(cx, this)?;
    it.write_pending(cx)?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let newline = it.newline.get();
    let mut line: Option<StrBuilder<'_>> = None;
    loop {
        if !it.has_more(cx)? {
            // The end: what was read is a line without an end.
            it.set_decoded(None);
            it.forget_snapshot();
            break;
        }
        let decoded = it.decoded.get();
        let (text, start) = (string(&decoded), it.used.get());
        let rest = text.chars().slice(start..text.len());
        let so_far = line.as_ref().map_or(0, StrBuilder::len);
        let cut = newline == Newline::Only("\r\n")
            && line.as_ref().is_some_and(|line| so_far > 0 && line.chars().at(so_far - 1) == 13)
            && rest.at(0) == 10;
        let (mut end, mut ended) = match if cut { Ok(1) } else { newline.find(rest) } {
            Ok(end) => (end, true),
            Err(_) => (rest.len(), false),
        };
        if end >= limit - so_far {
            (end, ended) = (limit - so_far, true);
        }
        it.used.set(start + end);
        if ended && line.is_none() {
            if start == 0 && end == text.len() {
                return Ok(decoded);
            }
            return Ok(cx.str_from_chars(rest.slice(0..end))?.into_value());
        }
        line.get_or_insert_with(|| StrBuilder::new(cx)).push_chars(rest.slice(0..end))?;
        if ended {
            break;
        }
    }
    match line {
        Some(line) => line.finish_value(),
        None => characters::nothing(cx),
    }
}

/// The next line: by the method of a subclass, which may have its own.
pub(super) fn next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = attached(cx, this)?;
    it.telling.set(false);
    let line = if this.is_exact(&TEXT_IO_WRAPPER_TYPE) {
        readline(cx, this, -1)?
    } else {
        let line = ask(cx, this, "readline", &[])?;
        if line.downcast::<PyStr>().is_none() {
            let ty = line.ty().name();
            return raise!(cx, exc::OS_ERROR, "readline() should have returned a str object, not '{ty}'");
        }
        line
    };
    if string(&line).is_empty() {
        let it = of(this);
        it.forget_snapshot();
        it.telling.set(it.seekable.get());
        return Ok(None);
    }
    Ok(Some(line))
}
