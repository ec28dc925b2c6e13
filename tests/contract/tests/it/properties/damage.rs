//! A catalog with a wrong number under a right checksum is refused, or decisions can be made on it.

use lockfill_catalog::Catalog;
use lockfill_catalog::test_util::{read_all, reseal};
use lockfill_decision::AllocationKind;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::config;
use crate::worlds::{Stage, World, crowd, throng, world};

/// Words before the version, which changes may not touch: the format is known.
const FRONT_WORDS: usize = 6;

fn worlds() -> impl Strategy<Value = World> {
    // One at a time on the stack: the strategies are large.
    prop_oneof![4 => world().boxed(), 1 => crowd().boxed(), 1 => throng().boxed()]
}

/// A place and what is written there.
fn change() -> impl Strategy<Value = (Index, u32)> {
    let numbers =
        select(vec![0, 1, 2, 9, 0xFF, 0x0101_0101, 0x4000_0000, 0x7FFF_FFFF, u32::MAX - 1, u32::MAX]);
    (any::<Index>(), numbers)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_blob_with_a_number_changed_is_refused_or_decided_on(world in worlds(), changes in vec(change(), 20)) {
        let blob = world.blob();
        for (place, number) in changes {
            let word = FRONT_WORDS + place.index(blob.len() / 4 - FRONT_WORDS);
            let mut changed = blob.clone();
            changed[word * 4..word * 4 + 4].copy_from_slice(&number.to_ne_bytes());
            reseal(&mut changed);
            let Ok(mut catalog) = Catalog::open(changed) else { continue };
            prop_assert!(read_all(&catalog) > 0);
            for kind in [AllocationKind::Ads, AllocationKind::Contents, AllocationKind::Lockscreen] {
                let mut world = world.clone().asked_for(kind);
                world.query.count = world.query.count.filter(|_| number % 2 == 0);
                let stage = Stage { world: &world, catalog };
                // The id of the unit may be what was changed.
                if stage.catalog.unit(&world.query.unit_id).is_some() {
                    prop_assert!(stage.decide().slots.len() <= 50);
                    prop_assert!(stage.explain().0.slots.len() <= 50);
                    let _ = stage.survey();
                }
                catalog = stage.catalog;
            }
        }
    }
}
