//! `match`.
//!
//! What a pattern captures stays in temporaries until the whole pattern matches. A failure jumps to code that drops what lies
//! in temporaries then, of which there is one piece for each state of them.

use ruff_python_ast::{self as ast, Expr, Identifier, Pattern, Singleton};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::Gen;
use super::constant::Key;
use super::unit::{Dst, Label, Operand, Slot, Unit};
use crate::code::Const;
use crate::error::Res;
use crate::op::Op;

/// One pattern on its way.
#[derive(Default)]
struct Match<'p> {
    /// Captured names and the slots of their values.
    captured: Vec<(&'p Identifier, usize)>,
    /// Where a failure goes that leaves such a stack.
    failures: Vec<(Vec<Slot>, Label)>,
    /// May it match everything?
    irrefutable: bool,
}

impl<'a> Gen<'a> {
    pub(super) fn match_stmt(&mut self, s: &'a ast::StmtMatch) -> Res {
        let base = self.u.sp();
        let end = self.u.label();
        let subject = self.push(&s.subject)?;
        let state = self.u.stack.clone();
        let last = s.cases.len().saturating_sub(1);
        for (i, case) in s.cases.iter().enumerate() {
            let next = self.u.label();
            let irrefutable = case.guard.is_some() || i == last;
            let mut m = Match { irrefutable, ..Match::default() };
            self.pattern(&case.pattern, subject, false, &mut m)?;
            for (name, slot) in std::mem::take(&mut m.captured) {
                self.u.range = name.range;
                let top = self.u.sp();
                self.store_name(name, top, Operand::Temp(slot));
            }
            if let Some(guard) = &case.guard {
                self.u.drop_to(subject + 1);
                let label = self.failure(&mut m);
                self.jump_if(guard, false, label)?;
            }
            self.at(&case.pattern);
            self.u.drop_to(base);
            self.statements(&case.body)?;
            self.u.jump(end);
            self.fail(m, subject + 1, next);
            self.u.stack = state.clone();
            self.u.bind(next);
        }
        if let Some(case) = s.cases.last() {
            self.at(&case.pattern);
        }
        self.u.drop_to(base);
        self.u.bind(end);
        Ok(())
    }

    /// Where to go if the pattern fails now. The stack must be as it is after the jump.
    fn failure(&mut self, m: &mut Match) -> Label {
        if let Some((_, label)) = m.failures.iter().find(|(stack, _)| *stack == self.u.stack) {
            return *label;
        }
        let label = self.u.label();
        m.failures.push((self.u.stack.clone(), label));
        label
    }

    /// The code of the failures: drops what lies from `base` on and goes on at `next`.
    fn fail(&mut self, m: Match, base: usize, next: Label) {
        for (stack, label) in m.failures.into_iter().rev() {
            self.u.stack = stack;
            self.u.bind(label);
            self.u.drop_to(base);
            self.u.jump(next);
        }
    }

    /// Fails by the truth of the temporary at the top.
    fn fail_unless(&mut self, slot: usize, m: &mut Match) {
        self.fail_on(Op::JumpIfNot, slot, true, m);
    }

    /// Fails by a jump on a temporary, which goes or stays.
    fn fail_on(&mut self, op: Op, slot: usize, consumed: bool, m: &mut Match) {
        // The failure's state is that after the jump.
        let before = self.u.stack.clone();
        if consumed {
            self.u.stack.truncate(slot);
        }
        let label = self.failure(m);
        self.u.stack = before;
        let (operand, base) = if consumed { (Operand::Temp(slot), slot) } else { (Operand::Look(slot), self.u.sp()) };
        self.u.jump_on(op, base, operand, label);
    }

