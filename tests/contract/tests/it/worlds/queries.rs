//! Requests, and conditions that they may or may not meet.

use std::fmt::Debug;

use jiff::tz::TimeZone;
use lockfill_catalog::targeting::{
    AgeRange, AgeRanges, AllowDeny, Circle, Circles, SetCondition, Targeting, UserAge, VersionRange,
};
use lockfill_models::query::Query;
use lockfill_models::time::EpochSeconds;
use lockfill_models::vocabulary::{Folded, Gender, Network, Platform, Position, Version};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

const ZONES: [&str; 4] = ["UTC", "Asia/Seoul", "America/New_York", "Australia/Lord_Howe"];
const WORDS: [&str; 3] = ["KR", "US", "JP"];
const REGIONS: [&str; 3] = ["KR-1", "US-1", "JP-1"];
const LANGUAGES: [&str; 2] = ["ko", "en"];
const CATEGORIES: [&str; 3] = ["news", "food", "cars"];

pub(super) fn word(words: &[&str]) -> impl Strategy<Value = String> + Clone + use<> {
    select(words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>())
}

pub(super) fn categories() -> impl Strategy<Value = Vec<String>> {
    vec(word(&CATEGORIES), 0..3)
}

/// Around a change of clocks in New York and on Lord Howe, and any other time of 2026.
pub(super) fn now() -> impl Strategy<Value = EpochSeconds> {
    let days = 1_767_225_600_i64..1_798_761_600;
    let changes = select(vec![1_772_953_200_i64, 1_775_314_800, 1_793_505_600]);
    prop_oneof![days, (changes, -30_000_i64..30_000).prop_map(|(at, by)| at + by)].prop_map(EpochSeconds)
}

/// Any request to unit `u-1`.
pub(crate) fn query() -> impl Strategy<Value = Query> {
    let person = (option::weighted(0.3, word(&LANGUAGES)), option::of(gender()), option::of(1990_i16..2010));
    let device = (option::of(platform()), option::of(version()), option::of(word(&ZONES)));
    let rest = ("[a-z]{1,3}", option::of(word(&WORDS)), categories(), option::of(1_usize..12));
    let more =
        (option::of(network()), vec(word(&WORDS), 0..3), option::of(position()), option::of(word(&WORDS)));
    (person, device, rest, more).prop_map(|(person, device, rest, more)| Query {
        network: more.0,
        segments: more.1,
        position: more.2,
        key_values: more.3.into_iter().map(|value| ("plan".to_owned(), value)).collect(),
        sdk_version: device.1,
        device_maker: rest.1.clone(),
        device_model: rest.1.clone(),
        carrier: rest.1.clone(),
        region: rest.1.as_ref().map(|country| format!("{country}-1")),
        packages: rest.2.clone(),
        unit_id: "u-1".into(),
        user_id: rest.0,
        country: rest.1,
        language: person.0,
        gender: person.1,
        birth_year: person.2,
        platform: device.0,
        os_version: device.1,
        time_zone: device.2.map(|name| TimeZone::get(&name).unwrap()),
        interests: rest.2,
        count: rest.3,
        ..Query::default()
    })
}

fn gender() -> impl Strategy<Value = Gender> {
    select(vec![Gender::M, Gender::F, Gender::X])
}

fn platform() -> impl Strategy<Value = Platform> {
    select(vec![Platform::Android, Platform::Ios, Platform::Web])
}

fn network() -> impl Strategy<Value = Network> + Clone {
    select(vec![Network::Wifi, Network::Cellular, Network::Other])
}

/// Around where the date changes.
fn position() -> impl Strategy<Value = Position> {
    let longitude = prop_oneof![-180_000_000_i64..-179_900_000, 179_900_000_i64..180_000_000];
    (-100_000_i64..100_000, longitude).prop_map(|(latitude_microdegrees, longitude_microdegrees)| Position {
        latitude_microdegrees,
        longitude_microdegrees,
    })
}

fn circle() -> impl Strategy<Value = Circle> {
    (position(), 0_u32..20_000).prop_map(|(center, radius_meters)| Circle {
        latitude_microdegrees: i32::try_from(center.latitude_microdegrees).unwrap(),
        longitude_microdegrees: i32::try_from(center.longitude_microdegrees).unwrap(),
        radius_meters,
    })
}

fn set_condition() -> impl Strategy<Value = SetCondition> {
    let few = || vec(word(&WORDS), 0..2);
    let asks = (few(), few(), few()).prop_map(|(any, all, none)| SetCondition { any, all, none });
    prop_oneof![3 => Just(SetCondition::default()), 1 => asks]
}

fn version() -> impl Strategy<Value = Version> {
    select(vec!["9", "9.9", "9.10", "14", "14.0.1"]).prop_map(|text| text.parse().unwrap())
}

fn allow_deny<T: Debug + Clone>(
    value: impl Strategy<Value = T> + Clone,
) -> impl Strategy<Value = AllowDeny<T>> {
    let asks = (vec(value.clone(), 0..3), vec(value, 0..2));
    let asks = asks.prop_map(|(allow, deny)| AllowDeny { allow, deny });
    prop_oneof![3 => Just(AllowDeny::default()), 2 => asks]
}

