//! Every service in a line; what waits for the person who looks comes first. The filter is in the address.

use viridian_shared::{
    commit::short,
    order,
    people::{Person, Role},
    pipeline::StepStatus,
    row::ServiceRow,
    snapshot::Freshness,
    time::Timestamp,
    words::duration,
};

use crate::{
    model::{Model, model},
    prelude::*,
    route::{Page, picked, query_of},
    ui::{field::TextField, icon::Icon, select::Select},
    view::status::{Status, StatusMark, Tone, of_release, of_step},
    words,
};

/// What is looked for, as the address has it.
#[derive(Clone, Copy)]
struct Filter {
    text: RwSignal<String>,
    status: RwSignal<String>,
    is_mine: RwSignal<bool>,
}

/// States to choose from: as the address has them, and as they are read.
const STATUSES: [(&str, &str); 5] = [
    ("", "Any state"),
    ("waiting", "Waiting for a person"),
    ("failed", "Failed"),
    ("moving", "Under way"),
    ("rest", "At rest"),
];

impl Filter {
    fn read() -> Self {
        let query = window().location().search().unwrap_or_default();
        let of = |name: &str| RwSignal::new(picked(&query, name).unwrap_or_default());
        Self {
            text: of("text"),
            status: of("status"),
            is_mine: RwSignal::new(picked(&query, "mine").is_some()),
        }
    }

    /// Keeps the address as the filter is; *Back* does not undo it.
    fn write(self) {
        let text = Some(self.text.get()).filter(|it| !it.is_empty());
        let status = Some(self.status.get()).filter(|it| !it.is_empty());
        let mine = self.is_mine.get().then_some("yes");
        let query = query_of(&[("text", text.as_deref()), ("status", status.as_deref()), ("mine", mine)]);
        if let Ok(history) = window().history() {
            let path = Page::Services.path() + &query;
            let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&path));
        }
    }

    fn fits(self, row: &ServiceRow, person: Option<&Person>) -> bool {
        let status = self.status.with(|wanted| wanted.is_empty() || *wanted == status(row));
        status
            && (!self.is_mine.get() || is_for(row, person))
            && self.text.with(|text| has(row, &words::small(text)))
    }

    fn is_empty(self) -> bool {
        self.text.with(String::is_empty) && self.status.with(String::is_empty) && !self.is_mine.get()
    }
}

/// The page.
#[component]
pub fn Services() -> impl IntoView {
    let model = model();
    let filter = Filter::read();
    Effect::new(move |before: Option<()>| {
        let query = (filter.text.get(), filter.status.get(), filter.is_mine.get());
        if before.is_some() || query != Default::default() {
            filter.write();
        }
    });
    let shown = Memo::new(move |_| {
        let person = model.person.get();
        model.rows.with(|rows| rows.as_ref().map(|rows| chosen(rows, filter, person.as_ref())))
    });
    let summary = move || {
        let all = model.rows.with(|rows| rows.as_ref().map(Vec::len));
        let person = model.person.get();
        let number = |is: &dyn Fn(&ServiceRow) -> bool| {
            model.rows.with(|rows| rows.iter().flatten().filter(|row| is(row)).count())
        };
        let Some(all) = all else { return "Reading the services".to_owned() };
        if all == 0 {
            return "No service is configured.".to_owned();
        }
        let waiting = match number(&ServiceRow::waits_for_decision) {
            0 => "None waits for a decision".to_owned(),
            1 => "1 waits for a decision".to_owned(),
            some => format!("{some} wait for a decision"),
        };
        let mine = number(&|row| is_for(row, person.as_ref()));
        let mine = if mine > 0 { format!(", {mine} for you") } else { String::new() };
        format!("{}. {waiting}{mine}.", viridian_shared::words::count(all, "service", "services"))
    };
    let statuses = Signal::derive(|| {
        STATUSES.into_iter().map(|(value, text)| (value.to_owned(), text.to_owned())).collect::<Vec<_>>()
    });
    view! {
        <div class="services">
            <div class="services__head">
                <div><h1>"Services"</h1><p class="muted" role="status">{summary}</p></div>
                <div class="services__filter">
                    <label class="choice"><input type="checkbox" aria-keyshortcuts="m" data-label="Show only what waits for me" prop:checked=move || filter.is_mine.get()
                        on:change=move |_| filter.is_mine.update(|it| *it = !*it)/>"For me"</label>
                    <Select label="State" quiet=true options=statuses value=filter.status/>
                    <TextField label="Filter services" bound="name" value=filter.text kind="search" quiet=true placeholder="Filter by name, commit or step" key="/"/>
                </div>
            </div>
            <section class="panel" aria-label="Services">
                {move || match shown.with(|rows| rows.as_ref().map(Vec::len)) {
                    None => view! { <p class="skeleton services__skeleton" aria-hidden="true"></p> }.into_any(),
                    Some(0) if filter.is_empty() => view! { <Empty/> }.into_any(),
                    Some(0) => view! { <p class="muted">"No service fits this filter."</p> }.into_any(),
                    Some(_) => view! { <Table shown/> }.into_any(),
                }}
            </section>
        </div>
    }
}

fn has(row: &ServiceRow, words: &str) -> bool {
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
}

/// Those that fit: what waits for me first, then for others, what went wrong, what moves; each by the time left.
fn chosen(rows: &[ServiceRow], filter: Filter, person: Option<&Person>) -> Vec<ServiceRow> {
    let mut rows: Vec<_> = rows.iter().filter(|row| filter.fits(row, person)).cloned().collect();
    let place = |row: &ServiceRow| STATUSES.iter().position(|(it, _)| *it == status(row));
    let closes =
        |row: &ServiceRow| row.release.as_ref().and_then(|it| it.closes_at).map(Timestamp::as_millisecond);
    order::sort_by_key(&mut rows, |row| {
        (!is_for(row, person), place(row), closes(row).unwrap_or(i64::MAX), row.service.name.clone())
    });
    rows
}

/// The state as the filter has it.
fn status(row: &ServiceRow) -> &'static str {
    match row.release.as_ref() {
        Some(release) if release.taken_back.is_some() || row.waits_for_decision() => "waiting",
        Some(release) if release.step_status.as_ref().is_some_and(StepStatus::is_unsuccessful) => "failed",
        Some(release) if !release.status.is_ended() => "moving",
        _ => "rest",
    }
}

/// Whether it waits for this person: a gate for whoever votes, what was taken back for whoever ends releases.
fn is_for(row: &ServiceRow, person: Option<&Person>) -> bool {
    let has = |role| person.is_some_and(|person| person.has(role));
    let is_back = row.release.as_ref().is_some_and(|it| it.taken_back.is_some());
    (row.waits_for_decision() && has(Role::Approver)) || (is_back && has(Role::Operator))
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
    if let Some(how) = release.taken_back {
        let word = format!("{}: to be ended", how.word());
        return Some(Status { tone: Tone::Waiting, icon: Icon::Back, word });
    }
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
