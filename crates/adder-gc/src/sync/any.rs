//! Untyped handles of `sync`: owned references whose type is known at run time only.
//!
//! Written a second time beside [`crate::AnyGc`]: nearly each method goes into a header, which is another one here, and what is left in
//! common is shorter than a trait for the mode would be.

use core::fmt;
use core::ptr::NonNull;

use super::SharedHandle;
use super::gc::{Gc, references};
use super::header::{FINALIZED, Hdr, Header, Tombstone, decrement, header_of, increment, payload_of, suspect};
use super::info::{TypeInfo, items_of, payload_size};
use super::page::{block_bytes, page_of};
use crate::trace::{Clearer, Trace, Tracer};

/// An owned reference to an object of any type, on any thread.
///
/// One word. For those who build object models (types made at run time, see [`RuntimeType`](super::RuntimeType)), and for all that
/// looks at the heap from outside. Clone and drop count as those of [`Gc`] do.
#[repr(transparent)]
pub struct AnyGc {
    /// The payload, as in `Gc<T>`.
    ptr: NonNull<u8>,
}

// SAFETY: every object of this heap was made as a type that is `Send + Sync`.
unsafe impl Send for AnyGc {}
// SAFETY: as above.
unsafe impl Sync for AnyGc {}

impl AnyGc {
    /// # Safety
    /// One counted reference to a live object (or the tombstone) passes to the handle.
    pub(super) unsafe fn from_header(header: Hdr) -> AnyGc {
        AnyGc { ptr: payload_of(header) }
    }

    #[inline(always)]
    pub(super) fn header(&self) -> Hdr {
        // SAFETY: payloads (the tombstone's too) have their header in front.
        unsafe { header_of(self.ptr) }
    }

    pub(super) fn header_opt(&self) -> Option<Hdr> {
        (!self.is_cleared()).then(|| self.header())
    }

    fn live(&self) -> Option<&Header> {
        // SAFETY: live by our reference.
        self.header_opt().map(|header| unsafe { &*header.as_ptr() })
    }

    /// Was this reference emptied by a collection? See [`Gc::is_cleared`].
    #[inline]
    pub fn is_cleared(&self) -> bool {
        self.ptr == Tombstone::payload()
    }

    /// What is known of the object's type.
    ///
    /// # Panics
    /// If the reference was cleared.
    pub fn type_info(&self) -> &TypeInfo {
        self.live().expect("this AnyGc was cleared: a collection emptied the garbage it stood in").info()
    }

    /// Name of the object's type; `<cleared>` for a cleared reference.
    pub fn type_name(&self) -> &str {
        self.live().map_or("<cleared>", |h| h.info().name())
    }

    /// Bytes of the payload; for an object of a type made at run time, those of its block behind the header.
    pub fn payload_size(&self) -> usize {
        // SAFETY: live by our reference.
        self.header_opt().map_or(0, |header| unsafe { payload_size(header) })
    }

    /// Bytes of the object's block: payload, header, and what its size class adds.
    pub fn size(&self) -> usize {
        self.header_opt().map_or(0, block_bytes)
    }

    /// Address of the payload, the object's identity while it lives.
    pub fn address(&self) -> usize {
        self.ptr.addr().get()
    }

    /// The payload.
    pub fn as_ptr(&self) -> *mut u8 {
        self.ptr.as_ptr()
    }

    /// Owned references to the object, this one included; see [`Gc::ref_count`].
    pub fn ref_count(&self) -> u32 {
        self.live().map_or(0, references)
    }

    /// Do both refer to the same object?
    pub fn ptr_eq(&self, other: &AnyGc) -> bool {
        self.ptr == other.ptr
    }

    /// Does the collector look at this object?
    pub fn is_tracked(&self) -> bool {
        // SAFETY: objects of handles that are not cleared lie on pages.
        self.header_opt().is_some_and(|header| unsafe { page_of(header) }.tracked.get())
    }

    /// Generation of the page on which the object lies: 0, 1 or 2; 2 for a cleared reference.
    pub fn generation(&self) -> u32 {
        // SAFETY: objects of handles that are not cleared lie on pages.
        self.header_opt().map_or(2, |header| unsafe { page_of(header) }.generation())
    }

    /// Has its finalizer been called?
    pub fn is_finalized(&self) -> bool {
        self.live().is_some_and(|h| h.has(FINALIZED))
    }

