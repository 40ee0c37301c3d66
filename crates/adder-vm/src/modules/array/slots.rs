//! What the operators of arrays do.

use adder_objects::storage::HeapVec;
use adder_objects::subscript::{Subscript, place, subscript};
use adder_objects::typeobject::CompareOp;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::{ARRAY_TYPE, PyArray, array, methods, of};

pub(super) fn item(cx: &Cx, this: &Value, index: isize) -> R {
    match usize::try_from(index).ok().map(|at| of(this).get(cx, at)).transpose()?.flatten() {
        Some(value) => Ok(value),
        None => raise!(cx, exc::INDEX_ERROR, "array index out of range"),
    }
}

fn key(cx: &Cx, key: &Value) -> R<Subscript> {
    match subscript(cx, key)? {
        Some(subscript) => Ok(subscript),
        None => raise!(cx, exc::TYPE_ERROR, "array indices must be integers"),
    }
}

pub(super) fn getitem(cx: &Cx, this: &Value, at: &Value) -> R {
    let it = of(this);
    match key(cx, at)? {
        Subscript::Index(index) => item(cx, this, place(index, it.len()).map_or(-1, |at| at as isize)),
        Subscript::Slice(bounds) => {
            let places = bounds.adjust(it.len());
            let size = it.kind.size();
            let bytes = it.bytes();
            if places.step == 1 {
                let (start, count) = (places.start * size, places.count * size);
                return Ok(array(cx, &ARRAY_TYPE, it.kind, &bytes[start..start + count])?.into_value());
            }
            let mut made = HeapVec::with_capacity(cx, places.count * size)?;
            for at in places.iter() {
                made.extend(&bytes[at * size..(at + 1) * size])?;
            }
            Ok(array(cx, &ARRAY_TYPE, it.kind, &made)?.into_value())
        }
    }
}

pub(super) fn setitem(cx: &Cx, this: &Value, at: &Value, value: Option<&Value>) -> R<()> {
    let it = of(this);
    let size = it.kind.size();
    let bounds = match key(cx, at)? {
        Subscript::Index(index) => {
            let Some(at) = place(index, it.len()) else {
                return raise!(cx, exc::INDEX_ERROR, "array assignment index out of range");
            };
            return match value {
                None => it.splice(cx, at, 1, b""),
                Some(value) => {
                    let item = it.kind.put(cx, value)?;
                    it.set(at, &item);
                    Ok(())
                }
            };
        }
        Subscript::Slice(bounds) => bounds,
    };
    let mut with = HeapVec::new(cx);
    if let Some(value) = value {
        let Some(other) = value.downcast::<PyArray>() else {
            let name = value.ty().name();
            return raise!(cx, exc::TYPE_ERROR, "can only assign array (not \"{name}\") to array slice");
        };
        if other.kind != it.kind {
            return bad_argument(cx);
        }
        with.extend(other.bytes())?;
    }
    let places = bounds.adjust(it.len());
    let given = with.len() / size;
    if places.step == 1 {
        return it.splice(cx, places.start, places.count, &with);
    }
    if value.is_none() {
        if places.count == 0 {
            return Ok(());
        }
        it.must_be_free(cx)?;
        let mut gone: Vec<usize> = places.iter().collect();
        gone.sort_unstable();
        let mut kept = HeapVec::with_capacity(cx, it.bytes().len())?;
        let mut from = 0;
        for at in gone {
            kept.extend(&it.bytes()[from * size..at * size])?;
            from = at + 1;
        }
        kept.extend(&it.bytes()[from * size..])?;
        return it.splice(cx, 0, it.len(), &kept);
    }
    if given != places.count {
        let wanted = places.count;
        return raise!(
            cx,
            exc::VALUE_ERROR,
            "attempt to assign array of size {given} to extended slice of size {wanted}"
        );
    }
    for (from, to) in places.iter().enumerate() {
        it.set(to, &with[from * size..(from + 1) * size]);
    }
    Ok(())
}

fn bad_argument<T>(cx: &Cx) -> R<T> {
    raise!(cx, exc::TYPE_ERROR, "bad argument type for built-in operation")
}

pub(super) fn concat(cx: &Cx, a: &Value, b: &Value) -> R {
    let it = of(a);
    let Some(other) = b.downcast::<PyArray>() else {
        return raise!(cx, exc::TYPE_ERROR, "can only append array (not \"{}\") to array", b.ty().name());
    };
    if other.kind != it.kind {
        return bad_argument(cx);
    }
    let made = array(cx, &ARRAY_TYPE, it.kind, it.bytes())?;
    made.extend(cx, other.bytes())?;
    Ok(made.into_value())
}

pub(super) fn in_place_concat(cx: &Cx, this: &Value, other: &Value) -> R {
    if other.downcast::<PyArray>().is_none() {
        let name = other.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "can only extend array with array (not \"{name}\")");
    }
    methods::extend(cx, this, other)?;
    Ok(this.clone())
}

fn repeated<'h>(cx: &'h Cx, bytes: &[u8], times: isize) -> R<HeapVec<'h, u8>> {
    let times = times.max(0) as usize;
    let Some(all) = bytes.len().checked_mul(times).filter(|all| *all < isize::MAX as usize) else {
        return Err(cx.no_memory());
    };
    let mut made = HeapVec::with_capacity(cx, all)?;
    for _ in 0..times {
        made.extend(bytes)?;
    }
    Ok(made)
}

pub(super) fn repeat(cx: &Cx, this: &Value, times: isize) -> R {
    let it = of(this);
    Ok(array(cx, &ARRAY_TYPE, it.kind, &repeated(cx, it.bytes(), times)?)?.into_value())
}

pub(super) fn in_place_repeat(cx: &Cx, this: &Value, times: isize) -> R {
    let it = of(this);
    let made = repeated(cx, it.bytes(), times)?;
    if made.len() != it.bytes().len() {
        it.splice(cx, 0, it.len(), &made)?;
    }
    Ok(this.clone())
}

pub(super) fn compare(cx: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    let (Some(x), Some(y)) = (a.downcast::<PyArray>(), b.downcast::<PyArray>()) else {
        return Ok(Value::not_implemented());
    };
    if matches!(op, CompareOp::Eq | CompareOp::Ne) {
        let same = x.kind == y.kind && x.kind.is_plain();
        if x.len() != y.len() || same {
            let equal = x.len() == y.len() && x.bytes() == y.bytes();
            return Ok(Value::bool(equal == (op == CompareOp::Eq)));
        }
    }
    let mut at = 0;
    while let (Some(left), Some(right)) = (x.get(cx, at)?, y.get(cx, at)?) {
        // By value: not a number equals nothing.
        let equal = cx.compare(&left, &right, CompareOp::Eq)?;
        if !cx.is_true(&equal)? {
            return match op {
                CompareOp::Eq => Ok(Value::bool(false)),
                CompareOp::Ne => Ok(Value::bool(true)),
                _ => cx.compare(&left, &right, op),
            };
        }
        at += 1;
    }
    Ok(Value::bool(op.holds(x.len().cmp(&y.len()))))
}
