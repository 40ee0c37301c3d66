//! The error indicator: the exception that a function of this thread has set and nobody has looked at yet.

use core::cell::RefCell;

use adder_objects::{Raised, Value};

thread_local! {
    static SET: RefCell<Option<Raised>> = const { RefCell::new(None) };
}

/// Sets it. What was set before is released.
pub fn set(raised: Raised) {
    let before = SET.replace(Some(raised));
    // The end of an exception may run code, which may use the indicator.
    drop(before);
}

/// Takes what is set, and leaves nothing.
#[inline]
pub fn take() -> Option<Raised> {
    SET.take()
}

/// Is an exception set? What it is, borrowed.
#[inline]
pub fn with<T>(look: impl FnOnce(Option<&Value>) -> T) -> T {
    SET.with_borrow(|set| look(set.as_ref().map(Raised::value)))
}
