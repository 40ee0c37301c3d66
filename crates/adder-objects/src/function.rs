//! Built-in functions and methods, and the descriptors that hold them in a type's namespace.

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use crate::args::{Args, check_count};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::function_attributes as shown;
use crate::object::{Layout, Obj, Slot, functions, unborn};
use crate::typeobject::{
    Foreign, GetSet, MemberKind, Method, MethodFn, OBJECT_TYPE, Slots, Spec, TypeObject, flag, slot,
};
use crate::value::Value;

macro_rules! simple_layout {
    ($ty:ident $static:ident $($slot:ident)*) => {
        // SAFETY: begins with a head.
        unsafe impl Layout for $ty {
            #[inline(always)]
            fn ty() -> &'static TypeObject {
                &$static
            }
            fn trace(&self, tracer: &mut Tracer<'_>) {
                $(tracer.name(stringify!($slot)); self.$slot.trace(tracer);)*
            }
            fn clear(&self, clearer: &mut Clearer<'_>) {
                $(self.$slot.clear(clearer);)*
            }
        }
    };
}

/// A built-in function or a bound built-in method.
#[repr(C)]
pub struct PyBuiltin {
    head: Head,
    /// What it does.
    pub method: &'static Method,
    /// What it is bound to; None for a static method.
    pub this: Slot,
    /// `__module__`: a string or nothing.
    pub module: Slot,
    /// Of a function of another language: the class that defines it, where that was said.
    pub class: Slot,
}

/// `builtin_function_or_method`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyCFunction_Type")]
pub static BUILTIN_TYPE: TypeObject = TypeObject::builtin(&BUILTIN_SPEC, &raw const BUILTIN_TYPE);
static BUILTIN_SPEC: Spec = Spec {
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyBuiltin>(),
    weak: true,
    functions: functions::<PyBuiltin>(true, true),
    slots: Slots {
        call: slot(builtin_call),
        repr: slot(shown::builtin_repr),
        compare: slot(shown::builtin_compare),
        hash: slot(shown::builtin_hash),
        ..Slots::NONE
    },
    methods: shown::BUILTIN_METHODS,
    getset: shown::BUILTIN,
    members: shown::BUILTIN_MEMBERS,
    ..Spec::new("builtin_function_or_method", &OBJECT_TYPE)
};
simple_layout!(PyBuiltin BUILTIN_TYPE this module class);

fn builtin_call(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    // SAFETY: called for built-in functions.
    unsafe { this.cast::<PyBuiltin>() }.call(cx, args)
}

impl PyBuiltin {
    /// Calls it. The caller holds a reference to it meanwhile.
    ///
    /// # Errors
    /// TypeError for arguments that it does not take; what it raises.
    #[inline(always)]
    pub fn call(&self, cx: &Cx, args: Args<'_>) -> R {
        // SAFETY: nothing changes what it is bound to while it is called: the caller holds it.
        let this = unsafe { self.this.peek() };
        match self.method.call {
            MethodFn::Foreign(ref f) if self.class.is_unset() => (f.call)(cx, f, this, args),
            MethodFn::Foreign(ref f) => self.call_of_class(cx, f, args),
            _ => call_method(cx, self.method, this, args, None),
        }
    }

    /// Calls a function of another language that wants the class that defines it.
    fn call_of_class(&self, cx: &Cx, f: &Foreign, args: Args<'_>) -> R {
        let class = self.class.get();
        let f = Foreign { class: class.downcast::<TypeObject>().map_or(core::ptr::null(), core::ptr::from_ref), ..*f };
        (f.call)(cx, &f, &self.this.get(), args)
    }
}

/// Calls a built-in with its `self`. `owner` is the type of a method, for messages.
#[inline]
pub fn call_method(cx: &Cx, method: &'static Method, this: &Value, args: Args<'_>, owner: Option<&TypeObject>) -> R {
    match method.call {
        MethodFn::One(f) if args.names().is_none() && args.given().len() == 1 => f(cx, this, &args.given()[0]),
        MethodFn::NoArgs(f) if args.values().is_empty() => f(cx, this),
        MethodFn::Positional(min, max, f)
            if args.names().is_none() && (usize::from(min)..=usize::from(max)).contains(&args.given().len()) =>
        {
            f(cx, this, args.given())
        }
        MethodFn::Any(f) => f(cx, this, args),
        MethodFn::Foreign(ref f) => (f.call)(cx, f, this, args),
        _ => wrong_arguments(cx, method, this, args, owner),
    }
}

