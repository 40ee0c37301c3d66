//! Type objects: one block that begins with CPython's `PyTypeObject` fields, our own behind them.
//!
//! A built-in type is a static of the process: immortal, and never changed once it is ready. What changes about it (its
//! `__dict__` made on demand, its subclasses) lies in a table of the interpreter: [`Cx::state`](crate::cx::Cx::state). A class made at run
//! time is an object of the interpreter's heap with the same layout and its state inside.

mod c_fields;
mod shape;
mod slots;
mod spec;
mod state;

pub use c_fields::CFields;
pub use shape::{Shape, SharedKeys};
pub use slots::by_operator;
pub use slots::{Binary, CompareOp, Inquiry, Nullary, Slots, number, slot};
pub use spec::{Foreign, GetSet, Member, MemberKind, Method, MethodFn, Spec};
pub use state::TypeState;

use core::cell::{Cell, UnsafeCell};

use adder_gc::TypeInfo;
use adder_gc::raw::Head;

use crate::object::Layout;

/// Bits of `tp_flags`, with CPython's numbers.
pub mod flag {
    /// `Py_TPFLAGS_MANAGED_DICT`: the dict of an instance is kept by the runtime.
    pub const MANAGED_DICT: u64 = 1 << 4;
    /// Matches sequence patterns.
    pub const SEQUENCE: u64 = 1 << 5;
    /// Matches mapping patterns.
    pub const MAPPING: u64 = 1 << 6;
    /// Cannot be called to make instances.
    pub const DISALLOW_INSTANTIATION: u64 = 1 << 7;
    /// Its attributes cannot be set.
    pub const IMMUTABLE: u64 = 1 << 8;
    /// Made at run time.
    pub const HEAP: u64 = 1 << 9;
    /// May be a base.
    pub const BASE: u64 = 1 << 10;
    /// Instances are tracked by the collector.
    pub const GC: u64 = 1 << 14;
    /// Instances behave as unbound methods: `LOAD_METHOD` need not bind them.
    pub const METHOD_DESCRIPTOR: u64 = 1 << 17;
    /// Has abstract methods.
    pub const ABSTRACT: u64 = 1 << 20;
    /// Positional patterns match the subject itself.
    pub const MATCH_SELF: u64 = 1 << 22;
    /// A subclass of int.
    pub const INT: u64 = 1 << 24;
    /// A subclass of list.
    pub const LIST: u64 = 1 << 25;
    /// A subclass of tuple.
    pub const TUPLE: u64 = 1 << 26;
    /// A subclass of bytes.
    pub const BYTES: u64 = 1 << 27;
    /// A subclass of str.
    pub const STR: u64 = 1 << 28;
    /// A subclass of dict.
    pub const DICT: u64 = 1 << 29;
    /// A subclass of BaseException.
    pub const EXCEPTION: u64 = 1 << 30;
    /// A subclass of type.
    pub const TYPE: u64 = 1 << 31;
    /// Ours: its order of resolution is what a metaclass's `mro` said; a change to a class in it cannot be told it.
    pub const OWN_ORDER: u64 = 1 << 32;
    /// Those that say what an instance's layout begins with, and so are inherited.
    pub const LAYOUTS: u64 = INT | LIST | TUPLE | BYTES | STR | DICT | EXCEPTION | TYPE;
}

/// A type.
#[repr(C)]
pub struct TypeObject {
    /// The fields that C knows.
    pub c: CFields,
    /// What its instances' heads point to.
    pub shape: Shape,
    /// The same without inline slots: for an instance that came from another class and has no room for them. No cache relies
    /// on it, its version is always 0.
    pub plain: Shape,
    /// What its instances can do.
    pub slots: Slots,
    /// The base that decides the layout; none for `object`.
    pub base: Cell<Option<&'static TypeObject>>,
    /// Of a class made at run time: the nearest built-in base, whose fields an instance begins with.
    pub(crate) native: Cell<Option<&'static TypeObject>>,
    /// Of a class made at run time: bytes of an instance up to the end of the members of `__slots__`.
    pub(crate) solid: Cell<u32>,
    /// Of a built-in type: what it was made from.
    pub spec: Option<&'static Spec>,
    /// Of a type whose instances another language lays out: bits of `adder_gc::raw::kind` for its instances, and for those of
    /// classes derived from it.
    pub(crate) foreign: Cell<u32>,
    /// Of a built-in type: its number, from 1.
    pub(crate) index: Cell<u32>,
    /// Of a class made at run time.
    pub(crate) state: UnsafeCell<Option<Box<TypeState>>>,
}

// SAFETY: static types are written only while the process makes them ready, once, and by threads that write the same; all
// others belong to one interpreter.
unsafe impl Sync for TypeObject {}
// SAFETY: as above, for the spec's tables.
unsafe impl Sync for Spec {}

impl TypeObject {
    /// Where the pointer to the state of a class lies, for C, which reads its names.
    pub const STATE: usize = core::mem::offset_of!(TypeObject, state);

