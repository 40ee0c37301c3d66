//! What the collector remembers between collections, and what it tells.

use core::cell::{Cell, RefCell};
use core::ptr::NonNull;
use core::sync::atomic::{AtomicU32, Ordering};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Duration;

use super::brink::Brink;
use super::pass::Pass;
use super::suspects::Suspects;
use super::trial::Candidate;
use crate::header::Hdr;
use crate::heap::Inner;
use crate::page::Page;
use crate::trace::EdgeBuffer;
use crate::unraisable;

/// Why an object that only garbage refers to was not freed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Why {
    /// Its cell was borrowed, or its lock held, when it was to be emptied.
    Borrowed,
    /// No slot on its cycle can be emptied (plain fields, a `OnceCell`, a hand-written `Trace` that empties nothing).
    NoMutableEdge,
    /// A finalizer or a drop made it reachable again. (Through a weak reference that a finalizer made: its slots are empty.)
    Resurrected,
    /// In [`sync`](crate::sync): the thread that owns it must count the last reference off, when it next looks into its inbox.
    Owner,
}

/// An object that a collection found to be garbage and could not free.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Uncollectable {
    /// Name of its type.
    pub type_name: String,
    /// Its address.
    pub address: usize,
    /// What stood in the way.
    pub why: Why,
}

/// What a collection did.
#[derive(Clone, Default, Debug)]
pub struct Collection {
    /// The oldest generation that was looked at.
    pub generation: u32,
    /// Objects that were looked at.
    pub candidates: usize,
    /// Objects that nothing outside of them referred to: what CPython's `gc.collect` returns.
    pub unreachable: usize,
    /// Of these, the ones that finalizers made reachable again.
    pub resurrected: usize,
    /// Of these, the ones that died by count while finalizers ran. CPython counts neither them nor the resurrected as collected.
    pub died: usize,
    /// Of these, the ones that were freed.
    pub freed: usize,
    /// Of these, the ones that were not, and why (at most 1000 are named).
    pub uncollectable: Vec<Uncollectable>,
    /// Nothing was done, since a collection was running already.
    pub skipped: bool,
    /// Given up because a `trace` panicked; nothing was freed. The panic went to the unraisable hook.
    pub abandoned: bool,
    /// Time it took.
    pub duration: Duration,
}

/// Totals for one generation, as `gc.get_stats` of CPython has them.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct GenerationStats {
    /// Collections of this generation (as the oldest one looked at).
    pub collections: u64,
    /// Objects freed.
    pub collected: u64,
    /// Objects found to be garbage and not freed.
    pub uncollectable: u64,
}

/// When a collection callback is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Before a collection.
    Start,
    /// After it, with its report.
    Stop,
}

pub(crate) type OnCollection = Rc<dyn Fn(Phase, &Collection)>;

pub(crate) struct CollectorState {
    pub(crate) thresholds: Cell<[u32; 3]>,
    /// Of generation 1 and 2: collections of the younger one since the last of this one. (That of 0 is in the log.)
    pub(crate) counts: Cell<[u32; 3]>,
    pub(crate) enabled: Cell<bool>,
    /// Collections run only when asked for.
    pub(crate) manual: Cell<bool>,
    pub(crate) paused: Cell<u32>,
    pub(crate) collecting: Cell<bool>,
    /// Objects are being enumerated: pages must stay as they are.
    pub(crate) enumerating: Cell<u32>,
    pub(crate) suspects: Suspects,
    pub(crate) brink: Brink,
    /// Any object may be a suspect: a pass was given up, or objects came back from the permanent generation.
    pub(crate) all_suspect: Cell<bool>,
    pub(crate) pass: Pass,
    /// Blocks handed out on tracked pages since the last young collection.
    pub(crate) handed: Cell<usize>,
    /// Tracked objects alive after the last collection.
    pub(crate) population: Cell<usize>,
    /// Bytes of pages held when the last pass ended.
    pub(crate) held_at_pass: Cell<usize>,
    /// Objects counted by the last pass.
    pub(crate) counted: Cell<usize>,
    /// Bytes charged since a collection looked at them.
    charged: Cell<usize>,
    pub(crate) fresh_large: Cell<Option<NonNull<Page>>>,
    pub(crate) frozen: Cell<usize>,
    stats: Cell<[GenerationStats; 3]>,
    callbacks: RefCell<Vec<(u64, OnCollection)>>,
    next_callback: Cell<u64>,
    buffer: Cell<EdgeBuffer>,
    candidates: Cell<Vec<Candidate>>,
    /// Suspects of generation 0 and 1 whose turn it is.
    pub(crate) due: Cell<[usize; 2]>,
    /// The young collection whose work is being done.
    pub(crate) running: Cell<Option<Collection>>,
    /// There is something to do at the next slice.
    pub(crate) busy: Cell<bool>,
    /// Of the blocks handed out, those that work was done for.
    pub(crate) paced: Cell<usize>,
    /// Old suspects that are looked at together.
    pub(crate) together: Cell<usize>,
    /// Old suspects in a row that reached too much.
    pub(crate) unlucky: Cell<u32>,
    /// Objects that were looked at for old suspects since that found garbage.
    pub(crate) fruitless: Cell<usize>,
    /// Work that was done for old suspects beyond what there was to spend.
    pub(crate) owed: Cell<usize>,
    longest: Cell<Duration>,
    /// In manual mode: what is told that a collection is due; see `raw::wake`.
    pub(crate) wake: Cell<(*const AtomicU32, u32)>,
}

