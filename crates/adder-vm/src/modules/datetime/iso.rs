//! Reading dates and times that are written as ISO 8601 says.

use super::calendar::{self, Day};
use super::clock::Clock;

/// A number of so many digits at a place; both go on.
struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn number(&mut self, digits: usize) -> Option<i32> {
        let part = self.text.get(self.at..self.at + digits)?;
        self.at += digits;
        part.iter().try_fold(0, |n, digit| digit.is_ascii_digit().then(|| n * 10 + i32::from(digit - b'0')))
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }
}

/// A date: `YYYY-MM-DD`, `YYYYMMDD`, or year, week and weekday (`YYYY-Www-D`), with dashes all over or not at all. Its day may be
/// one that there is not. Without dashes two more characters may follow, as in CPython.
pub(super) fn day(text: &[u8]) -> Option<Day> {
    if !matches!(text.len(), 7 | 8 | 10) || !text.is_ascii() {
        return None;
    }
    let mut reader = Reader { text, at: 0 };
    let year = reader.number(4)?;
    let dashes = reader.take(b'-');
    Some(if reader.take(b'W') {
        let week = reader.number(2)?;
        let mut weekday = 1;
        if !reader.is_at_end() {
            if reader.take(b'-') != dashes {
                return None;
            }
            weekday = reader.number(1)?;
        }
        calendar::of_iso_week(year, week, weekday).ok()?
    } else {
        let month = reader.number(2)?;
        if reader.take(b'-') != dashes {
            return None;
        }
        Day::new(year, month, reader.number(2)?)
    })
}

/// Where the date in front of a time ends. There are ambiguous texts: `YYYY-Www-##` is taken for a week, a dash and an hour.
pub(super) fn end_of_day(text: &[u8]) -> Option<usize> {
    let digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
    if text.len() <= 7 {
        return (text.len() == 7).then_some(7);
    }
    match (text[4], text[5]) {
        (b'-', b'W') if text.get(8) == Some(&b'-') => match text.len() {
            9 => None,
            _ if digit(10) => Some(8),
            _ => Some(10),
        },
        (b'-', b'W') => Some(8),
        (b'-', _) => Some(10),
        (b'W', _) => {
            // A week, or a week and a weekday, and maybe digits of the time.
            let end = (7..text.len()).find(|&at| !digit(at)).unwrap_or(text.len());
            Some(if end < 9 {
                end
            } else if end % 2 == 0 {
                7
            } else {
                8
            })
        }
        _ => Some(8),
    }
}

/// A time, and the offset of its zone in microseconds, if it has one. Its parts may be out of range.
pub(super) fn clock(text: &[u8]) -> Option<(Clock, Option<i128>)> {
    let Some(at) = text.iter().position(|byte| matches!(byte, b'+' | b'-' | b'Z')) else {
        return Some((parts(text)?, None));
    };
    let (front, zone) = (parts(&text[..at])?, &text[at + 1..]);
    if text[at] == b'Z' {
        return zone.is_empty().then_some((front, Some(0)));
    }
    let offset = parts(zone)?;
    let size = i128::from(offset.seconds()) * 1_000_000 + i128::from(offset.microsecond);
    Some((front, Some(if text[at] == b'-' { -size } else { size })))
}

/// `HH[:MM[:SS[.ffffff]]]`, with colons or without.
fn parts(text: &[u8]) -> Option<Clock> {
    let mut reader = Reader { text, at: 0 };
    let mut numbers = [0; 3];
    let mut colons = false;
    let mut filled = 0;
    for (at, number) in numbers.iter_mut().enumerate() {
        *number = reader.number(2)?;
        filled = at;
        let next = reader.peek();
        if at == 0 {
            colons = next == Some(b':');
        }
        match next {
            None => break,
            Some(b'.' | b',') if at == 2 => break,
            Some(b':') if colons && at < 2 => reader.at += 1,
            _ if colons || at == 2 => return None,
            _ => {}
        }
    }
    let mut microsecond = 0;
    if !reader.is_at_end() {
        if filled < 2 || !(reader.take(b'.') || reader.take(b',')) {
            return None;
        }
        let digits = &text[reader.at..];
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        // What is finer than a microsecond is left out.
        microsecond = (0..6).fold(0, |n, at| n * 10 + digits.get(at).map_or(0, |digit| i32::from(digit - b'0')));
    }
    let [hour, minute, second] = numbers;
    Some(Clock { hour, minute, second, microsecond })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        assert_eq!(day(b"2000-02-03"), Some(Day::new(2000, 2, 3)));
        assert_eq!(day(b"20000203"), Some(Day::new(2000, 2, 3)));
        assert_eq!(day(b"2000-W05-4"), Some(Day::new(2000, 2, 3)));
        assert_eq!(day(b"2000W054"), Some(Day::new(2000, 2, 3)));
        assert_eq!(day(b"2000W05"), Some(Day::new(2000, 1, 31)));
        for wrong in ["2000-0203", "200002-03", "2000-W054", "2000-02-3x", "2000W5", "x000-02-03", "2000-W54-1"] {
            assert_eq!(day(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn times() {
        let clock_of =
            |text: &str| clock(text.as_bytes()).map(|(c, zone)| (c.hour, c.minute, c.second, c.microsecond, zone));
        assert_eq!(clock_of("04"), Some((4, 0, 0, 0, None)));
        assert_eq!(clock_of("04:05"), Some((4, 5, 0, 0, None)));
        assert_eq!(clock_of("040506,1234567"), Some((4, 5, 6, 123_456, None)));
        assert_eq!(clock_of("04:05:06.12Z"), Some((4, 5, 6, 120_000, Some(0))));
        assert_eq!(clock_of("04:05-0130"), Some((4, 5, 0, 0, Some(-5_400_000_000))));
        for wrong in [
            "",
            "4",
            "04:",
            "04:0506",
            "0405:06",
            "04.5",
            "04:05.5",
            "04:05:06:07",
            "04:05:06.",
            "04Z1",
            "04+1",
            "04:05:06.1x",
        ] {
            assert_eq!(clock_of(wrong), None, "{wrong}");
        }
    }
}
