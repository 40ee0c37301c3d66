//! The library in small: what an interpreter of Rust's memory model (`.ci/miri`) can run in a minute. Each test is covered at full size
//! elsewhere.

use std::cell::{Cell, RefCell};
use std::ptr::NonNull;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use adder_gc::{
    AnyGc, Borrowed, Clearer, Finalize, Gc, GcString, GcVec, Heap, RuntimeType, Trace, Tracer, TypeSpec, sync, unsize,
};

#[derive(Trace)]
struct Node {
    links: RefCell<Vec<Gc<Node>>>,
    #[trace(skip)]
    drops: Rc<Cell<usize>>,
}

impl Drop for Node {
    fn drop(&mut self) {
        self.drops.set(self.drops.get() + 1);
    }
}

fn node(drops: &Rc<Cell<usize>>) -> Gc<Node> {
    Gc::new(Node { links: RefCell::default(), drops: drops.clone() })
}

#[test]
fn counts_cycles_and_weak_references() {
    let drops = Rc::default();
    let a = node(&drops);
    let called = Rc::new(Cell::new(false));
    let weak = Gc::downgrade(&a);
    let noted = called.clone();
    let callback = Gc::downgrade_with(&a, move |_| noted.set(true));
    let b = node(&drops);
    a.links.borrow_mut().extend([b.clone(), a.clone()]);
    b.links.borrow_mut().push(a.clone());
    drop(b);
    let seen = Heap::current().objects().len();
    assert!(weak.upgrade().is_some() && seen >= 2);
    drop(a);
    assert_eq!(adder_gc::collect().freed, 2);
    assert!((drops.get(), called.get(), weak.upgrade().is_none()) == (2, true, true));
    drop(callback);
}

#[test]
fn collections_in_steps() {
    let heap = Heap::current();
    let drops = Rc::default();
    let ring: Vec<_> = (0..20).map(|_| node(&drops)).collect();
    for at in 0..20 {
        ring[at].links.borrow_mut().push(ring[(at + 1) % 20].clone());
    }
    heap.collect_generation(0);
    drop(ring);
    heap.collect_generation(0);
    while !heap.step(std::time::Duration::from_micros(1)).done {}
    heap.collect();
    assert_eq!(drops.get(), 20);
}

#[test]
fn values_that_are_changed_moved_and_unsized() {
    let mut a = Gc::new(5_u32);
    *Gc::get_mut(&mut a).unwrap() += 1;
    let b = a.clone();
    *Gc::make_mut(&mut a) += 1;
    assert_eq!((*a, *b, Gc::try_unwrap(b).ok()), (7, 6, Some(6)));
    let text: Gc<str> = "hällo".into();
    let items: Gc<[Gc<u32>]> = vec![a.clone(), a.clone()].into_iter().collect();
    assert_eq!((text.len(), *items[1], Gc::ref_count(&a)), (6, 7, 3));
    let shown: Gc<dyn std::fmt::Display> = unsize!(Gc::new(7) => dyn std::fmt::Display);
    assert_eq!(shown.to_string(), "7");
}

#[test]
fn buffers_of_the_heap() {
    let mut vec: GcVec<Gc<u8>> = GcVec::new();
    (0..10).for_each(|n| vec.push(Gc::new(n)));
    vec.retain(|n| **n % 2 == 0);
    let mut text = GcString::new();
    vec.iter().for_each(|n| text.push_str(&n.to_string()));
    assert_eq!(text.as_str(), "02468");
}

thread_local! {
    static KEPT: RefCell<Vec<Gc<Phoenix>>> = const { RefCell::new(Vec::new()) };
}

#[derive(Trace)]
#[trace(finalize)]
struct Phoenix(RefCell<Option<Gc<Phoenix>>>);

impl Finalize for Phoenix {
    fn finalize(this: Borrowed<'_, Self>) {
        KEPT.with_borrow_mut(|kept| kept.push(this.to_owned()));
    }
}

#[test]
fn finalizers() {
    let it = Gc::new(Phoenix(RefCell::default()));
    *it.0.borrow_mut() = Some(it.clone());
    drop(it);
    adder_gc::collect();
    let kept = KEPT.take();
    assert_eq!(kept.len(), 1);
    drop(kept);
    assert_eq!(adder_gc::collect().freed, 1);
}

