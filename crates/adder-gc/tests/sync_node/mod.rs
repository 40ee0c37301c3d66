//! What the tests of `sync` share: a node that counts its drops and says when it is used after its death.
#![allow(dead_code, reason = "each test file uses some of it")]

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard};

use adder_gc::Trace;
use adder_gc::sync::Gc;

/// One heap for the process: a collection of one test holds, and so keeps from dying at the instant, the objects of another.
/// So they run one at a time.
pub fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(|e| e.into_inner())
}

pub const ALIVE: u64 = 0x0A11_7E0B_1EC7_5AFE;

#[derive(Trace)]
pub struct Node {
    pub canary: Canary,
    pub edges: Mutex<Vec<Gc<Node>>>,
    #[trace(skip)]
    pub drops: Arc<AtomicUsize>,
}

/// Says when a dead object is used.
#[derive(Trace)]
pub struct Canary(pub u64);

impl Drop for Canary {
    fn drop(&mut self) {
        assert_eq!(self.0, ALIVE, "dropped twice");
        self.0 = 0xDEAD;
    }
}

impl Node {
    pub fn check(&self) {
        assert_eq!(self.canary.0, ALIVE, "used after its death");
    }
    pub fn link(&self, to: &Gc<Node>) {
        self.check();
        to.check();
        self.edges.lock().unwrap().push(to.clone());
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.check();
        for edge in self.edges.get_mut().unwrap() {
            if let Some(edge) = Gc::try_get(edge) {
                edge.check();
            }
        }
        self.drops.fetch_add(1, SeqCst);
    }
}

pub fn drops() -> Arc<AtomicUsize> {
    Arc::default()
}

pub fn node(drops: &Arc<AtomicUsize>) -> Gc<Node> {
    Gc::new(Node { canary: Canary(ALIVE), edges: Mutex::default(), drops: drops.clone() })
}

pub fn ring(n: usize, drops: &Arc<AtomicUsize>) -> Gc<Node> {
    let first = node(drops);
    let mut last = first.clone();
    for _ in 1..n {
        let next = node(drops);
        last.link(&next);
        last = next;
    }
    last.link(&first);
    first
}
