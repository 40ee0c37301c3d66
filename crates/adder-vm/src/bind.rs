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
/// So many values are there, owned; and room for all registers of the code and [`room`] more.
pub unsafe fn bind(
    vm: &Vm,
    function: &PyFunction,
    code: &PyCode,
    registers: *mut Value,
    given: usize,
    names: Option<&PyTuple>,
) -> R<()> {
    // SAFETY: by the contract; what is moved is moved once.
    unsafe {
        let bound = if code.plain && names.is_none() && given == code.arg_count {
            given
        } else {
            let all = given + names.map_or(0, |names| names.items().len());
            // What sorting runs (comparisons of odd keys) must not write over the arguments.
            let top = vm.top.replace(registers.add(code.registers + room(all)));
            let sorted = sort(&vm.cx, function, code, registers, given, names);
            vm.top.set(top);
            sorted?;
            code.parameters
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

/// How many words [`bind`] needs beyond the registers of the code, for so many arguments.
pub fn room(arguments: usize) -> usize {
    2 * arguments
}

/// Values side by side on the stack that are released unless they are given up.
struct Owned {
    first: *mut Value,
    n: usize,
}

impl Owned {
    fn values(&mut self) -> &mut [Value] {
        // SAFETY: so many values are there, and nobody else knows of them.
        unsafe { core::slice::from_raw_parts_mut(self.first, self.n) }
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        for at in 0..self.n {
            // SAFETY: owned, and released once.
            unsafe { self.first.add(at).drop_in_place() };
        }
    }
}

/// Sorts arguments to parameters, in place.
///
/// # Safety
/// As for [`bind`].
unsafe fn sort(
    cx: &Cx,
    function: &PyFunction,
    code: &PyCode,
    registers: *mut Value,
    given: usize,
    names: Option<&PyTuple>,
) -> R<()> {
    let positional = code.arg_count;
    let named = positional + usize::from(code.code.keyword_only);
    let total = code.parameters;
    let keywords = names.map_or(0, |names| names.items().len());
    let filled = given.min(positional);
    // SAFETY: the values of keywords go behind everything else, those of `*args` into a tuple; what is left are parameters.
    let (mut keyword_values, extra) = unsafe {
        let behind = registers.add(total.max(given + keywords));
        behind.copy_from_nonoverlapping(registers.add(given), keywords);
        let extra = Owned { first: registers.add(filled), n: given - filled };
        (Owned { first: behind, n: keywords }, extra)
    };
    let mut parameters = Owned { first: registers, n: filled };
    let (rest, too_many) = rest_of(cx, code, extra)?;
    for at in filled..total {
        // SAFETY: nothing is there any more from `filled` on.
        unsafe { registers.add(at).write(Value::UNBOUND) };
    }
    parameters.n = total;
    let bound = parameters.values();
    let mut at = named;
    if let Some(rest) = rest {
        bound[at] = rest;
        at += 1;
    }
    let kwargs = if code.has(co::VARKEYWORDS) {
        let dict = cx.dict()?;
        bound[at] = dict.clone().into_value();
        Some(dict)
    } else {
        None
    };
    if let Some(names) = names {
        let positional_only = usize::from(code.code.positional_only);
        let by_name = &code.local_names[positional_only..named];
        for (name, value) in names.items().iter().zip(keyword_values.values()) {
            let value = core::mem::replace(value, Value::UNBOUND);
            // Names are interned, most often.
            let found = match by_name.iter().position(|n| n.is(name)) {
                Some(found) => Some(found),
                None => {
                    let Some(text) = name.downcast::<PyStr>() else {
                        return raise!(cx, exc::TYPE_ERROR, "keywords must be strings");
                    };
                    by_name.iter().position(|n| n.downcast::<PyStr>().is_some_and(|n| n.equals(text)))
                }
            };
            match (found.map(|at| at + positional_only), &kwargs) {
                (Some(at), _) if bound[at].is_unbound() => bound[at] = value,
                (Some(_), _) => {
                    let (f, n) = (qualname(cx, function)?, cx.display(name)?);
                    return raise!(cx, exc::TYPE_ERROR, "{f}() got multiple values for argument '{n}'");
                }
                (None, Some(kwargs)) => kwargs.set(cx, name, value)?,
                (None, None) => return unexpected(cx, function, code, name, names),
            }
        }
    }
    if too_many {
        return Err(too_many_positional(cx, function, code, given, bound)?);
    }
    if bound[filled..positional].iter().any(Value::is_unbound) {
        let defaults = function.defaults.get();
        let defaults = defaults.downcast::<PyTuple>().map_or(&[][..], PyTuple::items);
        let first_default = positional.saturating_sub(defaults.len());
        let surplus = defaults.len().saturating_sub(positional);
        for (at, place) in bound[..positional].iter_mut().enumerate().skip(filled.max(first_default)) {
            if place.is_unbound() {
                *place = defaults[at - first_default + surplus].clone();
            }
        }
        missing_if_any(cx, function, code, bound, filled, positional, "positional")?;
    }
    if bound[positional..named].iter().any(Value::is_unbound) {
        let defaults = function.kw_defaults.get();
        if let Some(defaults) = defaults.downcast::<PyDict>() {
            for (place, name) in bound.iter_mut().zip(&code.local_names).take(named).skip(positional) {
                if place.is_unbound()
                    && let Some(default) = defaults.get(cx, name)?
                {
                    *place = default;
                }
            }
        }
        missing_if_any(cx, function, code, bound, positional, named, "keyword-only")?;
    }
    core::mem::forget(parameters);
    Ok(())
}

/// What `*args` gets, if there is such a parameter; are there more positional arguments than parameters otherwise?
fn rest_of(cx: &Cx, code: &PyCode, mut extra: Owned) -> R<(Option<Value>, bool)> {
    if !code.has(co::VARARGS) {
        return Ok((None, extra.n > 0));
    }
    let made = cx.tuple(extra.values().iter_mut().map(|value| core::mem::replace(value, Value::UNBOUND)))?;
    Ok((Some(made.into_value()), false))
}

fn missing_if_any(
    cx: &Cx,
    function: &PyFunction,
    code: &PyCode,
    bound: &[Value],
    from: usize,
    to: usize,
    kind: &str,
) -> R<()> {
    let missing: Vec<usize> = (from..to).filter(|&at| bound[at].is_unbound()).collect();
    if missing.is_empty() { Ok(()) } else { Err(missing_arguments(cx, function, code, &missing, kind)?) }
}

fn qualname(cx: &Cx, function: &PyFunction) -> R<String> {
    cx.display(&function.qualname.get())
}

#[cold]
fn unexpected(cx: &Cx, function: &PyFunction, code: &PyCode, name: &Value, names: &PyTuple) -> R<()> {
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
    raise!(cx, exc::TYPE_ERROR, "{f}() got an unexpected keyword argument '{}'", cx.display(name)?)
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
