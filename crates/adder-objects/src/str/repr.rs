//! `repr(s)` and `ascii(x)`.

use super::{Chars, PyStr, StrBuilder};
use crate::cx::Cx;
use crate::error::R;
use crate::object::Obj;
use crate::unicode::{self, property};
use crate::value::Value;

/// The quote that `repr` puts around: `'`, unless that occurs and `"` does not.
fn quote(chars: Chars<'_>) -> u32 {
    let has = |quote: u32| chars.iter().any(|c| c == quote);
    if has(39) && !has(34) { 34 } else { 39 }
}

/// Adds an escape of so many hexadecimal digits: `\x`, `\u` or `\U`.
pub(crate) fn push_escape(out: &mut StrBuilder<'_>, point: u32) -> R<()> {
    let (letter, digits) = match point {
        0..0x100 => (b'x', 2),
        0x100..0x10000 => (b'u', 4),
        _ => (b'U', 8),
    };
    out.push_ascii(&[b'\\', letter])?;
    for at in (0..digits).rev() {
        out.push(u32::from(b"0123456789abcdef"[(point >> (at * 4) & 15) as usize]))?;
    }
    Ok(())
}

pub(super) fn repr(cx: &Cx, this: &Value) -> R {
    // SAFETY: called for strings.
    let chars = unsafe { this.cast::<PyStr>() }.chars();
    let quote = quote(chars);
    let mut out = StrBuilder::with_capacity(cx, chars.len() + 2)?;
    out.push(quote)?;
    if let Chars::Ascii(text) = chars
        && !text.iter().any(|&byte| byte < 32 || matches!(byte, 92 | 127) || u32::from(byte) == quote)
    {
        out.push_ascii(text)?;
        out.push(quote)?;
        return out.finish_value();
    }
    for point in chars.iter() {
        match point {
            9 => out.push_ascii(b"\\t")?,
            10 => out.push_ascii(b"\\n")?,
            13 => out.push_ascii(b"\\r")?,
            92 => out.push_ascii(b"\\\\")?,
            _ if point == quote => {
                out.push(92)?;
                out.push(point)?;
            }
            _ if unicode::is(point, property::PRINTABLE) => out.push(point)?,
            _ => push_escape(&mut out, point)?,
        }
    }
    out.push(quote)?;
    out.finish_value()
}

impl Cx {
    /// `ascii(value)`: its `repr` with all that is not ASCII escaped.
    ///
    /// # Errors
    /// What `__repr__` raises.
    pub fn ascii(&self, value: &Value) -> R<Obj<PyStr>> {
        let text = self.repr(value)?;
        if text.is_ascii() {
            return Ok(text);
        }
        let mut out = StrBuilder::with_capacity(self, text.len())?;
        for point in text.chars().iter() {
            if point < 0x80 {
                out.push(point)?;
            } else {
                push_escape(&mut out, point)?;
            }
        }
        out.finish()
    }
}
