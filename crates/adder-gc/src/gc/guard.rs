//! `&mut` to the value of the only reference.

use core::fmt;
use core::ops::{Deref, DerefMut};
use core::ptr::NonNull;

use crate::header::{Hdr, flag};

/// `&mut` to an object's value, from [`Gc::get_mut`](crate::Gc::get_mut) or [`Gc::make_mut`](crate::Gc::make_mut).
///
/// A guard and not a bare `&mut`, so that the object can be masked while it is out.
pub struct GcMut<'a, T: ?Sized> {
    value: &'a mut T,
    header: Hdr,
}

impl<T: ?Sized> GcMut<'_, T> {
    /// # Safety
    /// The only reference to the object is borrowed for the guard's lifetime.
    #[inline]
    pub(super) unsafe fn new<'a>(mut ptr: NonNull<T>, header: Hdr) -> GcMut<'a, T> {
        // SAFETY: by the contract nobody else reaches the value; masked, collections and weak references do not either.
        unsafe {
            header.as_ref().set(flag::MASKED);
            GcMut { value: ptr.as_mut(), header }
        }
    }
}

impl<T: ?Sized> Drop for GcMut<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the reference that is borrowed keeps the object alive.
        unsafe { self.header.as_ref() }.unset(flag::MASKED);
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