unsafe fn trace(payload: NonNull<u8>, tracer: &mut Tracer<'_>) {
    // SAFETY: the payload of the type below.
    unsafe { payload.cast::<Cell<Option<AnyGc>>>().as_ref() }.trace(tracer);
}

unsafe fn clear(payload: NonNull<u8>, clearer: &mut Clearer<'_>) {
    // SAFETY: as above.
    unsafe { payload.cast::<Cell<Option<AnyGc>>>().as_ref() }.clear_edges(clearer);
}

unsafe fn drop_payload(payload: NonNull<u8>) {
    // SAFETY: as above; given up by the caller.
    unsafe { payload.cast::<Cell<Option<AnyGc>>>().drop_in_place() };
}

#[test]
fn types_made_at_run_time() {
    let spec = TypeSpec {
        trace: Some(trace),
        clear: Some(clear),
        drop: Some(drop_payload),
        finalize: Some(|it| assert_eq!(it.type_name(), "Slot")),
        ..TypeSpec::new("Slot", size_of::<Cell<Option<AnyGc>>>())
    };
    let heap = Heap::current();
    // SAFETY: the functions are those of the payload, which is written.
    let it = unsafe {
        let class = RuntimeType::try_new(&heap, spec, ()).unwrap();
        heap.try_alloc_untyped(&class, 100, |at| at.cast::<Cell<Option<AnyGc>>>().write(Cell::new(None))).unwrap()
    };
    // SAFETY: as above.
    unsafe { &*it.as_ptr().cast::<Cell<Option<AnyGc>>>() }.set(Some(it.clone()));
    assert_eq!((it.type_name(), it.type_info().name()), ("Slot", "Slot"));
    drop(it);
    assert_eq!(heap.collect().freed, 2);
}

/// One heap for the process: one test at a time.
static ALONE: Mutex<()> = Mutex::new(());

#[derive(Trace)]
struct Shared {
    links: Mutex<Vec<sync::Gc<Shared>>>,
    #[trace(skip)]
    drops: Arc<Mutex<usize>>,
}

impl Drop for Shared {
    fn drop(&mut self) {
        *self.drops.lock().unwrap() += 1;
    }
}

fn shared(drops: &Arc<Mutex<usize>>) -> sync::Gc<Shared> {
    sync::Gc::new(Shared { links: Mutex::default(), drops: drops.clone() })
}

#[test]
fn threads_that_share_and_collect() {
    let _alone = ALONE.lock().unwrap();
    let drops = Arc::default();
    let a = shared(&drops);
    let weak = sync::Gc::downgrade(&a);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let b = shared(&drops);
                b.links.lock().unwrap().push(a.clone());
                a.links.lock().unwrap().push(b.clone());
                for _ in 0..3 {
                    drop(weak.upgrade().unwrap().clone());
                }
            });
        }
        scope.spawn(sync::collect);
    });
    let objects = sync::Heap::global().objects();
    assert_eq!(objects.len(), 3);
    drop(objects);
    drop(a);
    sync::collect();
    sync::collect();
    assert!(*drops.lock().unwrap() == 3 && weak.upgrade().is_none());
}

#[test]
fn the_last_drop_elsewhere_and_slices() {
    let _alone = ALONE.lock().unwrap();
    let drops = Arc::default();
    let (a, b) = (shared(&drops), shared(&drops));
    let all: sync::Gc<[sync::Gc<Shared>]> = vec![a.clone(), b].into_iter().collect();
    std::thread::spawn(move || drop(all)).join().unwrap();
    sync::Heap::global().poll();
    assert_eq!(*drops.lock().unwrap(), 1);
    let mut a = a;
    a = std::thread::spawn(move || a).join().unwrap();
    loop {
        if let Some(mut it) = sync::Gc::get_mut(&mut a) {
            it.links.get_mut().unwrap().clear();
            break;
        }
    }
    drop(a);
    assert_eq!(*drops.lock().unwrap(), 2);
}
