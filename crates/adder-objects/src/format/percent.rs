//! `%`: text with directives as in C's `printf`, for `str` and for bytes.

use super::float::{FloatText, sign_and_bytes};
use super::int::int_text;
use crate::bytes::PyBytes;
use crate::cx::Cx;
use crate::error::{Catch, R};
use crate::exceptions as exc;
use crate::object::Obj;
use crate::storage::HeapVec;
use crate::str::{Chars, PyStr, StrBuilder};
use crate::tuple::PyTuple;
use crate::value::Value;

/// Where directives get their values: CPython's `arglen` and `argidx`.
struct Arguments {
    args: Value,
    /// Items of a tuple; `None`: one value that is no tuple.
    len: Option<usize>,
    taken: usize,
}

impl Arguments {
    fn of(args: Value) -> Arguments {
        let len = args.downcast::<PyTuple>().map(|tuple| tuple.items().len());
        Arguments { args, len, taken: 0 }
    }

    fn single(value: Value) -> Arguments {
        Arguments { args: value, len: None, taken: 0 }
    }

    fn left(&self) -> bool {
        self.taken < self.len.unwrap_or(1)
    }

    fn next(&mut self, cx: &Cx) -> R {
        if !self.left() {
            return raise!(cx, exc::TYPE_ERROR, "not enough arguments for format string");
        }
        self.taken += 1;
        match (self.len, self.args.downcast::<PyTuple>()) {
            (Some(_), Some(tuple)) => Ok(tuple.items()[self.taken - 1].clone()),
            _ => Ok(self.args.clone()),
        }
    }
}

/// A directive.
#[derive(Default)]
struct Directive {
    left: bool,
    plus: bool,
    blank: bool,
    alternate: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
}

/// What is to be printed: the sign, the prefix, and the text.
enum Piece<'h> {
    Text(Obj<PyStr>),
    Number(Number<'h>),
}

/// A number without padding.
struct Number<'h> {
    negative: bool,
    prefix: &'static str,
    text: HeapVec<'h, u8>,
}

struct Format<'a> {
    cx: &'a Cx,
    text: Chars<'a>,
    at: usize,
    bytes: bool,
}

impl Format<'_> {
    fn next(&mut self) -> R<u32> {
        if self.at >= self.text.len() {
            return raise!(self.cx, exc::VALUE_ERROR, "incomplete format");
        }
        self.at += 1;
        Ok(self.text.at(self.at - 1))
    }

    /// The text of a key in parentheses; the opening one was read.
    fn key(&mut self) -> R {
        let start = self.at;
        let mut depth = 1;
        while depth > 0 {
            if self.at >= self.text.len() {
                return raise!(self.cx, exc::VALUE_ERROR, "incomplete format key");
            }
            match self.text.at(self.at) {
                41 => depth -= 1,
                40 => depth += 1,
                _ => {}
            }
            self.at += 1;
        }
        let key = self.text.slice(start..self.at - 1);
        match key {
            Chars::Ascii(s) | Chars::One(s) if self.bytes => Ok(self.cx.bytes(s)?.into_value()),
            _ => Ok(self.cx.str_from_chars(key)?.into_value()),
        }
    }

    /// A number behind the first digit, which was read: it and the character behind it.
    fn digits(&mut self, first: u32, most: usize, too_big: &str) -> R<(usize, u32)> {
        let mut n = (first - 48) as usize;
        loop {
            let c = self.next()?;
            if !(48..58).contains(&c) {
                return Ok((n, c));
            }
            let digit = (c - 48) as usize;
            if n > (most - digit) / 10 {
                return raise!(self.cx, exc::VALUE_ERROR, "{too_big}");
            }
            n = n * 10 + digit;
        }
    }

    fn star(&self, values: &mut Arguments) -> R {
        let value = values.next(self.cx)?;
        if value.is_int() { Ok(value) } else { raise!(self.cx, exc::TYPE_ERROR, "* wants int") }
    }
}

