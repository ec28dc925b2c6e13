//! How a lock screen is mixed, and that it is not empty for the sake of its mix.

use lockfill_catalog::{FirstSlot, Mix};
use lockfill_decision::{AllocationKind, Explained, Slot};
use proptest::prelude::*;

use super::config;
use crate::worlds::{World, world};

const fn is_ad(slot: &Slot<'_>) -> bool {
    matches!(slot, Slot::Ad(_))
}

/// Whether the mix leaves a lock screen without contents empty, which ads then fill.
const fn yields_no_ad_alone(mix: Mix) -> bool {
    mix.ad_ratio_ppm < 1_000_000 && !matches!(mix.first_slot, FirstSlot::Ad)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_lock_screen_never_has_more_ads_than_its_mix_allows(world in world().prop_map(World::mixed)) {
        let stage = world.stage();
        let mix = stage.unit().mix;
        let decision = stage.decide();
        let ads: Vec<_> = decision.slots.iter().map(is_ad).collect();
        let is_filled_with_ads = ads.first() == Some(&true) && yields_no_ad_alone(mix);
        if is_filled_with_ads {
            prop_assert!(mix.ad_ratio_ppm > 0 && ads.iter().all(|&is_ad| is_ad), "{:?}", ads);
            let contents = world.clone().asked_for(AllocationKind::Contents);
            prop_assert!(contents.stage().decide().slots.is_empty());
            return Ok(());
        }
        for (index, _) in ads.iter().enumerate().skip(1).filter(|&(_, &is_ad)| is_ad) {
            let count = ads[..=index].iter().filter(|&&is_ad| is_ad).count() as u64;
            let share = (index as u64 + 1) * u64::from(mix.ad_ratio_ppm) / 1_000_000;
            prop_assert!(count <= share, "{:?} at {}", ads, index);
            let gap = ads[..index].iter().rev().position(|&is_ad| is_ad);
            prop_assert!(gap.is_none_or(|gap| gap >= mix.minimum_gap), "{:?} at {}", ads, index);
        }
    }

    #[test]
    fn a_lock_screen_has_a_slot_where_contents_or_ads_alone_have_one(world in world()) {
        let slots_of = |kind| {
            let world = world.clone().asked_for(kind);
            let stage = world.stage();
            stage.decide().slots.iter().map(|slot| slot.item().id().to_owned()).collect::<Vec<_>>()
        };
        let (ads, contents) = (slots_of(AllocationKind::Ads), slots_of(AllocationKind::Contents));
        let lockscreen = slots_of(AllocationKind::Lockscreen);
        let mix = world.stage().unit().mix;
        let is_fillable = !contents.is_empty() || !ads.is_empty() && mix.ad_ratio_ppm > 0;
        prop_assert_eq!(!lockscreen.is_empty(), is_fillable, "{:?} {:?} {:?}", mix, ads, contents);
        if contents.is_empty() && mix.ad_ratio_ppm > 0 && yields_no_ad_alone(mix) {
            prop_assert_eq!(lockscreen, ads, "what ads alone would give");
        }
    }

    #[test]
    fn a_lock_screen_with_an_ad_ratio_of_0_is_free_of_ads(
        world in world().prop_map(|world| world.mixed().with_ad_ratio(0)),
    ) {
        let stage = world.stage();
        let (decision, explained) = stage.explain();
        prop_assert!(!decision.slots.iter().any(is_ad));
        let waits = |item: &Explained| item.item_id.starts_with("li-") && item.rejection.name() == "not_reached";
        prop_assert!(!explained.iter().any(waits), "{:?}", explained);
    }

    #[test]
    fn an_empty_answer_is_never_for_want_of_a_turn(world in world()) {
        for kind in [AllocationKind::Ads, AllocationKind::Contents, AllocationKind::Lockscreen] {
            let world = world.clone().asked_for(kind);
            let stage = world.stage();
            let (decision, explained) = stage.explain();
            if decision.slots.is_empty() {
                let is_left = explained.iter().any(|item| item.rejection.name() == "not_reached");
                prop_assert!(!is_left, "{:?}: {:?}", kind, explained);
            }
        }
    }
}
