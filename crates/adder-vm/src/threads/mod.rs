//! An interpreter's threads.
//!
//! They take turns under one lock (`InterpreterLock`). Who has it is the only one that touches the interpreter: its [`Vm`], its
//! `Cx`, its heap and all objects in it. The thread that made the interpreter has the lock from the beginning; a thread lets go
//! in two places only:
//!
//! * in [`without_lock`], around a call of the system. What runs there is `Send`, so it cannot touch an object: values, `Cx` and
//!   `Vm` are not.
//! * at a safepoint of the evaluation loop (`give_way`), where the code of a signal's handler might run as well: whatever is
//!   borrowed there must already bear that any code of the program runs.
//!
//! Why it is sound that objects with plain counts and cells are used on several threads: the lock orders all that the holders do
//! (each take happens after the last letting go), the heap is handed over with it (`raw::let_go`, `raw::take_over`, which panic
//! if two threads had it), and nothing of a holder's borrows is used while another has the lock, by the two rules above.
//!
//! What the machine and the `Cx` keep about *the running thread* (`Parts`) lies in their own fields, so that the evaluation
//! loop reads no pointer more than it did with one thread. It is exchanged when another thread gets the lock.

pub(crate) mod imports;
mod lock;
mod state;
pub mod visitors;
pub mod wait;

use core::cell::{Cell, RefCell};
use core::ptr::null;
use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use adder_objects::cx::breaker;
use adder_objects::{Cx, R};

pub(crate) use lock::InterpreterLock;
pub use state::ThreadState;

use crate::frame::Registers;
use crate::vm::Vm;

/// Words of the stack of a thread that a program starts. Only what is used is backed by memory.
const STACK_WORDS: usize = 4 << 20;
/// Bytes of the native stack of a thread, where the program wants no other size.
const NATIVE_STACK: usize = 8 << 20;

/// The threads of an interpreter.
pub(crate) struct Threads {
    lock: RefCell<Arc<InterpreterLock>>,
    /// All threads, the one that made the interpreter first.
    #[allow(
        clippy::vec_box,
        reason = "threads that are waiting point to their states, which must stay where they are"
    )]
    all: RefCell<Vec<Box<ThreadState>>>,
    /// How many these are.
    count: Cell<usize>,
    /// Whose parts are in the machine.
    running: Cell<*const ThreadState>,
    /// The thread that handles signals.
    main: Cell<u64>,
    next: Arc<AtomicU64>,
    /// A signal has arrived, and the main thread has not been told.
    signal_waits: Cell<bool>,
    /// The same of other work.
    work_waits: Cell<bool>,
    /// C may bring threads of its own: others than those in the list may want the lock.
    visited: Cell<bool>,
    /// `_thread.stack_size()`; 0 for the usual.
    pub(crate) native_stack: Cell<usize>,
    /// Threads whose end `threading._shutdown` waits for.
    pub(crate) foreground: RefCell<Vec<(u64, Arc<Ending>)>>,
    /// The thread-local objects that live.
    pub(crate) locals: crate::modules::thread::Locals,
    closed: Cell<bool>,
    imports: RefCell<imports::Imports>,
}

/// Whether a thread has ended: for those who join it.
#[derive(Default)]
pub(crate) struct Ending {
    done: AtomicBool,
    word: AtomicU32,
}

impl Ending {
    pub(crate) fn is_done(&self) -> bool {
        self.done.load(Ordering::Acquire)
    }

    /// It has ended.
    pub(crate) fn set(&self) {
        self.done.store(true, Ordering::Release);
        wait::wake(&self.word, i32::MAX);
    }

    /// Waits for the end, or until something may have happened; to be called without the lock.
    pub(crate) fn wait(&self, until: Option<std::time::Instant>) {
        let word = self.word.load(Ordering::Acquire);
        if !self.is_done() {
            wait::wait(&self.word, word, until);
        }
    }
}

