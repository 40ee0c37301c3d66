//! `PyObject_*`: what every object can be asked.

use core::ffi::{c_char, c_int};

use adder_objects::attributes::{generic_getattr, generic_setattr};
use adder_objects::{Args, Catch, Cx, R, Value, exceptions as exc, raise};

use crate::border::{Borrowed, NewPlace, Nothing, Object};
use crate::call::with_tuple_and_dict;
use crate::contract::api;
use crate::errors::text_of;
use crate::types::outward::compare_op;

/// A name as C gives it.
unsafe fn name_of(cx: &Cx, text: *const c_char) -> R {
    // SAFETY: forwarded contract.
    cx.intern(&unsafe { text_of(text) })
}

/// What C gives as the name of an attribute.
fn a_name<'a>(cx: &Cx, name: &'a Value) -> R<&'a Value> {
    if name.downcast::<adder_objects::str::PyStr>().is_some() {
        return Ok(name);
    }
    raise!(cx, exc::TYPE_ERROR, "attribute name must be string, not '{}'", name.ty().name())
}

fn compare(cx: &Cx, a: &Value, b: &Value, op: c_int) -> R {
    match compare_op(op) {
        Some(op) => cx.compare(a, b, op),
        None => Err(crate::border::bad_call(cx, "PyObject_RichCompare")),
    }
}

/// Are they one object? Boxes of one int are.
pub fn same(a: &Value, b: &Value) -> bool {
    a.is_same(b)
}

