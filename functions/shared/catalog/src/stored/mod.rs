//! How a catalog lies in a blob: its records, its texts, its lists, and where each section is.

mod flags;
mod lists;
mod lookup;
mod records;
mod sections;
mod texts;
mod validate;

pub(crate) use flags::Stored;
pub(crate) use lists::ListWriter;
pub(crate) use lookup::{Lookup, Lookups};
pub(crate) use records::{
    AdsRecord, AdvertiserRecord, BlockRecord, CampaignRecord, ContentRecord, ContentsRecord, CreativeRecord,
    FieldRecord, IntervalRecord, LineItemRecord, MemberRecord, NONE, OverrideRecord, TombstoneRecord,
    UnitColumnsRecord, UnitRecord, ValueRecord, WithheldRecord,
};
pub(crate) use sections::{Store, section};
pub use texts::{TextStore, TextWriter};
pub(crate) use validate::validate;
