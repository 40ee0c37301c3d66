//! `Trace` for `IndexMap` and `IndexSet`: visited in pieces, since their entries are found by index.

use core::hash::{BuildHasher, Hash};

use ::indexmap::{IndexMap, IndexSet};

use crate::trace::{Clearer, Trace, Tracer, tracked_if};

impl<K: Trace + Eq + Hash, V: Trace, S: BuildHasher + Default + 'static> Trace for IndexMap<K, V, S> {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        if tracer.wants::<K>() || tracer.wants::<V>() {
            tracer.each(self.len(), |index, tracer| {
                if let Some((key, value)) = self.get_index(index) {
                    key.trace(tracer);
                    value.trace(tracer);
                }
            });
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
            clearer.discard_iter(core::mem::take(self).into_iter());
        }
    }
    tracked_if!(K, V);
}

impl<T: Trace + Eq + Hash, S: BuildHasher + Default + 'static> Trace for IndexSet<T, S> {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        if tracer.wants::<T>() {
            tracer.each(self.len(), |index, tracer| {
                if let Some(value) = self.get_index(index) {
                    value.trace(tracer);
                }
            });
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
            clearer.discard_iter(core::mem::take(self).into_iter());
        }
    }
    tracked_if!(T);
}
