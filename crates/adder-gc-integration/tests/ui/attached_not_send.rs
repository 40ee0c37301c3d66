// A token belongs to the thread that attached the heap.
use adder_gc::Heap;

fn main() {
    let heap = Heap::detached();
    // SAFETY: only this thread uses the heap.
    let token = unsafe { heap.attach() };
    std::thread::scope(|scope| {
        scope.spawn(move || token.collect());
        scope.spawn(|| token.collect());
    });
}
