//! The program exports the functions of the C API, so that extension modules find them in it.

fn main() {
    println!("cargo:rustc-link-arg-bins=-rdynamic");
    // For the test with two interpreters in one process.
    println!("cargo:rustc-link-arg-tests=-rdynamic");
}
