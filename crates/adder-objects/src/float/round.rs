//! Rounding to decimal places, exactly: what lies half-way goes to the even digit, and half-way is a matter of the float's true
//! value, not of its repr.

use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::value::Value;

pub(super) fn round(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let x = super::value_of(this);
    let places = match args.first() {
        None => return cx.int_from_f64(x.round_ties_even()),
        Some(none) if none.is_none() => return cx.int_from_f64(x.round_ties_even()),
        Some(places) => cx.index_to_isize(places, None)?,
    };
    if !x.is_finite() || x == 0.0 {
        return cx.float(x);
    }
    let rounded = to_places(x, places);
    if rounded.is_infinite() {
        return raise!(cx, exc::OVERFLOW_ERROR, "rounded value too large to represent");
    }
    cx.float(rounded)
}

/// A finite float rounded to so many decimal places; negative ones stand before the point.
pub fn to_places(x: f64, places: isize) -> f64 {
    match places {
        // The smallest bit of a float is that of 2**-1074: it stands far in front of place 324.
        324.. => x,
        // 10**309 is more than twice any float.
        ..-308 => 0.0_f64.copysign(x),
        0.. => format!("{x:.*}", places as usize).parse().unwrap_or(x),
        _ => to_tens(x, places.unsigned_abs()),
    }
}

/// Rounded to a multiple of a power of ten.
fn to_tens(x: f64, zeros: usize) -> f64 {
    let whole = format!("{:.0}", x.abs().trunc());
    let digits = whole.as_bytes();
    let Some(keep) = digits.len().checked_sub(zeros) else { return 0.0_f64.copysign(x) };
    let (kept, cut) = digits.split_at(keep);
    let exact = cut[1..].iter().all(|&d| d == b'0') && x.fract() == 0.0;
    let odd = kept.last().is_some_and(|d| d & 1 == 1);
    let up = match cut[0] {
        b'5' => odd || !exact,
        digit => digit > b'5',
    };
    let mut kept = kept.to_vec();
    if up {
        let mut at = kept.len();
        loop {
            if at == 0 {
                kept.insert(0, b'1');
                break;
            }
            at -= 1;
            if kept[at] == b'9' {
                kept[at] = b'0';
            } else {
                kept[at] += 1;
                break;
            }
        }
    }
    let text = format!("{}e{zeros}", if kept.is_empty() { "0" } else { core::str::from_utf8(&kept).unwrap_or("0") });
    text.parse::<f64>().unwrap_or(x).copysign(x)
}
