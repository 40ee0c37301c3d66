//! `bytes` and `bytearray` as text: case, padding, hexadecimal digits, tables, decoding, joining.

use super::shared::{is_space, make, own, part, view};
use crate::args::{Args, Params};
use crate::arguments::{c_int, ssize};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::storage::HeapVec;
use crate::str::{Chars, PyStr};
use crate::typeobject::TypeObject;
use crate::value::Value;

fn mapped(cx: &Cx, this: &Value, mut map: impl FnMut(u8) -> u8) -> R {
    let bytes = own(this);
    let mut out = HeapVec::with_capacity(cx, bytes.len())?;
    for &byte in bytes {
        out.push(map(byte))?;
    }
    make(cx, this, &out)
}

pub(crate) fn upper(cx: &Cx, this: &Value) -> R {
    mapped(cx, this, |byte| byte.to_ascii_uppercase())
}

pub(crate) fn lower(cx: &Cx, this: &Value) -> R {
    mapped(cx, this, |byte| byte.to_ascii_lowercase())
}

pub(crate) fn swapcase(cx: &Cx, this: &Value) -> R {
    mapped(cx, this, |byte| if byte.is_ascii_alphabetic() { byte ^ 0x20 } else { byte })
}

pub(crate) fn capitalize(cx: &Cx, this: &Value) -> R {
    let mut first = true;
    mapped(
        cx,
        this,
        |byte| {
            if core::mem::take(&mut first) { byte.to_ascii_uppercase() } else { byte.to_ascii_lowercase() }
        },
    )
}

pub(crate) fn title(cx: &Cx, this: &Value) -> R {
    let mut inside = false;
    mapped(cx, this, |byte| {
        let was = core::mem::replace(&mut inside, byte.is_ascii_alphabetic());
        if was { byte.to_ascii_lowercase() } else { byte.to_ascii_uppercase() }
    })
}

macro_rules! all_are {
    ($($name:ident $test:expr;)*) => {
        $(pub(crate) fn $name(_: &Cx, this: &Value) -> R {
            let bytes = own(this);
            Ok(Value::bool(!bytes.is_empty() && bytes.iter().all($test)))
        })*
    };
}

all_are! {
    isalnum u8::is_ascii_alphanumeric;
    isalpha u8::is_ascii_alphabetic;
    isdigit u8::is_ascii_digit;
    isspace |&byte| is_space(byte);
}

pub(crate) fn isascii(_: &Cx, this: &Value) -> R {
    Ok(Value::bool(own(this).is_ascii()))
}

pub(crate) fn islower(_: &Cx, this: &Value) -> R {
    let bytes = own(this);
    Ok(Value::bool(bytes.iter().any(u8::is_ascii_lowercase) && !bytes.iter().any(u8::is_ascii_uppercase)))
}

pub(crate) fn isupper(_: &Cx, this: &Value) -> R {
    let bytes = own(this);
    Ok(Value::bool(bytes.iter().any(u8::is_ascii_uppercase) && !bytes.iter().any(u8::is_ascii_lowercase)))
}

pub(crate) fn istitle(_: &Cx, this: &Value) -> R {
    let (mut cased, mut inside) = (false, false);
    for byte in own(this) {
        if byte.is_ascii_uppercase() == inside && byte.is_ascii_alphabetic() {
            return Ok(Value::bool(false));
        }
        inside = byte.is_ascii_alphabetic();
        cased |= inside;
    }
    Ok(Value::bool(cased))
}

fn fill_byte(cx: &Cx, args: &[Value], name: &str) -> R<u8> {
    let Some(fill) = args.get(1) else { return Ok(b' ') };
    match super::shared::plain(fill) {
        Some([byte]) => Ok(*byte),
        _ => raise!(
            cx,
            exc::TYPE_ERROR,
            "{name}() argument 2 must be a byte string of length 1, not {}",
            crate::arguments::type_name(fill)
        ),
    }
}

fn padded(cx: &Cx, this: &Value, left: usize, right: usize, fill: u8) -> R {
    let bytes = own(this);
    if left + right == 0 {
        return part(cx, this, 0..bytes.len());
    }
    let mut out = HeapVec::with_capacity(cx, bytes.len().saturating_add(left).saturating_add(right))?;
    out.fill(fill, left)?;
    out.extend(bytes)?;
    out.fill(fill, right)?;
    make(cx, this, &out)
}

fn lacking(cx: &Cx, this: &Value, width: &Value) -> R<(usize, usize)> {
    let width = ssize(cx, width)?.max(0) as usize;
    Ok((width, width.saturating_sub(own(this).len())))
}

pub(crate) fn center(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let (width, lacks) = lacking(cx, this, &args[0])?;
    let fill = fill_byte(cx, args, "center")?;
    let left = lacks / 2 + (lacks & width & 1);
    padded(cx, this, left, lacks - left, fill)
}

