//! The resources of a template. A resource exists if its condition holds.

use super::arn;
use super::document::Template;
use super::error::LoadError;
use super::node::{Kind, Node};
use super::value::{Data, Value};

/// A resource of the template.
#[derive(Debug, Clone, Copy)]
pub struct Resource<'t> {
    /// The template that declares it: the outermost one, or that of a nested stack.
    pub template: &'t Template,
    /// Its logical id.
    pub id: &'t str,
    /// Its type, such as `AWS::Serverless::Function`.
    pub kind: &'t str,
    /// Its whole declaration.
    pub node: &'t Node,
}

impl<'t> Resource<'t> {
    /// A property, unresolved.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&'t Node> {
        self.node.get("Properties")?.get(name)
    }

    /// The properties, unresolved.
    #[must_use]
    pub fn properties(&self) -> &'t [(String, Node)] {
        self.node.get("Properties").map_or(&[], Node::entries)
    }

    /// The logical id; in a nested stack behind those of the stacks that it is in, as in `Shop/BookFunction`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}{}", self.template.prefix, self.id)
    }

    /// An error on a line of the template that declares it.
    pub fn error(&self, line: usize, message: impl Into<String>) -> LoadError {
        self.template.error(line, message)
    }

    /// What `Ref` gives for it.
    ///
    /// # Errors
    /// A name that cannot be resolved.
    pub fn reference(&self) -> Result<String, LoadError> {
        self.template.physical_id(self)
    }

    /// A property's value; `None` if it is absent or `AWS::NoValue`.
    ///
    /// # Errors
    /// A value that cannot be resolved.
    pub fn value(&self, name: &str) -> Result<Option<Value>, LoadError> {
        let Some(node) = self.property(name) else { return Ok(None) };
        let value = self.template.resolve(node)?;
        Ok((value.data != Data::Null).then_some(value))
    }

    /// A property that must be text.
    ///
    /// # Errors
    /// A value that cannot be resolved or is no text.
    pub fn text(&self, name: &str) -> Result<Option<String>, LoadError> {
        let Some(value) = self.value(name)? else { return Ok(None) };
        match value.text() {
            Some(text) => Ok(Some(text.to_owned())),
            None => Err(self.error(value.line, format!("{name} of {} must be text", self.id))),
        }
    }
}

impl Template {
    /// The resources of a type, in the order of the file, then those of nested stacks.
    ///
    /// # Errors
    /// A condition of such a resource that cannot be evaluated.
    pub fn resources_of(&self, kind: &str) -> Result<Vec<Resource<'_>>, LoadError> {
        let mut found = Vec::new();
        for (id, node) in self.section("Resources") {
            if node.get("Type").and_then(Node::text) == Some(kind) && self.exists(node)? {
                found.push(self.as_resource(id, node));
            }
        }
        for (_, child) in &self.children {
            found.extend(child.resources_of(kind)?);
        }
        Ok(found)
    }

    /// A resource of this template by its logical id, if it exists under the conditions.
    ///
    /// # Errors
    /// A condition that cannot be evaluated.
    pub fn resource(&self, id: &str) -> Result<Option<Resource<'_>>, LoadError> {
        let found = self.section("Resources").iter().find(|(name, _)| name == id);
        let Some((id, node)) = found else { return Ok(None) };
        Ok(self.exists(node)?.then(|| self.as_resource(id, node)))
    }

    /// A resource of this template or of a nested one, by its [path](Resource::path).
    ///
    /// # Errors
    /// A condition that cannot be evaluated.
    pub fn find(&self, path: &str) -> Result<Option<Resource<'_>>, LoadError> {
        match path.split_once('/') {
            None => self.resource(path),
            Some((stack, rest)) => self.child(stack).map_or(Ok(None), |child| child.find(rest)),
        }
    }

    /// Whether there is a declaration of this [path](Resource::path), whatever its condition.
    #[must_use]
    pub fn declares(&self, path: &str) -> bool {
        match path.split_once('/') {
            None => self.section("Resources").iter().any(|(id, _)| id == path),
            Some((stack, rest)) => self.child(stack).is_some_and(|child| child.declares(rest)),
        }
    }

    fn as_resource<'t>(&'t self, id: &'t str, node: &'t Node) -> Resource<'t> {
        Resource { template: self, id, kind: node.get("Type").and_then(Node::text).unwrap_or(""), node }
    }

    /// What `Ref` gives for a parameter or a resource, as text.
    ///
    /// # Errors
    /// No such thing, or a value that is unknown or no text.
    pub fn reference(&self, name: &str) -> Result<String, LoadError> {
        let line = 1;
        let call = Node {
            line,
            kind: Kind::Call("Ref".to_owned(), Box::new(Node { line, kind: Kind::Text(name.to_owned()) })),
        };
        match self.resolve(&call)?.text() {
            Some(text) => Ok(text.to_owned()),
            None => Err(self.error(line, format!("{name} is not text"))),
        }
    }

    /// What `Ref` gives for a resource: its name or ARN where this program makes one, else its logical id.
    pub(super) fn physical_id(&self, resource: &Resource<'_>) -> Result<String, LoadError> {
        let named = |property: &str| {
            let name = resource.text(property)?;
            // Resources of two nested stacks may have the same logical id.
            Ok(name.unwrap_or_else(|| resource.path().replace('/', "-")))
        };
        match resource.kind {
            "AWS::Serverless::Function" | "AWS::Lambda::Function" => named("FunctionName"),
            "AWS::DynamoDB::Table" | "AWS::Serverless::SimpleTable" => named("TableName"),
            "AWS::S3::Bucket" => named("BucketName"),
            "AWS::SQS::Queue" => named("QueueName"),
            "AWS::ElasticLoadBalancingV2::TargetGroup" => {
                // The routing does not depend on the name.
                let name = named("Name").unwrap_or_else(|_: LoadError| resource.path().replace('/', "-"));
                Ok(arn::target_group(self, &name, &resource.path()))
            }
            "AWS::ElasticLoadBalancingV2::LoadBalancer" => {
                Ok(arn::balancer(self, "loadbalancer", &resource.path()))
            }
            "AWS::ElasticLoadBalancingV2::Listener" => Ok(arn::balancer(self, "listener", &resource.path())),
            "AWS::ElasticLoadBalancingV2::ListenerRule" => {
                Ok(arn::balancer(self, "listener-rule", &resource.path()))
            }
            "AWS::Lambda::Alias" => Ok(format!("{}:{}", self.qualified(resource)?, named("Name")?)),
            "AWS::Lambda::Version" => Ok(format!("{}:1", self.qualified(resource)?)),
            _ => Ok(resource.id.to_owned()),
        }
    }

    /// The ARN of the function that an alias or a version belongs to.
    fn qualified(&self, resource: &Resource<'_>) -> Result<String, LoadError> {
        let name = resource
            .text("FunctionName")?
            .ok_or_else(|| self.error(resource.node.line, format!("{} has no FunctionName", resource.id)))?;
        Ok(if name.starts_with("arn:") { name } else { arn::function(self, &name) })
    }
}
