//! Where one string occurs in another.

use core::ops::Range;

use super::kinds::same_kind;
use super::{Chars, PyStr};
use crate::args::{Args, Params};
use crate::arguments::{search_range, ssize, string};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::scan;
use crate::str::StrBuilder;
use crate::tuple::PyTuple;
use crate::value::Value;

/// # Panics
/// In debug builds, if it is no string.
pub(super) fn text(this: &Value) -> &PyStr {
    // SAFETY: methods of str are called for strings.
    unsafe { this.cast::<PyStr>() }
}

/// The first or last place of one text in another.
pub(crate) fn position(cx: &Cx, hay: Chars<'_>, needle: Chars<'_>, last: bool) -> R<Option<usize>> {
    if needle.is_empty() {
        return Ok(Some(if last { hay.len() } else { 0 }));
    }
    Ok(same_kind!(cx, hay, needle, |h, n| if last { scan::rfind(h, n) } else { scan::find(h, n) }, else None))
}

fn search(cx: &Cx, this: &Value, args: &[Value], name: &str, last: bool) -> R<Option<usize>> {
    let needle = string(cx, &args[0], name, "argument 1")?;
    let this = text(this);
    let Some(range) = search_range(cx, &args[1..], this.len())? else { return Ok(None) };
    let start = range.start;
    Ok(position(cx, this.chars().slice(range), needle.chars(), last)?.map(|at| at + start))
}

fn place(found: Option<usize>) -> R {
    Ok(Value::small(found.map_or(-1, |at| at as i64)))
}

fn must_be_found(cx: &Cx, found: Option<usize>) -> R {
    match found {
        Some(_) => place(found),
        None => raise!(cx, exc::VALUE_ERROR, "substring not found"),
    }
}

pub(super) fn find(cx: &Cx, this: &Value, args: &[Value]) -> R {
    place(search(cx, this, args, "find", false)?)
}

pub(super) fn rfind(cx: &Cx, this: &Value, args: &[Value]) -> R {
    place(search(cx, this, args, "rfind", true)?)
}

pub(super) fn index(cx: &Cx, this: &Value, args: &[Value]) -> R {
    must_be_found(cx, search(cx, this, args, "index", false)?)
}

pub(super) fn rindex(cx: &Cx, this: &Value, args: &[Value]) -> R {
    must_be_found(cx, search(cx, this, args, "rindex", true)?)
}

pub(super) fn count(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let needle = string(cx, &args[0], "count", "argument 1")?;
    let this = text(this);
    let Some(range) = search_range(cx, &args[1..], this.len())? else { return Ok(Value::small(0)) };
    let (hay, needle) = (this.chars().slice(range), needle.chars());
    let n = match needle.len() {
        0 => hay.len() + 1,
        _ => same_kind!(cx, hay, needle, |h, n| scan::count(h, n, usize::MAX), else 0),
    };
    Ok(Value::small(n as i64))
}

pub(super) fn contains(cx: &Cx, this: &Value, item: &Value) -> R<bool> {
    match item.downcast::<PyStr>() {
        Some(needle) => Ok(position(cx, text(this).chars(), needle.chars(), false)?.is_some()),
        None => {
            raise!(cx, exc::TYPE_ERROR, "'in <string>' requires string as left operand, not {}", item.ty().name())
        }
    }
}

fn ends_at(cx: &Cx, hay: Chars<'_>, with: Chars<'_>, tail: bool) -> R<bool> {
    Ok(same_kind!(cx, hay, with, |h, w| if tail { h.ends_with(w) } else { h.starts_with(w) }, else false))
}

