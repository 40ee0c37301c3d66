//! `_thread.lock` and `_thread.RLock`.

use core::cell::Cell;
use core::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use adder_gc::raw::Head;
use adder_objects::object::{functions, unborn};
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::{Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, Params, R, TypeObject, Value, exceptions as exc, raise};

use super::super::support::{self, without_lock};
use crate::threads::{handle_signals, ident, wait};

/// Seconds that a thread can be told to wait.
pub(super) const TIMEOUT_MAX: f64 = 9_223_372_036.0;

/// How long to wait for something.
#[derive(Clone, Copy)]
pub(crate) enum Patience {
    None,
    Until(Instant),
    Endless,
}

impl Patience {
    /// From the arguments `blocking` and `timeout`.
    ///
    /// # Errors
    /// If they do not go together, or no thread can wait for so long.
    pub(crate) fn of(cx: &Cx, blocking: Option<&Value>, timeout: Option<&Value>) -> R<Patience> {
        let blocking = blocking.map_or(Ok(true), |blocking| cx.is_true(blocking))?;
        let timeout = timeout.map_or(Ok(-1.0), |timeout| support::timeout(cx, timeout))?;
        if !blocking && timeout != -1.0 {
            return raise!(cx, exc::VALUE_ERROR, "can't specify a timeout for a non-blocking call");
        }
        if timeout < 0.0 && timeout != -1.0 {
            return raise!(cx, exc::VALUE_ERROR, "timeout value must be a non-negative number");
        }
        if timeout > TIMEOUT_MAX {
            return raise!(cx, exc::OVERFLOW_ERROR, "timeout value is too large");
        }
        Ok(match (blocking, timeout) {
            (false, _) => Patience::None,
            (true, -1.0) => Patience::Endless,
            (true, timeout) => Patience::Until(Instant::now() + Duration::from_secs_f64(timeout)),
        })
    }

    /// When it ends, if it is not without end.
    pub(crate) fn end(self) -> Option<Instant> {
        match self {
            Patience::None => Some(Instant::now()),
            Patience::Until(end) => Some(end),
            Patience::Endless => None,
        }
    }
}

/// What a lock is made of. Who has it is changed under the interpreter's lock alone; without that threads only sleep.
#[derive(Default)]
pub(crate) struct LockWord {
    locked: Cell<bool>,
    waiting: Cell<usize>,
    word: AtomicU32,
}

impl LockWord {
    /// Says whether it was got.
    ///
    /// # Errors
    /// What handlers of signals raise.
    pub(crate) fn acquire(&self, cx: &Cx, patience: Patience) -> R<bool> {
        if !self.locked.replace(true) {
            return Ok(true);
        }
        loop {
            let until = match patience {
                Patience::None => return Ok(false),
                Patience::Until(until) if until <= Instant::now() => return Ok(false),
                Patience::Until(until) => Some(until),
                Patience::Endless => None,
            };
            let word = &self.word;
            // A release from here on changes the word, so that the wait ends.
            let seen = word.load(Ordering::Acquire);
            self.waiting.set(self.waiting.get() + 1);
            let signalled = without_lock(cx, || wait::wait(word, seen, until));
            self.waiting.set(self.waiting.get() - 1);
            // Also if the time is over: whoever was woken must take it, or wake the next.
            if !self.locked.replace(true) {
                return Ok(true);
            }
            // What another thread asks of this one waits until it has the lock: only a signal of the system ends a wait.
            if signalled {
                handle_signals(cx)?;
            }
        }
    }

    pub(crate) fn is_locked(&self) -> bool {
        self.locked.get()
    }

    pub(crate) fn release(&self) {
        self.locked.set(false);
        if self.waiting.get() > 0 {
            wait::wake(&self.word, 1);
        }
    }

    /// In a process that was forked: nobody has it, and nobody waits.
    fn reset(&self) {
        self.locked.set(false);
        self.waiting.set(0);
    }
}

/// Layout of a lock.
#[repr(C)]
struct PyLock {
    head: Head,
    word: LockWord,
}

