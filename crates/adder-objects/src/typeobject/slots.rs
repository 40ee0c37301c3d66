//! What objects of a type can do: function pointers, as in CPython's `PyTypeObject`, with Rust's types.

use core::cell::Cell;

use crate::args::Args;
use crate::buffer::Buffer;
use crate::cx::Cx;
use crate::error::R;
use crate::value::Value;

use super::TypeObject;

/// One of the six comparisons, with the numbers of `Py_LT` and so on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
#[allow(missing_docs, reason = "the names say it")]
pub enum CompareOp {
    Lt = 0,
    Le = 1,
    Eq = 2,
    Ne = 3,
    Gt = 4,
    Ge = 5,
}

impl CompareOp {
    /// As `b op a` when this is `a op b`.
    pub const fn swapped(self) -> CompareOp {
        match self {
            CompareOp::Lt => CompareOp::Gt,
            CompareOp::Le => CompareOp::Ge,
            CompareOp::Gt => CompareOp::Lt,
            CompareOp::Ge => CompareOp::Le,
            same => same,
        }
    }

    /// What it answers for an ordering.
    pub fn holds(self, ordering: core::cmp::Ordering) -> bool {
        match self {
            CompareOp::Lt => ordering.is_lt(),
            CompareOp::Le => ordering.is_le(),
            CompareOp::Eq => ordering.is_eq(),
            CompareOp::Ne => ordering.is_ne(),
            CompareOp::Gt => ordering.is_gt(),
            CompareOp::Ge => ordering.is_ge(),
        }
    }

    /// `<` and so on.
    pub const fn symbol(self) -> &'static str {
        match self {
            CompareOp::Lt => "<",
            CompareOp::Le => "<=",
            CompareOp::Eq => "==",
            CompareOp::Ne => "!=",
            CompareOp::Gt => ">",
            CompareOp::Ge => ">=",
        }
    }
}

/// `f(self)`
pub type Nullary = fn(&Cx, &Value) -> R;
/// `f(left, right)`; may answer `NotImplemented`. For operators either operand may be of the type.
pub type Binary = fn(&Cx, &Value, &Value) -> R;
/// `f(self)`, a truth value.
pub type Inquiry = fn(&Cx, &Value) -> R<bool>;

/// Numbers of the binary operators in [`Slots::binary`] and [`Slots::in_place`], in the order of the instructions.
#[allow(missing_docs, reason = "the names say it")]
pub mod number {
    pub const ADD: usize = 0;
    pub const SUB: usize = 1;
    pub const MUL: usize = 2;
    pub const TRUE_DIV: usize = 3;
    pub const FLOOR_DIV: usize = 4;
    pub const MOD: usize = 5;
    /// `**` with two operands; with three see [`Slots::power`](super::Slots::power).
    pub const POW: usize = 6;
    pub const MAT_MUL: usize = 7;
    pub const LSHIFT: usize = 8;
    pub const RSHIFT: usize = 9;
    pub const AND: usize = 10;
    pub const OR: usize = 11;
    pub const XOR: usize = 12;
    /// Only for the built-in `divmod`.
    pub const DIVMOD: usize = 13;
    pub const COUNT: usize = 14;
}

