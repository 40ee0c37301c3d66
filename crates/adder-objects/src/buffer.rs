//! Views of the bytes of an object (PEP 3118).

use core::cell::Cell;

use crate::value::Value;

/// A view of the memory of an object. While it lives the object must not move or shrink that memory: it is told when the view
/// ends.
pub struct Buffer {
    /// The object.
    pub owner: Value,
    /// First byte.
    pub data: *mut u8,
    /// Bytes in all.
    pub len: usize,
    /// May they be written?
    pub read_only: bool,
    /// Bytes of an item.
    pub item_size: usize,
    /// Format of an item, in the notation of `struct`.
    pub format: std::borrow::Cow<'static, str>,
    /// Items in each dimension.
    pub shape: Vec<isize>,
    /// Bytes from one item to the next in each dimension.
    pub strides: Vec<isize>,
    /// Called when the view ends.
    pub release: Option<fn(&Value)>,
    /// Of a view that another language has filled in: what it is, and what ends it.
    pub foreign: Option<(*mut core::ffi::c_void, fn(&Value, *mut core::ffi::c_void))>,
    released: Cell<bool>,
}

/// Bits of what is asked of a buffer, with the values of `PyBUF_*`.
pub mod request {
    /// Nothing in particular.
    pub const SIMPLE: u32 = 0;
    /// It must be writable.
    pub const WRITABLE: u32 = 1;
    /// The one who asks reads the format.
    pub const FORMAT: u32 = 4;
    /// The one who asks reads the shape.
    pub const ND: u32 = 8;
    /// The one who asks reads shape and strides: the bytes need not follow each other.
    pub const STRIDES: u32 = 0x18;
    /// The items follow each other, the last index fastest.
    pub const C_CONTIGUOUS: u32 = 0x38;
    /// The items follow each other, the first index fastest.
    pub const F_CONTIGUOUS: u32 = 0x58;
    /// One of both.
    pub const ANY_CONTIGUOUS: u32 = 0x98;
    /// All that there is to know, for reading.
    pub const FULL: u32 = 0x11C;
}

impl Buffer {
    /// A view of plain bytes.
    pub fn bytes(owner: Value, data: *mut u8, len: usize, read_only: bool, release: Option<fn(&Value)>) -> Buffer {
        Buffer {
            owner,
            data,
            len,
            read_only,
            item_size: 1,
            format: "B".into(),
            shape: vec![len as isize],
            strides: vec![1],
            release,
            foreign: None,
            released: Cell::new(false),
        }
    }

    /// The bytes of a contiguous view.
    ///
    /// # Safety
    /// Nothing writes to them while the borrow lives.
    pub unsafe fn as_slice(&self) -> &[u8] {
        if self.len == 0 {
            return &[];
        }
        // SAFETY: the owner keeps them while the view lives; the rest is the contract.
        unsafe { core::slice::from_raw_parts(self.data, self.len) }
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        if self.released.replace(true) {
            return;
        }
        if let Some(release) = self.release {
            release(&self.owner);
        }
        if let Some((view, end)) = self.foreign {
            end(&self.owner, view);
        }
    }
}
