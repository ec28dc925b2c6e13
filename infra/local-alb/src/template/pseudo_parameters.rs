//! Pseudo parameters.
//!
//! Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>.

use super::document::Template;

/// The account of generated ARNs: that of AWS's examples.
const ACCOUNT_ID: &str = "123456789012";

impl Template {
    /// A pseudo parameter's text, as overridden.
    pub(super) fn pseudo_parameter(&self, name: &str) -> String {
        let given = self.inputs.parameters.get(name).map(String::as_str);
        given.or_else(|| pseudo(name)).unwrap_or_default().to_owned()
    }

    /// The region of this run (`us-east-1` unless `--parameter AWS::Region=` says otherwise).
    #[must_use]
    pub fn region(&self) -> String {
        self.pseudo_parameter("AWS::Region")
    }
}

/// The value of a pseudo parameter that no option gives.
pub(super) fn pseudo(name: &str) -> Option<&'static str> {
    Some(match name {
        "AWS::AccountId" => ACCOUNT_ID,
        "AWS::Partition" => "aws",
        "AWS::Region" => "us-east-1",
        "AWS::StackName" => "local",
        "AWS::StackId" => "",
        "AWS::URLSuffix" => "amazonaws.com",
        _ => return None,
    })
}
