//! The methods of arrays.

use adder_objects::exceptions::EOF_ERROR;
use adder_objects::list::PyList;
use adder_objects::str::PyStr;
use adder_objects::typeobject::Method;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::{ARRAY_TYPE, PyArray, array, of, pickle, view};

pub(super) static METHODS: &[Method] = &[
    Method::one("append", |cx, this, value| of(this).push(cx, value).map(|()| Value::none()))
        .doc("($self, v, /)", "Adds an item at the end."),
    Method::none("buffer_info", buffer_info).doc("($self, /)", "Address and number of items."),
    Method::none("byteswap", byteswap).doc("($self, /)", "Turns the bytes of each item around."),
    Method::none("clear", |cx, this| {
        let it = of(this);
        it.must_be_free(cx)?;
        it.splice(cx, 0, it.len(), b"").map(|()| Value::none())
    })
    .doc("($self, /)", "Removes all items."),
    Method::one("count", count).doc("($self, v, /)", "How many items equal the value."),
    Method::one("extend", |cx, this, items| extend(cx, this, items).map(|()| Value::none()))
        .doc("($self, bb, /)", "Adds items at the end."),
    Method::one("frombytes", |cx, this, bytes| extend_bytes(cx, of(this), bytes).map(|()| Value::none()))
        .doc("($self, buffer, /)", "Adds items from their bytes."),
    Method::positional("fromfile", 2, 2, from_file).doc("($self, f, n, /)", "Adds items that are read from a file."),
    Method::one("fromlist", from_list).doc("($self, list, /)", "Adds the items of a list: all or none."),
    Method::one("fromunicode", from_unicode).doc("($self, ustr, /)", "Adds the characters of a string."),
    Method::positional("index", 1, 3, index)
        .doc("($self, v, start=0, stop=sys.maxsize, /)", "The place of the first item that equals the value."),
    Method::positional("insert", 2, 2, insert).doc("($self, i, v, /)", "Puts an item in front of another."),
    Method::positional("pop", 0, 1, pop).doc("($self, i=-1, /)", "Removes an item and returns it."),
    Method::one("remove", remove).doc("($self, v, /)", "Removes the first item that equals the value."),
    Method::none("reverse", reverse).doc("($self, /)", "Turns the order of the items around."),
    Method::none("tobytes", |cx, this| Ok(cx.bytes(of(this).bytes())?.into_value()))
        .doc("($self, /)", "The items as bytes."),
    Method::one("tofile", to_file).doc("($self, f, /)", "Writes the items into a file, as bytes."),
    Method::none("tolist", to_list).doc("($self, /)", "A list of the items."),
    Method::none("tounicode", to_unicode).doc("($self, /)", "The characters as a string."),
    Method::none("__copy__", copy),
    Method::one("__deepcopy__", |cx, this, _| copy(cx, this)),
    Method::any("__reduce_ex__", pickle::reduce_ex),
    Method::none("__sizeof__", |cx, this| {
        let it = of(this);
        let base = this.ty().shape.size.get() as usize;
        cx.int((base + it.storage.allocated()) as i64)
    }),
    Method::one("__class_getitem__", adder_objects::generic_alias::of).class(),
];

fn buffer_info(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    let address = cx.int_from_u64(it.bytes().as_ptr().addr() as u64)?;
    Ok(cx.tuple([address, cx.int(it.len() as i64)?])?.into_value())
}

fn byteswap(_: &Cx, this: &Value) -> R {
    let it = of(this);
    // SAFETY: no code of a user runs.
    for item in unsafe { it.storage.as_mut_slice() }.chunks_exact_mut(it.kind.size()) {
        item.reverse();
    }
    Ok(Value::none())
}

fn copy(cx: &Cx, this: &Value) -> R {
    Ok(array(cx, &ARRAY_TYPE, of(this).kind, of(this).bytes())?.into_value())
}

