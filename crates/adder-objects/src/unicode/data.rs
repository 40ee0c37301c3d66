//! What Unicode's database says of code points, now and as it was in version 3.2.0.

use super::database as db;

/// The version that `ucd_3_2_0` answers for.
pub const OLD_VERSION: &str = "3.2.0";

/// What the database says of a code point in a few words.
pub struct Record {
    /// The general category: two letters.
    pub category: &'static str,
    /// The bidirectional class; empty if it has none.
    pub direction: &'static str,
    /// The canonical combining class.
    pub combining: u8,
    /// The East Asian width.
    pub width: &'static str,
    /// Is it mirrored in text from right to left?
    pub mirrored: bool,
}

/// The record of a code point, `old` in version 3.2.0.
pub fn record(point: u32, old: bool) -> Record {
    let runs: &[u32] = if old { &db::OLD_RUNS } else { &db::RUNS };
    let at = runs.partition_point(|&run| run >> 10 <= point);
    let (category, direction, combining, width, mirrored) = db::RECORDS[(runs[at - 1] & 1023) as usize];
    Record {
        category: db::CATEGORIES[usize::from(category)],
        direction: db::DIRECTIONS[usize::from(direction)],
        combining,
        width: db::WIDTHS[usize::from(width)],
        mirrored: mirrored != 0,
    }
}

/// Is it assigned?
fn is_assigned(point: u32, old: bool) -> bool {
    record(point, old).category != "Cn"
}

/// The decomposition of a code point: its kind (`<font>`; empty for the canonical one), and what it becomes.
pub fn decomposition(point: u32, old: bool) -> Option<(&'static str, &'static [u32])> {
    if point < 0xA0 {
        return None;
    }
    let at = db::DECOMPOSITIONS.binary_search_by_key(&point, |row| row.0).ok()?;
    if old && !is_assigned(point, true) {
        return None;
    }
    let (_, tag, length, start) = db::DECOMPOSITIONS[at];
    let start = usize::from(start);
    Some((db::TAGS[usize::from(tag)], &db::DECOMPOSED[start..start + usize::from(length)]))
}

/// The value of a digit.
pub fn digit(point: u32) -> Option<u32> {
    // Version 3.2.0 is not asked whether it knows the digit: so it is with CPython.
    super::decimal(point)
        .or_else(|| db::DIGITS.binary_search_by_key(&point, |row| row.0).ok().map(|at| db::DIGITS[at].1.into()))
}

/// The value of what stands for a number.
pub fn numeric(point: u32, old: bool) -> Option<f64> {
    let found = digit(point)
        .map(f64::from)
        .or_else(|| db::NUMBERS.binary_search_by_key(&point, |row| row.0).ok().map(|at| db::NUMBERS[at].1));
    found.filter(|_| !old || is_assigned(point, true))
}

/// The value of a decimal digit.
pub fn decimal(point: u32, old: bool) -> Option<u32> {
    if old && matches!(point, 0xB2 | 0xB3 | 0xB9 | 0x1369..=0x1371 | 0x2070 | 0x2074..=0x2079 | 0x2080..=0x2089) {
        // Raised and lowered digits and those of Ethiopic were decimal ones then.
        return digit(point);
    }
    super::decimal(point).filter(|_| !old || is_assigned(point, true))
}

/// The name of a code point.
pub fn name(point: u32, old: bool) -> Option<String> {
    let name = unicode_names2::name(char::from_u32(point)?)?;
    // The names may be of a newer version than the database.
    is_assigned(point, old).then(|| name.to_string())
}

/// The code point of a name or an alias.
pub fn by_name(name: &str, old: bool) -> Option<u32> {
    let point = u32::from(unicode_names2::character(name)?);
    is_assigned(point, old).then_some(point)
}

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

/// Code points in a form.
pub fn normalize(points: impl Iterator<Item = u32>, form: Form, old: bool) -> Vec<u32> {
    let mut out = Vec::new();
    for point in points {
        decompose(point, form, old, &mut out);
    }
    order(&mut out, old);
    if form.composed { compose(&out, old) } else { out }
}

fn decompose(point: u32, form: Form, old: bool, out: &mut Vec<u32>) {
    if point < 0xA0 {
        out.push(point);
        return;
    }
    let syllable = point.wrapping_sub(S_BASE);
    if syllable < S_COUNT {
        out.push(L_BASE + syllable / (V_COUNT * T_COUNT));
        out.push(V_BASE + syllable % (V_COUNT * T_COUNT) / T_COUNT);
        if !syllable.is_multiple_of(T_COUNT) {
            out.push(T_BASE + syllable % T_COUNT);
        }
        return;
    }
    if old && let Ok(at) = db::OLD_DECOMPOSITIONS.binary_search_by_key(&point, |row| row.0) {
        out.push(db::OLD_DECOMPOSITIONS[at].1);
        return;
    }
    match decomposition(point, old) {
        Some((tag, to)) if tag.is_empty() || form.compatible => {
            for &part in to {
                decompose(part, form, old, out);
            }
        }
        _ => out.push(point),
    }
}

fn combining(point: u32, old: bool) -> u8 {
    if point < 0x300 { 0 } else { record(point, old).combining }
}

/// Sorts runs of marks by their classes.
fn order(points: &mut [u32], old: bool) {
    let mut at = 0;
    while at < points.len() {
        if combining(points[at], old) == 0 {
            at += 1;
            continue;
        }
        let length = points[at..].iter().position(|&point| combining(point, old) == 0);
        let end = length.map_or(points.len(), |length| at + length);
        points[at..end].sort_by_key(|&point| combining(point, old));
        at = end;
    }
}

fn composition(first: u32, second: u32) -> Option<u32> {
    let (l, v) = (first.wrapping_sub(L_BASE), second.wrapping_sub(V_BASE));
    if l < L_COUNT && v < V_COUNT {
        return Some(S_BASE + (l * V_COUNT + v) * T_COUNT);
    }
    let (s, t) = (first.wrapping_sub(S_BASE), second.wrapping_sub(T_BASE));
    if s < S_COUNT && s.is_multiple_of(T_COUNT) && (1..T_COUNT).contains(&t) {
        return Some(first + t);
    }
    let at = db::COMPOSITIONS.binary_search_by_key(&(first, second), |row| (row.0, row.1)).ok()?;
    Some(db::COMPOSITIONS[at].2)
}

fn compose(points: &[u32], old: bool) -> Vec<u32> {
    let mut out: Vec<u32> = Vec::with_capacity(points.len());
    // Where the last starter lies, and the class of what came behind it last.
    let mut starter: Option<usize> = None;
    let mut last = 0;
    for &point in points {
        let class = combining(point, old);
        if let Some(at) = starter {
            let adjacent = at + 1 == out.len();
            if (adjacent || last < class && last != 0)
                && let Some(together) = composition(out[at], point)
            {
                out[at] = together;
                continue;
            }
        }
        if class == 0 {
            starter = Some(out.len());
        }
        last = class;
        out.push(point);
    }
    out
}
