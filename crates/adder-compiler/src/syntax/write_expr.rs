//! From Python's tree to the parser's: expressions.

use ruff_python_ast::{
    self as ast, AtomicNodeIndex, BytesLiteral, BytesLiteralFlags, BytesLiteralValue, ConversionFlag, Expr, FString,
    FStringFlags, FStringValue, Int, InterpolatedElement, InterpolatedStringElement, InterpolatedStringFormatSpec,
    InterpolatedStringLiteralElement, Number, StringLiteral, StringLiteralFlags, StringLiteralValue, TString,
    TStringFlags, TStringValue,
};
use ruff_text_size::TextRange;

use super::node::{fields, int, items, node, nodes};
use super::write::{NONE, Writer, operator};
use super::{Item, Kind, Node};
use crate::code::Const;
use crate::error::{Fault, Res};

impl Writer {
    pub(super) fn expr(&mut self, item: &Item) -> Res<Expr> {
        match node(item) {
            Some(node) => self.expr_of(node),
            None => Err(Fault::syntax("invalid syntax", TextRange::default())),
        }
    }

    pub(super) fn boxed(&mut self, item: &Item) -> Res<Box<Expr>> {
        self.expr(item).map(Box::new)
    }

    pub(super) fn optional(&mut self, item: &Item) -> Res<Option<Box<Expr>>> {
        node(item).map(|node| self.expr_of(node).map(Box::new)).transpose()
    }

    pub(super) fn exprs(&mut self, all: &Item) -> Res<Vec<Expr>> {
        nodes(all).map(|node| self.expr_of(node)).collect()
    }

    pub(super) fn arguments(&mut self, args: &Item, keywords: &Item, range: TextRange) -> Res<ast::Arguments> {
        let args = self.exprs(args)?.into_boxed_slice();
        let mut all = Vec::new();
        for keyword in nodes(keywords) {
            let (range, [name, value]) = (self.range(keyword), fields(keyword));
            let (arg, value) = (self.optional_name(name, range), self.expr(value)?);
            all.push(ast::Keyword { node_index: NONE, range, arg, value });
        }
        Ok(ast::Arguments { node_index: NONE, range, args, keywords: all.into_iter().collect() })
    }

    fn generators(&mut self, all: &Item, range: TextRange) -> Res<Vec<ast::Comprehension>> {
        let mut generators = Vec::new();
        for generator in nodes(all) {
            let [target, iter, ifs, is_async] = fields(generator);
            generators.push(ast::Comprehension {
                node_index: NONE,
                range,
                target: self.expr(target)?,
                iter: self.expr(iter)?,
                ifs: self.exprs(ifs)?,
                is_async: int(is_async) != 0,
            });
        }
        Ok(generators)
    }

