//! At the brink of a limit: when another whole collection is worth its cost before a request is refused.
//!
//! A whole collection that freed next to nothing is likely to do so again, as long as nothing has changed. So from then on it is
//! watched what is touched. At the next request without room, young suspects are decided about first, and then old ones that
//! reach little. Of the others (a module, say, that reaches all there is) none may be garbage if none has lost a reference on
//! balance since it was found alive, or won many; then the request is refused without another whole collection, unless one was
//! granted since. What this misses is a reference that moved from outside of a structure into it. For its sake some requests
//! are collected for in spite of all, fewer and fewer of them.

use core::cell::{Cell, UnsafeCell};

use super::pace::old_suspects;
use super::{Collection, OLDEST, Running, collect};
use crate::header::{Hdr, State};
use crate::heap::Inner;

/// A collection that freed less than this part of the limit, and of the objects, freed next to nothing.
const PART: usize = 32;
/// More touched objects are not watched one by one.
const MOST: usize = 1024;
/// So many requests are refused without a collection at first.
const SPARED: u32 = 8;
/// And so many at the most.
const SPARED_MOST: u32 = 4096;

/// Room is short when less than this part of the limit is left.
const AMPLE: usize = 8;

/// A calm object that was touched.
struct Touched {
    header: Hdr,
    /// Its references then.
    references: u32,
    /// It was alive when the whole heap was collected.
    old: bool,
}

/// An object that won more references than this may have lost others.
const WON: u32 = 16;
/// Units of work on old suspects at least.
const LEAST: usize = 10_000;

pub(crate) struct Brink {
    watching: Cell<bool>,
    /// Since the last whole collection.
    touched: UnsafeCell<Vec<Touched>>,
    /// Something was touched that is not in the list.
    unknown: Cell<bool>,
    /// A request was granted since.
    granted: Cell<bool>,
    /// Requests refused since without a collection, and how many that may become.
    spared: Cell<u32>,
    most: Cell<u32>,
    /// The next safepoint shall make room, as requests may not.
    wanted: Cell<bool>,
    /// When so many bytes are used, room gets short; 0 as long as it never did.
    short: Cell<usize>,
}