/// `_thread.lock`
pub(super) static LOCK_TYPE: TypeObject = TypeObject::builtin(&LOCK_SPEC, &raw const LOCK_TYPE);
static LOCK_SPEC: Spec = Spec {
    module: "_thread",
    doc: Some("A lock that a thread takes, and any thread gives back."),
    size: size_of::<PyLock>(),
    weak: true,
    functions: functions::<PyLock>(false, false),
    slots: Slots {
        new: slot(|cx, class, args| {
            if !args.is_empty() {
                return raise!(cx, exc::TYPE_ERROR, "lock() takes no arguments");
            }
            Ok(cx.alloc_in(class, PyLock { head: unborn(), word: LockWord::default() })?.into_value())
        }),
        repr: slot(|cx, this| {
            let state = if lock(this).is_locked() { "locked" } else { "unlocked" };
            cx.str_value(&format!("<{state} _thread.lock object at {:#x}>", this.bits()))
        }),
        ..Slots::NONE
    },
    methods: &[
        Method::any("acquire", acquire),
        Method::any("acquire_lock", acquire),
        Method::none("release", release),
        Method::none("release_lock", release),
        Method::none("locked", |_, this| Ok(Value::bool(lock(this).is_locked()))),
        Method::none("locked_lock", |_, this| Ok(Value::bool(lock(this).is_locked()))),
        Method::any("__enter__", |cx, this, _| lock(this).acquire(cx, Patience::Endless).map(Value::bool)),
        Method::positional("__exit__", 0, u16::MAX, |cx, this, _| release(cx, this)),
        Method::none("_at_fork_reinit", |_, this| {
            lock(this).reset();
            Ok(Value::none())
        }),
    ],
    ..Spec::new("_thread.lock", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyLock {
    fn ty() -> &'static TypeObject {
        &LOCK_TYPE
    }
}

fn lock(this: &Value) -> &LockWord {
    // SAFETY: called for objects of this type.
    unsafe { &this.cast::<PyLock>().word }
}

fn patience(cx: &Cx, args: Args<'_>) -> R<Patience> {
    let [blocking, timeout] = args.bind(
        cx,
        &Params { function: "acquire", names: ["blocking", "timeout"], positional_only: 0, positional: 2, required: 0 },
    )?;
    Patience::of(cx, blocking, timeout)
}

fn acquire(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let got = lock(this).acquire(cx, patience(cx, args)?)?;
    acquired(cx, got)
}

/// What happened meanwhile is told of before the program goes on, which has the lock then: a call that has waited is followed by
/// the handlers. (What a `with` has entered must be left again, so `__enter__` leaves it to the next turn.)
fn acquired(cx: &Cx, got: bool) -> R {
    handle_signals(cx)?;
    Ok(Value::bool(got))
}

fn release(cx: &Cx, this: &Value) -> R {
    if !lock(this).is_locked() {
        return raise!(cx, exc::RUNTIME_ERROR, "release unlocked lock");
    }
    lock(this).release();
    Ok(Value::none())
}

/// Layout of a lock that its thread may take several times.
#[repr(C)]
struct PyRLock {
    head: Head,
    word: LockWord,
    owner: Cell<u64>,
    count: Cell<u64>,
}

/// `_thread.RLock`
pub(super) static RLOCK_TYPE: TypeObject = TypeObject::builtin(&RLOCK_SPEC, &raw const RLOCK_TYPE);
static RLOCK_SPEC: Spec = Spec {
    module: "_thread",
    doc: Some("A lock that its thread may take several times, and must give back as often."),
    flags: flag::BASE,
    size: size_of::<PyRLock>(),
    weak: true,
    functions: functions::<PyRLock>(false, false),
    slots: Slots {
        new: slot(|cx, class, _| {
            let made = PyRLock { head: unborn(), word: LockWord::default(), owner: Cell::new(0), count: Cell::new(0) };
            Ok(cx.alloc_in(class, made)?.into_value())
        }),
        repr: slot(|cx, this| {
            let it = rlock(this);
            let state = if it.count.get() > 0 { "locked" } else { "unlocked" };
            cx.str_value(&format!(
                "<{state} {} object owner={} count={} at {:#x}>",
                qualified_name(cx, this)?,
                it.owner.get(),
                it.count.get(),
                this.bits()
            ))
        }),
        ..Slots::NONE
    },
    methods: &[
        Method::any("acquire", |cx, this, args| {
            let got = rlock(this).acquire(cx, patience(cx, args)?, 1)?;
            acquired(cx, got)
        }),
        Method::none("release", |cx, this| rlock(this).release(cx)),
        Method::none("locked", |_, this| Ok(Value::bool(rlock(this).count.get() > 0))),
        Method::any("__enter__", |cx, this, _| rlock(this).acquire(cx, Patience::Endless, 1).map(Value::bool)),
        Method::positional("__exit__", 0, u16::MAX, |cx, this, _| rlock(this).release(cx)),
        Method::none("_is_owned", |_, this| Ok(Value::bool(rlock(this).is_mine()))),
        Method::none("_recursion_count", |cx, this| {
            cx.int_from_u64(if rlock(this).is_mine() { rlock(this).count.get() } else { 0 })
        }),
        Method::none("_release_save", |cx, this| {
            let it = rlock(this);
            if it.count.get() == 0 {
                return raise!(cx, exc::RUNTIME_ERROR, "cannot release un-acquired lock");
            }
            let saved = cx.tuple([cx.int_from_u64(it.count.get())?, cx.int_from_u64(it.owner.get())?])?;
            it.let_go();
            Ok(saved.into_value())
        }),
        Method::one("_acquire_restore", |cx, this, saved| {
            let count = saved.downcast::<PyTuple>().and_then(|saved| saved.items().first()?.as_i64());
            let Some(count) = count.and_then(|count| u64::try_from(count).ok()) else {
                return raise!(cx, exc::TYPE_ERROR, "_acquire_restore() takes what _release_save() gave");
            };
            rlock(this).acquire(cx, Patience::Endless, count).map(|_| Value::none())
        }),
        Method::none("_at_fork_reinit", |_, this| {
            let it = rlock(this);
            it.word.reset();
            it.count.set(0);
            it.owner.set(0);
            Ok(Value::none())
        }),
    ],
    ..Spec::new("_thread.RLock", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyRLock {
    fn ty() -> &'static TypeObject {
        &RLOCK_TYPE
    }
}

fn rlock(this: &Value) -> &PyRLock {
    // SAFETY: called for objects of this type.
    unsafe { this.cast::<PyRLock>() }
}

fn qualified_name(cx: &Cx, this: &Value) -> R<String> {
    let class = this.ty().value();
    let module = cx.display(&cx.getattr_text(&class, "__module__")?)?;
    Ok(format!("{module}.{}", cx.display(&cx.getattr_text(&class, "__qualname__")?)?))
}

impl PyRLock {
    fn is_mine(&self) -> bool {
        self.count.get() > 0 && self.owner.get() == ident()
    }

    fn acquire(&self, cx: &Cx, patience: Patience, count: u64) -> R<bool> {
        if self.is_mine() {
            let Some(more) = self.count.get().checked_add(count) else {
                return raise!(cx, exc::OVERFLOW_ERROR, "Internal lock count overflowed");
            };
            self.count.set(more);
            return Ok(true);
        }
        let got = self.word.acquire(cx, patience)?;
        if got {
            self.owner.set(ident());
            self.count.set(count);
        }
        Ok(got)
    }

    fn let_go(&self) {
        self.count.set(0);
        self.owner.set(0);
        self.word.release();
    }

    fn release(&self, cx: &Cx) -> R {
        if !self.is_mine() {
            return raise!(cx, exc::RUNTIME_ERROR, "cannot release un-acquired lock");
        }
        match self.count.get() {
            1 => self.let_go(),
            count => self.count.set(count - 1),
        }
        Ok(Value::none())
    }
}
