//! Leak guards: what was made inside and is still alive, and why.

#![forbid(unsafe_code)]

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use adder_gc::graph::Holder;
use adder_gc::{Gc, Heap, LeakGuard, Trace, Tracer, Why};

fn on_a_heap(test: impl FnOnce(&Heap)) {
    let heap = Heap::new();
    heap.enter(|| test(&heap));
}

fn address<T: ?Sized>(gc: &Gc<T>) -> usize {
    Gc::as_any(gc).address()
}

#[derive(Trace, Default)]
struct App {
    scene: RefCell<Option<Gc<Scene>>>,
}

#[derive(Trace, Default)]
struct Scene {
    nodes: RefCell<Vec<Gc<Node>>>,
}

#[derive(Trace, Default)]
struct Node {
    next: RefCell<Option<Gc<Node>>>,
    name: Option<Gc<str>>,
}

fn node() -> Gc<Node> {
    Gc::default()
}

#[test]
fn clean_code_is_clean() {
    on_a_heap(|heap| {
        let before = node();
        let guard = LeakGuard::new(heap);
        assert!(guard.check().is_ok());
        for _ in 0..5000 {
            let (a, b) = (node(), node());
            *a.next.borrow_mut() = Some(b.clone());
            *b.next.borrow_mut() = Some(a);
        }
        let list: Vec<Gc<str>> = (0..10).map(|n| Gc::from(n.to_string().as_str())).collect();
        drop(list);
        guard.check().unwrap();
        // What was made before is nobody's business.
        *before.next.borrow_mut() = Some(before.clone());
        drop(before);
        guard.expect_none();
    });
}

#[test]
fn a_forgotten_handle() {
    on_a_heap(|heap| {
        let guard = LeakGuard::new(heap);
        let forgotten = Gc::new(Node { name: Some("lamp".into()), ..Node::default() });
        let at = address(&forgotten);
        std::mem::forget(forgotten);
        let leaks = guard.check().unwrap_err();
        // The string on its untracked page, too.
        assert_eq!(leaks.count(), 2);
        let first = leaks.iter().next().unwrap();
        assert_eq!(first.node().address(), at);
        assert_eq!(first.path().unwrap().holder(), Holder::Outside(1));
        assert_eq!(first.path().unwrap().steps().len(), 0);
        let second = leaks.iter().nth(1).unwrap();
        assert_eq!(second.node().type_name(), "str");
        let text = leaks.to_string();
        assert!(text.starts_with("2 objects made since the guard are still alive ("), "{text}");
        assert!(
            text.contains(&format!(
                "  Node at {at:#x} (1 reference) held from outside the heap (1 reference)\n  held by these:\n"
            )),
            "{text}"
        );
        assert!(text.contains(" held by: Node.name → this; from outside the heap (1 reference)\n"), "{text}");
        assert_eq!(format!("{leaks:?}"), text);
        let _: &(dyn std::error::Error + Send + Sync) = &leaks;
        assert!(!leaks.collection().skipped);
        assert_eq!(leaks.graph().len(), 2);
    });
}

#[test]
fn forgotten_in_a_cache() {
    on_a_heap(|heap| {
        let app = Gc::new(App { scene: RefCell::new(Some(Gc::default())) });
        let guard = LeakGuard::new(heap);
        {
            let (a, b) = (node(), node());
            *a.next.borrow_mut() = Some(b.clone());
            app.scene.borrow().as_ref().unwrap().nodes.borrow_mut().extend([node(), a, b.clone(), b]);
        }
        let leaks = guard.check().unwrap_err();
        assert_eq!(leaks.count(), 3);
        let text = leaks.to_string();
        assert!(
            text.contains(
                "(3 references) held by: App.scene → Scene.nodes[2] → this; from outside the heap (1 reference)"
            ),
            "{text}"
        );
        app.scene.borrow_mut().take();
        guard.check().unwrap();
    });
}

#[test]
fn a_cycle_through_an_rc() {
    #[derive(Trace, Default)]
    struct Widget {
        child: RefCell<Option<Gc<Widget>>>,
        handler: RefCell<Option<Rc<dyn Fn() -> usize>>>,
    }
    on_a_heap(|heap| {
        let guard = LeakGuard::new(heap);
        let (outer, inner) = (Gc::<Widget>::default(), Gc::<Widget>::default());
        let caught = outer.clone();
        *inner.handler.borrow_mut() = Some(Rc::new(move || address(&caught)));
        *outer.child.borrow_mut() = Some(inner);
        let at = address(&outer);
        let again = outer.clone();
        drop(outer);
        let leaks = guard.check().unwrap_err();
        assert_eq!(leaks.count(), 2);
        drop((again, leaks));

        let leaks = guard.check().unwrap_err();
        let first = leaks.iter().next().unwrap();
        assert_eq!(first.node().address(), at);
        let (way, field) = first.possible_cycle().unwrap();
        assert_eq!((way.steps().len(), field.why()), (1, "Rc"));
        let text = leaks.to_string();
        assert!(
            text.contains("    perhaps a cycle that cannot be seen: Widget.child → Widget.handler (Rc) → …\n"),
            "{text}"
        );
    });
}

