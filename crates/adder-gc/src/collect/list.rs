//! Lists of objects that grow without ever being moved: no step of a collection may stop to copy millions of entries.

use crate::header::Hdr;

/// Entries in a chunk.
const CHUNK: usize = 4096;

/// Where every block is an allocation of its own: the word in front of a block that says where in the lists of one kind it
/// stands, so that its entry is found when it is freed. (Blocks of carved pages stay where they are, and entries with them.)
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    /// Nothing is freed while the list lives.
    None,
    /// The lists of suspects, by their number. A block has one entry in all of them.
    Suspects(u8),
    /// The candidates of a pass.
    Candidates,
    /// The queue of a pass.
    Queue,
}

/// A stack of objects in chunks; entries are found by position too.
pub(crate) struct List {
    /// All full but the last.
    chunks: Vec<Vec<Hdr>>,
    #[cfg(adder_system_alloc)]
    lane: Lane,
}

impl List {
    #[cfg_attr(
        not(adder_system_alloc),
        expect(unused_variables, reason = "blocks of carved pages stay where they are")
    )]
    pub(crate) const fn new(lane: Lane) -> List {
        List {
            chunks: Vec::new(),
            #[cfg(adder_system_alloc)]
            lane,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.chunks.last().map_or(0, |last| (self.chunks.len() - 1) * CHUNK + last.len())
    }

    pub(crate) fn bytes(&self) -> usize {
        self.chunks.len() * CHUNK * size_of::<Hdr>() + self.chunks.capacity() * size_of::<Vec<Hdr>>()
    }

    #[inline]
    pub(crate) fn push(&mut self, header: Hdr) {
        #[cfg(adder_system_alloc)]
        self.note_place(header);
        match self.chunks.last_mut() {
            Some(last) if last.len() < CHUNK => last.push(header),
            _ => self.push_chunk(header),
        }
    }

    #[cold]
    #[inline(never)]
    fn push_chunk(&mut self, header: Hdr) {
        let mut chunk = Vec::with_capacity(CHUNK);
        chunk.push(header);
        self.chunks.push(chunk);
    }

    pub(crate) fn clear(&mut self) {
        self.chunks.clear();
    }

    #[inline]
    pub(crate) fn pop(&mut self) -> Option<Hdr> {
        let last = self.chunks.last_mut()?;
        let popped = last.pop();
        if last.is_empty() {
            self.chunks.pop();
        }
        popped
    }

    #[inline]
    pub(crate) fn get(&self, position: usize) -> Option<Hdr> {
        self.chunks.get(position / CHUNK)?.get(position % CHUNK).copied()
    }

    pub(crate) fn extend(&mut self, more: impl IntoIterator<Item = Hdr>) {
        for header in more {
            self.push(header);
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Hdr> + '_ {
        self.chunks.iter().flatten().copied()
    }

    /// Keeps the entries that `keep` says, in their order.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(Hdr) -> bool) {
        let old = core::mem::take(&mut self.chunks);
        for chunk in old {
            self.extend(chunk.into_iter().filter(|&header| keep(header)));
        }
    }

    /// Takes up to `most` entries from the end.
    pub(crate) fn take_some(&mut self, most: usize) -> Vec<Hdr> {
        let mut taken = Vec::with_capacity(most.min(self.len()));
        while taken.len() < most {
            let Some(last) = self.chunks.last_mut() else { break };
            let from = last.len().saturating_sub(most - taken.len());
            taken.extend(last.drain(from..));
            if last.is_empty() {
                self.chunks.pop();
            }
        }
        taken
    }
}

#[cfg(adder_system_alloc)]
impl List {
    /// The number of the list among those of its lane, above 32 bits of the position + 1.
    fn number(&self) -> u64 {
        if let Lane::Suspects(number) = self.lane { u64::from(number) << 32 } else { 0 }
    }

    /// The block remembers that it is the next entry.
    fn note_place(&self, header: Hdr) {
        if let Some(place) = crate::page::place_of(header, self.lane) {
            place.set(self.number() | (self.len() as u64 + 1));
        }
    }

    /// The block is about to be freed, or to stand in another list of the lane: a tombstone takes the place of its entry, if
    /// it has one here. Positions stay what they are.
    pub(crate) fn forget(&mut self, header: Hdr) {
        let Some(place) = crate::page::place_of(header, self.lane) else { return };
        // What it remembers may be old; the entry tells.
        let Some(position) = place.get().checked_sub(self.number() + 1).map(|place| place as usize) else { return };
        if let Some(entry) = self.chunks.get_mut(position / CHUNK).and_then(|chunk| chunk.get_mut(position % CHUNK))
            && *entry == header
        {
            *entry = crate::header::Tombstone::header();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(n: usize) -> Hdr {
        Hdr::without_provenance(core::num::NonZero::new(n * 16 + 16).expect("not zero"))
    }

    #[test]
    fn a_stack_with_positions() {
        let mut list = List::new(Lane::None);
        for n in 0..3 * CHUNK + 5 {
            list.push(header(n));
        }
        assert_eq!(list.len(), 3 * CHUNK + 5);
        assert_eq!(list.get(CHUNK), Some(header(CHUNK)));
        assert_eq!(list.get(3 * CHUNK + 5), None);
        assert_eq!(list.pop(), Some(header(3 * CHUNK + 4)));
        assert_eq!(list.take_some(10).len(), 10);
        assert_eq!(list.len(), 3 * CHUNK + 4 - 10);
        list.retain(|h| h.addr().get() % 32 == 0);
        assert_eq!(list.len(), (3 * CHUNK - 6) / 2);
        assert_eq!(list.iter().count(), list.len());
        while list.pop().is_some() {}
        assert_eq!(list.len(), 0);
    }
}
