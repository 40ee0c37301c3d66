//! Python's object model on [`adder_gc`]: values, types, numbers, strings, containers, attributes, exceptions.
//!
//! A [`Value`] is an owned reference (or a small int); [`Obj<T>`] one whose layout is known; `&T` is a borrowed one. Everything
//! that can fail, or that may run a user's code, takes the interpreter's [`Cx`] and gives an [`R`]. Nothing here knows of
//! frames, bytecode or C: a function is called through its type's slot.
//!
//! # How a built-in type is written
//!
//! A `repr(C)` struct that begins with a [`Head`](adder_gc::raw::Head), a [`Layout`] for it, a static `Spec` with slots and
//! methods, and a static [`TypeObject`] made of that. [`float`] is a short example.
//!
//! Objects change through `&self`: fields that change are `Cell`s and [`Slot`](object::Slot)s. No borrow of a container's
//! storage is held while code of a user may run: copy the value out, then call.

#[macro_use]
pub mod error;

pub mod args;
pub mod arguments;
pub mod attributes;
pub mod bool;
pub mod buffer;
pub mod builtin_types;
pub mod bytearray;
pub mod bytes;
pub mod capsule;
pub mod cell;
pub mod class;
pub mod codecs;
pub mod complex;
pub mod cx;
pub mod descriptors;
pub mod dict;
pub mod dunder;
pub mod exceptions;
pub mod float;
pub mod format;
pub mod function;
mod function_attributes;
pub mod generic_alias;
pub mod hashing;
pub mod instance;
pub mod int;
pub mod iterators;
pub mod list;
pub mod mapping_proxy;
pub mod math;
pub mod memoryview;
pub mod names;
pub mod namespace;
pub mod object;
pub mod object_type;
mod pieces;
pub mod property;
pub mod protocol;
pub mod range;
pub mod scan;
pub mod set;
pub mod singletons;
pub mod slice;
pub mod storage;
pub mod str;
pub mod subscript;
pub mod super_type;
mod tracking;
pub mod tuple;
mod type_attributes;
mod type_parameters;
pub mod type_type;
pub mod typeobject;
pub mod unicode;
pub mod union_type;
pub mod value;
pub mod weak_proxy;
pub mod weakref;

pub use args::{Args, Params};
pub use cx::Cx;
pub use error::{Catch, R, Raised};
pub use object::{Layout, Obj};
pub use typeobject::TypeObject;
pub use value::Value;
