//! The text of annotations under `from __future__ import annotations`.
use ruff_python_ast::Expr;
use ruff_text_size::Ranged;
/// An annotation as text: as it stands in the source, for now.
pub(super) fn unparse(e: &Expr, source: &str) -> String {
    source[e.range().start().to_usize()..e.range().end().to_usize()].to_owned()
}
