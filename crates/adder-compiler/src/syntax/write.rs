//! From Python's tree to the parser's: statements. The tree is valid: `validate` has seen it.

use ruff_python_ast::{self as ast, AtomicNodeIndex, ExceptHandler, Identifier, Mod, Pattern, Stmt, TypeParam};
use ruff_text_size::{TextRange, TextSize};

use super::node::{fields, int, items, node, nodes, text};
use super::{Item, Kind, Node};
use crate::code::Const;
use crate::error::{Fault, Res};

#[allow(clippy::declare_interior_mutable_const, reason = "copied into each node")]
pub(super) const NONE: AtomicNodeIndex = AtomicNodeIndex::NONE;

/// Makes the nodes of the parser.
pub(super) struct Writer {
    /// Lines and columns that occur, in order: a place in the tree is a number among them.
    pub(super) places: Vec<(u32, u32)>,
    /// Constants that no literal can say.
    pub(super) constants: Vec<Const>,
}

impl Writer {
    pub(super) fn range(&self, node: &Node) -> TextRange {
        let find = |place| match self.places.binary_search(&place) {
            Ok(at) | Err(at) => TextSize::from(at as u32),
        };
        let start = find((node.position.line, node.position.column));
        let end = find((node.position.end_line, node.position.end_column));
        TextRange::new(start, end.max(start))
    }

    pub(super) fn module(&mut self, root: &Node) -> Res<Mod> {
        let (node_index, range) = (NONE, TextRange::default());
        Ok(match root.kind {
            Kind::Expression => {
                let [body] = fields(root);
                Mod::Expression(ast::ModExpression { node_index, range, body: Box::new(self.expr(body)?) })
            }
            _ => Mod::Module(ast::ModModule {
                node_index,
                range,
                body: self.statements(&root.fields[0])?.into_iter().collect(),
            }),
        })
    }

    fn statements(&mut self, body: &Item) -> Res<Vec<Stmt>> {
        nodes(body).map(|node| self.statement(node)).collect()
    }

    pub(super) fn name(&self, item: &Item, range: TextRange) -> Identifier {
        Identifier::new(text(item), range)
    }

    pub(super) fn optional_name(&self, item: &Item, range: TextRange) -> Option<Identifier> {
        match item {
            Item::Text(name) => Some(Identifier::new(&**name, range)),
            _ => None,
        }
    }

