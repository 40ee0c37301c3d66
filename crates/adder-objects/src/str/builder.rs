//! Strings made piece by piece.

use super::{Chars, PyStr};
use crate::cx::Cx;
use crate::error::R;
use crate::object::Obj;
use crate::storage::HeapVec;

/// Gathers characters, as narrow as they fit, and makes a string of them. What it holds is charged to the heap.
pub struct StrBuilder<'h> {
    text: Text<'h>,
    /// At least one character needs more than ASCII (of the one-byte kind).
    beyond_ascii: bool,
}

enum Text<'h> {
    One(HeapVec<'h, u8>),
    Two(HeapVec<'h, u16>),
    Four(HeapVec<'h, u32>),
}

/// A copy with wider characters.
pub(crate) fn widen<'h, A: Copy, B: Copy + From<A>>(cx: &'h Cx, from: &[A], room: usize) -> R<HeapVec<'h, B>> {
    let mut to = HeapVec::with_capacity(cx, room.max(from.len()))?;
    for &unit in from {
        to.push(unit.into())?;
    }
    Ok(to)
}

fn widen_to_four<'h, A: Copy + Into<u32>>(cx: &'h Cx, from: &[A], room: usize) -> R<HeapVec<'h, u32>> {
    let mut to = HeapVec::with_capacity(cx, room.max(from.len()))?;
    for &unit in from {
        to.push(unit.into())?;
    }
    Ok(to)
}

