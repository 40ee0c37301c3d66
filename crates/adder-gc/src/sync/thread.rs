//! Threads: ids, pages they own, what others send them, and what happens when they end.
//!
//! A thread gets a record with its first object (or its first drop of a reference that it does not own). The record holds its
//! pages and its inbox: references that others gave up and that only the owner can count off, and pages on which others have
//! freed blocks. It empties the inbox when an allocation takes the slow way, when it collects, in `Heap::poll`, and when it ends.
//! At its end it merges every object it owns, so that no object of a thread that is gone is ever biased; its pages go to
//! whoever needs them, its record and id to the next thread.

use core::cell::{Cell, UnsafeCell};
use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicUsize, Ordering};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::count::{BIASED, IDS, NOBODY, ONE, id_of, tag as tag_of};
use super::header::{Hdr, decrement_special, release_special, touch};
use super::page::{Page, State, block_bytes};
use super::store::SIDE;
use super::{death, fence, store};
use crate::page::{BINS, Placement};
use crate::unraisable;

thread_local! {
    /// The tag that the short way compares with; that of nobody while the collector tests.
    static FAST: AtomicU32 = const { AtomicU32::new(NOBODY) };
    /// The tag under which this thread owns objects.
    static TAG: Cell<u32> = const { Cell::new(NOBODY) };
    static RECORD: Cell<*const Record> = const { Cell::new(core::ptr::null()) };
    static KEEPER: Keeper = const { Keeper };
}

/// Ends the thread's part in the heap when its thread-locals are destroyed.
struct Keeper;

impl Drop for Keeper {
    fn drop(&mut self) {
        retire();
    }
}

#[inline(always)]
pub(super) fn fast_tag() -> u32 {
    FAST.with(|fast| fast.load(Ordering::Relaxed))
}

#[inline(always)]
pub(super) fn tag() -> u32 {
    TAG.get()
}

#[inline(always)]
pub(super) fn record() -> *const Record {
    RECORD.get()
}

/// Where new objects of one kind and size come from.
struct Bin {
    current: Cell<&'static Page>,
    /// Pages with free blocks, a doubly linked list.
    partial: Cell<*mut Page>,
}

static NO_PAGE: Page = Page::none();

#[derive(Default)]
struct Inbox {
    open: bool,
    /// Each one counted.
    references: Vec<Hdr>,
    pages: Vec<&'static Page>,
}

/// Adds to a list whose storage counts as side memory.
fn push<T>(list: &mut Vec<T>, item: T) {
    let before = list.capacity();
    list.push(item);
    SIDE.fetch_add((list.capacity() - before) * size_of::<T>(), Ordering::Relaxed);
}

/// Such a list goes.
#[allow(clippy::ptr_arg, reason = "its capacity is asked for")]
fn uncount<T>(list: &Vec<T>) {
    SIDE.fetch_sub(list.capacity() * size_of::<T>(), Ordering::Relaxed);
}

/// What belongs to one thread. Lives for ever; goes from thread to thread.
pub(crate) struct Record {
    tag: u32,
    /// What is written into the two halves of a newborn.
    pub(super) birth: Cell<(u32, u32)>,
    bins: [Bin; BINS],
    pages: UnsafeCell<Vec<&'static Page>>,
    /// Something lies in the inbox.
    mail: AtomicBool,
    inbox: Mutex<Inbox>,
    draining: Cell<bool>,
    /// How often the thread was where it is within no operation on a count, times two, and 1.
    passed: AtomicU32,
    /// The thread's `FAST`, while it lives; read and written under the lock of the registry.
    fast: AtomicPtr<AtomicU32>,
}

// SAFETY: the cells belong to the thread that has the record; the rest is atomic or behind a lock.
unsafe impl Sync for Record {}
// SAFETY: as above; pages and headers are reached by their owner only, or through locks.
unsafe impl Send for Inbox {}

/// Records by owner id.
static RECORDS: [AtomicPtr<Record>; IDS as usize] = [const { AtomicPtr::new(core::ptr::null_mut()) }; IDS as usize];

struct Registry {
    living: Vec<&'static Record>,
    idle: Vec<&'static Record>,
    next: u32,
    /// The short way is closed.
    closed: bool,
}

static REGISTRY: Mutex<Registry> =
    Mutex::new(Registry { living: Vec::new(), idle: Vec::new(), next: 1, closed: false });

fn registry() -> MutexGuard<'static, Registry> {
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Held while somebody merges objects without having references to them: a thread that ends, the collector.
static MERGING: Mutex<()> = Mutex::new(());

