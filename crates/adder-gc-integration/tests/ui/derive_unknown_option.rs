use adder_gc::Trace;

// Both are reported.
#[derive(Trace)]
#[trace(ignore)]
struct S {
    #[trace(unsafe_ignore)]
    a: u8,
}

fn main() {}
