//! From lists to what they mean.
//!
//! | form | value |
//! | --- | --- |
//! | `(let NAME VALUE)` | gives a name a value in this scope |
//! | `(set NAME VALUE)` | changes it, where it is known; `(set OBJECT.FIELD VALUE)` sets a field |
//! | `(fn (NAME...) BODY...)` | a function that sees all names of this scope, now and later |
//! | `(def NAME (NAME...) BODY...)` | the same with a name |
//! | `(class NAME (CLASS) (METHOD (NAME...) BODY...)...)` | a class below another one, or below none: `()` |
//! | `(if TEST VALUE ELSE)`, `(while TEST BODY...)`, `(do BODY...)`, `(and A B...)`, `(or A B...)` | as everywhere |
//! | `(quote LIST)`, `'LIST` | the list itself |
//! | `(FUNCTION VALUE...)` | calls a function |
//! | `(CLASS VALUE...)` | makes an object and calls its method `init` |
//! | `(OBJECT METHOD VALUE...)` | calls a method; in it, `self` is the object, and `(super METHOD VALUE...)` calls the method above |
//! | `OBJECT.FIELD` | the value of a field |

use std::collections::HashMap;
use std::fmt;
use std::io::Write;

use adder_gc::{Gc, GcVec, Heap, OutOfMemory, Trace};

use super::builtins;
use super::reader;
use super::value::{Class, Function, Object, Pair, Scope, Symbol, Table, Value};

/// Why a program failed.
pub struct Error {
    message: String,
    /// Line of the innermost list that was being worked on.
    line: Option<u32>,
}

impl Error {
    pub fn new(message: impl Into<String>) -> Error {
        Error { message: message.into(), line: None }
    }

