//! Lists of objects that grow without ever being moved: no step of a collection may stop to copy millions of entries.

use crate::header::Hdr;

/// Entries in a chunk.
const CHUNK: usize = 4096;

/// A stack of objects in chunks; entries are found by position too.
#[derive(Default)]
pub(crate) struct List {
    /// All full but the last.
    chunks: Vec<Vec<Hdr>>,
}

impl List {
    pub(crate) const fn new() -> List {
        List { chunks: Vec::new() }
    }

    pub(crate) fn len(&self) -> usize {
        self.chunks.last().map_or(0, |last| (self.chunks.len() - 1) * CHUNK + last.len())
    }

    pub(crate) fn bytes(&self) -> usize {
        self.chunks.len() * CHUNK * size_of::<Hdr>() + self.chunks.capacity() * size_of::<Vec<Hdr>>()
    }

    #[inline]
    pub(crate) fn push(&mut self, header: Hdr) {
        match self.chunks.last_mut() {
            Some(last) if last.len() < CHUNK => last.push(header),
            _ => {
                let mut chunk = Vec::with_capacity(CHUNK);
                chunk.push(header);
                self.chunks.push(chunk);
            }
        }
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

    /// Changes entries in place.
    #[cfg(adder_system_alloc)]
    pub(crate) fn replace(&mut self, old: Hdr, new: Hdr) {
        for entry in self.chunks.iter_mut().flatten() {
            if *entry == old {
                *entry = new;
            }
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
        let mut list = List::new();
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
