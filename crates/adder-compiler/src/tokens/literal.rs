//! Numbers and strings, and the text between the fields of f-strings and t-strings.

use super::{Interpolated, Lexer, Res, kind};

impl Lexer<'_> {
    /// Digits with single underscores between them.
    fn digits(&mut self, sort: &str, is_digit: fn(u8) -> bool) -> Res {
        loop {
            while is_digit(self.peek(0)) {
                self.at += 1;
            }
            if self.peek(0) != b'_' {
                return Ok(());
            }
            self.at += 1;
            if !is_digit(self.peek(0)) {
                return self.error(format!("invalid {sort} literal"), self.at - 1);
            }
        }
    }

    pub(super) fn number(&mut self) -> Res {
        let start = self.at;
        let radix = match (self.peek(0), self.peek(1) | 0x20) {
            (b'0', b'x') => Some(("hexadecimal", (|b| b.is_ascii_hexdigit()) as fn(u8) -> bool)),
            (b'0', b'o') => Some(("octal", (|b| matches!(b, b'0'..=b'7')) as fn(u8) -> bool)),
            (b'0', b'b') => Some(("binary", (|b| matches!(b, b'0' | b'1')) as fn(u8) -> bool)),
            _ => None,
        };
        if let Some((sort, is_digit)) = radix {
            self.at += 2;
            let digits = self.at;
            if self.peek(0) == b'_' {
                self.at += 1;
            }
            if is_digit(self.peek(0)) {
                self.digits(sort, is_digit)?;
            }
            if self.peek(0).is_ascii_digit() {
                let digit = self.peek(0) as char;
                return self.error(format!("invalid digit '{digit}' in {sort} literal"), self.at);
            }
            if self.at == digits || self.bytes[self.at - 1] == b'_' {
                return self.error(format!("invalid {sort} literal"), self.at - 1);
            }
        } else {
            let is_digit = |b: u8| b.is_ascii_digit();
            if self.peek(0) != b'.' {
                self.digits("decimal", is_digit)?;
            }
            if self.peek(0) == b'.' {
                self.at += 1;
                if self.peek(0).is_ascii_digit() {
                    self.digits("decimal", is_digit)?;
                }
            }
            let sign = usize::from(matches!(self.peek(1), b'+' | b'-'));
            if self.peek(0) | 0x20 == b'e' && self.peek(1 + sign).is_ascii_digit() {
                self.at += 1 + sign;
                self.digits("decimal", is_digit)?;
            }
            if self.peek(0) | 0x20 == b'j' {
                self.at += 1;
            }
        }
        self.push(kind::NUMBER, start..self.at);
        Ok(())
    }

    /// A string: `start` is its prefix, and its quote is next.
    pub(super) fn string(&mut self, start: usize) -> Res {
        let prefix = &self.bytes[start..self.at];
        let has = |letter: u8| prefix.iter().any(|b| b | 0x20 == letter);
        let quote = self.peek(0);
        let triple = self.peek(1) == quote && self.peek(2) == quote;
        if has(b'f') || has(b't') {
            let template = has(b't');
            let raw = has(b'r');
            self.at += if triple { 3 } else { 1 };
            self.strings.push(Interpolated { start, quote, triple, raw, template, fields: Vec::new() });
            self.push(if template { kind::TSTRING_START } else { kind::FSTRING_START }, start..self.at);
            return Ok(());
        }
        self.at += if triple { 3 } else { 1 };
        loop {
            if self.is_at_end() || (!triple && self.peek(0) == b'\n') {
                if triple {
                    return self.error("unterminated triple-quoted string literal", start);
                }
                let (line, _) = self.place(self.at);
                return self.error(format!("unterminated string literal (detected at line {line})"), start);
            }
            match self.peek(0) {
                b'\\' => {
                    let is_crlf = self.peek(1) == b'\r' && self.peek(2) == b'\n';
                    self.at = (self.at + if is_crlf { 3 } else { 2 }).min(self.bytes.len());
                    // The second byte may begin a character.
                    while !self.source.is_char_boundary(self.at) {
                        self.at += 1;
                    }
                }
                c if c == quote && (!triple || (self.peek(1) == quote && self.peek(2) == quote)) => {
                    self.at += if triple { 3 } else { 1 };
                    self.push(kind::STRING, start..self.at);
                    return Ok(());
                }
                _ => self.at += 1,
            }
        }
    }

    /// The text of an f-string up to its end or the next field.
    pub(super) fn text_of_string(&mut self) -> Res {
        let Some(open) = self.strings.last() else { return Ok(()) };
        let (quote, triple, raw, template, string) = (open.quote, open.triple, open.raw, open.template, open.start);
        let in_spec = !open.fields.is_empty();
        let middle = if template { kind::TSTRING_MIDDLE } else { kind::FSTRING_MIDDLE };
        let letter = if template { "t" } else { "f" };
        let mut start = self.at;
        loop {
            if self.is_at_end() || (!triple && self.peek(0) == b'\n') {
                if in_spec && !self.is_at_end() {
                    // A format spec ends with its line.
                    self.push(middle, start..self.at);
                    self.leave_spec();
                    return Ok(());
                }
                let end = if self.is_at_end() && self.at > 0 && self.peek(0) != b'\n' { self.at - 1 } else { self.at };
                let (line, _) = self.place(end);
                let sort = if triple { "triple-quoted " } else { "" };
                let message = format!("unterminated {sort}{letter}-string literal (detected at line {line})");
                return self.error(message, string);
            }
            match self.peek(0) {
                c if c == quote && (!triple || (self.peek(1) == quote && self.peek(2) == quote)) => {
                    if self.at > start || in_spec {
                        self.push(middle, start..self.at);
                    }
                    if in_spec {
                        self.leave_spec();
                        return Ok(());
                    }
                    let end = self.at;
                    self.at += if triple { 3 } else { 1 };
                    self.push(if template { kind::TSTRING_END } else { kind::FSTRING_END }, end..self.at);
                    self.strings.pop();
                    return Ok(());
                }
                b'{' if self.peek(1) == b'{' && !in_spec => {
                    self.push(middle, start..self.at + 1);
                    self.at += 2;
                    start = self.at;
                }
                b'}' if self.peek(1) == b'}' && !in_spec => {
                    self.push(middle, start..self.at + 1);
                    self.at += 2;
                    start = self.at;
                }
                b'{' => {
                    if self.at > start {
                        self.push(middle, start..self.at);
                    }
                    let depth = self.brackets.len();
                    self.open_bracket(b'{')?;
                    if let Some(open) = self.strings.last_mut() {
                        open.fields.push((depth, false));
                    }
                    return Ok(());
                }
                b'}' if in_spec => {
                    self.push(middle, start..self.at);
                    self.leave_spec();
                    return Ok(());
                }
                b'}' => {
                    self.push(middle, start..self.at);
                    return self.error(format!("{letter}-string: single '}}' is not allowed"), self.at);
                }
                b'\\' if !raw && self.peek(1) == b'N' && self.peek(2) == b'{' && !in_spec => {
                    self.at += 3;
                    while !self.is_at_end() && !matches!(self.peek(0), b'}' | b'\n') && self.peek(0) != quote {
                        self.at += 1;
                    }
                    if self.peek(0) == b'}' {
                        self.at += 1;
                    }
                }
                b'\\' if matches!(self.peek(1), b'{' | b'}') => self.at += 1,
                b'\\' => {
                    self.at = (self.at + 2).min(self.bytes.len());
                    while !self.source.is_char_boundary(self.at) {
                        self.at += 1;
                    }
                }
                _ => self.at += 1,
            }
        }
    }

    fn leave_spec(&mut self) {
        if let Some(field) = self.strings.last_mut().and_then(|open| open.fields.last_mut()) {
            field.1 = false;
        }
    }
}

/// May these letters stand in front of a string?
pub(super) fn is_prefix(letters: &[u8]) -> bool {
    let mut lower: Vec<u8> = letters.iter().map(u8::to_ascii_lowercase).collect();
    lower.sort_unstable();
    matches!(&lower[..], b"r" | b"b" | b"u" | b"f" | b"t" | b"br" | b"fr" | b"rt")
}
