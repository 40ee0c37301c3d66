//! What a pickler has written and an unpickler has read, by number; and the stack of an unpickler. All of it is charged to the heap.

use std::collections::BTreeMap;

use adder_gc::{Charge, Clearer, Tracer};
use adder_objects::{Cx, R, Value};

/// A vector whose memory is charged.
pub(super) struct Charged<T> {
    items: Vec<T>,
    charge: Option<Charge>,
}

/// Charges so many bytes in the place of what was charged before.
fn recharge(cx: &Cx, charge: &mut Option<Charge>, bytes: usize) -> R<()> {
    let done = match charge {
        Some(charge) => charge.resize(bytes),
        None => cx.heap.try_charge(bytes).map(|made| *charge = Some(made)),
    };
    done.map_err(|_| cx.no_memory())
}

impl<T> Default for Charged<T> {
    fn default() -> Self {
        Charged::new()
    }
}

impl<T> Charged<T> {
    pub(super) fn new() -> Charged<T> {
        Charged { items: Vec::new(), charge: None }
    }

    #[inline]
    pub(super) fn push(&mut self, cx: &Cx, item: T) -> R<()> {
        if self.items.len() == self.items.capacity() {
            self.grow(cx, 1)?;
        }
        self.items.push(item);
        Ok(())
    }

    #[cold]
    fn grow(&mut self, cx: &Cx, more: usize) -> R<()> {
        let wanted = (self.items.len() + more).max(self.items.capacity() * 2).max(8);
        recharge(cx, &mut self.charge, wanted * size_of::<T>())?;
        match self.items.try_reserve_exact(wanted - self.items.len()) {
            Ok(()) => Ok(()),
            Err(_) => Err(cx.no_memory()),
        }
    }
}

impl<T> core::ops::Deref for Charged<T> {
    type Target = Vec<T>;
    fn deref(&self) -> &Vec<T> {
        &self.items
    }
}

impl<T> core::ops::DerefMut for Charged<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.items
    }
}

/// The objects that a pickler has written, by identity.
#[derive(Default)]
pub(super) struct Written {
    /// Each with its number.
    entries: Charged<(Value, u32)>,
    /// Places of entries plus one, found by address; its length is 0 or a power of two.
    table: Vec<u32>,
    charge: Option<Charge>,
}

impl Written {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Where an address is looked for first: the upper bits of the product are the ones that all bits of the address have a part in.
    fn start(&self, key: usize) -> usize {
        let product = (key as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (product >> (u64::BITS - self.table.len().trailing_zeros())) as usize
    }

    /// The number of an object.
    #[inline]
    pub(super) fn get(&self, object: &Value) -> Option<u32> {
        if self.table.is_empty() {
            return None;
        }
        let mut at = self.start(object.bits());
        loop {
            match self.table[at] {
                0 => return None,
                place => {
                    let (known, number) = &self.entries[place as usize - 1];
                    if known.bits() == object.bits() {
                        return Some(*number);
                    }
                }
            }
            at = (at + 1) & (self.table.len() - 1);
        }
    }

    /// Gives an object a number; it has none.
    pub(super) fn set(&mut self, cx: &Cx, object: Value, number: u32) -> R<()> {
        if (self.entries.len() + 1) * 3 > self.table.len() * 2 {
            self.rehash(cx)?;
        }
        let key = object.bits();
        self.entries.push(cx, (object, number))?;
        self.place(key, self.entries.len() as u32);
        Ok(())
    }

    fn place(&mut self, key: usize, entry: u32) {
        let mut at = self.start(key);
        while self.table[at] != 0 {
            at = (at + 1) & (self.table.len() - 1);
        }
        self.table[at] = entry;
    }

    #[cold]
    fn rehash(&mut self, cx: &Cx) -> R<()> {
        let wanted = (self.table.len() * 2).max(32);
        if wanted > u32::MAX as usize {
            return Err(cx.no_memory());
        }
        recharge(cx, &mut self.charge, wanted * size_of::<u32>())?;
        self.table = Vec::new();
        if self.table.try_reserve_exact(wanted).is_err() {
            return Err(cx.no_memory());
        }
        self.table.resize(wanted, 0);
        for at in 0..self.entries.len() {
            let key = self.entries[at].0.bits();
            self.place(key, at as u32 + 1);
        }
        Ok(())
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = (Value, u32)> + '_ {
        self.entries.iter().map(|(object, number)| (object.clone(), *number))
    }

    /// Bytes beside the pickler itself.
    pub(super) fn bytes(&self) -> usize {
        self.entries.capacity() * size_of::<(Value, u32)>() + self.table.capacity() * size_of::<u32>()
    }

    pub(super) fn trace(&self, tracer: &mut Tracer<'_>) {
        for (object, _) in self.entries.iter() {
            object.trace(tracer);
        }
    }

    pub(super) fn clear(&mut self, clearer: &mut Clearer<'_>) {
        self.table = Vec::new();
        for (object, _) in self.entries.drain(..) {
            object.release_later(clearer);
        }
    }
}

/// The objects that an unpickler has read, by number.
#[derive(Default)]
pub(super) struct Read {
    /// Those whose numbers follow each other; nothing where one is missing.
    dense: Charged<Value>,
    /// Those with numbers far beyond.
    sparse: BTreeMap<u64, Value>,
    charge: Option<Charge>,
    len: usize,
}

/// What an entry of the sparse part takes, about.
const SPARSE: usize = 48;

impl Read {
    /// How many numbers have an object.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn get(&self, number: u64) -> Option<Value> {
        match usize::try_from(number).ok().and_then(|at| self.dense.get(at)) {
            Some(value) if !value.is_unset() => Some(value.clone()),
            _ => self.sparse.get(&number).cloned(),
        }
    }