macro_rules! slots {
    ($($(#[$doc:meta])* $name:ident: $ty:ty,)*) => {
        /// The slots of a type. Each may be empty; a class inherits those of its bases.
        pub struct Slots {
            $($(#[$doc])* pub $name: Cell<Option<$ty>>,)*
            /// `a + b` and so on, by [`number`].
            pub binary: [Cell<Option<Binary>>; number::COUNT],
            /// `a += b` and so on.
            pub in_place: [Cell<Option<Binary>>; number::COUNT],
        }

        impl Slots {
            /// All empty.
            #[allow(clippy::declare_interior_mutable_const, reason = "copied into each type's slots")]
            pub const NONE: Slots = Slots {
                $($name: Cell::new(None),)*
                binary: [const { Cell::new(None) }; number::COUNT],
                in_place: [const { Cell::new(None) }; number::COUNT],
            };

            pub(crate) const fn copy(&self) -> Slots {
                // SAFETY: slots are plain data without drop; specs are never written, so nothing changes meanwhile.
                unsafe { core::ptr::from_ref(self).read() }
            }

            /// Takes all slots over from a base.
            pub(crate) fn take_over(&self, base: &Slots) {
                $(self.$name.set(base.$name.get());)*
                for (mine, theirs) in self.binary.iter().zip(&base.binary) {
                    mine.set(theirs.get());
                }
                for (mine, theirs) in self.in_place.iter().zip(&base.in_place) {
                    mine.set(theirs.get());
                }
            }

            /// Fills what is empty from a base. `hash` and `compare` are inherited together or not at all, as in CPython.
            pub(crate) fn inherit(&self, base: &Slots) {
                let own = (self.compare.get(), self.hash.get());
                $(if self.$name.get().is_none() { self.$name.set(base.$name.get()); })*
                if own.0.is_some() || own.1.is_some() {
                    self.compare.set(own.0);
                    self.hash.set(own.1);
                }
                for (mine, theirs) in self.binary.iter().zip(&base.binary) {
                    if mine.get().is_none() { mine.set(theirs.get()); }
                }
                for (mine, theirs) in self.in_place.iter().zip(&base.in_place) {
                    if mine.get().is_none() { mine.set(theirs.get()); }
                }
            }
        }
    };
}

slots! {
    /// `repr(x)`
    repr: Nullary,
    /// `str(x)`
    str: Nullary,
    /// `hash(x)`; -1 is as good as any other. A type that is not hashable has [`unhashable`](crate::protocol::unhashable) here.
    hash: fn(&Cx, &Value) -> R<i64>,
    /// `x(…)`
    call: fn(&Cx, &Value, Args<'_>) -> R,
    /// `x.name`; `None` when there is no such attribute, for which the caller makes the AttributeError.
    getattr: fn(&Cx, &Value, &Value) -> R<Option<Value>>,
    /// `x.name = value`, `del x.name`.
    setattr: fn(&Cx, &Value, &Value, Option<&Value>) -> R<()>,
    /// `x < y` and so on; may answer `NotImplemented`.
    compare: fn(&Cx, &Value, &Value, CompareOp) -> R,
    /// `iter(x)`
    iter: Nullary,
    /// `next(x)`; `None` at the end.
    next: fn(&Cx, &Value) -> R<Option<Value>>,
    /// `__get__` of a descriptor: the descriptor, the instance, the type.
    descr_get: fn(&Cx, &Value, Option<&Value>, Option<&Value>) -> R,
    /// `__set__` and `__delete__`: the descriptor, the instance, the value.
    descr_set: fn(&Cx, &Value, &Value, Option<&Value>) -> R<()>,
    /// `__init__`
    init: fn(&Cx, &Value, Args<'_>) -> R<()>,
    /// `__new__`: the class to make an instance of.
    new: fn(&Cx, &TypeObject, Args<'_>) -> R,
    /// `__del__`
    finalize: fn(&Cx, &Value),

    /// `-x`
    negative: Nullary,
    /// `+x`
    positive: Nullary,
    /// `abs(x)`
    absolute: Nullary,
    /// `~x`
    invert: Nullary,
    /// `bool(x)`
    bool: Inquiry,
    /// `int(x)`
    int: Nullary,
    /// `float(x)`
    float: Nullary,
    /// `x.__index__()`
    index: Nullary,
    /// `pow(x, y, z)`
    power: fn(&Cx, &Value, &Value, &Value) -> R,

    /// `len(x)`
    len: fn(&Cx, &Value) -> R<usize>,
    /// `x[key]`
    getitem: Binary,
    /// `x[key] = value`, `del x[key]`.
    setitem: fn(&Cx, &Value, &Value, Option<&Value>) -> R<()>,
    /// Item by number, for sequences (C's `sq_item`).
    item: fn(&Cx, &Value, isize) -> R,
    /// `key in x`
    contains: fn(&Cx, &Value, &Value) -> R<bool>,
    /// `x + y` of sequences.
    concat: Binary,
    /// `x * n` of sequences.
    repeat: fn(&Cx, &Value, isize) -> R,
    /// `x += y` of sequences.
    in_place_concat: Binary,
    /// `x *= n` of sequences.
    in_place_repeat: fn(&Cx, &Value, isize) -> R,

    /// `await x`
    await_: Nullary,
    /// `aiter(x)`
    aiter: Nullary,
    /// `anext(x)`
    anext: Nullary,
    /// Sends a value to a generator-like; `Ok(Err(result))` when it has ended.
    send: fn(&Cx, &Value, &Value) -> R<Result<Value, Value>>,
    /// Gives a view of its bytes.
    buffer: fn(&Cx, &Value, u32) -> R<Buffer>,
}

/// A filled slot, for specs: `Slots { repr: slot(float_repr), ..Slots::NONE }`.
pub const fn slot<F: Copy>(function: F) -> Cell<Option<F>> {
    Cell::new(Some(function))
}

/// A function for each number of [`number`], which it gets as its const parameter.
#[macro_export]
macro_rules! by_operator {
    ($function:ident) => {
        [
            $function::<0>,
            $function::<1>,
            $function::<2>,
            $function::<3>,
            $function::<4>,
            $function::<5>,
            $function::<6>,
            $function::<7>,
            $function::<8>,
            $function::<9>,
            $function::<10>,
            $function::<11>,
            $function::<12>,
            $function::<13>,
        ]
    };
}
pub use by_operator;
