//! What the loop leaves to functions: everything but the shortest ways.

use core::sync::atomic::Ordering;

use adder_compiler::op::part;
use adder_objects::cx::breaker as bit;
use adder_objects::dict::PyDict;
use adder_objects::exceptions as exc;
use adder_objects::float::PyFloat;
use adder_objects::list::{PyList, PyListIterator};
use adder_objects::range::PyRangeIterator;
use adder_objects::slice::{self, PySlice};
use adder_objects::str::PyStr;
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::{CompareOp, number};
use adder_objects::value::{SMALL_MAX, SMALL_MIN};
use adder_objects::{Cx, R, Raised, TypeObject, Value, raise, super_type};

use crate::frame::Registers;
use crate::function::PyFunction;
use crate::vm::Vm;

/// Bits were set that ask for a turn: the collector, signals, what other threads left to do.
#[cold]
#[inline(never)]
pub(super) fn breaker<const WATCHED: bool>(vm: &Vm) -> R<()> {
    let cx = &*vm.cx;
    let bits = cx.breaker.fetch_and(!(bit::COLLECT | bit::PENDING | bit::SWITCH), Ordering::Relaxed);
    if bits & bit::COLLECT != 0 {
        crate::modules::collect_when_due(vm);
    }
    if bits & bit::SWITCH != 0 {
        crate::threads::give_way(vm);
    }
    crate::threads::handle_signals(cx)?;
    if bits & bit::PENDING != 0 {
        crate::threads::visitors::do_what_was_left(vm)?;
    }
    if bits & bit::ASYNC != 0 {
        crate::threads::visitors::receive(vm)?;
    }
    if !WATCHED && bits & bit::WATCH != 0 && super::watch::wanted(vm) {
        return Err(Raised::go_over());
    }
    Ok(())
}

/// A MemoryError was handled. What only its frames held can go now, also where cycles hold it: the program needs the room to go on.
#[cold]
#[inline(never)]
pub(super) fn memory_error_is_over(vm: &Vm, error: Value) {
    drop(error);
    vm.cx.heap.make_room();
}

/// The same as [`breaker`] where a frame was just entered.
///
/// # Safety
/// The frame is the running one, and stands at `ip`.
#[cold]
#[inline(never)]
pub(super) unsafe fn breaker_of_entry<const WATCHED: bool>(vm: &Vm, r: Registers, ip: *mut u64) -> R<()> {
    let result = breaker::<WATCHED>(vm);
    if WATCHED {
        result?;
        // SAFETY: by the contract.
        return unsafe { super::watch::entered(vm, r, ip) };
    }
    if result.as_ref().is_err_and(Raised::is_go_over) {
        super::watch::is_entering(vm);
    }
    result
}

/// Marks arithmetic that floats do not take the short way for.
pub(super) const NO_FLOAT: fn(f64, f64) -> f64 = |_, _| f64::NAN;

/// The sum of two small ints, if it is small.
#[inline(always)]
pub(super) fn small_add(x: &Value, y: &Value) -> Option<Value> {
    // Both have the tag in the lowest bits: one of them is taken off.
    let sum = (x.bits() as i64).checked_add((y.bits() & !0b11) as i64)?;
    Some(Value::small(sum >> 2))
}

/// The difference of two small ints, if it is small.
#[inline(always)]
pub(super) fn small_sub(x: &Value, y: &Value) -> Option<Value> {
    let difference = (x.bits() as i64).checked_sub((y.bits() & !0b11) as i64)?;
    Some(Value::small(difference >> 2))
}

#[inline(always)]
fn both(x: &Value, y: &Value) -> (i64, i64) {
    (x.bits() as i64 >> 2, y.bits() as i64 >> 2)
}

/// The product of two small ints, if it is small.
#[inline(always)]
pub(super) fn small_mul(x: &Value, y: &Value) -> Option<Value> {
    let (x, y) = both(x, y);
    Value::try_small(x.checked_mul(y)?)
}

/// `x // y` of small ints, if y is not 0.
#[inline(always)]
pub(super) fn small_floor_div(x: &Value, y: &Value) -> Option<Value> {
    let (x, y) = both(x, y);
    if y == 0 {
        return None;
    }
    let quotient = x / y;
    let floor = if x % y != 0 && (x < 0) != (y < 0) { quotient - 1 } else { quotient };
    Value::try_small(floor)
}

