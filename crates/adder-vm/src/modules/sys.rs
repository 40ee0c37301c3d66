//! The module `sys`.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

use adder_objects::dict::PyDict;
use adder_objects::exceptions as exc;
use adder_objects::exceptions::PyBaseException;
use adder_objects::str::PyStr;
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::Method;
use adder_objects::{Args, Catch, Cx, Params, R, Raised, TypeObject, Value, raise};

use super::{io, structseq};
use crate::traceback;
use crate::vm::Vm;

static FUNCTIONS: &[Method] = &[
    Method::positional("audit", 1, u16::MAX, audit),
    Method::one("addaudithook", add_audit_hook),
    Method::one("getrefcount", getrefcount),
    Method::any("getsizeof", getsizeof),
    Method::one("intern", intern),
    Method::one("_is_interned", is_interned),
    Method::one("_clear_type_descriptors", clear_type_descriptors),
    Method::one("_is_immortal", is_immortal),
    Method::none("getrecursionlimit", |cx, _| cx.int(Vm::of(cx).recursion_limit.get() as i64)),
    Method::one("setrecursionlimit", set_recursion_limit),
    Method::positional("_getframe", 0, 1, getframe),
    Method::none("exc_info", exc_info),
    Method::none("exception", |cx, _| Ok(cx.handling().unwrap_or_else(Value::none))),
    Method::positional("exit", 0, 1, exit),
    Method::one("displayhook", displayhook),
    Method::positional("excepthook", 3, 3, excepthook),
    Method::one("unraisablehook", unraisablehook),
    Method::none("getallocatedblocks", |cx, _| cx.int(cx.heap.stats().objects as i64)),
    Method::none("getdefaultencoding", |cx, _| cx.intern("utf-8")),
    Method::none("getfilesystemencoding", |cx, _| cx.intern("utf-8")),
    Method::none("getfilesystemencodeerrors", |cx, _| cx.intern("surrogateescape")),
    Method::none("is_finalizing", |cx, _| Ok(Value::bool(Vm::of(cx).threads.is_closed()))),
];

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "sys", FUNCTIONS)?.into_value();
    let Some(dict) = crate::module::dict_of(&module) else { return Ok(module) };
    for functions in [
        super::sys_hooks::FUNCTIONS,
        super::sys_frames::FUNCTIONS,
        super::sys_threads::FUNCTIONS,
        super::sys_trace::FUNCTIONS,
    ] {
        crate::module::add(cx, &module, functions)?;
    }
    let texts = |items: &[String]| -> R {
        let items = items.iter().map(|s| cx.str_value(s)).collect::<R<Vec<_>>>()?;
        Ok(cx.list(items)?.into_value())
    };
    let words = |items: &[OsString]| -> R {
        let items = items.iter().map(|word| super::support::fs_text(cx, word.as_bytes())).collect::<R<Vec<_>>>()?;
        Ok(cx.list(items)?.into_value())
    };
    let mut path = vm.options.path.clone();
    path.push(crate::finder::LIBRARY.to_owned());
    let version = sequence(
        cx,
        "version_info",
        vec![
            ("major", Value::small(3)),
            ("minor", Value::small(14)),
            ("micro", Value::small(0)),
            ("releaselevel", cx.intern("final")?),
            ("serial", Value::small(0)),
        ],
    )?;
    let prefix = prefix(&vm.options.executable);
    let names = super::builtin_names(vm).into_iter().map(|n| cx.intern(n)).collect::<R<Vec<_>>>()?;
    for (name, value) in [
        ("modules", vm.modules.get()),
        ("argv", words(&vm.options.argv)?),
        ("orig_argv", words(if vm.options.orig_argv.is_empty() { &vm.options.argv } else { &vm.options.orig_argv })?),
        ("path", texts(&path)?),
        ("abiflags", cx.str_value("")?),
        ("meta_path", cx.list(crate::deferred::finders(cx)?)?.into_value()),
        ("path_hooks", cx.list(crate::deferred::hooks(cx)?)?.into_value()),
        ("path_importer_cache", cx.dict()?.into_value()),
        ("warnoptions", texts(&vm.options.warn_options)?),
        ("builtin_module_names", cx.tuple(names)?.into_value()),
        ("platform", cx.intern(platform())?),
        ("byteorder", cx.intern(if cfg!(target_endian = "little") { "little" } else { "big" })?),
        ("maxsize", cx.int(i64::MAX)?),
        ("maxunicode", Value::small(0x10_FFFF)),
        ("hexversion", Value::small(0x030E_00F0)),
        ("api_version", Value::small(1013)),
        ("copyright", cx.str_value("Adder: MIT OR Apache-2.0. The standard library: PSF-2.0.")?),
        ("version", cx.str_value(concat!("3.14.0 (Adder ", env!("CARGO_PKG_VERSION"), ") [Rust]"))?),
        ("version_info", version.clone()),
        ("executable", cx.str_value(&vm.options.executable)?),
        ("_base_executable", cx.str_value(&vm.options.executable)?),
        ("prefix", cx.str_value(&prefix)?),
        ("base_prefix", cx.str_value(&prefix)?),
        ("exec_prefix", cx.str_value(&prefix)?),
        ("base_exec_prefix", cx.str_value(&prefix)?),
        ("platlibdir", cx.str_value("lib")?),
        (
            "pycache_prefix",
            match &vm.options.pycache_prefix {
                Some(folder) => cx.str_value(folder)?,
                None => Value::none(),
            },
        ),
        ("dont_write_bytecode", Value::bool(true)),
        ("float_repr_style", cx.intern("short")?),
        ("stdin", io::standard_stream(cx, 0)?),
        ("stdout", io::standard_stream(cx, 1)?),
        ("stderr", io::standard_stream(cx, 2)?),
        ("flags", flags(vm)?),
        ("float_info", sequence(cx, "float_info", float_info(cx)?)?),
        ("int_info", sequence(cx, "int_info", int_info())?),
        ("hash_info", sequence(cx, "hash_info", hash_info(cx)?)?),
        ("thread_info", sequence(cx, "thread_info", thread_info(cx)?)?),
        ("implementation", implementation(vm, version)?),
    ] {
        dict.set_text(cx, name, value)?;
    }
    for (name, value) in super::sys_frames::values(vm)? {
        dict.set_text(cx, name, value)?;
    }
    for (original, name) in [
        ("stdin", "__stdin__"),
        ("stdout", "__stdout__"),
        ("stderr", "__stderr__"),
        ("displayhook", "__displayhook__"),
        ("excepthook", "__excepthook__"),
        ("unraisablehook", "__unraisablehook__"),
        ("breakpointhook", "__breakpointhook__"),
    ] {
        if let Some(value) = dict.get_text(cx, original)? {
            dict.set_text(cx, name, value)?;
        }
    }
    Ok(module)
}

