//! The process: its numbers, environment, children, and the machine it runs on.

use std::ffi::{CString, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use adder_objects::str::PyStr;
use adder_objects::typeobject::Method;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::super::process_wide::{alone, changing_environment, copied, reading_environment};
use super::super::support::{self, c_int, done, fs_bytes, int};
use super::constants::CONFIGURATION;
use crate::vm::Vm;

pub(super) static FUNCTIONS: &[Method] = &[
    Method::none("getpid", |cx, _| cx.int(i64::from(std::process::id()))),
    // SAFETY: these read numbers of the process.
    Method::none("getppid", |cx, _| cx.int(i64::from(unsafe { libc::getppid() }))),
    // SAFETY: as above.
    Method::none("getuid", |cx, _| cx.int(i64::from(unsafe { libc::getuid() }))),
    // SAFETY: as above.
    Method::none("geteuid", |cx, _| cx.int(i64::from(unsafe { libc::geteuid() }))),
    // SAFETY: as above.
    Method::none("getgid", |cx, _| cx.int(i64::from(unsafe { libc::getgid() }))),
    // SAFETY: as above.
    Method::none("getegid", |cx, _| cx.int(i64::from(unsafe { libc::getegid() }))),
    // SAFETY: as above.
    Method::none("getpgrp", |cx, _| cx.int(i64::from(unsafe { libc::getpgrp() }))),
    Method::positional("putenv", 2, 2, putenv),
    Method::one("unsetenv", unsetenv),
    Method::one("urandom", urandom),
    Method::none("cpu_count", cpu_count),
    Method::one("strerror", strerror),
    Method::none("uname", uname),
    Method::none("times", times),
    Method::positional("kill", 2, 2, |cx, _, args| {
        let (pid, signal) = (c_int(cx, &args[0])?, c_int(cx, &args[1])?);
        // SAFETY: sends a signal.
        let result = unsafe { libc::kill(pid, signal) };
        if result < 0 {
            return done(cx, result);
        }
        // It may have been for this process.
        crate::threads::handle_signals(cx).map(|()| Value::none())
    }),
    Method::one("_exit", |cx, _, status| {
        let status = c_int(cx, status)?;
        // SAFETY: ends the process.
        unsafe { libc::_exit(status) }
    }),
    Method::none("abort", |_, _| std::process::abort()),
    Method::positional("waitpid", 2, 2, waitpid),
    Method::one("system", system),
    Method::one("sysconf", sysconf),
    Method::none("getlogin", |cx, _| {
        // SAFETY: a text that ends with a zero, copied before it is asked for again.
        match alone(|| unsafe { copied(libc::getlogin()) }) {
            Some(name) => support::fs_text(cx, &name),
            None => Err(support::last_error(cx)),
        }
    }),
];

/// The environment as the system has it: bytes to bytes.
pub(super) fn environ(cx: &Cx) -> R {
    let dict = cx.dict()?;
    for (name, value) in reading_environment(|| std::env::vars_os().collect::<Vec<_>>()) {
        let (name, value) = (cx.bytes(name.as_bytes())?, cx.bytes(value.as_bytes())?);
        dict.set(cx, name.as_value(), value.into_value())?;
    }
    Ok(dict.into_value())
}

/// Text for the system, without zeros.
fn c_text(cx: &Cx, value: &Value) -> R<CString> {
    match CString::new(fs_bytes(cx, value)?) {
        Ok(text) => Ok(text),
        Err(_) => raise!(cx, exc::VALUE_ERROR, "embedded null byte"),
    }
}

/// The name of a variable of the environment.
fn variable(cx: &Cx, value: &Value) -> R<OsString> {
    let name = c_text(cx, value)?.into_bytes();
    if name.is_empty() { Err(support::error_of_code(cx, libc::EINVAL)) } else { Ok(OsString::from_vec(name)) }
}

fn putenv(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let (name, value) = (variable(cx, &args[0])?, OsString::from_vec(c_text(cx, &args[1])?.into_bytes()));
    if name.as_bytes().contains(&b'=') {
        return raise!(cx, exc::VALUE_ERROR, "illegal environment variable name");
    }
    // SAFETY: no interpreter reads it meanwhile but for the calls that `process_wide` names, and no code that goes through `std::env`.
    changing_environment(|| unsafe { std::env::set_var(name, value) });
    Ok(Value::none())
}

fn unsetenv(cx: &Cx, _: &Value, name: &Value) -> R {
    let name = variable(cx, name)?;
    if name.as_bytes().contains(&b'=') {
        return Err(support::error_of_code(cx, libc::EINVAL));
    }
    // SAFETY: as above.
    changing_environment(|| unsafe { std::env::remove_var(name) });
    Ok(Value::none())
}

fn urandom(cx: &Cx, _: &Value, size: &Value) -> R {
    let Ok(size) = usize::try_from(int(cx, size)?) else {
        return raise!(cx, exc::VALUE_ERROR, "negative argument not allowed");
    };
    let mut bytes = support::zeroed(cx, size)?;
    support::random_bytes(cx, &mut bytes)?;
    Ok(cx.bytes(&bytes)?.into_value())
}

fn cpu_count(cx: &Cx, _: &Value) -> R {
    if let Some(count) = Vm::of(cx).options.cpu_count {
        return cx.int(i64::from(count));
    }
    // SAFETY: asks for a number of the system.
    match unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) } {
        n if n > 0 => cx.int(n),
        _ => Ok(Value::none()),
    }
}

