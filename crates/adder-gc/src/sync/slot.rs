//! Where a weak reference finds its object.
//!
//! A slot is locked while it is read and counted from, and while it is emptied; an object's block is given back only after all its
//! slots are empty. So whoever finds an object in a slot may look at its counts. Compiled by the model checker's tests as well
//! (`tests/loom.rs`).

use std::sync::PoisonError;

use super::primitive::{AtomicUsize, Mutex, MutexGuard, Ordering};

/// A slot for a `T`, with perhaps a callback.
pub(crate) struct Slot<T, C> {
    target: Mutex<Option<T>>,
    callback: Mutex<Option<C>>,
    has_callback: bool,
    /// Weak references that refer to it.
    handles: AtomicUsize,
}

impl<T: Copy, C> Slot<T, C> {
    pub(crate) fn new(target: Option<T>, callback: Option<C>) -> Slot<T, C> {
        Slot {
            has_callback: callback.is_some(),
            target: Mutex::new(target),
            callback: Mutex::new(callback),
            handles: AtomicUsize::new(0),
        }
    }

    /// While the guard lives the object, if there is one, is not given back.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Option<T>> {
        self.target.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls `with` with the object, which is not given back meanwhile.
    pub(crate) fn look<R>(&self, with: impl FnOnce(T) -> R) -> Option<R> {
        let target = self.lock();
        target.map(with)
    }

    /// From here on nobody finds the object.
    pub(crate) fn clear(&self) {
        *self.lock() = None;
    }

    /// Has the object died?
    pub(crate) fn is_empty(&self) -> bool {
        self.lock().is_none()
    }

    pub(crate) fn handles(&self) -> usize {
        self.handles.load(Ordering::Acquire)
    }

    pub(crate) fn add_handle(&self) {
        self.handles.fetch_add(1, Ordering::AcqRel);
    }

    /// The last handle of a slot with a callback empties it, and gives the object whose table has the slot.
    pub(crate) fn remove_handle(&self) -> Option<T> {
        let last = self.handles.fetch_sub(1, Ordering::AcqRel) == 1;
        if last && self.has_callback { self.lock().take() } else { None }
    }

    /// The callback, if it is due: once, and not when there is no handle any more.
    pub(crate) fn take_callback(&self) -> Option<C> {
        if self.handles() == 0 {
            return None;
        }
        self.callback.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