/// The folder in which a program of this name would be installed with all that belongs to it: `/usr` for `/usr/bin/adder`.
fn prefix(executable: &str) -> String {
    let folder = std::path::Path::new(executable).parent().and_then(std::path::Path::parent);
    folder.map(|folder| folder.to_string_lossy().into_owned()).unwrap_or_default()
}

fn platform() -> &'static str {
    if cfg!(target_os = "macos") {
        "darwin"
    } else if cfg!(windows) {
        "win32"
    } else {
        "linux"
    }
}

fn namespace(cx: &Cx, items: &[(&str, Value)]) -> R {
    let dict = cx.dict()?;
    for (name, value) in items {
        dict.set_text(cx, name, value.clone())?;
    }
    Ok(cx.namespace(dict)?.into_value())
}

fn flags(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let names = [
        "debug",
        "inspect",
        "interactive",
        "optimize",
        "dont_write_bytecode",
        "no_user_site",
        "no_site",
        "ignore_environment",
        "verbose",
        "bytes_warning",
        "quiet",
        "hash_randomization",
        "isolated",
        "utf8_mode",
        "warn_default_encoding",
        "int_max_str_digits",
    ];
    let mut items = Vec::new();
    for name in names {
        let given = vm.options.flags.iter().find(|&&(n, v)| n == name && v >= 0).map(|(_, v)| *v);
        let default = match name {
            "optimize" => i64::from(vm.options.optimize),
            "utf8_mode" | "dont_write_bytecode" => 1,
            "int_max_str_digits" => cx.int_max_str_digits.get() as i64,
            "hash_randomization" => i64::from(vm.options.hash_seed != Some(0)),
            _ => 0,
        };
        items.push((name, Value::small(given.unwrap_or(default))));
    }
    // In the order that the sequence has in CPython.
    let is_set = |flag: &str| Value::bool(vm.options.flags.iter().any(|&(name, value)| name == flag && value != 0));
    items.insert(13, ("dev_mode", is_set("dev_mode")));
    let last = items.pop();
    items.push(("safe_path", is_set("safe_path")));
    items.extend(last);
    let visible = items.len();
    items.push(("gil", Value::small(1)));
    items.push(("thread_inherit_context", Value::small(0)));
    items.push(("context_aware_warnings", Value::small(0)));
    let (names, values): (Vec<&str>, Vec<Value>) = items.into_iter().unzip();
    structseq::instance(cx, &structseq::class(cx, "sys", "flags", &names, visible)?, values)
}

