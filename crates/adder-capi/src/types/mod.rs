//! Types: slots between Rust and C, types made ready, instances.

pub mod alloc;
pub mod death;
pub mod fields;
pub mod inward;
pub mod names;
pub mod outward;
pub mod ready;
pub mod spec;
