//! Weak references: slots that are emptied when the object dies, shared by all references without a callback.
//!
//! `slot` has their protocol; here is who they belong to.

use core::fmt;
use core::ptr::NonNull;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use core::sync::atomic::Ordering;

use super::gc::Gc;
use super::header::{Hdr, WEAK, touch};
use super::store::SIDE;
use crate::trace::{Clearer, Trace, Tracer};
use crate::unraisable;
use crate::weak::{AddressHasher, table_bytes};

type TypedCallback<T> = Box<dyn FnOnce(&Weak<T>) + Send>;

/// Where a weak reference finds its object. Its bytes count as the heap's side memory.
pub(super) struct Slot {
    inner: super::slot::Slot<Target, Callback>,
    bytes: usize,
}

impl core::ops::Deref for Slot {
    type Target = super::slot::Slot<Target, Callback>;
    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        SIDE.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[derive(Clone, Copy, PartialEq)]
pub(super) struct Target(Hdr);
// SAFETY: what may be done with the pointer is the business of those who hold the slot's lock.
unsafe impl Send for Target {}

/// A callback of an untyped slot. (A type of its own, for it takes the slot that it lies in.)
pub(super) struct Callback(Box<dyn FnOnce(Arc<Slot>) + Send>);

fn slot_to(target: Option<Hdr>, callback: Option<(Callback, usize)>) -> Arc<Slot> {
    let (callback, behind) = callback.unzip();
    // With the two counts of the `Arc`.
    let bytes = size_of::<Slot>() + 2 * size_of::<usize>() + behind.unwrap_or(0);
    SIDE.fetch_add(bytes, Ordering::Relaxed);
    Arc::new(Slot { inner: super::slot::Slot::new(target.map(Target), callback), bytes })
}

/// A reference that does not keep its object alive.
///
/// [`upgrade`](Weak::upgrade) gives an owned reference while the object lives, on any thread. All weak references to an object
/// that have no callback share one slot.
pub struct Weak<T: ?Sized + 'static> {
    slot: Arc<Slot>,
    /// Dangling once the slot is empty.
    ptr: NonNull<T>,
}

// SAFETY: a weak reference gives access to a `T` on whichever thread upgrades it, as an owned one does.
unsafe impl<T: ?Sized + Send + Sync> Send for Weak<T> {}
// SAFETY: as above.
unsafe impl<T: ?Sized + Send + Sync> Sync for Weak<T> {}

impl<T: ?Sized> Weak<T> {
    fn with(slot: Arc<Slot>, ptr: NonNull<T>) -> Weak<T> {
        slot.add_handle();
        Weak { slot, ptr }
    }

    pub(super) fn of(gc: &Gc<T>) -> Weak<T> {
        match Gc::header_opt(gc) {
            Some(header) => Weak::to(header, Gc::payload(gc)),
            None => Weak::with(slot_to(None, None), Gc::payload(gc)),
        }
    }

    /// A weak reference to an object that the caller holds, finished or not.
    pub(super) fn to(header: Hdr, ptr: NonNull<T>) -> Weak<T> {
        Weak::with(shared(header), ptr)
    }

    pub(super) fn with_callback(gc: &Gc<T>, callback: TypedCallback<T>) -> Weak<T>
    where
        T: Send + Sync,
    {
        let ptr = Gc::payload(gc);
        let Some(header) = Gc::header_opt(gc) else { return Weak::with(slot_to(None, None), ptr) };
        struct Address<T: ?Sized>(NonNull<T>);
        // SAFETY: the address is only put into a `Weak`, which is `Send` for this `T`.
        unsafe impl<T: ?Sized + Send + Sync> Send for Address<T> {}
        let address = Address(ptr);
        let captured = size_of_val(&*callback);
        let run = Box::new(move |slot| {
            let address = address;
            callback(&Weak::with(slot, address.0));
        });
        let bytes = captured + size_of_val(&*run);
        let slot = slot_to(Some(header), Some((Callback(run), bytes)));
        let weak = Weak::with(Arc::clone(&slot), ptr);
        entry(&mut shard(header), header).with_callback.push(slot);
        weak
    }

