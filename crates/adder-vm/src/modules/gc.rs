//! The module `gc`.

use core::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::time::Instant;

use adder_gc::raw;
use adder_gc::{AnyGc, Collection, HeapGraph, Phase, Why};
use adder_objects::dict::PyDict;
use adder_objects::exceptions as exc;
use adder_objects::list::PyList;
use adder_objects::object::Slot;
use adder_objects::str::STR_TYPE;
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::Method;
use adder_objects::{Args, Cx, Params, R, Value, raise};

use super::{support, write_error};
use crate::vm::Vm;

/// Bits of `gc.set_debug`.
mod debug {
    pub(super) const STATS: i64 = 1;
    pub(super) const COLLECTABLE: i64 = 2;
    pub(super) const UNCOLLECTABLE: i64 = 4;
    pub(super) const SAVE_ALL: i64 = 32;
}

/// What the module keeps.
pub(crate) struct State {
    callbacks: Slot,
    garbage: Slot,
    debug: Cell<i64>,
    collecting: Cell<bool>,
    /// Objects that the collection under way has put into `garbage`.
    saved: Cell<usize>,
    /// There are classes with `__tp_del__` (`_testcapi.with_tp_del`).
    pub(super) has_legacy: Cell<bool>,
    /// Objects that their `__tp_del__` brought back: their `__del__` was called.
    pub(super) resurrected: RefCell<HashSet<usize>>,
    /// Objects that the collection under way leaves because of them.
    left: Cell<usize>,
    /// Its number as a listener to the heap's collections.
    listener: Cell<Option<u64>>,
}

impl Default for State {
    fn default() -> State {
        State {
            callbacks: Slot::empty(),
            garbage: Slot::empty(),
            debug: Cell::new(0),
            collecting: Cell::new(false),
            saved: Cell::new(0),
            has_legacy: Cell::new(false),
            resurrected: RefCell::default(),
            left: Cell::new(0),
            listener: Cell::new(None),
        }
    }
}

impl State {
    pub(super) fn end(&self, cx: &Cx) {
        if let Some(listener) = self.listener.take() {
            cx.heap.remove_collection_callback(listener);
        }
        drop(self.callbacks.take());
        drop(self.garbage.take());
    }
}

static FUNCTIONS: &[Method] = &[
    Method::any("collect", collect).doc(
        "($module, /, generation=2)",
        "Collects what is unreachable in this generation and the younger ones, and says how many objects that were.",
    ),
    Method::none("enable", |cx, _| {
        cx.heap.enable();
        Ok(Value::none())
    }),
    Method::none("disable", |cx, _| {
        cx.heap.disable();
        Ok(Value::none())
    }),
    Method::none("isenabled", |cx, _| Ok(Value::bool(cx.heap.is_enabled()))),
    Method::none("get_count", |cx, _| triple(cx, cx.heap.counts())),
    Method::none("get_threshold", |cx, _| triple(cx, cx.heap.thresholds())),
    Method::positional("set_threshold", 0, u16::MAX, set_threshold),
    Method::none("get_debug", |cx, _| cx.int(Vm::of(cx).state.gc.debug.get())),
    Method::one("set_debug", set_debug),
    Method::any("get_objects", get_objects)
        .doc("($module, /, generation=None)", "The tracked objects, of one generation if one is named."),
    Method::none("get_stats", get_stats),
    Method::positional("get_referrers", 0, u16::MAX, get_referrers),
    Method::positional("get_referents", 0, u16::MAX, get_referents),
    Method::one("is_tracked", |_, _, x| Ok(Value::bool(x.head().is_some_and(|head| head.is_tracked())))),
    Method::one("is_finalized", |_, _, x| Ok(Value::bool(x.head().is_some_and(|head| head.is_finalized())))),
    Method::none("freeze", |cx, _| {
        cx.heap.freeze();
        Ok(Value::none())
    }),
    Method::none("unfreeze", |cx, _| {
        cx.heap.unfreeze();
        Ok(Value::none())
    }),
    Method::none("get_freeze_count", |cx, _| cx.int(cx.heap.frozen_count() as i64)),
];

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "gc", FUNCTIONS)?.into_value();
    let Some(dict) = crate::module::dict_of(&module) else { return Ok(module) };
    let state = &vm.state.gc;
    for (name, slot) in [("callbacks", &state.callbacks), ("garbage", &state.garbage)] {
        if slot.is_unset() {
            slot.set(cx.list([])?.into_value());
        }
        dict.set_text(cx, name, slot.get())?;
    }
    if state.listener.get().is_none() {
        state.listener.set(Some(cx.heap.add_collection_callback(call_back)));
    }
    for (name, value) in [
        ("DEBUG_STATS", debug::STATS),
        ("DEBUG_COLLECTABLE", debug::COLLECTABLE),
        ("DEBUG_UNCOLLECTABLE", debug::UNCOLLECTABLE),
        ("DEBUG_SAVEALL", debug::SAVE_ALL),
        ("DEBUG_LEAK", debug::COLLECTABLE | debug::UNCOLLECTABLE | debug::SAVE_ALL),
    ] {
        dict.set_text(cx, name, Value::small(value))?;
    }
    Ok(module)
}

