//! Rule 15: what the collector cannot look into stays alive: a cycle through it leaks, and is never freed early. Each of
//! these is cut by hand at the end.

use adder_gc::{Gc, Heap, Opaque, Trace};
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

thread_local!(static DROPS: Cell<usize> = const { Cell::new(0) });

struct Counted;
impl Drop for Counted {
    fn drop(&mut self) {
        DROPS.set(DROPS.get() + 1);
    }
}

#[derive(Trace)]
struct Node {
    rc: RefCell<Option<Rc<Gc<Node>>>>,
    arc: RefCell<Option<Arc<Gc<Node>>>>,
    opaque: RefCell<Option<Opaque<Gc<Node>>>>,
    closure: RefCell<Option<Box<dyn Fn() -> usize>>>,
    leaked: RefCell<Option<&'static Cell<Option<Gc<Node>>>>>,
    #[trace(skip)]
    skipped: RefCell<Option<Gc<Node>>>,
    seen: Cell<Option<Gc<Node>>>,
    #[trace(skip)]
    _counted: Counted,
}

fn node() -> Gc<Node> {
    Gc::new(Node {
        rc: RefCell::default(),
        arc: RefCell::default(),
        opaque: RefCell::default(),
        closure: RefCell::default(),
        leaked: RefCell::default(),
        skipped: RefCell::default(),
        seen: Cell::default(),
        _counted: Counted,
    })
}

fn hidden(name: &str, hide: impl Fn(&Node, Gc<Node>), cut: impl Fn(&Node)) {
    let before = DROPS.get();
    let node = node();
    // A neighbour that is seen: kept alive by the leaked one.
    node.seen.set(Some(self::node()));
    hide(&node, node.clone());
    let weak = Gc::downgrade(&node);
    drop(node);
    for generation in [0, 1, 2, 2] {
        let report = Heap::current().collect_generation(generation);
        assert_eq!(report.unreachable, 0, "{name}");
    }
    assert_eq!(DROPS.get(), before, "{name}");
    let node = weak.upgrade().expect("leaked, not freed");
    assert_eq!(Gc::ref_count(&node), 2, "{name}");
    cut(&node);
    drop(node);
    assert_eq!(DROPS.get() - before, 2, "{name}");
}

#[test]
fn cycles_through_opaque_values_leak_and_are_never_freed_early() {
    hidden("Rc", |n, gc| *n.rc.borrow_mut() = Some(Rc::new(gc)), |n| drop(n.rc.take()));
    #[allow(clippy::arc_with_non_send_sync, reason = "what the test is about")]
    hidden("Arc", |n, gc| *n.arc.borrow_mut() = Some(Arc::new(gc)), |n| drop(n.arc.take()));
    hidden("Opaque", |n, gc| *n.opaque.borrow_mut() = Some(Opaque(gc)), |n| drop(n.opaque.take()));
    hidden(
        "closure",
        |n, gc| *n.closure.borrow_mut() = Some(Box::new(move || Gc::as_any(&gc).address())),
        |n| drop(n.closure.take()),
    );
    hidden("skip", |n, gc| *n.skipped.borrow_mut() = Some(gc), |n| drop(n.skipped.take()));
    thread_local!(static PLACE: &'static Cell<Option<Gc<Node>>> = Box::leak(Box::new(Cell::new(None))));
    hidden(
        "&'static",
        |n, gc| {
            let place = PLACE.with(|p| *p);
            place.set(Some(gc));
            *n.leaked.borrow_mut() = Some(place);
        },
        |n| drop(n.leaked.take().unwrap().take()),
    );
    PLACE.with(|place| {
        // SAFETY: leaked above, and nobody uses it any more.
        drop(unsafe { Box::from_raw(std::ptr::from_ref(*place).cast_mut()) });
    });
}

/// A once-cell of the standard library can be borrowed for as long as it lives, so it is never emptied: the object is named.
#[test]
fn a_once_cell_is_named_as_the_reason() {
    #[derive(Trace)]
    struct Once {
        cell: OnceCell<Gc<Knot>>,
    }
    #[derive(Trace)]
    struct Knot {
        // Skipped, so that the test can untie it.
        #[trace(skip)]
        back: RefCell<Option<Gc<Once>>>,
        seen: OnceCell<Gc<Once>>,
    }
    let once = Gc::new(Once { cell: OnceCell::new() });
    let knot = Gc::new(Knot { back: RefCell::default(), seen: OnceCell::new() });
    once.cell.set(knot.clone()).ok().unwrap();
    knot.seen.set(once.clone()).ok().unwrap();
    // The way to untie it: through `&mut`, of which there is none while it is a cycle. So one handle stays outside.
    let outside = knot.clone();
    drop((once, knot));
    assert_eq!(Heap::current().collect().unreachable, 0);
    let weak = Gc::downgrade(&outside);
    drop(outside);
    let report = Heap::current().collect();
    assert_eq!((report.unreachable, report.freed, report.uncollectable.len()), (2, 0, 2));
    assert!(report.uncollectable.iter().all(|u| u.why == adder_gc::Why::NoMutableEdge));
    assert!(weak.upgrade().is_none());
    // Still whole, and not freed early.
    for any in Heap::current().objects() {
        if let Some(once) = any.downcast_ref::<Once>() {
            assert!(once.cell.get().unwrap().back.borrow().is_none());
        }
    }
    // The next collection says so again.
    assert_eq!(Heap::current().collect().uncollectable.len(), 2);
    LEFT.lock().unwrap().push(Left(Heap::current().objects(), Heap::current()));
}

/// What leaks for good is put where leak checkers look, so that they go on looking for what should not leak.
static LEFT: std::sync::Mutex<Vec<Left>> = std::sync::Mutex::new(Vec::new());

#[allow(dead_code, reason = "held only")]
struct Left(Vec<adder_gc::AnyGc>, Heap);

// SAFETY: nobody ever takes it out again.
unsafe impl Send for Left {}
