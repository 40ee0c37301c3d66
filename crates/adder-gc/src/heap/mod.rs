//! Heaps: where objects live, what they may use, and who they belong to.

mod alloc;
mod attach;
mod charge;
mod current;
mod death;
mod handle;
mod watch;

use core::cell::{Cell, UnsafeCell};
use core::ptr::NonNull;
use std::time::{Duration, Instant};

pub use attach::{Attached, DetachedHeap};
pub use charge::{Charge, ChargedAlloc, OutOfMemory};
pub use handle::{CollectMode, Heap, HeapStats, PauseGuard};

pub(crate) use current::current;
pub(crate) use death::{FreeOnDrop, careful_death, free_block, free_watched, must_queue, owner_to_release};

use crate::collect::CollectorState;
use crate::header::{Hdr, State, count, flag};
use crate::page::{BINS, Page, PageState, Store, page_of};
use crate::weak::{Callbacks, WeakTable};

/// Where new objects of one kind and size come from.
struct Bin {
    current: Cell<NonNull<Page>>,
    /// Pages with free blocks, a doubly linked list.
    partial: Cell<*mut Page>,
}

/// How long empty pages are kept.
const KEEP_EMPTY: Duration = Duration::from_millis(250);

struct NoPage(Page);
// SAFETY: never written: it has no free block, is never extended and never freed into.
unsafe impl Sync for NoPage {}
static NO_PAGE: NoPage = NoPage(Page::none());

fn no_page() -> NonNull<Page> {
    NonNull::from(&NO_PAGE.0)
}

/// The inside of a heap. One thread at a time; everything is a `Cell`, and no borrow into it is held while code of a
/// user may run.
pub(crate) struct Inner {
    bins: [Bin; BINS],
    /// Flags every newborn gets: the epoch.
    pub(crate) birth: Cell<u32>,
    /// Told of births and deaths.
    watcher: Cell<Option<crate::raw::Watcher>>,
    /// Stack addresses below this one are too deep to drop recursively; `usize::MAX` while references are followed.
    stack_limit: Cell<usize>,
    anchor: Cell<usize>,
    queue: Cell<u64>,
    /// The turn of the thread that drains the queue; see `attach`.
    draining: Cell<u64>,
    turn: Cell<u64>,
    /// The thread's current heap before this one was attached.
    below: Cell<*const Inner>,
    owner: attach::Owner,
    /// See `look_later`: in the list, and the next in it.
    waits: Cell<bool>,
    later: Cell<*const Inner>,
    pub(crate) store: Store,
    /// All pages in use by their number; null where a number is free.
    pages: UnsafeCell<Vec<*mut Page>>,
    numbers: UnsafeCell<Vec<u32>>,
    empty: UnsafeCell<Vec<NonNull<Page>>>,
    /// The fewest empty pages there were since then.
    low: Cell<usize>,
    low_since: Cell<Instant>,
    /// `Heap` handles, and all that keeps this structure alive (those, charges, work in progress).
    handles: Cell<usize>,
    pins: Cell<usize>,
    /// Bytes that users charged.
    charged: Cell<usize>,
    /// Bytes of working counts.
    pub(crate) side_bytes: Cell<usize>,
    limit: Cell<usize>,
    /// So much of the limit is kept back, and whether it is open.
    reserve: Cell<usize>,
    reserve_open: Cell<bool>,
    pub(crate) weak: WeakTable,
    pub(crate) gc: CollectorState,
    /// Leak guards that are open.
    pub(crate) guards: crate::leak::Guards,
}

