//! Rule 18 in `sync`: a type made at run time outlives its last instance's block, is released exactly once, on whatever thread,
//! and may be part of any cycle.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard};

use adder_gc::sync::{AnyGc, Gc, Heap, RuntimeType, TypeSpec};
use adder_gc::{Clearer, Trace, Tracer};

mod sync_node;

static TYPES: AtomicUsize = AtomicUsize::new(0);
static INSTANCES: AtomicUsize = AtomicUsize::new(0);
static KEPT: Mutex<Vec<AnyGc>> = Mutex::new(Vec::new());

/// What a class has of its own: an attribute.
#[derive(Trace)]
struct Data {
    attribute: Mutex<Option<AnyGc>>,
}

impl Drop for Data {
    fn drop(&mut self) {
        TYPES.fetch_add(1, SeqCst);
    }
}

type Type = RuntimeType<Data>;

/// The payload of an instance; behind it, as many bytes as were asked for.
struct Payload {
    slot: Mutex<Option<AnyGc>>,
}

unsafe fn trace(payload: NonNull<u8>, tracer: &mut Tracer<'_>) {
    // SAFETY: payloads of these types are `Payload`s.
    unsafe { payload.cast::<Payload>().as_ref() }.slot.trace(tracer);
}

unsafe fn clear(payload: NonNull<u8>, clearer: &mut Clearer<'_>) {
    // SAFETY: as above.
    unsafe { payload.cast::<Payload>().as_ref() }.slot.clear_edges(clearer);
}

unsafe fn drop_payload(payload: NonNull<u8>) {
    INSTANCES.fetch_add(1, SeqCst);
    // SAFETY: as above; given up by the caller.
    unsafe { payload.cast::<Payload>().drop_in_place() };
}

fn make_type(name: &str, finalize: Option<fn(&AnyGc)>) -> Gc<Type> {
    let spec = TypeSpec {
        trace: Some(trace),
        clear: Some(clear),
        drop: Some(drop_payload),
        finalize,
        ..TypeSpec::new(name, size_of::<Payload>())
    };
    // SAFETY: the functions are those of `Payload`.
    unsafe { Type::try_new(&Heap::global(), spec, Data { attribute: Mutex::default() }) }.unwrap()
}

fn make(of: &Gc<Type>, size: usize) -> AnyGc {
    // SAFETY: the payload is written.
    unsafe {
        Heap::global()
            .try_alloc_untyped(of, size, |payload| payload.cast::<Payload>().write(Payload { slot: Mutex::default() }))
    }
    .unwrap()
}

fn slot(any: &AnyGc) -> MutexGuard<'_, Option<AnyGc>> {
    // SAFETY: instances of the types here; the handle keeps it alive.
    unsafe { &(*any.as_ptr().cast::<Payload>()).slot }.lock().unwrap()
}

fn dead() -> (usize, usize) {
    (TYPES.load(SeqCst), INSTANCES.load(SeqCst))
}

fn start() -> MutexGuard<'static, ()> {
    let alone = sync_node::alone();
    Heap::global().collect();
    TYPES.store(0, SeqCst);
    INSTANCES.store(0, SeqCst);
    alone
}

#[test]
fn a_type_dies_with_its_last_instance() {
    let _alone = start();
    let class = make_type("Point", None);
    let (a, b) = (make(&class, 0), make(&class, 1000));
    assert_eq!(
        (a.type_name(), a.type_info().is_runtime(), a.type_info().size()),
        ("Point", true, size_of::<Payload>())
    );
    assert!(a.payload_size() >= size_of::<Payload>() && b.payload_size() >= 1000 && b.size() >= 1016);
    assert_eq!(Gc::ref_count(&class), 3);
    assert!(Gc::ptr_eq(&Type::of(&a).unwrap(), &class));
    assert!(Type::of(&Gc::to_any(&class)).is_none());
    assert_eq!(format!("{a:?}"), format!("<Point at {:#x}>", a.address()));
    drop(class);
    drop(a);
    assert_eq!(dead(), (0, 1));
    drop(b);
    assert_eq!(dead(), (1, 2));
}

