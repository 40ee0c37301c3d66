//! The methods of `bytes`, and those that `bytearray` shares with it.

use super::{search, text};
use crate::cx::Cx;
use crate::error::R;
use crate::typeobject::Method;
use crate::value::Value;

/// A table of the methods that both types have, and more.
macro_rules! shared_methods {
    ($($more:expr,)*) => {
        &[
            Method::none("capitalize", text::capitalize),
            Method::positional("center", 1, 2, text::center),
            Method::positional("count", 1, 3, search::count),
            Method::any("decode", text::decode)
                .doc("($self, /, encoding='utf-8', errors='strict')", "The bytes as text."),
            Method::positional("endswith", 1, 3, search::endswith),
            Method::any("expandtabs", text::expandtabs),
            Method::positional("find", 1, 3, search::find),
            Method::one("fromhex", text::fromhex).class(),
            Method::any("hex", text::hex),
            Method::positional("index", 1, 3, search::index),
            Method::none("isalnum", text::isalnum),
            Method::none("isalpha", text::isalpha),
            Method::none("isascii", text::isascii),
            Method::none("isdigit", text::isdigit),
            Method::none("islower", text::islower),
            Method::none("isspace", text::isspace),
            Method::none("istitle", text::istitle),
            Method::none("isupper", text::isupper),
            Method::one("join", text::join),
            Method::positional("ljust", 1, 2, text::ljust),
            Method::none("lower", text::lower),
            Method::positional("lstrip", 0, 1, search::lstrip),
            Method::positional("maketrans", 2, 2, text::maketrans).static_(),
            Method::one("partition", search::partition),
            Method::one("removeprefix", search::removeprefix),
            Method::one("removesuffix", search::removesuffix),
            Method::positional("replace", 2, 3, search::replace),
            Method::positional("rfind", 1, 3, search::rfind),
            Method::positional("rindex", 1, 3, search::rindex),
            Method::positional("rjust", 1, 2, text::rjust),
            Method::one("rpartition", search::rpartition),
            Method::any("rsplit", search::rsplit),
            Method::positional("rstrip", 0, 1, search::rstrip),
            Method::any("split", search::split),
            Method::any("splitlines", search::splitlines),
            Method::positional("startswith", 1, 3, search::startswith),
            Method::positional("strip", 0, 1, search::strip),
            Method::none("swapcase", text::swapcase),
            Method::none("title", text::title),
            Method::any("translate", text::translate),
            Method::none("upper", text::upper),
            Method::one("zfill", text::zfill),
            $($more,)*
        ]
    };
}

pub(crate) use shared_methods;

pub(super) static METHODS: &[Method] = shared_methods![
    Method::none("__getnewargs__", getnewargs),
    Method::none("__bytes__", bytes),
    Method::none("__sizeof__", memory),
];

fn getnewargs(cx: &Cx, this: &Value) -> R {
    Ok(cx.tuple([cx.bytes(super::shared::own(this))?.into_value()])?.into_value())
}

fn bytes(cx: &Cx, this: &Value) -> R {
    if this.is_exact(&super::BYTES_TYPE) {
        return Ok(this.clone());
    }
    Ok(cx.bytes(super::shared::own(this))?.into_value())
}

fn memory(_: &Cx, this: &Value) -> R {
    Ok(Value::small((super::FIXED + 1 + super::shared::own(this).len()) as i64))
}
