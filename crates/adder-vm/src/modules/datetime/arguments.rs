//! The arguments of the constructors, and of other functions that take a mixture of numbers and objects.

use adder_objects::str::PyStr;
use adder_objects::{Args, Cx, R, Value, exceptions as exc, raise};

/// Parameters, of which some are numbers.
pub(super) struct Parameters<const N: usize> {
    /// Its name in messages; without one it is called "function".
    pub(super) function: Option<&'static str>,
    pub(super) names: [&'static str; N],
    /// The first so many must be given.
    pub(super) required: usize,
    /// The first so many can be given by position.
    pub(super) positional: usize,
    /// Bit by bit: which of them are C's `int`.
    pub(super) numbers: u32,
}

/// What was given: a number or an object for each parameter.
pub(super) struct Given<'a, const N: usize> {
    pub(super) numbers: [Option<i32>; N],
    pub(super) objects: [Option<&'a Value>; N],
}

impl<const N: usize> Parameters<N> {
    /// Sorts arguments to the parameters, and turns them into numbers one after the other.
    pub(super) fn bind<'a>(&self, cx: &Cx, args: Args<'a>) -> R<Given<'a, N>> {
        let (function, brackets) = self.function.map_or(("function", ""), |name| (name, "()"));
        let (given, named) = (args.given(), args.keywords().count());
        if given.len() + named > N {
            let what = if given.is_empty() { "keyword " } else { "" };
            let (plural, count) = (if N == 1 { "" } else { "s" }, given.len() + named);
            return raise!(
                cx,
                exc::TYPE_ERROR,
                "{function}{brackets} takes at most {N} {what}argument{plural} ({count} given)"
            );
        }
        if given.len() > self.positional {
            let (most, count) = (self.positional, given.len());
            let plural = if most == 1 { "" } else { "s" };
            return raise!(
                cx,
                exc::TYPE_ERROR,
                "{function}{brackets} takes at most {most} positional argument{plural} ({count} given)"
            );
        }
        let mut bound = Given { numbers: [None; N], objects: [None; N] };
        let mut used = 0;
        for at in 0..N {
            let value = match (given.get(at), args.keyword(self.names[at])) {
                (Some(value), _) => value,
                (None, Some(value)) => {
                    used += 1;
                    value
                }
                (None, None) if at < self.required => {
                    let name = self.names[at];
                    return raise!(
                        cx,
                        exc::TYPE_ERROR,
                        "{function}{brackets} missing required argument '{name}' (pos {})",
                        at + 1
                    );
                }
                (None, None) => continue,
            };
            if self.numbers & 1 << at != 0 {
                bound.numbers[at] = Some(number(cx, value)?);
            } else {
                bound.objects[at] = Some(value);
            }
        }
        if used < named {
            for (name, _) in args.keywords() {
                let text = name.downcast::<PyStr>().and_then(PyStr::as_str).unwrap_or("");
                let place = self.names.iter().position(|name| *name == text);
                if let Some(at) = place.filter(|&at| at < given.len()) {
                    return raise!(
                        cx,
                        exc::TYPE_ERROR,
                        "argument for {function}{brackets} given by name ('{text}') and position ({})",
                        at + 1
                    );
                }
                if place.is_none() {
                    let function = self.function.map_or("this function".to_owned(), |name| format!("{name}()"));
                    let name = cx.display(name)?;
                    return raise!(cx, exc::TYPE_ERROR, "{function} got an unexpected keyword argument '{name}'");
                }
            }
        }
        Ok(bound)
    }
}

/// A number as C's `int`.
pub(super) fn number(cx: &Cx, value: &Value) -> R<i32> {
    let Some(n) = cx.index(value)?.as_i64() else {
        return raise!(cx, exc::OVERFLOW_ERROR, "Python int too large to convert to C long");
    };
    match i32::try_from(n) {
        Ok(n) => Ok(n),
        Err(_) if n > 0 => raise!(cx, exc::OVERFLOW_ERROR, "signed integer is greater than maximum"),
        Err(_) => raise!(cx, exc::OVERFLOW_ERROR, "signed integer is less than minimum"),
    }
}

/// The one argument of a function with an old-fashioned message.
pub(super) fn one<'a>(cx: &Cx, args: Args<'a>, function: &str) -> R<&'a Value> {
    args.no_keywords(cx, function)?;
    match args.given() {
        [one] => Ok(one),
        other => raise!(cx, exc::TYPE_ERROR, "{function}() takes exactly 1 argument ({} given)", other.len()),
    }
}

/// A string argument.
pub(super) fn text<'a>(cx: &Cx, value: &'a Value, function: &str, number: usize) -> R<&'a PyStr> {
    match value.downcast::<PyStr>() {
        Some(text) => Ok(text),
        None => {
            let ty = value.ty().name();
            let ty = if value.is_none() { "None" } else { ty };
            raise!(cx, exc::TYPE_ERROR, "{function}() argument {number} must be str, not {ty}")
        }
    }
}
