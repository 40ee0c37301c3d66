//! The border: what C hands over becomes values, what Rust gives becomes pointers, errors become the error indicator.
//!
//! Every function of the C API goes through [`cross`], and what a function written in C gives back through [`returned`]. So there
//! are two places that know the contract of what passes: who owns a reference before, and who after.
//!
//! C never sees a small int or a special value: ints are boxed on the way out ([`Value::boxed`]), and an unfilled place is NULL.

use core::ffi::{c_char, c_double, c_int, c_long, c_longlong, c_uint, c_ulong, c_ulonglong, c_void};
use core::mem::ManuallyDrop;
use core::ops::Deref;
use core::ptr::{NonNull, null_mut};
use std::panic::{AssertUnwindSafe, catch_unwind};

use adder_gc::raw::Head;
use adder_objects::{Cx, R, Raised, Value, exceptions as exc, raise};

use crate::contract::Passing;
use crate::{indicator, ledger};

/// C's `PyObject *`.
pub type Object = *mut Head;

/// A parameter of a function of the C API: how it comes in, and what happens to its reference.
pub trait Parameter: Sized {
    /// What C passes.
    type C: Copy;
    /// What the contract says of it.
    const PASSING: Passing;

    /// Takes it.
    ///
    /// # Errors
    /// SystemError for a NULL where none may be.
    ///
    /// # Safety
    /// A pointer to an object is one to a live object, and whether its reference passes on is as [`Self::PASSING`] says.
    unsafe fn receive(c: Self::C, function: &'static str) -> R<Self>;
}

/// What a function of the C API gives.
pub trait Outcome: Sized {
    /// What C gets.
    type C: Copy;
    /// What the contract says of it.
    const PASSING: Passing;

    /// What says that an exception was set.
    fn failure() -> Self::C;

