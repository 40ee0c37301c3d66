//! The visitor: collects references in a buffer, and can stop within an object and go on later.

use core::ops::Deref;
use core::ptr::NonNull;
use std::rc::Rc;

use super::Held;
use crate::header::{Hdr, payload_of};
use crate::info::{info_of, owner_of};
use crate::weak::Slot;

/// References gathered before they are worked on.
const ROOM: usize = 2048;
/// Containers with more elements than this can be visited in pieces.
const PIECE: usize = 256;

/// Visits one object: its fields, and its type where that is an object too.
///
/// # Safety
/// The object is open: its payload is initialised and nobody has `&mut` to it.
#[inline]
pub(crate) unsafe fn visit(header: Hdr, tracer: &mut Tracer<'_>) {
    // SAFETY: forwarded contract.
    unsafe {
        let info = info_of(header);
        if let Some(owner) = owner_of(header) {
            tracer.name("type");
            tracer.edge(owner);
        }
        (info.trace)(payload_of(header), tracer);
    }
}

/// Visits the fields of an object, and not its type.
///
/// # Safety
/// As for [`visit`].
#[inline(always)]
pub(crate) unsafe fn visit_fields(header: Hdr, tracer: &mut Tracer<'_>) {
    // SAFETY: forwarded contract.
    unsafe { (info_of(header).trace)(payload_of(header), tracer) };
}

/// What is done with the references found.
pub(crate) trait Sink {
    /// References, in the order in which they were visited.
    fn edges(&mut self, edges: &[Hdr]);
    /// One reference with its label; only for a named tracer.
    fn named(&mut self, label: &Label, edge: Hdr) {
        let _ = (label, edge);
    }
    /// A weak reference; only where they are asked for.
    fn weak(&mut self, slot: &Rc<Slot>) {
        let _ = slot;
    }
    /// A cell was borrowed, or a lock held.
    fn borrowed(&mut self) {}
    /// A reference of `sync`: its header. Only collections of `sync` look at these.
    fn shared(&mut self, edge: NonNull<u8>) {
        let _ = edge;
    }
    /// The same with its label; only for a named tracer.
    fn shared_named(&mut self, label: &Label, edge: NonNull<u8>) {
        let _ = (label, edge);
    }
    /// The address of a slot of a weak reference of `sync`.
    fn shared_weak(&mut self, slot: usize) {
        let _ = slot;
    }
    /// Where locks go that stay locked; none if they are released when their contents have been visited.
    fn held(&mut self) -> Option<&mut Vec<Held>> {
        None
    }
    /// Something that cannot be looked into.
    fn opaque(&mut self, why: &'static str) {
        let _ = why;
    }
    /// The same with its label; only for a named tracer.
    fn opaque_at(&mut self, label: &Label, why: &'static str) {
        let _ = label;
        self.opaque(why);
    }
    /// Bytes that the object holds outside of its block; only for a named tracer.
    fn charge(&mut self, bytes: usize) {
        let _ = bytes;
    }
}

/// Where in its object a reference stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Label {
    pub(crate) field: &'static str,
    pub(crate) index: Option<usize>,
}

/// Room for references on their way; kept by the heap between collections.
pub(crate) type EdgeBuffer = Vec<Hdr>;

/// What [`Trace::trace`](super::Trace::trace) is called with.
///
/// What is visited is borrowed for `'a`. So the compiler sees to it that nothing can be visited that lies on the stack of a
/// `trace`, or behind a guard that it drops; see [`transient`](Tracer::transient) for those.
pub struct Tracer<'a> {
    next: *mut Hdr,
    /// Where the inlined path ends: the end of the buffer, or `next` itself where every reference needs a second look.
    end: *mut Hdr,
    buffer: EdgeBuffer,
    sink: &'a mut dyn Sink,
    /// Somebody wants to know the names of fields.
    named: bool,
    weak: bool,
    /// Only faithful types are visited.
    strict: bool,
    label: Label,
    /// The sink keeps locks locked.
    holds: bool,
    /// References and elements that a visit in pieces may look at; 0 for visits of whole objects.
    allowance: usize,
    /// Made when such a visit meets its first large container.
    pieces: Option<Box<Pieces>>,
    flushed: usize,
}

/// State of a visit in pieces.
#[derive(Default)]
struct Pieces {
    /// The figure of work done at which the visit stops: known when it meets its first large container.
    budget: usize,
    elements: usize,
    /// Large containers met so far at this level, and the level.
    ordinal: usize,
    level: usize,
    /// Where to go on: ordinal and index for each level, outermost first.
    path: Vec<(usize, usize)>,
    /// Where this visit stopped, innermost first.
    stopped: Vec<(usize, usize)>,
    resuming: bool,
    paused: bool,
}

