//! What the code of single constructs is like.

use adder_compiler::code::{LocalKind, flag};
use adder_compiler::{Code, Const, Instr, Mode, Op, Options, compile, disassemble, verify};

fn module(source: &str) -> Code {
    let compiled = compile(source, &Options::new(Mode::Exec, "<test>")).unwrap_or_else(|e| panic!("{e}\n{source}"));
    verify(&compiled.code).unwrap_or_else(|e| panic!("{e}\n{source}\n{}", disassemble(&compiled.code)));
    Code::clone(&compiled.code)
}

/// The code object of this name, at any depth.
fn inner(code: &Code, name: &str) -> Code {
    fn find(code: &Code, name: &str) -> Option<Code> {
        code.constants.iter().find_map(|constant| match constant {
            Const::Code(inner) if &*inner.name == name => Some(Code::clone(inner)),
            Const::Code(inner) => find(inner, name),
            _ => None,
        })
    }
    find(code, name).unwrap_or_else(|| panic!("no code {name} in\n{}", disassemble(code)))
}

fn function(source: &str) -> Code {
    inner(&module(source), "f")
}

fn ops(code: &Code) -> Vec<Op> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at < code.words.len() {
        let op = Op::of(Instr::of_word(code.words[at]).op).expect("an operation");
        found.push(op);
        at += 1 + op.caches();
    }
    found
}

fn count(code: &Code, op: Op) -> usize {
    ops(code).iter().filter(|o| **o == op).count()
}

