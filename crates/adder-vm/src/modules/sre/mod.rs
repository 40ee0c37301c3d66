//! The module `_sre`: what the package `re` of the library is built on. The engine is the crate `rustpython-sre_engine`.

mod engine;
mod matched;
mod pattern;
mod replace;
mod scanner;
mod subject;

use adder_objects::list::PyList;
use adder_objects::object::{Slot, unborn};
use adder_objects::typeobject::Method;
use adder_objects::{Args, Cx, Params, R, TypeObject, Value, exceptions as exc, raise};
use rustpython_sre_engine::string::{lower_ascii, lower_unicode, upper_unicode};

use crate::vm::Vm;

/// The types of this module.
pub(crate) static TYPES: &[&TypeObject] =
    &[&pattern::PATTERN_TYPE, &matched::MATCH_TYPE, &scanner::SCANNER_TYPE, &replace::TEMPLATE_TYPE];

static FUNCTIONS: &[Method] = &[
    Method::any("compile", compile),
    Method::none("getcodesize", |_, _| Ok(Value::small(rustpython_sre_engine::CODESIZE as i64))),
    Method::one("ascii_iscased", |cx, _, c| {
        let c = point(cx, c)?;
        Ok(Value::bool(u8::try_from(c).is_ok_and(|c| c.is_ascii_alphabetic())))
    }),
    Method::one("unicode_iscased", |cx, _, c| {
        let c = point(cx, c)?;
        Ok(Value::bool(lower_unicode(c) != c || upper_unicode(c) != c))
    }),
    Method::one("ascii_tolower", |cx, _, c| Ok(Value::small(lower_ascii(point(cx, c)?).into()))),
    Method::one("unicode_tolower", |cx, _, c| Ok(Value::small(lower_unicode(point(cx, c)?).into()))),
    Method::positional("template", 2, 2, |cx, _, args| replace::template(cx, &args[1])),
];

fn point(cx: &Cx, value: &Value) -> R<u32> {
    let point = cx.index_to_isize(value, Some(&exc::OVERFLOW_ERROR))?;
    match u32::try_from(point) {
        Ok(point) => Ok(point),
        Err(_) => raise!(cx, exc::OVERFLOW_ERROR, "Python int too large to convert to C int"),
    }
}

fn compile(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let bound = args.bind(
        cx,
        &Params {
            function: "compile",
            names: ["pattern", "flags", "code", "groups", "groupindex", "indexgroup"],
            positional_only: 0,
            positional: 6,
            required: 6,
        },
    )?;
    let [Some(text), Some(flags), Some(list), Some(groups), Some(groupindex), Some(indexgroup)] = bound else {
        return Ok(Value::none());
    };
    let flags = cx.index_to_isize(flags, Some(&exc::OVERFLOW_ERROR))? as i64;
    let groups = cx.index_to_isize(groups, Some(&exc::OVERFLOW_ERROR))?;
    let Some(list) = list.downcast::<PyList>() else {
        let ty = list.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "compile() argument 'code' must be list, not {ty}");
    };
    if groupindex.downcast::<adder_objects::dict::PyDict>().is_none() {
        let ty = groupindex.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "compile() argument 'groupindex' must be dict, not {ty}");
    }
    let Some(names) = indexgroup.downcast::<adder_objects::tuple::PyTuple>() else {
        let ty = indexgroup.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "compile() argument 'indexgroup' must be tuple, not {ty}");
    };
    let mut code = Vec::with_capacity(list.len());
    for word in list.to_vec() {
        match word.as_i64().and_then(|word| u32::try_from(word).ok()) {
            Some(word) => code.push(word),
            None => return raise!(cx, exc::OVERFLOW_ERROR, "regular expression code size limit exceeded"),
        }
    }
    // More groups than words of code cannot be.
    let groups = match usize::try_from(groups) {
        Ok(groups) if groups <= code.len() && (groups == 0 || names.items().len() == groups + 1) => groups,
        _ => return raise!(cx, exc::RUNTIME_ERROR, "invalid SRE code"),
    };
    let bytes = if text.is_none() { None } else { Some(subject::Subject::open(cx, text)?.is_bytes()) };
    let made = pattern::PyPattern {
        head: unborn(),
        text: Slot::new(text.clone()),
        groupindex: Slot::new(groupindex.clone()),
        indexgroup: Slot::new(indexgroup.clone()),
        flags,
        bytes,
        program: engine::Program::new(code.into(), groups),
    };
    Ok(cx.alloc(made)?.into_value())
}

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_sre", FUNCTIONS)?.into_value();
    if let Some(dict) = crate::module::dict_of(&module) {
        for (name, value) in [
            ("MAGIC", rustpython_sre_engine::SRE_MAGIC),
            ("CODESIZE", rustpython_sre_engine::CODESIZE),
            ("MAXREPEAT", rustpython_sre_engine::MAXREPEAT),
            ("MAXGROUPS", rustpython_sre_engine::MAXGROUPS),
        ] {
            dict.set_text(cx, name, Value::small(value as i64))?;
        }
    }
    Ok(module)
}

/// Begins the code of a type of this module: instances are made by the module only.
macro_rules! sre_type {
    (
        $(#[$doc:meta])* $layout:ident $ty:ident $spec:ident $name:literal
        references { $($slot:ident)* } fields { $($field:ident: $kind:ty),* $(,)? }
        spec { $($set:tt)* }
    ) => {
        $(#[$doc])*
        #[repr(C)]
        pub(super) struct $layout {
            pub(super) head: adder_gc::raw::Head,
            $(pub(super) $slot: adder_objects::object::Slot,)*
            $(pub(super) $field: $kind,)*
        }

        $(#[$doc])*
        pub(crate) static $ty: adder_objects::TypeObject =
            adder_objects::TypeObject::builtin(&$spec, &raw const $ty);
        static $spec: adder_objects::typeobject::Spec = adder_objects::typeobject::Spec {
            flags: adder_objects::typeobject::flag::GC
                | adder_objects::typeobject::flag::DISALLOW_INSTANTIATION
                | adder_objects::typeobject::flag::IMMUTABLE,
            size: size_of::<$layout>(),
            functions: adder_objects::object::functions::<$layout>(true, true),
            $($set)*
            ..adder_objects::typeobject::Spec::new($name, &adder_objects::typeobject::OBJECT_TYPE)
        };

        // SAFETY: begins with a head.
        unsafe impl adder_objects::Layout for $layout {
            fn ty() -> &'static adder_objects::TypeObject {
                &$ty
            }
            fn trace(&self, tracer: &mut adder_gc::Tracer<'_>) {
                $(self.$slot.trace(tracer);)*
            }
            fn clear(&self, clearer: &mut adder_gc::Clearer<'_>) {
                $(self.$slot.clear(clearer);)*
            }
        }

        impl $layout {
            #[allow(dead_code, reason = "not all types have methods that need it")]
            pub(super) fn of(this: &adder_objects::Value) -> &$layout {
                // SAFETY: called for objects of this type.
                unsafe { this.cast::<$layout>() }
            }
        }
    };
}
use sre_type;
