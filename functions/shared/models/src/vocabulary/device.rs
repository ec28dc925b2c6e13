//! What a device is: its platform and its connection.

use super::choice::choice;

choice! {
    /// What the device runs.
    pub enum Platform {
        /// Android.
        Android = "android",
        /// iOS and iPadOS.
        Ios = "ios",
        /// A browser.
        Web = "web",
    }
}

choice! {
    /// How a device is connected.
    pub enum Network {
        /// Wireless LAN.
        Wifi = "wifi",
        /// A mobile network.
        Cellular = "cellular",
        /// Anything else.
        Other = "other",
    }
}
