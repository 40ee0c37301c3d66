//! Where the pages come from: segments of 4 MiB, shared by all threads under one lock.
//!
//! Segments are never unmapped (those of one huge object are): the memory of unused pages goes back to the system, their
//! addresses and descriptions stay, so that a thread may look at a description at any time. While a collection runs, pages
//! given back wait, so that the collector may look at every block of every page it found at the start.

use core::ptr::NonNull;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::charge;
use super::header::Hdr;
use super::page::{LARGE_BIN, PAGES, Page, SEGMENT_SIZE, State};
use super::thread::Record;
use crate::asan;
use crate::heap::OutOfMemory;
use crate::os;
use crate::page::{PAGE_SIZE, Placement, class_bytes};

/// The start of a segment.
pub(super) struct Head {
    size: usize,
    /// Made for one huge object.
    own: bool,
    pages: [Page; PAGES],
}

const _: () = assert!(size_of::<Head>() <= PAGE_SIZE && PAGES <= 64);
const HEAD_BYTES: usize = size_of::<Head>().next_multiple_of(4096);

impl Head {
    #[inline(always)]
    pub(super) fn page(&self, number: usize) -> *const Page {
        &raw const self.pages[number & (PAGES - 1)]
    }
}

struct Segment {
    head: NonNull<Head>,
    /// Pages not in use, one bit each; of those, the ones that are resident still.
    free: u64,
    resident: u64,
}

struct Store {
    segments: Vec<Segment>,
    resident: usize,
    /// How many look at pages just now: pages given back wait.
    pinned: usize,
    waiting: Vec<*const Page>,
    /// Pages without an owner, by bin.
    abandoned: HashMap<u32, Vec<&'static Page>>,
}

// SAFETY: everything in it is reached through the lock.
unsafe impl Send for Store {}

static STORE: Mutex<Option<Store>> = Mutex::new(None);
static HELD: AtomicUsize = AtomicUsize::new(0);
static LIMIT: AtomicUsize = AtomicUsize::new(usize::MAX);
/// Bytes of pages that collections look at.
pub(super) static TRACKED: AtomicUsize = AtomicUsize::new(0);
/// Bytes in use that are not pages: working counts, weak references, inboxes, records of threads.
pub(super) static SIDE: AtomicUsize = AtomicUsize::new(0);

struct Locked(MutexGuard<'static, Option<Store>>);

fn lock() -> Locked {
    let mut guard = STORE.lock().unwrap_or_else(PoisonError::into_inner);
    guard.get_or_insert_with(|| Store {
        segments: Vec::new(),
        resident: 0,
        pinned: 0,
        waiting: Vec::new(),
        abandoned: HashMap::new(),
    });
    Locked(guard)
}

impl core::ops::Deref for Locked {
    type Target = Store;
    fn deref(&self) -> &Store {
        self.0.as_ref().expect("made by `lock`")
    }
}

impl core::ops::DerefMut for Locked {
    fn deref_mut(&mut self) -> &mut Store {
        self.0.as_mut().expect("made by `lock`")
    }
}

/// A page could not be had.
#[derive(Clone, Copy, Debug)]
pub(super) enum Refused {
    Limit,
    System,
}

/// Bytes of pages held and of their descriptions.
pub(super) fn held() -> usize {
    HELD.load(Ordering::Relaxed)
}

pub(super) fn side() -> usize {
    SIDE.load(Ordering::Relaxed)
}

pub(super) fn used_bytes() -> usize {
    held().saturating_add(side()).saturating_add(charge::charged())
}

/// The error for a request that there was no room for.
pub(super) fn out_of_memory(requested: usize, system: bool) -> OutOfMemory {
    OutOfMemory { limit: limit(), used: used_bytes(), requested, system }
}

pub(super) fn limit() -> usize {
    LIMIT.load(Ordering::Relaxed)
}

pub(super) fn set_limit(bytes: usize) {
    LIMIT.store(bytes, Ordering::Relaxed);
}

/// A page of the bin for a thread, one with free blocks that nobody owns if there is one.
pub(super) fn take(placed: Placement, tracked: bool, owner: *const Record) -> Result<&'static Page, Refused> {
    let mut store = lock();
    let bin = placed.bin(tracked) as u32;
    if let Some(page) = store.abandoned.get_mut(&bin).and_then(Vec::pop) {
        page.owner.store(owner.cast_mut(), Ordering::Release);
        page.own.state.set(State::Full);
        return Ok(page);
    }
    let (segment, at) = store.take_run(1)?;
    let (page, start) = place(segment, at);
    let block = class_bytes(placed.class as usize);
    // SAFETY: inside the page.
    let first = unsafe { start.add(placed.offset as usize) };
    page.carve(first.as_ptr(), block, (PAGE_SIZE / block) as u32, bin, tracked);
    if tracked {
        TRACKED.fetch_add(PAGE_SIZE, Ordering::Relaxed);
    }
    page.owner.store(owner.cast_mut(), Ordering::Release);
    Ok(page)
}

