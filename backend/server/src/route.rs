//! The route table: every path of the API with its method, its handler and its description. The router and the
//! OpenAPI document are both made from it.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{MethodRouter, delete, get, post},
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ComponentsBuilder, HttpMethod, path::OperationBuilder},
};
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
    machine::{Definition, ExecutionDetail},
    people::{Session, SignIn},
    route as path,
    row::ServiceRow,
    snapshot::Snapshot,
};

use crate::{
    App, handler,
    openapi::{self, describe},
};

/// One line of the table.
pub struct Route {
    pub method: HttpMethod,
    pub path: String,
    /// Whether it answers without a session.
    pub open: bool,
    pub(crate) operation: OperationBuilder,
    pub(crate) schemas: Schemas,
    handler: MethodRouter<App>,
}

/// Adds the schemas that a route speaks of.
pub(crate) type Schemas = fn(ComponentsBuilder) -> ComponentsBuilder;

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

/// The router of the whole application, without its middleware.
pub(crate) fn router(app: &App) -> Router {
    let mut router = Router::new();
    for route in table() {
        router = router.route(&route.path, route.handler);
    }
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
            .query("before", "Entries before this number")
            .query("limit", "At most 500; 50 unless told"),
        answers::<JournalPage>(
            &format!("{SERVICE}/journal"),
            get(handler::journal::of_service),
            "The journal of one service",
        )
        .query("before", "Entries before this number")
        .query("limit", "At most 500; 50 unless told"),
        answers::<Definition>(
            &format!("{SERVICE}/machines/{{machine}}"),
            get(handler::machines::definition),
            "A state machine’s definition",
        ),
        answers::<ExecutionDetail>(
            &format!("{SERVICE}/machines/{{machine}}/executions/{{execution}}"),
            get(handler::machines::execution),
            "One execution with its events",
        )
        .query("after", "`next` of the page before"),
    ]
}

/// What hangs on the comparison of blue and green.
fn comparison() -> Vec<Route> {
    let of = |rest: &str| format!("{SERVICE}/comparison/{rest}");
    let probe = |rest: &str| of(&format!("runs/{{run}}/probes/{{probe}}{rest}"));
    vec![
        answers::<SuiteDetail>(&of("suites/{suite}"), get(handler::comparison::suite), "A suite whole"),
        answers::<RunPage>(&of("runs"), get(handler::comparison::runs), "Runs, newest first")
            .query("before", "Runs before this id")
            .query("suite", "Only runs of this suite")
            .query("limit", "At most 50; 20 unless told"),
        answers::<ComparisonRun>(&of("runs/{run}"), get(handler::comparison::run), "A run whole"),
        answers::<ProbeDetail>(&probe(""), get(handler::comparison::probe), "One probe of a run"),
        answers::<Rows>(&probe("/rows"), get(handler::comparison::rows), "A window of rows, side by side")
            .query("view", "`tree`, `source` or `headers`")
            .query("from", "The first row, from 0; with 0 comes the outline")
            .query("count", "At most 1000; 200 unless told"),
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
            .query("suite", "That of the newest run unless told"),
    ]
}

/// A GET that answers with something else than JSON of ours.
fn plain(path: &str, handler: MethodRouter<App>, summary: &str, kind: &str) -> Route {
    Route {
        method: HttpMethod::Get,
        path: path.to_owned(),
        open: false,
        operation: describe(path, summary).response("200", openapi::of_kind(summary, kind)),
        schemas: |schemas| schemas,
        handler,
    }
}

fn session() -> Vec<Route> {
    let mut show = answers::<Session>(path::SESSION, get(handler::session::show), "Who is signed in");
    show.open = true;
    let mut sign_in = answers::<Session>(path::SESSION, post(handler::sign_in::sign_in), "Sign in");
    sign_in.method = HttpMethod::Post;
    sign_in.open = true;
    sign_in.operation = sign_in.operation.request_body(Some(openapi::body::<SignIn>()));
    sign_in.schemas = |schemas| openapi::named::<SignIn>(openapi::named::<Session>(schemas));
    let sign_out = Route {
        method: HttpMethod::Delete,
        path: path::SESSION.to_owned(),
        open: true,
        operation: describe(path::SESSION, "Sign out").response("204", openapi::empty("Signed out")),
        schemas: |schemas| schemas,
        handler: delete(handler::session::sign_out),
    };
    vec![show, sign_in, sign_out]
}

fn machinery() -> Vec<Route> {
    let open = |path: &str, handler: MethodRouter<App>, summary: &str, kind: &str| Route {
        open: true,
        ..plain(path, handler, summary, kind)
    };
    vec![
        open(path::OPENAPI, get(openapi::show), "The API described by itself", "application/json"),
        open(path::HEALTHZ, get(handler::health::live), "Whether the process lives", "application/json"),
        open(path::READYZ, get(handler::health::ready), "Whether it can serve", "application/json"),
        open(path::METRICS, get(handler::health::metrics), "Counters for Prometheus", "text/plain"),
    ]
}

fn stream() -> Route {
    let summary = "The event stream; each event’s data is an Event";
    Route {
        method: HttpMethod::Get,
        path: path::STREAM.to_owned(),
        open: false,
        operation: describe(path::STREAM, summary)
            .parameter(openapi::query("service", "Adds this service’s snapshot"))
            .response("200", openapi::of_kind(summary, "text/event-stream")),
        schemas: openapi::named::<Event>,
        handler: get(handler::stream::open),
    }
}

/// A GET that answers with a value.
fn answers<T: ToSchema + PartialSchema>(path: &str, handler: MethodRouter<App>, summary: &str) -> Route {
    Route {
        method: HttpMethod::Get,
        path: path.to_owned(),
        open: false,
        operation: describe(path, summary).response("200", openapi::json::<T>(summary)),
        schemas: openapi::named::<T>,
        handler,
    }
}

fn command<C: Act + ToSchema + PartialSchema>(summary: &str) -> Route {
    let path = format!("{SERVICE}/{}", C::NAME);
    Route {
        method: HttpMethod::Post,
        open: false,
        operation: describe(&path, summary)
            .parameter(openapi::key())
            .request_body(Some(openapi::body::<C>()))
            .response("202", openapi::json::<Receipt>("AWS took it; the truth follows by the stream")),
        schemas: |schemas| openapi::named::<Receipt>(openapi::named::<C>(schemas)),
        handler: post(handler::command::run::<C>),
        path,
    }
}

impl Route {
    /// With another limit of the body, in bytes.
    fn up_to(mut self, bytes: usize) -> Self {
        self.handler = self.handler.layer(DefaultBodyLimit::max(bytes));
        self
    }

    fn query(mut self, name: &str, meaning: &str) -> Self {
        self.operation = self.operation.parameter(openapi::query(name, meaning));
        self
    }
}
