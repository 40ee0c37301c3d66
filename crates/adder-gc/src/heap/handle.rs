//! `Heap`: the handle, and all that can be asked of a heap.

use core::fmt;
use core::ptr::NonNull;
use std::rc::Rc;
use std::time::Duration;

use super::current::Entered;
use super::{Charge, ChargedAlloc, Inner, OutOfMemory, current};
use crate::any::AnyGc;
use crate::collect::{self, Collection, GenerationStats, OLDEST, Phase, Progress};
use crate::gc::Gc;
use crate::header::{Hdr, Header, flag};
use crate::trace::{Label, Sink, Trace, Tracer, visit};

/// When collections run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum CollectMode {
    /// At allocations, when enough young objects have gathered (the default).
    #[default]
    Automatic,
    /// Only in [`Heap::safepoint`], [`Heap::step`] and [`Heap::collect`]: no user code of a collection runs inside an allocation.
    Manual,
}

/// A heap: a place for objects with a collector, a limit and statistics of its own.
///
/// Every thread has one ([`Heap::current`]), made when it is first needed; more are made with [`Heap::new`]. The handle counts:
/// clones refer to the same heap. When the last handle goes the heap is collected whole, finalizers included; objects that
/// are held from outside live on until their last reference goes. A cycle through two heaps is not collected.
pub struct Heap {
    pub(super) inner: NonNull<Inner>,
}

// A panic in a user's code leaves no heap half changed: soundness rule 4.
impl std::panic::UnwindSafe for Heap {}
impl std::panic::RefUnwindSafe for Heap {}

/// Figures of a heap, in bytes and objects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeapStats {
    /// Objects alive.
    pub objects: usize,
    /// Of these, objects that the collector looks at.
    pub tracked: usize,
    /// Bytes of their blocks.
    pub object_bytes: usize,
    /// Bytes of pages held from the system.
    pub page_bytes: usize,
    /// Bytes of the heap's own tables.
    pub side_bytes: usize,
    /// Bytes that users charged.
    pub charged_bytes: usize,
    /// Collections and what they did, for each generation.
    pub generations: [GenerationStats; 3],
    /// The longest step that an allocation or a safepoint had to wait for.
    pub longest_step: Duration,
    /// The group of objects whose decision took longest of those that were too large for a small step, and how long it took.
    pub largest_group: usize,
    /// See `largest_group`.
    pub largest_group_time: Duration,
    /// Passes over the whole heap that were begun.
    pub passes: u64,
    /// Objects that wait to be looked at.
    pub suspects: usize,
}

impl Heap {
    /// A new heap without a limit.
    #[allow(clippy::new_without_default, reason = "a default heap would suggest the thread's")]
    pub fn new() -> Heap {
        Heap::adopt(Inner::create())
    }

    /// A new heap that may use so many bytes; see [`Heap::set_limit`].
    pub fn with_limit(bytes: usize) -> Heap {
        let heap = Heap::new();
        heap.set_limit(Some(bytes));
        heap
    }

    /// The thread's heap, which [`Gc::new`] uses.
    pub fn current() -> Heap {
        let inner = current();
        Heap::from_inner(inner)
    }

    /// Takes a fresh heap with its one pin.
    pub(super) fn adopt(inner: NonNull<Inner>) -> Heap {
        // SAFETY: just made.
        unsafe { inner.as_ref() }.handles.set(1);
        Heap { inner }
    }

    pub(crate) fn from_inner(inner: &Inner) -> Heap {
        inner.pin();
        inner.handles.set(inner.handles.get() + 1);
        Heap { inner: NonNull::from(inner) }
    }

    #[inline(always)]
    pub(crate) fn inner(&self) -> &Inner {
        // SAFETY: the handle pins it.
        unsafe { self.inner.as_ref() }
    }

    /// Makes this the thread's heap while `f` runs: [`Gc::new`] in it allocates here.
    pub fn enter<R>(&self, f: impl FnOnce() -> R) -> R {
        let _entered = Entered::new(self.inner);
        f()
    }

    /// Makes an object.
    ///
    /// # Panics
    /// If the limit would be exceeded, with the text of [`OutOfMemory`].
    #[inline]
    pub fn alloc<T: Trace>(&self, value: T) -> Gc<T> {
        Gc::new_in(value, self)
    }

