//! From the bytes of a source file to text (PEP 263).

use crate::error::{CompileError, ErrorKind};

/// Text of a source file: decoded as its byte order mark or its coding cookie says, else as UTF-8; its newlines made `\n`.
pub fn decode(bytes: &[u8]) -> Result<String, CompileError> {
    let (bytes, marked) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => (rest, true),
        None => (bytes, false),
    };
    let cookie = cookie(bytes);
    let encoding = cookie.as_deref().map(normal);
    let text = match encoding.as_deref() {
        None | Some("utf-8") => utf_8(bytes, cookie.is_some())?,
        Some(_) if marked => {
            let name = cookie.unwrap_or_default();
            return Err(error(1, 0, format!("encoding problem: {name} with BOM")));
        }
        Some("iso-8859-1") => bytes.iter().map(|b| char::from(*b)).collect(),
        Some("ascii") => match bytes.iter().position(|b| !b.is_ascii()) {
            None => bytes.iter().map(|b| char::from(*b)).collect(),
            Some(i) => {
                let text = format!(
                    "(unicode error) 'ascii' codec can't decode byte 0x{:02x} in position {i}: ordinal not in range(128)",
                    bytes[i]
                );
                return Err(error(line_of(bytes, i), 0, text));
            }
        },
        Some(_) => {
            let name = cookie.unwrap_or_default();
            return Err(error(1, 0, format!("unknown encoding: {name}")));
        }
    };
    if let Some(i) = text.find('\0') {
        return Err(error(line_of(text.as_bytes(), i), 0, "source code cannot contain null bytes".to_owned()));
    }
    Ok(match text.contains('\r') {
        true => text.replace("\r\n", "\n").replace('\r', "\n"),
        false => text,
    })
}

/// The encoding that source text says it is in, if [`decode`] does not know it: the caller has to turn it into UTF-8 first.
pub fn foreign_encoding(bytes: &[u8]) -> Option<String> {
    let marked = bytes.starts_with(b"\xEF\xBB\xBF");
    let name = cookie(bytes).filter(|_| !marked)?;
    (!matches!(&normal(&name)[..], "utf-8" | "iso-8859-1" | "ascii")).then_some(name)
}

fn error(line: u32, column: u32, message: String) -> CompileError {
    let kind = ErrorKind::Syntax;
    CompileError { kind, message, line, column, end_line: line, end_column: column, text: None, incomplete: false }
}

fn line_of(bytes: &[u8], i: usize) -> u32 {
    bytes[..i].iter().filter(|b| **b == b'\n').count() as u32 + 1
}

fn utf_8(bytes: &[u8], said: bool) -> Result<String, CompileError> {
    let wrong = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text.to_owned()),
        Err(wrong) => wrong,
    };
    let i = wrong.valid_up_to();
    let line = line_of(bytes, i);
    if said {
        let why = match bytes[i] {
            0x80..=0xC1 | 0xF5..=0xFF => "invalid start byte",
            _ if wrong.error_len().is_none() => "unexpected end of data",
            _ => "invalid continuation byte",
        };
        let text = format!("(unicode error) 'utf-8' codec can't decode byte 0x{:02x} in position {i}: {why}", bytes[i]);
        return Err(error(line, 0, text));
    }
    let text = format!(
        "Non-UTF-8 code starting with '\\x{:02x}' on line {line}, but no encoding declared; see \
         https://peps.python.org/pep-0263/ for details",
        bytes[i]
    );
    Err(error(line, 0, text))
}

/// The encoding that a comment in the first two lines names.
fn cookie(bytes: &[u8]) -> Option<String> {
    for (n, line) in bytes.split(|b| *b == b'\n' || *b == b'\r').take(4).enumerate() {
        let text = line.trim_ascii_start();
        if let Some(comment) = text.strip_prefix(b"#") {
            if let Some(name) = named(comment) {
                return Some(name);
            }
        } else if !text.is_empty() && text != b"\x0c" {
            return None;
        }
        // `\r\n` makes an empty line between two.
        if n >= 1 && !bytes.contains(&b'\r') || n >= 2 {
            return None;
        }
    }
    None
}

/// `coding:` or `coding=`, blanks, the name.
fn named(comment: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(comment).into_owned();
    let mut rest = &text[..];
    while let Some(i) = rest.find("coding") {
        rest = &rest[i + "coding".len()..];
        let Some(after) = rest.strip_prefix([':', '=']) else { continue };
        let name: String = after
            .trim_start_matches([' ', '\t'])
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
            .collect();
        if !name.is_empty() {
            return Some(name);
        }
    }
    None
}

/// One name for each encoding that is known here.
fn normal(name: &str) -> String {
    let lower = name.to_ascii_lowercase().replace('_', "-");
    let is = |names: &[&str]| names.iter().any(|n| lower == *n || lower.starts_with(&format!("{n}-")));
    if is(&["utf-8", "utf8"]) || lower == "u8" {
        "utf-8".to_owned()
    } else if is(&["latin-1", "iso-8859-1", "iso-latin-1"]) || matches!(&lower[..], "latin1" | "l1" | "iso8859-1") {
        "iso-8859-1".to_owned()
    } else if matches!(&lower[..], "ascii" | "us-ascii") {
        "ascii".to_owned()
    } else {
        lower
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    fn message(bytes: &[u8]) -> String {
        decode(bytes).expect_err("it is wrong").message
    }

    #[test]
    fn cookies() {
        assert_eq!(
            decode(b"# -*- coding: latin-1 -*-\nx = '\xe9'").as_deref(),
            Ok("# -*- coding: latin-1 -*-\nx = '\u{e9}'")
        );
        assert_eq!(
            decode(b"#!/x\r\n# vim: fileencoding=Latin_1\r\n\xe9").as_deref(),
            Ok("#!/x\n# vim: fileencoding=Latin_1\n\u{e9}")
        );
        assert_eq!(decode(b"\xEF\xBB\xBFx\ry").as_deref(), Ok("x\ny"));
        // Only in the first two lines, and not behind code.
        assert!(decode(b"\n\n# coding: latin-1\n\xe9").is_err());
        assert!(decode(b"x = 1\n# coding: latin-1\n\xe9").is_err());
    }

    #[test]
    fn what_cannot_be_decoded() {
        assert_eq!(message(b"# coding: klingon"), "unknown encoding: klingon");
        assert_eq!(message(b"\xEF\xBB\xBF# coding: latin-1"), "encoding problem: latin-1 with BOM");
        assert!(
            message(b"x\n\xff").starts_with("Non-UTF-8 code starting with '\\xff' on line 2, but no encoding declared")
        );
        assert_eq!(message(b"a\0b"), "source code cannot contain null bytes");
        assert!(message(b"# coding: ascii\n\xe9").contains("ordinal not in range(128)"));
        assert!(message(b"# coding: utf-8\n\xe9 ").ends_with("invalid continuation byte"));
    }
}
