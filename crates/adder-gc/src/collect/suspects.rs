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
//! Invariant: a tracked object whose count is ordinary stands in exactly one of the lists, and its flags say in which. An entry
//! may be stale: the object is calm again, its block is free or belongs to another object, or stands in another list since.
//! Stale entries are dropped when their list is looked at.

use core::cell::UnsafeCell;

use super::list::{Lane, List};
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
        Suspects {
            lists: [
                UnsafeCell::new(List::new(Lane::Suspects(0))),
                UnsafeCell::new(List::new(Lane::Suspects(1))),
                UnsafeCell::new(List::new(Lane::Suspects(2))),
                UnsafeCell::new(List::new(Lane::Suspects(3))),
            ],
        }
    }

    #[allow(clippy::mut_from_ref, reason = "one thread, and no borrow is held while other code runs")]
    fn list(&self, list: usize) -> &mut List {
        // SAFETY: the methods below run no other code while they hold it.
        unsafe { &mut *self.lists[list].get() }
    }

    /// Adds a suspect to the youngest list, unless it is there already.
    ///
    /// The object is tracked and not queued.
    pub(crate) fn add(&self, header: Hdr) {
        // SAFETY: the caller holds the object.
        if unsafe { header.as_ref() }.listed() != Some(0) {
            self.put(0, header);
        }
    }

    /// [`add`](Self::add) for a calm object.
    #[inline]
    pub(crate) fn add_calm(&self, header: Hdr) {
        // SAFETY: the caller holds the object.
        let h = unsafe { header.as_ref() };
        let flags = h.flags.get();
        if flags & flag::KEPT_FREE == flag::LOGGED {
            return;
        }
        #[cfg(adder_system_alloc)]
        self.forget(header);
        h.flags.set(flags & !flag::KEPT_FREE | flag::LOGGED);
        self.list(0).push(header);
    }

    /// Adds a suspect to a list; its entry in another one is stale from then on.
    pub(crate) fn put(&self, list: usize, header: Hdr) {
        #[cfg(adder_system_alloc)]
        self.forget(header);
        // SAFETY: the caller holds the object, or its page is held.
        unsafe { header.as_ref() }.set_listed(list);
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
        taken.retain(|&header| match look(header, list) {
            Entry::Suspect => true,
            Entry::Dying => {
                dying.push(header);
                false
            }
            Entry::Stale => false,
        });
        self.list(list).extend(dying);
        taken
    }

    /// Takes one suspect from the end of a list.
    pub(crate) fn pop(&self, list: usize) -> Option<Hdr> {
        loop {
            let header = self.list(list).pop()?;
            match look(header, list) {
                Entry::Suspect => return Some(header),
                // Its turn comes again when it is free.
                Entry::Dying => self.put(0, header),
                Entry::Stale => {}
            }
        }
    }

    /// Drops all entries. The blocks seem to stand in a list still: the caller sees to that.
    pub(crate) fn clear(&self) {
        for list in 0..LISTS {
            self.list(list).clear();
        }
    }

    /// Drops the entries of free blocks.
    pub(crate) fn forget_freed(&self) {
        for list in 0..LISTS {
            self.list(list).retain(|header| !is_free(header) || matches!(look(header, list), Entry::Suspect));
        }
    }

    /// The block is about to leave our hands (it is not kept like the blocks of carved pages), or its entry is stale.
    #[cfg(adder_system_alloc)]
    pub(crate) fn forget(&self, header: Hdr) {
        for list in 0..LISTS {
            self.list(list).forget(header);
        }
    }
}

enum Entry {
    Suspect,
    Dying,
    Stale,
}

fn is_free(header: Hdr) -> bool {
    // SAFETY: pages of listed blocks are held.
    matches!(unsafe { header.as_ref() }.state(), State::Free)
}

/// What an entry of a list, which was just taken out, stands for. Of a stale one the block forgets that it was listed.
fn look(header: Hdr, list: usize) -> Entry {
    // SAFETY: pages of listed blocks are held.
    let h = unsafe { header.as_ref() };
    if h.listed() != Some(list) {
        return Entry::Stale;
    }
    match h.state() {
        State::Ordinary(_) => Entry::Suspect,
        State::Dying | State::Queued => Entry::Dying,
        State::Calm(_) | State::Immortal | State::Free => {
            h.unlog();
            Entry::Stale
        }
    }
}