    pub(super) fn expr_of(&mut self, node: &Node) -> Res<Expr> {
        let (node_index, range) = (NONE, self.range(node));
        Ok(match node.kind {
            Kind::BoolOp => {
                let op = match &node.fields[0] {
                    Item::Plain(Kind::Or) => ast::BoolOp::Or,
                    _ => ast::BoolOp::And,
                };
                Expr::BoolOp(ast::ExprBoolOp { node_index, range, op, values: self.exprs(&node.fields[1])? })
            }
            Kind::NamedExpr => {
                let [target, value] = fields(node);
                let (target, value) = (self.boxed(target)?, self.boxed(value)?);
                Expr::Named(ast::ExprNamed { node_index, range, target, value })
            }
            Kind::BinOp => {
                let [left, op, right] = fields(node);
                let (left, op, right) = (self.boxed(left)?, operator(op), self.boxed(right)?);
                Expr::BinOp(ast::ExprBinOp { node_index, range, left, op, right })
            }
            Kind::UnaryOp => {
                let [op, operand] = fields(node);
                let op = match op {
                    Item::Plain(Kind::Invert) => ast::UnaryOp::Invert,
                    Item::Plain(Kind::Not) => ast::UnaryOp::Not,
                    Item::Plain(Kind::USub) => ast::UnaryOp::USub,
                    _ => ast::UnaryOp::UAdd,
                };
                Expr::UnaryOp(ast::ExprUnaryOp { node_index, range, op, operand: self.boxed(operand)? })
            }
            Kind::Lambda => {
                let [args, body] = fields(node);
                let parameters = self.parameters(args, range)?;
                let parameters = Some(Box::new(parameters)).filter(|p| p.iter().next().is_some());
                Expr::Lambda(ast::ExprLambda { node_index, range, parameters, body: self.boxed(body)? })
            }
            Kind::IfExp => {
                let [test, body, orelse] = fields(node);
                let (test, body, orelse) = (self.boxed(test)?, self.boxed(body)?, self.boxed(orelse)?);
                Expr::If(ast::ExprIf { node_index, range, test, body, orelse })
            }
            Kind::Dict => {
                let [keys, values] = fields(node);
                let mut all = Vec::new();
                for (key, value) in items(keys).iter().zip(items(values)) {
                    let key = self.optional(key)?.map(|key| *key);
                    all.push(ast::DictItem { key, value: self.expr(value)? });
                }
                Expr::Dict(ast::ExprDict { node_index, range, items: all })
            }
            Kind::Set => Expr::Set(ast::ExprSet { node_index, range, elts: self.exprs(&node.fields[0])? }),
            Kind::ListComp => {
                let [elt, generators] = fields(node);
                let (elt, generators) = (self.boxed(elt)?, self.generators(generators, range)?);
                Expr::ListComp(ast::ExprListComp { node_index, range, elt, generators })
            }
            Kind::SetComp => {
                let [elt, generators] = fields(node);
                let (elt, generators) = (self.boxed(elt)?, self.generators(generators, range)?);
                Expr::SetComp(ast::ExprSetComp { node_index, range, elt, generators })
            }
            Kind::GeneratorExp => {
                let [elt, generators] = fields(node);
                let (elt, generators) = (self.boxed(elt)?, self.generators(generators, range)?);
                Expr::Generator(ast::ExprGenerator { node_index, range, elt, generators, parenthesized: true })
            }
            Kind::DictComp => {
                let [key, value, generators] = fields(node);
                let (key, value) = (self.optional(key)?, self.boxed(value)?);
                let generators = self.generators(generators, range)?;
                Expr::DictComp(ast::ExprDictComp { node_index, range, key, value, generators })
            }
            Kind::Await => Expr::Await(ast::ExprAwait { node_index, range, value: self.boxed(&node.fields[0])? }),
            Kind::Yield => Expr::Yield(ast::ExprYield { node_index, range, value: self.optional(&node.fields[0])? }),
            Kind::YieldFrom => {
                Expr::YieldFrom(ast::ExprYieldFrom { node_index, range, value: self.boxed(&node.fields[0])? })
            }
            Kind::Compare => {
                let [left, ops, comparators] = fields(node);
                let ops = items(ops).iter().map(comparison).collect();
                let (left, comparators) = (self.boxed(left)?, self.exprs(comparators)?.into_boxed_slice());
                Expr::Compare(ast::ExprCompare { node_index, range, left, ops, comparators })
            }
            Kind::Call => {
                let [func, args, keywords] = fields(node);
                let (func, arguments) = (self.boxed(func)?, self.arguments(args, keywords, range)?);
                Expr::Call(ast::ExprCall { node_index, range_start: range.start(), func, arguments })
            }
            Kind::JoinedStr => {
                let elements = self.elements(&node.fields[0])?;
                self.f_string(elements, range)
            }
            // Alone it is a string of itself.
            Kind::FormattedValue | Kind::Interpolation => {
                let element = self.element(node)?;
                self.f_string(vec![element], range)
            }
            Kind::TemplateStr => {
                let elements = self.elements(&node.fields[0])?.into();
                let t = TString { node_index: NONE, range, elements, flags: TStringFlags::empty() };
                Expr::TString(ast::ExprTString { node_index, range, value: TStringValue::single(t) })
            }
            Kind::Constant => match &node.fields[0] {
                Item::Constant(constant) => self.constant(constant, range),
                _ => Expr::NoneLiteral(ast::ExprNoneLiteral { node_index, range }),
            },
            Kind::Attribute => {
                let [value, attr, ctx] = fields(node);
                let (value, attr) = (self.boxed(value)?, self.name(attr, range));
                Expr::Attribute(ast::ExprAttribute { node_index, range, value, attr, ctx: context(ctx) })
            }
            Kind::Subscript => {
                let [value, slice, ctx] = fields(node);
                let (value, slice) = (self.boxed(value)?, self.boxed(slice)?);
                Expr::Subscript(ast::ExprSubscript { node_index, range, value, slice, ctx: context(ctx) })
            }
            Kind::Starred => {
                let [value, ctx] = fields(node);
                Expr::Starred(ast::ExprStarred { node_index, range, value: self.boxed(value)?, ctx: context(ctx) })
            }
            Kind::Name => {
                let [id, ctx] = fields(node);
                let id = self.name(id, range).id;
                Expr::Name(ast::ExprName { node_index, range, id, ctx: context(ctx) })
            }
            Kind::List => {
                let [elts, ctx] = fields(node);
                Expr::List(ast::ExprList { node_index, range, elts: self.exprs(elts)?, ctx: context(ctx) })
            }
            Kind::Tuple => {
                let [elts, ctx] = fields(node);
                let (elts, ctx) = (self.exprs(elts)?, context(ctx));
                Expr::Tuple(ast::ExprTuple { node_index, range, elts, ctx, parenthesized: true })
            }
            Kind::Slice => {
                let [lower, upper, step] = fields(node);
                let (lower, upper, step) = (self.optional(lower)?, self.optional(upper)?, self.optional(step)?);
                Expr::Slice(ast::ExprSlice { node_index, range, lower, upper, step })
            }
            _ => return Err(Fault::syntax("invalid syntax", range)),
        })
    }

