//! The module `_io`: streams of bytes and text.
//!
//! | file | |
//! | --- | --- |
//! | `base`, `buffered_base` | the base classes, which work by the methods that a class gives |
//! | `file` | `FileIO`: a descriptor |
//! | `buffered/` | `BufferedReader`, `BufferedWriter`, `BufferedRandom`, `BufferedRWPair` |
//! | `bytes_io`, `string_io` | streams in memory |
//! | `newlines` | where lines end, `IncrementalNewlineDecoder` |
//! | `text/` | `TextIOWrapper` |
//! | `open` | the functions |
//! | `std_streams` | `sys.stdin`, `sys.stdout`, `sys.stderr` |
//! | `storage`, `characters` | the memory that streams own |

mod base;
mod buffered;
mod buffered_base;
mod bytes_io;
mod characters;
mod file;
mod newlines;
mod open;
mod std_streams;
mod storage;
mod string_io;
mod text;

use adder_objects::arguments::ssize;
use adder_objects::buffer::{Buffer, request};
use adder_objects::dict::PyDict;
use adder_objects::exceptions as exc;
use adder_objects::{Catch, Cx, R, Raised, TypeObject, Value, raise};

use super::exception_classes;
use super::support::{self, writable};
use crate::vm::Vm;

pub(super) use open::open;
pub(crate) use std_streams::{flush as flush_stream, set_encoding as set_stream_encoding};
pub(super) use std_streams::{stream as standard_stream, write as write_stream};

/// The types of this module, bases first.
pub(crate) static TYPES: &[&TypeObject] = &[
    &base::IO_BASE_TYPE,
    &base::RAW_IO_BASE_TYPE,
    &buffered_base::BUFFERED_IO_BASE_TYPE,
    &buffered_base::TEXT_IO_BASE_TYPE,
    &file::FILE_IO_TYPE,
    &bytes_io::BYTES_IO_TYPE,
    &bytes_io::BYTES_IO_BUFFER_TYPE,
    &string_io::STRING_IO_TYPE,
    &buffered::BUFFERED_READER_TYPE,
    &buffered::BUFFERED_WRITER_TYPE,
    &buffered::BUFFERED_RANDOM_TYPE,
    &buffered::pair::BUFFERED_RW_PAIR_TYPE,
    &newlines::NEWLINE_DECODER_TYPE,
    &text::TEXT_IO_WRAPPER_TYPE,
];

/// `io.DEFAULT_BUFFER_SIZE`
const DEFAULT_BUFFER_SIZE: usize = 128 << 10;

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_io", open::FUNCTIONS)?.into_value();
    if let Some(dict) = crate::module::dict_of(&module) {
        for ty in TYPES {
            dict.set_text(cx, ty.short_name(), ty.value())?;
        }
        dict.set_text(cx, "DEFAULT_BUFFER_SIZE", cx.int(DEFAULT_BUFFER_SIZE as i64)?)?;
        dict.set_text(cx, "BlockingIOError", exc::BLOCKING_IO_ERROR.value())?;
        dict.set_text(cx, "UnsupportedOperation", unsupported_operation(cx)?)?;
        // The one that `builtins` has.
        let builtins = vm.builtins.get();
        if let Some(open) = builtins.downcast::<PyDict>().map(|all| all.get_text(cx, "open"))
            && let Some(open) = open?
        {
            dict.set_text(cx, "open", open)?;
        }
    }
    Ok(module)
}

/// Would the end of a stream that nobody has closed do nothing?
fn nothing_to_close(this: &Value) -> bool {
    file::is_done(this) || buffered::is_done(this) || text::is_done(this) || {
        let in_memory = this.is_exact(&bytes_io::BYTES_IO_TYPE) || this.is_exact(&string_io::STRING_IO_TYPE);
        in_memory && adder_objects::instance::own_dict(this).is_none()
    }
}

/// `io.UnsupportedOperation`
fn unsupported_operation(cx: &Cx) -> R {
    exception_classes::class_of(cx, "io.UnsupportedOperation", &[&exc::OS_ERROR, &exc::VALUE_ERROR])
}

/// Raises `io.UnsupportedOperation`.
#[cold]
fn unsupported<T>(cx: &Cx, message: &str) -> R<T> {
    let exception = cx.call(&unsupported_operation(cx)?, &[cx.str_value(message)?])?;
    Err(Raised::new(exception))
}

