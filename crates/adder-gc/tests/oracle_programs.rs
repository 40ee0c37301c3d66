//! Soundness rules 1, 6, 7 and 14: random programs against the oracle. `examples/fuzz.rs` runs the same for as long as one likes.

mod oracle;

use oracle::{Listed, Seeded, run};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn programs_free_what_is_unreachable_and_nothing_else(numbers in prop::collection::vec(any::<u16>(), 0..1500)) {
        run(&mut Listed(&numbers, 0), numbers.len() / 5, true);
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
