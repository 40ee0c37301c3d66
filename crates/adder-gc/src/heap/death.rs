//! The death of an object: finalizer, weak references, drop, block; and the queue that keeps it off the stack.

use core::cell::Cell;
use core::ptr::NonNull;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::{Inner, heap_of, stack_address};
use crate::header::{Hdr, Header, count, flag, payload_of};
use crate::info::{info_of, owner_of, type_flag};
use crate::page::{Page, PageState, page_of};
use crate::unraisable;

/// How much stack below the place where a heap was made (or attached) recursive drops may use, in bytes.
const DEPTH: usize = 32 << 10;

/// How much more the drops of queued objects may use, in bytes: each of them takes some of what it held along.
const DRAIN_DEPTH: usize = 16 << 10;

/// Memory of an object at least so large goes back to the system at once, in bytes.
const LARGE_AT_ONCE: usize = 1 << 20;

impl Inner {
    /// From here on, this is the place from which the depth of drops is measured.
    pub(crate) fn anchor_here(&self) {
        self.anchor.set(stack_address().saturating_sub(DEPTH));
        self.stack_limit.set(self.anchor.get());
    }

    /// While the guard lives every death is queued: pointers to objects may be held without owning them.
    pub(crate) fn hold_deaths(&self) -> HoldDeaths<'_> {
        TRACING.set(TRACING.get() + 1);
        let before = self.stack_limit.replace(usize::MAX);
        HoldDeaths { heap: self, before }
    }

    pub(super) fn holds_deaths(&self) -> bool {
        self.stack_limit.get() == usize::MAX || (cfg!(adder_system_alloc) && is_tracing())
    }

    /// Something waits for the end of the visits that this thread makes: deaths, or the end of the heap.
    pub(super) fn look_later(&self) {
        if !self.waits.replace(true) {
            self.pin();
            self.later.set(LATER.replace(self));
        }
    }

    fn enqueue(&self, header: Hdr) {
        // SAFETY: the object died just now: its block is ours.
        let (h, page) = unsafe { (header.as_ref(), page_of(header).as_ref()) };
        // SAFETY: the header lies on this page.
        let index = unsafe { page.index_of(header) } as u64;
        let link = self.queue.get();
        let flags = h.flags.get() & 0xFFFF;
        h.flags.set(link as u32);
        h.count.set(count::QUEUED | ((link >> 32) as i32) << 16 | flags as i32);
        // Twelve bits for the index: at most 4096 blocks of 16 bytes in a page.
        self.queue.set(((u64::from(page.number.get()) << 12) | index) + 1);
        debug_assert!(index < 4096 && self.queue.get() < 1 << 43);
    }

    /// Says which death was queued last.
    pub(crate) fn last_queued(&self) -> u64 {
        self.queue.get()
    }

    fn dequeue(&self) -> Option<Hdr> {
        let link = self.queue.get().checked_sub(1)?;
        let page = self.page_numbered((link >> 12) as usize).expect("a queued object keeps its page");
        // SAFETY: the page is live and the index was valid when the object was queued.
        let header = unsafe { page.as_ref() }.header((link & 0xFFF) as usize).expect("a queued object has a block");
        // SAFETY: queued, so its block is ours.
        let h = unsafe { header.as_ref() };
        let word = h.count.get();
        self.queue.set(u64::from((word as u32 >> 16) & 0x7FF) << 32 | u64::from(h.flags.get()));
        h.flags.set(word as u32 & 0xFFFF);
        h.count.set(0);
        Some(header)
    }

    /// Lets queued objects die until none is left. The first panic goes on to the caller, further ones to the hook.
    pub(crate) fn drain(&self) {
        if !LATER.get().is_null() && !is_tracing() {
            look_at_others();
        }
        let turn = self.turn.get();
        if self.draining.get() == turn || self.holds_deaths() || self.queue.get() == 0 {
            return;
        }
        let before = self.draining.replace(turn);
        // Only lower: this may be a shallow place.
        self.stack_limit.set(self.anchor.get().min(stack_address().saturating_sub(DRAIN_DEPTH)));
        self.pin();
        let mut first = None;
        loop {
            let round = catch_unwind(AssertUnwindSafe(|| {
                while let Some(header) = self.dequeue() {
                    // SAFETY: it was queued with its last reference gone.
                    unsafe { die(self, header) };
                }
            }));
            match round {
                Ok(()) => break,
                Err(panic) if first.is_none() => first = Some(panic),
                Err(panic) => unraisable::report(unraisable::Origin::Drop, "", panic),
            }
        }
        self.draining.set(before);
        self.stack_limit.set(self.anchor.get());
        // SAFETY: balances the pin; the caller does not use the heap after this without a pin of its own.
        unsafe { Inner::unpin(NonNull::from(self)) };
        if let Some(panic) = first {
            resume_unwind(panic);
        }
    }

    /// The same where nobody can receive a panic.
    pub(crate) fn drain_quietly(&self) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| self.drain())) {
            unraisable::report(unraisable::Origin::Drop, "", panic);
        }
    }
}

