//! The atomics and locks of `count`, `remote` and `slot`. The model checker's tests (`tests/loom.rs`) compile these beside a module of
//! this name that has loom's.

pub(crate) use core::sync::atomic::{AtomicPtr, AtomicU32, AtomicUsize, Ordering};
pub(crate) use std::sync::{Mutex, MutexGuard};
