//! Texts made by a format: `PyUnicode_FromFormat`, and the errors, warnings and outputs that go by it.

mod bytes;
mod text;

use core::ffi::{c_char, c_int};

use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use crate::arguments::Format;
use crate::border::{Borrowed, Null, Object, Parameter, cross};
use crate::errors::{self, text_of};
use crate::indicator;
use crate::varargs::{RawWalk, Walk};

/// A text of `wchar_t`: so many of them, or up to a zero.
///
/// # Safety
/// They lie there as long as the result is used.
pub(crate) unsafe fn wide_text<'a>(text: *const u32, size: Option<usize>) -> &'a [u32] {
    // SAFETY: by the contract.
    unsafe {
        let size = size.unwrap_or_else(|| (0..).take_while(|&at| *text.add(at) != 0).count());
        core::slice::from_raw_parts(text, size)
    }
}

/// A string from `wchar_t`.
///
/// # Errors
/// ValueError for what is no code point.
pub(crate) fn from_wide(cx: &Cx, points: &[u32]) -> R {
    match points.iter().find(|point| **point > 0x10_FFFF) {
        Some(wrong) => raise!(cx, exc::VALUE_ERROR, "character U+{wrong:x} is not in range [U+0000; U+10ffff]"),
        None => Ok(cx.str_from_points(points)?.into_value()),
    }
}

/// An address as `%p` has it.
fn address(pointer: *mut u8) -> String {
    // As libc writes a null pointer, behind CPython's 0x.
    if pointer.is_null() { "0x(nil)".to_owned() } else { format!("{:#x}", pointer.addr()) }
}

/// The text of a format.
///
/// # Safety
/// A format and its arguments.
unsafe fn made(cx: &Cx, format: *const c_char, walk: *mut RawWalk) -> R {
    // SAFETY: by the contract.
    let (format, walk) = unsafe { (Format::of(format), Walk::new(walk)) };
    text::make(cx, format, walk)
}

/// `PyUnicode_FromFormatV`
///
/// # Safety
/// A format and its arguments.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn _Adder_FormatText(format: *const c_char, walk: *mut RawWalk) -> Object {
    // SAFETY: by the contract.
    cross::<Value>("PyUnicode_FromFormatV", |cx| unsafe { made(cx, format, walk) })
}

/// `PyBytes_FromFormatV`
///
/// # Safety
/// A format and its arguments.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn _Adder_FormatBytes(format: *const c_char, walk: *mut RawWalk) -> Object {
    cross::<Value>("PyBytes_FromFormatV", |cx| {
        // SAFETY: by the contract.
        let (format, walk) = unsafe { (Format::of(format), Walk::new(walk)) };
        Ok(cx.bytes(&bytes::make(cx, format, walk)?)?.into_value())
    })
}

/// `PyErr_FormatV`
///
/// # Safety
/// A class, a format and its arguments.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn _Adder_FormatError(class: Object, format: *const c_char, walk: *mut RawWalk) -> Object {
    cross::<Null>("PyErr_Format", |cx| {
        // What is formatted may run code, which must not find an exception set.
        drop(indicator::take());
        // SAFETY: by the contract.
        let (class, text) = unsafe { (Borrowed::receive(class, "PyErr_Format")?, made(cx, format, walk)?) };
        Err(errors::raised(cx, &class, Some(&text))?)
    })
}

/// `_PyErr_FormatFromCause`
///
/// # Safety
/// A class, a format and its arguments; an exception is set.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn _Adder_FormatErrorFromCause(
    class: Object,
    format: *const c_char,
    walk: *mut RawWalk,
) -> Object {
    cross::<Null>("_PyErr_FormatFromCause", |cx| {
        let cause = indicator::take();
        // SAFETY: by the contract.
        let (class, text) = unsafe { (Borrowed::receive(class, "_PyErr_FormatFromCause")?, made(cx, format, walk)?) };
        let raised = errors::raised(cx, &class, Some(&text))?;
        if let Some(cause) = cause {
            let cause = cause.into_value();
            exc::set_cause(raised.value(), cause.clone());
            exc::set_context(raised.value(), &cause);
        }
        Err(raised)
    })
}

