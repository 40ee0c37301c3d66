//! Making strings wider.

use super::find::{part, text};
use super::{PyStr, StrBuilder};
use crate::args::{Args, Params};
use crate::arguments::{c_int, ssize};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::value::Value;

fn fill_character(cx: &Cx, args: &[Value]) -> R<u32> {
    let Some(fill) = args.get(1) else { return Ok(32) };
    match fill.downcast::<PyStr>() {
        None => raise!(cx, exc::TYPE_ERROR, "The fill character must be a unicode character, not {}", fill.ty().name()),
        Some(fill) if fill.len() == 1 => Ok(fill.chars().at(0)),
        Some(_) => raise!(cx, exc::TYPE_ERROR, "The fill character must be exactly one character long"),
    }
}

fn padded(cx: &Cx, this: &Value, left: usize, right: usize, fill: u32) -> R {
    let string = text(this);
    if left + right == 0 {
        return part(cx, this, 0..string.len());
    }
    let mut out = StrBuilder::with_capacity(cx, string.len().saturating_add(left).saturating_add(right))?;
    out.fill(fill, left)?;
    out.push_object(string)?;
    out.fill(fill, right)?;
    out.finish_value()
}

/// The width that is asked for, and how much it lacks.
fn lacking(cx: &Cx, this: &Value, args: &[Value]) -> R<(usize, usize)> {
    let width = ssize(cx, &args[0])?.max(0) as usize;
    Ok((width, width.saturating_sub(text(this).len())))
}

pub(super) fn center(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let (width, lacks) = lacking(cx, this, args)?;
    let fill = fill_character(cx, args)?;
    let left = lacks / 2 + (lacks & width & 1);
    padded(cx, this, left, lacks - left, fill)
}

pub(super) fn ljust(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let lacks = lacking(cx, this, args)?.1;
    padded(cx, this, 0, lacks, fill_character(cx, args)?)
}

pub(super) fn rjust(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let lacks = lacking(cx, this, args)?.1;
    padded(cx, this, lacks, 0, fill_character(cx, args)?)
}

pub(super) fn zfill(cx: &Cx, this: &Value, width: &Value) -> R {
    let lacks = lacking(cx, this, core::slice::from_ref(width))?.1;
    let chars = text(this).chars();
    if lacks == 0 {
        return part(cx, this, 0..chars.len());
    }
    let signed = !chars.is_empty() && matches!(chars.at(0), 43 | 45);
    let mut out = StrBuilder::with_capacity(cx, chars.len().saturating_add(lacks))?;
    if signed {
        out.push(chars.at(0))?;
    }
    out.fill(48, lacks)?;
    out.push_chars(chars.slice(usize::from(signed)..chars.len()))?;
    out.finish_value()
}

static EXPANDTABS: Params<1> =
    Params { function: "expandtabs", names: ["tabsize"], positional_only: 0, positional: 1, required: 0 };

pub(super) fn expandtabs(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let [size] = args.bind(cx, &EXPANDTABS)?;
    let size = size.map_or(Ok(8), |size| c_int(cx, size))?;
    let chars = text(this).chars();
    if !chars.has(9) {
        return part(cx, this, 0..chars.len());
    }
    let mut out = StrBuilder::with_capacity(cx, chars.len())?;
    let mut column = 0;
    for point in chars.iter() {
        match point {
            9 => {
                if size > 0 {
                    let more = size as usize - column % size as usize;
                    column += more;
                    out.fill(32, more)?;
                }
            }
            _ => {
                column = if matches!(point, 10 | 13) { 0 } else { column + 1 };
                out.push(point)?;
            }
        }
    }
    out.finish_value()
}
