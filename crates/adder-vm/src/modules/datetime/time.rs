//! `time`: the type.

use core::cell::Cell;

use adder_gc::Tracer;
use adder_gc::raw::Head;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::str::PyStr;
use adder_objects::typeobject::{CompareOp, GetSet, Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, Obj, R, TypeObject, Value, exceptions as exc, raise};

use super::arguments::{self, Parameters};
use super::clock::Clock;
use super::date::{cached_hash, class_of, invalid_iso, pickled};
use super::delta::{self, PyDelta};
use super::{delta_arithmetic, iso, strftime, text, timezone, zone};

/// Layout of a time: C reads these fields (`PyDateTime_Time`).
#[repr(C)]
pub(super) struct PyTime {
    head: Head,
    /// -1 until it is asked for.
    hashcode: Cell<i64>,
    /// Is there a zone?
    hastzinfo: Cell<u8>,
    /// Hour, minute, second, microsecond (the high byte first).
    data: [u8; 6],
    pub(super) fold: Cell<u8>,
    tzinfo: Slot,
}

const _: () = {
    use core::mem::offset_of;
    assert!(offset_of!(PyTime, hastzinfo) == 24 && offset_of!(PyTime, data) == 25 && offset_of!(PyTime, fold) == 31);
    assert!(offset_of!(PyTime, tzinfo) == 32 && size_of::<PyTime>() == 40);
};

/// `datetime.time`
pub(super) static TIME_TYPE: TypeObject = TypeObject::builtin(&TIME_SPEC, &raw const TIME_TYPE);
static TIME_SPEC: Spec = Spec {
    module: "datetime",
    doc: Some(
        "time(hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0)\n\nA time of a day, whatever the day.",
    ),
    flags: flag::BASE,
    size: size_of::<PyTime>(),
    functions: functions::<PyTime>(true, true),
    slots: Slots {
        new: slot(new),
        repr: slot(repr),
        str: slot(|cx, this| cx.call_method(this, &cx.intern("isoformat")?, &[])),
        hash: slot(hash),
        compare: slot(compare),
        ..Slots::NONE
    },
    methods: &[
        Method::any("strptime", |cx, class, args| strftime::parse(cx, class, args, "_strptime_datetime_time"))
            .class()
            .about("A time from text in a format."),
        Method::any("isoformat", iso_format).about("HH:MM:SS.ffffff+HH:MM, or what of it the argument timespec says."),
        Method::any("strftime", strftime::of_time).about("Text in a format."),
        Method::one("__format__", strftime::format).about("Text in a format; without one as str() writes it."),
        Method::none("utcoffset", |cx, this| {
            Ok(zone::or_none(zone::ask(cx, &of(this).zone(), "utcoffset", &Value::none())?))
        })
        .doc("($self, /)", "What the zone says of its offset from UTC."),
        Method::none("tzname", |cx, this| zone::name(cx, &of(this).zone(), &Value::none()))
            .doc("($self, /)", "What the zone says of its name."),
        Method::none("dst", |cx, this| Ok(zone::or_none(zone::ask(cx, &of(this).zone(), "dst", &Value::none())?)))
            .doc("($self, /)", "What the zone says of daylight saving time."),
        Method::any("replace", replace).about("The same with other parts."),
        Method::any("__replace__", replace).about("The same with other parts."),
        Method::one("fromisoformat", from_iso_format).class().about("A time from text of ISO 8601."),
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
        dict.set_text(cx, "min", make_in(cx, ty, Clock::default(), &Value::none(), 0)?)?;
        dict.set_text(cx, "max", make_in(cx, ty, last, &Value::none(), 0)?)?;
        dict.set_text(cx, "resolution", delta::make(cx, 0, 0, 1)?)
    }),
    ..Spec::new("datetime.time", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyTime {
    fn ty() -> &'static TypeObject {
        &TIME_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.tzinfo.trace(tracer);
    }
}

pub(super) fn of(this: &Value) -> &PyTime {
    // SAFETY: called for times.
    unsafe { this.cast() }
}

impl PyTime {
    pub(super) fn clock(&self) -> Clock {
        Clock::of_bytes(&self.data)
    }

    /// Its zone or None.
    pub(super) fn zone(&self) -> Value {
        self.tzinfo.try_get().unwrap_or_else(Value::none)
    }
}

