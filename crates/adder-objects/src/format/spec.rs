//! The mini-language: `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`.

use crate::cx::Cx;
use crate::error::{R, Raised};
use crate::exceptions as exc;
use crate::str::Chars;

/// What stands between groups of digits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Grouping {
    /// Nothing.
    None,
    /// A comma after each three.
    Comma,
    /// An underscore after each three.
    Underscore,
    /// An underscore after each four.
    UnderscoreOfFour,
}

/// A spec that was read.
#[derive(Clone, Debug)]
pub struct FormatSpec {
    /// What fills up.
    pub fill: u32,
    /// `<`, `>`, `^` or `=`.
    pub align: u8,
    /// `+`, `-` or a space.
    pub sign: Option<u8>,
    /// `z`
    pub no_negative_zero: bool,
    /// `#`
    pub alternate: bool,
    /// Characters at least.
    pub width: Option<usize>,
    /// Between groups of digits.
    pub grouping: Grouping,
    /// Behind the point.
    pub precision: Option<usize>,
    /// The type; 0 if there is none.
    pub kind: u32,
    /// Was the alignment given?
    pub aligned: bool,
}

fn is_align(point: u32) -> bool {
    matches!(u8::try_from(point), Ok(b'<' | b'>' | b'=' | b'^'))
}

/// A type in messages.
fn shown(kind: u32) -> String {
    match char::from_u32(kind) {
        Some(c) if kind > 32 && kind < 128 => c.to_string(),
        _ => format!("\\x{kind:x}"),
    }
}

impl FormatSpec {
    /// Reads a spec. `ty` is the type of what is formatted, for messages.
    ///
    /// # Errors
    /// ValueError.
    pub fn parse(cx: &Cx, spec: Chars<'_>, ty: &str, default_kind: char, default_align: char) -> R<FormatSpec> {
        let n = spec.len();
        let peek = |at: usize| if at < n { spec.at(at) } else { u32::MAX };
        let is = |at: usize, c: u8| peek(at) == u32::from(c);
        let default_align = default_align as u8;
        let mut made = FormatSpec {
            fill: 32,
            align: default_align,
            sign: None,
            no_negative_zero: false,
            alternate: false,
            width: None,
            grouping: Grouping::None,
            precision: None,
            kind: if default_kind == '\0' { 0 } else { default_kind.into() },
            aligned: false,
        };
        let mut at = 0;
        let mut filled = false;
        if n >= 2 && is_align(peek(1)) {
            (made.fill, made.align) = (peek(0), peek(1) as u8);
            (filled, made.aligned) = (true, true);
            at = 2;
        } else if n >= 1 && is_align(peek(0)) {
            made.align = peek(0) as u8;
            made.aligned = true;
            at = 1;
        }
        if is(at, b'+') || is(at, b'-') || is(at, b' ') {
            made.sign = Some(peek(at) as u8);
            at += 1;
        }
        if is(at, b'z') {
            made.no_negative_zero = true;
            at += 1;
        }
        if is(at, b'#') {
            made.alternate = true;
            at += 1;
        }
        if !filled && is(at, b'0') {
            made.fill = 48;
            if !made.aligned && default_align == b'>' {
                made.align = b'=';
            }
            at += 1;
        }
        made.width = number(cx, spec, &mut at)?;
        if is(at, b',') {
            made.grouping = Grouping::Comma;
            at += 1;
        }
        let both = || raise!(cx, exc::VALUE_ERROR, "Cannot specify both ',' and '_'.");
        if is(at, b'_') {
            if made.grouping != Grouping::None {
                return both();
            }
            made.grouping = Grouping::Underscore;
            at += 1;
        }
        if is(at, b',') && made.grouping == Grouping::Underscore {
            return both();
        }
        if is(at, b'.') {
            at += 1;
            made.precision = number(cx, spec, &mut at)?;
            if made.precision.is_none() {
                return raise!(cx, exc::VALUE_ERROR, "Format specifier missing precision");
            }
        }
        match n - at {
            0 => {}
            1 => made.kind = peek(at),
            _ => {
                let text = cx.str_from_chars(spec)?;
                return raise!(
                    cx,
                    exc::VALUE_ERROR,
                    "Invalid format specifier '{}' for object of type '{ty}'",
                    text.to_lossy()
                );
            }
        }
        if made.grouping != Grouping::None {
            match u8::try_from(made.kind).unwrap_or(b'?') {
                b'd' | b'e' | b'f' | b'g' | b'E' | b'G' | b'%' | b'F' | 0 => {}
                b'b' | b'o' | b'x' | b'X' if made.grouping == Grouping::Underscore => {
                    made.grouping = Grouping::UnderscoreOfFour;
                }
                _ => {
                    let separator = if made.grouping == Grouping::Comma { ',' } else { '_' };
                    let kind = shown(made.kind);
                    return raise!(cx, exc::VALUE_ERROR, "Cannot specify '{separator}' with '{kind}'.");
                }
            }
        }
        Ok(made)
    }

    /// The type as a byte; 255 for what is none.
    pub fn kind_byte(&self) -> u8 {
        u8::try_from(self.kind).unwrap_or(255)
    }

    /// ValueError: the type is not one for this object.
    pub fn unknown_kind(&self, cx: &Cx, ty: &str) -> Raised {
        cx.value_error(format_args!("Unknown format code '{}' for object of type '{ty}'", shown(self.kind)))
    }
}

/// A number of decimal digits, if there is one.
fn number(cx: &Cx, spec: Chars<'_>, at: &mut usize) -> R<Option<usize>> {
    let mut found = None;
    while *at < spec.len()
        && let Some(digit) = crate::unicode::decimal(spec.at(*at))
    {
        let next = found.unwrap_or(0_usize).checked_mul(10).and_then(|n| n.checked_add(digit as usize));
        match next.filter(|&n| n <= isize::MAX as usize) {
            Some(n) => found = Some(n),
            None => return raise!(cx, exc::VALUE_ERROR, "Too many decimal digits in format string"),
        }
        *at += 1;
    }
    Ok(found)
}
