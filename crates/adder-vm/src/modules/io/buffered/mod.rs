//! `BufferedReader`, `BufferedWriter`, `BufferedRandom`: bytes with a buffer, on top of a raw stream.
//!
//! One layout for all three. `pos` is the place in the buffer; the raw stream is `raw_pos` bytes behind the buffer's beginning.
//! What was read lies up to `read_end`, what is to be written from `write_pos` to `write_end`; −1: there is none.

pub(super) mod pair;
mod read;
mod write;

use core::cell::Cell;
use core::mem::offset_of;

use adder_gc::raw::Functions;
use adder_gc::{Clearer, Tracer};
use adder_objects::object::Slot;
use adder_objects::typeobject::{GetSet, Member, MemberKind, Method, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, Params, R, Raised, TypeObject, Value, exceptions as exc, raise};

use super::base::{self, DICT, PyIoBase, chained, stream_functions};
use super::buffered_base::BUFFERED_IO_BASE_TYPE;
use super::file::{FILE_IO_TYPE, PyFileIo};
use super::storage::Storage;
use super::support;
use super::{ask, attribute, cannot_pickle, named, offset, truth, uninitialized, unsupported};
use crate::modules::thread::{LockWord, Patience};

pub(super) use read::read1;
pub(super) use write::{flush_method, write_bytes};

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// `__init__` was not called, or has failed.
    New,
    Ready,
    Detached,
}

/// Layout of a buffered stream.
#[repr(C)]
pub(super) struct PyBuffered {
    base: PyIoBase,
    raw: Slot,
    state: Cell<State>,
    readable: Cell<bool>,
    writable: Cell<bool>,
    finalizing: Cell<bool>,
    /// Where the raw stream is; −1: not known.
    abs_pos: Cell<i64>,
    buffer: Storage,
    size: Cell<usize>,
    pos: Cell<i64>,
    raw_pos: Cell<i64>,
    read_end: Cell<i64>,
    write_pos: Cell<i64>,
    write_end: Cell<i64>,
    /// Who works with the buffer. The interpreter's lock is let go meanwhile, or code of the program runs.
    lock: LockWord,
    owner: Cell<u64>,
}

/// The one who may work with the buffer.
struct Working<'a>(&'a PyBuffered);

impl Drop for Working<'_> {
    fn drop(&mut self) {
        self.0.owner.set(0);
        self.0.lock.release();
    }
}

macro_rules! buffered_type {
    ($ty:ident, $spec:ident, $name:literal, $doc:literal, $slots:expr, $methods:expr) => {
        /// The type of this name.
        pub(super) static $ty: TypeObject = TypeObject::builtin(&$spec, &raw const $ty);
        static $spec: Spec = Spec {
            module: "_io",
            doc: Some($doc),
            flags: flag::GC | flag::BASE,
            weak: true,
            size: size_of::<PyBuffered>(),
            dict_offset: DICT,
            functions: FUNCTIONS,
            slots: $slots,
            methods: $methods,
            getset: ATTRIBUTES,
            members: MEMBERS,
            ..Spec::new($name, &BUFFERED_IO_BASE_TYPE)
        };
    };
}

const FUNCTIONS: Functions = stream_functions::<PyBuffered>();

static ATTRIBUTES: &[GetSet] = &[
    GetSet::get("closed", |cx, this| Ok(Value::bool(ready(cx, this)?.raw_closed(cx)?))),
    GetSet::get("name", |cx, this| {
        ready(cx, this)?;
        cx.getattr(&of(this).raw.get(), cx.names.name_plain())
    }),
    GetSet::get("mode", |cx, this| {
        ready(cx, this)?;
        cx.getattr_text(&of(this).raw.get(), "mode")
    }),
];

static MEMBERS: &[Member] = &[
    Member { name: "raw", kind: MemberKind::Object, offset: offset_of!(PyBuffered, raw), read_only: true },
    Member {
        name: "_finalizing",
        kind: MemberKind::Bool,
        offset: offset_of!(PyBuffered, finalizing),
        read_only: false,
    },
];

