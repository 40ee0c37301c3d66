//! The module `_ast`: the classes of the nodes of abstract syntax trees.

mod build;
mod classes;
mod convert;
mod node;

use adder_compiler::syntax::{Kind, Sum};
use adder_objects::{R, TypeObject};

pub(crate) use build::object;
pub(crate) use classes::Classes;
pub(crate) use convert::tree;
pub(crate) use node::NODE_TYPE;

use super::support;
use crate::vm::Vm;

/// Bits of the argument `flags` of `compile()`, beside those of `__future__`.
pub(crate) mod flag {
    /// The result is a tree.
    pub(crate) const ONLY_AST: i64 = 0x400;
    /// Comments about types are kept in the tree.
    pub(crate) const TYPE_COMMENTS: i64 = 0x1000;
    /// `await` may stand outside of functions.
    pub(crate) const ALLOW_TOP_LEVEL_AWAIT: i64 = 0x2000;
    /// The end of the text does not end its blocks.
    pub(crate) const DONT_IMPLY_DEDENT: i64 = 0x200;
    /// A text that more lines could make right has an error of its own.
    pub(crate) const ALLOW_INCOMPLETE_INPUT: i64 = 0x4000;
    /// The tree is what becomes code: optimised.
    pub(crate) const OPTIMIZED_AST: i64 = 0x8000 | ONLY_AST;
}

/// The types that are not made at run time.
pub(crate) static TYPES: &[&TypeObject] = &[&NODE_TYPE];

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_ast", &[])?.into_value();
    let Some(dict) = crate::module::dict_of(&module) else { return Ok(module) };
    let classes = Classes::of(vm)?;
    dict.set_text(cx, "AST", NODE_TYPE.value())?;
    for &sum in Sum::ALL {
        dict.set_text(cx, sum.name(), classes.sum(sum))?;
    }
    for &kind in Kind::ALL {
        dict.set_text(cx, kind.name(), classes.kind(kind))?;
    }
    support::constants(
        cx,
        &module,
        &[
            ("PyCF_ONLY_AST", flag::ONLY_AST),
            ("PyCF_TYPE_COMMENTS", flag::TYPE_COMMENTS),
            ("PyCF_ALLOW_TOP_LEVEL_AWAIT", flag::ALLOW_TOP_LEVEL_AWAIT),
            ("PyCF_OPTIMIZED_AST", flag::OPTIMIZED_AST),
        ],
    )?;
    Ok(module)
}
