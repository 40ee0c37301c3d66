//! `PyInterpreterState_*`, further interpreters in a process, and what is left to be done later or at the end.

use core::ffi::{c_char, c_int, c_long, c_longlong, c_void};
use core::ptr::null_mut;
use core::sync::atomic::{AtomicBool, Ordering};
use std::rc::Rc;
use std::sync::{Mutex, PoisonError};

use adder_objects::{Cx, Value, exceptions as exc, raise};
use adder_vm::{Heap, Vm, visitors};

use crate::border::{Lent, Nothing, status};
use crate::contract::{api, without_interpreter};
use crate::threads::{self, Data, State, fatal};
use crate::{indicator, state};

/// `PyStatus`
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PyStatus {
    /// 0: well; 1: an error; 2: to end with an exit code.
    pub kind: c_int,
    /// Who says so.
    pub func: *const c_char,
    /// The error.
    pub err_msg: *const c_char,
    /// See `kind`.
    pub exitcode: c_int,
}

impl PyStatus {
    /// All is well.
    pub const OK: PyStatus = PyStatus { kind: 0, func: core::ptr::null(), err_msg: core::ptr::null(), exitcode: 0 };

    /// An error.
    pub fn error(function: &'static core::ffi::CStr, message: &'static core::ffi::CStr) -> PyStatus {
        PyStatus { kind: 1, func: function.as_ptr(), err_msg: message.as_ptr(), exitcode: 0 }
    }
}

/// `PyInterpreterConfig`
#[repr(C)]
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "the names and meanings are CPython's")]
pub struct PyInterpreterConfig {
    pub use_main_obmalloc: c_int,
    pub allow_fork: c_int,
    pub allow_exec: c_int,
    pub allow_threads: c_int,
    pub allow_daemon_threads: c_int,
    pub check_multi_interp_extensions: c_int,
    pub gil: c_int,
}

/// Makes an interpreter whose first thread is the calling one, which leaves its own state for it.
fn new_interpreter() -> Result<State, State> {
    let mut options = adder_vm::Options::default();
    if let Some(cx) = Cx::try_current() {
        options = Vm::of(cx).options.clone();
        options.argv = Vec::new();
        options.tracemalloc = 0;
    }
    let before = threads::leave();
    match Vm::new(Heap::new(), options) {
        Ok(vm) => {
            crate::install(&vm);
            Ok(adopt(vm))
        }
        Err(_) => Err(before),
    }
}

/// Was the first interpreter begun by C?
static ADOPTED: AtomicBool = AtomicBool::new(false);

/// Was the process's first interpreter begun by C?
pub fn is_adopted() -> bool {
    ADOPTED.load(Ordering::Relaxed)
}

/// The interpreter becomes the calling thread's, until C ends it. Gives its first thread's state.
pub fn adopt(vm: Rc<Vm>) -> State {
    if vm.id == 0 {
        ADOPTED.store(true, Ordering::Relaxed);
    }
    let vm = Rc::into_raw(vm);
    // SAFETY: C owns it from here on.
    unsafe {
        let vm = &*vm;
        Cx::come_back(&raw const *vm.cx);
        state::begin(&vm.cx);
        visitors::current(vm).cast_mut()
    }
}

/// Ends an interpreter of [`adopt`], which is the calling thread's. False if its standard output could not be written.
///
/// # Safety
/// It was adopted, and was not ended yet.
pub unsafe fn end(vm: *const Vm) -> bool {
    // SAFETY: by the contract.
    let vm = unsafe { Rc::from_raw(vm) };
    if vm.id == 0 {
        ADOPTED.store(false, Ordering::Relaxed);
    }
    let flushed = vm.end_program();
    drop(indicator::take());
    // It is the thread's only until its end.
    let _ = Cx::leave();
    drop(vm);
    flushed
}

/// Functions of C's for the end of the process's first interpreter.
static AT_EXIT: Mutex<Vec<extern "C" fn()>> = Mutex::new(Vec::new());

/// How many of them there may be.
const MOST_AT_EXIT: usize = 32;

