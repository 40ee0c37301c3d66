//! Other crates' types, each behind its feature: visited, emptied, charged, written and read.

#![cfg(any(
    feature = "allocator-api2",
    feature = "hashbrown",
    feature = "indexmap",
    feature = "parking_lot",
    feature = "serde",
    feature = "smallvec"
))]

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use adder_gc::{Gc, Heap, Trace, sync};

/// Counts its drops.
struct Counted(Rc<Cell<usize>>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

/// An object that refers to others through a container of type `C`.
#[derive(Trace)]
struct Node<C> {
    links: C,
    #[trace(skip)]
    _counted: Counted,
}

/// Makes `COUNT` objects that refer to each other through containers, and looks at them from all sides: their references are
/// visited, a live one is left alone, and garbage is freed.
fn check<C: Trace>(make: impl Fn() -> C, link: impl Fn(&C, usize, Gc<Node<C>>)) {
    const COUNT: usize = 600;
    let drops = Rc::new(Cell::new(0));
    let heap = Heap::new();
    heap.enter(|| {
        let hub = Gc::new(Node { links: make(), _counted: Counted(drops.clone()) });
        for number in 0..COUNT {
            let spoke = Gc::new(Node { links: make(), _counted: Counted(drops.clone()) });
            link(&spoke.links, 0, hub.clone());
            link(&hub.links, number, spoke);
        }
        assert_eq!(heap.referents(Gc::as_any(&hub)).len(), COUNT);
        assert_eq!(heap.referrers(Gc::as_any(&hub)).len(), COUNT);
        heap.collect();
        assert_eq!(drops.get(), 0);
    });
    let report = heap.collect();
    assert_eq!((report.freed, drops.get()), (COUNT + 1, COUNT + 1), "{report:?}");
    assert_eq!(heap.stats().charged_bytes, 0);
}

/// The same in `sync`, with what ties objects behind a lock.
#[allow(dead_code, reason = "there are features without a lock and a container")]
fn check_shared<C: Trace + Send + Sync>(make: impl Fn() -> C, link: impl Fn(&C, usize, sync::Gc<SharedNode<C>>)) {
    const COUNT: usize = 600;
    let (drops, heap) = (Arc::new(AtomicUsize::new(0)), sync::Heap::global());
    let node = || sync::Gc::new(SharedNode { links: make(), drops: drops.clone() });
    let hub = node();
    for number in 0..COUNT {
        let spoke = node();
        link(&spoke.links, 0, hub.clone());
        link(&hub.links, number, spoke);
    }
    assert_eq!(heap.referents(sync::Gc::as_any(&hub)).len(), COUNT);
    heap.collect();
    assert_eq!(drops.load(SeqCst), 0);
    // Another thread lets go of it. (Tests beside this one may have to be waited for: what is looked at has one reference more.)
    std::thread::spawn(move || drop(hub)).join().unwrap();
    for _ in 0..100 {
        heap.poll();
        heap.collect();
        if drops.load(SeqCst) > COUNT {
            break;
        }
    }
    assert_eq!(drops.load(SeqCst), COUNT + 1);
}

/// [`Node`] for threads.
#[derive(Trace)]
struct SharedNode<C> {
    links: C,
    #[trace(skip)]
    drops: Arc<AtomicUsize>,
}

impl<C> Drop for SharedNode<C> {
    fn drop(&mut self) {
        self.drops.fetch_add(1, SeqCst);
    }
}

/// A type whose values own nothing is not tracked.
fn is_plain<T: Trace>(value: T) {
    assert!(!T::tracked());
    assert!(!Gc::as_any(&Gc::new(value)).is_tracked());
}

#[cfg(feature = "indexmap")]
mod indexmap {
    use super::*;
    use ::indexmap::{IndexMap, IndexSet};

    #[derive(Trace)]
    struct Map(RefCell<IndexMap<usize, Gc<Node<Map>>>>);

    #[test]
    fn maps_are_visited_and_emptied() {
        check(
            || Map(RefCell::default()),
            |map, number, to| {
                map.0.borrow_mut().insert(number, to);
            },
        );
        is_plain(IndexMap::<u8, String>::new());
        #[derive(Trace)]
        struct Shared(std::sync::Mutex<IndexMap<usize, sync::Gc<SharedNode<Shared>>>>);
        check_shared(|| Shared(Default::default()), |map, number, to| _ = map.0.lock().unwrap().insert(number, to));
    }

    /// By identity, so that it can be a key.
    #[derive(Trace)]
    struct Key(Gc<Node<Set>>);
    impl PartialEq for Key {
        fn eq(&self, other: &Key) -> bool {
            Gc::ptr_eq(&self.0, &other.0)
        }
    }
    impl Eq for Key {}
    impl std::hash::Hash for Key {
        fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
            Gc::as_ptr(&self.0).hash(state);
        }
    }

    #[derive(Trace)]
    struct Set(RefCell<IndexSet<Key>>);

    #[test]
    fn sets_are_visited_and_emptied() {
        check(
            || Set(RefCell::default()),
            |set, _, to| {
                set.0.borrow_mut().insert(Key(to));
            },
        );
        is_plain(IndexSet::<u8>::new());
    }
}

