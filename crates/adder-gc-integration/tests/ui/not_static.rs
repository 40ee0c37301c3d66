// Rule 10: objects live for as long as somebody refers to them, so they borrow nothing.
use adder_gc::Gc;

fn main() {
    let local = String::from("short-lived");
    let gc: Gc<&str> = Gc::new(local.as_str());
    drop(local);
    println!("{gc}");
}
