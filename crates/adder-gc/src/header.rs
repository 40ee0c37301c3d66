//! The two words in front of every object: its count and flags, and its type.
//!
//! ```text
//!            63                  32 31                   0
//!  word 0   |        flags        |        count          |
//!  word 1   |  type info (a free block: the next free one)|
//!
//!  count, an i32 so that one jump on the sign separates the hot path from all else:
//!    0…                 ordinary: references − 1 (a suspect, if it is tracked: may have become cyclic garbage)
//!    10 + 30 bits       calm: new, or examined, and not touched since; references (never 0, so that one less stays negative)
//!    110…               immortal: never written again
//!    1110…              dying: its drop runs, or its block is being given back
//!    11110 + 27 bits    queued for its drop: 11 bits of the link and 16 of the flags; the flags word holds the rest of the link
//!    11111…             free block
//! ```
//!
//! A clone adds one and looks at the sign of the result, a drop subtracts one and looks at the sign; the first touch of a
//! calm object, the last drop, an overflow and an immortal all end in the cold functions below.

use core::cell::Cell;
use core::ptr::NonNull;
use std::io::Write;

use crate::info::TypeInfo;

/// Bytes in front of every payload.
pub(crate) const HEADER_SIZE: usize = size_of::<Header>();

const _: () = assert!(size_of::<Header>() == 16 && align_of::<Header>() == 8);

#[repr(C)]
pub(crate) struct Header {
    pub(crate) count: Cell<i32>,
    pub(crate) flags: Cell<u32>,
    /// The type of a live object. In a free block: the next free block.
    pub(crate) info: Cell<*const TypeInfo>,
}

/// A pointer to a header, valid for the whole block behind it.
pub(crate) type Hdr = NonNull<Header>;

/// Bits of [`Header::flags`].
pub(crate) mod flag {
    /// The block stands in a list of suspects (kept while the block is free, so that it is not listed twice).
    pub(crate) const LOGGED: u32 = 1 << 0;
    /// Two bits: generation 0, 1 or 2.
    pub(crate) const GEN_SHIFT: u32 = 1;
    pub(crate) const GEN_MASK: u32 = 0b11 << GEN_SHIFT;
    pub(crate) const GEN_OLD: u32 = 2 << GEN_SHIFT;
    /// The collector looks at this object.
    pub(crate) const TRACKED: u32 = 1 << 3;
    /// The heap's weak table has an entry for it.
    pub(crate) const WEAK: u32 = 1 << 4;
    /// Its type has a finalizer.
    pub(crate) const FINALIZER: u32 = 1 << 5;
    /// The finalizer has been called.
    pub(crate) const FINALIZED: u32 = 1 << 6;
    /// `&mut` to the payload is out, or the payload is not initialised: nobody may look inside.
    pub(crate) const MASKED: u32 = 1 << 7;
    /// A collection has decided that this object is garbage; weak references no longer answer.
    pub(crate) const CONDEMNED: u32 = 1 << 8;
    /// In the permanent generation (`Heap::freeze`).
    pub(crate) const FROZEN: u32 = 1 << 9;
    /// Lies on no page: masking its address would find nothing.
    pub(crate) const FOREIGN: u32 = 1 << 10;
    /// The payload is not initialised (with MASKED): its drop must not run.
    pub(crate) const UNINIT: u32 = 1 << 11;
    /// Two bits: in which of the lists of suspects.
    pub(crate) const LIST_SHIFT: u32 = 12;
    pub(crate) const LIST_MASK: u32 = 0b11 << LIST_SHIFT;
    /// Its birth was told to the heap's watcher, and its death must be: see `heap::watch`.
    pub(crate) const WATCHED: u32 = 1 << 14;
    /// The upper half: the epoch of birth, for `LeakGuard`.
    pub(crate) const EPOCH_SHIFT: u32 = 16;
    /// What a drop must look at before it takes the short way.
    pub(crate) const CARE: u32 = WEAK | FINALIZER | MASKED | UNINIT | WATCHED;
    /// What survives in a free block.
    pub(crate) const KEPT_FREE: u32 = LOGGED | LIST_MASK;
}

