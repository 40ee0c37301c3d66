//! Searching, splitting, stripping and replacing in `bytes` and `bytearray`.

use core::ops::Range;

use super::shared::{Needle, is_space, make, own, part, plain, view};
use crate::args::{Args, Params};
use crate::arguments::{search_range, ssize};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::list::PyList;
use crate::object::Obj;
use crate::scan;
use crate::storage::HeapVec;
use crate::tuple::PyTuple;
use crate::value::Value;

fn search(cx: &Cx, this: &Value, args: &[Value], last: bool) -> R<Option<usize>> {
    let needle = Needle::of(cx, &args[0])?;
    let Some(range) = search_range(cx, &args[1..], own(this).len())? else { return Ok(None) };
    let start = range.start;
    // The bounds may have run code that made it shorter.
    let hay = own(this).get(range).unwrap_or(&[]);
    let found = if last { scan::rfind(hay, needle.bytes()) } else { scan::find(hay, needle.bytes()) };
    Ok(found.map(|at| at + start))
}

fn place(found: Option<usize>) -> R {
    Ok(Value::small(found.map_or(-1, |at| at as i64)))
}

fn must_be_found(cx: &Cx, found: Option<usize>) -> R {
    match found {
        Some(_) => place(found),
        None => raise!(cx, exc::VALUE_ERROR, "subsection not found"),
    }
}

pub(crate) fn find(cx: &Cx, this: &Value, args: &[Value]) -> R {
    place(search(cx, this, args, false)?)
}

pub(crate) fn rfind(cx: &Cx, this: &Value, args: &[Value]) -> R {
    place(search(cx, this, args, true)?)
}

pub(crate) fn index(cx: &Cx, this: &Value, args: &[Value]) -> R {
    must_be_found(cx, search(cx, this, args, false)?)
}

pub(crate) fn rindex(cx: &Cx, this: &Value, args: &[Value]) -> R {
    must_be_found(cx, search(cx, this, args, true)?)
}

pub(crate) fn count(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let needle = Needle::of(cx, &args[0])?;
    let Some(range) = search_range(cx, &args[1..], own(this).len())? else { return Ok(Value::small(0)) };
    let hay = own(this).get(range).unwrap_or(&[]);
    Ok(Value::small(scan::count(hay, needle.bytes(), usize::MAX) as i64))
}

fn affix(cx: &Cx, this: &Value, args: &[Value], name: &str, tail: bool) -> R {
    let range = search_range(cx, &args[1..], own(this).len())?;
    let test = |with: &Value| -> R<bool> {
        let with = view(cx, with)?;
        // SAFETY: comparing runs no code of a user.
        let with = unsafe { with.as_slice() };
        let hay = range.clone().and_then(|range| own(this).get(range));
        Ok(hay.is_some_and(|hay| if tail { hay.ends_with(with) } else { hay.starts_with(with) }))
    };
    if let Some(tuple) = args[0].downcast::<PyTuple>() {
        for one in tuple.items() {
            if test(one)? {
                return Ok(Value::bool(true));
            }
        }
        return Ok(Value::bool(false));
    }
    if args[0].ty().slots.buffer.get().is_none() {
        let ty = args[0].ty().name();
        return raise!(cx, exc::TYPE_ERROR, "{name} first arg must be bytes or a tuple of bytes, not {ty}");
    }
    Ok(Value::bool(test(&args[0])?))
}

pub(crate) fn startswith(cx: &Cx, this: &Value, args: &[Value]) -> R {
    affix(cx, this, args, "startswith", false)
}

pub(crate) fn endswith(cx: &Cx, this: &Value, args: &[Value]) -> R {
    affix(cx, this, args, "endswith", true)
}

pub(crate) fn removeprefix(cx: &Cx, this: &Value, prefix: &Value) -> R {
    let prefix = view(cx, prefix)?;
    let all = own(this);
    // SAFETY: comparing runs no code of a user.
    let cut = if all.starts_with(unsafe { prefix.as_slice() }) { prefix.len } else { 0 };
    part(cx, this, cut..all.len())
}

pub(crate) fn removesuffix(cx: &Cx, this: &Value, suffix: &Value) -> R {
    let suffix = view(cx, suffix)?;
    let all = own(this);
    // SAFETY: comparing runs no code of a user.
    let cut = if all.ends_with(unsafe { suffix.as_slice() }) { suffix.len } else { 0 };
    part(cx, this, 0..all.len() - cut)
}

pub(crate) fn replace(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let (old, new) = (view(cx, &args[0])?, view(cx, &args[1])?);
    let most = match args.get(2) {
        Some(count) => usize::try_from(ssize(cx, count)?).unwrap_or(usize::MAX),
        None => usize::MAX,
    };
    // SAFETY: what follows runs no code of a user.
    let (old, new) = unsafe { (old.as_slice(), new.as_slice()) };
    let all = own(this);
    let mut out = HeapVec::new(cx);
    let mut from = 0;
    if old.is_empty() {
        if most == 0 || new.is_empty() {
            return part(cx, this, 0..all.len());
        }
        let times = most.min(all.len() + 1);
        if new.len().checked_mul(times).and_then(|n| n.checked_add(all.len())).is_none_or(|n| n > isize::MAX as usize) {
            return raise!(cx, exc::OVERFLOW_ERROR, "replacement bytes are too long");
        }
        for at in 0..times {
            out.extend(new)?;
            if at < all.len() {
                out.push(all[at])?;
            }
        }
        from = times.min(all.len());
    } else {
        let finder = scan::Finder::new(old);
        let mut times = 0;
        while times < most
            && let Some(at) = finder.find(all, from)
        {
            out.extend(&all[from..at])?;
            out.extend(new)?;
            from = at + old.len();
            times += 1;
        }
        if times == 0 {
            return part(cx, this, 0..all.len());
        }
    }
    out.extend(&all[from..])?;
    make(cx, this, &out)
}

