//! Numbers and strings as they stand in the source.

use ruff_python_ast::{self as ast, AnyStringFlags, Number, StringFlags};
use ruff_text_size::{Ranged, TextRange};

use crate::code::Const;

/// A number literal.
pub(crate) fn number(number: &Number) -> Const {
    match number {
        Number::Float(x) => Const::Float(*x),
        Number::Complex { real, imag } => Const::Complex(*real, *imag),
        Number::Int(n) => match n.as_i64() {
            Some(n) => Const::Int(n),
            None => Const::BigInt { negative: false, hex: hexadecimal(&n.to_string()).into() },
        },
    }
}

/// A literal (decimal, or with its prefix) in hexadecimal digits.
fn hexadecimal(text: &str) -> String {
    let text: String = text.chars().filter(|c| *c != '_').collect();
    let digits = match text.get(..2) {
        Some("0x" | "0X") => text[2..].to_ascii_lowercase(),
        Some("0b" | "0B") => regroup(&text[2..], 1),
        Some("0o" | "0O") => regroup(&text[2..], 3),
        _ => decimal(&text),
    };
    match digits.trim_start_matches('0') {
        "" => "0".to_owned(),
        digits => digits.to_owned(),
    }
}

/// Digits of a power of two, `bits` each, as hexadecimal ones.
fn regroup(digits: &str, bits: usize) -> String {
    let mut binary: Vec<u8> = Vec::with_capacity(digits.len() * bits);
    for digit in digits.bytes().map(|b| b - b'0') {
        binary.extend((0..bits).rev().map(|bit| digit >> bit & 1));
    }
    let mut nibbles: Vec<char> = Vec::with_capacity(binary.len() / 4 + 1);
    for nibble in binary.rchunks(4) {
        let value = nibble.iter().fold(0, |value, bit| value << 1 | u32::from(*bit));
        nibbles.push(char::from_digit(value, 16).unwrap_or('0'));
    }
    nibbles.iter().rev().collect()
}

/// Decimal digits as hexadecimal ones: quadratic, which the limit on their number bounds.
fn decimal(digits: &str) -> String {
    let mut words: Vec<u64> = Vec::new();
    for chunk in digits.as_bytes().chunks(18) {
        let (value, scale) = chunk.iter().fold((0u64, 1u64), |(v, s), d| (v * 10 + u64::from(d - b'0'), s * 10));
        let mut carry = u128::from(value);
        for word in &mut words {
            let product = u128::from(*word) * u128::from(scale) + carry;
            *word = product as u64;
            carry = product >> 64;
        }
        if carry != 0 {
            words.push(carry as u64);
        }
    }
    words.iter().rev().map(|word| format!("{word:016x}")).collect()
}

/// A string literal, its parts put together.
pub(crate) fn string(e: &ast::ExprStringLiteral, source: &str) -> Const {
    if !e.value.iter().any(|part| part.value.contains('\u{FFFD}')) {
        return Const::Str(e.value.to_str().into());
    }
    let mut text = Text::default();
    for part in e.value.iter() {
        text.literal(part, source);
    }
    text.finish()
}

/// A string that may have lone surrogates.
#[derive(Default)]
pub(crate) struct Text {
    plain: String,
    /// All of it once there is a surrogate.
    points: Option<Vec<u32>>,
}

impl Text {
    pub(crate) fn is_empty(&self) -> bool {
        self.plain.is_empty() && self.points.as_ref().is_none_or(Vec::is_empty)
    }

    fn push(&mut self, point: u32) {
        match (&mut self.points, char::from_u32(point)) {
            (None, Some(c)) => self.plain.push(c),
            (Some(points), _) => points.push(point),
            (None, None) => {
                let mut points: Vec<u32> = self.plain.chars().map(u32::from).collect();
                points.push(point);
                self.points = Some(points);
            }
        }
    }

    pub(crate) fn str(&mut self, text: &str) {
        match &mut self.points {
            None => self.plain.push_str(text),
            Some(points) => points.extend(text.chars().map(u32::from)),
        }
    }

    pub(crate) fn literal(&mut self, part: &ast::StringLiteral, source: &str) {
        if !part.value.contains('\u{FFFD}') {
            return self.str(&part.value);
        }
        let flags = AnyStringFlags::from(part.flags);
        let range = part.range().add_start(flags.opener_len()).sub_end(flags.closer_len());
        self.decode(&part.value, range, flags.is_raw_string(), false, source);
    }

    /// A piece of an f-string or t-string.
    pub(crate) fn element(&mut self, part: &ast::InterpolatedStringLiteralElement, raw: bool, source: &str) {
        match part.value.contains('\u{FFFD}') {
            false => self.str(&part.value),
            true => self.decode(&part.value, part.range, raw, true, source),
        }
    }

