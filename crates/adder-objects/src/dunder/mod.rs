//! Special methods and the slots that they stand for.
//!
//! One table says for each special method which slot it fills. From it come the wrappers in the namespaces of built-in types
//! ([`wrapper`]), the slots of classes made at run time ([`fill`]), and the functions in those slots that call a method written
//! in Python ([`python`]).

pub(crate) mod buffer;
pub mod fill;
pub mod python;
pub mod wrapper;

use crate::names::Names;
use crate::typeobject::{CompareOp, Nullary, Slots, number};
use crate::value::Value;

pub use wrapper::{METHOD_WRAPPER_TYPE, PyMethodWrapper, PySlotWrapper, SLOT_WRAPPER_TYPE};

/// A special method.
pub struct Dunder {
    /// `__add__` and so on.
    pub text: &'static str,
    /// The same, interned.
    pub name: fn(&Names) -> &Value,
    /// What it does.
    pub what: What,
}

/// What a special method does: which slot it is, and in which of its forms.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names are those of the methods")]
pub enum What {
    Nullary(usize),
    Hash,
    Call,
    GetAttribute,
    GetAttr,
    SetAttr,
    DelAttr,
    Compare(CompareOp),
    Next,
    Get,
    Set,
    Delete,
    Init,
    New,
    Del,
    Bool,
    Power,
    ReflectedPower,
    Binary(usize),
    Reflected(usize),
    InPlace(usize),
    Len,
    GetItem,
    SetItem,
    DelItem,
    Contains,
    Buffer,
    ReleaseBuffer,
}

/// A slot that takes the object alone and gives an object.
pub struct NullarySlot {
    /// The slot.
    pub field: fn(&Slots) -> &core::cell::Cell<Option<Nullary>>,
    /// Its method's name.
    pub name: fn(&Names) -> &Value,
    /// What the slot of a class with such a method written in Python holds.
    pub python: Nullary,
}

macro_rules! nullary {
    ($($index:literal $field:ident $name:ident $python:expr;)*) => {
        /// The slots that take the object alone, by the number in [`What::Nullary`].
        pub static NULLARY: [NullarySlot; 13] = [
            $(NullarySlot { field: |slots| &slots.$field, name: Names::$name, python: $python },)*
        ];
    };
}

nullary! {
    0 repr repr python::repr;
    1 str str python::str;
    2 iter iter python::iter;
    3 negative neg python::nullary::<3>;
    4 positive pos python::nullary::<4>;
    5 absolute abs python::nullary::<5>;
    6 invert invert python::nullary::<6>;
    7 int int python::nullary::<7>;
    8 float float python::nullary::<8>;
    9 index index python::nullary::<9>;
    10 await_ await_ python::nullary::<10>;
    11 aiter aiter python::nullary::<11>;
    12 anext anext python::nullary::<12>;
}

/// Of each binary operator: the method, its reflected form, its in-place form. There is no in-place `divmod`.
pub static BINARY: [[fn(&Names) -> &Value; 3]; number::COUNT] = [
    [Names::add, Names::radd, Names::iadd],
    [Names::sub, Names::rsub, Names::isub],
    [Names::mul, Names::rmul, Names::imul],
    [Names::truediv, Names::rtruediv, Names::itruediv],
    [Names::floordiv, Names::rfloordiv, Names::ifloordiv],
    [Names::mod_, Names::rmod, Names::imod],
    [Names::pow, Names::rpow, Names::ipow],
    [Names::matmul, Names::rmatmul, Names::imatmul],
    [Names::lshift, Names::rlshift, Names::ilshift],
    [Names::rshift, Names::rrshift, Names::irshift],
    [Names::and, Names::rand, Names::iand],
    [Names::or, Names::ror, Names::ior],
    [Names::xor, Names::rxor, Names::ixor],
    [Names::divmod, Names::rdivmod, Names::divmod],
];

macro_rules! table {
    ($($text:literal $name:ident $what:expr;)*) => {
        /// All special methods that stand for slots.
        pub static DUNDERS: &[Dunder] = &[$(Dunder { text: $text, name: Names::$name, what: $what },)*];
    };
}

use What::Nullary as One;
use What::{
    Binary, Bool, Buffer, Call, Compare, Contains, Del, DelAttr, DelItem, Delete, Get, GetAttr, GetAttribute, GetItem,
    Hash, InPlace, Init, Len, New, Next, Power, Reflected, ReflectedPower, ReleaseBuffer, Set, SetAttr, SetItem,
};

