//! The same library for objects that threads share.
mod borrowed;
mod collect;
mod count;
mod death;
mod fence;
mod gc;
mod header;
mod heap;
mod info;
mod once;
mod page;
mod primitive;
mod store;
mod thread;
mod weak;

pub use borrowed::Borrowed;
pub use gc::{Gc, GcMut};
pub use heap::{Heap, HeapStats};
pub use once::OnceGc;
pub use weak::Weak;

pub use crate::collect::{Collection, Uncollectable, Why};

/// Collects the heap whole: [`Heap::collect`] of [`Heap::global`].
pub fn collect() -> Collection {
    Heap::global().collect()
}

/// A counted reference on its way to be dropped.
pub(crate) struct SharedHandle(header::Hdr);

impl Drop for SharedHandle {
    fn drop(&mut self) {
        header::decrement(self.0);
    }
}
