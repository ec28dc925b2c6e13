//! Schemas whose failures name the wrong place.

use jsonschema::Validator;
use lockfill_test_contract::files::read_fixture;
use serde_json::Value;

/// One of `tests/fixtures/schemas`, formats included.
pub(crate) struct Schema {
    name: String,
    validator: Validator,
}

impl Schema {
    pub(crate) fn of(name: &str) -> Self {
        let document = read_fixture(&format!("schemas/{name}.schema.json"));
        let options = jsonschema::draft202012::options().should_validate_formats(true);
        let validator = options.build(&document).unwrap_or_else(|error| panic!("{name}: {error}"));
        Self { name: name.to_owned(), validator }
    }

    pub(crate) fn admits(&self, document: &Value) -> bool {
        self.validator.is_valid(document)
    }

    /// Panics if the schema does not admit the document.
    pub(crate) fn check(&self, what: &str, document: &Value) {
        let error = |error: jsonschema::ValidationError<'_>| format!("{}: {error}", error.instance_path());
        let errors: Vec<_> = self.validator.iter_errors(document).map(error).collect();
        assert!(errors.is_empty(), "{what} is no {}:\n{}", self.name, errors.join("\n"));
    }
}
