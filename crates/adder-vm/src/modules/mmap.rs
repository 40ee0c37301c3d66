//! The module `mmap`: files, or memory of no file, as bytes.

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_objects::buffer::Buffer;
use adder_objects::object::{functions, unborn};
use adder_objects::storage::HeapVec;
use adder_objects::typeobject::{GetSet, Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, Params, R, TypeObject, Value, exceptions as exc, raise};

use super::support::{self, c_int, contents, int, numbers};
use crate::vm::Vm;

/// Layout of a mapping.
#[repr(C)]
struct PyMmap {
    head: Head,
    /// Null when it is closed.
    data: Cell<*mut u8>,
    len: Cell<usize>,
    /// Where the next read or write is.
    at: Cell<usize>,
    /// A descriptor of its own; −1 for no file.
    fd: Cell<i32>,
    offset: i64,
    writable: bool,
    resizable: bool,
    /// Views that are open.
    views: Cell<usize>,
}

/// Values of the argument `access`.
mod access {
    pub(super) const DEFAULT: i32 = 0;
    pub(super) const READ: i32 = 1;
    pub(super) const WRITE: i32 = 2;
    pub(super) const COPY: i32 = 3;
}

/// The types of this module.
pub(crate) static TYPES: &[&TypeObject] = &[&MMAP_TYPE];

