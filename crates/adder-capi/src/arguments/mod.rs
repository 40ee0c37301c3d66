//! `PyArg_*`: arguments, read by a format.
//!
//! [`units`] converts an argument, [`tuples`] and [`keywords`] go through the arguments of a call.

mod keywords;
mod places;
mod strings;
mod tuples;
mod units;

use core::ffi::c_char;
use std::borrow::Cow;
use std::ffi::CStr;

use adder_objects::dict::PyDict;
use adder_objects::str::PyStr;
use adder_objects::tuple::PyTuple;
use adder_objects::{Cx, R, Raised, Value, exceptions as exc, raise};

use crate::border::{Borrowed, Object, Outcome, Success, bad_call, box_in_place};
use crate::contract::{api, called_from_c};
use crate::varargs::Walk;

use places::Cleanup;

/// A format, and how far it has been read.
pub(crate) struct Format<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Format<'a> {
    /// From its start.
    pub(crate) fn new(text: &'a [u8]) -> Format<'a> {
        Format { text, at: 0 }
    }

    /// The format at a pointer.
    ///
    /// # Safety
    /// A text that lives as long as this.
    pub(crate) unsafe fn of(text: *const c_char) -> Format<'a> {
        if text.is_null() {
            return Format::new(&[]);
        }
        // SAFETY: by the contract.
        Format::new(unsafe { CStr::from_ptr(text) }.to_bytes())
    }

    /// The next character; 0 at the end.
    pub(crate) fn peek(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }

    /// The next character, which is read; 0 at the end.
    pub(crate) fn next(&mut self) -> u8 {
        let next = self.peek();
        self.at += usize::from(self.at < self.text.len());
        next
    }

    /// Reads a character, if it comes next.
    pub(crate) fn eat(&mut self, c: u8) -> bool {
        let there = self.peek() == c && self.at < self.text.len();
        self.at += usize::from(there);
        there
    }

    /// What is not read yet.
    pub(crate) fn rest(&self) -> &'a [u8] {
        &self.text[self.at..]
    }

    /// Have all units been read? Then comes the end, or what is said in messages.
    fn is_done(&self) -> bool {
        matches!(self.peek(), 0 | b':' | b';')
    }
}

/// At most so many bytes of a text, as CPython's messages have them.
pub(crate) fn cut(text: &[u8], most: usize) -> Cow<'_, str> {
    String::from_utf8_lossy(&text[..text.len().min(most)])
}

/// The name of a value's type, as messages have it.
fn type_name(value: &Value) -> Cow<'_, str> {
    if value.is_none() { "None".into() } else { cut(value.ty().name().as_bytes(), 50) }
}

/// An argument that is not what its unit asks for.
enum Wrong {
    /// An exception says it.
    Raised(Raised),
    /// What the argument must be; or in brackets what is wrong with the format. Behind it the places in nested sequences.
    Says(String, Vec<usize>),
}

impl From<Raised> for Wrong {
    fn from(raised: Raised) -> Wrong {
        Wrong::Raised(raised)
    }
}

impl Wrong {
    fn says(text: impl Into<String>) -> Wrong {
        Wrong::Says(text.into(), Vec::new())
    }

    /// "must be X, not Y".
    fn must_be(what: &str, argument: &Value) -> Wrong {
        Wrong::says(format!("must be {what}, not {}", type_name(argument)))
    }
}

/// What stands behind the units: the function's name, or the whole message of errors.
struct Told<'a> {
    function: Option<&'a [u8]>,
    message: Option<&'a [u8]>,
}

