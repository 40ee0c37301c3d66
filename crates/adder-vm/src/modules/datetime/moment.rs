//! Moments as POSIX timestamps, in UTC and on the local clocks.

use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::calendar::{Day, MAX_YEAR, MIN_YEAR};
use super::clock::Clock;
use super::date;
use crate::modules::time;

/// Seconds from the beginning of year 1, less a day, to that of 1970. (A day's number begins with 1.)
pub(super) const EPOCH: i64 = 719_163 * 86_400;
/// No change of the local clocks is longer.
const LONGEST_CHANGE: i64 = 24 * 3600;

/// A moment as it is shown.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    pub(super) day: Day,
    pub(super) clock: Clock,
    /// Seconds ahead of UTC.
    pub(super) ahead: i64,
}

/// A moment in UTC.
pub(super) fn utc(cx: &Cx, at: i64) -> R<Shown> {
    shown(cx, at, true).map(|(shown, _)| shown)
}

/// A moment on the local clocks.
pub(super) fn local(cx: &Cx, at: i64) -> R<Shown> {
    shown(cx, at, false).map(|(shown, _)| shown)
}

/// The offset of the local clocks at a moment, and the name of their zone.
pub(super) fn local_zone(cx: &Cx, at: i64) -> R<(i64, Vec<u8>)> {
    let (shown, parts) = shown(cx, at, false)?;
    Ok((shown.ahead, time::zone_of(&parts).unwrap_or_default()))
}

fn shown(cx: &Cx, at: i64, utc: bool) -> R<(Shown, libc::tm)> {
    let parts = time::split(cx, at, utc)?;
    let day = Day::new(parts.tm_year.saturating_add(1900), parts.tm_mon + 1, parts.tm_mday);
    // A leap second is shown as the one before it.
    let clock = Clock { hour: parts.tm_hour, minute: parts.tm_min, second: parts.tm_sec.min(59), microsecond: 0 };
    Ok((Shown { day, clock, ahead: parts.tm_gmtoff }, parts))
}

/// Seconds since the day 0, if clocks that show this were those of UTC.
pub(super) fn seconds(cx: &Cx, day: Day, clock: Clock) -> R<i64> {
    if !(MIN_YEAR..=MAX_YEAR).contains(&day.year) {
        return date::check_year(cx, day.year).map(|()| 0);
    }
    Ok(i64::from(day.ordinal()) * 86_400 + i64::from(clock.seconds()))
}

/// What the local clocks show at a moment, as [`seconds`]; both count from the day 0.
fn shown_at(cx: &Cx, at: i64) -> R<i64> {
    let shown = local(cx, at - EPOCH)?;
    seconds(cx, shown.day, shown.clock)
}

/// The moment, since 1970, at which the local clocks show this. Of two, `fold` says which one; in a gap it says on which side.
pub(super) fn of_local(cx: &Cx, day: Day, clock: Clock, fold: bool) -> R<i64> {
    let wanted = seconds(cx, day, clock)?;
    let first_offset = shown_at(cx, wanted)? - wanted;
    let first = wanted - first_offset;
    let seen = shown_at(cx, first)?;
    let second_offset = if seen == wanted {
        // One solution; there may be one earlier, or later.
        let other = if fold { first + LONGEST_CHANGE } else { first - LONGEST_CHANGE };
        let offset = shown_at(cx, other)? - other;
        if offset == first_offset {
            return Ok(first - EPOCH);
        }
        offset
    } else {
        seen - first
    };
    let second = wanted - second_offset;
    if shown_at(cx, second)? == wanted {
        return Ok(second - EPOCH);
    }
    if seen == wanted {
        return Ok(first - EPOCH);
    }
    // No solution: the clocks were put forward over it.
    Ok(if fold { first.min(second) } else { first.max(second) } - EPOCH)
}

/// Have the local clocks shown the same before, at a moment since 1970 at which they show this?
pub(super) fn is_fold(cx: &Cx, at: i64, day: Day, clock: Clock) -> R<bool> {
    let result = seconds(cx, day, clock)?;
    let earlier = shown_at(cx, EPOCH + at - LONGEST_CHANGE)?;
    let change = result - earlier - LONGEST_CHANGE;
    Ok(change < 0 && shown_at(cx, EPOCH + at + change)? == result)
}

/// Whole seconds and microseconds of now.
pub(super) fn now() -> (i64, i32) {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: room for the result.
    unsafe { libc::clock_gettime(libc::CLOCK_REALTIME, &raw mut now) };
    (now.tv_sec, (now.tv_nsec / 1000) as i32)
}

fn out_of_range<T>(cx: &Cx) -> R<T> {
    raise!(cx, exc::OVERFLOW_ERROR, "timestamp out of range for platform time_t")
}

fn float(cx: &Cx, at: f64) -> R<f64> {
    if at.is_nan() {
        return raise!(cx, exc::VALUE_ERROR, "Invalid value NaN (not a number)");
    }
    Ok(at)
}

fn to_seconds(cx: &Cx, whole: f64) -> R<i64> {
    // 2⁶³ and its negative.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if (-LIMIT..LIMIT).contains(&whole) { Ok(whole as i64) } else { out_of_range(cx) }
}

fn int(cx: &Cx, at: &Value) -> R<i64> {
    match cx.index(at)?.as_i64() {
        Some(at) => Ok(at),
        None => out_of_range(cx),
    }
}

/// A timestamp as seconds, rounded down.
pub(super) fn whole_seconds(cx: &Cx, at: &Value) -> R<i64> {
    match at.as_float() {
        Some(at) => to_seconds(cx, float(cx, at)?.floor()),
        None => int(cx, at),
    }
}

/// A timestamp as seconds and microseconds, rounded to the nearest, halves to an even one.
pub(super) fn seconds_and_microseconds(cx: &Cx, at: &Value) -> R<(i64, i32)> {
    let Some(at) = at.as_float() else { return Ok((int(cx, at)?, 0)) };
    let at = float(cx, at)?;
    let mut whole = at.trunc();
    let mut microseconds = ((at - whole) * 1e6).round_ties_even();
    if microseconds >= 1e6 {
        microseconds -= 1e6;
        whole += 1.0;
    } else if microseconds < 0.0 {
        microseconds += 1e6;
        whole -= 1.0;
    }
    Ok((to_seconds(cx, whole)?, microseconds as i32))
}
