//! The graph as JSON.

use core::fmt;
use std::io::{self, Write};

use super::{HeapGraph, Place};

impl HeapGraph {
    /// Writes the graph as one JSON object: `nodes` (each with its `id`, by which edges and dominators refer to it),
    /// `edges`, `opaque` fields, and totals. Addresses are strings in hexadecimal; an immortal object has 4294967295
    /// references.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_json(&self, to: &mut (impl Write + ?Sized)) -> io::Result<()> {
        let mut to = io::BufWriter::new(to);
        let (left_out, left_out_bytes) = self.left_out();
        write!(
            to,
            "{{\n\"objects\":{},\"bytes\":{},\"charged\":{},\"foreign_edges\":{},\"left_out\":{left_out},\"left_out_bytes\":{left_out_bytes},\n\"nodes\":[",
            self.len(),
            self.bytes(),
            self.charged(),
            self.foreign_edges(),
        )?;
        for node in self.nodes() {
            write!(
                to,
                "{}\n{{\"id\":{},\"address\":\"{:#x}\",\"type\":{},\"payload\":{},\"block\":{},\"charged\":{},\"retained\":{},\"generation\":{},\"tracked\":{},\"open\":{},\"reachable\":{},\"references\":{},\"outside\":{},\"dominator\":",
                comma(node.index()),
                node.index(),
                node.address(),
                Text(node.type_name()),
                node.payload_size(),
                node.block_size(),
                node.charged(),
                node.retained(),
                node.generation(),
                node.is_tracked(),
                node.is_open(),
                node.is_reachable(),
                node.references(),
                node.outside(),
            )?;
            match node.dominator() {
                Some(dominator) => write!(to, "{}}}", dominator.index())?,
                None => write!(to, "null}}")?,
            }
        }
        write!(to, "\n],\n\"edges\":[")?;
        for (at, edge) in self.nodes().flat_map(super::GraphNode::edges).enumerate() {
            let (from, target) = (edge.from().index(), edge.to().index());
            write!(to, "{}\n{{\"from\":{from},\"to\":{target},{}}}", comma(at), Fields(edge.place()))?;
        }
        write!(to, "\n],\n\"opaque\":[")?;
        for (at, field) in self.opaque_fields().enumerate() {
            let (node, why) = (field.owner().index(), Text(field.why()));
            write!(to, "{}\n{{\"node\":{node},\"why\":{why},{}}}", comma(at), Fields(field.place()))?;
        }
        writeln!(to, "\n]}}")?;
        to.flush()
    }
}

/// Between the elements of an array.
fn comma(at: usize) -> &'static str {
    if at == 0 { "" } else { "," }
}

/// A place, as two fields of an object.
struct Fields(Place);

impl fmt::Display for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"field\":{},\"index\":", Text(self.0.field))?;
        match self.0.index {
            Some(index) => write!(f, "{index}"),
            None => f.write_str("null"),
        }
    }
}

/// A string of JSON.
struct Text<'a>(&'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for c in self.0.chars() {
            match c {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                c if c < ' ' => write!(f, "\\u{:04x}", c as u32)?,
                c => write!(f, "{c}")?,
            }
        }
        f.write_str("\"")
    }
}
