//! Table tests whose expectations CPython 3.13 makes when it is there.
//!
//! A script prints one line for each case: an operation and its operands, `=>`, and what CPython answers. Values are written
//! as tokens: `N`, `T`, `F`, `i-5`, `f<bits>`, `s61.62` (code points), `b6162`, `a6162` (a bytearray), `t2 …`, `l2 …`, `d1 key
//! value`; an exception as `!TypeError t1 …` (its arguments).

use std::path::PathBuf;
use std::process::Command;

use adder_gc::Heap;
use adder_objects::error::R;
use adder_objects::typeobject::{CompareOp, TypeObject, number};
use adder_objects::{Args, Cx, Value, args};

/// Runs `f` in an interpreter of its own, and checks that everything is given back.
pub fn with(f: impl FnOnce(&Cx)) {
    let heap = Heap::new();
    let stats = heap.clone();
    {
        let cx = Cx::new(heap).expect("room for an interpreter");
        let _entered = cx.enter();
        f(&cx);
    }
    stats.collect();
    let left = stats.stats();
    assert_eq!((left.objects, left.charged_bytes), (0, 0), "everything is given back");
}

fn is_judge(program: &PathBuf) -> bool {
    let asked = Command::new(program).args(["-c", "import sys; print(sys.version_info[:2] == (3, 13))"]).output();
    asked.is_ok_and(|answer| answer.stdout.starts_with(b"True"))
}

fn judge() -> Option<PathBuf> {
    let mut candidates: Vec<PathBuf> = std::env::var_os("ADDER_PYTHON_3_13").map(PathBuf::from).into_iter().collect();
    candidates.push("python3.13".into());
    if let Some(home) = std::env::var_os("HOME") {
        let versions = PathBuf::from(home).join(".pyenv/versions");
        let found = std::fs::read_dir(versions).into_iter().flatten().flatten();
        candidates.extend(found.map(|entry| entry.path().join("bin/python3")));
    }
    candidates.into_iter().find(is_judge)
}

/// Runs the cases of a script in `tests/judge`, and fails if one comes out differently.
pub fn compare(script: &str) {
    let Some(python) = judge() else {
        eprintln!("no CPython 3.13 here: the cases of {script} are skipped");
        return;
    };
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/judge");
    let made = Command::new(python).arg(folder.join(script)).env("PYTHONDONTWRITEBYTECODE", "1").output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let text = String::from_utf8(made.stdout).unwrap();
    let mut wrong = Vec::new();
    let mut n = 0;
    let mut seen = std::collections::BTreeMap::new();
    with(|cx| {
        for line in text.lines() {
            n += 1;
            let (call, expected) = line.split_once(" => ").unwrap();
            let got = answer(cx, call);
            if got != expected && !not_there_yet(&got) {
                let times = seen.entry(call.split(' ').next().unwrap().to_owned()).or_insert(0);
                *times += 1;
                if *times > 8 {
                    continue;
                }
                wrong.push(format!(
                    "{}\n      CPython {}\n      here    {}",
                    shown(call),
                    shown(expected),
                    shown(&got)
                ));
            }
        }
    });
    assert!(n > 100, "the script made {n} cases");
    if !wrong.is_empty() {
        let some = wrong.iter().map(|w| format!("  {w}\n")).collect::<String>();
        panic!("of {n} cases some differ:\n{some}{seen:?}");
    }
}

/// Is it the answer of a slot that a built-in type of this build lacks? Such a case tells nothing about text.
fn not_there_yet(got: &str) -> bool {
    let got = shown(got);
    let lacks = [
        (adder_objects::int::INT_TYPE.slots.hash.get().is_none(), "unhashable type: 'int'"),
        (adder_objects::int::INT_TYPE.slots.repr.get().is_none(), "int has no repr"),
        (adder_objects::int::INT_TYPE.slots.repr.get().is_none(), "<int object at"),
        (adder_objects::float::FLOAT_TYPE.slots.int.get().is_none(), "format: a real number is required, not float"),
        (adder_objects::list::LIST_TYPE.slots.getitem.get().is_none(), "'list' object is not subscriptable"),
        (adder_objects::tuple::TUPLE_TYPE.slots.getitem.get().is_none(), "'tuple' object is not subscriptable"),
        (adder_objects::dict::DICT_TYPE.slots.getitem.get().is_none(), "'dict' object is not subscriptable"),
        (adder_objects::dict::DICT_TYPE.slots.getitem.get().is_none(), "format requires a mapping"),
        (adder_objects::dict::DICT_TYPE.slots.getitem.get().is_none(), "not all arguments converted"),
        (adder_objects::dict::DICT_TYPE.slots.iter.get().is_none(), "can only join an iterable"),
        (adder_objects::float::FLOAT_TYPE.slots.hash.get().is_none(), "unhashable type: 'float'"),
        (adder_objects::list::LIST_TYPE.slots.repr.get().is_none(), "<list object at"),
        (adder_objects::tuple::TUPLE_TYPE.slots.repr.get().is_none(), "<tuple object at"),
        (adder_objects::tuple::TUPLE_TYPE.slots.repr.get().is_none(), "doesn't define __format__"),
    ];
    lacks.iter().any(|(lacking, says)| *lacking && got.contains(says))
}

