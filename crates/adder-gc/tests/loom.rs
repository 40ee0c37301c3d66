//! The counts, the weak slots and the frees by other threads of `sync` under a model checker:
//! `RUSTFLAGS="--cfg loom" cargo test -p adder-gc --release --test loom`.
//!
//! `membarrier` is modelled as a sequentially consistent fence on both sides. The mutator's stands in front of the load of its tag:
//! between that load and the store of the count there is none, so an operation may be under way when the collector fences.
#![cfg(loom)]
#![allow(dead_code, reason = "the models include modules whole")]

mod primitive {
    pub(crate) use loom::sync::atomic::{AtomicPtr, AtomicU32, AtomicUsize, Ordering};
    pub(crate) use loom::sync::{Mutex, MutexGuard};
}
#[path = "../src/sync/count.rs"]
mod count;
#[path = "../src/sync/remote.rs"]
mod remote;
#[path = "../src/sync/slot.rs"]
mod slot;

use count::{BIASED, Counts, Dropped, NOBODY, ONE, Total, tag};
use loom::cell::UnsafeCell;
use loom::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::*, fence};
use loom::sync::{Arc, Mutex};
use loom::thread;
use remote::{Block, Remote};
use slot::Slot;
use std::ptr::NonNull;

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
        let open = if fast == NOBODY { None } else { self.counts.drop_elsewhere(fast) };
        let done = open.unwrap_or_else(|| self.counts.drop(me, || self.touch()));
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
        if self.counts.fast_clone(fast) {
        } else if fast == NOBODY {
            self.counts.clone(me, || self.touch());
        } else {
            self.counts.clone_elsewhere();
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
fn garbage(objects: &[(&Object, u32)], fast: &[&AtomicU32]) -> bool {
    for (o, _) in objects {
        assert!(o.counts.try_clone(|| {}));
        o.counts.set_test();
    }
    for fast in fast {
        fast.store(NOBODY, Relaxed);
    }
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
        assert!(!garbage(&[(&o, 0)], &[&fast]), "condemned although the owner holds it");
        o.release(NOBODY, NOBODY);
        owner.join().unwrap();
        assert!(!o.died());
    });
}

/// z refers to y. A thread holds z, which nobody owns; it clones y through z, then lets z go. It owns y, or nobody does.
#[test]
fn a_way_in_through_another_object_under_test() {
    for (local, shared, me) in [(OWNER | 1, BIASED, OWNER), (0, ONE, tag(2))] {
        model(move || {
            let y = Arc::new(Object::new(local, shared));
            let z = Arc::new(Object::new(0, ONE));
            let fast = Arc::new(AtomicU32::new(me));
            let (y2, z2, f2) = (y.clone(), z.clone(), fast.clone());
            let thread = thread::spawn(move || {
                fence(SeqCst);
                y2.count(f2.load(Relaxed), me);
                fence(SeqCst);
                // z is kept by the collector, or dies here, which would release its y: not modelled, so that y's count stays.
                z2.release(f2.load(Relaxed), me);
            });
            if z.counts.try_clone(|| {}) {
                // The extra reference stands for what keeps z from dying during the model.
                let condemned = garbage(&[(&y, 1), (&z, 1)], &[&fast]);
                assert!(!condemned, "condemned although the thread has cloned y");
            }
            thread.join().unwrap();
        });
    }
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
        assert!(!garbage(&[(&o, 1)], &[&fast]));
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
        assert!(!garbage(&[(&o, 1)], &[&fast]), "a moment's sum was too low");
        owner.join().unwrap();
    });
}

/// A thread whose tag is open neither owns the object nor looks at `TEST`: it adds and subtracts in the shared half.
#[test]
fn another_thread_clones_and_drops_under_test() {
    for (local, shared) in [(0, ONE), (OWNER | 1, BIASED | ONE)] {
        model(move || {
            let o = Arc::new(Object::new(local, shared));
            let fast = Arc::new(AtomicU32::new(tag(2)));
            let (o2, f2) = (o.clone(), fast.clone());
            let other = thread::spawn(move || {
                fence(SeqCst);
                o2.count(f2.load(Relaxed), tag(2));
                fence(SeqCst);
                o2.release(f2.load(Relaxed), tag(2));
                // Still holds one.
            });
            // Where it is biased, the owner's reference lies in the object itself.
            let inside = u32::from(local > 0);
            assert!(!garbage(&[(&o, inside)], &[&fast]), "condemned although another thread holds it");
            o.release(NOBODY, NOBODY);
            other.join().unwrap();
            assert!(!o.died());
        });
    }
}

