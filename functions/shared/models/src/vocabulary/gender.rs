//! Gender.

use super::choice::choice;

choice! {
    /// A person's gender as an app may report it.
    pub enum Gender {
        /// Male.
        M = "M",
        /// Female.
        F = "F",
        /// Neither of the two.
        X = "X",
    }
}
