//! What is done about text that cannot be encoded and bytes that cannot be decoded.

use crate::bytes::PyBytes;
use crate::cx::Cx;
use crate::error::{R, Raised};
use crate::exceptions as exc;
use crate::object::Obj;
use crate::storage::HeapVec;
use crate::str::{Chars, PyStr, StrBuilder};
use crate::tuple::PyTuple;
use crate::value::Value;

/// An error handler.
#[derive(Clone)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Handler {
    Strict,
    Ignore,
    Replace,
    BackslashReplace,
    XmlCharRefReplace,
    NameReplace,
    SurrogateEscape,
    SurrogatePass,
    /// One that a program registered.
    Registered(Value),
}

impl Handler {
    /// By its name; a name that nobody knows is an error only when the handler is needed.
    ///
    /// # Errors
    /// What looking up a registered one raises.
    pub fn of(cx: &Cx, name: Option<&PyStr>) -> R<Handler> {
        let Some(name) = name else { return Ok(Handler::Strict) };
        let value = Obj::from_ref(name).into_value();
        if cx.codec_errors.handler(cx, &value)?.is_some() {
            return Ok(Handler::Registered(value));
        }
        Ok(Handler::built_in(&name.to_lossy()).unwrap_or(Handler::Registered(value)))
    }

    /// One that is always there.
    pub fn built_in(name: &str) -> Option<Handler> {
        Some(match name {
            "strict" => Handler::Strict,
            "ignore" => Handler::Ignore,
            "replace" => Handler::Replace,
            "backslashreplace" => Handler::BackslashReplace,
            "xmlcharrefreplace" => Handler::XmlCharRefReplace,
            "namereplace" => Handler::NameReplace,
            "surrogateescape" => Handler::SurrogateEscape,
            "surrogatepass" => Handler::SurrogatePass,
            _ => return None,
        })
    }
}

/// The encodings whose surrogates `surrogatepass` lets through: bytes of a unit, and whether the greatest comes first.
fn passes(encoding: &str) -> Option<(usize, bool)> {
    let native = cfg!(target_endian = "big");
    Some(match encoding.to_ascii_lowercase().replace('_', "-").as_str() {
        "utf-8" | "utf8" | "cp65001" => (3, true),
        "utf-16" | "utf16" => (2, native),
        "utf-16-le" | "utf-16le" => (2, false),
        "utf-16-be" | "utf-16be" => (2, true),
        "utf-32" | "utf32" => (4, native),
        "utf-32-le" | "utf-32le" => (4, false),
        "utf-32-be" | "utf-32be" => (4, true),
        _ => return None,
    })
}

/// Adds a surrogate as an encoding that lets it through writes it.
fn pass_surrogate(out: &mut HeapVec<'_, u8>, point: u32, (size, big): (usize, bool)) -> R<()> {
    if size == 3 {
        return out.extend(&[0xE0 | (point >> 12) as u8, 0x80 | (point >> 6 & 63) as u8, 0x80 | (point & 63) as u8]);
    }
    for at in 0..size {
        let shift = 8 * if big { size - 1 - at } else { at };
        out.push((point >> shift) as u8)?;
    }
    Ok(())
}

/// The surrogate that begins these bytes.
fn passed_surrogate(bytes: &[u8], (size, big): (usize, bool)) -> Option<u32> {
    let bytes = bytes.get(..size)?;
    let point = if size == 3 {
        if bytes[0] & 0xF0 != 0xE0 || bytes[1] & 0xC0 != 0x80 || bytes[2] & 0xC0 != 0x80 {
            return None;
        }
        (u32::from(bytes[0]) & 15) << 12 | (u32::from(bytes[1]) & 63) << 6 | u32::from(bytes[2]) & 63
    } else {
        let fold = |n: u32, &byte: &u8| n << 8 | u32::from(byte);
        if big { bytes.iter().fold(0, fold) } else { bytes.iter().rev().fold(0, fold) }
    };
    (0xD800..0xE000).contains(&point).then_some(point)
}