/// See [`Inner::hold_deaths`].
pub(crate) struct HoldDeaths<'h> {
    heap: &'h Inner,
    before: usize,
}

impl Drop for HoldDeaths<'_> {
    fn drop(&mut self) {
        self.heap.stack_limit.set(self.before);
        TRACING.set(TRACING.get() - 1);
    }
}

thread_local! {
    /// How many heaps of this thread are being looked into: references to objects are in flight, to those of other heaps too.
    /// Blocks of carved pages may be freed meanwhile, but no page may go; where blocks are allocations, deaths wait.
    static TRACING: Cell<u32> = const { Cell::new(0) };
    /// Heaps that wait for the end of that.
    static LATER: Cell<*const Inner> = const { Cell::new(core::ptr::null()) };
}

/// Are references in flight on this thread?
pub(super) fn is_tracing() -> bool {
    TRACING.get() > 0
}

/// Is there something that this thread must do before it lets go of a heap? See `end_visits`.
#[inline]
pub(super) fn visits_matter() -> bool {
    is_tracing() || !LATER.get().is_null()
}

#[cold]
pub(super) fn look_at_others() {
    // SAFETY: heaps in the list are pinned.
    while let Some(heap) = unsafe { LATER.get().as_ref() } {
        LATER.set(heap.later.get());
        heap.waits.set(false);
        heap.drain_quietly();
        // SAFETY: balances the pin of `look_later`.
        unsafe { Inner::unpin(NonNull::from(heap)) };
    }
}

/// Must this death wait in the queue? Decided from the depth of the stack.
///
/// # Safety
/// The header belongs to a block of a page.
#[inline(always)]
pub(crate) unsafe fn must_queue(header: Hdr, runs_code_or_tracked: bool) -> bool {
    if cfg!(adder_system_alloc) && is_tracing() {
        return true;
    }
    // SAFETY: by the contract.
    runs_code_or_tracked && stack_address() < unsafe { heap_of(header).as_ref() }.stack_limit.get()
}

/// The death of an object with weak references, a finalizer, a type made at run time, or at the end of a long chain.
///
/// # Safety
/// The last reference to the object was given up; its count is 0.
#[cold]
#[inline(never)]
pub(crate) unsafe fn careful_death(header: Hdr) {
    // SAFETY: objects that die lie on pages.
    let heap = unsafe { heap_of(header).as_ref() };
    if stack_address() < heap.stack_limit.get() || heap.holds_deaths() {
        if cfg!(adder_system_alloc) && is_tracing() {
            heap.look_later();
        }
        heap.enqueue(header);
        heap.drain();
        return;
    }
    // SAFETY: forwarded contract.
    unsafe { die(heap, header) };
}

/// # Safety
/// As for [`careful_death`].
unsafe fn die(heap: &Inner, header: Hdr) {
    // SAFETY: the object is live until this function gives its block back.
    unsafe {
        let h: &Header = header.as_ref();
        let info = info_of(header);
        h.count.set(0);
        if h.has(flag::FINALIZER) && !h.has(flag::FINALIZED | flag::UNINIT) {
            h.set(flag::FINALIZED);
            // The last reference is still counted: the finalizer's `this` may be cloned.
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| (info.finalize)(header))) {
                unraisable::report(unraisable::Origin::Finalizer, info.name(), panic);
            }
            if h.references() != 1 {
                // Resurrected: only our own reference goes.
                if h.has(flag::TRACKED) {
                    heap.gc.suspects.add(header);
                }
                Header::decrement(header);
                return;
            }
        }
        // The type may have been changed by the finalizer.
        let info = info_of(header);
        h.count.set(count::DYING);
        // Last of all, and also after a panic in the drop: the type outlives the last instance's block.
        let _owner = owner_to_release(header).map(ReleaseOnDrop);
        let block = (info.flags & type_flag::FREES_ITSELF == 0).then(|| FreeOnDrop(header));
        let watched = h.has(flag::WATCHED);
        if watched {
            heap.watch_death(header.addr().get());
        }
        if h.has(flag::WEAK) {
            let callbacks = heap.weak.clear(header);
            h.unset(flag::WEAK);
            callbacks.run();
        }
        if !h.has(flag::UNINIT) {
            (info.drop)(payload_of(header));
        }
        // What frees itself is gone by now, and perhaps the heap with it.
        if watched && let Some(block) = block {
            core::mem::forget(block);
            free_watched(header);
        }
    }
}

