//! The same library for objects that threads share: [`sync::Gc`](Gc) is an [`Arc`](std::sync::Arc) whose cycles are collected,
//! and that the thread which made it counts without atomic operations.
//!
//! ```
//! use adder_gc::{Trace, sync};
//! use std::sync::Mutex;
//!
//! #[derive(Trace)]
//! struct Node { name: String, links: Mutex<Vec<sync::Gc<Node>>> }
//!
//! let node = |name: &str| sync::Gc::new(Node { name: name.into(), links: Mutex::default() });
//! let (a, b) = (node("a"), node("b"));
//! a.links.lock().unwrap().push(b.clone());
//! let a2 = a.clone();
//! // Another thread closes the cycle.
//! std::thread::spawn(move || b.links.lock().unwrap().push(a2)).join().unwrap();
//! drop(a);
//! sync::Heap::global().poll(); // `b`, dropped by the other thread, came home
//! assert_eq!(sync::collect().freed, 2);
//! ```
//!
//! # How it works
//! * `count`: two halves of a count, one for the owning thread, one for all others (biased counting, after Choi, Shull and
//!   Torrellas, PACT 2018). A reference that only the owner can count off goes to the owner's inbox.
//! * `thread`: who owns what; inboxes; what happens when a thread ends.
//! * `page`, `store`: 64 KiB pages owned by threads, freed into by all; segments for the process.
//! * `death`: finalizers, weak references, drops, and the queue that keeps long chains off the stack.
//! * `collect`: cycles, while all other threads go on. A thread waits for it only where it wants a lock that the collector is
//!   looking into, or a weak reference to something that is being tested.
//! * `runtime_type`: types made at run time.
//! * `any`, `look`, `graph`, `leak`, `charge`: what `Heap` offers beside.
//! * `fence`: what lets the owner's short way be two plain instructions although the collector must know what it did.
//!
//! # What a cycle must consist of
//! Slots that change are `Mutex`, `RwLock` or [`OnceGc`]: the collector keeps them locked while it decides. What lies in a lock that
//! it does not know counts as held from outside ([`Tracer::transient`](crate::Tracer::transient)). [`Trace`](crate::Trace) may be derived
//! or written by hand. One that is written by hand may be wrong, and therefore the thread that owns an object of such a type (or of
//! one with a `Box`, which may hide it) must count the last reference off itself: garbage of a thread that waits elsewhere is
//! freed when that thread looks into its inbox ([`Why::Owner`] until then).
//!
//! # What is not here
//! The names are those of the crate's root. Left out on purpose:
//!
//! | | why |
//! | --- | --- |
//! | `Heap::new`, `with_limit`, `current`, `enter`, `Gc::new_in` and the like, `Heap::attach`, `DetachedHeap`, `Attached` | there is one heap for the process, [`Heap::global`], and every thread has a part in it |
//! | `Heap::make_room`, `set_reserve`, `open_reserve` | they are for one interpreter in the manual mode, that hovers at its limit; here a request is refused after a whole collection in either mode |
//! | `AnyGc::untrack`, `track` | whether an object is tracked is a matter of the page on which it was made |
//! | `AnyGc::set_type` | another thread, or the collector, may be using the old type at that moment, which would go with its last object |
//! | `GcVec`, `GcString`, `ChargedAlloc`, `Heap::allocator` | they hold a pointer to one thread's heap; here buffers are std's, with a [`Charge`] beside them |
//! | `raw` | it tells how an interpreter may take the header's words into its own hands, which threads that count at the same time rule out |

mod any;
mod borrowed;
mod charge;
mod collect;
mod count;
mod death;
mod fence;
mod gc;
mod graph;
mod header;
mod heap;
mod info;
mod leak;
mod look;
mod once;
mod page;
mod primitive;
mod remote;
mod runtime_type;
mod slot;
mod store;
mod thread;
mod weak;

pub use any::AnyGc;
pub use borrowed::Borrowed;
pub use charge::Charge;
pub use gc::{Gc, GcMut};
pub use heap::{Heap, HeapStats, PauseGuard};
pub use info::TypeInfo;
pub use leak::LeakGuard;
pub use once::OnceGc;
pub use runtime_type::{RuntimeType, TypeSpec};
pub use weak::Weak;

pub use crate::collect::{Collection, GenerationStats, Phase, Progress, Uncollectable, Why};
pub use crate::graph::HeapGraph;
pub use crate::heap::{CollectMode, OutOfMemory};
pub use crate::leak::{Leak, Leaks};
pub use crate::runtime_type::RuntimeObject;
pub use crate::unraisable::{Origin, Unraisable, set_shared_hook as set_unraisable_hook};

/// Collects the heap whole: [`Heap::collect`] of [`Heap::global`].
pub fn collect() -> Collection {
    Heap::global().collect()
}

/// The finalizer of a type with `#[derive(Trace)]` and `#[trace(finalize_shared)]`, for objects of this module; see
/// [`Trace::finalize_shared`](crate::Trace::finalize_shared).
pub trait Finalize {
    /// Called once, when the object is about to die, on whichever thread lets it.
    fn finalize(this: Borrowed<'_, Self>)
    where
        Self: Sized;
}

/// A counted reference on its way to be dropped.
pub(crate) struct SharedHandle(header::Hdr);

impl Drop for SharedHandle {
    fn drop(&mut self) {
        header::decrement(self.0);
    }
}
