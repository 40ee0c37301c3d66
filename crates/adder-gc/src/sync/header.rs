//! The two words in front of every object of `sync`.
//!
//! ```text
//!  word 0   |  shared half (32)  |  local half (32)   |   see `count`
//!  word 1   |  type info, aligned to 64        |COZTFW|   a free block: the next free one
//!
//!  W  WEAK       the table of weak references has an entry
//!  F  FINALIZED  the finalizer has been called
//!  T  TOUCHED    used while the collector was testing it
//!  Z  FROZEN     in the permanent generation
//!  O  OLD        made before the newest leak guard
//!  C  CONDEMNED  found to be garbage, and being cleared
//! ```
//!
//! All that is known of an object lies in these 16 bytes: no array beside the page, 32 bytes for an object of 16.

use core::ptr::NonNull;
use core::sync::atomic::{AtomicPtr, Ordering};

use super::count::{Counts, Dropped, MASKED, NOBODY, SATURATED, Total, UNCOUNTED};
use super::info::Info;
use super::page::{Page, page_of};
use super::primitive::AtomicU32;
use super::thread;

#[repr(C)]
pub(crate) struct Header {
    pub(crate) counts: Counts,
    word: AtomicPtr<u8>,
}

pub(crate) const HEADER_SIZE: usize = size_of::<Header>();
const _: () = assert!(HEADER_SIZE == crate::header::HEADER_SIZE && align_of::<Header>() == 8);
const _: () = assert!(align_of::<Info>() > FLAGS);

/// A pointer to a header, valid for the whole block behind it.
pub(crate) type Hdr = NonNull<Header>;

pub(crate) const WEAK: usize = 1;
pub(crate) const FINALIZED: usize = 2;
pub(crate) const TOUCHED: usize = 4;
pub(crate) const FROZEN: usize = 8;
pub(crate) const OLD: usize = 16;
pub(crate) const CONDEMNED: usize = 32;
const FLAGS: usize = 63;

impl Header {
    /// The object's type; only of a live object.
    #[inline(always)]
    pub(crate) fn info(&self) -> &'static Info {
        // SAFETY: a live object's word is the address of a type info that outlives it.
        unsafe { &*self.info_pointer() }
    }

    /// The same, with what lies around the info: a reference to it may be used for the info alone.
    #[inline(always)]
    pub(crate) fn info_pointer(&self) -> *const Info {
        self.word.load(Ordering::Relaxed).map_addr(|a| a & !FLAGS).cast()
    }

    #[inline(always)]
    pub(crate) fn set_info(&self, info: *const Info) {
        self.word.store(info.cast_mut().cast(), Ordering::Relaxed);
    }

    /// The object in which the type info lies, for types made at run time; only of a live object. Found from the header's own
    /// pointer: a reference to the info may be used for the info alone.
    #[inline(always)]
    pub(crate) fn owner(&self) -> Option<Hdr> {
        let back = self.info().owner as usize;
        if back == 0 {
            return None;
        }
        let info = self.word.load(Ordering::Relaxed).map_addr(|a| a & !FLAGS);
        // SAFETY: see `TypeInfo::owner`: the info was made in a block, so far behind a header.
        Some(unsafe { NonNull::new_unchecked(info.sub(back)).cast() })
    }

    #[inline(always)]
    pub(crate) fn flags(&self) -> usize {
        self.word.load(Ordering::Acquire).addr() & FLAGS
    }

    #[inline(always)]
    pub(crate) fn has(&self, flag: usize) -> bool {
        self.flags() & flag != 0
    }

    pub(crate) fn set(&self, flag: usize) {
        self.change(|a| a | flag);
    }

    pub(crate) fn unset(&self, flag: usize) {
        self.change(|a| a & !flag);
    }

    fn change(&self, f: impl Fn(usize) -> usize) {
        let _ = self.word.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |p| Some(p.map_addr(&f)));
    }

    /// The next free block, of a free one.
    #[inline(always)]
    pub(crate) fn link(&self) -> *mut Header {
        self.word.load(Ordering::Relaxed).cast()
    }

    #[inline(always)]
    pub(crate) fn set_link(&self, next: *mut Header) {
        self.word.store(next.cast(), Ordering::Relaxed);
    }

    /// Makes a block a free one, whatever lay there.
    pub(crate) unsafe fn write_free(at: Hdr, next: *mut Header) {
        // SAFETY: the caller owns the block. Others may only read its counts.
        unsafe {
            at.as_ref().counts.reset();
            at.as_ref().set_link(next);
        }
    }
}

/// Says that an object was used while it was tested.
#[cold]
#[inline(never)]
pub(crate) fn touch(header: Hdr) {
    // SAFETY: the caller has a reference (or holds the slot of a weak one, without which the block is not given back).
    unsafe { header.as_ref() }.set(TOUCHED);
}

/// Counts one more reference.
#[inline(always)]
pub(crate) fn increment(header: Hdr) {
    // SAFETY: the caller holds a reference, so the header is live.
    if !unsafe { header.as_ref() }.counts.fast_clone(thread::fast_tag()) {
        increment_slow(header);
    }
}

#[inline(never)]
fn increment_slow(header: Hdr) {
    let me = thread::fast_tag();
    if me == NOBODY {
        return increment_special(header);
    }
    // SAFETY: as in `increment`.
    let counts = unsafe { &header.as_ref().counts };
    if !counts.calm_clone(me) {
        counts.clone_elsewhere();
    }
}

