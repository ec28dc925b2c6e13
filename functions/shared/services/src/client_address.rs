//! The address of a client, as far as it tells clients apart.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The address of a client on the public internet: of IPv4 all of it, of IPv6 the first 64 bits, which one subscriber
/// has alone. It is not shown, logged or stored.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(u64);

impl ClientAddress {
    /// Reads the header `X-Forwarded-For`. Its last entry is the balancer's; a client can write all others. `None` for
    /// an address of a private network, which belongs to a proxy or to a test.
    #[must_use]
    pub fn forwarded(header: &str) -> Option<Self> {
        let text = header.rsplit(',').next().unwrap_or_default().trim();
        match text.parse().ok()? {
            IpAddr::V4(address) => Self::v4(address),
            IpAddr::V6(address) => address.to_ipv4_mapped().map_or_else(|| Self::v6(address), Self::v4),
        }
    }

    fn v4(address: Ipv4Addr) -> Option<Self> {
        let is_local = address.is_loopback()
            || address.is_private()
            || address.is_link_local()
            || address.is_unspecified();
        (!is_local).then(|| Self(u32::from(address).into()))
    }

    fn v6(address: Ipv6Addr) -> Option<Self> {
        let is_local = address.is_loopback()
            || address.is_unique_local()
            || address.is_unicast_link_local()
            || address.is_unspecified();
        // No address of IPv4 has its high bits.
        (!is_local).then(|| Self((u128::from(address) >> 64) as u64))
    }

    /// What is hashed: eight bytes, the highest first.
    pub(crate) const fn bytes(self) -> [u8; 8] {
        self.0.to_be_bytes()
    }
}

impl std::fmt::Debug for ClientAddress {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("ClientAddress").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::Value;

    use super::*;

    #[test]
    fn addresses_are_read_as_in_the_vectors() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/vectors/bursts.json");
        let vectors: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        for row in vectors["addresses"].as_array().unwrap() {
            let header = row["header"].as_str().unwrap();
            let bytes = ClientAddress::forwarded(header).map(|address| u64::from_be_bytes(address.bytes()));
            assert_eq!(bytes.map(|it| format!("{it:016x}")).as_deref(), row["bytes"].as_str(), "{header}");
        }
        assert_eq!(format!("{:?}", ClientAddress::forwarded("203.0.113.7").unwrap()), "ClientAddress { .. }");
    }
}
