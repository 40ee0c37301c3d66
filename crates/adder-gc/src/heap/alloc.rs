//! Birth: a block, its header, and a collection now and then.

use core::ptr::NonNull;

use super::{Inner, OutOfMemory, no_page};
use crate::header::{Hdr, count, flag};
use crate::info::TypeInfo;
#[cfg(not(adder_system_alloc))]
use crate::page::pop_free;
use crate::page::{LARGE, Page, PageState, Placement, Refused};

impl Inner {
    /// A block with its header written: one reference, the given flags; the payload is not initialised.
    #[inline(always)]
    pub(crate) fn birth(
        &self,
        placed: Placement,
        tracked: bool,
        flags: u32,
        info: *const TypeInfo,
    ) -> Result<Hdr, OutOfMemory> {
        let header = self.block(placed, tracked)?;
        // SAFETY: a free block of ours with an initialised header.
        let h = unsafe { header.as_ref() };
        // An entry in the lists of suspects that an earlier life of this block left.
        h.flags.set(flags | self.birth.get() | h.flags.get() & flag::KEPT_FREE);
        h.info.set(info);
        // Calm: see `collect::suspects`. What is not tracked is never a suspect.
        h.count.set(if tracked { count::CALM | 1 } else { 0 });
        Ok(header)
    }

    #[cfg(not(adder_system_alloc))]
    #[inline(always)]
    fn block(&self, placed: Placement, tracked: bool) -> Result<Hdr, OutOfMemory> {
        if placed.class != LARGE {
            // SAFETY: the current page of a bin is live.
            let page = unsafe { self.bins[placed.bin(tracked)].current.get().as_ref() };
            if let Some(block) = pop_free(page) {
                return Ok(block);
            }
        }
        self.block_slow(placed, tracked)
    }

    #[cfg(adder_system_alloc)]
    fn block(&self, placed: Placement, tracked: bool) -> Result<Hdr, OutOfMemory> {
        self.block_slow(placed, tracked)
    }

    #[cold]
    #[inline(never)]
    fn block_slow(&self, placed: Placement, tracked: bool) -> Result<Hdr, OutOfMemory> {
        self.check_owner();
        crate::collect::pace(self);
        if self.is_refused(placed.bytes) {
            return Err(self.out_of_memory(placed.bytes, false));
        }
        loop {
            if let Some(block) = self.try_block(placed, tracked) {
                self.watch_birth(block, placed);
                return Ok(block);
            }
            crate::collect::look_ahead(self, placed.bytes);
            if let Err(refused) = self.new_page(placed, tracked) {
                let again = || {
                    let block = self.try_block(placed, tracked);
                    block.or_else(|| self.new_page(placed, tracked).ok().and_then(|()| self.try_block(placed, tracked)))
                };
                let granted = crate::collect::make_room(self, again);
                if let Some(block) = granted {
                    self.watch_birth(block, placed);
                }
                return granted.ok_or_else(|| self.out_of_memory(placed.bytes, matches!(refused, Refused::System)));
            }
        }
    }

    /// A block from the pages there are.
    fn try_block(&self, placed: Placement, tracked: bool) -> Option<Hdr> {
        if placed.class == LARGE {
            return self.gc.fresh_large.take().and_then(|page| {
                // SAFETY: a page just taken for this object.
                let page = unsafe { page.as_ref() };
                #[cfg(adder_system_alloc)]
                return crate::page::Store::large_block(page);
                #[cfg(not(adder_system_alloc))]
                page.take_block().map(|(block, _)| block)
            });
        }
        // Where every block is an allocation of its own, each of them asks.
        #[cfg(adder_system_alloc)]
        if self.usable().saturating_sub(self.used_bytes()) < crate::page::Store::block_cost(placed) {
            return None;
        }
        let bin = &self.bins[placed.bin(tracked)];
        loop {
            // SAFETY: the current page of a bin is live.
            let page = unsafe { bin.current.get().as_ref() };
            if page.state.get() == PageState::Current {
                #[cfg(not(adder_system_alloc))]
                let taken = if self.is_watched() { page.take_alone() } else { page.take_block() };
                #[cfg(adder_system_alloc)]
                let taken = page.take_block();
                if let Some((block, more)) = taken {
                    if tracked {
                        self.gc.handed.set(self.gc.handed.get() + more);
                    }
                    return Some(block);
                }
                page.end_current();
            }
            let next = self.next_page(placed.bin(tracked));
            bin.current.set(next.unwrap_or(no_page()));
            next?;
        }
    }

    /// Another page of the bin that has free blocks.
    fn next_page(&self, bin: usize) -> Option<NonNull<Page>> {
        // SAFETY: pages in lists are live; short changes that run no other code.
        unsafe {
            if let Some(page) = NonNull::new(self.bins[bin].partial.get()) {
                self.remove_partial(&self.bins[bin], page.as_ref());
                page.as_ref().make_current();
                page.as_ref().sort_free();
                return Some(page);
            }
            let empty = &mut *self.empty.get();
            let at = empty.iter().rposition(|p| p.as_ref().bin.get() == bin as u32)?;
            let page = empty.swap_remove(at);
            self.low.set(self.low.get().min(empty.len()));
            page.as_ref().make_current();
            page.as_ref().sort_free();
            Some(page)
        }
    }

    fn new_page(&self, placed: Placement, tracked: bool) -> Result<(), Refused> {
        if placed.class == LARGE && tracked {
            self.gc.handed.set(self.gc.handed.get() + 1);
        }
        self.recycle();
        let spare = self.usable().saturating_sub(self.used_bytes());
        let page = self.store.take(self, placed, tracked, spare)?;
        self.register(page);
        // SAFETY: a fresh page of ours.
        let it = unsafe { page.as_ref() };
        if placed.class == LARGE {
            it.state.set(PageState::Full);
            self.gc.fresh_large.set(Some(page));
        } else {
            it.make_current();
            self.bins[placed.bin(tracked)].current.set(page);
        }
        Ok(())
    }

    pub(crate) fn out_of_memory(&self, requested: usize, system: bool) -> OutOfMemory {
        OutOfMemory { limit: self.limit.get(), used: self.used_bytes(), requested, system }
    }

    /// Is there room for so many bytes?
    pub(super) fn fits(&self, more: usize) -> bool {
        let limit = self.usable();
        // The sum of what the tables take is not free: without a limit nobody asks.
        limit == usize::MAX || self.used_bytes().checked_add(more).is_some_and(|sum| sum <= limit)
    }

    /// May `more` bytes be taken? Frees what it can before it says no.
    pub(super) fn make_room(&self, more: usize) -> Result<(), OutOfMemory> {
        if self.fits(more) {
            return Ok(());
        }
        crate::collect::make_room(self, || self.fits(more).then_some(())).ok_or_else(|| self.out_of_memory(more, false))
    }
}
