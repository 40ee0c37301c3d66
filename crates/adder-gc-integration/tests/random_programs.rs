//! Soundness rules 1, 6, 7, 13 and 14: random programs against the oracles of adder-gc's own tests (`oracle_programs.rs` and `sync_oracle.rs`
//! there), made shorter when they fail.

#[path = "../../adder-gc/tests/choices/mod.rs"]
mod choices;
#[path = "../../adder-gc/tests/oracle/mod.rs"]
mod oracle;
#[path = "../../adder-gc/tests/thread_oracle/mod.rs"]
mod thread_oracle;

use choices::{Choose, Listed};
use oracle::run;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn programs_free_what_is_unreachable_and_nothing_else(numbers in prop::collection::vec(any::<u16>(), 0..1500)) {
        let moves = numbers.len() / 5;
        run(&mut Listed(numbers, 0), moves, true);
    }
}

/// What a thread of `sync` draws from.
fn listed(numbers: Vec<u16>) -> Box<dyn Choose + Send> {
    Box::new(Listed(numbers, 0))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn so_do_programs_on_one_thread_of_sync(numbers in prop::collection::vec(any::<u16>(), 0..1500)) {
        let steps = numbers.len() / 6;
        thread_oracle::run(vec![listed(numbers)], 2, steps);
    }

    #[test]
    fn so_do_programs_on_threads(numbers in prop::collection::vec(prop::collection::vec(any::<u16>(), 900), 2..4)) {
        thread_oracle::run(numbers.into_iter().map(listed).collect(), 3, 150);
    }
}
