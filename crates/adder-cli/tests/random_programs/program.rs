//! Makes Python programs of objects that own, name and watch each other.
//!
//! A program is a list of operations on a few names. What a name stands for is known when the text is made, so that the text is
//! plain Python without look-ups at run time: `v1.a = v2`, `v0.append(v1)`, `del v3`.

use std::fmt::Write;

use proptest::collection::vec;
use proptest::prelude::*;

/// How many names there are at the module's level, and in each function.
const NAMES: usize = 5;
const LOCALS: usize = 3;

/// What can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An instance whose `__del__` prints.
    Node,
    /// The same with `__slots__`.
    Slotted,
    /// Its `__del__` brings it back, once.
    Phoenix,
    /// Its `__del__` drops what it owns.
    Cutter,
    /// An instance without `__del__`.
    Quiet,
    List,
    Dict,
    /// A tuple of what the name given holds.
    Tuple,
    /// A function that closes over it.
    Closure,
    /// A bound method of it, if it is an instance.
    Method,
    /// A generator that waits, and holds it.
    Generator,
    /// An exception with it as argument.
    Error,
    /// A class with it as attribute.
    Class,
    /// An exception that was caught: its traceback holds a frame, whose locals hold it and the exception.
    Caught,
}

impl Kind {
    fn is_instance(self) -> bool {
        matches!(self, Kind::Node | Kind::Slotted | Kind::Phoenix | Kind::Cutter | Kind::Quiet)
    }

    /// Are garbage objects of this kind compared by number too? Of functions and classes there are parts that only CPython has.
    fn is_counted(self) -> bool {
        !matches!(self, Kind::Closure | Kind::Method | Kind::Generator | Kind::Error | Kind::Class | Kind::Caught)
    }
}

/// One operation; numbers are taken modulo what there is.
#[derive(Clone, Debug)]
pub enum Op {
    Make {
        name: usize,
        kind: Kind,
        of: usize,
    },
    Link {
        from: usize,
        to: usize,
        slot: usize,
    },
    Cut {
        from: usize,
        slot: usize,
    },
    Assign {
        name: usize,
        to: usize,
    },
    Forget {
        name: usize,
    },
    Watch {
        name: usize,
        callback: bool,
    },
    /// A weak reference with a callback that the object `holder` owns: it may become garbage itself.
    WatchInside {
        name: usize,
        holder: usize,
    },
    Look {
        reference: usize,
    },
    Drop {
        reference: usize,
    },
    Count {
        name: usize,
    },
    Temporary {
        shape: usize,
    },
    Collect,
    ForgetSaved,
    /// A function with names of its own; the operations inside are on those.
    Call {
        body: Vec<Op>,
        keep: usize,
    },
}

/// A whole program.
#[derive(Clone, Debug)]
pub struct Program {
    ops: Vec<Op>,
}

fn kinds() -> impl Strategy<Value = Kind> {
    use Kind::*;
    prop_oneof![
        6 => Just(Node), 3 => Just(Slotted), 2 => Just(Phoenix), 2 => Just(Cutter), 2 => Just(Quiet), 4 => Just(List), 3 => Just(Dict),
        2 => Just(Tuple), 1 => Just(Closure), 1 => Just(Method), 1 => Just(Generator), 1 => Just(Error), 1 => Just(Class), 1 => Just(Caught),
    ]
}

fn simple() -> impl Strategy<Value = Op> {
    let n = || 0..64usize;
    prop_oneof![
        10 => (n(), kinds(), n()).prop_map(|(name, kind, of)| Op::Make { name, kind, of }),
        12 => (n(), n(), n()).prop_map(|(from, to, slot)| Op::Link { from, to, slot }),
        4 => (n(), n()).prop_map(|(from, slot)| Op::Cut { from, slot }),
        3 => (n(), n()).prop_map(|(name, to)| Op::Assign { name, to }),
        5 => n().prop_map(|name| Op::Forget { name }),
        4 => (n(), any::<bool>()).prop_map(|(name, callback)| Op::Watch { name, callback }),
        2 => (n(), n()).prop_map(|(name, holder)| Op::WatchInside { name, holder }),
        2 => n().prop_map(|reference| Op::Look { reference }),
        1 => n().prop_map(|reference| Op::Drop { reference }),
        2 => n().prop_map(|name| Op::Count { name }),
        1 => n().prop_map(|shape| Op::Temporary { shape }),
        2 => Just(Op::Collect),
        1 => Just(Op::ForgetSaved),
    ]
}

/// All programs of up to sixty operations.
pub fn programs() -> impl Strategy<Value = Program> {
    let call = (vec(simple(), 1..10), 0..64usize).prop_map(|(body, keep)| Op::Call { body, keep });
    vec(prop_oneof![12 => simple(), 1 => call], 5..60).prop_map(|ops| Program { ops })
}

const PRELUDE: &str = "\
import gc, sys, weakref
gc.disable()
gc.collect()
saved, refs = [], {}
class Base:
    def __init__(self, number):
        self.number = number
    def method(self):
        pass