/// `x % y` of small ints, if y is not 0.
#[inline(always)]
pub(super) fn small_mod(x: &Value, y: &Value) -> Option<Value> {
    let (x, y) = both(x, y);
    if y == 0 {
        return None;
    }
    let rest = x % y;
    Some(Value::small(if rest != 0 && (rest < 0) != (y < 0) { rest + y } else { rest }))
}

/// `x >> y` of small ints.
#[inline(always)]
pub(super) fn small_shift_right(x: &Value, y: &Value) -> Option<Value> {
    let (x, y) = both(x, y);
    (y >= 0).then(|| Value::small(x >> y.min(63)))
}

/// `x & y`
#[inline(always)]
pub(super) fn small_and(x: &Value, y: &Value) -> Option<Value> {
    let (x, y) = both(x, y);
    Some(Value::small(x & y))
}

/// `x | y`
#[inline(always)]
pub(super) fn small_or(x: &Value, y: &Value) -> Option<Value> {
    let (x, y) = both(x, y);
    Some(Value::small(x | y))
}

/// `x ^ y`
#[inline(always)]
pub(super) fn small_xor(x: &Value, y: &Value) -> Option<Value> {
    let (x, y) = both(x, y);
    debug_assert!((SMALL_MIN..=SMALL_MAX).contains(&(x ^ y)));
    Some(Value::small(x ^ y))
}

/// The value of an exact float, or of a small int.
#[inline(always)]
fn as_float(x: &Value) -> Option<f64> {
    match x.downcast_exact::<PyFloat>() {
        Some(x) => Some(x.value),
        // Exact up to 2^53.
        None => x.as_small().filter(|i| i.unsigned_abs() <= 1 << 53).map(|i| i as f64),
    }
}

/// A binary operation that is not one of small ints.
#[inline(never)]
pub(super) fn binary(vm: &Vm, number: usize, in_place: bool, x: &Value, y: &Value, float: fn(f64, f64) -> f64) -> R {
    if matches!(number, number::ADD | number::SUB | number::MUL)
        && (x.is_object() || y.is_object())
        && let (Some(x), Some(y)) = (as_float(x), as_float(y))
    {
        return vm.cx.float(float(x, y));
    }
    if in_place { vm.cx.in_place(number, x, y) } else { vm.cx.binary(number, x, y) }
}

/// `x / y`
#[inline(never)]
pub(super) fn divide(vm: &Vm, in_place: bool, x: &Value, y: &Value) -> R {
    if let (Some(x), Some(y)) = (as_float(x), as_float(y))
        && y != 0.0
    {
        return vm.cx.float(x / y);
    }
    if in_place { vm.cx.in_place(number::TRUE_DIV, x, y) } else { vm.cx.binary(number::TRUE_DIV, x, y) }
}

/// `x op y`
#[inline(never)]
pub(super) fn compare(vm: &Vm, x: &Value, y: &Value, op: CompareOp) -> R {
    if let (Some(x), Some(y)) = (x.downcast_exact::<PyFloat>(), y.downcast_exact::<PyFloat>()) {
        return Ok(Value::bool(float_compares(x.value, y.value, op)));
    }
    vm.cx.compare(x, y, op)
}

#[inline(always)]
pub(super) fn float_compares(x: f64, y: f64, op: CompareOp) -> bool {
    match op {
        CompareOp::Lt => x < y,
        CompareOp::Le => x <= y,
        CompareOp::Eq => x == y,
        CompareOp::Ne => x != y,
        CompareOp::Gt => x > y,
        CompareOp::Ge => x >= y,
    }
}

/// `x op y`, as a truth value.
#[inline(never)]
pub(super) fn compares(vm: &Vm, x: &Value, y: &Value, op: CompareOp) -> R<bool> {
    if let (Some(x), Some(y)) = (x.downcast_exact::<PyFloat>(), y.downcast_exact::<PyFloat>()) {
        return Ok(float_compares(x.value, y.value, op));
    }
    vm.cx.compares(x, y, op)
}

