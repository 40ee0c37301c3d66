//! `Gc` itself, and std's containers.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};

use super::{Clearer, Trace, Tracer, tracked_if};
use crate::gc::Gc;

impl<T: ?Sized + 'static> Trace for Gc<T> {
    #[inline(always)]
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        if let Some(header) = Gc::header_opt(self) {
            tracer.edge(header);
        }
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        Gc::take(self, clearer);
    }
    #[inline]
    fn give_up(self, clearer: &mut Clearer<'_>) {
        // Straight into the list of references: no box, and no tombstone.
        if let Some(header) = Gc::header_opt(&core::mem::ManuallyDrop::new(self)) {
            clearer.handle(header);
        }
    }
    fn tracked() -> bool {
        true
    }
    unsafe fn __faithful_within(_: u32) -> bool {
        true
    }
    fn finalizes() -> bool {
        false
    }
}

impl<T: Trace> Trace for Option<T> {
    #[inline(always)]
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        if let Some(value) = self {
            value.trace(tracer);
        }
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        if let Some(value) = self {
            value.clear_edges(clearer);
        }
    }
    #[inline]
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        if let Some(value) = self.take() {
            value.give_up(clearer);
        }
    }
    tracked_if!(T);
}

impl<T: Trace, E: Trace> Trace for Result<T, E> {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        match self {
            Ok(value) => value.trace(tracer),
            Err(error) => error.trace(tracer),
        }
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        match self {
            Ok(value) => value.clear_edges(clearer),
            Err(error) => error.clear_edges(clearer),
        }
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        match self {
            Ok(value) => value.take_edges(clearer),
            Err(error) => error.take_edges(clearer),
        }
    }
    tracked_if!(T, E);
}

impl<T: Trace + ?Sized> Trace for Box<T> {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        (**self).trace(tracer);
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        (**self).clear_edges(clearer);
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        (**self).take_edges(clearer);
    }
    // Of `dyn Trait` nothing is known at compile time, and a box is where types that contain themselves end.
    fn finalizes() -> bool {
        false
    }
}

impl<T: Trace> Trace for [T] {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        tracer.slice(self);
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        for item in self {
            item.clear_edges(clearer);
        }
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        for item in self {
            item.take_edges(clearer);
        }
    }
}

impl<T: Trace, const N: usize> Trace for [T; N] {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        tracer.slice(self);
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        self.as_slice().clear_edges(clearer);
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        self.as_mut_slice().take_edges(clearer);
    }
    tracked_if!(T);
}

impl<T: Trace> Trace for Vec<T> {
    #[inline]
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        tracer.slice(self);
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        if T::tracked() {
            self.as_slice().clear_edges(clearer);
        }
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        if T::tracked() && !self.is_empty() {
            clearer.discard_iter(core::mem::take(self).into_iter());
        }
    }
    tracked_if!(T);
}

impl<T: Trace> Trace for VecDeque<T> {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        if tracer.wants::<T>() {
            tracer.each(self.len(), |index, tracer| {
                if let Some(item) = self.get(index) {
                    item.trace(tracer);
                }
            });
        }
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        if T::tracked() {
            for item in self {
                item.clear_edges(clearer);
            }
        }
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        if T::tracked() && !self.is_empty() {
            clearer.discard_iter(core::mem::take(self).into_iter());
        }
    }
    tracked_if!(T);
}

macro_rules! walked {
    ($([$($generics:tt)*] $ty:ty, [$($part:ty),*], |$item:pat_param, $with:ident| $each:block;)*) => {$(
        impl<$($generics)*> Trace for $ty {
            fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
                if false $(|| tracer.wants::<$part>())* {
                    for $item in self {
                        macro_rules! $with { ($value:expr) => { $value.trace(tracer) } }
                        $each
                    }
                }
            }
            fn clear_edges(&self, clearer: &mut Clearer<'_>) {
                if Self::tracked() {
                    for $item in self {
                        macro_rules! $with { ($value:expr) => { $value.clear_edges(clearer) } }
                        $each
                    }
                }
            }
            fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
                if Self::tracked() && !self.is_empty() {
                    clearer.discard_iter(core::mem::take(self).into_iter());
                }
            }
            tracked_if!($($part),*);
        }
    )*};
}

// Iterated from the start each time: not visited in pieces.
walked! {
    [K: Trace + Eq + std::hash::Hash, V: Trace, S: std::hash::BuildHasher + Default + 'static] HashMap<K, V, S>, [K, V],
        |(key, value), visit| { visit!(key); visit!(value); };
    [K: Trace + Eq + std::hash::Hash, S: std::hash::BuildHasher + Default + 'static] HashSet<K, S>, [K], |key, visit| { visit!(key); };
    [K: Trace + Ord, V: Trace] BTreeMap<K, V>, [K, V], |(key, value), visit| { visit!(key); visit!(value); };
    [K: Trace + Ord] BTreeSet<K>, [K], |key, visit| { visit!(key); };
    [T: Trace + Ord] BinaryHeap<T>, [T], |item, visit| { visit!(item); };
    [T: Trace] LinkedList<T>, [T], |item, visit| { visit!(item); };
}

macro_rules! tuple {
    ($($part:ident $at:tt)+) => {
        impl<$($part: Trace),+> Trace for ($($part,)+) {
            fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
                $(self.$at.trace(tracer);)+
            }
            fn clear_edges(&self, clearer: &mut Clearer<'_>) {
                $(self.$at.clear_edges(clearer);)+
            }
            fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
                $(self.$at.take_edges(clearer);)+
            }
            tracked_if!($($part),+);
        }
    };
}

tuple!(A 0);
tuple!(A 0 B 1);
tuple!(A 0 B 1 C 2);
tuple!(A 0 B 1 C 2 D 3);
tuple!(A 0 B 1 C 2 D 3 E 4);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11);