    /// Tests the value in a slot. If it may be taken and is captured, it is; that is the result.
    fn pattern<'p>(&mut self, p: &'p Pattern, slot: usize, take: bool, m: &mut Match<'p>) -> Res<bool> {
        self.at(p);
        let outer = match p {
            Pattern::MatchAs(_) | Pattern::MatchOr(_) => None,
            // Inside of another pattern anything may match.
            _ => Some(std::mem::replace(&mut m.irrefutable, true)),
        };
        let taken = match p {
            Pattern::MatchAs(p) => self.capture_pattern(p, slot, take, m)?,
            Pattern::MatchOr(p) => {
                self.alternatives(p, slot, m)?;
                false
            }
            Pattern::MatchValue(p) => {
                self.value_pattern(p, slot, m)?;
                false
            }
            Pattern::MatchSingleton(p) => {
                let (label, base) = (self.failure(m), self.u.sp());
                match p.value {
                    Singleton::None => self.u.jump_on(Op::JumpIfNotNone, base, Operand::Look(slot), label),
                    Singleton::True | Singleton::False => {
                        let value = self.constant_operand(Const::Bool(p.value == Singleton::True));
                        self.u.jump_on2(Op::JumpIs, true, base, Operand::Look(slot), value, label);
                    }
                }
                false
            }
            Pattern::MatchSequence(p) => {
                self.sequence_pattern(p, slot, m)?;
                false
            }
            Pattern::MatchMapping(p) => {
                self.mapping_pattern(p, slot, m)?;
                false
            }
            Pattern::MatchClass(p) => {
                self.class_pattern(p, slot, m)?;
                false
            }
            Pattern::MatchStar(p) => match &p.name {
                Some(name) => self.capture(name, slot, take, m)?,
                None => false,
            },
        };
        if let Some(outer) = outer {
            m.irrefutable = outer;
        }
        Ok(taken)
    }

    /// A value of a row of its own: it is dropped unless it is captured.
    fn sub_pattern<'p>(&mut self, p: &'p Pattern, slot: usize, m: &mut Match<'p>) -> Res {
        let outer = std::mem::replace(&mut m.irrefutable, true);
        if !self.pattern(p, slot, true, m)? {
            self.u.drop_slot(slot);
        }
        m.irrefutable = outer;
        Ok(())
    }

    fn capture<'p>(&mut self, name: &'p Identifier, slot: usize, take: bool, m: &mut Match<'p>) -> Res<bool> {
        self.forbidden(name, ast::ExprContext::Store, name.range)?;
        if m.captured.iter().any(|(other, _)| other.id == name.id) {
            return self.error(format!("multiple assignments to name '{name}' in pattern"), name.range);
        }
        let mut value = slot;
        if !take {
            self.u.make(Op::Copy, Dst::Push, Unit::temp(slot), 0);
            value = self.u.sp() - 1;
        }
        m.captured.push((name, value));
        Ok(take)
    }

    fn capture_pattern<'p>(
        &mut self,
        p: &'p ast::PatternMatchAs,
        slot: usize,
        take: bool,
        m: &mut Match<'p>,
    ) -> Res<bool> {
        if p.pattern.is_none() && !m.irrefutable {
            let what = match &p.name {
                Some(name) => format!("name capture '{name}'"),
                None => "wildcard".to_owned(),
            };
            return self.error(format!("{what} makes remaining patterns unreachable"), p);
        }
        if let Some(inner) = &p.pattern {
            // The name is bound to the value after the pattern has matched: the pattern itself may not take it.
            self.pattern(inner, slot, false, m)?;
        }
        match &p.name {
            Some(name) => self.capture(name, slot, take, m),
            None => Ok(false),
        }
    }

    fn value_pattern<'p>(&mut self, p: &'p ast::PatternMatchValue, slot: usize, m: &mut Match<'p>) -> Res {
        let wrong = match &*p.value {
            Expr::FString(_) | Expr::TString(_) => true,
            Expr::BinOp(sum) => !matches!(sum.op, ast::Operator::Add | ast::Operator::Sub),
            _ => false,
        };
        if wrong {
            return self.error("patterns may only match literals and attribute lookups", &*p.value);
        }
        if let Expr::UnaryOp(signed) = &*p.value
            && let Expr::BinOp(power) = &*signed.operand
        {
            // `-1 ** 2` is the sign of a power: the grammar of patterns ends in front of the operator.
            let end = power.left.range().end();
            let space = self.source.get(end.to_usize()..).map_or(0, |rest| rest.len() - rest.trim_start().len());
            return self.error("invalid syntax", TextRange::at(end + TextSize::new(space as u32), 2.into()));
        }
        let base = self.u.sp();
        let label = self.failure(m);
        if let Some(n) = self.small_int(&p.value) {
            self.u.jump_on_int(Op::JumpEqInt, true, base, Operand::Look(slot), n, label);
            return Ok(());
        }
        let value = self.operand(&p.value, false)?;
        self.at(p);
        self.u.jump_on2(Op::JumpEq, true, base, Operand::Look(slot), value, label);
        Ok(())
    }

    fn sequence_pattern<'p>(&mut self, p: &'p ast::PatternMatchSequence, slot: usize, m: &mut Match<'p>) -> Res {
        let mut star = None;
        for (i, sub) in p.patterns.iter().enumerate() {
            if matches!(sub, Pattern::MatchStar(_)) && star.replace(i).is_some() {
                return self.error("multiple starred names in sequence pattern", p);
            }
        }
        let size = p.patterns.len();
        if size > usize::from(u8::MAX) {
            return self.error("too many expressions in star-unpacking sequence pattern", p);
        }
        let test = self.u.sp();
        self.u.make1(Op::MatchSequence, Dst::Push, test, Operand::Look(slot), 0);
        self.fail_unless(test, m);
        let least = size - usize::from(star.is_some());
        if star.is_none() || least > 0 {
            let length = self.u.sp();
            let label = self.failure(m);
            self.u.make1(Op::GetLen, Dst::Push, length, Operand::Look(slot), 0);
            let op = if star.is_some() { Op::JumpGeInt } else { Op::JumpEqInt };
            self.u.jump_on_int(op, true, length, Operand::Temp(length), least as i16, label);
        }
        let wildcard = |p: &Pattern| match p {
            Pattern::MatchAs(p) => p.pattern.is_none() && p.name.is_none(),
            Pattern::MatchStar(p) => p.name.is_none(),
            _ => false,
        };
        if p.patterns.iter().all(wildcard) {
            return Ok(());
        }
        match star {
            Some(star) if wildcard(&p.patterns[star]) => self.by_index(p, star, slot, m),
            star => {
                let row = self.u.sp();
                let (op, count) = match star {
                    Some(star) => (Op::UnpackEx, star as u32 | ((size - star - 1) as u32) << 8),
                    None => (Op::Unpack, size as u32),
                };
                self.at(p);
                self.u.raw(op, 0, [Unit::temp(row), Unit::temp(slot), count], 0, None);
                for _ in 0..size {
                    self.u.push(Slot::Owned);
                }
                p.patterns.iter().enumerate().try_for_each(|(i, sub)| self.sub_pattern(sub, row + i, m))
            }
        }
    }

    /// `[a, *_, b]` takes single items.
    fn by_index<'p>(&mut self, p: &'p ast::PatternMatchSequence, star: usize, slot: usize, m: &mut Match<'p>) -> Res {
        let size = p.patterns.len();
        for (i, sub) in p.patterns.iter().enumerate() {
            if i == star || matches!(sub, Pattern::MatchAs(p) if p.pattern.is_none() && p.name.is_none()) {
                continue;
            }
            self.at(p);
            let item = self.u.sp();
            let index = if i < star {
                self.constant_operand(Const::Int(i as i64))
            } else {
                self.u.make1(Op::GetLen, Dst::Push, item, Operand::Look(slot), 0);
                let back = (size - i) as u32;
                self.u.make1x(Op::SubInt, Dst::Push, item, Operand::Temp(item), back, 0);
                Operand::Temp(item)
            };
            self.u.make2(Op::GetItem, Dst::Push, item, Operand::Look(slot), index);
            self.sub_pattern(sub, item, m)?;
        }
        Ok(())
    }

    fn mapping_pattern<'p>(&mut self, p: &'p ast::PatternMatchMapping, slot: usize, m: &mut Match<'p>) -> Res {
        let test = self.u.sp();
        self.u.make1(Op::MatchMapping, Dst::Push, test, Operand::Look(slot), 0);
        self.fail_unless(test, m);
        let size = p.keys.len();
        if size == 0 && p.rest.is_none() {
            return Ok(());
        }
        if size > i16::MAX as usize {
            return self.error("too many sub-patterns in mapping pattern", p);
        }
        let keys = self.u.sp();
        if size > 0 {
            let length = self.u.sp();
            let label = self.failure(m);
            self.u.make1(Op::GetLen, Dst::Push, length, Operand::Look(slot), 0);
            self.u.jump_on_int(Op::JumpGeInt, true, length, Operand::Temp(length), size as i16, label);
            self.mapping_keys(p)?;
            let values = self.u.sp();
            self.u.make2(Op::MatchKeys, Dst::Push, values, Operand::Look(slot), Operand::Look(keys));
            self.fail_on(Op::JumpIfNone, values, false, m);
            let row = self.unpack_row(values, size);
            for (i, sub) in p.patterns.iter().enumerate() {
                self.sub_pattern(sub, row + i, m)?;
            }
        }
        if let Some(name) = &p.rest {
            self.u.range = name.range;
            let rest = self.u.sp();
            self.u.make_row(Op::BuildDict, Dst::Push, rest, rest, 0, 0);
            self.u.effect(Op::DictUpdate, rest + 1, Some(Operand::Look(rest)), Some(Operand::Look(slot)), 0);
            if size > 0 {
                let row = self.unpack_row(keys, size);
                for i in 0..size {
                    let top = self.u.sp();
                    self.u.effect(Op::DeleteItem, top, Some(Operand::Look(rest)), Some(Operand::Temp(row + i)), 0);
                }
            }
            self.capture(name, rest, true, m)?;
        } else if size > 0 {
            self.u.drop_slot(keys);
        }
        Ok(())
    }

    /// The tuple of the keys, at the top.
    fn mapping_keys(&mut self, p: &ast::PatternMatchMapping) -> Res {
        let base = self.u.sp();
        let mut seen = std::collections::HashSet::new();
        for key in &p.keys {
            if let Some(constant) = self.fold(key) {
                if !seen.insert(Key::of(&as_plain_number(constant))) {
                    let range = key.range().start().to_usize()..key.range().end().to_usize();
                    let text = self.source.get(range).unwrap_or_default();
                    return self.error(format!("mapping pattern checks duplicate key ({text})"), p);
                }
            } else if !matches!(key, Expr::Attribute(_)) && !matches!(key, Expr::BinOp(_) | Expr::UnaryOp(_)) {
                return self.error("mapping pattern keys may only match literals and attribute lookups", p);
            }
            self.push(key)?;
        }
        self.at(p);
        self.u.make_row(Op::BuildTuple, Dst::Push, base, base, p.keys.len() as u32, 0);
        Ok(())
    }

    /// Unpacks the tuple in a slot, which goes; the row.
    fn unpack_row(&mut self, slot: usize, count: usize) -> usize {
        let row = self.u.sp();
        self.u.stack[slot] = Slot::Free;
        let operands = [Unit::temp(row), Unit::temp(slot), count as u32];
        self.u.raw(Op::Unpack, crate::op::KILL_B, operands, 0, None);
        for _ in 0..count {
            self.u.push(Slot::Owned);
        }
        row
    }

    fn class_pattern<'p>(&mut self, p: &'p ast::PatternMatchClass, slot: usize, m: &mut Match<'p>) -> Res {
        let (positional, keywords) = (&p.arguments.patterns, &p.arguments.keywords);
        for (i, keyword) in keywords.iter().enumerate() {
            self.forbidden(&keyword.attr, ast::ExprContext::Store, keyword.range)?;
            if keywords[..i].iter().any(|other| other.attr.id == keyword.attr.id) {
                let text = format!("attribute name repeated in class pattern: {}", keyword.attr);
                return self.error(text, keyword.range);
            }
        }
        let row = self.u.sp();
        let count = positional.len() + keywords.len();
        if count > usize::from(u16::MAX) {
            return self.error("too many sub-patterns in class pattern", p);
        }
        self.at(p);
        self.u.make(Op::Copy, Dst::Push, Unit::temp(slot), 0);
        self.push(&p.cls)?;
        self.at(p);
        let names = keywords.iter().map(|keyword| Const::Str(keyword.attr.as_str().into())).collect();
        self.constant_to(Const::Tuple(names), Dst::Push);
        self.u.make_row(Op::MatchClass, Dst::Push, row, row, positional.len() as u32, 0);
        self.fail_on(Op::JumpIfNone, row, false, m);
        let values = self.unpack_row(row, count);
        for (i, sub) in positional.iter().chain(keywords.iter().map(|keyword| &keyword.pattern)).enumerate() {
            self.sub_pattern(sub, values + i, m)?;
        }
        Ok(())
    }

    fn alternatives<'p>(&mut self, p: &'p ast::PatternMatchOr, slot: usize, m: &mut Match<'p>) -> Res {
        // Each alternative leaves what it captures in the same slots.
        let mut names: Vec<&'p Identifier> = Vec::new();
        let first_slot = self.u.sp();
        let matched = self.u.label();
        let outer = m.irrefutable;
        let start = self.u.stack.clone();
        let mut after = None;
        let last = p.patterns.len() - 1;
        for (i, alternative) in p.patterns.iter().enumerate() {
            let next = self.u.label();
            let mut inner = Match { irrefutable: outer && i == last, ..Match::default() };
            if i == 0 {
                collect_names(alternative, &mut names);
            }
            self.u.reserve(names.len());
            self.pattern(alternative, slot, false, &mut inner)?;
            let same = inner.captured.len() == names.len()
                && names.iter().all(|name| inner.captured.iter().any(|(other, _)| other.id == name.id));
            if !same {
                return self.error("alternative patterns bind different names", p);
            }
            self.at(alternative);
            for (n, name) in names.iter().enumerate() {
                let Some((_, from)) = inner.captured.iter().find(|(other, _)| other.id == name.id) else { continue };
                let to = first_slot + n;
                self.u.raw(Op::Move, 0, [Unit::temp(to), Unit::temp(*from), 0], 0, None);
                self.u.stack[*from] = Slot::Free;
                self.u.stack[to] = Slot::Owned;
            }
            self.u.drop_to(first_slot + names.len());
            after = Some(self.u.stack.clone());
            self.u.jump(matched);
            self.fail(inner, first_slot, next);
            self.u.stack = start.clone();
            self.u.bind(next);
        }
        let label = self.failure(m);
        self.u.jump(label);
        self.u.stack = after.unwrap_or(start);
        self.u.bind(matched);
        for (n, name) in names.iter().enumerate() {
            if m.captured.iter().any(|(other, _)| other.id == name.id) {
                return self.error(format!("multiple assignments to name '{name}' in pattern"), name.range);
            }
            m.captured.push((name, first_slot + n));
        }
        Ok(())
    }
}

