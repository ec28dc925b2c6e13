//! Crawlers, link scanners and HTTP libraries, told by how they name themselves.
//!
//! `bots.json` is a public list as plain texts; it says where it is from. Vectors: `tests/fixtures/vectors/bots.json`.

use std::error::Error;

use aho_corasick::AhoCorasick;
use serde::Deserialize;

const LIST: &str = include_str!("bots.json");

/// The texts that tell a bot.
#[derive(Debug)]
pub(crate) struct Bots {
    begins: Vec<String>,
    ends: Vec<String>,
    contains: Option<AhoCorasick>,
}

#[derive(Default, Deserialize)]
struct List {
    begins: Vec<String>,
    ends: Vec<String>,
    contains: Vec<String>,
}

impl Bots {
    /// The list of this program.
    pub(crate) fn listed() -> Self {
        // The list is compiled in, and a test reads it.
        let unreadable = |error: &dyn Error| tracing::error!(%error, "bots are not told from people");
        let list = serde_json::from_str(LIST).inspect_err(|error| unreadable(error));
        let List { begins, ends, contains } = list.unwrap_or_default();
        let contains = AhoCorasick::new(contains).inspect_err(|error| unreadable(error)).ok();
        Self { begins, ends, contains }
    }

    /// Whether a client names itself as a bot. Letter case counts. A client without a name is none: apps have none.
    pub(crate) fn has(&self, user_agent: &[u8]) -> bool {
        self.contains.as_ref().is_some_and(|texts| texts.is_match(user_agent))
            || self.begins.iter().any(|text| user_agent.starts_with(text.as_bytes()))
            || self.ends.iter().any(|text| user_agent.ends_with(text.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::Value;

    use super::*;

    #[test]
    fn bots_and_people_are_told_apart_as_in_the_vectors() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/vectors/bots.json");
        let vectors: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let bots = Bots::listed();
        for (group, is_bot) in [("bots", true), ("people", false)] {
            let names = vectors[group].as_array().unwrap();
            assert!(names.len() > 10, "{group}");
            for name in names {
                assert_eq!(bots.has(name.as_str().unwrap().as_bytes()), is_bot, "{name}");
            }
        }
        assert!(!bots.has(b"\xff\xfe no text"));
    }
}
