//! What must not compile, and what the compiler says: rule 10 above all. `TRYBUILD=overwrite` writes new texts down.

// The texts are those of the compiler that the workspace names, with all features (they list implementations); other builds
// (sanitizers need a nightly) leave them out.
#[cfg(all(feature = "indexmap", feature = "svg", not(any(adder_system_alloc, adder_asan, miri))))]
#[test]
fn ui() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
