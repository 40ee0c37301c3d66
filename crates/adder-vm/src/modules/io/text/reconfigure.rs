//! `TextIOWrapper.reconfigure`.

use adder_objects::{Args, Cx, Params, R, Value};

use super::super::{ask, support, unsupported};
use super::{attached, newline_of, of, text_or_none};

/// A truth value, or what it was where None is given.
fn truth_or(cx: &Cx, value: Option<&Value>, before: bool) -> R<bool> {
    match value.filter(|value| !value.is_none()) {
        Some(value) => Ok(support::c_int(cx, value)? != 0),
        None => Ok(before),
    }
}

/// `reconfigure`
pub(super) fn reconfigure(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let params = Params {
        function: "reconfigure",
        names: ["encoding", "errors", "newline", "line_buffering", "write_through"],
        positional_only: 0,
        positional: 0,
        required: 0,
    };
    let [encoding, errors, newline, line_buffering, write_through] = args.bind(cx, &params)?;
    let it = attached(cx, this)?;
    let encoding = text_or_none(cx, encoding, "reconfigure", "encoding")?;
    let errors = text_or_none(cx, errors, "reconfigure", "errors")?;
    let changes = encoding.is_some() || errors.is_some() || newline.is_some();
    if changes && !it.decoded.is_unset() {
        return unsupported(cx, "It is not possible to set the encoding or newline of stream after the first read");
    }
    let newline = match newline {
        Some(newline) => Some(newline_of(cx, text_or_none(cx, Some(newline), "reconfigure", "newline")?)?),
        None => None,
    };
    let line_buffering = truth_or(cx, line_buffering, it.line_buffering.get())?;
    let write_through = truth_or(cx, write_through, it.write_through.get())?;
    ask(cx, this, "flush", &[])?;
    attached(cx, this)?;
    let it = of(this);
    it.ratio.set(0.0);
    if changes {
        let (encoding, errors) = match (encoding, errors) {
            (Some(encoding), errors) => {
                let encoding = super::super::open::known_encoding(cx, encoding)?;
                (encoding, errors.cloned().map_or_else(|| cx.intern("strict"), Ok)?)
            }
            (None, errors) => (it.encoding.get(), errors.cloned().unwrap_or_else(|| it.errors.get())),
        };
        it.coding.choose(cx, &it.buffer(cx)?, &encoding, &errors)?;
        if let Some(newline) = newline {
            it.newline.set(newline);
        }
        it.ends.reset(it.newline.get().translates());
        it.encoding.set(encoding);
        it.errors.set(errors);
        it.mend_encoder(cx)?;
    }
    it.line_buffering.set(line_buffering);
    it.write_through.set(write_through);
    Ok(Value::none())
}
