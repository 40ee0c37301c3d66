//! `adder_gc::sync`: counts, threads, weak references.

use std::panic::catch_unwind;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier, Mutex, OnceLock};
use std::thread;

use adder_gc::sync::{self, Borrowed, Gc, Heap, OnceGc, Weak};
use adder_gc::{Trace, sync_unsize};
use sync_node::*;

mod sync_node;

#[test]
fn counts_on_one_thread() {
    let _alone = alone();
    let d = drops();
    let a = node(&d);
    let b = a.clone();
    assert_eq!(Gc::ref_count(&a), 2);
    assert!(Gc::ptr_eq(&a, &b));
    drop(a);
    assert_eq!((d.load(SeqCst), Gc::ref_count(&b)), (0, 1));
    drop(b);
    assert_eq!(d.load(SeqCst), 1);
    assert_eq!(size_of::<Gc<Node>>(), 8);
    assert_eq!(size_of::<Option<Gc<Node>>>(), 8);
}

#[test]
fn handles_are_send_and_sync() {
    let _alone = alone();
    fn both<T: Send + Sync>() {}
    both::<Gc<Node>>();
    both::<Weak<Node>>();
    both::<Borrowed<'static, Node>>();
    both::<OnceGc<Node>>();
    both::<Gc<dyn Fn() -> i32 + Send + Sync>>();
}

#[test]
fn last_drop_on_another_thread_frees_when_the_owner_looks() {
    let _alone = alone();
    let d = drops();
    let a = node(&d);
    thread::spawn(move || drop(a)).join().unwrap();
    assert_eq!(d.load(SeqCst), 0, "the owner's half stands for it");
    Heap::global().poll();
    assert_eq!(d.load(SeqCst), 1);

    let a = node(&d);
    assert!(Gc::share(&a));
    thread::spawn(move || drop(a)).join().unwrap();
    assert_eq!(d.load(SeqCst), 2, "shared: freed at the instant");
}

#[test]
fn clones_and_drops_on_many_threads() {
    let _alone = alone();
    let d = drops();
    let a = node(&d);
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let a = a.clone();
            thread::spawn(move || {
                for _ in 0..20_000 {
                    let b = a.clone();
                    let c = b.clone();
                    drop(b);
                    c.check();
                }
            })
        })
        .collect();
    for _ in 0..20_000 {
        a.clone().check();
    }
    for t in threads {
        t.join().unwrap();
    }
    Heap::global().poll();
    assert_eq!(Gc::ref_count(&a), 1);
    drop(a);
    assert_eq!(d.load(SeqCst), 1);
}

#[test]
fn an_object_outlives_the_thread_that_made_it() {
    let _alone = alone();
    let d = drops();
    let d2 = d.clone();
    let (a, b) = thread::spawn(move || {
        let a = node(&d2);
        let b = ring(100, &d2);
        for _ in 0..1000 {
            drop(node(&d2));
        }
        (a, b)
    })
    .join()
    .unwrap();
    assert_eq!(d.load(SeqCst), 1000);
    assert_eq!(Gc::ref_count(&a), 1);
    let c = a.clone();
    drop(a);
    drop(c);
    assert_eq!(d.load(SeqCst), 1001, "merged at the end of its owner: freed at the instant");
    b.check();
    drop(b);
    sync::collect();
    assert_eq!(d.load(SeqCst), 1101);
}

