//! The OpenAPI 3.1 document, made from the table of routes.

use axum::http::StatusCode;
use songsinh_contract::OperationName;
use utoipa::ToSchema;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, PathsBuilder};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, Ref, RefOr, Required, Response, ResponseBuilder,
    Schema,
};

use super::bodies::{
    ActivationAsked, ActivationOpened, ApplicationOpened, CardShown, CodeSent, CodeTaken, CodeTyped, Credentials, Done,
    Health, Me, Nothing, PasscodeChosen, PasswordChosen, PersonShown, PortraitTaken, Problem, QuestionAnswered,
    QuestionOffered, Questions, QuestionsChosen, Registration, RegistrationOpened, SessionOpened, State, Submission,
    Version,
};
use super::routes::{Ask, ROUTES, Route, Verb};

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
        .description(Some(
            "Refusals are problems (RFC 9457) with a stable `reason`. Devices prove their key by DPoP (RFC 9449, ES256) \
             from activation on.",
        ));
    OpenApiBuilder::new().info(info.build()).paths(paths.build()).components(Some(components().build())).build()
}

fn components() -> ComponentsBuilder {
    let token = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("The session's token. `Authorization: DPoP <token>` is taken as well."));
    ComponentsBuilder::new()
        .security_scheme("session", SecurityScheme::Http(token.build()))
        .schema_from::<Registration>()
        .schema_from::<Nothing>()
        .schema_from::<CodeTyped>()
        .schema_from::<PasswordChosen>()
        .schema_from::<Credentials>()
        .schema_from::<CardShown>()
        .schema_from::<PortraitTaken>()
        .schema_from::<Submission>()
        .schema_from::<ActivationAsked>()
        .schema_from::<PasscodeChosen>()
        .schema_from::<QuestionsChosen>()
        .schema_from::<QuestionAnswered>()
        .schema_from::<Health>()
        .schema_from::<Version>()
        .schema_from::<Questions>()
        .schema_from::<QuestionOffered>()
        .schema_from::<RegistrationOpened>()
        .schema_from::<CodeSent>()
        .schema_from::<CodeTaken>()
        .schema_from::<Done>()
        .schema_from::<State>()
        .schema_from::<SessionOpened>()
        .schema_from::<Me>()
        .schema_from::<PersonShown>()
        .schema_from::<ApplicationOpened>()
        .schema_from::<ActivationOpened>()
        .schema_from::<Problem>()
}

fn name_of<T: ToSchema>() -> RefOr<Schema> {
    RefOr::Ref(Ref::from_schema_name(T::name()))
}

/// The schema of the request's body, if the route takes one, and whether it must be there.
fn taken(name: OperationName) -> Option<(RefOr<Schema>, Required)> {
    let body = match name {
        OperationName::ServiceHealth | OperationName::ServiceQuestions | OperationName::AccountShow => return None,
        OperationName::AccountResend | OperationName::ActivationResend => {
            return Some((name_of::<Nothing>(), Required::False));
        }
        OperationName::Level1Submit => return Some((name_of::<Submission>(), Required::False)),
        OperationName::AccountRegister => name_of::<Registration>(),
        OperationName::AccountConfirm | OperationName::ActivationConfirm => name_of::<CodeTyped>(),
        OperationName::AccountSetPassword | OperationName::ActivationSetPassword => name_of::<PasswordChosen>(),
        OperationName::SessionLogin => name_of::<Credentials>(),
        OperationName::Level1ReadCard => name_of::<CardShown>(),
        OperationName::Level1Portrait => name_of::<PortraitTaken>(),
        OperationName::ActivationRequest => name_of::<ActivationAsked>(),
        OperationName::ActivationSetPasscode => name_of::<PasscodeChosen>(),
        OperationName::ActivationSetQuestions => name_of::<QuestionsChosen>(),
        _ => return None,
    };
    Some((body, Required::True))
}

/// The schema of the answer to a done call.
fn given(ask: Ask) -> Option<RefOr<Schema>> {
    Some(match ask {
        Ask::Document => return None,
        Ask::Version => name_of::<Version>(),
        Ask::Operation(name) => match name {
            OperationName::ServiceHealth => name_of::<Health>(),
            OperationName::ServiceQuestions => name_of::<Questions>(),
            OperationName::AccountRegister => name_of::<RegistrationOpened>(),
            OperationName::AccountResend | OperationName::ActivationResend => name_of::<CodeSent>(),
            OperationName::AccountConfirm | OperationName::ActivationConfirm => name_of::<CodeTaken>(),
            OperationName::SessionLogin => name_of::<SessionOpened>(),
            OperationName::AccountShow => name_of::<Me>(),
            OperationName::Level1ReadCard => name_of::<ApplicationOpened>(),
            OperationName::ActivationRequest => name_of::<ActivationOpened>(),
            OperationName::AccountSetPassword | OperationName::Level1Submit | OperationName::ActivationSetQuestions => {
                name_of::<State>()
            }
            OperationName::Level1Portrait
            | OperationName::ActivationSetPassword
            | OperationName::ActivationSetPasscode => name_of::<Done>(),
            _ => return None,
        },
    })
}

fn operation(route: &Route) -> OperationBuilder {
    let mut operation = OperationBuilder::new().summary(Some(route.summary));
    operation = match route.ask {
        Ask::Operation(name) => operation.operation_id(Some(name.as_str())).request_body(body(name)),
        Ask::Version => operation.operation_id(Some("service.version")),
        Ask::Document => operation.operation_id(Some("service.document")),
    };
    if route.path.contains("{id}") {
        operation = operation.parameter(parameter("id", ParameterIn::Path, "The handle.", Required::True));
    }
    if route.device {
        let text = "The installation: `dev-` and 16 hexadecimal digits.";
        operation = operation.parameter(parameter("X-Device-Id", ParameterIn::Header, text, Required::True)).parameter(
            parameter("DPoP", ParameterIn::Header, "Proof of the device's key (RFC 9449).", Required::False),
        );
    }
    if route.session {
        operation = operation.security(SecurityRequirement::new("session", Vec::<String>::new()));
    }
    operation = operation.response(route.status.to_string(), done(route));
    if matches!(route.ask, Ask::Operation(name) if name != OperationName::ServiceHealth) {
        for status in ["4XX", "503"] {
            operation = operation.response(status, refusal());
        }
    }
    operation
}

fn body(name: OperationName) -> Option<RequestBody> {
    let (schema, required) = taken(name)?;
    let content = ContentBuilder::new().schema(Some(schema)).build();
    Some(RequestBodyBuilder::new().content("application/json", content).required(Some(required)).build())
}

fn parameter(name: &str, place: ParameterIn, text: &str, required: Required) -> ParameterBuilder {
    let schema = ObjectBuilder::new().schema_type(Type::String).build();
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required)
        .description(Some(text))
        .schema(Some(Schema::Object(schema)))
}

fn done(route: &Route) -> Response {
    let status = StatusCode::from_u16(route.status).ok().and_then(|status| status.canonical_reason());
    let response = ResponseBuilder::new().description(status.unwrap_or("done"));
    let content = match given(route.ask) {
        Some(schema) => ContentBuilder::new().schema(Some(schema)).build(),
        None => ContentBuilder::new().build(),
    };
    response.content("application/json", content).build()
}

fn refusal() -> Response {
    let content = ContentBuilder::new().schema(Some(name_of::<Problem>())).build();
    ResponseBuilder::new()
        .description("Refused, or not available just now")
        .content("application/problem+json", content)
        .build()
}
