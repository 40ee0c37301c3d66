//! The tokens of a source text, as CPython's tokenizer gives them to its module `tokenize`: comments and line ends are tokens,
//! and what only a parser minds is let pass. The parser does not use this.

mod literal;

use std::ops::Range;

use crate::error::ErrorKind;

/// The kinds, with the numbers of Python 3.14's module `token`.
pub mod kind {
    #![allow(missing_docs, reason = "the names say it all")]
    pub const ENDMARKER: u8 = 0;
    pub const NAME: u8 = 1;
    pub const NUMBER: u8 = 2;
    pub const STRING: u8 = 3;
    pub const NEWLINE: u8 = 4;
    pub const INDENT: u8 = 5;
    pub const DEDENT: u8 = 6;
    pub const OP: u8 = 55;
    pub const FSTRING_START: u8 = 59;
    pub const FSTRING_MIDDLE: u8 = 60;
    pub const FSTRING_END: u8 = 61;
    pub const TSTRING_START: u8 = 62;
    pub const TSTRING_MIDDLE: u8 = 63;
    pub const TSTRING_END: u8 = 64;
    pub const COMMENT: u8 = 65;
    pub const NL: u8 = 66;
}

/// One token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// See [`kind`].
    pub kind: u8,
    /// Its text, in bytes of the source.
    pub text: Range<usize>,
    /// Line from 1, column in characters from 0.
    pub start: (u32, u32),
    /// The place behind it.
    pub end: (u32, u32),
    /// The lines on which it stands, in bytes of the source.
    pub line: Range<usize>,
}

/// Why the text has no more tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenError {
    /// Which exception it becomes.
    pub kind: ErrorKind,
    /// Its text.
    pub message: String,
    /// Line from 1.
    pub line: u32,
    /// `SyntaxError.offset`
    pub offset: u32,
    /// The line, in bytes of the source.
    pub text: Range<usize>,
}

/// The tokens of a text up to its end or to the first error.
pub fn tokens(source: &str) -> (Vec<Token>, Option<TokenError>) {
    let mut lexer = Lexer::new(source);
    let error = lexer.run().err();
    (lexer.made, error)
}

/// Indented blocks inside each other.
const INDENTS: usize = 100;
/// Brackets inside each other.
const BRACKETS: usize = 200;

const OPERATORS: [&str; 4] = ["**=", "//=", ">>=", "<<="];
const OPERATORS_OF_TWO: [&str; 20] = [
    "!=", "%=", "&=", "**", "*=", "+=", "-=", "->", "//", "/=", ":=", "<<", "<=", "<>", "==", ">=", ">>", "@=", "^=",
    "|=",
];

/// An f-string or t-string that is open.
struct Interpolated {
    start: usize,
    quote: u8,
    triple: bool,
    raw: bool,
    template: bool,
    /// For each field that is open: how many brackets were open before it, and whether its format spec is being read.
    fields: Vec<(usize, bool)>,
}

impl Interpolated {
    /// Is text being read, and not an expression?
    fn in_text(&self) -> bool {
        self.fields.last().is_none_or(|(_, in_spec)| *in_spec)
    }
}

struct Lexer<'a> {
    source: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// Where the lines begin.
    starts: Vec<usize>,
    made: Vec<Token>,
    /// Columns with tabs of eight, and with tabs of one.
    indents: Vec<(usize, usize)>,
    brackets: Vec<u8>,
    strings: Vec<Interpolated>,
}

type Res = Result<(), TokenError>;

impl<'a> Lexer<'a> {
    fn new(source: &'a str) -> Lexer<'a> {
        let newlines = source.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at + 1);
        Lexer {
            source,
            bytes: source.as_bytes(),
            at: 0,
            starts: std::iter::once(0).chain(newlines).collect(),
            made: Vec::new(),
            indents: vec![(0, 0)],
            brackets: Vec::new(),
            strings: Vec::new(),
        }
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// The line of an offset, from 0.
    fn line_of(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at) - 1
    }

