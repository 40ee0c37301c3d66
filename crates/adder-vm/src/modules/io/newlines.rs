//! Where lines end, and `_io.IncrementalNewlineDecoder`.

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::scan;
use adder_objects::str::{Chars, PyStr, StrBuilder};
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::{GetSet, Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, Params, R, TypeObject, Value, exceptions as exc, raise};

use super::ask;

/// What the argument `newline` means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Newline {
    /// None: any end of a line is read as `\n`.
    Translated,
    /// The empty string: any end of a line is one, and is given as it is.
    Universal,
    /// Only this one: `\n`, `\r` or `\r\n`.
    Only(&'static str),
}

impl Newline {
    /// From a text; `None` for others than these.
    pub(super) fn of(text: &str) -> Option<Newline> {
        Some(match text {
            "" => Newline::Universal,
            "\n" => Newline::Only("\n"),
            "\r" => Newline::Only("\r"),
            "\r\n" => Newline::Only("\r\n"),
            _ => return None,
        })
    }

    /// Is any end of a line one?
    pub(super) fn universal(self) -> bool {
        !matches!(self, Newline::Only(_))
    }

    /// Are ends of lines translated when they are read?
    pub(super) fn translates(self) -> bool {
        self == Newline::Translated
    }

    /// What is written for `\n`, where that is something else.
    pub(super) fn written(self) -> Option<&'static str> {
        match self {
            Newline::Only(end) if end != "\n" => Some(end),
            _ => None,
        }
    }

    /// Where the first line ends, just behind its end: or how many characters have none.
    pub(super) fn find(self, chars: Chars<'_>) -> Result<usize, usize> {
        match (self, chars) {
            (Newline::Translated | Newline::Only("\n"), Chars::Ascii(s) | Chars::One(s)) => {
                scan::find(s, b"\n").map_or(Err(s.len()), |at| Ok(at + 1))
            }
            (_, Chars::Ascii(s) | Chars::One(s)) => self.find_in(s),
            (_, Chars::Two(s)) => self.find_in(s),
            (_, Chars::Four(s)) => self.find_in(s),
        }
    }

    fn find_in<T: scan::Unit>(self, s: &[T]) -> Result<usize, usize> {
        let is = |at: usize, wanted: u8| s.get(at).is_some_and(|&unit| scan::point(unit) == u32::from(wanted));
        match self {
            Newline::Translated => scan::find(s, &[T::from_u32(10)]).map_or(Err(s.len()), |at| Ok(at + 1)),
            Newline::Universal => match s.iter().position(|&unit| matches!(scan::point(unit), 10 | 13)) {
                Some(at) if is(at, b'\r') && is(at + 1, b'\n') => Ok(at + 2),
                Some(at) => Ok(at + 1),
                None => Err(s.len()),
            },
            Newline::Only("\r\n") => {
                let found = scan::find(s, &[T::from_u32(13), T::from_u32(10)]);
                match found {
                    Some(at) => Ok(at + 2),
                    // The other half may come.
                    None if !s.is_empty() && is(s.len() - 1, b'\r') => Err(s.len() - 1),
                    None => Err(s.len()),
                }
            }
            Newline::Only(end) => {
                scan::find(s, &[T::from_u32(end.as_bytes()[0].into())]).map_or(Err(s.len()), |at| Ok(at + 1))
            }
        }
    }
}

const CR: u8 = 1;
const LF: u8 = 2;
const CRLF: u8 = 4;

/// What of ends of lines was seen, and one that is not known whole yet.
#[derive(Default)]
pub(super) struct Ends {
    pub(super) translate: Cell<bool>,
    pub(super) pending_cr: Cell<bool>,
    seen: Cell<u8>,
}

impl Ends {
    /// For a stream that reads so.
    pub(super) fn reset(&self, translate: bool) {
        self.translate.set(translate);
        self.pending_cr.set(false);
        self.seen.set(0);
    }

