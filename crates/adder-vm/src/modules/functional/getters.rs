//! `operator.itemgetter`, `attrgetter` and `methodcaller`.

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::dict::PyDict;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::str::{PyStr, StrBuilder};
use adder_objects::typeobject::{Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, R, TypeObject, Value, exceptions as exc, raise};

use super::items;

/// The types here.
pub(crate) static TYPES: &[&TypeObject] = &[&ITEM_GETTER_TYPE, &ATTRIBUTE_GETTER_TYPE, &METHOD_CALLER_TYPE];
/// The same with their names in the module.
pub(super) static NAMED: &[(&str, &TypeObject)] =
    &[("itemgetter", &ITEM_GETTER_TYPE), ("attrgetter", &ATTRIBUTE_GETTER_TYPE), ("methodcaller", &METHOD_CALLER_TYPE)];

/// Layout of all three.
#[repr(C)]
struct PyGetter {
    head: Head,
    /// A tuple: the items; the names of attributes; the name of the method and its arguments.
    what: Slot,
    /// Of a method caller: a dict, if there are keywords.
    keywords: Slot,
}

// SAFETY: begins with a head; these types have this layout, and none can be a base.
unsafe impl Layout for PyGetter {
    fn ty() -> &'static TypeObject {
        &ITEM_GETTER_TYPE
    }
    fn fits(ty: &TypeObject) -> bool {
        TYPES.iter().any(|known| core::ptr::eq(*known, ty))
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.what.trace(tracer);
        self.keywords.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.what.clear(clearer);
        self.keywords.clear(clearer);
    }
}

static METHODS: &[Method] = &[Method::none("__reduce__", reduce)];

const fn spec(name: &'static str) -> Spec {
    Spec {
        module: "operator",
        flags: flag::GC,
        size: size_of::<PyGetter>(),
        functions: functions::<PyGetter>(true, true),
        methods: METHODS,
        ..Spec::new(name, &OBJECT_TYPE)
    }
}

/// `operator.itemgetter`
static ITEM_GETTER_TYPE: TypeObject = TypeObject::builtin(&ITEM_GETTER_SPEC, &raw const ITEM_GETTER_TYPE);
static ITEM_GETTER_SPEC: Spec = Spec {
    doc: Some("Gets items of what it is called with."),
    slots: Slots { new: slot(new_item_getter), call: slot(get_items), repr: slot(repr), ..Slots::NONE },
    ..spec("operator.itemgetter")
};

/// `operator.attrgetter`
static ATTRIBUTE_GETTER_TYPE: TypeObject =
    TypeObject::builtin(&ATTRIBUTE_GETTER_SPEC, &raw const ATTRIBUTE_GETTER_TYPE);
static ATTRIBUTE_GETTER_SPEC: Spec = Spec {
    doc: Some("Gets attributes of what it is called with."),
    slots: Slots { new: slot(new_attribute_getter), call: slot(get_attributes), repr: slot(repr), ..Slots::NONE },
    ..spec("operator.attrgetter")
};

/// `operator.methodcaller`
static METHOD_CALLER_TYPE: TypeObject = TypeObject::builtin(&METHOD_CALLER_SPEC, &raw const METHOD_CALLER_TYPE);
static METHOD_CALLER_SPEC: Spec = Spec {
    doc: Some("Calls a method of what it is called with."),
    slots: Slots { new: slot(new_method_caller), call: slot(call_method), repr: slot(repr), ..Slots::NONE },
    ..spec("operator.methodcaller")
};

fn object(cx: &Cx, class: &TypeObject, what: &[Value], keywords: Slot) -> R {
    let what = Slot::new(cx.tuple(what.to_vec())?.into_value());
    Ok(cx.alloc_in(class, PyGetter { head: unborn(), what, keywords })?.into_value())
}

fn parts(this: &Value) -> (Value, Option<Value>) {
    // SAFETY: called for these types.
    let it = unsafe { this.cast::<PyGetter>() };
    (it.what.get(), it.keywords.try_get())
}

fn new_item_getter(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    args.no_keywords(cx, "itemgetter")?;
    if args.given().is_empty() {
        return raise!(cx, exc::TYPE_ERROR, "itemgetter expected 1 argument, got 0");
    }
    object(cx, class, args.given(), Slot::empty())
}

