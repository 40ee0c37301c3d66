//! `adder_gc::sync::Heap`: untyped handles, steps, generations, charges, and looking at the heap from outside.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use adder_gc::sync::{self, AnyGc, Borrowed, Charge, CollectMode, Gc, Heap, LeakGuard, Phase, Weak};
use adder_gc::{Opaque, Trace};

/// One heap for the process: tests run one at a time, and begin without the garbage of the one before.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    let one = ONE.lock().unwrap_or_else(|e| e.into_inner());
    let heap = Heap::global();
    heap.set_thresholds([20_000, 10, 50]);
    heap.set_mode(CollectMode::Automatic);
    heap.enable();
    while sync::collect().freed > 0 {}
    one
}

#[derive(Trace)]
struct Node {
    name: u64,
    links: Mutex<Vec<Gc<Node>>>,
    #[trace(skip)]
    drops: Arc<AtomicUsize>,
}

impl Drop for Node {
    fn drop(&mut self) {
        self.drops.fetch_add(1, SeqCst);
    }
}

fn node(name: u64, drops: &Arc<AtomicUsize>) -> Gc<Node> {
    Gc::new(Node { name, links: Mutex::default(), drops: drops.clone() })
}

/// Two that refer to each other; gives one of them.
fn pair(drops: &Arc<AtomicUsize>) -> Gc<Node> {
    let (a, b) = (node(1, drops), node(2, drops));
    a.links.lock().unwrap().push(b.clone());
    b.links.lock().unwrap().push(a.clone());
    a
}

#[test]
fn untyped_handles() {
    let _alone = alone();
    let d = Arc::default();
    let a = node(7, &d);
    let any = Gc::to_any(&a);
    assert_eq!(Gc::ref_count(&a), 2);
    assert_eq!((any.payload_size(), size_of::<AnyGc>(), size_of::<Option<AnyGc>>()), (size_of::<Node>(), 8, 8));
    assert!(any.size() >= size_of::<Node>() + 16 && any.is_tracked() && !any.is_finalized());
    assert!(any.type_name().ends_with("Node") && any.type_info().align() == 8);
    assert_eq!(any.type_info().type_id(), std::any::TypeId::of::<Node>());
    assert_eq!(any.downcast_ref::<Node>().unwrap().name, 7);
    assert!(any.downcast_ref::<u64>().is_none());
    let any = any.downcast::<String>().unwrap_err();
    let b = thread::spawn(move || any.downcast::<Node>().unwrap()).join().unwrap();
    assert!(Gc::ptr_eq(&a, &b));
    let any = AnyGc::from(b);
    let raw = any.into_raw();
    // SAFETY: given out just now, given back once; borrowed in between.
    let (more, any) = unsafe { (AnyGc::from_borrowed(raw), AnyGc::from_raw(raw)) };
    assert_eq!((more.ref_count(), &more), (3, &any));
    assert!(format!("{any:?}").starts_with("<sync_heap::Node at 0x"));

    let text: Gc<str> = "hällo".into();
    assert_eq!((Gc::as_any(&text).downcast_str(), Gc::as_any(&text).payload_size()), (Some("hällo"), 6));
    assert!(!Gc::as_any(&text).is_tracked());
    let items: Gc<[u32]> = (0..5).collect();
    assert_eq!(Gc::as_any(&items).payload_size(), 20);

    // As a field it is visited, emptied and collected.
    #[derive(Trace)]
    struct Untyped(Mutex<Option<AnyGc>>);
    let u = Gc::new(Untyped(Mutex::default()));
    *u.0.lock().unwrap() = Some(Gc::to_any(&u));
    drop(u);
    assert_eq!(sync::collect().freed, 1);
}

#[test]
fn a_masked_object_is_not_shown() {
    let _alone = alone();
    let d = Arc::default();
    let mut a = node(7, &d);
    let address = Gc::as_any(&a).address();
    let shown = || Heap::global().objects().iter().any(|o| o.address() == address);
    assert!(shown());
    let guard = loop {
        if let Some(guard) = Gc::get_mut(&mut a) {
            break guard;
        }
    };
    assert!(!shown() && Heap::global().graph().node(address).is_none());
    drop(guard);
    assert!(shown());
}