fn count(cx: &Cx, this: &Value, value: &Value) -> R {
    let (mut at, mut found) = (0, 0);
    while let Some(item) = of(this).get(cx, at)? {
        if cx.equals(&item, value)? {
            found += 1;
        }
        at += 1;
    }
    cx.int(found)
}

/// The place of the first item from `start` on that equals the value.
pub(super) fn find(cx: &Cx, this: &Value, value: &Value, start: usize, stop: isize) -> R<Option<usize>> {
    let mut at = start;
    while (at as isize) < stop
        && let Some(item) = of(this).get(cx, at)?
    {
        if cx.equals(&item, value)? {
            return Ok(Some(at));
        }
        at += 1;
    }
    Ok(None)
}

fn index(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let len = of(this).len() as isize;
    let bound = |value: Option<&Value>, default: isize| -> R<isize> {
        let n = value.map_or(Ok(default), |value| cx.index_to_isize(value, None))?;
        Ok(if n < 0 { n.saturating_add(len).max(0) } else { n })
    };
    let (start, stop) = (bound(args.get(1), 0)?, bound(args.get(2), isize::MAX)?);
    match find(cx, this, &args[0], start as usize, stop)? {
        Some(at) => cx.int(at as i64),
        None => raise!(cx, exc::VALUE_ERROR, "array.index(x): x not in array"),
    }
}

fn remove(cx: &Cx, this: &Value, value: &Value) -> R {
    match find(cx, this, value, 0, isize::MAX)? {
        Some(at) if at < of(this).len() => of(this).splice(cx, at, 1, b"").map(|()| Value::none()),
        _ => raise!(cx, exc::VALUE_ERROR, "array.remove(x): x not in array"),
    }
}

fn insert(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let at = cx.index_to_isize(&args[0], Some(&exc::OVERFLOW_ERROR))?;
    let it = of(this);
    let item = it.kind.put(cx, &args[1])?;
    let len = it.len() as isize;
    let at = if at < 0 { at.saturating_add(len).max(0) } else { at.min(len) };
    it.splice(cx, at as usize, 0, &item[..it.kind.size()]).map(|()| Value::none())
}

fn pop(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let index = args.first().map_or(Ok(-1), |index| cx.index_to_isize(index, Some(&exc::OVERFLOW_ERROR)))?;
    let it = of(this);
    if it.len() == 0 {
        return raise!(cx, exc::INDEX_ERROR, "pop from empty array");
    }
    let Some(at) = adder_objects::subscript::place(index, it.len()) else {
        return raise!(cx, exc::INDEX_ERROR, "pop index out of range");
    };
    let popped = it.get(cx, at)?.unwrap_or_else(Value::none);
    it.splice(cx, at, 1, b"")?;
    Ok(popped)
}

fn reverse(_: &Cx, this: &Value) -> R {
    let it = of(this);
    let size = it.kind.size();
    // SAFETY: no code of a user runs.
    let bytes = unsafe { it.storage.as_mut_slice() };
    bytes.reverse();
    bytes.chunks_exact_mut(size).for_each(<[u8]>::reverse);
    Ok(Value::none())
}

pub(super) fn extend(cx: &Cx, this: &Value, items: &Value) -> R<()> {
    let it = of(this);
    if let Some(other) = items.downcast::<PyArray>() {
        if other.kind != it.kind {
            return raise!(cx, exc::TYPE_ERROR, "can only extend with array of same kind");
        }
        it.must_be_free(cx)?;
        // It may be the array itself: its bytes move when it grows.
        let mut bytes = adder_objects::storage::HeapVec::new(cx);
        bytes.extend(other.bytes())?;
        return it.extend(cx, &bytes);
    }
    cx.for_each(items, |item| it.push(cx, &item))
}

