//! Values: 64 bits, a counted pointer, a small int, or a special.
//!
//! ```text
//!  …00   pointer to the head of an object; an owned reference to it
//!  …11   small int: 62 bits, signed
//!  …01   special: no value of Python's, see `Value::UNSET`
//! ```
//!
//! There is no null word, so "is it counted?" is one test of the lowest bit, and `Option<Value>` is one word.

use core::fmt;
use core::ptr::NonNull;

use adder_gc::raw::{self, Head};
use adder_gc::{Clearer, Tracer};

use crate::object::{Layout, Obj};
use crate::typeobject::{Shape, TypeObject};

/// An owned reference to a Python object, or a small int.
///
/// Clone counts, drop releases; neither does anything for a small int.
#[repr(transparent)]
pub struct Value(NonNull<u8>);

const TAG: usize = 0b11;
const INT: usize = 0b11;
const SPECIAL: usize = 0b01;

/// The smallest int that needs no object.
pub const SMALL_MIN: i64 = -(1 << 61);
/// The largest.
pub const SMALL_MAX: i64 = (1 << 61) - 1;

#[inline(always)]
const fn word(bits: usize) -> Value {
    // Never zero: a tag is set.
    match NonNull::new(core::ptr::without_provenance_mut(bits)) {
        Some(p) => Value(p),
        None => unreachable!(),
    }
}

impl Value {
    /// No value: what an unfilled slot of a container or an instance holds. Python never sees it.
    pub const UNSET: Value = word(0b0101);
    /// What an unbound local holds. Python never sees it.
    pub const UNBOUND: Value = word(0b1001);

    /// A small int.
    ///
    /// # Panics
    /// If it does not fit (debug builds).
    #[inline(always)]
    pub const fn small(int: i64) -> Value {
        debug_assert!(int >= SMALL_MIN && int <= SMALL_MAX);
        word(((int as usize) << 2) | INT)
    }

    /// A small int, if it fits.
    #[inline(always)]
    pub fn try_small(int: i64) -> Option<Value> {
        (SMALL_MIN..=SMALL_MAX).contains(&int).then(|| Value::small(int))
    }

    /// The word itself.
    #[inline(always)]
    pub fn bits(&self) -> usize {
        self.0.addr().get()
    }

    /// Is it a pointer?
    #[inline(always)]
    pub fn is_object(&self) -> bool {
        self.bits() & 1 == 0
    }

    /// Is it a small int?
    #[inline(always)]
    pub fn is_small(&self) -> bool {
        self.bits() & TAG == INT
    }

    /// Is it neither an int nor an object?
    #[inline(always)]
    pub fn is_special(&self) -> bool {
        self.bits() & TAG == SPECIAL
    }

    /// Is it [`Value::UNSET`]?
    #[inline(always)]
    pub fn is_unset(&self) -> bool {
        self.bits() == Value::UNSET.bits()
    }

    /// Is it [`Value::UNBOUND`]?
    #[inline(always)]
    pub fn is_unbound(&self) -> bool {
        self.bits() == Value::UNBOUND.bits()
    }

    /// The small int.
    #[inline(always)]
    pub fn as_small(&self) -> Option<i64> {
        self.is_small().then(|| self.bits() as i64 >> 2)
    }

    /// Its head, if it is an object.
    #[inline(always)]
    pub fn head(&self) -> Option<&Head> {
        // SAFETY: an owned reference: the object lives as long as it.
        self.is_object().then(|| unsafe { self.0.cast::<Head>().as_ref() })
    }

    /// The pointer to its head.
    ///
    /// # Safety
    /// It is an object.
    #[inline(always)]
    pub unsafe fn head_ptr(&self) -> NonNull<Head> {
        self.0.cast()
    }

    /// Takes over an owned reference.
    ///
    /// # Safety
    /// The pointer is to the head of a live object, and one counted reference passes to the value.
    #[inline(always)]
    pub unsafe fn from_owned(head: NonNull<Head>) -> Value {
        Value(head.cast())
    }

