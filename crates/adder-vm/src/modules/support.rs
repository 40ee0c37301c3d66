//! What the modules of the operating system share: numbers, bytes and paths of arguments, errors, parts written in Python.

use std::ffi::CString;
use std::io;

use adder_compiler::Mode;
use adder_objects::buffer::{Buffer, request};
use adder_objects::bytes::PyBytes;
use adder_objects::codecs::{Handler, decode_utf_8, encode_utf_8};
use adder_objects::exceptions as exc;
use adder_objects::storage::HeapVec;
use adder_objects::str::PyStr;
use adder_objects::{Catch, Cx, R, Raised, Value, raise};

pub(super) use crate::threads::without_lock;
use crate::vm::Vm;

/// An integer argument.
pub(super) fn int(cx: &Cx, value: &Value) -> R<i64> {
    Ok(cx.index_to_isize(value, Some(&exc::OVERFLOW_ERROR))? as i64)
}

/// An integer argument that is a C `int`.
pub(super) fn c_int(cx: &Cx, value: &Value) -> R<i32> {
    match i32::try_from(cx.index_to_isize(value, None)?) {
        Ok(n) => Ok(n),
        Err(_) => raise!(cx, exc::OVERFLOW_ERROR, "Python int too large to convert to C int"),
    }
}

/// A descriptor, or that of an object with `fileno()`.
pub(super) fn descriptor(cx: &Cx, value: &Value) -> R<i32> {
    if value.is_int() {
        let fd = c_int(cx, value)?;
        if fd < 0 {
            return raise!(cx, exc::VALUE_ERROR, "file descriptor cannot be a negative integer ({fd})");
        }
        return Ok(fd);
    }
    match cx.getattr_opt(value, &cx.intern("fileno")?)? {
        Some(function) => {
            let number = cx.call(&function, &[])?;
            if !number.is_int() {
                return raise!(cx, exc::TYPE_ERROR, "fileno() returned a non-integer");
            }
            descriptor(cx, &number)
        }
        None => raise!(cx, exc::TYPE_ERROR, "argument must be an int, or have a fileno() method."),
    }
}

/// A number of seconds: an int or a float.
pub(super) fn seconds(cx: &Cx, value: &Value) -> R<f64> {
    match value.as_float() {
        Some(float) if float.is_nan() => raise!(cx, exc::VALUE_ERROR, "Invalid value NaN (not a number)"),
        Some(float) => Ok(float),
        None => Ok(int(cx, value)? as f64),
    }
}

/// A number of seconds that somebody may wait: the clock counts nanoseconds in 64 bits.
pub(super) fn timeout(cx: &Cx, value: &Value) -> R<f64> {
    const MOST: f64 = 9_223_372_036.85;
    if value.as_float().is_some() {
        return match seconds(cx, value)? {
            length if length.abs() < MOST => Ok(length),
            _ => raise!(cx, exc::OVERFLOW_ERROR, "timestamp out of range for platform time_t"),
        };
    }
    match int(cx, value).unless(&exc::OVERFLOW_ERROR)? {
        Some(length) if (length as f64).abs() < MOST => Ok(length as f64),
        _ => raise!(cx, exc::OVERFLOW_ERROR, "timestamp too large to convert to C PyTime_t"),
    }
}

/// The bytes of an object with a buffer.
pub(super) fn contents<'c>(cx: &'c Cx, value: &Value) -> R<HeapVec<'c, u8>> {
    let view = view(cx, value, request::SIMPLE)?;
    let mut copy = HeapVec::with_capacity(cx, view.len)?;
    // SAFETY: nothing runs while the bytes are copied.
    copy.extend(unsafe { view.as_slice() })?;
    Ok(copy)
}

/// A buffer of a length that a program chose.
pub(super) fn zeroed(cx: &Cx, n: usize) -> R<HeapVec<'_, u8>> {
    let mut buffer = HeapVec::with_capacity(cx, n)?;
    buffer.fill(0, n)?;
    Ok(buffer)
}

/// A view of an argument's bytes.
pub(super) fn view(cx: &Cx, value: &Value, asked: u32) -> R<Buffer> {
    if asked & request::WRITABLE != 0 {
        return writable(cx, value, "argument");
    }
    match value.ty().slots.buffer.get() {
        Some(buffer) => buffer(cx, value, asked),
        None => raise!(cx, exc::TYPE_ERROR, "a bytes-like object is required, not '{}'", value.ty().name()),
    }
}

