//! Timing: implementations take turns, and what is printed are medians over the rounds.

use crate::table::{self, Table};
use std::fmt;
use std::rc::Rc;

/// What one run of one implementation gave.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    figures: Vec<(String, f64)>,
}

impl Sample {
    /// A sample of nanoseconds an operation and of the fraction that was freed.
    pub fn timed(nanos: f64, freed: f64) -> Self {
        Self::default().with("ns", nanos).with("freed", freed)
    }

    /// The same sample with one more figure.
    pub fn with(mut self, name: &str, value: f64) -> Self {
        self.figures.push((name.into(), value));
        self
    }

    /// The figure of that name, `NaN` where there is none.
    pub fn get(&self, name: &str) -> f64 {
        self.figures.iter().find(|(known, _)| known == name).map_or(f64::NAN, |&(_, value)| value)
    }

    /// All figures in the order in which they were added.
    pub fn figures(&self) -> &[(String, f64)] {
        &self.figures
    }
}

/// Why an implementation has no figures.
#[derive(Clone, Debug)]
pub enum Failure {
    /// Its process ran out of stack.
    Overflows,
    /// Its process died otherwise, or said something that is no figure.
    Died(String),
    /// Its process took longer than allowed.
    TimedOut,
    /// It cannot do that at all, for the reason given.
    Skipped(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overflows => f.write_str("overflows"),
            Self::Died(how) => write!(f, "died: {how}"),
            Self::TimedOut => f.write_str("timed out"),
            Self::Skipped(why) => write!(f, "skipped: {why}"),
        }
    }
}

/// One run.
pub type Run = Rc<dyn Fn() -> Result<Sample, Failure>>;

/// An implementation entered in a race.
pub struct Contestant {
    /// What its row says.
    pub name: String,
    /// The name by which `--only` selects it.
    pub key: &'static str,
    /// Does one round.
    pub run: Run,
    /// The bound on its ratio to the baseline, or on its nanoseconds.
    pub target: Option<Target>,
    /// It shares this process with the others: each run is preceded by one that is thrown away,
    /// so that none is measured on the heap and the caches that another one left.
    pub warm: bool,
}

impl Contestant {
    /// An entry without a target.
    pub fn new(
        name: impl Into<String>,
        key: &'static str,
        run: impl Fn() -> Result<Sample, Failure> + 'static,
    ) -> Self {
        Self { name: name.into(), key, run: Rc::new(run), target: None, warm: false }
    }

    /// An entry that runs in this process.
    pub fn here(name: &str, key: &'static str, run: impl Fn() -> Sample + 'static) -> Self {
        Self { warm: true, ..Self::new(name, key, move || Ok(run())) }
    }

    /// The same entry once more, to show what a difference is worth.
    fn again(&self) -> Self {
        Self {
            name: format!("{}, again", self.name),
            key: self.key,
            run: self.run.clone(),
            target: None,
            warm: self.warm,
        }
    }

    /// The same entry with a target if it is one of Adder's.
    pub fn aim(mut self, target: Option<Target>) -> Self {
        if self.key.starts_with("adder") {
            self.target = target;
        }
        self
    }
}

/// What the issue asks of Adder.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// At most so many times the baseline.
    Ratio(f64),
    /// At most so many nanoseconds.
    Nanos(f64),
}

/// What the rounds of one implementation came to.
pub struct Summary {
    /// Row name.
    pub name: String,
    /// Its target.
    pub target: Option<Target>,
    /// Every sample, or the failure that ended its rounds.
    pub samples: Result<Vec<Sample>, Failure>,
    /// Median over the rounds of `ns` divided by the baseline's `ns` of the same round.
    pub ratio: f64,
}

impl Summary {
    /// Median of a figure over the rounds.
    pub fn median(&self, figure: &str) -> f64 {
        self.samples
            .as_ref()
            .map_or(f64::NAN, |samples| median(samples.iter().map(|sample| sample.get(figure)).collect()))
    }

    /// The freed fraction that is furthest from 1.
    pub fn freed(&self) -> f64 {
        self.samples.as_ref().map_or(f64::NAN, |samples| {
            samples
                .iter()
                .map(|sample| sample.get("freed"))
                .max_by(|a, b| (a - 1.0).abs().total_cmp(&(b - 1.0).abs()))
                .unwrap_or(f64::NAN)
        })
    }

    /// The row's name, with a mark if it only ran on a very large stack.
    pub fn label(&self) -> String {
        if self.median("big_stack") > 0.0 { format!("{} [8 GiB stack]", self.name) } else { self.name.clone() }
    }

    /// The failure in words, if there is one.
    pub fn failure(&self) -> Option<String> {
        self.samples.as_ref().err().map(ToString::to_string)
    }

    /// The cell of its target, empty without one.
    pub fn verdict(&self) -> String {
        // Speed without freeing is no speed.
        if self.target.is_some() && (self.freed() - 1.0).abs() > 1e-9 {
            return "NOT FREED".into();
        }
        match self.target {
            Some(Target::Ratio(bound)) => table::target(self.ratio, bound, "x"),
            Some(Target::Nanos(bound)) => table::target(self.median("ns"), bound, " ns"),
            None => String::new(),
        }
    }
}

