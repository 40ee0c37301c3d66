//! Nanoseconds for the collector of `sync`. To move to the bench crate.
use adder_gc::{Trace, sync, sync::Gc};
use std::sync::Mutex;
use std::time::Instant;
#[derive(Trace)]
struct N { next: Mutex<Option<Gc<N>>>, v: u64 }
fn ring(k: usize) {
    let first = Gc::new(N { next: Mutex::new(None), v: 0 });
    let mut last = first.clone();
    for i in 1..k { let n = Gc::new(N { next: Mutex::new(None), v: i as u64 }); *last.next.lock().unwrap() = Some(n.clone()); last = n; }
    *last.next.lock().unwrap() = Some(first);
}
fn main() {
    sync::Heap::global().disable();
    for k in [2, 1000, 1_000_000] {
        let t = Instant::now();
        for _ in 0..1_000_000 / k { ring(k); }
        let b = t.elapsed();
        let got = sync::collect();
        println!("rings of {k}: build {:.1} ns, collect {:.1} ns an object; freed {} longest test {:?}", b.as_nanos() as f64 / 1e6, got.duration.as_nanos() as f64 / 1e6, got.freed, sync::Heap::global().stats().longest_test);
    }
    let live: Vec<_> = (0..1_000_000).map(|i| Gc::new(N { next: Mutex::new(None), v: i })).collect();
    for w in live.windows(2) { *w[0].next.lock().unwrap() = Some(w[1].clone()); }
    for _ in 0..2 { let got = sync::collect(); println!("1 M live: {:.1} ns an object, freed {} (v {})", got.duration.as_nanos() as f64 / 1e6, got.freed, live[7].v); }
    sync::Heap::global().enable();
    let t = Instant::now();
    for _ in 0..1_000_000 { ring(2); }
    println!("automatic beside them: {:.1} ns an object, {:?}", t.elapsed().as_nanos() as f64 / 2e6, sync::Heap::global().stats());
}