fn age_range() -> impl Strategy<Value = AgeRange> {
    (option::of(16_i16..36), option::of(16_i16..36)).prop_map(|(min, max)| AgeRange { min, max })
}

/// Nothing, most of the time: with so many dimensions a condition that asks much is met by nobody.
///
/// Boxed, because a whole world of them would not fit on a thread's stack.
fn rarely<T: Debug + Clone + Default + 'static>(
    condition: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<T> {
    prop_oneof![9 => Just(T::default()), 1 => condition].boxed()
}

/// Any condition; most ask for little.
pub(crate) fn targeting() -> impl Strategy<Value = Targeting> {
    let units = allow_deny(word(&["u-1", "u-2"]));
    let places = (allow_deny(word(&WORDS)), allow_deny(word(&LANGUAGES)), units);
    let people = (allow_deny(select(vec![Gender::M, Gender::F])), vec(age_range(), 0..2));
    let versions = prop_oneof![4 => Just((None, None)), 1 => (option::of(version()), option::of(version()))];
    let devices = (allow_deny(select(vec![Platform::Android, Platform::Ios])), versions);
    let ages = option::weighted(0.2, select(vec![UserAge::New, UserAge::Returning]));
    let key_values = proptest::collection::btree_map(word(&["plan"]), allow_deny(word(&WORDS)), 0..2);
    let spots = (prop_oneof![4 => Just(vec![]), 1 => vec(circle(), 1..3)], set_condition(), ages, key_values);
    let names = || rarely(allow_deny(word(&WORDS).prop_map(Folded::from)));
    let named = (names(), names(), names(), rarely(allow_deny(network())));
    let sdk = prop_oneof![9 => Just((None, None)), 1 => (option::of(version()), option::of(version()))];
    let lists = (rarely(set_condition()), rarely(set_condition()), sdk);
    let home = (rarely(allow_deny(word(&["app-1", "app-2"]))), rarely(allow_deny(word(&REGIONS))));
    let all = (places, people, devices, spots, named, lists, home);
    all.prop_map(|(places, people, devices, spots, named, lists, home)| Targeting {
        apps: home.0,
        regions: home.1,
        device_makers: named.0,
        device_models: named.1,
        carriers: named.2,
        networks: named.3,
        packages: lists.0,
        interests: lists.1,
        sdk_versions: VersionRange { min: lists.2.0, max: lists.2.1 },
        geo: Circles(spots.0),
        segments: spots.1,
        user_age: spots.2,
        key_values: spots.3,
        countries: places.0,
        languages: places.1,
        units: places.2,
        genders: people.0,
        ages: AgeRanges(people.1),
        platforms: devices.0,
        os_versions: VersionRange { min: devices.1.0, max: devices.1.1 },
    })
    .boxed()
}

/// A condition that asks for all that the first one asks, and for what the second one asks beside it.
pub(crate) fn narrowed(wide: &Targeting, by: &Targeting) -> Targeting {
    Targeting {
        units: both(&wide.units, &by.units),
        countries: both(&wide.countries, &by.countries),
        languages: both(&wide.languages, &by.languages),
        genders: both(&wide.genders, &by.genders),
        ages: if wide.ages.0.is_empty() { by.ages.clone() } else { wide.ages.clone() },
        platforms: both(&wide.platforms, &by.platforms),
        os_versions: within_both(wide.os_versions, by.os_versions),
        sdk_versions: within_both(wide.sdk_versions, by.sdk_versions),
        apps: both(&wide.apps, &by.apps),
        regions: both(&wide.regions, &by.regions),
        device_makers: both(&wide.device_makers, &by.device_makers),
        device_models: both(&wide.device_models, &by.device_models),
        carriers: both(&wide.carriers, &by.carriers),
        networks: both(&wide.networks, &by.networks),
        packages: all_of_both(&wide.packages, &by.packages),
        interests: all_of_both(&wide.interests, &by.interests),
        segments: all_of_both(&wide.segments, &by.segments),
        geo: if wide.geo.0.is_empty() { by.geo.clone() } else { wide.geo.clone() },
        user_age: wide.user_age.or(by.user_age),
        key_values: wide.key_values.clone(),
    }
}

fn within_both(wide: VersionRange, by: VersionRange) -> VersionRange {
    VersionRange { min: wide.min.max(by.min), max: wide.max.into_iter().chain(by.max).min() }
}

fn all_of_both(wide: &SetCondition, by: &SetCondition) -> SetCondition {
    SetCondition {
        any: if wide.any.is_empty() { by.any.clone() } else { wide.any.clone() },
        all: [wide.all.clone(), by.all.clone()].concat(),
        none: [wide.none.clone(), by.none.clone()].concat(),
    }
}

/// Allows what both allow, if both ask for something in common, and denies what either denies.
fn both<T: Clone + PartialEq>(wide: &AllowDeny<T>, by: &AllowDeny<T>) -> AllowDeny<T> {
    let common: Vec<T> = wide.allow.iter().filter(|value| by.allow.contains(value)).cloned().collect();
    let allow = match (wide.allow.is_empty(), common.is_empty()) {
        (true, _) => by.allow.clone(),
        (false, true) => wide.allow.clone(),
        (false, false) => common,
    };
    AllowDeny { allow, deny: [wide.deny.clone(), by.deny.clone()].concat() }
}
