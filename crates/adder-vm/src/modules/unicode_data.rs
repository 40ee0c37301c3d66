//! The module `unicodedata`.

use adder_gc::raw::Head;
use adder_objects::object::{functions, unborn};
use adder_objects::str::PyStr;
use adder_objects::typeobject::{GetSet, Method, OBJECT_TYPE, Spec, flag};
use adder_objects::unicode::normalize::{Form, normalize};
use adder_objects::unicode::{VERSION, data};
use adder_objects::{Cx, Layout, R, TypeObject, Value, exceptions as exc, raise};

use crate::vm::Vm;

/// Layout of a database: that of Unicode 3.2.0 is the only object of its kind.
#[repr(C)]
struct PyDatabase {
    head: Head,
}

/// `unicodedata.UCD`
pub(crate) static DATABASE_TYPE: TypeObject = TypeObject::builtin(&SPEC, &raw const DATABASE_TYPE);
static SPEC: Spec = Spec {
    module: "unicodedata",
    flags: flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyDatabase>(),
    functions: functions::<PyDatabase>(false, false),
    methods: FUNCTIONS,
    getset: &[GetSet::get("unidata_version", |cx, _| cx.str_value(data::OLD_VERSION))],
    ..Spec::new("unicodedata.UCD", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyDatabase {
    fn ty() -> &'static TypeObject {
        &DATABASE_TYPE
    }
}

/// Functions of the module, and methods of a database.
static FUNCTIONS: &[Method] = &[
    Method::positional("decimal", 1, 2, |cx, this, args| {
        let point = character(cx, "decimal", " 1", &args[0])?;
        or_default(cx, data::decimal(point, is_old(this)), args, "not a decimal", |n| cx.int(n.into()))
    })
    .doc("($self, chr, default=<unrepresentable>, /)", "The value of a decimal digit."),
    Method::positional("digit", 1, 2, |cx, _, args| {
        let point = character(cx, "digit", " 1", &args[0])?;
        or_default(cx, data::digit(point), args, "not a digit", |n| cx.int(n.into()))
    })
    .doc("($self, chr, default=<unrepresentable>, /)", "The value of a digit."),
    Method::positional("numeric", 1, 2, |cx, this, args| {
        let point = character(cx, "numeric", " 1", &args[0])?;
        or_default(cx, data::numeric(point, is_old(this)), args, "not a numeric character", |n| cx.float(n))
    })
    .doc("($self, chr, default=<unrepresentable>, /)", "The value of a character that stands for a number."),
    Method::one("category", |cx, this, chr| {
        cx.str_value(data::record(character(cx, "category", "", chr)?, is_old(this)).category)
    })
    .doc("($self, chr, /)", "The general category."),
    Method::one("bidirectional", |cx, this, chr| {
        cx.str_value(data::record(character(cx, "bidirectional", "", chr)?, is_old(this)).direction)
    })
    .doc("($self, chr, /)", "The bidirectional class."),
    Method::one("combining", |cx, this, chr| {
        cx.int(data::record(character(cx, "combining", "", chr)?, is_old(this)).combining.into())
    })
    .doc("($self, chr, /)", "The canonical combining class."),
    Method::one("mirrored", |cx, this, chr| {
        cx.int(data::record(character(cx, "mirrored", "", chr)?, is_old(this)).mirrored.into())
    })
    .doc("($self, chr, /)", "1 for a character that is mirrored in text from right to left, else 0."),
    Method::one("east_asian_width", |cx, this, chr| {
        cx.str_value(data::record(character(cx, "east_asian_width", "", chr)?, is_old(this)).width)
    })
    .doc("($self, chr, /)", "The East Asian width."),
    Method::one("decomposition", decomposition).doc("($self, chr, /)", "The decomposition, as text."),
    Method::positional("name", 1, 2, |cx, this, args| {
        let point = character(cx, "name", " 1", &args[0])?;
        or_default(cx, data::name(point, is_old(this)), args, "no such name", |name| cx.str_value(&name))
    })
    .doc("($self, chr, default=<unrepresentable>, /)", "The name of a character."),
    Method::one("lookup", lookup).doc("($self, name, /)", "The character of a name."),
    Method::positional("normalize", 2, 2, |cx, this, args| {
        let (form, text) = form(cx, "normalize", args)?;
        let points = normalize(cx, text.chars().iter(), form, is_old(this))?;
        if text.chars().iter().eq(points.iter().copied()) {
            return if args[1].is_exact(&adder_objects::str::STR_TYPE) {
                Ok(args[1].clone())
            } else {
                cx.exact_str(&args[1])
            };
        }
        Ok(cx.str_from_points(&points)?.into_value())
    })
    .doc("($self, form, unistr, /)", "A string in a normal form."),
    Method::positional("is_normalized", 2, 2, |cx, this, args| {
        let (form, text) = form(cx, "is_normalized", args)?;
        let points = normalize(cx, text.chars().iter(), form, is_old(this))?;
        Ok(Value::bool(text.chars().iter().eq(points.iter().copied())))
    })
    .doc("($self, form, unistr, /)", "Is a string in a normal form?"),
];

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "unicodedata", FUNCTIONS)?.into_value();
    if let Some(dict) = crate::module::dict_of(&module) {
        dict.set_text(cx, "UCD", DATABASE_TYPE.value())?;
        dict.set_text(cx, "unidata_version", cx.str_value(VERSION)?)?;
        dict.set_text(cx, "ucd_3_2_0", cx.alloc(PyDatabase { head: unborn() })?.into_value())?;
    }
    Ok(module)
}

