//! Files of other tools, each with the step that makes a template of it.

use std::path::Path;

use super::node::Node;

/// The advice for the source of a tool, by the file's extension.
pub(super) fn of_source(file: &Path) -> Option<&'static str> {
    match file.extension()?.to_str()? {
        "tf" | "hcl" => Some("this is Terraform: local-alb reads SAM and CloudFormation templates only"),
        "ts" | "js" | "py" | "java" | "cs" | "go" => Some(
            "this is source code: for an app of the CDK run `cdk synth` and pass --template \
             cdk.out/STACK.template.json",
        ),
        _ => None,
    }
}

/// The advice for a document without `Resources`.
pub(super) fn of_document(root: &Node) -> Option<&'static str> {
    if root.get("service").is_some() && root.get("provider").is_some() {
        return Some(
            "this is a serverless.yml: run `serverless package` and pass --template \
             .serverless/cloudformation-template-update-stack.json",
        );
    }
    if root.get("app").is_some() {
        return Some(
            "this is the configuration of the CDK: run `cdk synth` and pass --template \
             cdk.out/STACK.template.json",
        );
    }
    None
}