/// What `backslashreplace`, `xmlcharrefreplace` and `namereplace` write for a character.
fn spelled(handler: &Handler, point: u32) -> String {
    match handler {
        Handler::XmlCharRefReplace => format!("&#{point};"),
        Handler::NameReplace => match crate::unicode::data::name(point, false) {
            Some(name) => format!("\\N{{{name}}}"),
            None => spelled(&Handler::BackslashReplace, point),
        },
        _ if point < 0x100 => format!("\\x{point:02x}"),
        _ if point < 0x10000 => format!("\\u{point:04x}"),
        _ => format!("\\U{point:08x}"),
    }
}

/// Text on its way to bytes.
pub struct Encoder<'a> {
    /// The interpreter.
    pub cx: &'a Cx,
    /// The text.
    pub text: &'a Value,
    /// Its characters.
    pub chars: Chars<'a>,
    /// What is done about errors.
    pub errors: &'a Handler,
    /// The name of the encoding, for errors.
    pub encoding: &'a str,
    /// What has been encoded.
    pub out: HeapVec<'a, u8>,
}

impl<'a> Encoder<'a> {
    /// To begin with.
    ///
    /// # Errors
    /// MemoryError.
    pub fn new(cx: &'a Cx, text: &'a Value, errors: &'a Handler, encoding: &'a str, room: usize) -> R<Encoder<'a>> {
        let out = HeapVec::with_capacity(cx, room)?;
        Ok(Encoder { cx, text, chars: super::chars_of(text), errors, encoding, out })
    }

    /// UnicodeEncodeError.
    #[cold]
    pub fn error(&self, start: usize, end: usize, reason: &str) -> Raised {
        let make = || -> R<Raised> {
            let args = [
                self.cx.str_value(self.encoding)?,
                self.text.clone(),
                Value::small(start as i64),
                Value::small(end as i64),
                self.cx.str_value(reason)?,
            ];
            Ok(self.cx.error_of(&exc::UNICODE_ENCODE_ERROR, &args))
        };
        make().unwrap_or_else(|raised| raised)
    }

    /// Does about the characters `start..end` what the handler says; the place to go on at.
    ///
    /// `put` writes a character and says whether it could; `unit` is how many bytes every replacement must be a multiple of.
    ///
    /// # Errors
    /// What the handler raises.
    pub fn handle(
        &mut self,
        mut start: usize,
        end: usize,
        reason: &str,
        unit: usize,
        put: &mut dyn FnMut(&mut HeapVec<'a, u8>, u32) -> R<bool>,
    ) -> R<usize> {
        match self.errors {
            Handler::Strict => Err(self.error(start, end, reason)),
            Handler::Ignore => Ok(end),
            Handler::Replace => {
                for _ in start..end {
                    if !put(&mut self.out, u32::from(b'?'))? {
                        return Err(self.error(start, end, reason));
                    }
                }
                Ok(end)
            }
            handler @ (Handler::BackslashReplace | Handler::XmlCharRefReplace | Handler::NameReplace) => {
                for at in start..end {
                    for byte in spelled(handler, self.chars.at(at)).bytes() {
                        if !put(&mut self.out, byte.into())? {
                            return Err(self.error(start, end, reason));
                        }
                    }
                }
                Ok(end)
            }
            Handler::SurrogateEscape => {
                while start < end {
                    match self.chars.at(start) {
                        point @ 0xDC80..0xDD00 if unit == 1 => self.out.push(point as u8)?,
                        _ => return Err(self.error(start, end, reason)),
                    }
                    start += 1;
                }
                Ok(end)
            }
            Handler::SurrogatePass => {
                let Some(how) = passes(self.encoding) else { return Err(self.error(start, end, reason)) };
                while start < end {
                    let point = self.chars.at(start);
                    if !(0xD800..0xE000).contains(&point) {
                        return Err(self.error(start, end, reason));
                    }
                    pass_surrogate(&mut self.out, point, how)?;
                    start += 1;
                }
                Ok(end)
            }
            Handler::Registered(name) => {
                let error = self.error(start, end, reason);
                let (replacement, next) = call_handler(self.cx, name, &error, true)?;
                let next = position(self.cx, &next, self.chars.len())?;
                if let Some(bytes) = replacement.downcast::<PyBytes>() {
                    if !bytes.as_slice().len().is_multiple_of(unit) {
                        return Err(self.error(start, end, reason));
                    }
                    self.out.extend(bytes.as_slice())?;
                } else if let Some(text) = replacement.downcast::<PyStr>() {
                    for point in text.chars().iter() {
                        if !put(&mut self.out, point)? {
                            return Err(self.error(start, end, reason));
                        }
                    }
                }
                Ok(next)
            }
        }
    }

    /// The bytes.
    ///
    /// # Errors
    /// MemoryError.
    pub fn finish(self) -> R<Obj<PyBytes>> {
        self.cx.bytes(&self.out)
    }
}

