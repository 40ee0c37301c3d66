//! From objects to a tree of plain data.

use adder_compiler::Const;
use adder_compiler::code::Position;
use adder_compiler::syntax::{Count, Field, Holds, Item, Kind, Node, Place, Sum};
use adder_objects::bytes::PyBytes;
use adder_objects::exceptions as exc;
use adder_objects::int::Int;
use adder_objects::list::PyList;
use adder_objects::set::{FROZENSET_TYPE, PySet};
use adder_objects::str::PyStr;
use adder_objects::tuple::PyTuple;
use adder_objects::{Cx, R, Value, raise};

use super::Classes;
use crate::vm::Vm;

/// The tree of an object that is to be one of these kinds.
///
/// # Errors
/// TypeError and ValueError, where it is no tree; RecursionError.
pub(crate) fn tree(vm: &Vm, object: &Value, kinds: &[Kind]) -> R<Node> {
    let cx = &*vm.cx;
    let reader = Reader { cx, classes: Classes::of(vm)? };
    match reader.kind(object, kinds) {
        Some(kind) => reader.node(object, kind),
        None => {
            let expected = kinds.first().map_or("mod", |kind| kind.name());
            raise!(cx, exc::TYPE_ERROR, "expected {expected} node, got {}", object.ty().short_name())
        }
    }
}

struct Reader<'a> {
    cx: &'a Cx,
    classes: Classes,
}