impl<'a> Told<'a> {
    fn of(format: &Format<'a>) -> Told<'a> {
        let text = format.text;
        let end = text.iter().position(|c| matches!(c, b':' | b';'));
        let behind = |c: u8| end.filter(|&at| text[at] == c).map(|at| &text[at + 1..]);
        Told { function: behind(b':'), message: behind(b';') }
    }

    /// "name()", or "function".
    fn who(&self, most: usize) -> String {
        self.function.map_or_else(|| "function".to_owned(), |name| format!("{}()", cut(name, most)))
    }

    /// The exception for a wrong argument; number 0 is one without a number.
    fn raise(&self, cx: &Cx, number: usize, wrong: Wrong) -> Raised {
        let (text, path) = match wrong {
            Wrong::Raised(raised) => return raised,
            Wrong::Says(text, path) => (text, path),
        };
        let message = match self.message {
            Some(message) => String::from_utf8_lossy(message).into_owned(),
            None => {
                let mut message = self.function.map_or_else(String::new, |name| format!("{}() ", cut(name, 200)));
                message.push_str("argument");
                if number != 0 {
                    message.push_str(&format!(" {number}"));
                    for place in path {
                        message.push_str(&format!(", item {place}"));
                    }
                }
                message.push(' ');
                message.push_str(&cut(text.as_bytes(), 256));
                message
            }
        };
        cx.error(if text.starts_with('(') { &exc::SYSTEM_ERROR } else { &exc::TYPE_ERROR }, format_args!("{message}"))
    }
}

/// Arguments that are being read.
struct Reader<'c> {
    cx: &'c Cx,
    walk: Walk,
    /// What is taken back if a later argument is wrong.
    cleanup: Vec<Cleanup>,
}

impl Reader<'_> {
    /// Ends it: after an error, all that was handed out is taken back.
    fn end(mut self, result: R<()>) -> R<Success> {
        if result.is_err() {
            for taken in self.cleanup.drain(..) {
                taken.run();
            }
        }
        result.map(|()| Success)
    }
}

