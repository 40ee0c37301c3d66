//! From text to the parser's tree.

mod brackets;
pub(crate) mod depth;
pub(crate) mod escape;
mod fields;
pub(crate) mod literal;
pub(crate) mod messages;
mod number;
