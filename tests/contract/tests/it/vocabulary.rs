//! Every value of the vocabulary is the same to its parser, to the form that documents write, and to the schema
//! of catalogs.

use std::sync::LazyLock;

use jsonschema::Validator;
use lockfill_models::vocabulary::{
    Country, Currency, Explain, Form, Gender, Identifier, Language, Latitude, Longitude, Network, Platform,
    Region, ShortText, Shown, SlotCount, UserId, Version, Vocabulary,
};
use lockfill_test_contract::files::read_fixture;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::{Value, json};

/// A parser and what a document says of the text.
struct Entry {
    name: &'static str,
    reads: fn(&str) -> bool,
    /// Whether a text means the same once it is normalized, if it has the form.
    keeps: fn(&str) -> bool,
    form: Form,
}

const fn entry<T: Vocabulary + PartialEq>(name: &'static str) -> Entry {
    Entry { name, reads: |text| T::read(text).is_ok(), keeps: keeps::<T>, form: T::FORM }
}

fn keeps<T: Vocabulary + PartialEq>(text: &str) -> bool {
    let Ok(value) = T::read(text) else { return true };
    let normalized = T::normalize(text);
    !normalized.is_cut && T::read(&normalized.text).is_ok_and(|same| same == value)
}

const ENTRIES: [Entry; 17] = [
    entry::<Identifier>("identifier"),
    entry::<UserId>("user id"),
    entry::<ShortText>("short text"),
    entry::<Country>("country"),
    entry::<Region>("region"),
    entry::<Language>("language"),
    entry::<Currency>("currency"),
    entry::<Version>("version"),
    entry::<Gender>("gender"),
    entry::<Platform>("platform"),
    entry::<Network>("network"),
    entry::<bool>("boolean"),
    entry::<Explain>("explain"),
    entry::<SlotCount>("slot count"),
    entry::<Shown>("shown"),
    entry::<Latitude>("latitude"),
    entry::<Longitude>("longitude"),
];

/// A form as a JSON Schema of texts.
fn schema(form: Form) -> Value {
    match form {
        Form::Text { pattern, length: None }
        | Form::Degrees { pattern, .. }
        | Form::BooleanOr { pattern } => {
            json!({ "pattern": pattern })
        }
        Form::Text { pattern, length: Some((min, max)) } => {
            json!({ "pattern": pattern, "minLength": min, "maxLength": max })
        }
        Form::OneOf(names) => json!({ "enum": names }),
        Form::Boolean => json!({ "enum": ["true", "false", "1", "0"] }),
        Form::Integer { min, max } => {
            let numbers: Vec<_> = (min..=max).map(|number| number.to_string()).collect();
            json!({ "pattern": format!("^0*({})$", numbers.join("|")) })
        }
        Form::Instant => panic!("an instant is not described by its text"),
    }
}

static VALIDATORS: LazyLock<Vec<Validator>> = LazyLock::new(|| {
    ENTRIES.iter().map(|entry| jsonschema::draft202012::new(&schema(entry.form)).unwrap()).collect()
});

/// Texts that are values, or nearly.
///
/// Two texts are left out, which parsers take and forms do not describe: U+FEFF, which is white space to the
/// regular expressions of JSON Schema and not to Unicode; and numbers of a version with superfluous zeros.
fn text() -> impl Strategy<Value = String> {
    let texts = prop_oneof![
        "[A-Za-z]{1,9}",
        "[A-Za-z]{1,3}-[A-Za-z0-9]{0,4}",
        "(0|[1-9][0-9]{0,5})(\\.(0|[1-9][0-9]{0,5})?){0,4}",
        "-?(0{0,2}[0-9]{1,2}|90|180|179)(\\.[0-9]{0,8})?([eE]-?[0-9]{1,4})?",
        "-?(0?90|180)(\\.0{0,7}[0-9]?)?",
        "[A-Za-z0-9_.-]{0,66}",
        "([A-Za-z0-9_.-]{0,3},){0,3}[a-z0-9 ]{0,66}",
        "[ a-z\u{1f}\u{a0}\u{fffd}가]{0,66}",
        "[가a]{60,130}",
        "[a-z .]{0,3}:[0-9-]{0,11}:[0-9]{0,13}",
        "M|F|X|android|ios|web|wifi|cellular|other|true|false|0|1|50|51",
        ".{0,12}",
    ];
    let has_superfluous_zeros =
        |text: &String| text.split('.').any(|part| part.len() > 4 && part.starts_with('0'));
    texts
        .prop_map(|text| text.replace('\u{feff}', ""))
        .prop_filter("zeros", move |text| !has_superfluous_zeros(text))
}

proptest! {
    #![proptest_config(Config { cases: 40, failure_persistence: None, ..Config::default() })]

    #[test]
    fn normalizing_keeps_the_meaning_of_a_text_that_has_the_form(texts in vec(text(), 200)) {
        for Entry { name, keeps, .. } in &ENTRIES {
            for text in &texts {
                prop_assert!(keeps(text), "{} {:?}", name, text);
            }
        }
    }

    #[test]
    fn a_parser_takes_what_its_form_describes_and_nothing_else(texts in vec(text(), 200)) {
        for (Entry { name, reads, .. }, validator) in ENTRIES.iter().zip(VALIDATORS.iter()) {
            for text in &texts {
                prop_assert_eq!(reads(text), validator.is_valid(&json!(text)), "{} {:?}", name, text);
            }
        }
    }
}

/// A catalog holds codes in one case alone; requests send them in any.
#[test]
fn the_schema_of_catalogs_has_the_same_patterns_in_one_case() {
    let schema = read_fixture("schemas/catalog.schema.json");
    for (definition, form, letters) in [
        ("id", Identifier::FORM, "A-Za-z"),
        ("country", Country::FORM, "A-Z"),
        ("region", Region::FORM, "A-Z"),
        ("language", Language::FORM, "a-z"),
        ("currency", Currency::FORM, "A-Z"),
        ("version_or_none", Version::FORM, "A-Za-z"),
    ] {
        let Form::Text { pattern, .. } = form else { panic!("{definition} has no pattern") };
        assert_eq!(
            schema["$defs"][definition]["pattern"],
            pattern.replace("A-Za-z", letters),
            "{definition}"
        );
    }
    let Form::Text { pattern, length: Some((min, max)) } = ShortText::FORM else {
        panic!("a text has no length")
    };
    let mut short_text = schema["$defs"]["short_text"].clone();
    short_text.as_object_mut().unwrap().remove("description");
    let expected = json!({ "type": "string", "minLength": min, "maxLength": max, "pattern": pattern });
    assert_eq!(short_text, expected);
}