#[test]
fn a_million_deep_on_a_small_stack() {
    let _alone = alone();
    thread::Builder::new()
        .stack_size(256 << 10)
        .spawn(|| {
            let d = drops();
            let mut head = node(&d);
            for _ in 0..1_000_000 {
                let n = node(&d);
                n.edges.lock().unwrap().push(head);
                head = n;
            }
            drop(head);
            assert_eq!(d.load(SeqCst), 1_000_001);
        })
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn weak_references_and_callbacks() {
    let _alone = alone();
    let d = drops();
    let a = node(&d);
    let w = Gc::downgrade(&a);
    let log = Arc::new(Mutex::new(Vec::new()));
    let l = log.clone();
    let w1 = Gc::downgrade_with(&a, move |w: &Weak<Node>| {
        assert!(w.upgrade().is_none());
        l.lock().unwrap().push(1);
    });
    let l = log.clone();
    let w2 = Gc::downgrade_with(&a, move |_| l.lock().unwrap().push(2));
    let l = log.clone();
    drop(Gc::downgrade_with(&a, move |_| l.lock().unwrap().push(3)));
    assert_eq!(Gc::weak_count(&a), 3);
    let w3 = w.clone();
    assert!(thread::spawn(move || w3.upgrade().is_some()).join().unwrap());
    Heap::global().poll();
    a.link(&a);
    drop(a);
    assert!(w.is_alive());
    sync::collect();
    assert!(!w.is_alive() && !w1.is_alive() && !w2.is_alive());
    assert_eq!(*log.lock().unwrap(), [2, 1]);
    assert_eq!(d.load(SeqCst), 1);
}

#[test]
fn a_callback_that_is_garbage_itself_is_not_called() {
    let _alone = alone();
    #[derive(Trace)]
    struct Holder {
        me: Mutex<Option<Gc<Holder>>>,
        weak: Mutex<Option<Weak<Holder>>>,
    }
    let called = Arc::new(AtomicBool::new(false));
    let c = called.clone();
    let a = Gc::new(Holder { me: Mutex::default(), weak: Mutex::default() });
    let w = Gc::downgrade_with(&a, move |_| c.store(true, SeqCst));
    *a.weak.lock().unwrap() = Some(w);
    *a.me.lock().unwrap() = Some(a.clone());
    drop(a);
    assert_eq!(sync::collect().freed, 1);
    assert!(!called.load(SeqCst));
}

#[test]
fn upgrade_against_the_last_drop() {
    let _alone = alone();
    for _ in 0..2000 {
        let d = drops();
        let a = node(&d);
        let w = Gc::downgrade(&a);
        let start = Arc::new(Barrier::new(2));
        let s = start.clone();
        let t = thread::spawn(move || {
            s.wait();
            if let Some(b) = w.upgrade() {
                b.check();
            }
        });
        start.wait();
        drop(a);
        t.join().unwrap();
        Heap::global().poll();
        assert_eq!(d.load(SeqCst), 1);
    }
}

#[test]
fn new_cyclic_and_get_mut_and_unwrap() {
    let _alone = alone();
    #[derive(Trace, Clone)]
    struct Own(i32, Weak<Own>);
    let a = Gc::new_cyclic(|w: &Weak<Own>| {
        assert!(w.upgrade().is_none());
        Own(1, w.clone())
    });
    assert!(Gc::ptr_eq(&a.1.upgrade().unwrap(), &a));
    assert_eq!(Gc::ref_count(&a), 1);
    assert!(catch_unwind(|| Gc::<Own>::new_cyclic(|_| panic!("no"))).is_err());

    let mut a = Gc::new(Own(1, Weak::new()));
    let w = Gc::downgrade(&a);
    {
        let mut m = loop {
            if let Some(m) = Gc::get_mut(&mut a) {
                break m;
            }
        };
        m.0 = 2;
        assert!(w.upgrade().is_none(), "masked");
    }
    assert!(w.upgrade().is_some());
    let b = a.clone();
    assert!(Gc::get_mut(&mut a).is_none());
    Gc::make_mut(&mut a).0 = 3;
    assert_eq!((a.0, b.0), (3, 2));
    drop(b);
    let mut a = a;
    let value = loop {
        match Gc::try_unwrap(a) {
            Ok(value) => break value,
            Err(back) => a = back,
        }
    };
    assert_eq!(value.0, 3);

    // A forgotten guard leaves the object masked; counting goes on.
    let mut a = Gc::new(Own(5, Weak::new()));
    while Gc::get_mut(&mut a).map(std::mem::forget).is_none() {}
    let b = a.clone();
    assert!(Gc::get_mut(&mut a).is_none());
    drop(a);
    assert_eq!(b.0, 5);
}

#[test]
fn get_mut_and_unwrap_by_another_thread() {
    let _alone = alone();
    let d = drops();
    for share in [false, true] {
        let (mut a, b) = (node(&d), node(&d));
        let weak = Gc::downgrade(&a);
        if share {
            Gc::share(&a);
        }
        let kept = b.clone();
        thread::spawn(move || {
            let mut guard = Gc::get_mut(&mut a).expect("the only reference, and nobody collects");
            guard.canary.0 = ALIVE;
            assert!(weak.upgrade().is_none(), "masked");
            drop(guard);
            assert!(Gc::share(&a), "merged since");
            drop(weak.upgrade().unwrap());
            // One that has another reference, on the thread that owns it.
            let mut b = b;
            assert!(Gc::get_mut(&mut b).is_none());
            assert!(Gc::try_unwrap(b).is_err());
            Gc::try_unwrap(a).ok().expect("as before").check();
        })
        .join()
        .unwrap();
        Heap::global().poll();
        assert_eq!(Gc::ref_count(&kept), 1);
    }
    assert_eq!(d.load(SeqCst), 4);
}

/// Whoever holds the last reference takes the object for itself, wherever it was made, while its owner goes on counting others.
#[test]
fn objects_are_taken_over_while_their_owner_works() {
    let _alone = alone();
    let d = drops();
    let (send, receive) = channel::<Gc<Node>>();
    let d2 = d.clone();
    let owner = thread::spawn(move || {
        for _ in 0..2000 {
            let a = node(&d2);
            send.send(a.clone()).unwrap();
            for _ in 0..20 {
                drop(a.clone());
            }
            drop(a);
        }
    });
    let mut taken = 0;
    for mut a in receive {
        for _ in 0..50 {
            if let Some(mut guard) = Gc::get_mut(&mut a) {
                guard.edges.get_mut().unwrap().clear();
                taken += 1;
                break;
            }
        }
        a.check();
    }
    owner.join().unwrap();
    Heap::global().poll();
    assert_eq!(d.load(SeqCst), 2000);
    assert!(taken > 0);
}

#[test]
fn slices_strings_and_trait_objects() {
    let _alone = alone();
    let d = drops();
    let s: Gc<[Gc<Node>]> = (0..10).map(|_| node(&d)).collect();
    s[3].link(&s[4]);
    assert_eq!(s.len(), 10);
    drop(s);
    assert_eq!(d.load(SeqCst), 10);
    let t: Gc<str> = "hällo".into();
    assert_eq!(&*t, "hällo");
    let t2 = t.clone();
    assert!(thread::spawn(move || t2.len() == 6).join().unwrap());
    let big: Gc<[u64]> = (0..100_000).collect();
    let b2 = big.clone();
    assert_eq!(thread::spawn(move || b2[99_999]).join().unwrap(), 99_999);
    let shown = sync_unsize!(Gc::new(7) => dyn std::fmt::Display + Send + Sync);
    assert_eq!(shown.to_string(), "7");
    let empty: Gc<[u8]> = Vec::new().into();
    let word = "hällo";
    let forms: [Gc<str>; 4] = [
        word.into(),
        Box::<str>::from(word).into(),
        std::borrow::Cow::Borrowed(word).into(),
        Gc::try_from_str(word).unwrap(),
    ];
    assert!(forms.iter().all(|form| **form == *word) && Gc::<str>::default().is_empty());
    let forms: [Gc<[u8]>; 4] =
        [vec![1, 2].into(), [1, 2].into(), Box::<[u8]>::from([1, 2]).into(), Gc::try_from_vec(vec![1, 2]).unwrap()];
    assert!(forms.iter().all(|form| **form == [1, 2]) && Gc::<[u8]>::default().is_empty());
    assert!(empty.is_empty());
}

#[test]
fn immortal_objects_and_statics() {
    let _alone = alone();
    static KEPT: OnceLock<Gc<String>> = OnceLock::new();
    let a = KEPT.get_or_init(|| Gc::new(String::from("kept"))).clone();
    assert_eq!(*a, "kept");
    Gc::immortalize(&a);
    assert!(Gc::is_immortal(&a));
    let threads: Vec<_> = (0..4).map(|_| thread::spawn(|| drop(KEPT.get().cloned()))).collect();
    for t in threads {
        t.join().unwrap();
    }
    assert!(Gc::is_immortal(&a));
}

#[test]
fn raw_round_trip() {
    let _alone = alone();
    let d = drops();
    let a = node(&d);
    let raw = Gc::into_raw(a) as usize;
    thread::spawn(move || {
        // SAFETY: given out just now, given back once.
        let a = unsafe { Gc::from_raw(raw as *const Node) };
        a.check();
    })
    .join()
    .unwrap();
    Heap::global().poll();
    assert_eq!(d.load(SeqCst), 1);
}
