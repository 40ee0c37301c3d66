//! `Gc<T>`: reference counting with a cycle collector behind it.

mod any;
mod borrowed;
mod collect;
pub mod docs;
mod gc;
mod header;
mod heap;
mod info;
mod once;
mod os;
mod page;
mod runtime_type;
pub mod sync;
mod trace;
mod unraisable;
mod weak;

#[cfg(feature = "derive")]
pub use adder_gc_derive::Trace;

pub use any::AnyGc;
pub use borrowed::Borrowed;
pub use collect::{Collection, GenerationStats, Phase, Uncollectable, Why};
pub use gc::{Gc, GcMut};
pub use heap::{Charge, ChargedAlloc, CollectMode, Heap, HeapStats, OutOfMemory, PauseGuard};
pub use info::TypeInfo;
pub use once::OnceGc;
pub use runtime_type::{RuntimeObject, RuntimeType, TypeSpec};
pub use trace::{Clearer, Finalize, Opaque, Trace, Tracer};
pub use unraisable::{Origin, Unraisable, set_unraisable_hook};
pub use weak::Weak;

/// Collects the thread's heap whole: [`Heap::collect`] of [`Heap::current`].
pub fn collect() -> Collection {
    Heap::current().collect()
}
