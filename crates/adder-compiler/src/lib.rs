//! Python source text to code for Adder's register machine.
//!
//! The compiler knows nothing of the objects of a running program: it takes text and gives [`Code`], which is plain data. The
//! virtual machine makes its constants into objects and runs the words.
//!
//! What it does that other compilers of Python do not: it proves which reads of a local need no count of their own, and marks
//! them *borrowed* in the code; a temporary is *consumed* by its last use. See [`op`] for both.
#![forbid(unsafe_code)]

pub mod code;
mod codegen;
mod compile;
pub mod disassemble;
mod error;
pub mod jump;
mod kinds;
mod lines;
pub mod op;
mod parse;
mod scope;
mod source;
pub mod syntax;
pub mod tables;
pub mod tokens;
mod verify;

pub use code::{Code, Const};
pub use compile::{Compiled, Mode, Options, compile, compile_tree};
pub use disassemble::disassemble;
pub use error::{CompileError, ErrorKind, Warning};
pub use kinds::{ConstKind, bytes_to_verify, verify_foreign};
pub use op::{Instr, Op};
pub use scope::table::{Table, TableKind, symbol, symbol_table};
pub use source::{declared_encoding, decode};
pub use verify::verify;