    /// The text as it is to be read: a `\r` at its end waits for what follows, but for the last text.
    pub(super) fn decode(&self, cx: &Cx, mut text: Value, last: bool) -> R {
        if self.pending_cr.get() && (last || !string(&text).is_empty()) {
            let mut whole = StrBuilder::with_capacity(cx, string(&text).len() + 1)?;
            whole.push(13)?;
            whole.push_object(string(&text))?;
            text = whole.finish_value()?;
            self.pending_cr.set(false);
        }
        let string = string(&text);
        let chars = string.chars();
        if chars.is_empty() {
            return Ok(text);
        }
        let has_cr = match chars {
            Chars::Ascii(s) | Chars::One(s) => scan::find(s, b"\r").is_some(),
            Chars::Two(s) => s.contains(&13),
            Chars::Four(s) => s.contains(&13),
        };
        if !has_cr {
            if self.seen.get() & LF == 0 {
                let has_lf = match chars {
                    Chars::Ascii(s) | Chars::One(s) => scan::find(s, b"\n").is_some(),
                    Chars::Two(s) => s.contains(&10),
                    Chars::Four(s) => s.contains(&10),
                };
                self.seen.set(self.seen.get() | if has_lf { LF } else { 0 });
            }
            return Ok(text);
        }
        let mut len = chars.len();
        if !last && chars.at(len - 1) == 13 {
            len -= 1;
            self.pending_cr.set(true);
        }
        let mut out = StrBuilder::with_capacity(cx, if self.translate.get() { len } else { 0 })?;
        let (mut at, mut seen) = (0, self.seen.get());
        while at < len {
            let mut point = chars.at(at);
            at += 1;
            match point {
                10 => seen |= LF,
                13 => {
                    if at < len && chars.at(at) == 10 {
                        seen |= CRLF;
                        at += 1;
                    } else {
                        seen |= CR;
                    }
                    point = 10;
                }
                _ => {}
            }
            if self.translate.get() {
                out.push(point)?;
            }
        }
        self.seen.set(seen);
        if self.translate.get() {
            return out.finish_value();
        }
        Ok(cx.str_from_chars(chars.slice(0..len))?.into_value())
    }

    /// The attribute `newlines`.
    pub(super) fn newlines(&self, cx: &Cx) -> R {
        let seen = self.seen.get();
        let all: Vec<Value> = [(CR, "\r"), (LF, "\n"), (CRLF, "\r\n")]
            .into_iter()
            .filter(|(bit, _)| seen & bit != 0)
            .map(|(_, text)| cx.intern(text))
            .collect::<R<_>>()?;
        match all.as_slice() {
            [] => Ok(Value::none()),
            [one] => Ok(one.clone()),
            _ => Ok(cx.tuple(all)?.into_value()),
        }
    }
}

fn string(text: &Value) -> &PyStr {
    // SAFETY: texts that were checked to be strings.
    unsafe { text.cast::<PyStr>() }
}

/// Layout of an `IncrementalNewlineDecoder`.
#[repr(C)]
struct PyNewlineDecoder {
    head: Head,
    /// Empty before `__init__`.
    decoder: Slot,
    ends: Ends,
}

/// `_io.IncrementalNewlineDecoder`
pub(super) static NEWLINE_DECODER_TYPE: TypeObject =
    TypeObject::builtin(&NEWLINE_DECODER_SPEC, &raw const NEWLINE_DECODER_TYPE);
