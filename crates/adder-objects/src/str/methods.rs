//! The methods of `str`, by name.

use super::find::text;
use super::{PyStr, StrBuilder, case, concat, find, pad, split, translate};
use crate::args::{Args, Params};
use crate::cx::Cx;
use crate::error::R;
use crate::typeobject::Method;
use crate::value::Value;

const fn m(method: Method, signature: &'static str, doc: &'static str) -> Method {
    method.doc(signature, doc)
}

pub(super) static METHODS: &[Method] = &[
    m(Method::any("encode", encode), "($self, /, encoding='utf-8', errors='strict')", "The text as bytes."),
    m(Method::any("replace", find::replace), "($self, old, new, /, count=-1)", "With one text in place of another."),
    m(Method::any("split", split::split), "($self, /, sep=None, maxsplit=-1)", "The parts between separators."),
    m(Method::any("rsplit", split::rsplit), "($self, /, sep=None, maxsplit=-1)", "The parts, cut from the right."),
    m(Method::one("join", concat::join), "($self, iterable, /)", "Strings put together, this one between them."),
    m(
        Method::none("capitalize", case::capitalize),
        "($self, /)",
        "With its first character in title case, the rest lower.",
    ),
    m(Method::none("casefold", case::casefold), "($self, /)", "Folded, for comparison without case."),
    m(Method::none("title", case::title), "($self, /)", "With each word in title case."),
    m(
        Method::positional("center", 1, 2, pad::center),
        "($self, width, fillchar=' ', /)",
        "Centred in so many characters.",
    ),
    Method::positional("count", 1, 3, find::count),
    m(Method::any("expandtabs", pad::expandtabs), "($self, /, tabsize=8)", "With spaces in place of tabs."),
    Method::positional("find", 1, 3, find::find),
    m(Method::one("partition", split::partition), "($self, sep, /)", "Cut in three at the first separator."),
    Method::positional("index", 1, 3, find::index),
    m(
        Method::positional("ljust", 1, 2, pad::ljust),
        "($self, width, fillchar=' ', /)",
        "At the left of so many characters.",
    ),
    m(Method::none("lower", case::lower), "($self, /)", "In lower case."),
    m(Method::positional("lstrip", 0, 1, split::lstrip), "($self, chars=None, /)", "Without spaces at its beginning."),
    Method::positional("rfind", 1, 3, find::rfind),
    Method::positional("rindex", 1, 3, find::rindex),
    m(
        Method::positional("rjust", 1, 2, pad::rjust),
        "($self, width, fillchar=' ', /)",
        "At the right of so many characters.",
    ),
    m(Method::positional("rstrip", 0, 1, split::rstrip), "($self, chars=None, /)", "Without spaces at its end."),
    m(Method::one("rpartition", split::rpartition), "($self, sep, /)", "Cut in three at the last separator."),
    m(Method::any("splitlines", split::splitlines), "($self, /, keepends=False)", "Its lines."),
    m(Method::positional("strip", 0, 1, split::strip), "($self, chars=None, /)", "Without spaces at both ends."),
    m(Method::none("swapcase", case::swapcase), "($self, /)", "With upper and lower case exchanged."),
    m(Method::one("translate", translate::translate), "($self, table, /)", "With characters replaced by a table."),
    m(Method::none("upper", case::upper), "($self, /)", "In upper case."),
    Method::positional("startswith", 1, 3, find::startswith),
    Method::positional("endswith", 1, 3, find::endswith),
    m(Method::one("removeprefix", find::removeprefix), "($self, prefix, /)", "Without this beginning."),
    m(Method::one("removesuffix", find::removesuffix), "($self, suffix, /)", "Without this end."),
    m(Method::none("isascii", case::isascii), "($self, /)", "Are all characters ASCII?"),
    m(Method::none("islower", case::islower), "($self, /)", "Is it in lower case?"),
    m(Method::none("isupper", case::isupper), "($self, /)", "Is it in upper case?"),
    m(Method::none("istitle", case::istitle), "($self, /)", "Is it in title case?"),
    m(Method::none("isspace", case::isspace), "($self, /)", "Is it white space?"),
    m(Method::none("isdecimal", case::isdecimal), "($self, /)", "Are all characters decimal digits?"),
    m(Method::none("isdigit", case::isdigit), "($self, /)", "Are all characters digits?"),
    m(Method::none("isnumeric", case::isnumeric), "($self, /)", "Do all characters stand for numbers?"),
    m(Method::none("isalpha", case::isalpha), "($self, /)", "Are all characters letters?"),
    m(Method::none("isalnum", case::isalnum), "($self, /)", "Are all characters letters or digits?"),
    m(Method::none("isidentifier", case::isidentifier), "($self, /)", "May it be a name?"),
    m(Method::none("isprintable", case::isprintable), "($self, /)", "Does repr show it as it is?"),
    m(Method::one("zfill", pad::zfill), "($self, width, /)", "With zeros in front, behind the sign."),
    Method::any("format", crate::format::str_format),
    m(Method::one("format_map", crate::format::str_format_map), "($self, mapping, /)", "Filled in from a mapping."),
    m(Method::one("__format__", crate::format::str_dunder_format), "($self, format_spec, /)", "Formatted by a spec."),
    m(
        Method::positional("maketrans", 1, 3, translate::maketrans).static_(),
        "(x, y=<unrepresentable>, z=<unrepresentable>, /)",
        "A table for translate.",
    ),
    m(Method::none("__sizeof__", size_of_str), "($self, /)", "Bytes that it takes."),
    Method::none("__getnewargs__", getnewargs),
];

static ENCODE: Params<2> =
    Params { function: "encode", names: ["encoding", "errors"], positional_only: 0, positional: 2, required: 0 };

fn encode(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let [encoding, errors] = args.bind(cx, &ENCODE)?;
    let encoding = super::construct::name_argument(cx, encoding, "encode", "argument 'encoding'")?;
    let errors = super::construct::name_argument(cx, errors, "encode", "argument 'errors'")?;
    crate::codecs::encode_object(cx, this, encoding, errors)
}

fn size_of_str(cx: &Cx, this: &Value) -> R {
    cx.int(text(this).memory() as i64)
}

fn getnewargs(cx: &Cx, this: &Value) -> R {
    Ok(cx.tuple([cx.exact_str(this)?])?.into_value())
}

/// `object % values`
pub(super) fn remainder(cx: &Cx, this: &Value, values: &Value) -> R {
    match this.downcast::<PyStr>() {
        Some(format) => {
            let mut out = StrBuilder::new(cx);
            crate::format::percent_str(cx, &mut out, format.chars(), values)?;
            out.finish_value()
        }
        None => Ok(Value::not_implemented()),
    }
}
