//! Finding modules: built-in ones, then the entries of a path, among them the library that travels in the binary.

use std::path::{Path, PathBuf};

use adder_objects::dict::PyDict;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use crate::deferred::Kind;
use crate::source::compile_bytes;
use crate::vm::Vm;

/// The entry of `sys.path` for the library in the binary.
pub const LIBRARY: &str = "<library>";

/// Finds and runs a module. `path` is the `__path__` of its package; without, it is `sys.path`.
pub(crate) fn find(vm: &Vm, full: &str, path: Option<&Value>) -> R<Option<Value>> {
    let cx = &*vm.cx;
    let finders = match cx.getattr_opt(&vm.sys.get(), &cx.intern("meta_path")?)? {
        Some(finders) if !finders.is_none() => cx.collect(&finders)?,
        _ => return raise!(cx, exc::IMPORT_ERROR, "sys.meta_path is None, Python is likely shutting down"),
    };
    if finders.is_empty() {
        cx.warn(&exc::IMPORT_WARNING, "sys.meta_path is empty", 1)?;
    }
    for finder in finders {
        let found = match crate::deferred::kind(vm, &finder)? {
            Some(Kind::Builtin) => built_in(vm, full)?,
            Some(Kind::Frozen) => frozen(vm, full)?,
            Some(Kind::Path) => on_path(vm, full, path)?,
            Some(_) => None,
            None => {
                let Some(find_spec) = cx.getattr_opt(&finder, &cx.intern("find_spec")?)? else { continue };
                let none = Value::none();
                let args = [cx.str_value(full)?, path.unwrap_or(&none).clone(), none];
                let spec = cx.call(&find_spec, &args)?;
                of_spec(vm, &spec)?
            }
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

fn built_in(vm: &Vm, full: &str) -> R<Option<Value>> {
    let Some(make) = crate::modules::find_builtin(vm, full) else {
        // Native code registers it, and runs its body.
        return vm.extensions.get().and_then(|extensions| (extensions.built_in)(&vm.cx, full)).transpose();
    };
    let module = make(vm)?;
    register(vm, full, &module)?;
    Ok(Some(module))
}

/// What reads archives is found without looking at a path, on which there may be archives.
fn frozen(vm: &Vm, full: &str) -> R<Option<Value>> {
    match (full == "zipimport").then(|| in_library("", full)).flatten() {
        Some(found) => run(vm, full, &found).map(Some),
        None => Ok(None),
    }
}

/// Loads what a finder of the program has found.
fn of_spec(vm: &Vm, spec: &Value) -> R<Option<Value>> {
    if spec.is_none() {
        return Ok(None);
    }
    let load = crate::deferred::attribute(vm, "_load")?;
    vm.cx.call(&load, core::slice::from_ref(spec)).map(Some)
}

/// Looks through the entries of a path. Folders and the library are looked at here, as long as the program has not put hooks or
/// finders of its own in the way; the rest is `importlib`'s.
fn on_path(vm: &Vm, full: &str, path: Option<&Value>) -> R<Option<Value>> {
    let cx = &*vm.cx;
    let sys = vm.sys.get();
    let entries = match path {
        Some(path) => cx.collect(path)?,
        None => cx.collect(&cx.getattr_text(&sys, "path")?)?,
    };
    let hooks = cx.collect(&cx.getattr_text(&sys, "path_hooks")?)?;
    let mut own = hooks.len() == 3;
    for hook in &hooks {
        own = own && crate::deferred::kind(vm, hook)?.is_some();
    }
    if !own {
        return by_importlib(vm, full, path);
    }
    let known = cx.getattr_text(&sys, "path_importer_cache")?;
    let known = known.downcast::<PyDict>().filter(|known| !known.is_empty());
    let last = full.rsplit('.').next().unwrap_or(full);
    let mut portions = false;
    for entry in entries {
        if entry.downcast::<adder_objects::str::PyStr>().is_none() {
            continue;
        }
        if let Some(finder) = known.map(|known| known.get(cx, &entry)).transpose()?.flatten()
            && !finder.is_none()
            && !matches!(finder.ty().name(), "FileFinder" | "LibraryFinder")
        {
            return by_importlib(vm, full, path);
        }
        let entry = cx.display(&entry)?;
        let found = match entry.strip_prefix(LIBRARY) {
            Some(folder) => in_library(folder.trim_start_matches('/'), last),
            None => match in_folder(vm, Path::new(if entry.is_empty() { "." } else { &entry }), last)? {
                Here::Module(found) => Some(found),
                Here::Portion => {
                    portions = true;
                    None
                }
                // What `importlib` itself imports while it is loaded is in no archive.
                Here::Archive if crate::deferred::is_loading(vm)? => None,
                Here::Archive | Here::Extension => return by_importlib(vm, full, path),
                Here::Nothing => None,
            },
        };
        if let Some(found) = found {
            return run(vm, full, &found).map(Some);
        }
    }
    // A namespace package: its path is looked through again whenever its parent's changes.
    if portions { by_importlib(vm, full, path) } else { Ok(None) }
}

/// Asks the finder of `importlib`, with the hooks and the cache that the program sees.
fn by_importlib(vm: &Vm, full: &str, path: Option<&Value>) -> R<Option<Value>> {
    let cx = &*vm.cx;
    let finder = crate::deferred::attribute(vm, "PathFinder")?;
    let find_spec = cx.getattr_text(&finder, "find_spec")?;
    let spec = cx.call(&find_spec, &[cx.str_value(full)?, path.cloned().unwrap_or_else(Value::none)])?;
    of_spec(vm, &spec)
}

/// What a path's entry has for a name.
enum Here {
    Module(Found),
    /// A folder without `__init__.py`.
    Portion,
    /// The entry itself is no folder, or lies in none.
    Archive,
    /// A shared object.
    Extension,
    Nothing,
}

/// A module that was found.
struct Found {
    file: String,
    /// The folder of a package; its `__path__`.
    package: Option<String>,
    source: Vec<u8>,
}

fn in_library(folder: &str, name: &str) -> Option<Found> {
    let base = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    if let Some(source) = adder_stdlib::read(&format!("{base}/__init__.py")) {
        return Some(Found {
            file: format!("{LIBRARY}/{base}/__init__.py"),
            package: Some(format!("{LIBRARY}/{base}")),
            source,
        });
    }
    let source = adder_stdlib::read(&format!("{base}.py"))?;
    Some(Found { file: format!("{LIBRARY}/{base}.py"), package: None, source })
}

fn in_folder(vm: &Vm, folder: &Path, name: &str) -> R<Here> {
    let cx = &*vm.cx;
    let package = folder.join(name);
    let init = package.join("__init__.py");
    let extension = |base: &Path, name: &str| {
        let suffixes = vm.extensions.get().map_or(&[] as &[&str], |extensions| extensions.suffixes);
        suffixes.iter().any(|suffix| base.join(format!("{name}{suffix}")).is_file())
    };
    if init.is_file() {
        let source = read(cx, &init)?;
        return Ok(Here::Module(Found { file: text(&init), package: Some(text(&package)), source }));
    }
    if extension(folder, name) {
        return Ok(Here::Extension);
    }
    let file = folder.join(format!("{name}.py"));
    if file.is_file() {
        return Ok(Here::Module(Found { file: text(&file), package: None, source: read(cx, &file)? }));
    }
    if package.is_dir() {
        return Ok(Here::Portion);
    }
    let archive = folder.is_file() || (!folder.is_dir() && folder.parent().is_some_and(Path::is_file));
    Ok(if archive { Here::Archive } else { Here::Nothing })
}

fn text(path: &Path) -> String {
    let absolute: PathBuf = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    absolute.to_string_lossy().into_owned()
}

fn read(cx: &Cx, file: &Path) -> R<Vec<u8>> {
    match std::fs::read(file) {
        Ok(bytes) => Ok(bytes),
        Err(error) => raise!(cx, exc::IMPORT_ERROR, "cannot read '{}': {error}", file.display()),
    }
}

/// Puts a module into `sys.modules`.
pub(crate) fn register(vm: &Vm, name: &str, module: &Value) -> R<()> {
    match vm.modules.get().downcast::<PyDict>() {
        Some(modules) => modules.set_text(&vm.cx, name, module.clone()),
        None => Ok(()),
    }
}

fn run(vm: &Vm, full: &str, found: &Found) -> R {
    let cx = &*vm.cx;
    let module = crate::module::module(cx, full)?.into_value();
    let Some(dict) = crate::module::dict_of(&module) else { return Ok(module) };
    let file = cx.str_value(&found.file)?;
    dict.set(cx, cx.names.file(), file.clone())?;
    let (package, locations) = match &found.package {
        Some(folder) => {
            let locations = cx.list([cx.str_value(folder)?])?.into_value();
            dict.set(cx, cx.names.path(), locations.clone())?;
            (full, locations)
        }
        None => (full.rsplit_once('.').map_or("", |(package, _)| package), Value::none()),
    };
    dict.set(cx, cx.names.package(), cx.str_value(package)?)?;
    let (spec, loader) = crate::deferred::spec_and_loader(cx, cx.str_value(full)?, file, locations)?;
    crate::deferred::set_initializing(cx, &spec, true)?;
    dict.set(cx, cx.names.spec(), spec.clone())?;
    dict.set(cx, cx.names.loader(), loader)?;
    dict.set(cx, cx.names.builtins(), vm.builtins.get())?;
    register(vm, full, &module)?;
    let result = compile_bytes(vm, &found.source, &found.file).and_then(|code| {
        let globals = dict.clone().into_value();
        vm.run_code(&code, &globals, &globals)
    });
    crate::deferred::set_initializing(cx, &spec, false)?;
    if let Err(raised) = result {
        if let Some(modules) = vm.modules.get().downcast::<PyDict>() {
            modules.remove(cx, &cx.intern(full)?)?;
        }
        return Err(raised);
    }
    Ok(module)
}