/// Formats `args` by a text; what it makes is added to `out`.
///
/// # Errors
/// TypeError, ValueError, OverflowError; what conversions raise.
pub fn percent_str(cx: &Cx, out: &mut StrBuilder<'_>, text: Chars<'_>, args: &Value) -> R<()> {
    percent(Format { cx, text, at: 0, bytes: false }, out, args)
}

/// The same for bytes, which nobody changes meanwhile.
///
/// # Errors
/// As for [`percent_str`].
pub fn percent_bytes(cx: &Cx, text: &[u8], args: &Value) -> R<Obj<PyBytes>> {
    let mut out = StrBuilder::with_capacity(cx, text.len())?;
    percent(Format { cx, text: Chars::One(text), at: 0, bytes: true }, &mut out, args)?;
    match out.chars() {
        Chars::Ascii(made) | Chars::One(made) => cx.bytes(made),
        _ => raise!(cx, exc::SYSTEM_ERROR, "bytes formatting made a character"),
    }
}

fn percent(mut format: Format<'_>, out: &mut StrBuilder<'_>, args: &Value) -> R<()> {
    let cx = format.cx;
    let is_text = if format.bytes {
        crate::bytes::plain(args).is_some() || args.downcast::<PyStr>().is_some()
    } else {
        args.downcast::<PyStr>().is_some()
    };
    let slots = &args.ty().slots;
    let is_mapping = slots.getitem.get().is_some() && args.downcast::<PyTuple>().is_none() && !is_text;
    let mut values = Arguments::of(args.clone());
    while format.at < format.text.len() {
        let start = format.at;
        while format.at < format.text.len() && format.text.at(format.at) != 37 {
            format.at += 1;
        }
        out.push_chars(format.text.slice(start..format.at))?;
        if format.at == format.text.len() {
            break;
        }
        format.at += 1;
        let mut c = format.next()?;
        if c == 37 {
            out.push(37)?;
            continue;
        }
        if c == 40 {
            if !is_mapping {
                return raise!(cx, exc::TYPE_ERROR, "format requires a mapping");
            }
            let key = format.key()?;
            values = Arguments::single(cx.getitem(args, &key)?);
            c = format.next()?;
        }
        let mut directive = Directive::default();
        loop {
            match u8::try_from(c) {
                Ok(b'-') => directive.left = true,
                Ok(b'+') => directive.plus = true,
                Ok(b' ') => directive.blank = true,
                Ok(b'#') => directive.alternate = true,
                Ok(b'0') => directive.zero = true,
                _ => break,
            }
            c = format.next()?;
        }
        if c == 42 {
            let width = crate::arguments::ssize(cx, &format.star(&mut values)?)?;
            directive.left |= width < 0;
            directive.width = width.unsigned_abs();
            c = format.next()?;
        } else if (48..58).contains(&c) {
            (directive.width, c) = format.digits(c, isize::MAX as usize, "width too big")?;
        }
        if c == 46 {
            directive.precision = Some(0);
            c = format.next()?;
            if c == 42 {
                let precision = crate::arguments::c_int(cx, &format.star(&mut values)?)?;
                directive.precision = Some(precision.max(0) as usize);
                c = format.next()?;
            } else if (48..58).contains(&c) {
                let (precision, next) = format.digits(c, i32::MAX as usize, "precision too big")?;
                directive.precision = Some(precision);
                c = next;
            }
        }
        if matches!(u8::try_from(c), Ok(b'h' | b'l' | b'L')) {
            c = format.next()?;
        }
        let value = values.next(cx)?;
        let piece = piece(&format, c, &directive, &value)?;
        push(out, piece, c, &directive)?;
    }
    if values.left() && !is_mapping {
        let what = if format.bytes { "bytes" } else { "string" };
        return raise!(cx, exc::TYPE_ERROR, "not all arguments converted during {what} formatting");
    }
    Ok(())
}