/// The median; `NaN` of nothing.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.retain(|value| value.is_finite());
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => values[n / 2],
        n => f64::midpoint(values[n / 2 - 1], values[n / 2]),
    }
}

/// Runs all contestants in turn, `rounds` times, each round beginning with another one. The first
/// is the baseline of the ratios. One that fails is not asked again.
pub fn race(rounds: usize, contestants: Vec<Contestant>) -> Vec<Summary> {
    let mut results: Vec<Result<Vec<Sample>, Failure>> = contestants.iter().map(|_| Ok(Vec::new())).collect();
    for round in 0..rounds {
        for turn in 0..contestants.len() {
            let index = (turn + round * contestants.len() / rounds) % contestants.len();
            let contestant = &contestants[index];
            if let Ok(samples) = &mut results[index] {
                if contestant.warm {
                    let _ = (contestant.run)();
                }
                match (contestant.run)() {
                    Ok(sample) => samples.push(sample),
                    Err(failure) => results[index] = Err(failure),
                }
            }
        }
    }
    let base: Vec<f64> = match results.first() {
        Some(Ok(samples)) => samples.iter().map(|sample| sample.get("ns")).collect(),
        _ => Vec::new(),
    };
    contestants
        .into_iter()
        .zip(results)
        .map(|(contestant, samples)| {
            let ratio = samples.as_ref().map_or(f64::NAN, |samples| {
                median(samples.iter().zip(&base).map(|(sample, base)| sample.get("ns") / base).collect())
            });
            Summary { name: contestant.name, target: contestant.target, samples, ratio }
        })
        .collect()
}

/// Races and prints the usual table: nanoseconds, ratio to the first, freed, target.
pub fn race_and_print(title: &str, unit: &str, rounds: usize, mut contestants: Vec<Contestant>) {
    let Some(first) = contestants.first() else {
        return;
    };
    let baseline = first.name.clone();
    if first.warm {
        contestants.insert(1, first.again());
    }
    let mut table = Table::new(title, &["implementation", unit, &format!("x {baseline}"), "freed", "target"]);
    for summary in race(rounds, contestants) {
        let cells = match summary.failure() {
            Some(failure) => vec![summary.name.clone(), failure],
            None => vec![
                summary.label(),
                table::figure(summary.median("ns")),
                table::figure(summary.ratio),
                table::freed(summary.freed()),
                summary.verdict(),
            ],
        };
        table.row(cells);
    }
    table.print();
}

/// A small generator of random numbers (xorshift64*), the same sequence in every run.
pub struct Random(u64);

impl Random {
    /// A sequence that depends on `seed` only.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// The next 64 bits.
    #[inline]
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number below `bound` (which fits 32 bits).
    #[inline]
    pub fn below(&mut self, bound: usize) -> usize {
        ((self.next() >> 32) as usize * bound) >> 32
    }

    /// Puts a slice into random order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

/// Latencies on a scale of 32 steps for each power of two of nanoseconds.
pub struct Histogram {
    counts: Vec<u64>,
    total: u64,
    longest: u64,
}

const STEPS_LOG2: u32 = 5;

impl Histogram {
    /// An empty one, its memory already touched.
    pub fn new() -> Self {
        Self { counts: vec![0; 64 << STEPS_LOG2], total: 0, longest: 0 }
    }

    /// Adds one latency.
    #[inline]
    pub fn record(&mut self, nanos: u64) {
        let slot = if nanos < (1 << STEPS_LOG2) {
            nanos as usize
        } else {
            let shift = nanos.ilog2() - STEPS_LOG2;
            (((shift as usize) + 1) << STEPS_LOG2) + ((nanos >> shift) as usize - (1 << STEPS_LOG2))
        };
        self.counts[slot] += 1;
        self.total += 1;
        self.longest = self.longest.max(nanos);
    }

    /// The longest latency, exactly.
    pub fn longest(&self) -> u64 {
        self.longest
    }

    /// The upper end of the step below which this fraction of the latencies lies.
    pub fn quantile(&self, fraction: f64) -> u64 {
        let wanted = (self.total as f64 * fraction).ceil() as u64;
        let mut seen = 0;
        for (slot, &count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= wanted && count > 0 {
                let upper = if slot < (1 << STEPS_LOG2) {
                    slot as u64
                } else {
                    let shift = (slot >> STEPS_LOG2) as u32 - 1;
                    let mantissa = (slot & ((1 << STEPS_LOG2) - 1)) as u64 + (1 << STEPS_LOG2) + 1;
                    (mantissa << shift) - 1
                };
                return upper.min(self.longest);
            }
        }
        self.longest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_within_one_step() {
        let mut histogram = Histogram::new();
        for nanos in 1..=100_000 {
            histogram.record(nanos);
        }
        for (fraction, exact) in [(0.5, 50_000.0), (0.99, 99_000.0), (0.0001, 10.0)] {
            let found = histogram.quantile(fraction) as f64;
            assert!((found / exact - 1.0).abs() < 1.0 / 32.0, "{fraction}: {found}");
        }
        assert_eq!(histogram.quantile(1.0), 100_000);
    }

    #[test]
    fn median_skips_what_is_no_number() {
        assert_eq!(median(vec![3.0, f64::NAN, 1.0, 2.0]), 2.0);
        assert!(median(vec![]).is_nan());
    }
}
