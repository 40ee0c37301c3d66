//! The module `time`.

use std::ffi::CString;
use std::sync::OnceLock;
use std::time::Instant;

use adder_objects::str::PyStr;
use adder_objects::tuple::{PyTuple, TUPLE_TYPE};
use adder_objects::typeobject::Method;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::process_wide::{copied, reading_environment};
use super::structseq;
use super::support::{self, c_int, seconds};
use crate::vm::Vm;

static FUNCTIONS: &[Method] = &[
    Method::none("time", |cx, _| cx.float(nanos(libc::CLOCK_REALTIME) as f64 * 1e-9)),
    Method::none("time_ns", |cx, _| cx.int(nanos(libc::CLOCK_REALTIME))),
    Method::none("monotonic", |cx, _| cx.float(nanos(libc::CLOCK_MONOTONIC) as f64 * 1e-9)),
    Method::none("monotonic_ns", |cx, _| cx.int(nanos(libc::CLOCK_MONOTONIC))),
    Method::none("perf_counter", |cx, _| cx.float(nanos(libc::CLOCK_MONOTONIC) as f64 * 1e-9)),
    Method::none("perf_counter_ns", |cx, _| cx.int(nanos(libc::CLOCK_MONOTONIC))),
    Method::none("process_time", |cx, _| cx.float(nanos(libc::CLOCK_PROCESS_CPUTIME_ID) as f64 * 1e-9)),
    Method::none("process_time_ns", |cx, _| cx.int(nanos(libc::CLOCK_PROCESS_CPUTIME_ID))),
    Method::none("thread_time", |cx, _| cx.float(nanos(libc::CLOCK_THREAD_CPUTIME_ID) as f64 * 1e-9)),
    Method::none("thread_time_ns", |cx, _| cx.int(nanos(libc::CLOCK_THREAD_CPUTIME_ID))),
    Method::one("clock_gettime", |cx, _, id| cx.float(clock(cx, id)? as f64 * 1e-9)),
    Method::one("clock_gettime_ns", |cx, _, id| cx.int(clock(cx, id)?)),
    Method::one("sleep", sleep),
    Method::positional("gmtime", 0, 1, |cx, this, args| broken_down(cx, this, args, true)),
    Method::positional("localtime", 0, 1, |cx, this, args| broken_down(cx, this, args, false)),
    Method::one("mktime", mktime),
    Method::positional("strftime", 1, 2, strftime),
    Method::positional("asctime", 0, 1, asctime),
    Method::positional("ctime", 0, 1, ctime),
    Method::one("get_clock_info", clock_info),
    Method::none("tzset", set_zone),
    Method::positional("strptime", 1, 2, |cx, _, args| {
        let module = cx.import("_strptime")?;
        cx.call(&cx.getattr_text(&module, "_strptime_time")?, args)
    }),
];

unsafe extern "C" {
    fn tzset();
}

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "time", FUNCTIONS)?.into_value();
    support::constants(
        cx,
        &module,
        &[
            ("CLOCK_REALTIME", libc::CLOCK_REALTIME.into()),
            ("CLOCK_MONOTONIC", libc::CLOCK_MONOTONIC.into()),
            ("CLOCK_MONOTONIC_RAW", libc::CLOCK_MONOTONIC_RAW.into()),
            ("CLOCK_PROCESS_CPUTIME_ID", libc::CLOCK_PROCESS_CPUTIME_ID.into()),
            ("CLOCK_THREAD_CPUTIME_ID", libc::CLOCK_THREAD_CPUTIME_ID.into()),
            ("_STRUCT_TM_ITEMS", 11),
        ],
    )?;
    let fields = [
        "tm_year",
        "tm_mon",
        "tm_mday",
        "tm_hour",
        "tm_min",
        "tm_sec",
        "tm_wday",
        "tm_yday",
        "tm_isdst",
        "tm_zone",
        "tm_gmtoff",
    ];
    let class = structseq::class(cx, "time", "struct_time", &fields, 9)?;
    if let Some(dict) = crate::module::dict_of(&module) {
        dict.set_text(cx, "struct_time", class)?;
    }
    set_zone(cx, &module)?;
    Ok(module)
}

/// A clock in nanoseconds.
fn nanos(clock: libc::clockid_t) -> i64 {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: room for the result.
    unsafe { libc::clock_gettime(clock, &raw mut now) };
    now.tv_sec * 1_000_000_000 + now.tv_nsec
}