    fn statement(&mut self, node: &Node) -> Res<Stmt> {
        let (node_index, range) = (NONE, self.range(node));
        macro_rules! body {
            ($item:expr) => {
                self.statements($item)?.into_iter().collect()
            };
        }
        Ok(match node.kind {
            Kind::FunctionDef | Kind::AsyncFunctionDef => {
                let [name, args, body, decorators, returns, _, type_params] = fields(node);
                Stmt::FunctionDef(ast::StmtFunctionDef {
                    node_index,
                    range,
                    is_async: node.kind == Kind::AsyncFunctionDef,
                    decorator_list: self.decorators(decorators)?.into_iter().collect(),
                    name: self.name(name, range),
                    type_params: self.type_params(type_params, range)?,
                    parameters: Box::new(self.parameters(args, range)?),
                    returns: self.optional(returns)?,
                    body: body!(body),
                })
            }
            Kind::ClassDef => {
                let [name, bases, keywords, body, decorators, type_params] = fields(node);
                let empty = items(bases).is_empty() && items(keywords).is_empty();
                let arguments = if empty { None } else { Some(Box::new(self.arguments(bases, keywords, range)?)) };
                Stmt::ClassDef(ast::StmtClassDef {
                    node_index,
                    range,
                    decorator_list: self.decorators(decorators)?.into_iter().collect(),
                    name: self.name(name, range),
                    type_params: self.type_params(type_params, range)?,
                    arguments,
                    body: body!(body),
                })
            }
            Kind::Return => Stmt::Return(ast::StmtReturn { node_index, range, value: self.optional(&node.fields[0])? }),
            Kind::Delete => Stmt::Delete(ast::StmtDelete { node_index, range, targets: self.exprs(&node.fields[0])? }),
            Kind::Assign => {
                let [targets, value, _] = fields(node);
                let (targets, value) = (self.exprs(targets)?, self.boxed(value)?);
                Stmt::Assign(ast::StmtAssign { node_index, range, targets, value })
            }
            Kind::TypeAlias => {
                let [name, type_params, value] = fields(node);
                Stmt::TypeAlias(ast::StmtTypeAlias {
                    node_index,
                    range,
                    name: self.boxed(name)?,
                    type_params: self.type_params(type_params, range)?,
                    value: self.boxed(value)?,
                })
            }
            Kind::AugAssign => {
                let [target, op, value] = fields(node);
                let (target, op, value) = (self.boxed(target)?, operator(op), self.boxed(value)?);
                Stmt::AugAssign(ast::StmtAugAssign { node_index, range, target, op, value })
            }
            Kind::AnnAssign => {
                let [target, annotation, value, simple] = fields(node);
                Stmt::AnnAssign(ast::StmtAnnAssign {
                    node_index,
                    range,
                    target: self.boxed(target)?,
                    annotation: self.boxed(annotation)?,
                    value: self.optional(value)?,
                    simple: int(simple) != 0,
                })
            }
            Kind::For | Kind::AsyncFor => {
                let [target, iter, body, orelse, _] = fields(node);
                Stmt::For(ast::StmtFor {
                    node_index,
                    range,
                    is_async: node.kind == Kind::AsyncFor,
                    target: self.boxed(target)?,
                    iter: self.boxed(iter)?,
                    body: body!(body),
                    orelse: body!(orelse),
                })
            }
            Kind::While => {
                let [test, body, orelse] = fields(node);
                let (test, body, orelse) = (self.boxed(test)?, body!(body), body!(orelse));
                Stmt::While(ast::StmtWhile { node_index, range, test, body, orelse })
            }
            Kind::If => {
                let [test, body, orelse] = fields(node);
                let (test, body) = (self.boxed(test)?, body!(body));
                let mut elif_else_clauses = Vec::new();
                if !items(orelse).is_empty() {
                    let body = body!(orelse);
                    elif_else_clauses.push(ast::ElifElseClause { node_index: NONE, range, test: None, body });
                }
                Stmt::If(ast::StmtIf { node_index, range, test, body, elif_else_clauses })
            }
            Kind::With | Kind::AsyncWith => {
                let [with, body, _] = fields(node);
                let mut all = Vec::new();
                for item in nodes(with) {
                    let [context, target] = fields(item);
                    let (context_expr, optional_vars) = (self.expr(context)?, self.optional(target)?);
                    all.push(ast::WithItem { node_index: NONE, range, context_expr, optional_vars });
                }
                let is_async = node.kind == Kind::AsyncWith;
                Stmt::With(ast::StmtWith { node_index, range, is_async, items: all, body: body!(body) })
            }
            Kind::Match => {
                let [subject, cases] = fields(node);
                let subject = self.boxed(subject)?;
                let mut all = Vec::new();
                for case in nodes(cases) {
                    let [pattern, guard, body] = fields(case);
                    let (pattern, guard) = (self.pattern(pattern)?, self.optional(guard)?);
                    all.push(ast::MatchCase { node_index: NONE, range, pattern, guard, body: body!(body) });
                }
                Stmt::Match(ast::StmtMatch { node_index, range, subject, cases: all })
            }
            Kind::Raise => {
                let [exc, cause] = fields(node);
                let (exc, cause) = (self.optional(exc)?, self.optional(cause)?);
                Stmt::Raise(ast::StmtRaise { node_index, range, exc, cause })
            }
            Kind::Try | Kind::TryStar => {
                let [body, handlers, orelse, finalbody] = fields(node);
                let mut all = Vec::new();
                for handler in nodes(handlers) {
                    let range = self.range(handler);
                    let [ty, name, body] = fields(handler);
                    all.push(ExceptHandler::ExceptHandler(ast::ExceptHandlerExceptHandler {
                        node_index: NONE,
                        range,
                        type_: self.optional(ty)?,
                        name: self.optional_name(name, range),
                        body: body!(body),
                    }));
                }
                Stmt::Try(ast::StmtTry {
                    node_index,
                    range,
                    body: body!(body),
                    handlers: all,
                    orelse: body!(orelse),
                    finalbody: body!(finalbody),
                    is_star: node.kind == Kind::TryStar,
                })
            }
            Kind::Assert => {
                let [test, msg] = fields(node);
                let (test, msg) = (self.boxed(test)?, self.optional(msg)?);
                Stmt::Assert(ast::StmtAssert { node_index, range, test, msg })
            }
            Kind::Import => Stmt::Import(ast::StmtImport {
                node_index,
                range,
                names: self.aliases(&node.fields[0]),
                is_lazy: false,
            }),
            Kind::ImportFrom => {
                let [module, names, level] = fields(node);
                Stmt::ImportFrom(ast::StmtImportFrom {
                    node_index,
                    range,
                    module: self.optional_name(module, range),
                    names: self.aliases(names),
                    level: u32::try_from(int(level)).unwrap_or_default(),
                    is_lazy: false,
                })
            }
            Kind::Global => {
                Stmt::Global(ast::StmtGlobal { node_index, range, names: self.names(&node.fields[0], range) })
            }
            Kind::Nonlocal => {
                Stmt::Nonlocal(ast::StmtNonlocal { node_index, range, names: self.names(&node.fields[0], range) })
            }
            Kind::Expr => Stmt::Expr(ast::StmtExpr { node_index, range, value: self.boxed(&node.fields[0])? }),
            Kind::Pass => Stmt::Pass(ast::StmtPass { node_index, range }),
            Kind::Break => Stmt::Break(ast::StmtBreak { node_index, range }),
            Kind::Continue => Stmt::Continue(ast::StmtContinue { node_index, range }),
            _ => return Err(Fault::syntax("invalid syntax", range)),
        })
    }

