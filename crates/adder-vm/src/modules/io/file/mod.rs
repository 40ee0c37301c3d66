//! `_io.FileIO`: a file descriptor as a stream.

mod opening;

use core::cell::Cell;
use core::mem::offset_of;
use std::io;

use adder_gc::{Clearer, Tracer};
use adder_objects::storage::HeapVec;
use adder_objects::typeobject::{GetSet, Member, MemberKind, Method, Slots, Spec, flag, slot};
use adder_objects::{Args, Catch, Cx, Layout, R, TypeObject, Value, exceptions as exc, raise};

use super::base::{DICT, PyIoBase, RAW_IO_BASE_TYPE, either, stream_functions};
use super::support::{self, without_lock};
use super::{attribute, cannot_pickle, offset, optional_size, readable, unsupported, writable};

/// Layout of a `FileIO`.
#[repr(C)]
pub(super) struct PyFileIo {
    base: PyIoBase,
    fd: Cell<i32>,
    created: Cell<bool>,
    readable: Cell<bool>,
    writable: Cell<bool>,
    appending: Cell<bool>,
    /// Is it its own to close?
    close_fd: Cell<bool>,
    finalizing: Cell<bool>,
    seekable: Cell<Option<bool>>,
    block_size: Cell<isize>,
}

/// `_io.FileIO`
pub(super) static FILE_IO_TYPE: TypeObject = TypeObject::builtin(&FILE_IO_SPEC, &raw const FILE_IO_TYPE);
static FILE_IO_SPEC: Spec = Spec {
    module: "_io",
    doc: Some("A file without a buffer: by its path, or a descriptor that is open."),
    flags: flag::GC | flag::BASE,
    weak: true,
    size: size_of::<PyFileIo>(),
    dict_offset: DICT,
    functions: stream_functions::<PyFileIo>(),
    slots: Slots { new: slot(new), init: slot(opening::init), repr: slot(repr), ..Slots::NONE },
    methods: &[
        Method::positional("read", 0, 1, |cx, this, args| read(cx, this, optional_size(cx, args.first())?)),
        Method::none("readall", read_all),
        Method::one("readinto", read_into),
        Method::one("write", write),
        Method::positional("seek", 1, 2, |cx, this, args| {
            let it = open(cx, this)?;
            let at = offset(cx, &args[0])?;
            let whence = args.get(1).map_or(Ok(0), |whence| support::c_int(cx, whence))?;
            cx.int(it.seek(cx, at, whence)?)
        }),
        Method::none("tell", |cx, this| cx.int(open(cx, this)?.seek(cx, 0, libc::SEEK_CUR)?)),
        Method::positional("truncate", 0, 1, truncate),
        Method::none("close", close),
        Method::none("seekable", |cx, this| Ok(Value::bool(open(cx, this)?.can_seek()))),
        Method::none("readable", |cx, this| Ok(Value::bool(open(cx, this)?.readable.get()))),
        Method::none("writable", |cx, this| Ok(Value::bool(open(cx, this)?.writable.get()))),
        Method::none("fileno", |cx, this| cx.int(open(cx, this)?.fd.get().into())),
        Method::none("isatty", |cx, this| {
            let fd = open(cx, this)?.fd.get();
            // SAFETY: asks about a descriptor.
            Ok(Value::bool(unsafe { libc::isatty(fd) } == 1))
        }),
        Method::one("_dealloc_warn", |cx, this, source| {
            of(this).warn_unclosed(cx, source)?;
            Ok(Value::none())
        }),
        Method::none("__reduce__", cannot_pickle),
        Method::one("__reduce_ex__", |cx, this, _| cannot_pickle(cx, this)),
    ],
    getset: &[
        GetSet::get("closed", |_, this| Ok(Value::bool(of(this).is_closed()))),
        GetSet::get("closefd", |_, this| Ok(Value::bool(of(this).close_fd.get()))),
        GetSet::get("mode", |cx, this| cx.intern(of(this).mode())),
    ],
    members: &[
        Member {
            name: "_finalizing",
            kind: MemberKind::Bool,
            offset: offset_of!(PyFileIo, finalizing),
            read_only: false,
        },
        Member {
            name: "_blksize",
            kind: MemberKind::Ssize,
            offset: offset_of!(PyFileIo, block_size),
            read_only: false,
        },
    ],
    ..Spec::new("_io.FileIO", &RAW_IO_BASE_TYPE)
};

// SAFETY: begins with the layout of its base.
unsafe impl Layout for PyFileIo {
    const FINALIZES: bool = true;

    fn ty() -> &'static TypeObject {
        &FILE_IO_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.base.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.base.clear(clearer);
    }
}

