//! Types of `sync` made while the program runs, as [`crate::RuntimeType`] makes them for one thread.
//!
//! The type info lies at the start of the payload of a counted object, and every object of the type owns a reference to that one.
//! The library counts it, visits it, and lets go of it after the object's block has been given back.
//!
//! Written a second time and not shared: what is alike are the names; counts, handles, infos and blocks are others in each line.

use core::alloc::Layout;
use core::any::TypeId;
use core::mem::ManuallyDrop;
use core::ptr::NonNull;

use super::any::AnyGc;
use super::gc::Gc;
use super::gc::block::Unborn;
use super::header::{HEADER_SIZE, Hdr, increment, payload_of};
use super::heap::Heap;
use super::info::{Info, no_clear, no_drop, no_trace};
use super::{death, store};
use crate::heap::OutOfMemory;
use crate::page::Placement;
use crate::runtime_type::RuntimeObject;
use crate::trace::{Clearer, Trace, Tracer};

/// How objects of a type made at run time are visited, cleared, finalized and dropped.
///
/// The functions get the payload, on any thread. What they must not do is said at [`Trace`]; unlike there, a wrong one can do harm,
/// since they work on raw memory.
#[derive(Clone, Debug)]
pub struct TypeSpec {
    /// Name of the type, for reports.
    pub name: String,
    /// Bytes of the fixed part of the payload.
    pub size: usize,
    /// Alignment of the payload, a power of two up to 4096.
    pub align: usize,
    /// May objects own references?
    pub tracked: bool,
    /// Visits the references in the payload: each one that it owns, once, and no others.
    pub trace: Option<unsafe fn(NonNull<u8>, &mut Tracer<'_>)>,
    /// Empties the mutable slots of the payload; what it takes out goes to the clearer.
    pub clear: Option<unsafe fn(NonNull<u8>, &mut Clearer<'_>)>,
    /// Called once when the object is about to die; a clone of the handle resurrects it.
    pub finalize: Option<fn(&AnyGc)>,
    /// Drops the payload in place.
    pub drop: Option<unsafe fn(NonNull<u8>)>,
}

impl TypeSpec {
    /// A type of this name and size, aligned to 8 bytes, without references, finalizer or drop.
    pub fn new(name: impl Into<String>, size: usize) -> TypeSpec {
        TypeSpec {
            name: name.into(),
            size,
            align: 8,
            tracked: true,
            trace: None,
            clear: None,
            finalize: None,
            drop: None,
        }
    }
}

/// The start of every [`RuntimeType`], whatever its data.
#[repr(C)]
pub(super) struct RuntimeHead {
    info: Info,
    name: Box<str>,
    finalize: Option<fn(&AnyGc)>,
    tracked: bool,
}

/// A type made at run time, with data of the maker's own (a class, its methods, a C type object).
///
/// Made with [`RuntimeType::try_new`]; objects of it with [`Heap::try_alloc_untyped`].
#[repr(C)]
pub struct RuntimeType<M: Trace> {
    head: RuntimeHead,
    data: M,
}

impl<M: Trace + Send + Sync> RuntimeType<M> {
    /// Makes a type.
    ///
    /// # Errors
    /// When the heap's limit would be exceeded.
    ///
    /// # Panics
    /// If the alignment is no power of two or above 4096.
    ///
    /// # Safety
    /// The functions of the spec are right for every payload that objects of this type will have, and may be called from any
    /// thread; payloads may be used from any thread. `trace` visits every reference that the payload owns once and no others,
    /// which may change only behind locks that `trace` visits as such (`Mutex`, `RwLock`, [`OnceGc`](super::OnceGc) and what is made of them).
    pub unsafe fn try_new(_: &Heap, spec: TypeSpec, data: M) -> Result<Gc<RuntimeType<M>>, OutOfMemory> {
        let layout = Layout::from_size_align(spec.size, spec.align).expect("alignment is a power of two");
        let info = Info {
            death: death::careful_death,
            trace: spec.trace.unwrap_or(no_trace),
            clear: spec.clear.unwrap_or(no_clear),
            finalize: if spec.finalize.is_some() { Some(finalize_runtime) } else { None },
            drop: spec.drop.unwrap_or(no_drop),
            name: runtime_name,
            // By the contract.
            faithful: || true,
            type_id: TypeId::of::<RuntimeObject>,
            size: spec.size,
            align: spec.align,
            item: 0,
            owner: HEADER_SIZE as u32,
            offset: Placement::of(layout, false).offset,
        };
        let head =
            RuntimeHead { info, name: spec.name.into_boxed_str(), finalize: spec.finalize, tracked: spec.tracked };
        Gc::try_new(RuntimeType { head, data })
    }
}

impl<M: Trace> RuntimeType<M> {
    /// The maker's data.
    pub fn data(&self) -> &M {
        &self.data
    }

    /// What the library knows of the type.
    pub fn info(&self) -> &Info {
        &self.head.info
    }

    /// The type of an object, if it was made at run time with data of this type.
    pub fn of(object: &AnyGc) -> Option<Gc<RuntimeType<M>>> {
        // SAFETY: live by the handle.
        let owner = unsafe { object.header_opt()?.as_ref() }.owner()?;
        increment(owner);
        // SAFETY: counted just now; the owner is a live object, and `downcast` checks its type.
        unsafe { AnyGc::from_header(owner) }.downcast().ok()
    }
}

impl<M: Trace> Trace for RuntimeType<M> {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        self.data.trace(tracer);
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        self.data.clear_edges(clearer);
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        self.data.take_edges(clearer);
    }
    fn finalizes() -> bool {
        false
    }
    unsafe fn __faithful_within(depth: u32) -> bool {
        // SAFETY: forwarded.
        unsafe { M::__faithful_within(depth) }
    }
}

fn runtime_name(info: &Info) -> &str {
    // SAFETY: an info with this function is the start of a `RuntimeHead`.
    unsafe { &(*core::ptr::from_ref(info).cast::<RuntimeHead>()).name }
}

unsafe fn finalize_runtime(header: Hdr) {
    // SAFETY: the caller holds a reference while the finalizer runs; objects with this function have a runtime type.
    unsafe {
        let head = &*core::ptr::from_ref(header.as_ref().info()).cast::<RuntimeHead>();
        if let Some(finalize) = head.finalize {
            let this = ManuallyDrop::new(AnyGc::from_header(header));
            finalize(&this);
        }
    }
}

impl Heap {
    /// Makes an object of a type made at run time, with `size` bytes of payload (at least those of the type), all zero, which
    /// `init` then fills. Nobody sees the object before `init` is done; if it panics there is no object.
    ///
    /// # Errors
    /// When the heap's limit would be exceeded.
    ///
    /// # Safety
    /// After `init` the payload is valid for the functions of the type.
    pub unsafe fn try_alloc_untyped<M: Trace>(
        &self,
        of: &Gc<RuntimeType<M>>,
        size: usize,
        init: impl FnOnce(NonNull<u8>),
    ) -> Result<AnyGc, OutOfMemory> {
        let head = &of.head;
        let size = size.max(head.info.size);
        let Ok(layout) = Layout::from_size_align(size, head.info.align) else {
            return Err(store::out_of_memory(size, true));
        };
        // SAFETY: the handle keeps the type; from birth on the object owns a reference to it.
        let unborn = unsafe {
            Unborn::new(Placement::of(layout, false), head.tracked, payload_of(Gc::header(of)).as_ptr().cast())
        }?;
        let payload = payload_of(unborn.header());
        // SAFETY: a fresh block, which nobody finds until it is born.
        unsafe {
            payload.write_bytes(0, size);
            init(payload);
            increment(Gc::header(of));
            Ok(AnyGc::from_header(unborn.born()))
        }
    }
}