/// Bytes on their way to text.
pub struct Decoder<'a> {
    /// The interpreter.
    pub cx: &'a Cx,
    /// The bytes.
    pub bytes: &'a [u8],
    /// What is done about errors.
    pub errors: &'a Handler,
    /// The name of the encoding, for errors.
    pub encoding: &'a str,
    /// What has been decoded.
    pub out: StrBuilder<'a>,
}

impl<'a> Decoder<'a> {
    /// To begin with.
    pub fn new(cx: &'a Cx, bytes: &'a [u8], errors: &'a Handler, encoding: &'a str) -> Decoder<'a> {
        Decoder { cx, bytes, errors, encoding, out: StrBuilder::new(cx) }
    }

    /// UnicodeDecodeError.
    #[cold]
    pub fn error(&self, start: usize, end: usize, reason: &str) -> Raised {
        let make = || -> R<Raised> {
            let args = [
                self.cx.str_value(self.encoding)?,
                self.cx.bytes(self.bytes)?.into_value(),
                Value::small(start as i64),
                Value::small(end as i64),
                self.cx.str_value(reason)?,
            ];
            Ok(self.cx.error_of(&exc::UNICODE_DECODE_ERROR, &args))
        };
        make().unwrap_or_else(|raised| raised)
    }

    /// Does about the bytes `start..end` what the handler says; the place to go on at.
    ///
    /// # Errors
    /// What the handler raises.
    pub fn handle(&mut self, start: usize, end: usize, reason: &str) -> R<usize> {
        match self.errors {
            Handler::Strict => Err(self.error(start, end, reason)),
            Handler::Ignore => Ok(end),
            Handler::Replace => {
                self.out.push(0xFFFD)?;
                Ok(end)
            }
            Handler::BackslashReplace => {
                for &byte in &self.bytes[start..end] {
                    self.out.push_ascii(format!("\\x{byte:02x}").as_bytes())?;
                }
                Ok(end)
            }
            Handler::XmlCharRefReplace | Handler::NameReplace => {
                raise!(self.cx, exc::TYPE_ERROR, "don't know how to handle UnicodeDecodeError in error callback")
            }
            Handler::SurrogateEscape => {
                let mut at = start;
                while at < end && at < start + 4 && self.bytes[at] >= 0x80 {
                    self.out.push(0xDC00 + u32::from(self.bytes[at]))?;
                    at += 1;
                }
                if at == start { Err(self.error(start, end, reason)) } else { Ok(at) }
            }
            Handler::SurrogatePass => {
                let how = passes(self.encoding);
                match how.and_then(|how| passed_surrogate(&self.bytes[start..], how)) {
                    Some(point) => {
                        self.out.push(point)?;
                        Ok(start + how.map_or(0, |(size, _)| size))
                    }
                    None => Err(self.error(start, end, reason)),
                }
            }
            Handler::Registered(name) => {
                let error = self.error(start, end, reason);
                let (replacement, next) = call_handler(self.cx, name, &error, false)?;
                if let Some(text) = replacement.downcast::<PyStr>() {
                    self.out.push_object(text)?;
                }
                position(self.cx, &next, self.bytes.len())
            }
        }
    }
}

/// Calls a registered handler: the replacement and the place to go on at.
fn call_handler(cx: &Cx, name: &Value, error: &Raised, encoding: bool) -> R<(Value, Value)> {
    let Some(handler) = cx.codec_errors.handler(cx, name)? else {
        let name = cx.display(name)?;
        return raise!(cx, exc::LOOKUP_ERROR, "unknown error handler name '{name}'");
    };
    let result = cx.call(&handler, core::slice::from_ref(error.value()))?;
    if let Some([replacement, next]) = result.downcast::<PyTuple>().map(PyTuple::items) {
        let fits = replacement.downcast::<PyStr>().is_some() || encoding && replacement.downcast::<PyBytes>().is_some();
        if fits && next.ty().slots.index.get().is_some() | next.is_int() {
            return Ok((replacement.clone(), next.clone()));
        }
    }
    if encoding {
        raise!(cx, exc::TYPE_ERROR, "encoding error handler must return (str/bytes, int) tuple")
    } else {
        raise!(cx, exc::TYPE_ERROR, "decoding error handler must return (str, int) tuple")
    }
}