    /// Gives it to C.
    ///
    /// # Errors
    /// MemoryError, where an int must be boxed.
    fn give(self, cx: &Cx) -> R<Self::C>;
}

/// Runs a function of the C API: errors go to the indicator, a panic is a SystemError.
#[inline]
pub fn cross<T: Outcome>(function: &'static str, work: impl FnOnce(&Cx) -> R<T>) -> T::C {
    let Some(cx) = Cx::try_current() else { no_interpreter(function) };
    match catch_unwind(AssertUnwindSafe(|| work(cx).and_then(|given| given.give(cx)))) {
        Ok(Ok(c)) => c,
        Ok(Err(raised)) => {
            indicator::set(raised);
            T::failure()
        }
        Err(panic) => {
            indicator::set(of_panic(cx, function, &*panic));
            T::failure()
        }
    }
}

/// [`cross`] for a function that has a row: a [`Ledger`](crate::ledger::Ledger) is told.
#[inline(always)]
pub fn cross_by_contract<T: Outcome, const N: usize>(
    function: &'static str,
    arguments: impl FnOnce() -> [usize; N],
    work: impl FnOnce(&Cx) -> R<T>,
) -> T::C {
    let told = ledger::is_attached();
    if told {
        ledger::entered(function, &arguments());
    }
    let given = cross(function, work);
    if told {
        ledger::left(function, ledger::word(&given));
    }
    given
}

#[cold]
fn of_panic(cx: &Cx, function: &str, panic: &(dyn core::any::Any + Send)) -> Raised {
    let what = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    cx.error(&exc::SYSTEM_ERROR, format_args!("{function}: a panic in Adder: {}", what.unwrap_or("without a message")))
}

#[cold]
fn no_interpreter(function: &str) -> ! {
    eprintln!(
        "Fatal Python error: {function}: the function must be called with an active thread state (after Python \
         initialization and before Python finalization), but this thread has none"
    );
    std::process::abort()
}

/// Takes what a function written in C has returned: a new reference, or NULL with an exception set.
///
/// # Errors
/// What it set. SystemError if it returned NULL without an exception, or a result with one.
///
/// # Safety
/// The pointer is a new reference or NULL.
#[inline(always)]
pub unsafe fn returned(cx: &Cx, result: Object, who: impl FnOnce() -> String) -> R {
    match NonNull::new(result) {
        // SAFETY: by the contract.
        Some(object) if !indicator::is_set() => Ok(unsafe { Value::from_owned(object) }.unboxed()),
        // SAFETY: as above.
        _ => unsafe { returned_otherwise(cx, result, who) },
    }
}

#[cold]
#[inline(never)]
unsafe fn returned_otherwise(cx: &Cx, result: Object, who: impl FnOnce() -> String) -> R {
    match (NonNull::new(result), indicator::take()) {
        // SAFETY: by the contract.
        (Some(object), None) => Ok(unsafe { Value::from_owned(object) }.unboxed()),
        (None, Some(raised)) => Err(raised),
        (None, None) => raise!(cx, exc::SYSTEM_ERROR, "{} returned NULL without setting an exception", who()),
        (Some(object), Some(raised)) => {
            // SAFETY: by the contract.
            drop(unsafe { Value::from_owned(object) });
            Err(with_cause(cx, format_args!("{} returned a result with an exception set", who()), raised))
        }
    }
}

/// Takes a status: 0, or -1 with an exception set.
///
/// # Errors
/// What was set; SystemError as for [`returned`].
pub fn status(cx: &Cx, result: c_int, who: impl FnOnce() -> String) -> R<c_int> {
    match (result, indicator::take()) {
        (-1, Some(raised)) => Err(raised),
        (-1, None) => raise!(cx, exc::SYSTEM_ERROR, "{} failed without setting an exception", who()),
        (result, None) => Ok(result),
        (_, Some(raised)) => {
            Err(with_cause(cx, format_args!("{} returned a result with an exception set", who()), raised))
        }
    }
}

/// SystemError with what was set as its cause.
#[cold]
pub fn with_cause(cx: &Cx, message: core::fmt::Arguments<'_>, cause: Raised) -> Raised {
    let made = cx.error(&exc::SYSTEM_ERROR, message);
    let cause = cause.into_value();
    exc::set_cause(made.value(), cause.clone());
    exc::set_context(made.value(), &cause);
    made
}

/// An argument that the caller goes on owning.
pub struct Borrowed(ManuallyDrop<Value>);

impl Borrowed {
    /// An owned reference of one's own.
    pub fn to_owned(&self) -> Value {
        Value::clone(self)
    }

    /// What a pointer points to.
    ///
    /// # Safety
    /// To a live object, which somebody owns as long as this is used; or NULL.
    pub unsafe fn of(pointer: Object) -> Option<Borrowed> {
        // SAFETY: by the contract; never dropped.
        NonNull::new(pointer).map(|p| Borrowed(ManuallyDrop::new(unsafe { Value::from_owned(p) })))
    }
}

impl Deref for Borrowed {
    type Target = Value;
    fn deref(&self) -> &Value {
        &self.0
    }
}

#[cold]
fn null() -> Raised {
    // What C did before may have failed, and this is how it shows: that error says more.
    indicator::take()
        .unwrap_or_else(|| Cx::current().error(&exc::SYSTEM_ERROR, format_args!("null argument to internal routine")))
}

/// SystemError for an argument of the wrong type.
#[cold]
pub fn bad_call(cx: &Cx, function: &'static str) -> Raised {
    cx.error(&exc::SYSTEM_ERROR, format_args!("{function}: bad argument to internal function"))
}

impl Parameter for Borrowed {
    type C = Object;
    const PASSING: Passing = Passing::Borrowed;
    #[inline(always)]
    unsafe fn receive(c: Object, _: &'static str) -> R<Borrowed> {
        // SAFETY: by the contract.
        unsafe { Borrowed::of(c) }.ok_or_else(null)
    }
}

impl Parameter for Option<Borrowed> {
    type C = Object;
    const PASSING: Passing = Passing::BorrowedOrNull;
    #[inline(always)]
    unsafe fn receive(c: Object, _: &'static str) -> R<Option<Borrowed>> {
        // SAFETY: by the contract.
        Ok(unsafe { Borrowed::of(c) })
    }
}

/// An argument whose reference passes on, whatever happens.
pub struct Stolen(pub Value);

impl Parameter for Stolen {
    type C = Object;
    const PASSING: Passing = Passing::Stolen;
    #[inline(always)]
    unsafe fn receive(c: Object, _: &'static str) -> R<Stolen> {
        // SAFETY: by the contract.
        NonNull::new(c).map(|p| Stolen(unsafe { Value::from_owned(p) })).ok_or_else(null)
    }
}

impl Parameter for Option<Stolen> {
    type C = Object;
    const PASSING: Passing = Passing::StolenOrNull;
    #[inline(always)]
    unsafe fn receive(c: Object, _: &'static str) -> R<Option<Stolen>> {
        // SAFETY: by the contract.
        Ok(NonNull::new(c).map(|p| Stolen(unsafe { Value::from_owned(p) })))
    }
}

/// An argument whose reference passes on if the function succeeds: then [`take`](StolenOnSuccess::take) takes it.
pub struct StolenOnSuccess(Object);

impl StolenOnSuccess {
    /// The value, still the caller's.
    pub fn borrow(&self) -> Option<Borrowed> {
        // SAFETY: `receive`'s contract.
        unsafe { Borrowed::of(self.0) }
    }

