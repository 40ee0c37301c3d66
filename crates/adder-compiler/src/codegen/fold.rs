//! Expressions that are constants.

use ruff_python_ast::{self as ast, Expr, Operator, UnaryOp};

use super::Gen;
use crate::code::Const;
use crate::parse::literal;

/// Longest string and tuple that a multiplication makes.
const LONGEST_STRING: usize = 4096;
const LONGEST_TUPLE: usize = 256;
/// Bits of the largest int.
const BITS: u32 = 126;

impl Gen<'_> {
    /// What an expression is if it is a constant.
    pub(super) fn fold(&mut self, e: &Expr) -> Option<Const> {
        Some(match e {
            Expr::NoneLiteral(_) => Const::None,
            Expr::BooleanLiteral(e) => Const::Bool(e.value),
            Expr::EllipsisLiteral(_) => Const::Ellipsis,
            Expr::NumberLiteral(e) => literal::number(&e.value),
            Expr::StringLiteral(e) => literal::string(e, self.source),
            Expr::BytesLiteral(e) => Const::Bytes(e.value.bytes().collect()),
            Expr::Name(e) if e.id.as_str() == "__debug__" => Const::Bool(self.options.optimize == 0),
            Expr::Tuple(e) if !e.elts.iter().any(Expr::is_starred_expr) => {
                let items: Option<Vec<Const>> = e.elts.iter().map(|e| self.fold(e)).collect();
                Const::Tuple(items?.into())
            }
            Expr::BinOp(_) | Expr::UnaryOp(_) | Expr::Subscript(_) => {
                let node = std::ptr::from_ref(e) as usize;
                if let Some(known) = self.folded.get(&node) {
                    return known.clone();
                }
                let value = self.compute(e);
                self.folded.insert(node, value.clone());
                return value;
            }
            _ => return None,
        })
    }

    fn compute(&mut self, e: &Expr) -> Option<Const> {
        match e {
            Expr::BinOp(e) => {
                let left = self.fold(&e.left)?;
                let right = self.fold(&e.right)?;
                binary(e.op, &left, &right)
            }
            Expr::UnaryOp(e) => unary(e.op, &self.fold(&e.operand)?),
            Expr::Subscript(e) if e.ctx == ast::ExprContext::Load => {
                let value = self.fold(&e.value)?;
                let Const::Int(i) = self.fold(&e.slice)? else { return None };
                item(&value, i)
            }
            _ => None,
        }
    }

    /// The truth of an expression if it is a constant.
    pub(super) fn truth(&mut self, e: &Expr) -> Option<bool> {
        self.fold(e).map(|constant| truth(&constant))
    }
}

pub(super) fn truth(constant: &Const) -> bool {
    match constant {
        Const::None => false,
        Const::Bool(b) => *b,
        Const::Int(n) => *n != 0,
        Const::Float(x) => *x != 0.0,
        Const::Complex(re, im) => *re != 0.0 || *im != 0.0,
        Const::Str(s) => !s.is_empty(),
        Const::Bytes(b) => !b.is_empty(),
        Const::Tuple(items) | Const::FrozenSet(items) => !items.is_empty(),
        Const::Ellipsis | Const::BigInt { .. } | Const::Surrogates(_) | Const::Slice(_) | Const::Code(_) => true,
    }
}

fn item(value: &Const, i: i64) -> Option<Const> {
    let at = |len: usize| usize::try_from(if i < 0 { i + len as i64 } else { i }).ok().filter(|i| *i < len);
    match value {
        Const::Tuple(items) => at(items.len()).map(|i| items[i].clone()),
        Const::Bytes(bytes) => at(bytes.len()).map(|i| Const::Int(bytes[i].into())),
        Const::Str(s) if s.is_ascii() => at(s.len()).map(|i| Const::Str(s[i..=i].into())),
        _ => None,
    }
}

fn int(constant: &Const) -> Option<i128> {
    match constant {
        Const::Int(n) => Some((*n).into()),
        Const::Bool(b) => Some((*b).into()),
        Const::BigInt { negative, hex } => {
            let n = i128::from_str_radix(hex, 16).ok()?;
            Some(if *negative { -n } else { n })
        }
        _ => None,
    }
}

fn of_int(n: i128) -> Option<Const> {
    if n.unsigned_abs() >> BITS != 0 {
        return None;
    }
    Some(match i64::try_from(n) {
        Ok(n) => Const::Int(n),
        Err(_) => Const::BigInt { negative: n < 0, hex: format!("{:x}", n.unsigned_abs()).into() },
    })
}

/// Ints that a float holds exactly.
fn float(constant: &Const) -> Option<f64> {
    match constant {
        Const::Float(x) => Some(*x),
        constant => int(constant).filter(|n| n.unsigned_abs() <= 1 << 53).map(|n| n as f64),
    }
}