/// A struct sequence of this module.
fn sequence(cx: &Cx, name: &str, items: Vec<(&str, Value)>) -> R {
    let (names, values): (Vec<&str>, Vec<Value>) = items.into_iter().unzip();
    structseq::instance(cx, &structseq::class(cx, "sys", name, &names, names.len())?, values)
}

fn float_info(cx: &Cx) -> R<Vec<(&'static str, Value)>> {
    Ok(vec![
        ("max", cx.float(f64::MAX)?),
        ("max_exp", Value::small(f64::MAX_EXP.into())),
        ("max_10_exp", Value::small(f64::MAX_10_EXP.into())),
        ("min", cx.float(f64::MIN_POSITIVE)?),
        ("min_exp", Value::small(f64::MIN_EXP.into())),
        ("min_10_exp", Value::small(f64::MIN_10_EXP.into())),
        ("dig", Value::small(f64::DIGITS.into())),
        ("mant_dig", Value::small(f64::MANTISSA_DIGITS.into())),
        ("epsilon", cx.float(f64::EPSILON)?),
        ("radix", Value::small(f64::RADIX.into())),
        ("rounds", Value::small(1)),
    ])
}

fn int_info() -> Vec<(&'static str, Value)> {
    vec![
        ("bits_per_digit", Value::small(64)),
        ("sizeof_digit", Value::small(8)),
        ("default_max_str_digits", Value::small(4300)),
        ("str_digits_check_threshold", Value::small(640)),
    ]
}

fn hash_info(cx: &Cx) -> R<Vec<(&'static str, Value)>> {
    Ok(vec![
        ("width", Value::small(64)),
        ("modulus", cx.int((1 << 61) - 1)?),
        ("inf", Value::small(314_159)),
        ("nan", Value::small(0)),
        ("imag", Value::small(1_000_003)),
        ("algorithm", cx.intern("siphash13")?),
        ("hash_bits", Value::small(64)),
        ("seed_bits", Value::small(128)),
        ("cutoff", Value::small(0)),
    ])
}

fn thread_info(cx: &Cx) -> R<Vec<(&'static str, Value)>> {
    Ok(vec![("name", cx.intern("pthread")?), ("lock", cx.intern("semaphore")?), ("version", Value::none())])
}

