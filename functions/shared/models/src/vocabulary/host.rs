//! Which hosts are public: an address of the internet, or a name that can be one of its names.
//!
//! The networks are those of the registries of special-purpose addresses (RFC 6890). Django has the same tables.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::Host;

const NAME_LENGTH_MAX: usize = 253;
const LABEL_LENGTH_MAX: usize = 63;

/// Names of machines and of private networks, which no public name server has.
const INTERNAL_NAMES: [&str; 10] = [
    "localhost",
    "local",
    "localdomain",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "home.arpa",
    "lan",
];

const INTERNAL_IPV4: [(Ipv4Addr, u32); 14] = [
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // Multicast and what is reserved.
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

/// All public addresses are in this network. IPv4 addresses in IPv6 ones are outside of it, or in one of the
/// networks that follow.
const PUBLIC_IPV6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);
const INTERNAL_IPV6: [(Ipv6Addr, u32); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Whether a host is none of an internal network. A name is not resolved.
pub(super) fn is_public(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => is_public_name(name),
        Host::Ipv4(address) => !INTERNAL_IPV4.iter().any(|&network| is_in_ipv4(*address, network)),
        Host::Ipv6(address) => {
            is_in_ipv6(*address, PUBLIC_IPV6)
                && !INTERNAL_IPV6.iter().any(|&network| is_in_ipv6(*address, network))
        }
    }
}

/// Whether a host is the machine itself.
pub(super) fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// Whether a name, in ASCII and small letters as the parser gives it, can be one of the internet's.
fn is_public_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_letter = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
    let is_label =
        |label: &str| (1..=LABEL_LENGTH_MAX).contains(&label.len()) && label.bytes().all(is_letter);
    name.contains('.')
        && name.len() <= NAME_LENGTH_MAX
        && name.split('.').all(is_label)
        && !INTERNAL_NAMES.iter().any(|internal| is_below(name, internal))
}

/// Whether a name is another one, or below it.
pub(super) fn is_below(name: &str, upper: &str) -> bool {
    name.strip_suffix(upper).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn is_in_ipv4(address: Ipv4Addr, (network, bits): (Ipv4Addr, u32)) -> bool {
    (address.to_bits() ^ network.to_bits()) >> (32 - bits) == 0
}

fn is_in_ipv6(address: Ipv6Addr, (network, bits): (Ipv6Addr, u32)) -> bool {
    (address.to_bits() ^ network.to_bits()) >> (128 - bits) == 0
}