api! {
    /// `repr(object)`; of NULL `<NULL>`.
    runs fn PyObject_Repr(cx, object: Option<Borrowed>) -> Value {
        match object {
            Some(object) => Ok(cx.repr(&object)?.into_value()),
            None => cx.str_value("<NULL>"),
        }
    }

    /// `str(object)`; of NULL `<NULL>`.
    runs fn PyObject_Str(cx, object: Option<Borrowed>) -> Value {
        match object {
            Some(object) => Ok(cx.to_str(&object)?.into_value()),
            None => cx.str_value("<NULL>"),
        }
    }

    /// `type(object)`
    quiet fn PyObject_Type(cx, object: Borrowed) -> Value {
        let _ = cx;
        Ok(object.ty().value())
    }

    /// `hash(object)`
    runs fn PyObject_Hash(cx, object: Borrowed) -> isize {
        match cx.hash(&object)? {
            -1 => Ok(-2),
            hash => Ok(hash as isize),
        }
    }

    /// `tp_hash` of types without a hash: TypeError.
    quiet fn PyObject_HashNotImplemented(cx, object: Borrowed) -> isize {
        raise!(cx, exc::TYPE_ERROR, "unhashable type: '{}'", object.ty().name())
    }

    /// Is it true?
    runs fn PyObject_IsTrue(cx, object: Borrowed) -> bool {
        cx.is_true(&object)
    }

    /// Is it false?
    runs fn PyObject_Not(cx, object: Borrowed) -> bool {
        Ok(!cx.is_true(&object)?)
    }

    /// `a < b` and so on.
    runs fn PyObject_RichCompare(cx, a: Borrowed, b: Borrowed, op: c_int) -> Value {
        compare(cx, &a, &b, op)
    }

    /// The same as a truth value. What is the same object is equal.
    runs fn PyObject_RichCompareBool(cx, a: Borrowed, b: Borrowed, op: c_int) -> bool {
        if same(&a, &b) && matches!(op, 2 | 3) {
            return Ok(op == 2);
        }
        cx.is_true(&compare(cx, &a, &b, op)?)
    }

    /// `object.name`
    runs fn PyObject_GetAttr(cx, object: Borrowed, name: Borrowed) -> Value {
        cx.getattr(&object, a_name(cx, &name)?)
    }

    /// `object.name`
    runs fn PyObject_GetAttrString(cx, object: Borrowed, name: *const c_char) -> Value {
        // SAFETY: the contract: a text.
        cx.getattr(&object, &unsafe { name_of(cx, name) }?)
    }

    /// `object.name`, or 0 and NULL where there is none.
    runs fn PyObject_GetOptionalAttr(cx, object: Borrowed, name: Borrowed, result: NewPlace) -> bool {
        optional(cx, &object, &name, &result)
    }

    /// The same by a text.
    runs fn PyObject_GetOptionalAttrString(cx, object: Borrowed, name: *const c_char, result: NewPlace) -> bool {
        // SAFETY: the contract: a text.
        optional(cx, &object, &unsafe { name_of(cx, name) }?, &result)
    }

    /// `object.name = value`; with NULL `del object.name`.
    runs fn PyObject_SetAttr(cx, object: Borrowed, name: Borrowed, value: Option<Borrowed>) -> () {
        cx.setattr(&object, a_name(cx, &name)?, value.as_deref())
    }

    /// The same by a text.
    runs fn PyObject_SetAttrString(cx, object: Borrowed, name: *const c_char, value: Option<Borrowed>) -> () {
        // SAFETY: the contract: a text.
        cx.setattr(&object, &unsafe { name_of(cx, name) }?, value.as_deref())
    }

    /// Is there such an attribute? Exceptions are passed over.
    runs fn PyObject_HasAttr(cx, object: Borrowed, name: Borrowed) -> c_int {
        Ok(cx.getattr(&object, &name).is_ok().into())
    }

    /// The same by a text.
    runs fn PyObject_HasAttrString(cx, object: Borrowed, name: *const c_char) -> c_int {
        // SAFETY: the contract: a text.
        Ok(cx.getattr(&object, &unsafe { name_of(cx, name) }?).is_ok().into())
    }

    /// Is there such an attribute? Other exceptions than AttributeError are raised.
    runs fn PyObject_HasAttrWithError(cx, object: Borrowed, name: Borrowed) -> bool {
        Ok(cx.getattr(&object, &name).unless(&exc::ATTRIBUTE_ERROR)?.is_some())
    }

    /// The same by a text.
    runs fn PyObject_HasAttrStringWithError(cx, object: Borrowed, name: *const c_char) -> bool {
        // SAFETY: the contract: a text.
        let name = unsafe { name_of(cx, name) }?;
        Ok(cx.getattr(&object, &name).unless(&exc::ATTRIBUTE_ERROR)?.is_some())
    }

    /// `tp_getattro` of most types.
    runs fn PyObject_GenericGetAttr(cx, object: Borrowed, name: Borrowed) -> Value {
        generic_getattr(cx, &object, a_name(cx, &name)?)?.ok_or_else(|| cx.no_attribute(&object, &name))
    }

    /// `tp_setattro` of most types.
    runs fn PyObject_GenericSetAttr(cx, object: Borrowed, name: Borrowed, value: Option<Borrowed>) -> () {
        generic_setattr(cx, &object, a_name(cx, &name)?, value.as_deref())
    }

    /// The getter of `__dict__`.
    runs fn PyObject_GenericGetDict(cx, object: Borrowed, closure: *mut core::ffi::c_void) -> Value {
        let _ = closure;
        adder_objects::class::instance_dict(cx, &object)
    }

    /// The place of an object's dict, or NULL if it has none. The dict is made, but where a type of C's has a place for it.
    runs fn _PyObject_GetDictPtr(cx, object: Borrowed) -> *mut Object {
        use adder_objects::instance;
        if !instance::has_dict(&object) {
            return Ok(core::ptr::null_mut());
        }
        let native = object.ty().native();
        if !native.is_foreign() || native.c.tp_dictoffset.get() <= 0 {
            instance::dict(cx, &object)?;
        }
        Ok(instance::dict_word(&object).map_or(core::ptr::null_mut(), |word| core::ptr::from_ref(word).cast_mut().cast()))
    }

    /// The setter of `__dict__`.
    runs fn PyObject_GenericSetDict(cx, object: Borrowed, value: Option<Borrowed>, closure: *mut core::ffi::c_void) -> () {
        let _ = closure;
        if value.is_none() {
            return raise!(cx, exc::TYPE_ERROR, "cannot delete __dict__");
        }
        adder_objects::class::set_instance_dict(cx, &object, value.as_deref())
    }

    /// `tp_iter` of iterators: the object itself.
    quiet fn PyObject_SelfIter(cx, object: Borrowed) -> Value {
        let _ = cx;
        Ok(object.to_owned())
    }

    /// `iter(object)`
    runs fn PyObject_GetIter(cx, object: Borrowed) -> Value {
        cx.iter(&object)
    }

    /// `next(iterator)`; NULL without an exception at the end.
    runs fn PyIter_Next(cx, iterator: Borrowed) -> Option<Value> {
        cx.next(&iterator)
    }

    /// Has it a `__next__`?
    quiet fn PyIter_Check(cx, object: Borrowed) -> c_int {
        let _ = cx;
        Ok(object.ty().slots.next.get().is_some().into())
    }

    /// Can it be called?
    quiet fn PyCallable_Check(cx, object: Option<Borrowed>) -> c_int {
        let _ = cx;
        Ok(object.is_some_and(|object| object.ty().slots.call.get().is_some()).into())
    }

    /// `callable(*args, **keywords)`
    runs fn PyObject_Call(cx, callable: Borrowed, args: Borrowed, keywords: Option<Borrowed>) -> Value {
        with_tuple_and_dict(cx, &args, keywords.as_deref(), |args| cx.call_args(&callable, args))
    }

    /// `callable(*args)`; NULL for no arguments.
    runs fn PyObject_CallObject(cx, callable: Borrowed, args: Option<Borrowed>) -> Value {
        match args {
            None => cx.call(&callable, &[]),
            Some(args) => with_tuple_and_dict(cx, &args, None, |args| cx.call_args(&callable, args)),
        }
    }

    /// `callable()`
    runs fn PyObject_CallNoArgs(cx, callable: Borrowed) -> Value {
        cx.call(&callable, &[])
    }

    /// `callable(arg)`
    runs fn PyObject_CallOneArg(cx, callable: Borrowed, arg: Borrowed) -> Value {
        cx.call(&callable, core::slice::from_ref(&*arg))
    }

    /// `callable(…)` with arguments one behind the other.
    runs fn PyObject_Vectorcall(cx, callable: Borrowed, args: *const Object, flags: usize, names: Option<Borrowed>) -> Value {
        // SAFETY: the contract: so many arguments lie there.
        unsafe { vectorcall(args, flags, names.as_deref(), |args| cx.call_args(&callable, args)) }
    }

    /// `args[0].name(…)`
    runs fn PyObject_VectorcallMethod(cx, name: Borrowed, args: *const Object, flags: usize, names: Option<Borrowed>) -> Value {
        // SAFETY: the contract: so many arguments lie there, and there is one.
        unsafe {
            let Some(this) = Borrowed::of(args.read()) else {
                return Err(crate::border::bad_call(cx, "PyObject_VectorcallMethod"));
            };
            let method = cx.getattr(&this, &name)?;
            let given = (flags & !VECTORCALL_OFFSET).saturating_sub(1);
            vectorcall(args.add(1), given, names.as_deref(), |args| cx.call_args(&method, args))
        }
    }

    /// `isinstance(object, class)`
    runs fn PyObject_IsInstance(cx, object: Borrowed, class: Borrowed) -> bool {
        cx.is_instance(&object, &class)
    }

    /// `issubclass(derived, class)`
    runs fn PyObject_IsSubclass(cx, derived: Borrowed, class: Borrowed) -> bool {
        cx.is_subclass(&derived, &class)
    }

    /// `len(object)`
    runs fn PyObject_Size(cx, object: Borrowed) -> isize {
        Ok(cx.len(&object)? as isize)
    }

    /// The same.
    runs fn PyObject_Length(cx, object: Borrowed) -> isize {
        Ok(cx.len(&object)? as isize)
    }

    /// The length, else what `__length_hint__` says, else the default.
    runs fn PyObject_LengthHint(cx, object: Borrowed, default: isize) -> isize {
        Ok(cx.length_hint(&object, default.max(0) as usize)? as isize)
    }

    /// `object[key]`
    runs fn PyObject_GetItem(cx, object: Borrowed, key: Borrowed) -> Value {
        cx.getitem(&object, &key)
    }

    /// `object[key] = value`
    runs fn PyObject_SetItem(cx, object: Borrowed, key: Borrowed, value: Borrowed) -> () {
        cx.setitem(&object, &key, Some(&value))
    }

    /// `del object[key]`
    runs fn PyObject_DelItem(cx, object: Borrowed, key: Borrowed) -> () {
        cx.setitem(&object, &key, None)
    }

    /// The file descriptor of an int or of what has a `fileno()`.
    runs fn PyObject_AsFileDescriptor(cx, object: Borrowed) -> c_int {
        let number = if object.ty().has(adder_objects::typeobject::flag::INT) {
            if let (Some(_), Some(warn)) = (object.as_bool(), cx.hooks.warn.get()) {
                warn(cx, &exc::RUNTIME_WARNING, "bool is used as a file descriptor", 1)?;
            }
            object.to_owned()
        } else {
            match cx.getattr_opt(&object, &cx.intern("fileno")?)? {
                Some(method) => {
                    let number = cx.call(&method, &[])?;
                    if !number.ty().has(adder_objects::typeobject::flag::INT) {
                        return raise!(cx, exc::TYPE_ERROR, "fileno() returned a non-integer");
                    }
                    number
                }
                None => {
                    return raise!(cx, exc::TYPE_ERROR, "argument must be an int, or have a fileno() method.");
                }
            }
        };
        match adder_objects::int::Int::of(&number).and_then(|n| n.to_i128()).and_then(|n| c_int::try_from(n).ok()) {
            Some(fd) if fd < 0 => {
                raise!(cx, exc::VALUE_ERROR, "file descriptor cannot be a negative integer ({fd})")
            }
            Some(fd) => Ok(fd),
            None => raise!(cx, exc::OVERFLOW_ERROR, "Python int too large to convert to C int"),
        }
    }

    /// `dir(object)`
    runs fn PyObject_Dir(cx, object: Borrowed) -> Value {
        let dir = cx.getattr_text(&cx.import("builtins")?, "dir")?;
        cx.call(&dir, core::slice::from_ref(&*object))
    }

    /// `ascii(object)`
    runs fn PyObject_ASCII(cx, object: Borrowed) -> Value {
        let ascii = cx.getattr_text(&cx.import("builtins")?, "ascii")?;
        cx.call(&ascii, core::slice::from_ref(&*object))
    }

    /// `bytes(object)`
    runs fn PyObject_Bytes(cx, object: Borrowed) -> Value {
        cx.call(&adder_objects::bytes::BYTES_TYPE.value(), core::slice::from_ref(&*object))
    }

    /// `format(object, spec)`
    runs fn PyObject_Format(cx, object: Borrowed, spec: Option<Borrowed>) -> Value {
        let format = cx.getattr_text(&cx.import("builtins")?, "format")?;
        match spec {
            Some(spec) => cx.call(&format, &[object.to_owned(), spec.to_owned()]),
            None => cx.call(&format, core::slice::from_ref(&*object)),
        }
    }

    /// Runs a collection of the whole heap; how many objects it found.
    runs fn PyGC_Collect(cx) -> isize {
        let collect = cx.getattr_text(&cx.import("gc")?, "collect")?;
        Ok(cx.call(&collect, &[])?.as_i64().unwrap_or(0) as isize)
    }

    /// Enters a call that may recurse; RecursionError if there is no room for it. `where` is for the message.
    quiet fn Py_EnterRecursiveCall(cx, text: *const c_char) -> c_int {
        let _ = text;
        cx.check_stack()?;
        Ok(0)
    }

    /// Leaves it.
    quiet fn Py_LeaveRecursiveCall(cx) -> Nothing {
        let _ = cx;
        Ok(Nothing)
    }

    /// Is the `repr` of this object being made already? Then 1.
    quiet fn Py_ReprEnter(cx, object: Borrowed) -> c_int {
        let entered = cx.enter_repr(&object);
        if !entered {
            // Who never leaves must not find another object at the same address.
            core::mem::forget(object.to_owned());
        }
        Ok(entered.into())
    }

    /// The `repr` of this object is made. Who forgets to say so of another one finds only that one as if it were being made.
    quiet fn Py_ReprLeave(cx, object: Borrowed) -> Nothing {
        if cx.leave_repr_of(&object) {
            // SAFETY: the reference that was kept when it was entered.
            drop(unsafe { core::ptr::read::<Value>(&*object) });
        }
        Ok(Nothing)
    }

    /// Are they one object?
    quiet fn Py_Is(cx, a: Borrowed, b: Borrowed) -> c_int {
        let _ = cx;
        Ok(same(&a, &b).into())
    }
}

/// `PY_VECTORCALL_ARGUMENTS_OFFSET`
const VECTORCALL_OFFSET: usize = 1 << 63;

/// Calls `f` with arguments that lie one behind the other.
///
/// # Safety
/// So many arguments lie there, all of them live, those of the keywords last.
pub unsafe fn vectorcall(args: *const Object, flags: usize, names: Option<&Value>, f: impl FnOnce(Args<'_>) -> R) -> R {
    let given = flags & !VECTORCALL_OFFSET;
    let names = names.and_then(|names| names.downcast::<adder_objects::tuple::PyTuple>());
    let all = given + names.map_or(0, |names| names.items().len());
    // SAFETY: by the contract; a pointer to a live object is a value. Small ints are boxed here.
    let values: &[Value] = if all == 0 { &[] } else { unsafe { core::slice::from_raw_parts(args.cast(), all) } };
    f(Args::with_names(values, names))
}

fn optional(cx: &Cx, object: &Value, name: &Value, result: &NewPlace) -> R<bool> {
    result.clear();
    let found = cx.getattr(object, name).unless(&exc::ATTRIBUTE_ERROR)?;
    let there = found.is_some();
    result.put(cx, found)?;
    Ok(there)
}
