//! SAM and CloudFormation templates: the text, and its values for given parameters.
//!
//! A value is resolved only when the routing needs it. So a template may hold constructs that this program does not
//! support (attributes of other services, other functions). A construct that the routing needs is an error with its
//! line.

mod arn;
mod conditions;
mod constraints;
mod declare;
mod document;
mod error;
mod external;
mod for_each;
mod foreign;
mod function;
mod inputs;
mod intrinsics;
mod missing;
mod nested;
mod node;
mod outputs;
mod parameters;
mod pseudo_parameters;
mod read;
mod resource;
mod samconfig;
mod scalar;
mod scope;
mod value;
mod yaml;
#[cfg(test)]
mod yaml_suite;

pub use document::Template;
pub use error::LoadError;
pub use function::{FunctionSettings, Variable};
pub use inputs::{FilesRead, Inputs};
pub use node::{Kind, Node};
pub use resource::Resource;
pub use samconfig::SamConfig;
pub use value::{Data, Value};
