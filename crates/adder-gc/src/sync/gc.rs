//! `sync::Gc<T>`: an owned reference that any thread may hold.

pub(super) mod block;
mod construct;
mod guard;
mod traits;

pub use guard::GcMut;

use core::marker::PhantomData;
use core::ops::Deref;
use core::ptr::NonNull;

use super::SharedHandle;
use super::any::AnyGc;
use super::borrowed::Borrowed;
use super::count::Total;
use super::header::{Hdr, Header, Tombstone, decrement, header_of, increment, suspect, touch};
use super::weak::Weak;
use super::{collect, thread, weak};
use crate::gc::{Coerced, cleared_message, deref_cleared};
use crate::trace::{Clearer, Trace, Tracer};

/// An owned reference to an object that threads share: an [`Arc`](std::sync::Arc) whose cycles are collected, and whose count
/// costs the thread that made the object no atomic operation.
///
/// The names and the rules are those of [`adder_gc::Gc`](crate::Gc). What is different:
/// * `T` is `Send + Sync`, and so is the handle. Slots that change are locks (or [`OnceGc`](super::OnceGc)).
/// * The thread that made an object *owns* it: it counts in a half of its own. A reference that another thread drops, and that
///   only the owner's half stands for, goes to the owner's inbox, and is counted off when the owner next allocates by the slow
///   way, collects, calls [`Heap::poll`](super::Heap::poll) or ends. [`Gc::share`] gives ownership up: from then on any
///   thread's last drop frees at the instant.
/// * A running collection counts a reference for a moment to what it looks at. [`Gc::ref_count`] may show it, and
///   [`Gc::get_mut`] and [`Gc::try_unwrap`] may refuse because of it.
/// * The drop of a value runs on whatever thread let the last reference go.
#[repr(transparent)]
pub struct Gc<T: ?Sized + 'static> {
    ptr: NonNull<T>,
    _owns: PhantomData<T>,
}

// SAFETY: the counts may be changed from any thread, and so may the value, be it through `&T` or by its drop, for such `T`.
unsafe impl<T: ?Sized + Send + Sync> Send for Gc<T> {}
// SAFETY: as above; a `&Gc<T>` can be cloned.
unsafe impl<T: ?Sized + Send + Sync> Sync for Gc<T> {}

/// References to a live object, as far as can be told while others count; `u32::MAX` for an immortal one.
pub(super) fn references(header: &Header) -> u32 {
    for _ in 0..100 {
        match header.counts.total() {
            Total::Is(n) => return n,
            Total::Immortal => return u32::MAX,
            Total::Unsettled => core::hint::spin_loop(),
        }
    }
    1
}

impl<T: ?Sized> Gc<T> {
    /// # Safety
    /// `ptr` is the payload of a live object with provenance for its whole block; one counted reference passes to the `Gc`.
    #[inline(always)]
    pub(super) unsafe fn from_payload(ptr: NonNull<T>) -> Gc<T> {
        Gc { ptr, _owns: PhantomData }
    }

    #[inline(always)]
    pub(super) fn payload(this: &Gc<T>) -> NonNull<T> {
        this.ptr
    }

    /// The header: that of the tombstone for a cleared reference.
    #[inline(always)]
    pub(super) fn header(this: &Gc<T>) -> Hdr {
        // SAFETY: payloads (the tombstone's too) have their header in front.
        unsafe { header_of(this.ptr.cast()) }
    }

    #[inline(always)]
    pub(super) fn header_opt(this: &Gc<T>) -> Option<Hdr> {
        if Gc::is_cleared(this) { None } else { Some(Gc::header(this)) }
    }

    /// Was this reference emptied by a collection? Then its object is gone or about to be.
    #[inline(always)]
    pub fn is_cleared(this: &Gc<T>) -> bool {
        this.ptr.cast::<u8>() == Tombstone::payload()
    }

    /// The value, or `None` if the reference was cleared.
    #[inline]
    pub fn try_get(this: &Gc<T>) -> Option<&T> {
        // SAFETY: not cleared, so it owns a reference to a live object whose payload nobody has `&mut` to.
        if Gc::is_cleared(this) { None } else { Some(unsafe { this.ptr.as_ref() }) }
    }

    /// Do both refer to the same object? Two cleared references do.
    #[inline]
    pub fn ptr_eq(this: &Gc<T>, other: &Gc<T>) -> bool {
        this.ptr.cast::<u8>() == other.ptr.cast::<u8>()
    }

    /// Address of the payload as a raw pointer; dangling for a cleared reference.
    #[inline]
    pub fn as_ptr(this: &Gc<T>) -> *const T {
        this.ptr.as_ptr()
    }