#[cfg(feature = "smallvec")]
mod smallvec {
    use super::*;
    use ::smallvec::SmallVec;

    #[derive(Trace)]
    struct Small(RefCell<SmallVec<[Gc<Node<Small>>; 2]>>);

    #[test]
    fn small_vectors_are_visited_and_emptied() {
        check(|| Small(RefCell::default()), |small, _, to| small.0.borrow_mut().push(to));
        is_plain(SmallVec::<[u8; 4]>::new());
        #[derive(Trace)]
        struct Shared(std::sync::RwLock<SmallVec<[sync::Gc<SharedNode<Shared>>; 2]>>);
        check_shared(|| Shared(Default::default()), |small, _, to| small.0.write().unwrap().push(to));
    }
}

#[cfg(feature = "parking_lot")]
mod parking_lot {
    use super::*;
    use ::parking_lot::{FairMutex, Mutex, RecursiveRwLock, ReentrantMutex, RwLock};

    macro_rules! locks {
        ($($test:ident, $lock:ident, $write:ident;)*) => {$(
            #[test]
            fn $test() {
                #[derive(Trace)]
                struct Links($lock<Vec<Gc<Node<Links>>>>);
                check(|| Links($lock::default()), |links, _, to| links.0.$write().push(to));
                is_plain($lock::new(0));
                #[derive(Trace)]
                struct Shared($lock<Vec<sync::Gc<SharedNode<Shared>>>>);
                check_shared(|| Shared($lock::default()), |links, _, to| links.0.$write().push(to));

                // Locked, its contents stay alive, and nobody waits.
                let drops = Rc::new(Cell::new(0));
                let heap = Heap::new();
                let node = heap.alloc(Node { links: Links($lock::default()), _counted: Counted(drops.clone()) });
                node.links.0.$write().push(node.clone());
                let raw = Gc::into_raw(node.clone());
                // SAFETY: the reference that was given up keeps the object alive; it is taken back below.
                let guard = unsafe { &*raw }.links.0.$write();
                drop(node);
                heap.collect();
                assert_eq!(drops.get(), 0);
                drop(guard);
                // SAFETY: given up above.
                drop(unsafe { Gc::from_raw(raw) });
                heap.collect();
                assert_eq!(drops.get(), 1);
            }
        )*};
    }

    locks! {
        a_mutex_is_visited_and_emptied, Mutex, lock;
        a_fair_mutex_is_visited_and_emptied, FairMutex, lock;
        a_read_write_lock_is_visited_and_emptied, RwLock, write;
        a_recursive_read_write_lock_is_visited_and_emptied, RecursiveRwLock, write;
    }