/// `x is y`: ints that are equal are the same one, boxed or not.
#[inline(always)]
pub(super) fn is(x: &Value, y: &Value) -> bool {
    x.is_same(y)
}

/// An item of a list by a small int.
#[inline(always)]
pub(super) fn list_item(list: &PyList, index: i64) -> Option<Value> {
    let index = if index < 0 { index + list.len() as i64 } else { index };
    list.get(usize::try_from(index).ok()?)
}

#[inline(never)]
pub(super) fn getitem(vm: &Vm, object: &Value, key: &Value) -> R {
    if let Some(dict) = object.downcast_exact::<PyDict>() {
        return match dict.get(&vm.cx, key)? {
            Some(value) => Ok(value),
            None => Err(vm.cx.key_error(key)),
        };
    }
    vm.cx.getitem(object, key)
}

/// `object[key] = value`; `dies`: the value's reference is given up afterwards.
#[inline(never)]
pub(super) fn setitem(vm: &Vm, object: &Value, key: &Value, value: &Value, dies: bool) -> R<()> {
    if let (Some(list), Some(index)) = (object.downcast_exact::<PyList>(), key.as_small()) {
        let index = if index < 0 { index + list.len() as i64 } else { index };
        if let Ok(index) = usize::try_from(index)
            && list.set(index, value.clone())
        {
            return Ok(());
        }
    } else if let Some(dict) = object.downcast_exact::<PyDict>() {
        return dict.set(&vm.cx, key, value.clone());
    } else if dies
        && let (Some(list), Some(values)) = (object.downcast_exact::<PyList>(), value.downcast_exact::<PyList>())
        && value.head().is_some_and(|head| head.is_unique())
        && let Some(slice) = key.downcast_exact::<PySlice>()
        && slice.step.is_none()
    {
        // A list that was made for this: its items are moved.
        return list.exchange_slice(&vm.cx, slice::unpack_slice(&vm.cx, slice)?, values);
    }
    vm.cx.setitem(object, key, Some(value))
}

pub(super) fn both_strings(x: &Value, y: &Value) -> bool {
    x.downcast_exact::<PyStr>().is_some() && y.downcast_exact::<PyStr>().is_some()
}

/// `s += t` in a local: the place is empty while the string grows, so that nobody else refers to it.
///
/// # Safety
/// The place is a local register that holds *unbound*.
pub(super) unsafe fn concat_in_place(vm: &Vm, left: Value, right: &Value, place: *mut Value) -> R<()> {
    let kept = left.clone();
    drop(left);
    let result = vm.cx.str_concat_in_place(kept, right);
    let value = result?;
    // SAFETY: by the contract.
    unsafe { place.write(value) };
    Ok(())
}

/// The next value of a `for` loop.
#[inline(always)]
pub(super) fn for_next(vm: &Vm, iterator: &Value) -> R<Option<Value>> {
    vm.cx.next(iterator)
}

/// The next value, where the iterator is a list's or a range's and not at its end.
#[inline(always)]
pub(super) fn next_of_list_or_range(iterator: &Value) -> Option<Value> {
    if let Some(range) = iterator.downcast_exact::<PyRangeIterator>() {
        let left = range.left.get().checked_sub(1)?;
        let next = range.next.get();
        let value = Value::try_small(next)?;
        range.next.set(next.wrapping_add(range.step));
        range.left.set(left);
        return Some(value);
    }
    let iterator = iterator.downcast_exact::<PyListIterator>()?;
    let at = iterator.index.get();
    // SAFETY: an item is cloned, which runs no code.
    let item = unsafe { iterator.list.peek() }.downcast::<PyList>()?.get(at)?;
    iterator.index.set(at + 1);
    Some(item)
}

/// A row of owned temporaries. What nobody takes is released.
struct Row {
    next: *mut Value,
    left: usize,
}

fn take_row(row: *mut Value, n: usize) -> Row {
    Row { next: row, left: n }
}

impl Iterator for Row {
    type Item = Value;

    #[inline(always)]
    fn next(&mut self) -> Option<Value> {
        self.left = self.left.checked_sub(1)?;
        // SAFETY: so many are left, each read once.
        unsafe {
            let value = self.next.read();
            self.next = self.next.add(1);
            Some(value)
        }
    }

