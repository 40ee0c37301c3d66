//! Writing what is found by its name: classes, functions.

use adder_objects::dict::PyDict;
use adder_objects::str::PyStr;
use adder_objects::{Catch, Cx, R, Value, exceptions as exc, raise};

use super::super::support::int;
use super::op::*;
use super::save::Save;
use super::{Part, cannot_pickle, look_up, part, shown};
use crate::vm::Vm;

impl Save<'_> {
    /// Writes the name by which an object is found; it is the object's own if it is not given.
    pub(super) fn save_global(&mut self, object: &Value, name: Option<&Value>) -> R<()> {
        let cx = self.cx;
        let name = match name {
            Some(name) => name.clone(),
            None => match cx.getattr_opt(object, &cx.intern("__qualname__")?)? {
                Some(name) => name,
                None => cx.getattr(object, cx.names.name())?,
            },
        };
        let Some(text) = name.downcast::<PyStr>() else {
            let shown = shown(cx, object)?;
            return self.fail(format_args!("Can't pickle {shown}: its name is not a string"));
        };
        let path: Vec<String> = text.to_lossy().split('.').map(str::to_owned).collect();
        let module = module_of(cx, object, &name, &path)?;
        if self.protocol() >= 2 {
            let key = cx.tuple([module.clone(), name.clone()])?.into_value();
            if let Some(code) = look_up(cx, Part::ExtensionRegistry, &key)? {
                return self.save_extension(&code);
            }
        }
        if self.protocol() >= 4 {
            self.save(&module)?;
            self.save(&name)?;
            self.out.op(STACK_GLOBAL)?;
            return self.memoize(object);
        }
        let [top, attributes @ ..] = &path[..] else { return Ok(()) };
        // `getattr` of `getattr` of what the module has.
        let getattr = part(cx, Part::GetAttr)?;
        for _ in attributes {
            self.save(&getattr)?;
            if self.protocol() < 2 {
                self.out.op(MARK)?;
            }
        }
        self.save_top(&module, if attributes.is_empty() { name.clone() } else { cx.str_value(top)? })?;
        for attribute in attributes {
            let attribute = cx.str_value(attribute)?;
            self.save(&attribute)?;
            self.out.write(&[if self.protocol() < 2 { TUPLE } else { TUPLE2 }, REDUCE])?;
        }
        self.memoize(object)
    }

    /// Writes a registered number.
    fn save_extension(&mut self, code: &Value) -> R<()> {
        let cx = self.cx;
        match int(cx, code)? {
            code @ 1..=0xFF => self.out.write(&[EXT1, code as u8]),
            code @ 0x100..=0xFFFF => {
                let [a, b] = (code as u16).to_le_bytes();
                self.out.write(&[EXT2, a, b])
            }
            code @ 0x1_0000..=0x7FFF_FFFF => {
                self.out.op(EXT4)?;
                self.out.write(&(code as i32).to_le_bytes())
            }
            code => raise!(cx, exc::RUNTIME_ERROR, "extension code {code} is out of range"),
        }
    }

    /// Writes the name of something that a module has.
    fn save_top(&mut self, module: &Value, name: Value) -> R<()> {
        let cx = self.cx;
        let (mut module, mut name) = (module.clone(), name);
        if self.settings.fix_imports {
            let key = cx.tuple([module.clone(), name.clone()])?.into_value();
            if let Some(old) = look_up(cx, Part::NameTo2, &key)? {
                let Some([old_module, old_name]) =
                    old.downcast::<adder_objects::tuple::PyTuple>().map(adder_objects::tuple::PyTuple::items)
                else {
                    return raise!(
                        cx,
                        exc::RUNTIME_ERROR,
                        "_compat_pickle.REVERSE_NAME_MAPPING values should be 2-tuples, not {}",
                        old.ty().name()
                    );
                };
                (module, name) = (old_module.clone(), old_name.clone());
            } else if let Some(old) = look_up(cx, Part::ImportTo2, &module)? {
                module = old;
            }
        }
        let ascii = self.protocol() < 3;
        self.out.op(GLOBAL)?;
        for (part, what) in [(&module, "module"), (&name, "global")] {
            let text = part.downcast::<PyStr>().and_then(PyStr::as_str).filter(|text| !ascii || text.is_ascii());
            let Some(text) = text else {
                let (part, protocol) = (shown(cx, part)?, self.protocol());
                return self
                    .fail(format_args!("can't pickle {what} identifier {part} using pickle protocol {protocol}"));
            };
            self.out.write(text.as_bytes())?;
            self.out.write(b"\n")?;
        }
        Ok(())
    }
}

/// Follows a path of attributes. None if there is one that is not there.
fn follow(cx: &Cx, start: &Value, path: &[String]) -> R<Option<Value>> {
    let mut at = start.clone();
    for name in path {
        match cx.getattr_opt(&at, &cx.intern(name)?)? {
            Some(next) => at = next,
            None => return Ok(None),
        }
    }
    Ok(Some(at))
}

/// The module in which an object is found by its name.
fn module_of(cx: &Cx, object: &Value, name: &Value, path: &[String]) -> R {
    let said = cx.getattr_opt(object, &cx.intern("__module__")?)?.filter(|said| !said.is_none());
    if path.iter().any(|part| part == "<locals>") {
        return Err(cannot_pickle(cx, format_args!("Can't pickle local object {}", shown(cx, object)?)));
    }
    let module = match said {
        Some(said) => said,
        None => match search(cx, object, path)? {
            Some(found) => return Ok(found),
            None => cx.intern("__main__")?,
        },
    };
    let module_name = cx.display(&module)?;
    let imported = match module.downcast::<PyStr>() {
        Some(_) => crate::import::load(Vm::of(cx), &module_name),
        None => raise!(cx, exc::TYPE_ERROR, "module name must be str, not {}", module.ty().name()),
    };
    let imported = match imported {
        Ok(imported) => imported,
        Err(raised) if raised.is(&exc::IMPORT_ERROR) || raised.is(&exc::VALUE_ERROR) || raised.is(&exc::KEY_ERROR) => {
            let (object, why) = (shown(cx, object)?, cx.display(raised.value())?);
            let error = cannot_pickle(cx, format_args!("Can't pickle {object}: {why}"));
            adder_objects::exceptions::set_context(error.value(), raised.value());
            return Err(error);
        }
        Err(raised) => return Err(raised),
    };
    let text = cx.display(name)?;
    match follow(cx, &imported, path)? {
        Some(found) if found.is(object) => Ok(module),
        found => {
            let object = shown(cx, object)?;
            let why = if found.is_some() { "it's not the same object as" } else { "it's not found as" };
            Err(cannot_pickle(cx, format_args!("Can't pickle {object}: {why} {module_name}.{text}")))
        }
    }
}

/// Looks for an object that does not say where it is from.
fn search(cx: &Cx, object: &Value, path: &[String]) -> R<Option<Value>> {
    let modules = Vm::of(cx).modules.get();
    let Some(modules) = modules.downcast::<PyDict>() else { return Ok(None) };
    // A look at a module may import others.
    for (name, module) in modules.entries() {
        let is_main = |text: &str| matches!(text, "__main__" | "__mp_main__");
        if module.is_none() || name.downcast::<PyStr>().and_then(PyStr::as_str).is_some_and(is_main) {
            continue;
        }
        if let Some(Some(found)) = follow(cx, &module, path).unless(&exc::ATTRIBUTE_ERROR)?
            && found.is(object)
        {
            return Ok(Some(name));
        }
    }
    Ok(None)
}