/// The lines of a disassembly without the columns of lines and words.
fn text(code: &Code) -> Vec<String> {
    disassemble(code)
        .lines()
        .skip(1)
        .take_while(|line| !line.is_empty())
        .map(|line| line.get(13..).unwrap_or(line).split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

#[test]
fn locals_are_borrowed() {
    let code = function("def f(a, b):\n return a + b");
    assert_eq!(text(&code), ["Add a b -> t0", "Return t0!"]);
    assert_eq!(
        text(&function("def f(a):\n a.b = a[0]")),
        ["LoadInt 0 -> t0", "GetItem a t0 -> t0", "StoreAttr a t0! .b", "ReturnConst None"]
    );
}

#[test]
fn what_may_change_is_copied() {
    let copies = |source: &str| count(&function(source), Op::LoadLocal);
    assert_eq!(copies("def f(x):\n return x + g()"), 1);
    assert_eq!(copies("def f(x):\n return x + (x := 1)"), 1);
    assert_eq!(copies("def f(x, y):\n return x + (y := 1)"), 0);
    assert_eq!(copies("async def f(x, y):\n return x + await y"), 1);
    assert_eq!(copies("def f(x, y):\n return x[y.z] + x"), 0);
    assert_eq!(copies("def f(x, y):\n x[y] = x, y"), 2, "a tuple owns its items");
    assert_eq!(copies("def f(x):\n x.a = g(1)"), 0, "the target is read after the value");
    assert_eq!(copies("def f(x):\n x += g()"), 1);
}

#[test]
fn results_go_straight_into_locals() {
    assert_eq!(
        text(&function("def f(a):\n b = a.c\n b += 1\n b = b - a\n return b")),
        ["LoadAttr a .c -> b", "AddInt b 1 in place -> b", "Sub b a -> b", "Return b"]
    );
}

#[test]
fn unbound_locals_are_tested_once() {
    let checks = |source: &str| count(&function(source), Op::CheckLocal);
    assert_eq!(checks("def f(a):\n if a: b = 1\n b + b\n return b"), 1);
    assert_eq!(checks("def f(a):\n b = 1\n while a: a = b\n return b"), 0);
    assert_eq!(checks("def f(a):\n for b in a: pass\n return b"), 1);
    assert_eq!(checks("def f(a):\n try: b = a()\n except E: b = 1\n return b"), 0);
    assert_eq!(checks("def f(a):\n try: b = a()\n finally: a.x\n return b"), 0);
    assert_eq!(checks("def f(a):\n b = 1\n while a:\n  b.x\n  del b\n  b = a"), 1);
    assert_eq!(checks("def f(a):\n del a\n return a"), 1);
    assert_eq!(checks("def f(a):\n while True:\n  b = a\n  if b: break\n return b"), 0);
}

#[test]
fn conditions_make_no_booleans() {
    let code = function("def f(a, b, c):\n if a < b and not (b is None or c in a): return 1\n return 2");
    assert_eq!(
        text(&code),
        ["JumpLt a b to 4 if not", "JumpIfNone b to 4", "JumpIn c a to 4", "ReturnConst 1", "ReturnConst 2"]
    );
}

#[test]
fn short_loops_are_tested_at_the_bottom() {
    let code = function("def f(n):\n i = 0\n while i < n: i += 1");
    assert_eq!(ops(&code), [Op::LoadInt, Op::JumpLt, Op::AddInt, Op::JumpLt, Op::ReturnConst]);
    let back = Instr::of_word(code.words[4]);
    assert!((back.c as i16) < 0);
}

#[test]
fn calls_are_windows() {
    let code = function("def f(a):\n return g(a, 1).h(*a, k=a)");
    assert_eq!(
        text(&code),
        [
            "LoadGlobalCallee .g -> t6..",
            "LoadLocal copy a -> t8",
            "LoadInt 1 -> t9",
            "Call t6..! #2 -> t3",
            "LoadAttr t3! .h -> t3",
            "LoadUnset -> t4",
            "BuildList t5..! #0 -> t5",
            "ListExtend t5 a",
            "ListToTuple t5! -> t5",
            "BuildDict t6..! #0 -> t6",
            "LoadConst \"k\" -> t7",
            "LoadLocal copy a -> t8",
            "BuildDict t7..! #1 -> t7",
            "DictMerge t6 t7! t3",
            "CallEx t3..! -> t0",
            "Return t0!"
        ]
    );
}

#[test]
fn constants_are_folded() {
    let value = |source: &str| {
        let code = module(&format!("x = {source}"));
        let names: Vec<Op> = ops(&code);
        assert!(matches!(names[0], Op::LoadInt | Op::BorrowConst | Op::LoadConst), "{source}: {names:?}");
        text(&code)[0].clone()
    };
    assert_eq!(value("2 ** 10 - 1"), "LoadInt 1023 -> t0");
    assert_eq!(value("-7 // 2"), "LoadInt -4 -> t0");
    assert_eq!(value("-7 % 3"), "LoadInt 2 -> t0");
    assert_eq!(value("7 // -2"), "LoadInt -4 -> t0");
    assert_eq!(value("'a' 'b' + 'c' * 3"), "BorrowConst \"abccc\" -> t0");
    assert_eq!(value("(1, 'x', (2.5, None))[2]"), "BorrowConst (2.5, None) -> t0");
    assert_eq!(value("1 << 100"), "BorrowConst 0x10000000000000000000000000 -> t0");
    assert_eq!(value("-9223372036854775808"), "BorrowConst -9223372036854775808 -> t0");
    assert_eq!(value("3 - 2j"), "BorrowConst (3.0-2.0j) -> t0");
    assert_eq!(value("'\\ud800x'"), "BorrowConst surrogates[d800, 78] -> t0");
    let folded = |source: &str| !ops(&module(source)).iter().any(|op| (Op::Add..=Op::Xor).contains(op));
    assert!(!folded("x = 1 / 0") && !folded("x = 'a' * 5000") && !folded("x = 1 << 1000") && !folded("x = 2 ** -1"));
    // Numbers that are equal and differ.
    let code = module("x = 1.0\ny = True\nz = 0.0\nw = -0.0\nv = 100000\nu = 100000.0");
    assert_eq!(code.constants.iter().filter(|c| !matches!(c, Const::None)).count(), 6);
}

#[test]
fn debug_code_goes_with_the_level() {
    let compiled = |level| {
        let source = "'''doc'''\ndef f():\n 'inner'\n assert x\n if __debug__: y";
        let code = compile(source, &Options { optimize: level, ..Options::new(Mode::Exec, "") }).expect("it compiles");
        let f = inner(&code.code, "f");
        (count(&f, Op::Raise), count(&f, Op::LoadGlobal), f.has(flag::HAS_DOCSTRING))
    };
    assert_eq!(compiled(0), (1, 2, true));
    assert_eq!(compiled(1), (0, 0, true));
    assert_eq!(compiled(2), (0, 0, false));
}

#[test]
fn comprehensions_are_inlined_in_functions_and_modules() {
    for (source, inlined) in [
        ("def f(a):\n return [x for x in a]", true),
        ("def f(a):\n return {x: [y for y in x] for x in a if x}", true),
        ("f = [x for x in a]", true),
        ("def f(a):\n return (x for x in a)", false),
        ("class f:\n y = [x for x in a]", false),
    ] {
        let code = module(source);
        let codes = disassemble(&code).lines().filter(|line| line.starts_with("code ")).count();
        assert_eq!(codes == 1 + usize::from(source.starts_with("def")), inlined, "{source}");
        assert_eq!(disassemble(&code).contains("x:Hidden"), inlined, "{source}");
    }
    // A variable of the comprehension does not touch one of the function.
    let code = function("def f(x):\n y = [x for x in x]\n return x");
    assert_eq!(code.locals.iter().filter(|l| &*l.name == "x").count(), 2);
    // An inner function has its own cell.
    let code = function("def f(a):\n return [lambda: x for x in a]");
    assert_eq!(count(&code, Op::MakeCell), 1);
}

#[test]
fn scopes() {
    let code = function("def f(a, *b, c=1, **d):\n def g():\n  nonlocal a\n  a = e\n  return d\n e = 1\n return g");
    let kind = |name: &str| code.locals.iter().find(|l| &*l.name == name).map(|l| (l.kind, l.in_varnames));
    assert_eq!(kind("a"), Some((LocalKind::Cell, true)));
    assert_eq!(kind("b"), Some((LocalKind::Fast, true)));
    assert_eq!(kind("e"), Some((LocalKind::Cell, false)));
    let order: Vec<&str> = code.locals.iter().map(|l| &*l.name).collect();
    assert_eq!(order, ["a", "c", "b", "d", "g", "e"]);
    assert_eq!((code.arg_count, code.keyword_only, code.parameters()), (1, 1, 4));
    let g = inner(&code, "g");
    assert!(g.locals.iter().all(|l| l.kind == LocalKind::Free) && g.has(flag::NESTED));
    assert_eq!(&*g.qualname, "f.<locals>.g");
}

#[test]
fn classes() {
    let code = module(
        "class A(B):\n def f(me, x):\n  me.a = me._b = x\n  me.__c += 1\n  x.no = 1\n def g(self): self.a, self.d = 1, 2\n",
    );
    let class = inner(&code, "A");
    let attributes: Vec<&str> = class.attributes.iter().map(|name| &**name).collect();
    assert_eq!(attributes, ["a", "_b", "_A__c", "d"]);
    assert!(inner(&class, "f").has(flag::METHOD) && inner(&class, "f").names.iter().any(|name| &**name == "_A__c"));
    assert!(disassemble(&class).contains("(\"a\", \"d\")"), "__static_attributes__ knows only self");
    let code = module("class A:\n def f(self): return super().f(1), super().x, __class__");
    let f = inner(&code, "f");
    assert_eq!(count(&f, Op::LoadSuper), 2);
    assert!(text(&inner(&code, "A")).iter().any(|line| line.contains(".__classcell__")));
}

#[test]
fn annotations_are_late() {
    let code = function("def f(a: A, *b: B) -> C:\n x: D = 1");
    assert!(!disassemble(&code).contains(".D"));
    let code = module("def f(a: A): pass\nx: int\nclass C:\n y: str = 1");
    let annotate = inner(&code, "__annotate__");
    assert_eq!((annotate.arg_count, annotate.positional_only), (1, 1));
    assert_eq!(&*annotate.locals[0].name, "format");
    assert!(disassemble(&inner(&code, "C")).contains("__annotate_func__"));
    let code = module("from __future__ import annotations\ndef f(a: A[b ,c]): pass\nx: int");
    assert!(disassemble(&inner(&code, "__annotate__")).contains("\"A[b, c]\""));
    assert!(disassemble(&code).contains("__annotations__"));
}

#[test]
fn type_parameters() {
    let code = module(
        "def f[T: int, *U, **V = [int]](a: T = 1, *, b=2): return T\nclass C[T](A, k=1): x: T\ntype X[T] = list[T]",
    );
    assert_eq!(&*inner(&code, "f").qualname, "f");
    let scope = inner(&code, "<generic parameters of f>");
    assert_eq!(scope.arg_count, 2);
    assert_eq!(&*inner(&code, "X").qualname, "X");
    assert!(disassemble(&code).contains(".__type_params__"));
}

#[test]
fn modes() {
    let with = |mode, source: &str| compile(source, &Options::new(mode, "")).map(|c| ops(&c.code));
    assert_eq!(with(Mode::Eval, "a + 1"), Ok(vec![Op::LoadName, Op::AddInt, Op::Return]));
    assert_eq!(with(Mode::Single, "a"), Ok(vec![Op::LoadName, Op::Intrinsic, Op::Drop, Op::ReturnConst]));
    assert!(with(Mode::Eval, "a = 1").is_err());
    let incomplete = |source: &str| compile(source, &Options::new(Mode::Single, "")).err().map(|e| e.incomplete);
    for source in ["if a:", "def f():\n", "f(", "x = '''a", "try:\n pass\n", "[1,\n2", "class A:"] {
        assert_eq!(incomplete(source), Some(true), "{source}");
    }
    for source in ["a b", "1 +", "x = 'a", "f(]", "return"] {
        assert_eq!(incomplete(source), Some(false), "{source}");
    }
}

#[test]
fn generators() {
    let flags = |source: &str| function(source).flags & (flag::GENERATOR | flag::COROUTINE | flag::ASYNC_GENERATOR);
    assert_eq!(flags("def f():\n yield"), flag::GENERATOR);
    assert_eq!(flags("def f():\n return [(lambda: (yield))]"), 0);
    assert_eq!(flags("async def f():\n await x"), flag::COROUTINE);
    assert_eq!(flags("async def f():\n yield x"), flag::ASYNC_GENERATOR);
    let code = function("def f(a):\n x = yield from a");
    assert_eq!(code.handlers.len(), 1, "StopIteration does not get out");
    assert!(text(&code).contains(&"YieldFrom t0 t1 -> x".to_owned()), "{:?}", text(&code));
}

#[test]
fn positions() {
    let code = function("def f(a):\n return (a.bc +\n   a[1])");
    let at = |op: Op| {
        let words = (0..code.words.len()).find(|i| Instr::of_word(code.words[*i]).op == op as u8).expect("it is there");
        let p = code.position_at(words as u32);
        (p.line, p.column, p.end_line, p.end_column)
    };
    assert_eq!(at(Op::LoadAttr), (2, 9, 2, 13));
    assert_eq!(at(Op::GetItem), (3, 3, 3, 7));
    assert_eq!(at(Op::Add), (2, 9, 3, 7));
}

#[test]
fn warnings() {
    let warnings = |source: &str| -> Vec<String> {
        let compiled = compile(source, &Options::new(Mode::Exec, "")).expect("it compiles");
        compiled.warnings.into_iter().map(|w| format!("{}:{}", w.line, w.message)).collect()
    };
    assert_eq!(warnings("x\ny is 1"), ["2:\"is\" with 'int' literal. Did you mean \"==\"?"]);
    assert_eq!(
        warnings("'\\d' r'\\d'; b'\\u'"),
        ["1:invalid escape sequence '\\d'", "1:invalid escape sequence '\\u'"]
    );
    assert_eq!(warnings("f'\\d{x}' rf'\\d{x}'"), ["1:invalid escape sequence '\\d'"]);
    assert_eq!(warnings("assert (x, 'm')"), ["1:assertion is always true, perhaps remove parentheses?"]);
    assert_eq!(warnings("[1] (2)"), ["1:'list' object is not callable; perhaps you missed a comma?"]);
    assert_eq!(
        warnings("'a'['b']"),
        ["1:str indices must be integers or slices, not str; perhaps you missed a comma?"]
    );
    let finally = "def f():\n try: pass\n finally:\n  y is 1\n  return";
    assert_eq!(warnings(finally).len(), 2, "copies of a finally body do not warn again");
}

#[test]
fn everything_at_once() {
    // Each path through these is what `verify` checks.
    for source in [
        "def f(a):\n for x in a:\n  try:\n   with a as b, x:\n    if b: continue\n    if x: break\n    return g(b)\n  except A as e:\n   return e\n  except (B, C): raise\n  else: y()\n  finally:\n   z(x)\n else: w()",
        "def f(a):\n while a:\n  try: pass\n  finally:\n   try: return 1\n   finally:\n    if a: break",
        "def f(a):\n try:\n  try: a()\n  except* A as e: b(e)\n  except* (B, C): raise\n  else: c()\n finally: d()",
        "async def f(a):\n async with a as (b, c), d:\n  async for x, *y in b:\n   if x: return [z async for z in y if await z]\n   else: break\n  else: pass\n return {await k: v async for k, v in a}",
        "def f(a):\n match a:\n  case [1, x, *_, {'k': A(y, z=None) as w, **r}] if x: return r\n  case (B(x) | [x, 'q']) as v: pass\n  case -1 | 2.5 | C.D | True: pass\n  case {'a': [p, *q], E.F: _}: g(p, q)\n  case []: pass\n  case {}: pass\n  case other: return other",
        "def f(a, b):\n return a < b() < 3 < a.c() and (a if b else not a) or [*a, *b, 1] or {**a, 'b': b} or a[1:b, ::2]",
        "def f(a, b):\n x = y = [p, (q, *r)] = a[b], b.c = g(a)\n del p, (q, a[b]), b.c\n a[b()] += 1; a.b //= b(); a[x:y] **= 2",
        "def f(a):\n return f'{a!r:>{a}.{a}} {a=} {a:}' f'{{' 'x' f'{(lambda: a)()}', t'a{a!s:x}b{ a + 1 = }'",
        "def f(a):\n return g(*a, b, *a, k=1, **a, j=a), g(**a), g(*a), a.b(**a, c=1), g(x for x in a)",
        "def f(a):\n lambda x, /, y=a, *z, k=1, **w: (yield x)\n global h\n h = 1\n import a.b.c, d as e, i.j.k as l\n from . import m\n from ..n import o as p",
        "@a\n@b.c(1)\nclass C(D, *E, metaclass=F, **G):\n '''doc'''\n x: int\n if x: y: str = 1\n @property\n def z(self) -> C: return super(C, self).z\n class I[T]:\n  def m[U: T](self, v: U) -> x: ...",
        "def f(a):\n try: return a\n finally: return 2",
        "def f(a):\n for x in a:\n  for y in x:\n   try:\n    continue\n   finally:\n    g(y)",
        "def f():\n with a: pass\n with b as c.d, e as [f, *g]: return h()",
        "def f(x):\n try:\n  return [y for y in x]\n except E:\n  del x\n return x",
        "while a:\n if b: continue\n else: break\nelse: c",
        "while 1: pass",
        "def f(): yield (yield)",
        "from a import *",
    ] {
        module(source);
    }
}

#[test]
fn comments_are_no_part_of_debug_text() {
    let code = module("f'''{a # it's 'b'\n + '#'=}'''");
    assert!(text(&code).iter().any(|line| line.contains("\"a \\n + '#'=\"")), "{:?}", text(&code));
}

#[test]
fn a_class_may_have_both_its_own_cell_and_a_free_variable() {
    let code =
        module("class A:\n def f(self):\n  class B:\n   nonlocal __class__\n   __class__ = 1\n   def g(): __class__");
    let class = inner(&code, "B");
    let kinds: Vec<LocalKind> = class.locals.iter().map(|l| l.kind).collect();
    assert_eq!(kinds, [LocalKind::Cell, LocalKind::Free]);
    let registers = |op: Op| {
        let words = class.words.iter().map(|word| Instr::of_word(*word)).filter(move |i| i.op == op as u8);
        words.collect::<Vec<_>>()
    };
    assert_eq!(registers(Op::StoreCell)[0].a, 1, "the assignment goes outside");
    assert!(registers(Op::Copy).iter().all(|copy| copy.b == 0), "inner functions see the class");
}
