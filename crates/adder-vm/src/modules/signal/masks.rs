//! Of the module `_signal`: signals that are blocked, waited for, and sent to a thread.

use std::time::{Duration, Instant};

use adder_objects::typeobject::Method;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::super::structseq;
use super::super::support::{self, c_int, int, without_lock};
use super::COUNT;
use crate::threads::handle_signals;

pub(super) static FUNCTIONS: &[Method] = &[
    Method::positional("pthread_sigmask", 2, 2, |cx, _, args| {
        let how = c_int(cx, &args[0])?;
        let wish = set_of(cx, &args[1])?;
        let mut before = empty();
        // SAFETY: the wish is read; room for the result.
        let error = unsafe { libc::pthread_sigmask(how, &raw const wish, &raw mut before) };
        if error != 0 {
            return Err(support::error_of_code(cx, error));
        }
        // One that was blocked may have arrived just now.
        handle_signals(cx)?;
        to_value(cx, &before)
    }),
    Method::none("sigpending", |cx, _| {
        let mut pending = empty();
        // SAFETY: room for the result.
        if unsafe { libc::sigpending(&raw mut pending) } != 0 {
            return Err(support::last_error(cx));
        }
        to_value(cx, &pending)
    }),
    Method::one("sigwait", |cx, _, signals| {
        let wish = set_of(cx, signals)?;
        let mut got = 0;
        // SAFETY: the wish is read; room for the result.
        let error = without_lock(cx, || unsafe { libc::sigwait(&raw const wish, &raw mut got) });
        if error != 0 {
            return Err(support::error_of_code(cx, error));
        }
        cx.int(got.into())
    }),
    Method::one("sigwaitinfo", |cx, this, signals| wait(cx, this, signals, None)),
    Method::positional("sigtimedwait", 2, 2, |cx, this, args| {
        let length = support::timeout(cx, &args[1])?;
        if length < 0.0 {
            return raise!(cx, exc::VALUE_ERROR, "timeout must be non-negative");
        }
        wait(cx, this, &args[0], Some(Instant::now() + Duration::from_secs_f64(length)))
    }),
    Method::positional("pthread_kill", 2, 2, |cx, _, args| {
        let (thread, number) = (int(cx, &args[0])?, c_int(cx, &args[1])?);
        // SAFETY: sends a signal to a thread of the program; that it is one is the caller's to know, as in C.
        let error = unsafe { libc::pthread_kill(thread as libc::pthread_t, number) };
        if error != 0 {
            return Err(support::error_of_code(cx, error));
        }
        handle_signals(cx)?;
        Ok(Value::none())
    }),
];

static FIELDS: &[&str] = &["si_signo", "si_code", "si_errno", "si_pid", "si_uid", "si_status", "si_band"];

/// `struct_siginfo`
pub(super) fn info_class(cx: &Cx) -> R {
    structseq::class(cx, "signal", "struct_siginfo", FIELDS, FIELDS.len())
}

fn empty() -> libc::sigset_t {
    // SAFETY: plain bits; room for the set.
    unsafe {
        let mut set = core::mem::zeroed();
        libc::sigemptyset(&raw mut set);
        set
    }
}

fn set_of(cx: &Cx, signals: &Value) -> R<libc::sigset_t> {
    let mut set = empty();
    for number in cx.collect(signals)? {
        let number = int(cx, &number)?;
        if !(1..COUNT as i64).contains(&number) {
            return raise!(cx, exc::VALUE_ERROR, "signal number {number} out of range [1; {}]", COUNT - 1);
        }
        // SAFETY: within the set. The two that threads use themselves are refused, which does not matter.
        unsafe { libc::sigaddset(&raw mut set, number as i32) };
    }
    Ok(set)
}

fn to_value(cx: &Cx, set: &libc::sigset_t) -> R {
    // SAFETY: within the set.
    let found = (1..COUNT as i32).filter(|number| unsafe { libc::sigismember(set, *number) } == 1);
    let found = cx.list(found.map(|number| Value::small(number.into())).collect::<Vec<_>>())?;
    cx.call(&adder_objects::set::SET_TYPE.value(), &[found.into_value()])
}

fn wait(cx: &Cx, module: &Value, signals: &Value, until: Option<Instant>) -> R {
    let wish = set_of(cx, signals)?;
    let info = loop {
        let left = until.map(|until| {
            let left = until.saturating_duration_since(Instant::now());
            libc::timespec { tv_sec: left.as_secs() as libc::time_t, tv_nsec: left.subsec_nanos().into() }
        });
        // SAFETY: the set and the time are read; room for the result. What is in `info` crosses no thread.
        let result = without_lock(cx, || unsafe {
            let mut got: libc::siginfo_t = core::mem::zeroed();
            let result = match &left {
                Some(left) => libc::sigtimedwait(&raw const wish, &raw mut got, left),
                None => libc::sigwaitinfo(&raw const wish, &raw mut got),
            };
            (result, Info(got))
        });
        if result.0 >= 0 {
            break result.1.0;
        }
        let error = std::io::Error::last_os_error();
        match error.raw_os_error() {
            Some(libc::EAGAIN) => return Ok(Value::none()),
            Some(libc::EINTR) => handle_signals(cx)?,
            _ => return Err(exc::os_error(cx, &error, None)),
        }
    };
    // SAFETY: plain numbers, whatever the kind of signal.
    let (pid, uid, status) = unsafe { (info.si_pid(), info.si_uid(), info.si_status()) };
    let values =
        [info.si_signo.into(), info.si_code.into(), info.si_errno.into(), pid.into(), uid.into(), status.into(), 0];
    structseq::of_module(cx, module, "struct_siginfo", values.map(Value::small).to_vec())
}

/// What the system says of a signal.
struct Info(libc::siginfo_t);

// SAFETY: numbers, and an address that is not looked at.
unsafe impl Send for Info {}