/// `PyErr_WarnFormat`, `PyErr_ResourceWarning`
///
/// # Safety
/// A class or NULL, an object or NULL, a format and its arguments.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn _Adder_FormatWarning(
    category: Object,
    level: isize,
    source: Object,
    format: *const c_char,
    walk: *mut RawWalk,
) -> c_int {
    cross::<()>("PyErr_WarnFormat", |cx| {
        // SAFETY: by the contract.
        let (category, source, text) =
            unsafe { (Borrowed::of(category), Borrowed::of(source), made(cx, format, walk)?) };
        crate::warnings::warn(cx, category.as_deref(), &text, level, source.as_deref())
    })
}

/// `PyErr_WarnExplicitFormat`
///
/// # Safety
/// A class or NULL, texts, a dict or NULL, a format and its arguments.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn _Adder_FormatWarningAt(
    category: Object,
    file: *const c_char,
    line: c_int,
    module: *const c_char,
    registry: Object,
    format: *const c_char,
    walk: *mut RawWalk,
) -> c_int {
    cross::<()>("PyErr_WarnExplicitFormat", |cx| {
        // SAFETY: by the contract.
        unsafe {
            let (category, registry) = (Borrowed::of(category), Borrowed::of(registry));
            let file = crate::warnings::file_name(cx, file)?;
            let module = if module.is_null() { None } else { Some(cx.str_value(&text_of(module))?) };
            let text = made(cx, format, walk)?;
            let (category, registry) = (category.as_deref(), registry.as_deref());
            crate::warnings::warn_about(cx, category, &text, &file, line, module.as_ref(), registry)
        }
    })
}

/// `PyErr_FormatUnraisable`
///
/// # Safety
/// A format and its arguments, or NULL.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn _Adder_FormatUnraisable(format: *const c_char, walk: *mut RawWalk) -> c_int {
    cross::<()>("PyErr_FormatUnraisable", |cx| {
        let Some(raised) = indicator::take() else { return Ok(()) };
        let text = if format.is_null() {
            None
        } else {
            // SAFETY: by the contract. What cannot be formatted is left out.
            unsafe { made(cx, format, walk) }.and_then(|text| cx.display(&text)).ok()
        };
        cx.unraisable(raised, text.as_deref(), None);
        Ok(())
    })
}

/// `PySys_FormatStdout`, `PySys_FormatStderr`
///
/// # Safety
/// A format and its arguments.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn _Adder_FormatStream(error: c_int, format: *const c_char, walk: *mut RawWalk) -> c_int {
    cross::<()>("PySys_FormatStdout", |cx| {
        let before = indicator::take();
        // SAFETY: by the contract.
        if let Ok(text) = unsafe { made(cx, format, walk) } {
            write(cx, error != 0, &text);
        }
        put_back(before);
        Ok(())
    })
}

/// `PySys_WriteStdout`, `PySys_WriteStderr`, with what has been printed.
///
/// # Safety
/// A text.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn _Adder_WriteStream(error: c_int, text: *const c_char, whole: c_int) {
    cross::<crate::border::Nothing>("PySys_WriteStdout", |cx| {
        let before = indicator::take();
        // SAFETY: by the contract.
        let mut text = unsafe { text_of(text) };
        if whole == 0 {
            text.push_str("... truncated");
        }
        if let Ok(text) = cx.str_value(&text) {
            write(cx, error != 0, &text);
        }
        put_back(before);
        Ok(crate::border::Nothing)
    });
}

/// Sets what was set before, if anything was.
fn put_back(before: Option<adder_objects::Raised>) {
    match before {
        Some(raised) => indicator::set(raised),
        None => drop(indicator::take()),
    }
}

/// Writes to `sys.stdout` or `sys.stderr`; where that is not possible, to the process's.
fn write(cx: &Cx, error: bool, text: &Value) {
    let name = if error { "stderr" } else { "stdout" };
    let written = (|| -> R<()> {
        let file = cx.getattr_text(&adder_vm::Vm::of(cx).sys.get(), name)?;
        cx.call_method(&file, &cx.intern("write")?, core::slice::from_ref(text)).map(drop)
    })();
    if written.is_err() {
        let text = cx.display(text).unwrap_or_default();
        if error { eprint!("{text}") } else { print!("{text}") }
    }
}
