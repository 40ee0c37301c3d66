//! `Gc<T>`: reference counting with a cycle collector behind it.
//!
//! ```
//! use adder_gc::{Gc, Trace};
//! use std::cell::RefCell;
//!
//! #[derive(Trace)]
//! struct Node { next: RefCell<Option<Gc<Node>>> }
//!
//! let node = Gc::new(Node { next: RefCell::new(None) });
//! *node.next.borrow_mut() = Some(node.clone()); // A cycle: with Rc this would leak.
//! drop(node);
//! assert_eq!(adder_gc::collect().freed, 1);
//! ```
//!
//! # Overview
//!
//! [`Gc<T>`](Gc) is used as [`Rc<T>`](std::rc::Rc) is: `clone` counts a reference, `drop` releases one, and the value is dropped
//! the instant the last one goes. What counting alone cannot free, a collector does: it finds objects that only refer to each
//! other and empties their mutable slots, so that their counts fall to zero by themselves. It works in small slices between
//! allocations; [`collect`] does all there is at once.
//!
//! - [`Trace`] is how the collector sees into a value. Derive it. It is safe to write by hand, too: no implementation can free
//!   an object that is referred to. Types may implement `Drop`, and look at their neighbours in it.
//! - [`Weak`] references do not keep an object alive, and can call back when it dies. [`Borrowed`] references cost no counting.
//!   A [`Finalize`]r runs once, before an object dies, and may keep it alive.
//! - A [`Heap`] is where objects live: one for each thread, more on demand, with a limit on the bytes of objects, tables and
//!   whatever is [charged](Heap::try_charge) to it. [`GcVec`] and [`GcString`] charge their storage.
//! - [`AnyGc`] and [`RuntimeType`] are for those who write language runtimes: untyped references, and types made at run time.
//! - [`LeakGuard`] says what is still alive that should not be, and what holds it. [`HeapGraph`] shows a heap whole.
//!
//! The [cookbook](docs::cookbook) shows how common things are done, from `Rc<RefCell<T>>` to object models. The
//! [comparison](docs::comparison) puts this crate beside others.
//!
//! # Features
//!
//! | feature | what it adds |
//! | --- | --- |
//! | `derive` (default) | `#[derive(Trace)]` |
//! | `hashbrown` | `Trace` for `HashMap`, `HashSet` and `HashTable`, with any allocator; implies `allocator-api2` |
//! | `indexmap` | `Trace` for `IndexMap` and `IndexSet` |
//! | `smallvec` | `Trace` for `SmallVec` |
//! | `parking_lot` | `Trace` for `Mutex`, `FairMutex`, `RwLock`, `RecursiveRwLock` and `ReentrantMutex` |
//! | `allocator-api2` | `Allocator` for [`ChargedAlloc`]: containers whose storage is charged to a heap |
//! | `serde` | `Serialize` and `Deserialize` for [`Gc`], [`GcVec`] and [`GcString`]; sharing is not preserved |
//! | `svg` | [`HeapGraph`] as a picture |
//!
//! std is needed. Everything works on stable Rust. A crate that uses the typed part of this one can `#![forbid(unsafe_code)]`.

mod any;
mod asan;
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
pub mod raw;
mod runtime_type;
mod string;
pub mod sync;
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
pub use graph::HeapGraph;
pub use heap::{Attached, Charge, ChargedAlloc, CollectMode, DetachedHeap, Heap, HeapStats, OutOfMemory, PauseGuard};
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