    /// Gives a number an object. What had it before is given back, to be dropped when nothing is borrowed.
    pub(super) fn set(&mut self, cx: &Cx, number: u64, object: Value) -> R<Option<Value>> {
        let end = self.dense.len() as u64;
        if number < end {
            let old = core::mem::replace(&mut self.dense[number as usize], object);
            if old.is_unset() {
                self.len += 1;
                // It may have been far away when there were fewer.
                let old = self.sparse.remove(&number);
                self.len -= usize::from(old.is_some());
                return Ok(old);
            }
            return Ok(Some(old));
        }
        if number > end + 64 {
            recharge(cx, &mut self.charge, (self.sparse.len() + 1) * SPARSE)?;
            let old = self.sparse.insert(number, object);
            self.len += usize::from(old.is_none());
            return Ok(old);
        }
        for _ in end..number {
            self.dense.push(cx, Value::UNSET)?;
        }
        let old = self.sparse.remove(&number);
        self.dense.push(cx, object)?;
        self.len += usize::from(old.is_none());
        Ok(old)
    }

    pub(super) fn entries(&self) -> Vec<(u64, Value)> {
        let dense = self.dense.iter().enumerate().filter(|(_, value)| !value.is_unset());
        let dense = dense.map(|(number, value)| (number as u64, value.clone()));
        dense.chain(self.sparse.iter().map(|(number, value)| (*number, value.clone()))).collect()
    }

    /// Bytes beside the unpickler itself.
    pub(super) fn bytes(&self) -> usize {
        self.dense.capacity() * size_of::<Value>() + self.sparse.len() * SPARSE
    }

    pub(super) fn trace(&self, tracer: &mut Tracer<'_>) {
        for object in self.dense.iter().chain(self.sparse.values()) {
            object.trace(tracer);
        }
    }

    pub(super) fn clear(&mut self, clearer: &mut Clearer<'_>) {
        self.len = 0;
        for object in self.dense.drain(..).chain(core::mem::take(&mut self.sparse).into_values()) {
            object.release_later(clearer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Large tables are used whole: blocks of objects lie at multiples of 16.
    #[test]
    fn addresses_go_everywhere() {
        let written = Written { table: vec![0; 1 << 22], ..Written::default() };
        let mut used = [0; 16];
        for at in 0..1 << 16 {
            used[written.start(0x7F00_0000_0000 + at * 48) >> 18] += 1;
        }
        assert!(used.iter().all(|starts| *starts > 1000), "{used:?}");
    }
}
