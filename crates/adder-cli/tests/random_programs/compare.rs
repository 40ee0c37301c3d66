//! When two outputs of one program are the same.
//!
//! What happens by counting happens in one order: those lines must be equal, one by one. A collection stands between `collect {`
//! and `} N`. In it the *sets* must be equal: which finalizers ran, which callbacks. The callbacks of one object keep their order.

use std::collections::BTreeMap;

/// A line that counting decides, or all that one collection did.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Line(String),
    Collection { lines: Vec<String>, callbacks: BTreeMap<String, Vec<String>>, found: Option<i64> },
}

/// Compares; an error says where they part. `values` says whether the numbers that `gc.collect()` gives must be equal.
pub fn same(theirs: &str, ours: &str, values: bool) -> Result<(), String> {
    let (left, right) = (steps(theirs, values)?, steps(ours, values)?);
    for (i, expected) in left.iter().enumerate() {
        match right.get(i) {
            Some(found) if found == expected => {}
            found => return Err(format!("step {}: CPython {expected:?}, adder {found:?}", i + 1)),
        }
    }
    if right.len() > left.len() {
        return Err(format!("adder goes on with {:?}", right[left.len()]));
    }
    Ok(())
}

fn steps(output: &str, values: bool) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    let mut lines = output.lines();
    while let Some(line) = lines.next() {
        if line != "collect {" {
            steps.push(Step::Line(line.to_owned()));
            continue;
        }
        let (mut seen, mut callbacks) = (Vec::new(), BTreeMap::<String, Vec<String>>::new());
        let found = loop {
            let line = lines.next().ok_or("a collection does not end")?;
            if let Some(found) = line.strip_prefix("} ") {
                break found.parse().map_err(|_| format!("no number: {line:?}"))?;
            }
            // "callback REFERENCE of OBJECT"
            if let Some((_, object)) = line.split_once(" of ") {
                callbacks.entry(object.to_owned()).or_default().push(line.to_owned());
            }
            seen.push(line.to_owned());
        };
        seen.sort();
        steps.push(Step::Collection { lines: seen, callbacks, found: values.then_some(found) });
    }
    Ok(steps)
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn lines_outside_of_collections_keep_their_order() {
        assert_eq!(same("del 1\ndel 2\n", "del 1\ndel 2\n", true), Ok(()));
        assert!(same("del 1\ndel 2\n", "del 2\ndel 1\n", true).unwrap_err().starts_with("step 1"));
        assert!(same("del 1\n", "del 1\ndel 2\n", true).unwrap_err().contains("goes on"));
        assert!(same("del 1\ndel 2\n", "del 1\n", true).is_err());
    }

    #[test]
    fn in_a_collection_the_set_counts() {
        let theirs = "collect {\ndel 1\ndel 2\n} 2\n";
        assert_eq!(same(theirs, "collect {\ndel 2\ndel 1\n} 2\n", true), Ok(()));
        assert!(same(theirs, "collect {\ndel 2\n} 2\n", true).is_err());
        assert!(same(theirs, "collect {\ndel 2\ndel 1\ndel 1\n} 2\n", true).is_err());
        assert!(same(theirs, "collect {\ndel 2\ndel 1\n} 3\n", true).is_err());
        assert_eq!(same(theirs, "collect {\ndel 2\ndel 1\n} 3\n", false), Ok(()));
        assert!(same(theirs, "collect {\ndel 2\ndel 1\n", true).is_err());
    }

    #[test]
    fn callbacks_of_one_object_keep_their_order() {
        let theirs = "collect {\ncallback 2 of 7\ncallback 1 of 7\ncallback 3 of 8\n} 2\n";
        assert_eq!(same(theirs, "collect {\ncallback 3 of 8\ncallback 2 of 7\ncallback 1 of 7\n} 2\n", true), Ok(()));
        assert!(same(theirs, "collect {\ncallback 1 of 7\ncallback 2 of 7\ncallback 3 of 8\n} 2\n", true).is_err());
    }
}
