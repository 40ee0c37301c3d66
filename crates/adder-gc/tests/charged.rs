//! `GcVec`, `GcString` and `ChargedAlloc`: what they hold is charged to a heap, released again, and refused at the limit.

use std::alloc::Layout;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::rc::Rc;

use adder_gc::{Gc, GcString, GcVec, Heap, Trace};

fn charged(heap: &Heap) -> usize {
    heap.stats().charged_bytes
}

/// Counts its drops.
#[derive(Clone)]
struct Counted(Rc<Cell<usize>>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

#[test]
fn a_vector_charges_what_it_holds_and_releases_it() {
    let heap = Heap::new();
    let mut vec = GcVec::new_in(&heap);
    assert_eq!((charged(&heap), vec.capacity()), (0, 0));
    for n in 0..1000_u64 {
        vec.push(n);
        assert_eq!(charged(&heap), vec.capacity() * 8);
        assert_eq!(charged(&heap), vec.charged_bytes());
    }
    assert!(vec.iter().copied().eq(0..1000));
    vec.truncate(10);
    vec.shrink_to_fit();
    assert_eq!(charged(&heap), 80);
    assert_eq!(vec, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    let copy = vec.clone();
    assert_eq!(charged(&heap), 160);
    drop(vec);
    assert_eq!(charged(&heap), 80);
    let mut rest = copy.into_iter();
    assert_eq!((rest.next(), rest.next_back(), rest.len()), (Some(0), Some(9), 8));
    assert_eq!(charged(&heap), 80);
    drop(rest);
    assert_eq!(charged(&heap), 0);
}

#[test]
fn every_element_is_dropped_once() {
    let drops = Rc::new(Cell::new(0));
    let mut vec: GcVec<Counted> = (0..10).map(|_| Counted(drops.clone())).collect();
    drop(vec.pop());
    drop(vec.remove(0));
    drop(vec.swap_remove(3));
    assert_eq!((drops.get(), vec.len()), (3, 7));
    vec.insert(2, Counted(drops.clone()));
    let mut at = 0;
    vec.retain(|_| {
        at += 1;
        at % 2 == 0
    });
    assert_eq!((drops.get(), vec.len()), (7, 4));
    let mut items = vec.into_iter();
    drop(items.next());
    drop(items);
    assert_eq!(drops.get(), 11);
}

#[test]
fn a_drop_that_panics_loses_no_charge() {
    struct Bomb(bool);
    impl Drop for Bomb {
        fn drop(&mut self) {
            assert!(!self.0, "boom");
        }
    }
    let heap = Heap::new();
    let vec = GcVec::try_from_iter_in([Bomb(false), Bomb(true), Bomb(false)], &heap).unwrap();
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(vec))).is_err());
    assert_eq!(charged(&heap), 0);
}

#[test]
fn a_vector_of_nothing_charges_nothing() {
    let heap = Heap::with_limit(0);
    let mut vec = GcVec::new_in(&heap);
    for _ in 0..1000 {
        vec.push(());
    }
    assert_eq!((vec.len(), vec.charged_bytes(), charged(&heap)), (1000, 0, 0));
    vec.shrink_to_fit();
    assert_eq!(vec.into_iter().count(), 1000);
}

#[test]
fn elements_keep_their_alignment() {
    #[repr(align(128))]
    struct Wide(u8);
    let vec: GcVec<Wide> = (0..100).map(Wide).collect();
    assert!(vec.iter().all(|wide| std::ptr::from_ref(wide).addr().is_multiple_of(128)));
    assert!(vec.iter().map(|wide| wide.0).eq(0..100));
}

#[test]
fn growth_beyond_the_limit_is_refused_with_its_figures() {
    let heap = Heap::with_limit(1 << 20);
    let mut vec = GcVec::new_in(&heap);
    vec.extend([1_u8; 1000]);
    let used = heap.used_bytes();
    let error = vec.try_reserve(1 << 20).unwrap_err();
    assert_eq!(error.limit, 1 << 20);
    assert_eq!(error.used, used);
    assert_eq!(error.requested, (1 << 20) + 1000 - vec.capacity());
    assert_eq!(vec, [1; 1000]);
    assert_eq!(heap.used_bytes(), used);
    let text = error.to_string();
    assert!(text.contains("1048576") && text.contains(&used.to_string()), "{text}");
    assert!(vec.try_reserve(usize::MAX).is_err());
    assert!(GcVec::<u64>::try_with_capacity_in(usize::MAX, &heap).is_err());

    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| vec.reserve(1 << 20))).unwrap_err();
    assert!(panic.downcast_ref::<String>().unwrap().contains(&text));
}

