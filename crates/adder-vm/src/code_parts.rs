//! Code objects put together from parts: `types.CodeType(…)` and `code.replace(…)`.

use std::sync::Arc;

use adder_compiler::Code;
use adder_compiler::code::{LocalKind, WORD_BYTES};
use adder_compiler::op::{Instr, Op};
use adder_compiler::{ConstKind, bytes_to_verify, tables, verify_foreign};
use adder_objects::bytes::PyBytes;
use adder_objects::str::PyStr;
use adder_objects::tuple::PyTuple;
use adder_objects::{Args, Cx, Obj, Params, R, TypeObject, Value, exceptions as exc, raise};

use crate::code::PyCode;

/// The parts, in the order in which `CodeType` takes them.
const NAMES: [&str; 18] = [
    "argcount",
    "posonlyargcount",
    "kwonlyargcount",
    "nlocals",
    "stacksize",
    "flags",
    "codestring",
    "constants",
    "names",
    "varnames",
    "filename",
    "name",
    "qualname",
    "firstlineno",
    "linetable",
    "exceptiontable",
    "freevars",
    "cellvars",
];

/// The parts as Python sees them.
struct Parts {
    numbers: [i64; 6],
    first_line: i64,
    instructions: Value,
    constants: Value,
    names: Value,
    varnames: Value,
    freevars: Value,
    cellvars: Value,
    texts: [Value; 3],
    line_table: Value,
    exception_table: Value,
}

/// `types.CodeType(…)`
pub(crate) fn new(cx: &Cx, _: &TypeObject, args: Args<'_>) -> R {
    let given =
        args.bind(cx, &Params { function: "code", names: NAMES, positional_only: 18, positional: 18, required: 16 })?;
    let empty = cx.tuple([])?.into_value();
    let at = |n: usize| given[n].cloned().unwrap_or_else(|| empty.clone());
    let mut numbers = [0; 6];
    for (n, number) in numbers.iter_mut().enumerate() {
        *number = cx.index_to_isize(&at(n), Some(&exc::OVERFLOW_ERROR))? as i64;
    }
    let parts = Parts {
        numbers,
        first_line: cx.index_to_isize(&at(13), Some(&exc::OVERFLOW_ERROR))? as i64,
        instructions: expect::<PyBytes>(cx, at(6), 7, "bytes")?,
        constants: expect::<PyTuple>(cx, at(7), 8, "tuple")?,
        names: expect::<PyTuple>(cx, at(8), 9, "tuple")?,
        varnames: expect::<PyTuple>(cx, at(9), 10, "tuple")?,
        freevars: expect::<PyTuple>(cx, at(16), 17, "tuple")?,
        cellvars: expect::<PyTuple>(cx, at(17), 18, "tuple")?,
        texts: [
            expect::<PyStr>(cx, at(10), 11, "str")?,
            expect::<PyStr>(cx, at(11), 12, "str")?,
            expect::<PyStr>(cx, at(12), 13, "str")?,
        ],
        line_table: expect::<PyBytes>(cx, at(14), 15, "bytes")?,
        exception_table: expect::<PyBytes>(cx, at(15), 16, "bytes")?,
    };
    Ok(build(cx, &parts)?.into_value())
}

fn expect<T: adder_objects::Layout>(cx: &Cx, value: Value, number: usize, wanted: &str) -> R {
    if value.downcast::<T>().is_some() {
        return Ok(value);
    }
    raise!(cx, exc::TYPE_ERROR, "code() argument {number} must be {wanted}, not {}", value.ty().name())
}

