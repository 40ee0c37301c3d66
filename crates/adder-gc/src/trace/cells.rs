//! Cells and locks: the mutable slots that a collection empties.
//!
//! What lies in a cell is looked at only while no code of a user can run (`Cell`), or with the cell borrowed (`RefCell`, locks).
//! One that is borrowed or locked already is passed over: what it owns stays alive.

use std::cell::{Cell, LazyCell, OnceCell, RefCell};
use std::sync::{LazyLock, Mutex, OnceLock, RwLock, TryLockError};

use super::{Clearer, Trace, Tracer, tracked_if};
use crate::any::AnyGc;
use crate::gc::Gc;
use crate::header::Hdr;
use crate::weak::Weak;

/// What may lie in a `Cell` that is traced: types whose visit reads a pointer and runs no code of a user.
///
/// Sealed: a visit that could run other code could change the cell that it is looking into.
#[diagnostic::on_unimplemented(
    message = "a `Cell<{Self}>` cannot be traced",
    note = "a visit that runs code of a user could change the cell it looks into; use `RefCell`, or `Opaque` for what owns no `Gc`"
)]
pub trait InCell: sealed::Sealed + 'static {
    #[doc(hidden)]
    fn visit(cell: &Cell<Self>, tracer: &mut Tracer<'_>)
    where
        Self: Sized;
    #[doc(hidden)]
    fn empty(cell: &Cell<Self>, clearer: &mut Clearer<'_>)
    where
        Self: Sized;
    #[doc(hidden)]
    fn owns() -> bool {
        true
    }
}

mod sealed {
    pub trait Sealed {}
    /// Owns no references.
    pub trait Plain: 'static {}
}

/// Peeks at the header of a reference in a cell.
fn peek<T>(cell: &Cell<T>, header: impl Fn(&T) -> Option<Hdr>) -> Option<Hdr> {
    // SAFETY: the closures below read one pointer; nothing can change the cell meanwhile.
    header(unsafe { &*cell.as_ptr() })
}

impl<T: ?Sized + 'static> sealed::Sealed for Gc<T> {}
impl<T: Trace> InCell for Gc<T> {
    #[inline]
    fn visit(cell: &Cell<Self>, tracer: &mut Tracer<'_>) {
        if let Some(header) = peek(cell, Gc::header_opt) {
            tracer.edge(header);
        }
    }
    fn empty(cell: &Cell<Self>, clearer: &mut Clearer<'_>) {
        Gc::take(&mut cell.replace(Gc::cleared()), clearer);
    }
}

impl<T: ?Sized + 'static> sealed::Sealed for Option<Gc<T>> {}
impl<T: ?Sized + 'static> InCell for Option<Gc<T>> {
    #[inline]
    fn visit(cell: &Cell<Self>, tracer: &mut Tracer<'_>) {
        if let Some(header) = peek(cell, |slot| slot.as_ref().and_then(Gc::header_opt)) {
            tracer.edge(header);
        }
    }
    fn empty(cell: &Cell<Self>, clearer: &mut Clearer<'_>) {
        if let Some(mut gc) = cell.take() {
            Gc::take(&mut gc, clearer);
        }
    }
}

impl sealed::Sealed for AnyGc {}
impl InCell for AnyGc {
    fn visit(cell: &Cell<Self>, tracer: &mut Tracer<'_>) {
        if let Some(header) = peek(cell, AnyGc::header_opt) {
            tracer.edge(header);
        }
    }
    fn empty(cell: &Cell<Self>, clearer: &mut Clearer<'_>) {
        cell.replace(AnyGc::cleared()).take_edges(clearer);
    }
}

impl sealed::Sealed for Option<AnyGc> {}
impl InCell for Option<AnyGc> {
    fn visit(cell: &Cell<Self>, tracer: &mut Tracer<'_>) {
        if let Some(header) = peek(cell, |slot| slot.as_ref().and_then(AnyGc::header_opt)) {
            tracer.edge(header);
        }
    }
    fn empty(cell: &Cell<Self>, clearer: &mut Clearer<'_>) {
        if let Some(mut any) = cell.take() {
            any.take_edges(clearer);
        }
    }
}

