//! The count protocol of `sync` under a model checker:
//! `RUSTFLAGS="--cfg loom" cargo test -p adder-gc --release --test loom`.
//!
//! `membarrier` is modelled as a sequentially consistent fence on both sides. The mutator's stands in front of the load of its tag:
//! between that load and the store of the count there is none, so an operation may be under way when the collector fences.
#![cfg(loom)]
#![allow(dead_code)]

mod primitive {
    pub(crate) use loom::sync::atomic::{AtomicU32, Ordering};
}
#[path = "../src/sync/count.rs"]
mod count;

use count::{BIASED, Counts, Dropped, NOBODY, ONE, Total, tag};
use loom::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::*, fence};
use loom::sync::{Arc, Mutex};
use loom::thread;

const OWNER: u32 = tag(1);

/// An object: its counts, whether it died, whether it was touched.
struct Object {
    counts: Counts,
    deaths: AtomicUsize,
    touched: AtomicBool,
    inbox: Mutex<usize>,
}

impl Object {
    fn new(local: u32, shared: u32) -> Object {
        Object {
            counts: Counts::of(AtomicU32::new(local), AtomicU32::new(shared)),
            deaths: AtomicUsize::new(0),
            touched: AtomicBool::new(false),
            inbox: Mutex::new(0),
        }
    }
    fn touch(&self) {
        self.touched.store(true, SeqCst);
    }
    fn alive(&self) {
        assert_eq!(self.deaths.load(SeqCst), 0, "used after its death");
    }
    /// As `header::decrement`, with the inbox of the one owner.
    fn release(&self, fast: u32, me: u32) {
        self.alive();
        if self.counts.fast_drop(fast) {
            return;
        }
        let done = self.counts.drop_elsewhere(me).unwrap_or_else(|| self.counts.drop(me, || self.touch()));
        match done {
            Dropped::Kept => {}
            Dropped::Dead => {
                assert_eq!(self.deaths.fetch_add(1, SeqCst), 0, "died twice");
            }
            Dropped::Home(owner) => {
                assert_eq!(owner, OWNER);
                *self.inbox.lock().unwrap() += 1;
            }
        }
    }
    fn count(&self, fast: u32, me: u32) {
        self.alive();
        if !self.counts.fast_clone(fast) && !self.counts.clone_elsewhere(me, || self.touch()) {
            self.counts.clone(me, || self.touch());
        }
    }
    /// The owner empties its inbox.
    fn drain(&self) {
        let n = core::mem::take(&mut *self.inbox.lock().unwrap());
        for _ in 0..n {
            self.counts.merge(OWNER, 0, || self.touch());
            self.release(NOBODY, OWNER);
        }
    }
    fn died(&self) -> bool {
        self.deaths.load(SeqCst) == 1
    }
}

fn model(f: impl Fn() + Send + Sync + 'static) {
    loom::model(f);
}

#[test]
fn biased_clones_and_drops_end_in_one_death() {
    model(|| {
        // Two references, both counted by the owner; one goes to another thread.
        let o = Arc::new(Object::new(OWNER | 2, BIASED));
        let o2 = o.clone();
        let other = thread::spawn(move || {
            o2.count(NOBODY, NOBODY);
            o2.release(NOBODY, NOBODY);
            o2.release(NOBODY, NOBODY);
        });
        o.count(OWNER, OWNER);
        o.release(OWNER, OWNER);
        o.release(OWNER, OWNER);
        o.drain();
        other.join().unwrap();
        o.drain();
        assert!(o.died());
    });
}

#[test]
fn two_other_threads_and_an_owner_that_shares() {
    model(|| {
        let o = Arc::new(Object::new(OWNER | 3, BIASED));
        let others: Vec<_> = (0..2)
            .map(|_| {
                let o = o.clone();
                thread::spawn(move || o.release(NOBODY, NOBODY))
            })
            .collect();
        o.counts.merge(OWNER, 0, || {});
        o.release(OWNER, OWNER);
        for t in others {
            t.join().unwrap();
        }
        o.drain();
        assert!(o.died());
    });
}

#[test]
fn a_thread_that_ends_merges_what_others_hold() {
    model(|| {
        // The owner has no reference: it walks its pages.
        let o = Arc::new(Object::new(OWNER | 1, BIASED));
        let o2 = o.clone();
        let other = thread::spawn(move || o2.release(NOBODY, NOBODY));
        if o.counts.merge(OWNER, 1, || {}) {
            o.release(NOBODY, OWNER);
        }
        other.join().unwrap();
        o.drain();
        assert!(o.died());
    });
}

#[test]
fn upgrade_against_the_last_drop() {
    for (local, shared) in [(0, ONE), (OWNER | 1, BIASED)] {
        model(move || {
            let o = Arc::new(Object::new(local, shared));
            let o2 = o.clone();
            let weak = thread::spawn(move || {
                if o2.counts.try_clone(|| o2.touch()) {
                    o2.alive();
                    o2.release(NOBODY, NOBODY);
                }
            });
            o.release(OWNER, OWNER);
            weak.join().unwrap();
            o.drain();
            assert!(o.died());
        });
    }
}