/// A block of its own for one large object, which no thread owns.
pub(super) fn take_large(placed: Placement, tracked: bool) -> Result<Hdr, Refused> {
    let mut store = lock();
    let count = placed.bytes.div_ceil(PAGE_SIZE);
    let (segment, at) = if count <= PAGES / 2 {
        store.take_run(count)?
    } else {
        store.take_huge(placed.bytes.next_multiple_of(4096))?
    };
    let (page, start) = place(segment, at);
    // SAFETY: inside the page.
    let first = unsafe { start.add(placed.offset as usize) };
    page.carve(first.as_ptr(), placed.bytes, 1, LARGE_BIN, tracked);
    if tracked {
        TRACKED.fetch_add(placed.bytes, Ordering::Relaxed);
    }
    page.owner.store(core::ptr::null_mut(), Ordering::Release);
    Ok(page.take_block().expect("a fresh page has a block"))
}

/// Takes a page back whose blocks are all free. With a huge object's, its description goes: hence no reference.
///
/// # Safety
/// The caller owns the page, and nobody else has a way to it but the collector.
pub(super) unsafe fn give_back(page: *const Page) {
    let mut store = lock();
    // SAFETY: in use until here.
    unsafe {
        (*page).own.state.set(State::Unused);
        (*page).owner.store(core::ptr::null_mut(), Ordering::Release);
    }
    if store.pinned > 0 {
        store.waiting.push(page);
    } else {
        store.release(page);
    }
}

/// A page whose owner goes: others take it over when they need one like it.
pub(super) fn abandon(page: &'static Page) {
    let mut store = lock();
    page.own.state.set(State::Abandoned);
    page.owner.store(core::ptr::null_mut(), Ordering::Release);
    store.abandoned.entry(page.bin.get()).or_default().push(page);
}

/// Gives back those pages without an owner on which nothing lives any more.
pub(super) fn sweep_abandoned() {
    let mut empty = Vec::new();
    {
        let mut store = lock();
        for list in store.abandoned.values_mut() {
            list.retain(|page| {
                // Nobody owns it, and the lock is ours: we are the owner for this moment.
                page.take_remote();
                if page.own.used.get() > 0 {
                    return true;
                }
                empty.push(*page);
                false
            });
        }
    }
    for page in empty {
        // SAFETY: out of the list, it is ours.
        unsafe { give_back(page) };
    }
}

