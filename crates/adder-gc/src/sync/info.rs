//! Type infos of `sync`: what the library knows of the objects of one type.

use core::alloc::Layout;
use core::any::TypeId;
use core::fmt;
use core::marker::PhantomData;
use core::ptr::NonNull;

use super::borrowed::Borrowed;
use super::death;
use super::header::{HEADER_SIZE, Hdr, WEAK, header_of, payload_of};
use crate::page::Placement;
use crate::trace::{Clearer, Trace, Tracer};

/// What the library knows of a type: its name, size and alignment, and how its objects are visited, cleared, finalized and
/// dropped. From [`AnyGc::type_info`](super::AnyGc::type_info).
///
/// For Rust types these are made by the compiler; for types made at run time see [`RuntimeType`](super::RuntimeType).
// Aligned so that six flags fit into the low bits of a pointer to it.
#[repr(C, align(64))]
pub struct TypeInfo {
    /// The whole death of an object whose last reference is gone.
    pub(crate) death: unsafe fn(Hdr),
    pub(crate) trace: unsafe fn(NonNull<u8>, &mut Tracer<'_>),
    pub(crate) clear: unsafe fn(NonNull<u8>, &mut Clearer<'_>),
    /// None if the type has no finalizer.
    pub(crate) finalize: Option<unsafe fn(Hdr)>,
    /// Drops the payload in place.
    pub(crate) drop: unsafe fn(NonNull<u8>),
    pub(crate) name: fn(&Info) -> &str,
    /// The name that a type made at run time was given.
    pub(crate) given: Option<&'static str>,
    /// Its `trace` tells the truth; see `Trace::__faithful_within`.
    pub(crate) faithful: fn() -> bool,
    pub(super) type_id: fn() -> TypeId,
    pub(super) size: usize,
    pub(super) align: usize,
    /// Bytes of one item, for a slice.
    pub(super) item: usize,
    /// For a type made at run time: bytes from the header of the object in which this info lies to the info; else 0.
    pub(super) owner: u32,
    /// Bytes from the start of a block to its header, for a type made at run time.
    pub(super) offset: u32,
}

pub(crate) use TypeInfo as Info;

impl TypeInfo {
    /// The type's name, as `core::any::type_name` gives it; for a type made at run time, the name it was given.
    pub fn name(&self) -> &str {
        (self.name)(self)
    }

    /// Was this type made at run time?
    pub fn is_runtime(&self) -> bool {
        self.owner != 0
    }

    /// Bytes of the payload; 0 for slices and `str`, whose objects differ; for types made at run time, of the fixed part.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The payload's alignment in bytes.
    pub fn align(&self) -> usize {
        self.align
    }

    /// The type of the payload; for a type made at run time, that of the marker [`RuntimeObject`](crate::RuntimeObject).
    pub fn type_id(&self) -> TypeId {
        (self.type_id)()
    }
}

impl fmt::Debug for TypeInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TypeInfo").field("name", &self.name()).finish_non_exhaustive()
    }
}

/// Bytes of the payload of an object.
///
/// # Safety
/// The caller holds a reference.
pub(crate) unsafe fn payload_size(header: Hdr) -> usize {
    // SAFETY: live; slices have their number of items in front.
    unsafe {
        let info = header.as_ref().info();
        if info.item != 0 {
            items_of(payload_of(header)) * info.item
        } else if info.is_runtime() {
            super::page::block_bytes(header) - HEADER_SIZE - info.offset as usize
        } else {
            info.size
        }
    }
}

fn faithful<T: Trace>() -> bool {
    // SAFETY: only the answer can be wrong, and to give one takes `unsafe`.
    unsafe { T::__faithful_within(10) }
}

/// The type info of a sized Rust type.
pub(crate) struct InfoOf<T>(PhantomData<T>);

impl<T: Trace> InfoOf<T> {
    pub(crate) const PLACEMENT: Placement = Placement::of(Layout::new::<T>(), false);

    const PLAIN: &'static Info = &Info {
        death: death::<T>,
        trace: trace::<T>,
        clear: clear::<T>,
        finalize: None,
        drop: drop_payload::<T>,
        name: |_| core::any::type_name::<T>(),
        given: None,
        faithful: faithful::<T>,
        type_id: TypeId::of::<T>,
        size: size_of::<T>(),
        align: align_of::<T>(),
        item: 0,
        owner: 0,
        offset: 0,
    };

    const FINALIZED: &'static Info = &Info {
        death: death::careful_death,
        trace: trace::<T>,
        clear: clear::<T>,
        finalize: Some(finalize::<T>),
        drop: drop_payload::<T>,
        name: |_| core::any::type_name::<T>(),
        given: None,
        faithful: faithful::<T>,
        type_id: TypeId::of::<T>,
        size: size_of::<T>(),
        align: align_of::<T>(),
        item: 0,
        owner: 0,
        offset: 0,
    };

    #[inline(always)]
    pub(crate) fn info() -> &'static Info {
        if T::finalizes() { Self::FINALIZED } else { Self::PLAIN }
    }
}

