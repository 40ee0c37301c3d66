//! Exceptions as text where no Python code can be asked: those that cannot be raised, and those at the end of the memory. What ends
//! a program is shown by `traceback`, as in CPython.

use std::fmt::Write;

use adder_compiler::{CompileError, ErrorKind};
use adder_objects::exceptions as exc;
use adder_objects::exceptions::PyBaseException;
use adder_objects::{Cx, R, Raised, Value};

use crate::frame_object::PyFrame;
use crate::traceback::{self, PyTraceback};

/// The exception of an error of the compiler.
pub(crate) fn syntax_error(cx: &Cx, error: &CompileError, file: &str) -> Raised {
    let made = (|| -> R<Raised> {
        let class = match error.kind {
            ErrorKind::Indentation => &exc::INDENTATION_ERROR,
            ErrorKind::Tab => &exc::TAB_ERROR,
            ErrorKind::TooDeep | ErrorKind::TooLarge => &exc::MEMORY_ERROR,
            ErrorKind::Recursion => &exc::RECURSION_ERROR,
            ErrorKind::Syntax => &exc::SYNTAX_ERROR,
        };
        if core::ptr::eq(class, &exc::MEMORY_ERROR) || core::ptr::eq(class, &exc::RECURSION_ERROR) {
            return Ok(cx.error(class, format_args!("{}", error.message)));
        }
        Ok(cx.error_of(class, &[cx.str_value(&error.message)?, place(cx, error, file)?]))
    })();
    match made {
        Ok(raised) | Err(raised) => raised,
    }
}

/// The second argument of a SyntaxError: the file, the place, and the line.
fn place(cx: &Cx, error: &CompileError, file: &str) -> R {
    let int = |n: u32| Value::small(i64::from(n));
    let text = error.text.as_deref().map_or_else(|| Ok(Value::none()), |text| cx.str_value(text))?;
    let parts =
        [cx.str_value(file)?, int(error.line), int(error.column), text, int(error.end_line), int(error.end_column)];
    Ok(cx.tuple(parts)?.into_value())
}

/// The same where a text that more lines could make right has an error of its own.
pub(crate) fn incomplete(cx: &Cx, error: &CompileError, file: &str) -> Raised {
    if !error.incomplete {
        return syntax_error(cx, error, file);
    }
    let made = (|| -> R<Raised> {
        Ok(cx.error_of(&exc::INCOMPLETE_INPUT_ERROR, &[cx.str_value("incomplete input")?, place(cx, error, file)?]))
    })();
    match made {
        Ok(raised) | Err(raised) => raised,
    }
}

/// An exception with its traceback, without marks under the lines.
pub fn to_text(cx: &Cx, raised: &Raised) -> String {
    let mut text = String::new();
    write_chain(cx, &mut text, raised.value(), &mut Vec::new());
    text
}

fn write_chain(cx: &Cx, out: &mut String, exception: &Value, seen: &mut Vec<usize>) {
    if seen.contains(&exception.bits()) || seen.len() > 1000 {
        return;
    }
    seen.push(exception.bits());
    let Some(base) = exception.downcast::<PyBaseException>() else { return };
    if let Some(cause) = base.cause.try_get() {
        write_chain(cx, out, &cause, seen);
        out.push_str("\nThe above exception was the direct cause of the following exception:\n\n");
    } else if !base.suppress_context.get()
        && let Some(context) = base.context.try_get()
        && !seen.contains(&context.bits())
    {
        write_chain(cx, out, &context, seen);
        out.push_str("\nDuring handling of the above exception, another exception occurred:\n\n");
    }
    if let Some(traceback) = base.traceback.try_get() {
        out.push_str("Traceback (most recent call last):\n");
        write_traceback(cx, out, &traceback);
    }
    write_exception(cx, out, exception);
}

fn write_traceback(cx: &Cx, out: &mut String, first: &Value) {
    let mut at = Some(first.clone());
    let mut last: Option<(String, u32, String)> = None;
    let mut repeated = 0_usize;
    while let Some(value) = at {
        let Some(entry) = value.downcast::<PyTraceback>() else { break };
        if let Some(frame) = entry.frame.try_get()
            && let Some(frame) = frame.downcast::<PyFrame>()
        {
            let code = frame.code();
            let file = cx.display(&code.filename).unwrap_or_default();
            let name = cx.display(&code.name).unwrap_or_default();
            let line = traceback::line(entry);
            let here = (file, line, name);
            if last.as_ref() == Some(&here) {
                repeated += 1;
            } else {
                write_repeated(out, repeated);
                repeated = 1;
            }
            if repeated <= 3 {
                let (file, line, name) = &here;
                let _ = writeln!(out, "  File \"{file}\", line {line}, in {name}");
                if let Some(text) = source_line(file, *line) {
                    let _ = writeln!(out, "    {}", text.trim());
                }
            }
            last = Some(here);
        }
        at = entry.next.try_get();
    }
    write_repeated(out, repeated);
}

