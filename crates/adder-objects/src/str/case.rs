//! Upper, lower and title case, and the questions about what characters are.

use super::find::text;
use super::{Chars, StrBuilder};
use crate::cx::Cx;
use crate::error::R;
use crate::unicode::{self, Mapped, property as p};
use crate::value::Value;

const SIGMA: u32 = 0x3A3;

/// Makes a string of the bytes of an ASCII one.
fn of_ascii(cx: &Cx, s: &[u8], map: impl Fn(usize, u8) -> u8) -> R {
    let mut out = crate::storage::HeapVec::with_capacity(cx, s.len())?;
    for (at, &byte) in s.iter().enumerate() {
        out.push(map(at, byte))?;
    }
    Ok(cx.str_from_ascii(&out)?.into_value())
}

/// What a capital sigma at this place becomes in lower case: a final one behind a letter and not before one.
fn lower_sigma(chars: Chars<'_>, at: usize) -> u32 {
    let cased = |mut places: &mut dyn Iterator<Item = usize>| {
        let next = (&mut places).map(|at| chars.at(at)).find(|&c| !unicode::is(c, p::CASE_IGNORABLE));
        next.is_some_and(|c| unicode::is(c, p::CASED))
    };
    let last = cased(&mut (0..at).rev()) && !cased(&mut (at + 1..chars.len()));
    if last { 0x3C2 } else { 0x3C3 }
}

fn push_lower(out: &mut StrBuilder<'_>, chars: Chars<'_>, at: usize) -> R<()> {
    match chars.at(at) {
        SIGMA => out.push(lower_sigma(chars, at)),
        point => out.push_points(&unicode::to_lower(point)),
    }
}

fn mapped(cx: &Cx, chars: Chars<'_>, map: fn(u32) -> Mapped) -> R {
    let mut out = StrBuilder::with_capacity(cx, chars.len())?;
    for point in chars.iter() {
        out.push_points(&map(point))?;
    }
    out.finish_value()
}

pub(super) fn upper(cx: &Cx, this: &Value) -> R {
    match text(this).chars() {
        Chars::Ascii(s) => of_ascii(cx, s, |_, byte| byte.to_ascii_uppercase()),
        chars => mapped(cx, chars, unicode::to_upper),
    }
}

pub(super) fn lower(cx: &Cx, this: &Value) -> R {
    match text(this).chars() {
        Chars::Ascii(s) => of_ascii(cx, s, |_, byte| byte.to_ascii_lowercase()),
        chars => {
            let mut out = StrBuilder::with_capacity(cx, chars.len())?;
            for at in 0..chars.len() {
                push_lower(&mut out, chars, at)?;
            }
            out.finish_value()
        }
    }
}

pub(super) fn casefold(cx: &Cx, this: &Value) -> R {
    match text(this).chars() {
        Chars::Ascii(s) => of_ascii(cx, s, |_, byte| byte.to_ascii_lowercase()),
        chars => mapped(cx, chars, unicode::fold),
    }
}

pub(super) fn swapcase(cx: &Cx, this: &Value) -> R {
    let chars = text(this).chars();
    let mut out = StrBuilder::with_capacity(cx, chars.len())?;
    for at in 0..chars.len() {
        let point = chars.at(at);
        if unicode::is(point, p::UPPER) {
            push_lower(&mut out, chars, at)?;
        } else if unicode::is(point, p::LOWER) {
            out.push_points(&unicode::to_upper(point))?;
        } else {
            out.push(point)?;
        }
    }
    out.finish_value()
}

pub(super) fn capitalize(cx: &Cx, this: &Value) -> R {
    let chars = text(this).chars();
    let mut out = StrBuilder::with_capacity(cx, chars.len())?;
    for at in 0..chars.len() {
        if at == 0 {
            out.push_points(&unicode::to_title(chars.at(0)))?;
        } else {
            push_lower(&mut out, chars, at)?;
        }
    }
    out.finish_value()
}

pub(super) fn title(cx: &Cx, this: &Value) -> R {
    let chars = text(this).chars();
    let mut out = StrBuilder::with_capacity(cx, chars.len())?;
    let mut inside = false;
    for at in 0..chars.len() {
        if inside {
            push_lower(&mut out, chars, at)?;
        } else {
            out.push_points(&unicode::to_title(chars.at(at)))?;
        }
        inside = unicode::is(chars.at(at), p::CASED);
    }
    out.finish_value()
}

macro_rules! all_are {
    ($($name:ident $property:ident;)*) => {
        $(pub(super) fn $name(_: &Cx, this: &Value) -> R {
            let chars = text(this).chars();
            Ok(Value::bool(!chars.is_empty() && chars.iter().all(|c| unicode::is(c, p::$property))))
        })*
    };
}

const ALNUM: u16 = p::ALPHA | p::DECIMAL | p::DIGIT | p::NUMERIC;

all_are! {
    isalpha ALPHA;
    isdecimal DECIMAL;
    isdigit DIGIT;
    isnumeric NUMERIC;
    isspace SPACE;
}

pub(super) fn isalnum(_: &Cx, this: &Value) -> R {
    let chars = text(this).chars();
    Ok(Value::bool(!chars.is_empty() && chars.iter().all(|c| unicode::is(c, ALNUM))))
}

pub(super) fn isprintable(_: &Cx, this: &Value) -> R {
    Ok(Value::bool(text(this).chars().iter().all(|c| unicode::is(c, p::PRINTABLE))))
}

pub(super) fn isascii(_: &Cx, this: &Value) -> R {
    Ok(Value::bool(text(this).is_ascii()))
}

impl super::PyStr {
    /// May it be a name?
    pub fn is_identifier(&self) -> bool {
        let mut points = self.chars().iter();
        points.next().is_some_and(|first| unicode::is(first, p::IDENTIFIER_START))
            && points.all(|c| unicode::is(c, p::IDENTIFIER))
    }
}

pub(super) fn isidentifier(_: &Cx, this: &Value) -> R {
    Ok(Value::bool(text(this).is_identifier()))
}

/// At least one character of a case, and none of the others.
fn only_case(this: &Value, wanted: u16, others: u16) -> R {
    let chars = text(this).chars();
    let none = !chars.iter().any(|c| unicode::is(c, others));
    Ok(Value::bool(none && chars.iter().any(|c| unicode::is(c, wanted))))
}

pub(super) fn islower(_: &Cx, this: &Value) -> R {
    only_case(this, p::LOWER, p::UPPER | p::TITLE)
}

pub(super) fn isupper(_: &Cx, this: &Value) -> R {
    only_case(this, p::UPPER, p::LOWER | p::TITLE)
}

pub(super) fn istitle(_: &Cx, this: &Value) -> R {
    let (mut cased, mut inside) = (false, false);
    for point in text(this).chars().iter() {
        let bits = unicode::properties(point);
        if bits & (p::UPPER | p::TITLE) != 0 {
            if inside {
                return Ok(Value::bool(false));
            }
            (cased, inside) = (true, true);
        } else if bits & p::LOWER != 0 {
            if !inside {
                return Ok(Value::bool(false));
            }
            cased = true;
        } else {
            inside = false;
        }
    }
    Ok(Value::bool(cased))
}