#[test]
fn objects_referents_and_referrers() {
    let _alone = alone();
    let (d, heap) = (Arc::default(), Heap::global());
    let before = heap.objects().len();
    let a = pair(&d);
    let b = a.links.lock().unwrap()[0].clone();
    assert_eq!(heap.objects().len(), before + 2);
    assert_eq!(heap.referents(Gc::as_any(&a)), [Gc::to_any(&b)]);
    assert_eq!(heap.referrers(Gc::as_any(&a)), [Gc::to_any(&b)]);
    let held = a.links.lock().unwrap();
    assert!(heap.referents(Gc::as_any(&a)).is_empty(), "behind a lock that is held");
    drop(held);
    assert_eq!((Gc::ref_count(&a), Gc::ref_count(&b)), (2, 2));
}

#[test]
fn charges_count_and_can_be_refused() {
    let _alone = alone();
    let heap = Heap::global();
    let used = heap.used_bytes();
    let mut charge = heap.try_charge(1 << 20).unwrap();
    assert!(heap.used_bytes() >= used + (1 << 20));
    charge.resize(1 << 19).unwrap();
    assert_eq!((charge.bytes(), heap.stats().charged_bytes), (1 << 19, 1 << 19));

    // Charges of garbage make room.
    #[derive(Trace)]
    struct Image {
        me: Mutex<Option<Gc<Image>>>,
        charge: Charge,
    }
    heap.set_limit(Some(heap.used_bytes() + (8 << 20)));
    for _ in 0..20 {
        let image = Gc::new(Image { me: Mutex::default(), charge: heap.try_charge(3 << 20).unwrap() });
        *image.me.lock().unwrap() = Some(image.clone());
        let graph = heap.graph();
        assert_eq!(graph.node(Gc::as_any(&image).address()).unwrap().charged(), image.charge.bytes());
    }
    let refused = charge.resize(64 << 20).unwrap_err();
    assert!(refused.to_string().contains("bytes requested"), "{refused}");
    assert_eq!(charge.bytes(), 1 << 19);
    heap.set_limit(None);
    drop(charge);
    sync::collect();
    assert_eq!(heap.stats().charged_bytes, 0);

    // Threads that want the last bytes: at most as many get them as fit.
    heap.set_limit(Some(heap.used_bytes() + (1 << 20)));
    let threads: Vec<_> = (0..4).map(|_| thread::spawn(|| Heap::global().try_charge(700 << 10).ok())).collect();
    let got: Vec<_> = threads.into_iter().filter_map(|t| t.join().unwrap()).collect();
    assert!(got.len() <= 1, "{got:?}");
    heap.set_limit(None);
}

#[test]
fn generations_are_those_of_pages() {
    let _alone = alone();
    let (d, heap) = (Arc::default(), Heap::global());
    heap.disable();
    // Old: more than a page of it, made before two collections.
    let old: Vec<_> = (0..20_000).map(|n| node(n, &d)).collect();
    let old_garbage = pair(&d);
    assert_eq!(heap.collect_generation(1).freed, 0);
    assert!(heap.collect_generation(2).candidates >= 20_000);
    let more: Vec<_> = (0..5000).map(|n| node(n, &d)).collect();
    drop(old_garbage);
    drop(pair(&d));
    let young = heap.collect_generation(0);
    // What is as old may lie on the page that is current.
    assert!(young.freed >= 2 && young.candidates < 10_000, "{young:?}");
    let rest = heap.collect_generation(2);
    assert_eq!((young.freed + rest.freed, rest.generation), (4, 2));
    assert!(rest.candidates >= 25_000);
    let stats = heap.stats().generations;
    assert!(stats[0].collections >= 1 && stats[0].collected >= 2 && stats[2].collections >= 2);
    assert!(heap.counts()[1] == 0);
    drop((old, more));
    heap.enable();
    assert!(std::panic::catch_unwind(|| Heap::global().collect_generation(3)).is_err());
}