macro_rules! methods {
    ($($own:expr),* $(,)?) => {
        &[
            Method::none("detach", detach),
            Method::none("seekable", |cx, this| ask_raw(cx, this, "seekable")),
            Method::none("fileno", |cx, this| ask_raw(cx, this, "fileno")),
            Method::none("isatty", |cx, this| ask_raw(cx, this, "isatty")),
            Method::none("close", close),
            Method::positional("seek", 1, 2, seek),
            Method::none("tell", tell),
            Method::positional("truncate", 0, 1, truncate),
            Method::one("_dealloc_warn", |cx, this, source| {
                let it = of(this);
                if it.state.get() == State::Ready && !it.raw.is_unset() {
                    // What goes wrong with a warning is nobody's concern at the end.
                    let _ = super::file::warn_below(cx, &it.raw.get(), source);
                }
                Ok(Value::none())
            }),
            Method::none("__sizeof__", |cx, this| {
                cx.int(i64::from(this.ty().shape.size.get()) + of(this).buffer.capacity() as i64)
            }),
            Method::none("__reduce__", cannot_pickle),
            Method::one("__reduce_ex__", |cx, this, _| cannot_pickle(cx, this)),
            $($own),*
        ]
    };
}

buffered_type!(
    BUFFERED_READER_TYPE,
    BUFFERED_READER_SPEC,
    "_io.BufferedReader",
    "Reads from a raw stream with a buffer.",
    Slots { new: slot(new), init: slot(init_reader), repr: slot(repr), next: slot(read::next), ..Slots::NONE },
    methods![
        Method::none("flush", |cx, this| ask_raw(cx, this, "flush")),
        Method::none("readable", |cx, this| ask_raw(cx, this, "readable")),
        Method::positional("read", 0, 1, read::read),
        Method::positional("peek", 0, 1, read::peek),
        Method::positional("read1", 0, 1, read::read1_method),
        Method::one("readinto", |cx, this, into| read::read_into(cx, this, into, false)),
        Method::one("readinto1", |cx, this, into| read::read_into(cx, this, into, true)),
        Method::positional("readline", 0, 1, read::readline_method),
    ]
);

buffered_type!(
    BUFFERED_WRITER_TYPE,
    BUFFERED_WRITER_SPEC,
    "_io.BufferedWriter",
    "Writes to a raw stream with a buffer.",
    Slots { new: slot(new), init: slot(init_writer), repr: slot(repr), ..Slots::NONE },
    methods![
        Method::none("writable", |cx, this| ask_raw(cx, this, "writable")),
        Method::one("write", write::write),
        Method::none("flush", flush_method),
    ]
);

buffered_type!(
    BUFFERED_RANDOM_TYPE,
    BUFFERED_RANDOM_SPEC,
    "_io.BufferedRandom",
    "Reads from and writes to a raw stream that can be sought, with a buffer.",
    Slots { new: slot(new), init: slot(init_random), repr: slot(repr), next: slot(read::next), ..Slots::NONE },
    methods![
        Method::none("readable", |cx, this| ask_raw(cx, this, "readable")),
        Method::none("writable", |cx, this| ask_raw(cx, this, "writable")),
        Method::none("flush", flush_method),
        Method::positional("read", 0, 1, read::read),
        Method::positional("peek", 0, 1, read::peek),
        Method::positional("read1", 0, 1, read::read1_method),
        Method::one("readinto", |cx, this, into| read::read_into(cx, this, into, false)),
        Method::one("readinto1", |cx, this, into| read::read_into(cx, this, into, true)),
        Method::positional("readline", 0, 1, read::readline_method),
        Method::one("write", write::write),
    ]
);

// SAFETY: begins with the layout of its base. The three types have it.
unsafe impl Layout for PyBuffered {
    const FINALIZES: bool = true;

    fn ty() -> &'static TypeObject {
        &BUFFERED_READER_TYPE
    }
    fn fits(ty: &TypeObject) -> bool {
        [&BUFFERED_READER_TYPE, &BUFFERED_WRITER_TYPE, &BUFFERED_RANDOM_TYPE].iter().any(|own| ty.is_subtype(own))
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.base.trace(tracer);
        tracer.name("raw");
        self.raw.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.state.set(State::New);
        self.base.clear(clearer);
        self.raw.clear(clearer);
    }
}

impl Drop for PyBuffered {
    fn drop(&mut self) {
        self.buffer.free(&self.base.head);
    }
}

fn of(this: &Value) -> &PyBuffered {
    // SAFETY: called for such streams.
    unsafe { this.cast::<PyBuffered>() }
}

#[cold]
fn detached<T>(cx: &Cx) -> R<T> {
    raise!(cx, exc::VALUE_ERROR, "raw stream has been detached")
}

/// The stream, which has a raw stream.
fn ready<'a>(cx: &Cx, this: &'a Value) -> R<&'a PyBuffered> {
    let it = of(this);
    match it.state.get() {
        State::Ready => Ok(it),
        State::Detached => detached(cx),
        State::New => uninitialized(cx),
    }
}

