//! The program exports the functions of the C API, so that extension modules find them in it.

fn main() {
    println!("cargo:rustc-link-arg-bins=-rdynamic");
}
