//! The fields of CPython's `PyTypeObject`, in their order.

use core::cell::Cell;
use core::ffi::{c_char, c_void};

use adder_gc::raw::Head;

type Pointer = Cell<*const c_void>;

/// What C sees of a type. The slots are filled when C first asks for them; until then they are null, and Rust uses
/// [`Slots`](super::Slots).
#[repr(C)]
#[allow(missing_docs, reason = "the names and meanings are CPython's")]
pub struct CFields {
    pub head: Head,
    pub ob_size: Cell<isize>,
    pub tp_name: Cell<*const c_char>,
    pub tp_basicsize: Cell<isize>,
    pub tp_itemsize: Cell<isize>,
    pub tp_dealloc: Pointer,
    pub tp_vectorcall_offset: Cell<isize>,
    pub tp_getattr: Pointer,
    pub tp_setattr: Pointer,
    pub tp_as_async: Pointer,
    pub tp_repr: Pointer,
    pub tp_as_number: Pointer,
    pub tp_as_sequence: Pointer,
    pub tp_as_mapping: Pointer,
    pub tp_hash: Pointer,
    pub tp_call: Pointer,
    pub tp_str: Pointer,
    pub tp_getattro: Pointer,
    pub tp_setattro: Pointer,
    pub tp_as_buffer: Pointer,
    pub tp_flags: Cell<u64>,
    pub tp_doc: Cell<*const c_char>,
    pub tp_traverse: Pointer,
    pub tp_clear: Pointer,
    pub tp_richcompare: Pointer,
    pub tp_weaklistoffset: Cell<isize>,
    pub tp_iter: Pointer,
    pub tp_iternext: Pointer,
    pub tp_methods: Pointer,
    pub tp_members: Pointer,
    pub tp_getset: Pointer,
    pub tp_base: Pointer,
    pub tp_dict: Pointer,
    pub tp_descr_get: Pointer,
    pub tp_descr_set: Pointer,
    pub tp_dictoffset: Cell<isize>,
    pub tp_init: Pointer,
    pub tp_alloc: Pointer,
    pub tp_new: Pointer,
    pub tp_free: Pointer,
    pub tp_is_gc: Pointer,
    pub tp_bases: Pointer,
    pub tp_mro: Pointer,
    pub tp_cache: Pointer,
    pub tp_subclasses: Pointer,
    pub tp_weaklist: Pointer,
    pub tp_del: Pointer,
    pub tp_version_tag: Cell<u32>,
    pub tp_finalize: Pointer,
    pub tp_vectorcall: Pointer,
    pub tp_watched: Cell<u8>,
    pub tp_versions_used: Cell<u16>,
}

#[allow(clippy::declare_interior_mutable_const, reason = "copied into each type's fields")]
const NULL: Pointer = Cell::new(core::ptr::null());

impl CFields {
    pub(crate) const fn new(head: Head, size: usize, item_size: usize, flags: u64) -> CFields {
        CFields {
            head,
            ob_size: Cell::new(0),
            tp_name: Cell::new(core::ptr::null()),
            tp_basicsize: Cell::new(size as isize),
            tp_itemsize: Cell::new(item_size as isize),
            tp_dealloc: NULL,
            tp_vectorcall_offset: Cell::new(0),
            tp_getattr: NULL,
            tp_setattr: NULL,
            tp_as_async: NULL,
            tp_repr: NULL,
            tp_as_number: NULL,
            tp_as_sequence: NULL,
            tp_as_mapping: NULL,
            tp_hash: NULL,
            tp_call: NULL,
            tp_str: NULL,
            tp_getattro: NULL,
            tp_setattro: NULL,
            tp_as_buffer: NULL,
            tp_flags: Cell::new(flags),
            tp_doc: Cell::new(core::ptr::null()),
            tp_traverse: NULL,
            tp_clear: NULL,
            tp_richcompare: NULL,
            tp_weaklistoffset: Cell::new(0),
            tp_iter: NULL,
            tp_iternext: NULL,
            tp_methods: NULL,
            tp_members: NULL,
            tp_getset: NULL,
            tp_base: NULL,
            tp_dict: NULL,
            tp_descr_get: NULL,
            tp_descr_set: NULL,
            tp_dictoffset: Cell::new(0),
            tp_init: NULL,
            tp_alloc: NULL,
            tp_new: NULL,
            tp_free: NULL,
            tp_is_gc: NULL,
            tp_bases: NULL,
            tp_mro: NULL,
            tp_cache: NULL,
            tp_subclasses: NULL,
            tp_weaklist: NULL,
            tp_del: NULL,
            tp_version_tag: Cell::new(0),
            tp_finalize: NULL,
            tp_vectorcall: NULL,
            tp_watched: Cell::new(0),
            tp_versions_used: Cell::new(0),
        }
    }
}

impl CFields {
    /// The type's own type.
    pub fn head_type(&self) -> &super::TypeObject {
        // SAFETY: the info of a type object is the head of its metatype's shape.
        unsafe { &*self.head.info().cast::<super::Shape>() }.ty()
    }
}
