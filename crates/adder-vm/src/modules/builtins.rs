//! The module `builtins`: types, constants, functions.

use adder_objects::bytearray::PyByteArray;
use adder_objects::bytes::PyBytes;
use adder_objects::exceptions as exc;
use adder_objects::float::PyFloat;
use adder_objects::str::PyStr;
use adder_objects::typeobject::{CompareOp, Method, number};
use adder_objects::{Args, Cx, Params, R, TypeObject, Value, raise};

use super::{builtins_class, builtins_compile, builtins_io};
use crate::vm::Vm;

static FUNCTIONS: &[Method] = &[
    Method::any("__build_class__", builtins_class::build_class).about("Makes a class; what the statement `class` calls."),
    Method::any("__import__", import).doc("($module, /, name, globals=None, locals=None, fromlist=(), level=0)", "Imports a module; what the statement `import` calls. Programs call importlib.import_module instead."),
    Method::one("abs", |cx, _, x| cx.absolute(x)).doc("($module, x, /)", "The absolute value."),
    Method::one("aiter", crate::anext::aiter).doc("($module, async_iterable, /)", "An asynchronous iterator over an object."),
    Method::one("all", all).doc("($module, iterable, /)", "Is each item true? True if there are none."),
    Method::positional("anext", 1, 2, crate::anext::anext).doc("($module, aiterator, default=<unrepresentable>, /)", "An awaitable for the next item; at the end it gives the default, or raises StopAsyncIteration."),
    Method::one("any", any).doc("($module, iterable, /)", "Is any item true? False if there are none."),
    Method::one("ascii", |cx, _, x| Ok(cx.ascii(x)?.into_value())).doc("($module, obj, /)", "The repr, with escapes for all that is not ASCII."),
    Method::one("bin", |cx, _, x| to_base(cx, x, 2)).doc("($module, number, /)", "An integer in binary digits, behind 0b."),
    Method::any("breakpoint", super::sys_hooks::breakpoint).doc("($module, /, *args, **kws)", "Calls sys.breakpointhook with these arguments: by default, the debugger."),
    Method::one("callable", |_, _, x| Ok(Value::bool(crate::deferred::is_callable(x)))).doc("($module, obj, /)", "Can it be called? Classes can, and so can instances with __call__."),
    Method::one("chr", chr).doc("($module, i, /)", "The string of one character with this code point."),
    Method::any("compile", builtins_compile::compile).doc("($module, /, source, filename, mode, flags=0,\n        dont_inherit=False, optimize=-1, *, _feature_version=-1)", "A code object of source text, bytes or a tree, for exec() or eval(); mode is 'exec', 'eval' or 'single'."),
    Method::positional("delattr", 2, 2, delattr).doc("($module, obj, name, /)", "Deletes an attribute by its name."),
    Method::positional("dir", 0, 1, dir).about("The names in the current scope, or the attributes of an object, sorted."),
    Method::positional("divmod", 2, 2, |cx, _, a| cx.binary(number::DIVMOD, &a[0], &a[1])).doc("($module, x, y, /)", "The pair (x//y, x%y)."),
    Method::any("eval", builtins_io::eval).doc("($module, source, /, globals=None, locals=None)", "The value of an expression, given as text or as a code object."),
    Method::any("exec", builtins_io::exec).doc("($module, source, /, globals=None, locals=None, *, closure=None)", "Runs statements, given as text or as a code object."),
    Method::positional("format", 1, 2, format).doc("($module, value, format_spec='', /)", "A value as text, as the format spec says."),
    Method::positional("getattr", 2, 3, getattr).about("An attribute by its name; the default, if one is given and there is no such attribute."),
    Method::none("globals", globals).doc("($module, /)", "The dict of the running module's variables."),
    Method::positional("hasattr", 2, 2, hasattr).doc("($module, obj, name, /)", "Has it an attribute of this name? Found by asking for it."),
    Method::one("hash", |cx, _, x| cx.int(cx.hash(x)?)).doc("($module, obj, /)", "The hash of an object. Objects that are equal have the same."),
    Method::one("hex", |cx, _, x| to_base(cx, x, 16)).doc("($module, number, /)", "An integer in hexadecimal digits, behind 0x."),
    Method::one("id", id).doc("($module, obj, /)", "A number that no other object has while this one lives."),
    Method::positional("input", 0, 1, builtins_io::input).doc("($module, prompt='', /)", "A line from standard input without its end, after writing the prompt; EOFError at the end."),
    Method::positional("isinstance", 2, 2, |cx, _, a| cx.is_instance(&a[0], &a[1]).map(Value::bool)).doc("($module, obj, class_or_tuple, /)", "Is it an instance of the class, of a class derived from it, or of one of several?"),
    Method::positional("issubclass", 2, 2, |cx, _, a| cx.is_subclass(&a[0], &a[1]).map(Value::bool)).doc("($module, cls, class_or_tuple, /)", "Is the class derived from another, or the same, or from one of several?"),
    Method::positional("iter", 1, 2, iter).about("An iterator over an object; or one that calls a function until it answers the sentinel."),
    Method::one("len", |cx, _, x| cx.int(cx.len(x)? as i64)).doc("($module, obj, /)", "How many items it has."),
    Method::none("locals", locals).doc("($module, /)", "The variables of the current scope as a dict; within a function a copy."),
    Method::any("max", |cx, _, args| extreme(cx, args, "max", CompareOp::Gt)).about("The largest of several arguments, or of the items of one. key: a function whose results are compared; default: the answer where there are no items."),
    Method::any("min", |cx, _, args| extreme(cx, args, "min", CompareOp::Lt)).about("The smallest of several arguments, or of the items of one. key: a function whose results are compared; default: the answer where there are no items."),
    Method::positional("next", 1, 2, next).about("The next item of an iterator; at the end the default, if there is one, else StopIteration."),
    Method::one("oct", |cx, _, x| to_base(cx, x, 8)).doc("($module, number, /)", "An integer in octal digits, behind 0o."),
    Method::any("open", super::io::open).doc("($module, /, file, mode='r', buffering=-1, encoding=None,\n     errors=None, newline=None, closefd=True, opener=None)", "Opens a file, as text unless the mode has a b in it."),
    Method::one("ord", ord).doc("($module, c, /)", "The code point of a character, or the value of a byte."),
    Method::any("pow", pow).doc("($module, /, base, exp, mod=None)", "base to the power of exp; with three integers modulo the third, without making the large number."),
    Method::any("print", builtins_io::print).doc("($module, /, *args, sep=' ', end='\\n', file=None, flush=False)", "Writes values as text to a stream, by default sys.stdout, with sep between and end behind them."),
    Method::one("repr", |cx, _, x| Ok(cx.repr(x)?.into_value())).doc("($module, obj, /)", "An object as text for programmers: often what would make it again."),
    Method::any("round", round).doc("($module, /, number, ndigits=None)", "A number rounded to so many digits behind the point; to an integer if none are given."),
    Method::positional("setattr", 3, 3, setattr).doc("($module, obj, name, value, /)", "Sets an attribute by its name."),
    Method::any("sorted", sorted).doc("($module, iterable, /, *, key=None, reverse=False)", "A new list of the items in ascending order; equal ones keep their order."),
    Method::any("sum", sum).doc("($module, iterable, /, start=0)", "The start value and all items, added one after the other."),
    Method::positional("vars", 0, 1, vars).about("The __dict__ of an object; without one, locals()."),
];

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "builtins", FUNCTIONS)?.into_value();
    let Some(dict) = crate::module::dict_of(&module) else { return Ok(module) };
    for ty in adder_objects::builtin_types::all().filter(|ty| is_public(ty)) {
        dict.set_text(cx, ty.name(), ty.value())?;
    }
    for (name, value) in [
        ("None", Value::none()),
        ("True", Value::bool(true)),
        ("False", Value::bool(false)),
        ("Ellipsis", adder_objects::singletons::ELLIPSIS.value()),
        ("NotImplemented", Value::not_implemented()),
        ("EnvironmentError", exc::OS_ERROR.value()),
        ("IOError", exc::OS_ERROR.value()),
        ("__debug__", Value::bool(vm.options.optimize == 0)),
    ] {
        dict.set_text(cx, name, value)?;
    }
    // It belongs to the module `_io`.
    if let Some(open) = FUNCTIONS.iter().find(|function| function.name == "open") {
        dict.set_text(cx, "open", cx.builtin(open, module.clone(), Some(cx.intern("_io")?))?.into_value())?;
    }
    if !vm.options.flags.iter().any(|(name, value)| *name == "no_site" && *value != 0) {
        crate::deferred::add_site_builtins(cx, &dict)?;
    }
    Ok(module)
}

