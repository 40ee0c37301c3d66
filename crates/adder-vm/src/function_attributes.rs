//! Attributes of functions.

use adder_objects::cell::PyCell;
use adder_objects::dict::PyDict;
use adder_objects::object::Slot;
use adder_objects::str::PyStr;
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::{GetSet, Member, MemberKind};
use adder_objects::{Args, Cx, Params, R, TypeObject, Value, exceptions as exc, raise};

use crate::code::PyCode;
use crate::function::PyFunction;
use crate::vm::Vm;

fn it(this: &Value) -> &PyFunction {
    // SAFETY: called for functions.
    unsafe { this.cast::<PyFunction>() }
}

pub(crate) fn repr(cx: &Cx, this: &Value) -> R {
    let name = cx.display(&it(this).qualname.get())?;
    Ok(cx.str_from_fmt(format_args!("<function {name} at {:#x}>", this.bits()))?.into_value())
}

/// `types.FunctionType(code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)`
pub(crate) fn new(cx: &Cx, _: &TypeObject, args: Args<'_>) -> R {
    let [code, globals, name, defaults, closure, kw_defaults] = args.bind(
        cx,
        &Params {
            function: "function",
            names: ["code", "globals", "name", "argdefs", "closure", "kwdefaults"],
            positional_only: 0,
            positional: 6,
            required: 2,
        },
    )?;
    let (Some(code), Some(globals)) = (code, globals) else { return Ok(Value::none()) };
    let Some(it) = code.downcast::<PyCode>() else {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "function() argument 'code' must be code, not {}",
            adder_objects::arguments::type_name(code)
        );
    };
    if globals.downcast::<PyDict>().is_none() {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "function() argument 'globals' must be dict, not {}",
            adder_objects::arguments::type_name(globals)
        );
    }
    if name.is_some_and(|given| !given.is_none() && given.downcast::<PyStr>().is_none()) {
        return raise!(cx, exc::TYPE_ERROR, "arg 3 (name) must be None or string");
    }
    if defaults.is_some_and(|given| !given.is_none() && given.downcast::<PyTuple>().is_none()) {
        return raise!(cx, exc::TYPE_ERROR, "arg 4 (defaults) must be None or tuple");
    }
    if kw_defaults.is_some_and(|given| !given.is_none() && given.downcast::<PyDict>().is_none()) {
        return raise!(cx, exc::TYPE_ERROR, "arg 6 (kwdefaults) must be None or dict");
    }
    let free = it.locals - it.free_start;
    let given = closure.filter(|c| !c.is_none());
    let cells = match given.map(Value::downcast::<PyTuple>) {
        Some(Some(cells)) => cells.items(),
        Some(None) => return raise!(cx, exc::TYPE_ERROR, "arg 5 (closure) must be None or tuple"),
        None if free == 0 => &[],
        None => return raise!(cx, exc::TYPE_ERROR, "arg 5 (closure) must be tuple"),
    };
    if free != cells.len() {
        let (name, cells) = (cx.display(&it.name)?, cells.len());
        return raise!(cx, exc::VALUE_ERROR, "{name} requires closure of length {free}, not {cells}");
    }
    if let Some(other) = cells.iter().find(|cell| cell.downcast::<PyCell>().is_none()) {
        let found = other.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "arg 5 (closure) expected cell, found {found}");
    }
    let made = crate::function::function(cx, code.clone(), globals)?;
    if let Some(name) = name.filter(|n| n.downcast::<PyStr>().is_some()) {
        made.name.set(name.clone());
        made.qualname.set(name.clone());
    }
    for (slot, value) in [(&made.defaults, defaults), (&made.closure, closure), (&made.kw_defaults, kw_defaults)] {
        if let Some(value) = value.filter(|v| !v.is_none()) {
            slot.set(value.clone());
        }
    }
    Ok(made.into_value())
}

/// A tuple of so many cells, as code with free variables takes on trust?
pub(crate) fn is_closure(value: &Value, cells: usize) -> bool {
    value.downcast::<PyTuple>().is_some_and(|tuple| {
        tuple.items().len() == cells && tuple.items().iter().all(|cell| cell.downcast::<PyCell>().is_some())
    })
}

fn or_none(slot: &Slot) -> R {
    Ok(slot.try_get().unwrap_or_else(Value::none))
}

fn set_string(cx: &Cx, slot: &Slot, value: Option<&Value>, name: &str) -> R<()> {
    match value.filter(|v| v.downcast::<PyStr>().is_some()) {
        Some(value) => {
            slot.set(value.clone());
            Ok(())
        }
        None => raise!(cx, exc::TYPE_ERROR, "{name} must be set to a string object"),
    }
}

fn get_code(_: &Cx, this: &Value) -> R {
    Ok(it(this).code.get())
}

fn set_code(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    let Some(code) = value.filter(|v| v.downcast::<PyCode>().is_some()) else {
        return raise!(cx, exc::TYPE_ERROR, "__code__ must be set to a code object");
    };
    // SAFETY: tested just now.
    let new = unsafe { code.cast::<PyCode>() };
    let old = it(this).code();
    let (free, has) = (new.locals - new.free_start, old.locals - old.free_start);
    if free != has {
        let name = cx.display(&it(this).name.get())?;
        return raise!(cx, exc::VALUE_ERROR, "{name}() requires a code object with {has} free vars, not {free}");
    }
    it(this).version.set(0);
    let old = it(this).code.replace(code.clone());
    // A frame may be running it.
    let vm = Vm::of(cx);
    if !vm.current.get().0.is_null() || vm.threads.others() > 0 {
        vm.retired.borrow_mut().push(old);
    }
    Ok(())
}

