//! `&mut` to the value of the only reference.

use core::fmt;
use core::ops::{Deref, DerefMut};
use core::ptr::NonNull;

use crate::sync::header::Hdr;

/// `&mut` to an object's value, from [`Gc::get_mut`](crate::sync::Gc::get_mut) or [`Gc::make_mut`](crate::sync::Gc::make_mut).
///
/// A guard and not a bare `&mut`, so that the object can be masked while it is out.
pub struct GcMut<'a, T: ?Sized> {
    value: &'a mut T,
    header: Hdr,
}

impl<T: ?Sized> GcMut<'_, T> {
    /// # Safety
    /// The only reference to the object is borrowed for the guard's lifetime, and the object is masked.
    #[inline]
    pub(super) unsafe fn new<'a>(mut ptr: NonNull<T>, header: Hdr) -> GcMut<'a, T> {
        // SAFETY: by the contract nobody else reaches the value; masked, collections and weak references do not either.
        unsafe { GcMut { value: ptr.as_mut(), header } }
    }
}

// SAFETY: it is a `&mut T`, and ending it is one atomic operation.
unsafe impl<T: ?Sized + Send> Send for GcMut<'_, T> {}
// SAFETY: a shared guard gives `&T`.
unsafe impl<T: ?Sized + Sync> Sync for GcMut<'_, T> {}

impl<T: ?Sized> Drop for GcMut<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the reference that is borrowed keeps the object alive.
        unsafe { self.header.as_ref() }.counts.unmask();
    }
}

impl<T: ?Sized> Deref for GcMut<'_, T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        self.value
    }
}

impl<T: ?Sized> DerefMut for GcMut<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        self.value
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for GcMut<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
