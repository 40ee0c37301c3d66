//! How functions of the C API fail: the file `failures.txt`, a line for each way. The tests of the table hold it against what the
//! functions raise.

/// A way in which a function fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Failure {
    /// The function.
    pub function: &'static str,
    /// The exception's class, or [`WHATEVER`].
    pub exception: &'static str,
    /// When that is, if it does not go without saying.
    pub when: &'static str,
}

/// In the place of a class: whatever code raises that the function calls.
pub const WHATEVER: &str = "*";

/// All ways, by function and class.
pub fn failures() -> impl Iterator<Item = Failure> {
    let lines = include_str!("../failures.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| {
        let mut parts = line.splitn(3, "  ");
        let mut next = || parts.next().unwrap_or_default();
        Failure { function: next(), exception: next(), when: next() }
    })
}
