//! `_io.TextIOWrapper`: text on top of a stream of bytes.

mod codec;
mod cookie;
mod read;
mod reconfigure;
mod seek;
mod write;

use core::cell::Cell;
use core::mem::offset_of;

use adder_gc::{Clearer, Tracer};
use adder_objects::object::Slot;
use adder_objects::str::PyStr;
use adder_objects::typeobject::{GetSet, Member, MemberKind, Method, Slots, Spec, flag, slot};
use adder_objects::{Args, Catch, Cx, Layout, Params, R, Raised, TypeObject, Value, exceptions as exc, raise};

use super::base::{self, DICT, PyIoBase, stream_functions};
use super::buffered;
use super::buffered_base::TEXT_IO_BASE_TYPE;
use super::newlines::{Ends, Newline};
use super::storage::Storage;
use super::{ask, attribute, cannot_pickle, closed_file, optional_size, uninitialized, unsupported};
use codec::Coding;
pub(super) use write::write;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// `__init__` was not called, or has failed.
    New,
    Ready,
    Detached,
}

/// Layout of a `TextIOWrapper`.
#[repr(C)]
pub(super) struct PyTextIo {
    base: PyIoBase,
    state: Cell<State>,
    /// The stream of bytes.
    buffer: Slot,
    encoding: Slot,
    errors: Slot,
    coding: Coding,
    newline: Cell<Newline>,
    /// What was read of ends of lines.
    ends: Ends,
    line_buffering: Cell<bool>,
    write_through: Cell<bool>,
    seekable: Cell<bool>,
    /// Can the place be told? Not within a loop over the lines.
    telling: Cell<bool>,
    has_read1: Cell<bool>,
    finalizing: Cell<bool>,
    /// Text that was decoded, and how many characters of it were given.
    decoded: Slot,
    used: Cell<usize>,
    /// Before the decoded text: the decoder's flags, and the bytes that it was made from.
    snapshot_flags: Slot,
    snapshot_input: Slot,
    /// Bytes to a character, as far as is known.
    ratio: Cell<f64>,
    /// Bytes that are to be written.
    pending: Storage,
    chunk_size: Cell<isize>,
}

const fn member(name: &'static str, kind: MemberKind, offset: usize, read_only: bool) -> Member {
    Member { name, kind, offset, read_only }
}

/// `_io.TextIOWrapper`
pub(super) static TEXT_IO_WRAPPER_TYPE: TypeObject =
    TypeObject::builtin(&TEXT_IO_WRAPPER_SPEC, &raw const TEXT_IO_WRAPPER_TYPE);
static TEXT_IO_WRAPPER_SPEC: Spec = Spec {
    module: "_io",
    doc: Some("Text that is read from or written to a stream of bytes."),
    flags: flag::GC | flag::BASE,
    weak: true,
    size: size_of::<PyTextIo>(),
    dict_offset: DICT,
    functions: stream_functions::<PyTextIo>(),
    slots: Slots { new: slot(new), init: slot(init), repr: slot(repr), next: slot(read::next), ..Slots::NONE },
    methods: &[
        Method::one("write", write),
        Method::positional("read", 0, 1, |cx, this, args| {
            let size = optional_size(cx, args.first())?;
            read::read(cx, this, size)
        }),
        Method::positional("readline", 0, 1, |cx, this, args| {
            let limit = args.first().map_or(Ok(-1), |limit| adder_objects::arguments::ssize(cx, limit))?;
            attached(cx, this)?;
            read::readline(cx, this, limit)
        }),
        Method::none("flush", flush),
        Method::none("close", close),
        Method::none("detach", |cx, this| {
            attached(cx, this)?;
            ask(cx, this, "flush", &[])?;
            let it = of(this);
            let buffer = it.buffer.take();
            it.state.set(State::Detached);
            Ok(buffer.unwrap_or_else(Value::none))
        }),
        Method::any("reconfigure", reconfigure::reconfigure),
        Method::positional("seek", 1, 2, seek::seek),
        Method::none("tell", seek::tell),
        Method::positional("truncate", 0, 1, |cx, this, args| {
            attached(cx, this)?;
            ask(cx, this, "flush", &[])?;
            let at = args.first().cloned().unwrap_or_else(Value::none);
            ask(cx, &attached(cx, this)?.buffer.get(), "truncate", &[at])
        }),
        Method::none("fileno", |cx, this| ask_buffer(cx, this, "fileno")),
        Method::none("seekable", |cx, this| ask_buffer(cx, this, "seekable")),
        Method::none("readable", |cx, this| ask_buffer(cx, this, "readable")),
        Method::none("writable", |cx, this| ask_buffer(cx, this, "writable")),
        Method::none("isatty", |cx, this| ask_buffer(cx, this, "isatty")),
        Method::none("__reduce__", cannot_pickle),
        Method::one("__reduce_ex__", |cx, this, _| cannot_pickle(cx, this)),
    ],
    getset: &[
        GetSet::get("name", |cx, this| cx.getattr(&attached(cx, this)?.buffer.get(), cx.names.name_plain())),
        GetSet::get("closed", |cx, this| {
            let it = attached(cx, this)?;
            Ok(Value::bool(buffered::is_closed(cx, &it.buffer.get())?))
        }),
        GetSet::get("newlines", |cx, this| {
            let it = attached(cx, this)?;
            if it.coding.reads() && it.newline.get().universal() { it.ends.newlines(cx) } else { Ok(Value::none()) }
        }),
        GetSet::get("errors", |cx, this| {
            let it = of(this);
            if it.state.get() == State::New { uninitialized(cx) } else { Ok(it.errors.get()) }
        }),
        GetSet::both(
            "_CHUNK_SIZE",
            |cx, this| cx.int(attached(cx, this)?.chunk_size.get() as i64),
            |cx, this, value| {
                attached(cx, this)?;
                let Some(value) = value else {
                    return raise!(cx, exc::ATTRIBUTE_ERROR, "cannot delete attribute");
                };
                let n = adder_objects::arguments::ssize(cx, value)?;
                if n <= 0 {
                    return raise!(cx, exc::VALUE_ERROR, "a strictly positive integer is required");
                }
                of(this).chunk_size.set(n);
                Ok(())
            },
        ),
    ],
    members: &[
        member("encoding", MemberKind::Object, offset_of!(PyTextIo, encoding), true),
        member("buffer", MemberKind::Object, offset_of!(PyTextIo, buffer), true),
        member("line_buffering", MemberKind::Bool, offset_of!(PyTextIo, line_buffering), true),
        member("write_through", MemberKind::Bool, offset_of!(PyTextIo, write_through), true),
        member("_finalizing", MemberKind::Bool, offset_of!(PyTextIo, finalizing), false),
    ],
    ..Spec::new("_io.TextIOWrapper", &TEXT_IO_BASE_TYPE)
};

