//! `seek` and `tell` of a `TextIOWrapper`.

use adder_objects::bytes::PyBytes;
use adder_objects::str::PyStr;
use adder_objects::typeobject::CompareOp;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::super::{ask, offset, support, unsupported};
use super::codec::DecoderState;
use super::cookie::Cookie;
use super::{PyTextIo, open};

fn length(text: &Value) -> i32 {
    text.downcast::<PyStr>().map_or(0, |text| text.len() as i32)
}

/// `tell`
pub(super) fn tell(cx: &Cx, this: &Value) -> R {
    let it = open(cx, this)?;
    if !it.seekable.get() {
        return unsupported(cx, "underlying stream is not seekable");
    }
    if !it.telling.get() {
        return raise!(cx, exc::OS_ERROR, "telling position disabled by next() call");
    }
    it.write_pending(cx)?;
    ask(cx, this, "flush", &[])?;
    let it = open(cx, this)?;
    let place = ask(cx, &it.buffer(cx)?, "tell", &[])?;
    if !it.coding.reads() || !it.has_snapshot() {
        return Ok(place);
    }
    let (flags, input) = (it.snapshot_flags.get(), it.snapshot_input.get());
    let input = input.downcast::<PyBytes>().map_or(&[][..], PyBytes::as_slice);
    let mut cookie = Cookie {
        start: offset(cx, &place)? - input.len() as i64,
        flags: support::c_int(cx, &flags)?,
        ..Cookie::default()
    };
    let used = it.used.get();
    if used == 0 {
        return cookie.number(cx);
    }
    let before = it.decoder_state(cx)?;
    let found = it.find_start(cx, &mut cookie, input, used as i32);
    let restored = it.set_decoder_state(cx, &before);
    found?;
    restored?;
    cookie.number(cx)
}

impl PyTextIo {
    /// The flags of the decoder, where it keeps no bytes.
    fn flags_if_empty(&self, cx: &Cx) -> R<Result<i32, usize>> {
        let state = self.decoder_state(cx)?;
        let kept = state.kept.downcast::<PyBytes>().map_or(0, |kept| kept.as_slice().len());
        Ok(if kept == 0 { Ok(support::c_int(cx, &state.flags)?) } else { Err(kept) })
    }

    fn start_decoder(&self, cx: &Cx, flags: i32) -> R<()> {
        let state = DecoderState { kept: cx.bytes(b"")?.into_value(), flags: cx.int(flags.into())? };
        self.set_decoder_state(cx, &state)
    }

    /// Finds the last place before a character from which decoding can begin, and what leads from there to the character.
    fn find_start(&self, cx: &Cx, cookie: &mut Cookie, input: &[u8], used: i32) -> R<()> {
        let mut chars_to_skip = used;
        // A good guess first, then back in growing steps.
        let mut skip = ((self.ratio.get() * f64::from(chars_to_skip)) as i64).min(input.len() as i64);
        let mut back = 1;
        while skip > 0 {
            self.start_decoder(cx, cookie.flags)?;
            let part = cx.bytes(&input[..skip as usize])?.into_value();
            let decoded = length(&self.decode(cx, &part, false)?);
            if decoded <= chars_to_skip {
                match self.flags_if_empty(cx)? {
                    Ok(flags) => {
                        cookie.flags = flags;
                        chars_to_skip -= decoded;
                        break;
                    }
                    Err(kept) => {
                        skip -= kept as i64;
                        back = 1;
                    }
                }
            } else {
                skip -= back;
                back *= 2;
            }
        }
        if skip <= 0 {
            skip = 0;
            self.start_decoder(cx, cookie.flags)?;
        }
        cookie.start += skip;
        cookie.chars_to_skip = chars_to_skip;
        if chars_to_skip == 0 {
            return Ok(());
        }
        // Byte by byte, until the characters are there.
        let mut decoded = 0;
        let mut ended = true;
        for byte in &input[skip as usize..] {
            let part = cx.bytes(core::slice::from_ref(byte))?.into_value();
            decoded += length(&self.decode(cx, &part, false)?);
            cookie.bytes_to_feed += 1;
            if let Ok(flags) = self.flags_if_empty(cx)?
                && decoded <= chars_to_skip
            {
                cookie.start += i64::from(cookie.bytes_to_feed);
                chars_to_skip -= decoded;
                cookie.flags = flags;
                cookie.bytes_to_feed = 0;
                decoded = 0;
            }
            if decoded >= chars_to_skip {
                ended = false;
                break;
            }
        }
        if ended {
            // What is left comes out at the end only.
            let nothing = cx.bytes(b"")?.into_value();
            decoded += length(&self.decode(cx, &nothing, true)?);
            cookie.need_eof = true;
            if decoded < chars_to_skip {
                return raise!(cx, exc::OS_ERROR, "can't reconstruct logical file position");
            }
        }
        cookie.chars_to_skip = chars_to_skip;
        Ok(())
    }
}

