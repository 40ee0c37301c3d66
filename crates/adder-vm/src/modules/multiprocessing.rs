//! The modules `_multiprocessing` (semaphores that processes share) and `_posixshmem` (memory that they share).

use core::cell::Cell;
use std::ffi::CString;
use std::io;
use std::time::{Duration, SystemTime};

use adder_gc::raw::Head;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::typeobject::{GetSet, Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, Params, R, TypeObject, Value, exceptions as exc, raise};

use super::support::{self, c_int, seconds, without_lock};
use crate::threads::{handle_signals, ident};
use crate::vm::Vm;

/// Layout of a semaphore.
#[repr(C)]
struct PySemaphore {
    head: Head,
    handle: Cell<*mut libc::sem_t>,
    kind: i32,
    most: i32,
    name: Slot,
    /// How often the owner has taken it.
    count: Cell<i64>,
    owner: Cell<u64>,
}

/// The kind that its owner may take several times; the other is an ordinary semaphore.
const RECURSIVE: i32 = 0;

/// The types of these modules.
pub(crate) static TYPES: &[&TypeObject] = &[&SEMAPHORE_TYPE];

static SEMAPHORE_TYPE: TypeObject = TypeObject::builtin(&SEMAPHORE_SPEC, &raw const SEMAPHORE_TYPE);
static SEMAPHORE_SPEC: Spec = Spec {
    module: "_multiprocessing",
    flags: flag::BASE | flag::GC,
    size: size_of::<PySemaphore>(),
    functions: functions::<PySemaphore>(true, true),
    slots: Slots { new: slot(new), ..Slots::NONE },
    methods: &[
        Method::any("acquire", acquire),
        Method::none("release", release),
        Method::none("_count", |cx, this| cx.int(of(this).count.get())),
        Method::none("_is_mine", |_, this| Ok(Value::bool(of(this).is_mine()))),
        Method::none("_get_value", |cx, this| cx.int(value(cx, this)?.max(0).into())),
        Method::none("_is_zero", |cx, this| Ok(Value::bool(value(cx, this)? <= 0))),
        Method::any("_rebuild", rebuild).class(),
        Method::none("_after_fork", |_, this| {
            of(this).count.set(0);
            Ok(Value::none())
        }),
        Method::none("__enter__", |cx, this| acquire(cx, this, Args::NONE)),
        Method::positional("__exit__", 0, 3, |cx, this, _| release(cx, this)),
    ],
    getset: &[
        GetSet::get("handle", |cx, this| cx.int_from_u64(of(this).handle.get() as u64)),
        GetSet::get("kind", |cx, this| cx.int(of(this).kind.into())),
        GetSet::get("maxvalue", |cx, this| cx.int(of(this).most.into())),
        GetSet::get("name", |_, this| Ok(of(this).name.try_get().unwrap_or_else(Value::none))),
    ],
    more: Some(|cx, ty| cx.state(ty).dict.set_text(cx, "SEM_VALUE_MAX", cx.int(i32::MAX.into())?)),
    ..Spec::new("_multiprocessing.SemLock", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PySemaphore {
    fn ty() -> &'static TypeObject {
        &SEMAPHORE_TYPE
    }
    fn trace(&self, tracer: &mut adder_gc::Tracer<'_>) {
        self.name.trace(tracer);
    }
    fn clear(&self, clearer: &mut adder_gc::Clearer<'_>) {
        self.name.clear(clearer);
    }
}

impl Drop for PySemaphore {
    fn drop(&mut self) {
        if !self.handle.get().is_null() {
            // SAFETY: opened by this object.
            unsafe { libc::sem_close(self.handle.get()) };
        }
    }
}

impl PySemaphore {
    fn is_mine(&self) -> bool {
        self.count.get() > 0 && self.owner.get() == ident()
    }
}

fn of(this: &Value) -> &PySemaphore {
    // SAFETY: called for objects of this type.
    unsafe { this.cast::<PySemaphore>() }
}

static FUNCTIONS: &[Method] = &[Method::one("sem_unlink", |cx, _, name| {
    let name = c_text(cx, name)?;
    // SAFETY: ends with a zero.
    support::done(cx, unsafe { libc::sem_unlink(name.as_ptr()) })
})];

static MEMORY_FUNCTIONS: &[Method] = &[
    Method::any("shm_open", |cx, _, args| {
        let [path, flags, mode] = args.bind(
            cx,
            &Params {
                function: "shm_open",
                names: ["path", "flags", "mode"],
                positional_only: 0,
                positional: 3,
                required: 2,
            },
        )?;
        let name = c_text(cx, path.unwrap_or(&Value::none()))?;
        let flags = flags.map_or(Ok(0), |flags| c_int(cx, flags))?;
        let mode = mode.map_or(Ok(0o777), |mode| c_int(cx, mode))?;
        // SAFETY: ends with a zero.
        let fd = unsafe { libc::shm_open(name.as_ptr(), flags, mode as libc::mode_t) };
        if fd < 0 {
            return Err(exc::os_error(cx, &io::Error::last_os_error(), path));
        }
        cx.int(fd.into())
    }),
    Method::any("shm_unlink", |cx, _, args| {
        let [path] = args.bind(
            cx,
            &Params { function: "shm_unlink", names: ["path"], positional_only: 0, positional: 1, required: 1 },
        )?;
        let name = c_text(cx, path.unwrap_or(&Value::none()))?;
        // SAFETY: ends with a zero.
        if unsafe { libc::shm_unlink(name.as_ptr()) } < 0 {
            return Err(exc::os_error(cx, &io::Error::last_os_error(), path));
        }
        Ok(Value::none())
    }),
];

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_multiprocessing", FUNCTIONS)?.into_value();
    if let Some(dict) = crate::module::dict_of(&module) {
        dict.set_text(cx, "SemLock", SEMAPHORE_TYPE.value())?;
        let flags = cx.dict()?;
        for name in ["HAVE_SEM_OPEN", "HAVE_SEM_TIMEDWAIT", "HAVE_FD_TRANSFER"] {
            flags.set_text(cx, name, Value::small(1))?;
        }
        dict.set_text(cx, "flags", flags.into_value())?;
    }
    Ok(module)
}

