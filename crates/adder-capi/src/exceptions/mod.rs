//! `PyException_*` and `PyTraceBack_*`: what an exception holds.

pub mod unicode;

use core::ffi::c_char;

use adder_objects::exceptions::{self as exc, PyBaseException};
use adder_objects::{Args, Cx, R, TypeObject, Value, raise};
use adder_vm::traceback::PyTraceback;

use crate::border::{Borrowed, Nothing, Stolen, bad_call};
use crate::contract::api;
use crate::indicator;

fn base<'a>(cx: &Cx, value: &'a Value, function: &'static str) -> R<&'a PyBaseException> {
    value.downcast::<PyBaseException>().ok_or_else(|| bad_call(cx, function))
}

api! {
    /// Sets the traceback of an exception; None takes it away.
    runs fn PyException_SetTraceback(cx, exception: Borrowed, traceback: Option<Borrowed>) -> () {
        let base = base(cx, &exception, "PyException_SetTraceback")?;
        let Some(traceback) = traceback else {
            return raise!(cx, exc::TYPE_ERROR, "__traceback__ may not be deleted");
        };
        if traceback.is_none() {
            base.traceback.set(Value::UNSET);
        } else if traceback.downcast::<PyTraceback>().is_some() {
            base.traceback.set(traceback.to_owned());
        } else {
            return raise!(cx, exc::TYPE_ERROR, "__traceback__ must be a traceback or None");
        }
        Ok(())
    }

    /// The traceback of an exception, or NULL.
    quiet fn PyException_GetTraceback(cx, exception: Borrowed) -> Option<Value> {
        let _ = cx;
        Ok(exception.downcast::<PyBaseException>().and_then(|base| base.traceback.try_get()))
    }

    /// The cause of an exception, or NULL.
    quiet fn PyException_GetCause(cx, exception: Borrowed) -> Option<Value> {
        let _ = cx;
        Ok(exception.downcast::<PyBaseException>().and_then(|base| base.cause.try_get()))
    }

    /// The context of an exception, or NULL.
    quiet fn PyException_GetContext(cx, exception: Borrowed) -> Option<Value> {
        let _ = cx;
        Ok(exception.downcast::<PyBaseException>().and_then(|base| base.context.try_get()))
    }

    /// Sets the cause of an exception.
    runs fn PyException_SetCause(cx, exception: Borrowed, cause: Option<Stolen>) -> Nothing {
        let _ = cx;
        if let Some(base) = exception.downcast::<PyBaseException>() {
            base.suppress_context.set(true);
            base.cause.set(cause.map_or(Value::UNSET, |cause| cause.0));
        }
        Ok(Nothing)
    }

    /// Sets the context of an exception.
    runs fn PyException_SetContext(cx, exception: Borrowed, context: Option<Stolen>) -> Nothing {
        let _ = cx;
        if let Some(base) = exception.downcast::<PyBaseException>() {
            base.context.set(context.map_or(Value::UNSET, |context| context.0));
        }
        Ok(Nothing)
    }

    /// `exception.args`
    quiet fn PyException_GetArgs(cx, exception: Borrowed) -> Value {
        base(cx, &exception, "PyException_GetArgs")?;
        cx.getattr_text(&exception, "args")
    }

    /// Sets `exception.args`, to a tuple.
    runs fn PyException_SetArgs(cx, exception: Borrowed, args: Borrowed) -> Nothing {
        base(cx, &exception, "PyException_SetArgs")?.args.set(args.to_owned());
        Ok(Nothing)
    }

    /// The name of an exception class, as `tp_name` has it.
    quiet fn PyExceptionClass_Name(cx, class: Borrowed) -> *const c_char {
        match class.downcast::<TypeObject>() {
            Some(class) => Ok(class.c.tp_name.get()),
            None => Err(bad_call(cx, "PyExceptionClass_Name")),
        }
    }

    /// Adds a frame to the traceback of the exception that is set.
    runs fn PyTraceBack_Here(cx, frame: Borrowed) -> () {
        let Some(raised) = indicator::take() else { return Ok(()) };
        let added = match raised.value().downcast::<PyBaseException>() {
            Some(base) => adder_vm::Vm::of(cx).add_frame(base, &frame),
            None => Ok(()),
        };
        added.map(|()| indicator::set(raised))
    }

    /// Writes a traceback, without an exception, to a file.
    runs fn PyTraceBack_Print(cx, traceback: Option<Borrowed>, file: Borrowed) -> () {
        let Some(traceback) = traceback else { return Ok(()) };
        if traceback.downcast::<PyTraceback>().is_none() {
            return Err(bad_call(cx, "PyTraceBack_Print"));
        }
        let head = cx.str_value("Traceback (most recent call last):\n")?;
        cx.call_method(&file, &cx.intern("write")?, &[head])?;
        let print = cx.getattr_text(&cx.import("traceback")?, "print_tb")?;
        let names = cx.tuple([cx.intern("file")?])?;
        cx.call_args(&print, Args::with_names(&[traceback.to_owned(), file.to_owned()], Some(&names))).map(drop)
    }
}
