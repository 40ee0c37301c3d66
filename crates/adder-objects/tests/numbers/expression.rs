//! Evaluates the Python expressions of the tests on our objects: literals, operators, calls, attributes, subscripts.

use adder_objects::object::value_of;
use adder_objects::typeobject::{CompareOp, number};
use adder_objects::{
    Args, Cx, R, TypeObject, Value, bool, complex, exceptions as exc, float, int, math, range, slice, str, tuple,
};

pub fn evaluate(cx: &Cx, text: &str) -> R {
    let mut parser = Parser { cx, text: text.as_bytes(), at: 0 };
    let value = parser.comparison()?;
    parser.space();
    assert_eq!(parser.at, text.len(), "the whole of {text}");
    Ok(value)
}

struct Parser<'a> {
    cx: &'a Cx,
    text: &'a [u8],
    at: usize,
}

/// Binary operators by their strength, the weakest first.
const LEVELS: &[&[(&str, usize)]] = &[
    &[("|", number::OR)],
    &[("^", number::XOR)],
    &[("&", number::AND)],
    &[("<<", number::LSHIFT), (">>", number::RSHIFT)],
    &[("+", number::ADD), ("-", number::SUB)],
    &[("//", number::FLOOR_DIV), ("/", number::TRUE_DIV), ("%", number::MOD), ("*", number::MUL)],
];

const COMPARISONS: &[(&str, CompareOp)] = &[
    ("==", CompareOp::Eq),
    ("!=", CompareOp::Ne),
    ("<=", CompareOp::Le),
    (">=", CompareOp::Ge),
    ("<", CompareOp::Lt),
    (">", CompareOp::Gt),
];

