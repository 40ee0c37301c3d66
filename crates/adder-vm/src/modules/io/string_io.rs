//! `_io.StringIO`: a stream of text in memory.

use core::cell::Cell;

use adder_gc::{Clearer, Tracer};
use adder_objects::str::{Chars, PyStr, StrBuilder};
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::{GetSet, Method, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, Params, R, TypeObject, Value, exceptions as exc, raise};

use super::base::{DICT, PyIoBase, stream_functions};
use super::buffered_base::TEXT_IO_BASE_TYPE;
use super::characters::Characters;
use super::newlines::{Ends, Newline};
use super::{ask, offset, optional_size, support, uninitialized};

/// Layout of a `StringIO`.
#[repr(C)]
pub(super) struct PyStringIo {
    base: PyIoBase,
    text: Characters,
    at: Cell<usize>,
    newline: Cell<Newline>,
    /// What of ends of lines was written.
    ends: Ends,
    ready: Cell<bool>,
    closed: Cell<bool>,
}

/// `_io.StringIO`
pub(super) static STRING_IO_TYPE: TypeObject = TypeObject::builtin(&STRING_IO_SPEC, &raw const STRING_IO_TYPE);
static STRING_IO_SPEC: Spec = Spec {
    module: "_io",
    doc: Some("A stream of text in memory."),
    flags: flag::GC | flag::BASE,
    weak: true,
    size: size_of::<PyStringIo>(),
    dict_offset: DICT,
    functions: stream_functions::<PyStringIo>(),
    slots: Slots { new: slot(new), init: slot(init), next: slot(next), ..Slots::NONE },
    methods: &[
        Method::none("readable", |cx, this| open(cx, this).map(|_| Value::bool(true))),
        Method::none("writable", |cx, this| open(cx, this).map(|_| Value::bool(true))),
        Method::none("seekable", |cx, this| open(cx, this).map(|_| Value::bool(true))),
        Method::none("getvalue", |cx, this| {
            let it = open(cx, this)?;
            it.text.text(cx, 0..it.text.len())
        }),
        Method::positional("read", 0, 1, |cx, this, args| {
            let size = optional_size(cx, args.first())?;
            let it = open(cx, this)?;
            let (start, len) = (it.at.get(), it.text.len());
            if start >= len {
                return super::characters::nothing(cx);
            }
            let end = usize::try_from(size).map_or(len, |size| start.saturating_add(size).min(len));
            it.at.set(end);
            it.text.text(cx, start..end)
        }),
        Method::positional("readline", 0, 1, |cx, this, args| {
            let limit = optional_size(cx, args.first())?;
            open(cx, this)?.line(cx, limit)
        }),
        Method::one("write", |cx, this, text| {
            let Some(string) = text.downcast::<PyStr>() else {
                let ty = text.ty().name();
                return raise!(cx, exc::TYPE_ERROR, "string argument expected, got '{ty}'");
            };
            let it = open(cx, this)?;
            it.write(cx, text)?;
            cx.int(string.len() as i64)
        }),
        Method::positional("seek", 1, 2, seek),
        Method::none("tell", |cx, this| cx.int(open(cx, this)?.at.get() as i64)),
        Method::positional("truncate", 0, 1, |cx, this, args| {
            let it = open(cx, this)?;
            let size = match args.first().filter(|size| !size.is_none()) {
                Some(_) => optional_size(cx, args.first())?,
                None => it.at.get() as isize,
            };
            open(cx, this)?;
            match usize::try_from(size) {
                Ok(wanted) => it.text.truncate(wanted),
                Err(_) => return raise!(cx, exc::VALUE_ERROR, "Negative size value {size}"),
            }
            cx.int(size as i64)
        }),
        Method::none("close", |cx, this| {
            let it = of(this);
            it.closed.set(true);
            it.text.free(&it.base.head);
            super::base::close_method(cx, this)
        }),
        Method::none("__getstate__", get_state),
        Method::one("__setstate__", set_state),
        Method::none("__sizeof__", |cx, this| {
            cx.int(i64::from(this.ty().shape.size.get()) + of(this).text.memory() as i64)
        }),
    ],
    getset: &[
        GetSet::get("closed", |cx, this| {
            let it = of(this);
            if it.ready.get() { Ok(Value::bool(it.closed.get())) } else { uninitialized(cx) }
        }),
        GetSet::get("newlines", |cx, this| {
            let it = open(cx, this)?;
            if it.newline.get().universal() { it.ends.newlines(cx) } else { Ok(Value::none()) }
        }),
        GetSet::get("line_buffering", |cx, this| open(cx, this).map(|_| Value::bool(false))),
    ],
    ..Spec::new("_io.StringIO", &TEXT_IO_BASE_TYPE)
};

