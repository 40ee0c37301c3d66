//! The module `_operator`: operators as functions.

use adder_objects::typeobject::{CompareOp, Method, number};
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use super::getters;
use crate::vm::Vm;

macro_rules! compared {
    ($name:literal $op:ident) => {
        Method::positional($name, 2, 2, |cx, _, args| cx.compare(&args[0], &args[1], CompareOp::$op))
    };
}

macro_rules! binary {
    ($name:literal $number:ident) => {
        Method::positional($name, 2, 2, |cx, _, args| cx.binary(number::$number, &args[0], &args[1]))
    };
}

macro_rules! in_place {
    ($name:literal $number:ident) => {
        Method::positional($name, 2, 2, |cx, _, args| cx.in_place(number::$number, &args[0], &args[1]))
    };
}

static FUNCTIONS: &[Method] = &[
    compared!("lt" Lt),
    compared!("le" Le),
    compared!("eq" Eq),
    compared!("ne" Ne),
    compared!("ge" Ge),
    compared!("gt" Gt),
    binary!("add" ADD),
    binary!("sub" SUB),
    binary!("mul" MUL),
    binary!("matmul" MAT_MUL),
    binary!("truediv" TRUE_DIV),
    binary!("floordiv" FLOOR_DIV),
    binary!("mod" MOD),
    binary!("pow" POW),
    binary!("lshift" LSHIFT),
    binary!("rshift" RSHIFT),
    binary!("and_" AND),
    binary!("or_" OR),
    binary!("xor" XOR),
    in_place!("iadd" ADD),
    in_place!("isub" SUB),
    in_place!("imul" MUL),
    in_place!("imatmul" MAT_MUL),
    in_place!("itruediv" TRUE_DIV),
    in_place!("ifloordiv" FLOOR_DIV),
    in_place!("imod" MOD),
    in_place!("ipow" POW),
    in_place!("ilshift" LSHIFT),
    in_place!("irshift" RSHIFT),
    in_place!("iand" AND),
    in_place!("ior" OR),
    in_place!("ixor" XOR),
    Method::one("not_", |cx, _, a| Ok(Value::bool(!cx.is_true(a)?))).doc("($module, a, /)", "Same as not a."),
    Method::one("truth", |cx, _, a| Ok(Value::bool(cx.is_true(a)?))).doc("($module, a, /)", "Is a true?"),
    Method::positional("is_", 2, 2, |_, _, args| Ok(Value::bool(args[0].is_same(&args[1]))))
        .doc("($module, a, b, /)", "Same as a is b."),
    Method::positional("is_not", 2, 2, |_, _, args| Ok(Value::bool(!args[0].is_same(&args[1]))))
        .doc("($module, a, b, /)", "Same as a is not b."),
    Method::one("is_none", |_, _, a| Ok(Value::bool(a.is_none()))).doc("($module, a, /)", "Same as a is None."),
    Method::one("is_not_none", |_, _, a| Ok(Value::bool(!a.is_none())))
        .doc("($module, a, /)", "Same as a is not None."),
    Method::one("neg", |cx, _, a| cx.negative(a)).doc("($module, a, /)", "Same as -a."),
    Method::one("pos", |cx, _, a| cx.positive(a)).doc("($module, a, /)", "Same as +a."),
    Method::one("abs", |cx, _, a| cx.absolute(a)).doc("($module, a, /)", "Same as abs(a)."),
    Method::one("inv", |cx, _, a| cx.invert(a)).doc("($module, a, /)", "Same as ~a."),
    Method::one("invert", |cx, _, a| cx.invert(a)).doc("($module, a, /)", "Same as ~a."),
    Method::one("index", |cx, _, a| cx.index(a)).doc("($module, a, /)", "Same as a.__index__()."),
    Method::positional("getitem", 2, 2, |cx, _, args| cx.getitem(&args[0], &args[1]))
        .doc("($module, a, b, /)", "Same as a[b]."),
    Method::positional("setitem", 3, 3, |cx, _, args| {
        cx.setitem(&args[0], &args[1], Some(&args[2])).map(|()| Value::none())
    })
    .doc("($module, a, b, c, /)", "Same as a[b] = c."),
    Method::positional("delitem", 2, 2, |cx, _, args| cx.setitem(&args[0], &args[1], None).map(|()| Value::none()))
        .doc("($module, a, b, /)", "Same as del a[b]."),
    Method::positional("contains", 2, 2, |cx, _, args| Ok(Value::bool(cx.contains(&args[0], &args[1])?)))
        .doc("($module, a, b, /)", "Same as b in a."),
    Method::positional("concat", 2, 2, |cx, _, args| {
        is_sequence(cx, &args[0])?;
        cx.binary(number::ADD, &args[0], &args[1])
    })
    .doc("($module, a, b, /)", "Same as a + b, of sequences."),
    Method::positional("iconcat", 2, 2, |cx, _, args| {
        is_sequence(cx, &args[0])?;
        cx.in_place(number::ADD, &args[0], &args[1])
    })
    .doc("($module, a, b, /)", "Same as a += b, of sequences."),
    Method::positional("countOf", 2, 2, |cx, _, args| {
        let mut count = 0;
        cx.for_each(&iterable(cx, &args[0])?, |item| {
            count += i64::from(cx.equals(&item, &args[1])?);
            Ok(())
        })?;
        cx.int(count)
    })
    .doc("($module, a, b, /)", "How many items of a equal b."),
    Method::positional("indexOf", 2, 2, index_of)
        .doc("($module, a, b, /)", "The place of the first item of a that equals b."),
    Method::positional("length_hint", 1, 2, |cx, _, args| {
        let default = args.get(1).map_or(Ok(0), |default| adder_objects::arguments::ssize(cx, default))?;
        match usize::try_from(default) {
            Ok(default) => cx.int(cx.length_hint(&args[0], default)? as i64),
            Err(_) => raise!(cx, exc::VALUE_ERROR, "length_hint() default must be non-negative"),
        }
    })
    .doc("($module, obj, default=0, /)", "How many items there may be."),
    Method::any("call", |cx, _, args| match args.given() {
        [] => raise!(cx, exc::TYPE_ERROR, "call expected at least 1 argument, got 0"),
        [function, ..] => cx.call_args(function, args.rest()),
    })
    .doc("($module, obj, /, *args, **kwargs)", "Same as obj(*args, **kwargs)."),
    Method::positional("_compare_digest", 2, 2, compare_digest)
        .doc("($module, a, b, /)", "Same as a == b, in a time that does not tell where they differ."),
];

