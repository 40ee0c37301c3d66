//! `<?xml version="1.0"?>`, of a document or of an external entity.

use core::ops::Range;

use super::chars::is_space;
use super::error::{self, Code};
use super::input::Encoding;
use super::{Event, Handler, Host, Parameters, Parser, str_of};

/// `NAME = "VALUE"`: the places of both.
struct Pair {
    name: Range<usize>,
    value: Range<usize>,
}

/// The next pair, and where it ends; nothing at the end; the place that is wrong.
fn pair(text: &[u8], mut at: usize, end: usize) -> Result<Option<(Pair, usize)>, usize> {
    let spaces = |mut at: usize| {
        while at < end && is_space(text[at]) {
            at += 1;
        }
        at
    };
    let start = spaces(at);
    if start == end {
        return Ok(None);
    }
    // Pairs are apart.
    if start == at {
        return Err(at);
    }
    at = start;
    while at < end && text[at].is_ascii() && text[at] != b'=' && !is_space(text[at]) {
        at += 1;
    }
    let name = start..at;
    at = spaces(at);
    if name.is_empty() || at == end || text[at] != b'=' {
        return Err(at);
    }
    at = spaces(at + 1);
    let quote = match text.get(at) {
        Some(&quote @ (b'"' | b'\'')) if at < end => quote,
        _ => return Err(at),
    };
    let from = at + 1;
    at = from;
    loop {
        match text.get(at) {
            Some(&byte) if at < end && byte == quote => break,
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_') if at < end => at += 1,
            _ => return Err(at),
        }
    }
    Ok(Some((Pair { name, value: from..at }, at + 1)))
}

/// What a declaration says.
#[derive(Default)]
struct Said {
    version: Option<Range<usize>>,
    encoding: Option<Range<usize>>,
    standalone: Option<bool>,
}

fn read(text: &[u8], token: Range<usize>, of_entity: bool) -> Result<Said, usize> {
    // Behind `<?xml`, in front of `?>`.
    let (mut at, end) = (token.start + 5, token.end - 2);
    let mut said = Said::default();
    let next = |at: &mut usize| -> Result<Option<Pair>, usize> {
        Ok(pair(text, *at, end)?.map(|(pair, after)| {
            *at = after;
            pair
        }))
    };
    let named = |pair: &Pair, name: &str| &text[pair.name.clone()] == name.as_bytes();
    let mut found = next(&mut at)?;
    match &found {
        Some(pair) if named(pair, "version") => {
            said.version = Some(pair.value.clone());
            found = next(&mut at)?;
            if found.is_none() && of_entity {
                // A text declaration must have an encoding.
                return Err(at);
            }
        }
        Some(pair) if !of_entity => return Err(pair.name.start),
        None => return Err(at),
        Some(_) => {}
    }
    if let Some(pair) = &found
        && named(pair, "encoding")
    {
        if !text.get(pair.value.start).is_some_and(u8::is_ascii_alphabetic) {
            return Err(pair.value.start);
        }
        said.encoding = Some(pair.value.clone());
        found = next(&mut at)?;
    }
    let Some(pair) = found else { return Ok(said) };
    if of_entity || !named(&pair, "standalone") {
        return Err(pair.name.start);
    }
    said.standalone = Some(match &text[pair.value.clone()] {
        b"yes" => true,
        b"no" => false,
        _ => return Err(pair.value.start),
    });
    match next(&mut at)? {
        None => Ok(said),
        Some(pair) => Err(pair.name.start),
    }
}

impl Parser {
    /// Reads a declaration: what follows may have another encoding.
    pub(super) fn xml_decl(
        &mut self,
        host: &dyn Host,
        text: &[u8],
        token: Range<usize>,
        of_entity: bool,
    ) -> Result<(), Code> {
        let said = match read(text, token.clone(), of_entity) {
            Ok(said) => said,
            Err(place) => {
                return self.fail(if of_entity { error::TEXT_DECL } else { error::XML_DECL }, place, false);
            }
        };
        let part = |span: &Range<usize>| str_of(text, (span.start, span.end));
        if !of_entity && said.standalone == Some(true) {
            self.shared.dtd.standalone.set(true);
            if self.shared.parameters.get() == Parameters::UnlessStandalone {
                self.shared.parameters.set(Parameters::Never);
            }
        }
        match host.wants(Handler::XmlDecl) {
            true => host.tell(Event::XmlDecl {
                version: said.version.as_ref().map(part),
                encoding: said.encoding.as_ref().map(part),
                standalone: said.standalone.map_or(-1, i32::from),
            }),
            false => self.tell_default(host, &text[token.clone()]),
        }
        let Some(span) = said.encoding.filter(|_| self.named.is_none()) else { return Ok(()) };
        let name = part(&span);
        let current = self.shared.encoding.borrow().clone();
        let found = match Encoding::named(name) {
            Some(found) => found,
            None => match host.table(name) {
                Some(table) => Encoding::Table(table),
                None => return self.fail(error::UNKNOWN_ENCODING, span.start, false),
            },
        };
        match (&found, &*current) {
            (Encoding::Utf16 { .. }, Encoding::Utf16 { .. }) if name.eq_ignore_ascii_case("utf-16") => Ok(()),
            (Encoding::Utf16 { big_endian: a }, Encoding::Utf16 { big_endian: b }) if a == b => Ok(()),
            (found, current) if found.is_wide() || current.is_wide() => {
                self.fail(error::INCORRECT_ENCODING, span.start, false)
            }
            (Encoding::Utf8, Encoding::Utf8) => Ok(()),
            _ => {
                // The text so far is ASCII in both.
                self.change_encoding(found, token.end);
                Ok(())
            }
        }
    }
}
