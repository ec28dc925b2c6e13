//! Tables of gates at random.

use lockfill_models::draw::id_hash;
use lockfill_models::pacing::{Gate, Gates, NEVER_CLOSES};
use lockfill_models::time::EpochSeconds;
use proptest::collection::vec;
use proptest::prelude::*;

/// Gates of any line items, mostly open, and of which time they are at hand as columns, if they are. Some close by themselves around the
/// time of the decision, at the beginning of a minute: within a minute a decision does not change.
pub(super) fn gates(now: EpochSeconds) -> impl Strategy<Value = (Gates, Option<EpochSeconds>)> {
    let open_ppm = prop_oneof![1 => Just(0_u32), 2 => 0_u32..=1_000_000, 1 => Just(1_000_000)];
    let minute = now.floor_to_minute().0;
    let closes_at = prop_oneof![
        2 => Just(NEVER_CLOSES),
        1 => (-2_i64..4).prop_map(move |minutes| u32::try_from(minute + minutes * 60).unwrap_or(0)),
    ];
    let gate = (0_usize..12, open_ppm, closes_at, prop::bool::weighted(0.1));
    let gate = gate.prop_map(|(number, open_ppm, closes_at, is_spent)| Gate {
        item_hash: id_hash(&format!("li-{number}")),
        open_ppm,
        closes_at,
        is_spent,
    });
    let items = prop_oneof![2 => Just(Vec::new()), 1 => vec(gate, 1..8)];
    let spent = prop_oneof![3 => Just(None), 1 => (0_usize..4).prop_map(Some)];
    let columns_of = prop_oneof![
        1 => Just(None),
        2 => Just(Some(now)),
        1 => (-200_i64..200).prop_map(move |seconds| Some(now.plus_seconds(seconds))),
    ];
    (items, spent, columns_of).prop_map(|(items, spent, columns_of)| {
        let spent = spent.map(|number| id_hash(&format!("c-{number}")));
        (Gates::new(1, EpochSeconds(0), spent, items), columns_of)
    })
}
