//! Compiles what Rust cannot define, functions with variable arguments, and says for which machine this is.

fn main() {
    let target = std::env::var("TARGET").unwrap_or_default();
    // As in CPython's names: the vendor says nothing.
    let parts: Vec<&str> = target.split('-').filter(|part| !matches!(*part, "unknown" | "pc" | "apple")).collect();
    println!("cargo:rustc-env=ADDER_TARGET={}", parts.join("-"));
    println!("cargo:rerun-if-changed=c");
    println!("cargo:rerun-if-changed=include");
    cc::Build::new()
        .file("c/varargs.c")
        .include("include")
        .std("c11")
        .warnings(true)
        .extra_warnings(true)
        .compile("adder_varargs");
}