/// Encodings of [`Header::count`].
pub(crate) mod count {
    pub(crate) const CALM: i32 = 0x8000_0000_u32 as i32;
    pub(crate) const CALM_MAX: i32 = 0x3FFF_FFFF;
    pub(crate) const IMMORTAL: i32 = 0xC000_0000_u32 as i32;
    pub(crate) const DYING: i32 = 0xE000_0000_u32 as i32;
    pub(crate) const QUEUED: i32 = 0xF000_0000_u32 as i32;
    pub(crate) const FREE: i32 = 0xF800_0000_u32 as i32;
}

/// What a count says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum State {
    /// That many references: a suspect, if the object is tracked.
    Ordinary(u32),
    /// That many references: new, or examined, and not touched since.
    Calm(u32),
    Immortal,
    Dying,
    Queued,
    Free,
}

impl State {
    #[inline]
    pub(crate) fn of(count: i32) -> State {
        if count >= 0 {
            return State::Ordinary(count as u32 + 1);
        }
        match (!count as u32).leading_zeros() {
            // The run of ones at the top, counted as zeros of the complement.
            1 => State::Calm((count & count::CALM_MAX) as u32),
            2 => State::Immortal,
            3 => State::Dying,
            4 => State::Queued,
            _ => State::Free,
        }
    }
}

impl Header {
    #[inline(always)]
    pub(crate) fn state(&self) -> State {
        State::of(self.count.get())
    }

    #[inline(always)]
    fn is_immortal(&self) -> bool {
        self.count.get() as u32 >> 29 == count::IMMORTAL as u32 >> 29
    }

    /// Counts one more reference without a touch: a calm object stays calm.
    #[inline(always)]
    pub(crate) fn increment_calmly(this: Hdr) {
        // SAFETY: as in `increment`.
        let header = unsafe { this.as_ref() };
        let count = header.count.get();
        if let State::Calm(n) = State::of(count)
            && (n as i32) < count::CALM_MAX
        {
            header.count.set(count + 1);
        } else {
            Self::increment(this);
        }
    }

    /// Releases one of several references without a touch. Another one is held by the caller meanwhile: so this was not the last
    /// from outside of a cycle.
    #[inline(always)]
    pub(crate) fn decrement_calmly(this: Hdr) {
        // SAFETY: as in `decrement`.
        let header = unsafe { this.as_ref() };
        let count = header.count.get();
        if let State::Calm(n) = State::of(count)
            && n > 1
        {
            header.count.set(count - 1);
        } else {
            Self::decrement(this);
        }
    }

    /// Its references, if it lives and is not immortal.
    #[inline(always)]
    pub(crate) fn counted(&self) -> Option<u32> {
        let count = self.count.get();
        if count >= 0 {
            Some(count as u32 + 1)
        } else if count < count::IMMORTAL {
            Some((count & count::CALM_MAX) as u32)
        } else {
            None
        }
    }

    /// References, saturating at `u32::MAX` for an immortal object; 0 for one that is dying, queued or free.
    #[inline]
    pub(crate) fn references(&self) -> u32 {
        match self.counted() {
            Some(n) => n,
            None if self.is_immortal() => u32::MAX,
            None => 0,
        }
    }

    /// Does it die, for certain, when one reference is released?
    #[inline(always)]
    pub(crate) fn dies_with_one_reference(&self) -> bool {
        self.references() == 1 && self.flags.get() & (flag::FINALIZER | flag::FINALIZED) != flag::FINALIZER
    }

    #[inline(always)]
    pub(crate) fn has(&self, bits: u32) -> bool {
        self.flags.get() & bits != 0
    }

    #[inline(always)]
    pub(crate) fn set(&self, bits: u32) {
        self.flags.set(self.flags.get() | bits);
    }

    #[inline(always)]
    pub(crate) fn unset(&self, bits: u32) {
        self.flags.set(self.flags.get() & !bits);
    }

    #[inline(always)]
    pub(crate) fn generation(&self) -> u32 {
        (self.flags.get() & flag::GEN_MASK) >> flag::GEN_SHIFT
    }

