//! Runs the engine on a subject.

use std::panic::{AssertUnwindSafe, catch_unwind};

use adder_objects::str::Chars;
use adder_objects::{Cx, R, exceptions as exc, raise};
use rustpython_sre_engine::{Request, SreOpcode, State, StrDrive};

use super::subject::{Subject, Units};

/// How a match may lie in the subject.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Begins where the search begins.
    Match,
    /// Begins and ends with it.
    Full,
    /// Anywhere.
    Search,
}

/// A compiled pattern, as the engine reads it.
pub(super) struct Program {
    pub(super) code: Box<[u32]>,
    pub(super) groups: usize,
    /// Bytes of the engine's stacks that a repetition takes at most, by estimate; 0 without repeated groups.
    per_repetition: usize,
    /// Repetitions that the pattern demands even of nothing.
    demanded: usize,
    /// Characters of the longest match.
    longest: usize,
}

/// Where a match and its groups lie.
pub(super) struct Found {
    /// That of the match, then those of the groups.
    pub(super) spans: Box<[Option<(usize, usize)>]>,
    /// The group that ended last.
    pub(super) last: Option<usize>,
}

impl Found {
    /// The match.
    pub(super) fn whole(&self) -> (usize, usize) {
        self.spans[0].unwrap_or((0, 0))
    }
}

/// Below this an estimate is not worth its charge.
const FREE: usize = 64 << 10;

impl Program {
    pub(super) fn new(code: Box<[u32]>, groups: usize) -> Program {
        let at = |place: usize| code.get(place).copied().unwrap_or(0);
        let is = |place: usize, op: SreOpcode| at(place) == op as u32;
        let (mut repeats, mut saving, mut demanded) = (0, 0, 0_usize);
        for place in 0..code.len() {
            let end = place + 1 + at(place + 1) as usize;
            if is(place, SreOpcode::REPEAT) && (is(end, SreOpcode::MAX_UNTIL) || is(end, SreOpcode::MIN_UNTIL)) {
                repeats += 1;
                demanded = demanded.max(1).saturating_mul(at(place + 2).max(1) as usize);
            }
            saving += usize::from(
                [SreOpcode::BRANCH, SreOpcode::REPEAT, SreOpcode::REPEAT_ONE, SreOpcode::MIN_REPEAT_ONE]
                    .iter()
                    .any(|&op| is(place, op)),
            );
        }
        // A saved context and saved marks in arrays that double, and the copy of the marks.
        let saved = 2 * 56 + 2 * 40 + if groups == 0 { 0 } else { 32 * groups + 16 };
        let per_repetition = if repeats == 0 { 0 } else { (saving + 1) * saved };
        let longest = if is(0, SreOpcode::INFO) { at(4) as usize } else { usize::MAX };
        let longest = if longest >= rustpython_sre_engine::MAXREPEAT { usize::MAX } else { longest };
        Program { code, groups, per_repetition, demanded, longest }
    }

    /// Bytes that the engine's stacks may grow to.
    fn estimate(&self, characters: usize) -> usize {
        characters.min(self.longest).saturating_add(self.demanded).saturating_mul(self.per_repetition)
    }

    /// Looks for a match between two places. With `advance` one that is empty may not lie at the first of them.
    pub(super) fn run(
        &self,
        cx: &Cx,
        subject: &Subject,
        start: usize,
        end: usize,
        mode: Mode,
        advance: bool,
    ) -> R<Option<Found>> {
        let end = end.min(subject.len());
        if start > end {
            return Ok(None);
        }
        let estimate = self.estimate(end - start);
        let _charge = if estimate < FREE {
            None
        } else {
            match cx.heap.try_charge(estimate) {
                Ok(charge) => Some(charge),
                Err(_) => return Err(cx.no_memory()),
            }
        };
        // SAFETY: the engine runs no code of a user.
        let chars = unsafe { subject.chars() };
        let found = catch_unwind(AssertUnwindSafe(|| match chars {
            Chars::Ascii(s) | Chars::One(s) => self.run_on(Units(s), start, end, mode, advance),
            Chars::Two(s) => self.run_on(Units(s), start, end, mode, advance),
            Chars::Four(s) => self.run_on(Units(s), start, end, mode, advance),
        }));
        match found {
            Ok(found) => Ok(found),
            Err(_) => raise!(cx, exc::RUNTIME_ERROR, "invalid SRE code"),
        }
    }

    fn run_on<S: StrDrive>(&self, string: S, start: usize, end: usize, mode: Mode, advance: bool) -> Option<Found> {
        let mut request = Request::new(string, start, end, &self.code, mode == Mode::Full);
        request.must_advance = advance;
        let mut state = State::default();
        let matched = if mode == Mode::Search { state.search(request) } else { state.py_match(&request) };
        if !matched {
            return None;
        }
        let mut spans = Vec::with_capacity(self.groups + 1);
        spans.push(Some((state.start, state.cursor.position)));
        for group in 0..self.groups {
            let (from, to) = state.marks.get(group);
            spans.push(match (from.into_option(), to.into_option()) {
                (Some(from), Some(to)) if from <= to => Some((from, to)),
                _ => None,
            });
        }
        Some(Found { spans: spans.into(), last: usize::try_from(state.marks.last_index()).ok() })
    }
}