    /// An owned reference, or `None` if the object has died, is being dropped, or is out as `&mut` ([`Gc::get_mut`]).
    ///
    /// An object whose last reference waits for its owning thread ([`Gc::share`] tells of that) still answers.
    pub fn upgrade(&self) -> Option<Gc<T>> {
        // SAFETY: the block is not given back while the slot is full, and it is locked.
        let counted = self.slot.look(|Target(header)| unsafe { header.as_ref() }.counts.try_clone(|| touch(header)))?;
        // SAFETY: counted just now.
        counted.then(|| unsafe { Gc::from_payload(self.ptr) })
    }

    /// Would [`upgrade`](Weak::upgrade) have succeeded just now?
    pub fn is_alive(&self) -> bool {
        // SAFETY: as in `upgrade`.
        let answers = self.slot.look(|Target(header)| unsafe {
            let counts = &header.as_ref().counts;
            counts.is_alive() && !counts.is_masked()
        });
        answers.unwrap_or(false)
    }

    /// Do both refer to the same object? Dead ones are equal only to themselves and their clones.
    pub fn ptr_eq(&self, other: &Weak<T>) -> bool {
        if Arc::ptr_eq(&self.slot, &other.slot) {
            return true;
        }
        // One after the other: two locks at once would need an order.
        let one = *self.slot.lock();
        one.is_some() && one == *other.slot.lock()
    }

    /// Owned references to the object; 0 when it is dead.
    pub fn ref_count(&self) -> u32 {
        // SAFETY: as in `upgrade`.
        self.slot.look(|Target(header)| super::gc::references(unsafe { header.as_ref() })).unwrap_or(0)
    }
}

impl<T> Weak<T> {
    /// A weak reference to nothing.
    pub fn new() -> Weak<T> {
        Weak::with(slot_to(None, None), NonNull::dangling())
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
        Weak::with(Arc::clone(&self.slot), self.ptr)
    }
}

