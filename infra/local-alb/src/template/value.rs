//! A template's value after its intrinsic functions have been resolved.

/// A resolved value and the line it stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// The line of the construct that gave the value, from 1.
    pub line: usize,
    /// The value.
    pub data: Data,
}

/// The content of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// `AWS::NoValue` or an empty value. Lists and mappings leave such entries out.
    Null,
    /// Text; numbers and booleans as they were written.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// A mapping in the order of the file.
    Map(Vec<(String, Value)>),
}

impl Value {
    /// A text.
    pub fn text_at(line: usize, text: impl Into<String>) -> Self {
        Self { line, data: Data::Text(text.into()) }
    }

    /// The entry of a mapping.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries().iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The entries of a mapping, or nothing.
    #[must_use]
    pub fn entries(&self) -> &[(String, Value)] {
        match &self.data {
            Data::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The items of a list. A lone text counts as a list of one, as `CloudFormation` takes it.
    #[must_use]
    pub fn items(&self) -> &[Value] {
        match &self.data {
            Data::List(items) => items,
            Data::Text(_) => std::slice::from_ref(self),
            Data::Null | Data::Map(_) => &[],
        }
    }
}