class Node(Base):
    def __del__(self):
        print('del', self.number)
class Slotted:
    __slots__ = ('number', 'a', 'b', 'c', '__weakref__')
    def __init__(self, number):
        self.number = number
    def method(self):
        pass
    def __del__(self):
        print('del', self.number)
class Phoenix(Base):
    def __del__(self):
        print('del', self.number)
        saved.append(self)
class Cutter(Base):
    def __del__(self):
        print('del', self.number)
        self.a = self.b = None
class Quiet(Base):
    pass
def callback(reference, number):
    return lambda ref: print('callback', reference, 'of', number)
def close_over(held):
    return lambda: held
def wait_with(held):
    yield
def caught(held):
    try:
        raise ValueError(held)
    except ValueError as error:
        kept = error
    return kept
def collect():
    print('collect {')
    found = gc.collect()
    saved.sort(key=lambda one: one.number)
    print('}', found)
    print('dead', [number for number, ref in refs.items() if ref() is None])
def look(number):
    if number in refs:
        print('reference', number, 'answers' if refs[number]() is not None else 'is dead')
";

impl Program {
    /// Must the numbers that `gc.collect()` gives be equal?
    pub fn compares_values(&self) -> bool {
        fn all_counted(ops: &[Op]) -> bool {
            ops.iter().all(|op| match op {
                Op::Make { kind, .. } => kind.is_counted(),
                // A callback is a function.
                Op::WatchInside { .. } => false,
                Op::Call { body, .. } => all_counted(body),
                _ => true,
            })
        }
        all_counted(&self.ops)
    }

    /// The Python text.
    pub fn text(&self) -> String {
        let mut writer = Writer { text: PRELUDE.to_owned(), numbers: 0, references: Vec::new(), functions: 0 };
        let mut module = Scope { prefix: "v", indent: "", held: vec![None; NAMES] };
        for name in 0..NAMES {
            writeln!(writer.text, "v{name} = None").unwrap();
        }
        for op in &self.ops {
            writer.op(op, &mut module);
        }
        // In the end everything goes in an order of the program's own, and not in that of the interpreter's end.
        for name in 0..NAMES {
            writeln!(writer.text, "v{name} = None").unwrap();
        }
        writer.text.push_str("collect()\nwhile saved:\n    saved.pop()\ncollect()\nrefs.clear()\nprint('end')\n");
        writer.text
    }
}

/// Names of one level, and what each stands for.
struct Scope {
    prefix: &'static str,
    indent: &'static str,
    held: Vec<Option<Held>>,
}

#[derive(Clone, Copy)]
struct Held {
    kind: Kind,
    number: usize,
}

impl Scope {
    fn name(&self, i: usize) -> String {
        format!("{}{}", self.prefix, i % self.held.len())
    }

    fn held(&self, i: usize) -> Option<Held> {
        self.held[i % self.held.len()]
    }

    fn hold(&mut self, i: usize, held: Option<Held>) {
        let i = i % self.held.len();
        self.held[i] = held;
    }
}

struct Writer {
    text: String,
    numbers: usize,
    references: Vec<usize>,
    functions: usize,
}

impl Writer {
    fn line(&mut self, scope: &Scope, line: &str) {
        writeln!(self.text, "{}{line}", scope.indent).unwrap();
    }

    fn number(&mut self) -> usize {
        self.numbers += 1;
        self.numbers
    }

    fn op(&mut self, op: &Op, scope: &mut Scope) {
        match op {
            Op::Make { name, kind, of } => self.make(*name, *kind, *of, scope),
            Op::Link { from, to, slot } => self.link(*from, &scope.name(*to), *slot, scope),
            Op::Cut { from, slot } => self.cut(*from, *slot, scope),
            Op::Assign { name, to } => {
                self.line(scope, &format!("{} = {}", scope.name(*name), scope.name(*to)));
                scope.hold(*name, scope.held(*to));
            }
            Op::Forget { name } => {
                self.line(scope, &format!("{} = None", scope.name(*name)));
                scope.hold(*name, None);
            }
            Op::Watch { name, callback } => self.watch(*name, *callback, scope),
            Op::WatchInside { name, holder } => {
                let Some(held) = scope.held(*name).filter(|held| held.kind.is_instance()) else { return };
                let reference = self.number();
                let value = format!("weakref.ref({}, callback({reference}, {}))", scope.name(*name), held.number);
                self.link(*holder, &value, reference, scope);
            }
            Op::Look { reference } => self.with_reference(*reference, scope, |number| format!("look({number})")),
            Op::Drop { reference } => {
                self.with_reference(*reference, scope, |number| format!("refs.pop({number}, None)"))
            }
            Op::Count { name } => {
                let name = scope.name(*name);
                if scope.held.iter().enumerate().any(|(i, held)| held.is_some() && scope.name(i) == name) {
                    self.line(scope, &format!("print('count', sys.getrefcount({name}))"));
                }
            }
            Op::Temporary { shape } => self.temporary(*shape, scope),
            Op::Collect => self.line(scope, "collect()"),
            Op::ForgetSaved => self.line(scope, "saved.clear()"),
            Op::Call { body, keep } => self.call(body, *keep, scope),
        }
    }

