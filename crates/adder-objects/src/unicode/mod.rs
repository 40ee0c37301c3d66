//! What Unicode says of code points, lone surrogates among them, as `str` asks it.

pub mod data;
mod database;
pub mod normalize;
mod tables;

pub use tables::VERSION;

/// Properties of a code point: bits.
pub mod property {
    /// A letter.
    pub const ALPHA: u16 = 1 << 0;
    /// A decimal digit.
    pub const DECIMAL: u16 = 1 << 1;
    /// A digit.
    pub const DIGIT: u16 = 1 << 2;
    /// Stands for a number.
    pub const NUMERIC: u16 = 1 << 3;
    /// Lower case.
    pub const LOWER: u16 = 1 << 4;
    /// Upper case.
    pub const UPPER: u16 = 1 << 5;
    /// Title case.
    pub const TITLE: u16 = 1 << 6;
    /// White space.
    pub const SPACE: u16 = 1 << 7;
    /// `repr` shows it as it is.
    pub const PRINTABLE: u16 = 1 << 8;
    /// May begin an identifier.
    pub const IDENTIFIER_START: u16 = 1 << 9;
    /// May be in an identifier.
    pub const IDENTIFIER: u16 = 1 << 10;
    /// Has a case, for the final sigma.
    pub const CASED: u16 = 1 << 11;
    /// Is passed over by the rule of the final sigma.
    pub const CASE_IGNORABLE: u16 = 1 << 12;
}

static LATIN: [u16; 256] = {
    let mut table = [0; 256];
    let mut run = 0;
    let mut point = 0;
    while point < 256 {
        while (tables::RUNS[run + 1] >> 6) <= point {
            run += 1;
        }
        table[point as usize] = tables::KINDS[(tables::RUNS[run] & 63) as usize];
        point += 1;
    }
    table
};

/// The [`property`] bits of a code point.
#[inline]
pub fn properties(point: u32) -> u16 {
    match LATIN.get(point as usize) {
        Some(&bits) => bits,
        None => {
            let at = tables::RUNS.partition_point(|&run| run >> 6 <= point);
            tables::KINDS[(tables::RUNS[at - 1] & 63) as usize]
        }
    }
}

/// Has it one of these properties?
#[inline]
pub fn is(point: u32, property: u16) -> bool {
    properties(point) & property != 0
}

/// Is it white space?
#[inline]
pub fn is_space(point: u32) -> bool {
    is(point, property::SPACE)
}

/// Does a line end with it?
#[inline]
pub fn is_line_break(point: u32) -> bool {
    matches!(point, 0x0A..=0x0D | 0x1C..=0x1E | 0x85 | 0x2028 | 0x2029)
}

/// The value of a decimal digit of any script.
pub fn decimal(point: u32) -> Option<u32> {
    if point < 0x80 {
        return (48..58).contains(&point).then(|| point - 48);
    }
    let at = tables::ZEROS.partition_point(|&zero| zero <= point);
    let zero = tables::ZEROS[at.checked_sub(1)?];
    (point - zero < 10).then(|| point - zero)
}

/// One to three code points.
#[derive(Clone, Copy)]
pub struct Mapped {
    points: [u32; 3],
    len: usize,
}

impl core::ops::Deref for Mapped {
    type Target = [u32];
    fn deref(&self) -> &[u32] {
        &self.points[..self.len]
    }
}

fn mapped(point: u32, runs: &[(u32, u32, u32, i32)], full: &[(u32, [u32; 3])]) -> Mapped {
    if let Ok(at) = full.binary_search_by_key(&point, |entry| entry.0) {
        let points = full[at].1;
        return Mapped { points, len: if points[2] == 0 { 2 } else { 3 } };
    }
    let at = runs.partition_point(|run| run.0 <= point);
    let mut to = point;
    // Runs of every second code point may lie between each other's.
    for &(first, last, step, delta) in runs[..at].iter().rev().take(2) {
        if point <= last && (point - first).is_multiple_of(step) {
            to = point.wrapping_add_signed(delta);
            break;
        }
    }
    Mapped { points: [to, 0, 0], len: 1 }
}

macro_rules! mapping {
    ($(#[$doc:meta])* $name:ident $runs:ident $full:ident $ascii:ident) => {
        $(#[$doc])*
        pub fn $name(point: u32) -> Mapped {
            match u8::try_from(point) {
                Ok(byte) if byte.is_ascii() => Mapped { points: [byte.$ascii().into(), 0, 0], len: 1 },
                _ => mapped(point, &tables::$runs, &tables::$full),
            }
        }
    };
}

mapping!(
    /// In upper case.
    to_upper UPPER_RUNS UPPER_FULL to_ascii_uppercase
);
mapping!(
    /// In lower case, where no rule of context says otherwise.
    to_lower LOWER_RUNS LOWER_FULL to_ascii_lowercase
);
mapping!(
    /// In title case.
    to_title TITLE_RUNS TITLE_FULL to_ascii_uppercase
);
mapping!(
    /// Folded, for comparison without case.
    fold FOLD_RUNS FOLD_FULL to_ascii_lowercase
);