    /// Takes the reference over.
    ///
    /// # Panics
    /// If it is NULL.
    pub fn take(self) -> Value {
        // SAFETY: `receive`'s contract, and the function succeeds.
        unsafe { Value::from_owned(NonNull::new(self.0).expect("checked before it is taken")) }
    }
}

impl Parameter for StolenOnSuccess {
    type C = Object;
    const PASSING: Passing = Passing::StolenOnSuccess;
    #[inline(always)]
    unsafe fn receive(c: Object, _: &'static str) -> R<StolenOnSuccess> {
        Ok(StolenOnSuccess(c))
    }
}

/// A place of C's for an object, which the function fills: with NULL first, and then perhaps with a new reference.
pub struct NewPlace(*mut Object);

impl NewPlace {
    /// Puts NULL into it.
    pub fn clear(&self) {
        // SAFETY: `receive`'s contract: NULL, or a place.
        if let Some(place) = unsafe { self.0.as_mut() } {
            *place = null_mut();
        }
    }

    /// Puts a new reference into it, or NULL. If C gives no place, the reference is released.
    ///
    /// # Errors
    /// MemoryError, where an int must be boxed.
    pub fn put(&self, cx: &Cx, value: Option<Value>) -> R<()> {
        if self.0.is_null() {
            return Ok(());
        }
        let given = value.give(cx)?;
        // SAFETY: `receive`'s contract: a place.
        unsafe { self.0.write(given) };
        Ok(())
    }
}

impl Parameter for NewPlace {
    type C = *mut Object;
    const PASSING: Passing = Passing::GivesNew;
    #[inline(always)]
    unsafe fn receive(c: *mut Object, _: &'static str) -> R<NewPlace> {
        Ok(NewPlace(c))
    }
}

/// A place of C's, or NULL, for an object that somebody else goes on owning.
pub struct LentPlace(*mut Object);

impl LentPlace {
    /// Puts it there.
    pub fn put(&self, lent: Lent) {
        if !self.0.is_null() {
            // SAFETY: `receive`'s contract: a place.
            unsafe { self.0.write(lent.0) };
        }
    }
}

impl Parameter for LentPlace {
    type C = *mut Object;
    const PASSING: Passing = Passing::GivesLent;
    #[inline(always)]
    unsafe fn receive(c: *mut Object, _: &'static str) -> R<LentPlace> {
        Ok(LentPlace(c))
    }
}

/// A place of C's with an owned reference, or NULL, that the function replaces by another.
pub struct OwnedPlace(*mut Object);

impl OwnedPlace {
    /// What is there now.
    pub fn borrow(&self) -> Option<Borrowed> {
        // SAFETY: `receive`'s contract: NULL, or a place with a reference.
        unsafe { self.0.as_ref().and_then(|place| Borrowed::of(*place)) }
    }

