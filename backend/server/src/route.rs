//! The route table: every path of the API with its method, its handler and its description. Router and OpenAPI
//! document are one thing made from it, and taken apart at the end.

use std::{convert::Infallible, sync::LazyLock};

use axum::{
    Extension, Router,
    extract::DefaultBodyLimit,
    http::header,
    response::{IntoResponse, Response},
    routing::{MethodRouter, delete, get, post},
};
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::{
        HttpMethod, OpenApi, PathItem, PathsBuilder, RefOr, Schema,
        path::{OperationBuilder, ParameterIn},
    },
};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};
use viridian_domain::command::Act;
use viridian_shared::{
    command::{
        AbandonGreen, AcceptNoise, AskProbe, DeleteSuite, ImportSuite, Receipt, RetryStep, RuleOnFinding,
        SaveSuite, SetDesiredCount, SetSentinel, StartEmergency, StartExecution, StartPipeline, StartRun,
        StopExecution, StopPipeline, StopRun, SwapBack, VoteOnGate, WithdrawNoise,
    },
    comparison::{
        history::HeatMap,
        probe::ProbeDetail,
        run::{Run as ComparisonRun, RunPage},
        suite::SuiteDetail,
        view::Rows,
    },
    event::Event,
    evidence::Evidence,
    journal::JournalPage,
    machine::{Definition, ExecutionDetail, UsedDefinition},
    people::{Session, SignIn},
    problem::ProblemCode::{
        self, Aws, BadRequest, Conflict, Forbidden, Internal, Invalid, NotFound, SignedOut, SlowDown,
        TooLarge, Unavailable, UnsupportedMediaType,
    },
    route as path,
    row::ServiceRow,
    rule::Reach,
    snapshot::Snapshot,
};

use crate::{
    App,
    extract::body::MayBeLarge,
    handler,
    openapi::{self, Named, describe, named},
};

/// One line of the table.
pub struct Route {
    /// GET for what changes nothing, POST for what does.
    pub method: HttpMethod,
    /// With its parameters in braces.
    pub path: String,
    /// Whether it answers without a session.
    pub open: bool,
    operation: OperationBuilder,
    /// The types that it speaks of.
    schemas: Vec<Named>,
    handler: MethodRouter<App>,
}

/// What may go wrong everywhere: a path or host name that cannot be taken, too much at once, a fault, no store.
const EVERYWHERE: [ProblemCode; 5] = [BadRequest, Forbidden, SlowDown, Internal, Unavailable];
/// What may be wrong with a body.
const OF_A_BODY: [ProblemCode; 3] = [TooLarge, UnsupportedMediaType, Invalid];

const SERVICE: &str = "/api/services/{service}";
/// Recordings of browsers and descriptions of large services have several MiB.
const LARGEST_IMPORT: usize = 32 * 1024 * 1024;

/// Every route of the API.
pub fn table() -> Vec<Route> {
    let mut table = lenses();
    table.extend(comparison());
    table.extend(session());
    table.extend(machinery());
    table.extend(commands());
    table
}

/// What people do.
fn commands() -> Vec<Route> {
    vec![
        command::<VoteOnGate>("Say yes or no on the gate that is open"),
        command::<StartPipeline>("Start a release of the newest commit"),
        command::<StopPipeline>("Stop a release"),
        command::<RetryStep>("Run the failed actions of a stage again"),
        command::<SetDesiredCount>("Change how many tasks each colour runs"),
        command::<StartExecution>("Start an execution of a state machine"),
        command::<StartEmergency>("Start what stands behind a gate without a vote, in an emergency"),
        command::<StopExecution>("Stop a running execution"),
        command::<AbandonGreen>("Take green down before the swap"),
        command::<SwapBack>("Give production back to blue after the swap"),
        command::<StartRun>("Send a suite to both colours"),
        command::<StopRun>("End the run under way"),
        command::<AskProbe>("Send one probe to both colours"),
        command::<RuleOnFinding>("Say what a finding is"),
        command::<AcceptNoise>("Make something a noise rule of a suite"),
        command::<WithdrawNoise>("Take back a noise rule"),
        command::<SaveSuite>("Keep a suite in the console"),
        command::<ImportSuite>("Make a suite of what a team has already").up_to(LARGEST_IMPORT),
        command::<DeleteSuite>("Forget a suite that the console keeps"),
        command::<SetSentinel>("Let a suite run by itself while a window is open"),
    ]
}

/// Router and document in one.
pub(crate) fn api() -> OpenApiRouter<App> {
    let api = OpenApiRouter::with_openapi(openapi::frame());
    table().into_iter().fold(api, |api, route| api.routes(route.described()))
}

