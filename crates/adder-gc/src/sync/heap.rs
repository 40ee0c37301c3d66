//! `sync::Heap`: the process's heap of shared objects.

use core::time::Duration;

use super::page::Page;
use super::{collect, store, thread, weak};
use crate::collect::Collection;

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
    /// References that wait in inboxes for the thread that owns their object.
    pub queued: usize,
    /// Bytes of the objects they hold, each reference counted for itself.
    pub queued_bytes: usize,
    /// Collections so far.
    pub collections: u64,
    /// Objects that they freed.
    pub collected: u64,
    /// The longest time for which a collection held locks or kept short ways closed.
    pub longest_test: Duration,
}

impl Heap {
    /// The heap.
    pub fn global() -> Heap {
        Heap(())
    }

    /// Collects while other threads go on. Returns when everything is freed that was garbage at the call and that no other
    /// thread interfered with, or is named in the result with the reason. Waits for a collection that runs on another thread;
    /// inside a collection it does nothing and says so.
    ///
    /// Garbage of which a reference waits in another thread's inbox is freed when that thread looks there.
    pub fn collect(&self) -> Collection {
        collect::collect_now()
    }

    /// Empties the calling thread's inbox: objects that it owns and whose last reference another thread dropped die here.
    /// For threads that neither allocate nor collect for long.
    pub fn poll(&self) {
        thread::poll();
    }

    /// The limit in bytes over pages and tables; `None` for none.
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

    /// Gives unused pages back to the system; returns how many bytes.
    pub fn trim(&self) -> usize {
        store::sweep_abandoned();
        store::trim()
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

    /// When collections start by themselves: after how many new objects at least, and after how many hundredths of those
    /// alive after the last one. (20 000, 50) at first.
    pub fn thresholds(&self) -> [usize; 2] {
        collect::thresholds()
    }

    /// Sets the thresholds. Zero for the first switches automatic collections off.
    pub fn set_thresholds(&self, thresholds: [usize; 2]) {
        collect::set_thresholds(thresholds);
    }

    /// Figures. Looks at every page.
    pub fn stats(&self) -> HeapStats {
        let (collections, collected, longest_test) = collect::totals();
        let mut stats = HeapStats {
            page_bytes: store::held(),
            side_bytes: thread::side_bytes() + weak::side_bytes() + collect::side_bytes(),
            queued: thread::queued().0,
            queued_bytes: thread::queued().1,
            collections,
            collected,
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
