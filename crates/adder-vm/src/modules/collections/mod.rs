//! The module `_collections`.

mod default_dict;
mod deque;
mod deque_iterators;
mod deque_methods;
mod tuple_getter;

use adder_objects::dict::{DICT_TYPE, PyDict};
use adder_objects::typeobject::{Method, number};
use adder_objects::{Cx, R, TypeObject, Value};

use crate::vm::Vm;

/// The types of this module.
pub(crate) static TYPES: &[&TypeObject] = &[
    &deque::DEQUE_TYPE,
    &deque_iterators::DEQUE_ITERATOR_TYPE,
    &deque_iterators::DEQUE_REVERSE_ITERATOR_TYPE,
    &default_dict::DEFAULT_DICT_TYPE,
    &tuple_getter::TUPLE_GETTER_TYPE,
];

static FUNCTIONS: &[Method] = &[Method::positional("_count_elements", 2, 2, count_elements)
    .doc("($module, mapping, iterable, /)", "Adds to the counts in the mapping one for each item of the iterable.")];

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_collections", FUNCTIONS)?.into_value();
    if let Some(dict) = crate::module::dict_of(&module) {
        for (name, ty) in [
            ("deque", &deque::DEQUE_TYPE),
            ("_deque_iterator", &deque_iterators::DEQUE_ITERATOR_TYPE),
            ("_deque_reverse_iterator", &deque_iterators::DEQUE_REVERSE_ITERATOR_TYPE),
            ("defaultdict", &default_dict::DEFAULT_DICT_TYPE),
            ("_tuplegetter", &tuple_getter::TUPLE_GETTER_TYPE),
        ] {
            dict.set_text(cx, name, ty.value())?;
        }
    }
    Ok(module)
}

/// Do `get` and `__setitem__` of this mapping mean those of dict?
fn counts_as_dict(cx: &Cx, mapping: &Value) -> R<bool> {
    if mapping.downcast::<PyDict>().is_none() {
        return Ok(false);
    }
    for name in ["get", "__setitem__"] {
        let name = cx.intern(name)?;
        let (theirs, own) = (cx.lookup(mapping.ty(), &name)?, cx.lookup(&DICT_TYPE, &name)?);
        if !matches!((theirs, own), (Some(theirs), Some(own)) if theirs.is(&own)) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn count_elements(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let (mapping, iterable) = (&args[0], &args[1]);
    let iterator = cx.iter(iterable)?;
    let (zero, one) = (Value::small(0), Value::small(1));
    if counts_as_dict(cx, mapping)?
        && let Some(dict) = mapping.downcast::<PyDict>()
    {
        while let Some(key) = cx.next(&iterator)? {
            let hash = cx.hash(&key)?;
            let old = dict.find_hashed(cx, &key, hash)?.map(|at| dict.value_at(at));
            let new = match old {
                Some(old) => cx.binary(number::ADD, &old, &one)?,
                None => one.clone(),
            };
            dict.set_hashed(cx, &key, hash, new)?;
        }
        return Ok(Value::none());
    }
    let get = cx.getattr_text(mapping, "get")?;
    while let Some(key) = cx.next(&iterator)? {
        let old = cx.call(&get, &[key.clone(), zero.clone()])?;
        let new = cx.binary(number::ADD, &old, &one)?;
        cx.setitem(mapping, &key, Some(&new))?;
    }
    Ok(Value::none())
}