    fn constant(&mut self, constant: &Const, range: TextRange) -> Expr {
        let node_index = NONE;
        let number = |value| Expr::NumberLiteral(ast::ExprNumberLiteral { node_index: NONE, range, value });
        match constant {
            Const::None => Expr::NoneLiteral(ast::ExprNoneLiteral { node_index, range }),
            Const::Bool(value) => Expr::BooleanLiteral(ast::ExprBooleanLiteral { node_index, range, value: *value }),
            Const::Ellipsis => Expr::EllipsisLiteral(ast::ExprEllipsisLiteral { node_index, range }),
            Const::Int(value) if *value >= 0 => number(Number::Int(Int::from(*value as u64))),
            Const::Float(value) => number(Number::Float(*value)),
            Const::Complex(real, imag) => number(Number::Complex { real: *real, imag: *imag }),
            // The parser leaves this character where it could not keep what stood there.
            Const::Str(text) if !text.contains('\u{FFFD}') => {
                let (value, flags) = ((&**text).into(), StringLiteralFlags::empty());
                let value = StringLiteralValue::single(StringLiteral { node_index: NONE, range, value, flags });
                Expr::StringLiteral(ast::ExprStringLiteral { node_index, range, value })
            }
            Const::Bytes(bytes) => {
                let (value, flags) = (bytes.clone(), BytesLiteralFlags::empty());
                let value = BytesLiteralValue::single(BytesLiteral { node_index: NONE, range, value, flags });
                Expr::BytesLiteral(ast::ExprBytesLiteral { node_index, range, value })
            }
            other => {
                let node_index = self.noted(other.clone());
                Expr::EllipsisLiteral(ast::ExprEllipsisLiteral { node_index, range })
            }
        }
    }

