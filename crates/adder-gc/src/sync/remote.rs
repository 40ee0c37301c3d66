//! The stack of the blocks that others have freed on a page. Anybody pushes; its owner takes it whole.
//!
//! Compiled by the model checker's tests as well (`tests/loom.rs`).

use core::ptr::NonNull;

use super::primitive::{AtomicPtr, Ordering};

/// A block with room for a link.
pub(crate) trait Block {
    /// # Safety
    /// The caller owns the block.
    unsafe fn set_link(this: NonNull<Self>, next: *mut Self);
}

pub(crate) struct Remote<B> {
    top: AtomicPtr<B>,
}

impl<B: Block> Remote<B> {
    /// With an atomic that is null. (A model checker's cannot be made in a constant.)
    pub(crate) const fn of(top: AtomicPtr<B>) -> Remote<B> {
        Remote { top }
    }

    /// Gives a block; true if it is the first, and the owner must hear of it.
    ///
    /// The owner that is read after that either sees the block or is told: it becomes the owner before it
    /// [adopts](Self::adopt), and a push that finds the stack empty has read what that wrote.
    ///
    /// # Safety
    /// The caller owns the block and gives it up.
    pub(crate) unsafe fn push(&self, block: NonNull<B>) -> bool {
        let mut top = self.top.load(Ordering::Relaxed);
        loop {
            // SAFETY: ours until it is pushed.
            unsafe { B::set_link(block, top) };
            match self.top.compare_exchange_weak(top, block.as_ptr(), Ordering::AcqRel, Ordering::Relaxed) {
                Ok(_) => return top.is_null(),
                Err(now) => top = now,
            }
        }
    }

    /// Takes all blocks: the last one that was given, linked to those before. The owner's.
    pub(crate) fn take(&self) -> Option<NonNull<B>> {
        if self.top.load(Ordering::Relaxed).is_null() { None } else { self.adopt() }
    }

    /// [`take`](Self::take) of a new owner, who must write to the stack in any case.
    pub(crate) fn adopt(&self) -> Option<NonNull<B>> {
        NonNull::new(self.top.swap(core::ptr::null_mut(), Ordering::AcqRel))
    }
}