// SAFETY: begins with the layout of its base.
unsafe impl Layout for PyTextIo {
    const FINALIZES: bool = true;

    fn ty() -> &'static TypeObject {
        &TEXT_IO_WRAPPER_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.base.trace(tracer);
        for (name, slot) in self.slots() {
            tracer.name(name);
            slot.trace(tracer);
        }
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.state.set(State::New);
        self.base.clear(clearer);
        for (_, slot) in self.slots() {
            slot.clear(clearer);
        }
    }
}

impl Drop for PyTextIo {
    fn drop(&mut self) {
        self.pending.free(&self.base.head);
    }
}

fn of(this: &Value) -> &PyTextIo {
    // SAFETY: called for such streams.
    unsafe { this.cast::<PyTextIo>() }
}

#[cold]
fn detached<T>(cx: &Cx) -> R<T> {
    raise!(cx, exc::VALUE_ERROR, "underlying buffer has been detached")
}

/// The stream, which has a stream of bytes.
fn attached<'a>(cx: &Cx, this: &'a Value) -> R<&'a PyTextIo> {
    let it = of(this);
    match it.state.get() {
        State::Ready => Ok(it),
        State::Detached => detached(cx),
        State::New => uninitialized(cx),
    }
}

/// The stream, which is not closed.
fn open<'a>(cx: &Cx, this: &'a Value) -> R<&'a PyTextIo> {
    let it = attached(cx, this)?;
    if this.is_exact(&TEXT_IO_WRAPPER_TYPE) {
        if buffered::is_closed(cx, &it.buffer.get())? {
            return closed_file(cx);
        }
        return attached(cx, this);
    }
    base::check_open(cx, this)?;
    attached(cx, this)
}

fn ask_buffer(cx: &Cx, this: &Value, method: &str) -> R {
    ask(cx, &attached(cx, this)?.buffer.get(), method, &[])
}

