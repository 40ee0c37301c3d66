//! `timedelta`: the type, and how one is made.

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_objects::object::{functions, unborn};
use adder_objects::typeobject::{CompareOp, Member, MemberKind, Method, OBJECT_TYPE, Slots, Spec, flag, number, slot};
use adder_objects::{Args, Cx, Layout, Obj, R, TypeObject, Value, exceptions as exc, raise};

use super::arguments::Parameters;
use super::delta_arithmetic as arithmetic;

/// Microseconds of a second, and seconds of a day.
pub(super) const SECOND: i128 = 1_000_000;
/// See [`SECOND`].
pub(super) const DAY: i32 = 24 * 3600;
/// The most days there are, to either side.
const MAX_DAYS: i32 = 999_999_999;

/// Layout of a difference: C reads these fields (`PyDateTime_Delta`).
#[repr(C)]
pub(super) struct PyDelta {
    head: Head,
    /// -1 until it is asked for.
    hashcode: Cell<i64>,
    pub(super) days: i32,
    /// Not negative, less than a day.
    pub(super) seconds: i32,
    /// Not negative, less than a second.
    pub(super) microseconds: i32,
}

const _: () = {
    assert!(core::mem::offset_of!(PyDelta, hashcode) == 16);
    assert!(core::mem::offset_of!(PyDelta, days) == 24 && size_of::<PyDelta>() == 40);
};

/// `datetime.timedelta`
pub(super) static DELTA_TYPE: TypeObject = TypeObject::builtin(&DELTA_SPEC, &raw const DELTA_TYPE);
static DELTA_SPEC: Spec = Spec {
    module: "datetime",
    doc: Some(
        "timedelta(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)\n\nA length of time. \
         Each part is an int or a float, of either sign.",
    ),
    flags: flag::BASE,
    size: size_of::<PyDelta>(),
    functions: functions::<PyDelta>(false, false),
    slots: {
        let mut slots = Slots {
            new: slot(new),
            repr: slot(repr),
            str: slot(str),
            hash: slot(hash),
            compare: slot(compare),
            bool: slot(|_, this| Ok(!of(this).is_zero())),
            negative: slot(|cx, this| arithmetic::negative(cx, of(this))),
            positive: slot(same),
            absolute: slot(
                |cx, this| if of(this).days < 0 { arithmetic::negative(cx, of(this)) } else { same(cx, this) },
            ),
            ..Slots::NONE
        };
        slots.binary[number::ADD] = slot(arithmetic::add);
        slots.binary[number::SUB] = slot(arithmetic::subtract);
        slots.binary[number::MUL] = slot(arithmetic::multiply);
        slots.binary[number::TRUE_DIV] = slot(arithmetic::true_divide);
        slots.binary[number::FLOOR_DIV] = slot(arithmetic::floor_divide);
        slots.binary[number::MOD] = slot(arithmetic::remainder);
        slots.binary[number::DIVMOD] = slot(arithmetic::divide);
        slots
    },
    methods: &[
        Method::none("__reduce__", |cx, this| {
            let parts = cx.tuple(of(this).parts().map(Value::small))?.into_value();
            Ok(cx.tuple([this.ty().value(), parts])?.into_value())
        }),
        Method::none("total_seconds", |cx, this| total_seconds(cx, of(this)))
            .doc("($self, /)", "The whole length in seconds."),
    ],
    members: &[part("days", 24), part("seconds", 28), part("microseconds", 32)],
    more: Some(|cx, ty| {
        let dict = &cx.state(ty).dict;
        dict.set_text(cx, "min", make(cx, (-MAX_DAYS).into(), 0, 0)?)?;
        dict.set_text(cx, "max", make(cx, MAX_DAYS.into(), DAY - 1, 999_999)?)?;
        dict.set_text(cx, "resolution", make(cx, 0, 0, 1)?)
    }),
    ..Spec::new("datetime.timedelta", &OBJECT_TYPE)
};

const fn part(name: &'static str, offset: usize) -> Member {
    Member { name, kind: MemberKind::Int, offset, read_only: true }
}

// SAFETY: begins with a head.
unsafe impl Layout for PyDelta {
    fn ty() -> &'static TypeObject {
        &DELTA_TYPE
    }
}

pub(super) fn of(this: &Value) -> &PyDelta {
    // SAFETY: called for differences.
    unsafe { this.cast() }
}

impl PyDelta {
    /// The whole length in microseconds.
    pub(super) fn total(&self) -> i128 {
        (i128::from(self.days) * i128::from(DAY) + i128::from(self.seconds)) * SECOND + i128::from(self.microseconds)
    }

    /// The whole seconds of it.
    pub(super) fn whole_seconds(&self) -> i64 {
        i64::from(self.days) * i64::from(DAY) + i64::from(self.seconds)
    }

    pub(super) fn is_zero(&self) -> bool {
        self.order() == (0, 0, 0)
    }

    /// Is it less than a day, to either side?
    pub(super) fn is_offset(&self) -> bool {
        self.total().abs() < i128::from(DAY) * SECOND
    }