#[test]
fn a_vector_can_use_nearly_all_there_is() {
    let heap = Heap::with_limit(1 << 20);
    let mut vec = GcVec::new_in(&heap);
    let room = (1 << 20) - heap.used_bytes();
    let error = loop {
        if let Err(error) = vec.try_push(0_u64) {
            break error;
        }
    };
    assert_eq!(error.requested, 8);
    assert_eq!(vec.len(), room / 8);
    let collections: u64 = heap.stats().generations.iter().map(|g| g.collections).sum();
    assert!(collections < 100, "{collections} collections");
}

#[test]
fn room_is_made_by_a_collection() {
    #[derive(Trace)]
    struct Holder {
        bytes: GcVec<u8>,
        me: RefCell<Option<Gc<Holder>>>,
    }
    let heap = Heap::with_limit(4 << 20);
    heap.disable();
    for _ in 0..20 {
        let bytes = GcVec::try_with_capacity_in(1 << 20, &heap).expect("the garbage goes first");
        let holder = heap.alloc(Holder { bytes, me: RefCell::default() });
        assert_eq!(holder.bytes.charged_bytes(), 1 << 20);
        *holder.me.borrow_mut() = Some(holder.clone());
    }
    heap.collect();
    assert_eq!(charged(&heap), 0);
}

#[test]
fn a_heap_whose_objects_own_vectors_of_it_goes_with_its_last_handle() {
    #[derive(Trace)]
    struct Node {
        next: RefCell<GcVec<Gc<Node>>>,
        #[trace(skip)]
        _counted: Counted,
    }
    let drops = Rc::new(Cell::new(0));
    let heap = Heap::new();
    let make = || heap.alloc(Node { next: RefCell::new(GcVec::new_in(&heap)), _counted: Counted(drops.clone()) });
    let (a, b) = (make(), make());
    a.next.borrow_mut().push(b.clone());
    b.next.borrow_mut().push(a.clone());
    drop((a, b));
    assert_eq!(drops.get(), 0);
    drop(heap);
    assert_eq!(drops.get(), 2);
}

#[test]
fn a_vector_outlives_its_heap() {
    let heap = Heap::new();
    let mut vec = GcVec::new_in(&heap);
    vec.push(heap.alloc(1));
    drop(heap);
    vec.extend((0..100).map(Gc::new));
    assert_eq!(vec.len(), 101);
    assert_eq!(vec.heap().stats().charged_bytes, vec.charged_bytes());
}

#[test]
fn a_large_vector_of_references_is_traced_and_emptied() {
    #[derive(Trace)]
    struct Node {
        many: RefCell<GcVec<Gc<Node>>>,
        #[trace(skip)]
        _counted: Counted,
    }
    let drops = Rc::new(Cell::new(0));
    let heap = Heap::new();
    let make = || heap.alloc(Node { many: RefCell::new(GcVec::new_in(&heap)), _counted: Counted(drops.clone()) });
    let hub = make();
    for _ in 0..10_000 {
        let spoke = make();
        spoke.many.borrow_mut().push(hub.clone());
        hub.many.borrow_mut().push(spoke);
    }
    heap.collect();
    assert_eq!(drops.get(), 0);
    drop(hub);
    let report = heap.collect();
    assert_eq!((report.freed, drops.get(), charged(&heap)), (10_001, 10_001, 0));
}

#[test]
fn vectors_compare_and_hash_as_slices() {
    let a = GcVec::from([1, 2, 3]);
    let b: GcVec<i32> = vec![1, 2, 4].into();
    assert!(a < b && a != b && a == vec![1, 2, 3] && a == [1, 2, 3] && a == [1, 2, 3][..]);
    assert_eq!(format!("{a:?}"), "[1, 2, 3]");
    let mut map = HashMap::new();
    map.insert(a, "found");
    assert_eq!(map.get(&[1, 2, 3][..]), Some(&"found"));
    assert_eq!(Vec::from(b), [1, 2, 4]);
}

#[test]
fn bytes_are_written_to_a_vector() {
    let heap = Heap::with_limit(1 << 16);
    let mut vec = GcVec::new_in(&heap);
    write!(&mut vec as &mut dyn std::io::Write, "{}-{}", 1, 2).unwrap();
    assert_eq!(vec, b"1-2");
    let error = vec.write_all(&[0; 1 << 16]).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::OutOfMemory);
}

