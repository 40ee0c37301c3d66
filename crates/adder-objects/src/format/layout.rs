//! Sign, prefix, grouped digits and padding of a number.

use super::{FormatSpec, Grouping};
use crate::cx::Cx;
use crate::error::R;
use crate::object::Obj;
use crate::storage::HeapVec;
use crate::str::{PyStr, StrBuilder};

/// The parts of a number, in order.
pub(super) struct Number<'a> {
    pub(super) negative: bool,
    /// `0x` and the like.
    pub(super) prefix: &'a str,
    /// What is grouped.
    pub(super) digits: &'a [u8],
    /// What follows the digits: point and digits behind it, exponent, `%`; or `inf`, `nan`.
    pub(super) rest: &'a [u8],
}

/// Digits in groups, with zeros in front up to so many characters.
fn grouped<'h>(cx: &'h Cx, digits: &[u8], grouping: Grouping, mut min_width: isize) -> R<HeapVec<'h, u8>> {
    let (size, separator) = match grouping {
        Grouping::None => (isize::MAX, b','),
        Grouping::Comma => (3, b','),
        Grouping::Underscore => (3, b'_'),
        Grouping::UnderscoreOfFour => (4, b'_'),
    };
    // From the right to the left, then turned around.
    let mut out = HeapVec::with_capacity(cx, digits.len().max(min_width.max(0) as usize))?;
    let mut left = digits.len();
    loop {
        let group = size.min((left as isize).max(min_width).max(1)) as usize;
        let taken = group.min(left);
        for &digit in digits[left - taken..left].iter().rev() {
            out.push(digit)?;
        }
        out.fill(b'0', group - taken)?;
        left -= taken;
        min_width -= group as isize;
        if left == 0 && min_width <= 0 {
            break;
        }
        out.push(separator)?;
        min_width -= 1;
    }
    out.reverse();
    Ok(out)
}

/// Adds the number as the spec wants it.
pub(super) fn push_number(cx: &Cx, out: &mut StrBuilder<'_>, number: &Number<'_>, spec: &FormatSpec) -> R<()> {
    let sign = match (number.negative, spec.sign) {
        (true, _) => Some(b'-'),
        (false, Some(sign @ (b'+' | b' '))) => Some(sign),
        _ => None,
    };
    let others = usize::from(sign.is_some()) + number.prefix.len() + number.rest.len();
    let width = spec.width.unwrap_or(0);
    let zeros = spec.fill == 48 && spec.align == b'=';
    let min_width = if zeros { width as isize - others as isize } else { 0 };
    let made;
    let digits: &[u8] = if number.digits.is_empty() || spec.grouping == Grouping::None && min_width <= 0 {
        number.digits
    } else {
        made = grouped(cx, number.digits, spec.grouping, min_width)?;
        &made
    };
    let lacks = width.saturating_sub(others + digits.len());
    let (left, inside, right) = match spec.align {
        b'<' => (0, 0, lacks),
        b'^' => (lacks / 2, 0, lacks - lacks / 2),
        b'=' => (0, lacks, 0),
        _ => (lacks, 0, 0),
    };
    out.fill(spec.fill, left)?;
    if let Some(sign) = sign {
        out.push(sign.into())?;
    }
    out.push_str(number.prefix)?;
    out.fill(spec.fill, inside)?;
    out.push_ascii(digits)?;
    out.push_ascii(number.rest)?;
    out.fill(spec.fill, right)
}

pub(super) fn number(cx: &Cx, number: &Number<'_>, spec: &FormatSpec) -> R<Obj<PyStr>> {
    let mut out = StrBuilder::with_capacity(cx, spec.width.unwrap_or(0).max(number.digits.len() + 8))?;
    push_number(cx, &mut out, number, spec)?;
    out.finish()
}