/// The stream, which is not closed, or has something read left.
fn open<'a>(cx: &Cx, this: &'a Value, message: &str) -> R<&'a PyBuffered> {
    let it = ready(cx, this)?;
    if it.readahead() == 0 && it.is_closed(cx)? {
        return raise!(cx, exc::VALUE_ERROR, "{message}");
    }
    Ok(it)
}

fn ask_raw(cx: &Cx, this: &Value, method: &str) -> R {
    ask(cx, &ready(cx, this)?.raw.get(), method, &[])
}

fn new(cx: &Cx, class: &TypeObject, _: Args<'_>) -> R {
    let made = PyBuffered {
        base: PyIoBase::new(),
        raw: Slot::empty(),
        state: Cell::new(State::New),
        readable: Cell::new(false),
        writable: Cell::new(false),
        finalizing: Cell::new(false),
        abs_pos: Cell::new(-1),
        buffer: Storage::new(),
        size: Cell::new(0),
        pos: Cell::new(0),
        raw_pos: Cell::new(0),
        read_end: Cell::new(-1),
        write_pos: Cell::new(0),
        write_end: Cell::new(-1),
        lock: LockWord::default(),
        owner: Cell::new(0),
    };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn init_reader(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    init(cx, this, args, "BufferedReader", true, false)
}

fn init_writer(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    init(cx, this, args, "BufferedWriter", false, true)
}

fn init_random(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    init(cx, this, args, "BufferedRandom", true, true)
}

fn init(cx: &Cx, this: &Value, args: Args<'_>, function: &'static str, readable: bool, writable: bool) -> R<()> {
    let params = Params { function, names: ["raw", "buffer_size"], positional_only: 0, positional: 2, required: 1 };
    let [Some(raw), size] = args.bind(cx, &params)? else { return Ok(()) };
    let size = size.map_or(Ok(super::DEFAULT_BUFFER_SIZE as isize), |n| adder_objects::arguments::ssize(cx, n))?;
    let it = of(this);
    let working = it.enter(cx, this)?;
    it.state.set(State::New);
    if readable && writable {
        base::check_seekable(cx, raw)?;
    }
    if readable {
        base::check_readable(cx, raw)?;
    }
    if writable {
        base::check_writable(cx, raw)?;
    }
    let Some(size) = usize::try_from(size).ok().filter(|&size| size > 0) else {
        return raise!(cx, exc::VALUE_ERROR, "buffer size must be strictly positive");
    };
    it.raw.set(raw.clone());
    it.readable.set(readable);
    it.writable.set(writable);
    it.size.set(size);
    it.buffer.resize_exactly(cx, size)?;
    it.pos.set(0);
    it.raw_pos.set(0);
    it.read_end.set(-1);
    it.write_pos.set(0);
    it.write_end.set(-1);
    it.abs_pos.set(-1);
    // A raw stream that cannot tell is read and written all the same.
    match it.raw_tell(cx) {
        Err(raised) if !raised.is(&exc::EXCEPTION) => return Err(raised),
        _ => {}
    }
    drop(working);
    it.state.set(State::Ready);
    Ok(())
}

impl PyBuffered {
    /// Takes the buffer to work with it.
    fn enter<'a>(&'a self, cx: &Cx, this: &Value) -> R<Working<'a>> {
        let me = crate::threads::ident();
        if self.lock.is_locked() && self.owner.get() == me {
            let shown = cx.repr(this)?;
            return raise!(cx, exc::RUNTIME_ERROR, "reentrant call inside {}", shown.to_lossy());
        }
        self.lock.acquire(cx, Patience::Endless)?;
        self.owner.set(me);
        Ok(Working(self))
    }

    /// The raw stream. It may be detached in the middle of something, by code that the stream calls.
    fn raw(&self, cx: &Cx) -> R {
        self.raw.try_get().map_or_else(|| detached(cx), Ok)
    }

    /// How many bytes the buffer has: none once the stream was closed, which another thread may have done while this one waited.
    fn room(&self) -> usize {
        self.size.get().min(self.buffer.capacity())
    }

    fn has_read(&self) -> bool {
        self.readable.get() && self.read_end.get() != -1
    }

    fn has_written(&self) -> bool {
        self.writable.get() && self.write_end.get() != -1
    }

    /// Bytes that were read and not given.
    fn readahead(&self) -> usize {
        if self.has_read() { (self.read_end.get() - self.pos.get()).max(0) as usize } else { 0 }
    }

    /// How far the raw stream is ahead of the place in the buffer.
    fn raw_offset(&self) -> i64 {
        if (self.has_read() || self.has_written()) && self.raw_pos.get() >= 0 {
            self.raw_pos.get() - self.pos.get()
        } else {
            0
        }
    }

    fn set_pos(&self, pos: i64) {
        self.pos.set(pos);
        if self.has_read() && self.read_end.get() < pos {
            self.read_end.set(pos);
        }
    }

    fn forget_read(&self) {
        self.read_end.set(-1);
    }

    /// The raw stream, if its own methods would do no more than the calls of the system.
    fn plain_file(&self) -> Option<adder_objects::Obj<PyFileIo>> {
        let raw = self.raw.get();
        if raw.is_unset() || !raw.is_exact(&FILE_IO_TYPE) {
            return None;
        }
        // Nothing but its name, which stands there always.
        let plain = adder_objects::instance::own_dict(&raw).is_none_or(|dict| dict.len() <= 1);
        raw.try_into_obj::<PyFileIo>().ok().filter(|file| plain && !file.is_closed())
    }

    fn raw_closed(&self, cx: &Cx) -> R<bool> {
        let raw = self.raw.get();
        if raw.is_unset() {
            return Ok(false);
        }
        if let Some(file) = raw.downcast_exact::<PyFileIo>() {
            return Ok(file.is_closed());
        }
        truth(cx, &raw, "closed")
    }

    fn is_closed(&self, cx: &Cx) -> R<bool> {
        Ok(self.buffer.capacity() == 0 || self.raw_closed(cx)?)
    }

    fn raw_tell(&self, cx: &Cx) -> R<i64> {
        self.abs_pos.set(-1);
        let at = match self.plain_file() {
            Some(file) => file.seek(cx, 0, libc::SEEK_CUR)?,
            None => offset(cx, &ask(cx, &self.raw(cx)?, "tell", &[])?)?,
        };
        self.note_place(cx, at)
    }

    fn raw_seek(&self, cx: &Cx, to: i64, whence: i32) -> R<i64> {
        let at = match self.plain_file() {
            Some(file) => file.seek(cx, to, whence)?,
            None => {
                let args = [cx.int(to)?, Value::small(whence.into())];
                offset(cx, &ask(cx, &self.raw(cx)?, "seek", &args)?)?
            }
        };
        self.note_place(cx, at)
    }

    fn note_place(&self, cx: &Cx, at: i64) -> R<i64> {
        if at < 0 {
            return raise!(cx, exc::OS_ERROR, "Raw stream returned invalid position {at}");
        }
        self.abs_pos.set(at);
        Ok(at)
    }

    /// Where the raw stream is.
    fn raw_place(&self, cx: &Cx) -> R<i64> {
        if self.abs_pos.get() != -1 { Ok(self.abs_pos.get()) } else { self.raw_tell(cx) }
    }

    fn moved(&self, by: usize) {
        if self.abs_pos.get() != -1 {
            self.abs_pos.set(self.abs_pos.get() + by as i64);
        }
    }
}

