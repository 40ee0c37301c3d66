//! What a built-in type is made from: tables of plain data.

use adder_gc::raw::Functions;

use super::{Slots, TypeObject};
use crate::args::Args;
use crate::cx::Cx;
use crate::error::R;
use crate::value::Value;

/// A built-in type.
pub struct Spec {
    /// `__name__`; with the module in front where messages say it so (C's `tp_name`).
    pub name: &'static str,
    /// `__module__`
    pub module: &'static str,
    /// `__doc__`, after the signature in `signature`.
    pub doc: Option<&'static str>,
    /// The base; none only for `object`.
    pub base: Option<&'static TypeObject>,
    /// A base beside that one, which adds no layout: `ExceptionGroup` alone has one.
    pub second_base: Option<&'static TypeObject>,
    /// Its type: `type`, but for a few.
    pub meta: &'static TypeObject,
    /// Bytes of an instance, its head included; the fixed part where instances differ.
    pub size: usize,
    /// Bytes of an item where instances differ in size, else 0.
    pub item_size: usize,
    /// Bytes from the head to the word of the instance's dict; 0 if instances have none.
    pub dict_offset: usize,
    /// May there be weak references to instances?
    pub weak: bool,
    /// Bits of [`flag`](super::flag).
    pub flags: u64,
    /// Bits of `adder_gc::raw::kind`.
    pub kind: u32,
    /// The collector's functions: [`functions::<Layout>`](crate::object::functions).
    pub functions: Functions,
    /// Slots.
    pub slots: Slots,
    /// Methods. What the slots imply (`__add__`, `__len__`, …) is added by itself.
    pub methods: &'static [Method],
    /// Computed attributes.
    pub getset: &'static [GetSet],
    /// Attributes that lie in the instance.
    pub members: &'static [Member],
    /// Fills what tables cannot say into the type's `__dict__`.
    pub more: Option<fn(&Cx, &TypeObject) -> R<()>>,
}

impl Spec {
    /// A spec to start from: `Spec { size: …, functions: …, ..Spec::new("name", &OBJECT_TYPE) }`.
    pub const fn new(name: &'static str, base: &'static TypeObject) -> Spec {
        Spec {
            name,
            module: "builtins",
            doc: None,
            base: Some(base),
            second_base: None,
            meta: &super::TYPE_TYPE,
            size: 16,
            item_size: 0,
            dict_offset: 0,
            weak: false,
            flags: 0,
            kind: 0,
            functions: crate::object::functions::<TypeObject>(false, false),
            slots: Slots::NONE,
            methods: &[],
            getset: &[],
            members: &[],
            more: None,
        }
    }
}

