//! `PyUnicode_*`: searching strings, taking them apart, putting them together.

use core::ffi::{c_char, c_int, c_uint};

use adder_objects::str::{STR_TYPE, StrBuilder};
use adder_objects::{Cx, R, Raised, Value, exceptions as exc, raise};

use super::{must_be_str, name, text};
use crate::border::{Borrowed, Outcome, bad_call};
use crate::contract::{Passing, api};

/// A place, or -1 where there is none, or -2 with an exception.
pub struct Place(pub isize);

impl Outcome for Place {
    type C = isize;
    const PASSING: Passing = Passing::Plain;
    fn failure() -> isize {
        -2
    }
    fn give(self, _: &Cx) -> R<isize> {
        Ok(self.0)
    }
}

/// A method of `str` itself, whatever a derived class has.
fn method(cx: &Cx, name: &str, args: &[Value]) -> R {
    cx.call(&cx.getattr_text(&STR_TYPE.value(), name)?, args)
}

/// Calls a method that answers with a number.
fn number(cx: &Cx, name: &str, args: &[Value]) -> R<isize> {
    Ok(method(cx, name, args)?.as_i64().unwrap_or(-1) as isize)
}

fn int(cx: &Cx, n: isize) -> R {
    cx.int(n as i64)
}

fn split(cx: &Cx, name: &str, string: &Value, sep: Option<&Value>, most: isize) -> R {
    must_be_str(cx, string)?;
    if let Some(sep) = sep {
        must_be_str(cx, sep)?;
    }
    method(cx, name, &[string.clone(), sep.cloned().unwrap_or_else(Value::none), int(cx, most)?])
}

fn partition(cx: &Cx, name: &str, string: &Value, sep: &Value) -> R {
    must_be_str(cx, string)?;
    must_be_str(cx, sep)?;
    method(cx, name, &[string.clone(), sep.clone()])
}

/// Bounds as C gives them: negative ones count from the end.
fn range(start: isize, end: isize, len: usize) -> core::ops::Range<usize> {
    let len = len as isize;
    let cut = |n: isize| if n < 0 { n.saturating_add(len).max(0) } else { n };
    let end = cut(end).min(len) as usize;
    (cut(start) as usize).min(end)..end
}

/// What a code point becomes.
enum Mapped {
    Itself,
    Undefined,
    Point(u32),
    Text(Value),
}

fn map(cx: &Cx, table: &Value, point: u32) -> R<Mapped> {
    use adder_objects::error::Catch;
    let found = cx.getitem(table, &Value::small(point.into())).unless(&exc::LOOKUP_ERROR)?;
    Ok(match found {
        None => Mapped::Itself,
        Some(found) if found.is_none() => Mapped::Undefined,
        Some(found) if found.is_int() => match found.as_i64() {
            Some(mapped @ 0..0x11_0000) => Mapped::Point(mapped as u32),
            _ => return raise!(cx, exc::VALUE_ERROR, "character mapping must be in range(0x110000)"),
        },
        Some(found) if found.downcast::<adder_objects::str::PyStr>().is_some() => Mapped::Text(found),
        Some(_) => return raise!(cx, exc::TYPE_ERROR, "character mapping must return integer, None or str"),
    })
}

/// `string` through a table; what is mapped to None goes to an error handler.
fn translate(cx: &Cx, string: &Value, table: &Value, errors: Option<&Value>) -> R {
    let chars = must_be_str(cx, string)?.chars();
    let mut out = StrBuilder::with_capacity(cx, chars.len())?;
    let mut at = 0;
    while at < chars.len() {
        match map(cx, table, chars.at(at))? {
            Mapped::Itself => out.push(chars.at(at))?,
            Mapped::Point(point) => out.push(point)?,
            Mapped::Text(text) => out.push_object(super::text(cx, &text)?)?,
            Mapped::Undefined => {
                let mut end = at + 1;
                while end < chars.len() && matches!(map(cx, table, chars.at(end))?, Mapped::Undefined) {
                    end += 1;
                }
                let reason = cx.str_value("character maps to <undefined>")?;
                let args = [string.clone(), cx.int(at as i64)?, cx.int(end as i64)?, reason];
                let error: Raised = cx.error_of(&exc::UNICODE_TRANSLATE_ERROR, &args);
                let Some(errors) = errors else { return Err(error) };
                let handler =
                    cx.call(&cx.getattr_text(&cx.import("_codecs")?, "lookup_error")?, core::slice::from_ref(errors))?;
                let answer = cx.call(&handler, core::slice::from_ref(error.value()))?;
                at = answered(cx, &answer, chars.len(), &mut out)?;
                continue;
            }
        }
        at += 1;
    }
    out.finish_value()
}

