//! Every block an allocation of its own: for sanitizers, which see nothing inside pages that we cut up ourselves.
//!
//! A page is a description with a table of up to 64 blocks. In front of each header stand the page's address (24 bytes
//! before it) and the block's index (16 before it); the word right before the header may hold the number of a slice's items.
//! The three words before that say where in the collector's lists the block stands.
//! A block that is freed goes back to the process's allocator at once, so that every later touch is seen.
//!
//! The figure of bytes held is exact here: descriptions, tables and blocks, as they were asked for.

use core::cell::Cell;
use core::ptr::NonNull;
use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};

use super::{Page, PageState, Placement, class_bytes};
use crate::collect::Lane;
use crate::header::{HEADER_SIZE, Hdr, Header, Tombstone, count};
use crate::heap::Inner;

/// Blocks of a page.
const SLOTS: usize = 64;
/// Bytes needed in front of a header: the places in lists, the page, the index, and the number of items.
const PREFIX: usize = 48;

/// The page on which a header lies.
///
/// # Safety
/// The header belongs to a block of a page (it is not foreign).
#[inline(always)]
pub(crate) unsafe fn page_of(header: Hdr) -> NonNull<Page> {
    // SAFETY: `Page::allocate` wrote it.
    unsafe { header.cast::<u8>().sub(24).cast::<NonNull<Page>>().read() }
}

/// Where the block notes its place in the lists of a lane. None for a tombstone.
pub(crate) fn place_of<'a>(header: Hdr, lane: Lane) -> Option<&'a Cell<u64>> {
    let before = match lane {
        Lane::None => return None,
        Lane::Suspects(_) => 32,
        Lane::Candidates => 40,
        Lane::Queue => 48,
    };
    if header == Tombstone::header() {
        return None;
    }
    // SAFETY: the callers hold the block; `Page::allocate` wrote these words.
    Some(unsafe { header.cast::<u8>().sub(before).cast::<Cell<u64>>().as_ref() })
}

/// What a page needs beside its common fields.
pub(super) struct Table {
    blocks: Vec<*mut Header>,
    /// Bytes from the start of an allocation to the header, and its layout.
    front: usize,
    layout: Layout,
    /// Place of the page in the store's table.
    place: Cell<usize>,
}

impl Table {
    pub(super) const fn none() -> Table {
        Table { blocks: Vec::new(), front: 0, layout: Layout::new::<()>(), place: Cell::new(0) }
    }
}

/// Bytes from the start of an allocation to the header, for payloads of this alignment.
const fn front_of(align: usize) -> usize {
    (PREFIX + HEADER_SIZE).next_multiple_of(align) - HEADER_SIZE
}

impl Page {
    fn table(&self) -> &Table {
        // SAFETY: changed only in the methods below, which run no other code.
        unsafe { &*self.blocks.get() }
    }

    #[allow(clippy::mut_from_ref, reason = "one thread, and no borrow is held while other code runs")]
    fn table_mut(&self) -> &mut Table {
        // SAFETY: as above.
        unsafe { &mut *self.blocks.get() }
    }

    /// Index of a block.
    ///
    /// # Safety
    /// The header belongs to this page.
    #[inline(always)]
    pub(crate) unsafe fn index_of(&self, header: Hdr) -> usize {
        // SAFETY: `Page::allocate` wrote it.
        unsafe { header.cast::<usize>().sub(2).read() }
    }

    /// The header of a block below `bump`; none where there is no block.
    pub(crate) fn header(&self, index: usize) -> Option<Hdr> {
        NonNull::new(self.table().blocks[index])
    }

    /// A fresh block, if the page has room for one.
    pub(crate) fn take_block(&self) -> Option<(Hdr, usize)> {
        let index = self.table().blocks.iter().position(|b| b.is_null())?;
        let block = self.allocate(index).unwrap_or_else(|| handle_alloc_error(self.table().layout));
        self.used.set(self.used.get() + 1);
        Some((block, 1))
    }

    fn allocate(&self, index: usize) -> Option<Hdr> {
        let table = self.table_mut();
        // SAFETY: the layout has a size.
        let start = NonNull::new(unsafe { alloc(table.layout) })?;
        // SAFETY: the allocation has room for the prefix, the header and the payload; the front leaves the header aligned.
        let header = unsafe {
            let header = start.add(table.front).cast::<Header>();
            header.cast::<u8>().sub(24).cast::<NonNull<Page>>().write(NonNull::from(self));
            header.cast::<usize>().sub(2).write(index);
            header.cast::<usize>().sub(1).write(0);
            header.cast::<u8>().sub(48).cast::<[u64; 3]>().write([0; 3]);
            header.write(Header {
                count: Cell::new(count::FREE),
                flags: Cell::new(0),
                info: Cell::new(core::ptr::null()),
            });
            header
        };
        table.blocks[index] = header.as_ptr();
        // SAFETY: a page in use names its heap.
        unsafe { &(*self.heap.get()).store }.more(table.layout.size());
        Some(header)
    }

    /// Gives a block back to the process's allocator.
    ///
    /// # Safety
    /// The block is this page's and nobody refers to it.
    pub(crate) unsafe fn free_block(&self, header: Hdr) {
        // SAFETY: by the contract.
        let index = unsafe { self.index_of(header) };
        let table = self.table_mut();
        assert_eq!(table.blocks[index], header.as_ptr(), "a block is freed once");
        table.blocks[index] = core::ptr::null_mut();
        // SAFETY: allocated by `allocate` with this layout and front; a page in use names its heap.
        unsafe {
            (*self.heap.get()).store.less(table.layout.size());
            dealloc(header.cast::<u8>().sub(table.front).as_ptr(), table.layout);
        }
    }

