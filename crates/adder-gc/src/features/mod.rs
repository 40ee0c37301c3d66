//! Support for other crates, one file a crate, each behind a feature of that crate's name.

#[cfg(feature = "allocator-api2")]
mod allocator_api2;
#[cfg(feature = "hashbrown")]
mod hashbrown;
#[cfg(feature = "indexmap")]
mod indexmap;
#[cfg(feature = "parking_lot")]
mod parking_lot;
#[cfg(feature = "serde")]
mod serde;
#[cfg(feature = "smallvec")]
mod smallvec;
