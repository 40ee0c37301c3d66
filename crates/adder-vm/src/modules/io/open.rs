//! `open`, `open_code`, `text_encoding`.

use adder_objects::str::PyStr;
use adder_objects::typeobject::Method;
use adder_objects::{Args, Cx, Params, R, Value, exceptions as exc, raise};

use super::buffered::{BUFFERED_RANDOM_TYPE, BUFFERED_READER_TYPE, BUFFERED_WRITER_TYPE};
use super::file::FILE_IO_TYPE;
use super::support;
use super::text::TEXT_IO_WRAPPER_TYPE;
use super::{DEFAULT_BUFFER_SIZE, ask, attribute};
use crate::vm::Vm;

/// The functions of the module, but for `open`, which is the one of `builtins`.
pub(super) static FUNCTIONS: &[Method] = &[
    Method::any("open_code", |cx, _, args| {
        let params = Params { function: "open_code", names: ["path"], positional_only: 0, positional: 1, required: 1 };
        let [Some(path)] = args.bind(cx, &params)? else { return Ok(Value::none()) };
        if path.downcast::<PyStr>().is_none() {
            let ty = path.ty().name();
            return raise!(cx, exc::TYPE_ERROR, "open_code() argument 'path' must be str, not {ty}");
        }
        open(cx, &Value::none(), Args::positional(&[path.clone(), cx.intern("rb")?]))
    })
    .doc("($module, /, path)", "Opens a file whose code is to be run."),
    Method::positional("text_encoding", 1, 2, |cx, _, args| {
        let level = args.get(1).map_or(Ok(2), |level| support::c_int(cx, level))?;
        if args[0].is_none() { encoding_name(cx, level.max(0) as usize) } else { Ok(args[0].clone()) }
    })
    .doc("($module, encoding, stacklevel=2, /)", "The encoding, or the name of the one that is used without."),
];

fn flag(cx: &Cx, name: &str, default: i64) -> bool {
    let flags = &Vm::of(cx).options.flags;
    flags.iter().find(|(flag, _)| *flag == name).map_or(default, |(_, value)| *value) != 0
}

/// Warns, where that was asked for, that no encoding is given; the name of the one that is meant.
fn encoding_name(cx: &Cx, level: usize) -> R {
    if flag(cx, "warn_default_encoding", 0) {
        cx.warn(&exc::ENCODING_WARNING, "'encoding' argument not specified", level)?;
    }
    cx.intern(if flag(cx, "utf8_mode", 1) { "utf-8" } else { "locale" })
}

/// The encoding where none is given.
pub(super) fn default_encoding(cx: &Cx, level: usize) -> R {
    let name = encoding_name(cx, level)?;
    known_encoding(cx, &name)
}

/// The encoding that a name means: that of the system for `locale`.
pub(super) fn known_encoding(cx: &Cx, name: &Value) -> R {
    if name.downcast::<PyStr>().is_some_and(|name| name.as_str() == Some("locale")) {
        return ask(cx, &cx.import("_locale")?, "getencoding", &[]);
    }
    Ok(name.clone())
}

/// What the letters of a mode ask for.
#[derive(Default)]
struct Mode {
    create: bool,
    read: bool,
    write: bool,
    append: bool,
    update: bool,
    text: bool,
    binary: bool,
}

impl Mode {
    fn of(cx: &Cx, text: &str) -> R<Mode> {
        let mut mode = Mode::default();
        for letter in text.chars() {
            let field = match letter {
                'x' => &mut mode.create,
                'r' => &mut mode.read,
                'w' => &mut mode.write,
                'a' => &mut mode.append,
                '+' => &mut mode.update,
                't' => &mut mode.text,
                'b' => &mut mode.binary,
                _ => return raise!(cx, exc::VALUE_ERROR, "invalid mode: '{text}'"),
            };
            if core::mem::replace(field, true) {
                return raise!(cx, exc::VALUE_ERROR, "invalid mode: '{text}'");
            }
        }
        if mode.text && mode.binary {
            return raise!(cx, exc::VALUE_ERROR, "can't have text and binary mode at once");
        }
        let chosen = [mode.create, mode.read, mode.write, mode.append];
        if chosen.iter().filter(|&&chosen| chosen).count() > 1 {
            return raise!(cx, exc::VALUE_ERROR, "must have exactly one of create/read/write/append mode");
        }
        Ok(mode)
    }

    /// As `FileIO` takes it.
    fn raw(&self) -> String {
        let letters = [(self.create, 'x'), (self.read, 'r'), (self.write, 'w'), (self.append, 'a'), (self.update, '+')];
        letters.into_iter().filter(|(asked, _)| *asked).map(|(_, letter)| letter).collect()
    }
}

