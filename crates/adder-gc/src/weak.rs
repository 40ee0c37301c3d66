//! Weak references: slots that are emptied when the object dies, shared by all references without a callback.

use core::cell::{Cell, UnsafeCell};
use core::fmt;
use core::ptr::NonNull;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use crate::gc::Gc;
use crate::header::{Hdr, Header, flag};
use crate::heap::heap_of;
use crate::trace::{Clearer, Trace, Tracer};
use crate::unraisable;

type Callback = Box<dyn FnOnce(Rc<Slot>)>;

/// What is called with a weak reference when its object dies.
pub(crate) type OnDeath<T> = Box<dyn FnOnce(&Weak<T>)>;

/// Where a weak reference finds its object.
pub(crate) struct Slot {
    target: Cell<Option<Hdr>>,
    callback: Cell<Option<Callback>>,
    /// Bytes of its callback; none without one.
    callback_bytes: u32,
}

/// Bytes of a slot as it is allocated, with its two counts.
const SLOT_BYTES: usize = size_of::<Slot>() + 2 * size_of::<usize>();

/// A reference that does not keep its object alive.
///
/// [`upgrade`](Weak::upgrade) gives an owned reference while the object lives. All weak references to an object that have
/// no callback share one slot. Two words; cloning counts in the slot, not in the object.
pub struct Weak<T: ?Sized + 'static> {
    slot: Rc<Slot>,
    /// Dangling once the slot is empty.
    ptr: NonNull<T>,
}

impl<T: ?Sized> Weak<T> {
    pub(crate) fn of(gc: &Gc<T>) -> Weak<T> {
        let ptr = Gc::payload(gc);
        if Gc::is_cleared(gc) {
            return Weak { slot: Slot::dead(), ptr };
        }
        let header = Gc::header(gc);
        Weak { slot: shared_slot(header), ptr }
    }

    pub(crate) fn with_callback(gc: &Gc<T>, callback: OnDeath<T>) -> Weak<T> {
        let ptr = Gc::payload(gc);
        if Gc::is_cleared(gc) {
            return Weak { slot: Slot::dead(), ptr };
        }
        let inner_bytes = size_of_val(&*callback);
        let callback: Callback = Box::new(move |slot| callback(&Weak { slot, ptr }));
        let callback_bytes = (inner_bytes + size_of_val(&*callback)).try_into().unwrap_or(u32::MAX);
        let slot = Rc::new(Slot {
            target: Cell::new(Some(Gc::header(gc))),
            callback: Cell::new(Some(callback)),
            callback_bytes,
        });
        let header = Gc::header(gc);
        // SAFETY: a live object of a page, held by `gc`.
        unsafe {
            heap_of(header).as_ref().weak.add(header, &slot);
            header.as_ref().set(flag::WEAK);
        }
        Weak { slot, ptr }
    }

    /// A weak reference to an object that is still being made.
    pub(crate) fn to_unborn(header: Hdr, ptr: NonNull<T>) -> Weak<T> {
        Weak { slot: shared_slot(header), ptr }
    }

    /// An owned reference, or `None` if the object has died, is being dropped, or is out as `&mut`
    /// ([`Gc::get_mut`]).
    pub fn upgrade(&self) -> Option<Gc<T>> {
        let header = self.live()?;
        Header::increment(header);
        // SAFETY: counted just now; the slot says that the object lives.
        Some(unsafe { Gc::from_payload(self.ptr) })
    }

    fn live(&self) -> Option<Hdr> {
        let header = self.slot.target.get()?;
        // SAFETY: a slot is emptied before its object's block is given back.
        unsafe { header.as_ref() }.is_open().then_some(header)
    }

    /// Would [`upgrade`](Weak::upgrade) succeed?
    pub fn is_alive(&self) -> bool {
        self.live().is_some()
    }

    /// Do both refer to the same object? Dead ones are equal only to themselves and their clones.
    pub fn ptr_eq(&self, other: &Weak<T>) -> bool {
        match (self.slot.target.get(), other.slot.target.get()) {
            (Some(a), Some(b)) => a == b,
            (None, None) => Rc::ptr_eq(&self.slot, &other.slot),
            _ => false,
        }
    }

