use adder_gc::Trace;

#[derive(Trace)]
#[repr(C, packed(2))]
struct S {
    a: u32,
}

fn main() {}
