//! Whether a subject is whom an item is meant for. One file per rule; [`check`] is their order.

mod age;
mod app;
mod carrier;
mod country;
mod device_maker;
mod device_model;
mod gender;
mod geo;
mod interests;
mod key_values;
mod language;
mod network;
mod os_version;
mod packages;
mod platform;
mod region;
mod rules;
mod sdk_version;
mod segments;
mod subject;
mod unit;
mod user_age;

pub use rules::check;
pub use subject::Subject;