    /// No list of young objects names it any more. Also of a queued object, whose flags lie in the count.
    pub(crate) fn unlog(&self) {
        if self.state() == State::Queued {
            self.count.set(self.count.get() & !(flag::KEPT_FREE as i32));
        } else {
            self.unset(flag::KEPT_FREE);
        }
    }

    /// In which list of suspects it stands, if in any.
    #[inline]
    pub(crate) fn listed(&self) -> Option<usize> {
        // The flags of a queued object lie in the count.
        let flags = if self.state() == State::Queued { self.count.get() as u32 } else { self.flags.get() };
        (flags & flag::LOGGED != 0).then_some(((flags & flag::LIST_MASK) >> flag::LIST_SHIFT) as usize)
    }

    /// It stands in this list now.
    #[inline]
    pub(crate) fn set_listed(&self, list: usize) {
        if self.state() == State::Queued {
            let flags = self.count.get() & !(flag::KEPT_FREE as i32);
            self.count.set(flags | (flag::LOGGED | (list as u32) << flag::LIST_SHIFT) as i32);
        } else {
            let flags = self.flags.get() & !flag::KEPT_FREE;
            self.flags.set(flags | flag::LOGGED | (list as u32) << flag::LIST_SHIFT);
        }
    }

    /// Is this a live object whose payload may be looked at?
    #[inline]
    pub(crate) fn is_open(&self) -> bool {
        !self.has(flag::MASKED) && !(count::DYING..0).contains(&self.count.get())
    }

    /// Counts one more reference.
    #[inline(always)]
    pub(crate) fn increment(this: Hdr) {
        // SAFETY: the caller holds a reference, so the header is live; statics that threads share are immortal and
        // are never written on this path.
        let header = unsafe { this.as_ref() };
        let more = header.count.get().wrapping_add(1);
        if more < 0 {
            return Self::increment_cold(this);
        }
        header.count.set(more);
    }

    #[cold]
    #[inline(never)]
    fn increment_cold(this: Hdr) {
        // SAFETY: as in `increment`.
        let header = unsafe { this.as_ref() };
        if !header.is_immortal() {
            Self::increment_touched(this);
        }
    }

    #[cold]
    #[inline(never)]
    fn increment_touched(this: Hdr) {
        // SAFETY: as in `increment`.
        let header = unsafe { this.as_ref() };
        let count = header.count.get();
        if count < count::IMMORTAL {
            crate::heap::touched(this);
            // Ordinary: one less stands for as many.
            return header.count.set(count & count::CALM_MAX);
        }
        match header.state() {
            // 2^31 references: from here on it is never freed (PEP 683 saturates likewise).
            State::Ordinary(_) => header.count.set(count::IMMORTAL),
            State::Calm(_) | State::Immortal => {}
            State::Dying | State::Queued | State::Free => dead_reference("clone"),
        }
    }

    /// Releases one reference; frees the object when it was the last.
    #[inline(always)]
    pub(crate) fn decrement(this: Hdr) {
        // SAFETY: the caller gives up a reference it holds, so the header is live.
        let header = unsafe { this.as_ref() };
        let count = header.count.get();
        let less = count.wrapping_sub(1);
        if less < 0 {
            if count == 0 || count == count::CALM | 1 {
                // SAFETY: the last reference is ours and it is given up here; a live object's info is valid.
                return unsafe { ((*header.info.get()).death)(this) };
            }
            return Self::decrement_cold(this);
        }
        header.count.set(less);
    }

    #[cold]
    #[inline(never)]
    fn decrement_cold(this: Hdr) {
        // SAFETY: as in `decrement`.
        let header = unsafe { this.as_ref() };
        if !header.is_immortal() {
            Self::decrement_touched(this);
        }
    }

    // Apart, so that the way of an immortal object saves no registers.
    #[cold]
    #[inline(never)]
    fn decrement_touched(this: Hdr) {
        // SAFETY: as in `decrement`.
        let header = unsafe { this.as_ref() };
        match header.state() {
            State::Calm(n) => {
                crate::heap::touched(this);
                header.count.set(n as i32 - 2);
            }
            State::Immortal => {}
            _ => dead_reference("drop"),
        }
    }
}