/// How many bytes a method of a raw stream says it has moved; `None` for None.
fn moved_bytes(cx: &Cx, answer: &Value, room: usize, method: &str) -> R<Option<usize>> {
    if answer.is_none() {
        return Ok(None);
    }
    let n = match adder_objects::arguments::ssize(cx, answer) {
        Ok(n) => n,
        Err(raised) => {
            let error = cx.error(&exc::OS_ERROR, format_args!("raw {method}() failed"));
            let _ = cx.setattr(error.value(), cx.names.cause(), Some(raised.value()));
            return Err(chained(cx, raised, error));
        }
    };
    match usize::try_from(n).ok().filter(|&n| n <= room) {
        Some(n) => Ok(Some(n)),
        None => raise!(
            cx,
            exc::OS_ERROR,
            "raw {method}() returned invalid length {n} (should have been between 0 and {room})"
        ),
    }
}

fn repr(cx: &Cx, this: &Value) -> R {
    let text = named(cx, this)?;
    cx.str_value(&format!("<{text}>"))
}

fn detach(cx: &Cx, this: &Value) -> R {
    ready(cx, this)?;
    ask(cx, this, "flush", &[])?;
    let it = of(this);
    let raw = it.raw.take();
    it.state.set(State::Detached);
    Ok(raw.unwrap_or_else(Value::none))
}

fn close(cx: &Cx, this: &Value) -> R {
    let it = ready(cx, this)?;
    if it.enter(cx, this).and_then(|_working| it.raw_closed(cx))? {
        return Ok(Value::none());
    }
    if it.finalizing.get() {
        // A warning that is an error is reported where it is made.
        let _ = super::file::warn_below(cx, &it.raw.get(), this);
    }
    let flushed: Result<(), Raised> = ask(cx, this, "flush", &[]).map(drop);
    let it = of(this);
    let working = it.enter(cx, this)?;
    let closed = if it.raw.is_unset() { Ok(Value::none()) } else { ask(cx, &it.raw.get(), "close", &[]) };
    it.buffer.free(&it.base.head);
    it.pos.set(0);
    it.read_end.set(if it.readable.get() { 0 } else { -1 });
    it.write_end.set(-1);
    drop(working);
    base::either(cx, flushed, closed)
}