/// A collection is due: does a step of one. While the module is to tell what collections do, each is done at one stroke.
pub(super) fn when_due(vm: &Vm) {
    let (state, heap) = (&vm.state.gc, &vm.cx.heap);
    if state.collecting.get() {
        return;
    }
    if state.debug.get() == 0 && !state.has_legacy.get() {
        heap.safepoint();
        return;
    }
    let (counts, thresholds) = (heap.counts(), heap.thresholds());
    let is_due = |generation: usize| thresholds[generation] > 0 && counts[generation] > thresholds[generation];
    if heap.is_enabled() && is_due(0) {
        run(vm, (1..=2).rev().find(|&generation| is_due(generation)).unwrap_or(0) as u32);
    }
}

fn triple(cx: &Cx, values: [u32; 3]) -> R {
    Ok(cx.tuple(values.map(|v| Value::small(i64::from(v))))?.into_value())
}

fn collect(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [generation] = args.bind(
        cx,
        &Params { function: "collect", names: ["generation"], positional_only: 0, positional: 1, required: 0 },
    )?;
    let generation = generation.map_or(Ok(2), |g| cx.index_to_isize(g, None))?;
    if !(0..=2).contains(&generation) {
        return raise!(cx, exc::VALUE_ERROR, "invalid generation");
    }
    cx.int(run(Vm::of(cx), generation as u32) as i64)
}

/// A collection at one stroke; how many unreachable objects it found.
fn run(vm: &Vm, generation: u32) -> usize {
    let (cx, state) = (&*vm.cx, &vm.state.gc);
    if state.collecting.replace(true) {
        return 0;
    }
    let debug = state.debug.get();
    let start = Instant::now();
    if debug & debug::STATS != 0 {
        let [young, middle, old] = [0, 1, 2].map(|generation| cx.heap.objects_in(generation).len());
        let frozen = cx.heap.frozen_count();
        write_error(
            cx,
            &format!(
                "gc: collecting generation {generation}...\ngc: objects in each generation: {young} {middle} {old}\n\
                 gc: objects in permanent generation: {frozen}\n"
            ),
        );
    }
    let mut saved = 0;
    if debug & (debug::COLLECTABLE | debug::SAVE_ALL) != 0 {
        let garbage = garbage(cx, generation);
        if debug & debug::COLLECTABLE != 0 {
            for object in &garbage {
                write_error(cx, &format!("gc: collectable <{} {:#x}>\n", object.ty().name(), object.bits()));
            }
        }
        if debug & debug::SAVE_ALL != 0
            && let Some(list) = state.garbage.try_get()
            && let Some(list) = list.downcast::<PyList>()
        {
            // What there is no room to keep is collected.
            saved = garbage.into_iter().take_while(|object| list.push(cx, object.clone()).is_ok()).count();
        }
    }
    let kept = if state.has_legacy.get() && debug & debug::SAVE_ALL == 0 { keep_legacy(vm, generation) } else { 0 };
    state.saved.set(saved);
    state.left.set(kept);
    let done = cx.heap.collect_generation(generation);
    state.saved.set(0);
    state.left.set(0);
    let found = done.unreachable - done.resurrected - done.died + saved + kept;
    if debug & debug::STATS != 0 {
        let (left, seconds) = (uncollectable(&done) + kept, start.elapsed().as_secs_f64());
        write_error(cx, &format!("gc: done, {found} unreachable, {left} uncollectable, {seconds:.4}s elapsed\n"));
    }
    state.collecting.set(false);
    found
}

