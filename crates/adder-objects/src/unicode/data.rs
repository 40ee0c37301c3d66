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

/// What a code point became in version 3.2.0, if that was another one.
pub(super) fn decomposition_of_old(point: u32) -> Option<u32> {
    let at = db::OLD_DECOMPOSITIONS.binary_search_by_key(&point, |row| row.0).ok()?;
    Some(db::OLD_DECOMPOSITIONS[at].1)
}

/// What two code points are together, where that is not a rule (Hangul).
pub(super) fn composition(first: u32, second: u32) -> Option<u32> {
    let at = db::COMPOSITIONS.binary_search_by_key(&(first, second), |row| (row.0, row.1)).ok()?;
    Some(db::COMPOSITIONS[at].2)
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
