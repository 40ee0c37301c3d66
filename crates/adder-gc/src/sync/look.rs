//! Looking at the heap from outside: its objects, and the references between them.

use super::any::AnyGc;
use super::death::Hold;
use super::header::{CONDEMNED, FROZEN, Hdr, increment, release};
use super::heap::Heap;
use super::page::Page;
use super::{collect, store, thread};
use crate::trace::{Label, Sink, Tracer};

/// A handle to every object on the pages that are wanted. Left out are those that `&mut` is out to, and what a collection has
/// condemned.
pub(super) fn objects(wanted: impl Fn(&Page) -> bool) -> Vec<AnyGc> {
    // Deaths come last, when nothing is held any more.
    let hold = Hold::new();
    // While a test runs or garbage is cleared elsewhere, nobody finds a way in here.
    let alone = collect::exclusive();
    let pages = store::Pinned::new(wanted);
    let me = thread::tag();
    let mut found = Vec::new();
    for page in pages.iter() {
        for index in 0..page.bump() {
            let header = page.header(index);
            // SAFETY: below `bump`, so its counts may be read; counted then.
            unsafe {
                if !header.as_ref().counts.try_clone_as(me) {
                    continue;
                }
                if header.as_ref().has(CONDEMNED) {
                    release(header);
                } else {
                    found.push(AnyGc::from_header(header));
                }
            }
        }
    }
    drop(pages);
    drop(alone);
    drop(hold);
    found
}

/// Calls `found` with every reference of an object, labelled. Deaths on this thread wait meanwhile.
pub(super) fn edges_of(object: &AnyGc, found: &mut dyn FnMut(&Label, Hdr)) {
    struct Each<'f>(&'f mut dyn FnMut(&Label, Hdr));
    impl Sink for Each<'_> {
        fn edges(&mut self, _: &[crate::header::Hdr]) {}
        fn shared_named(&mut self, label: &Label, edge: core::ptr::NonNull<u8>) {
            (self.0)(label, edge.cast());
        }
    }
    if !object.is_open() {
        return;
    }
    let hold = Hold::new();
    let mut each = Each(found);
    let mut tracer = Tracer::new(Vec::new(), &mut each).with_names();
    collect::visit(object.header(), &mut tracer);
    tracer.finish();
    drop(hold);
}

impl Heap {
    /// Every tracked object, as owned handles. Waits for a collection, or a step of one, that another thread is at; safe to call
    /// inside a collection (what it has condemned is left out). Looks at every page.
    pub fn objects(&self) -> Vec<AnyGc> {
        objects(|page| page.tracked.get())
    }

    /// Every tracked object of generation 0, 1 or 2, as owned handles, those in the permanent generation left out. Generations are
    /// those of pages; otherwise as [`objects`](Heap::objects).
    pub fn objects_in(&self, generation: u32) -> Vec<AnyGc> {
        let mut found = objects(|page| page.tracked.get() && page.generation() == generation);
        // SAFETY: held by the handles.
        found.retain(|object| !unsafe { object.header().as_ref() }.has(FROZEN));
        found
    }

    /// The objects that `object` refers to directly, its run-time type first. Empty while `&mut` to it is out. What lies in a lock that a thread holds
    /// is left out.
    pub fn referents(&self, object: &AnyGc) -> Vec<AnyGc> {
        let mut found = Vec::new();
        edges_of(object, &mut |_, to| {
            increment(to);
            // SAFETY: a clone of the reference that is visited.
            found.push(unsafe { AnyGc::from_header(to) });
        });
        found
    }

    /// The tracked objects that refer to `object` directly. Looks at every tracked object.
    pub fn referrers(&self, object: &AnyGc) -> Vec<AnyGc> {
        let mut all = self.objects();
        all.retain(|from| {
            let mut refers = false;
            edges_of(from, &mut |_, to| refers |= to == object.header());
            refers
        });
        all
    }
}
