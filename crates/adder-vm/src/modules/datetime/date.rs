//! `date`: the type.

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_objects::bytes::PyBytes;
use adder_objects::object::{functions, unborn};
use adder_objects::str::PyStr;
use adder_objects::typeobject::{CompareOp, GetSet, Method, OBJECT_TYPE, Slots, Spec, flag, number, slot};
use adder_objects::{Args, Cx, Layout, R, TypeObject, Value, exceptions as exc, raise};

use super::arguments::{self, Parameters};
use super::calendar::{self, Day, MAX_YEAR, MIN_YEAR};
use super::datetime::{self, DATETIME_TYPE, PyDateTime};
use super::delta::{self, PyDelta};
use super::{iso, iso_calendar, moment, strftime, text};

/// Layout of a date: C reads these fields (`PyDateTime_Date`). A date and time begins with the same ones.
#[repr(C)]
pub(super) struct PyDate {
    head: Head,
    /// -1 until it is asked for.
    hashcode: Cell<i64>,
    /// Always 0.
    hastzinfo: Cell<u8>,
    /// Year (the high byte first), month, day.
    data: [u8; 4],
}

const _: () = {
    assert!(core::mem::offset_of!(PyDate, hastzinfo) == 24 && core::mem::offset_of!(PyDate, data) == 25);
    assert!(size_of::<PyDate>() == 32);
};

/// `datetime.date`
pub(super) static DATE_TYPE: TypeObject = TypeObject::builtin(&DATE_SPEC, &raw const DATE_TYPE);
static DATE_SPEC: Spec = Spec {
    module: "datetime",
    doc: Some("date(year, month, day)\n\nA day of the calendar."),
    flags: flag::BASE,
    size: size_of::<PyDate>(),
    functions: functions::<PyDate>(false, false),
    slots: {
        let mut slots = Slots {
            new: slot(new),
            repr: slot(|cx, this| {
                let Day { year, month, day } = of(this).day();
                cx.str_value(&format!("{}({year}, {month}, {day})", this.ty().name()))
            }),
            str: slot(|cx, this| cx.call_method(this, &cx.intern("isoformat")?, &[])),
            hash: slot(|_, this| Ok(cached_hash(&of(this).hashcode, &of(this).data))),
            compare: slot(compare),
            ..Slots::NONE
        };
        slots.binary[number::ADD] = slot(add);
        slots.binary[number::SUB] = slot(subtract);
        slots
    },
    methods: &[
        Method::one("fromtimestamp", from_timestamp).class().about("The local date at a POSIX timestamp."),
        Method::one("fromordinal", from_ordinal).class().about("The day with this number; 1 January of year 1 is 1."),
        Method::one("fromisoformat", from_iso_format).class().about("A date from text of ISO 8601."),
        Method::any("fromisocalendar", from_iso_calendar).class().about("A date from ISO year, week and weekday."),
        Method::none("today", today).class().doc("($type, /)", "The local date of now."),
        Method::any("strptime", |cx, class, args| strftime::parse(cx, class, args, "_strptime_datetime_date"))
            .class()
            .about("A date from text in a format."),
        Method::none("ctime", |cx, this| cx.str_value(&text::ctime(of(this).day(), Default::default())))
            .doc("($self, /)", "As C's ctime writes it."),
        Method::any("strftime", strftime::of_date).about("Text in a format."),
        Method::one("__format__", strftime::format).about("Text in a format; without one as str() writes it."),
        Method::none("isoformat", |cx, this| cx.str_value(&text::day(of(this).day()))).doc("($self, /)", "YYYY-MM-DD"),
        Method::none("isoweekday", |_, this| Ok(Value::small((of(this).day().weekday() + 1).into())))
            .doc("($self, /)", "The day of the week; Monday is 1."),
        Method::none("weekday", |_, this| Ok(Value::small(of(this).day().weekday().into())))
            .doc("($self, /)", "The day of the week; Monday is 0."),
        Method::none("isocalendar", |cx, this| iso_calendar::make(cx, of(this).day().iso_week()))
            .doc("($self, /)", "ISO year, week and weekday."),
        Method::none("timetuple", |cx, this| strftime::struct_time(cx, of(this).day(), Default::default(), -1))
            .doc("($self, /)", "As time.localtime() gives it."),
        Method::none("toordinal", |_, this| Ok(Value::small(of(this).day().ordinal().into())))
            .doc("($self, /)", "Its number; 1 January of year 1 is 1."),
        Method::any("replace", replace).about("The same with other parts."),
        Method::any("__replace__", replace).about("The same with other parts."),
        Method::none("__reduce__", |cx, this| {
            let state = cx.bytes(&of(this).data)?.into_value();
            let args = cx.tuple([state])?.into_value();
            Ok(cx.tuple([this.ty().value(), args])?.into_value())
        }),
    ],
    getset: &[
        GetSet::get("year", |_, this| Ok(Value::small(of(this).day().year.into()))),
        GetSet::get("month", |_, this| Ok(Value::small(of(this).day().month.into()))),
        GetSet::get("day", |_, this| Ok(Value::small(of(this).day().day.into()))),
    ],
    more: Some(|cx, ty| {
        let dict = &cx.state(ty).dict;
        dict.set_text(cx, "min", make_in(cx, ty, Day::new(MIN_YEAR, 1, 1))?)?;
        dict.set_text(cx, "max", make_in(cx, ty, Day::new(MAX_YEAR, 12, 31))?)?;
        dict.set_text(cx, "resolution", delta::make(cx, 1, 0, 0)?)
    }),
    ..Spec::new("datetime.date", &OBJECT_TYPE)
};

