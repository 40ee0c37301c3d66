//! Which part of an expression an error is about: the operator of a binary operation, the brackets of a subscript or call.

use ruff_python_ast::{Expr, ModExpression};
use ruff_text_size::Ranged;

/// The part of a source text that an error points at, in characters; `None` where it is all of it.
pub(crate) fn of(text: &str) -> Option<(usize, usize)> {
    let parsed = ruff_python_parser::parse_expression(text).ok()?;
    let ModExpression { body, .. } = parsed.into_syntax();
    let (from, to) = match &*body {
        Expr::BinOp(operation) => {
            let (from, to) = (operation.left.end().to_usize(), operation.right.start().to_usize());
            let between = text.get(from..to)?;
            let start = from + between.find(|c: char| !c.is_whitespace() && c != ')' && c != '\\')?;
            let operator = operation.op.as_str();
            (start, start + operator.len())
        }
        Expr::Subscript(subscript) => {
            let from = subscript.value.end().to_usize();
            let start = from + text.get(from..)?.find('[')?;
            (start, text.trim_end().len())
        }
        Expr::Call(call) => {
            let from = call.func.end().to_usize();
            let start = from + text.get(from..)?.find('(')?;
            (start, text.trim_end().len())
        }
        _ => return None,
    };
    let chars = |end: usize| text.get(..end).map(|s| s.chars().count());
    Some((chars(from)?, chars(to)?))
}
