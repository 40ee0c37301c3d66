//! What is wrong with a replacement field of an f-string or t-string, as CPython tells it.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_python_parser::parse_expression;
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::messages::starts_expression;

/// So many tokens of a field are tried as an expression.
const TRIED: usize = 24;

/// What is open at some place.
enum Open {
    /// A string: `f` or `t`, and the token that begins it.
    String(&'static str, TextRange),
    /// A field: the token behind its brace, and whether its format spec was reached.
    Field(usize, bool),
    Bracket,
}

/// What is open in front of a place, outermost first.
fn open_at(tokens: &[Token], at: TextSize) -> Vec<Open> {
    let mut open = Vec::new();
    for (i, token) in tokens.iter().enumerate().take_while(|(_, token)| token.start() < at) {
        match token.kind() {
            TokenKind::FStringStart => open.push(Open::String("f", token.range())),
            TokenKind::TStringStart => open.push(Open::String("t", token.range())),
            TokenKind::FStringEnd | TokenKind::TStringEnd => {
                while open.pop().is_some_and(|it| !matches!(it, Open::String(..))) {}
            }
            TokenKind::Lbrace if matches!(open.last(), Some(Open::String(..) | Open::Field(_, true))) => {
                open.push(Open::Field(i + 1, false));
            }
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => open.push(Open::Bracket),
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                if matches!(open.last(), Some(Open::Bracket | Open::Field(..))) {
                    open.pop();
                }
            }
            TokenKind::Colon => {
                if let Some(Open::Field(_, spec)) = open.last_mut() {
                    *spec = true;
                }
            }
            _ => {}
        }
    }
    open
}

/// The string around a place: `f` or `t`, and the token that begins it.
pub(super) fn string_around(tokens: &[Token], at: TextSize) -> Option<(&'static str, TextRange)> {
    let open = open_at(tokens, at);
    let inside = open.iter().rev().take_while(|it| !matches!(it, Open::String(..))).count() > 0;
    open.into_iter().rev().filter(|_| inside).find_map(|it| match it {
        Open::String(prefix, range) => Some((prefix, range)),
        _ => None,
    })
}

/// `f` or `t`, if a field of such a string begins with this brace.
pub(super) fn field_begun_by(tokens: &[Token], brace: TextRange) -> Option<&'static str> {
    let open = open_at(tokens, brace.end());
    let Some(Open::Field(..)) = open.last() else { return None };
    string_around(tokens, brace.end()).map(|(prefix, _)| prefix)
}

/// What a field lacks, where the parser only knows that something is wrong; and where.
pub(super) fn explain(tokens: &[Token], source: &str, at: TextSize) -> Option<(String, TextRange)> {
    let open = open_at(tokens, at);
    let Some(Open::Field(first, _)) = open.last() else { return None };
    let prefix = string_around(tokens, at)?.0;
    let trivia = |token: &&Token| !matches!(token.kind(), TokenKind::Comment | TokenKind::NonLogicalNewline);
    let inner: Vec<&Token> = tokens[*first..].iter().filter(trivia).take(TRIED).collect();
    let begin = inner.first()?;
    // The colon of a lambda in no brackets begins the format spec.
    let mut depth = 0;
    let lambda = inner.iter().position(|token| {
        match token.kind() {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => depth += 1,
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => depth -= 1,
            _ => {}
        }
        depth == 0 && token.kind() == TokenKind::Lambda
    });
    if let Some(lambda) = lambda {
        let end = inner[lambda..].iter().find(|token| token.kind() == TokenKind::Colon)?.end();
        let text = format!("{prefix}-string: lambda expressions are not allowed without parentheses");
        return Some((text, TextRange::new(inner[lambda].start(), end)));
    }
    if let TokenKind::Rbrace | TokenKind::Exclamation | TokenKind::Colon | TokenKind::Equal = begin.kind() {
        let found = source.get(begin.start().to_usize()..begin.end().to_usize())?;
        return Some((format!("{prefix}-string: valid expression required before '{found}'"), begin.range()));
    }
    let is_expression = |count: &usize| {
        let text = source.get(begin.start().to_usize()..inner[*count - 1].end().to_usize());
        text.is_some_and(|text| parse_expression(&format!("({text}\n)")).is_ok())
    };
    let Some(count) = (1..=inner.len()).rev().find(is_expression) else {
        return Some((format!("{prefix}-string: expecting a valid expression after '{{'"), begin.range()));
    };
    let ends = |token: &Token| matches!(token.kind(), TokenKind::Colon | TokenKind::Rbrace);
    let mut rest = inner[count..].iter();
    let mut next = rest.next()?;
    if next.kind() == TokenKind::Equal {
        next = rest.next()?;
        if next.kind() != TokenKind::Exclamation && !ends(next) {
            return Some((format!("{prefix}-string: expecting '!', or ':', or '}}'"), next.range()));
        }
    }
    if next.kind() == TokenKind::Exclamation {
        let behind = rest.nth(1)?;
        let text = format!("{prefix}-string: expecting ':' or '}}'");
        return (!ends(behind)).then(|| (text, behind.range()));
    }
    if ends(next) || starts_expression(next.kind()) {
        return None;
    }
    Some((format!("{prefix}-string: expecting '=', or '!', or ':', or '}}'"), next.range()))
}