pub(super) fn make_memory(vm: &Vm) -> R {
    Ok(crate::module::builtin(&vm.cx, "_posixshmem", MEMORY_FUNCTIONS)?.into_value())
}

fn c_text(cx: &Cx, value: &Value) -> R<CString> {
    match CString::new(support::fs_bytes(cx, value)?) {
        Ok(text) => Ok(text),
        Err(_) => raise!(cx, exc::VALUE_ERROR, "embedded null character"),
    }
}

/// `SemLock(kind, value, maxvalue, name, unlink)`
fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let [kind, start, most, name, unlink] = args.bind(
        cx,
        &Params {
            function: "SemLock",
            names: ["kind", "value", "maxvalue", "name", "unlink"],
            positional_only: 0,
            positional: 5,
            required: 5,
        },
    )?;
    let number = |value: Option<&Value>| value.map_or(Ok(0), |value| c_int(cx, value));
    let (kind, start, most) = (number(kind)?, number(start)?, number(most)?);
    if !(0..=1).contains(&kind) {
        return raise!(cx, exc::VALUE_ERROR, "unrecognized kind");
    }
    let name = name.cloned().unwrap_or_else(Value::none);
    let text = c_text(cx, &name)?;
    let unlink = unlink.map_or(Ok(false), |unlink| cx.is_true(unlink))?;
    // SAFETY: ends with a zero.
    let handle = unsafe {
        let flags = libc::O_CREAT | libc::O_EXCL;
        let handle = libc::sem_open(text.as_ptr(), flags, 0o600 as libc::c_uint, start as libc::c_uint);
        if handle == libc::SEM_FAILED {
            return Err(support::last_error(cx));
        }
        if unlink && libc::sem_unlink(text.as_ptr()) < 0 {
            let error = support::last_error(cx);
            libc::sem_close(handle);
            return Err(error);
        }
        handle
    };
    semaphore(cx, class, handle, kind, most, if unlink { Value::UNSET } else { name })
}

fn semaphore(cx: &Cx, class: &TypeObject, handle: *mut libc::sem_t, kind: i32, most: i32, name: Value) -> R {
    let made = PySemaphore {
        head: unborn(),
        handle: Cell::new(handle),
        kind,
        most,
        name: Slot::new(name),
        count: Cell::new(0),
        owner: Cell::new(0),
    };
    Ok(cx.alloc_in(class, made)?.into_value())
}

