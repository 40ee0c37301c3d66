//! The module `_tracemalloc`: where each block and each buffer of the heap was allocated.
//!
//! While it traces, the heap tells it of every birth and death, and the watched loop keeps the place of each instruction.

use core::cell::{Cell, RefCell};
use std::collections::HashMap;

use adder_gc::raw;
use adder_objects::exceptions as exc;
use adder_objects::typeobject::Method;
use adder_objects::{Cx, R, Value, raise};

use adder_compiler::op::Op;

use crate::eval::watch::{self, instruction};
use crate::frame_object;
use crate::vm::Vm;

/// The most frames that a traceback may have.
const MOST_FRAMES: i64 = 65535;

/// What is traced.
#[derive(Default)]
pub(crate) struct State {
    tracing: Cell<bool>,
    /// Frames of a traceback; 0 stands for the default.
    limit: Cell<u32>,
    table: RefCell<Table>,
}

#[derive(Default)]
struct Table {
    /// By domain and address. The heap's own domain is 0; others are of those who allocate elsewhere (`PyTraceMalloc_Track`).
    traces: HashMap<(u32, usize), Trace>,
    tracebacks: Vec<Traceback>,
    by_frames: HashMap<Box<[Place]>, u32>,
    /// Names of files that tracebacks mention, by their address.
    files: HashMap<usize, Value>,
    current: usize,
    peak: usize,
    /// A traceback that is being gathered.
    gathered: Vec<Place>,
}

/// A file's name, by its address, and a line.
type Place = (usize, u32);

struct Trace {
    bytes: usize,
    traceback: u32,
}

struct Traceback {
    /// The innermost first.
    frames: Box<[Place]>,
    /// All frames there were.
    depth: u32,
}

static FUNCTIONS: &[Method] = &[
    Method::positional("start", 0, 1, start_function),
    Method::none("stop", |cx, _| {
        stop(Vm::of(cx));
        Ok(Value::none())
    }),
    Method::none("is_tracing", |cx, _| Ok(Value::bool(state(cx).tracing.get()))),
    Method::none("clear_traces", |cx, _| {
        clear(state(cx));
        Ok(Value::none())
    }),
    Method::none("get_traceback_limit", |cx, _| cx.int(i64::from(state(cx).limit.get().max(1)))),
    Method::none("get_traced_memory", |cx, _| {
        let (current, peak) = {
            let table = state(cx).table.borrow();
            (table.current, table.peak)
        };
        Ok(cx.tuple([cx.int(current as i64)?, cx.int(peak as i64)?])?.into_value())
    }),
    Method::none("reset_peak", |cx, _| {
        let mut table = state(cx).table.borrow_mut();
        table.peak = table.current;
        Ok(Value::none())
    }),
    Method::none("get_tracemalloc_memory", |cx, _| {
        let bytes = state(cx).table.borrow().bytes();
        cx.int(bytes as i64)
    }),
    Method::none("_get_traces", |cx, _| get_traces(cx)),
    Method::one("_get_object_traceback", object_traceback),
];

pub(super) fn make(vm: &Vm) -> R {
    Ok(crate::module::builtin(&vm.cx, "_tracemalloc", FUNCTIONS)?.into_value())
}

fn state(cx: &Cx) -> &State {
    &Vm::of(cx).state.allocations
}

impl Table {
    /// What the tables take.
    fn bytes(&self) -> usize {
        let frames: usize = self.tracebacks.iter().map(|t| 2 * size_of_val::<[Place]>(&t.frames)).sum();
        self.traces.capacity() * size_of::<((u32, usize), Trace)>()
            + self.tracebacks.capacity() * size_of::<Traceback>()
            + self.by_frames.capacity() * size_of::<(Box<[Place]>, u32)>()
            + self.files.capacity() * size_of::<(usize, Value)>()
            + frames
    }