#[test]
fn frozen_objects_are_left_alone() {
    let _alone = alone();
    let (d, heap) = (Arc::default(), Heap::global());
    let a = pair(&d);
    let b = node(3, &d);
    a.links.lock().unwrap().push(b.clone());
    b.links.lock().unwrap().push(b.clone());
    let weak = Gc::downgrade(&b);
    heap.freeze();
    assert!(heap.frozen_count() >= 3);
    let young = node(4, &d);
    a.links.lock().unwrap().push(young.clone());
    young.links.lock().unwrap().push(young.clone());
    drop((a, b, young));
    assert_eq!(sync::collect().freed, 0, "what they refer to is held from outside");
    heap.unfreeze();
    assert_eq!(heap.frozen_count(), 0);
    assert_eq!(sync::collect().freed, 4);
    assert!(weak.upgrade().is_none());
}

#[test]
fn callbacks_before_and_after() {
    let _alone = alone();
    let (d, heap) = (Arc::default(), Heap::global());
    let log = Arc::new(Mutex::new(Vec::new()));
    let l = log.clone();
    let number = heap.add_collection_callback(move |phase, report| {
        assert!(sync::collect().skipped, "inside a collection");
        l.lock().unwrap().push((phase, report.generation, report.freed));
    });
    drop(pair(&d));
    heap.collect();
    heap.collect_generation(0);
    assert!(heap.remove_collection_callback(number) && !heap.remove_collection_callback(number));
    heap.collect();
    use Phase::{Start, Stop};
    assert_eq!(*log.lock().unwrap(), [(Start, 2, 0), (Stop, 2, 2), (Start, 0, 0), (Stop, 0, 0)]);
}

#[test]
fn only_when_asked() {
    let _alone = alone();
    let (d, heap) = (Arc::new(AtomicUsize::new(0)), Heap::global());
    let garbage = |n| (0..n).for_each(|_| drop(pair(&d)));
    heap.set_mode(CollectMode::Manual);
    assert_eq!(heap.mode(), CollectMode::Manual);
    garbage(50_000);
    assert_eq!(d.load(SeqCst), 0, "no allocation collects");
    let mut steps = 0;
    while !heap.step(Duration::from_micros(200)).done {
        steps += 1;
    }
    assert!(steps > 5, "{steps}");
    assert_eq!(d.load(SeqCst), 100_000);
    garbage(50_000);
    while !heap.safepoint().done {}
    assert!(d.load(SeqCst) > 150_000, "{}", d.load(SeqCst));
    while !heap.step(Duration::ZERO).done {}
    assert_eq!(d.load(SeqCst), 200_000);

    heap.set_mode(CollectMode::Automatic);
    let pause = heap.pause();
    garbage(50_000);
    assert!(heap.step(Duration::from_secs(1)).skipped && heap.safepoint().skipped);
    assert_eq!(d.load(SeqCst), 200_000);
    drop(pause);
    garbage(50_000);
    assert!(d.load(SeqCst) > 200_000);
    sync::collect();
    assert_eq!(d.load(SeqCst), 400_000);
}

#[test]
fn in_manual_mode_a_request_without_room_collects_nothing() {
    let _alone = alone();
    let (d, heap) = (Arc::new(AtomicUsize::new(0)), Heap::global());
    heap.set_mode(CollectMode::Manual);
    heap.trim();
    heap.set_limit(Some(heap.used_bytes() + (4 << 20)));
    (0..1000).for_each(|_| drop(pair(&d)));
    assert!(heap.try_charge(5 << 20).is_err() && Gc::try_from_vec(vec![0_u8; 5 << 20]).is_err());
    assert_eq!(d.load(SeqCst), 0, "no user code of a collection runs in a request");
    let freed = heap.safepoint();
    assert!(freed.done && d.load(SeqCst) == 2000, "{freed:?}: where the program says, room is made");
    // While paused not there either.
    (0..1000).for_each(|_| drop(pair(&d)));
    assert!(heap.try_charge(5 << 20).is_err());
    let pause = heap.pause();
    assert!(heap.safepoint().skipped && d.load(SeqCst) == 2000);
    drop(pause);
    heap.safepoint();
    assert_eq!(d.load(SeqCst), 4000);
    heap.set_mode(CollectMode::Automatic);
    (0..1000).for_each(|_| drop(pair(&d)));
    assert!(heap.try_charge(5 << 20).is_err());
    assert_eq!(d.load(SeqCst), 6000, "in the automatic mode, before it is refused");
    heap.set_limit(None);
}