    #[test]
    fn a_reentrant_mutex_is_looked_into_while_its_thread_holds_it() {
        #[derive(Trace)]
        struct Links(ReentrantMutex<RefCell<Vec<Gc<Node<Links>>>>>);
        check(|| Links(ReentrantMutex::default()), |links, _, to| links.0.lock().borrow_mut().push(to));
        #[derive(Trace)]
        struct Shared(ReentrantMutex<RefCell<Vec<sync::Gc<SharedNode<Shared>>>>>);
        check_shared(|| Shared(ReentrantMutex::default()), |links, _, to| links.0.lock().borrow_mut().push(to));

        let heap = Heap::new();
        let drops = Rc::new(Cell::new(0));
        let node = heap.alloc(Node { links: Links(ReentrantMutex::default()), _counted: Counted(drops.clone()) });
        let guard = node.links.0.lock();
        guard.borrow_mut().push(node.clone());
        assert_eq!(heap.referents(Gc::as_any(&node)).len(), 1);
        drop(guard);
        drop(node);
        heap.collect();
        assert_eq!(drops.get(), 1);
    }
}

#[cfg(feature = "hashbrown")]
mod hashbrown {
    use super::*;
    use ::hashbrown::{HashMap, HashSet, HashTable};
    use adder_gc::ChargedAlloc;

    #[derive(Trace)]
    struct Map(RefCell<HashMap<usize, Gc<Node<Map>>>>);

    #[test]
    fn maps_are_visited_and_emptied() {
        check(
            || Map(RefCell::default()),
            |map, number, to| {
                map.0.borrow_mut().insert(number, to);
            },
        );
        is_plain(HashMap::<u8, String>::new());
        is_plain(HashSet::<u8>::new());
        is_plain(HashTable::<u8>::new());
        #[derive(Trace)]
        struct Shared(std::sync::Mutex<HashMap<usize, sync::Gc<SharedNode<Shared>>>>);
        check_shared(|| Shared(Default::default()), |map, number, to| _ = map.0.lock().unwrap().insert(number, to));
    }

    #[derive(Trace)]
    struct ChargedMap(RefCell<HashMap<usize, Gc<Node<ChargedMap>>, ::hashbrown::DefaultHashBuilder, ChargedAlloc>>);

    #[test]
    fn charged_maps_are_visited_emptied_and_released() {
        check(
            || ChargedMap(RefCell::new(HashMap::new_in(Heap::current().allocator()))),
            |map, number, to| {
                map.0.borrow_mut().insert(number, to);
            },
        );
    }

    #[derive(Trace)]
    struct Table(RefCell<HashTable<Gc<Node<Table>>, ChargedAlloc>>);

    #[test]
    fn charged_tables_are_visited_emptied_and_released() {
        let hash = |gc: &Gc<Node<Table>>| Gc::as_ptr(gc).addr() as u64;
        check(
            || Table(RefCell::new(HashTable::new_in(Heap::current().allocator()))),
            |table, _, to| {
                table.0.borrow_mut().insert_unique(hash(&to), to, hash);
            },
        );
    }

    #[test]
    fn its_table_shows_in_the_heap_graph() {
        let heap = Heap::new();
        let mut map: HashMap<u64, u64, ::hashbrown::DefaultHashBuilder, _> = HashMap::new_in(heap.allocator());
        map.extend((0..100).map(|n| (n, n)));
        let size = map.allocation_size();
        let map = heap.alloc(map);
        assert_eq!(heap.graph().node(Gc::as_any(&map).address()).unwrap().charged(), size);
    }

    #[test]
    fn a_map_reports_the_limit_and_goes_on() {
        let heap = Heap::with_limit(1 << 16);
        let mut map: HashMap<u64, u64, ::hashbrown::DefaultHashBuilder, _> = HashMap::new_in(heap.allocator());
        let refused = (0..1 << 16).find(|&n| {
            let refused = map.try_reserve(1).is_err();
            if !refused {
                map.insert(n, n);
            }
            refused
        });
        let held = refused.expect("65536 entries of 16 bytes do not fit in 65536 bytes");
        assert_eq!(map.len() as u64, held);
        assert_eq!(heap.stats().charged_bytes, map.allocation_size());
        assert!(heap.used_bytes() <= 1 << 16);
        drop(map);
        assert_eq!(heap.stats().charged_bytes, 0);
    }
}