    /// Owned references to the object; 0 when it is dead.
    pub fn ref_count(&self) -> u32 {
        // SAFETY: a slot is emptied before its object's block is given back.
        self.slot.target.get().map_or(0, |header| unsafe { header.as_ref() }.references())
    }

    pub(crate) fn slot(&self) -> &Rc<Slot> {
        &self.slot
    }
}

impl<T> Weak<T> {
    /// A weak reference to nothing.
    pub fn new() -> Weak<T> {
        Weak { slot: Slot::dead(), ptr: NonNull::dangling() }
    }
}

impl<T> Default for Weak<T> {
    fn default() -> Self {
        Weak::new()
    }
}

impl<T: ?Sized> Clone for Weak<T> {
    /// Refers to the same object; a clone of a reference with a callback shares that callback.
    fn clone(&self) -> Self {
        Weak { slot: Rc::clone(&self.slot), ptr: self.ptr }
    }
}

impl<T: ?Sized> Drop for Weak<T> {
    fn drop(&mut self) {
        // The last handle takes its callback along.
        if self.slot.calls_back()
            && Rc::strong_count(&self.slot) == 2
            && let Some(header) = self.slot.target.get()
        {
            // SAFETY: a slot is emptied before its object's block is given back.
            unsafe { heap_of(header).as_ref() }.weak.remove(header, &self.slot);
            self.slot.target.set(None);
        }
    }
}

impl<T: ?Sized> fmt::Debug for Weak<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_alive() { "(Weak)" } else { "(dead Weak)" })
    }
}

impl<T: ?Sized + 'static> Trace for Weak<T> {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        tracer.weak_edge(&self.slot);
    }
    fn clear_edges(&self, _: &mut Clearer<'_>) {}
    fn finalizes() -> bool {
        false
    }
}

impl Slot {
    fn dead() -> Rc<Slot> {
        Rc::new(Slot { target: Cell::new(None), callback: Cell::new(None), callback_bytes: 0 })
    }

    /// Has the object died?
    pub(crate) fn is_empty(&self) -> bool {
        self.target.get().is_none()
    }

    /// Was it made with a callback?
    pub(crate) fn calls_back(&self) -> bool {
        self.callback_bytes > 0
    }

    fn bytes(&self) -> usize {
        SLOT_BYTES + self.callback_bytes as usize
    }

    /// The callback will not run any more. What it captured is the caller's to drop.
    pub(crate) fn end_callback(&self) -> Option<Box<dyn core::any::Any>> {
        self.callback.take().map(|callback| Box::new(callback) as Box<dyn core::any::Any>)
    }

    /// Weak handles to this slot that users hold.
    pub(crate) fn handles(slot: &Rc<Slot>) -> usize {
        Rc::strong_count(slot) - 1
    }
}

fn shared_slot(header: Hdr) -> Rc<Slot> {
    // SAFETY: the caller holds a reference to a live object of a page.
    unsafe {
        header.as_ref().set(flag::WEAK);
        heap_of(header).as_ref().weak.shared(header)
    }
}

/// Addresses of objects are good hashes once multiplied.
#[derive(Default)]
pub(crate) struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_usize(usize::from(byte));
        }
    }
    fn write_usize(&mut self, value: usize) {
        self.0 = (self.0 ^ value as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(26);
    }
}

#[derive(Default)]
struct Entry {
    shared: Option<Rc<Slot>>,
    /// In the order in which they were made.
    with_callback: Vec<Rc<Slot>>,
    /// Objects of an object model that stand for weak references (`raw::weak_add`), in the order in which they were made.
    objects: Vec<Hdr>,
}

/// Which objects of a heap have weak references.
pub(crate) struct WeakTable {
    entries: UnsafeCell<HashMap<usize, Entry, BuildHasherDefault<AddressHasher>>>,
    /// Callbacks in the table: without any, collections need not ask who owns the weak references.
    callbacks: Cell<usize>,
    /// Bytes of the slots in the table, their callbacks, and the lists of those.
    slot_bytes: Cell<usize>,
    /// The most entries there was room for: the room never shrinks, though what is freed may not be free to use at once.
    room: Cell<usize>,
    /// How weak reference objects are told.
    pub(crate) functions: Cell<Option<&'static crate::raw::WeakFunctions>>,
}

