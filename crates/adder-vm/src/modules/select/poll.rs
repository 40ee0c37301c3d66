//! `select.poll`

use core::cell::{Cell, RefCell};

use adder_gc::raw::Head;
use adder_objects::object::{functions, unborn};
use adder_objects::typeobject::{Method, OBJECT_TYPE, Spec, flag};
use adder_objects::{Cx, Layout, R, TypeObject, Value, exceptions as exc, raise};

use super::super::support::{error_of_code, int, seconds};
use super::{deadline, descriptor, wait_for};

/// Layout of a polling object.
#[repr(C)]
pub(super) struct PyPoll {
    head: Head,
    /// What is waited for, in the order of registration.
    asked: RefCell<Vec<libc::pollfd>>,
    polling: Cell<bool>,
}

/// `select.poll`
pub(super) static POLL_TYPE: TypeObject = TypeObject::builtin(&POLL_SPEC, &raw const POLL_TYPE);
static POLL_SPEC: Spec = Spec {
    module: "select",
    flags: flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyPoll>(),
    functions: functions::<PyPoll>(false, true),
    methods: &[
        Method::positional("register", 1, 2, |cx, this, args| {
            let (fd, events) = (descriptor(cx, &args[0])?, events(cx, args.get(1))?);
            let mut asked = of(this).asked.borrow_mut();
            match asked.iter_mut().find(|entry| entry.fd == fd) {
                Some(entry) => entry.events = events,
                None => asked.push(libc::pollfd { fd, events, revents: 0 }),
            }
            Ok(Value::none())
        }),
        Method::positional("modify", 2, 2, |cx, this, args| {
            let (fd, events) = (descriptor(cx, &args[0])?, events(cx, args.get(1))?);
            match of(this).asked.borrow_mut().iter_mut().find(|entry| entry.fd == fd) {
                Some(entry) => {
                    entry.events = events;
                    Ok(Value::none())
                }
                None => Err(error_of_code(cx, libc::ENOENT)),
            }
        }),
        Method::one("unregister", |cx, this, fd| {
            let number = descriptor(cx, fd)?;
            let mut asked = of(this).asked.borrow_mut();
            let at = asked.iter().position(|entry| entry.fd == number);
            match at {
                Some(at) => {
                    asked.remove(at);
                    Ok(Value::none())
                }
                None => {
                    drop(asked);
                    Err(cx.key_error(&Value::small(number.into())))
                }
            }
        }),
        Method::positional("poll", 0, 1, wait),
    ],
    ..Spec::new("select.poll", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyPoll {
    fn ty() -> &'static TypeObject {
        &POLL_TYPE
    }
}

fn of(this: &Value) -> &PyPoll {
    // SAFETY: called for objects of this type.
    unsafe { this.cast::<PyPoll>() }
}

pub(super) fn poll(cx: &Cx) -> R {
    Ok(cx.alloc(PyPoll { head: unborn(), asked: RefCell::default(), polling: Cell::new(false) })?.into_value())
}

fn events(cx: &Cx, value: Option<&Value>) -> R<i16> {
    let Some(value) = value else { return Ok(libc::POLLIN | libc::POLLPRI | libc::POLLOUT) };
    let events = int(cx, value)?;
    if events < 0 {
        return raise!(cx, exc::VALUE_ERROR, "value must be positive");
    }
    match u16::try_from(events) {
        Ok(events) => Ok(events as i16),
        Err(_) => raise!(cx, exc::OVERFLOW_ERROR, "Python int too large to convert to C unsigned short"),
    }
}

/// `poll(timeout=None)`, in milliseconds
fn wait(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let timeout = match args.first().filter(|timeout| !timeout.is_none()) {
        None => None,
        Some(timeout) => {
            let length = seconds(cx, timeout)?;
            if length > i32::MAX.into() {
                return raise!(cx, exc::OVERFLOW_ERROR, "timeout is too large");
            }
            // Negative is without end.
            if length < 0.0 { None } else { deadline(length.ceil() / 1000.0) }
        }
    };
    let it = of(this);
    if it.polling.replace(true) {
        return raise!(cx, exc::RUNTIME_ERROR, "concurrent poll() invocation");
    }
    // Another thread may change what is asked while this one waits.
    let mut asked = it.asked.borrow().clone();
    let waited = wait_for(cx, &mut asked, timeout);
    it.polling.set(false);
    waited?;
    let mut found = Vec::new();
    for entry in asked.iter().filter(|entry| entry.revents != 0) {
        let pair = [Value::small(entry.fd.into()), Value::small((entry.revents as u16).into())];
        found.push(cx.tuple(pair)?.into_value());
    }
    Ok(cx.list(found)?.into_value())
}