/// Takes what an error handler answers: text, and where to go on.
fn answered(cx: &Cx, answer: &Value, len: usize, out: &mut StrBuilder<'_>) -> R<usize> {
    if let Some([text, next]) = answer.downcast::<adder_objects::tuple::PyTuple>().map(|t| t.items())
        && let Some(text) = text.downcast::<adder_objects::str::PyStr>()
        && next.is_int()
    {
        let given = next.as_i64().unwrap_or(i64::MAX);
        let at = if given < 0 { given + len as i64 } else { given };
        let Some(at) = usize::try_from(at).ok().filter(|&at| at <= len) else {
            return raise!(cx, exc::INDEX_ERROR, "position {given} from error handler out of bounds");
        };
        out.push_object(text)?;
        return Ok(at);
    }
    raise!(cx, exc::TYPE_ERROR, "translating error handler must return (str, int) tuple")
}

api! {
    /// Where a string occurs in another between two places: the first if `direction` is positive, else the last.
    quiet fn PyUnicode_Find(cx, string: Borrowed, part: Borrowed, start: isize, end: isize, direction: c_int) -> Place {
        must_be_str(cx, &string)?;
        must_be_str(cx, &part)?;
        let name = if direction > 0 { "find" } else { "rfind" };
        let args = [string.to_owned(), part.to_owned(), int(cx, start)?, int(cx, end)?];
        Ok(Place(number(cx, name, &args)?))
    }

    /// Where a code point occurs between two places.
    quiet fn PyUnicode_FindChar(cx, string: Borrowed, point: c_uint, start: isize, end: isize, direction: c_int) -> Place {
        let chars = text(cx, &string)?.chars();
        let range = range(start, end, chars.len());
        let first = range.start;
        let mut points = chars.slice(range).iter();
        let found = if direction > 0 { points.position(|c| c == point) } else { points.rposition(|c| c == point) };
        Ok(Place(found.map_or(-1, |at| (at + first) as isize)))
    }

    /// How often a string occurs in another between two places.
    quiet fn PyUnicode_Count(cx, string: Borrowed, part: Borrowed, start: isize, end: isize) -> isize {
        must_be_str(cx, &string)?;
        must_be_str(cx, &part)?;
        number(cx, "count", &[string.to_owned(), part.to_owned(), int(cx, start)?, int(cx, end)?])
    }

    /// Does what lies between two places begin (`direction` is not positive) or end with a string?
    quiet fn PyUnicode_Tailmatch(cx, string: Borrowed, part: Borrowed, start: isize, end: isize, direction: c_int) -> isize {
        must_be_str(cx, &string)?;
        must_be_str(cx, &part)?;
        let name = if direction > 0 { "endswith" } else { "startswith" };
        let args = [string.to_owned(), part.to_owned(), int(cx, start)?, int(cx, end)?];
        Ok(isize::from(cx.is_true(&method(cx, name, &args)?)?))
    }

    /// `element in string`
    quiet fn PyUnicode_Contains(cx, string: Borrowed, element: Borrowed) -> bool {
        if element.downcast::<adder_objects::str::PyStr>().is_none() {
            let ty = element.ty().name();
            return raise!(cx, exc::TYPE_ERROR, "'in <string>' requires string as left operand, not {ty}");
        }
        must_be_str(cx, &string)?;
        match STR_TYPE.slots.contains.get() {
            Some(contains) => contains(cx, &string, &element),
            None => Err(bad_call(cx, "PyUnicode_Contains")),
        }
    }

    /// `string[start:end]` for places that are not negative.
    quiet fn PyUnicode_Substring(cx, string: Borrowed, start: isize, end: isize) -> Value {
        let own = text(cx, &string)?;
        let (Ok(start), Ok(end)) = (usize::try_from(start), usize::try_from(end)) else {
            return raise!(cx, exc::INDEX_ERROR, "string index out of range");
        };
        let end = end.min(own.len());
        if start == 0 && end == own.len() && string.is_exact(&STR_TYPE) {
            return Ok(string.to_owned());
        }
        Ok(cx.str_from_chars(own.chars().slice(start.min(end)..end))?.into_value())
    }

    /// `a + b`
    quiet fn PyUnicode_Concat(cx, a: Borrowed, b: Borrowed) -> Value {
        must_be_str(cx, &a)?;
        match STR_TYPE.slots.concat.get() {
            Some(concat) => concat(cx, &a, &b),
            None => Err(bad_call(cx, "PyUnicode_Concat")),
        }
    }

    /// `string.split(sep, most)`; NULL for white space.
    quiet fn PyUnicode_Split(cx, string: Borrowed, sep: Option<Borrowed>, most: isize) -> Value {
        split(cx, "split", &string, sep.as_deref(), most)
    }

    /// `string.rsplit(sep, most)`
    quiet fn PyUnicode_RSplit(cx, string: Borrowed, sep: Option<Borrowed>, most: isize) -> Value {
        split(cx, "rsplit", &string, sep.as_deref(), most)
    }

    /// `string.splitlines(keep_ends)`
    quiet fn PyUnicode_Splitlines(cx, string: Borrowed, keep_ends: c_int) -> Value {
        must_be_str(cx, &string)?;
        method(cx, "splitlines", &[string.to_owned(), Value::bool(keep_ends != 0)])
    }

    /// `string.partition(sep)`
    quiet fn PyUnicode_Partition(cx, string: Borrowed, sep: Borrowed) -> Value {
        partition(cx, "partition", &string, &sep)
    }

    /// `string.rpartition(sep)`
    quiet fn PyUnicode_RPartition(cx, string: Borrowed, sep: Borrowed) -> Value {
        partition(cx, "rpartition", &string, &sep)
    }

    /// `separator.join(items)`; NULL for a space.
    runs fn PyUnicode_Join(cx, separator: Option<Borrowed>, items: Borrowed) -> Value {
        let separator = match separator {
            None => cx.str_value(" ")?,
            Some(separator) => separator.to_owned(),
        };
        let items = match items.ty().slots.iter.get().is_none() && items.ty().slots.item.get().is_none() {
            true => return raise!(cx, exc::TYPE_ERROR, "can only join an iterable"),
            false if items.downcast::<adder_objects::tuple::PyTuple>().is_some() => items.to_owned(),
            false => cx.list_of(&items)?.into_value(),
        };
        if separator.downcast::<adder_objects::str::PyStr>().is_none() && cx.len(&items)? > 1 {
            let ty = separator.ty().name();
            return raise!(cx, exc::TYPE_ERROR, "separator: expected str instance, {ty} found");
        }
        let separator = if separator.downcast::<adder_objects::str::PyStr>().is_none() { cx.str_value("")? } else { separator };
        method(cx, "join", &[separator, items])
    }

    /// `string.replace(part, by, most)`; -1 for all.
    quiet fn PyUnicode_Replace(cx, string: Borrowed, part: Borrowed, by: Borrowed, most: isize) -> Value {
        for object in [&string, &part, &by] {
            must_be_str(cx, object)?;
        }
        method(cx, "replace", &[string.to_owned(), part.to_owned(), by.to_owned(), int(cx, most)?])
    }

    /// `string.translate(table)`, where what is mapped to None goes to an error handler.
    runs fn PyUnicode_Translate(cx, string: Borrowed, table: Borrowed, errors: *const c_char) -> Value {
        // SAFETY: the contract: a text, or NULL.
        let errors = unsafe { name(cx, errors)? }.map(adder_objects::Obj::into_value);
        translate(cx, &string, &table, errors.as_ref())
    }

    /// `format % args`
    runs fn PyUnicode_Format(cx, format: Option<Borrowed>, args: Option<Borrowed>) -> Value {
        let (Some(format), Some(args)) = (format, args) else { return Err(bad_call(cx, "PyUnicode_Format")) };
        must_be_str(cx, &format)?;
        match STR_TYPE.slots.binary[adder_objects::typeobject::number::MOD].get() {
            Some(remainder) => remainder(cx, &format, &args),
            None => Err(bad_call(cx, "PyUnicode_Format")),
        }
    }
}
