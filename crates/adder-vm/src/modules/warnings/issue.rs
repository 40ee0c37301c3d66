//! Issues a warning: asks the filters, and raises it or has it shown.

use adder_objects::dict::PyDict;
use adder_objects::str::PyStr;
use adder_objects::{Cx, R, Raised, Value, exceptions as exc, raise};

use super::filter::{action, once_registry, was_warned};
use super::place::Place;
use crate::vm::Vm;

/// A warning on its way.
pub(super) struct Issue<'a> {
    pub category: Value,
    /// A warning, or the text of one.
    pub message: &'a Value,
    pub place: Place,
    /// The object that it is about.
    pub source: Option<&'a Value>,
}

impl<'a> Issue<'a> {
    pub(super) fn new(category: &Value, message: &'a Value, place: Place) -> Issue<'a> {
        Issue { category: category.clone(), message, place, source: None }
    }
}

pub(super) fn issue(cx: &Cx, it: &Issue<'_>) -> R<()> {
    let place = &it.place;
    if place.module.is_none() {
        return Ok(());
    }
    let (warning, text, category) = if cx.is_instance(it.message, &exc::WARNING.value())? {
        (it.message.clone(), cx.to_str(it.message)?.into_value(), it.message.ty().value())
    } else {
        let made = cx.call(&it.category, core::slice::from_ref(it.message))?;
        (made, it.message.clone(), it.category.clone())
    };
    let line = cx.int(place.line)?;
    let key = cx.tuple([text.clone(), category.clone(), line.clone()])?.into_value();
    if let Some(registry) = &place.registry
        && was_warned(cx, registry, &key, false)?
    {
        return Ok(());
    }
    let (action, filter) = action(cx, &category, &text, place.line, &place.module)?;
    let is = |name: &str| action.downcast::<PyStr>().and_then(PyStr::as_str) == Some(name);
    if is("error") {
        return match warning.is_instance(&exc::BASE_EXCEPTION) {
            true => Err(Raised::new(warning)),
            false => raise!(cx, exc::TYPE_ERROR, "exceptions must derive from BaseException"),
        };
    }
    if is("ignore") {
        return Ok(());
    }
    if !is("always") && !is("all") {
        if let Some(registry) = place.registry.as_ref().and_then(Value::downcast::<PyDict>) {
            registry.set(cx, &key, Value::bool(true))?;
        }
        let everywhere = cx.tuple([text.clone(), category.clone()])?.into_value();
        let known = if is("once") {
            let registry = place.registry.clone().map_or_else(|| once_registry(cx), Ok)?;
            was_warned(cx, &registry, &everywhere, true)?
        } else if is("module") {
            match &place.registry {
                Some(registry) => was_warned(cx, registry, &everywhere, true)?,
                None => false,
            }
        } else if is("default") {
            false
        } else {
            let (action, filter) = (cx.repr(&action)?, cx.repr(&filter)?);
            return raise!(
                cx,
                exc::RUNTIME_ERROR,
                "Unrecognized action ({}) in warnings.filters:\n {}",
                action.to_lossy(),
                filter.to_lossy()
            );
        };
        if known {
            return Ok(());
        }
    }
    show(cx, it, &category, &warning, line)
}

/// Hands a warning to the module `warnings`, which is loaded if need be.
fn show(cx: &Cx, it: &Issue<'_>, category: &Value, warning: &Value, line: Value) -> R<()> {
    let Some(show) = of_library(cx, "_showwarnmsg", true)? else {
        return write(cx, it, category, warning);
    };
    if show.ty().slots.call.get().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "warnings._showwarnmsg() must be set to a callable");
    }
    let Some(class) = of_library(cx, "WarningMessage", false)? else {
        return raise!(cx, exc::RUNTIME_ERROR, "unable to get warnings.WarningMessage");
    };
    let source = it.source.cloned().unwrap_or_else(Value::none);
    let none = Value::none;
    let args = [warning.clone(), category.clone(), it.place.file.clone(), line, none(), none(), source];
    let message = cx.call(&class, &args)?;
    cx.call(&show, &[message]).map(drop)
}

/// Writes a warning when there is no module `warnings` any more.
fn write(cx: &Cx, it: &Issue<'_>, category: &Value, warning: &Value) -> R<()> {
    let name = cx.display(&cx.getattr(category, cx.names.name())?)?;
    let (file, line, text) = (cx.display(&it.place.file)?, it.place.line, cx.display(warning)?);
    let shown = u32::try_from(line).ok().and_then(|line| crate::report::source_line(&file, line));
    let shown = shown.map(|shown| format!("  {}\n", shown.trim())).unwrap_or_default();
    super::super::write_error(cx, &format!("{file}:{line}: {name}: {text}\n{shown}"));
    Ok(())
}

/// An attribute of the module `warnings`. None if the module lacks it, or is not loaded and is not to be, or cannot be.
pub(super) fn of_library(cx: &Cx, name: &str, load: bool) -> R<Option<Value>> {
    let modules = Vm::of(cx).modules.get();
    let known = match modules.downcast::<PyDict>() {
        Some(modules) => modules.get_text(cx, "warnings")?,
        None => None,
    };
    let module = match known {
        Some(module) if module.is_none() => return Ok(None),
        Some(module) => module,
        None if !load => return Ok(None),
        None => match cx.import("warnings") {
            Ok(module) => module,
            Err(raised) if raised.is(&exc::IMPORT_ERROR) => return Ok(None),
            Err(raised) => return Err(raised),
        },
    };
    cx.getattr_opt(&module, &cx.intern(name)?)
}

/// Lets `linecache` know the lines of a file whose loader has them.
pub(super) fn prime_lines(cx: &Cx, file: &Value, globals: &Value) -> R<()> {
    // It complains where the globals do not agree about their loader.
    let bless = crate::deferred::attribute(Vm::of(cx), "_bless_my_loader")?;
    if cx.call(&bless, core::slice::from_ref(globals))?.is_none() {
        return Ok(());
    }
    let lines = cx.getattr_text(&cx.import("linecache")?, "getlines")?;
    cx.call(&lines, &[file.clone(), globals.clone()]).map(drop)
}
