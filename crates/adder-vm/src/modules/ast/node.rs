//! `ast.AST`, the base of all nodes.

use adder_compiler::syntax::Sum;
use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::dict::PyDict;
use adder_objects::exceptions as exc;
use adder_objects::generic_alias::GENERIC_ALIAS_TYPE;
use adder_objects::list::PyList;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::{GetSet, Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::union_type::UNION_TYPE;
use adder_objects::{Args, Cx, Layout, Obj, R, TypeObject, Value, raise};

use super::Classes;
use crate::vm::Vm;

/// Layout of a node: all it has lies in its dict.
#[repr(C)]
pub(crate) struct PyNode {
    head: Head,
    dict: Slot,
}

/// `ast.AST`
pub(crate) static NODE_TYPE: TypeObject = TypeObject::builtin(&NODE_SPEC, &raw const NODE_TYPE);
static NODE_SPEC: Spec = Spec {
    module: "ast",
    flags: flag::GC | flag::BASE,
    size: size_of::<PyNode>(),
    dict_offset: core::mem::offset_of!(PyNode, dict),
    functions: functions::<PyNode>(true, true),
    slots: Slots { new: slot(new), init: slot(init), repr: slot(repr), ..Slots::NONE },
    methods: &[Method::none("__reduce__", reduce), Method::any("__replace__", replace)],
    getset: &[GetSet::both("__dict__", |cx, this| Ok(adder_objects::instance::dict(cx, this)?.into_value()), set_dict)],
    more: Some(|cx, ty| {
        for name in ["_fields", "__match_args__", "_attributes"] {
            cx.state(ty).dict.set_text(cx, name, cx.tuple([])?.into_value())?;
        }
        Ok(())
    }),
    ..Spec::new("ast.AST", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyNode {
    fn ty() -> &'static TypeObject {
        &NODE_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.name("__dict__");
        self.dict.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.dict.clear(clearer);
    }
}

fn new(cx: &Cx, class: &TypeObject, _: Args<'_>) -> R {
    Ok(cx.alloc_in(class, PyNode { head: unborn(), dict: Slot::empty() })?.into_value())
}

/// A node with these attributes, without a call of its constructor.
///
/// # Errors
/// MemoryError.
pub(super) fn node(cx: &Cx, class: &Value, attributes: Obj<PyDict>) -> R {
    match class.downcast::<TypeObject>() {
        Some(class) => {
            let dict = Slot::new(attributes.into_value());
            Ok(cx.alloc_in(class, PyNode { head: unborn(), dict })?.into_value())
        }
        None => raise!(cx, exc::SYSTEM_ERROR, "the class of a node is none"),
    }
}

fn set_dict(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    let dict = match value {
        None => cx.dict()?.into_value(),
        Some(value) if value.downcast::<PyDict>().is_some() => value.clone(),
        Some(value) => {
            let got = value.ty().name();
            return raise!(cx, exc::TYPE_ERROR, "__dict__ must be set to a dictionary, not a '{got}'");
        }
    };
    if let Some(word) = adder_objects::instance::dict_word(this) {
        word.set(dict);
    }
    Ok(())
}

/// The names in an attribute of a node's class; nothing if there is no such attribute.
fn names_of(cx: &Cx, this: &Value, attribute: &str) -> R<Vec<Value>> {
    match cx.getattr_opt(&this.ty().value(), &cx.intern(attribute)?)? {
        Some(names) => cx.collect(&names),
        None => Ok(Vec::new()),
    }
}

/// Where a name stands among others.
fn position(cx: &Cx, names: &[Value], name: &Value) -> R<Option<usize>> {
    for (at, other) in names.iter().enumerate() {
        if cx.equals(other, name)? {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

fn init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    let class = this.ty().short_name().to_owned();
    let fields = names_of(cx, this, "_fields")?;
    if args.given().len() > fields.len() {
        let (n, plural) = (fields.len(), if fields.len() == 1 { "" } else { "s" });
        return raise!(cx, exc::TYPE_ERROR, "{class} constructor takes at most {n} positional argument{plural}");
    }
    let mut missing = vec![true; fields.len()];
    for ((name, value), missing) in fields.iter().zip(args.given()).zip(&mut missing) {
        cx.setattr(this, name, Some(value))?;
        *missing = false;
    }
    for (name, value) in args.keywords() {
        match position(cx, &fields, name)? {
            Some(at) if missing[at] => missing[at] = false,
            Some(_) => {
                let name = cx.repr(name)?;
                return raise!(cx, exc::TYPE_ERROR, "{class} got multiple values for argument {}", name.to_lossy());
            }
            None if position(cx, &names_of(cx, this, "_attributes")?, name)?.is_none() => {
                let name = cx.repr(name)?;
                let text = format!(
                    "{class}.__init__ got an unexpected keyword argument {}. Support for arbitrary keyword arguments is \
                     deprecated and will be removed in Python 3.15.",
                    name.to_lossy()
                );
                cx.warn(&exc::DEPRECATION_WARNING, &text, 1)?;
            }
            None => {}
        }
        cx.setattr(this, name, Some(value))?;
    }
    let missing: Vec<&Value> =
        fields.iter().zip(missing).filter(|(_, missing)| *missing).map(|(name, _)| name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    fill(cx, this, &class, &missing)
}

/// Fills the fields that were not given, as their types say.
fn fill(cx: &Cx, this: &Value, class: &str, missing: &[&Value]) -> R<()> {
    let Some(types) = cx.getattr_opt(&this.ty().value(), &cx.intern("_field_types")?)? else { return Ok(()) };
    let Some(types) = types.downcast::<PyDict>() else {
        return raise!(cx, exc::TYPE_ERROR, "{class}._field_types must be a dict, not {}", types.ty().name());
    };
    for &name in missing {
        let shown = || -> R<String> { Ok(cx.repr(name)?.to_lossy().into_owned()) };
        let text = match types.get(cx, name)? {
            None => format!(
                "Field {} is missing from {class}._field_types. This will become an error in Python 3.15.",
                shown()?
            ),
            // Optional: the class has a default.
            Some(ty) if ty.is_exact(&UNION_TYPE) => continue,
            Some(ty) if ty.is_exact(&GENERIC_ALIAS_TYPE) => {
                cx.setattr(this, name, Some(cx.list([])?.as_value()))?;
                continue;
            }
            Some(ty) => {
                let classes = Classes::of(Vm::of(cx))?;
                if ty.is(&classes.sum(Sum::Context)) {
                    cx.setattr(this, name, Some(&classes.single(adder_compiler::syntax::Kind::Load)))?;
                    continue;
                }
                format!(
                    "{class}.__init__ missing 1 required positional argument: {}. This will become an error in Python \
                     3.15.",
                    shown()?
                )
            }
        };
        cx.warn(&exc::DEPRECATION_WARNING, &text, 1)?;
    }
    Ok(())
}

/// The class, a None for each leading field that is there, the attributes: so that the constructor has nothing to warn of.
fn reduce(cx: &Cx, this: &Value) -> R {
    let dict = adder_objects::instance::dict(cx, this)?;
    let mut given = Vec::new();
    for name in names_of(cx, this, "_fields")? {
        if dict.get(cx, &name)?.is_none() {
            break;
        }
        given.push(Value::none());
    }
    let given = cx.tuple(given)?.into_value();
    Ok(cx.tuple([this.ty().value(), given, dict.into_value()])?.into_value())
}

/// A copy with other fields and attributes.
fn replace(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    if !args.given().is_empty() {
        return raise!(cx, exc::TYPE_ERROR, "__replace__() takes no positional arguments");
    }
    let class = this.ty().short_name().to_owned();
    let (fields, attributes) = (names_of(cx, this, "_fields")?, names_of(cx, this, "_attributes")?);
    let payload = cx.dict()?;
    let dict = adder_objects::instance::dict(cx, this)?;
    for name in fields.iter().chain(&attributes) {
        if let Some(value) = dict.get(cx, name)? {
            payload.set(cx, name, value)?;
        }
    }
    for (name, value) in args.keywords() {
        if position(cx, &fields, name)?.is_none() && position(cx, &attributes, name)?.is_none() {
            let name = cx.repr(name)?;
            return raise!(
                cx,
                exc::TYPE_ERROR,
                "{class}.__replace__ got an unexpected keyword argument {}.",
                name.to_lossy()
            );
        }
        payload.set(cx, name, value.clone())?;
    }
    let mut missing = Vec::new();
    for name in &fields {
        // What the class has a default for need not be there.
        if payload.get(cx, name)?.is_none() && cx.getattr_opt(this, name)?.is_none() {
            missing.push(cx.repr(name)?.to_lossy().into_owned());
        }
    }
    if !missing.is_empty() {
        missing.sort_unstable();
        let (n, plural, names) = (missing.len(), if missing.len() == 1 { "" } else { "s" }, missing.join(", "));
        return raise!(cx, exc::TYPE_ERROR, "{class}.__replace__ missing {n} keyword argument{plural}: {names}.");
    }
    let (names, values): (Vec<Value>, Vec<Value>) = payload.entries().into_iter().unzip();
    cx.call_args(&this.ty().value(), Args::with_names(&values, Some(&*cx.tuple(names)?)))
}

/// Levels of nodes that a `repr` shows.
const SHOWN: usize = 3;

fn repr(cx: &Cx, this: &Value) -> R {
    let mut text = String::new();
    show(cx, this, SHOWN, &mut text)?;
    cx.str_value(&text)
}

fn show(cx: &Cx, this: &Value, depth: usize, text: &mut String) -> R<()> {
    let name = this.ty().short_name().to_owned();
    if depth == 0 || cx.enter_repr(this) {
        text.push_str(&format!("{name}(...)"));
        return Ok(());
    }
    let shown = show_fields(cx, this, &name, depth, text);
    cx.leave_repr();
    shown
}

fn show_fields(cx: &Cx, this: &Value, name: &str, depth: usize, text: &mut String) -> R<()> {
    text.push_str(name);
    text.push('(');
    for (at, field) in names_of(cx, this, "_fields")?.iter().enumerate() {
        if at > 0 {
            text.push_str(", ");
        }
        text.push_str(&cx.display(field)?);
        text.push('=');
        let value = cx.getattr(this, field)?;
        let (items, brackets) = match (value.downcast::<PyList>(), value.downcast::<PyTuple>()) {
            (Some(list), _) => (list.to_vec(), ["[", "]"]),
            (_, Some(tuple)) => (tuple.items().to_vec(), ["(", ")"]),
            _ => {
                show_value(cx, &value, depth, text)?;
                continue;
            }
        };
        // Of a longer list the first and the last.
        text.push_str(brackets[0]);
        if let [first, .., last] = &items[..] {
            show_value(cx, first, depth, text)?;
            text.push_str(if items.len() > 2 { ", ..., " } else { ", " });
            show_value(cx, last, depth, text)?;
        } else if let [only] = &items[..] {
            show_value(cx, only, depth, text)?;
        }
        text.push_str(brackets[1]);
    }
    text.push(')');
    Ok(())
}

fn show_value(cx: &Cx, value: &Value, depth: usize, text: &mut String) -> R<()> {
    if value.ty().is_subtype(&NODE_TYPE) {
        return show(cx, value, depth - 1, text);
    }
    text.push_str(&cx.repr(value)?.to_lossy());
    Ok(())
}
