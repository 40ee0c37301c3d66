//! The tokens in front of the first element, within document types, and behind the last element.

use super::chars::{At, at, begins_name, is_of_name, is_space};
use super::scan::{No, Scanned, Scanner, Span, Token};

/// A token of a prolog.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Part {
    Space,
    Instruction {
        target: Span,
        data: Span,
    },
    XmlDecl,
    Comment(Span),
    /// The first element begins.
    Element,
    /// `<!NAME`
    DeclOpen(Span),
    DeclClose,
    Name,
    /// A name with a colon in it, where there are namespaces.
    PrefixedName,
    Nmtoken,
    /// `#NAME`
    PoundName,
    Or,
    Percent,
    OpenParen,
    CloseParen,
    CloseParenQuestion,
    CloseParenAsterisk,
    CloseParenPlus,
    OpenBracket,
    CloseBracket,
    Literal(Span),
    /// `%NAME;`
    ParamEntityRef(Span),
    NameQuestion,
    NameAsterisk,
    NamePlus,
    CondSectOpen,
    CondSectClose,
    Comma,
}

/// A token that may be longer than what is there counts as whole only at the end of the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Found {
    pub part: Part,
    pub maybe_longer: bool,
}

fn whole(part: Part, end: usize) -> Scanned<Found> {
    Ok((Found { part, maybe_longer: false }, end))
}

fn open(part: Part, end: usize) -> Scanned<Found> {
    Ok((Found { part, maybe_longer: true }, end))
}

