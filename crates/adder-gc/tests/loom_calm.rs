//! The bit `CALM` of the local half under a model checker:
//! `RUSTFLAGS="--cfg loom" cargo test -p adder-gc --release --test loom_calm`.
//!
//! Here plain stores and compare-and-swaps meet on one word. loom takes two unordered writes of which one is a read-modify-write for such
//! as may come in either order, whatever that one has read; so stores are made read-modify-writes as well. The load in front of
//! them stays apart: what others do in between is modelled.
#![cfg(loom)]
#![allow(dead_code, reason = "the modules are compiled whole")]

mod primitive {
    pub(crate) use loom::sync::atomic::Ordering;

    /// With what happens before each store.
    pub(crate) struct AtomicU32(loom::sync::atomic::AtomicU32, Option<Box<dyn Fn() + Send + Sync>>);

    impl AtomicU32 {
        pub(crate) fn new(value: u32) -> AtomicU32 {
            AtomicU32(loom::sync::atomic::AtomicU32::new(value), None)
        }
        pub(crate) fn interrupted(value: u32, before: impl Fn() + Send + Sync + 'static) -> AtomicU32 {
            AtomicU32(loom::sync::atomic::AtomicU32::new(value), Some(Box::new(before)))
        }
        pub(crate) fn store(&self, value: u32, order: Ordering) {
            if let Some(before) = &self.1 {
                before();
            }
            self.0.swap(value, order);
        }
    }

    impl core::ops::Deref for AtomicU32 {
        type Target = loom::sync::atomic::AtomicU32;
        fn deref(&self) -> &Self::Target {
            &self.0
        }
    }
}
#[path = "../src/sync/count.rs"]
mod count;

use count::{BIASED, CALM, Counts, Dropped, NOBODY, ONE, Total, tag};
use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, Ordering::*, fence};
use loom::thread;
use primitive::AtomicU32;

const OWNER: u32 = tag(1);

/// An object, and the mark of its page.
struct Object {
    counts: Counts,
    touched: AtomicBool,
}

impl Object {
    fn new(local: u32, shared: u32) -> Arc<Object> {
        Arc::new(Object {
            counts: Counts::of(AtomicU32::new(local), AtomicU32::new(shared)),
            touched: AtomicBool::new(true),
        })
    }

    /// As `header::decrement` and `header::decrement_calm`. The object does not die here, and no reference goes home.
    fn release(&self, me: u32) {
        if self.counts.fast_drop(me) {
            return;
        }
        if !self.counts.is_calm() {
            assert_eq!(self.counts.drop(me, || {}), Dropped::Kept);
            return;
        }
        self.counts.unset_calm(me);
        assert_eq!(self.counts.drop(me, || {}), Dropped::Kept);
        self.touched.swap(true, Release);
    }

    /// As `header::increment`.
    fn count(&self, me: u32) {
        if !self.counts.fast_clone(me) && !self.counts.calm_clone(me) {
            self.counts.clone_elsewhere();
        }
    }
}

/// The drop of one of several references to a calm object happens before a pass counts, or is noted for the next one.
#[test]
fn a_drop_is_seen_or_noted() {
    // By the owner, by another thread, of a merged object.
    for (local, shared, me) in
        [(OWNER | CALM | 2, BIASED, OWNER), (OWNER | CALM | 1, BIASED | ONE, NOBODY), (CALM, 2 * ONE, NOBODY)]
    {
        loom::model(move || {
            let o = Object::new(local, shared);
            let o2 = o.clone();
            let mutator = thread::spawn(move || o2.release(me));
            // The pass: makes calm, then counts.
            if o.touched.swap(false, AcqRel) {
                o.counts.set_calm();
            }
            if o.counts.set_calm() {
                o.touched.swap(true, Release);
            }
            let seen = o.counts.total();
            mutator.join().unwrap();
            assert!(seen == Total::Is(1) || o.touched.load(SeqCst), "{seen:?}");
            assert_eq!(o.counts.total(), Total::Is(1));
        });
    }
}

/// The collector's heavy fence: the owner passes a full barrier while it is made, at a place of the owner's way that the model chooses.
struct Heavy {
    asked: AtomicBool,
    done: AtomicBool,
    once: std::sync::atomic::AtomicBool,
}

