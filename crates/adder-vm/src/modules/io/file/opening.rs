//! `FileIO.__init__`: modes, descriptors, paths.

use std::ffi::CString;
use std::io;

use adder_objects::{Args, Catch, Cx, Params, R, Value, exceptions as exc, raise};

use super::super::support;
use super::of;
use crate::modules::sys;

/// What a mode asks for.
struct Mode {
    flags: i32,
    created: bool,
    readable: bool,
    writable: bool,
    appending: bool,
}

impl Mode {
    fn of(cx: &Cx, text: &str) -> R<Mode> {
        let (mut mode, mut plus, mut chosen) =
            (Mode { flags: 0, created: false, readable: false, writable: false, appending: false }, false, false);
        for letter in text.chars() {
            let again = match letter {
                '+' => core::mem::replace(&mut plus, true),
                'x' | 'r' | 'w' | 'a' => core::mem::replace(&mut chosen, true),
                'b' => false,
                _ => return raise!(cx, exc::VALUE_ERROR, "invalid mode: {text}"),
            };
            if again {
                return Mode::bad(cx);
            }
            match letter {
                'x' => (mode.created, mode.writable, mode.flags) = (true, true, libc::O_EXCL | libc::O_CREAT),
                'r' => mode.readable = true,
                'w' => (mode.writable, mode.flags) = (true, libc::O_CREAT | libc::O_TRUNC),
                'a' => (mode.writable, mode.appending, mode.flags) = (true, true, libc::O_APPEND | libc::O_CREAT),
                _ => {}
            }
        }
        if !chosen {
            return Mode::bad(cx);
        }
        if plus {
            (mode.readable, mode.writable) = (true, true);
        }
        mode.flags |= match (mode.readable, mode.writable) {
            (true, true) => libc::O_RDWR,
            (true, false) => libc::O_RDONLY,
            _ => libc::O_WRONLY,
        };
        mode.flags |= libc::O_CLOEXEC;
        Ok(mode)
    }

    fn bad(cx: &Cx) -> R<Mode> {
        raise!(cx, exc::VALUE_ERROR, "Must have exactly one of create/read/write/append mode and at most one plus")
    }
}

/// `FileIO.__init__`
pub(super) fn init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    let params = Params {
        function: "FileIO",
        names: ["file", "mode", "closefd", "opener"],
        positional_only: 0,
        positional: 4,
        required: 1,
    };
    let [Some(name), mode, close_fd, opener] = args.bind(cx, &params)? else { return Ok(()) };
    let mode = match mode {
        None => "r".into(),
        Some(mode) => match mode.downcast::<adder_objects::str::PyStr>() {
            Some(text) => text.to_lossy(),
            None => {
                let ty = mode.ty().name();
                return raise!(cx, exc::TYPE_ERROR, "FileIO() argument 'mode' must be str, not {ty}");
            }
        },
    };
    let close_fd = close_fd.map_or(Ok(true), |value| cx.is_true(value))?;
    let it = of(this);
    if it.fd.get() >= 0 {
        // `__init__` once more.
        if it.close_fd.get() {
            it.close_descriptor(cx)?;
        } else {
            it.fd.set(-1);
        }
    }
    let given = descriptor(cx, name)?;
    let path = match given {
        Some(_) => None,
        None => {
            let path = support::fspath(cx, name)?;
            match CString::new(support::fs_bytes(cx, &path)?) {
                Ok(path) => Some(path),
                Err(_) => return raise!(cx, exc::VALUE_ERROR, "embedded null byte"),
            }
        }
    };
    let wanted = Mode::of(cx, &mode)?;
    it.created.set(wanted.created);
    it.readable.set(wanted.readable);
    it.writable.set(wanted.writable);
    it.appending.set(wanted.appending);
    it.seekable.set(None);
    if sys::has_audit_hooks(cx) {
        let event = [cx.str_value("open")?, name.clone(), cx.str_value(&mode)?, cx.int(wanted.flags.into())?];
        sys::audit(cx, &Value::none(), &event)?;
    }
    let own = given.is_none();
    match given {
        Some(fd) => {
            it.close_fd.set(close_fd);
            it.fd.set(fd);
        }
        None => {
            it.close_fd.set(true);
            if !close_fd {
                return raise!(cx, exc::VALUE_ERROR, "Cannot use closefd=False with file name");
            }
            it.fd.set(opened(cx, name, path.as_deref(), wanted.flags, opener)?);
        }
    }
    let ready = it.look_at(cx, this, name);
    if ready.is_err() {
        if own {
            // The first error is the one to tell.
            let _ = it.close_descriptor(cx);
        }
        it.fd.set(-1);
    }
    ready
}

/// The descriptor that an argument is, if it is one.
fn descriptor(cx: &Cx, name: &Value) -> R<Option<i32>> {
    if name.as_bool().is_some() {
        cx.warn(&exc::RUNTIME_WARNING, "bool is used as a file descriptor", 1)?;
    }
    if !name.is_int() && name.ty().slots.index.get().is_none() {
        return Ok(None);
    }
    // A number that is too large for one is looked at as a path, which it is not.
    let Some(fd) = support::c_int(cx, name).unless(&exc::OVERFLOW_ERROR)? else { return Ok(None) };
    if fd < 0 {
        return raise!(cx, exc::VALUE_ERROR, "negative file descriptor");
    }
    Ok(Some(fd))
}

/// Opens a path: by the system, or by what the program gave for it.
fn opened(cx: &Cx, name: &Value, path: Option<&core::ffi::CStr>, flags: i32, opener: Option<&Value>) -> R<i32> {
    if let Some(opener) = opener.filter(|opener| !opener.is_none()) {
        let made = cx.call(opener, &[name.clone(), cx.int(flags.into())?])?;
        if !made.is_int() {
            return raise!(cx, exc::TYPE_ERROR, "expected integer from opener");
        }
        let fd = support::c_int(cx, &made)?;
        if fd < 0 {
            return raise!(cx, exc::VALUE_ERROR, "opener returned {fd}");
        }
        // SAFETY: sets a flag of a descriptor.
        if unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) } < 0 {
            return Err(support::last_error(cx));
        }
        return Ok(fd);
    }
    let Some(path) = path else { return Ok(-1) };
    let place = path.as_ptr().addr();
    // SAFETY: the path ends with a zero, and lives on.
    let fd = support::retry(cx, move || unsafe { libc::open(place as *const libc::c_char, flags, 0o666) }.into())?;
    if fd < 0 {
        return Err(exc::os_error(cx, &io::Error::last_os_error(), Some(name)));
    }
    Ok(fd as i32)
}