    /// Makes an object.
    ///
    /// # Errors
    /// If the limit would be exceeded even after a whole collection; in [`CollectMode::Manual`] without one.
    #[inline]
    pub fn try_alloc<T: Trace>(&self, value: T) -> Result<Gc<T>, OutOfMemory> {
        Gc::try_new_in(value, self)
    }

    /// Charges bytes to this heap that lie elsewhere; see [`Charge`].
    ///
    /// # Errors
    /// If the limit would be exceeded even after a whole collection.
    pub fn try_charge(&self, bytes: usize) -> Result<Charge, OutOfMemory> {
        Charge::new(self.inner, bytes)
    }

    /// An allocator whose memory is charged to this heap.
    pub fn allocator(&self) -> ChargedAlloc {
        ChargedAlloc::new(self.inner)
    }

    /// The limit in bytes over pages, side memory and charges; `None` for none.
    pub fn limit(&self) -> Option<usize> {
        let limit = self.inner().limit.get();
        (limit != usize::MAX).then_some(limit)
    }

    /// Sets the limit. One below what is in use is allowed: requests are refused until enough has been freed.
    pub fn set_limit(&self, bytes: Option<usize>) {
        self.inner().limit.set(bytes.unwrap_or(usize::MAX));
    }

    /// Keeps so many bytes of the limit back, until [`open_reserve`](Self::open_reserve).
    pub fn set_reserve(&self, bytes: usize) {
        self.inner().reserve.set(bytes);
    }

    /// A request was refused, and what handles the error may use the reserve. It is kept back again once twice as many bytes are
    /// free at a [`make_room`](Self::make_room) or [`safepoint`](Self::safepoint).
    pub fn open_reserve(&self) {
        self.inner().reserve_open.set(true);
    }

    /// Bytes in use, as the limit counts them.
    pub fn used_bytes(&self) -> usize {
        self.inner().used_bytes()
    }

    /// Gives unused pages and tables back to the system; returns how many bytes.
    pub fn trim(&self) -> usize {
        let inner = self.inner();
        let before = inner.used_bytes();
        if !inner.gc.collecting.get() && inner.gc.enumerating.get() == 0 {
            inner.drop_sides();
        }
        inner.give_back_everything();
        before.saturating_sub(inner.used_bytes())
    }

    /// Collects all generations. Returns when everything that was garbage at the call is freed, or named in the result with the
    /// reason. Inside a collection it does nothing and says so.
    pub fn collect(&self) -> Collection {
        self.collect_generation(OLDEST)
    }

    /// Collects generation 0, 1 or 2 and all younger ones.
    ///
    /// # Panics
    /// If the generation is above 2.
    pub fn collect_generation(&self, generation: u32) -> Collection {
        assert!(generation <= OLDEST, "generations are 0, 1 and 2; there is no generation {generation}");
        collect::collect(self.inner(), generation)
    }

    /// Lets the collector do what is due: what an allocation does in [`CollectMode::Automatic`]. Call it where user code of a
    /// collection (drops, finalizers, callbacks) may run.
    pub fn safepoint(&self) -> Progress {
        collect::safepoint(self.inner())
    }

    /// Collects if room is short: if more than 7/8 of the limit is used, and a collection may change that. What a request does
    /// before it is refused in [`CollectMode::Automatic`]; in [`CollectMode::Manual`] [`safepoint`](Self::safepoint) does it when
    /// room gets short. Call it where something large has just lost its last user, and user code of a collection may run.
    pub fn make_room(&self) {
        collect::room(self.inner());
    }

    /// Lets the collector work for about so long: young objects first, then a pass over the heap in small steps, as long as
    /// anything is suspect. A step for each frame of a game, say.
    ///
    /// The time is a target: a single object's user code (a drop, a finalizer) is not interrupted, nor is the decision about
    /// one component of objects that refer to each other.
    pub fn step(&self, budget: Duration) -> Progress {
        collect::run_for(self.inner(), budget)
    }

    /// Chooses when collections run.
    pub fn set_mode(&self, mode: CollectMode) {
        self.inner().gc.manual.set(mode == CollectMode::Manual);
    }

    /// When collections run.
    pub fn mode(&self) -> CollectMode {
        if self.inner().gc.manual.get() { CollectMode::Manual } else { CollectMode::Automatic }
    }