    /// A new reference to an object that somebody else owns.
    ///
    /// # Safety
    /// The pointer is to the head of a live object.
    #[inline(always)]
    pub unsafe fn from_borrowed(head: NonNull<Head>) -> Value {
        // SAFETY: by the contract.
        unsafe { raw::increment(head) };
        Value(head.cast())
    }

    /// A new reference to a static object.
    #[inline(always)]
    pub const fn from_static<T: Layout>(object: &'static T) -> Value {
        Value(NonNull::from_ref(object).cast())
    }

    /// The word as a number that [`from_borrowed_word`](Value::from_borrowed_word) makes a value of again.
    pub(crate) fn expose(&self) -> usize {
        self.0.as_ptr().expose_provenance()
    }

    /// A new reference from a word.
    ///
    /// # Safety
    /// The word is one of a value that somebody owns.
    #[inline(always)]
    pub(crate) unsafe fn from_borrowed_word(word: NonNull<u8>) -> Value {
        let borrowed = core::mem::ManuallyDrop::new(Value(word));
        Value::clone(&borrowed)
    }

    /// A copy of the word that is not counted.
    ///
    /// # Safety
    /// The copy is not dropped (it is forgotten or overwritten raw), and not used after the original has gone.
    #[inline(always)]
    pub unsafe fn borrow_word(&self) -> Value {
        Value(self.0)
    }

    /// Gives the reference up without releasing it.
    #[inline(always)]
    pub fn into_raw(self) -> NonNull<u8> {
        let word = self.0;
        core::mem::forget(self);
        word
    }

    /// Takes back what [`into_raw`](Value::into_raw) gave.
    ///
    /// # Safety
    /// The word is one of a value whose reference passes on.
    #[inline(always)]
    pub unsafe fn from_raw(word: NonNull<u8>) -> Value {
        Value(word)
    }

    /// A second reference to what is held, for a while: see [`release_held`](Value::release_held). Neither makes the collector look.
    #[inline(always)]
    pub fn hold_twice(&self) -> Value {
        if self.is_object() {
            // SAFETY: a live object, held by us.
            unsafe { raw::increment_held(self.0.cast()) };
        }
        Value(self.0)
    }

    /// Gives up a reference to what another one holds on.
    #[inline(always)]
    pub fn release_held(self, holder: &Value) {
        debug_assert!(self.is(holder));
        let word = core::mem::ManuallyDrop::new(self);
        if word.is_object() && word.is(holder) {
            // SAFETY: both references are alive, and this one is given up.
            unsafe { raw::decrement_held(word.0.cast()) };
        }
    }

    /// Its type. That of a small int is `int`.
    #[inline(always)]
    pub fn ty(&self) -> &TypeObject {
        self.shape().ty()
    }

    /// The shape of its type.
    #[inline(always)]
    pub fn shape(&self) -> &Shape {
        match self.head() {
            // SAFETY: every object of this crate has a type info that is the head of a shape, and the shape outlives it.
            Some(head) => unsafe { &*head.info().cast::<Shape>() },
            None => {
                debug_assert!(self.is_small(), "a special has no type");
                &crate::int::INT_TYPE.shape
            }
        }
    }

    /// Is it of exactly this type?
    #[inline(always)]
    pub fn is_exact(&self, ty: &TypeObject) -> bool {
        core::ptr::eq(self.ty(), ty)
    }

    /// Is it of this type or a subtype?
    #[inline]
    pub fn is_instance(&self, ty: &TypeObject) -> bool {
        let mine = self.ty();
        core::ptr::eq(mine, ty) || mine.is_subtype(ty)
    }

    /// The object with its layout, if its type (or a base) has that layout.
    #[inline(always)]
    pub fn downcast<T: Layout>(&self) -> Option<&T> {
        if self.is_object() && T::fits(self.ty()) {
            // SAFETY: the type has this layout.
            Some(unsafe { self.0.cast::<T>().as_ref() })
        } else {
            None
        }
    }

