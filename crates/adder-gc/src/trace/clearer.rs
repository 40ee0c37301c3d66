//! What is taken out of garbage, on its way to be dropped when no cell is borrowed any more.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::header::{Hdr, Header};
use crate::unraisable;

/// Values taken out of the slots of garbage.
#[derive(Default)]
pub(crate) struct Trash {
    handles: Vec<Hdr>,
    /// References of `sync`.
    shared: Vec<crate::sync::SharedHandle>,
    values: Vec<Box<dyn Discard>>,
    borrowed: bool,
}

/// A value that is dropped in pieces.
trait Discard {
    /// Drops at most `most` parts; says how many it dropped: fewer when nothing is left.
    fn some(&mut self, most: usize) -> usize;
}

struct Whole<T>(Option<T>);

impl<T> Discard for Whole<T> {
    fn some(&mut self, _most: usize) -> usize {
        drop(self.0.take());
        0
    }
}

struct Items<I>(I);

impl<I: Iterator> Discard for Items<I> {
    fn some(&mut self, most: usize) -> usize {
        for dropped in 0..most {
            match self.0.next() {
                Some(item) => drop(item),
                None => return dropped,
            }
        }
        most
    }
}

impl Trash {
    /// Bytes of its lists; of what lies in the values nothing is known here.
    pub(crate) fn bytes(&self) -> usize {
        self.handles.capacity() * size_of::<Hdr>() + self.values.capacity() * size_of::<Box<dyn Discard>>()
    }

    /// Was there a cell that could not be emptied because it was borrowed or locked?
    pub(crate) fn met_borrowed(&self) -> bool {
        self.borrowed
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.handles.is_empty() && self.shared.is_empty() && self.values.is_empty()
    }

    /// Are there a few handles and no more?
    #[inline]
    pub(crate) fn is_small(&self) -> bool {
        self.values.is_empty() && self.shared.is_empty() && self.handles.len() <= 16
    }

    /// Drops the handles taken out so far. A panic in a drop goes on to the caller.
    #[inline]
    pub(crate) fn let_go(&mut self) {
        while let Some(handle) = self.handles.pop() {
            Header::decrement(handle);
        }
    }

    /// Drops at most about `budget` values; returns what is left of the budget. Panics are reported.
    pub(crate) fn burn(&mut self, mut budget: usize) -> usize {
        while budget > 0 && !self.is_empty() {
            let burnt = catch_unwind(AssertUnwindSafe(|| {
                while budget > 0 {
                    if let Some(handle) = self.handles.pop() {
                        budget -= 1;
                        Header::decrement(handle);
                    } else if let Some(handle) = self.shared.pop() {
                        budget -= 1;
                        drop(handle);
                    } else if let Some(value) = self.values.last_mut() {
                        let piece = budget.min(256);
                        // It stays in its place meanwhile: dropped by the unwinding of a panic in one of its items, a second
                        // one that panics would end the process.
                        let dropped = value.some(piece);
                        budget -= dropped.max(1);
                        if dropped < piece {
                            self.values.pop();
                        }
                    } else {
                        break;
                    }
                }
            }));
            if let Err(panic) = burnt {
                unraisable::report(unraisable::Origin::Drop, "", panic);
            }
        }
        budget
    }
}

/// What [`Trace::clear_edges`](crate::Trace::clear_edges) and [`take_edges`](crate::Trace::take_edges) are called with:
/// takes values over and drops them when no cell is borrowed any more, large containers in pieces.
pub struct Clearer<'a> {
    trash: &'a mut Trash,
}

impl<'a> Clearer<'a> {
    pub(crate) fn new(trash: &'a mut Trash) -> Clearer<'a> {
        Clearer { trash }
    }

    /// An owned reference.
    #[inline]
    pub(crate) fn handle(&mut self, header: Hdr) {
        self.trash.handles.push(header);
    }

    /// An owned reference of `sync`.
    #[inline]
    pub(crate) fn shared_handle(&mut self, handle: crate::sync::SharedHandle) {
        self.trash.shared.push(handle);
    }

    /// Says that something could not be emptied because it is borrowed or locked.
    pub fn borrowed(&mut self) {
        self.trash.borrowed = true;
    }

    /// Takes a value over; it is dropped whole.
    pub fn discard<T: 'static>(&mut self, value: T) {
        if core::mem::needs_drop::<T>() {
            self.trash.values.push(Box::new(Whole(Some(value))));
        }
    }

    /// Takes the elements of a container over (`mem::take(container).into_iter()`); they are dropped piece by piece.
    pub fn discard_iter<I: Iterator + 'static>(&mut self, items: I) {
        if core::mem::needs_drop::<I>() {
            self.trash.values.push(Box::new(Items(items)));
        }
    }
}
