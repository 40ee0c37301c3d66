//! Calls, and the ends of frames.

use adder_compiler::code::flag as co;
use adder_objects::dict::PyDict;
use adder_objects::exceptions as exc;
use adder_objects::function::{PyBuiltin, PyMethodDescriptor};
use adder_objects::str::PyStr;
use adder_objects::tuple::PyTuple;
use adder_objects::{Args, Obj, R, TypeObject, Value, raise};

use crate::code::PyCode;
use crate::frame::{Registers, flag};
use crate::function::PyFunction;
use crate::vm::Vm;

/// Flags of code that makes a generator when it is called.
pub(crate) const GENERATORS: u32 = co::GENERATOR | co::COROUTINE | co::ASYNC_GENERATOR;

/// Makes the arguments of a window the locals of a callee. If that raises, all of the window has been released.
///
/// # Safety
/// The window is filled.
#[inline(always)]
pub(super) unsafe fn prepare(
    vm: &Vm,
    window: *mut Value,
    function: &PyFunction,
    callee: &PyCode,
    first: *mut Value,
    given: usize,
    names: Option<&PyTuple>,
) -> R<()> {
    // SAFETY: by the contract.
    unsafe {
        if callee.plain && given == callee.arg_count && names.is_none() {
            if let Err(raised) = vm.room_for(first, callee.registers) {
                release_window(window, given);
                return Err(raised);
            }
            for at in given..callee.free_start {
                first.add(at).write(Value::UNBOUND);
            }
            if callee.free_start < callee.locals {
                let cells = function.closure.peek().downcast::<PyTuple>().map_or(&[][..], PyTuple::items);
                for at in callee.free_start..callee.locals {
                    first.add(at).write(cells.get(at - callee.free_start).cloned().unwrap_or(Value::UNBOUND));
                }
            }
            return Ok(());
        }
        prepare_slowly(vm, window, function, callee, first, given, names)
    }
}

#[inline(never)]
unsafe fn prepare_slowly(
    vm: &Vm,
    window: *mut Value,
    function: &PyFunction,
    callee: &PyCode,
    first: *mut Value,
    given: usize,
    names: Option<&PyTuple>,
) -> R<()> {
    let all = given + names.map_or(0, |names| names.items().len());
    // SAFETY: by the contract of `prepare`.
    unsafe {
        let room = callee.registers + crate::bind::room(all);
        if let Err(raised) = vm.room_for(first, room) {
            release_window(window, all);
            return Err(raised);
        }
        let bound = crate::bind::bind(vm, function, callee, first, given, names);
        if bound.is_err() {
            window.drop_in_place();
        }
        bound
    }
}

/// Releases a window of which `first` says where the arguments begin.
unsafe fn release_window(window: *mut Value, all: usize) {
    // SAFETY: the window is filled: the callable, `self` or nothing, the arguments. `all` counts `self` where it is one.
    unsafe {
        let bound = !(*window.add(1)).is_unset();
        let words = if bound { all + 1 } else { all + 2 };
        for at in 0..words {
            window.add(at).drop_in_place();
        }
    }
}

/// The generator of a call whose arguments are locals already.
///
/// # Safety
/// The registers hold the locals.
#[inline(never)]
pub(super) unsafe fn make_generator(vm: &Vm, function: Value, code: &PyCode, registers: Registers) -> R {
    // SAFETY: by the contract; the header's words are those of the window.
    unsafe {
        registers.write_header(function, core::ptr::null_mut(), code, flag::ENTRY);
        crate::generator::of_frame(vm, registers)
    }
}

