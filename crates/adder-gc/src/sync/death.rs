//! The death of an object: finalizer, weak references, drop, block; and the queue that keeps deep chains off the stack.

use core::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::SharedHandle;
use super::count::Dropped;
use super::header::{FINALIZED, Hdr, WEAK, payload_of, touch};
use super::page::free_block;
use super::{thread, weak};
use crate::heap::stack_address;
use crate::unraisable;

/// How much stack below the place where a thread first used the heap recursive drops may take, in bytes.
const DEPTH: usize = 48 << 10;

thread_local! {
    /// Stack addresses below this one are too deep to drop recursively; the highest before the thread's first use, and while
    /// deaths are held.
    static LIMIT: Cell<usize> = const { Cell::new(usize::MAX) };
    /// The queue of whoever lets objects die one by one just now, further up on this thread's stack.
    static QUEUE: Cell<*mut Vec<Hdr>> = const { Cell::new(core::ptr::null_mut()) };
    static HELD: Cell<bool> = const { Cell::new(false) };
}

/// From here on, this is the place from which the depth of drops is measured, unless there is one already.
pub(super) fn anchor_here() {
    if LIMIT.get() == usize::MAX && !HELD.get() {
        LIMIT.set(stack_address().saturating_sub(DEPTH));
    }
}

#[inline(always)]
pub(super) fn too_deep() -> bool {
    stack_address() < LIMIT.get()
}

/// Must every death wait on this thread?
pub(super) fn held() -> bool {
    HELD.get()
}

/// The queue that deaths on this thread go to while it is in use.
struct Using {
    before: *mut Vec<Hdr>,
}

impl Using {
    fn new(queue: *mut Vec<Hdr>) -> Using {
        Using { before: QUEUE.replace(queue) }
    }
}

impl Drop for Using {
    fn drop(&mut self) {
        QUEUE.set(self.before);
    }
}

/// While the guard lives no object dies on this thread: those that would wait until it is dropped. So code that looks at objects
/// can be sure that no user's code runs in between.
pub(super) struct Hold {
    /// From a box.
    queue: *mut Vec<Hdr>,
    using: Option<Using>,
    limit: usize,
    held: bool,
}

impl Hold {
    pub(super) fn new() -> Hold {
        anchor_here();
        let queue = Box::into_raw(Box::new(Vec::new()));
        let using = Using::new(queue);
        Hold { queue, using: Some(using), limit: LIMIT.replace(usize::MAX), held: HELD.replace(true) }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        LIMIT.set(self.limit);
        HELD.set(self.held);
        self.using = None;
        // SAFETY: made by `new`, and not in use any more.
        let queue = unsafe { Box::from_raw(self.queue) };
        for header in *queue {
            // SAFETY: queued with its last reference gone.
            report(|| unsafe { careful_death(header) });
        }
    }
}

/// Calls `f`; a panic in it, which comes from a user's `Drop`, is reported.
pub(super) fn report(f: impl FnOnce()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(f)) {
        unraisable::report(unraisable::Origin::Drop, "", panic);
    }
}

/// The death of an object with weak references, a finalizer, no static size, or at the end of a long chain.
///
/// # Safety
/// The last reference to the object is gone.
#[cold]
#[inline(never)]
pub(crate) unsafe fn careful_death(header: Hdr) {
    if !too_deep() {
        // SAFETY: forwarded contract.
        return unsafe { die(header) };
    }
    let queue = QUEUE.get();
    if !queue.is_null() {
        // SAFETY: it belongs to a frame further up, which does not use it while others run.
        unsafe { (*queue).push(header) };
        return;
    }
    anchor_here();
    let mut queue = vec![header];
    let using = Using::new(&raw mut queue);
    let own = QUEUE.get();
    let mut first = None;
    // SAFETY: `own` is `queue`; deaths below push on it, and no borrow of it is held while they run.
    while let Some(header) = unsafe { (*own).pop() } {
        // SAFETY: queued with its last reference gone.
        match catch_unwind(AssertUnwindSafe(|| unsafe { die(header) })) {
            Ok(()) => {}
            Err(panic) if first.is_none() => first = Some(panic),
            Err(panic) => unraisable::report(unraisable::Origin::Drop, "", panic),
        }
    }
    drop(using);
    if let Some(panic) = first {
        resume_unwind(panic);
    }
}

/// # Safety
/// As for [`careful_death`].
unsafe fn die(header: Hdr) {
    // SAFETY: the object keeps its block until this function gives it back.
    unsafe {
        let h = header.as_ref();
        let info = h.info();
        if let Some(finalize) = info.finalize
            && !h.has(FINALIZED)
        {
            h.set(FINALIZED);
            // One reference is counted while it runs: `this` may be made owned, and weak references answer.
            h.counts.revive();
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| finalize(header))) {
                unraisable::report(unraisable::Origin::Finalizer, info.name(), panic);
            }
            if h.counts.drop(thread::tag(), || touch(header)) != Dropped::Dead {
                // Resurrected; or the collector looks at it just now, and lets it die afterwards.
                return;
            }
        }
        // After its block.
        let _owner = h.owner().map(SharedHandle);
        let block = FreeOnDrop(header);
        if h.has(WEAK) {
            weak::clear(header).run();
        }
        (info.drop)(payload_of(header));
        drop(block);
    }
}

/// Gives the block back when dropped, so that a panic in a user's drop cannot keep it.
pub(super) struct FreeOnDrop(pub(super) Hdr);

impl Drop for FreeOnDrop {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: made by the code that lets the object die.
        unsafe { free_block(self.0) };
    }
}
