//! The module `fcntl`.

use adder_objects::str::PyStr;
use adder_objects::typeobject::Method;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::support::{self, c_int, contents, descriptor, int, numbers};
use crate::vm::Vm;

static FUNCTIONS: &[Method] = &[
    Method::positional("fcntl", 2, 3, fcntl),
    Method::positional("ioctl", 2, 4, ioctl),
    Method::positional("flock", 2, 2, |cx, _, args| {
        let (fd, what) = (descriptor(cx, &args[0])?, c_int(cx, &args[1])?);
        // SAFETY: locks a file.
        let result = support::retry(cx, || i64::from(unsafe { libc::flock(fd, what) }))?;
        support::done(cx, result as i32)
    }),
    Method::positional("lockf", 2, 5, lockf),
];

static NUMBERS: &[(&str, i64)] = numbers! {
    F_DUPFD F_DUPFD_CLOEXEC F_GETFD F_SETFD F_GETFL F_SETFL F_GETLK F_SETLK F_SETLKW F_GETOWN F_SETOWN F_RDLCK F_WRLCK F_UNLCK
    F_GETPIPE_SZ F_SETPIPE_SZ F_GETLEASE F_SETLEASE F_NOTIFY F_ADD_SEALS F_GET_SEALS F_SEAL_SEAL F_SEAL_SHRINK F_SEAL_GROW
    F_SEAL_WRITE FD_CLOEXEC LOCK_SH LOCK_EX LOCK_NB LOCK_UN
};

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "fcntl", FUNCTIONS)?.into_value();
    support::constants(cx, &module, NUMBERS)?;
    support::constants(cx, &module, &[("FASYNC", libc::O_ASYNC.into())])?;
    Ok(module)
}

/// Is the argument bytes rather than a number?
fn is_bytes(value: &Value) -> bool {
    value.downcast::<PyStr>().is_some() || value.ty().slots.buffer.get().is_some()
}

fn bytes_of(cx: &Cx, value: &Value) -> R<Vec<u8>> {
    if value.downcast::<PyStr>().is_some() { support::fs_bytes(cx, value) } else { Ok(contents(cx, value)?.to_vec()) }
}

/// `fcntl(fd, cmd, arg=0)`
fn fcntl(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let (fd, what) = (descriptor(cx, &args[0])?, c_int(cx, &args[1])?);
    if let Some(given) = args.get(2).filter(|given| is_bytes(given)) {
        let mut bytes = bytes_of(cx, given)?;
        let len = bytes.len();
        if len > 1024 {
            return raise!(cx, exc::VALUE_ERROR, "fcntl argument 3 is too long");
        }
        bytes.resize(1024, 0);
        // SAFETY: the request decides how much is written; there is more room than any of them needs.
        let result = support::retry(cx, || i64::from(unsafe { libc::fcntl(fd, what, bytes.as_mut_ptr()) }))?;
        if result < 0 {
            return Err(support::last_error(cx));
        }
        return Ok(cx.bytes(&bytes[..len])?.into_value());
    }
    let number = args.get(2).map_or(Ok(0), |number| int(cx, number))?;
    // SAFETY: a number.
    let result = support::retry(cx, || i64::from(unsafe { libc::fcntl(fd, what, number as libc::c_int) }))?;
    support::checked(cx, result)
}

/// `ioctl(fd, request, arg=0, mutate_flag=True)`
fn ioctl(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let (fd, request) = (descriptor(cx, &args[0])?, int(cx, &args[1])? as libc::c_ulong);
    let Some(given) = args.get(2).filter(|given| is_bytes(given)) else {
        let number = args.get(2).map_or(Ok(0), |number| int(cx, number))?;
        // SAFETY: a number.
        let result = support::retry(cx, || i64::from(unsafe { libc::ioctl(fd, request, number as libc::c_int) }))?;
        return support::checked(cx, result);
    };
    let changes = args.get(3).map_or(Ok(true), |changes| cx.is_true(changes))?;
    let mut bytes = bytes_of(cx, given)?;
    let len = bytes.len();
    bytes.resize(len.max(1024) + 64, 0);
    // SAFETY: the request decides how much is written; there is more room than any of them needs.
    let result = support::retry(cx, || i64::from(unsafe { libc::ioctl(fd, request, bytes.as_mut_ptr()) }))?;
    if result < 0 {
        return Err(support::last_error(cx));
    }
    if changes && let Some(view) = support::writable_if_any(cx, given)? {
        let len = len.min(view.len);
        // SAFETY: the view is writable, so long, and keeps its memory while it lives.
        unsafe { view.data.copy_from_nonoverlapping(bytes.as_ptr(), len) };
        return cx.int(result);
    }
    Ok(cx.bytes(&bytes[..len])?.into_value())
}

/// `lockf(fd, cmd, len=0, start=0, whence=0)`
fn lockf(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let (fd, what) = (descriptor(cx, &args[0])?, c_int(cx, &args[1])?);
    let number = |at: usize| args.get(at).map_or(Ok(0), |number| int(cx, number));
    // SAFETY: plain numbers.
    let mut lock: libc::flock = unsafe { core::mem::zeroed() };
    lock.l_type = if what == libc::LOCK_UN {
        libc::F_UNLCK
    } else if what & libc::LOCK_SH != 0 {
        libc::F_RDLCK
    } else if what & libc::LOCK_EX != 0 {
        libc::F_WRLCK
    } else {
        return raise!(cx, exc::VALUE_ERROR, "unrecognized lockf argument");
    } as libc::c_short;
    lock.l_len = number(2)?;
    lock.l_start = number(3)?;
    lock.l_whence = number(4)? as libc::c_short;
    let how = if what & libc::LOCK_NB != 0 { libc::F_SETLK } else { libc::F_SETLKW };
    // SAFETY: the lock is read.
    let result = support::retry(cx, || i64::from(unsafe { libc::fcntl(fd, how, &raw const lock) }))?;
    support::done(cx, result as i32)
}
