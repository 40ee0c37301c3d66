// Rule 15: a closure is opaque: it has to be said.
use adder_gc::Gc;

fn main() {
    let captured = Gc::new(5);
    Gc::new(move || println!("{captured}"));
}
