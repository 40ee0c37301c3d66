//! `print`, `input`, `eval`, `exec`.

use adder_compiler::Mode;
use adder_objects::dict::PyDict;
use adder_objects::exceptions as exc;
use adder_objects::str::PyStr;
use adder_objects::{Args, Cx, Obj, Params, R, Value, raise};

use crate::code::PyCode;
use crate::vm::Vm;

pub(super) fn print(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let (mut separator, mut end, mut file, mut flush) = (None, None, None, false);
    for (name, value) in args.keywords() {
        match name.downcast::<PyStr>().and_then(PyStr::as_str) {
            Some("sep") => separator = text_or_none(cx, value, "sep")?,
            Some("end") => end = text_or_none(cx, value, "end")?,
            Some("file") => file = Some(value.clone()).filter(|f| !f.is_none()),
            Some("flush") => flush = cx.is_true(value)?,
            other => {
                let other = other.unwrap_or("?");
                return raise!(cx, exc::TYPE_ERROR, "print() got an unexpected keyword argument '{other}'");
            }
        }
    }
    let file = match file {
        Some(file) => file,
        None => match cx.getattr_opt(&Vm::of(cx).sys.get(), cx.names.stdout())? {
            Some(file) if !file.is_none() => file,
            Some(_) => return Ok(Value::none()),
            None => return raise!(cx, exc::RUNTIME_ERROR, "lost sys.stdout"),
        },
    };
    let space = cx.intern(" ")?;
    let newline = cx.intern("\n")?;
    let write = |text: &Value| match super::io::write_stream(cx, &file, text) {
        Some(written) => written.map(drop),
        None => cx.call_method(&file, cx.names.write(), core::slice::from_ref(text)).map(drop),
    };
    for (at, value) in args.given().iter().enumerate() {
        if at > 0 {
            write(separator.as_ref().unwrap_or(&space))?;
        }
        write(cx.to_str(value)?.as_value())?;
    }
    write(end.as_ref().unwrap_or(&newline))?;
    if flush {
        cx.call_method(&file, cx.names.flush(), &[])?;
    }
    Ok(Value::none())
}

fn text_or_none(cx: &Cx, value: &Value, name: &str) -> R<Option<Value>> {
    if value.is_none() {
        Ok(None)
    } else if value.downcast::<PyStr>().is_some() {
        Ok(Some(value.clone()))
    } else {
        raise!(cx, exc::TYPE_ERROR, "{name} must be None or a string, not {}", value.ty().name())
    }
}

pub(super) fn input(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let sys = Vm::of(cx).sys.get();
    let stream = |name: &str| match cx.getattr_opt(&sys, &cx.intern(name)?)? {
        Some(stream) if !stream.is_none() => Ok(stream),
        _ => raise!(cx, exc::RUNTIME_ERROR, "input(): lost sys.{name}"),
    };
    let (stdin, out, err) = (stream("stdin")?, stream("stdout")?, stream("stderr")?);
    // A stream that cannot be flushed is no reason not to ask.
    let flush = |stream: &Value| match cx.call_method(stream, cx.names.flush(), &[]) {
        Err(raised) if !raised.is(&exc::EXCEPTION) => Err(raised),
        _ => Ok(()),
    };
    flush(&err)?;
    if let Some(prompt) = args.first() {
        let text = cx.to_str(prompt)?;
        cx.call_method(&out, cx.names.write(), core::slice::from_ref(text.as_value()))?;
    }
    flush(&out)?;
    let line = cx.call_method(&stdin, &cx.intern("readline")?, &[])?;
    let Some(text) = line.downcast::<PyStr>() else {
        return raise!(cx, exc::TYPE_ERROR, "object.readline() returned non-string");
    };
    match text.len() {
        0 => raise!(cx, exc::EOF_ERROR, "EOF when reading a line"),
        len if text.chars().at(len - 1) == u32::from(b'\n') => {
            cx.getitem(&line, &cx.slice(Value::none(), Value::small(len as i64 - 1), Value::none())?)
        }
        _ => Ok(line),
    }
}

/// Globals and locals of `eval` and `exec`.
fn namespaces(cx: &Cx, globals: Option<&Value>, locals: Option<&Value>, function: &str) -> R<(Value, Value)> {
    let given = |v: Option<&Value>| v.filter(|v| !v.is_none()).cloned();
    let (globals, locals) = match (given(globals), given(locals)) {
        (None, None) => (super::builtins::globals(cx, &Value::none())?, super::builtins::locals(cx, &Value::none())?),
        (None, Some(locals)) => (super::builtins::globals(cx, &Value::none())?, locals),
        (Some(globals), None) => (globals.clone(), globals),
        (Some(globals), Some(locals)) => (globals, locals),
    };
    let Some(dict) = globals.downcast::<PyDict>() else {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "{}",
            if function == "eval" {
                "globals must be a dict".to_owned()
            } else {
                format!("exec() globals must be a dict, not {}", globals.ty().name())
            }
        );
    };
    if dict.find(cx, cx.names.builtins())?.is_none() {
        dict.set(cx, cx.names.builtins(), Vm::of(cx).builtins.get())?;
    }
    Ok((globals, locals))
}

fn run(cx: &Cx, args: Args<'_>, function: &'static str, mode: Mode) -> R {
    let [source, globals, locals, closure] = args.bind(
        cx,
        &Params {
            function,
            names: ["source", "globals", "locals", "closure"],
            positional_only: 1,
            positional: 3,
            required: 1,
        },
    )?;
    let Some(source) = source else { return Ok(Value::none()) };
    let vm = Vm::of(cx);
    let (globals, locals) = namespaces(cx, globals, locals, function)?;
    let given_as_text = source.downcast::<PyCode>().is_none();
    let code: Obj<PyCode> = match source.clone().try_into_obj::<PyCode>() {
        Ok(code) => code,
        Err(source) => {
            let text = super::builtins_compile::source_text(
                cx,
                &source,
                function,
                "string, bytes or code object",
                "<string>",
            )?;
            let text = if mode == Mode::Eval { text.trim_start_matches([' ', '\t']) } else { &text };
            crate::source::compile_with(vm, text, "<string>", mode, super::builtins_compile::inherited(cx))?
        }
    };
    let free = code.locals - code.free_start;
    let made = crate::function::function(cx, code.as_value().clone(), &globals)?;
    match closure.filter(|closure| !closure.is_none()) {
        Some(_) if given_as_text => {
            return raise!(cx, exc::TYPE_ERROR, "closure can only be used when source is a code object");
        }
        Some(_) if free == 0 => return raise!(cx, exc::TYPE_ERROR, "cannot use a closure with this code object"),
        // The code takes on trust that there are so many cells.
        Some(closure) if crate::function_attributes::is_closure(closure, free as usize) => {
            made.closure.set(closure.clone());
        }
        given if given.is_some() || (free > 0 && mode == Mode::Exec) => {
            return raise!(cx, exc::TYPE_ERROR, "code object requires a closure of exactly length {free}");
        }
        _ if free > 0 => {
            return raise!(cx, exc::TYPE_ERROR, "code object passed to {function}() may not contain free variables");
        }
        _ => {}
    }
    vm.run_body(made.as_value(), &locals)
}

pub(super) fn eval(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    run(cx, args, "eval", Mode::Eval)
}

pub(super) fn exec(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    run(cx, args, "exec", Mode::Exec)?;
    Ok(Value::none())
}