#[cold]
fn wrong_arguments(cx: &Cx, method: &'static Method, this: &Value, args: Args<'_>, owner: Option<&TypeObject>) -> R {
    let given = args.given().len();
    let full = match owner.map(|owner| owner.short_name().to_owned()).or_else(|| owner_name(cx, this)) {
        Some(owner) => format!("{owner}.{}", method.name),
        None => method.name.to_owned(),
    };
    if args.names().is_some() {
        return raise!(cx, exc::TYPE_ERROR, "{full}() takes no keyword arguments");
    }
    match method.call {
        MethodFn::NoArgs(_) => raise!(cx, exc::TYPE_ERROR, "{full}() takes no arguments ({given} given)"),
        MethodFn::One(_) => raise!(cx, exc::TYPE_ERROR, "{full}() takes exactly one argument ({given} given)"),
        MethodFn::Positional(min, max, f) => {
            let max = if max == u16::MAX { usize::MAX } else { usize::from(max) };
            check_count(cx, method.name, given, usize::from(min), max)?;
            f(cx, &Value::none(), args.given())
        }
        MethodFn::Any(_) | MethodFn::Foreign(_) => unreachable!("takes anything"),
    }
}

/// What stands in front of the name of a built-in function: the type of what it is bound to, or the module, unless that is
/// `builtins`.
fn owner_name(cx: &Cx, this: &Value) -> Option<String> {
    if this.is_none() {
        return None;
    }
    if let Some(class) = this.downcast::<TypeObject>() {
        return Some(class.short_name().to_owned());
    }
    if this.ty().name() != "module" {
        return Some(this.ty().short_name().to_owned());
    }
    let name = cx.getattr_opt(this, cx.names.name()).ok().flatten()?;
    let name = cx.display(&name).ok()?;
    (name != "builtins").then_some(name)
}

/// A method of a built-in type, as it lies in the type's namespace.
#[repr(C)]
pub struct PyMethodDescriptor {
    head: Head,
    /// What it does.
    pub method: &'static Method,
    /// `__objclass__`
    pub owner: Slot,
}

/// `method_descriptor`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyMethodDescr_Type")]
pub static METHOD_DESCRIPTOR_TYPE: TypeObject =
    TypeObject::builtin(&METHOD_DESCRIPTOR_SPEC, &raw const METHOD_DESCRIPTOR_TYPE);
static METHOD_DESCRIPTOR_SPEC: Spec = Spec {
    flags: flag::GC | flag::METHOD_DESCRIPTOR | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyMethodDescriptor>(),
    functions: functions::<PyMethodDescriptor>(true, true),
    slots: Slots {
        call: slot(descriptor_call),
        descr_get: slot(descriptor_get),
        repr: slot(shown::method_descriptor_repr),
        ..Slots::NONE
    },
    methods: shown::DESCRIPTOR_METHODS,
    getset: shown::METHOD_DESCRIPTOR,
    ..Spec::new("method_descriptor", &OBJECT_TYPE)
};
simple_layout!(PyMethodDescriptor METHOD_DESCRIPTOR_TYPE owner);

impl PyMethodDescriptor {
    /// The type that it belongs to.
    pub fn owner_type(&self) -> &TypeObject {
        // SAFETY: set once, when it was made; emptied only when it is garbage, and then nobody calls it.
        unsafe { self.owner.peek().downcast().unwrap_or(&OBJECT_TYPE) }
    }

    /// Calls it with its receiver as the first argument.
    ///
    /// # Errors
    /// TypeError for a receiver of another type and for arguments that it does not take; what it raises.
    #[inline(always)]
    pub fn call(&self, cx: &Cx, args: Args<'_>) -> R {
        let owner = self.owner_type();
        match args.given() {
            [receiver, ..] if receiver.is_instance(owner) => {
                call_method(cx, self.method, receiver, args.rest(), Some(owner))
            }
            [other, ..] => wrong_receiver(cx, self.method.name, owner, other),
            [] => {
                raise!(cx, exc::TYPE_ERROR, "unbound method {}.{}() needs an argument", owner.name(), self.method.name)
            }
        }
    }
}

