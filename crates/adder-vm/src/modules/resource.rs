//! The module `resource`.

use adder_objects::typeobject::Method;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::structseq;
use super::support::{self, c_int, int, numbers};
use crate::vm::Vm;

static FUNCTIONS: &[Method] = &[
    Method::one("getrlimit", |cx, _, what| {
        let what = known(cx, what)?;
        // SAFETY: plain numbers; room for the result.
        unsafe {
            let mut limits: libc::rlimit = core::mem::zeroed();
            if libc::getrlimit(what as _, &raw mut limits) < 0 {
                return Err(support::last_error(cx));
            }
            pair(cx, limits)
        }
    }),
    Method::positional("setrlimit", 2, 2, |cx, _, args| {
        let what = known(cx, &args[0])?;
        let [soft, hard] = &cx.collect(&args[1])?[..] else {
            return raise!(cx, exc::VALUE_ERROR, "expected a tuple of 2 integers");
        };
        let limits = libc::rlimit { rlim_cur: limit(cx, soft)?, rlim_max: limit(cx, hard)? };
        // SAFETY: plain numbers.
        if unsafe { libc::setrlimit(what as _, &raw const limits) } < 0 {
            let error = std::io::Error::last_os_error();
            return match error.raw_os_error() {
                Some(libc::EINVAL) => raise!(cx, exc::VALUE_ERROR, "current limit exceeds maximum limit"),
                Some(libc::EPERM) => raise!(cx, exc::VALUE_ERROR, "not allowed to raise maximum limit"),
                _ => Err(exc::os_error(cx, &error, None)),
            };
        }
        Ok(Value::none())
    }),
    Method::one("getrusage", getrusage),
    // SAFETY: asks for a number of the system.
    Method::none("getpagesize", |cx, _| cx.int(unsafe { libc::sysconf(libc::_SC_PAGESIZE) })),
];

static NUMBERS: &[(&str, i64)] = numbers! {
    RLIMIT_AS RLIMIT_CORE RLIMIT_CPU RLIMIT_DATA RLIMIT_FSIZE RLIMIT_MEMLOCK RLIMIT_MSGQUEUE RLIMIT_NICE RLIMIT_NOFILE
    RLIMIT_NPROC RLIMIT_RSS RLIMIT_RTPRIO RLIMIT_RTTIME RLIMIT_SIGPENDING RLIMIT_STACK RUSAGE_SELF RUSAGE_CHILDREN
    RUSAGE_THREAD
};

static FIELDS: &[&str] = &[
    "ru_utime",
    "ru_stime",
    "ru_maxrss",
    "ru_ixrss",
    "ru_idrss",
    "ru_isrss",
    "ru_minflt",
    "ru_majflt",
    "ru_nswap",
    "ru_inblock",
    "ru_oublock",
    "ru_msgsnd",
    "ru_msgrcv",
    "ru_nsignals",
    "ru_nvcsw",
    "ru_nivcsw",
];

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "resource", FUNCTIONS)?.into_value();
    support::constants(cx, &module, NUMBERS)?;
    support::constants(cx, &module, &[("RLIM_INFINITY", -1), ("RLIMIT_OFILE", i64::from(libc::RLIMIT_NOFILE))])?;
    if let Some(dict) = crate::module::dict_of(&module) {
        dict.set_text(cx, "error", exc::OS_ERROR.value())?;
        let class = structseq::class(cx, "resource", "struct_rusage", FIELDS, FIELDS.len())?;
        dict.set_text(cx, "struct_rusage", class)?;
    }
    Ok(module)
}

fn known(cx: &Cx, what: &Value) -> R<i32> {
    match c_int(cx, what)? {
        what if (0..16).contains(&what) => Ok(what),
        _ => raise!(cx, exc::VALUE_ERROR, "invalid resource specified"),
    }
}

fn limit(cx: &Cx, value: &Value) -> R<libc::rlim_t> {
    Ok(int(cx, value)? as libc::rlim_t)
}

fn pair(cx: &Cx, limits: libc::rlimit) -> R {
    let limit = |limit: libc::rlim_t| match limit {
        libc::RLIM_INFINITY => Ok(Value::small(-1)),
        limit => cx.int_from_u64(limit),
    };
    Ok(cx.tuple([limit(limits.rlim_cur)?, limit(limits.rlim_max)?])?.into_value())
}

/// What a process has used, as the fields of `struct_rusage`.
pub(super) fn usage(cx: &Cx, used: &libc::rusage) -> R<Vec<Value>> {
    let time = |time: libc::timeval| cx.float(time.tv_sec as f64 + time.tv_usec as f64 * 1e-6);
    let mut values = vec![time(used.ru_utime)?, time(used.ru_stime)?];
    for number in [
        used.ru_maxrss,
        used.ru_ixrss,
        used.ru_idrss,
        used.ru_isrss,
        used.ru_minflt,
        used.ru_majflt,
        used.ru_nswap,
        used.ru_inblock,
        used.ru_oublock,
        used.ru_msgsnd,
        used.ru_msgrcv,
        used.ru_nsignals,
        used.ru_nvcsw,
        used.ru_nivcsw,
    ] {
        values.push(cx.int(number)?);
    }
    Ok(values)
}

fn getrusage(cx: &Cx, this: &Value, who: &Value) -> R {
    let who = c_int(cx, who)?;
    // SAFETY: plain numbers; room for the result.
    let used = unsafe {
        let mut used: libc::rusage = core::mem::zeroed();
        if libc::getrusage(who, &raw mut used) < 0 {
            let error = std::io::Error::last_os_error();
            if error.raw_os_error() == Some(libc::EINVAL) {
                return raise!(cx, exc::VALUE_ERROR, "invalid who parameter");
            }
            return Err(exc::os_error(cx, &error, None));
        }
        used
    };
    structseq::of_module(cx, this, "struct_rusage", usage(cx, &used)?)
}