// SAFETY: begins with the layout of its base.
unsafe impl Layout for PyStringIo {
    const FINALIZES: bool = true;

    fn ty() -> &'static TypeObject {
        &STRING_IO_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.base.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.base.clear(clearer);
    }
}

impl Drop for PyStringIo {
    fn drop(&mut self) {
        self.text.free(&self.base.head);
    }
}

fn of(this: &Value) -> &PyStringIo {
    // SAFETY: called for such streams.
    unsafe { this.cast::<PyStringIo>() }
}

/// What operations on closed streams of this kind raise.
#[cold]
fn closed<T>(cx: &Cx) -> R<T> {
    raise!(cx, exc::VALUE_ERROR, "I/O operation on closed file")
}

fn open<'a>(cx: &Cx, this: &'a Value) -> R<&'a PyStringIo> {
    let it = of(this);
    if !it.ready.get() {
        uninitialized(cx)
    } else if it.closed.get() {
        closed(cx)
    } else {
        Ok(it)
    }
}

fn new(cx: &Cx, class: &TypeObject, _: Args<'_>) -> R {
    let made = PyStringIo {
        base: PyIoBase::new(),
        text: Characters::new(),
        at: Cell::new(0),
        newline: Cell::new(Newline::Only("\n")),
        ends: Ends::default(),
        ready: Cell::new(false),
        closed: Cell::new(false),
    };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    let params = Params {
        function: "StringIO",
        names: ["initial_value", "newline"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let [initial, newline] = args.bind(cx, &params)?;
    let newline = match newline {
        None => Newline::Only("\n"),
        Some(newline) if newline.is_none() => Newline::Translated,
        Some(newline) => match newline.downcast::<PyStr>() {
            Some(text) => match Newline::of(&text.to_lossy()) {
                Some(newline) => newline,
                None => {
                    let shown = cx.repr(newline)?;
                    return raise!(cx, exc::VALUE_ERROR, "illegal newline value: {}", shown.to_lossy());
                }
            },
            None => {
                let ty = newline.ty().name();
                return raise!(cx, exc::TYPE_ERROR, "newline must be str or None, not {ty}");
            }
        },
    };
    let initial = initial.filter(|initial| !initial.is_none());
    if let Some(initial) = initial
        && initial.downcast::<PyStr>().is_none()
    {
        let ty = initial.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "initial_value must be str or None, not {ty}");
    }
    let it = of(this);
    it.text.free(&it.base.head);
    it.at.set(0);
    it.newline.set(newline);
    it.ends.reset(newline.translates());
    if let Some(initial) = initial {
        it.write(cx, initial)?;
        it.at.set(0);
    }
    it.closed.set(false);
    it.ready.set(true);
    Ok(())
}

impl PyStringIo {
    /// Writes a string at the place.
    fn write(&self, cx: &Cx, text: &Value) -> R<()> {
        let mut text = text.clone();
        let newline = self.newline.get();
        if newline.universal() {
            text = self.ends.decode(cx, text, true)?;
        }
        // SAFETY: what is written is a string.
        let string = unsafe { text.cast::<PyStr>() };
        let chars = string.chars();
        let translated;
        let chars = match newline.written() {
            Some(end) if chars.iter().any(|point| point == 10) => {
                translated = with_ends(cx, chars, end)?;
                translated.chars()
            }
            _ => chars,
        };
        if chars.is_empty() {
            return Ok(());
        }
        self.text.put(cx, self.at.get(), chars)?;
        self.at.set(self.at.get() + chars.len());
        Ok(())
    }

    fn line(&self, cx: &Cx, limit: isize) -> R {
        let (start, len) = (self.at.get(), self.text.len());
        if start >= len || limit == 0 {
            return super::characters::nothing(cx);
        }
        let end = usize::try_from(limit).map_or(len, |limit| start.saturating_add(limit).min(len));
        // SAFETY: no code of a user runs.
        let rest = unsafe { self.text.chars() }.slice(start..end);
        // A `\r\n` that is cut by the limit is two ends.
        let end = match self.newline.get().find(rest) {
            Ok(behind) => start + behind,
            Err(_) => end,
        };
        self.at.set(end);
        self.text.text(cx, start..end)
    }
}

/// Text with another end of lines.
pub(super) fn with_ends<'a>(cx: &'a Cx, chars: Chars<'_>, end: &str) -> R<StrBuilder<'a>> {
    let mut made = StrBuilder::with_capacity(cx, chars.len() + 16)?;
    for point in chars.iter() {
        if point == 10 {
            made.push_ascii(end.as_bytes())?;
        } else {
            made.push(point)?;
        }
    }
    Ok(made)
}

/// The next line: by the method of a subclass, which may have its own.
fn next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = open(cx, this)?;
    let line = if this.is_exact(&STRING_IO_TYPE) {
        it.line(cx, -1)?
    } else {
        let line = ask(cx, this, "readline", &[])?;
        if line.downcast::<PyStr>().is_none() {
            let ty = line.ty().name();
            return raise!(cx, exc::OS_ERROR, "readline() should have returned a str object, not '{ty}'");
        }
        line
    };
    Ok(if cx.len(&line)? == 0 { None } else { Some(line) })
}