// SAFETY: begins with a head; so do dates with a time, which have the same fields.
unsafe impl Layout for PyDate {
    fn ty() -> &'static TypeObject {
        &DATE_TYPE
    }
}

pub(super) fn of(this: &Value) -> &PyDate {
    // SAFETY: called for dates.
    unsafe { this.cast() }
}

impl PyDate {
    pub(super) fn day(&self) -> Day {
        day_of(&self.data)
    }
}

/// The day that the first four bytes say.
pub(super) fn day_of(data: &[u8]) -> Day {
    Day::new(i32::from(data[0]) << 8 | i32::from(data[1]), data[2].into(), data[3].into())
}

/// The bytes of a day.
pub(super) fn bytes_of(day: Day) -> [u8; 4] {
    [(day.year >> 8) as u8, day.year as u8, day.month as u8, day.day as u8]
}

/// A hash that is kept.
pub(super) fn cached_hash(kept: &Cell<i64>, data: &[u8]) -> i64 {
    if kept.get() == -1 {
        kept.set(adder_objects::bytes::hash_of(data));
    }
    kept.get()
}

/// ValueError unless there is such a day.
pub(super) fn check(cx: &Cx, at: Day) -> R<()> {
    let Day { year, month, day } = at;
    check_year(cx, year)?;
    if !(1..=12).contains(&month) {
        return raise!(cx, exc::VALUE_ERROR, "month must be in 1..12, not {month}");
    }
    let days = calendar::days_in_month(year, month);
    if !(1..=days).contains(&day) {
        let text = format!("day {day} must be in range 1..{days} for month {month} in year {year}");
        return raise!(cx, exc::VALUE_ERROR, "{text}");
    }
    Ok(())
}

/// ValueError unless there is such a year.
pub(super) fn check_year(cx: &Cx, year: i32) -> R<()> {
    if (MIN_YEAR..=MAX_YEAR).contains(&year) {
        return Ok(());
    }
    raise!(cx, exc::VALUE_ERROR, "year must be in {MIN_YEAR}..{MAX_YEAR}, not {year}")
}

fn build(cx: &Cx, class: &TypeObject, day: Day) -> R {
    check(cx, day)?;
    let made = PyDate { head: unborn(), hashcode: Cell::new(-1), hastzinfo: Cell::new(0), data: bytes_of(day) };
    Ok(cx.alloc_in(class, made)?.into_value())
}