/// `open`
pub(in super::super) fn open(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let params = Params {
        function: "open",
        names: ["file", "mode", "buffering", "encoding", "errors", "newline", "closefd", "opener"],
        positional_only: 0,
        positional: 8,
        required: 1,
    };
    let [Some(file), mode, buffering, encoding, errors, newline, close_fd, opener] = args.bind(cx, &params)? else {
        return Ok(Value::none());
    };
    let mode_text = match mode {
        None => "r".to_owned(),
        Some(mode) if mode.downcast::<PyStr>().is_some() => cx.display(mode)?,
        Some(mode) => {
            let ty = mode.ty().name();
            return raise!(cx, exc::TYPE_ERROR, "open() argument 'mode' must be str, not {ty}");
        }
    };
    let buffering = buffering.map_or(Ok(-1), |buffering| support::c_int(cx, buffering))?;
    for (name, value) in [("encoding", encoding), ("errors", errors), ("newline", newline)] {
        if let Some(value) = value.filter(|value| !value.is_none() && value.downcast::<PyStr>().is_none()) {
            let ty = value.ty().name();
            return raise!(cx, exc::TYPE_ERROR, "open() argument '{name}' must be str or None, not {ty}");
        }
    }
    let close_fd = close_fd.map_or(Ok(true), |close_fd| cx.is_true(close_fd))?;
    let given = |value: Option<&Value>| value.filter(|value| !value.is_none()).is_some();
    let path = if file.is_int() { file.clone() } else { support::fspath(cx, file)? };
    let mode = Mode::of(cx, &mode_text)?;
    if mode.binary {
        for (name, value) in [("encoding", encoding), ("errors", errors), ("newline", newline)] {
            if given(value) {
                let article = if name == "newline" { "a" } else { "an" };
                return raise!(cx, exc::VALUE_ERROR, "binary mode doesn't take {article} {name} argument");
            }
        }
        if buffering == 1 {
            let message =
                "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used";
            cx.warn(&exc::RUNTIME_WARNING, message, 1)?;
        }
    }
    let opener = opener.cloned().unwrap_or_else(Value::none);
    let raw_args = [path, cx.str_value(&mode.raw())?, Value::bool(close_fd), opener];
    let raw = cx.call(&FILE_IO_TYPE.value(), &raw_args)?;
    let wrapped = wrap(cx, &raw, &mode, &mode_text, buffering, [encoding, errors, newline]);
    match wrapped {
        Ok(stream) => Ok(stream),
        Err((stream, raised)) => {
            // What was opened is closed at once.
            match ask(cx, &stream, "close", &[]) {
                Ok(_) => Err(raised),
                Err(second) => Err(super::base::chained(cx, raised, second)),
            }
        }
    }
}

/// Puts a buffer and text on top of a raw file. With an error comes the stream that is to be closed.
fn wrap(
    cx: &Cx,
    raw: &Value,
    mode: &Mode,
    mode_text: &str,
    mut buffering: i32,
    text: [Option<&Value>; 3],
) -> Result<Value, (Value, adder_objects::Raised)> {
    let closing = |stream: &Value| {
        let stream = stream.clone();
        move |raised| (stream, raised)
    };
    let on_raw = closing(raw);
    let mut line_buffering = buffering == 1;
    if buffering < 0 {
        match ask(cx, raw, "isatty", &[]).and_then(|answer| cx.is_true(&answer)) {
            Ok(tty) => line_buffering = tty,
            Err(raised) => return Err(on_raw(raised)),
        }
    }
    if line_buffering {
        buffering = -1;
    }
    if buffering == 0 {
        if !mode.binary {
            let raised = cx.value_error(format_args!("can't have unbuffered text I/O"));
            return Err(on_raw(raised));
        }
        return Ok(raw.clone());
    }
    let class = if mode.update {
        &BUFFERED_RANDOM_TYPE
    } else if mode.create || mode.write || mode.append {
        &BUFFERED_WRITER_TYPE
    } else {
        &BUFFERED_READER_TYPE
    };
    let buffered = (|| {
        let size = if buffering > 1 { i64::from(buffering) } else { block_size(cx, raw)? };
        cx.call(&class.value(), &[raw.clone(), cx.int(size)?])
    })();
    let buffered = match buffered {
        Ok(buffered) => buffered,
        Err(raised) => return Err(on_raw(raised)),
    };
    if mode.binary {
        return Ok(buffered);
    }
    let on_buffered = closing(&buffered);
    let made = (|| {
        let [encoding, errors, newline] = text.map(|value| value.cloned().unwrap_or_else(Value::none));
        let encoding = if encoding.is_none() { default_encoding(cx, 1)? } else { encoding };
        let args = [buffered, encoding, errors, newline, Value::bool(line_buffering)];
        let made = cx.call(&TEXT_IO_WRAPPER_TYPE.value(), &args)?;
        Ok(made)
    })();
    let made = match made {
        Ok(made) => made,
        Err(raised) => return Err(on_buffered(raised)),
    };
    let named = (|| cx.setattr(&made, &cx.intern("mode")?, Some(&cx.str_value(mode_text)?)))();
    match named {
        Ok(()) => Ok(made),
        Err(raised) => Err(closing(&made)(raised)),
    }
}

/// The size of the buffer for a raw file.
fn block_size(cx: &Cx, raw: &Value) -> R<i64> {
    let own = attribute(cx, raw, "_blksize")?.and_then(|size| size.as_i64()).unwrap_or(0);
    Ok(own.min(8 << 20).max(DEFAULT_BUFFER_SIZE as i64))
}