impl Parser<'_> {
    fn space(&mut self) {
        while self.text.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
    }

    fn peek(&mut self) -> u8 {
        self.space();
        self.text.get(self.at).copied().unwrap_or(0)
    }

    fn take(&mut self, token: &str) -> bool {
        self.space();
        let found = self.text[self.at..].starts_with(token.as_bytes());
        self.at += if found { token.len() } else { 0 };
        found
    }

    fn comparison(&mut self) -> R {
        let left = self.binary(0)?;
        for (symbol, op) in COMPARISONS {
            // A shift is no comparison.
            if !self.text[self.at..].trim_ascii_start().starts_with(format!("{symbol}{symbol}").as_bytes())
                && self.take(symbol)
            {
                let right = self.binary(0)?;
                return self.cx.compare(&left, &right, *op);
            }
        }
        if self.take("in ") {
            let right = self.binary(0)?;
            return Ok(Value::bool(self.cx.contains(&right, &left)?));
        }
        Ok(left)
    }

    fn binary(&mut self, level: usize) -> R {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        'more: loop {
            self.space();
            for (symbol, number) in *operators {
                if *symbol == "*" && self.text[self.at..].starts_with(b"**") {
                    continue;
                }
                if self.take(symbol) {
                    let right = self.binary(level + 1)?;
                    left = self.cx.binary(*number, &left, &right)?;
                    continue 'more;
                }
            }
            return Ok(left);
        }
    }

    fn unary(&mut self) -> R {
        match self.peek() {
            b'-' => {
                self.at += 1;
                let x = self.unary()?;
                self.cx.negative(&x)
            }
            b'+' => {
                self.at += 1;
                let x = self.unary()?;
                self.cx.positive(&x)
            }
            b'~' => {
                self.at += 1;
                let x = self.unary()?;
                self.cx.invert(&x)
            }
            _ => {
                let base = self.postfix()?;
                if self.take("**") {
                    let exponent = self.unary()?;
                    return self.cx.binary(number::POW, &base, &exponent);
                }
                Ok(base)
            }
        }
    }

    fn postfix(&mut self) -> R {
        let mut value = self.atom()?;
        loop {
            match self.peek() {
                b'.' => {
                    self.at += 1;
                    let name = self.name();
                    let name = self.cx.intern(&name)?;
                    value = self.cx.getattr(&value, &name)?;
                }
                b'[' => {
                    self.at += 1;
                    let key = self.subscript()?;
                    value = self.cx.getitem(&value, &key)?;
                }
                b'(' => {
                    self.at += 1;
                    let (values, names) = self.arguments()?;
                    let names: Vec<Value> = names.iter().map(|n| self.cx.intern(n)).collect::<R<_>>()?;
                    let names = self.cx.tuple(names)?;
                    value = self.cx.call_args(&value, Args::with_names(&values, Some(&names)))?;
                }
                _ => return Ok(value),
            }
        }
    }

    fn subscript(&mut self) -> R {
        let mut parts = [Value::none(), Value::none(), Value::none()];
        let mut part = 0;
        loop {
            match self.peek() {
                b']' => break,
                b':' => {
                    self.at += 1;
                    part += 1;
                }
                _ => parts[part] = self.comparison()?,
            }
        }
        self.at += 1;
        let [start, stop, step] = parts;
        if part == 0 { Ok(start) } else { self.cx.slice(start, stop, step) }
    }

    fn name(&mut self) -> String {
        let start = self.at;
        while self.text.get(self.at).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_') {
            self.at += 1;
        }
        String::from_utf8_lossy(&self.text[start..self.at]).into_owned()
    }

    fn arguments(&mut self) -> R<(Vec<Value>, Vec<String>)> {
        let (mut values, mut names) = (Vec::new(), Vec::new());
        while !self.take(")") {
            let start = self.at;
            self.space();
            let name = self.name();
            if !name.is_empty() && self.peek() == b'=' && self.text.get(self.at + 1) != Some(&b'=') {
                self.at += 1;
                names.push(name);
            } else {
                self.at = start;
            }
            values.push(self.comparison()?);
            self.take(",");
        }
        Ok((values, names))
    }

    fn atom(&mut self) -> R {
        match self.peek() {
            b'(' => {
                self.at += 1;
                let mut items = Vec::new();
                let mut comma = false;
                while !self.take(")") {
                    items.push(self.comparison()?);
                    comma |= self.take(",");
                }
                if items.len() == 1 && !comma {
                    return Ok(items.remove(0));
                }
                Ok(self.cx.tuple(items)?.into_value())
            }
            b'[' => {
                self.at += 1;
                let mut items = Vec::new();
                while !self.take("]") {
                    items.push(self.comparison()?);
                    self.take(",");
                }
                Ok(self.cx.list(items)?.into_value())
            }
            quote @ (b'\'' | b'"') => self.string(quote),
            b'0'..=b'9' | b'.' => self.number(),
            b'b' if self.text.get(self.at + 1) == Some(&b'\'') => {
                self.at += 1;
                let text = self.string(b'\'')?;
                let bytes: Vec<u8> =
                    text.downcast::<str::PyStr>().expect("a string").chars().iter().map(|c| c as u8).collect();
                Ok(self.cx.bytes(&bytes)?.into_value())
            }
            _ => {
                let name = self.name();
                self.named(&name)
            }
        }
    }

    fn string(&mut self, quote: u8) -> R {
        self.at += 1;
        let rest = std::str::from_utf8(&self.text[self.at..]).expect("UTF-8");
        let mut chars = rest.char_indices();
        let mut text = String::new();
        while let Some((at, c)) = chars.next() {
            match c {
                c if c == quote as char => {
                    self.at += at + 1;
                    break;
                }
                '\\' => text.push(match chars.next().expect("an escape").1 {
                    'n' => '\n',
                    't' => '\t',
                    'x' => {
                        let digits: String = chars.by_ref().take(2).map(|(_, c)| c).collect();
                        u8::from_str_radix(&digits, 16).expect("two digits") as char
                    }
                    c => c,
                }),
                c => text.push(c),
            }
        }
        self.cx.str_value(&text)
    }

    fn number(&mut self) -> R {
        let start = self.at;
        let text = &self.text[start..];
        let radix = text.len() > 1 && text[0] == b'0' && text[1].is_ascii_alphabetic() && !b"eEjJ".contains(&text[1]);
        while let Some(&b) = self.text.get(self.at) {
            let exponent_sign = !radix && (b == b'-' || b == b'+') && matches!(self.text[self.at - 1], b'e' | b'E');
            if !(b.is_ascii_alphanumeric() || b == b'_' || b == b'.' || exponent_sign) {
                break;
            }
            // `1 .hex()` has a space; `1j.real` has none.
            if b == b'.' && self.text[start..self.at].iter().any(|b| b"jJ.".contains(b)) {
                break;
            }
            self.at += 1;
        }
        let text = std::str::from_utf8(&self.text[start..self.at]).expect("ASCII");
        let literal = self.cx.str_value(text)?;
        if !radix && text.ends_with(['j', 'J']) {
            return self.cx.call(&complex::COMPLEX_TYPE.value(), &[literal]);
        }
        if !radix && text.contains(['.', 'e', 'E']) {
            return self.cx.call(&float::FLOAT_TYPE.value(), &[literal]);
        }
        self.cx.call(&int::INT_TYPE.value(), &[literal, Value::small(0)])
    }

    /// A function or a constant of the module `math`.
    fn math(&mut self) -> R {
        assert!(self.take("."), "math and a dot");
        let name = self.name();
        if let Some((_, value)) = math::MATH_CONSTANTS.iter().find(|(n, _)| *n == name) {
            return self.cx.float(*value);
        }
        assert!(self.take("("), "a call of math.{name}");
        let (values, names) = self.arguments()?;
        let names: Vec<Value> = names.iter().map(|n| self.cx.intern(n)).collect::<R<_>>()?;
        let names = self.cx.tuple(names)?;
        let method =
            math::MATH.iter().copied().flatten().find(|method| method.name == name).expect("a function of math");
        let args = Args::with_names(&values, Some(&names));
        adder_objects::function::call_method(self.cx, method, &Value::none(), args, None)
    }

    fn named(&mut self, name: &str) -> R {
        if name == "math" {
            return self.math();
        }
        let types: &[&TypeObject] = &[
            &int::INT_TYPE,
            &float::FLOAT_TYPE,
            &complex::COMPLEX_TYPE,
            &bool::BOOL_TYPE,
            &range::RANGE_TYPE,
            &slice::SLICE_TYPE,
        ];
        if let Some(ty) = types.iter().find(|ty| ty.name() == name) {
            return Ok(ty.value());
        }
        match name {
            "None" => return Ok(Value::none()),
            "True" => return Ok(Value::bool(true)),
            "False" => return Ok(Value::bool(false)),
            _ => {}
        }
        let cx = self.cx;
        assert!(self.take("("), "a call of {name} in {}", String::from_utf8_lossy(self.text));
        let (args, _) = self.arguments()?;
        let special = |name: &str, args: &[Value]| {
            let method = cx.intern(name)?;
            match cx.call_special(&args[0], &method, &args[1..])? {
                Some(value) => Ok(value),
                None => Err(cx.type_error(format_args!("no {name}"))),
            }
        };
        match (name, args.as_slice()) {
            ("repr", [x]) => Ok(cx.repr(x)?.into_value()),
            ("str", [x]) => Ok(cx.to_str(x)?.into_value()),
            ("hash", [x]) => cx.int(cx.hash(x)?),
            ("abs", [x]) => cx.absolute(x),
            ("len", [x]) => cx.int(cx.len(x)? as i64),
            ("iter", [x]) => cx.iter(x),
            ("next", [x]) => match cx.next(x)? {
                Some(value) => Ok(value),
                None => Err(cx.stop_iteration(Value::none())),
            },
            ("list", [x]) => Ok(cx.list_of(x)?.into_value()),
            ("tuple", [x]) => Ok(cx.tuple_of(x)?.into_value()),
            ("divmod", [x, y]) => cx.binary(number::DIVMOD, x, y),
            ("pow", [x, y]) => cx.binary(number::POW, x, y),
            ("pow", [x, y, z]) => cx.power(x, y, z),
            ("round", args) => special("__round__", args),
            ("reversed", args) => special("__reversed__", args),
            ("format", [x, spec]) => Ok(cx.format(x, spec)?.into_value()),
            ("trunc", args) => special("__trunc__", args),
            ("floor", args) => special("__floor__", args),
            ("ceil", args) => special("__ceil__", args),
            _ => panic!("{name} is known"),
        }
    }
}

