//! Pages of `sync`: blocks of one size, owned by one thread, freed into by all.
//!
//! The owner takes blocks from a plain free list. Others push the blocks they free on the page's atomic stack, and whoever
//! pushes on an empty stack tells the owner, who takes the whole stack over. A page whose owner has gone belongs to nobody until
//! another thread needs one like it.

use core::cell::Cell;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicU8, AtomicU32, Ordering};

use super::header::{HEADER_SIZE, Hdr, Header};
use super::remote::{Block, Remote};
use super::store;
use super::thread::{self, Record};
use crate::asan;
use crate::page::PAGE_SIZE;

pub(super) const SEGMENT_SHIFT: u32 = if cfg!(miri) { 17 } else { 22 };
pub(super) const SEGMENT_SIZE: usize = 1 << SEGMENT_SHIFT;
pub(super) const PAGES: usize = SEGMENT_SIZE / PAGE_SIZE;
/// Bytes put on the free list at once when a page is fresh: memory is touched only as it is needed.
pub(super) const CHUNK: usize = 8192;
/// The bin of a page that holds one large object.
pub(super) const LARGE_BIN: u32 = u32::MAX;

/// Where a page stands, as its owner sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    Unused,
    /// New objects of its bin come from it.
    Current,
    /// In its bin's list of pages with free blocks.
    Partial,
    /// No free block that the owner knows of.
    Full,
    /// Its owner has gone.
    Abandoned,
}

/// How long ago objects were made on a page.
mod age {
    pub(super) const OLD: u8 = 0;
    /// Before the last young pass.
    pub(super) const MIDDLE: u8 = 1;
    /// Since then.
    pub(super) const YOUNG: u8 = 2;
    /// They are being made.
    pub(super) const CURRENT: u8 = 3;
}

/// What only the owner looks at.
#[repr(align(64))]
pub(super) struct Own {
    /// Free blocks, linked through their second word.
    pub(super) free: Cell<*mut Header>,
    /// Blocks that are not on the free list.
    pub(super) used: Cell<u32>,
    pub(super) state: Cell<State>,
    pub(super) next: Cell<*mut Page>,
    pub(super) prev: Cell<*mut Page>,
    /// Position in the owner's table of pages.
    pub(super) number: Cell<u32>,
}

/// What other threads write.
#[repr(align(64))]
pub(super) struct Others {
    remote: Remote<Header>,
}

impl Block for Header {
    unsafe fn set_link(this: NonNull<Header>, next: *mut Header) {
        // SAFETY: the caller owns the block.
        unsafe { this.as_ref() }.set_link(next);
    }
}

/// What is known of a page. The first part changes only when the page changes hands, under the lock of the store.
#[repr(align(64))]
pub(crate) struct Page {
    pub(super) owner: AtomicPtr<Record>,
    first: Cell<*mut u8>,
    block: Cell<usize>,
    reciprocal: Cell<u32>,
    capacity: Cell<u32>,
    pub(super) bin: Cell<u32>,
    /// Blocks that have ever been on the free list: their headers are initialised.
    bump: AtomicU32,
    pub(super) tracked: Cell<bool>,
    pub(super) in_use: Cell<bool>,
    age: AtomicU8,
    /// A calm object on it lost one of several references since a pass looked at it.
    touched: AtomicBool,
    /// What `Record::passed` of its owner was when a pass had made objects on it calm beside the owner; 0 if there is nothing to wait for.
    unsettled: AtomicU32,
    /// Working counts during a collection; null otherwise. The collector's.
    side: AtomicPtr<u32>,
    pub(super) own: Own,
    others: Others,
}

// SAFETY: the cells of the first part are written under the lock of the store before the page is handed to its owner, or
// found by the collector, through that lock; those of `own` belong to the owner, and change hands with the page.
unsafe impl Sync for Page {}

impl Page {
    pub(super) const fn none() -> Page {
        Page {
            owner: AtomicPtr::new(core::ptr::null_mut()),
            first: Cell::new(core::ptr::null_mut()),
            block: Cell::new(0),
            reciprocal: Cell::new(0),
            capacity: Cell::new(0),
            bin: Cell::new(0),
            bump: AtomicU32::new(0),
            tracked: Cell::new(false),
            in_use: Cell::new(false),
            age: AtomicU8::new(age::OLD),
            touched: AtomicBool::new(false),
            unsettled: AtomicU32::new(0),
            side: AtomicPtr::new(core::ptr::null_mut()),
            own: Own {
                free: Cell::new(core::ptr::null_mut()),
                used: Cell::new(0),
                state: Cell::new(State::Unused),
                next: Cell::new(core::ptr::null_mut()),
                prev: Cell::new(core::ptr::null_mut()),
                number: Cell::new(0),
            },
            others: Others { remote: Remote::of(AtomicPtr::new(core::ptr::null_mut())) },
        }
    }