    /// The parser turns lone surrogates into U+FFFD: they are read again from the source.
    fn decode(&mut self, value: &str, range: TextRange, raw: bool, braces: bool, source: &str) {
        if raw {
            return self.str(value);
        }
        let text = &source[range.start().to_usize()..range.end().to_usize()];
        let mut replaced = escapes(text, braces).into_iter();
        for c in value.chars() {
            match c {
                '\u{FFFD}' => self.push(replaced.next().unwrap_or(0xFFFD)),
                c => self.push(c.into()),
            }
        }
    }

    pub(crate) fn finish(self) -> Const {
        match self.points {
            None => Const::Str(self.plain.into()),
            Some(points) => Const::Surrogates(points.into()),
        }
    }
}

/// The text of `{x=}`: comments are no part of it.
pub(crate) fn without_comments(text: &str) -> String {
    let (mut kept, mut quote, mut comment) = (String::with_capacity(text.len()), None, false);
    for c in text.chars() {
        comment = match (comment, quote) {
            (true, _) => c != '\n',
            (false, None) => c == '#',
            (false, Some(_)) => false,
        };
        if comment {
            continue;
        }
        quote = match (quote, c) {
            (None, '\'' | '"') => Some(c),
            (Some(open), c) if open == c => None,
            (quote, _) => quote,
        };
        kept.push(c);
    }
    kept
}

/// The text of what stands between the braces of a template string: the expression, its parentheses included, without comments.
pub(crate) fn whole_expression(e: &ast::InterpolatedElement, source: &str) -> String {
    if let Some(debug) = &e.debug_text {
        return without_comments(debug.expression());
    }
    let part = |from: usize, to: usize| source.get(from..to).unwrap_or_default();
    let (start, end) = (e.range.start().to_usize() + 1, e.expression.range().start().to_usize());
    let before = without_comments(part(start, end));
    let before = before.trim_start();
    let opened = before.matches('(').count();
    let mut behind = String::new();
    let mut closed = 0;
    for c in without_comments(part(e.expression.range().end().to_usize(), e.range.end().to_usize())).chars() {
        if closed == opened {
            break;
        }
        closed += usize::from(c == ')');
        behind.push(c);
    }
    let text = without_comments(part(end, e.expression.range().end().to_usize()));
    format!("{before}{text}{behind}")
}

/// U+FFFD by its name, behind the backslash.
const REPLACEMENT: &str = "N{REPLACEMENT CHARACTER}";

/// What each U+FFFD of a literal's value was.
fn escapes(text: &str, braces: bool) -> Vec<u32> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(i) = rest.find(['\\', '\u{FFFD}']) {
        if rest[i..].starts_with('\u{FFFD}') {
            found.push(0xFFFD);
            rest = &rest[i + '\u{FFFD}'.len_utf8()..];
            continue;
        }
        rest = &rest[i + 1..];
        let digits = match rest.as_bytes().first() {
            Some(b'u') => 4,
            Some(b'U') => 8,
            Some(b'N') => {
                let head = rest.get(..REPLACEMENT.len());
                if head.is_some_and(|head| head.eq_ignore_ascii_case(REPLACEMENT)) {
                    found.push(0xFFFD);
                }
                0
            }
            // A brace is doubled, the backslash is not an escape.
            Some(b'{' | b'}') if braces => continue,
            _ => 0,
        };
        let escaped = rest.chars().next().map_or(0, char::len_utf8);
        if let Some(point) = rest.get(1..1 + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok())
            && (point == 0xFFFD || (0xD800..=0xDFFF).contains(&point))
        {
            found.push(point);
        }
        rest = rest.get(escaped + digits..).unwrap_or("");
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn big_ints() {
        assert_eq!(hexadecimal("18446744073709551616"), "10000000000000000");
        assert_eq!(hexadecimal("340282366920938463463374607431768211456"), format!("1{}", "0".repeat(32)));
        assert_eq!(hexadecimal("1_000_000_000_000_000_000_000"), format!("{:x}", 10u128.pow(21)));
        assert_eq!(hexadecimal("0xFFFF_FFFF_FFFF_FFFF_F"), "fffffffffffffffff");
        assert_eq!(hexadecimal(&format!("0b{}", "1".repeat(66))), format!("3{}", "f".repeat(16)));
        assert_eq!(hexadecimal("0o7777777777777777777777"), "3ffffffffffffffff");
    }

    #[test]
    fn surrogates_are_found_again() {
        assert_eq!(
            escapes(r"a\ud800\\ud801\ufffd\N{Replacement Character}\U0000dfff", false),
            [0xD800, 0xFFFD, 0xFFFD, 0xDFFF]
        );
    }
}
