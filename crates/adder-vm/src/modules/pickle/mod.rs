//! The module `_pickle`: objects as bytes, and back.

mod atoms;
mod buffer;
mod build;
mod containers;
mod find;
mod global;
mod input;
mod load;
mod memo;
mod op;
mod output;
mod pickler;
mod proxies;
mod reduce;
mod save;
mod unpickler;

use core::fmt::Arguments;

use adder_objects::dict::PyDict;
use adder_objects::object::Slot;
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::{Method, TYPE_TYPE};
use adder_objects::{Cx, R, Raised, TypeObject, Value, exceptions as exc};

pub use buffer::PyPickleBuffer;

use super::OptionalSlot;
use crate::vm::Vm;

/// The types of this module.
pub(crate) static TYPES: &[&TypeObject] = &[
    &pickler::PICKLER_TYPE,
    &unpickler::UNPICKLER_TYPE,
    &proxies::PICKLER_MEMO_TYPE,
    &proxies::UNPICKLER_MEMO_TYPE,
    &buffer::PICKLE_BUFFER_TYPE,
];

/// What the module takes from the library, once it is loaded: a tuple in the order of [`Part`].
#[derive(Default)]
pub(crate) struct State(OptionalSlot);

impl State {
    /// What it holds.
    pub(super) fn slot(&self) -> &Slot {
        &self.0
    }
}

/// What the module needs of the library.
#[derive(Clone, Copy)]
enum Part {
    DispatchTable,
    ExtensionRegistry,
    InvertedRegistry,
    ExtensionCache,
    NameTo3,
    ImportTo3,
    NameTo2,
    ImportTo2,
    Encode,
    Partial,
    GetAttr,
    PickleError,
    PicklingError,
    UnpicklingError,
}

/// Where the first of them are found.
const LIBRARY: [(&str, &str); 11] = [
    ("copyreg", "dispatch_table"),
    ("copyreg", "_extension_registry"),
    ("copyreg", "_inverted_registry"),
    ("copyreg", "_extension_cache"),
    ("_compat_pickle", "NAME_MAPPING"),
    ("_compat_pickle", "IMPORT_MAPPING"),
    ("_compat_pickle", "REVERSE_NAME_MAPPING"),
    ("_compat_pickle", "REVERSE_IMPORT_MAPPING"),
    ("codecs", "encode"),
    ("functools", "partial"),
    ("builtins", "getattr"),
];

static FUNCTIONS: &[Method] = &[
    Method::any("dump", pickler::dump).doc(
        "($module, /, obj, file, protocol=None, *, fix_imports=True, buffer_callback=None)",
        "Writes an object as a pickle to a file.",
    ),
    Method::any("dumps", pickler::dumps).doc(
        "($module, /, obj, protocol=None, *, fix_imports=True, buffer_callback=None)",
        "An object as a pickle, bytes.",
    ),
    Method::any("load", unpickler::load).doc(
        "($module, /, file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())",
        "Reads an object from a file with a pickle.",
    ),
    Method::any("loads", unpickler::loads).doc(
        "($module, data, /, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())",
        "Reads an object from the bytes of a pickle.",
    ),
];

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_pickle", FUNCTIONS)?.into_value();
    let parts = parts(cx)?;
    if let (Some(dict), Some(parts)) = (crate::module::dict_of(&module), parts.downcast::<PyTuple>()) {
        for (name, part) in [
            ("PickleError", Part::PickleError),
            ("PicklingError", Part::PicklingError),
            ("UnpicklingError", Part::UnpicklingError),
        ] {
            dict.set_text(cx, name, parts.items()[part as usize].clone())?;
        }
        for ty in [&pickler::PICKLER_TYPE, &unpickler::UNPICKLER_TYPE, &buffer::PICKLE_BUFFER_TYPE] {
            dict.set_text(cx, ty.short_name(), ty.value())?;
        }
    }
    Ok(module)
}

fn parts(cx: &Cx) -> R {
    let slot = Vm::of(cx).state.pickle.slot();
    if let Some(known) = slot.try_get() {
        return Ok(known);
    }
    let mut parts = Vec::new();
    for (module, name) in LIBRARY {
        parts.push(cx.getattr_text(&cx.import(module)?, name)?);
    }
    let base = exception_class(cx, "PickleError", &exc::EXCEPTION.value())?;
    parts.push(base.clone());
    parts.push(exception_class(cx, "PicklingError", &base)?);
    parts.push(exception_class(cx, "UnpicklingError", &base)?);
    let parts = cx.tuple(parts)?.into_value();
    slot.set(parts.clone());
    Ok(parts)
}

fn exception_class(cx: &Cx, name: &str, base: &Value) -> R {
    let members = cx.dict()?;
    members.set_text(cx, "__module__", cx.intern("_pickle")?)?;
    let bases = cx.tuple([base.clone()])?.into_value();
    cx.call(&TYPE_TYPE.value(), &[cx.intern(name)?, bases, members.into_value()])
}

/// A part of the library.
fn part(cx: &Cx, part: Part) -> R {
    let parts = parts(cx)?;
    Ok(parts.downcast::<PyTuple>().map_or_else(Value::none, |parts| parts.items()[part as usize].clone()))
}

/// What a table of the library has for a key.
fn look_up(cx: &Cx, table: Part, key: &Value) -> R<Option<Value>> {
    let table = part(cx, table)?;
    match table.downcast::<PyDict>() {
        Some(table) => table.get(cx, key),
        None => Ok(None),
    }
}

#[cold]
fn error(cx: &Cx, class: Part, message: Arguments<'_>) -> Raised {
    let made = (|| {
        let class = part(cx, class)?;
        cx.call(&class, &[cx.str_from_fmt(message)?.into_value()])
    })();
    match made {
        Ok(exception) => Raised::new(exception),
        Err(raised) => raised,
    }
}

/// PicklingError
#[cold]
fn cannot_pickle(cx: &Cx, message: Arguments<'_>) -> Raised {
    error(cx, Part::PicklingError, message)
}

/// UnpicklingError
#[cold]
fn cannot_load(cx: &Cx, message: Arguments<'_>) -> Raised {
    error(cx, Part::UnpicklingError, message)
}

/// The name of an object's class, as messages say it.
fn class_name(cx: &Cx, object: &Value) -> String {
    adder_objects::object_type::full_name(cx, object.ty()).unwrap_or_default()
}

/// `repr` of an object for a message.
fn shown(cx: &Cx, object: &Value) -> R<String> {
    Ok(cx.repr(object)?.to_lossy().into_owned())
}