#[cfg(feature = "allocator-api2")]
mod allocator_api2 {
    use super::*;
    use ::allocator_api2::alloc::Allocator;
    use ::allocator_api2::boxed::Box as BoxIn;
    use ::allocator_api2::vec::Vec as VecIn;
    use adder_gc::ChargedAlloc;
    use std::alloc::Layout;

    #[test]
    fn growing_and_shrinking_charge_the_difference() {
        let heap = Heap::with_limit(1 << 16);
        let charged = || heap.stats().charged_bytes;
        let mut vec = VecIn::new_in(heap.allocator());
        for n in 0..1000_u32 {
            vec.push(n);
            assert_eq!(charged(), vec.capacity() * 4);
        }
        vec.truncate(3);
        vec.shrink_to_fit();
        assert_eq!((charged(), &vec[..]), (12, &[0, 1, 2][..]));
        assert!(vec.try_reserve(1 << 16).is_err());
        assert_eq!(charged(), 12);
        let boxed = BoxIn::new_in([0_u8; 100], heap.allocator());
        assert_eq!(charged(), 112);
        drop((vec, boxed));
        assert_eq!(charged(), 0);
    }

    #[test]
    fn zeroed_memory_is_zero() {
        let heap = Heap::new();
        let alloc = heap.allocator();
        let (old, new) = (Layout::array::<u8>(10).unwrap(), Layout::array::<u8>(1000).unwrap());
        let piece = Allocator::allocate_zeroed(&alloc, old).unwrap();
        assert_eq!((piece.len(), heap.stats().charged_bytes), (10, 10));
        // SAFETY: used with the layouts it was given, the last one when it is given back.
        unsafe {
            piece.cast::<u8>().write_bytes(1, 10);
            let piece = alloc.grow_zeroed(piece.cast(), old, new).unwrap();
            assert_eq!((piece.len(), heap.stats().charged_bytes), (1000, 1000));
            let bytes = piece.as_ref();
            assert!(bytes[..10].iter().all(|&b| b == 1) && bytes[10..].iter().all(|&b| b == 0));
            let piece = alloc.shrink(piece.cast(), new, old).unwrap();
            assert_eq!((piece.len(), heap.stats().charged_bytes), (10, 10));
            Allocator::deallocate(&alloc, piece.cast(), old);
        }
        assert_eq!(heap.stats().charged_bytes, 0);
    }

    #[derive(Trace)]
    struct Charged(BoxIn<RefCell<VecIn<Gc<Node<Charged>>, ChargedAlloc>>, ChargedAlloc>);

    #[test]
    fn charged_vectors_and_boxes_are_visited_and_emptied() {
        check(
            || {
                let alloc = Heap::current().allocator();
                Charged(BoxIn::new_in(RefCell::new(VecIn::new_in(alloc.clone())), alloc))
            },
            |links, _, to| links.0.borrow_mut().push(to),
        );
    }
}

#[cfg(feature = "serde")]
mod serde {
    use super::*;
    use ::serde::{Deserialize, Serialize};
    use adder_gc::{GcString, GcVec};

    #[derive(Trace, Serialize, Deserialize, PartialEq, Debug)]
    struct Tree {
        name: Gc<str>,
        children: Gc<[Gc<Tree>]>,
        weights: GcVec<u32>,
        note: GcString,
    }

    fn tree(name: &str, children: Vec<Gc<Tree>>) -> Gc<Tree> {
        Gc::new(Tree { name: name.into(), children: children.into(), weights: [1, 2].into(), note: "ä\"b".into() })
    }

