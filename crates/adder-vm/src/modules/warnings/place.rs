//! Where a warning belongs: the frame that is warned, its module, and what that module was warned of before.

use adder_objects::dict::PyDict;
use adder_objects::str::PyStr;
use adder_objects::{Cx, R, Value};

use crate::frame::Registers;
use crate::frame_object;
use crate::vm::Vm;

/// A line that is warned.
pub(super) struct Place {
    pub file: Value,
    pub line: i64,
    pub module: Value,
    /// What its module was warned of, if anybody keeps that.
    pub registry: Option<Value>,
}

/// The place so many calls further out: 1 is the running frame. Files with one of the prefixes are passed over.
pub(super) fn find(cx: &Cx, level: i64, prefixes: &[Value]) -> R<Place> {
    let vm = Vm::of(cx);
    let mut at = frame_object::running(vm);
    // Who is in the importer already counts its own frames.
    let plain = level <= 0 || at.is_some_and(|(registers, _)| is_of_importer(&file_of(registers)));
    for _ in 1..level {
        loop {
            // SAFETY: frames from the running one on are live.
            at = at.and_then(|(registers, _)| unsafe { frame_object::caller(vm, registers) });
            let Some((registers, _)) = at else { break };
            let file = file_of(registers);
            if plain || !(is_of_importer(&file) || is_skipped(&file, prefixes)) {
                break;
            }
        }
        if at.is_none() {
            break;
        }
    }
    let of_sys = crate::module::dict_of(&vm.sys.get());
    let (globals, file, line) = match at {
        Some((registers, word)) => {
            // SAFETY: as above.
            let (code, function) = unsafe { (registers.code(), registers.py_function()) };
            let told = vm.state.watch.told_line(registers.0, code);
            let line = told.unwrap_or_else(|| code.code.position_at(word).line);
            (function.globals(), cx.str_value(&file_of(registers))?, i64::from(line))
        }
        None => (of_sys.as_deref(), cx.str_value("<sys>")?, 0),
    };
    let Some(globals) = globals else { return of_line(cx, file, line, None, None) };
    let name = cx.intern("__warningregistry__")?;
    let registry = match globals.get(cx, &name)? {
        Some(registry) => registry,
        None => {
            let made = cx.dict()?.into_value();
            globals.set(cx, &name, made.clone())?;
            made
        }
    };
    let module = match globals.get(cx, cx.names.name())? {
        Some(module) if module.is_none() || module.downcast::<PyStr>().is_some() => module,
        _ => cx.str_value("<string>")?,
    };
    Ok(Place { file, line, module, registry: Some(registry).filter(|it| it.downcast::<PyDict>().is_some()) })
}

/// A line of a file; the module's name is the file's, if it is not given.
pub(super) fn of_line(cx: &Cx, file: Value, line: i64, module: Option<Value>, registry: Option<Value>) -> R<Place> {
    let module = match module {
        Some(module) => module,
        None => {
            let name = cx.display(&file)?;
            let name = if name.is_empty() { "<unknown>" } else { name.strip_suffix(".py").unwrap_or(&name) };
            cx.str_value(name)?
        }
    };
    Ok(Place { file, line, module, registry })
}

fn file_of(registers: Registers) -> String {
    // SAFETY: the frame is live.
    unsafe { registers.code() }.code.filename.to_string()
}

fn is_of_importer(file: &str) -> bool {
    file.contains("importlib") && file.contains("_bootstrap")
}

fn is_skipped(file: &str, prefixes: &[Value]) -> bool {
    prefixes.iter().filter_map(Value::downcast::<PyStr>).any(|prefix| file.starts_with(&*prefix.to_lossy()))
}
