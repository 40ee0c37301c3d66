//! Threads that the interpreter did not start, and its own where they let go for C: what `PyGILState_*`, `PyThreadState_*` and
//! `PyEval_SaveThread` are made of.
//!
//! A thread gets at an interpreter whose lock it has not through a `Door`, which outlives the interpreter: once that has ended,
//! its lock is closed, and who comes then sleeps for good. The list of doors and the queue of what is left to the main thread are
//! the process's, as C's functions for them are: nothing of an interpreter lies in them but where it is.

use core::cell::Cell;
use core::ptr::null;
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use adder_objects::cx::breaker;
use adder_objects::{Cx, R, Raised, Value};

use super::{InterpreterLock, STACK_WORDS, ThreadState, ident, native_id};
use crate::vm::Vm;

/// Where an interpreter is, and how a thread takes its turn there.
#[derive(Clone)]
struct Door {
    id: u64,
    vm: *const Vm,
    word: *const AtomicU32,
    lock: Arc<InterpreterLock>,
    next: Arc<AtomicU64>,
}

// SAFETY: the interpreter is touched by who has its lock only, and is there as long as the lock is not closed.
unsafe impl Send for Door {}

static DOORS: Mutex<Vec<Door>> = Mutex::new(Vec::new());
static NEXT_INTERPRETER: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// The state that the thread has had last.
    static BOUND: Cell<*const ThreadState> = const { Cell::new(null()) };
}

fn doors() -> MutexGuard<'static, Vec<Door>> {
    DOORS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn door_of(vm: *const Vm) -> Option<Door> {
    doors().iter().find(|door| core::ptr::eq(door.vm, vm)).cloned()
}

/// The number of a new interpreter. The first one in a process without others is 0.
pub(crate) fn new_id() -> u64 {
    if doors().is_empty() {
        NEXT_INTERPRETER.store(0, Ordering::Relaxed);
    }
    NEXT_INTERPRETER.fetch_add(1, Ordering::Relaxed)
}

/// The interpreter can be found from now on; the calling thread is its first.
pub(crate) fn open(vm: &Vm) {
    let threads = &vm.threads;
    doors().push(Door {
        id: vm.id,
        vm,
        word: &raw const *vm.cx.breaker,
        lock: threads.lock(),
        next: threads.next.clone(),
    });
    bind(threads.current());
}

/// Nobody finds the interpreter any more. The lock is closed already.
pub(crate) fn shut(vm: &Vm) {
    doors().retain(|door| !core::ptr::eq(door.vm, vm));
    if core::ptr::eq(BOUND.get(), vm.threads.running.get()) {
        BOUND.set(null());
    }
}

/// The process was forked, and the interpreter has another lock. The other interpreters' threads are not there.
pub(super) fn after_fork(vm: &Vm) {
    let mut doors = doors();
    for door in doors.iter_mut().filter(|door| core::ptr::eq(door.vm, vm)) {
        // Another thread may have been inside of the old one.
        core::mem::forget(core::mem::replace(&mut door.lock, vm.threads.lock()));
    }
}

/// The calling thread has this state.
pub(super) fn bind(state: &ThreadState) {
    BOUND.set(state);
}

/// The interpreters that there are: their numbers and where they are, the oldest first.
pub fn interpreters() -> Vec<(u64, *const Vm)> {
    doors().iter().map(|door| (door.id, door.vm)).collect()
}

/// The state that the calling thread has had last, of any interpreter that lives; null if there was none.
pub fn bound() -> *const ThreadState {
    BOUND.get()
}

/// The state of the running thread.
pub fn current(vm: &Vm) -> *const ThreadState {
    vm.threads.running.get()
}

/// All states of an interpreter's threads.
pub fn all(vm: &Vm) -> Vec<*const ThreadState> {
    vm.threads.all.borrow().iter().map(|thread| &raw const **thread).collect()
}