pub(crate) fn ljust(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let lacks = lacking(cx, this, &args[0])?.1;
    padded(cx, this, 0, lacks, fill_byte(cx, args, "ljust")?)
}

pub(crate) fn rjust(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let lacks = lacking(cx, this, &args[0])?.1;
    padded(cx, this, lacks, 0, fill_byte(cx, args, "rjust")?)
}

pub(crate) fn zfill(cx: &Cx, this: &Value, width: &Value) -> R {
    let lacks = lacking(cx, this, width)?.1;
    let bytes = own(this);
    if lacks == 0 {
        return part(cx, this, 0..bytes.len());
    }
    let signed = matches!(bytes.first(), Some(b'+' | b'-'));
    let mut out = HeapVec::with_capacity(cx, bytes.len().saturating_add(lacks))?;
    out.extend(&bytes[..usize::from(signed)])?;
    out.fill(b'0', lacks)?;
    out.extend(&bytes[usize::from(signed)..])?;
    make(cx, this, &out)
}

static EXPANDTABS: Params<1> =
    Params { function: "expandtabs", names: ["tabsize"], positional_only: 0, positional: 1, required: 0 };

pub(crate) fn expandtabs(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let [size] = args.bind(cx, &EXPANDTABS)?;
    let size = size.map_or(Ok(8), |size| c_int(cx, size))?;
    let mut out = HeapVec::new(cx);
    let mut column = 0;
    for &byte in own(this) {
        match byte {
            b'\t' => {
                if size > 0 {
                    let more = size as usize - column % size as usize;
                    column += more;
                    out.fill(b' ', more)?;
                }
            }
            _ => {
                column = if matches!(byte, b'\n' | b'\r') { 0 } else { column + 1 };
                out.push(byte)?;
            }
        }
    }
    make(cx, this, &out)
}

static HEX: Params<2> =
    Params { function: "hex", names: ["sep", "bytes_per_sep"], positional_only: 0, positional: 2, required: 0 };

/// `hex(sep, bytes_per_sep)` of any bytes.
///
/// # Errors
/// TypeError and ValueError for a separator that is none.
pub(crate) fn hex_of(cx: &Cx, bytes: &dyn Fn() -> R<crate::object::Obj<super::PyBytes>>, args: Args<'_>) -> R {
    let [sep, per] = args.bind(cx, &HEX)?;
    let group = per.map_or(Ok(1), |per| c_int(cx, per))?;
    let separator = match sep {
        None => None,
        Some(sep) => {
            let len = cx.len(sep)?;
            if len != 1 {
                return raise!(cx, exc::VALUE_ERROR, "sep must be length 1.");
            }
            let chars = match (sep.downcast::<PyStr>(), super::shared::plain(sep)) {
                (Some(text), _) => text.chars(),
                (None, Some(bytes)) => Chars::One(bytes),
                (None, None) => return raise!(cx, exc::TYPE_ERROR, "sep must be str or bytes."),
            };
            match u8::try_from(chars.iter().next().unwrap_or(u32::MAX)) {
                Ok(byte) if byte < 0x80 => Some(byte),
                _ => return raise!(cx, exc::VALUE_ERROR, "sep must be ASCII."),
            }
        }
    };
    let held = bytes()?;
    let bytes = held.as_slice();
    let size = group.unsigned_abs() as usize;
    let mut out = HeapVec::with_capacity(cx, bytes.len().saturating_mul(2))?;
    for (at, &byte) in bytes.iter().enumerate() {
        if let Some(separator) = separator
            && at > 0
            && size > 0
        {
            let counted = if group > 0 { bytes.len() - at } else { at };
            if counted.is_multiple_of(size) {
                out.push(separator)?;
            }
        }
        out.push(b"0123456789abcdef"[usize::from(byte >> 4)])?;
        out.push(b"0123456789abcdef"[usize::from(byte & 15)])?;
    }
    Ok(cx.str_from_ascii(&out)?.into_value())
}

pub(crate) fn hex(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    hex_of(cx, &|| cx.bytes(own(this)), args)
}

