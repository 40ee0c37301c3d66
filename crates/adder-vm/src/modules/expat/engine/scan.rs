//! The tokens of an element's content.

use super::chars::{At, at, begins_name, is_of_name, is_space};

/// From and to, within the text.
pub(super) type Span = (usize, usize);

/// An attribute as it is written: its name, and its value without the quotes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Written {
    pub name: Span,
    pub value: Span,
}

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    StartTag { name: Span, attributes: Vec<Written>, empty: bool },
    EndTag { name: Span },
    Data,
    NewLine,
    CharRef(Span),
    EntityRef(Span),
    CdataOpen,
    CdataClose,
    Instruction { target: Span, data: Span },
    XmlDecl,
    Comment(Span),
}

/// Why there is no token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum No {
    /// Nothing is left.
    End,
    /// The token goes on behind the end of the text.
    Partial,
    /// A character does.
    PartialChar,
    /// A carriage return is the last character: what follows may belong to it.
    TrailingReturn,
    /// Brackets are last: what follows may belong to them.
    TrailingBracket,
    /// It cannot be one; the place where that shows.
    Invalid(usize),
}

/// A token and where it ends.
pub(super) type Scanned<T> = Result<(T, usize), No>;

/// Reads tokens of a text.
#[derive(Clone, Copy)]
pub(super) struct Scanner<'a> {
    pub text: &'a [u8],
    pub namespaces: bool,
}

