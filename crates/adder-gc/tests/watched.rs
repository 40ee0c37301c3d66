//! A watcher is told of every birth and every death, also where blocks are used again.

use std::alloc::Layout;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ptr::NonNull;

use adder_gc::raw::{Functions, Place, kind};
use adder_gc::{Gc, Heap, TypeInfo, raw};

#[derive(Default)]
struct Told {
    alive: RefCell<HashMap<usize, usize>>,
    births: RefCell<usize>,
}

unsafe fn born(data: *const (), address: usize, bytes: usize) {
    // SAFETY: the tests give such a place, which outlives the watching.
    let told = unsafe { &*data.cast::<Told>() };
    *told.births.borrow_mut() += 1;
    let before = told.alive.borrow_mut().insert(address, bytes);
    assert_eq!(before, None, "two live things at one address");
}

unsafe fn died(data: *const (), address: usize) {
    // SAFETY: as above.
    let told = unsafe { &*data.cast::<Told>() };
    // What was there before the watching began is told of too.
    told.alive.borrow_mut().remove(&address);
}

fn watch(heap: &Heap, told: &Told) {
    let watcher = raw::Watcher { data: std::ptr::from_ref(told).cast(), born, died, asked: None };
    // SAFETY: the functions only keep books.
    unsafe { raw::watch(heap, Some(watcher)) };
}

fn stop(heap: &Heap) {
    // SAFETY: nobody is told any more.
    unsafe { raw::watch(heap, None) };
}

#[test]
fn births_and_deaths_balance() {
    let heap = Heap::new();
    let before: Vec<Gc<u64>> = (0..100).map(|n| Gc::new_in(n, &heap)).collect();
    let told = Told::default();
    watch(&heap, &told);
    let kept: Vec<Gc<[u64; 4]>> = (0..1000).map(|n| Gc::new_in([n; 4], &heap)).collect();
    assert_eq!(told.alive.borrow().len(), 1000);
    assert!(told.alive.borrow().values().all(|bytes| *bytes == 48), "16 of the head, 32 of the payload");
    // Blocks that become free meanwhile are used again, and told of again: old ones and new ones.
    drop(before);
    for n in 0..10_000_u64 {
        drop(Gc::new_in(n, &heap));
    }
    assert_eq!(*told.births.borrow(), 11_000);
    assert_eq!(told.alive.borrow().len(), 1000);
    drop(kept);
    assert!(told.alive.borrow().is_empty());
    stop(&heap);
    let after: Vec<Gc<u64>> = (0..1000).map(|n| Gc::new_in(n, &heap)).collect();
    assert_eq!(*told.births.borrow(), 11_000);
    assert_eq!(after.iter().map(|n| **n).sum::<u64>(), 499_500);
}

/// Its pages go back to the system at once, and what describes them goes, too.
#[test]
fn a_large_object_ends_while_it_is_watched() {
    let heap = Heap::new();
    let told = Told::default();
    watch(&heap, &told);
    for _ in 0..3 {
        let large = Gc::try_from_vec_in(vec![1_u64; 1 << 20], &heap).unwrap();
        assert_eq!(told.alive.borrow().len(), 1);
        drop(large);
        assert!(told.alive.borrow().is_empty());
    }
    stop(&heap);
}

/// As C's objects: after its drop neither its block nor its page may be looked at.
#[test]
fn an_object_that_frees_itself_ends_while_it_is_watched() {
    unsafe fn give_back(payload: NonNull<u8>) {
        // SAFETY: called for dying objects.
        unsafe { raw::free(raw::object_of(payload)) };
    }
    fn name(_: &TypeInfo) -> &str {
        "frees itself"
    }
    const FUNCTIONS: Functions = Functions { trace: None, clear: None, finalize: None, drop: Some(give_back), name };
    const SIZES: [usize; 2] = [64, 8 << 20];
    // SAFETY: the drop is right for every block.
    const INFOS: &[TypeInfo; 2] = &unsafe {
        [
            TypeInfo::raw(SIZES[0], kind::FREES_ITSELF, 0, &FUNCTIONS),
            TypeInfo::raw(SIZES[1], kind::FREES_ITSELF, 0, &FUNCTIONS),
        ]
    };
    let heap = Heap::new();
    let told = Told::default();
    watch(&heap, &told);
    for (size, info) in SIZES.into_iter().zip(INFOS) {
        for _ in 0..100 {
            // SAFETY: nothing looks at the payload.
            unsafe {
                let object = raw::alloc(&heap, Place::of(size), false, false, info).unwrap();
                assert_eq!(told.alive.borrow().len(), 1);
                raw::decrement(object);
            }
            assert!(told.alive.borrow().is_empty());
        }
    }
    // Also where its block is used again.
    assert_eq!(*told.births.borrow(), 200);
    stop(&heap);
}

