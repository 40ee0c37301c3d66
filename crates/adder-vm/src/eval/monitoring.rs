//! `sys.monitoring`: tools that are told of events (PEP 669). The watched loop tells them.

use core::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};

use adder_objects::{R, Value, exceptions as exc, raise};

use super::watch;
use crate::code::PyCode;
use crate::modules::OptionalSlot;
use crate::vm::Vm;

/// How many tools there may be.
pub(crate) const TOOLS: usize = 6;

/// The events: the numbers of their bits.
pub(crate) mod event {
    pub(crate) const PY_START: usize = 0;
    pub(crate) const PY_RESUME: usize = 1;
    pub(crate) const PY_RETURN: usize = 2;
    pub(crate) const PY_YIELD: usize = 3;
    pub(crate) const CALL: usize = 4;
    pub(crate) const LINE: usize = 5;
    pub(crate) const INSTRUCTION: usize = 6;
    pub(crate) const JUMP: usize = 7;
    pub(crate) const BRANCH_LEFT: usize = 8;
    pub(crate) const BRANCH_RIGHT: usize = 9;
    pub(crate) const STOP_ITERATION: usize = 10;
    pub(crate) const RAISE: usize = 11;
    pub(crate) const EXCEPTION_HANDLED: usize = 12;
    pub(crate) const PY_UNWIND: usize = 13;
    pub(crate) const PY_THROW: usize = 14;
    pub(crate) const RERAISE: usize = 15;
    pub(crate) const C_RETURN: usize = 16;
    pub(crate) const C_RAISE: usize = 17;
    pub(crate) const BRANCH: usize = 18;
    /// How many there are.
    pub(crate) const COUNT: usize = 19;
    /// Those that may be set for one code object, and disabled at one place.
    pub(crate) const LOCAL: u32 = ((1 << (STOP_ITERATION + 1)) - 1) | (1 << BRANCH);
    /// Their names.
    pub(crate) const NAMES: [&str; COUNT] = [
        "PY_START",
        "PY_RESUME",
        "PY_RETURN",
        "PY_YIELD",
        "CALL",
        "LINE",
        "INSTRUCTION",
        "JUMP",
        "BRANCH_LEFT",
        "BRANCH_RIGHT",
        "STOP_ITERATION",
        "RAISE",
        "EXCEPTION_HANDLED",
        "PY_UNWIND",
        "PY_THROW",
        "RERAISE",
        "C_RETURN",
        "C_RAISE",
        "BRANCH",
    ];
}

/// The tools of an interpreter.
#[derive(Default)]
pub(crate) struct Monitoring {
    /// Their names; a tool that is not in use has none.
    pub(crate) names: [OptionalSlot; TOOLS],
    /// What a callback returns to be told no more of an event at this place.
    pub(crate) disable: OptionalSlot,
    /// Stands for the first argument of a call without arguments.
    pub(crate) missing: OptionalSlot,
    events: [Cell<u32>; TOOLS],
    callbacks: RefCell<HashMap<(usize, usize), Value>>,
    /// Events of single code objects, by their addresses.
    local: RefCell<HashMap<usize, (Value, [u32; TOOLS])>>,
    /// Tool, event, code and word.
    disabled: RefCell<HashSet<(usize, usize, usize, u32)>>,
    any: Cell<bool>,
}

impl Monitoring {
    /// Is any event asked for?
    #[inline]
    pub(crate) fn is_on(&self) -> bool {
        self.any.get()
    }

    fn look(&self) {
        let global = self.events.iter().any(|events| events.get() != 0);
        let local = self.local.borrow().values().any(|(_, events)| events.iter().any(|events| *events != 0));
        self.any.set(global || local);
    }

    pub(crate) fn events(&self, tool: usize) -> u32 {
        self.events[tool].get()
    }

    pub(crate) fn set_events(&self, tool: usize, events: u32) {
        self.events[tool].set(events);
        self.look();
    }