/// Is the type one of the module's names?
fn is_public(ty: &TypeObject) -> bool {
    const NAMES: &[&str] = &[
        "bool",
        "bytearray",
        "bytes",
        "classmethod",
        "complex",
        "dict",
        "enumerate",
        "filter",
        "float",
        "frozenset",
        "int",
        "list",
        "map",
        "memoryview",
        "object",
        "property",
        "range",
        "reversed",
        "set",
        "slice",
        "staticmethod",
        "str",
        "super",
        "tuple",
        "type",
        "zip",
    ];
    let of_builtins = ty.spec.is_some_and(|spec| spec.module == "builtins");
    of_builtins && (ty.is_subtype(&exc::BASE_EXCEPTION) || NAMES.contains(&ty.name()))
}

fn import(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [name, globals, _, from, level] = args.bind(
        cx,
        &Params {
            function: "__import__",
            names: ["name", "globals", "locals", "fromlist", "level"],
            positional_only: 0,
            positional: 5,
            required: 1,
        },
    )?;
    let Some(name) = name else { return Ok(Value::none()) };
    let none = Value::none();
    let level = level.map_or(Ok(0), |level| cx.index_to_isize(level, None))? as i64;
    crate::import::import(Vm::of(cx), name, globals, from.unwrap_or(&none), level)
}

