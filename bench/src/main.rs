//! Adder beside its peers: `cargo run --release -p adder-bench -- all`, or some workloads by name.
//!
//! The small workloads run in one process, implementation after implementation, round after
//! round. Those that may die, or that would leave the heap in a state, run in processes of their
//! own, which this program starts from itself. Every drop is counted; a row in which something was
//! not freed is marked `!`.

mod allocator;
mod child;
mod measure;
mod peers;
mod table;
mod workloads;

use clap::{Parser, Subcommand};
use std::process::ExitCode;
use std::time::Duration;
use workloads::{ALL, Options};

#[global_allocator]
static ALLOCATOR: allocator::Counting = allocator::Counting;

/// Adder beside its peers.
#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    hidden: Option<Hidden>,
    /// Workloads, or `all`.
    #[arg(required = true)]
    workloads: Vec<String>,
    /// A tenth of every size.
    #[arg(long)]
    quick: bool,
    /// Only these implementations beside the baseline, as in `--only adder,rc`.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Rounds of each table (else each workload decides).
    #[arg(long)]
    rounds: Option<usize>,
    /// Only those runs of `pauses` whose label contains this.
    #[arg(long, default_value = "")]
    filter: String,
    /// Seconds after which a process is ended.
    #[arg(long, default_value_t = 300)]
    limit: u64,
}

#[derive(Subcommand)]
enum Hidden {
    /// One workload for one implementation.
    #[command(hide = true)]
    Child {
        /// Bytes of stack; 0 stays on the main thread.
        #[arg(long)]
        stack: usize,
        workload: String,
        name: String,
        args: Vec<String>,
    },
}

/// Runs one workload for one implementation, prints its figures and leaves at once: what is alive
/// at the end need not be taken apart.
fn child(workload: &str, name: &str, args: &[String]) -> ! {
    let sample =
        ALL.iter().find(|known| known.name == workload).and_then(|known| known.child).and_then(|run| run(name, args));
    match sample {
        Some(sample) => {
            child::print(&sample);
            std::process::exit(0)
        }
        None => {
            eprintln!("no such run: {workload} {name} {args:?}");
            std::process::exit(2)
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(Hidden::Child { stack, workload, name, args }) = arguments.hidden {
        if stack == 0 {
            child(&workload, &name, &args);
        }
        let thread = std::thread::Builder::new().stack_size(stack).spawn(move || child(&workload, &name, &args));
        return match thread.map(std::thread::JoinHandle::join) {
            Ok(_) => ExitCode::FAILURE,
            Err(error) => {
                eprintln!("no thread with a stack of {stack} bytes: {error}");
                ExitCode::FAILURE
            }
        };
    }
    let all = arguments.workloads.iter().any(|name| name == "all");
    for name in &arguments.workloads {
        if name != "all" && !ALL.iter().any(|known| known.name == name) {
            let names: Vec<&str> = ALL.iter().map(|known| known.name).collect();
            eprintln!("no workload {name:?}; there are: all {}", names.join(" "));
            return ExitCode::FAILURE;
        }
    }
    let options = Options {
        quick: arguments.quick,
        only: arguments.only,
        rounds: arguments.rounds,
        filter: arguments.filter,
        limit: Duration::from_secs(arguments.limit),
    };
    for workload in ALL {
        if all || arguments.workloads.iter().any(|name| name == workload.name) {
            (workload.run)(&options);
        }
    }
    ExitCode::SUCCESS
}
