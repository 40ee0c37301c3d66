//! `select.epoll`

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_objects::object::{functions, unborn};
use adder_objects::typeobject::{GetSet, Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, Params, R, TypeObject, Value, exceptions as exc, raise};

use super::super::support::{self, c_int, int, without_lock};
use super::{deadline, descriptor, milliseconds};
use crate::threads::handle_signals;

/// Layout of an epoll object.
#[repr(C)]
pub(super) struct PyEpoll {
    head: Head,
    fd: Cell<i32>,
}

/// `select.epoll`
pub(super) static EPOLL_TYPE: TypeObject = TypeObject::builtin(&EPOLL_SPEC, &raw const EPOLL_TYPE);
static EPOLL_SPEC: Spec = Spec {
    module: "select",
    flags: flag::BASE,
    size: size_of::<PyEpoll>(),
    functions: functions::<PyEpoll>(false, true),
    slots: Slots { new: slot(new), ..Slots::NONE },
    methods: &[
        Method::any("fromfd", |cx, class, args| {
            let [fd] = args.exactly::<1>(cx, "fromfd")?;
            let fd = c_int(cx, fd)?;
            let Some(class) = class.downcast::<TypeObject>() else { return Ok(Value::none()) };
            Ok(cx.alloc_in(class, PyEpoll { head: unborn(), fd: Cell::new(fd) })?.into_value())
        })
        .class(),
        Method::none("close", |cx, this| {
            let fd = of(this).fd.replace(-1);
            // SAFETY: the object's own descriptor.
            if fd >= 0 && unsafe { libc::close(fd) } < 0 {
                return Err(support::last_error(cx));
            }
            Ok(Value::none())
        }),
        Method::none("fileno", |cx, this| cx.int(open(cx, this)?.into())),
        Method::any("register", |cx, this, args| {
            let [fd, events] = args.bind(
                cx,
                &Params {
                    function: "register",
                    names: ["fd", "eventmask"],
                    positional_only: 0,
                    positional: 2,
                    required: 1,
                },
            )?;
            control(cx, this, libc::EPOLL_CTL_ADD, fd, events)
        }),
        Method::any("modify", |cx, this, args| {
            let [fd, events] = args.bind(
                cx,
                &Params {
                    function: "modify",
                    names: ["fd", "eventmask"],
                    positional_only: 0,
                    positional: 2,
                    required: 2,
                },
            )?;
            control(cx, this, libc::EPOLL_CTL_MOD, fd, events)
        }),
        Method::any("unregister", |cx, this, args| {
            let [fd] = args.bind(
                cx,
                &Params { function: "unregister", names: ["fd"], positional_only: 0, positional: 1, required: 1 },
            )?;
            control(cx, this, libc::EPOLL_CTL_DEL, fd, None)
        }),
        Method::any("poll", wait),
        Method::none("__enter__", |cx, this| open(cx, this).map(|_| this.clone())),
        Method::positional("__exit__", 0, 3, |cx, this, _| {
            cx.call(&cx.getattr_text(this, "close")?, &[]).map(|_| Value::none())
        }),
    ],
    getset: &[GetSet::get("closed", |_, this| Ok(Value::bool(of(this).fd.get() < 0)))],
    ..Spec::new("select.epoll", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyEpoll {
    fn ty() -> &'static TypeObject {
        &EPOLL_TYPE
    }
}

impl Drop for PyEpoll {
    fn drop(&mut self) {
        if self.fd.get() >= 0 {
            // SAFETY: the object's own descriptor.
            unsafe { libc::close(self.fd.get()) };
        }
    }
}

fn of(this: &Value) -> &PyEpoll {
    // SAFETY: called for objects of this type.
    unsafe { this.cast::<PyEpoll>() }
}

fn open(cx: &Cx, this: &Value) -> R<i32> {
    match of(this).fd.get() {
        fd if fd < 0 => raise!(cx, exc::VALUE_ERROR, "I/O operation on closed epoll object"),
        fd => Ok(fd),
    }
}

fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let [size, flags] = args.bind(
        cx,
        &Params { function: "epoll", names: ["sizehint", "flags"], positional_only: 0, positional: 2, required: 0 },
    )?;
    let size = size.map_or(Ok(-1), |size| int(cx, size))?;
    if size < -1 || size == 0 {
        return raise!(cx, exc::VALUE_ERROR, "sizehint must be positive or -1");
    }
    let flags = flags.map_or(Ok(0), |flags| c_int(cx, flags))?;
    if flags & !libc::EPOLL_CLOEXEC != 0 {
        return raise!(cx, exc::OS_ERROR, "invalid flags");
    }
    // SAFETY: makes a descriptor.
    let fd = unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) };
    if fd < 0 {
        return Err(support::last_error(cx));
    }
    Ok(cx.alloc_in(class, PyEpoll { head: unborn(), fd: Cell::new(fd) })?.into_value())
}

fn control(cx: &Cx, this: &Value, what: i32, target: Option<&Value>, events: Option<&Value>) -> R {
    let own = open(cx, this)?;
    let target = descriptor(cx, target.unwrap_or(&Value::none()))?;
    let events = match events {
        None => (libc::EPOLLIN | libc::EPOLLPRI | libc::EPOLLOUT) as u32,
        Some(events) => match u32::try_from(int(cx, events)?) {
            Ok(events) => events,
            Err(_) => return raise!(cx, exc::OVERFLOW_ERROR, "event mask out of range"),
        },
    };
    let mut event = libc::epoll_event { events, u64: target as u64 };
    // SAFETY: the event is read.
    let result = unsafe { libc::epoll_ctl(own, what, target, &raw mut event) };
    support::done(cx, result)
}

/// `poll(timeout=None, maxevents=-1)`, in seconds
fn wait(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let [timeout, most] = args.bind(
        cx,
        &Params { function: "poll", names: ["timeout", "maxevents"], positional_only: 0, positional: 2, required: 0 },
    )?;
    let fd = open(cx, this)?;
    let until = match timeout.filter(|timeout| !timeout.is_none()) {
        None => None,
        Some(timeout) => match support::timeout(cx, timeout)? {
            length if length < 0.0 => None,
            length => deadline(length),
        },
    };
    let most = match most.map_or(Ok(-1), |most| c_int(cx, most))? {
        -1 => libc::FD_SETSIZE as i32 - 1,
        most if most > 0 => most,
        most => return raise!(cx, exc::VALUE_ERROR, "maxevents must be greater than 0, got {most}"),
    };
    let mut events = vec![libc::epoll_event { events: 0, u64: 0 }; most as usize];
    let count = loop {
        let wait = milliseconds(until);
        // SAFETY: room for so many events.
        let result = without_lock(cx, || unsafe { libc::epoll_wait(fd, events.as_mut_ptr(), most, wait) });
        if result >= 0 {
            break result as usize;
        }
        let error = std::io::Error::last_os_error();
        if error.raw_os_error() != Some(libc::EINTR) {
            return Err(exc::os_error(cx, &error, None));
        }
        handle_signals(cx)?;
    };
    let mut found = Vec::new();
    for event in &events[..count] {
        let (fd, events) = (event.u64 as i64, event.events);
        found.push(cx.tuple([cx.int(fd)?, cx.int(events.into())?])?.into_value());
    }
    Ok(cx.list(found)?.into_value())
}