#[test]
fn an_opaque_field_elsewhere_is_a_suspect() {
    #[derive(Trace)]
    struct Registry {
        hidden: Rc<Gc<Node>>,
    }
    on_a_heap(|heap| {
        let guard = LeakGuard::new(heap);
        let registry = Gc::new(Registry { hidden: Rc::new(node()) });
        let hidden = address(&registry.hidden);
        let leaks = guard.check().unwrap_err();
        assert_eq!(leaks.count(), 2);
        let leak = leaks.iter().find(|l| l.node().address() == hidden).unwrap();
        assert!(leak.to_string().contains("perhaps by an opaque field: Rc in Registry.hidden (1 object)"), "{leak}");
    });
}

#[test]
fn a_leaked_borrow() {
    on_a_heap(|heap| {
        let guard = LeakGuard::new(heap);
        let (a, b) = (node(), node());
        *a.next.borrow_mut() = Some(b.clone());
        *b.next.borrow_mut() = Some(a.clone());
        let b_at = address(&b);
        std::mem::forget(a.next.borrow_mut());
        drop((a, b));
        let leaks = guard.check().unwrap_err();
        assert_eq!(leaks.count(), 2);
        assert_eq!(leaks.iter().next().unwrap().node().address(), b_at);
        let text = leaks.to_string();
        assert!(
            text.contains("perhaps a cycle that cannot be seen: Node.next → Node.next (borrowed RefCell) → …"),
            "{text}"
        );
    });
}

#[test]
fn a_leaked_guard_of_get_mut() {
    on_a_heap(|heap| {
        let guard = LeakGuard::new(heap);
        let mut a = node();
        let b = node();
        *a.next.borrow_mut() = Some(b);
        std::mem::forget(Gc::get_mut(&mut a).unwrap());
        drop(a);
        // Dead by count; what had `&mut` out is dropped all the same, or leaked: a report, no crash.
        if let Err(leaks) = guard.check() {
            assert!(leaks.to_string().contains("Node"), "{leaks}");
        }
    });
}

#[test]
fn a_cycle_that_cannot_be_emptied() {
    #[derive(Trace, Default)]
    struct Once {
        next: OnceCell<Gc<Once>>,
    }
    on_a_heap(|heap| {
        let guard = LeakGuard::new(heap);
        let (a, b) = (Gc::<Once>::default(), Gc::<Once>::default());
        assert!(a.next.set(b.clone()).is_ok());
        assert!(b.next.set(a.clone()).is_ok());
        drop((a, b));
        let leaks = guard.check().unwrap_err();
        assert_eq!(leaks.count(), 2);
        for leak in leaks.iter() {
            assert_eq!(leak.why(), Some(Why::NoMutableEdge));
            assert_eq!(leak.path().unwrap().holder(), Holder::Garbage);
            assert_eq!(leak.node().cycle().unwrap().steps().len(), 2);
        }
        let text = leaks.to_string();
        assert!(text.contains("kept by a cycle: Once.next → Once.next → this; no slot on it can be emptied"), "{text}");
    });
}

#[test]
fn what_a_finalizer_saved() {
    thread_local!(static SAVED: RefCell<Vec<Gc<Phoenix>>> = const { RefCell::new(Vec::new()) });
    #[derive(Trace)]
    #[trace(finalize)]
    struct Phoenix(RefCell<Option<Gc<Phoenix>>>);
    impl adder_gc::Finalize for Phoenix {
        fn finalize(this: adder_gc::Borrowed<'_, Self>) {
            SAVED.with_borrow_mut(|saved| saved.push(this.to_owned()));
        }
    }
    on_a_heap(|heap| {
        let guard = LeakGuard::new(heap);
        let phoenix = Gc::new(Phoenix(RefCell::default()));
        *phoenix.0.borrow_mut() = Some(phoenix.clone());
        drop(phoenix);
        assert_eq!(guard.check().unwrap_err().count(), 1);
        SAVED.with_borrow_mut(Vec::clear);
        guard.expect_none();
    });
}

#[test]
fn guards_are_nested_and_ask_only_for_their_own() {
    on_a_heap(|heap| {
        let outer = LeakGuard::new(heap);
        let first = node();
        let inner = LeakGuard::new(heap);
        let second = node();
        assert!(outer.made_inside(Gc::as_any(&first)) && outer.made_inside(Gc::as_any(&second)));
        assert!(!inner.made_inside(Gc::as_any(&first)) && inner.made_inside(Gc::as_any(&second)));
        let elsewhere = Heap::new().alloc(1);
        assert!(!outer.made_inside(Gc::as_any(&elsewhere)));
        assert_eq!(outer.check().unwrap_err().count(), 2);
        assert_eq!(inner.check().unwrap_err().count(), 1);
        drop(second);
        inner.expect_none();
        let third = node();
        assert_eq!(outer.check().unwrap_err().count(), 2);
        drop((first, third));
        outer.expect_none();
    });
}

