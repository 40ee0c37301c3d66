//! The module `sys.monitoring`.

use adder_objects::exceptions as exc;
use adder_objects::str::PyStr;
use adder_objects::typeobject::{Method, OBJECT_TYPE};
use adder_objects::{Cx, R, Value, raise};

use super::support::c_int;
use crate::code::PyCode;
use crate::eval::monitoring::{Monitoring, TOOLS, event};
use crate::eval::watch;
use crate::vm::Vm;

static FUNCTIONS: &[Method] = &[
    Method::positional("use_tool_id", 2, 2, |cx, _, args| {
        let (state, tool) = (state(cx), tool(cx, &args[0])?);
        if args[1].downcast::<PyStr>().is_none() {
            return raise!(cx, exc::VALUE_ERROR, "tool name must be a str");
        }
        if !state.names[tool].is_unset() {
            return raise!(cx, exc::VALUE_ERROR, "tool {tool} is already in use");
        }
        state.names[tool].set(args[1].clone());
        Ok(Value::none())
    }),
    Method::one("clear_tool_id", |cx, _, id| {
        let tool = tool(cx, id)?;
        if !state(cx).names[tool].is_unset() {
            clear(cx, tool);
        }
        Ok(Value::none())
    }),
    Method::one("free_tool_id", |cx, _, id| {
        let tool = tool(cx, id)?;
        clear(cx, tool);
        drop(state(cx).names[tool].take());
        Ok(Value::none())
    }),
    Method::one("get_tool", |cx, _, id| Ok(state(cx).names[tool(cx, id)?].try_get().unwrap_or_else(Value::none))),
    Method::positional("register_callback", 3, 3, |cx, _, args| {
        let (tool, events) = (tool(cx, &args[0])?, c_int(cx, &args[1])?);
        if events <= 0 || events.count_ones() != 1 {
            return raise!(cx, exc::VALUE_ERROR, "The callback can only be set for one event at a time");
        }
        let number = events.trailing_zeros() as usize;
        if number >= event::COUNT {
            return raise!(cx, exc::VALUE_ERROR, "invalid event {events}");
        }
        let callback = Some(args[2].clone()).filter(|callback| !callback.is_none());
        Ok(state(cx).register(tool, number, callback).unwrap_or_else(Value::none))
    }),
    Method::one("get_events", |cx, _, id| {
        let tool = in_use(cx, id)?;
        cx.int(i64::from(state(cx).events(tool)))
    }),
    Method::positional("set_events", 2, 2, |cx, _, args| {
        let tool = in_use(cx, &args[0])?;
        let events = events(cx, &args[1])?;
        state(cx).set_events(tool, events);
        watch::update(Vm::of(cx));
        Ok(Value::none())
    }),
    Method::positional("get_local_events", 2, 2, |cx, _, args| {
        let tool = in_use(cx, &args[0])?;
        code(cx, &args[1])?;
        cx.int(i64::from(state(cx).local_events(tool, &args[1])))
    }),
    Method::positional("set_local_events", 3, 3, |cx, _, args| {
        let tool = in_use(cx, &args[0])?;
        code(cx, &args[1])?;
        let events = events(cx, &args[2])?;
        if events & !event::LOCAL != 0 {
            return raise!(cx, exc::VALUE_ERROR, "invalid local event set {events:#x}");
        }
        state(cx).set_local_events(tool, &args[1], events);
        watch::update(Vm::of(cx));
        Ok(Value::none())
    }),
    Method::none("restart_events", |cx, _| {
        state(cx).restart();
        Ok(Value::none())
    }),
    Method::none("_all_events", |cx, _| {
        let all = cx.dict()?;
        for (number, name) in event::NAMES.iter().enumerate() {
            let tools = (0..TOOLS).filter(|tool| state(cx).events(*tool) & 1 << number != 0);
            let tools = tools.fold(0_i64, |all, tool| all | 1 << tool);
            if tools != 0 {
                all.set_text(cx, name, Value::small(tools))?;
            }
        }
        Ok(all.into_value())
    }),
];

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "sys.monitoring", FUNCTIONS)?.into_value();
    let Some(dict) = crate::module::dict_of(&module) else { return Ok(module) };
    for (name, number) in [("DEBUGGER_ID", 0), ("COVERAGE_ID", 1), ("PROFILER_ID", 2), ("OPTIMIZER_ID", 5)] {
        dict.set_text(cx, name, Value::small(number))?;
    }
    for (name, place) in [("DISABLE", &vm.state.monitoring.disable), ("MISSING", &vm.state.monitoring.missing)] {
        let made = cx.call(&OBJECT_TYPE.value(), &[])?;
        place.set(made.clone());
        dict.set_text(cx, name, made)?;
    }
    let events = cx.dict()?;
    events.set_text(cx, "NO_EVENTS", Value::small(0))?;
    for (number, name) in event::NAMES.iter().enumerate() {
        events.set_text(cx, name, Value::small(1 << number))?;
    }
    dict.set_text(cx, "events", cx.namespace(events)?.into_value())?;
    Ok(module)
}

fn state(cx: &Cx) -> &Monitoring {
    &Vm::of(cx).state.monitoring
}

fn tool(cx: &Cx, id: &Value) -> R<usize> {
    let id = c_int(cx, id)?;
    match usize::try_from(id) {
        Ok(tool) if tool < TOOLS => Ok(tool),
        _ => raise!(cx, exc::VALUE_ERROR, "invalid tool {id} (must be between 0 and {})", TOOLS - 1),
    }
}

fn in_use(cx: &Cx, id: &Value) -> R<usize> {
    let tool = tool(cx, id)?;
    if state(cx).names[tool].is_unset() {
        return raise!(cx, exc::VALUE_ERROR, "tool {tool} is not in use");
    }
    Ok(tool)
}

/// A set of events. Those of C functions come with the calls.
fn events(cx: &Cx, set: &Value) -> R<u32> {
    const OF_C: u32 = 1 << event::C_RETURN | 1 << event::C_RAISE;
    let set = c_int(cx, set)?;
    let events = set as u32;
    if set < 0 || events >= 1 << event::COUNT {
        return raise!(cx, exc::VALUE_ERROR, "invalid event set {events:#x}");
    }
    if events & OF_C != 0 && (events & OF_C != OF_C || events & 1 << event::CALL == 0) {
        return raise!(cx, exc::VALUE_ERROR, "cannot set C_RETURN or C_RAISE events independently");
    }
    Ok(events & !OF_C)
}

fn code(cx: &Cx, code: &Value) -> R<()> {
    match code.downcast::<PyCode>() {
        Some(_) => Ok(()),
        None => raise!(cx, exc::TYPE_ERROR, "code must be a code object"),
    }
}

fn clear(cx: &Cx, tool: usize) {
    state(cx).clear(tool);
    watch::update(Vm::of(cx));
}