impl Inner {
    /// A new heap with one pin.
    pub(crate) fn create() -> NonNull<Inner> {
        let inner = Box::new(Inner {
            bins: [const { Bin { current: Cell::new(NonNull::dangling()), partial: Cell::new(core::ptr::null_mut()) } };
                BINS],
            birth: Cell::new(0),
            watcher: Cell::new(None),
            stack_limit: Cell::new(0),
            anchor: Cell::new(0),
            queue: Cell::new(0),
            draining: Cell::new(0),
            turn: Cell::new(1),
            below: Cell::new(core::ptr::null()),
            owner: attach::Owner::tied(),
            waits: Cell::new(false),
            later: Cell::new(core::ptr::null()),
            store: Store::new(),
            pages: UnsafeCell::new(Vec::new()),
            numbers: UnsafeCell::new(Vec::new()),
            empty: UnsafeCell::new(Vec::new()),
            low: Cell::new(0),
            low_since: Cell::new(Instant::now()),
            handles: Cell::new(0),
            pins: Cell::new(1),
            charged: Cell::new(0),
            side_bytes: Cell::new(0),
            limit: Cell::new(usize::MAX),
            reserve: Cell::new(0),
            reserve_open: Cell::new(false),
            weak: WeakTable::new(),
            gc: CollectorState::new(),
            guards: crate::leak::Guards::default(),
        });
        for bin in &inner.bins {
            bin.current.set(no_page());
        }
        inner.anchor_here();
        // SAFETY: from a box.
        unsafe { NonNull::new_unchecked(Box::into_raw(inner)) }
    }

    /// Bytes this heap holds: pages, working memory, and what users charged.
    pub(crate) fn used_bytes(&self) -> usize {
        self.store.held() + self.charged.get() + self.side_total()
    }

    /// Bytes of the heap's own tables.
    pub(crate) fn side_total(&self) -> usize {
        // SAFETY: short looks that run no other code.
        let tables = unsafe {
            (*self.pages.get()).capacity() * size_of::<*mut Page>()
                + (*self.numbers.get()).capacity() * size_of::<u32>()
                + (*self.empty.get()).capacity() * size_of::<NonNull<Page>>()
        };
        size_of::<Inner>()
            + tables
            + self.store.table_bytes()
            + self.side_bytes.get()
            + self.weak.bytes()
            + self.gc.bytes()
    }

    /// Pages in use, as they are now.
    pub(crate) fn pages(&self) -> Vec<NonNull<Page>> {
        // SAFETY: a short look.
        unsafe { (*self.pages.get()).iter().filter_map(|&p| NonNull::new(p)).collect() }
    }

    /// Number of page numbers ever given out: an upper bound for [`page_number`](Self::page_numbered).
    pub(crate) fn page_numbers(&self) -> usize {
        // SAFETY: a short look.
        unsafe { (*self.pages.get()).len() }
    }

    /// The page with this number, if there is one.
    pub(crate) fn page_numbered(&self, number: usize) -> Option<NonNull<Page>> {
        // SAFETY: a short look.
        unsafe { (&*self.pages.get()).get(number).copied().and_then(NonNull::new) }
    }

    /// Calls `f` with every object on tracked pages that is tracked.
    pub(crate) fn for_each_tracked(&self, mut f: impl FnMut(&Page, usize, Hdr)) {
        self.for_each_tracked_page(|page| {
            page.for_each(|index, header| {
                // SAFETY: `for_each` gives initialised headers.
                if unsafe { header.as_ref() }.has(flag::TRACKED) {
                    f(page, index, header);
                }
            });
        });
    }

    /// Calls `f` with every block of tracked pages, also those that are free or dying.
    #[inline]
    pub(crate) fn for_each_block(&self, mut f: impl FnMut(&Page, usize, Hdr)) {
        self.for_each_tracked_page(|page| {
            let mut index = 0;
            while index < page.bump.get() as usize {
                if let Some(header) = page.header(index) {
                    f(page, index, header);
                }
                index += 1;
            }
        });
    }

    /// Calls `f` with every block whose working count of a pass is not 0, and that count. Touches no object.
    pub(crate) fn for_each_counted(&self, mut f: impl FnMut(Hdr, u32)) {
        self.for_each_tracked_page(|page| {
            for (index, slot) in page.pass_slots().iter().enumerate() {
                let count = slot.get();
                if count != 0
                    && let Some(header) = page.header(index)
                {
                    f(header, count);
                }
            }
        });
    }

    /// Calls `f` with every page of tracked objects.
    #[inline]
    pub(crate) fn for_each_tracked_page(&self, mut f: impl FnMut(&Page)) {
        let mut number = 0;
        while number < self.page_numbers() {
            if let Some(page) = self.page_numbered(number) {
                // SAFETY: pages in the table are live, and are not given back while objects are enumerated.
                let page = unsafe { page.as_ref() };
                if page.tracked.get() {
                    f(page);
                }
            }
            number += 1;
        }
    }

