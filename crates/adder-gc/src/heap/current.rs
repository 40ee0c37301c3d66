//! The heap that a thread allocates from when none is named.

use core::cell::Cell;
use core::ptr::NonNull;
use std::sync::{Mutex, PoisonError};

use super::{Heap, Inner};

thread_local! {
    static CURRENT: Cell<*const Inner> = const { Cell::new(core::ptr::null()) };
    /// Lets go of the heap when the thread ends: what is left is collected, what is held from outside lives on.
    static KEEPER: Keeper = const { Keeper(Cell::new(None)) };
}

struct Keeper(Cell<Option<Heap>>);

impl Drop for Keeper {
    fn drop(&mut self) {
        let heap = self.0.take();
        drop(heap);
        CURRENT.set(core::ptr::null());
    }
}

/// The thread's heap, made on first use.
#[inline(always)]
pub(crate) fn current<'a>() -> &'a Inner {
    let heap = CURRENT.get();
    if heap.is_null() {
        return first();
    }
    // SAFETY: the keeper holds the heap until the thread ends, and resets the pointer then.
    unsafe { &*heap }
}

#[cold]
#[inline(never)]
fn first<'a>() -> &'a Inner {
    let inner = Inner::create();
    CURRENT.set(inner.as_ptr());
    let heap = Heap::adopt(inner);
    // While the thread's variables are being destroyed there is no keeper any more: that heap stays until the process ends.
    let mut heap = Some(heap);
    let _ = KEEPER.try_with(|keeper| keeper.0.set(heap.take()));
    if let Some(heap) = heap {
        LEFT.lock().unwrap_or_else(PoisonError::into_inner).push(Left(heap.inner));
        core::mem::forget(heap);
    }
    // SAFETY: kept by the keeper, or for good.
    unsafe { &*inner.as_ptr() }
}

/// Heaps that threads made when they had ended already, so to speak: named here so that leak checkers know of them.
static LEFT: Mutex<Vec<Left>> = Mutex::new(Vec::new());

struct Left(#[allow(dead_code, reason = "held, never used")] NonNull<Inner>);

// SAFETY: nobody looks behind the pointer.
unsafe impl Send for Left {}

/// The thread's heap as it is now; null before its first use.
#[inline(always)]
pub(super) fn get() -> *const Inner {
    CURRENT.get()
}

/// Makes a heap the thread's, or none.
#[inline(always)]
pub(super) fn set(heap: *const Inner) {
    CURRENT.set(heap);
}

/// Makes a heap the thread's; gives the one before.
#[inline(always)]
pub(super) fn replace(heap: &Inner) -> *const Inner {
    CURRENT.replace(heap)
}

/// A number for this thread that no other one has while it runs.
#[inline(always)]
pub(super) fn this_thread() -> usize {
    CURRENT.with(|current| (&raw const *current).addr())
}

/// The heap is about to go: it is not the thread's any more.
pub(super) fn forget(heap: NonNull<Inner>) {
    if CURRENT.get() == heap.as_ptr() {
        CURRENT.set(core::ptr::null());
    }
}

/// Makes `heap` the thread's heap while the guard lives.
pub(super) struct Entered {
    before: *const Inner,
    heap: NonNull<Inner>,
}

impl Entered {
    pub(super) fn new(heap: NonNull<Inner>) -> Entered {
        // SAFETY: the caller's heap is alive.
        unsafe { heap.as_ref() }.pin();
        Entered { before: CURRENT.replace(heap.as_ptr()), heap }
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(self.before);
        // SAFETY: balances the pin of `new`.
        unsafe { Inner::unpin(self.heap) };
    }
}