async fn show() -> Response {
    static JSON: LazyLock<String> = LazyLock::new(|| document().to_json().unwrap_or_default());
    ([(header::CONTENT_TYPE, "application/json")], JSON.as_str()).into_response()
}

/// The whole OpenAPI document.
pub fn document() -> OpenApi {
    api().into_openapi()
}

/// The router of the whole application, without its middleware.
pub(crate) fn router(app: &App) -> Router {
    let (router, _) = api().split_for_parts();
    router.fallback(handler::page::serve).with_state(app.clone())
}

fn lenses() -> Vec<Route> {
    vec![
        answers::<Vec<ServiceRow>>(path::SERVICES, get(handler::services::list), "Every service in brief"),
        answers::<Snapshot>(SERVICE, get(handler::services::show), "A service’s snapshot"),
        answers::<Evidence>(
            &format!("{SERVICE}/evidence"),
            get(handler::services::evidence),
            "What a vote rests on now, with the digest that it carries",
        ),
        stream(),
        answers::<JournalPage>(path::JOURNAL, get(handler::journal::all), "The journal of all services")
            .query::<handler::journal::Page>(),
        answers::<JournalPage>(
            &format!("{SERVICE}/journal"),
            get(handler::journal::of_service),
            "The journal of one service",
        )
        .query::<handler::journal::Page>(),
        answers::<Definition>(
            &format!("{SERVICE}/machines/{{machine}}"),
            get(handler::machines::definition),
            "A state machine’s definition",
        )
        .fails(&[Aws]),
        answers::<ExecutionDetail>(
            &format!("{SERVICE}/machines/{{machine}}/executions/{{execution}}"),
            get(handler::machines::execution),
            "One execution with its events",
        )
        .fails(&[Aws])
        .query::<handler::machines::After>(),
        answers::<UsedDefinition>(
            &format!("{SERVICE}/machines/{{machine}}/executions/{{execution}}/definition"),
            get(handler::machines::used_definition),
            "The definition that an execution runs by",
        )
        .fails(&[Aws]),
    ]
}

/// What hangs on the comparison of blue and green.
fn comparison() -> Vec<Route> {
    let of = |rest: &str| format!("{SERVICE}/comparison/{rest}");
    let probe = |rest: &str| of(&format!("runs/{{run}}/probes/{{probe}}{rest}"));
    vec![
        answers::<SuiteDetail>(&of("suites/{suite}"), get(handler::comparison::suite), "A suite whole"),
        answers::<Reach>(
            &of("suites/{suite}/reach"),
            get(handler::comparison::reach),
            "What a noise rule would hide of the suite’s last run",
        )
        .fails(&[Invalid])
        .query::<handler::comparison::Tried>(),
        answers::<RunPage>(&of("runs"), get(handler::comparison::runs), "Runs, newest first")
            .query::<handler::comparison::Page>(),
        answers::<ComparisonRun>(&of("runs/{run}"), get(handler::comparison::run), "A run whole"),
        answers::<ProbeDetail>(&probe(""), get(handler::comparison::probe), "One probe of a run"),
        answers::<Rows>(&probe("/rows"), get(handler::comparison::rows), "A window of rows, side by side")
            .query::<handler::comparison::Window>(),
        plain(
            &probe("/page/{colour}"),
            get(handler::captured::page),
            "The page that a colour served, for a sandboxed frame",
            "text/html",
        ),
        plain(
            &probe("/body/{colour}"),
            get(handler::captured::body),
            "The body that a colour sent: a picture as such, anything else to be saved",
            "application/octet-stream",
        ),
        plain(
            &probe("/mask"),
            get(handler::captured::mask),
            "A picture to lay over either colour’s, marked where the two differ",
            "image/png",
        ),
        answers::<HeatMap>(&of("heat-map"), get(handler::comparison::heat_map), "Probes by time")
            .query::<handler::comparison::Which>(),
    ]
}

/// A GET that answers with something else than JSON of ours.
fn plain(path: &str, handler: MethodRouter<App>, summary: &str, kind: &str) -> Route {
    let route = Route::new(HttpMethod::Get, path, summary, handler);
    route.answers("200", openapi::of_kind(summary, kind))
}

