//! Import: built-in modules, modules of the path, packages.

use adder_objects::dict::PyDict;
use adder_objects::str::PyStr;
use adder_objects::{Cx, R, Raised, Value, exceptions as exc, raise};

use crate::frame::Registers;
use crate::threads::imports;
use crate::vm::Vm;

/// The instruction `import`.
///
/// # Safety
/// The registers are those of the running frame.
pub(crate) unsafe fn import_name(vm: &Vm, r: Registers, name: &Value, level: &Value, from: &Value) -> R {
    let cx = &*vm.cx;
    // SAFETY: by the contract.
    let function = unsafe { r.py_function() };
    let hook = match function.builtins() {
        Some(builtins) => builtins.get(cx, cx.names.import())?,
        None => None,
    };
    let Some(hook) = hook else {
        return raise!(cx, exc::IMPORT_ERROR, "__import__ not found");
    };
    let globals = function.globals.get();
    if hook.downcast::<adder_objects::function::PyBuiltin>().is_some_and(|b| b.method.name == "__import__") {
        return import(vm, name, Some(&globals), from, level.as_small().unwrap_or(0));
    }
    let locals = Value::none();
    cx.call(&hook, &[name.clone(), globals, locals, from.clone(), level.clone()])
}

/// `__import__(name, globals, locals, fromlist, level)`
///
/// # Errors
/// ImportError; what the modules raise, without the frames of `importlib` in its traceback.
pub fn import(vm: &Vm, name: &Value, globals: Option<&Value>, from: &Value, level: i64) -> R {
    import_with_frames(vm, name, globals, from, level).inspect_err(crate::import_frames::remove)
}

fn import_with_frames(vm: &Vm, name: &Value, globals: Option<&Value>, from: &Value, level: i64) -> R {
    let cx = &*vm.cx;
    let Some(text) = name.downcast::<PyStr>() else {
        return raise!(cx, exc::TYPE_ERROR, "module name must be a string");
    };
    let text = text.to_lossy().into_owned();
    if level < 0 {
        return raise!(cx, exc::VALUE_ERROR, "level must be >= 0");
    }
    let full = match level {
        0 if text.is_empty() => return raise!(cx, exc::VALUE_ERROR, "Empty module name"),
        0 => text.clone(),
        _ => resolve(vm, &text, globals, level as usize)?,
    };
    let module = load(vm, &full)?;
    if from.is_none() || !cx.is_true(from)? {
        if level == 0 {
            let top = full.split('.').next().unwrap_or(&full);
            return load(vm, top);
        }
        if text.is_empty() {
            return Ok(module);
        }
        // `from . import x` has names; `import` with a level is `__import__` called by hand.
        let cut = full.len() - (text.len() - text.find('.').unwrap_or(text.len()));
        return load(vm, &full[..cut]);
    }
    let is_package = cx.getattr_opt(&module, cx.names.path())?.is_some();
    if is_package {
        for item in cx.collect(from)? {
            let Some(item_text) = item.downcast::<PyStr>() else {
                return raise!(cx, exc::TYPE_ERROR, "Item in ``from list'' must be str, not {}", item.ty().name());
            };
            let item_text = item_text.to_lossy();
            if item_text == "*" {
                if let Some(all) = cx.getattr_opt(&module, &cx.intern("__all__")?)? {
                    for name in cx.collect(&all)? {
                        import_child(vm, &module, &full, &name)?;
                    }
                }
            } else {
                import_child(vm, &module, &full, &item)?;
            }
        }
    }
    Ok(module)
}

/// Imports a module of a package, if the package has no attribute of the name yet and there is such a module.
fn import_child(vm: &Vm, package: &Value, package_name: &str, name: &Value) -> R<()> {
    let cx = &*vm.cx;
    let Some(text) = name.downcast::<PyStr>() else { return Ok(()) };
    if cx.getattr_opt(package, name)?.is_some() {
        return Ok(());
    }
    let child = format!("{package_name}.{}", text.to_lossy());
    match load(vm, &child) {
        Ok(_) => Ok(()),
        Err(raised) if is_missing(cx, &raised, &child)? => Ok(()),
        Err(raised) => Err(raised),
    }
}

fn is_missing(cx: &Cx, raised: &Raised, name: &str) -> R<bool> {
    if !raised.is(&exc::MODULE_NOT_FOUND_ERROR) {
        return Ok(false);
    }
    match cx.getattr_opt(raised.value(), cx.names.name_plain())? {
        Some(said) => Ok(said.downcast::<PyStr>().and_then(PyStr::as_str) == Some(name)),
        None => Ok(false),
    }
}

/// The full name of a relative import.
fn resolve(vm: &Vm, name: &str, globals: Option<&Value>, level: usize) -> R<String> {
    let cx = &*vm.cx;
    let Some(globals) = globals.and_then(Value::downcast::<PyDict>) else {
        return raise!(cx, exc::KEY_ERROR, "'__name__' not in globals");
    };
    let package = match globals.get(cx, cx.names.package())? {
        Some(package) if !package.is_none() => cx.display(&package)?,
        _ => {
            let Some(module) = globals.get(cx, cx.names.name())? else {
                return raise!(cx, exc::KEY_ERROR, "'__name__' not in globals");
            };
            let module = cx.display(&module)?;
            if globals.get(cx, cx.names.path())?.is_some() {
                module
            } else {
                module.rsplit_once('.').map_or(String::new(), |(package, _)| package.to_owned())
            }
        }
    };
    if package.is_empty() {
        return raise!(cx, exc::IMPORT_ERROR, "attempted relative import with no known parent package");
    }
    let mut base = package.as_str();
    for _ in 1..level {
        base = match base.rsplit_once('.') {
            Some((base, _)) => base,
            None => return raise!(cx, exc::IMPORT_ERROR, "attempted relative import beyond top-level package"),
        };
    }
    Ok(if name.is_empty() { base.to_owned() } else { format!("{base}.{name}") })
}