impl PyTextIo {
    fn slots(&self) -> [(&'static str, &Slot); 8] {
        [
            ("buffer", &self.buffer),
            ("encoding", &self.encoding),
            ("errors", &self.errors),
            ("decoder", &self.coding.decoder),
            ("encoder", &self.coding.encoder),
            ("decoded", &self.decoded),
            ("flags", &self.snapshot_flags),
            ("input", &self.snapshot_input),
        ]
    }

    /// The stream of bytes. It may be detached in the middle of something, by code that the stream calls.
    fn buffer(&self, cx: &Cx) -> R {
        self.buffer.try_get().map_or_else(|| detached(cx), Ok)
    }

    fn has_snapshot(&self) -> bool {
        !self.snapshot_input.is_unset()
    }

    fn forget_snapshot(&self) {
        drop(self.snapshot_flags.take());
        drop(self.snapshot_input.take());
    }

    fn set_decoded(&self, text: Option<Value>) {
        self.used.set(0);
        match text {
            Some(text) => self.decoded.set(text),
            None => drop(self.decoded.take()),
        }
    }
}

fn new(cx: &Cx, class: &TypeObject, _: Args<'_>) -> R {
    let made = PyTextIo {
        base: PyIoBase::new(),
        state: Cell::new(State::New),
        buffer: Slot::empty(),
        encoding: Slot::empty(),
        errors: Slot::empty(),
        coding: Coding::new(),
        newline: Cell::new(Newline::Translated),
        ends: Ends::default(),
        line_buffering: Cell::new(false),
        write_through: Cell::new(false),
        seekable: Cell::new(false),
        telling: Cell::new(false),
        has_read1: Cell::new(false),
        finalizing: Cell::new(false),
        decoded: Slot::empty(),
        used: Cell::new(0),
        snapshot_flags: Slot::empty(),
        snapshot_input: Slot::empty(),
        ratio: Cell::new(0.0),
        pending: Storage::new(),
        chunk_size: Cell::new(8192),
    };
    Ok(cx.alloc_in(class, made)?.into_value())
}

/// An argument that is a string or None.
fn text_or_none<'a>(cx: &Cx, value: Option<&'a Value>, function: &str, name: &str) -> R<Option<&'a Value>> {
    let Some(value) = value.filter(|value| !value.is_none()) else { return Ok(None) };
    let Some(text) = value.downcast::<PyStr>() else {
        let ty = value.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "{function}() argument '{name}' must be str or None, not {ty}");
    };
    if function == "TextIOWrapper" && text.chars().iter().any(|point| point == 0) {
        return raise!(cx, exc::VALUE_ERROR, "embedded null character");
    }
    if text.as_str().is_none() {
        // Lone surrogates stand in no name: the error says so.
        adder_objects::codecs::encode_utf_8(cx, value, &adder_objects::codecs::Handler::Strict)?;
    }
    Ok(Some(value))
}

/// The argument `newline`.
fn newline_of(cx: &Cx, text: Option<&Value>) -> R<Newline> {
    let Some(text) = text else { return Ok(Newline::Translated) };
    let text = cx.display(text)?;
    match Newline::of(&text) {
        Some(newline) => Ok(newline),
        None => raise!(cx, exc::VALUE_ERROR, "illegal newline value: {text}"),
    }
}

fn init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    let params = Params {
        function: "TextIOWrapper",
        names: ["buffer", "encoding", "errors", "newline", "line_buffering", "write_through"],
        positional_only: 0,
        positional: 6,
        required: 1,
    };
    let [Some(buffer), encoding, errors, newline, line_buffering, write_through] = args.bind(cx, &params)? else {
        return Ok(());
    };
    let it = of(this);
    it.state.set(State::New);
    let encoding = text_or_none(cx, encoding, "TextIOWrapper", "encoding")?;
    if let Some(errors) = errors.filter(|errors| !errors.is_none() && errors.downcast::<PyStr>().is_none()) {
        let ty = errors.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "TextIOWrapper() argument 'errors' must be str or None, not {ty}");
    }
    let errors = text_or_none(cx, errors, "TextIOWrapper", "errors")?;
    let newline = newline_of(cx, text_or_none(cx, newline, "TextIOWrapper", "newline")?)?;
    let truth = |value: Option<&Value>| value.map_or(Ok(false), |value| cx.is_true(value));
    let (line_buffering, write_through) = (truth(line_buffering)?, truth(write_through)?);
    let encoding = match encoding {
        Some(encoding) => super::open::known_encoding(cx, encoding)?,
        None => super::open::default_encoding(cx, 1)?,
    };
    let errors = match errors {
        Some(errors) => errors.clone(),
        None => cx.intern("strict")?,
    };
    it.set_decoded(None);
    it.forget_snapshot();
    // SAFETY: none are in use.
    unsafe { it.pending.set_len(0) };
    it.ratio.set(0.0);
    it.newline.set(newline);
    it.ends.reset(newline.translates());
    it.line_buffering.set(line_buffering);
    it.write_through.set(write_through);
    it.buffer.set(buffer.clone());
    it.encoding.set(encoding.clone());
    it.errors.set(errors.clone());
    it.coding.choose(cx, buffer, &encoding, &errors)?;
    let seekable = cx.is_true(&ask(cx, buffer, "seekable", &[])?)?;
    it.seekable.set(seekable);
    it.telling.set(seekable);
    it.has_read1.set(attribute(cx, buffer, "read1")?.is_some());
    it.mend_encoder(cx)?;
    it.state.set(State::Ready);
    Ok(())
}

/// What a standard stream is made from.
pub(super) struct Standard {
    pub(super) writes: bool,
    pub(super) seekable: bool,
    pub(super) errors: &'static str,
    pub(super) line_buffering: bool,
    pub(super) write_through: bool,
}