    /// No collection starts by itself while the guard lives, not even to make room. [`Heap::collect`] still works.
    pub fn pause(&self) -> PauseGuard {
        let gc = &self.inner().gc;
        gc.paused.set(gc.paused.get() + 1);
        PauseGuard { heap: self.clone() }
    }

    /// Lets collections start by themselves (the default).
    pub fn enable(&self) {
        self.inner().gc.enabled.set(true);
    }

    /// No collection starts by itself any more, except to make room before a request is refused.
    pub fn disable(&self) {
        self.inner().gc.enabled.set(false);
    }

    /// Do collections start by themselves?
    pub fn is_enabled(&self) -> bool {
        self.inner().gc.enabled.get()
    }

    /// The thresholds of the three generations, as CPython's `gc.get_threshold`: (2000, 10, 10) at first.
    pub fn thresholds(&self) -> [u32; 3] {
        self.inner().gc.thresholds.get()
    }

    /// Sets the thresholds: objects made (minus freed) before a collection of generation 0; of those, before one of generation
    /// 1; of these, before one of generation 2. Zero for the first switches collections off.
    pub fn set_thresholds(&self, thresholds: [u32; 3]) {
        let inner = self.inner();
        inner.gc.thresholds.set(thresholds);
    }

    /// Objects made and still alive since the last collection of generation 0; collections of 0 since the last one of 1; of 1
    /// since the last one of 2. Looks at every page.
    pub fn counts(&self) -> [u32; 3] {
        let inner = self.inner();
        let mut counts = inner.gc.counts.get();
        counts[0] = inner.gc.population(inner).saturating_sub(inner.gc.population.get()) as u32;
        counts
    }

    /// Moves every tracked object to a permanent generation that collections do not look at.
    pub fn freeze(&self) {
        let inner = self.inner();
        let mut frozen = inner.gc.frozen.get();
        inner.for_each_tracked(|_, _, header| {
            // SAFETY: enumerated headers are initialised.
            let h = unsafe { header.as_ref() };
            if !h.has(flag::FROZEN) && h.references() > 0 {
                h.flags.set((h.flags.get() & !flag::GEN_MASK) | flag::GEN_OLD | flag::FROZEN);
                frozen += 1;
            }
        });
        inner.gc.frozen.set(frozen);
    }

    /// Moves the permanent generation into the oldest one.
    pub fn unfreeze(&self) {
        let inner = self.inner();
        inner.gc.all_suspect.set(true);
        inner.for_each_tracked(|_, _, header| {
            // SAFETY: enumerated headers are initialised.
            let h = unsafe { header.as_ref() };
            // The flags of a queued object are a link.
            if h.references() > 0 {
                h.unset(flag::FROZEN);
            }
        });
        inner.gc.frozen.set(0);
    }

    /// Objects in the permanent generation.
    pub fn frozen_count(&self) -> usize {
        let mut frozen = 0;
        self.inner().for_each_tracked(|_, _, header| {
            // SAFETY: enumerated headers are initialised.
            let h = unsafe { header.as_ref() };
            frozen += usize::from(h.references() > 0 && h.has(flag::FROZEN));
        });
        frozen
    }

    /// Adds a callback before and after each collection; the number removes it again.
    pub fn add_collection_callback(&self, callback: impl Fn(Phase, &Collection) + 'static) -> u64 {
        self.inner().gc.add_callback(Rc::new(callback))
    }

    /// Removes a collection callback. False if there was none with this number.
    pub fn remove_collection_callback(&self, number: u64) -> bool {
        self.inner().gc.remove_callback(number)
    }

    /// Figures. Counts objects page by page: costs a few nanoseconds a page.
    pub fn stats(&self) -> HeapStats {
        let inner = self.inner();
        let mut stats = HeapStats {
            page_bytes: inner.store.held(),
            side_bytes: inner.side_total(),
            charged_bytes: inner.charged.get(),
            generations: inner.gc.stats(),
            longest_step: inner.gc.longest(),
            largest_group: inner.gc.pass.largest().0,
            largest_group_time: inner.gc.pass.largest().1,
            passes: inner.gc.pass.passes(),
            suspects: inner.gc.suspects.total(),
            ..HeapStats::default()
        };
        for page in inner.pages() {
            // SAFETY: pages in the table are live.
            let page = unsafe { page.as_ref() };
            let used = page.live() as usize;
            stats.objects += used;
            stats.object_bytes += used * page.block.get();
            if page.tracked.get() {
                stats.tracked += used;
            }
        }
        stats
    }

