//! `PyOS_*`: comparing texts of C's, and numbers in them. Independent of the locale.

use core::ffi::{c_char, c_double, c_int, c_long, c_ulong};

use adder_objects::format::{FloatText, float_text};
use adder_objects::{exceptions as exc, raise};

use crate::border::{Borrowed, bad_call};
use crate::contract::api;
use crate::text::bytes_of;

fn compare(a: &[u8], b: &[u8]) -> c_int {
    let mut pairs =
        a.iter().chain([&0]).zip(b.iter().chain([&0])).map(|(a, b)| (a.to_ascii_lowercase(), b.to_ascii_lowercase()));
    pairs.find(|(a, b)| a != b).map_or(0, |(a, b)| c_int::from(a) - c_int::from(b))
}

/// Compares without regard to the case of ASCII letters.
///
/// # Safety
/// Texts.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyOS_mystricmp(a: *const c_char, b: *const c_char) -> c_int {
    // SAFETY: by the contract.
    unsafe { compare(bytes_of(a), bytes_of(b)) }
}

/// The same of at most so many bytes.
///
/// # Safety
/// Texts, or so many bytes.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyOS_mystrnicmp(a: *const c_char, b: *const c_char, size: isize) -> c_int {
    let size = usize::try_from(size).unwrap_or(0);
    // SAFETY: by the contract: `strnlen` reads no more than that.
    unsafe {
        let cut = |text: *const c_char| core::slice::from_raw_parts(text.cast::<u8>(), libc::strnlen(text, size));
        let (a, b) = (cut(a), cut(b));
        if a.len() == size && b.len() == size {
            let lower = |text: &[u8]| text.to_ascii_lowercase();
            let (a, b) = (lower(a), lower(b));
            return a.iter().zip(&b).find(|(a, b)| a != b).map_or(0, |(&a, &b)| c_int::from(a) - c_int::from(b));
        }
        compare(a, b)
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | 9..=13)
}

/// An unsigned number in a base, `None` where it is too large, and how many bytes were read.
fn unsigned(text: &[u8], base: c_int) -> (Option<u64>, usize) {
    let mut at = text.iter().take_while(|&&byte| is_space(byte)).count();
    let digit = |at: usize, base: u32| text.get(at).and_then(|&byte| char::from(byte).to_digit(base));
    // A prefix is one only in front of a digit.
    let prefixed = |at: usize, letter: u8, base: u32| {
        text.get(at) == Some(&b'0')
            && text.get(at + 1).is_some_and(|c| c | 32 == letter)
            && digit(at + 2, base).is_some()
    };
    let base = match base {
        0 if text.get(at) != Some(&b'0') => 10,
        0 => {
            let found =
                [(b'x', 16), (b'o', 8), (b'b', 2)].into_iter().find(|&(letter, base)| prefixed(at, letter, base));
            let Some((_, base)) = found else {
                // A zero, or zeros.
                at += text[at..].iter().take_while(|&&byte| byte == b'0').count();
                at += text[at..].iter().take_while(|&&byte| is_space(byte)).count();
                return (Some(0), at);
            };
            at += 2;
            base
        }
        2..=36 => base as u32,
        _ => return (Some(0), at),
    };
    let letter = match base {
        16 => b'x',
        8 => b'o',
        2 => b'b',
        _ => 0,
    };
    if letter != 0 && prefixed(at, letter, base) {
        at += 2;
    }
    let mut value = Some(0_u64);
    while let Some(digit) = digit(at, base) {
        value = value.and_then(|value| value.checked_mul(base.into())?.checked_add(digit.into()));
        at += 1;
    }
    (value, at)
}

fn too_large() {
    adder_vm::threads::set_errno(libc::ERANGE);
}

/// Writes where reading ended.
///
/// # Safety
/// A place, or NULL.
unsafe fn write_end(end: *mut *mut c_char, text: *const c_char, at: usize) {
    if !end.is_null() {
        // SAFETY: by the contract.
        unsafe { end.write(text.add(at).cast_mut()) };
    }
}

/// An unsigned number from text in a base, or (0) in the one that its prefix tells.
///
/// # Safety
/// A text, and a place or NULL.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyOS_strtoul(text: *const c_char, end: *mut *mut c_char, base: c_int) -> c_ulong {
    // SAFETY: by the contract.
    unsafe {
        let (value, at) = unsigned(bytes_of(text), base);
        write_end(end, text, at);
        value.unwrap_or_else(|| {
            too_large();
            c_ulong::MAX
        })
    }
}

