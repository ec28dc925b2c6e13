//! What all types have in common whose values are a few names.

/// Defines an enum by the names of its variants: its parser, its form and how it is written follow.
macro_rules! choice {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident { $($(#[$variant_attribute:meta])* $variant:ident = $text:literal,)+ }
    ) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$variant_attribute])* $variant,)+
        }

        impl $name {
            const NAMES: &[&str] = &[$($text),+];

            /// The name in requests and catalogs.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }

        impl super::form::Vocabulary for $name {
            const FORM: super::form::Form = super::form::Form::OneOf(Self::NAMES);

            fn read(text: &str) -> Result<Self, super::form::Invalid> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(super::form::Invalid(format!("one of {}", Self::NAMES.join(", ")))),
                }
            }

            fn normalize(text: &str) -> super::form::Normalized<'_> {
                let name = Self::NAMES.iter().find(|name| name.eq_ignore_ascii_case(text));
                super::form::Normalized::whole(name.copied().unwrap_or(text))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.name())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                <Self as super::form::Vocabulary>::read(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(super) use choice;
