//! `strftime` and `strptime`, which are those of the module `time` and of `_strptime`, and `timetuple`.

use adder_objects::str::{PyStr, StrBuilder};
use adder_objects::{Args, Cx, R, Value, exceptions as exc, raise};

use super::arguments::{self, Parameters};
use super::calendar::Day;
use super::clock::Clock;
use super::datetime::PyDateTime;
use super::time::{self, PyTime};
use super::{text, zone};

/// `time.struct_time(…)`
pub(super) fn struct_time(cx: &Cx, day: Day, clock: Clock, saving: i32) -> R {
    let class = cx.getattr_text(&cx.import("time")?, "struct_time")?;
    let Clock { hour, minute, second, .. } = clock;
    let parts = [day.year, day.month, day.day, hour, minute, second, day.weekday(), day.of_year(), saving];
    let parts = cx.tuple(parts.map(|n| Value::small(n.into())))?.into_value();
    cx.call(&class, &[parts])
}

fn format_argument<'a>(cx: &Cx, args: Args<'a>) -> R<&'a Value> {
    static PARAMETERS: Parameters<1> =
        Parameters { function: Some("strftime"), names: ["format"], required: 1, positional: 1, numbers: 0 };
    match PARAMETERS.bind(cx, args)?.objects {
        [Some(format)] => {
            arguments::text(cx, format, "strftime", 1)?;
            Ok(format)
        }
        _ => raise!(cx, exc::TYPE_ERROR, "strftime() missing required argument 'format' (pos 1)"),
    }
}

/// `strftime` of dates, with a time or without.
pub(super) fn of_date(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let format = format_argument(cx, args)?;
    let parts = cx.call_method(this, &cx.intern("timetuple")?, &[])?;
    let (zone, microsecond) = match this.downcast::<PyDateTime>() {
        Some(at) => (at.zone(), at.clock().microsecond),
        None => (Value::none(), 0),
    };
    Replacing { zone, microsecond, at: this.clone() }.write(cx, format, &parts)
}

/// `strftime` of times, as if on 1 January 1900.
pub(super) fn of_time(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let format = format_argument(cx, args)?;
    let at: &PyTime = time::of(this);
    let Clock { hour, minute, second, microsecond } = at.clock();
    let parts = [1900, 1, 1, hour, minute, second, 0, 1, -1].map(|n| Value::small(n.into()));
    let parts = cx.tuple(parts)?.into_value();
    Replacing { zone: at.zone(), microsecond, at: Value::none() }.write(cx, format, &parts)
}

/// `__format__`
pub(super) fn format(cx: &Cx, this: &Value, format: &Value) -> R {
    if arguments::text(cx, format, "__format__", 1)?.is_empty() {
        return Ok(cx.to_str(this)?.into_value());
    }
    cx.call_method(this, &cx.intern("strftime")?, core::slice::from_ref(format))
}

/// `strptime(text, format)`
pub(super) fn parse(cx: &Cx, class: &Value, args: Args<'_>, function: &str) -> R {
    args.no_keywords(cx, "strptime")?;
    let [string, format] = args.given() else {
        let given = args.given().len();
        return raise!(cx, exc::TYPE_ERROR, "strptime() takes exactly 2 arguments ({given} given)");
    };
    arguments::text(cx, string, "strptime", 1)?;
    arguments::text(cx, format, "strptime", 2)?;
    let function = cx.getattr_text(&cx.import("_strptime")?, function)?;
    cx.call(&function, &[class.clone(), string.clone(), format.clone()])
}

/// What the system's function does not know of a moment.
struct Replacing {
    zone: Value,
    microsecond: i32,
    /// What the zone is asked with.
    at: Value,
}

impl Replacing {
    /// Writes what a format says; directives that need more than the parts are replaced first.
    fn write(&self, cx: &Cx, format: &Value, parts: &Value) -> R {
        // SAFETY: a string by the caller's check.
        let given = unsafe { format.cast::<PyStr>() }.chars();
        let function = cx.getattr_text(&cx.import("time")?, "strftime")?;
        let mut made: Option<StrBuilder<'_>> = None;
        let (mut at, mut written) = (0, 0);
        while at + 1 < given.len() {
            if given.at(at) != u32::from('%') {
                at += 1;
                continue;
            }
            let colon =
                given.at(at + 1) == u32::from(':') && at + 2 < given.len() && given.at(at + 2) == u32::from('z');
            let end = at + 2 + usize::from(colon);
            let directive = if colon { 'z' } else { char::from_u32(given.at(at + 1)).unwrap_or(' ') };
            let replacement = match directive {
                'z' => Some(self.offset(cx, if colon { ":" } else { "" })?),
                'Z' => Some(self.name(cx)?),
                'f' => Some(cx.str_value(&format!("{:06}", self.microsecond))?),
                'Y' | 'G' | 'C' | 'F' => century(cx, directive, &function, parts)?,
                _ => None,
            };
            if let Some(replacement) = replacement.as_ref().and_then(Value::downcast::<PyStr>) {
                let builder = made.get_or_insert_with(|| StrBuilder::new(cx));
                builder.push_chars(given.slice(written..at))?;
                builder.push_object(replacement)?;
                written = end;
            }
            at = end;
        }
        let format = match made {
            None => format.clone(),
            Some(mut builder) => {
                builder.push_chars(given.slice(written..given.len()))?;
                builder.finish_value()?
            }
        };
        cx.call(&function, &[format, parts.clone()])
    }

    fn offset(&self, cx: &Cx, separator: &str) -> R {
        match zone::ask(cx, &self.zone, "utcoffset", &self.at)? {
            Some(offset) => cx.str_value(&text::offset(&offset, separator)),
            None => cx.str_value(""),
        }
    }

    /// The zone's name, which is no format itself.
    fn name(&self, cx: &Cx) -> R {
        let name = zone::name(cx, &self.zone, &self.at)?;
        if name.is_none() {
            return cx.str_value("");
        }
        let (percent, twice) = (cx.str_value("%")?, cx.str_value("%%")?);
        let name = cx.call_method(&name, &cx.intern("replace")?, &[percent, twice])?;
        if name.downcast::<PyStr>().is_none() {
            return raise!(cx, exc::TYPE_ERROR, "tzname.replace() did not return a string");
        }
        Ok(name)
    }
}

/// Years before 1000 with four digits, which the system's function writes with fewer.
fn century(cx: &Cx, directive: char, function: &Value, parts: &Value) -> R<Option<Value>> {
    let year = if directive == 'G' {
        let year = cx.call(function, &[cx.str_value("%G")?, parts.clone()])?;
        cx.display(&year)?.trim().parse().ok()
    } else {
        cx.getitem(parts, &Value::small(0))?.as_i64()
    };
    let Some(year) = year.filter(|year: &i64| *year < 1000) else { return Ok(None) };
    let text = match directive {
        'C' => format!("{:02}", year.div_euclid(100)),
        'F' => format!("{year:04}-%m-%d"),
        _ => format!("{year:04}"),
    };
    Ok(Some(cx.str_value(&text)?))
}
