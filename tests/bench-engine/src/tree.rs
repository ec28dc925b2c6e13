//! The subject `a-tree`: the conditions as boolean expressions in an A-Tree (SIGMOD 2021).

use a_tree::{ATree, AttributeDefinition};
use lockfill_catalog::Catalog;
use lockfill_catalog::targeting::{Condition, Field};
use lockfill_decision::Context;
use lockfill_models::vocabulary::{Gender, Network, Platform};

/// The line items' conditions in an A-Tree. Line items without conditions are beside it.
pub struct Tree {
    tree: ATree<u64>,
    for_all: Vec<u32>,
}

impl Tree {
    pub fn new(catalog: &Catalog) -> Self {
        let string = AttributeDefinition::string;
        let mut tree = ATree::new(&[
            string("country"),
            string("language"),
            string("gender"),
            AttributeDefinition::integer("age"),
            string("platform"),
            AttributeDefinition::integer("os"),
            string("maker"),
            string("carrier"),
            string("network"),
            AttributeDefinition::string_list("segments"),
        ])
        .expect("a tree of attributes");
        let mut for_all = Vec::new();
        for item in catalog.line_items() {
            let predicates: Vec<String> = item.targeting().iter().map(predicate).collect();
            if predicates.is_empty() {
                for_all.push(item.index());
            } else {
                tree.insert(&item.index().into(), &predicates.join(" and ")).expect("an expression");
            }
        }
        Self { tree, for_all }
    }

    /// The matches.
    pub fn matches(&self, context: &Context<'_, '_>) -> Vec<u32> {
        let (query, year) = (context.inputs.query, context.subject().local_year);
        let mut event = self.tree.make_event();
        let texts = [
            ("country", query.country.as_deref()),
            ("language", query.language.as_deref()),
            ("gender", query.gender.map(Gender::name)),
            ("platform", query.platform.map(Platform::name)),
            ("maker", query.device_maker.as_deref()),
            ("carrier", query.carrier.as_deref()),
            ("network", query.network.map(Network::name)),
        ];
        for (name, text) in texts {
            event.with_string(name, text.expect("sent")).expect("an attribute");
        }
        let age = query.birth_year.map_or(0, |birth| birth.age_in(year));
        let os = query.os_version.map_or(0, |version| version.parts()[0]);
        event.with_integer("age", age.into()).expect("an attribute");
        event.with_integer("os", os.into()).expect("an attribute");
        let segments: Vec<&str> = query.segments.iter().map(|segment| &**segment).collect();
        event.with_string_list("segments", &segments).expect("an attribute");
        let event = event.build().expect("an event");
        let report = self.tree.search(&event).expect("a search");
        let found = report.matches().iter().map(|&&item| u32::try_from(item).expect("32 bits"));
        let mut matches: Vec<u32> = found.chain(self.for_all.iter().copied()).collect();
        matches.sort_unstable();
        matches
    }
}

/// A condition as the catalogs have it, in the language of A-Trees.
fn predicate(condition: Condition<'_>) -> String {
    let name = match condition.field {
        Field::countries => "country",
        Field::languages => "language",
        Field::genders => "gender",
        Field::ages => return ages(&condition.ages().to_string()),
        Field::platforms => "platform",
        Field::os_versions => {
            let min = condition.os_versions().min.map_or(0, |version| version.parts()[0]);
            return format!("os >= {min}");
        }
        Field::device_makers => "maker",
        Field::carriers => "carrier",
        Field::networks => "network",
        Field::segments => "segments",
        other => panic!("field {other} has no attribute"),
    };
    let words = condition.to_string();
    let list = |words: &str| {
        let values: Vec<String> = words.split(", ").map(|value| format!("\"{value}\"")).collect();
        format!("[{}]", values.join(", "))
    };
    if let Some(values) = words.strip_prefix("one of ") {
        format!("{name} in {}", list(values))
    } else if let Some(values) = words.strip_prefix("none of ") {
        format!("{name} not in {}", list(values))
    } else {
        format!("{name} one of {}", list(words.strip_prefix("any of ").expect("a list")))
    }
}

fn ages(words: &str) -> String {
    let (min, max) = words.split_once(" to ").expect("a range with two ends");
    format!("(age >= {min} and age <= {max})")
}