/// `_rebuild(handle, kind, maxvalue, name)`: the semaphore of another process, by its name.
fn rebuild(cx: &Cx, class: &Value, args: Args<'_>) -> R {
    let [_, kind, most, name] = args.exactly::<4>(cx, "_rebuild")?;
    let Some(class) = class.downcast::<TypeObject>() else { return Ok(Value::none()) };
    let (kind, most) = (c_int(cx, kind)?, c_int(cx, most)?);
    if name.is_none() {
        return raise!(cx, exc::VALUE_ERROR, "a semaphore without a name cannot be opened");
    }
    let text = c_text(cx, name)?;
    // SAFETY: ends with a zero.
    let handle = unsafe { libc::sem_open(text.as_ptr(), 0) };
    if handle == libc::SEM_FAILED {
        return Err(support::last_error(cx));
    }
    semaphore(cx, class, handle, kind, most, name.clone())
}

/// A semaphore of the system, which threads may use at once.
#[derive(Clone, Copy)]
struct Handle(*mut libc::sem_t);

// SAFETY: that is what semaphores are for; it is closed when nobody refers to the object any more.
unsafe impl Send for Handle {}
// SAFETY: as above.
unsafe impl Sync for Handle {}

impl Handle {
    /// Takes it; says what the system says.
    fn take(self, until: Option<libc::timespec>) -> i32 {
        // SAFETY: open as long as the object lives; the time is read.
        unsafe {
            match until {
                None => libc::sem_wait(self.0),
                Some(until) => libc::sem_timedwait(self.0, &raw const until),
            }
        }
    }
}

/// `acquire(block=True, timeout=None)`
fn acquire(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let [block, timeout] = args.bind(
        cx,
        &Params { function: "acquire", names: ["block", "timeout"], positional_only: 0, positional: 2, required: 0 },
    )?;
    let block = block.map_or(Ok(true), |block| cx.is_true(block))?;
    let it = of(this);
    if it.kind == RECURSIVE && it.is_mine() {
        it.count.set(it.count.get() + 1);
        return Ok(Value::bool(true));
    }
    let until = match timeout.filter(|timeout| !timeout.is_none()) {
        None => None,
        Some(timeout) => {
            let length = seconds(cx, timeout)?.max(0.0);
            let end = SystemTime::now() + Duration::from_secs_f64(length.min(4e9));
            let end = end.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            Some(libc::timespec { tv_sec: end.as_secs() as libc::time_t, tv_nsec: end.subsec_nanos().into() })
        }
    };
    let handle = Handle(it.handle.get());
    // SAFETY: open as long as the object lives.
    while unsafe { libc::sem_trywait(handle.0) } != 0 {
        let mut error = io::Error::last_os_error();
        if error.raw_os_error() == Some(libc::EAGAIN) {
            if !block {
                return Ok(Value::bool(false));
            }
            if without_lock(cx, || handle.take(until)) == 0 {
                break;
            }
            error = io::Error::last_os_error();
        }
        match error.raw_os_error() {
            Some(libc::ETIMEDOUT) => return Ok(Value::bool(false)),
            Some(libc::EINTR) => handle_signals(cx)?,
            _ => return Err(exc::os_error(cx, &error, None)),
        }
    }
    it.count.set(it.count.get() + 1);
    it.owner.set(ident());
    Ok(Value::bool(true))
}

fn value(cx: &Cx, this: &Value) -> R<i32> {
    let mut value = 0;
    // SAFETY: open as long as the object lives; room for the value.
    if unsafe { libc::sem_getvalue(of(this).handle.get(), &raw mut value) } < 0 {
        return Err(support::last_error(cx));
    }
    Ok(value)
}

fn release(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    if it.kind == RECURSIVE {
        if !it.is_mine() {
            return raise!(cx, exc::ASSERTION_ERROR, "attempt to release recursive lock not owned by thread");
        }
        if it.count.get() > 1 {
            it.count.set(it.count.get() - 1);
            return Ok(Value::none());
        }
    } else if value(cx, this)? >= it.most {
        return raise!(cx, exc::VALUE_ERROR, "semaphore or lock released too many times");
    }
    // SAFETY: open as long as the object lives.
    if unsafe { libc::sem_post(it.handle.get()) } < 0 {
        return Err(support::last_error(cx));
    }
    it.count.set(it.count.get() - 1);
    Ok(Value::none())
}
