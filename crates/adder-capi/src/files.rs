//! `PyFile_*`, `Py_fopen`: files, Python's and C's.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr::null_mut;

use adder_objects::bytes::PyBytes;
use adder_objects::str::PyStr;
use adder_objects::{Cx, R, Raised, Value, exceptions as exc, raise};

use crate::border::{Borrowed, bad_call};
use crate::contract::api;
use crate::indicator;
use crate::text::{bytes_of, decode, name};

/// `Py_PRINT_RAW`
const PRINT_RAW: c_int = 1;

/// A text that C may leave out, as a value: None for NULL.
///
/// # Safety
/// A text, or NULL.
unsafe fn or_none(cx: &Cx, text: *const c_char) -> R {
    // SAFETY: by the contract.
    Ok(unsafe { name(cx, text) }?.map_or_else(Value::none, adder_objects::Obj::into_value))
}

fn open_code(cx: &Cx, path: &Value) -> R {
    if path.downcast::<PyStr>().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "'path' must be 'str', not '{}'", path.ty().name());
    }
    cx.call(&cx.getattr_text(&cx.import("_io")?, "open_code")?, core::slice::from_ref(path))
}

fn write(cx: &Cx, text: Value, file: &Value) -> R<()> {
    let writer = cx.getattr_text(file, "write")?;
    cx.call(&writer, &[text])?;
    Ok(())
}

/// A line without the newline at its end; EOFError for nothing.
fn without_newline(cx: &Cx, line: Value) -> R {
    let ended = || raise!(cx, exc::EOF_ERROR, "EOF when reading a line");
    if let Some(bytes) = line.downcast::<PyBytes>() {
        return match bytes.as_slice() {
            [] => ended(),
            [rest @ .., b'\n'] => Ok(cx.bytes(rest)?.into_value()),
            _ => Ok(line),
        };
    }
    let Some(text) = line.downcast::<PyStr>() else { return Ok(line) };
    let chars = text.chars();
    match chars.len() {
        0 => ended(),
        n if chars.at(n - 1) == 10 => Ok(cx.str_from_chars(chars.slice(0..n - 1))?.into_value()),
        _ => Ok(line),
    }
}

api! {
    /// A line of a file: of at most `n` characters; for a negative `n` without its newline, and EOFError at the end.
    runs fn PyFile_GetLine(cx, file: Option<Borrowed>, n: c_int) -> Value {
        let Some(file) = file else { return Err(bad_call(cx, "PyFile_GetLine")) };
        let reader = cx.getattr_text(&file, "readline")?;
        let line = match n {
            ..=0 => cx.call(&reader, &[])?,
            _ => cx.call(&reader, &[cx.int(n.into())?])?,
        };
        if line.downcast::<PyBytes>().is_none() && line.downcast::<PyStr>().is_none() {
            return raise!(cx, exc::TYPE_ERROR, "object.readline() returned non-string");
        }
        if n < 0 { without_newline(cx, line) } else { Ok(line) }
    }

    /// Writes `repr(object)` to a file, or with `Py_PRINT_RAW` `str(object)`.
    runs fn PyFile_WriteObject(cx, object: Option<Borrowed>, file: Option<Borrowed>, flags: c_int) -> () {
        let Some(file) = file else {
            return raise!(cx, exc::TYPE_ERROR, "writeobject with NULL file");
        };
        let text = match object {
            None => cx.str_value("<NULL>")?,
            Some(object) if flags & PRINT_RAW != 0 => cx.to_str(&object)?.into_value(),
            Some(object) => cx.repr(&object)?.into_value(),
        };
        write(cx, text, &file)
    }

    /// Writes a text to a file. Where an exception is set already nothing is written.
    runs fn PyFile_WriteString(cx, text: *const c_char, file: Option<Borrowed>) -> () {
        if let Some(raised) = indicator::take() {
            return Err(raised);
        }
        let Some(file) = file else {
            return raise!(cx, exc::SYSTEM_ERROR, "null file for PyFile_WriteString");
        };
        // SAFETY: the contract: a text.
        write(cx, decode(cx, unsafe { bytes_of(text) })?, &file)
    }

    /// `open(fd, mode, buffering, encoding, errors, newline, closefd)`; the name says nothing.
    runs fn PyFile_FromFd(
        cx,
        fd: c_int,
        name: *const c_char,
        mode: *const c_char,
        buffering: c_int,
        encoding: *const c_char,
        errors: *const c_char,
        newline: *const c_char,
        close: c_int,
    ) -> Value {
        let _ = name;
        let open = cx.getattr_text(&cx.import("_io")?, "open")?;
        // SAFETY: the contract: texts, or NULL.
        let args = unsafe {
            let mode = if mode.is_null() { cx.str_value("r")? } else { decode(cx, bytes_of(mode))? };
            let (encoding, errors, newline) = (or_none(cx, encoding)?, or_none(cx, errors)?, or_none(cx, newline)?);
            let close = Value::bool(close != 0);
            [cx.int(fd.into())?, mode, cx.int(buffering.into())?, encoding, errors, newline, close]
        };
        cx.call(&open, &args)
    }

    /// `io.open_code(path)`
    runs fn PyFile_OpenCode(cx, path: *const c_char) -> Value {
        // SAFETY: the contract: a text.
        open_code(cx, &decode(cx, unsafe { bytes_of(path) })?)
    }

    /// `io.open_code(path)`
    runs fn PyFile_OpenCodeObject(cx, path: Borrowed) -> Value {
        open_code(cx, &path)
    }

    /// Opens a file of C's; the path is anything that is one. It is not inherited by other programs.
    runs fn Py_fopen(cx, path: Borrowed, mode: *const c_char) -> *mut c_void {
        let mut converted: crate::border::Object = null_mut();
        // SAFETY: a place for a reference.
        let made = unsafe {
            let object = core::ptr::with_exposed_provenance_mut(path.bits());
            crate::text::system::PyUnicode_FSConverter(object, (&raw mut converted).cast())
        };
        if made == 0 {
            return Err(indicator::take().unwrap_or_else(|| bad_call(cx, "Py_fopen")));
        }
        // SAFETY: what the converter has put there is the caller's; a path ends with a zero.
        unsafe {
            let Some(bytes) = core::ptr::NonNull::new(converted).map(|made| Value::from_owned(made)) else {
                return Err(bad_call(cx, "Py_fopen"));
            };
            let slice = bytes.downcast::<PyBytes>().map_or(&[][..], PyBytes::as_slice);
            let mode = [CStr::from_ptr(mode).to_bytes(), b"e\0"].concat();
            let file = libc::fopen(slice.as_ptr().cast(), mode.as_ptr().cast());
            if file.is_null() {
                let code = std::io::Error::last_os_error();
                return Err(os_error(cx, &code, &path));
            }
            Ok(file.cast())
        }
    }
}

