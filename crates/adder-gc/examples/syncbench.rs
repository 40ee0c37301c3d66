//! Nanoseconds for clone and drop in `sync`, beside `Rc` and `Arc`. To move to the bench crate.
use adder_gc::sync::Gc;
use std::hint::black_box;
use std::rc::Rc;
use std::sync::{Arc, Barrier};
use std::time::Instant;
const N: usize = 20_000_000;
fn best(mut f: impl FnMut() -> f64) -> f64 { (0..7).map(|_| f()).fold(f64::MAX, f64::min) }
fn run<T: Clone>(x: &T, n: usize) -> f64 {
    let t = Instant::now();
    for _ in 0..n { drop(black_box(black_box(x).clone())); }
    t.elapsed().as_nanos() as f64 / n as f64
}
fn spread<T: Clone>(x: &[T], n: usize) -> f64 {
    let t = Instant::now();
    for i in 0..n { drop(black_box(black_box(&x[(i * 77) & 4095]).clone())); }
    t.elapsed().as_nanos() as f64 / n as f64
}
fn two<T: Clone + Send + Sync + 'static>(a: T, b: T) -> f64 {
    let bar = Arc::new(Barrier::new(2));
    let b2 = bar.clone();
    let t = std::thread::spawn(move || { b2.wait(); run(&b, N / 8) });
    bar.wait();
    let x = run(&a, N / 8);
    x.max(t.join().unwrap())
}
fn alloc<T>(f: impl Fn(u64) -> T) -> f64 {
    let t = Instant::now();
    for i in 0..N as u64 / 4 { drop(black_box(f(black_box(i)))); }
    t.elapsed().as_nanos() as f64 / (N / 4) as f64
}
fn main() {
    let (rc, arc, gc) = (Rc::new([0u64; 2]), Arc::new([0u64; 2]), Gc::new([0u64; 2]));
    let lg = adder_gc::Gc::new([0u64; 2]);
    println!("owner hot: Rc {:.2} Arc {:.2} local {:.2} sync {:.2}", best(|| run(&rc, N)), best(|| run(&arc, N / 4)), best(|| run(&lg, N)), best(|| run(&gc, N)));
    let (rs, gs): (Vec<_>, Vec<_>) = ((0..4096).map(|i| Rc::new([i; 2])).collect(), (0..4096).map(|i| Gc::new([i; 2])).collect());
    println!("owner spread: Rc {:.2} sync {:.2}", best(|| spread(&rs, N)), best(|| spread(&gs, N)));
    let (a2, g2) = (arc.clone(), gc.clone());
    println!("foreign: Arc {:.2} sync biased {:.2}", best(|| { let a = a2.clone(); std::thread::spawn(move || run(&a, N / 8)).join().unwrap() }), best(|| { let g = g2.clone(); std::thread::spawn(move || run(&g, N / 8)).join().unwrap() }));
    let m = Gc::new([0u64; 2]); Gc::share(&m);
    println!("merged: sync {:.2}", best(|| run(&m, N / 8)));
    println!("two threads same: Arc {:.2} merged {:.2} owner+other {:.2}", best(|| two(arc.clone(), arc.clone())), best(|| two(m.clone(), m.clone())), best(|| two(gc.clone(), gc.clone())));
    let g3 = Gc::new([0u64; 2]);
    println!("two others same (biased): {:.2}", best(|| { let (a, b) = (g3.clone(), g3.clone()); std::thread::spawn(move || two(a, b)).join().unwrap() }));
    println!("two threads own each: {:.2}", best(|| {
        let bar = Arc::new(Barrier::new(2));
        let ts: Vec<_> = (0..2).map(|_| { let b = bar.clone(); std::thread::spawn(move || { let g = Gc::new([0u64; 2]); b.wait(); run(&g, N / 4) }) }).collect();
        ts.into_iter().map(|t| t.join().unwrap()).fold(0.0, f64::max)
    }));
    println!("alloc+free 32: Rc {:.2} Arc {:.2} local {:.2} sync {:.2}", best(|| alloc(|i| Rc::new([i; 2]))), best(|| alloc(|i| Arc::new([i; 2]))), best(|| alloc(|i| adder_gc::Gc::new([i; 2]))), best(|| alloc(|i| Gc::new([i; 2]))));
}
