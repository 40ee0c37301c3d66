//! The survey of a heap: its objects and the references between them, as plain data.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::{Edge, Node, Opaque, PlaceId, TypeName, text};
use crate::header::{Hdr, flag, payload_of};
use crate::heap::{Inner, block_bytes};
use crate::info::{TypeInfo, info_of, payload_size};
use crate::page::locate;
use crate::trace::{Label, Sink, Tracer, visit};
use crate::unraisable;

/// What a survey found. Its names as in [`HeapGraph`](super::HeapGraph).
#[derive(Default)]
pub(super) struct Survey {
    pub(super) types: Vec<TypeName>,
    pub(super) fields: Vec<&'static str>,
    pub(super) nodes: Vec<Node>,
    pub(super) starts: Vec<usize>,
    pub(super) edges: Vec<Edge>,
    pub(super) opaque: Vec<Opaque>,
    pub(super) foreign: usize,
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
    let mut objects = Objects::default();
    let places = objects.gather(heap);
    let mut found = Found {
        heap,
        places: &places,
        edges: Vec::new(),
        opaque: Vec::new(),
        fields: Fields::default(),
        node: 0,
        charged: 0,
        foreign: 0,
        from_condemned: Vec::new(),
    };
    let starts = look_into_all(heap, &mut objects.nodes, &mut found);
    let Found { edges, opaque, fields, foreign, from_condemned, .. } = found;
    drop(enumerating);
    drop(deaths);
    heap.drain();

    let mut inside = vec![0_u32; objects.nodes.len()];
    for to in edges.iter().map(|edge| edge.to).chain(from_condemned) {
        inside[to as usize] = inside[to as usize].saturating_add(1);
    }
    for (node, inside) in objects.nodes.iter_mut().zip(inside) {
        // A `trace` that reports a reference twice makes it look as if more were owned than there are.
        node.outside = if node.references == u32::MAX { u32::MAX } else { node.references.saturating_sub(inside) };
    }
    Survey { types: objects.types, fields: fields.names, nodes: objects.nodes, starts, edges, opaque, foreign }
}

/// The objects, before any is looked into: no code of a user runs here.
#[derive(Default)]
struct Objects {
    types: Vec<TypeName>,
    known: HashMap<*const TypeInfo, u32>,
    by_name: HashMap<Arc<str>, u32>,
    nodes: Vec<Node>,
}

/// For each page, by its number, the node in each of its blocks.
type Places = Vec<Vec<u32>>;

impl Objects {
    fn gather(&mut self, heap: &Inner) -> Places {
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
                    slots[index] = self.nodes.len() as u32;
                    self.add(header);
                }
            });
        }
        places
    }

    fn add(&mut self, header: Hdr) {
        // SAFETY: a live object of a page.
        let (h, info, payload) = unsafe { (header.as_ref(), info_of(header), payload_size(header)) };
        let of = match self.known.get(&core::ptr::from_ref(info)) {
            Some(&of) => of,
            None => self.add_type(info),
        };
        self.nodes.push(Node {
            address: payload_of(header).addr().get(),
            of,
            payload,
            block: block_bytes(header),
            charged: 0,
            references: h.references(),
            outside: 0,
            flags: h.flags.get(),
        });
    }

    fn add_type(&mut self, info: &TypeInfo) -> u32 {
        // One Rust type may have several infos; types made at run time may share a name.
        let full: Arc<str> = info.name().into();
        let of = *self.by_name.entry(full.clone()).or_insert_with(|| {
            let short = if info.is_runtime() { full.clone() } else { text::short_type_name(&full).into() };
            self.types.push(TypeName { full, short });
            self.types.len() as u32 - 1
        });
        self.known.insert(info, of);
        of
    }
}

/// Visits every node; returns where the edges of each one start.
fn look_into_all(heap: &Inner, nodes: &mut [Node], found: &mut Found<'_>) -> Vec<usize> {
    let mut starts = Vec::with_capacity(nodes.len() + 1);
    let mut buffer = Vec::new();
    let places = found.places;
    for (number, slots) in places.iter().enumerate() {
        let Some(page) = heap.page_numbered(number) else { continue };
        for (index, &node) in slots.iter().enumerate() {
            if node == NONE {
                continue;
            }
            if node != CONDEMNED {
                debug_assert_eq!(node as usize, starts.len());
                starts.push(found.edges.len());
            }
            found.node = node;
            found.charged = 0;
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
            if let Some(node) = nodes.get_mut(node as usize) {
                node.charged = found.charged;
            }
        }
    }
    starts.push(found.edges.len());
    starts
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
    edges: Vec<Edge>,
    opaque: Vec<Opaque>,
    fields: Fields,
    /// The one that is looked into, and the bytes that it told of.
    node: u32,
    charged: usize,
    foreign: usize,
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
            self.foreign += 1;
            return;
        }
        let slot = self.places.get(page.number.get() as usize).and_then(|slots| slots.get(index));
        // Others are condemned, or were made by a `trace` just now.
        let Some(&to) = slot.filter(|&&node| node < CONDEMNED) else { return };
        if self.node == CONDEMNED {
            self.from_condemned.push(to);
        } else {
            let place = self.fields.place(label);
            self.edges.push(Edge { to, place });
        }
    }

    fn opaque_at(&mut self, label: &Label, why: &'static str) {
        if self.node == CONDEMNED {
            return;
        }
        let place = self.fields.place(label);
        self.opaque.push(Opaque { node: self.node, place, why });
    }

    fn charge(&mut self, bytes: usize) {
        self.charged = self.charged.saturating_add(bytes);
    }
}
