//! Python's own abstract syntax tree (the module `ast`), beside the parser's: as plain data, made from source text and compiled.

mod grammar;
mod node;
mod parse;
mod read;
mod read_expr;
mod read_string;
mod validate;
mod write;
mod write_expr;

pub use grammar::{Count, Field, Holds, Kind, Place, Sum};
pub use node::{Item, Node};
pub use parse::{Form, Tree, tree};
pub use validate::{Invalid, check};

use ruff_python_ast::Mod;

use crate::code::Const;
use crate::error::Res;

/// The parser's tree of a tree: `places` are those that occur, in order.
pub(crate) fn write(root: &Node, places: &mut Vec<(u32, u32)>, constants: &mut Vec<Const>) -> Res<Mod> {
    let mut writer = write::Writer { places: std::mem::take(places), constants: Vec::new() };
    let module = writer.module(root);
    *places = writer.places;
    *constants = writer.constants;
    module
}
