//! What a call gives: positional arguments, then keywords.

use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::value::Value;

/// The arguments of a call, borrowed from the caller: the positional ones, then the values of the keywords, whose names are a
/// tuple of strings (CPython's *vectorcall*).
#[derive(Clone, Copy)]
pub struct Args<'a> {
    values: &'a [Value],
    positional: usize,
    names: Option<&'a PyTuple>,
}

impl<'a> Args<'a> {
    /// No arguments.
    pub const NONE: Args<'static> = Args { values: &[], positional: 0, names: None };

    /// Positional arguments only.
    #[inline(always)]
    pub fn positional(values: &'a [Value]) -> Args<'a> {
        Args { values, positional: values.len(), names: None }
    }

    /// The last values belong to the keywords with these names.
    ///
    /// # Panics
    /// If there are more names than values.
    #[inline]
    pub fn with_names(values: &'a [Value], names: Option<&'a PyTuple>) -> Args<'a> {
        let names = names.filter(|n| !n.items().is_empty());
        let keywords = names.map_or(0, |n| n.items().len());
        Args { values, positional: values.len() - keywords, names }
    }

    /// The positional arguments.
    #[inline(always)]
    pub fn given(&self) -> &'a [Value] {
        &self.values[..self.positional]
    }

    /// All values, those of the keywords last.
    #[inline(always)]
    pub fn values(&self) -> &'a [Value] {
        self.values
    }

    /// The names of the keywords, a tuple.
    #[inline(always)]
    pub fn names(&self) -> Option<&'a PyTuple> {
        self.names
    }

    /// Are there no arguments at all?
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The keywords: name and value.
    pub fn keywords(&self) -> impl Iterator<Item = (&'a Value, &'a Value)> + use<'a> {
        let names: &'a [Value] = self.names.map_or(&[], |n| n.items());
        names.iter().zip(&self.values[self.positional..])
    }

    /// The value of a keyword.
    pub fn keyword(&self, name: &str) -> Option<&'a Value> {
        self.keywords().find(|(n, _)| n.downcast::<PyStr>().is_some_and(|n| n.as_str() == Some(name))).map(|(_, v)| v)
    }

    /// Without the first positional argument.
    ///
    /// # Panics
    /// If there is none.
    pub fn rest(&self) -> Args<'a> {
        Args { values: &self.values[1..], positional: self.positional - 1, names: self.names }
    }

    /// TypeError if there are keywords.
    pub fn no_keywords(&self, cx: &Cx, function: &str) -> R<()> {
        if self.names.is_some() {
            return raise!(cx, exc::TYPE_ERROR, "{function}() takes no keyword arguments");
        }
        Ok(())
    }

    /// The positional arguments, which must be as many as this says, and no keywords.
    pub fn exactly<const N: usize>(&self, cx: &Cx, function: &str) -> R<&'a [Value; N]> {
        self.no_keywords(cx, function)?;
        match self.given().try_into() {
            Ok(values) => Ok(values),
            Err(_) => Err(cx.type_error(format_args!(
                "{function} expected {N} argument{}, got {}",
                if N == 1 { "" } else { "s" },
                self.positional
            ))),
        }
    }

    /// Positional arguments within limits, and no keywords.
    pub fn between(&self, cx: &Cx, function: &str, min: usize, max: usize) -> R<&'a [Value]> {
        self.no_keywords(cx, function)?;
        check_count(cx, function, self.positional, min, max)?;
        Ok(self.given())
    }

    /// The arguments sorted to the parameters: `None` where one is not given.
    ///
    /// # Errors
    /// TypeError with CPython's texts (those of Argument Clinic).
    pub fn bind<const N: usize>(&self, cx: &Cx, params: &Params<N>) -> R<[Option<&'a Value>; N]> {
        let mut bound = [None; N];
        let function = params.function;
        let positional = params.positional;
        if self.values.len() > N && params.positional_only < N {
            return raise!(
                cx,
                exc::TYPE_ERROR,
                "{function}() takes at most {N} {}argument{} ({} given)",
                if self.positional == 0 { "keyword " } else { "" },
                if N == 1 { "" } else { "s" },
                self.values.len()
            );
        }
        if self.positional > positional {
            let keywords = self.values.len() - self.positional;
            return if positional == 0 && N == 0 {
                raise!(cx, exc::TYPE_ERROR, "{function}() takes no arguments ({} given)", self.values.len())
            } else if N == positional {
                let given = self.positional + keywords;
                let exactly = params.required == N && params.positional_only == N;
                let bound = if exactly { "exactly" } else { "at most" };
                raise!(
                    cx,
                    exc::TYPE_ERROR,
                    "{function}() takes {bound} {N} {}argument{} ({given} given)",
                    if params.positional_only == N { "positional " } else { "" },
                    if N == 1 { "" } else { "s" }
                )
            } else {
                raise!(
                    cx,
                    exc::TYPE_ERROR,
                    "{function}() takes {} {positional} positional argument{} ({} given)",
                    if params.required >= positional { "exactly" } else { "at most" },
                    if positional == 1 { "" } else { "s" },
                    self.positional
                )
            };
        }
        for (place, value) in bound.iter_mut().zip(self.given()) {
            *place = Some(value);
        }
        if self.positional < params.required.min(params.positional_only) {
            return self.too_few_positional(cx, params);
        }
        // What is missing is told first, then what is there twice, then what nobody knows.
        let (mut twice, mut unknown) = (None, None);
        for (name, value) in self.keywords() {
            let text = name.downcast::<PyStr>().and_then(PyStr::as_str).unwrap_or("");
            let found = params.names.iter().position(|n| *n == text).filter(|&at| at >= params.positional_only);
            match found {
                None => unknown = unknown.or(Some(name)),
                Some(at) if bound[at].is_some() => twice = twice.or(Some((text, at + 1))),
                Some(at) => bound[at] = Some(value),
            }
        }
        for (at, value) in bound.iter().enumerate().take(params.required) {
            if value.is_none() {
                let name = params.names[at];
                return if at < params.positional_only {
                    self.too_few_positional(cx, params)
                } else {
                    raise!(cx, exc::TYPE_ERROR, "{function}() missing required argument '{name}' (pos {})", at + 1)
                };
            }
        }
        if let Some((name, place)) = twice {
            return raise!(
                cx,
                exc::TYPE_ERROR,
                "argument for {function}() given by name ('{name}') and position ({place})"
            );
        }
        if let Some(name) = unknown {
            let name = cx.display(name)?;
            return raise!(cx, exc::TYPE_ERROR, "{function}() got an unexpected keyword argument '{name}'");
        }
        Ok(bound)
    }

    #[cold]
    fn too_few_positional<T, const N: usize>(&self, cx: &Cx, params: &Params<N>) -> R<T> {
        let required = params.required.min(params.positional_only);
        raise!(
            cx,
            exc::TYPE_ERROR,
            "{}() takes {} {required} positional argument{} ({} given)",
            params.function,
            if params.required == N { "exactly" } else { "at least" },
            if required == 1 { "" } else { "s" },
            self.positional
        )
    }
}

/// The parameters of a built-in function.
pub struct Params<const N: usize> {
    /// Its name, for messages.
    pub function: &'static str,
    /// Names of all parameters.
    pub names: [&'static str; N],
    /// The first so many can only be given by position.
    pub positional_only: usize,
    /// The first so many can be given by position.
    pub positional: usize,
    /// The first so many must be given.
    pub required: usize,
}

/// TypeError unless so many positional arguments are within limits (texts of `PyArg_UnpackTuple`).
pub fn check_count(cx: &Cx, function: &str, given: usize, min: usize, max: usize) -> R<()> {
    if (min..=max).contains(&given) {
        return Ok(());
    }
    let (bound, wanted) = if min == max {
        ("", min)
    } else if given < min {
        ("at least ", min)
    } else {
        ("at most ", max)
    };
    raise!(
        cx,
        exc::TYPE_ERROR,
        "{function} expected {bound}{wanted} argument{}, got {given}",
        if wanted == 1 { "" } else { "s" }
    )
}
