//! The module `_imp`: what `importlib` asks an interpreter for.

use adder_objects::typeobject::Method;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::support;
use crate::vm::Vm;

static FUNCTIONS: &[Method] = &[
    Method::none("acquire_lock", |_, _| Ok(Value::none())),
    Method::none("release_lock", |_, _| Ok(Value::none())),
    Method::none("lock_held", |_, _| Ok(Value::bool(false))),
    Method::none("extension_suffixes", |cx, _| {
        let suffixes = Vm::of(cx).extensions.get().map_or(&[] as &[&str], |extensions| extensions.suffixes);
        let suffixes = suffixes.iter().map(|suffix| cx.str_value(suffix)).collect::<R<Vec<_>>>()?;
        Ok(cx.list(suffixes)?.into_value())
    }),
    Method::one("is_builtin", |cx, _, name| {
        let vm = Vm::of(cx);
        let name = cx.display(name)?;
        let made = matches!(name.as_str(), "sys" | "builtins");
        let linked = || vm.extensions.get().is_some_and(|all| (all.built_in_names)().contains(&name));
        Ok(Value::small(if made { -1 } else { (super::find_builtin(vm, &name).is_some() || linked()).into() }))
    }),
    Method::one("is_frozen", |_, _, _| Ok(Value::bool(false))),
    // There are none to be preferred or not.
    Method::one("_override_frozen_modules_for_tests", |_, _, _| Ok(Value::none())),
    Method::one("is_frozen_package", not_frozen),
    Method::positional("find_frozen", 1, 1, |_, _, _| Ok(Value::none())),
    Method::positional("get_frozen_object", 1, 2, |cx, this, args| not_frozen(cx, this, &args[0])),
    Method::one("init_frozen", |_, _, _| Ok(Value::none())),
    Method::one("create_builtin", create_builtin),
    Method::one("exec_builtin", |_, _, _| Ok(Value::small(0))),
    Method::positional("create_dynamic", 1, 2, |cx, _, args| match Vm::of(cx).extensions.get() {
        Some(extensions) => (extensions.create)(cx, &args[0]),
        None => raise!(cx, exc::IMPORT_ERROR, "extension modules cannot be loaded"),
    }),
    Method::one("exec_dynamic", |cx, _, module| {
        if let Some(extensions) = Vm::of(cx).extensions.get() {
            (extensions.exec)(cx, module)?;
        }
        Ok(Value::small(0))
    }),
    Method::positional("source_hash", 2, 2, source_hash),
    Method::positional("_fix_co_filename", 2, 2, |_, _, _| Ok(Value::none())),
    Method::one("_resolved", crate::deferred::resolved_function),
    Method::none("_importlib_is_loaded", |cx, _| {
        Vm::of(cx).state.importlib_loaded.set(true);
        Ok(Value::none())
    }),
    Method::one("_library_source", library_source),
    Method::one("_library_modules", library_modules),
    Method::one("_override_multi_interp_extensions_check", |_, _, _| Ok(Value::small(0))),
];

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_imp", FUNCTIONS)?.into_value();
    if let Some(dict) = crate::module::dict_of(&module) {
        dict.set_text(cx, "check_hash_based_pycs", cx.intern("default")?)?;
    }
    support::constants(cx, &module, &[("pyc_magic_number_token", 0x0A0D_0E2B)])?;
    Ok(module)
}

/// A path behind `<library>/`.
fn in_library(cx: &Cx, path: &Value) -> R<Option<String>> {
    let path = cx.display(path)?;
    Ok(path.strip_prefix(crate::finder::LIBRARY).map(|path| path.trim_start_matches('/').to_owned()))
}

/// The bytes of a file of the library in the binary; None if there is no such file.
fn library_source(cx: &Cx, _: &Value, path: &Value) -> R {
    match in_library(cx, path)?.and_then(|path| adder_stdlib::read(&path)) {
        Some(bytes) => Ok(cx.bytes(&bytes)?.into_value()),
        None => Ok(Value::none()),
    }
}

/// The modules in a folder of the library: pairs of a name and whether it is a package.
fn library_modules(cx: &Cx, _: &Value, path: &Value) -> R {
    let list = cx.list([])?;
    if let Some(folder) = in_library(cx, path)? {
        for (name, is_package) in adder_stdlib::submodules(&folder.replace('/', ".")) {
            let pair = cx.tuple([cx.str_value(&name)?, Value::bool(is_package)])?;
            list.push(cx, pair.into_value())?;
        }
    }
    Ok(list.into_value())
}

fn not_frozen(cx: &Cx, _: &Value, name: &Value) -> R {
    let name = cx.repr(name)?;
    raise!(cx, exc::IMPORT_ERROR, "No such frozen object named {}", name.to_lossy())
}

fn create_builtin(cx: &Cx, _: &Value, spec: &Value) -> R {
    let name = cx.display(&cx.getattr_text(spec, "name")?)?;
    let vm = Vm::of(cx);
    let modules = vm.modules.get();
    let there = match modules.downcast::<adder_objects::dict::PyDict>() {
        Some(modules) => modules.get_text(cx, &name)?,
        None => None,
    };
    // `sys` and `builtins` exist once; the others are made here, not imported: it is an import that asks.
    match (there, super::find_builtin(vm, &name)) {
        (Some(module), _) if !module.is_none() => Ok(module),
        (_, Some(make)) => make(vm),
        _ => match vm.extensions.get().and_then(|extensions| (extensions.built_in)(cx, &name)) {
            Some(made) => made,
            None => Ok(Value::none()),
        },
    }
}

/// SipHash-1-3 of a source with the key that is given: eight bytes.
fn source_hash(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let key = support::int(cx, &args[0])? as u64;
    let bytes = support::contents(cx, &args[1])?;
    Ok(cx.bytes(&adder_objects::hashing::sip13([key, 0], &bytes).to_le_bytes())?.into_value())
}
