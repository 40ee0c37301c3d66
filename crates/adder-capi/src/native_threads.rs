//! `PyThread_*`: threads of the system that C starts, and what each of them keeps for itself. A new thread has no interpreter.

use core::ffi::{c_int, c_uint, c_ulong, c_void};
use core::ptr::null_mut;

use adder_objects::{Cx, R, Value};

use crate::contract::api;

type Work = unsafe extern "C-unwind" fn(*mut c_void);

/// What goes to a new thread.
struct Start(Work, *mut c_void);

/// Where a new thread begins. It may end in the middle of the work (`PyThread_exit_thread`), so nothing here is left to be
/// dropped meanwhile.
unsafe extern "C-unwind" fn begin(start: *mut c_void) -> *mut c_void {
    // SAFETY: made by `PyThread_start_new_thread` for this thread.
    let Start(work, argument) = *unsafe { Box::from_raw(start.cast::<Start>()) };
    // SAFETY: the contract of `PyThread_start_new_thread`.
    unsafe { work(argument) };
    null_mut()
}

unsafe extern "C" {
    #[link_name = "pthread_create"]
    fn pthread_create_unwinding(
        thread: *mut libc::pthread_t,
        attributes: *const libc::pthread_attr_t,
        begin: unsafe extern "C-unwind" fn(*mut c_void) -> *mut c_void,
        argument: *mut c_void,
    ) -> c_int;
}

unsafe extern "C-unwind" {
    fn pthread_exit(value: *mut c_void) -> !;
}

/// Starts a thread, which nobody joins: its number, or (unsigned long)-1 if the system gives none. Needs no interpreter.
///
/// # Safety
/// The function may be called with the argument on another thread.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyThread_start_new_thread(work: Work, argument: *mut c_void) -> c_ulong {
    let size = stack_size().unwrap_or(0);
    let start = Box::into_raw(Box::new(Start(work, argument)));
    // SAFETY: attributes that are made and destroyed here; the new thread takes `start`, or it is taken back.
    unsafe {
        let mut attributes = core::mem::zeroed::<libc::pthread_attr_t>();
        let mut thread = core::mem::zeroed::<libc::pthread_t>();
        if libc::pthread_attr_init(&raw mut attributes) != 0 {
            drop(Box::from_raw(start));
            return c_ulong::MAX;
        }
        if size != 0 {
            libc::pthread_attr_setstacksize(&raw mut attributes, size);
        }
        libc::pthread_attr_setdetachstate(&raw mut attributes, libc::PTHREAD_CREATE_DETACHED);
        let failed = pthread_create_unwinding(&raw mut thread, &raw const attributes, begin, start.cast()) != 0;
        libc::pthread_attr_destroy(&raw mut attributes);
        if failed {
            drop(Box::from_raw(start));
            return c_ulong::MAX;
        }
        thread as c_ulong
    }
}

/// Ends the calling thread.
///
/// # Safety
/// It was started from C, and nothing of Rust's is on its stack.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C-unwind" fn PyThread_exit_thread() {
    // SAFETY: by the contract.
    unsafe { pthread_exit(null_mut()) }
}

/// Nothing is left to be done.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub extern "C" fn PyThread_init_thread() {}

/// The number of the calling thread for Python.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub extern "C" fn PyThread_get_thread_ident() -> c_ulong {
    adder_vm::threads::ident()
}

/// The number of the calling thread for the system.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub extern "C" fn PyThread_get_thread_native_id() -> c_ulong {
    adder_vm::threads::native_id() as c_ulong
}

/// `_thread.stack_size()` of the calling thread's interpreter, if it has one.
fn stack_size() -> Option<usize> {
    let cx = Cx::try_current()?;
    set_stack_size(cx, None).ok()?.as_i64().and_then(|size| usize::try_from(size).ok())
}

fn set_stack_size(cx: &Cx, size: Option<usize>) -> R {
    let args = size.map(|size| cx.int(size as i64)).transpose()?;
    let args: Vec<Value> = args.into_iter().collect();
    cx.call(&cx.getattr_text(&cx.import("_thread")?, "stack_size")?, &args)
}

api! {
    /// Bytes of the stack of threads to be started; 0 for the usual.
    quiet fn PyThread_get_stacksize(cx) -> usize {
        let _ = cx;
        Ok(stack_size().unwrap_or(0))
    }

    /// Sets that: -1 if it is too small. No exception.
    quiet fn PyThread_set_stacksize(cx, size: usize) -> c_int {
        Ok(if set_stack_size(cx, Some(size)).is_ok() { 0 } else { -1 })
    }

    /// `sys.thread_info`
    quiet fn PyThread_GetInfo(cx) -> Value {
        cx.getattr_text(&cx.import("sys")?, "thread_info")
    }
}

/// `Py_tss_t`: a key of the threads' own storage, and whether it was made.
#[repr(C)]
#[derive(Debug)]
#[allow(missing_docs, reason = "the names and meanings are CPython's")]
pub struct PyTss {
    pub is_initialized: c_int,
    pub key: c_uint,
}
const _: () = assert!(size_of::<libc::pthread_key_t>() == size_of::<c_uint>());

