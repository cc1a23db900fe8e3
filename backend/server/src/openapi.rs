//! The OpenAPI document, made from the route table and the types that both sides share.

use std::collections::BTreeMap;

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Components, ComponentsBuilder, Content, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder,
        PathItem, PathsBuilder, Ref, RefOr, Required, ResponseBuilder, Schema,
        path::{OperationBuilder, Parameter, ParameterBuilder, ParameterIn},
        request_body::{RequestBody, RequestBodyBuilder},
    },
};
use viridian_shared::problem::Problem;

use crate::{handler::command::KEY, route::table};

pub(crate) async fn show() -> Response {
    let json = document().to_json().unwrap_or_default();
    ([(header::CONTENT_TYPE, "application/json")], json).into_response()
}

/// The whole document.
pub fn document() -> OpenApi {
    let mut components = ComponentsBuilder::new();
    components = named::<Problem>(components);
    let mut items: BTreeMap<String, PathItem> = BTreeMap::new();
    for route in table() {
        components = (route.schemas)(components);
        let item = PathItem::new(route.method, route.operation.build());
        match items.get_mut(&route.path) {
            Some(known) => known.merge_operations(item),
            None => {
                items.insert(route.path, item);
            }
        }
    }
    let paths = items.into_iter().fold(PathsBuilder::new(), |paths, (path, item)| paths.path(path, item));
    let components: Components = components.build();
    OpenApiBuilder::new()
        .info(InfoBuilder::new().title("Viridian").version(env!("CARGO_PKG_VERSION")).build())
        .paths(paths.build())
        .components(Some(components))
        .build()
}

/// An operation with what every one has: a name, its path's parameters, and problems.
pub(crate) fn describe(path: &str, summary: &str) -> OperationBuilder {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let parameters = names.map(|name| {
        let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Path);
        parameter.required(Required::True).schema(Some(String::schema())).build()
    });
    OperationBuilder::new().summary(Some(summary)).parameters(Some(parameters)).response("default", problem())
}

fn problem() -> utoipa::openapi::Response {
    let content = ContentBuilder::new().schema(Some(reference::<Problem>())).build();
    ResponseBuilder::new().description("A problem").content("application/problem+json", content).build()
}

pub(crate) fn json<T: ToSchema + PartialSchema>(meaning: &str) -> utoipa::openapi::Response {
    ResponseBuilder::new().description(meaning).content("application/json", content::<T>()).build()
}

pub(crate) fn of_kind(meaning: &str, kind: &str) -> utoipa::openapi::Response {
    ResponseBuilder::new().description(meaning).content(kind, ContentBuilder::new().build()).build()
}

pub(crate) fn empty(meaning: &str) -> utoipa::openapi::Response {
    ResponseBuilder::new().description(meaning).build()
}

pub(crate) fn body<T: ToSchema + PartialSchema>() -> RequestBody {
    RequestBodyBuilder::new()
        .required(Some(Required::True))
        .content("application/json", content::<T>())
        .build()
}

pub(crate) fn query(name: &str, meaning: &str) -> Parameter {
    let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Query);
    parameter.description(Some(meaning)).required(Required::False).schema(Some(String::schema())).build()
}

pub(crate) fn key() -> Parameter {
    let parameter = ParameterBuilder::new().name(KEY).parameter_in(ParameterIn::Header);
    let meaning = "Names one press of a button: the same key is never carried out twice";
    parameter.description(Some(meaning)).required(Required::False).schema(Some(String::schema())).build()
}

fn content<T: ToSchema + PartialSchema>() -> Content {
    ContentBuilder::new().schema(Some(reference::<T>())).build()
}

/// Adds a type and every type that it speaks of.
pub(crate) fn named<T: ToSchema + PartialSchema>(mut components: ComponentsBuilder) -> ComponentsBuilder {
    let mut schemas = Vec::new();
    T::schemas(&mut schemas);
    if !matches!(T::schema(), RefOr::T(Schema::Array(_))) {
        schemas.push((T::name().into_owned(), T::schema()));
    }
    for (name, schema) in schemas {
        components = components.schema(name, schema);
    }
    components
}

/// A named type by its name; a list or the like as it is.
fn reference<T: ToSchema + PartialSchema>() -> RefOr<Schema> {
    match T::schema() {
        RefOr::T(Schema::Array(array)) => RefOr::T(Schema::Array(array)),
        _ => RefOr::Ref(Ref::from_schema_name(T::name())),
    }
}
