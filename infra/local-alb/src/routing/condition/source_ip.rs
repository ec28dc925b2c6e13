//! `source-ip`: the address of the client that is connected, never one of X-Forwarded-For.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html>.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::super::facts::RequestFacts;
use super::super::place::Place;
use super::values::{self, Form};
use crate::template::{LoadError, Value};

pub(super) const FIELD: &str = "source-ip";
const FORM: Form = Form { config: "SourceIpConfig", legacy: false, regex: false, setting: None };

/// The networks, any of which may hold the client.
#[derive(Debug, Clone)]
pub struct SourceIp(pub(super) Vec<Network>);

impl SourceIp {
    pub(super) fn read(place: Place<'_>, condition: &Value) -> Result<Self, LoadError> {
        let texts = values::read(place, condition, FORM)?.texts(place)?;
        let network = |(line, text): (usize, &str)| {
            let message = || {
                format!("source IP \"{text}\" must be a CIDR block, such as 192.0.2.0/24 or 2001:db8::/32")
            };
            Network::parse(text).ok_or_else(|| place.error(line, message()))
        };
        texts.into_iter().map(network).collect::<Result<_, _>>().map(Self)
    }

    /// The alternatives, each as the first address of its block and the length of its prefix.
    pub(crate) fn networks(&self) -> impl Iterator<Item = String> + Clone + '_ {
        self.0.iter().map(|network| Network { address: network.first(), ..*network }.to_string())
    }

    pub(super) fn matches(&self, facts: &RequestFacts<'_>) -> bool {
        self.0.iter().any(|network| network.contains(facts.source))
    }
}

/// A block of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    /// Any address of the block; the bits beyond the prefix do not count.
    address: IpAddr,
    prefix: u8,
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let address: IpAddr = address.parse().ok()?;
        // `parse` would take `+8`.
        let prefix =
            prefix.bytes().all(|byte| byte.is_ascii_digit()).then(|| prefix.parse().ok()).flatten()?;
        (prefix <= width(address)).then_some(Self { address, prefix })
    }

    /// The first address of the block.
    fn first(&self) -> IpAddr {
        let shift = u32::from(width(self.address) - self.prefix);
        let bits = masked(self.address, self.prefix).checked_shl(shift).unwrap_or(0);
        match self.address {
            IpAddr::V4(_) => Ipv4Addr::from_bits(u32::try_from(bits).unwrap_or(0)).into(),
            IpAddr::V6(_) => Ipv6Addr::from_bits(bits).into(),
        }
    }

    /// Whether the address is in the block. One of the other version never is.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        width(address) == width(self.address)
            && masked(address, self.prefix) == masked(self.address, self.prefix)
    }

    /// Whether all addresses of `other` are in this block.
    #[must_use]
    pub fn includes(&self, other: &Self) -> bool {
        self.prefix <= other.prefix && self.contains(other.address)
    }

    /// Whether it holds every address of its version.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.prefix == 0
    }

    /// Whether it is of IPv4.
    #[must_use]
    pub fn is_v4(&self) -> bool {
        self.address.is_ipv4()
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn masked(address: IpAddr, prefix: u8) -> u128 {
    let bits = match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    };
    bits.checked_shr(u32::from(width(address) - prefix)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_hold_the_addresses_of_their_prefix() {
        for (block, inside, outside) in [
            ("192.0.2.0/24", "192.0.2.255", "192.0.3.0"),
            ("192.0.2.77/24", "192.0.2.1", "192.0.1.255"),
            ("10.0.0.1/32", "10.0.0.1", "10.0.0.2"),
            ("0.0.0.0/0", "255.255.255.255", "::"),
            ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"),
            ("::/0", "ffff::", "0.0.0.0"),
            ("::1/128", "::1", "::2"),
        ] {
            let network = Network::parse(block).expect(block);
            assert!(network.contains(inside.parse().expect("an address")), "{block} {inside}");
            assert!(!network.contains(outside.parse().expect("an address")), "{block} {outside}");
        }
    }

    #[test]
    fn what_is_no_block() {
        for text in ["10.0.0.1", "10.0.0.0/33", "::/129", "10.0.0/8", "a/8", "10.0.0.0/+8", "10.0.0.0/", "*"]
        {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }
}
