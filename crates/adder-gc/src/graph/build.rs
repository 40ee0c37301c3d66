//! The survey of a heap: its objects and the references between them, as plain data.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::{Edge, Node, Opaque, PlaceId, TypeName, text};
use crate::header::{Hdr, flag, payload_of};
use crate::heap::{Inner, block_bytes};
use crate::info::{info_of, payload_size};
use crate::page::locate;
use crate::trace::{Label, Sink, Tracer, visit};
use crate::unraisable;

/// What a survey found. Its names as in [`HeapGraph`](super::HeapGraph).
#[derive(Default)]
pub(crate) struct Survey {
    pub(super) types: Vec<TypeName>,
    pub(super) fields: Vec<&'static str>,
    pub(super) nodes: Vec<Node>,
    pub(super) starts: Vec<usize>,
    pub(super) edges: Vec<Edge>,
    pub(super) opaque: Vec<Opaque>,
    pub(super) foreign: usize,
}

/// What a survey knows of an object before it looks into it.
pub(crate) struct Object {
    pub(crate) address: usize,
    /// From [`Draft::type_of`].
    pub(crate) of: u32,
    pub(crate) payload: usize,
    pub(crate) block: usize,
    /// `u32::MAX` if immortal.
    pub(crate) references: u32,
    /// As in the header of local mode.
    pub(crate) flags: u32,
}

/// A survey while it is made: first all objects are [added](Draft::add), then each one is [looked into](Draft::look_into), in the
/// same order.
#[derive(Default)]
pub(crate) struct Draft {
    survey: Survey,
    known: HashMap<*const (), u32>,
    by_name: HashMap<Arc<str>, u32>,
    fields: Fields,
}

impl Draft {
    /// The number of a type. `key`: the address of its info. Several infos may share a name. `name`: its name, and whether it was
    /// made at run time.
    pub(crate) fn type_of(&mut self, key: *const (), name: impl FnOnce() -> (Arc<str>, bool)) -> u32 {
        if let Some(&of) = self.known.get(&key) {
            return of;
        }
        let (full, made_at_run_time) = name();
        let types = &mut self.survey.types;
        let of = *self.by_name.entry(full.clone()).or_insert_with(|| {
            let short = if made_at_run_time { full.clone() } else { text::short_type_name(&full).into() };
            types.push(TypeName { full, short });
            types.len() as u32 - 1
        });
        self.known.insert(key, of);
        of
    }

    /// Adds an object; gives its number.
    pub(crate) fn add(&mut self, object: Object) -> u32 {
        let Object { address, of, payload, block, references, flags } = object;
        self.survey.nodes.push(Node { address, of, payload, block, charged: 0, references, outside: 0, flags });
        self.survey.nodes.len() as u32 - 1
    }

    /// From here on, what is found belongs to the next object; gives its number.
    pub(crate) fn look_into(&mut self) -> u32 {
        self.survey.starts.push(self.survey.edges.len());
        self.survey.starts.len() as u32 - 1
    }

    fn node(&self) -> usize {
        self.survey.starts.len() - 1
    }

    pub(crate) fn edge(&mut self, label: &Label, to: u32) {
        let place = self.fields.place(label);
        self.survey.edges.push(Edge { to, place });
    }

    pub(crate) fn opaque(&mut self, label: &Label, why: &'static str) {
        let (node, place) = (self.node() as u32, self.fields.place(label));
        self.survey.opaque.push(Opaque { node, place, why });
    }

    pub(crate) fn charge(&mut self, bytes: usize) {
        let at = self.node();
        let node = &mut self.survey.nodes[at];
        node.charged = node.charged.saturating_add(bytes);
    }

    /// A reference to an object of another heap.
    pub(crate) fn foreign(&mut self) {
        self.survey.foreign += 1;
    }

    /// `hidden`: objects that are referred to by what is not in the survey, as often as they are.
    pub(crate) fn finish(self, hidden: Vec<u32>) -> Survey {
        let Draft { mut survey, fields, .. } = self;
        survey.starts.push(survey.edges.len());
        survey.fields = fields.names;
        let mut inside = vec![0_u32; survey.nodes.len()];
        for to in survey.edges.iter().map(|edge| edge.to).chain(hidden) {
            inside[to as usize] = inside[to as usize].saturating_add(1);
        }
        for (node, inside) in survey.nodes.iter_mut().zip(inside) {
            // A `trace` that reports a reference twice makes it look as if more were owned than there are.
            node.outside = if node.references == u32::MAX { u32::MAX } else { node.references.saturating_sub(inside) };
        }
        survey
    }
}

/// No node lies in this block.
const NONE: u32 = u32::MAX;
/// A condemned object lies in this block: no node, but what it refers to is not held from outside.
const CONDEMNED: u32 = u32::MAX - 1;

/// While it lives pages stay where they are.
struct Enumerating<'h>(&'h Inner);

impl<'h> Enumerating<'h> {
    fn new(heap: &'h Inner) -> Self {
        heap.gc.enumerating.set(heap.gc.enumerating.get() + 1);
        Enumerating(heap)
    }
}

impl Drop for Enumerating<'_> {
    fn drop(&mut self) {
        self.0.gc.enumerating.set(self.0.gc.enumerating.get() - 1);
    }
}

