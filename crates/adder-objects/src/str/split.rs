//! Taking strings apart.

use core::ops::Range;

use super::find::{part, position, text};
use super::kinds::{each_kind, same_kind};
use super::{Chars, PyStr};
use crate::args::{Args, Params};
use crate::arguments::ssize;
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::list::PyList;
use crate::object::Obj;
use crate::scan::{self, point};
use crate::unicode::{is_line_break, is_space};
use crate::value::Value;

static SPLIT: Params<2> = split_params("split");
static RSPLIT: Params<2> = split_params("rsplit");

const fn split_params(function: &'static str) -> Params<2> {
    Params { function, names: ["sep", "maxsplit"], positional_only: 0, positional: 2, required: 0 }
}

/// Turns a list around in place.
pub(crate) fn reverse(list: &PyList) {
    let n = list.len();
    for at in 0..n / 2 {
        if let (Some(a), Some(b)) = (list.get(at), list.get(n - 1 - at)) {
            list.set(at, b);
            list.set(n - 1 - at, a);
        }
    }
}

fn split_any(cx: &Cx, this: &Value, args: Args<'_>, params: &Params<2>, right: bool) -> R {
    let [sep, most] = args.bind(cx, params)?;
    let most = match most {
        Some(most) => usize::try_from(ssize(cx, most)?).unwrap_or(usize::MAX),
        None => usize::MAX,
    };
    let list = cx.list([])?;
    let hay = text(this).chars();
    let whole = hay.len();
    let mut push = |range: Range<usize>| -> R<()> {
        // A string without a cut is given back itself.
        let item = if range.len() == whole { part(cx, this, range)? } else { piece(cx, hay, range)? };
        list.push(cx, item)
    };
    match sep.filter(|sep| !sep.is_none()) {
        None if right => each_kind!(hay, s => scan::rsplit_space(s, |c| is_space(point(c)), most, &mut push))?,
        None => each_kind!(hay, s => scan::split_space(s, |c| is_space(point(c)), most, &mut push))?,
        Some(sep) => {
            let Some(sep) = sep.downcast::<PyStr>() else {
                return raise!(cx, exc::TYPE_ERROR, "must be str or None, not {}", sep.ty().name());
            };
            if sep.is_empty() {
                return raise!(cx, exc::VALUE_ERROR, "empty separator");
            }
            same_kind!(cx, hay, sep.chars(), |h, n| {
                if right { scan::rsplit(h, n, most, &mut push)? } else { scan::split(h, n, most, &mut push)? }
            }, else push(0..whole)?);
        }
    }
    if right {
        reverse(&list);
    }
    Ok(list.into_value())
}

fn piece(cx: &Cx, hay: Chars<'_>, range: Range<usize>) -> R {
    Ok(cx.str_from_chars(hay.slice(range))?.into_value())
}

pub(super) fn split(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    split_any(cx, this, args, &SPLIT, false)
}

pub(super) fn rsplit(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    split_any(cx, this, args, &RSPLIT, true)
}

static SPLITLINES: Params<1> =
    Params { function: "splitlines", names: ["keepends"], positional_only: 0, positional: 1, required: 0 };

pub(super) fn splitlines(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let [keep] = args.bind(cx, &SPLITLINES)?;
    let keep = keep.map_or(Ok(false), |keep| cx.is_true(keep))?;
    let list: Obj<PyList> = cx.list([])?;
    let hay = text(this).chars();
    let whole = hay.len();
    let push = |range: Range<usize>| -> R<()> {
        let item = if range.len() == whole { part(cx, this, range)? } else { piece(cx, hay, range)? };
        list.push(cx, item)
    };
    each_kind!(hay, s => scan::split_lines(s, |c| is_line_break(point(c)), keep, push))?;
    Ok(list.into_value())
}

fn partition_any(cx: &Cx, this: &Value, sep: &Value, right: bool) -> R {
    let Some(separator) = sep.downcast::<PyStr>() else {
        return raise!(cx, exc::TYPE_ERROR, "must be str, not {}", sep.ty().name());
    };
    if separator.is_empty() {
        return raise!(cx, exc::VALUE_ERROR, "empty separator");
    }
    let hay = text(this).chars();
    let n = hay.len();
    let parts = match position(cx, hay, separator.chars(), right)? {
        Some(at) => [piece(cx, hay, 0..at)?, sep.clone(), piece(cx, hay, at + separator.len()..n)?],
        None if right => [piece(cx, hay, 0..0)?, piece(cx, hay, 0..0)?, part(cx, this, 0..n)?],
        None => [part(cx, this, 0..n)?, piece(cx, hay, 0..0)?, piece(cx, hay, 0..0)?],
    };
    Ok(cx.tuple(parts)?.into_value())
}

pub(super) fn partition(cx: &Cx, this: &Value, sep: &Value) -> R {
    partition_any(cx, this, sep, false)
}

pub(super) fn rpartition(cx: &Cx, this: &Value, sep: &Value) -> R {
    partition_any(cx, this, sep, true)
}

fn strip_any(cx: &Cx, this: &Value, args: &[Value], name: &str, left: bool, right: bool) -> R {
    let hay = text(this).chars();
    let range = match args.first().filter(|chars| !chars.is_none()) {
        None => each_kind!(hay, s => scan::strip(s, |c| is_space(point(c)), left, right)),
        Some(chars) => match chars.downcast::<PyStr>() {
            Some(set) => {
                let set = set.chars();
                each_kind!(hay, s => scan::strip(s, |c| set.has(point(c)), left, right))
            }
            None => return raise!(cx, exc::TYPE_ERROR, "{name} arg must be None or str"),
        },
    };
    part(cx, this, range)
}

pub(super) fn strip(cx: &Cx, this: &Value, args: &[Value]) -> R {
    strip_any(cx, this, args, "strip", true, true)
}

pub(super) fn lstrip(cx: &Cx, this: &Value, args: &[Value]) -> R {
    strip_any(cx, this, args, "lstrip", true, false)
}

pub(super) fn rstrip(cx: &Cx, this: &Value, args: &[Value]) -> R {
    strip_any(cx, this, args, "rstrip", false, true)
}

impl Chars<'_> {
    /// Is this one of them?
    pub(crate) fn has(self, point: u32) -> bool {
        match self {
            Chars::Ascii(s) | Chars::One(s) => u8::try_from(point).is_ok_and(|byte| memchr::memchr(byte, s).is_some()),
            Chars::Two(s) => u16::try_from(point).is_ok_and(|unit| s.contains(&unit)),
            Chars::Four(s) => s.contains(&point),
        }
    }
}