#[test]
fn one_takes_it_for_himself_or_the_other_finds_it() {
    for (local, shared) in [(0, ONE), (OWNER | 1, BIASED)] {
        model(move || {
            let o = Arc::new(Object::new(local, shared));
            let taken = Arc::new(AtomicBool::new(false));
            let (o2, t2) = (o.clone(), taken.clone());
            let weak = thread::spawn(move || {
                if o2.counts.try_clone(|| {}) {
                    assert!(!t2.load(SeqCst), "found while somebody has it for himself");
                    o2.release(NOBODY, NOBODY);
                }
            });
            if o.counts.take_unique(OWNER) {
                taken.store(true, SeqCst);
                taken.store(false, SeqCst);
                o.counts.unmask();
            }
            weak.join().unwrap();
            o.release(OWNER, OWNER);
            o.drain();
            assert!(o.died());
        });
    }
}

/// The collector's test of objects with so many references from inside. It owns one reference to each.
fn garbage(objects: &[(&Object, u32)], fast: &AtomicU32) -> bool {
    for (o, _) in objects {
        assert!(o.counts.try_clone(|| {}));
        o.counts.set_test();
    }
    fast.store(NOBODY, Relaxed);
    fence(SeqCst);
    let mut agree = true;
    for (o, inside) in objects {
        agree &= o.counts.total() == Total::Is(inside + 1);
    }
    for (o, _) in objects {
        agree &= !o.touched.load(SeqCst);
    }
    for (o, _) in objects {
        o.counts.clear_test();
    }
    agree
}

#[test]
fn the_owner_clones_and_drops_under_test() {
    model(|| {
        let o = Arc::new(Object::new(OWNER | 1, BIASED));
        let fast = Arc::new(AtomicU32::new(OWNER));
        let (o2, f2) = (o.clone(), fast.clone());
        let owner = thread::spawn(move || {
            fence(SeqCst);
            o2.count(f2.load(Relaxed), OWNER);
            fence(SeqCst);
            o2.release(f2.load(Relaxed), OWNER);
            // Still holds one.
        });
        assert!(!garbage(&[(&o, 0)], &fast), "condemned although the owner holds it");
        o.release(NOBODY, NOBODY);
        owner.join().unwrap();
        assert!(!o.died());
    });
}

#[test]
fn a_way_in_through_another_object_under_test() {
    model(|| {
        // z refers to y. The owner of y holds z, which nobody owns; it clones y through z, then lets z go.
        let y = Arc::new(Object::new(OWNER | 1, BIASED));
        let z = Arc::new(Object::new(0, ONE));
        let fast = Arc::new(AtomicU32::new(OWNER));
        let (y2, z2, f2) = (y.clone(), z.clone(), fast.clone());
        let owner = thread::spawn(move || {
            fence(SeqCst);
            y2.count(f2.load(Relaxed), OWNER);
            fence(SeqCst);
            // z is kept by the collector, or dies here, which would release its y: not modelled, so that y's count stays.
            z2.release(f2.load(Relaxed), OWNER);
        });
        if z.counts.try_clone(|| {}) {
            // The extra reference stands for what keeps z from dying during the model.
            let condemned = garbage(&[(&y, 1), (&z, 1)], &fast);
            assert!(!condemned, "condemned although the owner has cloned y");
        }
        owner.join().unwrap();
    });
}

#[test]
fn a_clone_handed_over_and_dropped_elsewhere_under_test() {
    model(|| {
        // The owner clones and hands the clone to another thread, which drops it; the owner keeps its first.
        let o = Arc::new(Object::new(OWNER | 1, BIASED | ONE));
        let fast = Arc::new(AtomicU32::new(OWNER));
        let (o2, f2) = (o.clone(), fast.clone());
        let owner = thread::spawn(move || {
            fence(SeqCst);
            o2.count(f2.load(Relaxed), OWNER);
            let o3 = Arc::clone(&o2);
            thread::spawn(move || o3.release(NOBODY, NOBODY)).join().unwrap();
        });
        // Two are always held from outside.
        assert!(!garbage(&[(&o, 1)], &fast));
        owner.join().unwrap();
    });
}

#[test]
fn a_merge_under_test() {
    model(|| {
        let o = Arc::new(Object::new(OWNER | 2, BIASED));
        let fast = Arc::new(AtomicU32::new(OWNER));
        let o2 = o.clone();
        let owner = thread::spawn(move || {
            o2.counts.merge(OWNER, 0, || o2.touch());
        });
        assert!(!garbage(&[(&o, 1)], &fast), "a moment's sum was too low");
        owner.join().unwrap();
    });
}
