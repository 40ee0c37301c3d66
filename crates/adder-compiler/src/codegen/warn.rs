//! Warnings about code that is legal and most likely wrong.

use ruff_python_ast::{self as ast, CmpOp, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::Gen;
use super::flow::BlockKind;

/// The type of an expression that is written out.
fn type_name(e: &Expr) -> Option<&'static str> {
    Some(match e {
        Expr::Tuple(_) => "tuple",
        Expr::List(_) | Expr::ListComp(_) => "list",
        Expr::Dict(_) | Expr::DictComp(_) => "dict",
        Expr::Set(_) | Expr::SetComp(_) => "set",
        Expr::Generator(_) => "generator",
        Expr::Lambda(_) => "function",
        Expr::StringLiteral(_) | Expr::FString(_) => "str",
        Expr::TString(_) => "string.templatelib.Template",
        Expr::BytesLiteral(_) => "bytes",
        Expr::NumberLiteral(n) => match n.value {
            ast::Number::Int(_) => "int",
            ast::Number::Float(_) => "float",
            ast::Number::Complex { .. } => "complex",
        },
        Expr::BooleanLiteral(_) => "bool",
        Expr::NoneLiteral(_) => "NoneType",
        Expr::EllipsisLiteral(_) => "ellipsis",
        _ => return None,
    })
}

impl Gen<'_> {
    fn warn(&mut self, message: String, range: TextRange) {
        if self.copies == 0 {
            let warning = self.lines.warning(message, range);
            self.warnings.push(warning);
        }
    }

    pub(super) fn expr_statement_warnings(&mut self, _: &Expr) {}

    pub(super) fn fold_warnings(&mut self, e: &Expr) {
        if let Expr::Subscript(s) = e {
            self.subscript_warnings(s);
        }
    }

    /// `1 is x`
    pub(super) fn comparison_warnings(&mut self, c: &ast::ExprCompare) {
        let operands = std::iter::once(&*c.left).chain(&c.comparators);
        let literal = |e: &Expr| match e {
            Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::BytesLiteral(_) => type_name(e),
            _ => None,
        };
        let pairs: Vec<(&Expr, &Expr)> = operands.clone().zip(operands.skip(1)).collect();
        for (op, (left, right)) in c.ops.iter().zip(pairs) {
            if let CmpOp::Is | CmpOp::IsNot = op
                && let Some(name) = literal(left).or_else(|| literal(right))
            {
                let (word, better) = if *op == CmpOp::Is { ("is", "==") } else { ("is not", "!=") };
                self.warn(format!("\"{word}\" with '{name}' literal. Did you mean \"{better}\"?"), c.range);
                return;
            }
        }
    }

    /// `(1, 2) (3, 4)`: a comma is missing.
    pub(super) fn call_warnings(&mut self, c: &ast::ExprCall) {
        if let Some(name) = type_name(&c.func)
            && name != "function"
        {
            self.warn(format!("'{name}' object is not callable; perhaps you missed a comma?"), c.range());
        }
    }

    pub(super) fn subscript_warnings(&mut self, s: &ast::ExprSubscript) {
        let Some(name) = type_name(&s.value) else { return };
        match &*s.value {
            Expr::NoneLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::EllipsisLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::Set(_)
            | Expr::SetComp(_)
            | Expr::Generator(_)
            | Expr::TString(_)
            | Expr::Lambda(_) => {
                self.warn(format!("'{name}' object is not subscriptable; perhaps you missed a comma?"), s.range);
            }
            Expr::Tuple(_)
            | Expr::List(_)
            | Expr::ListComp(_)
            | Expr::StringLiteral(_)
            | Expr::FString(_)
            | Expr::BytesLiteral(_) => {
                let index = match &*s.slice {
                    Expr::Slice(_) | Expr::NumberLiteral(ast::ExprNumberLiteral { value: ast::Number::Int(_), .. }) => {
                        None
                    }
                    Expr::BooleanLiteral(_) => None,
                    index => type_name(index),
                };
                if let Some(index) = index {
                    let text =
                        format!("{name} indices must be integers or slices, not {index}; perhaps you missed a comma?");
                    self.warn(text, s.range);
                }
            }
            _ => {}
        }
    }

    /// `assert (x, "message")`
    pub(super) fn assert_warning(&mut self, s: &ast::StmtAssert) {
        if let Expr::Tuple(tuple) = &*s.test
            && !tuple.elts.is_empty()
        {
            self.warn("assertion is always true, perhaps remove parentheses?".to_owned(), s.range);
        }
    }

    /// A way out of `finally` swallows the exception (PEP 765). `until` is the loop that is left.
    pub(super) fn finally_warning(&mut self, word: &str, range: TextRange, until: Option<usize>) {
        let from = until.map_or(0, |until| until + 1);
        let inside = |kind: &BlockKind| matches!(kind, BlockKind::FinallyHandler { .. });
        if self.u.blocks[from..].iter().any(|block| inside(&block.kind)) {
            let warning = self.lines.warning(format!("'{word}' in a 'finally' block"), range);
            if !self.warnings.contains(&warning) {
                self.warnings.push(warning);
            }
        }
    }
}