impl<T: ?Sized> Drop for Weak<T> {
    fn drop(&mut self) {
        // The last handle takes its callback along.
        if let Some(Target(header)) = self.slot.remove_handle() {
            remove(header, &self.slot);
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
        tracer.shared_weak_edge(Arc::as_ptr(&self.slot).addr());
    }
    fn clear_edges(&self, _: &mut Clearer<'_>) {}
    unsafe fn __faithful_within(_: u32) -> bool {
        true
    }
    fn finalizes() -> bool {
        false
    }
}

#[derive(Default)]
struct Entry {
    shared: Option<Arc<Slot>>,
    /// In the order in which they were made.
    with_callback: Slots,
}

/// A list whose storage counts as side memory.
#[derive(Default)]
struct Slots(Vec<Arc<Slot>>);

impl Slots {
    fn bytes(&self) -> usize {
        self.0.capacity() * size_of::<Arc<Slot>>()
    }

    fn push(&mut self, slot: Arc<Slot>) {
        let before = self.bytes();
        self.0.push(slot);
        SIDE.fetch_add(self.bytes() - before, Ordering::Relaxed);
    }

    fn into_vec(mut self) -> Vec<Arc<Slot>> {
        SIDE.fetch_sub(self.bytes(), Ordering::Relaxed);
        core::mem::take(&mut self.0)
    }
}

impl Drop for Slots {
    fn drop(&mut self) {
        SIDE.fetch_sub(self.bytes(), Ordering::Relaxed);
    }
}

struct Shard {
    entries: HashMap<usize, Entry, BuildHasherDefault<AddressHasher>>,
    /// The most that they had room for: the table never shrinks, but what it says of its room does.
    room: usize,
}
const SHARDS: usize = 64;

/// Which objects have weak references, by address.
static TABLE: [Mutex<Shard>; SHARDS] =
    [const { Mutex::new(Shard { entries: HashMap::with_hasher(BuildHasherDefault::new()), room: 0 }) }; SHARDS];

fn shard(header: Hdr) -> MutexGuard<'static, Shard> {
    let address = header.addr().get();
    TABLE[(address >> 4 ^ address >> 10) % SHARDS].lock().unwrap_or_else(PoisonError::into_inner)
}

/// The entry of an object to which the caller holds a reference. The object's flag changes with the table, under its lock.
fn entry(shard: &mut Shard, header: Hdr) -> &mut Entry {
    // SAFETY: the caller holds a reference.
    let h = unsafe { header.as_ref() };
    if !h.has(WEAK) {
        h.set(WEAK);
    }
    let entry: *mut Entry = shard.entries.entry(header.addr().get()).or_default();
    let room = shard.room.max(shard.entries.capacity());
    if room > shard.room {
        let bytes = |room| table_bytes(room, size_of::<(usize, Entry)>());
        SIDE.fetch_add(bytes(room) - bytes(shard.room), Ordering::Relaxed);
        shard.room = room;
    }
    // SAFETY: it lies in the table, which is borrowed for as long.
    unsafe { &mut *entry }
}

/// The slot that the references without callback of an object share. The caller holds a reference to it.
pub(super) fn shared(header: Hdr) -> Arc<Slot> {
    let mut shard = shard(header);
    let entry = entry(&mut shard, header);
    Arc::clone(entry.shared.get_or_insert_with(|| slot_to(Some(header), None)))
}

fn remove(header: Hdr, slot: &Arc<Slot>) {
    let mut removed = None;
    if let Some(entry) = shard(header).entries.get_mut(&header.addr().get())
        && let Some(at) = entry.with_callback.0.iter().position(|s| Arc::ptr_eq(s, slot))
    {
        removed = Some(entry.with_callback.0.remove(at));
    }
    // What the callback captured is dropped here, with nothing locked.
    drop(removed);
}

/// Weak references to an object, with and without callback.
pub(super) fn count(header: Hdr) -> usize {
    shard(header)
        .entries
        .get(&header.addr().get())
        .map_or(0, |entry| entry.shared.iter().chain(&entry.with_callback.0).map(|slot| slot.handles()).sum())
}

/// All slots of an object, those with callbacks in the order in which they were made.
pub(super) fn slots(header: Hdr) -> Vec<Arc<Slot>> {
    shard(header)
        .entries
        .get(&header.addr().get())
        .map_or_else(Vec::new, |entry| entry.shared.iter().chain(&entry.with_callback.0).cloned().collect())
}

/// Empties every slot of an object that dies; gives the callbacks that are due, newest first.
pub(super) fn clear(header: Hdr) -> Callbacks {
    let Some(entry) = forget(header) else { return Callbacks(Vec::new()) };
    for slot in entry.shared.iter().chain(&entry.with_callback.0) {
        slot.clear();
    }
    due(entry.with_callback.into_vec())
}

/// [`clear`] for the collector, who holds the locks of these slots and has emptied them.
pub(super) fn cleared(header: Hdr, emptied: &[Arc<Slot>]) -> Callbacks {
    let mut shard = shard(header);
    let Some(entry) = shard.entries.get_mut(&header.addr().get()) else { return Callbacks(Vec::new()) };
    let was_emptied = |slot: &Arc<Slot>| emptied.iter().any(|e| Arc::ptr_eq(e, slot));
    // Others may be there, made meanwhile, if a wrong `Trace` condemned what is in use: they stay.
    let gone = entry.shared.take_if(|slot| was_emptied(slot));
    let called = entry.with_callback.0.extract_if(.., |slot| was_emptied(slot)).collect();
    if entry.shared.is_none() && entry.with_callback.0.is_empty() {
        shard.entries.remove(&header.addr().get());
        // SAFETY: the collector holds a reference.
        unsafe { header.as_ref() }.unset(WEAK);
    }
    drop(gone);
    due(called)
}

fn forget(header: Hdr) -> Option<Entry> {
    let mut shard = shard(header);
    let entry = shard.entries.remove(&header.addr().get());
    // SAFETY: the caller lets the object die.
    unsafe { header.as_ref() }.unset(WEAK);
    entry
}

fn due(mut called: Vec<Arc<Slot>>) -> Callbacks {
    called.reverse();
    Callbacks(called)
}

/// Callbacks of weak references whose object has died, in the order in which they run.
#[must_use]
pub(super) struct Callbacks(Vec<Arc<Slot>>);

impl Callbacks {
    pub(super) const fn none() -> Callbacks {
        Callbacks(Vec::new())
    }

    pub(super) fn append(&mut self, mut more: Callbacks) {
        self.0.append(&mut more.0);
    }

    /// Leaves out those whose weak reference is itself garbage.
    pub(super) fn retain(&mut self, due: impl Fn(&Slot) -> bool) {
        self.0.retain(|slot| due(slot));
    }

    /// Runs them. One whose weak reference was dropped meanwhile is left out; panics are reported.
    pub(super) fn run(self) {
        for slot in self.0 {
            let Some(Callback(callback)) = slot.take_callback() else { continue };
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| callback(slot))) {
                unraisable::report(unraisable::Origin::WeakCallback, "", panic);
            }
        }
    }
}
