//! Table tests whose expectations CPython 3.13 makes when it is there.
//!
//! A script prints one line for each case: an operation and its operands, `=>`, and what CPython answers. Values are written
//! as tokens: `N`, `T`, `F`, `i-5`, `f<bits>`, `s61.62` (code points), `b6162`, `a6162` (a bytearray), `t2 …`, `l2 …`, `d1 key
//! value`; an exception as `!TypeError t1 …` (its arguments).

use std::path::PathBuf;
use std::process::Command;

use crate::interpreter::with;
use adder_objects::error::R;
use adder_objects::typeobject::{CompareOp, TypeObject, number};
use adder_objects::{Args, Cx, Value, args};

/// Runs the cases of a script beside this file, and fails if one comes out differently.
pub fn compare(script: &str) {
    let Some(python) = adder_cpython::find_or_skip(script) else { return };
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/text/judge");
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
            if got != expected {
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
        "z" => {
            let bounds = several(tokens, 3)?;
            cx.slice(bounds[0].clone(), bounds[1].clone(), bounds[2].clone())?
        }
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
        ("points", name) => points(cx, name),
        ("len", _) => Ok(Value::small(cx.len(&operands[0])? as i64)),
        ("repr", _) => Ok(cx.repr(&operands[0])?.into_value()),
        ("str", _) => Ok(cx.to_str(&operands[0])?.into_value()),
        // A codec by its module's function: the name, then data, errors, and a mapping or whether more follows.
        ("codec", name) => {
            use adder_objects::codecs::{self, Handler, Order};
            let errors = Handler::of(cx, operands[1].downcast())?;
            let bytes = |cx: &Cx| cx.bytes_of(&operands[0]);
            let held;
            let data = match operands[0].downcast::<adder_objects::str::PyStr>() {
                Some(_) => &[][..],
                None => {
                    held = bytes(cx)?;
                    held.downcast::<adder_objects::bytes::PyBytes>().unwrap().as_slice()
                }
            };
            let last = operands[2].as_bool().unwrap_or(true);
            let partial = match name {
                "charmap_decode" => {
                    return Ok(codecs::charmap_decode(cx, data, &errors, Some(&operands[2]))?.into_value());
                }
                "charmap_encode" => {
                    return Ok(codecs::charmap_encode(cx, &operands[0], &errors, Some(&operands[2]))?.into_value());
                }
                "utf_8_decode" => codecs::decode_utf_8(cx, data, &errors, last)?,
                "utf_16_decode" => codecs::decode_utf_16(cx, data, &errors, Order::Marked, last)?,
                "utf_32_le_decode" => codecs::decode_utf_32(cx, data, &errors, Order::Little, last)?,
                "utf_7_decode" => codecs::decode_utf_7(cx, data, &errors, last)?,
                "unicode_escape_decode" => codecs::decode_unicode_escape(cx, data, &errors, last)?,
                "raw_unicode_escape_decode" => codecs::decode_raw_unicode_escape(cx, data, &errors, last)?,
                _ => panic!("a codec: {name}"),
            };
            Ok(cx.tuple([partial.0.into_value(), Value::small(partial.1 as i64)])?.into_value())
        }
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

/// What a method answers for all code points, in a few numbers.
fn points(cx: &Cx, name: &str) -> R {
    use adder_objects::unicode::{self, Mapped, property as p};
    let bits = match name {
        "isalpha" => p::ALPHA,
        "isdecimal" => p::DECIMAL,
        "isdigit" => p::DIGIT,
        "isnumeric" => p::NUMERIC,
        "islower" => p::LOWER,
        "isupper" => p::UPPER,
        "isspace" => p::SPACE,
        "isprintable" => p::PRINTABLE,
        "isidentifier" => p::IDENTIFIER_START,
        _ => 0,
    };
    if bits != 0 {
        let edges = (1..0x11_0000_u32).filter(|&at| unicode::is(at, bits) != unicode::is(at - 1, bits));
        let edges: Vec<u64> = edges.map(u64::from).collect();
        let squares = edges.iter().map(|e| e * e).sum::<u64>() % (1 << 40);
        let numbers = [edges.len() as u64, edges.iter().sum(), squares];
        return Ok(cx.list(numbers.map(|n| Value::small(n as i64)))?.into_value());
    }
    let map: fn(u32) -> Mapped = match name {
        "upper" => unicode::to_upper,
        "lower" => unicode::to_lower,
        "title" => unicode::to_title,
        _ => unicode::fold,
    };
    let weigh = |at: u32| map(at).iter().zip(1..).map(|(&to, i)| u64::from(to) * i).sum::<u64>();
    let total = (0..0x11_0000).fold(0, |sum, at| (sum + u64::from(at + 1) * weigh(at)) % (1 << 40));
    Ok(Value::small(total as i64))
}
