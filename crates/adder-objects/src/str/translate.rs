//! `translate` and `maketrans`.

use super::find::text;
use super::{PyStr, StrBuilder};
use crate::cx::Cx;
use crate::dict::PyDict;
use crate::error::{Catch, R};
use crate::exceptions as exc;
use crate::value::Value;

pub(super) fn translate(cx: &Cx, this: &Value, table: &Value) -> R {
    let chars = text(this).chars();
    let mut out = StrBuilder::with_capacity(cx, chars.len())?;
    for point in chars.iter() {
        let found = cx.getitem(table, &Value::small(point.into())).unless(&exc::LOOKUP_ERROR)?;
        let Some(found) = found else {
            out.push(point)?;
            continue;
        };
        if found.is_none() {
            continue;
        }
        if let Some(string) = found.downcast::<PyStr>() {
            out.push_object(string)?;
        } else if found.is_int() {
            match found.as_i64() {
                Some(mapped @ 0..0x11_0000) => out.push(mapped as u32)?,
                _ => return raise!(cx, exc::VALUE_ERROR, "character mapping must be in range(0x110000)"),
            }
        } else {
            return raise!(cx, exc::TYPE_ERROR, "character mapping must return integer, None or str");
        }
    }
    out.finish_value()
}

pub(super) fn maketrans(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let dict = cx.dict()?;
    let key = |point: u32| Value::small(point.into());
    if let [only] = args {
        let Some(given) = only.downcast::<PyDict>().filter(|_| only.is_exact(&crate::dict::DICT_TYPE)) else {
            return raise!(cx, exc::TYPE_ERROR, "if you give only one argument to maketrans it must be a dict");
        };
        for (from, to) in given.entries() {
            if let Some(string) = from.downcast::<PyStr>() {
                if string.len() != 1 {
                    return raise!(cx, exc::VALUE_ERROR, "string keys in translate table must be of length 1");
                }
                dict.set(cx, &key(string.chars().at(0)), to)?;
            } else if from.is_int() {
                dict.set(cx, &from, to)?;
            } else {
                return raise!(cx, exc::TYPE_ERROR, "keys in translate table must be strings or integers");
            }
        }
        return Ok(dict.into_value());
    }
    let Some(from) = args[0].downcast::<PyStr>() else {
        return raise!(cx, exc::TYPE_ERROR, "first maketrans argument must be a string if there is a second argument");
    };
    let to = crate::arguments::string(cx, &args[1], "maketrans", "argument 2")?;
    let removed = args.get(2).map(|gone| crate::arguments::string(cx, gone, "maketrans", "argument 3")).transpose()?;
    if from.len() != to.len() {
        return raise!(cx, exc::VALUE_ERROR, "the first two maketrans arguments must have equal length");
    }
    for (a, b) in from.chars().iter().zip(to.chars().iter()) {
        dict.set(cx, &key(a), key(b))?;
    }
    for gone in removed.iter().flat_map(|removed| removed.chars().iter()) {
        dict.set(cx, &key(gone), Value::none())?;
    }
    Ok(dict.into_value())
}
