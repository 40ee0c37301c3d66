//! The module `_bisect`: places in sorted sequences.

use adder_objects::list::{LIST_TYPE, PyList};
use adder_objects::typeobject::{CompareOp, Method};
use adder_objects::{Args, Cx, Params, R, Value, exceptions as exc, raise};

use crate::vm::Vm;

static FUNCTIONS: &[Method] = &[
    Method::any("bisect", |cx, _, args| place(cx, args, "bisect_right", false)),
    Method::any("bisect_left", |cx, _, args| place(cx, args, "bisect_left", true))
        .doc("($module, /, a, x, lo=0, hi=None, *, key=None)", "The first place where x can stand."),
    Method::any("bisect_right", |cx, _, args| place(cx, args, "bisect_right", false))
        .doc("($module, /, a, x, lo=0, hi=None, *, key=None)", "The last place where x can stand."),
    Method::any("insort", |cx, _, args| insert(cx, args, "insort_right", false)),
    Method::any("insort_left", |cx, _, args| insert(cx, args, "insort_left", true))
        .doc("($module, /, a, x, lo=0, hi=None, *, key=None)", "Inserts x at the first place where it can stand."),
    Method::any("insort_right", |cx, _, args| insert(cx, args, "insort_right", false))
        .doc("($module, /, a, x, lo=0, hi=None, *, key=None)", "Inserts x at the last place where it can stand."),
];

pub(in crate::modules) fn make(vm: &Vm) -> R {
    Ok(crate::module::builtin(&vm.cx, "_bisect", FUNCTIONS)?.into_value())
}

/// The arguments of all functions here.
struct Given<'a> {
    sequence: &'a Value,
    x: &'a Value,
    low: usize,
    high: Option<usize>,
    key: Option<&'a Value>,
}

fn given<'a>(cx: &Cx, args: Args<'a>, function: &'static str) -> R<Given<'a>> {
    let params =
        Params { function, names: ["a", "x", "lo", "hi", "key"], positional_only: 0, positional: 4, required: 2 };
    let [a, x, low, high, key] = args.bind(cx, &params)?;
    let (Some(sequence), Some(x)) = (a, x) else { unreachable!("required arguments") };
    let low = low.map_or(Ok(0), |low| adder_objects::arguments::ssize(cx, low))?;
    let high = match high.filter(|high| !high.is_none()) {
        None => None,
        // Below zero it is as good as not given, as in CPython.
        Some(high) => usize::try_from(adder_objects::arguments::ssize(cx, high)?).ok(),
    };
    let Ok(low) = usize::try_from(low) else { return raise!(cx, exc::VALUE_ERROR, "lo must be non-negative") };
    Ok(Given { sequence, x, low, high, key: key.filter(|key| !key.is_none()) })
}

fn search(cx: &Cx, given: &Given<'_>, x: &Value, left: bool) -> R<usize> {
    let mut low = given.low;
    let mut high = match given.high {
        Some(high) => high,
        None => cx.len(given.sequence)?,
    };
    let list = given.sequence.downcast::<PyList>().filter(|_| given.sequence.is_exact(&LIST_TYPE));
    while low < high {
        let middle = low + (high - low) / 2;
        let item = match list {
            Some(list) => match list.get(middle) {
                Some(item) => item,
                None => return raise!(cx, exc::INDEX_ERROR, "list index out of range"),
            },
            None => cx.getitem(given.sequence, &cx.int(middle as i64)?)?,
        };
        let item = match given.key {
            Some(key) => cx.call(key, &[item])?,
            None => item,
        };
        let behind = if left { cx.compares(&item, x, CompareOp::Lt)? } else { !cx.compares(x, &item, CompareOp::Lt)? };
        if behind {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

fn place(cx: &Cx, args: Args<'_>, function: &'static str, left: bool) -> R {
    let given = given(cx, args, function)?;
    cx.int(search(cx, &given, given.x, left)? as i64)
}

fn insert(cx: &Cx, args: Args<'_>, function: &'static str, left: bool) -> R {
    let given = given(cx, args, function)?;
    let key = match given.key {
        Some(key) => cx.call(key, core::slice::from_ref(given.x))?,
        None => given.x.clone(),
    };
    let at = search(cx, &given, &key, left)?;
    match given.sequence.downcast::<PyList>().filter(|_| given.sequence.is_exact(&LIST_TYPE)) {
        Some(list) => drop(list.splice(cx, at.min(list.len()), 0, vec![given.x.clone()])?),
        None => {
            let insert = cx.getattr_text(given.sequence, "insert")?;
            cx.call(&insert, &[cx.int(at as i64)?, given.x.clone()])?;
        }
    }
    Ok(Value::none())
}