/// The end of an interpreter: what C left to be done then, and what it keeps.
pub fn at_end(cx: &Cx) {
    if let Some(state) = state::try_of(cx) {
        let work = state.at_exit.take();
        for (function, Data(data)) in work {
            // SAFETY: C's function for this.
            unsafe { function(data) };
            if let Some(raised) = indicator::take() {
                cx.unraisable(raised, Some("Exception ignored in a function for the end of an interpreter"), None);
            }
        }
        drop(state.dict.take());
    }
    if Vm::of(cx).id == 0 {
        let functions = core::mem::take(&mut *AT_EXIT.lock().unwrap_or_else(PoisonError::into_inner));
        for function in functions.into_iter().rev() {
            function();
        }
    }
}

/// Ends the process with these words if the thread has no interpreter.
fn current(function: &str) -> *const Vm {
    match Cx::try_current() {
        Some(cx) => Vm::of(cx),
        None => fatal(function, "the function must be called with an active thread state"),
    }
}

without_interpreter! {
    /// The interpreter of the calling thread.
    fn PyInterpreterState_Get() -> *const Vm {
        current("PyInterpreterState_Get")
    }

    /// The process's first interpreter, or NULL.
    fn PyInterpreterState_Main() -> *const Vm {
        visitors::interpreters().first().map_or(null_mut(), |(_, vm)| *vm)
    }

    /// The newest interpreter.
    fn PyInterpreterState_Head() -> *const Vm {
        visitors::interpreters().last().map_or(null_mut(), |(_, vm)| *vm)
    }

    /// The next older interpreter, or NULL.
    fn PyInterpreterState_Next(interpreter: *const Vm) -> *const Vm {
        let all = visitors::interpreters();
        let older = all.iter().position(|(_, vm)| *vm == interpreter).and_then(|at| at.checked_sub(1));
        older.map_or(core::ptr::null(), |at| all[at].1)
    }

    /// Makes another interpreter, which the calling thread goes over to; NULL if it cannot be.
    fn Py_NewInterpreter() -> State {
        new_interpreter().unwrap_or_else(|before| {
            // SAFETY: the state that was left.
            unsafe { threads::enter(before) };
            null_mut()
        })
    }

    /// The same, as the configuration says. Each interpreter has a lock and memory of its own here.
    fn Py_NewInterpreterFromConfig(place: *mut State, config: *const PyInterpreterConfig) -> PyStatus {
        // SAFETY: the contract: a configuration, and a place for the state.
        unsafe {
            place.write(null_mut());
            let config = &*config;
            if config.use_main_obmalloc == 0 && config.check_multi_interp_extensions == 0 {
                return PyStatus::error(
                    c"init_interp_settings",
                    c"per-interpreter obmalloc does not support single-phase init extension modules",
                );
            }
            if !(0..=2).contains(&config.gil) {
                return PyStatus::error(c"init_interp_create_gil", c"invalid interpreter config 'gil' value");
            }
            match new_interpreter() {
                Ok(state) => {
                    place.write(state);
                    PyStatus::OK
                }
                Err(before) => {
                    threads::enter(before);
                    PyStatus::error(c"Py_NewInterpreterFromConfig", c"memory allocation failed")
                }
            }
        }
    }

    /// Ends an interpreter that [`Py_NewInterpreter`] made, whose last thread the calling one is. Afterwards it has no state.
    fn Py_EndInterpreter(state: State) {
        if threads::running() != Some(state) {
            fatal("Py_EndInterpreter", "thread is not current");
        }
        // SAFETY: the running thread's state.
        unsafe {
            let vm = (*state).vm.get();
            if (*vm).id == 0 {
                fatal("Py_EndInterpreter", "the first interpreter of a process is ended by Py_FinalizeEx");
            }
            if visitors::all(&*vm).len() != 1 {
                fatal("Py_EndInterpreter", "not the last thread");
            }
            end(vm);
        }
    }

    /// Has a function called when the first interpreter has ended; -1 if there are too many already.
    fn Py_AtExit(function: Option<extern "C" fn()>) -> c_int {
        let mut all = AT_EXIT.lock().unwrap_or_else(PoisonError::into_inner);
        match function {
            Some(function) if all.len() < MOST_AT_EXIT => {
                all.push(function);
                0
            }
            _ => -1,
        }
    }

    /// Leaves something to the main thread of the first interpreter; -1 if too much waits there. Needs no lock.
    fn Py_AddPendingCall(function: Option<unsafe extern "C" fn(*mut c_void) -> c_int>, data: *mut c_void) -> c_int {
        let Some(function) = function else { return -1 };
        let data = Data(data);
        let left = visitors::leave_to_main(Box::new(move |cx| {
            let data = data;
            // SAFETY: C's function for this.
            let result = unsafe { function(data.0) };
            status(cx, result, || "a pending call".to_owned()).map(drop)
        }));
        if left { 0 } else { -1 }
    }
}

