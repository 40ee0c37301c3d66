// Rule 2: a reference into a `Cell` is never given to a user's code, so `Cell` is traceable only for what needs none.
use adder_gc::{Gc, Trace};
use std::cell::Cell;

#[derive(Trace, Clone, Copy)]
struct Mine(u8);

#[derive(Trace)]
struct Holder {
    cell: Cell<Mine>,
}

fn main() {
    Gc::new(Holder { cell: Cell::new(Mine(1)) });
}
