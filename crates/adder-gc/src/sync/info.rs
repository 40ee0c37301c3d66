//! Type infos of `sync`: what the library knows of the objects of one type.

use core::alloc::Layout;
use core::marker::PhantomData;
use core::ptr::NonNull;

use super::borrowed::Borrowed;
use super::death;
use super::header::{Hdr, header_of, payload_of};
use crate::page::Placement;
use crate::trace::{Clearer, Trace, Tracer};

/// Aligned so that four flags fit into the low bits of a pointer to it.
#[repr(C, align(16))]
pub(crate) struct Info {
    /// The whole death of an object whose last reference is gone.
    pub(crate) death: unsafe fn(Hdr),
    pub(crate) trace: unsafe fn(NonNull<u8>, &mut Tracer<'_>),
    pub(crate) clear: unsafe fn(NonNull<u8>, &mut Clearer<'_>),
    /// None if the type has no finalizer.
    pub(crate) finalize: Option<unsafe fn(Hdr)>,
    /// Drops the payload in place.
    pub(crate) drop: unsafe fn(NonNull<u8>),
    pub(crate) name: fn() -> &'static str,
    /// Its `trace` tells the truth; see `Trace::__faithful_within`.
    pub(crate) faithful: fn() -> bool,
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
        name: core::any::type_name::<T>,
        faithful: faithful::<T>,
    };

    const FINALIZED: &'static Info = &Info {
        death: death::careful_death,
        trace: trace::<T>,
        clear: clear::<T>,
        finalize: Some(finalize::<T>),
        drop: drop_payload::<T>,
        name: core::any::type_name::<T>,
        faithful: faithful::<T>,
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
        if header.as_ref().flags() != 0 || death::too_deep() {
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
        name: core::any::type_name::<[T]>,
        faithful: faithful::<T>,
    };
}

/// Number of items in front of the header of a slice object.
unsafe fn items_of(payload: NonNull<u8>) -> usize {
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
    trace: nothing,
    clear: nothing_either,
    finalize: None,
    drop: no_drop,
    name: core::any::type_name::<str>,
    faithful: || true,
};

unsafe fn nothing(_: NonNull<u8>, _: &mut Tracer<'_>) {}
unsafe fn nothing_either(_: NonNull<u8>, _: &mut Clearer<'_>) {}
unsafe fn no_drop(_: NonNull<u8>) {}
