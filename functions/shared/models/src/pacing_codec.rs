//! The table of gates as bytes. Vectors: `tests/fixtures/vectors/gates.json`.
//!
//! All numbers are little-endian:
//!
//! | bytes | hold |
//! |---|---|
//! | 4 | `LKG1` |
//! | 8 | the version |
//! | 8 | when the table was made, in epoch seconds, signed |
//! | 4 | how many campaigns are spent |
//! | 4 | how many gates follow |
//! | 8 each | the hash of a spent campaign's id, ascending |
//! | 20 each | a gate: 8 the hash of the line item's id, ascending; 4 `open_ppm`; 4 `closes_at`; 4 flags |
//!
//! Bit 0 of the flags says that the line item's goal or budget is spent. Whatever is not exactly so is refused, other
//! flags included: a reader must not open what it does not understand.

use crate::pacing::{Gate, Gates};
use crate::time::EpochSeconds;

/// The most bytes of a table: 800,000 gates.
pub const GATES_BYTES_MAX: usize = 16 * 1024 * 1024;

const MAGIC: &[u8; 4] = b"LKG1";
const HEAD_BYTES: usize = 28;
const CAMPAIGN_BYTES: usize = 8;
const GATE_BYTES: usize = 20;
const PPM: u32 = 1_000_000;
const SPENT: u32 = 1;

/// Why bytes are no table of gates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidGates {
    /// They begin otherwise.
    #[error("a table of gates begins with LKG1 and has a head of 28 bytes")]
    Head,
    /// There are more or fewer bytes than the head says, or more than a table may have.
    #[error("a table of gates has another length than its head says, or more than 16 MiB")]
    Length,
    /// The time at which the table was made is none.
    #[error("a table of gates was made before 1970 or after 9999")]
    MadeAt,
    /// Hashes are not ascending.
    #[error("the hashes of a table of gates are not ascending")]
    Order,
    /// A gate is open to more than everyone.
    #[error("a gate is open to more than 1,000,000 ppm")]
    Share,
    /// A gate has a flag that has no meaning yet.
    #[error("a gate has an unknown flag")]
    Flags,
}

impl Gates {
    /// The table as bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let (campaigns, items) = (self.spent_campaigns(), self.items());
        let length = HEAD_BYTES + campaigns.len() * CAMPAIGN_BYTES + items.len() * GATE_BYTES;
        let mut bytes = Vec::with_capacity(length);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&self.version().to_le_bytes());
        bytes.extend_from_slice(&self.made_at().0.to_le_bytes());
        // A table that is as long as this cannot be read, so the numbers are never cut.
        for count in [campaigns.len(), items.len()] {
            bytes.extend_from_slice(&u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
        }
        for hash in campaigns {
            bytes.extend_from_slice(&hash.to_le_bytes());
        }
        for gate in items {
            bytes.extend_from_slice(&gate.item_hash.to_le_bytes());
            for number in [gate.open_ppm, gate.closes_at, if gate.is_spent { SPENT } else { 0 }] {
                bytes.extend_from_slice(&number.to_le_bytes());
            }
        }
        bytes
    }

    /// Reads a table.
    ///
    /// # Errors
    /// If the bytes are not exactly what [`Self::encode`] writes.
    pub fn decode(bytes: &[u8]) -> Result<Self, InvalidGates> {
        let (head, rest) = bytes.split_first_chunk::<HEAD_BYTES>().ok_or(InvalidGates::Head)?;
        let (magic, head) = head.split_first_chunk::<4>().ok_or(InvalidGates::Head)?;
        if magic != MAGIC {
            return Err(InvalidGates::Head);
        }
        let mut numbers = Numbers(head);
        let (version, made_at) = (numbers.u64(), numbers.u64().cast_signed());
        let (campaigns, items) = (numbers.u32() as usize, numbers.u32() as usize);
        let length = campaigns.checked_mul(CAMPAIGN_BYTES).zip(items.checked_mul(GATE_BYTES));
        let length = length.and_then(|(campaigns, items)| campaigns.checked_add(items));
        if bytes.len() > GATES_BYTES_MAX || length != Some(rest.len()) {
            return Err(InvalidGates::Length);
        }
        if !(0..=EpochSeconds::MAX.0).contains(&made_at) {
            return Err(InvalidGates::MadeAt);
        }
        let mut numbers = Numbers(rest);
        let campaigns: Vec<_> = (0..campaigns).map(|_| numbers.u64()).collect();
        let items = (0..items).map(|_| numbers.gate()).collect::<Result<Vec<_>, _>>()?;
        if !campaigns.is_sorted_by(|one, next| one < next)
            || !items.is_sorted_by(|one, next| one.item_hash < next.item_hash)
        {
            return Err(InvalidGates::Order);
        }
        Ok(Self::new(version, EpochSeconds(made_at), campaigns, items))
    }
}

/// The bytes that are left. Their length was checked, so there are enough.
struct Numbers<'b>(&'b [u8]);

impl Numbers<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let Some((number, rest)) = self.0.split_first_chunk::<N>() else { return [0; N] };
        self.0 = rest;
        *number
    }

    fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.take())
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }

    fn gate(&mut self) -> Result<Gate, InvalidGates> {
        let (item_hash, open_ppm, closes_at, flags) = (self.u64(), self.u32(), self.u32(), self.u32());
        if open_ppm > PPM {
            return Err(InvalidGates::Share);
        }
        if flags & !SPENT != 0 {
            return Err(InvalidGates::Flags);
        }
        Ok(Gate { item_hash, open_ppm, closes_at, is_spent: flags & SPENT != 0 })
    }
}
