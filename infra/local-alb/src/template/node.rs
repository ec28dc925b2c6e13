//! A template as it is written: a tree of nodes with their lines, before intrinsic functions are resolved.

/// What the key of a loop (`Fn::ForEach`) begins with; its name follows.
pub(super) const LOOP: &str = "Fn::ForEach::";

/// One node of the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The line on which it begins, from 1.
    pub line: usize,
    /// Its content.
    pub kind: Kind,
}

/// The content of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// An empty value, `~` or `null`.
    Null,
    /// Text. Numbers and booleans stay as they were written: `010` and `1.10` survive that way.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order of the file.
    Map(Vec<(String, Node)>),
    /// An intrinsic function by its long name (`Ref`, `Condition`, `Fn::Sub`), from either notation.
    Call(String, Box<Node>),
}

impl Node {
    /// The entry of a mapping, if this is one and has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    /// The entries of a mapping, or nothing.
    #[must_use]
    pub fn entries(&self) -> &[(String, Node)] {
        match &self.kind {
            Kind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The text of a scalar.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The items of a sequence.
    #[must_use]
    pub fn items(&self) -> Option<&[Node]> {
        match &self.kind {
            Kind::List(items) => Some(items),
            _ => None,
        }
    }

    /// The tree without the entries of these keys.
    #[must_use]
    pub fn without(&self, keys: &[&str]) -> Node {
        let kind = match &self.kind {
            Kind::Null | Kind::Text(_) => self.kind.clone(),
            Kind::List(items) => Kind::List(items.iter().map(|item| item.without(keys)).collect()),
            Kind::Map(entries) => {
                let kept = entries.iter().filter(|(key, _)| !keys.contains(&key.as_str()));
                Kind::Map(kept.map(|(key, node)| (key.clone(), node.without(keys))).collect())
            }
            Kind::Call(name, argument) => Kind::Call(name.clone(), Box::new(argument.without(keys))),
        };
        Node { line: self.line, kind }
    }

    /// The number of nodes in the tree, with this one.
    pub(super) fn count(&self) -> usize {
        1 + match &self.kind {
            Kind::Null | Kind::Text(_) => 0,
            Kind::List(items) => items.iter().map(Node::count).sum(),
            Kind::Map(entries) => entries.iter().map(|(_, node)| node.count()).sum(),
            Kind::Call(_, argument) => argument.count(),
        }
    }
}