/// A pass that is under way keeps the pages that it has to look at; `trim` ends it.
#[test]
fn trim_gives_up_the_pass_and_gives_pages_back() {
    let _alone = alone();
    let (d, heap) = (Arc::new(AtomicUsize::new(0)), Heap::global());
    heap.set_mode(CollectMode::Manual);
    let many: Vec<_> = (0..50_000).map(|n| node(n, &d)).collect();
    assert!(!heap.step(Duration::ZERO).done);
    let held = heap.stats().page_bytes;
    drop(many);
    assert_eq!(d.load(SeqCst), 50_000);
    assert!(heap.trim() >= 50_000 * 48);
    assert!(heap.stats().page_bytes + 50_000 * 48 <= held);

    // What a young pass had begun to look at is young again when it is given up.
    d.store(0, SeqCst);
    let first = node(0, &d);
    sync::collect();
    let keep: Vec<_> = (0..50_000).map(|n| node(n, &d)).collect();
    let garbage = pair(&d);
    let more: Vec<_> = (0..50_000).map(|n| node(n, &d)).collect();
    drop(garbage);
    let young = Arc::new(AtomicUsize::new(0));
    let y = young.clone();
    let number = heap.add_collection_callback(move |phase, report| {
        if phase == Phase::Start && report.generation == 0 {
            y.fetch_add(1, SeqCst);
        }
    });
    heap.set_thresholds([1, 10, 1_000_000]);
    assert!(!heap.safepoint().done && young.load(SeqCst) == 1);
    heap.trim();
    assert_eq!(d.load(SeqCst), 0);
    assert!(heap.collect_generation(0).freed >= 2);
    assert_eq!(young.load(SeqCst), 2);
    heap.remove_collection_callback(number);
    drop((first, keep, more));
    heap.set_mode(CollectMode::Automatic);
}

/// A container is visited in pieces: a step does not wait for the whole of it.
#[test]
fn a_large_container_is_counted_in_pieces() {
    let _alone = alone();
    let (d, heap) = (Arc::new(AtomicUsize::new(0)), Heap::global());
    heap.set_mode(CollectMode::Manual);
    let root = node(0, &d);
    root.links.lock().unwrap().extend((0..100_000).map(|n| node(n, &d)));
    // In a lock within a lock's slice, too; and a cycle through it that is garbage.
    let garbage = node(1, &d);
    garbage.links.lock().unwrap().extend((0..100_000).map(|n| node(n, &d)));
    let inner = garbage.links.lock().unwrap()[77_777].clone();
    inner.links.lock().unwrap().push(garbage.clone());
    drop((garbage, inner));
    let mut steps = 0;
    while !heap.step(Duration::ZERO).done {
        steps += 1;
        // What is behind the place is moved about meanwhile.
        root.links.lock().unwrap().swap(steps, 99_999 - steps);
    }
    assert!(steps > 100, "{steps}");
    assert_eq!(d.load(SeqCst), 100_001);
    assert!(root.links.lock().unwrap().iter().all(|n| Gc::ref_count(n) == 1));
    heap.set_mode(CollectMode::Automatic);
    drop(root);
    assert_eq!(d.load(SeqCst), 200_002);
}

