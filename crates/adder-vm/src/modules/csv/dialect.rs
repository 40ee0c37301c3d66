//! `_csv.Dialect`: how fields are separated and quoted.

use adder_gc::raw::Head;
use adder_objects::object::{functions, unborn};
use adder_objects::str::PyStr;
use adder_objects::typeobject::{GetSet, Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, R, TypeObject, Value, exceptions as exc, raise};

use super::{QUOTE_NONE, QUOTE_NOTNULL, registered};

/// Layout of a dialect. It never changes, and refers to plain strings only.
#[repr(C)]
pub(super) struct PyDialect {
    head: Head,
    pub(super) delimiter: u32,
    pub(super) double_quote: bool,
    pub(super) escape: Option<u32>,
    pub(super) quote: Option<u32>,
    pub(super) quoting: i64,
    pub(super) skip_initial_space: bool,
    pub(super) strict: bool,
    /// A string.
    line_terminator: Value,
}

/// `_csv.Dialect`
pub(super) static DIALECT_TYPE: TypeObject = TypeObject::builtin(&SPEC, &raw const DIALECT_TYPE);
static SPEC: Spec = Spec {
    module: "_csv",
    doc: Some("How fields are separated and quoted."),
    flags: flag::BASE,
    size: size_of::<PyDialect>(),
    functions: functions::<PyDialect>(false, true),
    slots: Slots { new: slot(new), ..Slots::NONE },
    methods: &[Method::none("__reduce__", reduce), Method::one("__reduce_ex__", |cx, this, _| reduce(cx, this))],
    getset: &[
        GetSet::get("delimiter", |cx, this| character(cx, Some(of(this).delimiter))),
        GetSet::get("doublequote", |_, this| Ok(Value::bool(of(this).double_quote))),
        GetSet::get("escapechar", |cx, this| character(cx, of(this).escape)),
        GetSet::get("lineterminator", |_, this| Ok(of(this).line_terminator.clone())),
        GetSet::get("quotechar", |cx, this| character(cx, of(this).quote)),
        GetSet::get("quoting", |cx, this| cx.int(of(this).quoting)),
        GetSet::get("skipinitialspace", |_, this| Ok(Value::bool(of(this).skip_initial_space))),
        GetSet::get("strict", |_, this| Ok(Value::bool(of(this).strict))),
    ],
    ..Spec::new("_csv.Dialect", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyDialect {
    fn ty() -> &'static TypeObject {
        &DIALECT_TYPE
    }
}

impl PyDialect {
    /// What ends a line.
    pub(super) fn line_terminator(&self) -> &PyStr {
        // SAFETY: made of a string.
        unsafe { self.line_terminator.cast::<PyStr>() }
    }
}

/// A dialect of one that is known to be one.
pub(super) fn of(this: &Value) -> &PyDialect {
    // SAFETY: called for dialects.
    unsafe { this.cast::<PyDialect>() }
}

fn reduce(cx: &Cx, this: &Value) -> R {
    raise!(cx, exc::TYPE_ERROR, "cannot pickle '{}' instances", this.ty().short_name())
}

fn character(cx: &Cx, point: Option<u32>) -> R {
    match point {
        Some(point) => Ok(cx.str_of_point(point)?.into_value()),
        None => Ok(Value::none()),
    }
}

const NAMES: [&str; 9] = [
    "dialect",
    "delimiter",
    "doublequote",
    "escapechar",
    "lineterminator",
    "quotechar",
    "quoting",
    "skipinitialspace",
    "strict",
];

/// The dialect of the arguments of a reader or writer: a dialect or its name, then what differs from it.
pub(super) fn of_arguments(cx: &Cx, args: Args<'_>) -> R {
    new(cx, &DIALECT_TYPE, args)
}

fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let mut given: [Option<Value>; 9] = Default::default();
    if args.given().len() > NAMES.len() {
        return raise!(cx, exc::TYPE_ERROR, "function takes at most 9 arguments ({} given)", args.values().len());
    }
    for (place, value) in given.iter_mut().zip(args.given()) {
        *place = Some(value.clone());
    }
    for (name, value) in args.keywords() {
        let name = cx.display(name)?;
        match NAMES.iter().position(|known| *known == name) {
            Some(at) if given[at].is_none() => given[at] = Some(value.clone()),
            Some(at) => {
                return raise!(
                    cx,
                    exc::TYPE_ERROR,
                    "argument for function given by name ('{name}') and position ({})",
                    at + 1
                );
            }
            None => {
                return raise!(cx, exc::TYPE_ERROR, "this function got an unexpected keyword argument '{name}'");
            }
        }
    }
    let mut base = given[0].take().filter(|base| !base.is_none());
    if let Some(name) = base.as_ref().filter(|base| base.downcast::<PyStr>().is_some()) {
        base = Some(registered(cx, name)?);
    }
    if let Some(base) = base {
        if base.is_exact(&DIALECT_TYPE) && core::ptr::eq(class, &DIALECT_TYPE) && given.iter().all(Option::is_none) {
            return Ok(base);
        }
        for (place, name) in given.iter_mut().zip(NAMES).skip(1) {
            if place.is_none() {
                *place = cx.getattr_opt(&base, &cx.intern(name)?)?;
            }
        }
    }
    let [_, delimiter, double_quote, escape, line_terminator, quote, quoting, skip, strict] = given;
    let quoting_given = quoting.is_some();
    let no_quote = quote.as_ref().is_some_and(Value::is_none);
    let truth = |value: Option<Value>, default: bool| value.map_or(Ok(default), |value| cx.is_true(&value));
    let Some(delimiter) = one_character(cx, "delimiter", delimiter, Some(u32::from(b',')), false)? else {
        return raise!(cx, exc::TYPE_ERROR, "\"delimiter\" must be a 1-character string");
    };
    let double_quote = truth(double_quote, true)?;
    let escape = one_character(cx, "escapechar", escape, None, true)?;
    let line_terminator = match line_terminator {
        None => cx.str_value("\r\n")?,
        Some(value) if value.is_none() => return raise!(cx, exc::TYPE_ERROR, "lineterminator must be set"),
        Some(value) if value.downcast::<PyStr>().is_some() => cx.exact_str(&value)?,
        Some(_) => return raise!(cx, exc::TYPE_ERROR, "\"lineterminator\" must be a string"),
    };
    let quote = one_character(cx, "quotechar", quote, Some(u32::from(b'"')), true)?;
    let mut quoting = match quoting {
        None => 0,
        Some(value) if value.is_exact(&adder_objects::int::INT_TYPE) => value.as_i64().unwrap_or(-1),
        Some(_) => return raise!(cx, exc::TYPE_ERROR, "\"quoting\" must be an integer"),
    };
    let (skip, strict) = (truth(skip, false)?, truth(strict, false)?);
    if !(0..=QUOTE_NOTNULL).contains(&quoting) {
        return raise!(cx, exc::TYPE_ERROR, "bad \"quoting\" value");
    }
    if no_quote && !quoting_given {
        quoting = QUOTE_NONE;
    }
    if quoting != QUOTE_NONE && quote.is_none() {
        return raise!(cx, exc::TYPE_ERROR, "quotechar must be set if quoting enabled");
    }
    let made = PyDialect {
        head: unborn(),
        delimiter,
        double_quote,
        escape,
        quote,
        quoting,
        skip_initial_space: skip,
        strict,
        line_terminator,
    };
    check(cx, &made)?;
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn one_character(cx: &Cx, name: &str, value: Option<Value>, default: Option<u32>, none: bool) -> R<Option<u32>> {
    let Some(value) = value else { return Ok(default) };
    if none && value.is_none() {
        return Ok(None);
    }
    match value.downcast::<PyStr>().map(PyStr::chars) {
        Some(chars) if chars.len() == 1 => Ok(Some(chars.at(0))),
        Some(_) => raise!(cx, exc::TYPE_ERROR, "\"{name}\" must be a 1-character string"),
        None => {
            let or = if none { " or None" } else { "" };
            raise!(cx, exc::TYPE_ERROR, "\"{name}\" must be string{or}, not {}", value.ty().name())
        }
    }
}

/// Can the characters be told from each other, and from the ends of lines?
fn check(cx: &Cx, dialect: &PyDialect) -> R<()> {
    let space = !dialect.skip_initial_space;
    let bad = |point: u32, space: bool| {
        point == 10
            || point == 13
            || point == 32 && !space
            || dialect.line_terminator().chars().iter().any(|end| end == point)
    };
    for (name, point, space) in [
        ("delimiter", Some(dialect.delimiter), true),
        ("escapechar", dialect.escape, space),
        ("quotechar", dialect.quote, space),
    ] {
        if point.is_some_and(|point| bad(point, space)) {
            return raise!(cx, exc::VALUE_ERROR, "bad {name} value");
        }
    }
    for (one, other, names) in [
        (Some(dialect.delimiter), dialect.escape, "delimiter or escapechar"),
        (Some(dialect.delimiter), dialect.quote, "delimiter or quotechar"),
        (dialect.escape, dialect.quote, "escapechar or quotechar"),
    ] {
        if one.is_some() && one == other {
            return raise!(cx, exc::VALUE_ERROR, "bad {names} value");
        }
    }
    Ok(())
}