    fn place(&self, at: usize) -> (u32, u32) {
        let line = self.line_of(at);
        let before = &self.source[self.starts[line]..at];
        let column = if before.is_ascii() { before.len() } else { before.chars().count() };
        (line as u32 + 1, column as u32)
    }

    /// The bytes of the lines from one offset to another.
    fn lines(&self, from: usize, to: usize) -> Range<usize> {
        let start = self.starts[self.line_of(from)];
        let end = self.starts.get(self.line_of(to) + 1).copied().unwrap_or(self.bytes.len());
        start..end
    }

    fn push(&mut self, kind: u8, text: Range<usize>) {
        let (start, end) = (self.place(text.start), self.place(text.end));
        // What ends with its line does not stand on the next.
        let last = if text.end > text.start && end.1 == 0 { text.end - 1 } else { text.end };
        let line = self.lines(text.start, last);
        self.made.push(Token { kind, text, start, end, line });
    }

    /// The end of a line, or of a text that does not end with one.
    fn push_newline(&mut self, kind: u8) {
        let start = self.at;
        let place = self.place(start);
        if self.peek(0) == b'\r' && self.peek(1) == b'\n' {
            self.at += 2;
        } else if !self.is_at_end() {
            self.at += 1;
        }
        let text = start..self.at;
        let wide = text.len().max(1) as u32;
        let line = self.lines(start, start);
        self.made.push(Token { kind, text, start: place, end: (place.0, place.1 + wide), line });
    }

    fn error<T>(&self, message: impl Into<String>, at: usize) -> Result<T, TokenError> {
        let (line, column) = self.place(at.min(self.bytes.len()));
        Err(self.error_at(ErrorKind::Syntax, message, line, column + 1))
    }

    fn error_at(&self, kind: ErrorKind, message: impl Into<String>, line: u32, offset: u32) -> TokenError {
        let start = self.starts[(line as usize - 1).min(self.starts.len() - 1)];
        let text = self.lines(start, start);
        let end = if self.source[text.clone()].ends_with('\n') { text.end - 1 } else { text.end };
        TokenError { kind, message: message.into(), line, offset, text: text.start..end }
    }

    /// The text ends too early.
    fn ends_early<T>(&self) -> Result<T, TokenError> {
        let last = match self.bytes.last() {
            Some(b'\n') => self.bytes.len() - 1,
            _ => self.bytes.len(),
        };
        let ends_line = self.bytes.last() == Some(&b'\n') || self.bytes.last() == Some(&b'\\');
        let (line, column) = self.place(last);
        let offset = if ends_line { 0 } else { column + 1 };
        Err(self.error_at(ErrorKind::Syntax, "unexpected EOF in multi-line statement", line, offset))
    }

    fn run(&mut self) -> Res {
        if let Some(at) = self.bytes.iter().position(|b| *b == 0) {
            let (line, _) = self.place(at);
            return Err(self.error_at(ErrorKind::Syntax, "source code cannot contain null bytes", line, 0));
        }
        let mut line_begins = true;
        loop {
            if self.strings.last().is_some_and(Interpolated::in_text) {
                self.text_of_string()?;
                continue;
            }
            if line_begins && self.brackets.is_empty() && self.strings.is_empty() {
                line_begins = !self.indentation()?;
                if self.is_at_end() && line_begins {
                    break;
                }
                continue;
            }
            while matches!(self.peek(0), b' ' | b'\t' | b'\x0C') {
                self.at += 1;
            }
            if self.is_at_end() {
                break;
            }
            match self.peek(0) {
                b'#' => self.comment(),
                b'\n' | b'\r' if self.peek(0) == b'\n' || self.peek(1) == b'\n' => {
                    let inside = !self.brackets.is_empty() || !self.strings.is_empty();
                    self.push_newline(if inside { kind::NL } else { kind::NEWLINE });
                    line_begins = !inside;
                }
                b'\\' => self.continuation()?,
                b'0'..=b'9' => self.number()?,
                b'.' if self.peek(1).is_ascii_digit() => self.number()?,
                b'"' | b'\'' => self.string(self.at)?,
                c if c == b'_' || c >= 128 || c.is_ascii_alphabetic() => self.name()?,
                _ => self.operator()?,
            }
        }
        self.end(line_begins)
    }