fn descriptor_call(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    // SAFETY: called for method descriptors.
    unsafe { this.cast::<PyMethodDescriptor>() }.call(cx, args)
}

#[cold]
fn wrong_receiver(cx: &Cx, name: &str, owner: &TypeObject, receiver: &Value) -> R {
    raise!(
        cx,
        exc::TYPE_ERROR,
        "descriptor '{name}' for '{}' objects doesn't apply to a '{}' object",
        owner.name(),
        receiver.ty().name()
    )
}

fn descriptor_get(cx: &Cx, this: &Value, object: Option<&Value>, _: Option<&Value>) -> R {
    let Some(object) = object else { return Ok(this.clone()) };
    // SAFETY: called for method descriptors.
    let it = unsafe { this.cast::<PyMethodDescriptor>() };
    if !object.is_instance(it.owner_type()) {
        return wrong_receiver(cx, it.method.name, it.owner_type(), object);
    }
    Ok(cx.builtin(it.method, object.clone(), None)?.into_value())
}

/// A class method of a built-in type.
#[repr(C)]
pub struct PyClassMethodDescriptor {
    head: Head,
    /// What it does.
    pub method: &'static Method,
    /// `__objclass__`
    pub owner: Slot,
}

/// `classmethod_descriptor`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyClassMethodDescr_Type")]
pub static CLASS_METHOD_DESCRIPTOR_TYPE: TypeObject =
    TypeObject::builtin(&CLASS_METHOD_DESCRIPTOR_SPEC, &raw const CLASS_METHOD_DESCRIPTOR_TYPE);
static CLASS_METHOD_DESCRIPTOR_SPEC: Spec = Spec {
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyClassMethodDescriptor>(),
    functions: functions::<PyClassMethodDescriptor>(true, true),
    slots: Slots {
        call: slot(class_method_call),
        descr_get: slot(class_method_get),
        repr: slot(shown::method_descriptor_repr),
        ..Slots::NONE
    },
    getset: shown::METHOD_DESCRIPTOR,
    ..Spec::new("classmethod_descriptor", &OBJECT_TYPE)
};
simple_layout!(PyClassMethodDescriptor CLASS_METHOD_DESCRIPTOR_TYPE owner);

fn class_method_call(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    // SAFETY: called for class method descriptors.
    let it = unsafe { this.cast::<PyClassMethodDescriptor>() };
    match args.given() {
        [class, ..] if class.downcast::<TypeObject>().is_some() => call_method(cx, it.method, class, args.rest(), None),
        _ => raise!(cx, exc::TYPE_ERROR, "descriptor '{}' needs a type as its first argument", it.method.name),
    }
}

fn class_method_get(cx: &Cx, this: &Value, object: Option<&Value>, class: Option<&Value>) -> R {
    // SAFETY: called for class method descriptors.
    let it = unsafe { this.cast::<PyClassMethodDescriptor>() };
    let class = match (class, object) {
        (Some(class), _) => class.clone(),
        (None, Some(object)) => object.ty().value(),
        (None, None) => return Ok(this.clone()),
    };
    Ok(cx.builtin(it.method, class, None)?.into_value())
}

/// A computed attribute of a built-in type.
#[repr(C)]
pub struct PyGetSet {
    head: Head,
    /// What it does.
    pub getset: &'static GetSet,
    /// Of a type written in C: what [`Hooks::foreign_get`](crate::cx::Hooks::foreign_get) is told; else null.
    pub foreign: *const core::ffi::c_void,
    /// `__objclass__`
    pub owner: Slot,
}

/// `getset_descriptor`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyGetSetDescr_Type")]
pub static GETSET_TYPE: TypeObject = TypeObject::builtin(&GETSET_SPEC, &raw const GETSET_TYPE);
static GETSET_SPEC: Spec = Spec {
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyGetSet>(),
    functions: functions::<PyGetSet>(true, true),
    slots: Slots {
        descr_get: slot(getset_get),
        descr_set: slot(getset_set),
        repr: slot(shown::getset_repr),
        ..Slots::NONE
    },
    getset: shown::GETSET,
    ..Spec::new("getset_descriptor", &OBJECT_TYPE)
};
simple_layout!(PyGetSet GETSET_TYPE owner);

