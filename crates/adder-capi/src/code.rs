//! `PyCode_*`, `PyFrame_*`, `PyGen_*`: code, frames and generators, as far as they are to be looked at.

use core::ffi::{c_char, c_int};

use adder_objects::{Cx, R, Value, exceptions as exc, raise};
use adder_vm::code::PyCode;
use adder_vm::frame_object::PyFrame;
use adder_vm::generator::PyGenerator;

use crate::border::{Borrowed, Nothing, bad_call};
use crate::contract::api;
use crate::errors::text_of;

fn code<'a>(cx: &Cx, value: &'a Value, function: &'static str) -> R<&'a PyCode> {
    value.downcast::<PyCode>().ok_or_else(|| bad_call(cx, function))
}

/// An attribute of a frame.
fn of_frame(cx: &Cx, frame: &Value, name: &str, function: &'static str) -> R {
    if frame.downcast::<PyFrame>().is_none() {
        return Err(bad_call(cx, function));
    }
    cx.getattr_text(frame, name)
}

/// The line of a place in the bytes of a code object; -1 if there is none.
fn line_of(cx: &Cx, object: &Value, at: c_int) -> R<c_int> {
    let it = code(cx, object, "PyCode_Addr2Line")?;
    if at < 0 {
        return Ok(it.code.first_line as c_int);
    }
    let lines = cx.call(&cx.getattr_text(object, "co_lines")?, &[])?;
    for row in cx.collect(&lines)? {
        if let Some(row) = row.downcast::<adder_objects::tuple::PyTuple>()
            && let [start, end, line] = row.items()
            && let (Some(start), Some(end)) = (start.as_i64(), end.as_i64())
            && (start..end).contains(&i64::from(at))
        {
            return Ok(line.as_i64().map_or(-1, |line| line as c_int));
        }
    }
    Ok(-1)
}

/// The value of a variable of a frame.
fn variable(cx: &Cx, frame: &Value, name: &Value) -> R {
    let locals = of_frame(cx, frame, "f_locals", "PyFrame_GetVar")?;
    match cx.getitem(&locals, name) {
        Ok(value) => Ok(value),
        Err(raised) if raised.is(&exc::KEY_ERROR) => {
            let shown = cx.repr(name)?;
            raise!(cx, exc::NAME_ERROR, "variable {} does not exist", shown.to_lossy())
        }
        Err(raised) => Err(raised),
    }
}

