//! From text to lists.

use super::interpreter::{Error, Interpreter};
use super::value::Value;

/// A list that is being read.
struct Open {
    line: u32,
    elements: Vec<(Value, u32)>,
    /// It stands for `(quote element)`: it ends after one element.
    quoted: bool,
}

/// Reads all that stands in a text. Lists that are open wait in a vector, not on the stack: they may be nested as deep as they like.
pub fn read(source: &str, interpreter: &mut Interpreter) -> Result<Vec<(Value, u32)>, Error> {
    let mut outermost = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut line = 1;
    let mut characters = source.char_indices().peekable();
    while let Some((start, character)) = characters.next() {
        let mut read = match character {
            '\n' => {
                line += 1;
                continue;
            }
            character if character.is_whitespace() => continue,
            ';' => {
                while characters.next_if(|(_, next)| *next != '\n').is_some() {}
                continue;
            }
            '(' => {
                open.push(Open { line, elements: Vec::new(), quoted: false });
                continue;
            }
            '\'' => {
                let quote = Value::Symbol(interpreter.symbol("quote")?);
                open.push(Open { line, elements: vec![(quote, line)], quoted: true });
                continue;
            }
            ')' => match open.pop() {
                Some(list) if !list.quoted => interpreter.list(list.elements, list.line)?,
                _ => return Err(Error::new("a closing parenthesis without its opening one").at(line)),
            },
            '"' => {
                let opened = line;
                let mut text = String::new();
                loop {
                    match characters.next() {
                        Some((_, '"')) => break,
                        Some((_, '\\')) => match characters.next() {
                            Some((_, 'n')) => text.push('\n'),
                            Some((_, escaped @ ('"' | '\\'))) => text.push(escaped),
                            _ => return Err(Error::new("after a backslash: n, a quote or a backslash").at(line)),
                        },
                        Some((_, character)) => {
                            line += u32::from(character == '\n');
                            text.push(character);
                        }
                        None => return Err(Error::new("this text does not end").at(opened)),
                    }
                }
                interpreter.text(&text)?
            }
            _ => {
                let ends = |next: char| next.is_whitespace() || matches!(next, '(' | ')' | '"' | ';' | '\'');
                let mut end = start + character.len_utf8();
                while let Some((at, next)) = characters.next_if(|(_, next)| !ends(*next)) {
                    end = at + next.len_utf8();
                }
                word(&source[start..end], interpreter)?
            }
        };
        // What was read is an element of the innermost open list. A quotation ends with it, and is an element in its turn.
        let mut at = open.last().map_or(line, |list| if list.quoted { list.line } else { line });
        while let Some(quotation) = open.pop_if(|list| list.quoted) {
            let Open { line, mut elements, .. } = quotation;
            elements.push((read, at));
            read = interpreter.list(elements, line)?;
            at = line;
        }
        match open.last_mut() {
            Some(list) => list.elements.push((read, at)),
            None => outermost.push((read, at)),
        }
    }
    match open.pop() {
        Some(list) => Err(Error::new("this list does not end").at(list.line)),
        None => Ok(outermost),
    }
}

fn word(word: &str, interpreter: &mut Interpreter) -> Result<Value, Error> {
    Ok(match word {
        "nil" => Value::Nil,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => match word.parse::<f64>() {
            Ok(number) if word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) => {
                Value::Number(number)
            }
            _ => Value::Symbol(interpreter.symbol(word)?),
        },
    })
}
