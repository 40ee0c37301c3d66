//! Random Python programs of objects, links, weak references, finalizers, deletions and collections, run on CPython and on Adder.
//!
//! `ADDER_RANDOM_PROGRAMS` says how many (64).

mod compare;
#[path = "../comparison/mod.rs"]
mod comparison;
mod program;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use proptest::test_runner::{Config, TestCaseError, TestRunner};

use program::Program;

const LIMIT: Duration = Duration::from_secs(60);

fn runner() -> TestRunner {
    let cases = std::env::var("ADDER_RANDOM_PROGRAMS").ok().and_then(|number| number.parse().ok()).unwrap_or(64);
    TestRunner::new(Config { cases, failure_persistence: None, max_shrink_time: 120_000, ..Config::default() })
}

/// A file that goes with the value.
struct Source(PathBuf);

impl Source {
    fn new(text: &str) -> Source {
        let name = format!("adder-random-{}-{:?}.py", std::process::id(), std::thread::current().id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text).unwrap();
        Source(path)
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// What a program writes; an error if it does not end well.
fn output(mut command: Command, path: &Path) -> Result<String, String> {
    let run = comparison::run(command.arg(path), LIMIT)?;
    if !run.status.success() || !run.stderr.is_empty() {
        return Err(format!("it ended with {} and wrote\n{}", run.status, run.stderr));
    }
    Ok(run.stdout)
}

fn cpython(path: &Path, seed: &str) -> Command {
    let mut command = adder_cpython::clean(Command::new(path));
    command.env("PYTHONHASHSEED", seed);
    command
}

#[test]
fn the_programs_are_valid_and_say_the_same_each_time() {
    let Some(python) = adder_cpython::find_or_skip("the random programs") else { return };
    let (mut deaths, mut callbacks, mut garbage) = (0, 0, 0);
    let check = |program: Program| {
        let source = Source::new(&program.text());
        let fail = |why: String| TestCaseError::fail(format!("{why}\n{}", program.text()));
        let first = output(cpython(python, "1"), &source.0).map_err(fail)?;
        let second = output(cpython(python, "2"), &source.0).map_err(fail)?;
        if first != second {
            return Err(fail(format!("two runs differ: {}", comparison::first_difference(&first, &second))));
        }
        deaths += first.lines().filter(|line| line.starts_with("del ")).count();
        callbacks += first.lines().filter(|line| line.starts_with("callback ")).count();
        garbage += first.lines().filter(|line| line.starts_with("} ") && *line != "} 0").count();
        Ok(())
    };
    let checked = std::cell::RefCell::new(check);
    runner().run(&program::programs(), |program| checked.borrow_mut()(program)).unwrap();
    println!("{deaths} deaths, {callbacks} callbacks, {garbage} collections that found something");
    assert!(deaths > 100 && callbacks > 10 && garbage > 10, "the programs do too little");
}

#[test]
fn adder_does_what_cpython_does() {
    let Some(python) = adder_cpython::find_or_skip("the random programs") else { return };
    let able = comparison::run(comparison::adder().args(["-c", "import gc, sys, weakref; print(1)"]), LIMIT).unwrap();
    if able.stdout != "1\n" {
        println!("SKIPPED: adder cannot run programs yet: {}", able.stderr.trim_end());
        return;
    }
    let run = runner().run(&program::programs(), |program| {
        let source = Source::new(&program.text());
        let fail = |why: String| TestCaseError::fail(format!("{why}\n{}", program.text()));
        let theirs = output(cpython(python, "1"), &source.0).map_err(|why| fail(format!("CPython: {why}")))?;
        let ours = output(comparison::adder(), &source.0).map_err(|why| fail(format!("adder: {why}")))?;
        compare::same(&theirs, &ours, program.compares_values()).map_err(fail)
    });
    run.unwrap();
}
