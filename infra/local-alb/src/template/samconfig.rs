//! The parameters in the configuration file of the SAM command line.
//!
//! Source: <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-config.html>.

use std::collections::BTreeMap;
use std::path::Path;

use super::error::LoadError;

/// The commands whose settings are read. A later command wins.
const COMMANDS: [&str; 2] = ["global", "deploy"];

/// The settings of one environment in a `samconfig.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SamConfig {
    /// `parameter_overrides`, and `region` and `stack_name` as the pseudo parameters that they are.
    pub parameters: BTreeMap<String, String>,
}

impl SamConfig {
    /// Reads the tables `[ENVIRONMENT.global.parameters]` and `[ENVIRONMENT.deploy.parameters]` of a file.
    ///
    /// # Errors
    /// An unreadable or malformed file, no such environment, or overrides of an unknown form.
    pub fn read(file: &Path, environment: &str) -> Result<Self, LoadError> {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(file)
            .map_err(|error| LoadError::of(&name, format!("cannot be read: {error}")))?;
        Self::parse(&name, &text, environment)
    }

    fn parse(name: &str, text: &str, environment: &str) -> Result<Self, LoadError> {
        let root: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            LoadError::at(name, before.matches('\n').count() + 1, error.message())
        })?;
        let Some(tables) = root.get(environment) else {
            return Err(LoadError::of(name, format!("there is no environment {environment}")));
        };
        let mut config = Self::default();
        for command in COMMANDS {
            let Some(settings) = tables.get(command).and_then(|table| table.get("parameters")) else {
                continue;
            };
            for (key, parameter) in [("region", "AWS::Region"), ("stack_name", "AWS::StackName")] {
                if let Some(text) = settings.get(key).and_then(toml::Value::as_str) {
                    config.parameters.insert(parameter.to_owned(), text.to_owned());
                }
            }
            if let Some(overrides) = settings.get("parameter_overrides") {
                let pairs = pairs(overrides).map_err(|problem| {
                    LoadError::of(name, format!("{environment}.{command}: parameter_overrides: {problem}"))
                })?;
                config.parameters.extend(pairs);
            }
        }
        Ok(config)
    }
}

/// `"A=b C='d e'"`, `"ParameterKey=A,ParameterValue=b"`, or a list of such texts.
fn pairs(overrides: &toml::Value) -> Result<Vec<(String, String)>, String> {
    let texts = match overrides {
        toml::Value::String(text) => words(text)?,
        toml::Value::Array(items) => {
            // An item is one pair; spaces in it need no quotes.
            let item =
                |item: &toml::Value| item.as_str().map(unquoted).ok_or("an item is not text".to_owned());
            items.iter().map(item).collect::<Result<_, _>>()?
        }
        _ => return Err("it must be text or a list of texts".to_owned()),
    };
    texts.iter().map(|text| pair(text)).collect()
}

fn pair(text: &str) -> Result<(String, String), String> {
    let long = text.strip_prefix("ParameterKey=").and_then(|rest| rest.split_once(",ParameterValue="));
    match long.or_else(|| text.split_once('=')) {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err(format!("{text} is not of the form NAME=VALUE")),
    }
}

fn unquoted(text: &str) -> String {
    text.chars().filter(|char| *char != '"').collect()
}

/// Splits at spaces that are not in quotes, as a shell does.
fn words(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match (char, quote) {
            ('"' | '\'', None) => {
                quote = Some(char);
                word.get_or_insert_default();
            }
            (_, Some(open)) if char == open => quote = None,
            ('\\', None | Some('"')) => word.get_or_insert_default().extend(chars.next()),
            (_, None) if char.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(char),
        }
    }
    if quote.is_some() {
        return Err("a quote without its end".to_owned());
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, environment: &str) -> Result<Vec<(String, String)>, String> {
        let config = SamConfig::parse("samconfig.toml", text, environment);
        config.map(|config| config.parameters.into_iter().collect()).map_err(|error| error.to_string())
    }

    fn expect(overrides: &str, expected: &[(&str, &str)]) {
        let text = format!("[default.deploy.parameters]\nparameter_overrides = {overrides}\n");
        let expected: Vec<_> =
            expected.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        assert_eq!(read(&text, "default"), Ok(expected), "{overrides}");
    }

    #[test]
    fn overrides_are_read_in_all_their_forms() {
        expect(r#""A=1 B=two""#, &[("A", "1"), ("B", "two")]);
        expect(r#"'A="1 2" B=x=y C='"#, &[("A", "1 2"), ("B", "x=y"), ("C", "")]);
        expect(r#"["A=1 2", "B=x", 'C="3"']"#, &[("A", "1 2"), ("B", "x"), ("C", "3")]);
        expect(
            r#""ParameterKey=A,ParameterValue=1 ParameterKey=B,ParameterValue=2""#,
            &[("A", "1"), ("B", "2")],
        );
    }

    #[test]
    fn deploy_wins_over_global_and_other_commands_are_not_read() {
        let text = "
[prod.global.parameters]
region = 'eu-west-1'
stack_name = 'shop'
parameter_overrides = 'A=global B=global'
[prod.deploy.parameters]
parameter_overrides = 'A=deploy'
[prod.validate.parameters]
parameter_overrides = 'A=other'
";
        let found = read(text, "prod").expect("the settings");
        let names: Vec<String> = found.iter().map(|(key, value)| format!("{key}={value}")).collect();
        assert_eq!(names.join(" "), "A=deploy AWS::Region=eu-west-1 AWS::StackName=shop B=global");
        assert_eq!(read(text, "dev"), Err("samconfig.toml: there is no environment dev".to_owned()));
    }

    #[test]
    fn what_is_malformed_is_named() {
        let error = read("a = 1\nb = = 2\n", "default").expect_err("no TOML");
        assert!(error.starts_with("samconfig.toml:2: "), "{error}");
        for overrides in ["'A'", "'A=\"1'", "3", "[3]"] {
            let text = format!("[default.deploy.parameters]\nparameter_overrides = {overrides}\n");
            let error = read(&text, "default").expect_err("not overrides");
            assert!(error.contains("default.deploy: parameter_overrides: "), "{error}");
        }
    }
}
