//! Searching and splitting runs of units: bytes, or the characters of a string of one kind.

use core::ops::Range;

use memchr::memmem;

use crate::error::R;

/// What strings and bytes consist of.
pub trait Unit: Copy + Eq + Ord + Into<u32> + 'static {
    /// The same units as bytes.
    fn bytes(units: &[Self]) -> &[u8];
    /// From a number that fits.
    fn from_u32(number: u32) -> Self;
}

/// A unit as a number.
#[inline]
pub fn point(unit: impl Unit) -> u32 {
    unit.into()
}

macro_rules! unit {
    ($($ty:ty),*) => {
        $(impl Unit for $ty {
            #[inline]
            fn bytes(units: &[Self]) -> &[u8] {
                // SAFETY: plain numbers without gaps.
                unsafe { core::slice::from_raw_parts(units.as_ptr().cast(), size_of_val(units)) }
            }
            #[inline]
            fn from_u32(number: u32) -> Self {
                number as $ty
            }
        })*
    };
}

unit!(u8, u16, u32);

/// A prepared search.
pub struct Finder<'n, T: Unit> {
    needle: &'n [T],
    inner: memmem::Finder<'n>,
}

impl<'n, T: Unit> Finder<'n, T> {
    /// For a needle that is not empty.
    pub fn new(needle: &'n [T]) -> Finder<'n, T> {
        debug_assert!(!needle.is_empty());
        Finder { needle, inner: memmem::Finder::new(T::bytes(needle)) }
    }

    /// The first place at or behind `from`.
    pub fn find(&self, hay: &[T], from: usize) -> Option<usize> {
        let size = size_of::<T>();
        let bytes = T::bytes(hay);
        if self.needle.len() == 1 && size == 1 {
            return memchr::memchr(T::bytes(self.needle)[0], &bytes[from..]).map(|at| at + from);
        }
        let mut at = from * size;
        loop {
            at += self.inner.find(bytes.get(at..)?)?;
            if at.is_multiple_of(size) {
                return Some(at / size);
            }
            // Found across units: go on with the next byte.
            at += 1;
        }
    }
}

/// The first place of a needle.
pub fn find<T: Unit>(hay: &[T], needle: &[T]) -> Option<usize> {
    match needle {
        [] => Some(0),
        _ if needle.len() > hay.len() => None,
        _ => Finder::new(needle).find(hay, 0),
    }
}

/// The last place of a needle.
pub fn rfind<T: Unit>(hay: &[T], needle: &[T]) -> Option<usize> {
    if needle.is_empty() {
        return Some(hay.len());
    }
    if needle.len() > hay.len() {
        return None;
    }
    let size = size_of::<T>();
    if let ([one], 1) = (needle, size) {
        return memchr::memrchr(T::bytes(core::slice::from_ref(one))[0], T::bytes(hay));
    }
    let finder = memmem::FinderRev::new(T::bytes(needle));
    let bytes = T::bytes(hay);
    let mut end = bytes.len();
    loop {
        let at = finder.rfind(&bytes[..end])?;
        if at.is_multiple_of(size) {
            return Some(at / size);
        }
        end = at + size_of_val(needle) - 1;
    }
}

/// How often a needle occurs, without overlaps, at most so often.
pub fn count<T: Unit>(hay: &[T], needle: &[T], most: usize) -> usize {
    if needle.is_empty() {
        return hay.len().saturating_add(1).min(most);
    }
    if needle.len() > hay.len() {
        return 0;
    }
    if let ([_], 1) = (needle, size_of::<T>()) {
        return memchr::memchr_iter(T::bytes(needle)[0], T::bytes(hay)).take(most).count();
    }
    let finder = Finder::new(needle);
    let (mut n, mut from) = (0, 0);
    while n < most
        && let Some(at) = finder.find(hay, from)
    {
        n += 1;
        from = at + needle.len();
    }
    n
}

/// The parts between separators, at most `most` cuts from the left.
pub fn split<T: Unit>(hay: &[T], sep: &[T], most: usize, mut part: impl FnMut(Range<usize>) -> R<()>) -> R<()> {
    let mut start = 0;
    if sep.len() <= hay.len() {
        let finder = Finder::new(sep);
        for _ in 0..most {
            let Some(at) = finder.find(hay, start) else { break };
            part(start..at)?;
            start = at + sep.len();
        }
    }
    part(start..hay.len())
}

/// The parts between separators, at most `most` cuts from the right; the last part first.
pub fn rsplit<T: Unit>(hay: &[T], sep: &[T], most: usize, mut part: impl FnMut(Range<usize>) -> R<()>) -> R<()> {
    let mut end = hay.len();
    for _ in 0..most {
        let Some(at) = rfind(&hay[..end], sep) else { break };
        part(at + sep.len()..end)?;
        end = at;
    }
    part(0..end)
}

/// The parts between runs of white space, at most `most` cuts from the left.
pub fn split_space<T: Unit>(
    hay: &[T],
    space: impl Fn(T) -> bool,
    most: usize,
    mut part: impl FnMut(Range<usize>) -> R<()>,
) -> R<()> {
    let mut at = 0;
    let mut cuts = 0;
    loop {
        while at < hay.len() && space(hay[at]) {
            at += 1;
        }
        if at == hay.len() {
            return Ok(());
        }
        let start = at;
        if cuts == most {
            return part(start..hay.len());
        }
        while at < hay.len() && !space(hay[at]) {
            at += 1;
        }
        part(start..at)?;
        cuts += 1;
    }
}

/// The parts between runs of white space, at most `most` cuts from the right; the last part first.
pub fn rsplit_space<T: Unit>(
    hay: &[T],
    space: impl Fn(T) -> bool,
    most: usize,
    mut part: impl FnMut(Range<usize>) -> R<()>,
) -> R<()> {
    let mut at = hay.len();
    let mut cuts = 0;
    loop {
        while at > 0 && space(hay[at - 1]) {
            at -= 1;
        }
        if at == 0 {
            return Ok(());
        }
        let end = at;
        if cuts == most {
            return part(0..end);
        }
        while at > 0 && !space(hay[at - 1]) {
            at -= 1;
        }
        part(at..end)?;
        cuts += 1;
    }
}

/// The lines. `\r\n` is one end of a line.
pub fn split_lines<T: Unit>(
    hay: &[T],
    breaks: impl Fn(T) -> bool,
    keep_ends: bool,
    mut part: impl FnMut(Range<usize>) -> R<()>,
) -> R<()> {
    let mut start = 0;
    while start < hay.len() {
        let mut at = start;
        while at < hay.len() && !breaks(hay[at]) {
            at += 1;
        }
        let end = at;
        if at < hay.len() {
            let crlf = hay[at].into() == 13 && hay.get(at + 1).is_some_and(|&next| next.into() == 10);
            at += if crlf { 2 } else { 1 };
        }
        part(start..if keep_ends { at } else { end })?;
        start = at;
    }
    Ok(())
}

/// What is left when units that match are taken off one or both ends.
pub fn strip<T: Unit>(hay: &[T], matches: impl Fn(T) -> bool, left: bool, right: bool) -> Range<usize> {
    let (mut start, mut end) = (0, hay.len());
    if left {
        while start < end && matches(hay[start]) {
            start += 1;
        }
    }
    if right {
        while end > start && matches(hay[end - 1]) {
            end -= 1;
        }
    }
    start..end
}

#[cfg(test)]
mod tests {
    use super::{Unit, count, find, rfind};