/// Garbage that is not freed: objects with a legacy finalizer go to `gc.garbage`, which keeps what they reach. How many it is.
fn keep_legacy(vm: &Vm, generation: u32) -> usize {
    let (cx, state) = (&*vm.cx, &vm.state.gc);
    let graph = cx.heap.graph();
    let (found, objects) = unreachable(cx, &graph, generation);
    let mut legacy = values(&objects);
    legacy.retain(super::testcapi::has_legacy_finalizer);
    let Some(list) = state.garbage.try_get() else { return 0 };
    let Some(list) = list.downcast::<PyList>() else { return 0 };
    let mut reached: HashSet<usize> = HashSet::new();
    let mut next: Vec<usize> = legacy.iter().filter_map(handle).map(|object| object.address()).collect();
    while let Some(address) = next.pop() {
        if reached.insert(address)
            && let Some(node) = graph.node(address)
        {
            next.extend(node.edges().map(|edge| edge.to().address()).filter(|to| found.contains(to)));
        }
    }
    for object in legacy {
        if state.debug.get() & debug::UNCOLLECTABLE != 0 {
            write_error(cx, &format!("gc: uncollectable <{} {:#x}>\n", object.ty().name(), object.bits()));
        }
        // What there is no room to keep is collected.
        if list.push(cx, object).is_err() {
            break;
        }
    }
    reached.len()
}

/// At the end: says how much could not be freed.
pub(super) fn tell_at_end(vm: &Vm) {
    let (cx, state) = (&*vm.cx, &vm.state.gc);
    if !state.has_legacy.get() {
        return;
    }
    run(vm, 2);
    let Some(garbage) = state.garbage.try_get() else { return };
    let left = garbage.downcast::<PyList>().map_or(0, PyList::len);
    if left == 0 || state.debug.get() & debug::SAVE_ALL != 0 {
        return;
    }
    let list = state.debug.get() & debug::UNCOLLECTABLE != 0;
    let advice = if list { "" } else { "; use gc.set_debug(gc.DEBUG_UNCOLLECTABLE) to list them" };
    let told = cx.warn(&exc::RESOURCE_WARNING, &format!("gc: {left} uncollectable objects at shutdown{advice}"), 1);
    if let Err(raised) = told {
        cx.unraisable(raised, None, None);
    }
    if list && let Ok(shown) = cx.repr(&garbage) {
        write_error(cx, &format!("      {}\n", shown.to_lossy()));
    }
}

/// The objects that a collection of these generations would find.
fn garbage(cx: &Cx, generation: u32) -> Vec<Value> {
    values(&unreachable(cx, &cx.heap.graph(), generation).1)
}

/// What is unreachable in these generations: the addresses, and the objects.
fn unreachable(cx: &Cx, graph: &HeapGraph, generation: u32) -> (HashSet<usize>, Vec<AnyGc>) {
    let found: HashSet<usize> =
        graph.unreachable().filter(|node| node.generation() <= generation).map(|node| node.address()).collect();
    let mut objects = cx.heap.objects();
    objects.retain(|object| found.contains(&object.address()));
    (found, objects)
}

/// How many objects a collection has given up.
fn uncollectable(done: &Collection) -> usize {
    done.uncollectable.iter().filter(|it| it.why != Why::Resurrected).count()
}

/// Tells the callbacks of a collection, an automatic one or another; what they raise goes to the hook.
fn call_back(phase: Phase, done: &Collection) {
    let Some(cx) = Cx::try_current() else { return };
    let vm = Vm::of(cx);
    let Some(callbacks) = vm.state.gc.callbacks.try_get() else { return };
    let (phase, collected, left) = match phase {
        Phase::Start => ("start", 0, 0),
        Phase::Stop => {
            ("stop", done.unreachable - done.resurrected - done.died + vm.state.gc.saved.get(), vm.state.gc.left.get())
        }
    };
    let result = (|| -> R<()> {
        for callback in cx.collect(&callbacks)? {
            let info = cx.dict()?;
            for (name, value) in [
                ("generation", i64::from(done.generation)),
                ("collected", collected as i64),
                ("uncollectable", (uncollectable(done) + left) as i64),
            ] {
                info.set_text(cx, name, Value::small(value))?;
            }
            if let Err(raised) = cx.call(&callback, &[cx.intern(phase)?, info.into_value()]) {
                cx.unraisable(raised, None, Some(&callback));
            }
        }
        Ok(())
    })();
    if let Err(raised) = result {
        cx.unraisable(raised, None, None);
    }
}