fn owner_of(owner: &Slot) -> &TypeObject {
    // SAFETY: set once, when the descriptor was made; emptied only when it is garbage.
    unsafe { owner.peek().downcast().unwrap_or(&OBJECT_TYPE) }
}

fn getset_get(cx: &Cx, this: &Value, object: Option<&Value>, _: Option<&Value>) -> R {
    let Some(object) = object else { return Ok(this.clone()) };
    // SAFETY: called for these descriptors.
    let it = unsafe { this.cast::<PyGetSet>() };
    if !object.is_instance(owner_of(&it.owner)) {
        return wrong_receiver(cx, it.getset.name, owner_of(&it.owner), object);
    }
    if let (false, Some(get)) = (it.foreign.is_null(), cx.hooks.foreign_get.get()) {
        return get(cx, it.foreign, object);
    }
    (it.getset.get)(cx, object)
}

fn getset_set(cx: &Cx, this: &Value, object: &Value, value: Option<&Value>) -> R<()> {
    // SAFETY: called for these descriptors.
    let it = unsafe { this.cast::<PyGetSet>() };
    let owner = owner_of(&it.owner);
    if !object.is_instance(owner) {
        return wrong_receiver(cx, it.getset.name, owner, object).map(drop);
    }
    if let (false, Some(set)) = (it.foreign.is_null(), cx.hooks.foreign_set.get()) {
        return set(cx, it.foreign, object, value);
    }
    match it.getset.set {
        Some(set) => set(cx, object, value),
        None => raise!(
            cx,
            exc::ATTRIBUTE_ERROR,
            "attribute '{}' of '{}' objects is not writable",
            it.getset.name,
            owner.name()
        ),
    }
}

/// An attribute that lies in the instance: of a built-in type, or of `__slots__`.
#[repr(C)]
pub struct PyMember {
    head: Head,
    /// Its name, a string.
    pub name: Slot,
    /// What lies there.
    pub kind: MemberKind,
    /// May it be written?
    pub read_only: bool,
    /// Bytes from the head of the instance.
    pub offset: usize,
    /// Of [`MemberKind::Foreign`]: name and documentation, and what [`Hooks::foreign_get`](crate::cx::Hooks::foreign_get) is told.
    pub foreign: Option<(&'static GetSet, *const core::ffi::c_void)>,
    /// `__objclass__`
    pub owner: Slot,
}

/// `member_descriptor`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyMemberDescr_Type")]
pub static MEMBER_TYPE: TypeObject = TypeObject::builtin(&MEMBER_SPEC, &raw const MEMBER_TYPE);
static MEMBER_SPEC: Spec = Spec {
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyMember>(),
    functions: functions::<PyMember>(true, true),
    slots: Slots {
        descr_get: slot(member_get),
        descr_set: slot(member_set),
        repr: slot(shown::member_repr),
        ..Slots::NONE
    },
    methods: shown::DESCRIPTOR_METHODS,
    getset: shown::MEMBER,
    ..Spec::new("member_descriptor", &OBJECT_TYPE)
};
simple_layout!(PyMember MEMBER_TYPE name owner);

impl PyMember {
    /// The place in an instance.
    ///
    /// # Safety
    /// The object is an instance of the owner, and the member is of an object kind.
    pub unsafe fn slot_of<'a>(&self, object: &'a Value) -> &'a Slot {
        // SAFETY: by the contract.
        unsafe { &*object.head_ptr().cast::<u8>().as_ptr().add(self.offset).cast::<Slot>() }
    }
}

