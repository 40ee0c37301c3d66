// Nor can what it gives access to.
use adder_gc::Gc;

fn main() {
    let text: &str = {
        let gc = Gc::new(String::from("value"));
        Gc::borrowed(&gc).get()
    };
    println!("{text}");
}