/// `code.replace(…)`
pub(crate) fn replace(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    if !args.given().is_empty() {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "replace() takes exactly 0 positional arguments ({} given)",
            args.given().len()
        );
    }
    let number = |value: &Value| -> R<i64> { Ok(cx.index_to_isize(value, Some(&exc::OVERFLOW_ERROR))? as i64) };
    let mut parts = Parts::of(cx, this)?;
    for (name, value) in args.keywords() {
        let name = cx.display(name)?;
        let must = |wanted: &str, is: bool| -> R {
            if is {
                return Ok(value.clone());
            }
            raise!(cx, exc::TYPE_ERROR, "replace() argument '{name}' must be {wanted}, not {}", value.ty().name())
        };
        let text = || must("str", value.downcast::<PyStr>().is_some());
        let tuple = || must("tuple", value.downcast::<PyTuple>().is_some());
        let bytes = || must("bytes", value.downcast::<PyBytes>().is_some());
        match name.as_str() {
            "co_argcount" => parts.numbers[0] = number(value)?,
            "co_posonlyargcount" => parts.numbers[1] = number(value)?,
            "co_kwonlyargcount" => parts.numbers[2] = number(value)?,
            "co_nlocals" => parts.numbers[3] = number(value)?,
            "co_stacksize" => parts.numbers[4] = number(value)?,
            "co_flags" => parts.numbers[5] = number(value)?,
            "co_firstlineno" => parts.first_line = number(value)?,
            "co_code" => parts.instructions = bytes()?,
            "co_consts" => parts.constants = tuple()?,
            "co_names" => parts.names = tuple()?,
            "co_varnames" => parts.varnames = tuple()?,
            "co_freevars" => parts.freevars = tuple()?,
            "co_cellvars" => parts.cellvars = tuple()?,
            "co_filename" => parts.texts[0] = text()?,
            "co_name" => parts.texts[1] = text()?,
            "co_qualname" => parts.texts[2] = text()?,
            "co_linetable" => parts.line_table = bytes()?,
            "co_exceptiontable" => parts.exception_table = bytes()?,
            _ => return raise!(cx, exc::TYPE_ERROR, "replace() got an unexpected keyword argument '{name}'"),
        }
    }
    Ok(build(cx, &parts)?.into_value())
}

impl Parts {
    fn of(cx: &Cx, this: &Value) -> R<Parts> {
        // SAFETY: called for code objects.
        let old = unsafe { this.cast::<PyCode>() };
        let code = &*old.code;
        let names = |wanted: fn(&adder_compiler::code::Local) -> bool| -> R {
            let names = old.local_names.iter().zip(&code.locals).filter(|(_, local)| wanted(local));
            Ok(cx.tuple(names.map(|(name, _)| name.clone()).collect::<Vec<_>>())?.into_value())
        };
        Ok(Parts {
            numbers: [
                old.arg_count as i64,
                i64::from(code.positional_only),
                i64::from(code.keyword_only),
                code.locals.iter().filter(|local| local.in_varnames).count() as i64,
                (old.registers - old.locals) as i64,
                i64::from(old.flags),
            ],
            first_line: i64::from(code.first_line),
            instructions: cx.bytes(&instructions(code))?.into_value(),
            constants: cx.tuple(old.constants.to_vec())?.into_value(),
            names: cx.tuple(old.names.to_vec())?.into_value(),
            varnames: names(|local| local.in_varnames)?,
            freevars: names(|local| local.kind == LocalKind::Free)?,
            cellvars: names(|local| local.kind == LocalKind::Cell)?,
            texts: [old.filename.clone(), old.name.clone(), old.qualname.clone()],
            line_table: cx.bytes(&tables::line_table(code))?.into_value(),
            exception_table: cx.bytes(&tables::exception_table(code))?.into_value(),
        })
    }
}

