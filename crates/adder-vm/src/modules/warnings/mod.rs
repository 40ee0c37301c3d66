//! The module `_warnings`: what the library's `warnings` leaves to the interpreter.

mod filter;
mod issue;
mod place;

use core::cell::Cell;

use adder_objects::object::Slot;
use adder_objects::typeobject::Method;
use adder_objects::{Args, Cx, Params, R, TypeObject, Value, exceptions as exc, raise};

use self::issue::Issue;
use super::OptionalSlot;
use super::support::int;
use crate::vm::Vm;

/// What an interpreter knows of warnings. All of it is made when it is first needed.
#[derive(Default)]
pub(crate) struct State {
    /// `_warnings.filters`: the list that holds while the module `warnings` says nothing else.
    filters: OptionalSlot,
    /// `_warnings._onceregistry`
    once: OptionalSlot,
    /// `_warnings._warnings_context`
    context: OptionalSlot,
    /// What `_acquire_lock` takes.
    lock: OptionalSlot,
    /// Changes with the filters: registries of an older version are of no use.
    version: Cell<i64>,
}

impl State {
    /// All that it holds.
    pub(super) fn slots(&self) -> [&Slot; 4] {
        [&self.filters, &self.once, &self.context, &self.lock]
    }
}

static FUNCTIONS: &[Method] = &[
    Method::any("warn", warn),
    Method::any("warn_explicit", warn_explicit),
    Method::none("_filters_mutated_lock_held", |cx, _| {
        let version = &Vm::of(cx).state.warnings.version;
        version.set(version.get() + 1);
        Ok(Value::none())
    }),
    Method::none("_acquire_lock", |cx, _| lock(cx, "acquire").map(|_| Value::none())),
    Method::none("_release_lock", |cx, _| lock(cx, "release")),
];

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_warnings", FUNCTIONS)?.into_value();
    if let Some(dict) = crate::module::dict_of(&module) {
        dict.set_text(cx, "filters", filters(cx)?)?;
        dict.set_text(cx, "_onceregistry", once(cx)?)?;
        dict.set_text(cx, "_defaultaction", cx.intern(DEFAULT_ACTION)?)?;
        dict.set_text(cx, "_warnings_context", context(cx)?)?;
    }
    Ok(module)
}

const DEFAULT_ACTION: &str = "default";

/// What a slot holds, made where it is empty.
fn held(slot: &Slot, make: impl FnOnce() -> R) -> R {
    if let Some(value) = slot.try_get() {
        return Ok(value);
    }
    let made = make()?;
    slot.set(made.clone());
    Ok(made)
}

fn filters(cx: &Cx) -> R {
    held(&Vm::of(cx).state.warnings.filters, || {
        let filter = |action: &str, category: &TypeObject, module: Value| -> R {
            let items = [cx.intern(action)?, Value::none(), category.value(), module, Value::small(0)];
            Ok(cx.tuple(items)?.into_value())
        };
        let all = [
            filter("default", &exc::DEPRECATION_WARNING, cx.intern("__main__")?)?,
            filter("ignore", &exc::DEPRECATION_WARNING, Value::none())?,
            filter("ignore", &exc::PENDING_DEPRECATION_WARNING, Value::none())?,
            filter("ignore", &exc::IMPORT_WARNING, Value::none())?,
            filter("ignore", &exc::RESOURCE_WARNING, Value::none())?,
        ];
        Ok(cx.list(all)?.into_value())
    })
}

fn once(cx: &Cx) -> R {
    held(&Vm::of(cx).state.warnings.once, || Ok(cx.dict()?.into_value()))
}

/// The variable that holds the filters of a context, where `sys.flags.context_aware_warnings` says that there are such.
fn context(cx: &Cx) -> R {
    held(&Vm::of(cx).state.warnings.context, || {
        let class = super::contextvars::CONTEXT_VAR_TYPE.value();
        cx.call(&class, &[cx.intern("warnings_context")?])
    })
}

fn lock(cx: &Cx, method: &str) -> R {
    let lock =
        held(&Vm::of(cx).state.warnings.lock, || cx.call(&cx.getattr_text(&cx.import("_thread")?, "RLock")?, &[]))?;
    cx.call(&cx.getattr_text(&lock, method)?, &[])
}

/// Issues a warning of the interpreter itself, as if a function that was called so many levels up had done it.
pub(crate) fn warn_natively(cx: &Cx, category: &'static TypeObject, message: &str, level: usize) -> R<()> {
    // At the end of an interpreter the module may be gone, and with it whoever wanted to know.
    if !obey_options(cx)? {
        return Ok(());
    }
    let place = place::find(cx, level as i64, &[])?;
    issue::issue(cx, &Issue::new(&category.value(), &cx.str_value(message)?, place))
}

/// Issues a warning about a line of a source file.
pub(crate) fn warn_about_line(cx: &Cx, category: &'static TypeObject, message: &str, file: &str, line: u32) -> R<()> {
    if !obey_options(cx)? {
        return Ok(());
    }
    let place = place::of_line(cx, cx.str_value(file)?, line.into(), None, None)?;
    issue::issue(cx, &Issue::new(&category.value(), &cx.str_value(message)?, place))
}

/// Issues a warning of a category and a message of any kind, as if a function that was called so many levels up had done it.
pub(crate) fn warn_of(cx: &Cx, category: &Value, message: &Value, level: i64, source: Option<&Value>) -> R<()> {
    if !obey_options(cx)? {
        return Ok(());
    }
    let place = place::find(cx, level, &[])?;
    issue::issue(cx, &Issue { source, ..Issue::new(category, message, place) })
}