#[test]
fn a_string_charges_its_text() {
    let heap = Heap::with_limit(1 << 16);
    let mut text = GcString::new_in(&heap);
    write!(text, "Grüße {}", 7).unwrap();
    text.push('ß');
    text += "!";
    assert_eq!(text, "Grüße 7ß!");
    assert_eq!(charged(&heap), text.charged_bytes());
    assert_eq!((text.pop(), text.pop(), text.len()), (Some('!'), Some('ß'), 9));
    text.truncate(4);
    assert_eq!(text, "Grü");
    assert!(write!(text, "{}", "x".repeat(70_000)).is_err());
    let error = text.try_push_str(&"x".repeat(70_000)).unwrap_err();
    assert_eq!((error.limit, error.used), (1 << 16, heap.used_bytes()));
    let copy = text.clone();
    assert_eq!((copy.cmp(&text), &*copy), (std::cmp::Ordering::Equal, "Grü"));
    drop((text, copy));
    assert_eq!(charged(&heap), 0);
}

#[test]
#[should_panic(expected = "lies inside a character")]
fn a_string_is_not_cut_inside_a_character() {
    GcString::from("ü").truncate(1);
}

#[test]
fn strings_are_made_of_many_things() {
    let a: GcString = ['a', 'b'].into_iter().collect();
    let b: GcString = ["c", "d"].into_iter().collect();
    let mut map = HashMap::new();
    map.insert(a + &b, 1);
    assert_eq!(map.get("abcd"), Some(&1));
    assert_eq!(GcString::from_utf8(GcVec::from(*b"ok")).unwrap(), "ok");
    assert_eq!(GcString::from_utf8(GcVec::from([0xFF])).unwrap_err(), [0xFF]);
    assert_eq!("ok".parse::<GcString>().unwrap(), String::from(GcString::from("ok")));
}

#[test]
fn memory_from_the_allocator_is_charged_exactly() {
    let heap = Heap::with_limit(1 << 20);
    let alloc = heap.allocator();
    let small = Layout::array::<u8>(100).unwrap();
    let large = Layout::array::<u8>(5000).unwrap();
    let aligned = Layout::from_size_align(300, 64).unwrap();
    let nothing = Layout::new::<()>();
    let got = alloc.allocate_zeroed(small).unwrap();
    assert_eq!(charged(&heap), 100);
    // SAFETY: each pointer is used with the layout it was last given, and not after it was given up.
    unsafe {
        assert!((0..100).all(|at| got.add(at).read() == 0));
        got.write_bytes(7, 100);
        let got = alloc.reallocate(got, small, large).unwrap();
        assert_eq!(charged(&heap), 5000);
        let got = alloc.clone().reallocate(got, large, aligned).unwrap();
        assert_eq!((charged(&heap), got.addr().get() % 64), (300, 0));
        assert!((0..100).all(|at| got.add(at).read() == 7));
        let refused = alloc.reallocate(got, aligned, Layout::from_size_align(1 << 20, 64).unwrap()).unwrap_err();
        assert_eq!(refused.requested, (1 << 20) - 300);
        assert_eq!(charged(&heap), 300);
        let got = alloc.reallocate(got, aligned, nothing).unwrap();
        assert_eq!(charged(&heap), 0);
        let got = alloc.reallocate(got, nothing, small).unwrap();
        assert_eq!(charged(&heap), 100);
        alloc.deallocate(got, small);
    }
    assert_eq!(charged(&heap), 0);
}

#[test]
fn charges_show_in_the_heap_graph() {
    #[derive(Trace)]
    struct Holder {
        text: GcString,
        bytes: RefCell<GcVec<u8>>,
        next: Option<Gc<GcVec<GcString>>>,
    }
    let heap = Heap::new();
    let text = |text: &str| GcString::try_from_str_in(text, &heap).unwrap();
    let lines = GcVec::try_from_iter_in([text("first"), text("second")], &heap).unwrap();
    let lines_bytes = lines.charged_bytes() + 5 + 6;
    let lines = heap.alloc(lines);
    let bytes = GcVec::try_with_capacity_in(1000, &heap).unwrap();
    let holder = heap.alloc(Holder { text: text("abc"), bytes: RefCell::new(bytes), next: Some(lines.clone()) });
    let graph = heap.graph();
    let charged = |any: &adder_gc::AnyGc| graph.node(any.address()).unwrap().charged();
    assert_eq!(charged(Gc::as_any(&holder)), 1003);
    assert_eq!(charged(Gc::as_any(&lines)), lines_bytes);
    assert_eq!(
        holder.text.len() + holder.bytes.borrow().len() + holder.next.as_ref().map_or(0, |lines| lines.len()),
        5
    );
}