fn session() -> Vec<Route> {
    let show = answers::<Session>(path::SESSION, get(handler::session::show), "Who is signed in");
    let summary = "Sign in";
    let sign_in = Route::new(HttpMethod::Post, path::SESSION, summary, post(handler::sign_in::sign_in))
        .takes::<SignIn>()
        .answers("200", openapi::json::<Session>(summary))
        .speaks_of::<Session>()
        // No session, but a name and key that do not belong together.
        .fails(&[SignedOut]);
    let summary = "Sign out";
    let sign_out = Route::new(HttpMethod::Delete, path::SESSION, summary, delete(handler::session::sign_out))
        .answers("204", openapi::empty("Signed out"));
    [show, sign_in, sign_out].map(Route::open).into()
}

fn machinery() -> Vec<Route> {
    let json = "application/json";
    vec![
        plain(path::OPENAPI, get(show), "The API described by itself", json).open(),
        plain(path::HEALTHZ, get(handler::health::live), "Whether the process lives", json).open(),
        plain(path::READYZ, get(handler::health::ready), "Whether it can serve", json).open(),
        plain(path::METRICS, get(handler::health::metrics), "Counters for Prometheus", "text/plain").open(),
    ]
}

fn stream() -> Route {
    let summary = "The event stream; each event’s data is an Event";
    plain(path::STREAM, get(handler::stream::open), summary, "text/event-stream")
        .query::<handler::stream::Which>()
        .fails(&[NotFound])
        .speaks_of::<Event>()
}

/// A GET that answers with a value.
fn answers<T: ToSchema + PartialSchema>(path: &str, handler: MethodRouter<App>, summary: &str) -> Route {
    let route = Route::new(HttpMethod::Get, path, summary, handler);
    route.answers("200", openapi::json::<T>(summary)).speaks_of::<T>()
}

fn command<C: Act + ToSchema + PartialSchema>(summary: &str) -> Route {
    let path = format!("{SERVICE}/{}", C::NAME);
    let mut route = Route::new(HttpMethod::Post, &path, summary, post(handler::command::run::<C>))
        .takes::<C>()
        .answers("202", openapi::json::<Receipt>("AWS took it; the truth follows by the stream"))
        .speaks_of::<Receipt>()
        .fails(&[Conflict, Aws]);
    route.operation = route.operation.parameter(openapi::key());
    route
}

impl Route {
    /// With another limit of the body, in bytes; a few of them are taken at once.
    fn up_to(mut self, bytes: usize) -> Self {
        let limited = self.handler.layer::<_, Infallible>(DefaultBodyLimit::max(bytes));
        self.handler = limited.layer(Extension(MayBeLarge));
        self
    }

    fn new(method: HttpMethod, path: &str, summary: &str, handler: MethodRouter<App>) -> Self {
        let operation = describe(path, summary);
        let route =
            Self { method, path: path.to_owned(), open: false, operation, schemas: Vec::new(), handler };
        let named: &[ProblemCode] = if path.contains('{') { &[NotFound] } else { &[] };
        route.fails(&EVERYWHERE).fails(named)
    }

    /// Answers without a session.
    fn open(mut self) -> Self {
        self.open = true;
        self
    }

    fn takes<T: ToSchema + PartialSchema>(mut self) -> Self {
        self.operation = self.operation.request_body(Some(openapi::body::<T>()));
        self.schemas.extend(openapi::bounded::<T>());
        self.fails(&OF_A_BODY)
    }

    fn answers(mut self, status: &str, answer: utoipa::openapi::Response) -> Self {
        self.operation = self.operation.response(status, answer);
        self
    }

    fn fails(mut self, codes: &[ProblemCode]) -> Self {
        for code in codes {
            self.operation = self.operation.response(code.status().to_string(), openapi::problem(*code));
        }
        self
    }

    fn query<Q: IntoParams>(mut self) -> Self {
        for parameter in Q::into_params(|| Some(ParameterIn::Query)) {
            self.operation = self.operation.parameter(parameter);
        }
        self
    }

    fn speaks_of<T: ToSchema + PartialSchema>(mut self) -> Self {
        self.schemas.extend(named::<T>());
        self
    }

    /// The schemas that the route speaks of, by name.
    pub fn schemas(&self) -> &[(String, RefOr<Schema>)] {
        &self.schemas
    }

    /// As the router takes it: handler and description together.
    fn described(self) -> UtoipaMethodRouter<App> {
        let Self { method, path, open, operation, schemas, handler } = self.sealed();
        let operation = if open { operation.securities(Some([])) } else { operation };
        let paths = PathsBuilder::new().path(path, PathItem::new(method, operation.build())).build();
        (schemas, paths, handler)
    }

    /// With the answer to who has no session, where one is needed.
    fn sealed(self) -> Self {
        if self.open { self } else { self.fails(&[SignedOut]) }
    }
}
