//! The index decides as the reference does, which looks at each item.

use std::str::FromStr;

use lockfill_decision::AllocationKind;
use proptest::prelude::*;
use proptest::test_runner::Config;

use super::config;
use super::replay::said;
use crate::worlds::{World, crowd, throng, world};

/// How many cases of each property a run tries; the long proof sets it.
const CASES_VARIABLE: &str = "LOCKFILL_INDEX_CASES";

#[expect(clippy::disallowed_methods, reason = "the long proof says how many cases it wants")]
fn many(default: u32) -> Config {
    let cases = std::env::var(CASES_VARIABLE).ok().and_then(|cases| u32::from_str(&cases).ok());
    Config { cases: cases.unwrap_or(default), ..config() }
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
    #![proptest_config(many(500))]

    #[test]
    fn the_index_decides_as_the_reference(world in world()) {
        agrees(&world)?;
        agrees(&world.asked_for(AllocationKind::Ads))?;
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
    #![proptest_config(Config { cases: many(400).cases / 50, ..many(400) })]

    #[test]
    fn the_index_decides_as_the_reference_on_many_blocks_of_contents(world in throng()) {
        agrees(&world.with_copies(40).asked_for(AllocationKind::Contents))?;
    }
}
