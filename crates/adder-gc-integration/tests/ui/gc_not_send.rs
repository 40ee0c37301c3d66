// Rule 10: counts of local handles are not atomic.
use adder_gc::Gc;

fn main() {
    let gc = Gc::new(5);
    std::thread::spawn(move || println!("{gc}"));
}