/// The names that a pattern captures, in the order of the source.
fn collect_names<'p>(p: &'p Pattern, names: &mut Vec<&'p Identifier>) {
    let add = |name: &'p Option<Identifier>, names: &mut Vec<&'p Identifier>| {
        names.extend(name.iter().filter(|name| !names.iter().any(|other| other.id == name.id)).collect::<Vec<_>>());
    };
    match p {
        Pattern::MatchValue(_) | Pattern::MatchSingleton(_) => {}
        Pattern::MatchSequence(p) => p.patterns.iter().for_each(|p| collect_names(p, names)),
        Pattern::MatchMapping(p) => {
            p.patterns.iter().for_each(|p| collect_names(p, names));
            add(&p.rest, names);
        }
        Pattern::MatchClass(p) => {
            let keywords = p.arguments.keywords.iter().map(|keyword| &keyword.pattern);
            p.arguments.patterns.iter().chain(keywords).for_each(|p| collect_names(p, names));
        }
        Pattern::MatchStar(p) => add(&p.name, names),
        Pattern::MatchAs(p) => {
            p.pattern.iter().for_each(|p| collect_names(p, names));
            add(&p.name, names);
        }
        Pattern::MatchOr(p) => {
            if let Some(first) = p.patterns.first() {
                collect_names(first, names);
            }
        }
    }
}

/// The least sort of number that a constant equals: as keys, `0`, `False`, `0.0` and `0j` are one.
fn as_plain_number(constant: Const) -> Const {
    match constant {
        Const::Bool(b) => Const::Int(b.into()),
        Const::Complex(re, 0.0) => as_plain_number(Const::Float(re)),
        Const::Float(f) if f as i64 as f64 == f && f.abs() < 9e15 => Const::Int(f as i64),
        other => other,
    }
}
