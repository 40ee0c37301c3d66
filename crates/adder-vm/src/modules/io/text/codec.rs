//! How a `TextIOWrapper` encodes and decodes: UTF-8, ASCII and Latin-1 by itself, others by the codec's own objects.

use core::cell::Cell;

use adder_objects::bytes::PyBytes;
use adder_objects::codecs::{Codec, Handler, decode_ascii, decode_latin_1, decode_utf_8};
use adder_objects::object::Slot;
use adder_objects::str::{Chars, PyStr};
use adder_objects::tuple::PyTuple;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::super::ask;
use super::super::storage::Storage;
use super::{PyTextIo, not_readable};

/// The way to and from bytes.
pub(super) struct Coding {
    /// The codec, if it needs no object.
    own: Cell<Option<Codec>>,
    reads: Cell<bool>,
    writes: Cell<bool>,
    /// The codec's incremental decoder, where one is needed.
    pub(super) decoder: Slot,
    /// The codec's incremental encoder, where one is needed.
    pub(super) encoder: Slot,
    /// The beginning of a character whose rest is to come, of UTF-8: how many bytes, and these.
    begun: Cell<(u8, [u8; 4])>,
}

/// What a decoder is in: the bytes it keeps, and its flags.
pub(super) struct DecoderState {
    pub(super) kept: Value,
    pub(super) flags: Value,
}

impl Coding {
    pub(super) const fn new() -> Coding {
        Coding {
            own: Cell::new(None),
            reads: Cell::new(false),
            writes: Cell::new(false),
            decoder: Slot::empty(),
            encoder: Slot::empty(),
            begun: Cell::new((0, [0; 4])),
        }
    }

    pub(super) fn reads(&self) -> bool {
        self.reads.get()
    }

    pub(super) fn writes(&self) -> bool {
        self.writes.get()
    }

    /// Takes an encoding for a stream of bytes.
    pub(super) fn choose(&self, cx: &Cx, buffer: &Value, encoding: &Value, errors: &Value) -> R<()> {
        let name = cx.display(encoding)?;
        let own = Codec::of(&name).filter(|codec| matches!(codec, Codec::Utf8 | Codec::Ascii | Codec::Latin1));
        let codec = match own {
            Some(_) => None,
            None => Some(text_codec(cx, &name, encoding)?),
        };
        let make = |kind: &str| match &codec {
            Some(codec) => {
                let class = cx.getattr_text(codec, kind)?;
                cx.call(&class, core::slice::from_ref(errors))
            }
            None => Ok(Value::UNSET),
        };
        let reads = cx.is_true(&ask(cx, buffer, "readable", &[])?)?;
        let decoder = if reads { make("incrementaldecoder")? } else { Value::UNSET };
        let writes = cx.is_true(&ask(cx, buffer, "writable", &[])?)?;
        let encoder = if writes { make("incrementalencoder")? } else { Value::UNSET };
        self.own.set(own);
        self.reads.set(reads);
        self.writes.set(writes);
        self.decoder.set(decoder);
        self.encoder.set(encoder);
        self.begun.set((0, [0; 4]));
        Ok(())
    }

    /// UTF-8 without a look-up.
    pub(super) fn be_utf_8(&self, reads: bool, writes: bool) {
        self.own.set(Some(Codec::Utf8));
        self.reads.set(reads);
        self.writes.set(writes);
    }

    /// Starts at the beginning of text again.
    fn reset_decoder(&self, cx: &Cx) -> R<()> {
        self.begun.set((0, [0; 4]));
        if let Some(decoder) = self.decoder.try_get() {
            ask(cx, &decoder, "reset", &[])?;
        }
        Ok(())
    }

    /// Puts an encoder to the beginning of a stream, or behind it.
    pub(super) fn reset_encoder(&self, cx: &Cx, at_start: bool) -> R<()> {
        if let Some(encoder) = self.encoder.try_get() {
            if at_start {
                ask(cx, &encoder, "reset", &[])?;
            } else {
                ask(cx, &encoder, "setstate", &[Value::small(0)])?;
            }
        }
        Ok(())
    }

