//! The stable draw, which takes the place of a random generator.
//!
//! XXH64 with seed 0 (<https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md>) over the UTF-8 text
//! `purpose US user US item US minute`, where US is the byte 0x1F and the minute is decimal minutes since
//! 1970-01-01T00:00Z. Neither identifiers nor purposes may hold control characters, so two different
//! inputs never make the same text. Vectors: `tests/fixtures/vectors/draw.json`.

use xxhash_rust::xxh64::{Xxh64, xxh64};

const SEPARATOR: &[u8] = b"\x1f";
/// The longest id of an item, a separator and the longest minute.
const ITEM_AND_MINUTE_BYTES: usize = 64 + 1 + 20;

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
    let mut hash = Xxh64::new(0);
    for part in [purpose.name(), user_id, item_id] {
        hash.update(part.as_bytes());
        hash.update(SEPARATOR);
    }
    hash.update(Decimal::of(epoch_minute).digits());
    hash.digest()
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
#[derive(Debug)]
pub struct Draws {
    text: Vec<u8>,
    prefix: usize,
    minute: Decimal,
}

impl Draws {
    /// The draws of a purpose, a user and a minute since the epoch.
    #[must_use]
    pub fn new(purpose: Purpose, user_id: &str, epoch_minute: i64) -> Self {
        let parts = [purpose.name().as_bytes(), SEPARATOR, user_id.as_bytes(), SEPARATOR];
        let prefix = parts.iter().map(|part| part.len()).sum();
        let mut text = Vec::with_capacity(prefix + ITEM_AND_MINUTE_BYTES);
        for part in parts {
            text.extend_from_slice(part);
        }
        Self { text, prefix, minute: Decimal::of(epoch_minute) }
    }

    /// What [`draw`] gives for an item.
    pub fn draw(&mut self, item_id: &str) -> u64 {
        self.draw_bytes(item_id.as_bytes())
    }

    /// The same for the bytes of an item's id.
    pub fn draw_bytes(&mut self, item_id: &[u8]) -> u64 {
        self.text.truncate(self.prefix);
        self.text.extend_from_slice(item_id);
        self.text.extend_from_slice(SEPARATOR);
        self.text.extend_from_slice(self.minute.digits());
        xxh64(&self.text, 0)
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
        for user_id in ["u", "사용자", &long] {
            let mut draws = Draws::new(Purpose::LineItemOrder, user_id, 29_922_300);
            for item_id in ["li-1", "", "li-1000000", &long] {
                let one = draw(Purpose::LineItemOrder, user_id, item_id, 29_922_300);
                assert_eq!(draws.draw(item_id), one, "{user_id} {item_id}");
            }
        }
    }
}
