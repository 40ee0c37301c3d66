//! What must hold for a tree before it is compiled, beyond the types of its fields.

use super::node::{fields, int, items, node, nodes, text};
use super::{Item, Kind, Node};
use crate::code::Const;

/// Why a tree cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invalid {
    /// `ValueError`
    Value(String),
    /// `TypeError`
    Type(String),
}

type Valid = Result<(), Invalid>;

fn value<T>(text: impl Into<String>) -> Result<T, Invalid> {
    Err(Invalid::Value(text.into()))
}

fn require(holds: bool, text: &str) -> Valid {
    if holds { Ok(()) } else { value(text) }
}

/// Checks a module, expression or statement of the prompt.
pub fn check(root: &Node) -> Valid {
    crate::compile::with_stack(root.survey(|_| {}), || match root.kind {
        Kind::Expression => expr(&root.fields[0], Kind::Load),
        _ => body_of(&root.fields[0]),
    })
}

fn body_of(body: &Item) -> Valid {
    items(body).iter().try_for_each(|item| match node(item) {
        Some(node) => statement(node),
        None => value("None disallowed in statement list"),
    })
}

fn not_empty(list: &Item, what: &str, owner: Kind) -> Valid {
    if items(list).is_empty() { value(format!("empty {what} on {}", owner.name())) } else { Ok(()) }
}

fn body(list: &Item, owner: Kind) -> Valid {
    not_empty(list, "body", owner)?;
    body_of(list)
}

fn exprs(list: &Item, context: Kind, none_allowed: bool) -> Valid {
    items(list).iter().try_for_each(|item| match item {
        Item::None if none_allowed => Ok(()),
        Item::None => value("None disallowed in expression list"),
        item => expr(item, context),
    })
}

fn optional(item: &Item, context: Kind) -> Valid {
    if matches!(item, Item::None) { Ok(()) } else { expr(item, context) }
}

/// `None`, `True` and `False` are no names.
fn name(item: &Item) -> Valid {
    match text(item) {
        word @ ("None" | "True" | "False") => value(format!("identifier field can't represent '{word}' constant")),
        _ => Ok(()),
    }
}

fn statement(s: &Node) -> Valid {
    use Kind::{Del, Load, Store};
    match s.kind {
        Kind::FunctionDef | Kind::AsyncFunctionDef => {
            let [_, args, statements, decorators, returns, _, parameters] = fields(s);
            body(statements, s.kind)?;
            type_params(parameters)?;
            arguments(args)?;
            exprs(decorators, Load, false)?;
            optional(returns, Load)
        }
        Kind::ClassDef => {
            let [_, bases, given, statements, decorators, parameters] = fields(s);
            body(statements, s.kind)?;
            type_params(parameters)?;
            exprs(bases, Load, false)?;
            keywords(given)?;
            exprs(decorators, Load, false)
        }
        Kind::Return => optional(&s.fields[0], Load),
        Kind::Delete => {
            not_empty(&s.fields[0], "targets", s.kind)?;
            exprs(&s.fields[0], Del, false)
        }
        Kind::Assign => {
            not_empty(&s.fields[0], "targets", s.kind)?;
            exprs(&s.fields[0], Store, false)?;
            expr(&s.fields[1], Load)
        }
        Kind::AugAssign => {
            expr(&s.fields[0], Store)?;
            expr(&s.fields[2], Load)
        }
        Kind::AnnAssign => {
            let [target, annotation, assigned, simple] = fields(s);
            if int(simple) != 0 && node(target).is_none_or(|target| target.kind != Kind::Name) {
                return Err(Invalid::Type("AnnAssign with simple non-Name target".to_owned()));
            }
            expr(target, Store)?;
            optional(assigned, Load)?;
            expr(annotation, Load)
        }
        Kind::TypeAlias => {
            let [name, parameters, aliased] = fields(s);
            if node(name).is_none_or(|name| name.kind != Kind::Name) {
                return Err(Invalid::Type("TypeAlias with non-Name name".to_owned()));
            }
            expr(name, Store)?;
            type_params(parameters)?;
            expr(aliased, Load)
        }
        Kind::For | Kind::AsyncFor => {
            let [target, iter, statements, orelse, _] = fields(s);
            expr(target, Store)?;
            expr(iter, Load)?;
            body(statements, s.kind)?;
            body_of(orelse)
        }
        Kind::While | Kind::If => {
            expr(&s.fields[0], Load)?;
            body(&s.fields[1], s.kind)?;
            body_of(&s.fields[2])
        }
        Kind::With | Kind::AsyncWith => {
            not_empty(&s.fields[0], "items", s.kind)?;
            for item in nodes(&s.fields[0]) {
                expr(&item.fields[0], Load)?;
                optional(&item.fields[1], Store)?;
            }
            body(&s.fields[1], s.kind)
        }
        Kind::Match => {
            expr(&s.fields[0], Load)?;
            not_empty(&s.fields[1], "cases", s.kind)?;
            nodes(&s.fields[1]).try_for_each(|case| {
                pattern(&case.fields[0], false)?;
                optional(&case.fields[1], Load)?;
                body(&case.fields[2], Kind::MatchCase)
            })
        }
        Kind::Raise => {
            let [exc, cause] = fields(s);
            match (exc, cause) {
                (Item::None, Item::None) => Ok(()),
                (Item::None, _) => value("Raise with cause but no exception"),
                (exc, cause) => {
                    expr(exc, Load)?;
                    optional(cause, Load)
                }
            }
        }
        Kind::Try | Kind::TryStar => {
            let [statements, handlers, orelse, finalbody] = fields(s);
            body(statements, s.kind)?;
            let none = items(handlers).is_empty();
            let kind = s.kind.name();
            require(
                !none || !items(finalbody).is_empty(),
                &format!("{kind} has neither except handlers nor finalbody"),
            )?;
            require(!none || items(orelse).is_empty(), &format!("{kind} has orelse but no except handlers"))?;
            for handler in nodes(handlers) {
                optional(&handler.fields[0], Load)?;
                body(&handler.fields[2], handler.kind)?;
            }
            body_of(orelse)?;
            body_of(finalbody)
        }
        Kind::Assert => {
            expr(&s.fields[0], Load)?;
            optional(&s.fields[1], Load)
        }
        Kind::Import => not_empty(&s.fields[0], "names", s.kind),
        Kind::ImportFrom => {
            require(int(&s.fields[2]) >= 0, "Negative ImportFrom level")?;
            not_empty(&s.fields[1], "names", s.kind)
        }
        Kind::Global | Kind::Nonlocal => not_empty(&s.fields[0], "names", s.kind),
        Kind::Expr => expr(&s.fields[0], Load),
        _ => Ok(()),
    }
}

