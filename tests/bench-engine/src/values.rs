//! The values that conditions and requests have.

use lockfill_models::query::Query;
use lockfill_models::time::EpochSeconds;
use lockfill_models::vocabulary::{BirthYear, Version, Vocabulary};

use crate::random::Random;

/// Thirty countries.
pub const COUNTRIES: [&str; 30] = [
    "KR", "JP", "US", "TW", "VN", "TH", "ID", "PH", "MY", "SG", "IN", "PK", "BD", "LK", "NP", "AU", "NZ",
    "GB", "DE", "FR", "ES", "IT", "NL", "PL", "SE", "BR", "MX", "AR", "CL", "CO",
];
pub const LANGUAGES: [&str; 12] = ["ko", "ja", "en", "zh", "vi", "th", "id", "ms", "hi", "de", "fr", "es"];
pub const GENDERS: [&str; 2] = ["F", "M"];
pub const PLATFORMS: [&str; 2] = ["android", "ios"];
pub const MAKERS: [&str; 12] = [
    "samsung", "apple", "xiaomi", "oppo", "vivo", "realme", "lg", "google", "huawei", "sony", "motorola",
    "nokia",
];
pub const CARRIERS: [&str; 16] = [
    "skt",
    "kt",
    "lgu",
    "docomo",
    "au",
    "softbank",
    "verizon",
    "att",
    "tmobile",
    "viettel",
    "ais",
    "telkomsel",
    "globe",
    "maxis",
    "singtel",
    "airtel",
];
pub const NETWORKS: [&str; 2] = ["wifi", "cellular"];
/// Audiences are `s-0` to `s-999`.
pub const SEGMENTS: usize = 1_000;

/// A value of its text.
pub fn read<T: Vocabulary>(text: &str) -> T {
    T::read(text).unwrap_or_else(|_| panic!("{text} is no value of its kind"))
}

/// What a request says of a phone and of who holds it: all that line items have conditions on besides place, language
/// and interests.
pub fn phone(random: &mut Random, now: EpochSeconds) -> Query {
    Query {
        gender: Some(read(random.one_of(&GENDERS))),
        platform: Some(read(random.one_of(&PLATFORMS))),
        device_maker: Some(read(random.one_of(&MAKERS))),
        carrier: Some(read(random.one_of(&CARRIERS))),
        network: Some(read(random.one_of(&NETWORKS))),
        birth_year: BirthYear::read(&(1_970 + random.below(35)).to_string(), now).ok(),
        os_version: Some(Version::from_parts([u16::try_from(8 + random.below(9)).unwrap_or(8), 1, 0, 0])),
        segments: (0..20).map(|_| read(&format!("s-{}", random.below(SEGMENTS)))).collect(),
        ..Query::default()
    }
}
