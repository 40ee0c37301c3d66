//! `Py_UNICODE_*`: what Unicode says of a code point. These need no interpreter.

use core::ffi::{c_double, c_int, c_uint};

use adder_objects::unicode::{self, data, property};

macro_rules! characters {
    ($($(#[$doc:meta])* $name:ident($point:ident) -> $out:ty $body:block)*) => {
        $(
            $(#[$doc])*
            // SAFETY: the name is C's, and nothing else has it.
            #[unsafe(no_mangle)]
            #[allow(non_snake_case, reason = "C's names")]
            pub extern "C" fn $name($point: c_uint) -> $out $body
        )*

        crate::contract::rows! {
            /// The rows of this file.
            ALL:
            $(quiet $name($point: Plain) -> Plain;)*
        }
    };
}

fn has(point: u32, property: u16) -> c_int {
    (point <= 0x10_FFFF && unicode::is(point, property)).into()
}

/// The one code point that a mapping gives; where it gives several, the first.
fn first(point: u32, mapped: impl FnOnce(u32) -> unicode::Mapped) -> c_uint {
    if point > 0x10_FFFF { point } else { mapped(point).first().copied().unwrap_or(point) }
}

characters! {
    /// Is it of lower case?
    _PyUnicode_IsLowercase(point) -> c_int { has(point, property::LOWER) }
    /// Is it of upper case?
    _PyUnicode_IsUppercase(point) -> c_int { has(point, property::UPPER) }
    /// Is it of title case?
    _PyUnicode_IsTitlecase(point) -> c_int { has(point, property::TITLE) }
    /// Is it white space?
    _PyUnicode_IsWhitespace(point) -> c_int { has(point, property::SPACE) }
    /// Does a line end with it?
    _PyUnicode_IsLinebreak(point) -> c_int { unicode::is_line_break(point).into() }
    /// In lower case.
    _PyUnicode_ToLowercase(point) -> c_uint { first(point, unicode::to_lower) }
    /// In upper case.
    _PyUnicode_ToUppercase(point) -> c_uint { first(point, unicode::to_upper) }
    /// In title case.
    _PyUnicode_ToTitlecase(point) -> c_uint { first(point, unicode::to_title) }
    /// The value of a decimal digit, or -1.
    _PyUnicode_ToDecimalDigit(point) -> c_int { unicode::decimal(point).map_or(-1, |digit| digit as c_int) }
    /// The value of a digit, or -1.
    _PyUnicode_ToDigit(point) -> c_int { data::digit(point).map_or(-1, |digit| digit as c_int) }
    /// The number it stands for, or -1.
    _PyUnicode_ToNumeric(point) -> c_double { data::numeric(point, false).unwrap_or(-1.0) }
    /// Is it a decimal digit?
    _PyUnicode_IsDecimalDigit(point) -> c_int { has(point, property::DECIMAL) }
    /// Is it a digit?
    _PyUnicode_IsDigit(point) -> c_int { has(point, property::DIGIT) }
    /// Does it stand for a number?
    _PyUnicode_IsNumeric(point) -> c_int { has(point, property::NUMERIC) }
    /// Does `repr` show it as it is?
    _PyUnicode_IsPrintable(point) -> c_int { has(point, property::PRINTABLE) }
    /// Is it a letter?
    _PyUnicode_IsAlpha(point) -> c_int { has(point, property::ALPHA) }
}