fn type_params(parameters: &Item) -> Valid {
    nodes(parameters).try_for_each(|parameter| {
        name(&parameter.fields[0])?;
        parameter.fields[1..].iter().try_for_each(|item| optional(item, Kind::Load))
    })
}

fn keywords(all: &Item) -> Valid {
    nodes(all).try_for_each(|keyword| expr(&keyword.fields[1], Kind::Load))
}

fn arguments(item: &Item) -> Valid {
    let Some(arguments) = node(item) else { return Ok(()) };
    let [posonlyargs, args, vararg, kwonlyargs, kw_defaults, kwarg, defaults] = fields(arguments);
    for argument in
        nodes(posonlyargs).chain(nodes(args)).chain(node(vararg)).chain(nodes(kwonlyargs)).chain(node(kwarg))
    {
        optional(&argument.fields[1], Kind::Load)?;
    }
    let positional = items(posonlyargs).len() + items(args).len();
    require(items(defaults).len() <= positional, "more positional defaults than args on arguments")?;
    let same = items(kw_defaults).len() == items(kwonlyargs).len();
    require(same, "length of kwonlyargs is not the same as kw_defaults on arguments")?;
    exprs(defaults, Kind::Load, false)?;
    exprs(kw_defaults, Kind::Load, true)
}

fn generators(all: &Item) -> Valid {
    require(!items(all).is_empty(), "comprehension with no generators")?;
    nodes(all).try_for_each(|generator| {
        let [target, iter, ifs, _] = fields(generator);
        expr(target, Kind::Store)?;
        expr(iter, Kind::Load)?;
        exprs(ifs, Kind::Load, false)
    })
}

fn expr(item: &Item, context: Kind) -> Valid {
    let Some(e) = node(item) else { return Ok(()) };
    let own = match e.kind {
        Kind::Attribute | Kind::Subscript => e.fields.get(2),
        Kind::Starred | Kind::Name | Kind::List | Kind::Tuple => e.fields.get(1),
        _ => None,
    };
    match own {
        Some(Item::Plain(own)) if *own != context => {
            return value(format!("expression must have {} context but has {} instead", context.name(), own.name()));
        }
        None if context != Kind::Load => {
            return value(format!("expression which can't be assigned to in {} context", context.name()));
        }
        _ => {}
    }
    let load = |at: usize| expr(&e.fields[at], Kind::Load);
    let optional_at = |at: usize| optional(&e.fields[at], Kind::Load);
    match e.kind {
        Kind::BoolOp => {
            require(items(&e.fields[1]).len() >= 2, "BoolOp with less than 2 values")?;
            exprs(&e.fields[1], Kind::Load, false)
        }
        Kind::NamedExpr => {
            if node(&e.fields[0]).is_none_or(|target| target.kind != Kind::Name) {
                return Err(Invalid::Type("NamedExpr target must be a Name".to_owned()));
            }
            load(1)
        }
        Kind::BinOp => load(0).and_then(|()| load(2)),
        Kind::UnaryOp => load(1),
        Kind::Lambda => {
            arguments(&e.fields[0])?;
            load(1)
        }
        Kind::IfExp => (0..3).try_for_each(load),
        Kind::Dict => {
            let [keys, values] = fields(e);
            require(items(keys).len() == items(values).len(), "Dict doesn't have the same number of keys as values")?;
            exprs(keys, Kind::Load, true)?;
            exprs(values, Kind::Load, false)
        }
        Kind::Set | Kind::JoinedStr | Kind::TemplateStr => exprs(&e.fields[0], Kind::Load, false),
        Kind::ListComp | Kind::SetComp | Kind::GeneratorExp => {
            generators(&e.fields[1])?;
            load(0)
        }
        Kind::DictComp => {
            generators(&e.fields[2])?;
            load(0)?;
            load(1)
        }
        Kind::Yield => optional_at(0),
        Kind::Await | Kind::YieldFrom => load(0),
        Kind::Compare => {
            let [_, ops, comparators] = fields(e);
            require(!items(comparators).is_empty(), "Compare with no comparators")?;
            let same = items(comparators).len() == items(ops).len();
            require(same, "Compare has a different number of comparators and operands")?;
            exprs(comparators, Kind::Load, false)?;
            load(0)
        }
        Kind::Call => {
            load(0)?;
            exprs(&e.fields[1], Kind::Load, false)?;
            keywords(&e.fields[2])
        }
        Kind::FormattedValue => load(0).and_then(|()| optional_at(2)),
        Kind::Interpolation => load(0).and_then(|()| optional_at(3)),
        Kind::Attribute => load(0),
        Kind::Subscript => load(0).and_then(|()| load(1)),
        Kind::Starred => expr(&e.fields[0], context),
        Kind::Name => name(&e.fields[0]),
        Kind::List | Kind::Tuple => exprs(&e.fields[0], context, false),
        Kind::Slice => (0..3).try_for_each(optional_at),
        _ => Ok(()),
    }
}