    /// Owned references to the object, this one included, and those that wait in the owner's inbox. Other threads may change it
    /// before the answer is read. `u32::MAX` for an immortal object, 0 for a cleared reference.
    #[inline]
    pub fn ref_count(this: &Gc<T>) -> u32 {
        // SAFETY: live by our reference.
        Gc::header_opt(this).map_or(0, |header| references(unsafe { header.as_ref() }))
    }

    /// Weak references to the object.
    pub fn weak_count(this: &Gc<T>) -> usize {
        Gc::header_opt(this).map_or(0, weak::count)
    }

    /// A borrowed reference: `Copy`, costs no counting, cannot outlive this one.
    #[inline(always)]
    pub fn borrowed(this: &Gc<T>) -> Borrowed<'_, T> {
        // SAFETY: `this` owns a reference for the lifetime.
        unsafe { Borrowed::from_payload(this.ptr) }
    }

    /// A weak reference. All weak references to one object made this way share a slot.
    pub fn downgrade(this: &Gc<T>) -> Weak<T> {
        Weak::of(this)
    }

    /// A weak reference that calls `callback` when the object dies, if it (or a clone of it) is still there then, on whatever
    /// thread lets it die. Otherwise as [`adder_gc::Gc::downgrade_with`](crate::Gc::downgrade_with).
    pub fn downgrade_with(this: &Gc<T>, callback: impl FnOnce(&Weak<T>) + Send + 'static) -> Weak<T>
    where
        T: Send + Sync,
    {
        Weak::with_callback(this, Box::new(callback))
    }

    /// Turns the reference into a raw pointer to the value; the count stays. Give it back with [`Gc::from_raw`].
    ///
    /// # Panics
    /// If the reference was cleared.
    #[must_use = "the object leaks unless the pointer is given back with from_raw"]
    pub fn into_raw(this: Gc<T>) -> *const T {
        assert!(!Gc::is_cleared(&this), "{}", cleared_message::<T>());
        let ptr = this.ptr.as_ptr();
        core::mem::forget(this);
        ptr
    }

    /// Takes a reference back that [`Gc::into_raw`] gave out: the reference moves, nothing is counted.
    ///
    /// # Safety
    /// `ptr` came from `into_raw` of this module (of the same `T`, or of one it was unsized from) and is given back once for
    /// each time.
    pub unsafe fn from_raw(ptr: *const T) -> Gc<T> {
        // SAFETY: by the contract.
        let this = unsafe { Gc::from_payload(NonNull::new_unchecked(ptr.cast_mut())) };
        suspect(Gc::header(&this));
        this
    }

    /// The object is never freed from here on. What it refers to lives as long. Does nothing for a cleared reference.
    pub fn immortalize(this: &Gc<T>) {
        if let Some(header) = Gc::header_opt(this) {
            // SAFETY: live by our reference.
            unsafe { header.as_ref() }.counts.immortalize(thread::tag(), || touch(header));
        }
    }

    /// Is the object immortal (made so, or by so many references that the count is saturated)?
    pub fn is_immortal(this: &Gc<T>) -> bool {
        Gc::ref_count(this) == u32::MAX
    }

    /// This reference seen as an untyped handle: costs nothing.
    pub fn as_any(this: &Gc<T>) -> &AnyGc {
        // SAFETY: both are transparent; the first word of a pointer, thin or fat, is its address.
        unsafe { &*core::ptr::from_ref(this).cast::<AnyGc>() }
    }

    /// An untyped handle to the same object; takes this reference over.
    pub fn into_any(this: Gc<T>) -> AnyGc {
        let header = Gc::header(&this);
        core::mem::forget(this);
        // SAFETY: the reference passes on.
        unsafe { AnyGc::from_header(header) }
    }

    /// An untyped handle to the same object; counts a reference.
    pub fn to_any(this: &Gc<T>) -> AnyGc {
        Gc::into_any(this.clone())
    }

    /// Gives the ownership of the calling thread up: merges the two halves of the count. From then on all threads are equal,
    /// and the last drop frees at the instant, on any of them. True if the object is shared in this way now; false if another
    /// thread owns it, who alone could do it.
    ///
    /// For objects that are handed to another thread for good.
    pub fn share(this: &Gc<T>) -> bool {
        let Some(header) = Gc::header_opt(this) else { return true };
        // SAFETY: live by our reference.
        let counts = unsafe { &header.as_ref().counts };
        counts.merge(thread::tag(), 0, || touch(header));
        counts.is_merged()
    }

    /// `&mut` to the value if this is the only owned reference. May refuse while a collection looks at the object, and, where
    /// another thread owns it, while any collection runs. In that case it takes some microseconds, and the object is shared
    /// afterwards ([`Gc::share`]).
    ///
    /// While the guard lives the object is masked: weak references do not answer, and collections do not look into it.
    /// Forgetting the guard leaves it masked for good: it then leaks if it is part of a cycle, and no more.
    #[inline]
    pub fn get_mut(this: &mut Gc<T>) -> Option<GcMut<'_, T>> {
        let header = Gc::header_opt(this)?;
        if !collect::take_unique(header) {
            return None;
        }
        // SAFETY: the only reference is borrowed for as long as the guard lives, and the object is masked.
        Some(unsafe { GcMut::new(this.ptr, header) })
    }

    /// Changes what kind of pointer this is, the object staying the same: what `sync_unsize!` calls.
    ///
    /// # Panics
    /// If the reference was cleared.
    #[doc(hidden)]
    pub fn __unsize<U: ?Sized>(this: Gc<T>, coerce: impl for<'a> FnOnce(&'a Coerced<T>) -> &'a Coerced<U>) -> Gc<U> {
        let ptr = Coerced::pointer(&*this, this.ptr, coerce);
        core::mem::forget(this);
        // SAFETY: the same object, with the same provenance; the reference passes on.
        unsafe { Gc::from_payload(ptr) }
    }

    /// Moves the reference into the clearer and leaves a tombstone.
    fn take(this: &mut Gc<T>, clearer: &mut Clearer<'_>) {
        if let Some(header) = Gc::header_opt(this) {
            let address: *mut NonNull<T> = &raw mut this.ptr;
            // SAFETY: the first word of a pointer, thin or fat, is its address.
            unsafe { address.cast::<NonNull<u8>>().write(Tombstone::payload()) };
            clearer.shared_handle(SharedHandle(header));
        }
    }
}