    fn names(&self, names: &Item, range: TextRange) -> Vec<Identifier> {
        items(names).iter().map(|name| self.name(name, range)).collect()
    }

    fn aliases(&self, names: &Item) -> Vec<ast::Alias> {
        let one = |alias: &Node| {
            let (range, [name, asname]) = (self.range(alias), fields(alias));
            let (name, asname) = (self.name(name, range), self.optional_name(asname, range));
            ast::Alias { node_index: NONE, range, name, asname }
        };
        nodes(names).map(one).collect()
    }

    fn decorators(&mut self, decorators: &Item) -> Res<Vec<ast::Decorator>> {
        let one = |node: &Node| {
            let (range, expression) = (self.range(node), self.expr_of(node)?);
            Ok(ast::Decorator { node_index: NONE, range, expression })
        };
        nodes(decorators).map(one).collect()
    }

    pub(super) fn parameters(&mut self, arguments: &Item, range: TextRange) -> Res<ast::Parameters> {
        let Some(arguments) = node(arguments) else { return Ok(ast::Parameters::default()) };
        let [posonlyargs, args, vararg, kwonlyargs, kw_defaults, kwarg, defaults] = fields(arguments);
        let (positional_only, positional) = (items(posonlyargs).len(), items(args).len());
        let defaults = items(defaults);
        let first = (positional_only + positional).saturating_sub(defaults.len());
        let default_of = |at: usize| at.checked_sub(first).and_then(|at| defaults.get(at)).unwrap_or(&Item::None);
        let with_default = |this: &mut Self, parameter: &Node, default: &Item| -> Res<ast::ParameterWithDefault> {
            let (range, default) = (this.range(parameter), this.optional(default)?);
            Ok(ast::ParameterWithDefault { node_index: NONE, range, parameter: this.parameter(parameter)?, default })
        };
        let mut before = Vec::new();
        for (at, parameter) in nodes(posonlyargs).enumerate() {
            before.push(with_default(self, parameter, default_of(at))?);
        }
        let mut normal = Vec::new();
        for (at, parameter) in nodes(args).enumerate() {
            normal.push(with_default(self, parameter, default_of(positional_only + at))?);
        }
        let mut keyword_only = Vec::new();
        for (parameter, default) in nodes(kwonlyargs).zip(items(kw_defaults)) {
            keyword_only.push(with_default(self, parameter, default)?);
        }
        let mut one = |item: &Item| node(item).map(|node| self.parameter(node).map(Box::new)).transpose();
        Ok(ast::Parameters {
            node_index: NONE,
            range,
            posonlyargs: before.into_iter().collect(),
            args: normal.into_iter().collect(),
            vararg: one(vararg)?,
            kwonlyargs: keyword_only.into_iter().collect(),
            kwarg: one(kwarg)?,
        })
    }

    fn parameter(&mut self, node: &Node) -> Res<ast::Parameter> {
        let (range, [name, annotation, _]) = (self.range(node), fields(node));
        let annotation = self.optional(annotation)?;
        Ok(ast::Parameter { node_index: NONE, range, name: self.name(name, range), annotation })
    }