fn all(cx: &Cx, _: &Value, iterable: &Value) -> R {
    let iterator = cx.iter(iterable)?;
    while let Some(item) = cx.next(&iterator)? {
        if !cx.is_true(&item)? {
            return Ok(Value::bool(false));
        }
    }
    Ok(Value::bool(true))
}

fn any(cx: &Cx, _: &Value, iterable: &Value) -> R {
    let iterator = cx.iter(iterable)?;
    while let Some(item) = cx.next(&iterator)? {
        if cx.is_true(&item)? {
            return Ok(Value::bool(true));
        }
    }
    Ok(Value::bool(false))
}

/// `bin`, `oct` and `hex`.
fn to_base(cx: &Cx, x: &Value, base: u32) -> R {
    let index = cx.index(x)?;
    let Some(int) = adder_objects::int::Int::of(&index) else { return Ok(Value::none()) };
    let digits = adder_objects::int::digits_in(cx, &int, base)?;
    let prefix = match base {
        2 => "0b",
        8 => "0o",
        _ => "0x",
    };
    let sign = if int.negative { "-" } else { "" };
    Ok(cx.str_from_fmt(format_args!("{sign}{prefix}{digits}"))?.into_value())
}

fn chr(cx: &Cx, _: &Value, x: &Value) -> R {
    // What is too large for the machine is cut off: it is out of range as well.
    let point = cx.index_to_isize(&cx.index(x)?, None)?;
    match u32::try_from(point).ok().filter(|p| *p < 0x11_0000) {
        Some(point) => Ok(cx.str_from_points(&[point])?.into_value()),
        None => raise!(cx, exc::VALUE_ERROR, "chr() arg not in range(0x110000)"),
    }
}

fn ord(cx: &Cx, _: &Value, x: &Value) -> R {
    let n = match x.downcast::<PyStr>() {
        Some(text) if text.len() == 1 => return Ok(Value::small(i64::from(text.chars().at(0)))),
        Some(text) => text.len(),
        None if x.ty().slots.buffer.get().is_some() => match cx.len(x)? {
            1 => return cx.getitem(x, &Value::small(0)),
            n => n,
        },
        None => {
            let name = x.ty().name();
            return raise!(cx, exc::TYPE_ERROR, "ord() expected string of length 1, but {name} found");
        }
    };
    raise!(cx, exc::TYPE_ERROR, "ord() expected a character, but string of length {n} found")
}

fn name_of(cx: &Cx, name: &Value) -> R {
    match name.downcast::<PyStr>() {
        Some(_) => Ok(cx.intern_value(name.clone())),
        None => raise!(cx, exc::TYPE_ERROR, "attribute name must be string, not '{}'", name.ty().name()),
    }
}

fn getattr(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let name = name_of(cx, &args[1])?;
    match args.get(2) {
        None => cx.getattr(&args[0], &name),
        Some(default) => Ok(cx.getattr_opt(&args[0], &name)?.unwrap_or_else(|| default.clone())),
    }
}

fn hasattr(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let name = name_of(cx, &args[1])?;
    Ok(Value::bool(cx.getattr_opt(&args[0], &name)?.is_some()))
}

fn setattr(cx: &Cx, _: &Value, args: &[Value]) -> R {
    cx.setattr(&args[0], &name_of(cx, &args[1])?, Some(&args[2]))?;
    Ok(Value::none())
}