/// A date of a class: made by the class itself if that was derived.
pub(super) fn make_in(cx: &Cx, class: &TypeObject, day: Day) -> R {
    if core::ptr::eq(class, &DATE_TYPE) {
        return build(cx, class, day);
    }
    if core::ptr::eq(class, &DATETIME_TYPE) {
        return datetime::make_in(cx, class, day, Default::default(), &Value::none(), 0);
    }
    cx.call(&class.value(), &[day.year, day.month, day.day].map(|n| Value::small(n.into())))
}

/// A class that a class method is called for.
pub(super) fn class_of(class: &Value) -> &TypeObject {
    // SAFETY: class methods get a class.
    unsafe { class.cast() }
}

static PARAMETERS: Parameters<3> =
    Parameters { function: None, names: ["year", "month", "day"], required: 3, positional: 3, numbers: 0b111 };

fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    if let [state] = args.given()
        && let Some(data) = pickled::<4>(cx, state, "date", |data| (1..=12).contains(&data[2]))?
    {
        let made = PyDate { head: unborn(), hashcode: Cell::new(-1), hastzinfo: Cell::new(0), data };
        return Ok(cx.alloc_in(class, made)?.into_value());
    }
    let [year, month, day] = PARAMETERS.bind(cx, args)?.numbers;
    build(cx, class, Day::new(year.unwrap_or(0), month.unwrap_or(0), day.unwrap_or(0)))
}

/// The bytes that were pickled, if that is what was given: bytes, or a string as Python 2 left it.
pub(super) fn pickled<const N: usize>(
    cx: &Cx,
    state: &Value,
    what: &str,
    sane: fn(&[u8]) -> bool,
) -> R<Option<[u8; N]>> {
    if let Some(bytes) = state.downcast::<PyBytes>() {
        return Ok(bytes.as_slice().try_into().ok().filter(|data: &[u8; N]| sane(data)));
    }
    let Some(text) = state.downcast::<PyStr>().filter(|text| text.len() == N) else { return Ok(None) };
    // The place that decides whether it is one is looked at first.
    let mut data = [0; N];
    let mut large = false;
    for (byte, point) in data.iter_mut().zip(text.chars().iter()) {
        match u8::try_from(point) {
            Ok(small) => *byte = small,
            Err(_) => large = true,
        }
    }
    if !sane(&data) {
        return Ok(None);
    }
    if large {
        let text = format!("Failed to encode latin1 string when unpickling a {what} object.");
        return raise!(cx, exc::VALUE_ERROR, "{text} pickle.load(data, encoding='latin1') is assumed.");
    }
    Ok(Some(data))
}

fn from_timestamp(cx: &Cx, class: &Value, at: &Value) -> R {
    let parts = moment::local(cx, moment::whole_seconds(cx, at)?)?;
    make_in(cx, class_of(class), parts.day)
}

fn today(cx: &Cx, class: &Value) -> R {
    let now = cx.call(&cx.getattr_text(&cx.import("time")?, "time")?, &[])?;
    cx.call_method(class, &cx.intern("fromtimestamp")?, &[now])
}

fn from_ordinal(cx: &Cx, class: &Value, ordinal: &Value) -> R {
    let ordinal = arguments::number(cx, ordinal)?;
    if ordinal < 1 {
        return raise!(cx, exc::VALUE_ERROR, "ordinal must be >= 1");
    }
    make_in(cx, class_of(class), Day::of_ordinal(ordinal))
}

fn from_iso_format(cx: &Cx, class: &Value, text: &Value) -> R {
    let Some(string) = text.downcast::<PyStr>() else {
        return raise!(cx, exc::TYPE_ERROR, "fromisoformat: argument must be str");
    };
    match string.as_str().and_then(|text| iso::day(text.as_bytes())) {
        Some(day) => make_in(cx, class_of(class), day),
        None => Err(invalid_iso(cx, text)?),
    }
}

/// The error for text that is not of ISO 8601.
pub(super) fn invalid_iso(cx: &Cx, text: &Value) -> R<adder_objects::Raised> {
    let shown = cx.repr(text)?;
    Ok(cx.value_error(format_args!("Invalid isoformat string: {}", shown.to_lossy())))
}

