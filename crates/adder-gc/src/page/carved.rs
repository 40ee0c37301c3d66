//! Pages cut out of aligned segments: the real allocator.
//!
//! A segment is 4 MiB (or, for one large object, as much as that needs), aligned to 4 MiB. Its first page holds the
//! descriptions of all the others, together, so that they do not all fall into one set of the cache. An object's header
//! always lies within the first 4 MiB of its segment; the page is found from bits 16 to 21 of the address.

use core::cell::Cell;
use core::ptr::NonNull;

use super::{PAGE_SHIFT, PAGE_SIZE, Page, PageState, Placement, class_bytes};
use crate::asan;
use crate::header::{Hdr, Header, count};
use crate::heap::Inner;
use crate::os;

#[cfg(not(miri))]
const SEGMENT_SHIFT: u32 = 22;
#[cfg(miri)]
const SEGMENT_SHIFT: u32 = 17;
const SEGMENT_SIZE: usize = 1 << SEGMENT_SHIFT;
const PAGES: usize = 1 << (SEGMENT_SHIFT - PAGE_SHIFT);
/// Bytes put on the free list at once when a page is fresh: memory is touched only as it is needed.
const CHUNK: usize = 4096;
/// Free blocks of a used page put in reach of the fast path at once.
const PORTION: usize = 128;

struct Segment {
    /// Bytes reserved.
    size: usize,
    /// Made for one large object.
    own: bool,
    /// Pages not in use, one bit each.
    free: Cell<u64>,
    /// Of those, the ones that are resident still.
    resident: Cell<u64>,
    pages: [Page; PAGES],
}

const _: () = assert!(size_of::<Segment>() <= PAGE_SIZE && PAGES <= 64);

/// Bytes counted for the descriptions of a segment's pages.
const HEAD_BYTES: usize = size_of::<Segment>().next_multiple_of(4096);

/// The page on which a header lies.
///
/// # Safety
/// The header belongs to a block of a page (it is not foreign).
#[inline(always)]
pub(crate) unsafe fn page_of(header: Hdr) -> NonNull<Page> {
    let address = header.as_ptr().cast::<u8>().addr();
    let number = (address >> PAGE_SHIFT) & (PAGES - 1);
    let back = address & (SEGMENT_SIZE - 1);
    // SAFETY: segments are aligned to their size and start with a `Segment`; the header lies in its first
    // `SEGMENT_SIZE` bytes, and its pointer has provenance for the whole reservation.
    unsafe {
        let segment = header.cast::<u8>().sub(back).cast::<Segment>();
        let pages: *mut Page = (&raw mut (*segment.as_ptr()).pages).cast();
        NonNull::new_unchecked(pages.add(number))
    }
}

impl Page {
    /// Index of a block.
    ///
    /// # Safety
    /// The header belongs to this page.
    #[inline(always)]
    pub(crate) unsafe fn index_of(&self, header: Hdr) -> usize {
        let distance = header.as_ptr().cast::<u8>().addr() - self.first.get().addr();
        ((distance as u64 * u64::from(self.reciprocal.get())) >> 32) as usize
    }

    /// The header of a block below `bump`.
    #[inline(always)]
    pub(crate) fn header(&self, index: usize) -> Option<Hdr> {
        debug_assert!(index < self.bump.get() as usize);
        // SAFETY: the block lies in the page.
        Some(unsafe { NonNull::new_unchecked(self.first.get().add(index * self.block.get()).cast()) })
    }

    /// Puts more of a fresh page on its free list, in the order of addresses. False when the page is used up.
    pub(crate) fn extend(&self) -> bool {
        let from = self.bump.get();
        let step = (CHUNK / self.block.get()).clamp(1, PORTION) as u32;
        let to = (from + step).min(self.capacity.get());
        if from == to {
            return false;
        }
        self.bump.set(to);
        let mut next = self.free.get();
        for index in (from..to).rev() {
            let block = self.header(index as usize).expect("carved pages have every header");
            // SAFETY: fresh memory of this page.
            unsafe {
                block.write(Header {
                    count: Cell::new(count::FREE),
                    flags: Cell::new(0),
                    info: Cell::new(next.cast()),
                });
            }
            super::poison_payload(self, block);
            next = block.as_ptr();
        }
        self.free.set(next);
        true
    }

    /// A free block, and how many more were put in reach of the fast path.
    pub(crate) fn take_block(&self) -> Option<(Hdr, usize)> {
        if let Some(block) = super::pop_free(self) {
            return Some((block, 0));
        }
        let more = self.next_portion();
        super::pop_free(self).map(|block| (block, more))
    }

