//! An allocation request, parsed and checked.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use crate::vocabulary::{
    BirthYear, Country, Gender, Identifier, Language, Network, Platform, Position, Region, ShortText, Shown,
    SlotCount, UserId, Version, Vocabulary,
};

/// One allocation request. An attribute that was not sent is `None` or empty.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// The unit of the request.
    pub unit_id: Identifier,
    /// The app's own name for its user.
    pub user_id: UserId,
    /// The device's own name, which tells the devices of one user apart where a unit lends; `None` under
    /// limit-ad-tracking.
    pub device_id: Option<ShortText>,
    /// Country.
    pub country: Option<Country>,
    /// Region of a country.
    pub region: Option<Region>,
    /// Language.
    pub language: Option<Language>,
    /// Gender.
    pub gender: Option<Gender>,
    /// Year of birth.
    pub birth_year: Option<BirthYear>,
    /// Platform.
    pub platform: Option<Platform>,
    /// Version of the operating system.
    pub os_version: Option<Version>,
    /// Version of the SDK that sent the request.
    pub sdk_version: Option<Version>,
    /// Maker of the device.
    pub device_maker: Option<ShortText>,
    /// Model of the device, as its maker calls it.
    pub device_model: Option<ShortText>,
    /// Mobile carrier.
    pub carrier: Option<ShortText>,
    /// Connection of the device.
    pub network: Option<Network>,
    /// The user's zone; the unit's if none was sent.
    pub time_zone: Option<TimeZone>,
    /// Categories that the user is interested in; empty under limit-ad-tracking.
    pub interests: Vec<ShortText>,
    /// Audiences the user is in; empty under limit-ad-tracking.
    pub segments: Vec<ShortText>,
    /// Apps on the device.
    pub packages: Vec<ShortText>,
    /// Where the device is; `None` under limit-ad-tracking.
    pub position: Option<Position>,
    /// Free key-values.
    pub key_values: BTreeMap<ShortText, ShortText>,
    /// Whether the user limits ad tracking: nothing is read or written about the user then.
    pub limit_ad_tracking: bool,
    /// How many slots; the unit's default if not sent.
    pub count: Option<SlotCount>,
    /// What the device showed, if it reports that.
    pub shown: Option<Vec<Shown>>,
}

impl Query {
    /// What the request says of the phone, and of where it may be used, by the names of parameters. Nothing of it tells
    /// persons apart.
    pub fn of_the_phone(&self) -> impl Iterator<Item = (&'static str, String)> {
        let attributes = [
            ("country", text(self.country.as_ref())),
            ("region", text(self.region.as_ref())),
            ("language", text(self.language.as_ref())),
            ("platform", text(self.platform.as_ref())),
            ("os_version", text(self.os_version.as_ref())),
            ("sdk_version", text(self.sdk_version.as_ref())),
            ("device_maker", text(self.device_maker.as_ref())),
            ("device_model", text(self.device_model.as_ref())),
            ("carrier", text(self.carrier.as_ref())),
            ("network", text(self.network.as_ref())),
            ("time_zone", self.time_zone.as_ref().and_then(|zone| zone.iana_name()).map(str::to_owned)),
        ];
        attributes.into_iter().filter_map(|(name, value)| Some((name, value?)))
    }

    /// Takes an attribute as `of_the_phone` gives it. One that is not known or not valid is left out.
    pub fn take_of_the_phone(&mut self, name: &str, text: &str) {
        match name {
            "country" => self.country = read(text),
            "region" => self.region = read(text),
            "language" => self.language = read(text),
            "platform" => self.platform = read(text),
            "os_version" => self.os_version = read(text),
            "sdk_version" => self.sdk_version = read(text),
            "device_maker" => self.device_maker = read(text),
            "device_model" => self.device_model = read(text),
            "carrier" => self.carrier = read(text),
            "network" => self.network = read(text),
            "time_zone" => self.time_zone = read(text),
            _ => {}
        }
    }
}

fn read<T: Vocabulary>(text: &str) -> Option<T> {
    T::read(text).ok()
}

fn text(value: Option<&impl ToString>) -> Option<String> {
    value.map(ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_a_phone_is_taken_back_by_the_same_names() {
        let said = [
            ("country", "KR"),
            ("region", "KR-11"),
            ("language", "ko"),
            ("platform", "android"),
            ("os_version", "14.1.0.0"),
            ("sdk_version", "2.0.0.0"),
            ("device_maker", "Samsung"),
            ("device_model", "SM-S911N"),
            ("carrier", "SKT"),
            ("network", "wifi"),
            ("time_zone", "Asia/Seoul"),
        ];
        let mut query = Query::default();
        for (name, text) in said {
            query.take_of_the_phone(name, text);
        }
        let again: Vec<_> = query.of_the_phone().collect();
        assert_eq!(again, said.map(|(name, text)| (name, text.to_owned())));
        query.take_of_the_phone("country", "nowhere");
        query.take_of_the_phone("unknown", "KR");
        assert_eq!(query.of_the_phone().count(), said.len() - 1);
    }
}