fn member_get(cx: &Cx, this: &Value, object: Option<&Value>, _: Option<&Value>) -> R {
    let Some(object) = object else { return Ok(this.clone()) };
    // SAFETY: called for these descriptors.
    let it = unsafe { this.cast::<PyMember>() };
    let owner = owner_of(&it.owner);
    if !object.is_instance(owner) {
        return wrong_receiver(cx, &cx.display(&it.name.get())?, owner, object);
    }
    // SAFETY: an instance of the owner, whose layout the member is of.
    unsafe {
        let place = object.head_ptr().cast::<u8>().as_ptr().add(it.offset);
        match it.kind {
            MemberKind::Object => Ok((*place.cast::<Slot>()).try_get().unwrap_or_else(Value::none)),
            MemberKind::Slot => match (*place.cast::<Slot>()).try_get() {
                Some(value) => Ok(value),
                None => {
                    let of = crate::object_type::fully_qualified_name(cx, object.ty())?;
                    let (name, text) = (it.name.get(), cx.display(&it.name.get())?);
                    Err(cx.attribute_error(object, &name, format_args!("'{of}' object has no attribute '{text}'")))
                }
            },
            MemberKind::Fixed => Ok((*place.cast::<Value>()).clone()),
            MemberKind::Double => cx.float(*place.cast::<f64>()),
            MemberKind::Int => Ok(Value::small((*place.cast::<i32>()).into())),
            MemberKind::Ssize => cx.int((*place.cast::<Cell<isize>>()).get() as i64),
            MemberKind::Bool => Ok(Value::bool((*place.cast::<Cell<bool>>()).get())),
            MemberKind::Foreign => match (it.foreign, cx.hooks.foreign_get.get()) {
                (Some((_, data)), Some(get)) => get(cx, data, object),
                _ => Ok(Value::none()),
            },
        }
    }
}

fn member_set(cx: &Cx, this: &Value, object: &Value, value: Option<&Value>) -> R<()> {
    // SAFETY: called for these descriptors.
    let it = unsafe { this.cast::<PyMember>() };
    let owner = owner_of(&it.owner);
    if !object.is_instance(owner) {
        return wrong_receiver(cx, &cx.display(&it.name.get())?, owner, object).map(drop);
    }
    if let (Some((_, data)), Some(set)) = (it.foreign, cx.hooks.foreign_set.get()) {
        return set(cx, data, object, value);
    }
    if it.read_only || matches!(it.kind, MemberKind::Fixed | MemberKind::Double | MemberKind::Int) {
        return raise!(cx, exc::ATTRIBUTE_ERROR, "readonly attribute");
    }
    // SAFETY: an instance of the owner, whose layout the member is of.
    unsafe {
        let place = object.head_ptr().cast::<u8>().as_ptr().add(it.offset);
        match (it.kind, value) {
            (MemberKind::Object | MemberKind::Slot, Some(value)) => (*place.cast::<Slot>()).set(value.clone()),
            (MemberKind::Slot, None) => {
                if (*place.cast::<Slot>()).take().is_none() {
                    return Err(cx.error_of(&exc::ATTRIBUTE_ERROR, &[it.name.get()]));
                }
            }
            (MemberKind::Object, None) => (*place.cast::<Slot>()).set(Value::UNSET),
            (MemberKind::Bool, Some(value)) => match value.as_bool() {
                Some(yes) => (*place.cast::<Cell<bool>>()).set(yes),
                None => return raise!(cx, exc::TYPE_ERROR, "attribute value type must be bool"),
            },
            (MemberKind::Ssize, Some(value)) => {
                let Some(number) = value.as_i64() else {
                    return raise!(cx, exc::TYPE_ERROR, "attribute value type must be int");
                };
                (*place.cast::<Cell<isize>>()).set(number as isize);
            }
            (MemberKind::Fixed | MemberKind::Double | MemberKind::Int | MemberKind::Foreign, Some(_)) => {}
            (_, None) => return raise!(cx, exc::TYPE_ERROR, "can't delete numeric/char attribute"),
        }
    }
    Ok(())
}

/// A function bound to an instance.
#[repr(C)]
pub struct PyMethod {
    head: Head,
    /// `__func__`
    pub function: Slot,
    /// `__self__`
    pub this: Slot,
}

