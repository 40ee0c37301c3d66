//! Python source text to code for Adder's register machine.
//!
//! The compiler knows nothing of the objects of a running program: it takes text and gives [`Code`], which is plain data. The
//! virtual machine makes its constants into objects and runs the words.
//!
//! What it does that other compilers of Python do not: it proves which reads of a local need no count of their own, and marks
//! them *borrowed* in the code; a temporary is *consumed* by its last use. See [`op`] for both.

pub mod code;
pub mod op;

pub use code::{Code, Const};
pub use op::{Instr, Op};
