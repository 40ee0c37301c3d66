//! `str(…)`.

use super::{PyStr, STR_TYPE};
use crate::args::{Args, Params};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::Obj;
use crate::typeobject::TypeObject;
use crate::value::Value;

static NEW: Params<3> =
    Params { function: "str", names: ["object", "encoding", "errors"], positional_only: 0, positional: 3, required: 0 };

/// A string argument that names an encoding or an error handler.
pub(crate) fn name_argument<'a>(
    cx: &Cx,
    value: Option<&'a Value>,
    function: &str,
    argument: &str,
) -> R<Option<&'a PyStr>> {
    let Some(value) = value else { return Ok(None) };
    let name = crate::arguments::string(cx, value, function, argument)?;
    if name.chars().has(0) {
        return raise!(cx, exc::VALUE_ERROR, "embedded null character");
    }
    Ok(Some(name))
}

pub(super) fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    if args.names().is_none() {
        crate::args::check_count(cx, "str", args.given().len(), 0, 3)?;
    }
    let [object, encoding, errors] = args.bind(cx, &NEW)?;
    for (value, name) in [(encoding, "encoding"), (errors, "errors")] {
        if let Some(value) = value.filter(|value| value.is_none()) {
            let ty = value.ty().name();
            return raise!(cx, exc::TYPE_ERROR, "str() argument '{name}' must be str, not {ty}");
        }
    }
    let encoding = name_argument(cx, encoding, "str", "argument 'encoding'")?;
    let errors = name_argument(cx, errors, "str", "argument 'errors'")?;
    let text: Obj<PyStr> = match object {
        None => cx.str("")?,
        Some(object) if encoding.is_none() && errors.is_none() => cx.to_str(object)?,
        Some(object) => crate::codecs::decode_object(cx, object, encoding, errors)?,
    };
    if core::ptr::eq(class, &STR_TYPE) {
        return Ok(text.into_value());
    }
    cx.str_in(class, &text)
}
