//! Pages: blocks of one size, with everything the collector needs to know of them beside the blocks, not in them.
//!
//! A page holds blocks of one size class and one *kind* (tracked or not, and where the header stands in the block). The
//! page of an object is found from its address, and from the page the heap and the object's index. Objects on untracked
//! pages (they cannot refer to others) are never looked at by the collector.
//!
//! Two builds: `carved` cuts blocks out of 64 KiB pages in aligned 4 MiB segments; `system` (under
//! `--cfg adder_system_alloc`, for sanitizers) makes every block an allocation of its own.

use core::alloc::Layout;
use core::cell::Cell;
#[cfg(not(adder_system_alloc))]
use core::ptr::NonNull;

#[cfg(not(adder_system_alloc))]
use crate::asan;
use crate::header::{HEADER_SIZE, Hdr, Header, count};
use crate::heap::Inner;

#[cfg(not(adder_system_alloc))]
mod carved;
#[cfg(adder_system_alloc)]
mod system;

#[cfg(not(adder_system_alloc))]
pub(crate) use carved::{Refused, Store, page_of};
#[cfg(adder_system_alloc)]
pub(crate) use system::{Refused, Store, page_of, place_of};

/// Bytes of a page, the unit in which a heap takes memory.
#[cfg(not(miri))]
pub(crate) const PAGE_SHIFT: u32 = 16;
#[cfg(miri)]
pub(crate) const PAGE_SHIFT: u32 = 13;
pub(crate) const PAGE_SIZE: usize = 1 << PAGE_SHIFT;

/// Blocks up to this many bytes rise in steps of 8; above, in eight steps a doubling.
const FINE_MAX: usize = 1024;
/// The largest block that shares a page with others.
const SMALL_MAX: usize = PAGE_SIZE / 4;
const FINE_CLASSES: usize = FINE_MAX / 8 + 1;
/// Number of size classes.
pub(crate) const CLASSES: usize = FINE_CLASSES + 8 * (SMALL_MAX.trailing_zeros() - FINE_MAX.trailing_zeros()) as usize;
/// The class of objects that get pages of their own.
pub(crate) const LARGE: u32 = u32::MAX;
/// Kinds: three header offsets, each tracked or not.
pub(crate) const KINDS: usize = 6;
/// Number of bins, one for each kind and class.
pub(crate) const BINS: usize = KINDS * CLASSES;

/// Where objects of a layout go. Computed at compile time for sized types.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placement {
    /// Bytes from the start of the block to the header.
    pub(crate) offset: u32,
    /// Size class, or [`LARGE`].
    pub(crate) class: u32,
    /// Bytes of the block as asked for.
    pub(crate) bytes: usize,
    #[cfg_attr(not(adder_system_alloc), allow(dead_code, reason = "pages are aligned to more"))]
    pub(crate) align: usize,
}

impl Placement {
    /// The largest alignment a payload may have.
    pub(crate) const MAX_ALIGN: usize = 4096;

    /// `counted`: with a word for the number of items in front of the header.
    pub(crate) const fn of(payload: Layout, counted: bool) -> Placement {
        let align = if payload.align() < 8 { 8 } else { payload.align() };
        assert!(align <= Self::MAX_ALIGN, "adder-gc: payloads may be aligned to 4096 bytes at the most");
        let least = if counted { 8 } else { 0 };
        // The payload follows the header; both ends of the gap in front must respect the alignment.
        let offset = (least + HEADER_SIZE).next_multiple_of(align) - HEADER_SIZE;
        let bytes = (offset + HEADER_SIZE + payload.size()).next_multiple_of(align);
        let class = if align > 32 { LARGE } else { class_of(bytes) };
        Placement { offset: offset as u32, class, bytes, align }
    }

    /// The bin, for objects that are not large.
    #[inline(always)]
    pub(crate) const fn bin(self, tracked: bool) -> usize {
        (self.offset as usize / 8 * 2 + tracked as usize) * CLASSES + self.class as usize
    }
}