/// `method`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyMethod_Type")]
pub static METHOD_TYPE: TypeObject = TypeObject::builtin(&METHOD_SPEC, &raw const METHOD_TYPE);
static METHOD_SPEC: Spec = Spec {
    flags: flag::GC,
    size: size_of::<PyMethod>(),
    weak: true,
    functions: functions::<PyMethod>(true, true),
    slots: Slots {
        call: slot(method_call),
        new: slot(shown::method_new),
        repr: slot(shown::method_repr),
        compare: slot(shown::method_compare),
        hash: slot(shown::method_hash),
        getattr: slot(shown::method_getattr),
        descr_get: slot(shown::method_get),
        ..Slots::NONE
    },
    methods: shown::METHOD_METHODS,
    getset: shown::METHOD,
    ..Spec::new("method", &OBJECT_TYPE)
};
simple_layout!(PyMethod METHOD_TYPE function this);

fn method_call(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    // SAFETY: called for bound methods.
    let this = unsafe { this.cast::<PyMethod>() };
    let (function, receiver) = (this.function.get(), this.this.get());
    cx.call_with_first(&function, receiver, args)
}

impl Cx {
    /// A built-in function bound to `this` (None: a plain function).
    ///
    /// # Errors
    /// MemoryError.
    pub fn builtin(&self, method: &'static Method, this: Value, module: Option<Value>) -> R<Obj<PyBuiltin>> {
        self.alloc(PyBuiltin {
            head: unborn(),
            method,
            this: Slot::new(this),
            module: Slot::new(module.unwrap_or(Value::UNSET)),
            class: Slot::empty(),
        })
    }

    /// A bound method.
    ///
    /// # Errors
    /// MemoryError.
    pub fn bound_method(&self, function: Value, this: Value) -> R<Obj<PyMethod>> {
        // C reads the fields.
        let this = if this.is_small() { this.boxed(self)? } else { this };
        self.alloc(PyMethod { head: unborn(), function: Slot::new(function), this: Slot::new(this) })
    }

    /// What a type's table of methods puts into its namespace.
    ///
    /// # Errors
    /// MemoryError.
    pub fn descriptor_of(&self, method: &'static Method, owner: &TypeObject) -> R {
        let owner = Slot::new(owner.value());
        match method.kind {
            Method::STATIC => Ok(self.builtin(method, Value::none(), None)?.into_value()),
            Method::CLASS => Ok(self.alloc(PyClassMethodDescriptor { head: unborn(), method, owner })?.into_value()),
            _ => Ok(self.alloc(PyMethodDescriptor { head: unborn(), method, owner })?.into_value()),
        }
    }

    pub(crate) fn getset_of(&self, getset: &'static GetSet, owner: &TypeObject) -> R {
        self.foreign_getset(getset, core::ptr::null(), owner)
    }

    /// A descriptor of what a type written in C computes: see [`Hooks::foreign_get`](crate::cx::Hooks::foreign_get).
    ///
    /// # Errors
    /// MemoryError.
    pub fn foreign_getset(&self, getset: &'static GetSet, foreign: *const core::ffi::c_void, owner: &TypeObject) -> R {
        let owner = Slot::new(owner.value());
        Ok(self.alloc(PyGetSet { head: unborn(), getset, foreign, owner })?.into_value())
    }

    /// A descriptor of an attribute that lies in the instance.
    ///
    /// # Errors
    /// MemoryError.
    pub fn member(&self, name: Value, kind: MemberKind, offset: usize, read_only: bool, owner: &TypeObject) -> R {
        let made = PyMember {
            head: unborn(),
            name: Slot::new(name),
            kind,
            read_only,
            offset,
            foreign: None,
            owner: Slot::new(owner.value()),
        };
        Ok(self.alloc(made)?.into_value())
    }

    /// A descriptor of an attribute that lies in the instance, where another language knows how to read it.
    ///
    /// # Errors
    /// MemoryError.
    pub fn foreign_member(&self, shown: &'static GetSet, data: *const core::ffi::c_void, owner: &TypeObject) -> R {
        let made = PyMember {
            head: unborn(),
            name: Slot::new(self.intern(shown.name)?),
            kind: MemberKind::Foreign,
            read_only: false,
            offset: 0,
            foreign: Some((shown, data)),
            owner: Slot::new(owner.value()),
        };
        Ok(self.alloc(made)?.into_value())
    }
}
