//! Conditions that ask for more never admit more users.

use std::collections::BTreeSet;

use lockfill_catalog::targeting::UserAge;
use lockfill_catalog::test_util::StoredTargeting;
use lockfill_decision::targeting::{self, Dimension, Subject};
use lockfill_models::query::Query;
use lockfill_test_contract::files::read_fixture;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::config;
use crate::worlds::{Conditions, condition, conditions, fields, query};

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_narrower_targeting_never_admits_more(
        wide in conditions(), by in conditions(), query in query(),
    ) {
        let subject = subject(&query);
        let narrow = wide.narrowed(&by);
        if check(&narrow, &subject).is_none() {
            prop_assert_eq!(check(&wide, &subject), None, "{:?} admits more than {:?}", narrow, wide);
        }
    }

    #[test]
    fn an_attribute_that_was_not_sent_meets_no_positive_condition(wide in conditions(), query in query()) {
        let absent = only_ids(query);
        let is_rejected = check(&wide, &subject(&absent)).is_some();
        prop_assert!(!wide.ask_for_an_attribute() || is_rejected);
    }

    #[test]
    fn an_attribute_that_was_not_sent_trips_no_negative_condition(wide in conditions(), query in query()) {
        let absent = only_ids(query);
        prop_assert_eq!(check(&wide.denials(), &subject(&absent)), None);
    }
}

/// For every field that the schema has, some condition is not met by a request that sends ids alone, and the
/// rejection names a dimension that no other field has.
#[test]
fn every_condition_of_the_schema_has_a_dimension_of_its_own() {
    let absent = Query::default();
    let mut runner = TestRunner::deterministic();
    let mut rejection_by = |(field, schema): (&str, _)| {
        let mut any_of_field = || {
            let condition = condition(schema).new_tree(&mut runner).unwrap().current();
            let conditions = Conditions([(field.to_owned(), condition)].into_iter().collect());
            check(&conditions, &subject(&absent))
        };
        let found = std::iter::repeat_with(&mut any_of_field).take(100).flatten().next();
        found.unwrap_or_else(|| panic!("no condition of {field} rejects a request"))
    };
    let found: Vec<_> = fields().map(&mut rejection_by).collect();
    assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), found.len(), "{found:?}");
    assert_eq!(found.len(), Dimension::all().count());
}

#[test]
fn every_dimension_is_a_rule_that_answers_may_name() {
    let schema = read_fixture("schemas/allocation-response.schema.json");
    let rules = schema["$defs"]["rule"]["enum"].as_array().unwrap();
    let unknown: Vec<_> =
        Dimension::all().filter(|dimension| !rules.contains(&dimension.name().into())).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

/// The first dimension that does not admit the subject.
fn check(conditions: &Conditions, subject: &Subject<'_>) -> Option<Dimension> {
    targeting::check(StoredTargeting::new(&conditions.targeting()).view(), subject)
}

fn only_ids(query: Query) -> Query {
    Query { unit_id: query.unit_id, user_id: query.user_id, ..Query::default() }
}

fn subject(query: &Query) -> Subject<'_> {
    Subject { query, local_year: 2026, app_id: "app-1", user_age: Some(UserAge::New) }
}