/// Bytes of std's table that had so much room at the most: a power of two of buckets, seven eighths of them in use (of small ones, all but
/// one), a byte of control for each and a group of them more.
pub(crate) fn table_bytes(room: usize, entry: usize) -> usize {
    const GROUP: usize = if cfg!(target_feature = "sse2") { 16 } else { 8 };
    let buckets = match room {
        0 => return 0,
        room @ ..8 => room + 1,
        room => room / 7 * 8,
    };
    (buckets * entry).next_multiple_of(16) + buckets + GROUP
}

impl WeakTable {
    pub(crate) const fn new() -> WeakTable {
        WeakTable {
            entries: UnsafeCell::new(HashMap::with_hasher(BuildHasherDefault::new())),
            callbacks: Cell::new(0),
            slot_bytes: Cell::new(0),
            room: Cell::new(0),
            functions: Cell::new(None),
        }
    }

    /// The entry of an object, made if there is none.
    #[allow(clippy::mut_from_ref, reason = "as for `entries`")]
    fn entry(&self, header: Hdr) -> &mut Entry {
        let entries = self.entries();
        let entry: *mut Entry = entries.entry(header.addr().get()).or_default();
        self.room.set(self.room.get().max(entries.capacity()));
        // SAFETY: it lies in the table, which is not changed while the caller holds it.
        unsafe { &mut *entry }
    }

    fn more(&self, bytes: usize) {
        self.slot_bytes.set(self.slot_bytes.get() + bytes);
    }

    fn less(&self, bytes: usize) {
        self.slot_bytes.set(self.slot_bytes.get() - bytes);
    }

    #[allow(clippy::mut_from_ref, reason = "one thread, and no borrow is held while other code runs")]
    fn entries(&self) -> &mut HashMap<usize, Entry, BuildHasherDefault<AddressHasher>> {
        // SAFETY: the callers below run no user code while they hold it.
        unsafe { &mut *self.entries.get() }
    }

    /// Bytes of the table and its slots. (A slot whose object has died belongs to those who hold it.)
    pub(crate) fn bytes(&self) -> usize {
        table_bytes(self.room.get(), size_of::<(usize, Entry)>()) + self.slot_bytes.get()
    }

    pub(crate) fn shared(&self, header: Hdr) -> Rc<Slot> {
        let entry = self.entry(header);
        Rc::clone(entry.shared.get_or_insert_with(|| {
            self.more(SLOT_BYTES);
            Rc::new(Slot { target: Cell::new(Some(header)), callback: Cell::new(None), callback_bytes: 0 })
        }))
    }

    fn add(&self, header: Hdr, slot: &Rc<Slot>) {
        let list = &mut self.entry(header).with_callback;
        let before = list.capacity();
        list.push(Rc::clone(slot));
        self.more((list.capacity() - before) * size_of::<Rc<Slot>>() + slot.bytes());
        self.callbacks.set(self.callbacks.get() + 1);
    }

    fn remove(&self, header: Hdr, slot: &Rc<Slot>) {
        let mut removed = None;
        if let Some(entry) = self.entries().get_mut(&header.addr().get())
            && let Some(at) = entry.with_callback.iter().position(|s| Rc::ptr_eq(s, slot))
        {
            removed = Some(entry.with_callback.remove(at));
            self.less(slot.bytes());
            self.callbacks.set(self.callbacks.get() - 1);
        }
        // What the callback captured is dropped here, with nothing borrowed.
        drop(removed);
    }

    pub(crate) fn add_object(&self, target: Hdr, reference: Hdr) {
        let list = &mut self.entry(target).objects;
        let before = list.capacity();
        list.push(reference);
        self.more((list.capacity() - before) * size_of::<Hdr>());
    }

    /// The entry stays, if it becomes empty, until its object dies.
    pub(crate) fn remove_object(&self, target: Hdr, reference: Hdr) {
        if let Some(entry) = self.entries().get_mut(&target.addr().get())
            && let Some(at) = entry.objects.iter().rposition(|&r| r == reference)
        {
            entry.objects.remove(at);
        }
    }

    pub(crate) fn objects(&self, target: Hdr) -> Vec<Hdr> {
        self.entries().get(&target.addr().get()).map_or(Vec::new(), |entry| entry.objects.clone())
    }

