// A borrowed reference cannot outlive the owned one that it was borrowed from.
use adder_gc::{Borrowed, Gc};

fn main() {
    let gc = Gc::new(String::from("value"));
    let borrowed: Borrowed<'_, String> = Gc::borrowed(&gc);
    drop(gc);
    println!("{borrowed:?}");
}
