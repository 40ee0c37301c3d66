//! Rule 7 and the faithfulness list (1 to 6, 8 to 10, 12, 15, 17, 19): the order of finalizers, weak references and callbacks,
//! in death by count and by collection, scene by scene as CPython 3.13 plays them (`orders/orders.py`).
//!
//! What CPython prints is in `orders/expected.txt`; where a CPython 3.13 is found (`adder_cpython`) it is
//! asked again.

use adder_gc::{Borrowed, Finalize, Gc, Heap, Trace, Weak};
use std::cell::{Cell, RefCell};
use std::process::Command;
use std::rc::Rc;

thread_local! {
    static PRINTED: RefCell<String> = const { RefCell::new(String::new()) };
    static KEPT: RefCell<Vec<Gc<Node>>> = const { RefCell::new(Vec::new()) };
}

fn print(line: impl AsRef<str>) {
    PRINTED.with_borrow_mut(|p| {
        p.push_str(line.as_ref());
        p.push('\n');
    });
}

type Hook = Box<dyn Fn(Borrowed<'_, Node>)>;

#[derive(Trace)]
#[trace(finalize)]
struct Node {
    name: &'static str,
    next: RefCell<Option<Gc<Node>>>,
    other: RefCell<Option<Weak<Node>>>,
    more: RefCell<Option<Gc<Node>>>,
    #[trace(skip)]
    hook: RefCell<Option<Hook>>,
}

impl Finalize for Node {
    fn finalize(this: Borrowed<'_, Self>) {
        print(format!("del {}", this.name));
        if let Some(hook) = &*this.hook.borrow() {
            hook(this);
        }
    }
}

fn node(name: &'static str) -> Gc<Node> {
    Gc::new(Node {
        name,
        next: RefCell::default(),
        other: RefCell::default(),
        more: RefCell::default(),
        hook: RefCell::default(),
    })
}

fn hooked(name: &'static str, hook: impl Fn(Borrowed<'_, Node>) + 'static) -> Gc<Node> {
    let gc = node(name);
    *gc.hook.borrow_mut() = Some(Box::new(hook));
    gc
}

fn answers(weak: &Weak<Node>) -> &'static str {
    if weak.upgrade().is_some() { "answers" } else { "is dead" }
}

fn watch(gc: &Gc<Node>, name: &'static str) -> Weak<Node> {
    Gc::downgrade_with(gc, move |w| print(format!("callback {name} {}", answers(w))))
}

fn ring(nodes: &[&Gc<Node>]) {
    for (at, node) in nodes.iter().enumerate() {
        *node.next.borrow_mut() = Some(nodes[(at + 1) % nodes.len()].clone());
    }
}

fn keep(this: Borrowed<'_, Node>) {
    KEPT.with_borrow_mut(|k| k.push(this.to_owned()));
}

fn let_go() {
    let kept = KEPT.take();
    kept.into_iter().for_each(drop);
}

fn collect() -> usize {
    Heap::current().collect().unreachable
}

fn death_by_count() {
    let a = node("a");
    let plain = Gc::downgrade(&a);
    let seen = plain.clone();
    *a.hook.borrow_mut() = Some(Box::new(move |_| print(format!("in del {}", answers(&seen)))));
    let _w = [watch(&a, "1"), watch(&a, "2"), watch(&a, "3")];
    drop(a);
    print(format!("after {}", answers(&plain)));
}

fn death_by_collection() {
    let (a, b) = (node("a"), node("b"));
    let (pa, pb) = (Gc::downgrade(&a), Gc::downgrade(&b));
    *a.hook.borrow_mut() = Some(Box::new(move |_| print(format!("in del {} {}", answers(&pa), answers(&pb)))));
    let _w = [watch(&a, "a1"), watch(&b, "b1"), watch(&a, "a2"), watch(&b, "b2")];
    ring(&[&a, &b]);
    drop((a, b));
    collect();
}

fn resurrection_by_count() {
    let a = hooked("a", keep);
    let (_w, p) = (watch(&a, "w"), Gc::downgrade(&a));
    drop(a);
    print(format!("after {}", answers(&p)));
    let_go();
    print(format!("after {}", answers(&p)));
}