#[test]
fn the_fresh_payload_is_zero_and_large_ones_have_room() {
    let _alone = start();
    let class = make_type("Large", None);
    for size in [24, 4096, 300_000, 3 << 20] {
        // SAFETY: the payload is written.
        let big = unsafe {
            Heap::global().try_alloc_untyped(&class, size, |payload| {
                assert!((0..size).all(|at| payload.add(at).read() == 0));
                payload.write_bytes(0xAB, size);
                payload.cast::<Payload>().write(Payload { slot: Mutex::default() });
            })
        };
        *slot(big.as_ref().unwrap()) = Some(Gc::to_any(&class));
    }
    assert_eq!((dead(), Gc::ref_count(&class)), ((0, 4), 1));
}

#[test]
fn a_panic_while_it_is_made_leaves_nothing() {
    let _alone = start();
    let class = make_type("Unborn", None);
    // SAFETY: the payload is never finished.
    let made = catch_unwind(AssertUnwindSafe(|| unsafe {
        Heap::global().try_alloc_untyped(&class, 0, |_| {
            Heap::global().collect();
            panic!("not made");
        })
    }));
    assert!(made.is_err());
    assert_eq!((Gc::ref_count(&class), dead()), (1, (0, 0)));
}

#[test]
fn cycles_of_types_and_instances_are_collected() {
    let _alone = start();
    // class.attribute → instance → class
    let class = make_type("Itself", None);
    let instance = make(&class, 0);
    *class.data().attribute.lock().unwrap() = Some(instance.clone());
    *slot(&instance) = Some(make(&class, 100));
    drop((class, instance));
    assert_eq!(dead(), (0, 0));
    let report = Heap::global().collect();
    assert_eq!((report.freed, dead()), (3, (1, 2)), "{report:?}");
}

static RESURRECT: AtomicUsize = AtomicUsize::new(0);

fn keep(this: &AnyGc) {
    if RESURRECT.fetch_add(1, SeqCst) == 0 {
        KEPT.lock().unwrap().push(this.clone());
    }
}

#[test]
fn finalizers_run_once_and_may_resurrect() {
    let _alone = start();
    let class = make_type("Finalized", Some(keep));
    let it = make(&class, 0);
    drop(class);
    drop(it);
    assert_eq!(dead(), (0, 0));
    let it = KEPT.lock().unwrap().pop().unwrap();
    assert!(it.is_finalized());
    // The second time in a cycle with itself.
    *slot(&it) = Some(it.clone());
    drop(it);
    Heap::global().collect();
    assert_eq!((dead(), RESURRECT.load(SeqCst)), ((1, 1), 1));
}

#[test]
fn instances_and_types_go_from_thread_to_thread() {
    let _alone = start();
    const THREADS: usize = 4;
    const EACH: usize = 200;
    let class = make_type("Shared", None);
    let threads: Vec<_> = (0..THREADS)
        .map(|number| {
            let class = class.clone();
            std::thread::spawn(move || {
                let own = make_type("Own", None);
                let mut last = make(&class, number * 8);
                for at in 0..EACH {
                    let next = make(if at % 2 == 0 { &class } else { &own }, at);
                    *slot(&next) = Some(last);
                    *own.data().attribute.lock().unwrap() = Some(next.clone());
                    last = next;
                }
                // A cycle: the last instance is made by `own` and hangs on it.
                last
            })
        })
        .collect();
    let ends: Vec<AnyGc> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    drop(class);
    assert_eq!(dead(), (0, 0));
    let graph = Heap::global().graph();
    assert!(graph.nodes().any(|node| node.type_name() == "Shared"));
    drop(ends);
    Heap::global().collect();
    assert_eq!(dead(), (1 + THREADS, THREADS * (EACH + 1)));
}

#[test]
fn a_graph_shows_the_type() {
    let _alone = start();
    let class = make_type("Shown", None);
    let it = make(&class, 0);
    let it_at = it.address();
    let holder = Gc::new(Mutex::new(Some(it)));
    let seen = Heap::global().referents(&holder.lock().unwrap().clone().unwrap());
    assert!(seen.len() == 1 && seen[0].ptr_eq(Gc::as_any(&class)));
    let graph = Heap::global().graph();
    let node = graph.nodes().find(|node| node.address() == it_at).unwrap();
    assert!(node.edges().any(|edge| edge.place().to_string().contains("type")));
}
