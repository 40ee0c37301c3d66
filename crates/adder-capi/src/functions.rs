//! Functions and methods as objects: `PyCFunction_*`, `PyCMethod_New`, `PyMethod_*`, `PyFunction_*`, `PyCell_*`, vectorcall.

use core::ffi::{c_int, c_void};
use core::ptr::null_mut;

use adder_objects::cell::PyCell;
use adder_objects::dict::PyDict;
use adder_objects::function::{PyBuiltin, PyMethod};
use adder_objects::object::Slot;
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::{Foreign, MethodFn};
use adder_objects::{Args, Cx, R, TypeObject, Value, exceptions as exc, raise};
use adder_vm::function::PyFunction;

use crate::border::{Borrowed, Lent, Object, Stolen, bad_call};
use crate::call::{method_of, with_tuple_and_dict};
use crate::contract::api;
use crate::object::vectorcall;
use crate::structs::{PyMethodDef, meth};

/// A function of C's, bound to what it gets as `self`.
unsafe fn function(
    cx: &Cx,
    row: *mut PyMethodDef,
    this: Option<&Value>,
    module: Option<&Value>,
    class: Option<&Value>,
) -> R {
    // SAFETY: forwarded contract: a row that lives as long as the program.
    let flags = unsafe { (*row).ml_flags };
    match (flags & meth::METHOD != 0, class) {
        (true, None) => {
            let what = "attempting to create PyCMethod with a METH_METHOD flag but no class";
            return raise!(cx, exc::SYSTEM_ERROR, "{what}");
        }
        (false, Some(_)) => {
            let what = "attempting to create PyCFunction with class but no METH_METHOD flag";
            return raise!(cx, exc::SYSTEM_ERROR, "{what}");
        }
        _ => {}
    }
    // SAFETY: as above.
    let method = unsafe { method_of(cx, row) }?;
    let made = cx.builtin(method, this.cloned().unwrap_or_else(Value::none), module.cloned())?;
    if this.is_none() {
        made.this.set(Value::UNSET);
    }
    if let Some(class) = class {
        made.class.set(class.clone());
    }
    Ok(made.into_value())
}

/// The row of a function of C's.
fn row_of(cx: &Cx, value: &Value, name: &'static str) -> R<(PyMethodDef, *const PyBuiltin)> {
    let Some(it) = value.downcast::<PyBuiltin>() else { return Err(bad_call(cx, name)) };
    match it.method.call {
        // SAFETY: the data of a foreign method is its row.
        MethodFn::Foreign(Foreign { data, .. }) => Ok((unsafe { *data.cast::<PyMethodDef>() }, it)),
        // One of Rust's: there is no function that C could call.
        _ => Ok((
            PyMethodDef {
                ml_name: core::ptr::null(),
                ml_meth: core::ptr::null(),
                ml_flags: meth::VARARGS | meth::KEYWORDS,
                ml_doc: core::ptr::null(),
            },
            it,
        )),
    }
}

fn lent(cx: &Cx, slot: &Slot) -> R<Lent> {
    // SAFETY: nobody holds a reference into a slot over other code.
    unsafe { crate::border::box_in_place(cx, core::ptr::from_ref(slot).cast_mut().cast()) }
}

fn python<'a>(cx: &Cx, value: &'a Value, name: &'static str) -> R<&'a PyFunction> {
    value.downcast::<PyFunction>().ok_or_else(|| bad_call(cx, name))
}

fn method<'a>(cx: &Cx, value: &'a Value, name: &'static str) -> R<&'a PyMethod> {
    value.downcast::<PyMethod>().ok_or_else(|| bad_call(cx, name))
}

/// Stores what must be a tuple (or a dict), or nothing for None.
fn store(cx: &Cx, function: &Value, name: &str, value: &Value, fits: bool, wrong: &str) -> R<()> {
    if !value.is_none() && !fits {
        return raise!(cx, exc::SYSTEM_ERROR, "{wrong}");
    }
    cx.setattr(function, &cx.intern(name)?, Some(value))
}

/// `vectorcallfunc`
type VectorCall = unsafe extern "C" fn(Object, *const Object, usize, Object) -> Object;

