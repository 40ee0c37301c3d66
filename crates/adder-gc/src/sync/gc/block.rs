//! Blocks for objects that are being made.

use core::sync::atomic::Ordering;

use crate::heap::OutOfMemory;
use crate::page::{LARGE, Placement};
use crate::sync::count::{CALM, MASKED, ONE};
use crate::sync::header::{Hdr, WEAK};
use crate::sync::info::Info;
use crate::sync::page::free_block;
use crate::sync::thread::{self, with_record};
use crate::sync::{collect, store, weak};

/// A block for an object, and what its halves start with. Its header is not written: nobody sees an object in it yet.
#[inline(always)]
pub(in crate::sync) fn block(placed: Placement, tracked: bool) -> Result<(Hdr, (u32, u32)), OutOfMemory> {
    let record = thread::record();
    if placed.class != LARGE && !record.is_null() {
        // SAFETY: records live for ever.
        let record = unsafe { &*record };
        if let Some(block) = record.pop(placed.bin(tracked)) {
            return Ok((block, born(record.birth.get(), tracked)));
        }
    }
    block_slow(placed, tracked)
}

/// What the halves of a newborn start with: what collections look at is born calm.
#[inline(always)]
fn born((local, shared): (u32, u32), tracked: bool) -> (u32, u32) {
    (if tracked { local | CALM } else { local }, shared)
}

#[cold]
#[inline(never)]
fn block_slow(placed: Placement, tracked: bool) -> Result<(Hdr, (u32, u32)), OutOfMemory> {
    with_record(|record| {
        record.poll();
        collect::pace(placed.bytes);
        let take = || {
            if placed.class == LARGE {
                if tracked {
                    thread::FRESH.fetch_add(placed.bytes / 64, Ordering::Relaxed);
                }
                // Owned by nobody: merged from birth.
                store::take_large(placed, tracked).map(|block| (block, born((0, ONE), tracked)))
            } else {
                record.block_slow(placed, tracked).map(|block| (block, born(record.birth.get(), tracked)))
            }
        };
        take().or_else(|_| {
            collect::make_room();
            store::trim();
            take().map_err(|refused| store::out_of_memory(placed.bytes, matches!(refused, store::Refused::System)))
        })
    })
}

/// An object that is being made, masked meanwhile: its block goes back if its maker panics.
pub(in crate::sync) struct Unborn {
    header: Hdr,
    birth: (u32, u32),
}

impl Unborn {
    /// # Safety
    /// The info outlives this; for an object that is [`born`](Unborn::born), the object.
    pub(in crate::sync) unsafe fn new(
        placed: Placement,
        tracked: bool,
        info: *const Info,
    ) -> Result<Unborn, OutOfMemory> {
        let (header, birth) = block(placed, tracked)?;
        // SAFETY: a fresh block; the info lives as long as it is asked for. Masked, so that nobody looks at the payload, or counts.
        unsafe {
            header.as_ref().set_info(info);
            header.as_ref().counts.birth(0, ONE | MASKED);
        }
        Ok(Unborn { header, birth })
    }

    pub(in crate::sync) fn header(&self) -> Hdr {
        self.header
    }

    /// The object is made; its one reference is the caller's.
    ///
    /// # Safety
    /// The payload is initialised.
    pub(in crate::sync) unsafe fn born(self) -> Hdr {
        let (header, (local, shared)) = (self.header, self.birth);
        core::mem::forget(self);
        // SAFETY: by the contract. The thread's record is the same as when the block was taken, or the object is born merged.
        unsafe { header.as_ref() }.counts.birth(local, shared);
        header
    }
}

impl Drop for Unborn {
    fn drop(&mut self) {
        // SAFETY: nobody has a reference to it, and weak ones do not answer.
        unsafe {
            if self.header.as_ref().has(WEAK) {
                weak::clear(self.header).run();
            }
            free_block(self.header);
        }
    }
}
