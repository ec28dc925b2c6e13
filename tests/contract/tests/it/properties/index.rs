//! The index decides as the reference does, which looks at each item.

use lockfill_decision::AllocationKind;
use proptest::prelude::*;
use proptest::test_runner::Config;

use super::replay::said;
use super::{cases, config};
use crate::worlds::{World, crowd, throng, world};

/// How many worlds a run tries; the long proof sets it. A property of larger worlds tries fewer, in the proportion of
/// the defaults.
const CASES_VARIABLE: &str = "LOCKFILL_INDEX_CASES";
const WORLDS: u32 = 500;

fn many(default: u32) -> Config {
    let all = u64::from(cases(CASES_VARIABLE, WORLDS)) * u64::from(default);
    Config { cases: u32::try_from(all / u64::from(WORLDS)).unwrap_or(u32::MAX), ..config() }
}

/// Both decisions on a world.
fn agrees(world: &World) -> Result<(), TestCaseError> {
    let stage = world.stage();
    let (reference, _) = stage.explain();
    let by_index = stage.decide();
    prop_assert_eq!(said(&by_index), said(&reference));
    prop_assert_eq!(by_index.no_fill_reason(), reference.no_fill_reason());
    Ok(())
}

proptest! {
    #![proptest_config(many(WORLDS))]

    #[test]
    fn the_index_decides_as_the_reference(world in world()) {
        agrees(&world)?;
        agrees(&world.asked_for(AllocationKind::Ads))?;
    }
}

/// What places items, after no rule of eligibility has rejected them.
const PLACING: [&str; 5] =
    ["advertiser_limit", "exclusion_label", "frequency_cap", "no_creative", "not_reached"];

proptest! {
    #![proptest_config(many(200))]

    #[test]
    fn a_survey_counts_what_the_reference_rejects_before_it_places(world in world(), asks_for_ads: bool) {
        let kind = if asks_for_ads { AllocationKind::Ads } else { AllocationKind::Contents };
        let world = world.asked_for(kind);
        let stage = world.stage();
        let (reference, _) = stage.explain();
        let rejected: Vec<_> =
            reference.rejections.iter().filter(|(rule, _)| !PLACING.contains(rule)).collect();
        let items = if asks_for_ads { stage.catalog.line_items().count() } else { stage.catalog.contents().count() };
        let survey = stage.survey();
        prop_assert_eq!(survey.survivors, items - rejected.iter().map(|(_, items)| items).sum::<usize>());
        prop_assert_eq!(survey.rejections.iter().collect::<Vec<_>>(), rejected);
    }
}

proptest! {
    #![proptest_config(many(60))]

    #[test]
    fn the_index_decides_as_the_reference_in_a_crowd(world in crowd()) {
        agrees(&world.clone().asked_for(AllocationKind::Ads))?;
        agrees(&world.forgetful().mixed())?;
    }
}

proptest! {
    #![proptest_config(many(80))]

    #[test]
    fn the_index_decides_as_the_reference_in_a_throng_of_contents(world in throng()) {
        agrees(&world.clone().asked_for(AllocationKind::Contents))?;
        agrees(&world.mixed())?;
    }
}

proptest! {
    #![proptest_config(many(8))]

    #[test]
    fn the_index_decides_as_the_reference_on_many_blocks_of_contents(world in throng()) {
        agrees(&world.with_copies(40).asked_for(AllocationKind::Contents))?;
    }
}
