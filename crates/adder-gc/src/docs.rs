//! Pages to read: a cookbook, and a comparison with other crates.

pub mod cookbook {
    #![doc = include_str!("docs/cookbook.md")]
}

pub mod comparison {
    #![doc = include_str!("docs/comparison.md")]
}
