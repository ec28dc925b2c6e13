//! The markers that say that the histories of a slot's users are known.
//!
//! Redis that has lost its data looks like Redis that never had any, and an empty history would free all caps. So each
//! of the 16384 slots of a cluster has a marker, which is written when the counters of the slot's users are as the
//! ledger has them, and which is lost with them. It lies in the slot of the users that it speaks for, so it is on the
//! same node, moves with them, and is read with a user's state in one round trip. A single server has the same markers,
//! because it may become a cluster.

use crate::slots::{SLOTS, slot_of};

/// The characters of a slot's tag.
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The key of the marker of a slot of a cluster, 0 to 16383: it exists where the histories of the slot's users are known.
#[must_use]
pub fn known_key(slot: u16) -> String {
    format!("lockfill:{{{}}}:known", tag(slot))
}

/// The key of the note that a rebuild is at work on a slot.
pub(crate) fn building_key(slot: u16) -> String {
    format!("lockfill:{{{}}}:building", tag(slot))
}

/// All slots.
pub(crate) fn all_slots() -> impl Iterator<Item = u16> {
    0..SLOTS
}

/// The first text of three letters, by its first letter and then by the high bits of its checksum, whose slot is this
/// one.
fn tag(slot: u16) -> String {
    let candidates = LETTERS.iter().flat_map(|&first| (0..4).map(move |high| (first, high)));
    let text = candidates.into_iter().find_map(|(first, high)| {
        let [second, third] = before(slot | (high << 14), first).to_be_bytes();
        let is_text = LETTERS.contains(&second) && LETTERS.contains(&third);
        is_text.then(|| [first, second, third].map(char::from).iter().collect::<String>())
    });
    let text = text.unwrap_or_default();
    debug_assert_eq!(slot_of(text.as_bytes()), slot, "every slot has a tag");
    text
}

/// The two bytes that lead from the checksum of the byte `first` to `checksum`: the steps of CRC-16/XMODEM backwards.
fn before(checksum: u16, first: u8) -> u16 {
    let bytes =
        (0..16).fold(checksum, |sum, _| if sum & 1 == 1 { ((sum ^ 0x1021) >> 1) | 0x8000 } else { sum >> 1 });
    bytes ^ crate::slots::crc16(&[first])
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_slot_has_a_tag_of_its_own_in_that_slot() {
        let tags: HashSet<String> = all_slots().map(tag).collect();
        assert_eq!(tags.len(), usize::from(SLOTS));
        for slot in all_slots() {
            let tag = tag(slot);
            assert_eq!((tag.len(), slot_of(tag.as_bytes())), (3, slot));
        }
    }

    #[test]
    fn django_has_the_same_tags() {
        // infra/monolith/allocation/tests/test_known.py has the same texts.
        let found = [0, 1, 5_460, 16_383].map(tag);
        assert_eq!(found, ["DLH", "Fyk", "Dad", "BdY"]);
    }
}