fn of(this: &Value) -> &PyFileIo {
    // SAFETY: called for files.
    unsafe { this.cast::<PyFileIo>() }
}

/// The file, which is open.
fn open<'a>(cx: &Cx, this: &'a Value) -> R<&'a PyFileIo> {
    let it = of(this);
    if it.is_closed() { raise!(cx, exc::VALUE_ERROR, "I/O operation on closed file") } else { Ok(it) }
}

fn new(cx: &Cx, class: &TypeObject, _: Args<'_>) -> R {
    let made = PyFileIo {
        base: PyIoBase::new(),
        fd: Cell::new(-1),
        created: Cell::new(false),
        readable: Cell::new(false),
        writable: Cell::new(false),
        appending: Cell::new(false),
        close_fd: Cell::new(true),
        finalizing: Cell::new(false),
        seekable: Cell::new(None),
        block_size: Cell::new(super::DEFAULT_BUFFER_SIZE as isize),
    };
    Ok(cx.alloc_in(class, made)?.into_value())
}

/// A file of a standard stream's descriptor, which it does not close; `None` if that is closed.
pub(super) fn of_standard(cx: &Cx, fd: i32, writes: bool, name: Value) -> R<Option<Value>> {
    let Ok(status) = status(fd) else { return Ok(None) };
    let made = new(cx, &FILE_IO_TYPE, Args::NONE)?;
    let it = of(&made);
    it.fd.set(fd);
    it.close_fd.set(false);
    it.readable.set(!writes);
    it.writable.set(writes);
    if status.st_blksize > 1 {
        it.block_size.set(status.st_blksize as isize);
    }
    adder_objects::instance::dict(cx, &made)?.set(cx, cx.names.name_plain(), name)?;
    Ok(Some(made))
}

/// Can a file be sought?
pub(super) fn can_seek(this: &Value) -> bool {
    of(this).can_seek()
}

/// A file to be written to, if its own methods would do no more than the calls of the system.
pub(super) fn plain_output(this: &Value) -> Option<&PyFileIo> {
    let plain =
        this.is_exact(&FILE_IO_TYPE) && adder_objects::instance::own_dict(this).is_none_or(|dict| dict.len() <= 1);
    this.downcast_exact::<PyFileIo>().filter(|file| plain && !file.is_closed() && file.may_write())
}

/// Is it a file itself that has nothing to be closed?
pub(super) fn is_done(this: &Value) -> bool {
    this.is_exact(&FILE_IO_TYPE)
        && (of(this).is_closed() || !of(this).close_fd.get())
        && adder_objects::instance::own_dict(this).is_none_or(|dict| dict.len() <= 1)
}

impl PyFileIo {
    pub(super) fn is_closed(&self) -> bool {
        self.fd.get() < 0
    }

    pub(super) fn may_read(&self) -> bool {
        self.readable.get()
    }

    pub(super) fn may_write(&self) -> bool {
        self.writable.get()
    }

