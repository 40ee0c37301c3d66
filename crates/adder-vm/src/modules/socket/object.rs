//! `_socket.socket`: the type, its life, its timeout.

use core::cell::Cell;
use core::ptr::NonNull;
use std::time::{Duration, Instant};

use adder_gc::raw::Head;
use adder_objects::object::{functions, unborn};
use adder_objects::typeobject::{GetSet, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, Params, R, TypeObject, Value, exceptions as exc, raise};

use super::super::select;
use super::super::support::{self, c_int, set_blocking, without_lock};
use super::address::Address;
use crate::threads::handle_signals;
use crate::vm::Vm;

/// Layout of a socket.
#[repr(C)]
pub(super) struct PySocket {
    head: Head,
    pub(super) fd: Cell<i32>,
    pub(super) family: Cell<i32>,
    kind: Cell<i32>,
    protocol: Cell<i32>,
    /// How long a call may take; `None` for without end, zero for not at all.
    pub(super) timeout: Cell<Option<Duration>>,
}

/// `_socket.socket`
pub(crate) static SOCKET_TYPE: TypeObject = TypeObject::builtin(&SOCKET_SPEC, &raw const SOCKET_TYPE);
static SOCKET_SPEC: Spec = Spec {
    module: "_socket",
    doc: Some("An end of a connection, or a place where connections arrive."),
    flags: flag::BASE,
    size: size_of::<PySocket>(),
    functions: adder_gc::raw::Functions { finalize: Some(finalize), ..functions::<PySocket>(false, false) },
    slots: Slots {
        new: slot(new),
        init: slot(init),
        finalize: slot(close_forgotten),
        repr: slot(|cx, this| {
            let it = of(this);
            cx.str_value(&format!(
                "<socket object, fd={}, family={}, type={}, proto={}>",
                it.fd.get(),
                it.family.get(),
                it.kind.get(),
                it.protocol.get()
            ))
        }),
        ..Slots::NONE
    },
    methods: super::calls::METHODS,
    getset: &[
        GetSet::get("family", |cx, this| cx.int(of(this).family.get().into())),
        GetSet::get("type", |cx, this| cx.int(of(this).kind.get().into())),
        GetSet::get("proto", |cx, this| cx.int(of(this).protocol.get().into())),
        GetSet::get("timeout", |cx, this| timeout_value(cx, of(this).timeout.get())),
    ],
    ..Spec::new("_socket.socket", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PySocket {
    const FINALIZES: bool = true;

    fn ty() -> &'static TypeObject {
        &SOCKET_TYPE
    }
}

pub(super) fn of(this: &Value) -> &PySocket {
    // SAFETY: called for objects of this type.
    unsafe { this.cast::<PySocket>() }
}

fn new(cx: &Cx, class: &TypeObject, _: Args<'_>) -> R {
    let made = PySocket {
        head: unborn(),
        fd: Cell::new(-1),
        family: Cell::new(0),
        kind: Cell::new(0),
        protocol: Cell::new(0),
        timeout: Cell::new(Vm::of(cx).state.socket_timeout.get()),
    };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    let [family, kind, protocol, fileno] = args.bind(
        cx,
        &Params {
            function: "socket",
            names: ["family", "type", "proto", "fileno"],
            positional_only: 0,
            positional: 4,
            required: 0,
        },
    )?;
    let number = |value: Option<&Value>| value.map_or(Ok(-1), |value| c_int(cx, value));
    let (mut family, mut kind, mut protocol) = (number(family)?, number(kind)?, number(protocol)?);
    let fd = match fileno.filter(|fileno| !fileno.is_none()) {
        Some(fileno) => {
            if fileno.as_float().is_some() {
                return raise!(cx, exc::TYPE_ERROR, "integer argument expected, got float");
            }
            let fd = c_int(cx, fileno)?;
            if fd < 0 {
                return raise!(cx, exc::VALUE_ERROR, "negative file descriptor");
            }
            let mut address = Address::room();
            // SAFETY: room for an address.
            if unsafe { libc::getsockname(fd, address.as_mut_ptr(), &raw mut address.len) } < 0 {
                return Err(support::last_error(cx));
            }
            if family == -1 {
                family = option(fd, libc::SO_DOMAIN).unwrap_or(libc::AF_UNIX);
            }
            if kind == -1 {
                kind = option(fd, libc::SO_TYPE).unwrap_or(libc::SOCK_STREAM);
            }
            if protocol == -1 {
                protocol = option(fd, libc::SO_PROTOCOL).unwrap_or(0);
            }
            fd
        }
        None => {
            family = if family == -1 { libc::AF_INET } else { family };
            kind = if kind == -1 { libc::SOCK_STREAM } else { kind };
            protocol = protocol.max(0);
            // SAFETY: makes a descriptor.
            let fd = unsafe { libc::socket(family, kind | libc::SOCK_CLOEXEC, protocol) };
            if fd < 0 {
                return Err(support::last_error(cx));
            }
            fd
        }
    };
    let it = of(this);
    it.fd.set(fd);
    it.family.set(family);
    it.kind.set(kind & !(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC));
    it.protocol.set(protocol);
    if kind & libc::SOCK_NONBLOCK != 0 {
        it.timeout.set(Some(Duration::ZERO));
    } else {
        it.timeout.set(Vm::of(cx).state.socket_timeout.get());
        if it.timeout.get().is_some() {
            set_blocking(cx, fd, false)?;
        }
    }
    Ok(())
}

/// A number that the system keeps about a socket.
fn option(fd: i32, name: i32) -> Option<i32> {
    let (mut value, mut len) = (0i32, size_of::<i32>() as libc::socklen_t);
    // SAFETY: room for a number.
    let result = unsafe { libc::getsockopt(fd, libc::SOL_SOCKET, name, (&raw mut value).cast(), &raw mut len) };
    (result == 0).then_some(value)
}

unsafe fn finalize(head: NonNull<Head>) {
    // SAFETY: the heap holds it meanwhile.
    let this = unsafe { Value::from_borrowed(head) };
    if let Some(cx) = Cx::try_current() {
        close_forgotten(cx, &this);
    }
}

/// A socket that nobody has closed is closed at its end, with a warning.
fn close_forgotten(cx: &Cx, this: &Value) {
    if of(this).fd.get() < 0 {
        return;
    }
    let handled = cx.handled.replace(Value::UNSET);
    if let Ok(text) = cx.repr(this)
        && let Err(raised) = cx.warn(&exc::RESOURCE_WARNING, &format!("unclosed {}", text.to_lossy()), 1)
    {
        cx.unraisable(raised, None, Some(this));
    }
    cx.handled.set(handled);
    let fd = of(this).fd.replace(-1);
    if fd >= 0 {
        // SAFETY: the socket's own descriptor.
        unsafe { libc::close(fd) };
    }
}

/// A timeout for Python: None or seconds.
pub(super) fn timeout_value(cx: &Cx, timeout: Option<Duration>) -> R {
    match timeout {
        None => Ok(Value::none()),
        Some(timeout) => cx.float(timeout.as_secs_f64()),
    }
}

/// A timeout that a program gives.
pub(super) fn timeout_of(cx: &Cx, value: &Value) -> R<Option<Duration>> {
    if value.is_none() {
        return Ok(None);
    }
    let length = support::timeout(cx, value)?;
    if length < 0.0 {
        return raise!(cx, exc::VALUE_ERROR, "Timeout value out of range");
    }
    Ok(Some(Duration::from_secs_f64(length)))
}

impl PySocket {
    /// When a call that begins now must have ended.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.timeout.get().filter(|timeout| !timeout.is_zero()).map(|timeout| Instant::now() + timeout)
    }

    /// A call of the system on this socket, with its timeout; again where a signal interrupts it. Its result, which is not
    /// negative.
    pub(super) fn perform(
        &self,
        cx: &Cx,
        writes: bool,
        deadline: Option<Instant>,
        mut call: impl FnMut(i32) -> i64 + Send,
    ) -> R<i64> {
        loop {
            let fd = self.fd.get();
            if deadline.is_some() && !ready(cx, fd, writes, deadline)? {
                return raise!(cx, exc::TIMEOUT_ERROR, "timed out");
            }
            let result = without_lock(cx, || call(fd));
            if result >= 0 {
                return Ok(result);
            }
            let error = std::io::Error::last_os_error();
            match error.raw_os_error() {
                Some(libc::EINTR) => handle_signals(cx)?,
                Some(code) if deadline.is_some() && (code == libc::EAGAIN || code == libc::EWOULDBLOCK) => {}
                _ => return Err(exc::os_error(cx, &error, None)),
            }
        }
    }
}

/// Waits until a descriptor can be read or written; false when the time is over.
pub(super) fn ready(cx: &Cx, fd: i32, writes: bool, deadline: Option<Instant>) -> R<bool> {
    let events = if writes { libc::POLLOUT } else { libc::POLLIN };
    Ok(select::wait_for(cx, &mut [libc::pollfd { fd, events, revents: 0 }], deadline)? > 0)
}
