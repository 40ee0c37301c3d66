//! Layouts of objects, typed owned references, and the slots that references lie in.

use core::cell::UnsafeCell;
use core::marker::PhantomData;
use core::ops::Deref;
use core::ptr::NonNull;

use adder_gc::raw::{self, Functions, Head};
use adder_gc::{Clearer, Tracer, TypeInfo};

use crate::cx::Cx;
use crate::error::R;
use crate::typeobject::{Shape, TypeObject};
use crate::value::Value;

/// The layout of the objects of a built-in type.
///
/// # Safety
/// The type is `repr(C)` and begins with a [`Head`]; objects of every type that [`fits`](Layout::fits) accepts begin with it.
pub unsafe trait Layout: Sized + 'static {
    /// Have objects of the built-in type itself a finalizer?
    const FINALIZES: bool = false;

    /// The built-in type that has it.
    fn ty() -> &'static TypeObject;

    /// Do objects of this type begin with the layout?
    #[inline(always)]
    fn fits(ty: &TypeObject) -> bool {
        core::ptr::eq(ty, Self::ty()) || ty.is_subtype(Self::ty())
    }

    /// Visits the references ([`Value::trace`]).
    fn trace(&self, tracer: &mut Tracer<'_>) {
        let _ = tracer;
    }

    /// Takes references out of mutable slots and gives them to the clearer ([`Value::release_later`]).
    fn clear(&self, clearer: &mut Clearer<'_>) {
        let _ = clearer;
    }
}

/// The collector's functions for a layout. `TRACED`: it owns references; `DROPS`: it must be dropped.
pub const fn functions<T: Layout>(traced: bool, drops: bool) -> Functions {
    Functions {
        trace: if traced { Some(trace::<T>) } else { None },
        clear: if traced { Some(clear::<T>) } else { None },
        finalize: None,
        drop: if drops { Some(drop_in_place::<T>) } else { None },
        name: type_name,
    }
}

/// The name of the type whose shape an info is the head of.
pub(crate) fn type_name(info: &TypeInfo) -> &str {
    // SAFETY: infos with this function are heads of shapes.
    unsafe { &*core::ptr::from_ref(info).cast::<Shape>() }.ty().name()
}

unsafe fn trace<T: Layout>(payload: NonNull<u8>, tracer: &mut Tracer<'_>) {
    // SAFETY: called for live objects with the layout.
    unsafe { raw::object_of(payload).cast::<T>().as_ref() }.trace(tracer);
}

unsafe fn clear<T: Layout>(payload: NonNull<u8>, clearer: &mut Clearer<'_>) {
    // SAFETY: as above.
    unsafe { raw::object_of(payload).cast::<T>().as_ref() }.clear(clearer);
}

unsafe fn drop_in_place<T: Layout>(payload: NonNull<u8>) {
    // SAFETY: called once, for objects with the layout, when nobody refers to them any more.
    unsafe { raw::object_of(payload).cast::<T>().drop_in_place() };
}

/// An owned reference to an object whose layout is known.
#[repr(transparent)]
pub struct Obj<T: Layout>(NonNull<T>, PhantomData<T>);

impl<T: Layout> Obj<T> {
    /// # Safety
    /// The pointer is to a live object with this layout, and one counted reference passes to the handle.
    #[inline(always)]
    pub unsafe fn from_owned(object: NonNull<T>) -> Obj<T> {
        Obj(object, PhantomData)
    }

    /// A new reference.
    #[inline(always)]
    pub fn from_ref(object: &T) -> Obj<T> {
        // SAFETY: objects are only reached through references that keep them alive.
        unsafe { raw::increment(NonNull::from_ref(object).cast()) };
        Obj(NonNull::from_ref(object), PhantomData)
    }

    /// The reference with its type forgotten.
    #[inline(always)]
    pub fn into_value(self) -> Value {
        let pointer = self.0;
        core::mem::forget(self);
        // SAFETY: the reference passes on.
        unsafe { Value::from_owned(pointer.cast()) }
    }

    /// The same reference, borrowed as a value.
    #[inline(always)]
    pub fn as_value(&self) -> &Value {
        // SAFETY: both are transparent over a pointer to the object.
        unsafe { &*core::ptr::from_ref(self).cast::<Value>() }
    }

    /// The pointer.
    #[inline(always)]
    pub fn as_ptr(&self) -> NonNull<T> {
        self.0
    }

