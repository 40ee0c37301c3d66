//! A graph editor with undo and redo, on reference-counted cycles.
//!
//! ```text
//! cargo run -p adder-gc --example graph_editor -- examples/graph_editor.txt
//! ```
//!
//! Every node refers to its parent, its children and its neighbours, and is referred to by them: cycles everywhere. With
//! `Rc` some of these links would have to be weak, and undo would have to keep a removed part of the graph alive by other
//! means. With `Gc` all links are plain owned references. What was removed lives for as long as the history refers to it;
//! when the history forgets it, a collection frees it.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::io::{self, BufRead, IsTerminal, Write};
use std::process::ExitCode;

use adder_gc::{Gc, Heap, Trace};

const HELP: &str = "\
usage: graph_editor [SCRIPT]

Reads commands from the file SCRIPT, or from standard input, one on a line:

  add NAME [PARENT]   make a node, at the top or below PARENT
  remove NAME         remove a node and all below it
  connect A B         make A and B neighbours
  disconnect A B      end that
  rename A B          call the node A B
  undo, redo          take the last change back; make it again
  history N           keep at most N changes for undo (100 at first)
  show                print the graph
  stats               print how many nodes there are, and how many were freed
  collect             run a collection
  help                print this

Lines that start with # are passed over. Exit code 0: all went well; 1: a command failed; 2: the command line was wrong.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    ExitCode::from(command_line(&arguments, &mut io::stdin().lock(), &mut io::stdout(), &mut io::stderr()))
}

