//! `__build_class__`

use adder_objects::dict::PyDict;
use adder_objects::exceptions as exc;
use adder_objects::tuple::PyTuple;
use adder_objects::{Args, Cx, R, TypeObject, Value, raise};

use crate::function::PyFunction;
use crate::vm::Vm;

/// `__build_class__(function, name, *bases, metaclass=…, **keywords)`
pub(super) fn build_class(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let vm = Vm::of(cx);
    let [function, name, given @ ..] = args.given() else {
        return raise!(cx, exc::TYPE_ERROR, "__build_class__: not enough arguments");
    };
    if function.downcast::<PyFunction>().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "__build_class__: func must be a function");
    }
    let bases = resolve_bases(cx, given)?;
    let resolved = bases.len() != given.len() || bases.iter().zip(given).any(|(a, b)| !a.is(b));
    let mut metaclass = None;
    let (mut names, mut values) = (Vec::new(), Vec::new());
    for (keyword, value) in args.keywords() {
        if cx.equals(keyword, cx.names.metaclass())? {
            metaclass = Some(value.clone());
        } else {
            names.push(keyword.clone());
            values.push(value.clone());
        }
    }
    let bases = cx.tuple(bases)?.into_value();
    let meta = match metaclass {
        Some(meta) if meta.downcast::<TypeObject>().is_none() => meta,
        chosen => {
            let chosen = chosen.unwrap_or_else(|| first_meta(&bases));
            let items = bases.downcast::<PyTuple>().map_or(&[][..], PyTuple::items);
            match chosen.downcast::<TypeObject>() {
                Some(meta) => adder_objects::class::metaclass(cx, meta, items)?,
                None => chosen,
            }
        }
    };
    let names = if names.is_empty() { None } else { Some(cx.tuple(names)?) };
    let with_keywords = |first: [Value; 2], third: Option<Value>| {
        let mut all: Vec<Value> = first.into_iter().chain(third).collect();
        all.extend_from_slice(&values);
        all
    };
    let namespace = match cx.getattr_opt(&meta, cx.names.prepare())? {
        Some(prepare) => {
            let all = with_keywords([name.clone(), bases.clone()], None);
            let made = cx.call_args(&prepare, Args::with_names(&all, names.as_deref()))?;
            if made.ty().slots.getitem.get().is_none() {
                let meta_name = meta.downcast::<TypeObject>().map_or("<metaclass>", TypeObject::name);
                let got = made.ty().name();
                return raise!(cx, exc::TYPE_ERROR, "{meta_name}.__prepare__() must return a mapping, not {got}");
            }
            made
        }
        None => cx.dict()?.into_value(),
    };
    let cell = vm.run_body(function, &namespace)?;
    if resolved {
        let original = cx.tuple(given.to_vec())?.into_value();
        match namespace.downcast_exact::<PyDict>() {
            Some(dict) => dict.set(cx, cx.names.orig_bases(), original)?,
            None => cx.setitem(&namespace, cx.names.orig_bases(), Some(&original))?,
        }
    }
    let all = with_keywords([name.clone(), bases], Some(namespace));
    let class = cx.call_args(&meta, Args::with_names(&all, names.as_deref()))?;
    if class.downcast::<TypeObject>().is_some() && cell.downcast::<adder_objects::cell::PyCell>().is_some() {
        check_cell(cx, &cell, &class, name)?;
    }
    Ok(class)
}

/// The cell of `__class__` must have been given to `type.__new__`.
fn check_cell(cx: &Cx, cell: &Value, class: &Value, name: &Value) -> R<()> {
    let text = cx.display(name)?;
    match crate::cells::get(cell) {
        None => {
            let class = cx.repr(class)?;
            raise!(
                cx,
                exc::RUNTIME_ERROR,
                "__class__ not set defining '{text}' as {}. Was __classcell__ propagated to type.__new__?",
                class.to_lossy()
            )
        }
        Some(other) if !other.is(class) => {
            let (other, class) = (cx.repr(&other)?, cx.repr(class)?);
            raise!(
                cx,
                exc::TYPE_ERROR,
                "__class__ set to {} defining '{text}' as {}",
                other.to_lossy(),
                class.to_lossy()
            )
        }
        Some(_) => Ok(()),
    }
}

fn first_meta(bases: &Value) -> Value {
    match bases.downcast::<PyTuple>().and_then(|b| b.items().first().map(|b| b.ty().value())) {
        Some(meta) => meta,
        None => adder_objects::typeobject::TYPE_TYPE.value(),
    }
}

/// Bases that are no classes say by which they are to be replaced (PEP 560).
fn resolve_bases(cx: &Cx, bases: &[Value]) -> R<Vec<Value>> {
    let mut resolved = Vec::with_capacity(bases.len());
    for base in bases {
        if base.downcast::<TypeObject>().is_some() {
            resolved.push(base.clone());
            continue;
        }
        match cx.getattr_opt(base, cx.names.mro_entries())? {
            None => resolved.push(base.clone()),
            Some(method) => {
                let entries = cx.call(&method, &[cx.tuple(bases.to_vec())?.into_value()])?;
                match entries.downcast::<PyTuple>() {
                    Some(entries) => resolved.extend_from_slice(entries.items()),
                    None => return raise!(cx, exc::TYPE_ERROR, "__mro_entries__ must return a tuple"),
                }
            }
        }
    }
    Ok(resolved)
}
