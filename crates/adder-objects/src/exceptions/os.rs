//! `OSError`: the class follows from the error's number.

use core::cell::Cell;
use core::mem::offset_of;

use super::base::{self, or_none, reduced, spec};
use super::fields::{exception_layout, object};
use super::plain::*;
use crate::args::Args;
use crate::cx::Cx;
use crate::error::{R, Raised};
use crate::exceptions as exc;
use crate::pieces::Pieces;
use crate::tuple::PyTuple;
use crate::typeobject::{GetSet, Method, Slots, Spec, TypeObject, slot};
use crate::value::Value;

exception_layout! {
    /// Layout of OSError (C's `PyOSErrorObject`).
    PyOsError of OS_ERROR {
        /// `errno`
        errno,
        /// `strerror`
        strerror,
        /// `filename`
        filename,
        /// `filename2`
        filename2,
    } {
        /// `characters_written`; -1: not known.
        written: Cell<isize> = Cell::new(-1),
    }
}

/// `OSError`, also known as `IOError` and `EnvironmentError`.
pub static OS_ERROR: TypeObject = TypeObject::builtin(&OS_ERROR_SPEC, &raw const OS_ERROR);
static OS_ERROR_SPEC: Spec = Spec {
    slots: Slots { new: slot(new), init: slot(init), str: slot(str), ..Slots::NONE },
    members: &[
        object("errno", offset_of!(PyOsError, errno)),
        object("strerror", offset_of!(PyOsError, strerror)),
        object("filename", offset_of!(PyOsError, filename)),
        object("filename2", offset_of!(PyOsError, filename2)),
    ],
    methods: &[Method::none("__reduce__", reduce)],
    getset: &[GetSet::both("characters_written", get_written, set_written)],
    ..spec::<PyOsError>("OSError", &EXCEPTION)
};

/// The class for an error of the system.
fn class_of(errno: i64) -> Option<&'static TypeObject> {
    let errno = i32::try_from(errno).ok()?;
    Some(match errno {
        libc::EALREADY | libc::EINPROGRESS => &BLOCKING_IO_ERROR,
        e if e == libc::EAGAIN || e == libc::EWOULDBLOCK => &BLOCKING_IO_ERROR,
        libc::EPIPE | libc::ESHUTDOWN => &BROKEN_PIPE_ERROR,
        libc::ECHILD => &CHILD_PROCESS_ERROR,
        libc::ECONNABORTED => &CONNECTION_ABORTED_ERROR,
        libc::ECONNREFUSED => &CONNECTION_REFUSED_ERROR,
        libc::ECONNRESET => &CONNECTION_RESET_ERROR,
        libc::EEXIST => &FILE_EXISTS_ERROR,
        libc::ENOENT => &FILE_NOT_FOUND_ERROR,
        libc::EISDIR => &IS_A_DIRECTORY_ERROR,
        libc::ENOTDIR => &NOT_A_DIRECTORY_ERROR,
        libc::EINTR => &INTERRUPTED_ERROR,
        libc::EACCES | libc::EPERM => &PERMISSION_ERROR,
        libc::ESRCH => &PROCESS_LOOKUP_ERROR,
        libc::ETIMEDOUT => &TIMEOUT_ERROR,
        _ => return None,
    })
}

/// A subclass that has an `__init__` of its own and not a `__new__` gets its arguments there: they may be others.
fn waits_for_init(class: &TypeObject) -> bool {
    let address =
        |class: &TypeObject| (class.slots.init.get().map(|f| f as usize), class.slots.new.get().map(|f| f as usize));
    let (own, ours) = (address(class), address(&OS_ERROR));
    own.0 != ours.0 && own.1 == ours.1
}

fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    if waits_for_init(class) {
        return Ok(PyOsError::make(cx, class, cx.empty_tuple()?.into_value())?.into_value());
    }
    args.no_keywords(cx, class.name())?;
    let given = args.given();
    let class = match given.first().and_then(Value::as_i64).and_then(class_of) {
        Some(fitting) if core::ptr::eq(class, &OS_ERROR) && (2..=5).contains(&given.len()) => fitting,
        _ => class,
    };
    let made = PyOsError::make(cx, class, Value::UNSET)?;
    take(cx, &made, given)?;
    Ok(made.into_value())
}