    /// Takes what is there; NULL stays.
    pub fn take(&self) -> Option<Value> {
        // SAFETY: as above, and the reference is C's, which gives it up.
        unsafe {
            let found = self.0.as_mut()?;
            NonNull::new(core::mem::replace(found, null_mut())).map(|p| Value::from_owned(p))
        }
    }

    /// Puts a new reference in place of what is there, which is released.
    ///
    /// # Errors
    /// MemoryError, where an int must be boxed: then nothing has changed.
    pub fn replace(&self, cx: &Cx, value: Value) -> R<()> {
        if self.0.is_null() {
            return Ok(());
        }
        let given = value.give(cx)?;
        // SAFETY: `receive`'s contract: a place.
        let before = unsafe { self.0.replace(given) };
        // SAFETY: the place owned it.
        drop(NonNull::new(before).map(|p| unsafe { Value::from_owned(p) }));
        Ok(())
    }
}

impl Parameter for OwnedPlace {
    type C = *mut Object;
    const PASSING: Passing = Passing::Replaces;
    #[inline(always)]
    unsafe fn receive(c: *mut Object, _: &'static str) -> R<OwnedPlace> {
        Ok(OwnedPlace(c))
    }
}

macro_rules! plain {
    ($($ty:ty),*) => {$(
        impl Parameter for $ty {
            type C = $ty;
            const PASSING: Passing = Passing::Plain;
            #[inline(always)]
            unsafe fn receive(c: $ty, _: &'static str) -> R<$ty> {
                Ok(c)
            }
        }
    )*};
}
plain!(c_char, u8, i16, u16, c_int, c_uint, c_long, c_ulong, isize, usize, c_double);
const _: () =
    assert!(size_of::<c_longlong>() == size_of::<c_long>() && size_of::<c_ulonglong>() == size_of::<c_ulong>());

impl<T> Parameter for *mut T {
    type C = *mut T;
    const PASSING: Passing = Passing::Plain;
    #[inline(always)]
    unsafe fn receive(c: *mut T, _: &'static str) -> R<*mut T> {
        Ok(c)
    }
}

impl<T> Parameter for *const T {
    type C = *const T;
    const PASSING: Passing = Passing::Plain;
    #[inline(always)]
    unsafe fn receive(c: *const T, _: &'static str) -> R<*const T> {
        Ok(c)
    }
}

/// A new reference.
impl Outcome for Value {
    type C = Object;
    const PASSING: Passing = Passing::New;
    #[inline(always)]
    fn failure() -> Object {
        null_mut()
    }
    #[inline(always)]
    fn give(self, cx: &Cx) -> R<Object> {
        debug_assert!(!self.is_special());
        Ok(self.boxed(cx)?.into_raw().cast().as_ptr())
    }
}

/// A new reference, or NULL without an exception.
impl Outcome for Option<Value> {
    type C = Object;
    const PASSING: Passing = Passing::NewOrNull;
    #[inline(always)]
    fn failure() -> Object {
        null_mut()
    }
    #[inline(always)]
    fn give(self, cx: &Cx) -> R<Object> {
        self.map_or(Ok(null_mut()), |value| value.give(cx))
    }
}

/// A reference that somebody else owns: what [`Lent::of`] was given, or NULL.
pub struct Lent(Object);

impl Lent {
    /// Without an object and without an exception.
    pub const NULL: Lent = Lent(null_mut());

    /// A type.
    pub fn of_type(ty: &adder_objects::TypeObject) -> Lent {
        Lent(core::ptr::from_ref(ty).cast_mut().cast())
    }