pub(super) fn merging() -> MutexGuard<'static, ()> {
    MERGING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// References in inboxes, and bytes of the objects they hold.
static QUEUED: AtomicUsize = AtomicUsize::new(0);
static QUEUED_BYTES: AtomicUsize = AtomicUsize::new(0);
/// Free blocks of tracked pages that threads have begun to use since the last collection.
pub(super) static FRESH: AtomicUsize = AtomicUsize::new(0);

/// References in inboxes, and bytes of their objects.
pub(super) fn queued() -> (usize, usize) {
    (QUEUED.load(Ordering::Relaxed), QUEUED_BYTES.load(Ordering::Relaxed))
}

fn register() -> &'static Record {
    let mut registry = registry();
    let record = registry.idle.pop().unwrap_or_else(|| {
        let id = registry.next;
        // Without an asymmetric fence, and when ids have run out, nothing is biased.
        let tag = if fence::available() && id < IDS - 1 { tag_of(id) } else { NOBODY };
        SIDE.fetch_add(size_of::<Record>(), Ordering::Relaxed);
        let record: &'static Record = Box::leak(Box::new(Record {
            tag,
            birth: Cell::new((0, ONE)),
            bins: [const { Bin { current: Cell::new(&NO_PAGE), partial: Cell::new(core::ptr::null_mut()) } }; BINS],
            pages: UnsafeCell::new(Vec::new()),
            mail: AtomicBool::new(false),
            inbox: Mutex::new(Inbox::default()),
            draining: Cell::new(false),
            passed: AtomicU32::new(1),
            fast: AtomicPtr::new(core::ptr::null_mut()),
        }));
        if tag != NOBODY {
            registry.next += 1;
            RECORDS[id as usize].store(core::ptr::from_ref(record).cast_mut(), Ordering::Release);
        }
        record
    });
    inbox(record).open = true;
    record.birth.set(if record.tag == NOBODY { (0, ONE) } else { (record.tag | 1, BIASED) });
    FAST.with(|fast| {
        record.fast.store(core::ptr::from_ref(fast).cast_mut(), Ordering::Relaxed);
        fast.store(if registry.closed { NOBODY } else { record.tag }, Ordering::Relaxed);
    });
    registry.living.push(record);
    TAG.set(record.tag);
    RECORD.set(record);
    death::anchor_here();
    record
}

