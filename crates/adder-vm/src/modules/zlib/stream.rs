//! A compressed stream: the state of the library that does the work, with its memory charged to the interpreter.

use core::ffi::{CStr, c_int, c_void};

use adder_objects::R;
use adder_objects::storage::HeapVec;
use libz_rs_sys as z;

use crate::modules::charged_memory;

unsafe extern "C" fn allocate(_: *mut c_void, items: z::uInt, size: z::uInt) -> *mut c_void {
    charged_memory::allocate(items as usize, size as usize)
}

unsafe extern "C" fn free(_: *mut c_void, block: *mut c_void) {
    // SAFETY: made by `allocate`.
    unsafe { charged_memory::free(block) }
}

/// What a step did.
pub(super) struct Step {
    pub code: c_int,
    pub consumed: usize,
    pub produced: usize,
}

/// How to compress.
pub(super) struct Settings {
    pub level: c_int,
    pub method: c_int,
    pub wbits: c_int,
    pub memory: c_int,
    pub strategy: c_int,
}

/// The state of a stream.
pub(super) struct Stream {
    // Boxed: its state may point back to it.
    state: Box<z::z_stream>,
    compresses: bool,
}

impl Stream {
    fn empty() -> Box<z::z_stream> {
        let mut state = Box::new(z::z_stream::default());
        state.zalloc = Some(allocate);
        state.zfree = Some(free);
        // A copy is refused where this is null.
        state.next_out = core::ptr::dangling_mut();
        state
    }

    /// One that compresses.
    pub(super) fn compressor(settings: &Settings) -> Result<Stream, c_int> {
        let mut state = Stream::empty();
        // SAFETY: a fresh stream with functions for its memory.
        let code = unsafe {
            z::deflateInit2_(
                &raw mut *state,
                settings.level,
                settings.method,
                settings.wbits,
                settings.memory,
                settings.strategy,
                z::zlibVersion(),
                size_of::<z::z_stream>() as c_int,
            )
        };
        if code == z::Z_OK { Ok(Stream { state, compresses: true }) } else { Err(code) }
    }

    /// One that decompresses.
    pub(super) fn decompressor(wbits: c_int) -> Result<Stream, c_int> {
        let mut state = Stream::empty();
        // SAFETY: as above.
        let code =
            unsafe { z::inflateInit2_(&raw mut *state, wbits, z::zlibVersion(), size_of::<z::z_stream>() as c_int) };
        if code == z::Z_OK { Ok(Stream { state, compresses: false }) } else { Err(code) }
    }

    /// Another with the same state.
    pub(super) fn copy(&mut self) -> Result<Stream, c_int> {
        let mut state = Stream::empty();
        let (to, from) = (&raw mut *state, &raw mut *self.state);
        // SAFETY: the source is initialised, and the target is a fresh stream.
        let code = unsafe { if self.compresses { z::deflateCopy(to, from) } else { z::inflateCopy(to, from) } };
        if code == z::Z_OK { Ok(Stream { state, compresses: self.compresses }) } else { Err(code) }
    }

    /// Tells it the dictionary.
    pub(super) fn set_dictionary(&mut self, dictionary: &[u8]) -> c_int {
        let stream = &raw mut *self.state;
        let Ok(length) = z::uInt::try_from(dictionary.len()) else { return z::Z_STREAM_ERROR };
        // SAFETY: an initialised stream and bytes that live as long as the call.
        unsafe {
            match self.compresses {
                true => z::deflateSetDictionary(stream, dictionary.as_ptr(), length),
                false => z::inflateSetDictionary(stream, dictionary.as_ptr(), length),
            }
        }
    }

    /// Works on bytes, as far as there is room.
    fn step(&mut self, input: &[u8], output: &mut [u8], flush: c_int) -> Step {
        let given = input.len().min(z::uInt::MAX as usize);
        let room = output.len().min(z::uInt::MAX as usize);
        let stream = &mut *self.state;
        stream.next_in = input.as_ptr();
        stream.avail_in = given as z::uInt;
        stream.next_out = output.as_mut_ptr();
        stream.avail_out = room as z::uInt;
        // What is left for another step must not be taken for the end.
        let flush = if given < input.len() { z::Z_NO_FLUSH } else { flush };
        // SAFETY: an initialised stream; the bytes live as long as the call.
        let code = unsafe {
            match self.compresses {
                true => z::deflate(&raw mut *stream, flush),
                false => z::inflate(&raw mut *stream, flush),
            }
        };
        let step =
            Step { code, consumed: given - stream.avail_in as usize, produced: room - stream.avail_out as usize };
        stream.next_in = core::ptr::null();
        stream.avail_in = 0;
        stream.next_out = core::ptr::dangling_mut();
        step
    }

    /// Works on bytes; the result goes behind what is in `out` already, at most so many bytes of it.
    pub(super) fn run(&mut self, input: &[u8], out: &mut HeapVec<'_, u8>, most: usize, flush: c_int) -> R<Step> {
        let start = out.len();
        let mut at = 0;
        let mut block = (16 << 10).min(most).max(1);
        loop {
            let have = out.len();
            let room = block.min(most - (have - start));
            out.fill(0, room)?;
            let step = self.step(&input[at..], &mut out[have..], flush);
            at += step.consumed;
            out.truncate(have + step.produced);
            let full = step.produced == room;
            let stop = step.code != z::Z_OK && !(step.code == z::Z_BUF_ERROR && full && room > 0);
            if stop || out.len() - start == most || !full && at == input.len() {
                let code =
                    if step.code == z::Z_BUF_ERROR && have + step.produced > start { z::Z_OK } else { step.code };
                return Ok(Step { code, consumed: at, produced: out.len() - start });
            }
            block = block.saturating_mul(2).min(64 << 20);
        }
    }

    /// What it says about an error.
    pub(super) fn message(&self) -> Option<String> {
        if self.state.msg.is_null() {
            return None;
        }
        // SAFETY: the message is a C string.
        Some(unsafe { CStr::from_ptr(self.state.msg) }.to_string_lossy().into_owned())
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: initialised, and ended once.
        unsafe {
            match self.compresses {
                true => z::deflateEnd(&raw mut *self.state),
                false => z::inflateEnd(&raw mut *self.state),
            }
        };
    }
}
