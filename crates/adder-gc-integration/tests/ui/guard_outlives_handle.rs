// Rule 8: and the handle cannot go before it.
use adder_gc::Gc;

fn main() {
    let mut gc = Gc::new(5);
    let mut guard = Gc::get_mut(&mut gc).unwrap();
    drop(gc);
    *guard = 6;
}