/// Calls anything with the values of a window; `names` is the tuple of its keywords.
///
/// # Safety
/// The window is filled with `n` arguments.
#[inline(never)]
pub(super) unsafe fn call_native(vm: &Vm, window: *mut Value, n: usize, names: Option<&Value>) -> R {
    // SAFETY: by the contract; all of the window is released at the end.
    unsafe {
        let bound = !(*window.add(1)).is_unset();
        let (first, given) = if bound { (window.add(1), n + 1) } else { (window.add(2), n) };
        let values = core::slice::from_raw_parts(first, given);
        let callable = &*window;
        let args = match names {
            None => Args::positional(values),
            Some(names) => Args::with_names(values, names.downcast::<PyTuple>()),
        };
        let cx = &*vm.cx;
        let result = if let Err(raised) = cx.check_stack() {
            Err(raised)
        } else if let Some(method) = callable.downcast_exact::<PyMethodDescriptor>() {
            // The commonest ones go without the look at the type's slot; of functions the loop has taken care.
            method.call(cx, args)
        } else if let Some(call) = callable.ty().slots.call.get() {
            call(cx, callable, args)
        } else {
            raise!(cx, exc::TYPE_ERROR, "'{}' object is not callable", callable.ty().name())
        };
        window.drop_in_place();
        for at in 0..given {
            first.add(at).drop_in_place();
        }
        result
    }
}

/// Calls a built-in function with the positional values of its window.
///
/// # Safety
/// The window is filled with the function and `n` arguments.
#[inline(always)]
pub(super) unsafe fn call_builtin(vm: &Vm, builtin: &PyBuiltin, window: *mut Value, n: usize) -> R {
    // SAFETY: by the contract; all of the window is released at the end, the function last.
    unsafe {
        let bound = !(*window.add(1)).is_unset();
        let (first, given) = if bound { (window.add(1), n + 1) } else { (window.add(2), n) };
        let args = Args::positional(core::slice::from_raw_parts(first, given));
        let result = match vm.cx.check_stack() {
            Ok(()) => builtin.call(&vm.cx, args),
            Err(raised) => Err(raised),
        };
        for at in 0..given {
            first.add(at).drop_in_place();
        }
        window.drop_in_place();
        result
    }
}

/// Makes the instance of a class that is called, and the window one of its `__init__`, with the instance as `self`. If it raises, the
/// window has been released.
///
/// # Safety
/// The window is filled with a class for which [`caches::init`](super::caches::init) gave the function, nothing as `self`, and
/// `n` arguments.
#[inline]
pub(super) unsafe fn begin_instance(vm: &Vm, window: *mut Value, init: Value, n: usize) -> R<()> {
    // SAFETY: by the contract; what the class adds to a head is all UNSET.
    unsafe {
        let class = (*window).cast::<TypeObject>();
        let size = class.shape.size.get() as usize;
        let instance = match vm.cx.alloc_bytes(class, size, size_of::<adder_gc::raw::Head>()) {
            Ok(head) => Value::from_owned(head),
            Err(raised) => {
                release_window(window, n);
                return Err(raised);
            }
        };
        window.add(1).write(instance.hold_twice());
        // The class lives on: the instance owns a reference to it.
        drop(window.replace(init));
        let function = (*window).cast::<PyFunction>();
        let callee: *const PyCode = function.code();
        let prepared = prepare(vm, window, function, &*callee, window.add(1), n + 1, None);
        if prepared.is_ok() {
            vm.instances.borrow_mut().push(instance);
        }
        prepared
    }
}

/// The frame of an `__init__` ends: where `self` is the instance still, its reference is given up without a trace of it, since the
/// instance is held.
///
/// # Safety
/// The frame is live and has the flag INIT.
#[inline(always)]
pub(super) unsafe fn release_self(vm: &Vm, registers: Registers) {
    // SAFETY: by the contract: the first local is there.
    unsafe {
        if let Some(instance) = vm.instances.borrow().last()
            && (*registers.0).is(instance)
        {
            registers.0.replace(Value::UNBOUND).release_held(instance);
        }
    }
}

/// The value of the call of a class whose `__init__` has ended.
#[inline]
pub(super) fn end_instance(vm: &Vm, result: Value) -> R {
    let instance = vm.instances.borrow_mut().pop();
    if !result.is_none() {
        drop(instance);
        return raise!(vm.cx, exc::TYPE_ERROR, "__init__() should return None, not '{}'", result.ty().name());
    }
    match instance {
        Some(instance) => Ok(instance),
        None => raise!(vm.cx, exc::SYSTEM_ERROR, "an instance is missing"),
    }
}