impl Reader<'_> {
    /// Which of these kinds an object is.
    fn kind(&self, object: &Value, kinds: &[Kind]) -> Option<Kind> {
        let is = |kind: &&Kind| {
            let class = self.classes.kind(**kind);
            class.downcast().is_some_and(|class| object.ty().is_subtype(class))
        };
        kinds.iter().find(is).copied()
    }

    fn node(&self, object: &Value, kind: Kind) -> R<Node> {
        let cx = self.cx;
        cx.check_stack()?;
        let mut fields = Vec::with_capacity(kind.fields().len());
        for field in kind.fields() {
            fields.push(self.field(object, kind, field)?);
        }
        let position = match kind.sum().place() {
            Place::Nowhere => Position::default(),
            _ => self.position(object, kind)?,
        };
        Ok(Node { kind, fields, position })
    }

    fn field(&self, object: &Value, kind: Kind, field: &Field) -> R<Item> {
        let cx = self.cx;
        let found = cx.getattr_opt(object, &cx.intern(field.name)?)?;
        let name = field.name;
        match (field.count, found) {
            (Count::Many, None) => Ok(Item::Many(Vec::new())),
            (Count::Many, Some(list)) => {
                let Some(items) = list.downcast::<PyList>() else {
                    let (kind, got) = (kind.name(), list.ty().name());
                    return raise!(cx, exc::TYPE_ERROR, "{kind} field \"{name}\" must be a list, not a {got}");
                };
                let mut all = Vec::new();
                let mut at = 0;
                // The list may be changed by what is asked for.
                while let Some(item) = items.get(at) {
                    all.push(self.one(&item, kind, field)?);
                    at += 1;
                }
                Ok(Item::Many(all))
            }
            (Count::Optional, None) => Ok(Item::None),
            (Count::Optional, Some(value)) if value.is_none() => Ok(Item::None),
            (Count::One, None) if field.holds == Holds::Node(Sum::Context) => Ok(Item::Plain(Kind::Load)),
            (Count::One, None) => {
                raise!(cx, exc::TYPE_ERROR, "required field \"{name}\" missing from {}", kind.name())
            }
            (_, Some(value)) => {
                if value.is_none() && !matches!(field.holds, Holds::Constant | Holds::Int) {
                    return raise!(cx, exc::VALUE_ERROR, "field '{name}' is required for {}", kind.name());
                }
                self.one(&value, kind, field)
            }
        }
    }

    fn one(&self, value: &Value, kind: Kind, field: &Field) -> R<Item> {
        let cx = self.cx;
        match field.holds {
            Holds::Identifier | Holds::Text => {
                let is_name = field.holds == Holds::Identifier;
                let Some(text) = value.downcast::<PyStr>() else {
                    let what = if is_name { "identifier" } else { "string" };
                    return raise!(cx, exc::TYPE_ERROR, "AST {what} must be of type str");
                };
                match text.as_str() {
                    Some(text) => Ok(Item::Text(text.into())),
                    None if is_name => raise!(cx, exc::VALUE_ERROR, "an identifier cannot contain lone surrogates"),
                    None => Ok(Item::Text(text.to_lossy().into())),
                }
            }
            Holds::Int => Ok(Item::Int(self.int(value)?)),
            Holds::Constant => {
                let constant = self.constant(value)?;
                match (kind, constant) {
                    (_, Some(constant)) => Ok(Item::Constant(constant)),
                    (_, None) => {
                        let name = value.ty().name();
                        raise!(cx, exc::TYPE_ERROR, "got an invalid type in Constant: {name}")
                    }
                }
            }
            // An expression that is missing among others is for the check to find.
            Holds::Node(_) if value.is_none() => Ok(Item::None),
            Holds::Node(sum) => match self.kind(value, sum.kinds()) {
                Some(kind) if kind.fields().is_empty() && sum.place() == Place::Nowhere => Ok(Item::Plain(kind)),
                Some(kind) => Ok(self.node(value, kind)?.into()),
                None if sum.product().is_some() => {
                    // What is no such node lacks its first required field.
                    self.node(value, sum.kinds()[0]).map(Item::from)
                }
                None => {
                    // As CPython, which looks at the place first.
                    if sum.place() != Place::Nowhere {
                        self.position(value, sum.kinds()[0])?;
                    }
                    let shown = cx.repr(value)?;
                    raise!(cx, exc::TYPE_ERROR, "expected some sort of {}, but got {}", sum.name(), shown.to_lossy())
                }
            },
        }
    }

    fn int(&self, value: &Value) -> R<i64> {
        let cx = self.cx;
        if !value.is_int() && Int::of(value).is_none() {
            return raise!(cx, exc::VALUE_ERROR, "invalid integer value: {}", cx.repr(value)?.to_lossy());
        }
        match value.as_i64().and_then(|int| i32::try_from(int).ok()) {
            Some(int) => Ok(int.into()),
            None => raise!(cx, exc::OVERFLOW_ERROR, "Python int too large to convert to C int"),
        }
    }

    fn position(&self, object: &Value, kind: Kind) -> R<Position> {
        let cx = self.cx;
        let mut numbers = [0; 4];
        for (at, field) in kind.sum().place().attributes().iter().enumerate() {
            let found = cx.getattr_opt(object, &cx.intern(field.name)?)?;
            numbers[at] = match (field.count, found) {
                (_, Some(value)) if !value.is_none() || field.count == Count::One => self.int(&value)?,
                (Count::One, _) => {
                    let owner = kind.sum().name();
                    return raise!(cx, exc::TYPE_ERROR, "required field \"{}\" missing from {owner}", field.name);
                }
                // It ends where it begins.
                _ => numbers[at - 2],
            };
        }
        let [line, column, end_line, end_column] = numbers;
        if line > end_line {
            return raise!(cx, exc::VALUE_ERROR, "AST node line range ({line}, {end_line}) is not valid");
        }
        if line < 0 && end_line != line || column < 0 && end_column != column {
            return raise!(
                cx,
                exc::VALUE_ERROR,
                "AST node column range ({column}, {end_column}) for line range ({line}, {end_line}) is not valid"
            );
        }
        if line == end_line && column > end_column {
            return raise!(cx, exc::VALUE_ERROR, "line {line}, column {column}-{end_column} is not a valid range");
        }
        let [line, column, end_line, end_column] = numbers.map(|n| u32::try_from(n).unwrap_or_default());
        Ok(Position { line, end_line, column, end_column })
    }

    /// A constant; nothing if it is of a type that constants do not have.
    fn constant(&self, value: &Value) -> R<Option<Const>> {
        let cx = self.cx;
        cx.check_stack()?;
        let all = |items: Vec<Value>| -> R<Option<Box<[Const]>>> {
            let mut constants = Vec::with_capacity(items.len());
            for item in items {
                match self.constant(&item)? {
                    Some(constant) => constants.push(constant),
                    None => {
                        let name = item.ty().name();
                        return raise!(cx, exc::TYPE_ERROR, "got an invalid type in Constant: {name}");
                    }
                }
            }
            Ok(Some(constants.into()))
        };
        if value.is_none() {
            return Ok(Some(Const::None));
        }
        if value.is(&adder_objects::singletons::ELLIPSIS.value()) {
            return Ok(Some(Const::Ellipsis));
        }
        if value.is(&Value::bool(true)) || value.is(&Value::bool(false)) {
            return Ok(Some(Const::Bool(value.is(&Value::bool(true)))));
        }
        if value.is_exact(&adder_objects::int::INT_TYPE) {
            if let Some(int) = value.as_i64() {
                return Ok(Some(Const::Int(int)));
            }
            let hex = cx.str_from_fmt(format_args!("{}", hexadecimal(cx, value)?))?.to_lossy().into_owned();
            let negative = hex.starts_with('-');
            return Ok(Some(Const::BigInt { negative, hex: hex.trim_start_matches('-').into() }));
        }
        if let Some(float) = value.downcast_exact::<adder_objects::float::PyFloat>() {
            return Ok(Some(Const::Float(float.value)));
        }
        if let Some(complex) = value.downcast_exact::<adder_objects::complex::PyComplex>() {
            return Ok(Some(Const::Complex(complex.value.real, complex.value.imag)));
        }
        if let Some(text) = value.downcast_exact::<PyStr>() {
            return Ok(Some(match text.as_str() {
                Some(text) => Const::Str(text.into()),
                None => Const::Surrogates((0..text.len()).map(|at| text.chars().at(at)).collect()),
            }));
        }
        if let Some(bytes) = value.downcast_exact::<PyBytes>() {
            return Ok(Some(Const::Bytes(bytes.as_slice().into())));
        }
        if let Some(tuple) = value.downcast_exact::<PyTuple>() {
            return Ok(all(tuple.items().to_vec())?.map(Const::Tuple));
        }
        if value.is_exact(&FROZENSET_TYPE) && value.downcast::<PySet>().is_some() {
            return Ok(all(cx.collect(value)?)?.map(Const::FrozenSet));
        }
        Ok(None)
    }
}

/// An int in hexadecimal digits.
fn hexadecimal(cx: &Cx, value: &Value) -> R<String> {
    let Some(int) = Int::of(value) else { return Ok("0".to_owned()) };
    let sign = if int.negative { "-" } else { "" };
    Ok(format!("{sign}{}", adder_objects::int::digits_in(cx, &int, 16)?))
}