    fn mode(&self) -> &'static str {
        match (self.created.get(), self.appending.get(), self.readable.get(), self.writable.get()) {
            (true, _, true, _) => "xb+",
            (true, _, false, _) => "xb",
            (_, true, true, _) => "ab+",
            (_, true, false, _) => "ab",
            (_, _, true, true) => "rb+",
            (_, _, true, false) => "rb",
            _ => "wb",
        }
    }

    /// What the system says of a file that was opened just now.
    fn look_at(&self, cx: &Cx, this: &Value, name: &Value) -> R<()> {
        match status(self.fd.get()) {
            Ok(status) => {
                if status.st_mode & libc::S_IFMT == libc::S_IFDIR {
                    return Err(exc::os_error(cx, &io::Error::from_raw_os_error(libc::EISDIR), Some(name)));
                }
                if status.st_blksize > 1 {
                    self.block_size.set(status.st_blksize as isize);
                }
            }
            Err(error) if error.raw_os_error() == Some(libc::EBADF) => {
                return Err(exc::os_error(cx, &error, None));
            }
            Err(_) => {}
        }
        cx.setattr(this, cx.names.name_plain(), Some(name))?;
        if self.appending.get() {
            let fd = self.fd.get();
            // Pipes cannot be sought, which is no error here.
            // SAFETY: moves the place of a descriptor.
            let at = without_lock(cx, || unsafe { libc::lseek(fd, 0, libc::SEEK_END) });
            if at < 0 && io::Error::last_os_error().raw_os_error() != Some(libc::ESPIPE) {
                return Err(support::last_error(cx));
            }
        }
        Ok(())
    }

    fn close_descriptor(&self, cx: &Cx) -> R<()> {
        let fd = self.fd.replace(-1);
        if fd < 0 {
            return Ok(());
        }
        // SAFETY: the file's own descriptor, which nobody uses from here on.
        let result = without_lock(cx, || unsafe { libc::close(fd) });
        if result < 0 { Err(support::last_error(cx)) } else { Ok(()) }
    }

    /// Moves the place; says where it is.
    pub(super) fn seek(&self, cx: &Cx, at: i64, whence: i32) -> R<i64> {
        let fd = self.fd.get();
        // SAFETY: moves the place of a descriptor.
        let got = without_lock(cx, || unsafe { libc::lseek(fd, at, whence) });
        if self.seekable.get().is_none() {
            self.seekable.set(Some(got >= 0));
        }
        if got < 0 { Err(support::last_error(cx)) } else { Ok(got) }
    }

    pub(super) fn can_seek(&self) -> bool {
        if self.seekable.get().is_none() {
            // SAFETY: asks for the place of a descriptor.
            self.seekable.set(Some(unsafe { libc::lseek(self.fd.get(), 0, libc::SEEK_CUR) } >= 0));
        }
        self.seekable.get() == Some(true)
    }

    /// Reads into memory; `None` where that would have to wait.
    ///
    /// # Safety
    /// So many bytes may be written there, which nobody else touches meanwhile.
    pub(super) unsafe fn read_to(&self, cx: &Cx, into: *mut u8, room: usize) -> R<Option<usize>> {
        let (fd, place, room) = (self.fd.get(), into.expose_provenance(), room.min(isize::MAX as usize));
        let got = support::retry(cx, move || {
            // SAFETY: by the contract.
            unsafe { libc::read(fd, core::ptr::with_exposed_provenance_mut(place), room) as i64 }
        })?;
        done(cx, got)
    }

    /// Writes from memory; `None` where that would have to wait.
    ///
    /// # Safety
    /// So many bytes may be read there meanwhile.
    pub(super) unsafe fn write_from(&self, cx: &Cx, from: *const u8, len: usize) -> R<Option<usize>> {
        let (fd, place, len) = (self.fd.get(), from.expose_provenance(), len.min(isize::MAX as usize));
        let put = support::retry(cx, move || {
            // SAFETY: by the contract.
            unsafe { libc::write(fd, core::ptr::with_exposed_provenance(place), len) as i64 }
        })?;
        done(cx, put)
    }

    /// Warns of a file that nobody has closed.
    fn warn_unclosed(&self, cx: &Cx, source: &Value) -> R<()> {
        if self.fd.get() < 0 || !self.close_fd.get() {
            return Ok(());
        }
        let text = cx.repr(source)?;
        let warned = cx.warn(&exc::RESOURCE_WARNING, &format!("unclosed file {}", text.to_lossy()), 1);
        // One that was made an error cannot be raised here.
        match warned {
            Err(raised) if raised.is(&exc::WARNING) => {
                cx.unraisable(raised, None, Some(source));
                Ok(())
            }
            other => other,
        }
    }
}

/// What a call has done; `None` where it would have to wait.
fn done(cx: &Cx, result: i64) -> R<Option<usize>> {
    if result >= 0 {
        return Ok(Some(result as usize));
    }
    match io::Error::last_os_error().raw_os_error() {
        Some(libc::EAGAIN) => Ok(None),
        _ => Err(support::last_error(cx)),
    }
}

/// What the system says of a descriptor.
fn status(fd: i32) -> io::Result<libc::stat> {
    // SAFETY: room for the result.
    unsafe {
        let mut status: libc::stat = core::mem::zeroed();
        if libc::fstat(fd, &raw mut status) < 0 { Err(io::Error::last_os_error()) } else { Ok(status) }
    }
}

fn read(cx: &Cx, this: &Value, size: isize) -> R {
    let it = open(cx, this)?;
    if !it.readable.get() {
        return unsupported(cx, "File not open for reading");
    }
    let Ok(size) = usize::try_from(size) else { return read_all(cx, this) };
    let room = HeapVec::<u8>::with_capacity(cx, size.max(1))?;
    // SAFETY: the buffer has room for so many bytes, and so many are initialised then.
    let got = unsafe { it.read_to(cx, room.as_ptr().cast_mut(), size)? };
    match got {
        // SAFETY: as above.
        Some(got) => Ok(cx.bytes(unsafe { core::slice::from_raw_parts(room.as_ptr(), got) })?.into_value()),
        None => Ok(Value::none()),
    }
}

fn read_all(cx: &Cx, this: &Value) -> R {
    let it = open(cx, this)?;
    if !it.readable.get() {
        return unsupported(cx, "File not open for reading");
    }
    match all_of(cx, it)? {
        Some(all) => Ok(cx.bytes(&all)?.into_value()),
        None => Ok(Value::none()),
    }
}