    fn traceback(&mut self, depth: u32) -> u32 {
        if let Some(known) = self.by_frames.get(self.gathered.as_slice()) {
            return *known;
        }
        let frames: Box<[Place]> = self.gathered.as_slice().into();
        let number = self.tracebacks.len() as u32;
        self.by_frames.insert(frames.clone(), number);
        self.tracebacks.push(Traceback { frames, depth });
        number
    }

    fn remove(&mut self, domain: u32, address: usize) {
        if let Some(trace) = self.traces.remove(&(domain, address)) {
            self.current -= trace.bytes;
        }
    }
}

/// Begins to trace, with so many frames in each traceback.
pub(crate) fn start(vm: &Vm, frames: u32) {
    let state = &vm.state.allocations;
    if state.tracing.replace(true) {
        return;
    }
    state.limit.set(frames);
    let data = core::ptr::from_ref(vm).cast();
    // SAFETY: the functions keep to their tables; the machine outlives its heap's use, and `stop` comes before its end.
    unsafe { raw::watch(&vm.cx.heap, Some(raw::Watcher { data, born, died, asked: None })) };
    vm.state.watch.allocations.set(true);
    watch::update(vm);
}

/// Ends it, and forgets all.
pub(crate) fn stop(vm: &Vm) {
    let state = &vm.state.allocations;
    if !state.tracing.replace(false) {
        return;
    }
    // SAFETY: nobody is told any more.
    unsafe { raw::watch(&vm.cx.heap, None) };
    vm.state.watch.allocations.set(false);
    watch::update(vm);
    clear(state);
}

fn clear(state: &State) {
    // The names of files die after the tables are free.
    let table = state.table.take();
    drop(table);
}

/// Something was allocated outside of the heap, or has another size. False, and nothing is done, unless allocations are traced.
pub(super) fn track(vm: &Vm, domain: u32, address: usize, bytes: usize) -> bool {
    let tracing = vm.state.allocations.tracing.get();
    if tracing {
        insert(vm, domain, address, bytes);
    }
    tracing
}

/// What was given to [`track`] is no more. False unless allocations are traced.
pub(super) fn untrack(vm: &Vm, domain: u32, address: usize) -> bool {
    let state = &vm.state.allocations;
    if let Ok(mut table) = state.table.try_borrow_mut() {
        table.remove(domain, address);
    }
    state.tracing.get()
}

/// A block or a buffer came to be.
unsafe fn born(data: *const (), address: usize, bytes: usize) {
    // SAFETY: `start` gave the machine.
    insert(unsafe { &*data.cast::<Vm>() }, 0, address, bytes);
}

fn insert(vm: &Vm, domain: u32, address: usize, bytes: usize) {
    let state = &vm.state.allocations;
    let Ok(mut table) = state.table.try_borrow_mut() else { return };
    let table = &mut *table;
    table.remove(domain, address);
    table.gathered.clear();
    let limit = state.limit.get().max(1) as usize;
    let mut depth = 0;
    let mut at = Some((vm.current.get(), None)).filter(|(registers, _)| !registers.0.is_null());
    while let Some((registers, word)) = at {
        // SAFETY: frames from the running one on are live.
        let code = unsafe { registers.code() };
        let here = word.unwrap_or_else(|| {
            let ip = vm.ip.get();
            let inside = (code.start()..code.start().wrapping_add(code.code.words.len())).contains(&ip);
            if inside { code.word_at(ip) } else { 0 }
        });
        // A frame that makes its cells has not begun: it is its caller that asks for them.
        let begun = word.is_some() || (0..=here).any(|word| instruction(code, word).op != Op::MakeCell as u8);
        if !begun {
            // SAFETY: as above.
            at = unsafe { frame_object::caller(vm, registers) }.map(|(back, word)| (back, Some(word)));
            continue;
        }
        if table.gathered.len() < limit {
            table.files.entry(code.filename.bits()).or_insert_with(|| code.filename.clone());
            table.gathered.push((code.filename.bits(), code.code.position_at(here).line));
        }
        depth += 1;
        // SAFETY: as above.
        at = unsafe { frame_object::caller(vm, registers) }.map(|(back, word)| (back, Some(word)));
    }
    let traceback = table.traceback(depth);
    table.traces.insert((domain, address), Trace { bytes, traceback });
    table.current += bytes;
    table.peak = table.peak.max(table.current);
}

