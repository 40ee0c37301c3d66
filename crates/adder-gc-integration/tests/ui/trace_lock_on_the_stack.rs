use adder_gc::{Trace, Tracer, sync};
use std::sync::Mutex;

struct Node(sync::Gc<u8>);

impl Trace for Node {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        let lock = Mutex::new(self.0.clone());
        lock.trace(tracer);
    }
}

fn main() {}