macro_rules! weak_in_cell {
    ($($ty:ty, |$slot:ident| $weak:expr;)*) => {$(
        impl<T: ?Sized + 'static> sealed::Sealed for $ty {}
        impl<T: ?Sized + 'static> InCell for $ty {
            fn visit(cell: &Cell<Self>, tracer: &mut Tracer<'_>) {
                // SAFETY: counts the slot's handles; nothing can change the cell meanwhile.
                let $slot = unsafe { &*cell.as_ptr() };
                if let Some(weak) = $weak {
                    tracer.weak_edge(weak.slot());
                }
            }
            fn empty(_: &Cell<Self>, _: &mut Clearer<'_>) {}
        }
    )*};
}

weak_in_cell! {
    Weak<T>, |slot| Some(slot);
    Option<Weak<T>>, |slot| slot.as_ref();
}

/// What may lie in a cell and owns no references.
macro_rules! plain_in_cell {
    ($([$($generics:tt)*] $ty:ty;)*) => {$(
        impl<$($generics)*> sealed::Sealed for $ty {}
        impl<$($generics)*> sealed::Plain for $ty {}
        impl<$($generics)*> InCell for $ty {
            #[inline(always)]
            fn visit(_: &Cell<Self>, _: &mut Tracer<'_>) {}
            fn empty(_: &Cell<Self>, _: &mut Clearer<'_>) {}
            fn owns() -> bool { false }
        }
    )*};
    ($($ty:ty),* $(,)?) => { plain_in_cell! { $([] $ty;)* } };
}

plain_in_cell! {
    (), bool, char, f32, f64, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, String, std::path::PathBuf,
    std::ffi::OsString, std::ffi::CString, std::time::Duration, std::time::Instant, std::time::SystemTime, std::any::TypeId,
    std::thread::ThreadId, std::cmp::Ordering, std::alloc::Layout, std::net::IpAddr, std::net::Ipv4Addr, std::net::Ipv6Addr,
    std::net::SocketAddr, std::ops::RangeFull,
    std::num::NonZero<u8>, std::num::NonZero<u16>, std::num::NonZero<u32>, std::num::NonZero<u64>, std::num::NonZero<u128>,
    std::num::NonZero<usize>, std::num::NonZero<i8>, std::num::NonZero<i16>, std::num::NonZero<i32>, std::num::NonZero<i64>,
    std::num::NonZero<i128>, std::num::NonZero<isize>,
}

plain_in_cell! {
    [T: sealed::Plain] Option<T>;
    [T: sealed::Plain, E: sealed::Plain] Result<T, E>;
    [T: sealed::Plain, const N: usize] [T; N];
    [T: sealed::Plain] Vec<T>;
    [T: sealed::Plain] Box<T>;
    [] Box<str>;
    [T: sealed::Plain] Box<[T]>;
    [T: ?Sized + 'static] &'static T;
    [T: ?Sized + 'static] *const T;
    [T: ?Sized + 'static] *mut T;
    [T: ?Sized + 'static] std::ptr::NonNull<T>;
    [T: ?Sized + 'static] std::marker::PhantomData<T>;
    [T: sealed::Plain] std::num::Wrapping<T>;
    [T: sealed::Plain] std::num::Saturating<T>;
    [T: sealed::Plain] std::cmp::Reverse<T>;
    [T: sealed::Plain] std::ops::Range<T>;
    [T: sealed::Plain] std::ops::RangeInclusive<T>;
    [T: sealed::Plain] std::ops::Bound<T>;
    [A: sealed::Plain] (A,);
    [A: sealed::Plain, B: sealed::Plain] (A, B);
    [A: sealed::Plain, B: sealed::Plain, C: sealed::Plain] (A, B, C);
    [A: sealed::Plain, B: sealed::Plain, C: sealed::Plain, D: sealed::Plain] (A, B, C, D);
}

impl<T: InCell> Trace for Cell<T> {
    #[inline]
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        T::visit(self, tracer);
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        T::empty(self, clearer);
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        T::empty(self, clearer);
    }
    fn tracked() -> bool {
        T::owns()
    }
    fn finalizes() -> bool {
        false
    }
}

impl<T: Trace> Trace for RefCell<T> {
    #[inline]
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        match self.try_borrow() {
            // SAFETY: the guard borrows `self`, for `'a`.
            Ok(value) => unsafe { tracer.guarded(value) },
            Err(_) => tracer.borrowed("borrowed RefCell"),
        }
    }
    #[inline]
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        match self.try_borrow_mut() {
            Ok(mut value) => value.take_edges(clearer),
            Err(_) => clearer.borrowed(),
        }
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        self.get_mut().take_edges(clearer);
    }
    fn tracked() -> bool {
        Self::tracked_within(super::DEPTH)
    }
    fn tracked_within(depth: u32) -> bool {
        depth == 0 || T::tracked_within(depth - 1)
    }
    fn finalizes() -> bool {
        false
    }
}

macro_rules! lock {
    ($ty:ident, $read:ident, $write:ident, $why:literal) => {
        impl<T: Trace> Trace for $ty<T> {
            fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
                let value = match self.$read() {
                    Ok(value) => value,
                    Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
                    Err(TryLockError::WouldBlock) => return tracer.borrowed($why),
                };
                // SAFETY: the guard borrows `self`, for `'a`.
                unsafe { tracer.guarded(value) };
            }
            fn clear_edges(&self, clearer: &mut Clearer<'_>) {
                match self.$write() {
                    Ok(mut value) => value.take_edges(clearer),
                    Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner().take_edges(clearer),
                    Err(TryLockError::WouldBlock) => clearer.borrowed(),
                }
            }
            fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
                match self.get_mut() {
                    Ok(value) => value.take_edges(clearer),
                    Err(poisoned) => poisoned.into_inner().take_edges(clearer),
                }
            }
            tracked_if!(T);
        }
    };
}

lock!(Mutex, try_lock, try_lock, "locked Mutex");
lock!(RwLock, try_read, try_write, "locked RwLock");

// The contents of a once-cell can be borrowed for as long as the cell lives, so they are never taken out: a cycle closed only
// through one leaks. [`OnceGc`](crate::OnceGc) can be emptied.
macro_rules! once {
    ($($ty:ident)*) => {$(
        impl<T: Trace> Trace for $ty<T> {
            fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
                if let Some(value) = self.get() {
                    value.trace(tracer);
                }
            }
            fn clear_edges(&self, clearer: &mut Clearer<'_>) {
                if let Some(value) = self.get() {
                    value.clear_edges(clearer);
                }
            }
            fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
                if let Some(value) = self.get_mut() {
                    value.take_edges(clearer);
                }
            }
            tracked_if!(T);
        }
    )*};
}

once!(OnceCell OnceLock);

// As once-cells. Before the first use there is only the closure, which may own references.
macro_rules! lazy {
    ($($ty:ident, $why:literal;)*) => {$(
        impl<T: Trace, F: 'static> Trace for $ty<T, F> {
            fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
                match $ty::get(self) {
                    Some(value) => value.trace(tracer),
                    None => tracer.opaque($why),
                }
            }
            fn clear_edges(&self, clearer: &mut Clearer<'_>) {
                if let Some(value) = $ty::get(self) {
                    value.clear_edges(clearer);
                }
            }
            fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
                if let Some(value) = $ty::get_mut(self) {
                    value.take_edges(clearer);
                }
            }
            fn finalizes() -> bool {
                false
            }
        }
    )*};
}

lazy! {
    LazyCell, "LazyCell before its first use";
    LazyLock, "LazyLock before its first use";
}
