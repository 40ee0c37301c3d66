//! Comprehensions: inlined where the scope analysis says so, else functions that are called at once.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::Gen;
use super::call::RESERVED;
use super::unit::{Dst, Layer, Operand, Slot, Unit};
use crate::code::{Const, flag};
use crate::error::Res;
use crate::op::{Op, intrinsic, part};
use crate::scope::{Name, Part, Place, ScopeKind, does, key};

/// A comprehension of any kind.
struct Parts<'e> {
    kind: ScopeKind,
    generators: &'e [ast::Comprehension],
    key: Option<&'e Expr>,
    element: &'e Expr,
    node: usize,
    range: TextRange,
}

impl<'e> Parts<'e> {
    fn of(e: &'e Expr, source: &str) -> Option<Parts<'e>> {
        let parts = |kind, generators, key, element, node, range| Parts { kind, generators, key, element, node, range };
        Some(match e {
            Expr::ListComp(e) => parts(ScopeKind::ListComp, &e.generators[..], None, &*e.elt, key(e), e.range),
            Expr::SetComp(e) => parts(ScopeKind::SetComp, &e.generators, None, &e.elt, key(e), e.range),
            Expr::DictComp(e) => parts(ScopeKind::DictComp, &e.generators, e.key.as_deref(), &e.value, key(e), e.range),
            Expr::Generator(e) => {
                let range = if e.parenthesized { e.range } else { with_parentheses(e.range, source) };
                parts(ScopeKind::Generator, &e.generators, None, &e.elt, key(e), range)
            }
            _ => return None,
        })
    }
}

/// The only argument of a call reaches to the parentheses of the call.
fn with_parentheses(range: TextRange, source: &str) -> TextRange {
    let start = source[..range.start().to_usize()].rfind('(');
    let end = source[range.end().to_usize()..].find(')').map(|i| range.end().to_usize() + i + 1);
    let size =
        |at: Option<usize>, other| at.and_then(|at| ruff_text_size::TextSize::try_from(at).ok()).unwrap_or(other);
    TextRange::new(size(start, range.start()), size(end, range.end()))
}

impl Gen<'_> {
    pub(super) fn comprehension(&mut self, e: &Expr, dst: Dst) -> Res {
        let Some(parts) = Parts::of(e, self.source) else { return self.error("invalid syntax", e) };
        for part in [Some(parts.element), parts.key].into_iter().flatten() {
            if part.is_starred_expr() {
                return self.error("iterable unpacking cannot be used in comprehension", part);
            }
        }
        if parts.kind == ScopeKind::DictComp && parts.key.is_none() {
            return self.error("dict unpacking cannot be used in dict comprehension", e);
        }
        let Some(scope) = self.scopes.of(parts.node, Part::Body) else { return self.error("invalid syntax", e) };
        let entry = &self.scopes.scopes[scope];
        let asynchronous = entry.coroutine && parts.kind != ScopeKind::Generator;
        let around = self.scope();
        let top_level = self.options.top_level_await && around.kind == ScopeKind::Module;
        let allowed = around.is_async || around.kind.is_comprehension() || top_level;
        if asynchronous && !allowed {
            return self.error("asynchronous comprehension outside of an asynchronous function", e);
        }
        if entry.inlined {
            return self.inlined(&parts, scope, dst);
        }
        let base = self.u.sp();
        self.u.reserve(RESERVED);
        let function = self.u.sp();
        self.u.reserve(1);
        self.enter(scope, entry.name.clone(), parts.range);
        self.called(&parts)?;
        let code = self.leave_with([1, 0, 0])?;
        self.at(parts.range);
        self.make_function(function, code, part::CLOSURE);
        self.unset();
        let top = self.u.sp();
        let first = &parts.generators[0];
        let iterable = self.operand(&first.iter, false)?;
        self.at(&first.iter);
        let op = if first.is_async { Op::GetAIter } else { Op::GetIter };
        self.u.make1(op, Dst::Push, top, iterable, 0);
        self.at(parts.range);
        let result = if asynchronous { Dst::Push } else { dst };
        self.u.make_row(Op::Call, result, base, function, 1, 0);
        if asynchronous {
            self.await_operand(base, Operand::Temp(base), 0, dst);
        }
        Ok(())
    }

    /// The body of a comprehension that is a function.
    fn called(&mut self, parts: &Parts) -> Res {
        self.u.flags |= flag::OPTIMIZED | flag::NEWLOCALS;
        let wrap = self.begin_generator();
        self.at(parts.range);
        let generator = parts.kind == ScopeKind::Generator;
        if !generator {
            self.build(parts.kind, Dst::Push);
        }
        self.loops(parts, 0, 0, None)?;
        self.at(parts.range);
        if generator {
            let none = self.u.constant(Const::None);
            self.u.raw(Op::ReturnConst, 0, [0, none, 0], 0, None);
        } else {
            self.u.effect(Op::Return, 0, Some(Operand::Temp(0)), None, 0);
        }
        self.u.reachable = false;
        self.end_generator(wrap);
        Ok(())
    }

    fn build(&mut self, kind: ScopeKind, dst: Dst) {
        let op = match kind {
            ScopeKind::SetComp => Op::BuildSet,
            ScopeKind::DictComp => Op::BuildDict,
            _ => Op::BuildList,
        };
        let base = self.u.sp();
        self.u.make_row(op, dst, base, base, 0, 0);
    }

