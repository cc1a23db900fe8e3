//! Every service in a line; what waits for a decision comes first.

use viridian_shared::{
    commit::short, pipeline::StepStatus, row::ServiceRow, snapshot::Freshness, words::duration,
};

use crate::{
    model::{Model, model},
    prelude::*,
    route::Page,
    ui::field::TextField,
    view::status::{Status, StatusMark, of_release, of_step},
    words,
};

/// The page.
#[component]
pub fn Services() -> impl IntoView {
    let model = model();
    let filter = RwSignal::new(String::new());
    let shown = Memo::new(move |_| {
        let words = words::small(&filter.get());
        model.rows.with(|rows| rows.as_ref().map(|rows| chosen(rows, &words)))
    });
    let waiting = move || {
        shown.with(|rows| {
            rows.as_ref().map_or(0, |rows| rows.iter().filter(|row| row.waits_for_decision()).count())
        })
    };
    let summary = move || match (model.rows.with(|rows| rows.as_ref().map(Vec::len)), waiting()) {
        (None, _) => "Reading the services".to_owned(),
        (Some(0), _) => "No service is configured.".to_owned(),
        (Some(all), 0) => format!(
            "{}. None waits for a decision.",
            viridian_shared::words::count(all, "service", "services")
        ),
        (Some(all), 1) => {
            format!("{}. 1 waits for a decision.", viridian_shared::words::count(all, "service", "services"))
        }
        (Some(all), some) => format!(
            "{}. {some} wait for a decision.",
            viridian_shared::words::count(all, "service", "services")
        ),
    };
    view! {
        <div class="services">
            <div class="services__head">
                <div><h1>"Services"</h1><p class="muted" role="status">{summary}</p></div>
                <TextField label="Filter services" value=filter kind="search" quiet=true placeholder="Filter by name, commit or step" key="/"/>
            </div>
            <section class="panel" aria-label="Services">
                {move || match shown.with(|rows| rows.as_ref().map(Vec::len)) {
                    None => view! { <p class="skeleton services__skeleton" aria-hidden="true"></p> }.into_any(),
                    Some(0) if filter.with(String::is_empty) => view! { <Empty/> }.into_any(),
                    Some(0) => view! { <p class="muted">"No service fits these words."</p> }.into_any(),
                    Some(_) => view! { <Table shown/> }.into_any(),
                }}
            </section>
        </div>
    }
}

fn chosen(rows: &[ServiceRow], words: &str) -> Vec<ServiceRow> {
    let fits = |row: &&ServiceRow| {
        let commit = row.release.as_ref().and_then(|it| it.commit.as_ref());
        let text = format!(
            "{} {} {} {}",
            row.service.name,
            commit.map(|it| it.id.as_str()).unwrap_or_default(),
            commit.map(|it| it.message.as_str()).unwrap_or_default(),
            row.release.as_ref().and_then(|it| it.step.as_deref()).unwrap_or_default()
        );
        let text = words::small(&text);
        words.split_whitespace().all(|word| text.contains(word))
    };
    let mut rows: Vec<_> = rows.iter().filter(fits).cloned().collect();
    rows.sort_by_key(|row| (rank(row), row.service.name.clone()));
    rows
}

/// What needs a person first: decisions, then what went wrong, then what moves.
fn rank(row: &ServiceRow) -> u8 {
    match row.release.as_ref() {
        Some(release) if release.step_status == Some(StepStatus::Waiting) => 0,
        Some(release) if release.step_status.as_ref().is_some_and(StepStatus::is_unsuccessful) => 1,
        Some(release) if !release.status.is_ended() => 2,
        _ => 3,
    }
}

#[component]
fn Empty() -> impl IntoView {
    view! {
        <div class="empty">
            <h2>"No service yet"</h2>
            <p class="muted">"Name a service in the console’s configuration, then start it again: viridian serve --config FILE."</p>
        </div>
    }
}

#[component]
fn Table(shown: Memo<Option<Vec<ServiceRow>>>) -> impl IntoView {
    let rows = move || shown.get().unwrap_or_default();
    let row = move |row: ServiceRow| {
        let name = row.service.name.clone();
        let own = Memo::new(move |_| {
            shown.with(|rows| {
                rows.as_ref().and_then(|rows| rows.iter().find(|it| it.service.name == name).cloned())
            })
        });
        view! { <Row first=row own/> }
    };
    view! {
        <div class="table-frame">
            <table class="table services__table">
                <caption class="unseen">"Services"</caption>
                <thead><tr><th scope="col">"Service"</th><th scope="col">"Release"</th><th scope="col">"Step"</th>
                    <th scope="col">"Window left"</th><th scope="col">"Production"</th></tr></thead>
                <tbody><For each=rows key=|row| row.service.name.clone() children=row/></tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(first: ServiceRow, own: Memo<Option<ServiceRow>>) -> impl IntoView {
    let model = model();
    let path = Page::release(&first.service.name).path();
    let name = first.service.name.clone();
    let stale = move || {
        own.with(|row| {
            row.as_ref().and_then(|row| match &row.freshness {
                Freshness::Stale { reason, since, .. } => {
                    Some(format!("Stale since {}: {reason}", words::second(*since)))
                }
                Freshness::Waiting => Some("Not read yet".to_owned()),
                Freshness::Live => None,
            })
        })
    };
    let commit = move || {
        own.with(|row| row.as_ref()?.release.as_ref()?.commit.clone()).map(|commit| view! {
        <code>{commit.short().to_owned()}</code>" "<span class="services__message">{commit.message.clone()}</span>
    })
    };
    let production = move || {
        own.with(|row| row.as_ref()?.production_commit.clone())
            .map(|commit| view! { <code>{short(&commit).to_owned()}</code> })
    };
    view! {
        <tr data-waits=move || own.with(|row| row.as_ref().is_some_and(ServiceRow::waits_for_decision)).to_string()>
            <th scope="row"><a href=path>{name}</a>
                {move || stale().map(|text| view! { <small class="services__stale">{text}</small> })}</th>
            <td data-name="Release">{commit}</td>
            <td data-name="Step">{move || own.with(|row| row.as_ref().and_then(step)).map(|status| view! { <StatusMark status/> })}</td>
            <td data-name="Window left" class="services__left">{move || own.with(|row| left(model, row.as_ref()))}</td>
            <td data-name="Production">{production}</td>
        </tr>
    }
}

/// The step with its state in one mark; the release's own state when it is at no step.
fn step(row: &ServiceRow) -> Option<Status> {
    let release = row.release.as_ref()?;
    let Some((title, step)) = release.step.as_ref().zip(release.step_status.as_ref()) else {
        return Some(of_release(&release.status));
    };
    let status = of_step(step);
    let word = match step {
        StepStatus::Waiting => format!("{title}: waiting"),
        StepStatus::Running => title.clone(),
        _ => format!("{title}: {}", words::small(&status.word)),
    };
    Some(Status { word, ..status })
}

fn left(model: Model, row: Option<&ServiceRow>) -> Option<String> {
    let closes_at = row?.release.as_ref()?.closes_at?;
    Some(duration(closes_at.duration_since(model.now.get())))
}
