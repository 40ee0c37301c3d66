//! `sync::Heap`: the process's heap of shared objects.

use core::time::Duration;
use std::sync::Arc;

use super::gc::Gc;
use super::header::{FROZEN, suspect};
use super::page::Page;
use super::{charge, collect, store, thread};
use crate::collect::{Collection, GenerationStats, Phase, Progress};
use crate::heap::{CollectMode, OutOfMemory};
use crate::trace::Trace;

/// The heap of the process for objects of [`sync`](crate::sync): one, made when it is first needed, never dropped.
#[derive(Clone, Copy, Debug)]
pub struct Heap(());

/// Figures of the process's shared heap. Other threads change them while they are gathered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeapStats {
    /// Objects alive.
    pub objects: usize,
    /// Of these, the ones that collections look at.
    pub tracked: usize,
    /// Bytes of these blocks.
    pub object_bytes: usize,
    /// Bytes of pages held from the system.
    pub page_bytes: usize,
    /// Bytes of tables: threads, inboxes, weak references, working counts.
    pub side_bytes: usize,
    /// Bytes that users charged.
    pub charged_bytes: usize,
    /// References that wait in inboxes for the thread that owns their object.
    pub queued: usize,
    /// Bytes of the objects they hold, each reference counted for itself.
    pub queued_bytes: usize,
    /// Collections and what they did, for each generation.
    pub generations: [GenerationStats; 3],
    /// The longest step that an allocation or a safepoint had to do.
    pub longest_step: Duration,
    /// The longest time for which a collection held locks or kept short ways closed.
    pub longest_test: Duration,
}

/// No collection starts by itself while it lives. From [`Heap::pause`].
#[derive(Debug)]
#[must_use = "collections go on as soon as it is dropped"]
pub struct PauseGuard(());

impl Drop for PauseGuard {
    fn drop(&mut self) {
        collect::resume();
    }
}

impl Heap {
    /// The heap.
    pub fn global() -> Heap {
        Heap(())
    }

    /// Makes an object.
    ///
    /// # Panics
    /// If the limit would be exceeded, with the text of [`OutOfMemory`].
    #[inline]
    pub fn alloc<T: Trace + Send + Sync>(&self, value: T) -> Gc<T> {
        Gc::new(value)
    }

    /// Makes an object.
    ///
    /// # Errors
    /// If the limit would be exceeded even after a whole collection; in [`CollectMode::Manual`] without one.
    #[inline]
    pub fn try_alloc<T: Trace + Send + Sync>(&self, value: T) -> Result<Gc<T>, OutOfMemory> {
        Gc::try_new(value)
    }

    /// Collects all generations while other threads go on. Returns when everything is freed that was garbage at the call and that no
    /// other thread interfered with, or is named in the result with the reason. Waits for a collection, or a step of one, that
    /// another thread is at; inside a collection it does nothing and says so.
    ///
    /// Garbage of which a reference waits in another thread's inbox is freed when that thread looks there.
    pub fn collect(&self) -> Collection {
        collect::collect_now(collect::OLDEST)
    }

    /// Collects generation 0, 1 or 2 and all younger ones, as [`collect`](Heap::collect) does.
    ///
    /// Generations are those of pages: 0 is what lies on pages on which objects were made since the last collection of 0, and 1
    /// on those before. What is referred to from older pages is not found by a younger collection.
    ///
    /// # Panics
    /// If the generation is above 2.
    pub fn collect_generation(&self, generation: u32) -> Collection {
        assert!(generation <= collect::OLDEST, "generations are 0, 1 and 2; there is no generation {generation}");
        collect::collect_now(generation)
    }

    /// Lets the collector do what is due, a step at the most: what an allocation does in [`CollectMode::Automatic`]. Empties the
    /// calling thread's inbox first. Does nothing while another thread is at a step. In [`CollectMode::Manual`] it collects whole if a request
    /// was refused since the last one.
    pub fn safepoint(&self) -> Progress {
        collect::safepoint()
    }

    /// Lets the collector work for about so long on a pass over the whole heap, which later steps go on with. A step for each frame of
    /// a game, say. [`Progress::done`] when a pass has ended in it; the next call begins another.
    ///
    /// The time is a target: a single object's user code (a drop, a finalizer) is not interrupted, nor is the decision about one
    /// group of objects. Waits for a step that another thread is at.
    pub fn step(&self, budget: Duration) -> Progress {
        collect::step(budget)
    }

    /// Chooses when collections run.
    pub fn set_mode(&self, mode: CollectMode) {
        collect::set_manual(mode == CollectMode::Manual);
    }

    /// When collections run.
    pub fn mode(&self) -> CollectMode {
        if collect::is_manual() { CollectMode::Manual } else { CollectMode::Automatic }
    }