    fn end(&mut self, line_begins: bool) -> Res {
        if !self.brackets.is_empty() || !self.strings.is_empty() {
            if self.bytes.last() != Some(&b'\n') {
                self.push_newline(kind::NL);
            }
            return self.ends_early();
        }
        if !line_begins {
            self.push_newline(kind::NEWLINE);
        }
        // What ends the text stands on a line of its own.
        let lines = if self.bytes.last() == Some(&b'\n') || self.bytes.is_empty() {
            self.starts.len() as u32
        } else {
            self.starts.len() as u32 + 1
        };
        let end = self.bytes.len();
        let last = |kind| Token { kind, text: end..end, start: (lines, 0), end: (lines, 0), line: end..end };
        for _ in 1..self.indents.len() {
            self.made.push(last(kind::DEDENT));
        }
        self.made.push(last(kind::ENDMARKER));
        Ok(())
    }

    fn comment(&mut self) {
        let start = self.at;
        while !self.is_at_end() && self.peek(0) != b'\n' {
            self.at += 1;
        }
        if !self.is_at_end() && self.bytes[self.at - 1] == b'\r' {
            self.at -= 1;
        }
        self.push(kind::COMMENT, start..self.at);
    }

    /// The blanks at the start of a line. Does a statement stand there?
    fn indentation(&mut self) -> Result<bool, TokenError> {
        let start = self.at;
        let (mut column, mut other) = (0, 0);
        loop {
            match self.peek(0) {
                b' ' => (column, other) = (column + 1, other + 1),
                b'\t' => (column, other) = ((column / 8 + 1) * 8, other + 1),
                b'\x0C' => (column, other) = (0, 0),
                b'\\' if self.peek(1) == b'\n' || (self.peek(1) == b'\r' && self.peek(2) == b'\n') => {
                    self.continuation()?;
                    continue;
                }
                _ => break,
            }
            self.at += 1;
        }
        match self.peek(0) {
            _ if self.is_at_end() => {
                if self.at > start {
                    self.push_newline(kind::NL);
                }
                return Ok(false);
            }
            b'#' => {
                self.comment();
                self.push_newline(kind::NL);
                return Ok(false);
            }
            b'\n' => {
                self.push_newline(kind::NL);
                return Ok(false);
            }
            b'\r' if self.peek(1) == b'\n' => {
                self.push_newline(kind::NL);
                return Ok(false);
            }
            _ => {}
        }
        let (line, _) = self.place(self.at);
        let tabs = |lexer: &Self| {
            let text = lexer.lines(lexer.at, lexer.at);
            let width = lexer.source[text].trim_end_matches('\n').chars().count() as u32 + 1;
            let message = "inconsistent use of tabs and spaces in indentation";
            Err(lexer.error_at(ErrorKind::Tab, message, line, width + 1))
        };
        let top = *self.indents.last().expect("the first is never taken off");
        if column == top.0 {
            if other != top.1 {
                return tabs(self);
            }
        } else if column > top.0 {
            if self.indents.len() >= INDENTS {
                return Err(self.error_at(ErrorKind::Indentation, "too many levels of indentation", line, 0));
            }
            if other <= top.1 {
                return tabs(self);
            }
            self.indents.push((column, other));
            self.push(kind::INDENT, start..self.at);
        } else {
            while self.indents.last().is_some_and(|top| column < top.0) {
                self.indents.pop();
                self.push(kind::DEDENT, self.at..self.at);
            }
            let top = *self.indents.last().expect("the first is never taken off");
            if column != top.0 {
                let message = "unindent does not match any outer indentation level";
                let text = self.lines(self.at, self.at);
                let width = self.source[text].trim_end_matches('\n').chars().count() as u32;
                // The blocks that ended are not told.
                while self.made.last().is_some_and(|token| token.kind == kind::DEDENT) {
                    self.made.pop();
                }
                return Err(self.error_at(ErrorKind::Indentation, message, line, width + 1));
            }
            if other != top.1 {
                return tabs(self);
            }
        }
        Ok(true)
    }

