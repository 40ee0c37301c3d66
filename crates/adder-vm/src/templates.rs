//! Template strings (PEP 750).

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::{GetSet, Member, MemberKind, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Cx, Layout, R, TypeObject, Value};

/// Layout of a template.
#[repr(C)]
pub struct PyTemplate {
    head: Head,
    strings: Slot,
    interpolations: Slot,
}

/// `string.templatelib.Template`
pub static TEMPLATE_TYPE: TypeObject = TypeObject::builtin(&TEMPLATE_SPEC, &raw const TEMPLATE_TYPE);
static TEMPLATE_SPEC: Spec = Spec {
    module: "string.templatelib",
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyTemplate>(),
    functions: functions::<PyTemplate>(true, true),
    slots: Slots { repr: slot(template_repr), iter: slot(template_iter), ..Slots::NONE },
    members: &[
        Member {
            name: "strings",
            kind: MemberKind::Object,
            offset: core::mem::offset_of!(PyTemplate, strings),
            read_only: true,
        },
        Member {
            name: "interpolations",
            kind: MemberKind::Object,
            offset: core::mem::offset_of!(PyTemplate, interpolations),
            read_only: true,
        },
    ],
    getset: &[GetSet::get("values", template_values)],
    ..Spec::new("Template", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyTemplate {
    fn ty() -> &'static TypeObject {
        &TEMPLATE_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.strings.trace(tracer);
        self.interpolations.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.strings.clear(clearer);
        self.interpolations.clear(clearer);
    }
}

/// Layout of an interpolation.
#[repr(C)]
pub struct PyInterpolation {
    head: Head,
    value: Slot,
    expression: Slot,
    conversion: Slot,
    format_spec: Slot,
}

const fn member(name: &'static str, offset: usize) -> Member {
    Member { name, kind: MemberKind::Object, offset, read_only: true }
}

/// `string.templatelib.Interpolation`
pub static INTERPOLATION_TYPE: TypeObject = TypeObject::builtin(&INTERPOLATION_SPEC, &raw const INTERPOLATION_TYPE);
static INTERPOLATION_SPEC: Spec = Spec {
    module: "string.templatelib",
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyInterpolation>(),
    functions: functions::<PyInterpolation>(true, true),
    slots: Slots { repr: slot(interpolation_repr), ..Slots::NONE },
    members: &[
        member("value", core::mem::offset_of!(PyInterpolation, value)),
        member("expression", core::mem::offset_of!(PyInterpolation, expression)),
        member("conversion", core::mem::offset_of!(PyInterpolation, conversion)),
        member("format_spec", core::mem::offset_of!(PyInterpolation, format_spec)),
    ],
    ..Spec::new("Interpolation", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyInterpolation {
    fn ty() -> &'static TypeObject {
        &INTERPOLATION_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        for slot in [&self.value, &self.expression, &self.conversion, &self.format_spec] {
            slot.trace(tracer);
        }
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        for slot in [&self.value, &self.expression, &self.conversion, &self.format_spec] {
            slot.clear(clearer);
        }
    }
}

/// A template.
pub(crate) fn template(cx: &Cx, strings: &Value, interpolations: &Value) -> R {
    let fields = PyTemplate {
        head: unborn(),
        strings: Slot::new(strings.clone()),
        interpolations: Slot::new(interpolations.clone()),
    };
    Ok(cx.alloc(fields)?.into_value())
}

/// An interpolation of value, expression, and maybe format spec; `conversion` as in the instruction.
pub(crate) fn interpolation(cx: &Cx, parts: Vec<Value>, conversion: u16) -> R {
    let conversion = match conversion {
        1 => cx.intern("s")?,
        2 => cx.intern("r")?,
        3 => cx.intern("a")?,
        _ => Value::none(),
    };
    let mut parts = parts.into_iter();
    let (value, expression) = (parts.next().unwrap_or(Value::UNSET), parts.next().unwrap_or(Value::UNSET));
    let format_spec = match parts.next() {
        Some(spec) => spec,
        None => cx.names.empty_str().clone(),
    };
    let fields = PyInterpolation {
        head: unborn(),
        value: Slot::new(value),
        expression: Slot::new(expression),
        conversion: Slot::new(conversion),
        format_spec: Slot::new(format_spec),
    };
    Ok(cx.alloc(fields)?.into_value())
}

fn template_repr(cx: &Cx, this: &Value) -> R {
    // SAFETY: called for templates.
    let it = unsafe { this.cast::<PyTemplate>() };
    let (strings, interpolations) = (cx.repr(&it.strings.get())?, cx.repr(&it.interpolations.get())?);
    let (strings, interpolations) = (strings.to_lossy(), interpolations.to_lossy());
    Ok(cx.str_from_fmt(format_args!("Template(strings={strings}, interpolations={interpolations})"))?.into_value())
}

fn interpolation_repr(cx: &Cx, this: &Value) -> R {
    // SAFETY: called for interpolations.
    let it = unsafe { this.cast::<PyInterpolation>() };
    let mut parts = Vec::new();
    for slot in [&it.value, &it.expression, &it.conversion, &it.format_spec] {
        parts.push(cx.repr(&slot.get())?.to_lossy().into_owned());
    }
    Ok(cx.str_from_fmt(format_args!("Interpolation({})", parts.join(", ")))?.into_value())
}

fn template_values(cx: &Cx, this: &Value) -> R {
    // SAFETY: called for templates.
    let interpolations = unsafe { this.cast::<PyTemplate>() }.interpolations.get();
    let items = interpolations.downcast::<PyTuple>().map_or(&[][..], |t| t.items());
    let values = items.iter().filter_map(|i| i.downcast::<PyInterpolation>()).map(|i| i.value.get());
    Ok(cx.tuple(values.collect::<Vec<_>>())?.into_value())
}

/// Strings that are not empty, and interpolations, in their order.
fn template_iter(cx: &Cx, this: &Value) -> R {
    // SAFETY: called for templates.
    let it = unsafe { this.cast::<PyTemplate>() };
    let (strings, interpolations) = (it.strings.get(), it.interpolations.get());
    let strings = strings.downcast::<PyTuple>().map_or(&[][..], |t| t.items());
    let interpolations = interpolations.downcast::<PyTuple>().map_or(&[][..], |t| t.items());
    let mut parts = Vec::new();
    for (at, string) in strings.iter().enumerate() {
        if cx.is_true(string)? {
            parts.push(string.clone());
        }
        parts.extend(interpolations.get(at).cloned());
    }
    cx.iter(cx.list(parts)?.as_value())
}
