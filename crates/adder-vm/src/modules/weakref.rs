//! The module `_weakref`.

use adder_objects::typeobject::Method;
use adder_objects::weakref as objects;
use adder_objects::{R, Value};

use crate::vm::Vm;

static FUNCTIONS: &[Method] = &[
    Method::one("getweakrefcount", |cx, _, x| cx.int(objects::references(x).len() as i64)),
    Method::one("getweakrefs", |cx, _, x| Ok(cx.list(in_order(x))?.into_value())),
    Method::positional("proxy", 1, 2, |cx, _, args| cx.weak_proxy(&args[0], args.get(1).cloned())),
    Method::positional("_remove_dead_weakref", 2, 2, |cx, _, args| {
        let Some(dict) = args[0].downcast::<adder_objects::dict::PyDict>() else { return Ok(Value::none()) };
        if let Some(at) = dict.find(cx, &args[1])? {
            let value = dict.value_at(at);
            if value.downcast::<objects::PyWeakRef>().is_some_and(|r| r.target().is_none()) {
                drop(dict.remove_at(at));
            }
        }
        Ok(Value::none())
    }),
];

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_weakref", FUNCTIONS)?.into_value();
    if let Some(dict) = crate::module::dict_of(&module) {
        for (name, ty) in [
            ("ref", &objects::REF_TYPE),
            ("ReferenceType", &objects::REF_TYPE),
            ("ProxyType", &adder_objects::weak_proxy::PROXY_TYPE),
            ("CallableProxyType", &adder_objects::weak_proxy::CALLABLE_PROXY_TYPE),
        ] {
            dict.set_text(cx, name, ty.value())?;
        }
    }
    Ok(module)
}

/// The weak references to an object as CPython keeps them: the plain one and the plain proxy, which are made once, then the
/// others, the newest first.
fn in_order(object: &Value) -> Vec<Value> {
    let all = objects::references(object);
    let rank = |reference: &Value| {
        let plain = reference.downcast::<objects::PyWeakRef>().is_some_and(|r| r.callback.is_unset());
        match plain {
            true if reference.is_exact(&objects::REF_TYPE) => 0,
            true if !reference.is_instance(&objects::REF_TYPE) => 1,
            _ => 2,
        }
    };
    let mut ordered: Vec<Value> = all.into_iter().rev().collect();
    ordered.sort_by_key(rank);
    ordered
}