/// A pass that has begun holds nothing between its steps: what loses its last reference then dies at the instant.
#[test]
fn between_steps_nothing_is_held() {
    let _alone = alone();
    let (d, heap) = (Arc::new(AtomicUsize::new(0)), Heap::global());
    heap.set_mode(CollectMode::Manual);
    // Each one is a candidate: held from one other, of which the pass learns late that it is held from outside.
    let mut chain: Vec<Gc<Node>> = Vec::new();
    let root = node(0, &d);
    for n in 0..10_000 {
        let next = node(n, &d);
        root.links.lock().unwrap().push(next.clone());
        chain.push(next);
    }
    for _ in 0..40 {
        let step = heap.step(Duration::from_micros(20));
        assert!(step.duration < Duration::from_secs(5));
        let before = d.load(SeqCst);
        let gone = chain.pop().unwrap();
        root.links.lock().unwrap().pop();
        drop(gone);
        assert_eq!(d.load(SeqCst), before + 1);
        assert!(Gc::get_mut(&mut node(1, &d)).is_some());
    }
    drop((root, chain));
    heap.set_mode(CollectMode::Automatic);
}

/// Garbage of threads is freed while they run, by steps in their allocations; the heap does not grow.
#[test]
fn garbage_of_threads_is_freed_while_they_run() {
    let _alone = alone();
    let (d, heap) = (Arc::new(AtomicUsize::new(0)), Heap::global());
    let keep: Vec<_> = (0..20_000).map(|n| node(n, &d)).collect();
    sync::collect();
    let passes = heap.stats().generations.iter().map(|g| g.collections).sum::<u64>();
    let workers: Vec<_> = (0..3)
        .map(|_| {
            let d = d.clone();
            thread::spawn(move || {
                for _ in 0..150_000 {
                    drop(pair(&d));
                }
            })
        })
        .collect();
    let mut most = 0;
    while workers.iter().any(|w| !w.is_finished()) {
        most = most.max(heap.stats().tracked);
        thread::sleep(Duration::from_millis(5));
    }
    for w in workers {
        w.join().unwrap();
    }
    assert!(d.load(SeqCst) > 700_000, "{}", d.load(SeqCst));
    assert!(most < 400_000, "{most} of 900 000 lived at a time");
    let after = heap.stats();
    assert!(after.generations.iter().map(|g| g.collections).sum::<u64>() > passes + 3);
    assert!(after.longest_step > Duration::ZERO);
    drop(keep);
    sync::collect();
    assert_eq!(d.load(SeqCst), 920_000);
}

/// Garbage that outlived the young passes is found when the heap has grown.
#[test]
fn old_garbage_is_freed_when_the_heap_grows() {
    let _alone = alone();
    let d = Arc::new(AtomicUsize::new(0));
    for _ in 0..20 {
        let pairs: Vec<_> = (0..20_000).map(|_| pair(&d)).collect();
        drop(pairs);
    }
    assert!(d.load(SeqCst) > 500_000, "{}", d.load(SeqCst));
    sync::collect();
    assert_eq!(d.load(SeqCst), 800_000);
}

/// Garbage that outlives the young generation is found before the heap has grown by a quarter and 16 MiB, side memory included,
/// and also while other threads work.
#[test]
fn old_garbage_is_found_within_the_bound() {
    for threads in [1, 3] {
        let _alone = alone();
        let (d, heap) = (Arc::new(AtomicUsize::new(0)), Heap::global());
        heap.trim();
        const LIVE: u64 = 400_000;
        const WINDOW: usize = 40_000;
        const PAIRS: usize = 300_000;
        let live: Vec<_> = (0..LIVE).map(|n| node(n, &d)).collect();
        let used = heap.used_bytes();
        let all_of_them = WINDOW * 2 * (used / LIVE as usize);
        let bound = (used + all_of_them) * 5 / 4 + (16 << 20);
        let run = |pairs: usize, window: usize| {
            let mut kept = std::collections::VecDeque::new();
            for at in 0..pairs {
                kept.push_back(pair(&d));
                if kept.len() > window {
                    kept.pop_front();
                }
                if at % 1000 == 0 {
                    let used = heap.used_bytes();
                    assert!(used <= bound, "{used} of {bound} bytes after {at} pairs on one of {threads} threads");
                }
            }
        };
        thread::scope(|scope| {
            (0..threads).for_each(|_| _ = scope.spawn(|| run(PAIRS / threads, WINDOW / threads)));
        });
        assert!(d.load(SeqCst) > (PAIRS - WINDOW) / 2, "{}", d.load(SeqCst));
        sync::collect();
        assert_eq!(d.load(SeqCst), 2 * PAIRS);
        drop(live);
    }
}