/// `co_code`: the words as they were compiled.
pub(crate) fn instructions(code: &Code) -> Vec<u8> {
    code.words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn names_of(cx: &Cx, tuple: &Value) -> R<Vec<Arc<str>>> {
    let items = tuple.downcast::<PyTuple>().map(PyTuple::items).unwrap_or_default();
    items
        .iter()
        .map(|item| match item.downcast::<PyStr>() {
            Some(_) => Ok(Arc::from(cx.display(item)?)),
            None => raise!(cx, exc::TYPE_ERROR, "name tuples must contain only strings, not '{}'", item.ty().name()),
        })
        .collect()
}

fn bytes_of(value: &Value) -> &[u8] {
    value.downcast::<PyBytes>().map(PyBytes::as_slice).unwrap_or_default()
}

fn kind_of(constant: &Value) -> ConstKind {
    if let Some(code) = constant.downcast_exact::<PyCode>() {
        return ConstKind::Code(code.locals - code.free_start);
    }
    match constant.downcast_exact::<PyTuple>() {
        Some(tuple) if tuple.items().iter().all(|item| item.downcast_exact::<PyStr>().is_some()) => {
            ConstKind::Names(tuple.items().len())
        }
        Some(_) => ConstKind::Tuple,
        None => ConstKind::Other,
    }
}

fn build(cx: &Cx, parts: &Parts) -> R<Obj<PyCode>> {
    let wrong = |text: String| -> R<Obj<PyCode>> { raise!(cx, exc::VALUE_ERROR, "code: {text}") };
    let [arg_count, positional_only, keyword_only, locals, stack, flags] = parts.numbers;
    for (number, what) in parts.numbers.iter().zip(NAMES) {
        if *number < 0 {
            return wrong(format!("{what} must not be negative"));
        }
    }
    let variables = names_of(cx, &parts.varnames)?;
    let (cells, free) = (names_of(cx, &parts.cellvars)?, names_of(cx, &parts.freevars)?);
    if locals != variables.len() as i64 {
        return wrong("co_nlocals != len(co_varnames)".to_owned());
    }
    let small = |n: i64| u16::try_from(n).ok();
    let (Some(arg_count), Some(positional_only), Some(keyword_only)) =
        (small(arg_count), small(positional_only), small(keyword_only))
    else {
        return wrong("too many parameters".to_owned());
    };
    let bytes = bytes_of(&parts.instructions);
    let word = WORD_BYTES as usize;
    // Code of nothing but zeros is somebody's who wants its names and lines, and will not run it (Cython's functions are shown so).
    let is_for_show = !bytes.is_empty() && bytes.iter().all(|byte| *byte == 0);
    if !is_for_show && !bytes.len().is_multiple_of(word) || bytes.len() / word > i32::MAX as usize {
        return wrong(format!("the instructions of Adder are a multiple of {word} bytes long"));
    }
    let mut code = Code {
        name: cx.display(&parts.texts[1])?.into(),
        qualname: cx.display(&parts.texts[2])?.into(),
        filename: cx.display(&parts.texts[0])?.into(),
        first_line: parts.first_line.clamp(0, i64::from(i32::MAX)) as u32,
        flags: flags as u32,
        arg_count,
        positional_only,
        keyword_only,
        names: names_of(cx, &parts.names)?,
        words: if is_for_show {
            for_show(bytes.len().div_ceil(word))
        } else {
            bytes.chunks_exact(word).map(|word| u64::from_le_bytes(word.try_into().unwrap_or_default())).collect()
        },
        ..Code::default()
    };
    let names = tables::Names { variables: &variables, cells: &cells, free: &free };
    if let Err(message) = tables::read_exception_table(&mut code, bytes_of(&parts.exception_table), &names) {
        return wrong(message);
    }
    let Some(registers) = i64::try_from(code.locals.len()).ok().and_then(|locals| small(locals.saturating_add(stack)))
    else {
        return wrong("too many registers".to_owned());
    };
    code.registers = registers;
    code.positions = tables::positions(bytes_of(&parts.line_table), code.first_line, starts(&code.words).into_iter());
    let constants = parts.constants.downcast::<PyTuple>();
    let values = constants.map(PyTuple::items).unwrap_or_default();
    // The compiler's own form of the constants is not needed any more, but for their number.
    code.constants = vec![adder_compiler::Const::None; values.len()];
    let Ok(_room) = cx.heap.try_charge(bytes_to_verify(&code)) else { return Err(cx.no_memory()) };
    let kind = |n: usize| values.get(n).map_or(ConstKind::Other, kind_of);
    if let Err(message) = verify_foreign(&code, &kind) {
        return wrong(message);
    }
    crate::code::code_object_with(cx, &code.into(), constants)
}

/// Words that do nothing but end: in a RuntimeError, for there is no exception that could be raised again.
fn for_show(count: usize) -> Vec<u64> {
    let mut words = vec![Instr::new(Op::Nop, 0, 0, 0).word(); count];
    if let Some(last) = words.last_mut() {
        *last = Instr::new(Op::RaiseAgain, 0, 0, 0).word();
    }
    words
}

/// The words at which instructions begin.
pub(crate) fn starts(words: &[u64]) -> Vec<u32> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        all.push(at as u32);
        at += 1 + Op::of(Instr::of_word(*word).op).map_or(0, Op::caches);
    }
    all
}