    fn decode(&self, cx: &Cx, input: &Value, errors: &Value, last: bool) -> R {
        if let Some(decoder) = self.decoder.try_get() {
            let text = ask(cx, &decoder, "decode", &[input.clone(), Value::bool(last)])?;
            if text.downcast::<PyStr>().is_none() {
                let ty = text.ty().name();
                return raise!(cx, exc::TYPE_ERROR, "decoder should return a string result, not '{ty}'");
            }
            return Ok(text);
        }
        let view = super::super::readable(cx, input)?;
        let handler = Handler::of(cx, errors.downcast::<PyStr>())?;
        // What a handler that a program registered may change is copied before.
        let held;
        // SAFETY: no code of a user runs while they are borrowed, but for handlers: see above.
        let mut bytes = unsafe { view.as_slice() };
        if matches!(handler, Handler::Registered(_)) && input.downcast::<PyBytes>().is_none() {
            held = cx.bytes(bytes)?;
            bytes = held.as_slice();
        }
        Ok(match self.own.get() {
            Some(Codec::Ascii) => decode_ascii(cx, bytes, &handler)?.into_value(),
            Some(Codec::Latin1) => decode_latin_1(cx, bytes)?.into_value(),
            _ => {
                let (n, begun) = self.begun.get();
                let joined;
                if n > 0 {
                    joined = cx.bytes_concat(&begun[..n.into()], bytes)?;
                    bytes = joined.as_slice();
                }
                let (text, used) = decode_utf_8(cx, bytes, &handler, last)?;
                let mut rest = (0, [0; 4]);
                for &byte in bytes[used..].iter().take(4) {
                    rest.1[usize::from(rest.0)] = byte;
                    rest.0 += 1;
                }
                self.begun.set(rest);
                text.into_value()
            }
        })
    }

    /// What `getstate` of an incremental decoder gives.
    fn decoder_state(&self, cx: &Cx) -> R<DecoderState> {
        let Some(decoder) = self.decoder.try_get() else {
            let (n, begun) = self.begun.get();
            return Ok(DecoderState { kept: cx.bytes(&begun[..n.into()])?.into_value(), flags: Value::small(0) });
        };
        let state = ask(cx, &decoder, "getstate", &[])?;
        match state.downcast::<PyTuple>().map(PyTuple::items) {
            Some([kept, flags]) if flags.is_int() => {
                if kept.downcast::<PyBytes>().is_none() {
                    let ty = kept.ty().name();
                    return raise!(
                        cx,
                        exc::TYPE_ERROR,
                        "illegal decoder state: the first item should be a bytes object, not '{ty}'"
                    );
                }
                Ok(DecoderState { kept: kept.clone(), flags: flags.clone() })
            }
            _ => raise!(cx, exc::TYPE_ERROR, "illegal decoder state"),
        }
    }

    fn set_decoder_state(&self, cx: &Cx, state: &DecoderState) -> R<()> {
        let Some(decoder) = self.decoder.try_get() else {
            let bytes = state.kept.downcast::<PyBytes>().map_or(&[][..], PyBytes::as_slice);
            let mut begun = (0, [0; 4]);
            for &byte in bytes.iter().take(4) {
                begun.1[usize::from(begun.0)] = byte;
                begun.0 += 1;
            }
            self.begun.set(begun);
            return Ok(());
        };
        let state = cx.tuple([state.kept.clone(), state.flags.clone()])?.into_value();
        ask(cx, &decoder, "setstate", &[state]).map(drop)
    }
}

