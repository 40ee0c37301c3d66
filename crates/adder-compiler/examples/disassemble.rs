//! Shows the code of a file: `cargo run -p adder-compiler --example disassemble FILE`.

use adder_compiler::{Mode, Options, compile, disassemble, verify};

fn main() {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: disassemble FILE");
        std::process::exit(2);
    };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{path}: {error}");
            std::process::exit(2);
        }
    };
    match compile(&text, &Options::new(Mode::Exec, &path)) {
        Ok(compiled) => {
            print!("{}", disassemble(&compiled.code));
            for warning in &compiled.warnings {
                eprintln!("{path}:{}: SyntaxWarning: {}", warning.line, warning.message);
            }
            if let Err(message) = verify(&compiled.code) {
                eprintln!("{message}");
                std::process::exit(1);
            }
        }
        Err(error) => {
            eprintln!("{path}:{error}");
            std::process::exit(1);
        }
    }
}
