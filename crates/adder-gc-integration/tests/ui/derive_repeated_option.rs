use adder_gc::Trace;

#[derive(Trace)]
#[trace(finalize)]
#[trace(finalize)]
struct S {
    #[trace(skip, skip)]
    a: u8,
}

fn main() {}