    fn make(&mut self, name: usize, kind: Kind, of: usize, scope: &mut Scope) {
        let number = self.number();
        let held = scope.name(of);
        let value = match kind {
            Kind::Node | Kind::Slotted | Kind::Phoenix | Kind::Cutter | Kind::Quiet => format!("{kind:?}({number})"),
            Kind::List => "[]".to_owned(),
            Kind::Dict => "{}".to_owned(),
            Kind::Tuple => format!("({held}, [{held}])"),
            Kind::Closure => format!("close_over({held})"),
            Kind::Method if scope.held(of).is_some_and(|held| held.kind.is_instance()) => format!("{held}.method"),
            Kind::Method => return,
            Kind::Generator => format!("wait_with({held})"),
            Kind::Error => format!("ValueError({held})"),
            Kind::Caught => format!("caught({held})"),
            Kind::Class => format!("type('Made', (), {{'held': {held}}})"),
        };
        let name_text = scope.name(name);
        self.line(scope, &format!("{name_text} = {value}"));
        if kind == Kind::Generator {
            self.line(scope, &format!("next({name_text})"));
        }
        scope.hold(name, Some(Held { kind, number }));
    }

    fn link(&mut self, from: usize, value: &str, slot: usize, scope: &Scope) {
        let Some(held) = scope.held(from) else { return };
        let (name, attribute) = (scope.name(from), ["a", "b", "c"][slot % 3]);
        match held.kind {
            Kind::List => self.line(scope, &format!("{name}.append({value})")),
            Kind::Dict => self.line(scope, &format!("{name}['{attribute}'] = {value}")),
            Kind::Tuple => self.line(scope, &format!("{name}[1].append({value})")),
            Kind::Method | Kind::Generator => {}
            _ => self.line(scope, &format!("{name}.{attribute} = {value}")),
        }
    }

    fn cut(&mut self, from: usize, slot: usize, scope: &Scope) {
        let Some(held) = scope.held(from) else { return };
        let (name, attribute) = (scope.name(from), ["a", "b", "c"][slot % 3]);
        match held.kind {
            Kind::List if slot.is_multiple_of(2) => self.line(scope, &format!("{name}.clear()")),
            Kind::List => self.line(scope, &format!("del {name}[:1]")),
            Kind::Dict => self.line(scope, &format!("{name}.pop('{attribute}', None)")),
            Kind::Tuple => self.line(scope, &format!("{name}[1].clear()")),
            Kind::Method | Kind::Generator => {}
            _ => self.line(scope, &format!("{name}.{attribute} = None")),
        }
    }

    fn watch(&mut self, name: usize, callback: bool, scope: &Scope) {
        let Some(held) = scope.held(name).filter(|held| held.kind.is_instance()) else { return };
        let reference = self.number();
        let watcher = if callback { format!(", callback({reference}, {})", held.number) } else { String::new() };
        self.line(scope, &format!("refs[{reference}] = weakref.ref({}{watcher})", scope.name(name)));
        self.references.push(reference);
    }

    fn with_reference(&mut self, reference: usize, scope: &Scope, line: impl Fn(usize) -> String) {
        if let Some(number) = self.references.get(reference % self.references.len().max(1)) {
            self.line(scope, &line(*number));
        }
    }

    fn temporary(&mut self, shape: usize, scope: &Scope) {
        let (first, second) = (self.number(), self.number());
        let line = match shape % 6 {
            0 => format!("Node({first})"),
            1 => format!("[Node({first}), Node({second})]"),
            2 => format!("print('picked', [Node({first}), Node({second})][0].number)"),
            3 => format!("print('count', sys.getrefcount(Node({first})))"),
            4 => format!("{{'k': Node({first}), 'l': (Slotted({second}),)}}"),
            _ => format!("print('both', Node({first}).number, Node({second}).number)"),
        };
        self.line(scope, &line);
    }

    fn call(&mut self, body: &[Op], keep: usize, scope: &mut Scope) {
        self.functions += 1;
        let function = format!("function_{}", self.functions);
        // Functions are made at the module's level only.
        let mut inner = Scope { prefix: "w", indent: "    ", held: vec![None; LOCALS] };
        writeln!(self.text, "def {function}({}):", scope.name(keep)).unwrap();
        for i in 0..LOCALS {
            self.line(&inner, &format!("w{i} = None"));
        }
        self.line(&inner, &format!("w0 = {}", scope.name(keep)));
        inner.held[0] = scope.held(keep);
        for op in body.iter().filter(|op| !matches!(op, Op::Call { .. })) {
            self.op(op, &mut inner);
        }
        self.line(&inner, "print('leaving')");
        self.line(&inner, "return w1");
        self.line(scope, &format!("{} = {function}({})", scope.name(keep + 1), scope.name(keep)));
        scope.hold(keep + 1, inner.held[1]);
    }
}
