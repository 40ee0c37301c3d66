// Rule 8: while the guard of `get_mut` is out, its handle is borrowed.
use adder_gc::Gc;

fn main() {
    let mut gc = Gc::new(5);
    let guard = Gc::get_mut(&mut gc).unwrap();
    let second = gc.clone();
    drop(guard);
    drop(second);
}