impl<T: 'static> Gc<T> {
    /// The value, if [`Gc::get_mut`] would give it; else the reference back.
    ///
    /// Weak references die and their callbacks run after the value has been moved out; a finalizer does not run.
    ///
    /// # Errors
    /// The reference, when there are others, or it was cleared.
    pub fn try_unwrap(this: Gc<T>) -> Result<T, Gc<T>> {
        let Some(header) = Gc::header_opt(&this) else { return Err(this) };
        if !collect::take_unique(header) {
            return Err(this);
        }
        let ptr = this.ptr;
        core::mem::forget(this);
        // SAFETY: the only reference was ours, and nobody finds the object: the value is moved out and the block given back
        // without dropping it.
        unsafe {
            let has_weak = header.as_ref().has(super::header::WEAK);
            let callbacks = if has_weak { weak::clear(header) } else { weak::Callbacks::none() };
            let value = ptr.read();
            super::page::free_block(header);
            callbacks.run();
            Ok(value)
        }
    }
}

impl<T: ?Sized> Deref for Gc<T> {
    type Target = T;

    /// # Panics
    /// If the reference was cleared by a collection; see [`Gc::try_get`].
    #[inline(always)]
    fn deref(&self) -> &T {
        if Gc::is_cleared(self) {
            deref_cleared::<T>();
        }
        // SAFETY: as in `try_get`.
        unsafe { self.ptr.as_ref() }
    }
}

impl<T: ?Sized> Clone for Gc<T> {
    /// Counts one more reference. A clone of a cleared reference is cleared.
    #[inline(always)]
    fn clone(&self) -> Gc<T> {
        increment(Gc::header(self));
        Gc { ptr: self.ptr, _owns: PhantomData }
    }
}

impl<T: ?Sized> Drop for Gc<T> {
    /// Releases the reference; frees the object if it was the last.
    #[inline(always)]
    fn drop(&mut self) {
        decrement(Gc::header(self));
    }
}

impl<T: ?Sized + 'static> Trace for Gc<T> {
    #[inline]
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        if let Some(header) = Gc::header_opt(self) {
            tracer.shared_edge(header.cast());
        }
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        Gc::take(self, clearer);
    }
    fn give_up(mut self, clearer: &mut Clearer<'_>) {
        Gc::take(&mut self, clearer);
    }
    fn tracked() -> bool {
        true
    }
    unsafe fn __faithful_within(_: u32) -> bool {
        true
    }
    fn finalizes() -> bool {
        false
    }
}

/// [`unsize!`](crate::unsize) for [`sync::Gc`](Gc): `sync_unsize!(gc => dyn Trait + Send + Sync)`.
///
/// ```
/// use adder_gc::{sync, sync_unsize};
/// use std::fmt::Display;
/// let shown: sync::Gc<dyn Display + Send + Sync> = sync_unsize!(sync::Gc::new(7) => dyn Display + Send + Sync);
/// assert_eq!(shown.to_string(), "7");
/// ```
///
/// # Panics
/// If the reference was cleared.
#[macro_export]
macro_rules! sync_unsize {
    ($gc:expr => $to:ty) => {
        $crate::sync::Gc::__unsize::<$to>($gc, |object| object)
    };
}
