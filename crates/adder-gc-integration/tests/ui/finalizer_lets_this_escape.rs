// A finalizer's `this` is borrowed: to keep it, `to_owned` it.
use adder_gc::{Borrowed, Finalize, Gc, Trace};
use std::cell::RefCell;

thread_local!(static KEPT: RefCell<Vec<Borrowed<'static, Object>>> = const { RefCell::new(Vec::new()) });

#[derive(Trace)]
#[trace(finalize)]
struct Object;

impl Finalize for Object {
    fn finalize(this: Borrowed<'_, Self>) {
        KEPT.with_borrow_mut(|kept| kept.push(this));
    }
}

fn main() {
    drop(Gc::new(Object));
}