fn init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    if !waits_for_init(this.ty()) {
        return Ok(());
    }
    args.no_keywords(cx, this.ty().name())?;
    take(cx, PyOsError::of(this), args.given())
}

/// Sorts the arguments to the fields: number, text, file name, (Windows' number), second file name.
fn take(cx: &Cx, it: &PyOsError, given: &[Value]) -> R<()> {
    let mut args = given;
    if (2..=5).contains(&given.len()) {
        it.errno.set(given[0].clone());
        it.strerror.set(given[1].clone());
        if let Some(filename) = given.get(2).filter(|name| !name.is_none()) {
            let number = filename.is_int() || filename.ty().slots.index.get().is_some();
            if core::ptr::eq(it.base.class(), &BLOCKING_IO_ERROR) && number {
                it.written.set(crate::subscript::word(cx, filename)?);
            } else {
                it.filename.set(filename.clone());
                if let Some(second) = given.get(4).filter(|name| !name.is_none()) {
                    it.filename2.set(second.clone());
                }
                args = &given[..2];
            }
        }
    }
    it.base.args.set(cx.tuple(args.iter().cloned())?.into_value());
    Ok(())
}

fn str(cx: &Cx, this: &Value) -> R {
    let it = PyOsError::of(this);
    if it.filename.is_unset() && (it.errno.is_unset() || it.strerror.is_unset()) {
        return base::str(cx, this);
    }
    let mut pieces = Pieces::new(cx)?;
    pieces.text(cx, "[Errno ")?;
    pieces.push(cx, cx.to_str(&or_none(&it.errno))?.into_value())?;
    pieces.text(cx, "] ")?;
    pieces.push(cx, cx.to_str(&or_none(&it.strerror))?.into_value())?;
    if let Some(filename) = it.filename.try_get() {
        pieces.text(cx, ": ")?;
        pieces.repr(cx, &filename)?;
        if let Some(second) = it.filename2.try_get() {
            pieces.text(cx, " -> ")?;
            pieces.repr(cx, &second)?;
        }
    }
    pieces.join(cx)
}

fn reduce(cx: &Cx, this: &Value) -> R {
    let it = PyOsError::of(this);
    let mut args = or_none(&it.base.args);
    if let (Some([errno, text]), Some(filename)) =
        (args.downcast::<PyTuple>().map(PyTuple::items), it.filename.try_get())
    {
        let mut all = vec![errno.clone(), text.clone(), filename];
        if let Some(second) = it.filename2.try_get() {
            all.extend([Value::none(), second]);
        }
        args = cx.tuple(all)?.into_value();
    }
    reduced(cx, this, args, it.base.dict.try_get())
}

fn get_written(cx: &Cx, this: &Value) -> R {
    match PyOsError::of(this).written.get() {
        -1 => raise!(cx, exc::ATTRIBUTE_ERROR, "characters_written"),
        n => cx.int(n as i64),
    }
}

fn set_written(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    let it = PyOsError::of(this);
    match value {
        Some(value) => it.written.set(crate::subscript::word(cx, value)?),
        None if it.written.get() == -1 => return raise!(cx, exc::ATTRIBUTE_ERROR, "characters_written"),
        None => it.written.set(-1),
    }
    Ok(())
}

/// What the system says about an error.
pub fn os_error_text(errno: i32) -> String {
    let text = std::io::Error::from_raw_os_error(errno).to_string();
    match text.rfind(" (os error ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

/// OSError of the class that fits an error of the system.
#[cold]
pub fn os_error(cx: &Cx, error: &std::io::Error, filename: Option<&Value>) -> Raised {
    with_paths(cx, error, filename.map_or(&[], core::slice::from_ref))
}

/// The same for a call with two paths.
#[cold]
pub fn os_error_of_two(cx: &Cx, error: &std::io::Error, first: &Value, second: &Value) -> Raised {
    // Between them stands the number that Windows has for the error.
    with_paths(cx, error, &[first.clone(), Value::none(), second.clone()])
}

fn with_paths(cx: &Cx, error: &std::io::Error, paths: &[Value]) -> Raised {
    let made = (|| {
        let args = match error.raw_os_error() {
            Some(errno) => [&[Value::small(errno.into()), cx.str_value(&os_error_text(errno))?], paths].concat(),
            None => vec![cx.str_value(&error.to_string())?],
        };
        Ok(cx.error_of(&OS_ERROR, &args))
    })();
    made.unwrap_or_else(|raised| raised)
}