    /// The object with its layout, if it is of exactly the layout's own type.
    #[inline(always)]
    pub fn downcast_exact<T: Layout>(&self) -> Option<&T> {
        if self.is_object() && core::ptr::eq(self.ty(), T::ty()) {
            // SAFETY: the type has this layout.
            Some(unsafe { self.0.cast::<T>().as_ref() })
        } else {
            None
        }
    }

    /// The object with its layout, which the caller knows.
    ///
    /// # Safety
    /// The object has this layout.
    #[inline(always)]
    pub unsafe fn cast<T: Layout>(&self) -> &T {
        debug_assert!(self.is_object() && T::fits(self.ty()));
        // SAFETY: by the contract.
        unsafe { self.0.cast::<T>().as_ref() }
    }

    /// A typed owned reference, if the layout fits.
    ///
    /// # Errors
    /// The value, if it does not.
    #[inline]
    pub fn try_into_obj<T: Layout>(self) -> Result<Obj<T>, Value> {
        if self.downcast::<T>().is_some() {
            // SAFETY: checked just now.
            Ok(unsafe { Obj::from_owned(self.into_raw().cast()) })
        } else {
            Err(self)
        }
    }

    /// Python's `is`: the same object, or equal small ints.
    #[inline(always)]
    pub fn is(&self, other: &Value) -> bool {
        self.0 == other.0
    }

    /// Python's `is`, where one of two equal small ints may be [boxed](Value::boxed): C has looked at its place.
    #[inline]
    pub fn is_same(&self, other: &Value) -> bool {
        self.is(other) || ((self.bits() ^ other.bits()) & 1 != 0 && self.is_boxed(other))
    }

    #[cold]
    fn is_boxed(&self, other: &Value) -> bool {
        let exact = |value: &Value| value.downcast_exact::<crate::int::PyLong>().and_then(crate::int::PyLong::to_i64);
        match (self.as_small(), other.as_small()) {
            (Some(small), None) => exact(other) == Some(small),
            (None, Some(small)) => exact(self) == Some(small),
            _ => false,
        }
    }

    /// Is it this static object?
    #[inline(always)]
    pub fn is_static<T>(&self, object: &'static T) -> bool {
        core::ptr::eq(self.0.as_ptr(), core::ptr::from_ref(object).cast())
    }

    /// Owned references to it, this one included.
    pub fn references(&self) -> u32 {
        self.head().map_or(u32::MAX, Head::references)
    }

    /// Tells a tracer of the reference.
    #[inline(always)]
    pub fn trace(&self, tracer: &mut Tracer<'_>) {
        if self.is_object() {
            // SAFETY: an owned reference of the object that is being traced.
            unsafe { raw::visit(tracer, self.0.cast()) };
        }
    }

    /// Gives the reference to a clearer.
    #[inline]
    pub fn release_later(self, clearer: &mut Clearer<'_>) {
        if self.is_object() {
            // SAFETY: owned, and given up.
            unsafe { raw::release_later(clearer, self.into_raw().cast()) };
        }
    }
}

impl Clone for Value {
    #[inline(always)]
    fn clone(&self) -> Value {
        if self.is_object() {
            // SAFETY: a live object.
            unsafe { raw::increment(self.0.cast()) };
        }
        Value(self.0)
    }
}

impl Drop for Value {
    #[inline(always)]
    fn drop(&mut self) {
        if self.is_object() {
            // SAFETY: the reference is ours and is given up.
            unsafe { raw::decrement(self.0.cast()) };
        }
    }
}

impl fmt::Debug for Value {
    /// For the debugging of Adder itself; Python's `repr` is another matter.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(int) = self.as_small() {
            write!(f, "{int}")
        } else if self.is_special() {
            f.write_str(if self.is_unset() { "<unset>" } else { "<unbound>" })
        } else {
            write!(f, "<{} at {:#x}>", self.ty().name(), self.bits())
        }
    }
}