/// Only numbers, strings and what is made of them may stand for a value.
fn pattern_value(item: &Item) -> Valid {
    expr(item, Kind::Load)?;
    let Some(e) = node(item) else { return Ok(()) };
    match e.kind {
        Kind::Constant => match &e.fields[0] {
            Item::Constant(
                Const::Int(_)
                | Const::BigInt { .. }
                | Const::Float(_)
                | Const::Complex(..)
                | Const::Str(_)
                | Const::Surrogates(_)
                | Const::Bytes(_),
            ) => Ok(()),
            _ => value("unexpected constant inside of a literal pattern"),
        },
        // As CPython: what stands below an attribute is not looked at.
        Kind::Attribute | Kind::UnaryOp | Kind::BinOp | Kind::JoinedStr | Kind::TemplateStr => Ok(()),
        _ => value("patterns may only match literals and attribute lookups"),
    }
}

fn capture(item: &Item) -> Valid {
    if text(item) == "_" {
        return value("can't capture name '_' in patterns");
    }
    name(item)
}

fn patterns(all: &Item, star_allowed: bool) -> Valid {
    items(all).iter().try_for_each(|item| pattern(item, star_allowed))
}

fn pattern(item: &Item, star_allowed: bool) -> Valid {
    let Some(p) = node(item) else { return Ok(()) };
    match p.kind {
        Kind::MatchValue => pattern_value(&p.fields[0]),
        Kind::MatchSingleton => match &p.fields[0] {
            Item::Constant(Const::None | Const::Bool(_)) => Ok(()),
            _ => value("MatchSingleton can only contain True, False and None"),
        },
        Kind::MatchSequence => patterns(&p.fields[0], true),
        Kind::MatchMapping => {
            let [keys, values, rest] = fields(p);
            let same = items(keys).len() == items(values).len();
            require(same, "MatchMapping doesn't have the same number of keys as patterns")?;
            capture(rest)?;
            for key in items(keys) {
                match node(key) {
                    Some(key)
                        if matches!(
                            (key.kind, key.fields.first()),
                            (Kind::Constant, Some(Item::Constant(Const::None | Const::Bool(_))))
                        ) => {}
                    _ => pattern_value(key)?,
                }
            }
            patterns(values, false)
        }
        Kind::MatchClass => {
            let [class, positional, names, of_names] = fields(p);
            let same = items(names).len() == items(of_names).len();
            require(same, "MatchClass doesn't have the same number of keyword attributes as patterns")?;
            expr(class, Kind::Load)?;
            let mut at = node(class);
            while let Some(class) = at {
                match class.kind {
                    Kind::Name => break,
                    Kind::Attribute => at = node(&class.fields[0]),
                    _ => return value("MatchClass cls field can only contain Name or Attribute nodes."),
                }
            }
            items(names).iter().try_for_each(name)?;
            patterns(positional, false)?;
            patterns(of_names, false)
        }
        Kind::MatchStar if !star_allowed => value("can't use MatchStar here"),
        Kind::MatchStar => capture(&p.fields[0]),
        Kind::MatchAs => {
            capture(&p.fields[1])?;
            let named = !matches!(p.fields[1], Item::None);
            require(
                named || matches!(p.fields[0], Item::None),
                "MatchAs must specify a target name if a pattern is given",
            )?;
            pattern(&p.fields[0], false)
        }
        Kind::MatchOr => {
            require(items(&p.fields[0]).len() >= 2, "MatchOr requires at least 2 patterns")?;
            patterns(&p.fields[0], false)
        }
        _ => Ok(()),
    }
}