/// Pages as they were when it was made. While it lives no page changes its shape.
pub(super) struct Pinned(Vec<&'static Page>);

impl Pinned {
    pub(super) fn new(wanted: impl Fn(&Page) -> bool) -> Pinned {
        let mut store = lock();
        store.pinned += 1;
        let pinned = Pinned(Vec::new());
        let settled: Vec<_> = store.pages().filter(|page| page.has_settled()).collect();
        drop(store);
        // Not under the lock, for this looks at every block; but before it is known which pages are wanted.
        settled.iter().for_each(|page| page.touch_if_not_calm());
        pinned.fill(wanted)
    }

    fn fill(mut self, wanted: impl Fn(&Page) -> bool) -> Pinned {
        self.0 = lock().pages().filter(|page| wanted(page)).collect();
        self
    }

    /// Lets go of them.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

impl core::ops::Deref for Pinned {
    type Target = [&'static Page];
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Drop for Pinned {
    fn drop(&mut self) {
        let mut store = lock();
        store.pinned -= 1;
        if store.pinned == 0 {
            for page in core::mem::take(&mut store.waiting) {
                store.release(page);
            }
        }
    }
}

/// Calls `f` with every page in use.
pub(super) fn for_each_page(mut f: impl FnMut(&'static Page)) {
    lock().pages().for_each(&mut f);
}

/// Gives the memory of unused pages back to the system.
pub(super) fn trim() {
    let mut store = lock();
    for at in 0..store.segments.len() {
        store.decommit(at);
    }
}

/// The page with this number and where its memory starts.
fn place(segment: NonNull<Head>, at: usize) -> (&'static Page, NonNull<u8>) {
    // SAFETY: a live segment, whose descriptions stay (for huge ones, as long as the object does).
    unsafe { (&*segment.as_ref().page(at), segment.cast::<u8>().add(at * PAGE_SIZE)) }
}

/// Address of the segment of a page, and the page's number.
fn segment_of(page: *const Page) -> (usize, usize) {
    let address = page.addr();
    let back = address & (SEGMENT_SIZE - 1);
    (address - back, (back - core::mem::offset_of!(Head, pages)) / size_of::<Page>())
}

impl Store {
    fn pages(&self) -> impl Iterator<Item = &'static Page> + '_ {
        self.segments.iter().flat_map(|s| (1..PAGES).map(|at| place(s.head, at).0)).filter(|p| p.in_use.get())
    }

    fn fits(&self, more: usize) -> Result<(), Refused> {
        if used_bytes().saturating_add(more) > limit() { Err(Refused::Limit) } else { Ok(()) }
    }

    fn take_run(&mut self, count: usize) -> Result<(NonNull<Head>, usize), Refused> {
        let run = (1_u64 << count) - 1;
        for resident_only in [true, false] {
            if resident_only && self.resident < count {
                continue;
            }
            for at in 0..self.segments.len() {
                let it = &self.segments[at];
                let Some(low) = find_run(if resident_only { it.resident } else { it.free }, run) else { continue };
                let bits = run << low;
                let fresh = (bits & !it.resident).count_ones() as usize;
                self.fits(fresh * PAGE_SIZE)?;
                HELD.fetch_add(fresh * PAGE_SIZE, Ordering::Relaxed);
                let it = &mut self.segments[at];
                self.resident -= (bits & it.resident).count_ones() as usize;
                it.free &= !bits;
                it.resident &= !bits;
                return Ok((it.head, low));
            }
        }
        self.fits(HEAD_BYTES + count * PAGE_SIZE)?;
        let head = reserve(SEGMENT_SIZE, false)?;
        let all = if PAGES == 64 { u64::MAX } else { (1_u64 << PAGES) - 1 };
        self.segments.push(Segment { head, free: all & !1 & !(run << 1), resident: 0 });
        HELD.fetch_add(HEAD_BYTES + count * PAGE_SIZE, Ordering::Relaxed);
        Ok((head, 1))
    }

    fn take_huge(&mut self, bytes: usize) -> Result<(NonNull<Head>, usize), Refused> {
        let total = bytes.checked_add(PAGE_SIZE).ok_or(Refused::System)?;
        self.fits(total)?;
        let head = reserve(total, true)?;
        self.segments.push(Segment { head, free: 0, resident: 0 });
        HELD.fetch_add(total, Ordering::Relaxed);
        Ok((head, 1))
    }

    fn release(&mut self, page: *const Page) {
        let (address, number) = segment_of(page);
        // SAFETY: in use until here.
        let large = unsafe {
            (*page).in_use.set(false);
            ((*page).bin.get() == LARGE_BIN).then(|| (*page).block_bytes())
        };
        // SAFETY: as above.
        if unsafe { (*page).tracked.get() } {
            TRACKED.fetch_sub(large.unwrap_or(PAGE_SIZE), Ordering::Relaxed);
        }
        let at = self.segments.iter().position(|s| s.head.addr().get() == address).expect("the page's segment is ours");
        let head = self.segments[at].head;
        // SAFETY: a live segment.
        let (own, size) = unsafe { (head.as_ref().own, head.as_ref().size) };
        if own {
            self.segments.swap_remove(at);
            HELD.fetch_sub(size, Ordering::Relaxed);
            asan::unpoison(head.as_ptr().cast(), size);
            // SAFETY: the only object in it is gone, and nobody looks at the page of an object that he does not refer to
            // while no collection runs.
            unsafe { os::release(head.cast(), size, SEGMENT_SIZE) };
            return;
        }
        let count = large.map_or(1, |bytes| bytes.div_ceil(PAGE_SIZE));
        asan::unpoison(head.cast::<u8>().as_ptr().wrapping_add(number * PAGE_SIZE), count * PAGE_SIZE);
        let bits = ((1_u64 << count) - 1) << number;
        self.segments[at].free |= bits;
        self.segments[at].resident |= bits;
        self.resident += count;
        if self.resident > 16 + held() / PAGE_SIZE / 16 {
            self.decommit(at);
        }
    }

    fn decommit(&mut self, at: usize) {
        let it = &mut self.segments[at];
        let mut bits = core::mem::take(&mut it.resident);
        let pages = bits.count_ones() as usize;
        while bits != 0 {
            let low = bits.trailing_zeros() as usize;
            let run = (bits >> low).trailing_ones() as usize;
            // SAFETY: pages of this segment that nobody uses.
            unsafe { os::decommit(it.head.cast::<u8>().add(low * PAGE_SIZE), run * PAGE_SIZE) };
            bits = if low + run >= 64 { 0 } else { bits >> (low + run) << (low + run) };
        }
        self.resident -= pages;
        HELD.fetch_sub(pages * PAGE_SIZE, Ordering::Relaxed);
    }
}

fn reserve(size: usize, own: bool) -> Result<NonNull<Head>, Refused> {
    let head = os::reserve(size, SEGMENT_SIZE).ok_or(Refused::System)?.cast::<Head>();
    // SAFETY: fresh memory, large enough for the head.
    unsafe { head.write(Head { size, own, pages: [const { Page::none() }; PAGES] }) };
    Ok(head)
}

/// The lowest place in `mask` where all of `run`'s bits fit.
fn find_run(mask: u64, run: u64) -> Option<usize> {
    if run == 1 {
        return (mask != 0).then(|| mask.trailing_zeros() as usize);
    }
    let width = run.count_ones() as usize;
    (0..=PAGES - width).find(|&at| mask >> at & run == run)
}