pub(in crate::modules) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_operator", FUNCTIONS)?.into_value();
    if let Some(dict) = crate::module::dict_of(&module) {
        for (name, ty) in getters::NAMED {
            dict.set_text(cx, name, ty.value())?;
        }
    }
    Ok(module)
}

fn is_sequence(cx: &Cx, value: &Value) -> R<()> {
    let slots = &value.ty().slots;
    if slots.concat.get().is_none() && slots.item.get().is_none() && slots.getitem.get().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "'{}' object can't be concatenated", value.ty().name());
    }
    Ok(())
}

/// What it is that is searched: not an iterable is another message than that of `iter`.
fn iterable(cx: &Cx, value: &Value) -> R {
    use adder_objects::Catch;
    match cx.iter(value).unless(&exc::TYPE_ERROR)? {
        Some(iterator) => Ok(iterator),
        None => raise!(cx, exc::TYPE_ERROR, "argument of type '{}' is not iterable", value.ty().name()),
    }
}

fn index_of(cx: &Cx, _: &Value, args: &[Value]) -> R {
    let items = iterable(cx, &args[0])?;
    let mut at = 0;
    while let Some(item) = cx.next(&items)? {
        if cx.equals(&item, &args[1])? {
            return cx.int(at);
        }
        at += 1;
    }
    raise!(cx, exc::VALUE_ERROR, "sequence.index(x): x not in sequence")
}

pub(in crate::modules) fn compare_digest(cx: &Cx, _: &Value, args: &[Value]) -> R {
    use adder_objects::str::PyStr;
    let same = |a: &[u8], b: &[u8]| {
        // Every byte of the second is looked at, whatever is found.
        let differ = b.iter().enumerate().fold(0, |so_far, (at, byte)| so_far | (byte ^ a.get(at).unwrap_or(&!byte)));
        Ok(Value::bool(core::hint::black_box(differ) == 0 && a.len() == b.len()))
    };
    if let (Some(a), Some(b)) = (args[0].downcast::<PyStr>(), args[1].downcast::<PyStr>()) {
        let (Some(a), Some(b)) = (a.as_str().filter(|a| a.is_ascii()), b.as_str().filter(|b| b.is_ascii())) else {
            return raise!(cx, exc::TYPE_ERROR, "comparing strings with non-ASCII characters is not supported");
        };
        return same(a.as_bytes(), b.as_bytes());
    }
    let (one, other) = (args[0].ty(), args[1].ty());
    if one.slots.buffer.get().is_none() && other.slots.buffer.get().is_none() {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "unsupported operand types(s) or combination of types: '{}' and '{}'",
            one.name(),
            other.name()
        );
    }
    let request = adder_objects::buffer::request::SIMPLE;
    let view = |value: &Value| crate::modules::support::view(cx, value, request);
    let (a, b) = (view(&args[0])?, view(&args[1])?);
    // SAFETY: no code of a user runs.
    same(unsafe { a.as_slice() }, unsafe { b.as_slice() })
}