    /// Every tracked object, as owned handles. Safe to call inside a collection (what it has condemned is left out).
    pub fn objects(&self) -> Vec<AnyGc> {
        self.handles(|_| true)
    }

    /// The tracked objects of one generation.
    pub fn objects_in(&self, generation: u32) -> Vec<AnyGc> {
        self.handles(|h| h.generation() == generation && !h.has(flag::FROZEN))
    }

    pub(crate) fn handles(&self, wanted: impl Fn(&Header) -> bool) -> Vec<AnyGc> {
        let mut handles = Vec::new();
        self.inner().for_each_tracked(|_, _, header| {
            // SAFETY: enumerated headers are initialised; a handle counts a reference of a live object.
            unsafe {
                let h = header.as_ref();
                if h.is_open() && !h.has(flag::CONDEMNED) && wanted(h) {
                    Header::increment(header);
                    handles.push(AnyGc::from_header(header));
                }
            }
        });
        handles
    }

    /// The objects that `object` refers to directly, its run-time type first. Empty while `&mut` to it is out.
    pub fn referents(&self, object: &AnyGc) -> Vec<AnyGc> {
        let Some(heap) = object.heap() else { return Vec::new() };
        let mut found = Vec::new();
        edges_of(heap, object, &mut |_, to| {
            Header::increment(to);
            // SAFETY: counted just now; a reference leads to a live object.
            found.push(unsafe { AnyGc::from_header(to) });
        });
        found
    }

    /// The tracked objects of this heap that refer to `object` directly. Looks at every tracked object.
    pub fn referrers(&self, object: &AnyGc) -> Vec<AnyGc> {
        let mut all = self.objects();
        all.retain(|from| {
            let mut refers = false;
            edges_of(self.inner(), from, &mut |_, to| refers |= to == object.header());
            refers
        });
        all
    }
}

/// Calls `found` with every reference of an object, labelled. The object is held by a handle; deaths wait meanwhile.
pub(crate) fn edges_of(heap: &Inner, object: &AnyGc, found: &mut dyn FnMut(&Label, Hdr)) {
    struct Each<'f>(&'f mut dyn FnMut(&Label, Hdr));
    impl Sink for Each<'_> {
        fn edges(&mut self, _: &[Hdr]) {}
        fn named(&mut self, label: &Label, edge: Hdr) {
            (self.0)(label, edge);
        }
    }
    if object.is_cleared() || !object.is_open() {
        return;
    }
    let deaths = heap.hold_deaths();
    let mut each = Each(found);
    let mut tracer = Tracer::new(Vec::new(), &mut each).with_names();
    // SAFETY: open, and held by the handle.
    unsafe { visit(object.header(), &mut tracer) };
    tracer.finish();
    drop(deaths);
    heap.drain();
}

impl Clone for Heap {
    fn clone(&self) -> Self {
        Heap::from_inner(self.inner())
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        let inner = self.inner();
        let handles = inner.handles.get();
        if handles == 1 && !std::thread::panicking() && !inner.gc.collecting.get() {
            // The handle still counts, so code that runs now may clone it; then the heap lives on.
            collect::collect(inner, OLDEST);
        }
        inner.handles.set(inner.handles.get() - 1);
        if inner.handles.get() == 0 {
            // What they captured may keep objects of this heap alive, and nobody can remove them any more.
            inner.gc.drop_callbacks();
        }
        // SAFETY: balances the handle's pin.
        unsafe { Inner::unpin(self.inner) };
    }
}

impl fmt::Debug for Heap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Heap").field("used_bytes", &self.used_bytes()).field("limit", &self.limit()).finish()
    }
}

/// No collection starts by itself while it lives. From [`Heap::pause`].
#[derive(Debug)]
#[must_use = "collections go on as soon as it is dropped"]
pub struct PauseGuard {
    heap: Heap,
}

impl Drop for PauseGuard {
    fn drop(&mut self) {
        let gc = &self.heap.inner().gc;
        gc.paused.set(gc.paused.get() - 1);
    }
}