static SPLIT: Params<2> = split_params("split");
static RSPLIT: Params<2> = split_params("rsplit");

const fn split_params(function: &'static str) -> Params<2> {
    Params { function, names: ["sep", "maxsplit"], positional_only: 0, positional: 2, required: 0 }
}

fn split_any(cx: &Cx, this: &Value, args: Args<'_>, params: &Params<2>, right: bool) -> R {
    let [sep, most] = args.bind(cx, params)?;
    let most = match most {
        Some(most) => usize::try_from(ssize(cx, most)?).unwrap_or(usize::MAX),
        None => usize::MAX,
    };
    let list = cx.list([])?;
    let sep = sep.filter(|sep| !sep.is_none()).map(|sep| view(cx, sep)).transpose()?;
    let hay = own(this);
    let mut push = |range: Range<usize>| -> R<()> { list.push(cx, part(cx, this, range)?) };
    match sep {
        None if right => scan::rsplit_space(hay, is_space, most, &mut push)?,
        None => scan::split_space(hay, is_space, most, &mut push)?,
        Some(sep) => {
            // SAFETY: splitting runs no code of a user.
            let sep = unsafe { sep.as_slice() };
            if sep.is_empty() {
                return raise!(cx, exc::VALUE_ERROR, "empty separator");
            }
            if right { scan::rsplit(hay, sep, most, &mut push)? } else { scan::split(hay, sep, most, &mut push)? }
        }
    }
    if right {
        crate::str::reverse(&list);
    }
    Ok(list.into_value())
}

pub(crate) fn split(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    split_any(cx, this, args, &SPLIT, false)
}

pub(crate) fn rsplit(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    split_any(cx, this, args, &RSPLIT, true)
}

static SPLITLINES: Params<1> =
    Params { function: "splitlines", names: ["keepends"], positional_only: 0, positional: 1, required: 0 };

pub(crate) fn splitlines(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let [keep] = args.bind(cx, &SPLITLINES)?;
    let keep = keep.map_or(Ok(false), |keep| cx.is_true(keep))?;
    let list: Obj<PyList> = cx.list([])?;
    let breaks = |byte: u8| matches!(byte, b'\n' | b'\r');
    scan::split_lines(own(this), breaks, keep, |range| list.push(cx, part(cx, this, range)?))?;
    Ok(list.into_value())
}

fn partition_any(cx: &Cx, this: &Value, sep: &Value, right: bool) -> R {
    let separator = view(cx, sep)?;
    // SAFETY: searching runs no code of a user.
    let bytes = unsafe { separator.as_slice() };
    if bytes.is_empty() {
        return raise!(cx, exc::VALUE_ERROR, "empty separator");
    }
    let hay = own(this);
    let n = hay.len();
    let empty = || make(cx, this, b"");
    let found = if right { scan::rfind(hay, bytes) } else { scan::find(hay, bytes) };
    let parts = match found {
        Some(at) => {
            let middle = if plain(sep).is_some() && !super::shared::is_array(this) {
                sep.clone()
            } else {
                make(cx, this, bytes)?
            };
            [part(cx, this, 0..at)?, middle, part(cx, this, at + bytes.len()..n)?]
        }
        None if right => [empty()?, empty()?, part(cx, this, 0..n)?],
        None => [part(cx, this, 0..n)?, empty()?, empty()?],
    };
    Ok(cx.tuple(parts)?.into_value())
}

pub(crate) fn partition(cx: &Cx, this: &Value, sep: &Value) -> R {
    partition_any(cx, this, sep, false)
}

pub(crate) fn rpartition(cx: &Cx, this: &Value, sep: &Value) -> R {
    partition_any(cx, this, sep, true)
}

fn strip_any(cx: &Cx, this: &Value, args: &[Value], left: bool, right: bool) -> R {
    let range = match args.first().filter(|chars| !chars.is_none()) {
        None => scan::strip(own(this), is_space, left, right),
        Some(chars) => {
            let chars = view(cx, chars)?;
            // SAFETY: searching runs no code of a user.
            let set = unsafe { chars.as_slice() };
            scan::strip(own(this), |byte| memchr::memchr(byte, set).is_some(), left, right)
        }
    };
    part(cx, this, range)
}

pub(crate) fn strip(cx: &Cx, this: &Value, args: &[Value]) -> R {
    strip_any(cx, this, args, true, true)
}

pub(crate) fn lstrip(cx: &Cx, this: &Value, args: &[Value]) -> R {
    strip_any(cx, this, args, true, false)
}

pub(crate) fn rstrip(cx: &Cx, this: &Value, args: &[Value]) -> R {
    strip_any(cx, this, args, false, true)
}
