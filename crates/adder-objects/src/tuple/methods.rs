//! What tuples can do.

use super::{PyTuple, TUPLE_TYPE, iter};
use crate::args::Args;
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::pieces::bracketed;
use crate::subscript::{self, Subscript, subscript};
use crate::typeobject::{CompareOp, Method, Slots, TypeObject, slot};
use crate::value::Value;

pub(super) const fn slots() -> Slots {
    Slots {
        repr: slot(repr),
        hash: slot(hash),
        compare: slot(compare),
        iter: slot(iter::iter),
        new: slot(new),
        len: slot(len),
        getitem: slot(getitem),
        item: slot(item),
        contains: slot(contains),
        concat: slot(concat),
        repeat: slot(repeat),
        ..Slots::NONE
    }
}

pub(super) const METHODS: &[Method] = &[
    Method::none("__getnewargs__", getnewargs).doc("($self, /)", ""),
    Method::positional("index", 1, 3, index).doc(
        "($self, value, start=0, stop=sys.maxsize, /)",
        "The first place of a value. ValueError if there is none.",
    ),
    Method::one("count", count).doc("($self, value, /)", "How often a value occurs."),
    Method::one("__class_getitem__", crate::generic_alias::of).class().doc("($type, object, /)", "See PEP 585."),
];

fn of(this: &Value) -> &PyTuple {
    debug_assert!(this.downcast::<PyTuple>().is_some());
    // SAFETY: called for tuples.
    unsafe { this.cast::<PyTuple>() }
}

/// TypeError for keywords, unless a subclass has an `__init__` of its own that may want them.
pub(crate) fn no_keywords_for(cx: &Cx, class: &TypeObject, base: &'static TypeObject, args: Args<'_>) -> R<()> {
    let own_init = class.slots.init.get().map(|f| f as usize) != base.slots.init.get().map(|f| f as usize);
    if own_init && !core::ptr::eq(class, base) {
        return Ok(());
    }
    args.no_keywords(cx, base.name())
}

fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    no_keywords_for(cx, class, &TUPLE_TYPE, args)?;
    crate::args::check_count(cx, "tuple", args.given().len(), 0, 1)?;
    let made = match args.given().first() {
        None => cx.empty_tuple()?,
        Some(iterable) => cx.tuple_of(iterable)?,
    };
    if core::ptr::eq(class, &TUPLE_TYPE) {
        return Ok(made.into_value());
    }
    Ok(cx.tuple_in(class, made.items().iter().cloned())?.into_value())
}

fn repr(cx: &Cx, this: &Value) -> R {
    let items = of(this).items();
    if items.is_empty() {
        return cx.intern("()");
    }
    bracketed(cx, this, "(...)", |pieces| {
        pieces.text(cx, "(")?;
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                pieces.text(cx, ", ")?;
            }
            pieces.repr(cx, item)?;
        }
        pieces.text(cx, if items.len() == 1 { ",)" } else { ")" })
    })
}

/// The hash of a tuple of these items: xxHash's way of mixing the hashes of the items, as CPython's tuples have it.
fn items_hash(cx: &Cx, items: &[Value]) -> R<i64> {
    const PRIME_1: u64 = 11_400_714_785_074_694_791;
    const PRIME_2: u64 = 14_029_467_366_897_019_727;
    const PRIME_5: u64 = 2_870_177_450_012_600_261;
    let mut sum = PRIME_5;
    for item in items {
        let lane = cx.hash(item)? as u64;
        sum = sum.wrapping_add(lane.wrapping_mul(PRIME_2)).rotate_left(31).wrapping_mul(PRIME_1);
    }
    let hash = sum.wrapping_add(items.len() as u64 ^ (PRIME_5 ^ 3_527_539)) as i64;
    Ok(if hash == -1 { 1_546_275_796 } else { hash })
}

fn hash(cx: &Cx, this: &Value) -> R<i64> {
    cx.check_stack()?;
    items_hash(cx, of(this).items())
}

