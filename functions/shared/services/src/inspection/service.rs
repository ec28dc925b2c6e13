//! Opens what a person asks about. Nothing is counted, and no user's history is read.

use std::sync::Arc;

use jiff::Timestamp;
use lockfill_catalog::Catalog;
use lockfill_dao::{CountsReader, DaoError, GatesReader, InspectedRowsReader};
use lockfill_decision::Item;
use lockfill_models::draw::id_hash;
use lockfill_models::pacing::{Gate, Gates, NEVER_CLOSES};
use lockfill_models::time::EpochSeconds;
use lockfill_models::user_state::UserState;

use super::delivery::Time;
use super::forecast::{Forecast, ForecastRequest};
use super::opened::OpenedInspection;
use super::question::{AskedItem, AssumedHistory, InspectionError, InspectionRequest};
use super::reach::{Reach, Trial, reach};
use super::rows::CompiledRows;
use super::sampled::{self, SampledRequests};

/// Opens inspections; the interface that controllers depend on.
pub trait InspectVersions: Send + Sync {
    /// Reads and compiles the rows, and reads the gates. `now` is the instant of the call.
    ///
    /// # Errors
    /// If the rows cannot be had or served.
    fn open(
        &self,
        request: InspectionRequest,
        now: Timestamp,
    ) -> impl Future<Output = Result<OpenedInspection, InspectionError>> + Send;

    /// Decides sampled requests of the period before `now` again.
    ///
    /// # Errors
    /// If rows or samples cannot be had.
    fn forecast(
        &self,
        request: ForecastRequest,
        now: Timestamp,
    ) -> impl Future<Output = Result<Forecast, InspectionError>> + Send;
}

/// Inspects versions of a store.
#[derive(Debug)]
pub struct InspectionService<D, G, C> {
    store: D,
    gates: Option<G>,
    counts: Option<C>,
    compiled: CompiledRows,
}

impl<D: InspectedRowsReader, G: GatesReader, C: CountsReader> InspectionService<D, G, C> {
    /// A service over a store of rows. Without tables of gates every gate is open; without counts there are no samples.
    pub fn new(store: D, gates: Option<G>, counts: Option<C>) -> Self {
        Self { store, gates, counts, compiled: CompiledRows::default() }
    }

    /// The samples of a period. A look ahead wants as many as there are.
    async fn samples(
        &self,
        hours: u16,
        is_ahead: bool,
        now: EpochSeconds,
    ) -> Result<SampledRequests, InspectionError> {
        let Some(counts) = &self.counts else { return Ok(SampledRequests::default()) };
        let rounds = if is_ahead { sampled::ROUNDS_MAX } else { 1 };
        let read = sampled::read(counts, now, i64::from(hours) * 60, rounds);
        read.await.map_err(InspectionError::Store)
    }

    /// The newest gates. An inspection without them says so.
    async fn gates(&self) -> Option<Gates> {
        let Some(reader) = &self.gates else { return Some(Gates::default()) };
        let read = async {
            match reader.current().await? {
                Some(pointer) => reader.load(&pointer).await,
                None => Ok(Gates::default()),
            }
        };
        read.await.inspect_err(|error: &DaoError| tracing::warn!(%error, "inspecting without gates")).ok()
    }
}

impl<D: InspectedRowsReader, G: GatesReader, C: CountsReader> InspectVersions for InspectionService<D, G, C> {
    async fn open(
        &self,
        request: InspectionRequest,
        now: Timestamp,
    ) -> Result<OpenedInspection, InspectionError> {
        let InspectionRequest { source, kind, query, history, at } = request;
        let (compiled, gates) = tokio::join!(self.compiled.of(&self.store, &source), self.gates());
        let compiled: Arc<_> = compiled?;
        let now = at.unwrap_or_else(|| now.into());
        let unit = compiled.catalog.unit(&query.unit_id).ok_or(InspectionError::UnknownUnit)?;
        let mut state = match history {
            AssumedHistory::New => UserState::new_user(),
            AssumedHistory::Unknown => UserState::default(),
        };
        if let Some(shown) = &query.shown {
            let zone = query.time_zone.as_ref().unwrap_or(&unit.time_zone);
            state.add_report(shown, now.floor_to_minute(), zone, |item_id| {
                let campaign = compiled.catalog.line_item(item_id)?.campaign();
                Some((campaign.id(), campaign.advertiser().id()))
            });
        }
        let are_gates_known = gates.is_some();
        let gates = gates.unwrap_or_default();
        Ok(OpenedInspection { compiled, kind, query, state, gates, are_gates_known, now })
    }

    async fn forecast(&self, request: ForecastRequest, now: Timestamp) -> Result<Forecast, InspectionError> {
        let ForecastRequest { source, item: asked, hours, is_gated, is_ahead, depths } = request;
        let (compiled, samples, gates) = tokio::join!(
            self.compiled.of(&self.store, &source),
            self.samples(hours, is_ahead, now.into()),
            self.gates()
        );
        let (compiled, samples) = (compiled?, samples?);
        let gates = gates.filter(|_| is_gated).unwrap_or_default();
        let gates = if is_ahead { kept_open(&gates, &asked, &compiled.catalog, now.into()) } else { gates };
        let time = Time { now: now.into(), period_seconds: f64::from(hours) * 3_600.0 };
        let catalog = &compiled.catalog;
        let (kind, id, item) = match &asked {
            AskedItem::LineItem(id) => ("line_item", id, catalog.line_item(id).map(Item::LineItem)),
            AskedItem::Content(id) => ("content", id, catalog.content(id).map(Item::Content)),
        };
        Ok(Forecast {
            version: catalog.version(),
            row: compiled.texts.get(&(kind, id.clone())).cloned(),
            minutes_read: samples.minutes,
            reach: item.map_or_else(Reach::default, |item| {
                reach(&Trial { catalog, item, gates: &gates, depths: &depths, time, is_ahead }, &samples)
            }),
        })
    }
}

/// Gates as they are at an instant, without an end: the next tables are taken to be alike. Those of the item that is asked
/// about are open.
fn kept_open(gates: &Gates, asked: &AskedItem, catalog: &Catalog, now: EpochSeconds) -> Gates {
    let AskedItem::LineItem(id) = asked else { return gates.clone() };
    let (own, campaign) = (id_hash(id), catalog.line_item(id).map(|item| id_hash(item.campaign().id())));
    let others = gates.items().iter().filter(|gate| gate.item_hash != own);
    let kept = others.map(|gate| Gate { open_ppm: gate.open_ppm_at(now), closes_at: NEVER_CLOSES, ..*gate });
    let spent = gates.spent_campaigns().iter().copied().filter(|spent| Some(*spent) != campaign);
    Gates::new(gates.version(), gates.made_at(), spent, kept)
}
