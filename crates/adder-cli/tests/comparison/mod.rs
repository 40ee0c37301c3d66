//! The built program and CPython 3.13 where it is installed: running them, and comparing what they print.
#![allow(dead_code, reason = "each test uses a part of this")]

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The program that was built with this test, or the one that `ADDER_BINARY` names (a release build, or CPython to try a test).
pub fn adder() -> Command {
    adder_cpython::clean(Command::new(std::env::var_os("ADDER_BINARY").unwrap_or(env!("CARGO_BIN_EXE_adder").into())))
}

/// How a child process ended.
pub struct Run {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

/// Runs a child to its end, or kills it after `limit` and says so.
pub fn run(command: &mut Command, limit: Duration) -> Result<Run, String> {
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| format!("{command:?}: {error}"))?;
    let stdout = reader(child.stdout.take());
    let stderr = reader(child.stderr.take());
    let status = wait(&mut child, limit)?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(Run { status, stdout: text(stdout.join().unwrap()), stderr: text(stderr.join().unwrap()) })
}

fn reader(pipe: Option<impl Read + Send + 'static>) -> std::thread::JoinHandle<Vec<u8>> {
    let mut pipe = pipe.expect("the pipe was asked for");
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        bytes
    })
}

fn wait(child: &mut Child, limit: Duration) -> Result<ExitStatus, String> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            return Ok(status);
        }
        if start.elapsed() > limit {
            let _ = child.kill();
            let _ = child.wait();
            return Err(format!("it ran longer than {limit:?}"));
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The first line in which two texts differ, for a message.
pub fn first_difference(expected: &str, found: &str) -> String {
    let (mut left, mut right) = (expected.lines(), found.lines());
    for number in 1.. {
        match (left.next(), right.next()) {
            (None, None) => break,
            (expected, found) if expected != found => {
                let show = |line: Option<&str>| line.map_or("(the end)".to_owned(), |line| format!("{line:?}"));
                return format!("line {number}: expected {}, found {}", show(expected), show(found));
            }
            _ => {}
        }
    }
    "the last line's end".to_owned()
}

/// A list of known failures: a name, a colon and the reason in each line.
pub fn known_failures(path: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    parse_known_failures(&text)
}

/// The same from its text.
pub fn parse_known_failures(text: &str) -> BTreeMap<String, String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut known = BTreeMap::new();
    for line in lines {
        let parts = line.split_once(':').map(|(name, reason)| (name.trim(), reason.trim()));
        let (name, reason) =
            parts.filter(|(_, reason)| !reason.is_empty()).unwrap_or_else(|| panic!("no reason: {line:?}"));
        assert!(known.insert(name.to_owned(), reason.to_owned()).is_none(), "{name} stands twice");
    }
    known
}
