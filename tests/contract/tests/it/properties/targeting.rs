//! Asking for more never reaches more people.

use lockfill_models::targeting::Subject;
use proptest::prelude::*;

use super::config;
use crate::worlds::{narrowed, query, targeting};

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_narrower_targeting_never_admits_more(wide in targeting(), by in targeting(), query in query()) {
        let subject = Subject { query: &query, local_year: 2026 };
        let narrow = narrowed(&wide, &by);
        if narrow.check(&subject).is_none() {
            prop_assert_eq!(wide.check(&subject), None, "{:?} admits more than {:?}", narrow, wide);
        }
    }

    #[test]
    fn an_attribute_that_was_not_sent_meets_no_positive_condition(wide in targeting(), query in query()) {
        let absent = lockfill_models::query::Query { country: None, os_version: None, birth_year: None, ..query };
        let subject = Subject { query: &absent, local_year: 2026 };
        let asks = !wide.countries.allow.is_empty()
            || !wide.ages.is_empty()
            || wide.os_versions.min.is_some()
            || wide.os_versions.max.is_some();
        prop_assert!(!asks || wide.check(&subject).is_some());
    }
}
