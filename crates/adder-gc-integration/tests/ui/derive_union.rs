use adder_gc::Trace;

#[derive(Trace)]
union U {
    a: u8,
    b: i8,
}

fn main() {}
