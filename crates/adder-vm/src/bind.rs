//! Sorting the arguments of a call to the parameters of a function.

use adder_compiler::code::flag as co;
use adder_objects::dict::PyDict;
use adder_objects::exceptions as exc;
use adder_objects::str::PyStr;
use adder_objects::tuple::PyTuple;
use adder_objects::{Cx, R, Raised, Value, raise};

use crate::code::PyCode;
use crate::function::PyFunction;
use crate::vm::Vm;

/// Makes the arguments at `registers` (`given` positional ones, then the values of the keywords) the locals of a frame: sorts
/// keywords, fills in defaults, makes `*args` and `**kwargs`; unbinds the other locals; brings in the cells of the closure.
///
/// If it raises, the arguments have been released.
///
/// # Safety
/// So many values are there, owned, and room for all registers of the code.
pub unsafe fn bind(
    vm: &Vm,
    function: &PyFunction,
    code: &PyCode,
    registers: *mut Value,
    given: usize,
    names: Option<&PyTuple>,
) -> R<()> {
    let keywords = names.map_or(0, |names| names.items().len());
    // SAFETY: by the contract; what is moved is moved once.
    unsafe {
        let bound = if code.plain && keywords == 0 && given == code.arg_count {
            given
        } else {
            let values: Vec<Value> = (0..given + keywords).map(|at| registers.add(at).read()).collect();
            let sorted = sort(&vm.cx, function, code, values, given, names)?;
            let n = sorted.len();
            for (at, value) in sorted.into_iter().enumerate() {
                registers.add(at).write(value);
            }
            n
        };
        for at in bound..code.free_start {
            registers.add(at).write(Value::UNBOUND);
        }
        if code.free_start < code.locals {
            // SAFETY: nothing runs while the cells are copied.
            let closure = function.closure.get();
            let cells = closure.downcast::<PyTuple>().map_or(&[][..], PyTuple::items);
            for at in code.free_start..code.locals {
                let cell = cells.get(at - code.free_start).cloned().unwrap_or(Value::UNBOUND);
                registers.add(at).write(cell);
            }
        }
        Ok(())
    }
}

fn sort(
    cx: &Cx,
    function: &PyFunction,
    code: &PyCode,
    values: Vec<Value>,
    given: usize,
    names: Option<&PyTuple>,
) -> R<Vec<Value>> {
    let positional = code.arg_count;
    let keyword_only = usize::from(code.code.keyword_only);
    let named = positional + keyword_only;
    let total = code.code.parameters();
    let mut bound: Vec<Value> = Vec::with_capacity(total);
    let mut values = values.into_iter();
    bound.extend(values.by_ref().take(given.min(positional)));
    bound.resize_with(total, || Value::UNBOUND);
    let extra: Vec<Value> = values.by_ref().take(given.saturating_sub(positional)).collect();
    let mut at = named;
    let too_many = !extra.is_empty() && !code.has(co::VARARGS);
    if code.has(co::VARARGS) {
        bound[at] = cx.tuple(extra)?.into_value();
        at += 1;
    }
    let kwargs = if code.has(co::VARKEYWORDS) {
        let dict = cx.dict()?;
        bound[at] = dict.clone().into_value();
        Some(dict)
    } else {
        None
    };
    let positional_only = usize::from(code.code.positional_only);
    if let Some(names) = names {
        for (name, value) in names.items().iter().zip(values) {
            let Some(text) = name.downcast::<PyStr>() else {
                return raise!(cx, exc::TYPE_ERROR, "keywords must be strings");
            };
            let found = code.local_names[positional_only..named]
                .iter()
                .position(|n| n.is(name) || n.downcast::<PyStr>().is_some_and(|n| n.equals(text)))
                .map(|at| at + positional_only);
            match (found, &kwargs) {
                (Some(at), _) if bound[at].is_unbound() => bound[at] = value,
                (Some(_), _) => {
                    let (f, n) = (qualname(cx, function)?, text.to_lossy());
                    return raise!(cx, exc::TYPE_ERROR, "{f}() got multiple values for argument '{n}'");
                }
                (None, Some(kwargs)) => kwargs.set(cx, name, value)?,
                (None, None) => return unexpected(cx, function, code, text, names),
            }
        }
    }
    if too_many {
        return Err(too_many_positional(cx, function, code, given, &bound)?);
    }
    let defaults = function.defaults.get();
    let defaults = defaults.downcast::<PyTuple>().map_or(&[][..], PyTuple::items);
    let first_default = positional.saturating_sub(defaults.len());
    let mut missing = Vec::new();
    for at in given.min(positional)..positional {
        if bound[at].is_unbound() {
            match at
                .checked_sub(first_default)
                .and_then(|d| defaults.get(d + defaults.len().saturating_sub(positional)))
            {
                Some(default) => bound[at] = default.clone(),
                None => missing.push(at),
            }
        }
    }
    if !missing.is_empty() {
        return Err(missing_arguments(cx, function, code, &missing, "positional")?);
    }
    if keyword_only > 0 {
        let defaults = function.kw_defaults.get();
        let defaults = defaults.downcast::<PyDict>();
        for at in positional..named {
            if bound[at].is_unbound() {
                match defaults.map(|d| d.get(cx, &code.local_names[at])).transpose()?.flatten() {
                    Some(default) => bound[at] = default,
                    None => missing.push(at),
                }
            }
        }
        if !missing.is_empty() {
            return Err(missing_arguments(cx, function, code, &missing, "keyword-only")?);
        }
    }
    Ok(bound)
}