    /// There is no list to sort.
    pub(crate) fn sort_free(&self) {}

    /// Bytes of the description and its table.
    fn own_bytes(&self) -> usize {
        size_of::<Page>() + self.table().blocks.capacity() * size_of::<*mut Header>()
    }
}

/// The pages of one heap.
pub(crate) struct Store {
    pages: core::cell::UnsafeCell<Vec<NonNull<Page>>>,
    held: Cell<usize>,
}

/// A page could not be had.
pub(crate) enum Refused {
    /// It would have exceeded the limit.
    Limit,
    /// The system gave none.
    System,
}

impl Store {
    pub(crate) const fn new() -> Store {
        Store { pages: core::cell::UnsafeCell::new(Vec::new()), held: Cell::new(0) }
    }

    /// Bytes of blocks, pages and their tables.
    pub(crate) fn held(&self) -> usize {
        self.held.get()
    }

    fn more(&self, bytes: usize) {
        self.held.set(self.held.get() + bytes);
    }

    fn less(&self, bytes: usize) {
        self.held.set(self.held.get() - bytes);
    }

    #[allow(clippy::mut_from_ref, reason = "one thread, and no borrow is held while other code runs")]
    fn pages(&self) -> &mut Vec<NonNull<Page>> {
        // SAFETY: the callers run no other code while they hold it.
        unsafe { &mut *self.pages.get() }
    }

    /// Bytes of the table itself.
    pub(crate) fn table_bytes(&self) -> usize {
        self.pages().capacity() * size_of::<NonNull<Page>>()
    }

    /// Bytes that one more block of this kind costs, its page not counted.
    pub(crate) fn block_cost(placed: Placement) -> usize {
        Self::layout(placed).map_or(usize::MAX, |(_, layout)| layout.size())
    }

    /// Where the header stands in an allocation for such a block, and the allocation's layout.
    fn layout(placed: Placement) -> Option<(usize, Layout)> {
        let large = placed.class == super::LARGE;
        let align = if large { placed.align.max(32) } else { 32 };
        let block = if large { placed.bytes } else { class_bytes(placed.class as usize) };
        let front = front_of(align);
        let size = front.checked_add(block - placed.offset as usize)?;
        Some((front, Layout::from_size_align(size, align).ok()?))
    }

    /// A page for a bin, or for one large block, which it then has already. `spare`: bytes that may still be taken.
    pub(crate) fn take(
        &self,
        heap: *const Inner,
        placed: Placement,
        tracked: bool,
        spare: usize,
    ) -> Result<NonNull<Page>, Refused> {
        let large = placed.class == super::LARGE;
        let (front, layout) = Self::layout(placed).ok_or(Refused::System)?;
        let slots = if large { 1 } else { SLOTS };
        let least = size_of::<Page>() + slots * size_of::<*mut Header>() + layout.size();
        if least > spare {
            return Err(Refused::Limit);
        }
        let page = Box::new(Page::none());
        page.heap.set(heap);
        page.block.set(if large { placed.bytes } else { class_bytes(placed.class as usize) });
        page.capacity.set(slots as u32);
        page.bump.set(slots as u32);
        page.bin.set(if large { u32::MAX } else { placed.bin(tracked) as u32 });
        page.tracked.set(tracked);
        let place = Cell::new(self.pages().len());
        *page.table_mut() = Table { blocks: vec![core::ptr::null_mut(); slots], front, layout, place };
        let page = NonNull::from(Box::leak(page));
        // SAFETY: just made.
        let it = unsafe { page.as_ref() };
        self.more(it.own_bytes());
        self.pages().push(page);
        if large && it.allocate(0).is_none() {
            self.give_back(page);
            return Err(Refused::System);
        }
        Ok(page)
    }

    /// The block that a page for one large object was made with.
    pub(crate) fn large_block(page: &Page) -> Option<Hdr> {
        page.used.set(1);
        page.header(0)
    }

    /// Takes a page back whose blocks are all free.
    pub(crate) fn give_back(&self, page: NonNull<Page>) {
        // SAFETY: a page of ours.
        let it = unsafe { page.as_ref() };
        debug_assert!(it.table().blocks.iter().all(|b| b.is_null()));
        it.state.set(PageState::Unused);
        self.less(it.own_bytes());
        let place = it.table().place.get();
        self.pages().swap_remove(place);
        if let Some(moved) = self.pages().get(place) {
            // SAFETY: pages in the table are live.
            unsafe { moved.as_ref() }.table().place.set(place);
        }
        // SAFETY: leaked by `take`; nothing on it is in use.
        drop(unsafe { Box::from_raw(page.as_ptr()) });
    }

    /// Nothing is kept that is not in use.
    pub(crate) fn decommit_excess(&self) {}

    /// Nothing is kept that is not in use, but the table's own room.
    pub(crate) fn trim(&self) -> usize {
        let before = self.table_bytes();
        self.pages().shrink_to_fit();
        before - self.table_bytes()
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        for page in core::mem::take(self.pages()) {
            // SAFETY: leaked by `take`; the heap is going away and no block is in use.
            drop(unsafe { Box::from_raw(page.as_ptr()) });
        }
    }
}
