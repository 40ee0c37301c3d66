//! Escape sequences that cannot be decoded, or mean nothing.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// The message of a bad escape in the string that holds `at`, and the range of that string.
pub(super) fn explain(source: &str, tokens: &[Token], at: TextRange) -> Option<(String, TextRange)> {
    let holds = |token: &&Token| {
        let string = matches!(token.kind(), TokenKind::String | TokenKind::FStringMiddle | TokenKind::TStringMiddle);
        string && token.start() <= at.start() && at.start() <= token.end()
    };
    let token = tokens.iter().find(holds)?;
    let range = token.range();
    let text = source.get(range.start().to_usize()..range.end().to_usize())?;
    let body = match token.kind() {
        TokenKind::String => {
            let quoted = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
            let quotes = if quoted.starts_with("'''") || quoted.starts_with("\"\"\"") { 3 } else { 1 };
            quoted.get(quotes..quoted.len().saturating_sub(quotes))?
        }
        _ => text,
    };
    let prefix = &text[..text.len() - text.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len()];
    let bytes = token.kind() == TokenKind::String && prefix.contains(['b', 'B']);
    Some((first_bad(body, bytes)?, range))
}

/// What is wrong with the first bad escape of a body.
fn first_bad(body: &str, bytes: bool) -> Option<String> {
    // CPython counts characters outside of ASCII as `\UXXXXXXXX`.
    let mut position = 0;
    let mut chars = body.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        if c != '\\' {
            position += if c.is_ascii() || bytes { 1 } else { 10 };
            continue;
        }
        let Some((_, sort)) = chars.next() else { break };
        let digits = match sort {
            'x' => 2,
            'u' if !bytes => 4,
            'U' if !bytes => 8,
            'N' if !bytes => {
                let rest = &body[i + 2..];
                let end = rest.strip_prefix('{').and_then(|name| name.find('}'));
                let unicode = |last: usize, why: &str| {
                    Some(format!(
                        "(unicode error) 'unicodeescape' codec can't decode bytes in position {position}-{last}: {why}"
                    ))
                };
                match end {
                    None => return unicode(position + 1, "malformed \\N character escape"),
                    Some(end) => {
                        let name = &rest[1..1 + end];
                        if name.is_empty() {
                            return unicode(position + 2, "malformed \\N character escape");
                        }
                        if !known(name) {
                            return unicode(position + 3 + end, "unknown Unicode character name");
                        }
                        for _ in 0..end + 2 {
                            chars.next();
                        }
                        position += 4 + end;
                    }
                }
                continue;
            }
            _ => {
                position += 2;
                continue;
            }
        };
        let hex: String = body[i + 2..].chars().take(digits).take_while(char::is_ascii_hexdigit).collect();
        if bytes && hex.len() < digits {
            return Some(format!("(value error) invalid \\x escape at position {position}"));
        }
        let why = match (hex.len() < digits, sort) {
            (true, 'x') => "truncated \\xXX escape",
            (true, 'u') => "truncated \\uXXXX escape",
            (true, _) => "truncated \\UXXXXXXXX escape",
            (false, 'U') if u32::from_str_radix(&hex, 16).is_ok_and(|point| point > 0x10_FFFF) => {
                "illegal Unicode character"
            }
            _ => {
                for _ in 0..digits {
                    chars.next();
                }
                position += 2 + digits;
                continue;
            }
        };
        let last = position + 1 + hex.len();
        return Some(format!(
            "(unicode error) 'unicodeescape' codec can't decode bytes in position {position}-{last}: {why}"
        ));
    }
    None
}

/// Does the parser know a character by this name?
fn known(name: &str) -> bool {
    ruff_python_parser::parse_expression(&format!("\"\\N{{{name}}}\"")).is_ok()
}

/// Warnings about backslashes that begin no escape sequence.
pub(crate) fn invalid(source: &str, tokens: &[Token]) -> Vec<(String, TextRange)> {
    let mut found = Vec::new();
    if !source.contains('\\') {
        return found;
    }
    let mut raw: Vec<bool> = Vec::new();
    for token in tokens {
        let range = token.range();
        let text = source.get(range.start().to_usize()..range.end().to_usize()).unwrap_or_default();
        let prefix = &text[..text.len() - text.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len()];
        let is_raw = prefix.contains(['r', 'R']);
        match token.kind() {
            TokenKind::FStringStart | TokenKind::TStringStart => raw.push(is_raw),
            TokenKind::FStringEnd | TokenKind::TStringEnd => drop(raw.pop()),
            TokenKind::FStringMiddle | TokenKind::TStringMiddle if raw.last() == Some(&false) => {
                unknown(text, range.start(), false, true, &mut found);
            }
            TokenKind::String if !is_raw => {
                unknown(text, range.start(), prefix.contains(['b', 'B']), false, &mut found);
            }
            _ => {}
        }
    }
    found
}

fn unknown(text: &str, start: TextSize, bytes: bool, braces: bool, found: &mut Vec<(String, TextRange)>) {
    let mut rest = text.char_indices().peekable();
    while let Some((i, c)) = rest.next() {
        if c != '\\' {
            continue;
        }
        // What ends the text of an f-string behind a backslash is the brace of a field.
        let sort = match rest.next() {
            Some((_, sort)) => sort,
            None if braces => '{',
            None => break,
        };
        let place = |len: usize| {
            let size = |n: usize| TextSize::try_from(n).unwrap_or_default();
            TextRange::at(start + size(i), size(len))
        };
        match sort {
            '\\' | '\'' | '"' | 'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | '\n' | '\r' | 'x' => {}
            'N' | 'u' | 'U' if !bytes => {}
            '0'..='7' => {
                let digits: String = text[i + 1..].chars().take(3).take_while(|c| ('0'..='7').contains(c)).collect();
                if digits.len() == 3 && *digits > *"377" {
                    found.push((format!("invalid octal escape sequence '\\{digits}'"), place(4)));
                }
            }
            c => found.push((format!("invalid escape sequence '\\{c}'"), place(1 + c.len_utf8()))),
        }
    }
}
