//! `IsoCalendarDate`: what `date.isocalendar` gives, a tuple whose items have names.

use adder_objects::object::functions;
use adder_objects::tuple::{PyTuple, TUPLE_TYPE};
use adder_objects::typeobject::{GetSet, Method, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, R, TypeObject, Value};

use super::arguments::Parameters;

/// `datetime.IsoCalendarDate`
pub(super) static ISO_CALENDAR_TYPE: TypeObject = TypeObject::builtin(&ISO_CALENDAR_SPEC, &raw const ISO_CALENDAR_TYPE);
static ISO_CALENDAR_SPEC: Spec = Spec {
    module: "datetime",
    doc: Some("A date as ISO 8601 counts it: year, week and weekday."),
    flags: flag::GC | flag::TUPLE | flag::SEQUENCE,
    size: size_of::<PyTuple>(),
    item_size: 8,
    functions: functions::<PyTuple>(true, true),
    slots: Slots { new: slot(new), repr: slot(repr), ..Slots::NONE },
    methods: &[Method::none("__reduce__", |cx, this| {
        let parts = cx.tuple(items(this).to_vec())?.into_value();
        let args = cx.tuple([parts])?.into_value();
        Ok(cx.tuple([TUPLE_TYPE.value(), args])?.into_value())
    })],
    getset: &[
        GetSet::get("year", |_, this| Ok(items(this)[0].clone())),
        GetSet::get("week", |_, this| Ok(items(this)[1].clone())),
        GetSet::get("weekday", |_, this| Ok(items(this)[2].clone())),
    ],
    ..Spec::new("datetime.IsoCalendarDate", &TUPLE_TYPE)
};

fn items(this: &Value) -> &[Value] {
    // SAFETY: called for these tuples, which always have three items.
    unsafe { this.cast::<PyTuple>() }.items()
}

pub(super) fn make(cx: &Cx, (year, week, weekday): (i32, i32, i32)) -> R {
    let parts = [year, week, weekday].map(|n| Value::small(n.into()));
    Ok(cx.tuple_in(&ISO_CALENDAR_TYPE, parts.into_iter())?.into_value())
}

fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    static PARAMETERS: Parameters<3> = Parameters {
        function: Some("IsoCalendarDate"),
        names: ["year", "week", "weekday"],
        required: 3,
        positional: 3,
        numbers: 0b111,
    };
    let parts = PARAMETERS.bind(cx, args)?.numbers.map(|n| Value::small(n.unwrap_or(0).into()));
    Ok(cx.tuple_in(class, parts.into_iter())?.into_value())
}

fn repr(cx: &Cx, this: &Value) -> R {
    let mut parts = Vec::new();
    for (name, item) in ["year", "week", "weekday"].iter().zip(items(this)) {
        parts.push(format!("{name}={}", cx.to_str(item)?.to_lossy()));
    }
    cx.str_value(&format!("{}({})", this.ty().name(), parts.join(", ")))
}