fn implementation(vm: &Vm, version: Value) -> R {
    let cx = &*vm.cx;
    namespace(
        cx,
        &[
            ("name", cx.intern(if vm.options.as_cpython { "cpython" } else { "adder" })?),
            ("version", version),
            ("hexversion", Value::small(0x030E_00F0)),
            ("cache_tag", Value::none()),
        ],
    )
}

/// Does anybody ask to be told of events?
pub(super) fn has_audit_hooks(cx: &Cx) -> bool {
    !Vm::of(cx).state.audit_hooks.is_unset()
}

/// Tells the audit hooks of an event.
pub(super) fn audit(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let Some(hooks) = Vm::of(cx).state.audit_hooks.try_get() else { return Ok(Value::none()) };
    let rest = cx.tuple(args[1..].to_vec())?.into_value();
    for hook in cx.collect(&hooks)? {
        cx.call(&hook, &[args[0].clone(), rest.clone()])?;
    }
    Ok(Value::none())
}

/// The same for an event of a built-in module.
pub(super) fn tell_audit(cx: &Cx, event: &str, args: &[Value]) -> R<()> {
    if Vm::of(cx).state.audit_hooks.is_unset() {
        return Ok(());
    }
    let mut all = vec![cx.intern(event)?];
    all.extend_from_slice(args);
    audit(cx, &Value::none(), &all).map(drop)
}

pub(super) fn add_audit_hook(cx: &Cx, _: &Value, hook: &Value) -> R {
    let hooks = &Vm::of(cx).state.audit_hooks;
    let mut all = match hooks.try_get() {
        Some(known) => cx.collect(&known)?,
        None => Vec::new(),
    };
    all.push(hook.clone());
    hooks.set(cx.tuple(all)?.into_value());
    Ok(Value::none())
}

fn getrefcount(cx: &Cx, _: &Value, x: &Value) -> R {
    cx.int(i64::from(x.references()))
}

fn getsizeof(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [object, default] = args.bind(
        cx,
        &Params { function: "getsizeof", names: ["object", "default"], positional_only: 0, positional: 2, required: 1 },
    )?;
    let none = Value::none();
    let object = object.unwrap_or(&none);
    let size = cx.call_special(object, cx.names.sizeof(), &[]).and_then(|size| match size {
        Some(size) if cx.index_to_isize(&size, Some(&exc::OVERFLOW_ERROR))? < 0 => {
            raise!(cx, exc::VALUE_ERROR, "__sizeof__() should return >= 0")
        }
        Some(size) => Ok(size),
        None => raise!(cx, exc::TYPE_ERROR, "Type {} doesn't define __sizeof__", object.ty().name()),
    });
    match (size, default) {
        (Err(raised), Some(default)) if raised.is(&exc::TYPE_ERROR) => Ok(default.clone()),
        (size, _) => size,
    }
}

fn intern(cx: &Cx, _: &Value, x: &Value) -> R {
    match x.downcast_exact::<PyStr>() {
        Some(_) => Ok(cx.intern_value(x.clone())),
        None if x.downcast::<PyStr>().is_some() => {
            raise!(cx, exc::TYPE_ERROR, "can't intern {}", x.ty().name())
        }
        None => {
            raise!(cx, exc::TYPE_ERROR, "intern() argument must be str, not {}", adder_objects::arguments::type_name(x))
        }
    }
}

fn is_interned(cx: &Cx, _: &Value, x: &Value) -> R {
    match x.downcast::<PyStr>() {
        Some(text) => Ok(Value::bool(text.is_interned())),
        None => raise!(
            cx,
            exc::TYPE_ERROR,
            "_is_interned() argument must be str, not {}",
            adder_objects::arguments::type_name(x)
        ),
    }
}

fn is_immortal(_: &Cx, _: &Value, x: &Value) -> R {
    Ok(Value::bool(x.head().is_none_or(|head| head.is_immortal())))
}