    /// Keeps a constant; its number is the index of the node that stands for it.
    fn noted(&mut self, constant: Const) -> AtomicNodeIndex {
        let node_index = AtomicNodeIndex::NONE;
        node_index.set((self.constants.len() as u32).into());
        self.constants.push(constant);
        node_index
    }

    fn f_string(&self, elements: Vec<InterpolatedStringElement>, range: TextRange) -> Expr {
        let f = FString { node_index: NONE, range, elements: elements.into(), flags: FStringFlags::empty() };
        Expr::FString(ast::ExprFString { node_index: NONE, range, value: FStringValue::single(f) })
    }

    fn elements(&mut self, values: &Item) -> Res<Vec<InterpolatedStringElement>> {
        let mut elements = Vec::new();
        for value in nodes(values) {
            match value.kind {
                Kind::JoinedStr | Kind::TemplateStr => elements.extend(self.elements(&value.fields[0])?),
                _ => elements.push(self.element(value)?),
            }
        }
        Ok(elements)
    }

    fn element(&mut self, value: &Node) -> Res<InterpolatedStringElement> {
        let range = self.range(value);
        if let (Kind::Constant, Item::Constant(Const::Str(text))) = (value.kind, &value.fields[0])
            && !text.contains('\u{FFFD}')
        {
            let value = (&**text).into();
            let literal = InterpolatedStringLiteralElement { node_index: NONE, range, value };
            return Ok(InterpolatedStringElement::Literal(literal));
        }
        let (node_index, expression, conversion, spec) = match value.kind {
            Kind::FormattedValue => {
                let [value, conversion, spec] = fields(value);
                (NONE, self.expr(value)?, int(conversion), spec)
            }
            Kind::Interpolation => {
                let [value, text, conversion, spec] = fields(value);
                let text = match text {
                    Item::Constant(text) => text.clone(),
                    _ => Const::None,
                };
                (self.noted(text), self.expr(value)?, int(conversion), spec)
            }
            // A string that no literal can say.
            _ => (NONE, self.expr_of(value)?, -1, &Item::None),
        };
        let conversion = match u8::try_from(conversion) {
            Ok(b's') => ConversionFlag::Str,
            Ok(b'r') => ConversionFlag::Repr,
            Ok(b'a') => ConversionFlag::Ascii,
            _ => ConversionFlag::None,
        };
        let format_spec = match node(spec) {
            None => None,
            Some(spec) => {
                let range = self.range(spec);
                let elements = match spec.kind {
                    Kind::JoinedStr => self.elements(&spec.fields[0])?,
                    _ => vec![self.element(spec)?],
                };
                let elements = elements.into();
                Some(Box::new(InterpolatedStringFormatSpec { node_index: NONE, range, elements }))
            }
        };
        Ok(InterpolatedStringElement::Interpolation(InterpolatedElement {
            node_index,
            range,
            expression: Box::new(expression),
            debug_text: None,
            conversion,
            format_spec,
        }))
    }
}

fn context(item: &Item) -> ast::ExprContext {
    match item {
        Item::Plain(Kind::Store) => ast::ExprContext::Store,
        Item::Plain(Kind::Del) => ast::ExprContext::Del,
        _ => ast::ExprContext::Load,
    }
}

fn comparison(item: &Item) -> ast::CmpOp {
    use ast::CmpOp;
    let Item::Plain(kind) = item else { return CmpOp::Eq };
    match kind {
        Kind::NotEq => CmpOp::NotEq,
        Kind::Lt => CmpOp::Lt,
        Kind::LtE => CmpOp::LtE,
        Kind::Gt => CmpOp::Gt,
        Kind::GtE => CmpOp::GtE,
        Kind::Is => CmpOp::Is,
        Kind::IsNot => CmpOp::IsNot,
        Kind::In => CmpOp::In,
        Kind::NotIn => CmpOp::NotIn,
        _ => CmpOp::Eq,
    }
}