    /// Are both the same object?
    #[inline(always)]
    pub fn is(&self, other: &Obj<T>) -> bool {
        self.0 == other.0
    }
}

impl<T: Layout> Deref for Obj<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: an owned reference: the object lives.
        unsafe { self.0.as_ref() }
    }
}

impl<T: Layout> Clone for Obj<T> {
    #[inline(always)]
    fn clone(&self) -> Obj<T> {
        Obj::from_ref(self)
    }
}

impl<T: Layout> Drop for Obj<T> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: the reference is ours and is given up.
        unsafe { raw::decrement(self.0.cast()) };
    }
}

impl<T: Layout> From<Obj<T>> for Value {
    #[inline(always)]
    fn from(object: Obj<T>) -> Value {
        object.into_value()
    }
}

/// A new value for a borrowed object.
#[inline(always)]
pub fn value_of<T: Layout>(object: &T) -> Value {
    Obj::from_ref(object).into_value()
}

/// The head that a new object begins with; [`Cx::alloc`] replaces it.
pub const fn unborn() -> Head {
    // SAFETY: never read: `alloc` writes all but the head.
    unsafe { Head::immortal(core::ptr::null()) }
}

/// A mutable place for a reference. One thread at a time, as everything in an interpreter.
#[repr(transparent)]
pub struct Slot(UnsafeCell<Value>);

impl Slot {
    /// A place that holds this.
    pub const fn new(value: Value) -> Slot {
        Slot(UnsafeCell::new(value))
    }

    /// A place that holds nothing ([`Value::UNSET`]).
    pub const fn empty() -> Slot {
        Slot::new(Value::UNSET)
    }

    /// A new reference to what it holds; [`Value::UNSET`] if that is nothing.
    #[inline(always)]
    pub fn get(&self) -> Value {
        // SAFETY: no reference to the content is held while other code runs, and `Value::clone` runs none.
        unsafe { (*self.0.get()).clone() }
    }

    /// What it holds, if anything.
    #[inline(always)]
    pub fn try_get(&self) -> Option<Value> {
        (!self.is_unset()).then(|| self.get())
    }

    /// Does it hold nothing?
    #[inline(always)]
    pub fn is_unset(&self) -> bool {
        // SAFETY: as in `get`.
        unsafe { (*self.0.get()).is_unset() }
    }

    /// What it holds, borrowed.
    ///
    /// # Safety
    /// Nothing is stored here while the borrow lives: no code of a user may run.
    #[inline(always)]
    pub unsafe fn peek(&self) -> &Value {
        // SAFETY: by the contract.
        unsafe { &*self.0.get() }
    }

    /// Stores a reference and gives the old one back.
    #[inline(always)]
    pub fn replace(&self, value: Value) -> Value {
        // SAFETY: as in `get`; a move runs no code.
        unsafe { self.0.get().replace(value) }
    }

    /// Stores a reference; the old one is released after the store.
    #[inline(always)]
    pub fn set(&self, value: Value) {
        drop(self.replace(value));
    }

    /// Takes the reference out.
    #[inline(always)]
    pub fn take(&self) -> Option<Value> {
        let old = self.replace(Value::UNSET);
        (!old.is_unset()).then_some(old)
    }

    /// Tells a tracer of the reference.
    #[inline(always)]
    pub fn trace(&self, tracer: &mut Tracer<'_>) {
        // SAFETY: as in `get`: a tracer runs no code that stores.
        unsafe { (*self.0.get()).trace(tracer) };
    }

    /// Takes the reference out and gives it to a clearer.
    #[inline]
    pub fn clear(&self, clearer: &mut Clearer<'_>) {
        self.replace(Value::UNSET).release_later(clearer);
    }
}

impl Cx {
    /// Makes an object of a built-in type from its fields. The head of `fields` is [`unborn`]. Tracked if the type is.
    ///
    /// # Errors
    /// MemoryError.
    #[inline(always)]
    pub fn alloc<T: Layout>(&self, fields: T) -> R<Obj<T>> {
        let ty = T::ty();
        let place = const { raw::Place::of(size_of::<T>()) };
        // SAFETY: the info is that of the layout's own type, and the payload is filled here.
        unsafe {
            match raw::alloc(&self.heap, place, ty.is_gc(), T::FINALIZES, &raw const ty.shape.info) {
                Ok(head) => {
                    fill(head, fields);
                    Ok(Obj::from_owned(head.cast()))
                }
                Err(_) => {
                    drop(fields);
                    Err(self.no_memory())
                }
            }
        }
    }
}