#[test]
fn epochs_run_out_and_are_numbered_anew() {
    on_a_heap(|heap| {
        let before = node();
        let guard = LeakGuard::new(heap);
        let inside = node();
        let text: Gc<str> = "untracked".into();
        let second = LeakGuard::new(heap);
        let later = node();
        for round in 0..200_000_u32 {
            drop(LeakGuard::new(heap));
            if round % 50_000 == 0 {
                assert!(!guard.made_inside(Gc::as_any(&before)));
                assert!(guard.made_inside(Gc::as_any(&inside)) && !second.made_inside(Gc::as_any(&inside)));
                assert!(guard.made_inside(Gc::as_any(&text)));
                assert!(second.made_inside(Gc::as_any(&later)));
            }
        }
        let newest = LeakGuard::new(heap);
        assert_eq!(guard.check().unwrap_err().count(), 3);
        assert_eq!(second.check().unwrap_err().count(), 1);
        newest.expect_none();
        drop((inside, text, later));
        second.expect_none();
        guard.expect_none();
        drop(before);
    });
}

#[test]
fn long_reports_stop_somewhere() {
    on_a_heap(|heap| {
        let guard = LeakGuard::new(heap);
        let many: Vec<_> = (0..1000).map(|_| node()).collect();
        let leaks = guard.check().unwrap_err();
        assert_eq!(leaks.iter().count(), 1000);
        assert_eq!(leaks.to_string().lines().count(), 22);
        assert!(leaks.to_string().ends_with("  … and 980 more\n"));
        drop(many);
        guard.expect_none();
    });
}

#[test]
fn a_deep_leak() {
    let length = if cfg!(miri) { 500 } else { 200_000 };
    on_a_heap(|heap| {
        let guard = LeakGuard::new(heap);
        let mut head = node();
        for _ in 1..length {
            let next = node();
            *next.next.borrow_mut() = Some(head);
            head = next;
        }
        let leaks = guard.check().unwrap_err();
        assert_eq!(leaks.count(), length);
        assert_eq!(leaks.iter().next().unwrap().node().address(), address(&head));
        assert!(leaks.to_string().len() < 10_000);
        drop(head);
        guard.expect_none();
    });
}

#[test]
#[should_panic(expected = "1 object made since the guard is still alive")]
fn expect_none_panics_with_the_report() {
    let guard = LeakGuard::current();
    let _held = node();
    guard.expect_none();
}

#[test]
fn an_unchecked_guard_says_nothing() {
    let guard = LeakGuard::current();
    std::mem::forget(node());
    drop(guard);
}

#[test]
fn a_check_inside_a_collection_says_so() {
    thread_local!(static GUARD: RefCell<Option<LeakGuard>> = const { RefCell::new(None) });
    thread_local!(static TEXT: RefCell<String> = const { RefCell::new(String::new()) });
    #[derive(Trace)]
    #[trace(finalize)]
    struct Last(RefCell<Option<Gc<Last>>>);
    impl adder_gc::Finalize for Last {
        fn finalize(_: adder_gc::Borrowed<'_, Self>) {
            let leaks = GUARD.with_borrow(|guard| guard.as_ref().unwrap().check());
            TEXT.set(leaks.unwrap_err().to_string());
        }
    }
    on_a_heap(|heap| {
        GUARD.set(Some(LeakGuard::new(heap)));
        let held = node();
        let last = Gc::new(Last(RefCell::default()));
        *last.0.borrow_mut() = Some(last.clone());
        drop(last);
        heap.collect();
        let text = TEXT.take();
        assert!(text.starts_with("1 object made since"), "{text}");
        assert!(
            text.ends_with("(a collection was running: what is garbage already could not be freed before)\n"),
            "{text}"
        );
        drop(held);
        GUARD.take().unwrap().expect_none();
    });
}

#[test]
fn fields_without_names() {
    struct Bare(Gc<Node>, Cell<u8>);
    impl Trace for Bare {
        fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
            self.0.trace(tracer);
            self.1.trace(tracer);
        }
        fn finalizes() -> bool {
            false
        }
    }
    on_a_heap(|heap| {
        let inner = node();
        let bare = Gc::new(Bare(inner.clone(), Cell::new(0)));
        let text = heap.path_to_root(Gc::as_any(&inner)).unwrap().to_string();
        assert!(text.starts_with("Bare → Node at 0x"), "{text}");
        drop(bare);
    });
}