/// A view of what can be written to; nothing of anything else.
pub(super) fn writable_if_any(cx: &Cx, value: &Value) -> R<Option<Buffer>> {
    match value.ty().slots.buffer.get() {
        Some(buffer) => buffer(cx, value, request::WRITABLE).unless(&exc::BUFFER_ERROR),
        None => Ok(None),
    }
}

/// A view of an argument that is written to; `what` names it where it cannot be.
pub(super) fn writable(cx: &Cx, value: &Value, what: &str) -> R<Buffer> {
    match writable_if_any(cx, value)? {
        Some(view) => Ok(view),
        None => raise!(cx, exc::TYPE_ERROR, "{what} must be read-write bytes-like object, not {}", value.ty().name()),
    }
}

/// Text of the system: UTF-8, and what is none as lone surrogates.
pub(super) fn fs_text(cx: &Cx, bytes: &[u8]) -> R {
    let handler = Handler::built_in("surrogateescape").unwrap_or(Handler::Strict);
    Ok(decode_utf_8(cx, bytes, &handler, true)?.0.into_value())
}

/// The bytes of text for the system.
pub(super) fn fs_bytes(cx: &Cx, value: &Value) -> R<Vec<u8>> {
    if value.downcast::<PyStr>().is_some() {
        let handler = Handler::built_in("surrogateescape").unwrap_or(Handler::Strict);
        return Ok(encode_utf_8(cx, value, &handler)?.as_slice().to_vec());
    }
    match value.downcast::<PyBytes>() {
        Some(bytes) => Ok(bytes.as_slice().to_vec()),
        None => raise!(cx, exc::TYPE_ERROR, "expected str or bytes, not {}", value.ty().name()),
    }
}

/// `os.fspath`
pub(super) fn fspath(cx: &Cx, value: &Value) -> R {
    if value.downcast::<PyStr>().is_some() || value.downcast::<PyBytes>().is_some() {
        return Ok(value.clone());
    }
    let ty = value.ty().name().to_owned();
    let Some(path) = cx.call_special(value, &cx.intern("__fspath__")?, &[])? else {
        return raise!(cx, exc::TYPE_ERROR, "expected str, bytes or os.PathLike object, not {ty}");
    };
    if path.downcast::<PyStr>().is_some() || path.downcast::<PyBytes>().is_some() {
        return Ok(path);
    }
    raise!(cx, exc::TYPE_ERROR, "expected {ty}.__fspath__() to return str or bytes, not {}", path.ty().name())
}

/// A path argument.
pub(super) struct Path {
    /// For the system.
    pub c: CString,
    /// Are results to be bytes?
    pub bytes: bool,
    /// What was given.
    pub given: Value,
    /// The descriptor, where that was given instead.
    pub descriptor: Option<i32>,
}

impl Path {
    /// A path, or a descriptor where one may be given.
    pub(super) fn of(cx: &Cx, function: &str, value: &Value, descriptor: bool) -> R<Path> {
        if descriptor && value.is_int() {
            let number = c_int(cx, value)?;
            return Ok(Path { c: CString::default(), bytes: false, given: value.clone(), descriptor: Some(number) });
        }
        let is_path = value.downcast::<PyStr>().is_some()
            || value.downcast::<PyBytes>().is_some()
            || cx.getattr_opt(&value.ty().value(), &cx.intern("__fspath__")?)?.is_some();
        if !is_path {
            let allowed =
                if descriptor { "string, bytes, os.PathLike or integer" } else { "string, bytes or os.PathLike" };
            return raise!(cx, exc::TYPE_ERROR, "{function}: path should be {allowed}, not {}", value.ty().name());
        }
        let path = fspath(cx, value)?;
        match CString::new(fs_bytes(cx, &path)?) {
            Ok(c) => {
                Ok(Path { c, bytes: path.downcast::<PyBytes>().is_some(), given: value.clone(), descriptor: None })
            }
            Err(_) => raise!(cx, exc::VALUE_ERROR, "{function}: embedded null character in path"),
        }
    }

    /// The last system error, with this path.
    pub(super) fn failed<T>(&self, cx: &Cx) -> R<T> {
        Err(exc::os_error(cx, &io::Error::last_os_error(), Some(&self.given)))
    }

    /// None, or the error of a system call with this path.
    pub(super) fn done(&self, cx: &Cx, result: i32) -> R {
        if result < 0 { self.failed(cx) } else { Ok(Value::none()) }
    }