/// A state for a thread that is to come in; null without memory, or if there is no such interpreter. Needs no lock.
pub fn new_state(vm: *const Vm) -> *const ThreadState {
    let Some(door) = door_of(vm) else { return null() };
    let number = door.next.fetch_add(1, Ordering::Relaxed);
    let Some(state) = ThreadState::new(number, STACK_WORDS, Arc::default()) else { return null() };
    state.vm.set(vm);
    state.word.set(door.word);
    *state.lock.borrow_mut() = Some(door.lock);
    state.ident.set(0);
    Box::into_raw(Box::new(state))
}

/// A state in the interpreter that is the process's first: null if there is none.
pub fn new_state_of_main() -> *const ThreadState {
    let main = doors().first().map(|door| door.vm);
    main.map_or(null(), new_state)
}

/// The running thread lets go of the interpreter's lock, as [`super::without_lock`] does, until [`attach`].
///
/// By the rules at the head of `threads`, nothing of the running thread's borrows is used until then: the caller is C, which holds
/// none.
pub fn detach(vm: &Vm) -> *const ThreadState {
    vm.threads.visited.set(true);
    let state = vm.threads.running.get();
    let lock = vm.threads.lock();
    Cx::leave();
    // SAFETY: nothing here touches the heap until `attach`, which takes it over first.
    unsafe { adder_gc::raw::let_go(&vm.cx.heap) };
    lock.let_go();
    state
}

/// Takes the lock of the state's interpreter, and goes on as that thread. Where the interpreter has ended the calling thread sleeps
/// for good.
///
/// # Safety
/// The state was given by [`detach`], [`new_state`] or [`bound`], was not deleted, and no thread is it now. The calling thread has
/// no lock of an interpreter.
pub unsafe fn attach(state: *const ThreadState) {
    // SAFETY: by the contract; states outlive their interpreter's end. The interpreter is there once the lock was got.
    unsafe {
        let lock = (*state).lock.borrow().clone();
        let Some(lock) = lock else { return };
        lock.take((*state).number, (*state).word.get());
        let vm = &*(*state).vm.get();
        adder_gc::raw::take_over(&vm.cx.heap);
        Cx::come_back(&raw const *vm.cx);
        let threads = &vm.threads;
        if !(*state).listed.replace(true) {
            threads.all.borrow_mut().push(Box::from_raw(state.cast_mut()));
            threads.count.set(threads.all.borrow().len());
        }
        threads.load(vm, state);
        if (*state).ident.get() != ident() {
            (*state).ident.set(ident());
            (*state).native.set(native_id());
            vm.set_stack_limit();
        }
    }
    BOUND.set(state);
}

/// Lets go of what a thread has: the running one, or one that does not run.
///
/// # Safety
/// The state lives, and the calling thread has its interpreter's lock.
pub unsafe fn clear(state: *const ThreadState) {
    // SAFETY: by the contract.
    unsafe {
        let vm = &*(*state).vm.get();
        drop(((*state).dict.take(), (*state).sent.take()));
        if core::ptr::eq(state, vm.threads.running.get()) {
            super::let_go_of_values(vm);
            return;
        }
        let parts = &(*state).parts;
        for slot in [&parts.context, &parts.async_first, &parts.async_finalizer, &parts.handled, &parts.handled_outside]
        {
            drop(slot.take());
        }
        drop((parts.watch.trace.take(), parts.watch.profile.take(), parts.watch.take_calls()));
    }
}

/// Ends the state of a thread that does not run.
///
/// # Safety
/// As for [`attach`]; it was cleared. If the calling thread has a lock, it is that of the state's interpreter.
pub unsafe fn delete(state: *const ThreadState) {
    if core::ptr::eq(BOUND.get(), state) {
        BOUND.set(null());
    }
    // SAFETY: by the contract.
    unsafe {
        if !(*state).listed.get() {
            drop(Box::from_raw(state.cast_mut()));
            return;
        }
        let vm = (*state).vm.get();
        if Cx::try_current().is_some_and(|cx| core::ptr::eq(Vm::of(cx), vm)) {
            super::remove(&*vm, (*state).number);
            return;
        }
        let before = BOUND.get();
        attach(state);
        delete_current(&*vm);
        BOUND.set(before);
    }
}