fn set_recursion_limit(cx: &Cx, _: &Value, x: &Value) -> R {
    let limit = cx.index_to_isize(x, Some(&exc::OVERFLOW_ERROR))?;
    if limit < 1 {
        return raise!(cx, exc::VALUE_ERROR, "recursion limit must be greater or equal than 1");
    }
    let vm = Vm::of(cx);
    if vm.depth.get() >= limit as usize {
        let depth = vm.depth.get();
        return raise!(
            cx,
            exc::RECURSION_ERROR,
            "cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"
        );
    }
    vm.recursion_limit.set(limit as usize);
    Ok(Value::none())
}

fn getframe(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let vm = Vm::of(cx);
    let depth = args.first().map_or(Ok(0), |d| cx.index_to_isize(d, None))?.max(0) as usize;
    match super::sys_frames::outer(vm, depth) {
        // SAFETY: frames from the running one on are live.
        Some((registers, word)) => unsafe {
            let frame = crate::frame_object::of(vm, registers)?;
            frame.word.set(word);
            Ok(frame.into_value())
        },
        None => raise!(cx, exc::VALUE_ERROR, "call stack is not deep enough"),
    }
}

fn exc_info(cx: &Cx, _: &Value) -> R {
    let parts = match cx.handling() {
        Some(exception) => {
            let traceback = traceback::of_exception(&exception).unwrap_or_else(Value::none);
            [exception.ty().value(), exception, traceback]
        }
        None => [Value::none(), Value::none(), Value::none()],
    };
    Ok(cx.tuple(parts)?.into_value())
}

fn exit(cx: &Cx, _: &Value, args: &[Value]) -> R {
    // A tuple is taken for the arguments, None for none at all.
    let args = match args {
        [code] if code.is_none() => &[],
        [code] => code.downcast_exact::<PyTuple>().map_or(args, PyTuple::items),
        _ => args,
    };
    Err(cx.error_of(&exc::SYSTEM_EXIT, args))
}

/// A text with escapes for what a stream's encoding does not have.
fn encodable(cx: &Cx, out: &Value, text: &Value) -> R {
    let encoding = cx.getattr_text(out, "encoding")?;
    let escaped = cx.call_method(text, &cx.intern("encode")?, &[encoding.clone(), cx.intern("backslashreplace")?])?;
    cx.call_method(&escaped, &cx.intern("decode")?, &[encoding, cx.intern("strict")?])
}

fn displayhook(cx: &Cx, _: &Value, x: &Value) -> R {
    let vm = Vm::of(cx);
    if x.is_none() {
        return Ok(Value::none());
    }
    if let Some(builtins) = vm.builtins.get().downcast::<PyDict>() {
        builtins.set_text(cx, "_", Value::none())?;
        let out = match cx.getattr_opt(&vm.sys.get(), cx.names.stdout())? {
            Some(out) if !out.is_none() => out,
            _ => return raise!(cx, exc::RUNTIME_ERROR, "lost sys.stdout"),
        };
        let write = |text: Value| cx.call_method(&out, cx.names.write(), core::slice::from_ref(&text)).map(drop);
        let shown = cx.repr(x)?.into_value();
        if write(shown.clone()).unless(&exc::UNICODE_ENCODE_ERROR)?.is_none() {
            write(encodable(cx, &out, &shown)?)?;
        }
        write(cx.intern("\n")?)?;
        builtins.set_text(cx, "_", x.clone())?;
    }
    Ok(Value::none())
}

/// Writes to `sys.stderr`; where that is not possible, to the process's.
pub(crate) fn write_error(cx: &Cx, text: &str) {
    let written = (|| -> R<()> {
        let file = cx.getattr(&Vm::of(cx).sys.get(), cx.names.stderr())?;
        let text = cx.str_value(text)?;
        cx.call_method(&file, cx.names.write(), core::slice::from_ref(&text)).map(drop)
    })();
    if written.is_err() {
        eprint!("{text}");
    }
}

fn excepthook(cx: &Cx, _: &Value, args: &[Value]) -> R {
    show_exception(cx, &args[1]);
    Ok(Value::none())
}

