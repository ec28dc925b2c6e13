//! Conditions that requests may or may not meet, by the schema of catalogs: a dimension that the schema gains
//! takes part without a line here.

use std::sync::LazyLock;

use lockfill_catalog::targeting::Targeting;
use lockfill_models::vocabulary::{Country, Identifier, Language, Region, ShortText, Version, Vocabulary};
use lockfill_test_contract::files::read_fixture;
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use super::pools::{one_of, pool, some_of, word};

/// The schema of catalogs.
static SCHEMA: LazyLock<Value> = LazyLock::new(|| read_fixture("schemas/catalog.schema.json"));

/// Conditions as a catalog's row has them: by field.
#[derive(Debug, Clone, Default)]
pub(crate) struct Conditions(pub(crate) Map<String, Value>);

impl Conditions {
    /// The same, read as serving reads them.
    pub(crate) fn targeting(&self) -> Targeting {
        serde_json::from_value(self.0.clone().into()).unwrap()
    }
}

/// The schema of each field of a targeting.
pub(crate) fn fields() -> impl Iterator<Item = (&'static str, &'static Value)> {
    let fields = SCHEMA["$defs"]["targeting"]["properties"].as_object().unwrap();
    fields.iter().map(|(name, schema)| (name.as_str(), resolved(schema)))
}

/// Any conditions; most ask for little, because with so many dimensions no user would meet conditions that ask
/// for much.
pub(crate) fn conditions() -> impl Strategy<Value = Conditions> {
    let fields = fields().map(|(name, schema)| {
        let field = condition(schema).prop_map(move |condition| (name.to_owned(), condition));
        option::weighted(0.15, field).boxed()
    });
    fields.collect::<Vec<_>>().prop_map(|fields| Conditions(fields.into_iter().flatten().collect()))
}

/// Any condition of a schema.
pub(crate) fn condition(schema: &'static Value) -> BoxedStrategy<Value> {
    let properties = &schema["properties"];
    let values = |name: &str| values(&properties[name]["items"]);
    if let Some(names) = schema["enum"].as_array() {
        select(names.clone()).boxed()
    } else if properties["allow"].is_object() {
        let lists = (some_of(values("allow"), 2), some_of(values("deny"), 1));
        lists.prop_map(|(allow, deny)| json!({ "allow": allow, "deny": deny })).boxed()
    } else if properties["any"].is_object() {
        let few = |name: &str| some_of(values(name), 1);
        let lists = (few("any"), few("all"), few("none"));
        lists.prop_map(|(any, all, none)| json!({ "any": any, "all": all, "none": none })).boxed()
    } else if properties["min"].is_object() {
        let end = |name: &str| option::of(one_of(self::values(&properties[name])));
        (end("min"), end("max")).prop_map(|(min, max)| json!({ "min": min, "max": max })).boxed()
    } else if properties["radius_meters"].is_object() {
        circle()
    } else if schema["type"] == "array" {
        vec(condition(resolved(&schema["items"])), 1..3).prop_map(Value::from).boxed()
    } else if schema["additionalProperties"].is_object() {
        let by_key = btree_map(word(&["plan"]), condition(resolved(&schema["additionalProperties"])), 0..2);
        by_key.prop_map(|by_key| Value::Object(by_key.into_iter().collect())).boxed()
    } else {
        panic!("a condition of a new shape: {schema}")
    }
}

/// Around where the date changes.
fn circle() -> BoxedStrategy<Value> {
    let longitude = prop_oneof![-180_000_000_i64..-179_900_000, 179_900_000_i64..180_000_000];
    let circle = (-100_000_i64..100_000, longitude, 0_u32..20_000);
    circle
        .prop_map(|(latitude, longitude, radius_meters)| {
            json!({
                "latitude_microdegrees": latitude,
                "longitude_microdegrees": longitude,
                "radius_meters": radius_meters,
            })
        })
        .boxed()
}

/// Values that a condition may list.
fn values(schema: &Value) -> Vec<Value> {
    if let Some(names) = schema["enum"].as_array() {
        return names.clone();
    }
    let form = match schema["$ref"].as_str().and_then(|target| target.rsplit('/').next()) {
        Some("id") => Identifier::FORM,
        Some("country") => Country::FORM,
        Some("region") => Region::FORM,
        Some("language") => Language::FORM,
        Some("short_text") => ShortText::FORM,
        Some("version_or_none") => Version::FORM,
        // Ages of those who were born in the years of the pool.
        None => return (16..36).map(Value::from).collect(),
        Some(other) => panic!("values of a new form: {other}"),
    };
    pool(form).unwrap()
}

fn resolved(schema: &'static Value) -> &'static Value {
    let target = schema["$ref"].as_str().and_then(|target| target.strip_prefix('#'));
    target.map_or(schema, |pointer| SCHEMA.pointer(pointer).unwrap())
}
