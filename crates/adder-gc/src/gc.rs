//! `Gc<T>`: an owned reference.

mod construct;
mod guard;
mod traits;

pub(crate) use construct::refuse;
pub use guard::GcMut;

use core::marker::PhantomData;
use core::ops::Deref;
use core::ptr::NonNull;

use crate::any::AnyGc;
use crate::borrowed::Borrowed;
use crate::header::{Hdr, Header, Tombstone, count, flag, header_of};
use crate::trace::Trace;
use crate::weak::Weak;

/// An owned reference to an object: an [`Rc`](std::rc::Rc) whose cycles are collected.
///
/// One word (two for `dyn Trait`, `[T]` and `str`). `clone` counts one reference, `drop` releases one; the object is freed
/// the instant the last goes, or when a collection finds that only garbage refers to it. Not `Send`: for threads see
/// [`sync`](crate::sync).
///
/// # Cleared references
/// A collection empties the mutable slots of garbage. A bare `Gc` in a cell cannot be empty, so it is replaced by a *cleared*
/// one, which only a `Drop` (or other code that runs during that collection) can ever meet: [`Gc::is_cleared`] tells,
/// [`Gc::try_get`] gives `None`, and `Deref` panics. See the crate's page on
/// [cleared references](crate::docs::cookbook#cleared-references).
///
/// ```
/// use adder_gc::Gc;
/// let a = Gc::new(5);
/// let b = a.clone();
/// assert_eq!((*b, Gc::ref_count(&a)), (5, 2));
/// ```
#[repr(transparent)]
pub struct Gc<T: ?Sized + 'static> {
    ptr: NonNull<T>,
    _owns: PhantomData<T>,
}

impl<T: ?Sized> Gc<T> {
    /// # Safety
    /// `ptr` is the payload of a live object with provenance for its whole block; one counted reference passes to the `Gc`.
    #[inline(always)]
    pub(crate) unsafe fn from_payload(ptr: NonNull<T>) -> Gc<T> {
        Gc { ptr, _owns: PhantomData }
    }

    #[inline(always)]
    pub(crate) fn payload(this: &Gc<T>) -> NonNull<T> {
        this.ptr
    }

    /// The header: that of the tombstone for a cleared reference.
    #[inline(always)]
    pub(crate) fn header(this: &Gc<T>) -> Hdr {
        // SAFETY: payloads (the tombstone's too) have their header in front.
        unsafe { header_of(this.ptr.cast()) }
    }

