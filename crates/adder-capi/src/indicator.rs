//! The error indicator: the exception that a function of this thread has set and nobody has looked at yet.

use core::cell::{Cell, RefCell};

use adder_objects::{Raised, Value};

thread_local! {
    static SET: RefCell<Option<Raised>> = const { RefCell::new(None) };
    // Whether there is one is asked after each call of C's, and a place without a destructor is one load away.
    static IS_SET: Cell<bool> = const { Cell::new(false) };
}

/// Sets it. What was set before is released.
pub fn set(raised: Raised) {
    let before = SET.replace(Some(raised));
    IS_SET.set(true);
    // The end of an exception may run code, which may use the indicator.
    drop(before);
}

/// Is an exception set?
#[inline(always)]
pub fn is_set() -> bool {
    IS_SET.get()
}

/// Takes what is set, and leaves nothing.
#[inline]
pub fn take() -> Option<Raised> {
    if !is_set() {
        return None;
    }
    IS_SET.set(false);
    SET.take()
}

/// Is an exception set? What it is, borrowed.
#[inline]
pub fn with<T>(look: impl FnOnce(Option<&Value>) -> T) -> T {
    SET.with_borrow(|set| look(set.as_ref().map(Raised::value)))
}
