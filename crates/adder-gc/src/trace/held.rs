//! Locks that stay locked after their contents were visited, until a test of `sync` is over.

use core::mem::{ManuallyDrop, MaybeUninit};

/// Room for a guard.
const WORDS: usize = 4;

/// A lock's guard, its type and lifetime forgotten.
pub(crate) struct Held {
    guard: MaybeUninit<[usize; WORDS]>,
    release: unsafe fn(*mut u8),
}

impl Held {
    /// # Safety
    /// The result is dropped while the lock is where it was, and on the same thread.
    pub(crate) unsafe fn new<G>(guard: G) -> Held {
        const { assert!(size_of::<G>() <= size_of::<[usize; WORDS]>() && align_of::<G>() <= align_of::<usize>()) };
        let guard = ManuallyDrop::new(guard);
        let mut held = Held { guard: MaybeUninit::uninit(), release: release::<G> };
        // SAFETY: it fits, as was tested; the original is not dropped.
        unsafe { held.guard.as_mut_ptr().cast::<ManuallyDrop<G>>().write(guard) };
        held
    }
}

unsafe fn release<G>(guard: *mut u8) {
    // SAFETY: called once, with the place into which a `G` was moved.
    unsafe { guard.cast::<G>().drop_in_place() };
}

impl Drop for Held {
    fn drop(&mut self) {
        // SAFETY: written by `new`; the lock is still there by its contract.
        unsafe { (self.release)(self.guard.as_mut_ptr().cast()) };
    }
}