fn qualname(cx: &Cx, function: &PyFunction) -> R<String> {
    cx.display(&function.qualname.get())
}

#[cold]
fn unexpected(cx: &Cx, function: &PyFunction, code: &PyCode, name: &PyStr, names: &PyTuple) -> R<Vec<Value>> {
    let f = qualname(cx, function)?;
    let positional_only = &code.local_names[..usize::from(code.code.positional_only)];
    let by_keyword: Vec<String> = positional_only
        .iter()
        .filter_map(|p| p.downcast::<PyStr>())
        .filter(|p| names.items().iter().any(|n| n.downcast::<PyStr>().is_some_and(|n| n.equals(p))))
        .map(|p| p.to_lossy().into_owned())
        .collect();
    if !by_keyword.is_empty() {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "{f}() got some positional-only arguments passed as keyword arguments: '{}'",
            by_keyword.join(", ")
        );
    }
    raise!(cx, exc::TYPE_ERROR, "{f}() got an unexpected keyword argument '{}'", name.to_lossy())
}

#[cold]
fn too_many_positional(cx: &Cx, function: &PyFunction, code: &PyCode, given: usize, bound: &[Value]) -> R<Raised> {
    let positional = code.arg_count;
    let defaults = function.defaults.get();
    let defaults = defaults.downcast::<PyTuple>().map_or(0, |d| d.items().len());
    let keyword_only = usize::from(code.code.keyword_only);
    let by_keyword = bound[positional..positional + keyword_only].iter().filter(|v| !v.is_unbound()).count();
    let (takes, plural) = match defaults {
        0 => (format!("{positional}"), positional != 1),
        d => (format!("from {} to {positional}", positional - d.min(positional)), true),
    };
    let with_keywords = match by_keyword {
        0 => String::new(),
        n => format!(
            " positional argument{} (and {n} keyword-only argument{})",
            if given == 1 { "" } else { "s" },
            if n == 1 { "" } else { "s" }
        ),
    };
    Ok(cx.type_error(format_args!(
        "{}() takes {takes} positional argument{} but {given}{with_keywords} {} given",
        qualname(cx, function)?,
        if plural { "s" } else { "" },
        if given == 1 && by_keyword == 0 { "was" } else { "were" }
    )))
}

#[cold]
fn missing_arguments(cx: &Cx, function: &PyFunction, code: &PyCode, missing: &[usize], kind: &str) -> R<Raised> {
    let names: Vec<String> =
        missing.iter().map(|&at| cx.display(&code.local_names[at]).map(|n| format!("'{n}'"))).collect::<R<_>>()?;
    let list = match &names[..] {
        [one] => one.clone(),
        [a, b] => format!("{a} and {b}"),
        [most @ .., last] => format!("{}, and {last}", most.join(", ")),
        [] => String::new(),
    };
    Ok(cx.type_error(format_args!(
        "{}() missing {} required {kind} argument{}: {list}",
        qualname(cx, function)?,
        names.len(),
        if names.len() == 1 { "" } else { "s" }
    )))
}