/// Tokens in a form that can be read.
fn shown(tokens: &str) -> String {
    let one = |token: &str| match token.strip_prefix('s') {
        Some(points) => {
            let points = points.split('.').filter_map(|p| u32::from_str_radix(p, 16).ok());
            format!("{:?}", points.map(|p| char::from_u32(p).unwrap_or('\u{FFFD}')).collect::<String>())
        }
        None => token.to_owned(),
    };
    tokens.split(' ').map(one).collect::<Vec<_>>().join(" ")
}

fn bytes_of(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap()).collect()
}

fn parse<'a>(cx: &Cx, tokens: &mut dyn Iterator<Item = &'a str>) -> R {
    let token = tokens.next().expect("a value");
    let (kind, rest) = token.split_at(1);
    let several = |tokens: &mut dyn Iterator<Item = &'a str>, n: usize| -> R<Vec<Value>> {
        (0..n).map(|_| parse(cx, &mut *tokens)).collect()
    };
    Ok(match kind {
        "N" => Value::none(),
        "T" => Value::bool(true),
        "F" => Value::bool(false),
        "i" => {
            let negative = rest.starts_with('-');
            let n: u128 = rest.trim_start_matches('-').parse().unwrap();
            cx.int_from_digits(&[n as u64, (n >> 64) as u64], negative)?
        }
        "f" => cx.float(f64::from_bits(u64::from_str_radix(rest, 16).unwrap()))?,
        "s" => {
            let points: Vec<u32> =
                rest.split('.').filter(|p| !p.is_empty()).map(|p| u32::from_str_radix(p, 16).unwrap()).collect();
            cx.str_from_points(&points)?.into_value()
        }
        "b" => cx.bytes(&bytes_of(rest))?.into_value(),
        "a" => cx.bytearray(&bytes_of(rest))?.into_value(),
        "." => adder_objects::singletons::ELLIPSIS.value(),
        "t" => cx.tuple(several(tokens, rest.parse().unwrap())?)?.into_value(),
        "l" => cx.list(several(tokens, rest.parse().unwrap())?)?.into_value(),
        "d" => {
            let dict = cx.dict()?;
            for _ in 0..rest.parse::<usize>().unwrap() {
                let key = parse(cx, tokens)?;
                dict.set(cx, &key, parse(cx, tokens)?)?;
            }
            dict.into_value()
        }
        "C" => type_named(rest).value(),
        _ => panic!("a token: {token}"),
    })
}

fn type_named(name: &str) -> &'static TypeObject {
    match name {
        "str" => &adder_objects::str::STR_TYPE,
        "bytes" => &adder_objects::bytes::BYTES_TYPE,
        "bytearray" => &adder_objects::bytearray::BYTEARRAY_TYPE,
        "memoryview" => &adder_objects::memoryview::MEMORYVIEW_TYPE,
        _ => panic!("a type: {name}"),
    }
}

