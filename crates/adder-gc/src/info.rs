//! Type infos: what the library knows of the objects of one type.

use core::alloc::Layout;
use core::any::TypeId;
use core::ptr::NonNull;

use crate::borrowed::Borrowed;
use crate::header::{HEADER_SIZE, Hdr, Header, count, flag, header_of, payload_of};
use crate::heap;
use crate::page::Placement;
use crate::trace::{Clearer, Trace, Tracer};

/// What the library knows of a type: size, alignment, and how its objects are visited, cleared, finalized and dropped.
///
/// For Rust types these are made by the compiler, one for each `T` in `Gc<T>`; for types made at run time see
/// [`RuntimeType`](crate::RuntimeType). Every object points to its type info (second word of its header).
#[repr(C)]
pub struct TypeInfo {
    /// Bytes of the payload; for types whose objects differ in size, of the fixed part.
    pub(crate) size: usize,
    pub(crate) align: usize,
    pub(crate) flags: u32,
    /// Bytes from the start of the block to the header.
    pub(crate) offset: u32,
    /// For a type made at run time: bytes from the header of the object in which this info lies to the info.
    pub(crate) owner: u32,
    /// Bytes of one item of a slice.
    pub(crate) item: usize,
    /// The whole death of an object whose last reference is gone.
    pub(crate) death: unsafe fn(Hdr),
    pub(crate) trace: unsafe fn(NonNull<u8>, &mut Tracer<'_>),
    pub(crate) clear: unsafe fn(NonNull<u8>, &mut Clearer<'_>),
    pub(crate) finalize: unsafe fn(Hdr),
    /// Drops the payload in place.
    pub(crate) drop: unsafe fn(NonNull<u8>),
    pub(crate) name: fn(&TypeInfo) -> &str,
    /// The name that a type made at run time was given.
    pub(crate) given: Option<&'static str>,
    pub(crate) type_id: fn() -> TypeId,
}

/// Bits of [`TypeInfo::flags`].
pub(crate) mod type_flag {
    /// Made at run time: lies in a counted object (see `owner`), and each of its objects owns a reference to that one.
    pub(crate) const RUNTIME: u32 = 1 << 0;
    /// A word with the number of items stands in front of the header.
    pub(crate) const COUNTED: u32 = 1 << 1;
    /// Its payload must be dropped.
    pub(crate) const DROPS: u32 = 1 << 2;
    /// Its objects stand for weak references (`raw::WeakFunctions`).
    pub(crate) const WEAK_REFERENCE: u32 = 1 << 3;
    /// Objects differ in size: their block tells.
    pub(crate) const VARIES: u32 = 1 << 4;
    /// Their drop gives the block back (`raw::kind::FREES_ITSELF`).
    pub(crate) const FREES_ITSELF: u32 = 1 << 5;
    /// Their drop releases the type, too.
    pub(crate) const RELEASES_TYPE: u32 = 1 << 6;
}

// SAFETY: a type info is only read; what it points to is code.
unsafe impl Sync for TypeInfo {}

impl TypeInfo {
    /// The type's name, as `core::any::type_name` gives it; for a type made at run time, the name it was given.
    pub fn name(&self) -> &str {
        (self.name)(self)
    }

    /// Bytes of the payload; for slices and types made at run time, of the fixed part.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The payload's alignment in bytes.
    pub fn align(&self) -> usize {
        self.align
    }

    /// Was this type made at run time?
    pub fn is_runtime(&self) -> bool {
        self.flags & type_flag::RUNTIME != 0
    }

    /// Do its objects stand for weak references?
    #[inline(always)]
    pub(crate) fn is_weak_reference(&self) -> bool {
        self.flags & type_flag::WEAK_REFERENCE != 0
    }

    /// The Rust type of the payload; for a type made at run time, that of the marker [`RuntimeObject`](crate::RuntimeObject).
    pub fn type_id(&self) -> TypeId {
        (self.type_id)()
    }
}

impl core::fmt::Debug for TypeInfo {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("TypeInfo")
            .field("name", &self.name())
            .field("size", &self.size)
            .field("align", &self.align)
            .field("runtime", &self.is_runtime())
            .finish()
    }
}

/// The info of the object behind a header.
///
/// # Safety
/// The object is live (not free, not a tombstone).
#[inline(always)]
pub(crate) unsafe fn info_of<'a>(header: Hdr) -> &'a TypeInfo {
    // SAFETY: by the contract the info word is valid and outlives the object.
    unsafe { &*header.as_ref().info.get() }
}

/// The object in which the type info of an object lies, for types made at run time. Found from the header's own pointer: a reference to the
/// info may be used for the info alone.
///
/// # Safety
/// As for [`info_of`].
#[inline(always)]
pub(crate) unsafe fn owner_of(header: Hdr) -> Option<Hdr> {
    // SAFETY: as in `info_of`; see `type_flag::RUNTIME`.
    unsafe {
        let info = header.as_ref().info.get();
        if !(*info).is_runtime() {
            return None;
        }
        Some(NonNull::new_unchecked(info.cast_mut()).cast::<u8>().sub((*info).owner as usize).cast())
    }
}

/// Number of items in front of the header of a slice object.
///
/// # Safety
/// The object's type has `type_flag::COUNTED`.
#[inline(always)]
pub(crate) unsafe fn items_of(header: Hdr) -> usize {
    // SAFETY: the word lies in the block, written at birth.
    unsafe { header.cast::<usize>().sub(1).read() }
}

/// Bytes of the payload of a live object.
///
/// # Safety
/// The object is live.
pub(crate) unsafe fn payload_size(header: Hdr) -> usize {
    // SAFETY: by the contract.
    unsafe {
        let info = info_of(header);
        if info.flags & type_flag::COUNTED != 0 {
            info.item * items_of(header)
        } else if info.flags & (type_flag::RUNTIME | type_flag::VARIES) != 0 && !header.as_ref().has(flag::FOREIGN) {
            heap::block_bytes(header) - HEADER_SIZE - info.offset as usize
        } else {
            info.size
        }
    }
}

/// The type info of a sized Rust type.
pub(crate) struct InfoOf<T>(core::marker::PhantomData<T>);

impl<T: Trace> InfoOf<T> {
    pub(crate) const PLACEMENT: Placement = Placement::of(Layout::new::<T>(), false);

