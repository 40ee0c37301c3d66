//! The program `adder`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(adder_cli::main_with(std::env::args_os().collect()))
}
