//! Bugs on purpose: each must make a sanitizer run fail. Run by `.ci/planted`, `.ci/miri` and `.ci/tsan`, one at a time;
//! not built otherwise.

#![cfg(adder_planted)]

use adder_gc::{Gc, Trace, sync};
use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

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

/// A block that the drop gives back, as those of C's objects.
#[test]
fn use_after_its_own_free() {
    use adder_gc::raw::{self, Functions, Place, kind};
    use adder_gc::{Heap, TypeInfo};
    use core::ptr::NonNull;

    unsafe fn give_back(payload: NonNull<u8>) {
        // SAFETY: called for dying objects.
        unsafe { raw::free(raw::object_of(payload)) };
    }
    fn name(_: &TypeInfo) -> &str {
        "frees itself"
    }
    const FUNCTIONS: Functions = Functions { trace: None, clear: None, finalize: None, drop: Some(give_back), name };
    // SAFETY: the drop is right for every block.
    const INFO: &TypeInfo = &unsafe { TypeInfo::raw(64, kind::FREES_ITSELF, 0, &FUNCTIONS) };

    let heap = Heap::new();
    // SAFETY: it is filled at once.
    let value = unsafe {
        let object = raw::alloc(&heap, Place::of(64), false, false, INFO).unwrap();
        let payload = object.add(1).cast::<[u64; 6]>();
        payload.write([5; 6]);
        raw::decrement(object);
        // SAFETY: none: the object is gone. This is the bug.
        payload.as_ptr().cast::<u64>().add(5).read_volatile()
    };
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

/// Blocks of `sync` are never allocations of their own.
#[test]
fn use_after_free_in_sync() {
    let held = sync::Gc::new(String::from("text"));
    let raw: *const String = sync::Gc::as_ptr(&held);
    drop(held);
    // SAFETY: none: the object is gone. This is the bug.
    let length = unsafe { core::ptr::read_volatile(raw.cast::<usize>()) };
    println!("read {length} from a freed object");
}

/// The same, freed by a thread that does not own it.
#[test]
fn use_after_free_elsewhere() {
    let held = sync::Gc::new(String::from("text"));
    sync::Gc::share(&held);
    let raw: *const String = sync::Gc::as_ptr(&held);
    std::thread::spawn(move || drop(held)).join().unwrap();
    // SAFETY: none: the object is gone. This is the bug.
    let length = unsafe { core::ptr::read_volatile(raw.cast::<usize>()) };
    println!("read {length} from a freed object");
}

/// For Miri: an address is no pointer.
#[cfg(miri)]
#[test]
fn address_without_provenance() {
    let held = node(4);
    let address = Gc::as_ptr(&held).addr();
    // SAFETY: none: the pointer was made of an address. This is the bug.
    let value = unsafe { (*core::ptr::without_provenance::<Node>(address)).value };
    println!("read {value}");
}

/// For ThreadSanitizer: two threads write to one object without a lock.
#[test]
fn data_race() {
    let shared = sync::Gc::new(AtomicU64::new(5));
    // Both have their reference by then: else the drop of one would happen before the clone of the other, and order what they did.
    let meet = std::sync::Barrier::new(2);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let own = shared.clone();
                meet.wait();
                for _ in 0..1000 {
                    let at: *mut u64 = own.as_ptr();
                    // SAFETY: none: the other thread writes there as well. This is the bug.
                    unsafe { at.write_volatile(at.read_volatile() + 1) };
                }
            });
        }
    });
}

/// For ThreadSanitizer: with `adder_planted_race`, a last drop does not wait for what other threads did with the object.
#[test]
fn a_drop_that_does_not_acquire() {
    #[derive(Trace)]
    struct Written(#[trace(skip)] Box<AtomicU64>);
    impl Drop for Written {
        fn drop(&mut self) {
            *self.0.get_mut() += 1;
        }
    }
    for _ in 0..200 {
        let shared = sync::Gc::new(Written(Box::default()));
        assert!(sync::Gc::share(&shared));
        let own = shared.clone();
        let other = std::thread::spawn(move || {
            own.0.store(7, Relaxed);
            drop(own);
        });
        drop(shared);
        other.join().unwrap();
    }
}