fn resurrection_by_collection() {
    let (a, b) = (hooked("a", keep), node("b"));
    let (_w, p, q) = (watch(&a, "w"), Gc::downgrade(&a), Gc::downgrade(&b));
    ring(&[&a, &b]);
    drop((a, b));
    collect();
    print(format!("after {} {}", answers(&p), answers(&q)));
    let_go();
    collect();
}

fn resurrection_keeps_no_other_garbage() {
    let (a, b, c) = (hooked("a", keep), node("b"), node("c"));
    ring(&[&a]);
    ring(&[&b, &c]);
    drop((a, b, c));
    collect();
    print(format!("kept {}", KEPT.with_borrow(Vec::len)));
    let_go();
    collect();
}

fn all_weak_references_end_before_the_first_callback() {
    let (a, b) = (node("a"), node("b"));
    ring(&[&a, &b]);
    let (pa, pb) = (Gc::downgrade(&a), Gc::downgrade(&b));
    let _w = Gc::downgrade_with(&a, move |_| print(format!("callback {} {}", answers(&pa), answers(&pb))));
    drop((a, b));
    collect();
}

fn no_callback_of_a_weak_reference_that_is_garbage() {
    let (a, b) = (node("a"), node("b"));
    ring(&[&a, &b]);
    *a.other.borrow_mut() = Some(watch(&b, "garbage"));
    let _outside = watch(&a, "outside");
    drop((a, b));
    collect();
}

fn a_callback_on_death_by_count_of_its_target_though_its_owner_is_garbage() {
    let (a, b) = (node("a"), node("b"));
    ring(&[&a]);
    *a.other.borrow_mut() = Some(watch(&b, "owned by garbage"));
    drop(a);
    drop(b);
    collect();
}

fn a_weak_reference_made_in_a_finalizer() {
    let made: Rc<RefCell<Vec<Weak<Node>>>> = Rc::default();
    let hook = |made: &Rc<RefCell<Vec<Weak<Node>>>>| {
        let made = made.clone();
        move |this: Borrowed<'_, Node>| {
            let weak = Gc::downgrade_with(&this.to_owned(), |w| print(format!("late callback {}", answers(w))));
            made.borrow_mut().push(weak);
        }
    };
    let a = hooked("a", hook(&made));
    ring(&[&a]);
    drop(a);
    collect();
    print(format!("after {}", answers(&made.borrow()[0])));
    drop(hooked("b", hook(&made)));
    print(format!("after {}", answers(&made.borrow()[1])));
}

fn late_weak_references_answer_until_their_object_dies() {
    let late: Rc<RefCell<Vec<Weak<Node>>>> = Rc::default();
    let all = Rc::clone(&late);
    let a = hooked("a", move |this| {
        let mut node = this.to_owned();
        for _ in 0..3 {
            let (name, every) = (node.name, Rc::clone(&all));
            let weak = Gc::downgrade_with(&node, move |_| {
                print(every.borrow().iter().fold(format!("late {name}"), |line, w| line + " " + answers(w)));
            });
            all.borrow_mut().push(weak);
            let next = node.next.borrow().clone().unwrap();
            node = next;
        }
    });
    let (b, c) = (node("b"), node("c"));
    ring(&[&a, &b, &c]);
    drop((a, b, c));
    collect();
    print(late.borrow().iter().fold("after".to_owned(), |line, w| line + " " + answers(w)));
}

