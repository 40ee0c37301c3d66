//! `PyCodec_*`: the registry of codecs and of error handlers, which is that of the module `_codecs`.

use core::ffi::{c_char, c_int};

use adder_objects::codecs::{Handler, handle_exception};
use adder_objects::str::PyStr;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use crate::border::Borrowed;
use crate::contract::api;
use crate::text::{name, text};

fn call(cx: &Cx, function: &str, args: &[Value]) -> R {
    cx.call(&cx.getattr_text(&cx.import("_codecs")?, function)?, args)
}

/// A name that C must give, as a string.
///
/// # Safety
/// A text, or NULL.
unsafe fn given(cx: &Cx, text: *const c_char) -> R {
    // SAFETY: by the contract.
    match unsafe { name(cx, text) }? {
        Some(name) => Ok(name.into_value()),
        None => raise!(cx, exc::TYPE_ERROR, "bad argument type for built-in operation"),
    }
}

/// The codec of a name.
///
/// # Safety
/// A text, or NULL.
unsafe fn codec(cx: &Cx, encoding: *const c_char) -> R {
    // SAFETY: by the contract.
    call(cx, "lookup", &[unsafe { given(cx, encoding) }?])
}

/// `function(object, encoding, errors)`, the errors only if there are some.
///
/// # Safety
/// Texts; errors may be NULL.
unsafe fn convert(cx: &Cx, function: &str, object: &Value, encoding: *const c_char, errors: *const c_char) -> R {
    // SAFETY: by the contract.
    let (encoding, errors) = unsafe { (given(cx, encoding)?, name(cx, errors)?) };
    let mut args = vec![object.clone(), encoding];
    args.extend(errors.map(adder_objects::Obj::into_value));
    call(cx, function, &args)
}

/// UTF-8 for NULL.
fn or_utf8(encoding: *const c_char) -> *const c_char {
    if encoding.is_null() { c"utf-8".as_ptr() } else { encoding }
}

/// Warns of a function.
fn deprecated(cx: &Cx, function: &str, instead: &str) -> R<()> {
    cx.warn(&exc::DEPRECATION_WARNING, &format!("{function}() is deprecated; use {instead}"), 1)
}

/// As [`convert`], from text to text.
///
/// # Safety
/// Texts, or NULL.
unsafe fn to_text(cx: &Cx, decodes: bool, object: &Value, encoding: *const c_char, errors: *const c_char) -> R {
    text(cx, object)?;
    match decodes {
        true => deprecated(cx, "PyUnicode_AsDecodedUnicode", "PyCodec_Decode() to decode from str to str")?,
        false => deprecated(cx, "PyUnicode_AsEncodedUnicode", "PyCodec_Encode() to encode from str to str")?,
    }
    // SAFETY: by the contract.
    let made = unsafe { convert(cx, if decodes { "decode" } else { "encode" }, object, or_utf8(encoding), errors)? };
    if made.downcast::<PyStr>().is_some() {
        return Ok(made);
    }
    // SAFETY: by the contract.
    let encoding = unsafe { name(cx, encoding)? };
    let encoding = encoding.as_ref().map_or("utf-8".into(), |encoding| encoding.to_lossy());
    let (who, function) = if decodes { ("decoder", "decode") } else { ("encoder", "encode") };
    raise!(
        cx,
        exc::TYPE_ERROR,
        "'{encoding}' {who} returned '{}' instead of 'str'; use codecs.{function}() to {function} to arbitrary types",
        made.ty().name()
    )
}

/// A new incremental codec.
///
/// # Safety
/// Texts, or NULL.
unsafe fn incremental(cx: &Cx, kind: &str, encoding: *const c_char, errors: *const c_char) -> R {
    // SAFETY: by the contract.
    let (codec, errors) = unsafe { (codec(cx, encoding)?, name(cx, errors)?) };
    let args: Vec<Value> = errors.map(adder_objects::Obj::into_value).into_iter().collect();
    cx.call(&cx.getattr_text(&codec, kind)?, &args)
}

