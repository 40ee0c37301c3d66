//! Type parameters of generic aliases and unions: which there are, and what takes their places.

use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::generic_alias::PyGenericAlias;
use crate::tuple::PyTuple;
use crate::typeobject::TypeObject;
use crate::value::Value;

/// An attribute of something that is no class: classes have descriptors under these names.
fn attribute(cx: &Cx, value: &Value, name: &str) -> R<Option<Value>> {
    if value.downcast::<TypeObject>().is_some() {
        return Ok(None);
    }
    cx.getattr_opt(value, &cx.intern(name)?)
}

fn position(parameters: &[Value], value: &Value) -> Option<usize> {
    parameters.iter().position(|p| p.is(value))
}

/// The type parameters among these arguments and in them, each once, in the order of their first place.
///
/// # Errors
/// What asking them raises.
pub(crate) fn of_arguments(cx: &Cx, args: &[Value]) -> R {
    let mut found: Vec<Value> = Vec::new();
    for arg in args {
        if attribute(cx, arg, "__typing_subst__")?.is_some() {
            if position(&found, arg).is_none() {
                found.push(arg.clone());
            }
            continue;
        }
        // A list of parameters (of a callable's) is looked into.
        let inner = match arg.downcast::<PyTuple>() {
            Some(list) => Some(of_arguments(cx, list.items())?),
            None => match arg.downcast::<crate::list::PyList>() {
                Some(list) => Some(of_arguments(cx, &list.to_vec())?),
                None => attribute(cx, arg, "__parameters__")?,
            },
        };
        if let Some(inner) = inner.as_ref().and_then(Value::downcast::<PyTuple>) {
            for parameter in inner.items() {
                if position(&found, parameter).is_none() {
                    found.push(parameter.clone());
                }
            }
        }
    }
    Ok(cx.tuple(found)?.into_value())
}

/// The arguments of an alias when `item` is given for its parameters.
///
/// # Errors
/// TypeError if there are no parameters, or of another number; what parameters say of what is given.
pub(crate) fn substitute(cx: &Cx, alias: &Value, args: &[Value], parameters: &[Value], item: &Value) -> R<Vec<Value>> {
    if parameters.is_empty() {
        let shown = cx.repr(alias)?.to_lossy().into_owned();
        return raise!(cx, exc::TYPE_ERROR, "{shown} is not a generic class");
    }
    let mut item = cx.tuple(unpacked(cx, item)?)?.into_value();
    for parameter in parameters {
        if let Some(prepare) = attribute(cx, parameter, "__typing_prepare_subst__")?
            && !prepare.is_none()
        {
            let prepared = cx.call(&prepare, &[alias.clone(), item])?;
            item = cx.tuple_of(&prepared)?.into_value();
        }
    }
    let items = item.downcast::<PyTuple>().map_or(&[][..], PyTuple::items);
    if items.len() != parameters.len() {
        let shown = cx.repr(alias)?.to_lossy().into_owned();
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "Too {} arguments for {shown}; actual {}, expected {}",
            if items.len() > parameters.len() { "many" } else { "few" },
            items.len(),
            parameters.len()
        );
    }
    in_arguments(cx, args, parameters, items)
}

fn in_arguments(cx: &Cx, args: &[Value], parameters: &[Value], items: &[Value]) -> R<Vec<Value>> {
    let mut made = Vec::with_capacity(args.len());
    for arg in args {
        if arg.downcast::<TypeObject>().is_some() {
            made.push(arg.clone());
            continue;
        }
        if let Some(list) = arg.downcast::<PyTuple>() {
            made.push(cx.tuple(in_arguments(cx, list.items(), parameters, items)?)?.into_value());
            continue;
        }
        if let Some(list) = arg.downcast::<crate::list::PyList>() {
            made.push(cx.list(in_arguments(cx, &list.to_vec(), parameters, items)?)?.into_value());
            continue;
        }
        let unpack = match attribute(cx, arg, "__typing_is_unpacked_typevartuple__")? {
            Some(says) => cx.is_true(&says)?,
            None => false,
        };
        let new = match (attribute(cx, arg, "__typing_subst__")?, position(parameters, arg)) {
            (Some(substitute), Some(at)) => cx.call(&substitute, core::slice::from_ref(&items[at]))?,
            _ => inside(cx, arg, parameters, items)?,
        };
        match new.downcast::<PyTuple>() {
            Some(several) if unpack => made.extend_from_slice(several.items()),
            _ => made.push(new),
        }
    }
    Ok(made)
}

/// An argument that is generic itself.
fn inside(cx: &Cx, arg: &Value, parameters: &[Value], items: &[Value]) -> R {
    let Some(inner) = attribute(cx, arg, "__parameters__")? else { return Ok(arg.clone()) };
    let Some(inner) = inner.downcast::<PyTuple>().filter(|inner| !inner.items().is_empty()) else {
        return Ok(arg.clone());
    };
    let mut given = Vec::new();
    for parameter in inner.items() {
        match position(parameters, parameter) {
            None => given.push(parameter.clone()),
            // A parameter that stands for several takes a tuple.
            Some(at) => match items[at].downcast::<PyTuple>() {
                Some(several) if parameter.ty().slots.iter.get().is_some() => {
                    given.extend_from_slice(several.items());
                }
                _ => given.push(items[at].clone()),
            },
        }
    }
    let given = cx.tuple(given)?;
    cx.getitem(arg, given.as_value())
}

/// What is given in brackets, starred tuples opened.
fn unpacked(cx: &Cx, item: &Value) -> R<Vec<Value>> {
    let items = match item.downcast::<PyTuple>() {
        Some(items) => items.items().to_vec(),
        None => vec![item.clone()],
    };
    let mut made = Vec::with_capacity(items.len());
    for item in items {
        if item.downcast::<TypeObject>().is_none()
            && let Some(inner) = attribute(cx, &item, "__typing_unpacked_tuple_args__")?
            && let Some(inner) = inner.downcast::<PyTuple>()
        {
            // `*tuple[int, ...]` stays as it is: nobody knows how many there are.
            let open = inner.items().last().is_some_and(|last| last.is_static(&crate::singletons::ELLIPSIS));
            if !open {
                made.extend_from_slice(inner.items());
                continue;
            }
        }
        made.push(item);
    }
    Ok(made)
}

/// How a type argument is shown.
///
/// # Errors
/// What asking it raises.
pub(crate) fn show(cx: &Cx, arg: &Value) -> R<String> {
    if arg.is_static(&crate::singletons::ELLIPSIS) {
        return Ok("...".to_owned());
    }
    let list = arg.downcast::<crate::list::PyList>().map(crate::list::PyList::to_vec);
    if let Some(list) = list {
        let parts = list.iter().map(|arg| show(cx, arg)).collect::<R<Vec<_>>>()?;
        return Ok(format!("[{}]", parts.join(", ")));
    }
    let is_alias = arg.downcast::<PyGenericAlias>().is_some()
        || (cx.getattr_opt(arg, &cx.intern("__origin__")?)?.is_some()
            && cx.getattr_opt(arg, &cx.intern("__args__")?)?.is_some());
    if !is_alias
        && let Some(qualname) = cx.getattr_opt(arg, cx.names.qualname())?
        && let Some(module) = cx.getattr_opt(arg, cx.names.module())?
        && !module.is_none()
    {
        let (qualname, module) = (cx.display(&qualname)?, cx.display(&module)?);
        return Ok(if module == "builtins" { qualname } else { format!("{module}.{qualname}") });
    }
    Ok(cx.repr(arg)?.to_lossy().into_owned())
}