const fn class_of(bytes: usize) -> u32 {
    if bytes <= FINE_MAX {
        return bytes.div_ceil(8) as u32;
    }
    if bytes > SMALL_MAX {
        return LARGE;
    }
    // eighth: the step within the doubling that holds `bytes`.
    let doubling = (bytes - 1).ilog2();
    let step = 1 << (doubling - 3);
    let eighth = (bytes - (1 << doubling)).div_ceil(step) as u32;
    FINE_CLASSES as u32 + (doubling - FINE_MAX.trailing_zeros()) * 8 + eighth - 1
}

/// Bytes of the blocks of a class.
pub(crate) const fn class_bytes(class: usize) -> usize {
    if class < FINE_CLASSES {
        return if class < 2 { 16 } else { class * 8 };
    }
    let above = class - FINE_CLASSES;
    let doubling = FINE_MAX << (above / 8);
    doubling + doubling / 8 * (above % 8 + 1)
}

/// Where a page stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PageState {
    /// Not in use.
    Unused,
    /// New objects of its bin come from it.
    Current,
    /// In its bin's list of pages with free blocks.
    Partial,
    /// No free block.
    Full,
    /// All blocks free; waits until no list names them.
    Empty,
}

/// What is known of a page. What frees and visits of references need lies in one line of the cache.
#[repr(C, align(64))]
pub(crate) struct Page {
    pub(crate) heap: Cell<*const Inner>,
    /// Free blocks, linked through their info word.
    pub(crate) free: Cell<*mut Header>,
    /// The header of the first block.
    #[cfg_attr(adder_system_alloc, allow(dead_code))]
    first: Cell<*mut u8>,
    /// Working counts of a trial, one for each block; null before the first.
    pub(crate) side: Cell<*mut u32>,
    /// Working counts of a pass over the heap; null while there is none.
    pub(crate) pass: Cell<*mut u32>,
    /// 2³² / block, rounded up.
    #[cfg_attr(adder_system_alloc, allow(dead_code))]
    reciprocal: Cell<u32>,
    /// Blocks in use; one more while the page is current, so that a page that new objects come from never seems empty.
    used: Cell<u32>,
    /// Blocks that have ever been on the free list.
    pub(crate) bump: Cell<u32>,
    pub(crate) tracked: Cell<bool>,
    pub(crate) state: Cell<PageState>,
    /// More free blocks, that are handed out later: allocation looks at the collector between two portions.
    #[cfg_attr(adder_system_alloc, allow(dead_code))]
    rest: Cell<*mut Header>,
    /// Bytes of a block.
    pub(crate) block: Cell<usize>,
    pub(crate) capacity: Cell<u32>,
    pub(crate) bin: Cell<u32>,
    /// Neighbours in the bin's list.
    pub(crate) next: Cell<*mut Page>,
    pub(crate) prev: Cell<*mut Page>,
    /// Position in the heap's table of pages.
    pub(crate) number: Cell<u32>,
    #[cfg(adder_system_alloc)]
    blocks: core::cell::UnsafeCell<system::Table>,
}

const _: () = assert!(core::mem::offset_of!(Page, state) < 64);

impl Page {
    /// A page of no bin and no blocks: stands for "none" so that allocation needs no test for it.
    pub(crate) const fn none() -> Page {
        Page {
            heap: Cell::new(core::ptr::null()),
            free: Cell::new(core::ptr::null_mut()),
            rest: Cell::new(core::ptr::null_mut()),
            first: Cell::new(core::ptr::null_mut()),
            block: Cell::new(0),
            reciprocal: Cell::new(0),
            used: Cell::new(0),
            bump: Cell::new(0),
            capacity: Cell::new(0),
            bin: Cell::new(u32::MAX),
            state: Cell::new(PageState::Unused),
            tracked: Cell::new(false),
            side: Cell::new(core::ptr::null_mut()),
            pass: Cell::new(core::ptr::null_mut()),
            next: Cell::new(core::ptr::null_mut()),
            prev: Cell::new(core::ptr::null_mut()),
            number: Cell::new(0),
            #[cfg(adder_system_alloc)]
            blocks: core::cell::UnsafeCell::new(system::Table::none()),
        }
    }