/// Looks at every object of the heap. Finds none if called from within a `trace`.
pub(super) fn survey(heap: &Inner) -> Survey {
    if heap.gc.enumerating.get() > 0 {
        // One that asks for a graph would ask again in it.
        return Survey { starts: vec![0], ..Survey::default() };
    }
    let deaths = heap.hold_deaths();
    let enumerating = Enumerating::new(heap);
    let mut draft = Draft::default();
    let places = gather(heap, &mut draft);
    let mut found = Found { heap, places: &places, draft, in_condemned: false, from_condemned: Vec::new() };
    look_into_all(heap, &mut found);
    let Found { draft, from_condemned, .. } = found;
    drop(enumerating);
    drop(deaths);
    heap.drain();
    draft.finish(from_condemned)
}

/// For each page, by its number, the node in each of its blocks.
type Places = Vec<Vec<u32>>;

/// Adds the objects, before any is looked into: no code of a user runs here.
fn gather(heap: &Inner, draft: &mut Draft) -> Places {
    let mut places = Places::new();
    places.resize_with(heap.page_numbers(), Vec::new);
    for (number, slots) in places.iter_mut().enumerate() {
        let Some(page) = heap.page_numbered(number) else { continue };
        // SAFETY: pages in the table are live, and stay so while objects are enumerated.
        let page = unsafe { page.as_ref() };
        slots.resize(page.bump.get() as usize, NONE);
        page.for_each(|index, header| {
            // SAFETY: `for_each` gives initialised headers.
            let h = unsafe { header.as_ref() };
            if h.has(flag::CONDEMNED) {
                slots[index] = CONDEMNED;
            } else if h.references() > 0 {
                slots[index] = add(header, draft);
            }
        });
    }
    places
}

fn add(header: Hdr, draft: &mut Draft) -> u32 {
    // SAFETY: a live object of a page.
    let (h, info, payload) = unsafe { (header.as_ref(), info_of(header), payload_size(header)) };
    let of = draft.type_of(core::ptr::from_ref(info).cast(), || (info.name().into(), info.is_runtime()));
    draft.add(Object {
        address: payload_of(header).addr().get(),
        of,
        payload,
        block: block_bytes(header),
        references: h.references(),
        flags: h.flags.get(),
    })
}

/// Visits every node.
fn look_into_all(heap: &Inner, found: &mut Found<'_>) {
    let mut buffer = Vec::new();
    let places = found.places;
    for (number, slots) in places.iter().enumerate() {
        let Some(page) = heap.page_numbered(number) else { continue };
        for (index, &node) in slots.iter().enumerate() {
            if node == NONE {
                continue;
            }
            found.in_condemned = node == CONDEMNED;
            if !found.in_condemned {
                let looked_into = found.draft.look_into();
                debug_assert_eq!(node, looked_into);
            }
            // Asked anew for each block: a hostile `trace` may have dropped an object that nothing holds back.
            // SAFETY: pages stay while objects are enumerated.
            let header = unsafe { page.as_ref() }.header(index);
            // SAFETY: below `bump` every header is initialised.
            let open = header.filter(|header| unsafe { header.as_ref() }.is_open());
            let Some(header) = open else {
                found.opaque_at(&Label::default(), "&mut is out");
                continue;
            };
            let looked = catch_unwind(AssertUnwindSafe(|| {
                let mut tracer = Tracer::new(core::mem::take(&mut buffer), found).with_names();
                // SAFETY: open.
                unsafe { visit(header, &mut tracer) };
                tracer.finish()
            }));
            match looked {
                Ok(emptied) => buffer = emptied,
                Err(panic) => unraisable::report(unraisable::Origin::Trace, "", panic),
            }
        }
    }
}

/// Names of fields, each once.
#[derive(Default)]
struct Fields {
    names: Vec<&'static str>,
    known: HashMap<&'static str, u32>,
    /// The last one asked for: fields come in runs.
    last: Option<(*const str, u32)>,
}

impl Fields {
    fn id(&mut self, name: &'static str) -> u32 {
        if let Some((_, id)) = self.last.filter(|&(last, _)| core::ptr::eq(last, name)) {
            return id;
        }
        let id = *self.known.entry(name).or_insert_with(|| {
            self.names.push(name);
            self.names.len() as u32 - 1
        });
        self.last = Some((name, id));
        id
    }

    fn place(&mut self, label: &Label) -> PlaceId {
        let index = label.index.and_then(|index| u32::try_from(index).ok()).unwrap_or(u32::MAX);
        PlaceId { field: self.id(label.field), index }
    }
}

struct Found<'s> {
    heap: &'s Inner,
    places: &'s Places,
    draft: Draft,
    /// What is looked into is no node.
    in_condemned: bool,
    /// Nodes that condemned objects refer to, as often as they do.
    from_condemned: Vec<u32>,
}

impl Sink for Found<'_> {
    fn edges(&mut self, _: &[Hdr]) {}

    fn named(&mut self, label: &Label, to: Hdr) {
        // SAFETY: a reference leads to a live object.
        if unsafe { to.as_ref() }.has(flag::FOREIGN) {
            return;
        }
        // SAFETY: not foreign, so it lies on a page.
        let (page, index) = unsafe { locate(to) };
        if !core::ptr::eq(page.heap.get(), self.heap) {
            return self.draft.foreign();
        }
        let slot = self.places.get(page.number.get() as usize).and_then(|slots| slots.get(index));
        // Others are condemned, or were made by a `trace` just now.
        let Some(&to) = slot.filter(|&&node| node < CONDEMNED) else { return };
        if self.in_condemned {
            self.from_condemned.push(to);
        } else {
            self.draft.edge(label, to);
        }
    }

    fn opaque_at(&mut self, label: &Label, why: &'static str) {
        if !self.in_condemned {
            self.draft.opaque(label, why);
        }
    }

    fn charge(&mut self, bytes: usize) {
        if !self.in_condemned {
            self.draft.charge(bytes);
        }
    }
}
