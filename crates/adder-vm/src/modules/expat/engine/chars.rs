//! The characters of a document: UTF-8 that may be cut off or wrong.

use super::name_ranges::{MORE, START};

/// What stands at a place.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum At {
    /// A character that a document may have, and its bytes.
    Char(char, usize),
    /// The text ends here.
    End,
    /// The text ends within a character.
    Cut,
    /// No character, or none that a document may have.
    Wrong,
}

/// What stands at a place of a text.
#[inline]
pub(super) fn at(text: &[u8], i: usize) -> At {
    let Some(&first) = text.get(i) else { return At::End };
    if first < 0x80 {
        return match first {
            b'\t' | b'\n' | b'\r' | 0x20.. => At::Char(char::from(first), 1),
            _ => At::Wrong,
        };
    }
    let length = match first {
        0xC0..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return At::Wrong,
    };
    let Some(bytes) = text.get(i..i + length) else { return At::Cut };
    match std::str::from_utf8(bytes) {
        Ok(text) => match text.chars().next() {
            Some('\u{FFFE}' | '\u{FFFF}') | None => At::Wrong,
            Some(c) => At::Char(c, length),
        },
        Err(_) => At::Wrong,
    }
}

fn within(ranges: &[(u16, u16)], c: char) -> bool {
    let Ok(point) = u16::try_from(u32::from(c)) else { return false };
    let after = ranges.partition_point(|&(first, _)| first <= point);
    after > 0 && ranges[after - 1].1 >= point
}

/// May a name begin with it? A colon counts where there are no namespaces.
pub(super) fn begins_name(c: char, namespaces: bool) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' | '_' => true,
        ':' => !namespaces,
        c if c.is_ascii() => false,
        c => within(START, c),
    }
}

/// May a name go on with it? A colon counts where there are no namespaces.
pub(super) fn is_of_name(c: char, namespaces: bool) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' | '_' | '0'..='9' | '.' | '-' => true,
        ':' => !namespaces,
        c if c.is_ascii() => false,
        c => within(MORE, c),
    }
}

/// Is it white space?
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// The character that a reference names: `#65`, `#x41`.
pub(super) fn of_reference(digits: &str) -> Option<char> {
    let (digits, radix) = match digits.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (digits, 10),
    };
    let point = u32::from_str_radix(digits, radix).ok()?;
    let c = char::from_u32(point)?;
    match c {
        '\t' | '\n' | '\r' => Some(c),
        '\u{FFFE}' | '\u{FFFF}' => None,
        c if c >= ' ' => Some(c),
        _ => None,
    }
}

/// What the five entities stand for that need no declaration.
pub(super) fn predefined(name: &str) -> Option<char> {
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "apos" => '\'',
        "quot" => '"',
        _ => return None,
    })
}