fn clock(cx: &Cx, id: &Value) -> R<i64> {
    let id = c_int(cx, id)?;
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: room for the result.
    if unsafe { libc::clock_gettime(id as libc::clockid_t, &raw mut now) } != 0 {
        return Err(support::last_error(cx));
    }
    Ok(now.tv_sec * 1_000_000_000 + now.tv_nsec)
}

fn sleep(cx: &Cx, _: &Value, value: &Value) -> R {
    static START: OnceLock<Instant> = OnceLock::new();
    if value.as_float().is_none() && !value.is_int() && value.ty().slots.index.get().is_none() {
        let ty = value.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "'{ty}' object cannot be interpreted as an integer");
    }
    let length = support::timeout(cx, value)?;
    if length < 0.0 {
        return raise!(cx, exc::VALUE_ERROR, "sleep length must be non-negative");
    }
    let start = *START.get_or_init(Instant::now);
    let end = start.elapsed().as_secs_f64() + length;
    // A signal ends the call of the system; its handler runs, then the rest is slept.
    support::retry(cx, || {
        let left = (end - start.elapsed().as_secs_f64()).max(0.0);
        let wish = libc::timespec { tv_sec: left as i64, tv_nsec: ((left - left.floor()) * 1e9) as i64 };
        // SAFETY: the remaining time is not asked for.
        i64::from(unsafe { libc::nanosleep(&raw const wish, core::ptr::null_mut()) })
    })?;
    Ok(Value::none())
}

/// Seconds since the epoch: the argument, or now.
fn moment(cx: &Cx, args: &[Value]) -> R<i64> {
    match args.first().filter(|value| !value.is_none()) {
        None => Ok(nanos(libc::CLOCK_REALTIME).div_euclid(1_000_000_000)),
        Some(value) => {
            let at = seconds(cx, value)?;
            if at.abs() > 9.2e18 {
                return raise!(cx, exc::OVERFLOW_ERROR, "timestamp out of range for platform time_t");
            }
            Ok(at.floor() as i64)
        }
    }
}

/// A moment, in seconds since 1970, as the clocks of UTC or the local ones show it.
pub(super) fn split(cx: &Cx, at: i64, utc: bool) -> R<libc::tm> {
    // SAFETY: plain numbers and a pointer that the call sets; room for the result.
    let (done, parts) = unsafe {
        let mut parts: libc::tm = core::mem::zeroed();
        let done = match utc {
            true => libc::gmtime_r(&raw const at, &raw mut parts),
            false => reading_environment(|| libc::localtime_r(&raw const at, &raw mut parts)),
        };
        (!done.is_null(), parts)
    };
    if done { Ok(parts) } else { Err(support::last_error(cx)) }
}

/// The name of the zone in which a moment was shown.
pub(super) fn zone_of(parts: &libc::tm) -> Option<Vec<u8>> {
    // SAFETY: the system's name of a zone ends with a zero, and the system keeps it.
    unsafe { copied(parts.tm_zone) }
}

fn zone_name(cx: &Cx, parts: &libc::tm) -> R {
    zone_of(parts).map_or(Ok(Value::none()), |name| support::fs_text(cx, &name))
}

fn broken_down(cx: &Cx, this: &Value, args: &[Value], utc: bool) -> R {
    let parts = split(cx, moment(cx, args)?, utc)?;
    let mut values = Vec::with_capacity(11);
    for number in [
        i64::from(parts.tm_year) + 1900,
        i64::from(parts.tm_mon) + 1,
        parts.tm_mday.into(),
        parts.tm_hour.into(),
        parts.tm_min.into(),
        parts.tm_sec.into(),
        (i64::from(parts.tm_wday) + 6) % 7,
        i64::from(parts.tm_yday) + 1,
        parts.tm_isdst.into(),
    ] {
        values.push(Value::small(number));
    }
    values.push(zone_name(cx, &parts)?);
    values.push(cx.int(parts.tm_gmtoff)?);
    structseq::of_module(cx, this, "struct_time", values)
}