impl Scanner<'_> {
    /// The byte at a place, where the characters that matter have one byte.
    pub(super) fn byte(&self, i: usize) -> Result<u8, No> {
        self.text.get(i).copied().ok_or(No::Partial)
    }

    /// The character at a place, which must be there.
    pub(super) fn char(&self, i: usize) -> Result<(char, usize), No> {
        match at(self.text, i) {
            At::Char(c, length) => Ok((c, length)),
            At::End => Err(No::Partial),
            At::Cut => Err(No::PartialChar),
            At::Wrong => Err(No::Invalid(i)),
        }
    }

    /// The end of white space.
    pub(super) fn skip_space(&self, mut i: usize) -> usize {
        while self.text.get(i).copied().is_some_and(is_space) {
            i += 1;
        }
        i
    }

    /// The end of a name that begins here. With namespaces it has one colon at most, with names on both sides.
    pub(super) fn name(&self, start: usize) -> Result<usize, No> {
        let mut i = self.name_part(start)?;
        if self.namespaces && self.text.get(i) == Some(&b':') {
            i = self.name_part(i + 1)?;
        }
        Ok(i)
    }

    /// The end of a name without a colon (with namespaces).
    pub(super) fn name_part(&self, start: usize) -> Result<usize, No> {
        let (c, length) = self.char(start)?;
        if !begins_name(c, self.namespaces) {
            return Err(No::Invalid(start));
        }
        self.rest_of_name(start + length)
    }

    /// The end of what is left of a name. What follows is looked at, and must be there.
    pub(super) fn rest_of_name(&self, mut i: usize) -> Result<usize, No> {
        loop {
            let (c, length) = self.char(i)?;
            if !is_of_name(c, self.namespaces) {
                return Ok(i);
            }
            i += length;
        }
    }

    /// The next token of content.
    pub(super) fn content(&self, start: usize) -> Scanned<Token> {
        match at(self.text, start) {
            At::End => Err(No::End),
            At::Cut => Err(No::PartialChar),
            At::Wrong => Err(No::Invalid(start)),
            At::Char('<', _) => self.markup(start + 1),
            At::Char('&', _) => self.reference(start + 1),
            At::Char('\r', _) => self.carriage_return(start),
            At::Char('\n', _) => Ok((Token::NewLine, start + 1)),
            At::Char(']', _) => {
                // `]]>` may not stand in content.
                match (self.text.get(start + 1), self.text.get(start + 2)) {
                    (None, _) | (Some(b']'), None) => Err(No::TrailingBracket),
                    (Some(b']'), Some(b'>')) => Err(No::Invalid(start + 2)),
                    _ => self.data(start + 1),
                }
            }
            At::Char(_, length) => self.data(start + length),
        }
    }

    fn carriage_return(&self, start: usize) -> Scanned<Token> {
        match self.text.get(start + 1) {
            None => Err(No::TrailingReturn),
            Some(b'\n') => Ok((Token::NewLine, start + 2)),
            Some(_) => Ok((Token::NewLine, start + 1)),
        }
    }

    /// A run of characters.
    fn data(&self, mut i: usize) -> Scanned<Token> {
        loop {
            match at(self.text, i) {
                At::Char('<' | '&' | '\r' | '\n', _) | At::End | At::Cut | At::Wrong => return Ok((Token::Data, i)),
                At::Char(']', _) => match (self.text.get(i + 1), self.text.get(i + 2)) {
                    (Some(b']'), Some(b'>')) => return Err(No::Invalid(i + 2)),
                    (None, _) | (Some(b']'), None) => return Ok((Token::Data, i)),
                    _ => i += 1,
                },
                At::Char(_, length) => i += length,
            }
        }
    }

    /// Behind a `<`.
    fn markup(&self, i: usize) -> Scanned<Token> {
        match self.byte(i)? {
            b'!' => match self.byte(i + 1)? {
                b'-' => self.comment(i + 2),
                b'[' => {
                    // All of it must be there before any of it is looked at.
                    self.byte(i + 7)?;
                    for (k, &expected) in b"CDATA[".iter().enumerate() {
                        if self.byte(i + 2 + k)? != expected {
                            return Err(No::Invalid(i + 2 + k));
                        }
                    }
                    Ok((Token::CdataOpen, i + 8))
                }
                _ => Err(No::Invalid(i + 1)),
            },
            b'?' => self.instruction(i + 1),
            b'/' => self.end_tag(i + 1),
            _ => self.start_tag(i),
        }
    }

    /// Behind `<!-`.
    pub(super) fn comment(&self, i: usize) -> Scanned<Token> {
        if self.byte(i)? != b'-' {
            return Err(No::Invalid(i));
        }
        let start = i + 1;
        let mut i = start;
        loop {
            let (c, length) = self.char(i)?;
            if c == '-' && self.byte(i + 1)? == b'-' {
                return match self.byte(i + 2)? {
                    b'>' => Ok((Token::Comment((start, i)), i + 3)),
                    _ => Err(No::Invalid(i + 2)),
                };
            }
            i += length;
        }
    }

    /// Behind `<?`.
    pub(super) fn instruction(&self, start: usize) -> Scanned<Token> {
        let end = self.name_part(start)?;
        let target = &self.text[start..end];
        let is_decl = target == b"xml";
        if !is_decl && target.eq_ignore_ascii_case(b"xml") {
            return Err(No::Invalid(end));
        }
        let token = |data: Span| match is_decl {
            true => Token::XmlDecl,
            false => Token::Instruction { target: (start, end), data },
        };
        match self.byte(end)? {
            b'?' => match self.byte(end + 1)? {
                b'>' => Ok((token((end, end)), end + 2)),
                _ => Err(No::Invalid(end + 1)),
            },
            byte if is_space(byte) => {
                let mut i = end + 1;
                loop {
                    let (c, length) = self.char(i)?;
                    if c == '?' && self.byte(i + 1)? == b'>' {
                        return Ok((token((self.skip_space(end).min(i), i)), i + 2));
                    }
                    i += length;
                }
            }
            _ => Err(No::Invalid(end)),
        }
    }

    /// Behind `</`.
    fn end_tag(&self, start: usize) -> Scanned<Token> {
        let end = self.name(start)?;
        let i = self.skip_space(end);
        match self.byte(i)? {
            b'>' => Ok((Token::EndTag { name: (start, end) }, i + 1)),
            _ => Err(No::Invalid(i)),
        }
    }

    /// The name of a tag and what follows.
    fn start_tag(&self, start: usize) -> Scanned<Token> {
        let end = self.name(start)?;
        let mut attributes = Vec::new();
        let mut i = end;
        loop {
            let spaced = self.text.get(i).copied().is_some_and(is_space);
            i = self.skip_space(i);
            match self.byte(i)? {
                b'>' => return Ok((Token::StartTag { name: (start, end), attributes, empty: false }, i + 1)),
                b'/' => {
                    return match self.byte(i + 1)? {
                        b'>' => Ok((Token::StartTag { name: (start, end), attributes, empty: true }, i + 2)),
                        _ => Err(No::Invalid(i + 1)),
                    };
                }
                _ if !spaced => return Err(No::Invalid(i)),
                _ => {
                    let (attribute, after) = self.attribute(i)?;
                    attributes.push(attribute);
                    i = after;
                }
            }
        }
    }

    fn attribute(&self, start: usize) -> Result<(Written, usize), No> {
        let end = self.name(start)?;
        let i = self.skip_space(end);
        if self.byte(i)? != b'=' {
            return Err(No::Invalid(i));
        }
        let i = self.skip_space(i + 1);
        let quote = match self.byte(i)? {
            quote @ (b'"' | b'\'') => quote,
            _ => return Err(No::Invalid(i)),
        };
        let from = i + 1;
        let mut i = from;
        loop {
            let (c, length) = self.char(i)?;
            match c {
                '<' => return Err(No::Invalid(i)),
                '&' => i = self.reference(i + 1)?.1,
                c if c == char::from(quote) => {
                    return Ok((Written { name: (start, end), value: (from, i) }, i + 1));
                }
                _ => i += length,
            }
        }
    }

    /// Behind a `&`.
    pub(super) fn reference(&self, start: usize) -> Scanned<Token> {
        if self.byte(start)? != b'#' {
            let end = self.name_part(start)?;
            return match self.byte(end)? {
                b';' => Ok((Token::EntityRef((start, end)), end + 1)),
                _ => Err(No::Invalid(end)),
            };
        }
        let hexadecimal = self.byte(start + 1)? == b'x';
        let first = start + 1 + usize::from(hexadecimal);
        let mut i = first;
        loop {
            let byte = self.byte(i)?;
            match byte {
                b';' if i > first => return Ok((Token::CharRef((start + 1, i)), i + 1)),
                _ if byte.is_ascii_digit() || hexadecimal && byte.is_ascii_hexdigit() => i += 1,
                _ => return Err(No::Invalid(i)),
            }
        }
    }

    /// The next token of a CDATA section.
    pub(super) fn cdata(&self, start: usize) -> Scanned<Token> {
        let mut i = start;
        match at(self.text, start) {
            At::End => return Err(No::End),
            At::Cut => return Err(No::PartialChar),
            At::Wrong => return Err(No::Invalid(start)),
            At::Char(']', _) => {
                if self.byte(start + 1)? == b']' && self.byte(start + 2)? == b'>' {
                    return Ok((Token::CdataClose, start + 3));
                }
                i += 1;
            }
            At::Char('\r', _) => {
                let two = self.byte(start + 1)? == b'\n';
                return Ok((Token::NewLine, start + 1 + usize::from(two)));
            }
            At::Char('\n', _) => return Ok((Token::NewLine, start + 1)),
            At::Char(_, length) => i += length,
        }
        loop {
            match at(self.text, i) {
                At::Char('\r' | '\n' | ']', _) | At::End | At::Cut | At::Wrong => return Ok((Token::Data, i)),
                At::Char(_, length) => i += length,
            }
        }
    }

    /// What a value is made of: of an attribute, or of an entity. Newlines, references and runs; the text is whole.
    pub(super) fn value(&self, start: usize, stops_at_percent: bool) -> Scanned<Token> {
        match self.text.get(start) {
            None => Err(No::End),
            Some(b'&') => self.reference(start + 1),
            Some(b'\n') => Ok((Token::NewLine, start + 1)),
            Some(b'\r') => Ok((Token::NewLine, start + 1 + usize::from(self.text.get(start + 1) == Some(&b'\n')))),
            Some(_) => {
                let mut i = start + 1;
                while let Some(&byte) = self.text.get(i) {
                    if matches!(byte, b'&' | b'\n' | b'\r') || stops_at_percent && byte == b'%' {
                        break;
                    }
                    i += 1;
                }
                Ok((Token::Data, i))
            }
        }
    }
}
