use adder_gc::Trace;

#[derive(Trace)]
struct S {
    #[trace(finalize)]
    a: u8,
}

fn main() {}