/// A key that is not made yet, in memory of its own; NULL without memory.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub extern "C" fn PyThread_tss_alloc() -> *mut PyTss {
    // SAFETY: any size may be asked for; zeros are a key that is not made.
    unsafe { crate::memory::PyMem_RawCalloc(1, size_of::<PyTss>()).cast() }
}

/// Deletes a key and gives its memory back. NULL is nothing.
///
/// # Safety
/// What [`PyThread_tss_alloc`] gave.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyThread_tss_free(key: *mut PyTss) {
    if !key.is_null() {
        // SAFETY: by the contract.
        unsafe {
            PyThread_tss_delete(key);
            crate::memory::PyMem_RawFree(key.cast());
        }
    }
}

/// Was it made?
///
/// # Safety
/// A key's place.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyThread_tss_is_created(key: *mut PyTss) -> c_int {
    // SAFETY: by the contract.
    unsafe { (*key).is_initialized }
}

/// Makes a key, if it is not made yet: 0, or -1.
///
/// # Safety
/// A key's place, which no other thread makes meanwhile.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyThread_tss_create(key: *mut PyTss) -> c_int {
    // SAFETY: by the contract.
    unsafe {
        if (*key).is_initialized != 0 {
            return 0;
        }
        let mut made: libc::pthread_key_t = 0;
        if libc::pthread_key_create(&raw mut made, None) != 0 {
            return -1;
        }
        (*key).key = made as c_uint;
        (*key).is_initialized = 1;
    }
    0
}

/// Forgets a key and what all threads keep under it.
///
/// # Safety
/// A key's place.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyThread_tss_delete(key: *mut PyTss) {
    // SAFETY: by the contract.
    unsafe {
        if (*key).is_initialized != 0 {
            libc::pthread_key_delete((*key).key as libc::pthread_key_t);
            (*key).is_initialized = 0;
        }
    }
}

/// Keeps a value for the calling thread: 0, or -1.
///
/// # Safety
/// A key that was made.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyThread_tss_set(key: *mut PyTss, value: *mut c_void) -> c_int {
    // SAFETY: by the contract.
    unsafe { PyThread_set_key_value((*key).key as c_int, value) }
}

/// What the calling thread keeps, or NULL.
///
/// # Safety
/// A key that was made.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub unsafe extern "C" fn PyThread_tss_get(key: *mut PyTss) -> *mut c_void {
    // SAFETY: by the contract.
    unsafe { PyThread_get_key_value((*key).key as c_int) }
}

/// The older names: a key that is a number, or -1.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub extern "C" fn PyThread_create_key() -> c_int {
    let mut made: libc::pthread_key_t = 0;
    // SAFETY: a place for the key.
    if unsafe { libc::pthread_key_create(&raw mut made, None) } == 0 { made as c_int } else { -1 }
}

/// Forgets a key.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub extern "C" fn PyThread_delete_key(key: c_int) {
    // SAFETY: a key that is none is refused.
    unsafe { libc::pthread_key_delete(key as libc::pthread_key_t) };
}

/// Keeps a value for the calling thread: 0, or -1.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, clippy::not_unsafe_ptr_arg_deref, reason = "C's names; the value is kept and not followed")]
pub extern "C" fn PyThread_set_key_value(key: c_int, value: *mut c_void) -> c_int {
    // SAFETY: a key that is none is refused; the value is never looked at.
    if unsafe { libc::pthread_setspecific(key as libc::pthread_key_t, value) } == 0 { 0 } else { -1 }
}

/// What the calling thread keeps, or NULL.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub extern "C" fn PyThread_get_key_value(key: c_int) -> *mut c_void {
    // SAFETY: for a key that is none there is nothing.
    unsafe { libc::pthread_getspecific(key as libc::pthread_key_t) }
}

/// The calling thread keeps nothing any more.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub extern "C" fn PyThread_delete_key_value(key: c_int) {
    PyThread_set_key_value(key, null_mut());
}

/// Keys live on in a forked process: nothing is left to be done.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(no_mangle)]
#[allow(non_snake_case, reason = "C's names")]
pub extern "C" fn PyThread_ReInitTLS() {}

crate::contract::rows! {
    /// The rows of what needs no interpreter.
    ALL:
    runs PyThread_start_new_thread(work: Plain, argument: Plain) -> Plain;
    quiet PyThread_exit_thread() -> Plain;
    quiet PyThread_init_thread() -> Plain;
    quiet PyThread_get_thread_ident() -> Plain;
    quiet PyThread_get_thread_native_id() -> Plain;
    quiet PyThread_tss_alloc() -> Plain;
    quiet PyThread_tss_free(key: Plain) -> Plain;
    quiet PyThread_tss_is_created(key: Plain) -> Plain;
    quiet PyThread_tss_create(key: Plain) -> Plain;
    quiet PyThread_tss_delete(key: Plain) -> Plain;
    quiet PyThread_tss_set(key: Plain, value: Plain) -> Plain;
    quiet PyThread_tss_get(key: Plain) -> Plain;
    quiet PyThread_create_key() -> Plain;
    quiet PyThread_delete_key(key: Plain) -> Plain;
    quiet PyThread_set_key_value(key: Plain, value: Plain) -> Plain;
    quiet PyThread_get_key_value(key: Plain) -> Plain;
    quiet PyThread_delete_key_value(key: Plain) -> Plain;
    quiet PyThread_ReInitTLS() -> Plain;
}