fn tell(cx: &Cx, this: &Value) -> R {
    let it = ready(cx, this)?;
    let at = it.raw_tell(cx)?;
    cx.int((at - it.raw_offset()).max(0))
}

fn seek(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let whence = args.get(1).map_or(Ok(0), |whence| support::c_int(cx, whence))?;
    ready(cx, this)?;
    let known = match whence {
        0..=2 => true,
        #[cfg(target_os = "linux")]
        libc::SEEK_HOLE | libc::SEEK_DATA => true,
        _ => false,
    };
    if !known {
        return raise!(cx, exc::VALUE_ERROR, "whence value {whence} unsupported");
    }
    let it = open(cx, this, "seek of closed file")?;
    if it.plain_file().is_none_or(|file| !file.can_seek()) {
        base::check_seekable(cx, &it.raw(cx)?)?;
    }
    let mut to = offset(cx, &args[0])?;
    if whence != 2 && it.readable.get() {
        // Within the buffer the raw stream need not be asked.
        let current = it.raw_place(cx)?;
        let available = it.readahead() as i64;
        if available > 0 && whence <= 1 {
            let by = if whence == 0 { to - (current - it.raw_offset()) } else { to };
            if by >= -it.pos.get() && by <= available {
                it.pos.set(it.pos.get() + by);
                return cx.int((current - available + by).max(0));
            }
        }
    }
    let _working = it.enter(cx, this)?;
    if it.writable.get() {
        it.flush_written(cx)?;
    }
    if whence == 1 {
        to -= it.raw_offset();
    }
    let at = it.raw_seek(cx, to, whence)?;
    it.raw_pos.set(-1);
    if it.readable.get() {
        it.forget_read();
    }
    cx.int(at)
}

fn truncate(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let it = open(cx, this, "truncate of closed file")?;
    if !it.writable.get() {
        return unsupported(cx, "truncate");
    }
    let _working = it.enter(cx, this)?;
    it.flush_and_rewind(cx)?;
    let done = ask(cx, &it.raw(cx)?, "truncate", &[args.first().cloned().unwrap_or_else(Value::none)])?;
    // The place is asked for again when it is needed.
    it.raw_tell(cx).map(drop).or_else(|raised| if raised.is(&exc::EXCEPTION) { Ok(()) } else { Err(raised) })?;
    Ok(done)
}

/// Is it one of these types itself, with methods that nobody has replaced?
pub(super) fn is_plain(this: &Value) -> bool {
    let own = [&BUFFERED_READER_TYPE, &BUFFERED_WRITER_TYPE, &BUFFERED_RANDOM_TYPE];
    own.iter().any(|own| this.is_exact(own)) && adder_objects::instance::own_dict(this).is_none()
}

/// Is it one of these types itself, with nothing to be written and nothing below to be closed?
pub(super) fn is_done(this: &Value) -> bool {
    if !is_plain(this) {
        return false;
    }
    let it = of(this);
    let raw = it.raw.get();
    it.state.get() != State::Ready
        || ((!it.has_written() || it.write_pos.get() == it.write_end.get())
            && !raw.is_unset()
            && super::file::is_done(&raw))
}

/// A stream with a buffer on top of a file.
pub(super) fn of_file(cx: &Cx, class: &TypeObject, file: Value, size: usize) -> R {
    let made = new(cx, class, Args::NONE)?;
    let it = of(&made);
    it.raw.set(file);
    it.readable.set(!core::ptr::eq(class, &BUFFERED_WRITER_TYPE));
    it.writable.set(!core::ptr::eq(class, &BUFFERED_READER_TYPE));
    it.size.set(size);
    it.buffer.resize_exactly(cx, size)?;
    it.state.set(State::Ready);
    Ok(made)
}

/// What it is closed by, as `TextIOWrapper` asks it.
pub(super) fn is_closed(cx: &Cx, this: &Value) -> R<bool> {
    match this.downcast::<PyBuffered>() {
        Some(it) if it.state.get() == State::Ready && is_plain(this) => it.raw_closed(cx),
        _ => match attribute(cx, this, "closed")? {
            Some(closed) => cx.is_true(&closed),
            None => Err(cx.no_attribute(this, &cx.intern("closed")?)),
        },
    }
}