fn a_late_weak_reference_brings_back_an_object_that_is_being_emptied() {
    let late: Rc<RefCell<Vec<Weak<Node>>>> = Rc::default();
    let outside: Rc<RefCell<Vec<Gc<Node>>>> = Rc::default();
    let (a, b) = (node("a"), node("b"));
    let (made, held) = (Rc::clone(&late), Rc::clone(&outside));
    *a.hook.borrow_mut() = Some(Box::new(move |this| {
        made.borrow_mut().push(Gc::downgrade(&this.to_owned()));
        drop(held.take());
    }));
    let made = Rc::clone(&late);
    let watcher = hooked("watcher", move |_| {
        let back = made.borrow()[0].upgrade();
        KEPT.with_borrow_mut(|kept| kept.extend(back));
    });
    *b.more.borrow_mut() = Some(watcher.clone());
    // The collection does not find this one.
    outside.borrow_mut().push(watcher);
    ring(&[&a, &b]);
    drop((a, b));
    print(format!("found {}", collect()));
    let same = |node: &Gc<Node>| late.borrow()[0].upgrade().is_some_and(|late| Gc::ptr_eq(&late, node));
    let same: Vec<_> = KEPT.with_borrow(|kept| kept.iter().map(|n| if same(n) { "True" } else { "False" }).collect());
    print(format!("kept [{}] {}", same.join(", "), answers(&late.borrow()[0])));
    print(if KEPT.with_borrow(|kept| kept[0].next.borrow().is_none()) { "emptied True" } else { "emptied False" });
    let_go();
    print(format!("after {}", answers(&late.borrow()[0])));
}

fn a_callback_that_drops_another_weak_reference() {
    let (a, b) = (node("a"), node("b"));
    let slot = Rc::new(RefCell::new(Some(watch(&b, "b"))));
    let _w = Gc::downgrade_with(&a, move |_| {
        print("callback a");
        drop(slot.take());
    });
    ring(&[&a, &b]);
    drop((a, b));
    collect();
}

fn callbacks_on_callbacks() {
    let (a, b) = (node("a"), node("b"));
    let _w = watch(&b, "b");
    let slot = Rc::new(RefCell::new(Some(b)));
    let _u = Gc::downgrade_with(&a, move |_| {
        print("callback a");
        drop(slot.take());
        print("callback a ends");
    });
    drop(a);
}

fn a_chain_dies_from_its_head() {
    let (a, b, c) = (node("a"), node("b"), node("c"));
    *a.next.borrow_mut() = Some(b.clone());
    *b.next.borrow_mut() = Some(c.clone());
    let _w = [watch(&a, "a"), watch(&b, "b"), watch(&c, "c")];
    drop((b, c));
    drop(a);
}

fn a_mixed_chain_in_a_ring() {
    let nodes = [node("a"), hooked("b", keep), node("c"), hooked("d", keep), node("e")];
    let _w: Vec<_> = nodes.iter().map(|n| watch(n, n.name)).collect();
    ring(&nodes.iter().collect::<Vec<_>>());
    drop(nodes);
    collect();
    print(KEPT.with_borrow(|k| k.iter().fold("kept".to_owned(), |line, n| line + " " + n.name)));
    let_go();
    collect();
}

fn collecting_in_callbacks_and_finalizers() {
    let a = hooked("a", |_| print(format!("in del {}", collect())));
    let _w = Gc::downgrade_with(&a, |_| print(format!("in callback {}", collect())));
    ring(&[&a]);
    drop(a);
    collect();
    let b = node("b");
    ring(&[&b]);
    drop(b);
    drop(hooked("c", |_| print(format!("in del {}", collect()))));
}

fn a_finalizer_that_breaks_the_ring() {
    let a = hooked("a", |this| {
        let next = this.next.borrow().clone().unwrap();
        drop(next.next.take());
        print("broken");
    });
    let b = node("b");
    ring(&[&a, &b]);
    drop((a, b));
    collect();
}

fn frozen_garbage_stays() {
    let a = node("a");
    ring(&[&a]);
    let heap = Heap::current();
    heap.freeze();
    drop(a);
    collect();
    print("frozen");
    heap.unfreeze();
    collect();
}