/// Writes an exception to `sys.stderr`, with its traceback; nothing, if it is none.
pub(crate) fn show_exception(cx: &Cx, exception: &Value) {
    if exception.downcast::<PyBaseException>().is_some() {
        let shown = cx.import("traceback").and_then(|module| {
            let print = cx.getattr_text(&module, "_print_exception_bltin")?;
            cx.call(&print, core::slice::from_ref(exception))
        });
        if shown.is_err() {
            write_error(cx, &crate::report::to_text(cx, &Raised::new(exception.clone())));
        }
    }
}

/// Hands an exception that nobody can catch to `sys.unraisablehook`.
pub(super) fn unraisable(cx: &Cx, raised: Raised, what: Option<&str>, object: Option<&Value>) {
    let vm = Vm::of(cx);
    let handed = (|| -> R<()> {
        let traceback = traceback::of_exception(raised.value()).map_or_else(|| traceback::here(vm), Ok)?;
        let message = match what {
            Some(what) => cx.str_value(what)?,
            None => Value::none(),
        };
        let class = match vm.state.unraisable_args.try_get() {
            Some(class) => class,
            None => {
                let names = ["exc_type", "exc_value", "exc_traceback", "err_msg", "object"];
                let class = structseq::class(cx, "sys", "UnraisableHookArgs", &names, names.len())?;
                vm.state.unraisable_args.set(class.clone());
                class
            }
        };
        let values = vec![
            raised.value().ty().value(),
            raised.value().clone(),
            traceback,
            message,
            object.cloned().unwrap_or_else(Value::none),
        ];
        let info = structseq::instance(cx, &class, values)?;
        match cx.getattr_opt(&vm.sys.get(), cx.names.unraisablehook())? {
            Some(hook) if !hook.is_none() => cx.call(&hook, core::slice::from_ref(&info)).map(drop),
            _ => unraisablehook(cx, &Value::none(), &info).map(drop),
        }
    })();
    if let Err(second) = handed {
        write_error(cx, &format!("Exception ignored in sys.unraisablehook: {:?}\n", second.value()));
        write_error(cx, &crate::report::to_text(cx, &second));
    }
}

fn unraisablehook(cx: &Cx, _: &Value, info: &Value) -> R {
    if !info.ty().name().ends_with("UnraisableHookArgs") {
        return raise!(cx, exc::TYPE_ERROR, "sys.unraisablehook argument type must be UnraisableHookArgs");
    }
    let field = |name: &str| cx.getattr_text(info, name);
    let (message, object, exception) = (field("err_msg")?, field("object")?, field("exc_value")?);
    let told = !message.is_none();
    let message = if told { cx.display(&message)? } else { "Exception ignored in".to_owned() };
    if object.is_none() {
        if told {
            write_error(cx, &format!("{message}:\n"));
        }
    } else {
        let text = match cx.repr(&object) {
            Ok(text) => text.to_lossy().into_owned(),
            Err(_) => "<object repr() failed>".to_owned(),
        };
        write_error(cx, &format!("{message}: {text}\n"));
    }
    if exception.downcast::<PyBaseException>().is_some() {
        write_error(cx, &crate::report::to_text(cx, &Raised::new(exception)));
    }
    Ok(Value::none())
}

/// Takes the descriptors of `__dict__` and `__weakref__` out of a class: for one that is replaced by one with slots.
fn clear_type_descriptors(cx: &Cx, _: &Value, class: &Value) -> R {
    let Some(ty) = class.downcast::<TypeObject>() else {
        return raise!(cx, exc::TYPE_ERROR, "argument must be a type, not {}", class.ty().name());
    };
    if !ty.is_heap() {
        return raise!(cx, exc::TYPE_ERROR, "argument is immutable");
    }
    for name in ["__dict__", "__weakref__"] {
        drop(cx.state(ty).dict.remove(cx, &cx.intern(name)?)?);
    }
    cx.type_changed(ty);
    Ok(Value::none())
}
