use adder_gc::Trace;

struct NotTrace;

#[derive(Trace)]
struct S {
    a: u8,
    b: NotTrace,
}

fn main() {}
