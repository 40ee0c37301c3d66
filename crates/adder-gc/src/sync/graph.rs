//! The survey of the shared heap, for [`HeapGraph`].

use core::cell::Cell;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::any::AnyGc;
use super::death::Hold;
use super::header::{Hdr, payload_of};
use super::heap::Heap;
use super::{collect, look};
use crate::graph::{Draft, HeapGraph, Object, Path, Survey};
use crate::header::flag;
use crate::trace::{Label, Sink, Tracer};
use crate::unraisable;
use crate::weak::AddressHasher;

thread_local! {
    static SURVEYING: Cell<bool> = const { Cell::new(false) };
}

struct Surveying;

impl Drop for Surveying {
    fn drop(&mut self) {
        SURVEYING.set(false);
    }
}

/// Looks at every object, each held by a reference until all have been looked at. `new`: the objects whose epoch is 1; that
/// of the others is 0.
pub(super) fn survey(new: impl Fn(Hdr) -> bool) -> Survey {
    if SURVEYING.replace(true) {
        // A `trace` that asks for a graph would ask again in it.
        return Draft::default().finish(Vec::new());
    }
    let surveying = Surveying;
    let objects = look::objects(|_| true);
    let hold = Hold::new();
    let mut draft = Draft::default();
    let mut numbers: HashMap<usize, u32, BuildHasherDefault<AddressHasher>> = HashMap::default();
    for object in &objects {
        let info = object.type_info();
        let of = draft.type_of(core::ptr::from_ref(info).cast(), || (info.name().into(), info.is_runtime()));
        let tracked = if object.is_tracked() { flag::TRACKED } else { 0 };
        let epoch = u32::from(new(object.header())) << flag::EPOCH_SHIFT;
        let references = object.ref_count();
        let number = draft.add(Object {
            address: object.address(),
            of,
            payload: object.payload_size(),
            block: object.size(),
            // Ours does not count.
            references: if references == u32::MAX { u32::MAX } else { references - 1 },
            flags: tracked | epoch,
        });
        numbers.insert(object.address(), number);
    }
    let mut found = Found { draft, numbers };
    let mut buffer = Vec::new();
    for object in &objects {
        found.draft.look_into();
        let looked = catch_unwind(AssertUnwindSafe(|| {
            let mut tracer = Tracer::new(core::mem::take(&mut buffer), &mut found).with_names();
            collect::visit(object.header(), &mut tracer);
            tracer.finish()
        }));
        match looked {
            Ok(emptied) => buffer = emptied,
            Err(panic) => unraisable::report(unraisable::Origin::Trace, "", panic),
        }
    }
    drop(hold);
    drop(surveying);
    let survey = found.draft.finish(Vec::new());
    drop(objects);
    survey
}

struct Found {
    draft: Draft,
    numbers: HashMap<usize, u32, BuildHasherDefault<AddressHasher>>,
}

impl Sink for Found {
    fn edges(&mut self, _: &[crate::header::Hdr]) {}

    fn named(&mut self, _: &Label, _: crate::header::Hdr) {
        // An object of a local heap.
        self.draft.foreign();
    }

    fn shared_named(&mut self, label: &Label, edge: core::ptr::NonNull<u8>) {
        // Others were made meanwhile.
        if let Some(&to) = self.numbers.get(&payload_of(edge.cast()).addr().get()) {
            self.draft.edge(label, to);
        }
    }

    fn opaque_at(&mut self, label: &Label, why: &'static str) {
        self.draft.opaque(label, why);
    }

    fn charge(&mut self, bytes: usize) {
        self.draft.charge(bytes);
    }
}

impl Heap {
    /// The heap as a graph, with what each object retains; see [`graph`](crate::graph).
    ///
    /// Visits every object once, tracked or not, each held by a reference meanwhile. Other threads go on: a reference that is moved
    /// while the graph is made may be seen twice or not at all, and what lies in a lock that is held is not seen. Objects that
    /// `&mut` is out to, or that a running collection has condemned, are left out. Empty if asked for from within a `trace`.
    /// Panics of a `trace` go to the [unraisable hook](crate::set_unraisable_hook).
    ///
    /// ```
    /// use adder_gc::sync::{Gc, Heap};
    ///
    /// let name: Gc<str> = "lamp".into();
    /// let scene = Gc::new(vec![name.clone()]);
    /// drop(name);
    /// let graph = Heap::global().graph();
    /// let path = graph.path_to(Gc::as_any(&scene[0]).address()).unwrap();
    /// assert!(path.to_string().starts_with("Vec<Gc<str>>[0] → str at 0x"));
    /// ```
    pub fn graph(&self) -> HeapGraph {
        HeapGraph::of(survey(|_| false))
    }

    /// What keeps an object alive besides the given handle: the shortest path to it from an object that is held from
    /// outside the heap. `None` if the handle is all that does (or the reference is cleared). Looks at the whole heap.
    pub fn path_to_root(&self, object: &AnyGc) -> Option<Path> {
        if object.is_cleared() { None } else { HeapGraph::path_to_held(survey(|_| false), object.address()) }
    }
}