fn build(cx: &Cx, class: &TypeObject, data: [u8; 6], zone: &Value, fold: u8) -> R {
    let has = !zone.is_none();
    let made = PyTime {
        head: unborn(),
        hashcode: Cell::new(-1),
        hastzinfo: Cell::new(has.into()),
        data,
        fold: Cell::new(fold),
        tzinfo: if has { Slot::new(zone.clone()) } else { Slot::empty() },
    };
    Ok(cx.alloc_in(class, made)?.into_value())
}

/// A time of a class: made by the class itself if that was derived.
pub(super) fn make_in(cx: &Cx, class: &TypeObject, clock: Clock, zone: &Value, fold: i32) -> R {
    if core::ptr::eq(class, &TIME_TYPE) {
        clock.check(cx, fold)?;
        zone::check(cx, zone)?;
        return build(cx, class, clock.bytes(), zone, fold as u8);
    }
    let Clock { hour, minute, second, microsecond } = clock;
    let mut values = [hour, minute, second, microsecond].map(|n| Value::small(n.into())).to_vec();
    values.push(zone.clone());
    call_with_fold(cx, class, values, fold)
}

/// Calls a class, with `fold=1` if that is so.
pub(super) fn call_with_fold(cx: &Cx, class: &TypeObject, mut values: Vec<Value>, fold: i32) -> R {
    if fold == 0 {
        return cx.call(&class.value(), &values);
    }
    values.push(Value::small(fold.into()));
    let names = cx.tuple([cx.intern("fold")?])?;
    cx.call_args(&class.value(), Args::with_names(&values, Some(&names)))
}

static PARAMETERS: Parameters<6> = Parameters {
    function: None,
    names: ["hour", "minute", "second", "microsecond", "tzinfo", "fold"],
    required: 0,
    positional: 5,
    numbers: 0b10_1111,
};

fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    if let [state, rest @ ..] = args.given()
        && rest.len() <= 1
        && let Some(mut data) = pickled::<6>(cx, state, "time", |data| data[0] & 0x7F < 24)?
    {
        let zone = rest.first().cloned().unwrap_or_else(Value::none);
        if zone::check(cx, &zone).is_err() {
            return raise!(cx, exc::TYPE_ERROR, "bad tzinfo state arg");
        }
        let fold = data[0] >> 7;
        data[0] &= 0x7F;
        return build(cx, class, data, &zone, fold);
    }
    let given = PARAMETERS.bind(cx, args)?;
    let [hour, minute, second, microsecond, _, fold] = given.numbers.map(|n| n.unwrap_or(0));
    let clock = Clock { hour, minute, second, microsecond };
    let zone = given.objects[4].cloned().unwrap_or_else(Value::none);
    clock.check(cx, fold)?;
    zone::check(cx, &zone)?;
    build(cx, class, clock.bytes(), &zone, fold as u8)
}

fn repr(cx: &Cx, this: &Value) -> R {
    let (time, class) = (of(this), this.ty().name().to_owned());
    let Clock { hour, minute, second, microsecond } = time.clock();
    let mut text = format!("{class}({hour}, {minute}");
    if second != 0 || microsecond != 0 {
        text += &format!(", {second}");
    }
    if microsecond != 0 {
        text += &format!(", {microsecond}");
    }
    let (zone, fold) = (text::zone(cx, &time.zone())?, text::fold(time.fold.get()));
    cx.str_value(&format!("{text}{zone}{fold})"))
}

fn iso_format(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    static PARAMETERS: Parameters<1> =
        Parameters { function: Some("isoformat"), names: ["timespec"], required: 0, positional: 1, numbers: 0 };
    let spec = match PARAMETERS.bind(cx, args)?.objects[0] {
        Some(spec) => Some(arguments::text(cx, spec, "isoformat", 1)?),
        None => None,
    };
    let time = of(this);
    let clock = time.clock();
    let mut text = text::clock(clock, text::Spec::of(cx, spec, clock)?);
    if let Some(offset) = zone::ask(cx, &time.zone(), "utcoffset", &Value::none())? {
        text += &text::offset(&offset, ":");
    }
    cx.str_value(&text)
}

