//! `datetime`: what one can be turned into.

use adder_objects::str::{PyStr, StrBuilder};
use adder_objects::{Args, Cx, R, Value, exceptions as exc, raise};

use super::arguments::{self, Parameters};
use super::datetime::{self, DATETIME_TYPE, PyDateTime, of};
use super::delta;
use super::time::{self, TIME_TYPE};
use super::{arithmetic, moment, strftime, text, timezone, zone};
use crate::modules::support;

/// The time of it.
pub(super) fn time(cx: &Cx, at: &PyDateTime, zone: &Value) -> R {
    time::make_in(cx, &TIME_TYPE, at.clock(), zone, at.fold.get().into())
}

pub(super) fn time_tuple(cx: &Cx, this: &Value) -> R {
    let at = of(this);
    let saving = zone::ask(cx, &at.zone(), "dst", this)?;
    let saving = saving.map_or(-1, |saving| i32::from(!saving.is_zero()));
    strftime::struct_time(cx, at.day(), at.clock(), saving)
}

pub(super) fn utc_time_tuple(cx: &Cx, this: &Value) -> R {
    let at = of(this);
    let (mut day, mut clock) = (at.day(), at.clock());
    if let Some(offset) = arithmetic::offset(cx, at)? {
        let naive = datetime::build(cx, &DATETIME_TYPE, at.data, &Value::none(), 0)?;
        let utc = arithmetic::shifted(cx, of(&naive), &offset, true)?;
        (day, clock) = (of(&utc).day(), of(&utc).clock());
    }
    strftime::struct_time(cx, day, clock, 0)
}

/// 1970 in UTC.
fn epoch(cx: &Cx) -> R {
    let day = super::calendar::Day::new(1970, 1, 1);
    datetime::make_in(cx, &DATETIME_TYPE, day, Default::default(), &timezone::utc(cx)?, 0)
}

pub(super) fn timestamp(cx: &Cx, this: &Value) -> R {
    let at = of(this);
    if at.zone().is_none() {
        let seconds = moment::of_local(cx, at.day(), at.clock(), at.fold.get() != 0)?;
        return cx.float(seconds as f64 + f64::from(at.clock().microsecond) / 1e6);
    }
    let since = arithmetic::difference(cx, at, of(&epoch(cx)?))?;
    cx.call_method(&since, &cx.intern("total_seconds")?, &[])
}

pub(super) fn iso_format(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    static PARAMETERS: Parameters<2> =
        Parameters { function: Some("isoformat"), names: ["sep", "timespec"], required: 0, positional: 2, numbers: 0 };
    let [separator, spec] = PARAMETERS.bind(cx, args)?.objects;
    let separator = match separator {
        None => u32::from('T'),
        Some(value) => match value.downcast::<PyStr>().filter(|text| text.len() == 1) {
            Some(text) => text.chars().at(0),
            None => {
                let ty = adder_objects::arguments::type_name(value);
                return raise!(cx, exc::TYPE_ERROR, "isoformat() argument 1 must be a unicode character, not {ty}");
            }
        },
    };
    let spec = match spec {
        Some(spec) => Some(arguments::text(cx, spec, "isoformat", 2)?),
        None => None,
    };
    let at = of(this);
    let clock = at.clock();
    let mut behind = text::clock(clock, text::Spec::of(cx, spec, clock)?);
    if let Some(offset) = arithmetic::offset(cx, at)? {
        behind += &text::offset(&offset, ":");
    }
    let mut made = StrBuilder::new(cx);
    made.push_str(&text::day(at.day()))?;
    made.push(separator)?;
    made.push_str(&behind)?;
    made.finish_value()
}

/// The zone of the local clocks at a moment.
fn local_zone(cx: &Cx, at: i64) -> R {
    let (ahead, name) = moment::local_zone(cx, at)?;
    let offset = delta::make(cx, 0, ahead as i32, 0)?;
    timezone::make(cx, &offset, Some(&support::fs_text(cx, &name)?))
}

pub(super) fn as_time_zone(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    static PARAMETERS: Parameters<1> =
        Parameters { function: Some("astimezone"), names: ["tz"], required: 0, positional: 1, numbers: 0 };
    let target = PARAMETERS.bind(cx, args)?.objects[0].cloned().unwrap_or_else(Value::none);
    zone::check(cx, &target)?;
    let at = of(this);
    let local = |cx| {
        let fold = at.fold.get() != 0;
        let first = moment::of_local(cx, at.day(), at.clock(), fold)?;
        let second = moment::of_local(cx, at.day(), at.clock(), !fold)?;
        // In a gap the clocks are those of the other side.
        let in_gap = first != second && (second > first) == fold;
        local_zone(cx, if in_gap { second } else { first })
    };
    let mut source = at.zone();
    if source.is_none() {
        source = local(cx)?;
    }
    if source.is(&target) {
        return Ok(this.clone());
    }
    let offset = match zone::ask(cx, &source, "utcoffset", this)? {
        Some(offset) => offset,
        None => {
            // A zone that does not know: as without one.
            let source = local(cx)?;
            if source.is(&target) {
                return Ok(this.clone());
            }
            match zone::ask(cx, &source, "utcoffset", this)? {
                Some(offset) => offset,
                None => return raise!(cx, exc::VALUE_ERROR, "the local time zone has no offset"),
            }
        }
    };
    let utc_zone = timezone::utc(cx)?;
    let shifted = arithmetic::shifted(cx, at, &offset, true)?;
    let Some(moment) = shifted.downcast::<PyDateTime>() else {
        return raise!(cx, exc::TYPE_ERROR, "{} is no datetime", shifted.ty().name());
    };
    let result = if moment.zone().is_none() {
        datetime::build(cx, shifted.ty(), moment.data, &utc_zone, moment.fold.get())?
    } else {
        moment.set_zone(utc_zone);
        shifted.clone()
    };
    let target = match target.is_none() {
        false => target,
        true => {
            let since = arithmetic::difference(cx, of(&result), of(&epoch(cx)?))?;
            local_zone(cx, delta::of(&since).whole_seconds())?
        }
    };
    of(&result).set_zone(target.clone());
    cx.call_method(&target, &cx.intern("fromutc")?, &[result])
}
