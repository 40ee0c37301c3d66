//! The module `_tokenize`: the tokens of a text. Its class is written in Python.

use adder_compiler::ErrorKind;
use adder_objects::str::PyStr;
use adder_objects::typeobject::Method;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::support;
use crate::vm::Vm;

static FUNCTIONS: &[Method] = &[Method::one("_tokens", tokens)];

pub(super) fn make(vm: &Vm) -> R {
    let module = crate::module::builtin(&vm.cx, "_tokenize", FUNCTIONS)?.into_value();
    support::in_python(vm, "_tokenize", &module, &["_builtin/_tokenize.py"])?;
    Ok(module)
}

/// The rows of the tokens, and what stopped them: the exception's class, text, line, offset and the line itself.
fn tokens(cx: &Cx, _: &Value, source: &Value) -> R {
    let Some(source) = source.downcast::<PyStr>() else { return raise!(cx, exc::TYPE_ERROR, "a str is needed") };
    let source = source.to_lossy();
    let (made, error) = adder_compiler::tokens::tokens(&source);
    let place = |place: (u32, u32)| -> R {
        let pair = [Value::small(i64::from(place.0)), Value::small(i64::from(place.1))];
        Ok(cx.tuple(pair)?.into_value())
    };
    let rows = cx.list([])?;
    let mut line = (0..0, cx.str_value("")?);
    for token in made {
        if token.line != line.0 {
            line = (token.line.clone(), cx.str_value(&source[token.line])?);
        }
        let text = cx.str_value(&source[token.text])?;
        let kind = Value::small(i64::from(token.kind));
        let row = cx.tuple([kind, text, place(token.start)?, place(token.end)?, line.1.clone()])?;
        rows.push(cx, row.into_value())?;
    }
    let error = match error {
        None => Value::none(),
        Some(error) => {
            let class = match error.kind {
                ErrorKind::Indentation => &exc::INDENTATION_ERROR,
                ErrorKind::Tab => &exc::TAB_ERROR,
                _ => &exc::SYNTAX_ERROR,
            };
            let parts = [
                class.value(),
                cx.str_value(&error.message)?,
                Value::small(i64::from(error.line)),
                Value::small(i64::from(error.offset)),
                cx.str_value(&source[error.text])?,
            ];
            cx.tuple(parts)?.into_value()
        }
    };
    Ok(cx.tuple([rows.into_value(), error])?.into_value())
}
