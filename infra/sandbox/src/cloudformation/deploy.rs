//! Makes a stack from its template: resources in the order of their references, then the outputs.

use std::collections::BTreeMap;

use super::{
    Error, Output, Resource, Stack, find_exports,
    order::order,
    resource::{self, Site},
    scope::{Scope, plain, shown},
    template::Template,
};
use crate::world::{Caller, World};

/// Makes a stack. What a resource of a modelled type asks for is called as CloudFormation would; a type that
/// the sandbox does not model is kept opaque.
pub fn deploy(
    world: &mut World,
    name: &str,
    template: &str,
    parameters: &BTreeMap<String, String>,
) -> Result<(), Error> {
    if world.cloudformation.list.contains(name) {
        return Err(Error::Exists(name.to_owned()));
    }
    let template = Template::read(name, template)?;
    let id = world.place.arn("cloudformation", &format!("stack/{name}/{}", world.ids.uuid()));
    let mut scope =
        Scope::new(&template, (name, &id), &world.place.clone(), parameters, find_exports(world))?;
    let resources = make(world, &mut scope, &template)?;
    let outputs = outputs(&scope, &template)?;
    let parameters = scope.parameters.iter().map(|(name, value)| (name.clone(), shown(value))).collect();
    let created = world.now();
    let description = template.description;
    let stack = Stack {
        id,
        name: name.to_owned(),
        description,
        created,
        parameters,
        resources,
        outputs,
        status: None,
    };
    world.cloudformation.list.insert(name, stack);
    Ok(())
}

fn make(world: &mut World, scope: &mut Scope<'_>, template: &Template) -> Result<Vec<Resource>, Error> {
    let declared = template.resources(&scope.stack_name)?;
    let caller = cloud_formation(world);
    let mut resources = Vec::new();
    for at in order(&declared, |_| true)? {
        let (logical, declared) = &declared[at];
        if !scope.is_wanted(declared.condition.as_deref()) {
            continue;
        }
        let properties = scope.resolve(logical, &declared.properties)?;
        let mut site = Site { world, caller: &caller, stack: &scope.stack_name, logical };
        let made = resource::make(&mut site, &declared.kind, &properties)
            .map_err(|error| Error::resource(logical, &declared.kind, error))?;
        let resource = made.into_resource(logical, &declared.kind, world.now());
        scope.made.insert((*logical).to_owned(), resource.clone());
        resources.push(resource);
    }
    Ok(resources)
}

/// CloudFormation works in the name of who deploys: a user of the sandbox, who may do everything.
pub(super) fn cloud_formation(world: &World) -> Caller {
    Caller { arn: world.place.iam_arn("user/cloudformation") }
}

pub(super) fn outputs(scope: &Scope<'_>, template: &Template) -> Result<Vec<Output>, Error> {
    let declared = template.outputs(&scope.stack_name)?;
    let wanted = declared.into_iter().filter(|(_, output)| scope.is_wanted(output.condition.as_deref()));
    wanted
        .map(|(key, output)| {
            let whose = format!("The output {key}");
            let export = output.export().map(|name| scope.resolve(&whose, name)).transpose()?;
            Ok(Output {
                key: key.to_owned(),
                value: plain(&scope.resolve(&whose, &output.value)?),
                description: output.description,
                export: export.as_ref().map(plain),
            })
        })
        .collect()
}
