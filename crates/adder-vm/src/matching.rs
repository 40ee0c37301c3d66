//! `match`: what the patterns for classes, mappings and sequences ask.

use adder_objects::dict::PyDict;
use adder_objects::exceptions as exc;
use adder_objects::str::PyStr;
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::flag;
use adder_objects::{R, TypeObject, Value, raise};

use crate::vm::Vm;

pub(crate) fn is_mapping(value: &Value) -> Value {
    Value::bool(value.ty().has(flag::MAPPING))
}

pub(crate) fn is_sequence(value: &Value) -> Value {
    Value::bool(value.ty().has(flag::SEQUENCE))
}

/// The values of keys in a mapping, or None if one is missing.
pub(crate) fn keys(vm: &Vm, mapping: &Value, keys: &Value) -> R {
    let cx = &*vm.cx;
    // SAFETY: the compiler gives a tuple.
    let keys = unsafe { keys.cast::<PyTuple>() };
    let mut values = Vec::with_capacity(keys.items().len());
    let seen = cx.dict()?;
    let exact = mapping.downcast_exact::<PyDict>();
    let default = cx.list([])?.into_value();
    for key in keys.items() {
        if seen.find(cx, key)?.is_some() {
            let text = cx.repr(key)?;
            return raise!(cx, exc::VALUE_ERROR, "mapping pattern checks duplicate key ({})", text.to_lossy());
        }
        seen.set(cx, key, Value::none())?;
        let found = match exact {
            Some(dict) => dict.get(cx, key)?,
            None => {
                // `get` with a default, so that no default value of the mapping is made.
                let value = cx.call_method(mapping, cx.names.get_plain(), &[key.clone(), default.clone()])?;
                (!value.is(&default)).then_some(value)
            }
        };
        match found {
            Some(value) => values.push(value),
            None => return Ok(Value::none()),
        }
    }
    Ok(cx.tuple(values)?.into_value())
}

/// The attributes that a class pattern asks for, or None: subject, class, names of keywords.
pub(crate) fn class(vm: &Vm, row: &[Value; 3], positional: usize) -> R {
    let cx = &*vm.cx;
    let [subject, class, names] = row;
    let Some(ty) = class.downcast::<TypeObject>() else {
        return raise!(cx, exc::TYPE_ERROR, "called match pattern must be a class");
    };
    if !cx.is_instance(subject, class)? {
        return Ok(Value::none());
    }
    let mut seen: Vec<Value> = Vec::new();
    let mut values = Vec::new();
    if positional > 0 {
        let match_args = cx.getattr_opt(class, cx.names.match_args())?;
        let itself = match_args.is_none() && ty.has(flag::MATCH_SELF);
        let match_args = match match_args {
            Some(args) => args,
            None => cx.tuple([])?.into_value(),
        };
        let Some(args) = match_args.downcast_exact::<PyTuple>() else {
            return raise!(
                cx,
                exc::TYPE_ERROR,
                "{}.__match_args__ must be a tuple (got {})",
                ty.name(),
                match_args.ty().name()
            );
        };
        let allowed = if itself { 1 } else { args.items().len() };
        if allowed < positional {
            return raise!(
                cx,
                exc::TYPE_ERROR,
                "{}() accepts {allowed} positional sub-pattern{} ({positional} given)",
                ty.name(),
                if allowed == 1 { "" } else { "s" }
            );
        }
        if itself {
            values.push(subject.clone());
        } else {
            for name in &args.items()[..positional] {
                if name.downcast::<PyStr>().is_none() {
                    return raise!(
                        cx,
                        exc::TYPE_ERROR,
                        "__match_args__ elements must be strings (got {})",
                        name.ty().name()
                    );
                }
                match attribute(vm, subject, ty, name, &mut seen)? {
                    Some(value) => values.push(value),
                    None => return Ok(Value::none()),
                }
            }
        }
    }
    // SAFETY: the compiler gives a tuple of names.
    for name in unsafe { names.cast::<PyTuple>() }.items() {
        match attribute(vm, subject, ty, name, &mut seen)? {
            Some(value) => values.push(value),
            None => return Ok(Value::none()),
        }
    }
    Ok(cx.tuple(values)?.into_value())
}

fn attribute(vm: &Vm, subject: &Value, ty: &TypeObject, name: &Value, seen: &mut Vec<Value>) -> R<Option<Value>> {
    let cx = &*vm.cx;
    for other in seen.iter() {
        if cx.equals(other, name)? {
            let text = cx.repr(name)?;
            return raise!(
                cx,
                exc::TYPE_ERROR,
                "{}() got multiple sub-patterns for attribute {}",
                ty.name(),
                text.to_lossy()
            );
        }
    }
    seen.push(name.clone());
    cx.getattr_opt(subject, name)
}