    /// Objects on the page, those included whose drop is running.
    #[inline]
    pub(crate) fn live(&self) -> u32 {
        self.used.get() - u32::from(self.state.get() == PageState::Current)
    }

    /// New objects come from this page from now on.
    pub(crate) fn make_current(&self) {
        debug_assert!(self.state.get() != PageState::Current);
        self.state.set(PageState::Current);
        self.used.set(self.used.get() + 1);
    }

    /// New objects come from another page; this one is full for now.
    pub(crate) fn end_current(&self) {
        debug_assert!(self.state.get() == PageState::Current);
        self.state.set(PageState::Full);
        self.used.set(self.used.get() - 1);
    }

    /// One object less. True if that was the last.
    #[inline(always)]
    pub(crate) fn one_less(&self) -> bool {
        self.used.set(self.used.get() - 1);
        self.used.get() == 0
    }

    /// Working count of the block with this index.
    ///
    /// # Safety
    /// `side` is not null and `index < bump`.
    #[inline(always)]
    pub(crate) unsafe fn slot(&self, index: usize) -> &Cell<u32> {
        // SAFETY: the side array has `capacity` entries.
        unsafe { &*self.side.get().add(index).cast::<Cell<u32>>() }
    }

    /// As [`slot`](Page::slot), of a pass.
    ///
    /// # Safety
    /// `pass` is not null and `index < bump`.
    #[inline(always)]
    pub(crate) unsafe fn pass_slot(&self, index: usize) -> &Cell<u32> {
        // SAFETY: the array has `capacity` entries.
        unsafe { &*self.pass.get().add(index).cast::<Cell<u32>>() }
    }

    /// As [`pass_slot`](Page::pass_slot), if there are any. The reference is good until the array is given back.
    ///
    /// # Safety
    /// `index < bump`.
    #[inline(always)]
    pub(crate) unsafe fn pass_slot_opt<'a>(&self, index: usize) -> Option<&'a Cell<u32>> {
        let slots = self.pass.get();
        // SAFETY: as above.
        if slots.is_null() { None } else { Some(unsafe { &*slots.add(index).cast::<Cell<u32>>() }) }
    }

    /// The working counts of a pass of all blocks there are; none if there are no counts.
    pub(crate) fn pass_slots(&self) -> &[Cell<u32>] {
        let slots = self.pass.get();
        if slots.is_null() {
            return &[];
        }
        // SAFETY: the array has `capacity` entries, and `bump` is no more.
        unsafe { core::slice::from_raw_parts(slots.cast::<Cell<u32>>(), self.bump.get() as usize) }
    }

    /// Bytes of one array of working counts.
    pub(crate) fn slots_bytes(&self) -> usize {
        self.capacity.get() as usize * size_of::<u32>()
    }

    /// Makes sure that one of the arrays of working counts is there, all zero when new. True if it was made.
    pub(crate) fn ensure_slots(&self, slots: &Cell<*mut u32>) -> bool {
        if !slots.get().is_null() {
            return false;
        }
        let zeroed = vec![0_u32; self.capacity.get() as usize].into_boxed_slice();
        slots.set(Box::into_raw(zeroed).cast());
        true
    }

    /// Gives one of the arrays of working counts back; says how many bytes that were.
    pub(crate) fn drop_slots(&self, slots: &Cell<*mut u32>) -> usize {
        let array = slots.replace(core::ptr::null_mut());
        if array.is_null() {
            return 0;
        }
        let len = self.capacity.get() as usize;
        // SAFETY: made by `ensure_slots` with this length.
        drop(unsafe { Box::from_raw(core::ptr::slice_from_raw_parts_mut(array, len)) });
        self.slots_bytes()
    }

