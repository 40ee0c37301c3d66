//! `tuple`.

mod iter;
mod methods;

pub use iter::{PyTupleIterator, TUPLE_ITERATOR_TYPE};
pub(crate) use methods::no_keywords_for;

use core::cell::Cell;
use core::ptr::NonNull;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use crate::cx::Cx;
use crate::error::R;
use crate::object::{Layout, Obj, functions};
use crate::tracking;
use crate::typeobject::{OBJECT_TYPE, Spec, TypeObject, flag};
use crate::value::Value;

/// `tuple`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyTuple_Type")]
pub static TUPLE_TYPE: TypeObject = TypeObject::builtin(&TUPLE_SPEC, &raw const TUPLE_TYPE);

static TUPLE_SPEC: Spec = Spec {
    doc: Some(
        "A sequence that does not change.\n\nWithout an argument the tuple is empty, else it holds what the iterable gives.",
    ),
    flags: flag::GC | flag::BASE | flag::TUPLE | flag::SEQUENCE | flag::MATCH_SELF,
    size: size_of::<PyTuple>(),
    item_size: 8,
    functions: functions::<PyTuple>(true, true),
    slots: methods::slots(),
    methods: methods::METHODS,
    ..Spec::new("tuple", &OBJECT_TYPE)
};

/// Layout of a tuple (C's `PyTupleObject`): the items follow.
#[repr(C)]
pub struct PyTuple {
    head: Head,
    ob_size: Cell<usize>,
    items: [Value; 0],
}

// SAFETY: begins with a head; types with the flag derive from tuple.
unsafe impl Layout for PyTuple {
    #[inline(always)]
    fn ty() -> &'static TypeObject {
        &TUPLE_TYPE
    }
    #[inline(always)]
    fn fits(ty: &TypeObject) -> bool {
        ty.has(flag::TUPLE)
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        let items = self.items();
        tracer.each(items.len(), |at, tracer| items[at].trace(tracer));
    }
    /// A tuple never changes: a cycle through it is broken elsewhere.
    fn clear(&self, _: &mut Clearer<'_>) {}
}

impl Drop for PyTuple {
    fn drop(&mut self) {
        // From the last to the first, as CPython lets the items of a tuple go.
        for at in (0..self.ob_size.get()).rev() {
            // SAFETY: the items are initialised and dropped once.
            unsafe { self.items.as_mut_ptr().add(at).drop_in_place() };
        }
    }
}

impl PyTuple {
    /// The items.
    #[inline(always)]
    pub fn items(&self) -> &[Value] {
        // SAFETY: so many items follow; they never change once the tuple can be seen.
        unsafe { core::slice::from_raw_parts((&raw const self.items).cast(), self.ob_size.get()) }
    }
}

impl PyTuple {
    /// The place of an item, for C, which fills new tuples.
    pub fn place(&self, at: usize) -> Option<*mut Value> {
        (at < self.ob_size.get()).then(|| (&raw const self.items).cast::<Value>().cast_mut().wrapping_add(at))
    }
}

impl Cx {
    /// A tuple of these items. A single empty one is kept by the interpreter.
    ///
    /// # Errors
    /// MemoryError.
    pub fn tuple(&self, items: impl IntoIterator<Item = Value, IntoIter: ExactSizeIterator>) -> R<Obj<PyTuple>> {
        let items = items.into_iter();
        if items.len() == 0 {
            return self.empty_tuple();
        }
        let tuple = self.tuple_in(&TUPLE_TYPE, items)?;
        if !tuple.items().iter().any(tracking::may_be_in_cycle) {
            tracking::untrack(&tuple.head);
        }
        Ok(tuple)
    }

    /// The one empty tuple of the interpreter, made when it is first asked for.
    ///
    /// # Errors
    /// MemoryError.
    pub fn empty_tuple(&self) -> R<Obj<PyTuple>> {
        if let Some(tuple) = self.empty_tuple.try_get()
            && let Ok(tuple) = tuple.try_into_obj::<PyTuple>()
        {
            return Ok(tuple);
        }
        let tuple = self.tuple_in(&TUPLE_TYPE, core::iter::empty())?;
        tracking::untrack(&tuple.head);
        self.empty_tuple.set(tuple.clone().into_value());
        Ok(tuple)
    }

    /// A tuple of a class derived from `tuple`.
    ///
    /// # Errors
    /// MemoryError.
    pub fn tuple_in(&self, class: &TypeObject, items: impl ExactSizeIterator<Item = Value>) -> R<Obj<PyTuple>> {
        let n = items.len();
        let base = class.shape.size.get() as usize;
        // An instance's dict word, if there is one, stands behind the items.
        let words = n + usize::from(class.shape.dict_offset.get() != 0);
        let Some(size) = words.checked_mul(8).and_then(|bytes| bytes.checked_add(base)) else {
            return Err(self.no_memory());
        };
        let first = size_of::<PyTuple>();
        // Collected first: making an item may allocate, and a tuple must be whole before anything else is.
        // SAFETY: all words behind the size are UNSET until the items are written, and the size counts those written.
        unsafe {
            let tuple: NonNull<PyTuple> = self.alloc_bytes(class, size, first)?.cast();
            (&raw mut (*tuple.as_ptr()).ob_size).write(Cell::new(n));
            let tuple = Obj::from_owned(tuple);
            let place = (&raw const tuple.items).cast::<Value>().cast_mut();
            for (at, item) in items.enumerate().take(n) {
                place.add(at).write(item);
            }
            Ok(tuple)
        }
    }
}