/// A standard stream on top of its bytes.
pub(super) fn of_standard(cx: &Cx, buffer: Value, standard: &Standard) -> R {
    let made = new(cx, &TEXT_IO_WRAPPER_TYPE, Args::NONE)?;
    let it = of(&made);
    let newline = Newline::Only("\n");
    it.newline.set(newline);
    it.ends.reset(false);
    it.line_buffering.set(standard.line_buffering);
    it.write_through.set(standard.write_through);
    it.buffer.set(buffer);
    it.encoding.set(cx.intern("utf-8")?);
    it.errors.set(cx.intern(standard.errors)?);
    it.coding.be_utf_8(!standard.writes, standard.writes);
    it.seekable.set(standard.seekable);
    it.telling.set(standard.seekable);
    it.has_read1.set(!standard.writes);
    if standard.writes {
        // What is written when there is no memory left may well be why.
        it.pending.reserve(cx, 512)?;
    }
    it.state.set(State::Ready);
    Ok(made)
}

/// Is it a `TextIOWrapper` itself, with methods that nobody has replaced?
pub(super) fn is_plain(this: &Value) -> bool {
    // Its mode stands there always.
    this.is_exact(&TEXT_IO_WRAPPER_TYPE) && adder_objects::instance::own_dict(this).is_none_or(|dict| dict.len() <= 1)
}

/// Is it such a stream, with nothing to be written and nothing below to be closed?
pub(super) fn is_done(this: &Value) -> bool {
    if !is_plain(this) {
        return false;
    }
    let it = of(this);
    let buffer = it.buffer.get();
    it.state.get() != State::Ready
        || (it.pending.len() == 0
            && !buffer.is_unset()
            && (buffered::is_done(&buffer) || super::file::is_done(&buffer)))
}

impl PyTextIo {
    /// Behind the beginning of a stream an encoder writes no mark of the order of bytes.
    fn mend_encoder(&self, cx: &Cx) -> R<()> {
        if !self.seekable.get() || self.coding.encoder.is_unset() {
            return Ok(());
        }
        let at = ask(cx, &self.buffer(cx)?, "tell", &[])?;
        if !cx.equals(&at, &Value::small(0))? {
            ask(cx, &self.coding.encoder.get(), "setstate", &[Value::small(0)])?;
        }
        Ok(())
    }
}

/// `flush`
pub(super) fn flush(cx: &Cx, this: &Value) -> R {
    let it = open(cx, this)?;
    it.telling.set(it.seekable.get());
    it.write_pending(cx)?;
    it.flush_buffer(cx)
}

/// `flush`, unless the stream is closed.
pub(super) fn flush_open(cx: &Cx, this: &Value) -> R<()> {
    if buffered::is_closed(cx, &attached(cx, this)?.buffer.get())? {
        return Ok(());
    }
    flush(cx, this).map(drop)
}

fn close(cx: &Cx, this: &Value) -> R {
    attached(cx, this)?;
    let closed = attribute(cx, this, "closed")?;
    if closed.map_or(Ok(false), |closed| cx.is_true(&closed))? {
        return Ok(Value::none());
    }
    let it = of(this);
    if it.finalizing.get() {
        // A warning that is an error is reported where it is made.
        let _ = super::file::warn_below(cx, &it.buffer.get(), this);
    }
    let flushed: Result<(), Raised> = ask(cx, this, "flush", &[]).map(drop);
    let buffer = of(this).buffer.get();
    let closed = if buffer.is_unset() { Ok(Value::none()) } else { ask(cx, &buffer, "close", &[]) };
    base::either(cx, flushed, closed)
}

fn repr(cx: &Cx, this: &Value) -> R {
    if of(this).state.get() == State::New {
        return uninitialized(cx);
    }
    let class = this.ty().name();
    if cx.enter_repr(this) {
        return raise!(cx, exc::RUNTIME_ERROR, "reentrant call inside {class}.__repr__");
    }
    let text = (|| -> R<String> {
        let mut text = format!("<{class}");
        if let Some(name) = attribute(cx, this, "name").unless(&exc::VALUE_ERROR)?.flatten() {
            text += &format!(" name={}", cx.repr(&name)?.to_lossy());
        }
        if let Some(mode) = attribute(cx, this, "mode")? {
            text += &format!(" mode={}", cx.repr(&mode)?.to_lossy());
        }
        Ok(text + &format!(" encoding={}>", cx.repr(&of(this).encoding.get())?.to_lossy()))
    })();
    cx.leave_repr();
    cx.str_value(&text?)
}

/// Raises what reading raises from a stream that is not for it.
fn not_readable<T>(cx: &Cx) -> R<T> {
    unsupported(cx, "not readable")
}
