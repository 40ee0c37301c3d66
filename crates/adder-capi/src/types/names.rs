//! What can be asked of a type: its names, its namespace, its part of an instance, its token.

use core::ffi::{c_int, c_uint, c_void};

use adder_objects::typeobject::flag;
use adder_objects::{Cx, R, TypeObject, Value, exceptions as exc, raise};

use crate::border::{Borrowed, NewPlace, bad_call};
use crate::contract::api;

/// `Py_TPFLAGS_ITEMS_AT_END`
pub const ITEMS_AT_END: u64 = 1 << 23;

/// Bytes up to the part of an instance that a type with a relative size has of its own.
pub fn start_of_data(base: &TypeObject) -> isize {
    (base.c.tp_basicsize.get() + 15) & !15
}

fn class<'a>(cx: &Cx, value: &'a Value, function: &'static str) -> R<&'a TypeObject> {
    value.downcast::<TypeObject>().ok_or_else(|| bad_call(cx, function))
}

api! {
    /// `type.__dict__` itself, not to be changed behind the type's back.
    quiet fn PyType_GetDict(cx, object: Borrowed) -> Value {
        Ok(cx.state(class(cx, &object, "PyType_GetDict")?).dict.clone().into_value())
    }

    /// `type.__module__`
    runs fn PyType_GetModuleName(cx, object: Borrowed) -> Value {
        class(cx, &object, "PyType_GetModuleName")?;
        cx.getattr(&object, cx.names.module())
    }

    /// `module.qualname`; without the module where that is `builtins` or `__main__`.
    runs fn PyType_GetFullyQualifiedName(cx, object: Borrowed) -> Value {
        class(cx, &object, "PyType_GetFullyQualifiedName")?;
        let module = cx.getattr(&object, cx.names.module())?;
        let qualname = cx.getattr(&object, cx.names.qualname())?;
        if module.downcast::<adder_objects::str::PyStr>().is_none() {
            return Ok(qualname);
        }
        let (module, qualname) = (cx.display(&module)?, cx.display(&qualname)?);
        if module == "builtins" || module == "__main__" {
            return cx.str_value(&qualname);
        }
        cx.str_value(&format!("{module}.{qualname}"))
    }

    /// The part of an instance that a type has of its own, where its size was said relative to the base's.
    quiet fn PyObject_GetTypeData(cx, object: Borrowed, class: Borrowed) -> *mut c_void {
        let Some(ty) = class.downcast::<TypeObject>() else { return Err(bad_call(cx, "PyObject_GetTypeData")) };
        let start = start_of_data(ty.base.get().unwrap_or(ty));
        // SAFETY: an instance of the type, which is so large.
        Ok(unsafe { object.head_ptr().cast::<u8>().offset(start) }.as_ptr().cast())
    }

    /// Bytes of that part.
    quiet fn PyType_GetTypeDataSize(cx, object: Borrowed) -> isize {
        let ty = class(cx, &object, "PyType_GetTypeDataSize")?;
        Ok((ty.c.tp_basicsize.get() - start_of_data(ty.base.get().unwrap_or(ty))).max(0))
    }

    /// The items of an instance of varying size, where its type says that they lie at the end.
    quiet fn PyObject_GetItemData(cx, object: Borrowed) -> *mut c_void {
        let ty = object.ty();
        if !ty.has(ITEMS_AT_END) {
            return raise!(cx, exc::TYPE_ERROR, "type '{}' does not have Py_TPFLAGS_ITEMS_AT_END", ty.name());
        }
        // SAFETY: the items follow what its type says of its size.
        Ok(unsafe { object.head_ptr().cast::<u8>().offset(ty.c.tp_basicsize.get()) }.as_ptr().cast())
    }

    /// The nearest base (the type itself first) that was made with a token: 1, or 0 and NULL.
    quiet fn PyType_GetBaseByToken(cx, object: Borrowed, token: *mut c_void, result: NewPlace) -> c_int {
        result.clear();
        if token.is_null() {
            return raise!(cx, exc::SYSTEM_ERROR, "PyType_GetBaseByToken called with token=NULL");
        }
        let Some(ty) = object.downcast::<TypeObject>() else {
            return raise!(cx, exc::TYPE_ERROR, "expected a type, got a '{}' object", object.ty().name());
        };
        let order = adder_objects::type_type::mro(cx, ty);
        for base in order.iter().flat_map(|order| order.items()) {
            let Some(it) = base.downcast::<TypeObject>().filter(|it| it.is_heap() && it.is_foreign()) else { continue };
            if core::ptr::eq(it.c.tp_cache.get(), token) {
                result.put(cx, Some(base.clone()))?;
                return Ok(1);
            }
        }
        Ok(0)
    }

    /// From here on the type's attributes cannot be set.
    quiet fn PyType_Freeze(cx, object: Borrowed) -> () {
        let ty = class(cx, &object, "PyType_Freeze")?;
        let order = adder_objects::type_type::mro(cx, ty);
        for base in order.iter().flat_map(|order| order.items()).skip(1).filter_map(Value::downcast::<TypeObject>) {
            if !base.has(flag::IMMUTABLE) && base.is_heap() {
                let (name, of) = (ty.name(), base.name());
                return raise!(cx, exc::TYPE_ERROR, "Creating immutable type {name} from mutable base {of}");
            }
        }
        ty.c.tp_flags.set(ty.flags() | flag::IMMUTABLE);
        cx.type_changed(ty);
        Ok(())
    }

    /// Forgets what look-ups in types have found.
    quiet fn PyType_ClearCache(cx) -> c_uint {
        cx.forget_lookups();
        Ok(cx.next_version())
    }

    /// Gives a type a version, if it has none: 1, or 0 if there are none left.
    quiet fn PyUnstable_Type_AssignVersionTag(cx, object: Borrowed) -> c_int {
        let ty = class(cx, &object, "PyUnstable_Type_AssignVersionTag")?;
        let version = cx.version_of(ty);
        ty.c.tp_version_tag.set(version);
        Ok((version != 0).into())
    }
}
