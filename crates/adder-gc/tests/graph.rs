//! The heap graph: sizes, names, paths, what objects retain, and how it is written (as JSON: `graph_json.rs` of
//! `adder-gc-integration`, which has a parser).

#![forbid(unsafe_code)]

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use adder_gc::graph::{Holder, Path};
use adder_gc::{AnyGc, Charge, Gc, Heap, HeapGraph, Trace, Tracer};

/// Runs with a heap of its own as the thread's.
fn on_a_heap(test: impl FnOnce(&Heap)) {
    let heap = Heap::new();
    heap.enter(|| test(&heap));
}

fn address<T: ?Sized>(gc: &Gc<T>) -> usize {
    Gc::as_any(gc).address()
}

#[derive(Trace)]
struct App {
    title: Gc<str>,
    scene: Gc<Scene>,
}

#[derive(Trace, Default)]
struct Scene {
    nodes: RefCell<Vec<Gc<Node>>>,
    by_name: RefCell<HashMap<String, Gc<Node>>>,
}

#[derive(Trace, Default)]
struct Node {
    parent: RefCell<Option<Gc<Node>>>,
    data: Option<Gc<[u64]>>,
    on_click: Option<Rc<dyn Fn()>>,
}

fn app() -> Gc<App> {
    let scene = Gc::new(Scene::default());
    for size in [10, 0, 100] {
        let data = (size > 0).then(|| (0..size).collect());
        scene.nodes.borrow_mut().push(Gc::new(Node { data, ..Node::default() }));
    }
    let nodes = scene.nodes.borrow().clone();
    *nodes[0].parent.borrow_mut() = Some(nodes[2].clone());
    scene.by_name.borrow_mut().insert("lamp".into(), nodes[1].clone());
    Gc::new(App { title: "a \"title\"".into(), scene })
}

#[test]
fn objects_edges_and_names() {
    on_a_heap(|heap| {
        let app = app();
        let graph = heap.graph();
        assert_eq!(graph.len(), 8);
        assert!(!graph.is_empty());
        assert_eq!(graph.roots().map(|n| n.address()).collect::<Vec<_>>(), [address(&app)]);
        assert_eq!(graph.unreachable().count(), 0);
        assert_eq!(graph.bytes(), heap.stats().object_bytes);

        let node = graph.node(address(&app)).unwrap();
        assert_eq!(node.short_type_name(), "App");
        assert_eq!(node.type_name(), std::any::type_name::<App>());
        assert_eq!(node.payload_size(), size_of::<App>());
        assert_eq!(node.block_size(), Gc::as_any(&app).size());
        assert_eq!((node.references(), node.outside(), node.generation()), (1, 1, 0));
        assert!(node.is_tracked() && node.is_open() && node.is_reachable() && node.is_root());
        assert_eq!(node.dominator(), None);
        assert_eq!(node.retained(), graph.bytes());
        let edges: Vec<_> = node.edges().map(|e| (e.place().to_string(), e.to().address())).collect();
        assert_eq!(edges, [(".title".into(), address(&app.title)), (".scene".into(), address(&app.scene))]);

        // Untracked objects are there too.
        let title = graph.node(address(&app.title)).unwrap();
        assert!(!title.is_tracked());
        assert_eq!((title.type_name(), title.payload_size(), title.outside()), ("str", 9, 0));

        let scene = graph.node(address(&app.scene)).unwrap();
        let places: Vec<_> = scene.edges().map(|e| e.place().to_string()).collect();
        assert_eq!(places, [".nodes[0]", ".nodes[1]", ".nodes[2]", ".by_name"]);
        assert_eq!(scene.dominator().map(|d| d.address()), Some(address(&app)));

        let nodes = app.scene.nodes.borrow().clone();
        let lamp = graph.node(address(&nodes[1])).unwrap();
        assert_eq!(lamp.references(), 2);
        assert_eq!(lamp.referrers().map(|e| e.from()).collect::<Vec<_>>(), [scene, scene]);
        // The third node is held by the scene and by the first one: only the scene retains it.
        let (first, third) = (graph.node(address(&nodes[0])).unwrap(), graph.node(address(&nodes[2])).unwrap());
        assert_eq!(third.dominator(), Some(scene));
        assert_eq!(
            first.retained(),
            first.bytes() + graph.node(address(nodes[0].data.as_ref().unwrap())).unwrap().bytes()
        );
        assert_eq!(first.cycle(), None);
        assert_eq!(graph.retained(first.address()), Some(first.retained()));
        assert_eq!(graph.retained(1), None);
    });
}

