//! The atomics of the count protocol: std's, or loom's under `--cfg loom`, so that a model checker can run it.

#[cfg(not(loom))]
pub(crate) use core::sync::atomic::{AtomicU32, Ordering};
#[cfg(loom)]
pub(crate) use loom::sync::atomic::{AtomicU32, Ordering};
