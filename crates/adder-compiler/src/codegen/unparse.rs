//! Annotations as text, for `from __future__ import annotations`: the expression written anew, as CPython writes it.

use std::fmt::Write;

use ruff_python_ast::{self as ast, CmpOp, Expr, Number, Operator, UnaryOp};
use ruff_text_size::Ranged;

/// How strongly an expression binds, weakest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Tuple,
    Test,
    Or,
    And,
    Not,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Sum,
    Term,
    Factor,
    Power,
    Await,
    Atom,
}

/// An annotation as text.
pub(super) fn unparse(e: &Expr, source: &str) -> String {
    let mut writer = Writer { text: String::new(), source };
    writer.expr(e, Level::Test);
    writer.text
}

struct Writer<'a> {
    text: String,
    source: &'a str,
}

impl Writer<'_> {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// In parentheses if it binds weaker than what is around it.
    fn wrapped(&mut self, own: Level, around: Level, write: impl FnOnce(&mut Self)) {
        let parentheses = around > own;
        if parentheses {
            self.push("(");
        }
        write(self);
        if parentheses {
            self.push(")");
        }
    }

    fn list<T>(&mut self, items: impl IntoIterator<Item = T>, mut write: impl FnMut(&mut Self, T)) {
        for (i, item) in items.into_iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            write(self, item);
        }
    }

    fn expr(&mut self, e: &Expr, level: Level) {
        match e {
            Expr::Name(e) => self.push(&e.id),
            Expr::Attribute(e) => {
                self.expr(&e.value, Level::Atom);
                let int = matches!(&*e.value, Expr::NumberLiteral(n) if matches!(n.value, Number::Int(_)));
                self.push(if int { " ." } else { "." });
                self.push(&e.attr);
            }
            Expr::Subscript(e) => {
                self.expr(&e.value, Level::Atom);
                self.push("[");
                self.expr(&e.slice, Level::Tuple);
                self.push("]");
            }
            Expr::Slice(e) => {
                let part = |w: &mut Self, part: &Option<Box<Expr>>| {
                    if let Some(part) = part {
                        w.expr(part, Level::Test);
                    }
                };
                part(self, &e.lower);
                self.push(":");
                part(self, &e.upper);
                if e.step.is_some() {
                    self.push(":");
                    part(self, &e.step);
                }
            }
            Expr::Tuple(e) => self.tuple(&e.elts, level),
            Expr::List(e) => {
                self.push("[");
                self.list(&e.elts, |w, e| w.expr(e, Level::Test));
                self.push("]");
            }
            Expr::Set(e) => {
                self.push("{");
                self.list(&e.elts, |w, e| w.expr(e, Level::Test));
                self.push("}");
            }
            Expr::Dict(e) => {
                self.push("{");
                self.list(&e.items, |w, item| match &item.key {
                    Some(key) => {
                        w.expr(key, Level::Test);
                        w.push(": ");
                        w.expr(&item.value, Level::Test);
                    }
                    None => {
                        w.push("**");
                        w.expr(&item.value, Level::BitOr);
                    }
                });
                self.push("}");
            }
            Expr::BoolOp(e) => {
                let (own, word) = match e.op {
                    ast::BoolOp::Or => (Level::Or, " or "),
                    ast::BoolOp::And => (Level::And, " and "),
                };
                let inner = if own == Level::Or { Level::And } else { Level::Not };
                self.wrapped(own, level, |w| {
                    for (i, value) in e.values.iter().enumerate() {
                        if i > 0 {
                            w.push(word);
                        }
                        w.expr(value, inner);
                    }
                });
            }
            Expr::BinOp(e) => self.binary(e, level),
            Expr::UnaryOp(e) => {
                let (own, word) = match e.op {
                    UnaryOp::Not => (Level::Not, "not "),
                    UnaryOp::Invert => (Level::Factor, "~"),
                    UnaryOp::UAdd => (Level::Factor, "+"),
                    UnaryOp::USub => (Level::Factor, "-"),
                };
                self.wrapped(own, level, |w| {
                    w.push(word);
                    w.expr(&e.operand, own);
                });
            }
            Expr::Compare(e) => self.wrapped(Level::Compare, level, |w| {
                w.expr(&e.left, Level::BitOr);
                for (op, right) in e.ops.iter().zip(&e.comparators) {
                    w.push(comparison(*op));
                    w.expr(right, Level::BitOr);
                }
            }),
            Expr::If(e) => self.wrapped(Level::Test, level, |w| {
                w.expr(&e.body, Level::Or);
                w.push(" if ");
                w.expr(&e.test, Level::Or);
                w.push(" else ");
                w.expr(&e.orelse, Level::Test);
            }),
            Expr::Named(e) => self.wrapped(Level::Tuple, level.max(Level::Test), |w| {
                w.expr(&e.target, Level::Atom);
                w.push(" := ");
                w.expr(&e.value, Level::Atom);
            }),
            Expr::Lambda(e) => self.wrapped(Level::Test, level, |w| {
                w.push("lambda");
                if let Some(parameters) = &e.parameters {
                    w.push(" ");
                    w.parameters(parameters);
                }
                w.push(": ");
                w.expr(&e.body, Level::Test);
            }),
            Expr::Call(e) => self.call(e),
            Expr::Starred(e) => {
                self.push("*");
                self.expr(&e.value, Level::BitOr);
            }
            Expr::Await(e) => self.wrapped(Level::Await, level, |w| {
                w.push("await ");
                w.expr(&e.value, Level::Atom);
            }),
            Expr::ListComp(e) => self.comprehension(["[", "]"], None, &e.elt, &e.generators),
            Expr::SetComp(e) => self.comprehension(["{", "}"], None, &e.elt, &e.generators),
            Expr::DictComp(e) => self.comprehension(["{", "}"], e.key.as_deref(), &e.value, &e.generators),
            Expr::Generator(e) => self.comprehension(["(", ")"], None, &e.elt, &e.generators),
            Expr::NumberLiteral(e) => self.number(&e.value),
            Expr::StringLiteral(e) => {
                if e.value.iter().next().is_some_and(|part| part.flags.prefix().is_unicode()) {
                    self.push("u");
                }
                let text = quoted(e.value.to_str());
                self.push(&text);
            }
            Expr::BytesLiteral(e) => {
                let bytes: Vec<u8> = e.value.bytes().collect();
                let escaped = bytes.escape_ascii().to_string().replace("\\\"", "\"");
                // `escape_ascii` escapes both quotes.
                let text = match bytes.contains(&b'\'') && !bytes.contains(&b'"') {
                    true => format!("b\"{}\"", escaped.replace("\\'", "'")),
                    false => format!("b'{escaped}'"),
                };
                self.push(&text);
            }
            Expr::NoneLiteral(_) => self.push("None"),
            Expr::BooleanLiteral(e) => self.push(if e.value { "True" } else { "False" }),
            Expr::EllipsisLiteral(_) => self.push("..."),
            // What cannot stand in an annotation, and f-strings, whose text is their own.
            Expr::FString(_) | Expr::TString(_) | Expr::Yield(_) | Expr::YieldFrom(_) | Expr::IpyEscapeCommand(_) => {
                let range = e.range();
                let text = self.source.get(range.start().to_usize()..range.end().to_usize());
                self.text.push_str(text.unwrap_or_default());
            }
        }
    }

    fn tuple(&mut self, elts: &[Expr], level: Level) {
        if elts.is_empty() {
            return self.push("()");
        }
        self.wrapped(Level::Tuple, level, |w| {
            w.list(elts, |w, e| w.expr(e, Level::Test));
            if elts.len() == 1 {
                w.push(",");
            }
        });
    }

    fn binary(&mut self, e: &ast::ExprBinOp, level: Level) {
        let (own, next, word) = match e.op {
            Operator::Add => (Level::Sum, Level::Term, " + "),
            Operator::Sub => (Level::Sum, Level::Term, " - "),
            Operator::Mult => (Level::Term, Level::Factor, " * "),
            Operator::MatMult => (Level::Term, Level::Factor, " @ "),
            Operator::Div => (Level::Term, Level::Factor, " / "),
            Operator::Mod => (Level::Term, Level::Factor, " % "),
            Operator::FloorDiv => (Level::Term, Level::Factor, " // "),
            Operator::LShift => (Level::Shift, Level::Sum, " << "),
            Operator::RShift => (Level::Shift, Level::Sum, " >> "),
            Operator::BitOr => (Level::BitOr, Level::BitXor, " | "),
            Operator::BitXor => (Level::BitXor, Level::BitAnd, " ^ "),
            Operator::BitAnd => (Level::BitAnd, Level::Shift, " & "),
            Operator::Pow => (Level::Power, Level::Await, " ** "),
        };
        let right_to_left = e.op == Operator::Pow;
        self.wrapped(own, level, |w| {
            w.expr(&e.left, if right_to_left { next } else { own });
            w.push(word);
            w.expr(&e.right, if right_to_left { Level::Factor } else { next });
        });
    }

    fn call(&mut self, e: &ast::ExprCall) {
        self.expr(&e.func, Level::Atom);
        if let ([Expr::Generator(generator)], []) = (&e.arguments.args[..], &e.arguments.keywords[..]) {
            return self.comprehension(["(", ")"], None, &generator.elt, &generator.generators);
        }
        self.push("(");
        self.list(&e.arguments.args, |w, e| w.expr(e, Level::Test));
        if !e.arguments.args.is_empty() && !e.arguments.keywords.is_empty() {
            self.push(", ");
        }
        self.list(&e.arguments.keywords, |w, keyword| {
            match &keyword.arg {
                Some(name) => {
                    w.push(name);
                    w.push("=");
                }
                None => w.push("**"),
            }
            w.expr(&keyword.value, Level::Test);
        });
        self.push(")");
    }

    fn comprehension(
        &mut self,
        brackets: [&str; 2],
        key: Option<&Expr>,
        element: &Expr,
        generators: &[ast::Comprehension],
    ) {
        self.push(brackets[0]);
        if let Some(key) = key {
            self.expr(key, Level::Test);
            self.push(": ");
        }
        self.expr(element, Level::Test);
        for generator in generators {
            self.push(if generator.is_async { " async for " } else { " for " });
            self.expr(&generator.target, Level::Tuple);
            self.push(" in ");
            self.expr(&generator.iter, Level::Or);
            for condition in &generator.ifs {
                self.push(" if ");
                self.expr(condition, Level::Or);
            }
        }
        self.push(brackets[1]);
    }

    fn parameters(&mut self, parameters: &ast::Parameters) {
        let mut first = true;
        let mut comma = |w: &mut Self| {
            if !std::mem::take(&mut first) {
                w.push(", ");
            }
        };
        let one = |w: &mut Self, p: &ast::ParameterWithDefault| {
            w.push(&p.parameter.name);
            if let Some(default) = &p.default {
                w.push("=");
                w.expr(default, Level::Test);
            }
        };
        for (i, p) in parameters.posonlyargs.iter().enumerate() {
            comma(self);
            one(self, p);
            if i + 1 == parameters.posonlyargs.len() {
                self.push(", /");
            }
        }
        for p in &parameters.args {
            comma(self);
            one(self, p);
        }
        if parameters.vararg.is_some() || !parameters.kwonlyargs.is_empty() {
            comma(self);
            self.push("*");
            if let Some(vararg) = &parameters.vararg {
                self.push(&vararg.name);
            }
        }
        for p in &parameters.kwonlyargs {
            comma(self);
            one(self, p);
        }
        if let Some(kwarg) = &parameters.kwarg {
            comma(self);
            self.push("**");
            self.push(&kwarg.name);
        }
    }

    fn number(&mut self, number: &Number) {
        let text = match number {
            Number::Float(x) => float(*x),
            // The imaginary part of a literal has no `.0`.
            Number::Complex { imag, .. } => format!("{}j", float(*imag).trim_end_matches(".0")),
            Number::Int(n) => match n.as_u64() {
                Some(n) => n.to_string(),
                // Larger ones keep their base.
                None => n.to_string().to_ascii_lowercase(),
            },
        };
        self.push(&text);
    }
}