    /// Keeps the structure alive until [`unpin`](Self::unpin).
    pub(crate) fn pin(&self) {
        self.pins.set(self.pins.get() + 1);
    }

    /// # Safety
    /// Balances a `pin`; `this` is not used afterwards.
    pub(crate) unsafe fn unpin(this: NonNull<Inner>) {
        // SAFETY: alive until here by the pin.
        let inner = unsafe { this.as_ref() };
        inner.pins.set(inner.pins.get() - 1);
        if inner.pins.get() == 0 {
            inner.retire_current();
            // SAFETY: nothing pins it.
            unsafe { Self::destroy_if_empty(this) };
        }
    }

    /// Frees the heap when nothing pins it and no object is left.
    ///
    /// # Safety
    /// `this` is alive.
    unsafe fn destroy_if_empty(this: NonNull<Inner>) {
        // SAFETY: by the contract.
        let inner = unsafe { this.as_ref() };
        if inner.pins.get() != 0 {
            return;
        }
        // SAFETY: pages in the table are live.
        if inner.pages().iter().any(|p| unsafe { p.as_ref() }.live() > 0) {
            return;
        }
        if death::is_tracing() {
            // A reference to an object that was here may be in flight.
            inner.look_later();
            return;
        }
        for page in inner.pages() {
            // SAFETY: as above.
            let page = unsafe { page.as_ref() };
            page.drop_slots(&page.side);
            page.drop_slots(&page.pass);
        }
        current::forget(this);
        // SAFETY: made by `create`; no object, handle or charge refers to it.
        drop(unsafe { Box::from_raw(this.as_ptr()) });
    }

    /// No page is current any more: from here on the last free on each page is noticed.
    fn retire_current(&self) {
        for bin in &self.bins {
            let page = bin.current.replace(no_page());
            // SAFETY: the current page of a bin is live (or the static).
            let it = unsafe { page.as_ref() };
            if it.state.get() == PageState::Current {
                it.end_current();
                if it.live() == 0 {
                    self.add_empty(page);
                } else if it.free.get().is_null() {
                    it.state.set(PageState::Full);
                } else {
                    self.add_partial(bin, page);
                }
            }
        }
    }

    fn add_partial(&self, bin: &Bin, page: NonNull<Page>) {
        // SAFETY: pages in lists are live.
        unsafe {
            let it = page.as_ref();
            it.state.set(PageState::Partial);
            let next = bin.partial.replace(page.as_ptr());
            it.next.set(next);
            it.prev.set(core::ptr::null_mut());
            if let Some(next) = next.as_ref() {
                next.prev.set(page.as_ptr());
            }
        }
    }

    fn remove_partial(&self, bin: &Bin, page: &Page) {
        // SAFETY: pages in lists are live.
        unsafe {
            match page.prev.get().as_ref() {
                Some(prev) => prev.next.set(page.next.get()),
                None => bin.partial.set(page.next.get()),
            }
            if let Some(next) = page.next.get().as_ref() {
                next.prev.set(page.prev.get());
            }
        }
    }

    fn add_empty(&self, page: NonNull<Page>) {
        // SAFETY: a live page; a short change that runs no other code.
        unsafe {
            page.as_ref().state.set(PageState::Empty);
            (*self.empty.get()).push(page);
        }
    }

    fn register(&self, page: NonNull<Page>) {
        // SAFETY: a live page; short changes that run no other code.
        unsafe {
            let pages = &mut *self.pages.get();
            let number = if let Some(number) = (*self.numbers.get()).pop() {
                pages[number as usize] = page.as_ptr();
                number
            } else {
                pages.push(page.as_ptr());
                (pages.len() - 1) as u32
            };
            page.as_ref().number.set(number);
        }
    }

    fn unregister(&self, page: &Page) {
        // SAFETY: short changes that run no other code.
        unsafe {
            (&mut *self.pages.get())[page.number.get() as usize] = core::ptr::null_mut();
            (*self.numbers.get()).push(page.number.get());
        }
        let freed = page.drop_slots(&page.side) + page.drop_slots(&page.pass);
        self.side_bytes.set(self.side_bytes.get() - freed);
    }