fn write_repeated(out: &mut String, repeated: usize) {
    if repeated > 3 {
        let more = repeated - 3;
        let times = if more == 1 { "time" } else { "times" };
        let _ = writeln!(out, "  [Previous line repeated {more} more {times}]");
    }
}

/// A line of a source file, if it can be had.
pub(crate) fn source_line(file: &str, line: u32) -> Option<String> {
    let source = match file.strip_prefix(crate::finder::LIBRARY) {
        Some(path) => adder_stdlib::read(path.trim_start_matches('/'))?,
        None => std::fs::read(file).ok()?,
    };
    let text = String::from_utf8_lossy(&source);
    text.lines().nth(line.checked_sub(1)? as usize).map(str::to_owned)
}

fn write_exception(cx: &Cx, out: &mut String, exception: &Value) {
    let ty = exception.ty();
    let name = type_name(cx, exception);
    if ty.is_subtype(&exc::SYNTAX_ERROR) {
        write_syntax_place(cx, out, exception);
        let message = cx.getattr_text(exception, "msg").and_then(|m| cx.display(&m));
        let _ = writeln!(out, "{name}: {}", message.unwrap_or_default());
    } else {
        match cx.display(exception) {
            Ok(text) if text.is_empty() => {
                let _ = writeln!(out, "{name}");
            }
            Ok(text) => {
                let _ = writeln!(out, "{name}: {text}");
            }
            Err(_) => {
                let _ = writeln!(out, "{name}: <exception str() failed>");
            }
        }
    }
    if let Some(base) = exception.downcast::<PyBaseException>()
        && let Some(notes) = base.notes.try_get()
        && let Ok(notes) = cx.collect(&notes)
    {
        for note in notes {
            let _ = writeln!(out, "{}", cx.display(&note).unwrap_or_default());
        }
    }
}

fn type_name(cx: &Cx, exception: &Value) -> String {
    let class = exception.ty().value();
    let name = cx.getattr(&class, cx.names.qualname()).and_then(|n| cx.display(&n));
    let name = name.unwrap_or_else(|_| exception.ty().name().to_owned());
    let module = cx.getattr(&class, cx.names.module()).and_then(|m| cx.display(&m)).unwrap_or_default();
    if module.is_empty() || module == "builtins" || module == "__main__" { name } else { format!("{module}.{name}") }
}

fn write_syntax_place(cx: &Cx, out: &mut String, exception: &Value) {
    let field = |name: &str| cx.getattr_text(exception, name).ok().filter(|v| !v.is_none());
    let Some(line) = field("lineno").and_then(|l| l.as_i64()) else { return };
    let file = field("filename").and_then(|f| cx.display(&f).ok()).unwrap_or_else(|| "<string>".to_owned());
    let _ = writeln!(out, "  File \"{file}\", line {line}");
    let Some(text) = field("text").and_then(|t| cx.display(&t).ok()) else { return };
    let text = text.trim_end();
    let trimmed = text.trim_start();
    if trimmed.is_empty() {
        return;
    }
    let _ = writeln!(out, "    {trimmed}");
    let indent = (text.chars().count() - trimmed.chars().count()) as i64;
    if let Some(column) = field("offset").and_then(|o| o.as_i64()) {
        let start = (column - 1 - indent).max(0);
        let end = match (field("end_lineno").and_then(|l| l.as_i64()), field("end_offset").and_then(|o| o.as_i64())) {
            (Some(end_line), Some(end)) if end_line == line => (end - 1 - indent).max(start + 1),
            (Some(end_line), _) if end_line > line => trimmed.chars().count() as i64,
            _ => start + 1,
        };
        let width = (end.min(trimmed.chars().count().max(start as usize + 1) as i64) - start).max(1);
        let _ = writeln!(out, "    {}{}", " ".repeat(start as usize), "^".repeat(width as usize));
    }
}
