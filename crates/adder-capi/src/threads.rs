//! `PyGILState_*`, `PyThreadState_*`, `PyEval_SaveThread` and its like: threads, and the interpreter's lock.
//!
//! A `PyThreadState` is the machine's own [`ThreadState`], of which C sees the first field, the interpreter.

use core::cell::RefCell;
use core::ffi::{c_int, c_ulong, c_void};
use core::ptr::null_mut;

use adder_objects::{Cx, Raised, Value};
use adder_vm::{ThreadState, Vm, frame_object, visitors};

use crate::border::{Borrowed, Nothing, Object, bad_call};
use crate::contract::{api, without_interpreter};
use crate::indicator;

/// What C has.
pub type State = *mut ThreadState;

/// Ends the process: nothing can be told to anybody.
#[cold]
pub fn fatal(function: &str, what: &str) -> ! {
    eprintln!("Fatal Python error: {function}: {what}");
    std::process::abort()
}

/// The state of the calling thread, if it has the lock of an interpreter.
pub fn running() -> Option<State> {
    Cx::try_current().map(|cx| visitors::current(Vm::of(cx)).cast_mut())
}

fn must_run(function: &str) -> State {
    running().unwrap_or_else(|| {
        fatal(
            function,
            "the function must be called with the GIL held, after Python initialization and before Python finalization, \
             but the GIL is released (the current Python thread state is NULL)",
        )
    })
}

/// Goes on as this thread; `errno` stays what it is.
///
/// # Safety
/// As for [`visitors::attach`].
unsafe fn attach(state: State) {
    let before = errno();
    // SAFETY: by the contract.
    unsafe { visitors::attach(state) };
    set_errno(before);
}

fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