    /// Gives pages back that have been empty for a while. The rest is kept: what was freed at one stroke is often made again
    /// at one stroke, and fresh memory is dear.
    pub(crate) fn settle(&self) {
        let now = Instant::now();
        if now.duration_since(self.low_since.get()) < KEEP_EMPTY {
            return;
        }
        self.give_back(self.low.get());
        self.store.decommit_excess();
        self.low.set(self.empties());
        self.low_since.set(now);
    }

    /// Gives all empty pages back to the store.
    pub(crate) fn give_back_all(&self) {
        self.give_back(usize::MAX);
        self.store.decommit_excess();
    }

    /// Gives all memory that is not in use back to the system.
    pub(crate) fn give_back_everything(&self) {
        self.give_back_all();
        self.store.trim();
    }

    /// The limit in bytes; `usize::MAX` for none.
    pub(crate) fn limit(&self) -> usize {
        self.limit.get()
    }

    /// What requests may use now: the limit without the reserve, as long as that is closed.
    fn usable(&self) -> usize {
        match self.limit.get() {
            usize::MAX => usize::MAX,
            limit if self.reserve_open.get() => limit,
            limit => limit.saturating_sub(self.reserve.get()),
        }
    }

    /// The reserve is kept back again, if there is room beside it.
    pub(crate) fn close_reserve(&self) {
        let reserve = self.reserve.get();
        if self.reserve_open.get() && self.used_bytes() <= self.limit.get().saturating_sub(2 * reserve) {
            self.reserve_open.set(false);
        }
    }

    /// Gives some empty pages back to the store, to be cut anew: when a look at the lists of suspects is worth it.
    fn recycle(&self) {
        if self.empties() > self.gc.suspects.total() / 4096 {
            self.give_back(16);
        }
    }

    fn empties(&self) -> usize {
        // SAFETY: a short look.
        unsafe { (*self.empty.get()).len() }
    }

    /// Not while objects are enumerated or a pass has lists of them: those and the lists of suspects name blocks.
    fn give_back(&self, most: usize) {
        if most == 0
            || self.empties() == 0
            || self.gc.enumerating.get() > 0
            || self.gc.pass.is_active()
            || death::is_tracing()
        {
            return;
        }
        self.gc.suspects.forget_freed();
        self.gc.brink.forget_freed();
        for _ in 0..most {
            // SAFETY: a short change that runs no other code.
            let Some(page) = (unsafe { (*self.empty.get()).pop() }) else { break };
            // SAFETY: a live page of ours, without objects.
            self.unregister(unsafe { page.as_ref() });
            self.store.give_back(page);
        }
        self.low.set(self.low.get().min(self.empties()));
    }

    /// Working counts of a trial for a page, made on first need.
    pub(crate) fn side_of(&self, page: &Page) {
        if page.ensure_slots(&page.side) {
            self.side_bytes.set(self.side_bytes.get() + page.slots_bytes());
        }
    }

    /// Working counts of a pass for a page, made on first need.
    #[inline]
    pub(crate) fn pass_side_of(&self, page: &Page) {
        if page.ensure_slots(&page.pass) {
            self.side_bytes.set(self.side_bytes.get() + page.slots_bytes());
        }
    }

    /// Gives the working counts of trials back.
    pub(crate) fn drop_sides(&self) {
        self.drop_all(|page| &page.side);
    }

    /// Gives the working counts of a pass back.
    pub(crate) fn drop_pass_sides(&self) {
        self.drop_all(|page| &page.pass);
    }

    fn drop_all(&self, slots: impl Fn(&Page) -> &Cell<*mut u32>) {
        for page in self.pages() {
            // SAFETY: pages in the table are live.
            let page = unsafe { page.as_ref() };
            let freed = page.drop_slots(slots(page));
            self.side_bytes.set(self.side_bytes.get() - freed);
        }
    }

    /// Sets the working counts of a pass for one page to zero; says how many there are.
    pub(crate) fn zero_pass_side(&self, number: usize) -> usize {
        let Some(page) = self.page_numbered(number) else { return 0 };
        // SAFETY: pages in the table are live; the array has `capacity` entries.
        unsafe {
            let page = page.as_ref();
            if page.pass.get().is_null() {
                return 0;
            }
            page.pass.get().write_bytes(0, page.capacity.get() as usize);
            page.capacity.get() as usize
        }
    }
}

