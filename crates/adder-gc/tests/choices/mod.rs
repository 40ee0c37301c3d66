//! Where a program's moves come from.

/// Where the numbers come from.
pub trait Choose {
    /// A number below `n`.
    fn below(&mut self, n: usize) -> usize;
}

/// Numbers from a list; zeros after its end.
#[allow(dead_code, reason = "the tests and the fuzzer each use a part")]
pub struct Listed(pub Vec<u16>, pub usize);

impl Choose for Listed {
    fn below(&mut self, n: usize) -> usize {
        let got = self.0.get(self.1).copied().unwrap_or(0);
        self.1 += 1;
        usize::from(got) % n
    }
}

/// Numbers from a small generator (splitmix64).
#[allow(dead_code, reason = "the tests and the fuzzer each use a part")]
pub struct Seeded(pub u64);

impl Choose for Seeded {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
}