const SCENES: &[(&str, fn())] = &[
    ("death_by_count", death_by_count),
    ("death_by_collection", death_by_collection),
    ("resurrection_by_count", resurrection_by_count),
    ("resurrection_by_collection", resurrection_by_collection),
    ("resurrection_keeps_no_other_garbage", resurrection_keeps_no_other_garbage),
    ("all_weak_references_end_before_the_first_callback", all_weak_references_end_before_the_first_callback),
    ("no_callback_of_a_weak_reference_that_is_garbage", no_callback_of_a_weak_reference_that_is_garbage),
    (
        "a_callback_on_death_by_count_of_its_target_though_its_owner_is_garbage",
        a_callback_on_death_by_count_of_its_target_though_its_owner_is_garbage,
    ),
    ("a_weak_reference_made_in_a_finalizer", a_weak_reference_made_in_a_finalizer),
    ("late_weak_references_answer_until_their_object_dies", late_weak_references_answer_until_their_object_dies),
    (
        "a_late_weak_reference_brings_back_an_object_that_is_being_emptied",
        a_late_weak_reference_brings_back_an_object_that_is_being_emptied,
    ),
    ("a_callback_that_drops_another_weak_reference", a_callback_that_drops_another_weak_reference),
    ("callbacks_on_callbacks", callbacks_on_callbacks),
    ("a_chain_dies_from_its_head", a_chain_dies_from_its_head),
    ("a_mixed_chain_in_a_ring", a_mixed_chain_in_a_ring),
    ("collecting_in_callbacks_and_finalizers", collecting_in_callbacks_and_finalizers),
    ("a_finalizer_that_breaks_the_ring", a_finalizer_that_breaks_the_ring),
    ("frozen_garbage_stays", frozen_garbage_stays),
];

const EXPECTED: &str = include_str!("orders/expected.txt");

#[test]
fn rule_7_orders_are_those_of_cpython() {
    for (name, scene) in SCENES {
        print(format!("== {name}"));
        // A heap for each: in the order of their birth is then also in the order of their addresses.
        let heap = Heap::new();
        heap.enter(|| {
            scene();
            let_go();
            heap.collect();
        });
        assert_eq!(heap.stats().objects, 0, "{name}");
    }
    let ours = PRINTED.take();
    for (scene, theirs) in ours.split("== ").zip(EXPECTED.split("== ")) {
        assert_eq!(scene, theirs);
    }
    assert_eq!(ours, EXPECTED);
}

#[test]
fn what_is_expected_is_what_cpython_prints() {
    let Some(python) = adder_cpython::find_or_skip("the orders of deaths") else { return };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/orders/orders.py");
    let out = Command::new(python).args(["-I", script]).output().expect("it ran before");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let printed = String::from_utf8(out.stdout).unwrap().replace("\r\n", "\n");
    if std::env::var_os("ADDER_BLESS").is_some() {
        let expected = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/orders/expected.txt");
        std::fs::write(expected, &printed).unwrap();
    } else {
        assert_eq!(printed, EXPECTED, "by {}", python.display());
    }
}

/// Reads of the count: what a program sees (the list's 21, as far as this crate goes), and what is tracked (16).
#[test]
fn counts_and_tracking() {
    let a = node("counted");
    assert_eq!(Gc::ref_count(&a), 1);
    fn argument(borrowed: Borrowed<'_, Node>) -> u32 {
        borrowed.ref_count()
    }
    assert_eq!(argument(Gc::borrowed(&a)), 1, "a borrow is not counted");
    let b = a.clone();
    assert_eq!((Gc::ref_count(&a), Gc::ref_count(&b)), (2, 2));
    drop(b);
    drop(a);
    assert!(!Gc::as_any(&Gc::new(5_u64)).is_tracked());
    assert!(!Gc::as_any(&Gc::<str>::from("text")).is_tracked());
    assert!(!Gc::as_any(&Gc::<[u8]>::from(vec![1])).is_tracked());
    assert!(!Gc::as_any(&Gc::new((1, String::new(), Some(vec![1.5])))).is_tracked());
    assert!(Gc::as_any(&Gc::new(Cell::new(None::<Gc<u8>>))).is_tracked());
    let tuple = Gc::new((Gc::new(1), Gc::new(2)));
    assert!(Gc::as_any(&tuple).is_tracked());
    // A runtime that knows better untracks.
    Gc::as_any(&tuple).untrack();
    assert!(!Heap::current().objects().iter().any(|o| o.address() == Gc::as_any(&tuple).address()));
    PRINTED.take();
}
