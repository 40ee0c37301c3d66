//! The calendar: days as year, month and day, as a number counted from 1 January of year 1, and as a week's.

/// The first year there is.
pub(super) const MIN_YEAR: i32 = 1;
/// The last year there is.
pub(super) const MAX_YEAR: i32 = 9999;
/// The number of the last day there is.
pub(super) const MAX_ORDINAL: i32 = 3_652_059;

/// Days in 400, 100 and 4 years.
const DAYS: [i32; 3] = [146_097, 36_524, 1_461];

/// A day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Day {
    pub(super) year: i32,
    pub(super) month: i32,
    pub(super) day: i32,
}

/// Is it a leap year?
pub(super) fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days in a month; 0 where there is no such month.
pub(super) fn days_in_month(year: i32, month: i32) -> i32 {
    match month {
        2 => 28 + i32::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

/// Days of a year in front of a month.
fn days_before_month(year: i32, month: i32) -> i32 {
    (1..month).map(|month| days_in_month(year, month)).sum()
}

/// Days in front of a year.
fn days_before_year(year: i32) -> i32 {
    let y = year - 1;
    y * 365 + y / 4 - y / 100 + y / 400
}

impl Day {
    pub(super) const fn new(year: i32, month: i32, day: i32) -> Day {
        Day { year, month, day }
    }

    /// Its number; 1 January of year 1 is 1.
    pub(super) fn ordinal(self) -> i32 {
        days_before_year(self.year) + days_before_month(self.year, self.month) + self.day
    }

    /// The day with a number, which is at least 1. Its year may be too large.
    pub(super) fn of_ordinal(ordinal: i32) -> Day {
        let n = ordinal - 1;
        let (n400, n) = (n / DAYS[0], n % DAYS[0]);
        let (n100, n) = (n / DAYS[1], n % DAYS[1]);
        let (n4, n) = (n / DAYS[2], n % DAYS[2]);
        let (n1, n) = (n / 365, n % 365);
        let year = n400 * 400 + n100 * 100 + n4 * 4 + n1 + 1;
        if n1 == 4 || n100 == 4 {
            // The last day of a leap year that ends four, or four hundred, years.
            return Day::new(year - 1, 12, 31);
        }
        let mut left = n;
        let mut month = 1;
        while left >= days_in_month(year, month) {
            left -= days_in_month(year, month);
            month += 1;
        }
        Day::new(year, month, left + 1)
    }

    /// Its number within the year, from 1.
    pub(super) fn of_year(self) -> i32 {
        days_before_month(self.year, self.month) + self.day
    }

    /// Monday is 0. (Pickled bytes may say a year that there is not.)
    pub(super) fn weekday(self) -> i32 {
        (self.ordinal() + 6).rem_euclid(7)
    }

    /// Year, week and day of the week as ISO 8601 counts them.
    pub(super) fn iso_week(self) -> (i32, i32, i32) {
        let today = self.ordinal();
        let mut year = self.year;
        let mut week = (today - first_monday(year)).div_euclid(7);
        if week < 0 {
            year -= 1;
            week = (today - first_monday(year)).div_euclid(7);
        } else if week >= 52 && today >= first_monday(year + 1) {
            year += 1;
            week = 0;
        }
        (year, week + 1, (today - first_monday(year)).rem_euclid(7) + 1)
    }

    /// The day that many days later. `None` if it is out of range.
    pub(super) fn plus(self, days: i32) -> Option<Day> {
        let day = self.day.checked_add(days)?;
        if (1..=days_in_month(self.year, self.month)).contains(&day) {
            return Some(Day { day, ..self });
        }
        let ordinal = self.ordinal().checked_add(days)?;
        (1..=MAX_ORDINAL).contains(&ordinal).then(|| Day::of_ordinal(ordinal))
    }
}

/// The number of the Monday that begins the first week of a year.
fn first_monday(year: i32) -> i32 {
    let first = days_before_year(year) + 1;
    let weekday = (first + 6).rem_euclid(7);
    let monday = first - weekday;
    if weekday > 3 { monday + 7 } else { monday }
}

/// What is wrong with a year, a week and a day of the week.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum NoSuchWeek {
    Year,
    Week,
    Day,
}

/// The day that ISO 8601 counts so. Its year may be out of range by one.
pub(super) fn of_iso_week(year: i32, week: i32, day: i32) -> Result<Day, NoSuchWeek> {
    if !(MIN_YEAR..=MAX_YEAR).contains(&year) {
        return Err(NoSuchWeek::Year);
    }
    // A year has 53 weeks if it begins on a Thursday, or is a leap year that begins on a Wednesday.
    let first = Day::new(year, 1, 1).weekday();
    let weeks = if first == 3 || (first == 2 && is_leap(year)) { 53 } else { 52 };
    if !(1..=weeks).contains(&week) {
        return Err(NoSuchWeek::Week);
    }
    if !(1..=7).contains(&day) {
        return Err(NoSuchWeek::Day);
    }
    let ordinal = first_monday(year) + (week - 1) * 7 + day - 1;
    if ordinal < 1 {
        // Before the first day there is.
        return Err(NoSuchWeek::Year);
    }
    Ok(Day::of_ordinal(ordinal))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every day there is, one after the other.
    #[test]
    fn days_and_their_numbers() {
        let (mut day, mut of_year) = (Day::new(1, 1, 1), 1);
        for ordinal in 1..=MAX_ORDINAL {
            assert_eq!((Day::of_ordinal(ordinal), day.ordinal(), day.of_year()), (day, ordinal, of_year));
            assert_eq!(day.weekday(), (ordinal - 1) % 7);
            let (year, week, weekday) = day.iso_week();
            assert_eq!(weekday, day.weekday() + 1);
            if (MIN_YEAR..=MAX_YEAR).contains(&year) {
                assert_eq!(of_iso_week(year, week, weekday), Ok(day));
            }
            assert_eq!(day.plus(1), (ordinal < MAX_ORDINAL).then(|| Day::of_ordinal(ordinal + 1)));
            if day.day < days_in_month(day.year, day.month) {
                day.day += 1;
                of_year += 1;
            } else if day.month < 12 {
                day = Day::new(day.year, day.month + 1, 1);
                of_year += 1;
            } else {
                day = Day::new(day.year + 1, 1, 1);
                of_year = 1;
            }
        }
        assert_eq!(day, Day::new(10_000, 1, 1));
    }

    #[test]
    fn what_is_no_week() {
        assert_eq!(of_iso_week(0, 1, 1), Err(NoSuchWeek::Year));
        assert_eq!(of_iso_week(2000, 53, 1), Err(NoSuchWeek::Week));
        assert_eq!(of_iso_week(2004, 53, 7), Ok(Day::new(2005, 1, 2)));
        assert_eq!(of_iso_week(2004, 1, 0), Err(NoSuchWeek::Day));
        assert_eq!(Day::new(1, 1, 1).plus(-1), None);
        assert_eq!(Day::new(1, 1, 1).plus(i32::MAX), None);
    }
}
