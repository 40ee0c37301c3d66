//! Constants of the compiler, as objects.

use adder_compiler::Const;
use adder_objects::{Cx, R, Value};

/// The object of a constant. Strings that look like names are interned, as CPython interns them.
///
/// # Errors
/// MemoryError.
pub fn object(cx: &Cx, constant: &Const) -> R {
    match constant {
        Const::None => Ok(Value::none()),
        Const::Bool(yes) => Ok(Value::bool(*yes)),
        Const::Ellipsis => Ok(adder_objects::singletons::ELLIPSIS.value()),
        Const::Int(int) => cx.int(*int),
        Const::BigInt { negative, hex } => big_int(cx, *negative, hex),
        Const::Float(float) => cx.float(*float),
        Const::Complex(re, im) => cx.complex(adder_objects::complex::Complex { real: *re, imag: *im }),
        Const::Str(text) if is_name(text) => cx.intern(text),
        Const::Str(text) => cx.str_value(text),
        Const::Surrogates(points) => Ok(cx.str_from_points(points)?.into_value()),
        Const::Bytes(bytes) => Ok(cx.bytes(bytes)?.into_value()),
        Const::Tuple(items) => Ok(cx.tuple(objects(cx, items)?)?.into_value()),
        Const::FrozenSet(items) => {
            let items = cx.tuple(objects(cx, items)?)?.into_value();
            Ok(cx.set_of(&adder_objects::set::FROZENSET_TYPE, &items)?.into_value())
        }
        Const::Slice(parts) => {
            let [start, stop, step] = &**parts;
            cx.slice(object(cx, start)?, object(cx, stop)?, object(cx, step)?)
        }
        Const::Code(code) => Ok(crate::code::code_object(cx, code)?.into_value()),
    }
}

fn objects(cx: &Cx, items: &[Const]) -> R<Vec<Value>> {
    items.iter().map(|item| object(cx, item)).collect()
}

fn is_name(text: &str) -> bool {
    text.bytes().all(|b| b == b'_' || b.is_ascii_alphanumeric())
}

fn big_int(cx: &Cx, negative: bool, hex: &str) -> R {
    let bytes = hex.as_bytes();
    let digits: Vec<u64> = bytes
        .rchunks(16)
        .map(|chunk| {
            chunk.iter().fold(0, |sum, &digit| sum << 4 | u64::from((digit as char).to_digit(16).unwrap_or(0)))
        })
        .collect();
    cx.int_from_digits(&digits, negative)
}
