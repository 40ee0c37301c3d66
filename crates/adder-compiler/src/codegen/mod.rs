//! Code generation: the tree and its scopes become instructions.

mod annotation;
mod assemble;
mod assign;
mod bits;
mod call;
mod class;
mod comprehension;
mod condition;
mod constant;
mod control;
mod display;
mod expr;
mod flow;
mod fold;
mod function;
mod import;
mod interpolated;
mod name;
mod pattern;
mod returns;
mod try_;
mod type_params;
mod unit;
mod unparse;
mod warn;
mod with;

use std::sync::Arc;

use ruff_python_ast::{self as ast, Expr, Mod, Stmt};
use ruff_text_size::{Ranged, TextRange};

use rustc_hash::FxHashMap;

use crate::code::{Code, Const, flag};
use crate::error::{Fault, Res, Warning};
use crate::lines::Lines;
use crate::op::{Op, intrinsic};
use crate::scope::{Name, Scope, ScopeId, ScopeKind, Scopes};
use crate::{Mode, Options};
use unit::{Dst, Operand, Slot, Unit};

/// What the tree was made of.
#[derive(Clone, Copy)]
pub(crate) struct Text<'a> {
    /// The source text; nothing where there was none.
    pub source: &'a str,
    pub lines: &'a Lines<'a>,
    /// Constants that no literal can say: an ellipsis with an index stands for one.
    pub constants: &'a [Const],
}

/// The generator: the unit that is being made, and those around it.
pub(crate) struct Gen<'a> {
    source: &'a str,
    lines: &'a Lines<'a>,
    constants: &'a [Const],
    scopes: &'a Scopes,
    options: &'a Options,
    future_annotations: bool,
    u: Unit,
    outer: Vec<Unit>,
    folded: FxHashMap<usize, Option<Const>>,
    /// Bodies of `finally` that are open.
    finals: Vec<&'a [Stmt]>,
    warnings: Vec<Warning>,
    /// Copies of finally bodies: their warnings were given already.
    copies: u32,
}

/// Compiles a module or expression.
pub(crate) fn generate<'a>(
    module: &'a Mod,
    text: Text<'a>,
    scopes: &'a Scopes,
    options: &'a Options,
    future_annotations: bool,
) -> Res<(Code, Vec<Warning>)> {
    let unit = Unit::new(0, "<module>".into(), "<module>".into());
    let mut g = Gen {
        source: text.source,
        lines: text.lines,
        constants: text.constants,
        scopes,
        options,
        future_annotations,
        u: unit,
        outer: Vec::new(),
        folded: FxHashMap::default(),
        finals: Vec::new(),
        warnings: Vec::new(),
        copies: 0,
    };
    g.declare();
    g.u.first_line = 1;
    if g.scope().coroutine {
        g.u.flags |= if g.scope().generator { flag::ASYNC_GENERATOR } else { flag::COROUTINE };
    }
    let wrap = g.begin_generator();
    match module {
        Mod::Module(m) => g.module(&m.body)?,
        Mod::Expression(e) => {
            g.u.range = TextRange::default();
            g.return_value(&e.body, e.body.range())?;
        }
    }
    g.end_generator(wrap);
    let unit = std::mem::replace(&mut g.u, Unit::new(0, "".into(), "".into()));
    let code = g.finish(unit)?;
    Ok((code, g.warnings))
}

