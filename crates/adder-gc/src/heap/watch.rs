//! Births and deaths told to a watcher, at no cost while there is none.
//!
//! A heap that is watched keeps the free list of each current page empty, so that every birth takes the slow way, where it is
//! told; and every object is born with a flag that sends its death the careful way.

use core::ptr::NonNull;

use super::Inner;
use crate::header::{Hdr, flag};
#[cfg(not(adder_system_alloc))]
use crate::page::PageState;
use crate::page::{Page, Placement};
use crate::raw::Watcher;

impl Inner {
    pub(crate) fn set_watcher(&self, watcher: Option<Watcher>) {
        let flags = self.birth.get() & !flag::WATCHED;
        self.birth.set(if watcher.is_some() { flags | flag::WATCHED } else { flags });
        self.watcher.set(watcher);
        if watcher.is_none() {
            return;
        }
        // What is there already dies the careful way too: its block must not come back to the short way.
        for page in self.pages() {
            // SAFETY: pages in the table are live.
            let page = unsafe { page.as_ref() };
            // SAFETY: `for_each` gives initialised headers.
            page.for_each(|_, header| unsafe { header.as_ref() }.set(flag::WATCHED));
            self.keep_short_way_closed(page);
        }
    }

    /// After a block went back to a page: a watched heap's current pages have an empty free list.
    #[cfg(not(adder_system_alloc))]
    pub(super) fn keep_short_way_closed(&self, page: &Page) {
        if self.is_watched() && page.state.get() == PageState::Current {
            page.put_off();
        }
    }

    /// There is no short way here.
    #[cfg(adder_system_alloc)]
    pub(super) fn keep_short_way_closed(&self, _: &Page) {}

    /// The epoch that objects are born in from now on.
    pub(crate) fn set_birth_epoch(&self, epoch: u32) {
        let lower = self.birth.get() & ((1 << flag::EPOCH_SHIFT) - 1);
        self.birth.set(epoch << flag::EPOCH_SHIFT | lower);
    }

    #[inline]
    pub(crate) fn is_watched(&self) -> bool {
        self.birth.get() & flag::WATCHED != 0
    }

    /// Does the watcher refuse a request for so many bytes?
    #[inline]
    pub(super) fn is_refused(&self, bytes: usize) -> bool {
        self.is_watched() && self.ask_watcher(bytes)
    }

    #[cold]
    fn ask_watcher(&self, bytes: usize) -> bool {
        self.watcher.get().is_some_and(|watcher| {
            // SAFETY: by the contract of `raw::watch`.
            watcher.asked.is_some_and(|asked| !unsafe { asked(watcher.data, bytes) })
        })
    }

    /// A block was taken on the slow way.
    #[inline]
    pub(super) fn watch_birth(&self, block: Hdr, placed: Placement) {
        if self.is_watched()
            && let Some(watcher) = self.watcher.get()
        {
            // SAFETY: by the contract of `raw::watch`.
            unsafe { (watcher.born)(watcher.data, block.addr().get(), placed.bytes) };
        }
    }

    #[inline]
    pub(crate) fn watch_buffer(&self, buffer: NonNull<u8>, bytes: usize) {
        if self.is_watched()
            && let Some(watcher) = self.watcher.get()
        {
            // SAFETY: by the contract of `raw::watch`.
            unsafe { (watcher.born)(watcher.data, buffer.addr().get(), bytes) };
        }
    }

    #[inline]
    pub(crate) fn watch_buffer_end(&self, buffer: NonNull<u8>) {
        if self.is_watched() {
            self.watch_death(buffer.addr().get());
        }
    }

    #[cold]
    pub(crate) fn watch_death(&self, address: usize) {
        if let Some(watcher) = self.watcher.get() {
            // SAFETY: by the contract of `raw::watch`.
            unsafe { (watcher.died)(watcher.data, address) };
        }
    }
}