    fn agrees<T: Unit + core::fmt::Debug>(alphabet: &[T]) {
        let mut seed = 12345_u32;
        let mut next = |below: usize| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as usize % below
        };
        let mut found = 0;
        for _ in 0..20_000 {
            let hay: Vec<T> = (0..next(12)).map(|_| alphabet[next(alphabet.len())]).collect();
            let needle: Vec<T> = (0..next(4)).map(|_| alphabet[next(alphabet.len())]).collect();
            let places = || (0..=hay.len()).filter(|&at| hay[at..].starts_with(&needle));
            assert_eq!(find(&hay, &needle), places().next(), "{needle:?} in {hay:?}");
            assert_eq!(rfind(&hay, &needle), places().next_back(), "{needle:?} in {hay:?}");
            let (mut n, mut from) = (0, 0);
            for at in places() {
                if at >= from {
                    (n, from) = (n + 1, at + needle.len().max(1));
                }
            }
            assert_eq!(count(&hay, &needle, usize::MAX), n, "{needle:?} in {hay:?}");
            found += n;
        }
        assert!(found > 1000);
    }

    #[test]
    fn searches_find_what_looking_everywhere_finds() {
        agrees(b"ab");
        // Bytes that also match across the units.
        agrees(&[0x6161_u16, 0x6162, 0x6261]);
        agrees(&[0x0061_0061_u32, 0x6100_6100, 0x0061_6100]);
    }
}
