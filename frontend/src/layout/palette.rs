//! The command palette: every page and every control on screen in one list, to be filtered by typing.

use leptos::{ev::KeyboardEvent, html};

use crate::{
    keys::{self, Control},
    model::{Model, model},
    part,
    part::PartView,
    prelude::*,
    route::{Page, Picked},
    ui::{dialog::Dialog, field::longest},
    words,
};

/// What a line of the palette does.
#[derive(Clone)]
enum Action {
    Go(Page),
    Press(Control),
}

#[derive(Clone)]
struct Line {
    label: String,
    key: String,
    reason: Option<String>,
    action: Action,
}

/// The dialog behind Ctrl K.
#[component]
pub fn Palette(open: RwSignal<bool>) -> impl IntoView {
    provide_context(Opened(open));
    view! { <Dialog open title="Command palette"><PartView part=LIST/></Dialog> }
}

part! {
    /// What can be chosen.
    LIST, "The list", palette, view! { <PaletteList/> }
}

/// Whether the palette is open.
#[derive(Clone, Copy)]
struct Opened(RwSignal<bool>);

#[component]
fn PaletteList() -> impl IntoView {
    let Opened(open) = expect_context();
    let address = model().address;
    let node = NodeRef::<html::Input>::new();
    // The list may come after its dialog has opened.
    Effect::new(move |_| {
        if let Some(field) = node.get() {
            request_animation_frame(move || {
                let _ = field.focus();
            });
        }
    });
    let all = StoredValue::new_local(lines(model()));
    let (filter, picked) = (RwSignal::new(String::new()), RwSignal::new(0_usize));
    let shown = move || {
        let filter = words::small(&filter.get());
        let fits =
            |line: &Line| filter.split_whitespace().all(|word| words::small(&line.label).contains(word));
        all.with_value(|all| all.iter().filter(|line| fits(line)).cloned().collect::<Vec<_>>())
    };
    let run = move |line: Line| {
        open.set(false);
        match line.action {
            Action::Go(page) => address.go(page),
            // The control may open a dialog of its own: this one must be closed by then.
            Action::Press(control) => request_animation_frame(move || control.press()),
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let length = shown().len().max(1);
        match event.key().as_str() {
            "ArrowDown" => picked.update(|it| *it = (*it + 1) % length),
            "ArrowUp" => picked.update(|it| *it = (*it + length - 1) % length),
            "Enter" => {
                if let Some(line) = shown().into_iter().nth(picked.get_untracked()) {
                    run(line);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let options = move || {
        shown()
            .into_iter()
            .enumerate()
            .map(|(index, line)| {
                let (label, key, reason) = (line.label.clone(), line.key.clone(), line.reason.clone());
                let is_off = reason.is_some();
                view! {
                    <li id=format!("palette-{index}") role="option" class="palette__line"
                        aria-selected=move || if picked.get() == index { "true" } else { "false" }
                        aria-disabled=is_off.then_some("true")
                        on:click=move |_| run(line.clone())>
                        <span>{label}{reason.map(|reason| view! { <small>{reason}</small> })}</span>
                        <kbd>{key}</kbd>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <input node_ref=node class="field__input palette__filter" type="text" role="combobox" aria-label="Filter commands" maxlength=longest("name") autofocus
            aria-expanded="true" aria-controls="palette-list" aria-activedescendant=move || format!("palette-{}", picked.get())
            autocomplete="off" prop:value=move || filter.get() on:keydown=on_key
            on:input=move |event| { picked.set(0); filter.set(event_target_value(&event)); }/>
        <ul id="palette-list" class="palette__list" role="listbox" aria-label="Commands">{options}</ul>
        <Show when=move || shown().is_empty()><p class="muted">"Nothing fits these words."</p></Show>
    }
}

fn lines(model: Model) -> Vec<Line> {
    let go = |label: String, key: &str, page: Page| Line {
        label,
        key: key.to_owned(),
        reason: None,
        action: Action::Go(page),
    };
    let mut lines = vec![go("Go to Services".to_owned(), "g s", Page::Services)];
    if let Some(service) = model.service.get_untracked() {
        lines.push(go(format!("Go to Release of {service}"), "g r", Page::release(&service)));
        let compare = Page::compare(&service, Picked::default());
        lines.push(go(format!("Go to Compare of {service}"), "g c", compare));
        lines.push(go(format!("Go to State machines of {service}"), "g m", Page::machines(&service)));
    }
    lines.extend(keys::controls().into_iter().map(|control| Line {
        label: control.label.clone(),
        key: control.key.clone(),
        reason: control.reason.clone(),
        action: Action::Press(control),
    }));
    let own = model.service.get_untracked();
    lines.extend(model.rows.get_untracked().unwrap_or_default().into_iter().filter_map(|row| {
        let name = row.service.name;
        (own.as_ref() != Some(&name)).then(|| go(format!("Open {name}"), "", Page::release(&name)))
    }));
    lines
}
