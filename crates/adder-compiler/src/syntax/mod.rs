//! Python's own abstract syntax tree (the module `ast`), beside the parser's: as plain data, made from source text and compiled.

mod grammar;
mod node;
mod parse;
mod read;
mod read_expr;
mod read_string;

pub use grammar::{Count, Field, Holds, Kind, Place, Sum};
pub use node::{Item, Node};
pub use parse::{Form, Tree, tree};
