//! `datetime`: the class methods that make one.

use adder_objects::str::PyStr;
use adder_objects::{Args, Cx, R, Value, exceptions as exc, raise};

use super::arguments::{self, Parameters};
use super::calendar::{self, Day};
use super::clock::Clock;
use super::date::{PyDate, class_of, invalid_iso};
use super::datetime::make_in;
use super::time::{PyTime, zone_of};
use super::{iso, moment, zone};

/// A moment in UTC or on the local clocks.
fn at_moment(cx: &Cx, class: &Value, (seconds, microsecond): (i64, i32), utc: bool, zone: &Value) -> R {
    let shown = if utc { moment::utc(cx, seconds)? } else { moment::local(cx, seconds)? };
    let clock = Clock { microsecond, ..shown.clock };
    let fold = !utc && zone.is_none() && moment::is_fold(cx, seconds, shown.day, shown.clock)?;
    make_in(cx, class_of(class), shown.day, clock, zone, fold.into())
}

/// The same in a zone, which turns it from UTC.
fn in_zone(cx: &Cx, class: &Value, at: (i64, i32), zone: &Value) -> R {
    let made = at_moment(cx, class, at, !zone.is_none(), zone)?;
    if zone.is_none() {
        return Ok(made);
    }
    cx.call_method(zone, &cx.intern("fromutc")?, &[made])
}

pub(super) fn now(cx: &Cx, class: &Value, args: Args<'_>) -> R {
    static PARAMETERS: Parameters<1> =
        Parameters { function: Some("now"), names: ["tz"], required: 0, positional: 1, numbers: 0 };
    let zone = PARAMETERS.bind(cx, args)?.objects[0].cloned().unwrap_or_else(Value::none);
    zone::check(cx, &zone)?;
    in_zone(cx, class, moment::now(), &zone)
}

pub(super) fn from_timestamp(cx: &Cx, class: &Value, args: Args<'_>) -> R {
    static PARAMETERS: Parameters<2> = Parameters {
        function: Some("fromtimestamp"),
        names: ["timestamp", "tz"],
        required: 1,
        positional: 2,
        numbers: 0,
    };
    let [at, zone] = PARAMETERS.bind(cx, args)?.objects;
    let (at, zone) = (at.cloned().unwrap_or_else(Value::none), zone.cloned().unwrap_or_else(Value::none));
    zone::check(cx, &zone)?;
    in_zone(cx, class, moment::seconds_and_microseconds(cx, &at)?, &zone)
}

fn deprecated(cx: &Cx, function: &str, instead: &str) -> R<()> {
    let text = format!(
        "datetime.datetime.{function}() is deprecated and scheduled for removal in a future version. Use timezone-aware \
         objects to represent datetimes in UTC: datetime.datetime.{instead}."
    );
    cx.warn(&exc::DEPRECATION_WARNING, &text, 1)
}

pub(super) fn utc_now(cx: &Cx, class: &Value) -> R {
    deprecated(cx, "utcnow", "now(datetime.UTC)")?;
    at_moment(cx, class, moment::now(), true, &Value::none())
}

pub(super) fn utc_from_timestamp(cx: &Cx, class: &Value, args: Args<'_>) -> R {
    deprecated(cx, "utcfromtimestamp", "fromtimestamp(timestamp, datetime.UTC)")?;
    let at = moment::seconds_and_microseconds(cx, arguments::one(cx, args, "utcfromtimestamp")?)?;
    at_moment(cx, class, at, true, &Value::none())
}

pub(super) fn combine(cx: &Cx, class: &Value, args: Args<'_>) -> R {
    static PARAMETERS: Parameters<3> = Parameters {
        function: Some("combine"),
        names: ["date", "time", "tzinfo"],
        required: 2,
        positional: 3,
        numbers: 0,
    };
    let [date, time, zone] = PARAMETERS.bind(cx, args)?.objects;
    let (date, time) = (date.cloned().unwrap_or_else(Value::none), time.cloned().unwrap_or_else(Value::none));
    let wrong = |number: usize, wanted: &str, value: &Value| -> R {
        let ty = adder_objects::arguments::type_name(value);
        raise!(cx, exc::TYPE_ERROR, "combine() argument {number} must be datetime.{wanted}, not {ty}")
    };
    let Some(day) = date.downcast::<PyDate>() else { return wrong(1, "date", &date) };
    let Some(clock) = time.downcast::<PyTime>() else { return wrong(2, "time", &time) };
    let zone = zone.cloned().unwrap_or_else(|| clock.zone());
    zone::check(cx, &zone)?;
    make_in(cx, class_of(class), day.day(), clock.clock(), &zone, clock.fold.get().into())
}

pub(super) fn from_iso_format(cx: &Cx, class: &Value, text: &Value) -> R {
    let Some(string) = text.downcast::<PyStr>() else {
        return raise!(cx, exc::TYPE_ERROR, "fromisoformat: argument must be str");
    };
    let Some((mut day, mut clock, offset)) = read(string) else { return Err(invalid_iso(cx, text)?) };
    let zone = zone_of(cx, offset)?;
    if clock.hour == 24 && day.day <= calendar::days_in_month(day.year, day.month) {
        if clock != (Clock { hour: 24, ..Clock::default() }) {
            let text = "minute, second, and microsecond must be 0 when hour is 24";
            return raise!(cx, exc::VALUE_ERROR, "{text}");
        }
        // Midnight at the end of a day is that at the beginning of the next.
        clock = Clock::default();
        day = next(day);
    }
    make_in(cx, class_of(class), day, clock, &zone, 0)
}

fn next(day: Day) -> Day {
    let Day { year, month, day } = day;
    if day < calendar::days_in_month(year, month) {
        Day::new(year, month, day + 1)
    } else if month < 12 {
        Day::new(year, month + 1, 1)
    } else {
        Day::new(year + 1, 1, 1)
    }
}

/// A day, a separator of one character, and a time.
fn read(text: &PyStr) -> Option<(Day, Clock, Option<i128>)> {
    // Every character but the separator is ASCII.
    let mut bytes = Vec::with_capacity(text.len());
    for point in text.chars().iter() {
        bytes.push(u8::try_from(point).ok().filter(u8::is_ascii).unwrap_or(0xFF));
    }
    let end = iso::end_of_day(&bytes)?;
    let day = iso::day(bytes.get(..end)?)?;
    if bytes.len() <= end + 1 {
        // The separator alone says nothing.
        return (bytes.len() == end).then_some((day, Clock::default(), None));
    }
    let (clock, offset) = iso::clock(&bytes[end + 1..])?;
    Some((day, clock, offset))
}
