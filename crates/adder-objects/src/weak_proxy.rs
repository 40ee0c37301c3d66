//! `weakref.proxy`: objects that stand for others without owning them.

use adder_gc::raw::kind;

use crate::args::Args;
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::functions;
use crate::protocol::unhashable;
use crate::typeobject::{CompareOp, Method, OBJECT_TYPE, Slots, Spec, TypeObject, by_operator, flag, number, slot};
use crate::value::Value;
use crate::weakref::PyWeakRef;

/// `weakref.ProxyType`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "_PyWeakref_ProxyType")]
pub static PROXY_TYPE: TypeObject = TypeObject::builtin(&PROXY_SPEC, &raw const PROXY_TYPE);
static PROXY_SPEC: Spec = spec("weakref.ProxyType", SLOTS);

/// `weakref.CallableProxyType`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "_PyWeakref_CallableProxyType")]
pub static CALLABLE_PROXY_TYPE: TypeObject = TypeObject::builtin(&CALLABLE_PROXY_SPEC, &raw const CALLABLE_PROXY_TYPE);
static CALLABLE_PROXY_SPEC: Spec = spec("weakref.CallableProxyType", Slots { call: slot(call), ..SLOTS });

const METHODS: &[Method] = &[
    Method::none("__bytes__", |cx, this| {
        let target = target(cx, this)?;
        cx.call_method(&target, cx.names.bytes(), &[])
    }),
    Method::none("__reversed__", |cx, this| {
        let target = target(cx, this)?;
        cx.call_method(&target, cx.names.reversed(), &[])
    }),
];

const fn spec(name: &'static str, slots: Slots) -> Spec {
    Spec {
        module: "weakref",
        flags: flag::GC | flag::DISALLOW_INSTANTIATION,
        kind: kind::WEAK_REFERENCE,
        size: size_of::<PyWeakRef>(),
        functions: functions::<PyWeakRef>(true, true),
        slots,
        methods: METHODS,
        ..Spec::new(name, &OBJECT_TYPE)
    }
}

#[allow(clippy::declare_interior_mutable_const, reason = "copied into two statics")]
const SLOTS: Slots = {
    let mut slots = Slots {
        repr: slot(repr),
        str: slot(|cx, this| Ok(cx.to_str(&target(cx, this)?)?.into_value())),
        hash: slot(unhashable),
        getattr: slot(|cx, this, name| cx.getattr(&target(cx, this)?, name).map(Some)),
        setattr: slot(|cx, this, name, value| cx.setattr(&target(cx, this)?, name, value)),
        compare: slot(compare),
        iter: slot(|cx, this| cx.iter(&target(cx, this)?)),
        next: slot(next),
        negative: slot(|cx, this| cx.negative(&target(cx, this)?)),
        positive: slot(|cx, this| cx.positive(&target(cx, this)?)),
        absolute: slot(|cx, this| cx.absolute(&target(cx, this)?)),
        invert: slot(|cx, this| cx.invert(&target(cx, this)?)),
        bool: slot(|cx, this| cx.is_true(&target(cx, this)?)),
        int: slot(int),
        float: slot(float),
        index: slot(|cx, this| cx.index(&target(cx, this)?)),
        power: slot(|cx, a, b, c| cx.power(&unwrap(cx, a)?, &unwrap(cx, b)?, &unwrap(cx, c)?)),
        len: slot(|cx, this| cx.len(&target(cx, this)?)),
        getitem: slot(|cx, this, key| cx.getitem(&target(cx, this)?, &unwrap(cx, key)?)),
        setitem: slot(|cx, this, key, value| cx.setitem(&target(cx, this)?, key, value)),
        contains: slot(|cx, this, key| cx.contains(&target(cx, this)?, &unwrap(cx, key)?)),
        ..Slots::NONE
    };
    let mut op = 0;
    while op < number::COUNT {
        slots.binary[op] = slot(BINARY[op]);
        if op != number::DIVMOD {
            slots.in_place[op] = slot(IN_PLACE[op]);
        }
        op += 1;
    }
    slots
};

/// Is it one of the types of proxies?
pub fn is_proxy(ty: &TypeObject) -> bool {
    core::ptr::eq(ty, &PROXY_TYPE) || core::ptr::eq(ty, &CALLABLE_PROXY_TYPE)
}

impl Cx {
    /// `weakref.proxy(target, callback)`: without a callback, all proxies of an object are one.
    ///
    /// # Errors
    /// TypeError if there can be none of this object; MemoryError.
    pub fn weak_proxy(&self, target: &Value, callback: Option<Value>) -> R {
        let class = if target.ty().slots.call.get().is_some() { &CALLABLE_PROXY_TYPE } else { &PROXY_TYPE };
        self.weak_of(class, target, callback)
    }
}

/// What a proxy stands for.
fn target(cx: &Cx, this: &Value) -> R {
    match this.downcast::<PyWeakRef>().and_then(PyWeakRef::target) {
        Some(target) => Ok(target),
        None => raise!(cx, exc::REFERENCE_ERROR, "weakly-referenced object no longer exists"),
    }
}

/// The same; anything else is itself.
fn unwrap(cx: &Cx, value: &Value) -> R {
    if value.is_object() && is_proxy(value.ty()) { target(cx, value) } else { Ok(value.clone()) }
}

fn repr(cx: &Cx, this: &Value) -> R {
    let at = this.bits();
    let text = match this.downcast::<PyWeakRef>().and_then(PyWeakRef::target) {
        Some(target) => {
            let (class, there) = (crate::object_type::fully_qualified_name(cx, target.ty())?, target.bits());
            cx.str_from_fmt(format_args!("<weakproxy at {at:#x}; to '{class}' at {there:#x}>"))?
        }
        None => cx.str_from_fmt(format_args!("<weakproxy at {at:#x}; dead>"))?,
    };
    Ok(text.into_value())
}

fn compare(cx: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    cx.compare(&unwrap(cx, a)?, &unwrap(cx, b)?, op)
}

fn next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let target = target(cx, this)?;
    if target.ty().slots.next.get().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "Weakref proxy referenced a non-iterator '{}' object", target.ty().name());
    }
    cx.next(&target)
}

fn int(cx: &Cx, this: &Value) -> R {
    cx.call(&crate::int::INT_TYPE.value(), &[target(cx, this)?])
}

fn float(cx: &Cx, this: &Value) -> R {
    cx.call(&crate::float::FLOAT_TYPE.value(), &[target(cx, this)?])
}

fn call(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    cx.call_args(&target(cx, this)?, args)
}

fn binary<const OP: usize>(cx: &Cx, a: &Value, b: &Value) -> R {
    cx.binary(OP, &unwrap(cx, a)?, &unwrap(cx, b)?)
}

fn in_place<const OP: usize>(cx: &Cx, a: &Value, b: &Value) -> R {
    cx.in_place(OP, &unwrap(cx, a)?, &unwrap(cx, b)?)
}

const BINARY: [crate::typeobject::Binary; number::COUNT] = by_operator!(binary);
const IN_PLACE: [crate::typeobject::Binary; number::COUNT] = by_operator!(in_place);
