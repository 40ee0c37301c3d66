//! From the parser's tree to Python's: statements.

use ruff_python_ast::{self as ast, ExceptHandler, Mod, Pattern, Stmt, TypeParam};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::{Item, Kind, Node};
use crate::code::{Const, Position};
use crate::error::{ErrorKind, Fault, Res};
use crate::lines::Lines;

/// Nodes inside each other: whoever walks over the tree of objects recurses.
const DEEPEST: u32 = 6000;

/// Makes the nodes.
pub(super) struct Reader<'a> {
    pub(super) source: &'a str,
    pub(super) lines: &'a Lines<'a>,
    depth: u32,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a str, lines: &'a Lines<'a>) -> Reader<'a> {
        Reader { source, lines, depth: 0 }
    }

    /// Reads something that nests.
    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Res<T>) -> Res<T> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let text = "maximum recursion depth exceeded during ast construction";
            return Err(Fault::of(ErrorKind::Recursion, text, TextRange::default()));
        }
        let made = read(self);
        self.depth -= 1;
        made
    }

    pub(super) fn node(&self, kind: Kind, range: TextRange, fields: Vec<Item>) -> Item {
        debug_assert_eq!(fields.len(), kind.fields().len(), "{kind:?}");
        Node { kind, fields, position: self.lines.position(range) }.into()
    }

    /// A node that has no place.
    pub(super) fn placeless(kind: Kind, fields: Vec<Item>) -> Item {
        debug_assert_eq!(fields.len(), kind.fields().len(), "{kind:?}");
        Node { kind, fields, position: Position::default() }.into()
    }

    pub(super) fn module(&mut self, module: &Mod, single: bool) -> Res<Node> {
        let (kind, fields) = match module {
            Mod::Module(module) if single => (Kind::Interactive, vec![self.body(&module.body)?]),
            Mod::Module(module) => (Kind::Module, vec![self.body(&module.body)?, Item::Many(Vec::new())]),
            Mod::Expression(module) => (Kind::Expression, vec![self.expr(&module.body)?]),
        };
        Ok(Node { kind, fields, position: Position::default() })
    }

    fn body(&mut self, body: &[Stmt]) -> Res<Item> {
        let statements = body.iter().map(|s| self.deeper(|this| this.statement(s)));
        Ok(Item::Many(statements.collect::<Res<Vec<Item>>>()?))
    }

    /// A statement with a block ends with its last token, and that may be a semicolon.
    fn with_semicolon(&self, range: TextRange) -> TextRange {
        let behind = &self.source[range.end().to_usize()..];
        let rest = behind.trim_start_matches([' ', '\t', '\x0c']);
        match rest.strip_prefix(';') {
            Some(_) => {
                TextRange::new(range.start(), range.end() + TextSize::from((behind.len() - rest.len() + 1) as u32))
            }
            None => range,
        }
    }

    /// From the keyword on: decorators stand before it.
    fn after_decorators(&self, decorators: &[ast::Decorator], range: TextRange) -> TextRange {
        let Some(last) = decorators.last() else { return range };
        let mut rest = &self.source[last.range.end().to_usize()..];
        loop {
            rest = rest.trim_start_matches([' ', '\t', '\n', '\x0c', '\\', ')']);
            match rest.strip_prefix('#') {
                Some(comment) => rest = &comment[comment.find('\n').unwrap_or(comment.len())..],
                None => break,
            }
        }
        let start = TextSize::try_from(self.source.len() - rest.len()).unwrap_or_default();
        TextRange::new(start.min(range.end()), range.end())
    }

    fn statement(&mut self, s: &Stmt) -> Res<Item> {
        let (kind, range, fields) = match s {
            Stmt::FunctionDef(f) => {
                let kind = if f.is_async { Kind::AsyncFunctionDef } else { Kind::FunctionDef };
                let fields = vec![
                    f.name.as_str().into(),
                    self.parameters(&f.parameters)?,
                    self.body(&f.body)?,
                    self.decorators(&f.decorator_list)?,
                    self.optional(f.returns.as_deref())?,
                    Item::None,
                    self.type_parameters(f.type_params.as_deref())?,
                ];
                (kind, self.after_decorators(&f.decorator_list, f.range), fields)
            }
            Stmt::ClassDef(c) => {
                let (bases, keywords) = self.arguments(c.arguments.as_deref())?;
                let fields = vec![
                    c.name.as_str().into(),
                    bases,
                    keywords,
                    self.body(&c.body)?,
                    self.decorators(&c.decorator_list)?,
                    self.type_parameters(c.type_params.as_deref())?,
                ];
                (Kind::ClassDef, self.after_decorators(&c.decorator_list, c.range), fields)
            }
            Stmt::Return(s) => (Kind::Return, s.range, vec![self.optional(s.value.as_deref())?]),
            Stmt::Delete(s) => (Kind::Delete, s.range, vec![self.exprs(&s.targets)?]),
            Stmt::TypeAlias(s) => {
                let parameters = self.type_parameters(s.type_params.as_deref())?;
                (Kind::TypeAlias, s.range, vec![self.expr(&s.name)?, parameters, self.expr(&s.value)?])
            }
            Stmt::Assign(s) => (Kind::Assign, s.range, vec![self.exprs(&s.targets)?, self.expr(&s.value)?, Item::None]),
            Stmt::AugAssign(s) => {
                (Kind::AugAssign, s.range, vec![self.expr(&s.target)?, operator(s.op).into(), self.expr(&s.value)?])
            }
            Stmt::AnnAssign(s) => {
                let value = self.optional(s.value.as_deref())?;
                let fields = vec![self.expr(&s.target)?, self.expr(&s.annotation)?, value, s.simple.into()];
                (Kind::AnnAssign, s.range, fields)
            }
            Stmt::For(s) => {
                let kind = if s.is_async { Kind::AsyncFor } else { Kind::For };
                let (target, iter) = (self.expr(&s.target)?, self.expr(&s.iter)?);
                (kind, s.range, vec![target, iter, self.body(&s.body)?, self.body(&s.orelse)?, Item::None])
            }
            Stmt::While(s) => {
                (Kind::While, s.range, vec![self.expr(&s.test)?, self.body(&s.body)?, self.body(&s.orelse)?])
            }
            Stmt::If(s) => {
                let (test, body) = (self.expr(&s.test)?, self.body(&s.body)?);
                let otherwise = self.clauses(&s.elif_else_clauses, s.range.end())?;
                (Kind::If, s.range, vec![test, body, otherwise])
            }
            Stmt::With(s) => {
                let kind = if s.is_async { Kind::AsyncWith } else { Kind::With };
                let mut items = Vec::with_capacity(s.items.len());
                for item in &s.items {
                    let fields = vec![self.expr(&item.context_expr)?, self.optional(item.optional_vars.as_deref())?];
                    items.push(Self::placeless(Kind::WithItem, fields));
                }
                (kind, s.range, vec![items.into(), self.body(&s.body)?, Item::None])
            }
            Stmt::Match(s) => {
                let subject = self.expr(&s.subject)?;
                let mut cases = Vec::with_capacity(s.cases.len());
                for case in &s.cases {
                    let pattern = self.pattern(&case.pattern)?;
                    let fields = vec![pattern, self.optional(case.guard.as_deref())?, self.body(&case.body)?];
                    cases.push(Self::placeless(Kind::MatchCase, fields));
                }
                (Kind::Match, s.range, vec![subject, cases.into()])
            }
            Stmt::Raise(s) => {
                let fields = vec![self.optional(s.exc.as_deref())?, self.optional(s.cause.as_deref())?];
                (Kind::Raise, s.range, fields)
            }
            Stmt::Try(s) => {
                let kind = if s.is_star { Kind::TryStar } else { Kind::Try };
                let body = self.body(&s.body)?;
                let handlers = s.handlers.iter().map(|handler| self.handler(handler)).collect::<Res<Vec<Item>>>()?;
                (kind, s.range, vec![body, handlers.into(), self.body(&s.orelse)?, self.body(&s.finalbody)?])
            }
            Stmt::Assert(s) => (Kind::Assert, s.range, vec![self.expr(&s.test)?, self.optional(s.msg.as_deref())?]),
            Stmt::Import(s) => (Kind::Import, s.range, vec![self.aliases(&s.names)]),
            Stmt::ImportFrom(s) => {
                let module = s.module.as_ref().map(|module| module.as_str()).into();
                (Kind::ImportFrom, s.range, vec![module, self.aliases(&s.names), Item::Int(s.level.into())])
            }
            Stmt::Global(s) => (Kind::Global, s.range, vec![names(&s.names)]),
            Stmt::Nonlocal(s) => (Kind::Nonlocal, s.range, vec![names(&s.names)]),
            Stmt::Expr(s) => (Kind::Expr, s.range, vec![self.expr(&s.value)?]),
            Stmt::Pass(s) => (Kind::Pass, s.range, Vec::new()),
            Stmt::Break(s) => (Kind::Break, s.range, Vec::new()),
            Stmt::Continue(s) => (Kind::Continue, s.range, Vec::new()),
            Stmt::IpyEscapeCommand(s) => return Err(Fault::syntax("invalid syntax", s.range)),
        };
        let block = matches!(
            s,
            Stmt::FunctionDef(_)
                | Stmt::ClassDef(_)
                | Stmt::For(_)
                | Stmt::While(_)
                | Stmt::If(_)
                | Stmt::With(_)
                | Stmt::Match(_)
                | Stmt::Try(_)
        );
        let range = if block { self.with_semicolon(range) } else { range };
        Ok(self.node(kind, range, fields))
    }

    fn decorators(&mut self, decorators: &[ast::Decorator]) -> Res<Item> {
        let all = decorators.iter().map(|decorator| self.expr(&decorator.expression)).collect::<Res<Vec<Item>>>()?;
        Ok(all.into())
    }

    /// What follows an `if`: each `elif` is a statement of its own in the one before.
    fn clauses(&mut self, clauses: &[ast::ElifElseClause], end: TextSize) -> Res<Item> {
        let Some((first, rest)) = clauses.split_first() else { return Ok(Vec::new().into()) };
        let Some(test) = &first.test else { return self.body(&first.body) };
        let fields =
            self.deeper(|this| Ok(vec![this.expr(test)?, this.body(&first.body)?, this.clauses(rest, end)?]))?;
        let range = self.with_semicolon(TextRange::new(first.range.start(), end));
        Ok(vec![self.node(Kind::If, range, fields)].into())
    }

    fn handler(&mut self, handler: &ExceptHandler) -> Res<Item> {
        let ExceptHandler::ExceptHandler(handler) = handler;
        let name = handler.name.as_ref().map(|name| name.as_str()).into();
        let fields = vec![self.optional(handler.type_.as_deref())?, name, self.body(&handler.body)?];
        Ok(self.node(Kind::ExceptHandler, self.with_semicolon(handler.range), fields))
    }

    fn aliases(&self, names: &[ast::Alias]) -> Item {
        let one = |alias: &ast::Alias| {
            let asname = alias.asname.as_ref().map(|name| name.as_str()).into();
            self.node(Kind::Alias, alias.range, vec![alias.name.as_str().into(), asname])
        };
        names.iter().map(one).collect::<Vec<Item>>().into()
    }

    pub(super) fn parameters(&mut self, parameters: &ast::Parameters) -> Res<Item> {
        let positional = |this: &mut Self, all: &[ast::ParameterWithDefault]| -> Res<Item> {
            Ok(all.iter().map(|p| this.parameter(&p.parameter)).collect::<Res<Vec<Item>>>()?.into())
        };
        let posonlyargs = positional(self, &parameters.posonlyargs)?;
        let args = positional(self, &parameters.args)?;
        let vararg = parameters.vararg.as_deref().map(|p| self.parameter(p)).transpose()?.unwrap_or(Item::None);
        let kwonlyargs = positional(self, &parameters.kwonlyargs)?;
        let defaults = parameters.kwonlyargs.iter().map(|p| self.optional(p.default.as_deref()));
        let kw_defaults = defaults.collect::<Res<Vec<Item>>>()?.into();
        let kwarg = parameters.kwarg.as_deref().map(|p| self.parameter(p)).transpose()?.unwrap_or(Item::None);
        let defaults = parameters.posonlyargs.iter().chain(&parameters.args).filter_map(|p| p.default.as_deref());
        let defaults = defaults.map(|e| self.expr(e)).collect::<Res<Vec<Item>>>()?.into();
        let fields = vec![posonlyargs, args, vararg, kwonlyargs, kw_defaults, kwarg, defaults];
        Ok(Self::placeless(Kind::Arguments, fields))
    }

    fn parameter(&mut self, parameter: &ast::Parameter) -> Res<Item> {
        let annotation = self.optional(parameter.annotation.as_deref())?;
        // Without the stars in front.
        let range = TextRange::new(parameter.name.range.start(), parameter.range.end());
        Ok(self.node(Kind::Argument, range, vec![parameter.name.as_str().into(), annotation, Item::None]))
    }

    fn type_parameters(&mut self, parameters: Option<&ast::TypeParams>) -> Res<Item> {
        let parameters = parameters.map_or(&[][..], |parameters| &parameters.type_params);
        let all = parameters.iter().map(|parameter| {
            let (kind, fields) = match parameter {
                TypeParam::TypeVar(p) => {
                    let bound = self.optional(p.bound.as_deref())?;
                    (Kind::TypeVar, vec![p.name.as_str().into(), bound, self.optional(p.default.as_deref())?])
                }
                TypeParam::ParamSpec(p) => {
                    (Kind::ParamSpec, vec![p.name.as_str().into(), self.optional(p.default.as_deref())?])
                }
                TypeParam::TypeVarTuple(p) => {
                    (Kind::TypeVarTuple, vec![p.name.as_str().into(), self.optional(p.default.as_deref())?])
                }
            };
            Ok(self.node(kind, parameter.range(), fields))
        });
        Ok(all.collect::<Res<Vec<Item>>>()?.into())
    }

    fn patterns(&mut self, patterns: &[Pattern]) -> Res<Item> {
        Ok(patterns.iter().map(|pattern| self.pattern(pattern)).collect::<Res<Vec<Item>>>()?.into())
    }

    fn pattern(&mut self, pattern: &Pattern) -> Res<Item> {
        self.deeper(|this| this.pattern_here(pattern))
    }

    fn pattern_here(&mut self, pattern: &Pattern) -> Res<Item> {
        let name = |name: &Option<ast::Identifier>| name.as_ref().map(|name| name.as_str()).into();
        let (kind, fields) = match pattern {
            Pattern::MatchValue(p) => (Kind::MatchValue, vec![self.expr(&p.value)?]),
            Pattern::MatchSingleton(p) => {
                let value = match p.value {
                    ast::Singleton::None => Const::None,
                    ast::Singleton::True => Const::Bool(true),
                    ast::Singleton::False => Const::Bool(false),
                };
                (Kind::MatchSingleton, vec![value.into()])
            }
            Pattern::MatchSequence(p) => (Kind::MatchSequence, vec![self.patterns(&p.patterns)?]),
            Pattern::MatchMapping(p) => {
                (Kind::MatchMapping, vec![self.exprs(&p.keys)?, self.patterns(&p.patterns)?, name(&p.rest)])
            }
            Pattern::MatchClass(p) => {
                let (class, patterns) = (self.expr(&p.cls)?, self.patterns(&p.arguments.patterns)?);
                let keywords = &p.arguments.keywords;
                let attributes: Vec<Item> = keywords.iter().map(|keyword| keyword.attr.as_str().into()).collect();
                let of_keywords = keywords.iter().map(|keyword| self.pattern(&keyword.pattern));
                let of_keywords = of_keywords.collect::<Res<Vec<Item>>>()?;
                (Kind::MatchClass, vec![class, patterns, attributes.into(), of_keywords.into()])
            }
            Pattern::MatchStar(p) => (Kind::MatchStar, vec![name(&p.name)]),
            Pattern::MatchAs(p) => {
                let inner = p.pattern.as_deref().map(|inner| self.pattern(inner)).transpose()?.unwrap_or(Item::None);
                (Kind::MatchAs, vec![inner, name(&p.name)])
            }
            Pattern::MatchOr(p) => (Kind::MatchOr, vec![self.patterns(&p.patterns)?]),
        };
        Ok(self.node(kind, pattern.range(), fields))
    }
}

fn names(names: &[ast::Identifier]) -> Item {
    names.iter().map(|name| name.as_str().into()).collect::<Vec<Item>>().into()
}

pub(super) fn operator(op: ast::Operator) -> Kind {
    use ast::Operator;
    match op {
        Operator::Add => Kind::Add,
        Operator::Sub => Kind::Sub,
        Operator::Mult => Kind::Mult,
        Operator::MatMult => Kind::MatMult,
        Operator::Div => Kind::Div,
        Operator::Mod => Kind::Mod,
        Operator::Pow => Kind::Pow,
        Operator::LShift => Kind::LShift,
        Operator::RShift => Kind::RShift,
        Operator::BitOr => Kind::BitOr,
        Operator::BitXor => Kind::BitXor,
        Operator::BitAnd => Kind::BitAnd,
        Operator::FloorDiv => Kind::FloorDiv,
    }
}
