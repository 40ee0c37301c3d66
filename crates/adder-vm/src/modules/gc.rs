//! The module `gc`.

use core::cell::Cell;

use adder_gc::AnyGc;
use adder_gc::raw;
use adder_objects::exceptions as exc;
use adder_objects::object::Slot;
use adder_objects::typeobject::Method;
use adder_objects::{Args, Cx, Params, R, Value, raise};

use crate::vm::Vm;

/// What the module keeps.
pub(crate) struct State {
    callbacks: Slot,
    garbage: Slot,
    debug: Cell<i64>,
    collecting: Cell<bool>,
}

impl Default for State {
    fn default() -> State {
        State { callbacks: Slot::empty(), garbage: Slot::empty(), debug: Cell::new(0), collecting: Cell::new(false) }
    }
}

impl State {
    pub(super) fn end(&self) {
        drop(self.callbacks.take());
        drop(self.garbage.take());
    }
}

static FUNCTIONS: &[Method] = &[
    Method::any("collect", collect),
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
    Method::positional("set_threshold", 1, 3, set_threshold),
    Method::none("get_debug", |cx, _| cx.int(Vm::of(cx).state.gc.debug.get())),
    Method::one("set_debug", set_debug),
    Method::any("get_objects", get_objects),
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
    for (name, value) in [
        ("DEBUG_STATS", 1),
        ("DEBUG_COLLECTABLE", 2),
        ("DEBUG_UNCOLLECTABLE", 4),
        ("DEBUG_SAVEALL", 32),
        ("DEBUG_LEAK", 38),
    ] {
        dict.set_text(cx, name, Value::small(value))?;
    }
    Ok(module)
}

/// A collection is due: does a step of one.
pub(super) fn when_due(vm: &Vm) {
    if !vm.state.gc.collecting.get() {
        vm.cx.heap.safepoint();
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
    let vm = Vm::of(cx);
    let state = &vm.state.gc;
    if state.collecting.replace(true) {
        return Ok(Value::small(0));
    }
    call_back(cx, "start", generation, 0, 0);
    let done = if generation == 2 { cx.heap.collect() } else { cx.heap.collect_generation(generation as u32) };
    call_back(cx, "stop", generation, done.unreachable, done.uncollectable.len());
    state.collecting.set(false);
    cx.int(done.unreachable as i64)
}

/// Tells the callbacks of a collection; what they raise goes to the hook.
fn call_back(cx: &Cx, phase: &str, generation: isize, collected: usize, uncollectable: usize) {
    let vm = Vm::of(cx);
    let Some(callbacks) = vm.state.gc.callbacks.try_get() else { return };
    let result = (|| -> R<()> {
        for callback in cx.collect(&callbacks)? {
            let info = cx.dict()?;
            for (name, value) in [
                ("generation", generation as i64),
                ("collected", collected as i64),
                ("uncollectable", uncollectable as i64),
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
    let mut thresholds = cx.heap.thresholds();
    for (place, value) in thresholds.iter_mut().zip(args) {
        *place = cx.index_to_isize(value, None)?.clamp(0, u32::MAX as isize) as u32;
    }
    cx.heap.set_thresholds(thresholds);
    Ok(Value::none())
}

fn set_debug(cx: &Cx, _: &Value, flags: &Value) -> R {
    let flags = cx.index_to_isize(flags, None)?;
    Vm::of(cx).state.gc.debug.set(flags as i64);
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
        Some(generation) => match cx.index_to_isize(generation, None)? {
            generation @ 0..=2 => cx.heap.objects_in(generation as u32),
            generation if generation > 2 => {
                return raise!(
                    cx,
                    exc::VALUE_ERROR,
                    "generation parameter must be less than the number of available generations (3)"
                );
            }
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
    for object in args.iter().filter_map(handle) {
        found.extend(values(&cx.heap.referents(&object)));
    }
    Ok(cx.list(found)?.into_value())
}
