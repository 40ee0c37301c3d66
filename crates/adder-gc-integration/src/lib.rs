//! Nothing but tests, in `tests/`: those of adder-gc that need large crates. They stand apart so that builds of adder-gc's own tests for a
//! sanitizer, Miri or a model checker do not compile those crates.
