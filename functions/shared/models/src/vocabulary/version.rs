//! Version numbers of operating systems and SDKs: one to four numbers, compared part by part.

use std::fmt;
use std::str::FromStr;

/// Up to four numbers of at most 65,535; a missing part counts as 0, so `14` equals `14.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version([u16; 4]);

impl fmt::Display for Version {
    /// All four parts, because that is what is compared.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch, build] = self.0;
        write!(formatter, "{major}.{minor}.{patch}.{build}")
    }
}

/// The text is not 1 to 4 numbers of at most 65,535 joined by dots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 4 numbers joined by dots, each at most 65535")]
pub struct InvalidVersion;

impl FromStr for Version {
    type Err = InvalidVersion;

    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        let mut parts = [0; 4];
        for (index, digits) in text.split('.').enumerate() {
            // `parse` alone would take "+1".
            let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            let part = parts.get_mut(index).filter(|_| all_digits).ok_or(InvalidVersion)?;
            *part = digits.parse().map_err(|_| InvalidVersion)?;
        }
        Ok(Self(parts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_part_counts_as_zero_and_parts_compare_as_numbers() {
        let version = |text: &str| text.parse::<Version>().unwrap();
        assert_eq!(version("14"), version("14.0.0.0"));
        assert!(version("9.10") > version("9.9"));
        assert!(version("10") > version("9.65535.65535.65535"));
    }

    #[test]
    fn anything_but_one_to_four_small_numbers_is_refused() {
        for text in ["", ".", "1.", ".1", "1..2", "1.2.3.4.5", "65536", "+1", "-1", "1a", " 1", "1 ", "١"] {
            assert_eq!(text.parse::<Version>(), Err(InvalidVersion), "{text:?}");
        }
    }
}