    /// A free block, with none left in reach of the fast path.
    pub(crate) fn take_alone(&self) -> Option<(Hdr, usize)> {
        if self.free.get().is_null() && self.rest.get().is_null() {
            self.extend();
        }
        self.put_off();
        let block = NonNull::new(self.rest.get())?;
        // SAFETY: blocks of the rest are free, and linked through their info word.
        unsafe {
            self.rest.set(block.as_ref().info.get().cast_mut().cast());
            block.as_ref().info.set(core::ptr::null());
        }
        self.free.set(block.as_ptr());
        super::pop_free(self).map(|block| (block, 1))
    }

    /// Takes all of the free list off, to be handed out later: the next birth comes the slow way.
    pub(crate) fn put_off(&self) {
        let first = self.free.replace(core::ptr::null_mut());
        if first.is_null() {
            return;
        }
        let mut last = first;
        // SAFETY: blocks of the free list are free, and linked through their info word.
        unsafe {
            while !(*last).info.get().is_null() {
                last = (*last).info.get().cast_mut().cast();
            }
            (*last).info.set(self.rest.get().cast());
        }
        self.rest.set(first);
    }

    /// Refills the free list: with a portion of the rest, or by extending the page.
    fn next_portion(&self) -> usize {
        let rest = self.rest.get();
        if rest.is_null() {
            let before = self.bump.get();
            self.extend();
            return (self.bump.get() - before) as usize;
        }
        let mut last = rest;
        let mut count = 1;
        // SAFETY: blocks of the rest are free, and linked through their info word.
        unsafe {
            while count < PORTION && !(*last).info.get().is_null() {
                last = (*last).info.get().cast_mut().cast();
                count += 1;
            }
            self.rest.set((*last).info.get().cast_mut().cast());
            (*last).info.set(core::ptr::null());
        }
        self.free.set(rest);
        count
    }

    /// Sorts the free list by address, so that objects made in a row lie in a row.
    pub(crate) fn sort_free(&self) {
        let mut next: *mut Header = core::ptr::null_mut();
        for index in (0..self.bump.get() as usize).rev() {
            let block = self.header(index).expect("carved pages have every header");
            // SAFETY: below `bump` every header is initialised.
            let header = unsafe { block.as_ref() };
            if header.count.get() == count::FREE {
                header.info.set(next.cast());
                next = block.as_ptr();
            }
        }
        self.free.set(core::ptr::null_mut());
        self.rest.set(next);
    }
}

/// The segments of one heap.
pub(crate) struct Store {
    segments: core::cell::UnsafeCell<Vec<NonNull<Segment>>>,
    /// Pages not in use, over all segments; of these, resident ones.
    free: Cell<usize>,
    resident: Cell<usize>,
    /// Bytes held: pages in use or resident, and the heads of the segments.
    held: Cell<usize>,
}

/// A page could not be had.
pub(crate) enum Refused {
    /// It would have exceeded the limit by so much.
    Limit,
    /// The system gave none.
    System,
}

impl Store {
    pub(crate) const fn new() -> Store {
        Store {
            segments: core::cell::UnsafeCell::new(Vec::new()),
            free: Cell::new(0),
            resident: Cell::new(0),
            held: Cell::new(0),
        }
    }

    /// Bytes of pages held and of their descriptions.
    pub(crate) fn held(&self) -> usize {
        self.held.get()
    }

    fn segments(&self) -> &Vec<NonNull<Segment>> {
        // SAFETY: changed only by `&self` methods below that run no foreign code while they hold it.
        unsafe { &*self.segments.get() }
    }

    #[allow(clippy::mut_from_ref, reason = "one thread, and no borrow is held while other code runs")]
    fn segments_mut(&self) -> &mut Vec<NonNull<Segment>> {
        // SAFETY: as above; no two of these borrows overlap.
        unsafe { &mut *self.segments.get() }
    }

    /// Bytes of the table itself.
    pub(crate) fn table_bytes(&self) -> usize {
        self.segments().capacity() * size_of::<NonNull<Segment>>()
    }

    /// A page for a bin, or pages of their own for one large block. `spare`: bytes that may still be taken.
    pub(crate) fn take(
        &self,
        heap: *const Inner,
        placed: Placement,
        tracked: bool,
        spare: usize,
    ) -> Result<NonNull<Page>, Refused> {
        let large = placed.class == super::LARGE;
        let bytes = if large { placed.bytes } else { PAGE_SIZE };
        let count = bytes.div_ceil(PAGE_SIZE);
        let page = if count <= PAGES / 2 {
            self.take_run(count, spare)?
        } else {
            self.take_huge(bytes.next_multiple_of(4096), spare)?
        };
        // SAFETY: a page of ours that is not in use.
        let it = unsafe { page.as_ref() };
        let start = self.start_of(page);
        let block = if large { placed.bytes } else { class_bytes(placed.class as usize) };
        it.heap.set(heap);
        it.free.set(core::ptr::null_mut());
        it.rest.set(core::ptr::null_mut());
        // SAFETY: inside the page.
        it.first.set(unsafe { start.as_ptr().add(placed.offset as usize) });
        it.block.set(block);
        it.capacity.set(if large { 1 } else { (PAGE_SIZE / block) as u32 });
        it.reciprocal.set(if large { 0 } else { ((1_u64 << 32) / block as u64 + 1) as u32 });
        it.used.set(0);
        it.bump.set(0);
        it.bin.set(if large { u32::MAX } else { placed.bin(tracked) as u32 });
        it.tracked.set(tracked);
        debug_assert!(it.side.get().is_null());
        Ok(page)
    }

