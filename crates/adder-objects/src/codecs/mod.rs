//! Text to bytes and back: the codecs that need no module, and what is done about errors.

mod charmap;
mod decode;
mod encode;
mod errors;
mod escapes;
mod registry;
mod utf7;

pub use charmap::{charmap_build, charmap_decode, charmap_encode};
pub use decode::{decode_ascii, decode_latin_1, decode_utf_8, decode_utf_16, decode_utf_32};
pub use encode::{encode_ascii, encode_latin_1, encode_utf_8, encode_utf_16, encode_utf_32};
pub use errors::{Decoder, Encoder, Handler, handle_exception};
pub use escapes::{decode_raw_unicode_escape, decode_unicode_escape, encode_raw_unicode_escape, encode_unicode_escape};
pub use registry::Registry;
pub use utf7::{decode_utf_7, encode_utf_7};

use crate::bytes::PyBytes;
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::Obj;
use crate::str::{Chars, PyStr};
use crate::value::Value;

/// The order of the bytes of a unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// This machine's, behind a mark that says so.
    Marked,
    /// Least significant first.
    Little,
    /// Most significant first.
    Big,
}

/// A codec that needs no module.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Codec {
    Utf8,
    Utf8Sig,
    Utf16(Order),
    Utf32(Order),
    Ascii,
    Latin1,
    UnicodeEscape,
    RawUnicodeEscape,
    Utf7,
}

impl Codec {
    /// By a name as programs write it.
    pub fn of(name: &str) -> Option<Codec> {
        let plain: String =
            name.chars().map(|c| if matches!(c, '-' | ' ' | '.') { '_' } else { c.to_ascii_lowercase() }).collect();
        Some(match plain.as_str() {
            "utf_8" | "utf8" | "u8" | "utf" | "cp65001" | "utf8_ucs2" | "utf8_ucs4" => Codec::Utf8,
            "utf_8_sig" => Codec::Utf8Sig,
            "utf_16" | "utf16" | "u16" => Codec::Utf16(Order::Marked),
            "utf_16_le" | "utf_16le" | "unicodelittleunmarked" => Codec::Utf16(Order::Little),
            "utf_16_be" | "utf_16be" | "unicodebigunmarked" => Codec::Utf16(Order::Big),
            "utf_32" | "utf32" | "u32" => Codec::Utf32(Order::Marked),
            "utf_32_le" | "utf_32le" => Codec::Utf32(Order::Little),
            "utf_32_be" | "utf_32be" => Codec::Utf32(Order::Big),
            "ascii" | "us_ascii" | "646" | "ansi_x3.4_1968" | "ansi_x3_4_1968" | "ansi_x3.4_1986"
            | "ansi_x3_4_1986" | "cp367" | "csascii" | "ibm367" | "iso646_us" | "iso_646.irv_1991"
            | "iso_646_irv_1991" | "iso_ir_6" | "us" => Codec::Ascii,
            "latin_1" | "latin1" | "latin" | "iso_8859_1" | "iso8859_1" | "8859" | "cp819" | "csisolatin1"
            | "ibm819" | "iso8859" | "iso_8859_1_1987" | "iso_ir_100" | "l1" => Codec::Latin1,
            "unicode_escape" | "unicodeescape" => Codec::UnicodeEscape,
            "raw_unicode_escape" | "rawunicodeescape" => Codec::RawUnicodeEscape,
            "utf_7" | "utf7" | "u7" | "unicode_1_1_utf_7" => Codec::Utf7,
            _ => return None,
        })
    }

    /// The text as bytes.
    ///
    /// # Errors
    /// What the error handler raises; MemoryError.
    pub fn encode(self, cx: &Cx, text: &Value, errors: &Handler) -> R<Obj<PyBytes>> {
        match self {
            Codec::Utf8 => encode_utf_8(cx, text, errors),
            Codec::Utf8Sig => {
                let plain = encode_utf_8(cx, text, errors)?;
                cx.bytes_concat(b"\xEF\xBB\xBF", plain.as_slice())
            }
            Codec::Utf16(order) => encode_utf_16(cx, text, errors, order),
            Codec::Utf32(order) => encode_utf_32(cx, text, errors, order),
            Codec::Ascii => encode_ascii(cx, text, errors),
            Codec::Latin1 => encode_latin_1(cx, text, errors),
            Codec::UnicodeEscape => encode_unicode_escape(cx, text),
            Codec::RawUnicodeEscape => encode_raw_unicode_escape(cx, text),
            Codec::Utf7 => encode_utf_7(cx, text),
        }
    }

