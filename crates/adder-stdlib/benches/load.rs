//! How long it takes to find and unpack a module, and all of them. It prints, and asserts nothing.

use std::hint::black_box;
use std::time::{Duration, Instant};

fn main() {
    for module in ["abc", "os", "typing", "argparse", "_pydecimal", "unittest.case"] {
        let entry = adder_stdlib::find(module).expect("a module of the library");
        let once = time(2000, || adder_stdlib::find(module).map(|entry| entry.source()));
        println!("{module:15} {:8} bytes {:8.1} µs", entry.len(), once.as_secs_f64() * 1e6);
    }
    let missing = time(20_000, || adder_stdlib::find("no_such_module"));
    println!("a name that is not there   {:8.2} µs", missing.as_secs_f64() * 1e6);
    let bytes: usize = adder_stdlib::entries().map(|entry| entry.len()).sum();
    let all = time(10, || adder_stdlib::entries().map(|entry| entry.source().len()).sum::<usize>());
    println!("all {} files, {bytes} bytes {:8.1} ms", adder_stdlib::entries().len(), all.as_secs_f64() * 1e3);
}

/// The shortest of several rounds, a call.
fn time<T>(calls: u32, mut work: impl FnMut() -> T) -> Duration {
    let round = |_| {
        let start = Instant::now();
        for _ in 0..calls {
            black_box(work());
        }
        start.elapsed() / calls
    };
    (0..5).map(round).min().unwrap_or_default()
}