static MMAP_TYPE: TypeObject = TypeObject::builtin(&MMAP_SPEC, &raw const MMAP_TYPE);
static MMAP_SPEC: Spec = Spec {
    module: "mmap",
    flags: flag::BASE,
    size: size_of::<PyMmap>(),
    weak: true,
    functions: functions::<PyMmap>(false, true),
    slots: Slots {
        new: slot(new),
        len: slot(|cx, this| open(cx, this).map(|it| it.len.get())),
        item: slot(|cx, this, at| {
            let it = open(cx, this)?;
            match usize::try_from(at).ok().filter(|at| *at < it.len.get()) {
                Some(at) => Ok(Value::small(it.byte(at).into())),
                None => raise!(cx, exc::INDEX_ERROR, "mmap index out of range"),
            }
        }),
        getitem: slot(getitem),
        setitem: slot(setitem),
        buffer: slot(buffer),
        ..Slots::NONE
    },
    methods: &[
        Method::none("close", |cx, this| {
            let it = of(this);
            if it.views.get() > 0 {
                return raise!(cx, exc::BUFFER_ERROR, "cannot close exported pointers exist");
            }
            it.end();
            Ok(Value::none())
        }),
        Method::positional("find", 0, 3, |cx, this, args| find(cx, this, args, false)),
        Method::positional("rfind", 0, 3, |cx, this, args| find(cx, this, args, true)),
        Method::positional("flush", 0, 2, |cx, this, args| {
            let it = open(cx, this)?;
            let start = args.first().map_or(Ok(0), |start| int(cx, start))? as usize;
            let size = args.get(1).map_or(Ok(it.len.get() as i64), |size| int(cx, size))? as usize;
            if start.checked_add(size).is_none_or(|end| end > it.len.get()) {
                return raise!(cx, exc::VALUE_ERROR, "flush values out of range");
            }
            // SAFETY: within the mapping.
            support::done(cx, unsafe { libc::msync(it.data.get().add(start).cast(), size, libc::MS_SYNC) })
        }),
        Method::positional("read", 0, 1, |cx, this, args| {
            let it = open(cx, this)?;
            let rest = it.len.get().saturating_sub(it.at.get());
            let wish = args.first().filter(|n| !n.is_none()).map_or(Ok(-1), |n| int(cx, n))?;
            let size = usize::try_from(wish).map_or(rest, |wish| wish.min(rest));
            let bytes = it.copied(cx, it.at.get(), it.at.get() + size)?;
            it.at.set(it.at.get() + size);
            Ok(cx.bytes(&bytes)?.into_value())
        }),
        Method::none("read_byte", |cx, this| {
            let it = open(cx, this)?;
            let at = it.at.get();
            if at >= it.len.get() {
                return raise!(cx, exc::VALUE_ERROR, "read byte out of range");
            }
            it.at.set(at + 1);
            Ok(Value::small(it.byte(at).into()))
        }),
        Method::none("readline", |cx, this| {
            let it = open(cx, this)?;
            let start = it.at.get();
            let end = (start..it.len.get()).find(|at| it.byte(*at) == b'\n').map_or(it.len.get(), |at| at + 1);
            let line = it.copied(cx, start, end)?;
            it.at.set(end.max(start));
            Ok(cx.bytes(&line)?.into_value())
        }),
        Method::one("write", |cx, this, bytes| {
            let bytes = contents(cx, bytes)?;
            let it = writable(cx, this)?;
            if bytes.len() > it.len.get().saturating_sub(it.at.get()) {
                return raise!(cx, exc::VALUE_ERROR, "data out of range");
            }
            // SAFETY: within the mapping, which may be written.
            unsafe { it.data.get().add(it.at.get()).copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
            it.at.set(it.at.get() + bytes.len());
            cx.int(bytes.len() as i64)
        }),
        Method::one("write_byte", |cx, this, byte| {
            let byte = int(cx, byte)?;
            let it = writable(cx, this)?;
            if it.at.get() >= it.len.get() {
                return raise!(cx, exc::VALUE_ERROR, "write byte out of range");
            }
            // SAFETY: within the mapping, which may be written.
            unsafe { it.data.get().add(it.at.get()).write(byte as u8) };
            it.at.set(it.at.get() + 1);
            Ok(Value::none())
        }),
        Method::positional("seek", 1, 2, |cx, this, args| {
            let it = open(cx, this)?;
            let by = int(cx, &args[0])?;
            let from = match args.get(1).map_or(Ok(0), |whence| c_int(cx, whence))? {
                0 => 0,
                1 => it.at.get(),
                2 => it.len.get(),
                _ => return raise!(cx, exc::VALUE_ERROR, "unknown seek type"),
            };
            match usize::try_from(from as i64 + by).ok().filter(|at| *at <= it.len.get()) {
                Some(at) => {
                    it.at.set(at);
                    cx.int(at as i64)
                }
                None => raise!(cx, exc::VALUE_ERROR, "seek out of range"),
            }
        }),
        Method::none("seekable", |_, _| Ok(Value::bool(true))),
        Method::none("tell", |cx, this| cx.int(open(cx, this)?.at.get() as i64)),
        Method::none("size", |cx, this| {
            let it = open(cx, this)?;
            if it.fd.get() < 0 {
                return cx.int(it.len.get() as i64);
            }
            // SAFETY: plain numbers; room for the result.
            unsafe {
                let mut status: libc::stat = core::mem::zeroed();
                if libc::fstat(it.fd.get(), &raw mut status) < 0 {
                    return Err(support::last_error(cx));
                }
                cx.int(status.st_size)
            }
        }),
        Method::one("resize", resize),
        Method::positional("move", 3, 3, |cx, this, args| {
            let [to, from, count] = [int(cx, &args[0])?, int(cx, &args[1])?, int(cx, &args[2])?];
            let it = writable(cx, this)?;
            let len = it.len.get() as i64;
            if to < 0 || from < 0 || count < 0 || len - to < count || len - from < count {
                return raise!(cx, exc::VALUE_ERROR, "source, destination, or count out of range");
            }
            // SAFETY: within the mapping, which may be written.
            unsafe { it.data.get().add(to as usize).copy_from(it.data.get().add(from as usize), count as usize) };
            Ok(Value::none())
        }),
        Method::none("__enter__", |cx, this| open(cx, this).map(|_| this.clone())),
        Method::positional("__exit__", 0, 3, |cx, this, _| {
            cx.call(&cx.getattr_text(this, "close")?, &[]).map(|_| Value::none())
        }),
    ],
    getset: &[GetSet::get("closed", |_, this| Ok(Value::bool(of(this).data.get().is_null())))],
    ..Spec::new("mmap.mmap", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyMmap {
    fn ty() -> &'static TypeObject {
        &MMAP_TYPE
    }
}

static NUMBERS: &[(&str, i64)] = numbers! {
    PROT_READ PROT_WRITE PROT_EXEC MAP_SHARED MAP_PRIVATE MAP_ANON MAP_ANONYMOUS
};

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "mmap", &[])?.into_value();
    support::constants(cx, &module, NUMBERS)?;
    // SAFETY: asks for a number of the system.
    let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    support::constants(
        cx,
        &module,
        &[
            ("ACCESS_DEFAULT", access::DEFAULT.into()),
            ("ACCESS_READ", access::READ.into()),
            ("ACCESS_WRITE", access::WRITE.into()),
            ("ACCESS_COPY", access::COPY.into()),
            ("PAGESIZE", page),
            ("ALLOCATIONGRANULARITY", page),
        ],
    )?;
    if let Some(dict) = crate::module::dict_of(&module) {
        dict.set_text(cx, "mmap", MMAP_TYPE.value())?;
        dict.set_text(cx, "error", exc::OS_ERROR.value())?;
    }
    Ok(module)
}