/// `sysconf_names`
pub(super) fn configuration(cx: &Cx) -> R {
    let names = cx.dict()?;
    for (name, number) in CONFIGURATION {
        names.set_text(cx, &name[1..], cx.int(*number)?)?;
    }
    Ok(names.into_value())
}

fn sysconf(cx: &Cx, _: &Value, name: &Value) -> R {
    let number = match name.downcast::<PyStr>().map(PyStr::to_lossy) {
        Some(text) => match CONFIGURATION.iter().find(|(known, _)| known[1..] == *text) {
            Some((_, number)) => *number as i32,
            None => return raise!(cx, exc::VALUE_ERROR, "unrecognized configuration name"),
        },
        None if name.is_int() => c_int(cx, name)?,
        None => return raise!(cx, exc::TYPE_ERROR, "configuration names must be strings or integers"),
    };
    // SAFETY: asks for a number of the system.
    support::told_by_errno(cx, || unsafe { libc::sysconf(number) })
}

fn strerror(cx: &Cx, _: &Value, number: &Value) -> R {
    let number = c_int(cx, number)?;
    // SAFETY: a text that ends with a zero, copied before another is asked for.
    let text = alone(move || unsafe { copied(libc::strerror(number)) });
    support::fs_text(cx, &text.unwrap_or_default())
}

fn uname(cx: &Cx, this: &Value) -> R {
    // SAFETY: plain bytes; room for the result.
    let names = unsafe {
        let mut names: libc::utsname = core::mem::zeroed();
        if libc::uname(&raw mut names) < 0 {
            return Err(support::last_error(cx));
        }
        names
    };
    // SAFETY: texts that end with a zero.
    let text =
        |field: &[libc::c_char]| unsafe { support::fs_text(cx, std::ffi::CStr::from_ptr(field.as_ptr()).to_bytes()) };
    let values = [
        text(&names.sysname)?,
        text(&names.nodename)?,
        text(&names.release)?,
        text(&names.version)?,
        text(&names.machine)?,
    ];
    super::structseq::of_module(cx, this, "uname_result", values.to_vec())
}

fn times(cx: &Cx, this: &Value) -> R {
    // SAFETY: plain numbers; room for the result.
    let (ticks, spent, hertz) = unsafe {
        let mut spent: libc::tms = core::mem::zeroed();
        (libc::times(&raw mut spent), spent, libc::sysconf(libc::_SC_CLK_TCK) as f64)
    };
    let values = [spent.tms_utime, spent.tms_stime, spent.tms_cutime, spent.tms_cstime, ticks]
        .iter()
        .map(|ticks| cx.float(*ticks as f64 / hertz))
        .collect::<R<Vec<_>>>()?;
    super::structseq::of_module(cx, this, "times_result", values)
}

fn waitpid(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let (pid, options) = (c_int(cx, &args[0])?, c_int(cx, &args[1])?);
    let mut status = 0;
    // SAFETY: room for the status.
    let found = support::retry(cx, || i64::from(unsafe { libc::waitpid(pid, &raw mut status, options) }))?;
    if found < 0 {
        return Err(support::last_error(cx));
    }
    Ok(cx.tuple([cx.int(found)?, Value::small(status.into())])?.into_value())
}

fn system(cx: &Cx, _: &Value, command: &Value) -> R {
    let command = c_text(cx, &support::fspath(cx, command)?)?;
    // SAFETY: runs a command of the program; it ends with a zero.
    cx.int(i64::from(support::without_lock(cx, || unsafe { libc::system(command.as_ptr()) })))
}