    #[inline(always)]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Row {}

impl Drop for Row {
    #[inline(always)]
    fn drop(&mut self) {
        while self.next().is_some() {}
    }
}

pub(super) fn build_tuple(vm: &Vm, row: *mut Value, n: usize) -> R {
    Ok(vm.cx.tuple(take_row(row, n))?.into_value())
}

pub(super) fn build_list(vm: &Vm, row: *mut Value, n: usize) -> R {
    Ok(vm.cx.list(take_row(row, n))?.into_value())
}

pub(super) fn build_set(vm: &Vm, row: *mut Value, n: usize) -> R {
    let items = take_row(row, n);
    let set = vm.cx.set()?.into_value();
    for item in items {
        set_add(vm, &set, &item)?;
    }
    Ok(set)
}

pub(super) fn build_dict(vm: &Vm, row: *mut Value, n: usize) -> R {
    let mut items = take_row(row, n * 2);
    let dict = vm.cx.dict()?;
    while let (Some(key), Some(value)) = (items.next(), items.next()) {
        dict.set(&vm.cx, &key, value)?;
    }
    Ok(dict.into_value())
}

pub(super) fn build_string(vm: &Vm, row: *mut Value, n: usize) -> R {
    let items: Vec<Value> = take_row(row, n).collect();
    let empty = vm.cx.names.empty_str();
    // SAFETY: the interned empty string.
    vm.cx.str_join(unsafe { empty.cast::<PyStr>() }, &items)
}

pub(super) fn build_template(vm: &Vm, strings: &Value, interpolations: &Value) -> R {
    crate::templates::template(&vm.cx, strings, interpolations)
}

pub(super) fn build_interpolation(vm: &Vm, row: *mut Value, how: u16) -> R {
    let n = if how & 1 != 0 { 3 } else { 2 };
    let items: Vec<Value> = take_row(row, n).collect();
    crate::templates::interpolation(&vm.cx, items, how >> 1)
}

pub(super) fn set_add(vm: &Vm, set: &Value, item: &Value) -> R<()> {
    crate::sets::add(&vm.cx, set, item)
}

/// `sole`: the list is that of all positional arguments of a call, two registers behind the callable.
///
/// # Safety
/// The place holds a list; if `sole`, it is in a window.
pub(super) unsafe fn list_extend(vm: &Vm, place: *mut Value, iterable: &Value, sole: bool) -> R<()> {
    let cx = &*vm.cx;
    if iterable.ty().slots.iter.get().is_none() && iterable.ty().slots.item.get().is_none() {
        let name = iterable.ty().name();
        if sole {
            // SAFETY: by the contract.
            let function = function_name(cx, unsafe { &*place.sub(2) })?;
            return raise!(cx, exc::TYPE_ERROR, "{function} argument after * must be an iterable, not {name}");
        }
        return raise!(cx, exc::TYPE_ERROR, "Value after * must be an iterable, not {name}");
    }
    // SAFETY: by the contract.
    let list = unsafe { (*place).cast::<PyList>() };
    cx.for_each(iterable, |item| list.push(cx, item))
}

/// Pairs of a mapping, by `keys` and `__getitem__` if it is no dict.
fn each_pair(cx: &Cx, mapping: &Value, mut f: impl FnMut(&Value, Value) -> R<()>) -> R<()> {
    if let Some(dict) = mapping.downcast_exact::<PyDict>() {
        for (key, value) in dict.entries() {
            f(&key, value)?;
        }
        return Ok(());
    }
    let keys = cx.call_method(mapping, cx.names.keys(), &[])?;
    cx.for_each(&keys, |key| {
        let value = cx.getitem(mapping, &key)?;
        f(&key, value)
    })
}

fn is_mapping(cx: &Cx, value: &Value) -> R<bool> {
    Ok(value.downcast::<PyDict>().is_some() || cx.getattr_opt(value, cx.names.keys())?.is_some())
}

pub(super) fn dict_update(vm: &Vm, dict: &Value, mapping: &Value) -> R<()> {
    let cx = &*vm.cx;
    if !is_mapping(cx, mapping)? {
        return raise!(cx, exc::TYPE_ERROR, "'{}' object is not a mapping", mapping.ty().name());
    }
    // SAFETY: the compiler updates dicts only.
    let dict = unsafe { dict.cast::<PyDict>() };
    each_pair(cx, mapping, |key, value| dict.set(cx, key, value))
}

/// How a callable is named in messages about its arguments.
pub(super) fn function_name(cx: &Cx, callable: &Value) -> R<String> {
    let Some(qualname) = cx.getattr_opt(callable, cx.names.qualname())? else {
        return Ok(format!("{} object", cx.display(callable)?));
    };
    let qualname = cx.display(&qualname)?;
    match cx.getattr_opt(callable, cx.names.module())? {
        Some(module) if !module.is_none() => {
            let module = cx.display(&module)?;
            if module == "builtins" { Ok(format!("{qualname}()")) } else { Ok(format!("{module}.{qualname}()")) }
        }
        _ => Ok(format!("{qualname}()")),
    }
}

pub(super) fn dict_merge(vm: &Vm, dict: &Value, mapping: &Value, callable: &Value) -> R<()> {
    let cx = &*vm.cx;
    if !is_mapping(cx, mapping)? {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "{} argument after ** must be a mapping, not {}",
            function_name(cx, callable)?,
            mapping.ty().name()
        );
    }
    // SAFETY: the compiler merges into dicts only.
    let dict = unsafe { dict.cast::<PyDict>() };
    each_pair(cx, mapping, |key, value| {
        if key.downcast::<PyStr>().is_none() {
            return raise!(cx, exc::TYPE_ERROR, "keywords must be strings");
        }
        if dict.find(cx, key)?.is_some() {
            let (f, name) = (function_name(cx, callable)?, cx.display(key)?);
            return raise!(cx, exc::TYPE_ERROR, "{f} got multiple values for keyword argument '{name}'");
        }
        dict.set(cx, key, value)
    })
}