table! {
    "__new__" new New;
    "__repr__" repr One(0);
    "__hash__" hash Hash;
    "__call__" call Call;
    "__str__" str One(1);
    "__getattribute__" getattribute GetAttribute;
    "__getattr__" getattr GetAttr;
    "__setattr__" setattr SetAttr;
    "__delattr__" delattr DelAttr;
    "__lt__" lt Compare(CompareOp::Lt);
    "__le__" le Compare(CompareOp::Le);
    "__eq__" eq Compare(CompareOp::Eq);
    "__ne__" ne Compare(CompareOp::Ne);
    "__gt__" gt Compare(CompareOp::Gt);
    "__ge__" ge Compare(CompareOp::Ge);
    "__iter__" iter One(2);
    "__next__" next Next;
    "__get__" get Get;
    "__set__" set Set;
    "__delete__" delete Delete;
    "__init__" init Init;
    "__del__" del Del;
    "__buffer__" buffer Buffer;
    "__release_buffer__" release_buffer ReleaseBuffer;
    "__await__" await_ One(10);
    "__aiter__" aiter One(11);
    "__anext__" anext One(12);
    "__add__" add Binary(number::ADD);
    "__radd__" radd Reflected(number::ADD);
    "__sub__" sub Binary(number::SUB);
    "__rsub__" rsub Reflected(number::SUB);
    "__mul__" mul Binary(number::MUL);
    "__rmul__" rmul Reflected(number::MUL);
    "__mod__" mod_ Binary(number::MOD);
    "__rmod__" rmod Reflected(number::MOD);
    "__divmod__" divmod Binary(number::DIVMOD);
    "__rdivmod__" rdivmod Reflected(number::DIVMOD);
    "__pow__" pow Power;
    "__rpow__" rpow ReflectedPower;
    "__neg__" neg One(3);
    "__pos__" pos One(4);
    "__abs__" abs One(5);
    "__bool__" bool Bool;
    "__invert__" invert One(6);
    "__lshift__" lshift Binary(number::LSHIFT);
    "__rlshift__" rlshift Reflected(number::LSHIFT);
    "__rshift__" rshift Binary(number::RSHIFT);
    "__rrshift__" rrshift Reflected(number::RSHIFT);
    "__and__" and Binary(number::AND);
    "__rand__" rand Reflected(number::AND);
    "__xor__" xor Binary(number::XOR);
    "__rxor__" rxor Reflected(number::XOR);
    "__or__" or Binary(number::OR);
    "__ror__" ror Reflected(number::OR);
    "__int__" int One(7);
    "__float__" float One(8);
    "__iadd__" iadd InPlace(number::ADD);
    "__isub__" isub InPlace(number::SUB);
    "__imul__" imul InPlace(number::MUL);
    "__imod__" imod InPlace(number::MOD);
    "__ipow__" ipow InPlace(number::POW);
    "__ilshift__" ilshift InPlace(number::LSHIFT);
    "__irshift__" irshift InPlace(number::RSHIFT);
    "__iand__" iand InPlace(number::AND);
    "__ixor__" ixor InPlace(number::XOR);
    "__ior__" ior InPlace(number::OR);
    "__floordiv__" floordiv Binary(number::FLOOR_DIV);
    "__rfloordiv__" rfloordiv Reflected(number::FLOOR_DIV);
    "__truediv__" truediv Binary(number::TRUE_DIV);
    "__rtruediv__" rtruediv Reflected(number::TRUE_DIV);
    "__ifloordiv__" ifloordiv InPlace(number::FLOOR_DIV);
    "__itruediv__" itruediv InPlace(number::TRUE_DIV);
    "__index__" index One(9);
    "__matmul__" matmul Binary(number::MAT_MUL);
    "__rmatmul__" rmatmul Reflected(number::MAT_MUL);
    "__imatmul__" imatmul InPlace(number::MAT_MUL);
    "__len__" len Len;
    "__getitem__" getitem GetItem;
    "__setitem__" setitem SetItem;
    "__delitem__" delitem DelItem;
    "__contains__" contains Contains;
}

/// The special method of this name, if it stands for a slot.
pub fn find(text: &str) -> Option<&'static Dunder> {
    if !text.starts_with("__") {
        return None;
    }
    DUNDERS.iter().find(|dunder| dunder.text == text)
}
