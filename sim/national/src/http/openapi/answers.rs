//! The answers of an operation: done, and every problem with an example.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use songsinh_contract::OperationName;
use utoipa::openapi::content::{Content, ContentBuilder};
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Response, ResponseBuilder};

use super::schemas::{given, name_of};
use crate::http::bodies::Problem;
use crate::http::problem::{self, Other};
use crate::http::refusals::refusals;
use crate::http::routes::{Ask, Route, Verb};

/// The responses of a route by status.
pub(super) fn responses(route: &Route) -> BTreeMap<u16, Response> {
    let mut problems: BTreeMap<u16, Vec<Problem>> = BTreeMap::new();
    if let Ask::Operation(name) = route.ask {
        for problem in refused(name).chain(others(route.verb).iter().map(Other::problem)) {
            problems.entry(problem.status).or_default().push(problem);
        }
    }
    let mut responses: BTreeMap<u16, Response> =
        problems.iter().map(|(&status, examples)| (status, refusal(status, examples))).collect();
    responses.insert(route.status, done(route));
    responses
}

fn refused(name: OperationName) -> impl Iterator<Item = Problem> {
    refusals(name).into_iter().map(problem::problem)
}

/// What no refusal of the domain explains: limits, kind of body, failure.
fn others(verb: Verb) -> &'static [Other] {
    match verb {
        Verb::Get => &[problem::FAULT, problem::UNAVAILABLE],
        Verb::Post => {
            &[problem::BODY_TOO_SLOW, problem::BODY_TOO_LARGE, problem::NOT_JSON, problem::FAULT, problem::UNAVAILABLE]
        }
    }
}

fn described(status: u16) -> ResponseBuilder {
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    ResponseBuilder::new().description(reason.unwrap_or("done"))
}

fn done(route: &Route) -> Response {
    let content = match given(route.ask) {
        Some(schema) => ContentBuilder::new().schema(Some(schema)).build(),
        None => ContentBuilder::new().build(),
    };
    described(route.status).content("application/json", content).build()
}

fn refusal(status: u16, examples: &[Problem]) -> Response {
    let response = described(status).content("application/problem+json", content(examples));
    let header = match status {
        401 => Some(("WWW-Authenticate", Type::String, "Which proofs are taken.")),
        503 => Some(("Retry-After", Type::Integer, "Seconds to wait.")),
        _ => None,
    };
    match header {
        None => response.build(),
        Some((name, kind, about)) => {
            let schema = ObjectBuilder::new().schema_type(kind).build();
            response.header(name, HeaderBuilder::new().schema(Some(schema)).description(Some(about)).build()).build()
        }
    }
}

fn content(examples: &[Problem]) -> Content {
    let example = |problem: &Problem| {
        let value = serde_json::to_value(problem).ok();
        let example = ExampleBuilder::new().summary(problem.title).value(value).build();
        (problem.reason, RefOr::T(example))
    };
    ContentBuilder::new().schema(Some(name_of::<Problem>())).examples_from_iter(examples.iter().map(example)).build()
}