unsafe fn trace<T: Trace>(payload: NonNull<u8>, tracer: &mut Tracer<'_>) {
    // SAFETY: called through the info of an object that is alive and not masked, so its payload is a `T` that nobody has
    // `&mut` to.
    unsafe { payload.cast::<T>().as_ref() }.trace(tracer);
}

unsafe fn clear<T: Trace>(payload: NonNull<u8>, clearer: &mut Clearer<'_>) {
    // SAFETY: as in `trace`.
    unsafe { payload.cast::<T>().as_ref() }.clear_edges(clearer);
}

unsafe fn finalize<T: Trace>(header: Hdr) {
    // SAFETY: the caller holds a reference while the finalizer runs.
    T::finalize_shared(unsafe { Borrowed::from_payload(payload_of(header).cast()) });
}

unsafe fn drop_payload<T>(payload: NonNull<u8>) {
    // SAFETY: the caller owns the payload and gives it up.
    unsafe { payload.cast::<T>().drop_in_place() };
}

/// Death of a sized Rust object: the short way inlined, all else in `death`.
unsafe fn death<T: Trace>(header: Hdr) {
    // SAFETY: called with the last reference to a live object gone.
    unsafe {
        if header.as_ref().has(WEAK) || death::too_deep() {
            return death::careful_death(header);
        }
        let block = death::FreeOnDrop(header);
        if core::mem::needs_drop::<T>() {
            payload_of(header).cast::<T>().drop_in_place();
        }
        drop(block);
    }
}

/// The type info of a slice `[T]`, with the number of items in front of the header.
pub(crate) struct SliceInfoOf<T>(PhantomData<T>);

impl<T: Trace> SliceInfoOf<T> {
    pub(crate) const INFO: &'static Info = &Info {
        death: death::careful_death,
        trace: trace_slice::<T>,
        clear: clear_slice::<T>,
        finalize: None,
        drop: drop_slice::<T>,
        name: |_| core::any::type_name::<[T]>(),
        given: None,
        faithful: faithful::<T>,
        type_id: TypeId::of::<[T]>,
        size: 0,
        align: align_of::<T>(),
        item: size_of::<T>(),
        owner: 0,
        offset: 0,
    };
}

/// Number of items in front of the header of a slice object.
pub(super) unsafe fn items_of(payload: NonNull<u8>) -> usize {
    // SAFETY: the word lies in the block, written at birth.
    unsafe { header_of(payload).cast::<usize>().sub(1).read() }
}

unsafe fn trace_slice<T: Trace>(payload: NonNull<u8>, tracer: &mut Tracer<'_>) {
    // SAFETY: the payload of a slice object is as many `T` as the word in front says.
    let items = unsafe { core::slice::from_raw_parts(payload.cast::<T>().as_ptr(), items_of(payload)) };
    tracer.slice(items);
}

unsafe fn clear_slice<T: Trace>(payload: NonNull<u8>, clearer: &mut Clearer<'_>) {
    // SAFETY: as in `trace_slice`.
    let items = unsafe { core::slice::from_raw_parts(payload.cast::<T>().as_ptr(), items_of(payload)) };
    for item in items {
        item.clear_edges(clearer);
    }
}

unsafe fn drop_slice<T>(payload: NonNull<u8>) {
    // SAFETY: the caller owns the payload and gives it up.
    unsafe {
        let n = items_of(payload);
        core::ptr::slice_from_raw_parts_mut(payload.cast::<T>().as_ptr(), n).drop_in_place();
    }
}

/// The type info of `str`.
pub(crate) static STR_INFO: Info = Info {
    death: death::careful_death,
    trace: no_trace,
    clear: no_clear,
    finalize: None,
    drop: no_drop,
    name: |_| core::any::type_name::<str>(),
    given: None,
    faithful: || true,
    type_id: TypeId::of::<str>,
    size: 0,
    align: 1,
    item: 1,
    owner: 0,
    offset: 0,
};

pub(super) unsafe fn no_trace(_: NonNull<u8>, _: &mut Tracer<'_>) {}
pub(super) unsafe fn no_clear(_: NonNull<u8>, _: &mut Clearer<'_>) {}
pub(super) unsafe fn no_drop(_: NonNull<u8>) {}
