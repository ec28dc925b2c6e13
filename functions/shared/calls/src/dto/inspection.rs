//! The calls by which a person asks about an item or a screen.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lockfill_decision::AllocationKind;
use lockfill_http::dto::allocation_request::parse_explained;
use lockfill_http::{FieldError, Problem};
use lockfill_models::time::EpochSeconds;
use lockfill_models::vocabulary::{Identifier, Vocabulary};
use lockfill_services::{AskedItem, AssumedHistory, Depths, ForecastRequest, InspectionRequest, RowsSource};
use serde::Deserialize;
use serde_json::Value;

/// The most chunks of a draft. An invocation payload has six megabytes at most, and a chunk tens of kilobytes.
const CHUNKS_MAX: usize = 256;

/// Samples are kept a day longer.
const HOURS_MAX: u16 = 168;

/// The most units of which a call says how many impressions a request brings.
const UNITS_MAX: usize = 10_000;

/// The members that both calls have.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// Where the rows come from.
    rows: Rows,
    /// Which allocation the phone asks for.
    allocation: Allocation,
    /// The parameters of its request, as in the JSON of an allocation; `now` is the instant to decide for.
    parameters: Value,
    /// What is taken for known of the user.
    #[serde(default)]
    history: History,
}

/// What is asked of sampled requests.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskedForecast {
    rows: Rows,
    item: AskedItemDocument,
    /// The length of the period that ends now, at most a week.
    hours: u16,
    /// Whether budgets and pacing hold back as they do now.
    #[serde(default)]
    gated: bool,
    /// Whether the requests are tried in the time to come.
    #[serde(default)]
    ahead: bool,
    /// How many millionths of an impression a request brings, by unit.
    #[serde(default)]
    impressions_of_a_request: BTreeMap<String, u32>,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum Rows {
    Version(VersionRows),
    Draft(DraftRows),
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct VersionRows {
    version: u64,
    digest: String,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct DraftRows {
    /// Each in Base64.
    chunks: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Allocation {
    Ads,
    Contents,
    Lockscreen,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum History {
    #[default]
    New,
    Unknown,
}

/// The item of a question.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskedItemDocument {
    kind: ItemKind,
    id: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ItemKind {
    LineItem,
    Content,
}

/// Why a call asks for nothing.
#[derive(Debug)]
pub(crate) enum Unusable {
    /// The call has not its form.
    Call(&'static str),
    /// Parameters of the phone's request are wrong; each is named.
    Parameters(Vec<FieldError>),
}

impl AskedItemDocument {
    pub(crate) fn item(self) -> Result<AskedItem, Unusable> {
        if Identifier::read(&self.id).is_err() {
            return Err(Unusable::Call("item.id must be an id"));
        }
        Ok(match self.kind {
            ItemKind::LineItem => AskedItem::LineItem(self.id),
            ItemKind::Content => AskedItem::Content(self.id),
        })
    }
}

impl AskedForecast {
    pub(crate) fn request(self) -> Result<ForecastRequest, Unusable> {
        let Self { rows, item, hours, gated, ahead, impressions_of_a_request } = self;
        if !(1..=HOURS_MAX).contains(&hours) {
            return Err(Unusable::Call("hours must be from 1 to 168"));
        }
        if impressions_of_a_request.len() > UNITS_MAX {
            return Err(Unusable::Call("impressions_of_a_request are of too many units"));
        }
        Ok(ForecastRequest {
            source: rows.source()?,
            item: item.item()?,
            hours,
            is_gated: gated,
            is_ahead: ahead,
            depths: Depths(impressions_of_a_request),
        })
    }
}

impl Asked {
    /// The request, whose parameters are read as strictly as those of a developer.
    pub(crate) fn request(self, now: EpochSeconds) -> Result<InspectionRequest, Unusable> {
        let Self { rows, allocation, parameters, history } = self;
        if !parameters.is_object() {
            return Err(Unusable::Call("parameters must be an object"));
        }
        let parsed = parse_explained(&parameters, now).map_err(|problem| unusable(&problem))?;
        Ok(InspectionRequest {
            source: rows.source()?,
            kind: match allocation {
                Allocation::Ads => AllocationKind::Ads,
                Allocation::Contents => AllocationKind::Contents,
                Allocation::Lockscreen => AllocationKind::Lockscreen,
            },
            query: parsed.query,
            history: match history {
                History::New => AssumedHistory::New,
                History::Unknown => AssumedHistory::Unknown,
            },
            at: parsed.debugging.and_then(|debugging| debugging.now),
        })
    }
}

fn unusable(problem: &Problem) -> Unusable {
    match problem.errors() {
        [] => Unusable::Call("parameters cannot be read"),
        errors => Unusable::Parameters(errors.to_vec()),
    }
}

impl Rows {
    fn source(self) -> Result<RowsSource, Unusable> {
        match self {
            Self::Version(VersionRows { version, digest }) => {
                let digest = digest.parse().map_err(|_| Unusable::Call("rows.digest must be a digest"))?;
                if version == 0 {
                    return Err(Unusable::Call("rows.version must be at least 1"));
                }
                Ok(RowsSource::Version { version, digest })
            }
            Self::Draft(DraftRows { chunks }) => {
                if chunks.len() > CHUNKS_MAX {
                    return Err(Unusable::Call("rows.chunks are too many"));
                }
                let chunks = chunks.iter().map(|chunk| STANDARD.decode(chunk)).collect::<Result<_, _>>();
                let chunks = chunks.map_err(|_| Unusable::Call("rows.chunks must be Base64"))?;
                Ok(RowsSource::Draft { chunks })
            }
        }
    }
}