api! {
    /// The number of an interpreter.
    quiet fn PyInterpreterState_GetID(cx, interpreter: *const Vm) -> c_longlong {
        if interpreter.is_null() {
            return raise!(cx, exc::RUNTIME_ERROR, "no interpreter provided");
        }
        // SAFETY: the contract: an interpreter that lives.
        Ok(unsafe { (*interpreter).id } as c_long)
    }

    /// What C keeps for the interpreter: a dict, borrowed; NULL without an exception where there is none.
    quiet fn PyInterpreterState_GetDict(cx, interpreter: *const Vm) -> Lent {
        if !core::ptr::eq(interpreter, Vm::of(cx)) {
            return Ok(Lent::NULL);
        }
        let state = state::of(cx);
        if state.dict.is_unset() {
            state.dict.set(cx.dict()?.into_value());
        }
        Ok(Lent::of(&state.dict.get()))
    }

    /// The module `__main__`, or NULL if it is none.
    quiet fn PyUnstable_InterpreterState_GetMainModule(cx, interpreter: *const Vm) -> Value {
        if !core::ptr::eq(interpreter, Vm::of(cx)) {
            return raise!(cx, exc::RUNTIME_ERROR, "interpreter is not the current one");
        }
        let modules = Vm::of(cx).modules.get();
        match modules.downcast::<adder_objects::dict::PyDict>().map(|all| all.get_text(cx, "__main__")).transpose()? {
            Some(Some(module)) => Ok(module),
            _ => raise!(cx, exc::RUNTIME_ERROR, "interpreter has no main module"),
        }
    }

    /// Has a function called with this when the interpreter ends, the oldest first.
    quiet fn PyUnstable_AtExit(
        cx,
        interpreter: *const Vm,
        function: *mut c_void,
        data: *mut c_void,
    ) -> () {
        if !core::ptr::eq(interpreter, Vm::of(cx)) || function.is_null() {
            return raise!(cx, exc::RUNTIME_ERROR, "interpreter is not the current one");
        }
        // SAFETY: the contract: a function of this kind.
        let function =
            unsafe { core::mem::transmute::<*mut c_void, unsafe extern "C" fn(*mut c_void)>(function) };
        state::of(cx).at_exit.borrow_mut().push((function, Data(data)));
        Ok(())
    }

    /// Calls the handlers of signals that have arrived, and does what was left to the main thread.
    runs fn Py_MakePendingCalls(cx) -> () {
        let vm = Vm::of(cx);
        vm.check_signals()?;
        visitors::do_what_was_left(vm)
    }

    /// `sys.setrecursionlimit(limit)`
    quiet fn Py_SetRecursionLimit(cx, limit: c_int) -> Nothing {
        Vm::of(cx).recursion_limit.set(usize::try_from(limit).unwrap_or(0));
        Ok(Nothing)
    }

    /// `sys.getrecursionlimit()`
    quiet fn Py_GetRecursionLimit(cx) -> c_int {
        Ok(c_int::try_from(Vm::of(cx).recursion_limit.get()).unwrap_or(c_int::MAX))
    }
}