fn written(value: &Value) -> String {
    if value.is_none() {
        return "N".into();
    }
    if let Some(truth) = value.as_bool() {
        return if truth { "T" } else { "F" }.into();
    }
    if value.is_not_implemented() {
        return "NotImplemented".into();
    }
    if let Some(int) = value.as_i64() {
        return format!("i{int}");
    }
    if let Some(float) = value.as_float() {
        return format!("f{:016x}", float.to_bits());
    }
    if let Some(text) = value.downcast::<adder_objects::str::PyStr>() {
        return format!("s{}", text.chars().iter().map(|p| format!("{p:x}")).collect::<Vec<_>>().join("."));
    }
    if let Some(bytes) = value.downcast::<adder_objects::bytes::PyBytes>() {
        return format!("b{}", hex(bytes.as_slice()));
    }
    if let Some(array) = value.downcast::<adder_objects::bytearray::PyByteArray>() {
        // SAFETY: nobody changes it meanwhile.
        return format!("a{}", hex(unsafe { array.as_slice() }));
    }
    let items = |kind: char, items: &[Value]| {
        let mut all = vec![format!("{kind}{}", items.len())];
        all.extend(items.iter().map(written));
        all.join(" ")
    };
    if let Some(tuple) = value.downcast::<adder_objects::tuple::PyTuple>() {
        return items('t', tuple.items());
    }
    if let Some(list) = value.downcast::<adder_objects::list::PyList>() {
        return items('l', &list.to_vec());
    }
    if let Some(dict) = value.downcast::<adder_objects::dict::PyDict>() {
        let mut all = vec![format!("d{}", dict.len())];
        all.extend(dict.entries().iter().flat_map(|(key, value)| [written(key), written(value)]));
        return all.join(" ");
    }
    format!("<{}>", value.ty().name())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn answer(cx: &Cx, call: &str) -> String {
    match perform(cx, call) {
        Ok(value) => written(&value),
        Err(raised) => {
            let error = raised.value().downcast::<adder_objects::exceptions::PyBaseException>().unwrap();
            format!("!{} {}", raised.value().ty().name(), written(&error.args.get()))
        }
    }
}

fn perform(cx: &Cx, call: &str) -> R {
    let mut tokens = call.split(' ');
    let operation = tokens.next().unwrap();
    let mut operands = Vec::new();
    let mut tokens = tokens.peekable();
    while tokens.peek().is_some() {
        operands.push(parse(cx, &mut tokens)?);
    }
    let mut words = operation.split(':');
    let truth = |yes: R<bool>| yes.map(Value::bool);
    match (words.next().unwrap(), words.next().unwrap_or("")) {
        // A method; the names of keywords follow.
        ("m", name) => {
            let names = words.next().unwrap_or("");
            let names: Vec<Value> = names.split(',').filter(|n| !n.is_empty()).map(|n| cx.intern(n).unwrap()).collect();
            let names = cx.tuple(names)?;
            let method = cx.getattr_text(&operands[0], name)?;
            cx.call_args(&method, args::Args::with_names(&operands[1..], Some(&*names)))
        }
        // An instance of a type.
        ("new", name) => {
            let names = words.next().unwrap_or("");
            let names: Vec<Value> = names.split(',').filter(|n| !n.is_empty()).map(|n| cx.intern(n).unwrap()).collect();
            let names = cx.tuple(names)?;
            let ty = type_named(name);
            let args = Args::with_names(&operands, Some(&*names));
            let made = ty.slots.new.get().unwrap()(cx, ty, args)?;
            if let Some(init) = ty.slots.init.get() {
                init(cx, &made, args)?;
            }
            Ok(made)
        }
        // A method, and what the object is afterwards.
        ("changed", name) => {
            let answer = cx.call_method(&operands[0], &cx.intern(name)?, &operands[1..])?;
            Ok(cx.tuple([answer, operands[0].clone()])?.into_value())
        }
        ("op", "+=") => cx.in_place(number::ADD, &operands[0], &operands[1]),
        ("op", "*=") => cx.in_place(number::MUL, &operands[0], &operands[1]),
        ("set", _) => {
            cx.setitem(&operands[0], &operands[1], operands.get(2))?;
            Ok(operands[0].clone())
        }
        // A memoryview and what is done with it, one after the other.
        ("view", _) => {
            let mut view = cx.memoryview(&operands[0])?;
            for step in &operands[1..] {
                let step = step.downcast::<adder_objects::tuple::PyTuple>().unwrap().items();
                let what = cx.display(&step[0])?;
                view = match what.as_str() {
                    "[]" => cx.getitem(&view, &step[1])?,
                    "[]=" => {
                        cx.setitem(&view, &step[1], step.get(2))?;
                        operands[0].clone()
                    }
                    "bytes" => cx.bytes_of(&view)?,
                    "len" => Value::small(cx.len(&view)? as i64),
                    "==" => cx.compare(&view, &step[1], CompareOp::Eq)?,
                    "view" => cx.memoryview(&view)?,
                    "hash" => Value::bool(cx.hash(&view)? == cx.hash(&step[1])?),
                    "." => cx.getattr(&view, &step[1])?,
                    name => cx.call_method(&view, &cx.intern(name)?, &step[1..])?,
                };
            }
            Ok(view)
        }
        ("op", "+") => cx.binary(number::ADD, &operands[0], &operands[1]),
        ("op", "*") => cx.binary(number::MUL, &operands[0], &operands[1]),
        ("op", "%") => cx.binary(number::MOD, &operands[0], &operands[1]),
        ("op", "in") => truth(cx.contains(&operands[1], &operands[0])),
        ("op", "[]") => cx.getitem(&operands[0], &operands[1]),
        ("op", "<") => cx.compare(&operands[0], &operands[1], CompareOp::Lt),
        ("op", "==") => cx.compare(&operands[0], &operands[1], CompareOp::Eq),
        ("op", ">=") => cx.compare(&operands[0], &operands[1], CompareOp::Ge),
        ("len", _) => Ok(Value::small(cx.len(&operands[0])? as i64)),
        ("repr", _) => Ok(cx.repr(&operands[0])?.into_value()),
        ("str", _) => Ok(cx.to_str(&operands[0])?.into_value()),
        ("ascii", _) => Ok(cx.ascii(&operands[0])?.into_value()),
        ("list", _) => Ok(cx.list_of(&operands[0])?.into_value()),
        ("format", ty) => {
            let spec = operands[1].downcast::<adder_objects::str::PyStr>().unwrap();
            let value = &operands[0];
            let made = match ty {
                "float" => adder_objects::format::format_float(cx, value.as_float().unwrap(), spec.chars(), ty)?,
                "int" => adder_objects::format::format_int(cx, value, spec.chars(), ty)?,
                "complex" => {
                    let parts = value.downcast::<adder_objects::tuple::PyTuple>().unwrap().items();
                    let (real, imaginary) = (parts[0].as_float().unwrap(), parts[1].as_float().unwrap());
                    adder_objects::format::format_complex(cx, real, imaginary, spec.chars(), ty)?
                }
                _ => cx.format(value, &operands[1])?,
            };
            Ok(made.into_value())
        }
        (other, _) => panic!("an operation: {other}"),
    }
}
