//! Exceptions: their layouts and classes, and what `raise` and `except` do with them.

mod base;
mod fields;
mod group;
mod os;
mod plain;
mod raising;
mod syntax;
mod unicode;

pub use base::{BASE_EXCEPTION, PyBaseException};
pub use fields::{
    ATTRIBUTE_ERROR, IMPORT_ERROR, KEY_ERROR, NAME_ERROR, PyAttributeError, PyImportError, PyNameError,
    PyStopIteration, PySystemExit, STOP_ITERATION, SYSTEM_EXIT,
};
pub use group::{BASE_EXCEPTION_GROUP, EXCEPTION_GROUP, PyExceptionGroup};
pub use os::{OS_ERROR, PyOsError, os_error, os_error_of_two, os_error_text};
pub use plain::*;
pub(crate) use raising::instance;
pub use raising::{is_exception_class, matches, raise, set_cause, set_context};
pub use syntax::{PySyntaxError, SYNTAX_ERROR};
pub use unicode::{PyUnicodeError, UNICODE_DECODE_ERROR, UNICODE_ENCODE_ERROR, UNICODE_TRANSLATE_ERROR};

pub(crate) use fields::no_attribute;

use crate::typeobject::TypeObject;

/// BaseException; then come [`PLAIN`], then [`WITH_FIELDS`], then [`DERIVED`].
pub(crate) static ROOT: &[&TypeObject] = &[&BASE_EXCEPTION];

/// The classes with fields or methods of their own.
pub(crate) static WITH_FIELDS: &[&TypeObject] = &[
    &KEY_ERROR,
    &STOP_ITERATION,
    &SYSTEM_EXIT,
    &IMPORT_ERROR,
    &ATTRIBUTE_ERROR,
    &NAME_ERROR,
    &OS_ERROR,
    &SYNTAX_ERROR,
    &UNICODE_ENCODE_ERROR,
    &UNICODE_DECODE_ERROR,
    &UNICODE_TRANSLATE_ERROR,
    &BASE_EXCEPTION_GROUP,
    &EXCEPTION_GROUP,
];
