//! The archive's layout: an index of records of one size, sorted by path, and the packed files one behind the other. The build
//! script includes this file too.
//!
//! ```text
//! index:  number of records (u32) | records | all paths, one behind the other
//! record: offset of the path, its length, offset of the data, packed length, length (each a u32, little-endian)
//! ```

/// Bytes of a record.
pub const RECORD: usize = 20;
/// Bytes in front of the first record.
pub const HEAD: usize = 4;

/// Where a file lies in the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// Where the path begins, counted from the first path.
    pub path_start: u32,
    /// Bytes of the path.
    pub path_len: u32,
    /// Where the packed bytes begin.
    pub start: u32,
    /// How many they are.
    pub packed_len: u32,
    /// How many they are unpacked.
    pub len: u32,
}

impl Record {
    /// The record as it lies in the index.
    #[allow(dead_code, reason = "the library only reads, the build script only writes")]
    pub fn to_bytes(self) -> [u8; RECORD] {
        let mut bytes = [0; RECORD];
        let fields = [self.path_start, self.path_len, self.start, self.packed_len, self.len];
        for (place, field) in bytes.chunks_exact_mut(4).zip(fields) {
            place.copy_from_slice(&field.to_le_bytes());
        }
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    #[allow(dead_code, reason = "the library only reads, the build script only writes")]
    pub fn from_bytes(bytes: &[u8]) -> Record {
        let field = |i: usize| u32::from_le_bytes([bytes[i * 4], bytes[i * 4 + 1], bytes[i * 4 + 2], bytes[i * 4 + 3]]);
        Record { path_start: field(0), path_len: field(1), start: field(2), packed_len: field(3), len: field(4) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_survives_writing_and_reading() {
        let record = Record { path_start: 1, path_len: 2, start: 0xfedc_ba98, packed_len: 4, len: u32::MAX };
        assert_eq!(Record::from_bytes(&record.to_bytes()), record);
    }
}
