//! The process's allocator, hooked, and what the heap of `sync` says of its side memory agree, after random moves on two threads. (Its pages
//! come from the system.) And a limit counts that memory.

mod choices;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicIsize, Ordering::Relaxed};
use std::sync::{Barrier, Mutex};

use adder_gc::Trace;
use adder_gc::sync::{Gc, Heap, OnceGc, Weak};
use choices::{Choose, Seeded};

struct Counting;

static BYTES: AtomicIsize = AtomicIsize::new(0);

#[global_allocator]
static COUNTING: Counting = Counting;

// SAFETY: all is forwarded to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size() as isize, Relaxed);
        // SAFETY: forwarded.
        unsafe { System.alloc(layout) }
    }
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size() as isize, Relaxed);
        // SAFETY: forwarded.
        unsafe { System.alloc_zeroed(layout) }
    }
    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size() as isize, Relaxed);
        // SAFETY: forwarded.
        unsafe { System.dealloc(ptr, layout) }
    }
    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        BYTES.fetch_add(size as isize - layout.size() as isize, Relaxed);
        // SAFETY: forwarded.
        unsafe { System.realloc(ptr, layout, size) }
    }
}

/// Owns no memory but its block.
#[derive(Trace, Default)]
struct Object {
    next: OnceGc<Object>,
    other: Mutex<Option<Gc<Object>>>,
}

const MOVES: usize = 20_000;

/// What the two threads work on; with room for all of it, so that it allocates nothing itself.
struct World {
    choices: Seeded,
    roots: Vec<Gc<Object>>,
    weak: Vec<Weak<Object>>,
}

fn one_move(world: &mut World) {
    let World { choices, roots, weak } = world;
    let at = choices.below(roots.len().max(1));
    match choices.below(12) {
        0..=3 => roots.push(Gc::new(Object::default())),
        4 | 5 if !roots.is_empty() => {
            let other = roots[choices.below(roots.len())].clone();
            drop(roots[at].other.lock().unwrap().replace(other.clone()));
            _ = roots[at].next.set(other);
        }
        6..=8 if !roots.is_empty() => drop(roots.swap_remove(at)),
        9 if !roots.is_empty() => {
            let captured = [0_u64; 3];
            weak.push(match choices.below(3) {
                0 => Gc::downgrade(&roots[at]),
                1 => Gc::downgrade_with(&roots[at], |_| {}),
                _ => Gc::downgrade_with(&roots[at], move |_| _ = std::hint::black_box(captured)),
            });
        }
        10 if !weak.is_empty() => drop(weak.swap_remove(choices.below(weak.len()))),
        11 if choices.below(100) == 0 => _ = Heap::global().collect_generation(choices.below(3) as u32),
        _ => {}
    }
}

/// What the hook has seen, and what the heap says, since this.
fn since(before: (isize, usize)) -> (isize, isize) {
    let side = Heap::global().stats().side_bytes;
    (BYTES.load(Relaxed) - before.0, side as isize - before.1 as isize)
}

#[test]
fn side_memory_is_counted_and_limited() {
    let heap = Heap::global();
    let room = 2 * MOVES;
    let world = World { choices: Seeded(5), roots: Vec::with_capacity(room), weak: Vec::with_capacity(room) };
    let world = Mutex::new(world);
    let barrier = Barrier::new(2);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| {
            barrier.wait();
            for _ in 0..4 {
                barrier.wait();
                // What the first thread made is dropped here, and goes to its inbox.
                (0..MOVES / 4).for_each(|_| one_move(&mut world.lock().unwrap()));
                barrier.wait();
            }
            barrier.wait();
        });
        barrier.wait();
        let before = (BYTES.load(Relaxed), heap.stats().side_bytes);
        for round in 0..4 {
            (0..MOVES / 4).for_each(|_| one_move(&mut world.lock().unwrap()));
            barrier.wait();
            barrier.wait();
            let (seen, said) = since(before);
            assert!(said > 50_000, "round {round}: {said}");
            // The store's own lists, and a pass that is under way.
            assert!((seen - said).abs() <= 16_384 + seen / 50, "round {round}: {seen} seen, {said} said");
        }
        barrier.wait();
        other.join().unwrap();
    });
    {
        let mut world = world.into_inner().unwrap();
        world.roots.clear();
        world.weak.clear();
        world.roots.push(Gc::new(Object::default()));
        heap.collect();
        heap.trim();

        // Nothing but weak references, whose callbacks are large: the limit sees them.
        let object = world.roots[0].clone();
        let before = heap.used_bytes();
        heap.set_limit(Some(before + (4 << 20)));
        for number in 0..4096_usize {
            let captured = [number; 256];
            world.weak.push(Gc::downgrade_with(&object, move |_| _ = std::hint::black_box(captured)));
        }
        assert!(heap.used_bytes() > before + (8 << 20), "{} bytes", heap.used_bytes() - before);
        assert!(heap.try_charge(1).is_err() && Gc::try_from_vec(vec![0_u8; 1 << 20]).is_err());
        world.weak.clear();
        assert!(heap.used_bytes() < before + (1 << 20) && heap.try_charge(1 << 20).is_ok());
        heap.set_limit(None);
    }
}
