//! What a program works with.

use std::cell::RefCell;
use std::fmt;

use adder_gc::{Gc, GcVec, Heap, OutOfMemory, Trace};

use super::builtins::Builtin;

/// A name. There is one object for each, so that names are compared by address.
pub type Symbol = Gc<str>;

/// A value is two words (three for text); copying one counts a reference where there is an object behind it.
#[derive(Clone, Trace)]
pub enum Value {
    Nil,
    Bool(bool),
    Number(f64),
    Text(Gc<str>),
    Symbol(Symbol),
    Pair(Gc<Pair>),
    Function(Gc<Function>),
    #[trace(skip)]
    Builtin(&'static Builtin),
    Class(Gc<Class>),
    Object(Gc<Object>),
}

/// The first of a list and the rest of it. Programs are made of them too.
#[derive(Trace)]
pub struct Pair {
    pub first: Value,
    pub rest: Value,
    /// Where it stands in the source; 0 if the program made it.
    pub line: u32,
}

/// A function with the scope in which it was made.
#[derive(Trace)]
pub struct Function {
    pub name: Symbol,
    pub parameters: GcVec<Symbol>,
    pub body: Value,
    pub scope: Gc<Scope>,
    /// The class above the one it is a method of: where `super` looks.
    pub above: Option<Gc<Class>>,
}

#[derive(Trace)]
pub struct Class {
    pub name: Symbol,
    pub above: Option<Gc<Class>>,
    pub methods: Table,
}

#[derive(Trace)]
pub struct Object {
    pub class: Gc<Class>,
    pub fields: Table,
}

/// The names of a function's call, or those that every function sees.
#[derive(Trace)]
pub struct Scope {
    pub names: Table,
    pub outer: Option<Gc<Scope>>,
}

/// Values by name. Its storage is charged to the heap.
#[derive(Trace)]
pub struct Table {
    entries: RefCell<GcVec<(Symbol, Value)>>,
}

impl Table {
    pub fn new(heap: &Heap) -> Table {
        Table { entries: RefCell::new(GcVec::new_in(heap)) }
    }

    pub fn get(&self, name: &Symbol) -> Option<Value> {
        self.entries.borrow().iter().find(|(key, _)| Gc::ptr_eq(key, name)).map(|(_, value)| value.clone())
    }

    /// Changes an entry; false if there is none.
    pub fn change(&self, name: &Symbol, value: &Value) -> bool {
        let mut entries = self.entries.borrow_mut();
        let Some((_, slot)) = entries.iter_mut().find(|(key, _)| Gc::ptr_eq(key, name)) else { return false };
        let before = std::mem::replace(slot, value.clone());
        // Dropping what stood there may run other code: with nothing borrowed.
        drop(entries);
        drop(before);
        true
    }

    /// Changes an entry, or adds one.
    pub fn set(&self, name: &Symbol, value: Value) -> Result<(), OutOfMemory> {
        if self.change(name, &value) { Ok(()) } else { self.entries.borrow_mut().try_push((name.clone(), value)) }
    }
}

impl Class {
    /// The method of this name, from this class or the nearest one above.
    pub fn method(this: &Gc<Class>, name: &Symbol) -> Option<Value> {
        let mut class = Some(this.clone());
        while let Some(looked_at) = class {
            if let Some(method) = looked_at.methods.get(name) {
                return Some(method);
            }
            class = looked_at.above.clone();
        }
        None
    }
}

impl Scope {
    /// What a name stands for here.
    pub fn get(this: &Gc<Scope>, name: &Symbol) -> Option<Value> {
        let mut scope = this;
        loop {
            if let Some(value) = scope.names.get(name) {
                return Some(value);
            }
            scope = scope.outer.as_ref()?;
        }
    }

    /// Changes what a name stands for, in the scope that has it; false if none has.
    pub fn change(this: &Gc<Scope>, name: &Symbol, value: &Value) -> bool {
        let mut scope = this;
        loop {
            if scope.names.change(name, value) {
                return true;
            }
            match &scope.outer {
                Some(outer) => scope = outer,
                None => return false,
            }
        }
    }
}

impl Value {
    pub fn is_true(&self) -> bool {
        !matches!(self, Value::Nil | Value::Bool(false))
    }

    /// For messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Nil => "nil",
            Value::Bool(_) => "a truth value",
            Value::Number(_) => "a number",
            Value::Text(_) => "text",
            Value::Symbol(_) => "a name",
            Value::Pair(_) => "a list",
            Value::Function(_) | Value::Builtin(_) => "a function",
            Value::Class(_) => "a class",
            Value::Object(_) => "an object",
        }
    }

    /// Numbers, texts, names and truth values by what they are, everything else by identity.
    pub fn same(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Nil, Value::Nil) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Number(a), Value::Number(b)) => a == b,
            (Value::Text(a), Value::Text(b)) => a == b,
            (Value::Symbol(a), Value::Symbol(b)) => Gc::ptr_eq(a, b),
            (Value::Pair(a), Value::Pair(b)) => Gc::ptr_eq(a, b),
            (Value::Function(a), Value::Function(b)) => Gc::ptr_eq(a, b),
            (Value::Builtin(a), Value::Builtin(b)) => std::ptr::eq(*a, *b),
            (Value::Class(a), Value::Class(b)) => Gc::ptr_eq(a, b),
            (Value::Object(a), Value::Object(b)) => Gc::ptr_eq(a, b),
            _ => false,
        }
    }

    /// The elements of a list, one by one; ends at the first rest that is no list.
    pub fn elements(&self) -> Elements {
        Elements(self.clone())
    }
}

/// The elements of a list.
pub struct Elements(Value);

impl Iterator for Elements {
    type Item = Value;
    fn next(&mut self) -> Option<Value> {
        let Value::Pair(pair) = &self.0 else { return None };
        let first = pair.first.clone();
        let rest = pair.rest.clone();
        self.0 = rest;
        Some(first)
    }
}

/// Lists within lists are printed so deep.
const SHOWN: usize = 16;

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(self, 0, f)
    }
}

fn show(value: &Value, depth: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value {
        Value::Nil => f.write_str("nil"),
        Value::Bool(yes) => write!(f, "{yes}"),
        Value::Number(number) => write!(f, "{number}"),
        Value::Text(text) | Value::Symbol(text) => f.write_str(text),
        Value::Pair(_) if depth == SHOWN => f.write_str("(...)"),
        Value::Pair(_) => {
            let mut before = "(";
            for element in value.elements() {
                f.write_str(before)?;
                show(&element, depth + 1, f)?;
                before = " ";
            }
            f.write_str(")")
        }
        Value::Function(function) => write!(f, "<function {}>", function.name),
        Value::Builtin(builtin) => write!(f, "<function {}>", builtin.name),
        Value::Class(class) => write!(f, "<class {}>", class.name),
        Value::Object(object) => write!(f, "<{}>", object.class.name),
    }
}
