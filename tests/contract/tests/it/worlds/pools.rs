//! Few values of each form, so that requests and conditions often meet.

use jiff::tz::TimeZone;
use lockfill_models::time::EpochSeconds;
use lockfill_models::vocabulary::{
    BirthYear, Country, Form, Identifier, Language, Region, ShortText, SlotCount, UserId, Version, Vocabulary,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// What contents are about, and what users care for.
const CATEGORIES: [&str; 3] = ["news", "food", "cars"];

/// Values of a form as JSON has them; `None` for forms of which worlds have none.
pub(super) fn pool(form: Form) -> Option<Vec<Value>> {
    let texts = |texts: &[&str]| Some(texts.iter().map(|&text| text.into()).collect());
    match form {
        Form::OneOf(names) => texts(names),
        _ if form == Identifier::FORM => texts(&["u-1", "u-2", "app-1", "app-2"]),
        _ if form == UserId::FORM => texts(&["a", "b", "ab", "ba", "abc", "c", "cab"]),
        _ if form == Country::FORM => texts(&["KR", "US", "JP"]),
        _ if form == Region::FORM => texts(&["KR-1", "US-1", "JP-1"]),
        _ if form == Language::FORM => texts(&["ko", "en"]),
        _ if form == ShortText::FORM => texts(&CATEGORIES),
        _ if form == Version::FORM => texts(&["9", "9.9", "9.10", "14", "14.0.1"]),
        _ if form == TimeZone::FORM => {
            texts(&["UTC", "Asia/Seoul", "America/New_York", "Australia/Lord_Howe"])
        }
        _ if form == BirthYear::FORM => Some((1990..2010).map(Value::from).collect()),
        _ if form == SlotCount::FORM => Some((1..12).map(Value::from).collect()),
        // On both sides of where the date changes.
        Form::Degrees { max: 90, .. } => Some(vec![json!(0.05), json!(-0.03), json!(0)]),
        Form::Degrees { .. } => Some(vec![json!(179.95), json!(-179.95), json!(180)]),
        _ => None,
    }
}

/// One of a pool.
pub(super) fn one_of(pool: Vec<Value>) -> BoxedStrategy<Value> {
    select(pool).boxed()
}

/// Some of a pool.
pub(super) fn some_of(pool: Vec<Value>, length_max: usize) -> BoxedStrategy<Value> {
    vec(select(pool), 0..=length_max).prop_map(Value::from).boxed()
}

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
