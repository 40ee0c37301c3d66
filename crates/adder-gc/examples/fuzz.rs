//! Random programs against the oracle of the tests, for as long as one likes:
//!
//! ```text
//! cargo run --release -p adder-gc --example fuzz -- --seconds 60 --seed 1 [--moves 400]
//! ```
//!
//! A program that fails is run again with its moves printed.

#[path = "../tests/oracle/mod.rs"]
mod oracle;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

fn main() {
    let mut seconds = 10;
    let mut seed = 1;
    let mut moves = 400;
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut number = || args.next().and_then(|n| n.parse().ok());
        match (arg.as_str(), number()) {
            ("--seconds", Some(n)) => seconds = n,
            ("--seed", Some(n)) => seed = n,
            ("--moves", Some(n)) => moves = n as usize,
            _ => {
                eprintln!("usage: fuzz [--seconds N] [--seed S] [--moves M]");
                std::process::exit(2);
            }
        }
    }
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut programs = 0_u64;
    let mut all = oracle::Figures::default();
    while Instant::now() < end {
        let this = seed.wrapping_mul(0x1_0000_0000).wrapping_add(programs);
        match catch_unwind(AssertUnwindSafe(|| oracle::run(&mut oracle::Seeded(this), moves, false))) {
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
                oracle::run(&mut oracle::Seeded(this), moves, true);
                std::process::exit(1);
            }
        }
        programs += 1;
    }
    println!("{programs} programs, no fault: {all:?}");
}