fn piece<'h>(format: &Format<'h>, c: u32, directive: &Directive, value: &Value) -> R<Piece<'h>> {
    let cx = format.cx;
    let kind = u8::try_from(c).unwrap_or(0);
    Ok(match kind {
        b's' | b'b' if format.bytes => Piece::Text(bytes_text(cx, value)?),
        b'r' | b'a' if format.bytes => Piece::Text(cx.ascii(value)?),
        b's' => Piece::Text(cx.to_str(value)?),
        b'r' => Piece::Text(cx.repr(value)?),
        b'a' => Piece::Text(cx.ascii(value)?),
        // Bytes know no other name for it.
        b'i' | b'u' if format.bytes => Piece::Number(int_piece(cx, b'd', directive, value)?),
        b'd' | b'i' | b'u' | b'o' | b'x' | b'X' => Piece::Number(int_piece(cx, kind, directive, value)?),
        b'e' | b'E' | b'f' | b'F' | b'g' | b'G' => Piece::Number(float_piece(format, kind, directive, value)?),
        b'c' => Piece::Text(character(format, value)?),
        _ => {
            if format.bytes && c >= 0x80 {
                return raise!(cx, exc::OVERFLOW_ERROR, "character argument not in range(0x110000)");
            }
            let shown = if (31..127).contains(&c) { char::from(kind) } else { '?' };
            let at = format.at - 1;
            return raise!(cx, exc::VALUE_ERROR, "unsupported format character '{shown}' (0x{c:x}) at index {at}");
        }
    })
}

fn push(out: &mut StrBuilder<'_>, piece: Piece<'_>, c: u32, directive: &Directive) -> R<()> {
    match piece {
        Piece::Text(text) => {
            let cut = matches!(u8::try_from(c), Ok(b's' | b'r' | b'a' | b'b'));
            let n = directive.precision.filter(|_| cut).map_or(text.len(), |n| n.min(text.len()));
            let lacks = directive.width.saturating_sub(n);
            out.fill(32, if directive.left { 0 } else { lacks })?;
            out.push_chars(text.chars().slice(0..n))?;
            out.fill(32, if directive.left { lacks } else { 0 })
        }
        Piece::Number(number) => {
            let sign = match number.negative {
                true => "-",
                false if directive.plus => "+",
                false if directive.blank => " ",
                false => "",
            };
            let n = sign.len() + number.prefix.len() + number.text.len();
            let lacks = directive.width.saturating_sub(n);
            let zeros = if directive.zero && !directive.left { lacks } else { 0 };
            out.fill(32, if directive.left { 0 } else { lacks - zeros })?;
            out.push_str(sign)?;
            out.push_str(number.prefix)?;
            out.fill(48, zeros)?;
            out.push_ascii(&number.text)?;
            out.fill(32, if directive.left { lacks } else { 0 })
        }
    }
}

fn int_piece<'h>(cx: &'h Cx, kind: u8, directive: &Directive, value: &Value) -> R<Number<'h>> {
    let based = matches!(kind, b'o' | b'x' | b'X');
    let slots = &value.ty().slots;
    let as_int = if value.is_int() {
        Some(value.clone())
    } else if based {
        cx.try_index(value).unless(&exc::TYPE_ERROR)?.flatten()
    } else if let Some(int) = slots.int.get() {
        int(cx, value).unless(&exc::TYPE_ERROR)?
    } else {
        cx.try_index(value).unless(&exc::TYPE_ERROR)?.flatten()
    };
    let Some(int) = as_int.filter(Value::is_int) else {
        let wanted = if based { "an integer" } else { "a real number" };
        let ty = value.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "%{} format: {wanted} is required, not {ty}", char::from(kind));
    };
    let (base, prefix) = match kind {
        b'o' => (8, "0o"),
        b'x' => (16, "0x"),
        b'X' => (16, "0X"),
        _ => (10, ""),
    };
    let (negative, digits) = int_text(cx, &int, base)?;
    let zeros = directive.precision.unwrap_or(0).saturating_sub(digits.len());
    if directive.precision.is_some_and(|n| n > i32::MAX as usize - 3) {
        return raise!(cx, exc::OVERFLOW_ERROR, "precision too large");
    }
    let mut text = HeapVec::with_capacity(cx, zeros.saturating_add(digits.len()))?;
    text.fill(b'0', zeros)?;
    text.extend(&digits)?;
    if kind == b'X' {
        text.make_ascii_uppercase();
    }
    Ok(Number { negative, prefix: if directive.alternate { prefix } else { "" }, text })
}