/// Ends the running thread's state, and lets go of the lock.
pub fn delete_current(vm: &Vm) {
    vm.threads.visited.set(true);
    let lock = vm.threads.lock();
    BOUND.set(null());
    super::end(vm);
    Cx::leave();
    // SAFETY: the thread is not in the interpreter any more.
    unsafe { adder_gc::raw::let_go(&vm.cx.heap) };
    lock.let_go();
}

/// From now on other threads may come in: the running one looks for them at its safepoints.
pub fn welcome(vm: &Vm) {
    vm.threads.visited.set(true);
}

/// Has a thread raise this, or takes back what it was sent. How many threads have this number for Python.
pub fn send_exception(vm: &Vm, ident: u64, exception: Option<Value>) -> usize {
    let mut old = Vec::new();
    let mut found = 0;
    for thread in vm.threads.all.borrow().iter().filter(|thread| thread.ident.get() == ident) {
        found += 1;
        old.push(thread.sent.replace(exception.clone().unwrap_or(Value::UNSET)));
    }
    if found > 0 && exception.is_some() {
        vm.cx.breaker.fetch_or(breaker::ASYNC, Ordering::Relaxed);
    }
    drop(old);
    found
}

/// What was sent to the running thread, at a safepoint.
///
/// # Errors
/// That exception.
pub(crate) fn receive(vm: &Vm) -> R<()> {
    let mine = vm.threads.current().sent.take();
    let others = vm.threads.all.borrow().iter().any(|thread| !thread.sent.is_unset());
    if !others {
        vm.cx.breaker.fetch_and(!breaker::ASYNC, Ordering::Relaxed);
    }
    let Some(sent) = mine else {
        if others {
            super::give_way(vm);
        }
        return Ok(());
    };
    match adder_objects::exceptions::is_exception_class(&sent) {
        true => Err(Raised::new(vm.cx.call(&sent, &[])?)),
        false => Err(Raised::new(sent)),
    }
}

/// Something for the main thread to do.
pub type Work = Box<dyn FnOnce(&Cx) -> R<()> + Send>;

/// How much may wait for the main thread.
const MOST_WORK: usize = 32;

static WORK: Mutex<VecDeque<Work>> = Mutex::new(VecDeque::new());

fn work() -> MutexGuard<'static, VecDeque<Work>> {
    WORK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Leaves something to the main thread of the first interpreter; false if too much waits already. Needs no lock.
pub fn leave_to_main(what: Work) -> bool {
    let mut waiting = work();
    if waiting.len() >= MOST_WORK {
        return false;
    }
    waiting.push_back(what);
    drop(waiting);
    if let Some(door) = doors().first() {
        // SAFETY: while the doors are borrowed this one is not shut, so the interpreter is there.
        unsafe { &*door.word }.fetch_or(breaker::PENDING, Ordering::Relaxed);
    }
    true
}

/// Does what was left to the main thread, if this is it.
///
/// # Errors
/// What that raises; the rest waits on.
pub fn do_what_was_left(vm: &Vm) -> R<()> {
    if vm.id != 0 {
        return Ok(());
    }
    if !vm.threads.is_main() {
        vm.threads.work_waits.set(true);
        return Ok(());
    }
    // What is left meanwhile waits for the next time.
    let count = work().len();
    for _ in 0..count {
        let Some(next) = work().pop_front() else { break };
        if let Err(raised) = next(&vm.cx) {
            if !work().is_empty() {
                vm.cx.breaker.fetch_or(breaker::PENDING, Ordering::Relaxed);
            }
            return Err(raised);
        }
    }
    Ok(())
}