    fn start_of(&self, page: NonNull<Page>) -> NonNull<u8> {
        // SAFETY: descriptions lie in the head of their segment, whose provenance the pointer has.
        unsafe {
            let back = page.as_ptr().addr() & (SEGMENT_SIZE - 1);
            let segment = page.cast::<u8>().sub(back);
            let pages: *const Page = (&raw const (*segment.cast::<Segment>().as_ptr()).pages).cast();
            let number = (page.as_ptr().addr() - pages.addr()) / size_of::<Page>();
            segment.add(number * PAGE_SIZE)
        }
    }

    fn segment_of(page: NonNull<Page>) -> (NonNull<Segment>, usize) {
        // SAFETY: as in `start_of`.
        unsafe {
            let back = page.as_ptr().addr() & (SEGMENT_SIZE - 1);
            let segment = page.cast::<u8>().sub(back).cast::<Segment>();
            let pages: *const Page = (&raw const (*segment.as_ptr()).pages).cast();
            (segment, (page.as_ptr().addr() - pages.addr()) / size_of::<Page>())
        }
    }

    fn take_run(&self, count: usize, spare: usize) -> Result<NonNull<Page>, Refused> {
        let run = (1_u64 << count) - 1;
        if self.free.get() >= count {
            // Resident ones first: they cost nothing and are counted already.
            for resident_only in [true, false] {
                if resident_only && self.resident.get() < count {
                    continue;
                }
                for &segment in self.segments() {
                    // SAFETY: a live segment of ours.
                    let it = unsafe { segment.as_ref() };
                    let mask = if resident_only { it.resident.get() } else { it.free.get() };
                    let Some(at) = find_run(mask, run) else { continue };
                    let bits = run << at;
                    let fresh = (bits & !it.resident.get()).count_ones() as usize;
                    if fresh * PAGE_SIZE > spare {
                        return Err(Refused::Limit);
                    }
                    self.resident.set(self.resident.get() - (bits & it.resident.get()).count_ones() as usize);
                    self.free.set(self.free.get() - count);
                    self.held.set(self.held.get() + fresh * PAGE_SIZE);
                    it.free.set(it.free.get() & !bits);
                    it.resident.set(it.resident.get() & !bits);
                    return Ok(page_at(segment, at));
                }
            }
        }
        if HEAD_BYTES + count * PAGE_SIZE > spare {
            return Err(Refused::Limit);
        }
        let segment = self.reserve(SEGMENT_SIZE, false)?;
        // SAFETY: just made.
        let it = unsafe { segment.as_ref() };
        let all = if PAGES == 64 { u64::MAX } else { (1_u64 << PAGES) - 1 };
        it.free.set(all & !1 & !(run << 1));
        self.free.set(self.free.get() + PAGES - 1 - count);
        self.held.set(self.held.get() + HEAD_BYTES + count * PAGE_SIZE);
        Ok(page_at(segment, 1))
    }

    fn take_huge(&self, bytes: usize, spare: usize) -> Result<NonNull<Page>, Refused> {
        let total = bytes.checked_add(PAGE_SIZE).ok_or(Refused::System)?;
        if total > spare {
            return Err(Refused::Limit);
        }
        let segment = self.reserve(total, true)?;
        self.held.set(self.held.get() + total);
        Ok(page_at(segment, 1))
    }

    fn reserve(&self, size: usize, own: bool) -> Result<NonNull<Segment>, Refused> {
        let segment = os::reserve(size, SEGMENT_SIZE).ok_or(Refused::System)?.cast::<Segment>();
        // SAFETY: fresh memory, large enough for the head.
        unsafe {
            segment.write(Segment {
                size,
                own,
                free: Cell::new(0),
                resident: Cell::new(0),
                pages: [const { Page::none() }; PAGES],
            });
        }
        self.segments_mut().push(segment);
        Ok(segment)
    }

