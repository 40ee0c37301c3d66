//! The module `select`.

mod epoll;
mod poll;

use std::time::{Duration, Instant};

use adder_objects::list::PyList;
use adder_objects::typeobject::Method;
use adder_objects::{Cx, R, TypeObject, Value, exceptions as exc, raise};

use super::support::{self, descriptor, numbers, without_lock};
use crate::threads::handle_signals;
use crate::vm::Vm;

/// The types of this module.
pub(crate) static TYPES: &[&TypeObject] = &[&poll::POLL_TYPE, &epoll::EPOLL_TYPE];

static FUNCTIONS: &[Method] =
    &[Method::positional("select", 3, 4, select), Method::none("poll", |cx, _| poll::poll(cx))];

static NUMBERS: &[(&str, i64)] = numbers! {
    POLLIN POLLOUT POLLPRI POLLERR POLLHUP POLLNVAL POLLRDHUP POLLRDNORM POLLRDBAND POLLWRNORM POLLWRBAND PIPE_BUF
};

static EPOLL_NUMBERS: &[(&str, i64)] = numbers! {
    EPOLLIN EPOLLOUT EPOLLPRI EPOLLERR EPOLLHUP EPOLLRDHUP EPOLLRDNORM EPOLLRDBAND EPOLLWRNORM EPOLLWRBAND EPOLLMSG
    EPOLLEXCLUSIVE EPOLLONESHOT EPOLL_CLOEXEC
};

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "select", FUNCTIONS)?.into_value();
    support::constants(cx, &module, NUMBERS)?;
    support::constants(cx, &module, EPOLL_NUMBERS)?;
    // The system's constant has a sign; the program's has none.
    support::constants(cx, &module, &[("EPOLLET", 1 << 31), ("POLLMSG", 0x400)])?;
    if let Some(dict) = crate::module::dict_of(&module) {
        dict.set_text(cx, "error", exc::OS_ERROR.value())?;
        dict.set_text(cx, "epoll", epoll::EPOLL_TYPE.value())?;
    }
    Ok(module)
}

/// When to give up waiting after so many seconds, which are not negative.
fn deadline(length: f64) -> Option<Instant> {
    Some(Instant::now() + Duration::from_secs_f64(length))
}

/// Waits for some descriptors: how many have something to tell.
pub(super) fn wait_for(cx: &Cx, asked: &mut [libc::pollfd], deadline: Option<Instant>) -> R<usize> {
    loop {
        let wait = milliseconds(deadline);
        let count = asked.len() as libc::nfds_t;
        // SAFETY: so many entries.
        let result = without_lock(cx, || unsafe { libc::poll(asked.as_mut_ptr(), count, wait) });
        if result >= 0 {
            return Ok(result as usize);
        }
        let error = std::io::Error::last_os_error();
        if error.raw_os_error() != Some(libc::EINTR) {
            return Err(exc::os_error(cx, &error, None));
        }
        handle_signals(cx)?;
    }
}

/// What is left, rounded up; −1 for without end.
fn milliseconds(deadline: Option<Instant>) -> i32 {
    let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    left.map_or(-1, |left| left.as_nanos().div_ceil(1_000_000).min(i32::MAX as u128) as i32)
}

/// `select(rlist, wlist, xlist, timeout=None)`, by the system's `poll`, which has no bound on descriptors; but the bound of the
/// real one is part of its behaviour.
fn select(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let timeout = match args.get(3).filter(|timeout| !timeout.is_none()) {
        None => None,
        Some(timeout) => {
            if timeout.as_float().is_none() && !timeout.is_int() {
                return raise!(cx, exc::TYPE_ERROR, "timeout must be a float or None");
            }
            let length = support::timeout(cx, timeout)?;
            if length < 0.0 {
                return raise!(cx, exc::VALUE_ERROR, "timeout must be non-negative");
            }
            deadline(length)
        }
    };
    let events = [libc::POLLIN, libc::POLLOUT, libc::POLLPRI];
    let mut asked = Vec::new();
    let mut objects = Vec::new();
    for (list, events) in args[..3].iter().zip(events) {
        let items = match list.downcast::<PyList>() {
            // A `fileno()` may change it meanwhile.
            Some(_) => list.clone(),
            None => match cx.collect(list) {
                Ok(items) => cx.list(items)?.into_value(),
                Err(raised) if raised.is(&exc::TYPE_ERROR) => {
                    return raise!(cx, exc::TYPE_ERROR, "arguments 1-3 must be sequences");
                }
                Err(raised) => return Err(raised),
            },
        };
        let mut at = 0;
        while let Some(item) = items.downcast::<PyList>().and_then(|items| items.get(at)) {
            at += 1;
            let fd = descriptor(cx, &item)?;
            if fd as usize >= libc::FD_SETSIZE {
                return raise!(cx, exc::VALUE_ERROR, "filedescriptor out of range in select()");
            }
            asked.push(libc::pollfd { fd, events, revents: 0 });
            objects.push(item);
        }
    }
    wait_for(cx, &mut asked, timeout)?;
    if asked.iter().any(|entry| entry.revents & libc::POLLNVAL != 0) {
        return Err(support::error_of_code(cx, libc::EBADF));
    }
    let mut found: [Vec<Value>; 3] = Default::default();
    for (entry, object) in asked.iter().zip(objects) {
        let (at, says) = match entry.events {
            libc::POLLIN => (0, libc::POLLIN | libc::POLLHUP | libc::POLLERR),
            libc::POLLOUT => (1, libc::POLLOUT | libc::POLLERR),
            _ => (2, libc::POLLPRI),
        };
        if entry.revents & says != 0 {
            found[at].push(object);
        }
    }
    let [reads, writes, others] = found;
    Ok(cx
        .tuple([cx.list(reads)?.into_value(), cx.list(writes)?.into_value(), cx.list(others)?.into_value()])?
        .into_value())
}
