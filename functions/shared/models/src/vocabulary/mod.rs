//! The values that requests and catalogs write as text: each a type of its own with one parser
//! ([`Vocabulary::read`]), which requests, catalogs, JSON Schemas and the OpenAPI document share.

mod boolean;
mod canonical;
mod choice;
mod codes;
mod device;
mod explain;
mod form;
mod gender;
mod host;
mod identifier;
mod integers;
mod position;
mod shown;
mod text;
mod text_type;
mod time_zone;
mod url;
mod version;

pub use self::url::{ImageUrl, LandingUrl, LinkBaseUrl, Origin, plain_origin};
pub use canonical::refused_code;
pub use codes::{Country, Currency, Language, Region};
pub use device::{Network, Platform};
pub use explain::Explain;
pub use form::{Form, Invalid, Normalized, Vocabulary};
pub use gender::Gender;
pub use identifier::Identifier;
pub use integers::{BirthYear, SlotCount};
pub use position::{Latitude, Longitude, Position};
pub use shown::Shown;
pub use text::{Folded, ShortText, UserId};
pub use version::Version;