    /// Takes a page back whose blocks are all free. It stays resident while few others are.
    pub(crate) fn give_back(&self, page: NonNull<Page>) {
        // SAFETY: a page of ours.
        let it = unsafe { page.as_ref() };
        let (segment, number) = Self::segment_of(page);
        it.state.set(PageState::Unused);
        it.heap.set(core::ptr::null());
        // SAFETY: a live segment of ours.
        let seg = unsafe { segment.as_ref() };
        asan::unpoison(
            self.start_of(page).as_ptr(),
            it.block.get().next_multiple_of(PAGE_SIZE).min(seg.size - number * PAGE_SIZE),
        );
        if seg.own {
            self.held.set(self.held.get() - seg.size);
            self.unmap(segment);
            return;
        }
        let count = if it.bin.get() == u32::MAX { it.block.get().div_ceil(PAGE_SIZE) } else { 1 };
        let bits = ((1_u64 << count) - 1) << number;
        seg.free.set(seg.free.get() | bits);
        seg.resident.set(seg.resident.get() | bits);
        self.free.set(self.free.get() + count);
        self.resident.set(self.resident.get() + count);
    }

    /// Gives the memory of unused pages back to the system, but for a few.
    pub(crate) fn decommit_excess(&self) {
        let keep = 16 + self.held.get() / PAGE_SIZE / 16;
        for segment in self.segments().clone() {
            if self.resident.get() <= keep {
                break;
            }
            // SAFETY: a live segment of ours.
            if !unsafe { segment.as_ref() }.own {
                self.decommit(segment);
            }
        }
    }

    /// Gives the memory of a segment's unused pages back to the system, and the segment too if it has no others.
    fn decommit(&self, segment: NonNull<Segment>) {
        // SAFETY: a live segment of ours.
        let seg = unsafe { segment.as_ref() };
        let mut bits = seg.resident.replace(0);
        let pages = bits.count_ones() as usize;
        self.resident.set(self.resident.get() - pages);
        self.held.set(self.held.get() - pages * PAGE_SIZE);
        while bits != 0 {
            let at = bits.trailing_zeros();
            let run = (bits >> at).trailing_ones();
            // SAFETY: pages that are not in use.
            unsafe { os::decommit(segment.cast::<u8>().add(at as usize * PAGE_SIZE), run as usize * PAGE_SIZE) };
            bits &= !(if run == 64 { u64::MAX } else { ((1_u64 << run) - 1) << at });
        }
        if seg.free.get().count_ones() as usize == PAGES - 1 && self.free.get() > 2 * (PAGES - 1) {
            self.free.set(self.free.get() - (PAGES - 1));
            self.held.set(self.held.get() - HEAD_BYTES);
            self.unmap(segment);
        }
    }

    fn unmap(&self, segment: NonNull<Segment>) {
        let segments = self.segments_mut();
        if let Some(at) = segments.iter().position(|&s| s == segment) {
            segments.swap_remove(at);
        }
        // SAFETY: nothing in it is in use, and it was just taken out of the table.
        unsafe {
            let size = segment.as_ref().size;
            os::release(segment.cast(), size, SEGMENT_SIZE);
        }
    }

    /// Gives everything that is not in use back to the system; says how many bytes.
    pub(crate) fn trim(&self) -> usize {
        let before = self.held.get();
        for segment in self.segments().clone() {
            // SAFETY: a live segment of ours.
            let seg = unsafe { segment.as_ref() };
            if seg.own {
                continue;
            }
            self.decommit(segment);
        }
        for segment in self.segments().clone() {
            // SAFETY: as above.
            let seg = unsafe { segment.as_ref() };
            if !seg.own && seg.free.get().count_ones() as usize == PAGES - 1 {
                self.free.set(self.free.get() - (PAGES - 1));
                self.held.set(self.held.get() - HEAD_BYTES);
                self.unmap(segment);
            }
        }
        before - self.held.get()
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        for segment in core::mem::take(self.segments_mut()) {
            // SAFETY: the heap is going away and no block is in use.
            unsafe {
                let size = segment.as_ref().size;
                asan::unpoison(segment.as_ptr().cast(), size);
                os::release(segment.cast(), size, SEGMENT_SIZE);
            }
        }
    }
}

fn page_at(segment: NonNull<Segment>, number: usize) -> NonNull<Page> {
    // SAFETY: inside the head of the segment.
    unsafe {
        let pages: *mut Page = (&raw mut (*segment.as_ptr()).pages).cast();
        NonNull::new_unchecked(pages.add(number))
    }
}

/// The lowest place in `mask` where all of `run`'s bits fit.
fn find_run(mask: u64, run: u64) -> Option<usize> {
    if run == 1 {
        return (mask != 0).then(|| mask.trailing_zeros() as usize);
    }
    let width = run.count_ones() as usize;
    (0..=PAGES - width).find(|&at| mask >> at & run == run)
}