    /// Cuts a page that nobody uses into blocks. `first`: the header of the first.
    pub(super) fn carve(&self, first: *mut u8, block: usize, capacity: u32, bin: u32, tracked: bool) {
        self.first.set(first);
        self.block.set(block);
        self.capacity.set(capacity);
        self.reciprocal.set(if capacity == 1 { 0 } else { ((1_u64 << 32) / block as u64 + 1) as u32 });
        self.bin.set(bin);
        self.bump.store(0, Ordering::Relaxed);
        self.tracked.set(tracked);
        self.own.free.set(core::ptr::null_mut());
        self.own.used.set(0);
        self.own.state.set(State::Full);
        debug_assert!(self.side.load(Ordering::Relaxed).is_null());
        debug_assert!(self.others.remote.take().is_none());
        self.in_use.set(true);
        self.age.store(age::YOUNG, Ordering::Relaxed);
        self.touched.store(false, Ordering::Relaxed);
        self.unsettled.store(0, Ordering::Relaxed);
    }

    /// New objects come from it, or do so no more. The owner's.
    pub(super) fn is_current(&self, yes: bool) {
        self.age.store(if yes { age::CURRENT } else { age::YOUNG }, Ordering::Relaxed);
    }

    /// A pass that had begun to look at it was given up.
    pub(super) fn grow_young(&self) {
        // Not one from which objects are made again.
        let young = |age| (age != age::CURRENT).then_some(age::YOUNG);
        let _ = self.age.fetch_update(Ordering::Relaxed, Ordering::Relaxed, young);
    }

    /// Something on it may have become garbage. Stores whatever it was: with release, so that the pass which takes this away
    /// ([`take_touched`](Self::take_touched)) sees what went before.
    #[inline]
    pub(super) fn touch(&self) {
        self.touched.store(true, Ordering::Release);
        if self.age.load(Ordering::Relaxed) == age::OLD {
            super::collect::old_touched();
        }
    }

    pub(super) fn is_touched(&self) -> bool {
        self.touched.load(Ordering::Relaxed)
    }

    /// A pass begins to look at it: was it touched?
    pub(super) fn take_touched(&self) -> bool {
        self.is_touched() && self.touched.swap(false, Ordering::AcqRel)
    }

    /// Is its owner another thread?
    pub(super) fn belongs_elsewhere(&self) -> bool {
        let owner = self.owner.load(Ordering::Relaxed);
        !owner.is_null() && !core::ptr::eq(owner, thread::record())
    }

    /// A pass has made objects on it calm while its owner may have been between the load and the store of its short way: what that store
    /// does is looked at when the owner has passed on ([`has_settled`](Self::has_settled)). After a heavy fence.
    pub(super) fn unsettle(&self) {
        // SAFETY: records live for ever.
        if let Some(owner) = unsafe { self.owner.load(Ordering::Acquire).as_ref() } {
            self.unsettled.store(owner.passed(), Ordering::Relaxed);
        }
    }

    /// Was it unsettled, and has its owner passed on, or gone? Says so once.
    pub(super) fn has_settled(&self) -> bool {
        let at = self.unsettled.load(Ordering::Relaxed);
        if at == 0 {
            return false;
        }
        // SAFETY: records live for ever.
        let waits = unsafe { self.owner.load(Ordering::Acquire).as_ref() }.is_some_and(|owner| owner.passed() == at);
        if !waits {
            self.unsettled.store(0, Ordering::Relaxed);
        }
        !waits
    }

    /// Touches the page if an object on it is not calm: a store of its owner has undone what a pass wrote.
    pub(super) fn touch_if_not_calm(&self) {
        // SAFETY: below `bump`, so the counts may be read, whatever lies there.
        let touched = |index| unsafe { self.header(index).as_ref() }.counts.lost_calm();
        if !self.is_touched() && (0..self.bump()).any(touched) {
            self.touch();
        }
    }

    /// Does it hold one large object?
    pub(super) fn is_large(&self) -> bool {
        self.bin.get() == LARGE_BIN
    }

    /// Generation of what lies on it.
    pub(super) fn generation(&self) -> u32 {
        match self.age.load(Ordering::Relaxed) {
            age::OLD => 2,
            age::MIDDLE => 1,
            _ => 0,
        }
    }