    /// Says where, if that is not known yet.
    pub fn at(mut self, line: u32) -> Error {
        if self.line.is_none() && line > 0 {
            self.line = Some(line);
        }
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl From<OutOfMemory> for Error {
    fn from(error: OutOfMemory) -> Error {
        Error::new(format!("out of memory: {} bytes wanted, {} of {} in use", error.requested, error.used, error.limit))
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Error {
        Error::new(format!("cannot print: {error}"))
    }
}

pub struct Interpreter {
    symbols: HashMap<String, Symbol>,
    /// Names that have a meaning of their own.
    self_: Symbol,
    init: Symbol,
    outermost: Gc<Scope>,
    /// Lists within lists that are being evaluated.
    depth: usize,
    deepest: usize,
    pub objects_made: usize,
    /// Last, so that it goes last.
    pub heap: Heap,
}

/// What a list is evaluated with.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    scope: &'a Gc<Scope>,
    /// The class above that of the method that runs.
    above: Option<&'a Gc<Class>>,
}

impl Interpreter {
    /// An interpreter whose objects live on a heap, and that evaluates lists within lists so deep.
    pub fn new(heap: &Heap, deepest: usize) -> Result<Interpreter, Error> {
        let outermost = heap.try_alloc(Scope { names: Table::new(heap), outer: None })?;
        let text = |text| Gc::try_from_str_in(text, heap);
        let (self_, init) = (text("self")?, text("init")?);
        let symbols = [&self_, &init].map(|symbol| (symbol.to_string(), symbol.clone()));
        let mut interpreter = Interpreter {
            symbols: HashMap::from(symbols),
            self_,
            init,
            outermost,
            depth: 0,
            deepest,
            objects_made: 3,
            heap: heap.clone(),
        };
        for builtin in builtins::ALL {
            let name = interpreter.symbol(builtin.name)?;
            interpreter.outermost.names.set(&name, Value::Builtin(builtin))?;
        }
        Ok(interpreter)
    }

    /// Runs a program.
    pub fn run(&mut self, source: &str, output: &mut dyn Write) -> Result<(), Error> {
        let outermost = self.outermost.clone();
        let context = Context { scope: &outermost, above: None };
        for (expression, line) in reader::read(source, self)? {
            self.evaluate(&expression, context, output).map_err(|error| error.at(line))?;
        }
        Ok(())
    }

    /// Makes an object of any kind.
    pub fn make<T: Trace>(&mut self, value: T) -> Result<Gc<T>, Error> {
        self.objects_made += 1;
        self.heap.try_alloc(value).map_err(|error| {
            self.objects_made -= 1;
            error.into()
        })
    }

    pub fn text(&mut self, text: &str) -> Result<Value, Error> {
        let made = Gc::try_from_str_in(text, &self.heap)?;
        self.objects_made += 1;
        Ok(Value::Text(made))
    }

    /// The one object for a name.
    pub fn symbol(&mut self, name: &str) -> Result<Symbol, Error> {
        if let Some(symbol) = self.symbols.get(name) {
            return Ok(symbol.clone());
        }
        let symbol = Gc::try_from_str_in(name, &self.heap)?;
        self.objects_made += 1;
        self.symbols.insert(name.to_owned(), symbol.clone());
        Ok(symbol)
    }

    /// A list. The pairs know the lines of their elements, the first that of the list.
    pub fn list(&mut self, elements: Vec<(Value, u32)>, line: u32) -> Result<Value, Error> {
        let mut list = Value::Nil;
        for (place, (first, at)) in elements.into_iter().enumerate().rev() {
            let line = if place == 0 { line } else { at };
            list = Value::Pair(self.make(Pair { first, rest: list, line })?);
        }
        Ok(list)
    }

    pub fn evaluate(
        &mut self,
        expression: &Value,
        context: Context<'_>,
        output: &mut dyn Write,
    ) -> Result<Value, Error> {
        match expression {
            Value::Symbol(name) => self.name(name, context),
            Value::Pair(list) => {
                if self.depth == self.deepest {
                    let message =
                        format!("this goes {} lists deep: is there an end to it? (--depth allows more)", self.depth);
                    return Err(Error::new(message).at(list.line));
                }
                self.depth += 1;
                let evaluated = self.form(list, context, output);
                self.depth -= 1;
                evaluated.map_err(|error| error.at(list.line))
            }
            _ => Ok(expression.clone()),
        }
    }

    /// What a name stands for, or a chain of fields: `a.b.c`.
    fn name(&mut self, name: &Symbol, context: Context<'_>) -> Result<Value, Error> {
        if let Some(value) = Scope::get(context.scope, name) {
            return Ok(value);
        }
        match name.rsplit_once('.') {
            Some((object, field)) if !object.is_empty() && !field.is_empty() => {
                let (object, field) = (self.symbol(object)?, self.symbol(field)?);
                let object = self.object(&object, context)?;
                let found = object.fields.get(&field).or_else(|| Class::method(&object.class, &field));
                found.ok_or_else(|| Error::new(format!("<{}> has no field {field}", object.class.name)))
            }
            _ => Err(Error::new(format!("{name} is not known here"))),
        }
    }

    fn object(&mut self, name: &Symbol, context: Context<'_>) -> Result<Gc<Object>, Error> {
        match self.name(name, context)? {
            Value::Object(object) => Ok(object),
            other => Err(Error::new(format!("{name} is {}, and only objects have fields", other.kind()))),
        }
    }

    fn form(&mut self, list: &Gc<Pair>, context: Context<'_>, output: &mut dyn Write) -> Result<Value, Error> {
        if let Value::Symbol(head) = &list.first {
            let rest = &list.rest;
            match &**head {
                "quote" => return one(rest),
                "let" => return self.let_(rest, context, output),
                "set" => return self.set(rest, context, output),
                "fn" => {
                    let (parameters, body) = two(rest)?;
                    let name = self.symbol("fn")?;
                    return self.function(&name, &parameters, &body, context.scope, context.above);
                }
                "def" => {
                    let (name, rest) = two(rest)?;
                    let (parameters, body) = two(&rest)?;
                    let name = a_name(&name)?;
                    let function = self.function(&name, &parameters, &body, context.scope, context.above)?;
                    context.scope.names.set(&name, function)?;
                    return Ok(Value::Nil);
                }
                "class" => return self.class(rest, context, output),
                "if" => {
                    let (test, branches) = two(rest)?;
                    let test = self.evaluate(&test, context, output)?.is_true();
                    let mut branches = branches.elements();
                    let then = branches.next().ok_or_else(|| Error::new("if needs a value"))?;
                    let chosen = if test { then } else { branches.next().unwrap_or(Value::Nil) };
                    return self.evaluate(&chosen, context, output);
                }
                "do" => return self.body(rest, context, output),
                "while" => {
                    let (test, body) = two(rest)?;
                    while self.evaluate(&test, context, output)?.is_true() {
                        self.body(&body, context, output)?;
                    }
                    return Ok(Value::Nil);
                }
                "and" | "or" => {
                    let stops_at = &**head == "or";
                    let mut value = Value::Bool(!stops_at);
                    for expression in rest.elements() {
                        value = self.evaluate(&expression, context, output)?;
                        if value.is_true() == stops_at {
                            break;
                        }
                    }
                    return Ok(value);
                }
                "super" => return self.super_call(rest, context, output),
                _ => {}
            }
        }
        let callee = self.evaluate(&list.first, context, output)?;
        if let Value::Object(object) = &callee {
            let (method, arguments) = two(&list.rest)?;
            let method = a_name(&method)?;
            let arguments = self.arguments(&arguments, context, output)?;
            return self.send(object, &method, arguments, output);
        }
        let arguments = self.arguments(&list.rest, context, output)?;
        self.call(&callee, arguments, output)
    }

    fn arguments(&mut self, list: &Value, context: Context<'_>, output: &mut dyn Write) -> Result<GcVec<Value>, Error> {
        let mut arguments = GcVec::new_in(&self.heap);
        for expression in list.elements() {
            arguments.try_push(self.evaluate(&expression, context, output)?)?;
        }
        Ok(arguments)
    }

    fn body(&mut self, body: &Value, context: Context<'_>, output: &mut dyn Write) -> Result<Value, Error> {
        let mut value = Value::Nil;
        for expression in body.elements() {
            value = self.evaluate(&expression, context, output)?;
        }
        Ok(value)
    }

    fn let_(&mut self, rest: &Value, context: Context<'_>, output: &mut dyn Write) -> Result<Value, Error> {
        let (name, value) = two(rest)?;
        let (name, value) = (a_name(&name)?, one(&value)?);
        let value = self.evaluate(&value, context, output)?;
        context.scope.names.set(&name, value.clone())?;
        Ok(value)
    }

    fn set(&mut self, rest: &Value, context: Context<'_>, output: &mut dyn Write) -> Result<Value, Error> {
        let (name, value) = two(rest)?;
        let (name, value) = (a_name(&name)?, one(&value)?);
        let value = self.evaluate(&value, context, output)?;
        if Scope::change(context.scope, &name, &value) {
            return Ok(value);
        }
        let Some((object, field)) = name.rsplit_once('.') else {
            return Err(Error::new(format!("{name} is not known here: give it a first value with let")));
        };
        let (object, field) = (self.symbol(object)?, self.symbol(field)?);
        self.object(&object, context)?.fields.set(&field, value.clone())?;
        Ok(value)
    }

    fn function(
        &mut self,
        name: &Symbol,
        parameters: &Value,
        body: &Value,
        scope: &Gc<Scope>,
        above: Option<&Gc<Class>>,
    ) -> Result<Value, Error> {
        let mut names = GcVec::new_in(&self.heap);
        for parameter in parameters.elements() {
            names.try_push(a_name(&parameter)?)?;
        }
        let function = Function {
            name: name.clone(),
            parameters: names,
            body: body.clone(),
            scope: scope.clone(),
            above: above.cloned(),
        };
        Ok(Value::Function(self.make(function)?))
    }

    fn class(&mut self, rest: &Value, context: Context<'_>, output: &mut dyn Write) -> Result<Value, Error> {
        let (name, rest) = two(rest)?;
        let (above, methods) = two(&rest)?;
        let name = a_name(&name)?;
        let above = match above.elements().next() {
            None => None,
            Some(expression) => match self.evaluate(&expression, context, output)? {
                Value::Class(class) => Some(class),
                other => return Err(Error::new(format!("a class cannot be below {}", other.kind()))),
            },
        };
        let class = Class { name: name.clone(), above: above.clone(), methods: Table::new(&self.heap) };
        let class = self.make(class)?;
        for method in methods.elements() {
            let (name, rest) = two(&method)?;
            let (parameters, body) = two(&rest)?;
            let name = a_name(&name)?;
            let method = self.function(&name, &parameters, &body, context.scope, above.as_ref())?;
            class.methods.set(&name, method)?;
        }
        let class = Value::Class(class);
        context.scope.names.set(&name, class)?;
        Ok(Value::Nil)
    }

    /// Calls a function, or makes an object of a class.
    pub fn call(&mut self, callee: &Value, arguments: GcVec<Value>, output: &mut dyn Write) -> Result<Value, Error> {
        match callee {
            Value::Builtin(builtin) => (builtin.run)(self, &arguments, output),
            Value::Function(function) => self.enter(function, None, arguments, output),
            Value::Class(class) => {
                let object = Object { class: class.clone(), fields: Table::new(&self.heap) };
                let object = self.make(object)?;
                let init = self.init.clone();
                if let Some(Value::Function(init)) = Class::method(class, &init) {
                    self.enter(&init, Some(&object), arguments, output)?;
                } else if !arguments.is_empty() {
                    return Err(Error::new(format!("{} takes no arguments: it has no method init", class.name)));
                }
                Ok(Value::Object(object))
            }
            other => Err(Error::new(format!("{} cannot be called", other.kind()))),
        }
    }

    fn send(
        &mut self,
        object: &Gc<Object>,
        name: &Symbol,
        arguments: GcVec<Value>,
        output: &mut dyn Write,
    ) -> Result<Value, Error> {
        if let Some(Value::Function(method)) = Class::method(&object.class, name) {
            return self.enter(&method, Some(object), arguments, output);
        }
        // A function in a field is called like a method, without `self`.
        match object.fields.get(name) {
            Some(function) => self.call(&function, arguments, output),
            None => Err(Error::new(format!("<{}> has no method {name}", object.class.name))),
        }
    }

    fn super_call(&mut self, rest: &Value, context: Context<'_>, output: &mut dyn Write) -> Result<Value, Error> {
        let (name, arguments) = two(rest)?;
        let name = a_name(&name)?;
        let this = self.self_.clone();
        let Some(Value::Object(object)) = Scope::get(context.scope, &this) else {
            return Err(Error::new("super outside of a method"));
        };
        let method = context.above.and_then(|class| Class::method(class, &name));
        let Some(Value::Function(method)) = method else {
            return Err(Error::new(format!("no class above has a method {name}")));
        };
        let arguments = self.arguments(&arguments, context, output)?;
        self.enter(&method, Some(&object), arguments, output)
    }

    /// Runs a function in a scope of its own.
    fn enter(
        &mut self,
        function: &Gc<Function>,
        this: Option<&Gc<Object>>,
        arguments: GcVec<Value>,
        output: &mut dyn Write,
    ) -> Result<Value, Error> {
        let (wanted, given) = (function.parameters.len(), arguments.len());
        if wanted != given {
            return Err(Error::new(format!(
                "{} takes {wanted} {}, not {given}",
                function.name,
                if wanted == 1 { "argument" } else { "arguments" }
            )));
        }
        let names = Table::new(&self.heap);
        if let Some(object) = this {
            names.set(&self.self_, Value::Object(object.clone()))?;
        }
        for (name, value) in function.parameters.iter().zip(arguments) {
            names.set(name, value)?;
        }
        let scope = self.make(Scope { names, outer: Some(function.scope.clone()) })?;
        self.body(&function.body, Context { scope: &scope, above: function.above.as_ref() }, output)
    }
}

/// The only element.
fn one(list: &Value) -> Result<Value, Error> {
    let mut elements = list.elements();
    match (elements.next(), elements.next()) {
        (Some(element), None) => Ok(element),
        _ => Err(Error::new("one value is wanted here")),
    }
}

/// The first element, and the list of the others.
fn two(list: &Value) -> Result<(Value, Value), Error> {
    match list {
        Value::Pair(pair) => Ok((pair.first.clone(), pair.rest.clone())),
        _ => Err(Error::new("something is missing here")),
    }
}

fn a_name(value: &Value) -> Result<Symbol, Error> {
    match value {
        Value::Symbol(name) => Ok(name.clone()),
        other => Err(Error::new(format!("a name is wanted here, not {}", other.kind()))),
    }
}