/// A new reader or writer of a stream.
///
/// # Safety
/// Texts, or NULL.
unsafe fn stream(cx: &Cx, place: i64, encoding: *const c_char, stream: &Value, errors: *const c_char) -> R {
    // SAFETY: by the contract.
    let (codec, errors) = unsafe { (codec(cx, encoding)?, name(cx, errors)?) };
    let mut args = vec![stream.clone()];
    args.extend(errors.map(adder_objects::Obj::into_value));
    cx.call(&cx.getitem(&codec, &Value::small(place))?, &args)
}

api! {
    /// `codecs.register(function)`
    runs fn PyCodec_Register(cx, function: Option<Borrowed>) -> () {
        let Some(function) = function else {
            return raise!(cx, exc::TYPE_ERROR, "bad argument type for built-in operation");
        };
        call(cx, "register", &[function.to_owned()])?;
        Ok(())
    }

    /// `codecs.unregister(function)`
    runs fn PyCodec_Unregister(cx, function: Borrowed) -> () {
        call(cx, "unregister", &[function.to_owned()])?;
        Ok(())
    }

    /// Is there a codec of this name? Never an exception.
    runs fn PyCodec_KnownEncoding(cx, encoding: *const c_char) -> c_int {
        // SAFETY: the contract: a text.
        Ok(unsafe { codec(cx, encoding) }.is_ok().into())
    }

    /// `codecs.encode(object, encoding, errors)`; the errors may be NULL.
    runs fn PyCodec_Encode(cx, object: Borrowed, encoding: *const c_char, errors: *const c_char) -> Value {
        // SAFETY: the contract: texts, or NULL.
        unsafe { convert(cx, "encode", &object, encoding, errors) }
    }

    /// `codecs.decode(object, encoding, errors)`; the errors may be NULL.
    runs fn PyCodec_Decode(cx, object: Borrowed, encoding: *const c_char, errors: *const c_char) -> Value {
        // SAFETY: the contract: texts, or NULL.
        unsafe { convert(cx, "decode", &object, encoding, errors) }
    }

    /// Text as a codec encodes it, whatever that is.
    runs fn PyUnicode_AsEncodedObject(cx, string: Borrowed, encoding: *const c_char, errors: *const c_char) -> Value {
        text(cx, &string)?;
        let instead = "PyUnicode_AsEncodedString() to encode from str to bytes or PyCodec_Encode() for generic encoding";
        deprecated(cx, "PyUnicode_AsEncodedObject", instead)?;
        // SAFETY: the contract: texts, or NULL.
        unsafe { convert(cx, "encode", &string, or_utf8(encoding), errors) }
    }

    /// Text as a codec decodes it, whatever that is.
    runs fn PyUnicode_AsDecodedObject(cx, string: Borrowed, encoding: *const c_char, errors: *const c_char) -> Value {
        text(cx, &string)?;
        deprecated(cx, "PyUnicode_AsDecodedObject", "PyCodec_Decode() to decode from str")?;
        // SAFETY: the contract: texts, or NULL.
        unsafe { convert(cx, "decode", &string, or_utf8(encoding), errors) }
    }

    /// Text as a codec encodes it to text.
    runs fn PyUnicode_AsEncodedUnicode(cx, string: Borrowed, encoding: *const c_char, errors: *const c_char) -> Value {
        // SAFETY: the contract: texts, or NULL.
        unsafe { to_text(cx, false, &string, encoding, errors) }
    }

    /// Text as a codec decodes it to text.
    runs fn PyUnicode_AsDecodedUnicode(cx, string: Borrowed, encoding: *const c_char, errors: *const c_char) -> Value {
        // SAFETY: the contract: texts, or NULL.
        unsafe { to_text(cx, true, &string, encoding, errors) }
    }

    /// The function that encodes.
    runs fn PyCodec_Encoder(cx, encoding: *const c_char) -> Value {
        // SAFETY: the contract: a text.
        cx.getitem(&unsafe { codec(cx, encoding) }?, &Value::small(0))
    }

    /// The function that decodes.
    runs fn PyCodec_Decoder(cx, encoding: *const c_char) -> Value {
        // SAFETY: the contract: a text.
        cx.getitem(&unsafe { codec(cx, encoding) }?, &Value::small(1))
    }

    /// A new incremental encoder.
    runs fn PyCodec_IncrementalEncoder(cx, encoding: *const c_char, errors: *const c_char) -> Value {
        // SAFETY: the contract: texts, or NULL.
        unsafe { incremental(cx, "incrementalencoder", encoding, errors) }
    }

    /// A new incremental decoder.
    runs fn PyCodec_IncrementalDecoder(cx, encoding: *const c_char, errors: *const c_char) -> Value {
        // SAFETY: the contract: texts, or NULL.
        unsafe { incremental(cx, "incrementaldecoder", encoding, errors) }
    }

    /// A new reader of a stream.
    runs fn PyCodec_StreamReader(cx, encoding: *const c_char, object: Borrowed, errors: *const c_char) -> Value {
        // SAFETY: the contract: texts, or NULL.
        unsafe { stream(cx, 2, encoding, &object, errors) }
    }

    /// A new writer to a stream.
    runs fn PyCodec_StreamWriter(cx, encoding: *const c_char, object: Borrowed, errors: *const c_char) -> Value {
        // SAFETY: the contract: texts, or NULL.
        unsafe { stream(cx, 3, encoding, &object, errors) }
    }

    /// `codecs.register_error(name, handler)`
    runs fn PyCodec_RegisterError(cx, name: *const c_char, handler: Borrowed) -> () {
        // SAFETY: the contract: a text.
        let name = unsafe { given(cx, name)? };
        cx.codec_errors.register(cx, &name, handler.to_owned())
    }

    /// `codecs.lookup_error(name)`; NULL is `strict`.
    runs fn PyCodec_LookupError(cx, handler: *const c_char) -> Value {
        // SAFETY: the contract: a text, or NULL.
        let handler = match unsafe { name(cx, handler)? } {
            Some(handler) => handler.into_value(),
            None => cx.str_value("strict")?,
        };
        call(cx, "lookup_error", &[handler])
    }

    /// Raises the exception.
    runs fn PyCodec_StrictErrors(cx, error: Borrowed) -> Value {
        handle_exception(cx, &Handler::Strict, &error)
    }

    /// Leaves out what is in the way.
    runs fn PyCodec_IgnoreErrors(cx, error: Borrowed) -> Value {
        handle_exception(cx, &Handler::Ignore, &error)
    }

    /// Puts `?` or U+FFFD in its place.
    runs fn PyCodec_ReplaceErrors(cx, error: Borrowed) -> Value {
        handle_exception(cx, &Handler::Replace, &error)
    }

    /// Puts character references of XML in its place.
    runs fn PyCodec_XMLCharRefReplaceErrors(cx, error: Borrowed) -> Value {
        handle_exception(cx, &Handler::XmlCharRefReplace, &error)
    }

    /// Puts escapes in its place.
    runs fn PyCodec_BackslashReplaceErrors(cx, error: Borrowed) -> Value {
        handle_exception(cx, &Handler::BackslashReplace, &error)
    }

    /// Puts `\N{…}` in its place.
    runs fn PyCodec_NameReplaceErrors(cx, error: Borrowed) -> Value {
        handle_exception(cx, &Handler::NameReplace, &error)
    }
}

/// A text of C's.
#[repr(transparent)]
#[derive(Debug)]
pub struct Text(*const c_char);
// SAFETY: only read.
unsafe impl Sync for Text {}

/// The digits of hexadecimal numbers.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_upper_case_globals, reason = "C's name")]
pub static Py_hexdigits: Text = Text(c"0123456789abcdef".as_ptr());