fn get_name(_: &Cx, this: &Value) -> R {
    or_none(&it(this).name)
}

fn set_name(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    set_string(cx, &it(this).name, value, "__name__")
}

fn get_qualname(_: &Cx, this: &Value) -> R {
    or_none(&it(this).qualname)
}

fn set_qualname(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    set_string(cx, &it(this).qualname, value, "__qualname__")
}

fn get_defaults(_: &Cx, this: &Value) -> R {
    or_none(&it(this).defaults)
}

fn set_defaults(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    it(this).version.set(0);
    set_checked(cx, &it(this).defaults, value, "__defaults__ must be set to a tuple object", |v| {
        v.downcast::<PyTuple>().is_some()
    })
}

fn get_kw_defaults(_: &Cx, this: &Value) -> R {
    or_none(&it(this).kw_defaults)
}

fn set_kw_defaults(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    it(this).version.set(0);
    set_checked(cx, &it(this).kw_defaults, value, "__kwdefaults__ must be set to a dict object", |v| {
        v.downcast::<PyDict>().is_some()
    })
}

fn set_checked(cx: &Cx, slot: &Slot, value: Option<&Value>, text: &str, fits: fn(&Value) -> bool) -> R<()> {
    match value {
        None => slot.set(Value::UNSET),
        Some(value) if value.is_none() => slot.set(Value::UNSET),
        Some(value) if fits(value) => slot.set(value.clone()),
        Some(_) => return raise!(cx, exc::TYPE_ERROR, "{text}"),
    }
    Ok(())
}

fn get_annotations(cx: &Cx, this: &Value) -> R {
    let function = it(this);
    if let Some(done) = function.annotations.try_get() {
        return Ok(done);
    }
    let made = match function.annotate.try_get().filter(|a| !a.is_none()) {
        Some(annotate) => {
            let made = cx.call(&annotate, &[Value::small(1)])?;
            if made.downcast::<PyDict>().is_none() {
                return raise!(cx, exc::TYPE_ERROR, "__annotate__() must return a dict, not {}", made.ty().name());
            }
            made
        }
        None => cx.dict()?.into_value(),
    };
    function.annotations.set(made.clone());
    Ok(made)
}

fn set_annotations(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    it(this).annotate.set(Value::UNSET);
    set_checked(cx, &it(this).annotations, value, "__annotations__ must be set to a dict object", |v| {
        v.downcast::<PyDict>().is_some()
    })
}

fn get_annotate(_: &Cx, this: &Value) -> R {
    or_none(&it(this).annotate)
}

fn set_annotate(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    match value {
        None => raise!(cx, exc::TYPE_ERROR, "__annotate__ cannot be deleted"),
        Some(value) if value.is_none() => {
            it(this).annotate.set(Value::UNSET);
            Ok(())
        }
        Some(value) if value.ty().slots.call.get().is_some() => {
            it(this).annotate.set(value.clone());
            it(this).annotations.set(Value::UNSET);
            Ok(())
        }
        Some(_) => raise!(cx, exc::TYPE_ERROR, "__annotate__ must be callable or None"),
    }
}

fn get_type_params(cx: &Cx, this: &Value) -> R {
    match it(this).type_params.try_get() {
        Some(params) => Ok(params),
        None => Ok(cx.tuple([])?.into_value()),
    }
}

fn set_type_params(cx: &Cx, this: &Value, value: Option<&Value>) -> R<()> {
    match value.filter(|v| v.downcast::<PyTuple>().is_some()) {
        Some(value) => {
            it(this).type_params.set(value.clone());
            Ok(())
        }
        None => raise!(cx, exc::TYPE_ERROR, "__type_params__ must be set to a tuple"),
    }
}

fn get_dict(cx: &Cx, this: &Value) -> R {
    Ok(adder_objects::instance::dict(cx, this)?.into_value())
}

pub(crate) const GETSET: &[GetSet] = &[
    GetSet::both("__code__", get_code, set_code),
    GetSet::both("__name__", get_name, set_name),
    GetSet::both("__qualname__", get_qualname, set_qualname),
    GetSet::both("__defaults__", get_defaults, set_defaults),
    GetSet::both("__kwdefaults__", get_kw_defaults, set_kw_defaults),
    GetSet::both("__annotations__", get_annotations, set_annotations),
    GetSet::both("__annotate__", get_annotate, set_annotate),
    GetSet::both("__type_params__", get_type_params, set_type_params),
    GetSet::get("__dict__", get_dict),
];

pub(crate) const MEMBERS: &[Member] = &[
    member("__closure__", core::mem::offset_of!(PyFunction, closure), true),
    member("__globals__", core::mem::offset_of!(PyFunction, globals), true),
    member("__builtins__", core::mem::offset_of!(PyFunction, builtins), true),
    member("__module__", core::mem::offset_of!(PyFunction, module), false),
    member("__doc__", core::mem::offset_of!(PyFunction, doc), false),
];

const fn member(name: &'static str, offset: usize, read_only: bool) -> Member {
    Member { name, kind: MemberKind::Object, offset, read_only }
}