/// A reference to a dead object was used: only wrong `unsafe` code outside gets here. Going on would corrupt the heap.
#[cold]
fn dead_reference(what: &str) -> ! {
    // Not `eprintln!`: what a test harness captures is lost in an abort.
    let _ = writeln!(
        std::io::stderr(),
        "adder-gc: {what} of a reference to an object that was already freed (a reference was released twice through \
         `from_raw` or an untyped handle); aborting"
    );
    std::process::abort()
}

/// The header in front of a payload.
///
/// # Safety
/// `payload` points at the payload of an object of this crate, with provenance for its whole block.
#[inline(always)]
pub(crate) unsafe fn header_of(payload: NonNull<u8>) -> Hdr {
    // SAFETY: every payload has its header right in front.
    unsafe { payload.cast::<Header>().sub(1) }
}

/// The payload behind a header.
#[inline(always)]
pub(crate) fn payload_of(header: Hdr) -> NonNull<u8> {
    // SAFETY: the payload starts right behind the header, inside the block or one past its end.
    unsafe { header.add(1).cast() }
}

/// A header that is no object's: what a cleared `Gc` points to. Immortal, so that clone and drop need no test of their own.
#[repr(C, align(16))]
pub(crate) struct Tombstone {
    header: Header,
    /// Something to point at: the payload address must differ from the end of the static.
    after: [u8; 16],
}

// SAFETY: immortal headers are never written.
unsafe impl Sync for Tombstone {}

pub(crate) static TOMBSTONE: Tombstone = Tombstone {
    header: Header {
        count: Cell::new(count::IMMORTAL),
        flags: Cell::new(flag::FOREIGN | flag::MASKED),
        info: Cell::new(core::ptr::null()),
    },
    after: [0; 16],
};

impl Tombstone {
    /// The payload address of a cleared reference.
    #[inline(always)]
    pub(crate) fn payload() -> NonNull<u8> {
        let _ = &TOMBSTONE.after;
        let base: *const Tombstone = &raw const TOMBSTONE;
        // SAFETY: inside the static, right behind its header; a static's address is not null.
        unsafe { NonNull::new_unchecked(base.cast::<u8>().add(HEADER_SIZE).cast_mut()) }
    }

    #[cfg(adder_system_alloc)]
    #[inline(always)]
    pub(crate) fn header() -> Hdr {
        // SAFETY: the static starts with its header.
        unsafe { Self::payload().cast::<Header>().sub(1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_reference_that_is_held_for_a_while_leaves_an_object_calm() {
        let header = Header {
            count: Cell::new(count::CALM | 1),
            flags: Cell::new(flag::TRACKED),
            info: Cell::new(core::ptr::null()),
        };
        let this = Hdr::from(&header);
        Header::increment_calmly(this);
        assert_eq!(header.state(), State::Calm(2));
        Header::decrement_calmly(this);
        assert_eq!(header.state(), State::Calm(1));
        // A suspect stays one, an immortal is not written.
        for (before, between) in [(State::Ordinary(2), State::Ordinary(3)), (State::Immortal, State::Immortal)] {
            header.count.set(if before == State::Immortal { count::IMMORTAL } else { 1 });
            Header::increment_calmly(this);
            assert_eq!(header.state(), between);
            Header::decrement_calmly(this);
            assert_eq!(header.state(), before);
        }
    }

    #[test]
    fn every_range_of_the_count_is_its_state() {
        assert_eq!(State::of(0), State::Ordinary(1));
        assert_eq!(State::of(i32::MAX), State::Ordinary(1 << 31));
        assert_eq!(State::of(count::CALM | 1), State::Calm(1));
        const { assert!((count::CALM | 1) - 1 < 0, "a drop of a calm object's only reference takes the cold path") };
        assert_eq!(State::of(count::CALM | count::CALM_MAX), State::Calm((1 << 30) - 1));
        assert_eq!(State::of(count::IMMORTAL), State::Immortal);
        assert_eq!(State::of(count::DYING), State::Dying);
        assert_eq!(State::of(count::QUEUED), State::Queued);
        assert_eq!(State::of(count::QUEUED | 0x07FF_FFFF), State::Queued);
        assert_eq!(State::of(count::FREE), State::Free);
    }
}
