use adder_gc::{Gc, Trace};

struct NotTrace;

#[derive(Trace)]
struct S<T>(Vec<T>);

fn main() {
    Gc::new(S(vec![NotTrace]));
}
