//! The stable draw, which takes the place of a random generator.
//!
//! A draw mixes two hashes: that of the item's id ([`id_hash`]) XOR that of the UTF-8 text `purpose US user US minute`,
//! where US is the byte 0x1F and the minute is decimal minutes since 1970-01-01T00:00Z. Both are XXH64 with seed 0
//! (<https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md>). Neither users nor purposes may hold control
//! characters, so two different inputs never make the same text. What mixes is `fmix64` of `MurmurHash3`
//! (<https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp>) without its first step, which only spreads bits
//! that both hashes have spread already. Vectors: `tests/fixtures/vectors/draw.json`.
//!
//! The mixing gives different numbers for different ones. So two items of equal draws have ids of one hash, and no catalog
//! has two such items: draws put the items of a catalog in order without their ids.

use xxhash_rust::xxh64::{Xxh64, xxh64};

const SEPARATOR: &[u8] = b"\x1f";

/// What a draw is for; draws of different purposes are independent of each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The order among line items of equal tier and eCPM.
    LineItemOrder,
    /// Which creative of a line item takes a slot.
    CreativeRotation,
    /// The order among contents of equal score.
    ContentOrder,
    /// Whether a pacing gate is open.
    Pacing,
}

impl Purpose {
    /// The purpose as it stands in the hashed text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LineItemOrder => "line_item_order",
            Self::CreativeRotation => "creative_rotation",
            Self::ContentOrder => "content_order",
            Self::Pacing => "pacing",
        }
    }
}

/// The 64-bit draw for an item, a user and a minute since the epoch.
#[must_use]
pub fn draw(purpose: Purpose, user_id: &str, item_id: &str, epoch_minute: i64) -> u64 {
    Draws::new(purpose, user_id, epoch_minute).of(id_hash(item_id))
}

/// A number in decimal digits, written without the machinery of `fmt`, which takes longer than the hash.
#[derive(Debug)]
struct Decimal {
    bytes: [u8; 20],
    from: usize,
}

impl Decimal {
    fn of(number: i64) -> Self {
        // 64 bits have 19 digits at most, and a sign.
        let (mut bytes, mut from, mut rest) = ([b'0'; 20], 20, number.unsigned_abs());
        while from > 1 && (rest > 0 || from == 20) {
            from -= 1;
            bytes[from] = b'0' + u8::try_from(rest % 10).unwrap_or_default();
            rest /= 10;
        }
        if number < 0 {
            from -= 1;
            bytes[from] = b'-';
        }
        Self { bytes, from }
    }

    fn digits(&self) -> &[u8] {
        &self.bytes[self.from..]
    }
}

/// Draws for one purpose, user and minute over many items.
#[derive(Debug, Clone, Copy)]
pub struct Draws {
    hash: u64,
}

impl Draws {
    /// The draws of a purpose, a user and a minute since the epoch.
    #[must_use]
    pub fn new(purpose: Purpose, user_id: &str, epoch_minute: i64) -> Self {
        let mut hash = Xxh64::new(0);
        for part in [purpose.name(), user_id] {
            hash.update(part.as_bytes());
            hash.update(SEPARATOR);
        }
        hash.update(Decimal::of(epoch_minute).digits());
        Self { hash: hash.digest() }
    }

    /// What [`draw`] gives for an item, by the hash of its id.
    #[inline]
    #[must_use]
    pub const fn of(self, item_hash: u64) -> u64 {
        let mixed = self.mixed(item_hash);
        mixed ^ mixed >> 33
    }

    /// Whether the draw of an item is less than another one. The last step of the mixing leaves the 33 highest bits as
    /// they are, and these decide nearly always.
    #[inline]
    #[must_use]
    pub const fn is_before(self, item_hash: u64, other: u64) -> bool {
        self.mixed(item_hash) <= other | 0x7FFF_FFFF && self.is_before_after_all(item_hash, other)
    }

    /// The same, a function of its own so that processors foresee that it is rarely called.
    #[cold]
    const fn is_before_after_all(self, item_hash: u64, other: u64) -> bool {
        self.of(item_hash) < other
    }

    /// The mixing without its last step.
    const fn mixed(self, item_hash: u64) -> u64 {
        let mixed = (self.hash ^ item_hash).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
        (mixed ^ mixed >> 33).wrapping_mul(0xC4CE_B9FE_1A85_EC53)
    }
}

/// The hash that stands for an id of a catalog in blobs, tokens and histories: XXH64 with seed 0 of its UTF-8 text.
/// The compiler refuses a catalog in which two ids have one hash.
#[must_use]
pub fn id_hash(id: &str) -> u64 {
    bytes_hash(id.as_bytes())
}

/// The same for the bytes of an id.
#[must_use]
pub fn bytes_hash(id: &[u8]) -> u64 {
    xxh64(id, 0)
}

/// A number that follows from two others, for choices by chance that are never repeated.
#[must_use]
pub fn number_hash(one: u64, other: u64) -> u64 {
    xxh64(&other.to_le_bytes(), one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_its_decimal_digits() {
        for number in [0, 1, 9, 10, 29_922_300, -1, -10, i64::MAX, i64::MIN] {
            assert_eq!(Decimal::of(number).digits(), number.to_string().as_bytes());
        }
    }

    #[test]
    fn draws_over_many_items_are_those_of_each() {
        let long = "x".repeat(128);
        for (user_id, minute) in [("u", 29_922_300), ("사용자", -1), (&long, i64::MIN)] {
            let draws = Draws::new(Purpose::LineItemOrder, user_id, minute);
            for item_id in ["li-1", "", "li-1000000", &long] {
                let one = draw(Purpose::LineItemOrder, user_id, item_id, minute);
                assert_eq!(draws.of(id_hash(item_id)), one, "{user_id} {item_id}");
            }
        }
    }

    #[test]
    fn a_draw_is_before_those_that_are_greater_also_by_their_low_bits_alone() {
        let draws = Draws::new(Purpose::ContentOrder, "u", 29_922_300);
        for item in 0..1_000 {
            let drawn = draws.of(item);
            let near = [drawn ^ 1, drawn ^ 0x4000_0000, drawn ^ 1 << 31, drawn ^ 1 << 63];
            for other in near.into_iter().chain([0, drawn, draws.of(item + 1), u64::MAX]) {
                assert_eq!(draws.is_before(item, other), drawn < other, "{item} {other}");
            }
        }
    }

    #[test]
    fn what_is_drawn_for_follows_all_that_a_draw_is_made_of() {
        let one = draw(Purpose::Pacing, "u", "li-1", 1);
        for other in [
            draw(Purpose::LineItemOrder, "u", "li-1", 1),
            draw(Purpose::Pacing, "v", "li-1", 1),
            draw(Purpose::Pacing, "u", "li-2", 1),
            draw(Purpose::Pacing, "u", "li-1", 2),
        ] {
            assert_ne!(one, other);
        }
    }

    /// Of many users, each of two items comes first as often as the other, and each of many items as often as any.
    #[test]
    fn no_item_is_favored() {
        let items: Vec<u64> = (0..16).map(|number| id_hash(&format!("ct-{number}"))).collect();
        let mut firsts = [0_i32; 16];
        for user in 0..16_000 {
            let draws = Draws::new(Purpose::ContentOrder, &format!("user-{user}"), 29_922_300);
            let first = (0..16).min_by_key(|&place| draws.of(items[place])).unwrap();
            firsts[first] += 1;
        }
        // 1,000 each; six standard deviations are 184.
        assert!(firsts.iter().all(|&count| (count - 1_000).abs() < 184), "{firsts:?}");
    }
}