impl<'a> Gen<'a> {
    fn scope(&self) -> &'a Scope {
        &self.scopes.scopes[self.u.scope]
    }

    fn at(&mut self, node: impl Ranged) {
        self.u.range = node.range();
    }

    fn module(&mut self, body: &'a [Stmt]) -> Res {
        let interactive = self.options.mode == Mode::Single;
        let (docstring, body) = if interactive { (None, body) } else { self.docstring(body) };
        self.annotations_begin()?;
        if let Some((text, range)) = docstring {
            self.u.range = range;
            self.store_constant(text, "__doc__");
        }
        if !interactive {
            self.module_annotate(body)?;
        }
        for statement in body {
            self.stmt(statement)?;
        }
        if interactive {
            self.module_annotate(body)?;
        }
        self.end_of_body();
        Ok(())
    }

    /// An expression statement of the REPL, also where it stands in a compound statement.
    fn print(&mut self, s: &ast::StmtExpr) -> Res {
        let base = self.u.sp();
        self.expr_statement_warnings(&s.value);
        let value = self.operand(&s.value, false)?;
        self.at(s);
        self.u.make1(Op::Intrinsic, Dst::Push, base, value, intrinsic::PRINT.into());
        self.u.drop_to(base);
        Ok(())
    }

    fn store_constant(&mut self, value: Const, name: &str) {
        let base = self.u.sp();
        let value = self.constant_operand(value);
        self.store_name(name, base, value);
    }

    /// The docstring of a body, if it has one that is kept, and the rest of the body.
    fn docstring<'b>(&mut self, body: &'b [Stmt]) -> (Option<(Const, TextRange)>, &'b [Stmt]) {
        if let [Stmt::Expr(first), rest @ ..] = body
            && let Expr::StringLiteral(text) = &*first.value
        {
            let kept = (self.options.optimize < 2).then(|| {
                let text = crate::parse::literal::string(text, self.source);
                (clean(text), first.range)
            });
            return (kept, rest);
        }
        (None, body)
    }

    /// Opens the unit of a scope; [`leave`](Gen::leave) gives its code.
    fn enter(&mut self, scope: ScopeId, name: Name, range: TextRange) {
        let qualname = self.qualname(scope, &name);
        let mut unit = Unit::new(scope, name, qualname);
        unit.range = range;
        unit.first_line = self.lines.place(range.start().to_u32()).0;
        self.outer.push(std::mem::replace(&mut self.u, unit));
        let scope = self.scope();
        let mut flags = 0;
        if scope.kind.is_function_like() {
            flags |= flag::OPTIMIZED | flag::NEWLOCALS;
            flags |= match (scope.generator || scope.kind == ScopeKind::Generator, scope.coroutine) {
                (true, true) => flag::ASYNC_GENERATOR,
                (true, false) => flag::GENERATOR,
                (false, true) => flag::COROUTINE,
                (false, false) => 0,
            };
        }
        if scope.nested && scope.kind.is_function_like() {
            flags |= flag::NESTED;
        }
        if self.future_annotations {
            flags |= flag::FUTURE_ANNOTATIONS;
        }
        self.u.flags = flags;
        self.declare();
    }

    fn leave(&mut self) -> Res<Arc<Code>> {
        let outer = self.outer.pop().expect("a unit is open");
        let unit = std::mem::replace(&mut self.u, outer);
        Ok(Arc::new(self.finish(unit)?))
    }

    fn finish(&mut self, unit: Unit) -> Res<Code> {
        let scope = unit.scope;
        let mut code = assemble::assemble(unit, self.lines, &self.options.filename)?;
        if self.future_annotations {
            code.flags |= flag::FUTURE_ANNOTATIONS;
        }
        let scope = &self.scopes.scopes[scope];
        if scope.kind == ScopeKind::Class {
            code.attributes = scope.attributes.clone();
        }
        Ok(code)
    }

    fn qualname(&self, scope: ScopeId, name: &Name) -> Name {
        // What lies around is still the unit of now.
        let mut parent = &self.u;
        let mut around = self.outer.iter().rev();
        while self.scopes.scopes[parent.scope].kind == ScopeKind::TypeParams {
            match around.next() {
                Some(unit) => parent = unit,
                None => break,
            }
        }
        let outer = &self.scopes.scopes[parent.scope];
        let kind = self.scopes.scopes[scope].kind;
        if matches!(kind, ScopeKind::Function | ScopeKind::Class) {
            let symbol = outer.symbol(&crate::scope::mangle(outer.private.as_deref(), name));
            if symbol.is_some_and(|symbol| symbol.place == crate::scope::Place::GlobalExplicit) {
                return name.clone();
            }
        }
        match outer.kind {
            ScopeKind::Module => name.clone(),
            ScopeKind::Function | ScopeKind::Lambda => format!("{}.<locals>.{name}", parent.qualname).into(),
            _ => format!("{}.{name}", parent.qualname).into(),
        }
    }

    /// In generators StopIteration must not get out as it is.
    fn begin_generator(&mut self) -> Option<usize> {
        if !self.u.may_stop() {
            return None;
        }
        let handler = self.u.label();
        self.u.protect(handler, 0);
        Some(handler)
    }

    fn end_generator(&mut self, handler: Option<usize>) {
        let Some(handler) = handler else { return };
        self.u.handler = 0;
        self.u.enter_handler(handler, &[], 0);
        self.u.make1(Op::Intrinsic, Dst::Push, 0, Operand::Temp(0), intrinsic::STOP_ITERATION.into());
        self.u.reraise(0, 0, true);
    }

    /// A constant as an operand: a small int, or borrowed.
    fn constant_operand(&mut self, value: Const) -> Operand {
        if let Const::Int(n) = value
            && let Ok(n) = i16::try_from(n)
        {
            self.u.raw(Op::LoadInt, 0, [Unit::temp(self.u.sp()), u32::from(n as u16), 0], 0, None);
            return Operand::Temp(self.u.push(Slot::Free));
        }
        let index = self.u.constant(value);
        self.u.raw(Op::BorrowConst, 0, [Unit::temp(self.u.sp()), index, 0], 0, None);
        Operand::Temp(self.u.push(Slot::Borrowed))
    }

    /// A constant that is used only after other expressions: where the frame may stop meanwhile, it is owned, and so kept.
    fn lasting_constant(&mut self, value: Const) -> Operand {
        if !self.u.may_stop() {
            return self.constant_operand(value);
        }
        let slot = self.u.sp();
        self.constant_to(value, Dst::Push);
        Operand::Temp(slot)
    }

    /// A constant, owned.
    fn constant_to(&mut self, value: Const, dst: Dst) {
        if let Const::Int(n) = value
            && let Ok(n) = i16::try_from(n)
        {
            return self.u.make(Op::LoadInt, dst, u32::from(n as u16), 0);
        }
        let index = self.u.constant(value);
        self.u.make(Op::LoadConst, dst, index, 0);
    }

    fn error<T>(&self, message: impl Into<String>, node: impl Ranged) -> Res<T> {
        Err(Fault::syntax(message, node.range()))
    }
}

/// A docstring without its common indentation, as compilers of Python keep it since 3.13.
fn clean(text: Const) -> Const {
    let Const::Str(text) = text else { return text };
    let expanded: Vec<String> = text.split('\n').map(expand_tabs).collect();
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let margin =
        expanded.iter().skip(1).filter(|line| !line.trim_start_matches(' ').is_empty()).map(|line| indent(line));
    let margin = margin.min().unwrap_or(0);
    let mut lines = expanded.iter().enumerate().map(|(i, line)| match i {
        0 => line.trim_start_matches(' '),
        _ => line.get(margin.min(indent(line))..).unwrap_or(""),
    });
    let mut cleaned = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        cleaned.push('\n');
        cleaned.push_str(line);
    }
    Const::Str(cleaned.into())
}

fn expand_tabs(line: &str) -> String {
    let mut expanded = String::with_capacity(line.len());
    let mut column = 0;
    for c in line.chars() {
        if c == '\t' {
            let n = 8 - column % 8;
            expanded.extend(std::iter::repeat_n(' ', n));
            column += n;
        } else {
            expanded.push(c);
            column += 1;
        }
    }
    expanded
}