impl Scanner<'_> {
    /// The next token of a prolog.
    pub(super) fn prolog(&self, start: usize) -> Scanned<Found> {
        let (c, length) = match at(self.text, start) {
            At::Char(c, length) => (c, length),
            At::End => return Err(No::End),
            At::Cut => return Err(No::PartialChar),
            At::Wrong => return Err(No::Invalid(start)),
        };
        let next = start + 1;
        match c {
            '"' | '\'' => self.literal(start, c),
            '<' => self.prolog_markup(start),
            c if c.is_ascii() && is_space(c as u8) => {
                let end = self.skip_space(start);
                // What follows a carriage return may belong to it.
                let trailing = end == self.text.len() && self.text[end - 1] == b'\r';
                if !trailing {
                    return whole(Part::Space, end);
                }
                if end - 1 > start { whole(Part::Space, end - 1) } else { open(Part::Space, end) }
            }
            '%' => self.percent(start),
            ',' => whole(Part::Comma, next),
            '[' => whole(Part::OpenBracket, next),
            ']' => match (self.text.get(next), self.text.get(next + 1)) {
                (None, _) => open(Part::CloseBracket, next),
                (Some(b']'), None) => Err(No::Partial),
                (Some(b']'), Some(b'>')) => whole(Part::CondSectClose, next + 2),
                _ => whole(Part::CloseBracket, next),
            },
            '(' => whole(Part::OpenParen, next),
            ')' => match self.text.get(next) {
                None => open(Part::CloseParen, next),
                Some(b'*') => whole(Part::CloseParenAsterisk, next + 1),
                Some(b'?') => whole(Part::CloseParenQuestion, next + 1),
                Some(b'+') => whole(Part::CloseParenPlus, next + 1),
                Some(b' ' | b'\t' | b'\n' | b'\r' | b'>' | b',' | b'|' | b')') => whole(Part::CloseParen, next),
                Some(_) => Err(No::Invalid(next)),
            },
            '|' => whole(Part::Or, next),
            '>' => whole(Part::DeclClose, next),
            '#' => self.pound_name(next),
            c => self.prolog_name(start, c, length),
        }
    }

    /// May what was found be followed by what stands there?
    fn ends_token(byte: u8) -> bool {
        matches!(byte, b'>' | b')' | b',' | b'|' | b'[' | b'%' | b' ' | b'\t' | b'\n' | b'\r')
    }

    fn prolog_name(&self, start: usize, c: char, length: usize) -> Scanned<Found> {
        let mut part = if begins_name(c, self.namespaces) {
            Part::Name
        } else if is_of_name(c, self.namespaces) || c == ':' {
            Part::Nmtoken
        } else {
            return Err(No::Invalid(start));
        };
        let mut i = start + length;
        loop {
            let (c, length) = match at(self.text, i) {
                At::Char(c, length) => (c, length),
                At::End => return open(part, i),
                At::Cut => return Err(No::PartialChar),
                At::Wrong => return Err(No::Invalid(i)),
            };
            if is_of_name(c, self.namespaces) {
                i += length;
                continue;
            }
            match c {
                // Here only with namespaces.
                ':' => {
                    i += 1;
                    match part {
                        Part::Name => match at(self.text, i) {
                            At::End => return Err(No::Partial),
                            At::Char(c, _) if is_of_name(c, true) => part = Part::PrefixedName,
                            _ => part = Part::Nmtoken,
                        },
                        Part::PrefixedName => part = Part::Nmtoken,
                        _ => {}
                    }
                }
                '?' | '*' | '+' => {
                    if part == Part::Nmtoken {
                        return Err(No::Invalid(i));
                    }
                    let part = match c {
                        '?' => Part::NameQuestion,
                        '*' => Part::NameAsterisk,
                        _ => Part::NamePlus,
                    };
                    return whole(part, i + 1);
                }
                c if c.is_ascii() && Self::ends_token(c as u8) => return whole(part, i),
                _ => return Err(No::Invalid(i)),
            }
        }
    }

    fn literal(&self, start: usize, quote: char) -> Scanned<Found> {
        let mut i = start + 1;
        loop {
            let (c, length) = self.char(i)?;
            i += length;
            if c == quote {
                let part = Part::Literal((start + 1, i - 1));
                return match self.text.get(i) {
                    None => open(part, i),
                    Some(b' ' | b'\t' | b'\n' | b'\r' | b'>' | b'%' | b'[') => whole(part, i),
                    Some(_) => Err(No::Invalid(i)),
                };
            }
        }
    }

    fn prolog_markup(&self, start: usize) -> Scanned<Found> {
        let i = start + 1;
        match self.byte(i)? {
            b'!' => self.declaration(i + 1),
            b'?' => match self.instruction(i + 1)? {
                (Token::Instruction { target, data }, end) => whole(Part::Instruction { target, data }, end),
                (_, end) => whole(Part::XmlDecl, end),
            },
            b'\'' | b'"' | b'>' | b'/' | b'<' | b' ' | b'\t' | b'\n' | b'\r' | b'&' => Err(No::Invalid(i)),
            _ => match self.char(i)? {
                (c, _) if begins_name(c, self.namespaces) => whole(Part::Element, start),
                _ => Err(No::Invalid(i)),
            },
        }
    }

    /// May the name of a declaration have it?
    fn names_declaration(&self, byte: u8) -> bool {
        byte.is_ascii_alphabetic() || byte == b'_' || byte == b':' && !self.namespaces
    }

    /// Behind `<!`.
    fn declaration(&self, i: usize) -> Scanned<Found> {
        match self.byte(i)? {
            b'-' => match self.comment(i + 1)? {
                (Token::Comment(span), end) => whole(Part::Comment(span), end),
                _ => Err(No::Invalid(i)),
            },
            b'[' => whole(Part::CondSectOpen, i + 1),
            byte if self.names_declaration(byte) => {
                let mut end = i + 1;
                loop {
                    match self.byte(end)? {
                        byte if self.names_declaration(byte) => end += 1,
                        b'%' => {
                            // `<!ENTITY% foo "bar">` has no white space.
                            match self.byte(end + 1)? {
                                b' ' | b'\t' | b'\n' | b'\r' | b'%' => return Err(No::Invalid(end)),
                                _ => return whole(Part::DeclOpen((i, end)), end),
                            }
                        }
                        byte if is_space(byte) => return whole(Part::DeclOpen((i, end)), end),
                        _ => return Err(No::Invalid(end)),
                    }
                }
            }
            _ => Err(No::Invalid(i)),
        }
    }

    fn percent(&self, start: usize) -> Scanned<Found> {
        let i = start + 1;
        match self.text.get(i) {
            None => return Err(No::Partial),
            Some(b' ' | b'\t' | b'\n' | b'\r' | b'%') => return whole(Part::Percent, i),
            Some(_) => {}
        }
        let end = self.name_part(i)?;
        match self.byte(end)? {
            b';' => whole(Part::ParamEntityRef((i, end)), end + 1),
            _ => Err(No::Invalid(end)),
        }
    }

    fn pound_name(&self, start: usize) -> Scanned<Found> {
        let (c, length) = self.char(start)?;
        if !begins_name(c, self.namespaces) {
            return Err(No::Invalid(start));
        }
        let mut i = start + length;
        loop {
            match at(self.text, i) {
                At::Char(c, length) if is_of_name(c, self.namespaces) => i += length,
                At::Char(' ' | '\t' | '\n' | '\r' | ')' | '>' | '%' | '|', _) => return whole(Part::PoundName, i),
                At::End => return open(Part::PoundName, i),
                At::Cut => return Err(No::PartialChar),
                _ => return Err(No::Invalid(i)),
            }
        }
    }

    /// The end of a section that is ignored, from behind its `[`.
    pub(super) fn ignored(&self, start: usize) -> Result<usize, No> {
        let (mut i, mut level) = (start, 0usize);
        loop {
            match at(self.text, i) {
                At::End => return Err(No::Partial),
                At::Cut => return Err(No::PartialChar),
                At::Wrong => return Err(No::Invalid(i)),
                At::Char('<', _) if self.text[i..].starts_with(b"<![") => {
                    level += 1;
                    i += 3;
                }
                At::Char('<', _) if b"<![".starts_with(&self.text[i..]) => return Err(No::Partial),
                At::Char(']', _) if self.text[i..].starts_with(b"]]>") => {
                    i += 3;
                    if level == 0 {
                        return Ok(i);
                    }
                    level -= 1;
                }
                At::Char(']', _) if b"]]>".starts_with(&self.text[i..]) => return Err(No::Partial),
                At::Char(_, length) => i += length,
            }
        }
    }
}
