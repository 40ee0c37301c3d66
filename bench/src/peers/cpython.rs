//! CPython, through a script that knows the same workloads.

use crate::child;
use crate::measure::{Contestant, Failure, Sample};
use std::process::Command;
use std::time::Duration;

const SCRIPT: &str = include_str!("../../cpython.py");

/// Runs the script once.
fn run(args: &[String], limit: Duration) -> Result<Sample, Failure> {
    let Some(path) = adder_cpython::find() else {
        return Err(Failure::Skipped(format!("no CPython {}", adder_cpython::VERSION)));
    };
    let mut command = Command::new(path);
    command.arg("-c").arg(SCRIPT).args(args);
    child::wait(command, limit)
}

/// CPython's entry in a race.
pub fn contestant(workload: &str, args: &[String], limit: Duration) -> Contestant {
    let args: Vec<String> = std::iter::once(workload.to_owned()).chain(args.iter().cloned()).collect();
    Contestant::new(format!("CPython {}", adder_cpython::VERSION), "cpython", move || run(&args, limit))
}
