//! The objects that may have become cyclic garbage.
//!
//! An object is born *calm* and becomes a suspect the first time a reference to it is cloned, or one of several dropped:
//! garbage cycles need such an object (Bacon and Rajan's possible roots). For when the last reference from outside a cycle
//! goes, it goes by a decrement to an object of the cycle, or it moves into the cycle; and to move a reference into an
//! object safe Rust must borrow that object through another one, which goes later. Doors that move references without a
//! borrow (`from_raw`, untyped handles) make the object a suspect themselves.
//!
//! So an object that is made, moved to its place, and dropped costs the collector nothing at all, and a collection costs
//! what has been touched, not what is alive.
//!
//! Invariant: a tracked object whose count is ordinary stands in exactly one of the lists and has the flag `LOGGED`. An
//! object with the flag may be calm or a free block: then the entry is stale and is dropped when its list is looked at.

use core::cell::UnsafeCell;

use super::list::List;
use crate::header::{Hdr, State, flag};

/// The lists: touched since the last collection; survived one of generation 0; of generation 1; reach too much to be looked
/// at alone.
pub(crate) const LISTS: usize = 4;
pub(crate) const HARD: usize = 3;

pub(crate) struct Suspects {
    lists: [UnsafeCell<List>; LISTS],
}

impl Suspects {
    pub(crate) const fn new() -> Suspects {
        Suspects { lists: [const { UnsafeCell::new(List::new()) }; LISTS] }
    }

    #[allow(clippy::mut_from_ref, reason = "one thread, and no borrow is held while other code runs")]
    fn list(&self, list: usize) -> &mut List {
        // SAFETY: the methods below run no other code while they hold it.
        unsafe { &mut *self.lists[list].get() }
    }

    /// Adds a suspect to the youngest list, unless its block is in a list already.
    ///
    /// The object is tracked and not queued.
    pub(crate) fn add(&self, header: Hdr) {
        // SAFETY: the caller holds the object.
        let h = unsafe { header.as_ref() };
        if !h.has(flag::LOGGED) {
            h.set(flag::LOGGED);
            self.list(0).push(header);
        }
    }

    /// Adds a suspect that is `LOGGED` and in no list.
    pub(crate) fn put(&self, list: usize, header: Hdr) {
        self.list(list).push(header);
    }

    pub(crate) fn len(&self, list: usize) -> usize {
        self.list(list).len()
    }

    pub(crate) fn total(&self) -> usize {
        (0..LISTS).map(|list| self.len(list)).sum()
    }

    pub(crate) fn is_empty(&self) -> bool {
        (0..LISTS).all(|list| self.len(list) == 0)
    }

    pub(crate) fn bytes(&self) -> usize {
        (0..LISTS).map(|list| self.list(list).bytes()).sum()
    }

    /// Takes a list: its suspects that live. Stale entries are dropped; dying objects stay in the list.
    pub(crate) fn take(&self, list: usize) -> Vec<Hdr> {
        self.take_some(list, usize::MAX)
    }

    /// Takes so many entries at most from the end of a list, as [`take`](Self::take) does.
    pub(crate) fn take_some(&self, list: usize, most: usize) -> Vec<Hdr> {
        let mut taken = self.list(list).take_some(most);
        let mut dying = Vec::new();
        taken.retain(|&header| {
            // SAFETY: pages of listed blocks are held.
            let h = unsafe { header.as_ref() };
            match h.state() {
                State::Ordinary(_) => true,
                State::Dying | State::Queued => {
                    dying.push(header);
                    false
                }
                State::Calm(_) | State::Immortal | State::Free => {
                    h.unset(flag::LOGGED);
                    false
                }
            }
        });
        self.list(list).extend(dying);
        taken
    }

    /// Takes one suspect from the end of a list.
    pub(crate) fn pop(&self, list: usize) -> Option<Hdr> {
        loop {
            let header = self.list(list).pop()?;
            // SAFETY: pages of listed blocks are held.
            let h = unsafe { header.as_ref() };
            match h.state() {
                State::Ordinary(_) => return Some(header),
                State::Dying | State::Queued => {
                    // Its turn comes again when it is free.
                    self.list(0).push(header);
                }
                State::Calm(_) | State::Immortal | State::Free => h.unset(flag::LOGGED),
            }
        }
    }

    /// Drops the entries of free blocks.
    pub(crate) fn forget_freed(&self) {
        for list in 0..LISTS {
            self.list(list).retain(|header| {
                // SAFETY: pages of listed blocks are held.
                let h = unsafe { header.as_ref() };
                let free = matches!(h.state(), State::Free);
                if free {
                    h.unset(flag::LOGGED);
                }
                !free
            });
        }
    }

    /// The block is about to leave our hands (it is not kept like the blocks of carved pages).
    #[cfg(adder_system_alloc)]
    pub(crate) fn forget(&self, header: Hdr) {
        for list in 0..LISTS {
            self.list(list).retain(|h| h != header);
        }
    }
}
