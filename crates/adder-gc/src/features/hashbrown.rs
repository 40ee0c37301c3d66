//! `Trace` for `HashMap`, `HashSet` and `HashTable` of hashbrown, with any allocator.
//!
//! With [`Heap::allocator`](crate::Heap::allocator) as the allocator their tables are charged to a heap. Iterated from the
//! start each time, so not visited in pieces. What an allocator owns is not visited.

use core::hash::{BuildHasher, Hash};

use ::hashbrown::{HashMap, HashSet, HashTable};
use allocator_api2::alloc::Allocator;

use super::allocator_api2::charge;
use crate::trace::{Clearer, Trace, Tracer, tracked_if};

impl<K: Trace + Eq + Hash, V: Trace, S: BuildHasher + Default + 'static, A: Allocator + Clone + 'static> Trace
    for HashMap<K, V, S, A>
{
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        charge::<A>(tracer, || self.allocation_size());
        if tracer.wants::<K>() || tracer.wants::<V>() {
            for (key, value) in self {
                key.trace(tracer);
                value.trace(tracer);
            }
        }
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        if Self::tracked() {
            for (key, value) in self {
                key.clear_edges(clearer);
                value.clear_edges(clearer);
            }
        }
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        if Self::tracked() && !self.is_empty() {
            let empty = HashMap::with_hasher_in(S::default(), self.allocator().clone());
            clearer.discard_iter(core::mem::replace(self, empty).into_iter());
        }
    }
    tracked_if!(K, V);
}

impl<T: Trace + Eq + Hash, S: BuildHasher + Default + 'static, A: Allocator + Clone + 'static> Trace
    for HashSet<T, S, A>
{
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        charge::<A>(tracer, || self.allocation_size());
        if tracer.wants::<T>() {
            for value in self {
                value.trace(tracer);
            }
        }
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        if T::tracked() {
            for value in self {
                value.clear_edges(clearer);
            }
        }
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        if T::tracked() && !self.is_empty() {
            let empty = HashSet::with_hasher_in(S::default(), self.allocator().clone());
            clearer.discard_iter(core::mem::replace(self, empty).into_iter());
        }
    }
    tracked_if!(T);
}

impl<T: Trace, A: Allocator + Clone + 'static> Trace for HashTable<T, A> {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        charge::<A>(tracer, || self.allocation_size());
        if tracer.wants::<T>() {
            for value in self {
                value.trace(tracer);
            }
        }
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        if T::tracked() {
            for value in self {
                value.clear_edges(clearer);
            }
        }
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        if T::tracked() && !self.is_empty() {
            let empty = HashTable::new_in(self.allocator().clone());
            clearer.discard_iter(core::mem::replace(self, empty).into_iter());
        }
    }
    tracked_if!(T);
}