    /// Calls `f` with the header of every block that holds an object that is not dying, in the order of addresses.
    ///
    /// `f` may free objects and run code that allocates: blocks that come to life meanwhile may or may not be seen.
    #[inline]
    pub(crate) fn for_each(&self, mut f: impl FnMut(usize, Hdr)) {
        let mut index = 0;
        while index < self.bump.get() as usize {
            if let Some(header) = self.header(index) {
                // SAFETY: below `bump` every header is initialised.
                let state = unsafe { header.as_ref() }.count.get();
                // Not dying, not queued (whose flags are a link), not free.
                if !(count::DYING..0).contains(&state) {
                    f(index, header);
                }
            }
            index += 1;
        }
    }
}

/// The page of an object and the object's index in it.
///
/// # Safety
/// The header belongs to a block of a page.
#[inline(always)]
pub(crate) unsafe fn locate<'a>(header: Hdr) -> (&'a Page, usize) {
    // SAFETY: by the contract.
    let page = unsafe { page_of(header).as_ref() };
    // SAFETY: by the contract.
    (page, unsafe { page.index_of(header) })
}

/// Asks for what [`locate`] will look at.
///
/// # Safety
/// As for [`locate`].
#[inline(always)]
pub(crate) unsafe fn prefetch_page(header: Hdr) {
    // Where every block is an allocation of its own the way to the page leads through the block.
    #[cfg(not(adder_system_alloc))]
    // SAFETY: by the contract.
    crate::collect::prefetch(unsafe { page_of(header) }.as_ptr().cast_const().cast());
    #[cfg(adder_system_alloc)]
    let _ = header;
}

/// Takes a free block of the page, if its list has one.
#[cfg(not(adder_system_alloc))]
#[inline(always)]
pub(crate) fn pop_free(page: &Page) -> Option<Hdr> {
    let block = NonNull::new(page.free.get())?;
    // SAFETY: a block on the free list has an initialised header whose info word is the link.
    unsafe { page.free.set(block.as_ref().info.get().cast_mut().cast()) };
    page.used.set(page.used.get() + 1);
    unpoison_payload(page, block);
    Some(block)
}

/// The payload of a free block may not be touched: AddressSanitizer sees it in builds with `--cfg adder_asan`.
#[cfg(not(adder_system_alloc))]
#[inline(always)]
pub(crate) fn poison_payload(page: &Page, block: Hdr) {
    asan::poison(block.cast::<u8>().as_ptr().wrapping_add(HEADER_SIZE), behind(page));
}

/// The block is in use again.
#[cfg(not(adder_system_alloc))]
#[inline(always)]
pub(crate) fn unpoison_payload(page: &Page, block: Hdr) {
    asan::unpoison(block.cast::<u8>().as_ptr().wrapping_add(HEADER_SIZE), behind(page));
}

/// Bytes of a block behind its header.
#[cfg(not(adder_system_alloc))]
#[inline(always)]
fn behind(page: &Page) -> usize {
    // Pages are aligned, so the first header's place in its page is its place in the block.
    page.block.get() - (page.first.get().addr() & (PAGE_SIZE - 1)) - HEADER_SIZE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_fits_its_class_with_little_left_over() {
        let mut last = 0;
        for bytes in 16..=SMALL_MAX {
            let class = class_of(bytes) as usize;
            assert!(class < CLASSES, "{bytes}");
            let got = class_bytes(class);
            assert!(got >= bytes, "{bytes} in class {class} of {got}");
            assert!(got - bytes < 8 || (got - bytes) * 8 <= bytes, "{bytes} in class of {got}");
            assert!(got >= last);
            last = got;
        }
        assert_eq!(class_of(SMALL_MAX + 1), LARGE);
    }

    #[test]
    fn header_and_payload_are_aligned() {
        for align in [1, 2, 4, 8, 16, 32, 64, 4096] {
            for counted in [false, true] {
                let placed = Placement::of(Layout::from_size_align(align * 3, align).unwrap(), counted);
                assert_eq!((placed.offset as usize + HEADER_SIZE) % align, 0);
                assert!(!counted || placed.offset >= 8);
                assert!(placed.class == LARGE || class_bytes(placed.class as usize).is_multiple_of(align.max(8)));
            }
        }
    }
}