    /// What decides how two compare.
    pub(super) fn order(&self) -> (i32, i32, i32) {
        (self.days, self.seconds, self.microseconds)
    }

    fn parts(&self) -> [i64; 3] {
        [self.days.into(), self.seconds.into(), self.microseconds.into()]
    }
}

/// A difference from parts of any size and sign.
pub(super) fn make(cx: &Cx, days: i64, seconds: i32, microseconds: i32) -> R {
    Ok(make_in(cx, &DELTA_TYPE, days, seconds.into(), microseconds.into())?.into_value())
}

/// The same, of a class derived from it.
pub(super) fn make_in(cx: &Cx, class: &TypeObject, days: i64, seconds: i64, microseconds: i64) -> R<Obj<PyDelta>> {
    let seconds = seconds + microseconds.div_euclid(SECOND as i64);
    let days = days + seconds.div_euclid(DAY.into());
    if !(-i64::from(MAX_DAYS)..=i64::from(MAX_DAYS)).contains(&days) {
        return raise!(cx, exc::OVERFLOW_ERROR, "days={days}; must have magnitude <= {MAX_DAYS}");
    }
    cx.alloc_in(
        class,
        PyDelta {
            head: unborn(),
            hashcode: Cell::new(-1),
            days: days as i32,
            seconds: seconds.rem_euclid(DAY.into()) as i32,
            microseconds: microseconds.rem_euclid(SECOND as i64) as i32,
        },
    )
}

/// A difference of so many microseconds.
pub(super) fn of_total(cx: &Cx, class: &TypeObject, total: i128) -> R {
    let (seconds, microseconds) = (total.div_euclid(SECOND), total.rem_euclid(SECOND) as i64);
    let (days, seconds) = (seconds.div_euclid(DAY.into()), seconds.rem_euclid(DAY.into()) as i64);
    match i32::try_from(days) {
        Ok(days) => Ok(make_in(cx, class, days.into(), seconds, microseconds)?.into_value()),
        Err(_) => Err(too_large(cx)),
    }
}

/// The error for days that are not even a C `int`.
pub(super) fn too_large(cx: &Cx) -> adder_objects::Raised {
    cx.error(&exc::OVERFLOW_ERROR, format_args!("Python int too large to convert to C int"))
}

/// `+x`: of the plain type, whatever it was of.
fn same(cx: &Cx, this: &Value) -> R {
    let delta = of(this);
    make(cx, delta.days.into(), delta.seconds, delta.microseconds)
}

static PARAMETERS: Parameters<7> = Parameters {
    function: Some("__new__"),
    names: ["days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"],
    required: 0,
    positional: 7,
    numbers: 0,
};

/// Which parameter is so many microseconds, the shortest first: the order in which they are added up.
const UNITS: [(usize, i64); 7] = [
    (2, 1),
    (3, 1_000),
    (1, 1_000_000),
    (4, 60_000_000),
    (5, 3_600_000_000),
    (0, 86_400_000_000),
    (6, 604_800_000_000),
];

fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let given = PARAMETERS.bind(cx, args)?.objects;
    let mut sum = arithmetic::Sum::default();
    for (at, factor) in UNITS {
        if let Some(value) = given[at] {
            sum.add(cx, PARAMETERS.names[at], value, factor)?;
        }
    }
    sum.finish(cx, class)
}

fn total_seconds(cx: &Cx, delta: &PyDelta) -> R {
    let (total, second) = (arithmetic::int(cx, delta.total())?, Value::small(SECOND as i64));
    cx.binary(number::TRUE_DIV, &total, &second)
}

fn repr(cx: &Cx, this: &Value) -> R {
    let delta = of(this);
    let named = [("days", delta.days), ("seconds", delta.seconds), ("microseconds", delta.microseconds)];
    let parts: Vec<String> = named.iter().filter(|(_, n)| *n != 0).map(|(name, n)| format!("{name}={n}")).collect();
    let parts = if parts.is_empty() { "0".to_owned() } else { parts.join(", ") };
    cx.str_value(&format!("{}({parts})", this.ty().name()))
}

fn str(cx: &Cx, this: &Value) -> R {
    let PyDelta { days, seconds, microseconds, .. } = *of(this);
    let mut text = String::new();
    if days != 0 {
        let plural = if days.abs() == 1 { "" } else { "s" };
        text = format!("{days} day{plural}, ");
    }
    text += &format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if microseconds != 0 {
        text += &format!(".{microseconds:06}");
    }
    cx.str_value(&text)
}

fn hash(cx: &Cx, this: &Value) -> R<i64> {
    let delta = of(this);
    if delta.hashcode.get() == -1 {
        let parts = cx.tuple(delta.parts().map(Value::small))?.into_value();
        delta.hashcode.set(cx.hash(&parts)?);
    }
    Ok(delta.hashcode.get())
}

fn compare(_: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    let (Some(a), Some(b)) = (a.downcast::<PyDelta>(), b.downcast::<PyDelta>()) else {
        return Ok(Value::not_implemented());
    };
    Ok(Value::bool(op.holds(a.order().cmp(&b.order()))))
}