fn unary(op: UnaryOp, value: &Const) -> Option<Const> {
    match (op, value) {
        (UnaryOp::Not, value) => Some(Const::Bool(!truth(value))),
        (UnaryOp::USub, Const::Float(x)) => Some(Const::Float(-x)),
        (UnaryOp::USub, Const::Complex(re, im)) => Some(Const::Complex(-re, -im)),
        (UnaryOp::USub, Const::BigInt { negative, hex }) => match (negative, &**hex) {
            (false, "8000000000000000") => Some(Const::Int(i64::MIN)),
            _ => Some(Const::BigInt { negative: !negative, hex: hex.clone() }),
        },
        (UnaryOp::USub, value) => of_int(-int(value)?),
        (UnaryOp::UAdd, Const::Float(_) | Const::Complex(..) | Const::BigInt { .. }) => Some(value.clone()),
        (UnaryOp::UAdd, value) => of_int(int(value)?),
        (UnaryOp::Invert, value) => of_int(!int(value)?),
    }
}

fn binary(op: Operator, left: &Const, right: &Const) -> Option<Const> {
    if let (Const::Bool(a), Const::Bool(b)) = (left, right) {
        match op {
            Operator::BitAnd => return Some(Const::Bool(a & b)),
            Operator::BitOr => return Some(Const::Bool(a | b)),
            Operator::BitXor => return Some(Const::Bool(a ^ b)),
            _ => {}
        }
    }
    if let (Some(a), Some(b)) = (int(left), int(right)) {
        return ints(op, a, b);
    }
    if let (Some(a), Some(b)) = (float(left), float(right)) {
        return floats(op, a, b);
    }
    match (op, left, right) {
        (Operator::Add, Const::Str(a), Const::Str(b)) => {
            (a.len() + b.len() <= LONGEST_STRING).then(|| Const::Str(format!("{a}{b}").into()))
        }
        (Operator::Add, Const::Bytes(a), Const::Bytes(b)) => {
            (a.len() + b.len() <= LONGEST_STRING).then(|| Const::Bytes([&**a, &**b].concat().into()))
        }
        (Operator::Add, Const::Tuple(a), Const::Tuple(b)) => {
            (a.len() + b.len() <= LONGEST_TUPLE).then(|| Const::Tuple([&**a, &**b].concat().into()))
        }
        (Operator::Add | Operator::Sub, re, Const::Complex(b_re, b_im)) if *b_im != 0.0 => {
            let re = float(re)?;
            Some(match op {
                Operator::Add => Const::Complex(re + b_re, *b_im),
                _ => Const::Complex(re - b_re, -b_im),
            })
        }
        (Operator::Mult, sequence, n) if int(n).is_some() => repeat(sequence, int(n)?),
        (Operator::Mult, n, sequence) if int(n).is_some() => repeat(sequence, int(n)?),
        _ => None,
    }
}

fn repeat(sequence: &Const, n: i128) -> Option<Const> {
    let n = usize::try_from(n.max(0)).ok()?;
    let fits = |len: usize, most: usize| len.checked_mul(n).is_some_and(|len| len <= most);
    match sequence {
        Const::Str(s) if fits(s.len(), LONGEST_STRING) => Some(Const::Str(s.repeat(n).into())),
        Const::Bytes(b) if fits(b.len(), LONGEST_STRING) => Some(Const::Bytes(b.repeat(n).into())),
        Const::Tuple(items) if fits(items.len(), LONGEST_TUPLE) => {
            Some(Const::Tuple(std::iter::repeat_n(items.iter().cloned(), n).flatten().collect()))
        }
        _ => None,
    }
}

fn ints(op: Operator, a: i128, b: i128) -> Option<Const> {
    let floor =
        |a: i128, b: i128| a.checked_div_euclid(b).map(|q| if b < 0 && a.rem_euclid(b) != 0 { q - 1 } else { q });
    let n = match op {
        Operator::Add => a.checked_add(b),
        Operator::Sub => a.checked_sub(b),
        Operator::Mult => a.checked_mul(b),
        Operator::FloorDiv => floor(a, b),
        Operator::Mod => floor(a, b).map(|q| a - q * b),
        Operator::Pow if b >= 0 => a.checked_pow(u32::try_from(b).ok()?),
        Operator::LShift => {
            let shift = u32::try_from(b).ok().filter(|shift| *shift < BITS)?;
            (a.unsigned_abs() >> (BITS - shift) == 0).then(|| a << shift)
        }
        Operator::RShift => Some(a >> u32::try_from(b).ok()?.min(127)),
        Operator::BitAnd => Some(a & b),
        Operator::BitOr => Some(a | b),
        Operator::BitXor => Some(a ^ b),
        Operator::Div => {
            let exact = |n: i128| (n.unsigned_abs() <= 1 << 53).then_some(n as f64);
            return floats(op, exact(a)?, exact(b)?);
        }
        Operator::Pow | Operator::MatMult => None,
    };
    of_int(n?)
}

fn floats(op: Operator, a: f64, b: f64) -> Option<Const> {
    let x = match op {
        Operator::Add => a + b,
        Operator::Sub => a - b,
        Operator::Mult => a * b,
        Operator::Div if b != 0.0 => a / b,
        // The rest is left to the running program, whose rounding it is.
        _ => return None,
    };
    Some(Const::Float(x))
}
