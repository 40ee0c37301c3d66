//! Rules 1, 6, 13 and 14 in `sync`: random programs on threads against the oracle. `examples/fuzz.rs` runs the same for as long as one likes;
//! programs that are made shorter when they fail are in `adder-gc-integration`.

mod choices;
mod thread_oracle;

use thread_oracle::run_seeded;

#[test]
fn programs_free_what_is_unreachable_and_nothing_else() {
    let (rounds, threads, phases, steps) = if cfg!(miri) { (1, 2, 2, 60) } else { (6, 3, 4, 2500) };
    for seed in 1..=rounds {
        let (dead, called) = run_seeded(threads, phases, steps, seed);
        assert!(cfg!(miri) || dead > 1000 && called > 20, "{dead} died, {called} callbacks");
    }
}

#[test]
fn on_one_thread_too() {
    let rounds = if cfg!(miri) { 1 } else { 20 };
    for seed in 100..100 + rounds {
        run_seeded(1, 3, if cfg!(miri) { 60 } else { 600 }, seed);
    }
}
