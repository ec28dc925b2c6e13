//! YAML (and JSON, which YAML 1.2 contains) to [`Node`]s.
//!
//! It reads the events of the YAML parser, because a tree of values would lose the lines and the text of numbers. Tags such as `!Sub` and the long form `{"Fn::Sub": ...}` become the same [`Kind::Call`].

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::error::LoadError;
use super::node::{Kind, LOOP, Node};

/// The deepest nesting.
const DEPTH_MAX: usize = 100;
/// The most nodes: aliases copy their anchors, so a small file can make a huge tree.
const NODES_MAX: usize = 200_000;

/// Reads one document.
///
/// # Errors
/// Malformed YAML, an empty file, or one nested beyond reason.
pub fn parse(file: &str, text: &str) -> Result<Node, LoadError> {
    let mut loader = Loader { file, parser: Parser::new_from_str(text), anchors: HashMap::new(), nodes: 0 };
    loop {
        let (event, line) = loader.next()?;
        match event {
            Event::StreamStart | Event::DocumentStart(_) => {}
            Event::StreamEnd | Event::DocumentEnd => {
                return Err(LoadError::at(file, line.max(1), "the template is empty"));
            }
            event => return loader.node(event, line, 0),
        }
    }
}

struct Loader<'a> {
    file: &'a str,
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
    anchors: HashMap<usize, Node>,
    nodes: usize,
}

impl<'a> Loader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, usize), LoadError> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => Ok((event, span.start.line())),
            Some(Err(error)) => {
                Err(LoadError::at(self.file, error.marker().line().max(1), error.info().to_owned()))
            }
            None => Ok((Event::StreamEnd, 0)),
        }
    }

    fn node(&mut self, event: Event<'a>, line: usize, depth: usize) -> Result<Node, LoadError> {
        self.nodes += 1;
        if depth > DEPTH_MAX || self.nodes > NODES_MAX {
            return Err(LoadError::at(
                self.file,
                line,
                "the template is nested more than 100 deep, or its aliases make more than 200000 nodes",
            ));
        }
        let (kind, anchor, tag) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let null =
                    style == ScalarStyle::Plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
                let kind = if null && tag.is_none() { Kind::Null } else { Kind::Text(text.into_owned()) };
                (kind, anchor, tag)
            }
            Event::SequenceStart(anchor, tag) => (self.list(depth)?, anchor, tag),
            Event::MappingStart(anchor, tag) => (self.map(depth)?, anchor, tag),
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
            let key = match event {
                Event::MappingEnd => break,
                Event::Scalar(text, ..) => text.into_owned(),
                _ => return Err(LoadError::at(self.file, line, "a key must be plain text")),
            };
            let (event, value_line) = self.next()?;
            let value = self.node(event, value_line, depth + 1)?;
            if key == "<<" {
                merged.extend(value.entries().iter().cloned());
            } else if entries.iter().any(|(name, _)| *name == key) {
                return Err(LoadError::at(self.file, line, format!("key \"{key}\" is given twice")));
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

fn function_of(tag: &Tag) -> Option<String> {
    if tag.is_yaml_core_schema() || tag.handle != "!" {
        return None;
    }
    Some(match tag.suffix.as_str() {
        name @ ("Ref" | "Condition") => name.to_owned(),
        name => format!("Fn::{name}"),
    })
}