/// What the judge prints for a value: its repr.
pub fn show(cx: &Cx, value: &Value) -> R<String> {
    let all = |items: &[Value]| items.iter().map(|item| show(cx, item)).collect::<R<Vec<_>>>();
    if let Some(tuple) = value.downcast::<tuple::PyTuple>() {
        let items = all(tuple.items())?;
        return Ok(if items.len() == 1 { format!("({},)", items[0]) } else { format!("({})", items.join(", ")) });
    }
    if let Some(list) = value.downcast::<adder_objects::list::PyList>() {
        return Ok(format!("[{}]", all(&list.to_vec())?.join(", ")));
    }
    if let Some(text) = value.downcast::<str::PyStr>() {
        return Ok(format!("'{}'", text.to_lossy()));
    }
    if let Some(ty) = value.downcast::<TypeObject>() {
        return Ok(format!("<class '{}'>", ty.name()));
    }
    Ok(cx.repr(value)?.to_lossy().into_owned())
}

/// What an expression gives, as the judge prints it: the repr, or the exception's class and message.
pub fn outcome(cx: &Cx, text: &str) -> String {
    match evaluate(cx, text).and_then(|value| show(cx, &value)) {
        Ok(text) => text,
        Err(raised) => {
            let exception = raised.value().downcast::<exc::PyBaseException>().expect("an exception");
            let args = exception.args.get();
            let args = args.downcast::<tuple::PyTuple>().expect("a tuple");
            let message = match args.items() {
                [] => String::new(),
                [message] => cx.display(message).expect("a message"),
                _ => show(cx, &value_of(args)).expect("a message"),
            };
            format!("{}: {message}", raised.value().ty().name())
        }
    }
}
