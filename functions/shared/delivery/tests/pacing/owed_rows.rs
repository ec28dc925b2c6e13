//! The rows of what is owed, beside the whole rows of one catalog.

use std::collections::HashSet;

use lockfill_catalog::rows::CatalogRows;
use lockfill_delivery::terms_rows::TermsRows;

const DEMO: &str = include_str!("../../../../../infra/demo/catalog.json");

/// The values of some fields of each row, as texts.
macro_rules! texts {
    ($rows:expr, $($field:ident).+ $(, $more:ident)*) => {
        $rows.iter().map(|row| format!("{:?}", (&row.$($field).+, $(&row.$more),*))).collect::<Vec<_>>()
    };
}

#[test]
fn what_is_owed_is_read_as_the_compiler_reads_it() {
    let owed: TermsRows = serde_json::from_str(DEMO).unwrap();
    let all: CatalogRows = serde_json::from_str(DEMO).unwrap();
    assert_eq!(texts!(owed.units, id, timezone), texts!(all.units, id, timezone));
    assert_eq!(
        texts!(
            owed.campaigns,
            id,
            starts_at,
            ends_at,
            budget_micros,
            daily_budget_micros,
            budget_currency,
            timezone
        ),
        texts!(
            all.campaigns,
            id,
            starts_at,
            ends_at,
            budget_micros,
            daily_budget_micros,
            budget_currency,
            timezone
        ),
    );
    assert_eq!(
        texts!(
            owed.line_items,
            id,
            campaign_id,
            pricing,
            price_micros,
            currency,
            starts_at,
            ends_at,
            dayparts
        ),
        texts!(
            all.line_items,
            id,
            campaign_id,
            pricing,
            price_micros,
            currency,
            starts_at,
            ends_at,
            dayparts
        ),
    );
    assert_eq!(
        texts!(owed.line_items, targeting.units, goal, delivery, share_ppm, default_ctr_ppm),
        texts!(all.line_items, targeting.units, goal, delivery, share_ppm, default_ctr_ppm),
    );
    assert_eq!(
        texts!(owed.exchange_rates, currency, rate_ppm),
        texts!(all.exchange_rates, currency, rate_ppm)
    );
}

#[test]
fn the_demonstration_has_a_value_of_each_field_that_may_be_absent() {
    let TermsRows { campaigns, line_items, .. } = serde_json::from_str(DEMO).unwrap();
    assert!(
        campaigns.iter().any(|row| row.ends_at.is_some())
            && line_items.iter().any(|row| row.ends_at.is_some())
    );
    assert!(campaigns.iter().any(|row| row.budget_micros.is_some() && row.budget_currency.is_some()));
    assert!(campaigns.iter().any(|row| row.daily_budget_micros.is_some()));
    assert!(campaigns.iter().any(|row| row.timezone.is_some()));
    assert!(line_items.iter().any(|row| row.starts_at.is_some()));
    assert!(line_items.iter().any(|row| row.dayparts.is_some()));
    assert!(line_items.iter().any(|row| row.goal.is_some()));
    assert!(line_items.iter().any(|row| row.share_ppm.is_some()));
    assert!(line_items.iter().any(|row| row.default_ctr_ppm > 0));
    assert!(line_items.iter().any(|row| !row.targeting.units.allow.is_empty()));
    let deliveries: HashSet<_> = line_items.iter().map(|row| format!("{:?}", row.delivery)).collect();
    assert!(deliveries.len() > 1, "{deliveries:?}");
}
