//! Enums as one byte.

use lockfill_models::arithmetic::Pricing;
use lockfill_models::time::Window;

use crate::entities::{CapKind, ContentRating, FirstSlot, Tier};
use crate::rows::WithdrawnKind;

/// A value that a blob has as one small number.
pub(crate) trait Stored: Copy + PartialEq + 'static {
    /// The values in the order of their numbers, from 0. The first stands in for a number that no value has.
    const VALUES: &'static [Self];

    /// The number.
    fn number(self) -> u8 {
        let position = Self::VALUES.iter().position(|value| *value == self);
        position.and_then(|position| u8::try_from(position).ok()).unwrap_or(0)
    }

    /// The value of a number.
    fn of(number: u8) -> Self {
        Self::VALUES.get(usize::from(number)).copied().unwrap_or(Self::VALUES[0])
    }

    /// Whether a number has a value.
    fn is(number: u8) -> bool {
        usize::from(number) < Self::VALUES.len()
    }
}

impl Stored for Tier {
    const VALUES: &'static [Self] =
        &[Self::Sponsorship, Self::Standard, Self::Network, Self::Bulk, Self::House];
}

impl Stored for Pricing {
    const VALUES: &'static [Self] = &[Self::Cpm, Self::Cpc, Self::Cpa, Self::Cpi];
}

impl Stored for CapKind {
    const VALUES: &'static [Self] = &[Self::Soft, Self::Hard];
}

impl Stored for ContentRating {
    const VALUES: &'static [Self] = &[Self::Everyone, Self::Teen, Self::Mature];
}

impl Stored for FirstSlot {
    const VALUES: &'static [Self] = &[Self::Any, Self::Ad, Self::Content];
}

impl Stored for Window {
    const VALUES: &'static [Self] = &[Self::Minute, Self::Hour, Self::Day, Self::Week, Self::Lifetime];
}

impl Stored for WithdrawnKind {
    const VALUES: &'static [Self] = &[Self::Creative, Self::Content];
}