/// `seek`
pub(super) fn seek(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let whence = args.get(1).map_or(Ok(0), |whence| support::c_int(cx, whence))?;
    let it = open(cx, this)?;
    if !it.seekable.get() {
        return unsupported(cx, "underlying stream is not seekable");
    }
    let zero = Value::small(0);
    let mut to = args[0].clone();
    match whence {
        0 => {}
        1 => {
            if !cx.equals(&to, &zero)? {
                return unsupported(cx, "can't do nonzero cur-relative seeks");
            }
            to = ask(cx, this, "tell", &[])?;
        }
        2 => {
            if !cx.equals(&to, &zero)? {
                return unsupported(cx, "can't do nonzero end-relative seeks");
            }
            ask(cx, this, "flush", &[])?;
            let it = open(cx, this)?;
            it.set_decoded(None);
            it.forget_snapshot();
            if it.coding.reads() {
                it.reset_decoder(cx)?;
            }
            let end = ask(cx, &it.buffer(cx)?, "seek", &[zero.clone(), Value::small(2)])?;
            it.coding.reset_encoder(cx, cx.equals(&end, &zero)?)?;
            return Ok(end);
        }
        _ => return raise!(cx, exc::VALUE_ERROR, "invalid whence ({whence}, should be 0, 1 or 2)"),
    }
    if cx.compares(&to, &zero, CompareOp::Lt)? {
        let shown = cx.repr(&to)?;
        return raise!(cx, exc::VALUE_ERROR, "negative seek position {}", shown.to_lossy());
    }
    ask(cx, this, "flush", &[])?;
    let it = open(cx, this)?;
    let cookie = Cookie::of(cx, &to)?;
    let buffer = it.buffer(cx)?;
    ask(cx, &buffer, "seek", &[cx.int(cookie.start)?])?;
    it.set_decoded(None);
    it.forget_snapshot();
    if it.coding.reads() {
        if cookie.start == 0 && cookie.flags == 0 {
            it.reset_decoder(cx)?;
        } else {
            it.start_decoder(cx, cookie.flags)?;
        }
    }
    if cookie.chars_to_skip > 0 {
        let input = ask(cx, &buffer, "read", &[cx.int(cookie.bytes_to_feed.into())?])?;
        if input.downcast::<PyBytes>().is_none() {
            let ty = input.ty().name();
            return raise!(cx, exc::TYPE_ERROR, "underlying read() should have returned a bytes object, not '{ty}'");
        }
        it.snapshot_flags.set(cx.int(cookie.flags.into())?);
        it.snapshot_input.set(input.clone());
        let decoded = it.decode(cx, &input, cookie.need_eof)?;
        let enough = length(&decoded) >= cookie.chars_to_skip;
        it.set_decoded(Some(decoded));
        if !enough {
            return raise!(cx, exc::OS_ERROR, "can't restore logical file position");
        }
        it.used.set(cookie.chars_to_skip as usize);
    } else {
        it.snapshot_flags.set(cx.int(cookie.flags.into())?);
        it.snapshot_input.set(cx.bytes(b"")?.into_value());
    }
    it.coding.reset_encoder(cx, cookie.start == 0 && cookie.flags == 0)?;
    Ok(to)
}
