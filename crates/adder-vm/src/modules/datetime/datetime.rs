//! `datetime`: the type, and how one is made.

use core::cell::Cell;

use adder_gc::Tracer;
use adder_gc::raw::Head;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::typeobject::{GetSet, Method, Slots, Spec, flag, number, slot};
use adder_objects::{Args, Cx, Layout, R, TypeObject, Value, exceptions as exc, raise};

use super::arguments::{self, Parameters};
use super::calendar::{Day, MAX_YEAR, MIN_YEAR};
use super::clock::Clock;
use super::date::{self, DATE_TYPE, pickled};
use super::{arithmetic, conversions, delta, makers, strftime, text, time, zone};

/// Layout of a date with a time: C reads these fields (`PyDateTime_DateTime`).
#[repr(C)]
pub(super) struct PyDateTime {
    head: Head,
    /// -1 until it is asked for.
    pub(super) hashcode: Cell<i64>,
    /// Is there a zone?
    hastzinfo: Cell<u8>,
    /// Year (the high byte first), month, day, hour, minute, second, microsecond (the high byte first).
    pub(super) data: [u8; 10],
    pub(super) fold: Cell<u8>,
    tzinfo: Slot,
}

const _: () = {
    use core::mem::offset_of;
    assert!(offset_of!(PyDateTime, hastzinfo) == 24 && offset_of!(PyDateTime, data) == 25);
    assert!(offset_of!(PyDateTime, fold) == 35 && offset_of!(PyDateTime, tzinfo) == 40);
    assert!(size_of::<PyDateTime>() == 48);
};

