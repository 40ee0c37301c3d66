//! What a pickle names: classes and functions, registered numbers.

use adder_objects::dict::PyDict;
use adder_objects::str::PyStr;
use adder_objects::tuple::PyTuple;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::load::Load;
use super::{Part, cannot_load, look_up, part, shown};
use crate::vm::Vm;

/// What a module has under a name. Names of Python 2 mean what they became.
pub(super) fn class(cx: &Cx, protocol: u8, fix_imports: bool, module: &Value, name: &Value) -> R {
    let vm = Vm::of(cx);
    super::super::sys::tell_audit(cx, "pickle.find_class", &[module.clone(), name.clone()])?;
    let (mut module, mut name) = (module.clone(), name.clone());
    if protocol < 3 && fix_imports {
        let key = cx.tuple([module.clone(), name.clone()])?.into_value();
        if let Some(new) = look_up(cx, Part::NameTo3, &key)? {
            let Some([new_module, new_name]) = new.downcast::<PyTuple>().map(PyTuple::items) else {
                return raise!(cx, exc::RUNTIME_ERROR, "_compat_pickle.NAME_MAPPING values should be 2-tuples");
            };
            (module, name) = (new_module.clone(), new_name.clone());
        } else if let Some(new) = look_up(cx, Part::ImportTo3, &module)? {
            module = new;
        }
    }
    let (Some(module_name), Some(text)) = (module.downcast::<PyStr>(), name.downcast::<PyStr>()) else {
        return raise!(cx, exc::TYPE_ERROR, "find_class() needs the names of a module and of what it has");
    };
    if module_name.is_empty() {
        return raise!(cx, exc::VALUE_ERROR, "Empty module name");
    }
    let found = crate::import::load(vm, &module_name.to_lossy())?;
    let text = text.to_lossy();
    if protocol < 4 || !text.contains('.') {
        return cx.getattr(&found, &name);
    }
    let mut at = found;
    for part in text.split('.') {
        match cx.getattr_opt(&at, &cx.intern(part)?)? {
            Some(next) => at = next,
            None => {
                let (name, module) = (shown(cx, &name)?, shown(cx, &module)?);
                return raise!(cx, exc::ATTRIBUTE_ERROR, "Can't resolve path {name} on module {module}");
            }
        }
    }
    Ok(at)
}

impl Load<'_> {
    /// What a module has under a name, as the program says it.
    pub(super) fn find_class(&mut self, module: &Value, name: &Value) -> R {
        match &self.hooks.find_class {
            Some(find) => self.cx.call(find, &[module.clone(), name.clone()]),
            None => class(self.cx, self.protocol(), self.settings.fix_imports, module, name),
        }
    }

    /// What is registered for a number.
    pub(super) fn load_extension(&mut self, code: i64) -> R<()> {
        let cx = self.cx;
        let key = cx.int(code)?;
        if let Some(known) = look_up(cx, Part::ExtensionCache, &key)? {
            return self.push(known);
        }
        let Some(pair) = look_up(cx, Part::InvertedRegistry, &key)? else {
            if code <= 0 {
                return Err(cannot_load(cx, format_args!("EXT specifies code <= 0")));
            }
            return raise!(cx, exc::VALUE_ERROR, "unregistered extension code {code}");
        };
        let is_text = |value: &Value| value.downcast::<PyStr>().is_some();
        let names = pair.downcast::<PyTuple>().map(PyTuple::items);
        let Some([module, name]) = names.filter(|names| names.iter().all(is_text)) else {
            return raise!(cx, exc::VALUE_ERROR, "_inverted_registry[{code}] isn't a 2-tuple of strings");
        };
        let found = self.find_class(module, name)?;
        let cache = part(cx, Part::ExtensionCache)?;
        if let Some(cache) = cache.downcast::<PyDict>() {
            cache.set(cx, &key, found.clone())?;
        }
        self.push(found)
    }
}