impl<'h> StrBuilder<'h> {
    /// An empty one.
    pub fn new(cx: &'h Cx) -> StrBuilder<'h> {
        StrBuilder { text: Text::One(HeapVec::new(cx)), beyond_ascii: false }
    }

    /// An empty one with room for so many characters.
    ///
    /// # Errors
    /// MemoryError.
    pub fn with_capacity(cx: &'h Cx, characters: usize) -> R<StrBuilder<'h>> {
        Ok(StrBuilder { text: Text::One(HeapVec::with_capacity(cx, characters)?), beyond_ascii: false })
    }

    fn cx(&self) -> &'h Cx {
        match &self.text {
            Text::One(s) => s.cx(),
            Text::Two(s) => s.cx(),
            Text::Four(s) => s.cx(),
        }
    }

    /// Characters so far.
    pub fn len(&self) -> usize {
        match &self.text {
            Text::One(s) => s.len(),
            Text::Two(s) => s.len(),
            Text::Four(s) => s.len(),
        }
    }

    /// Are there none so far?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Makes the characters wide enough for this one.
    fn make_room_for(&mut self, point: u32, more: usize) -> R<()> {
        let cx = self.cx();
        let room = self.len().saturating_add(more);
        match &self.text {
            Text::One(s) if point > 0xFFFF => self.text = Text::Four(widen_to_four(cx, s, room)?),
            Text::One(s) if point > 0xFF => self.text = Text::Two(widen(cx, s, room)?),
            Text::One(_) => self.beyond_ascii |= point > 0x7F,
            Text::Two(s) if point > 0xFFFF => self.text = Text::Four(widen_to_four(cx, s, room)?),
            _ => {}
        }
        Ok(())
    }

    /// Adds a code point, a lone surrogate too.
    ///
    /// # Errors
    /// MemoryError.
    #[inline]
    pub fn push(&mut self, point: u32) -> R<()> {
        if let Text::One(s) = &mut self.text
            && point < 0x80
        {
            return s.push(point as u8);
        }
        self.make_room_for(point, 1)?;
        match &mut self.text {
            Text::One(s) => s.push(point as u8),
            Text::Two(s) => s.push(point as u16),
            Text::Four(s) => s.push(point),
        }
    }

    /// Adds code points.
    ///
    /// # Errors
    /// MemoryError.
    pub fn push_points(&mut self, points: &[u32]) -> R<()> {
        points.iter().try_for_each(|&point| self.push(point))
    }

    /// Adds a code point so many times.
    ///
    /// # Errors
    /// MemoryError.
    pub fn fill(&mut self, point: u32, times: usize) -> R<()> {
        if times == 0 {
            return Ok(());
        }
        self.make_room_for(point, times)?;
        match &mut self.text {
            Text::One(s) => s.fill(point as u8, times),
            Text::Two(s) => s.fill(point as u16, times),
            Text::Four(s) => s.fill(point, times),
        }
    }

    /// Adds text.
    ///
    /// # Errors
    /// MemoryError.
    pub fn push_str(&mut self, text: &str) -> R<()> {
        if text.is_ascii() {
            return self.push_ascii(text.as_bytes());
        }
        text.chars().try_for_each(|c| self.push(c.into()))
    }

    /// Adds bytes that are all below 128.
    ///
    /// # Errors
    /// MemoryError.
    pub fn push_ascii(&mut self, text: &[u8]) -> R<()> {
        debug_assert!(text.is_ascii());
        self.push_bytes(text)
    }

    fn push_bytes(&mut self, text: &[u8]) -> R<()> {
        match &mut self.text {
            Text::One(s) => s.extend(text),
            Text::Two(s) => {
                s.reserve(text.len())?;
                text.iter().try_for_each(|&unit| s.push(unit.into()))
            }
            Text::Four(s) => {
                s.reserve(text.len())?;
                text.iter().try_for_each(|&unit| s.push(unit.into()))
            }
        }
    }

    /// Adds the characters of a string.
    ///
    /// # Errors
    /// MemoryError.
    pub fn push_object(&mut self, string: &PyStr) -> R<()> {
        self.push_chars(string.chars())
    }

    /// Adds characters.
    ///
    /// # Errors
    /// MemoryError.
    pub fn push_chars(&mut self, chars: Chars<'_>) -> R<()> {
        match chars {
            Chars::Ascii(text) => self.push_bytes(text),
            Chars::One(text) => {
                if !self.beyond_ascii && matches!(self.text, Text::One(_)) {
                    self.beyond_ascii = !text.is_ascii();
                }
                self.push_bytes(text)
            }
            Chars::Two(text) => {
                let max = text.iter().copied().max().unwrap_or(0);
                self.make_room_for(max.into(), text.len())?;
                match &mut self.text {
                    Text::One(s) => text.iter().try_for_each(|&unit| s.push(unit as u8)),
                    Text::Two(s) => s.extend(text),
                    Text::Four(s) => text.iter().try_for_each(|&unit| s.push(unit.into())),
                }
            }
            Chars::Four(text) => {
                let max = text.iter().copied().max().unwrap_or(0);
                self.make_room_for(max, text.len())?;
                match &mut self.text {
                    Text::One(s) => text.iter().try_for_each(|&unit| s.push(unit as u8)),
                    Text::Two(s) => text.iter().try_for_each(|&unit| s.push(unit as u16)),
                    Text::Four(s) => s.extend(text),
                }
            }
        }
    }

    /// What was gathered.
    pub fn chars(&self) -> Chars<'_> {
        match &self.text {
            Text::One(s) if self.beyond_ascii => Chars::One(s),
            Text::One(s) => Chars::Ascii(s),
            Text::Two(s) => Chars::Two(s),
            Text::Four(s) => Chars::Four(s),
        }
    }

    /// Forgets what was gathered from this character on. What is left may be of a narrower kind; `finish` sees to that.
    pub fn truncate(&mut self, len: usize) {
        match &mut self.text {
            Text::One(s) => s.truncate(len),
            Text::Two(s) => s.truncate(len),
            Text::Four(s) => s.truncate(len),
        }
    }

    /// The string.
    ///
    /// # Errors
    /// MemoryError.
    pub fn finish(self) -> R<Obj<PyStr>> {
        self.cx().str_from_chars(self.chars())
    }

    /// The string, as a value.
    ///
    /// # Errors
    /// MemoryError.
    pub fn finish_value(self) -> R {
        Ok(self.finish()?.into_value())
    }
}