    pub(crate) fn has_callbacks(&self) -> bool {
        self.callbacks.get() > 0
    }

    /// Weak references with and without callback to an object, in the order made: how many.
    pub(crate) fn count(&self, header: Hdr) -> usize {
        self.entries().get(&header.addr().get()).map_or(0, |entry| {
            entry.shared.as_ref().map_or(0, Slot::handles)
                + entry.with_callback.iter().map(Slot::handles).sum::<usize>()
        })
    }

    /// Empties every slot of an object that dies; gives the callbacks that are due, newest first.
    pub(crate) fn clear(&self, header: Hdr) -> Callbacks {
        let Some(entry) = self.entries().remove(&header.addr().get()) else { return Callbacks::none() };
        if let Some(shared) = &entry.shared {
            shared.target.set(None);
            self.less(SLOT_BYTES);
        }
        let list = &entry.with_callback;
        self.less(list.capacity() * size_of::<Rc<Slot>>() + list.iter().map(|slot| slot.bytes()).sum::<usize>());
        self.callbacks.set(self.callbacks.get() - entry.with_callback.len());
        let mut due = entry.with_callback;
        // Those that somebody still holds now: what the callbacks themselves drop is called all the same, as in CPython.
        due.retain(|slot| Slot::handles(slot) > 0);
        for slot in &due {
            slot.target.set(None);
        }
        due.reverse();
        Callbacks { slots: due, objects: self.empty_objects(&entry.objects) }
    }

    /// Empties weak reference objects; holds those whose callbacks are due, newest first.
    fn empty_objects(&self, objects: &Vec<Hdr>) -> Vec<DueObject> {
        self.less(objects.capacity() * size_of::<Hdr>());
        let Some(functions) = self.functions.get() else { return Vec::new() };
        let mut due = Vec::new();
        for &reference in objects.iter().rev() {
            // SAFETY: listed references are live: their drop takes them from the list.
            let (calls, h) = unsafe { ((functions.emptied)(reference.cast()), reference.as_ref()) };
            if calls && h.is_open() && !h.has(flag::CONDEMNED) {
                due.push(DueObject::hold(reference, functions));
            }
        }
        due
    }

    /// A weak reference object that is garbage itself refers to nothing any more, and is never called.
    pub(crate) fn end_object(&self, reference: Hdr) {
        if let Some(functions) = self.functions.get() {
            // SAFETY: the caller holds a reference to it.
            unsafe { (functions.end)(reference.cast()) };
        }
    }
}

/// A weak reference object whose callback is due, held until it has run.
struct DueObject {
    reference: Hdr,
    functions: &'static crate::raw::WeakFunctions,
}

impl DueObject {
    fn hold(reference: Hdr, functions: &'static crate::raw::WeakFunctions) -> DueObject {
        Header::increment(reference);
        DueObject { reference, functions }
    }
}

impl Drop for DueObject {
    fn drop(&mut self) {
        Header::decrement(self.reference);
    }
}

/// Callbacks of weak references whose object has died, in the order in which they run.
#[must_use]
pub(crate) struct Callbacks {
    slots: Vec<Rc<Slot>>,
    objects: Vec<DueObject>,
}

impl Callbacks {
    pub(crate) fn append(&mut self, mut more: Callbacks) {
        self.slots.append(&mut more.slots);
        self.objects.append(&mut more.objects);
    }

    pub(crate) const fn none() -> Callbacks {
        Callbacks { slots: Vec::new(), objects: Vec::new() }
    }

    /// Leaves out those whose weak reference is itself garbage.
    pub(crate) fn retain(&mut self, mut due: impl FnMut(&Rc<Slot>) -> bool) {
        self.slots.retain(|slot| due(slot));
    }

    /// Runs them. Panics are reported.
    pub(crate) fn run(self) {
        for slot in self.slots {
            if let Some(callback) = slot.callback.take()
                && let Err(panic) = catch_unwind(AssertUnwindSafe(|| callback(slot)))
            {
                unraisable::report(unraisable::Origin::WeakCallback, "", panic);
            }
        }
        for due in self.objects {
            // SAFETY: held.
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| unsafe { (due.functions.call)(due.reference.cast()) }))
            {
                unraisable::report(unraisable::Origin::WeakCallback, "", panic);
            }
        }
    }
}