impl CollectorState {
    pub(crate) fn new() -> CollectorState {
        CollectorState {
            thresholds: Cell::new([2000, 10, 10]),
            counts: Cell::new([0; 3]),
            enabled: Cell::new(true),
            manual: Cell::new(false),
            paused: Cell::new(0),
            collecting: Cell::new(false),
            enumerating: Cell::new(0),
            suspects: Suspects::new(),
            brink: Brink::new(),
            all_suspect: Cell::new(false),
            pass: Pass::new(),
            handed: Cell::new(0),
            population: Cell::new(0),
            held_at_pass: Cell::new(0),
            counted: Cell::new(0),
            charged: Cell::new(0),
            fresh_large: Cell::new(None),
            frozen: Cell::new(0),
            stats: Cell::new([GenerationStats::default(); 3]),
            callbacks: RefCell::new(Vec::new()),
            next_callback: Cell::new(0),
            buffer: Cell::new(Vec::new()),
            candidates: Cell::new(Vec::new()),
            due: Cell::new([0; 2]),
            running: Cell::new(None),
            busy: Cell::new(false),
            paced: Cell::new(0),
            together: Cell::new(8),
            unlucky: Cell::new(0),
            fruitless: Cell::new(0),
            owed: Cell::new(0),
            longest: Cell::new(Duration::ZERO),
            wake: Cell::new((core::ptr::null(), 0)),
        }
    }

    /// Enough was allocated for a collection, which somebody else must start.
    pub(crate) fn wake(&self) {
        let (word, bit) = self.wake.get();
        // SAFETY: `raw::wake` says that the word is valid; null means that there is none.
        if let Some(word) = unsafe { word.as_ref() } {
            word.fetch_or(bit, Ordering::Relaxed);
        }
    }

    /// May an allocation start a collection?
    pub(crate) fn automatic(&self) -> bool {
        self.enabled.get()
            && !self.manual.get()
            && self.paused.get() == 0
            && !self.collecting.get()
            && self.thresholds.get()[0] > 0
    }

    /// Bytes of the collector's tables.
    pub(crate) fn bytes(&self) -> usize {
        let buffer = self.buffer.take();
        let candidates = self.candidates.take();
        let bytes = buffer.capacity() * size_of::<Hdr>() + candidates.capacity() * size_of::<Candidate>();
        self.buffer.set(buffer);
        self.candidates.set(candidates);
        let callbacks = self.callbacks.borrow();
        let counts = 2 * size_of::<usize>();
        let callbacks = callbacks.capacity() * size_of::<(u64, OnCollection)>()
            + callbacks
                .iter()
                .map(|(_, c)| counts + size_of_val(&**c).next_multiple_of(size_of::<usize>()))
                .sum::<usize>();
        bytes + callbacks + self.suspects.bytes() + self.pass.bytes() + self.brink.bytes()
    }

    pub(crate) fn take_buffer(&self) -> EdgeBuffer {
        self.buffer.take()
    }