impl Heavy {
    fn new() -> Arc<Heavy> {
        Arc::new(Heavy {
            asked: AtomicBool::new(false),
            done: AtomicBool::new(false),
            once: std::sync::atomic::AtomicBool::new(false),
        })
    }

    fn fence(&self) {
        fence(SeqCst);
        self.asked.store(true, Release);
        while !self.done.load(Acquire) {
            thread::yield_now();
        }
        fence(SeqCst);
    }

    fn interrupts_the_owner(&self) {
        if self.once.swap(true, SeqCst) {
            return;
        }
        while !self.asked.load(Acquire) {
            thread::yield_now();
        }
        fence(SeqCst);
        self.done.store(true, Release);
    }
}

/// The owner's short way undoes the bit while a pass counts, if it is interrupted between its load and its store: who asks when the owner has
/// passed on (`Record::passed`, `Page::has_settled`) finds that.
#[test]
fn a_drop_under_way_is_found_when_the_owner_has_passed_on() {
    for place in 0..5 {
        loom::model(move || {
            let heavy = Heavy::new();
            let interrupted = heavy.clone();
            // Touched, and not calm: an ordinary object whose owner drops a reference without a word.
            let local = AtomicU32::interrupted(OWNER | 2, move || {
                if place == 2 {
                    interrupted.interrupts_the_owner();
                }
            });
            let o =
                Arc::new(Object { counts: Counts::of(local, AtomicU32::new(BIASED)), touched: AtomicBool::new(true) });
            let passed = Arc::new(AtomicU32::new(1));
            let (o2, passed2, heavy2) = (o.clone(), passed.clone(), heavy.clone());
            let at = move |here| {
                if here == place {
                    heavy2.interrupts_the_owner();
                }
            };
            let mutator = thread::spawn(move || {
                at(0);
                passed2.store(3, Release);
                at(1);
                o2.release(OWNER);
                at(3);
                passed2.store(5, Release);
                at(4);
            });
            assert!(o.touched.swap(false, AcqRel));
            o.counts.set_calm();
            heavy.fence();
            let unsettled = passed.load(Acquire);
            if o.counts.set_calm() {
                o.touched.swap(true, Release);
            }
            let seen = o.counts.total();
            // The next pass looks once: at some time if the owner has passed on by then, or else when it has.
            let mutator = match passed.load(Acquire) == unsettled {
                true => mutator.join().map(|()| None),
                false => Ok(Some(mutator)),
            };
            if o.counts.lost_calm() {
                o.touched.swap(true, Release);
            }
            if let Some(mutator) = mutator.unwrap() {
                mutator.join().unwrap();
            }
            assert!(seen == Total::Is(1) || o.touched.load(SeqCst), "interrupted at {place}: {seen:?}");
            assert_eq!(o.counts.total(), Total::Is(1));
        });
    }
}

/// The bit changes beside the owner's plain stores, and no count is lost.
#[test]
fn the_bit_loses_no_count() {
    for calm in [0, CALM] {
        loom::model(move || {
            let o = Object::new(OWNER | calm | 2, BIASED | 2 * ONE);
            let (o2, o3) = (o.clone(), o.clone());
            let collector = thread::spawn(move || {
                o2.counts.set_calm();
            });
            let other = thread::spawn(move || o3.release(NOBODY));
            o.count(OWNER);
            o.release(OWNER);
            o.release(OWNER);
            collector.join().unwrap();
            other.join().unwrap();
            assert_eq!(o.counts.total(), Total::Is(2));
        });
    }
}

/// The owner moves its half over while the bit changes.
#[test]
fn a_merge_beside_the_bit() {
    loom::model(|| {
        let o = Object::new(OWNER | CALM | 2, BIASED | ONE);
        let (o2, o3) = (o.clone(), o.clone());
        let collector = thread::spawn(move || {
            o2.counts.set_calm();
        });
        let other = thread::spawn(move || o3.release(NOBODY));
        o.counts.merge(OWNER, 0, || {});
        collector.join().unwrap();
        other.join().unwrap();
        assert_eq!(o.counts.total(), Total::Is(2));
        o.release(OWNER);
        assert_eq!(o.counts.total(), Total::Is(1));
    });
}