/// Reads arguments for C.
fn read(cx: &Cx, walk: Walk, work: impl FnOnce(&mut Reader<'_>) -> R<()>) -> R<Success> {
    let mut reader = Reader { cx, walk, cleanup: Vec::new() };
    let result = work(&mut reader);
    reader.end(result)
}

called_from_c! {
    /// Reads a single object.
    fn _Adder_ParseOne as PyArg_Parse(cx, arg: Option<Borrowed>, format: *const c_char; walk) -> Success {
        // SAFETY: the contract: a format.
        let mut format = unsafe { Format::of(format) };
        read(cx, walk, |reader| reader.one(arg.as_deref(), &mut format))
    }

    /// Reads the arguments in a tuple.
    fn _Adder_ParseTuple as PyArg_ParseTuple(cx, args: Borrowed, format: *const c_char; walk) -> Success {
        // SAFETY: the contract: a format.
        let mut format = unsafe { Format::of(format) };
        read(cx, walk, |reader| reader.tuple(&args, &mut format))
    }

    /// Reads the arguments in a tuple and a dict.
    fn _Adder_ParseKeywords as PyArg_ParseTupleAndKeywords(
        cx, args: Borrowed, keywords: Option<Borrowed>, format: *const c_char, names: *const *const c_char; walk
    ) -> Success {
        let wrong = || bad_call(cx, "PyArg_ParseTupleAndKeywords");
        let args = args.downcast::<PyTuple>().ok_or_else(wrong)?;
        let keywords = match keywords.as_deref() {
            None => None,
            Some(keywords) => Some(keywords.downcast::<PyDict>().ok_or_else(wrong)?),
        };
        if format.is_null() || names.is_null() {
            return Err(wrong());
        }
        // SAFETY: the contract: a format, and texts up to a NULL.
        let (format, names) = unsafe {
            let mut found = Vec::new();
            let mut at = names;
            while !(*at).is_null() {
                found.push(CStr::from_ptr(*at).to_bytes());
                at = at.add(1);
            }
            (Format::of(format), found)
        };
        read(cx, walk, |reader| reader.keywords(args, keywords, format, &names))
    }

    /// Lends the items of a tuple.
    fn _Adder_Unpack as PyArg_UnpackTuple(
        cx, args: Borrowed, name: *const c_char, least: isize, most: isize; walk
    ) -> Success {
        let Some(args) = args.downcast::<PyTuple>() else {
            return raise!(cx, exc::SYSTEM_ERROR, "PyArg_UnpackTuple() argument list is not a tuple");
        };
        let n = args.items().len();
        check_number(cx, name, n as isize, least, most)?;
        for at in 0..n {
            let place: *mut Object = walk.pointer();
            // SAFETY: a place of the tuple; a place of C's.
            unsafe { place.write(box_in_place(cx, args.place(at).expect("within the tuple"))?.give(cx)?) };
        }
        Ok(Success)
    }
}

/// TypeError, unless the number of arguments lies within bounds.
fn check_number(cx: &Cx, name: *const c_char, n: isize, least: isize, most: isize) -> R<()> {
    let (bound, limit) = match (n < least, n > most) {
        (true, _) => (if least == most { "" } else { "at least " }, least),
        (_, true) => (if least == most { "" } else { "at most " }, most),
        _ => return Ok(()),
    };
    let s = if limit == 1 { "" } else { "s" };
    if name.is_null() {
        return raise!(cx, exc::TYPE_ERROR, "unpacked tuple should have {bound}{limit} element{s}, but has {n}");
    }
    // SAFETY: the contract of the callers: a text.
    let name = cut(unsafe { CStr::from_ptr(name) }.to_bytes(), 200);
    raise!(cx, exc::TYPE_ERROR, "{name} expected {bound}{limit} argument{s}, got {n}")
}

/// A text of C's in a message.
unsafe fn shown<'a>(text: *const c_char, most: usize) -> Cow<'a, str> {
    // SAFETY: the callers' contract: a text, or NULL.
    if text.is_null() { Cow::Borrowed("(null)") } else { cut(unsafe { CStr::from_ptr(text) }.to_bytes(), most) }
}

api! {
    /// Are all keys of a dict strings? TypeError if not.
    quiet fn PyArg_ValidateKeywordArguments(cx, keywords: Borrowed) -> Success {
        let Some(dict) = keywords.downcast::<PyDict>() else {
            return Err(bad_call(cx, "PyArg_ValidateKeywordArguments"));
        };
        match dict.entries().iter().all(|(key, _)| key.downcast::<PyStr>().is_some()) {
            true => Ok(Success),
            false => raise!(cx, exc::TYPE_ERROR, "keywords must be strings"),
        }
    }

    /// TypeError if there are keyword arguments.
    quiet fn _PyArg_NoKeywords(cx, function: *const c_char, keywords: Option<Borrowed>) -> Success {
        let Some(keywords) = keywords else { return Ok(Success) };
        match keywords.downcast::<PyDict>() {
            None => Err(bad_call(cx, "_PyArg_NoKeywords")),
            Some(dict) if dict.is_empty() => Ok(Success),
            // SAFETY: the contract: a text.
            Some(_) => raise!(cx, exc::TYPE_ERROR, "{}() takes no keyword arguments", unsafe { shown(function, 200) }),
        }
    }

    /// TypeError if there are positional arguments.
    quiet fn _PyArg_NoPositional(cx, function: *const c_char, args: Option<Borrowed>) -> Success {
        let Some(args) = args else { return Ok(Success) };
        match args.downcast::<PyTuple>() {
            None => Err(bad_call(cx, "_PyArg_NoPositional")),
            Some(args) if args.items().is_empty() => Ok(Success),
            // SAFETY: the contract: a text.
            Some(_) => raise!(cx, exc::TYPE_ERROR, "{}() takes no positional arguments", unsafe { shown(function, 200) }),
        }
    }

    /// TypeError unless the number of positional arguments lies within bounds.
    quiet fn _PyArg_CheckPositional(cx, function: *const c_char, given: isize, least: isize, most: isize) -> Success {
        check_number(cx, function, given, least, most).map(|()| Success)
    }

    /// TypeError for an argument of the wrong type.
    quiet fn _PyArg_BadArgument(
        cx, function: *const c_char, argument: *const c_char, expected: *const c_char, given: Borrowed,
    ) -> crate::border::Nothing {
        // SAFETY: the contract: texts.
        let (function, argument, expected) = unsafe { (shown(function, 200), shown(argument, 200), shown(expected, 50)) };
        raise!(cx, exc::TYPE_ERROR, "{function}() {argument} must be {expected}, not {}", type_name(&given))
    }
}