    pub(crate) const INFO: &'static TypeInfo = &TypeInfo {
        size: size_of::<T>(),
        align: align_of::<T>(),
        flags: 0,
        offset: Self::PLACEMENT.offset,
        owner: 0,
        item: 0,
        death: death::<T>,
        trace: trace::<T>,
        clear: clear::<T>,
        finalize: finalize::<T>,
        drop: drop_payload::<T>,
        name: |_| core::any::type_name::<T>(),
        given: None,
        type_id: TypeId::of::<T>,
    };

    /// Flags of a newborn object of this type, without the epoch.
    #[inline(always)]
    pub(crate) fn birth_flags() -> u32 {
        (if T::tracked() { flag::TRACKED } else { 0 }) | (if T::finalizes() { flag::FINALIZER } else { 0 })
    }
}

unsafe fn trace<T: Trace>(payload: NonNull<u8>, tracer: &mut Tracer<'_>) {
    // SAFETY: called through the info of an open object, whose payload is a `T` that nobody borrows mutably.
    unsafe { payload.cast::<T>().as_ref() }.trace(tracer);
}

unsafe fn clear<T: Trace>(payload: NonNull<u8>, clearer: &mut Clearer<'_>) {
    // SAFETY: as in `trace`.
    unsafe { payload.cast::<T>().as_ref() }.clear_edges(clearer);
}

