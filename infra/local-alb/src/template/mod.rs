//! SAM and CloudFormation templates: what is written, and what it means for given parameters.
//!
//! Values are resolved only when something asks for them. So a template may hold constructs that mean
//! nothing here (another service's attributes, functions that this program does not know) as long as the
//! routing does not depend on them; and one that it does depend on is an error with its line.

mod arn;
mod conditions;
mod declare;
mod document;
mod error;
mod for_each;
mod function;
mod inputs;
mod intrinsics;
mod nested;
mod node;
mod outputs;
mod parameters;
mod pseudo_parameters;
mod read;
mod resource;
mod samconfig;
mod scope;
mod value;
mod yaml;

pub use document::Template;
pub use error::LoadError;
pub use function::{FunctionSettings, Variable};
pub use inputs::{FilesRead, Inputs};
pub use node::{Kind, Node};
pub use resource::Resource;
pub use samconfig::SamConfig;
pub use value::{Data, Value};