/// Gives back the block of an object that its heap's watcher may have been told of.
///
/// # Safety
/// As for [`free_block`].
pub(crate) unsafe fn free_watched(header: Hdr) {
    // SAFETY: by the contract; a current page stays when its last block is free, and the heap is pinned.
    unsafe {
        let heap = heap_of(header);
        let page = page_of(header);
        let stays = page.as_ref().state.get() == PageState::Current;
        heap.as_ref().pin();
        free_block(header);
        if stays {
            heap.as_ref().keep_short_way_closed(page.as_ref());
        }
        Inner::unpin(heap);
    }
}

/// The owner of the object's type info, if the library releases it for an object that dies.
///
/// # Safety
/// The header is that of a live object.
#[inline(always)]
pub(crate) unsafe fn owner_to_release(header: Hdr) -> Option<Hdr> {
    // SAFETY: by the contract.
    unsafe { if info_of(header).flags & type_flag::RELEASES_TYPE != 0 { None } else { owner_of(header) } }
}

/// Releases a reference when dropped.
struct ReleaseOnDrop(Hdr);

impl Drop for ReleaseOnDrop {
    fn drop(&mut self) {
        Header::decrement(self.0);
    }
}

/// Gives the block back when dropped, so that a panic in a user's drop cannot keep it.
pub(crate) struct FreeOnDrop(pub(crate) Hdr);

impl Drop for FreeOnDrop {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: made by the code that lets the object die.
        unsafe { free_block(self.0) };
    }
}

/// Gives a block back to its page.
///
/// # Safety
/// The object is dead (its payload dropped or moved out), and nobody refers to it.
#[inline(always)]
pub(crate) unsafe fn free_block(header: Hdr) {
    // SAFETY: by the contract the block is ours.
    unsafe {
        let page = page_of(header);
        #[cfg(adder_system_alloc)]
        return free_cold(page, header);
        #[cfg(not(adder_system_alloc))]
        {
            let it = page.as_ref();
            let h = header.as_ref();
            h.flags.set(h.flags.get() & flag::KEPT_FREE);
            h.count.set(count::FREE);
            let next = it.free.get();
            h.info.set(next.cast());
            it.free.set(header.as_ptr());
            crate::page::poison_payload(it, header);
            if it.one_less() || next.is_null() {
                free_cold(page);
            }
        }
    }
}

/// The page was full, or has no object left.
#[cfg(not(adder_system_alloc))]
#[cold]
#[inline(never)]
unsafe fn free_cold(page: NonNull<Page>) {
    // SAFETY: a page in use names its heap.
    unsafe { settle(page) };
}

#[cfg(adder_system_alloc)]
unsafe fn free_cold(page: NonNull<Page>, header: Hdr) {
    // SAFETY: the block is ours.
    unsafe {
        let it = page.as_ref();
        let heap = &*it.heap.get();
        // Whatever its flags say.
        if it.tracked.get() {
            heap.gc.suspects.forget(header);
            heap.gc.brink.forget(header);
        }
        if heap.gc.pass.is_active() {
            heap.gc.pass.forget(header);
        }
        it.free_block(header);
        it.one_less();
        settle(page);
    }
}

unsafe fn settle(page: NonNull<Page>) {
    // SAFETY: a page in use names its heap, which lives at least as long as its pages.
    unsafe {
        let it = page.as_ref();
        let heap = NonNull::new_unchecked(it.heap.get().cast_mut());
        let inner = heap.as_ref();
        if it.bin.get() == u32::MAX {
            // A large object's own pages.
            it.state.set(PageState::Full);
        }
        match it.state.get() {
            PageState::Full if it.live() > 0 => inner.add_partial(&inner.bins[it.bin.get() as usize], page),
            PageState::Full => inner.add_empty(page),
            PageState::Partial if it.live() == 0 => {
                inner.remove_partial(&inner.bins[it.bin.get() as usize], it);
                inner.add_empty(page);
            }
            _ => {}
        }
        if inner.pins.get() == 0 && it.live() == 0 {
            Inner::destroy_if_empty(heap);
        } else if it.block.get() >= LARGE_AT_ONCE && it.live() == 0 {
            inner.give_back_all();
        }
    }
}
