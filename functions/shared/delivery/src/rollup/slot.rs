//! The name of a slot.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A slot of an answer, as the ledger's keys name it: `UUID#PPP`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slot {
    /// The bytes of the answer's id, a UUID.
    pub request_id: [u8; 16],
    /// The position in the answer, from 1.
    pub position: u32,
}

/// A text that names no slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a slot is a UUID, # and a position")]
pub struct InvalidSlot;

impl fmt::Display for Slot {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hex = format!("{:032x}", u128::from_be_bytes(self.request_id));
        let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
        write!(formatter, "{}#{:03}", parts.join("-"), self.position)
    }
}

impl FromStr for Slot {
    type Err = InvalidSlot;

    fn from_str(text: &str) -> Result<Self, InvalidSlot> {
        let (uuid, position) = text.split_once('#').ok_or(InvalidSlot)?;
        let parts: Vec<&str> = uuid.split('-').collect();
        let is_hex = uuid.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
        if !is_hex || !parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]) {
            return Err(InvalidSlot);
        }
        let id = u128::from_str_radix(&parts.concat(), 16).map_err(|_| InvalidSlot)?;
        Ok(Self { request_id: id.to_be_bytes(), position: position.parse().map_err(|_| InvalidSlot)? })
    }
}

impl From<Slot> for String {
    fn from(slot: Slot) -> Self {
        slot.to_string()
    }
}

impl TryFrom<String> for Slot {
    type Error = InvalidSlot;

    fn try_from(text: String) -> Result<Self, InvalidSlot> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_named_as_in_the_ledger_and_read_back() {
        let text = "01a2027b-d6fb-7abc-81de-0123456789a7#001";
        assert_eq!(text.parse::<Slot>().unwrap().to_string(), text);
        for wrong in ["", "01a2027b-d6fb-7abc-81de-0123456789a7", "01a2027bd6fb7abc81de0123456789a7#1", "x#1"]
        {
            assert_eq!(wrong.parse::<Slot>(), Err(InvalidSlot), "{wrong}");
        }
        assert!("01a2027b-d6fb-7abc-81de-01234567é9a#001".parse::<Slot>().is_err());
    }
}
