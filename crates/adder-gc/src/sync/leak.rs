//! Leaks found: which objects were made since a moment, are still alive, and why.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::any::AnyGc;
use super::header::{Hdr, OLD};
use super::heap::Heap;
use super::{graph, look};
use crate::collect::Collection;
use crate::graph::HeapGraph;
use crate::leak::Leaks;

/// Collections before what is left is taken for leaked: finalizers may leave garbage behind.
const ROUNDS: usize = 4;

/// Finds objects that were made while it lives, on any thread, and should be gone: for tests.
///
/// ```
/// use adder_gc::{Trace, sync::{Gc, LeakGuard}};
/// use std::sync::Mutex;
///
/// #[derive(Trace)]
/// struct Node { next: Mutex<Option<Gc<Node>>> }
/// #[derive(Trace)]
/// struct Registry { nodes: Mutex<Vec<Gc<Node>>> }
///
/// let registry = Gc::new(Registry { nodes: Mutex::default() });
///
/// let guard = LeakGuard::new();
/// let node = Gc::new(Node { next: Mutex::default() });
/// *node.next.lock().unwrap() = Some(node.clone()); // A cycle is no leak…
/// drop(node);
/// assert!(guard.check().is_ok());
///
/// let node = Gc::new(Node { next: Mutex::default() });
/// registry.nodes.lock().unwrap().push(node.clone()); // … but this is forgotten.
/// drop(node);
/// let leaks = guard.check().unwrap_err();
/// assert_eq!(leaks.count(), 1);
/// assert!(leaks.to_string().contains("held by: Registry.nodes[0]"), "{leaks}");
/// ```
///
/// Making one marks every object that lives (and looks at every page for it); guards may be nested. Objects that `&mut` is out to at
/// that moment count as made inside. Dropping a guard without a check does nothing.
#[derive(Debug)]
#[must_use = "a guard does nothing until it is asked"]
pub struct LeakGuard(Arc<Mine>);

/// Objects made inside of a guard that were marked for a newer one, by address. (What was made where one of them lay is not
/// marked, unless it was made inside, too.)
#[derive(Debug, Default)]
struct Mine(Mutex<HashSet<usize>>);

static GUARDS: Mutex<Vec<Arc<Mine>>> = Mutex::new(Vec::new());

fn guards() -> MutexGuard<'static, Vec<Arc<Mine>>> {
    GUARDS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Mine {
    fn lock(&self) -> MutexGuard<'_, HashSet<usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn has(&self, header: Hdr) -> bool {
        // SAFETY: callers hold a reference.
        !unsafe { header.as_ref() }.has(OLD) || self.lock().contains(&header.addr().get())
    }
}

impl LeakGuard {
    /// Remembers this moment.
    #[allow(clippy::new_without_default, reason = "a guard is no value that one has a default of")]
    pub fn new() -> LeakGuard {
        let objects = look::objects(|_| true);
        let mut guards = guards();
        for object in &objects {
            let header = object.header();
            // SAFETY: held by the handle.
            let h = unsafe { header.as_ref() };
            if !h.has(OLD) {
                for guard in guards.iter() {
                    guard.lock().insert(header.addr().get());
                }
                h.set(OLD);
            }
        }
        let mine = Arc::new(Mine::default());
        guards.push(mine.clone());
        drop(guards);
        drop(objects);
        LeakGuard(mine)
    }

    /// [`LeakGuard::new`], under the name that the local mode has for a guard of the thread's heap.
    pub fn current() -> LeakGuard {
        LeakGuard::new()
    }

    /// Was the object made since the guard was? False for a cleared reference.
    pub fn made_inside(&self, object: &AnyGc) -> bool {
        object.header_opt().is_some_and(|header| self.0.has(header))
    }

    /// Collects, and looks for objects that were made since the guard was and are still alive, tracked or not, on whichever
    /// thread they were made.
    ///
    /// Everything that is still in use counts, so drop what the test itself holds before, and let its threads end. May be called
    /// again.
    ///
    /// # Errors
    /// If there are such objects: which, and what keeps them alive.
    pub fn check(&self) -> Result<(), Leaks> {
        let mut uncollectable = Vec::new();
        let mut collection = Collection::default();
        for _ in 0..ROUNDS {
            collection = Heap::global().collect();
            if !look::objects(|_| true).iter().any(|object| self.made_inside(object)) {
                return Ok(());
            }
            uncollectable.append(&mut collection.uncollectable.clone());
            if collection.freed == 0 {
                break;
            }
        }
        let graph = HeapGraph::of(graph::survey(|header| self.0.has(header)));
        Leaks::find(graph, 1, collection, &uncollectable).map_or(Ok(()), Err)
    }

    /// [`check`](LeakGuard::check) for tests.
    ///
    /// # Panics
    /// If there are leaks, with the report.
    #[track_caller]
    pub fn expect_none(self) {
        if let Err(leaks) = self.check() {
            panic!("{leaks}");
        }
    }
}

impl Drop for LeakGuard {
    fn drop(&mut self) {
        guards().retain(|mine| !Arc::ptr_eq(mine, &self.0));
    }
}
