//! Dates and times as text, as ISO 8601 writes them and as C's `ctime` does.

use adder_objects::str::PyStr;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::calendar::Day;
use super::clock::Clock;
use super::delta::{DAY, PyDelta};

/// `YYYY-MM-DD`
pub(super) fn day(day: Day) -> String {
    format!("{:04}-{:02}-{:02}", day.year, day.month, day.day)
}

/// How much of a time is written.
#[derive(Clone, Copy)]
pub(super) enum Spec {
    Hours,
    Minutes,
    Seconds,
    Milliseconds,
    Microseconds,
}

impl Spec {
    /// What the argument `timespec` of `isoformat` says about a time.
    pub(super) fn of(cx: &Cx, spec: Option<&PyStr>, clock: Clock) -> R<Spec> {
        Ok(match spec.map(PyStr::to_lossy).as_deref() {
            None | Some("auto") if clock.microsecond == 0 => Spec::Seconds,
            None | Some("auto" | "microseconds") => Spec::Microseconds,
            Some("hours") => Spec::Hours,
            Some("minutes") => Spec::Minutes,
            Some("seconds") => Spec::Seconds,
            Some("milliseconds") => Spec::Milliseconds,
            Some(_) => return raise!(cx, exc::VALUE_ERROR, "Unknown timespec value"),
        })
    }
}

/// `HH:MM:SS.ffffff`, or less of it.
pub(super) fn clock(clock: Clock, spec: Spec) -> String {
    let Clock { hour, minute, second, microsecond } = clock;
    match spec {
        Spec::Hours => format!("{hour:02}"),
        Spec::Minutes => format!("{hour:02}:{minute:02}"),
        Spec::Seconds => format!("{hour:02}:{minute:02}:{second:02}"),
        Spec::Milliseconds => format!("{hour:02}:{minute:02}:{second:02}.{:03}", microsecond / 1000),
        Spec::Microseconds => format!("{hour:02}:{minute:02}:{second:02}.{microsecond:06}"),
    }
}

/// An offset as `+HH:MM`, with seconds and microseconds where there are any.
pub(super) fn offset(offset: &PyDelta, separator: &str) -> String {
    let total = offset.total();
    let (sign, total) = if total < 0 { ('-', -total) } else { ('+', total) };
    let (seconds, microseconds) = ((total / 1_000_000) as i32 % DAY, total % 1_000_000);
    let mut text = format!("{sign}{:02}{separator}{:02}", seconds / 3600, seconds / 60 % 60);
    if seconds % 60 != 0 || microseconds != 0 {
        text += &format!("{separator}{:02}", seconds % 60);
    }
    if microseconds != 0 {
        text += &format!(".{microseconds:06}");
    }
    text
}

/// `Sun Jan  2 03:04:05 2000`
pub(super) fn ctime(day: Day, clock: Clock) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (weekday, month) = (DAYS[day.weekday() as usize], MONTHS[day.month as usize - 1]);
    let Clock { hour, minute, second, .. } = clock;
    format!("{weekday} {month} {:2} {hour:02}:{minute:02}:{second:02} {:04}", day.day, day.year)
}

/// A zone as a `repr` shows it behind the numbers; nothing without one.
pub(super) fn zone(cx: &Cx, zone: &Value) -> R<String> {
    if zone.is_none() {
        return Ok(String::new());
    }
    Ok(format!(", tzinfo={}", cx.repr(zone)?.to_lossy()))
}

/// Which of two it is, as a `repr` shows it.
pub(super) fn fold(fold: u8) -> &'static str {
    if fold != 0 { ", fold=1" } else { "" }
}
