//! Runs that need a process of their own: those that may die, and those that would leave the heap
//! in a state that the next one would feel.

use crate::measure::{Failure, Sample};
use std::cell::Cell;
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// The stack on which an implementation is tried again that overflowed the usual one.
pub const BIG_STACK: usize = 8 << 30;

/// Runs this program again for one workload and one implementation.
pub fn run(workload: &str, name: &str, args: &[String], stack: usize, limit: Duration) -> Result<Sample, Failure> {
    let program = std::env::current_exe().map_err(|error| Failure::Died(error.to_string()))?;
    let mut command = Command::new(program);
    command.arg("child").arg("--stack").arg(stack.to_string()).arg(workload).arg(name).args(args);
    wait(command, limit)
}

/// A run on the usual stack of 8 MiB, and after an overflow on a very large one; such a sample has
/// the figure `big_stack`.
pub fn run_on_any_stack(
    workload: &'static str,
    name: String,
    args: Vec<String>,
    limit: Duration,
) -> impl Fn() -> Result<Sample, Failure> {
    let big = Cell::new(false);
    move || {
        if !big.get() {
            match run(workload, &name, &args, 0, limit) {
                Err(Failure::Overflows) => big.set(true),
                other => return other,
            }
        }
        run(workload, &name, &args, BIG_STACK, limit).map(|sample| sample.with("big_stack", 1.0))
    }
}

/// Starts a command, reads its `name value` lines, and ends it if it takes too long.
pub fn wait(mut command: Command, limit: Duration) -> Result<Sample, Failure> {
    let died = |error: std::io::Error| Failure::Died(error.to_string());
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(died)?;
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().map_err(died)? {
            break status;
        }
        if start.elapsed() > limit {
            child.kill().map_err(died)?;
            child.wait().map_err(died)?;
            return Err(Failure::TimedOut);
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    let mut output = String::new();
    let mut errors = String::new();
    if let Some(mut pipe) = child.stdout.take() {
        pipe.read_to_string(&mut output).map_err(died)?;
    }
    if let Some(mut pipe) = child.stderr.take() {
        pipe.read_to_string(&mut errors).map_err(died)?;
    }
    if !status.success() {
        return Err(classify(status, &errors));
    }
    let mut sample = Sample::default();
    for line in output.lines() {
        if let Some((name, value)) = line.split_once(' ')
            && let Ok(value) = value.parse()
        {
            sample = sample.with(name, value);
        }
    }
    if sample.figures().is_empty() {
        return Err(Failure::Died("printed nothing".into()));
    }
    Ok(sample)
}

fn classify(status: ExitStatus, errors: &str) -> Failure {
    if errors.contains("overflowed its stack") || errors.contains("RecursionError") {
        return Failure::Overflows;
    }
    let how = match status.signal() {
        Some(signal) => format!("signal {signal}"),
        None => format!("exit code {}", status.code().unwrap_or(-1)),
    };
    let line =
        errors.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("thread '")).unwrap_or("");
    let line: String = line.chars().take(60).collect();
    Failure::Died(if line.is_empty() { how } else { format!("{how}, {line}") })
}

/// What a child prints.
pub fn print(sample: &Sample) {
    for (name, value) in sample.figures() {
        println!("{name} {value}");
    }
}
