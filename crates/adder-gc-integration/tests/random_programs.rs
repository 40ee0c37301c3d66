//! Soundness rules 1, 6, 7 and 14: random programs against the oracle of adder-gc's own tests (`oracle_programs.rs` there), made shorter when
//! they fail.

#[path = "../../adder-gc/tests/oracle/mod.rs"]
mod oracle;

use oracle::{Listed, run};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn programs_free_what_is_unreachable_and_nothing_else(numbers in prop::collection::vec(any::<u16>(), 0..1500)) {
        run(&mut Listed(&numbers, 0), numbers.len() / 5, true);
    }
}
