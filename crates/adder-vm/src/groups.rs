//! `except*`: which parts of a group match, and what is raised at the end.

use adder_objects::exceptions as exc;
use adder_objects::exceptions::PyBaseException;
use adder_objects::tuple::PyTuple;
use adder_objects::{Cx, R, TypeObject, Value, raise};

fn is_group(value: &Value) -> bool {
    value.is_instance(&exc::BASE_EXCEPTION_GROUP)
}

fn check_class(cx: &Cx, class: &Value) -> R<()> {
    let classes = match class.downcast::<PyTuple>() {
        Some(classes) => classes.items().to_vec(),
        None => vec![class.clone()],
    };
    for class in classes {
        let Some(ty) = class.downcast::<TypeObject>().filter(|ty| ty.is_subtype(&exc::BASE_EXCEPTION)) else {
            return raise!(
                cx,
                exc::TYPE_ERROR,
                "catching classes that do not inherit from BaseException is not allowed"
            );
        };
        if ty.is_subtype(&exc::BASE_EXCEPTION_GROUP) {
            return raise!(
                cx,
                exc::TYPE_ERROR,
                "catching ExceptionGroup with except* is not allowed. Use except instead."
            );
        }
    }
    Ok(())
}

/// What is left of an exception, and what `except* class` catches of it; None for nothing.
pub(crate) fn matches(cx: &Cx, exception: &Value, class: &Value) -> R<(Value, Value)> {
    check_class(cx, class)?;
    if exception.is_none() {
        return Ok((Value::none(), Value::none()));
    }
    if exc::matches(cx, exception, class)? {
        if is_group(exception) {
            return Ok((Value::none(), exception.clone()));
        }
        let one = cx.tuple([exception.clone()])?.into_value();
        let group = cx.call(&exc::BASE_EXCEPTION_GROUP.value(), &[cx.names.empty_str().clone(), one])?;
        if let (Some(group), Some(base)) =
            (group.downcast::<PyBaseException>(), exception.downcast::<PyBaseException>())
        {
            group.traceback.set(base.traceback.get());
        }
        return Ok((Value::none(), group));
    }
    if !is_group(exception) {
        return Ok((exception.clone(), Value::none()));
    }
    let pair = cx.call_method(exception, &cx.intern("split")?, core::slice::from_ref(class))?;
    match pair.downcast::<PyTuple>().map(PyTuple::items) {
        Some([matched, rest, ..]) => Ok((rest.clone(), matched.clone())),
        Some(_) => raise!(cx, exc::TYPE_ERROR, "{}.split must return a 2-tuple", exception.ty().name()),
        None => {
            raise!(cx, exc::TYPE_ERROR, "{}.split must return a tuple, not {}", exception.ty().name(), pair.ty().name())
        }
    }
}

fn same_origin(a: &Value, b: &Value) -> bool {
    let (Some(a), Some(b)) = (a.downcast::<PyBaseException>(), b.downcast::<PyBaseException>()) else {
        return false;
    };
    [(&a.notes, &b.notes), (&a.traceback, &b.traceback), (&a.context, &b.context), (&a.cause, &b.cause)]
        .into_iter()
        .all(|(x, y)| x.get().is(&y.get()))
}

fn children(cx: &Cx, group: &Value) -> R<Vec<Value>> {
    cx.collect(&cx.getattr_text(group, "exceptions")?)
}

fn leaves(cx: &Cx, exception: &Value, into: &mut Vec<Value>) -> R<()> {
    if !is_group(exception) {
        into.push(exception.clone());
        return Ok(());
    }
    for child in children(cx, exception)? {
        leaves(cx, &child, into)?;
    }
    Ok(())
}

/// The part of a group whose leaves are among these; `None` if there are none.
fn project(cx: &Cx, group: &Value, wanted: &[Value]) -> R<Option<Value>> {
    if !is_group(group) {
        return Ok(wanted.iter().any(|w| w.is(group)).then(|| group.clone()));
    }
    let (all, mut kept) = (children(cx, group)?, Vec::new());
    for child in &all {
        kept.extend(project(cx, child, wanted)?);
    }
    if kept.is_empty() {
        return Ok(None);
    }
    if kept.len() == all.len() && kept.iter().zip(&all).all(|(a, b)| a.is(b)) {
        return Ok(Some(group.clone()));
    }
    let list = cx.list(kept)?.into_value();
    let part = cx.call_method(group, &cx.intern("derive")?, core::slice::from_ref(&list))?;
    if let (Some(part), Some(whole)) = (part.downcast::<PyBaseException>(), group.downcast::<PyBaseException>()) {
        for (to, from) in [
            (&part.traceback, &whole.traceback),
            (&part.context, &whole.context),
            (&part.cause, &whole.cause),
            (&part.notes, &whole.notes),
        ] {
            to.set(from.get());
        }
    }
    Ok(Some(part))
}

/// What is raised at the end of `except*`: of the original, what nobody caught, and what the clauses raised; None for nothing.
pub(crate) fn reraise(cx: &Cx, original: &Value, raised: &Value) -> R {
    let all: Vec<Value> = cx.collect(raised)?.into_iter().filter(|e| !e.is_none()).collect();
    if all.is_empty() {
        return Ok(Value::none());
    }
    if !is_group(original) {
        return Ok(all[0].clone());
    }
    let (again, mut new): (Vec<Value>, Vec<Value>) = all.into_iter().partition(|e| same_origin(e, original));
    let mut wanted = Vec::new();
    for exception in &again {
        leaves(cx, exception, &mut wanted)?;
    }
    let rest = project(cx, original, &wanted)?;
    if new.is_empty() {
        return Ok(rest.unwrap_or_else(Value::none));
    }
    new.extend(rest);
    if new.len() == 1 {
        return Ok(new.remove(0));
    }
    let list = cx.list(new)?.into_value();
    cx.call(&exc::BASE_EXCEPTION_GROUP.value(), &[cx.names.empty_str().clone(), list])
}