    /// An empty list with the room of an earlier one.
    pub(crate) fn take_candidates(&self) -> Vec<Candidate> {
        self.candidates.take()
    }

    pub(crate) fn give_candidates(&self, mut candidates: Vec<Candidate>) {
        candidates.clear();
        if candidates.capacity() <= 1 << 16 {
            self.candidates.set(candidates);
        }
    }

    pub(crate) fn give_buffer(&self, buffer: EdgeBuffer) {
        self.buffer.set(buffer);
    }

    /// Tracked objects alive now. Costs a look at every page.
    pub(crate) fn population(&self, heap: &Inner) -> usize {
        // SAFETY: pages in the table are live.
        heap.pages().iter().map(|p| unsafe { p.as_ref() }).filter(|p| p.tracked.get()).map(|p| p.live() as usize).sum()
    }

    /// Remembers how many objects a collection left.
    pub(crate) fn note_population(&self, heap: &Inner) {
        self.population.set(self.population(heap));
        self.handed.set(0);
        self.paced.set(0);
        self.held_at_pass.set(heap.store.held());
    }

    pub(crate) fn pass_ended(&self, heap: &Inner, counted: usize) {
        self.counted.set(counted);
        self.held_at_pass.set(heap.store.held());
    }

    /// A user charged more bytes: after enough of them a collection is due, as after so many objects.
    pub(crate) fn charged_more(&self, heap: &Inner, bytes: usize) {
        let sum = self.charged.get().saturating_add(bytes);
        self.charged.set(sum);
        // As if every 64 bytes were an object of usual size.
        if self.automatic() && sum / 64 > heap.used_bytes() / 64 / 4 + 16 * self.thresholds.get()[0] as usize {
            self.charged.set(0);
            super::collect(heap, super::OLDEST);
        }
    }

    /// Books a finished collection.
    pub(crate) fn note(&self, report: &Collection) {
        let mut stats = self.stats.get();
        let it = &mut stats[report.generation as usize];
        it.collections += 1;
        it.collected += report.freed as u64;
        it.uncollectable += report.uncollectable.iter().filter(|it| it.why != Why::Resurrected).count() as u64;
        self.stats.set(stats);
    }

    pub(crate) fn stats(&self) -> [GenerationStats; 3] {
        self.stats.get()
    }

    /// Books what a step freed.
    pub(crate) fn add(&self, report: &Collection) {
        let mut stats = self.stats.get();
        let it = &mut stats[report.generation as usize];
        it.collected += report.freed as u64;
        it.uncollectable += report.uncollectable.iter().filter(|it| it.why != Why::Resurrected).count() as u64;
        self.stats.set(stats);
    }

    /// Books an automatic step.
    pub(crate) fn note_step(&self, took: Duration) {
        self.longest.set(self.longest.get().max(took));
    }

    /// The longest automatic step so far.
    pub(crate) fn longest(&self) -> Duration {
        self.longest.get()
    }

    pub(crate) fn add_callback(&self, callback: OnCollection) -> u64 {
        let id = self.next_callback.get();
        self.next_callback.set(id + 1);
        self.callbacks.borrow_mut().push((id, callback));
        id
    }

    pub(crate) fn remove_callback(&self, id: u64) -> bool {
        let removed = {
            let mut callbacks = self.callbacks.borrow_mut();
            let at = callbacks.iter().position(|(i, _)| *i == id);
            at.map(|at| callbacks.remove(at))
        };
        removed.is_some()
    }

    /// Lets go of all callbacks.
    pub(crate) fn drop_callbacks(&self) {
        let callbacks = core::mem::take(&mut *self.callbacks.borrow_mut());
        drop(callbacks);
    }

    /// Calls the collection callbacks; panics are reported.
    pub(crate) fn call(&self, phase: Phase, report: &Collection) {
        if self.callbacks.borrow().is_empty() {
            return;
        }
        let callbacks: Vec<OnCollection> = self.callbacks.borrow().iter().map(|(_, c)| Rc::clone(c)).collect();
        for callback in callbacks {
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| callback(phase, report))) {
                unraisable::report(unraisable::Origin::CollectionCallback, "", panic);
            }
        }
    }
}