/// A module by its full name: from `sys.modules`, or found and run.
///
/// # Errors
/// ModuleNotFoundError; what the module raises.
pub fn load(vm: &Vm, full: &str) -> R {
    let cx = &*vm.cx;
    let modules = vm.modules.get();
    let Some(modules) = modules.downcast::<PyDict>() else {
        return raise!(cx, exc::RUNTIME_ERROR, "unable to get sys.modules");
    };
    let key = cx.intern(full)?;
    if vm.threads.others() > 0 {
        imports::wait(vm, full)?;
    }
    if let Some(module) = modules.get(cx, &key)? {
        if module.is_none() {
            return Err(missing(cx, full, &format!("import of {full} halted; None in sys.modules")));
        }
        return Ok(module);
    }
    cx.check_stack()?;
    let _importing = imports::begin(vm, full);
    let (parent, path) = match full.rsplit_once('.') {
        None => (None, None),
        Some((package, last)) => {
            let parent = load(vm, package)?;
            // The parent may have imported it.
            if let Some(module) = modules.get(cx, &key)? {
                return Ok(module);
            }
            let Some(path) = cx.getattr_opt(&parent, cx.names.path())? else {
                let text = format!("No module named '{full}'; '{package}' is not a package");
                return Err(missing(cx, full, &text));
            };
            (Some((parent, last.to_owned())), Some(path))
        }
    };
    let Some(module) = crate::finder::find(vm, full, path.as_ref())? else {
        return Err(missing(cx, full, &format!("No module named '{full}'")));
    };
    // What the module put into `sys.modules` in its own place counts.
    let module = modules.get(cx, &key)?.unwrap_or(module);
    if let Some((parent, last)) = parent {
        cx.setattr(&parent, &cx.intern(&last)?, Some(&module))?;
    }
    Ok(module)
}

fn missing(cx: &Cx, name: &str, text: &str) -> Raised {
    let error = cx.error(&exc::MODULE_NOT_FOUND_ERROR, format_args!("{text}"));
    let named = cx.str_value(name).and_then(|name| cx.setattr(error.value(), cx.names.name_plain(), Some(&name)));
    match named {
        Ok(()) => error,
        Err(other) => other,
    }
}

/// `from module import name`
pub(crate) fn import_from(vm: &Vm, module: &Value, name: &Value) -> R {
    let cx = &*vm.cx;
    if let Some(value) = cx.getattr_opt(module, name)? {
        return Ok(value);
    }
    let text = cx.display(name)?;
    let module_name = match cx.getattr_opt(module, cx.names.name())? {
        Some(name) => cx.display(&name)?,
        None => "<unknown module name>".to_owned(),
    };
    let modules = vm.modules.get();
    if let Some(modules) = modules.downcast::<PyDict>()
        && let Some(found) = modules.get_text(cx, &format!("{module_name}.{text}"))?
    {
        return Ok(found);
    }
    let place = match cx.getattr_opt(module, cx.names.file())? {
        Some(file) => cx.display(&file)?,
        None => "unknown location".to_owned(),
    };
    let dict = crate::module::dict_of(module);
    let spec = dict.map(|dict| dict.get(cx, cx.names.spec())).transpose()?.flatten();
    let partial = spec.map_or(Ok(false), |spec| crate::deferred::is_initializing(cx, &spec))?;
    let message = if partial {
        let why = "(most likely due to a circular import)";
        format!("cannot import name '{text}' from partially initialized module '{module_name}' {why} ({place})")
    } else {
        format!("cannot import name '{text}' from '{module_name}' ({place})")
    };
    let error = cx.error(&exc::IMPORT_ERROR, format_args!("{message}"));
    let path = cx.getattr_opt(module, cx.names.file())?.unwrap_or_else(Value::none);
    for (attribute, value) in [("name", cx.str_value(&module_name)?), ("path", path), ("name_from", name.clone())] {
        cx.setattr(error.value(), &cx.intern(attribute)?, Some(&value))?;
    }
    Err(error)
}

/// `from module import *`
///
/// # Safety
/// The registers are those of the running frame, which has a mapping of locals.
pub(crate) unsafe fn import_star(vm: &Vm, r: Registers, module: &Value) -> R<()> {
    let cx = &*vm.cx;
    // SAFETY: by the contract.
    let Some(locals) = (unsafe { r.locals() }) else {
        return raise!(cx, exc::SYSTEM_ERROR, "no locals found during 'import *'");
    };
    let all = cx.getattr_opt(module, &cx.intern("__all__")?)?;
    let names = match &all {
        Some(all) => cx.collect(all)?,
        None => match cx.getattr_opt(module, cx.names.dict())? {
            Some(dict) => cx.collect(&cx.call_method(&dict, cx.names.keys(), &[])?)?,
            None => {
                return raise!(cx, exc::IMPORT_ERROR, "from-import-* object has no __dict__ and no __all__");
            }
        },
    };
    for name in names {
        let Some(text) = name.downcast::<PyStr>() else {
            return raise!(cx, exc::TYPE_ERROR, "Item in __all__ must be str, not {}", name.ty().name());
        };
        if all.is_none() && text.to_lossy().starts_with('_') {
            continue;
        }
        let value = cx.getattr(module, &name)?;
        match locals.downcast_exact::<PyDict>() {
            Some(dict) => dict.set(cx, &name, value)?,
            None => cx.setitem(locals, &name, Some(&value))?,
        }
    }
    Ok(())
}