fn new_attribute_getter(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    args.no_keywords(cx, "attrgetter")?;
    if args.given().is_empty() {
        return raise!(cx, exc::TYPE_ERROR, "attrgetter expected 1 argument, got 0");
    }
    if args.given().iter().any(|name| name.downcast::<PyStr>().is_none()) {
        return raise!(cx, exc::TYPE_ERROR, "attribute name must be a string");
    }
    let names: Vec<Value> = args.given().iter().map(|name| cx.intern_value(name.clone())).collect();
    object(cx, class, &names, Slot::empty())
}

fn new_method_caller(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let Some(name) = args.given().first() else {
        return raise!(cx, exc::TYPE_ERROR, "methodcaller needs at least one argument, the method name");
    };
    if name.downcast::<PyStr>().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "method name must be a string");
    }
    let mut what = args.given().to_vec();
    what[0] = cx.intern_value(name.clone());
    let keywords = Slot::empty();
    if args.names().is_some() {
        let dict = cx.dict()?;
        for (name, value) in args.keywords() {
            dict.set(cx, name, value.clone())?;
        }
        keywords.set(dict.into_value());
    }
    object(cx, class, &what, keywords)
}

fn get_items(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let [from] = args.exactly::<1>(cx, "itemgetter")?;
    let (what, _) = parts(this);
    match items(&what) {
        [only] => cx.getitem(from, only),
        many => {
            let mut values = Vec::with_capacity(many.len());
            for item in many {
                values.push(cx.getitem(from, item)?);
            }
            Ok(cx.tuple(values)?.into_value())
        }
    }
}

/// An attribute; a name with dots is one attribute of the other.
fn attribute(cx: &Cx, from: &Value, name: &Value) -> R {
    match name.downcast::<PyStr>().and_then(PyStr::as_str) {
        Some(text) if text.contains('.') => {
            let mut value = from.clone();
            for part in text.split('.') {
                value = cx.getattr(&value, &cx.intern(part)?)?;
            }
            Ok(value)
        }
        _ => cx.getattr(from, name),
    }
}

fn get_attributes(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let [from] = args.exactly::<1>(cx, "attrgetter")?;
    let (what, _) = parts(this);
    match items(&what) {
        [only] => attribute(cx, from, only),
        many => {
            let mut values = Vec::with_capacity(many.len());
            for name in many {
                values.push(attribute(cx, from, name)?);
            }
            Ok(cx.tuple(values)?.into_value())
        }
    }
}

fn call_method(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let [from] = args.exactly::<1>(cx, "methodcaller")?;
    let (what, keywords) = parts(this);
    let Some((name, given)) = items(&what).split_first() else { return Ok(Value::none()) };
    let Some(keywords) = keywords else { return cx.call_method(from, name, given) };
    let method = cx.getattr(from, name)?;
    super::call_with(cx, &method, given.to_vec(), keywords.downcast::<PyDict>())
}

fn repr(cx: &Cx, this: &Value) -> R {
    let name = this.ty().name();
    if cx.enter_repr(this) {
        return cx.str_value(&format!("{name}(...)"));
    }
    let (what, keywords) = parts(this);
    let made = (|| {
        let mut out = StrBuilder::new(cx);
        out.push_str(name)?;
        out.push_ascii(b"(")?;
        super::push_arguments(cx, &mut out, items(&what), keywords.as_ref(), true)?;
        out.push_ascii(b")")?;
        out.finish_value()
    })();
    cx.leave_repr();
    made
}

fn reduce(cx: &Cx, this: &Value) -> R {
    let (what, keywords) = parts(this);
    let class = this.ty().value();
    let Some(keywords) = keywords else { return Ok(cx.tuple([class, what])?.into_value()) };
    let Some((name, given)) = items(&what).split_first() else { return Ok(Value::none()) };
    let partial = cx.getattr_text(&cx.import("functools")?, "partial")?;
    let maker = super::call_with(cx, &partial, vec![class, name.clone()], keywords.downcast::<PyDict>())?;
    Ok(cx.tuple([maker, cx.tuple(given.to_vec())?.into_value()])?.into_value())
}
