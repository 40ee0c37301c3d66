//! How the collector sees into objects: [`Trace`], and what it is called with.

mod cells;
mod clearer;
mod containers;
mod held;
mod opaque;
mod plain;
mod tracer;
mod wrappers;

pub use clearer::Clearer;
pub(crate) use clearer::Trash;
pub(crate) use held::Held;
pub use opaque::Opaque;
pub use tracer::Tracer;
pub(crate) use tracer::{Cursor, EdgeBuffer, Label, Sink, visit, visit_fields};

use crate::borrowed::Borrowed;

/// A type whose objects the collector can look into.
///
/// Usually derived: `#[derive(Trace)]`. Written by hand it is **safe**: no implementation, however wrong, can free an
/// object early, since objects are freed when their count is zero and only then. What a wrong one can do is leak, or have
/// the mutable slots of objects emptied that are still in use.
///
/// # Contract
/// 1. [`trace`](Trace::trace) calls `trace` on every value inside `self` that may own a [`Gc`](crate::Gc), each once, and
///    does nothing else. It does not look through a `Gc`, and it visits in the same order as long as nothing changes. What it
///    visits is borrowed for `'a`: cells and locks are visited by their own `trace`, not locked first (for cells of one's
///    own there is [`Tracer::transient`]).
/// 2. [`clear_edges`](Trace::clear_edges) calls `clear_edges` on the same values. Cells empty themselves there.
/// 3. [`take_edges`](Trace::take_edges) calls `take_edges` on the same values; it is how the contents of a cell are emptied.
///    It moves what it takes out into the [`Clearer`]; it drops nothing itself.
/// 4. [`tracked`](Trace::tracked) is false only if no value of the type can ever own a `Gc`.
/// 5. None of them allocates in the heap, clones or drops handles, waits for a lock, or panics. (Most of that is survived: an
///    allocation is made, a drop waits, a panic abandons the collection and is reported. But a lock that was visited may stay
///    locked while [`sync`](crate::sync) decides: to wait for it would be to wait for oneself.)
///
/// Steps 2 and 3 may be left out for types without cells; a cycle that closes only through them then leaks.
///
/// ```
/// use adder_gc::{Clearer, Gc, Trace, Tracer};
/// use std::cell::RefCell;
///
/// struct Node { next: RefCell<Option<Gc<Node>>> }
///
/// impl Trace for Node {
///     fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) { self.next.trace(tracer) }
///     fn clear_edges(&self, clearer: &mut Clearer<'_>) { self.next.clear_edges(clearer) }
///     fn take_edges(&mut self, clearer: &mut Clearer<'_>) { self.next.take_edges(clearer) }
///     fn finalizes() -> bool { false }
/// }
///
/// let node = Gc::new(Node { next: RefCell::new(None) });
/// *node.next.borrow_mut() = Some(node.clone());
/// drop(node);
/// assert_eq!(adder_gc::collect().freed, 1);
/// ```
pub trait Trace: 'static {
    /// Visits every reference that this value owns.
    ///
    /// One that visits nothing may write the signature shorter: `fn trace(&self, _: &mut Tracer<'_>) {}`.
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>);

    /// Empties the mutable slots that can be reached through `&self`: called on garbage, so that its counts fall to zero.
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        let _ = clearer;
    }

    /// Gives up the references in this value, which lies in a cell that is borrowed meanwhile: called on garbage.
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        let _ = clearer;
    }

    /// Moves the whole value out of a cell that is borrowed meanwhile.
    #[doc(hidden)]
    fn give_up(mut self, clearer: &mut Clearer<'_>)
    where
        Self: Sized,
    {
        self.take_edges(clearer);
        clearer.discard(self);
    }

    /// May values of this type own references at all? Objects of types that may not are never tracked.
    fn tracked() -> bool
    where
        Self: Sized,
    {
        true
    }

    /// [`tracked`](Trace::tracked) for types that contain each other: looks so many types deep and then says yes.
    #[doc(hidden)]
    fn tracked_within(depth: u32) -> bool
    where
        Self: Sized,
    {
        let _ = depth;
        Self::tracked()
    }

    /// Does `trace` report the references that `self` owns and no others, each once? Said by the derive and by the library's own
    /// implementations only. `sync` may then count for the thread that owns an object which it has found to be garbage.
    ///
    /// # Safety
    /// None for the caller. It is `unsafe` so that no safe implementation can say what is not true.
    #[doc(hidden)]
    unsafe fn __faithful_within(depth: u32) -> bool
    where
        Self: Sized,
    {
        let _ = depth;
        false
    }

    /// [`finalize`](Trace::finalize) for objects of [`sync`](crate::sync); may run on any thread. Governed by
    /// [`finalizes`](Trace::finalizes) too.
    fn finalize_shared(this: crate::sync::Borrowed<'_, Self>)
    where
        Self: Sized,
    {
        let _ = this;
    }

    /// Does [`finalize`](Trace::finalize) do anything? Say `false` to spare objects the call; the derive does.
    fn finalizes() -> bool
    where
        Self: Sized,
    {
        true
    }

    /// Called once in an object's life, when it is about to die, by count or by collection, all its neighbours still alive.
    ///
    /// `this.to_owned()` resurrects it: the object lives on until its last reference goes again, and is not finalized a
    /// second time (PEP 442). A panic goes to the [unraisable hook](crate::set_unraisable_hook).
    fn finalize(this: Borrowed<'_, Self>)
    where
        Self: Sized,
    {
        let _ = this;
    }
}

/// How deep [`Trace::tracked`] looks into types that contain each other.
pub(crate) const DEPTH: u32 = 6;

/// `tracked` of a type that owns references if one of its parts does.
macro_rules! tracked_if {
    ($($part:ty),*) => {
        fn tracked() -> bool {
            Self::tracked_within($crate::trace::DEPTH)
        }
        fn tracked_within(depth: u32) -> bool {
            depth == 0 $(|| <$part as $crate::trace::Trace>::tracked_within(depth - 1))*
        }
        unsafe fn __faithful_within(depth: u32) -> bool {
            // SAFETY: the question is passed on.
            depth > 0 $(&& unsafe { <$part as $crate::trace::Trace>::__faithful_within(depth - 1) })*
        }
        fn finalizes() -> bool {
            false
        }
    };
}
pub(crate) use tracked_if;

/// The finalizer of a type with `#[derive(Trace)]` and `#[trace(finalize)]`; see [`Trace::finalize`].
pub trait Finalize {
    /// Called once, when the object is about to die.
    fn finalize(this: Borrowed<'_, Self>)
    where
        Self: Sized;
}