/// A time as the system wants it, from a tuple of nine.
fn joined(cx: &Cx, value: &Value) -> R<libc::tm> {
    let Some(tuple) = value.downcast::<PyTuple>() else {
        return raise!(cx, exc::TYPE_ERROR, "Tuple or struct_time argument required");
    };
    let items = tuple.items().to_vec();
    if items.len() != 9 {
        return raise!(cx, exc::TYPE_ERROR, "function takes exactly 9 arguments ({} given)", items.len());
    }
    let mut n = [0i32; 9];
    for (to, item) in n.iter_mut().zip(&items) {
        *to = c_int(cx, item)?;
    }
    // SAFETY: plain numbers and a pointer that may be null.
    let mut parts: libc::tm = unsafe { core::mem::zeroed() };
    let Some(year) = n[0].checked_sub(1900) else {
        return raise!(cx, exc::OVERFLOW_ERROR, "year out of range");
    };
    parts.tm_year = year;
    parts.tm_mon = n[1].wrapping_sub(1);
    (parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec) = (n[2], n[3], n[4], n[5]);
    parts.tm_wday = n[6].wrapping_add(1).rem_euclid(7);
    parts.tm_yday = n[7].wrapping_sub(1);
    parts.tm_isdst = n[8];
    Ok(parts)
}

/// The same, with its parts checked as `strftime` and `asctime` want it.
fn checked(cx: &Cx, value: &Value) -> R<libc::tm> {
    let mut parts = joined(cx, value)?;
    if parts.tm_mon == -1 {
        parts.tm_mon = 0;
    }
    if parts.tm_mday == 0 {
        parts.tm_mday = 1;
    }
    if parts.tm_yday == -1 {
        parts.tm_yday = 0;
    }
    for (wrong, what) in [
        (!(0..12).contains(&parts.tm_mon), "month"),
        (!(1..32).contains(&parts.tm_mday), "day of month"),
        (!(0..24).contains(&parts.tm_hour), "hour"),
        (!(0..60).contains(&parts.tm_min), "minute"),
        (!(0..62).contains(&parts.tm_sec), "seconds"),
        (!(0..366).contains(&parts.tm_yday), "day of year"),
    ] {
        if wrong {
            return raise!(cx, exc::VALUE_ERROR, "{what} out of range");
        }
    }
    Ok(parts)
}

fn mktime(cx: &Cx, _: &Value, value: &Value) -> R {
    let mut parts = joined(cx, value)?;
    parts.tm_wday = -1;
    // SAFETY: fills in what is missing of the parts.
    let at = reading_environment(|| unsafe { libc::mktime(&raw mut parts) });
    if at == -1 && parts.tm_wday == -1 {
        return raise!(cx, exc::OVERFLOW_ERROR, "mktime argument out of range");
    }
    cx.float(at as f64)
}

/// `tm_zone` and `tm_gmtoff`, where there are such.
fn zone_attributes(cx: &Cx, value: &Value) -> R<Option<(CString, i64)>> {
    let attribute = |name: &str| -> R<Option<Value>> { cx.getattr_opt(value, &cx.intern(name)?) };
    let (Some(name), ahead) = (attribute("tm_zone")?, attribute("tm_gmtoff")?) else { return Ok(None) };
    if name.downcast::<PyStr>().is_none() {
        return Ok(None);
    }
    let ahead = ahead.and_then(|ahead| ahead.as_i64()).unwrap_or(0);
    Ok(CString::new(support::fs_bytes(cx, &name)?).ok().map(|name| (name, ahead)))
}

fn strftime(cx: &Cx, _: &Value, args: &[Value]) -> R {
    if args[0].downcast::<PyStr>().is_none() {
        let ty = args[0].ty().name();
        return raise!(cx, exc::TYPE_ERROR, "strftime() argument 1 must be str, not {ty}");
    }
    let mut parts = match args.get(1) {
        Some(value) => checked(cx, value)?,
        None => split(cx, moment(cx, &[])?, false)?,
    };
    // A `struct_time` knows the zone that it was shown in.
    let zone = match args.get(1) {
        Some(value) if !value.is_exact(&TUPLE_TYPE) => zone_attributes(cx, value)?,
        _ => None,
    };
    if let Some((name, ahead)) = &zone {
        parts.tm_zone = name.as_ptr().cast_mut();
        parts.tm_gmtoff = *ahead;
    }
    let mut result = Vec::new();
    let format = support::fs_bytes(cx, &args[0])?;
    // The system's function ends at a zero: the parts between zeros are written one by one.
    for (at, piece) in format.split(|byte| *byte == 0).enumerate() {
        if at > 0 {
            result.push(0);
        }
        if piece.is_empty() {
            continue;
        }
        // A mark in front tells an empty result from one that did not fit.
        let mut pattern = piece.to_vec();
        pattern.insert(0, b'+');
        pattern.push(0);
        let mut room = vec![0u8; 256 + pattern.len()];
        loop {
            // SAFETY: the pattern ends with a zero, and the result has room for so many bytes.
            let n = reading_environment(|| unsafe {
                libc::strftime(room.as_mut_ptr().cast(), room.len(), pattern.as_ptr().cast(), &raw const parts)
            });
            if n > 0 {
                result.extend_from_slice(&room[1..n]);
                break;
            }
            // Nobody asks for as much but who gives a width; CPython gives nothing then, neither.
            if room.len() >= 256 * pattern.len() {
                break;
            }
            let larger = room.len() * 2;
            room.resize(larger, 0);
        }
    }
    support::fs_text(cx, &result)
}

