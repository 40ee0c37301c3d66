//! `Borrowed<'a, T>`: a reference that nobody counts.

use core::fmt;
use core::marker::PhantomData;
use core::ops::Deref;
use core::ptr::NonNull;

use super::gc::Gc;
use super::header::{Tombstone, header_of, increment};
use crate::gc::deref_cleared;

/// A borrowed reference to an object: `Copy`, costs no counting, and cannot outlive the owned reference it was borrowed
/// from. [`to_owned`](Borrowed::to_owned) makes an owned one of it.
pub struct Borrowed<'a, T: ?Sized + 'static> {
    ptr: NonNull<T>,
    _from: PhantomData<&'a T>,
}

// SAFETY: what can be had from it is `&T`, and a `Gc<T>`, which is `Send` and `Sync` for such `T`.
unsafe impl<T: ?Sized + Send + Sync> Send for Borrowed<'_, T> {}
// SAFETY: as above.
unsafe impl<T: ?Sized + Send + Sync> Sync for Borrowed<'_, T> {}

impl<'a, T: ?Sized> Borrowed<'a, T> {
    /// # Safety
    /// Somebody owns a reference to the object for `'a`, and `ptr` has provenance for its whole block.
    #[inline(always)]
    pub(crate) unsafe fn from_payload(ptr: NonNull<T>) -> Borrowed<'a, T> {
        Borrowed { ptr, _from: PhantomData }
    }

    /// An owned reference: counts one.
    #[inline(always)]
    #[allow(clippy::wrong_self_convention, clippy::should_implement_trait, reason = "the C rule's own name")]
    pub fn to_owned(self) -> Gc<T> {
        // SAFETY: the object lives for `'a`; the payload has its header in front.
        unsafe {
            increment(header_of(self.ptr.cast()));
            Gc::from_payload(self.ptr)
        }
    }

    /// The value, for as long as the reference was borrowed.
    ///
    /// # Panics
    /// If the reference was cleared.
    #[inline(always)]
    pub fn get(self) -> &'a T {
        if self.ptr.cast::<u8>() == Tombstone::payload() {
            deref_cleared::<T>();
        }
        // SAFETY: the object lives for `'a`, and nobody has `&mut` to it: that needs the only reference.
        unsafe { self.ptr.as_ref() }
    }

    /// Do both refer to the same object?
    #[inline]
    pub fn ptr_eq(self, other: Borrowed<'_, T>) -> bool {
        self.ptr.cast::<u8>() == other.ptr.cast::<u8>()
    }

    /// Owned references to the object; see [`Gc::ref_count`].
    pub fn ref_count(self) -> u32 {
        if self.ptr.cast::<u8>() == Tombstone::payload() {
            return 0;
        }
        // SAFETY: the object lives for `'a`.
        super::gc::references(unsafe { header_of(self.ptr.cast()).as_ref() })
    }
}

impl<T: ?Sized> Clone for Borrowed<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Borrowed<'_, T> {}

impl<T: ?Sized> Deref for Borrowed<'_, T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        self.get()
    }
}

impl<'a, T: ?Sized> From<&'a Gc<T>> for Borrowed<'a, T> {
    fn from(gc: &'a Gc<T>) -> Self {
        Gc::borrowed(gc)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Borrowed<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ptr.cast::<u8>() == Tombstone::payload() { f.write_str("<cleared>") } else { self.get().fmt(f) }
    }
}
