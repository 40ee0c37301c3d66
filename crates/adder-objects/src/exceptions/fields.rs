//! Exceptions with a few fields: StopIteration, SystemExit, KeyError, ImportError, AttributeError, NameError.

use core::mem::offset_of;

use super::base::{self, PyBaseException, or_none, reduced, spec};
use super::plain::{EXCEPTION, LOOKUP_ERROR};
use crate::args::{Args, Params};
use crate::cx::Cx;
use crate::dict::PyDict;
use crate::error::{R, Raised};
use crate::object::{Obj, Slot};
use crate::str::{PyStr, STR_TYPE};
use crate::tuple::PyTuple;
use crate::typeobject::{Member, MemberKind, Method, Slots, Spec, TypeObject, slot};
use crate::value::Value;

/// An exception's layout with more slots behind BaseException's, and how an empty one is made.
macro_rules! exception_layout {
    ($(#[$doc:meta])* $ty:ident of $static:ident $(fits $fits:ident)? { $($(#[$field_doc:meta])* $field:ident,)* }
        $({ $($(#[$plain_doc:meta])* $plain:ident: $plain_ty:ty = $value:expr,)* })?) => {
        $(#[$doc])*
        #[repr(C)]
        pub struct $ty {
            /// What all exceptions have.
            pub base: $crate::exceptions::PyBaseException,
            $($(#[$field_doc])* pub $field: $crate::object::Slot,)*
            $($($(#[$plain_doc])* pub $plain: $plain_ty,)*)?
        }

        // SAFETY: begins with the layout of BaseException, which begins with a head.
        unsafe impl $crate::object::Layout for $ty {
            fn ty() -> &'static $crate::typeobject::TypeObject {
                &$static
            }
            $(fn fits(ty: &$crate::typeobject::TypeObject) -> bool {
                $fits(ty)
            })?
            fn trace(&self, tracer: &mut adder_gc::Tracer<'_>) {
                self.base.trace(tracer);
                $(tracer.name(stringify!($field)); self.$field.trace(tracer);)*
            }
            fn clear(&self, clearer: &mut adder_gc::Clearer<'_>) {
                self.base.clear(clearer);
                $(self.$field.clear(clearer);)*
            }
        }

        impl $ty {
            /// A new one of a class, with these arguments (a tuple) and nothing else.
            fn make(
                cx: &$crate::cx::Cx,
                class: &$crate::typeobject::TypeObject,
                args: $crate::value::Value,
            ) -> $crate::error::R<$crate::object::Obj<$ty>> {
                cx.alloc_in(class, $ty {
                    base: $crate::exceptions::PyBaseException::fields(args),
                    $($field: $crate::object::Slot::empty(),)*
                    $($($plain: $value,)*)?
                })
            }

            fn of(this: &$crate::value::Value) -> &$ty {
                debug_assert!(this.downcast::<$ty>().is_some());
                // SAFETY: called for exceptions with this layout.
                unsafe { this.cast::<$ty>() }
            }
        }
    };
}
pub(super) use exception_layout;

/// `__new__` of a class whose arguments are sorted to the fields by `__init__`.
macro_rules! exception_new {
    ($($ty:ident)*) => {
        $(impl $ty {
            /// `__new__` of the class: with `args` and nothing else.
            fn new_empty(
                cx: &$crate::cx::Cx,
                class: &$crate::typeobject::TypeObject,
                args: $crate::args::Args<'_>,
            ) -> $crate::error::R {
                let args = cx.tuple(args.given().iter().cloned())?.into_value();
                Ok($ty::make(cx, class, args)?.into_value())
            }
        })*
    };
}
pub(super) use exception_new;

exception_new!(PyStopIteration PySystemExit PyImportError PyAttributeError PyNameError);

/// A member of an exception that holds an object.
pub(super) const fn object(name: &'static str, offset: usize) -> Member {
    Member { name, kind: MemberKind::Object, offset, read_only: false }
}

/// `KeyError`
pub static KEY_ERROR: TypeObject = TypeObject::builtin(&KEY_ERROR_SPEC, &raw const KEY_ERROR);
static KEY_ERROR_SPEC: Spec = Spec {
    slots: Slots { str: slot(key_error_str), ..Slots::NONE },
    ..spec::<PyBaseException>("KeyError", &LOOKUP_ERROR)
};

/// One argument is shown as it is written, so that an empty text is seen.
fn key_error_str(cx: &Cx, this: &Value) -> R {
    match base::of(this).arguments().as_deref().map(PyTuple::items) {
        Some([key]) => Ok(cx.repr(key)?.into_value()),
        _ => base::str(cx, this),
    }
}

exception_layout! {
    /// Layout of StopIteration.
    PyStopIteration of STOP_ITERATION {
        /// What a generator returned.
        value,
    }
}

/// `StopIteration`
pub static STOP_ITERATION: TypeObject = TypeObject::builtin(&STOP_ITERATION_SPEC, &raw const STOP_ITERATION);
static STOP_ITERATION_SPEC: Spec = Spec {
    slots: Slots { new: slot(PyStopIteration::new_empty), init: slot(stop_iteration_init), ..Slots::NONE },
    members: &[object("value", offset_of!(PyStopIteration, value))],
    ..spec::<PyStopIteration>("StopIteration", &EXCEPTION)
};

fn stop_iteration_init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    base::init(cx, this, args)?;
    PyStopIteration::of(this).value.set(args.given().first().cloned().unwrap_or_else(Value::none));
    Ok(())
}

exception_layout! {
    /// Layout of SystemExit.
    PySystemExit of SYSTEM_EXIT {
        /// What the process ends with.
        code,
    }
}

/// `SystemExit`
pub static SYSTEM_EXIT: TypeObject = TypeObject::builtin(&SYSTEM_EXIT_SPEC, &raw const SYSTEM_EXIT);
static SYSTEM_EXIT_SPEC: Spec = Spec {
    slots: Slots { new: slot(PySystemExit::new_empty), init: slot(system_exit_init), ..Slots::NONE },
    members: &[object("code", offset_of!(PySystemExit, code))],
    ..spec::<PySystemExit>("SystemExit", &super::BASE_EXCEPTION)
};

fn system_exit_init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    base::init(cx, this, args)?;
    let code = match args.given() {
        [] => Value::none(),
        [only] => only.clone(),
        _ => or_none(&base::of(this).args),
    };
    PySystemExit::of(this).code.set(code);
    Ok(())
}

exception_layout! {
    /// Layout of ImportError.
    PyImportError of IMPORT_ERROR {
        /// The message, if there is exactly one argument.
        msg,
        /// `name`
        name,
        /// `path`
        path,
        /// `name_from`
        name_from,
    }
}

/// `ImportError`
pub static IMPORT_ERROR: TypeObject = TypeObject::builtin(&IMPORT_ERROR_SPEC, &raw const IMPORT_ERROR);
static IMPORT_ERROR_SPEC: Spec = Spec {
    slots: Slots {
        new: slot(PyImportError::new_empty),
        init: slot(import_error_init),
        str: slot(import_error_str),
        ..Slots::NONE
    },
    members: &[
        object("msg", offset_of!(PyImportError, msg)),
        object("name", offset_of!(PyImportError, name)),
        object("path", offset_of!(PyImportError, path)),
        object("name_from", offset_of!(PyImportError, name_from)),
    ],
    methods: &[Method::none("__reduce__", import_error_reduce)],
    ..spec::<PyImportError>("ImportError", &EXCEPTION)
};

/// The keywords of an exception's constructor.
fn keywords<'a, const N: usize>(
    cx: &Cx,
    args: Args<'a>,
    function: &'static str,
    names: [&'static str; N],
) -> R<[Option<&'a Value>; N]> {
    let params = Params { function, names, positional_only: 0, positional: 0, required: 0 };
    Args::with_names(&args.values()[args.given().len()..], args.names()).bind(cx, &params)
}

/// Stores what is given, and nothing where nothing is.
fn store(slot: &Slot, value: Option<&Value>) {
    slot.set(value.cloned().unwrap_or(Value::UNSET));
}

fn import_error_init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    base::take_args(cx, this, args.given())?;
    let [name, path, name_from] = keywords(cx, args, "ImportError", ["name", "path", "name_from"])?;
    let it = PyImportError::of(this);
    store(&it.name, name);
    store(&it.path, path);
    store(&it.name_from, name_from);
    store(
        &it.msg,
        match args.given() {
            [only] => Some(only),
            _ => None,
        },
    );
    Ok(())
}

fn import_error_str(cx: &Cx, this: &Value) -> R {
    match PyImportError::of(this).msg.try_get().filter(|msg| msg.is_exact(&STR_TYPE)) {
        Some(msg) => Ok(msg),
        None => base::str(cx, this),
    }
}

/// A copy of an exception's dict, to put more into; nothing if it is empty and nothing is to come.
fn state(cx: &Cx, this: &Value, more: &[(&str, &Slot)]) -> R<Option<Obj<PyDict>>> {
    let dict = base::of(this).dict.try_get();
    let state = match dict.as_ref().and_then(Value::downcast::<PyDict>) {
        Some(dict) => dict.copy(cx)?,
        None if more.iter().all(|(_, slot)| slot.is_unset()) => return Ok(None),
        None => cx.dict()?,
    };
    for (name, slot) in more {
        if let Some(value) = slot.try_get() {
            state.set_text(cx, name, value)?;
        }
    }
    Ok(Some(state))
}

fn import_error_reduce(cx: &Cx, this: &Value) -> R {
    let it = PyImportError::of(this);
    let state = state(cx, this, &[("name", &it.name), ("path", &it.path), ("name_from", &it.name_from)])?;
    reduced(cx, this, or_none(&it.base.args), state.map(Obj::into_value))
}

exception_layout! {
    /// Layout of AttributeError.
    PyAttributeError of ATTRIBUTE_ERROR {
        /// The object that has no such attribute.
        obj,
        /// The attribute's name.
        name,
    }
}

/// `AttributeError`
pub static ATTRIBUTE_ERROR: TypeObject = TypeObject::builtin(&ATTRIBUTE_ERROR_SPEC, &raw const ATTRIBUTE_ERROR);
static ATTRIBUTE_ERROR_SPEC: Spec = Spec {
    slots: Slots { new: slot(PyAttributeError::new_empty), init: slot(attribute_error_init), ..Slots::NONE },
    members: &[object("name", offset_of!(PyAttributeError, name)), object("obj", offset_of!(PyAttributeError, obj))],
    methods: &[
        Method::none("__getstate__", attribute_error_state),
        Method::none("__reduce__", |cx, this| {
            let state = attribute_error_state(cx, this)?;
            reduced(cx, this, or_none(&base::of(this).args), Some(state))
        }),
    ],
    ..spec::<PyAttributeError>("AttributeError", &EXCEPTION)
};

fn attribute_error_init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    base::take_args(cx, this, args.given())?;
    let [name, obj] = keywords(cx, args, "AttributeError", ["name", "obj"])?;
    let it = PyAttributeError::of(this);
    store(&it.name, name);
    store(&it.obj, obj);
    Ok(())
}

/// Name and arguments; not the object, which may not be picklable.
fn attribute_error_state(cx: &Cx, this: &Value) -> R {
    let it = PyAttributeError::of(this);
    match state(cx, this, &[("name", &it.name), ("args", &it.base.args)])? {
        Some(state) => Ok(state.into_value()),
        None => Ok(Value::none()),
    }
}

exception_layout! {
    /// Layout of NameError.
    PyNameError of NAME_ERROR {
        /// The name that is not bound.
        name,
    }
}

/// `NameError`
pub static NAME_ERROR: TypeObject = TypeObject::builtin(&NAME_ERROR_SPEC, &raw const NAME_ERROR);
static NAME_ERROR_SPEC: Spec = Spec {
    slots: Slots { new: slot(PyNameError::new_empty), init: slot(name_error_init), ..Slots::NONE },
    members: &[object("name", offset_of!(PyNameError, name))],
    ..spec::<PyNameError>("NameError", &EXCEPTION)
};

fn name_error_init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    base::take_args(cx, this, args.given())?;
    let [name] = keywords(cx, args, "NameError", ["name"])?;
    store(&PyNameError::of(this).name, name);
    Ok(())
}

/// AttributeError for an attribute that is not there.
pub(crate) fn no_attribute(cx: &Cx, object: &Value, name: &Value) -> Raised {
    let text = name.downcast::<PyStr>().map(|n| n.to_lossy().into_owned()).unwrap_or_default();
    let (what, name_of_type) = match object.downcast::<TypeObject>() {
        Some(ty) => (format!("type object '{}'", ty.name()), ""),
        None => (format!("'{}'", object.ty().name()), " object"),
    };
    cx.attribute_error(object, name, format_args!("{what}{name_of_type} has no attribute '{text}'"))
}

impl Cx {
    /// AttributeError with a message, `name` and `obj`.
    #[cold]
    pub fn attribute_error(&self, object: &Value, name: &Value, message: core::fmt::Arguments<'_>) -> Raised {
        let raised = self.error(&ATTRIBUTE_ERROR, message);
        // It may be a MemoryError.
        if let Some(error) = raised.value().downcast::<PyAttributeError>() {
            error.name.set(name.clone());
            error.obj.set(object.clone());
        }
        raised
    }

    /// NameError (or UnboundLocalError) with a message and the name.
    #[cold]
    pub fn name_error(&self, ty: &'static TypeObject, name: &Value, message: core::fmt::Arguments<'_>) -> Raised {
        let raised = self.error(ty, message);
        if let Some(error) = raised.value().downcast::<PyNameError>() {
            error.name.set(name.clone());
        }
        raised
    }

    /// ImportError (or ModuleNotFoundError) with a message, the name of the module, and its path.
    #[cold]
    pub fn import_error(
        &self,
        ty: &'static TypeObject,
        name: Option<&Value>,
        path: Option<&Value>,
        message: core::fmt::Arguments<'_>,
    ) -> Raised {
        let raised = self.error(ty, message);
        if let Some(error) = raised.value().downcast::<PyImportError>() {
            store(&error.name, name);
            store(&error.path, path);
        }
        raised
    }
}