    /// The object of a value that somebody else goes on owning. Not for small ints: see [`box_in_place`].
    pub fn of(value: &Value) -> Lent {
        debug_assert!(value.is_object());
        Lent(core::ptr::with_exposed_provenance_mut(value.bits()))
    }
}

impl Outcome for Lent {
    type C = Object;
    const PASSING: Passing = Passing::Lent;
    #[inline(always)]
    fn failure() -> Object {
        null_mut()
    }
    #[inline(always)]
    fn give(self, _: &Cx) -> R<Object> {
        Ok(self.0)
    }
}

/// What lies in a place of a container, for C to borrow: a small int there is replaced by its box, so that what C sees lives as long
/// as the container has it.
///
/// # Errors
/// MemoryError.
///
/// # Safety
/// The place is initialised, and nobody holds a Rust reference to it.
pub unsafe fn box_in_place(cx: &Cx, place: *mut Value) -> R<Lent> {
    // SAFETY: by the contract.
    unsafe {
        if (*place).is_small() {
            let boxed = (*place).clone().boxed(cx)?;
            // A small int needs no release.
            place.write(boxed);
        }
        Ok(if (*place).is_special() { Lent::NULL } else { Lent::of(&*place) })
    }
}

/// 0, or -1.
impl Outcome for () {
    type C = c_int;
    const PASSING: Passing = Passing::Status;
    #[inline(always)]
    fn failure() -> c_int {
        -1
    }
    #[inline(always)]
    fn give(self, _: &Cx) -> R<c_int> {
        Ok(0)
    }
}

/// 1 or 0, or -1.
impl Outcome for bool {
    type C = c_int;
    const PASSING: Passing = Passing::Status;
    #[inline(always)]
    fn failure() -> c_int {
        -1
    }
    #[inline(always)]
    fn give(self, _: &Cx) -> R<c_int> {
        Ok(self.into())
    }
}

/// 1, or 0 with an exception.
pub struct Success;

impl Outcome for Success {
    type C = c_int;
    const PASSING: Passing = Passing::Success;
    #[inline(always)]
    fn failure() -> c_int {
        0
    }
    #[inline(always)]
    fn give(self, _: &Cx) -> R<c_int> {
        Ok(1)
    }
}

/// NULL, always: C returns what a function gives that sets an exception.
pub struct Null;

impl Outcome for Null {
    type C = Object;
    const PASSING: Passing = Passing::Null;
    #[inline(always)]
    fn failure() -> Object {
        null_mut()
    }
    #[inline(always)]
    fn give(self, _: &Cx) -> R<Object> {
        Ok(null_mut())
    }
}

/// Nothing at all: C's `void`.
pub struct Nothing;

impl Outcome for Nothing {
    type C = ();
    const PASSING: Passing = Passing::Plain;
    #[inline(always)]
    fn failure() {}
    #[inline(always)]
    fn give(self, _: &Cx) -> R<()> {
        Ok(())
    }
}

macro_rules! numbers {
    ($($ty:ty: $failure:expr),*) => {$(
        impl Outcome for $ty {
            type C = $ty;
            const PASSING: Passing = Passing::Plain;
            #[inline(always)]
            fn failure() -> $ty {
                $failure
            }
            #[inline(always)]
            fn give(self, _: &Cx) -> R<$ty> {
                Ok(self)
            }
        }
    )*};
}
numbers!(c_int: -1, c_uint: c_uint::MAX, c_long: -1, c_ulong: c_ulong::MAX, isize: -1, usize: usize::MAX, c_double: -1.0);

macro_rules! pointers {
    ($($ty:ty),*) => {$(
        impl Outcome for $ty {
            type C = $ty;
            const PASSING: Passing = Passing::Plain;
            #[inline(always)]
            fn failure() -> $ty {
                core::ptr::null::<u8>().cast_mut().cast()
            }
            #[inline(always)]
            fn give(self, _: &Cx) -> R<$ty> {
                Ok(self)
            }
        }
    )*};
}
pointers!(
    *const c_char,
    *mut c_char,
    *mut c_void,
    *const c_void,
    *mut Object,
    *const crate::structs::PyBuffer,
    *mut crate::structs::PyBuffer
);