/// A codec for text, by its name.
fn text_codec(cx: &Cx, name: &str, encoding: &Value) -> R {
    if name.contains('\0') {
        return raise!(cx, exc::LOOKUP_ERROR, "unknown encoding: {name}");
    }
    let lookup = cx.getattr_text(&cx.import("_codecs")?, "lookup")?;
    let codec = cx.call(&lookup, core::slice::from_ref(encoding))?;
    if let Some(is_text) = super::super::attribute(cx, &codec, "_is_text_encoding")?
        && !cx.is_true(&is_text)?
    {
        return raise!(
            cx,
            exc::LOOKUP_ERROR,
            "'{name}' is not a text encoding; use codecs.open() to handle arbitrary codecs"
        );
    }
    Ok(codec)
}

impl PyTextIo {
    /// Bytes as text, its ends of lines as they are to be read.
    pub(super) fn decode(&self, cx: &Cx, input: &Value, last: bool) -> R {
        if !self.coding.reads() {
            return not_readable(cx);
        }
        let text = self.coding.decode(cx, input, &self.errors.get(), last)?;
        if self.newline.get().universal() { self.ends.decode(cx, text, last) } else { Ok(text) }
    }

    pub(super) fn reset_decoder(&self, cx: &Cx) -> R<()> {
        self.ends.reset(self.newline.get().translates());
        self.coding.reset_decoder(cx)
    }

    /// The state of the decoder and of the ends of lines above it.
    pub(super) fn decoder_state(&self, cx: &Cx) -> R<DecoderState> {
        let below = self.coding.decoder_state(cx)?;
        if !self.newline.get().universal() {
            return Ok(below);
        }
        let flags = adder_objects::int::lshift(cx, &below.flags, &Value::small(1))?;
        let flags = adder_objects::int::add(cx, &flags, &Value::small(self.ends.pending_cr.get().into()))?;
        Ok(DecoderState { kept: below.kept, flags })
    }

    pub(super) fn set_decoder_state(&self, cx: &Cx, state: &DecoderState) -> R<()> {
        if !self.newline.get().universal() {
            return self.coding.set_decoder_state(cx, state);
        }
        let bit = adder_objects::int::modulo(cx, &state.flags, &Value::small(2))?;
        self.ends.pending_cr.set(bit.as_i64() == Some(1));
        let flags = adder_objects::int::rshift(cx, &state.flags, &Value::small(1))?;
        self.coding.set_decoder_state(cx, &DecoderState { kept: state.kept.clone(), flags })
    }

    /// Adds text to what is to be written, where no object is needed for that.
    pub(super) fn encode_plain(&self, cx: &Cx, chars: Chars<'_>, to: &Storage) -> R<bool> {
        match (self.coding.own.get(), chars) {
            (Some(_), Chars::Ascii(bytes)) | (Some(Codec::Latin1), Chars::One(bytes)) => {
                to.extend(cx, bytes)?;
                Ok(true)
            }
            (Some(Codec::Utf8), _) => {
                let start = to.len();
                let mut room = [0; 4];
                for point in chars.iter() {
                    let Some(character) = char::from_u32(point) else {
                        // A lone surrogate is the error handler's.
                        // SAFETY: fewer than there are.
                        unsafe { to.set_len(start) };
                        return Ok(false);
                    };
                    if let Err(raised) = to.extend(cx, character.encode_utf8(&mut room).as_bytes()) {
                        // Nothing of a text that was not written may stay.
                        // SAFETY: as above.
                        unsafe { to.set_len(start) };
                        return Err(raised);
                    }
                }
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// Text as bytes.
    pub(super) fn encode(&self, cx: &Cx, text: &Value) -> R {
        if let Some(encoder) = self.coding.encoder.try_get() {
            let bytes = ask(cx, &encoder, "encode", core::slice::from_ref(text))?;
            if bytes.downcast::<PyBytes>().is_none() {
                let ty = bytes.ty().name();
                return raise!(cx, exc::TYPE_ERROR, "encoder should return a bytes object, not '{ty}'");
            }
            return Ok(bytes);
        }
        let errors = self.errors.get();
        let handler = Handler::of(cx, errors.downcast::<PyStr>())?;
        let codec = self.coding.own.get().unwrap_or(Codec::Utf8);
        Ok(codec.encode(cx, text, &handler)?.into_value())
    }
}