fn float_piece<'h>(format: &Format<'h>, kind: u8, directive: &Directive, value: &Value) -> R<Number<'h>> {
    let cx = format.cx;
    let float = match cx.to_f64(value) {
        Err(raised) if format.bytes && raised.is(&exc::TYPE_ERROR) => {
            return raise!(cx, exc::TYPE_ERROR, "float argument required, not {}", value.ty().name());
        }
        other => other?,
    };
    let how = FloatText {
        kind,
        precision: directive.precision.unwrap_or(6),
        alternate: directive.alternate,
        dot_zero: false,
        no_negative_zero: false,
    };
    let (negative, text) = sign_and_bytes(cx, float, how)?;
    Ok(Number { negative, prefix: "", text })
}

fn character(format: &Format<'_>, value: &Value) -> R<Obj<PyStr>> {
    let cx = format.cx;
    if format.bytes {
        return byte(cx, value);
    }
    if let Some(text) = value.downcast::<PyStr>() {
        if text.len() == 1 {
            return Ok(Obj::from_ref(text));
        }
        return raise!(cx, exc::TYPE_ERROR, "%c requires int or char");
    }
    let Some(int) = cx.try_index(value).unless(&exc::TYPE_ERROR)?.flatten() else {
        return raise!(cx, exc::TYPE_ERROR, "%c requires int or char");
    };
    match int.as_i64() {
        Some(point @ 0..0x11_0000) => cx.str_of_point(point as u32),
        _ => raise!(cx, exc::OVERFLOW_ERROR, "%c arg not in range(0x110000)"),
    }
}

fn byte(cx: &Cx, value: &Value) -> R<Obj<PyStr>> {
    if let Some(bytes) = crate::bytes::plain(value) {
        if let [only] = bytes {
            return cx.str_of_point(u32::from(*only));
        }
    } else if let Some(int) = cx.try_index(value).unless(&exc::TYPE_ERROR)?.flatten() {
        return match int.as_i64() {
            Some(byte @ 0..256) => cx.str_of_point(byte as u32),
            _ => raise!(cx, exc::OVERFLOW_ERROR, "%c arg not in range(256)"),
        };
    }
    raise!(cx, exc::TYPE_ERROR, "%c requires an integer in range(256) or a single byte")
}

/// The bytes that `%b` takes from an object, as characters.
fn bytes_text(cx: &Cx, value: &Value) -> R<Obj<PyStr>> {
    let made;
    let mut from = value;
    if crate::bytes::plain(value).is_none()
        && let Some(answer) = cx.call_special(value, cx.names.bytes(), &[])?
    {
        if answer.downcast::<PyBytes>().is_none() {
            return raise!(cx, exc::TYPE_ERROR, "__bytes__ returned non-bytes (type {})", answer.ty().name());
        }
        made = answer;
        from = &made;
    }
    match from.ty().slots.buffer.get() {
        Some(buffer) => {
            let buffer = buffer(cx, from, crate::buffer::request::SIMPLE)?;
            // SAFETY: making a string runs no code of a user.
            cx.str_from_latin(unsafe { buffer.as_slice() })
        }
        None => raise!(
            cx,
            exc::TYPE_ERROR,
            "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
            value.ty().name()
        ),
    }
}
