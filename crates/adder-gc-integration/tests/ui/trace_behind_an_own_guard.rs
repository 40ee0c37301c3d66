use adder_gc::{Trace, Tracer, sync};
use std::sync::Mutex;

struct Node(Mutex<Vec<sync::Gc<u8>>>);

impl Trace for Node {
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        self.0.lock().unwrap().trace(tracer);
    }
}

fn main() {}