fn position(cx: &Cx, next: &Value, len: usize) -> R<usize> {
    let given = crate::arguments::ssize(cx, next)?;
    let at = if given < 0 { given.saturating_add_unsigned(len) } else { given };
    match usize::try_from(at) {
        Ok(at) if at <= len => Ok(at),
        _ => raise!(cx, exc::INDEX_ERROR, "position {given} from error handler out of bounds"),
    }
}

/// What a built-in handler answers when a program calls it with an exception: a tuple of replacement and position.
///
/// # Errors
/// The exception itself; TypeError for one that the handler knows nothing about.
pub fn handle_exception(cx: &Cx, handler: &Handler, error: &Value) -> R {
    let encode = error.is_instance(&exc::UNICODE_ENCODE_ERROR);
    let decode = error.is_instance(&exc::UNICODE_DECODE_ERROR);
    let translate = error.is_instance(&exc::UNICODE_TRANSLATE_ERROR);
    if matches!(handler, Handler::Strict) {
        return match error.is_instance(&exc::BASE_EXCEPTION) {
            true => Err(Raised::new(error.clone())),
            false => raise!(cx, exc::TYPE_ERROR, "codec must pass exception instance"),
        };
    }
    let knows = match handler {
        Handler::Ignore | Handler::Replace | Handler::BackslashReplace => encode || decode || translate,
        Handler::XmlCharRefReplace | Handler::NameReplace => encode,
        _ => encode || decode,
    };
    if !knows {
        let ty = error.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "don't know how to handle {ty} in error callback");
    }
    let attribute = |name: &str| cx.getattr_text(error, name);
    let object = attribute("object")?;
    let place = |name: &str| -> R<usize> { Ok(crate::arguments::ssize(cx, &attribute(name)?)?.max(0) as usize) };
    let (start, end) = (place("start")?, place("end")?);
    let end_value = |end: usize| Value::small(end as i64);
    let tuple = |text: Value, end: usize| Ok(cx.tuple([text, end_value(end)])?.into_value());
    let encoding = if translate { String::new() } else { cx.display(&attribute("encoding")?)? };
    if decode {
        let Some(bytes) = object.downcast::<PyBytes>() else {
            return raise!(cx, exc::TYPE_ERROR, "object attribute must be bytes");
        };
        let (start, end) = (start.min(bytes.as_slice().len()), end.min(bytes.as_slice().len()).max(start));
        let mut decoder = Decoder::new(cx, bytes.as_slice(), handler, &encoding);
        return match decoder.handle(start, end, "") {
            Ok(next) => tuple(decoder.out.finish_value()?, next),
            Err(raised) if raised.is(&exc::UNICODE_DECODE_ERROR) => Err(Raised::new(error.clone())),
            Err(raised) => Err(raised),
        };
    }
    let Some(text) = object.downcast::<PyStr>() else {
        return raise!(cx, exc::TYPE_ERROR, "object attribute must be str");
    };
    let (start, end) = (start.min(text.len()), end.min(text.len()).max(start.min(text.len())));
    if matches!(handler, Handler::SurrogateEscape | Handler::SurrogatePass) {
        let mut encoder = Encoder::new(cx, &object, handler, &encoding, 0)?;
        return match encoder.handle(start, end, "", 1, &mut |_, _| Ok(false)) {
            Ok(next) => tuple(encoder.finish()?.into_value(), next),
            Err(raised) if raised.is(&exc::UNICODE_ENCODE_ERROR) => Err(Raised::new(error.clone())),
            Err(raised) => Err(raised),
        };
    }
    let mut out = StrBuilder::new(cx);
    for point in text.chars().slice(start..end).iter() {
        match handler {
            Handler::Ignore => {}
            Handler::Replace => out.push(if translate { 0xFFFD } else { 63 })?,
            handler => out.push_str(&spelled(handler, point))?,
        }
    }
    tuple(out.finish_value()?, end)
}