/// Where no object loses one of several references, no pass has anything to look for.
#[test]
fn what_is_not_touched_is_not_looked_at() {
    let _alone = alone();
    let (d, heap) = (Arc::new(AtomicUsize::new(0)), Heap::global());
    let seen = Arc::new(AtomicUsize::new(0));
    let number = heap.add_collection_callback({
        let seen = seen.clone();
        move |phase, report| {
            if phase == Phase::Stop && report.generation < 2 {
                seen.fetch_add(report.candidates, SeqCst);
            }
        }
    });
    let list: Vec<_> = (0..300_000).map(|n| node(n, &d)).collect();
    assert_eq!(seen.load(SeqCst), 0);
    // Old garbage of which one object is touched, and much of it reached from that.
    for pair in list.windows(2) {
        let (a, b) = (&pair[0], &pair[1]);
        b.links.lock().unwrap().push(a.clone());
        a.links.lock().unwrap().push(b.clone());
    }
    heap.collect();
    assert_eq!(d.load(SeqCst), 0);
    drop(list);
    let before = heap.stats().generations[2].collections;
    let more: Vec<_> = (0..200_000).map(|n| node(n, &d)).collect();
    assert!(heap.stats().generations[2].collections > before && d.load(SeqCst) > 0, "{:?}", heap.stats());
    drop(more);
    heap.remove_collection_callback(number);
    heap.collect();
    assert_eq!(d.load(SeqCst), 500_000);
}