/// The function of an object at its type's `tp_vectorcall_offset`.
fn vectorcall_of(object: &Value) -> *mut c_void {
    if let Some(class) = object.downcast::<TypeObject>() {
        let call = |ty: &TypeObject| ty.slots.call.get().map(|f| f as usize);
        let plain = call(object.ty()) == call(&adder_objects::typeobject::TYPE_TYPE);
        return if plain { class.c.tp_vectorcall.get().cast_mut() } else { null_mut() };
    }
    let offset = object.ty().c.tp_vectorcall_offset.get();
    if offset <= 0 || object.ty().flags() & HAVE_VECTORCALL == 0 {
        return null_mut();
    }
    // SAFETY: the type says that a function, or NULL, lies there.
    unsafe { object.head_ptr().cast::<u8>().offset(offset).cast::<*mut c_void>().read() }
}

/// A call of a type that has `tp_vectorcall`: the function does all of it.
pub fn make(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    // SAFETY: the field of a type holds a function of this kind.
    let f = unsafe { core::mem::transmute::<*const c_void, VectorCall>(class.c.tp_vectorcall.get()) };
    let window = crate::call::Window::new(cx, args.values())?;
    let this = core::ptr::from_ref(class).cast_mut().cast();
    // SAFETY: the contract of a vectorcall function.
    unsafe {
        let made = f(this, window.objects(), args.given().len(), crate::call::names_of(args));
        crate::border::returned(cx, made, || class.name().to_owned())
    }
}

/// `Py_TPFLAGS_HAVE_VECTORCALL`
const HAVE_VECTORCALL: u64 = 1 << 11;

