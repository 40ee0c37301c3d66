//! The time of a day as numbers.

use adder_objects::{Cx, R, exceptions as exc, raise};

/// A time of a day.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Clock {
    pub(super) hour: i32,
    pub(super) minute: i32,
    pub(super) second: i32,
    pub(super) microsecond: i32,
}

impl Clock {
    /// From the six bytes in which an object keeps it.
    pub(super) fn of_bytes(data: &[u8]) -> Clock {
        Clock {
            hour: data[0].into(),
            minute: data[1].into(),
            second: data[2].into(),
            microsecond: i32::from(data[3]) << 16 | i32::from(data[4]) << 8 | i32::from(data[5]),
        }
    }

    /// Those bytes.
    pub(super) fn bytes(self) -> [u8; 6] {
        let us = self.microsecond;
        [self.hour as u8, self.minute as u8, self.second as u8, (us >> 16) as u8, (us >> 8) as u8, us as u8]
    }

    /// The whole seconds since midnight.
    pub(super) fn seconds(self) -> i32 {
        (self.hour * 60 + self.minute) * 60 + self.second
    }

    /// From seconds since midnight.
    pub(super) fn of_seconds(seconds: i32, microsecond: i32) -> Clock {
        Clock { hour: seconds / 3600, minute: seconds / 60 % 60, second: seconds % 60, microsecond }
    }

    /// ValueError unless there is such a time. `fold` says which of two that the clocks show the same it is.
    pub(super) fn check(self, cx: &Cx, fold: i32) -> R<()> {
        for (name, n, limit) in [
            ("hour", self.hour, 23),
            ("minute", self.minute, 59),
            ("second", self.second, 59),
            ("microsecond", self.microsecond, 999_999),
        ] {
            if !(0..=limit).contains(&n) {
                return raise!(cx, exc::VALUE_ERROR, "{name} must be in 0..{limit}, not {n}");
            }
        }
        if !(0..=1).contains(&fold) {
            return raise!(cx, exc::VALUE_ERROR, "fold must be either 0 or 1, not {fold}");
        }
        Ok(())
    }
}