fn from_iso_format(cx: &Cx, class: &Value, text: &Value) -> R {
    let Some(string) = text.downcast::<PyStr>() else {
        return raise!(cx, exc::TYPE_ERROR, "fromisoformat: argument must be str");
    };
    let read = string.as_str().and_then(|text| iso::clock(text.strip_prefix('T').unwrap_or(text).as_bytes()));
    let Some((mut clock, offset)) = read else { return Err(invalid_iso(cx, text)?) };
    if clock == (Clock { hour: 24, ..Clock::default() }) {
        // Midnight at the end of a day.
        clock.hour = 0;
    }
    let zone = zone_of(cx, offset)?;
    make_in(cx, class_of(class), clock, &zone, 0)
}

/// A zone from an offset in microseconds; None without one.
pub(super) fn zone_of(cx: &Cx, offset: Option<i128>) -> R {
    match offset {
        None => Ok(Value::none()),
        Some(offset) => timezone::make(cx, &delta::of_total(cx, &delta::DELTA_TYPE, offset)?, None),
    }
}

fn replace(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    static PARAMETERS: Parameters<6> = Parameters {
        function: Some("replace"),
        names: ["hour", "minute", "second", "microsecond", "tzinfo", "fold"],
        required: 0,
        positional: 5,
        numbers: 0b10_1111,
    };
    let given = PARAMETERS.bind(cx, args)?;
    let [hour, minute, second, microsecond, _, fold] = given.numbers;
    let time = of(this);
    let old = time.clock();
    let clock = Clock {
        hour: hour.unwrap_or(old.hour),
        minute: minute.unwrap_or(old.minute),
        second: second.unwrap_or(old.second),
        microsecond: microsecond.unwrap_or(old.microsecond),
    };
    let zone = given.objects[4].cloned().unwrap_or_else(|| time.zone());
    let fold = fold.unwrap_or(time.fold.get().into());
    if !(0..=1).contains(&fold) {
        return Clock::default().check(cx, fold).map(|()| Value::none());
    }
    make_in(cx, this.ty(), clock, &zone, fold)
}

fn reduce(cx: &Cx, this: &Value, protocol: i32) -> R {
    let time = of(this);
    let mut data = time.data;
    if protocol > 3 && time.fold.get() != 0 {
        data[0] |= 0x80;
    }
    let mut state = vec![cx.bytes(&data)?.into_value()];
    state.extend(time.tzinfo.try_get());
    let state = cx.tuple(state)?.into_value();
    Ok(cx.tuple([this.ty().value(), state])?.into_value())
}

fn hash(cx: &Cx, this: &Value) -> R<i64> {
    let time = of(this);
    if time.hashcode.get() != -1 {
        return Ok(time.hashcode.get());
    }
    // Which of two it is does not count.
    let asked = if time.fold.get() == 0 { this.clone() } else { build(cx, &TIME_TYPE, time.data, &time.zone(), 0)? };
    let offset = zone::ask(cx, &of(&asked).zone(), "utcoffset", &Value::none())?;
    let Some(offset) = offset else { return Ok(cached_hash(&time.hashcode, &time.data)) };
    let clock = time.clock();
    let since = delta::make(cx, 0, clock.seconds(), clock.microsecond)?;
    let hash = cx.hash(&delta_arithmetic::difference(cx, delta::of(&since), &offset)?)?;
    time.hashcode.set(hash);
    Ok(hash)
}

fn compare(cx: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    let Some(other) = b.downcast::<PyTime>() else { return Ok(Value::not_implemented()) };
    let time = of(a);
    if time.zone().is(&other.zone()) {
        return Ok(Value::bool(op.holds(time.data.cmp(&other.data))));
    }
    let none = Value::none();
    let first = zone::ask(cx, &time.zone(), "utcoffset", &none)?;
    let second = zone::ask(cx, &other.zone(), "utcoffset", &none)?;
    if zone::same(first.as_deref(), second.as_deref()) {
        return Ok(Value::bool(op.holds(time.data.cmp(&other.data))));
    }
    match (first, second) {
        (Some(first), Some(second)) => {
            let place = |time: &PyTime, offset: &Obj<PyDelta>| {
                let clock = time.clock();
                (i64::from(clock.seconds()) - offset.whole_seconds(), clock.microsecond)
            };
            Ok(Value::bool(op.holds(place(time, &first).cmp(&place(other, &second)))))
        }
        _ => match op {
            CompareOp::Eq => Ok(Value::bool(false)),
            CompareOp::Ne => Ok(Value::bool(true)),
            _ => raise!(cx, exc::TYPE_ERROR, "can't compare offset-naive and offset-aware times"),
        },
    }
}