/// Gives a new function its parts.
pub(super) fn set_function_part(function: &Value, value: Value, which: u16) {
    // SAFETY: the compiler does this to functions that it has just made.
    let function = unsafe { function.cast::<PyFunction>() };
    match which {
        part::DEFAULTS => function.defaults.set(value),
        part::KW_DEFAULTS => function.kw_defaults.set(value),
        part::CLOSURE => function.closure.set(value),
        part::ANNOTATE => function.annotate.set(value),
        _ => function.type_params.set(value),
    }
}

/// An attribute of `super()`: as a callable and the object to pass first, or bound.
pub(super) fn load_super(
    vm: &Vm,
    row: [Value; 3],
    name: &Value,
    method: bool,
    implicit: bool,
) -> R<(Value, Option<Value>)> {
    let cx = &*vm.cx;
    let [global, class, this] = row;
    if global.is_static(&super_type::SUPER_TYPE)
        && let Some(start) = class.downcast::<TypeObject>()
    {
        let found = if method {
            super_type::lookup_super_method(cx, start, &this, name)?
        } else {
            super_type::lookup_super(cx, start, &this, name)?.map(|value| (value, None))
        };
        if let Some(found) = found {
            return Ok(found);
        }
    }
    // Somebody else's `super`.
    let object = if implicit { cx.call(&global, &[])? } else { cx.call(&global, &[class, this])? };
    Ok((cx.getattr(&object, name)?, None))
}

pub(super) fn format(vm: &Vm, value: &Value) -> R {
    if value.downcast_exact::<PyStr>().is_some() {
        return Ok(value.clone());
    }
    Ok(vm.cx.format(value, vm.cx.names.empty_str())?.into_value())
}

pub(super) fn format_spec(vm: &Vm, value: &Value, spec: &Value) -> R {
    Ok(vm.cx.format(value, spec)?.into_value())
}

pub(super) fn convert(vm: &Vm, value: &Value, how: u16) -> R {
    match how {
        1 => Ok(vm.cx.to_str(value)?.into_value()),
        2 => Ok(vm.cx.repr(value)?.into_value()),
        _ => Ok(vm.cx.ascii(value)?.into_value()),
    }
}

