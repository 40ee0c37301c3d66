//! `_thread._local`: an object whose attributes are another thread's others.

use core::cell::RefCell;
use core::ptr::NonNull;
use std::rc::Rc;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::dict::PyDict;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::str::PyStr;
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::{OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, Obj, R, TypeObject, Value, exceptions as exc, raise};

use crate::vm::Vm;

/// The thread-local objects of an interpreter that live.
pub(crate) type Locals = Rc<RefCell<Vec<NonNull<PyLocal>>>>;

/// Layout of a thread-local object.
#[repr(C)]
pub(crate) struct PyLocal {
    head: Head,
    /// What `__init__` is called with in each thread: a tuple, and one of the names of its last items.
    args: Slot,
    names: Slot,
    /// The attributes: a dict for each thread that has used it, by the thread's number.
    dicts: RefCell<Vec<(u64, Obj<PyDict>)>>,
    all: Locals,
}

/// `_thread._local`
pub(super) static LOCAL_TYPE: TypeObject = TypeObject::builtin(&LOCAL_SPEC, &raw const LOCAL_TYPE);
static LOCAL_SPEC: Spec = Spec {
    module: "_thread",
    doc: Some("Attributes of which each thread has its own."),
    flags: flag::GC | flag::BASE,
    size: size_of::<PyLocal>(),
    weak: true,
    functions: functions::<PyLocal>(true, true),
    slots: Slots { new: slot(new), getattr: slot(getattr), setattr: slot(setattr), ..Slots::NONE },
    ..Spec::new("_thread._local", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyLocal {
    fn ty() -> &'static TypeObject {
        &LOCAL_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.args.trace(tracer);
        self.names.trace(tracer);
        if let Ok(dicts) = self.dicts.try_borrow() {
            for (_, dict) in dicts.iter() {
                dict.as_value().trace(tracer);
            }
        }
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.args.clear(clearer);
        self.names.clear(clearer);
        for (_, dict) in self.dicts.take() {
            dict.into_value().release_later(clearer);
        }
    }
}

impl Drop for PyLocal {
    fn drop(&mut self) {
        let this = NonNull::from_ref(self);
        self.all.borrow_mut().retain(|local| *local != this);
    }
}

fn of(this: &Value) -> &PyLocal {
    // SAFETY: called for objects of this type.
    unsafe { this.cast::<PyLocal>() }
}

fn has_init(class: &TypeObject) -> bool {
    match (class.slots.init.get(), OBJECT_TYPE.slots.init.get()) {
        (Some(init), Some(of_object)) => !core::ptr::fn_addr_eq(init, of_object),
        (init, _) => init.is_some(),
    }
}

fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    if !args.is_empty() && !has_init(class) {
        return raise!(cx, exc::TYPE_ERROR, "Initialization arguments are not supported");
    }
    let threads = &Vm::of(cx).threads;
    let names = args.names().map(adder_objects::object::value_of);
    let made = cx.alloc_in(
        class,
        PyLocal {
            head: unborn(),
            args: Slot::new(cx.tuple(args.values().to_vec())?.into_value()),
            names: Slot::new(names.unwrap_or(Value::UNSET)),
            // The class calls `__init__` for this thread.
            dicts: RefCell::new(vec![(threads.current().number, cx.dict()?)]),
            all: threads.locals.clone(),
        },
    )?;
    threads.locals.borrow_mut().push(made.as_ptr());
    Ok(made.into_value())
}

/// The attributes that it has in this thread. At the first use in a thread its class's `__init__` is called.
fn dict(cx: &Cx, this: &Value) -> R<Obj<PyDict>> {
    let it = of(this);
    let number = Vm::of(cx).threads.current().number;
    let found = it.dicts.borrow().iter().find(|(thread, _)| *thread == number).map(|(_, dict)| dict.clone());
    if let Some(dict) = found {
        return Ok(dict);
    }
    let dict = cx.dict()?;
    it.dicts.borrow_mut().push((number, dict.clone()));
    if has_init(this.ty())
        && let Some(init) = this.ty().slots.init.get()
        && let Some(Ok(args)) = it.args.try_get().map(Value::try_into_obj::<PyTuple>)
    {
        let names = it.names.try_get().and_then(|names| names.try_into_obj::<PyTuple>().ok());
        if let Err(raised) = init(cx, this, Args::with_names(args.items(), names.as_deref())) {
            let mut dicts = it.dicts.borrow_mut();
            let at = dicts.iter().position(|(thread, _)| *thread == number);
            let forgotten = at.map(|at| dicts.swap_remove(at));
            drop(dicts);
            drop(forgotten);
            return Err(raised);
        }
    }
    Ok(dict)
}

fn is_dict_name(name: &Value) -> bool {
    name.downcast::<PyStr>().and_then(PyStr::as_str) == Some("__dict__")
}

fn getattr(cx: &Cx, this: &Value, name: &Value) -> R<Option<Value>> {
    let dict = dict(cx, this)?;
    if is_dict_name(name) {
        return Ok(Some(dict.into_value()));
    }
    let class = this.ty();
    let of_type = cx.lookup(class, name)?;
    let get = of_type.as_ref().and_then(|attribute| attribute.ty().slots.descr_get.get());
    if let (Some(attribute), Some(get)) = (&of_type, get)
        && attribute.ty().slots.descr_set.get().is_some()
    {
        return get(cx, attribute, Some(this), Some(&class.value())).map(Some);
    }
    if let Some(value) = dict.get(cx, name)? {
        return Ok(Some(value));
    }
    match (of_type, get) {
        (Some(attribute), Some(get)) => get(cx, &attribute, Some(this), Some(&class.value())).map(Some),
        (attribute, _) => Ok(attribute),
    }
}

fn setattr(cx: &Cx, this: &Value, name: &Value, value: Option<&Value>) -> R<()> {
    let dict = dict(cx, this)?;
    if is_dict_name(name) {
        let class = this.ty().name();
        return raise!(cx, exc::ATTRIBUTE_ERROR, "'{class}' object attribute '__dict__' is read-only");
    }
    if let Some(attribute) = cx.lookup(this.ty(), name)?
        && let Some(set) = attribute.ty().slots.descr_set.get()
    {
        return set(cx, &attribute, this, value);
    }
    match value {
        Some(value) => dict.set(cx, name, value.clone()),
        None => match dict.remove(cx, name)? {
            Some(_) => Ok(()),
            None => Err(cx.no_attribute(this, name)),
        },
    }
}

/// A thread ends: its attributes of all thread-local objects go.
pub(crate) fn forget(vm: &Vm, thread: u64) {
    let mut forgotten = Vec::new();
    for local in vm.threads.locals.borrow().iter() {
        // SAFETY: an object takes itself out of the list when it dies, and nothing dies in this loop.
        let mut dicts = unsafe { local.as_ref() }.dicts.borrow_mut();
        while let Some(at) = dicts.iter().position(|(number, _)| *number == thread) {
            forgotten.push(dicts.swap_remove(at));
        }
    }
    drop(forgotten);
}