fn set_errno(error: i32) {
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

thread_local! {
    /// Exceptions that are set in states that this thread has left for others.
    static LEFT: RefCell<Vec<(State, Raised)>> = const { RefCell::new(Vec::new()) };
}

/// The thread leaves a state for another one: what is set there stays behind. Gives the state that was left, or NULL.
pub fn leave() -> State {
    let Some(cx) = Cx::try_current() else { return null_mut() };
    let state = visitors::current(Vm::of(cx)).cast_mut();
    if let Some(raised) = indicator::take() {
        LEFT.with_borrow_mut(|left| left.push((state, raised)));
    }
    visitors::detach(Vm::of(cx)).cast_mut()
}

/// The thread goes on in a state, and finds what was set there.
///
/// # Safety
/// As for [`visitors::attach`].
pub unsafe fn enter(state: State) {
    // SAFETY: by the contract.
    unsafe { attach(state) };
    let found =
        LEFT.with_borrow_mut(|left| left.iter().position(|(of, _)| *of == state).map(|at| left.swap_remove(at).1));
    if let Some(raised) = found {
        indicator::set(raised);
    }
}

/// A state that `PyGILState_Ensure` has made counts from here on: at this number it has no user any more.
const MADE_HERE: usize = 1 << 32;

const LOCKED: c_int = 0;
const UNLOCKED: c_int = 1;

/// The dict of the running thread, made when it is asked for.
fn dict_of(cx: &Cx, state: &ThreadState) -> adder_objects::R {
    if state.dict.is_unset() {
        state.dict.set(cx.dict()?.into_value());
    }
    Ok(state.dict.get())
}

without_interpreter! {
    /// Lets go of the lock. Gives the thread's state, for [`PyEval_RestoreThread`].
    fn PyEval_SaveThread() -> State {
        match Cx::try_current() {
            Some(cx) => visitors::detach(Vm::of(cx)).cast_mut(),
            None => fatal("PyEval_SaveThread", "the current thread state is NULL: the lock is not held"),
        }
    }

    /// Takes the lock again. `errno` stays what it is.
    fn PyEval_RestoreThread(state: State) {
        if state.is_null() || Cx::try_current().is_some() {
            fatal("PyEval_RestoreThread", "the thread state is NULL, or the lock is held already");
        }
        // SAFETY: the contract: a state that does not run.
        unsafe { attach(state) }
    }

    /// Takes the lock of a state's interpreter, and runs as that thread.
    fn PyEval_AcquireThread(state: State) {
        if state.is_null() || Cx::try_current().is_some() {
            fatal("PyEval_AcquireThread", "the thread state is NULL, or the lock is held already");
        }
        // SAFETY: the contract: a state that does not run.
        unsafe { attach(state) }
    }

    /// Lets go of the lock of a state that runs.
    fn PyEval_ReleaseThread(state: State) {
        if must_run("PyEval_ReleaseThread") != state {
            fatal("PyEval_ReleaseThread", "wrong thread state");
        }
        visitors::detach(Vm::of(Cx::current()));
    }

    /// Does nothing: the lock is there from the beginning.
    fn PyEval_InitThreads() {}

    /// Takes the lock of the process's first interpreter from wherever the thread comes, as often as it likes.
    fn PyGILState_Ensure() -> c_int {
        let mut state = visitors::bound().cast_mut();
        let has_it = !state.is_null() && running() == Some(state);
        if state.is_null() {
            state = visitors::new_state_of_main().cast_mut();
            if state.is_null() {
                fatal("PyGILState_Ensure", "there is no interpreter, or no memory for a thread state");
            }
            // SAFETY: made above.
            unsafe { (*state).ensured.set(MADE_HERE) };
        }
        // SAFETY: a state that lives: the one that was made, or the thread's own.
        unsafe {
            if !has_it {
                attach(state);
            }
            (*state).ensured.set((*state).ensured.get() + 1);
        }
        if has_it { LOCKED } else { UNLOCKED }
    }

    /// Gives back what [`PyGILState_Ensure`] gave.
    fn PyGILState_Release(before: c_int) {
        let state = must_run("PyGILState_Release");
        let vm = Vm::of(Cx::current());
        // SAFETY: the running thread's state.
        unsafe {
            let left = (*state).ensured.get().wrapping_sub(1);
            (*state).ensured.set(left);
            if left == MADE_HERE {
                drop(indicator::take());
                visitors::clear(state);
                visitors::delete_current(vm);
            } else if before == UNLOCKED {
                visitors::detach(vm);
            }
        }
    }

    /// Has the calling thread the lock?
    fn PyGILState_Check() -> c_int {
        running().is_some().into()
    }

    /// The state that the thread has had last, or NULL.
    fn PyGILState_GetThisThreadState() -> State {
        visitors::bound().cast_mut()
    }

    /// The state of the calling thread.
    fn PyThreadState_Get() -> State {
        must_run("PyThreadState_Get")
    }

    /// The same; NULL if it has no lock.
    fn PyThreadState_GetUnchecked() -> State {
        running().unwrap_or(null_mut())
    }

    /// The older name of [`PyThreadState_GetUnchecked`].
    fn _PyThreadState_UncheckedGet() -> State {
        running().unwrap_or(null_mut())
    }

    /// A state for a thread that is to come into an interpreter; NULL without memory.
    fn PyThreadState_New(interpreter: *const Vm) -> State {
        visitors::new_state(interpreter).cast_mut()
    }

    /// Lets go of what a thread has.
    fn PyThreadState_Clear(state: State) {
        if must_run("PyThreadState_Clear") == state {
            drop(indicator::take());
        }
        let set = LEFT.with_borrow_mut(|left| left.extract_if(.., |(of, _)| *of == state).collect::<Vec<_>>());
        drop(set);
        // SAFETY: the contract: a state that lives, and the lock is held.
        unsafe { visitors::clear(state) }
    }

    /// Ends a state that does not run.
    fn PyThreadState_Delete(state: State) {
        if state.is_null() || running() == Some(state) {
            fatal("PyThreadState_Delete", "tstate is NULL or still current");
        }
        // SAFETY: the contract: a state that was cleared, and does not run.
        unsafe { visitors::delete(state) }
    }

    /// Ends the running thread's state, and lets go of the lock.
    fn PyThreadState_DeleteCurrent() {
        must_run("PyThreadState_DeleteCurrent");
        drop(indicator::take());
        visitors::delete_current(Vm::of(Cx::current()));
    }

    /// Goes over to another state, of this interpreter or of another one, or to none. Gives the one before.
    fn PyThreadState_Swap(state: State) -> State {
        let before = running().unwrap_or(null_mut());
        if before == state {
            return before;
        }
        leave();
        if !state.is_null() {
            // SAFETY: the contract: a state that does not run.
            unsafe { enter(state) }
        }
        before
    }

    /// The interpreter of a state.
    fn PyThreadState_GetInterpreter(state: State) -> *const Vm {
        // SAFETY: the contract: a state that lives.
        unsafe { (*state).vm.get() }
    }

    /// The number of a state; no other of its interpreter has it.
    fn PyThreadState_GetID(state: State) -> u64 {
        // SAFETY: the contract: a state that lives.
        unsafe { (*state).number + 1 }
    }

    /// The newest state of an interpreter.
    fn PyInterpreterState_ThreadHead(interpreter: *const Vm) -> State {
        // SAFETY: the contract: an interpreter whose lock is held.
        visitors::all(unsafe { &*interpreter }).last().map_or(null_mut(), |state| state.cast_mut())
    }

    /// The next older state of the same interpreter, or NULL.
    fn PyThreadState_Next(state: State) -> State {
        // SAFETY: the contract: a state of an interpreter whose lock is held.
        let all = visitors::all(unsafe { &*(*state).vm.get() });
        let older = all.iter().position(|other| other.cast_mut() == state).and_then(|at| at.checked_sub(1));
        older.map_or(null_mut(), |at| all[at].cast_mut())
    }
}

api! {
    /// Has the thread with this number for Python raise an exception; NULL takes one back that was not raised yet. How many
    /// threads there are with the number.
    quiet fn PyThreadState_SetAsyncExc(cx, ident: c_ulong, exception: Option<Borrowed>) -> c_int {
        Ok(visitors::send_exception(Vm::of(cx), ident, exception.map(|exception| exception.to_owned())) as c_int)
    }

    /// The innermost frame of a thread, or NULL.
    quiet fn PyThreadState_GetFrame(cx, state: *mut ThreadState) -> Option<Value> {
        if state.is_null() {
            return Err(bad_call(cx, "PyThreadState_GetFrame"));
        }
        let vm = Vm::of(cx);
        let found = if visitors::current(vm) == state.cast_const() {
            frame_object::of_running(vm)?
        } else {
            // SAFETY: the contract: a state that lives.
            frame_object::of_thread(vm, unsafe { &*state })?
        };
        Ok(found.map(adder_objects::Obj::into_value))
    }

    /// From here on nothing watches the running thread; calls nest.
    quiet fn PyThreadState_EnterTracing(cx, state: *mut ThreadState) -> Nothing {
        if visitors::current(Vm::of(cx)) == state.cast_const() {
            Vm::of(cx).pause_watching(true);
        }
        Ok(Nothing)
    }

    /// Takes a [`PyThreadState_EnterTracing`] back.
    quiet fn PyThreadState_LeaveTracing(cx, state: *mut ThreadState) -> Nothing {
        if visitors::current(Vm::of(cx)) == state.cast_const() {
            Vm::of(cx).pause_watching(false);
        }
        Ok(Nothing)
    }

    /// A dict of the innermost frame of each thread, by the thread's number for Python.
    quiet fn _PyThread_CurrentFrames(cx) -> Value {
        let frames = cx.dict()?;
        let vm = Vm::of(cx);
        for state in visitors::all(vm) {
            // SAFETY: a state of the list, with the lock.
            let state = unsafe { &*state };
            if let Some(frame) = frame_object::of_thread(vm, state)? {
                frames.set(cx, &cx.int(state.ident.get() as i64)?, frame.into_value())?;
            }
        }
        Ok(frames.into_value())
    }
}

/// What C passes for its own use.
pub(crate) struct Data(pub *mut c_void);

// SAFETY: handed through, and never followed.
unsafe impl Send for Data {}

/// The dict of the thread, borrowed, or NULL without an exception.
///
/// # Safety
/// None is needed.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyThreadState_GetDict() -> Object {
    let Some(cx) = Cx::try_current() else { return null_mut() };
    // SAFETY: the running thread's state.
    let dict = dict_of(cx, unsafe { &*visitors::current(Vm::of(cx)) });
    dict.map_or(null_mut(), |dict| core::ptr::with_exposed_provenance_mut(dict.bits()))
}

crate::contract::rows! {
    /// The row of a function that may be called without an interpreter, and lends an object.
    LENDING:
    quiet PyThreadState_GetDict() -> Lent;
}
