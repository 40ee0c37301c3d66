//! From text to the parser's tree.

pub(crate) mod depth;
pub(crate) mod literal;
pub(crate) mod messages;
