//! The atomics of the count protocol. The model checker's tests (`tests/loom.rs`) compile `count` beside a module of this name
//! that has loom's.

pub(crate) use core::sync::atomic::{AtomicU32, Ordering};