fn as_text(cx: &Cx, parts: &libc::tm) -> R {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (day, month) = (DAYS[parts.tm_wday as usize % 7], MONTHS[parts.tm_mon as usize % 12]);
    let (hour, minute, second) = (parts.tm_hour, parts.tm_min, parts.tm_sec);
    let year = i64::from(parts.tm_year) + 1900;
    cx.str_value(&format!("{day} {month} {:2} {hour:02}:{minute:02}:{second:02} {year}", parts.tm_mday))
}

fn asctime(cx: &Cx, _: &Value, args: &[Value]) -> R {
    match args.first() {
        Some(value) => as_text(cx, &checked(cx, value)?),
        None => as_text(cx, &split(cx, moment(cx, &[])?, false)?),
    }
}

fn ctime(cx: &Cx, _: &Value, args: &[Value]) -> R {
    as_text(cx, &split(cx, moment(cx, args)?, false)?)
}

fn clock_info(cx: &Cx, _: &Value, name: &Value) -> R {
    let (implementation, id) = match cx.display(name)?.as_str() {
        "time" => ("clock_gettime(CLOCK_REALTIME)", libc::CLOCK_REALTIME),
        "monotonic" | "perf_counter" => ("clock_gettime(CLOCK_MONOTONIC)", libc::CLOCK_MONOTONIC),
        "process_time" => ("clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", libc::CLOCK_PROCESS_CPUTIME_ID),
        "thread_time" => ("clock_gettime(CLOCK_THREAD_CPUTIME_ID)", libc::CLOCK_THREAD_CPUTIME_ID),
        _ => return raise!(cx, exc::VALUE_ERROR, "unknown clock"),
    };
    let mut step = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: room for the result.
    unsafe { libc::clock_getres(id, &raw mut step) };
    let dict = cx.dict()?;
    let wall = id == libc::CLOCK_REALTIME;
    dict.set_text(cx, "implementation", cx.str_value(implementation)?)?;
    dict.set_text(cx, "monotonic", Value::bool(!wall))?;
    dict.set_text(cx, "adjustable", Value::bool(wall))?;
    dict.set_text(cx, "resolution", cx.float(step.tv_sec as f64 + step.tv_nsec as f64 * 1e-9)?)?;
    Ok(cx.namespace(dict)?.into_value())
}

/// Sets `timezone`, `altzone`, `daylight` and `tzname`.
fn set_zone(cx: &Cx, module: &Value) -> R {
    // SAFETY: sets what is the process's; nobody changes the environment meanwhile.
    reading_environment(|| unsafe { tzset() });
    let year = 31_556_952;
    let now = nanos(libc::CLOCK_REALTIME).div_euclid(1_000_000_000) / year * year;
    let (winter, summer) = (split(cx, now, false)?, split(cx, now + year / 2, false)?);
    let (west, east) = (-winter.tm_gmtoff, -summer.tm_gmtoff);
    // On the southern half the clocks are ahead in January.
    let (plain, saving, names) = if west < east {
        (east, west, [zone_name(cx, &summer)?, zone_name(cx, &winter)?])
    } else {
        (west, east, [zone_name(cx, &winter)?, zone_name(cx, &summer)?])
    };
    if let Some(dict) = crate::module::dict_of(module) {
        dict.set_text(cx, "timezone", cx.int(plain)?)?;
        dict.set_text(cx, "altzone", cx.int(saving)?)?;
        dict.set_text(cx, "daylight", Value::small((plain != saving).into()))?;
        dict.set_text(cx, "tzname", cx.tuple(names)?.into_value())?;
    }
    Ok(Value::none())
}