/// How a built-in function or method is called.
#[derive(Clone, Copy)]
pub enum MethodFn {
    /// Without arguments.
    NoArgs(fn(&Cx, &Value) -> R),
    /// With one positional argument.
    One(fn(&Cx, &Value, &Value) -> R),
    /// With so many positional arguments, at least and at most.
    Positional(u16, u16, fn(&Cx, &Value, &[Value]) -> R),
    /// With whatever the call gives; see [`Args::bind`].
    Any(fn(&Cx, &Value, Args<'_>) -> R),
    /// Of another language: with whatever the call gives, and what the method is.
    Foreign(Foreign),
}

/// A function of another language.
#[derive(Clone, Copy)]
pub struct Foreign {
    /// Calls it.
    pub call: fn(&Cx, &Foreign, &Value, Args<'_>) -> R,
    /// What is to be called: C's `PyMethodDef`.
    pub data: *const core::ffi::c_void,
    /// The class that defines it, where the function object says so; else null.
    pub class: *const TypeObject,
}

// SAFETY: the data is only read, by `call`.
unsafe impl Sync for Foreign {}
// SAFETY: as above.
unsafe impl Send for Foreign {}

/// A method of a built-in type or a function of a built-in module. Its `self` is the instance, the class (of a class method),
/// the module, or `None` (of a static method).
pub struct Method {
    /// Its name.
    pub name: &'static str,
    /// How it is called.
    pub call: MethodFn,
    /// Static or class method.
    pub kind: u8,
    /// `__text_signature__` (with `$self` and `/`), if there is one.
    pub signature: Option<&'static str>,
    /// `__doc__`
    pub doc: Option<&'static str>,
}

impl Method {
    /// [`Method::kind`] of a plain method.
    pub const PLAIN: u8 = 0;
    /// Of a class method.
    pub const CLASS: u8 = 1;
    /// Of a static method.
    pub const STATIC: u8 = 2;

    const fn new(name: &'static str, call: MethodFn) -> Method {
        Method { name, call, kind: Method::PLAIN, signature: None, doc: None }
    }

    /// Without arguments.
    pub const fn none(name: &'static str, f: fn(&Cx, &Value) -> R) -> Method {
        Method::new(name, MethodFn::NoArgs(f))
    }

    /// With one argument.
    pub const fn one(name: &'static str, f: fn(&Cx, &Value, &Value) -> R) -> Method {
        Method::new(name, MethodFn::One(f))
    }

    /// With positional arguments only, at least `min` and at most `max` (`u16::MAX`: any number).
    pub const fn positional(name: &'static str, min: u16, max: u16, f: fn(&Cx, &Value, &[Value]) -> R) -> Method {
        Method::new(name, MethodFn::Positional(min, max, f))
    }

    /// With keywords.
    pub const fn any(name: &'static str, f: fn(&Cx, &Value, Args<'_>) -> R) -> Method {
        Method::new(name, MethodFn::Any(f))
    }

    /// As a class method.
    pub const fn class(mut self) -> Method {
        self.kind = Method::CLASS;
        self
    }

    /// As a static method.
    pub const fn static_(mut self) -> Method {
        self.kind = Method::STATIC;
        self
    }

    /// With documentation, where no signature says how it is called.
    pub const fn about(mut self, doc: &'static str) -> Method {
        self.doc = Some(doc);
        self
    }

    /// With a signature and documentation.
    pub const fn doc(mut self, signature: &'static str, doc: &'static str) -> Method {
        self.signature = Some(signature);
        self.doc = Some(doc);
        self
    }
}

/// A computed attribute.
pub struct GetSet {
    /// Its name.
    pub name: &'static str,
    /// Reads it.
    pub get: fn(&Cx, &Value) -> R,
    /// Writes or deletes it; without, it is read-only.
    pub set: Option<fn(&Cx, &Value, Option<&Value>) -> R<()>>,
    /// `__doc__`
    pub doc: Option<&'static str>,
}

impl GetSet {
    /// Read-only.
    pub const fn get(name: &'static str, get: fn(&Cx, &Value) -> R) -> GetSet {
        GetSet { name, get, set: None, doc: None }
    }

    /// Readable and writable.
    pub const fn both(
        name: &'static str,
        get: fn(&Cx, &Value) -> R,
        set: fn(&Cx, &Value, Option<&Value>) -> R<()>,
    ) -> GetSet {
        GetSet { name, get, set: Some(set), doc: None }
    }
}

/// What lies at a member's offset.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MemberKind {
    /// A [`Slot`](crate::object::Slot); reads as None while empty.
    Object,
    /// A [`Slot`](crate::object::Slot); AttributeError while empty (`__slots__`).
    Slot,
    /// A [`Value`] that never changes: only read.
    Fixed,
    /// An `f64` that never changes: only read.
    Double,
    /// An `i32` that never changes: only read.
    Int,
    /// A `Cell<isize>`.
    Ssize,
    /// A `Cell<bool>`.
    Bool,
    /// What another language knows: see [`PyMember::foreign`](crate::function::PyMember::foreign).
    Foreign,
}

/// An attribute that lies in the instance.
#[derive(Clone, Copy)]
pub struct Member {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub kind: MemberKind,
    /// Bytes from the head.
    pub offset: usize,
    /// May it be written?
    pub read_only: bool,
}

impl Member {
    /// A value that never changes.
    pub const fn fixed(name: &'static str, offset: usize) -> Member {
        Member { name, kind: MemberKind::Fixed, offset, read_only: true }
    }
}
