//! std's types around one or two values: visited through their fields.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::io::{BufReader, BufWriter, Cursor, Write};
use std::mem::ManuallyDrop;
use std::num::{Saturating, Wrapping};
use std::ops::{Bound, ControlFlow, Range, RangeFrom, RangeInclusive, RangeTo, RangeToInclusive};
use std::pin::Pin;
use std::task::Poll;

use super::{Clearer, Trace, Tracer, tracked_if};

macro_rules! fields {
    ($($ty:ident: [$($field:tt)+];)*) => {$(
        impl<T: Trace> Trace for $ty<T> {
            fields!(@bodies $($field)+);
        }
    )*};
    (@bodies $($field:tt)+) => {
        #[inline]
        fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
            $(self.$field.trace(tracer);)+
        }
        fn clear_edges(&self, clearer: &mut Clearer<'_>) {
            $(self.$field.clear_edges(clearer);)+
        }
        fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
            $(self.$field.take_edges(clearer);)+
        }
        tracked_if!(T);
    };
}

fields! {
    Wrapping: [0];
    Saturating: [0];
    Reverse: [0];
    Range: [start end];
    RangeFrom: [start];
    RangeTo: [end];
    RangeToInclusive: [end];
}

macro_rules! variants {
    ($([$($part:ident),+] $ty:ty: $($variant:path),+;)*) => {$(
        impl<$($part: Trace),+> Trace for $ty {
            fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
                match self {
                    $($variant(value) => value.trace(tracer),)+
                    #[allow(unreachable_patterns, reason = "some have a variant without a value")]
                    _ => {}
                }
            }
            fn clear_edges(&self, clearer: &mut Clearer<'_>) {
                match self {
                    $($variant(value) => value.clear_edges(clearer),)+
                    #[allow(unreachable_patterns, reason = "some have a variant without a value")]
                    _ => {}
                }
            }
            fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
                match self {
                    $($variant(value) => value.take_edges(clearer),)+
                    #[allow(unreachable_patterns, reason = "some have a variant without a value")]
                    _ => {}
                }
            }
            tracked_if!($($part),+);
        }
    )*};
}

variants! {
    [T] Bound<T>: Bound::Included, Bound::Excluded;
    [T] Poll<T>: Poll::Ready;
    [B, C] ControlFlow<B, C>: ControlFlow::Break, ControlFlow::Continue;
}

impl<T: Trace> Trace for RangeInclusive<T> {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        self.start().trace(tracer);
        self.end().trace(tracer);
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        self.start().clear_edges(clearer);
        self.end().clear_edges(clearer);
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        self.clear_edges(clearer);
    }
    tracked_if!(T);
}

/// A borrowed one is `'static`, and owns nothing.
impl<B: ?Sized + ToOwned<Owned: Trace> + 'static> Trace for Cow<'static, B> {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        if let Cow::Owned(value) = self {
            value.trace(tracer);
        }
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        if let Cow::Owned(value) = self {
            value.clear_edges(clearer);
        }
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        if let Cow::Owned(value) = self {
            value.take_edges(clearer);
        }
    }
    tracked_if!(B::Owned);
}

/// What is pinned cannot be moved out: cells inside are emptied, plain fields are not.
impl<T: Trace + ?Sized> Trace for Pin<Box<T>> {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        (**self).trace(tracer);
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        (**self).clear_edges(clearer);
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        (**self).clear_edges(clearer);
    }
    fn finalizes() -> bool {
        false
    }
}

/// As everywhere with this type, whoever drops the value by hand must see to it that it is not looked at afterwards.
impl<T: Trace> Trace for ManuallyDrop<T> {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        (**self).trace(tracer);
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        (**self).clear_edges(clearer);
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        (**self).take_edges(clearer);
    }
    tracked_if!(T);
}

impl<T: Trace> Trace for std::vec::IntoIter<T> {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        tracer.slice(self.as_slice());
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        if T::tracked() {
            self.as_slice().clear_edges(clearer);
        }
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        if T::tracked() && self.len() > 0 {
            clearer.discard_iter(core::mem::take(self));
        }
    }
    tracked_if!(T);
}

macro_rules! streams {
    ($($ty:ident [$($bound:tt)*];)*) => {$(
        impl<T: Trace $($bound)*> Trace for $ty<T> {
            fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
                self.get_ref().trace(tracer);
            }
            fn clear_edges(&self, clearer: &mut Clearer<'_>) {
                self.get_ref().clear_edges(clearer);
            }
            fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
                self.get_mut().take_edges(clearer);
            }
            tracked_if!(T);
        }
    )*};
}

streams! {
    Cursor [];
    BufReader [];
    BufWriter [+ Write];
}