    /// A built-in type from its spec: `static T: TypeObject = TypeObject::builtin(&SPEC, &raw const T)`.
    pub const fn builtin(spec: &'static Spec, this: *const TypeObject) -> TypeObject {
        let kind = if spec.item_size > 0 { adder_gc::raw::kind::VARIES } else { 0 } | spec.kind;
        TypeObject {
            // SAFETY: the metatype's info is a static.
            c: CFields::new(
                unsafe { Head::immortal(&raw const spec.meta.shape.info) },
                spec.size,
                spec.item_size,
                spec.flags | flag::IMMUTABLE,
            ),
            // SAFETY: the functions are those of the spec's layout.
            shape: Shape::new(
                unsafe { TypeInfo::raw(spec.size, kind, 0, &spec.functions) },
                this,
                spec.size,
                spec.dict_offset,
            ),
            // SAFETY: as above.
            plain: Shape::new(
                unsafe { TypeInfo::raw(spec.size, kind, 0, &spec.functions) },
                this,
                spec.size,
                spec.dict_offset,
            ),
            slots: spec.slots.copy(),
            base: Cell::new(spec.base),
            native: Cell::new(None),
            solid: Cell::new(0),
            spec: Some(spec),
            foreign: Cell::new(0),
            index: Cell::new(0),
            state: UnsafeCell::new(None),
        }
    }

    /// Its name without the module, as `__name__` says it.
    pub fn short_name(&self) -> &str {
        match self.spec {
            Some(spec) => spec.name.rsplit('.').next().unwrap_or(spec.name),
            None => self.state_name(),
        }
    }

    /// Its name in messages: of a built-in type of some modules with the module in front, as C's `tp_name`.
    pub fn name(&self) -> &str {
        match self.spec {
            Some(spec) => spec.name,
            None if self.is_foreign() => self.full_name(),
            None => self.state_name(),
        }
    }

    fn state_name(&self) -> &str {
        // SAFETY: the state of a class is set when it is made; the name is only replaced whole, by `__name__ = …`, and no
        // caller keeps it over that.
        unsafe { (*self.state.get()).as_ref() }.map_or("?", |state| state.name_str())
    }

    /// `tp_name`, as the language that made the type has set it.
    fn full_name(&self) -> &str {
        let name = self.c.tp_name.get();
        if name.is_null() {
            return self.state_name();
        }
        // SAFETY: the name of such a type ends with a zero and lives as long as it.
        unsafe { core::ffi::CStr::from_ptr(name) }.to_str().unwrap_or("?")
    }

    /// Bits of [`flag`].
    #[inline(always)]
    pub fn flags(&self) -> u64 {
        self.c.tp_flags.get()
    }

    /// The nearest built-in type: itself, or the base whose fields its instances begin with.
    #[inline(always)]
    pub fn native(&self) -> &TypeObject {
        self.native.get().unwrap_or(self)
    }

    /// Has it one of these flags?
    #[inline(always)]
    pub fn has(&self, flags: u64) -> bool {
        self.flags() & flags != 0
    }

    /// Does another language lay out its own instances (not those of derived classes)?
    #[inline(always)]
    pub fn is_foreign(&self) -> bool {
        self.foreign.get() != 0
    }

    /// Was it made at run time?
    #[inline(always)]
    pub fn is_heap(&self) -> bool {
        self.has(flag::HEAP)
    }

    /// Are its instances tracked?
    #[inline(always)]
    pub fn is_gc(&self) -> bool {
        self.has(flag::GC)
    }

    /// Is it this type or does it inherit from it?
    pub fn is_subtype(&self, ancestor: &TypeObject) -> bool {
        // SAFETY: a state is replaced only by its owner, in between.
        if let Some(state) = unsafe { (*self.state.get()).as_ref() }
            && !state.mro.is_unset()
        {
            return state.mro_has(ancestor);
        }
        // Built in, or still without an order of resolution, or losing it already.
        let mut at = Some(self);
        while let Some(ty) = at {
            if core::ptr::eq(ty, ancestor) {
                return true;
            }
            at = ty.base.get();
        }
        self.spec.and_then(|spec| spec.second_base).is_some_and(|base| base.is_subtype(ancestor))
    }

    /// A new reference to it, as a value.
    #[inline]
    pub fn value(&self) -> crate::Value {
        crate::object::value_of(self)
    }
}

// SAFETY: `CFields` begins with a head; all types have this layout.
unsafe impl Layout for TypeObject {
    #[inline(always)]
    fn ty() -> &'static TypeObject {
        &TYPE_TYPE
    }
    #[inline(always)]
    fn fits(ty: &TypeObject) -> bool {
        ty.has(flag::TYPE)
    }
    fn trace(&self, tracer: &mut adder_gc::Tracer<'_>) {
        // SAFETY: nothing replaces the state while it is visited.
        if let Some(state) = unsafe { (*self.state.get()).as_ref() } {
            state.trace(tracer);
            self.shape.keys().trace(tracer);
        }
    }
    fn clear(&self, clearer: &mut adder_gc::Clearer<'_>) {
        // SAFETY: as above; what is taken out is released later.
        if let Some(state) = unsafe { (*self.state.get()).as_ref() } {
            state.clear(clearer);
        }
    }
}

impl Drop for TypeObject {
    fn drop(&mut self) {
        // SAFETY: nobody refers to the class any more.
        if let (Some(cx), Some(state)) = (crate::Cx::try_current(), unsafe { (*self.state.get()).as_ref() }) {
            crate::class::leave_bases(cx, self, &state.bases.get());
        }
    }
}

pub use crate::builtin_types::{OBJECT_TYPE, TYPE_TYPE};

/// Runs `f` for a slot of a type and, if it has none, of its bases: for making types ready.
pub(crate) fn inherit(ty: &TypeObject, base: &TypeObject) {
    ty.slots.inherit(&base.slots);
    let flags = ty.flags();
    let mut more = base.flags() & flag::LAYOUTS;
    if flags & (flag::SEQUENCE | flag::MAPPING) == 0 {
        more |= base.flags() & (flag::SEQUENCE | flag::MAPPING);
    }
    more |= base.flags() & flag::MATCH_SELF;
    ty.c.tp_flags.set(flags | more);
}