api! {
    /// Code without a body, for a traceback: it has a name, a file, and a line.
    runs fn PyCode_NewEmpty(cx, filename: *const c_char, name: *const c_char, line: c_int) -> Value {
        // SAFETY: the contract: texts.
        let (filename, name) = unsafe { (cx.str_value(&text_of(filename))?, cx.str_value(&text_of(name))?) };
        let compile = cx.getattr_text(&cx.import("builtins")?, "compile")?;
        let made = cx.call(&compile, &[cx.str_value("")?, filename, cx.str_value("exec")?])?;
        let names = ["co_name", "co_qualname", "co_firstlineno", "co_linetable", "co_flags"];
        let names = names.iter().map(|name| cx.intern(name)).collect::<R<Vec<_>>>()?;
        let names = cx.tuple(names)?;
        // Every instruction is on the first line.
        let units = cx.len(&cx.getattr_text(&made, "co_code")?)? / 2;
        let mut table = Vec::new();
        let mut left = units;
        while left > 0 {
            let here = left.min(8);
            table.extend([0x80 | (13 << 3) | (here as u8 - 1), 0]);
            left -= here;
        }
        let table = cx.bytes(&table)?.into_value();
        let values = [name.clone(), name, Value::small(line.into()), table, Value::small(3)];
        let replace = cx.getattr_text(&made, "replace")?;
        cx.call_args(&replace, adder_objects::Args::with_names(&values, Some(&names)))
    }

    /// The line of a place in its bytes; of a negative one the first line.
    runs fn PyCode_Addr2Line(cx, object: Borrowed, at: c_int) -> c_int {
        line_of(cx, &object, at)
    }

    /// Lines and columns of a place in its bytes: 1.
    runs fn PyCode_Addr2Location(
        cx,
        object: Borrowed,
        at: c_int,
        start_line: *mut c_int,
        start_column: *mut c_int,
        end_line: *mut c_int,
        end_column: *mut c_int,
    ) -> c_int {
        let mut found = [-1; 4];
        if at < 0 {
            found = [line_of(cx, &object, at)?, -1, -1, -1];
        } else {
            let positions = cx.call(&cx.getattr_text(&object, "co_positions")?, &[])?;
            let positions = cx.collect(&positions)?;
            if let Some(row) = positions.get(at as usize / 2)
                && let Some(row) = row.downcast::<adder_objects::tuple::PyTuple>()
                && let [line, end, column, end_column] = row.items()
            {
                let number = |value: &Value| value.as_i64().map_or(-1, |n| n as c_int);
                found = [number(line), number(column), number(end), number(end_column)];
            }
        }
        for (place, value) in [start_line, start_column, end_line, end_column].into_iter().zip(found) {
            // SAFETY: the contract: there are places for the numbers.
            unsafe { place.write(value) };
        }
        Ok(1)
    }

    /// `code.co_code`
    runs fn PyCode_GetCode(cx, object: Borrowed) -> Value {
        code(cx, &object, "PyCode_GetCode")?;
        cx.getattr_text(&object, "co_code")
    }

    /// `code.co_varnames`
    quiet fn PyCode_GetVarnames(cx, object: Borrowed) -> Value {
        code(cx, &object, "PyCode_GetVarnames")?;
        cx.getattr_text(&object, "co_varnames")
    }

    /// `code.co_cellvars`
    quiet fn PyCode_GetCellvars(cx, object: Borrowed) -> Value {
        code(cx, &object, "PyCode_GetCellvars")?;
        cx.getattr_text(&object, "co_cellvars")
    }

    /// `code.co_freevars`
    quiet fn PyCode_GetFreevars(cx, object: Borrowed) -> Value {
        code(cx, &object, "PyCode_GetFreevars")?;
        cx.getattr_text(&object, "co_freevars")
    }

    /// How many free variables it has.
    quiet fn PyCode_GetNumFree(cx, object: Borrowed) -> isize {
        let it = code(cx, &object, "PyCode_GetNumFree")?;
        Ok((it.locals - it.free_start) as isize)
    }

    /// A frame that does not run, for a traceback. The first argument is passed over.
    quiet fn PyFrame_New(
        cx,
        thread: *mut core::ffi::c_void,
        body: Borrowed,
        globals: Borrowed,
        locals: Option<Borrowed>,
    ) -> Value {
        let _ = thread;
        code(cx, &body, "PyFrame_New")?;
        let locals = locals.map(|locals| locals.to_owned());
        Ok(adder_vm::frame_object::at_rest(cx, body.to_owned(), &globals, locals)?.into_value())
    }

    /// `frame.f_code`
    quiet fn PyFrame_GetCode(cx, frame: Borrowed) -> Value {
        of_frame(cx, &frame, "f_code", "PyFrame_GetCode")
    }

    /// `frame.f_back`; NULL for none.
    quiet fn PyFrame_GetBack(cx, frame: Borrowed) -> Option<Value> {
        Ok(Some(of_frame(cx, &frame, "f_back", "PyFrame_GetBack")?).filter(|back| !back.is_none()))
    }

    /// `frame.f_locals`
    quiet fn PyFrame_GetLocals(cx, frame: Borrowed) -> Value {
        of_frame(cx, &frame, "f_locals", "PyFrame_GetLocals")
    }

    /// `frame.f_globals`
    quiet fn PyFrame_GetGlobals(cx, frame: Borrowed) -> Value {
        of_frame(cx, &frame, "f_globals", "PyFrame_GetGlobals")
    }

    /// `frame.f_builtins`
    quiet fn PyFrame_GetBuiltins(cx, frame: Borrowed) -> Value {
        of_frame(cx, &frame, "f_builtins", "PyFrame_GetBuiltins")
    }

    /// `frame.f_lineno`
    quiet fn PyFrame_GetLineNumber(cx, frame: Borrowed) -> c_int {
        let line = of_frame(cx, &frame, "f_lineno", "PyFrame_GetLineNumber")?;
        Ok(line.as_i64().map_or(-1, |line| line as c_int))
    }

    /// `frame.f_lasti`
    quiet fn PyFrame_GetLasti(cx, frame: Borrowed) -> c_int {
        let at = of_frame(cx, &frame, "f_lasti", "PyFrame_GetLasti")?;
        Ok(at.as_i64().map_or(-1, |at| at as c_int))
    }

    /// The generator whose frame it is; NULL for none.
    quiet fn PyFrame_GetGenerator(cx, frame: Borrowed) -> Option<Value> {
        let of = of_frame(cx, &frame, "f_generator", "PyFrame_GetGenerator")?;
        Ok(Some(of).filter(|generator| !generator.is_none()))
    }

    /// A variable of a frame.
    runs fn PyFrame_GetVar(cx, frame: Borrowed, name: Borrowed) -> Value {
        variable(cx, &frame, &name)
    }

    /// The same by a text.
    runs fn PyFrame_GetVarString(cx, frame: Borrowed, name: *const c_char) -> Value {
        // SAFETY: the contract: a text.
        variable(cx, &frame, &cx.intern(&unsafe { text_of(name) })?)
    }

    /// Does nothing: `f_locals` shows the variables themselves (PEP 667).
    quiet fn PyFrame_FastToLocals(cx, frame: Borrowed) -> Nothing {
        let _ = (cx, frame);
        Ok(Nothing)
    }

    /// The same.
    quiet fn PyFrame_FastToLocalsWithError(cx, frame: Borrowed) -> () {
        let _ = (cx, frame);
        Ok(())
    }

    /// The same.
    quiet fn PyFrame_LocalsToFast(cx, frame: Borrowed, clear: c_int) -> Nothing {
        let _ = (cx, frame, clear);
        Ok(Nothing)
    }

    /// The code of a generator, a coroutine, or an asynchronous generator.
    quiet fn PyGen_GetCode(cx, generator: Borrowed) -> Value {
        if generator.downcast::<PyGenerator>().is_none() {
            return Err(bad_call(cx, "PyGen_GetCode"));
        }
        let ty = generator.ty().name();
        let name = match ty {
            "coroutine" => "cr_code",
            "async_generator" => "ag_code",
            _ => "gi_code",
        };
        cx.getattr_text(&generator, name)
    }
}
