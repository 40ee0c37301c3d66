//! `PyErr_Print` and its like: exceptions shown; and where a SyntaxError lies.

use core::ffi::{c_char, c_int};

use adder_objects::exceptions::{self as exc, PyBaseException};
use adder_objects::{Cx, R, Value};
use adder_vm::Vm;
use adder_vm::traceback::PyTraceback;

use crate::border::{Borrowed, Nothing};
use crate::contract::api;
use crate::indicator;

/// Shows what is set with `sys.excepthook`; SystemExit ends the process.
fn print(cx: &Cx, sets_last: bool) -> R<()> {
    let Some(raised) = indicator::take() else { return Ok(()) };
    let vm = Vm::of(cx);
    if raised.is(&exc::SYSTEM_EXIT) {
        vm.exit(raised);
    }
    if sets_last {
        let (sys, exception) = (vm.sys.get(), raised.value());
        let traceback = exception.downcast::<PyBaseException>().and_then(|base| base.traceback.try_get());
        let values = [
            ("last_exc", exception.clone()),
            ("last_type", exception.ty().value()),
            ("last_value", exception.clone()),
            ("last_traceback", traceback.unwrap_or_else(Value::none)),
        ];
        for (name, value) in values {
            cx.setattr(&sys, &cx.intern(name)?, Some(&value))?;
        }
    }
    vm.report(raised);
    Ok(())
}

/// A line of a source file, with its end.
fn program_text(cx: &Cx, file: &str, line: c_int) -> R<Option<Value>> {
    match u32::try_from(line).ok().and_then(|line| Vm::source_line(file, line)) {
        Some(text) => cx.str_value(&format!("{text}\n")).map(Some),
        None => Ok(None),
    }
}

/// Tells the SyntaxError that is set where it lies.
fn locate(cx: &Cx, file: Option<&Value>, line: c_int, column: c_int, end: (c_int, c_int)) -> R<()> {
    let Some(raised) = indicator::take() else { return Ok(()) };
    let place = |n: c_int| if n == -1 { Ok(Value::none()) } else { cx.int(n.into()) };
    // What goes wrong here is passed over: the exception counts.
    let set = |name: &str, value: R| {
        let _ = value.and_then(|value| cx.setattr(raised.value(), &cx.intern(name)?, Some(&value)));
    };
    set("lineno", cx.int(line.into()));
    set("offset", place(column));
    set("end_lineno", place(end.0));
    set("end_offset", place(end.1));
    if let Some(file) = file {
        set("filename", Ok(file.clone()));
        let text = cx.display(file).and_then(|file| program_text(cx, &file, line));
        set("text", text.map(|text| text.unwrap_or_else(Value::none)));
    }
    if !raised.value().is_instance(&exc::SYNTAX_ERROR) {
        let unless_there = |name: &str, value: Value| {
            if cx.getattr_opt(raised.value(), &cx.intern(name)?)?.is_none() {
                cx.setattr(raised.value(), &cx.intern(name)?, Some(&value))?;
            }
            Ok(())
        };
        let _: R<()> =
            unless_there("msg", cx.to_str(raised.value()).map_or_else(|_| Value::none(), |text| text.into_value()));
        let _: R<()> = unless_there("print_file_and_line", Value::none());
    }
    indicator::set(raised);
    Ok(())
}

/// A file's name at a pointer, or nothing.
fn file(cx: &Cx, name: *const c_char) -> Option<Value> {
    // SAFETY: the callers' contract: a text, or NULL.
    if name.is_null() { None } else { unsafe { crate::warnings::file_name(cx, name) }.ok() }
}

api! {
    /// Shows what is set, with `sys.excepthook`, and sets `sys.last_exc` and its like. SystemExit ends the process.
    runs fn PyErr_Print(cx) -> Nothing {
        print(cx, true).map(|()| Nothing)
    }

    /// The same; `sys.last_exc` is set only if that is asked for.
    runs fn PyErr_PrintEx(cx, sets_last: c_int) -> Nothing {
        print(cx, sets_last != 0).map(|()| Nothing)
    }

    /// Writes an exception with its traceback to `sys.stderr`. The class is not looked at.
    runs fn PyErr_Display(
        cx, class: Option<Borrowed>, exception: Option<Borrowed>, traceback: Option<Borrowed>,
    ) -> Nothing {
        let _ = class;
        let Some(exception) = exception else { return Ok(Nothing) };
        if let Some(base) = exception.downcast::<PyBaseException>()
            && base.traceback.is_unset()
            && let Some(traceback) = traceback.filter(|traceback| traceback.downcast::<PyTraceback>().is_some())
        {
            base.traceback.set(traceback.to_owned());
        }
        show(cx, &exception);
        Ok(Nothing)
    }

    /// Writes an exception with its traceback to `sys.stderr`.
    runs fn PyErr_DisplayException(cx, exception: Borrowed) -> Nothing {
        show(cx, &exception);
        Ok(Nothing)
    }

    /// Tells the SyntaxError that is set its file and line.
    runs fn PyErr_SyntaxLocation(cx, name: *const c_char, line: c_int) -> Nothing {
        locate(cx, file(cx, name).as_ref(), line, -1, (line, -1)).map(|()| Nothing)
    }

    /// The same with the column; -1 is none.
    runs fn PyErr_SyntaxLocationEx(cx, name: *const c_char, line: c_int, column: c_int) -> Nothing {
        locate(cx, file(cx, name).as_ref(), line, column, (line, -1)).map(|()| Nothing)
    }

    /// The same with the file's name as an object.
    runs fn PyErr_SyntaxLocationObject(cx, name: Option<Borrowed>, line: c_int, column: c_int) -> Nothing {
        locate(cx, name.as_deref(), line, column, (line, -1)).map(|()| Nothing)
    }

    /// The same from one place to another.
    runs fn PyErr_RangedSyntaxLocationObject(
        cx, name: Option<Borrowed>, line: c_int, column: c_int, end_line: c_int, end_column: c_int,
    ) -> Nothing {
        locate(cx, name.as_deref(), line, column, (end_line, end_column)).map(|()| Nothing)
    }

    /// A line of a source file; NULL without an exception where there is none.
    runs fn PyErr_ProgramText(cx, name: *const c_char, line: c_int) -> Option<Value> {
        match file(cx, name) {
            Some(name) => program_text(cx, &cx.display(&name)?, line),
            None => Ok(None),
        }
    }

    /// The same with the file's name as an object.
    runs fn PyErr_ProgramTextObject(cx, name: Option<Borrowed>, line: c_int) -> Option<Value> {
        match name {
            Some(name) => program_text(cx, &cx.display(&name)?, line),
            None => Ok(None),
        }
    }
}

/// Shows an exception, or what stands in its place.
fn show(cx: &Cx, exception: &Value) {
    let vm = Vm::of(cx);
    if exception.downcast::<PyBaseException>().is_some() {
        vm.show_exception(exception);
    } else {
        vm.write_error(&format!(
            "TypeError: print_exception(): Exception expected for value, {} found\n",
            exception.ty().name()
        ));
    }
}
