//! Compiles what Rust cannot define, functions with variable arguments, says for which machine this is, and packs the headers.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() {
    let target = env::var("TARGET").unwrap_or_default();
    // As in CPython's names: the vendor says nothing.
    let parts: Vec<&str> = target.split('-').filter(|part| !matches!(*part, "unknown" | "pc" | "apple")).collect();
    println!("cargo:rustc-env=ADDER_TARGET={}", parts.join("-"));
    println!("cargo:rerun-if-changed=c");
    println!("cargo:rerun-if-changed=include");
    pack_headers(Path::new("include")).expect("the headers can be read");
    cc::Build::new()
        .file("c/varargs.c")
        .include("include")
        .std("c11")
        .warnings(true)
        .extra_warnings(true)
        .compile("adder_varargs");
}

/// Writes `headers.rs`: the headers' texts, what they declare, and a key that is another one for other headers.
fn pack_headers(folder: &Path) -> io::Result<()> {
    let mut files = BTreeMap::new();
    read(folder, "", &mut files)?;
    let mut hasher = DefaultHasher::new();
    files.hash(&mut hasher);
    let mut symbols: Vec<String> = files.values().flat_map(|text| declared(text)).collect();
    symbols.sort();
    symbols.dedup();
    let mut text = String::new();
    let _ = writeln!(text, "const KEY: &str = \"{:016x}\";", hasher.finish());
    let _ = writeln!(text, "const FILES: &[(&str, &str)] = &{:?};", files.iter().collect::<Vec<_>>());
    let _ = writeln!(text, "const SYMBOLS: &[&str] = &{symbols:?};");
    fs::write(PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("headers.rs"), text)
}

fn read(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            read(&entry.path(), &format!("{name}/"), files)?;
        } else {
            files.insert(name, fs::read_to_string(entry.path())?);
        }
    }
    Ok(())
}

/// The names that a header says the program exports: `PyAPI_FUNC(type) name(…)`, `PyAPI_DATA(type) name, *name`.
fn declared(text: &str) -> Vec<String> {
    let text = text.replace("\\\n", " ");
    let mut names = Vec::new();
    for macro_name in ["PyAPI_FUNC(", "PyAPI_DATA("] {
        for declaration in text.split(macro_name).skip(1).filter(|rest| !rest.starts_with("type)")) {
            let declaration = declaration.split(';').next().unwrap_or_default();
            let Some((_, declarators)) = declaration.split_once(')') else { continue };
            let parts: Vec<&str> = match macro_name {
                "PyAPI_FUNC(" => declarators.split('(').take(1).collect(),
                _ => declarators.split(',').collect(),
            };
            for part in parts {
                let name = part.trim_matches(|c: char| c.is_whitespace() || c == '*');
                let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
                names.push(name[..end].to_owned());
            }
        }
    }
    names
}