fn affix(cx: &Cx, this: &Value, args: &[Value], name: &str, tail: bool) -> R {
    let this = text(this);
    let range = search_range(cx, &args[1..], this.len())?;
    let test = |with: &PyStr| match &range {
        Some(range) => ends_at(cx, this.chars().slice(range.clone()), with.chars(), tail),
        None => Ok(false),
    };
    if let Some(one) = args[0].downcast::<PyStr>() {
        return Ok(Value::bool(test(one)?));
    }
    let Some(tuple) = args[0].downcast::<PyTuple>() else {
        let ty = args[0].ty().name();
        return raise!(cx, exc::TYPE_ERROR, "{name} first arg must be str or a tuple of str, not {ty}");
    };
    for one in tuple.items() {
        let Some(one) = one.downcast::<PyStr>() else {
            return raise!(cx, exc::TYPE_ERROR, "tuple for {name} must only contain str, not {}", one.ty().name());
        };
        if test(one)? {
            return Ok(Value::bool(true));
        }
    }
    Ok(Value::bool(false))
}

pub(super) fn startswith(cx: &Cx, this: &Value, args: &[Value]) -> R {
    affix(cx, this, args, "startswith", false)
}

pub(super) fn endswith(cx: &Cx, this: &Value, args: &[Value]) -> R {
    affix(cx, this, args, "endswith", true)
}

/// The string itself if it is all of it and exactly a `str`, else a copy of the part.
pub(super) fn part(cx: &Cx, this: &Value, range: Range<usize>) -> R {
    let string = text(this);
    if range.len() == string.len() && this.is_exact(&super::STR_TYPE) {
        return Ok(this.clone());
    }
    Ok(cx.str_from_chars(string.chars().slice(range))?.into_value())
}

pub(super) fn removeprefix(cx: &Cx, this: &Value, prefix: &Value) -> R {
    let prefix = string(cx, prefix, "removeprefix", "argument")?;
    let n = text(this).len();
    let cut = if ends_at(cx, text(this).chars(), prefix.chars(), false)? { prefix.len() } else { 0 };
    part(cx, this, cut..n)
}

pub(super) fn removesuffix(cx: &Cx, this: &Value, suffix: &Value) -> R {
    let suffix = string(cx, suffix, "removesuffix", "argument")?;
    let n = text(this).len();
    let cut = if ends_at(cx, text(this).chars(), suffix.chars(), true)? { suffix.len() } else { 0 };
    part(cx, this, 0..n - cut)
}

static REPLACE: Params<3> =
    Params { function: "replace", names: ["old", "new", "count"], positional_only: 2, positional: 3, required: 2 };

pub(super) fn replace(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let [old, new, count] = args.bind(cx, &REPLACE)?;
    let (Some(old), Some(new)) = (old, new) else { unreachable!("required") };
    let old = string(cx, old, "replace", "argument 1")?;
    let new = string(cx, new, "replace", "argument 2")?;
    let most = match count {
        Some(count) => usize::try_from(ssize(cx, count)?).unwrap_or(usize::MAX),
        None => usize::MAX,
    };
    let all = text(this).len();
    let (hay, old) = (text(this).chars(), old.chars());
    let mut out = StrBuilder::new(cx);
    if old.is_empty() {
        if most == 0 || new.is_empty() {
            return part(cx, this, 0..all);
        }
        let times = most.min(all + 1);
        if new.len().checked_mul(times).and_then(|n| n.checked_add(all)).is_none_or(|n| n > isize::MAX as usize) {
            return raise!(cx, exc::OVERFLOW_ERROR, "replace string is too long");
        }
        for at in 0..times {
            out.push_object(new)?;
            if at < all {
                out.push(hay.at(at))?;
            }
        }
        if times <= all {
            out.push_chars(hay.slice(times..all))?;
        }
        return out.finish_value();
    }
    let done = same_kind!(cx, hay, old, |h, n| {
        let finder = scan::Finder::new(n);
        let (mut from, mut times) = (0, 0);
        while times < most
            && let Some(at) = finder.find(h, from)
        {
            if times == 0 {
                out = StrBuilder::with_capacity(cx, all)?;
            }
            out.push_chars(hay.slice(from..at))?;
            out.push_object(new)?;
            from = at + n.len();
            times += 1;
        }
        (times > 0).then_some(from)
    }, else None);
    match done {
        None => part(cx, this, 0..all),
        Some(from) => {
            out.push_chars(hay.slice(from..all))?;
            out.finish_value()
        }
    }
}
