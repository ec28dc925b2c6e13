//! Answers over what was opened.

use std::sync::Arc;

use lockfill_decision::inspection::{Check, OneItem, check_item};
use lockfill_decision::{AllocationKind, Context, Decision, Inputs, Item, Rejection, decide};
use lockfill_models::pacing::Gates;
use lockfill_models::query::Query;
use lockfill_models::time::EpochSeconds;
use lockfill_models::user_state::UserState;

use super::question::{AskedItem, InspectionError};
use super::reasons::{Place, Ranks, SlotReason, withheld};
use super::rows::Compiled;

/// All that an inspection depends on.
#[derive(Debug)]
pub struct OpenedInspection {
    pub(super) compiled: Arc<Compiled>,
    pub(super) kind: AllocationKind,
    pub(super) query: Query,
    pub(super) state: UserState,
    pub(super) gates: Gates,
    pub(super) are_gates_known: bool,
    pub(super) now: EpochSeconds,
}

/// What an inspection decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outlook {
    /// The version of the rows; 0 of a draft.
    pub version: u64,
    /// The instant.
    pub now: EpochSeconds,
    /// Whether the gates could be read; without them nothing counts as spent.
    pub are_gates_known: bool,
}

/// Why one item is not shown, or where it is.
#[derive(Debug)]
pub struct WhyNot<'a> {
    /// What was decided on.
    pub outlook: Outlook,
    /// The item's row as JSON, and that of its campaign; `None`: the rows do not have it.
    pub row: Option<&'a str>,
    /// The same of the campaign.
    pub campaign_row: Option<&'a str>,
    /// What is wrong with a content that the version has and does not serve.
    pub withheld: Vec<String>,
    /// The rules that concern it, in order.
    pub checks: Vec<Check>,
    /// Why it has no slot; `None` if it has one, or if the rows do not have it.
    pub rejection: Option<Rejection>,
    /// Where it stands among the items of its kind that meet all rules; `None` if it does not.
    pub place: Option<Place>,
    /// The screen, with the reason of each slot.
    pub screen: Preview<'a>,
}

/// A screen.
#[derive(Debug)]
pub struct Preview<'a> {
    /// What was decided on.
    pub outlook: Outlook,
    /// The slots and times.
    pub decision: Decision<'a>,
    /// Why each slot is where it is, in order.
    pub reasons: Vec<SlotReason<'a>>,
}

impl OpenedInspection {
    fn inputs(&self) -> Result<Inputs<'_, '_>, InspectionError> {
        let catalog = &self.compiled.catalog;
        let unit = catalog.unit(&self.query.unit_id).ok_or(InspectionError::UnknownUnit)?;
        Ok(Inputs {
            catalog,
            unit,
            query: &self.query,
            state: &self.state,
            gates: &self.gates,
            gate_columns: None,
            now: self.now,
        })
    }

    fn outlook(&self) -> Outlook {
        let version = self.compiled.catalog.version();
        Outlook { version, now: self.now, are_gates_known: self.are_gates_known }
    }

    /// The screen. Nothing is counted, and no slot has a link.
    ///
    /// # Errors
    /// [`InspectionError::UnknownUnit`] if the rows do not have the unit.
    pub fn preview(&self) -> Result<Preview<'_>, InspectionError> {
        let inputs = self.inputs()?;
        let decision = decide(self.kind, &inputs, &mut ());
        Ok(self.screen(&Ranks::of(self.kind, &Context::new(&inputs)), decision))
    }

    fn screen<'a>(&self, ranks: &Ranks<'a>, decision: Decision<'a>) -> Preview<'a> {
        let reasons = decision.slots.iter().map(|&slot| ranks.reason(slot)).collect();
        Preview { outlook: self.outlook(), decision, reasons }
    }

    /// Every rule that keeps an item out, or its place among the others.
    ///
    /// # Errors
    /// [`InspectionError::UnknownUnit`] if the rows do not have the unit.
    pub fn why_not(&self, asked: &AskedItem) -> Result<WhyNot<'_>, InspectionError> {
        let inputs = self.inputs()?;
        let context = Context::new(&inputs);
        let catalog = &self.compiled.catalog;
        let (kind, id, item) = match asked {
            AskedItem::LineItem(id) => ("line_item", id, catalog.line_item(id).map(Item::LineItem)),
            AskedItem::Content(id) => ("content", id, catalog.content(id).map(Item::Content)),
        };
        let (decision, rejection) = match item {
            Some(item) => {
                let mut observer = OneItem::new(item);
                let decision = decide(self.kind, &inputs, &mut observer);
                (decision, observer.rejection())
            }
            None => (decide(self.kind, &inputs, &mut ()), None),
        };
        let ranks = Ranks::of(self.kind, &context);
        let text = |kind, id: &str| self.compiled.texts.get(&(kind, id.to_owned())).map(String::as_str);
        let campaign_id = match item {
            Some(Item::LineItem(line_item)) => Some(line_item.campaign().id()),
            _ => None,
        };
        Ok(WhyNot {
            outlook: self.outlook(),
            row: text(kind, id),
            campaign_row: campaign_id.and_then(|id| text("campaign", id)),
            withheld: withheld(catalog, asked),
            checks: item.map_or_else(Vec::new, |item| check_item(self.kind, item, &context)),
            rejection,
            place: item.and_then(|item| ranks.place(item)),
            screen: self.screen(&ranks, decision),
        })
    }
}
