//! Brackets that do not match.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::lines::Lines;

/// What is known of the brackets of a text.
pub(super) struct Brackets {
    /// Those that are open at the end.
    open: Vec<TextRange>,
    /// The first that closes nothing, or something else.
    wrong: Option<(TextRange, char, Option<(TextRange, char)>)>,
    /// The ranges between brackets.
    pairs: Vec<TextRange>,
}

pub(super) fn brackets(tokens: &[Token], source: &str) -> Brackets {
    let mut open: Vec<(TextRange, char)> = Vec::new();
    let mut found = Brackets { open: Vec::new(), wrong: None, pairs: Vec::new() };
    for token in tokens {
        let range = token.range();
        let c = source.get(range.start().to_usize()..range.end().to_usize()).and_then(|text| text.chars().next());
        let Some(c) = c else { continue };
        match token.kind() {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => open.push((range, c)),
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => match open.pop() {
                Some((start, opening)) if matches!((opening, c), ('(', ')') | ('[', ']') | ('{', '}')) => {
                    found.pairs.push(TextRange::new(start.start(), range.end()));
                }
                other => {
                    found.wrong = Some((range, c, other));
                    break;
                }
            },
            _ => {}
        }
    }
    found.open = open.into_iter().map(|(range, _)| range).collect();
    found
}

impl Brackets {
    /// The innermost bracket that is never closed.
    pub(super) fn open(&self) -> Option<TextRange> {
        self.open.last().copied()
    }

    pub(super) fn inside(&self, at: TextSize) -> bool {
        self.open.iter().any(|open| open.start() < at) || self.pairs.iter().any(|p| p.start() < at && at < p.end())
    }

    /// A bracket before the end of an error that closes the wrong one.
    pub(super) fn wrong(&self, lines: &Lines, tokens: &[Token], at: TextRange) -> Option<(TextRange, String)> {
        let (range, c, opening) = self.wrong?;
        if range.start() > at.end() {
            return None;
        }
        let place = TextRange::empty(range.start());
        let Some((open, o)) = opening else { return Some((place, format!("unmatched '{c}'"))) };
        if let Some(prefix) = super::fields::field_begun_by(tokens, open) {
            return Some((place, format!("{prefix}-string: unmatched '{c}'")));
        }
        let line = |range: TextRange| lines.place(range.start().to_u32()).0;
        let on = if line(open) == line(range) { String::new() } else { format!(" on line {}", line(open)) };
        Some((place, format!("closing parenthesis '{c}' does not match opening parenthesis '{o}'{on}")))
    }
}
