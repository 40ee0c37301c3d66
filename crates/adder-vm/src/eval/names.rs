//! Names: globals, builtins, locals of modules and class bodies, and the errors where there is none.

use adder_compiler::code::LocalKind;
use adder_objects::dict::PyDict;
use adder_objects::error::Catch;
use adder_objects::exceptions as exc;
use adder_objects::{R, Raised, Value};

use super::caches;
use crate::code::PyCode;
use crate::frame::Registers;
use crate::function::PyFunction;
use crate::vm::Vm;

#[cold]
pub(super) fn unbound_local(vm: &Vm, code: &PyCode, register: u16) -> Raised {
    let local = &code.code.locals[register as usize];
    if local.kind == LocalKind::Hidden || code.code.has(adder_compiler::code::flag::OPTIMIZED) {
        return vm.cx.error(
            &exc::UNBOUND_LOCAL_ERROR,
            format_args!("cannot access local variable '{}' where it is not associated with a value", local.name),
        );
    }
    no_name(vm, &code.local_names[register as usize])
}

#[cold]
pub(super) fn unbound_cell(vm: &Vm, code: &PyCode, register: u16) -> Raised {
    let local = &code.code.locals[register as usize];
    if local.kind == LocalKind::Free {
        return with_name(
            vm,
            vm.cx.error(
                &exc::NAME_ERROR,
                format_args!(
                    "cannot access free variable '{}' where it is not associated with a value in enclosing scope",
                    local.name
                ),
            ),
            &code.local_names[register as usize],
        );
    }
    unbound_local(vm, code, register)
}

#[cold]
pub(super) fn no_name(vm: &Vm, name: &Value) -> Raised {
    let text = vm.cx.display(name).unwrap_or_default();
    let error = vm.cx.error(&exc::NAME_ERROR, format_args!("name '{text}' is not defined"));
    with_name(vm, error, name)
}

fn with_name(vm: &Vm, raised: Raised, name: &Value) -> Raised {
    match vm.cx.setattr(raised.value(), vm.cx.names.name_plain(), Some(name)) {
        Ok(()) => raised,
        Err(other) => other,
    }
}

/// A global or a builtin, and where it was.
///
/// # Safety
/// `ip` is a `LoadGlobal` (or a `LoadName`) of the function's code.
#[cold]
#[inline(never)]
pub(super) unsafe fn load_global(vm: &Vm, function: &PyFunction, name: &Value, ip: *mut u64) -> R {
    let cx = &*vm.cx;
    if function.globals.try_get().is_none_or(|globals| globals.downcast_exact::<PyDict>().is_none()) {
        return find_global(vm, function, name);
    }
    if let Some(globals) = function.globals()
        && let Some(at) = globals.find(cx, name)?
    {
        let value = globals.value_at(at);
        // SAFETY: by the contract.
        unsafe { caches::remember_global(vm, function, ip, Some(at), None) };
        return Ok(value);
    }
    if let Some(builtins) = function.builtins()
        && let Some(at) = builtins.find(cx, name)?
    {
        let value = builtins.value_at(at);
        // SAFETY: by the contract.
        unsafe { caches::remember_global(vm, function, ip, None, Some(at)) };
        return Ok(value);
    }
    Err(no_name(vm, name))
}

/// A global or a builtin. Globals of a class derived from dict are asked as any mapping.
pub(super) fn find_global(vm: &Vm, function: &PyFunction, name: &Value) -> R {
    let cx = &*vm.cx;
    if let Some(globals) = function.globals.try_get()
        && let Some(value) = in_mapping(vm, &globals, name)?
    {
        return Ok(value);
    }
    if let Some(builtins) = function.builtins()
        && let Some(value) = builtins.get(cx, name)?
    {
        return Ok(value);
    }
    Err(no_name(vm, name))
}

pub(super) fn store_global(vm: &Vm, function: &PyFunction, name: &Value, value: Value) -> R<()> {
    match function.globals() {
        Some(globals) => globals.set(&vm.cx, name, value),
        None => Err(no_name(vm, name)),
    }
}

#[cold]
pub(super) fn delete_global(vm: &Vm, function: &PyFunction, name: &Value) -> R<()> {
    match function.globals().map(|globals| globals.remove(&vm.cx, name)).transpose()?.flatten() {
        Some(_) => Ok(()),
        None => Err(no_name(vm, name)),
    }
}

/// # Safety
/// The frame has a mapping of locals; `ip` is a `LoadName` of its code.
pub(super) unsafe fn load_name(vm: &Vm, registers: Registers, name: &Value, ip: *mut u64) -> R {
    // SAFETY: by the contract.
    unsafe {
        let function = registers.py_function();
        if let Some(locals) = registers.locals() {
            let are_globals = function.globals().is_some_and(|g| {
                core::ptr::eq(g, locals.downcast::<PyDict>().map_or(core::ptr::null(), core::ptr::from_ref))
            });
            if !are_globals && let Some(value) = in_mapping(vm, locals, name)? {
                return Ok(value);
            }
        }
        if let Some(value) = caches::global(function, ip) {
            return Ok(value);
        }
        load_global(vm, function, name, ip)
    }
}

/// The value of a name in a mapping: a dict, or anything with `__getitem__` that raises KeyError.
fn in_mapping(vm: &Vm, mapping: &Value, name: &Value) -> R<Option<Value>> {
    match mapping.downcast_exact::<PyDict>() {
        Some(dict) => dict.get(&vm.cx, name),
        None => vm.cx.getitem(mapping, name).unless(&exc::KEY_ERROR),
    }
}

/// # Safety
/// The frame is live.
pub(super) unsafe fn store_name(vm: &Vm, registers: Registers, name: &Value, value: Value) -> R<()> {
    // SAFETY: by the contract.
    match unsafe { registers.locals() } {
        Some(locals) => match locals.downcast_exact::<PyDict>() {
            Some(dict) => dict.set(&vm.cx, name, value),
            None => vm.cx.setitem(locals, name, Some(&value)),
        },
        None => Err(no_name(vm, name)),
    }
}

/// # Safety
/// The frame is live.
#[cold]
pub(super) unsafe fn delete_name(vm: &Vm, registers: Registers, name: &Value) -> R<()> {
    // SAFETY: by the contract.
    let Some(locals) = (unsafe { registers.locals() }) else { return Err(no_name(vm, name)) };
    let gone = match locals.downcast_exact::<PyDict>() {
        Some(dict) => dict.remove(&vm.cx, name)?.is_some(),
        None => vm.cx.setitem(locals, name, None).unless(&exc::KEY_ERROR)?.is_some(),
    };
    if gone { Ok(()) } else { Err(no_name(vm, name)) }
}

pub(super) fn class_global(vm: &Vm, function: &PyFunction, mapping: &Value, name: &Value) -> R {
    match in_mapping(vm, mapping, name)? {
        Some(value) => Ok(value),
        None => find_global(vm, function, name),
    }
}

pub(super) fn class_cell(vm: &Vm, code: &PyCode, mapping: &Value, name: &Value, cell: &Value, register: u16) -> R {
    if let Some(value) = in_mapping(vm, mapping, name)? {
        return Ok(value);
    }
    crate::cells::get(cell).ok_or_else(|| unbound_cell(vm, code, register))
}

pub(super) fn build_class(vm: &Vm, function: &PyFunction) -> R {
    let name = vm.cx.names.build_class();
    let found = match function.builtins() {
        Some(builtins) => builtins.get(&vm.cx, name)?,
        None => None,
    };
    found.ok_or_else(|| vm.cx.error(&exc::NAME_ERROR, format_args!("__build_class__ not found")))
}