static NEWLINE_DECODER_SPEC: Spec = Spec {
    module: "_io",
    doc: Some("What reads any end of a line as one, on top of another decoder or of text."),
    flags: flag::GC | flag::BASE,
    size: size_of::<PyNewlineDecoder>(),
    functions: functions::<PyNewlineDecoder>(true, true),
    slots: Slots { new: slot(new), init: slot(init), ..Slots::NONE },
    methods: &[
        Method::any("decode", |cx, this, args| {
            let params = Params {
                function: "decode",
                names: ["input", "final"],
                positional_only: 0,
                positional: 2,
                required: 1,
            };
            let [Some(input), last] = args.bind(cx, &params)? else { return Ok(Value::none()) };
            decode(cx, this, input, last.map_or(Ok(false), |last| cx.is_true(last))?)
        }),
        Method::none("getstate", |cx, this| {
            let decoder = decoder(cx, this)?;
            let (buffer, flags) = if decoder.is_none() {
                (cx.bytes(b"")?.into_value(), Value::small(0))
            } else {
                let state = ask(cx, &decoder, "getstate", &[])?;
                match state.downcast::<PyTuple>().map(PyTuple::items) {
                    Some([buffer, flags]) if flags.is_int() => (buffer.clone(), flags.clone()),
                    _ => return raise!(cx, exc::TYPE_ERROR, "illegal decoder state"),
                }
            };
            let flags = adder_objects::int::lshift(cx, &flags, &Value::small(1))?;
            let pending = Value::small(of(this).ends.pending_cr.get().into());
            Ok(cx.tuple([buffer, adder_objects::int::add(cx, &flags, &pending)?])?.into_value())
        }),
        Method::one("setstate", |cx, this, state| {
            let decoder = decoder(cx, this)?;
            let (buffer, flags) = match state.downcast::<PyTuple>().map(PyTuple::items) {
                None => return raise!(cx, exc::TYPE_ERROR, "state argument must be a tuple"),
                Some([buffer, flags]) if flags.is_int() => (buffer.clone(), flags.clone()),
                _ => return raise!(cx, exc::TYPE_ERROR, "illegal decoder state"),
            };
            let bit = adder_objects::int::modulo(cx, &flags, &Value::small(2))?;
            of(this).ends.pending_cr.set(bit.as_i64() == Some(1));
            if !decoder.is_none() {
                let flags = adder_objects::int::rshift(cx, &flags, &Value::small(1))?;
                return ask(cx, &decoder, "setstate", &[cx.tuple([buffer, flags])?.into_value()]);
            }
            Ok(Value::none())
        }),
        Method::none("reset", |cx, this| {
            let decoder = decoder(cx, this)?;
            let ends = &of(this).ends;
            ends.reset(ends.translate.get());
            if decoder.is_none() { Ok(Value::none()) } else { ask(cx, &decoder, "reset", &[]) }
        }),
    ],
    getset: &[GetSet::get("newlines", |cx, this| {
        decoder(cx, this)?;
        of(this).ends.newlines(cx)
    })],
    ..Spec::new("_io.IncrementalNewlineDecoder", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyNewlineDecoder {
    fn ty() -> &'static TypeObject {
        &NEWLINE_DECODER_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.name("decoder");
        self.decoder.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.decoder.clear(clearer);
    }
}

fn of(this: &Value) -> &PyNewlineDecoder {
    // SAFETY: called for such decoders.
    unsafe { this.cast::<PyNewlineDecoder>() }
}

/// The decoder below, or None.
fn decoder(cx: &Cx, this: &Value) -> R {
    match of(this).decoder.try_get() {
        Some(decoder) => Ok(decoder),
        None => raise!(cx, exc::VALUE_ERROR, "IncrementalNewlineDecoder.__init__() not called"),
    }
}

fn new(cx: &Cx, class: &TypeObject, _: Args<'_>) -> R {
    let made = PyNewlineDecoder { head: unborn(), decoder: Slot::empty(), ends: Ends::default() };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    let params = Params {
        function: "IncrementalNewlineDecoder",
        names: ["decoder", "translate", "errors"],
        positional_only: 0,
        positional: 3,
        required: 2,
    };
    let [Some(decoder), Some(translate), _] = args.bind(cx, &params)? else { return Ok(()) };
    let translate = cx.is_true(translate)?;
    of(this).ends.reset(translate);
    of(this).decoder.set(decoder.clone());
    Ok(())
}

fn decode(cx: &Cx, this: &Value, input: &Value, last: bool) -> R {
    let below = decoder(cx, this)?;
    let text =
        if below.is_none() { input.clone() } else { ask(cx, &below, "decode", &[input.clone(), Value::bool(last)])? };
    if text.downcast::<PyStr>().is_none() {
        let ty = text.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "decoder should return a string result, not '{ty}'");
    }
    of(this).ends.decode(cx, text, last)
}
