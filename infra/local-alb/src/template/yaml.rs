//! YAML (and JSON) to [`Node`]s, read as `CloudFormation` reads it: by the rules of YAML 1.1.
//!
//! The parser is granit-parser because it accepts what parsers of YAML 1.1 accept and strict ones of YAML 1.2 refuse: a
//! flow collection that ends, and a quoted text that continues, at the column of its key, and surrogate pairs of JSON.
//! This file reads its events, because a tree of values would lose the lines and the text of numbers. Tags such as
//! `!Sub` and the long form `{"Fn::Sub": ...}` become the same [`Kind::Call`].

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, StrInput, Tag};

use super::error::LoadError;
use super::node::{Kind, LOOP, Node};
use super::scalar;

/// The deepest nesting.
const DEPTH_MAX: usize = 100;
/// The most nodes: aliases copy their anchors, so a small file can make a huge tree.
const NODES_MAX: usize = 200_000;

/// A document that has been read.
pub(super) struct Document {
    pub(super) root: Node,
    /// Warnings for the user.
    pub(super) warnings: Vec<String>,
}

/// Reads one document.
///
/// # Errors
/// Malformed YAML, an empty file, or one that is nested too deep or too large.
pub(super) fn parse(file: &str, text: &str) -> Result<Document, LoadError> {
    let parser = Parser::new_from_str(text);
    let mut loader = Loader { file, parser, anchors: HashMap::new(), nodes: 0, warnings: Vec::new() };
    loop {
        let (event, line) = loader.next()?;
        match event {
            Event::StreamStart | Event::DocumentStart(..) => {}
            Event::StreamEnd | Event::DocumentEnd => {
                return Err(LoadError::at(file, line, "the template is empty"));
            }
            event => {
                let root = loader.node(event, line, 0)?;
                return Ok(Document { root, warnings: loader.warnings });
            }
        }
    }
}

struct Loader<'a> {
    file: &'a str,
    parser: Parser<'a, StrInput<'a>>,
    anchors: HashMap<usize, Node>,
    nodes: usize,
    warnings: Vec<String>,
}

impl<'a> Loader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, usize), LoadError> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => Ok((event, span.start.line().max(1))),
            Some(Err(error)) => {
                Err(LoadError::at(self.file, error.marker().line().max(1), error.kind().to_string()))
            }
            None => Ok((Event::StreamEnd, 1)),
        }
    }

    fn node(&mut self, event: Event<'a>, line: usize, depth: usize) -> Result<Node, LoadError> {
        self.nodes += 1;
        if depth > DEPTH_MAX || self.nodes > NODES_MAX {
            let message = format!(
                "the template is nested more than {DEPTH_MAX} deep, or its aliases make more than {NODES_MAX} nodes"
            );
            return Err(LoadError::at(self.file, line, message));
        }
        let (kind, anchor, tag) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_plain = style == ScalarStyle::Plain && tag.is_none();
                let text = text.into_owned();
                (if is_plain { scalar::plain(text) } else { Kind::Text(text) }, anchor, tag)
            }
            Event::SequenceStart(_, anchor, tag) => (self.list(depth)?, anchor, tag),
            Event::MappingStart(_, anchor, tag) => (self.map(depth)?, anchor, tag),
            Event::Alias(anchor) => return self.alias(anchor, line),
            other => return Err(LoadError::at(self.file, line, format!("unexpected {other:?}"))),
        };
        let kind = match tag.as_deref().and_then(function_of) {
            Some(name) => Kind::Call(name, Box::new(Node { line, kind })),
            None => kind,
        };
        let node = Node { line, kind };
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn alias(&mut self, anchor: usize, line: usize) -> Result<Node, LoadError> {
        let node = self.anchors.get(&anchor).cloned();
        let node = node.ok_or_else(|| LoadError::at(self.file, line, "an alias within its own anchor"))?;
        self.nodes += node.count();
        Ok(node)
    }

    /// The entries that `<<` adds: those of a map, or of several, of which the first wins.
    fn merged(&self, node: Node) -> Result<Vec<(String, Node)>, LoadError> {
        let line = node.line;
        let maps = match node.kind {
            Kind::List(maps) => maps,
            kind => vec![Node { line, kind }],
        };
        let mut entries = Vec::new();
        for map in maps {
            let Kind::Map(found) = map.kind else {
                return Err(LoadError::at(self.file, line, "<< takes a map or a list of maps"));
            };
            entries.extend(found);
        }
        Ok(entries)
    }

    /// The text of a key. Another node may be its alias.
    fn key(&mut self, event: Event<'a>, line: usize) -> Result<String, LoadError> {
        let not_text = || LoadError::at(self.file, line, "a key must be plain text");
        let (text, anchor) = match event {
            Event::Scalar(text, ScalarStyle::Plain, anchor, _) => {
                (scalar::plain_key(text.into_owned()), anchor)
            }
            Event::Scalar(text, _, anchor, _) => (text.into_owned(), anchor),
            Event::Alias(anchor) => {
                let text = self.anchors.get(&anchor).and_then(Node::text);
                return text.map(str::to_owned).ok_or_else(not_text);
            }
            _ => return Err(not_text()),
        };
        if anchor != 0 {
            self.anchors.insert(anchor, Node { line, kind: Kind::Text(text.clone()) });
        }
        Ok(text)
    }

    fn list(&mut self, depth: usize) -> Result<Kind, LoadError> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Kind::List(items)),
                (event, line) => items.push(self.node(event, line, depth + 1)?),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Kind, LoadError> {
        let mut entries: Vec<(String, Node)> = Vec::new();
        let mut merged: Vec<(String, Node)> = Vec::new();
        loop {
            let (event, line) = self.next()?;
            if event == Event::MappingEnd {
                break;
            }
            let key = self.key(event, line)?;
            let (event, value_line) = self.next()?;
            let value = self.node(event, value_line, depth + 1)?;
            if key == "<<" {
                merged.extend(self.merged(value)?);
            } else if let Some((_, first)) = entries.iter_mut().find(|(name, _)| *name == key) {
                // As in CloudFormation.
                *first = value;
                self.warnings.push(format!(
                    "{}:{line}: key \"{key}\" is given twice: the last one is used",
                    self.file
                ));
            } else {
                entries.push((key, value));
            }
        }
        for (key, value) in merged {
            if entries.iter().all(|(name, _)| *name != key) {
                entries.push((key, value));
            }
        }
        Ok(long_form(entries))
    }
}

/// `{"Fn::Sub": ...}` and `{"Ref": ...}` are calls. `{"Condition": "Name"}` is a call only where a condition is expected
/// (elsewhere it is an attribute of a resource), so `intrinsics::logic` reads it. A loop makes entries, so it is not a
/// call.
fn long_form(mut entries: Vec<(String, Node)>) -> Kind {
    let is_call = |key: &str| key == "Ref" || key.starts_with("Fn::") && !key.starts_with(LOOP);
    let call = matches!(&entries[..], [(key, _)] if is_call(key));
    match entries.pop() {
        Some((name, argument)) if call => Kind::Call(name, Box::new(argument)),
        Some(last) => {
            entries.push(last);
            Kind::Map(entries)
        }
        None => Kind::Map(entries),
    }
}

/// The function of a tag such as `!Sub`, also where it is written `!<!Sub>`.
fn function_of(tag: &Tag) -> Option<String> {
    let whole = format!("{}{}", tag.handle(), tag.suffix());
    match whole.strip_prefix('!')? {
        "" => None,
        name @ ("Ref" | "Condition") => Some(name.to_owned()),
        name => Some(format!("Fn::{name}")),
    }
}