    /// A path of the system, of the kind this one is.
    pub(super) fn result(&self, cx: &Cx, bytes: &[u8]) -> R {
        if self.bytes { Ok(cx.bytes(bytes)?.into_value()) } else { fs_text(cx, bytes) }
    }
}

/// The last system error.
pub(super) fn last_error(cx: &Cx) -> Raised {
    exc::os_error(cx, &io::Error::last_os_error(), None)
}

/// The system error with this number.
pub(super) fn error_of_code(cx: &Cx, code: i32) -> Raised {
    exc::os_error(cx, &io::Error::from_raw_os_error(code), None)
}

/// Fills bytes with what the system has of chance.
pub(super) fn random_bytes(cx: &Cx, bytes: &mut [u8]) -> R<()> {
    // So many may be asked for at once.
    for part in bytes.chunks_mut(256) {
        // SAFETY: the part has room for so many bytes.
        if unsafe { libc::getentropy(part.as_mut_ptr().cast(), part.len()) } != 0 {
            return Err(last_error(cx));
        }
    }
    Ok(())
}

/// The result of a system call; its error if it is negative.
pub(super) fn checked(cx: &Cx, result: i64) -> R {
    if result < 0 { Err(last_error(cx)) } else { cx.int(result) }
}

/// Lets calls of a descriptor wait, or not.
pub(super) fn set_blocking(cx: &Cx, fd: i32, blocking: bool) -> R<()> {
    // SAFETY: changes a flag of a descriptor.
    let result = unsafe {
        let flags = libc::fcntl(fd, libc::F_GETFL);
        let wish = if blocking { flags & !libc::O_NONBLOCK } else { flags | libc::O_NONBLOCK };
        if flags < 0 {
            -1
        } else if wish == flags {
            0
        } else {
            libc::fcntl(fd, libc::F_SETFL, wish)
        }
    };
    if result < 0 { Err(last_error(cx)) } else { Ok(()) }
}

/// The result of a system call of which −1 is no error by itself.
pub(super) fn told_by_errno(cx: &Cx, call: impl FnOnce() -> i64) -> R {
    crate::threads::set_errno(0);
    let result = call();
    if result == -1 && crate::threads::errno() != 0 { Err(last_error(cx)) } else { cx.int(result) }
}

/// None, or the error of a system call.
pub(super) fn done(cx: &Cx, result: i32) -> R {
    if result < 0 { Err(last_error(cx)) } else { Ok(Value::none()) }
}

/// A call of the system, without the interpreter's lock; again where a signal interrupted it. The handlers of signals run in
/// between.
pub(super) fn retry(cx: &Cx, mut call: impl FnMut() -> i64 + Send) -> R<i64> {
    loop {
        let result = without_lock(cx, &mut call);
        if result >= 0 || crate::threads::errno() != libc::EINTR {
            return Ok(result);
        }
        crate::threads::handle_signals(cx)?;
    }
}

/// Runs files of the library in the namespace of a built-in module: what of it is written in Python.
pub(super) fn in_python(vm: &Vm, name: &str, module: &Value, files: &[&str]) -> R<()> {
    let cx = &*vm.cx;
    let Some(dict) = crate::module::dict_of(module) else { return Ok(()) };
    dict.set(cx, cx.names.builtins(), vm.builtins.get())?;
    crate::finder::register(vm, name, module)?;
    for file in files {
        let Some(source) = adder_stdlib::read(file) else {
            return raise!(cx, exc::SYSTEM_ERROR, "the library lacks {file}");
        };
        let shown = format!("{}/{file}", crate::finder::LIBRARY);
        let text = crate::source::decode(cx, &source, &shown)?;
        let code = crate::source::compile(vm, &text, &shown, Mode::Exec)?;
        let globals = dict.clone().into_value();
        if let Err(raised) = vm.run_code(&code, &globals, &globals) {
            if let Some(modules) = vm.modules.get().downcast::<adder_objects::dict::PyDict>() {
                modules.remove(cx, &cx.intern(name)?)?;
            }
            return Err(raised);
        }
    }
    Ok(())
}

/// A table of the system's constants by their names, for [`constants`].
macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}
pub(super) use numbers;

/// Integers as attributes of a module.
pub(super) fn constants(cx: &Cx, module: &Value, numbers: &[(&str, i64)]) -> R<()> {
    if let Some(dict) = crate::module::dict_of(module) {
        for (name, number) in numbers {
            dict.set_text(cx, name, cx.int(*number)?)?;
        }
    }
    Ok(())
}
