//! The module `_functools`, and its neighbours `_operator`, `_heapq` and `_bisect`.

pub(super) mod bisect;
mod getters;
pub(super) mod heap;
mod key_wrapper;
mod lru_cache;
pub(super) mod operators;
mod partial;

use adder_objects::dict::PyDict;
use adder_objects::str::StrBuilder;
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::Method;
use adder_objects::{Args, Catch, Cx, R, TypeObject, Value, exceptions as exc, raise};

use crate::vm::Vm;

/// The types of these modules.
pub(crate) static TYPES: &[&[&TypeObject]] =
    &[getters::TYPES, &[&key_wrapper::KEY_TYPE, &lru_cache::LRU_CACHE_TYPE], partial::TYPES];

static FUNCTIONS: &[Method] = &[
    Method::any("reduce", reduce).doc(
        "($module, function, iterable, initial=<functools._initial_missing>, /)",
        "Calls a function with the result so far and the next item, for all items.",
    ),
    Method::any("cmp_to_key", key_wrapper::make)
        .doc("($module, /, mycmp)", "Turns a function that compares into one that makes keys."),
];

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_functools", FUNCTIONS)?.into_value();
    if let Some(dict) = crate::module::dict_of(&module) {
        dict.set_text(cx, "partial", partial::PARTIAL_TYPE.value())?;
        dict.set_text(cx, "_PlaceholderType", partial::PLACEHOLDER_TYPE.value())?;
        dict.set_text(cx, "Placeholder", partial::placeholder())?;
        dict.set_text(cx, "_lru_cache_wrapper", lru_cache::LRU_CACHE_TYPE.value())?;
    }
    Ok(module)
}

fn reduce(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let given = args.given();
    // Only the initial value may be named.
    let named = args.keyword("initial");
    if args.keywords().count() > usize::from(named.is_some()) {
        return raise!(cx, exc::TYPE_ERROR, "reduce() got an unexpected keyword argument");
    }
    adder_objects::args::check_count(cx, "reduce", given.len(), 2, 3 - usize::from(named.is_some()))?;
    let Some(items) = cx.iter(&given[1]).unless(&exc::TYPE_ERROR)? else {
        return raise!(cx, exc::TYPE_ERROR, "reduce() arg 2 must support iteration");
    };
    let mut result = given.get(2).or(named).cloned();
    while let Some(item) = cx.next(&items)? {
        result = Some(match result {
            None => item,
            Some(so_far) => cx.call(&given[0], &[so_far, item])?,
        });
    }
    match result {
        Some(result) => Ok(result),
        None => raise!(cx, exc::TYPE_ERROR, "reduce() of empty iterable with no initial value"),
    }
}

/// The items of a tuple.
fn items(tuple: &Value) -> &[Value] {
    tuple.downcast::<PyTuple>().map_or(&[], PyTuple::items)
}

/// A callable found in a class: bound to the instance, as functions are.
fn bound(cx: &Cx, this: &Value, instance: Option<&Value>, _: Option<&Value>) -> R {
    match instance.filter(|instance| !instance.is_none()) {
        Some(instance) => Ok(cx.bound_method(this.clone(), instance.clone())?.into_value()),
        None => Ok(this.clone()),
    }
}

/// Calls with positional arguments and the keywords of a dict.
fn call_with(cx: &Cx, function: &Value, mut values: Vec<Value>, keywords: Option<&PyDict>) -> R {
    let Some(keywords) = keywords.filter(|keywords| !keywords.is_empty()) else { return cx.call(function, &values) };
    let (names, given): (Vec<Value>, Vec<Value>) = keywords.entries().into_iter().unzip();
    values.extend(given);
    let names = cx.tuple(names)?;
    cx.call_args(function, Args::with_names(&values, Some(&names)))
}

/// Writes arguments as they stand in a call; `first`: there is none in front of them.
fn push_arguments(
    cx: &Cx,
    out: &mut StrBuilder<'_>,
    values: &[Value],
    keywords: Option<&Value>,
    mut first: bool,
) -> R<()> {
    let mut separate = |out: &mut StrBuilder<'_>| match core::mem::replace(&mut first, false) {
        true => Ok(()),
        false => out.push_ascii(b", "),
    };
    for value in values {
        separate(out)?;
        out.push_object(&*cx.repr(value)?)?;
    }
    let entries = keywords.and_then(|keywords| keywords.downcast::<PyDict>()).map(PyDict::entries);
    for (name, value) in entries.unwrap_or_default() {
        separate(out)?;
        out.push_object(&*cx.to_str(&name)?)?;
        out.push_ascii(b"=")?;
        out.push_object(&*cx.repr(&value)?)?;
    }
    Ok(())
}