/// What was at an address is no more.
unsafe fn died(data: *const (), address: usize) {
    // SAFETY: `start` gave the machine.
    let vm = unsafe { &*data.cast::<Vm>() };
    if let Ok(mut table) = vm.state.allocations.table.try_borrow_mut() {
        table.remove(0, address);
    }
}

fn start_function(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let frames = args.first().map_or(Ok(1), |frames| super::support::c_int(cx, frames).map(i64::from))?;
    if !(1..=MOST_FRAMES).contains(&frames) {
        return raise!(cx, exc::VALUE_ERROR, "the number of frames must be in range [1; {MOST_FRAMES}]");
    }
    start(Vm::of(cx), frames as u32);
    Ok(Value::none())
}

/// The tuple of a traceback: pairs of file and line, the innermost first. A traceback without frames has one that says so.
fn tuple(cx: &Cx, frames: &[(Value, u32)]) -> R {
    let pair = |file: Value, line: u32| -> R { Ok(cx.tuple([file, cx.int(i64::from(line))?])?.into_value()) };
    let mut pairs = frames.iter().map(|(file, line)| pair(file.clone(), *line)).collect::<R<Vec<_>>>()?;
    if pairs.is_empty() {
        pairs.push(pair(cx.intern("<unknown>")?, 0)?);
    }
    Ok(cx.tuple(pairs)?.into_value())
}

/// The frames of a traceback, with the names of their files.
fn frames(table: &Table, traceback: u32) -> Vec<(Value, u32)> {
    let traceback = &table.tracebacks[traceback as usize];
    let name = |file: &usize| table.files.get(file).cloned().unwrap_or_else(Value::none);
    traceback.frames.iter().map(|(file, line)| (name(file), *line)).collect()
}

/// `_get_traces()`: for each trace its domain, its bytes, its traceback, and how many frames there were.
fn get_traces(cx: &Cx) -> R {
    // Making the objects of the answer changes the table.
    let (mut traces, tracebacks): (Vec<(u32, usize, u32)>, Vec<_>) = {
        let table = state(cx).table.borrow();
        let all = 0..table.tracebacks.len() as u32;
        (
            table.traces.iter().map(|((domain, _), trace)| (*domain, trace.bytes, trace.traceback)).collect(),
            all.map(|number| (frames(&table, number), table.tracebacks[number as usize].depth)).collect(),
        )
    };
    // The places that are new come first: the table has no order of its own.
    traces.sort_unstable_by_key(|&(.., traceback)| core::cmp::Reverse(traceback));
    let tuples = tracebacks.iter().map(|(frames, _)| tuple(cx, frames)).collect::<R<Vec<_>>>()?;
    let mut rows = Vec::with_capacity(traces.len());
    for (domain, bytes, traceback) in traces {
        let depth = i64::from(tracebacks[traceback as usize].1.max(1));
        let row =
            [Value::small(domain.into()), cx.int(bytes as i64)?, tuples[traceback as usize].clone(), cx.int(depth)?];
        rows.push(cx.tuple(row)?.into_value());
    }
    Ok(cx.list(rows)?.into_value())
}

fn object_traceback(cx: &Cx, _: &Value, object: &Value) -> R {
    if object.is_object() { traceback_of(cx, 0, object.bits()) } else { Ok(Value::none()) }
}

/// Where something was allocated, or None.
pub(super) fn traceback_of(cx: &Cx, domain: u32, address: usize) -> R {
    let found = {
        let table = state(cx).table.borrow();
        table.traces.get(&(domain, address)).map(|trace| frames(&table, trace.traceback))
    };
    found.map_or_else(|| Ok(Value::none()), |frames| tuple(cx, &frames))
}