#[derive(Trace)]
#[trace(finalize_shared)]
struct Looking(Mutex<Option<Gc<Looking>>>, #[trace(skip)] Arc<Mutex<Vec<usize>>>);

impl sync::Finalize for Looking {
    fn finalize(this: Borrowed<'_, Self>) {
        let seen = Heap::global().objects().iter().filter(|o| o.downcast_ref::<Looking>().is_some()).count();
        let graph = Heap::global().graph();
        let drawn = graph.nodes().filter(|n| n.type_name().ends_with("Looking")).count();
        this.1.lock().unwrap().extend([seen, drawn]);
    }
}

#[test]
fn what_is_condemned_is_not_shown() {
    let _alone = alone();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let make = || Gc::new(Looking(Mutex::default(), seen.clone()));
    let live = make();
    for _ in 0..3 {
        let garbage = make();
        *garbage.0.lock().unwrap() = Some(garbage.clone());
    }
    assert_eq!(sync::collect().freed, 3);
    assert_eq!(*seen.lock().unwrap(), [1; 6], "only the live one");
    drop(live);
}

#[test]
fn a_graph_of_what_threads_made() {
    let _alone = alone();
    let (d, heap) = (Arc::default(), Heap::global());
    #[derive(Trace)]
    struct Cache {
        entries: Mutex<Vec<Gc<Node>>>,
        hidden: Opaque<u8>,
    }
    let cache = Gc::new(Cache { entries: Mutex::default(), hidden: Opaque(1) });
    assert_eq!(cache.hidden.0, 1);
    let c = cache.clone();
    let d2 = Arc::clone(&d);
    thread::spawn(move || c.entries.lock().unwrap().extend((0..10).map(|n| node(n, &d2)))).join().unwrap();
    heap.poll();
    let graph = heap.graph();
    let top = graph.node(Gc::as_any(&cache).address()).unwrap();
    assert!(top.is_root() && top.is_tracked() && top.edges().count() == 10);
    assert!(top.retained() > 10 * size_of::<Node>());
    assert_eq!(top.opaque_fields().map(|f| f.place().field).collect::<Vec<_>>(), ["hidden"]);
    let third = cache.entries.lock().unwrap()[3].clone();
    let path = heap.path_to_root(Gc::as_any(&third)).unwrap();
    assert!(path.to_string().starts_with("Cache.entries[3] → Node at 0x"), "{path}");
    assert!(path.to_string().ends_with("from outside the heap (1 reference)"), "{path}");
    let mut dot = Vec::new();
    graph.write_dot(&mut dot).unwrap();
    assert!(String::from_utf8(dot).unwrap().contains("entries[3]"));
    let (nodes, locked) = (graph.len(), cache.entries.lock().unwrap());
    let blind = heap.graph();
    assert!(blind.node(Gc::as_any(&cache).address()).unwrap().edges().next().is_none());
    assert!(blind.len() >= nodes);
    drop(locked);
}

#[test]
fn leaks_and_what_holds_them() {
    let _alone = alone();
    let d = Arc::default();
    let registry = node(0, &d);
    let before = node(1, &d);
    let outer = LeakGuard::new();
    let kept = node(2, &d);
    let inner = LeakGuard::current();
    assert!(!outer.made_inside(Gc::as_any(&before)) && outer.made_inside(Gc::as_any(&kept)));
    assert!(!inner.made_inside(Gc::as_any(&kept)));
    let (r, d2) = (registry.clone(), Arc::clone(&d));
    thread::spawn(move || {
        drop(pair(&d2));
        r.links.lock().unwrap().push(pair(&d2));
    })
    .join()
    .unwrap();
    Heap::global().poll();
    let leaks = inner.check().unwrap_err();
    assert_eq!(leaks.count(), 2, "{leaks}");
    let text = leaks.to_string();
    assert!(text.contains("held by: Node.links[0]"), "{text}");
    assert_eq!(outer.check().unwrap_err().count(), 3);
    registry.links.lock().unwrap().clear();
    inner.expect_none();
    let leaks = outer.check().unwrap_err();
    assert_eq!(leaks.count(), 1);
    assert!(leaks.to_string().contains("from outside the heap"), "{leaks}");
    // Where one died that was marked for the inner guard, and was made inside of the outer one, another is made inside, too.
    drop(kept);
    let again: Vec<_> = (0..100).map(|n| node(n, &d)).collect();
    assert_eq!(outer.check().unwrap_err().count(), 100);
    drop(again);
    outer.expect_none();
    drop((before, registry));
}

/// Steps, young collections and enumerations by several threads, while others allocate: nothing is lost or freed twice.
#[test]
fn everybody_at_once() {
    let _alone = alone();
    let heap = Heap::global();
    heap.set_thresholds([500, 2, 10]);
    let (d, stop) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let made = Arc::new(AtomicUsize::new(0));
    let others: Vec<_> = (0..2)
        .map(|number| {
            let stop = stop.clone();
            thread::spawn(move || {
                while !stop.load(SeqCst) {
                    match number {
                        0 => drop(heap.step(Duration::from_micros(50))),
                        _ => {
                            drop(heap.graph());
                            let weak: Vec<Weak<Node>> = heap
                                .objects()
                                .into_iter()
                                .filter_map(|o| o.downcast::<Node>().ok())
                                .map(|n| Gc::downgrade(&n))
                                .collect();
                            drop(weak.iter().filter_map(Weak::upgrade).collect::<Vec<_>>());
                        }
                    }
                }
            })
        })
        .collect();
    let workers: Vec<_> = (0..2)
        .map(|_| {
            let (d, made) = (d.clone(), made.clone());
            thread::spawn(move || {
                let start = Instant::now();
                while start.elapsed() < Duration::from_millis(700) {
                    let pairs: Vec<_> = (0..50).map(|_| pair(&d)).collect();
                    made.fetch_add(100, SeqCst);
                    pairs[0].links.lock().unwrap().push(pairs[49].clone());
                }
            })
        })
        .collect();
    for w in workers {
        w.join().unwrap();
    }
    stop.store(true, SeqCst);
    for o in others {
        o.join().unwrap();
    }
    heap.poll();
    while sync::collect().freed > 0 {}
    assert_eq!(d.load(SeqCst), made.load(SeqCst));
}
