//! Tables of gates in `tests/fixtures/vectors/gates.json`, which another language wrote.

use lockfill_models::draw::id_hash;
use lockfill_models::pacing::{Gate, Gates};
use lockfill_models::time::EpochSeconds;
use lockfill_test_contract::files::read_fixture;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vectors {
    #[serde(rename = "describes")]
    _describes: String,
    #[serde(rename = "made_with")]
    _made_with: String,
    tables: Vec<Table>,
    asked: Vec<Asked>,
    refused: Vec<Refused>,
}

#[derive(Debug, Deserialize)]
struct Table {
    name: String,
    hex: String,
    version: u64,
    made_at: i64,
    spent_campaigns: Vec<String>,
    items: Vec<Item>,
}

#[derive(Debug, Deserialize)]
struct Item {
    id: String,
    open_ppm: u32,
    closes_at: u32,
    is_spent: bool,
}

#[derive(Debug, Deserialize)]
struct Asked {
    item: String,
    campaign: String,
    user: String,
    now: i64,
    is: String,
}

#[derive(Debug, Deserialize)]
struct Refused {
    name: String,
    hex: String,
}

fn vectors() -> Vectors {
    serde_json::from_value(read_fixture("vectors/gates.json")).unwrap()
}

fn bytes(hex: &str) -> Vec<u8> {
    let (pairs, rest) = hex.as_bytes().as_chunks::<2>();
    assert!(rest.is_empty());
    pairs.iter().map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

#[test]
fn a_table_is_read_and_written_as_it_is_elsewhere() {
    for table in vectors().tables {
        let gate = |item: &Item| Gate {
            item_hash: id_hash(&item.id),
            open_ppm: item.open_ppm,
            closes_at: item.closes_at,
            is_spent: item.is_spent,
        };
        let campaigns = table.spent_campaigns.iter().map(|id| id_hash(id));
        let items = table.items.iter().map(gate);
        let gates = Gates::new(table.version, EpochSeconds(table.made_at), campaigns, items);
        assert_eq!(gates.encode(), bytes(&table.hex), "{}", table.name);
        assert_eq!(Gates::decode(&bytes(&table.hex)).unwrap(), gates, "{}", table.name);
    }
}

#[test]
fn a_gate_says_what_it_says_elsewhere() {
    let vectors = vectors();
    let gates = Gates::decode(&bytes(&vectors.tables[1].hex)).unwrap();
    assert!(!vectors.asked.is_empty());
    for asked in vectors.asked {
        let now = EpochSeconds(asked.now);
        let is = if gates.is_campaign_spent(&asked.campaign) || gates.is_item_spent(&asked.item) {
            "spent"
        } else if gates.is_open(&asked.item, &asked.user, now) {
            "open"
        } else {
            "held_back"
        };
        assert_eq!(is, asked.is, "{asked:?}");
    }
}

#[test]
fn bytes_that_are_no_table_are_refused() {
    let refused = vectors().refused;
    assert!(refused.len() > 10);
    for Refused { name, hex } in refused {
        assert!(Gates::decode(&bytes(&hex)).is_err(), "{name}");
    }
}
