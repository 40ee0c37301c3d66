//! `Trace` for `SmallVec`.

use ::smallvec::{Array, SmallVec};

use crate::trace::{Clearer, Trace, Tracer, tracked_if};

impl<A: Array<Item: Trace> + 'static> Trace for SmallVec<A> {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        tracer.slice(self);
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        if A::Item::tracked() {
            self.as_slice().clear_edges(clearer);
        }
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        if A::Item::tracked() && !self.is_empty() {
            clearer.discard_iter(core::mem::take(self).into_iter());
        }
    }
    tracked_if!(A::Item);
}
