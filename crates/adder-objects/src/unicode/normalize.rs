//! Normal forms of text, now and as version 3.2.0 had them.

use super::data::{composition, decomposition, decomposition_of_old, record};
use crate::cx::Cx;
use crate::error::R;
use crate::storage::HeapVec;

/// A form of normalization.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// Are characters put together again?
    composed: bool,
    /// Are those that only look alike taken for the same?
    compatible: bool,
}

impl Form {
    /// From its name.
    pub fn of(name: &str) -> Option<Form> {
        Some(match name {
            "NFC" => Form { composed: true, compatible: false },
            "NFD" => Form { composed: false, compatible: false },
            "NFKC" => Form { composed: true, compatible: true },
            "NFKD" => Form { composed: false, compatible: true },
            _ => return None,
        })
    }
}

const S_BASE: u32 = 0xAC00;
const L_BASE: u32 = 0x1100;
const V_BASE: u32 = 0x1161;
const T_BASE: u32 = 0x11A7;
const L_COUNT: u32 = 19;
const V_COUNT: u32 = 21;
const T_COUNT: u32 = 28;
const S_COUNT: u32 = L_COUNT * V_COUNT * T_COUNT;
/// Marks behind one character in what people write are not more, and are sorted without memory.
const FEW: usize = 20;

/// Code points in a form.
///
/// # Errors
/// MemoryError.
pub fn normalize(cx: &Cx, points: impl Iterator<Item = u32>, form: Form, old: bool) -> R<HeapVec<'_, u32>> {
    let mut out = HeapVec::new(cx);
    for point in points {
        decompose(point, form, old, &mut out)?;
    }
    order(cx, &mut out, old)?;
    if form.composed {
        compose(&mut out, old);
    }
    Ok(out)
}

fn decompose(point: u32, form: Form, old: bool, out: &mut HeapVec<'_, u32>) -> R<()> {
    if point < 0xA0 {
        return out.push(point);
    }
    let syllable = point.wrapping_sub(S_BASE);
    if syllable < S_COUNT {
        out.push(L_BASE + syllable / (V_COUNT * T_COUNT))?;
        out.push(V_BASE + syllable % (V_COUNT * T_COUNT) / T_COUNT)?;
        return match syllable % T_COUNT {
            0 => Ok(()),
            last => out.push(T_BASE + last),
        };
    }
    if old && let Some(to) = decomposition_of_old(point) {
        return out.push(to);
    }
    match decomposition(point, old) {
        Some((tag, to)) if tag.is_empty() || form.compatible => {
            to.iter().try_for_each(|&part| decompose(part, form, old, out))
        }
        _ => out.push(point),
    }
}

fn combining(point: u32, old: bool) -> u8 {
    if point < 0x300 { 0 } else { record(point, old).combining }
}

/// Sorts runs of marks by their classes; those of one class stay in their order.
fn order(cx: &Cx, points: &mut [u32], old: bool) -> R<()> {
    let mut at = 0;
    while at < points.len() {
        if combining(points[at], old) == 0 {
            at += 1;
            continue;
        }
        let length = points[at..].iter().position(|&point| combining(point, old) == 0);
        let end = length.map_or(points.len(), |length| at + length);
        match &mut points[at..end] {
            run if run.len() <= FEW => run.sort_by_key(|&point| combining(point, old)),
            run => sort_many(cx, run, old)?,
        }
        at = end;
    }
    Ok(())
}

/// A run that is not from any language: sorted within the limit of memory.
fn sort_many(cx: &Cx, run: &mut [u32], old: bool) -> R<()> {
    let class = |point| usize::from(combining(point, old));
    // Where the next of each class goes.
    let mut places = [0; 257];
    run.iter().for_each(|&point| places[class(point) + 1] += 1);
    for class in 1..places.len() {
        places[class] += places[class - 1];
    }
    let mut sorted = HeapVec::with_capacity(cx, run.len())?;
    sorted.extend(run)?;
    for &point in &*run {
        let place = &mut places[class(point)];
        sorted[*place] = point;
        *place += 1;
    }
    run.copy_from_slice(&sorted);
    Ok(())
}

/// What two code points are together.
fn together(first: u32, second: u32) -> Option<u32> {
    let (l, v) = (first.wrapping_sub(L_BASE), second.wrapping_sub(V_BASE));
    if l < L_COUNT && v < V_COUNT {
        return Some(S_BASE + (l * V_COUNT + v) * T_COUNT);
    }
    let (s, t) = (first.wrapping_sub(S_BASE), second.wrapping_sub(T_BASE));
    if s < S_COUNT && s.is_multiple_of(T_COUNT) && (1..T_COUNT).contains(&t) {
        return Some(first + t);
    }
    composition(first, second)
}

/// Puts characters together again; what was composed never takes more room.
fn compose(points: &mut HeapVec<'_, u32>, old: bool) {
    let mut kept = 0;
    // Where the last starter lies, and the class of what came behind it last.
    let mut starter: Option<usize> = None;
    let mut last = 0;
    for at in 0..points.len() {
        let point = points[at];
        let class = combining(point, old);
        if let Some(starter) = starter {
            let adjacent = starter + 1 == kept;
            if (adjacent || last < class && last != 0)
                && let Some(composed) = together(points[starter], point)
            {
                points[starter] = composed;
                continue;
            }
        }
        if class == 0 {
            starter = Some(kept);
        }
        last = class;
        points[kept] = point;
        kept += 1;
    }
    points.truncate(kept);
}