/// All that is left of a file; `None` where the first byte would have to be waited for.
pub(super) fn all_of<'a>(cx: &'a Cx, it: &PyFileIo) -> R<Option<HeapVec<'a, u8>>> {
    let fd = it.fd.get();
    // SAFETY: asks for the place of a descriptor.
    let at = unsafe { libc::lseek(fd, 0, libc::SEEK_CUR) };
    let rest = match status(fd) {
        Ok(status) if at >= 0 && status.st_size >= at => (status.st_size - at) as usize + 1,
        _ => super::DEFAULT_BUFFER_SIZE,
    };
    let mut all = HeapVec::<u8>::with_capacity(cx, rest.min(isize::MAX as usize))?;
    let mut room = rest;
    loop {
        if room == 0 {
            room = all.len().clamp(8 << 10, 8 << 20);
            all.reserve(room)?;
        }
        let len = all.len();
        // SAFETY: there is room behind what there is.
        let got = unsafe { it.read_to(cx, all.as_ptr().cast_mut().add(len), room) };
        match got? {
            None if len == 0 => return Ok(None),
            None | Some(0) => return Ok(Some(all)),
            Some(got) => {
                // SAFETY: read just now.
                unsafe { all.set_len(len + got) };
                room -= got;
            }
        }
    }
}

fn read_into(cx: &Cx, this: &Value, into: &Value) -> R {
    let it = open(cx, this)?;
    if !it.readable.get() {
        return unsupported(cx, "File not open for reading");
    }
    let room = writable(cx, into, "readinto() argument 1")?;
    // SAFETY: the view keeps its memory while it lives; that others see it change is the program's wish.
    match unsafe { it.read_to(cx, room.data, room.len)? } {
        Some(got) => cx.int(got as i64),
        None => Ok(Value::none()),
    }
}

fn write(cx: &Cx, this: &Value, bytes: &Value) -> R {
    let it = open(cx, this)?;
    if !it.writable.get() {
        return unsupported(cx, "File not open for writing");
    }
    let bytes = readable(cx, bytes)?;
    // SAFETY: the view keeps its memory while it lives.
    match unsafe { it.write_from(cx, bytes.data, bytes.len)? } {
        Some(put) => {
            if put < bytes.len {
                // A signal may be why not all was written.
                crate::threads::handle_signals(cx)?;
            }
            cx.int(put as i64)
        }
        None => Ok(Value::none()),
    }
}

fn truncate(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let it = open(cx, this)?;
    if !it.writable.get() {
        return unsupported(cx, "File not open for writing");
    }
    let size = match args.first().filter(|size| !size.is_none()) {
        Some(size) => offset(cx, size)?,
        None => it.seek(cx, 0, libc::SEEK_CUR)?,
    };
    let fd = it.fd.get();
    // SAFETY: changes the length of the file.
    let result = support::retry(cx, || unsafe { libc::ftruncate(fd, size) }.into())?;
    if result < 0 { Err(support::last_error(cx)) } else { cx.int(size) }
}

fn close(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    // The base class flushes, and notes that it is closed.
    let base = super::base::close_method(cx, this);
    if !it.close_fd.get() {
        it.fd.set(-1);
        return base;
    }
    if it.finalizing.get()
        && let Err(raised) = it.warn_unclosed(cx, this)
    {
        cx.unraisable(raised, None, Some(this));
    }
    let closed = it.close_descriptor(cx);
    either(cx, base.map(drop), closed)?;
    Ok(Value::none())
}

fn repr(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    let class = this.ty().name();
    if it.is_closed() {
        return cx.str_value(&format!("<{class} [closed]>"));
    }
    let rest = format!("mode='{}' closefd={}>", it.mode(), if it.close_fd.get() { "True" } else { "False" });
    let name = attribute(cx, this, "name").unless(&exc::ATTRIBUTE_ERROR)?.flatten();
    let Some(name) = name else {
        return cx.str_value(&format!("<{class} fd={} {rest}", it.fd.get()));
    };
    if cx.enter_repr(this) {
        return raise!(cx, exc::RUNTIME_ERROR, "reentrant call inside {class}.__repr__");
    }
    let shown = cx.repr(&name);
    cx.leave_repr();
    cx.str_value(&format!("<{class} name={} {rest}", shown?.to_lossy()))
}

/// Lets a stream below warn, where the one above ends without having been closed.
pub(super) fn warn_below(cx: &Cx, below: &Value, source: &Value) -> R<()> {
    if let Some(warn) = attribute(cx, below, "_dealloc_warn")? {
        cx.call(&warn, core::slice::from_ref(source))?;
    }
    Ok(())
}
