//! `pyexpat`: what `xml.parsers.expat` is made of. The parser is in [`engine`]; here it meets Python.

mod caller;
mod engine;
mod parser;

use adder_objects::typeobject::Method;
use adder_objects::{Cx, R, TypeObject, Value};

use super::support;
use crate::vm::Vm;
use engine::error;
use parser::PARSER_TYPE;

/// The types of this module.
pub(crate) static TYPES: &[&TypeObject] = &[&PARSER_TYPE];

static FUNCTIONS: &[Method] = &[
    Method::any("ParserCreate", parser::create)
        .doc("($module, /, encoding=None, namespace_separator=None, intern={})", "A new parser."),
    Method::one("ErrorString", |cx, _, code| match error::text(support::int(cx, code)?) {
        Some(text) => cx.str_value(text),
        None => Ok(Value::none()),
    })
    .doc("($module, code, /)", "What an error's code means."),
];

/// The version of expat whose behaviour this is.
const VERSION: (u8, u8, u8) = (2, 6, 3);

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "pyexpat", FUNCTIONS)?.into_value();
    let Some(dict) = crate::module::dict_of(&module) else { return Ok(module) };
    let (major, minor, micro) = VERSION;
    dict.set_text(cx, "EXPAT_VERSION", cx.str_value(&format!("expat_{major}.{minor}.{micro}"))?)?;
    let version = [major, minor, micro].map(|number| Value::small(number.into()));
    dict.set_text(cx, "version_info", cx.tuple(version)?.into_value())?;
    dict.set_text(cx, "native_encoding", cx.str_value("UTF-8")?)?;
    let mut features = Vec::new();
    for (name, value) in [
        ("sizeof(XML_Char)", 1),
        ("sizeof(XML_LChar)", 1),
        ("XML_DTD", 0),
        ("XML_CONTEXT_BYTES", 1024),
        ("XML_NS", 0),
        ("XML_BLAP_MAX_AMP", 100),
        ("XML_BLAP_ACT_THRES", 8 << 20),
        ("XML_GE", 0),
    ] {
        features.push(cx.tuple([cx.str_value(name)?, Value::small(value)])?.into_value());
    }
    dict.set_text(cx, "features", cx.list(features)?.into_value())?;
    dict.set_text(cx, "XMLParserType", PARSER_TYPE.value())?;
    let class = parser::error_class(cx)?;
    dict.set_text(cx, "error", class.clone())?;
    dict.set_text(cx, "ExpatError", class)?;
    let modes = [
        ("XML_PARAM_ENTITY_PARSING_NEVER", 0),
        ("XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE", 1),
        ("XML_PARAM_ENTITY_PARSING_ALWAYS", 2),
    ];
    support::constants(cx, &module, &modes)?;
    dict.set_text(cx, "model", models(vm)?)?;
    dict.set_text(cx, "errors", errors(vm)?)?;
    Ok(module)
}

/// The module `pyexpat.model`.
fn models(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = submodule(vm, "pyexpat.model", "Numbers of which models of content are made.")?;
    let numbers = [
        ("XML_CTYPE_EMPTY", 1),
        ("XML_CTYPE_ANY", 2),
        ("XML_CTYPE_MIXED", 3),
        ("XML_CTYPE_NAME", 4),
        ("XML_CTYPE_CHOICE", 5),
        ("XML_CTYPE_SEQ", 6),
        ("XML_CQUANT_NONE", 0),
        ("XML_CQUANT_OPT", 1),
        ("XML_CQUANT_REP", 2),
        ("XML_CQUANT_PLUS", 3),
    ];
    support::constants(cx, &module, &numbers)?;
    Ok(module)
}

/// The module `pyexpat.errors`.
fn errors(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = submodule(vm, "pyexpat.errors", "What can be wrong with a document.")?;
    let Some(dict) = crate::module::dict_of(&module) else { return Ok(module) };
    let (codes, messages) = (cx.dict()?, cx.dict()?);
    for (at, (name, text)) in error::ALL.iter().enumerate() {
        let (code, text) = (Value::small(at as i64 + 1), cx.str_value(text)?);
        dict.set_text(cx, name, text.clone())?;
        codes.set(cx, &text, code.clone())?;
        messages.set(cx, &code, text)?;
    }
    dict.set_text(cx, "codes", codes.into_value())?;
    dict.set_text(cx, "messages", messages.into_value())?;
    Ok(module)
}

fn submodule(vm: &Vm, name: &str, doc: &str) -> R {
    let cx = &*vm.cx;
    let module = crate::module::module(cx, name)?.into_value();
    if let Some(dict) = crate::module::dict_of(&module) {
        dict.set_text(cx, "__doc__", cx.str_value(doc)?)?;
    }
    crate::finder::register(vm, name, &module)?;
    Ok(module)
}

/// Text that may be missing; None then.
fn text_or_none(cx: &Cx, text: Option<&str>) -> R {
    text.map_or(Ok(Value::none()), |text| cx.str_value(text))
}