impl Brink {
    pub(crate) const fn new() -> Brink {
        Brink {
            watching: Cell::new(false),
            touched: UnsafeCell::new(Vec::new()),
            unknown: Cell::new(false),
            granted: Cell::new(false),
            spared: Cell::new(0),
            most: Cell::new(SPARED),
            wanted: Cell::new(false),
            short: Cell::new(0),
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.list().capacity() * size_of::<Touched>()
    }

    #[allow(clippy::mut_from_ref, reason = "one thread, and no borrow is held while other code runs")]
    fn list(&self) -> &mut Vec<Touched> {
        // SAFETY: the methods below run no other code while they hold it.
        unsafe { &mut *self.touched.get() }
    }

    /// A calm object is being touched.
    #[inline]
    pub(crate) fn note(&self, header: Hdr) {
        if self.watching.get() {
            self.watch(header);
        }
    }

    #[cold]
    fn watch(&self, header: Hdr) {
        // SAFETY: the caller holds the object.
        let h = unsafe { header.as_ref() };
        if let State::Calm(references) = h.state()
            && self.list().len() < MOST
        {
            self.list().push(Touched { header, references, old: h.generation() == OLDEST });
        } else {
            self.unknown.set(true);
        }
    }

    /// Blocks are about to leave our hands: those that are free are watched no more.
    pub(crate) fn forget_freed(&self) {
        // SAFETY: pages of watched objects are held.
        self.list().retain(|it| unsafe { it.header.as_ref() }.state() != State::Free);
    }

    /// The same for one block.
    #[cfg(adder_system_alloc)]
    pub(crate) fn forget(&self, header: Hdr) {
        self.list().retain(|it| it.header != header);
    }

    /// Since the last whole collection, which freed next to nothing, no object has lost a reference on balance, as far as it was
    /// not found alive again.
    fn nothing_lost(&self) -> bool {
        // SAFETY: pages of watched objects are held. Another object in the same block is looked at as if it were this one.
        let kept = |it: &Touched| match unsafe { it.header.as_ref() }.state() {
            State::Ordinary(now) => it.old && (it.references..=it.references.saturating_add(WON)).contains(&now),
            // Calm: found alive since.
            State::Calm(_) | State::Immortal | State::Dying | State::Queued | State::Free => true,
        };
        self.watching.get() && !self.unknown.get() && self.list().iter().all(kept)
    }

    /// May a request be refused without another whole collection?
    fn spare(&self) -> bool {
        if self.granted.get() || !self.nothing_lost() {
            // Whatever comes next is a new beginning.
            self.most.set(SPARED);
            return false;
        }
        if self.spared.get() == self.most.get() {
            self.most.set((2 * self.most.get()).min(SPARED_MOST));
            return false;
        }
        self.spared.set(self.spared.get() + 1);
        true
    }

    /// A whole collection for room is over. Did it free next to nothing?
    fn watch_from_here(&self, barren: bool) {
        self.list().clear();
        self.unknown.set(false);
        self.granted.set(false);
        self.spared.set(0);
        self.watching.set(barren);
        if !barren {
            *self.list() = Vec::new();
            self.most.set(SPARED);
        }
    }
}

/// A request would exceed the limit: frees what it can, cheapest first, until `again` succeeds.
///
/// A request is refused only after queued objects have died, and after a whole collection since the last time that something
/// was lost or granted: see the head of this module. In manual mode neither happens: no code of a user runs inside an allocation.
pub(crate) fn make_room<R>(heap: &Inner, mut again: impl FnMut() -> Option<R>) -> Option<R> {
    let state = &heap.gc;
    if !state.manual.get() {
        heap.drain();
    }
    heap.give_back_everything();
    if let Some(granted) = again() {
        state.brink.granted.set(true);
        return Some(granted);
    }
    if state.manual.get() {
        state.brink.wanted.set(true);
        state.wake();
    }
    if state.paused.get() > 0 || state.manual.get() || state.collecting.get() {
        return None;
    }
    collect_for(heap, again)
}

/// The same by collections alone.
fn collect_for<R>(heap: &Inner, mut again: impl FnMut() -> Option<R>) -> Option<R> {
    let state = &heap.gc;
    if state.brink.watching.get() {
        if !state.suspects.is_empty() {
            collect(heap, 1);
            small_suspects(heap);
            heap.give_back_everything();
            if let Some(granted) = again() {
                state.brink.granted.set(true);
                return Some(granted);
            }
        }
        if !state.all_suspect.get() && !state.pass.is_active() && state.brink.spare() {
            return None;
        }
    }
    let before = heap.used_bytes();
    let Collection { freed, .. } = collect(heap, OLDEST);
    heap.give_back_everything();
    let bytes = before.saturating_sub(heap.used_bytes());
    let barren = bytes <= heap.limit() / PART && freed <= state.population.get() / PART;
    state.brink.watch_from_here(barren);
    let granted = again();
    state.brink.granted.set(granted.is_some());
    granted
}

/// Where requests must not collect: so many more bytes are about to be used, so that the next safepoint may have to.
#[inline]
pub(crate) fn look_ahead(heap: &Inner, more: usize) {
    let state = &heap.gc;
    if state.manual.get() && heap.limit() != usize::MAX {
        let used = heap.used_bytes().saturating_add(more);
        if used > state.brink.short.get().max(ample(heap)) {
            state.brink.wanted.set(true);
            state.wake();
        }
    }
}

/// As long as no more than this is used, there is room enough.
fn ample(heap: &Inner) -> usize {
    heap.limit() - heap.limit() / AMPLE
}

/// What look-ahead and refused requests left to do, at a safepoint. Was there anything?
pub(crate) fn at_safepoint(heap: &Inner) -> bool {
    heap.gc.brink.wanted.get() && {
        room(heap);
        true
    }
}

/// Frees what it can, if room is short. Each time that it does not become ample, half of what is left may be used before this is
/// tried again.
pub(crate) fn room(heap: &Inner) {
    let state = &heap.gc;
    if state.paused.get() > 0 || state.collecting.get() {
        return;
    }
    state.brink.wanted.set(false);
    heap.drain();
    heap.give_back_everything();
    let (limit, ample) = (heap.limit(), ample(heap));
    if heap.used_bytes() > ample {
        let _ = collect_for(heap, || (heap.used_bytes() <= ample).then_some(()));
    }
    let used = heap.used_bytes();
    state.brink.short.set(used + limit.saturating_sub(used) / 2);
    heap.close_reserve();
}

/// Decides about old suspects that reach little, for less than a whole collection would cost.
fn small_suspects(heap: &Inner) {
    let state = &heap.gc;
    let Some(running) = Running::begin(heap) else { return };
    let mut report = Collection { generation: OLDEST, ..Collection::default() };
    old_suspects(heap, state.population.get() + LEAST, &mut report);
    state.pass.finish_disposal(heap, &mut report);
    state.add(&report);
    running.end();
}