impl Threads {
    /// The calling thread is the first.
    pub(crate) fn new(main: ThreadState) -> Threads {
        let main = Box::new(main);
        Threads {
            lock: RefCell::new(Arc::new(InterpreterLock::held_by(main.number))),
            running: Cell::new(&raw const *main),
            main: Cell::new(main.number),
            next: Arc::new(AtomicU64::new(main.number + 1)),
            all: RefCell::new(vec![main]),
            count: Cell::new(1),
            signal_waits: Cell::new(false),
            work_waits: Cell::new(false),
            visited: Cell::new(false),
            native_stack: Cell::new(0),
            foreground: RefCell::default(),
            locals: crate::modules::thread::Locals::default(),
            closed: Cell::new(false),
            imports: RefCell::default(),
        }
    }

    /// The first thread's parts go into the machine.
    pub(crate) fn begin(&self, vm: &Vm) {
        self.current().belongs_to(vm);
        self.current().parts.exchange(vm);
        visitors::open(vm);
    }

    /// The running thread.
    pub(crate) fn current(&self) -> &ThreadState {
        // SAFETY: the running thread is in the list, whose boxes stay where they are.
        unsafe { &*self.running.get() }
    }

    /// Is the running thread the one that handles signals?
    pub(crate) fn is_main(&self) -> bool {
        self.current().number == self.main.get()
    }

    /// `pthread_self()` of the main thread.
    pub(crate) fn main_ident(&self) -> u64 {
        let main = self.main.get();
        self.all.borrow().iter().find(|thread| thread.number == main).map_or(0, |thread| thread.ident.get())
    }

    /// What is told of the end of the thread with this number for Python.
    pub(crate) fn ending_of(&self, ident: u64) -> Option<Arc<Ending>> {
        self.all.borrow().iter().find(|thread| thread.ident.get() == ident).map(|thread| thread.ending.clone())
    }

    /// Does the interpreter end, so that no thread can be started any more?
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.get()
    }

    /// Threads beside the main one.
    pub(crate) fn others(&self) -> usize {
        self.count.get() - 1
    }

    pub(crate) fn lock(&self) -> Arc<InterpreterLock> {
        self.lock.borrow().clone()
    }

    /// A signal has arrived that another thread than the main one found.
    pub(crate) fn leave_to_main(&self) {
        self.signal_waits.set(true);
    }

    /// Of each thread that is inside of some frame: its number for Python, that frame, and where it stands.
    pub(crate) fn frames(&self, vm: &Vm) -> Vec<(u64, Registers, u32)> {
        let mut found = Vec::new();
        for thread in self.all.borrow().iter() {
            let (registers, ip) = if core::ptr::eq(&raw const **thread, self.running.get()) {
                (vm.current.get(), vm.ip.get())
            } else {
                (thread.parts.current.get(), thread.parts.ip.get())
            };
            if !registers.0.is_null() && !ip.is_null() {
                // SAFETY: the innermost frame of a thread is live.
                found.push((thread.ident.get(), registers, unsafe { registers.code().word_at(ip) }));
            }
        }
        found
    }

    /// Shows what watches each thread that does not run now. The function must run no code of a user.
    pub(crate) fn each_waiting(&self, mut show: impl FnMut(&crate::eval::watch::Watch)) {
        for thread in self.all.borrow().iter().filter(|thread| !core::ptr::eq(&raw const ***thread, self.running.get()))
        {
            show(&thread.parts.watch);
        }
    }

    /// Who called this frame, which was entered from Rust on a thread that does not run now.
    pub(crate) fn caller_elsewhere(&self, registers: Registers) -> Option<(Registers, *mut u64)> {
        self.all.borrow().iter().find_map(|thread| {
            let entries = thread.parts.entries.borrow();
            entries.iter().rev().find(|(entered, ..)| *entered == registers).map(|&(_, before, ip)| (before, ip))
        })
    }

    /// From here on the running thread is the only one. The others must not be dropped: their frames are still there.
    #[allow(clippy::vec_box, reason = "as in `all`")]
    fn forget_others(&self) -> Vec<Box<ThreadState>> {
        let running = self.running.get();
        let (mine, others) =
            self.all.take().into_iter().partition(|thread| core::ptr::eq(&raw const **thread, running));
        *self.all.borrow_mut() = mine;
        self.count.set(1);
        others
    }

    /// Puts a thread's parts into the machine.
    ///
    /// # Safety
    /// The thread is in the list, is the calling one, and has the lock.
    unsafe fn load(&self, vm: &Vm, next: *const ThreadState) {
        let before = self.running.get();
        if before != next {
            // SAFETY: threads stay in the list until they have ended, and take themselves out of `running` then.
            unsafe {
                if let Some(before) = before.as_ref() {
                    before.parts.exchange(vm);
                }
                (*next).parts.exchange(vm);
            }
            self.running.set(next);
        }
        if self.signal_waits.get() && self.is_main() {
            self.signal_waits.set(false);
            vm.cx.breaker.fetch_or(breaker::SIGNAL, Ordering::Relaxed);
        }
        if self.work_waits.get() && self.is_main() {
            self.work_waits.set(false);
            vm.cx.breaker.fetch_or(breaker::PENDING, Ordering::Relaxed);
        }
    }
}

