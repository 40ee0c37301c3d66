//! Arguments by their positions and by their names.

use adder_objects::dict::PyDict;
use adder_objects::str::PyStr;
use adder_objects::tuple::PyTuple;
use adder_objects::{R, Value, exceptions as exc, raise};

use super::{Format, Reader, Told};

impl Reader<'_> {
    /// Reads what a tuple and a dict hold. Parameters with empty names, at the beginning, are positional only.
    pub(super) fn keywords(
        &mut self,
        args: &PyTuple,
        keywords: Option<&PyDict>,
        mut format: Format<'_>,
        names: &[&[u8]],
    ) -> R<()> {
        let cx = self.cx;
        let told = Told::of(&format);
        let who = told.who(200);
        let positional_only = names.iter().take_while(|name| name.is_empty()).count();
        if names[positional_only..].iter().any(|name| name.is_empty()) {
            return raise!(cx, exc::SYSTEM_ERROR, "Empty keyword parameter name");
        }
        let (n, len) = (args.items().len(), names.len());
        let given = keywords.map_or(0, PyDict::len);
        if n + given > len {
            let keyword = if n == 0 { "keyword " } else { "" };
            let s = if len == 1 { "" } else { "s" };
            return raise!(cx, exc::TYPE_ERROR, "{who} takes at most {len} {keyword}argument{s} ({} given)", n + given);
        }
        // From where on parameters are optional, and from where on they are keyword only.
        let (mut optional, mut keyword_only) = (None, None);
        // Keywords that were not found yet.
        let mut left = given;
        // A positional-only parameter has no argument: how many there must be is not known yet.
        let mut missing = false;
        let mut at = 0;
        while at < len {
            if format.eat(b'|') {
                if optional.is_some() {
                    return raise!(cx, exc::SYSTEM_ERROR, "Invalid format string (| specified twice)");
                }
                optional = Some(at);
                if keyword_only.is_some() {
                    return raise!(cx, exc::SYSTEM_ERROR, "Invalid format string ($ before |)");
                }
            }
            if format.eat(b'$') {
                if keyword_only.is_some() {
                    return raise!(cx, exc::SYSTEM_ERROR, "Invalid format string ($ specified twice)");
                }
                keyword_only = Some(at);
                if at < positional_only {
                    return raise!(cx, exc::SYSTEM_ERROR, "Empty parameter name after $");
                }
                if missing {
                    break;
                }
                if at < n {
                    let bound = if optional.is_some() { "at most" } else { "exactly" };
                    let s = if at == 1 { "" } else { "s" };
                    return raise!(cx, exc::TYPE_ERROR, "{who} takes {bound} {at} positional argument{s} ({n} given)");
                }
            }
            if format.is_done() {
                return raise!(
                    cx,
                    exc::SYSTEM_ERROR,
                    "More keyword list entries ({len}) than format specifiers ({at})"
                );
            }
            if !missing {
                let place = if at < n {
                    args.place(at)
                } else if let Some(keywords) = keywords.filter(|_| left > 0 && at >= positional_only) {
                    let found = keywords.place_of(cx, &self.name(names[at])?)?;
                    left -= usize::from(found.is_some());
                    found
                } else {
                    None
                };
                if let Some(place) = place {
                    self.convert(&mut format, place).map_err(|wrong| told.raise(cx, at + 1, wrong))?;
                    at += 1;
                    continue;
                }
                if optional.is_none() {
                    if at >= positional_only {
                        let name = String::from_utf8_lossy(names[at]);
                        return raise!(
                            cx,
                            exc::TYPE_ERROR,
                            "{who} missing required argument '{name}' (pos {})",
                            at + 1
                        );
                    }
                    missing = true;
                }
                // All that was given is read: the format is not checked any further.
                if left == 0 && !missing {
                    return Ok(());
                }
            }
            if let Err(text) = self.skip(&mut format) {
                return raise!(cx, exc::SYSTEM_ERROR, "{text}: '{}'", String::from_utf8_lossy(format.rest()));
            }
            at += 1;
        }
        if missing {
            let least = optional.map_or(positional_only, |optional| optional.min(positional_only));
            let bound = if least < at { "at least" } else { "exactly" };
            let s = if least == 1 { "" } else { "s" };
            return raise!(cx, exc::TYPE_ERROR, "{who} takes {bound} {least} positional argument{s} ({n} given)");
        }
        if !format.is_done() && !matches!(format.peek(), b'|' | b'$') {
            let rest = String::from_utf8_lossy(format.rest());
            return raise!(
                cx,
                exc::SYSTEM_ERROR,
                "more argument specifiers than keyword list entries (remaining format:'{rest}')"
            );
        }
        match keywords.filter(|_| left > 0) {
            Some(keywords) => self.unexpected(keywords, &told, n, positional_only, names),
            None => Ok(()),
        }
    }

    fn name(&self, name: &[u8]) -> R {
        self.cx.intern(&String::from_utf8_lossy(name))
    }

    /// The error for keywords that no parameter took.
    fn unexpected(
        &self,
        keywords: &PyDict,
        told: &Told<'_>,
        given: usize,
        positional_only: usize,
        names: &[&[u8]],
    ) -> R<()> {
        let cx = self.cx;
        let who = told.who(200);
        for (at, name) in names.iter().enumerate().take(given).skip(positional_only) {
            if keywords.get(cx, &self.name(name)?)?.is_some() {
                let name = String::from_utf8_lossy(name);
                return raise!(
                    cx,
                    exc::TYPE_ERROR,
                    "argument for {who} given by name ('{name}') and position ({})",
                    at + 1
                );
            }
        }
        let known: Vec<Value> = names[positional_only..].iter().map(|name| self.name(name)).collect::<R<_>>()?;
        for (key, _) in keywords.entries() {
            let Some(text) = key.downcast::<PyStr>() else {
                return raise!(cx, exc::TYPE_ERROR, "keywords must be strings");
            };
            if !known.iter().filter_map(Value::downcast::<PyStr>).any(|name| name.equals(text)) {
                let who = if told.function.is_none() { "this function".to_owned() } else { who };
                return raise!(cx, exc::TYPE_ERROR, "{who} got an unexpected keyword argument '{}'", text.to_lossy());
            }
        }
        Ok(())
    }
}
