//! Of the module `sys`: looks at frames, hooks of generators, and figures of the interpreter.

use adder_objects::exceptions as exc;
use adder_objects::typeobject::Method;
use adder_objects::{Args, Cx, Params, R, Value, raise};

use super::support::c_int;
use crate::frame::Registers;
use crate::frame_object;
use crate::vm::Vm;

pub(super) static FUNCTIONS: &[Method] = &[
    Method::any("_getframemodulename", module_name),
    Method::none("_current_exceptions", |cx, _| by_thread(cx, Some(cx.handled.try_get().unwrap_or_else(Value::none)))),
    Method::none("_clear_internal_caches", clear_caches),
    Method::none("_clear_type_cache", clear_caches),
    Method::none("_debugmallocstats", write_figures),
    Method::none("get_asyncgen_hooks", asyncgen_hooks),
    Method::any("set_asyncgen_hooks", set_asyncgen_hooks),
    Method::none("get_coroutine_origin_tracking_depth", |cx, _| cx.int(i64::from(Vm::of(cx).state.origin_depth.get()))),
    Method::any("set_coroutine_origin_tracking_depth", set_origin_depth),
    Method::any("getunicodeinternedsize", |cx, _, args| {
        let [_] = args.bind(
            cx,
            &Params {
                function: "getunicodeinternedsize",
                names: ["_only_immortal"],
                positional_only: 0,
                positional: 0,
                required: 0,
            },
        )?;
        cx.int(cx.interned_strings() as i64)
    }),
    Method::none("_is_gil_enabled", |_, _| Ok(Value::bool(true))),
];

/// The frame so many calls further out, and the word it is at.
pub(super) fn outer(vm: &Vm, depth: usize) -> Option<(Registers, u32)> {
    let mut at = frame_object::running(vm);
    for _ in 0..depth {
        let (registers, _) = at?;
        // SAFETY: frames from the running one on are live.
        at = unsafe { frame_object::caller(vm, registers) };
    }
    at
}

fn module_name(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [depth] = args.bind(
        cx,
        &Params { function: "_getframemodulename", names: ["depth"], positional_only: 0, positional: 1, required: 0 },
    )?;
    let depth = depth.map_or(Ok(0), |depth| c_int(cx, depth))?.max(0) as usize;
    match outer(Vm::of(cx), depth) {
        // SAFETY: frames from the running one on are live.
        Some((registers, _)) => unsafe {
            let function = registers.function();
            Ok(cx.getattr_opt(function, &cx.intern("__module__")?)?.unwrap_or_else(Value::none))
        },
        None => Ok(Value::none()),
    }
}

/// A dict with one entry: that of the running thread.
fn by_thread(cx: &Cx, value: Option<Value>) -> R {
    let all = cx.dict()?;
    if let Some(value) = value {
        all.set(cx, &cx.int_from_u64(crate::threads::ident())?, value)?;
    }
    Ok(all.into_value())
}

fn clear_caches(cx: &Cx, _: &Value) -> R {
    cx.forget_lookups();
    Ok(Value::none())
}

fn write_figures(cx: &Cx, _: &Value) -> R {
    let stats = cx.heap.stats();
    super::write_error(
        cx,
        &format!(
            "objects: {} in {} bytes, {} of them tracked\npages: {} bytes\ncharged: {} bytes\ntables: {} bytes\n",
            stats.objects, stats.object_bytes, stats.tracked, stats.page_bytes, stats.charged_bytes, stats.side_bytes
        ),
    );
    Ok(Value::none())
}

fn asyncgen_hooks(cx: &Cx, _: &Value) -> R {
    let state = &Vm::of(cx).state;
    let hook = |slot: &adder_objects::object::Slot| slot.try_get().unwrap_or_else(Value::none);
    super::structseq::instance(
        cx,
        &super::structseq::class(cx, "builtins", "asyncgen_hooks", &["firstiter", "finalizer"], 2)?,
        vec![hook(&state.async_first), hook(&state.async_finalizer)],
    )
}

