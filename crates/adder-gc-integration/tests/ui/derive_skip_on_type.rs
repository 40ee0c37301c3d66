use adder_gc::Trace;

#[derive(Trace)]
#[trace(skip)]
struct S;

fn main() {}
