//! The process's allocator, hooked, and the heap's own figure agree, exactly, after random programs. With blocks cut out of
//! pages the hook sees all but the pages themselves; where every block is an allocation of its own it sees everything.

mod choices;
mod oracle;

use adder_gc::{AnyGc, Clearer, Gc, Heap, Trace, Tracer, Weak};
use choices::{Choose, Seeded};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

struct Counting;

thread_local!(static BYTES: Cell<isize> = const { Cell::new(0) });

#[global_allocator]
static COUNTING: Counting = Counting;

// SAFETY: all is forwarded to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.set(BYTES.get() + layout.size() as isize);
        // SAFETY: forwarded.
        unsafe { System.alloc(layout) }
    }
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        BYTES.set(BYTES.get() + layout.size() as isize);
        // SAFETY: forwarded.
        unsafe { System.alloc_zeroed(layout) }
    }
    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        BYTES.set(BYTES.get() - layout.size() as isize);
        // SAFETY: forwarded.
        unsafe { System.dealloc(ptr, layout) }
    }
    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        BYTES.set(BYTES.get() + size as isize - layout.size() as isize);
        // SAFETY: forwarded.
        unsafe { System.realloc(ptr, layout, size) }
    }
}

struct Object<const PAD: usize> {
    slots: [Cell<Option<AnyGc>>; 2],
    _pad: [u8; PAD],
}

impl<const PAD: usize> Trace for Object<PAD> {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        self.slots.trace(tracer);
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        self.slots.clear_edges(clearer);
    }
    fn finalizes() -> bool {
        false
    }
}

fn make<const PAD: usize>(heap: &Heap) -> AnyGc {
    Gc::into_any(heap.alloc(Object::<PAD> { slots: Default::default(), _pad: [0; PAD] }))
}

fn slots(any: &AnyGc) -> Option<&[Cell<Option<AnyGc>>; 2]> {
    None.or_else(|| any.downcast_ref::<Object<0>>().map(|o| &o.slots))
        .or_else(|| any.downcast_ref::<Object<100>>().map(|o| &o.slots))
        .or_else(|| any.downcast_ref::<Object<3000>>().map(|o| &o.slots))
        .or_else(|| any.downcast_ref::<Object<100_000>>().map(|o| &o.slots))
}

#[track_caller]
fn agree(heap: &Heap, before: isize, what: impl std::fmt::Display) {
    let seen = BYTES.get() - before;
    let stats = heap.stats();
    assert_eq!(heap.used_bytes(), stats.page_bytes + stats.side_bytes + stats.charged_bytes);
    let figure = stats.side_bytes + stats.charged_bytes + if cfg!(adder_system_alloc) { stats.page_bytes } else { 0 };
    assert_eq!(figure as isize, seen, "after {what}: {stats:?}");
}

fn program(seed: u64, moves: usize) {
    let mut choices = Seeded(seed);
    let mut roots: Vec<AnyGc> = Vec::with_capacity(moves);
    let mut weak: Vec<Weak<Object<0>>> = Vec::with_capacity(moves);
    let mut charged: Vec<(std::ptr::NonNull<u8>, Layout)> = Vec::with_capacity(moves);
    let before = BYTES.get();
    let heap = Heap::new();
    heap.set_thresholds([[5, 50, 2000][choices.below(3)], 3, 3]);
    let allocator = heap.allocator();
    agree(&heap, before, "birth");
    for _ in 0..moves {
        let any = |choices: &mut Seeded| roots.get(choices.below(roots.len().max(1))).cloned();
        let what = choices.below(16);
        match what {
            0..=3 => roots.push(make::<0>(&heap)),
            4 => roots.push(match choices.below(4) {
                0 => make::<3000>(&heap),
                1 => make::<100_000>(&heap),
                _ => make::<100>(&heap),
            }),
            5 => roots.push(match choices.below(3) {
                0 => Gc::into_any(Gc::<str>::try_from_str_in("some text", &heap).unwrap()),
                1 => Gc::into_any(heap.alloc(choices.below(9))),
                // The elements move out of the vector, which goes.
                _ => Gc::into_any(Gc::<[u32]>::try_from_vec_in(vec![1; choices.below(40_000)], &heap).unwrap()),
            }),
            6..=8 => {
                if let (Some(from), Some(to)) = (any(&mut choices), any(&mut choices))
                    && let Some(slots) = slots(&from)
                {
                    slots[choices.below(2)].set(Some(to));
                }
            }
            9 | 10 => {
                if !roots.is_empty() {
                    drop(roots.swap_remove(choices.below(roots.len())));
                }
            }
            11 => {
                if let Some(Ok(gc)) = any(&mut choices).map(AnyGc::downcast::<Object<0>>) {
                    let captured = [0_u64; 3];
                    weak.push(match choices.below(3) {
                        0 => Gc::downgrade(&gc),
                        1 => Gc::downgrade_with(&gc, |_| {}),
                        _ => Gc::downgrade_with(&gc, move |_| {
                            std::hint::black_box(captured);
                        }),
                    });
                }
            }
            12 => {
                if !weak.is_empty() {
                    drop(weak.swap_remove(choices.below(weak.len())));
                }
            }
            13 => drop(heap.collect_generation(choices.below(3) as u32)),
            14 => {
                if choices.below(2) == 0 {
                    let layout = Layout::from_size_align(1 + choices.below(1000), 8).unwrap();
                    charged.push((allocator.allocate(layout).unwrap(), layout));
                } else if let Some((ptr, layout)) = charged.pop() {
                    // SAFETY: from this allocator, with this layout.
                    unsafe { allocator.deallocate(ptr, layout) };
                }
            }
            _ => {
                heap.trim();
            }
        }
        // The slot of a dead object belongs to those who hold it.
        weak.retain(Weak::is_alive);
        agree(&heap, before, format_args!("move {what} of program {seed}"));
    }
    roots.clear();
    weak.clear();
    for (ptr, layout) in charged.drain(..) {
        // SAFETY: as above.
        unsafe { allocator.deallocate(ptr, layout) };
    }
    heap.collect();
    agree(&heap, before, "the end");
    let number = heap.add_collection_callback(move |_, _| {
        std::hint::black_box(seed);
    });
    agree(&heap, before, "a callback");
    heap.remove_collection_callback(number);
    heap.trim();
    agree(&heap, before, "the last trim");
    assert_eq!(heap.stats().objects, 0);
    drop(allocator);
    drop(heap);
    assert_eq!(BYTES.get(), before, "the heap gives back what it took");
}

#[test]
fn the_heaps_figure_and_the_hooked_allocator_agree() {
    for seed in 0..40 {
        program(seed, 300);
    }
}

/// The programs of the oracle leave nothing behind.
#[test]
fn programs_of_the_oracle_give_everything_back() {
    for seed in 100..120 {
        oracle::run(&mut Seeded(seed), 10, false);
        let before = BYTES.get();
        oracle::run(&mut Seeded(seed), 300, false);
        // What the oracle keeps from program to program are tables that may have grown.
        let left = BYTES.get() - before;
        assert!(left.abs() < 60_000, "{left}");
    }
}
