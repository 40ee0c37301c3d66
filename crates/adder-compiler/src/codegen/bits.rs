//! Sets of small numbers.

/// A set; what it does not say is out.
#[derive(Clone, Debug, Default)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    pub(super) fn contains(&self, n: u32) -> bool {
        self.0.get(n as usize / 64).is_some_and(|word| word >> (n % 64) & 1 == 1)
    }

    pub(super) fn insert(&mut self, n: u32) {
        let word = n as usize / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (n % 64);
    }

    pub(super) fn remove(&mut self, n: u32) {
        if let Some(word) = self.0.get_mut(n as usize / 64) {
            *word &= !(1 << (n % 64));
        }
    }

    pub(super) fn intersect(&mut self, other: &Bits) {
        for (i, word) in self.0.iter_mut().enumerate() {
            *word &= other.0.get(i).copied().unwrap_or(0);
        }
    }

    pub(super) fn subtract(&mut self, other: &Bits) {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word &= !other;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Bits;

    #[test]
    fn as_sets() {
        let set = |ns: &[u32]| {
            let mut bits = Bits::default();
            ns.iter().for_each(|n| bits.insert(*n));
            bits
        };
        let mut a = set(&[1, 70, 300]);
        a.intersect(&set(&[70, 300, 301]));
        assert!([70, 300].iter().all(|n| a.contains(*n)) && !a.contains(1) && !a.contains(9999));
        a.subtract(&set(&[300]));
        a.remove(5000);
        assert!(a.contains(70) && !a.contains(300));
    }
}
