//! The CPython that tests and benchmarks are compared with: one rule for all of them which one that is.
//!
//! `ADDER_CPYTHON` names an interpreter; without it the newest 3.13 of pyenv is taken, then `python3.13`, then `python3`.
//! Any version but 3.13 is refused: the results that are compared are those of that version.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The only version that comparisons take.
pub const VERSION: &str = "3.13";

/// The interpreter, if there is one. Asks each candidate once in a process.
///
/// # Panics
/// If `ADDER_CPYTHON` names something that is no CPython 3.13: to skip what was asked for would hide it.
pub fn find() -> Option<&'static Path> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    FOUND.get_or_init(search).as_deref()
}

/// The interpreter; where there is none, says on standard output that `what` is skipped.
///
/// # Panics
/// As [`find`].
pub fn find_or_skip(what: &str) -> Option<&'static Path> {
    let found = find();
    if found.is_none() {
        println!("SKIPPED: {what}: no CPython {VERSION} here (ADDER_CPYTHON names one)");
    }
    found
}

/// The folder of an interpreter's standard library.
///
/// # Panics
/// If the interpreter does not say it.
pub fn library(python: &Path) -> PathBuf {
    let output = clean(Command::new(python)).args(["-Ic", "import os; print(os.path.dirname(os.__file__))"]).output();
    let output = output.unwrap_or_else(|error| panic!("{}: {error}", python.display()));
    let folder = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    assert!(folder.is_dir(), "{}: its library is not in {}", python.display(), folder.display());
    folder
}

/// A child process without the variables that change what Python does.
pub fn clean(mut command: Command) -> Command {
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("PYTHON") || name.starts_with("ADDER_")) {
            command.env_remove(name);
        }
    }
    command.env("LC_ALL", "C.UTF-8").env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

fn search() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("ADDER_CPYTHON") {
        let path = PathBuf::from(path);
        assert!(is_cpython(&path), "ADDER_CPYTHON={}: this is no CPython {VERSION}", path.display());
        return Some(path);
    }
    let pyenv = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".pyenv/versions"));
    let entries = pyenv.and_then(|folder| std::fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(VERSION))
        .map(|entry| entry.path().join("bin/python3"))
        .collect();
    versions.sort();
    let named = ["python3.13", "python3"].map(PathBuf::from);
    versions.into_iter().rev().chain(named).find(|path| is_cpython(path))
}

fn is_cpython(path: &Path) -> bool {
    let code = "import sys; print(sys.implementation.name, '%d.%d' % sys.version_info[:2])";
    let output = clean(Command::new(path)).args(["-Ic", code]).stderr(Stdio::null()).output();
    output.is_ok_and(|output| output.stdout == format!("cpython {VERSION}\n").as_bytes())
}