/// Drops of threads whose tags are open meet the owner's merge: one death.
#[test]
fn open_drops_against_a_merge() {
    model(|| {
        let o = Arc::new(Object::new(OWNER | 2, BIASED | ONE));
        let others: Vec<_> = (2..4)
            .map(|id| {
                let o = o.clone();
                thread::spawn(move || o.release(tag(id), tag(id)))
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

/// An object with a weak reference. Its memory is given back after its slot was emptied.
struct Watched {
    object: Object,
    slot: Slot<(), u32>,
    given_back: AtomicBool,
}

impl Watched {
    fn new(local: u32, shared: u32, callback: Option<u32>) -> Arc<Watched> {
        let slot = Slot::new(Some(()), callback);
        slot.add_handle();
        Arc::new(Watched { object: Object::new(local, shared), slot, given_back: AtomicBool::new(false) })
    }

    fn upgrade(&self) -> bool {
        self.slot.look(|()| {
            assert!(!self.given_back.load(SeqCst), "a slot leads to memory that was given back");
            self.object.counts.try_clone(|| self.object.touch())
        }) == Some(true)
    }

    /// As `header::decrement` and `death::die`.
    fn release(&self, me: u32) {
        if self.object.counts.fast_drop(me) {
            return;
        }
        match self.object.counts.drop(me, || self.object.touch()) {
            Dropped::Kept => {}
            Dropped::Dead => {
                self.slot.clear();
                assert!(!self.given_back.swap(true, SeqCst), "given back twice");
            }
            Dropped::Home(_) => panic!("the shared half has a count for it"),
        }
    }
}

#[test]
fn a_slot_against_the_last_drop() {
    for (local, shared) in [(0, ONE), (OWNER | 1, BIASED)] {
        model(move || {
            let o = Watched::new(local, shared, None);
            let upgrades: Vec<_> = (0..2)
                .map(|_| {
                    let o = o.clone();
                    thread::spawn(move || {
                        if o.upgrade() {
                            assert!(!o.given_back.load(SeqCst), "gone while it was referred to");
                            o.release(NOBODY);
                        }
                    })
                })
                .collect();
            o.release(OWNER);
            for upgrade in upgrades {
                upgrade.join().unwrap();
            }
            assert!(o.given_back.load(SeqCst) && o.slot.is_empty() && !o.upgrade());
        });
    }
}

#[test]
fn a_slot_against_the_exact_test() {
    model(|| {
        // Nobody but a weak reference has a way to it: the one count lies in the object itself.
        let o = Watched::new(0, ONE, None);
        let o2 = o.clone();
        let weak = thread::spawn(move || {
            let upgraded = o2.upgrade();
            if upgraded {
                assert!(!o2.given_back.load(SeqCst));
                o2.release(NOBODY);
            }
            upgraded
        });
        // As `collect::test`, with the lock of the slot held from before the counts are read until it is emptied.
        assert!(o.object.counts.try_clone(|| {}));
        o.object.counts.set_test();
        fence(SeqCst);
        let mut target = o.slot.lock();
        let garbage = o.object.counts.total() == Total::Is(2) && !o.object.touched.load(SeqCst);
        if garbage {
            *target = None;
        }
        drop(target);
        o.object.counts.clear_test();
        if garbage {
            // Its own reference and the collector's, which are let go of only now.
            o.release(NOBODY);
            o.release(NOBODY);
        }
        let upgraded = weak.join().unwrap();
        assert!(!garbage || o.given_back.load(SeqCst));
        assert!(garbage || upgraded, "who else could have been in the way?");
    });
}

#[test]
fn a_callback_runs_once_or_not_at_all() {
    for kept in [false, true] {
        model(move || {
            let o = Watched::new(0, ONE, Some(7));
            if kept {
                o.slot.add_handle();
            }
            let o2 = o.clone();
            let handle = thread::spawn(move || {
                // Who empties the slot has the object's entry to remove, so it must be there still.
                o2.slot.remove_handle().is_some()
            });
            // The death of the object, on two threads as in a collection that another one's death meets.
            let runs = Arc::new(AtomicUsize::new(0));
            let run = |o: &Watched, runs: &AtomicUsize| {
                o.slot.clear();
                if o.slot.take_callback().is_some() {
                    runs.fetch_add(1, SeqCst);
                }
            };
            let (o3, r3) = (o.clone(), runs.clone());
            let other = thread::spawn(move || run(&o3, &r3));
            run(&o, &runs);
            other.join().unwrap();
            let emptied = handle.join().unwrap();
            let runs = runs.load(SeqCst);
            assert!(runs <= 1 && o.slot.is_empty());
            assert!(!kept || (runs == 1 && !emptied), "one handle is left: it must be told");
        });
    }
}

/// A block that is free: whoever owns it may write its link. The cell tells when two do.
struct Free(UnsafeCell<*mut Free>);

impl Block for Free {
    unsafe fn set_link(this: NonNull<Free>, next: *mut Free) {
        // SAFETY: blocks live as long as the model.
        unsafe { this.as_ref() }.0.with_mut(|link| unsafe { *link = next });
    }
}

struct SharedPage {
    blocks: [Free; 2],
    remote: Remote<Free>,
    /// 0 for nobody; else the number of the inbox.
    owner: AtomicUsize,
    mail: [Mutex<bool>; 3],
}

// SAFETY: the checker watches over the cells.
unsafe impl Sync for SharedPage {}
// SAFETY: as above.
unsafe impl Send for SharedPage {}

impl SharedPage {
    fn new(owner: usize) -> Arc<SharedPage> {
        Arc::new(SharedPage {
            blocks: [(); 2].map(|()| Free(UnsafeCell::new(std::ptr::null_mut()))),
            remote: Remote::of(loom::sync::atomic::AtomicPtr::new(std::ptr::null_mut())),
            owner: AtomicUsize::new(owner),
            mail: [(); 3].map(|()| Mutex::new(false)),
        })
    }

    /// As `page::free_elsewhere` and `thread::tell_owner`.
    fn free(&self, block: usize) {
        // SAFETY: each is freed once.
        if unsafe { self.remote.push(NonNull::from(&self.blocks[block])) } {
            *self.mail[self.owner.load(Acquire)].lock().unwrap() = true;
        }
    }

    fn count(first: Option<NonNull<Free>>) -> usize {
        let mut next = first;
        let mut blocks = 0;
        while let Some(block) = next {
            blocks += 1;
            // SAFETY: taken from the stack, so it is ours.
            next = unsafe { block.as_ref() }.0.with(|link| NonNull::new(unsafe { *link }));
        }
        blocks
    }

    /// As `Record::drain`.
    fn drain(&self, me: usize) -> usize {
        if std::mem::take(&mut *self.mail[me].lock().unwrap()) && self.owner.load(Acquire) == me {
            return SharedPage::count(self.remote.take());
        }
        0
    }
}

#[test]
fn blocks_freed_by_two_threads_reach_the_owner() {
    model(|| {
        let page = SharedPage::new(1);
        let others: Vec<_> = (0..2)
            .map(|block| {
                let page = page.clone();
                thread::spawn(move || page.free(block))
            })
            .collect();
        let early = page.drain(1);
        for other in others {
            other.join().unwrap();
        }
        assert_eq!(early + page.drain(1), 2, "a block was lost, or its owner not told");
    });
}

#[test]
fn blocks_freed_while_the_page_changes_hands_reach_the_new_owner() {
    model(|| {
        let page = SharedPage::new(1);
        let others: Vec<_> = (0..2)
            .map(|block| {
                let page = page.clone();
                thread::spawn(move || page.free(block))
            })
            .collect();
        // The first ends: takes what there is, and leaves the page to nobody, then to the second.
        let taken = SharedPage::count(page.remote.take());
        page.owner.store(0, Release);
        page.owner.store(2, Release);
        let adopted = SharedPage::count(page.remote.adopt());
        for other in others {
            other.join().unwrap();
        }
        assert_eq!(taken + adopted + page.drain(2), 2, "a block was lost, or its new owner not told");
    });
}
