//! `tzinfo`, the base of all time zones, and the questions that are put to them.

use adder_gc::raw::Head;
use adder_objects::object::{functions, unborn};
use adder_objects::str::PyStr;
use adder_objects::typeobject::{Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, Obj, R, TypeObject, Value, exceptions as exc, raise};

use super::datetime::PyDateTime;
use super::delta::PyDelta;
use super::timezone::PyTimeZone;
use super::{arithmetic, delta, delta_arithmetic};

/// Layout of a time zone without anything of its own.
#[repr(C)]
pub(super) struct PyTzInfo {
    head: Head,
}

/// `datetime.tzinfo`
pub(super) static TZINFO_TYPE: TypeObject = TypeObject::builtin(&TZINFO_SPEC, &raw const TZINFO_TYPE);
static TZINFO_SPEC: Spec = Spec {
    module: "datetime",
    doc: Some("The base of classes that know a time zone."),
    flags: flag::BASE,
    size: size_of::<PyTzInfo>(),
    functions: functions::<PyTzInfo>(false, false),
    slots: Slots { new: slot(new), ..Slots::NONE },
    methods: &[
        Method::one("tzname", |cx, _, _| abstract_method(cx, "tzname"))
            .about("tzname(dt): the zone's name at a date and time."),
        Method::one("utcoffset", |cx, _, _| abstract_method(cx, "utcoffset"))
            .about("utcoffset(dt): how far the zone's clocks are ahead of UTC, as a timedelta."),
        Method::one("dst", |cx, _, _| abstract_method(cx, "dst"))
            .about("dst(dt): the part of that which is daylight saving time."),
        Method::one("fromutc", from_utc).about("fromutc(dt): a date and time of UTC in this zone."),
        Method::none("__reduce__", reduce),
    ],
    ..Spec::new("datetime.tzinfo", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyTzInfo {
    fn ty() -> &'static TypeObject {
        &TZINFO_TYPE
    }
}

fn new(cx: &Cx, class: &TypeObject, _: Args<'_>) -> R {
    Ok(cx.alloc_in(class, PyTzInfo { head: unborn() })?.into_value())
}

fn abstract_method(cx: &Cx, name: &str) -> R {
    raise!(cx, exc::NOT_IMPLEMENTED_ERROR, "a tzinfo subclass must implement {name}()")
}

/// TypeError unless it is None or a time zone.
pub(super) fn check(cx: &Cx, value: &Value) -> R<()> {
    if value.is_none() || value.downcast::<PyTzInfo>().is_some() {
        return Ok(());
    }
    let ty = value.ty().name();
    raise!(cx, exc::TYPE_ERROR, "tzinfo argument must be None or of a tzinfo subclass, not type '{ty}'")
}

/// What a zone's `utcoffset` or `dst` says; nothing without a zone.
pub(super) fn ask(cx: &Cx, zone: &Value, name: &str, at: &Value) -> R<Option<Obj<PyDelta>>> {
    if zone.is_none() {
        return Ok(None);
    }
    if let Some(fixed) = zone.downcast_exact::<PyTimeZone>() {
        return Ok(if name == "dst" { None } else { fixed.offset() });
    }
    let answer = cx.call_method(zone, &cx.intern(name)?, core::slice::from_ref(at))?;
    if answer.is_none() {
        return Ok(None);
    }
    let Ok(offset) = answer.clone().try_into_obj::<PyDelta>() else {
        let ty = answer.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "tzinfo.{name}() must return None or timedelta, not '{ty}'");
    };
    if !offset.is_offset() {
        return Err(not_an_offset(cx, &answer)?);
    }
    Ok(Some(offset))
}

/// The error for a difference that is no offset of a zone.
pub(super) fn not_an_offset(cx: &Cx, offset: &Value) -> R<adder_objects::Raised> {
    let shown = cx.repr(offset)?;
    let text = "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24)";
    Ok(cx.value_error(format_args!("{text}, not {}", shown.to_lossy())))
}

/// What a zone's `tzname` says: a string or None.
pub(super) fn name(cx: &Cx, zone: &Value, at: &Value) -> R {
    if zone.is_none() {
        return Ok(Value::none());
    }
    let answer = cx.call_method(zone, &cx.intern("tzname")?, core::slice::from_ref(at))?;
    if answer.is_none() || answer.downcast::<PyStr>().is_some() {
        return Ok(answer);
    }
    raise!(cx, exc::TYPE_ERROR, "tzinfo.tzname() must return None or a string, not '{}'", answer.ty().name())
}

/// An optional difference as a value.
pub(super) fn or_none(offset: Option<Obj<PyDelta>>) -> Value {
    offset.map_or_else(Value::none, Obj::into_value)
}

/// Are two answers the same?
pub(super) fn same(a: Option<&PyDelta>, b: Option<&PyDelta>) -> bool {
    a.map(PyDelta::order) == b.map(PyDelta::order)
}

/// `fromutc(dt)`, by what the zone says of its offset and of daylight saving time.
fn from_utc(cx: &Cx, this: &Value, at: &Value) -> R {
    let Some(utc) = at.downcast::<PyDateTime>() else {
        return raise!(cx, exc::TYPE_ERROR, "fromutc: argument must be a datetime");
    };
    if !utc.zone().is(this) {
        return raise!(cx, exc::VALUE_ERROR, "fromutc: dt.tzinfo is not self");
    }
    let Some(offset) = ask(cx, this, "utcoffset", at)? else {
        return raise!(cx, exc::VALUE_ERROR, "fromutc: non-None utcoffset() result required");
    };
    let Some(saving) = ask(cx, this, "dst", at)? else {
        return raise!(cx, exc::VALUE_ERROR, "fromutc: non-None dst() result required");
    };
    let standard = delta_arithmetic::difference(cx, &offset, &saving)?;
    let result = arithmetic::shifted(cx, utc, delta::of(&standard), false)?;
    let Some(local) = result.downcast::<PyDateTime>() else { return Ok(result) };
    let Some(saving) = ask(cx, this, "dst", &result)? else {
        let text = "fromutc: tz.dst() gave inconsistent results; cannot convert";
        return raise!(cx, exc::VALUE_ERROR, "{text}");
    };
    if saving.is_zero() { Ok(result) } else { arithmetic::shifted(cx, local, &saving, false) }
}

fn reduce(cx: &Cx, this: &Value) -> R {
    let args = match cx.getattr_opt(this, &cx.intern("__getinitargs__")?)? {
        Some(function) => cx.call(&function, &[])?,
        None => cx.empty_tuple()?.into_value(),
    };
    let state = cx.call_method(this, &cx.intern("__getstate__")?, &[])?;
    Ok(cx.tuple([this.ty().value(), args, state])?.into_value())
}
