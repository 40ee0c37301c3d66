//! Working on the characters of strings of any kind.

use core::ops::{Deref, Range};

use super::Chars;
use crate::cx::Cx;
use crate::error::R;
use crate::scan::{Unit, point};
use crate::storage::HeapVec;

/// Runs an expression with the characters as a slice of whatever kind they have.
macro_rules! each_kind {
    ($chars:expr, $s:ident => $e:expr) => {
        match $chars {
            $crate::str::Chars::Ascii($s) | $crate::str::Chars::One($s) => $e,
            $crate::str::Chars::Two($s) => $e,
            $crate::str::Chars::Four($s) => $e,
        }
    };
}

/// Runs an expression with the characters of two strings as slices of the first one's kind; another where the second cannot
/// occur in the first.
macro_rules! same_kind {
    ($cx:expr, $hay:expr, $needle:expr, |$h:ident, $n:ident| $e:expr, else $none:expr) => {{
        let (hay, needle): ($crate::str::Chars<'_>, $crate::str::Chars<'_>) = ($hay, $needle);
        if needle.len() > hay.len() || needle.rank() > hay.rank() {
            $none
        } else {
            match hay {
                $crate::str::Chars::Ascii($h) | $crate::str::Chars::One($h) => {
                    let $n = &*needle.units::<u8>($cx)?;
                    $e
                }
                $crate::str::Chars::Two($h) => {
                    let $n = &*needle.units::<u16>($cx)?;
                    $e
                }
                $crate::str::Chars::Four($h) => {
                    let $n = &*needle.units::<u32>($cx)?;
                    $e
                }
            }
        }
    }};
}

pub(crate) use {each_kind, same_kind};

/// Characters as units of one kind: borrowed, or made wider.
pub(crate) enum Units<'a, T: Copy> {
    Borrowed(&'a [T]),
    Made(HeapVec<'a, T>),
}

impl<T: Copy> Deref for Units<'_, T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        match self {
            Units::Borrowed(units) => units,
            Units::Made(units) => units,
        }
    }
}

impl<'a> Chars<'a> {
    /// By width: ASCII, one byte, two, four.
    pub(crate) fn rank(self) -> u32 {
        match self {
            Chars::Ascii(_) => 0,
            Chars::One(_) => 1,
            Chars::Two(_) => 2,
            Chars::Four(_) => 4,
        }
    }

    /// Some of them. They may be of a narrower kind than this says.
    pub fn slice(self, range: Range<usize>) -> Chars<'a> {
        match self {
            Chars::Ascii(s) => Chars::Ascii(&s[range]),
            Chars::One(s) => Chars::One(&s[range]),
            Chars::Two(s) => Chars::Two(&s[range]),
            Chars::Four(s) => Chars::Four(&s[range]),
        }
    }

    /// As units of a kind that is wide enough.
    pub(crate) fn units<T: Unit>(self, cx: &'a Cx) -> R<Units<'a, T>> {
        if self.is_empty() {
            return Ok(Units::Borrowed(&[]));
        }
        let own = each_kind!(self, s => (core::ptr::from_ref(s).cast::<T>(), size_of_val(s) / size_of::<T>(), s.len()));
        if own.1 == own.2 {
            // SAFETY: so many bytes for each character means that this is the kind.
            return Ok(Units::Borrowed(unsafe { core::slice::from_raw_parts(own.0, own.2) }));
        }
        let mut made = HeapVec::with_capacity(cx, self.len())?;
        each_kind!(self, s => s.iter().try_for_each(|&unit| made.push(T::from_u32(point(unit)))))?;
        Ok(Units::Made(made))
    }
}
