//! Bytes become text: encodings, and where in the document a place of the text is.

/// How a document's bytes are characters.
#[derive(Clone)]
pub(super) enum Encoding {
    Utf8,
    Ascii,
    Latin1,
    Utf16 {
        big_endian: bool,
    },
    /// One byte a character.
    Table(Box<[Option<char>; 256]>),
}

impl Encoding {
    /// An encoding that needs no help from outside. `UTF-16` alone is little endian, unless the document says otherwise.
    pub(super) fn named(name: &str) -> Option<Encoding> {
        Some(match name.to_ascii_uppercase().as_str() {
            "UTF-8" => Encoding::Utf8,
            "US-ASCII" => Encoding::Ascii,
            "ISO-8859-1" => Encoding::Latin1,
            "UTF-16" | "UTF-16BE" => Encoding::Utf16 { big_endian: true },
            "UTF-16LE" => Encoding::Utf16 { big_endian: false },
            _ => return None,
        })
    }

    /// Are there two bytes in a character at least?
    pub(super) fn is_wide(&self) -> bool {
        matches!(self, Encoding::Utf16 { .. })
    }

    /// Is the text the bytes as they are?
    pub(super) fn is_text(&self) -> bool {
        matches!(self, Encoding::Utf8 | Encoding::Ascii)
    }

    /// Bytes that a character has in the document.
    fn width(&self, c: u8) -> usize {
        let length = match c {
            0..0x80 => 1,
            0x80..0xE0 => 2,
            0xE0..0xF0 => 3,
            _ => 4,
        };
        match self {
            Encoding::Utf8 | Encoding::Ascii => length,
            Encoding::Latin1 | Encoding::Table(_) => 1,
            Encoding::Utf16 { .. } => 2 * (1 + usize::from(length == 4)),
        }
    }

    /// Appends the text of bytes, as far as characters are whole; gives how many bytes were taken. What is no character becomes a
    /// byte that no text has.
    pub(super) fn decode(&self, bytes: &[u8], text: &mut Vec<u8>) -> usize {
        const NONE: u8 = 0xFF;
        let push = |text: &mut Vec<u8>, c: Option<char>| match c {
            Some(c) => text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => text.push(NONE),
        };
        match self {
            Encoding::Utf8 => text.extend_from_slice(bytes),
            Encoding::Ascii => text.extend(bytes.iter().map(|&byte| if byte < 0x80 { byte } else { NONE })),
            Encoding::Latin1 => bytes.iter().for_each(|&byte| push(text, Some(char::from(byte)))),
            Encoding::Table(table) => bytes.iter().for_each(|&byte| push(text, table[usize::from(byte)])),
            Encoding::Utf16 { big_endian } => {
                let unit = |at: usize| -> Option<u16> {
                    let pair = [*bytes.get(at)?, *bytes.get(at + 1)?];
                    Some(if *big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
                };
                let mut at = 0;
                while let Some(first) = unit(at) {
                    match first {
                        0xD800..0xDC00 => {
                            let Some(second) = unit(at + 2) else { return at };
                            let c = char::decode_utf16([first, second]).next().and_then(Result::ok);
                            push(text, c);
                            at += if c.is_some() { 4 } else { 2 };
                        }
                        _ => {
                            push(text, char::from_u32(first.into()));
                            at += 2;
                        }
                    }
                }
                return at;
            }
        }
        bytes.len()
    }
}

/// What the first bytes say.
pub(super) enum Detected {
    /// Too few to say.
    Wait,
    /// An encoding, and the bytes of its mark.
    Is(Encoding, usize),
}

/// Which encoding a document has that nobody named, as its first bytes say.
pub(super) fn detect(bytes: &[u8]) -> Detected {
    let utf16 = |big_endian, mark| Detected::Is(Encoding::Utf16 { big_endian }, mark);
    match bytes {
        [] => Detected::Wait,
        [0xFE, 0xFF, ..] => utf16(true, 2),
        [0xFF, 0xFE, ..] => utf16(false, 2),
        [0xEF, 0xBB, 0xBF, ..] => Detected::Is(Encoding::Utf8, 3),
        [0xEF, 0xBB] => Detected::Wait,
        [0xEF | 0xFE | 0xFF | 0 | b'<'] => Detected::Wait,
        [0, _, ..] => utf16(true, 0),
        [_, 0, ..] => utf16(false, 0),
        _ => Detected::Is(Encoding::Utf8, 0),
    }
}

/// A place in a document.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Position {
    pub byte: usize,
    /// From 0.
    pub line: usize,
    pub column: usize,
    /// The character before was a carriage return: a newline belongs to it.
    pub(super) after_return: bool,
}

impl Position {
    /// Goes over text.
    pub(super) fn advance(&mut self, text: &[u8], encoding: &Encoding) {
        for &byte in text {
            if byte & 0xC0 == 0x80 {
                continue;
            }
            self.byte += encoding.width(byte);
            let after_return = core::mem::replace(&mut self.after_return, byte == b'\r');
            match byte {
                b'\n' if after_return => {}
                b'\n' | b'\r' => {
                    self.line += 1;
                    self.column = 0;
                }
                _ => self.column += 1,
            }
        }
    }
}