    /// Does a pass over this generation look at the page? If so, its objects are older afterwards.
    pub(super) fn grow_older(&self, generation: u32) -> bool {
        let (least, older) = match generation {
            0 => (age::YOUNG, age::MIDDLE),
            1 => (age::MIDDLE, age::OLD),
            _ => (age::OLD, age::OLD),
        };
        let now = self.age.load(Ordering::Relaxed);
        if now != age::CURRENT && now >= least {
            // The owner may be faster: then objects are being made on it again.
            let _ = self.age.compare_exchange(now, older, Ordering::Relaxed, Ordering::Relaxed);
        }
        now >= least
    }

    pub(super) fn block_bytes(&self) -> usize {
        self.block.get()
    }

    pub(super) fn bump(&self) -> usize {
        self.bump.load(Ordering::Acquire) as usize
    }

    pub(super) fn capacity(&self) -> usize {
        self.capacity.get() as usize
    }

    /// Free blocks, those not cut yet included.
    pub(super) fn spare(&self) -> usize {
        (self.capacity.get() - self.own.used.get()) as usize
    }

    /// Index of a block.
    ///
    /// # Safety
    /// The header belongs to this page.
    #[inline(always)]
    pub(super) unsafe fn index_of(&self, header: Hdr) -> usize {
        let distance = header.as_ptr().cast::<u8>().addr() - self.first.get().addr();
        ((distance as u64 * u64::from(self.reciprocal.get())) >> 32) as usize
    }

    /// The header of a block.
    #[inline(always)]
    pub(super) fn header(&self, index: usize) -> Hdr {
        debug_assert!(index < self.capacity());
        // SAFETY: the block lies in the page.
        unsafe { NonNull::new_unchecked(self.first.get().add(index * self.block.get()).cast()) }
    }

    /// Takes a free block that is known already. The owner's.
    #[inline(always)]
    pub(super) fn pop(&self) -> Option<Hdr> {
        let block = NonNull::new(self.own.free.get())?;
        // SAFETY: a block on the free list has an initialised header.
        self.own.free.set(unsafe { block.as_ref() }.link());
        self.own.used.set(self.own.used.get() + 1);
        asan::unpoison(block.cast::<u8>().as_ptr().wrapping_add(HEADER_SIZE), self.behind());
        Some(block)
    }

    /// Bytes of a block behind its header.
    #[inline(always)]
    fn behind(&self) -> usize {
        // Pages are aligned, so the first header's place in its page is its place in the block.
        self.block.get() - (self.first.get().addr() & (PAGE_SIZE - 1)) - HEADER_SIZE
    }

    /// The payload of a free block may not be touched: AddressSanitizer sees it in builds with `--cfg adder_asan`.
    #[inline(always)]
    fn poison(&self, block: Hdr) {
        asan::poison(block.cast::<u8>().as_ptr().wrapping_add(HEADER_SIZE), self.behind());
    }

    /// Takes a free block: what others have freed, and fresh ones, included. The owner's.
    pub(super) fn take_block(&self) -> Option<Hdr> {
        if let Some(block) = self.pop() {
            return Some(block);
        }
        if self.take_remote() > 0 || self.extend() { self.pop() } else { None }
    }

    fn extend(&self) -> bool {
        let from = self.bump.load(Ordering::Relaxed);
        if from == self.capacity.get() {
            return false;
        }
        let step = (CHUNK / self.block.get()).max(1) as u32;
        let to = (from + step).min(self.capacity.get());
        let mut next = self.own.free.get();
        for index in (from..to).rev() {
            let block = self.header(index as usize);
            // SAFETY: a block of this page that was never in use; nobody reads it before `bump` says so.
            unsafe { Header::write_free(block, next) };
            self.poison(block);
            next = block.as_ptr();
        }
        self.own.free.set(next);
        self.bump.store(to, Ordering::Release);
        true
    }

    /// Takes over what others have freed; says how many blocks. The owner's.
    pub(super) fn take_remote(&self) -> u32 {
        self.others.remote.take().map_or(0, |first| self.took(first))
    }

    /// [`take_remote`](Self::take_remote) of a new owner, who must write to the stack in any case: whoever pushes afterwards
    /// then finds out about him.
    pub(super) fn adopted(&self) -> u32 {
        self.others.remote.adopt().map_or(0, |first| self.took(first))
    }