    fn type_params(&mut self, item: &Item, range: TextRange) -> Res<Option<Box<ast::TypeParams>>> {
        if items(item).is_empty() {
            return Ok(None);
        }
        let mut type_params = Vec::new();
        for node in nodes(item) {
            let (node_index, range) = (NONE, self.range(node));
            let name = self.name(&node.fields[0], range);
            let second = self.optional(&node.fields[1])?;
            type_params.push(match node.kind {
                Kind::TypeVar => {
                    let default = self.optional(&node.fields[2])?;
                    TypeParam::TypeVar(ast::TypeParamTypeVar { node_index, range, name, bound: second, default })
                }
                Kind::ParamSpec => {
                    TypeParam::ParamSpec(ast::TypeParamParamSpec { node_index, range, name, default: second })
                }
                _ => TypeParam::TypeVarTuple(ast::TypeParamTypeVarTuple { node_index, range, name, default: second }),
            });
        }
        Ok(Some(Box::new(ast::TypeParams { node_index: NONE, range, type_params })))
    }

    fn patterns(&mut self, patterns: &Item) -> Res<Vec<Pattern>> {
        nodes(patterns).map(|node| self.pattern_of(node)).collect()
    }

    fn pattern(&mut self, item: &Item) -> Res<Pattern> {
        match node(item) {
            Some(node) => self.pattern_of(node),
            None => Err(Fault::syntax("invalid syntax", TextRange::default())),
        }
    }

    fn pattern_of(&mut self, node: &Node) -> Res<Pattern> {
        let (node_index, range) = (NONE, self.range(node));
        Ok(match node.kind {
            Kind::MatchValue => {
                let value = self.boxed(&node.fields[0])?;
                Pattern::MatchValue(ast::PatternMatchValue { node_index, range, value })
            }
            Kind::MatchSingleton => {
                let value = match &node.fields[0] {
                    Item::Constant(Const::Bool(true)) => ast::Singleton::True,
                    Item::Constant(Const::Bool(false)) => ast::Singleton::False,
                    _ => ast::Singleton::None,
                };
                Pattern::MatchSingleton(ast::PatternMatchSingleton { node_index, range, value })
            }
            Kind::MatchSequence => {
                let patterns = self.patterns(&node.fields[0])?;
                Pattern::MatchSequence(ast::PatternMatchSequence { node_index, range, patterns })
            }
            Kind::MatchMapping => {
                let [keys, patterns, rest] = fields(node);
                Pattern::MatchMapping(ast::PatternMatchMapping {
                    node_index,
                    range,
                    keys: self.exprs(keys)?.into_iter().collect(),
                    patterns: self.patterns(patterns)?.into_iter().collect(),
                    rest: self.optional_name(rest, range),
                })
            }
            Kind::MatchClass => {
                let [cls, patterns, names, of_names] = fields(node);
                let mut keywords = Vec::new();
                for (name, pattern) in items(names).iter().zip(nodes(of_names)) {
                    let (attr, pattern) = (self.name(name, range), self.pattern_of(pattern)?);
                    keywords.push(ast::PatternKeyword { node_index: NONE, range, attr, pattern });
                }
                let cls = self.boxed(cls)?;
                let patterns = self.patterns(patterns)?.into_iter().collect();
                let arguments = ast::PatternArguments { node_index: NONE, range, patterns, keywords };
                Pattern::MatchClass(ast::PatternMatchClass { node_index, range, cls, arguments })
            }
            Kind::MatchStar => {
                let name = self.optional_name(&node.fields[0], range);
                Pattern::MatchStar(ast::PatternMatchStar { node_index, range, name })
            }
            Kind::MatchAs => {
                let [pattern, name] = fields(node);
                let inner = super::node::node(pattern).map(|node| self.pattern_of(node).map(Box::new)).transpose()?;
                let name = self.optional_name(name, range);
                Pattern::MatchAs(ast::PatternMatchAs { node_index, range, pattern: inner, name })
            }
            _ => {
                let patterns = self.patterns(&node.fields[0])?;
                Pattern::MatchOr(ast::PatternMatchOr { node_index, range, patterns })
            }
        })
    }
}

pub(super) fn operator(item: &Item) -> ast::Operator {
    use ast::Operator;
    let Item::Plain(kind) = item else { return Operator::Add };
    match kind {
        Kind::Sub => Operator::Sub,
        Kind::Mult => Operator::Mult,
        Kind::MatMult => Operator::MatMult,
        Kind::Div => Operator::Div,
        Kind::Mod => Operator::Mod,
        Kind::Pow => Operator::Pow,
        Kind::LShift => Operator::LShift,
        Kind::RShift => Operator::RShift,
        Kind::BitOr => Operator::BitOr,
        Kind::BitXor => Operator::BitXor,
        Kind::BitAnd => Operator::BitAnd,
        Kind::FloorDiv => Operator::FloorDiv,
        _ => Operator::Add,
    }
}