/// OSError for what the system has said about a path.
fn os_error(cx: &Cx, error: &std::io::Error, path: &Value) -> Raised {
    let make = || -> R<Raised> {
        let code = error.raw_os_error().unwrap_or(0);
        // SAFETY: the text lies in a buffer of the thread or of libc.
        let text = unsafe { CStr::from_ptr(libc::strerror(code)) }.to_string_lossy().into_owned();
        Ok(cx.error_of(&exc::OS_ERROR, &[cx.int(code.into())?, cx.str_value(&text)?, path.clone()]))
    };
    make().unwrap_or_else(|raised| raised)
}

/// Closes what [`Py_fopen`] has opened. Needs no interpreter.
///
/// # Safety
/// An open file.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn Py_fclose(file: *mut libc::FILE) -> c_int {
    // SAFETY: by the contract.
    unsafe { libc::fclose(file) }
}

/// `fgets` for which `\r` and `\r\n` are ends of lines, too, and become `\n`. NULL at the end. Needs no interpreter.
///
/// # Safety
/// An open file, and room for so many bytes.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn Py_UniversalNewlineFgets(
    buffer: *mut c_char,
    room: c_int,
    file: *mut libc::FILE,
    object: *mut c_void,
) -> *mut c_char {
    if !object.is_null() {
        adder_vm::threads::set_errno(libc::ENXIO);
        return null_mut();
    }
    let room = usize::try_from(room).unwrap_or(0);
    let mut at = 0;
    // SAFETY: by the contract.
    unsafe {
        while at + 1 < room {
            let byte = match libc::fgetc(file) {
                libc::EOF => break,
                byte => byte as u8,
            };
            if byte == b'\r' {
                match libc::fgetc(file) {
                    10 | libc::EOF => {}
                    next => {
                        libc::ungetc(next, file);
                    }
                }
            }
            let byte = if byte == b'\r' { b'\n' } else { byte };
            buffer.add(at).write(byte as c_char);
            at += 1;
            if byte == b'\n' {
                break;
            }
        }
        if at == 0 {
            return null_mut();
        }
        buffer.add(at).write(0);
    }
    buffer
}

crate::contract::rows! {
    /// The rows of what needs no interpreter.
    ALL:
    quiet Py_fclose(file: Plain) -> Plain;
    quiet Py_UniversalNewlineFgets(buffer: Plain, room: Plain, file: Plain, object: BorrowedOrNull) -> Plain;
}