/// The bytes that a text of hexadecimal digits says.
pub(crate) fn from_hex<'h>(cx: &'h Cx, text: &Value) -> R<HeapVec<'h, u8>> {
    let Some(string) = text.downcast::<PyStr>() else {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "fromhex() argument must be str, not {}",
            crate::arguments::type_name(text)
        );
    };
    let chars = string.chars();
    let wrong =
        |at: usize| raise!(cx, exc::VALUE_ERROR, "non-hexadecimal number found in fromhex() arg at position {at}");
    let digit = |at: usize| (at < chars.len()).then(|| char::from_u32(chars.at(at))?.to_digit(16)).flatten();
    if let Some(at) = chars.iter().position(|point| point >= 0x80) {
        return wrong(at);
    }
    let mut out = HeapVec::with_capacity(cx, chars.len() / 2)?;
    let mut at = 0;
    while at < chars.len() {
        if u8::try_from(chars.at(at)).is_ok_and(is_space) {
            at += 1;
            continue;
        }
        let Some(high) = digit(at) else { return wrong(at) };
        let Some(low) = digit(at + 1) else { return wrong(at + 1) };
        out.push((high << 4 | low) as u8)?;
        at += 2;
    }
    Ok(out)
}

/// `fromhex` of either type.
pub(crate) fn fromhex(cx: &Cx, class: &Value, text: &Value) -> R {
    let bytes = from_hex(cx, text)?;
    let Some(ty) = class.downcast::<TypeObject>() else {
        return raise!(cx, exc::TYPE_ERROR, "fromhex() needs a class");
    };
    let array = ty.is_subtype(&crate::bytearray::BYTEARRAY_TYPE);
    let made = if array { cx.bytearray(&bytes)?.into_value() } else { cx.bytes(&bytes)?.into_value() };
    let own_type = if array { &crate::bytearray::BYTEARRAY_TYPE } else { &super::BYTES_TYPE };
    if core::ptr::eq(ty, own_type) { Ok(made) } else { cx.call(class, &[made]) }
}

static TRANSLATE: Params<2> =
    Params { function: "translate", names: ["table", "delete"], positional_only: 1, positional: 2, required: 1 };

pub(crate) fn translate(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let [table, delete] = args.bind(cx, &TRANSLATE)?;
    let table = table.filter(|table| !table.is_none()).map(|table| view(cx, table)).transpose()?;
    if table.as_ref().is_some_and(|table| table.len != 256) {
        return raise!(cx, exc::VALUE_ERROR, "translation table must be 256 characters long");
    }
    let delete = delete.map(|delete| view(cx, delete)).transpose()?;
    // SAFETY: what follows runs no code of a user.
    let (table, delete) =
        unsafe { (table.as_ref().map(|t| t.as_slice()), delete.as_ref().map_or(&[][..], |d| d.as_slice())) };
    let bytes = own(this);
    let mut out = HeapVec::with_capacity(cx, bytes.len())?;
    for &byte in bytes {
        if memchr::memchr(byte, delete).is_none() {
            out.push(table.map_or(byte, |table| table[usize::from(byte)]))?;
        }
    }
    make(cx, this, &out)
}

pub(crate) fn maketrans(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let (from, to) = (view(cx, &args[0])?, view(cx, &args[1])?);
    if from.len != to.len {
        return raise!(cx, exc::VALUE_ERROR, "maketrans arguments must have same length");
    }
    let mut table: [u8; 256] = core::array::from_fn(|at| at as u8);
    // SAFETY: what follows runs no code of a user.
    let (from, to) = unsafe { (from.as_slice(), to.as_slice()) };
    for (&from, &to) in from.iter().zip(to) {
        table[usize::from(from)] = to;
    }
    Ok(cx.bytes(&table)?.into_value())
}

static DECODE: Params<2> =
    Params { function: "decode", names: ["encoding", "errors"], positional_only: 0, positional: 2, required: 0 };

pub(crate) fn decode(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let [encoding, errors] = args.bind(cx, &DECODE)?;
    let encoding = crate::str::name_argument(cx, encoding, "decode", "argument 'encoding'")?;
    let errors = crate::str::name_argument(cx, errors, "decode", "argument 'errors'")?;
    Ok(crate::codecs::decode_object(cx, this, encoding, errors)?.into_value())
}

pub(crate) fn join(cx: &Cx, this: &Value, iterable: &Value) -> R {
    let list = match iterable.ty().slots.iter.get().is_none() && iterable.ty().slots.item.get().is_none() {
        true => return raise!(cx, exc::TYPE_ERROR, "can only join an iterable"),
        false => cx.collect(iterable)?,
    };
    if let [only] = &list[..]
        && only.is_exact(&super::BYTES_TYPE)
        && !super::shared::is_array(this)
    {
        return Ok(only.clone());
    }
    let mut out = HeapVec::new(cx);
    for (at, item) in list.iter().enumerate() {
        if item.ty().slots.buffer.get().is_none() {
            let ty = item.ty().name();
            return raise!(cx, exc::TYPE_ERROR, "sequence item {at}: expected a bytes-like object, {ty} found");
        }
        if at > 0 {
            out.extend(own(this))?;
        }
        let view = view(cx, item)?;
        // SAFETY: copying runs no code of a user.
        out.extend(unsafe { view.as_slice() })?;
    }
    make(cx, this, &out)
}
