//! The heap graph as JSON, as a parser reads it.

use std::cell::RefCell;
use std::ptr::NonNull;
use std::rc::Rc;

use adder_gc::{Gc, Heap, HeapGraph, RuntimeType, Trace, TypeSpec};

#[derive(Trace)]
struct App {
    scene: Gc<Scene>,
}

#[derive(Trace, Default)]
struct Scene {
    nodes: RefCell<Vec<Gc<Node>>>,
}

#[derive(Trace, Default)]
struct Node {
    parent: RefCell<Option<Gc<Node>>>,
    on_click: Option<Rc<dyn Fn()>>,
}

fn read(graph: &HeapGraph) -> serde_json::Value {
    let mut out = Vec::new();
    graph.write_json(&mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

#[test]
fn as_json() {
    let heap = Heap::new();
    heap.enter(|| {
        let nodes: Vec<_> = (0..3).map(|_| Gc::new(Node::default())).collect();
        *nodes[0].parent.borrow_mut() = Some(nodes[2].clone());
        let app = Gc::new(App { scene: Gc::new(Scene { nodes: nodes.into() }) });
        let charge = Gc::new(heap.try_charge(77).unwrap());
        let _held = Gc::new(Node { on_click: Some(Rc::new(|| ())), ..Node::default() });
        let graph = heap.graph();
        let json = read(&graph);
        assert_eq!(json["objects"], graph.len());
        assert_eq!(json["bytes"], graph.bytes());
        assert_eq!(json["charged"], 77);
        let nodes = json["nodes"].as_array().unwrap();
        assert_eq!(nodes.len(), graph.len());
        for (node, json) in graph.nodes().zip(nodes) {
            assert_eq!(json["id"], node.index());
            assert_eq!(json["address"], format!("{:#x}", node.address()));
            assert_eq!(json["type"], node.type_name());
            assert_eq!(json["retained"], node.retained());
            assert_eq!(json["block"], node.block_size());
            assert_eq!(json["payload"], node.payload_size());
            assert_eq!(json["references"], node.references());
            assert_eq!(json["outside"], node.outside());
            assert_eq!(json["tracked"], node.is_tracked());
            assert_eq!(json["dominator"].as_u64(), node.dominator().map(|d| d.index() as u64));
        }
        let edges = json["edges"].as_array().unwrap();
        assert_eq!(edges.len(), graph.edge_count());
        let scene = graph.node(Gc::as_any(&app.scene).address()).unwrap().index();
        assert!(edges.iter().any(|e| e["from"] == scene && e["field"] == "nodes" && e["index"] == 2));
        assert!(edges.iter().any(|e| e["to"] == scene && e["field"] == "scene" && e["index"].is_null()));
        assert_eq!(json["opaque"][0]["why"], "Rc");
        assert_eq!(charge.bytes(), 77);

        drop(app);
    });
    assert_eq!(read(&Heap::new().graph())["nodes"].as_array().unwrap().len(), 0);
}

#[test]
fn text_is_escaped_as_a_parser_expects() {
    let hard = "a \"b\" \\ \n\r\t\0 \u{1F} ü 🦀 \u{2028}";
    unsafe fn keep(_: NonNull<u8>) {}
    let heap = Heap::new();
    // SAFETY: there is no payload, and so nothing to drop.
    let it = unsafe {
        let class = RuntimeType::try_new(&heap, TypeSpec { drop: Some(keep), ..TypeSpec::new(hard, 0) }, ()).unwrap();
        heap.try_alloc_untyped(&class, 0, |_| {}).unwrap()
    };
    let graph = heap.graph();
    let nodes = read(&graph)["nodes"].as_array().unwrap().clone();
    assert_eq!(nodes[graph.node(it.address()).unwrap().index()]["type"], hard);
}
