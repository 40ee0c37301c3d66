//! Number literals that are none.

use ruff_text_size::{TextRange, TextSize};

fn base(text: &str) -> &'static str {
    match text.get(..2).map(str::to_ascii_lowercase).as_deref() {
        Some("0x") => "hexadecimal",
        Some("0o") => "octal",
        Some("0b") => "binary",
        _ => "decimal",
    }
}

/// A literal that the parser's lexer refuses: the message and its place.
pub(super) fn explain(text: &str, behind: &str, at: TextRange) -> (String, TextRange) {
    let last = TextRange::empty(at.end() - TextSize::from(u32::from(!at.is_empty())));
    match base(text) {
        "decimal" if text.starts_with('0') => {
            let text =
                "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers";
            (text.to_owned(), TextRange::at(at.start(), 1.into()))
        }
        base => match behind.chars().next().filter(char::is_ascii_digit) {
            Some(digit) => (format!("invalid digit '{digit}' in {base} literal"), TextRange::empty(at.end())),
            None => (format!("invalid {base} literal"), last),
        },
    }
}

/// Something that follows a number without a space: no message if that is no part of a number.
pub(super) fn suffix(number: &str, behind: &str, at: TextRange) -> (Option<String>, TextRange) {
    let base = base(number);
    let before = TextRange::empty(at.start() - TextSize::from(1));
    match behind.chars().next() {
        Some(digit) if digit.is_ascii_digit() && matches!(base, "octal" | "binary") => {
            (Some(format!("invalid digit '{digit}' in {base} literal")), TextRange::empty(at.start()))
        }
        Some('_') => (Some(format!("invalid {base} literal")), TextRange::empty(at.start())),
        Some(c) if c.is_alphanumeric() => {
            let imaginary = number.ends_with(['j', 'J']);
            (Some(format!("invalid {} literal", if imaginary { "imaginary" } else { base })), before)
        }
        _ => (None, at),
    }
}