/// The heap of an object.
///
/// # Safety
/// The header belongs to a block of a page.
#[inline(always)]
pub(crate) unsafe fn heap_of(header: Hdr) -> NonNull<Inner> {
    // SAFETY: by the contract; a page in use names its heap.
    unsafe { NonNull::new_unchecked(page_of(header).as_ref().heap.get().cast_mut()) }
}

/// Bytes of the block of an object.
pub(crate) fn block_bytes(header: Hdr) -> usize {
    // SAFETY: called with headers of objects on pages.
    unsafe { page_of(header).as_ref().block.get() }
}

/// A calm object was touched: it may become part of garbage.
#[inline]
pub(crate) fn touched(header: Hdr) {
    // SAFETY: calm objects lie on pages of a live heap.
    let heap = unsafe { heap_of(header).as_ref() };
    heap.gc.brink.note(header);
    heap.gc.suspects.add_calm(header);
}

/// An address near the top of the stack as it is now.
#[inline(always)]
pub(crate) fn stack_address() -> usize {
    // Not the address of a local where that can be had: AddressSanitizer keeps locals off the stack.
    #[cfg(all(not(miri), target_arch = "x86_64"))]
    {
        let here: usize;
        // SAFETY: reads a register.
        unsafe { core::arch::asm!("mov {}, rsp", out(reg) here, options(nomem, nostack, preserves_flags)) };
        here
    }
    #[cfg(all(not(miri), target_arch = "aarch64"))]
    {
        let here: usize;
        // SAFETY: reads a register.
        unsafe { core::arch::asm!("mov {}, sp", out(reg) here, options(nomem, nostack, preserves_flags)) };
        here
    }
    #[cfg(any(miri, not(any(target_arch = "x86_64", target_arch = "aarch64"))))]
    {
        let here = 0_u8;
        (&raw const here).addr()
    }
}

/// A reference arrived without a borrow: the object may have become part of a cycle without any count telling.
pub(crate) fn suspect(header: Hdr) {
    // SAFETY: the caller owns a reference.
    let h = unsafe { header.as_ref() };
    if let State::Calm(n) = h.state() {
        touched(header);
        h.count.set(n as i32 - 1);
    }
}

/// Tracks an object (again): it enters generation 0.
pub(crate) fn track(header: Hdr) {
    // SAFETY: the caller owns a reference; the object lies on a page.
    unsafe {
        let h = header.as_ref();
        let page = page_of(header).as_ref();
        if !page.tracked.get() || h.has(flag::TRACKED) {
            return;
        }
        h.set(flag::TRACKED);
        if matches!(h.state(), State::Ordinary(_)) {
            let gc = &(*page.heap.get()).gc;
            gc.brink.note(header);
            gc.suspects.add(header);
        } else {
            suspect(header);
        }
    }
}

/// Moves the value out of an object whose only reference is given up, and gives the block back.
///
/// # Safety
/// The object's payload is a `T`, and the only reference to it was the caller's.
pub(crate) unsafe fn move_out<T>(header: Hdr, ptr: NonNull<T>) -> T {
    // SAFETY: by the contract.
    unsafe {
        let h = header.as_ref();
        h.count.set(count::DYING);
        let callbacks = if h.has(flag::WEAK) {
            h.unset(flag::WEAK);
            heap_of(header).as_ref().weak.clear(header)
        } else {
            Callbacks::none()
        };
        let value = ptr.read();
        if h.has(flag::WATCHED) {
            heap_of(header).as_ref().watch_death(header.addr().get());
            free_watched(header);
        } else {
            free_block(header);
        }
        callbacks.run();
        value
    }
}

/// Is the collector looking into objects of this object's heap right now? Then nobody may take `&mut` to one.
///
/// # Safety
/// The header belongs to a block of a page.
#[inline]
pub(crate) unsafe fn is_traced(header: Hdr) -> bool {
    // SAFETY: by the contract.
    unsafe { heap_of(header).as_ref() }.holds_deaths()
}