    #[inline(always)]
    pub(crate) fn header_opt(this: &Gc<T>) -> Option<Hdr> {
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
        // SAFETY: not cleared, so it owns a reference to a live object whose payload nobody has `&mut` to: `get_mut`
        // borrows the only handle while its guard is out.
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

    /// Owned references to the object, this one included. `u32::MAX` for an immortal object, 0 for a cleared reference.
    #[inline]
    pub fn ref_count(this: &Gc<T>) -> u32 {
        Gc::header_opt(this).map_or(0, |header| {
            // SAFETY: live by our reference.
            unsafe { header.as_ref() }.references()
        })
    }

    /// Weak references to the object.
    pub fn weak_count(this: &Gc<T>) -> usize {
        Gc::header_opt(this).map_or(0, |header| {
            // SAFETY: live by our reference; objects of a `Gc` lie on pages.
            unsafe { crate::heap::heap_of(header).as_ref() }.weak.count(header)
        })
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

    /// A weak reference that calls `callback` when the object dies, if it (or a clone of it) is still there then.
    ///
    /// The callback gets the weak reference, which is dead by then. Callbacks of one object run newest first. It is not
    /// called when the weak reference is itself part of the garbage that a collection frees. A panic in it goes to the
    /// [unraisable hook](crate::set_unraisable_hook).
    pub fn downgrade_with(this: &Gc<T>, callback: impl FnOnce(&Weak<T>) + 'static) -> Weak<T> {
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
    /// `ptr` came from `into_raw` (of the same `T`, or of one it was unsized from) and is given back once for each time.
    pub unsafe fn from_raw(ptr: *const T) -> Gc<T> {
        // SAFETY: by the contract.
        let gc = unsafe { Gc::from_payload(NonNull::new_unchecked(ptr.cast_mut())) };
        // A reference that arrives without a borrow may close a cycle that no count tells of.
        crate::heap::suspect(Gc::header(&gc));
        gc
    }

    /// The object is never freed from here on, and its count never written again (PEP 683).
    ///
    /// What it refers to lives as long. Does nothing for a cleared reference.
    pub fn immortalize(this: &Gc<T>) {
        if let Some(header) = Gc::header_opt(this) {
            // SAFETY: live by our reference.
            unsafe { header.as_ref() }.count.set(count::IMMORTAL);
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

    /// `&mut` to the value if this is the only owned reference.
    ///
    /// While the guard lives the object is masked: weak references do not answer, and collections do not look into it.
    /// Forgetting the guard leaves it masked for good: it then leaks if it is part of a cycle, and no more.
    #[inline]
    pub fn get_mut(this: &mut Gc<T>) -> Option<GcMut<'_, T>> {
        let header = Gc::header_opt(this)?;
        // SAFETY: live by our reference.
        let h = unsafe { header.as_ref() };
        // SAFETY: objects of a `Gc` lie on pages.
        if h.references() != 1 || h.has(flag::MASKED) || unsafe { crate::heap::is_traced(header) } {
            return None;
        }
        // SAFETY: the only reference is borrowed for as long as the guard lives.
        Some(unsafe { GcMut::new(this.ptr, header) })
    }

    /// Changes what kind of pointer this is, the object staying the same: what `unsize!` calls, in crates that forbid unsafe code too.
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
}

/// A value that nobody can look at, only coerce a reference to: all that a function from `&Coerced<T>` to `&Coerced<U>`, for any lifetime,
/// can return is its argument.
#[doc(hidden)]
#[repr(transparent)]
pub struct Coerced<T: ?Sized>(T);

impl<T: ?Sized> Coerced<T> {
    /// `ptr`, which leads to `value`, with the metadata that `coerce` gives it.
    pub(crate) fn pointer<U: ?Sized>(
        value: &T,
        ptr: NonNull<T>,
        coerce: impl for<'a> FnOnce(&'a Coerced<T>) -> &'a Coerced<U>,
    ) -> NonNull<U> {
        // SAFETY: transparent.
        let coerced = coerce(unsafe { &*(core::ptr::from_ref(value) as *const Coerced<T>) });
        let mut to = NonNull::from(&coerced.0);
        debug_assert!(to.cast::<u8>() == ptr.cast::<u8>());
        // SAFETY: the first word of a pointer, thin or fat, is its address. It stays what it is, with provenance for the whole block.
        unsafe { (&raw mut to).cast::<NonNull<u8>>().write(ptr.cast()) };
        to
    }
}

impl<T: Trace> Gc<T> {
    /// The tombstone.
    #[inline]
    pub(crate) fn cleared() -> Gc<T> {
        Gc { ptr: Tombstone::payload().cast(), _owns: PhantomData }
    }
}

impl<T: 'static> Gc<T> {
    /// The value, if this is the only owned reference; else the reference back.
    ///
    /// Weak references die and their callbacks run after the value has been moved out; a finalizer does not run.
    ///
    /// # Errors
    /// The reference, when there are others or it was cleared.
    pub fn try_unwrap(this: Gc<T>) -> Result<T, Gc<T>> {
        let Some(header) = Gc::header_opt(&this) else { return Err(this) };
        // SAFETY: live by our reference.
        let h = unsafe { header.as_ref() };
        // SAFETY: objects of a `Gc` lie on pages.
        if h.references() != 1 || h.has(flag::MASKED) || unsafe { crate::heap::is_traced(header) } {
            return Err(this);
        }
        let ptr = this.ptr;
        core::mem::forget(this);
        // SAFETY: the only reference was ours: the value is moved out and the block given back without dropping it.
        unsafe { Ok(crate::heap::move_out(header, ptr)) }
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

#[cold]
#[inline(never)]
pub(crate) fn deref_cleared<T: ?Sized>() -> ! {
    panic!("{}", cleared_message::<T>())
}

pub(crate) fn cleared_message<T: ?Sized>() -> String {
    format!(
        "this Gc<{}> was cleared: a collection emptied the garbage it stood in (see `Gc::is_cleared` and \
         adder_gc::docs::cookbook, \"Cleared references\")",
        core::any::type_name::<T>()
    )
}

impl<T: ?Sized> Clone for Gc<T> {
    /// Counts one more reference. A clone of a cleared reference is cleared.
    #[inline(always)]
    fn clone(&self) -> Gc<T> {
        Header::increment(Gc::header(self));
        Gc { ptr: self.ptr, _owns: PhantomData }
    }
}

impl<T: ?Sized> Drop for Gc<T> {
    /// Releases the reference; frees the object if it was the last.
    #[inline(always)]
    fn drop(&mut self) {
        Header::decrement(Gc::header(self));
    }
}

/// Changes a `Gc<T>` into a `Gc` of something that `T` can be unsized to: `unsize!(gc => dyn Trait)`, `unsize!(gc => [T])`.
///
/// ```
/// use adder_gc::{Gc, unsize};
/// use std::fmt::Display;
/// let shown: Gc<dyn Display> = unsize!(Gc::new(7) => dyn Display);
/// assert_eq!(shown.to_string(), "7");
/// ```
///
/// # Panics
/// If the reference was cleared.
#[macro_export]
macro_rules! unsize {
    ($gc:expr => $to:ty) => {
        $crate::Gc::__unsize::<$to>($gc, |object| object)
    };
}

impl<T: ?Sized> Gc<T> {
    /// Moves the reference into the clearer and leaves a tombstone. Of unsized types too: the metadata stays as it is.
    pub(crate) fn take(this: &mut Gc<T>, clearer: &mut crate::trace::Clearer<'_>) {
        if let Some(header) = Gc::header_opt(this) {
            let address: *mut NonNull<T> = &raw mut this.ptr;
            // SAFETY: the first word of a pointer, thin or fat, is its address.
            unsafe { address.cast::<NonNull<u8>>().write(Tombstone::payload()) };
            debug_assert!(Gc::is_cleared(this));
            clearer.handle(header);
        }
    }
}
