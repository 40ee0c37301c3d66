//! `SyntaxError`.

use core::mem::offset_of;

use super::base::{self, or_none, spec};
use super::fields::{exception_layout, exception_new, object};
use super::plain::EXCEPTION;
use crate::args::Args;
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::int::INT_TYPE;
use crate::object::Slot;
use crate::str::PyStr;
use crate::typeobject::{Slots, Spec, TypeObject, slot};
use crate::value::Value;

exception_layout! {
    /// Layout of SyntaxError (C's `PySyntaxErrorObject`).
    PySyntaxError of SYNTAX_ERROR {
        /// `msg`
        msg,
        /// `filename`
        filename,
        /// `lineno`
        lineno,
        /// `offset`
        offset,
        /// `text`
        text,
        /// `end_lineno`
        end_lineno,
        /// `end_offset`
        end_offset,
        /// `print_file_and_line`
        print_file_and_line,
    }
}

exception_new!(PySyntaxError);

/// `SyntaxError`
pub static SYNTAX_ERROR: TypeObject = TypeObject::builtin(&SYNTAX_ERROR_SPEC, &raw const SYNTAX_ERROR);
static SYNTAX_ERROR_SPEC: Spec = Spec {
    slots: Slots { new: slot(PySyntaxError::new_empty), init: slot(init), str: slot(str), ..Slots::NONE },
    members: &[
        object("msg", offset_of!(PySyntaxError, msg)),
        object("filename", offset_of!(PySyntaxError, filename)),
        object("lineno", offset_of!(PySyntaxError, lineno)),
        object("offset", offset_of!(PySyntaxError, offset)),
        object("text", offset_of!(PySyntaxError, text)),
        object("end_lineno", offset_of!(PySyntaxError, end_lineno)),
        object("end_offset", offset_of!(PySyntaxError, end_offset)),
        object("print_file_and_line", offset_of!(PySyntaxError, print_file_and_line)),
    ],
    ..spec::<PySyntaxError>("SyntaxError", &EXCEPTION)
};

impl PySyntaxError {
    /// The slots of the second argument's items, in their order.
    fn details(&self) -> [&Slot; 6] {
        [&self.filename, &self.lineno, &self.offset, &self.text, &self.end_lineno, &self.end_offset]
    }
}

/// `SyntaxError(msg, (filename, lineno, offset, text, end_lineno, end_offset))`
fn init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    base::init(cx, this, args)?;
    let it = PySyntaxError::of(this);
    if let Some(msg) = args.given().first() {
        it.msg.set(msg.clone());
    }
    let [_, details] = args.given() else { return Ok(()) };
    let details = cx.tuple_of(details)?;
    let n = details.items().len();
    if !(4..=6).contains(&n) {
        let bound = if n < 4 { "least 4" } else { "most 6" };
        return raise!(cx, exc::TYPE_ERROR, "function takes at {bound} arguments ({n} given)");
    }
    if n == 5 {
        return raise!(cx, exc::TYPE_ERROR, "end_offset must be provided when end_lineno is provided");
    }
    for (at, slot) in it.details().into_iter().enumerate() {
        slot.set(details.items().get(at).cloned().unwrap_or(Value::UNSET));
    }
    Ok(())
}

/// The message, and in brackets the file's name without its folder and the line.
fn str(cx: &Cx, this: &Value) -> R {
    let it = PySyntaxError::of(this);
    let msg = cx.to_str(&or_none(&it.msg))?;
    let filename = it.filename.try_get().filter(|name| name.downcast::<PyStr>().is_some());
    let lineno = it.lineno.try_get().filter(|line| line.is_exact(&INT_TYPE));
    let mut notes = Vec::new();
    if let Some(name) = filename {
        let name = cx.display(&name)?;
        notes.push(name.rsplit('/').next().unwrap_or_default().to_owned());
    }
    if let Some(line) = lineno {
        notes.push(format!("line {}", line.as_i64().unwrap_or(-1)));
    }
    if notes.is_empty() {
        return Ok(msg.into_value());
    }
    let mut pieces = crate::pieces::Pieces::new(cx)?;
    pieces.push(cx, msg.into_value())?;
    pieces.push(cx, cx.str_value(&format!(" ({})", notes.join(", ")))?)?;
    pieces.join(cx)
}
