//! The library exports C's functions that are written in C, too: the compiler knows only of those in Rust.

use std::path::PathBuf;

fn main() {
    println!("cargo:rerun-if-changed=../adder-capi/include/adder");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("linux") {
        return;
    }
    let script = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo says where")).join("exports");
    std::fs::write(&script, "{ global: Py*; _Py*; _Adder*; adder_main; };\n").expect("a file");
    println!("cargo:rustc-cdylib-link-arg=-Wl,--version-script={}", script.display());
}
