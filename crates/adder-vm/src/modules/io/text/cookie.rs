//! What `tell` of a text stream gives: a place in the stream of bytes, and how to get from there to the character.

use adder_objects::int::{Int, from_slice, to_vec};
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

/// A place from which decoding can begin, and what is to be done from there.
#[derive(Default)]
pub(super) struct Cookie {
    pub(super) start: i64,
    pub(super) flags: i32,
    pub(super) bytes_to_feed: i32,
    pub(super) chars_to_skip: i32,
    pub(super) need_eof: bool,
}

/// Bytes of one, as a number.
const SIZE: usize = 21;

impl Cookie {
    /// From the number.
    pub(super) fn of(cx: &Cx, number: &Value) -> R<Cookie> {
        let Some(int) = Int::of(number) else {
            let ty = number.ty().name();
            return raise!(cx, exc::TYPE_ERROR, "an integer is required (got type {ty})");
        };
        let bytes = to_vec(cx, &int, SIZE, true, false)?;
        let part = |at: usize| i32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let mut start = [0; 8];
        start.copy_from_slice(&bytes[..8]);
        Ok(Cookie {
            start: i64::from_le_bytes(start),
            flags: part(8),
            bytes_to_feed: part(12),
            chars_to_skip: part(16),
            need_eof: bytes[20] != 0,
        })
    }

    /// As a number.
    pub(super) fn number(&self, cx: &Cx) -> R {
        let mut bytes = [0; SIZE];
        bytes[..8].copy_from_slice(&self.start.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.flags.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.bytes_to_feed.to_le_bytes());
        bytes[16..20].copy_from_slice(&self.chars_to_skip.to_le_bytes());
        bytes[20] = self.need_eof.into();
        from_slice(cx, &bytes, true, false)
    }
}