fn compare(cx: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    let (Some(x), Some(y)) = (a.downcast::<PyTuple>(), b.downcast::<PyTuple>()) else {
        return Ok(Value::not_implemented());
    };
    let (x, y) = (x.items(), y.items());
    for (left, right) in x.iter().zip(y) {
        if !cx.equals(left, right)? {
            return match op {
                CompareOp::Eq => Ok(Value::bool(false)),
                CompareOp::Ne => Ok(Value::bool(true)),
                _ => cx.compare(left, right, op),
            };
        }
    }
    Ok(Value::bool(op.holds(x.len().cmp(&y.len()))))
}

fn len(_: &Cx, this: &Value) -> R<usize> {
    Ok(of(this).items().len())
}

fn item(cx: &Cx, this: &Value, index: isize) -> R {
    match usize::try_from(index).ok().and_then(|at| of(this).items().get(at)) {
        Some(item) => Ok(item.clone()),
        None => raise!(cx, exc::INDEX_ERROR, "tuple index out of range"),
    }
}

fn getitem(cx: &Cx, this: &Value, key: &Value) -> R {
    let items = of(this).items();
    match subscript(cx, key)? {
        Some(Subscript::Index(index)) => match subscript::place(index, items.len()) {
            Some(at) => Ok(items[at].clone()),
            None => raise!(cx, exc::INDEX_ERROR, "tuple index out of range"),
        },
        Some(Subscript::Slice(bounds)) => {
            let places = bounds.adjust(items.len());
            if places.count == items.len() && places.step == 1 && this.is_exact(&TUPLE_TYPE) {
                return Ok(this.clone());
            }
            Ok(cx.tuple(places.iter().map(|at| items[at].clone()))?.into_value())
        }
        None => {
            raise!(cx, exc::TYPE_ERROR, "tuple indices must be integers or slices, not {}", key.ty().name())
        }
    }
}

fn contains(cx: &Cx, this: &Value, value: &Value) -> R<bool> {
    for item in of(this).items() {
        if cx.equals(item, value)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn concat(cx: &Cx, a: &Value, b: &Value) -> R {
    let Some(other) = b.downcast::<PyTuple>() else {
        return raise!(cx, exc::TYPE_ERROR, "can only concatenate tuple (not \"{}\") to tuple", b.ty().name());
    };
    let this = of(a);
    if this.items().is_empty() && b.is_exact(&TUPLE_TYPE) {
        return Ok(b.clone());
    }
    if other.items().is_empty() && a.is_exact(&TUPLE_TYPE) {
        return Ok(a.clone());
    }
    let (left, right) = (this.items(), other.items());
    let both = (0..left.len() + right.len()).map(|at| match left.get(at) {
        Some(item) => item.clone(),
        None => right[at - left.len()].clone(),
    });
    Ok(cx.tuple(both)?.into_value())
}

fn repeat(cx: &Cx, this: &Value, times: isize) -> R {
    let items = of(this).items();
    if (items.is_empty() || times == 1) && this.is_exact(&TUPLE_TYPE) {
        return Ok(this.clone());
    }
    let times = times.max(0) as usize;
    let Some(n) = items.len().checked_mul(times) else { return Err(cx.no_memory()) };
    Ok(cx.tuple((0..n).map(|at| items[at % items.len()].clone()))?.into_value())
}

fn getnewargs(cx: &Cx, this: &Value) -> R {
    let items = of(this).items();
    let plain = cx.tuple(items.iter().cloned())?;
    Ok(cx.tuple([plain.into_value()])?.into_value())
}

fn index(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let items = of(this).items();
    let (start, stop) = subscript::search_bounds(cx, &args[1..], items.len())?;
    for (at, item) in items.iter().enumerate().take(stop).skip(start) {
        if cx.equals(item, &args[0])? {
            return cx.int(at as i64);
        }
    }
    raise!(cx, exc::VALUE_ERROR, "tuple.index(x): x not in tuple")
}

fn count(cx: &Cx, this: &Value, value: &Value) -> R {
    let mut n = 0;
    for item in of(this).items() {
        n += i64::from(cx.equals(item, value)?);
    }
    cx.int(n)
}