/// Calls a method by its name.
fn ask(cx: &Cx, object: &Value, name: &str, args: &[Value]) -> R {
    cx.call_method(object, &cx.intern(name)?, args)
}

/// An attribute, if it is there.
fn attribute(cx: &Cx, object: &Value, name: &str) -> R<Option<Value>> {
    cx.getattr_opt(object, &cx.intern(name)?)
}

/// An attribute as a truth value.
fn truth(cx: &Cx, object: &Value, name: &str) -> R<bool> {
    cx.is_true(&cx.getattr_text(object, name)?)
}

/// Raises what operations on closed streams raise.
#[cold]
fn closed_file<T>(cx: &Cx) -> R<T> {
    raise!(cx, exc::VALUE_ERROR, "I/O operation on closed file.")
}

/// Raises what operations on streams raise whose `__init__` was not called, or has failed.
#[cold]
fn uninitialized<T>(cx: &Cx) -> R<T> {
    raise!(cx, exc::VALUE_ERROR, "I/O operation on uninitialized object")
}

/// An optional number of bytes or characters: −1 for None, or where it is not given.
fn optional_size(cx: &Cx, value: Option<&Value>) -> R<isize> {
    match value {
        Some(value) if !value.is_none() => {
            if !value.is_int() && value.ty().slots.index.get().is_none() {
                let ty = value.ty().name();
                return raise!(cx, exc::TYPE_ERROR, "argument should be integer or None, not '{ty}'");
            }
            ssize(cx, value)
        }
        _ => Ok(-1),
    }
}

/// A place in a file.
fn offset(cx: &Cx, value: &Value) -> R<i64> {
    match cx.index(value)?.as_i64() {
        Some(n) => Ok(n),
        None => raise!(cx, exc::OVERFLOW_ERROR, "Python int too large to convert to C long"),
    }
}

/// A view of bytes to be read.
fn readable(cx: &Cx, value: &Value) -> R<Buffer> {
    support::view(cx, value, request::SIMPLE)
}

/// The error that streams raise which wait for nothing: how much was done before.
#[cold]
fn would_block(cx: &Cx, message: &str, written: usize) -> Raised {
    let made = (|| {
        let args = [Value::small(libc::EAGAIN.into()), cx.str_value(message)?, cx.int(written as i64)?];
        Ok(cx.error_of(&exc::BLOCKING_IO_ERROR, &args))
    })();
    made.unwrap_or_else(|raised| raised)
}

/// `__reduce__` of streams that are more than their contents.
fn cannot_pickle(cx: &Cx, this: &Value) -> R {
    raise!(cx, exc::TYPE_ERROR, "cannot pickle '{}' instances", this.ty().short_name())
}

/// What a stream's `repr` is made from: the name of its class, and its attribute `name` as ` name='…'`.
fn named(cx: &Cx, this: &Value) -> R<String> {
    let name = attribute(cx, this, "name").unless(&exc::VALUE_ERROR)?.flatten();
    let class = this.ty().name();
    let Some(name) = name else { return Ok(class.to_owned()) };
    if cx.enter_repr(this) {
        return raise!(cx, exc::RUNTIME_ERROR, "reentrant call inside {class}.__repr__");
    }
    let shown = cx.repr(&name);
    cx.leave_repr();
    Ok(format!("{class} name={}", shown?.to_lossy()))
}

/// `__setstate__`'s attributes: a dict that the stream's own takes over, or None.
fn take_attributes(cx: &Cx, this: &Value, given: &Value, which: &str) -> R<()> {
    if given.is_none() {
        return Ok(());
    }
    let Some(given) = given.downcast::<PyDict>() else {
        let ty = given.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "{which} item of state should be a dict, got a {ty}");
    };
    let own = adder_objects::instance::dict(cx, this)?;
    for (name, value) in given.entries() {
        own.set(cx, &name, value)?;
    }
    Ok(())
}

/// `__dict__` as `__getstate__` gives it: a copy, or None where there is none.
fn attributes_of(cx: &Cx, this: &Value) -> R {
    match adder_objects::instance::own_dict(this) {
        Some(dict) => {
            let copy = cx.dict()?;
            for (name, value) in dict.entries() {
                copy.set(cx, &name, value)?;
            }
            Ok(copy.into_value())
        }
        None => Ok(Value::none()),
    }
}
