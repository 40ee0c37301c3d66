//! Types made while the program runs: for language runtimes and object models.
//!
//! The type info of such a type lies at the start of the payload of a counted object, and every object of the type owns a
//! reference to it: the library counts it, visits it and releases it, after the object's block has been given back. So a
//! type can be part of a cycle, and dies with its last instance.

use core::alloc::Layout;
use core::any::TypeId;
use core::mem::ManuallyDrop;
use core::ptr::NonNull;

use crate::any::AnyGc;
use crate::gc::Gc;
use crate::header::{HEADER_SIZE, Hdr, Header, flag, payload_of};
use crate::heap::{Heap, OutOfMemory, careful_death};
use crate::info::{TypeInfo, info_of, no_clear, no_drop, no_trace, owner_of, type_flag};
use crate::page::Placement;
use crate::trace::{Clearer, Trace, Tracer};

/// How objects of a type made at run time are visited, cleared, finalized and dropped.
///
/// The functions get the payload. What they must not do is said at [`Trace`]; unlike there, a wrong one can do harm, since
/// they work on raw memory.
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
    /// Visits the references in the payload.
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
pub(crate) struct RuntimeHead {
    info: TypeInfo,
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

/// The Rust type of the payload of objects whose type was made at run time: what
/// [`TypeInfo::type_id`](crate::TypeInfo::type_id) answers for them.
pub enum RuntimeObject {}

impl<M: Trace> RuntimeType<M> {
    /// Makes a type.
    ///
    /// # Errors
    /// When the heap's limit would be exceeded.
    ///
    /// # Panics
    /// If the alignment is no power of two or above 4096.
    ///
    /// # Safety
    /// The functions of the spec are right for every payload that objects of this type will have.
    pub unsafe fn try_new(heap: &Heap, spec: TypeSpec, data: M) -> Result<Gc<RuntimeType<M>>, OutOfMemory> {
        let layout = Layout::from_size_align(spec.size, spec.align).expect("alignment is a power of two");
        let info = TypeInfo {
            size: spec.size,
            align: spec.align,
            flags: type_flag::RUNTIME,
            offset: Placement::of(layout, false).offset,
            owner: HEADER_SIZE as u32,
            item: 0,
            death: careful_death,
            trace: spec.trace.unwrap_or(no_trace),
            clear: spec.clear.unwrap_or(no_clear),
            finalize: finalize_runtime,
            drop: spec.drop.unwrap_or(no_drop),
            name: runtime_name,
            type_id: TypeId::of::<RuntimeObject>,
        };
        let head =
            RuntimeHead { info, name: spec.name.into_boxed_str(), finalize: spec.finalize, tracked: spec.tracked };
        Gc::try_new_in(RuntimeType { head, data }, heap)
    }

    /// The maker's data.
    pub fn data(&self) -> &M {
        &self.data
    }

    /// What the library knows of the type.
    pub fn info(&self) -> &TypeInfo {
        &self.head.info
    }

    /// The type of an object, if it was made at run time with data of this type.
    pub fn of(object: &AnyGc) -> Option<Gc<RuntimeType<M>>> {
        // SAFETY: live by the handle.
        let owner = unsafe { owner_of(object.header_opt()?) }?;
        Header::increment(owner);
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
}

fn runtime_name(info: &TypeInfo) -> &str {
    // SAFETY: an info with this function is the start of a `RuntimeHead`.
    unsafe { &(*core::ptr::from_ref(info).cast::<RuntimeHead>()).name }
}

unsafe fn finalize_runtime(header: Hdr) {
    // SAFETY: the caller holds a reference while the finalizer runs; objects with this function have a runtime type.
    unsafe {
        let head = &*core::ptr::from_ref(info_of(header)).cast::<RuntimeHead>();
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
        let heap = self.inner();
        let Ok(layout) = Layout::from_size_align(size, head.info.align) else {
            return Err(heap.out_of_memory(size, true));
        };
        let flags = flag::MASKED
            | flag::UNINIT
            | if head.tracked { flag::TRACKED } else { 0 }
            | if head.finalize.is_some() { flag::FINALIZER } else { 0 };
        let header =
            heap.birth(Placement::of(layout, false), head.tracked, flags, payload_of(Gc::header(of)).as_ptr().cast())?;
        Header::increment(Gc::header(of));
        // SAFETY: a fresh block; its one reference passes to the handle, which gives it back if `init` panics.
        unsafe {
            let object = AnyGc::from_header(header);
            let payload = payload_of(header);
            payload.write_bytes(0, size);
            init(payload);
            header.as_ref().unset(flag::MASKED | flag::UNINIT);
            Ok(object)
        }
    }
}
