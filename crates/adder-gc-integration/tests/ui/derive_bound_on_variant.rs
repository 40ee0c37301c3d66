use adder_gc::Trace;

#[derive(Trace)]
enum E {
    #[trace(bound = "T: Trace")]
    A,
}

fn main() {}