    /// Puts blocks that were taken from the stack on the free list; says how many they are.
    fn took(&self, first: Hdr) -> u32 {
        let mut last = first;
        let mut blocks = 1;
        // SAFETY: blocks of this page that were freed, linked through their second word.
        while let Some(next) = NonNull::new(unsafe { last.as_ref() }.link()) {
            last = next;
            blocks += 1;
        }
        // SAFETY: as above.
        unsafe { last.as_ref() }.set_link(self.own.free.get());
        self.own.free.set(first.as_ptr());
        self.own.used.set(self.own.used.get() - blocks);
        blocks
    }

    /// Objects alive on it. Looks at every block.
    pub(super) fn living(&self) -> usize {
        // SAFETY: below `bump` every header is initialised, and its counts may be read at any time.
        (0..self.bump()).filter(|&index| unsafe { self.header(index).as_ref() }.counts.is_alive()).count()
    }

    /// Is the page part of the pass that runs?
    #[inline(always)]
    pub(super) fn has_side(&self) -> bool {
        !self.side.load(Ordering::Relaxed).is_null()
    }

    /// Working count of a block; `None` if the page is not part of the pass.
    #[inline(always)]
    pub(super) fn slot(&self, index: usize) -> Option<&Cell<u32>> {
        let side = NonNull::new(self.side.load(Ordering::Relaxed))?;
        // SAFETY: the array has an entry for each block; only the collector uses it.
        Some(unsafe { side.add(index).cast::<Cell<u32>>().as_ref() })
    }

    /// Makes working counts, all zero; says how many bytes.
    pub(super) fn make_side(&self) -> usize {
        let zeroed = vec![0_u32; self.capacity()].into_boxed_slice();
        let bytes = size_of_val(&*zeroed);
        let old = self.side.swap(Box::into_raw(zeroed).cast(), Ordering::Relaxed);
        debug_assert!(old.is_null());
        bytes
    }

    pub(super) fn clear_side(&self) {
        if let Some(side) = NonNull::new(self.side.load(Ordering::Relaxed)) {
            // SAFETY: as in `slot`.
            unsafe { side.write_bytes(0, self.capacity()) };
        }
    }

    pub(super) fn drop_side(&self) {
        let side = self.side.swap(core::ptr::null_mut(), Ordering::Relaxed);
        if !side.is_null() {
            // SAFETY: made by `make_side` with this length.
            drop(unsafe { Box::from_raw(core::ptr::slice_from_raw_parts_mut(side, self.capacity())) });
        }
    }
}

/// The page of an object.
///
/// # Safety
/// The header belongs to a block of a page of this module (it is not the tombstone's).
#[inline(always)]
pub(crate) unsafe fn page_of<'a>(header: Hdr) -> &'a Page {
    let address = header.as_ptr().cast::<u8>().addr();
    let number = (address >> PAGE_SIZE.trailing_zeros()) & (PAGES - 1);
    let back = address & (SEGMENT_SIZE - 1);
    // SAFETY: segments are aligned to their size and start with the table of their pages; the header lies in the first
    // `SEGMENT_SIZE` bytes, and its pointer has provenance for the whole reservation. Descriptions stay as long as the
    // process does.
    unsafe { &*header.cast::<u8>().sub(back).cast::<store::Head>().as_ref().page(number) }
}

/// Bytes of the block of an object.
pub(crate) fn block_bytes(header: Hdr) -> usize {
    // SAFETY: called with headers of objects on pages.
    unsafe { page_of(header) }.block_bytes()
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
        header.as_ref().counts.reset();
        page.poison(header);
        let owner = page.owner.load(Ordering::Relaxed);
        if !owner.is_null() && core::ptr::eq(owner, thread::record()) {
            let next = page.own.free.get();
            header.as_ref().set_link(next);
            page.own.free.set(header.as_ptr());
            let used = page.own.used.get() - 1;
            page.own.used.set(used);
            if next.is_null() || used == 0 {
                thread::settle(page);
            }
        } else {
            free_elsewhere(core::ptr::from_ref(page), header);
        }
    }
}

#[inline(never)]
unsafe fn free_elsewhere(page: *const Page, header: Hdr) {
    // SAFETY: a page in use.
    if unsafe { (*page).bin.get() } == LARGE_BIN {
        // SAFETY: its only block is free.
        return unsafe { store::give_back(page) };
    }
    // SAFETY: pages of small objects stay for ever.
    let page: &'static Page = unsafe { &*page };
    // SAFETY: the block is ours.
    if unsafe { page.others.remote.push(header) } {
        thread::tell_owner(page);
    }
}

const _: () = assert!(HEADER_SIZE == 16);
