use adder_gc::{Trace, Tracer, sync};
use std::sync::Mutex;

struct Node { other: sync::Weak<Node>, lock: Mutex<Option<sync::Gc<Node>>> }

impl Trace for Node {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        if let Some(other) = self.other.upgrade() {
            other.lock.trace(tracer);
        }
    }
}

fn main() {}
