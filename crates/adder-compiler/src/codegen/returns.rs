//! The end of a body, where `None` is returned without a statement that says so.
//!
//! Such a return belongs to no line. So each way to it gets one of its own, on the line that it comes from: debuggers see the
//! frame end there, and a jump is saved.

use super::Gen;
use super::unit::{Ins, LabelState, Unit};
use crate::code::Const;
use crate::lines::Lines;
use crate::op::Op;

impl Gen<'_> {
    /// The end of a body.
    pub(super) fn end_of_body(&mut self) {
        let none = self.u.constant(Const::None);
        if self.u.reachable {
            self.u.end_of_body = Some(self.u.code.len());
        }
        self.u.raw(Op::ReturnConst, 0, [0, none, 0], 0, None);
        self.u.reachable = false;
    }
}

/// Gives each way to the end of a body a return of its own.
pub(super) fn spread(unit: &mut Unit, lines: &Lines) {
    let Some(end) = unit.end_of_body else { return };
    let line = |ins: &Ins| lines.position(ins.range).line;
    let falls = end > 0
        && !matches!(
            unit.code[end - 1].op,
            Op::Jump
                | Op::JumpBack
                | Op::Return
                | Op::ReturnConst
                | Op::Raise
                | Op::RaiseFrom
                | Op::RaiseAgain
                | Op::Reraise
        );
    let comes =
        |unit: &Unit, at: usize| unit.code[at].target.is_some_and(|label| super::assemble::follow(unit, label) == end);
    let ways: Vec<usize> = (0..unit.code.len()).filter(|at| comes(unit, *at)).collect();
    let tests: Vec<usize> = ways.iter().copied().filter(|at| unit.code[*at].op != Op::Jump).collect();
    if !falls {
        // Nothing but jumps leads here: it is the return of the first of them.
        let from = tests.first().copied().or(end.checked_sub(1));
        unit.code[end].range = from.map_or(unit.range, |at| unit.code[at].range);
    }
    for &at in ways.iter().filter(|at| !tests.contains(at)) {
        unit.code[at] = Ins { range: unit.code[at].range, ..unit.code[end].clone() };
    }
    let mut places = vec![(line(&unit.code[end]), None)];
    for &at in &tests {
        let (range, here) = (unit.code[at].range, line(&unit.code[at]));
        let known = places.iter().find(|(line, _)| *line == here).map(|(_, label)| *label);
        let label = known.unwrap_or_else(|| {
            unit.labels.push(LabelState { at: Some(unit.code.len()), ..LabelState::default() });
            unit.code.push(Ins { range, handler: 0, ..unit.code[end].clone() });
            places.push((here, Some(unit.labels.len() - 1)));
            Some(unit.labels.len() - 1)
        });
        if label.is_some() {
            unit.code[at].target = label;
        }
    }
    if !falls && tests.is_empty() && end + 1 == unit.code.len() && end > 0 {
        unit.code.pop();
    }
}
