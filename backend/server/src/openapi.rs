//! The OpenAPI document, made with the router from one table and from the types that both sides share.

mod bounded;

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ComponentsBuilder, Content, ContentBuilder, InfoBuilder, ObjectBuilder, OpenApi, OpenApiBuilder, Ref,
        RefOr, Required, ResponseBuilder, Schema, Type,
        path::{OperationBuilder, Parameter, ParameterBuilder, ParameterIn},
        request_body::{RequestBody, RequestBodyBuilder},
        schema::SchemaType,
        security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme},
    },
};
use viridian_shared::problem::{Problem, ProblemCode};

use crate::{
    extract::signed::cookie_name,
    handler::command::{KEY, LONGEST_KEY},
};

pub(crate) use bounded::bounded;

/// A schema with its name.
pub(crate) type Named = (String, RefOr<Schema>);

/// The schemes by which a request is signed in, by whether browsers come by https. Either will do.
const SCHEMES: [(&str, bool); 2] = [("session", false), ("secure session", true)];

/// The document before any route is in it.
pub(crate) fn frame() -> OpenApi {
    let schemas = named::<Problem>();
    let mut components =
        schemas.into_iter().fold(ComponentsBuilder::new(), |all, (name, it)| all.schema(name, it));
    for (name, is_https) in SCHEMES {
        let text = "Given by `POST /api/session`. Behind a load balancer that signs people in its headers stand for it.";
        let cookie = ApiKeyValue::with_description(cookie_name(is_https), text);
        components = components.security_scheme(name, SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
    let either = SCHEMES.map(|(name, _)| SecurityRequirement::new::<_, [&str; 0], &str>(name, []));
    OpenApiBuilder::new()
        .info(InfoBuilder::new().title("Viridian").version(env!("CARGO_PKG_VERSION")).build())
        .components(Some(components.build()))
        .security(Some(either))
        .build()
}

/// An operation with what every one has: a name, its summary, its path's parameters.
pub(crate) fn describe(path: &str, summary: &str) -> OperationBuilder {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let parameters = names.map(|name| {
        let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Path);
        parameter.required(Required::True).schema(Some(text(1, 512, None))).build()
    });
    OperationBuilder::new().summary(Some(summary)).parameters(Some(parameters))
}

/// The answer to what went wrong.
pub(crate) fn problem(code: ProblemCode) -> utoipa::openapi::Response {
    let content = ContentBuilder::new().schema(Some(reference::<Problem>())).build();
    ResponseBuilder::new().description(code.title()).content("application/problem+json", content).build()
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

pub(crate) fn key() -> Parameter {
    let parameter = ParameterBuilder::new().name(KEY).parameter_in(ParameterIn::Header);
    let meaning = "Names one press of a button: the same key is never carried out twice";
    let schema = text(1, LONGEST_KEY, Some("^[!-~]([ -~]*[!-~])?$"));
    parameter.description(Some(meaning)).required(Required::False).schema(Some(schema)).build()
}

fn text(shortest: usize, longest: usize, pattern: Option<&str>) -> Schema {
    let text = ObjectBuilder::new().schema_type(Type::String);
    Schema::Object(text.min_length(Some(shortest)).max_length(Some(longest)).pattern(pattern).build())
}

fn content<T: ToSchema + PartialSchema>() -> Content {
    ContentBuilder::new().schema(Some(reference::<T>())).build()
}

/// A type and every type that it speaks of, by name.
pub(crate) fn named<T: ToSchema + PartialSchema>() -> Vec<Named> {
    let mut schemas = Vec::new();
    T::schemas(&mut schemas);
    if !matches!(T::schema(), RefOr::T(Schema::Array(_))) {
        schemas.push((T::name().into_owned(), T::schema()));
    }
    for (name, schema) in &mut schemas {
        absent(name, schema);
    }
    schemas
}

/// A section of which nothing was read yet has no value; utoipa forgets so where the value is a list.
fn absent(name: &str, schema: &mut RefOr<Schema>) {
    let RefOr::T(Schema::Object(object)) = schema else { return };
    if !name.starts_with("Section_") {
        return;
    }
    if let Some(RefOr::T(Schema::Array(list))) = object.properties.get_mut("value") {
        list.schema_type = SchemaType::Array(vec![Type::Array, Type::Null]);
    }
}

/// A named type by its name; a list or the like as it is.
fn reference<T: ToSchema + PartialSchema>() -> RefOr<Schema> {
    match T::schema() {
        RefOr::T(Schema::Array(array)) => RefOr::T(Schema::Array(array)),
        _ => RefOr::Ref(Ref::from_schema_name(T::name())),
    }
}
