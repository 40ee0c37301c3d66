//! Runs CPython's own test files with adder and with CPython 3.13, and compares case by case. `tests/cpython/README.md` tells more.

#[path = "../comparison/mod.rs"]
mod comparison;
mod table;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use table::{Known, Outcome, Results};

/// As long as one file may take; the longest takes CPython seven seconds.
const LIMIT: Duration = Duration::from_secs(900);

fn folder() -> PathBuf {
    comparison::root().join("tests/cpython").canonicalize().unwrap()
}

/// The files to run, and the share of each that must pass.
fn files() -> Vec<(String, f64)> {
    let text = std::fs::read_to_string(folder().join("files.txt")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let mut files =
        lines.map(|line| line.split_once(' ').map(|(file, share)| (file.to_owned(), share.parse().unwrap())).unwrap());
    match std::env::var("ADDER_CPYTHON_FILES") {
        Ok(wanted) => files.filter(|(file, _): &(String, f64)| wanted.split(',').any(|one| one == file)).collect(),
        Err(_) => files.by_ref().collect(),
    }
}

/// A folder that is the current one of a test file, and goes afterwards.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Scratch {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("adder-cpython-{}-{number}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Scratch(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs one file, and reads how its cases ended. A crash or a file that takes too long leaves what was written until then.
fn run_file(mut command: Command, file: &str) -> (Results, String) {
    let scratch = Scratch::new(file);
    let results = scratch.0.join("results.txt");
    command.current_dir(&scratch.0).arg(folder().join("run")).arg("--results").arg(&results).arg(file);
    let end = match comparison::run(&mut command, LIMIT) {
        Ok(run) if run.status.success() => String::new(),
        Ok(run) => format!("{}: {}", run.status, run.stderr.trim_end().lines().last().unwrap_or_default()),
        Err(why) => why,
    };
    (Results::parse(&std::fs::read_to_string(&results).unwrap_or_default()), end)
}

fn cpython(path: &Path) -> Command {
    adder_cpython::clean(Command::new(path))
}

fn adder(library: &Path) -> Command {
    let mut command = comparison::adder();
    if std::env::var_os("ADDER_BINARY").is_none_or(|binary| !binary.to_string_lossy().contains("python")) {
        command.args(["run", "--cpython-tests"]).arg(library);
    }
    command
}

#[test]
fn adder_passes_cpythons_tests() {
    let Some(python) = adder_cpython::find_or_skip("CPython's test files") else { return };
    let library = adder_cpython::library(python);
    let able = comparison::run(adder(&library).args(["-c", "import unittest, test; print(1)"]), LIMIT).unwrap();
    if able.stdout != "1\n" {
        println!("SKIPPED: adder cannot run unittest yet: {}", able.stderr.trim_end());
        return;
    }
    let known = Known::parse(&std::fs::read_to_string(folder().join("known_failures.txt")).unwrap());
    let in_detail = std::env::var_os("ADDER_CPYTHON_FILES").is_some();
    let mut surprises = Vec::new();
    println!("{}", table::HEAD);
    for (file, share) in files() {
        let (theirs, _) = run_file(cpython(python), &file);
        let (ours, end) = run_file(adder(&library), &file);
        let row = table::compare(&file, &theirs, &ours, &known);
        println!("{row}{}", if end.is_empty() { String::new() } else { format!("   ({end})") });
        if row.share() < share {
            println!("  {share} % are wanted");
        }
        for case in &row.passed_though_known {
            println!("  passes, and is listed as a known failure: {case}");
        }
        if in_detail {
            row.failed.iter().for_each(|(case, why)| println!("  {case}: {why}"));
        }
        surprises.extend(row.failed.into_iter().filter(|(case, _)| known.reason(case).is_none()));
    }
    let list: Vec<_> = surprises.iter().map(|(case, why)| format!("{case}: {why}")).collect();
    assert!(list.is_empty(), "these cases fail, and are not listed:\n{}", list.join("\n"));
}

#[test]
fn the_runner_counts_cpythons_cases() {
    let Some(python) = adder_cpython::find_or_skip("CPython's test files") else { return };
    for (file, least) in [("test_weakset", 40), ("test_finalization", 15), ("test_with", 45)] {
        let (results, end) = run_file(cpython(python), file);
        assert_eq!(end, "", "{file}");
        assert!(results.is_done, "{file}");
        assert!(results.cases.len() >= least, "{file}: {}", results.cases.len());
        assert!(results.cases.iter().all(|(_, outcome, why)| *outcome == Outcome::Passed && why.is_empty()), "{file}");
    }
}

/// A test file that ends in every way a case can.
const EVERY_WAY: &str = "
import unittest
class Ways(unittest.TestCase):
    def test_passes(self): pass
    def test_fails(self): self.assertEqual(1, 2)
    def test_raises(self): raise ValueError('two\\nlines')
    def test_skips(self): self.skipTest('a reason')
    @unittest.expectedFailure
    def test_expected(self): self.fail()
    @unittest.expectedFailure
    def test_unexpected(self): pass
    def test_subtests(self):
        for i in range(3):
            with self.subTest(i=i): self.assertNotEqual(i, 1)
class Broken(unittest.TestCase):
    @classmethod
    def setUpClass(cls): raise RuntimeError('in the set-up')
    def test_never(self): pass
class Crash(unittest.TestCase):
    def test_z(self):
        import os
        os._exit(3)
";

#[test]
fn every_way_to_end_is_told() {
    let Some(python) = adder_cpython::find_or_skip("CPython's test files") else { return };
    let scratch = Scratch::new("ways");
    let package = scratch.0.join("python3.13/test");
    std::fs::create_dir_all(&package).unwrap();
    std::fs::write(package.join("__init__.py"), "").unwrap();
    std::fs::write(package.join("test_ways.py"), EVERY_WAY).unwrap();
    let mut command = cpython(python);
    command.env("PYTHONPATH", scratch.0.join("python3.13"));
    let (results, end) = run_file(command, "test_ways");
    assert!(end.starts_with("exit status: 3"), "{end}");
    assert!(!results.is_done);
    let seen: Vec<_> =
        results.cases.iter().map(|(case, outcome, why)| (case.as_str(), *outcome, why.as_str())).collect();
    let expected = [
        ("setUpClass (test.test_ways.Broken)", Outcome::Failed, "RuntimeError: in the set-up"),
        ("test_ways.Crash.test_z", Outcome::Failed, "the process ended in this case"),
        ("test_ways.Ways.test_expected", Outcome::Passed, ""),
    ];
    // The classes come in the order of their names; the process ends in the second.
    assert_eq!(seen[..2], expected[..2]);
    let mut command = cpython(python);
    let code = EVERY_WAY.replace("os._exit(3)", "pass");
    std::fs::write(package.join("test_ways.py"), code).unwrap();
    command.env("PYTHONPATH", scratch.0.join("python3.13"));
    let (results, end) = run_file(command, "test_ways");
    assert_eq!((end.as_str(), results.is_done), ("", true));
    let ways: Vec<_> = results
        .cases
        .iter()
        .filter_map(|(case, outcome, why)| Some((case.strip_prefix("test_ways.Ways.")?, *outcome, why.as_str())))
        .collect();
    let expected = [
        ("test_expected", Outcome::Passed, ""),
        ("test_fails", Outcome::Failed, "AssertionError: 1 != 2"),
        ("test_passes", Outcome::Passed, ""),
        ("test_raises", Outcome::Failed, "ValueError: lines"),
        ("test_skips", Outcome::Skipped, "a reason"),
        ("test_subtests", Outcome::Failed, "(i=1) AssertionError: 1 == 1"),
        ("test_unexpected", Outcome::Failed, "unexpected success"),
    ];
    assert_eq!(ways, expected);
}

#[test]
fn the_finder_maps_one_package_only() {
    let Some(python) = adder_cpython::find_or_skip("CPython's test files") else { return };
    let scratch = Scratch::new("finder");
    let library = scratch.0.join("python3.13");
    std::fs::create_dir_all(library.join("test/inner")).unwrap();
    for (file, text) in
        [("test/__init__.py", "mark = 1"), ("test/inner/__init__.py", "mark = 2"), ("only_there.py", "")]
    {
        std::fs::write(library.join(file), text).unwrap();
    }
    let overrides = comparison::root().join("crates/adder-stdlib/overrides");
    let code = "
import sys
sys.path.insert(0, sys.argv[1])
import _adder_cpython_tests as finder
for wrong in ('/no/such/python3.13', sys.argv[2] + '/..'):
    try:
        finder.install(wrong)
    except ImportError as error:
        print('refused', 'no package' in str(error))
finder.install(sys.argv[2] + '/')
import test.inner
print(test.mark, test.inner.mark)
try:
    import only_there
except ImportError:
    print('nothing else')
";
    let run = comparison::run(cpython(python).arg("-IBc").arg(code).arg(overrides).arg(&library), LIMIT).unwrap();
    assert_eq!(run.stdout, "refused True\nrefused False\n1 2\nnothing else\n", "{}", run.stderr);
}

#[test]
fn the_lists_fit_together() {
    let known = Known::parse(&std::fs::read_to_string(folder().join("known_failures.txt")).unwrap());
    let files: Vec<_> = files().into_iter().map(|(file, _)| file).collect();
    for case in known.cases() {
        // The cases of one file lie in a module beside it.
        let file = match case.split('.').next().unwrap_or_default() {
            "datetimetester" => "test_datetime",
            file => file,
        };
        assert!(
            files.iter().any(|one| one == file) || std::env::var_os("ADDER_CPYTHON_FILES").is_some(),
            "{case}: files.txt does not name {file}"
        );
    }
}
