//! The documents of the public YAML test suite, each read as a template's text.
//!
//! `tests/yaml-test-suite` says where they are from. Each has the events of a parser, from which the expected tree is made.

use std::collections::HashMap;
use std::iter::Peekable;
use std::str::Lines;

use super::node::{Kind, Node};
use super::{scalar, yaml};

const VALID: &str = include_str!("../../tests/yaml-test-suite/valid.json");

/// The reasons for which a template cannot be such a document. `CloudFormation` turns a template into an object of JSON.
const NOT_A_TEMPLATE: [&str; 3] = ["not one document", "a key that is not text", "an empty document"];

/// The expected tree, or the reason for which there is none.
fn expected(tree: &str) -> Result<Node, &'static str> {
    if tree.lines().filter(|line| line.trim_start().starts_with("+DOC")).count() != 1 {
        return Err(NOT_A_TEMPLATE[0]);
    }
    let mut events = Events { lines: tree.lines().peekable(), anchors: HashMap::new() };
    events.next();
    events.next();
    let root = events.node()?;
    match &root.kind {
        Kind::Null => Err(NOT_A_TEMPLATE[2]),
        _ => Ok(root),
    }
}

struct Events<'t> {
    lines: Peekable<Lines<'t>>,
    anchors: HashMap<&'t str, Node>,
}

impl<'t> Events<'t> {
    fn next(&mut self) -> &'t str {
        self.lines.next().expect("an event").trim_start()
    }

    fn ends(&mut self, event: &str) -> bool {
        let ends = self.lines.peek().expect("an event").trim_start() == event;
        if ends {
            self.next();
        }
        ends
    }

    fn node(&mut self) -> Result<Node, &'static str> {
        let line = self.next();
        let (event, mut rest) = line.split_once(' ').unwrap_or((line, ""));
        if event == "=ALI" {
            return Ok(self.anchors[rest.trim_start_matches('*')].clone());
        }
        rest = rest.trim_start_matches("[]").trim_start_matches("{}").trim_start();
        let (mut anchor, mut tag) = (None, None);
        loop {
            let (word, after) = rest.split_once(' ').unwrap_or((rest, ""));
            if let Some(name) = word.strip_prefix('&') {
                anchor = Some(name);
            } else if let Some(name) = word.strip_prefix('<') {
                tag = Some(name.trim_end_matches('>'));
            } else {
                break;
            }
            rest = after;
        }
        let kind = match event {
            "+SEQ" => {
                let mut items = Vec::new();
                while !self.ends("-SEQ") {
                    items.push(self.node()?);
                }
                Kind::List(items)
            }
            "+MAP" => self.map()?,
            "=VAL" => {
                let text = unescaped(rest.get(1..).expect("a style"));
                if rest.starts_with(':') && tag.is_none() { scalar::plain(text) } else { Kind::Text(text) }
            }
            other => panic!("there is no event {other}"),
        };
        let function = tag.and_then(|tag| tag.strip_prefix('!')).filter(|name| !name.is_empty());
        let kind = match function {
            Some(name) => Kind::Call(format!("Fn::{name}"), Box::new(Node { line: 0, kind })),
            None => kind,
        };
        let node = Node { line: 0, kind };
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn map(&mut self) -> Result<Kind, &'static str> {
        let mut entries: Vec<(String, Node)> = Vec::new();
        while !self.ends("-MAP") {
            let Kind::Text(key) = self.node()?.kind else { return Err(NOT_A_TEMPLATE[1]) };
            let value = self.node()?;
            match entries.iter_mut().find(|(name, _)| *name == key) {
                Some((_, first)) => *first = value,
                None => entries.push((key, value)),
            }
        }
        Ok(Kind::Map(entries))
    }
}

/// The text of a scalar, in which the suite escapes the characters that would break its line.
fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            plain.push(character);
            continue;
        }
        plain.push(match characters.next().expect("an escaped character") {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            '0' => '\0',
            other => other,
        });
    }
    plain
}

/// The tree without its lines, which the suite does not state.
fn without_lines(node: &Node) -> Node {
    let kind = match &node.kind {
        Kind::Null | Kind::Text(_) => node.kind.clone(),
        Kind::List(items) => Kind::List(items.iter().map(without_lines).collect()),
        Kind::Map(entries) => {
            Kind::Map(entries.iter().map(|(key, value)| (key.clone(), without_lines(value))).collect())
        }
        Kind::Call(name, argument) => Kind::Call(name.clone(), Box::new(without_lines(argument))),
    };
    Node { line: 0, kind }
}

#[test]
fn every_valid_document_of_the_yaml_test_suite_is_read() {
    let cases: Vec<HashMap<String, String>> = serde_json::from_str(VALID).expect("cases");
    let mut failures = Vec::new();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for case in &cases {
        let expected = match expected(&case["tree"]) {
            Ok(expected) => expected,
            Err(reason) => {
                *counts.entry(reason).or_default() += 1;
                continue;
            }
        };
        *counts.entry("read").or_default() += 1;
        let found = yaml::parse("t", &case["yaml"]).map(|document| without_lines(&document.root));
        if found.as_ref().ok() != Some(&expected) {
            failures.push(format!(
                "{}: {:?}\nexpected {expected:?}\nfound {found:?}\n",
                case["id"], case["yaml"]
            ));
        }
    }
    assert!(failures.is_empty(), "{} {counts:?}\n{}", failures.len(), failures.join("\n"));
    assert_eq!(counts["read"], 253, "{counts:?}");
}