unsafe fn finalize<T: Trace>(header: Hdr) {
    // SAFETY: the caller holds a reference while the finalizer runs.
    T::finalize(unsafe { Borrowed::from_payload(payload_of(header).cast()) });
}

unsafe fn drop_payload<T>(payload: NonNull<u8>) {
    // SAFETY: the caller owns the payload and gives it up.
    unsafe { payload.cast::<T>().drop_in_place() };
}

/// Death of a sized Rust object: the short way inlined, all else in `heap::death`.
unsafe fn death<T: Trace>(header: Hdr) {
    // SAFETY: called with the last reference to a live object.
    unsafe {
        let h: &Header = header.as_ref();
        if h.has(flag::CARE) || heap::must_queue(header, core::mem::needs_drop::<T>() || T::tracked()) {
            return heap::careful_death(header);
        }
        if core::mem::needs_drop::<T>() {
            h.count.set(count::DYING);
            let _block = heap::FreeOnDrop(header);
            payload_of(header).cast::<T>().drop_in_place();
        } else {
            heap::free_block(header);
        }
    }
}

/// The type info of a slice `[T]`, with the number of items in front of the header.
pub(crate) struct SliceInfoOf<T>(core::marker::PhantomData<T>);

impl<T: Trace> SliceInfoOf<T> {
    pub(crate) const OFFSET: usize = if align_of::<T>() <= 8 { 8 } else { align_of::<T>() };

    pub(crate) const INFO: &'static TypeInfo = &TypeInfo {
        size: 0,
        align: align_of::<T>(),
        flags: type_flag::COUNTED,
        offset: Self::OFFSET as u32,
        owner: 0,
        item: size_of::<T>(),
        death: heap::careful_death,
        trace: trace_slice::<T>,
        clear: clear_slice::<T>,
        finalize: no_finalizer,
        drop: drop_slice::<T>,
        name: |_| core::any::type_name::<[T]>(),
        given: None,
        type_id: TypeId::of::<[T]>,
    };
}

unsafe fn trace_slice<T: Trace>(payload: NonNull<u8>, tracer: &mut Tracer<'_>) {
    // SAFETY: the payload of a slice object is as many `T` as the word in front says.
    let items = unsafe { core::slice::from_raw_parts(payload.cast::<T>().as_ptr(), items_of(header_of(payload))) };
    tracer.slice(items);
}

unsafe fn clear_slice<T: Trace>(payload: NonNull<u8>, clearer: &mut Clearer<'_>) {
    // SAFETY: as in `trace_slice`.
    let items = unsafe { core::slice::from_raw_parts(payload.cast::<T>().as_ptr(), items_of(header_of(payload))) };
    for item in items {
        item.clear_edges(clearer);
    }
}

unsafe fn drop_slice<T>(payload: NonNull<u8>) {
    // SAFETY: the caller owns the payload and gives it up.
    unsafe {
        let n = items_of(header_of(payload));
        core::ptr::slice_from_raw_parts_mut(payload.cast::<T>().as_ptr(), n).drop_in_place();
    }
}

/// The type info of `str`.
pub(crate) const STR_INFO: &TypeInfo = &TypeInfo {
    size: 0,
    align: 1,
    flags: type_flag::COUNTED,
    offset: 8,
    owner: 0,
    item: 1,
    death: heap::careful_death,
    trace: no_trace,
    clear: no_clear,
    finalize: no_finalizer,
    drop: no_drop,
    name: |_| core::any::type_name::<str>(),
    given: None,
    type_id: TypeId::of::<str>,
};

pub(crate) unsafe fn no_trace(_: NonNull<u8>, _: &mut Tracer<'_>) {}
pub(crate) unsafe fn no_clear(_: NonNull<u8>, _: &mut Clearer<'_>) {}
pub(crate) unsafe fn no_finalizer(_: Hdr) {}
pub(crate) unsafe fn no_drop(_: NonNull<u8>) {}