fn from_iso_calendar(cx: &Cx, class: &Value, args: Args<'_>) -> R {
    static PARAMETERS: Parameters<3> = Parameters {
        function: Some("fromisocalendar"),
        names: ["year", "week", "day"],
        required: 3,
        positional: 3,
        numbers: 0b111,
    };
    let given = match PARAMETERS.bind(cx, args) {
        Ok(given) => given.numbers,
        Err(raised) if raised.is(&exc::OVERFLOW_ERROR) => {
            return raise!(cx, exc::VALUE_ERROR, "ISO calendar component out of range");
        }
        Err(raised) => return Err(raised),
    };
    let [year, week, day] = given.map(|n| n.unwrap_or(0));
    match calendar::of_iso_week(year, week, day) {
        Ok(day) => make_in(cx, class_of(class), day),
        Err(calendar::NoSuchWeek::Year) => {
            raise!(cx, exc::VALUE_ERROR, "year must be in {MIN_YEAR}..{MAX_YEAR}, not {year}")
        }
        Err(calendar::NoSuchWeek::Week) => raise!(cx, exc::VALUE_ERROR, "Invalid week: {week}"),
        Err(calendar::NoSuchWeek::Day) => {
            raise!(cx, exc::VALUE_ERROR, "Invalid weekday: {day} (range is [1, 7])")
        }
    }
}

fn replace(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    static PARAMETERS: Parameters<3> = Parameters {
        function: Some("replace"),
        names: ["year", "month", "day"],
        required: 0,
        positional: 3,
        numbers: 0b111,
    };
    let [year, month, day] = PARAMETERS.bind(cx, args)?.numbers;
    let old = of(this).day();
    let new = Day::new(year.unwrap_or(old.year), month.unwrap_or(old.month), day.unwrap_or(old.day));
    check(cx, new)?;
    make_in(cx, this.ty(), new)
}

fn compare(_: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    // A date with a time decides itself how it compares.
    if b.downcast::<PyDateTime>().is_some() {
        return Ok(Value::not_implemented());
    }
    let Some(b) = b.downcast::<PyDate>() else { return Ok(Value::not_implemented()) };
    Ok(Value::bool(op.holds(of(a).data.cmp(&b.data))))
}

fn plus(cx: &Cx, date: &Value, delta: &PyDelta, back: bool) -> R {
    let days = if back { -delta.days } else { delta.days };
    match of(date).day().plus(days) {
        Some(day) => make_in(cx, date.ty(), day),
        None => raise!(cx, exc::OVERFLOW_ERROR, "date value out of range"),
    }
}

fn add(cx: &Cx, a: &Value, b: &Value) -> R {
    if a.downcast::<PyDateTime>().or(b.downcast::<PyDateTime>()).is_some() {
        return Ok(Value::not_implemented());
    }
    match (a.downcast::<PyDate>(), b.downcast::<PyDate>()) {
        (Some(_), _) => b.downcast::<PyDelta>().map_or(Ok(Value::not_implemented()), |delta| plus(cx, a, delta, false)),
        (None, Some(_)) => {
            a.downcast::<PyDelta>().map_or(Ok(Value::not_implemented()), |delta| plus(cx, b, delta, false))
        }
        _ => Ok(Value::not_implemented()),
    }
}

fn subtract(cx: &Cx, a: &Value, b: &Value) -> R {
    if a.downcast::<PyDateTime>().or(b.downcast::<PyDateTime>()).is_some() {
        return Ok(Value::not_implemented());
    }
    let Some(date) = a.downcast::<PyDate>() else { return Ok(Value::not_implemented()) };
    if let Some(other) = b.downcast::<PyDate>() {
        return delta::make(cx, i64::from(date.day().ordinal() - other.day().ordinal()), 0, 0);
    }
    match b.downcast::<PyDelta>() {
        Some(delta) => plus(cx, a, delta, true),
        None => Ok(Value::not_implemented()),
    }
}
