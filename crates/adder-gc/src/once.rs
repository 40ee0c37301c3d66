//! A reference that is set once.

use core::cell::Cell;
use core::fmt;

use crate::gc::Gc;
use crate::trace::{Clearer, Trace, Tracer};

/// A slot for a reference that is set once, as `OnceCell<Gc<T>>`, but one that a collection can empty: it hands out owned
/// references, never a borrow of what lies in it. Cycles closed through it are collected.
pub struct OnceGc<T: ?Sized + 'static> {
    slot: Cell<Option<Gc<T>>>,
}

impl<T: ?Sized> OnceGc<T> {
    /// An empty slot.
    pub const fn new() -> OnceGc<T> {
        OnceGc { slot: Cell::new(None) }
    }

    /// The reference, counted, if it was set.
    pub fn get(&self) -> Option<Gc<T>> {
        let held = self.slot.take();
        let copy = held.clone();
        self.slot.set(held);
        copy
    }

    /// Was it set (and not emptied by a collection)?
    pub fn is_set(&self) -> bool {
        let held = self.slot.take();
        let set = held.is_some();
        self.slot.set(held);
        set
    }

    /// Sets the reference.
    ///
    /// # Errors
    /// The reference, if one is there already.
    pub fn set(&self, gc: Gc<T>) -> Result<(), Gc<T>> {
        if self.is_set() {
            return Err(gc);
        }
        self.slot.set(Some(gc));
        Ok(())
    }

    /// The reference; `make` makes it if there is none yet. If `make` itself set the slot, what it set wins.
    pub fn get_or_init(&self, make: impl FnOnce() -> Gc<T>) -> Gc<T> {
        if let Some(gc) = self.get() {
            return gc;
        }
        let made = make();
        match self.get() {
            Some(gc) => gc,
            None => {
                self.slot.set(Some(made.clone()));
                made
            }
        }
    }
}

impl<T: ?Sized> Default for OnceGc<T> {
    fn default() -> Self {
        OnceGc::new()
    }
}

impl<T: ?Sized> fmt::Debug for OnceGc<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_set() { "OnceGc(set)" } else { "OnceGc(empty)" })
    }
}

impl<T: ?Sized + 'static> Trace for OnceGc<T> {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        self.slot.trace(tracer);
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        self.slot.clear_edges(clearer);
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        self.slot.take_edges(clearer);
    }
    fn finalizes() -> bool {
        false
    }
}
