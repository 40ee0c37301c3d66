//! Operators.

use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::int::INT_TYPE;
use crate::typeobject::number::{ADD, COUNT, MUL};
use crate::value::Value;

/// Of each binary operator: the symbol in messages.
const SYMBOLS: [&str; COUNT] =
    ["+", "-", "*", "/", "//", "%", "** or pow()", "@", "<<", ">>", "&", "|", "^", "divmod()"];

/// The symbol of a binary operator in messages.
pub const fn symbol(number: usize) -> &'static str {
    SYMBOLS[number]
}

/// Of each binary operator: the special method, its reflected form, its in-place form.
pub const BINARY_NAMES: [(&str, &str, &str); COUNT] = [
    ("__add__", "__radd__", "__iadd__"),
    ("__sub__", "__rsub__", "__isub__"),
    ("__mul__", "__rmul__", "__imul__"),
    ("__truediv__", "__rtruediv__", "__itruediv__"),
    ("__floordiv__", "__rfloordiv__", "__ifloordiv__"),
    ("__mod__", "__rmod__", "__imod__"),
    ("__pow__", "__rpow__", "__ipow__"),
    ("__matmul__", "__rmatmul__", "__imatmul__"),
    ("__lshift__", "__rlshift__", "__ilshift__"),
    ("__rshift__", "__rrshift__", "__irshift__"),
    ("__and__", "__rand__", "__iand__"),
    ("__or__", "__ror__", "__ior__"),
    ("__xor__", "__rxor__", "__ixor__"),
    ("__divmod__", "__rdivmod__", ""),
];

impl Cx {
    /// The slots of both operands, the more derived right one first; `NotImplemented` if none knows.
    ///
    /// # Errors
    /// What the operation raises.
    pub fn binary_by_slots(&self, number: usize, a: &Value, b: &Value) -> R {
        let (left, right) = (a.ty(), b.ty());
        let of_left = left.slots.binary[number].get();
        let mut of_right = right.slots.binary[number].get();
        if core::ptr::eq(left, right)
            || (of_left.is_some() && of_left.map(|f| f as usize) == of_right.map(|f| f as usize))
        {
            of_right = None;
        }
        if let Some(f) = of_left {
            if let Some(g) = of_right
                && right.is_subtype(left)
            {
                let result = g(self, a, b)?;
                if !result.is_not_implemented() {
                    return Ok(result);
                }
                of_right = None;
            }
            let result = f(self, a, b)?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
        }
        match of_right {
            Some(g) => g(self, a, b),
            None => Ok(Value::not_implemented()),
        }
    }

    /// `a + b` and so on: see [`number`](crate::typeobject::number).
    ///
    /// # Errors
    /// TypeError if neither operand knows how; what the operation raises.
    pub fn binary(&self, number: usize, a: &Value, b: &Value) -> R {
        let result = self.binary_by_slots(number, a, b)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
        self.binary_of_sequences(number, a, b, symbol(number), false)
    }

    /// The result of `a += b` and so on.
    ///
    /// # Errors
    /// As for [`binary`](Self::binary).
    pub fn in_place(&self, number: usize, a: &Value, b: &Value) -> R {
        if let Some(f) = a.ty().slots.in_place[number].get() {
            let result = f(self, a, b)?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
        }
        let result = self.binary_by_slots(number, a, b)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
        let symbol = match number {
            6 => "**=".to_owned(),
            _ => format!("{}=", symbol(number)),
        };
        self.binary_of_sequences(number, a, b, &symbol, true)
    }

