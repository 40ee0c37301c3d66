//! Soundness rules 1, 6, 7 and 14: random programs against the oracle. `examples/fuzz.rs` runs the same for as long as one
//! likes; programs that are made shorter when they fail are in `adder-gc-integration`.

mod choices;
mod oracle;

use choices::Seeded;
use oracle::run;

#[test]
fn short_programs() {
    // Many: most of what a program may do wrong shows in a small heap.
    for seed in 1000..1500 {
        run(&mut Seeded(seed), 5 + seed as usize % 300, false);
    }
}

#[test]
fn rule_14_long_programs() {
    let mut all = oracle::Figures::default();
    for seed in 0..40 {
        let figures = run(&mut Seeded(seed), 400, false);
        all.made += figures.made;
        all.finalized += figures.finalized;
        all.called += figures.called;
        all.collections += figures.collections;
        all.garbage += figures.garbage;
        all.instances += figures.instances;
        all.retyped += figures.retyped;
        all.across += figures.across;
    }
    // The programs do what they are for.
    assert!(all.made > 1000 && all.finalized > 100 && all.called > 20 && all.garbage > 50, "{all:?}");
    assert!(all.instances > 50 && all.retyped > 3 && all.across > 0, "{all:?}");
}