#[test]
fn paths() {
    on_a_heap(|heap| {
        let app = app();
        let data = app.scene.nodes.borrow()[2].data.clone().unwrap();
        let any = Gc::to_any(&data);
        // Two handles from outside: the other one is a holder, too.
        assert_eq!(heap.path_to_root(&any).unwrap().holder(), Holder::Outside(1));
        drop(data);
        let path = heap.path_to_root(&any).unwrap();
        assert_eq!(path.holder(), Holder::Outside(1));
        assert_eq!(path.address(), any.address());
        assert_eq!(path.type_name(), "[u64]");
        assert_eq!(path.steps().len(), 3);
        assert_eq!(path.steps()[0].address(), address(&app));
        assert_eq!(path.steps()[1].place().index, Some(2));
        let text = path.to_string();
        assert!(text.starts_with("App.scene → Scene.nodes[2] → Node.data → [u64] at 0x"), "{text}");
        assert!(text.ends_with(" is held from outside the heap (1 reference)"), "{text}");

        // The handle itself does not count.
        assert_eq!(heap.path_to_root(Gc::as_any(&app)), None);
        let other = Heap::new();
        let elsewhere = other.alloc(1);
        assert_eq!(heap.path_to_root(Gc::as_any(&elsewhere)), None);
        assert_eq!(heap.graph().path_to(address(&elsewhere)), None);
    });
}

#[test]
fn garbage_and_immortals() {
    on_a_heap(|heap| {
        heap.disable();
        let kept = Gc::new(Node::default());
        // A cycle of two, with data that hangs off it.
        let make = || Gc::new(Node { data: Some((0..100).collect()), ..Node::default() });
        let (a, b) = (make(), make());
        *a.parent.borrow_mut() = Some(b.clone());
        *b.parent.borrow_mut() = Some(a.clone());
        let (a_at, b_at) = (address(&a), address(&b));
        drop((a, b));
        let graph = heap.graph();
        let garbage: Vec<_> = graph.unreachable().collect();
        assert_eq!(garbage.len(), 4);
        let a = graph.node(a_at).unwrap();
        let path = a.path().unwrap();
        assert_eq!(path.holder(), Holder::Garbage);
        assert!(path.to_string().ends_with("held by garbage only"));
        let cycle = a.cycle().unwrap();
        assert_eq!(cycle.steps().len(), 2);
        assert_eq!(cycle.to_string(), format!("Node.parent → Node.parent → Node at {a_at:#x}"));
        let most = a.retained().max(graph.retained(b_at).unwrap());
        assert_eq!(most, garbage.iter().map(|node| node.bytes()).sum::<usize>());
        assert_eq!(graph.retained(address(&kept)), Some(graph.node(address(&kept)).unwrap().bytes()));

        Gc::immortalize(&kept);
        let graph = heap.graph();
        let kept = graph.node(address(&kept)).unwrap();
        assert_eq!((kept.references(), kept.outside()), (u32::MAX, u32::MAX));
        assert!(kept.path().unwrap().to_string().ends_with("is immortal"));
    });
}

#[test]
fn what_garbage_holds_besides_belongs_to_the_living() {
    on_a_heap(|heap| {
        heap.disable();
        let shared = Gc::new(Node { data: Some((0..100).collect()), ..Node::default() });
        let owner = Gc::new(RefCell::new(Some(shared.clone())));
        #[derive(Trace)]
        struct Ring {
            this: RefCell<Option<Gc<Ring>>>,
            shared: Gc<Node>,
        }
        let ring = Gc::new(Ring { this: RefCell::default(), shared });
        *ring.this.borrow_mut() = Some(ring.clone());
        let ring_at = address(&ring);
        drop(ring);
        let graph = heap.graph();
        assert_eq!(graph.unreachable().map(|n| n.address()).collect::<Vec<_>>(), [ring_at]);
        assert_eq!(graph.retained(ring_at), Some(graph.node(ring_at).unwrap().bytes()));
        assert_eq!(graph.retained(address(&owner)).unwrap() + graph.retained(ring_at).unwrap(), graph.bytes());
    });
}

