//! Runs the programs in `tests/programs` and `examples` with the built `adder`, and compares what they write with what CPython 3.13 wrote.

mod comparison;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// As long as one program may run. The longest takes CPython about a second; debug builds are slow.
const LIMIT: Duration = Duration::from_secs(60);

fn folder() -> PathBuf {
    comparison::root().join("tests/programs").canonicalize().unwrap()
}

/// All programs here and in `examples/`: their names and files.
fn programs(folder: &Path) -> BTreeMap<String, PathBuf> {
    let examples = comparison::root().join("examples").canonicalize().unwrap();
    let files = [folder, &examples].into_iter().flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let paths = files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "py"));
    paths.map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), path)).collect()
}

/// What a program should write; the same text that the script `expect` makes.
fn expected(folder: &Path, name: &str, suffix: &str) -> String {
    std::fs::read_to_string(folder.join(format!("{name}.{suffix}"))).unwrap_or_default()
}

fn check(folder: &Path, name: &str, program: &Path) -> Result<(), String> {
    let mut command = comparison::adder();
    command.arg(program.strip_prefix(folder).unwrap_or(program)).current_dir(folder).env("PYTHONHASHSEED", "1");
    // 3.14 warns of those in a `finally`, 3.13 does not.
    let filters =
        ["return", "break", "continue"].map(|word| format!("ignore:'{word}' in a 'finally' block:SyntaxWarning"));
    command.env("PYTHONWARNINGS", filters.join(","));
    let run = comparison::run(&mut command, LIMIT)?;
    let code = run.status.code().map_or("by a signal".to_owned(), |code| code.to_string());
    let mut error = String::new();
    if code != "0" || !run.stderr.is_empty() {
        error = format!("exit {code}\n{}", run.stderr.replace(folder.to_str().unwrap(), "<here>"));
    }
    for (suffix, found) in [("out", run.stdout), ("err", error.clone())] {
        let expected = expected(folder, name, suffix);
        if expected != found {
            let why =
                if suffix == "out" && !error.is_empty() { format!(" ({})", last_line(&error)) } else { String::new() };
            return Err(format!("{suffix}, {}{why}", comparison::first_difference(&expected, &found)));
        }
    }
    Ok(())
}

fn last_line(text: &str) -> &str {
    text.trim_end().lines().last().unwrap_or_default()
}

#[test]
fn programs_write_what_cpython_writes() {
    let folder = folder();
    let known = comparison::known_failures(&folder.join("known_failures.txt"));
    let wanted = std::env::var("ADDER_PROGRAMS").unwrap_or_default();
    let mut programs = programs(&folder);
    programs.retain(|name, _| name.contains(&wanted));
    let (mut passed, mut report, mut surprises, mut stale) = (0, String::new(), Vec::new(), Vec::new());
    for (name, program) in &programs {
        match (check(&folder, name, program), known.get(name)) {
            (Ok(()), None) => passed += 1,
            (Ok(()), Some(_)) => {
                passed += 1;
                stale.push(name.as_str());
            }
            (Err(_), Some(_)) if std::env::var_os("ADDER_PROGRAMS").is_none() => {}
            (Err(why), Some(reason)) => writeln!(report, "{name}, known ({reason}): {why}").unwrap(),
            (Err(why), None) => surprises.push(format!("{name}: {why}")),
        }
    }
    println!("{passed} of {} programs pass\n{report}", programs.len());
    assert!(surprises.is_empty(), "these fail, and are not listed:\n{}", surprises.join("\n"));
    assert!(
        stale.is_empty(),
        "these pass, and are listed in known_failures.txt: strike them off: {}",
        stale.join(", ")
    );
}

#[test]
fn every_program_has_its_expected_output() {
    let folder = folder();
    let programs = programs(&folder);
    assert!(programs.len() >= 60, "{}", programs.len());
    for name in programs.keys() {
        assert!(!expected(&folder, name, "out").is_empty(), "{name}.out is missing: tests/programs/expect makes it");
    }
    for name in comparison::known_failures(&folder.join("known_failures.txt")).keys() {
        assert!(programs.contains_key(name), "known_failures.txt lists {name}, which is not there");
    }
}

#[test]
fn known_failures_are_read() {
    let known = comparison::parse_known_failures("# a comment\n\na: reason: with a colon\n b : x\n");
    assert_eq!(known.len(), 2);
    assert_eq!(known["a"], "reason: with a colon");
    assert_eq!(known["b"], "x");
    for bad in ["a", "a:", "a: x\na: y"] {
        assert!(std::panic::catch_unwind(|| comparison::parse_known_failures(bad)).is_err(), "{bad}");
    }
}

/// The comparison itself, with CPython in adder's place: a test that cannot fail would tell nothing.
#[test]
fn a_difference_is_found() {
    assert_eq!(comparison::first_difference("a\nb\n", "a\nc\n"), r#"line 2: expected "b", found "c""#);
    assert_eq!(comparison::first_difference("a\n", "a\nb\n"), r#"line 2: expected (the end), found "b""#);
    assert_eq!(comparison::first_difference("a", "a\n"), "the last line's end");
}