impl PyMmap {
    /// A copy of what is mapped there: another process may change it at any time, so it is never borrowed.
    fn copied<'c>(&self, cx: &'c Cx, start: usize, end: usize) -> R<HeapVec<'c, u8>> {
        let end = end.min(self.len.get());
        let mut bytes = support::zeroed(cx, end.saturating_sub(start))?;
        if !bytes.is_empty() {
            // SAFETY: within the mapping, and into a buffer of this length.
            unsafe { self.data.get().add(start).copy_to_nonoverlapping(bytes.as_mut_ptr(), bytes.len()) };
        }
        Ok(bytes)
    }

    /// One byte, which is within the mapping.
    fn byte(&self, at: usize) -> u8 {
        assert!(at < self.len.get());
        // SAFETY: within the mapping.
        unsafe { self.data.get().add(at).read_volatile() }
    }

    fn end(&self) {
        let (data, len) = (self.data.replace(core::ptr::null_mut()), self.len.replace(0));
        if !data.is_null() {
            // SAFETY: mapped by this object, and nobody views it.
            unsafe { libc::munmap(data.cast(), len) };
        }
        let fd = self.fd.replace(-1);
        if fd >= 0 {
            // SAFETY: the object's own descriptor.
            unsafe { libc::close(fd) };
        }
    }
}

impl Drop for PyMmap {
    fn drop(&mut self) {
        self.end();
    }
}

fn of(this: &Value) -> &PyMmap {
    // SAFETY: called for objects of this type.
    unsafe { this.cast::<PyMmap>() }
}

fn open<'a>(cx: &Cx, this: &'a Value) -> R<&'a PyMmap> {
    if of(this).data.get().is_null() {
        return raise!(cx, exc::VALUE_ERROR, "mmap closed or invalid");
    }
    Ok(of(this))
}

fn writable<'a>(cx: &Cx, this: &'a Value) -> R<&'a PyMmap> {
    let it = open(cx, this)?;
    if !it.writable {
        return raise!(cx, exc::TYPE_ERROR, "mmap can't modify a readonly memory map.");
    }
    Ok(it)
}

fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let [fd, len, flags, protection, how, offset, _] = args.bind(
        cx,
        &Params {
            function: "mmap",
            names: ["fileno", "length", "flags", "prot", "access", "offset", "trackfd"],
            positional_only: 0,
            positional: 6,
            required: 2,
        },
    )?;
    let number = |value: Option<&Value>, default: i32| value.map_or(Ok(default), |value| c_int(cx, value));
    let fd = number(fd, -1)?;
    let len = len.map_or(Ok(0), |len| int(cx, len))?;
    if len < 0 {
        return raise!(cx, exc::OVERFLOW_ERROR, "memory mapped length must be positive");
    }
    let offset = offset.map_or(Ok(0), |offset| int(cx, offset))?;
    if offset < 0 {
        return raise!(cx, exc::OVERFLOW_ERROR, "memory mapped offset must be positive");
    }
    let how = number(how, access::DEFAULT)?;
    if how != access::DEFAULT && (flags.is_some() || protection.is_some()) {
        return raise!(cx, exc::VALUE_ERROR, "mmap can't specify both access and flags, prot.");
    }
    let (mut flags, protection) = match how {
        access::DEFAULT => (number(flags, libc::MAP_SHARED)?, number(protection, libc::PROT_READ | libc::PROT_WRITE)?),
        access::READ => (libc::MAP_SHARED, libc::PROT_READ),
        access::WRITE => (libc::MAP_SHARED, libc::PROT_READ | libc::PROT_WRITE),
        access::COPY => (libc::MAP_PRIVATE, libc::PROT_READ | libc::PROT_WRITE),
        _ => return raise!(cx, exc::VALUE_ERROR, "mmap invalid access parameter."),
    };
    let mut len = len as usize;
    if fd >= 0 {
        // SAFETY: plain numbers; room for the result.
        let status = unsafe {
            let mut status: libc::stat = core::mem::zeroed();
            if libc::fstat(fd, &raw mut status) < 0 {
                return Err(support::last_error(cx));
            }
            status
        };
        if status.st_mode & libc::S_IFMT == libc::S_IFREG {
            if len == 0 {
                if status.st_size == 0 {
                    return raise!(cx, exc::VALUE_ERROR, "cannot mmap an empty file");
                }
                if offset >= status.st_size {
                    return raise!(cx, exc::VALUE_ERROR, "mmap offset is greater than file size");
                }
                len = (status.st_size - offset) as usize;
            } else if offset > status.st_size || (status.st_size - offset) < len as i64 {
                return raise!(cx, exc::VALUE_ERROR, "mmap length is greater than file size");
            }
        }
    } else {
        flags |= libc::MAP_ANONYMOUS;
    }
    // SAFETY: a new mapping of its own.
    let (data, fd) = unsafe {
        let data = libc::mmap(core::ptr::null_mut(), len, protection, flags, fd, offset);
        if data == libc::MAP_FAILED {
            return Err(support::last_error(cx));
        }
        (data, if fd >= 0 { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) } else { -1 })
    };
    let made = PyMmap {
        head: unborn(),
        data: Cell::new(data.cast()),
        len: Cell::new(len),
        at: Cell::new(0),
        fd: Cell::new(fd),
        offset,
        writable: protection & libc::PROT_WRITE != 0,
        resizable: how == access::DEFAULT || how == access::WRITE,
        views: Cell::new(0),
    };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn buffer(cx: &Cx, this: &Value, wish: u32) -> R<Buffer> {
    let it = open(cx, this)?;
    if !it.writable && wish & adder_objects::buffer::request::WRITABLE != 0 {
        return raise!(cx, exc::BUFFER_ERROR, "Object is not writable.");
    }
    it.views.set(it.views.get() + 1);
    let release: fn(&Value) = |this| of(this).views.set(of(this).views.get() - 1);
    Ok(Buffer::bytes(this.clone(), it.data.get(), it.len.get(), !it.writable, Some(release)))
}

/// An item or a slice, as those of bytes.
fn getitem(cx: &Cx, this: &Value, key: &Value) -> R {
    let it = open(cx, this)?;
    if let Some(at) = index(cx, it, key)? {
        return Ok(Value::small(it.byte(at).into()));
    }
    let bytes: Vec<u8> = slice(cx, it, key)?.iter().map(|at| it.byte(at)).collect();
    Ok(cx.bytes(&bytes)?.into_value())
}