fn comparison(op: CmpOp) -> &'static str {
    match op {
        CmpOp::Eq => " == ",
        CmpOp::NotEq => " != ",
        CmpOp::Lt => " < ",
        CmpOp::LtE => " <= ",
        CmpOp::Gt => " > ",
        CmpOp::GtE => " >= ",
        CmpOp::Is => " is ",
        CmpOp::IsNot => " is not ",
        CmpOp::In => " in ",
        CmpOp::NotIn => " not in ",
    }
}

/// A float as `repr` shows it, but infinity, which no literal is.
fn float(x: f64) -> String {
    if x.is_infinite() {
        return "1e309".to_owned();
    }
    let scientific = format!("{x:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        return format!("{x:?}").replace("e0", "");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

/// A string as `repr` shows it.
fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut quoted = String::from(quote);
    for c in text.chars() {
        let point = u32::from(c);
        let _ = match c {
            '\\' => quoted.write_str("\\\\"),
            c if c == quote => write!(quoted, "\\{c}"),
            '\n' => quoted.write_str("\\n"),
            '\r' => quoted.write_str("\\r"),
            '\t' => quoted.write_str("\\t"),
            c if point < 0x20 || (0x7F..=0xA0).contains(&point) || point == 0xAD => {
                write!(quoted, "\\x{:02x}", c as u32)
            }
            c if c.is_whitespace() && c != ' ' => write!(quoted, "\\u{point:04x}"),
            c => quoted.write_char(c),
        };
    }
    quoted.push(quote);
    quoted
}

#[cfg(test)]
mod tests {
    use super::unparse;

    #[test]
    fn as_cpython_writes_them() {
        let same = |source: &str, expected: &str| {
            let parsed = ruff_python_parser::parse_expression(source).expect("it parses");
            assert_eq!(unparse(parsed.expr(), source), expected, "{source}");
        };
        same("dict[str ,'int|None']", "dict[str, 'int|None']");
        same("(a,)", "(a,)");
        same("x[(a, b)]", "x[a, b]");
        same("a+b*(c-d)**-e", "a + b * (c - d) ** -e");
        same("(a or b) and not c", "(a or b) and not c");
        same("lambda  x,/,y=1,*,z:(x)", "lambda x, /, y=1, *, z: x");
        same("f(x for x in y)", "f(x for x in y)");
        same("x[*a]", "x[*a,]");
        same("-a**b", "-a ** b");
        same("0xFF", "255");
        same("1e-5", "1e-05");
        same("a if b else(c,)", "a if b else (c,)");
        same("1.50", "1.5");
        same("1e100", "1e+100");
        same("'it\\'s'", "\"it's\"");
        same("x[1:2,::3]", "x[1:2, ::3]");
        same("1 .real", "1 .real");
    }
}
