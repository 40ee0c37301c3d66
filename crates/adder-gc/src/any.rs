//! Untyped handles: owned references whose type is known at run time only.

use core::fmt;
use core::ptr::NonNull;

use crate::gc::Gc;
use crate::header::{Hdr, Header, Tombstone, flag, header_of, payload_of};
use crate::heap::Inner;
use crate::info::{TypeInfo, info_of, items_of, owner_of, payload_size};
use crate::runtime_type::RuntimeType;
use crate::trace::{Clearer, Trace, Tracer};

/// An owned reference to an object of any type.
///
/// One word. For those who build object models (types made at run time, see [`RuntimeType`]), and for all that looks at a
/// heap from outside. Clone and drop count as those of [`Gc`] do.
#[repr(transparent)]
pub struct AnyGc {
    /// The payload, as in `Gc<T>`.
    ptr: NonNull<u8>,
}

impl AnyGc {
    /// # Safety
    /// One counted reference to a live object (or the tombstone) passes to the handle.
    pub(crate) unsafe fn from_header(header: Hdr) -> AnyGc {
        AnyGc { ptr: payload_of(header) }
    }

    #[inline(always)]
    pub(crate) fn header(&self) -> Hdr {
        // SAFETY: payloads (the tombstone's too) have their header in front.
        unsafe { header_of(self.ptr) }
    }

    pub(crate) fn header_opt(&self) -> Option<Hdr> {
        (!self.is_cleared()).then(|| self.header())
    }

    pub(crate) fn cleared() -> AnyGc {
        AnyGc { ptr: Tombstone::payload() }
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
        assert!(!self.is_cleared(), "this AnyGc was cleared: a collection emptied the garbage it stood in");
        // SAFETY: live by our reference, and the type outlives the object.
        unsafe { info_of(self.header()) }
    }

    /// Name of the object's type; `<cleared>` for a cleared reference.
    pub fn type_name(&self) -> &str {
        if self.is_cleared() { "<cleared>" } else { self.type_info().name() }
    }

    /// Bytes of the payload; for an object of a type made at run time, those of its block behind the header.
    pub fn payload_size(&self) -> usize {
        // SAFETY: live by our reference.
        self.header_opt().map_or(0, |header| unsafe { payload_size(header) })
    }

    /// Bytes of the object's block: payload, header, and what its size class adds.
    pub fn size(&self) -> usize {
        self.header_opt().map_or(0, crate::heap::block_bytes)
    }

    /// Address of the payload, the object's identity while it lives.
    pub fn address(&self) -> usize {
        self.ptr.addr().get()
    }

    /// The payload.
    pub fn as_ptr(&self) -> *mut u8 {
        self.ptr.as_ptr()
    }

    /// Owned references to the object, this one included.
    pub fn ref_count(&self) -> u32 {
        // SAFETY: live by our reference.
        self.header_opt().map_or(0, |header| unsafe { header.as_ref() }.references())
    }

    /// Do both refer to the same object?
    pub fn ptr_eq(&self, other: &AnyGc) -> bool {
        self.ptr == other.ptr
    }

    /// Does the collector look at this object?
    pub fn is_tracked(&self) -> bool {
        // SAFETY: live by our reference.
        unsafe { self.header().as_ref() }.has(flag::TRACKED)
    }

    /// Ends tracking: the object is known to be in no cycle (a tuple of numbers). References that it owns count as coming from
    /// outside.
    pub fn untrack(&self) {
        // SAFETY: live by our reference.
        unsafe { self.header().as_ref() }.unset(flag::TRACKED);
    }

    /// Tracks the object again, if its type is one whose objects are tracked.
    pub fn track(&self) {
        if let Some(header) = self.header_opt() {
            crate::heap::track(header);
        }
    }

    /// Generation of the object: 0, 1 or 2.
    pub fn generation(&self) -> u32 {
        // SAFETY: live by our reference.
        unsafe { self.header().as_ref() }.generation()
    }

    /// Has its finalizer been called?
    pub fn is_finalized(&self) -> bool {
        // SAFETY: live by our reference.
        unsafe { self.header().as_ref() }.has(flag::FINALIZED)
    }

    /// May the payload be looked at? Not while `&mut` to it is out.
    pub(crate) fn is_open(&self) -> bool {
        // SAFETY: live by our reference.
        unsafe { self.header().as_ref() }.is_open()
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
        if self.is_cleared() || !self.is_open() || self.type_info().type_id() != core::any::TypeId::of::<T>() {
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
            let bytes = core::slice::from_raw_parts(self.ptr.as_ptr(), items_of(self.header()));
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

    /// Takes a reference over: C's "steals". The reference moves, nothing is counted.
    ///
    /// # Safety
    /// `ptr` points to the payload of a live object, with provenance for its block (it came from this crate), and the caller
    /// owns the reference that it gives up.
    pub unsafe fn from_raw(ptr: *mut u8) -> AnyGc {
        // SAFETY: by the contract.
        let header = unsafe { header_of(NonNull::new_unchecked(ptr)) };
        crate::heap::suspect(header);
        AnyGc { ptr: payload_of(header) }
    }

    /// A new reference to the object behind a borrowed pointer: counts one.
    ///
    /// # Safety
    /// `ptr` points to the payload of a live object, with provenance for its block, and somebody owns a reference to it.
    pub unsafe fn from_borrowed(ptr: *mut u8) -> AnyGc {
        // SAFETY: by the contract.
        let header = unsafe { header_of(NonNull::new_unchecked(ptr)) };
        Header::increment(header);
        AnyGc { ptr: payload_of(header) }
    }

    /// Changes the type of an object in one step; the reference to the old type goes afterwards.
    ///
    /// # Safety
    /// The object's type was made at run time, and its payload is valid for the new type's functions, with the same alignment.
    pub unsafe fn set_type<M: Trace>(&self, to: &Gc<RuntimeType<M>>) {
        assert!(!self.is_cleared(), "a cleared AnyGc has no type");
        // SAFETY: live by our reference.
        let old = unsafe { owner_of(self.header()) };
        let new = Gc::header(to);
        Header::increment(new);
        // SAFETY: live by our reference; the type info is the start of the type's payload.
        unsafe { self.header().as_ref() }.info.set(payload_of(new).as_ptr().cast());
        if let Some(old) = old {
            Header::decrement(old);
        }
    }

    pub(crate) fn heap(&self) -> Option<&Inner> {
        // SAFETY: objects of handles that are not cleared lie on pages of a live heap.
        self.header_opt().map(|header| unsafe { &*crate::heap::heap_of(header).as_ptr() })
    }
}

impl Clone for AnyGc {
    fn clone(&self) -> Self {
        Header::increment(self.header());
        AnyGc { ptr: self.ptr }
    }
}

impl Drop for AnyGc {
    fn drop(&mut self) {
        Header::decrement(self.header());
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
            tracer.edge(header);
        }
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        if let Some(header) = self.header_opt() {
            self.ptr = Tombstone::payload();
            clearer.handle(header);
        }
    }
    fn finalizes() -> bool {
        false
    }
}
