//! The constants of a code object: each once, told apart as CPython tells them apart.

use std::sync::Arc;

use super::unit::Unit;
use crate::code::Const;

/// What makes two constants the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    None,
    Bool(bool),
    Ellipsis,
    Int(i64),
    BigInt(bool, Box<str>),
    Float(u64),
    Complex(u64, u64),
    Str(Arc<str>),
    Surrogates(Box<[u32]>),
    Bytes(Box<[u8]>),
    Tuple(Box<[Key]>),
    FrozenSet(Box<[Key]>),
    Slice(Box<[Key]>),
    /// Code is never shared.
    Code(usize),
}

impl Key {
    pub(crate) fn of(constant: &Const) -> Key {
        let all = |items: &[Const]| items.iter().map(Key::of).collect();
        match constant {
            Const::None => Key::None,
            Const::Bool(b) => Key::Bool(*b),
            Const::Ellipsis => Key::Ellipsis,
            Const::Int(n) => Key::Int(*n),
            Const::BigInt { negative, hex } => Key::BigInt(*negative, hex.clone()),
            Const::Float(x) => Key::Float(x.to_bits()),
            Const::Complex(re, im) => Key::Complex(re.to_bits(), im.to_bits()),
            Const::Str(s) => Key::Str(s.clone()),
            Const::Surrogates(s) => Key::Surrogates(s.clone()),
            Const::Bytes(b) => Key::Bytes(b.clone()),
            Const::Tuple(items) => Key::Tuple(all(items)),
            Const::FrozenSet(items) => Key::FrozenSet(all(items)),
            Const::Slice(parts) => Key::Slice(all(&**parts)),
            Const::Code(code) => Key::Code(Arc::as_ptr(code) as usize),
        }
    }
}

impl Unit {
    /// The number of a constant.
    pub(super) fn constant(&mut self, constant: Const) -> u32 {
        let next = self.constants.len() as u32;
        let index = *self.constant_index.entry(Key::of(&constant)).or_insert(next);
        if index == next {
            self.constants.push(constant);
        }
        index
    }

    /// The number of a name.
    pub(super) fn name_number(&mut self, name: &str) -> u32 {
        if let Some(index) = self.name_index.get(name) {
            return *index;
        }
        let index = self.names.len() as u32;
        let name: Arc<str> = name.into();
        self.names.push(name.clone());
        self.name_index.insert(name, index);
        index
    }
}
