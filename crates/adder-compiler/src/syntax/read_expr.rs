//! From the parser's tree to Python's: expressions.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::read::{Reader, operator};
use super::{Item, Kind};
use crate::code::Const;
use crate::error::{Fault, Res};
use crate::parse::literal;

impl Reader<'_> {
    pub(super) fn expr(&mut self, e: &Expr) -> Res<Item> {
        self.deeper(|this| this.expr_here(e))
    }

    pub(super) fn exprs(&mut self, all: &[Expr]) -> Res<Item> {
        Ok(all.iter().map(|e| self.expr(e)).collect::<Res<Vec<Item>>>()?.into())
    }

    pub(super) fn optional(&mut self, e: Option<&Expr>) -> Res<Item> {
        e.map_or(Ok(Item::None), |e| self.expr(e))
    }

    fn expr_here(&mut self, e: &Expr) -> Res<Item> {
        let mut range = e.range();
        let (kind, fields) = match e {
            Expr::BoolOp(e) => {
                let op = match e.op {
                    ast::BoolOp::And => Kind::And,
                    ast::BoolOp::Or => Kind::Or,
                };
                (Kind::BoolOp, vec![op.into(), self.exprs(&e.values)?])
            }
            Expr::Named(e) => (Kind::NamedExpr, vec![self.expr(&e.target)?, self.expr(&e.value)?]),
            Expr::BinOp(e) => (Kind::BinOp, vec![self.expr(&e.left)?, operator(e.op).into(), self.expr(&e.right)?]),
            Expr::UnaryOp(e) => {
                let op = match e.op {
                    ast::UnaryOp::Invert => Kind::Invert,
                    ast::UnaryOp::Not => Kind::Not,
                    ast::UnaryOp::UAdd => Kind::UAdd,
                    ast::UnaryOp::USub => Kind::USub,
                };
                (Kind::UnaryOp, vec![op.into(), self.expr(&e.operand)?])
            }
            Expr::Lambda(e) => {
                let none = ast::Parameters::default();
                let parameters = self.parameters(e.parameters.as_deref().unwrap_or(&none))?;
                (Kind::Lambda, vec![parameters, self.expr(&e.body)?])
            }
            Expr::If(e) => (Kind::IfExp, vec![self.expr(&e.test)?, self.expr(&e.body)?, self.expr(&e.orelse)?]),
            Expr::Dict(e) => {
                let (mut keys, mut values) = (Vec::new(), Vec::new());
                for item in &e.items {
                    keys.push(self.optional(item.key.as_ref())?);
                    values.push(self.expr(&item.value)?);
                }
                (Kind::Dict, vec![keys.into(), values.into()])
            }
            Expr::Set(e) => (Kind::Set, vec![self.exprs(&e.elts)?]),
            Expr::ListComp(e) => (Kind::ListComp, vec![self.expr(&e.elt)?, self.generators(&e.generators)?]),
            Expr::SetComp(e) => (Kind::SetComp, vec![self.expr(&e.elt)?, self.generators(&e.generators)?]),
            Expr::DictComp(e) => {
                let key = self.optional(e.key.as_deref())?;
                (Kind::DictComp, vec![key, self.expr(&e.value)?, self.generators(&e.generators)?])
            }
            Expr::Generator(e) => (Kind::GeneratorExp, vec![self.expr(&e.elt)?, self.generators(&e.generators)?]),
            Expr::Await(e) => (Kind::Await, vec![self.expr(&e.value)?]),
            Expr::Yield(e) => (Kind::Yield, vec![self.optional(e.value.as_deref())?]),
            Expr::YieldFrom(e) => (Kind::YieldFrom, vec![self.expr(&e.value)?]),
            Expr::Compare(e) => {
                let ops: Vec<Item> = e.ops.iter().map(|op| comparison(*op).into()).collect();
                (Kind::Compare, vec![self.expr(&e.left)?, ops.into(), self.exprs(&e.comparators)?])
            }
            Expr::Call(e) => {
                let func = self.expr(&e.func)?;
                let (args, keywords) = self.arguments(Some(&e.arguments))?;
                (Kind::Call, vec![func, args, keywords])
            }
            Expr::FString(e) => return self.f_string(e),
            Expr::TString(e) => return self.t_string(e),
            Expr::StringLiteral(literal) => {
                let first = literal.value.iter().next();
                let unicode = first.is_some_and(|part| part.flags.prefix().is_unicode());
                let value = literal::string(literal, self.source);
                (Kind::Constant, vec![value.into(), unicode.then_some("u").into()])
            }
            Expr::BytesLiteral(e) => constant(Const::Bytes(e.value.bytes().collect())),
            Expr::NumberLiteral(e) => constant(literal::number(&e.value)),
            Expr::BooleanLiteral(e) => constant(Const::Bool(e.value)),
            Expr::NoneLiteral(_) => constant(Const::None),
            Expr::EllipsisLiteral(_) => constant(Const::Ellipsis),
            Expr::Attribute(e) => (Kind::Attribute, vec![self.expr(&e.value)?, e.attr.as_str().into(), context(e.ctx)]),
            Expr::Subscript(e) => (Kind::Subscript, vec![self.expr(&e.value)?, self.expr(&e.slice)?, context(e.ctx)]),
            Expr::Starred(e) => (Kind::Starred, vec![self.expr(&e.value)?, context(e.ctx)]),
            Expr::Name(e) => (Kind::Name, vec![e.id.as_str().into(), context(e.ctx)]),
            Expr::List(e) => (Kind::List, vec![self.exprs(&e.elts)?, context(e.ctx)]),
            Expr::Tuple(e) => (Kind::Tuple, vec![self.exprs(&e.elts)?, context(e.ctx)]),
            Expr::Slice(e) => {
                let [lower, upper, step] = [&e.lower, &e.upper, &e.step].map(|part| part.as_deref());
                (Kind::Slice, vec![self.optional(lower)?, self.optional(upper)?, self.optional(step)?])
            }
            Expr::IpyEscapeCommand(e) => return Err(Fault::syntax("invalid syntax", e.range)),
        };
        if let Expr::Generator(ast::ExprGenerator { parenthesized: false, .. }) = e {
            range = self.with_parentheses(range);
        }
        Ok(self.node(kind, range, fields))
    }

    /// A generator expression that is the only argument of a call has the call's parentheses.
    fn with_parentheses(&self, range: TextRange) -> TextRange {
        let start = self.source[..range.start().to_usize()].rfind('(');
        let end = self.source[range.end().to_usize()..].find(')').map(|i| range.end().to_usize() + i + 1);
        match (start, end) {
            (Some(start), Some(end)) => TextRange::new((start as u32).into(), (end as u32).into()),
            _ => range,
        }
    }

    /// Positional arguments and keywords.
    pub(super) fn arguments(&mut self, arguments: Option<&ast::Arguments>) -> Res<(Item, Item)> {
        let Some(arguments) = arguments else { return Ok((Vec::new().into(), Vec::new().into())) };
        let args = self.exprs(&arguments.args)?;
        let keywords = arguments.keywords.iter().map(|keyword| {
            let name = keyword.arg.as_ref().map(|name| name.as_str()).into();
            let value = self.expr(&keyword.value)?;
            Ok(self.node(Kind::Keyword, keyword.range, vec![name, value]))
        });
        Ok((args, keywords.collect::<Res<Vec<Item>>>()?.into()))
    }

    fn generators(&mut self, generators: &[ast::Comprehension]) -> Res<Item> {
        let all = generators.iter().map(|generator| {
            let (target, iter) = (self.expr(&generator.target)?, self.expr(&generator.iter)?);
            let fields = vec![target, iter, self.exprs(&generator.ifs)?, generator.is_async.into()];
            Ok(Self::placeless(Kind::Comprehension, fields))
        });
        Ok(all.collect::<Res<Vec<Item>>>()?.into())
    }
}

fn constant(value: Const) -> (Kind, Vec<Item>) {
    (Kind::Constant, vec![value.into(), Item::None])
}

fn context(context: ast::ExprContext) -> Item {
    match context {
        ast::ExprContext::Store => Kind::Store,
        ast::ExprContext::Del => Kind::Del,
        ast::ExprContext::Load | ast::ExprContext::Invalid => Kind::Load,
    }
    .into()
}

fn comparison(op: ast::CmpOp) -> Kind {
    use ast::CmpOp;
    match op {
        CmpOp::Eq => Kind::Eq,
        CmpOp::NotEq => Kind::NotEq,
        CmpOp::Lt => Kind::Lt,
        CmpOp::LtE => Kind::LtE,
        CmpOp::Gt => Kind::Gt,
        CmpOp::GtE => Kind::GtE,
        CmpOp::Is => Kind::Is,
        CmpOp::IsNot => Kind::IsNot,
        CmpOp::In => Kind::In,
        CmpOp::NotIn => Kind::NotIn,
    }
}
