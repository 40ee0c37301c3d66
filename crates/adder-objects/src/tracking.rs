//! Which containers the collector need not look at.
//!
//! A container of atoms is in no cycle. A tuple never changes, so it is decided when it is made: an exact tuple whose items
//! cannot be in a cycle is untracked at once and for good (CPython decides the same at the first collection). An exact dict
//! begins untracked and is tracked when it gets its first key or value that may be in a cycle.

use core::ptr::NonNull;

use adder_gc::raw::{self, Head};

use crate::tuple::TUPLE_TYPE;
use crate::value::Value;

/// May the value be part of a cycle, now or later? Not: what is no object, statics, types whose instances are never tracked,
/// exact tuples that were found to be harmless.
#[inline]
pub(crate) fn may_be_in_cycle(value: &Value) -> bool {
    match value.head() {
        None => false,
        Some(head) => head.is_tracked() || (!head.is_foreign() && value.ty().is_gc() && !value.is_exact(&TUPLE_TYPE)),
    }
}

/// Ends the tracking of a container that is in no cycle.
#[inline(always)]
pub(crate) fn untrack(head: &Head) {
    // SAFETY: a borrowed head is that of a live object.
    unsafe { raw::untrack(NonNull::from_ref(head)) };
}

/// Tracks a container again, if the value that is to be put into it needs that.
#[inline(always)]
pub(crate) fn track_for(head: &Head, value: &Value) {
    if !head.is_tracked() && may_be_in_cycle(value) {
        // SAFETY: a live object; containers that were untracked lie on tracked pages, never in statics.
        unsafe { raw::track(NonNull::from_ref(head)) };
    }
}