impl<'a> Tracer<'a> {
    pub(crate) fn new(mut buffer: EdgeBuffer, sink: &'a mut dyn Sink) -> Tracer<'a> {
        buffer.clear();
        buffer.reserve_exact(ROOM);
        let next = buffer.as_mut_ptr();
        // SAFETY: `ROOM` entries were reserved.
        let end = unsafe { next.add(ROOM) };
        let holds = sink.held().is_some();
        Tracer {
            next,
            end,
            buffer,
            sink,
            named: false,
            weak: false,
            strict: false,
            label: Label::default(),
            holds,
            allowance: 0,
            pieces: None,
            flushed: 0,
        }
    }

    /// Wants every reference with its label.
    pub(crate) fn with_names(mut self) -> Self {
        self.named = true;
        self.end = self.next;
        self
    }

    /// Wants weak references too.
    pub(crate) fn with_weak(mut self) -> Self {
        self.weak = true;
        self
    }

    /// Visits only fields of faithful types: see [`Trace::__faithful_within`](super::Trace::__faithful_within).
    pub(crate) fn strict(mut self, on: bool) -> Self {
        self.strict = on;
        self
    }

    /// May a field of the type with this answer be visited? Asked by the derive.
    #[doc(hidden)]
    #[inline(always)]
    pub fn __passes(&self, faithful_within: unsafe fn(u32) -> bool) -> bool {
        // SAFETY: only the answer can be wrong, and to give one takes `unsafe`.
        !self.strict || unsafe { faithful_within(6) }
    }

    /// Hands everything gathered to the sink, and the buffer back.
    pub(crate) fn finish(mut self) -> EdgeBuffer {
        self.flush();
        core::mem::take(&mut self.buffer)
    }

    /// Hands everything gathered to the sink.
    pub(crate) fn flush(&mut self) {
        let start = self.buffer.as_mut_ptr();
        let gathered = (self.next.addr() - start.addr()) / size_of::<Hdr>();
        if gathered > 0 {
            self.flushed += gathered;
            self.next = start;
            // SAFETY: `edge` initialised so many entries; the sink does not touch the buffer otherwise.
            self.sink.edges(unsafe { core::slice::from_raw_parts(start, gathered) });
        }
        if self.open() {
            // SAFETY: `ROOM` entries were reserved.
            self.end = unsafe { start.add(ROOM) };
        } else {
            self.end = self.next;
        }
    }

    /// May references go straight into the buffer?
    fn open(&self) -> bool {
        !self.named && !self.pieces.as_ref().is_some_and(|p| p.resuming || p.paused)
    }

    /// A reference to an object.
    #[inline(always)]
    pub(crate) fn edge(&mut self, to: Hdr) {
        if self.next == self.end {
            return self.edge_slow(to);
        }
        // SAFETY: before the end of the buffer.
        unsafe {
            self.next.write(to);
            self.next = self.next.add(1);
        }
    }

    #[cold]
    #[inline(never)]
    fn edge_slow(&mut self, to: Hdr) {
        if self.named {
            return self.sink.named(&self.label, to);
        }
        if !self.open() {
            return;
        }
        self.flush();
        // SAFETY: just emptied.
        unsafe {
            self.next.write(to);
            self.next = self.next.add(1);
        }
    }

    /// A reference of `sync`.
    #[inline]
    pub(crate) fn shared_edge(&mut self, to: NonNull<u8>) {
        if self.named {
            self.sink.shared_named(&self.label, to);
        } else if self.open() {
            self.sink.shared(to);
        }
    }

    /// A weak reference of `sync`.
    #[inline]
    pub(crate) fn shared_weak_edge(&mut self, slot: usize) {
        self.sink.shared_weak(slot);
    }

    /// Visits what lies behind the guard of a cell or lock. While `sync` tests, the guard is kept until the test is over;
    /// otherwise it is released after the visit.
    ///
    /// # Safety
    /// The guard borrows its lock for `'a`, and leads to what lies in the lock, wherever the guard itself is moved.
    #[inline]
    pub(crate) unsafe fn guarded<G: Deref<Target: super::Trace>>(&mut self, guard: G) {
        let value = core::ptr::from_ref(&*guard);
        let mut passing = None;
        if self.holds {
            // SAFETY: forwarded contract.
            unsafe { self.keep(guard) };
        } else {
            passing = Some(guard);
        }
        // SAFETY: guarded for as long as it is visited. A visit is the same code for every `'a`, and cannot keep what it was given.
        super::Trace::trace(unsafe { &*value }, self);
        drop(passing);
    }

    /// Keeps a guard before anything is visited: a panic must not release it earlier than what was kept inside.
    ///
    /// # Safety
    /// As for [`guarded`](Self::guarded).
    #[cold]
    #[inline(never)]
    unsafe fn keep<G: Deref<Target: super::Trace>>(&mut self, guard: G) {
        let all = self.sink.held().expect("asked when the visits began");
        // SAFETY: the lock is borrowed for `'a`, and whoever keeps guards lets go of them, the last one first and on this
        // thread, before that ends: `sync::collect::test` tells how.
        all.push(unsafe { Held::new(guard) });
    }

    /// Visits something that is borrowed for a moment only: what lies behind a cell or lock that is not the library's.
    ///
    /// `trace` asks that what it visits stays in its place for as long as the tracer's `'a`, which the contents of a
    /// guard do not. Here there is no such demand. The price: while `sync` decides, `value` is not visited, so what is found
    /// only in this way stays alive there.
    ///
    /// ```
    /// use adder_gc::{Gc, Trace, Tracer};
    /// use std::cell::RefCell;
    ///
    /// /// Not the library's: it knows nothing of its `RefCell`.
    /// struct OwnCell<T>(RefCell<T>);
    ///
    /// impl<T: Trace> Trace for OwnCell<T> {
    ///     fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
    ///         tracer.transient(&*self.0.borrow());
    ///     }
    ///     fn finalizes() -> bool { false }
    /// }
    /// ```
    #[inline]
    pub fn transient<T: super::Trace + ?Sized>(&mut self, value: &T) {
        if self.holds {
            return self.opaque("borrowed for a moment");
        }
        // SAFETY: the same type but for its lifetime. The visit is the same code for every lifetime: it can neither keep what it
        // was given nor put anything of the kind into the tracer.
        value.trace(unsafe { &mut *core::ptr::from_mut(self).cast::<Tracer<'_>>() });
    }

    /// A weak reference: of interest only where its callback is decided about.
    #[inline]
    pub(crate) fn weak_edge(&mut self, slot: &Rc<Slot>) {
        if self.weak {
            self.sink.weak(slot);
        }
    }

    /// Says what the next references are called, for graphs and leak reports. Costs one test where nobody asks.
    #[inline(always)]
    pub fn name(&mut self, field: &'static str) {
        if self.named {
            self.label = Label { field, index: None };
        }
    }

    /// Something that may own references and cannot be looked into (an `Rc`, a locked mutex): what it owns stays alive.
    pub fn opaque(&mut self, why: &'static str) {
        if self.named { self.sink.opaque_at(&self.label, why) } else { self.sink.opaque(why) }
    }

    /// Bytes that the visited object holds outside of its block: they show in its size in a heap graph.
    ///
    /// A [`Charge`](crate::Charge) among an object's fields reports itself; call this for memory that is accounted for in
    /// another way. Costs one test where nobody asks.
    ///
    /// ```
    /// use adder_gc::{Gc, Heap, Trace, Tracer};
    ///
    /// struct Mapped { file: usize }
    ///
    /// impl Trace for Mapped {
    ///     fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) { tracer.charge(self.file) }
    ///     fn tracked() -> bool { false }
    ///     fn finalizes() -> bool { false }
    /// }
    ///
    /// let map = Gc::new(Mapped { file: 1 << 20 });
    /// let graph = Heap::current().graph();
    /// assert_eq!(graph.node(Gc::as_any(&map).address()).unwrap().charged(), 1 << 20);
    /// ```
    #[inline(always)]
    pub fn charge(&mut self, bytes: usize) {
        if self.named {
            self.sink.charge(bytes);
        }
    }

    /// Are the values in a container of `T` worth a visit? Those that own no reference are where a graph asks: they may
    /// have charges to tell of (unless they have nothing to drop).
    #[inline(always)]
    pub(crate) fn wants<T: super::Trace>(&self) -> bool {
        T::tracked() || (core::mem::needs_drop::<T>() && self.named)
    }

    /// A cell that is borrowed, or a lock that is held, just now: what it owns stays alive until a later look.
    pub fn borrowed(&mut self, why: &'static str) {
        self.opaque(why);
        self.sink.borrowed();
    }

    /// Visits the elements of a container: calls `visit` with every index below `len` in turn.
    ///
    /// A large container may be visited in several pieces, with the program running in between: then `visit` is called with
    /// the indices from where it stopped. Elements should be found in constant time.
    #[inline]
    pub fn each(&mut self, len: usize, mut visit: impl FnMut(usize, &mut Self)) {
        if self.named {
            let outer = self.label.clone();
            for index in 0..len {
                self.label = Label { field: outer.field, index: Some(index) };
                visit(index, self);
            }
            self.label = outer;
        } else if self.allowance > 0 && len > PIECE {
            self.each_in_pieces(len, &mut visit);
        } else {
            for index in 0..len {
                visit(index, self);
            }
        }
    }

    /// Visits the elements of a slice; see [`each`](Tracer::each).
    #[inline]
    pub fn slice<T: super::Trace>(&mut self, items: &'a [T]) {
        if self.wants::<T>() {
            self.each(items.len(), |index, tracer| {
                if let Some(item) = items.get(index) {
                    item.trace(tracer);
                }
            });
        }
    }

    fn pieces(&mut self) -> &mut Pieces {
        self.pieces.get_or_insert_default()
    }

    fn spent(&self) -> usize {
        let gathered = (self.next.addr() - self.buffer.as_ptr().addr()) / size_of::<Hdr>();
        self.flushed + gathered + self.pieces.as_ref().map_or(0, |p| p.elements)
    }

    fn each_in_pieces(&mut self, len: usize, visit: &mut dyn FnMut(usize, &mut Self)) {
        let (spent, allowance) = (self.spent(), self.allowance);
        let pieces = self.pieces();
        let ordinal = pieces.ordinal;
        pieces.ordinal += 1;
        if ordinal == 0 && pieces.level == 0 {
            pieces.budget = spent + allowance;
        }
        if pieces.paused {
            return;
        }
        let mut index = 0;
        let mut reopened = false;
        if pieces.resuming {
            let (place, at) = pieces.path[pieces.level];
            if ordinal < place {
                return;
            }
            if ordinal == place {
                index = at;
            }
            // Past the place: the object has changed; what was missed is found by a later pass.
            if ordinal > place || pieces.level + 1 == pieces.path.len() {
                pieces.resuming = false;
                reopened = true;
            }
        }
        let outer = core::mem::replace(&mut pieces.ordinal, 0);
        pieces.level += 1;
        if reopened {
            self.flush();
        }
        let first = index;
        while index < len {
            visit(index, self);
            if self.pieces().resuming && index == first {
                // The place within this element is gone.
                self.pieces().resuming = false;
                self.flush();
            }
            if self.pieces().paused {
                break;
            }
            index += 1;
            if (index - first) % PIECE == 0 && index < len {
                self.pieces().elements += PIECE;
                if self.spent() >= self.pieces().budget {
                    self.pieces().paused = true;
                    self.flush();
                    break;
                }
            }
        }
        let pieces = self.pieces();
        pieces.level -= 1;
        pieces.ordinal = outer;
        if pieces.paused {
            pieces.stopped.push((ordinal, index));
        }
    }

    /// Visits one object, at most about `budget` references of it, going on at `cursor`. Returns the cursor at which to go
    /// on, or none when the object is done.
    ///
    /// # Safety
    /// As for [`visit`].
    #[inline]
    pub(crate) unsafe fn visit_piece(&mut self, header: Hdr, cursor: Option<Cursor>, budget: usize) -> Option<Cursor> {
        // SAFETY: forwarded contract.
        self.piece(cursor, budget, |tracer| unsafe { visit(header, tracer) })
    }

    /// [`visit_piece`](Self::visit_piece) of what `visit` visits.
    #[inline(always)]
    pub(crate) fn piece(
        &mut self,
        cursor: Option<Cursor>,
        budget: usize,
        visit: impl FnOnce(&mut Self),
    ) -> Option<Cursor> {
        self.allowance = budget.max(1);
        if self.pieces.is_some() || cursor.is_some() {
            self.begin_piece(cursor);
        }
        visit(self);
        // What is visited next is visited whole.
        self.allowance = 0;
        if self.pieces.is_some() { self.end_piece() } else { None }
    }

    #[inline(never)]
    fn begin_piece(&mut self, cursor: Option<Cursor>) {
        let pieces = self.pieces();
        pieces.ordinal = 0;
        pieces.level = 0;
        if let Some(cursor) = cursor {
            pieces.resuming = true;
            pieces.path = cursor.0;
            self.flush();
        }
    }

    #[inline(never)]
    fn end_piece(&mut self) -> Option<Cursor> {
        let pieces = self.pieces();
        if !pieces.paused && !pieces.resuming {
            return None;
        }
        // A place that was not found again: the object has changed; a later pass sees what this one missed.
        pieces.resuming = false;
        let paused = core::mem::take(&mut pieces.paused);
        let mut stopped = core::mem::take(&mut pieces.stopped);
        self.flush();
        stopped.reverse();
        paused.then_some(Cursor(stopped))
    }

    /// References and elements visited so far.
    pub(crate) fn work(&self) -> usize {
        self.spent()
    }
}

/// A place within an object.
#[derive(Clone, Debug)]
pub(crate) struct Cursor(Vec<(usize, usize)>);
