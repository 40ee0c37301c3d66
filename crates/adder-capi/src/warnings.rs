//! `PyErr_Warn*`: warnings.

use core::ffi::{c_char, c_int};

use adder_objects::exceptions as exc;
use adder_objects::{Cx, R, Value};
use adder_vm::{AboutLine, Vm};

use crate::border::Borrowed;
use crate::contract::api;
use crate::errors::bytes_of;

/// Issues a warning; without a category a RuntimeWarning.
pub(crate) fn warn(cx: &Cx, category: Option<&Value>, text: &Value, level: isize, source: Option<&Value>) -> R<()> {
    let category = category.cloned().unwrap_or_else(|| exc::RUNTIME_WARNING.value());
    Vm::of(cx).warn(&category, text, level as i64, source)
}

/// Issues a warning about a line; without a category a RuntimeWarning.
pub(crate) fn warn_about(
    cx: &Cx,
    category: Option<&Value>,
    message: &Value,
    file: &Value,
    line: c_int,
    module: Option<&Value>,
    registry: Option<&Value>,
) -> R<()> {
    let category = category.cloned().unwrap_or_else(|| exc::RUNTIME_WARNING.value());
    let registry = registry.filter(|registry| !registry.is_none());
    if let Some(registry) = registry
        && registry.downcast::<adder_objects::dict::PyDict>().is_none()
    {
        return adder_objects::raise!(cx, exc::TYPE_ERROR, "'registry' must be a dict or None");
    }
    Vm::of(cx).warn_about(&category, message, &AboutLine { file, line: line.into(), module, registry })
}

/// The name of a file, from bytes as the system has them.
pub(crate) fn decode_file_name(cx: &Cx, bytes: &[u8]) -> R {
    match core::str::from_utf8(bytes) {
        Ok(text) => cx.str_value(text),
        Err(_) => {
            let bytes = cx.bytes(bytes)?.into_value();
            cx.call_method(&bytes, &cx.intern("decode")?, &[cx.intern("utf-8")?, cx.intern("surrogateescape")?])
        }
    }
}

/// The name of a file at a pointer.
///
/// # Safety
/// A text.
pub(crate) unsafe fn file_name(cx: &Cx, name: *const c_char) -> R {
    // SAFETY: by the contract.
    decode_file_name(cx, unsafe { bytes_of(name) })
}

api! {
    /// Issues a warning, as if a function so many levels up had done it.
    runs fn PyErr_WarnEx(cx, category: Option<Borrowed>, text: *const c_char, level: isize) -> () {
        // SAFETY: the contract: a text.
        let text = crate::text::decode(cx, unsafe { bytes_of(text) })?;
        warn(cx, category.as_deref(), &text, level, None)
    }

    /// Issues a warning about a line. NULL for the module: after the file; for the registry: none.
    runs fn PyErr_WarnExplicit(
        cx, category: Option<Borrowed>, text: *const c_char, file: *const c_char, line: c_int, module: *const c_char,
        registry: Option<Borrowed>,
    ) -> () {
        // SAFETY: the contract: texts, of which the module's may be NULL.
        let (text, file, module) = unsafe {
            let module = if module.is_null() { None } else { Some(crate::text::decode(cx, bytes_of(module))?) };
            (crate::text::decode(cx, bytes_of(text))?, file_name(cx, file)?, module)
        };
        warn_about(cx, category.as_deref(), &text, &file, line, module.as_ref(), registry.as_deref())
    }

    /// The same with objects.
    runs fn PyErr_WarnExplicitObject(
        cx, category: Option<Borrowed>, message: Borrowed, file: Borrowed, line: c_int, module: Option<Borrowed>,
        registry: Option<Borrowed>,
    ) -> () {
        warn_about(cx, category.as_deref(), &message, &file, line, module.as_deref(), registry.as_deref())
    }
}
