use adder_gc::Trace;

#[derive(Trace)]
#[trace(finalize)]
struct S;

fn main() {}
