//! The slots of a cluster, and how redirections and `CLUSTER SLOTS` name their owners.
//!
//! Keys are divided into 16384 slots by a checksum of what is in their braces, and each slot belongs to a node:
//! <https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/>.

use redis::Value;

/// The number of slots, the same in every cluster.
pub(crate) const SLOTS: u16 = 16_384;

/// The slot of all keys that have these bytes in their braces.
pub(crate) fn slot_of(tag: &[u8]) -> u16 {
    crc16(tag) % SLOTS
}

/// CRC-16/XMODEM, which the cluster specification names.
pub(crate) fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |sum, &byte| {
        (0..8).fold(sum ^ (u16::from(byte) << 8), |sum, _| {
            if sum & 0x8000 == 0 { sum << 1 } else { (sum << 1) ^ 0x1021 }
        })
    })
}

/// The host and the port at which a node listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endpoint {
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl Endpoint {
    /// Reads `HOST:PORT` of a redirection. An empty host means the host of `asked`, the node that redirects.
    pub(crate) fn parse(text: &str, asked: &Self) -> Option<Self> {
        let (host, port) = text.rsplit_once(':')?;
        Self::new(host, port.parse().ok()?, asked)
    }

    fn new(host: &str, port: u16, asked: &Self) -> Option<Self> {
        // A node that does not know its own host name sends `?` or an empty text.
        let host = if host.is_empty() || host == "?" { &asked.host } else { host };
        (port != 0).then(|| Self { host: host.to_owned(), port })
    }
}

/// A range of slots, both ends included, and the node that owns them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) first: u16,
    pub(crate) last: u16,
    pub(crate) owner: Endpoint,
}

/// Reads an answer to `CLUSTER SLOTS`: for each range the first slot, the last slot, the owner (host, port and
/// more) and the replicas, which are ignored. `None` if the answer has another form or no range.
pub(crate) fn parse(answer: &Value, asked: &Endpoint) -> Option<Vec<Range>> {
    let Value::Array(ranges) = answer else { return None };
    let ranges = ranges.iter().map(|range| parse_range(range, asked)).collect::<Option<Vec<_>>>()?;
    (!ranges.is_empty()).then_some(ranges)
}

fn parse_range(range: &Value, asked: &Endpoint) -> Option<Range> {
    let Value::Array(parts) = range else { return None };
    let [first, last, Value::Array(owner), ..] = parts.as_slice() else { return None };
    let [host, port, ..] = owner.as_slice() else { return None };
    let (first, last, port) = (number(first)?, number(last)?, number(port)?);
    let host = match host {
        Value::BulkString(bytes) => std::str::from_utf8(bytes).ok()?,
        Value::SimpleString(text) => text,
        Value::Nil => "",
        _ => return None,
    };
    (first <= last && last < SLOTS).then_some(())?;
    Some(Range { first, last, owner: Endpoint::new(host, port, asked)? })
}

fn number(value: &Value) -> Option<u16> {
    if let Value::Int(number) = value { u16::try_from(*number).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> Endpoint {
        Endpoint { host: "asked.example".to_owned(), port: 1 }
    }

    fn range(first: i64, last: i64, host: Value, port: i64) -> Value {
        let owner = Value::Array(vec![host, Value::Int(port), Value::BulkString(b"id".to_vec())]);
        Value::Array(vec![Value::Int(first), Value::Int(last), owner])
    }

    fn text(text: &str) -> Value {
        Value::BulkString(text.as_bytes().to_vec())
    }

    #[test]
    fn slots_are_those_of_the_specification() {
        assert_eq!(crc16(b"123456789"), 0x31C3);
        // As `CLUSTER KEYSLOT` says.
        assert_eq!((slot_of(b"foo"), slot_of(b"user1000"), slot_of(b"")), (12_182, 3_443, 0));
    }

    #[test]
    fn a_node_is_where_it_says_or_where_it_was_asked() {
        let answer =
            Value::Array(vec![range(0, 99, text("10.0.0.1"), 7_000), range(100, 16_383, Value::Nil, 7_001)]);
        let ranges = parse(&answer, &asked()).unwrap();
        assert_eq!(ranges[0].owner, Endpoint { host: "10.0.0.1".to_owned(), port: 7_000 });
        assert_eq!((ranges[1].first, ranges[1].last), (100, 16_383));
        assert_eq!(ranges[1].owner, Endpoint { host: "asked.example".to_owned(), port: 7_001 });
        let moved = |text| Endpoint::parse(text, &asked()).map(|endpoint| (endpoint.host, endpoint.port));
        assert_eq!(moved("fe80::1:6379"), Some(("fe80::1".to_owned(), 6_379)));
        assert_eq!(moved(":7002"), Some(("asked.example".to_owned(), 7_002)));
        assert_eq!(moved("?:7002"), Some(("asked.example".to_owned(), 7_002)));
        assert_eq!((moved("host"), moved("host:0"), moved("host:70000")), (None, None, None));
    }

    #[test]
    fn what_is_no_map_is_not_taken_for_one() {
        let wrong = [
            Value::Okay,
            Value::Array(vec![]),
            Value::Array(vec![Value::Nil]),
            Value::Array(vec![range(5, 4, text("h"), 1)]),
            Value::Array(vec![range(0, 16_384, text("h"), 1)]),
            Value::Array(vec![range(-1, 1, text("h"), 1)]),
            Value::Array(vec![range(0, 1, text("h"), 0)]),
            Value::Array(vec![range(0, 1, Value::Int(1), 1)]),
        ];
        for answer in wrong {
            assert_eq!(parse(&answer, &asked()), None, "{answer:?}");
        }
    }
}