#[test]
fn what_cannot_be_looked_into() {
    on_a_heap(|heap| {
        let target = Gc::new(Node::default());
        let mut holder = Gc::new(Node { on_click: Some(Rc::new(|| ())), ..Node::default() });
        *holder.parent.borrow_mut() = Some(target.clone());
        let graph = heap.graph();
        let fields: Vec<_> = graph.opaque_fields().map(|f| format!("{f:?}")).collect();
        assert_eq!(fields, ["Rc in Node.on_click"]);
        assert_eq!(graph.node(address(&target)).unwrap().outside(), 1);

        // Borrowed: what lies in it counts as coming from outside.
        let borrowed = holder.parent.borrow_mut();
        let graph = heap.graph();
        let node = graph.node(address(&holder)).unwrap();
        assert_eq!(node.opaque_fields().map(|f| f.why()).collect::<Vec<_>>(), ["borrowed RefCell", "Rc"]);
        assert_eq!(graph.node(address(&target)).unwrap().outside(), 2);
        drop(borrowed);

        // Out as `&mut`: a node without edges.
        let at = address(&holder);
        let guard = Gc::get_mut(&mut holder).unwrap();
        let graph = heap.graph();
        let node = graph.node(at).unwrap();
        assert!(!node.is_open());
        assert_eq!(node.edges().count(), 0);
        assert_eq!(node.opaque_fields().next().unwrap().why(), "&mut is out");
        drop(guard);
        assert!(heap.graph().node(at).unwrap().is_open());
    });
}

#[test]
fn charged_bytes_are_retained() {
    #[derive(Trace)]
    struct Texture {
        bytes: Charge,
    }
    #[derive(Trace)]
    struct Atlas {
        textures: Vec<Gc<Texture>>,
        own: Vec<Charge>,
        named: HashMap<String, Charge>,
        maybe: RefCell<Option<Charge>>,
    }
    on_a_heap(|heap| {
        let charge = |bytes| heap.try_charge(bytes).unwrap();
        let atlas = Gc::new(Atlas {
            textures: vec![Gc::new(Texture { bytes: charge(1000) }), Gc::new(Texture { bytes: charge(20_000) })],
            own: vec![charge(1), charge(2)],
            named: [("x".into(), charge(4))].into(),
            maybe: RefCell::new(Some(charge(8))),
        });
        let unowned = charge(1 << 20);
        let graph = heap.graph();
        let node = graph.node(address(&atlas)).unwrap();
        assert_eq!(node.charged(), 15);
        assert_eq!(node.retained(), heap.stats().object_bytes + 21_015);
        assert_eq!(graph.charged() + unowned.bytes(), heap.stats().charged_bytes);
        assert_eq!(
            graph.retained(address(&atlas.textures[1])),
            Some(20_000 + graph.nodes().find(|n| n.charged() == 20_000).unwrap().block_size())
        );
        let textures = graph.by_type().into_iter().find(|t| t.type_name.ends_with("Texture")).unwrap();
        assert_eq!((textures.count, textures.bytes), (2, textures.retained));
        assert!(textures.retained > 21_000);
        atlas.maybe.borrow_mut().as_mut().unwrap().resize(16).unwrap();
        assert_eq!(heap.graph().node(address(&atlas)).unwrap().charged(), 23);
        assert_eq!(atlas.textures[0].bytes.bytes() + atlas.own.len() + atlas.named.len(), 1003);
    });
}

#[test]
fn totals_by_type_count_nothing_twice() {
    on_a_heap(|heap| {
        let tail = Gc::new(Node::default());
        let middle = Gc::new(Node { data: Some((0..50).collect()), ..Node::default() });
        *middle.parent.borrow_mut() = Some(tail);
        let head = Gc::new(Node::default());
        *head.parent.borrow_mut() = Some(middle);
        let graph = heap.graph();
        let totals = graph.by_type();
        assert_eq!(totals.len(), 2);
        assert_eq!((totals[0].count, totals[0].retained), (3, graph.bytes()));
        assert_eq!((totals[1].count, totals[1].type_name.as_str()), (1, "[u64]"));
        assert_eq!(totals.iter().map(|t| t.bytes).sum::<usize>(), graph.bytes());
    });
}

/// Many references.
#[derive(Trace, Default)]
struct Knot {
    to: RefCell<Vec<Gc<Knot>>>,
    more: RefCell<Option<Gc<[u8]>>>,
}

struct Random(u64);
impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) as usize) % end
    }
}

