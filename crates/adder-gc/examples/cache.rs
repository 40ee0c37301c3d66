//! A cache that threads share, with links to parents, on `adder_gc::sync`.
//!
//! ```text
//! cargo run --release -p adder-gc --example cache -- --threads 4 --lookups 200000 --capacity 16
//! ```
//!
//! The cache holds sites, which hold sections, which hold pages: `site7/section2/page31`. Every entry owns the ones below it,
//! and the one above it: a page that a thread holds can always say where it stands, evicted or not. When there are too many
//! sites, the one that was not used for longest is taken out, with all below it. That is one reference less. Its entries still
//! refer to each other, up and down, so no count falls to zero: they are garbage in cycles, freed by the collector while the
//! threads go on.

use std::collections::HashMap;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use adder_gc::Trace;
use adder_gc::sync::{self, Gc};

const HELP: &str = "\
usage: cache [--threads N] [--lookups N] [--capacity SITES] [--seed N]

Threads look pages up in a cache that they share, and load those that are not there. At the end it is checked that every
entry that was made is gone.

  --threads N        threads (4 at first, at most 256)
  --lookups N        lookups of each thread (100000 at first)
  --capacity SITES   sites that the cache may hold (16 at first; there are 64)
  --seed N           another one makes other lookups (1 at first)

Exit code 0: all is well; 1: an entry was lost, or was wrong; 2: the command line was wrong.
";

const SITES: u64 = 64;
const SECTIONS: u64 = 8;
const PAGES: u64 = 64;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    ExitCode::from(command_line(&arguments, &mut io::stdout(), &mut io::stderr()))
}

struct Options {
    threads: u64,
    lookups: u64,
    capacity: usize,
    seed: u64,
}

/// The program. Returns the exit code.
pub fn command_line(arguments: &[String], output: &mut dyn Write, errors: &mut dyn Write) -> u8 {
    if arguments.iter().any(|argument| argument == "--help" || argument == "-h") {
        let _ = output.write_all(HELP.as_bytes());
        return 0;
    }
    match parse(arguments) {
        Ok(options) => run(&options, output, errors),
        Err(error) => {
            let _ = writeln!(errors, "cache: {error} (see --help)");
            2
        }
    }
}

fn parse(arguments: &[String]) -> Result<Options, String> {
    let mut options = Options { threads: 4, lookups: 100_000, capacity: 16, seed: 1 };
    let mut arguments = arguments.iter();
    while let Some(option) = arguments.next() {
        if !["--threads", "--lookups", "--capacity", "--seed"].contains(&option.as_str()) {
            return Err(format!("unknown argument {option:?}"));
        }
        let text = arguments.next().ok_or_else(|| format!("{option} needs a number"))?;
        let number: u64 = text.parse().map_err(|_| format!("{option}: {text:?} is no number"))?;
        match option.as_str() {
            "--threads" => options.threads = number,
            "--lookups" => options.lookups = number,
            "--capacity" => options.capacity = usize::try_from(number).unwrap_or(usize::MAX),
            _ => options.seed = number,
        }
    }
    if !(1..=256).contains(&options.threads) {
        return Err(format!("--threads: {} is not between 1 and 256", options.threads));
    }
    if options.capacity == 0 {
        return Err("--capacity: a cache for no sites is none".to_owned());
    }
    Ok(options)
}

fn run(options: &Options, output: &mut dyn Write, errors: &mut dyn Write) -> u8 {
    let figures = Arc::new(Figures::default());
    let cache = Arc::new(Cache::new(options.capacity, figures.clone()));
    let start = Instant::now();
    let threads: Vec<_> = (0..options.threads)
        .map(|number| {
            let (cache, lookups) = (cache.clone(), options.lookups);
            let mut random = Random::new(options.seed.wrapping_mul(1000).wrapping_add(number));
            std::thread::spawn(move || (0..lookups).filter(|_| !look_up_any(&cache, &mut random)).count())
        })
        .collect();
    let mut wrong = 0;
    for thread in threads {
        match thread.join() {
            Ok(found) => wrong += found,
            // The panic has been printed.
            Err(_) => wrong += 1,
        }
    }
    let took = start.elapsed();

    let (made, dropped) = (figures.made.load(Relaxed), figures.dropped.load(Relaxed));
    let held = cache.entries();
    let _ = writeln!(
        output,
        "{} threads, {} lookups each: {:.2} s; {} hits, {} loads, {} sites evicted",
        options.threads,
        options.lookups,
        took.as_secs_f64(),
        figures.hits.load(Relaxed),
        figures.loads.load(Relaxed),
        figures.evicted.load(Relaxed),
    );
    let _ = writeln!(output, "entries: {made} made, {dropped} freed while the threads ran, {held} in the cache");
    drop(cache);
    sync::collect();
    let left = made - figures.dropped.load(Relaxed);
    let _ = writeln!(output, "entries left when the cache is gone: {left}");
    if wrong > 0 || left > 0 {
        let _ = writeln!(errors, "cache: {wrong} lookups went wrong, {left} entries are left");
        return 1;
    }
    0
}

