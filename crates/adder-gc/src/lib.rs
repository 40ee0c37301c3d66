//! `Gc<T>`: reference counting with a cycle collector behind it.

mod any;
mod borrowed;
mod collect;
pub mod docs;
mod features;
mod gc;
pub mod graph;
mod header;
mod heap;
mod info;
mod leak;
mod once;
mod os;
mod page;
mod runtime_type;
mod string;
mod trace;
mod unraisable;
pub mod vec;
mod weak;

#[cfg(feature = "derive")]
pub use adder_gc_derive::Trace;

pub use any::AnyGc;
pub use borrowed::Borrowed;
pub use collect::{Collection, GenerationStats, Phase, Progress, Uncollectable, Why};
pub use gc::{Gc, GcMut};
pub use heap::{Charge, ChargedAlloc, CollectMode, Heap, HeapStats, OutOfMemory, PauseGuard};
pub use graph::HeapGraph;
pub use info::TypeInfo;
pub use leak::{Leak, LeakGuard, Leaks};
pub use once::OnceGc;
pub use runtime_type::{RuntimeObject, RuntimeType, TypeSpec};
pub use string::GcString;
pub use trace::{Clearer, Finalize, Opaque, Trace, Tracer};
pub use unraisable::{Origin, Unraisable, set_unraisable_hook};
pub use vec::GcVec;
pub use weak::Weak;

/// Collects the thread's heap whole: [`Heap::collect`] of [`Heap::current`].
pub fn collect() -> Collection {
    Heap::current().collect()
}