    /// A backslash at the end of a line.
    fn continuation(&mut self) -> Res {
        self.at += 1;
        if self.is_at_end() {
            return self.ends_early();
        }
        if self.peek(0) == b'\r' && self.peek(1) == b'\n' {
            self.at += 1;
        }
        if self.peek(0) != b'\n' {
            let end = self.lines(self.at, self.at).end;
            return self.error("unexpected character after line continuation character", end);
        }
        self.at += 1;
        if self.is_at_end() {
            return self.ends_early();
        }
        Ok(())
    }

    fn name(&mut self) -> Res {
        let start = self.at;
        while self.peek(0) == b'_' || self.peek(0) >= 128 || self.peek(0).is_ascii_alphanumeric() {
            self.at += 1;
        }
        if matches!(self.peek(0), b'"' | b'\'') && literal::is_prefix(&self.bytes[start..self.at]) {
            return self.string(start);
        }
        self.push(kind::NAME, start..self.at);
        Ok(())
    }

    fn open_bracket(&mut self, bracket: u8) -> Res {
        if self.brackets.len() >= BRACKETS {
            return self.error("too many nested parentheses", self.at);
        }
        self.brackets.push(bracket);
        self.at += 1;
        self.push(kind::OP, self.at - 1..self.at);
        Ok(())
    }

    fn operator(&mut self) -> Res {
        let depth = self.brackets.len();
        // In a field's own bracket a colon begins the format spec.
        let in_field =
            self.strings.last().and_then(|open| open.fields.last()).is_some_and(|field| field.0 + 1 == depth);
        let start = self.at;
        let rest = &self.bytes[start..];
        let begins = |text: &&str| rest.starts_with(text.as_bytes());
        match rest[0] {
            b':' if in_field => {
                self.at += 1;
                self.push(kind::OP, start..self.at);
                if let Some(field) = self.strings.last_mut().and_then(|open| open.fields.last_mut()) {
                    field.1 = true;
                }
                return Ok(());
            }
            bracket @ (b'(' | b'[' | b'{') => return self.open_bracket(bracket),
            b')' | b']' | b'}' => {
                self.brackets.pop();
                if in_field
                    && rest[0] == b'}'
                    && let Some(open) = self.strings.last_mut()
                {
                    open.fields.pop();
                }
                self.at += 1;
            }
            _ if rest.starts_with(b"...") || OPERATORS.iter().any(begins) => self.at += 3,
            _ if OPERATORS_OF_TWO.iter().any(begins) => self.at += 2,
            _ => self.at += 1,
        }
        self.push(kind::OP, start..self.at);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<(u8, String)> {
        let (made, error) = tokens(source);
        assert_eq!(error, None);
        made.into_iter().map(|token| (token.kind, source[token.text].to_owned())).collect()
    }

    #[test]
    fn a_field_may_hold_a_string_and_a_spec() {
        let seen: Vec<_> = texts("f'a{b[\"c\"]:>{w}}{{'\n").into_iter().map(|(_, text)| text).collect();
        let expected = ["f'", "a", "{", "b", "[", "\"c\"", "]", ":", ">", "{", "w", "}", "", "}", "{", "'", "\n", ""];
        assert_eq!(seen, expected);
    }

    #[test]
    fn blocks_end_before_the_next_statement() {
        let kinds: Vec<_> = texts("if a:\n  b\n# c\nd").into_iter().map(|(kind, _)| kind).collect();
        use kind::*;
        let expected = [NAME, NAME, OP, NEWLINE, INDENT, NAME, NEWLINE, COMMENT, NL, DEDENT, NAME, NEWLINE, ENDMARKER];
        assert_eq!(kinds, expected);
    }

    #[test]
    fn errors_say_where() {
        let (made, error) = tokens("if a:\n    b\n  c\n");
        let error = error.unwrap();
        assert_eq!((error.kind, error.line, error.offset), (ErrorKind::Indentation, 3, 4));
        assert_eq!(made.last().unwrap().kind, kind::NEWLINE);
        let (_, error) = tokens("(a,\n");
        assert_eq!(error.unwrap().message, "unexpected EOF in multi-line statement");
    }
}