    /// No collection starts by itself while the guard lives, on any thread, not even to make room. [`Heap::collect`] still works.
    pub fn pause(&self) -> PauseGuard {
        collect::pause();
        PauseGuard(())
    }

    /// Empties the calling thread's inbox: objects that it owns and whose last reference another thread dropped die here.
    /// For threads that neither allocate nor collect for long.
    pub fn poll(&self) {
        thread::poll();
    }

    /// The limit in bytes over pages, tables and charges; `None` for none.
    pub fn limit(&self) -> Option<usize> {
        let limit = store::limit();
        (limit != usize::MAX).then_some(limit)
    }

    /// Sets the limit. One below what is in use is allowed: requests are refused until enough has been freed.
    pub fn set_limit(&self, bytes: Option<usize>) {
        store::set_limit(bytes.unwrap_or(usize::MAX));
    }

    /// Bytes in use, as the limit counts them.
    pub fn used_bytes(&self) -> usize {
        store::used_bytes()
    }

    /// Of these, bytes of pages held from the system, as in [`HeapStats::page_bytes`]; costs nothing, for it looks at no page.
    pub fn page_bytes(&self) -> usize {
        store::held()
    }

    /// Gives unused pages back to the system; returns how many bytes. Gives up a pass of the collector that is under way, which
    /// keeps pages.
    pub fn trim(&self) -> usize {
        let before = store::held();
        collect::give_up();
        store::sweep_abandoned();
        store::trim();
        before.saturating_sub(store::held())
    }

    /// Lets collections start by themselves (the default).
    pub fn enable(&self) {
        collect::set_enabled(true);
    }

    /// No collection starts by itself any more, except to make room before a request is refused.
    pub fn disable(&self) {
        collect::set_enabled(false);
    }

    /// Do collections start by themselves?
    pub fn is_enabled(&self) -> bool {
        collect::is_enabled()
    }

    /// When collections start by themselves, (20 000, 10, 50) at first: after how many new objects one of generation 0; after how
    /// many of those one of generation 1 instead; and by how many hundredths the heap must have grown since the last one of
    /// generation 2 before the next: a fifth of that where an object of generation 2 lost one of several references, four times as much
    /// where none did (then there is nothing to be found).
    pub fn thresholds(&self) -> [u32; 3] {
        collect::thresholds()
    }

    /// Sets the thresholds. Zero for the first switches automatic collections off.
    pub fn set_thresholds(&self, thresholds: [u32; 3]) {
        collect::set_thresholds(thresholds);
    }

    /// Room for objects that threads have begun to use since the last collection; collections of generation 0 since the last of
    /// an older one; hundredths by which the heap has grown since the last one of generation 2.
    pub fn counts(&self) -> [u32; 3] {
        collect::counts()
    }

    /// Moves every tracked object to a permanent generation that collections do not look at. Looks at every page.
    pub fn freeze(&self) {
        for object in self.objects() {
            // SAFETY: held by the handle.
            unsafe { object.header().as_ref() }.set(FROZEN);
        }
    }

    /// Moves the permanent generation into the oldest one. Looks at every page.
    pub fn unfreeze(&self) {
        for object in self.objects() {
            // SAFETY: held by the handle.
            unsafe { object.header().as_ref() }.unset(FROZEN);
            suspect(object.header());
        }
    }

    /// Objects in the permanent generation. Looks at every page.
    pub fn frozen_count(&self) -> usize {
        // SAFETY: held by the handles.
        self.objects().iter().filter(|object| unsafe { object.header().as_ref() }.has(FROZEN)).count()
    }

    /// Adds a callback before and after each collection, on whichever thread begins or ends it; the number removes it again.
    pub fn add_collection_callback(&self, callback: impl Fn(Phase, &Collection) + Send + Sync + 'static) -> u64 {
        collect::add_callback(Arc::new(callback))
    }

    /// Removes a collection callback. False if there was none with this number.
    pub fn remove_collection_callback(&self, number: u64) -> bool {
        collect::remove_callback(number)
    }

    /// Figures. Looks at every page.
    pub fn stats(&self) -> HeapStats {
        let (generations, longest_test, longest_step) = collect::totals();
        let (queued, queued_bytes) = thread::queued();
        let mut stats = HeapStats {
            page_bytes: store::held(),
            side_bytes: store::side(),
            charged_bytes: charge::charged(),
            queued,
            queued_bytes,
            generations,
            longest_step,
            longest_test,
            ..HeapStats::default()
        };
        store::for_each_page(|page: &Page| {
            let objects = page.living();
            stats.objects += objects;
            stats.object_bytes += objects * page.block_bytes();
            if page.tracked.get() {
                stats.tracked += objects;
            }
        });
        stats
    }
}