/// The program: runs the script named in the arguments, or what `input` gives. Returns the exit code.
pub fn command_line(
    arguments: &[String],
    input: &mut dyn BufRead,
    output: &mut dyn Write,
    errors: &mut dyn Write,
) -> u8 {
    let mut go_on_after_errors = false;
    let commands: Box<dyn Iterator<Item = io::Result<String>>> = match arguments {
        [] => {
            go_on_after_errors = io::stdin().is_terminal();
            Box::new(input.lines())
        }
        [option] if option == "--help" || option == "-h" => {
            let _ = output.write_all(HELP.as_bytes());
            return 0;
        }
        [file] if !file.starts_with('-') => match std::fs::read_to_string(file) {
            Ok(script) => Box::new(script.lines().map(|line| Ok(line.to_owned())).collect::<Vec<_>>().into_iter()),
            Err(error) => {
                let _ = writeln!(errors, "graph_editor: cannot read {file}: {error}");
                return 2;
            }
        },
        _ => {
            let _ = writeln!(errors, "graph_editor: at most one argument, the script; see --help");
            return 2;
        }
    };
    let mut editor = Editor::new();
    let mut exit = 0;
    for (number, line) in commands.enumerate() {
        let done = line.map_err(Error::from).and_then(|line| editor.command(&line, output));
        match done {
            Ok(()) => {}
            // Nobody reads the output any more: that is no failure of ours.
            Err(Error::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => return exit,
            Err(error) => {
                let _ = writeln!(errors, "graph_editor: line {}: {error}", number + 1);
                exit = 1;
                if !go_on_after_errors || matches!(error, Error::Io(_)) {
                    return exit;
                }
            }
        }
    }
    exit
}

/// Why a command failed. The graph is as it was before.
#[derive(Debug)]
enum Error {
    NoSuchNode(String),
    NameTaken(String),
    Neighbours(String, String),
    NotNeighbours(String, String),
    SameNode(String),
    NothingToUndo,
    NothingToRedo,
    /// An unknown command, or one with the wrong arguments.
    Usage(String),
    Io(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoSuchNode(name) => write!(f, "there is no node {name:?}"),
            Error::NameTaken(name) => write!(f, "there is a node {name:?} already"),
            Error::Neighbours(a, b) => write!(f, "{a:?} and {b:?} are neighbours already"),
            Error::NotNeighbours(a, b) => write!(f, "{a:?} and {b:?} are no neighbours"),
            Error::SameNode(name) => write!(f, "{name:?} cannot be its own neighbour"),
            Error::NothingToUndo => f.write_str("there is nothing to undo"),
            Error::NothingToRedo => f.write_str("there is nothing to redo"),
            Error::Usage(line) => write!(f, "no such command: {line:?} (try help)"),
            Error::Io(error) => error.fmt(f),
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Error {
        Error::Io(error)
    }
}

/// A node, with owned references in all directions.
#[derive(Trace)]
struct Node {
    name: RefCell<String>,
    parent: RefCell<Option<Gc<Node>>>,
    children: RefCell<Vec<Gc<Node>>>,
    neighbours: RefCell<Vec<Gc<Node>>>,
}

impl Node {
    fn name(&self) -> String {
        self.name.borrow().clone()
    }

    /// The node and all nodes below it.
    fn subtree(this: &Gc<Node>) -> Vec<Gc<Node>> {
        let mut nodes = vec![this.clone()];
        let mut next = 0;
        while next < nodes.len() {
            let children = nodes[next].children.borrow().clone();
            nodes.extend(children);
            next += 1;
        }
        nodes
    }
}

fn contains(nodes: &[Gc<Node>], node: &Gc<Node>) -> bool {
    nodes.iter().any(|other| Gc::ptr_eq(other, node))
}

fn link(a: &Gc<Node>, b: &Gc<Node>) {
    a.neighbours.borrow_mut().push(b.clone());
    b.neighbours.borrow_mut().push(a.clone());
}

fn unlink(a: &Gc<Node>, b: &Gc<Node>) {
    a.neighbours.borrow_mut().retain(|other| !Gc::ptr_eq(other, b));
    b.neighbours.borrow_mut().retain(|other| !Gc::ptr_eq(other, a));
}

/// The graph as it is shown.
#[derive(Default)]
struct Graph {
    by_name: BTreeMap<String, Gc<Node>>,
    top: Vec<Gc<Node>>,
}

impl Graph {
    fn find(&self, name: &str) -> Result<Gc<Node>, Error> {
        self.by_name.get(name).cloned().ok_or_else(|| Error::NoSuchNode(name.to_owned()))
    }

    fn is_free(&self, name: &str) -> Result<(), Error> {
        if self.by_name.contains_key(name) { Err(Error::NameTaken(name.to_owned())) } else { Ok(()) }
    }

    /// Calls `change` with the list that a node below `parent` (or at the top) stands in.
    fn siblings<R>(&mut self, parent: Option<&Gc<Node>>, change: impl FnOnce(&mut Vec<Gc<Node>>) -> R) -> R {
        match parent {
            Some(parent) => change(&mut parent.children.borrow_mut()),
            None => change(&mut self.top),
        }
    }

    /// Where a part of the graph hangs, and its links to the rest.
    fn outline(&mut self, root: &Gc<Node>) -> Part {
        let inside = Node::subtree(root);
        let mut links = Vec::new();
        for node in &inside {
            for other in node.neighbours.borrow().iter().filter(|other| !contains(&inside, other)) {
                links.push((node.clone(), other.clone()));
            }
        }
        let parent = root.parent.borrow().clone();
        let place = self.siblings(parent.as_ref(), |siblings| siblings.iter().position(|node| Gc::ptr_eq(node, root)));
        Part { root: root.clone(), parent, place: place.expect("a node stands among its siblings"), links }
    }

    fn attach(&mut self, part: &Part) {
        *part.root.parent.borrow_mut() = part.parent.clone();
        self.siblings(part.parent.as_ref(), |siblings| siblings.insert(part.place, part.root.clone()));
        for (inside, outside) in &part.links {
            link(inside, outside);
        }
        for node in Node::subtree(&part.root) {
            self.by_name.insert(node.name(), node);
        }
    }

    fn detach(&mut self, part: &Part) {
        for node in Node::subtree(&part.root) {
            self.by_name.remove(&*node.name.borrow());
        }
        for (inside, outside) in &part.links {
            unlink(inside, outside);
        }
        self.siblings(part.parent.as_ref(), |siblings| siblings.remove(part.place));
        *part.root.parent.borrow_mut() = None;
    }

    fn rename(&mut self, node: &Gc<Node>, to: &str) {
        let before = node.name.replace(to.to_owned());
        self.by_name.remove(&before);
        self.by_name.insert(to.to_owned(), node.clone());
    }
}

/// A node with all below it, and how it is tied to the rest of the graph.
struct Part {
    root: Gc<Node>,
    parent: Option<Gc<Node>>,
    /// Index among its siblings.
    place: usize,
    /// Neighbours in different parts: inside, outside.
    links: Vec<(Gc<Node>, Gc<Node>)>,
}

/// A change, with what is needed to make it and to take it back.
enum Change {
    Add(Part),
    Remove(Part),
    Connect(Gc<Node>, Gc<Node>),
    Disconnect(Gc<Node>, Gc<Node>),
    Rename { node: Gc<Node>, before: String, after: String },
}

impl Change {
    fn make(&self, graph: &mut Graph) {
        match self {
            Change::Add(part) => graph.attach(part),
            Change::Remove(part) => graph.detach(part),
            Change::Connect(a, b) => link(a, b),
            Change::Disconnect(a, b) => unlink(a, b),
            Change::Rename { node, after, .. } => graph.rename(node, after),
        }
    }

    fn take_back(&self, graph: &mut Graph) {
        match self {
            Change::Add(part) => graph.detach(part),
            Change::Remove(part) => graph.attach(part),
            Change::Connect(a, b) => unlink(a, b),
            Change::Disconnect(a, b) => link(a, b),
            Change::Rename { node, before, .. } => graph.rename(node, before),
        }
    }
}

/// The graph, its history, and the heap where its nodes live.
struct Editor {
    graph: Graph,
    undo: VecDeque<Change>,
    redo: Vec<Change>,
    /// So many changes are kept for undo.
    history: usize,
    nodes_made: usize,
    /// Last, so that it goes last: dropping a heap collects it.
    heap: Heap,
}

impl Editor {
    fn new() -> Editor {
        Editor {
            graph: Graph::default(),
            undo: VecDeque::new(),
            redo: Vec::new(),
            history: 100,
            nodes_made: 0,
            heap: Heap::new(),
        }
    }

    /// Carries out one line of a script.
    fn command(&mut self, line: &str, output: &mut dyn Write) -> Result<(), Error> {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["add", name] => self.add(name, None),
            ["add", name, parent] => self.add(name, Some(parent)),
            ["remove", name] => self.remove(name),
            ["connect", a, b] => self.connect(a, b),
            ["disconnect", a, b] => self.disconnect(a, b),
            ["rename", from, to] => self.rename(from, to),
            ["undo"] => self.undo(),
            ["redo"] => self.redo(),
            ["history", number] => self.keep(number.parse().map_err(|_| Error::Usage(line.to_owned()))?),
            ["show"] => self.show(output),
            ["stats"] => self.stats(output),
            ["collect"] => {
                let report = self.heap.collect();
                Ok(writeln!(output, "collected: {} nodes freed", report.freed)?)
            }
            ["help"] => Ok(output.write_all(HELP.as_bytes())?),
            _ => Err(Error::Usage(line.to_owned())),
        }
    }

    fn add(&mut self, name: &str, parent: Option<&str>) -> Result<(), Error> {
        self.graph.is_free(name)?;
        let parent = parent.map(|parent| self.graph.find(parent)).transpose()?;
        let root = self.heap.alloc(Node {
            name: RefCell::new(name.to_owned()),
            parent: RefCell::default(),
            children: RefCell::default(),
            neighbours: RefCell::default(),
        });
        self.nodes_made += 1;
        let place = self.graph.siblings(parent.as_ref(), |siblings| siblings.len());
        self.change(Change::Add(Part { root, parent, place, links: Vec::new() }));
        Ok(())
    }

    fn remove(&mut self, name: &str) -> Result<(), Error> {
        let root = self.graph.find(name)?;
        let part = self.graph.outline(&root);
        self.change(Change::Remove(part));
        Ok(())
    }

    fn connect(&mut self, a: &str, b: &str) -> Result<(), Error> {
        let (from, to) = (self.graph.find(a)?, self.graph.find(b)?);
        if Gc::ptr_eq(&from, &to) {
            return Err(Error::SameNode(a.to_owned()));
        }
        if contains(&from.neighbours.borrow(), &to) {
            return Err(Error::Neighbours(a.to_owned(), b.to_owned()));
        }
        self.change(Change::Connect(from, to));
        Ok(())
    }

    fn disconnect(&mut self, a: &str, b: &str) -> Result<(), Error> {
        let (from, to) = (self.graph.find(a)?, self.graph.find(b)?);
        if !contains(&from.neighbours.borrow(), &to) {
            return Err(Error::NotNeighbours(a.to_owned(), b.to_owned()));
        }
        self.change(Change::Disconnect(from, to));
        Ok(())
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), Error> {
        let node = self.graph.find(from)?;
        self.graph.is_free(to)?;
        self.change(Change::Rename { node, before: from.to_owned(), after: to.to_owned() });
        Ok(())
    }

    /// Makes a change that can be undone. What could have been redone is forgotten.
    fn change(&mut self, change: Change) {
        change.make(&mut self.graph);
        self.redo.clear();
        self.undo.push_back(change);
        self.forget();
    }

    fn forget(&mut self) {
        while self.undo.len() > self.history {
            self.undo.pop_front();
        }
    }

    fn undo(&mut self) -> Result<(), Error> {
        let change = self.undo.pop_back().ok_or(Error::NothingToUndo)?;
        change.take_back(&mut self.graph);
        self.redo.push(change);
        Ok(())
    }

    fn redo(&mut self) -> Result<(), Error> {
        let change = self.redo.pop().ok_or(Error::NothingToRedo)?;
        change.make(&mut self.graph);
        self.undo.push_back(change);
        self.forget();
        Ok(())
    }

    fn keep(&mut self, changes: usize) -> Result<(), Error> {
        self.history = changes;
        self.forget();
        Ok(())
    }

    fn show(&self, output: &mut dyn Write) -> Result<(), Error> {
        if self.graph.top.is_empty() {
            writeln!(output, "(an empty graph)")?;
        }
        let mut waiting: Vec<(usize, Gc<Node>)> = self.graph.top.iter().rev().map(|node| (0, node.clone())).collect();
        while let Some((depth, node)) = waiting.pop() {
            write!(output, "{:indent$}{}", "", node.name.borrow(), indent = 2 * depth)?;
            let mut neighbours: Vec<String> = node.neighbours.borrow().iter().map(|other| other.name()).collect();
            neighbours.sort();
            if !neighbours.is_empty() {
                write!(output, " -- {}", neighbours.join(", "))?;
            }
            writeln!(output)?;
            waiting.extend(node.children.borrow().iter().rev().map(|child| (depth + 1, child.clone())));
        }
        Ok(())
    }

    fn stats(&self, output: &mut dyn Write) -> Result<(), Error> {
        // Every object of this heap is a node.
        let alive = self.heap.stats().objects;
        let shown = self.graph.by_name.len();
        writeln!(
            output,
            "nodes: {} made, {alive} alive ({shown} shown, {} not), {} freed; undo: {}, redo: {}",
            self.nodes_made,
            alive - shown,
            self.nodes_made - alive,
            self.undo.len(),
            self.redo.len(),
        )?;
        Ok(())
    }
}

impl Default for Editor {
    fn default() -> Self {
        Editor::new()
    }
}