/// Adds items from their bytes.
pub(super) fn extend_bytes(cx: &Cx, it: &PyArray, bytes: &Value) -> R<()> {
    let view = view(cx, bytes)?;
    if view.len % it.kind.size() != 0 {
        return raise!(cx, exc::VALUE_ERROR, "bytes length not a multiple of item size");
    }
    // A view of the array itself forbids that it grows, as in CPython.
    // SAFETY: no code of a user runs.
    it.extend(cx, unsafe { view.as_slice() })
}

/// Adds the characters of a string.
pub(super) fn extend_text(cx: &Cx, it: &PyArray, text: &PyStr) -> R<()> {
    let mut units = adder_objects::storage::HeapVec::with_capacity(cx, text.len() * 4)?;
    for point in text.chars().iter() {
        units.extend(&point.to_ne_bytes())?;
    }
    it.extend(cx, &units)
}

fn from_unicode(cx: &Cx, this: &Value, text: &Value) -> R {
    let Some(string) = text.downcast::<PyStr>() else {
        let name = text.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "fromunicode() argument must be str, not {name}");
    };
    let it = of(this);
    if !it.kind.is_text() {
        return raise!(cx, exc::VALUE_ERROR, "fromunicode() may only be called on unicode type arrays ('u' or 'w')");
    }
    extend_text(cx, it, string).map(|()| Value::none())
}

fn to_unicode(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    if !it.kind.is_text() {
        return raise!(cx, exc::VALUE_ERROR, "tounicode() may only be called on unicode type arrays ('u' or 'w')");
    }
    it.kind.text(cx, it.bytes())
}

fn from_list(cx: &Cx, this: &Value, list: &Value) -> R {
    let Some(items) = list.downcast::<PyList>() else { return raise!(cx, exc::TYPE_ERROR, "arg must be list") };
    let it = of(this);
    let size = it.kind.size();
    let mut bytes = adder_objects::storage::HeapVec::with_capacity(cx, items.len() * size)?;
    let length = items.len();
    for at in 0..length {
        let Some(item) = items.get(at).filter(|_| items.len() == length) else {
            return raise!(cx, exc::RUNTIME_ERROR, "list changed size during iteration");
        };
        bytes.extend(&it.kind.put(cx, &item)?[..size])?;
    }
    if length > 0 {
        it.must_be_free(cx)?;
    }
    it.extend(cx, &bytes).map(|()| Value::none())
}

/// The items in a list.
pub(super) fn to_list(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    let mut values = Vec::with_capacity(it.len());
    for item in it.bytes().chunks_exact(it.kind.size()) {
        values.push(it.kind.get(cx, item)?);
    }
    Ok(cx.list(values)?.into_value())
}

fn from_file(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let n = cx.index_to_isize(&args[1], Some(&exc::OVERFLOW_ERROR))?;
    let it = of(this);
    let Ok(n) = usize::try_from(n) else { return raise!(cx, exc::VALUE_ERROR, "negative count") };
    let Some(wanted) = n.checked_mul(it.kind.size()).and_then(|n| i64::try_from(n).ok()) else {
        return Err(cx.no_memory());
    };
    let read = cx.call_method(&args[0], &cx.intern("read")?, &[cx.int(wanted)?])?;
    if read.downcast::<adder_objects::bytes::PyBytes>().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "read() didn't return bytes");
    }
    let got = cx.len(&read)? as i64;
    extend_bytes(cx, it, &read)?;
    if got != wanted {
        return raise!(cx, EOF_ERROR, "read() didn't return enough bytes");
    }
    Ok(Value::none())
}

fn to_file(cx: &Cx, this: &Value, file: &Value) -> R {
    let write = cx.getattr_text(file, "write")?;
    let mut at = 0;
    loop {
        let bytes = of(this).bytes();
        if at >= bytes.len() {
            return Ok(Value::none());
        }
        let block = cx.bytes(&bytes[at..bytes.len().min(at + (64 << 10))])?.into_value();
        cx.call(&write, &[block])?;
        at += 64 << 10;
    }
}
