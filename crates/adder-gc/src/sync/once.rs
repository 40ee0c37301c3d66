//! A reference that is set once, from any thread.

use core::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::gc::Gc;
use crate::trace::{Clearer, Trace, Tracer};

/// A slot for a reference that is set once, as `OnceLock<Gc<T>>`, but one that a collection can empty: it hands out owned
/// references, never a borrow of what lies in it. Cycles closed through it are collected.
pub struct OnceGc<T: ?Sized + 'static> {
    slot: Mutex<Option<Gc<T>>>,
}

impl<T: ?Sized> OnceGc<T> {
    /// An empty slot.
    pub const fn new() -> OnceGc<T> {
        OnceGc { slot: Mutex::new(None) }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Gc<T>>> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The reference, counted, if it was set.
    pub fn get(&self) -> Option<Gc<T>> {
        self.lock().clone()
    }

    /// Was it set (and not emptied by a collection)?
    pub fn is_set(&self) -> bool {
        self.lock().is_some()
    }

    /// Sets the reference.
    ///
    /// # Errors
    /// The reference, if one is there already.
    pub fn set(&self, gc: Gc<T>) -> Result<(), Gc<T>> {
        let mut slot = self.lock();
        if slot.is_some() {
            return Err(gc);
        }
        *slot = Some(gc);
        Ok(())
    }

    /// The reference; `make` makes it if there is none yet. Several threads may make one at a time; the first to be done wins.
    pub fn get_or_init(&self, make: impl FnOnce() -> Gc<T>) -> Gc<T> {
        if let Some(gc) = self.get() {
            return gc;
        }
        let made = make();
        let mut slot = self.lock();
        match &*slot {
            Some(gc) => gc.clone(),
            None => slot.insert(made).clone(),
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
    unsafe fn __faithful_within(_: u32) -> bool {
        true
    }
    fn finalizes() -> bool {
        false
    }
}
