//! `timezone`: zones of a fixed offset.

use adder_gc::Tracer;
use adder_gc::raw::Head;
use adder_objects::object::{functions, unborn};
use adder_objects::str::PyStr;
use adder_objects::typeobject::{CompareOp, Method, Slots, Spec, slot};
use adder_objects::{Args, Cx, Layout, Obj, R, TypeObject, Value, exceptions as exc, raise};

use super::datetime::PyDateTime;
use super::delta::{self, PyDelta};
use super::zone::{self, TZINFO_TYPE};
use super::{arithmetic, text};
use crate::vm::Vm;

/// Layout of a zone of a fixed offset.
#[repr(C)]
pub(super) struct PyTimeZone {
    head: Head,
    /// A difference.
    offset: Value,
    /// A string, or [`Value::UNSET`].
    name: Value,
}

/// `datetime.timezone`
pub(super) static TIMEZONE_TYPE: TypeObject = TypeObject::builtin(&TIMEZONE_SPEC, &raw const TIMEZONE_TYPE);
static TIMEZONE_SPEC: Spec = Spec {
    module: "datetime",
    doc: Some("timezone(offset[, name])\n\nA time zone that is always as far from UTC."),
    size: size_of::<PyTimeZone>(),
    functions: functions::<PyTimeZone>(true, true),
    slots: Slots {
        new: slot(new),
        repr: slot(repr),
        str: slot(str),
        hash: slot(|cx, this| cx.hash(&of(this).offset)),
        compare: slot(compare),
        ..Slots::NONE
    },
    methods: &[
        Method::one("tzname", |cx, this, at| {
            check_moment(cx, "tzname", at)?;
            str(cx, this)
        })
        .about("The name it was given, or \"UTC\" and the offset."),
        Method::one("utcoffset", |cx, this, at| {
            check_moment(cx, "utcoffset", at)?;
            Ok(of(this).offset.clone())
        })
        .about("The offset."),
        Method::one("dst", |cx, _, at| {
            check_moment(cx, "dst", at)?;
            Ok(Value::none())
        })
        .about("None."),
        Method::one("fromutc", from_utc).about("fromutc(dt): a date and time of UTC in this zone."),
        Method::none("__getinitargs__", |cx, this| {
            let zone = of(this);
            let parts = [&zone.offset, &zone.name].into_iter().filter(|part| !part.is_unset()).cloned();
            Ok(cx.tuple(parts.collect::<Vec<_>>())?.into_value())
        }),
    ],
    more: Some(|cx, ty| {
        let dict = &cx.state(ty).dict;
        dict.set_text(cx, "utc", utc(cx)?)?;
        // A day less a minute.
        let limit = delta::DAY - 60;
        dict.set_text(cx, "min", fixed(cx, delta::make(cx, 0, -limit, 0)?)?)?;
        dict.set_text(cx, "max", fixed(cx, delta::make(cx, 0, limit, 0)?)?)
    }),
    ..Spec::new("datetime.timezone", &TZINFO_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyTimeZone {
    fn ty() -> &'static TypeObject {
        &TIMEZONE_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.offset.trace(tracer);
        self.name.trace(tracer);
    }
}

fn of(this: &Value) -> &PyTimeZone {
    // SAFETY: called for zones of a fixed offset.
    unsafe { this.cast() }
}

impl PyTimeZone {
    pub(super) fn offset(&self) -> Option<Obj<PyDelta>> {
        self.offset.clone().try_into_obj().ok()
    }
}

/// The zone UTC: one object of each interpreter.
pub(super) fn utc(cx: &Cx) -> R {
    let kept = &*Vm::of(cx).state.datetime_utc;
    if let Some(utc) = kept.try_get() {
        return Ok(utc);
    }
    let utc = fixed(cx, delta::make(cx, 0, 0, 0)?)?;
    kept.set(utc.clone());
    Ok(utc)
}

fn is_utc(cx: &Cx, zone: &Value) -> bool {
    Vm::of(cx).state.datetime_utc.try_get().is_some_and(|utc| utc.is(zone))
}

fn fixed(cx: &Cx, offset: Value) -> R {
    Ok(cx.alloc(PyTimeZone { head: unborn(), offset, name: Value::UNSET })?.into_value())
}

/// A zone from an offset, and maybe a name.
pub(super) fn make(cx: &Cx, offset: &Value, name: Option<&Value>) -> R {
    let length = delta::of(offset);
    if name.is_none() && length.is_zero() {
        return utc(cx);
    }
    if !length.is_offset() {
        return Err(zone::not_an_offset(cx, offset)?);
    }
    let name = name.cloned().unwrap_or(Value::UNSET);
    Ok(cx.alloc(PyTimeZone { head: unborn(), offset: offset.clone(), name })?.into_value())
}

fn new(cx: &Cx, _: &TypeObject, args: Args<'_>) -> R {
    let parameters = super::arguments::Parameters {
        function: Some("timezone"),
        names: ["offset", "name"],
        required: 1,
        positional: 2,
        numbers: 0,
    };
    let [offset, name] = parameters.bind(cx, args)?.objects;
    let Some(offset) = offset.filter(|offset| offset.downcast::<PyDelta>().is_some()) else {
        let ty = adder_objects::arguments::type_name(offset.unwrap_or(&Value::none())).to_owned();
        return raise!(cx, exc::TYPE_ERROR, "timezone() argument 1 must be datetime.timedelta, not {ty}");
    };
    if let Some(name) = name {
        super::arguments::text(cx, name, "timezone", 2)?;
    }
    make(cx, offset, name)
}

fn check_moment(cx: &Cx, method: &str, at: &Value) -> R<()> {
    if at.is_none() || at.downcast::<PyDateTime>().is_some() {
        return Ok(());
    }
    let ty = at.ty().name();
    raise!(cx, exc::TYPE_ERROR, "{method}(dt) argument must be a datetime instance or None, not {ty}")
}

fn repr(cx: &Cx, this: &Value) -> R {
    let (zone, class) = (of(this), this.ty().name());
    if is_utc(cx, this) {
        return cx.str_value("datetime.timezone.utc");
    }
    let offset = cx.repr(&zone.offset)?;
    if zone.name.is_unset() {
        return cx.str_value(&format!("{class}({})", offset.to_lossy()));
    }
    let name = cx.repr(&zone.name)?;
    let mut made = adder_objects::str::StrBuilder::new(cx);
    made.push_str(&format!("{class}({}, ", offset.to_lossy()))?;
    made.push_object(&name)?;
    made.push_str(")")?;
    made.finish_value()
}

fn str(cx: &Cx, this: &Value) -> R {
    let zone = of(this);
    if zone.name.downcast::<PyStr>().is_some() {
        return Ok(zone.name.clone());
    }
    let offset = delta::of(&zone.offset);
    if offset.is_zero() {
        return cx.str_value("UTC");
    }
    cx.str_value(&format!("UTC{}", text::offset(offset, ":")))
}

fn compare(_: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    match (a.downcast::<PyTimeZone>(), b.downcast::<PyTimeZone>(), op) {
        (Some(a), Some(b), CompareOp::Eq | CompareOp::Ne) => {
            let ordering = delta::of(&a.offset).order().cmp(&delta::of(&b.offset).order());
            Ok(Value::bool(op.holds(ordering)))
        }
        _ => Ok(Value::not_implemented()),
    }
}

fn from_utc(cx: &Cx, this: &Value, at: &Value) -> R {
    let Some(utc) = at.downcast::<PyDateTime>() else {
        return raise!(cx, exc::TYPE_ERROR, "fromutc: argument must be a datetime");
    };
    if !utc.zone().is(this) {
        return raise!(cx, exc::VALUE_ERROR, "fromutc: dt.tzinfo is not self");
    }
    arithmetic::shifted(cx, utc, delta::of(&of(this).offset), false)
}
