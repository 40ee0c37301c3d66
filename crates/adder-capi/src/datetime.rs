//! The functions of `datetime.h`: those in its table, which the capsule `datetime.datetime_CAPI` leads to.

use core::ffi::c_int;

use adder_objects::dict::PyDict;
use adder_objects::tuple::PyTuple;
use adder_objects::{Args, Cx, R, TypeObject, Value, exceptions as exc, raise};

use crate::border::{Borrowed, Object, cross};

/// Calls a class with ints, a zone, and a fold where there is one.
fn make(cx: &Cx, class: *const TypeObject, numbers: &[c_int], zone: Option<&Value>, fold: Option<c_int>) -> R {
    let mut values = numbers.iter().map(|number| Value::small((*number).into())).collect::<Vec<_>>();
    values.extend(zone.cloned());
    let mut names = Vec::new();
    if let Some(fold) = fold {
        values.push(Value::small(fold.into()));
        names.push(cx.intern("fold")?);
    }
    let names = cx.tuple(names)?;
    // SAFETY: the contract: a class.
    let class = unsafe { (*class).value() };
    cx.call_args(&class, Args::with_names(&values, fold.is_some().then_some(&*names)))
}

/// Calls a class method with a tuple and maybe a dict.
fn from_timestamp(cx: &Cx, class: &Value, args: &Value, keywords: Option<&Value>) -> R {
    if args.downcast::<PyTuple>().is_none() || keywords.is_some_and(|keywords| keywords.downcast::<PyDict>().is_none())
    {
        return raise!(cx, exc::SYSTEM_ERROR, "new style getargs format but argument is not a tuple");
    }
    let function = cx.getattr_text(class, "fromtimestamp")?;
    crate::call::with_tuple_and_dict(cx, args, keywords, |args| cx.call_args(&function, args))
}

fn null(cx: &Cx) -> R {
    raise!(cx, exc::SYSTEM_ERROR, "null argument to internal routine")
}

type Class = *const TypeObject;

unsafe extern "C" fn date(year: c_int, month: c_int, day: c_int, class: Class) -> Object {
    cross::<Value>("PyDate_FromDate", |cx| make(cx, class, &[year, month, day], None, None))
}

#[rustfmt::skip]
unsafe extern "C" fn datetime(
    year: c_int, month: c_int, day: c_int, hour: c_int, minute: c_int, second: c_int, microsecond: c_int, zone: Object, class: Class,
) -> Object {
    cross::<Value>("PyDateTime_FromDateAndTime", |cx| {
        // SAFETY: the contract: an object.
        let zone = unsafe { Borrowed::of(zone) };
        make(cx, class, &[year, month, day, hour, minute, second, microsecond], zone.as_deref(), None)
    })
}

#[rustfmt::skip]
unsafe extern "C" fn time(
    hour: c_int, minute: c_int, second: c_int, microsecond: c_int, zone: Object, class: Class,
) -> Object {
    cross::<Value>("PyTime_FromTime", |cx| {
        // SAFETY: the contract: an object.
        let zone = unsafe { Borrowed::of(zone) };
        make(cx, class, &[hour, minute, second, microsecond], zone.as_deref(), None)
    })
}

unsafe extern "C" fn delta(
    days: c_int,
    seconds: c_int,
    microseconds: c_int,
    _normalize: c_int,
    class: Class,
) -> Object {
    cross::<Value>("PyDelta_FromDSU", |cx| make(cx, class, &[days, seconds, microseconds], None, None))
}

unsafe extern "C" fn timezone(offset: Object, name: Object) -> Object {
    cross::<Value>("PyTimeZone_FromOffset", |cx| {
        // SAFETY: the contract: objects, or NULL for the name.
        let (Some(offset), name) = (unsafe { Borrowed::of(offset) }, unsafe { Borrowed::of(name) }) else {
            return null(cx);
        };
        let class = cx.getattr_text(&cx.import("datetime")?, "timezone")?;
        let mut args = vec![offset.to_owned()];
        args.extend(name.map(|name| name.to_owned()));
        cx.call(&class, &args)
    })
}

unsafe extern "C" fn datetime_from_timestamp(class: Object, args: Object, keywords: Object) -> Object {
    cross::<Value>("PyDateTime_FromTimestamp", |cx| {
        // SAFETY: the contract: objects, or NULL for the keywords.
        unsafe {
            let (Some(class), Some(args)) = (Borrowed::of(class), Borrowed::of(args)) else { return null(cx) };
            from_timestamp(cx, &class, &args, Borrowed::of(keywords).as_deref())
        }
    })
}

unsafe extern "C" fn date_from_timestamp(class: Object, args: Object) -> Object {
    cross::<Value>("PyDate_FromTimestamp", |cx| {
        // SAFETY: the contract: objects.
        unsafe {
            let (Some(class), Some(args)) = (Borrowed::of(class), Borrowed::of(args)) else { return null(cx) };
            from_timestamp(cx, &class, &args, None)
        }
    })
}

#[rustfmt::skip]
unsafe extern "C" fn datetime_and_fold(
    year: c_int, month: c_int, day: c_int, hour: c_int, minute: c_int, second: c_int, microsecond: c_int, zone: Object, fold: c_int,
    class: Class,
) -> Object {
    cross::<Value>("PyDateTime_FromDateAndTimeAndFold", |cx| {
        // SAFETY: the contract: an object.
        let zone = unsafe { Borrowed::of(zone) };
        make(cx, class, &[year, month, day, hour, minute, second, microsecond], zone.as_deref(), Some(fold))
    })
}

#[rustfmt::skip]
unsafe extern "C" fn time_and_fold(
    hour: c_int, minute: c_int, second: c_int, microsecond: c_int, zone: Object, fold: c_int, class: Class,
) -> Object {
    cross::<Value>("PyTime_FromTimeAndFold", |cx| {
        // SAFETY: the contract: an object.
        let zone = unsafe { Borrowed::of(zone) };
        make(cx, class, &[hour, minute, second, microsecond], zone.as_deref(), Some(fold))
    })
}

/// The functions, in the order of `PyDateTime_CAPI`.
pub fn functions() -> &'static [usize; adder_vm::DATETIME_FUNCTIONS] {
    static FUNCTIONS: std::sync::OnceLock<[usize; adder_vm::DATETIME_FUNCTIONS]> = std::sync::OnceLock::new();
    FUNCTIONS.get_or_init(|| {
        let all = [
            date as *const (),
            datetime as *const (),
            time as *const (),
            delta as *const (),
            timezone as *const (),
            datetime_from_timestamp as *const (),
            date_from_timestamp as *const (),
            datetime_and_fold as *const (),
            time_and_fold as *const (),
        ];
        all.map(|function| function.expose_provenance())
    })
}
