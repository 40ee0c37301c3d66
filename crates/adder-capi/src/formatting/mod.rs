//! Texts made by a format: `PyUnicode_FromFormat`, and the errors, warnings and outputs that go by it.

mod bytes;
mod text;

use core::ffi::{c_char, c_int};

use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use crate::arguments::Format;
use crate::border::{Borrowed, Nothing, Null, cross};
use crate::contract::called_from_c;
use crate::errors::{self, text_of};
use crate::indicator;
use crate::varargs::Walk;

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
fn made(cx: &Cx, format: *const c_char, walk: Walk) -> R {
    // SAFETY: the contract of the callers: a format.
    text::make(cx, unsafe { Format::of(format) }, walk)
}

/// Writes the text of a format to a stream. What is set stays.
fn write_made(cx: &Cx, error: bool, format: *const c_char, walk: Walk) {
    let before = indicator::take();
    if let Ok(text) = made(cx, format, walk) {
        write(cx, error, &text);
    }
    put_back(before);
}

called_from_c! {
    /// A string.
    fn _Adder_FormatText as PyUnicode_FromFormat(cx, format: *const c_char; walk) -> Value {
        made(cx, format, walk)
    }

    /// Bytes.
    fn _Adder_FormatBytes as PyBytes_FromFormat(cx, format: *const c_char; walk) -> Value {
        // SAFETY: the contract: a format.
        let format = unsafe { Format::of(format) };
        Ok(cx.bytes(&bytes::make(cx, format, walk)?)?.into_value())
    }

    /// Sets an exception.
    fn _Adder_FormatError as PyErr_Format(cx, class: Borrowed, format: *const c_char; walk) -> Null {
        // What is formatted may run code, which must not find an exception set.
        drop(indicator::take());
        let text = made(cx, format, walk)?;
        Err(errors::raised(cx, &class, Some(&text))?)
    }

    /// Sets an exception, whose cause is the one that is set.
    fn _Adder_FormatErrorFromCause as _PyErr_FormatFromCause(
        cx, class: Borrowed, format: *const c_char; walk
    ) -> Null {
        let cause = indicator::take();
        let text = made(cx, format, walk)?;
        let raised = errors::raised(cx, &class, Some(&text))?;
        if let Some(cause) = cause {
            let cause = cause.into_value();
            exc::set_cause(raised.value(), cause.clone());
            exc::set_context(raised.value(), &cause);
        }
        Err(raised)
    }

    /// Issues a warning.
    fn _Adder_FormatWarning as PyErr_WarnFormat(
        cx, category: Option<Borrowed>, level: isize, format: *const c_char; walk
    ) -> () {
        let text = made(cx, format, walk)?;
        crate::warnings::warn(cx, category.as_deref(), &text, level, None)
    }

    /// Issues a ResourceWarning about an object.
    fn _Adder_FormatResourceWarning as PyErr_ResourceWarning(
        cx, source: Option<Borrowed>, level: isize, format: *const c_char; walk
    ) -> () {
        let text = made(cx, format, walk)?;
        crate::warnings::warn(cx, Some(&exc::RESOURCE_WARNING.value()), &text, level, source.as_deref())
    }

    /// Issues a warning about a line.
    fn _Adder_FormatWarningAt as PyErr_WarnExplicitFormat(
        cx, category: Option<Borrowed>, file: *const c_char, line: c_int, module: *const c_char,
        registry: Option<Borrowed>, format: *const c_char; walk
    ) -> () {
        // SAFETY: the contract: texts, of which the module's may be NULL.
        let (file, module) = unsafe {
            let module = if module.is_null() { None } else { Some(cx.str_value(&text_of(module))?) };
            (crate::warnings::file_name(cx, file)?, module)
        };
        let text = made(cx, format, walk)?;
        let (category, registry) = (category.as_deref(), registry.as_deref());
        crate::warnings::warn_about(cx, category, &text, &file, line, module.as_ref(), registry)
    }

    /// Reports what is set as an exception that nobody can catch, with a text if there is a format.
    fn _Adder_FormatUnraisable as PyErr_FormatUnraisable(cx, format: *const c_char; walk) -> Nothing {
        let Some(raised) = indicator::take() else { return Ok(Nothing) };
        // What cannot be formatted is left out.
        let text = if format.is_null() {
            None
        } else {
            made(cx, format, walk).and_then(|text| cx.display(&text)).ok()
        };
        cx.unraisable(raised, text.as_deref(), None);
        Ok(Nothing)
    }

    /// Writes to `sys.stdout`.
    fn _Adder_FormatStdout as PySys_FormatStdout(cx, format: *const c_char; walk) -> Nothing {
        write_made(cx, false, format, walk);
        Ok(Nothing)
    }

    /// Writes to `sys.stderr`.
    fn _Adder_FormatStderr as PySys_FormatStderr(cx, format: *const c_char; walk) -> Nothing {
        write_made(cx, true, format, walk);
        Ok(Nothing)
    }
}

/// `PySys_WriteStdout`, `PySys_WriteStderr`, with what has been printed.
///
/// # Safety
/// A text.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn _Adder_WriteStream(error: c_int, text: *const c_char, whole: c_int) {
    cross::<Nothing>("PySys_WriteStdout", |cx| {
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
        Ok(Nothing)
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
