//! The module `_heapq`: lists that are heaps.

use adder_objects::list::PyList;
use adder_objects::typeobject::{CompareOp, Method};
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use crate::vm::Vm;

/// The smallest item is in front, or the largest.
#[derive(Clone, Copy, PartialEq)]
enum Front {
    Smallest,
    Largest,
}

use Front::{Largest, Smallest};

static FUNCTIONS: &[Method] = &[
    Method::positional("heappush", 2, 2, |cx, _, args| push(cx, args, "heappush", Smallest))
        .doc("($module, heap, item, /)", "Adds an item."),
    Method::positional("heappushpop", 2, 2, |cx, _, args| push_pop(cx, args, "heappushpop", Smallest))
        .doc("($module, heap, item, /)", "Adds an item, then removes and returns the smallest."),
    Method::one("heappop", |cx, _, heap| pop(cx, heap, "heappop", Smallest))
        .doc("($module, heap, /)", "Removes and returns the smallest item."),
    Method::positional("heapreplace", 2, 2, |cx, _, args| replace(cx, args, "heapreplace", Smallest))
        .doc("($module, heap, item, /)", "Removes and returns the smallest item, then adds one."),
    Method::one("heapify", |cx, _, heap| heapify(cx, heap, "heapify", Smallest))
        .doc("($module, heap, /)", "Makes a heap of a list."),
    Method::positional("heappush_max", 2, 2, |cx, _, args| push(cx, args, "heappush_max", Largest))
        .doc("($module, heap, item, /)", "Adds an item to a heap with the largest in front."),
    Method::positional("heappushpop_max", 2, 2, |cx, _, args| push_pop(cx, args, "heappushpop_max", Largest))
        .doc("($module, heap, item, /)", "Adds an item, then removes and returns the largest."),
    Method::one("heappop_max", |cx, _, heap| pop(cx, heap, "heappop_max", Largest))
        .doc("($module, heap, /)", "Removes and returns the largest item."),
    Method::positional("heapreplace_max", 2, 2, |cx, _, args| replace(cx, args, "heapreplace_max", Largest))
        .doc("($module, heap, item, /)", "Removes and returns the largest item, then adds one."),
    Method::one("heapify_max", |cx, _, heap| heapify(cx, heap, "heapify_max", Largest))
        .doc("($module, heap, /)", "Makes a heap of a list, with the largest in front."),
];

pub(in crate::modules) fn make(vm: &Vm) -> R {
    Ok(crate::module::builtin(&vm.cx, "_heapq", FUNCTIONS)?.into_value())
}

fn list<'a>(cx: &Cx, heap: &'a Value, function: &str, number: &str) -> R<&'a PyList> {
    match heap.downcast::<PyList>() {
        Some(list) => Ok(list),
        None => raise!(
            cx,
            exc::TYPE_ERROR,
            "{function}() argument{number} must be list, not {}",
            adder_objects::arguments::type_name(heap)
        ),
    }
}

fn out_of_range<T>(cx: &Cx) -> R<T> {
    raise!(cx, exc::INDEX_ERROR, "index out of range")
}

fn at(cx: &Cx, list: &PyList, place: usize) -> R {
    match list.get(place) {
        Some(item) => Ok(item),
        None => out_of_range(cx),
    }
}

/// Does an item belong in front of another?
fn precedes(cx: &Cx, a: &Value, b: &Value, front: Front) -> R<bool> {
    match front {
        Smallest => cx.compares(a, b, CompareOp::Lt),
        Largest => cx.compares(b, a, CompareOp::Lt),
    }
}

fn unchanged(cx: &Cx, list: &PyList, size: usize) -> R<()> {
    if list.len() != size {
        return raise!(cx, exc::RUNTIME_ERROR, "list changed size during iteration");
    }
    Ok(())
}

/// Moves an item towards the front, but not beyond `start`.
fn towards_front(cx: &Cx, list: &PyList, start: usize, mut place: usize, front: Front) -> R<()> {
    let size = list.len();
    let item = at(cx, list, place)?;
    while place > start {
        let above = (place - 1) / 2;
        let parent = at(cx, list, above)?;
        let moves = precedes(cx, &item, &parent, front)?;
        unchanged(cx, list, size)?;
        if !moves {
            break;
        }
        // What lies there now, since the comparison may have changed it.
        let (lower, upper) = (at(cx, list, place)?, at(cx, list, above)?);
        list.set(above, lower);
        list.set(place, upper);
        place = above;
    }
    Ok(())
}

/// Moves an item away from the front to the end of its way, then back to where it belongs.
fn towards_end(cx: &Cx, list: &PyList, mut place: usize, front: Front) -> R<()> {
    let (size, start) = (list.len(), place);
    while place < size / 2 {
        let mut child = 2 * place + 1;
        if child + 1 < size {
            let (left, right) = (at(cx, list, child)?, at(cx, list, child + 1)?);
            let left_first = precedes(cx, &left, &right, front)?;
            unchanged(cx, list, size)?;
            child += usize::from(!left_first);
        }
        let (upper, lower) = (at(cx, list, place)?, at(cx, list, child)?);
        list.set(place, lower);
        list.set(child, upper);
        place = child;
    }
    towards_front(cx, list, start, place, front)
}

fn push(cx: &Cx, args: &[Value], function: &str, front: Front) -> R {
    let list = list(cx, &args[0], function, " 1")?;
    list.push(cx, args[1].clone())?;
    towards_front(cx, list, 0, list.len() - 1, front)?;
    Ok(Value::none())
}

fn pop(cx: &Cx, heap: &Value, function: &str, front: Front) -> R {
    let list = list(cx, heap, function, "")?;
    let Some(place) = list.len().checked_sub(1) else { return out_of_range(cx) };
    let Some(last) = list.splice(cx, place, 1, Vec::new())?.pop() else { return out_of_range(cx) };
    if place == 0 {
        return Ok(last);
    }
    let first = at(cx, list, 0)?;
    list.set(0, last);
    towards_end(cx, list, 0, front)?;
    Ok(first)
}

fn replace(cx: &Cx, args: &[Value], function: &str, front: Front) -> R {
    let list = list(cx, &args[0], function, " 1")?;
    let first = at(cx, list, 0)?;
    list.set(0, args[1].clone());
    towards_end(cx, list, 0, front)?;
    Ok(first)
}

fn push_pop(cx: &Cx, args: &[Value], function: &str, front: Front) -> R {
    let list = list(cx, &args[0], function, " 1")?;
    let Some(first) = list.get(0) else { return Ok(args[1].clone()) };
    if !precedes(cx, &first, &args[1], front)? {
        return Ok(args[1].clone());
    }
    // The comparison may have emptied it.
    let first = at(cx, list, 0)?;
    list.set(0, args[1].clone());
    towards_end(cx, list, 0, front)?;
    Ok(first)
}

fn heapify(cx: &Cx, heap: &Value, function: &str, front: Front) -> R {
    let list = list(cx, heap, function, "")?;
    for place in (0..list.len() / 2).rev() {
        towards_end(cx, list, place, front)?;
    }
    Ok(Value::none())
}