    fn inlined(&mut self, parts: &Parts, scope: usize, dst: Dst) -> Res {
        let base = self.u.sp();
        // The collection lies below the iterator, which is made first.
        self.u.reserve(1);
        let first = &parts.generators[0];
        let iterable = self.operand(&first.iter, false)?;
        self.at(&first.iter);
        let op = if first.is_async { Op::GetAIter } else { Op::GetIter };
        self.u.make1(op, Dst::Push, base + 1, iterable, 0);

        let mut names: Vec<(Name, u32, bool)> = Vec::new();
        for symbol in self.scopes.scopes[scope].symbols.iter().filter(|s| s.does & does::BOUND != 0) {
            let register = self.u.hidden(&symbol.name);
            names.push((symbol.name.clone(), register, symbol.place == Place::Cell));
        }
        let registers: Vec<u32> = names.iter().map(|(_, register, _)| *register).collect();
        self.at(parts.range);
        for (_, register, cell) in &names {
            if *cell {
                self.u.raw(Op::MakeCell, 0, [*register, 0, 0], 0, None);
            }
        }
        let outer = self.u.handler;
        let failed = self.u.label();
        self.u.protect(failed, base);
        self.u.layers.push(Layer { scope, names });
        let slot = Unit::temp(base);
        let op = match parts.kind {
            ScopeKind::SetComp => Op::BuildSet,
            ScopeKind::DictComp => Op::BuildDict,
            _ => Op::BuildList,
        };
        let top = Unit::temp(self.u.sp());
        self.u.raw(op, 0, [slot, top, 0], 0, None);
        self.u.stack[base] = Slot::Owned;
        self.loops(parts, 0, base, Some(base + 1))?;
        self.u.layers.pop();
        self.u.handler = outer;

        self.at(parts.range);
        let clear = |u: &mut Unit| {
            for register in &registers {
                u.raw(Op::ClearLocal, 0, [*register, 0, 0], 0, None);
                u.bound.remove(*register);
            }
        };
        clear(&mut self.u);
        let (after, stack) = (self.u.label(), self.u.stack.clone());
        if self.u.labels[failed].used {
            self.u.jump(after);
            self.u.enter_handler(failed, &stack[..base], base);
            clear(&mut self.u);
            self.u.reraise(base, base, true);
        }
        self.u.stack = stack;
        self.u.bind(after);
        for register in registers {
            self.u.locals[register as usize].open = false;
        }
        self.settle(base, dst);
        Ok(())
    }

    /// The loops from the `n`th on. The collection is in `result`; an iterator may be there already.
    fn loops(&mut self, parts: &Parts, n: usize, result: usize, iterator: Option<usize>) -> Res {
        let generator = &parts.generators[n];
        let base = self.u.sp();
        let slot = match iterator {
            Some(slot) => slot,
            None if n == 0 => {
                self.at(&generator.iter);
                self.load_name(".0", Dst::Push);
                base
            }
            None => {
                let iterable = self.operand(&generator.iter, false)?;
                self.at(&generator.iter);
                let op = if generator.is_async { Op::GetAIter } else { Op::GetIter };
                self.u.make1(op, Dst::Push, base, iterable, 0);
                base
            }
        };
        let (start, end) = (self.u.label(), self.u.label());
        self.u.bind_loop(start);
        self.at(&generator.target);
        let async_failure = if generator.is_async {
            Some(self.async_next(slot, &generator.target, generator.iter.range())?)
        } else {
            self.for_iter(slot, &generator.target, end)?;
            None
        };
        for condition in &generator.ifs {
            self.condition_back(condition, start)?;
        }
        if n + 1 < parts.generators.len() {
            self.loops(parts, n + 1, result, None)?;
        } else {
            self.element(parts, result)?;
        }
        self.at(parts.range);
        self.u.jump(start);
        match async_failure {
            Some(failure) => self.async_end(slot, failure, generator.iter.range()),
            None => {
                self.u.stack[slot] = Slot::Free;
                self.u.pop_to(slot);
                self.u.bind(end);
            }
        }
        Ok(())
    }

    /// Goes back to the head of the loop if the condition does not hold.
    fn condition_back(&mut self, condition: &Expr, start: usize) -> Res {
        self.jump_if(condition, false, start)
    }

    fn element(&mut self, parts: &Parts, result: usize) -> Res {
        let top = self.u.sp();
        if let Some(key) = parts.key {
            let key_operand = self.operand_before(key, parts.element)?;
            let value = self.operand(parts.element, false)?;
            self.at(TextRange::new(key.range().start(), parts.element.range().end()));
            self.u.effect3(Op::DictAdd, top, Operand::Look(result), key_operand, value);
            return Ok(());
        }
        let mut value = self.operand(parts.element, false)?;
        self.at(parts.element);
        match parts.kind {
            ScopeKind::Generator => {
                if self.u.flags & flag::ASYNC_GENERATOR != 0 {
                    self.u.make1(Op::Intrinsic, Dst::Push, top, value, intrinsic::ASYNC_GEN_WRAP.into());
                    value = Operand::Temp(top);
                }
                self.u.make1(Op::Yield, Dst::Push, top, value, 0);
                self.u.drop_to(top);
            }
            kind => {
                let op = if kind == ScopeKind::SetComp { Op::SetAdd } else { Op::ListAppend };
                self.u.effect(op, top, Some(Operand::Look(result)), Some(value), 0);
            }
        }
        Ok(())
    }
}