/// What is reached from the roots when one object is not there.
fn reached(graph: &HeapGraph, without: Option<usize>) -> Vec<bool> {
    let mut seen = vec![false; graph.len()];
    let mut open: Vec<_> = graph.roots().filter(|n| Some(n.index()) != without).collect();
    while let Some(node) = open.pop() {
        if !std::mem::replace(&mut seen[node.index()], true) {
            open.extend(node.edges().map(|e| e.to()).filter(|n| Some(n.index()) != without));
        }
    }
    seen
}

#[test]
fn retained_is_what_would_be_freed() {
    let mut random = Random(7);
    for _ in 0..60 {
        on_a_heap(|heap| {
            heap.disable();
            let count = 2 + random.below(40);
            let mut knots: Vec<Gc<Knot>> = (0..count).map(|_| Gc::default()).collect();
            for _ in 0..random.below(count * 3) {
                let (from, to) = (random.below(count), random.below(count));
                let to = knots[to].clone();
                knots[from].to.borrow_mut().push(to);
            }
            for knot in &knots {
                *knot.more.borrow_mut() =
                    (random.below(3) == 0).then(|| vec![0; random.below(500)].into_iter().collect());
            }
            knots.truncate(1 + random.below(4));
            let graph = heap.graph();
            let all = reached(&graph, None);
            for node in graph.nodes() {
                assert_eq!(node.is_reachable(), all[node.index()]);
                assert_eq!(node.path().unwrap().address(), node.address());
                if !node.is_reachable() {
                    assert!(node.retained() >= node.bytes());
                    continue;
                }
                let left = reached(&graph, Some(node.index()));
                let lost =
                    graph.nodes().filter(|n| all[n.index()] && !left[n.index()]).map(|n| n.bytes()).sum::<usize>();
                assert_eq!(node.retained(), lost);
                check_path(&graph, &node.path().unwrap());
            }
            // What is left after a collection is what was reachable.
            let reachable = all.iter().filter(|r| **r).count();
            heap.collect();
            assert_eq!(heap.graph().len(), reachable);
            assert_eq!(heap.graph().unreachable().count(), 0);
            check_part(&graph, random.below(graph.len() + 2));
        });
    }
}

/// Every step of a path is an edge.
fn check_path(graph: &HeapGraph, path: &Path) {
    let ends = path.steps().iter().skip(1).map(|s| s.address()).chain([path.address()]);
    for (step, end) in path.steps().iter().zip(ends) {
        let owner = graph.node(step.address()).unwrap();
        assert!(owner.edges().any(|e| e.place() == step.place() && e.to().address() == end));
    }
    let start = path.steps().first().map_or(path.address(), |s| s.address());
    assert_eq!(Holder::Outside(graph.node(start).unwrap().outside()), path.holder());
}

fn check_part(graph: &HeapGraph, size: usize) {
    let part = graph.largest_part(size);
    assert_eq!(part.len(), size.min(graph.len()));
    assert_eq!(part.left_out(), (graph.len() - part.len(), graph.bytes() - part.bytes()));
    for node in part.nodes() {
        let whole = graph.node(node.address()).unwrap();
        assert_eq!(node.retained(), whole.retained());
        assert_eq!(node.is_reachable(), whole.is_reachable());
        assert_eq!(node.outside(), whole.outside());
        assert_eq!(node.dominator().map(|d| d.address()), whole.dominator().map(|d| d.address()));
        assert!(node.path().is_some());
    }
    let least = part.nodes().map(|n| n.retained()).min().unwrap_or(usize::MAX);
    assert!(graph.nodes().filter(|n| n.retained() > least).all(|n| part.node(n.address()).is_some()));
}

#[test]
fn a_million_nodes_in_a_row_on_a_small_stack() {
    let length = if cfg!(miri) { 1000 } else { 1_000_000 };
    on_a_small_stack(move || {
        on_a_heap(|heap| {
            let head = row(Gc::new(Node::default()), length);
            let graph = heap.graph();
            assert_eq!(graph.len(), length);
            assert_eq!(graph.retained(address(&head)), Some(graph.bytes()));
            assert_eq!(graph.by_type()[0].retained, graph.bytes());
            assert_eq!(graph.nodes().map(|n| n.retained()).min(), Some(graph.bytes() / length));
        });
    });
}

/// So many nodes, each held by the next.
fn row(last: Gc<Node>, length: usize) -> Gc<Node> {
    let mut head = last;
    for _ in 1..length {
        let next = Gc::new(Node::default());
        *next.parent.borrow_mut() = Some(head);
        head = next;
    }
    head
}

fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(256 << 10).spawn(test).unwrap().join().unwrap();
}

#[test]
fn a_row_becomes_a_ring_of_garbage_on_a_small_stack() {
    let length = if cfg!(miri) { 1000 } else { 100_000 };
    on_a_small_stack(move || {
        on_a_heap(|heap| {
            let last = Gc::new(Node::default());
            let head = row(last.clone(), length);
            let last = Gc::into_any(last);
            let path = heap.path_to_root(&last).unwrap();
            assert_eq!(path.steps().len(), length - 1);
            assert!(path.to_string().len() < 1000, "only the ends are shown");
            assert!(path.to_string().contains("more steps … → Node.parent → "));
            let graph = heap.graph();
            assert_eq!(graph.largest(3).len(), 3);
            assert_eq!(graph.largest_part(10).len(), 10);

            heap.disable();
            *last.downcast_ref::<Node>().unwrap().parent.borrow_mut() = Some(head);
            let last_at = last.address();
            drop(last);
            let graph = heap.graph();
            assert_eq!(graph.unreachable().count(), length);
            assert_eq!(graph.largest(1)[0].retained(), graph.bytes());
            assert_eq!(graph.node(last_at).unwrap().cycle().unwrap().steps().len(), length);
        });
    });
}
#[test]
fn a_graph_keeps_nothing_alive_and_changes_nothing() {
    fn is_plain<T: Send + Sync + 'static>(_: &T) {}
    on_a_heap(|heap| {
        let app = app();
        heap.collect();
        heap.collect();
        let counts: Vec<_> = heap.objects().iter().map(AnyGc::ref_count).collect();
        let before = heap.graph();
        is_plain(&before);
        is_plain(&before.path_to(address(&app)).unwrap());
        assert_eq!(heap.objects().iter().map(AnyGc::ref_count).collect::<Vec<_>>(), counts);
        drop(app);
        assert_eq!(heap.stats().objects, 0);
        assert_eq!(before.len(), 8);
        assert!(heap.graph().is_empty());
    });
}

#[test]
fn a_graph_asked_for_in_a_collection_leaves_the_condemned_out() {
    thread_local!(static SEEN: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) });
    #[derive(Trace)]
    #[trace(finalize)]
    struct Last(RefCell<Option<Gc<Last>>>, Gc<str>);
    impl adder_gc::Finalize for Last {
        fn finalize(_: adder_gc::Borrowed<'_, Self>) {
            let graph = Heap::current().graph();
            SEEN.set(graph.nodes().map(|n| n.outside()).collect());
        }
    }
    on_a_heap(|_| {
        let kept: Gc<str> = "kept".into();
        let last = Gc::new(Last(RefCell::default(), kept.clone()));
        *last.0.borrow_mut() = Some(last.clone());
        drop(last);
        assert_eq!(adder_gc::collect().freed, 1);
        // One object, held by a handle; the garbage that holds it too is no holder from outside.
        assert_eq!(SEEN.take(), [1]);
        drop(kept);
    });
}

#[test]
fn hostile_traces_harm_nobody() {
    thread_local!(static LOOSE: RefCell<Vec<Gc<Hostile>>> = const { RefCell::new(Vec::new()) });
    struct Hostile {
        edge: Option<Gc<Node>>,
        deed: u8,
    }
    impl Trace for Hostile {
        fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
            match self.deed {
                0 => panic!("traced"),
                1 => LOOSE.with_borrow_mut(Vec::clear),
                2 => {
                    for _ in 0..5000 {
                        std::mem::forget(Gc::new(Node::default()));
                    }
                }
                3 => assert!(Heap::current().graph().is_empty()),
                4 => drop(adder_gc::collect()),
                _ => self.edge.trace(tracer),
            }
            self.edge.trace(tracer);
        }
        fn finalizes() -> bool {
            false
        }
    }
    let hook = Rc::new(Cell::new(0));
    let count = hook.clone();
    adder_gc::set_unraisable_hook(Some(Box::new(move |_| count.set(count.get() + 1))));
    on_a_heap(|heap| {
        let target = Gc::new(Node::default());
        let twice = Gc::new(Hostile { edge: Some(target.clone()), deed: 9 });
        LOOSE.with_borrow_mut(|l| l.extend((0..100).map(|_| Gc::new(Hostile { edge: None, deed: 9 }))));
        let panics = Gc::new(Hostile { edge: None, deed: 0 });
        let graph = heap.graph();
        assert_eq!(hook.get(), 1);
        assert_eq!(graph.len(), 103);
        // Reported twice, owned once: not below zero.
        assert_eq!(graph.node(address(&target)).unwrap().outside(), 0);
        drop(panics);
        for deed in 1..5 {
            let hostile = Gc::new(Hostile { edge: Some(target.clone()), deed });
            let graph = heap.graph();
            assert!(graph.node(address(&hostile)).is_some());
        }
        drop(twice);
        assert!(LOOSE.with_borrow(Vec::is_empty));
    });
    adder_gc::set_unraisable_hook(None);
}

fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn as_dot() {
    on_a_heap(|heap| {
        let app = app();
        let graph = heap.graph();
        let dot = written(|out| graph.write_dot(out));
        let lines: Vec<_> = dot.lines().collect();
        assert_eq!((lines[0], *lines.last().unwrap()), ("digraph heap {", "}"));
        assert_eq!(dot.matches(" -> ").count(), graph.edge_count());
        let scene = graph.node(address(&app.scene)).unwrap().index();
        let root = graph.node(address(&app)).unwrap().index();
        assert!(dot.contains(&format!("  n{root} -> n{scene} [label=\"scene\"];")), "{dot}");
        assert!(dot.contains("held from outside (1)"));
        assert!(!dot.contains("left out"));
        let part = written(|out| graph.largest_part(2).write_dot(out));
        assert!(part.contains("The 2 objects that retain the most; 6 objects left out"), "{part}");
        drop(app);
    });
}

#[test]
fn writers_may_fail() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    on_a_heap(|heap| {
        let app = app();
        assert!(heap.graph().write_dot(&mut Full).is_err());
        let full: &mut dyn std::io::Write = &mut Full;
        assert!(heap.graph().write_json(full).is_err());
        drop(app);
    });
}

#[cfg(feature = "svg")]
#[test]
fn as_svg() {
    fn check(svg: &str) {
        assert!(svg.starts_with("<?xml version=\"1.0\""), "{svg}");
        assert!(svg.trim_end().ends_with("</svg>"));
        assert!(svg.chars().all(|c| c == '\n' || !c.is_control()), "{svg:?}");
        // Tags in pairs, nothing unescaped between them.
        let mut open = Vec::new();
        for piece in svg.split('<').skip(1) {
            let (tag, text) = piece.split_once('>').expect("every tag is closed");
            assert!(!text.contains('>'), "{text}");
            for entity in text.split('&').skip(1) {
                assert!(["amp;", "lt;", "gt;", "quot;", "apos;"].iter().any(|e| entity.starts_with(e)), "{text}");
            }
            let name = tag.split_whitespace().next().unwrap_or(tag);
            if let Some(name) = name.strip_prefix('/') {
                assert_eq!(open.pop(), Some(name), "{svg}");
            } else if !tag.ends_with('/') && !tag.starts_with('?') {
                open.push(name);
            }
        }
        assert_eq!(open, Vec::<&str>::new());
    }
    on_a_heap(|heap| {
        let empty = written(|out| heap.graph().write_svg(out));
        check(&empty);
        assert!(empty.contains("The heap is empty"));

        let app = app();
        *app.scene.nodes.borrow()[1].parent.borrow_mut() = Some(app.scene.nodes.borrow()[1].clone());
        let generic: Gc<Option<Vec<Gc<Scene>>>> = Gc::new(Some(vec![app.scene.clone()]));
        let svg = written(|out| heap.graph().write_svg(out));
        check(&svg);
        assert!(svg.contains("Option&lt;Vec&lt;Gc&lt;Scene&gt;&gt;&gt;"), "{svg}");
        assert!(svg.contains(">scene<"));
        assert!(!svg.contains("left out"));
        drop(generic);

        let many: Vec<Gc<Node>> =
            (0..1000).map(|n| Gc::new(Node { data: Some((0..n).collect()), ..Node::default() })).collect();
        for pair in many.windows(2) {
            *pair[0].parent.borrow_mut() = Some(pair[1].clone());
        }
        let svg = written(|out| heap.graph().write_svg(out));
        check(&svg);
        assert!(svg.contains("The 150 objects that retain the most; 1858 objects left out"), "{svg}");
    });
}
