//! What can be wrong with a source text, and how it is told.

use std::fmt;

use ruff_text_size::TextRange;

/// Which exception it becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// `SyntaxError`
    Syntax,
    /// `IndentationError`
    Indentation,
    /// `TabError`
    Tab,
    /// Nested too deeply: `RecursionError` or `MemoryError` in CPython.
    TooDeep,
    /// A tree that nests too deeply: `RecursionError`.
    Recursion,
    /// More names, registers or jumps than code has room for: `OverflowError`.
    TooLarge,
}

/// Why a source text does not compile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileError {
    /// Which exception it becomes.
    pub kind: ErrorKind,
    /// `SyntaxError.msg`
    pub message: String,
    /// First line, from 1; 0 if there is no place.
    pub line: u32,
    /// `SyntaxError.offset`: in characters, from 1.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// `SyntaxError.end_offset`
    pub end_column: u32,
    /// The first line itself, with its newline if it has one.
    pub text: Option<String>,
    /// A REPL should ask for more lines.
    pub incomplete: bool,
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for CompileError {}

/// A `SyntaxWarning`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Its text.
    pub message: String,
    /// The line, from 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// Behind the last character, from 1.
    pub end_column: u32,
}

/// An error inside the compiler, its place still a range of bytes.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub kind: ErrorKind,
    pub message: String,
    pub range: TextRange,
    pub incomplete: bool,
}

impl Fault {
    pub(crate) fn syntax(message: impl Into<String>, range: TextRange) -> Fault {
        Fault { kind: ErrorKind::Syntax, message: message.into(), range, incomplete: false }
    }

    pub(crate) fn of(kind: ErrorKind, message: impl Into<String>, range: TextRange) -> Fault {
        Fault { kind, message: message.into(), range, incomplete: false }
    }
}

/// Most functions of the compiler.
pub(crate) type Res<T = ()> = Result<T, Fault>;
