//! Methods and attributes of `memoryview`.

use super::index::{format, unpack};
use super::items::Format;
use super::{View, copy_items, owner, plain_strides, this};
use crate::args::{Args, Params};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::list::PyList;
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::typeobject::{GetSet, Method};
use crate::value::Value;

pub(super) static METHODS: &[Method] = &[
    Method::none("release", release),
    Method::none("__enter__", enter),
    Method::positional("__exit__", 0, u16::MAX, exit),
    Method::any("cast", cast),
    Method::none("toreadonly", to_read_only),
    Method::any("tobytes", to_bytes),
    Method::none("tolist", to_list),
    Method::any("hex", hex),
    Method::one("count", count),
    Method::positional("index", 1, 3, index),
    Method::one("__class_getitem__", class_getitem).class(),
];

pub(super) static GETSET: &[GetSet] = &[
    GetSet::get("obj", |cx, v| this(v).view(cx).map(|_| owner(this(v)))),
    GetSet::get("nbytes", |cx, v| cx.int(this(v).view(cx)?.bytes() as i64)),
    GetSet::get("readonly", |cx, v| Ok(Value::bool(this(v).view(cx)?.read_only))),
    GetSet::get("itemsize", |cx, v| cx.int(this(v).view(cx)?.item_size as i64)),
    GetSet::get("format", |cx, v| cx.str_value(&this(v).view(cx)?.format)),
    GetSet::get("ndim", |cx, v| cx.int(this(v).view(cx)?.shape.len() as i64)),
    GetSet::get("shape", |cx, v| numbers(cx, &this(v).view(cx)?.shape)),
    GetSet::get("strides", |cx, v| numbers(cx, &this(v).view(cx)?.strides)),
    GetSet::get("suboffsets", |cx, v| this(v).view(cx).and_then(|_| numbers(cx, &[]))),
    GetSet::get("c_contiguous", |cx, v| Ok(Value::bool(this(v).view(cx)?.is_contiguous(false)))),
    GetSet::get("f_contiguous", |cx, v| Ok(Value::bool(this(v).view(cx)?.is_contiguous(true)))),
    GetSet::get("contiguous", |cx, v| {
        let view = this(v).view(cx)?;
        Ok(Value::bool(view.is_contiguous(false) || view.is_contiguous(true)))
    }),
];

fn numbers(cx: &Cx, numbers: &[isize]) -> R {
    let values: Vec<Value> = numbers.iter().map(|&n| cx.int(n as i64)).collect::<R<_>>()?;
    Ok(cx.tuple(values)?.into_value())
}

fn class_getitem(cx: &Cx, class: &Value, item: &Value) -> R {
    crate::generic_alias::of(cx, class, item)
}

fn release(cx: &Cx, value: &Value) -> R {
    this(value).release(cx)?;
    Ok(Value::none())
}

fn enter(cx: &Cx, value: &Value) -> R {
    this(value).view(cx)?;
    Ok(value.clone())
}

fn exit(cx: &Cx, value: &Value, _: &[Value]) -> R {
    release(cx, value)
}

fn to_read_only(cx: &Cx, value: &Value) -> R {
    let it = this(value);
    it.with(cx, View { read_only: true, ..it.view(cx)?.copy() })
}

static TOBYTES: Params<1> =
    Params { function: "tobytes", names: ["order"], positional_only: 0, positional: 1, required: 0 };

fn to_bytes(cx: &Cx, value: &Value, args: Args<'_>) -> R {
    let [order] = args.bind(cx, &TOBYTES)?;
    let view = this(value).view(cx)?;
    let mut fortran = false;
    if let Some(order) = order.filter(|order| !order.is_none()) {
        let Some(order) = order.downcast::<PyStr>() else {
            let ty = order.ty().name();
            return raise!(cx, exc::TYPE_ERROR, "tobytes() argument 'order' must be str or None, not {ty}");
        };
        fortran = match order.as_str() {
            Some("C") => false,
            Some("F") => true,
            Some("A") => view.is_contiguous(true) && !view.is_contiguous(false),
            _ => return raise!(cx, exc::VALUE_ERROR, "order must be 'C', 'F' or 'A'"),
        };
    }
    let bytes = copy_items(cx, view.data, &view.shape, &view.strides, view.item_size, fortran)?;
    Ok(cx.bytes(&bytes)?.into_value())
}

fn hex(cx: &Cx, value: &Value, args: Args<'_>) -> R {
    this(value).view(cx)?;
    let bytes = || {
        let view = this(value).view(cx)?;
        cx.bytes(&copy_items(cx, view.data, &view.shape, &view.strides, view.item_size, false)?)
    };
    crate::bytes::hex_of(cx, &bytes, args)
}

fn nested(cx: &Cx, view: &View, dimension: usize, at: isize) -> R {
    if dimension == view.shape.len() {
        return unpack(cx, view, at);
    }
    let list = cx.list([])?;
    for index in 0..view.shape[dimension] {
        list.push(cx, nested(cx, view, dimension + 1, at + index * view.strides[dimension])?)?;
    }
    Ok(list.into_value())
}