fn seek(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let mut at = offset(cx, &args[0])?;
    let whence = args.get(1).map_or(Ok(0), |whence| support::c_int(cx, whence))?;
    let it = open(cx, this)?;
    if !(0..=2).contains(&whence) {
        return raise!(cx, exc::VALUE_ERROR, "Invalid whence ({whence}, should be 0, 1 or 2)");
    }
    if at < 0 && whence == 0 {
        return raise!(cx, exc::VALUE_ERROR, "Negative seek position {at}");
    }
    if whence != 0 && at != 0 {
        return raise!(cx, exc::OS_ERROR, "Can't do nonzero cur-relative seeks");
    }
    match whence {
        1 => at = it.at.get() as i64,
        2 => at = it.text.len() as i64,
        _ => {}
    }
    it.at.set(at as usize);
    cx.int(at)
}

fn get_state(cx: &Cx, this: &Value) -> R {
    let it = open(cx, this)?;
    let text = it.text.text(cx, 0..it.text.len())?;
    let newline = match it.newline.get() {
        Newline::Translated => Value::none(),
        Newline::Universal => cx.intern("")?,
        Newline::Only(end) => cx.intern(end)?,
    };
    let attributes = super::attributes_of(cx, this)?;
    Ok(cx.tuple([text, newline, cx.int(it.at.get() as i64)?, attributes])?.into_value())
}

fn set_state(cx: &Cx, this: &Value, state: &Value) -> R {
    let parts = match state.downcast::<PyTuple>().map(PyTuple::items) {
        Some(parts) if parts.len() >= 4 => parts,
        _ => {
            let (own, given) = (this.ty().name(), state.ty().name());
            return raise!(cx, exc::TYPE_ERROR, "{own}.__setstate__ argument should be 4-tuple, got {given}");
        }
    };
    let it = of(this);
    if it.closed.get() {
        return closed(cx);
    }
    init(cx, this, Args::positional(&parts[..2]))?;
    // The text is what it was, whatever ends of lines `__init__` has made of it.
    if let Some(text) = parts[0].downcast::<PyStr>() {
        it.text.free(&it.base.head);
        it.text.put(cx, 0, text.chars())?;
    }
    if !parts[2].is_int() {
        let ty = parts[2].ty().name();
        return raise!(cx, exc::TYPE_ERROR, "third item of state must be an integer, got {ty}");
    }
    let at = adder_objects::arguments::ssize(cx, &parts[2])?;
    if at < 0 {
        return raise!(cx, exc::VALUE_ERROR, "position value cannot be negative");
    }
    it.at.set(at as usize);
    super::take_attributes(cx, this, &parts[3], "fourth")?;
    Ok(Value::none())
}