#[test]
fn a_value_that_is_moved_out_leaves_a_death() {
    let heap = Heap::new();
    let told = Told::default();
    watch(&heap, &told);
    for n in 0..100_u64 {
        let one = Gc::new_in(n, &heap);
        assert_eq!(Gc::try_unwrap(one).ok(), Some(n));
    }
    assert!(told.alive.borrow().is_empty());
    // Its block is told of again when it is used again.
    assert_eq!(*told.births.borrow(), 100);
    stop(&heap);
}

#[test]
fn objects_of_both_times_can_end_after_it() {
    let heap = Heap::new();
    let told = Told::default();
    watch(&heap, &told);
    let kept: Vec<Gc<u64>> = (0..1000).map(|n| Gc::new_in(n, &heap)).collect();
    stop(&heap);
    drop(kept);
    assert_eq!(told.alive.borrow().len(), 1000, "deaths after the end are not told");
    assert_eq!(heap.stats().objects, 0);
}

#[test]
fn buffers_move_and_go() {
    let heap = Heap::new();
    let told = Told::default();
    watch(&heap, &told);
    let layout = Layout::array::<u8>(100).unwrap();
    let buffer = raw::allocate(&heap, layout).unwrap();
    assert_eq!(told.alive.borrow().get(&buffer.addr().get()), Some(&100));
    // SAFETY: allocated just now.
    let buffer = unsafe { raw::reallocate(&heap, buffer, layout, 100_000) }.unwrap();
    assert_eq!(told.alive.borrow().values().copied().collect::<Vec<_>>(), [100_000]);
    // SAFETY: with the layout that it has now.
    unsafe { raw::give_back(&heap, buffer, Layout::array::<u8>(100_000).unwrap()) };
    assert!(told.alive.borrow().is_empty());
    stop(&heap);
}

#[test]
fn a_request_that_the_watcher_refuses_fails_as_at_the_limit() {
    unsafe fn asked(data: *const (), _: usize) -> bool {
        // SAFETY: the test gives such a place, which outlives the watching.
        let left = unsafe { &*data.cast::<std::cell::Cell<usize>>() };
        let more = left.get() > 0;
        left.set(left.get().saturating_sub(1));
        more
    }
    unsafe fn born(_: *const (), _: usize, _: usize) {}
    unsafe fn died(_: *const (), _: usize) {}
    let heap = Heap::new();
    let before = heap.stats().objects;
    let left = std::cell::Cell::new(3_usize);
    let data = std::ptr::from_ref(&left).cast();
    // SAFETY: the functions only count.
    unsafe { raw::watch(&heap, Some(raw::Watcher { data, born, died, asked: Some(asked) })) };
    let one = Gc::try_new_in(1_u64, &heap).unwrap();
    let layout = Layout::array::<u8>(100).unwrap();
    let buffer = raw::allocate(&heap, layout).unwrap();
    // SAFETY: allocated just now.
    let buffer = unsafe { raw::reallocate(&heap, buffer, layout, 200) }.unwrap();
    let layout = Layout::array::<u8>(200).unwrap();
    assert!(Gc::try_new_in(2_u64, &heap).is_err());
    // SAFETY: as above; it stays as it was.
    assert!(unsafe { raw::reallocate(&heap, buffer, layout, 300) }.is_err());
    // SAFETY: as above. What asks for less needs no leave.
    let buffer = unsafe { raw::reallocate(&heap, buffer, layout, 100) }.unwrap();
    assert_eq!(heap.stats().charged_bytes, 100);
    left.set(1);
    let two = Gc::try_new_in(2_u64, &heap).unwrap();
    // SAFETY: with the layout that it has now.
    unsafe { raw::give_back(&heap, buffer, Layout::array::<u8>(100).unwrap()) };
    stop(&heap);
    assert_eq!(heap.stats().objects, before + 2);
    assert_eq!((*one, *two), (1, 2));
}