fn to_list(cx: &Cx, value: &Value) -> R {
    let view = this(value).view(cx)?;
    format(cx, view)?;
    nested(cx, view, 0, 0)
}

fn count(cx: &Cx, value: &Value, item: &Value) -> R {
    let mut n = 0;
    for at in 0..cx.len(value)? {
        n += i64::from(cx.equals(&super::index::item(cx, value, at as isize)?, item)?);
    }
    Ok(Value::small(n))
}

fn index(cx: &Cx, value: &Value, args: &[Value]) -> R {
    let len = cx.len(value)?;
    if this(value).view(cx)?.shape.len() != 1 {
        return raise!(cx, exc::NOT_IMPLEMENTED_ERROR, "multi-dimensional lookup is not implemented");
    }
    let range = crate::arguments::search_range(cx, &args[1..], len)?;
    for at in range.into_iter().flatten() {
        if cx.equals(&super::index::item(cx, value, at as isize)?, &args[0])? {
            return Ok(Value::small(at as i64));
        }
    }
    raise!(cx, exc::VALUE_ERROR, "memoryview.index(x): x not found")
}

static CAST: Params<2> =
    Params { function: "cast", names: ["format", "shape"], positional_only: 0, positional: 2, required: 1 };

fn cast(cx: &Cx, value: &Value, args: Args<'_>) -> R {
    let [to, shape] = args.bind(cx, &CAST)?;
    let to = to.expect("required");
    let it = this(value);
    let view = it.view(cx)?;
    let Some(text) = to.downcast::<PyStr>() else {
        let ty = crate::arguments::type_name(to);
        return raise!(cx, exc::TYPE_ERROR, "cast() argument 'format' must be str, not {ty}");
    };
    crate::codecs::encode_ascii(cx, to, &crate::codecs::Handler::Strict)?;
    if !view.is_contiguous(false) {
        return raise!(cx, exc::TYPE_ERROR, "memoryview: casts are restricted to C-contiguous views");
    }
    if (shape.is_some() || view.shape.len() != 1) && (view.shape.contains(&0) || view.strides.contains(&0)) {
        return raise!(cx, exc::TYPE_ERROR, "memoryview: cannot cast view with zeros in shape or strides");
    }
    let wanted = match shape {
        None => None,
        Some(shape) => {
            let items = match (shape.downcast::<PyTuple>(), shape.downcast::<PyList>()) {
                (Some(tuple), _) => tuple.items().to_vec(),
                (_, Some(list)) => list.to_vec(),
                _ => return raise!(cx, exc::TYPE_ERROR, "shape must be a list or a tuple"),
            };
            if items.len() > 64 {
                return raise!(cx, exc::VALUE_ERROR, "memoryview: number of dimensions must not exceed 64");
            }
            if view.shape.len() != 1 && items.len() != 1 {
                return raise!(cx, exc::TYPE_ERROR, "memoryview: cast must be 1D -> ND or ND -> 1D");
            }
            Some(items)
        }
    };
    const NATIVE: &str = "format must be a native single character format prefixed with an optional '@'";
    let target = text.as_str().and_then(Format::of);
    let (Some(from), Some(target), Some(name)) = (Format::of(&view.format), target, text.as_str()) else {
        let which = if Format::of(&view.format).is_none() { "source" } else { "destination" };
        return raise!(cx, exc::VALUE_ERROR, "memoryview: {which} {NATIVE}");
    };
    if !from.is_byte() && !target.is_byte() {
        return raise!(cx, exc::TYPE_ERROR, "memoryview: cannot cast between two non-byte formats");
    }
    let bytes = view.bytes();
    if !bytes.is_multiple_of(target.size()) {
        return raise!(cx, exc::TYPE_ERROR, "memoryview: length is not a multiple of itemsize");
    }
    let shape = match wanted {
        None => vec![(bytes / target.size()) as isize],
        Some(items) => shape_of(cx, &items, target.size(), bytes)?,
    };
    it.with(
        cx,
        View {
            item_size: target.size(),
            format: name.to_owned().into(),
            strides: plain_strides(&shape, target.size()),
            shape,
            ..it.view(cx)?.copy()
        },
    )
}

fn shape_of(cx: &Cx, items: &[Value], item_size: usize, bytes: usize) -> R<Vec<isize>> {
    let mut shape = Vec::with_capacity(items.len());
    let mut product = item_size;
    for item in items {
        if !item.is_int() {
            return raise!(cx, exc::TYPE_ERROR, "memoryview.cast(): elements of shape must be integers");
        }
        let n = crate::arguments::ssize(cx, item)?;
        if n <= 0 {
            return raise!(cx, exc::VALUE_ERROR, "memoryview.cast(): elements of shape must be integers > 0");
        }
        product = match product.checked_mul(n as usize).filter(|&product| product <= isize::MAX as usize) {
            Some(product) => product,
            None => return raise!(cx, exc::VALUE_ERROR, "memoryview.cast(): product(shape) > SSIZE_MAX"),
        };
        shape.push(n);
    }
    if product != bytes {
        return raise!(cx, exc::TYPE_ERROR, "memoryview: product(shape) * itemsize != buffer size");
    }
    Ok(shape)
}