/// Is it about version 3.2.0?
fn is_old(this: &Value) -> bool {
    this.downcast::<PyDatabase>().is_some()
}

fn character(cx: &Cx, function: &str, number: &str, value: &Value) -> R<u32> {
    match value.downcast::<PyStr>().map(PyStr::chars) {
        Some(chars) if chars.len() == 1 => Ok(chars.at(0)),
        _ => {
            let name = value.ty().name();
            raise!(cx, exc::TYPE_ERROR, "{function}() argument{number} must be a unicode character, not {name}")
        }
    }
}

fn or_default<T>(cx: &Cx, found: Option<T>, args: &[Value], missing: &str, value: impl FnOnce(T) -> R) -> R {
    match (found, args.get(1)) {
        (Some(found), _) => value(found),
        (None, Some(default)) => Ok(default.clone()),
        (None, None) => raise!(cx, exc::VALUE_ERROR, "{missing}"),
    }
}

fn decomposition(cx: &Cx, this: &Value, chr: &Value) -> R {
    let point = character(cx, "decomposition", "", chr)?;
    let Some((tag, to)) = data::decomposition(point, is_old(this)) else { return cx.str_value("") };
    let parts = core::iter::once(tag.to_owned()).filter(|tag| !tag.is_empty());
    let parts: Vec<String> = parts.chain(to.iter().map(|point| format!("{point:04X}"))).collect();
    cx.str_value(&parts.join(" "))
}

fn lookup(cx: &Cx, this: &Value, name: &Value) -> R {
    let text = match name.downcast::<PyStr>() {
        Some(text) => text.to_lossy(),
        None => {
            let name = name.ty().name();
            return raise!(cx, exc::TYPE_ERROR, "a bytes-like object is required, not '{name}'");
        }
    };
    match data::by_name(&text, is_old(this)) {
        Some(point) => Ok(cx.str_of_point(point)?.into_value()),
        None => raise!(cx, exc::KEY_ERROR, "undefined character name '{text}'"),
    }
}

fn form<'a>(cx: &Cx, function: &str, args: &'a [Value]) -> R<(Form, &'a PyStr)> {
    let string = |at: usize| adder_objects::arguments::string(cx, &args[at], function, &format!("argument {}", at + 1));
    let (name, text) = (string(0)?, string(1)?);
    match Form::of(&name.to_lossy()) {
        Some(form) => Ok((form, text)),
        None => raise!(cx, exc::VALUE_ERROR, "invalid normalization form"),
    }
}
