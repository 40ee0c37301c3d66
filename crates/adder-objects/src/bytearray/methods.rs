//! The methods that change a `bytearray`.

use super::{PyByteArray, this};
use crate::bytes::shared::{byte_of, own, view};
use crate::bytes::{search, shared_methods, text};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::typeobject::Method;
use crate::value::Value;

pub(super) static METHODS: &[Method] = shared_methods![
    Method::one("append", append),
    Method::none("clear", clear),
    Method::none("copy", copy),
    Method::one("extend", extend),
    Method::positional("insert", 2, 2, insert),
    Method::positional("pop", 0, 1, pop),
    Method::one("remove", remove),
    Method::one("resize", resize),
    Method::none("reverse", reverse),
    Method::none("__alloc__", allocated),
    Method::none("__sizeof__", memory),
    Method::none("__reduce__", reduce),
];

fn append(cx: &Cx, value: &Value, item: &Value) -> R {
    let byte = byte_of(cx, item)?;
    this(value).extend_bytes(cx, &[byte])?;
    Ok(Value::none())
}

fn clear(cx: &Cx, value: &Value) -> R {
    this(value).resize(cx, 0)?;
    Ok(Value::none())
}

fn copy(cx: &Cx, value: &Value) -> R {
    Ok(cx.bytearray(own(value))?.into_value())
}

fn extend(cx: &Cx, value: &Value, items: &Value) -> R {
    let ty = items.ty().name();
    if items.downcast::<crate::str::PyStr>().is_some() {
        return raise!(cx, exc::TYPE_ERROR, "expected iterable of integers; got: '{ty}'");
    }
    let message = format!("can't extend bytearray with {ty}");
    let bytes = crate::bytes::contents(cx, items, &message, "byte must be in range(0, 256)")?;
    this(value).extend_bytes(cx, &bytes)?;
    Ok(Value::none())
}

fn insert(cx: &Cx, value: &Value, args: &[Value]) -> R {
    let index = crate::arguments::ssize(cx, &args[0])?;
    let byte = byte_of(cx, &args[1])?;
    let array = this(value);
    let n = array.len();
    let at = if index < 0 { index.saturating_add_unsigned(n).max(0) as usize } else { (index as usize).min(n) };
    array.splice(cx, at, 0, &[byte])?;
    Ok(Value::none())
}

fn pop(cx: &Cx, value: &Value, args: &[Value]) -> R {
    let index = args.first().map_or(Ok(-1), |index| crate::arguments::ssize(cx, index))?;
    let array = this(value);
    if array.is_empty() {
        return raise!(cx, exc::INDEX_ERROR, "pop from empty bytearray");
    }
    let Some(at) = crate::subscript::place(index, array.len()) else {
        return raise!(cx, exc::INDEX_ERROR, "pop index out of range");
    };
    let byte = own(value)[at];
    array.splice(cx, at, 1, b"")?;
    Ok(Value::small(byte.into()))
}

fn remove(cx: &Cx, value: &Value, item: &Value) -> R {
    let byte = byte_of(cx, item)?;
    match memchr::memchr(byte, own(value)) {
        Some(at) => {
            this(value).splice(cx, at, 1, b"")?;
            Ok(Value::none())
        }
        None => raise!(cx, exc::VALUE_ERROR, "value not found in bytearray"),
    }
}

fn resize(cx: &Cx, value: &Value, size: &Value) -> R {
    let n = crate::arguments::ssize(cx, size)?;
    match usize::try_from(n) {
        Ok(n) => this(value).resize(cx, n)?,
        Err(_) => return raise!(cx, exc::VALUE_ERROR, "bytearray.resize(): new size must be >= 0, got {n}"),
    }
    Ok(Value::none())
}

fn reverse(_: &Cx, value: &Value) -> R {
    // SAFETY: turning bytes around runs no code.
    unsafe { this(value).as_mut_slice() }.reverse();
    Ok(Value::none())
}

fn allocated(_: &Cx, value: &Value) -> R {
    Ok(Value::small(this(value).allocated() as i64))
}

fn memory(_: &Cx, value: &Value) -> R {
    Ok(Value::small((size_of::<PyByteArray>() + this(value).allocated()) as i64))
}

fn reduce(cx: &Cx, value: &Value) -> R {
    // As text that every protocol of pickle can hold.
    let latin = cx.str_from_latin(own(value))?.into_value();
    let args = cx.tuple([latin, cx.str_value("latin-1")?])?.into_value();
    let dict = cx.getattr_opt(value, cx.names.dict())?.unwrap_or_else(Value::none);
    Ok(cx.tuple([value.ty().value(), args, dict])?.into_value())
}

pub(super) fn in_place_concat(cx: &Cx, value: &Value, more: &Value) -> R {
    if more.ty().slots.buffer.get().is_none() {
        let ty = more.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "can't concat {ty} to {}", value.ty().name());
    }
    if more.is(value) {
        let copy = cx.bytes(own(value))?;
        this(value).extend_bytes(cx, copy.as_slice())?;
        return Ok(value.clone());
    }
    let view = view(cx, more)?;
    // SAFETY: another object's bytes; adding them runs no code.
    this(value).extend_bytes(cx, unsafe { view.as_slice() })?;
    Ok(value.clone())
}

pub(super) fn in_place_repeat(cx: &Cx, value: &Value, times: isize) -> R {
    let array = this(value);
    let (n, times) = (array.len(), times.max(0) as usize);
    let Some(total) = n.checked_mul(times).filter(|&total| total < isize::MAX as usize) else {
        return Err(cx.no_memory());
    };
    array.resize(cx, total)?;
    // SAFETY: copying bytes runs no code.
    let data = unsafe { array.as_mut_slice() };
    for at in 1..if n == 0 { 0 } else { times } {
        data.copy_within(0..n, at * n);
    }
    Ok(value.clone())
}