/// A warning about a line: which one, of what module, and what that was warned of before.
#[derive(Debug)]
pub struct AboutLine<'a> {
    /// The file's name.
    pub file: &'a Value,
    /// The line in it.
    pub line: i64,
    /// The module's name; the file's is taken where there is none.
    pub module: Option<&'a Value>,
    /// `__warningregistry__` of the module.
    pub registry: Option<&'a Value>,
}

/// Issues a warning of a category and a message of any kind about a line.
pub(crate) fn warn_of_line(cx: &Cx, category: &Value, message: &Value, about: &AboutLine<'_>) -> R<()> {
    if !obey_options(cx)? {
        return Ok(());
    }
    let (module, registry) = (about.module.cloned(), about.registry.cloned());
    let place = place::of_line(cx, about.file.clone(), about.line, module, registry)?;
    issue::issue(cx, &Issue::new(category, message, place))
}

/// Makes sure that the filters of the command line are there: the module `warnings` reads them when it is loaded. Says whether
/// somebody is left to be warned.
fn obey_options(cx: &Cx) -> R<bool> {
    let vm = Vm::of(cx);
    let modules = vm.modules.get();
    let known = match modules.downcast::<adder_objects::dict::PyDict>() {
        Some(modules) => modules.get_text(cx, "warnings")?,
        None => None,
    };
    match known {
        Some(module) => Ok(!module.is_none()),
        None if vm.options.warn_options.is_empty() => Ok(true),
        None => cx.import("warnings").map(|_| true),
    }
}

/// `warn(message, category=None, stacklevel=1, source=None, *, skip_file_prefixes=())`
fn warn(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [message, category, level, source, prefixes] = args.bind(
        cx,
        &Params {
            function: "warn",
            names: ["message", "category", "stacklevel", "source", "skip_file_prefixes"],
            positional_only: 0,
            positional: 4,
            required: 1,
        },
    )?;
    let none = Value::none();
    let message = message.unwrap_or(&none);
    let mut level = level.map_or(Ok(1), |level| int(cx, level))?;
    let category = if cx.is_instance(message, &exc::WARNING.value())? {
        message.ty().value()
    } else {
        category.filter(|category| !category.is_none()).cloned().unwrap_or_else(|| exc::USER_WARNING.value())
    };
    if category.downcast::<TypeObject>().is_none() || !cx.is_subclass(&category, &exc::WARNING.value())? {
        let name = category.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "category must be a Warning subclass, not '{name}'");
    }
    let prefixes = match prefixes {
        None => &[],
        Some(prefixes) => match prefixes.downcast::<adder_objects::tuple::PyTuple>() {
            Some(prefixes) => prefixes.items(),
            None => {
                let name = prefixes.ty().name();
                return raise!(cx, exc::TYPE_ERROR, "warn() argument 'skip_file_prefixes' must be tuple, not {name}");
            }
        },
    };
    if let Some(other) = prefixes.iter().find(|prefix| prefix.downcast::<adder_objects::str::PyStr>().is_none()) {
        let name = other.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "Found non-str '{name}' in skip_file_prefixes.");
    }
    if !prefixes.is_empty() {
        level = level.max(2);
    }
    let place = place::find(cx, level, prefixes)?;
    let issue = Issue { source: source.filter(|source| !source.is_none()), ..Issue::new(&category, message, place) };
    issue::issue(cx, &issue).map(|()| Value::none())
}

/// `warn_explicit(message, category, filename, lineno, module=None, registry=None, module_globals=None, source=None)`
fn warn_explicit(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [message, category, file, line, module, registry, globals, source] = args.bind(
        cx,
        &Params {
            function: "warn_explicit",
            names: ["message", "category", "filename", "lineno", "module", "registry", "module_globals", "source"],
            positional_only: 0,
            positional: 8,
            required: 4,
        },
    )?;
    let (Some(message), Some(category), Some(file), Some(line)) = (message, category, file, line) else {
        return Ok(Value::none());
    };
    if file.downcast::<adder_objects::str::PyStr>().is_none() {
        let name = file.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "warn_explicit() argument 'filename' must be str, not {name}");
    }
    let line = super::support::c_int(cx, line)?;
    let is_none = |value: Option<&Value>| value.is_some_and(Value::is_none);
    if let Some(globals) = globals.filter(|globals| !globals.is_none())
        && globals.downcast::<adder_objects::dict::PyDict>().is_none()
    {
        let name = globals.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "module_globals must be a dict, not '{name}'");
    }
    // A module of this name stands for one that is going away.
    if is_none(module) {
        return Ok(Value::none());
    }
    let registry = registry.filter(|registry| !registry.is_none()).cloned();
    if let Some(registry) = &registry
        && registry.downcast::<adder_objects::dict::PyDict>().is_none()
    {
        return raise!(cx, exc::TYPE_ERROR, "'registry' must be a dict or None");
    }
    let is_warning = cx.is_instance(message, &exc::WARNING.value())?;
    if !is_warning && category.downcast::<TypeObject>().is_none() {
        let name = category.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "category must be a Warning subclass, not '{name}'");
    }
    if let Some(globals) = globals.filter(|globals| !globals.is_none()) {
        issue::prime_lines(cx, file, globals)?;
    }
    let place = place::of_line(cx, file.clone(), line.into(), module.cloned(), registry)?;
    let issue = Issue { source: source.filter(|source| !source.is_none()), ..Issue::new(category, message, place) };
    issue::issue(cx, &issue).map(|()| Value::none())
}
