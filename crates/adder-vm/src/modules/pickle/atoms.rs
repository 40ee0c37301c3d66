//! Writing what refers to nothing: numbers, text, bytes.

use adder_objects::bytearray::{BYTEARRAY_TYPE, PyByteArray};
use adder_objects::bytes::{BYTES_TYPE, PyBytes};
use adder_objects::codecs::{Handler, decode_latin_1, encode_utf_8};
use adder_objects::float::repr_text;
use adder_objects::int::{Int, decimal_digits};
use adder_objects::str::{Chars, PyStr};
use adder_objects::{R, Value, exceptions as exc, raise};

use super::op::*;
use super::save::Save;
use super::{Part, part};

impl Save<'_> {
    pub(super) fn save_bool(&mut self, yes: bool) -> R<()> {
        match (self.protocol() >= 2, yes) {
            (true, true) => self.out.op(NEWTRUE),
            (true, false) => self.out.op(NEWFALSE),
            (false, true) => self.out.write(b"I01\n"),
            (false, false) => self.out.write(b"I00\n"),
        }
    }

    pub(super) fn save_int(&mut self, object: &Value) -> R<()> {
        let cx = self.cx;
        if let Some(int) = object.as_i64().and_then(|int| i32::try_from(int).ok()) {
            if !self.settings.binary {
                return self.out.write(format!("{}{int}\n", INT as char).as_bytes());
            }
            if let Ok(byte) = u8::try_from(int) {
                return self.out.write(&[BININT1, byte]);
            }
            if let Ok(short) = u16::try_from(int) {
                let [a, b] = short.to_le_bytes();
                return self.out.write(&[BININT2, a, b]);
            }
            let [a, b, c, d] = int.to_le_bytes();
            return self.out.write(&[BININT, a, b, c, d]);
        }
        let Some(int) = Int::of(object) else { return Ok(()) };
        if self.protocol() < 2 {
            let sign = if int.negative { "-" } else { "" };
            let digits = decimal_digits(cx, &int)?;
            self.out.write(format!("{}{sign}", LONG as char).as_bytes())?;
            self.out.write(digits.as_bytes())?;
            return self.out.write(b"L\n");
        }
        // One bit more than the number has, for the sign; a last byte that says nothing is left out.
        let length = (int.bit_length() / 8 + 1) as usize;
        let mut bytes = adder_objects::int::to_vec(cx, &int, length, true, true)?;
        if int.negative && length > 1 && bytes[length - 1] == 0xFF && bytes[length - 2] & 0x80 != 0 {
            bytes.truncate(length - 1);
        }
        let length = bytes.len();
        if let Ok(short) = u8::try_from(length) {
            self.out.write(&[LONG1, short])?;
        } else if let Ok(long) = i32::try_from(length) {
            self.out.op(LONG4)?;
            self.out.write(&long.to_le_bytes())?;
        } else {
            return raise!(cx, exc::OVERFLOW_ERROR, "int too large to pickle");
        }
        self.out.write(&bytes)
    }

    pub(super) fn save_float(&mut self, object: &Value) -> R<()> {
        let float = object.as_float().unwrap_or_default();
        if self.settings.binary {
            self.out.op(BINFLOAT)?;
            return self.out.write(&float.to_be_bytes());
        }
        self.out.write(format!("{}{}\n", FLOAT as char, repr_text(float, true)).as_bytes())
    }

    pub(super) fn save_str(&mut self, object: &Value) -> R<()> {
        let Some(text) = object.downcast::<PyStr>() else { return Ok(()) };
        if self.settings.binary {
            match text.chars() {
                Chars::Ascii(bytes) => self.write_text(bytes, object)?,
                _ => {
                    let handler = Handler::built_in("surrogatepass").unwrap_or(Handler::Strict);
                    let bytes = encode_utf_8(self.cx, object, &handler)?;
                    self.write_text(bytes.as_slice(), bytes.as_value())?;
                }
            }
        } else {
            self.out.op(UNICODE)?;
            let mut line = adder_objects::storage::HeapVec::<u8>::new(self.cx);
            for point in text.chars().iter() {
                match point {
                    0x1_0000.. => line.extend(format!("\\U{point:08x}").as_bytes())?,
                    0 | 0xA | 0xD | 0x1A | 0x5C | 0x100.. => line.extend(format!("\\u{point:04x}").as_bytes())?,
                    _ => line.push(point as u8)?,
                }
            }
            self.out.write(&line)?;
            self.out.write(b"\n")?;
        }
        self.memoize(object)
    }

    fn write_text(&mut self, bytes: &[u8], object: &Value) -> R<()> {
        let object = object.downcast::<PyBytes>().map(|_| object);
        self.write_counted(bytes, [SHORT_BINUNICODE, BINUNICODE, BINUNICODE8], 4, object)
    }

    /// Bytes behind their number; `short` says from which protocol on there is the instruction for few of them.
    fn write_counted(&mut self, bytes: &[u8], ops: [u8; 3], short: i64, object: Option<&Value>) -> R<()> {
        let length = bytes.len();
        let mut header = [0; 9];
        let header = match (u8::try_from(length), u32::try_from(length)) {
            (Ok(length), _) if self.protocol() >= short => {
                header[..2].copy_from_slice(&[ops[0], length]);
                &header[..2]
            }
            (_, Ok(length)) => {
                header[0] = ops[1];
                header[1..5].copy_from_slice(&length.to_le_bytes());
                &header[..5]
            }
            _ if self.protocol() >= 4 => {
                header[0] = ops[2];
                header[1..9].copy_from_slice(&(length as u64).to_le_bytes());
                &header[..9]
            }
            _ => {
                let what = if short == 3 { "bytes object" } else { "string" };
                return raise!(
                    self.cx,
                    exc::OVERFLOW_ERROR,
                    "serializing a {what} larger than 4 GiB requires pickle protocol 4 or higher"
                );
            }
        };
        self.out.write_large(header, bytes, object)
    }

    pub(super) fn save_bytes(&mut self, object: &Value) -> R<()> {
        let cx = self.cx;
        let Some(bytes) = object.downcast::<PyBytes>() else { return Ok(()) };
        if self.protocol() >= 3 {
            self.write_bytes(bytes.as_slice(), Some(object))?;
            return self.memoize(object);
        }
        if bytes.as_slice().is_empty() {
            let parts = [BYTES_TYPE.value(), cx.empty_tuple()?.into_value()];
            return self.save_reduce(&parts, Some(object));
        }
        let text = decode_latin_1(cx, bytes.as_slice())?.into_value();
        let args = cx.tuple([text, cx.intern("latin1")?])?.into_value();
        self.save_reduce(&[part(cx, Part::Encode)?, args], Some(object))
    }

    pub(super) fn write_bytes(&mut self, bytes: &[u8], object: Option<&Value>) -> R<()> {
        self.write_counted(bytes, [SHORT_BINBYTES, BINBYTES, BINBYTES8], 3, object)
    }

    pub(super) fn save_bytearray(&mut self, object: &Value) -> R<()> {
        let cx = self.cx;
        let Some(array) = object.downcast::<PyByteArray>() else { return Ok(()) };
        if self.protocol() >= 5 {
            // SAFETY: they are copied, or handed to a file as a copy, before other code runs.
            self.write_bytearray(unsafe { array.as_slice() })?;
            return self.memoize(object);
        }
        let args = if array.is_empty() {
            cx.empty_tuple()?
        } else {
            // SAFETY: copied at once.
            cx.tuple([cx.bytes(unsafe { array.as_slice() })?.into_value()])?
        };
        self.save_reduce(&[BYTEARRAY_TYPE.value(), args.into_value()], Some(object))
    }

    pub(super) fn write_bytearray(&mut self, bytes: &[u8]) -> R<()> {
        let mut header = [BYTEARRAY8; 9];
        header[1..].copy_from_slice(&(bytes.len() as u64).to_le_bytes());
        self.out.write_large(&header, bytes, None)
    }
}
