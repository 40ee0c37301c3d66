//! `PyUnicode_As*String`: text to bytes.

use core::ffi::c_char;

use adder_objects::bytes::PyBytes;
use adder_objects::codecs::{self, Handler, Order};
use adder_objects::str::PyStr;
use adder_objects::{Cx, Obj, R, Value, exceptions as exc, raise};

use super::{name, text};
use crate::border::Borrowed;
use crate::contract::api;

/// Encodes strictly.
fn strictly(cx: &Cx, string: &Value, encode: impl FnOnce(&Cx, &Value, &Handler) -> R<Obj<PyBytes>>) -> R {
    text(cx, string)?;
    Ok(encode(cx, string, &Handler::Strict)?.into_value())
}

api! {
    /// `string.encode(encoding, errors)`; NULL is UTF-8.
    runs fn PyUnicode_AsEncodedString(cx, string: Borrowed, encoding: *const c_char, errors: *const c_char) -> Value {
        text(cx, &string)?;
        // SAFETY: the contract: texts, or NULL.
        let (encoding, errors) = unsafe { (name(cx, encoding)?, name(cx, errors)?) };
        codecs::encode_object(cx, &string, encoding.as_deref(), errors.as_deref())
    }

    /// UTF-8
    quiet fn PyUnicode_AsUTF8String(cx, string: Borrowed) -> Value {
        strictly(cx, &string, codecs::encode_utf_8)
    }

    /// UTF-16 with a mark
    quiet fn PyUnicode_AsUTF16String(cx, string: Borrowed) -> Value {
        strictly(cx, &string, |cx, string, errors| codecs::encode_utf_16(cx, string, errors, Order::Marked))
    }

    /// UTF-32 with a mark
    quiet fn PyUnicode_AsUTF32String(cx, string: Borrowed) -> Value {
        strictly(cx, &string, |cx, string, errors| codecs::encode_utf_32(cx, string, errors, Order::Marked))
    }

    /// Latin-1
    quiet fn PyUnicode_AsLatin1String(cx, string: Borrowed) -> Value {
        strictly(cx, &string, codecs::encode_latin_1)
    }

    /// ASCII
    quiet fn PyUnicode_AsASCIIString(cx, string: Borrowed) -> Value {
        strictly(cx, &string, codecs::encode_ascii)
    }

    /// With the escapes of string literals.
    quiet fn PyUnicode_AsUnicodeEscapeString(cx, string: Borrowed) -> Value {
        strictly(cx, &string, |cx, string, _| codecs::encode_unicode_escape(cx, string))
    }

    /// With the escapes of raw string literals of old.
    quiet fn PyUnicode_AsRawUnicodeEscapeString(cx, string: Borrowed) -> Value {
        strictly(cx, &string, |cx, string, _| codecs::encode_raw_unicode_escape(cx, string))
    }

    /// By a table.
    runs fn PyUnicode_AsCharmapString(cx, string: Borrowed, mapping: Option<Borrowed>) -> Value {
        let (Some(_), Some(mapping)) = (string.downcast::<PyStr>(), mapping) else {
            return raise!(cx, exc::TYPE_ERROR, "bad argument type for built-in operation");
        };
        strictly(cx, &string, |cx, string, errors| codecs::charmap_encode(cx, string, errors, Some(&mapping)))
    }

    /// The table that encodes what a decoding table of 256 characters decodes.
    quiet fn PyUnicode_BuildEncodingMap(cx, string: Borrowed) -> Value {
        match string.downcast::<PyStr>() {
            Some(table) if !table.is_empty() => codecs::charmap_build(cx, table),
            _ => raise!(cx, exc::TYPE_ERROR, "bad argument type for built-in operation"),
        }
    }
}
