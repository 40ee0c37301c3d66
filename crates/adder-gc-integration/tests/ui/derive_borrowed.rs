use adder_gc::{Gc, Trace};

#[derive(Trace)]
struct S<'a>(#[trace(skip)] &'a u8);

fn main() {
    let local = 1;
    Gc::new(S(&local));
}