fn delattr(cx: &Cx, _: &Value, args: &[Value]) -> R {
    cx.setattr(&args[0], &name_of(cx, &args[1])?, None)?;
    Ok(Value::none())
}

fn dir(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let names = match args.first() {
        None => cx.call_method(&locals(cx, this)?, cx.names.keys(), &[])?,
        Some(object) => match cx.call_special(object, cx.names.dir(), &[])? {
            Some(names) => names,
            None => return raise!(cx, exc::TYPE_ERROR, "object does not provide __dir__"),
        },
    };
    let list = cx.list_of(&names)?.into_value();
    cx.call_method(&list, &cx.intern("sort")?, &[])?;
    Ok(list)
}

fn format(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let spec = args.get(1).unwrap_or(cx.names.empty_str());
    if spec.downcast::<PyStr>().is_none() {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "format() argument 2 must be str, not {}",
            adder_objects::arguments::type_name(spec)
        );
    }
    Ok(cx.format(&args[0], spec)?.into_value())
}

pub(super) fn globals(cx: &Cx, _: &Value) -> R {
    match crate::frame_object::running(Vm::of(cx)) {
        // SAFETY: the running frame is live.
        Some((registers, _)) => Ok(unsafe { registers.py_function() }.globals.get()),
        None => raise!(cx, exc::SYSTEM_ERROR, "globals(): no frame"),
    }
}

/// `locals()`: the mapping itself of a module or class body, a snapshot of a function's variables.
pub(super) fn locals(cx: &Cx, _: &Value) -> R {
    let vm = Vm::of(cx);
    let Some((registers, _)) = crate::frame_object::running(vm) else {
        return raise!(cx, exc::SYSTEM_ERROR, "locals(): no frame");
    };
    // SAFETY: the running frame is live.
    unsafe {
        match registers.locals() {
            Some(locals) => Ok(locals.clone()),
            None => {
                let frame = crate::frame_object::of(vm, registers)?;
                Ok(crate::frame_locals::snapshot(cx, &frame)?.into_value())
            }
        }
    }
}

fn vars(cx: &Cx, this: &Value, args: &[Value]) -> R {
    let Some(object) = args.first() else { return locals(cx, this) };
    match cx.getattr_opt(object, cx.names.dict())? {
        Some(dict) => Ok(dict),
        None => raise!(cx, exc::TYPE_ERROR, "vars() argument must have __dict__ attribute"),
    }
}

/// The address of an object; of a small int, a number made of its value, so that it stays the same.
fn id(cx: &Cx, _: &Value, x: &Value) -> R {
    cx.int_from_u64(x.bits() as u64)
}

fn iter(cx: &Cx, _: &Value, args: &[Value]) -> R {
    match args {
        [callable, sentinel, ..] => {
            if callable.ty().slots.call.get().is_none() {
                return raise!(cx, exc::TYPE_ERROR, "iter(v, w): v must be callable");
            }
            cx.callable_iterator(callable, sentinel)
        }
        _ => cx.iter(&args[0]),
    }
}

fn next(cx: &Cx, _: &Value, args: &[Value]) -> R {
    if args[0].ty().slots.next.get().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "'{}' object is not an iterator", args[0].ty().name());
    }
    match args.get(1) {
        None => cx.next_or_stop(&args[0])?.ok_or_else(|| cx.stop_iteration(Value::none())),
        Some(default) => {
            let found = cx.next(&args[0])?;
            Ok(found.unwrap_or_else(|| default.clone()))
        }
    }
}

fn extreme(cx: &Cx, args: Args<'_>, name: &str, op: CompareOp) -> R {
    let (mut key, mut default) = (None, None);
    for (keyword, value) in args.keywords() {
        match keyword.downcast::<PyStr>().and_then(PyStr::as_str) {
            Some("key") => key = Some(value.clone()).filter(|k| !k.is_none()),
            Some("default") => default = Some(value.clone()),
            other => {
                let other = other.unwrap_or("?");
                return raise!(cx, exc::TYPE_ERROR, "{name}() got an unexpected keyword argument '{other}'");
            }
        }
    }
    let mut best: Option<(Value, Value)> = None;
    let mut look = |item: Value| -> R<()> {
        let by = match &key {
            Some(key) => cx.call(key, core::slice::from_ref(&item))?,
            None => item.clone(),
        };
        let better = match &best {
            None => true,
            Some((_, best)) => cx.compares(&by, best, op)?,
        };
        if better {
            best = Some((item, by));
        }
        Ok(())
    };
    match args.given() {
        [] => return raise!(cx, exc::TYPE_ERROR, "{name} expected at least 1 argument, got 0"),
        [iterable] => {
            let iterator = cx.iter(iterable)?;
            while let Some(item) = cx.next(&iterator)? {
                look(item)?;
            }
        }
        _ if default.is_some() => {
            return raise!(
                cx,
                exc::TYPE_ERROR,
                "Cannot specify a default for {name}() with multiple positional arguments"
            );
        }
        items => {
            for item in items {
                look(item.clone())?;
            }
        }
    }
    match best.map(|(item, _)| item).or(default) {
        Some(item) => Ok(item),
        None => raise!(cx, exc::VALUE_ERROR, "{name}() iterable argument is empty"),
    }
}