    #[test]
    fn a_tree_is_written_and_read_back() {
        let before = tree("root", vec![tree("left", vec![]), tree("right", vec![])]);
        let text = serde_json::to_string(&before).unwrap();
        let after: Gc<Tree> = serde_json::from_str(&text).unwrap();
        assert_eq!(before, after);
        assert!(text.starts_with(r#"{"name":"root","children":[{"name":"left","children":[]"#), "{text}");
    }

    #[test]
    fn sharing_is_not_preserved() {
        let shared = Gc::new(5);
        let text = serde_json::to_string(&[shared.clone(), shared]).unwrap();
        assert_eq!(text, "[5,5]");
        let [a, b]: [Gc<i32>; 2] = serde_json::from_str(&text).unwrap();
        assert_eq!((*a, *b, Gc::ptr_eq(&a, &b)), (5, 5, false));

        use adder_gc::sync;
        let shared = sync::Gc::new(5);
        let text = serde_json::to_string(&[shared.clone(), shared]).unwrap();
        let [a, b]: [sync::Gc<i32>; 2] = serde_json::from_str(&text).unwrap();
        assert!(!sync::Gc::ptr_eq(&a, &b) && *a == 5 && *b == 5);
        let numbers: sync::Gc<[u64]> =
            serde_json::from_str(&format!("{:?}", (0..10_000).collect::<Vec<u64>>())).unwrap();
        assert!(numbers.iter().copied().eq(0..10_000) && sync::Heap::global().stats().charged_bytes == 0);
        assert!(serde_json::from_str::<sync::Gc<[u64]>>("[1, \"x\"]").is_err());
        let name: sync::Gc<str> = serde_json::from_str("\"hällo\"").unwrap();
        assert_eq!((&*name, serde_json::to_string(&name).unwrap()), ("hällo", "\"hällo\"".to_owned()));
    }

    #[test]
    fn reading_stops_at_the_limit() {
        let heap = Heap::with_limit(1 << 18);
        heap.enter(|| {
            let text = format!("[{}0]", "0,".repeat(200_000));
            for error in [
                serde_json::from_str::<GcVec<u64>>(&text).unwrap_err(),
                serde_json::from_str::<Gc<[u64]>>(&text).unwrap_err(),
                serde_json::from_str::<GcVec<Gc<u64>>>(&text).unwrap_err(),
                serde_json::from_str::<GcString>(&format!("{text:?}")).unwrap_err(),
                serde_json::from_str::<Gc<str>>(&format!("{text:?}")).unwrap_err(),
            ] {
                assert!(error.to_string().starts_with("out of memory"), "{error}");
            }
            assert_eq!(serde_json::from_str::<GcVec<u64>>("[1,2]").unwrap(), [1, 2]);
        });
        assert_eq!(heap.stats().charged_bytes, 0);
    }

    #[derive(Trace)]
    enum Slot {
        Empty,
        Full(Gc<Ring>),
    }

    #[derive(Trace)]
    struct Ring {
        slot: RefCell<Slot>,
        #[trace(skip)]
        seen: Rc<RefCell<String>>,
    }

    impl Serialize for Ring {
        fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_unit()
        }
    }

    impl Drop for Ring {
        fn drop(&mut self) {
            if let Slot::Full(cleared) = self.slot.get_mut() {
                *self.seen.borrow_mut() = serde_json::to_string(cleared).unwrap_err().to_string();
            }
        }
    }

    #[test]
    fn a_cleared_reference_is_an_error() {
        let seen = Rc::new(RefCell::new(String::new()));
        let ring = Gc::new(Ring { slot: RefCell::new(Slot::Empty), seen: seen.clone() });
        *ring.slot.borrow_mut() = Slot::Full(ring.clone());
        assert_eq!(serde_json::to_string(&ring).unwrap(), "null");
        drop(ring);
        adder_gc::collect();
        assert_eq!(*seen.borrow(), "a cleared Gc cannot be serialized");
    }
}