/// `datetime.datetime`
pub(super) static DATETIME_TYPE: TypeObject = TypeObject::builtin(&DATETIME_SPEC, &raw const DATETIME_TYPE);
static DATETIME_SPEC: Spec = Spec {
    module: "datetime",
    doc: Some(
        "datetime(year, month, day, hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0)\n\nA day and a \
         time of it, with a time zone or without.",
    ),
    flags: flag::BASE,
    size: size_of::<PyDateTime>(),
    functions: functions::<PyDateTime>(true, true),
    slots: {
        let mut slots = Slots {
            new: slot(new),
            repr: slot(repr),
            str: slot(|cx, this| cx.call_method(this, &cx.intern("isoformat")?, &[cx.str_value(" ")?])),
            hash: slot(arithmetic::hash),
            compare: slot(arithmetic::compare),
            ..Slots::NONE
        };
        slots.binary[number::ADD] = slot(arithmetic::add);
        slots.binary[number::SUB] = slot(arithmetic::subtract);
        slots
    },
    methods: &[
        Method::any("now", makers::now).class().doc("($type, /, tz=None)", "Now, in a zone or on the local clocks."),
        Method::none("utcnow", makers::utc_now).class().doc("($type, /)", "Now in UTC, without a zone."),
        Method::any("fromtimestamp", makers::from_timestamp)
            .class()
            .about("A POSIX timestamp, in a zone or on the local clocks."),
        Method::any("utcfromtimestamp", makers::utc_from_timestamp)
            .class()
            .about("A POSIX timestamp in UTC, without a zone."),
        Method::any("strptime", |cx, class, args| strftime::parse(cx, class, args, "_strptime_datetime_datetime"))
            .class()
            .about("A date and time from text in a format."),
        Method::any("combine", makers::combine).class().about("A date and a time as one."),
        Method::one("fromisoformat", makers::from_iso_format).class().about("A date and time from text of ISO 8601."),
        Method::none("date", |cx, this| date::make_in(cx, &DATE_TYPE, of(this).day())).doc("($self, /)", "The day."),
        Method::none("time", |cx, this| conversions::time(cx, of(this), &Value::none()))
            .doc("($self, /)", "The time, without the zone."),
        Method::none("timetz", |cx, this| conversions::time(cx, of(this), &of(this).zone()))
            .doc("($self, /)", "The time, with the zone."),
        Method::none("ctime", |cx, this| cx.str_value(&text::ctime(of(this).day(), of(this).clock())))
            .doc("($self, /)", "As C's ctime writes it."),
        Method::none("timetuple", conversions::time_tuple).doc("($self, /)", "As time.localtime() gives it."),
        Method::none("timestamp", conversions::timestamp).doc("($self, /)", "The POSIX timestamp."),
        Method::none("utctimetuple", conversions::utc_time_tuple).doc("($self, /)", "As time.gmtime() gives it."),
        Method::any("isoformat", conversions::iso_format)
            .about("YYYY-MM-DDTHH:MM:SS.ffffff+HH:MM, with another separator, or with less of the time."),
        Method::none("utcoffset", |cx, this| Ok(zone::or_none(zone::ask(cx, &of(this).zone(), "utcoffset", this)?)))
            .doc("($self, /)", "What the zone says of its offset from UTC."),
        Method::none("tzname", |cx, this| zone::name(cx, &of(this).zone(), this))
            .doc("($self, /)", "What the zone says of its name."),
        Method::none("dst", |cx, this| Ok(zone::or_none(zone::ask(cx, &of(this).zone(), "dst", this)?)))
            .doc("($self, /)", "What the zone says of daylight saving time."),
        Method::any("replace", replace).about("The same with other parts."),
        Method::any("__replace__", replace).about("The same with other parts."),
        Method::any("astimezone", conversions::as_time_zone).about("The same moment in another zone."),
        Method::any("__reduce_ex__", |cx, this, args| {
            reduce(cx, this, arguments::number(cx, arguments::one(cx, args, "__reduce_ex__")?)?)
        }),
        Method::none("__reduce__", |cx, this| reduce(cx, this, 2)),
    ],
    getset: &[
        GetSet::get("hour", |_, this| Ok(Value::small(of(this).clock().hour.into()))),
        GetSet::get("minute", |_, this| Ok(Value::small(of(this).clock().minute.into()))),
        GetSet::get("second", |_, this| Ok(Value::small(of(this).clock().second.into()))),
        GetSet::get("microsecond", |_, this| Ok(Value::small(of(this).clock().microsecond.into()))),
        GetSet::get("tzinfo", |_, this| Ok(of(this).zone())),
        GetSet::get("fold", |_, this| Ok(Value::small(of(this).fold.get().into()))),
    ],
    more: Some(|cx, ty| {
        let dict = &cx.state(ty).dict;
        let last = Clock { hour: 23, minute: 59, second: 59, microsecond: 999_999 };
        let none = Value::none();
        dict.set_text(cx, "min", make_in(cx, ty, Day::new(MIN_YEAR, 1, 1), Clock::default(), &none, 0)?)?;
        dict.set_text(cx, "max", make_in(cx, ty, Day::new(MAX_YEAR, 12, 31), last, &none, 0)?)?;
        dict.set_text(cx, "resolution", delta::make(cx, 0, 0, 1)?)
    }),
    ..Spec::new("datetime.datetime", &DATE_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyDateTime {
    fn ty() -> &'static TypeObject {
        &DATETIME_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.tzinfo.trace(tracer);
    }
}

pub(super) fn of(this: &Value) -> &PyDateTime {
    // SAFETY: called for dates with a time.
    unsafe { this.cast() }
}

impl PyDateTime {
    pub(super) fn day(&self) -> Day {
        date::day_of(&self.data)
    }

    pub(super) fn clock(&self) -> Clock {
        Clock::of_bytes(&self.data[4..])
    }

    /// Its zone or None.
    pub(super) fn zone(&self) -> Value {
        self.tzinfo.try_get().unwrap_or_else(Value::none)
    }

    /// Gives one that nobody else has seen another zone.
    pub(super) fn set_zone(&self, zone: Value) {
        self.hastzinfo.set(1);
        self.tzinfo.set(zone);
    }
}

/// An object with these bytes.
pub(super) fn build(cx: &Cx, class: &TypeObject, data: [u8; 10], zone: &Value, fold: u8) -> R {
    let has = !zone.is_none();
    let made = PyDateTime {
        head: unborn(),
        hashcode: Cell::new(-1),
        hastzinfo: Cell::new(has.into()),
        data,
        fold: Cell::new(fold),
        tzinfo: if has { Slot::new(zone.clone()) } else { Slot::empty() },
    };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn checked(cx: &Cx, class: &TypeObject, day: Day, clock: Clock, zone: &Value, fold: i32) -> R {
    date::check(cx, day)?;
    clock.check(cx, fold)?;
    zone::check(cx, zone)?;
    let mut data = [0; 10];
    data[..4].copy_from_slice(&date::bytes_of(day));
    data[4..].copy_from_slice(&clock.bytes());
    build(cx, class, data, zone, fold as u8)
}

/// A date and time of a class: made by the class itself if that was derived.
pub(super) fn make_in(cx: &Cx, class: &TypeObject, day: Day, clock: Clock, zone: &Value, fold: i32) -> R {
    if core::ptr::eq(class, &DATETIME_TYPE) {
        return checked(cx, class, day, clock, zone, fold);
    }
    let Clock { hour, minute, second, microsecond } = clock;
    let parts = [day.year, day.month, day.day, hour, minute, second, microsecond];
    let mut values = parts.map(|n| Value::small(n.into())).to_vec();
    values.push(zone.clone());
    time::call_with_fold(cx, class, values, fold)
}

const NAMES: [&str; 9] = ["year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo", "fold"];
/// All but the zone are numbers.
const NUMBERS: u32 = 0b1_0111_1111;
static PARAMETERS: Parameters<9> =
    Parameters { function: None, names: NAMES, required: 3, positional: 8, numbers: NUMBERS };

fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    if let [state, rest @ ..] = args.given()
        && rest.len() <= 1
        && let Some(mut data) = pickled::<10>(cx, state, "datetime", |data| (1..=12).contains(&(data[2] & 0x7F)))?
    {
        let zone = rest.first().cloned().unwrap_or_else(Value::none);
        if zone::check(cx, &zone).is_err() {
            return raise!(cx, exc::TYPE_ERROR, "bad tzinfo state arg");
        }
        let fold = data[2] >> 7;
        data[2] &= 0x7F;
        return build(cx, class, data, &zone, fold);
    }
    let given = PARAMETERS.bind(cx, args)?;
    let [year, month, day, hour, minute, second, microsecond, _, fold] = given.numbers.map(|n| n.unwrap_or(0));
    let zone = given.objects[7].cloned().unwrap_or_else(Value::none);
    checked(cx, class, Day::new(year, month, day), Clock { hour, minute, second, microsecond }, &zone, fold)
}

fn replace(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    static PARAMETERS: Parameters<9> =
        Parameters { function: Some("replace"), names: NAMES, required: 0, positional: 8, numbers: NUMBERS };
    let given = PARAMETERS.bind(cx, args)?;
    let at = of(this);
    let (day, clock) = (at.day(), at.clock());
    let old = [
        day.year,
        day.month,
        day.day,
        clock.hour,
        clock.minute,
        clock.second,
        clock.microsecond,
        0,
        at.fold.get().into(),
    ];
    let mut numbers = old;
    for (number, given) in numbers.iter_mut().zip(given.numbers) {
        *number = given.unwrap_or(*number);
    }
    let [year, month, day, hour, minute, second, microsecond, _, fold] = numbers;
    let zone = given.objects[7].cloned().unwrap_or_else(|| at.zone());
    if !(0..=1).contains(&fold) {
        return Clock::default().check(cx, fold).map(|()| Value::none());
    }
    make_in(cx, this.ty(), Day::new(year, month, day), Clock { hour, minute, second, microsecond }, &zone, fold)
}

fn repr(cx: &Cx, this: &Value) -> R {
    let (at, class) = (of(this), this.ty().name().to_owned());
    let Day { year, month, day } = at.day();
    let Clock { hour, minute, second, microsecond } = at.clock();
    let mut text = format!("{class}({year}, {month}, {day}, {hour}, {minute}");
    if second != 0 || microsecond != 0 {
        text += &format!(", {second}");
    }
    if microsecond != 0 {
        text += &format!(", {microsecond}");
    }
    let (fold, zone) = (text::fold(at.fold.get()), text::zone(cx, &at.zone())?);
    cx.str_value(&format!("{text}{fold}{zone})"))
}

fn reduce(cx: &Cx, this: &Value, protocol: i32) -> R {
    let at = of(this);
    let mut data = at.data;
    if protocol > 3 && at.fold.get() != 0 {
        data[2] |= 0x80;
    }
    let mut state = vec![cx.bytes(&data)?.into_value()];
    state.extend(at.tzinfo.try_get());
    let state = cx.tuple(state)?.into_value();
    Ok(cx.tuple([this.ty().value(), state])?.into_value())
}
