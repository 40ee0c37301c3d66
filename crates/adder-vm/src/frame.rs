//! Frames: windows of registers on one stack, with four words in front.
//!
//! ```text
//!  r−7        of a generator: what was being handled behind that
//!  r−6        of a generator: what was being handled when it went on
//!  r−5        locals mapping (of frames entered from Rust: module, class body, exec); of a generator: itself, borrowed
//!  r−4        function, owned
//!  r−3        return address: the caller's next instruction
//!  r−2        code, borrowed from the function
//!  r−1        destination (16 bits) | flags (16) | distance to the caller's registers (32)
//!  r          registers
//! ```
//!
//! The words stand where a call's window had its three reserved temporaries, the callable and, for a plain function, the unset
//! `self`: a call moves nothing.

use adder_objects::Value;

use crate::code::PyCode;
use crate::function::PyFunction;

/// Words in front of the registers.
pub const HEADER: usize = 4;

/// Bits 16 to 31 of the last word.
pub mod flag {
    /// Entered from Rust: a return ends the loop.
    pub const ENTRY: u64 = 1 << 16;
    /// The destination is a local.
    pub const DST_LOCAL: u64 = 1 << 17;
    /// There is a frame object: it takes over the registers.
    pub const OBJECT: u64 = 1 << 18;
    /// The frame of a generator.
    pub const GENERATOR: u64 = 1 << 19;
    /// What was called is `__init__`: its result must be None, and the new instance is the value of the call.
    pub const INIT: u64 = 1 << 20;
    /// There is a locals mapping in front.
    pub const LOCALS: u64 = 1 << 21;
    /// The frame of a generator that a `ForIter` goes on with: its end ends the loop.
    pub const FOR: u64 = 1 << 22;
    /// The frame of a generator that a `YieldFrom` goes on with: what it yields is yielded there.
    pub const SEND: u64 = 1 << 23;
}

/// The registers of a frame: a pointer to the first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(transparent)]
pub struct Registers(pub *mut Value);

impl Registers {
    /// # Safety
    /// The pointer is that of a frame's registers, here and below.
    #[inline(always)]
    unsafe fn word(self, back: usize) -> *mut u64 {
        // SAFETY: by the contract.
        unsafe { self.0.cast::<u64>().sub(back) }
    }

    /// Register number `n`.
    ///
    /// # Safety
    /// The frame has it.
    #[inline(always)]
    pub unsafe fn at(self, n: u16) -> *mut Value {
        // SAFETY: by the contract.
        unsafe { self.0.add(n as usize) }
    }

    /// The function, borrowed.
    ///
    /// # Safety
    /// The frame is live.
    #[inline(always)]
    pub unsafe fn function<'a>(self) -> &'a Value {
        // SAFETY: by the contract.
        unsafe { &*self.0.sub(4) }
    }

    /// The function with its layout.
    ///
    /// # Safety
    /// The frame is live.
    #[inline(always)]
    pub unsafe fn py_function<'a>(self) -> &'a PyFunction {
        // SAFETY: by the contract; frames are those of functions.
        unsafe { self.function().cast::<PyFunction>() }
    }

    /// The code.
    ///
    /// # Safety
    /// The frame is live.
    #[inline(always)]
    pub unsafe fn code<'a>(self) -> &'a PyCode {
        // SAFETY: by the contract.
        unsafe { &*(*self.word(2) as *const PyCode) }
    }

    /// The return address.
    ///
    /// # Safety
    /// The frame is live.
    #[inline(always)]
    pub unsafe fn return_address(self) -> *mut u64 {
        // SAFETY: by the contract.
        unsafe { *self.word(3) as *mut u64 }
    }

    /// Destination, flags and distance.
    ///
    /// # Safety
    /// The frame is live.
    #[inline(always)]
    pub unsafe fn link(self) -> u64 {
        // SAFETY: by the contract.
        unsafe { *self.word(1) }
    }

    /// Sets flags.
    ///
    /// # Safety
    /// The frame is live.
    pub unsafe fn set_flags(self, flags: u64) {
        // SAFETY: by the contract.
        unsafe { *self.word(1) |= flags };
    }

    /// Resets flags.
    ///
    /// # Safety
    /// The frame is live.
    pub unsafe fn unset_flags(self, flags: u64) {
        // SAFETY: by the contract.
        unsafe { *self.word(1) &= !flags };
    }

    /// The caller's registers; null for a frame entered from Rust.
    ///
    /// # Safety
    /// The frame is live.
    #[inline(always)]
    pub unsafe fn caller(self) -> Registers {
        // SAFETY: by the contract.
        unsafe {
            let distance = *self.word(1) >> 32;
            Registers(self.0.sub(distance as usize))
        }
    }

    /// Writes the header. The function's reference passes to the frame.
    ///
    /// # Safety
    /// There is room in front of the registers, and the words there hold nothing.
    #[inline(always)]
    pub unsafe fn write_header(self, function: Value, return_address: *mut u64, code: *const PyCode, link: u64) {
        // SAFETY: by the contract.
        unsafe {
            self.0.sub(4).write(function);
            self.word(3).write(return_address as u64);
            self.word(2).write(code as u64);
            self.word(1).write(link);
        }
    }

    /// The mapping of locals, of a frame that has one.
    ///
    /// # Safety
    /// The frame is live.
    pub unsafe fn locals<'a>(self) -> Option<&'a Value> {
        // SAFETY: the flag says that there is one.
        unsafe { (self.link() & flag::LOCALS != 0).then(|| &*self.0.sub(5)) }
    }
}
