//! A compressed stream: the state of the library that does the work, with its memory charged to the interpreter.

use core::ffi::{c_int, c_uint, c_void};

use adder_objects::R;
use adder_objects::storage::HeapVec;
use libbz2_rs_sys as bz;

use crate::modules::charged_memory;

unsafe extern "C" fn allocate(_: *mut c_void, items: c_int, size: c_int) -> *mut c_void {
    match (usize::try_from(items), usize::try_from(size)) {
        (Ok(items), Ok(size)) => charged_memory::allocate(items, size),
        _ => core::ptr::null_mut(),
    }
}

unsafe extern "C" fn free(_: *mut c_void, block: *mut c_void) {
    // SAFETY: made by `allocate`.
    unsafe { charged_memory::free(block) }
}

/// What a run did.
pub(super) struct Step {
    pub code: c_int,
    pub consumed: usize,
    pub produced: usize,
}

/// The state of a stream.
pub(super) struct Stream {
    // Boxed: its state points back to it.
    state: Box<bz::bz_stream>,
    compresses: bool,
}

impl Stream {
    fn empty() -> Box<bz::bz_stream> {
        Box::new(bz::bz_stream {
            next_in: core::ptr::null(),
            avail_in: 0,
            total_in_lo32: 0,
            total_in_hi32: 0,
            next_out: core::ptr::null_mut(),
            avail_out: 0,
            total_out_lo32: 0,
            total_out_hi32: 0,
            state: core::ptr::null_mut(),
            bzalloc: Some(allocate),
            bzfree: Some(free),
            opaque: core::ptr::null_mut(),
        })
    }

    /// One that compresses blocks of so many hundred thousand bytes.
    pub(super) fn compressor(level: c_int) -> Result<Stream, c_int> {
        let mut state = Stream::empty();
        // SAFETY: a fresh stream with functions for its memory.
        let code = unsafe { bz::BZ2_bzCompressInit(&raw mut *state, level, 0, 0) };
        if code == bz::BZ_OK { Ok(Stream { state, compresses: true }) } else { Err(code) }
    }

    /// One that decompresses.
    pub(super) fn decompressor() -> Result<Stream, c_int> {
        let mut state = Stream::empty();
        // SAFETY: as above.
        let code = unsafe { bz::BZ2_bzDecompressInit(&raw mut *state, 0, 0) };
        if code == bz::BZ_OK { Ok(Stream { state, compresses: false }) } else { Err(code) }
    }

    /// Works on bytes, as far as there is room. `action` says what a compressor is to do.
    fn step(&mut self, input: &[u8], output: &mut [u8], action: c_int) -> Step {
        let given = input.len().min(c_uint::MAX as usize);
        let room = output.len().min(c_uint::MAX as usize);
        let stream = &mut *self.state;
        stream.next_in = input.as_ptr().cast();
        stream.avail_in = given as c_uint;
        stream.next_out = output.as_mut_ptr().cast();
        stream.avail_out = room as c_uint;
        // SAFETY: an initialised stream; the bytes live as long as the call.
        let code = unsafe {
            match self.compresses {
                true => bz::BZ2_bzCompress(&raw mut *stream, action),
                false => bz::BZ2_bzDecompress(&raw mut *stream),
            }
        };
        let step =
            Step { code, consumed: given - stream.avail_in as usize, produced: room - stream.avail_out as usize };
        stream.next_in = core::ptr::null();
        stream.avail_in = 0;
        stream.next_out = core::ptr::null_mut();
        stream.avail_out = 0;
        step
    }

    /// Works on bytes until they are used up, the stream has ended, or there are so many bytes in `out`; stops at an error.
    pub(super) fn run(&mut self, input: &[u8], out: &mut HeapVec<'_, u8>, most: usize, action: c_int) -> R<Step> {
        let start = out.len();
        let mut at = 0;
        let mut block = (16 << 10).min(most);
        loop {
            let have = out.len();
            let room = block.min(most - (have - start));
            out.fill(0, room)?;
            let step = self.step(&input[at..], &mut out[have..], action);
            at += step.consumed;
            out.truncate(have + step.produced);
            let full = step.produced == room;
            // What was given is done with when there is nothing of it left; to finish takes until the end of the stream.
            let done = match action {
                bz::BZ_FINISH => false,
                _ => at == input.len() && !full,
            };
            if step.code < 0 || step.code == bz::BZ_STREAM_END || done || out.len() - start == most {
                return Ok(Step { code: step.code, consumed: at, produced: out.len() - start });
            }
            block = block.saturating_mul(2).min(64 << 20);
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: initialised, and ended once.
        unsafe {
            match self.compresses {
                true => bz::BZ2_bzCompressEnd(&raw mut *self.state),
                false => bz::BZ2_bzDecompressEnd(&raw mut *self.state),
            }
        };
    }
}