/// Calls `f` with the thread's record; while the thread's variables are being destroyed, with one for this call.
#[inline(always)]
pub(super) fn with_record<R>(f: impl FnOnce(&'static Record) -> R) -> R {
    let record = RECORD.get();
    if record.is_null() {
        return with_new_record(f);
    }
    // SAFETY: records live for ever.
    f(unsafe { &*record })
}

#[cold]
#[inline(never)]
fn with_new_record<R>(f: impl FnOnce(&'static Record) -> R) -> R {
    struct Passing;
    impl Drop for Passing {
        fn drop(&mut self) {
            retire();
        }
    }
    let record = register();
    let passing = KEEPER.try_with(|_| ()).is_err().then(|| Passing);
    if passing.is_some() {
        record.birth.set((0, ONE));
    }
    f(record)
}

/// Makes every thread's short way take the slow one, which says when it meets an object under test. New threads too. Until
/// [`open_fast`]. The caller fences afterwards.
pub(super) fn close_fast() {
    let mut registry = registry();
    registry.closed = true;
    set_fast(&registry, |_| NOBODY);
}

pub(super) fn open_fast() {
    let mut registry = registry();
    registry.closed = false;
    set_fast(&registry, |record| record.tag);
}

fn set_fast(registry: &Registry, tag: impl Fn(&Record) -> u32) {
    for record in &registry.living {
        let fast = record.fast.load(Ordering::Relaxed);
        // SAFETY: a thread in the list has not destroyed its variables: it leaves the list first, under this lock.
        unsafe { &*fast }.store(tag(record), Ordering::Relaxed);
    }
}

fn inbox(record: &Record) -> MutexGuard<'_, Inbox> {
    record.inbox.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Hands a counted reference to the owner of its object. False if the owner has ended: its objects are merged by then.
pub(super) fn send_home(owner: u32, header: Hdr) -> bool {
    // SAFETY: records live for ever; the tag is one of an object, so it has a record.
    let record = unsafe { &*RECORDS[id_of(owner) as usize].load(Ordering::Acquire) };
    let mut inbox = inbox(record);
    if !inbox.open {
        return false;
    }
    push(&mut inbox.references, header);
    QUEUED.fetch_add(1, Ordering::Relaxed);
    QUEUED_BYTES.fetch_add(block_bytes(header), Ordering::Relaxed);
    record.mail.store(true, Ordering::Release);
    true
}

/// Tells the owner of a page that a block was freed on it.
#[cold]
pub(super) fn tell_owner(page: &'static Page) {
    let owner = page.owner.load(Ordering::Acquire);
    if owner.is_null() {
        return;
    }
    // SAFETY: records live for ever.
    let record = unsafe { &*owner };
    let mut inbox = inbox(record);
    if inbox.open {
        push(&mut inbox.pages, page);
        record.mail.store(true, Ordering::Release);
    }
}

/// Empties the inbox of the calling thread.
pub(super) fn poll() {
    if !RECORD.get().is_null() {
        with_record(Record::poll);
    }
}

impl Record {
    #[inline]
    pub(super) fn poll(&'static self) {
        self.passes();
        if self.mail.load(Ordering::Relaxed) && !self.draining.get() && !death::held() {
            self.drain();
        }
    }

    /// The thread is within no operation on a count: those before are complete.
    #[inline]
    fn passes(&self) {
        self.passed.store(self.passed.load(Ordering::Relaxed).wrapping_add(2), Ordering::Release);
    }

    /// See the field. Never 0. Who sees it changed sees what the thread did before.
    pub(super) fn passed(&self) -> u32 {
        self.passed.load(Ordering::Acquire)
    }

    #[cold]
    fn drain(&'static self) {
        self.draining.set(true);
        while self.mail.swap(false, Ordering::Acquire) {
            let (references, pages) = {
                let mut inbox = inbox(self);
                (core::mem::take(&mut inbox.references), core::mem::take(&mut inbox.pages))
            };
            uncount(&pages);
            for page in pages {
                self.freed_by_others(page);
            }
            receive(references);
        }
        self.draining.set(false);
    }

    fn freed_by_others(&self, page: &'static Page) {
        // It may have changed hands since.
        if core::ptr::eq(page.owner.load(Ordering::Acquire), self) && page.take_remote() > 0 {
            settle(page);
        }
    }

    /// A block, its header not written.
    #[inline(always)]
    pub(super) fn pop(&self, bin: usize) -> Option<Hdr> {
        self.bins[bin].current.get().pop()
    }

    /// A block, by the slow way, which also empties the inbox.
    #[inline(never)]
    pub(super) fn block_slow(&'static self, placed: Placement, tracked: bool) -> Result<Hdr, store::Refused> {
        self.poll();
        let bin = &self.bins[placed.bin(tracked)];
        loop {
            let page = bin.current.get();
            if let Some(block) = page.take_block() {
                return Ok(block);
            }
            if page.own.state.get() == State::Current {
                page.own.state.set(State::Full);
                page.is_current(false);
            }
            bin.current.set(&NO_PAGE);
            let next = match core::ptr::NonNull::new(bin.partial.get()) {
                Some(next) => {
                    // SAFETY: descriptions stay for ever.
                    let next = unsafe { &*next.as_ptr() };
                    remove_partial(bin, next);
                    next
                }
                None => {
                    let page = store::take(placed, tracked, self)?;
                    // SAFETY: a short change that runs no other code.
                    let pages = unsafe { &mut *self.pages.get() };
                    page.own.number.set(pages.len() as u32);
                    push(pages, page);
                    page.adopted();
                    page
                }
            };
            next.own.state.set(State::Current);
            next.is_current(true);
            bin.current.set(next);
            if tracked {
                FRESH.fetch_add(next.spare(), Ordering::Relaxed);
            }
        }
    }
}

/// References that came home: their objects are merged, then they are dropped. Panics in drops are reported.
fn receive(references: Vec<Hdr>) {
    uncount(&references);
    for header in references {
        QUEUED.fetch_sub(1, Ordering::Relaxed);
        QUEUED_BYTES.fetch_sub(block_bytes(header), Ordering::Relaxed);
        let done = catch_unwind(AssertUnwindSafe(|| {
            // SAFETY: the reference in the inbox is ours now.
            unsafe { header.as_ref() }.counts.merge(tag(), 0, || touch(header));
            decrement_special(header);
        }));
        if let Err(panic) = done {
            unraisable::report(unraisable::Origin::Drop, "", panic);
        }
    }
}

/// A page of the calling thread got its first free block, or its last: puts it where it belongs.
#[cold]
#[inline(never)]
pub(super) fn settle(page: &'static Page) {
    // SAFETY: the caller owns the page.
    let record = unsafe { &*page.owner.load(Ordering::Relaxed) };
    let bin = &record.bins[page.bin.get() as usize];
    let empty = page.own.used.get() == 0;
    match page.own.state.get() {
        State::Full if !empty => {
            page.own.state.set(State::Partial);
            let next = bin.partial.replace(core::ptr::from_ref(page).cast_mut());
            page.own.next.set(next);
            page.own.prev.set(core::ptr::null_mut());
            // SAFETY: pages in the list are ours.
            if let Some(next) = unsafe { next.as_ref() } {
                next.own.prev.set(core::ptr::from_ref(page).cast_mut());
            }
        }
        State::Full => forget(record, page),
        State::Partial if empty => {
            remove_partial(bin, page);
            forget(record, page);
        }
        _ => {}
    }
}

fn remove_partial(bin: &Bin, page: &Page) {
    // SAFETY: pages in the list belong to the calling thread, and descriptions stay.
    unsafe {
        match page.own.prev.get().as_ref() {
            Some(prev) => prev.own.next.set(page.own.next.get()),
            None => bin.partial.set(page.own.next.get()),
        }
        if let Some(next) = page.own.next.get().as_ref() {
            next.own.prev.set(page.own.prev.get());
        }
    }
}

fn forget(record: &Record, page: &'static Page) {
    // SAFETY: a short change that runs no other code.
    let pages = unsafe { &mut *record.pages.get() };
    let number = page.own.number.get() as usize;
    pages.swap_remove(number);
    if let Some(moved) = pages.get(number) {
        moved.own.number.set(number as u32);
    }
    // SAFETY: its blocks are free, and it is in no list of ours any more.
    unsafe { store::give_back(page) };
}

/// Ends the calling thread's part: merges what it owns, empties its inbox, lets go of its pages.
fn retire() {
    let record = RECORD.get();
    if record.is_null() {
        return;
    }
    // SAFETY: records live for ever.
    let record: &'static Record = unsafe { &*record };
    record.poll();
    // What is born from here on belongs to nobody.
    record.birth.set((0, ONE));
    FAST.with(|fast| {
        let registry = registry();
        record.fast.store(core::ptr::null_mut(), Ordering::Relaxed);
        let mut registry = registry;
        registry.living.retain(|r| !core::ptr::eq(*r, record));
        fast.store(NOBODY, Ordering::Relaxed);
    });
    if record.tag != NOBODY {
        merge_all(record);
    }
    TAG.set(NOBODY);
    let (references, pages) = {
        let mut inbox = inbox(record);
        inbox.open = false;
        record.mail.store(false, Ordering::Relaxed);
        (core::mem::take(&mut inbox.references), core::mem::take(&mut inbox.pages))
    };
    uncount(&pages);
    drop(pages);
    record.draining.set(true);
    receive(references);
    record.draining.set(false);
    RECORD.set(core::ptr::null());
    for bin in &record.bins {
        bin.current.replace(&NO_PAGE).is_current(false);
        bin.partial.set(core::ptr::null_mut());
    }
    // SAFETY: a short change that runs no other code.
    let pages = core::mem::take(unsafe { &mut *record.pages.get() });
    uncount(&pages);
    for page in pages {
        page.take_remote();
        if page.own.used.get() == 0 {
            // SAFETY: its blocks are free, and it is in no list of ours any more.
            unsafe { store::give_back(page) };
        } else {
            store::abandon(page);
        }
    }
    registry().idle.push(record);
}

/// Merges every object that the thread owns: they all lie on its pages.
fn merge_all(record: &'static Record) {
    // SAFETY: only this thread changes the table, and nothing below does.
    let pages = unsafe { (*record.pages.get()).clone() };
    // Nothing dies meanwhile, so no page goes.
    let hold = death::Hold::new();
    for page in pages {
        // At most one step of the collector is waited for.
        let merging = merging();
        let mut extra = Vec::new();
        for index in 0..page.bump() {
            let header = page.header(index);
            // SAFETY: below `bump`; a block that is biased to us stays alive, for only we or the collector could merge it, and the
            // collector does so under the lock.
            if unsafe { header.as_ref() }.counts.merge(record.tag, 1, || touch(header)) {
                extra.push(header);
            }
        }
        drop(merging);
        // The references that the merges counted on top.
        extra.into_iter().for_each(release_special);
    }
    drop(hold);
}
