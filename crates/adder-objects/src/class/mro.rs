//! The order of resolution: C3, or what the metaclass's `mro` says.

use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::Obj;
use crate::tuple::PyTuple;
use crate::typeobject::{TYPE_TYPE, TypeObject, flag};
use crate::value::Value;

/// The C3 linearisation of a class with these bases.
///
/// # Errors
/// TypeError if there is none, or a base stands there twice.
pub fn c3(cx: &Cx, class: &TypeObject, bases: &[Value]) -> R<Vec<Value>> {
    for (at, base) in bases.iter().enumerate() {
        if bases[..at].iter().any(|b| b.is(base)) {
            return raise!(cx, exc::TYPE_ERROR, "duplicate base class {}", class_name(cx, base)?);
        }
    }
    let mut rows: Vec<Vec<Value>> = Vec::with_capacity(bases.len() + 1);
    for base in bases {
        let Some(of_base) = base.downcast::<TypeObject>().and_then(|base| crate::type_type::mro(cx, base)) else {
            return raise!(cx, exc::TYPE_ERROR, "Cannot extend an incomplete type '{}'", class_name(cx, base)?);
        };
        rows.push(of_base.items().to_vec());
    }
    rows.push(bases.to_vec());
    let mut heads = vec![0; rows.len()];
    let mut merged = vec![class.value()];
    loop {
        let mut left = false;
        let mut next = None;
        for (row, &head) in rows.iter().zip(&heads) {
            let Some(candidate) = row.get(head) else { continue };
            left = true;
            let in_a_tail =
                rows.iter().zip(&heads).any(|(row, &head)| row.iter().skip(head + 1).any(|c| c.is(candidate)));
            if !in_a_tail {
                next = Some(candidate.clone());
                break;
            }
        }
        let Some(next) = next else {
            return if left { inconsistent(cx, &rows, &heads) } else { Ok(merged) };
        };
        for (row, head) in rows.iter().zip(&mut heads) {
            if row.get(*head).is_some_and(|c| c.is(&next)) {
                *head += 1;
            }
        }
        merged.push(next);
    }
}

fn class_name(cx: &Cx, class: &Value) -> R<String> {
    match class.downcast::<TypeObject>() {
        Some(class) => Ok(class.name().to_owned()),
        None => cx.display(class),
    }
}

fn inconsistent(cx: &Cx, rows: &[Vec<Value>], heads: &[usize]) -> R<Vec<Value>> {
    let mut left: Vec<&Value> = Vec::new();
    for (row, &head) in rows.iter().zip(heads) {
        if let Some(candidate) = row.get(head)
            && !left.iter().any(|c| c.is(candidate))
        {
            left.push(candidate);
        }
    }
    let names = left.into_iter().map(|class| class_name(cx, class)).collect::<R<Vec<_>>>()?.join(", ");
    raise!(cx, exc::TYPE_ERROR, "Cannot create a consistent method resolution order (MRO) for bases {names}")
}

/// The order of resolution of a class, whose bases are set: by the metaclass's `mro` where that is not `type`'s own.
///
/// # Errors
/// TypeError if there is none; what `mro` raises.
pub(super) fn compute(cx: &Cx, class: &TypeObject) -> R<Obj<PyTuple>> {
    let meta = class.c.head_type();
    let bases = cx.state(class).bases.get();
    let bases = bases.downcast::<PyTuple>().map_or_else(Vec::new, |bases| bases.items().to_vec());
    if core::ptr::eq(meta, &TYPE_TYPE) || is_own_mro(cx, meta)? {
        return cx.tuple(c3(cx, class, &bases)?);
    }
    // A `mro` written in C reads the fields.
    let state = cx.state(class);
    let bases_of = state.bases.try_get().map_or(core::ptr::null(), |tuple| core::ptr::without_provenance(tuple.bits()));
    class.c.tp_bases.set(bases_of);
    class.c.tp_dict.set(core::ptr::without_provenance(state.dict.as_value().bits()));
    let this = class.value();
    let Some(given) = cx.call_special(&this, cx.names.mro(), &[])? else {
        return cx.tuple(c3(cx, class, &bases)?);
    };
    let given = cx.tuple_of(&given)?;
    class.c.tp_flags.set(class.flags() | flag::OWN_ORDER);
    let solid = super::layout::solid_base(class);
    for item in given.items() {
        let Some(base) = item.downcast::<TypeObject>() else {
            return raise!(cx, exc::TYPE_ERROR, "mro() returned a non-class ('{}')", item.ty().name());
        };
        if !solid.is_subtype(super::layout::solid_base(base)) {
            return raise!(cx, exc::TYPE_ERROR, "mro() returned base with unsuitable layout ('{}')", base.name());
        }
    }
    Ok(given)
}

fn is_own_mro(cx: &Cx, meta: &TypeObject) -> R<bool> {
    let theirs = cx.lookup(meta, cx.names.mro())?;
    let own = cx.lookup(&TYPE_TYPE, cx.names.mro())?;
    Ok(match (theirs, own) {
        (Some(theirs), Some(own)) => theirs.is(&own),
        _ => true,
    })
}