    /// Bytes as text. They may belong to an object that changes when a handler runs: then they are copied before.
    ///
    /// # Errors
    /// What the error handler raises; MemoryError.
    pub fn decode(self, cx: &Cx, bytes: &[u8], errors: &Handler) -> R<Obj<PyStr>> {
        let held;
        let bytes = match errors {
            Handler::Registered(_) => {
                held = cx.bytes(bytes)?;
                held.as_slice()
            }
            _ => bytes,
        };
        Ok(match self {
            Codec::Utf8 => decode_utf_8(cx, bytes, errors, true)?.0,
            Codec::Utf8Sig => {
                let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
                decode_utf_8(cx, text, errors, true)?.0
            }
            Codec::Utf16(order) => decode_utf_16(cx, bytes, errors, order, true)?.0,
            Codec::Utf32(order) => decode_utf_32(cx, bytes, errors, order, true)?.0,
            Codec::Ascii => decode_ascii(cx, bytes, errors)?,
            Codec::Latin1 => decode_latin_1(cx, bytes)?,
            Codec::UnicodeEscape => decode_unicode_escape(cx, bytes, errors, true)?.0,
            Codec::RawUnicodeEscape => decode_raw_unicode_escape(cx, bytes, errors, true)?.0,
            Codec::Utf7 => decode_utf_7(cx, bytes, errors, true)?.0,
        })
    }
}

fn name_of(name: Option<&PyStr>) -> std::borrow::Cow<'_, str> {
    name.map_or("utf-8".into(), PyStr::to_lossy)
}

/// `text.encode(encoding, errors)`
///
/// # Errors
/// LookupError for an unknown encoding; what the error handler raises.
pub fn encode_object(cx: &Cx, text: &Value, encoding: Option<&PyStr>, errors: Option<&PyStr>) -> R {
    let name = name_of(encoding);
    match Codec::of(&name) {
        Some(codec) => Ok(codec.encode(cx, text, &Handler::of(cx, errors)?)?.into_value()),
        None => {
            let made = registry::call_codec(cx, &name, 0, text, errors)?;
            if made.downcast::<PyBytes>().is_some() {
                return Ok(made);
            }
            raise!(
                cx,
                exc::TYPE_ERROR,
                "'{name}' encoder returned '{}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types",
                made.ty().name()
            )
        }
    }
}

/// `str(object, encoding, errors)`
///
/// # Errors
/// TypeError if it has no bytes; LookupError for an unknown encoding; what the error handler raises.
pub fn decode_object(cx: &Cx, object: &Value, encoding: Option<&PyStr>, errors: Option<&PyStr>) -> R<Obj<PyStr>> {
    if object.downcast::<PyStr>().is_some() {
        return raise!(cx, exc::TYPE_ERROR, "decoding str is not supported");
    }
    let Some(buffer) = object.ty().slots.buffer.get() else {
        return raise!(cx, exc::TYPE_ERROR, "decoding to str: need a bytes-like object, {} found", object.ty().name());
    };
    let buffer = buffer(cx, object, crate::buffer::request::SIMPLE)?;
    if buffer.len == 0 {
        // Nothing is nothing in every encoding, known or not.
        return cx.str("");
    }
    let name = name_of(encoding);
    // The object may change when code of a user runs: `decode` copies before it lets that happen.
    // SAFETY: no code of a user runs while they are borrowed; see above.
    let bytes = unsafe { buffer.as_slice() };
    decode_named(cx, object, bytes, &name, errors)
}

/// `object.decode(encoding, errors)` of bytes.
///
/// # Errors
/// LookupError for an unknown encoding; what the error handler raises.
pub fn decode_named(cx: &Cx, object: &Value, bytes: &[u8], name: &str, errors: Option<&PyStr>) -> R<Obj<PyStr>> {
    match Codec::of(name) {
        Some(codec) => codec.decode(cx, bytes, &Handler::of(cx, errors)?),
        None => {
            let made = registry::call_codec(cx, name, 1, object, errors)?;
            made.try_into_obj::<PyStr>().map_err(|made| {
                cx.type_error(format_args!(
                    "'{name}' decoder returned '{}' instead of 'str'; use codecs.decode() to decode to arbitrary types",
                    made.ty().name()
                ))
            })
        }
    }
}

/// The characters of a string value.
fn chars_of(text: &Value) -> Chars<'_> {
    // SAFETY: encoders are called for strings.
    unsafe { text.cast::<PyStr>() }.chars()
}
