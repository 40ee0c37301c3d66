//! Nothing but tests, in `tests/`: those of adder-gc that need large crates. They stand apart so that builds of adder-gc's own tests for a
//! sanitizer, Miri or a model checker do not compile those crates.

/// The README's example.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub struct Readme;

/// That of the crate.
#[cfg(doctest)]
#[doc = include_str!("../../adder-gc/README.md")]
pub struct CratesReadme;