/// Spreads the tuple and the dict of a window out over its arguments: where they begin, how many are positional, the names of
/// the others. If it raises, the window has been released.
///
/// # Safety
/// The window is filled: callable, `self` or nothing, tuple, dict or nothing.
#[inline(never)]
pub(super) unsafe fn spread(vm: &Vm, window: *mut Value) -> R<(*mut Value, usize, Option<Obj<PyTuple>>)> {
    // SAFETY: by the contract; tuple and dict are moved out before their places are written.
    unsafe {
        let (args, kwargs) = (window.add(2).read(), window.add(3).read());
        let items = args.downcast::<PyTuple>().map_or(&[][..], PyTuple::items);
        let pairs = kwargs.downcast::<PyDict>().map_or(Vec::new(), PyDict::entries);
        let bound = !(*window.add(1)).is_unset();
        let first = if bound { window.add(1) } else { window.add(2) };
        let made = (|| -> R<Option<Obj<PyTuple>>> {
            vm.room_for(window.add(2), items.len() + pairs.len())?;
            if pairs.iter().any(|(name, _)| name.downcast::<PyStr>().is_none()) {
                return raise!(vm.cx, exc::TYPE_ERROR, "keywords must be strings");
            }
            if pairs.is_empty() {
                return Ok(None);
            }
            vm.cx.tuple(pairs.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>()).map(Some)
        })();
        let names = match made {
            Ok(names) => names,
            Err(raised) => {
                window.drop_in_place();
                window.add(1).drop_in_place();
                return Err(raised);
            }
        };
        let values = items.iter().cloned().chain(pairs.into_iter().map(|(_, value)| value));
        for (at, value) in values.enumerate() {
            window.add(2 + at).write(value);
        }
        let given = items.len() + usize::from(bound);
        drop((args, kwargs));
        Ok((first, given, names))
    }
}

/// Calls with a tuple and a dict: `f(*args, **kwargs)`.
///
/// # Safety
/// The window is filled: callable, `self` or nothing, tuple, dict or nothing.
#[inline(never)]
pub(super) unsafe fn call_with_containers(vm: &Vm, window: *mut Value) -> R {
    let cx = &*vm.cx;
    // SAFETY: by the contract; moved out once each.
    let (callable, this, args, kwargs) =
        unsafe { (window.read(), window.add(1).read(), window.add(2).read(), window.add(3).read()) };
    let mut values = Vec::new();
    if !this.is_unset() {
        values.push(this);
    }
    if let Some(args) = args.downcast::<PyTuple>() {
        values.extend_from_slice(args.items());
    }
    let mut names = Vec::new();
    if let Some(kwargs) = kwargs.downcast::<PyDict>() {
        for (name, value) in kwargs.entries() {
            if name.downcast::<PyStr>().is_none() {
                return raise!(cx, exc::TYPE_ERROR, "keywords must be strings");
            }
            names.push(name);
            values.push(value);
        }
    }
    drop((args, kwargs));
    let names = if names.is_empty() { None } else { Some(cx.tuple(names)?) };
    cx.call_args(&callable, Args::with_names(&values, names.as_deref()))
}

/// Releases all that a frame owns: its locals, its mapping of locals, its function.
///
/// # Safety
/// The frame is live and has no owned temporaries; it is not used any more.
#[inline(always)]
pub(super) unsafe fn leave(vm: &Vm, registers: Registers, code: &PyCode) {
    // SAFETY: by the contract.
    unsafe {
        let link = registers.link();
        if link & flag::OBJECT != 0 {
            crate::frame_object::take_over(vm, registers, code);
        } else {
            for at in 0..code.locals {
                let place = registers.0.add(at);
                if (*place).is_object() {
                    // A finalizer may look at the frame: what has gone is unbound.
                    drop(place.replace(Value::UNBOUND));
                }
            }
            if registers.link() & flag::OBJECT != 0 {
                crate::frame_object::take_over(vm, registers, code);
            }
        }
        if link & flag::LOCALS != 0 {
            registers.0.sub(5).drop_in_place();
        }
        registers.0.sub(4).drop_in_place();
    }
}