fn unpack_error(cx: &Cx, value: &Value) -> R<Value> {
    if value.ty().slots.iter.get().is_none() && value.ty().slots.item.get().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "cannot unpack non-iterable {} object", value.ty().name());
    }
    cx.iter(value)
}

/// Exactly `n` values into a row.
pub(super) fn unpack(vm: &Vm, value: &Value, row: *mut Value, n: usize) -> R<()> {
    let cx = &*vm.cx;
    let exact = match value.downcast_exact::<PyTuple>() {
        Some(tuple) => Some(tuple.items()),
        // SAFETY: the items of a list are cloned, which runs no code.
        None => value.downcast_exact::<PyList>().map(|list| unsafe { list.items() }),
    };
    let items = match exact {
        Some(items) if items.len() == n => {
            for (at, item) in items.iter().enumerate() {
                // SAFETY: the row has `n` free temporaries.
                unsafe { row.add(at).write(item.clone()) };
            }
            return Ok(());
        }
        Some(items) => items.to_vec(),
        None => {
            let iterator = unpack_error(cx, value)?;
            let mut items = Vec::with_capacity(n + 1);
            while items.len() <= n {
                match cx.next(&iterator)? {
                    Some(item) => items.push(item),
                    None => break,
                }
            }
            if items.len() > n {
                return too_many(cx, n);
            }
            items
        }
    };
    if items.len() > n {
        return too_many(cx, n);
    }
    if items.len() < n {
        return raise!(cx, exc::VALUE_ERROR, "not enough values to unpack (expected {n}, got {})", items.len());
    }
    for (at, item) in items.into_iter().enumerate() {
        // SAFETY: the row has `n` free temporaries.
        unsafe { row.add(at).write(item) };
    }
    Ok(())
}

fn too_many(cx: &Cx, n: usize) -> R<()> {
    raise!(cx, exc::VALUE_ERROR, "too many values to unpack (expected {n})")
}

/// `before` values, a list, `after` values into a row.
pub(super) fn unpack_starred(vm: &Vm, value: &Value, row: *mut Value, before: usize, after: usize) -> R<()> {
    let cx = &*vm.cx;
    unpack_error(cx, value).map(drop)?;
    let mut items = cx.collect(value)?;
    if items.len() < before + after {
        return raise!(
            cx,
            exc::VALUE_ERROR,
            "not enough values to unpack (expected at least {}, got {})",
            before + after,
            items.len()
        );
    }
    let last = items.split_off(items.len() - after);
    let middle = items.split_off(before);
    let middle = cx.list(middle)?.into_value();
    for (at, item) in items.into_iter().chain([middle]).chain(last).enumerate() {
        // SAFETY: the row has so many free temporaries.
        unsafe { row.add(at).write(item) };
    }
    Ok(())
}

/// The bound exit and the result of enter.
pub(super) fn with_enter(vm: &Vm, manager: &Value, asynchronous: bool) -> R<(Value, Value)> {
    let cx = &*vm.cx;
    let (enter, exit) =
        if asynchronous { (cx.names.aenter(), cx.names.aexit()) } else { (cx.names.enter(), cx.names.exit()) };
    let kind = if asynchronous { "asynchronous context manager" } else { "context manager" };
    let (Some(entering), exiting) = (cx.special(manager, enter)?, cx.special(manager, exit)?) else {
        return raise!(cx, exc::TYPE_ERROR, "'{}' object does not support the {kind} protocol", manager.ty().name());
    };
    let Some(exiting) = exiting else {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "'{}' object does not support the {kind} protocol (missed {} method)",
            manager.ty().name(),
            cx.display(exit)?
        );
    };
    let entered = cx.call(&entering, &[])?;
    Ok((exiting, entered))
}

/// Calls a bound exit with an exception.
pub(super) fn with_exit(vm: &Vm, exit: &Value, exception: &Value) -> R {
    let cx = &*vm.cx;
    if exception.is_none() {
        return cx.call(exit, &[Value::none(), Value::none(), Value::none()]);
    }
    let traceback = cx.getattr_opt(exception, cx.names.traceback())?.unwrap_or_else(Value::none);
    cx.call(exit, &[exception.ty().value(), exception.clone(), traceback])
}