/// The same with a sign.
///
/// # Safety
/// A text, and a place or NULL.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyOS_strtol(text: *const c_char, end: *mut *mut c_char, base: c_int) -> c_long {
    // SAFETY: by the contract.
    unsafe {
        let bytes = bytes_of(text);
        let mut start = bytes.iter().take_while(|&&byte| is_space(byte)).count();
        let sign = bytes.get(start).copied().filter(|byte| matches!(byte, b'+' | b'-'));
        start += usize::from(sign.is_some());
        let (value, at) = unsigned(&bytes[start..], base);
        write_end(end, text, start + at);
        match (value, sign) {
            (Some(value), Some(b'-')) if value <= c_long::MIN.unsigned_abs() => (value as c_long).wrapping_neg(),
            (Some(value), sign) if sign != Some(b'-') && value <= c_long::MAX as c_ulong => value as c_long,
            _ => {
                too_large();
                c_long::MAX
            }
        }
    }
}

/// How many bytes a float takes at the beginning of a text.
fn float_length(text: &[u8]) -> usize {
    let sign = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    for name in [&b"infinity"[..], b"inf", b"nan"] {
        if text[sign..].get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return sign + name.len();
        }
    }
    let digits = |at: usize| text[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(sign);
    let mut at = sign + whole;
    let mut fraction = 0;
    if text.get(at) == Some(&b'.') {
        fraction = digits(at + 1);
        at += 1 + fraction;
    }
    if whole + fraction == 0 {
        return 0;
    }
    if matches!(text.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(text.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits(at + 1 + sign);
        if exponent > 0 {
            at += 1 + sign + exponent;
        }
    }
    at
}

api! {
    /// A float from text; without a place for its end all of the text must be one. One that is too large is an exception of a
    /// class, or infinite.
    runs fn PyOS_string_to_double(cx, text: *const c_char, end: *mut *mut c_char, overflow: Option<Borrowed>) -> c_double {
        // SAFETY: the contract: a text.
        let bytes = unsafe { bytes_of(text) };
        let length = float_length(bytes);
        // SAFETY: the contract: a place, or NULL.
        unsafe { write_end(end, text, length) };
        let shown = || String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
        let value = core::str::from_utf8(&bytes[..length]).ok().and_then(|text| text.parse::<f64>().ok());
        let Some(value) = value.filter(|_| !end.is_null() || length == bytes.len()) else {
            return raise!(cx, exc::VALUE_ERROR, "could not convert string to float: '{}'", shown());
        };
        if value.is_infinite() && bytes[..length].iter().any(u8::is_ascii_digit)
            && let Some(class) = overflow
        {
            let message = cx.str_value(&format!("value too large to convert to float: '{}'", shown()))?;
            return Err(adder_objects::Raised::new(crate::errors::instance_of(cx, &class, Some(&message))?));
        }
        Ok(value)
    }

    /// The text of a float in memory that `PyMem_Free` takes, and what kind of number it is.
    quiet fn PyOS_double_to_string(
        cx,
        value: c_double,
        code: c_char,
        precision: c_int,
        flags: c_int,
        kind: *mut c_int,
    ) -> *mut c_char {
        let code = code as u8;
        let (true, Ok(precision)) = (matches!(code, b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'r'), usize::try_from(precision))
        else {
            return Err(bad_call(cx, "PyOS_double_to_string"));
        };
        if code == b'r' && precision != 0 {
            return Err(bad_call(cx, "PyOS_double_to_string"));
        }
        let mut text = float_text(value, FloatText {
            kind: code,
            precision,
            alternate: flags & 4 != 0,
            dot_zero: flags & 2 != 0,
            no_negative_zero: flags & 8 != 0,
        });
        if flags & 1 != 0 && !text.starts_with('-') {
            text.insert(0, '+');
        }
        if !kind.is_null() {
            // SAFETY: the contract: a place, or NULL.
            unsafe { kind.write(if value.is_nan() { 2 } else { value.is_infinite().into() }) };
        }
        // SAFETY: room for the text and the zero.
        unsafe {
            let made = crate::memory::PyMem_Malloc(text.len() + 1).cast::<u8>();
            if made.is_null() {
                return Err(cx.no_memory());
            }
            made.copy_from_nonoverlapping(text.as_ptr(), text.len());
            made.add(text.len()).write(0);
            Ok(made.cast())
        }
    }
}

crate::contract::rows! {
    /// The rows of what needs no interpreter.
    ALL:
    quiet PyOS_mystricmp(a: Plain, b: Plain) -> Plain;
    quiet PyOS_mystrnicmp(a: Plain, b: Plain, size: Plain) -> Plain;
    quiet PyOS_strtol(text: Plain, end: Plain, base: Plain) -> Plain;
    quiet PyOS_strtoul(text: Plain, end: Plain, base: Plain) -> Plain;
}
