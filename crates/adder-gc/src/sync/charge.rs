//! Bytes that users charge to the shared heap.

use core::fmt;
use core::sync::atomic::{AtomicUsize, Ordering};

use super::heap::Heap;
use super::{collect, store};
use crate::heap::OutOfMemory;
use crate::trace::{Trace, Tracer};

static CHARGED: AtomicUsize = AtomicUsize::new(0);

/// Bytes charged now.
pub(super) fn charged() -> usize {
    CHARGED.load(Ordering::Relaxed)
}

/// Bytes charged to the shared heap, released on drop. From [`Heap::try_charge`].
///
/// For memory that belongs to objects of the heap but does not lie in it (buffers, files mapped, textures): it counts against the
/// limit, brings collections nearer, and shows in the size of the object whose field it is in a heap graph.
pub struct Charge {
    bytes: usize,
}

impl Heap {
    /// Charges bytes to the heap that lie elsewhere.
    ///
    /// ```
    /// use adder_gc::{Trace, sync::{Charge, Gc, Heap}};
    ///
    /// #[derive(Trace)]
    /// struct Image { pixels: Vec<u8>, charge: Charge }
    ///
    /// let charge = Heap::global().try_charge(1 << 20).unwrap();
    /// let image = Gc::new(Image { pixels: vec![0; 1 << 20], charge });
    /// assert_eq!(Heap::global().stats().charged_bytes, 1 << 20);
    /// drop(image);
    /// assert_eq!(Heap::global().stats().charged_bytes, 0);
    /// ```
    ///
    /// # Errors
    /// If the limit would be exceeded even after a whole collection.
    pub fn try_charge(&self, bytes: usize) -> Result<Charge, OutOfMemory> {
        let mut charge = Charge { bytes: 0 };
        charge.resize(bytes)?;
        Ok(charge)
    }
}

impl Charge {
    /// Bytes charged.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Changes the charge, before a buffer grows or after it shrank.
    ///
    /// # Errors
    /// When growing would exceed the limit even after a collection; the charge stays as it was.
    pub fn resize(&mut self, bytes: usize) -> Result<(), OutOfMemory> {
        if bytes > self.bytes {
            take(bytes - self.bytes)?;
        } else {
            CHARGED.fetch_sub(self.bytes - bytes, Ordering::Relaxed);
        }
        self.bytes = bytes;
        Ok(())
    }
}

/// Counts more bytes, once there is room for them.
fn take(bytes: usize) -> Result<(), OutOfMemory> {
    collect::charged_more(bytes);
    if add_if_room(bytes) {
        return Ok(());
    }
    collect::make_room();
    store::trim();
    if add_if_room(bytes) { Ok(()) } else { Err(store::out_of_memory(bytes, false)) }
}

fn add_if_room(bytes: usize) -> bool {
    // Counted first: of two threads that want the last bytes, at most one may get them.
    CHARGED.fetch_add(bytes, Ordering::Relaxed);
    let fits = store::used_bytes() <= store::limit();
    if !fits {
        CHARGED.fetch_sub(bytes, Ordering::Relaxed);
    }
    fits
}

impl Drop for Charge {
    fn drop(&mut self) {
        CHARGED.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// Owns no references; a heap graph adds the bytes to the object whose field it is.
impl Trace for Charge {
    #[inline(always)]
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.charge(self.bytes);
    }
    fn tracked() -> bool {
        false
    }
    unsafe fn __faithful_within(_: u32) -> bool {
        true
    }
    fn finalizes() -> bool {
        false
    }
}

impl fmt::Debug for Charge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Charge").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}