/// Looks a page up that is chosen by chance, sites with low numbers more often. Was it the right one?
fn look_up_any(cache: &Cache, random: &mut Random) -> bool {
    let site = (0..12).map(|_| random.below(SITES)).min().unwrap_or(0);
    let (section, page) = (random.below(SECTIONS), random.below(PAGES));
    let path = format!("site{site}/section{section}/page{page}");
    let entry = cache.look_up(&path);
    // The site may have been evicted meanwhile: the page holds it.
    entry.path() == path
}

/// What happened, counted by all threads.
#[derive(Default)]
struct Figures {
    made: AtomicUsize,
    dropped: AtomicUsize,
    hits: AtomicUsize,
    loads: AtomicUsize,
    evicted: AtomicUsize,
}

/// A site, a section or a page; or the top, which has no name.
#[derive(Trace)]
struct Entry {
    name: String,
    /// Never changes, and keeps what is above alive.
    parent: Option<Gc<Entry>>,
    /// The slot through which a collection breaks the cycles of an evicted site.
    children: Mutex<HashMap<String, Gc<Entry>>>,
    /// When it was last looked up, in lookups of all threads.
    used: AtomicU64,
    #[trace(skip)]
    figures: Arc<Figures>,
}

impl Entry {
    fn new(name: &str, parent: Option<&Gc<Entry>>, figures: &Arc<Figures>) -> Gc<Entry> {
        figures.made.fetch_add(1, Relaxed);
        Gc::new(Entry {
            name: name.to_owned(),
            parent: parent.cloned(),
            children: Mutex::default(),
            used: AtomicU64::new(0),
            figures: figures.clone(),
        })
    }

    fn children(&self) -> MutexGuard<'_, HashMap<String, Gc<Entry>>> {
        self.children.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// The names from the site down to this entry.
    fn path(&self) -> String {
        let mut names = vec![self.name.as_str()];
        let mut above = self.parent.as_ref();
        while let Some(entry) = above {
            names.push(&entry.name);
            above = entry.parent.as_ref();
        }
        // Without the top.
        names.pop();
        names.reverse();
        names.join("/")
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.figures.dropped.fetch_add(1, Relaxed);
    }
}

struct Cache {
    top: Gc<Entry>,
    capacity: usize,
    lookups: AtomicU64,
    figures: Arc<Figures>,
}

impl Cache {
    fn new(capacity: usize, figures: Arc<Figures>) -> Cache {
        Cache { top: Entry::new("", None, &figures), capacity, lookups: AtomicU64::new(0), figures }
    }

    /// The entry for a path; loads what is not there.
    fn look_up(&self, path: &str) -> Gc<Entry> {
        let now = self.lookups.fetch_add(1, Relaxed);
        let mut entry = self.top.clone();
        let mut loaded = false;
        for name in path.split('/') {
            let (child, new) = self.child(&entry, name);
            child.used.store(now, Relaxed);
            loaded |= new;
            entry = child;
        }
        let counter = if loaded { &self.figures.loads } else { &self.figures.hits };
        counter.fetch_add(1, Relaxed);
        entry
    }

    /// The child of this name, made if need be: was it?
    fn child(&self, parent: &Gc<Entry>, name: &str) -> (Gc<Entry>, bool) {
        if let Some(child) = parent.children().get(name) {
            return (child.clone(), false);
        }
        // Loading takes long, and may run a collection: with no lock held. Another thread may be first.
        let loaded = Entry::new(name, Some(parent), &self.figures);
        let mut children = parent.children();
        if let Some(child) = children.get(name) {
            return (child.clone(), false);
        }
        children.insert(name.to_owned(), loaded.clone());
        let evicted = if Gc::ptr_eq(parent, &self.top) { self.choose(&mut children) } else { None };
        drop(children);
        // What is dropped runs other code: with no lock held.
        drop(evicted);
        (loaded, true)
    }

    /// Takes the site out that was not used for longest, if there are too many.
    fn choose(&self, sites: &mut HashMap<String, Gc<Entry>>) -> Option<Gc<Entry>> {
        if sites.len() <= self.capacity {
            return None;
        }
        // A site that was loaded just now has not been used yet.
        let used = |site: &Gc<Entry>| match site.used.load(Relaxed) {
            0 => u64::MAX,
            used => used,
        };
        let oldest = sites.iter().min_by_key(|(_, site)| used(site)).map(|(name, _)| name.clone())?;
        self.figures.evicted.fetch_add(1, Relaxed);
        sites.remove(&oldest)
    }

    /// Entries that can be found, the top among them.
    fn entries(&self) -> usize {
        let mut waiting = vec![self.top.clone()];
        let mut count = 0;
        while let Some(entry) = waiting.pop() {
            count += 1;
            waiting.extend(entry.children().values().cloned());
        }
        count
    }
}

/// Numbers that look like chance: xorshift.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit
    }
}
