//! Asking for more never reaches more people.

use lockfill_catalog::targeting::{AllowDeny, SetCondition, Targeting, UserAge, VersionRange};
use lockfill_decision::targeting::{Subject, check};
use lockfill_models::query::Query;
use proptest::prelude::*;

use super::config;
use crate::worlds::{narrowed, query, targeting};

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_narrower_targeting_never_admits_more(wide in targeting(), by in targeting(), query in query()) {
        let subject = subject(&query);
        let narrow = narrowed(&wide, &by);
        if check(&narrow, &subject).is_none() {
            prop_assert_eq!(check(&wide, &subject), None, "{:?} admits more than {:?}", narrow, wide);
        }
    }

    #[test]
    fn an_attribute_that_was_not_sent_meets_no_positive_condition(wide in targeting(), query in query()) {
        let absent = Query { unit_id: query.unit_id, user_id: query.user_id, ..Query::default() };
        let asks = !wide.countries.allow.is_empty()
            || !wide.languages.allow.is_empty()
            || !wide.genders.allow.is_empty()
            || !wide.platforms.allow.is_empty()
            || !wide.ages.0.is_empty()
            || wide.os_versions != VersionRange::default()
            || wide.sdk_versions != VersionRange::default()
            || !wide.regions.allow.is_empty()
            || !wide.device_makers.allow.is_empty()
            || !wide.device_models.allow.is_empty()
            || !wide.carriers.allow.is_empty()
            || !wide.networks.allow.is_empty()
            || [&wide.packages, &wide.segments, &wide.interests].iter().any(|list| wants_something(list))
            || !wide.geo.0.is_empty()
            || wide.key_values.values().any(|condition| !condition.allow.is_empty());
        prop_assert!(!asks || check(&wide, &subject(&absent)).is_some());
    }

    #[test]
    fn an_attribute_that_was_not_sent_trips_no_negative_condition(wide in targeting(), query in query()) {
        let absent = Query { unit_id: query.unit_id, user_id: query.user_id, ..Query::default() };
        let negative = Targeting {
            countries: denying(wide.countries),
            languages: denying(wide.languages),
            genders: denying(wide.genders),
            platforms: denying(wide.platforms),
            regions: denying(wide.regions),
            device_makers: denying(wide.device_makers),
            device_models: denying(wide.device_models),
            carriers: denying(wide.carriers),
            networks: denying(wide.networks),
            packages: SetCondition { any: vec![], all: vec![], ..wide.packages },
            segments: SetCondition { any: vec![], all: vec![], ..wide.segments },
            interests: SetCondition { any: vec![], all: vec![], ..wide.interests },
            key_values: wide.key_values.into_iter().map(|(key, asks)| (key, denying(asks))).collect(),
            ..Targeting::default()
        };
        prop_assert_eq!(check(&negative, &subject(&absent)), None);
    }
}

const fn subject(query: &Query) -> Subject<'_> {
    Subject { query, local_year: 2026, app_id: "app-1", user_age: Some(UserAge::New) }
}

const fn wants_something(condition: &SetCondition) -> bool {
    !condition.any.is_empty() || !condition.all.is_empty()
}

fn denying<T>(condition: AllowDeny<T>) -> AllowDeny<T> {
    AllowDeny { allow: vec![], ..condition }
}
