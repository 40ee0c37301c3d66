//! How the cases of a test file ended, and what two interpreters' results say together.

use std::collections::BTreeMap;
use std::fmt;

/// How a case ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    Failed,
    Skipped,
}

/// What `tests/cpython/run` wrote down.
#[derive(Debug, Default)]
pub struct Results {
    /// Each case that ended, or in which the process ended.
    pub cases: Vec<(String, Outcome, String)>,
    /// Did the runner come to its end?
    pub is_done: bool,
}

impl Results {
    pub fn parse(text: &str) -> Results {
        let mut results = Results::default();
        let mut running = None;
        for line in text.lines() {
            let words: Vec<_> = line.split('\t').collect();
            match words[..] {
                ["start", case] => running = Some(case),
                ["end", case, outcome, ref reason @ ..] => {
                    let outcome = match outcome {
                        "passed" => Outcome::Passed,
                        "skipped" => Outcome::Skipped,
                        _ => Outcome::Failed,
                    };
                    results.cases.push((case.to_owned(), outcome, reason.join(" ")));
                    running = None;
                }
                ["done"] => results.is_done = true,
                _ => {}
            }
        }
        if let Some(case) = running {
            results.cases.push((case.to_owned(), Outcome::Failed, "the process ended in this case".to_owned()));
        }
        results
    }

    fn by_case(&self) -> BTreeMap<&str, (Outcome, &str)> {
        self.cases.iter().map(|(case, outcome, why)| (case.as_str(), (*outcome, why.as_str()))).collect()
    }
}

/// The list of known failures.
pub struct Known(Vec<(String, String)>);

impl Known {
    pub fn parse(text: &str) -> Known {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        // A case's name may have a colon in it; the reason begins behind a colon and a blank.
        let parts = lines.map(|line| line.split_once(": ").unwrap_or_else(|| panic!("no reason: {line:?}")));
        Known(parts.map(|(case, reason)| (case.to_owned(), reason.trim().to_owned())).collect())
    }

    pub fn cases(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(case, _)| case.as_str())
    }

    /// Why a case is known to fail.
    pub fn reason(&self, case: &str) -> Option<&str> {
        let matches = |rule: &str| rule == case || rule.strip_suffix('*').is_some_and(|start| case.starts_with(start));
        self.0.iter().find(|(rule, _)| matches(rule)).map(|(_, reason)| reason.as_str())
    }

    /// Does it fail only because 3.14 differs from 3.13?
    fn is_of_the_version(&self, case: &str) -> bool {
        self.reason(case).is_some_and(|reason| reason.starts_with("3.14:"))
    }
}

/// What one file's results say.
#[derive(Debug, Default, PartialEq)]
pub struct Row {
    pub file: String,
    /// Cases that CPython passes.
    pub run: usize,
    pub passed: usize,
    /// Those that adder does not pass, and why.
    pub failed: Vec<(String, String)>,
    /// Cases that CPython skips or fails here; they are not counted.
    pub left_out: usize,
    /// Failed cases that count against nothing: the version differs.
    pub of_the_version: usize,
    /// Single cases that pass though they are listed.
    pub passed_though_known: Vec<String>,
}

impl Row {
    /// How many per cent pass, of those that count.
    pub fn share(&self) -> f64 {
        let all = self.run - self.of_the_version;
        if all == 0 { 0.0 } else { self.passed as f64 / all as f64 * 100.0 }
    }
}

/// What stands above the rows.
pub const HEAD: &str = "file                   run  passed  failed  left out    share";

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (file, run, passed, failed, left) = (&self.file, self.run, self.passed, self.failed.len(), self.left_out);
        write!(f, "{file:20}{run:6}{passed:8}{failed:8}{left:10}{:8.1} %", self.share())
    }
}

/// Holds adder's results against CPython's.
pub fn compare(file: &str, theirs: &Results, ours: &Results, known: &Known) -> Row {
    let mut row = Row { file: file.to_owned(), ..Row::default() };
    let found = ours.by_case();
    for (case, outcome, _) in &theirs.cases {
        if *outcome != Outcome::Passed {
            row.left_out += 1;
            continue;
        }
        row.run += 1;
        let why = match found.get(case.as_str()) {
            Some((Outcome::Passed, _)) => {
                row.passed += 1;
                if known.cases().any(|rule| rule == case) {
                    row.passed_though_known.push(case.clone());
                }
                continue;
            }
            Some((Outcome::Failed, why)) => (*why).to_owned(),
            Some((Outcome::Skipped, why)) => format!("skipped, and CPython does not: {why}"),
            None => "not run".to_owned(),
        };
        row.of_the_version += usize::from(known.is_of_the_version(case));
        row.failed.push((case.clone(), why));
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    const THEIRS: &str = "start\ta\nend\ta\tpassed\t\nend\tb\tpassed\t\nend\tc\tpassed\t\nend\td\tpassed\t\nend\te\tskipped\tx\nend\tf\tpassed\t\nend\tg\tpassed\t\ndone\n";
    const OURS: &str = "end\ta\tpassed\t\nend\tb\tfailed\tValueError: v\nend\tc\tskipped\tno\nend\te\tpassed\t\nend\tg\tfailed\tsyntax\nstart\tf\n";

    #[test]
    fn cases_are_compared_one_by_one() {
        let known = Known::parse("a: was broken\nb: known\ng: 3.14: the syntax differs\n");
        let row = compare("file", &Results::parse(THEIRS), &Results::parse(OURS), &known);
        let failed: Vec<_> = row.failed.iter().map(|(case, why)| (case.as_str(), why.as_str())).collect();
        let expected = [
            ("b", "ValueError: v"),
            ("c", "skipped, and CPython does not: no"),
            ("d", "not run"),
            ("f", "the process ended in this case"),
            ("g", "syntax"),
        ];
        assert_eq!(failed, expected);
        assert_eq!((row.run, row.passed, row.left_out, row.of_the_version), (6, 1, 1, 1));
        assert_eq!(row.share(), 20.0);
        assert_eq!(row.passed_though_known, ["a"]);
        assert_eq!(row.to_string(), "file                     6       1       5         1    20.0 %");
    }

    #[test]
    fn known_failures_name_cases_or_their_beginning() {
        let known = Known::parse("# comment\n\ntest_a.*: not yet\ntest_b.C.test_x: a reason: with a colon\n");
        assert_eq!(known.reason("test_a.C.test_y"), Some("not yet"));
        assert_eq!(known.reason("test_b.C.test_x"), Some("a reason: with a colon"));
        assert_eq!(known.reason("test_b.C.test_xy"), None);
        assert!(std::panic::catch_unwind(|| Known::parse("test_a.C.test_z")).is_err());
    }
}