impl Cx {
    /// Makes an object of a built-in type or of a class derived from it. What the class adds (dict, slots) is empty.
    ///
    /// # Errors
    /// MemoryError.
    pub fn alloc_in<T: Layout>(&self, class: &TypeObject, fields: T) -> R<Obj<T>> {
        if core::ptr::eq(class, T::ty()) {
            return self.alloc(fields);
        }
        debug_assert!(T::fits(class));
        let size = class.shape.size.get() as usize;
        // SAFETY: a class derived from the layout's type has at least its size; the rest is filled by `alloc_bytes`.
        unsafe {
            match self.alloc_bytes(class, size, size_of::<T>()) {
                Ok(head) => {
                    fill(head, fields);
                    Ok(Obj::from_owned(head.cast()))
                }
                Err(raised) => {
                    drop(fields);
                    Err(raised)
                }
            }
        }
    }

    /// Makes an object of a built-in type with so many words behind its layout, all of them [`Value::UNSET`].
    ///
    /// # Errors
    /// MemoryError.
    pub fn alloc_with_words<T: Layout>(&self, class: &'static TypeObject, fields: T, words: usize) -> R<Obj<T>> {
        debug_assert!(T::fits(class));
        // SAFETY: the size holds the layout, which is filled here, and the words.
        unsafe {
            match self.alloc_bytes(class, size_of::<T>() + words * 8, size_of::<T>()) {
                Ok(head) => {
                    fill(head, fields);
                    Ok(Obj::from_owned(head.cast()))
                }
                Err(raised) => {
                    drop(fields);
                    Err(raised)
                }
            }
        }
    }

    /// Makes an object of so many bytes, head included. From `empty` on its words are [`Value::UNSET`].
    ///
    /// # Errors
    /// MemoryError.
    ///
    /// # Safety
    /// The caller fills what lies between the head and `empty` before it does anything else with this heap. The size is right
    /// for the type.
    pub unsafe fn alloc_bytes(&self, class: &TypeObject, size: usize, empty: usize) -> R<NonNull<Head>> {
        let place = if size == class.shape.size.get() as usize { class.shape.place() } else { raw::Place::of(size) };
        let finalizer = class.slots.finalize.get().is_some();
        // SAFETY: a class made at run time is counted for its new instance; the payload is filled as said above.
        unsafe {
            if class.is_heap() {
                raw::increment(NonNull::from_ref(class).cast());
            }
            match raw::alloc(&self.heap, place, class.is_gc(), finalizer, &raw const class.shape.info) {
                Ok(head) => {
                    let empty =
                        if class.native().is_foreign() { zero_foreign(class, head, empty, size) } else { empty };
                    let words = head.cast::<u8>().add(empty).cast::<usize>();
                    for at in 0..size.saturating_sub(empty) / 8 {
                        words.add(at).write(Value::UNSET.bits());
                    }
                    Ok(head)
                }
                Err(_) => {
                    if class.is_heap() {
                        raw::decrement(NonNull::from_ref(class).cast());
                    }
                    Err(self.no_memory())
                }
            }
        }
    }
}

/// What another language adds to a built-in layout begins as zeros. Gives where that ends.
///
/// # Safety
/// The object has so many bytes, and the built-in part ends at `from`.
#[cold]
unsafe fn zero_foreign(class: &TypeObject, head: NonNull<Head>, from: usize, size: usize) -> usize {
    let to = (class.native().shape.size.get() as usize).min(size);
    if to <= from || class.c.tp_itemsize.get() != 0 {
        return from;
    }
    // SAFETY: by the contract.
    unsafe { head.cast::<u8>().add(from).write_bytes(0, to - from) };
    to
}

/// Moves all but the head of `fields` into a new object.
#[inline(always)]
unsafe fn fill<T>(head: NonNull<Head>, fields: T) {
    let from = core::ptr::from_ref(&fields).cast::<u8>();
    // SAFETY: the block has room for the layout, and the fields are moved once.
    unsafe {
        head.cast::<u8>()
            .as_ptr()
            .add(size_of::<Head>())
            .copy_from_nonoverlapping(from.add(size_of::<Head>()), size_of::<T>() - size_of::<Head>());
    }
    core::mem::forget(fields);
}