fn pow(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [base, exponent, modulus] = args.bind(
        cx,
        &Params { function: "pow", names: ["base", "exp", "mod"], positional_only: 0, positional: 3, required: 2 },
    )?;
    let none = Value::none();
    cx.power(base.unwrap_or(&none), exponent.unwrap_or(&none), modulus.unwrap_or(&none))
}

fn round(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [number, digits] = args.bind(
        cx,
        &Params { function: "round", names: ["number", "ndigits"], positional_only: 0, positional: 2, required: 1 },
    )?;
    let Some(number) = number else { return Ok(Value::none()) };
    let digits = digits.filter(|d| !d.is_none()).map_or(&[][..], core::slice::from_ref);
    match cx.call_special(number, cx.names.round(), digits)? {
        Some(result) => Ok(result),
        None => raise!(cx, exc::TYPE_ERROR, "type {} doesn't define __round__ method", number.ty().name()),
    }
}

fn sorted(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [iterable] = args.given() else {
        return raise!(cx, exc::TYPE_ERROR, "sorted expected 1 argument, got {}", args.given().len());
    };
    let list = cx.list_of(iterable)?.into_value();
    let sort = cx.getattr(&list, &cx.intern("sort")?)?;
    cx.call_args(&sort, args.rest())?;
    Ok(list)
}

fn sum(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [iterable, start] = args.bind(
        cx,
        &Params { function: "sum", names: ["iterable", "start"], positional_only: 1, positional: 2, required: 1 },
    )?;
    let Some(iterable) = iterable else { return Ok(Value::none()) };
    let mut total = start.cloned().unwrap_or_else(|| Value::small(0));
    // Adding up texts piece by piece takes the square of their length.
    for (is_text, texts, empty) in [
        (total.downcast::<PyStr>().is_some(), "strings", "''"),
        (total.downcast::<PyBytes>().is_some(), "bytes", "b''"),
        (total.downcast::<PyByteArray>().is_some(), "bytearray", "b''"),
    ] {
        if is_text {
            return raise!(cx, exc::TYPE_ERROR, "sum() can't sum {texts} [use {empty}.join(seq) instead]");
        }
    }
    let number_of = |x: &Value| match x.downcast_exact::<PyFloat>() {
        Some(float) => Some(float.value),
        None => x.as_small().map(|i| i as f64),
    };
    let mut floats: Option<Compensated> = None;
    let iterator = cx.iter(iterable)?;
    while let Some(item) = cx.next(&iterator)? {
        match (&mut floats, number_of(&item)) {
            // An int is added as it is: what is lost is not made good for.
            (Some(sum), Some(value)) if !item.is_object() => sum.sum += value,
            (Some(sum), Some(value)) => sum.add(value),
            (Some(sum), None) => {
                total = cx.binary(number::ADD, &cx.float(sum.value())?, &item)?;
                floats = None;
            }
            (None, Some(value)) if item.is_object() && number_of(&total).is_some() => {
                let mut sum = Compensated { sum: number_of(&total).unwrap_or(0.0), lost: 0.0 };
                sum.add(value);
                floats = Some(sum);
            }
            (None, _) => total = cx.binary(number::ADD, &total, &item)?,
        }
    }
    match floats {
        Some(sum) => cx.float(sum.value()),
        None => Ok(total),
    }
}

/// Neumaier's compensated sum, as CPython 3.12 and later take it.
struct Compensated {
    sum: f64,
    lost: f64,
}

impl Compensated {
    fn add(&mut self, x: f64) {
        let sum = self.sum + x;
        self.lost += if self.sum.abs() >= x.abs() { (self.sum - sum) + x } else { (x - sum) + self.sum };
        self.sum = sum;
    }

    fn value(&self) -> f64 {
        if self.lost != 0.0 && self.lost.is_finite() { self.sum + self.lost } else { self.sum }
    }
}