/// A thread that has let go of the lock, and takes it again when this is dropped.
struct Away<'v> {
    vm: &'v Vm,
    thread: *const ThreadState,
    number: u64,
    lock: Arc<InterpreterLock>,
    /// The interpreter's word: it is not there any more when the lock is closed, nor is the rest of the interpreter.
    word: *const AtomicU32,
    entered: *const Cx,
}

impl<'v> Away<'v> {
    fn new(vm: &'v Vm, give_way: bool) -> Away<'v> {
        let threads = &vm.threads;
        let thread = threads.running.get();
        let away = Away {
            vm,
            thread,
            number: threads.current().number,
            lock: threads.lock(),
            word: &raw const *vm.cx.breaker,
            entered: Cx::leave(),
        };
        // SAFETY: by the rules at the head of this module nothing here touches the heap until the lock is taken again; and that
        // is the first thing to happen afterwards, in `drop`.
        unsafe { adder_gc::raw::let_go(&vm.cx.heap) };
        if give_way {
            away.lock.give_way(away.number);
        } else {
            away.lock.let_go();
        }
        away
    }
}

impl Drop for Away<'_> {
    fn drop(&mut self) {
        // SAFETY: the interpreter lives until the lock is closed, after which `take` does not return; then this thread is the one
        // that has the lock, and its state is in the list.
        unsafe {
            self.lock.take(self.number, self.word);
            adder_gc::raw::take_over(&self.vm.cx.heap);
            Cx::come_back(self.entered);
            self.vm.threads.load(self.vm, self.thread);
        }
    }
}

/// Does something that may take its time, a call of the system, while other threads run. `errno` is afterwards what the work has
/// left. The work gets at no object: it is `Send`.
pub fn without_lock<T: Send>(cx: &Cx, work: impl FnOnce() -> T + Send) -> T {
    let vm = Vm::of(cx);
    if vm.threads.count.get() == 1 && !vm.threads.visited.get() {
        // Nobody else can want the lock, and nobody can be started meanwhile.
        return work();
    }
    let away = Away::new(vm, false);
    let result = work();
    let error = errno();
    drop(away);
    set_errno(error);
    result
}

