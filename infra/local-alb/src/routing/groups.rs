//! The target groups that rules name by their ARNs.

use super::options::Options;
use super::target_group::TargetGroup;
use crate::template::{LoadError, Template};

pub(super) const TARGET_GROUP: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";

/// The target groups met so far.
#[derive(Debug)]
pub(super) struct Groups<'a> {
    template: &'a Template,
    pub(super) options: &'a Options,
    pub(super) found: Vec<TargetGroup>,
}

impl<'a> Groups<'a> {
    pub(super) fn new(template: &'a Template, options: &'a Options) -> Self {
        Self { template, options, found: Vec::new() }
    }

    /// The index of the group of this ARN.
    pub(super) fn index_of(&mut self, arn: &str) -> Result<usize, LoadError> {
        if let Some(index) = self.found.iter().position(|group| group.arn == arn) {
            return Ok(index);
        }
        let group = self.read(arn)?;
        self.found.push(group);
        Ok(self.found.len() - 1)
    }

    /// The index of the group of this logical id. A group that is not in the template is one of another stack.
    pub(super) fn index_of_name(&mut self, name: &str) -> Result<usize, LoadError> {
        for resource in self.template.resources_of(TARGET_GROUP)? {
            if resource.path() == name {
                return self.index_of(&resource.reference()?);
            }
        }
        self.index_of(&self.template.external_group(name))
    }

    fn read(&self, arn: &str) -> Result<TargetGroup, LoadError> {
        for resource in self.template.resources_of(TARGET_GROUP)? {
            if resource.reference()? == arn {
                return TargetGroup::read(self.template, &resource, arn);
            }
        }
        let name = self.template.holder_of(arn);
        Ok(TargetGroup::external(name.as_deref().unwrap_or(arn), arn))
    }
}