fn setitem(cx: &Cx, this: &Value, key: &Value, value: Option<&Value>) -> R<()> {
    let Some(value) = value else {
        return raise!(cx, exc::TYPE_ERROR, "mmap object doesn't support item deletion");
    };
    let it = writable(cx, this)?;
    if let Some(at) = index(cx, it, key)? {
        if value.ty().slots.index.get().is_none() && !value.is_int() {
            return raise!(cx, exc::TYPE_ERROR, "mmap item value must be an int");
        }
        let Ok(byte) = u8::try_from(int(cx, value)?) else {
            return raise!(cx, exc::VALUE_ERROR, "mmap item value must be in range(0, 256)");
        };
        let it = open(cx, this)?;
        if at < it.len.get() {
            // SAFETY: within the mapping, which may be written.
            unsafe { it.data.get().add(at).write(byte) };
        }
        return Ok(());
    }
    let bytes = contents(cx, value)?;
    let places = slice(cx, it, key)?;
    if bytes.len() != places.count {
        return raise!(cx, exc::INDEX_ERROR, "mmap slice assignment is wrong size");
    }
    let it = open(cx, this)?;
    for (at, byte) in places.iter().zip(&*bytes) {
        if at < it.len.get() {
            // SAFETY: within the mapping, which may be written.
            unsafe { it.data.get().add(at).write(*byte) };
        }
    }
    Ok(())
}

/// The place that an index means; `None` for what is no index.
fn index(cx: &Cx, it: &PyMmap, key: &Value) -> R<Option<usize>> {
    if !key.is_int() && key.ty().slots.index.get().is_none() {
        return Ok(None);
    }
    let at = int(cx, key)?;
    let at = if at < 0 { at + it.len.get() as i64 } else { at };
    match usize::try_from(at).ok().filter(|at| *at < it.len.get()) {
        Some(at) => Ok(Some(at)),
        None => raise!(cx, exc::INDEX_ERROR, "mmap index out of range"),
    }
}

/// The places that a slice means.
fn slice(cx: &Cx, it: &PyMmap, key: &Value) -> R<adder_objects::slice::Places> {
    if key.downcast::<adder_objects::slice::PySlice>().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "mmap indices must be integers");
    }
    Ok(adder_objects::slice::unpack(cx, key)?.adjust(it.len.get()))
}

fn find(cx: &Cx, this: &Value, args: &[Value], last: bool) -> R {
    let wanted = args.first().map_or_else(|| Ok(HeapVec::new(cx)), |wanted| contents(cx, wanted))?;
    let it = open(cx, this)?;
    let len = it.len.get() as i64;
    let place = |value: Option<&Value>, default: i64| -> R<i64> {
        let at = value.filter(|value| !value.is_none()).map_or(Ok(default), |value| int(cx, value))?;
        Ok(if at < 0 { (at + len).max(0) } else { at.min(len) })
    };
    let start = place(args.get(1), if last { 0 } else { it.at.get() as i64 })? as usize;
    let end = place(args.get(2), len)? as usize;
    let bytes = open(cx, this)?.copied(cx, start, end)?;
    let found = if wanted.is_empty() {
        (start <= end).then_some(if last { bytes.len() } else { 0 })
    } else if last {
        adder_objects::scan::rfind(&bytes, &wanted)
    } else {
        adder_objects::scan::find(&bytes, &wanted)
    };
    cx.int(found.map_or(-1, |at| (start + at) as i64))
}

fn resize(cx: &Cx, this: &Value, len: &Value) -> R {
    let len = int(cx, len)?;
    let it = open(cx, this)?;
    if it.views.get() > 0 {
        return raise!(cx, exc::BUFFER_ERROR, "mmap can't resize with extant pointers exported.");
    }
    if !it.resizable {
        return raise!(cx, exc::TYPE_ERROR, "mmap can't resize a readonly or copy-on-write memory map.");
    }
    let Ok(size) = usize::try_from(len) else {
        return raise!(cx, exc::VALUE_ERROR, "new size out of range");
    };
    // SAFETY: the object's own file and mapping, which nobody views.
    unsafe {
        if it.fd.get() >= 0 && libc::ftruncate(it.fd.get(), it.offset + len) < 0 {
            return Err(support::last_error(cx));
        }
        #[cfg(target_os = "linux")]
        let data = libc::mremap(it.data.get().cast(), it.len.get(), size, libc::MREMAP_MAYMOVE);
        #[cfg(not(target_os = "linux"))]
        let data = libc::MAP_FAILED;
        if data == libc::MAP_FAILED {
            return Err(support::last_error(cx));
        }
        it.data.set(data.cast());
        it.len.set(size);
        it.at.set(it.at.get().min(size));
    }
    Ok(Value::none())
}
