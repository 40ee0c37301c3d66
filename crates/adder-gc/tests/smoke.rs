//! The first things a user does.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use adder_gc::{Clearer, Gc, Heap, Trace, Tracer, Weak};

struct Node {
    next: RefCell<Option<Gc<Node>>>,
    many: RefCell<Vec<Gc<Node>>>,
    drops: Rc<Cell<usize>>,
}
impl Trace for Node {
    fn trace<'a>(&'a self, t: &mut Tracer<'a>) {
        self.next.trace(t);
        self.many.trace(t);
    }
    fn clear_edges(&self, c: &mut Clearer<'_>) {
        self.next.clear_edges(c);
        self.many.clear_edges(c);
    }
    fn finalizes() -> bool {
        false
    }
}
impl Drop for Node {
    fn drop(&mut self) {
        self.drops.set(self.drops.get() + 1);
    }
}
fn node(d: &Rc<Cell<usize>>) -> Gc<Node> {
    Gc::new(Node { next: RefCell::default(), many: RefCell::default(), drops: d.clone() })
}

#[test]
fn counts_and_frees() {
    let d = Rc::new(Cell::new(0));
    let a = node(&d);
    let b = a.clone();
    assert_eq!(Gc::ref_count(&a), 2);
    drop(a);
    assert_eq!(d.get(), 0);
    drop(b);
    assert_eq!(d.get(), 1);
}

#[test]
fn cycles_are_collected() {
    let d = Rc::new(Cell::new(0));
    for _ in 0..100 {
        let a = node(&d);
        let b = node(&d);
        *a.next.borrow_mut() = Some(b.clone());
        b.many.borrow_mut().push(a.clone());
    }
    let got = adder_gc::collect();
    assert_eq!(got.freed, 200, "{got:?}");
    assert_eq!(d.get(), 200);
}

#[test]
fn automatic_collection_frees_everything() {
    let d = Rc::new(Cell::new(0));
    let keep: Vec<_> = (0..50_000).map(|_| node(&d)).collect();
    for _ in 0..200_000 {
        let a = node(&d);
        let b = node(&d);
        *a.next.borrow_mut() = Some(b.clone());
        *b.next.borrow_mut() = Some(a.clone());
    }
    assert!(d.get() > 300_000, "{}", d.get());
    assert_eq!(keep.len(), 50_000);
    drop(keep);
    Heap::current().collect();
    assert_eq!(d.get(), 450_000);
}

#[test]
fn weak_and_callbacks() {
    let d = Rc::new(Cell::new(0));
    let a = node(&d);
    let w = Gc::downgrade(&a);
    let log = Rc::new(RefCell::new(vec![]));
    let l = log.clone();
    let w1 = Gc::downgrade_with(&a, move |w: &Weak<Node>| {
        assert!(w.upgrade().is_none());
        l.borrow_mut().push(1)
    });
    let l = log.clone();
    let w2 = Gc::downgrade_with(&a, move |_| l.borrow_mut().push(2));
    assert!(w.upgrade().is_some());
    *a.next.borrow_mut() = Some(a.clone());
    drop(a);
    assert!(w.is_alive());
    adder_gc::collect();
    assert!(!w.is_alive() && !w1.is_alive() && !w2.is_alive());
    assert_eq!(*log.borrow(), [2, 1]);
}

#[test]
fn deep_list_on_a_small_stack() {
    std::thread::Builder::new()
        .stack_size(256 << 10)
        .spawn(|| {
            let d = Rc::new(Cell::new(0));
            let mut head = node(&d);
            for _ in 0..1_000_000 {
                let n = node(&d);
                *n.next.borrow_mut() = Some(head);
                head = n;
            }
            drop(head);
            assert_eq!(d.get(), 1_000_001);
        })
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn slices_and_strings() {
    let d = Rc::new(Cell::new(0));
    let s: Gc<[Gc<Node>]> = (0..10).map(|_| node(&d)).collect();
    assert_eq!(s.len(), 10);
    *s[3].next.borrow_mut() = Some(s[4].clone());
    drop(s);
    assert_eq!(d.get(), 10);
    let t: Gc<str> = "hällo".into();
    assert_eq!(&*t, "hällo");
    let big: Gc<[u64]> = (0..100_000).collect();
    assert_eq!(big[99_999], 99_999);
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
}