    pub(crate) fn local_events(&self, tool: usize, code: &Value) -> u32 {
        self.local.borrow().get(&code.bits()).map_or(0, |(_, events)| events[tool])
    }

    pub(crate) fn set_local_events(&self, tool: usize, code: &Value, events: u32) {
        let gone = {
            let mut local = self.local.borrow_mut();
            let entry = local.entry(code.bits()).or_insert_with(|| (code.clone(), [0; TOOLS]));
            entry.1[tool] = events;
            if entry.1 == [0; TOOLS] { local.remove(&code.bits()) } else { None }
        };
        drop(gone);
        self.look();
    }

    pub(crate) fn register(&self, tool: usize, event: usize, callback: Option<Value>) -> Option<Value> {
        let mut callbacks = self.callbacks.borrow_mut();
        match callback {
            Some(callback) => callbacks.insert((tool, event), callback),
            None => callbacks.remove(&(tool, event)),
        }
    }

    /// Events and callbacks of a tool go.
    pub(crate) fn clear(&self, tool: usize) {
        self.events[tool].set(0);
        let gone: Vec<Value> = {
            let mut callbacks = self.callbacks.borrow_mut();
            (0..event::COUNT).filter_map(|event| callbacks.remove(&(tool, event))).collect()
        };
        let codes: Vec<(Value, [u32; TOOLS])> = {
            let mut local = self.local.borrow_mut();
            local.values_mut().for_each(|(_, events)| events[tool] = 0);
            local.extract_if(|_, (_, events)| *events == [0; TOOLS]).map(|(_, entry)| entry).collect()
        };
        self.disabled.borrow_mut().retain(|(of, ..)| *of != tool);
        drop((gone, codes));
        self.look();
    }

    pub(crate) fn restart(&self) {
        self.disabled.borrow_mut().clear();
    }

    /// The interpreter ends.
    pub(crate) fn end(&self) {
        for tool in 0..TOOLS {
            self.clear(tool);
            drop(self.names[tool].take());
        }
        drop((self.disable.take(), self.missing.take()));
    }
}

/// Tells the tools of an event at a word of a code object. `more` are the arguments behind the code.
pub(super) fn tell(vm: &Vm, event: usize, code: &PyCode, word: u32, more: &[Value]) -> R<()> {
    let monitoring = &vm.state.monitoring;
    if !monitoring.is_on() {
        return Ok(());
    }
    // What C functions return is told where their calls are.
    let asked = match event {
        event::C_RETURN | event::C_RAISE => 1 << event::CALL,
        event::BRANCH_LEFT | event::BRANCH_RIGHT => 1 << event | 1 << event::BRANCH,
        event => 1 << event,
    };
    let code = adder_objects::object::value_of(code);
    for tool in 0..TOOLS {
        let events = monitoring.events(tool) | monitoring.local_events(tool, &code);
        if events & asked == 0 || monitoring.disabled.borrow().contains(&(tool, event, code.bits(), word)) {
            continue;
        }
        let told = if events & 1 << event::BRANCH != 0 && asked != 1 << event && events & 1 << event == 0 {
            event::BRANCH
        } else {
            event
        };
        let Some(callback) = monitoring.callbacks.borrow().get(&(tool, told)).cloned() else { continue };
        let args: Vec<Value> = [code.clone()].into_iter().chain(more.iter().cloned()).collect();
        let result = watch::silently(vm, |cx| cx.call(&callback, &args))?;
        if !monitoring.disable.try_get().is_some_and(|disable| disable.is(&result)) {
            continue;
        }
        if event::LOCAL & 1 << told == 0 {
            let gone = monitoring.register(tool, told, None);
            drop(gone);
            return raise!(vm.cx, exc::VALUE_ERROR, "Cannot disable {} events. Callback removed.", event::NAMES[told]);
        }
        monitoring.disabled.borrow_mut().insert((tool, event, code.bits(), word));
    }
    Ok(())
}
