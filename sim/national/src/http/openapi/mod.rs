//! The OpenAPI 3.1 document, made from the table of routes.
//!
//! Invariant: every status that can come back stands in it, with an example of each problem. What answers a wrong
//! method (405) or an unknown address (404) belongs to no operation and is told in the description.

mod answers;
mod schemas;

use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, PathsBuilder};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder, PathItem, Required, Schema};

use songsinh_contract::{OperationName, PaperKind};

use super::routes::{Ask, ROUTES, Route, Verb};

const ABOUT: &str = "Refusals are problems (RFC 9457) with a stable `reason`. Devices prove their key by DPoP (RFC 9449, \
    ES256) from activation on. An unknown address gives 404 with the reason `no-such-path`, a wrong method 405 with \
    `method-not-allowed`.";

/// The document.
#[must_use]
pub fn openapi() -> OpenApi {
    let mut paths = PathsBuilder::new();
    for route in ROUTES {
        let method = match route.verb {
            Verb::Get => HttpMethod::Get,
            Verb::Post => HttpMethod::Post,
        };
        paths = paths.path(route.path, PathItem::new(method, operation(route)));
    }
    let info = InfoBuilder::new()
        .title("Songsinh: the twin of the national electronic identity system")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT));
    let token = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("The session's token. `Authorization: DPoP <token>` is taken as well."));
    let components = schemas::components().security_scheme("session", SecurityScheme::Http(token.build()));
    OpenApiBuilder::new().info(info.build()).paths(paths.build()).components(Some(components.build())).build()
}

fn operation(route: &Route) -> OperationBuilder {
    let mut operation = OperationBuilder::new().summary(Some(route.summary));
    operation = match route.ask {
        Ask::Operation(name) => operation.operation_id(Some(name.as_str())).request_body(body(name)),
        Ask::Version => operation.operation_id(Some("service.version")),
        Ask::Document => operation.operation_id(Some("service.document")),
    };
    if route.path.contains("{id}") {
        operation = operation.parameter(parameter("id", ParameterIn::Path, "The handle.", handle(route)));
    }
    if route.device {
        let device = text().pattern(Some("^dev-[0-9a-f]{16}$")).examples(["dev-00000000000000aa"]);
        let about = "The installation: `dev-` and 16 hexadecimal digits.";
        operation = operation
            .parameter(parameter("X-Device-Id", ParameterIn::Header, about, device))
            .parameter(proof().required(Required::False));
    }
    if route.session {
        operation = operation.security(SecurityRequirement::new("session", Vec::<String>::new()));
    }
    for (status, response) in answers::responses(route) {
        operation = operation.response(status.to_string(), response);
    }
    operation
}

fn body(name: OperationName) -> Option<RequestBody> {
    let (schema, required) = schemas::taken(name)?;
    let content = ContentBuilder::new().schema(Some(schema)).build();
    Some(RequestBodyBuilder::new().content("application/json", content).required(Some(required)).build())
}

/// What stands for `{id}`: a kind of paper, or a handle that the system gave.
fn handle(route: &Route) -> ObjectBuilder {
    if route.ask == Ask::Operation(OperationName::WalletShow) {
        return text().enum_values(Some(PaperKind::ALL.map(PaperKind::as_str)));
    }
    text().min_length(Some(1)).max_length(Some(256))
}

fn proof() -> ParameterBuilder {
    let compact = text().pattern(Some(r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$")).max_length(Some(4_096));
    parameter("DPoP", ParameterIn::Header, "Proof of the device's key (RFC 9449).", compact)
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

/// A parameter that must be there.
fn parameter(name: &str, place: ParameterIn, about: &str, schema: ObjectBuilder) -> ParameterBuilder {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(Required::True)
        .description(Some(about))
        .schema(Some(Schema::Object(schema.build())))
}