fn set_asyncgen_hooks(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let hooks = args.bind(
        cx,
        &Params {
            function: "set_asyncgen_hooks",
            names: ["firstiter", "finalizer"],
            positional_only: 0,
            positional: 2,
            required: 0,
        },
    )?;
    for (hook, name) in hooks.iter().zip(["firstiter", "finalizer"]) {
        if let Some(hook) = hook
            && !hook.is_none()
            && hook.ty().slots.call.get().is_none()
        {
            return raise!(cx, exc::TYPE_ERROR, "callable {name} expected, got {}", hook.ty().name());
        }
    }
    let state = &Vm::of(cx).state;
    for (hook, slot) in hooks.into_iter().zip([&*state.async_first, &*state.async_finalizer]) {
        match hook {
            Some(hook) if hook.is_none() => drop(slot.take()),
            Some(hook) => slot.set(hook.clone()),
            None => {}
        }
    }
    Ok(Value::none())
}

fn set_origin_depth(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [depth] = args.bind(
        cx,
        &Params {
            function: "set_coroutine_origin_tracking_depth",
            names: ["depth"],
            positional_only: 0,
            positional: 1,
            required: 1,
        },
    )?;
    let depth = depth.map_or(Ok(0), |depth| c_int(cx, depth))?;
    if depth < 0 {
        return raise!(cx, exc::VALUE_ERROR, "depth must be >= 0");
    }
    Vm::of(cx).state.origin_depth.set(depth as u32);
    Ok(Value::none())
}

/// Where a coroutine is made: file, line and function of so many frames, the innermost first.
pub(crate) fn origin(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let mut at = frame_object::running(vm);
    let mut frames = Vec::new();
    while let Some((registers, word)) = at.filter(|_| frames.len() < vm.state.origin_depth.get() as usize) {
        // SAFETY: frames from the running one on are live.
        unsafe {
            let code = registers.code();
            let line = cx.int(i64::from(code.code.position_at(word).line))?;
            frames.push(cx.tuple([code.filename.clone(), line, code.name.clone()])?.into_value());
            at = frame_object::caller(vm, registers);
        }
    }
    Ok(cx.tuple(frames)?.into_value())
}

/// Values of `sys` that say how the interpreter was started and where it is.
pub(super) fn values(vm: &Vm) -> R<Vec<(&'static str, Value)>> {
    let cx = &*vm.cx;
    let x_options = cx.dict()?;
    for option in &vm.options.x_options {
        match option.split_once('=') {
            Some((name, value)) => x_options.set_text(cx, name, cx.str_value(value)?)?,
            None => x_options.set_text(cx, option, Value::bool(true))?,
        }
    }
    let git = ["Adder", "", ""].into_iter().map(|text| cx.str_value(text)).collect::<R<Vec<_>>>()?;
    let top = |path: &'static str| path.strip_suffix("/__init__.py").or(path.strip_suffix(".py"));
    let files = adder_stdlib::entries().filter_map(|entry| top(entry.path())).filter(|name| !name.contains('/'));
    let mut names: Vec<&str> = files.chain(super::builtin_names(vm)).collect();
    names.sort_unstable();
    names.dedup();
    let names = names.iter().map(|name| cx.str_value(name)).collect::<R<Vec<_>>>()?;
    let names = cx.list(names)?.into_value();
    let names = cx.call(&adder_objects::set::FROZENSET_TYPE.value(), &[names])?;
    Ok(vec![
        ("_xoptions", x_options.into_value()),
        ("_git", cx.tuple(git)?.into_value()),
        ("monitoring", super::sys_monitoring::make(vm)?),
        ("_framework", cx.str_value("")?),
        ("_home", Value::none()),
        ("_stdlib_dir", Value::none()),
        ("abiflags", cx.str_value("")?),
        ("stdlib_module_names", names),
    ])
}