    /// May the payload be looked at? Not while `&mut` to it is out.
    pub(super) fn is_open(&self) -> bool {
        self.live().is_some_and(|h| !h.counts.is_masked())
    }

    /// A typed reference, if the object is a `T`.
    ///
    /// # Errors
    /// The handle, if it is not, or if `&mut` to it is out.
    pub fn downcast<T: Trace>(self) -> Result<Gc<T>, AnyGc> {
        if self.downcast_ref::<T>().is_none() {
            return Err(self);
        }
        let header = self.header();
        core::mem::forget(self);
        // SAFETY: the type was checked; the reference passes on.
        unsafe { Ok(Gc::from_payload(payload_of(header).cast())) }
    }

    /// The value, if the object is a `T` and no `&mut` to it is out.
    pub fn downcast_ref<T: Trace>(&self) -> Option<&T> {
        if !self.is_open() || self.type_info().type_id() != core::any::TypeId::of::<T>() {
            return None;
        }
        // SAFETY: the type was checked, and our reference keeps anybody from taking `&mut`.
        unsafe { Some(self.ptr.cast::<T>().as_ref()) }
    }

    /// The text, if the object is a `str`.
    pub fn downcast_str(&self) -> Option<&str> {
        if self.is_cleared() || self.type_info().type_id() != core::any::TypeId::of::<str>() {
            return None;
        }
        // SAFETY: the type was checked: the payload is as many bytes of UTF-8 as the word in front of the header says.
        unsafe {
            let bytes = core::slice::from_raw_parts(self.ptr.as_ptr(), items_of(self.ptr));
            Some(core::str::from_utf8_unchecked(bytes))
        }
    }

    /// Turns the reference into a raw pointer to the payload; the count stays.
    #[must_use = "the object leaks unless the pointer is given back with from_raw"]
    pub fn into_raw(self) -> *mut u8 {
        let ptr = self.as_ptr();
        core::mem::forget(self);
        ptr
    }

    /// Takes a reference back that [`into_raw`](AnyGc::into_raw) gave out: the reference moves, nothing is counted.
    ///
    /// # Safety
    /// `ptr` points to the payload of a live object, with provenance for its block (it came from this module), and the caller
    /// owns the reference that it gives up.
    pub unsafe fn from_raw(ptr: *mut u8) -> AnyGc {
        // SAFETY: by the contract.
        let any = AnyGc { ptr: unsafe { NonNull::new_unchecked(ptr) } };
        suspect(any.header());
        any
    }

    /// A new reference to the object behind a borrowed pointer: counts one.
    ///
    /// # Safety
    /// `ptr` points to the payload of a live object, with provenance for its block, and somebody owns a reference to it.
    pub unsafe fn from_borrowed(ptr: *mut u8) -> AnyGc {
        // SAFETY: by the contract.
        unsafe {
            let ptr = NonNull::new_unchecked(ptr);
            increment(header_of(ptr));
            AnyGc { ptr }
        }
    }
}

impl Clone for AnyGc {
    fn clone(&self) -> Self {
        increment(self.header());
        AnyGc { ptr: self.ptr }
    }
}

impl Drop for AnyGc {
    fn drop(&mut self) {
        decrement(self.header());
    }
}

impl<T: ?Sized + 'static> From<Gc<T>> for AnyGc {
    fn from(gc: Gc<T>) -> Self {
        Gc::into_any(gc)
    }
}

/// By identity.
impl PartialEq for AnyGc {
    fn eq(&self, other: &Self) -> bool {
        self.ptr_eq(other)
    }
}

impl Eq for AnyGc {}

impl core::hash::Hash for AnyGc {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.address().hash(state);
    }
}

impl fmt::Debug for AnyGc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_cleared() {
            return f.write_str("<cleared>");
        }
        write!(f, "<{} at {:#x}>", self.type_name(), self.address())
    }
}

impl Trace for AnyGc {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        if let Some(header) = self.header_opt() {
            tracer.shared_edge(header.cast());
        }
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        if let Some(header) = self.header_opt() {
            self.ptr = Tombstone::payload();
            clearer.shared_handle(SharedHandle(header));
        }
    }
    unsafe fn __faithful_within(_: u32) -> bool {
        true
    }
    fn finalizes() -> bool {
        false
    }
}
