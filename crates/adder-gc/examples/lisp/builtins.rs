//! Functions that every program has.

use std::fmt::Write as _;
use std::io::Write;

use adder_gc::GcString;

use super::interpreter::{Error, Interpreter};
use super::value::{Pair, Value};

/// A function written in Rust.
pub struct Builtin {
    pub name: &'static str,
    pub run: fn(&mut Interpreter, &[Value], &mut dyn Write) -> Result<Value, Error>,
}

pub static ALL: &[Builtin] = &[
    Builtin { name: "+", run: |interpreter, values, _| add(interpreter, values) },
    Builtin { name: "-", run: |_, values, _| fold("-", values, |a, b| a - b) },
    Builtin { name: "*", run: |_, values, _| fold("*", values, |a, b| a * b) },
    Builtin { name: "/", run: |_, values, _| fold("/", values, |a, b| a / b) },
    Builtin { name: "%", run: |_, values, _| fold("%", values, |a, b| a.rem_euclid(b)) },
    Builtin { name: "<", run: |_, values, _| compare("<", values, |a, b| a < b) },
    Builtin { name: ">", run: |_, values, _| compare(">", values, |a, b| a > b) },
    Builtin { name: "<=", run: |_, values, _| compare("<=", values, |a, b| a <= b) },
    Builtin { name: ">=", run: |_, values, _| compare(">=", values, |a, b| a >= b) },
    Builtin { name: "=", run: |_, values, _| two("=", values).map(|(a, b)| Value::Bool(a.same(b))) },
    Builtin { name: "not", run: |_, values, _| one("not", values).map(|value| Value::Bool(!value.is_true())) },
    Builtin { name: "print", run: |_, values, output| print(values, output) },
    Builtin { name: "text", run: |interpreter, values, _| text(interpreter, values) },
    Builtin { name: "list", run: |interpreter, values, _| list(interpreter, values) },
    Builtin { name: "cons", run: |interpreter, values, _| cons(interpreter, values) },
    Builtin { name: "first", run: |_, values, _| pair("first", values).map(|pair| pair.first.clone()) },
    Builtin { name: "rest", run: |_, values, _| pair("rest", values).map(|pair| pair.rest.clone()) },
    Builtin { name: "length", run: |_, values, _| length(values) },
    Builtin {
        name: "fail",
        run: |_, values, _| one("fail", values).and_then(|value| Err(Error::new(value.to_string()))),
    },
    Builtin { name: "collect", run: |interpreter, _, _| Ok(Value::Number(interpreter.heap.collect().freed as f64)) },
];

fn one<'v>(name: &str, values: &'v [Value]) -> Result<&'v Value, Error> {
    match values {
        [value] => Ok(value),
        _ => Err(Error::new(format!("{name} takes one value, not {}", values.len()))),
    }
}

fn two<'v>(name: &str, values: &'v [Value]) -> Result<(&'v Value, &'v Value), Error> {
    match values {
        [a, b] => Ok((a, b)),
        _ => Err(Error::new(format!("{name} takes two values, not {}", values.len()))),
    }
}

fn number(name: &str, value: &Value) -> Result<f64, Error> {
    match value {
        Value::Number(number) => Ok(*number),
        other => Err(Error::new(format!("{name} works on numbers, not on {}", other.kind()))),
    }
}

fn pair<'v>(name: &str, values: &'v [Value]) -> Result<&'v Pair, Error> {
    match one(name, values)? {
        Value::Pair(pair) => Ok(pair),
        other => Err(Error::new(format!("{name} works on lists that are not empty, not on {}", other.kind()))),
    }
}

/// Numbers are added, texts are joined.
fn add(interpreter: &mut Interpreter, values: &[Value]) -> Result<Value, Error> {
    if values.iter().any(|value| matches!(value, Value::Text(_))) {
        text(interpreter, values)
    } else {
        fold("+", values, |a, b| a + b)
    }
}

fn fold(name: &str, values: &[Value], step: fn(f64, f64) -> f64) -> Result<Value, Error> {
    let Some((first, rest)) = values.split_first() else {
        return Err(Error::new(format!("{name} needs a number")));
    };
    let mut result = number(name, first)?;
    for value in rest {
        result = step(result, number(name, value)?);
    }
    Ok(Value::Number(if rest.is_empty() && name == "-" { -result } else { result }))
}

fn compare(name: &str, values: &[Value], holds: fn(f64, f64) -> bool) -> Result<Value, Error> {
    let (a, b) = two(name, values)?;
    Ok(Value::Bool(holds(number(name, a)?, number(name, b)?)))
}

fn print(values: &[Value], output: &mut dyn Write) -> Result<Value, Error> {
    let mut before = "";
    for value in values {
        write!(output, "{before}{value}")?;
        before = " ";
    }
    writeln!(output)?;
    Ok(Value::Nil)
}

/// All values as one text. It is charged to the heap while it grows, so that no text grows beyond the limit.
fn text(interpreter: &mut Interpreter, values: &[Value]) -> Result<Value, Error> {
    let mut joined = GcString::new_in(&interpreter.heap);
    for value in values {
        match value {
            Value::Text(text) => joined.try_push_str(text)?,
            other => write!(joined, "{other}").map_err(|_| Error::new("out of memory: this text is too long"))?,
        }
    }
    interpreter.text(&joined)
}

fn list(interpreter: &mut Interpreter, values: &[Value]) -> Result<Value, Error> {
    let mut list = Value::Nil;
    for first in values.iter().rev() {
        list = Value::Pair(interpreter.make(Pair { first: first.clone(), rest: list, line: 0 })?);
    }
    Ok(list)
}

fn cons(interpreter: &mut Interpreter, values: &[Value]) -> Result<Value, Error> {
    let (first, rest) = two("cons", values)?;
    let pair = interpreter.make(Pair { first: first.clone(), rest: rest.clone(), line: 0 })?;
    Ok(Value::Pair(pair))
}

fn length(values: &[Value]) -> Result<Value, Error> {
    let count = match one("length", values)? {
        Value::Text(text) => text.chars().count(),
        list @ (Value::Nil | Value::Pair(_)) => list.elements().count(),
        other => return Err(Error::new(format!("length works on lists and texts, not on {}", other.kind()))),
    };
    Ok(Value::Number(count as f64))
}
