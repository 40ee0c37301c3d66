//! What the collector cannot look into: whatever it owns stays alive.

use std::rc::Rc;
use std::sync::Arc;

use super::{Trace, Tracer};

/// A value that the collector does not look into.
///
/// For values whose type does not implement [`Trace`] (closures, types of other crates). A `Gc` inside keeps its object alive;
/// a cycle that runs through an opaque value leaks, and shows in leak reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Opaque<T>(
    /// The value.
    pub T,
);

impl<T> std::ops::Deref for Opaque<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> std::ops::DerefMut for Opaque<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

macro_rules! opaque {
    ($([$($generics:tt)*] $ty:ty, $why:literal;)*) => {$(
        impl<$($generics)*> Trace for $ty {
            fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
                tracer.opaque($why);
            }
            unsafe fn __faithful_within(_: u32) -> bool { true }
            fn finalizes() -> bool { false }
        }
    )*};
}

// May own references, so objects with such fields are tracked only for their other fields.
opaque! {
    [T: 'static] Opaque<T>, "Opaque";
    [T: ?Sized + 'static] Rc<T>, "Rc";
    [T: ?Sized + 'static] Arc<T>, "Arc";
    [T: ?Sized + 'static] std::rc::Weak<T>, "rc::Weak";
    [T: ?Sized + 'static] std::sync::Weak<T>, "sync::Weak";
    [T: 'static] std::sync::mpsc::Sender<T>, "Sender";
    [T: 'static] std::sync::mpsc::SyncSender<T>, "SyncSender";
    [T: 'static] std::sync::mpsc::Receiver<T>, "Receiver";
    [T: 'static] std::thread::JoinHandle<T>, "JoinHandle";
    [] std::task::Waker, "Waker";
}

macro_rules! callable {
    ($($arg:ident)*) => {
        impl<R: 'static $(, $arg: 'static)*> Trace for fn($($arg),*) -> R {
            #[inline(always)]
            fn trace(&self, _: &mut Tracer<'_>) {}
            fn tracked() -> bool { false }
            unsafe fn __faithful_within(_: u32) -> bool { true }
            fn finalizes() -> bool { false }
        }
        callable!(@dyn Fn($($arg)*) -> R);
        callable!(@dyn FnMut($($arg)*) -> R);
        callable!(@dyn FnOnce($($arg)*) -> R);
    };
    (@dyn $kind:ident($($arg:ident)*) -> R) => {
        impl<R: 'static $(, $arg: 'static)*> Trace for dyn $kind($($arg),*) -> R {
            fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) { tracer.opaque("closure"); }
        }
        impl<R: 'static $(, $arg: 'static)*> Trace for dyn $kind($($arg),*) -> R + Send {
            fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) { tracer.opaque("closure"); }
        }
        impl<R: 'static $(, $arg: 'static)*> Trace for dyn $kind($($arg),*) -> R + Send + Sync {
            fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) { tracer.opaque("closure"); }
        }
    };
}

callable!();
callable!(A);
callable!(A B);
callable!(A B C);
callable!(A B C D);
callable!(A B C D E);
callable!(A B C D E F);

macro_rules! dynamic {
    ($([$($generics:tt)*] $ty:path, $why:literal;)*) => {$(
        impl<$($generics)*> Trace for dyn $ty {
            fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) { tracer.opaque($why); }
        }
        impl<$($generics)*> Trace for dyn $ty + Send {
            fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) { tracer.opaque($why); }
        }
        impl<$($generics)*> Trace for dyn $ty + Send + Sync {
            fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) { tracer.opaque($why); }
        }
    )*};
}

dynamic! {
    [] std::any::Any, "Any";
    [] std::error::Error, "Error";
    [R: 'static] std::future::Future<Output = R>, "Future";
    [I: 'static] Iterator<Item = I>, "Iterator";
}