api! {
    /// A function of C's.
    quiet fn PyCFunction_New(cx, row: *mut PyMethodDef, this: Option<Borrowed>) -> Value {
        // SAFETY: the contract of the C API.
        unsafe { function(cx, row, this.as_deref(), None, None) }
    }

    /// The same with the name of a module.
    quiet fn PyCFunction_NewEx(cx, row: *mut PyMethodDef, this: Option<Borrowed>, module: Option<Borrowed>) -> Value {
        // SAFETY: the contract of the C API.
        unsafe { function(cx, row, this.as_deref(), module.as_deref(), None) }
    }

    /// The same with the class that defines it.
    quiet fn PyCMethod_New(
        cx,
        row: *mut PyMethodDef,
        this: Option<Borrowed>,
        module: Option<Borrowed>,
        class: Option<Borrowed>,
    ) -> Value {
        // SAFETY: the contract of the C API.
        unsafe { function(cx, row, this.as_deref(), module.as_deref(), class.as_deref()) }
    }

    /// What it calls; NULL for one that is not written in C.
    quiet fn PyCFunction_GetFunction(cx, function: Borrowed) -> *mut c_void {
        Ok(row_of(cx, &function, "PyCFunction_GetFunction")?.0.ml_meth.cast_mut())
    }

    /// What it gets as `self`; NULL for a static method.
    quiet fn PyCFunction_GetSelf(cx, function: Borrowed) -> Lent {
        let (row, it) = row_of(cx, &function, "PyCFunction_GetSelf")?;
        if row.ml_flags & meth::STATIC != 0 {
            return Ok(Lent::NULL);
        }
        // SAFETY: the caller holds it.
        lent(cx, unsafe { &(*it).this })
    }

    /// Its flags.
    quiet fn PyCFunction_GetFlags(cx, function: Borrowed) -> c_int {
        Ok(row_of(cx, &function, "PyCFunction_GetFlags")?.0.ml_flags)
    }

    /// A bound method.
    quiet fn PyMethod_New(cx, function: Borrowed, this: Option<Borrowed>) -> Value {
        match this {
            Some(this) => Ok(cx.bound_method(function.to_owned(), this.to_owned())?.into_value()),
            None => Err(bad_call(cx, "PyMethod_New")),
        }
    }

    /// `method.__func__`
    quiet fn PyMethod_Function(cx, object: Borrowed) -> Lent {
        lent(cx, &method(cx, &object, "PyMethod_Function")?.function)
    }

    /// `method.__self__`
    quiet fn PyMethod_Self(cx, object: Borrowed) -> Lent {
        lent(cx, &method(cx, &object, "PyMethod_Self")?.this)
    }

    /// A function of code and globals.
    quiet fn PyFunction_New(cx, code: Borrowed, globals: Borrowed) -> Value {
        if code.downcast::<adder_vm::code::PyCode>().is_none() || globals.downcast::<PyDict>().is_none() {
            return Err(bad_call(cx, "PyFunction_New"));
        }
        Ok(adder_vm::function::function(cx, code.to_owned(), &globals)?.into_value())
    }

    /// The same with another `__qualname__`.
    quiet fn PyFunction_NewWithQualName(cx, code: Borrowed, globals: Borrowed, qualname: Option<Borrowed>) -> Value {
        if code.downcast::<adder_vm::code::PyCode>().is_none() || globals.downcast::<PyDict>().is_none() {
            return Err(bad_call(cx, "PyFunction_NewWithQualName"));
        }
        let made = adder_vm::function::function(cx, code.to_owned(), &globals)?;
        if let Some(qualname) = qualname {
            made.qualname.set(qualname.to_owned());
        }
        Ok(made.into_value())
    }

    /// `function.__code__`
    quiet fn PyFunction_GetCode(cx, object: Borrowed) -> Lent {
        lent(cx, &python(cx, &object, "PyFunction_GetCode")?.code)
    }

    /// `function.__globals__`
    quiet fn PyFunction_GetGlobals(cx, object: Borrowed) -> Lent {
        lent(cx, &python(cx, &object, "PyFunction_GetGlobals")?.globals)
    }

    /// `function.__module__`
    quiet fn PyFunction_GetModule(cx, object: Borrowed) -> Lent {
        lent(cx, &python(cx, &object, "PyFunction_GetModule")?.module)
    }

    /// `function.__defaults__`; NULL for none.
    quiet fn PyFunction_GetDefaults(cx, object: Borrowed) -> Lent {
        lent(cx, &python(cx, &object, "PyFunction_GetDefaults")?.defaults)
    }

    /// Sets them: a tuple or None.
    runs fn PyFunction_SetDefaults(cx, object: Borrowed, value: Borrowed) -> () {
        python(cx, &object, "PyFunction_SetDefaults")?;
        let fits = value.downcast::<PyTuple>().is_some();
        store(cx, &object, "__defaults__", &value, fits, "non-tuple default args")
    }

    /// `function.__kwdefaults__`; NULL for none.
    quiet fn PyFunction_GetKwDefaults(cx, object: Borrowed) -> Lent {
        lent(cx, &python(cx, &object, "PyFunction_GetKwDefaults")?.kw_defaults)
    }

    /// Sets them: a dict or None.
    runs fn PyFunction_SetKwDefaults(cx, object: Borrowed, value: Borrowed) -> () {
        python(cx, &object, "PyFunction_SetKwDefaults")?;
        let fits = value.downcast::<PyDict>().is_some();
        store(cx, &object, "__kwdefaults__", &value, fits, "non-dict keyword only default args")
    }

    /// `function.__closure__`; NULL for none.
    quiet fn PyFunction_GetClosure(cx, object: Borrowed) -> Lent {
        lent(cx, &python(cx, &object, "PyFunction_GetClosure")?.closure)
    }

    /// Sets it: a tuple of cells or None.
    quiet fn PyFunction_SetClosure(cx, object: Borrowed, value: Borrowed) -> () {
        let it = python(cx, &object, "PyFunction_SetClosure")?;
        if value.is_none() {
            it.closure.set(Value::UNSET);
            return Ok(());
        }
        if value.downcast::<PyTuple>().is_none() {
            return raise!(cx, exc::SYSTEM_ERROR, "expected tuple for closure, got '{}'", value.ty().name());
        }
        it.version.set(0);
        it.closure.set(value.to_owned());
        Ok(())
    }

    /// `function.__annotations__`; NULL for none.
    runs fn PyFunction_GetAnnotations(cx, object: Borrowed) -> Lent {
        let it = python(cx, &object, "PyFunction_GetAnnotations")?;
        if it.annotations.is_unset() && it.annotate.is_unset() {
            return Ok(Lent::NULL);
        }
        drop(cx.getattr_text(&object, "__annotations__")?);
        lent(cx, &it.annotations)
    }

    /// Sets them: a dict or None.
    runs fn PyFunction_SetAnnotations(cx, object: Borrowed, value: Borrowed) -> () {
        python(cx, &object, "PyFunction_SetAnnotations")?;
        let fits = value.downcast::<PyDict>().is_some();
        store(cx, &object, "__annotations__", &value, fits, "non-dict annotations")
    }

    /// A cell; NULL for an empty one.
    quiet fn PyCell_New(cx, contents: Option<Borrowed>) -> Value {
        Ok(cx.cell(contents.map_or(Value::UNSET, |contents| contents.to_owned()))?.into_value())
    }

    /// What a cell holds; NULL if nothing.
    quiet fn PyCell_Get(cx, cell: Borrowed) -> Option<Value> {
        match cell.downcast::<PyCell>() {
            Some(cell) => Ok(cell.contents.try_get()),
            None => Err(bad_call(cx, "PyCell_Get")),
        }
    }

    /// Behind `PyCell_GET`: the same, borrowed.
    quiet fn _Adder_CellGet(cx, cell: Borrowed) -> Lent {
        match cell.downcast::<PyCell>() {
            Some(cell) => lent(cx, &cell.contents),
            None => Err(bad_call(cx, "PyCell_GET")),
        }
    }

    /// Stores in a cell; NULL empties it.
    runs fn PyCell_Set(cx, cell: Borrowed, value: Option<Borrowed>) -> () {
        match cell.downcast::<PyCell>() {
            Some(cell) => {
                cell.contents.set(value.map_or(Value::UNSET, |value| value.to_owned()));
                Ok(())
            }
            None => Err(bad_call(cx, "PyCell_Set")),
        }
    }

    /// Behind `PyCell_SET`: stores a reference that passes on.
    runs fn _Adder_CellSet(cx, cell: Borrowed, value: Option<Stolen>) -> () {
        match cell.downcast::<PyCell>() {
            Some(cell) => {
                cell.contents.set(value.map_or(Value::UNSET, |value| value.0));
                Ok(())
            }
            None => Err(bad_call(cx, "PyCell_SET")),
        }
    }

    /// The function at an object's `tp_vectorcall_offset`; NULL for none.
    quiet fn PyVectorcall_Function(cx, callable: Borrowed) -> *mut c_void {
        let _ = cx;
        Ok(vectorcall_of(&callable))
    }

    /// `tp_call` of a type with `tp_vectorcall_offset`: calls the function there.
    runs fn PyVectorcall_Call(cx, callable: Borrowed, args: Borrowed, keywords: Option<Borrowed>) -> Value {
        let found = vectorcall_of(&callable);
        if found.is_null() {
            let ty = callable.ty();
            return raise!(cx, exc::TYPE_ERROR, "'{}' object does not support vectorcall", ty.name());
        }
        // SAFETY: the type says that a function of this kind lies there.
        let f = unsafe { core::mem::transmute::<*mut c_void, VectorCall>(found) };
        with_tuple_and_dict(cx, &args, keywords.as_deref(), |args| {
            let window = crate::call::Window::new(cx, args.values())?;
            let this = core::ptr::with_exposed_provenance_mut(callable.bits());
            // SAFETY: the contract of a vectorcall function.
            unsafe {
                let made = f(this, window.objects(), args.given().len(), crate::call::names_of(args));
                crate::border::returned(cx, made, || callable.ty().name().to_owned())
            }
        })
    }

    /// `callable(…)` with arguments one behind the other and keywords in a dict.
    runs fn PyObject_VectorcallDict(
        cx,
        callable: Borrowed,
        args: *const Object,
        flags: usize,
        keywords: Option<Borrowed>,
    ) -> Value {
        let given = flags & !(1 << 63);
        // SAFETY: the contract: so many arguments lie there; small ints are boxed.
        let values: &[Value] = if given == 0 { &[] } else { unsafe { core::slice::from_raw_parts(args.cast(), given) } };
        let Some(keywords) = keywords.filter(|keywords| keywords.downcast::<PyDict>().is_none_or(|k| !k.is_empty())) else {
            // SAFETY: as above.
            return unsafe { vectorcall(args, flags, None, |args| cx.call_args(&callable, args)) };
        };
        let tuple = cx.tuple(values.to_vec())?.into_value();
        with_tuple_and_dict(cx, &tuple, Some(&keywords), |args| cx.call_args(&callable, args))
    }
}
