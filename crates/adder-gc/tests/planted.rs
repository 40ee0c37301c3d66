//! Bugs on purpose: each must make a sanitizer run fail. Run by `.ci/planted`, one at a time; not built otherwise.

#![cfg(adder_planted)]

use adder_gc::{Gc, Trace};
use std::cell::RefCell;

#[derive(Trace)]
struct Node {
    next: RefCell<Option<Gc<Node>>>,
    value: u64,
}

fn node(value: u64) -> Gc<Node> {
    Gc::new(Node { next: RefCell::default(), value })
}

#[test]
fn use_after_free() {
    let held = node(1);
    let raw: *const Node = Gc::as_ptr(&held);
    drop(held);
    // SAFETY: none: the object is gone. This is the bug.
    let value = unsafe { core::ptr::read_volatile(&raw const (*raw).value) };
    println!("read {value} from a freed object");
}

#[test]
fn double_drop() {
    let raw = Gc::into_raw(node(2));
    // SAFETY: none: the one reference is given back twice. This is the bug.
    unsafe {
        drop(Gc::from_raw(raw));
        drop(Gc::from_raw(raw));
    }
}

#[test]
fn lost_block() {
    // Safe to do, and a leak.
    core::mem::forget(node(3));
}