    #[cold]
    fn binary_of_sequences(&self, number: usize, a: &Value, b: &Value, symbol: &str, in_place: bool) -> R {
        let (left, right) = (&a.ty().slots, &b.ty().slots);
        if number == ADD {
            if in_place && let Some(concat) = left.in_place_concat.get() {
                return concat(self, a, b);
            }
            if let Some(concat) = left.concat.get() {
                return concat(self, a, b);
            }
        } else if number == MUL {
            let n = |cx: &Cx, n: &Value| -> R<isize> {
                match cx.try_index(n)? {
                    Some(index) => cx.index_to_isize(&index, Some(&exc::OVERFLOW_ERROR)),
                    None => {
                        raise!(cx, exc::TYPE_ERROR, "can't multiply sequence by non-int of type '{}'", n.ty().name())
                    }
                }
            };
            if in_place && let Some(repeat) = left.in_place_repeat.get() {
                return repeat(self, a, n(self, b)?);
            }
            if let Some(repeat) = left.repeat.get() {
                return repeat(self, a, n(self, b)?);
            }
            // `a *= b` does not ask `b` where `a` is a container of some kind.
            let container = left.contains.get().is_some() || left.item.get().is_some();
            if !(in_place && container)
                && let Some(repeat) = right.repeat.get()
            {
                return repeat(self, b, n(self, a)?);
            }
        }
        raise!(
            self,
            exc::TYPE_ERROR,
            "unsupported operand type(s) for {symbol}: '{}' and '{}'",
            a.ty().name(),
            b.ty().name()
        )
    }

    /// `pow(a, b, c)`
    ///
    /// # Errors
    /// TypeError if no operand knows how; what the operation raises.
    pub fn power(&self, a: &Value, b: &Value, c: &Value) -> R {
        if c.is_none() {
            return self.binary(6, a, b);
        }
        for operand in [a, b, c] {
            if let Some(power) = operand.ty().slots.power.get() {
                let result = power(self, a, b, c)?;
                if !result.is_not_implemented() {
                    return Ok(result);
                }
            }
        }
        raise!(
            self,
            exc::TYPE_ERROR,
            "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
            a.ty().name(),
            b.ty().name(),
            c.ty().name()
        )
    }

    /// `-x`
    ///
    /// # Errors
    /// TypeError if the operand does not know how; what the operation raises.
    pub fn negative(&self, x: &Value) -> R {
        self.unary(x.ty().slots.negative.get(), x, "unary -")
    }

    /// `+x`
    ///
    /// # Errors
    /// As for [`negative`](Self::negative).
    pub fn positive(&self, x: &Value) -> R {
        self.unary(x.ty().slots.positive.get(), x, "unary +")
    }

    /// `~x`
    ///
    /// # Errors
    /// As for [`negative`](Self::negative).
    pub fn invert(&self, x: &Value) -> R {
        self.unary(x.ty().slots.invert.get(), x, "unary ~")
    }

    /// `abs(x)`
    ///
    /// # Errors
    /// As for [`negative`](Self::negative).
    pub fn absolute(&self, x: &Value) -> R {
        self.unary(x.ty().slots.absolute.get(), x, "abs()")
    }

    fn unary(&self, slot: Option<crate::typeobject::Nullary>, x: &Value, what: &str) -> R {
        match slot {
            Some(f) => f(self, x),
            None => raise!(self, exc::TYPE_ERROR, "bad operand type for {what}: '{}'", x.ty().name()),
        }
    }

    /// `operator.index(x)`, an int.
    ///
    /// # Errors
    /// TypeError if it is no index.
    pub fn index(&self, x: &Value) -> R {
        match self.try_index(x)? {
            Some(index) => Ok(index),
            None => {
                raise!(self, exc::TYPE_ERROR, "'{}' object cannot be interpreted as an integer", x.ty().name())
            }
        }
    }

    /// The same; `None` for what is no index.
    ///
    /// # Errors
    /// What `__index__` raises; TypeError if that gives no int.
    pub fn try_index(&self, x: &Value) -> R<Option<Value>> {
        if x.is_int() {
            return Ok(Some(x.clone()));
        }
        let Some(index) = x.ty().slots.index.get() else { return Ok(None) };
        let index = index(self, x)?;
        if !index.is_int() {
            return raise!(self, exc::TYPE_ERROR, "__index__ returned non-int (type {})", index.ty().name());
        }
        if !index.is_exact(&INT_TYPE) {
            let message = format!(
                "__index__ returned non-int (type {}).  The ability to return an instance of a strict subclass of int is \
                 deprecated, and may not be supported in a future version of Python.",
                index.ty().name()
            );
            self.warn(&exc::DEPRECATION_WARNING, &message, 1)?;
        }
        Ok(Some(index))
    }
}
