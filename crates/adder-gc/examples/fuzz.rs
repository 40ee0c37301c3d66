//! Random programs against the oracles of the tests, for as long as one likes:
//!
//! ```text
//! cargo run --release -p adder-gc --example fuzz -- --seconds 60 --seed 1 [--moves 400] [--threads 3]
//! ```
//!
//! With `--threads` they are programs of `sync`, on so many threads. Of the others, one that fails is run again with its moves printed.

#[path = "../tests/choices/mod.rs"]
mod choices;
#[path = "../tests/oracle/mod.rs"]
mod oracle;
#[path = "../tests/thread_oracle/mod.rs"]
mod thread_oracle;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

fn main() {
    let mut seconds = 10;
    let mut seed = 1;
    let mut moves = 400;
    let mut threads = 0;
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut number = || args.next().and_then(|n| n.parse().ok());
        match (arg.as_str(), number()) {
            ("--seconds", Some(n)) => seconds = n,
            ("--seed", Some(n)) => seed = n,
            ("--moves", Some(n)) => moves = n as usize,
            ("--threads", Some(n)) => threads = n as usize,
            _ => {
                eprintln!("usage: fuzz [--seconds N] [--seed S] [--moves M] [--threads T]");
                std::process::exit(2);
            }
        }
    }
    let end = Instant::now() + Duration::from_secs(seconds);
    if threads > 0 {
        return on_threads(threads, end, seed, moves);
    }
    let mut programs = 0_u64;
    let mut all = oracle::Figures::default();
    while Instant::now() < end {
        let this = seed.wrapping_mul(0x1_0000_0000).wrapping_add(programs);
        match catch_unwind(AssertUnwindSafe(|| oracle::run(&mut choices::Seeded(this), moves, false))) {
            Ok(figures) => {
                all.made += figures.made;
                all.finalized += figures.finalized;
                all.called += figures.called;
                all.collections += figures.collections;
                all.garbage += figures.garbage;
                all.instances += figures.instances;
                all.retyped += figures.retyped;
                all.across += figures.across;
            }
            Err(_) => {
                eprintln!("program {this} of {moves} moves failed; once more, with its moves:");
                oracle::run(&mut choices::Seeded(this), moves, true);
                std::process::exit(1);
            }
        }
        programs += 1;
    }
    println!("{programs} programs, no fault: {all:?}");
}

fn on_threads(threads: usize, end: Instant, seed: u64, moves: usize) {
    let (mut programs, mut dead, mut called) = (0, 0, 0);
    while Instant::now() < end {
        let this = seed.wrapping_mul(0x10_0000).wrapping_add(programs);
        match catch_unwind(AssertUnwindSafe(|| thread_oracle::run_seeded(threads, 3, moves, this))) {
            Ok(figures) => {
                dead += figures.0;
                called += figures.1;
            }
            Err(_) => {
                eprintln!("program {this} of {moves} moves on {threads} threads failed");
                std::process::exit(1);
            }
        }
        programs += 1;
    }
    println!("{programs} programs on {threads} threads, no fault: {dead} objects died, {called} callbacks");
}