/// The number of the last error of the system.
pub(crate) fn errno() -> i32 {
    io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// The last error of the system is this one.
pub fn set_errno(error: i32) {
    #[cfg(target_os = "linux")]
    // SAFETY: the thread's own variable.
    unsafe {
        *libc::__errno_location() = error;
    }
    #[cfg(target_vendor = "apple")]
    // SAFETY: as above.
    unsafe {
        *libc::__error() = error;
    }
}

/// Another thread wants the lock: it gets it.
pub(crate) fn give_way(vm: &Vm) {
    if vm.threads.count.get() > 1 || vm.threads.visited.get() {
        drop(Away::new(vm, true));
    }
}

/// What goes to a new thread.
struct Start {
    vm: *const Vm,
    thread: *const ThreadState,
    number: u64,
    word: *const AtomicU32,
    lock: Arc<InterpreterLock>,
    work: Box<dyn FnOnce(&Vm)>,
    ending: Arc<Ending>,
}

// SAFETY: what it points to and holds is touched under the interpreter's lock only; if that is closed before the thread gets it,
// the thread stays in `take` and touches nothing. Where no thread can be made it is dropped where it was made.
unsafe impl Send for Start {}

impl Start {
    fn run(self) {
        // SAFETY: as for `Away`: the thread takes the lock, and with it the heap, before it touches anything.
        unsafe {
            self.lock.take(self.number, self.word);
            let vm = &*self.vm;
            adder_gc::raw::take_over(&vm.cx.heap);
            let entered = vm.cx.enter();
            (*self.thread).ident.set(ident());
            (*self.thread).native.set(native_id());
            vm.threads.load(vm, self.thread);
            visitors::bind(&*self.thread);
            vm.set_stack_limit();
            (self.work)(vm);
            end(vm);
            drop(entered);
            self.ending.set();
            adder_gc::raw::let_go(&vm.cx.heap);
            self.lock.let_go();
        }
    }
}

/// The values that the running thread has beside its frames.
fn let_go_of_values(vm: &Vm) {
    let me = vm.threads.current();
    crate::modules::thread::forget_locals(vm, me.number);
    for slot in
        [&*vm.state.context, &*vm.state.async_first, &*vm.state.async_finalizer, &vm.cx.handled, &me.dict, &me.sent]
    {
        drop(slot.take());
    }
    // The last code of a user might have made some again.
    crate::modules::thread::forget_locals(vm, me.number);
}

/// The running thread has done its work: what it alone has goes, then the thread leaves the list. It keeps the lock.
fn end(vm: &Vm) {
    let threads = &vm.threads;
    let number = threads.current().number;
    let_go_of_values(vm);
    threads.current().parts.exchange(vm);
    threads.running.set(null());
    remove(vm, number);
}

/// Takes a thread that does not run out of the list.
fn remove(vm: &Vm, number: u64) {
    let threads = &vm.threads;
    let mut all = threads.all.borrow_mut();
    let at = all.iter().position(|thread| thread.number == number);
    let ended = at.map(|at| all.swap_remove(at));
    threads.count.set(all.len());
    drop(all);
    threads.foreground.borrow_mut().retain(|(foreground, _)| *foreground != number);
    if let Some(ended) = &ended {
        adder_gc::raw::uncharge(&vm.cx.heap, ended.charged());
    }
    drop(ended);
}

/// Starts a thread. The work runs with the lock. `ending` is told of its end.
///
/// # Errors
/// If the system gives no thread, or no memory for its stack.
pub(crate) fn start(vm: &Vm, ending: Arc<Ending>, daemon: bool, work: Box<dyn FnOnce(&Vm)>) -> io::Result<u64> {
    let threads = &vm.threads;
    let number = threads.next.fetch_add(1, Ordering::Relaxed);
    let state = ThreadState::new(number, STACK_WORDS, ending.clone()).ok_or(io::ErrorKind::OutOfMemory)?;
    let state = Box::new(state);
    state.belongs_to(vm);
    let start = Start {
        vm,
        thread: &raw const *state,
        number,
        word: &raw const *vm.cx.breaker,
        lock: threads.lock(),
        work,
        ending: ending.clone(),
    };
    let size = if threads.native_stack.get() == 0 { NATIVE_STACK } else { threads.native_stack.get() };
    threads.all.borrow_mut().push(state);
    threads.count.set(threads.all.borrow().len());
    if !daemon {
        threads.foreground.borrow_mut().push((number, ending));
    }
    let spawned = std::thread::Builder::new().stack_size(size).spawn(move || {
        // A panic is a bug in the interpreter, whose lock this thread has: the others could only wait for it.
        if catch_unwind(AssertUnwindSafe(|| start.run())).is_err() {
            std::process::abort();
        }
    });
    match spawned {
        Ok(thread) => {
            use std::os::unix::thread::JoinHandleExt;
            #[allow(clippy::unnecessary_cast, reason = "not every system has the same type for it")]
            let ident = thread.as_pthread_t() as u64;
            if let Some(state) = threads.all.borrow().iter().find(|thread| thread.number == number) {
                state.ident.set(ident);
            }
            Ok(ident)
        }
        Err(error) => {
            threads.all.borrow_mut().retain(|thread| thread.number != number);
            threads.count.set(threads.all.borrow().len());
            threads.foreground.borrow_mut().retain(|(foreground, _)| *foreground != number);
            Err(error)
        }
    }
}

/// Waits for the end of a thread without the lock: says whether it has ended, or the time was over before.
///
/// # Errors
/// What handlers of signals raise.
pub(crate) fn join(cx: &Cx, ending: &Arc<Ending>, until: Option<std::time::Instant>) -> R<bool> {
    while !ending.is_done() {
        if until.is_some_and(|until| until <= std::time::Instant::now()) {
            return Ok(false);
        }
        without_lock(cx, || ending.wait(until));
        handle_signals(cx)?;
    }
    Ok(true)
}

/// Calls the handlers of signals that have arrived, on the main thread: for code that has waited.
///
/// # Errors
/// What they raise.
pub(crate) fn handle_signals(cx: &Cx) -> R<()> {
    if cx.breaker.load(Ordering::Relaxed) & breaker::SIGNAL == 0 {
        return Ok(());
    }
    cx.breaker.fetch_and(!breaker::SIGNAL, Ordering::Relaxed);
    let vm = Vm::of(cx);
    if !vm.threads.is_main() {
        vm.threads.leave_to_main();
        return Ok(());
    }
    crate::modules::handle_signals(vm)
}

/// The interpreter ends: threads that still live never run again. What they have is never given back.
pub(crate) fn close(vm: &Vm) {
    vm.threads.closed.set(true);
    vm.threads.lock().close();
    visitors::shut(vm);
    for other in vm.threads.forget_others() {
        core::mem::forget(other);
    }
}

/// The calling thread is the only one in a process that was forked. What the others had stays as it was and is never used again:
/// they may have been anywhere.
pub(crate) fn after_fork(vm: &Vm) {
    let threads = &vm.threads;
    let me = threads.current();
    let old = threads.lock.replace(Arc::new(InterpreterLock::held_by(me.number)));
    threads.lock().interval.store(old.interval.load(Ordering::Relaxed), Ordering::Relaxed);
    // Another thread may have been inside of it.
    core::mem::forget(old);
    me.belongs_to(vm);
    visitors::after_fork(vm);
    me.native.set(native_id());
    threads.main.set(me.number);
    threads.foreground.borrow_mut().clear();
    threads.imports.take();
    for other in threads.forget_others() {
        other.ending.set();
        core::mem::forget(other);
    }
}

/// The number of the calling thread for Python.
pub fn ident() -> u64 {
    // SAFETY: asks for the number of this thread.
    unsafe { libc::pthread_self() as u64 }
}

/// The number of the calling thread for the system.
pub fn native_id() -> i64 {
    #[cfg(target_os = "linux")]
    // SAFETY: asks for the number of this thread.
    unsafe {
        libc::syscall(libc::SYS_gettid)
    }
    #[cfg(not(target_os = "linux"))]
    {
        std::process::id().into()
    }
}
