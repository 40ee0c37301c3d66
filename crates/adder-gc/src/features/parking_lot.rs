//! `Trace` for the locks of parking_lot, whatever they are built on (`Mutex`, `FairMutex`, `RwLock`, `RecursiveRwLock`,
//! `ReentrantMutex`). A locked one is passed over: what it owns stays alive.

use ::parking_lot::lock_api::{GetThreadId, Mutex, RawMutex, RawRwLock, ReentrantMutex, RwLock};

use crate::trace::{Clearer, Trace, Tracer, tracked_if};

impl<R: RawMutex + 'static, T: Trace> Trace for Mutex<R, T> {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        match self.try_lock() {
            // SAFETY: the guard borrows `self`, for `'a`.
            Some(value) => unsafe { tracer.guarded(value) },
            None => tracer.borrowed("locked Mutex"),
        }
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        match self.try_lock() {
            Some(mut value) => value.take_edges(clearer),
            None => clearer.borrowed(),
        }
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        self.get_mut().take_edges(clearer);
    }
    tracked_if!(T);
}

impl<R: RawRwLock + 'static, T: Trace> Trace for RwLock<R, T> {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        match self.try_read() {
            // SAFETY: the guard borrows `self`, for `'a`.
            Some(value) => unsafe { tracer.guarded(value) },
            None => tracer.borrowed("locked RwLock"),
        }
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        match self.try_write() {
            Some(mut value) => value.take_edges(clearer),
            None => clearer.borrowed(),
        }
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        self.get_mut().take_edges(clearer);
    }
    tracked_if!(T);
}

/// Its guards give `&T` only, and several may be out on one thread: so it is no cell. Cells inside it are emptied.
impl<R: RawMutex + 'static, G: GetThreadId + 'static, T: Trace> Trace for ReentrantMutex<R, G, T> {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        match self.try_lock() {
            // SAFETY: the guard borrows `self`, for `'a`.
            Some(value) => unsafe { tracer.guarded(value) },
            None => tracer.borrowed("locked ReentrantMutex"),
        }
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        match self.try_lock() {
            Some(value) => value.clear_edges(clearer),
            None => clearer.borrowed(),
        }
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        self.get_mut().take_edges(clearer);
    }
    tracked_if!(T);
}
