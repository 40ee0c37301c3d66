//! Python's own abstract syntax tree (the module `ast`), beside the parser's.

mod grammar;

pub use grammar::{Count, Field, Holds, Kind, Place, Sum};
