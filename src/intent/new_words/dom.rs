//! A small tree of an HTML mail, built by html5ever as browsers build theirs, with a bound on nodes
//! and depth: what a person sees must be what is read, also in broken markup.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ParseOpts, QualName, local_name, ns, parse_document};

/// Most nodes of a mail.
const NODES_MAX: usize = 100_000;
/// Deepest nesting of elements; mail programs quote perhaps a hundred levels.
const DEPTH_MAX: usize = 600;
/// The bounds are looked at once per so many bytes.
const CHUNK: usize = 2_048;

/// What a node is.
#[derive(Debug)]
pub(super) enum Kind {
    Root,
    Element { name: QualName, attributes: Vec<(String, String)> },
    Text(String),
    Other,
}

/// A node and its place.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) children: Vec<usize>,
    parent: Option<usize>,
    depth: usize,
}

/// The tree; node 0 is the root.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
}

impl Tree {
    /// The node, if there is one of that number.
    pub(super) fn node(&self, at: usize) -> Option<&Node> {
        self.nodes.get(at)
    }
}

/// Builds the tree; `None` when the markup is larger or deeper than any mail.
pub(super) fn parse(html: &str) -> Option<Tree> {
    let mut parser = parse_document(Sink::new(), ParseOpts::default());
    let mut rest = html;
    while !rest.is_empty() {
        let cut = (CHUNK..rest.len()).find(|at| rest.is_char_boundary(*at)).unwrap_or(rest.len());
        let (chunk, left) = rest.split_at_checked(cut)?;
        parser.process(StrTendril::from_slice(chunk));
        if parser.tokenizer.sink.sink.full.get() {
            return None;
        }
        rest = left;
    }
    let sink = parser.finish();
    (!sink.full.get()).then(|| Tree { nodes: sink.nodes.into_inner() })
}

/// Receives the tree from the parser.
struct Sink {
    nodes: RefCell<Vec<Node>>,
    full: Cell<bool>,
}

impl Sink {
    fn new() -> Self {
        let root = Node { kind: Kind::Root, children: Vec::new(), parent: None, depth: 0 };
        Self { nodes: RefCell::new(vec![root]), full: Cell::new(false) }
    }

    fn add(&self, kind: Kind) -> Handle {
        let name = match &kind {
            Kind::Element { name, .. } => name.clone(),
            Kind::Root | Kind::Text(_) | Kind::Other => nameless(),
        };
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(Node { kind, children: Vec::new(), parent: None, depth: 0 });
        if nodes.len() > NODES_MAX {
            self.full.set(true);
        }
        Handle { at: nodes.len().saturating_sub(1), name }
    }

    fn detach(&self, at: usize) {
        let mut nodes = self.nodes.borrow_mut();
        let parent = nodes.get_mut(at).and_then(|node| node.parent.take());
        if let Some(parent) = parent.and_then(|parent| nodes.get_mut(parent)) {
            // From the end, where the parser works: a wide parent costs nothing.
            if let Some(place) = parent.children.iter().rposition(|child| *child == at) {
                parent.children.remove(place);
            }
        }
    }

    /// Puts `child` under `parent`, before `before` or at the end.
    fn attach(&self, parent: usize, child: usize, before: Option<usize>) {
        let mut nodes = self.nodes.borrow_mut();
        let Some(above) = nodes.get_mut(parent) else { return };
        let depth = above.depth.saturating_add(1);
        let place = before.and_then(|before| above.children.iter().rposition(|c| *c == before));
        match place {
            Some(place) => above.children.insert(place, child),
            None => above.children.push(child),
        }
        if let Some(node) = nodes.get_mut(child) {
            node.parent = Some(parent);
            node.depth = depth;
        }
        if depth > DEPTH_MAX {
            self.full.set(true);
        }
    }

    fn put(&self, parent: usize, child: NodeOrText<Handle>, before: Option<usize>) {
        match child {
            NodeOrText::AppendNode(handle) => {
                self.detach(handle.at);
                self.attach(parent, handle.at, before);
            }
            NodeOrText::AppendText(text) => {
                if !self.extend_text(parent, &text, before) {
                    let added = self.add(Kind::Text(text.to_string()));
                    self.attach(parent, added.at, before);
                }
            }
        }
    }

    /// Adjacent text becomes one node.
    fn extend_text(&self, parent: usize, more: &str, before: Option<usize>) -> bool {
        let mut nodes = self.nodes.borrow_mut();
        let Some(children) = nodes.get(parent).map(|node| &node.children) else { return false };
        let last = match before {
            None => children.last().copied(),
            Some(before) => children
                .iter()
                .rposition(|c| *c == before)
                .and_then(|place| place.checked_sub(1))
                .and_then(|place| children.get(place).copied()),
        };
        match last.and_then(|last| nodes.get_mut(last)).map(|node| &mut node.kind) {
            Some(Kind::Text(text)) => {
                text.push_str(more);
                true
            }
            _ => false,
        }
    }

    fn parent_of(&self, at: usize) -> Option<usize> {
        self.nodes.borrow().get(at).and_then(|node| node.parent)
    }
}

/// A node as the parser holds it.
#[derive(Clone)]
struct Handle {
    at: usize,
    /// Kept here too, since the parser borrows it.
    name: QualName,
}

/// Of nodes that are no elements; the parser never asks for it.
fn nameless() -> QualName {
    QualName::new(None, ns!(html), local_name!(""))
}

fn attributes(attrs: Vec<Attribute>) -> Vec<(String, String)> {
    attrs.into_iter().map(|a| (a.name.local.to_string(), a.value.to_string())).collect()
}

impl TreeSink for Sink {
    type Handle = Handle;
    type Output = Self;
    type ElemName<'a> = html5ever::ExpandedName<'a>;

    fn finish(self) -> Self {
        self
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        Handle { at: 0, name: nameless() }
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> html5ever::ExpandedName<'a> {
        target.name.expanded()
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, _: ElementFlags) -> Handle {
        self.add(Kind::Element { name, attributes: attributes(attrs) })
    }

    fn create_comment(&self, _: StrTendril) -> Handle {
        self.add(Kind::Other)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Handle {
        self.add(Kind::Other)
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        self.put(parent.at, child, None);
    }

    fn append_based_on_parent_node(
        &self,
        element: &Handle,
        previous: &Handle,
        child: NodeOrText<Handle>,
    ) {
        match self.parent_of(element.at) {
            Some(parent) => self.put(parent, child, Some(element.at)),
            None => self.put(previous.at, child, None),
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    /// The contents of a template are never shown; they hang below it and are skipped with it.
    fn get_template_contents(&self, target: &Handle) -> Handle {
        target.clone()
    }

    fn same_node(&self, x: &Handle, y: &Handle) -> bool {
        x.at == y.at
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        if let Some(parent) = self.parent_of(sibling.at) {
            self.put(parent, child, Some(sibling.at));
        }
    }

    fn add_attrs_if_missing(&self, target: &Handle, attrs: Vec<Attribute>) {
        let mut nodes = self.nodes.borrow_mut();
        let Some(Kind::Element { attributes: have, .. }) =
            nodes.get_mut(target.at).map(|node| &mut node.kind)
        else {
            return;
        };
        for (name, value) in attributes(attrs) {
            if !have.iter().any(|(known, _)| *known == name) {
                have.push((name, value));
            }
        }
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.detach(target.at);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        let moved = {
            let mut nodes = self.nodes.borrow_mut();
            nodes.get_mut(node.at).map(|node| std::mem::take(&mut node.children))
        };
        for child in moved.unwrap_or_default() {
            self.attach(new_parent.at, child, None);
        }
    }
}