fn set_threshold(cx: &Cx, _: &Value, args: &[Value]) -> R {
    if !(1..=3).contains(&args.len()) {
        return raise!(cx, exc::TYPE_ERROR, "gc.set_threshold requires 1 to 3 arguments");
    }
    let mut thresholds = cx.heap.thresholds();
    for (place, value) in thresholds.iter_mut().zip(args) {
        *place = support::c_int(cx, value)?.max(0) as u32;
    }
    cx.heap.set_thresholds(thresholds);
    Ok(Value::none())
}

fn set_debug(cx: &Cx, _: &Value, flags: &Value) -> R {
    let flags = support::c_int(cx, flags)?;
    Vm::of(cx).state.gc.debug.set(flags.into());
    Ok(Value::none())
}

fn values(objects: &[AnyGc]) -> Vec<Value> {
    // SAFETY: objects of an interpreter's heap are Python objects, held by the handles.
    objects.iter().map(|object| unsafe { Value::from_borrowed(raw::head_of(object)) }).collect()
}

fn get_objects(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [generation] = args.bind(
        cx,
        &Params { function: "get_objects", names: ["generation"], positional_only: 0, positional: 1, required: 0 },
    )?;
    let objects = match generation.filter(|g| !g.is_none()) {
        None => cx.heap.objects(),
        Some(generation) if cx.try_index(generation)?.is_none() => {
            let given = generation.ty().name();
            return raise!(cx, exc::TYPE_ERROR, "argument should be integer or None, not '{given}'");
        }
        Some(generation) => match cx.index_to_isize(generation, Some(&exc::OVERFLOW_ERROR))? {
            generation @ 0..=2 => cx.heap.objects_in(generation as u32),
            generation if generation > 2 => {
                return raise!(
                    cx,
                    exc::VALUE_ERROR,
                    "generation parameter must be less than the number of available generations (3)"
                );
            }
            // As in CPython, where it stands for none.
            -1 => cx.heap.objects(),
            _ => return raise!(cx, exc::VALUE_ERROR, "generation parameter cannot be negative"),
        },
    };
    Ok(cx.list(values(&objects))?.into_value())
}

fn get_stats(cx: &Cx, _: &Value) -> R {
    let mut all = Vec::new();
    for generation in cx.heap.stats().generations {
        let dict = cx.dict()?;
        for (name, value) in [
            ("collections", generation.collections),
            ("collected", generation.collected),
            ("uncollectable", generation.uncollectable),
        ] {
            dict.set_text(cx, name, cx.int(value as i64)?)?;
        }
        all.push(dict.into_value());
    }
    Ok(cx.list(all)?.into_value())
}

fn handle(value: &Value) -> Option<AnyGc> {
    // SAFETY: live by our reference.
    value
        .head()
        .filter(|head| !head.is_foreign())
        .map(|head| unsafe { raw::handle(core::ptr::NonNull::from_ref(head)) })
}

fn get_referrers(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let mut found: Vec<Value> = Vec::new();
    for object in args.iter().filter_map(handle) {
        for referrer in values(&cx.heap.referrers(&object)) {
            if !found.iter().any(|f| f.is(&referrer)) {
                found.push(referrer);
            }
        }
    }
    Ok(cx.list(found)?.into_value())
}

fn get_referents(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let mut found = Vec::new();
    for object in args {
        match items(object) {
            Some(items) => found.extend(items),
            None => found.extend(handle(object).map_or_else(Vec::new, |object| values(&cx.heap.referents(&object)))),
        }
    }
    Ok(cx.list(found)?.into_value())
}

/// What a plain container refers to: also what is no object of the heap (small ints, None). Of a dict with names for keys only the
/// values count, as in CPython.
fn items(container: &Value) -> Option<Vec<Value>> {
    if let Some(list) = container.downcast_exact::<PyList>() {
        return Some(list.to_vec());
    }
    if let Some(tuple) = container.downcast_exact::<PyTuple>() {
        return Some(tuple.items().to_vec());
    }
    let entries = container.downcast_exact::<PyDict>()?.entries();
    if entries.iter().all(|(key, _)| key.is_exact(&STR_TYPE)) {
        return Some(entries.into_iter().map(|(_, value)| value).collect());
    }
    Some(entries.into_iter().flat_map(|(key, value)| [key, value]).collect())
}
