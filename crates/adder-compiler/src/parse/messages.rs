//! The parser's errors in CPython's words.

use ruff_python_parser::{LexicalErrorType, ParseError, ParseErrorType};

use crate::error::{ErrorKind, Fault};

/// The first error as CPython would tell it.
pub(crate) fn fault(error: &ParseError, source: &str) -> Fault {
    let text = error.error.to_string();
    let mut kind = ErrorKind::Syntax;
    let message = match &error.error {
        ParseErrorType::Lexical(LexicalErrorType::IndentationError) => {
            kind = ErrorKind::Indentation;
            text
        }
        ParseErrorType::UnexpectedIndentation => {
            kind = ErrorKind::Indentation;
            "unexpected indent".to_owned()
        }
        _ => "invalid syntax".to_owned(),
    };
    let incomplete = error.location.end().to_usize() >= source.trim_end().len();
    Fault { kind, message, range: error.location, incomplete }
}
