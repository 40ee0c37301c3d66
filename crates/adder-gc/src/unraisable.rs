//! Panics that have nobody to go to: from finalizers, callbacks, and drops in a collection.

use core::any::Any;
use core::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, PoisonError, RwLock};

/// Where a panic came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Origin {
    /// A finalizer.
    Finalizer,
    /// A weak reference's callback.
    WeakCallback,
    /// A `Drop` that ran in a collection, or a second one in a chain of drops of which the first went on to the caller.
    Drop,
    /// `Trace::trace`: the collection was abandoned, nothing was freed by it.
    Trace,
    /// `Trace::clear_edges` or `take_edges`.
    Clear,
    /// A callback before or after a collection.
    CollectionCallback,
}

/// A panic that was caught because nobody could receive it.
pub struct Unraisable {
    /// Where it came from.
    pub origin: Origin,
    /// The type of the object, where there is one.
    pub type_name: String,
    /// The panic's payload.
    pub panic: Box<dyn Any + Send>,
}

impl Unraisable {
    /// The panic's message, if it is text.
    pub fn message(&self) -> &str {
        if let Some(text) = self.panic.downcast_ref::<&'static str>() {
            text
        } else if let Some(text) = self.panic.downcast_ref::<String>() {
            text
        } else {
            "(a panic whose payload is no text)"
        }
    }
}

impl core::fmt::Debug for Unraisable {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Unraisable")
            .field("origin", &self.origin)
            .field("type_name", &self.type_name)
            .field("message", &self.message())
            .finish()
    }
}

type Hook = Rc<dyn Fn(Unraisable)>;

type SharedHook = Arc<dyn Fn(Unraisable) + Send + Sync>;

thread_local! {
    static HOOK: RefCell<Option<Hook>> = const { RefCell::new(None) };
}

/// For threads without a hook of their own.
static SHARED: RwLock<Option<SharedHook>> = RwLock::new(None);

/// Sets what receives panics that cannot go on to a caller, on this thread; `None` for the default, which is the
/// [process's hook](crate::sync::set_unraisable_hook), and without one prints a line to standard error. A panic in the hook itself is
/// printed. CPython's counterpart is `sys.unraisablehook`.
pub fn set_unraisable_hook(hook: Option<Box<dyn Fn(Unraisable)>>) {
    let old = HOOK.with(|slot| slot.replace(hook.map(Rc::from)));
    drop(old);
}

/// Sets what receives panics that cannot go on to a caller, on all threads that have no [hook of their own](crate::set_unraisable_hook);
/// `None` for the default, which prints a line to standard error.
///
/// An object of `sync` may die on any thread, and that is where its finalizer panics.
pub fn set_shared_hook(hook: Option<Box<dyn Fn(Unraisable) + Send + Sync>>) {
    let hook = hook.map(Arc::from);
    let old = core::mem::replace(&mut *SHARED.write().unwrap_or_else(PoisonError::into_inner), hook);
    drop(old);
}

pub(crate) fn report(origin: Origin, type_name: &str, panic: Box<dyn Any + Send>) {
    let event = Unraisable { origin, type_name: type_name.to_owned(), panic };
    let own = HOOK.try_with(|slot| slot.try_borrow().ok().and_then(|hook| hook.clone())).ok().flatten();
    let call = |hook: &dyn Fn(Unraisable), event| {
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| hook(event))).is_err() {
            eprintln!("adder-gc: the unraisable hook panicked");
        }
    };
    if let Some(hook) = own {
        return call(&*hook, event);
    }
    let shared = SHARED.read().unwrap_or_else(PoisonError::into_inner).clone();
    match shared {
        Some(hook) => call(&*hook, event),
        None => eprintln!("adder-gc: panic ignored in {origin:?} of {:?}: {}", event.type_name, event.message()),
    }
}