#[cold]
#[inline(never)]
fn increment_special(header: Hdr) {
    // SAFETY: as in `increment`.
    unsafe { header.as_ref() }.counts.clone(thread::tag(), || touch(header));
}

/// Releases one reference; lets the object die if it was the last.
#[inline(always)]
pub(crate) fn decrement(header: Hdr) {
    // SAFETY: the caller gives up a reference, so the header is live.
    if !unsafe { header.as_ref() }.counts.fast_drop(thread::fast_tag()) {
        decrement_slow(header);
    }
}

#[inline(never)]
fn decrement_slow(header: Hdr) {
    let me = thread::fast_tag();
    // SAFETY: the reference is ours.
    let counts = unsafe { &header.as_ref().counts };
    if me == NOBODY || counts.is_calm() {
        return decrement_special(header);
    }
    match counts.drop_elsewhere(me) {
        Some(Dropped::Kept) => {}
        // SAFETY: the last reference was ours and is given up.
        Some(Dropped::Dead) => unsafe { ((*header.as_ptr()).info().death)(header) },
        _ => release_special(header),
    }
}

/// [`decrement`] without the short ways.
#[inline(never)]
pub(crate) fn decrement_special(header: Hdr) {
    // SAFETY: the reference is ours.
    let counts = unsafe { &header.as_ref().counts };
    // With the only reference an object dies, or goes to its owner, who drops it: nothing becomes garbage.
    if counts.is_calm() && counts.total() != Total::Is(1) {
        return decrement_calm(header);
    }
    release_special(header);
}

/// A reference to a calm object is dropped, and there are others: it may be garbage from here on, and its page is to be looked at.
#[inline(never)]
fn decrement_calm(header: Hdr) {
    // SAFETY: the reference is ours.
    let h = unsafe { header.as_ref() };
    if h.has(CONDEMNED) {
        return release_special(header);
    }
    // SAFETY: calm objects lie on pages.
    let page: *const Page = unsafe { page_of(header) };
    // SAFETY: the object is ours until it is released.
    let large = unsafe { (*page).is_large() };
    if large {
        // Its page may go with it.
        // SAFETY: as above.
        unsafe { (*page).touch() };
    }
    h.counts.unset_calm(thread::tag());
    release_special(header);
    if !large {
        // Afterwards: a pass that finds the page not touched yet, and begins, either sees that the reference is gone, or the next
        // pass sees this.
        // SAFETY: the descriptions of pages of small objects stay for ever.
        unsafe { (*page).touch() };
    }
}

/// [`decrement`] of a reference that the collector made, or one that looks from outside: it leaves calm what is calm.
#[inline]
pub(crate) fn release(header: Hdr) {
    // SAFETY: the caller gives up a reference, so the header is live.
    let counts = unsafe { &header.as_ref().counts };
    let me = thread::fast_tag();
    if !counts.calm_drop(me) && !counts.fast_drop(me) {
        release_special(header);
    }
}

/// [`release`] without the short way.
#[inline(never)]
pub(crate) fn release_special(header: Hdr) {
    loop {
        // SAFETY: the reference is still ours.
        match unsafe { header.as_ref() }.counts.drop(thread::tag(), || touch(header)) {
            Dropped::Kept => return,
            Dropped::Dead => {
                // SAFETY: the last reference was ours and is given up.
                unsafe { ((*header.as_ptr()).info().death)(header) };
                return;
            }
            Dropped::Home(owner) => {
                if thread::send_home(owner, header) {
                    return;
                }
                // The owner is gone, and merged all it owned before it went: look again.
            }
        }
    }
}

/// The object may have become part of garbage without a drop: a reference was taken over from nobody knows where.
pub(crate) fn suspect(header: Hdr) {
    // SAFETY: live by the caller's reference.
    let counts = unsafe { &header.as_ref().counts };
    if counts.is_calm() {
        // SAFETY: calm objects lie on pages.
        unsafe { page_of(header) }.touch();
        counts.unset_calm(thread::tag());
    }
}

/// The header in front of a payload.
///
/// # Safety
/// `payload` points at the payload of an object of this module, with provenance for its whole block.
#[inline(always)]
pub(crate) unsafe fn header_of(payload: NonNull<u8>) -> Hdr {
    // SAFETY: every payload has its header right in front.
    unsafe { payload.cast::<Header>().sub(1) }
}

/// The payload behind a header.
#[inline(always)]
pub(crate) fn payload_of(header: Hdr) -> NonNull<u8> {
    // SAFETY: inside the block or one past its end.
    unsafe { header.add(1).cast() }
}

/// What a cleared reference points to: immortal and masked, never written.
#[repr(C, align(16))]
pub(crate) struct Tombstone {
    header: Header,
    /// Something to point at.
    after: [u8; 16],
}

static TOMBSTONE: Tombstone = Tombstone {
    header: Header {
        counts: Counts::of(AtomicU32::new(UNCOUNTED), AtomicU32::new(SATURATED | MASKED)),
        word: AtomicPtr::new(core::ptr::null_mut()),
    },
    after: [0; 16],
};

impl Tombstone {
    /// The payload address of a cleared reference.
    #[inline(always)]
    pub(crate) fn payload() -> NonNull<u8> {
        let _ = &TOMBSTONE.after;
        let base: *const Tombstone = &raw const TOMBSTONE;
        // SAFETY: inside the static, right behind its header.
        unsafe { NonNull::new_unchecked(base.cast::<u8>().add(HEADER_SIZE).cast_mut()) }
    }
}
