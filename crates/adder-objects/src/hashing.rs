//! The keyed hash of texts and bytes: SipHash-1-3, whose key is the process's, so that nobody can choose texts that collide.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::OnceLock;

/// The key. The first hash that is taken fixes it, if nobody did before: texts keep their hashes.
static KEY: OnceLock<[u64; 2]> = OnceLock::new();

/// Sets the process's key, the first time that it is called: the seed's (0 is no key at all), or a random one. Behind the first hash
/// it is too late.
pub fn seed(seed: Option<u32>) {
    KEY.get_or_init(|| {
        [0, 1].map(|at| match seed {
            Some(0) => 0,
            Some(seed) => sip13([u64::from(seed), at], &seed.to_le_bytes()),
            None => RandomState::new().build_hasher().finish(),
        })
    });
}

/// `hash()` of a text or of bytes that hold these: never -1, and 0 for none.
pub fn hash_of(bytes: &[u8]) -> i64 {
    if bytes.is_empty() {
        return 0;
    }
    match sip13(*KEY.get_or_init(|| [0, 0]), bytes) as i64 {
        -1 => -2,
        hash => hash,
    }
}

/// SipHash-1-3 with a key.
pub fn sip13(key: [u64; 2], bytes: &[u8]) -> u64 {
    let mut v = [
        key[0] ^ 0x736f_6d65_7073_6575,
        key[1] ^ 0x646f_7261_6e64_6f6d,
        key[0] ^ 0x6c79_6765_6e65_7261,
        key[1] ^ 0x7465_6462_7974_6573,
    ];
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        absorb(&mut v, u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    last[7] = bytes.len() as u8;
    absorb(&mut v, u64::from_le_bytes(last));
    v[2] ^= 0xFF;
    for _ in 0..3 {
        round(&mut v);
    }
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

#[inline(always)]
fn absorb(v: &mut [u64; 4], word: u64) {
    v[3] ^= word;
    round(v);
    v[0] ^= word;
}

#[inline(always)]
fn round(v: &mut [u64; 4]) {
    v[0] = v[0].wrapping_add(v[1]);
    v[1] = v[1].rotate_left(13) ^ v[0];
    v[0] = v[0].rotate_left(32);
    v[2] = v[2].wrapping_add(v[3]);
    v[3] = v[3].rotate_left(16) ^ v[2];
    v[0] = v[0].wrapping_add(v[3]);
    v[3] = v[3].rotate_left(21) ^ v[0];
    v[2] = v[2].wrapping_add(v[1]);
    v[1] = v[1].rotate_left(17) ^ v[2];
    v[2] = v[2].rotate_left(32);
}

#[cfg(test)]
mod tests {
    use super::sip13;

    #[test]
    fn the_standard_library_agrees() {
        use std::hash::{DefaultHasher, Hasher};
        let bytes: Vec<u8> = (0..40).collect();
        for len in 0..bytes.len() {
            let mut theirs = DefaultHasher::new();
            theirs.write(&bytes[..len]);
            assert_eq!(sip13([0, 0], &bytes[..len]), theirs.finish());
        }
    }
}
