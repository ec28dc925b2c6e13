//! The order of contents, in which the best come early whatever a request asks for.

use std::cmp::Reverse;

use lockfill_models::time::EpochSeconds;

use crate::entities::Content;
use crate::stored::{BlockRecord, NONE};

/// The most contents of a block: small enough that its contents are of like age, large enough that few blocks are
/// looked into.
const BLOCK: usize = 2_048;

/// Puts contents in the order of the index, and tells their blocks: pinned ones first, by place; those of one standing
/// by publication, from the latest on, in blocks; those of one block by quality, from the best on.
pub(crate) fn order_contents(contents: &mut [Content]) -> Vec<BlockRecord> {
    contents.sort_unstable_by(|one, other| {
        let key = |it: &Content| (it.pinned_rank.is_none(), it.pinned_rank, Reverse(it.published_at));
        key(one).cmp(&key(other)).then_with(|| one.id.cmp(&other.id))
    });
    let mut blocks = Vec::new();
    let mut from = 0_u32;
    for standing in contents.chunk_by_mut(|one, other| one.pinned_rank == other.pinned_rank) {
        for block in standing.chunks_mut(BLOCK) {
            block.sort_unstable_by(|one, other| {
                other.quality_ppm.cmp(&one.quality_ppm).then_with(|| one.id.cmp(&other.id))
            });
            let until = from + u32::try_from(block.len()).unwrap_or(NONE);
            let starts = || block.iter().map(|content| seconds(content.flight.from));
            blocks.push(BlockRecord {
                from,
                until,
                newest: starts().max().unwrap_or(0),
                oldest: starts().min().unwrap_or(0),
                latest_end: block.iter().map(|content| seconds(content.flight.until)).max().unwrap_or(0),
                rank: block.first().and_then(|content| content.pinned_rank).map_or(NONE, u32::from),
            });
            from = until;
        }
    }
    blocks
}

/// An instant cut to 32 bits.
pub(super) fn seconds(at: EpochSeconds) -> u32 {
    u32::try_from(at.0.max(0)).unwrap_or(u32::MAX)
}
