//! CPython, through a script that knows the same workloads.

use crate::child;
use crate::measure::{Contestant, Failure, Sample};
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

const SCRIPT: &str = include_str!("../../cpython.py");

/// The interpreter: `ADDER_CPYTHON`, else pyenv's 3.13, else `python3`.
fn interpreter() -> Option<&'static (PathBuf, String)> {
    static FOUND: OnceLock<Option<(PathBuf, String)>> = OnceLock::new();
    FOUND
        .get_or_init(|| {
            let mut candidates: Vec<PathBuf> =
                std::env::var_os("ADDER_CPYTHON").map(PathBuf::from).into_iter().collect();
            if let Some(home) = std::env::var_os("HOME") {
                let versions = PathBuf::from(home).join(".pyenv/versions");
                let mut found: Vec<PathBuf> = std::fs::read_dir(versions)
                    .into_iter()
                    .flatten()
                    .flatten()
                    .filter(|entry| entry.file_name().to_string_lossy().starts_with("3.13"))
                    .map(|entry| entry.path().join("bin/python3"))
                    .collect();
                found.sort();
                candidates.extend(found.into_iter().rev());
            }
            candidates.push("python3".into());
            candidates.into_iter().find_map(|path| {
                let output = Command::new(&path)
                    .args(["-c", "import platform as p; print(p.python_implementation(), p.python_version())"])
                    .output()
                    .ok()?;
                let name = String::from_utf8(output.stdout).ok()?.trim().to_owned();
                (output.status.success() && name.starts_with("CPython")).then_some((path, name))
            })
        })
        .as_ref()
}

/// Runs the script once.
fn run(args: &[String], limit: Duration) -> Result<Sample, Failure> {
    let Some((path, _)) = interpreter() else {
        return Err(Failure::Skipped("no CPython".into()));
    };
    let mut command = Command::new(path);
    command.arg("-c").arg(SCRIPT).args(args);
    child::wait(command, limit)
}

/// CPython's entry in a race.
pub fn contestant(workload: &str, args: &[String], limit: Duration) -> Contestant {
    let name = interpreter().map_or("CPython", |(_, name)| name.as_str());
    let args: Vec<String> = std::iter::once(workload.to_owned()).chain(args.iter().cloned()).collect();
    Contestant::new(name, "cpython", move || run(&args, limit))
}
